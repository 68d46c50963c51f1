//! The bounds of Gourdon's algorithm.

use super::phi_tiny;
use crate::arith::riemann::ln;
use crate::arith::root::{icbrt, iroot4, isqrt};

/// Gourdon's parameters; they follow from x alone.
///
/// x^(1/3) <= y <= z < x^(1/2). Larger y and z shorten the sieve of D, to x / z, and of B, to x / y, and make more leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parameters {
    pub x: u64,
    /// The largest prime of leaves; y = alpha_y x^(1/3).
    pub y: u64,
    /// Ordinary leaves end here; z = alpha_z y.
    pub z: u64,
    /// The first k primes are done by a table.
    pub k: usize,
    /// x^(1/4): smaller primes have hard leaves.
    pub x_star: u64,
    /// x^(1/3).
    pub root3: u64,
    /// x^(1/2).
    pub root2: u64,
}

/// The least x that the bounds make sense for: k is at least 5.
pub const LEAST: u64 = 1 << 17;

impl Parameters {
    pub fn new(x: u64) -> Parameters {
        Parameters::with_alpha(x, alpha_y(x), ALPHA_Z)
    }

    /// With factors of one's own. Where they leave what is lawful, the nearest that is.
    pub fn with_alpha(x: u64, alpha_y: f64, alpha_z: f64) -> Parameters {
        let x = x.max(LEAST);
        let (root2, root3) = (u64::from(isqrt(x)), u64::from(icbrt(x)));
        let x_star = u64::from(iroot4(x));
        // So that all leaves of A and C ask for pi up to the root of x, and no further.
        let least = u64::from(isqrt(x / x_star)) + 1;
        let y = ((root3 as f64 * alpha_y) as u64).clamp(least.max(root3 + 1), root2 - 1);
        let z = ((y as f64 * alpha_z) as u64).clamp(y, root2 - 1);
        let k = phi_tiny::PRIMES[1..].iter().filter(|&&p| p <= x_star).count();
        Parameters { x, y, z, k, x_star, root3, root2 }
    }

    pub fn alpha_y(&self) -> f64 {
        self.y as f64 / self.root3 as f64
    }

    pub fn alpha_z(&self) -> f64 {
        self.z as f64 / self.y as f64
    }
}

/// Found by measurement: docs/ALGORITHMS.md. The least time is flat: a quarter more or less costs 2%.
fn alpha_y(x: u64) -> f64 {
    let digits = ln(x as f64) / std::f64::consts::LN_10;
    (7.0 + 2.2 * (digits - 12.0)).max(2.0)
}

const ALPHA_Z: f64 = 1.7;

//! About how long parts of the work take, before any prime is known.
//!
//! Leaves are counted by their density, and sums over primes p become sums over some points between, each of which stands for a share of them. Chunk
//! edges follow from it, and every machine must find the same: so there are additions, multiplications, divisions and roots
//! of f64, which are exact everywhere to the last bit, and a logarithm of ours.
//!
//! The unit is a nanosecond of one native thread; in wasm about two.

use super::parameters::Parameters;
use crate::arith::riemann::ln;

/// A leaf of D: made, divided, counted.
const HARD_LEAF: f64 = 3.3;
/// A byte of D's sieve, crossed off by all primes, in segments of `SEGMENT`.
const HARD_BYTE: f64 = 6.0;
/// A prime's turn in a segment of D, whatever the segment's length.
const HARD_TURN: f64 = 50.0;
/// A prime of a chunk of D: its set-up, and its place in the partial result.
const HARD_START: f64 = 30.0;
/// A leaf of A or C.
const EASY_LEAF: f64 = 0.95;
/// An integer of the table that they are looked up in.
const EASY_INTEGER: f64 = 0.2;
/// A prime in a segment of A and C.
const EASY_STRETCH: f64 = 32.0;
/// An integer of B's sieve, and one of the p.
const LARGE_INTEGER: f64 = 0.09;
const LARGE_ROOT: f64 = 0.4;
/// A leaf of Phi0.
const ORDINARY_LEAF: f64 = 17.0;

/// Primes near `p` (as f64), and how many of the real ones each stands for.
#[derive(Clone, Copy, Debug)]
struct Point {
    p: f64,
    primes: f64,
    /// x / p.
    quotient: f64,
    /// The share of integers without a prime factor up to p, and with at least two.
    density: f64,
}

/// Points per factor of 2.
const DENSE: f64 = 3.0;

fn points(of: &Parameters, from: f64, to: f64) -> Vec<Point> {
    if to <= from {
        return vec![];
    }
    let steps = (ln(to / from) / std::f64::consts::LN_2 * DENSE).max(1.0) as usize + 1;
    let width = (to - from) / steps as f64;
    // Equal steps of the square root: small primes are few but have more leaves.
    let (low, high) = (from.sqrt(), to.sqrt());
    let step = (high - low) / steps as f64;
    debug_assert!(width > 0.0);
    (0..steps)
        .map(|i| {
            let (a, b) = (low + step * i as f64, low + step * (i + 1) as f64);
            let p = (a * a + b * b) / 2.0;
            let density = 0.5615 / ln(p);
            Point { p, primes: (b * b - a * a) / ln(p), quotient: of.x as f64 / p, density }
        })
        .collect()
}

/// Cost by place.
pub struct Cost {
    x: f64,
    y: f64,
    z: f64,
    log_y: f64,
    /// Of D.
    hard: Vec<Point>,
    /// Of C.
    easy: Vec<Point>,
    /// Of A.
    double: Vec<Point>,
    hard_primes: f64,
}

impl Cost {
    pub fn new(of: &Parameters) -> Cost {
        let (y, z) = (of.y as f64, of.z as f64);
        let x_star = of.x_star as f64;
        let least = crate::arith::root::icbrt(of.x / of.z).max(23) as f64;
        Cost {
            x: of.x as f64,
            y,
            z,
            log_y: ln(y),
            hard: points(of, 19.0, x_star.max(20.0)),
            easy: points(of, least, x_star),
            double: points(of, x_star, of.root3 as f64),
            hard_primes: x_star / (ln(x_star) - 1.0),
        }
    }

    /// Of D below `high`, chunks' starts not counted.
    pub fn hard(&self, high: f64, segment: f64) -> f64 {
        let mut leaves = 0.0;
        for point in &self.hard {
            // x / (pm) < high.
            let least = (self.z / point.p).max(point.quotient / high);
            let most = (point.quotient / point.p / point.p).min(self.z);
            if most > least {
                let (most, density) = if point.p * point.p <= self.z {
                    (most, point.density)
                } else {
                    (most.min(self.y), 1.0 / self.log_y)
                };
                leaves += (most - least.max(point.p)).max(0.0) * density * point.primes;
            }
        }
        // Primes beyond the root do not take part.
        let root = high.sqrt();
        let primes = self.hard_primes.min(root / ln(root.max(8.0)));
        let bytes = high / 30.0;
        leaves * HARD_LEAF + bytes * HARD_BYTE + bytes / segment * primes * HARD_TURN
    }

    pub fn hard_start(&self) -> f64 {
        self.hard_primes * HARD_START
    }

    /// Of A and C from `low` on below `high`, without the table.
    pub fn easy(&self, low: f64, high: f64) -> f64 {
        let (mut leaves, mut primes) = (0.0, 0.0);
        let mut add = |point: &Point, after: f64, to: f64| {
            let (after, to) = (after.max(point.quotient / high), to.min(point.quotient / low));
            if after < to {
                leaves += (to - after) / ln(to.max(3.0)) * point.primes;
                primes += point.primes;
            }
        };
        for point in &self.easy {
            let root = point.quotient.sqrt();
            let after =
                point.p.max(point.quotient / point.p / point.p).max(self.z / point.p).min(self.y);
            add(point, after, root.min(self.y));
            add(point, point.quotient / self.y, point.quotient / after.max(root));
        }
        for point in &self.double {
            add(point, point.p, point.quotient.sqrt());
        }
        leaves * EASY_LEAF + primes * EASY_STRETCH
    }

    /// Of a table of pi.
    pub fn table(&self, low: f64, high: f64) -> f64 {
        (high - low) * EASY_INTEGER
    }

    pub fn large(&self, low: f64, high: f64) -> f64 {
        (high - low) * LARGE_INTEGER + (self.x / low - self.x / high) * LARGE_ROOT
    }

    pub fn ordinary(&self, after: f64, to: f64) -> f64 {
        (to - after) * 0.171 * ORDINARY_LEAF
    }
}

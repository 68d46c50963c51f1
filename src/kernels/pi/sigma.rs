//! Sigma: all that needs no more than a few values of pi.

use super::parameters::Parameters;
use super::tables::Tables;
use crate::arith::root::isqrt;

/// Sigma0 + ... + Sigma6 modulo 2^64, given pi(x^(1/2)).
/// Source: Gourdon, 2001, formulas for Sigma.
pub fn sigma(of: &Parameters, tables: &Tables, pi_root2: u64) -> u64 {
    let &Parameters { x, y, x_star, root3, .. } = of;
    let pi = |n| i128::from(tables.pi.pi(n));
    let (a, b) = (pi(y), pi(root3));
    let root = u64::from(isqrt(x / y));
    let (c, d, r) = (pi(root), pi(x_star), i128::from(pi_root2));
    let square_pyramid = |n: i128| n * (n - 1) * (2 * n - 1) / 6 - n;
    let mut sum = a - 1 + r * (r - 1) / 2 - a * (a - 1) / 2;
    sum += (a - b) * (a - b - 1) / 2;
    sum += a * (b - c - c * (c - 3) / 2 + d * (d - 3) / 2);
    sum += square_pyramid(b) - square_pyramid(d);
    let primes = tables.primes[d as usize + 1..=b as usize].iter().map(|&p| u64::from(p));
    for p in primes {
        sum += if p <= root { a * pi(x / (p * y)) } else { pi(x / (p * p)) };
        sum -= pi(u64::from(isqrt(x / p))).pow(2);
    }
    sum as u64
}

//! Meissel's formula (1870): primes only up to the cube root, and products of two larger ones.

use super::oracles::Oracle;
use crate::arith::root::{icbrt, isqrt};

/// pi(x) = phi(x, a) + a - 1 - P2(x, a) with a = pi(x^(1/3)). Memory O(x^(1/2)).
pub fn pi_meissel(x: u64) -> u64 {
    if x < 2 {
        return 0;
    }
    let mut oracle = Oracle::new(isqrt(x).into());
    let a = oracle.pi(icbrt(x).into());
    let p2 = oracle.p2(x, a as usize);
    oracle.phi(x, a as usize) + a - 1 - p2
}

//! Legendre's formula (1830): what the primes up to the root of x leave are 1 and the other primes.

use super::oracles::Oracle;
use crate::arith::root::isqrt;

/// pi(x) = phi(x, a) + a - 1 with a = pi(x^(1/2)). Time about O(x^(3/4)), memory O(x^(1/2)).
pub fn pi_legendre(x: u64) -> u64 {
    if x < 2 {
        return 0;
    }
    let root = u64::from(isqrt(x));
    let mut oracle = Oracle::new(root);
    let a = oracle.pi(root);
    oracle.phi(x, a as usize) + a - 1
}

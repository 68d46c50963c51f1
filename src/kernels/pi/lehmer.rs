//! Lehmer's formula (1959): primes only up to the fourth root, and products of two or three larger ones.

use super::oracles::Oracle;
use crate::arith::root::{iroot4, isqrt};

/// pi(x) = phi(x, a) + a - 1 - P2(x, a) - P3(x, a) with a = pi(x^(1/4)). Memory O(x^(1/2)).
pub fn pi_lehmer(x: u64) -> u64 {
    if x < 2 {
        return 0;
    }
    let mut oracle = Oracle::new(isqrt(x).into());
    let a = oracle.pi(iroot4(x).into());
    let (p2, p3) = (oracle.p2(x, a as usize), p3(&oracle, x, a as usize));
    oracle.phi(x, a as usize) + a - 1 - p2 - p3
}

/// How many integers <= x have exactly three prime factors, all larger than the ath prime.
fn p3(oracle: &Oracle, x: u64, a: usize) -> u64 {
    let mut sum = 0;
    for (b, &p) in oracle.primes.iter().enumerate().skip(a + 1) {
        if p * p * p > x {
            break;
        }
        for (c, &q) in oracle.primes.iter().enumerate().skip(b) {
            if p * q * q > x {
                break;
            }
            // pq <= x^(2/3), and p > x^(1/4), so that this is below the root.
            sum += oracle.pi(x / (p * q)) + 1 - c as u64;
        }
    }
    sum
}

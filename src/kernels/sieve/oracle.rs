//! Slow and obvious: what the fast sieve is compared with in tests.

use crate::arith::primality::is_prime;

/// The primes from `start` to `stop`, one primality test each.
pub fn primes(start: u64, stop: u64) -> Vec<u64> {
    (start..=stop).filter(|&n| is_prime(n)).collect()
}

/// How many primes there are from `start` to `stop`.
pub fn count(start: u64, stop: u64) -> u64 {
    (start..=stop).filter(|&n| is_prime(n)).count() as u64
}

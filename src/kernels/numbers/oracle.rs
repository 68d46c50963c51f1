//! Slow and obvious: what the fast kernels are compared with in tests.

use crate::arith::primality::is_prime;

/// The smallest divisor of n greater than 1; n itself for 0 and 1.
pub fn smallest_factor(n: u64) -> u64 {
    let divisor = (2..).take_while(|d| d * d <= n).find(|d| n.is_multiple_of(*d));
    divisor.unwrap_or(n)
}

/// Prime after prime, by trial division.
fn primes_of(mut n: u64) -> Vec<u64> {
    let mut primes = vec![];
    while n > 1 {
        primes.push(smallest_factor(n));
        n /= smallest_factor(n);
    }
    primes
}

/// Euler's phi; 0 for 0.
pub fn phi(n: u64) -> u64 {
    let mut primes = primes_of(n);
    primes.dedup();
    primes.iter().fold(n, |phi, p| phi / p * (p - 1))
}

/// Moebius' mu; 0 for 0.
pub fn moebius(n: u64) -> i64 {
    let primes = primes_of(n);
    if n == 0 || primes.windows(2).any(|pair| pair[0] == pair[1]) {
        return 0;
    }
    if primes.len().is_multiple_of(2) { 1 } else { -1 }
}

/// The sum of mu(1) to mu(x).
pub fn mertens(x: u64) -> i64 {
    (1..=x).map(moebius).sum()
}

/// The sum of the primes up to x.
pub fn prime_sum(x: u64) -> u128 {
    (2..=x).filter(|&n| is_prime(n)).map(u128::from).sum()
}

/// The primes up to n and their exponents in n!, counted factor by factor.
pub fn factorial_exponents(n: u64) -> Vec<(u64, u64)> {
    let all: Vec<u64> = (1..=n).flat_map(primes_of).collect();
    let count = |p: u64| all.iter().filter(|&&q| q == p).count() as u64;
    (2..=n).filter(|&p| is_prime(p)).map(|p| (p, count(p))).collect()
}

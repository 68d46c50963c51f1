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

/// The k-tuplets' shapes: the distances from the first prime.
const SHAPES: [&[&[u64]]; 6] = [
    &[&[0]],
    &[&[0, 2]],
    &[&[0, 2, 6], &[0, 4, 6]],
    &[&[0, 2, 6, 8]],
    &[&[0, 2, 6, 8, 12], &[0, 4, 6, 10, 12]],
    &[&[0, 4, 6, 10, 12, 16]],
];

/// How many k-tuplets, k = 1 to 6, lie in start..=stop as a whole.
pub fn count_tuplets(k: usize, start: u64, stop: u64) -> u64 {
    let primes = primes(start, stop);
    let complete = |first: &u64, shape: &[u64]| {
        shape
            .iter()
            .all(|d| first.checked_add(*d).is_some_and(|p| primes.binary_search(&p).is_ok()))
    };
    let count = |shape: &&[u64]| primes.iter().filter(|first| complete(first, shape)).count();
    SHAPES[k - 1].iter().map(count).sum::<usize>() as u64
}

/// The gaps between neighbouring primes of start..=stop that are larger than all before, each with the prime before it.
pub fn maximal_gaps(start: u64, stop: u64) -> Vec<(u64, u64)> {
    let mut records: Vec<(u64, u64)> = vec![];
    for pair in primes(start, stop).windows(2) {
        let gap = pair[1] - pair[0];
        if records.last().is_none_or(|&(largest, _)| gap > largest) {
            records.push((gap, pair[0]));
        }
    }
    records
}

/// How many primes of start..=stop leave `residue` when divided by `modulus`.
pub fn count_residue(start: u64, stop: u64, modulus: u64, residue: u64) -> u64 {
    (start..=stop).filter(|&n| n % modulus == residue && is_prime(n)).count() as u64
}

/// How many pairs of primes p <= q have the sum n.
pub fn goldbach(n: u64) -> u64 {
    (2..=n / 2).filter(|&p| is_prime(p) && is_prime(n - p)).count() as u64
}

//! What the oracles share: all primes to a limit, pi up to there, and phi(x, a) by its recursion.
//!
//! The oracles are slow, small and obvious. Tests compare the algorithm in use with them, and them with the sieve.

use super::phi_tiny::{self, PhiTiny};
use crate::arith::root::isqrt;
use crate::kernels::sieve::PrimeIterator;

/// phi of arguments below `CACHED` is kept, for a up to `CACHED_PRIMES`.
const CACHED: u64 = 1 << 15;
const CACHED_PRIMES: usize = 80;

/// Primes and pi up to a limit. Memory: 8 bytes for an integer.
pub struct Oracle {
    /// 1-based: primes[1] = 2.
    pub primes: Vec<u64>,
    pi: Vec<u64>,
    tiny: PhiTiny,
    /// phi(n, a) at [a][n], 0 where it is not known; empty until one is.
    cache: Vec<Vec<u16>>,
}

impl Oracle {
    /// For pi(n) and primes up to `limit`.
    pub fn new(limit: u64) -> Oracle {
        let limit = limit.max(30);
        let mut composite = vec![false; limit as usize + 1];
        let (mut primes, mut pi) = (vec![0], vec![0, 0]);
        for n in 2..=limit {
            if !composite[n as usize] {
                primes.push(n);
                for multiple in (n * n..=limit).step_by(n as usize) {
                    composite[multiple as usize] = true;
                }
            }
            pi.push(primes.len() as u64 - 1);
        }
        let cache = vec![vec![]; CACHED_PRIMES + 1];
        Oracle { primes, pi, tiny: PhiTiny::new(), cache }
    }

    /// How many primes are <= n, which is at most the limit.
    pub fn pi(&self, n: u64) -> u64 {
        self.pi[n as usize]
    }

    /// How many of the integers 1 to x are divisible by none of the first a primes.
    /// Source: Legendre's recursion phi(x, a) = phi(x, a - 1) - phi(x / p_a, a - 1).
    pub fn phi(&mut self, x: u64, a: usize) -> u64 {
        if a <= phi_tiny::MAX {
            return self.tiny.phi(x, a);
        }
        if x < self.primes[a] {
            return u64::from(x > 0);
        }
        // Then only primes are left, and 1.
        if x < self.pi.len() as u64 && x < self.primes[a].pow(2) {
            return self.pi(x) + 1 - a as u64;
        }
        let cached = a <= CACHED_PRIMES && x < CACHED;
        if cached {
            self.cache[a].resize(CACHED as usize, 0);
            let known = self.cache[a][x as usize];
            if known > 0 {
                return known.into();
            }
        }
        let phi = self.phi(x, a - 1) - self.phi(x / self.primes[a], a - 1);
        if cached {
            self.cache[a][x as usize] = phi as u16;
        }
        phi
    }

    /// P2(x, a): how many integers <= x have exactly two prime factors, both larger than the ath prime. The root of
    /// x is within the limit; x / p may lie beyond it and is counted by an iterator.
    pub fn p2(&self, x: u64, a: usize) -> u64 {
        let root = u64::from(isqrt(x));
        let mut beyond = PrimeIterator::new(0).peekable();
        let (mut sum, mut counted) = (0, 0);
        for b in (a + 1..=self.pi(root) as usize).rev() {
            // From the largest p down, x / p grows.
            let q = x / self.primes[b];
            while beyond.next_if(|&r| r <= q).is_some() {
                counted += 1;
            }
            sum += counted + 1 - b as u64;
        }
        sum
    }
}

//! The method of Deleglise and Rivat (1996), in a simple form: as lmo.rs, but most special leaves need no sieve.
//!
//! Let p = p_b > y^(1/2). Then m is a prime q, p < q <= y, and of the leaves phi(n, b - 1), n = x / (pq), those with n < p are 1 (trivial), those with
//! p <= n < p^2 are pi(n) - b + 2 (easy), and only the others, where p <= x^(1/4), are hard. The original counts clusters of easy leaves at once;
//! so does `easy`, for gourdon.rs.

use super::lmo::{Counter, Factors};
use super::oracles::Oracle;
use super::phi_tiny;
use crate::arith::root::{icbrt, isqrt};

/// pi(x). Time about O(x^(2/3)), memory O(x^(1/2)), for tables.
pub fn pi_deleglise_rivat(x: u64) -> u64 {
    if x < 2 {
        return 0;
    }
    let root = u64::from(isqrt(x));
    let y = (u64::from(icbrt(x)) * (1 + u64::from(x.ilog10()) / 4)).min(root);
    let mut oracle = Oracle::new(root);
    let a = oracle.pi(y) as usize;
    let factors = Factors::new(y);
    let c = a.min(phi_tiny::MAX);
    let phi = factors.ordinary(&mut oracle, x, c)
        + hard(&oracle, &factors, x, y, c)
        + easy_and_trivial(&oracle, x, y, c);
    phi as u64 + a as u64 - 1 - oracle.p2(x, a)
}

/// The leaves of p > y^(1/2) that need no sieve.
fn easy_and_trivial(oracle: &Oracle, x: u64, y: u64, c: usize) -> i64 {
    let first = c.max(oracle.pi(isqrt(y).into()) as usize) + 1;
    let mut sum = 0;
    for b in first..=oracle.pi(y) as usize {
        let p = oracle.primes[b];
        for &q in oracle.primes[b + 1..].iter().rev().skip_while(|&&q| q > y) {
            let n = x / p / q;
            if n >= p * p {
                break;
            }
            sum += if n < p { 1 } else { oracle.pi(n) as i64 - b as i64 + 2 };
        }
    }
    sum
}

/// The leaves that are read off the sieve: all of p <= y^(1/2), and those of larger p with x / (pq) >= p^2.
fn hard(oracle: &Oracle, factors: &Factors, x: u64, y: u64, c: usize) -> i64 {
    let end = x / y + 1;
    let size = u64::from(isqrt(end)).next_power_of_two();
    let (root, primes) = (u64::from(isqrt(y)), &oracle.primes);
    // No larger p has p * p * p * q <= x with q > p.
    let last = oracle.pi(y.min(isqrt(isqrt(x).into()).into()).max(root)) as usize;
    let mut phi = vec![0u64; last + 1];
    let mut sum = 0;
    let mut low = 1;
    while low < end {
        let high = (low + size).min(end);
        let mut counter = Counter::without(&primes[1..=c], low, size as usize);
        for b in c + 1..=last {
            let p = primes[b];
            let most = if p <= root { y } else { y.min(x / p / p / p) };
            let (from, to) = ((x / p / high).max(y / p), (x / p / low).min(most));
            for m in (from + 1..=to).rev().filter(|&m| factors.is_leaf(m, p)) {
                let count = phi[b] + counter.count((x / (p * m) - low) as usize);
                sum -= i64::from(factors.mu[m as usize]) * count as i64;
            }
            phi[b] += counter.count((high - 1 - low) as usize);
            counter.remove_multiples(p, low);
        }
        low = high;
    }
    sum
}

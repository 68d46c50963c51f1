//! The method of Lagarias, Miller and Odlyzko (1985), in its simplest form.
//!
//! phi(x, a) is the sum of the leaves of a tree: ordinary leaves mu(n) phi(x / n, c) with n <= y, and special
//! leaves -mu(m) phi(x / (p_b m), b - 1) with m <= y < p_b m, whose least prime factor exceeds p_b. The second kind is read off a segmented
//! sieve from which the primes are removed one after the other; a tree of partial sums (Fenwick's) counts.

use super::oracles::Oracle;
use super::phi_tiny;
use crate::arith::root::{icbrt, isqrt};

/// pi(x). Time O(x^(2/3)), but for the tree's logarithm; memory O(x^(1/2)), for P2.
pub fn pi_lmo(x: u64) -> u64 {
    if x < 2 {
        return 0;
    }
    let root = u64::from(isqrt(x));
    let y = u64::from(icbrt(x)) + u64::from(icbrt(x)).min(4 * u64::from(x.ilog10()));
    let y = y.min(root);
    let mut oracle = Oracle::new(root);
    let a = oracle.pi(y);
    let factors = Factors::new(y);
    let c = (a as usize).min(phi_tiny::MAX);
    let phi = factors.ordinary(&mut oracle, x, c) + special(&oracle, &factors, x, y, c);
    phi as u64 + a - 1 - oracle.p2(x, a as usize)
}

/// Least prime factors and Moebius' mu.
pub struct Factors {
    least: Vec<u64>,
    pub mu: Vec<i8>,
}

impl Factors {
    pub fn new(limit: u64) -> Factors {
        let len = limit as usize + 1;
        let mut least = vec![u64::MAX; len];
        let mut mu = vec![1i8; len];
        for p in 2..len {
            if least[p] < u64::MAX {
                continue;
            }
            for multiple in (p..len).step_by(p) {
                least[multiple] = least[multiple].min(p as u64);
                mu[multiple] = if (multiple / p).is_multiple_of(p) { 0 } else { -mu[multiple] };
            }
        }
        Factors { least, mu }
    }

    /// Whether m is without a square and all its prime factors exceed p.
    pub fn is_leaf(&self, m: u64, p: u64) -> bool {
        self.mu[m as usize] != 0 && self.least[m as usize] > p
    }

    /// The sum of the ordinary leaves: n up to the limit.
    pub fn ordinary(&self, oracle: &mut Oracle, x: u64, c: usize) -> i64 {
        let largest = oracle.primes[c];
        (1..self.mu.len() as u64)
            .filter(|&n| self.is_leaf(n, largest))
            .map(|n| i64::from(self.mu[n as usize]) * oracle.phi(x / n, c) as i64)
            .sum()
    }
}

/// The sum of the special leaves.
fn special(oracle: &Oracle, factors: &Factors, x: u64, y: u64, c: usize) -> i64 {
    let end = x / y + 1;
    let size = u64::from(isqrt(end)).next_power_of_two();
    let primes = &oracle.primes;
    let a = oracle.pi(y) as usize;
    // phi(low - 1, b - 1).
    let mut phi = vec![0u64; a + 1];
    let mut sum = 0;
    let mut low = 1;
    while low < end {
        let high = (low + size).min(end);
        let mut counter = Counter::without(&primes[1..=c], low, size as usize);
        for b in c + 1..=a {
            let p = primes[b];
            let (from, to) = ((x / p / high).max(y / p), (x / p / low).min(y));
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

/// A set of integers that loses members, and how many are left up to each.
pub struct Counter {
    there: Vec<bool>,
    /// Fenwick's tree, 1-based.
    tree: Vec<u32>,
}

impl Counter {
    /// `len` integers from `low` on, without the multiples of some primes.
    pub fn without(primes: &[u64], low: u64, len: usize) -> Counter {
        let tree = (0..=len).map(|i| if i == 0 { 0 } else { 1 << i.trailing_zeros() }).collect();
        let mut counter = Counter { there: vec![true; len], tree };
        primes.iter().for_each(|&p| counter.remove_multiples(p, low));
        counter
    }

    /// Takes the multiples of p out, 0 standing for `low`.
    pub fn remove_multiples(&mut self, p: u64, low: u64) {
        let first = low.next_multiple_of(p) - low;
        (first as usize..self.there.len()).step_by(p as usize).for_each(|i| self.remove(i));
    }

    fn remove(&mut self, i: usize) {
        if !std::mem::take(&mut self.there[i]) {
            return;
        }
        let mut node = i + 1;
        while node < self.tree.len() {
            self.tree[node] -= 1;
            node += node & node.wrapping_neg();
        }
    }

    /// How many are left from 0 to i.
    pub fn count(&self, i: usize) -> u64 {
        let (mut node, mut sum) = (i + 1, 0);
        while node > 0 {
            sum += u64::from(self.tree[node]);
            node &= node - 1;
        }
        sum
    }
}

//! Counting primes.

use super::plan::Plan;
use super::segment::Siever;
use crate::error::Result;
use crate::kernel::{Interrupt, Kernel};

/// Counts the primes p with start <= p <= stop, for any start <= stop <= 2^64 - 1.
///
/// Work is counted in integers. Memory: up to 143 MB shared by all threads near 2^64 (33 MB at
/// 10^18, nothing below 2^38), and up to 55 MB a thread (2 MB below 10^12).
pub struct CountPrimes {
    plan: Plan,
}

impl CountPrimes {
    /// Both ends are included. Errors: Range if start > stop.
    pub fn new(start: u64, stop: u64) -> Result<CountPrimes> {
        Self::with_segment(start, stop, 0)
    }

    /// With segments of `segment` bytes (one byte covers 30 integers): 1024 to 8,388,608, rounded
    /// up to a power of two, or 0 to choose. Errors: Range.
    pub fn with_segment(start: u64, stop: u64, segment: u64) -> Result<CountPrimes> {
        Ok(CountPrimes { plan: Plan::new(start, stop, segment)? })
    }
}

impl Kernel for CountPrimes {
    type Partial = u64;
    type Scratch = Siever;

    fn chunks(&self) -> u64 {
        self.plan.chunks()
    }

    fn work(&self, chunk: u64) -> u64 {
        self.plan.work(chunk)
    }

    fn total_work(&self) -> u64 {
        self.plan.total_work()
    }

    fn scratch(&self) -> Siever {
        self.plan.siever()
    }

    fn run(&self, chunk: u64, siever: &mut Siever, interrupt: &Interrupt) -> Result<u64> {
        let mut count = if chunk == 0 { self.plan.wheel_primes().count() as u64 } else { 0 };
        self.plan.sieve(chunk, siever, interrupt, |_, words| count += count_bits(words))?;
        Ok(count)
    }

    fn empty(&self) -> u64 {
        0
    }

    fn merge(&self, into: &mut u64, next: u64) {
        *into += next;
    }
}

/// Counts the bits that are left. Time O(words).
#[inline(never)]
fn count_bits(words: &[u64]) -> u64 {
    words.iter().map(|word| u64::from(word.count_ones())).sum()
}

//! Counting primes.

use super::plan::Plan;
use super::segment::Siever;
use crate::error::Result;
use crate::kernel::{Interrupt, Kernel, Runs};

/// Counts the primes p with start <= p <= stop, for any start <= stop <= 2^64 - 1.
///
/// Work is counted in integers. Memory: up to 143 MB shared by all threads near 2^64 (33 MB at
/// 10^18, nothing below 2^38), up to 190 MB of lists that threads make together from 10^17 on, and else up to 55 MB a
/// thread (2 MB below 10^12).
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

    fn work_before(&self, chunks: u64) -> u64 {
        self.plan.work_before(chunks)
    }

    fn runs(&self) -> Runs {
        self.plan.runs()
    }

    fn run_together(&self, threads: usize) {
        self.plan.run_together(threads);
    }

    fn scratch(&self) -> Siever {
        self.plan.siever()
    }

    fn run(&self, chunk: u64, siever: &mut Siever, interrupt: &Interrupt) -> Result<u64> {
        let mut count = if chunk == 0 { self.plan.wheel_primes().count() as u64 } else { 0 };
        self.plan.sieve(chunk, siever, interrupt, &mut |_, words| count += count_bits(words))?;
        Ok(count)
    }

    fn empty(&self) -> u64 {
        0
    }

    fn merge(&self, into: &mut u64, next: u64) {
        *into += next;
    }

    /// There are no more primes than integers, so the sum stays in bounds.
    fn is_plausible(&self, merged: &u64, _chunks: u64, work: u64) -> bool {
        *merged <= work
    }
}

/// Counts the bits that are left. Time O(words).
///
/// Natively the crate is compiled for every x86-64 processor, which makes `count_ones` a dozen
/// instructions. The same loop compiled with AVX2 is three times as fast, with `popcnt` alone twice: 0.063, 0.103
/// and 0.203 cycles a byte; counting was 3% of the time. In wasm `i64.popcnt` is an instruction (0.186).
fn count_bits(words: &[u64]) -> u64 {
    #[cfg(target_arch = "x86_64")]
    if is_x86_feature_detected!("avx2") {
        // SAFETY: the processor has AVX2.
        return unsafe { count_bits_avx2(words) };
    }
    count_bits_plain(words)
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn count_bits_avx2(words: &[u64]) -> u64 {
    count_bits_inline(words)
}

// Out of line for V8: see turns.rs.
#[inline(never)]
fn count_bits_plain(words: &[u64]) -> u64 {
    count_bits_inline(words)
}

#[inline(always)]
fn count_bits_inline(words: &[u64]) -> u64 {
    words.iter().map(|word| u64::from(word.count_ones())).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn all_forms_count_what_shifting_out_bit_by_bit_counts(
            words in proptest::collection::vec(any::<u64>(), 0..200),
            from in 0usize..8,
        ) {
            let words = &words[from.min(words.len())..];
            let slow: u64 = words.iter().map(|w| (0..64).map(|bit| w >> bit & 1).sum::<u64>()).sum();
            prop_assert_eq!(count_bits(words), slow);
            prop_assert_eq!(count_bits_plain(words), slow);
            #[cfg(target_arch = "x86_64")]
            if is_x86_feature_detected!("avx2") {
                // SAFETY: the processor has AVX2.
                prop_assert_eq!(unsafe { count_bits_avx2(words) }, slow);
            }
        }
    }
}

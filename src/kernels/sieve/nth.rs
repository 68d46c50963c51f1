//! The nth prime from a start.
//!
//! Riemann's R says where it must be, give or take a square root. The primes up to there are counted, on all threads; from
//! there an iterator goes the few steps that are left.

use super::count::CountPrimes;
use super::iterate::PrimeIterator;
use super::segment::Siever;
use crate::arith::riemann::{nth_prime_estimate, prime_count_estimate};
use crate::error::{Error, Result, Status};
use crate::kernel::{Interrupt, Kernel, Runs, phases};
use std::ffi::CStr;

/// OEIS A007053(64): how many primes there are below 2^64.
const ALL: u64 = 425_656_284_035_217_743;

/// By how much R(x) may be off, and f64 with it, below 2^64: far less than the square root.
const SLACK: f64 = 4e9;

/// Finds the nth prime > `start` or < `start`; for n = 0 the first that is not beyond `start`.
///
/// Work is counted in integers. Memory: as for `CountPrimes`, and for `PrimeIterator` at the end.
pub struct NthPrime {
    n: u64,
    start: u64,
    before: bool,
    /// From `start` to `guess`.
    count: CountPrimes,
    /// About where the prime is.
    guess: u64,
}

impl NthPrime {
    /// `segment` as for `CountPrimes::with_segment`. Errors: Range when there are clearly too few primes.
    pub fn new(n: u64, start: u64, before: bool, segment: u64) -> Result<NthPrime> {
        let here = prime_count_estimate(start as f64);
        let wanted = n.max(1);
        let there = if before { here - wanted as f64 } else { here + wanted as f64 };
        if !before && (wanted > ALL || there > ALL as f64 + SLACK) {
            return Err(too_few(n, start, before));
        }
        if before && there < -(start as f64).sqrt() - 10.0 {
            return Err(too_few(n, start, before));
        }
        let guess = if there < 1.0 { 0.0 } else { nth_prime_estimate(there) };
        // `as` saturates.
        let guess = guess as u64;
        let first = match (n, before) {
            (0, _) => Some(start),
            (_, false) => start.checked_add(1),
            (_, true) => start.checked_sub(1),
        };
        let first = first.ok_or_else(|| too_few(n, start, before))?;
        let guess = if before { guess.min(first) } else { guess.max(first) };
        let (low, high) = if before { (guess, first) } else { (first, guess) };
        let count = CountPrimes::with_segment(low, high, segment)?;
        Ok(NthPrime { n, start, before, count, guess })
    }
}

impl Kernel for NthPrime {
    type Partial = u64;
    type Scratch = Siever;

    fn chunks(&self) -> u64 {
        self.count.chunks()
    }

    fn work_before(&self, chunks: u64) -> u64 {
        self.count.work_before(chunks)
    }

    fn phases(&self) -> Vec<(&'static CStr, u64)> {
        phases(&[(c"sieving", self.chunks()), (c"last steps", self.chunks())])
    }

    fn runs(&self) -> Runs {
        self.count.runs()
    }

    fn run_together(&self, threads: usize) {
        self.count.run_together(threads);
    }

    fn scratch(&self) -> Siever {
        self.count.scratch()
    }

    fn run(&self, chunk: u64, siever: &mut Siever, interrupt: &Interrupt) -> Result<u64> {
        self.count.run(chunk, siever, interrupt)
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

    fn finish(&self, counted: u64, interrupt: &Interrupt) -> Result<u64> {
        let too_few = || too_few(self.n, self.start, self.before);
        let wanted = self.n.max(1);
        let passed = counted >= wanted;
        // The prime at `guess`, if it is one, is counted already.
        let from = match (passed, self.before) {
            (true, _) => Some(self.guess),
            (false, true) => self.guess.checked_sub(1),
            (false, false) => self.guess.checked_add(1),
        };
        let mut steps = if passed { counted - wanted + 1 } else { wanted - counted };
        let mut primes = PrimeIterator::new(from.ok_or_else(too_few)?);
        loop {
            interrupt.check()?;
            let up = passed == self.before;
            let batch = if up {
                primes.next_batch_unless(interrupt)?
            } else {
                primes.prev_batch_unless(interrupt)?
            };
            let len = batch.len() as u64;
            if len == 0 {
                return Err(too_few());
            }
            if steps <= len {
                let index = if up { steps - 1 } else { len - steps };
                return Ok(batch[index as usize]);
            }
            steps -= len;
        }
    }
}

fn too_few(n: u64, start: u64, before: bool) -> Error {
    let sentence = if before {
        format!("there are fewer than {n} primes before {start}")
    } else {
        format!("there are fewer than {n} primes between {start} and 2^64")
    };
    Error::new(Status::Range, sentence)
}

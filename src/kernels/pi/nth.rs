//! The nth prime, however far out: Riemann's R says where it must be, pi(x) counts the primes up to there, and a
//! sieve goes the rest of the way.
//!
//! R is off by less than a square root, so the last step is short: a few times 10^8 near 2^64.

use super::partial::PiPartial;
use super::prime_pi::{PiScratch, PrimePi};
use crate::arith::riemann::nth_prime_estimate;
use crate::error::{Error, Result, Status};
use crate::kernel::{Interrupt, Kernel};
use crate::kernels::sieve::PrimeIterator;
use std::ffi::CStr;

/// Finds the nth prime, n from 1 to `LAST`.
///
/// Work, time and memory: as for `PrimePi`; at the end up to 200 MB near 2^64 (40 MB at 10^18) for the sieve.
pub struct NthPrimePi {
    n: u64,
    guess: u64,
    count: PrimePi,
}

impl NthPrimePi {
    /// The largest n: how many primes there are below 2^64. Source: OEIS A007053(64).
    pub const LAST: u64 = 425_656_284_035_217_743;

    /// Errors: Range.
    pub fn new(n: u64) -> Result<NthPrimePi> {
        if n == 0 {
            return Err(Error::new(Status::Range, "there is no 0th prime: the first is 2"));
        }
        if n > Self::LAST {
            let sentence = format!("there are {} primes below 2^64, fewer than {n}", Self::LAST);
            return Err(Error::new(Status::Range, sentence));
        }
        // `as` saturates.
        let guess = nth_prime_estimate(n as f64) as u64;
        Ok(NthPrimePi { n, guess, count: PrimePi::new(guess)? })
    }
}

impl Kernel for NthPrimePi {
    type Partial = PiPartial;
    type Scratch = PiScratch;

    fn chunks(&self) -> u64 {
        self.count.chunks()
    }

    fn work_before(&self, chunks: u64) -> u64 {
        self.count.work_before(chunks)
    }

    /// Those of pi(x); behind the closed sums lies the way to the prime.
    fn phases(&self) -> Vec<(&'static CStr, u64)> {
        let mut phases = self.count.phases();
        if let [_, .., (sigma, _)] = &mut phases[..] {
            *sigma = c"last steps";
        }
        phases
    }

    fn window(&self) -> u64 {
        self.count.window()
    }

    fn scratch(&self) -> PiScratch {
        self.count.scratch()
    }

    fn run(&self, chunk: u64, scratch: &mut PiScratch, interrupt: &Interrupt) -> Result<PiPartial> {
        self.count.run(chunk, scratch, interrupt)
    }

    fn empty(&self) -> PiPartial {
        self.count.empty()
    }

    fn merge(&self, into: &mut PiPartial, next: PiPartial) {
        self.count.merge(into, next);
    }

    fn is_plausible(&self, merged: &PiPartial, chunks: u64, work: u64) -> bool {
        self.count.is_plausible(merged, chunks, work)
    }

    fn finish(&self, merged: PiPartial, interrupt: &Interrupt) -> Result<PiPartial> {
        let counted = self.count.finish(merged, interrupt)?.sum;
        let sum = walk(self.n, self.guess, counted, interrupt)?;
        Ok(PiPartial { sum, ..PiPartial::default() })
    }
}

/// The nth prime, given that there are `counted` primes up to `from`. Errors: Cancelled, Memory.
fn walk(n: u64, from: u64, counted: u64, interrupt: &Interrupt) -> Result<u64> {
    let up = counted < n;
    let mut steps = if up { n - counted } else { counted - n + 1 };
    let mut primes = PrimeIterator::new(if up { from.saturating_add(1) } else { from });
    loop {
        interrupt.check()?;
        let batch = if up {
            primes.next_batch_unless(interrupt)?
        } else {
            primes.prev_batch_unless(interrupt)?
        };
        let len = batch.len() as u64;
        if len == 0 {
            return Err(Error::from(Status::State));
        }
        if steps <= len {
            return Ok(batch[(if up { steps - 1 } else { len - steps }) as usize]);
        }
        steps -= len;
    }
}

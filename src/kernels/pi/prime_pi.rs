//! pi(x) for any x: by Gourdon's algorithm, or by sieving where that is no more work.

use super::gourdon::{Gourdon, GourdonScratch};
use super::parameters::Parameters;
use super::partial::PiPartial;
use crate::error::Result;
use crate::kernel::{Interrupt, Kernel, Runs};
use crate::kernels::sieve::{CountPrimes, Siever};
use std::ffi::CStr;

/// Below, sieving takes half a millisecond.
const SIEVED: u64 = 10_000_000;

/// Counts the primes up to x, any x < 2^64.
///
/// Work is counted in about nanoseconds of one native thread. Time O(x^(2/3) / log(x)^2). Memory: tables of
/// O(x^(1/3) log(x)^3), which is 35 MB at 10^18 and 110 MB near 2^64, and some 15 to 25 MB a thread there.
pub enum PrimePi {
    Sieve(Box<CountPrimes>),
    Gourdon(Box<Gourdon>),
}

/// One thread's buffers.
pub enum PiScratch {
    Sieve(Box<Siever>),
    Gourdon(Box<GourdonScratch>),
}

impl PrimePi {
    pub fn new(x: u64) -> Result<PrimePi> {
        if x < SIEVED {
            return Ok(PrimePi::Sieve(Box::new(CountPrimes::new(0, x)?)));
        }
        Ok(PrimePi::Gourdon(Box::new(Gourdon::new(Parameters::new(x)))))
    }
}

impl Kernel for PrimePi {
    type Partial = PiPartial;
    type Scratch = PiScratch;

    fn chunks(&self) -> u64 {
        match self {
            PrimePi::Sieve(kernel) => kernel.chunks(),
            PrimePi::Gourdon(kernel) => kernel.chunks(),
        }
    }

    fn work_before(&self, chunks: u64) -> u64 {
        match self {
            PrimePi::Sieve(kernel) => kernel.work_before(chunks),
            PrimePi::Gourdon(kernel) => kernel.work_before(chunks),
        }
    }

    fn phases(&self) -> Vec<(&'static CStr, u64)> {
        match self {
            PrimePi::Sieve(kernel) => kernel.phases(),
            PrimePi::Gourdon(kernel) => kernel.phases(),
        }
    }

    fn runs(&self) -> Runs {
        match self {
            PrimePi::Sieve(kernel) => kernel.runs(),
            PrimePi::Gourdon(kernel) => kernel.runs(),
        }
    }

    fn run_together(&self, threads: usize) {
        match self {
            PrimePi::Sieve(kernel) => kernel.run_together(threads),
            PrimePi::Gourdon(kernel) => kernel.run_together(threads),
        }
    }

    fn window(&self) -> u64 {
        match self {
            PrimePi::Sieve(kernel) => kernel.window(),
            PrimePi::Gourdon(kernel) => kernel.window(),
        }
    }

    fn scratch(&self) -> PiScratch {
        match self {
            PrimePi::Sieve(kernel) => PiScratch::Sieve(Box::new(kernel.scratch())),
            PrimePi::Gourdon(kernel) => PiScratch::Gourdon(Box::new(kernel.scratch())),
        }
    }

    fn run(&self, chunk: u64, scratch: &mut PiScratch, interrupt: &Interrupt) -> Result<PiPartial> {
        match (self, scratch) {
            (PrimePi::Sieve(kernel), PiScratch::Sieve(siever)) => {
                let sum = kernel.run(chunk, siever, interrupt)?;
                Ok(PiPartial { sum, ..PiPartial::default() })
            }
            (PrimePi::Gourdon(kernel), PiScratch::Gourdon(buffers)) => {
                kernel.run(chunk, buffers, interrupt)
            }
            // Buffers are the kernel's own.
            _ => unreachable!(),
        }
    }

    fn empty(&self) -> PiPartial {
        match self {
            PrimePi::Sieve(_) => PiPartial::nothing(0),
            PrimePi::Gourdon(kernel) => kernel.empty(),
        }
    }

    fn merge(&self, into: &mut PiPartial, next: PiPartial) {
        into.append(next);
    }

    fn is_plausible(&self, merged: &PiPartial, chunks: u64, work: u64) -> bool {
        match self {
            PrimePi::Sieve(_) => merged.settled && merged.hard.is_empty() && merged.sum <= work,
            PrimePi::Gourdon(kernel) => kernel.is_plausible(merged, chunks, work),
        }
    }

    fn finish(&self, merged: PiPartial, interrupt: &Interrupt) -> Result<PiPartial> {
        match self {
            PrimePi::Sieve(_) => Ok(merged),
            PrimePi::Gourdon(kernel) => kernel.finish(merged, interrupt),
        }
    }
}

//! A kernel that shows the machinery at work: it sums its chunk numbers, can be made slow, and fails
//! or panics where it is told to. Hidden from the simple interfaces, and the same on every platform.

use crate::error::{Error, Result, Status};
use crate::kernel::{Interrupt, Kernel, phases};
use std::ffi::CStr;

/// Steps between two looks at the interrupt: well under a millisecond.
const STEPS_PER_LOOK: u64 = 100_000;

#[derive(Clone, Debug)]
pub struct SelfTest {
    pub chunks: u64,
    /// Arithmetic steps per chunk, about a nanosecond each.
    pub steps: u64,
    /// The chunk that panics; u64::MAX for none.
    pub panic_at: u64,
    /// The chunk that returns an error; u64::MAX for none.
    pub fail_at: u64,
}

impl Kernel for SelfTest {
    type Partial = u64;
    type Scratch = ();

    fn chunks(&self) -> u64 {
        self.chunks
    }

    fn work_before(&self, chunks: u64) -> u64 {
        chunks
    }

    fn phases(&self) -> Vec<(&'static CStr, u64)> {
        phases(&[(c"first half", self.chunks / 2), (c"second half", self.chunks)])
    }

    fn scratch(&self) {}

    fn run(&self, chunk: u64, (): &mut (), interrupt: &Interrupt) -> Result<u64> {
        let mut left = self.steps;
        while left > 0 {
            interrupt.check()?;
            let steps = left.min(STEPS_PER_LOOK);
            spin(steps);
            left -= steps;
        }
        interrupt.check()?;
        if chunk == self.panic_at {
            panic!("the self test was told to panic at chunk {chunk}");
        }
        if chunk == self.fail_at {
            return Err(Error::new(
                Status::Memory,
                format!("the self test was told to fail at chunk {chunk}"),
            ));
        }
        Ok(chunk)
    }

    fn empty(&self) -> u64 {
        0
    }

    fn merge(&self, into: &mut u64, next: u64) {
        *into = into.wrapping_add(next);
    }

    /// The sum of 0 to `chunks` - 1, and nothing else.
    fn is_plausible(&self, merged: &u64, chunks: u64, _work: u64) -> bool {
        let (even, odd) = if chunks.is_multiple_of(2) {
            (chunks / 2, chunks.wrapping_sub(1))
        } else {
            (chunks / 2, chunks)
        };
        *merged == even.wrapping_mul(odd)
    }
}

#[inline(never)]
fn spin(steps: u64) {
    // A chain of multiplications (xorshift would vectorise away): each waits for the one before.
    let mut x = 1u64;
    for _ in 0..steps {
        x = std::hint::black_box(x.wrapping_mul(6_364_136_223_846_793_005));
    }
}

//! Questions about one number that take less than a moment: one chunk.

use super::halves;
use crate::arith::primality::{is_prime_u128, next_prime, previous_prime};
use crate::error::{Error, Result, Status};
use crate::kernel::Interrupt;
use crate::kernels::integers::{Buffers, IntegerKernel};
use std::ffi::CStr;

/// What is asked about a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Question {
    /// Result: 1 or 0.
    IsPrime,
    /// The least prime that is greater. Result: its halves.
    Next,
    /// The greatest prime that is less. Result: its halves.
    Previous,
}

/// Answers a question. Work is 1.
pub struct Single {
    pub question: Question,
    pub number: u128,
}

impl IntegerKernel for Single {
    fn chunks(&self) -> u64 {
        1
    }

    fn work_before(&self, chunks: u64) -> u64 {
        chunks
    }

    fn phase(&self) -> &'static CStr {
        c"testing"
    }

    fn run(&self, _chunk: u64, _buffers: &mut Buffers, _interrupt: &Interrupt) -> Result<Vec<u64>> {
        let n = self.number;
        let neighbour = match self.question {
            Question::IsPrime => return Ok(vec![u64::from(is_prime_u128(n))]),
            Question::Next => next_prime(n),
            Question::Previous => previous_prime(n),
        };
        let none = || Error::new(Status::Range, "there is no prime of up to 128 bits there");
        Ok(halves(neighbour.ok_or_else(none)?).to_vec())
    }

    fn empty(&self) -> Vec<u64> {
        vec![]
    }

    fn merge(&self, into: &mut Vec<u64>, next: Vec<u64>) {
        *into = next;
    }
}

//! Factoring a number of up to 128 bits: a chunk is a curve.
//!
//! What is easy is done when the kernel is made, in less than a millisecond. The curves that are left are numbered, and the first that finds a
//! divisor decides, whoever ran which; those behind it are not run any more, which is why a job usually ends long before all its work is
//! done.

use super::halves;
use crate::arith::factor::{Efforts, factor_easily, factor_u128};
use crate::error::{Error, Result, Status};
use crate::kernel::Interrupt;
use crate::kernels::integers::{Buffers, IntegerKernel};
use std::ffi::CStr;
use std::sync::atomic::{AtomicU64, Ordering};

/// More than are ever needed: two primes of 64 bits take about 100, and each further 40 or so make success e times as likely.
const CURVES: u64 = 512;

/// The factorisation of a number. Work is counted in curves of the elliptic curve method.
///
/// Result: for each prime, ascending, its two halves and its exponent; nothing for 1.
pub struct Factor {
    number: u128,
    /// 1, or what the curves are tried on.
    rest: u128,
    efforts: Efforts,
    /// The first curve known to find something.
    decided: AtomicU64,
}

impl Factor {
    /// Errors: Range for 0.
    pub fn new(number: u128) -> Result<Factor> {
        if number == 0 {
            return Err(Error::new(
                Status::Range,
                "0 has no factorisation: every number divides it",
            ));
        }
        Ok(Factor {
            number,
            rest: factor_easily(number).rest,
            efforts: Efforts::new(),
            decided: AtomicU64::new(u64::MAX),
        })
    }
}

/// A partial result is the halves of a divisor, if there is one.
impl IntegerKernel for Factor {
    fn chunks(&self) -> u64 {
        if self.rest == 1 { 1 } else { CURVES }
    }

    fn work_before(&self, chunks: u64) -> u64 {
        chunks
    }

    fn phase(&self) -> &'static CStr {
        c"elliptic curves"
    }

    fn run(&self, chunk: u64, _buffers: &mut Buffers, interrupt: &Interrupt) -> Result<Vec<u64>> {
        if self.rest == 1 || chunk > self.decided.load(Ordering::Relaxed) {
            return Ok(vec![]);
        }
        let found = self.efforts.try_curve(self.rest, chunk, interrupt)?;
        if found.is_some() {
            self.decided.fetch_min(chunk, Ordering::Relaxed);
        }
        Ok(found.map_or(vec![], |divisor| halves(divisor).to_vec()))
    }

    fn empty(&self) -> Vec<u64> {
        vec![]
    }

    fn merge(&self, into: &mut Vec<u64>, next: Vec<u64>) {
        if into.is_empty() {
            *into = next;
        }
    }

    fn is_plausible(&self, merged: &[u64], _chunks: u64, _work: u64) -> bool {
        matches!(merged.len(), 0 | 2)
    }

    fn finish(&self, merged: Vec<u64>, interrupt: &Interrupt) -> Result<Vec<u64>> {
        let divisor = match merged[..] {
            [low, high] => Some(u128::from(high) << 64 | u128::from(low)),
            _ => None,
        };
        // From elsewhere anything may come.
        let divisor = divisor.filter(|&d| d > 1 && d < self.rest && self.rest.is_multiple_of(d));
        let factors = factor_u128(self.number, divisor, CURVES, &self.efforts, interrupt)?;
        let flat = |(p, exponent): (u128, u32)| {
            let [low, high] = halves(p);
            [low, high, u64::from(exponent)]
        };
        Ok(factors.into_iter().flat_map(flat).collect())
    }
}

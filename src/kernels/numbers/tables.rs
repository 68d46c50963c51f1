//! Tables of arithmetic functions over ranges: streams.
//!
//! A chunk is sieved with the primes up to `MOST`; what is then left of an integer is 1, a prime, or factored by itself. So tables of
//! small numbers are made by sieving alone, and those anywhere below 2^64 at all.

use crate::arith::factor::factor;
use crate::arith::root::isqrt;
use crate::arith::small_primes::primes_to;
use crate::error::{Error, Result, Status};
use crate::kernel::Interrupt;
use crate::kernels::integers::{Buffers, IntegerKernel};
use std::sync::OnceLock;

/// Integers in a chunk: 512 KB of values. More where many primes take part.
const CHUNK: u64 = 1 << 16;

/// The largest sieving prime.
const MOST: u32 = 1 << 16;

/// Bytes of values that may wait for the reader.
const WAITING: u64 = if cfg!(target_family = "wasm") { 64 << 20 } else { 256 << 20 };

/// What is listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Function {
    /// The smallest prime factor; n itself for 0 and 1.
    SmallestFactor,
    /// Euler's phi; 0 for 0.
    Phi,
    /// Moebius' mu: 0, 1, and 2^64 - 1 for -1; 0 for 0.
    Moebius,
}

/// Lists a function of all integers from start to stop. Work is counted in integers.
pub struct Table {
    function: Function,
    start: u64,
    stop: u64,
    primes: OnceLock<Vec<u32>>,
}

impl Table {
    /// Both ends are included. Errors: Range.
    pub fn new(function: Function, start: u64, stop: u64) -> Result<Table> {
        if start > stop {
            return Err(Error::new(
                Status::Range,
                format!("start ({start}) lies behind stop ({stop}): swap them"),
            ));
        }
        Ok(Table { function, start, stop, primes: OnceLock::new() })
    }

    /// The first and the last integer of a chunk.
    fn ends(&self, chunk: u64) -> (u64, u64) {
        let first = self.start + chunk * CHUNK;
        (first, first.saturating_add(CHUNK - 1).min(self.stop))
    }

    fn primes(&self) -> &[u32] {
        self.primes.get_or_init(|| primes_to(isqrt(self.stop).min(MOST)))
    }

    /// Calls `hit` with each place in a chunk that a prime divides, the prime, and the exponent; places ascend for each prime, primes for
    /// each place.
    fn sieve(
        &self,
        (first, last): (u64, u64),
        rest: &mut [u64],
        interrupt: &Interrupt,
        hit: &mut dyn FnMut(usize, u64, u32),
    ) -> Result<()> {
        for (i, &p) in self.primes().iter().enumerate() {
            if i % 256 == 0 {
                interrupt.check()?;
            }
            let p = u64::from(p);
            if p * p > last {
                break;
            }
            // 0 is left alone.
            let to_multiple = if first == 0 { p } else { (p - first % p) % p };
            for place in (to_multiple as usize..rest.len()).step_by(p as usize) {
                let mut exponent = 0;
                while rest[place].is_multiple_of(p) {
                    rest[place] /= p;
                    exponent += 1;
                }
                hit(place, p, exponent);
            }
        }
        for (place, &left) in rest.iter().enumerate() {
            if place % 1024 == 0 {
                interrupt.check()?;
            }
            match left {
                0 | 1 => {}
                // All smaller primes were tried.
                _ if left <= u64::from(MOST).pow(2) => hit(place, left, 1),
                _ => factor(left).into_iter().for_each(|(p, exponent)| hit(place, p, exponent)),
            }
        }
        Ok(())
    }
}

impl IntegerKernel for Table {
    fn chunks(&self) -> u64 {
        (self.stop - self.start) / CHUNK + 1
    }

    fn work_before(&self, chunks: u64) -> u64 {
        chunks.saturating_mul(CHUNK).min((self.stop - self.start).saturating_add(1))
    }

    fn window(&self) -> u64 {
        WAITING / (8 * CHUNK)
    }

    fn run(&self, chunk: u64, buffers: &mut Buffers, interrupt: &Interrupt) -> Result<Vec<u64>> {
        let (first, last) = self.ends(chunk);
        let rest = &mut buffers.words[0];
        rest.clear();
        rest.extend(first..=last);
        let mut values = match self.function {
            Function::Moebius => vec![1; rest.len()],
            _ => rest.clone(),
        };
        self.sieve((first, last), rest, interrupt, &mut |place, p, exponent| {
            let value = &mut values[place];
            *value = match self.function {
                Function::SmallestFactor => p.min(*value),
                Function::Phi => *value / p * (p - 1),
                Function::Moebius if exponent > 1 => 0,
                Function::Moebius => value.wrapping_neg(),
            };
        })?;
        if first == 0 {
            values[0] = 0;
        }
        Ok(values)
    }

    fn stream_group(&self) -> usize {
        1
    }
}

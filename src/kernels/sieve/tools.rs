//! Sieving primes and buffers for stretches of the number line that are no chunks.

use super::chunks::{longest, usual_length};
use super::pieces::piece;
use super::plan::{SEGMENT, levels, sensible_chunk, turning_limit, usual_segment};
use super::segment::{Extent, Siever, few, is_few};
use super::sieving_primes::SievingPrimes;
use crate::arith::root::isqrt;
use crate::error::Result;
use crate::kernel::Interrupt;

/// Sieving primes for stretches anywhere up to a limit, shared by all threads.
pub struct Windows {
    primes: SievingPrimes,
    segment: usize,
    piece: usize,
}

impl Windows {
    /// For integers up to `stop`.
    pub fn new(stop: u64) -> Windows {
        let root = isqrt(stop);
        let (segment, piece) = (usual_segment(root), piece());
        Windows { primes: SievingPrimes::new(root, levels(segment, piece)), segment, piece }
    }

    /// A thread's buffers.
    pub fn siever(&self) -> Siever {
        Siever::new(self.segment, self.piece.min(self.segment))
    }

    /// Sieves `extent` into `words`, see wheel.rs. Errors: Cancelled, Memory.
    pub fn sieve(
        &self,
        extent: Extent,
        siever: &mut Siever,
        interrupt: &Interrupt,
        words: &mut Vec<u64>,
    ) -> Result<()> {
        words.clear();
        siever.sieve(&self.primes, extent, interrupt, &mut |_, more| words.extend_from_slice(more))
    }
}

/// Sieving primes and buffers for stretches of the number line that are not known ahead.
pub struct Tools {
    primes: SievingPrimes,
    siever: Siever,
    /// The largest integer that they serve for.
    horizon: u64,
    /// The longest stretch that makes good use of them.
    longest: u64,
}

impl Tools {
    /// For `extent` and what lies about it.
    pub fn new(extent: Extent) -> Tools {
        let horizon = extent.last_integer().saturating_mul(2);
        let root = isqrt(horizon);
        let usual = usual_segment(root);
        // A short stretch needs no long segments where there are no large sieving primes to be made.
        let short = (extent.bytes as usize).next_power_of_two().clamp(16 * 1024, usual);
        let segment = if root <= 1 << 16 { short } else { usual };
        let piece = piece();
        Tools {
            primes: SievingPrimes::new(root, levels(segment, piece)),
            siever: Siever::new(segment, piece.min(segment)),
            horizon,
            longest: if segment < usual { 2 * segment as u64 } else { u64::MAX },
        }
    }

    pub fn serve(&self, extent: Extent) -> bool {
        extent.last_integer() <= self.horizon && extent.bytes <= self.longest
    }

    /// Begins `extent`, which they must `serve`; `next` gives it segment by segment. Errors: Cancelled, Memory.
    pub fn begin(&mut self, extent: Extent, interrupt: &Interrupt) -> Result<()> {
        debug_assert!(self.serve(extent));
        self.siever.begin(&self.primes, extent, interrupt)
    }

    /// The next segment, in words; None behind the last one, and after an error. Errors: Cancelled, Memory.
    pub fn next(&mut self, interrupt: &Interrupt) -> Result<Option<&[u64]>> {
        Ok(self.siever.next(&self.primes, interrupt)?.map(|(_, words)| &*words))
    }

    /// If `extent` is few integers: sieves it at once, `sink` gets the segments in order, and returns true. Errors: Cancelled, Memory.
    pub fn sieve_if_few(
        &mut self,
        extent: Extent,
        interrupt: &Interrupt,
        sink: &mut dyn FnMut(&[u64]),
    ) -> Result<bool> {
        debug_assert!(self.serve(extent));
        if !is_few(&self.primes, extent) {
            return Ok(false);
        }
        self.siever.sieve_few(&self.primes, extent, interrupt, &mut |_, words| sink(words))?;
        Ok(true)
    }

    /// Sieves `extent`, which they must `serve`; `sink` gets the segments in order. Errors: Cancelled, Memory.
    pub fn sieve(
        &mut self,
        extent: Extent,
        interrupt: &Interrupt,
        sink: &mut dyn FnMut(&mut [u64]),
    ) -> Result<()> {
        debug_assert!(self.serve(extent));
        self.siever.sieve(&self.primes, extent, interrupt, &mut |_, words| sink(words))
    }
}

/// How many bytes of the number line to sieve at once.
pub struct Stretches {
    /// Up to so many, testing what is left for primes takes less than making the large sieving primes; 0: it never does.
    pub few: u64,
    /// Shorter ones take little less: they are mostly start.
    pub least: u64,
    /// Longer ones gain nothing.
    pub most: u64,
    /// The same where they are begun, and sieved segment by segment as they are needed.
    pub begun: u64,
}

/// Near byte `byte`.
pub fn stretches(byte: u64) -> Stretches {
    let root = isqrt(byte.saturating_mul(30));
    let few = few(root);
    Stretches {
        // Fewer do not pay for their start.
        few: if few < 1024 { 0 } else { few },
        least: sensible_chunk(root) / 6,
        most: usual_length(root, turning_limit(usual_segment(root))),
        begun: if root <= turning_limit(usual_segment(root)) {
            // Twice as far out there are more sieving primes.
            byte.clamp(SEGMENT as u64, 64 << 20)
        } else {
            longest(root)
        },
    }
}

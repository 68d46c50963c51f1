//! Large sieving primes: walkers, and lists of hits.
//!
//! A prime of up to some segments' length walks (walkers.rs).
//!
//! A longer prime hits most segments not at all, so just looking whether it does would take too long. Its multiples in the chunk are computed
//! ahead, and each is written down as a **hit**: where it lies, in 3 bytes, in the list of its span of half
//! a megabyte. Sieving a segment crosses off its spans' lists, in a loop without a single doubtful branch.
//! The prime itself is not kept: behind the chunk nobody asks for it. Here, too, a pass takes one hit of each prime.
//!
//! Lists (lists.rs) are a thread's own, for the chunks it runs in a row, or those of a stretch of the range that threads make together (shared.rs).
//!
//! # What was tried (10^9 integers, one thread, natively, user seconds; primesieve 12: 0.34, 1.28, 3.3)
//!
//! | | at 10^15 | at 10^18 | to 2^64 |
//! | --- | --- | --- | --- |
//! | buckets: each entry (prime, place; 8 bytes) crosses off and goes to its next segment's bucket; chunks of 47 to 94 million integers, all that fits | 0.48 | 2.63 | 14.5 |
//! | hits of 2 bytes, spans of 8 KB (1,000 lists: stores miss the caches) | 0.58 | 1.75 | |
//! | hits of 4 bytes, spans of 8 KB / 32 KB / 128 KB / 512 KB | 0.71 / 0.57 / 0.51 / 0.50 | 2.07 / - / 1.60 / 1.54 | 4.1 |
//! | hits of 3 bytes, spans of 512 KB; the prime sift (sift.rs) | 0.48 | 1.45 | 3.1 |
//! | segments of 1 MB | 0.46 | 1.37 | 3.2 |
//! | multipliers mod 210 in vectors (first_multiples.rs) | 0.46 | 1.20 | 2.97 |
//! | walkers one after the other, all hits at once (mispredicted exits) | 0.60 to 0.86 | | |
//! | walkers cross off directly instead of listing hits; room for 128 hits at once; places in bits | 0.36 | 1.04 | 0.74 * |
//! | first multiples with half the operations, 32-bit remainders (first_multiples.rs) | 0.36 | 1.02 | 0.72 * |
//! | longer chunks (chunks.rs); * windows of 10^8, in two chunks for the sake of two threads | 0.34 | 0.98 | 0.98 * |
//!
//! Later, on another processor: walkers that take their steps together (walkers.rs), 6% less at 10^15 and 10^18.
//!
//! Also lost: whole turns for primes to 2 segments (10^12 0.194 to 0.203, 10^15 0.363 to 0.38: their pads leave the L2 cache), and no
//! gain from turns to half a segment; walkers to 16 million at 10^15, 1 to 3%; segments of 512 KB in wasm, 4% at 10^15
//! and 8% at 10^18 (natively no difference); of 2 MB, 15% at 10^15.

use super::blocks::Pool;
use super::first_multiples::{Batch, Found, Interval};
use super::lists::{Lists, SPAN_SHIFT, batches};
use super::segment::Extent;
use super::shared::{Reader, SharedLists};
use super::walkers::Walkers;
use crate::error::Result;
use crate::kernel::Interrupt;
use std::sync::Arc;

pub const LONGEST_SEGMENT: usize = 1 << 23;

/// The largest prime that walks: from 8 to 32 million on it takes about as long as lists of hits do. Where sieving primes go beyond `CROWDED`, lists
/// are long, so more walk, which takes less memory.
pub const WALKING: u32 = 8 << 20;
const CROWDED: u32 = 1 << 29;
const WALKING_IN_CROWD: u32 = 16 << 20;

/// How many segments' bytes it may be at most: longer ones would be looked at in vain too often.
const WALKING_SEGMENTS: u32 = 16;

/// The largest prime that walks, of those up to `limit` beyond `above`, by segments of `segment` bytes.
pub fn walking(limit: u32, above: u32, segment: usize) -> u32 {
    let walking = if limit < CROWDED { WALKING } else { WALKING_IN_CROWD };
    walking.min(WALKING_SEGMENTS * segment as u32).max(above).min(limit)
}

/// The integers of an extent.
pub fn interval(extent: Extent) -> Interval {
    Interval { origin: 30 * extent.first_byte + 1, length: (30 * extent.bytes) as u32 }
}

/// log2 of the bytes that share a list, with segments of `segment` bytes.
pub fn span_shift(segment: usize) -> u32 {
    SPAN_SHIFT.min(segment.trailing_zeros())
}

/// Sieving primes, as a sieve that begins with byte `first_byte`.
#[derive(Clone, Copy)]
pub struct Primes<'a> {
    pub sieve: &'a [u64],
    pub first_byte: u64,
}

pub struct Hits {
    segment: usize,
    extent: Extent,
    lists: Lists,
    /// The lists that others made, too.
    reader: Option<Reader>,
    walkers: Walkers,
    /// Bytes of the extent crossed off so far.
    done: u64,
    batch: Option<Box<Batch>>,
}

impl Hits {
    /// For segments of `segment` bytes, a power of two.
    pub fn new(segment: usize, pool: &Arc<Pool>) -> Hits {
        debug_assert!(segment.is_power_of_two() && segment <= LONGEST_SEGMENT);
        Hits {
            segment,
            extent: Extent { first_byte: 0, bytes: 0 },
            lists: Lists::new(pool, span_shift(segment)),
            reader: None,
            walkers: Walkers::new(),
            done: 0,
            batch: None,
        }
    }

    /// Room to work in; to be put back. Errors: Memory.
    pub fn take_batch(&mut self) -> Result<Box<Batch>> {
        self.batch.take().map_or_else(Batch::new, Ok)
    }

    pub fn put_batch(&mut self, batch: Box<Batch>) {
        self.batch = Some(batch);
    }

    pub fn shares(&self) -> bool {
        self.reader.is_some()
    }

    /// Empties all lists and makes those of `extent`, or reads `shared`.
    pub fn begin(&mut self, extent: Extent, shared: Option<Arc<SharedLists>>) {
        debug_assert!(extent.bytes < 1 << 27, "distances and places have 32 bits");
        self.extent = extent;
        self.done = 0;
        self.walkers.clear();
        self.lists.begin(
            extent.bytes.next_multiple_of(self.segment as u64) as usize >> self.lists.span_shift(),
        );
        self.reader = shared.map(|lists| Reader::new(lists, extent.first_byte));
    }

    /// Adds the primes above `above` and up to `limit`; of those that do not walk none if lists are shared.
    ///
    /// Errors: Cancelled, Memory.
    pub fn add(
        &mut self,
        primes: Primes,
        (above, limit): (u32, u32),
        interrupt: &Interrupt,
    ) -> Result<()> {
        let walking = walking(limit, above, self.segment);
        let interval = interval(self.extent);
        let mut batch = self.take_batch()?;
        let Primes { sieve, first_byte } = primes;
        batches(sieve, first_byte, (above, walking), interrupt, |words, first_byte| {
            let mut result = Ok(());
            batch.locate(words, first_byte, (above, walking), interval, |found| {
                let found = match found {
                    Found::Many(located) => self.walkers.add(located),
                    // Too long to walk in so short an extent, but it has one place each.
                    Found::Single(places) => self.lists.list(places),
                };
                result = std::mem::replace(&mut result, Ok(())).and(found);
            });
            result
        })?;
        if self.reader.is_none() {
            self.lists.add(primes, (walking, limit), interval, &mut batch, interrupt)?;
        }
        self.put_batch(batch);
        Ok(())
    }

    /// Crosses off the large primes' multiples in the next segment, which begins at `sieve`.
    ///
    /// Errors: Cancelled.
    ///
    /// # Safety
    /// `sieve` is valid for reads and writes of a whole segment, also where the extent ends before; with shared lists also of a span before
    /// and behind it.
    pub unsafe fn cross_off(&mut self, sieve: *mut u8, interrupt: &Interrupt) -> Result<()> {
        let rest = self.extent.bytes - self.done.min(self.extent.bytes);
        if rest == 0 {
            return Ok(());
        }
        let end = (self.done + self.segment as u64) as u32;
        let chunk = sieve.wrapping_sub(self.done as usize);
        // SAFETY: walkers' places are not before the segment, as they were moved to its beginning or further.
        unsafe { self.walkers.cross_off(chunk, end, interrupt) }?;
        let shift = self.lists.span_shift();
        let first = (self.done >> shift) as usize;
        for span in 0..self.segment >> shift {
            interrupt.check()?;
            // SAFETY: within the segment.
            unsafe { self.lists.cross_off(first + span, sieve.add(span << shift)) };
        }
        if let Some(reader) = &mut self.reader {
            let bytes = rest.min(self.segment as u64);
            // SAFETY: passed on from the caller.
            unsafe { reader.cross_off(sieve, bytes, interrupt)? };
        }
        self.done += self.segment as u64;
        Ok(())
    }
}

//! Large sieving primes: lists of their hits.
//!
//! A prime longer than a segment hits most segments not at all. So its multiples in the chunk are computed
//! ahead, and each is written down as a hit: where it lies, in 3 bytes, in the list of its span of half
//! a megabyte. Sieving a segment crosses off its spans' lists, in a loop without a single doubtful branch.
//! The prime itself is not kept: behind the chunk nobody asks for it.
//!
//! That makes lists as long as there are hits, too long where hundreds of millions of primes take part. So
//! primes up to 8 million, which have many hits each and are few, walk: they keep 8 bytes of state, and write down
//! the hits of a round of a megabyte when it begins.
//!
//! How many hits a prime has in a round or chunk is a matter of chance that no branch predictor knows. So each
//! pass takes one hit of each prime, and those that have another one are moved together for the next
//! pass; the moving is done for all, and only the count decides what it was worth.
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

use super::first_multiples::{BATCH_WORDS, Batch, Located};
use super::pages::Pages;
use super::segment::Extent;
use super::wheel210::STEPS;
use crate::error::{Error, Result, Status};
use crate::kernel::Interrupt;

/// log2 of the bytes of sieve whose hits share a list.
const SPAN_SHIFT: u32 = 19;

/// Bytes of a block, and what it is aligned to.
const BLOCK: usize = 4096;

/// Bytes of a hit: 19 bits of byte and 3 of bit.
const HIT: usize = 3;

/// Where a block's hits begin, behind the link, such that they end one byte before its end: a hit is written as 4 bytes.
const HEADER: usize = 9;
const BLOCK_HITS: usize = (BLOCK - 1 - HEADER) / HIT;

/// A hit's byte in its span, shifted by 3: what was read too much is cut off.
const HIT_BYTES: u32 = (1 << (8 * HIT - 3)) - 1;

/// A list without a block: looks like one whose block is full.
const NO_BLOCK: *mut u8 = std::ptr::without_provenance_mut(BLOCK - 1);

/// Blocks are allocated this many at a time: 256 KB.
const SLAB_BLOCKS: usize = 64;

/// The bits of a walker's `place` that hold its byte, which counts from the round's start.
const BYTE_BITS: u32 = 23;
const BYTE_MASK: u32 = (1 << BYTE_BITS) - 1;

/// The longest segment that walkers can express.
pub const LONGEST_SEGMENT: usize = 1 << BYTE_BITS;

/// Bytes of a round.
const ROUND: usize = 1 << 20;

/// The largest prime that walks.
const WALKING: u32 = 8 << 20;

/// How many can walk: OEIS A007053(23), pi(2^23). Reserved at once, as a vector that grows by doubling takes
/// up to 8 MB a thread more.
const WALKERS: usize = 564_163;

/// Where the sieving primes end below this, none walks: the lists of all hits are short enough.
const WALK_FROM: u32 = 1 << 26;

/// Walkers taken at once.
const STROLL: usize = 1024;

/// A prime at work in rounds.
#[derive(Clone, Copy)]
struct Walker {
    quotient: u32,
    /// Index into STEPS (9 bits) over the byte of the next multiple (23).
    place: u32,
}

#[repr(C, align(8))]
struct Block {
    next: *mut Block,
}

pub struct Hits {
    /// log2 of a segment's bytes.
    shift: u32,
    /// log2 of the bytes that share a list.
    span_shift: u32,
    round: usize,
    extent: Extent,
    /// For each span of the chunk, where its list's next hit goes; the last byte of a block means a new one.
    cursors: Vec<*mut u8>,
    walkers: Vec<Walker>,
    /// Bytes of the chunk crossed off so far.
    done: u64,
    free: *mut Block,
    slabs: Vec<Pages>,
    /// A block could not be had: the lists are worthless.
    failed: bool,
    batch: Option<Box<Batch>>,
}

// SAFETY: all pointers point into `slabs`, which Hits owns.
unsafe impl Send for Hits {}

impl Hits {
    /// For segments of `segment` bytes, a power of two.
    pub fn new(segment: usize) -> Hits {
        debug_assert!(segment.is_power_of_two() && segment <= LONGEST_SEGMENT);
        let shift = segment.trailing_zeros();
        Hits {
            shift,
            span_shift: SPAN_SHIFT.min(shift),
            round: ROUND.max(segment),
            extent: Extent { first_byte: 0, bytes: 0 },
            cursors: Vec::new(),
            walkers: Vec::new(),
            done: 0,
            free: std::ptr::null_mut(),
            slabs: Vec::new(),
            failed: false,
            batch: None,
        }
    }

    /// Empties all lists (an interrupted chunk leaves some) and makes those of `extent`.
    ///
    /// Errors: Memory.
    pub fn begin(&mut self, extent: Extent) -> Result<()> {
        if self.failed {
            self.cursors.clear();
            self.free = std::ptr::null_mut();
            self.slabs.clear();
            self.failed = false;
        }
        for index in 0..self.cursors.len() {
            let mut list = List::take(&mut self.cursors[index]);
            while let Some((block, _)) = list.next() {
                self.give_back(block);
            }
        }
        self.extent = extent;
        self.done = 0;
        self.walkers.clear();
        self.cursors.clear();
        if extent.bytes > 0 {
            let spans = extent.bytes.next_multiple_of(1 << self.shift) >> self.span_shift;
            self.cursors.resize(spans as usize, NO_BLOCK);
            if self.free.is_null() {
                self.grow()?;
            }
        }
        Ok(())
    }

    /// Adds the primes above `above` and up to `limit` of a sieve that begins with byte `first_byte`.
    ///
    /// Errors: Cancelled, Memory.
    pub fn add(
        &mut self,
        sieve: &[u64],
        first_byte: u64,
        above: u32,
        limit: u32,
        interrupt: &Interrupt,
    ) -> Result<()> {
        let walking = if limit < WALK_FROM { above } else { WALKING.max(above).min(limit) };
        let mut batch = self.batch.take().unwrap_or_else(Batch::new);
        let origin = 30 * self.extent.first_byte + 1;
        let length = 30 * self.extent.bytes;
        debug_assert!(length < 1 << 32, "distances have 32 bits");
        for (i, words) in sieve.chunks(BATCH_WORDS).enumerate() {
            if i % 16 == 0 {
                interrupt.check()?;
            }
            let first = 30 * (first_byte + 8 * (i * BATCH_WORDS) as u64);
            let behind = first + 240 * (BATCH_WORDS as u64);
            if first > u64::from(limit) {
                break;
            }
            if behind < u64::from(above) {
                continue;
            }
            if first < u64::from(walking) && above < walking {
                let located =
                    batch.locate(words, first as u32, (above, walking), origin, length as u32);
                self.add_walkers(located)?;
            }
            if behind > u64::from(walking) {
                let located =
                    batch.locate(words, first as u32, (walking, limit), origin, length as u32);
                self.scatter(located);
            }
            if self.failed {
                return Err(out_of_memory());
            }
        }
        self.batch = Some(batch);
        Ok(())
    }

    fn add_walkers(&mut self, located: &[Located]) -> Result<()> {
        if self.walkers.capacity() == 0 {
            self.walkers.try_reserve_exact(WALKERS).map_err(|_| out_of_memory())?;
        }
        self.walkers.try_reserve(located.len()).map_err(|_| out_of_memory())?;
        for &Located { quotient, step, byte } in located {
            debug_assert!(byte < 1 << BYTE_BITS, "chunks have 8 MB at most");
            self.walkers.push(Walker { quotient, place: step << BYTE_BITS | byte });
        }
        Ok(())
    }

    /// Lists all hits of the located primes in the chunk.
    #[inline(never)]
    fn scatter(&mut self, located: &mut [Located]) {
        let bytes = self.extent.bytes as u32;
        let mut count = located.len();
        while count > 0 {
            let mut left = 0;
            for i in 0..count {
                let Located { quotient, step, byte } = located[i];
                let at = STEPS[(step & 511) as usize];
                self.push(byte, at.bit());
                let next = byte + at.advance(quotient);
                located[left] = Located { quotient, step: at.next(), byte: next };
                left += usize::from(next < bytes);
            }
            count = left;
        }
    }

    /// Lists the hits of all walkers in the round that begins.
    ///
    /// Errors: Cancelled, Memory.
    fn walk(&mut self, interrupt: &Interrupt) -> Result<()> {
        let round = (self.round as u64).min(self.extent.bytes - self.done) as u32;
        let mut walkers = std::mem::take(&mut self.walkers);
        let mut result = Ok(());
        for walkers in walkers.chunks_mut(STROLL) {
            result = interrupt.check();
            if result.is_err() {
                break;
            }
            self.walk_some(walkers, round);
        }
        self.walkers = walkers;
        if self.failed { Err(out_of_memory()) } else { result }
    }

    /// One hit of each walker a pass, as in `scatter`.
    #[inline(never)]
    fn walk_some(&mut self, walkers: &mut [Walker], round: u32) {
        let base = self.done as u32;
        let mut active = [Walker { quotient: 0, place: 0 }; STROLL];
        let (mut count, mut done) = (0, 0);
        for i in 0..walkers.len().min(STROLL) {
            let walker = walkers[i];
            let byte = walker.place & BYTE_MASK;
            active[count] = walker;
            walkers[done] = Walker { place: walker.place.wrapping_sub(round), ..walker };
            count += usize::from(byte < round);
            done += usize::from(byte >= round);
        }
        while count > 0 {
            let mut left = 0;
            for i in 0..count.min(STROLL) {
                let Walker { quotient, place } = active[i];
                let at = STEPS[(place >> BYTE_BITS) as usize];
                let byte = place & BYTE_MASK;
                self.push(base + byte, at.bit());
                let next = byte + at.advance(quotient);
                // Not `|`: at the end of a round of 8 MB there is a carry, until the round is subtracted.
                let place = (at.next() << BYTE_BITS).wrapping_add(next);
                active[left] = Walker { quotient, place };
                // All that are active have a place among those done.
                walkers[done] = Walker { quotient, place: place.wrapping_sub(round) };
                left += usize::from(next < round);
                done += usize::from(next >= round);
            }
            count = left;
        }
    }

    #[inline]
    fn push(&mut self, byte: u32, bit: u32) {
        let list = (byte >> self.span_shift) as usize;
        let hit = (byte & ((1 << self.span_shift) - 1)) << 3 | bit;
        debug_assert!(list < self.cursors.len());
        // SAFETY: there is a list for each span of the chunk. A cursor not at a block's end has room.
        unsafe {
            let mut cursor = *self.cursors.as_ptr().add(list);
            if cursor.addr() % BLOCK == BLOCK - 1 {
                cursor = self.chain(cursor);
            }
            cursor.cast::<u32>().write_unaligned(hit.to_le());
            *self.cursors.as_mut_ptr().add(list) = cursor.add(HIT);
        }
    }

    /// A new block in front of the full one that ends at `cursor` (or of none); its first hit's place.
    #[cold]
    #[inline(never)]
    fn chain(&mut self, cursor: *mut u8) -> *mut u8 {
        let block = self.free;
        debug_assert!(!block.is_null());
        // SAFETY: blocks of the free list are owned by `slabs` and unused, and there is always one; a
        // cursor with a block is at its last byte.
        unsafe {
            if (*block).next.is_null() && self.grow().is_err() {
                // The last free block serves all from now on: nothing is read any more.
                self.failed = true;
            } else {
                let block = self.free;
                self.free = (*block).next;
                let full = cursor.wrapping_sub(BLOCK - 1);
                (*block).next = full.cast();
                return first_hit(block);
            }
        }
        first_hit(block)
    }

    fn give_back(&mut self, block: *mut Block) {
        // SAFETY: the block was taken off its list.
        unsafe { (*block).next = self.free };
        self.free = block;
    }

    /// Errors: Memory.
    #[cold]
    fn grow(&mut self) -> Result<()> {
        let mut slab = Pages::new(SLAB_BLOCKS * BLOCK)?;
        for i in 0..SLAB_BLOCKS {
            // SAFETY: within the slab, and aligned as it is.
            self.give_back(unsafe { slab.as_mut_ptr().add(i * BLOCK) }.cast());
        }
        self.slabs.push(slab);
        Ok(())
    }

    /// Crosses off the hits of the next segment, which begins at `sieve`.
    ///
    /// Errors: Cancelled, Memory.
    ///
    /// # Safety
    /// `sieve` is valid for reads and writes of a whole segment, also where the extent ends before.
    pub unsafe fn cross_off(&mut self, sieve: *mut u8, interrupt: &Interrupt) -> Result<()> {
        if self.cursors.is_empty() {
            return Ok(());
        }
        if self.done.is_multiple_of(self.round as u64) {
            self.walk(interrupt)?;
        }
        let spans = 1 << (self.shift - self.span_shift);
        let first = (self.done >> self.span_shift) as usize;
        for span in 0..spans {
            interrupt.check()?;
            let mut list = List::take(&mut self.cursors[first + span]);
            while let Some((block, hits)) = list.next() {
                // SAFETY: the list says how many hits of the block are written, and they lie in the span.
                unsafe {
                    cross_off_hits(sieve.add(span << self.span_shift), first_hit(block), hits);
                }
                self.give_back(block);
            }
        }
        self.done += 1 << self.shift;
        Ok(())
    }
}

/// # Safety
/// `hits` is followed by `count` hits and a byte, and all hits lie in what is valid behind `sieve`.
#[inline(never)]
unsafe fn cross_off_hits(sieve: *mut u8, hits: *const u8, count: usize) {
    for i in 0..count {
        // SAFETY: the caller vouches for it.
        unsafe {
            let hit = u32::from_le(hits.add(i * HIT).cast::<u32>().read_unaligned());
            let keep = !(1u8 << (hit & 7));
            *sieve.add((hit >> 3 & HIT_BYTES) as usize) &= keep;
        }
    }
}

fn out_of_memory() -> Error {
    Error::new(Status::Memory, "too little memory for the lists of large primes' multiples")
}

/// The blocks of a list that was taken.
struct List {
    block: *mut Block,
    hits: usize,
}

impl List {
    fn take(cursor: &mut *mut u8) -> List {
        let end = std::mem::replace(cursor, NO_BLOCK);
        let used = end.addr() % BLOCK;
        List { block: end.wrapping_sub(used).cast(), hits: (used - HEADER) / HIT }
    }

    /// The next block and its number of hits. The block is the caller's then.
    fn next(&mut self) -> Option<(*mut Block, usize)> {
        let block = self.block;
        if block.is_null() {
            return None;
        }
        // SAFETY: blocks of a list are linked properly.
        self.block = unsafe { (*block).next };
        Some((block, std::mem::replace(&mut self.hits, BLOCK_HITS)))
    }
}

fn first_hit(block: *mut Block) -> *mut u8 {
    block.cast::<u8>().wrapping_add(HEADER)
}

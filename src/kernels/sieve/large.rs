//! Large sieving primes: walkers, and lists of hits.
//!
//! A prime of up to some segments' length walks (walkers.rs).
//!
//! A longer prime hits most segments not at all, so just looking whether it does would take too long. Its multiples in the chunk are computed
//! ahead, and each is written down as a **hit**: where it lies, in 3 bytes, in the list of its span of half
//! a megabyte. Sieving a segment crosses off its spans' lists, in a loop without a single doubtful branch.
//! The prime itself is not kept: behind the chunk nobody asks for it. Here, too, a pass takes one hit of each prime.
//!
//! Lists are blocks of 8 KB. That a list has room is made sure of for 128 hits at once, not for each: what is left of
//! a block then is wasted, a twentieth.
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
//! Also lost: whole turns for primes to 2 segments (10^12 0.194 to 0.203, 10^15 0.363 to 0.38: their pads leave the L2 cache), and no
//! gain from turns to half a segment; walkers to 16 million at 10^15, 1 to 3%; segments of 512 KB in wasm, 4% at 10^15
//! and 8% at 10^18 (natively no difference); of 2 MB, 15% at 10^15.

use super::first_multiples::{Batch, Found, Interval, Located, SPARSE_WORDS};
use super::pages::{PAGE, Pages};
use super::segment::Extent;
use super::walkers::{Walkers, all_but};
use super::wheel210::Step;
use crate::error::{Error, Result, Status};
use crate::kernel::Interrupt;

/// log2 of the bytes of sieve whose hits share a list.
const SPAN_SHIFT: u32 = 19;

/// Bytes of a block, and what it is aligned to.
const BLOCK: usize = PAGE;

/// Bytes of a hit: 19 bits of byte and 3 of bit. It is written and read as 4 bytes, so the last one is followed by a byte.
const HIT: usize = 3;

/// Where a block's hits begin.
const HEADER: usize = 16;

/// Hits that every list has room for, at a time.
const ROOM: usize = 128;

/// Blocks are allocated this many at a time: 256 KB.
const SLAB_BLOCKS: usize = 32;

pub const LONGEST_SEGMENT: usize = 1 << 23;

/// The largest prime that walks: from 8 to 32 million on it takes about as long as lists of hits do. Where sieving primes go beyond `CROWDED`, lists
/// are long, so more walk, which takes less memory.
const WALKING: u32 = 8 << 20;
const CROWDED: u32 = 1 << 29;
const WALKING_IN_CROWD: u32 = 16 << 20;

/// How many segments' bytes it may be at most: longer ones would be looked at in vain too often.
const WALKING_SEGMENTS: u32 = 16;

#[repr(C, align(8))]
struct Block {
    next: *mut Block,
    /// Bytes, with the header, once it is full.
    used: u32,
}

pub struct Hits {
    /// log2 of a segment's bytes.
    shift: u32,
    /// log2 of the bytes that share a list.
    span_shift: u32,
    extent: Extent,
    /// For each span of the chunk, where its list's next hit goes; null without a block.
    cursors: Vec<*mut u8>,
    walkers: Walkers,
    /// Bytes of the chunk crossed off so far.
    done: u64,
    free: *mut Block,
    slabs: Vec<Pages>,
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
            extent: Extent { first_byte: 0, bytes: 0 },
            cursors: Vec::new(),
            walkers: Walkers::new(),
            done: 0,
            free: std::ptr::null_mut(),
            slabs: Vec::new(),
            batch: None,
        }
    }

    /// Empties all lists (an interrupted chunk leaves some) and makes those of `extent`.
    ///
    /// Errors: Memory.
    pub fn begin(&mut self, extent: Extent) -> Result<()> {
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
            debug_assert!(extent.bytes < 1 << 27, "distances and places have 32 bits");
            let spans = extent.bytes.next_multiple_of(1 << self.shift) >> self.span_shift;
            self.cursors.resize(spans as usize, std::ptr::null_mut());
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
        let walking = if limit < CROWDED { WALKING } else { WALKING_IN_CROWD };
        let walking = walking.min(WALKING_SEGMENTS << self.shift).max(above).min(limit);
        let mut batch = self.batch.take().unwrap_or_else(Batch::new);
        let interval = Interval {
            origin: 30 * self.extent.first_byte + 1,
            length: (30 * self.extent.bytes) as u32,
        };
        let mut result = Ok(());
        for (i, words) in sieve.chunks(SPARSE_WORDS).enumerate() {
            if i % 4 == 0 {
                interrupt.check()?;
            }
            let first_byte = first_byte + 8 * (i * SPARSE_WORDS) as u64;
            let first = 30 * first_byte;
            let behind = first + 240 * words.len() as u64 + 1;
            if first > u64::from(limit) {
                break;
            }
            if behind < u64::from(above) {
                continue;
            }
            if first < u64::from(walking) && above < walking {
                batch.locate(words, first_byte as u32, (above, walking), interval, |found| {
                    let found = match found {
                        Found::Many(located) => self.walkers.add(located),
                        // Too long to walk in so short a chunk, but it has one place each.
                        Found::Single(places) => self.list(places),
                    };
                    result = std::mem::replace(&mut result, Ok(())).and(found);
                });
            }
            if behind > u64::from(walking) {
                batch.locate(words, first_byte as u32, (walking, limit), interval, |found| {
                    let found = match found {
                        Found::Many(located) => self.scatter(located),
                        Found::Single(places) => self.list(places),
                    };
                    result = std::mem::replace(&mut result, Ok(())).and(found);
                });
            }
            std::mem::replace(&mut result, Ok(()))?;
        }
        self.batch = Some(batch);
        Ok(())
    }

    /// Lists all hits of the located primes in the chunk.
    ///
    /// Errors: Memory.
    fn scatter(&mut self, located: &mut [Located]) -> Result<()> {
        let end = (8 * self.extent.bytes) as u32;
        let mut count = located.len();
        while count > 0 {
            let (mut from, mut left) = (0, 0);
            while from < count {
                let to = count.min(from + ROOM);
                self.make_room()?;
                // SAFETY: all places are in the chunk, and there is room.
                left = unsafe { self.scatter_some(located, from..to, left, end) };
                from = to;
            }
            count = left;
        }
        Ok(())
    }

    /// Lists one hit of each of the primes `some`, and moves those that have another one before `end` to `left`; returns where they end.
    ///
    /// # Safety
    /// All places are before `end`, the chunk's, and each list has room for so many hits.
    #[inline(never)]
    unsafe fn scatter_some(
        &mut self,
        located: &mut [Located],
        some: std::ops::Range<usize>,
        left: usize,
        end: u32,
    ) -> usize {
        debug_assert!(some.end <= located.len() && left <= some.start && some.len() <= ROOM);
        let cursors = self.cursors.as_mut_ptr();
        let shift = self.span_shift + 3;
        let first = located.as_mut_ptr();
        // SAFETY: left <= from < behind, and the caller vouches for the lists.
        unsafe {
            let (mut from, mut left) = (first.add(some.start), first.add(left));
            let behind = first.add(some.end);
            while from != behind {
                let Located { quotient, step, place } = *from;
                from = from.add(1);
                push(cursors, shift, place);
                let at = Step::of(step);
                let next = place.wrapping_add(at.advance(quotient));
                let step = step.wrapping_add(at.ahead());
                *left = Located { quotient, step, place: next };
                left = left.add(usize::from(next < end));
            }
            left.offset_from_unsigned(first)
        }
    }

    /// Lists single hits.
    ///
    /// Errors: Memory.
    fn list(&mut self, places: &[u32]) -> Result<()> {
        for places in places.chunks(ROOM) {
            self.make_room()?;
            // SAFETY: all places are in the chunk, and there is room.
            unsafe { list_some(self.cursors.as_mut_ptr(), self.span_shift + 3, places) };
        }
        Ok(())
    }

    /// Makes sure that each list has room for ROOM hits.
    ///
    /// Errors: Memory.
    #[inline]
    fn make_room(&mut self) -> Result<()> {
        for list in 0..self.cursors.len() {
            let used = self.cursors[list].addr() % BLOCK;
            if used == 0 || used > BLOCK - ROOM * HIT - 1 {
                self.chain(list)?;
            }
        }
        Ok(())
    }

    /// A new block in front of the full one of list `list`, or of none.
    ///
    /// Errors: Memory.
    #[cold]
    #[inline(never)]
    fn chain(&mut self, list: usize) -> Result<()> {
        if self.free.is_null() {
            self.grow()?;
        }
        let block = self.free;
        let cursor = self.cursors[list];
        let used = cursor.addr() % BLOCK;
        let full = cursor.wrapping_sub(used).cast::<Block>();
        // SAFETY: blocks of the free list are owned by `slabs` and unused; a cursor that is not null is in a block.
        unsafe {
            if !full.is_null() {
                (*full).used = used as u32;
            }
            self.free = (*block).next;
            (*block).next = full;
        }
        self.cursors[list] = first_hit(block);
        Ok(())
    }

    fn give_back(&mut self, block: *mut Block) {
        // SAFETY: the block was taken off its list.
        unsafe { (*block).next = self.free };
        self.free = block;
    }

    /// Errors: Memory.
    #[cold]
    fn grow(&mut self) -> Result<()> {
        self.slabs.try_reserve(1).map_err(|_| out_of_memory())?;
        let mut slab = Pages::new(SLAB_BLOCKS * BLOCK)?;
        for i in 0..SLAB_BLOCKS {
            // SAFETY: within the slab, and aligned as it is.
            self.give_back(unsafe { slab.as_mut_ptr().add(i * BLOCK) }.cast());
        }
        self.slabs.push(slab);
        Ok(())
    }

    /// Crosses off the large primes' multiples in the next segment, which begins at `sieve`.
    ///
    /// Errors: Cancelled.
    ///
    /// # Safety
    /// `sieve` is valid for reads and writes of a whole segment, also where the extent ends before.
    pub unsafe fn cross_off(&mut self, sieve: *mut u8, interrupt: &Interrupt) -> Result<()> {
        if self.cursors.is_empty() {
            return Ok(());
        }
        let end = (8 * (self.done + (1 << self.shift))) as u32;
        let chunk = sieve.wrapping_sub(self.done as usize);
        // SAFETY: walkers' places are not before the segment, as they were moved to its beginning or further.
        unsafe { self.walkers.cross_off(chunk, end, interrupt) }?;
        let spans = 1 << (self.shift - self.span_shift);
        let first = (self.done >> self.span_shift) as usize;
        for span in 0..spans {
            interrupt.check()?;
            let mut list = List::take(&mut self.cursors[first + span]);
            while let Some((block, bytes)) = list.next() {
                // SAFETY: the list says how many hits of the block are written, and they lie in the span.
                unsafe {
                    let sieve = sieve.add(span << self.span_shift);
                    cross_off_hits(sieve, self.span_shift + 3, first_hit(block), bytes);
                }
                self.give_back(block);
            }
        }
        self.done += 1 << self.shift;
        Ok(())
    }
}

/// Adds a hit to the list of its span.
///
/// # Safety
/// There is such a list, and it has room.
#[inline(always)]
unsafe fn push(cursors: *mut *mut u8, shift: u32, place: u32) {
    // SAFETY: the caller vouches for it.
    unsafe {
        let cursor = cursors.add((place >> shift) as usize);
        let hit = *cursor;
        hit.cast::<u32>().write_unaligned(place.to_le());
        *cursor = hit.add(HIT);
    }
}

/// # Safety
/// As for `push`, for each of the places.
#[inline(never)]
unsafe fn list_some(cursors: *mut *mut u8, shift: u32, places: &[u32]) {
    for &place in places {
        // SAFETY: passed on from the caller.
        unsafe { push(cursors, shift, place) };
    }
}

/// # Safety
/// `hits` are `bytes` bytes, followed by one more, and all hits lie in what is valid behind `sieve`.
#[inline(never)]
unsafe fn cross_off_hits(sieve: *mut u8, shift: u32, hits: *const u8, bytes: usize) {
    let mask = (1 << shift) - 1;
    for i in 0..bytes / HIT {
        // SAFETY: the caller vouches for it.
        unsafe {
            let hit = u32::from_le(hits.add(i * HIT).cast::<u32>().read_unaligned()) & mask;
            *sieve.add((hit >> 3) as usize) &= all_but(hit);
        }
    }
}

pub fn out_of_memory() -> Error {
    Error::new(Status::Memory, "too little memory for the lists of large primes' multiples")
}

/// The blocks of a list that was taken.
struct List {
    block: *mut Block,
    used: usize,
}

impl List {
    fn take(cursor: &mut *mut u8) -> List {
        let end = std::mem::replace(cursor, std::ptr::null_mut());
        let used = end.addr() % BLOCK;
        List { block: end.wrapping_sub(used).cast(), used }
    }

    /// The next block and its bytes of hits. The block is the caller's then.
    fn next(&mut self) -> Option<(*mut Block, usize)> {
        let block = self.block;
        if block.is_null() {
            return None;
        }
        let bytes = self.used - HEADER;
        // SAFETY: blocks of a list are linked properly, and all but the first taken are full.
        unsafe {
            self.block = (*block).next;
            if !self.block.is_null() {
                self.used = (*self.block).used as usize;
            }
        }
        Some((block, bytes))
    }
}

fn first_hit(block: *mut Block) -> *mut u8 {
    block.cast::<u8>().wrapping_add(HEADER)
}

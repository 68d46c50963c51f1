//! Lists of hits: for each span of half a megabyte, where the multiples of primes lie that are longer than some segments.
//!
//! A hit is a place, in 3 bytes. Lists are blocks of 8 KB (blocks.rs). That a list has room is made sure of for 128 hits at once, not
//! for each: what is left of a block then is wasted, a twentieth.

use super::blocks::{BLOCK, Block, HEADER, Pool, Store};
use super::first_multiples::{Batch, Found, Interval, Located, SPARSE_WORDS};
use super::large::Primes;
use super::wheel210::Step;
use crate::error::Result;
use crate::kernel::Interrupt;
use std::sync::Arc;

/// log2 of the bytes of sieve whose hits share a list.
pub const SPAN_SHIFT: u32 = 19;

/// Bytes of a hit: 19 bits of byte and 3 of bit. It is written and read as 4 bytes, so the last one is followed by a byte.
const HIT: usize = 3;

/// Hits that every list has room for, at a time.
const ROOM: usize = 128;

/// Bytes ahead of its next hit at which a list is written once before it gets there. The processor fetches these cache lines of all lists
/// at once, where it else waited for one after the other, for longer if another thread had the memory last. Loads instead wait there themselves.
const AHEAD: usize = 128;

/// Every so often that room is made this is done: one of 32 lists then has got some 32 hits, a line and a half. To do it each time fetches all
/// lines, and costs more than it gains: 10^9 integers at 10^18 take 6% less time like this in wasm, on one thread and on two, and 3 and 5% natively.
const EVERY: u32 = 8;

/// Cursors that nobody uses, behind those of each thread. Cursors are written with every hit, and are some hundred bytes: what an allocator puts right
/// behind them would share a cache line, and was another thread's cursors. Each then waited for the other's line: in wasm on two threads hits took 15%
/// more of the processor's time than in two processes (at 10^18), and take 10% less than that now. (A type that begins with a line made the loop 1% slower there.)
const APART: usize = 256 / size_of::<*mut u8>();

pub struct Lists {
    store: Store,
    /// log2 of the bytes that share a list.
    span_shift: u32,
    /// For each span, where its list's next hit goes; null without a block.
    cursors: Vec<*mut u8>,
    /// How often room was made.
    rooms: u32,
}

// SAFETY: all pointers point into blocks that nobody else has.
unsafe impl Send for Lists {}

impl Lists {
    /// None yet; see `begin`. Spans are of 2^`span_shift` bytes.
    pub fn new(pool: &Arc<Pool>, span_shift: u32) -> Lists {
        debug_assert!(span_shift <= SPAN_SHIFT);
        Lists { store: Store::new(pool), span_shift, cursors: Vec::new(), rooms: 0 }
    }

    pub fn span_shift(&self) -> u32 {
        self.span_shift
    }

    /// Empties all lists (an interrupted chunk leaves some) and makes those of `spans` spans.
    pub fn begin(&mut self, spans: usize) {
        for cursor in std::mem::take(&mut self.cursors) {
            // SAFETY: a list of these blocks, and it is gone.
            unsafe { give_back(cursor, &mut self.store) };
        }
        self.cursors.reserve_exact(spans + APART);
        self.cursors.resize(spans, std::ptr::null_mut());
    }

    /// Lists the multiples in `interval` of the primes above `above` and up to `limit`.
    ///
    /// Errors: Cancelled, Memory.
    pub fn add(
        &mut self,
        Primes { sieve, first_byte }: Primes,
        (above, limit): (u32, u32),
        interval: Interval,
        batch: &mut Batch,
        interrupt: &Interrupt,
    ) -> Result<()> {
        let end = interval.length / 30 * 8;
        batches(sieve, first_byte, (above, limit), interrupt, |words, first_byte| {
            let mut result = Ok(());
            batch.locate(words, first_byte, (above, limit), interval, |found| {
                let found = match found {
                    Found::Many(located) => self.scatter(located, end),
                    Found::Single(places) => self.list(places),
                };
                result = std::mem::replace(&mut result, Ok(())).and(found);
            });
            result
        })
    }

    /// Lists all hits of the located primes before `end`.
    ///
    /// Errors: Memory.
    fn scatter(&mut self, located: &mut [Located], end: u32) -> Result<()> {
        let mut count = located.len();
        while count > 0 {
            let (mut from, mut left) = (0, 0);
            while from < count {
                let to = count.min(from + ROOM);
                self.make_room()?;
                // SAFETY: all places are before the end, and there is room.
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
    /// All places are before `end`, which the spans reach, and each list has room for so many hits.
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
    pub fn list(&mut self, places: &[u32]) -> Result<()> {
        for places in places.chunks(ROOM) {
            self.make_room()?;
            // SAFETY: all places are in the spans, and there is room.
            unsafe { list_some(self.cursors.as_mut_ptr(), self.span_shift + 3, places) };
        }
        Ok(())
    }

    /// Makes sure that each list has room for ROOM hits, and now and then has the memory that it soon writes fetched.
    ///
    /// Errors: Memory.
    #[inline(never)]
    fn make_room(&mut self) -> Result<()> {
        for list in 0..self.cursors.len() {
            let used = self.cursors[list].addr() % BLOCK;
            if used == 0 || used > BLOCK - ROOM * HIT - 1 {
                self.chain(list)?;
            }
        }
        self.rooms = self.rooms.wrapping_add(1);
        if self.rooms.is_multiple_of(EVERY) {
            self.fetch_ahead();
        }
        Ok(())
    }

    fn fetch_ahead(&self) {
        for cursor in &self.cursors {
            let last = BLOCK - 1 - cursor.addr() % BLOCK;
            // SAFETY: behind the hits that are listed, and in their block.
            unsafe { *cursor.wrapping_add(AHEAD.min(last)) = 0 };
        }
    }

    /// A new block in front of the full one of list `list`, or of none.
    ///
    /// Errors: Memory.
    #[cold]
    #[inline(never)]
    fn chain(&mut self, list: usize) -> Result<()> {
        let block = self.store.take()?;
        let cursor = self.cursors[list];
        let used = cursor.addr() % BLOCK;
        let full = cursor.wrapping_sub(used).cast::<Block>();
        // SAFETY: the block was just taken; a cursor that is not null is in a block.
        unsafe {
            if !full.is_null() {
                (*full).used = used as u32;
            }
            (*block).next = full;
        }
        self.cursors[list] = first_hit(block);
        Ok(())
    }

    /// Crosses off the hits of span `span`, which begins at `sieve`, and empties its list.
    ///
    /// # Safety
    /// A span's bytes behind `sieve` are valid for reads and writes.
    pub unsafe fn cross_off(&mut self, span: usize, sieve: *mut u8) {
        let end = std::mem::replace(&mut self.cursors[span], std::ptr::null_mut());
        // SAFETY: passed on from the caller; the list is gone then.
        unsafe {
            cross_off(end, sieve, self.span_shift);
            give_back(end, &mut self.store);
        }
    }

    /// The lists, which are the caller's then: where each ends, for `cross_off` and `give_back`.
    pub fn into_ends(mut self) -> Vec<*mut u8> {
        std::mem::take(&mut self.cursors)
    }
}

impl Drop for Lists {
    fn drop(&mut self) {
        self.begin(0);
    }
}

/// Calls `each` for a batch's words after another, with their first byte, where they have primes above `above` and up to `limit`.
///
/// Errors: Cancelled, and those of `each`.
pub fn batches(
    sieve: &[u64],
    first_byte: u64,
    (above, limit): (u32, u32),
    interrupt: &Interrupt,
    mut each: impl FnMut(&[u64], u32) -> Result<()>,
) -> Result<()> {
    for (i, words) in sieve.chunks(SPARSE_WORDS).enumerate() {
        if i % 4 == 0 {
            interrupt.check()?;
        }
        let first_byte = first_byte + 8 * (i * SPARSE_WORDS) as u64;
        if 30 * first_byte > u64::from(limit) {
            break;
        }
        if 30 * first_byte + 240 * words.len() as u64 + 1 > u64::from(above) {
            each(words, first_byte as u32)?;
        }
    }
    Ok(())
}

/// Crosses off the hits of a list that ends with `end`, of a span of 2^`span_shift` bytes that begins at `sieve`.
///
/// # Safety
/// A span's bytes behind `sieve` are valid for reads and writes; the list lives, and nobody changes it.
pub unsafe fn cross_off(end: *mut u8, sieve: *mut u8, span_shift: u32) {
    let mut list = List::of(end);
    while let Some((block, bytes)) = list.next() {
        // SAFETY: the list says how many hits of the block are written, and they lie in the span.
        unsafe { cross_off_hits(sieve, span_shift + 3, first_hit(block), bytes) };
    }
}

/// # Safety
/// The list that ends with `end` is of blocks of the store's pool, and the caller's. It is gone then.
pub unsafe fn give_back(end: *mut u8, store: &mut Store) {
    let mut list = List::of(end);
    while let Some((block, _)) = list.next() {
        // SAFETY: the caller vouches for it.
        unsafe { store.give(block) };
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

/// All bits of a byte but that of `place`.
///
/// From a table: V8 has no rotation of bytes, and for the shift or rotation of a word it masks the count again, and
/// needs the one register that has counts.
#[inline(always)]
fn all_but(place: u32) -> u8 {
    static MASKS: [u8; 8] = [0xfe, 0xfd, 0xfb, 0xf7, 0xef, 0xdf, 0xbf, 0x7f];
    // SAFETY: below 8. Not an index, so that WebAssembly's load adds the table's address (wheel210.rs).
    unsafe { *MASKS.as_ptr().add((place & 7) as usize) }
}

/// The blocks of a list.
struct List {
    block: *mut Block,
    used: usize,
}

impl List {
    /// Of the list that ends with `end`; null: none.
    fn of(end: *mut u8) -> List {
        let used = end.addr() % BLOCK;
        List { block: end.wrapping_sub(used).cast(), used }
    }

    /// The next block and its bytes of hits; where the next one is, is known then.
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

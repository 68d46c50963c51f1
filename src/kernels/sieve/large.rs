//! Large sieving primes: bucket lists.
//!
//! A prime longer than a segment hits most segments not at all. Each segment of the chunk has a bucket: a
//! list of the primes whose next multiple lies in it. Sieving a segment empties its bucket: each entry crosses off
//! its multiple, steps to the next one by the mod-210 wheel, and goes to that one's bucket, or is
//! dropped if that lies behind the chunk. A prime of a few segments' length stays in a segment for several
//! multiples: they are taken in one go.
//!
//! Which primes have a multiple in the chunk, and where, is found out in first_multiples.rs.
//!
//! Entries are 8 bytes: p/30, and in 32 bits the wheel position (9) over the byte in the segment (23).
//! Buckets are chains of blocks, 8 KB each and aligned so that a cursor tells by its low bits when its block is
//! full. Blocks come from a free list which is topped up before each batch, never inside a loop.

use super::first_multiples::{BATCH, BATCH_WORDS, Batch, Located};
use super::pages::{PAGE, Pages};
use super::segment::Extent;
use super::wheel210::STEPS;
use crate::error::Result;
use crate::kernel::Interrupt;

/// The bits of an entry's `place` that hold the byte in the segment.
const BYTE_BITS: u32 = 23;
const BYTE_MASK: u32 = (1 << BYTE_BITS) - 1;

/// The longest segment that entries can express.
pub const LONGEST_SEGMENT: usize = 1 << BYTE_BITS;

#[derive(Clone, Copy)]
#[repr(C)]
struct Entry {
    quotient: u32,
    place: u32,
}

/// The first entry's room holds the link.
const BLOCK_ENTRIES: usize = PAGE / size_of::<Entry>() - 1;

#[repr(C, align(8))]
struct Block {
    next: *mut Block,
}

pub struct Buckets {
    /// log2 of the segment's bytes.
    shift: u32,
    extent: Extent,
    /// For each segment of the chunk, where its bucket's next entry goes; NULL, or just behind a
    /// full block, means a new block. The last one, for what lies behind the chunk, is never read.
    cursors: Vec<*mut Entry>,
    current: usize,
    free: *mut Block,
    free_blocks: usize,
    slabs: Vec<Pages>,
    batch: Option<Box<Batch>>,
}

// SAFETY: all pointers point into `slabs`, which Buckets owns.
unsafe impl Send for Buckets {}

/// Blocks are allocated this many at a time: 512 KB.
const SLAB_BLOCKS: usize = 64;

impl Buckets {
    /// For segments of `segment` bytes, a power of two.
    pub fn new(segment: usize) -> Buckets {
        debug_assert!(segment.is_power_of_two() && segment <= LONGEST_SEGMENT);
        Buckets {
            shift: segment.trailing_zeros(),
            extent: Extent { first_byte: 0, bytes: 0 },
            cursors: Vec::new(),
            current: 0,
            free: std::ptr::null_mut(),
            free_blocks: 0,
            slabs: Vec::new(),
            batch: None,
        }
    }

    /// Empties all buckets (an interrupted chunk leaves some) and makes one for each segment of `extent`.
    pub fn begin(&mut self, extent: Extent) {
        for index in 0..self.cursors.len() {
            let mut list = List::take(&mut self.cursors[index]);
            while let Some((block, _)) = list.next() {
                self.give_back(block);
            }
        }
        self.extent = extent;
        self.current = 0;
        let segments = extent.bytes.div_ceil(1 << self.shift) as usize;
        self.cursors.clear();
        self.cursors.resize(segments + 1, std::ptr::null_mut());
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
        let mut batch = self.batch.take().unwrap_or_else(Batch::new);
        let origin = 30 * self.extent.first_byte + 1;
        let length = 30 * self.extent.bytes;
        debug_assert!(length < 1 << 32, "distances have 32 bits");
        for (i, words) in sieve.chunks(BATCH_WORDS).enumerate() {
            if i % 16 == 0 {
                interrupt.check()?;
            }
            let first = 30 * (first_byte + 8 * (i * BATCH_WORDS) as u64);
            if first > u64::from(limit) {
                break;
            }
            if first + 240 * (BATCH_WORDS as u64) < u64::from(above) {
                continue;
            }
            self.reserve(self.cursors.len() + BATCH / BLOCK_ENTRIES + 1)?;
            let located = batch.locate(words, first as u32, (above, limit), origin, length as u32);
            self.push_all(located);
        }
        self.batch = Some(batch);
        Ok(())
    }

    /// Puts the located primes into buckets.
    #[inline(never)]
    fn push_all(&mut self, located: &[Located]) {
        let in_segment = (1 << self.shift) - 1;
        for &Located { quotient, step, byte } in located {
            let place = step << BYTE_BITS | byte & in_segment;
            self.push((byte >> self.shift) as usize, Entry { quotient, place });
        }
    }

    /// Crosses off the multiples in the next segment, which begins at `sieve`.
    ///
    /// Errors: Cancelled, Memory.
    ///
    /// # Safety
    /// `sieve` is valid for reads and writes of a whole segment, also where the extent ends before.
    pub unsafe fn cross_off(&mut self, sieve: *mut u8, interrupt: &Interrupt) -> Result<()> {
        let current = self.current;
        if current >= self.cursors.len() - 1 {
            return Ok(());
        }
        self.current += 1;
        let mut list = List::take(&mut self.cursors[current]);
        let mut blocks = 0u32;
        loop {
            if let Err(error) = self.ready(blocks, interrupt) {
                // `begin` will find what is left.
                list.put_back(&mut self.cursors[current]);
                return Err(error);
            }
            let Some((block, entries)) = list.next() else { return Ok(()) };
            blocks += 1;
            // SAFETY: the list says how many entries of the block are written; the sieve is the caller's word.
            unsafe {
                let entries = std::slice::from_raw_parts(first_entry(block), entries);
                self.cross_off_block(sieve, entries);
            }
            self.give_back(block);
        }
    }

    /// Before each block of a bucket. Errors: Cancelled, Memory.
    fn ready(&mut self, blocks: u32, interrupt: &Interrupt) -> Result<()> {
        if blocks % 8 == 7 {
            interrupt.check()?;
        }
        // A block's entries fill as much again, and may open a block in each bucket.
        self.reserve(self.cursors.len() + 2)
    }

    /// # Safety
    /// As for `cross_off`; the entries' places lie in the segment.
    #[inline(never)]
    unsafe fn cross_off_block(&mut self, sieve: *mut u8, entries: &[Entry]) {
        let shift = self.shift;
        let segment = 1u32 << shift;
        let current = self.current;
        let last = self.cursors.len() - 1;
        for entry in entries {
            let quotient = entry.quotient;
            let mut step = entry.place >> BYTE_BITS;
            let mut byte = entry.place & BYTE_MASK;
            loop {
                debug_assert!(byte < segment);
                let at = STEPS[(step & 511) as usize];
                // SAFETY: the byte lies in the segment.
                unsafe { *sieve.add(byte as usize) &= at.keep() };
                byte += at.advance(quotient);
                step = at.next();
                if byte >= segment {
                    break;
                }
            }
            // Whether the next multiple lies behind the chunk is hard to predict: it is kept either way, in
            // a bucket that nobody reads.
            let bucket = (current + (byte >> shift) as usize - 1).min(last);
            let place = step << BYTE_BITS | byte & (segment - 1);
            self.push(bucket, Entry { quotient, place });
        }
    }

    #[inline]
    fn push(&mut self, bucket: usize, entry: Entry) {
        debug_assert!(bucket < self.cursors.len());
        // SAFETY: there is a bucket for each segment, and the last one. A cursor not at a block's end
        // has room.
        unsafe {
            let slot = self.cursors.as_mut_ptr().add(bucket);
            let mut cursor = *slot;
            if cursor.addr().is_multiple_of(PAGE) {
                cursor = self.chain(bucket, cursor);
            }
            cursor.write(entry);
            *self.cursors.as_mut_ptr().add(bucket) = cursor.add(1);
        }
    }

    /// A new block in front of the full one that ends at `cursor` (or of none); its first entry's place.
    #[cold]
    #[inline(never)]
    fn chain(&mut self, bucket: usize, cursor: *mut Entry) -> *mut Entry {
        if bucket == self.cursors.len() - 1 && !cursor.is_null() {
            // Nobody reads the last bucket: its only block is filled again.
            return cursor.wrapping_byte_sub(PAGE).wrapping_add(1);
        }
        let block = self.free;
        assert!(!block.is_null(), "blocks are reserved before each batch");
        // SAFETY: blocks of the free list are owned by `slabs` and unused; a cursor that is not NULL is
        // just behind a block.
        unsafe {
            self.free = (*block).next;
            let full = if cursor.is_null() { cursor } else { cursor.wrapping_byte_sub(PAGE) };
            (*block).next = full.cast();
        }
        self.free_blocks -= 1;
        first_entry(block)
    }

    fn give_back(&mut self, block: *mut Block) {
        // SAFETY: the block was taken off its list.
        unsafe { (*block).next = self.free };
        self.free = block;
        self.free_blocks += 1;
    }

    /// Makes sure that `blocks` are free. Errors: Memory.
    fn reserve(&mut self, blocks: usize) -> Result<()> {
        while self.free_blocks < blocks {
            let mut slab = Pages::new(SLAB_BLOCKS * PAGE)?;
            for i in 0..SLAB_BLOCKS {
                // SAFETY: within the slab, and aligned as it is.
                self.give_back(unsafe { slab.as_mut_ptr().add(i * PAGE) }.cast());
            }
            self.slabs.push(slab);
        }
        Ok(())
    }
}

/// The blocks of a bucket that was taken.
struct List {
    block: *mut Block,
    entries: usize,
}

impl List {
    fn take(cursor: &mut *mut Entry) -> List {
        let end = std::mem::replace(cursor, std::ptr::null_mut());
        if end.is_null() {
            return List { block: std::ptr::null_mut(), entries: 0 };
        }
        let used = (end.addr() - 1) % PAGE + 1;
        List { block: end.wrapping_byte_sub(used).cast(), entries: used / size_of::<Entry>() - 1 }
    }

    /// The next block and its number of entries. The block is the caller's then.
    fn next(&mut self) -> Option<(*mut Block, usize)> {
        let block = self.block;
        if block.is_null() {
            return None;
        }
        // SAFETY: blocks of a bucket are linked properly.
        self.block = unsafe { (*block).next };
        Some((block, std::mem::replace(&mut self.entries, BLOCK_ENTRIES)))
    }

    /// Leaves what was not taken to the bucket.
    fn put_back(self, cursor: &mut *mut Entry) {
        if !self.block.is_null() {
            *cursor = first_entry(self.block).wrapping_add(self.entries);
        }
    }
}

fn first_entry(block: *mut Block) -> *mut Entry {
    block.cast::<Entry>().wrapping_add(1)
}

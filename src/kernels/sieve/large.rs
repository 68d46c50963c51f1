//! Large sieving primes: bucket lists.
//!
//! A prime longer than a segment hits most segments not at all. Each segment of the chunk has a bucket: a
//! list of the primes whose next multiple lies in it. Sieving a segment empties its bucket: each entry crosses off
//! its multiple, steps to the next one by the mod-210 wheel, and goes to that one's bucket, or is
//! dropped if that lies behind the chunk.
//!
//! A chunk stands alone, so it begins with every prime's first multiple. Most primes have none in it;
//! finding that out must be cheap. The primes come as a sieve (sieving_primes.rs), in batches:
//! unpacked, then the distance from the chunk's start to the next multiple is computed by an f64
//! division, two at a time under simd128 (0.55 ns, against 2.45 for i64.div_u), and only primes with a
//! multiple in the chunk are looked at closer.
//!
//! Entries are 8 bytes: p/30, and in 32 bits the wheel position (9) over the byte in the segment (23).
//! Buckets are chains of blocks, 8 KB each and aligned so that a cursor tells by its low bits when its block is
//! full. Blocks come from a free list which is topped up before each batch, never inside a loop.

use super::pages::{PAGE, Pages};
use super::segment::Extent;
use super::wheel::{BIT, NUMBER, RESIDUES, split};
use crate::error::Result;
use crate::kernel::Interrupt;

/// How many multipliers are coprime to 210.
const POSITIONS: usize = 48;

/// The bits of an entry's `place` that hold the byte in the segment.
const BYTE_BITS: u32 = 23;
const BYTE_MASK: u32 = (1 << BYTE_BITS) - 1;

/// The longest segment that entries can express.
pub const LONGEST_SEGMENT: usize = 1 << BYTE_BITS;

/// One wheel position of one class, in one word so that it is one load.
#[derive(Clone, Copy)]
struct Step(u32);

impl Step {
    const fn new(keep: u8, gap: u32, extra: u32, next: u32) -> Step {
        Step(keep as u32 | gap << 8 | extra << 12 | next << 16)
    }

    /// What the byte is ANDed with.
    #[inline]
    fn keep(self) -> u8 {
        self.0 as u8
    }

    /// How many bytes further the next multiple lies: gap * (p / 30) + extra.
    #[inline]
    fn advance(self, quotient: u32) -> u32 {
        quotient * (self.0 >> 8 & 15) + (self.0 >> 12 & 15)
    }

    /// The next position's index.
    #[inline]
    fn next(self) -> u32 {
        self.0 >> 16
    }
}

/// Multipliers coprime to 210, ascending.
const MULTIPLIERS: [u32; POSITIONS] = {
    let mut table = [0; POSITIONS];
    let (mut n, mut i) = (1, 0);
    while n < 210 {
        if n % 2 != 0 && n % 3 != 0 && n % 5 != 0 && n % 7 != 0 {
            table[i] = n;
            i += 1;
        }
        n += 1;
    }
    table
};

/// Index: class * POSITIONS + position; padded to a power of two so that a masked index needs no check.
static STEPS: [Step; 512] = {
    let mut table = [Step::new(0xff, 0, 0, 0); 512];
    let mut class = 0;
    while class < 8 {
        let r = RESIDUES[class];
        let mut i = 0;
        while i < POSITIONS {
            let m = MULTIPLIERS[i];
            let next = if i + 1 < POSITIONS { MULTIPLIERS[i + 1] } else { MULTIPLIERS[0] + 210 };
            let index = class * POSITIONS;
            table[index + i] = Step::new(
                !(1 << BIT[(r * m % 30) as usize]),
                next - m,
                (r * next - 2) / 30 - (r * m - 2) / 30,
                (index + (i + 1) % POSITIONS) as u32,
            );
            i += 1;
        }
        class += 1;
    }
    table
};

/// From a multiplier mod 210: how far to the next one that is coprime to 210, and its position.
static NEXT: [(u8, u8); 210] = {
    let mut table = [(0, 0); 210];
    let mut m = 0;
    while m < 210 {
        let mut i = 0;
        while i < POSITIONS && MULTIPLIERS[i] < m {
            i += 1;
        }
        // 209 is coprime to 210, so there is always one.
        table[m as usize] = ((MULTIPLIERS[i] - m) as u8, i as u8);
        m += 1;
    }
    table
};

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

/// Words of sieve unpacked at once: at most 64 primes each.
const BATCH_WORDS: usize = 32;
const BATCH: usize = BATCH_WORDS * 64;

/// Room for what `unpack` writes too much.
const SPARE: usize = 16;

/// Working space of a batch.
struct Batch {
    primes: [u32; BATCH + SPARE],
    /// From the chunk's start to the next multiple.
    distances: [u32; BATCH],
    multipliers: [u64; BATCH],
    chosen: [u32; BATCH],
    located: [Located; BATCH],
}

/// A prime's first multiple in the chunk that the wheel does not skip.
#[derive(Clone, Copy)]
struct Located {
    quotient: u32,
    /// Index into STEPS.
    step: u32,
    /// From the chunk's start.
    byte: u32,
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
            if first + 240 * BATCH_WORDS as u64 + 1 <= u64::from(above) {
                continue;
            }
            let found = unpack(words, first as u32, &mut batch.primes);
            let from = batch.primes[..found].partition_point(|&p| p <= above);
            let to = batch.primes[..found].partition_point(|&p| p <= limit);
            if from >= to {
                continue;
            }
            // An even multiplier is skipped by the wheel. A prime longer than the chunk has no other then.
            let p = u64::from(batch.primes[from]);
            let last = u64::from(batch.primes[to - 1]);
            if p > length && last * last <= origin {
                first_multiples::<true>(origin, &mut batch, to);
            } else {
                first_multiples::<false>(origin, &mut batch, to);
            }
            let chosen = choose(&mut batch, from, to, length as u32);
            let located = locate(&mut batch, chosen, origin, length);
            self.reserve(self.cursors.len() + BATCH / BLOCK_ENTRIES + 1)?;
            self.push_all(&batch.located[..located]);
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
            if cursor.addr() % PAGE == 0 {
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

impl Batch {
    fn new() -> Box<Batch> {
        Box::new(Batch {
            primes: [0; BATCH + SPARE],
            distances: [0; BATCH],
            multipliers: [0; BATCH],
            chosen: [0; BATCH],
            located: [Located { quotient: 0, step: 0, byte: 0 }; BATCH],
        })
    }
}

/// Writes the integers whose bits are set, counting from `first`; returns how many.
///
/// A word of large primes has 8 to 16 bits set, mostly: that many are written at once, whether or not
/// they are there, since a loop that ends with the last bit would be mispredicted for each word.
#[inline(never)]
fn unpack(words: &[u64], first: u32, out: &mut [u32; BATCH + SPARE]) -> usize {
    let mut found = 0;
    let mut base = first;
    for &word in words {
        let count = word.count_ones() as usize;
        let mut word = word;
        let mut at = 0;
        loop {
            let out: &mut [u32; 16] =
                (&mut out[found + at..found + at + 16]).try_into().expect("16 long");
            for slot in out {
                *slot = base.wrapping_add(u32::from(NUMBER[word.trailing_zeros() as usize % 64]));
                word &= word.wrapping_sub(1);
            }
            at += 16;
            if at >= count {
                break;
            }
        }
        found += count;
        base = base.wrapping_add(240);
    }
    found
}

/// For each prime the first multiple above `origin`: its multiplier and its distance. With `ODD`, the
/// distance is u32::MAX where the multiplier is even.
///
/// origin / p is rounded to the nearest integer by adding 2^52 (large primes are above 2^16, so
/// quotients are below 2^48 and the sum's mantissa is the quotient). The remainder is exact in wrapping
/// integers, and its sign says on which side the rounding went. The rounding of `origin` itself to
/// 53 bits moves the quotient by less than 2^-4, so the remainder is at most p * 9/16 off: no case
/// beyond the two.
#[inline(never)]
fn first_multiples<const ODD: bool>(origin: u64, batch: &mut Batch, len: usize) {
    const SHIFT: f64 = (1u64 << 52) as f64;
    let dividend = origin as f64;
    let primes = &batch.primes[..len];
    let distances = &mut batch.distances[..len];
    let multipliers = &mut batch.multipliers[..len];
    for i in 0..len {
        let p = primes[i];
        let nearest = (dividend / f64::from(p) + SHIFT).to_bits() & ((1 << 52) - 1);
        let past = origin.wrapping_sub(nearest.wrapping_mul(u64::from(p))) as i64;
        let below = i64::from(past >= 0) as u64;
        let m = nearest + below;
        let distance = (u64::from(p) & below.wrapping_neg()).wrapping_sub(past as u64) as u32;
        multipliers[i] = m;
        distances[i] = if ODD { distance | (m as u32 & 1).wrapping_sub(1) } else { distance };
    }
}

/// Lists which of the primes `from..to` of the batch may have a multiple within `length`; returns how many.
///
/// Which ones do is a matter of chance that no branch predictor knows, so `chosen` is written each
/// time, and its length grows or not.
#[inline(never)]
fn choose(batch: &mut Batch, from: usize, to: usize, length: u32) -> usize {
    let mut count = 0;
    for i in from..to.min(BATCH) {
        batch.chosen[count % BATCH] = i as u32;
        count += usize::from(batch.distances[i] <= length);
    }
    count
}

/// Of the first `chosen` chosen primes, computes the multiples and keeps those that lie within `length`;
/// returns how many.
#[inline(never)]
fn locate(batch: &mut Batch, chosen: usize, origin: u64, length: u64) -> usize {
    let mut count = 0;
    for j in 0..chosen.min(BATCH) {
        let i = batch.chosen[j] as usize % BATCH;
        let p = batch.primes[i];
        let mut m = batch.multipliers[i];
        let mut distance = u64::from(batch.distances[i]);
        // Multiples below p * p are the business of smaller primes.
        if m < u64::from(p) {
            m = u64::from(p);
            distance = (m * m).wrapping_sub(origin);
        }
        let (ahead, position) = NEXT[mod_210(m) as usize];
        distance += u64::from(ahead) * u64::from(p);
        let (quotient, class) = split(p);
        let step = (class * POSITIONS) as u32 + u32::from(position);
        batch.located[count % BATCH] = Located { quotient, step, byte: (distance as u32 - 1) / 30 };
        count += usize::from(distance <= length);
    }
    count
}

/// m mod 210 for m < 2^52, without a 64-bit division: 2^32 = 46 (mod 210).
#[inline]
fn mod_210(m: u64) -> u32 {
    ((m >> 32) as u32 * 46 + m as u32 % 210) % 210
}

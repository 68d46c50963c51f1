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

/// One wheel position of one class.
#[derive(Clone, Copy)]
struct Step {
    /// What the byte is ANDed with.
    keep: u8,
    /// To the next multiple: gap * (p / 30) + extra bytes.
    gap: u8,
    extra: u8,
    /// How far the next position's index lies ahead (a turn's last step goes back).
    next: i8,
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
    let mut table = [Step {
        keep: 0xff,
        gap: 0,
        extra: 0,
        next: 0,
    }; 512];
    let mut class = 0;
    while class < 8 {
        let r = RESIDUES[class];
        let mut i = 0;
        while i < POSITIONS {
            let m = MULTIPLIERS[i];
            let next = if i + 1 < POSITIONS {
                MULTIPLIERS[i + 1]
            } else {
                MULTIPLIERS[0] + 210
            };
            table[class * POSITIONS + i] = Step {
                keep: !(1 << BIT[(r * m % 30) as usize]),
                gap: (next - m) as u8,
                extra: ((r * next - 2) / 30 - (r * m - 2) / 30) as u8,
                next: if i + 1 < POSITIONS {
                    1
                } else {
                    1 - POSITIONS as i8
                },
            };
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

/// Working space of a batch.
struct Batch {
    primes: [u32; BATCH],
    /// From the chunk's start to the next multiple.
    distances: [u32; BATCH],
    multipliers: [u64; BATCH],
}

pub struct Buckets {
    /// log2 of the segment's bytes.
    shift: u32,
    extent: Extent,
    /// For each segment of the chunk, where its bucket's next entry goes; NULL, or just behind a
    /// full block, means a new block.
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
            extent: Extent {
                first_byte: 0,
                bytes: 0,
            },
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
        self.cursors.resize(segments, std::ptr::null_mut());
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
            first_multiples(origin, &mut batch, to);
            self.reserve(self.cursors.len() + BATCH / BLOCK_ENTRIES + 1)?;
            self.add_batch(&batch, from, to, origin, length);
        }
        self.batch = Some(batch);
        Ok(())
    }

    /// Puts those primes of the batch into buckets that have a multiple in the chunk.
    #[inline(never)]
    fn add_batch(&mut self, batch: &Batch, from: usize, to: usize, origin: u64, length: u64) {
        for i in from..to {
            let mut distance = u64::from(batch.distances[i]);
            if distance > length {
                continue;
            }
            let p = batch.primes[i];
            let mut m = batch.multipliers[i];
            if m < u64::from(p) {
                m = u64::from(p);
                distance = (m * m).wrapping_sub(origin);
            }
            let (ahead, position) = NEXT[mod_210(m) as usize];
            distance += u64::from(ahead) * u64::from(p);
            let byte = (distance - 1) / 30;
            if byte >= self.extent.bytes {
                continue;
            }
            let (quotient, class) = split(p);
            let step = (class * POSITIONS) as u32 + u32::from(position);
            let in_segment = byte as u32 & ((1 << self.shift) - 1);
            let entry = Entry {
                quotient,
                place: step << BYTE_BITS | in_segment,
            };
            self.push((byte >> self.shift) as usize, entry);
        }
    }

    /// Crosses off the multiples in the next segment.
    ///
    /// Errors: Cancelled, Memory.
    pub fn cross_off(&mut self, sieve: &mut [u8], interrupt: &Interrupt) -> Result<()> {
        let current = self.current;
        self.current += 1;
        if current >= self.cursors.len() {
            return Ok(());
        }
        let mut list = List::take(&mut self.cursors[current]);
        let mut blocks = 0u32;
        loop {
            if let Err(error) = self.ready(blocks, interrupt) {
                // `begin` will find what is left.
                list.put_back(&mut self.cursors[current]);
                return Err(error);
            }
            let Some((block, entries)) = list.next() else {
                return Ok(());
            };
            blocks += 1;
            // SAFETY: the list says how many entries of the block are written.
            let entries = unsafe { std::slice::from_raw_parts(first_entry(block), entries) };
            self.cross_off_block(sieve, entries);
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

    #[inline(never)]
    fn cross_off_block(&mut self, sieve: &mut [u8], entries: &[Entry]) {
        let shift = self.shift;
        let segment = 1u32 << shift;
        let later = self.cursors.len() - self.current;
        let len = sieve.len();
        for entry in entries {
            let quotient = entry.quotient;
            let mut step = entry.place >> BYTE_BITS;
            let mut byte = entry.place & BYTE_MASK;
            loop {
                let Step {
                    keep,
                    gap,
                    extra,
                    next,
                } = STEPS[(step & 511) as usize];
                if (byte as usize) < len {
                    sieve[byte as usize] &= keep;
                }
                byte += quotient * u32::from(gap) + u32::from(extra);
                step = step.wrapping_add_signed(i32::from(next));
                if byte >= segment {
                    break;
                }
            }
            let ahead = (byte >> shift) as usize - 1;
            if ahead < later {
                let place = step << BYTE_BITS | byte & (segment - 1);
                self.push(self.current + ahead, Entry { quotient, place });
            }
        }
    }

    #[inline]
    fn push(&mut self, bucket: usize, entry: Entry) {
        let mut cursor = self.cursors[bucket];
        if cursor.addr() % PAGE == 0 {
            cursor = self.chain(cursor);
        }
        // SAFETY: the cursor is not at its block's end, so there is room.
        unsafe {
            cursor.write(entry);
            self.cursors[bucket] = cursor.add(1);
        }
    }

    /// A new block in front of the full one that ends at `cursor` (or of none); its first entry's place.
    #[cold]
    #[inline(never)]
    fn chain(&mut self, cursor: *mut Entry) -> *mut Entry {
        let block = self.free;
        assert!(!block.is_null(), "blocks are reserved before each batch");
        // SAFETY: blocks of the free list are owned by `slabs` and unused; a cursor that is not NULL is
        // just behind a block.
        unsafe {
            self.free = (*block).next;
            let full = if cursor.is_null() {
                cursor
            } else {
                cursor.wrapping_byte_sub(PAGE)
            };
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
            return List {
                block: std::ptr::null_mut(),
                entries: 0,
            };
        }
        let used = (end.addr() - 1) % PAGE + 1;
        List {
            block: end.wrapping_byte_sub(used).cast(),
            entries: used / size_of::<Entry>() - 1,
        }
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
            primes: [0; BATCH],
            distances: [0; BATCH],
            multipliers: [0; BATCH],
        })
    }
}

/// Writes the integers whose bits are set, counting from `first`; returns how many.
#[inline(never)]
fn unpack(words: &[u64], first: u32, out: &mut [u32; BATCH]) -> usize {
    let mut found = 0;
    let mut base = first;
    for &word in words {
        let mut word = word;
        while word != 0 {
            out[found % BATCH] =
                base.wrapping_add(u32::from(NUMBER[word.trailing_zeros() as usize]));
            found += 1;
            word &= word - 1;
        }
        base = base.wrapping_add(240);
    }
    found
}

/// For each prime the first multiple above `origin`: its multiplier and its distance.
///
/// origin / p is rounded to the nearest integer by adding 2^52 (large primes are above 2^16, so
/// quotients are below 2^48 and the sum's mantissa is the quotient). The remainder is exact in wrapping
/// integers, and its sign says on which side the rounding went. The rounding of `origin` itself to
/// 53 bits moves the quotient by less than 2^-4, so the remainder is at most p * 9/16 off: no case
/// beyond the two.
#[inline(never)]
fn first_multiples(origin: u64, batch: &mut Batch, len: usize) {
    const SHIFT: f64 = (1u64 << 52) as f64;
    let dividend = origin as f64;
    let Batch {
        primes,
        distances,
        multipliers,
    } = batch;
    for ((p, distance), multiplier) in primes
        .iter()
        .zip(distances.iter_mut())
        .zip(multipliers.iter_mut())
        .take(len)
    {
        let nearest = (dividend / f64::from(*p) + SHIFT).to_bits() & ((1 << 52) - 1);
        let past = origin.wrapping_sub(nearest.wrapping_mul(u64::from(*p))) as i64;
        let below = i64::from(past >= 0) as u64;
        *multiplier = nearest + below;
        *distance = (u64::from(*p) & below.wrapping_neg()).wrapping_sub(past as u64) as u32;
    }
}

/// m mod 210 for m < 2^52, without a 64-bit division: 2^32 = 46 (mod 210).
#[inline]
fn mod_210(m: u64) -> u32 {
    ((m >> 32) as u32 * 46 + m as u32 % 210) % 210
}

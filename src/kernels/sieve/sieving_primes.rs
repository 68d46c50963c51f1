//! The sieving primes, shared by all threads that run chunks of one kernel.
//!
//! Primes up to a segment's length are lists, made by whoever comes first (1.5 ms to 2^20).
//! The larger ones, up to 2^32, are kept as a sieve of their own: 8 bits for 30 integers, 143 MB for all of
//! them. It is built in blocks by the threads that need it: a thread claims a block that nobody has begun,
//! and only when none is left does it wait for those in the works. A block whose builder was interrupted
//! is free again.

use super::presieve;
use super::segment::{Extent, Siever};
use super::turns::Turn;
use super::wheel::{bytes_to, mask_to, split};
use crate::arith::small_primes::primes_to;
use crate::error::{Error, Result, Status};
use crate::kernel::Interrupt;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU8, AtomicUsize, Ordering};

/// A range of sieving primes that is treated alike.
#[derive(Clone, Copy, Debug)]
pub struct Level {
    /// The largest prime of the level.
    pub limit: u32,
    pub turn: Turn,
    /// Sieve piece by piece (pieces fit in the L1 cache), or the whole segment at once?
    pub pieces: bool,
}

/// Sieving primes of one level, by class mod 30, ascending.
pub type Classes = [Vec<u32>; 8];

/// Bytes of a block of the large primes: 15.7 million integers, about a millisecond.
const BLOCK: u64 = 512 * 1024;

const FREE: u8 = 0;
const CLAIMED: u8 = 1;
const DONE: u8 = 2;

struct Block {
    state: AtomicU8,
    words: OnceLock<Box<[u64]>>,
}

pub struct SievingPrimes {
    levels: Vec<Level>,
    limit: u32,
    turning: OnceLock<Vec<Classes>>,
    blocks: Vec<Block>,
    next_block: AtomicUsize,
}

impl SievingPrimes {
    /// Those from `presieve::LARGEST` to `limit`. `levels` ascend; primes beyond the last one's limit are
    /// the large ones.
    pub fn new(limit: u32, levels: Vec<Level>) -> SievingPrimes {
        let turning = levels.last().map_or(0, |level| level.limit);
        debug_assert!(turning >= 1 << 16, "the large primes are sieved by the others");
        let bytes = if limit > turning { bytes_to(u64::from(limit)) } else { 0 };
        let blocks = (0..bytes.div_ceil(BLOCK))
            .map(|_| Block { state: AtomicU8::new(FREE), words: OnceLock::new() })
            .collect();
        SievingPrimes {
            levels,
            limit,
            turning: OnceLock::new(),
            blocks,
            next_block: AtomicUsize::new(0),
        }
    }

    /// The largest integer that may be one.
    pub fn limit(&self) -> u32 {
        self.limit
    }

    pub fn levels(&self) -> &[Level] {
        &self.levels
    }

    /// The largest prime that is crossed off in turns.
    pub fn turning_limit(&self) -> u32 {
        self.levels.last().map_or(0, |level| level.limit)
    }

    /// The primes of each level, by class.
    pub fn turning(&self) -> &[Classes] {
        self.turning.get_or_init(|| {
            let mut classes: Vec<Classes> =
                self.levels.iter().map(|_| Classes::default()).collect();
            let limit = self.limit.min(self.turning_limit());
            let mut level = 0;
            for p in primes_to(limit).into_iter().filter(|&p| p > presieve::LARGEST) {
                while p > self.levels[level].limit {
                    level += 1;
                }
                classes[level][split(p).1].push(p);
            }
            classes
        })
    }

    /// Whether some are too large to be crossed off in turns.
    pub fn has_large(&self) -> bool {
        !self.blocks.is_empty()
    }

    /// How many blocks hold the large primes up to `limit`.
    pub fn blocks_to(&self, limit: u32) -> usize {
        if limit <= self.turning_limit() {
            return 0;
        }
        (bytes_to(u64::from(limit)).div_ceil(BLOCK) as usize).min(self.blocks.len())
    }

    /// Byte `first_byte` of the number line is the first of block `index`.
    pub fn first_byte(index: usize) -> u64 {
        index as u64 * BLOCK
    }

    /// Words of a block.
    pub const WORDS: usize = BLOCK as usize / 8;

    /// Block `index`, which was built.
    pub fn built(&self, index: usize) -> &[u64] {
        match self.blocks[index].words.get() {
            Some(words) => words,
            // Whoever asks for a block has built it.
            None => unreachable!(),
        }
    }

    /// Block `index` of the large primes as a sieve; it begins with byte `first_byte(index)` and also
    /// holds the primes that are not large. Builds it, or others while it is being built elsewhere.
    ///
    /// Errors: Cancelled, Memory.
    pub fn block(
        &self,
        index: usize,
        siever: &mut Siever,
        interrupt: &Interrupt,
    ) -> Result<&[u64]> {
        loop {
            if let Some(words) = self.blocks[index].words.get() {
                return Ok(words);
            }
            interrupt.check()?;
            if self.build(index, siever, interrupt)? {
                continue;
            }
            // Somebody else is at it. Help with the next one that nobody has begun.
            let next = self.next_block.fetch_add(1, Ordering::Relaxed);
            if next < self.blocks.len() {
                self.build(next, siever, interrupt)?;
            } else {
                std::thread::yield_now();
            }
        }
    }

    /// Builds block `index` unless it is done or claimed; tells whether it did.
    fn build(&self, index: usize, siever: &mut Siever, interrupt: &Interrupt) -> Result<bool> {
        let block = &self.blocks[index];
        if block
            .state
            .compare_exchange(FREE, CLAIMED, Ordering::Acquire, Ordering::Relaxed)
            .is_err()
        {
            return Ok(false);
        }
        let claim = Claim(&block.state);
        let end = bytes_to(u64::from(self.limit));
        let bytes = BLOCK.min(end - Self::first_byte(index)) as usize;
        let mut words: Vec<u64> = Vec::new();
        words
            .try_reserve_exact(bytes.div_ceil(8))
            .map_err(|_| Error::new(Status::Memory, "too little memory for the sieving primes"))?;
        let extent = Extent { first_byte: Self::first_byte(index), bytes: bytes as u64 };
        siever.sieve_by_turns(self, extent, interrupt, &mut |_, segment| {
            words.extend_from_slice(segment)
        })?;
        if index + 1 == self.blocks.len() {
            // Nothing above the limit, so that 32 bits hold all there is.
            let (last, shift) = ((bytes - 1) / 8, (bytes - 1) % 8 * 8);
            words[last] &= !(0xff << shift) | u64::from(mask_to(u64::from(self.limit))) << shift;
        }
        let fresh = block.words.set(words.into_boxed_slice()).is_ok();
        debug_assert!(fresh, "a block is built by the one who claimed it");
        claim.fulfil();
        Ok(true)
    }
}

/// Frees a claimed block again, also when its builder is interrupted or panics.
struct Claim<'a>(&'a AtomicU8);

impl Claim<'_> {
    fn fulfil(self) {
        self.0.store(DONE, Ordering::Release);
        std::mem::forget(self);
    }
}

impl Drop for Claim<'_> {
    fn drop(&mut self) {
        self.0.store(FREE, Ordering::Release);
    }
}

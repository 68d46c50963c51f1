//! Sieving a chunk, segment by segment.
//!
//! One buffer holds `front pad | segment | back pad`. The pads are as long as the longest turn
//! (turns.rs). After each segment the back pad, which already holds crossed-off multiples of the
//! next segment, moves to the segment's place, and pre-sieving goes on behind it.
//!
//! Order within a segment: pre-sieve and small primes, piece by piece, so that both happen in the
//! L1 cache; then middle primes over the whole segment, which fits in the L2 cache; then the hits of
//! large primes.

use super::blocks::Pool;
use super::large::{Hits, Primes};
use super::pages::Pages;
use super::presieve::{self, Presieve};
use super::shared::SharedLists;
use super::sieving_primes::SievingPrimes;
use super::turns::{Strider, cross_off, first_base};
use super::wheel::{NUMBER, split};
use crate::arith::primality::is_prime;
use crate::arith::root::isqrt;
use crate::error::Result;
use crate::kernel::Interrupt;
use std::sync::Arc;

/// Bytes of the number line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Extent {
    pub first_byte: u64,
    pub bytes: u64,
}

impl Extent {
    /// The largest integer of the last byte, or 2^64 - 1.
    pub fn last_integer(self) -> u64 {
        (self.first_byte + self.bytes).saturating_mul(30).saturating_add(1)
    }
}

/// Extents of fewer bytes than the largest sieving prime shifted by this are few integers: 490,000 near 2^64,
/// where 11,000 primes cost 120 ms to test, and the sieving primes 1.1 s to make and to ask.
const FEW: u32 = 18;

/// An extent of at most so many bytes is few, if there are large sieving primes, which go to `limit`.
pub fn few(limit: u32) -> u64 {
    u64::from(limit >> FEW).saturating_sub(1)
}

/// Whether `extent` is few.
pub fn is_few(primes: &SievingPrimes, extent: Extent) -> bool {
    let limit = isqrt(extent.last_integer());
    primes.blocks_to(limit) > 0 && extent.bytes <= few(limit)
}

/// The striders of one level, by class.
type Striders = [Vec<Strider>; 8];

/// The buffers of one thread. They grow to what the largest chunk needs and are kept.
pub struct Siever {
    segment: usize,
    piece: usize,
    buffer: Pages,
    striders: Vec<Striders>,
    hits: Hits,
    under_way: UnderWay,
}

/// How far the extent is that was begun last.
struct UnderWay {
    extent: Extent,
    /// Where the sieving primes are that it was begun with; nobody follows it.
    primes: *const SievingPrimes,
    presieve: Presieve,
    /// The pads' length.
    pad: usize,
    /// Pre-sieved so far, from the segment's start.
    filled: usize,
    done: u64,
}

impl UnderWay {
    /// Nothing is.
    fn none() -> UnderWay {
        let extent = Extent { first_byte: 0, bytes: 0 };
        let primes = std::ptr::null();
        UnderWay { extent, primes, presieve: Presieve::at(0), pad: 0, filled: 0, done: 0 }
    }
}

// SAFETY: the pointer in it is only compared.
unsafe impl Send for UnderWay {}

/// Segments are handed out through `&mut dyn FnMut`, a call each: with a type of their own, the sieve's code would be in the wasm file
/// once for every kernel.
impl Siever {
    /// Segments of `segment` bytes (a power of two, at least a pre-sieve block), pieces of `piece` bytes.
    pub fn new(segment: usize, piece: usize) -> Siever {
        Siever::with_pool(segment, piece, &Pool::new())
    }

    /// The same, with memory for lists of hits from `pool`.
    pub fn with_pool(segment: usize, piece: usize, pool: &Arc<Pool>) -> Siever {
        debug_assert!(segment.is_power_of_two() && segment >= presieve::BLOCK);
        debug_assert!(piece.is_multiple_of(presieve::BLOCK));
        Siever {
            segment,
            piece,
            buffer: Pages::empty(),
            striders: Vec::new(),
            hits: Hits::new(segment, pool),
            under_way: UnderWay::none(),
        }
    }

    /// Sieves `extent` and hands each segment in order to `sink`, with the index of its first byte; the bits of
    /// a word stand for integers as in wheel.rs. Bytes that fill up the last word are zero.
    ///
    /// Errors: Cancelled, Memory.
    pub fn sieve(
        &mut self,
        primes: &SievingPrimes,
        extent: Extent,
        interrupt: &Interrupt,
        sink: &mut dyn FnMut(u64, &mut [u64]),
    ) -> Result<()> {
        if is_few(primes, extent) {
            return self.sieve_few(primes, extent, interrupt, sink);
        }
        self.sieve_with_large(primes, extent, interrupt, sink)
    }

    /// The same with all sieving primes, however few the integers.
    pub fn sieve_with_large(
        &mut self,
        primes: &SievingPrimes,
        extent: Extent,
        interrupt: &Interrupt,
        sink: &mut dyn FnMut(u64, &mut [u64]),
    ) -> Result<()> {
        self.begin(primes, extent, interrupt)?;
        self.run(primes, interrupt, sink)
    }

    /// The same one by one: `extent` is begun, and `next` sieves a segment of it.
    ///
    /// Errors: Cancelled, Memory.
    pub fn begin(
        &mut self,
        primes: &SievingPrimes,
        extent: Extent,
        interrupt: &Interrupt,
    ) -> Result<()> {
        let limit = isqrt(extent.last_integer());
        self.build(primes, limit, interrupt)?;
        self.hits.begin(extent, None);
        self.set_up_large(primes, limit, interrupt)?;
        self.set_up(primes, extent, interrupt)
    }

    /// The same with lists of hits that threads make together, for a stretch that `extent` is part of. False: there is too little memory for them.
    ///
    /// Errors: Cancelled, Memory.
    pub fn begin_in(
        &mut self,
        lists: Arc<SharedLists>,
        primes: &SievingPrimes,
        extent: Extent,
        interrupt: &Interrupt,
    ) -> Result<bool> {
        let limit = lists.limit();
        self.build(primes, limit, interrupt)?;
        // All else first: lists may take what memory there is, and then each thread's own are made of theirs.
        self.hits.begin(extent, Some(Arc::clone(&lists)));
        self.set_up_large(primes, limit, interrupt)?;
        self.set_up(primes, extent, interrupt)?;
        let mut batch = self.hits.take_batch()?;
        let listed = lists.list(primes, &mut batch, interrupt)?;
        self.hits.put_batch(batch);
        Ok(listed)
    }

    /// Whether what is under way was begun with such lists.
    pub fn shares(&self) -> bool {
        self.hits.shares()
    }

    /// Builds the large primes up to `limit`, together with those who do the same.
    fn build(&mut self, primes: &SievingPrimes, limit: u32, interrupt: &Interrupt) -> Result<()> {
        (0..primes.blocks_to(limit))
            .try_for_each(|index| primes.block(index, self, interrupt).map(|_| ()))
    }

    /// Asks the large primes up to `limit`, which are built, for their multiples.
    fn set_up_large(
        &mut self,
        primes: &SievingPrimes,
        limit: u32,
        interrupt: &Interrupt,
    ) -> Result<()> {
        for index in 0..primes.blocks_to(limit) {
            let some =
                Primes { sieve: primes.built(index), first_byte: SievingPrimes::first_byte(index) };
            self.hits.add(some, (primes.turning_limit(), limit), interrupt)?;
        }
        Ok(())
    }

    /// The byte that `next` goes on with in what was begun with `primes`; None: nothing is under way.
    pub fn stands_at(&self, primes: &SievingPrimes) -> Option<u64> {
        let UnderWay { extent, primes: begun_with, done, .. } = self.under_way;
        let under_way = done < extent.bytes && std::ptr::eq(begun_with, primes);
        under_way.then_some(extent.first_byte + done)
    }

    /// The same for so few integers that testing what is left takes less than making the large sieving primes.
    pub fn sieve_few(
        &mut self,
        primes: &SievingPrimes,
        extent: Extent,
        interrupt: &Interrupt,
        sink: &mut dyn FnMut(u64, &mut [u64]),
    ) -> Result<()> {
        let mut result = Ok(());
        self.sieve_by_turns(primes, extent, interrupt, &mut |first_byte, words| {
            for (i, word) in words.iter_mut().enumerate() {
                if result.is_ok() {
                    result = interrupt.check();
                }
                // Behind 2^64 there is nothing; the last bytes of the number line overflow.
                let base = u128::from(30 * first_byte) + 240 * i as u128;
                let mut rest = if result.is_ok() { *word } else { 0 };
                while rest != 0 {
                    let bit = rest.trailing_zeros();
                    rest &= rest - 1;
                    let n = base + u128::from(NUMBER[bit as usize]);
                    if !u64::try_from(n).is_ok_and(is_prime) {
                        *word &= !(1 << bit);
                    }
                }
            }
            sink(first_byte, words);
        })?;
        result
    }

    /// The same with primes that are crossed off in turns alone; enough where their limit squared is beyond
    /// the extent.
    pub fn sieve_by_turns(
        &mut self,
        primes: &SievingPrimes,
        extent: Extent,
        interrupt: &Interrupt,
        sink: &mut dyn FnMut(u64, &mut [u64]),
    ) -> Result<()> {
        self.hits.begin(Extent { bytes: 0, ..extent }, None);
        self.set_up(primes, extent, interrupt)?;
        self.run(primes, interrupt, sink)
    }

    fn run(
        &mut self,
        primes: &SievingPrimes,
        interrupt: &Interrupt,
        sink: &mut dyn FnMut(u64, &mut [u64]),
    ) -> Result<()> {
        while let Some((first_byte, words)) = self.next(primes, interrupt)? {
            sink(first_byte, words);
        }
        Ok(())
    }

    /// Sieves the next segment of what was begun with `primes`, and returns what `sieve` gives its sink; None behind the last one,
    /// and after an error.
    ///
    /// Errors: Cancelled, Memory.
    pub fn next(
        &mut self,
        primes: &SievingPrimes,
        interrupt: &Interrupt,
    ) -> Result<Option<(u64, &mut [u64])>> {
        // Not put back after an error: then what is crossed off is anyone's guess.
        let mut under_way = std::mem::replace(&mut self.under_way, UnderWay::none());
        let UnderWay { extent, ref mut presieve, pad, ref mut filled, done, .. } = under_way;
        let front = pad;
        let rest = extent.bytes - done;
        if rest == 0 {
            return Ok(None);
        }
        interrupt.check()?;
        if done > 0 {
            let start = front + self.segment;
            self.buffer.bytes_mut().copy_within(start..start + pad, front);
            *filled = filled.saturating_sub(self.segment);
        }
        let len = rest.min(self.segment as u64) as usize;
        // Behind the chunk nobody looks.
        let fill_to =
            (rest.min((self.segment + pad) as u64) as usize).next_multiple_of(presieve::BLOCK);
        let rebase = self.segment as u32;

        let small_spill = small_spill(primes).next_multiple_of(presieve::BLOCK);
        let mut piece_end = 0;
        while piece_end < len {
            piece_end = (piece_end + self.piece).min(len);
            let to = (piece_end.next_multiple_of(presieve::BLOCK) + small_spill).min(fill_to);
            if to > *filled {
                presieve.fill(&mut self.buffer.bytes_mut()[front + *filled..front + to]);
                *filled = to;
            }
            let rebase = if piece_end == len { rebase } else { 0 };
            self.cross_off(primes, true, front + piece_end, rebase);
        }
        if fill_to > *filled {
            presieve.fill(&mut self.buffer.bytes_mut()[front + *filled..front + fill_to]);
            *filled = fill_to;
        }
        self.cross_off(primes, false, front + len, rebase);
        // SAFETY: the buffer holds a whole segment behind the front pad, and where there are large primes the pads are as long as a segment.
        unsafe { self.hits.cross_off(self.buffer.as_mut_ptr().add(front), interrupt)? };
        under_way.done += len as u64;
        self.under_way = under_way;

        let sieve = &mut self.buffer.bytes_mut()[front..front + len.next_multiple_of(8)];
        let first_byte = extent.first_byte + done;
        for (i, byte) in presieve::FIRST_BYTES.iter().enumerate().skip(first_byte as usize) {
            if let Some(slot) = sieve.get_mut(i - first_byte as usize) {
                *slot = *byte;
            }
        }
        sieve[len..].fill(0);
        Ok(Some((first_byte, words(sieve))))
    }

    /// Allocates, computes the first turn of each prime, and begins.
    fn set_up(
        &mut self,
        primes: &SievingPrimes,
        extent: Extent,
        interrupt: &Interrupt,
    ) -> Result<()> {
        self.under_way = UnderWay::none();
        let limit = isqrt(extent.last_integer());
        let turning = primes.turning();
        let mut pad = 0;
        let mut floor = 0;
        for level in primes.levels() {
            if floor < limit {
                pad = pad.max(level.limit.min(limit) * level.turn.periods());
            }
            floor = level.limit;
        }
        // The few bytes more cover a turn's constants.
        let pad = (pad as usize + 64).next_multiple_of(presieve::BLOCK);
        let len = 2 * pad + self.segment.max(presieve::BLOCK);
        if self.buffer.len() < len {
            self.buffer = Pages::empty();
            self.buffer = Pages::new(len)?;
        }
        self.striders.resize_with(primes.levels().len(), Striders::default);
        for ((level, classes), striders) in
            primes.levels().iter().zip(turning).zip(&mut self.striders)
        {
            for (primes, striders) in classes.iter().zip(striders) {
                interrupt.check()?;
                striders.clear();
                for &p in primes.iter().take_while(|&&p| p <= limit) {
                    let quotient = split(p).0;
                    let base =
                        first_base(level.turn, p, quotient, extent.first_byte, pad as u32) as u32;
                    striders.push(Strider { quotient, base });
                }
            }
        }
        let presieve = Presieve::at(extent.first_byte);
        self.under_way = UnderWay { extent, primes, presieve, pad, filled: 0, done: 0 };
        Ok(())
    }

    /// Crosses off the levels that are sieved in pieces, or those that are not.
    fn cross_off(&mut self, primes: &SievingPrimes, pieces: bool, end: usize, rebase: u32) {
        for (level, striders) in primes.levels().iter().zip(&mut self.striders) {
            if level.pieces != pieces {
                continue;
            }
            for (class, striders) in striders.iter_mut().enumerate() {
                let buffer = self.buffer.as_mut_ptr();
                debug_assert!(striders.iter().all(|s| {
                    let p = 30 * s.quotient + super::wheel::RESIDUES[class];
                    s.base as usize >= end
                        || end + (p * level.turn.periods()) as usize <= self.buffer.len()
                }));
                // SAFETY: behind `end` lies a pad as long as the longest turn.
                unsafe { cross_off(level.turn, class, buffer, end as u32, rebase, striders) };
            }
        }
    }
}

/// The longest turn of the levels that are sieved in pieces.
fn small_spill(primes: &SievingPrimes) -> usize {
    let levels = primes.levels().iter().filter(|level| level.pieces);
    levels.map(|level| (level.limit * level.turn.periods()) as usize).max().unwrap_or(0)
}

/// Bytes as little-endian words.
fn words(bytes: &mut [u8]) -> &mut [u64] {
    // SAFETY: any bytes are a valid u64.
    let (before, words, after) = unsafe { bytes.align_to_mut::<u64>() };
    debug_assert!(before.is_empty() && after.is_empty());
    if cfg!(target_endian = "big") {
        words.iter_mut().for_each(|word| *word = word.swap_bytes());
    }
    words
}

//! The first multiples of large sieving primes in a chunk.
//!
//! A chunk stands alone, so it begins with every prime's first multiple, and most large primes have none
//! in it. Finding that out must be cheap: at 10^18 it is asked of 50 million primes. They come as a sieve
//! (sieving_primes.rs), a batch of words at a time. Those longer than the chunk are sifted first (sift.rs),
//! so they come in larger batches. The rest passes through short loops: unpack; compute the distance to the
//! next multiple, by an f64 division, in vectors; for primes longer than the chunk, choose those that have a
//! multiple in it; locate it on the wheel. None of the loops has a branch
//! that depends on the primes: written with branches in one loop it took 2.5 s instead of 1.65 for
//! the 10^9 integers from 10^18.
//!
//! What a prime is in terms of the wheel (its quotient by 30 and its class) is read off its place in the sieve
//! it comes from, which is a sieve on the same wheel; dividing by 30 was slower.

use super::blocks::out_of_memory;
use super::sift::{self, sift};
use super::wheel::NUMBER;
use super::wheel210::{BITS, NEXT, NEXT_ZERO, step_index};
use crate::error::Result;
use std::alloc::{Layout, alloc_zeroed};

/// Words of sieve taken at once, where primes are sifted and where they are not: at most 64 primes each.
pub const SPARSE_WORDS: usize = 128;
const DENSE_WORDS: usize = 32;

/// Primes taken at once. Sifted ones are fewer than one in two of the odd numbers that 3 and 5 do not divide.
const BATCH: usize = SPARSE_WORDS * 64;

/// Room for what `unpack` writes too much.
const SPARE: usize = 16;

/// A prime's first multiple in the chunk that the wheel does not skip.
#[derive(Clone, Copy)]
pub struct Located {
    pub quotient: u32,
    /// Its step's index (wheel210.rs).
    pub step: u32,
    /// In bits, from the chunk's start.
    pub place: u32,
}

/// What was found in a batch.
pub enum Found<'a> {
    /// Each prime may have more multiples in the chunk.
    Many(&'a mut [Located]),
    /// The places, in bits, of the only multiples of their primes.
    Single(&'a [u32]),
}

/// The integers of a chunk: `length` of them after `origin`.
#[derive(Clone, Copy)]
pub struct Interval {
    pub origin: u64,
    pub length: u32,
}

/// Working space of a batch.
pub struct Batch {
    sifted: [u64; SPARSE_WORDS],
    /// Where the primes lie in the sieve of all: 8 times the quotient by 30, plus the class.
    numbers: [u32; BATCH + SPARE],
    primes: [u32; BATCH + SPARE],
    /// From the chunk's start to the next multiple.
    distances: [u32; BATCH],
    /// Its multiplier's index into NEXT.
    remainders: [u32; BATCH],
    chosen: [u32; BATCH],
    located: [Located; BATCH],
}

impl Batch {
    /// Made where it stays, since it is longer than a thread's stack in Emscripten: whether `Box::new` puts it together there
    /// first is up to the optimiser. Errors: Memory.
    pub fn new() -> Result<Box<Batch>> {
        let layout = Layout::new::<Batch>();
        // SAFETY: the layout has bytes, and all of a batch is numbers, for which zeros are fine.
        unsafe {
            let batch = alloc_zeroed(layout).cast::<Batch>();
            if batch.is_null() {
                return Err(out_of_memory());
            }
            Ok(Box::from_raw(batch))
        }
    }

    /// For the primes above `above` and up to `limit` among `words` of sieve (SPARSE_WORDS at most), whose first byte is
    /// `first_byte`: hands their first multiples within `interval` to `sink`.
    pub fn locate(
        &mut self,
        words: &[u64],
        first_byte: u32,
        (above, limit): (u32, u32),
        interval: Interval,
        mut sink: impl FnMut(Found<'_>),
    ) {
        debug_assert!(words.len() <= SPARSE_WORDS);
        let Interval { origin, length } = interval;
        let least = 30 * u64::from(first_byte) + 7;
        let largest = least + 240 * words.len() as u64;
        // Squares still to come are multiples too.
        let past_squares = largest.saturating_mul(largest) <= origin;
        // Beyond the chunk's length a prime has one multiple in it at most.
        let single = least > u64::from(length);
        let sifting = single
            && past_squares
            && least > u64::from(above)
            && least > origin >> sift::QUOTIENT_BITS;
        if sifting {
            sift(words, least as u32 - 7, origin, length, &mut self.sifted);
            let sifted = &self.sifted[..words.len()];
            let found = unpack::<4>(sifted, 8 * first_byte, &mut self.numbers, &mut self.primes);
            let found = within(&self.primes[..found], (above, limit));
            let chosen = self.choose(found, interval);
            sink(Found::Single(self.locate_chosen(chosen)));
            return;
        }
        for (i, words) in words.chunks(DENSE_WORDS).enumerate() {
            let first_byte = first_byte + 8 * (i * DENSE_WORDS) as u32;
            let found = unpack::<16>(words, 8 * first_byte, &mut self.numbers, &mut self.primes);
            let found = within(&self.primes[..found], (above, limit));
            let count = self.locate_all(found, interval, past_squares);
            if single {
                for (place, located) in self.chosen.iter_mut().zip(&self.located[..count]) {
                    *place = located.place;
                }
                sink(Found::Single(&self.chosen[..count]));
            } else {
                sink(Found::Many(&mut self.located[..count]));
            }
        }
    }

    fn first_multiples(&mut self, (from, to): (usize, usize), origin: u64) {
        let primes = &self.primes[from..to];
        let distances = &mut self.distances[from..to];
        let remainders = &mut self.remainders[from..to];
        if primes.last().is_some_and(|&p| p > NARROW) {
            first_multiples::<true>(origin, primes, distances, remainders);
        } else {
            first_multiples::<false>(origin, primes, distances, remainders);
        }
    }

    /// Lists which of the primes longer than the chunk have a multiple in it that the wheel does not skip; returns how many.
    ///
    /// Which ones do is a matter of chance that no branch predictor knows, so `chosen` is written each
    /// time, and its length grows or not.
    fn choose(&mut self, found: (usize, usize), Interval { origin, length }: Interval) -> usize {
        self.first_multiples(found, origin);
        choose(&self.distances, &self.remainders, found, length, &mut self.chosen)
    }

    /// Replaces the chosen primes' indices by the places of their multiples.
    fn locate_chosen(&mut self, chosen: usize) -> &[u32] {
        let chosen = &mut self.chosen[..chosen];
        locate_chosen(&self.numbers, &self.distances, &self.remainders, chosen);
        chosen
    }

    /// Locates the first multiples of those primes that have one in the chunk which the wheel does not skip;
    /// returns how many have.
    fn locate_all(
        &mut self,
        found: (usize, usize),
        interval: Interval,
        past_squares: bool,
    ) -> usize {
        self.first_multiples(found, interval.origin);
        let range = found.0..found.1;
        let numbers = &self.numbers[range.clone()];
        let primes = &self.primes[range.clone()];
        let distances = &mut self.distances[range.clone()];
        let remainders = &mut self.remainders[range];
        if !past_squares {
            from_squares(interval.origin, primes, distances, remainders);
        }
        locate_all(numbers, primes, distances, remainders, interval.length, &mut self.located)
    }
}

/// Where those above `above` and up to `limit` lie among `primes`.
fn within(primes: &[u32], (above, limit): (u32, u32)) -> (usize, usize) {
    let from = match primes.first() {
        Some(&first) if first <= above => primes.partition_point(|&p| p <= above),
        _ => 0,
    };
    let to = match primes.last() {
        Some(&last) if last > limit => primes.partition_point(|&p| p <= limit),
        _ => primes.len(),
    };
    (from, to.max(from))
}

/// Writes for each set bit its number, counting from `first`, and the integer it stands for; returns how many there are.
///
/// A word of large primes has 8 to 16 bits set, mostly: that many are written at once, whether or not
/// they are there, since a loop that ends with the last bit would be mispredicted for each word.
#[inline(never)]
fn unpack<const AT_ONCE: usize>(
    words: &[u64],
    first: u32,
    numbers: &mut [u32; BATCH + SPARE],
    primes: &mut [u32; BATCH + SPARE],
) -> usize {
    let mut found = 0;
    let mut first = first;
    let mut base = (first >> 3).wrapping_mul(30);
    for &word in words {
        let count = word.count_ones() as usize;
        let mut word = word;
        let mut at = found;
        loop {
            let numbers: &mut [u32; AT_ONCE] =
                (&mut numbers[at..at + AT_ONCE]).try_into().expect("as long as that");
            let primes: &mut [u32; AT_ONCE] =
                (&mut primes[at..at + AT_ONCE]).try_into().expect("as long as that");
            for i in 0..AT_ONCE {
                let bit = word.trailing_zeros() % 64;
                numbers[i] = first | bit;
                primes[i] = base.wrapping_add(u32::from(NUMBER[bit as usize]));
                word &= word.wrapping_sub(1);
            }
            at += AT_ONCE;
            if at >= found + count {
                break;
            }
        }
        found += count;
        first = first.wrapping_add(64);
        base = base.wrapping_add(240);
    }
    found
}

/// Primes up to this have remainders whose sign 32 bits tell.
const NARROW: u32 = u32::MAX - (1 << 16);

/// For each prime the first multiple above `origin`: its distance, and its multiplier's index into NEXT.
///
/// y = origin / 210 / p is rounded to the nearest integer by adding 2^52, and so is 210 * y, which is the multiplier
/// (large primes are above 2^16, so it is below 2^48 and the sum's mantissa). The remainder is exact in wrapping
/// integers, and its sign says on which side the rounding went: y is off by four roundings, which move the multiplier by
/// 2^-3 at most, so the remainder is less than p: no case beyond the two. The multiplier less 210 times the rounded y
/// is between -106 and 106.
///
/// For p near 2^32 the remainder is at most p / 2 + 2^13, so that below NARROW 32 bits are enough for it and
/// its sign; that is twice as many a vector, and 64-bit products are slow in it. `WIDE` takes 64.
#[inline(never)]
fn first_multiples<const WIDE: bool>(
    origin: u64,
    primes: &[u32],
    distances: &mut [u32],
    remainders: &mut [u32],
) {
    const SHIFT: f64 = (1u64 << 52) as f64;
    let dividend = origin as f64 / 210.0;
    for ((&p, distance), remainder) in primes.iter().zip(distances).zip(remainders) {
        let y = dividend / f64::from(p);
        let turns = (y + SHIFT).to_bits() as u32;
        let nearest = (y * 210.0 + SHIFT).to_bits();
        let (past, below) = if WIDE {
            let nearest = nearest & ((1 << 52) - 1);
            let past = origin.wrapping_sub(nearest.wrapping_mul(u64::from(p)));
            (past as u32, u32::from(past as i64 >= 0))
        } else {
            let past = (origin as u32).wrapping_sub((nearest as u32).wrapping_mul(p));
            (past, u32::from(past as i32 >= 0))
        };
        *distance = (p & below.wrapping_neg()).wrapping_sub(past);
        *remainder = (nearest as u32)
            .wrapping_sub(turns.wrapping_mul(210))
            .wrapping_add(NEXT_ZERO)
            .wrapping_add(below);
    }
}

/// Multiples below p * p are the business of smaller primes: begins with p * p where the first multiple is less.
/// Only chunks whose own integers' roots are among the primes need it.
#[inline(never)]
fn from_squares(origin: u64, primes: &[u32], distances: &mut [u32], remainders: &mut [u32]) {
    for ((&p, distance), remainder) in primes.iter().zip(distances).zip(remainders) {
        let square = u64::from(p) * u64::from(p);
        if let Some(ahead) = square.checked_sub(origin)
            && ahead > u64::from(*distance)
        {
            // Too far ahead for 32 bits is beyond any chunk.
            *distance = u32::try_from(ahead).unwrap_or(u32::MAX);
            *remainder = p % 210 + NEXT_ZERO - 210 * u32::from(p % 210 > 105);
        }
    }
}

/// Where a multiple lies, in bits: from its distance, its prime's class and its position on the wheel.
#[inline]
fn place(distance: u32, step: u32) -> u32 {
    (distance.wrapping_sub(1) / 30) << 3 | u32::from(BITS[(step / 4 % 512) as usize])
}

#[inline(never)]
fn choose(
    distances: &[u32; BATCH],
    remainders: &[u32; BATCH],
    (from, to): (usize, usize),
    length: u32,
    chosen: &mut [u32; BATCH],
) -> usize {
    let mut count = 0;
    for i in from..to.min(BATCH) {
        chosen[count % BATCH] = i as u32;
        let counts = NEXT[(remainders[i] & 255) as usize].0 == 0;
        count += usize::from((distances[i] <= length) & counts);
    }
    count
}

#[inline(never)]
fn locate_chosen(
    numbers: &[u32; BATCH + SPARE],
    distances: &[u32; BATCH],
    remainders: &[u32; BATCH],
    chosen: &mut [u32],
) {
    for slot in chosen {
        let i = *slot as usize % BATCH;
        let position = NEXT[(remainders[i] & 255) as usize].1;
        let step = step_index(numbers[i] & 7, u32::from(position));
        *slot = place(distances[i], step);
    }
}

#[inline(never)]
fn locate_all(
    numbers: &[u32],
    primes: &[u32],
    distances: &[u32],
    remainders: &[u32],
    length: u32,
    located: &mut [Located; BATCH],
) -> usize {
    let mut count = 0;
    let both = numbers.iter().zip(primes);
    for ((&number, &p), (&distance, &remainder)) in both.zip(distances.iter().zip(remainders)) {
        let (ahead, position) = NEXT[(remainder & 255) as usize];
        let distance = u64::from(distance) + u64::from(ahead) * u64::from(p);
        let step = step_index(number & 7, u32::from(position));
        located[count % BATCH] =
            Located { quotient: number >> 3, step, place: place(distance as u32, step) };
        count += usize::from(distance <= u64::from(length));
    }
    count
}

//! A segment of the sieve that D counts in: integers leave it prime by prime, and it knows how many are left up to any.
//!
//! # The idea
//!
//! A byte stands for the 8 of 30 integers that are coprime to 30, as in the sieve of Eratosthenes next door, but from 1 on, and
//! primes leave together with their multiples: phi counts 1 and no prime up to p_b.
//!
//! A count is asked for after every prime, at places that are not known ahead. So each word of 8 bytes has
//! a counter of 8 bits. Small primes, which hit every word, are crossed off blindly, and all words are counted anew (vectors do that fast);
//! larger ones take away from a word's counter the bit they clear. Then there are two ways to answer:
//!
//! - Few questions, in ascending order: the counters between one and the next are added up, 16 at once.
//! - Many: all counters are added up once, four by four; an answer is then that sum, those of the four that come before (one
//!   multiplication), and the bits of a part of one word, without a branch.
//!
//! How multiples are crossed off is in `phi_turns.rs`.

use super::byte_sum::ByteSum;
use super::phi_tiny::PRIMES;
use super::phi_turns::{RESIDUES, WORD, cross_off};
use super::processor::for_processor;
use crate::error::{Error, Result, Status};
use crate::kernels::sieve::Pages;

/// Segments are so many bytes, or multiples.
pub const LINE: usize = 128;

/// Integers that a word of 8 bytes covers.
const WORD_SPAN: u32 = 240;

/// Words that are added up together.
const GROUP: usize = 4;

/// Counters that are added at once.
const VECTOR: usize = 16;

/// Primes up to this one are crossed off blindly.
const BLIND: u32 = 70;

/// The bits of a word that stand for integers up to n, for n < 240.
static UP_TO: [u64; WORD_SPAN as usize] = {
    let mut table = [0; WORD_SPAN as usize];
    let mut n = 0;
    while n < table.len() {
        let mut bit = 0;
        while bit < 64 {
            if 30 * (bit / 8) + RESIDUES[bit % 8] <= n {
                table[n] |= 1 << bit;
            }
            bit += 1;
        }
        n += 1;
    }
    table
};

/// The first i bytes.
static BYTES_BEFORE: [[u8; VECTOR]; VECTOR] = {
    let mut table = [[0; VECTOR]; VECTOR];
    let mut i = 0;
    while i < VECTOR {
        let mut j = 0;
        while j < i {
            table[i][j] = u8::MAX;
            j += 1;
        }
        i += 1;
    }
    table
};

/// A prime at work.
#[derive(Clone, Copy, Debug)]
pub struct Strider {
    pub prime: u32,
    class: u8,
    /// The base of the first turn that reaches into the segment, from the segment's first byte: -prime < base <= 0.
    base: i32,
}

impl Strider {
    /// At the segment whose first byte is byte `first_byte` of the number line.
    pub fn new(prime: u32, first_byte: u64) -> Strider {
        let class = (0..8).find(|&c| RESIDUES[c] == prime as usize % 30).unwrap_or(0) as u8;
        Strider { prime, class, base: -((first_byte % u64::from(prime)) as i32) }
    }
}

impl Strider {
    /// Goes past a segment of `bytes` bytes.
    pub fn skip(&mut self, bytes: usize) {
        self.base = -(((bytes as u32 + self.base.unsigned_abs()) % self.prime) as i32);
    }
}

/// One period of the integers that the first k primes leave, in two tables, and something behind for whole lines.
struct Pattern {
    bytes: Vec<u8>,
    period: usize,
}

impl Pattern {
    fn new(primes: &[u64]) -> Pattern {
        let period = primes.iter().product::<u64>() as usize;
        let mut bytes = vec![u8::MAX; period + LINE];
        for &p in primes {
            for multiple in (p as usize..30 * bytes.len()).step_by(2 * p as usize) {
                if let Some(bit) = RESIDUES.iter().position(|&residue| residue == multiple % 30) {
                    bytes[multiple / 30] &= !(1 << bit);
                }
            }
        }
        Pattern { bytes, period }
    }
}

pub struct PhiSieve {
    buffer: Pages,
    /// Bytes of zeros on either side.
    pad: usize,
    bytes: usize,
    patterns: [Pattern; 2],
    /// How many integers are left in each word; for the pads too. At most 63, since a word has multiples of 7.
    counters: Vec<u8>,
    /// How many integers are left before each group of words.
    before: Vec<u32>,
    /// How many integers are left.
    total: u32,
}

impl PhiSieve {
    /// Segments of at most `bytes` bytes, whole lines; the first k primes are never there; no prime exceeds `largest`. Errors: Memory.
    pub fn new(bytes: usize, k: usize, largest: u32) -> Result<PhiSieve> {
        debug_assert!(bytes.is_multiple_of(LINE) && k > 3);
        // A turn's places lie within `prime` bytes.
        let pad = (largest as usize + 1).next_multiple_of(LINE);
        let words = (bytes + 2 * pad) / WORD;
        let no_memory = |_| Error::new(Status::Memory, "too little memory for a sieve's counters");
        let mut counters = Vec::new();
        counters.try_reserve_exact(words).map_err(no_memory)?;
        counters.resize(words, 0);
        let mut before = Vec::new();
        before.try_reserve_exact(bytes / WORD / GROUP).map_err(no_memory)?;
        before.resize(bytes / WORD / GROUP, 0);
        let middle = k.min(6);
        Ok(PhiSieve {
            buffer: Pages::new(bytes + 2 * pad)?,
            pad,
            bytes,
            patterns: [Pattern::new(&PRIMES[4..=middle]), Pattern::new(&PRIMES[middle + 1..=k])],
            counters,
            before,
            total: 0,
        })
    }

    /// Begins a segment of `bytes` bytes, whole lines, from byte `first_byte` of the number line on.
    pub fn begin(&mut self, first_byte: u64, bytes: usize) {
        debug_assert!(bytes.is_multiple_of(LINE) && bytes <= self.buffer.len() - 2 * self.pad);
        if bytes < self.bytes {
            // What was sieve becomes pad.
            let end = self.pad + self.bytes;
            self.buffer.bytes_mut()[self.pad + bytes..end].fill(0);
            self.counters[(self.pad + bytes) / WORD..end / WORD].fill(0);
        }
        self.bytes = bytes;
        let mut phase = self.patterns.each_ref().map(|p| (first_byte % p.period as u64) as usize);
        let (pad, end) = (self.pad, self.pad + bytes);
        for line in self.buffer.bytes_mut()[pad..end].as_chunks_mut::<LINE>().0 {
            let [one, other] = &self.patterns;
            let [one, other]: [&[u8; LINE]; 2] = [&one.bytes[phase[0]..], &other.bytes[phase[1]..]]
                .map(|bytes| bytes.first_chunk().expect("a line"));
            *line = std::array::from_fn(|i| one[i] & other[i]);
            for (phase, pattern) in phase.iter_mut().zip(&self.patterns) {
                *phase = (*phase + LINE) % pattern.period;
            }
        }
        self.count_words();
    }

    /// Makes `strider.prime` and its multiples leave, and moves it on to the segment behind.
    pub fn remove(&mut self, strider: &mut Strider) {
        let (prime, class) = (strider.prime as usize, strider.class);
        let start = (self.pad as i32 + strider.base) as usize;
        let end = self.pad + self.bytes;
        let blind = strider.prime <= BLIND;
        debug_assert!(prime <= self.pad && end + prime <= self.buffer.len());
        let (sieve, counters) = (self.buffer.as_mut_ptr(), self.counters.as_mut_ptr());
        // SAFETY: a turn from before `end` on stays within the back pad, one from `start` on begins within the front pad; there
        // is a counter for each word of both.
        let removed = unsafe { cross_off(class, blind, sieve, counters, start, end, prime) };
        strider.skip(self.bytes);
        self.total -= removed;
        if blind {
            self.count_words();
        }
    }

    fn count_words(&mut self) {
        let (pad, end) = (self.pad, self.pad + self.bytes);
        let counters = &mut self.counters[pad / WORD..end / WORD];
        self.total = count_words(&self.buffer.bytes_mut()[pad..end], counters);
    }

    /// How many integers are left in the segment.
    pub fn total(&self) -> u32 {
        self.total
    }

    /// What many questions want to be done before, and again when something was removed.
    pub fn add_up(&mut self) {
        let counters = &self.counters[self.pad / WORD..(self.pad + self.bytes) / WORD];
        add_up(counters, &mut self.before);
    }

    /// The sum over all `offsets` of how many integers are left from the segment's first to offset; each taken negative
    /// whose sign is odd. After `add_up`. Modulo 2^64.
    pub fn sum_many(&mut self, offsets: &[u32], signs: &[u32]) -> u64 {
        let (pad, end) = (self.pad, self.pad + self.bytes);
        let words = self.buffer.bytes_mut()[pad..end].as_chunks().0;
        sum_many(words, &self.counters[pad / WORD..end / WORD], &self.before, offsets, signs)
    }

    /// The same for offsets that descend, without `add_up`.
    pub fn sum_few(&mut self, offsets: &[u32], signs: &[u32]) -> u64 {
        let (pad, end) = (self.pad, self.pad + self.bytes);
        let words = self.buffer.bytes_mut()[pad..end].as_chunks().0;
        sum_few(words, &self.counters[pad / WORD..end / WORD], offsets, signs)
    }
}

for_processor! { fn count_words(sieve: &[u8], counters: &mut [u8]) -> u32 = count_words_inline }

#[inline(always)]
fn count_words_inline(sieve: &[u8], counters: &mut [u8]) -> u32 {
    let mut total = 0;
    for (counter, word) in counters.iter_mut().zip(sieve.as_chunks().0) {
        let count = u64::from_le_bytes(*word).count_ones();
        *counter = count as u8;
        total += count;
    }
    total
}

for_processor! { fn add_up(counters: &[u8], before: &mut [u32]) = add_up_inline }

#[inline(always)]
fn add_up_inline(counters: &[u8], before: &mut [u32]) {
    let mut sum = 0;
    for (before, group) in before.iter_mut().zip(counters.as_chunks().0) {
        *before = sum;
        // Four times 63 fit in a byte.
        sum += u32::from_le_bytes(*group).wrapping_mul(0x0101_0101) >> 24;
    }
}

/// What lies where: the number of the word, and the bits of it up to there.
#[inline(always)]
fn place(offset: u32) -> (usize, u64) {
    ((offset / WORD_SPAN) as usize, UP_TO[(offset % WORD_SPAN) as usize])
}

/// Adds `count`, or takes it away.
#[inline(always)]
fn add_signed(sum: u64, count: u32, sign: u32) -> u64 {
    let negative = u64::from(sign & 1).wrapping_neg();
    sum.wrapping_add((u64::from(count) ^ negative).wrapping_sub(negative))
}

for_processor! {
    fn sum_many(words: &[[u8; WORD]], counters: &[u8], before: &[u32], offsets: &[u32], signs: &[u32]) -> u64 = sum_many_inline
}

#[inline(always)]
fn sum_many_inline(
    words: &[[u8; WORD]],
    counters: &[u8],
    before: &[u32],
    offsets: &[u32],
    signs: &[u32],
) -> u64 {
    let groups = counters.as_chunks::<GROUP>().0;
    // A segment has less than 2^20 integers, and there are at most 2^10 questions.
    debug_assert!(words.len() < 1 << 14 && offsets.len() <= 1 << 10);
    let mut sum = 0u32;
    for (&offset, &sign) in offsets.iter().zip(signs) {
        let (word, mask) = place(offset);
        let group = word / GROUP;
        debug_assert!(word < words.len() && group < groups.len() && group < before.len());
        // SAFETY: the integer lies in the segment, for the words of which these are.
        let (counters, before, word_here) = unsafe {
            (*groups.get_unchecked(group), *before.get_unchecked(group), *words.get_unchecked(word))
        };
        // Byte i of the product is the sum of those before byte i.
        let product = u32::from_le_bytes(counters).wrapping_mul(0x0101_0100);
        let count = before
            + (product >> (8 * (word % GROUP)) & 0xff)
            + (u64::from_le_bytes(word_here) & mask).count_ones();
        let negative = (sign & 1).wrapping_neg();
        sum = sum.wrapping_add((count ^ negative).wrapping_sub(negative));
    }
    i64::from(sum as i32) as u64
}

for_processor! {
    fn sum_few(words: &[[u8; WORD]], counters: &[u8], offsets: &[u32], signs: &[u32]) -> u64 = sum_few_inline
}

#[inline(always)]
fn sum_few_inline(words: &[[u8; WORD]], counters: &[u8], offsets: &[u32], signs: &[u32]) -> u64 {
    let vectors = counters.as_chunks::<VECTOR>().0;
    let (mut at, mut before) = (0, ByteSum::default());
    let mut sum = 0u64;
    for (&offset, &sign) in offsets.iter().zip(signs).rev() {
        let (word, mask) = place(offset);
        let vector = word / VECTOR;
        for counters in &vectors[at..vector] {
            before = before.add(counters);
        }
        at = vector;
        let keep = &BYTES_BEFORE[word % VECTOR];
        let counters = std::array::from_fn(|i| vectors[vector][i] & keep[i]);
        let count =
            before.add(&counters).total() + (u64::from_le_bytes(words[word]) & mask).count_ones();
        sum = add_signed(sum, count, sign);
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_count_is_what_trial_division_counts() {
        let primes = [
            23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 151, 157, 163, 167, 173, 179, 181, 191, 1009,
            1013, 5003, 9973,
        ];
        let mut sieve = PhiSieve::new(4 * LINE, 8, 9973).expect("memory");
        let first = 1000 * LINE as u64;
        let mut striders = primes.map(|p| Strider::new(p, first));
        for (segment, bytes) in [4, 4, 1, 3, 4].map(|lines| lines * LINE).into_iter().enumerate() {
            let begin = first + [0, 4, 8, 9, 12][segment] * LINE as u64;
            sieve.begin(begin, bytes);
            let mut left: Vec<u64> = (30 * begin..30 * (begin + bytes as u64))
                .filter(|n| PRIMES[1..].iter().all(|p| n % p != 0))
                .collect();
            for strider in &mut striders {
                sieve.add_up();
                assert_eq!(sieve.total(), left.len() as u32);
                for offset in (0..30 * bytes as u32).step_by(7).chain([30 * bytes as u32 - 1]) {
                    let count =
                        left.iter().filter(|&&n| n <= 30 * begin + u64::from(offset)).count()
                            as u64;
                    assert_eq!(sieve.sum_many(&[offset, offset], &[0, 2]), 2 * count);
                    assert_eq!(sieve.sum_many(&[offset], &[1]), count.wrapping_neg());
                    assert_eq!(sieve.sum_few(&[offset, offset / 2, 0], &[2, 4, 1]), {
                        sieve.sum_many(&[0, offset / 2, offset], &[1, 0, 0])
                    });
                }
                if strider.prime == 47 && segment == 2 {
                    strider.skip(bytes);
                    continue;
                }
                sieve.remove(strider);
                left.retain(|n| n % u64::from(strider.prime) != 0);
            }
        }
    }
}

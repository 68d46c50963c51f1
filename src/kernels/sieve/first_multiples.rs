//! The first multiples of large sieving primes in a chunk.
//!
//! A chunk stands alone, so it begins with every prime's first multiple, and most large primes have none
//! in it. Finding that out must be cheap: at 10^18 it is asked of 50 million primes. They come as a sieve
//! (sieving_primes.rs). Those longer than the chunk are sifted first (sift.rs). The rest comes a batch of words at a time, and passes through four short loops: unpack; compute
//! the distance to the next multiple, by an f64 division, two at a time under simd128 (0.55 ns, against 2.45 for
//! i64.div_u); choose those with a multiple in the chunk; locate it on the wheel. None of the loops has a branch
//! that depends on the primes: written with branches in one loop it took 2.5 s instead of 1.65 for
//! the 10^9 integers from 10^18.

use super::sift::{self, sift};
use super::wheel::{BIT, NUMBER};
use super::wheel210::{NEXT, POSITIONS};

/// Words of sieve unpacked at once: at most 64 primes each.
pub const BATCH_WORDS: usize = 32;
pub const BATCH: usize = BATCH_WORDS * 64;

/// Room for what `unpack` writes too much.
const SPARE: usize = 16;

/// Working space of a batch.
pub struct Batch {
    sifted: [u64; BATCH_WORDS],
    primes: [u32; BATCH + SPARE],
    /// From the chunk's start to the next multiple.
    distances: [u32; BATCH],
    multipliers: [u64; BATCH],
    /// The multipliers mod 210, or 210.
    remainders: [u32; BATCH],
    chosen: [u32; BATCH],
    located: [Located; BATCH],
}

/// A prime's first multiple in the chunk that the wheel does not skip.
#[derive(Clone, Copy)]
pub struct Located {
    pub quotient: u32,
    /// Index into STEPS.
    pub step: u32,
    /// From the chunk's start.
    pub byte: u32,
}

impl Batch {
    pub fn new() -> Box<Batch> {
        Box::new(Batch {
            sifted: [0; BATCH_WORDS],
            primes: [0; BATCH + SPARE],
            distances: [0; BATCH],
            multipliers: [0; BATCH],
            remainders: [0; BATCH],
            chosen: [0; BATCH],
            located: [Located { quotient: 0, step: 0, byte: 0 }; BATCH],
        })
    }

    /// For the primes above `above` and up to `limit` among `words` of sieve, which count from `first`: their
    /// first multiples within `length` integers after `origin`.
    pub fn locate(
        &mut self,
        words: &[u64],
        first: u32,
        (above, limit): (u32, u32),
        origin: u64,
        length: u32,
    ) -> &mut [Located] {
        debug_assert!(words.len() <= BATCH_WORDS);
        // The sift's own condition, and none of the primes' squares is still to come.
        let least = u64::from(first) + 7;
        let largest = u64::from(first) + 240 * words.len() as u64;
        let sparse = least > u64::from(above)
            && least > u64::from(length)
            && least > origin >> sift::QUOTIENT_BITS
            && largest.saturating_mul(largest) <= origin;
        let found = if sparse {
            sift(words, first, origin, length, &mut self.sifted);
            unpack::<4>(&self.sifted[..words.len()], first, &mut self.primes)
        } else {
            unpack::<16>(words, first, &mut self.primes)
        };
        let from = self.primes[..found].partition_point(|&p| p <= above);
        let to = self.primes[..found].partition_point(|&p| p <= limit);
        if from >= to {
            return &mut [];
        }
        // A prime longer than the chunk has one multiple in it at most, unless its square is still to come.
        let last = u64::from(self.primes[to - 1]);
        let located = if self.primes[from] > length && last * last <= origin {
            first_multiples::<true>(origin, self, to);
            let chosen = choose::<true>(self, from, to, length);
            locate::<true>(self, chosen, origin, u64::from(length))
        } else {
            first_multiples::<false>(origin, self, to);
            let chosen = choose::<false>(self, from, to, length);
            locate::<false>(self, chosen, origin, u64::from(length))
        };
        &mut self.located[..located]
    }
}

/// Writes the integers whose bits are set, counting from `first`; returns how many.
///
/// A word of large primes has 8 to 16 bits set, mostly: that many are written at once, whether or not
/// they are there, since a loop that ends with the last bit would be mispredicted for each word.
#[inline(never)]
fn unpack<const AT_ONCE: usize>(
    words: &[u64],
    first: u32,
    out: &mut [u32; BATCH + SPARE],
) -> usize {
    let mut found = 0;
    let mut base = first;
    for &word in words {
        let count = word.count_ones() as usize;
        let mut word = word;
        let mut at = 0;
        loop {
            let out: &mut [u32; AT_ONCE] =
                (&mut out[found + at..found + at + AT_ONCE]).try_into().expect("as long as that");
            for slot in out {
                *slot = base.wrapping_add(u32::from(NUMBER[word.trailing_zeros() as usize % 64]));
                word &= word.wrapping_sub(1);
            }
            at += AT_ONCE;
            if at >= count {
                break;
            }
        }
        found += count;
        base = base.wrapping_add(240);
    }
    found
}

/// For each prime the first multiple above `origin`: its distance, and its multiplier mod 210 (or 210). Without
/// `ONE`, the multiplier too.
///
/// origin / p is rounded to the nearest integer by adding 2^52 (large primes are above 2^16, so
/// quotients are below 2^48 and the sum's mantissa is the quotient). The remainder is exact in wrapping
/// integers, and its sign says on which side the rounding went. The rounding of `origin` itself to
/// 53 bits moves the quotient by less than 2^-4, so the remainder is at most p * 9/16 off: no case
/// beyond the two.
///
/// The quotient mod 210 is exact as well: floor(n / 210) is (n - 104.5) / 210 rounded to the nearest integer, and that
/// is never nearer than 1/420 to a tie.
#[inline(never)]
fn first_multiples<const ONE: bool>(origin: u64, batch: &mut Batch, len: usize) {
    const SHIFT: f64 = (1u64 << 52) as f64;
    let dividend = origin as f64;
    let primes = &batch.primes[..len];
    let distances = &mut batch.distances[..len];
    let multipliers = &mut batch.multipliers[..len];
    let remainders = &mut batch.remainders[..len];
    for i in 0..len {
        let p = primes[i];
        let shifted = dividend / f64::from(p) + SHIFT;
        let nearest = shifted.to_bits() & ((1 << 52) - 1);
        let past = origin.wrapping_sub(nearest.wrapping_mul(u64::from(p))) as i64;
        let below = i64::from(past >= 0) as u64;
        distances[i] = (u64::from(p) & below.wrapping_neg()).wrapping_sub(past as u64) as u32;
        if !ONE {
            multipliers[i] = nearest + below;
        }
        let n = shifted - SHIFT;
        let turns = (n - 104.5) * (1.0 / 210.0) + SHIFT - SHIFT;
        remainders[i] = (n - 210.0 * turns + SHIFT).to_bits() as u32 + below as u32;
    }
}

/// Lists which of the primes `from..to` of the batch may have a multiple within `length`; returns how many.
/// With `ONE` it is the first or none, and the wheel must not skip it.
///
/// Which ones do is a matter of chance that no branch predictor knows, so `chosen` is written each
/// time, and its length grows or not.
#[inline(never)]
fn choose<const ONE: bool>(batch: &mut Batch, from: usize, to: usize, length: u32) -> usize {
    let mut count = 0;
    for i in from..to.min(BATCH) {
        batch.chosen[count % BATCH] = i as u32;
        let counts = !ONE || NEXT[(batch.remainders[i] & 255) as usize].0 == 0;
        count += usize::from((batch.distances[i] <= length) & counts);
    }
    count
}

/// Of the first `chosen` chosen primes, computes the multiples and keeps those that lie within `length`;
/// returns how many.
#[inline(never)]
fn locate<const ONE: bool>(batch: &mut Batch, chosen: usize, origin: u64, length: u64) -> usize {
    let mut count = 0;
    for j in 0..chosen.min(BATCH) {
        let i = batch.chosen[j] as usize % BATCH;
        let p = batch.primes[i];
        let mut remainder = batch.remainders[i];
        let mut distance = u64::from(batch.distances[i]);
        // Multiples below p * p are the business of smaller primes.
        if !ONE && batch.multipliers[i] < u64::from(p) {
            let square = u64::from(p) * u64::from(p);
            remainder = p % 210;
            distance = square.wrapping_sub(origin);
        }
        let (ahead, position) = NEXT[(remainder & 255) as usize];
        if !ONE {
            distance += u64::from(ahead) * u64::from(p);
        }
        let quotient = (p - 7) / 30;
        let class = CLASS[(p - 7 - 30 * quotient) as usize & 31];
        let step = u32::from(class) * POSITIONS as u32 + u32::from(position);
        batch.located[count % BATCH] = Located { quotient, step, byte: (distance as u32 - 1) / 30 };
        count += usize::from(ONE || distance <= length);
    }
    count
}

/// The class of the primes 30n + 7 + i, for i below 30.
static CLASS: [u8; 32] = {
    let mut table = [0; 32];
    let mut i = 0;
    while i < 30 {
        table[i] = BIT[(i + 7) % 30];
        i += 1;
    }
    table
};

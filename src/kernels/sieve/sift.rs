//! Sifting sieving primes that are longer than the chunk.
//!
//! Near 2^64 a chunk asks 203 million primes for a multiple, and nineteen in twenty have none that counts. To
//! say so takes less than a division. Write q(p) = origin / p. The first multiple behind the origin
//! is p * m with m = floor(q) + 1; it lies within the chunk if q is at most length / p below m, and the wheel
//! skips it if m is even. So p matters only if q mod 2 lies in [1 - length / p, 1].
//!
//! Over the 240 integers of a word of sieve, q is as good as linear: at p = 2^28 and 2^64 it bends by
//! 1/75, at 2^30 by 1/4800. So for each word q and its slope are computed in f64, at the middle; the
//! 64 candidates take one multiplication, subtraction and comparison each in 16-bit lanes, which wrap mod 2 by
//! themselves (15 bits are the fraction), eight lanes at a time, and the comparison's mask is ANDed
//! with the word. The interval is made wider by all errors, so nothing is lost; what passes by mistake is
//! rejected by the exact computation.

use super::first_multiples::SPARSE_WORDS;
use super::wheel::NUMBER;

/// The middle of a word's candidates, 7 to 241.
const MIDDLE: i16 = 124;

/// How far the candidates lie from the middle, at most.
const REACH: f64 = 117.0;

/// Quotients have at most this many bits, so that with their fraction they fit in an f64.
pub const QUOTIENT_BITS: u32 = 36;

/// The candidates' distances from the middle.
static OFFSETS: [i16; 64] = {
    let mut table = [0; 64];
    let mut i = 0;
    while i < 64 {
        table[i] = NUMBER[i] as i16 - MIDDLE;
        i += 1;
    }
    table
};

/// What tells for a word which candidates to keep: those with (base - offset * slope) mod 2^16 <= width.
#[derive(Clone, Copy, Default)]
struct Line {
    base: u16,
    slope: u16,
}

/// Fixed-point numbers have 15 bits behind the point.
const ONE: f64 = 32_768.0;

/// Writes to `sifted` the bits of `words` that stand for primes which may have an odd multiple within
/// `length` integers after `origin`. Bits count from `first`, and all primes are longer than `length`.
#[inline(never)]
pub fn sift(words: &[u64], first: u32, origin: u64, length: u32, sifted: &mut [u64; SPARSE_WORDS]) {
    let first = f64::from(first) + f64::from(MIDDLE);
    let (error, width) = tolerance(origin as f64, f64::from(length), first);
    let mut lines = [Line::default(); SPARSE_WORDS];
    set_lines(&mut lines, origin as f64, ONE - width + error, first);
    let width = width.min(65_535.0) as u16;
    for i in 0..words.len().min(SPARSE_WORDS) {
        sifted[i] = words[i] & mask(lines[i], width);
    }
}

/// How far off the lines may be, and the width of the interval with all errors: largest for a batch's
/// first word.
fn tolerance(dividend: f64, length: f64, middle: f64) -> (f64, f64) {
    let bend = dividend / middle / middle / middle * (1.01 * REACH * REACH) * ONE;
    // The slope's rounding at the far end, and 4 for the other roundings.
    let error = bend + REACH / 2.0 + 4.0;
    (error, length / middle * ONE + 2.0 * error)
}

/// The words' lines. All are rounded to integers by adding 2^52, which leaves them mod 2^16 in the lowest
/// bits. A loop of its own, so that it is done for two words at a time.
#[inline]
fn set_lines(lines: &mut [Line; SPARSE_WORDS], dividend: f64, low: f64, first: f64) {
    const SHIFT: f64 = (1u64 << 52) as f64;
    for (i, line) in lines.iter_mut().enumerate() {
        let inverse = ONE / (first + 240.0 * i as u32 as f64);
        let quotient = dividend * inverse;
        let slope = quotient * (1.0 / ONE) * inverse;
        *line = Line {
            base: (quotient - low + SHIFT).to_bits() as u16,
            slope: (slope + SHIFT).to_bits() as u16,
        };
    }
}

#[cfg(target_arch = "x86_64")]
#[inline]
fn mask(line: Line, width: u16) -> u64 {
    use std::arch::x86_64::*;
    // SAFETY: SSE2 is part of x86-64, and OFFSETS has 8 vectors.
    unsafe {
        let base = _mm_set1_epi16(line.base as i16);
        let slope = _mm_set1_epi16(line.slope as i16);
        let width = _mm_set1_epi16(width as i16);
        let keep = |i: usize| {
            let offsets = _mm_loadu_si128(OFFSETS.as_ptr().add(8 * i).cast());
            let at = _mm_sub_epi16(base, _mm_mullo_epi16(offsets, slope));
            // at <= width, unsigned.
            _mm_cmpeq_epi16(_mm_subs_epu16(at, width), _mm_setzero_si128())
        };
        let pair =
            |i: usize| _mm_movemask_epi8(_mm_packs_epi16(keep(2 * i), keep(2 * i + 1))) as u64;
        pair(0) | pair(1) << 16 | pair(2) << 32 | pair(3) << 48
    }
}

#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
#[inline]
fn mask(line: Line, width: u16) -> u64 {
    use std::arch::wasm32::*;
    let base = u16x8_splat(line.base);
    let slope = u16x8_splat(line.slope);
    let width = u16x8_splat(width);
    let keep = |i: usize| {
        // SAFETY: OFFSETS has 8 vectors.
        let offsets = unsafe { v128_load(OFFSETS.as_ptr().add(8 * i).cast()) };
        u16x8_le(u16x8_sub(base, u16x8_mul(offsets, slope)), width)
    };
    let pair =
        |i: usize| u64::from(i8x16_bitmask(i8x16_narrow_i16x8(keep(2 * i), keep(2 * i + 1))));
    pair(0) | pair(1) << 16 | pair(2) << 32 | pair(3) << 48
}

#[cfg(not(any(target_arch = "x86_64", all(target_arch = "wasm32", target_feature = "simd128"))))]
fn mask(line: Line, width: u16) -> u64 {
    plain_mask(line, width)
}

#[cfg(any(
    test,
    not(any(target_arch = "x86_64", all(target_arch = "wasm32", target_feature = "simd128")))
))]
fn plain_mask(line: Line, width: u16) -> u64 {
    OFFSETS.iter().enumerate().fold(0, |mask, (i, &offset)| {
        let at = line.base.wrapping_sub(line.slope.wrapping_mul(offset as u16));
        mask | u64::from(at <= width) << i
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_vector_form_agrees_with_the_plain_one() {
        for (base, slope, width) in
            [(0, 0, 0), (1, 77, 900), (40_000, 65_535, 32_768), (9, 1, 65_535)]
        {
            let line = Line { base, slope };
            assert_eq!(mask(line, width), plain_mask(line, width));
        }
    }

    #[test]
    fn no_candidate_with_an_odd_multiple_is_lost_and_few_others_pass() {
        let (mut passed, mut right) = (0, 0);
        for origin in
            [u64::MAX - 300_000_000, (1 << 60) + 7, (1 << 62) - 1, 1_000_000_000_000_000_001]
        {
            for length in [30_000_000u32, 134_217_728, 250_000_000] {
                for first in [268_500_000u32, 300_000_000, 1 << 30, 3_000_000_000, 4_294_960_000] {
                    let mut sifted = [0; SPARSE_WORDS];
                    for first in (0..28).map(|i| first + 240 * i) {
                        sift(&[u64::MAX], first, origin, length, &mut sifted);
                        for (i, number) in NUMBER.into_iter().enumerate() {
                            let p = u64::from(first) + u64::from(number);
                            let m = origin / p + 1;
                            let matters = m % 2 == 1
                                && u128::from(m) * u128::from(p)
                                    <= u128::from(origin) + u128::from(length);
                            let passes = sifted[0] >> i & 1 == 1;
                            assert!(passes || !matters, "{p} {origin} {length}");
                            passed += u32::from(passes);
                            right += u32::from(matters);
                        }
                    }
                }
            }
        }
        assert!(passed <= right + right / 5, "{passed} for {right}");
    }
}

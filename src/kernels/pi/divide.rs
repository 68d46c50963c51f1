//! Quotients of many divisors at once, in f64.
//!
//! # Why they are exact
//!
//! Wanted is floor(n / d) for integers n < 2^50 and d. Since n is no half integer, (n + 1/2) / d is at least 1/2d away from every integer, and an error of
//! 2^-52 of the quotient, from a rounded reciprocal and a rounded product, is less than that. So rounding
//! (n + 1/2) / d - 1/2 to the nearest integer gives it. Adding 2^52 does that, and leaves the integer in the lowest bits; low and the half go into the same
//! constant. It must be below 2^52, to have a half, and the sum above, to have none: for that, offsets are one too large meanwhile,
//! unless low is 0.
//!
//! For larger n below 2^53, n / d cut off is exact: it cannot be rounded up to an integer, which is 1/d away.
//!
//! Vectors make two or more at once. In wasm, where a division of 64-bit integers takes 2.5 ns and a multiplication of 64 by 64 to 128
//! bits is a call, a quotient takes 0.55 ns; with a table of reciprocals it is a multiplication and an addition.

use super::processor::for_processor;

/// Dividends below this one are rounded by adding 2^52.
const ROUNDED: u64 = 1 << 50;

/// Dividends below this one are divided in f64.
const CUT: u64 = 1 << 53;

const SHIFT: f64 = (1u64 << 52) as f64;

/// How to make floor(dividend / d) - low of a reciprocal of d or of d itself.
#[derive(Clone, Copy)]
struct Rounding {
    dividend: f64,
    constant: f64,
    excess: u32,
}

impl Rounding {
    #[inline(always)]
    fn new(dividend: u64, low: u64) -> Rounding {
        let excess = u32::from(low > 0);
        let constant = SHIFT - 0.5 - (low as f64 - f64::from(excess));
        Rounding { dividend: dividend as f64 + 0.5, constant, excess }
    }

    #[inline(always)]
    fn offset(self, quotient: f64) -> u32 {
        ((quotient + self.constant).to_bits() as u32).wrapping_sub(self.excess)
    }
}

/// offsets[i] = floor(dividend / divisors[i]) - low, which must fit in 31 bits; the divisors too. If low is 0, quotients are not.
#[inline(always)]
pub fn offsets(dividend: u64, low: u64, divisors: impl Iterator<Item = u32>, offsets: &mut [u32]) {
    if dividend < ROUNDED {
        let rounding = Rounding::new(dividend, low);
        for (offset, divisor) in offsets.iter_mut().zip(divisors) {
            *offset = rounding.offset(rounding.dividend / f64::from(divisor as i32));
        }
    } else if dividend < CUT {
        let (dividend, low) = (dividend as f64, low as f64);
        for (offset, divisor) in offsets.iter_mut().zip(divisors) {
            let quotient = dividend / f64::from(divisor as i32);
            // SAFETY: it lies between 0 and 2^31.
            *offset = unsafe { (quotient - low).to_int_unchecked::<i32>() } as u32;
        }
    } else {
        for (offset, divisor) in offsets.iter_mut().zip(divisors) {
            *offset = (dividend / u64::from(divisor) - low) as u32;
        }
    }
}

/// Whether `offsets_of_reciprocals` are exact.
#[inline]
pub fn takes_reciprocals(dividend: u64) -> bool {
    dividend < ROUNDED
}

/// The same by the divisors' rounded reciprocals.
#[inline(always)]
pub fn offsets_of_reciprocals(dividend: u64, low: u64, reciprocals: &[f64], offsets: &mut [u32]) {
    let rounding = Rounding::new(dividend, low);
    #[cfg(target_arch = "wasm32")]
    let (offsets, reciprocals) = fours_of_reciprocals(rounding, reciprocals, offsets);
    for (offset, &reciprocal) in offsets.iter_mut().zip(reciprocals) {
        *offset = rounding.offset(rounding.dividend * reciprocal);
    }
}

/// Four at once, where the compiler by itself makes two. Returns what is left over.
#[cfg(target_arch = "wasm32")]
#[inline(always)]
fn fours_of_reciprocals<'a>(
    rounding: Rounding,
    reciprocals: &'a [f64],
    offsets: &'a mut [u32],
) -> (&'a mut [u32], &'a [f64]) {
    use std::arch::wasm32::*;
    let (fours, rest) = reciprocals.as_chunks::<4>();
    let (out, rest_of_out) = offsets.as_chunks_mut::<4>();
    let (dividend, constant) = (f64x2_splat(rounding.dividend), f64x2_splat(rounding.constant));
    let excess = u32x4_splat(rounding.excess);
    for (four, out) in fours.iter().zip(out) {
        // SAFETY: there are four reciprocals, and room for four offsets.
        unsafe {
            let two = |i| {
                let reciprocals = v128_load(four.as_ptr().add(i).cast());
                f64x2_add(f64x2_mul(reciprocals, dividend), constant)
            };
            let offsets = u32x4_sub(u32x4_shuffle::<0, 2, 4, 6>(two(0), two(2)), excess);
            v128_store(out.as_mut_ptr().cast(), offsets);
        }
    }
    (rest_of_out, rest)
}

for_processor! {
    /// Divides by primes.
    pub fn prime_offsets(dividend: u64, low: u64, primes: &[u32], out: &mut [u32]) = prime_offsets_inline
}

#[inline(always)]
fn prime_offsets_inline(dividend: u64, low: u64, primes: &[u32], out: &mut [u32]) {
    offsets(dividend, low, primes.iter().copied(), out);
}

for_processor! {
    /// Divides by the m of leaves 2m + sign, and counts the odd ones.
    pub fn leaf_offsets(dividend: u64, low: u64, leaves: &[u32], out: &mut [u32]) -> u64 = leaf_offsets_inline
}

#[inline(always)]
fn leaf_offsets_inline(dividend: u64, low: u64, leaves: &[u32], out: &mut [u32]) -> u64 {
    offsets(dividend, low, leaves.iter().map(|leaf| leaf / 2), out);
    leaves.iter().map(|leaf| leaf & 1).sum::<u32>().into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig { cases: 5000, failure_persistence: None, ..ProptestConfig::default() })]
        #[test]
        fn offsets_are_exact(bits in 2u32..64, divisor in 1u32..1 << 31, random in any::<u64>(), behind in 0u64..(1 << 31) - 2) {
            // About multiples of the divisor.
            let multiple = (random >> (64 - bits)) / u64::from(divisor) * u64::from(divisor);
            for dividend in [multiple, multiple.saturating_sub(1), multiple + 1, random >> (64 - bits)] {
                let expected = dividend / u64::from(divisor);
                let low = expected - behind.min(expected);
                if expected == 0 || expected - low >= 1 << 31 {
                    continue;
                }
                let mut found = [0];
                offsets(dividend, low, [divisor].into_iter(), &mut found);
                prop_assert_eq!(u64::from(found[0]), expected - low);
                if takes_reciprocals(dividend) {
                    offsets_of_reciprocals(dividend, low, &[1.0 / f64::from(divisor)], &mut found);
                    prop_assert_eq!(u64::from(found[0]), expected - low);
                }
            }
        }
    }
}

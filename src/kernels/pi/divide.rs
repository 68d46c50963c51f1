//! Quotients of many divisors at once.
//!
//! The quotient of two integers below 2^53 in f64, cut off, is exact: it cannot be rounded up to an integer, since it is 1 / divisor away from
//! that, which is more than half a unit in its last place. Vectors make two or more at once: in wasm, where a
//! division of 64-bit integers takes 2.5 ns and a multiplication of 64 by 64 to 128 bits is a call, 0.55 ns.

use super::processor::for_processor;

/// Dividends below this one are divided in f64.
const EXACT: u64 = 1 << 53;

/// offsets[i] = dividend / divisors[i] - low, which must fit in 31 bits; the divisors too.
#[inline(always)]
pub fn offsets(dividend: u64, low: u64, divisors: impl Iterator<Item = u32>, offsets: &mut [u32]) {
    if dividend < EXACT {
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
        #[test]
        fn offsets_are_exact(quotient in 0u64..1 << 33, divisor in 1u32..1 << 31, rest in any::<u32>(), behind in 0u64..(1 << 31) - 2) {
            let dividend = quotient * u64::from(divisor);
            for dividend in [dividend, dividend.saturating_sub(1), dividend + u64::from(rest % divisor)] {
                let expected = dividend / u64::from(divisor);
                let low = expected - behind.min(expected);
                let mut found = [0];
                offsets(dividend, low, [divisor].into_iter(), &mut found);
                prop_assert_eq!(u64::from(found[0]), expected - low);
            }
        }
    }
}

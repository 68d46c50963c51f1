//! Moebius' mu of a stretch of integers, a byte each.
//!
//! A byte collects logarithms: for each prime p up to the root an odd number that is about 2 log2(p), and its top bit is set where a
//! square divides. Then its lowest bit is the parity of how many primes were met, and its size tells whether their product is the
//! integer itself or, at most, its root: in the latter case one large prime is left, which turns the sign.
//!
//! Why a byte is enough: below 2^44 a product of distinct primes adds up to 88, and 2 for each of at most 12 primes for rounding:
//! less than 128. And why the two cases are told apart: the whole n gives 2 log2(n) or more; a product below the root log2(n) and
//! 2 for each prime in it, which is less, as tests show for the small ones.

use crate::arith::root::isqrt;
use crate::error::Result;
use crate::kernel::Interrupt;

/// The first integer that is too large.
pub const END: u64 = 1 << 44;

/// A square divides.
const SQUARE: u8 = 0x80;

/// Odd, and at least 2 log2(p).
fn weight(p: u32) -> u8 {
    // Squared, so that the logarithm of an integer is fine enough.
    ((u64::from(p) * u64::from(p) - 1).ilog2() + 1) as u8 | 1
}

/// Primes up to this are in the pattern, their squares up to this, too.
const PATTERN_PRIMES: [u32; 5] = [2, 3, 5, 7, 11];
/// 4 * 9 * 5 * 7 * 11.
const PATTERN: usize = 13_860;

/// The sieve's tables.
pub struct MoebiusSieve {
    /// All up to the root of the largest integer.
    primes: Vec<u32>,
    /// What the smallest primes add, and where 4 and 9 divide.
    pattern: Vec<u8>,
}

impl MoebiusSieve {
    /// For integers up to `last`, less than `END`; `primes` go to its root at least.
    pub fn new(last: u64, primes: &[u32]) -> MoebiusSieve {
        debug_assert!(last < END);
        let mut pattern = vec![0; PATTERN];
        for p in PATTERN_PRIMES {
            pattern.iter_mut().step_by(p as usize).for_each(|byte| *byte += weight(p));
        }
        for square in [4, 9] {
            pattern.iter_mut().step_by(square).for_each(|byte| *byte |= SQUARE);
        }
        let root = isqrt(last);
        let primes = &primes[..primes.partition_point(|&p| p <= root)];
        MoebiusSieve { primes: primes.to_vec(), pattern }
    }

    /// Writes mu(first), mu(first + 1), ... to `signs`; `first` > 0. Errors: Cancelled.
    pub fn sieve(&self, first: u64, signs: &mut [i8], interrupt: &Interrupt) -> Result<()> {
        let bytes = as_bytes(signs);
        let mut begin = (first % PATTERN as u64) as usize;
        let mut filled = 0;
        while filled < bytes.len() {
            let length = (PATTERN - begin).min(bytes.len() - filled);
            bytes[filled..filled + length].copy_from_slice(&self.pattern[begin..begin + length]);
            filled += length;
            begin = 0;
        }
        let last = first + bytes.len() as u64 - 1;
        for (i, &p) in self.primes.iter().enumerate() {
            if i % 256 == 0 {
                interrupt.check()?;
            }
            let (square, add) = (u64::from(p) * u64::from(p), weight(p));
            if square > last {
                break;
            }
            if p > PATTERN_PRIMES[PATTERN_PRIMES.len() - 1] {
                let at = to_multiple(first, u64::from(p)).min(bytes.len() as u64) as usize;
                bytes[at..].iter_mut().step_by(p as usize).for_each(|byte| *byte += add);
            }
            if p > 3 {
                let at = to_multiple(first, square);
                if at < bytes.len() as u64 {
                    let step = square.min(bytes.len() as u64) as usize;
                    bytes[at as usize..].iter_mut().step_by(step).for_each(|byte| *byte |= SQUARE);
                }
            }
        }
        // Where the logarithm of n changes, what its byte must reach does, too.
        let mut from = first;
        while from <= last {
            let log = from.ilog2();
            let to = ((2 << log) - 1).min(last);
            let whole = (2 * log) as u8;
            for byte in &mut bytes[(from - first) as usize..=(to - first) as usize] {
                let odd = *byte & 1 ^ u8::from(*byte < whole);
                let sign = 1u8.wrapping_sub(2 * odd);
                *byte = if *byte >= SQUARE { 0 } else { sign };
            }
            from = to + 1;
        }
        Ok(())
    }
}

/// How far it is from `first` to a multiple of `step`.
fn to_multiple(first: u64, step: u64) -> u64 {
    (step - first % step) % step
}

/// -1 is 255.
fn as_bytes(signs: &mut [i8]) -> &mut [u8] {
    // SAFETY: i8 and u8 have one layout, and all bits are valid for both.
    unsafe { std::slice::from_raw_parts_mut(signs.as_mut_ptr().cast(), signs.len()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arith::factor::factor;
    use crate::arith::multiplicative::moebius;
    use crate::arith::small_primes::primes_to;
    use proptest::prelude::*;

    fn check(first: u64, length: usize) {
        let last = first + length as u64 - 1;
        let sieve = MoebiusSieve::new(last, &primes_to(isqrt(last) + 7));
        let mut signs = vec![7; length];
        sieve.sieve(first, &mut signs, &Interrupt::new()).unwrap();
        for (n, sign) in (first..).zip(signs) {
            assert_eq!(i32::from(sign), moebius(&factor(n)), "mu({n})");
        }
    }

    #[test]
    fn the_first_integers() {
        check(1, 100_000);
        check(1, 1);
    }

    #[test]
    fn products_of_the_first_primes_and_the_largest_integers() {
        // OEIS A002110: they have the most primes for their size.
        for n in [30, 210, 2310, 30_030, 510_510, 9_699_690, 223_092_870, 6_469_693_230] {
            check(n - 20, 50);
        }
        for n in [200_560_490_130, 7_420_738_134_810] {
            check(n - 10, 20);
        }
        check(END - 300, 300);
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]
        #[test]
        fn any_stretch(first in 1u64..1 << 40, bits in 0u32..40, length in 1usize..3000) {
            check((first >> bits).max(1), length);
        }
    }
}

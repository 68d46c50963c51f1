//! What a factorisation tells: divisors, Euler's phi, Moebius' mu, sigma.
//!
//! All take the factors of n > 0, as `factor` gives them.

use crate::error::{Error, Result, Status};

/// Primes and exponents, the primes ascending.
type Factors<'a> = &'a [(u64, u32)];

/// How many divisors n has.
pub fn divisor_count(factors: Factors) -> u64 {
    factors.iter().map(|&(_, exponent)| u64::from(exponent) + 1).product()
}

/// The divisors of n, ascending. Below 2^64 there are 184,320 at most (OEIS A002183).
pub fn divisors(factors: Factors) -> Vec<u64> {
    let mut divisors = vec![1];
    for &(p, exponent) in factors {
        let without = divisors.len();
        for i in 0..without * exponent as usize {
            divisors.push(divisors[i] * p);
        }
    }
    divisors.sort_unstable();
    divisors
}

/// How many of 1 to n are coprime to n.
pub fn euler_phi(factors: Factors) -> u64 {
    factors.iter().map(|&(p, exponent)| p.pow(exponent - 1) * (p - 1)).product()
}

/// 0 when a square divides n, else 1 or -1 for an even or odd number of primes.
pub fn moebius(factors: Factors) -> i32 {
    match factors.iter().any(|&(_, exponent)| exponent > 1) {
        true => 0,
        false if factors.len().is_multiple_of(2) => 1,
        false => -1,
    }
}

/// The product of the primes that divide n.
pub fn radical(factors: Factors) -> u64 {
    factors.iter().map(|&(p, _)| p).product()
}

/// The sum of the kth powers of the divisors. Errors: Range when it does not fit in 64 bits.
pub fn sigma(factors: Factors, k: u32) -> Result<u64> {
    let sum = || {
        factors.iter().try_fold(1u64, |product, &(p, exponent)| {
            let power = p.checked_pow(k)?;
            // 1 + p^k (1 + p^k (1 + ...)).
            let sum =
                (0..exponent).try_fold(1u64, |sum, _| sum.checked_mul(power)?.checked_add(1))?;
            product.checked_mul(sum)
        })
    };
    sum().ok_or_else(|| Error::new(Status::Range, format!("sigma_{k} does not fit in 64 bits")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arith::factor::factor;
    use crate::arith::montgomery::gcd;

    #[test]
    fn all_are_what_their_definitions_say_below_2000() {
        for n in 1..2000u64 {
            let factors = factor(n);
            let slow: Vec<u64> = (1..=n).filter(|d| n.is_multiple_of(*d)).collect();
            assert_eq!(divisors(&factors), slow, "{n}");
            assert_eq!(divisor_count(&factors), slow.len() as u64, "{n}");
            let coprime = (1..=n).filter(|&m| gcd(m, n) == 1).count() as u64;
            assert_eq!(euler_phi(&factors), coprime, "{n}");
            for k in 0..4 {
                assert_eq!(sigma(&factors, k).unwrap(), slow.iter().map(|d| d.pow(k)).sum::<u64>());
            }
            let square_free = slow[1..].iter().all(|d| n % (d * d) != 0);
            let primes = slow.iter().filter(|&&d| factor(d) == [(d, 1)]);
            assert_eq!(radical(&factors), primes.clone().product::<u64>(), "{n}");
            let sign = if primes.count() % 2 == 0 { 1 } else { -1 };
            assert_eq!(moebius(&factors), if square_free { sign } else { 0 }, "{n}");
        }
    }

    #[test]
    fn the_largest_integers_do_not_overflow_unnoticed() {
        // 2^64 - 1 = 3 * 5 * 17 * 257 * 641 * 65537 * 6700417.
        let factors = factor(u64::MAX);
        let phi = 2u64 * 4 * 16 * 256 * 640 * 65_536 * 6_700_416;
        assert_eq!(euler_phi(&factors), phi);
        assert_eq!((moebius(&factors), radical(&factors)), (-1, u64::MAX));
        assert_eq!((divisor_count(&factors), divisors(&factors).len()), (128, 128));
        assert_eq!(sigma(&factors, 0).unwrap(), 128);
        assert_eq!(sigma(&factors, 1).unwrap_err().status(), Status::Range);
        // The sum of a prime's divisors is one more, which is the last that fits.
        let largest = factor(u64::MAX - 58);
        assert_eq!(sigma(&largest, 1).unwrap(), u64::MAX - 57);
        assert_eq!(sigma(&largest, 2).unwrap_err().status(), Status::Range);
        assert_eq!(sigma(&[], u32::MAX).unwrap(), 1);
    }

    #[test]
    fn the_number_with_most_divisors_has_them_all() {
        // OEIS A002182, A002183: the last highly composite number below 2^64.
        let n = 18_401_055_938_125_660_800;
        let list = divisors(&factor(n));
        assert_eq!(list.len(), 184_320);
        assert!(list.is_sorted_by(|a, b| a < b) && list.iter().all(|d| n % d == 0));
    }
}

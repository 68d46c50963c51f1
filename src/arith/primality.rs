//! A deterministic primality test for 64-bit integers.
//!
//! Products mod n are Montgomery's, which need no division: in wasm the remainder of 128 bits is a call that takes
//! a hundred times as long.

/// Bases that decide every n < 2^64.
/// Source: found by Jim Sinclair in 2011, checked against Feitsma's list of all base-2 pseudoprimes below 2^64.
const BASES: [u64; 7] = [2, 325, 9_375, 28_178, 450_775, 9_780_504, 1_795_265_022];

const SMALL: [u64; 12] = [2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37];

/// Whether n is prime. Miller-Rabin with fixed bases: exact for every u64.
pub fn is_prime(n: u64) -> bool {
    for p in SMALL {
        if n.is_multiple_of(p) {
            return n == p;
        }
    }
    if n < 41 * 41 {
        return n > 1;
    }
    Ring::new(n).passes_all()
}

/// The integers mod an odd n > 1; x stands for x * 2^64.
struct Ring {
    n: u64,
    /// n * inverse = 1 mod 2^64.
    inverse: u64,
    one: u64,
    /// 2^64.
    radix: u64,
}

impl Ring {
    fn new(n: u64) -> Ring {
        // Newton's iteration doubles the right bits: n itself is its inverse mod 8.
        let mut inverse = n;
        for _ in 0..5 {
            inverse = inverse.wrapping_mul(2u64.wrapping_sub(n.wrapping_mul(inverse)));
        }
        let mut ring = Ring { n, inverse, one: n.wrapping_neg() % n, radix: 0 };
        // 2, 4, 16, 256, ...: squared six times.
        let mut power = ring.sum(ring.one, ring.one);
        for _ in 0..6 {
            power = ring.product(power, power);
        }
        ring.radix = power;
        ring
    }

    fn sum(&self, a: u64, b: u64) -> u64 {
        if a >= self.n - b { a.wrapping_add(b).wrapping_sub(self.n) } else { a + b }
    }

    #[inline]
    fn product(&self, a: u64, b: u64) -> u64 {
        let (high, low) = wide_product(a, b);
        let (excess, _) = wide_product(low.wrapping_mul(self.inverse), self.n);
        if high >= excess { high - excess } else { high.wrapping_sub(excess).wrapping_add(self.n) }
    }

    fn passes_all(&self) -> bool {
        let twos = (self.n - 1).trailing_zeros();
        let odd = (self.n - 1) >> twos;
        BASES.iter().all(|&base| base % self.n == 0 || self.passes(base % self.n, odd, twos))
    }

    /// Whether n looks prime to `base`, below n and not 0; n - 1 = odd * 2^twos.
    fn passes(&self, base: u64, odd: u64, twos: u32) -> bool {
        let base = self.product(base, self.radix);
        let mut x = base;
        for bit in (0..odd.ilog2()).rev() {
            x = self.product(x, x);
            if odd >> bit & 1 == 1 {
                x = self.product(x, base);
            }
        }
        let minus_one = self.n - self.one;
        for round in 0..twos {
            if x == minus_one || round == 0 && x == self.one {
                return true;
            }
            x = self.product(x, x);
        }
        false
    }
}

/// The high and the low half of a * b.
#[cfg(not(target_family = "wasm"))]
#[inline]
fn wide_product(a: u64, b: u64) -> (u64, u64) {
    let product = u128::from(a) * u128::from(b);
    ((product >> 64) as u64, product as u64)
}

/// By halves: the product of 128 bits would be a call.
#[cfg(any(test, target_family = "wasm"))]
#[inline]
fn wide_product_of_halves(a: u64, b: u64) -> (u64, u64) {
    const LOW: u64 = u32::MAX as u64;
    let (a1, a0, b1, b0) = (a >> 32, a & LOW, b >> 32, b & LOW);
    let low = a0 * b0;
    let middle = a1 * b0 + (low >> 32);
    let other = a0 * b1 + (middle & LOW);
    (a1 * b1 + (middle >> 32) + (other >> 32), other << 32 | low & LOW)
}

#[cfg(target_family = "wasm")]
#[inline]
fn wide_product(a: u64, b: u64) -> (u64, u64) {
    wide_product_of_halves(a, b)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_prime_agrees_with_trial_division_below_20_000() {
        for n in 0..20_000u64 {
            let slow = n > 1 && (2..n).take_while(|d| d * d <= n).all(|d| !n.is_multiple_of(d));
            assert_eq!(is_prime(n), slow, "{n}");
        }
    }

    #[test]
    fn both_wide_products_agree() {
        let some = [0, 1, 2, u64::MAX, u64::MAX - 1, 1 << 32, (1 << 32) - 1, 0x0123_4567_89ab_cdef];
        for a in some {
            for b in some {
                let product = u128::from(a) * u128::from(b);
                let expected = ((product >> 64) as u64, product as u64);
                assert_eq!(wide_product_of_halves(a, b), expected);
                assert_eq!(wide_product(a, b), expected);
            }
        }
    }

    #[test]
    fn is_prime_agrees_with_remainders_of_128_bits_at_every_size() {
        fn slow_product(a: u64, b: u64, n: u64) -> u64 {
            (u128::from(a) * u128::from(b) % u128::from(n)) as u64
        }
        // The first twelve primes as bases: Sorenson and Webster, 2015.
        fn slow(n: u64) -> bool {
            let twos = (n - 1).trailing_zeros();
            SMALL.iter().all(|&base| {
                let mut x = (0..64).rev().fold(1, |x, bit| {
                    let x = slow_product(x, x, n);
                    if (n - 1) >> twos >> bit & 1 == 1 { slow_product(x, base, n) } else { x }
                });
                let mut passes = x == 1;
                for _ in 0..twos {
                    passes |= x == n - 1;
                    x = slow_product(x, x, n);
                }
                passes
            })
        }
        for bits in 11..64 {
            for n in (1u64 << bits) + 1..(1 << bits) + 400 {
                let divisible = SMALL.iter().any(|p| n % p == 0);
                assert_eq!(is_prime(n), !divisible && slow(n), "{n}");
            }
        }
        for n in (0..1000).map(|d| u64::MAX - d) {
            let divisible = SMALL.iter().any(|p| n % p == 0);
            assert_eq!(is_prime(n), !divisible && slow(n), "{n}");
        }
    }

    #[test]
    fn is_prime_sees_through_strong_pseudoprimes() {
        // OEIS A014233: the smallest strong pseudoprime to the first k prime bases.
        for n in [2047, 1_373_653, 25_326_001, 3_215_031_751, 2_152_302_898_747, 3_474_749_660_383]
        {
            assert!(!is_prime(n), "{n}");
        }
        assert!(!is_prime(341_550_071_728_321));
        assert!(!is_prime(3_825_123_056_546_413_051));
    }

    #[test]
    fn is_prime_knows_the_largest_primes_below_powers_of_two() {
        // OEIS A013603: 2^n minus the largest prime below it.
        assert!(is_prime(u64::MAX - 58));
        assert!((0..58).all(|d| !is_prime(u64::MAX - d)));
        assert!(is_prime((1 << 63) - 25));
        assert!(is_prime((1 << 32) - 5));
    }
}

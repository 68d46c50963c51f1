//! Integers mod an odd n, of 64 or 128 bits.
//!
//! Products are Montgomery's, which need no division: in wasm the remainder of 128 bits is a call that takes
//! a hundred times as long. x stands for x * 2^64, or x * 2^128. Source: P. Montgomery, Math. Comp. 44 (1985).

use std::fmt::Debug;
use std::ops::{Add, BitAnd, Div, Mul, Rem, Shr, Sub};

/// What u64 and u128 have in common.
pub trait Int:
    Copy
    + Ord
    + Debug
    + From<u64>
    + Into<u128>
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + Rem<Output = Self>
    + Shr<u32, Output = Self>
    + BitAnd<Output = Self>
{
    const BITS: u32;
    fn trailing_zeros(self) -> u32;
    fn leading_zeros(self) -> u32;
    /// The lowest 64 bits.
    fn low(self) -> u64;
    fn trailing_ones(self) -> u32;
    fn bit(self, index: u32) -> bool {
        (self >> index).low() & 1 == 1
    }
}

impl Int for u64 {
    const BITS: u32 = 64;
    fn trailing_zeros(self) -> u32 {
        self.trailing_zeros()
    }
    fn leading_zeros(self) -> u32 {
        self.leading_zeros()
    }
    fn trailing_ones(self) -> u32 {
        self.trailing_ones()
    }
    fn low(self) -> u64 {
        self
    }
}

impl Int for u128 {
    const BITS: u32 = 128;
    fn trailing_zeros(self) -> u32 {
        self.trailing_zeros()
    }
    fn leading_zeros(self) -> u32 {
        self.leading_zeros()
    }
    fn trailing_ones(self) -> u32 {
        self.trailing_ones()
    }
    fn low(self) -> u64 {
        self as u64
    }
}

/// The greatest common divisor; gcd(0, n) = n.
pub fn gcd<I: Int>(mut a: I, mut b: I) -> I {
    while b > I::from(0) {
        (a, b) = (b, a % b);
    }
    a
}

/// The integers mod an odd n > 1. Elements are in Montgomery's form and below n.
pub trait Ring {
    type Int: Int;

    fn modulus(&self) -> Self::Int;
    fn one(&self) -> Self::Int;
    fn sum(&self, a: Self::Int, b: Self::Int) -> Self::Int;
    fn difference(&self, a: Self::Int, b: Self::Int) -> Self::Int;
    fn product(&self, a: Self::Int, b: Self::Int) -> Self::Int;
    /// The element that the integer `x` < n is.
    fn enter(&self, x: Self::Int) -> Self::Int;
    /// The integer that an element is.
    fn leave(&self, x: Self::Int) -> Self::Int;

    fn square(&self, a: Self::Int) -> Self::Int {
        self.product(a, a)
    }

    /// The element that an integer of any size is.
    fn element(&self, x: u64) -> Self::Int {
        let x = Self::Int::from(x);
        self.enter(if x < self.modulus() { x } else { x % self.modulus() })
    }

    /// The inverse of `a`, or the divisor of n that keeps it from having one.
    fn inverse(&self, a: Self::Int) -> Result<Self::Int, Self::Int> {
        // Euclid's algorithm; the coefficients are elements, so that they can't overflow.
        let zero = Self::Int::from(0);
        let (mut r0, mut r1) = (self.modulus(), self.leave(a));
        let (mut t0, mut t1) = (zero, self.one());
        while r1 > zero {
            let quotient = r0 / r1;
            (r0, r1) = (r1, r0 - quotient * r1);
            // A quotient is below n unless r1 is 1, and then this is the last round.
            let step = if r1 > zero { self.product(self.enter(quotient), t1) } else { zero };
            (t0, t1) = (t1, self.difference(t0, step));
        }
        if r0 == Self::Int::from(1) { Ok(t0) } else { Err(r0) }
    }
}

/// n * inverse = 1 mod 2^64, for odd n.
const fn inverse(n: u64) -> u64 {
    // Newton's iteration doubles the right bits: n itself is its inverse mod 8.
    let mut inverse = n;
    let mut round = 0;
    while round < 5 {
        inverse = inverse.wrapping_mul(2u64.wrapping_sub(n.wrapping_mul(inverse)));
        round += 1;
    }
    inverse
}

/// Mod an odd n of up to 64 bits.
#[derive(Clone, Copy)]
pub struct Ring64 {
    n: u64,
    inverse: u64,
    one: u64,
    /// 2^64.
    radix: u64,
}

impl Ring64 {
    pub fn new(n: u64) -> Ring64 {
        let mut ring = Ring64 { n, inverse: inverse(n), one: n.wrapping_neg() % n, radix: 0 };
        // 2, 4, 16, 256, ...: squared six times.
        ring.radix = (0..6).fold(ring.sum(ring.one, ring.one), |power, _| ring.square(power));
        ring
    }
}

impl Ring for Ring64 {
    type Int = u64;

    fn modulus(&self) -> u64 {
        self.n
    }

    fn one(&self) -> u64 {
        self.one
    }

    #[inline(always)]
    fn sum(&self, a: u64, b: u64) -> u64 {
        if a >= self.n - b { a.wrapping_add(b).wrapping_sub(self.n) } else { a + b }
    }

    #[inline(always)]
    fn difference(&self, a: u64, b: u64) -> u64 {
        if a >= b { a - b } else { a.wrapping_sub(b).wrapping_add(self.n) }
    }

    // A call in wasm, as those of 128 bits are: inlined they were 8 kB more of code, and no faster.
    #[cfg_attr(not(target_family = "wasm"), inline(always))]
    #[cfg_attr(target_family = "wasm", inline(never))]
    fn product(&self, a: u64, b: u64) -> u64 {
        let (high, low) = wide_product(a, b);
        let (excess, _) = wide_product(low.wrapping_mul(self.inverse), self.n);
        if high >= excess { high - excess } else { high.wrapping_sub(excess).wrapping_add(self.n) }
    }

    fn enter(&self, x: u64) -> u64 {
        self.product(x, self.radix)
    }

    fn leave(&self, x: u64) -> u64 {
        self.product(x, 1)
    }
}

/// Mod an odd n of up to 128 bits.
#[derive(Clone, Copy)]
pub struct Ring128 {
    n: u128,
    inverse: u64,
    one: u128,
    /// 2^128.
    radix: u128,
}

impl Ring128 {
    pub fn new(n: u128) -> Ring128 {
        let one = n.wrapping_neg() % n;
        let mut ring = Ring128 { n, inverse: inverse(n as u64), one, radix: 0 };
        ring.radix = (0..7).fold(ring.sum(one, one), |power, _| ring.square(power));
        ring
    }
}

impl Ring for Ring128 {
    type Int = u128;

    fn modulus(&self) -> u128 {
        self.n
    }

    fn one(&self) -> u128 {
        self.one
    }

    #[cfg_attr(not(target_family = "wasm"), inline(always))]
    #[cfg_attr(target_family = "wasm", inline(never))]
    fn sum(&self, a: u128, b: u128) -> u128 {
        if a >= self.n - b { a.wrapping_add(b).wrapping_sub(self.n) } else { a + b }
    }

    #[cfg_attr(not(target_family = "wasm"), inline(always))]
    #[cfg_attr(target_family = "wasm", inline(never))]
    fn difference(&self, a: u128, b: u128) -> u128 {
        if a >= b { a - b } else { a.wrapping_sub(b).wrapping_add(self.n) }
    }

    /// In 64-bit limbs. The multiple m * n that makes the low half of a * b vanish is found limb by limb, and of both only
    /// the high halves are subtracted.
    #[cfg_attr(not(target_family = "wasm"), inline)]
    #[cfg_attr(target_family = "wasm", inline(never))]
    fn product(&self, a: u128, b: u128) -> u128 {
        let (a1, a0) = ((a >> 64) as u64, a as u64);
        let (b1, b0) = ((b >> 64) as u64, b as u64);
        let (n1, n0) = ((self.n >> 64) as u64, self.n as u64);
        let lowest = wide(a0, b0);
        let middle = wide(a0, b1) + (lowest >> 64);
        let other = wide(a1, b0) + u128::from(middle as u64);
        let high = wide(a1, b1) + (middle >> 64) + (other >> 64);
        let m0 = (lowest as u64).wrapping_mul(self.inverse);
        let first = wide(m0, n1) + (wide(m0, n0) >> 64);
        let m1 = (other as u64).wrapping_sub(first as u64).wrapping_mul(self.inverse);
        let second = wide(m1, n0) + u128::from(first as u64);
        let excess = wide(m1, n1) + (first >> 64) + (second >> 64);
        if high >= excess { high - excess } else { high.wrapping_sub(excess).wrapping_add(self.n) }
    }

    fn enter(&self, x: u128) -> u128 {
        self.product(x, self.radix)
    }

    fn leave(&self, x: u128) -> u128 {
        self.product(x, 1)
    }
}

#[inline(always)]
fn wide(a: u64, b: u64) -> u128 {
    let (high, low) = wide_product(a, b);
    u128::from(high) << 64 | u128::from(low)
}

/// The high and the low half of a * b.
#[cfg(not(target_family = "wasm"))]
#[inline(always)]
pub fn wide_product(a: u64, b: u64) -> (u64, u64) {
    let product = u128::from(a) * u128::from(b);
    ((product >> 64) as u64, product as u64)
}

/// By halves: the product of 128 bits would be a call.
#[cfg(any(test, target_family = "wasm"))]
#[inline(always)]
fn wide_product_of_halves(a: u64, b: u64) -> (u64, u64) {
    const LOW: u64 = u32::MAX as u64;
    let (a1, a0, b1, b0) = (a >> 32, a & LOW, b >> 32, b & LOW);
    let low = a0 * b0;
    let middle = a1 * b0 + (low >> 32);
    let other = a0 * b1 + (middle & LOW);
    (a1 * b1 + (middle >> 32) + (other >> 32), other << 32 | low & LOW)
}

#[cfg(target_family = "wasm")]
#[inline(always)]
pub fn wide_product(a: u64, b: u64) -> (u64, u64) {
    wide_product_of_halves(a, b)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Bit by bit.
    fn slow_product(a: u128, b: u128, n: u128) -> u128 {
        let twice = |x: u128| if x >= n - x { x.wrapping_add(x).wrapping_sub(n) } else { x + x };
        (0..128).rev().fold(0, |sum, bit| {
            let sum = twice(sum);
            if b >> bit & 1 == 0 {
                sum
            } else if sum >= n - a {
                sum.wrapping_add(a).wrapping_sub(n)
            } else {
                sum + a
            }
        })
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
    fn the_largest_moduli_do_not_overflow() {
        for n in [u128::MAX, u128::MAX - 2, (1 << 127) + 1, (1 << 64) + 1, 3] {
            let ring = Ring128::new(n);
            for a in [n - 1, n - 2, n / 2] {
                let product = ring.product(ring.enter(a), ring.enter(n - 1));
                assert_eq!(ring.leave(product), slow_product(a, n - 1, n), "{a} mod {n}");
                assert_eq!(ring.sum(a, n - 1), slow_product(a, 1, n).wrapping_sub(1));
            }
        }
    }

    proptest! {
        #[test]
        fn products_are_those_of_the_slow_way(a: u128, b: u128, n: u128, bits in 2u32..=128) {
            let n = n >> (128 - bits) | 3;
            let (a, b) = (a % n, b % n);
            let expected = slow_product(a, b, n);
            let ring = Ring128::new(n);
            prop_assert_eq!(ring.leave(ring.product(ring.enter(a), ring.enter(b))), expected);
            if let Ok(n) = u64::try_from(n) {
                let ring = Ring64::new(n);
                let product = ring.product(ring.enter(a as u64), ring.enter(b as u64));
                prop_assert_eq!(u128::from(ring.leave(product)), expected);
            }
        }

        #[test]
        fn an_inverse_is_one_or_a_divisor_stands_in_its_way(a: u128, n: u128, bits in 2u32..=128) {
            let n = n >> (128 - bits) | 3;
            let ring = Ring128::new(n);
            let a = a % n;
            match ring.inverse(ring.enter(a)) {
                Ok(inverse) => prop_assert_eq!(ring.product(inverse, ring.enter(a)), ring.one()),
                Err(divisor) => prop_assert_eq!(divisor, gcd(a, n)),
            }
        }
    }
}

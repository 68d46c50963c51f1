//! Primality tests for integers of up to 128 bits.
//!
//! One strong test to base 2 and one extra strong Lucas test: what is known as the test of Baillie, Pomerance, Selfridge and
//! Wagstaff (BPSW; Math. Comp. 35, 1980). Below 2^64 it is exact: J. Feitsma listed all pseudoprimes to base 2 there, and none of
//! the strong ones passes the Lucas test (D. Jacobsen, "Pseudoprime statistics", 2014). Beyond, nobody has found a composite
//! that passes.
//!
//! Tried: Sinclair's seven bases, which decide below 2^64, too: 0.45 million primes a second instead of 1.7, 9.9 million random
//! numbers instead of 19.2. Fewer bases, chosen by a hash of n, want tables of up to 32 KB.

use super::montgomery::{Int, Ring, Ring64, Ring128};
use super::root::square_root;

const SMALL: [u64; 12] = [2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37];

/// Below, what no prime of `SMALL` divides is a prime.
const SURE: u64 = 41 * 41;

/// Beyond 64 bits also strong tests to these bases: with 2 they decide n < 3.3 * 10^24 (OEIS A014233(13); Sorenson and Webster,
/// Math. Comp. 86, 2017), and leave even less to chance beyond.
const MORE_BASES: [u64; 12] = [3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41];

/// Whether n is prime: exact for every u64.
pub fn is_prime(n: u64) -> bool {
    for p in SMALL {
        if n.is_multiple_of(p) {
            return n == p;
        }
    }
    if n < SURE {
        return n > 1;
    }
    let ring = Ring64::new(n);
    is_strong_probable_prime(&ring, 2) && is_extra_strong_lucas(&ring)
}

/// Whether n is prime: exact below 3.3 * 10^24. Beyond, "no" is certain, and of "yes" no wrong one is known: the test is
/// BPSW and strong tests to the first 13 primes.
pub fn is_prime_u128(n: u128) -> bool {
    if let Ok(n) = u64::try_from(n) {
        return is_prime(n);
    }
    if SMALL.iter().any(|&p| n.is_multiple_of(u128::from(p))) {
        return false;
    }
    let ring = Ring128::new(n);
    is_strong_probable_prime(&ring, 2)
        && is_extra_strong_lucas(&ring)
        && MORE_BASES.iter().all(|&base| is_strong_probable_prime(&ring, base))
}

/// The least prime greater than n; None: it has more than 128 bits.
pub fn next_prime(n: u128) -> Option<u128> {
    if n < 2 {
        return Some(2);
    }
    let mut candidate = n.checked_add(1)? | 1;
    while !is_prime_u128(candidate) {
        candidate = candidate.checked_add(2)?;
    }
    Some(candidate)
}

/// The greatest prime less than n; None: there is none.
pub fn previous_prime(n: u128) -> Option<u128> {
    if n <= 3 {
        return (n == 3).then_some(2);
    }
    // Odd, and less than n.
    let mut candidate = (n - 2) | 1;
    while !is_prime_u128(candidate) {
        candidate -= 2;
    }
    Some(candidate)
}

/// Whether the ring's n looks prime to `base`. Source: M. Rabin, J. Number Theory 12 (1980).
fn is_strong_probable_prime<R: Ring>(ring: &R, base: u64) -> bool {
    let n = ring.modulus();
    let one = R::Int::from(1);
    let twos = (n - one).trailing_zeros();
    let odd = (n - one) >> twos;
    let base_element = ring.element(base);
    let mut x = base_element;
    for bit in (0..R::Int::BITS - 1 - odd.leading_zeros()).rev() {
        x = ring.square(x);
        if odd.bit(bit) {
            // An addition where the base is 2.
            x = if base == 2 { ring.sum(x, x) } else { ring.product(x, base_element) };
        }
    }
    let minus_one = n - ring.one();
    if x == ring.one() || x == minus_one {
        return true;
    }
    (1..twos).any(|_| {
        x = ring.square(x);
        x == minus_one
    })
}

/// Whether the ring's n, larger than all P that are tried, passes the extra strong Lucas test: Q = 1, and P the first of 3, 4, 5, ...
/// for which P^2 - 4 is no square mod n. Two products a bit. Source: J. Grantham, Math. Comp. 70 (2001);
/// the choice of P is R. Baillie's (OEIS A217719).
fn is_extra_strong_lucas<R: Ring>(ring: &R) -> bool {
    let n = ring.modulus();
    let mut p = 3;
    loop {
        match jacobi(p * p - 4, n) {
            -1 => break,
            // A divisor of P^2 - 4, which is less than n, is one of n.
            0 => return false,
            _ => p += 1,
        }
        // For a square there is no such P.
        if p == 40 && square_root(n.into()).is_some() {
            return false;
        }
    }
    // n + 1 = odd * 2^twos, computed without n + 1.
    let twos = n.trailing_ones();
    let odd = (n >> twos) + R::Int::from(1);
    let two = ring.sum(ring.one(), ring.one());
    let p = ring.element(p);
    // V_k and V_(k+1), from k = 1.
    let (mut v, mut w) = (p, ring.difference(ring.square(p), two));
    for bit in (0..R::Int::BITS - 1 - odd.leading_zeros()).rev() {
        let between = ring.difference(ring.product(v, w), p);
        if odd.bit(bit) {
            (v, w) = (between, ring.difference(ring.square(w), two));
        } else {
            (v, w) = (ring.difference(ring.square(v), two), between);
        }
    }
    let minus_two = ring.difference(R::Int::from(0), two);
    // U_odd = 0 is 2 V_(odd+1) = P V_odd.
    if (v == two || v == minus_two) && ring.sum(w, w) == ring.product(p, v) {
        return true;
    }
    let zero = R::Int::from(0);
    for _ in 1..twos.max(2) {
        if v == zero {
            return true;
        }
        v = ring.difference(ring.square(v), two);
    }
    false
}

/// Jacobi's symbol (a / n) for odd n > a > 0.
fn jacobi<I: Int>(a: u64, n: I) -> i32 {
    let twos = a.trailing_zeros();
    let mut a = a >> twos;
    let (mut sign, low) = (1, n.low());
    if twos % 2 == 1 && matches!(low % 8, 3 | 5) {
        sign = -sign;
    }
    if a % 4 == 3 && low % 4 == 3 {
        sign = -sign;
    }
    // From here on both are small: (n / a).
    let mut top = (n % I::from(a)).low();
    while top != 0 {
        let twos = top.trailing_zeros();
        top >>= twos;
        if twos % 2 == 1 && matches!(a % 8, 3 | 5) {
            sign = -sign;
        }
        if a % 4 == 3 && top % 4 == 3 {
            sign = -sign;
        }
        (top, a) = (a % top, top);
    }
    if a == 1 { sign } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn is_prime_agrees_with_trial_division_below_20_000() {
        for n in 0..20_000u64 {
            let slow = n > 1 && (2..n).take_while(|d| d * d <= n).all(|d| !n.is_multiple_of(d));
            assert_eq!(is_prime(n), slow, "{n}");
        }
    }

    fn slow_product(a: u64, b: u64, n: u64) -> u64 {
        (u128::from(a) * u128::from(b) % u128::from(n)) as u64
    }

    /// Strong tests by remainders of 128 bits, to bases that decide every n < 2^64: the first twelve primes (Sorenson and
    /// Webster, 2015).
    fn slow(n: u64) -> bool {
        if n < 41 || SMALL.iter().any(|p| n.is_multiple_of(*p)) {
            return SMALL.contains(&n);
        }
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

    #[test]
    fn is_prime_agrees_with_remainders_of_128_bits_at_every_size() {
        for bits in 11..64 {
            for n in (1u64 << bits) + 1..(1 << bits) + 400 {
                assert_eq!(is_prime(n), slow(n), "{n}");
            }
        }
        for n in (0..1000).map(|d| u64::MAX - d) {
            assert_eq!(is_prime(n), slow(n), "{n}");
        }
    }

    proptest! {
        #[test]
        fn products_and_squares_of_primes_are_seen(a in 1u64..1 << 32, b in 1u64..1 << 32) {
            let p = next_prime(u128::from(a)).unwrap();
            let q = next_prime(u128::from(b)).unwrap();
            prop_assert!(!is_prime_u128(p * q) && !is_prime_u128(p * p));
        }

        #[test]
        fn all_64_bits_agree_with_the_slow_test(n: u64, bits in 0u32..64) {
            let n = n >> bits | 1;
            prop_assert_eq!(is_prime(n), slow(n));
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
        assert!(!is_prime_u128(318_665_857_834_031_151_167_461));
        assert!(!is_prime_u128(3_317_044_064_679_887_385_961_981));
    }

    #[test]
    fn each_half_of_the_test_lets_its_own_pseudoprimes_pass() {
        // OEIS A001262: strong pseudoprimes to base 2.
        for n in [2047u64, 3277, 4033, 4681, 8321, 15_841, 29_341, 42_799, 49_141, 52_633] {
            let ring = Ring64::new(n);
            assert!(is_strong_probable_prime(&ring, 2) && !is_extra_strong_lucas(&ring), "{n}");
        }
        // OEIS A217719: extra strong Lucas pseudoprimes.
        for n in [989u64, 3239, 5777, 10_877, 27_971, 29_681, 30_739, 31_631, 39_059, 72_389] {
            let ring = Ring64::new(n);
            assert!(!is_strong_probable_prime(&ring, 2) && is_extra_strong_lucas(&ring), "{n}");
        }
    }

    #[test]
    fn both_rings_pass_the_same() {
        for n in (3..60_000u64).step_by(2).filter(|n| SMALL.iter().all(|p| n % p != 0)) {
            let (one, other) = (Ring64::new(n), Ring128::new(u128::from(n)));
            assert_eq!(is_extra_strong_lucas(&one), is_extra_strong_lucas(&other), "{n}");
            let passes = |base| is_strong_probable_prime(&other, base);
            assert_eq!(is_strong_probable_prime(&one, 3), passes(3), "{n}");
        }
    }

    #[test]
    fn is_prime_knows_the_largest_primes_below_powers_of_two() {
        // OEIS A013603: 2^n minus the largest prime below it.
        assert!(is_prime(u64::MAX - 58));
        assert!((0..58).all(|d| !is_prime(u64::MAX - d)));
        assert!(is_prime((1 << 63) - 25));
        assert!(is_prime((1 << 32) - 5));
        for (bits, less) in [(65, 49), (66, 5), (96, 17), (100, 15), (127, 1)] {
            assert!(is_prime_u128((1 << bits) - less), "2^{bits} - {less}");
            assert_eq!(previous_prime(1 << bits), Some((1 << bits) - less));
        }
        assert_eq!(previous_prime(u128::MAX), Some(u128::MAX - 158));
        assert_eq!(next_prime(u128::MAX - 158), None);
    }

    #[test]
    fn neighbours_are_the_nearest_primes() {
        let primes: Vec<u128> = (0..2000u64).filter(|&n| slow(n)).map(u128::from).collect();
        for n in 0..1990 {
            assert_eq!(next_prime(n), primes.iter().copied().find(|&p| p > n), "{n}");
            assert_eq!(previous_prime(n), primes.iter().rev().copied().find(|&p| p < n), "{n}");
        }
        // OEIS A013597: the least prime above 2^64 is 2^64 + 13.
        assert_eq!(next_prime(1 << 64), Some((1 << 64) + 13));
    }
}

//! Factorisation of integers of up to 128 bits.
//!
//! Trial division, then Pollard's rho where it is fast, then elliptic curves (ecm.rs), which are faster for
//! larger n and the only way beyond 64 bits. No randomness: the same steps for the same n.

use super::ecm::{Effort, try_curve};
use super::montgomery::{Ring, Ring64, Ring128, gcd};
use super::primality::{is_prime, is_prime_u128};
use super::root::square_root;
use crate::error::Result;
use crate::kernel::Interrupt;

/// Trial division goes to this prime: the 54 odd ones of a byte.
const TRIAL: u64 = 251;

/// Below, what is left after trial division is a prime.
const SURE: u64 = 257 * 257;

/// Up to here rho is faster than curves, and never fails.
const RHO: u64 = 1 << 42;

/// Curves for 64 bits before rho takes over: so many fail once in 10^9.
const CURVES: u64 = 100;

/// For those that nobody can interrupt.
static NEVER: Interrupt = Interrupt::new();

/// Primes and their exponents, the primes ascending; none for 1.
pub type Factors<I> = Vec<(I, u32)>;

/// The factorisation of n > 0.
pub fn factor(n: u64) -> Factors<u64> {
    let mut factors = vec![];
    let mut rest = divide_out(n, &mut factors);
    if rest > 1 {
        let effort = Effort::new(200, 8_000);
        let mut parts = vec![rest];
        while let Some(part) = parts.pop() {
            rest = part;
            if rest < SURE || is_prime(rest) {
                push(&mut factors, rest, 1);
            } else {
                let divisor = split(rest, &effort);
                parts.extend([divisor, rest / divisor]);
            }
        }
    }
    factors.sort_unstable();
    factors
}

/// Divides by the small primes, and returns what is left.
fn divide_out(n: u64, factors: &mut Factors<u64>) -> u64 {
    debug_assert!(n > 0, "0 has no factorisation");
    let mut rest = n;
    let twos = rest.trailing_zeros();
    if twos > 0 {
        factors.push((2, twos));
        rest >>= twos;
    }
    for p in odd_small_primes() {
        if p * p > rest {
            break;
        }
        let mut exponent = 0;
        while rest.is_multiple_of(p) {
            rest /= p;
            exponent += 1;
        }
        if exponent > 0 {
            factors.push((p, exponent));
        }
    }
    rest
}

/// 3 to `TRIAL`.
fn odd_small_primes() -> impl Iterator<Item = u64> {
    const PRIMES: [u8; 53] = {
        let mut primes = [0; 53];
        let (mut count, mut n) = (0, 3u64);
        while n <= TRIAL {
            let mut d = 3;
            while d * d <= n && n % d != 0 {
                d += 2;
            }
            if d * d > n {
                primes[count] = n as u8;
                count += 1;
            }
            n += 2;
        }
        primes
    };
    PRIMES.iter().map(|&p| u64::from(p))
}

fn push<I: Eq>(factors: &mut Factors<I>, prime: I, exponent: u32) {
    match factors.iter_mut().find(|(p, _)| *p == prime) {
        Some((_, known)) => *known += exponent,
        None => factors.push((prime, exponent)),
    }
}

/// A proper divisor of a composite without small factors.
fn split(n: u64, effort: &Effort) -> u64 {
    if let Some(root) = square_root(u128::from(n)) {
        return root;
    }
    let ring = Ring64::new(n);
    if n >= RHO {
        for number in 0..CURVES {
            if let Ok(Some(divisor)) = try_curve(&ring, number, effort, &NEVER) {
                return divisor;
            }
        }
    }
    let found = (1..).find_map(|c| rho(&ring, c));
    found.expect("rho finds a divisor of every composite with one constant or another")
}

/// Pollard's rho with x^2 + c, Brent's way to find the cycle, and one gcd for many steps.
/// Source: R. Brent, BIT 20 (1980).
fn rho(ring: &Ring64, c: u64) -> Option<u64> {
    const STEPS: u64 = 64;
    let n = ring.modulus();
    let c = ring.element(c);
    let next = |x| ring.sum(ring.square(x), c);
    let distance = |x, y| ring.difference(x, y);
    let mut fast = ring.element(2);
    let mut length = 1;
    loop {
        let slow = fast;
        // The second half alone is looked at.
        for _ in 0..length / 2 {
            fast = next(fast);
        }
        let mut left = length - length / 2;
        while left > 0 {
            let (before, steps) = (fast, left.min(STEPS));
            let mut product = ring.one();
            for _ in 0..steps {
                fast = next(fast);
                product = ring.product(product, distance(slow, fast));
            }
            left -= steps;
            let divisor = gcd(n, product);
            if divisor == 1 {
                continue;
            }
            if divisor < n {
                return Some(divisor);
            }
            // Several factors at once: step by step.
            let mut fast = before;
            for _ in 0..steps {
                fast = next(fast);
                let divisor = gcd(n, distance(slow, fast));
                if divisor > 1 {
                    return (divisor < n).then_some(divisor);
                }
            }
        }
        length *= 2;
    }
}

/// What is left of n > 0 after the easy steps.
pub struct Partial {
    /// Complete but for `rest`; ascending.
    pub factors: Factors<u128>,
    /// 1, or a composite of more than 64 bits that is no square and has no small factor.
    pub rest: u128,
}

/// Trial division, primality, squares, and all that fits in 64 bits.
pub fn factor_easily(n: u128) -> Partial {
    let mut factors = vec![];
    let mut rest = n;
    for p in std::iter::once(2).chain(odd_small_primes()).map(u128::from) {
        let mut exponent = 0;
        while rest.is_multiple_of(p) {
            rest /= p;
            exponent += 1;
        }
        if exponent > 0 {
            factors.push((p, exponent));
        }
    }
    let mut multiplicity = 1;
    // A root of 128 bits fits in 64.
    if let Some(root) = square_root(rest) {
        (rest, multiplicity) = (u128::from(root), 2);
    }
    if let Ok(small) = u64::try_from(rest) {
        for (p, exponent) in factor(small) {
            push(&mut factors, u128::from(p), exponent * multiplicity);
        }
        rest = 1;
    } else if is_prime_u128(rest) {
        factors.push((rest, 1));
        rest = 1;
    }
    factors.sort_unstable();
    Partial { factors, rest }
}

/// The efforts of curves, by their number: small factors are found early, and those of 64 bits, the largest that can be the
/// smallest of n, after about 65 curves of the last sort, in 75 ms. Stage 2 goes 50 times as far as stage 1; 125 times as far
/// took 20% longer, as did bounds of 4,000 and 12,000 (for 64 bits; for 56, 3,000 is best, for 48 it is 1,500).
pub struct Efforts {
    levels: Vec<(u64, Effort)>,
}

impl Efforts {
    pub fn new() -> Efforts {
        let level = |curves, bound, reach| (curves, Effort::new(bound, reach));
        let levels = vec![
            level(6, 200, 10_000),
            level(16, 1_000, 50_000),
            level(36, 3_000, 150_000),
            level(u64::MAX, 7_000, 350_000),
        ];
        Efforts { levels }
    }

    /// Tries curve `number` on `n`, odd. Errors: Cancelled.
    pub fn try_curve(&self, n: u128, number: u64, interrupt: &Interrupt) -> Result<Option<u128>> {
        let effort = self.levels.iter().find(|(to, _)| number < *to).map(|(_, effort)| effort);
        let effort = effort.unwrap_or(&self.levels[self.levels.len() - 1].1);
        try_curve(&Ring128::new(n), number, effort, interrupt)
    }
}

impl Default for Efforts {
    fn default() -> Efforts {
        Efforts::new()
    }
}

/// The factorisation of n > 0, given a divisor of what is not easy, if one is known; else curve `first` is the first to be tried on
/// that. Errors: Cancelled.
pub fn factor_u128(
    n: u128,
    known: Option<u128>,
    mut first: u64,
    efforts: &Efforts,
    interrupt: &Interrupt,
) -> Result<Factors<u128>> {
    let Partial { mut factors, rest } = factor_easily(n);
    let mut parts = if rest > 1 { vec![(rest, known)] } else { vec![] };
    while let Some((part, known)) = parts.pop() {
        let divisor = match known {
            Some(divisor) => divisor,
            None => find_divisor(part, std::mem::take(&mut first), efforts, interrupt)?,
        };
        for factor in [divisor, part / divisor] {
            let Partial { factors: more, rest } = factor_easily(factor);
            more.into_iter().for_each(|(p, exponent)| push(&mut factors, p, exponent));
            if rest > 1 {
                parts.push((rest, None));
            }
        }
    }
    factors.sort_unstable();
    Ok(factors)
}

fn find_divisor(n: u128, first: u64, efforts: &Efforts, interrupt: &Interrupt) -> Result<u128> {
    let mut number = first;
    loop {
        if let Some(divisor) = efforts.try_curve(n, number, interrupt)? {
            return Ok(divisor);
        }
        number += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arith::primality::next_prime;
    use crate::error::Status;
    use proptest::prelude::*;

    fn all(n: u128) -> Factors<u128> {
        factor_u128(n, None, 0, &Efforts::new(), &Interrupt::new()).unwrap()
    }

    /// Their product is n, they ascend, and all are prime.
    fn check(n: u128, factors: &[(u128, u32)]) {
        let product = factors.iter().map(|&(p, exponent)| p.pow(exponent)).product::<u128>();
        assert_eq!(product, n);
        assert!(factors.is_sorted_by(|a, b| a.0 < b.0), "{factors:?}");
        for &(p, exponent) in factors {
            assert!(exponent > 0 && is_prime_u128(p), "{p}^{exponent} of {n}");
        }
    }

    fn check_both(n: u64) {
        let factors: Vec<_> = factor(n).into_iter().map(|(p, e)| (u128::from(p), e)).collect();
        check(u128::from(n), &factors);
        assert_eq!(all(u128::from(n)), factors, "{n}");
    }

    fn prime(bits: u32, seed: u64) -> u128 {
        let from = 1 << (bits - 1) | u128::from(seed) & ((1 << (bits - 1)) - 1);
        // From the top of the size down again.
        next_prime(from)
            .filter(|p| p >> bits == 0)
            .unwrap_or_else(|| prime(bits, seed - seed / 8 - 1))
    }

    #[test]
    fn the_first_integers_and_both_sides_of_every_power_of_two() {
        assert!(factor(1).is_empty() && all(1).is_empty());
        (1..20_000).for_each(check_both);
        for bits in 14..64 {
            for n in (1u64 << bits) - 40..(1 << bits) + 40 {
                check_both(n);
            }
        }
        (0..200).for_each(|less| check_both(u64::MAX - less));
    }

    #[test]
    fn known_factorisations() {
        // 2^64 - 1 and 2^128 - 1: OEIS A001265, products of Fermat numbers.
        let fermat = [3, 5, 17, 257, 641, 65_537, 6_700_417u128];
        let expected: Vec<_> = fermat.iter().map(|&p| (p, 1)).collect();
        assert_eq!(all(u128::from(u64::MAX)), expected);
        let mut expected = expected;
        expected.extend([(274_177, 1), (67_280_421_310_721, 1)]);
        expected.sort_unstable();
        assert_eq!(all(u128::MAX), expected);
        // 2^67 - 1: F. N. Cole, 1903.
        assert_eq!(all((1 << 67) - 1), [(193_707_721, 1), (761_838_257_287, 1)]);
        // The largest prime below 2^64, and its square.
        let largest = u64::MAX - 58;
        assert_eq!(factor(largest), [(largest, 1)]);
        assert_eq!(all(u128::from(largest).pow(2)), [(u128::from(largest), 2)]);
    }

    #[test]
    fn powers_of_all_primes_of_a_size() {
        for p in [2u128, 3, 251, 257, 65_521, 65_537, 4_294_967_291, 4_294_967_311] {
            for exponent in 1..=u128::MAX.ilog(p) {
                assert_eq!(all(p.pow(exponent)), [(p, exponent)]);
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn any_64_bits(n in 1u64.., bits in 0u32..64) {
            check_both((n >> bits).max(1));
        }

        #[test]
        fn products_of_two_primes_of_any_sizes(a in 5u32..40, b in 5u32..64, s: u64, t: u64) {
            let (p, q) = (prime(a, s), prime(b, t));
            check(p * q, &all(p * q));
            if let Ok(n) = u64::try_from(p * q) {
                check_both(n);
            }
        }

        #[test]
        fn products_of_primes_alike(bits in 9u32..21, s: u64) {
            // Rho and curves like to find both at once.
            let p = prime(bits, s);
            let q = next_prime(p).unwrap();
            let r = next_prime(q).unwrap();
            check_both((p * q * r) as u64);
            check_both((p * p * q) as u64);
            check(p * p * q * q * r, &all(p * p * q * q * r));
        }
    }

    #[test]
    fn two_primes_of_56_bits_are_found() {
        let (p, q) = (prime(56, 0x1234_5678_9abc_def1), prime(56, 0x0fed_cba9_8765_4321));
        check(p * q, &all(p * q));
    }

    #[test]
    fn an_interrupt_ends_it() {
        let interrupt = Interrupt::new();
        interrupt.raise();
        let n = prime(60, 1) * prime(60, 1 << 40);
        let error = factor_u128(n, None, 0, &Efforts::new(), &interrupt).unwrap_err();
        assert_eq!(error.status(), Status::Cancelled);
    }
}

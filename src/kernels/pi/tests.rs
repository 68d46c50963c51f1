//! All algorithms against each other, the sieve and published values.

use super::gourdon::Gourdon;
use super::legendre::pi_legendre;
use super::lehmer::pi_lehmer;
use super::lmo::pi_lmo;
use super::meissel::pi_meissel;
use super::nth::NthPrimePi;
use super::parameters::{LEAST, Parameters};
use super::prime_pi::PrimePi;
use crate::kernel::{Interrupt, Kernel};
use crate::kernels::sieve::CountPrimes;
use proptest::prelude::*;

/// Source: OEIS A006880, pi(10^n).
pub const POWERS_OF_TEN: [u64; 14] = [
    0,
    4,
    25,
    168,
    1_229,
    9_592,
    78_498,
    664_579,
    5_761_455,
    50_847_534,
    455_052_511,
    4_118_054_813,
    37_607_912_018,
    346_065_536_839,
];

type Algorithm = fn(u64) -> u64;
const ORACLES: [(&str, Algorithm); 4] =
    [("Legendre", pi_legendre), ("Meissel", pi_meissel), ("Lehmer", pi_lehmer), ("LMO", pi_lmo)];

pub fn run<K: Kernel>(kernel: &K) -> K::Partial {
    let mut scratch = kernel.scratch();
    let interrupt = Interrupt::new();
    let mut merged = kernel.empty();
    for chunk in 0..kernel.chunks() {
        kernel.merge(&mut merged, kernel.run(chunk, &mut scratch, &interrupt).expect("a chunk"));
    }
    kernel.finish(merged, &interrupt).expect("a result")
}

pub fn pi_gourdon(x: u64) -> u64 {
    run(&Gourdon::new(Parameters::new(x))).sum
}

pub fn by_sieving(x: u64) -> u64 {
    let kernel = CountPrimes::new(0, x).expect("a range");
    let mut siever = kernel.scratch();
    let interrupt = Interrupt::new();
    (0..kernel.chunks()).map(|i| kernel.run(i, &mut siever, &interrupt).expect("a count")).sum()
}

#[test]
fn oracles_count_the_primes_to_every_small_x() {
    let mut count = 0;
    for x in 0..3_000 {
        count += u64::from(crate::arith::primality::is_prime(x));
        for (name, pi) in ORACLES {
            assert_eq!(pi(x), count, "{name}, {x}");
        }
    }
}

#[test]
fn oracles_know_the_powers_of_ten() {
    for (n, &count) in POWERS_OF_TEN.iter().enumerate().take(11) {
        for (name, pi) in ORACLES {
            assert_eq!(pi(10u64.pow(n as u32)), count, "{name}, 10^{n}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 30, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn oracles_agree_with_the_sieve(x in 0u64..100_000_000) {
        let count = by_sieving(x);
        for (name, pi) in ORACLES {
            prop_assert_eq!(pi(x), count, "{}", name);
        }
    }
}

#[test]
fn gourdon_knows_the_powers_of_ten() {
    for (n, &count) in POWERS_OF_TEN.iter().enumerate().skip(6) {
        assert_eq!(pi_gourdon(10u64.pow(n as u32)), count, "10^{n}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn gourdon_agrees_with_the_sieve(x in LEAST..100_000_000, alpha_y in 1.0f64..20.0, alpha_z in 1.0f64..4.0) {
        let kernel = Gourdon::new(Parameters::with_alpha(x, alpha_y, alpha_z));
        prop_assert_eq!(run(&kernel).sum, by_sieving(x));
    }
}

#[test]
fn every_small_x_is_right() {
    let mut count = 0;
    for x in 0..2_000 {
        count += u64::from(crate::arith::primality::is_prime(x));
        assert_eq!(run(&PrimePi::new(x).expect("a kernel")).sum, count, "{x}");
    }
}

#[test]
fn the_nth_prime_knows_the_powers_of_ten() {
    // OEIS A006988: the 10^n-th prime.
    let known = [
        2,
        29,
        541,
        7_919,
        104_729,
        1_299_709,
        15_485_863,
        179_424_673,
        2_038_074_743,
        22_801_763_489,
        252_097_800_623,
    ];
    for (n, prime) in known.into_iter().enumerate() {
        let kernel = NthPrimePi::new(10u64.pow(n as u32)).expect("a kernel");
        assert_eq!(run(&kernel).sum, prime, "10^{n}");
    }
}

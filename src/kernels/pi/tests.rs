//! All algorithms against each other, the sieve and published values.

use super::deleglise_rivat::pi_deleglise_rivat;
use super::gourdon::Gourdon;
use super::legendre::pi_legendre;
use super::lehmer::pi_lehmer;
use super::lmo::pi_lmo;
use super::meissel::pi_meissel;
use super::nth::NthPrimePi;
use super::parameters::{LEAST, Parameters};
use super::partial::PiPartial;
use super::prime_pi::PrimePi;
use crate::error::Status;
use crate::kernel::{Interrupt, Kernel, Partial};
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
const ORACLES: [(&str, Algorithm); 5] = [
    ("Legendre", pi_legendre),
    ("Meissel", pi_meissel),
    ("Lehmer", pi_lehmer),
    ("LMO", pi_lmo),
    ("Deleglise-Rivat", pi_deleglise_rivat),
];

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
    for x in 0..600 {
        count += u64::from(crate::arith::primality::is_prime(x));
        for (name, pi) in ORACLES {
            assert_eq!(pi(x), count, "{name}, {x}");
        }
    }
}

#[test]
fn oracles_know_the_powers_of_ten() {
    for (n, &count) in POWERS_OF_TEN.iter().enumerate().take(10) {
        for (name, pi) in ORACLES {
            assert_eq!(pi(10u64.pow(n as u32)), count, "{name}, 10^{n}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 20, failure_persistence: None, ..ProptestConfig::default() })]
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
    #![proptest_config(ProptestConfig { cases: 50, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn gourdon_agrees_with_the_sieve(x in LEAST..100_000_000, alpha_y in 1.0f64..20.0, alpha_z in 1.0f64..4.0) {
        let kernel = Gourdon::new(Parameters::with_alpha(x, alpha_y, alpha_z));
        prop_assert_eq!(run(&kernel).sum, by_sieving(x));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn gourdon_agrees_with_the_oracles(bits in 30u32..38, random in any::<u64>(), alpha_y in 1.0f64..30.0, alpha_z in 1.0f64..3.0) {
        let x = random >> (64 - bits) | 1 << (bits - 1);
        let kernel = Gourdon::new(Parameters::with_alpha(x, alpha_y, alpha_z));
        let count = run(&kernel).sum;
        for (name, pi) in [ORACLES[1], ORACLES[3], ORACLES[4]] {
            prop_assert_eq!(pi(x), count, "{}", name);
        }
    }

    /// Where a root of x steps up, so do bounds of sums.
    #[test]
    fn gourdon_is_right_around_powers_of_primes(which in 0usize..3, n in 1_000u64..17_000, alpha_y in 1.0f64..10.0) {
        let p = (n..).find(|&n| crate::arith::primality::is_prime(n)).expect("a prime");
        let power = match which {
            0 => p * p,
            1 => (p / 20).pow(3),
            _ => (p / 120).pow(4),
        };
        for x in [power - 1, power, power + 1].map(|x| x.max(LEAST)) {
            let kernel = Gourdon::new(Parameters::with_alpha(x, alpha_y, 1.0));
            prop_assert_eq!(run(&kernel).sum, by_sieving(x), "{}", x);
        }
    }
}

#[test]
fn chunks_that_come_back_encoded_give_the_same_and_have_honest_edges() {
    let x = 123_456_789_012;
    let kernel = PrimePi::new(x).expect("a kernel");
    let interrupt = Interrupt::new();
    let mut merged = kernel.empty();
    // Last chunk first, each with buffers of its own, as other machines would.
    let mut encoded: Vec<Vec<u8>> = (0..kernel.chunks())
        .rev()
        .map(|chunk| {
            let mut bytes = vec![];
            let partial = kernel.run(chunk, &mut kernel.scratch(), &interrupt).expect("a chunk");
            partial.encode(&mut bytes);
            bytes
        })
        .collect();
    let mut work = 0;
    for chunk in 0..kernel.chunks() {
        let bytes = encoded.pop().expect("as many");
        kernel.merge(&mut merged, PiPartial::decode(&bytes).expect("what was encoded"));
        work += kernel.work(chunk);
        assert!(kernel.is_plausible(&merged, chunk + 1, work));
    }
    assert_eq!(work, kernel.total_work());
    assert_eq!(kernel.finish(merged, &interrupt).expect("a count").sum, pi_lmo(x));
    assert!(!kernel.is_plausible(&PiPartial::nothing(1), 0, 0));
}

#[test]
fn an_interrupt_stops_every_kind_of_chunk() {
    let kernel = PrimePi::new(10u64.pow(13)).expect("a kernel");
    let interrupt = Interrupt::new();
    interrupt.raise();
    for chunk in 0..kernel.chunks() {
        let error = kernel.run(chunk, &mut kernel.scratch(), &interrupt).expect_err("an error");
        assert_eq!(error.status(), Status::Cancelled);
    }
}

#[test]
fn chunks_are_as_many_as_is_sensible() {
    for x in [10u64.pow(13), 10u64.pow(15), 10u64.pow(18), u64::MAX] {
        let kernel = PrimePi::new(x).expect("a kernel");
        assert!((4..6_000).contains(&kernel.chunks()), "{x}: {}", kernel.chunks());
        let total = kernel.total_work();
        let longest = (0..kernel.chunks()).map(|chunk| kernel.work(chunk)).max();
        assert!(longest.expect("chunks") < total / 3, "{x}: {longest:?} of {total}");
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

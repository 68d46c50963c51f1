//! Maximal gaps, residue classes and Goldbach's partitions against known values and the slow oracle.

use proptest::prelude::*;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use tamis::error::{Result, Status};
use tamis::kernel::{Interrupt, Kernel, Partial};
use tamis::kernels::integers::Integers;
use tamis::kernels::sieve::{CountPrimes, CountResidue, Goldbach, MaximalGaps, oracle};

/// Runs the chunks on `threads` threads that share the kernel; results cross by their encoding, as between workers.
fn values_on<K: Kernel>(kernel: &K, threads: usize) -> Vec<u64> {
    let next = AtomicU64::new(0);
    let partials = Mutex::new(vec![]);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                let mut scratch = kernel.scratch();
                loop {
                    let chunk = next.fetch_add(1, Ordering::Relaxed);
                    if chunk >= kernel.chunks() {
                        break;
                    }
                    let partial = kernel.run(chunk, &mut scratch, &Interrupt::new()).unwrap();
                    let mut bytes = vec![];
                    partial.encode(&mut bytes);
                    partials.lock().unwrap().push((chunk, bytes));
                }
            });
        }
    });
    let mut partials = partials.into_inner().unwrap();
    partials.sort_unstable();
    let mut merged = kernel.empty();
    for (_, bytes) in partials {
        kernel.merge(&mut merged, K::Partial::decode(&bytes).unwrap());
    }
    kernel.finish(merged, &Interrupt::new()).unwrap().values()
}

fn gaps_with(start: u64, stop: u64, segment: u64, threads: usize) -> Vec<(u64, u64)> {
    let flat = values_on(&Integers::new(MaximalGaps::new(start, stop, segment).unwrap()), threads);
    flat.chunks(2).map(|pair| (pair[0], pair[1])).collect()
}

fn gaps(start: u64, stop: u64) -> Vec<(u64, u64)> {
    gaps_with(start, stop, 0, 1)
}

fn residue(start: u64, stop: u64, modulus: u64, residue: u64, segment: u64) -> u64 {
    let kernel = CountResidue::new(start, stop, modulus, residue, segment).unwrap();
    values_on(&Integers::new(kernel), 1)[0]
}

fn goldbach(n: u64) -> u64 {
    values_on(&Integers::new(Goldbach::new(n)), 1)[0]
}

fn is_range_error<K>(kernel: Result<K>) -> bool {
    kernel.err().map(|error| error.status()) == Some(Status::Range)
}

#[test]
fn maximal_gaps_match_oeis_a005250_and_a002386_on_any_number_of_threads() {
    let lengths = [
        1, 2, 4, 6, 8, 14, 18, 20, 22, 34, 36, 44, 52, 72, 86, 96, 112, 114, 118, 132, 148, 154,
        180, 210, 220, 222, 234, 248, 250, 282,
    ];
    let primes = [
        2,
        3,
        7,
        23,
        89,
        113,
        523,
        887,
        1129,
        1327,
        9551,
        15_683,
        19_609,
        31_397,
        155_921,
        360_653,
        370_261,
        492_113,
        1_349_533,
        1_357_201,
        2_010_733,
        4_652_353,
        17_051_707,
        20_831_323,
        47_326_693,
        122_164_747,
        189_695_659,
        191_912_783,
        387_096_133,
        436_273_009,
    ];
    let known: Vec<(u64, u64)> = lengths.into_iter().zip(primes).collect();
    for threads in [1, 2, 8] {
        assert_eq!(gaps_with(0, 1_000_000_000, 0, threads), known);
    }
    // Both primes have to lie in the range.
    assert_eq!(gaps(0, 436_273_009 + 281), known[..29]);
    assert_eq!(gaps(0, 436_273_009 + 282), known);
}

#[test]
fn gaps_of_all_ranges_within_the_first_integers_match_the_oracle() {
    for start in 0..130 {
        for stop in start..130 {
            let expected = oracle::maximal_gaps(start, stop);
            assert_eq!(gaps(start, stop), expected, "{start} to {stop}");
        }
    }
}

#[test]
fn the_largest_known_gap_below_2_to_the_64_crosses_segments() {
    // OEIS A005250, A002386: the gap of 1550 behind 18361375334787046697.
    let prime = 18_361_375_334_787_046_697;
    for before in [0, 10, 239, 240, 241, 30 * 1024 - 700, 30 * 1024] {
        assert_eq!(gaps_with(prime - before, prime + 1550, 1024, 1).last(), Some(&(1550, prime)));
    }
    assert_eq!(gaps(u64::MAX - 82, u64::MAX), [(24, u64::MAX - 82)]);
    assert!(gaps(u64::MAX - 58, u64::MAX).is_empty());
}

#[test]
fn primes_by_last_digit_and_mod_4_match_oeis() {
    // OEIS A073505, A073508: 1 and 9 mod 10.
    for (n, one, nine) in [
        (2, 5, 5),
        (3, 40, 38),
        (4, 306, 303),
        (5, 2387, 2390),
        (6, 19_617, 19_593),
        (7, 166_104, 166_032),
        (8, 1_440_298, 1_440_186),
    ] {
        assert_eq!(residue(0, 10u64.pow(n), 10, 1, 0), one);
        assert_eq!(residue(0, 10u64.pow(n), 10, 9, 0), nine);
    }
    // OEIS A091295: by how many those 3 mod 4 lead below 10^n.
    let leads = [1, 2, 7, 10, 25, 147, 218, 446, 551];
    for (n, lead) in (1..).zip(leads) {
        let stop = 10u64.pow(n);
        assert_eq!(residue(0, stop, 4, 3, 0) - residue(0, stop, 4, 1, 0), lead, "10^{n}");
    }
}

#[test]
fn residue_classes_add_up_to_all_primes() {
    let (start, stop) = (1_000_000_000_000, 1_000_003_000_000);
    let all = values_on(&CountPrimes::new(start, stop).unwrap(), 1)[0];
    for modulus in [1, 2, 7, 30, 240, 49, 480, 1001] {
        let sum: u64 = (0..modulus).map(|r| residue(start, stop, modulus, r, 1 << 14)).sum();
        assert_eq!(sum, all, "mod {modulus}");
    }
}

#[test]
fn residues_out_of_range_are_refused_and_large_moduli_find_one_prime() {
    assert!(is_range_error(CountResidue::new(0, 10, 0, 0, 0)));
    assert!(is_range_error(CountResidue::new(0, 10, 5, 5, 0)));
    assert!(is_range_error(CountResidue::new(11, 10, 5, 1, 0)));
    assert!(is_range_error(MaximalGaps::new(11, 10, 0)));
    let largest = u64::MAX - 58;
    assert_eq!(residue(u64::MAX - 100_000, u64::MAX, u64::MAX, largest, 0), 1);
    assert_eq!(residue(u64::MAX - 1000, u64::MAX, 1 << 63, largest - (1 << 63), 0), 1);
    assert_eq!(residue(0, 100, u64::MAX, 2, 0), 1);
    assert_eq!(residue(0, 100_000, 1 << 40, 97, 0), 1);
}

#[test]
fn partitions_match_oeis_a045917() {
    let known = [
        0, 1, 1, 1, 2, 1, 2, 2, 2, 2, 3, 3, 3, 2, 3, 2, 4, 4, 2, 3, 4, 3, 4, 5, 4, 3, 5, 3, 4, 6,
        3, 5, 6, 2, 5, 6, 5, 5, 7, 4, 5, 8, 5, 4, 9, 4, 5, 7, 3, 6, 8, 5, 6, 8, 6, 7, 10, 6, 6, 12,
    ];
    for (n, count) in (1..).zip(known) {
        assert_eq!(goldbach(2 * n), count, "{}", 2 * n);
    }
    // OEIS A065577: of 10^n.
    for (n, count) in (1..).zip([2, 6, 28, 127, 810, 5402, 38_807, 291_400]) {
        assert_eq!(goldbach(10u64.pow(n)), count, "10^{n}");
    }
}

#[test]
fn partitions_of_the_first_integers_match_the_oracle_and_odd_ones_too() {
    for n in 0..3000 {
        assert_eq!(goldbach(n), oracle::goldbach(n), "{n}");
    }
    let kernel = Integers::new(Goldbach::new(1_000_000_000));
    let expected = values_on(&kernel, 1);
    for threads in [2, 8] {
        assert_eq!(values_on(&kernel, threads), expected);
    }
    // u64::MAX - 2 is no prime, but 2^64 - 59 + 2 has one partition.
    assert_eq!((goldbach(u64::MAX), goldbach(u64::MAX - 56)), (0, 1));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn gaps_of_any_window_match_the_oracle(start: u64, bits in 20u32..64, length in 0u64..20_000, segment in 10u32..18) {
        let start = start >> bits;
        let found = gaps_with(start, start + length, 1 << segment, 1);
        prop_assert_eq!(found, oracle::maximal_gaps(start, start + length));
    }

    #[test]
    fn residues_of_any_window_match_the_oracle(
        start: u64, bits in 20u32..64, length in 0u64..12_000, modulus in 1u64..=u64::MAX, of in 0u32..64, r: u64, segment in 10u32..18,
    ) {
        let (start, modulus) = (start >> bits, (modulus >> of).max(1));
        let r = r % modulus;
        let expected = oracle::count_residue(start, start + length, modulus, r);
        prop_assert_eq!(residue(start, start + length, modulus, r, 1 << segment), expected);
    }

    #[test]
    fn partitions_of_any_integer_match_the_oracle(n in 0u64..2_000_000) {
        prop_assert_eq!(goldbach(n), oracle::goldbach(n));
    }
}

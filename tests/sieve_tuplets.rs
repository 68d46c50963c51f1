//! CountTuplets against known values, against primesieve's, and against the slow oracle.

use proptest::prelude::*;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use tamis::error::Status;
use tamis::kernel::{Interrupt, Kernel, Partial};
use tamis::kernels::sieve::{CountPrimes, CountTuplets, TUPLET_KINDS, oracle};

const ALL: [u32; TUPLET_KINDS] = [1, 2, 3, 4, 5, 6];

/// Runs the chunks on `threads` threads that share the kernel.
fn count_on(kernel: &CountTuplets, threads: usize) -> [u64; TUPLET_KINDS] {
    let next = AtomicU64::new(0);
    let sum = Mutex::new(kernel.empty());
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
                    kernel.merge(&mut sum.lock().unwrap(), partial);
                }
            });
        }
    });
    sum.into_inner().unwrap()
}

fn count(start: u64, stop: u64) -> [u64; TUPLET_KINDS] {
    count_on(&CountTuplets::new(start, stop, &ALL).unwrap(), 1)
}

#[test]
fn twins_below_powers_of_ten_match_oeis_a007508() {
    let known: [u64; 9] = [2, 8, 35, 205, 1_224, 8_169, 58_980, 440_312, 3_424_506];
    for (n, twins) in (1..).zip(known) {
        assert_eq!(count(0, 10u64.pow(n))[1], twins, "10^{n}");
    }
}

#[test]
fn quadruplets_below_powers_of_ten_match_oeis_a050258() {
    let known: [u64; 7] = [5, 12, 38, 166, 899, 4_768, 28_388];
    for (n, quadruplets) in (3..).zip(known) {
        assert_eq!(count(0, 10u64.pow(n))[3], quadruplets, "10^{n}");
    }
}

/// Printed by primesieve 11.0 (Debian bookworm): `primesieve START STOP -q -cK`.
#[test]
fn ranges_match_what_primesieve_printed() {
    let known: &[(u64, u64, [u64; 6])] = &[
        (0, 20, [8, 4, 4, 2, 2, 0]),
        (3, 5, [2, 1, 0, 0, 0, 0]),
        (4, 7, [2, 1, 0, 0, 0, 0]),
        (5, 11, [3, 1, 1, 0, 0, 0]),
        (5, 13, [4, 2, 2, 1, 0, 0]),
        (5, 17, [5, 2, 3, 1, 1, 0]),
        (5, 19, [6, 3, 4, 2, 2, 0]),
        (7, 23, [6, 2, 4, 1, 2, 1]),
        (0, 100_000, [9_592, 1_224, 507, 38, 21, 5]),
        (0, 1_000_000_000, [50_847_534, 3_424_506, 759_256, 28_388, 7_221, 317]),
        (1_000_000_000_000, 1_000_010_000_000, [361_726, 17_273, 2_672, 64, 12, 0]),
    ];
    for (start, stop, tuplets) in known {
        assert_eq!(count(*start, *stop), *tuplets, "{start} to {stop}");
    }
}

#[test]
fn all_ranges_within_the_first_integers_match_the_oracle() {
    for start in 0..70 {
        for stop in start..70 {
            let expected = ALL.map(|k| oracle::count_tuplets(k as usize, start, stop));
            assert_eq!(count(start, stop), expected, "{start} to {stop}");
        }
    }
}

#[test]
fn a_tuplet_that_the_range_cuts_is_not_counted() {
    // The sextuplet 16057, 16061, 16063, 16067, 16069, 16073: OEIS A022008.
    assert_eq!(count(16_057, 16_073)[5], 1);
    assert_eq!(count(16_058, 16_073)[5], 0);
    assert_eq!(count(16_057, 16_072)[5], 0);
}

#[test]
fn only_what_was_asked_for_is_counted() {
    let kernel = CountTuplets::new(0, 100_000, &[2, 6]).unwrap();
    assert_eq!(count_on(&kernel, 1), [0, 1_224, 0, 0, 0, 5]);
}

#[test]
fn counts_depend_neither_on_threads_nor_on_segments() {
    let (start, stop) = (1_000_000_000_000, 1_000_100_000_000);
    let expected = count(start, stop);
    for threads in [1, 2, 8] {
        for segment in [0, 1 << 14, 1 << 20] {
            let kernel = CountTuplets::with_segment(start, stop, &ALL, segment).unwrap();
            assert_eq!(count_on(&kernel, threads), expected, "{threads} threads, {segment}");
        }
    }
    let primes = CountPrimes::new(start, stop).unwrap();
    let counts = (0..primes.chunks())
        .map(|chunk| primes.run(chunk, &mut primes.scratch(), &Interrupt::new()).unwrap());
    assert_eq!(expected[0], counts.sum::<u64>());
}

#[test]
fn another_k_and_a_reversed_range_are_range_errors() {
    for kinds in [&[0][..], &[7], &[2, u32::MAX]] {
        assert_eq!(CountTuplets::new(0, 10, kinds).err().unwrap().status(), Status::Range);
    }
    assert_eq!(CountTuplets::new(2, 1, &[2]).err().unwrap().status(), Status::Range);
}

#[test]
fn partial_counts_survive_encoding_and_damage_is_seen() {
    let counts = [1, 2, 3, u64::MAX, 5, 6];
    let mut bytes = Vec::new();
    counts.encode(&mut bytes);
    assert_eq!(<[u64; TUPLET_KINDS]>::decode(&bytes).unwrap(), counts);
    let short = <[u64; TUPLET_KINDS]>::decode(&bytes[1..]).unwrap_err();
    assert_eq!(short.status(), Status::Format);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn windows_of_any_size_below_2_to_the_44_match_the_oracle(
        bits in 0u32..44, low in any::<u64>(), length in 0u64..20_000, segment in 10u32..20,
    ) {
        let start = (1 << bits) + low % (1 << bits);
        let stop = start + length;
        let kernel = CountTuplets::with_segment(start, stop, &ALL, 1 << segment).unwrap();
        let expected = ALL.map(|k| oracle::count_tuplets(k as usize, start, stop));
        prop_assert_eq!(count_on(&kernel, 1), expected);
    }
}

//! CountPrimes against known values, against other sieves, and against the slow oracle.

use proptest::prelude::*;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use tamis::arith::root::isqrt;
use tamis::error::Status;
use tamis::kernel::{Interrupt, Kernel};
use tamis::kernels::sieve::{CountPrimes, oracle};

/// Runs the chunks in order on this thread.
fn count_with(kernel: &CountPrimes) -> u64 {
    let interrupt = Interrupt::new();
    let mut scratch = kernel.scratch();
    let mut sum = kernel.empty();
    for chunk in 0..kernel.chunks() {
        let partial = kernel.run(chunk, &mut scratch, &interrupt).unwrap();
        kernel.merge(&mut sum, partial);
    }
    sum
}

fn count(start: u64, stop: u64) -> u64 {
    count_with(&CountPrimes::new(start, stop).unwrap())
}

/// Runs the chunks in the order `order` on `threads` threads that share the kernel.
fn count_on(kernel: &CountPrimes, order: &[u64], threads: usize) -> u64 {
    let next = AtomicUsize::new(0);
    let partials = Mutex::new(vec![None; order.len()]);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                let interrupt = Interrupt::new();
                let mut scratch = kernel.scratch();
                while let Some(&chunk) = order.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let partial = kernel.run(chunk, &mut scratch, &interrupt).unwrap();
                    partials.lock().unwrap()[chunk as usize] = Some(partial);
                }
            });
        }
    });
    let mut sum = kernel.empty();
    for partial in partials.into_inner().unwrap() {
        kernel.merge(&mut sum, partial.expect("every chunk ran"));
    }
    sum
}

#[test]
fn prime_pi_of_powers_of_ten_matches_oeis_a006880() {
    let known: [u64; 10] = [0, 4, 25, 168, 1_229, 9_592, 78_498, 664_579, 5_761_455, 50_847_534];
    for (n, pi) in known.into_iter().enumerate() {
        assert_eq!(count(0, 10u64.pow(n as u32)), pi, "10^{n}");
    }
}

#[test]
fn prime_pi_of_1e10_matches_oeis_a006880() {
    assert_eq!(count(0, 10_000_000_000), 455_052_511);
}

#[test]
fn prime_pi_of_powers_of_two_matches_oeis_a007053() {
    let known: [u64; 33] = [
        0,
        1,
        2,
        4,
        6,
        11,
        18,
        31,
        54,
        97,
        172,
        309,
        564,
        1_028,
        1_900,
        3_512,
        6_542,
        12_251,
        23_000,
        43_390,
        82_025,
        155_611,
        295_947,
        564_163,
        1_077_871,
        2_063_689,
        3_957_809,
        7_603_553,
        14_630_843,
        28_192_750,
        54_400_028,
        105_097_565,
        203_280_221,
    ];
    for (n, pi) in known.into_iter().enumerate() {
        assert_eq!(count(0, 1 << n), pi, "2^{n}");
    }
}

/// Printed by primesieve 11.0 (Debian bookworm): `primesieve START STOP -c1 -q`.
#[test]
fn windows_match_what_primesieve_printed() {
    let known: &[(u64, u64, u64)] = &[
        (4_294_900_000, 4_394_900_000, 4_506_752),
        (1_000_000_000_000, 1_000_100_000_000, 3_618_282),
        (1_000_000_000_000_000, 1_000_000_100_000_000, 2_893_937),
        (9_999_999_990_000_000, 10_000_000_090_000_000, 2_715_068),
        (1_000_000_000_000_000_000, 1_000_000_000_100_000_000, 2_414_886),
        (u64::MAX - 1_000_000_000, u64::MAX - 990_000_000, 225_347),
        (u64::MAX - 10_000_000, u64::MAX, 225_271),
    ];
    for &(start, stop, primes) in known {
        assert_eq!(count(start, stop), primes, "{start} to {stop}");
    }
}

#[test]
fn ranges_without_a_prime_above_5_are_counted() {
    for start in 0..12 {
        for stop in start..12 {
            assert_eq!(count(start, stop), oracle::count(start, stop), "{start} to {stop}");
        }
    }
}

#[test]
fn single_integers_around_boundaries_are_judged_right() {
    let mut edges =
        vec![30, 60, 240, 7680, 30 * 1024, 30 << 19, 1 << 32, 1 << 33, 1 << 40, 1 << 48];
    edges.extend(
        [163u64, 167, 241, 2_039, 2_053, 16_381, 16_411, 37_447, 65_521, 65_537].map(|p| p * p),
    );
    for edge in edges {
        for n in edge - 2..=edge + 2 {
            assert_eq!(count(n, n), oracle::count(n, n), "{n}");
        }
    }
}

#[test]
fn windows_around_squares_of_primes_match_the_oracle() {
    for p in
        [163u64, 167, 1_009, 2_053, 16_411, 37_463, 65_537, 524_287, 524_309, 1_048_583, 15_485_863]
    {
        let square = p * p;
        for (before, after) in [(0, 0), (1, 1), (31, 0), (0, 31), (1_000, 1_000)] {
            let (start, stop) = (square - before, square + after);
            assert_eq!(count(start, stop), oracle::count(start, stop), "{start} to {stop}");
        }
    }
}

#[test]
fn windows_around_2_to_the_32_match_the_oracle() {
    let edge = 1u64 << 32;
    for (start, stop) in [(edge - 1, edge + 1), (edge - 20_000, edge), (edge, edge + 20_000)] {
        assert_eq!(count(start, stop), oracle::count(start, stop), "{start} to {stop}");
    }
}

#[test]
fn the_last_integers_below_2_to_the_64_match_the_oracle() {
    // One kernel for both, so that its sieving primes up to 2^32 are made once.
    let start = u64::MAX - 20_000;
    assert_eq!(count(start, u64::MAX), oracle::count(start, u64::MAX));
}

#[test]
fn windows_at_segment_edges_match_the_oracle() {
    for segment in [1024u64, 4096, 65_536] {
        for number in [1, 2, 3, 17] {
            let edge = 30 * segment * number;
            for (start, stop) in
                [(edge - 40, edge + 40), (edge + 1, edge + 7), (edge - 1_000, edge + 1_000)]
            {
                let kernel = CountPrimes::with_segment(start, stop, segment).unwrap();
                assert_eq!(count_with(&kernel), oracle::count(start, stop), "{start} to {stop}");
            }
        }
    }
}

#[test]
fn ranges_that_end_at_segment_edges_match_a_plain_sieve() {
    let pi = prime_pi_table(2_000_000);
    for segment in [1024u64, 4096, 65_536] {
        for edge in (1..).map(|i| 30 * segment * i).take_while(|&edge| edge < 1_999_000) {
            for (start, stop) in [(0, edge + 1), (7, edge + 2), (8, edge + 6), (31, edge + 7)] {
                let kernel = CountPrimes::with_segment(start, stop, segment).unwrap();
                let below = if start == 0 { 0 } else { pi[start as usize - 1] };
                assert_eq!(count_with(&kernel), pi[stop as usize] - below, "{start} to {stop}");
            }
        }
    }
}

/// pi(n) for all n up to `limit`, by the textbook's sieve.
fn prime_pi_table(limit: usize) -> Vec<u64> {
    let mut prime = vec![true; limit + 1];
    prime[..2].fill(false);
    for n in 2..=limit {
        if prime[n] {
            (n * n..=limit).step_by(n).for_each(|multiple| prime[multiple] = false);
        }
    }
    let count = |pi: &mut u64, is: &bool| {
        *pi += u64::from(*is);
        Some(*pi)
    };
    prime.iter().scan(0, count).collect()
}

#[test]
fn chunks_meet_without_gap_or_overlap() {
    let (start, stop) = (1_000_000_000_000, 1_000_400_000_000);
    let kernel = CountPrimes::new(start, stop).unwrap();
    assert!(kernel.chunks() > 2);
    let mut scratch = kernel.scratch();
    let mut at = start;
    for chunk in 0..kernel.chunks() {
        let next = at + kernel.work(chunk);
        let partial = kernel.run(chunk, &mut scratch, &Interrupt::new()).unwrap();
        assert_eq!(partial, count(at, next - 1), "chunk {chunk}");
        at = next;
    }
    assert_eq!(at, stop + 1);
}

#[test]
fn the_count_depends_neither_on_threads_nor_on_the_order_of_chunks() {
    for (start, stop, segment) in [
        (0, 300_000_000, 0),
        (10_000_000_000_000, 10_000_100_000_000, 1 << 14),
        (1_000_000_000_000_000, 1_000_000_300_000_000, 1 << 16),
    ] {
        let expected = count_with(&CountPrimes::with_segment(start, stop, segment).unwrap());
        for threads in [1, 2, 8] {
            let kernel = CountPrimes::with_segment(start, stop, segment).unwrap();
            let chunks = kernel.chunks();
            // A step coprime to the number of chunks visits each once.
            let step = (chunks / 2..).find(|&s| s > 0 && gcd(s, chunks) == 1).unwrap();
            let order: Vec<u64> = (0..chunks).map(|i| i * step % chunks).collect();
            assert_eq!(count_on(&kernel, &order, threads), expected, "{threads} threads");
        }
    }
}

fn gcd(a: u64, b: u64) -> u64 {
    if b == 0 { a } else { gcd(b, a % b) }
}

#[test]
fn start_behind_stop_is_a_range_error() {
    let error = CountPrimes::new(11, 10).err().unwrap();
    assert_eq!(error.status(), Status::Range);
    assert!(error.message().contains("11"));
}

#[test]
fn an_interrupted_chunk_can_be_run_again() {
    for (start, length) in [(1_000_000_000_000u64, 30_000_000), (1_000_000_000_000_000, 30_000_000)]
    {
        let kernel = CountPrimes::new(start, start + length).unwrap();
        let mut scratch = kernel.scratch();
        let raised = Interrupt::new();
        raised.raise();
        let error = kernel.run(0, &mut scratch, &raised).unwrap_err();
        assert_eq!(error.status(), Status::Cancelled);
        let expected = count(start, start + kernel.work(0) - 1);
        assert_eq!(kernel.run(0, &mut scratch, &Interrupt::new()).unwrap(), expected);
    }
}

#[test]
fn a_thread_that_is_interrupted_while_making_sieving_primes_leaves_them_to_others() {
    let start = 100_000_000_000_000_000;
    let kernel = CountPrimes::new(start, start + 10_000_000).unwrap();
    let expected = count(start, start + kernel.work(0) - 1);
    for delay in [0, 1, 5, 20] {
        let kernel = CountPrimes::new(start, start + 10_000_000).unwrap();
        let stopped = Interrupt::new();
        std::thread::scope(|scope| {
            let first = scope.spawn(|| kernel.run(0, &mut kernel.scratch(), &stopped));
            let second = scope.spawn(|| kernel.run(0, &mut kernel.scratch(), &Interrupt::new()));
            std::thread::sleep(std::time::Duration::from_millis(delay));
            stopped.raise();
            // The first may have been done already.
            if let Ok(count) = first.join().unwrap() {
                assert_eq!(count, expected);
            }
            assert_eq!(second.join().unwrap().unwrap(), expected);
        });
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn windows_of_any_size_below_2_to_the_44_match_the_oracle(
        bits in 0u32..44, low in any::<u64>(), length in 0u64..20_000, segment in 10u32..20,
    ) {
        let start = (1 << bits) + low % (1 << bits);
        let stop = start + length;
        let kernel = CountPrimes::with_segment(start, stop, 1 << segment).unwrap();
        prop_assert_eq!(count_with(&kernel), oracle::count(start, stop));
    }

    #[test]
    fn many_segments_and_chunks_match_the_sum_of_their_parts(
        bits in 20u32..40, low in any::<u64>(), cut in 0u64..3_000_000, rest in 0u64..3_000_000,
    ) {
        let start = (1 << bits) + low % (1 << bits);
        let (middle, stop) = (start + cut, start + cut + 1 + rest);
        let whole = CountPrimes::with_segment(start, stop, 1024).unwrap();
        prop_assert_eq!(count_with(&whole), count(start, middle) + count(middle + 1, stop));
    }
}

proptest! {
    // Each needs sieving primes up to 2^32, which takes long in small segments.
    #![proptest_config(ProptestConfig { cases: 6, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn windows_of_the_upper_range_match_the_oracle(
        low in (1u64 << 44)..=u64::MAX, length in 0u64..20_000, segment in 15u32..20,
    ) {
        let stop = low.saturating_add(length);
        let kernel = CountPrimes::with_segment(low, stop, 1 << segment).unwrap();
        prop_assert_eq!(count_with(&kernel), oracle::count(low, stop));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn isqrt_is_the_largest_root(n in any::<u64>()) {
        let root = u128::from(isqrt(n));
        prop_assert!(root * root <= u128::from(n) && (root + 1) * (root + 1) > u128::from(n));
    }
}

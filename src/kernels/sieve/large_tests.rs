//! Large sieving primes on windows so short that otherwise their integers would be tested one by one. That test, which
//! uses no large primes, is what they are compared with.

use super::blocks::{Pool, Store};
use super::plan::levels;
use super::segment::{Extent, Siever};
use super::shared::SharedLists;
use super::sieving_primes::SievingPrimes;
use super::wheel::{byte_of, bytes_to};
use crate::kernel::Interrupt;
use proptest::prelude::*;
use std::sync::{Arc, OnceLock};

/// Segments of 16 KB have large primes from 2^16 on, walkers to 2^18, and lists for 16 KB.
const SHORT_SEGMENT: usize = 1 << 14;
const LONG_SEGMENT: usize = 1 << 20;

/// All primes below 2^32; their blocks are made when they are needed.
fn primes(segment: usize) -> &'static SievingPrimes {
    static SHORT: OnceLock<SievingPrimes> = OnceLock::new();
    static LONG: OnceLock<SievingPrimes> = OnceLock::new();
    let primes = if segment == SHORT_SEGMENT { &SHORT } else { &LONG };
    primes.get_or_init(|| SievingPrimes::new(u32::MAX, levels(segment, SHORT_SEGMENT)))
}

/// The bytes of `start` and of the `bytes` - 1 behind it, as far as there are any.
fn extent(start: u64, bytes: u64) -> Extent {
    let first_byte = byte_of(start);
    Extent { first_byte, bytes: bytes.min(bytes_to(u64::MAX) - first_byte) }
}

fn check(siever: &mut Siever, segment: usize, extent: Extent) {
    let interrupt = Interrupt::new();
    let (mut sieved, mut tested) = (Vec::new(), Vec::new());
    siever
        .sieve_with_large(primes(segment), extent, &interrupt, &mut |_, words| {
            sieved.extend_from_slice(words);
        })
        .unwrap();
    siever
        .sieve_few(primes(segment), extent, &interrupt, &mut |_, words| {
            tested.extend_from_slice(words);
        })
        .unwrap();
    if bytes_to(u64::MAX) == extent.first_byte + extent.bytes {
        // Integers behind 2^64 are for the plan to clear.
        let shift = (extent.bytes - 1) % 8 * 8;
        let last = sieved.len() - 1;
        sieved[last] &= !(0b1111_1000 << shift);
        tested[last] &= !(0b1111_1000 << shift);
    }
    assert_eq!(sieved.len(), tested.len());
    for (i, (sieved, tested)) in sieved.iter().zip(&tested).enumerate() {
        assert_eq!(sieved, tested, "word {i} of {extent:?}, segments of {segment}");
    }
}

/// A prime above or at n.
fn next_prime(n: u64) -> u64 {
    (n..).find(|&n| crate::arith::primality::is_prime(n)).expect("there is one")
}

#[test]
fn at_squares_of_large_primes() {
    let mut siever = Siever::new(SHORT_SEGMENT, SHORT_SEGMENT);
    // From the first large one past the first that does not walk, to some beyond any chunk.
    for near in [1 << 16, 100_003, 1 << 18, (1 << 18) + 5000, 1 << 20, 1 << 23, 1 << 25] {
        let square = next_prime(near).pow(2);
        for before in [0, 1, 29, 3000] {
            check(&mut siever, SHORT_SEGMENT, extent(square - before, 300));
        }
        // The square in a later segment, and in the last byte.
        check(&mut siever, SHORT_SEGMENT, extent(square - 30 * 20_000, 40_000));
        check(&mut siever, SHORT_SEGMENT, extent(square - 30 * 299, 300));
    }
}

#[test]
fn at_the_end_of_64_bits() {
    let mut siever = Siever::new(LONG_SEGMENT, SHORT_SEGMENT);
    let largest = u64::from(u32::MAX - 4);
    for (start, bytes) in [
        // The square of the largest prime below 2^32, and the last byte.
        (largest * largest - 40_000, 3000),
        (u64::MAX - 50_000, 2000),
        (u64::MAX - 40_000_000, 4000),
    ] {
        check(&mut siever, LONG_SEGMENT, extent(start, bytes));
    }
}

#[test]
fn across_the_segments_of_a_longer_chunk() {
    let mut siever = Siever::new(LONG_SEGMENT, SHORT_SEGMENT);
    // Walkers and lists over three segments, and a segment that is cut off.
    let cases = [(1_000_000_000_000_000, 2 * LONG_SEGMENT as u64 + 5001), (1 << 58, 70_000)];
    for (start, bytes) in cases {
        check(&mut siever, LONG_SEGMENT, extent(start, bytes));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn in_windows_anywhere_to_2_to_the_54(start in (32u32..54).prop_flat_map(|bits| 1u64 << bits..2 << bits), bytes in 1u64..20_000) {
        let mut siever = Siever::new(SHORT_SEGMENT, SHORT_SEGMENT);
        check(&mut siever, SHORT_SEGMENT, extent(start, bytes));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4))]

    #[test]
    fn in_windows_anywhere(start in 1u64 << 56.., bytes in 1u64..3000) {
        let mut siever = Siever::new(LONG_SEGMENT, SHORT_SEGMENT);
        check(&mut siever, LONG_SEGMENT, extent(start, bytes));
    }
}

/// What a siever of its own makes of an extent.
fn alone(segment: usize, extent: Extent) -> Vec<u64> {
    let mut siever = Siever::new(segment, SHORT_SEGMENT);
    let mut words = Vec::new();
    let sink = &mut |_, more: &mut [u64]| words.extend_from_slice(more);
    siever.sieve_with_large(primes(segment), extent, &Interrupt::new(), sink).unwrap();
    words
}

/// A stretch of three runs of some segments and a half, which begin and end amid spans.
fn three_runs(start: u64, pool: &Arc<Pool>) -> (Vec<Extent>, SharedLists) {
    let bytes = [5 * SHORT_SEGMENT as u64 / 2 + 1000, 9 * SHORT_SEGMENT as u64 / 2, 3001];
    let mut first_byte = byte_of(start);
    let runs = bytes.map(|bytes| {
        first_byte += bytes;
        Extent { first_byte: first_byte - bytes, bytes }
    });
    let extent = Extent { first_byte: runs[0].first_byte, bytes: bytes.iter().sum() };
    let firsts = runs.iter().map(|run| run.first_byte);
    let lists = SharedLists::new(extent, firsts, SHORT_SEGMENT, primes(SHORT_SEGMENT), pool);
    (runs.into(), lists)
}

#[test]
fn with_lists_that_threads_make_together() {
    let pool = Pool::new();
    for start in [1u64 << 38, 1_000_000_000_000_000, 1 << 52] {
        let (runs, lists) = three_runs(start, &pool);
        let lists = Arc::new(lists);
        // The second run in two parts, the latter of which begins at a segment.
        let cut = 2 * SHORT_SEGMENT as u64;
        let [first, second, third] = runs[..] else { panic!("three runs") };
        let head = Extent { bytes: cut, ..second };
        let tail = Extent { first_byte: second.first_byte + cut, bytes: second.bytes - cut };
        let parts = [first, head, tail, third];
        let sieve = |extent: Extent| {
            let mut siever = Siever::with_pool(SHORT_SEGMENT, SHORT_SEGMENT, &pool);
            let interrupt = Interrupt::new();
            let all = primes(SHORT_SEGMENT);
            assert!(siever.begin_in(Arc::clone(&lists), all, extent, &interrupt).unwrap());
            let mut words = Vec::new();
            while let Some((_, more)) = siever.next(all, &interrupt).unwrap() {
                words.extend_from_slice(more);
            }
            words
        };
        let sieved = std::thread::scope(|scope| {
            parts.map(|part| scope.spawn(move || sieve(part))).map(|thread| thread.join().unwrap())
        });
        for (part, sieved) in parts.into_iter().zip(sieved) {
            assert_eq!(sieved, alone(SHORT_SEGMENT, part), "{part:?}");
        }
    }
}

#[test]
fn too_little_memory_for_shared_lists_is_told_to_all_and_given_back() {
    // Lists of 17 spans, of a block each at least, in two chains of 32.
    let pool = Pool::of_at_most(2);
    let (runs, lists) = three_runs(1 << 52, &pool);
    let lists = Arc::new(lists);
    let begin = |extent: Extent| {
        let mut siever = Siever::with_pool(SHORT_SEGMENT, SHORT_SEGMENT, &Pool::new());
        let all = primes(SHORT_SEGMENT);
        siever.begin_in(Arc::clone(&lists), all, extent, &Interrupt::new())
    };
    std::thread::scope(|scope| {
        for run in &runs {
            scope.spawn(move || assert!(!begin(*run).unwrap()));
        }
    });
    let mut store = Store::new(&pool);
    let blocks: Vec<_> = std::iter::from_fn(|| store.take().ok()).collect();
    assert_eq!(blocks.len(), 64, "all that was taken is there again");
}

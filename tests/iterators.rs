//! PrimeIterator and the nth prime, against known values and the slow oracle.

use proptest::prelude::*;
use std::time::Duration;
use tamis::arith::primality::is_prime;
use tamis::error::Status;
use tamis::job::kinds::NTH_PRIME;
use tamis::job::{Job, Param};
use tamis::kernels::sieve::{PrimeIterator, oracle};

/// 2^64 - 59, OEIS A013603.
const LARGEST: u64 = u64::MAX - 58;

#[test]
fn the_first_primes_up_and_down() {
    let primes = oracle::primes(0, 200_000);
    let mut iter = PrimeIterator::new(0);
    for &p in &primes {
        assert_eq!(iter.step_next().unwrap(), Some(p));
    }
    for &p in primes.iter().rev().skip(1) {
        assert_eq!(iter.step_prev().unwrap(), Some(p));
    }
    assert_eq!(iter.step_prev().unwrap(), None);
    assert_eq!(iter.step_next().unwrap(), Some(3), "2 is where it stands");
}

#[test]
fn as_an_iterator_of_rust() {
    assert_eq!(PrimeIterator::new(10).take(3).collect::<Vec<_>>(), [11, 13, 17]);
    let sum: u64 = PrimeIterator::new(0).take_while(|p| *p < 2_000_000).sum();
    // Project Euler, problem 10.
    assert_eq!(sum, 142_913_828_922);
    assert_eq!(PrimeIterator::new(LARGEST + 1).next(), None);
}

#[test]
fn a_step_over_the_end_is_none_and_the_position_stays() {
    for start in (u64::MAX - 3000..=u64::MAX).step_by(250).chain([LARGEST, LARGEST + 1, u64::MAX]) {
        let mut iter = PrimeIterator::new(start);
        // Behind the end first, or down to a prime first: then up, as far as it goes.
        if start % 2 == 1 {
            assert!(iter.step_prev().unwrap().is_some());
        }
        while iter.step_next().unwrap().is_some() {}
        assert_eq!(iter.step_next().unwrap(), None);
        let mut last = iter.step_prev().unwrap();
        if start > LARGEST && last == Some(LARGEST) {
            // It was not returned before. Now it stands there.
            assert_eq!(iter.step_next().unwrap(), None);
            last = iter.step_prev().unwrap();
        }
        assert_eq!(last, Some(u64::MAX - 82), "{start}");
    }
}

#[test]
fn both_ends_of_the_number_line() {
    let mut iter = PrimeIterator::new(LARGEST);
    assert_eq!(iter.step_next().unwrap(), Some(LARGEST));
    assert_eq!(iter.step_next().unwrap(), None);
    assert_eq!(iter.step_next().unwrap(), None);
    assert!(iter.next_batch().unwrap().is_empty());
    assert_eq!(iter.step_prev().unwrap(), Some(u64::MAX - 82), "2^64 - 83, OEIS A013603's next");
    iter.skip_to(u64::MAX);
    assert_eq!(iter.step_next().unwrap(), None);
    iter.skip_to(u64::MAX);
    assert_eq!(iter.step_prev().unwrap(), Some(LARGEST));
    for n in [0, 1] {
        iter.skip_to(n);
        assert_eq!(iter.step_prev().unwrap(), None);
        assert_eq!(iter.step_next().unwrap(), Some(2));
        assert!(iter.prev_batch().unwrap().is_empty());
    }
    for (n, up, down) in
        [(2, 2, 2), (3, 3, 3), (4, 5, 3), (6, 7, 5), (7, 7, 7), (31, 31, 31), (32, 37, 31)]
    {
        iter.skip_to(n);
        assert_eq!(iter.step_next().unwrap(), Some(up));
        iter.skip_to(n);
        assert_eq!(iter.step_prev().unwrap(), Some(down));
    }
    iter.clear();
    assert_eq!(iter.step_next().unwrap(), Some(2));
}

#[test]
fn batches_are_the_same_primes_without_gap_or_repeat() {
    let primes = oracle::primes(1_000_000, 1_300_000);
    let mut iter = PrimeIterator::new(1_000_000);
    let mut up = vec![];
    while up.len() < primes.len() {
        up.extend_from_slice(iter.next_batch().unwrap());
    }
    up.truncate(primes.len());
    assert_eq!(up, primes);
    iter.skip_to(1_300_000);
    let mut down: Vec<u64> = vec![];
    while down.len() < primes.len() {
        down.extend(iter.prev_batch().unwrap().iter().rev());
    }
    down.truncate(primes.len());
    down.reverse();
    assert_eq!(down, primes);
}

#[test]
fn far_steps_agree_with_counts_of_oeis_a006880() {
    let mut iter = PrimeIterator::new(0);
    let count = iter.by_ref().take_while(|p| *p < 100_000_000).count();
    assert_eq!(count, 5_761_455);
    let mut iter = PrimeIterator::new(100_000_000);
    let mut count = 0;
    while iter.step_prev().unwrap().is_some() {
        count += 1;
    }
    assert_eq!(count, 5_761_455);
}

/// Segments are forgotten when the next one is sieved, all but the last batch.
#[test]
fn turning_round_after_every_batch_leads_back_to_it() {
    for (start, stop) in [(0, 40_000_000), (1_000_000_000_000, 1_000_060_000_000)] {
        let mut iter = PrimeIterator::new(start);
        let mut last = iter.next_batch().unwrap().last().copied().unwrap();
        let mut round = 0;
        while last < stop {
            let batch = iter.next_batch().unwrap().to_vec();
            let mut expected: Vec<u64> = batch.iter().copied().rev().collect();
            // Once in a while beyond what is at hand.
            for _ in 0..if round % 50 == 10 { 3000 } else { 1 } {
                expected.push(iter.step_prev().unwrap().unwrap());
            }
            assert_eq!(expected[batch.len()], last);
            expected.pop();
            expected.reverse();
            let again: Vec<u64> = iter.by_ref().take(expected.len()).collect();
            assert_eq!(again, expected, "after {last}");
            last = batch[batch.len() - 1];
            round += 1;
        }
    }
}

/// pi(10^18 + 10^7) - pi(10^18): `primesieve 1e18 -d 1e7 -c1 -q` (12.1) prints it.
#[test]
fn large_primes_go_over_from_tests_to_the_sieve() {
    let start = 1_000_000_000_000_000_000;
    let primes = PrimeIterator::new(start).take_while(|p| *p <= start + 10_000_000);
    assert_eq!(primes.count(), 241_295);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_walk_agrees_with_primality_tests(
        start in any::<u64>().prop_map(|n| n >> (n % 60)),
        moves in prop::collection::vec((0u8..10, 1usize..300, any::<u64>()), 1..12),
    ) {
        let mut iter = PrimeIterator::new(start);
        // What was returned last, or where it was sent: the next one is > or >= it.
        let (mut place, mut fresh) = (start, true);
        for (what, steps, far) in moves {
            match what {
                0 => {
                    place = far >> (far % 50);
                    fresh = true;
                    iter.skip_to(place);
                }
                1..=5 => {
                    for _ in 0..steps {
                        let from = if fresh { Some(place) } else { place.checked_add(1) };
                        let expected = from.and_then(|from| (from..=u64::MAX).find(|&n| is_prime(n)));
                        prop_assert_eq!(iter.step_next().unwrap(), expected);
                        let Some(p) = expected else { break };
                        (place, fresh) = (p, false);
                    }
                }
                _ => {
                    for _ in 0..steps {
                        let from = if fresh { Some(place) } else { place.checked_sub(1) };
                        let expected = from.and_then(|from| (0..=from).rev().find(|&n| is_prime(n)));
                        prop_assert_eq!(iter.step_prev().unwrap(), expected);
                        let Some(p) = expected else { break };
                        (place, fresh) = (p, false);
                    }
                }
            }
        }
    }
}

fn nth_job(n: u64, start: u64, before: bool) -> tamis::error::Result<u64> {
    let job = Job::new(NTH_PRIME)?;
    job.set(Param::N as i32, n)?;
    job.set(Param::Start as i32, start)?;
    job.set(Param::Before as i32, u64::from(before))?;
    job.start()?;
    job.wait(Some(Duration::from_secs(100))).map_err(|e| job.failure().cloned().unwrap_or(e))?;
    let progress = job.progress();
    assert_eq!(progress.done, progress.total);
    Ok(job.values()?[0])
}

#[test]
fn nth_primes_of_powers_of_ten_match_oeis_a006988() {
    let known = [2, 29, 541, 7_919, 104_729, 1_299_709, 15_485_863, 179_424_673, 2_038_074_743];
    for (i, prime) in (0..).zip(known) {
        assert_eq!(nth_job(10u64.pow(i), 0, false).unwrap(), prime);
        // And back again: it is the first before the next integer, and 2 is as far before it.
        assert_eq!(nth_job(1, prime + 1, true).unwrap(), prime);
        assert_eq!(nth_job(10u64.pow(i), prime + 1, true).unwrap(), 2);
    }
}

#[test]
fn the_nth_prime_counts_from_its_start_and_zero_includes_it() {
    assert_eq!(nth_job(1, 2, false).unwrap(), 3);
    assert_eq!(nth_job(0, 2, false).unwrap(), 2);
    assert_eq!(nth_job(0, 2, true).unwrap(), 2);
    assert_eq!(nth_job(0, 24, false).unwrap(), 29);
    assert_eq!(nth_job(0, 28, true).unwrap(), 23);
    assert_eq!(nth_job(1, 3, true).unwrap(), 2);
    assert_eq!(nth_job(0, LARGEST, false).unwrap(), LARGEST);
    assert_eq!(nth_job(0, u64::MAX, true).unwrap(), LARGEST);
    assert_eq!(nth_job(1, LARGEST - 1, false).unwrap(), LARGEST);
}

#[test]
fn where_there_are_not_so_many_primes_the_answer_is_range() {
    let cases = [
        (1, 2, true),
        (1, 0, true),
        (0, 1, true),
        (26, 100, true),
        (1, LARGEST, false),
        (0, LARGEST + 1, false),
        (1, u64::MAX, false),
        (425_656_284_035_217_744, 0, false),
        (i64::MAX as u64, 0, false),
        (1_000_000_000_000, 1_000_000, true),
    ];
    for (n, start, before) in cases {
        let error = nth_job(n, start, before).unwrap_err();
        assert_eq!(error.status(), Status::Range, "{n} from {start}");
        assert!(error.message().contains("fewer than"), "{error}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_nth_prime_is_where_the_iterator_gets_to(
        start in any::<u64>().prop_map(|n| n >> (n % 60)), n in 1u64..3_000, before in any::<bool>(),
    ) {
        let mut iter = PrimeIterator::new(start);
        let mut left = n;
        let expected = loop {
            let p = if before { iter.step_prev() } else { iter.step_next() }.unwrap();
            let Some(p) = p else { break None };
            if p != start {
                left -= 1;
            }
            if left == 0 {
                break Some(p);
            }
        };
        match expected {
            Some(p) => prop_assert_eq!(nth_job(n, start, before).unwrap(), p),
            None => prop_assert_eq!(nth_job(n, start, before).unwrap_err().status(), Status::Range),
        }
    }
}

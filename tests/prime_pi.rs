//! pi(x) as jobs: any number of threads, checkpoints on the way, and the sieve beside it.

use proptest::prelude::*;
use std::time::Duration;
use tamis::arith::primality::previous_prime;
use tamis::job::kinds::{COUNT_PRIMES, NTH_PRIME_PI, PRIME_PI};
use tamis::job::{Job, Param, PhaseState};

const LONG: Option<Duration> = Some(Duration::from_secs(120));

fn prime_pi(x: u64) -> Job {
    let job = Job::new(PRIME_PI).unwrap();
    job.set(Param::X as i32, x).unwrap();
    job
}

/// What the job of `kind` answers on all threads.
fn answer(kind: i32, params: &[(Param, u64)]) -> u64 {
    let job = Job::new(kind).unwrap();
    for &(param, value) in params {
        job.set(param as i32, value).unwrap();
    }
    job.start().unwrap();
    job.wait(LONG).unwrap();
    job.values().unwrap()[0]
}

fn pi(x: u64) -> u64 {
    answer(PRIME_PI, &[(Param::X, x)])
}

#[test]
fn prime_pi_matches_oeis_a006880_at_any_thread_count() {
    for (n, count) in [(12, 37_607_912_018), (13, 346_065_536_839)] {
        for threads in [1, 2, 8] {
            let job = prime_pi(10u64.pow(n));
            job.set(Param::Threads as i32, threads).unwrap();
            job.start().unwrap();
            job.wait(LONG).unwrap();
            assert_eq!(job.values().unwrap(), [count]);
            let progress = job.progress();
            assert_eq!(progress.done, progress.total);
        }
    }
}

#[test]
fn each_term_is_a_phase_with_its_share_of_the_cost() {
    let names = [
        "hard leaves (D)",
        "easy leaves (A, C)",
        "large primes (B)",
        "ordinary leaves (Phi0)",
        "closed sums (Sigma)",
    ];
    // Sieved below 10^7.
    for x in [10_000_000, 1_000_000_007, 10u64.pow(12), 10u64.pow(18), u64::MAX] {
        let job = prime_pi(x);
        job.start_external().unwrap();
        let phases: Vec<_> = (0..job.phases()).map(|i| job.phase(i).unwrap()).collect();
        assert!(phases.iter().map(|phase| phase.name.to_str().unwrap()).eq(names), "{x}");
        assert_eq!(phases.iter().map(|phase| phase.total).sum::<u64>(), job.progress().total);
        assert!(phases[..4].iter().all(|phase| phase.total > 0 && phase.done == 0));
        assert!(phases.iter().all(|phase| phase.state == PhaseState::Waiting));
        // Far out the leaves take nearly all of it.
        let leaves = phases[0].total + phases[1].total;
        assert!(x < 10u64.pow(18) || leaves > job.progress().total * 7 / 10, "{x}: {phases:?}");
    }
}

#[test]
fn a_job_restored_from_any_checkpoint_counts_the_same() {
    let job = prime_pi(10u64.pow(12));
    job.start_external().unwrap();
    let chunks = job.chunks().unwrap();
    let mut lengths = vec![];
    for _ in 0..chunks {
        let bytes = job.checkpoint().unwrap();
        lengths.push(bytes.len());
        let restored = Job::restore(&bytes).unwrap();
        restored.start().unwrap();
        restored.wait(LONG).unwrap();
        assert_eq!(restored.values().unwrap(), [37_607_912_018]);
        let chunk = job.take_chunk().unwrap();
        let partial = job.run_chunk(chunk).unwrap();
        job.put_chunk(chunk, &partial).unwrap();
    }
    assert_eq!(job.values().unwrap(), [37_607_912_018]);
    lengths.dedup();
    assert_eq!(lengths.len(), 1, "all checkpoints of a job have the same length");
}

#[test]
fn the_nth_prime_matches_oeis_a006988() {
    for (n, prime) in [(1, 2), (10, 252_097_800_623u64)] {
        let job = Job::new(NTH_PRIME_PI).unwrap();
        let n = if n == 1 { 1 } else { 10u64.pow(n) };
        job.set(Param::N as i32, n).unwrap();
        job.start().unwrap();
        job.wait(LONG).unwrap();
        assert_eq!(job.values().unwrap(), [prime]);
    }
    let job = Job::new(NTH_PRIME_PI).unwrap();
    assert!(job.set(Param::N as i32, 0).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn pi_grows_over_any_window_by_what_the_sieve_counts(x in 0u64..1 << 40, bits in 0u32..40, length in 0u64..10_000_000) {
        let start = (x >> bits) + 1;
        let stop = start + length;
        let sieved = answer(COUNT_PRIMES, &[(Param::Start, start), (Param::Stop, stop)]);
        prop_assert_eq!(pi(stop) - pi(start - 1), sieved, "{} to {}", start, stop);
    }

    #[test]
    fn the_nth_prime_of_pi_of_a_prime_is_that_prime(x in 3u64..1 << 40, bits in 0u32..39) {
        let prime = previous_prime(u128::from((x >> bits).max(3))).unwrap() as u64;
        prop_assert_eq!(answer(NTH_PRIME_PI, &[(Param::N, pi(prime))]), prime);
    }
}

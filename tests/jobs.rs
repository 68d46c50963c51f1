//! Jobs as a Rust user has them. What each C function answers is tested in tests/abi.

use proptest::prelude::*;
use std::time::{Duration, Instant};
use tamis::error::Status;
use tamis::job::kinds::{COUNT_PRIMES, NTH_PRIME, NTH_PRIME_PI, PRIME_PI, SELF_TEST, TUNE};
use tamis::job::number_kinds::{COUNT_RESIDUE, FACTOR, IS_PRIME, MERTENS, SUM_PRIMES};
use tamis::job::{Job, Param, Phase, PhaseState, State};

fn self_test(chunks: u64, steps: u64) -> Job {
    let job = Job::new(SELF_TEST).unwrap();
    job.set(Param::TestChunks as i32, chunks).unwrap();
    job.set(Param::TestSteps as i32, steps).unwrap();
    job
}

fn count(start: u64, stop: u64) -> Job {
    let job = Job::new(COUNT_PRIMES).unwrap();
    job.set(Param::Start as i32, start).unwrap();
    job.set(Param::Stop as i32, stop).unwrap();
    job
}

const LONG: Option<Duration> = Some(Duration::from_secs(60));

#[test]
fn count_job_matches_oeis_a006880_at_any_thread_count() {
    for threads in [1, 2, 8] {
        let job = count(0, 100_000_000);
        job.set(Param::Threads as i32, threads).unwrap();
        job.start().unwrap();
        job.wait(LONG).unwrap();
        assert_eq!(job.values().unwrap(), [5_761_455]);
        let progress = job.progress();
        assert_eq!(progress.done, progress.total);
    }
}

#[test]
fn far_out_threads_ask_the_sieving_primes_together_and_count_the_same() {
    // `primesieve START STOP`, version 12.16.
    for (start, stop, known) in [
        (100_000_000_000_000_000, 100_000_000_900_000_000, 22_992_605),
        (18_446_744_073_609_551_616, 18_446_744_073_709_551_615, 2_253_052),
    ] {
        for threads in [1, 2, 8] {
            let job = count(start, stop);
            job.set(Param::Threads as i32, threads).unwrap();
            job.start().unwrap();
            job.wait(LONG).unwrap();
            assert_eq!(job.values().unwrap(), [known], "{threads} threads");
        }
    }
}

#[test]
fn many_jobs_share_the_threads_and_all_end_right() {
    let jobs: Vec<_> = (1..=40).map(|n| (n, self_test(n * 10, 20_000))).collect();
    for (_, job) in &jobs {
        job.start().unwrap();
    }
    for (n, job) in &jobs {
        job.wait(LONG).unwrap();
        assert_eq!(job.values().unwrap(), [n * 10 * (n * 10 - 1) / 2]);
    }
}

#[test]
fn short_job_is_served_while_a_long_one_runs() {
    let long = self_test(1_000_000, 1_000_000);
    long.start().unwrap();
    let short = self_test(10, 1_000);
    short.start().unwrap();
    short.wait(LONG).unwrap();
    assert_eq!(long.state(), State::Running);
    long.cancel();
    assert_eq!(long.wait(LONG).unwrap_err().status(), Status::Cancelled);
}

#[test]
fn progress_never_falls_and_reaches_the_total() {
    let job = self_test(2_000, 50_000);
    job.start().unwrap();
    let mut seen = vec![];
    while job.look().is_err() {
        seen.push(job.progress().done);
        std::thread::sleep(Duration::from_millis(1));
    }
    assert!(seen.is_sorted());
    assert_eq!(job.progress().done, 2_000);
}

fn phases(job: &Job) -> Vec<Phase> {
    (0..job.phases()).map(|i| job.phase(i).unwrap()).collect()
}

#[test]
fn phases_of_every_job_add_up_to_it_and_are_done_with_it() {
    let jobs = [
        (COUNT_PRIMES, &[(Param::Stop, 1_000_000)][..], vec!["sieving"]),
        (COUNT_RESIDUE, &[(Param::Modulus, 4), (Param::Residue, 1)], vec!["sieving"]),
        (NTH_PRIME, &[(Param::N, 100_000)], vec!["sieving", "last steps"]),
        (IS_PRIME, &[(Param::Number, 7)], vec!["testing"]),
        (FACTOR, &[(Param::Number, 91)], vec!["elliptic curves"]),
        (MERTENS, &[(Param::Number, 1000)], vec!["sieving"]),
        (SUM_PRIMES, &[(Param::Number, 1000)], vec!["summing"]),
        (TUNE, &[], vec!["measuring"]),
        (SELF_TEST, &[(Param::TestChunks, 0)], vec!["first half", "second half"]),
        (SELF_TEST, &[(Param::TestChunks, 1)], vec!["first half", "second half"]),
        (PRIME_PI, &[(Param::X, 0)], vec!["sieving"]),
        (NTH_PRIME_PI, &[(Param::N, 1)], vec!["sieving"]),
    ];
    for (kind, params, names) in jobs {
        let job = Job::new(kind).unwrap();
        for (param, value) in params {
            job.set(*param as i32, *value).unwrap();
        }
        assert_eq!(job.phases(), 0);
        job.start().unwrap();
        job.wait(LONG).unwrap();
        let phases = phases(&job);
        let found: Vec<_> = phases.iter().map(|phase| phase.name.to_str().unwrap()).collect();
        assert_eq!(found, names, "{kind}");
        assert_eq!(phases.iter().map(|phase| phase.total).sum::<u64>(), job.progress().total);
        assert!(phases.iter().all(|p| p.done == p.total && p.state == PhaseState::Done), "{kind}");
        assert_eq!(job.phase(names.len()).unwrap_err().status(), Status::Range);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]
    /// Whatever the order in which chunks come back, and wherever the job is restored.
    #[test]
    fn phases_never_go_back_and_add_up_to_the_progress(
        chunks in 1u64..40,
        out in 1usize..8,
        choices in prop::collection::vec(any::<prop::sample::Index>(), 40),
    ) {
        let mut job = self_test(chunks, 0);
        job.start_external().unwrap();
        let mut before = phases(&job);
        let mut held = vec![];
        for choice in choices {
            while held.len() < out && let Ok(chunk) = job.take_chunk() {
                held.push(chunk);
            }
            if held.is_empty() {
                break;
            }
            let chunk = held.swap_remove(choice.index(held.len()));
            let bytes = job.run_chunk(chunk).unwrap();
            job.put_chunk(chunk, &bytes).unwrap();
            let now = phases(&job);
            prop_assert_eq!(now.iter().map(|phase| phase.done).sum::<u64>(), job.progress().done);
            for (was, is) in before.iter().zip(&now) {
                prop_assert!(is.done >= was.done && is.state >= was.state && is.total == was.total);
                prop_assert_eq!(is.state == PhaseState::Done, is.done == is.total);
            }
            before = now;
            if choice.index(5) == 0 && job.state() == State::Running {
                // What was out is lost, and nothing else.
                let restored = Job::restore(&job.checkpoint().unwrap()).unwrap();
                for (was, is) in before.iter().zip(phases(&restored)) {
                    prop_assert_eq!((was.name, was.done, was.total), (is.name, is.done, is.total));
                }
                job = restored;
                before = phases(&job);
                held.clear();
                job.start_external().unwrap();
            }
        }
    }
}

#[test]
fn cancelled_job_frees_its_threads_for_the_next() {
    let job = count(u64::MAX - 1_000_000_000_000, u64::MAX);
    job.start().unwrap();
    std::thread::sleep(Duration::from_millis(100));
    job.cancel();
    let cancelled = Instant::now();
    assert_eq!(job.state(), State::Cancelled);
    let next = self_test(100, 0);
    next.start().unwrap();
    next.wait(LONG).unwrap();
    println!("the next job was done {:?} after the cancel", cancelled.elapsed());
    assert_eq!(next.values().unwrap(), [4_950]);
    assert_eq!(job.values().unwrap_err().status(), Status::Cancelled);
}

#[test]
fn panic_in_a_kernel_fails_its_job_alone() {
    let job = self_test(100, 1_000);
    job.set(Param::TestPanicAt as i32, 57).unwrap();
    job.start().unwrap();
    assert_eq!(job.wait(LONG).unwrap_err().status(), Status::Failed);
    assert_eq!(job.failure().unwrap().status(), Status::Panic);
    assert!(job.message().contains("chunk 57"), "{}", job.message());
    let next = self_test(100, 0);
    next.start().unwrap();
    next.wait(LONG).unwrap();
    assert_eq!(next.values().unwrap(), [4_950]);
}

#[test]
fn error_of_a_kernel_fails_its_job_with_its_message() {
    let job = self_test(100, 1_000);
    job.set(Param::TestFailAt as i32, 3).unwrap();
    job.start().unwrap();
    assert_eq!(job.wait(LONG).unwrap_err().status(), Status::Failed);
    assert_eq!(job.failure().unwrap().status(), Status::Memory);
    assert!(job.message().contains("chunk 3"), "{}", job.message());
}

#[test]
fn misuse_is_answered_with_the_status_that_fits() {
    assert_eq!(Job::new(77).err().unwrap().status(), Status::Kind);
    let job = count(10, 5);
    assert_eq!(job.set(999, 0).unwrap_err().status(), Status::Param);
    assert_eq!(job.set(Param::Threads as i32, 100_000).unwrap_err().status(), Status::Range);
    assert_eq!(job.wait(LONG).unwrap_err().status(), Status::State);
    assert_eq!(job.values().unwrap_err().status(), Status::State);
    assert_eq!(job.start().unwrap_err().status(), Status::Range);
    job.set(Param::Start as i32, 0).unwrap();
    job.start().unwrap();
    assert_eq!(job.start().unwrap_err().status(), Status::State);
    assert_eq!(job.set(Param::Stop as i32, 6).unwrap_err().status(), Status::State);
    job.wait(LONG).unwrap();
    assert_eq!(job.values().unwrap(), [3]);
}

#[test]
fn job_without_chunks_is_done_at_once() {
    let job = self_test(0, 0);
    job.start().unwrap();
    assert_eq!(job.state(), State::Done);
    assert_eq!(job.values().unwrap(), [0]);
}

#[test]
fn rayon_finds_the_threads_of_the_library() {
    use rayon::prelude::*;
    tamis::job::init(0).unwrap();
    let sum = tamis::job::with_crew(|crew| {
        crew.unwrap().install(|| (0..100_000u64).into_par_iter().map(|x| x * x).sum::<u64>())
    })
    .unwrap();
    assert_eq!(sum, (0..100_000u64).map(|x| x * x).sum());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    /// Chunks run elsewhere, answered in any order, some lost and run again: the same answer.
    #[test]
    fn chunks_run_elsewhere_in_any_order_give_the_same_count(
        start in 0u64..1_000_000_000_000,
        length in 0u64..200_000_000,
        order in prop::collection::vec(any::<prop::sample::Index>(), 50),
        lost in prop::collection::vec(any::<bool>(), 50),
    ) {
        let whole = count(start, start + length);
        whole.start().unwrap();
        let merging = count(start, start + length);
        merging.start_external().unwrap();
        let elsewhere = count(start, start + length);
        prop_assert_eq!(merging.chunks().unwrap(), elsewhere.chunks().unwrap());
        let mut out = vec![];
        let mut order = order.into_iter().cycle();
        let mut lost = lost.into_iter();
        while merging.state() == State::Running {
            while out.len() < 4 && let Ok(chunk) = merging.take_chunk() {
                out.push(chunk);
            }
            let chunk = out.swap_remove(order.next().unwrap().index(out.len()));
            if lost.next().unwrap_or(false) {
                merging.return_chunk(chunk).unwrap();
            } else {
                let bytes = elsewhere.run_chunk(chunk).unwrap();
                prop_assert_eq!(
                    merging.put_chunk(chunk, &bytes[1..]).unwrap_err().status(),
                    Status::Format
                );
                merging.put_chunk(chunk, &bytes).unwrap();
            }
        }
        whole.wait(LONG).unwrap();
        prop_assert_eq!(merging.values().unwrap(), whole.values().unwrap());
    }
}

//! Jobs that are interrupted and go on: pause, checkpoint, restore. What each C function answers is tested in
//! tests/abi.

use proptest::prelude::*;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tamis::error::Status;
use tamis::job::kinds::{COUNT_PRIMES, COUNT_TUPLETS, LIST_PRIMES, NTH_PRIME, SELF_TEST, TUNE};
use tamis::job::number_kinds::{COUNT_RESIDUE, FACTOR, GOLDBACH, MAXIMAL_GAPS, MERTENS};
use tamis::job::{Format, Job, Param, State};

#[path = "../fuzz/entry.rs"]
#[allow(dead_code, reason = "what else it has is used by checkpoint_bytes.rs")]
mod entry;

const LONG: Option<Duration> = Some(Duration::from_secs(60));

fn job(kind: i32, params: &[(Param, u64)]) -> Job {
    let job = Job::new(kind).unwrap();
    for (param, value) in params {
        job.set(*param as i32, *value).unwrap();
    }
    job
}

const LONG_CHUNKS: u64 = 1_000;

/// A second of one thread: it is paused before its end.
fn long() -> Job {
    let params = [(Param::TestChunks, LONG_CHUNKS), (Param::TestSteps, 1_000_000)];
    let job = job(SELF_TEST, &params);
    job.set(Param::Threads as i32, 1).unwrap();
    job
}

/// Runs `count` of its chunks on this thread, and leaves it.
fn run_chunks(job: &Job, count: u64) {
    for _ in 0..count {
        let chunk = job.take_chunk().unwrap();
        let bytes = job.run_chunk(chunk).unwrap();
        job.put_chunk(chunk, &bytes).unwrap();
    }
}

fn answer(job: &Job) -> Vec<u64> {
    job.wait(LONG).unwrap();
    assert_eq!(job.progress().done, job.progress().total);
    job.values().unwrap().to_vec()
}

/// Goes on from a checkpoint on the library's threads, at most `threads` of them.
fn go_on(checkpoint: &[u8], threads: u64) -> Vec<u64> {
    let job = Job::restore(checkpoint).unwrap();
    assert_eq!(job.state(), State::New);
    job.set(Param::Threads as i32, threads).unwrap();
    job.start().unwrap();
    answer(&job)
}

fn mergers() -> impl Strategy<Value = (i32, Vec<(Param, u64)>)> {
    use Param::*;
    prop_oneof![
        (0u64..1 << 40, 0u64..200_000_000)
            .prop_map(|(a, n)| (COUNT_PRIMES, vec![(Start, a), (Stop, a + n)])),
        (0u64..1 << 40, 0u64..200_000_000, 1u64..64)
            .prop_map(|(a, n, k)| (COUNT_TUPLETS, vec![(Start, a), (Stop, a + n), (Kinds, k)])),
        (0u64..1 << 40, 0u64..10_000_000, 0u64..2).prop_map(|(a, n, b)| (
            NTH_PRIME,
            vec![(Start, a + (1 << 33)), (Param::N, n), (Before, b)]
        )),
        (0u64..300).prop_map(|n| (SELF_TEST, vec![(TestChunks, n)])),
        (0u64..1_000_000_000_000).prop_map(|x| (MERTENS, vec![(Number, x)])),
        (0u64..1 << 40, 0u64..200_000_000)
            .prop_map(|(a, n)| (MAXIMAL_GAPS, vec![(Start, a), (Stop, a + n)])),
        (0u64..500_000_000).prop_map(|n| (GOLDBACH, vec![(Number, n)])),
        (0u64..1 << 40, 0u64..200_000_000, 1u64..5000).prop_map(|(a, n, q)| (
            COUNT_RESIDUE,
            vec![(Start, a), (Stop, a + n), (Modulus, q), (Residue, n % q)]
        )),
        (1u64.., any::<u64>())
            .prop_map(|(low, high)| (FACTOR, vec![(Number, low), (NumberHigh, high >> 20)])),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn cut_anywhere_and_restored_the_answer_is_that_of_no_interruption(
        (kind, params) in mergers(),
        cut in any::<prop::sample::Index>(),
        again in any::<prop::sample::Index>(),
        threads in prop::sample::select(vec![1u64, 2, 8]),
    ) {
        let whole = job(kind, &params);
        whole.start().unwrap();
        let whole = answer(&whole);

        let first = job(kind, &params);
        let chunks = first.chunks().unwrap();
        first.start_external().unwrap();
        let cut = cut.index(chunks as usize + 1) as u64;
        // The last one would end it.
        run_chunks(&first, cut.min(chunks.saturating_sub(1)));
        if first.state() == State::Done {
            return Ok(());
        }
        let checkpoint = first.checkpoint().unwrap();
        prop_assert_eq!(go_on(&checkpoint, threads), &*whole);

        // Once more from the middle of the rest, and there externally to the end.
        let second = Job::restore(&checkpoint).unwrap();
        prop_assert_eq!(second.progress(), first.progress());
        second.start_external().unwrap();
        run_chunks(&second, again.index((chunks - cut.min(chunks - 1)) as usize) as u64);
        let third = Job::restore(&second.checkpoint().unwrap()).unwrap();
        prop_assert_eq!(third.run_alone(), Ok(()));
        prop_assert_eq!(third.values().unwrap(), &*whole);
    }

    #[test]
    fn a_stream_cut_anywhere_goes_on_with_its_next_value(
        start in 0u64..1 << 34,
        length in 0u64..100_000_000,
        k in 1u64..7,
        cut in any::<prop::sample::Index>(),
        piece in 6usize..5000,
        threads in prop::sample::select(vec![1u64, 2, 8]),
    ) {
        let params = [(Param::Start, start), (Param::Stop, start + length), (Param::K, k)];
        let read = |job: &Job, most: usize| {
            let (mut all, mut buffer) = (vec![], vec![0; piece]);
            while all.len() < most {
                match job.read(&mut buffer, LONG).unwrap() {
                    0 => break,
                    len => all.extend_from_slice(&buffer[..len]),
                }
            }
            all
        };
        let whole = job(LIST_PRIMES, &params);
        whole.start().unwrap();
        let whole = read(&whole, usize::MAX);

        let first = job(LIST_PRIMES, &params);
        first.start().unwrap();
        let mut all = read(&first, cut.index(whole.len() + 1));
        if first.state() != State::Done {
            let checkpoint = first.checkpoint().unwrap();
            first.cancel();
            prop_assert_eq!(&first.checkpoint().unwrap(), &checkpoint);
            let second = Job::restore(&checkpoint).unwrap();
            second.set(Param::Threads as i32, threads).unwrap();
            second.start().unwrap();
            all.extend(read(&second, usize::MAX));
            prop_assert_eq!(second.values().unwrap(), &[whole.len() as u64 / k]);
            prop_assert_eq!(second.progress().done, second.progress().total);
        }
        prop_assert_eq!(all, whole);
    }

    #[test]
    fn a_file_of_differences_goes_on_seamlessly(
        start in 0u64..1 << 34,
        length in 0u64..50_000_000,
        cut in any::<prop::sample::Index>(),
        room in 160usize..50_000,
        format in prop::sample::select(vec![Format::Text, Format::Delta]),
    ) {
        let params = [(Param::Start, start), (Param::Stop, start + length)];
        let write = |job: &Job, most: usize, out: &mut Vec<u8>| {
            while out.len() < most {
                let before = out.len();
                job.read_bytes(format, LONG, room, out).unwrap();
                if out.len() == before {
                    break;
                }
            }
        };
        let mut whole = vec![];
        let uncut = job(LIST_PRIMES, &params);
        uncut.start().unwrap();
        write(&uncut, usize::MAX, &mut whole);

        let mut file = vec![];
        let first = job(LIST_PRIMES, &params);
        first.start().unwrap();
        write(&first, cut.index(whole.len() + 1), &mut file);
        if first.state() != State::Done {
            let second = Job::restore(&first.checkpoint().unwrap()).unwrap();
            second.start().unwrap();
            write(&second, usize::MAX, &mut file);
        }
        prop_assert!(file == whole);
    }
}

fn status<T>(result: tamis::error::Result<T>) -> Status {
    result.err().map_or(Status::Ok, |e| e.status())
}

#[test]
fn a_paused_job_rests_until_it_is_resumed() {
    let job = long();
    assert_eq!(status(job.pause()), Status::State);
    assert_eq!(status(job.resume()), Status::State);
    job.start().unwrap();
    job.resume().unwrap();
    job.pause().unwrap();
    job.pause().unwrap();
    assert_eq!(job.state(), State::Paused);
    // Those under way.
    std::thread::sleep(Duration::from_millis(100));
    let rest = job.progress();
    assert_eq!(job.wait(Some(Duration::from_millis(300))).unwrap_err().status(), Status::Timeout);
    assert_eq!(job.progress(), rest);
    assert!(rest.done < LONG_CHUNKS);
    assert_eq!(status(job.take_chunk()), Status::State);
    job.resume().unwrap();
    assert_eq!(job.state(), State::Running);
    assert_eq!(answer(&job), [LONG_CHUNKS * (LONG_CHUNKS - 1) / 2]);
    assert_eq!(status(job.pause()), Status::State);
    assert_eq!(status(job.resume()), Status::State);
    assert_eq!(status(job.checkpoint()), Status::State);
}

#[test]
fn a_tune_job_is_restored_too() {
    let first = job(TUNE, &[]);
    let piece = go_on(&first.checkpoint().unwrap(), 1);
    assert!(piece[0] >= 16 << 10, "{piece:?}");
}

#[test]
fn a_paused_job_may_be_cancelled_or_dropped() {
    for drop_it in [false, true] {
        let job = long();
        job.start().unwrap();
        job.pause().unwrap();
        if drop_it {
            drop(job);
            continue;
        }
        std::thread::scope(|scope| {
            let waiting = scope.spawn(|| status(job.wait(LONG)));
            std::thread::sleep(Duration::from_millis(20));
            job.cancel();
            assert_eq!(waiting.join().unwrap(), Status::Cancelled);
        });
        assert_eq!(job.state(), State::Cancelled);
        assert_eq!(status(job.resume()), Status::State);
    }
    let next = job(SELF_TEST, &[]);
    next.start().unwrap();
    assert_eq!(answer(&next), [4_950]);
}

#[test]
fn a_job_may_be_paused_and_resumed_at_every_moment() {
    for threads in [1, 2, 8] {
        let job = job(SELF_TEST, &[(Param::TestChunks, 5_000), (Param::TestSteps, 20_000)]);
        job.set(Param::Threads as i32, threads).unwrap();
        job.start().unwrap();
        while job.look().is_err() {
            let _ = job.pause();
            let _ = job.set(Param::Threads as i32, threads % 3);
            let _ = job.resume();
        }
        assert_eq!(answer(&job), [5_000 * 4_999 / 2]);
    }
}

/// Whatever moment it is taken at.
#[test]
fn checkpoints_of_a_job_that_runs_are_whole() {
    let job = job(COUNT_PRIMES, &[(Param::Stop, 2_000_000_000)]);
    job.start().unwrap();
    let mut taken = vec![];
    while let Ok(checkpoint) = job.checkpoint() {
        if taken.last() != Some(&checkpoint) {
            taken.push(checkpoint);
        }
    }
    let done: Vec<u64> =
        taken.iter().map(|bytes| Job::restore(bytes).unwrap().progress().done).collect();
    assert!(!done.is_empty() && done.is_sorted(), "{done:?}");
    for checkpoint in taken.iter().step_by(taken.len().div_ceil(4)) {
        // OEIS A006880 has 10^9; primesieve 12 counts these.
        assert_eq!(go_on(checkpoint, 0), [98_222_287]);
    }
    assert_eq!(answer(&job), [98_222_287]);
}

#[test]
fn a_failed_job_keeps_its_checkpoint_and_goes_on_where_it_can() {
    let params = [(Param::TestChunks, 100), (Param::TestPanicAt, 57)];
    let first = job(SELF_TEST, &params);
    first.start().unwrap();
    assert_eq!(status(first.wait(LONG)), Status::Failed);
    let checkpoint = first.checkpoint().unwrap();
    assert_eq!(first.checkpoint().unwrap(), checkpoint);
    let second = Job::restore(&checkpoint).unwrap();
    assert!(second.progress().done <= 57);
    // Here by a runner that does not panic: what it brings is the chunk's number.
    second.start_external().unwrap();
    while second.state() == State::Running {
        let chunk = second.take_chunk().unwrap();
        second.put_chunk(chunk, &chunk.to_le_bytes()).unwrap();
    }
    assert_eq!(answer(&second), [4_950]);
}

/// All chunks are merged, and the last steps to the nth prime are to come.
#[test]
fn a_job_is_restored_before_its_last_step() {
    // Beyond 2^63 the steps are many; they stop when the job is cancelled.
    let first = job(NTH_PRIME, &[(Param::Start, 1 << 63), (Param::N, 1)]);
    let chunks = first.chunks().unwrap();
    first.start_external().unwrap();
    run_chunks(&first, chunks - 1);
    let chunk = first.take_chunk().unwrap();
    let last = first.run_chunk(chunk).unwrap();
    let before = first.checkpoint().unwrap();
    let whole = std::thread::scope(|scope| {
        let merging = scope.spawn(|| first.put_chunk(chunk, &last));
        // Taken while it takes its last steps, if it is not too quick.
        let mut whole = None;
        while let Ok(checkpoint) = first.checkpoint() {
            if checkpoint != before {
                whole = Some(checkpoint);
            }
        }
        merging.join().unwrap().unwrap();
        whole
    });
    // OEIS A014210(63): the least prime above 2^63 is 2^63 + 29.
    assert_eq!(first.values().unwrap(), [(1 << 63) + 29]);
    for checkpoint in [Some(before), whole].into_iter().flatten() {
        assert_eq!(go_on(&checkpoint, 1), [(1 << 63) + 29]);
        let external = Job::restore(&checkpoint).unwrap();
        external.run_alone().unwrap();
        assert_eq!(external.values().unwrap(), [(1 << 63) + 29]);
    }
}

#[test]
fn a_job_restored_with_all_chunks_merged_ends_at_its_start() {
    // Cancelled in its last step it keeps them all.
    let params = [(Param::TestChunks, 3)];
    let first = job(SELF_TEST, &params);
    first.start_external().unwrap();
    run_chunks(&first, 2);
    let two = first.checkpoint().unwrap();
    // merged 2 -> 3, done 2 -> 3, sum 1 -> 3: as it would be between the last merge and the end.
    let mut three = two.clone();
    let numbers = three.len() - 8 - 8 - 4 - 5 * 8;
    three[numbers] = 3;
    three[numbers + 8] = 3;
    let sum = three.len() - 16;
    three[sum] = 3;
    let three = entry::sealed(&three);
    assert_eq!(go_on(&three, 2), [3]);
    let external = Job::restore(&three).unwrap();
    external.start_external().unwrap();
    assert_eq!(external.state(), State::Done);
    assert_eq!(external.values().unwrap(), [3]);
    let paused = Job::restore(&three).unwrap();
    paused.start().unwrap();
    let _ = paused.pause();
    let _ = paused.resume();
    assert_eq!(answer(&paused), [3]);
}

/// On another thread, in the middle of reads: each says a place at which a read ended.
#[test]
fn checkpoints_of_a_stream_that_is_being_read_are_places_where_a_read_ended() {
    let job = job(LIST_PRIMES, &[(Param::Stop, 30_000_000)]);
    job.start().unwrap();
    let taken = AtomicU64::new(0);
    let mut seen = vec![];
    // Where reads ended: one moves what is there, so not always as much as fits.
    let ends = std::thread::scope(|scope| {
        let reader = scope.spawn(|| {
            let mut buffer = vec![0; 1_000];
            let mut ends = std::collections::HashSet::from([0]);
            let mut total = 0;
            for reads in 0.. {
                match job.read(&mut buffer, LONG).unwrap() as u64 {
                    0 => break,
                    read => total += read,
                }
                ends.insert(total);
                // Not done before anyone has looked.
                while reads == 100 && taken.load(Ordering::Relaxed) == 0 {
                    std::thread::yield_now();
                }
            }
            ends
        });
        while let Ok(checkpoint) = job.checkpoint() {
            // docs/CHECKPOINT.md: all values, the value before, the length of nothing, the checksum.
            let at = checkpoint.len() - 8 - 4 - 16;
            seen.push(u64::from_le_bytes(checkpoint[at..at + 8].try_into().unwrap()));
            taken.fetch_add(1, Ordering::Relaxed);
        }
        reader.join().unwrap()
    });
    // OEIS A000720: 1,857,859 primes to 3 * 10^7.
    assert!(ends.contains(&1_857_859));
    for values in seen {
        assert!(ends.contains(&values), "{values}");
    }
}

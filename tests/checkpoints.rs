//! Jobs that are interrupted and go on: pause, checkpoint, restore. What each C function answers is tested in
//! tests/abi.

use proptest::prelude::*;
use std::time::Duration;
use tamis::error::Status;
use tamis::job::kinds::{COUNT_PRIMES, COUNT_TUPLETS, LIST_PRIMES, NTH_PRIME, SELF_TEST, TUNE};
use tamis::job::{Format, Job, Param, State};

const LONG: Option<Duration> = Some(Duration::from_secs(60));

fn job(kind: i32, params: &[(Param, u64)]) -> Job {
    let job = Job::new(kind).unwrap();
    for (param, value) in params {
        job.set(*param as i32, *value).unwrap();
    }
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
        (0u64..1 << 40, 0u64..400_000_000)
            .prop_map(|(a, n)| (COUNT_PRIMES, vec![(Start, a), (Stop, a + n)])),
        (0u64..1 << 40, 0u64..400_000_000, 1u64..64)
            .prop_map(|(a, n, k)| (COUNT_TUPLETS, vec![(Start, a), (Stop, a + n), (Kinds, k)])),
        (0u64..1 << 40, 0u64..10_000_000, 0u64..2).prop_map(|(a, n, b)| (
            NTH_PRIME,
            vec![(Start, a + (1 << 33)), (Param::N, n), (Before, b)]
        )),
        (0u64..300).prop_map(|n| (SELF_TEST, vec![(TestChunks, n)])),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]
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
    let job = job(SELF_TEST, &[(Param::TestChunks, 3000), (Param::TestSteps, 100_000)]);
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
    assert!(rest.done < 3000);
    assert_eq!(status(job.take_chunk()), Status::State);
    job.resume().unwrap();
    assert_eq!(job.state(), State::Running);
    assert_eq!(answer(&job), [3000 * 2999 / 2]);
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

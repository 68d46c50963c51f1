//! Listing: streams as a Rust user has them. What each C function answers is tested in tests/abi.

use proptest::prelude::*;
use std::time::{Duration, Instant};
use tamis::error::{Result, Status};
use tamis::job::kinds::{COUNT_PRIMES, COUNT_TUPLETS, LIST_PRIMES, SELF_TEST};
use tamis::job::{Format, Job, Param, State};
use tamis::kernels::sieve::oracle;

const LONG: Option<Duration> = Some(Duration::from_secs(60));

fn listing(start: u64, stop: u64, k: u64) -> Job {
    let job = Job::new(LIST_PRIMES).unwrap();
    job.set(Param::Start as i32, start).unwrap();
    job.set(Param::Stop as i32, stop).unwrap();
    job.set(Param::K as i32, k).unwrap();
    job
}

/// Reads it in pieces of at most `piece` values.
fn read_all(job: &Job, piece: usize) -> Result<Vec<u64>> {
    let mut all = vec![];
    let mut buffer = vec![0; piece];
    loop {
        match job.read(&mut buffer, LONG)? {
            0 => return Ok(all),
            len => all.extend_from_slice(&buffer[..len]),
        }
    }
}

fn list(start: u64, stop: u64, k: u64, piece: usize) -> Vec<u64> {
    let job = listing(start, stop, k);
    job.start().unwrap();
    let all = read_all(&job, piece).unwrap();
    assert_eq!(job.state(), State::Done);
    assert_eq!(job.values().unwrap(), [all.len() as u64 / k]);
    assert_eq!(job.progress().done, job.progress().total);
    all
}

/// The k-tuplets among ascending primes, by definition: windows of k primes of the least possible width.
fn tuplets(primes: &[u64], k: usize) -> Vec<u64> {
    const PATTERNS: [&[&[u64]]; 6] = [
        &[&[0]],
        &[&[0, 2]],
        &[&[0, 2, 6], &[0, 4, 6]],
        &[&[0, 2, 6, 8]],
        &[&[0, 2, 6, 8, 12], &[0, 4, 6, 10, 12]],
        &[&[0, 4, 6, 10, 12, 16]],
    ];
    let fits = |window: &&[u64]| {
        PATTERNS[k - 1]
            .iter()
            .any(|pattern| window.iter().zip(*pattern).all(|(p, offset)| p - window[0] == *offset))
    };
    primes.windows(k).filter(fits).flatten().copied().collect()
}

#[test]
fn lists_begin_and_end_as_oeis_a000040_does() {
    assert_eq!(list(0, 30, 1, 1), [2, 3, 5, 7, 11, 13, 17, 19, 23, 29]);
    assert_eq!(list(2, 2, 1, 8), [2]);
    assert_eq!(list(0, 1, 1, 8), []);
    assert_eq!(list(24, 28, 1, 8), []);
    // OEIS A006988: the 10^6th prime.
    let million = list(0, 15_485_863, 1, 5_000);
    assert_eq!((million.len(), million.last()), (1_000_000, Some(&15_485_863)));
    // The largest primes below 2^64 (OEIS A013603: 2^64 - 59 is the first of them).
    assert_eq!(list(u64::MAX - 100, u64::MAX, 1, 8), [u64::MAX - 94, u64::MAX - 82, u64::MAX - 58]);
}

#[test]
fn a_list_is_the_same_on_1_2_and_8_threads() {
    let (start, stop) = (1_000_000_000_000, 1_000_100_000_000);
    let expected = list(start, stop, 1, 4096);
    let job = Job::new(COUNT_PRIMES).unwrap();
    job.set(Param::Start as i32, start).unwrap();
    job.set(Param::Stop as i32, stop).unwrap();
    job.start().unwrap();
    job.wait(LONG).unwrap();
    assert_eq!(job.values().unwrap(), [expected.len() as u64]);
    for threads in [1, 2, 8] {
        let job = listing(start, stop, 1);
        job.set(Param::Threads as i32, threads).unwrap();
        job.start().unwrap();
        assert_eq!(read_all(&job, 10_000).unwrap(), expected, "{threads}");
    }
}

#[test]
fn tuplets_are_listed_whole_and_as_many_as_are_counted() {
    assert_eq!(list(0, 20, 2, 3), [3, 5, 5, 7, 11, 13, 17, 19]);
    assert_eq!(list(0, 20, 3, 4), [5, 7, 11, 7, 11, 13, 11, 13, 17, 13, 17, 19]);
    for (start, stop) in [(0, 20_000_000), ((1 << 32) - 1_000_000, (1 << 32) + 9_000_000)] {
        let primes = list(start, stop, 1, 4096);
        let counts = Job::new(COUNT_TUPLETS).unwrap();
        counts.set(Param::Start as i32, start).unwrap();
        counts.set(Param::Stop as i32, stop).unwrap();
        counts.start().unwrap();
        counts.wait(LONG).unwrap();
        for k in 1..=6 {
            let listed = list(start, stop, k as u64, 1000);
            assert_eq!(listed, tuplets(&primes, k), "{k}");
            assert_eq!((listed.len() / k) as u64, counts.values().unwrap()[k - 1], "{k}");
        }
    }
}

#[test]
fn an_unread_list_rests_and_goes_on_when_it_is_read() {
    let stop = 40_000_000_000;
    let job = listing(0, stop, 1);
    job.start().unwrap();
    let mut first = [0; 1000];
    assert_eq!(job.read(&mut first, LONG).unwrap(), 1000);
    // The threads fill the window and stop there: another job has them for itself, and nothing moves.
    let other = Job::new(SELF_TEST).unwrap();
    other.start().unwrap();
    other.wait(LONG).unwrap();
    assert_eq!(job.state(), State::Running);
    assert!(job.progress().done < stop / 4, "it runs ahead of its reader: {:?}", job.progress());
    let mut buffer = vec![0; 65_536];
    let mut last = first[999];
    for _ in 0..800 {
        let len = job.read(&mut buffer, LONG).unwrap();
        assert!(len > 0 && buffer[0] > last && buffer[..len].is_sorted());
        last = buffer[len - 1];
    }
    assert!(last > 900_000_000, "read 50 million primes: {last}");
}

#[test]
fn an_abandoned_list_ends_and_frees_the_threads() {
    for _ in 0..20 {
        let job = listing(0, u64::MAX, 1);
        job.start().unwrap();
        let mut buffer = [0; 100];
        assert!(job.read(&mut buffer, LONG).unwrap() > 0);
        drop(job);
    }
    let job = listing(0, u64::MAX, 1);
    job.start().unwrap();
    job.cancel();
    assert_eq!(job.read(&mut [0; 8], LONG).unwrap_err().status(), Status::Cancelled);
    assert_eq!(list(0, 100, 1, 100).len(), 25);
}

#[test]
fn a_cancel_wakes_a_waiting_reader() {
    // 10^18 takes a while to begin with.
    let job = listing(1_000_000_000_000_000_000, 1_000_001_000_000_000_000, 1);
    job.start().unwrap();
    std::thread::scope(|scope| {
        let reader = scope.spawn(|| {
            let mut buffer = [0; 8];
            loop {
                if let Err(error) = job.read(&mut buffer, None) {
                    return error.status();
                }
            }
        });
        std::thread::sleep(Duration::from_millis(50));
        let begun = Instant::now();
        job.cancel();
        assert_eq!(reader.join().unwrap(), Status::Cancelled);
        assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
    });
}

#[test]
fn reading_what_cannot_be_read_is_an_error() {
    let status = |result: Result<usize>| result.unwrap_err().status();
    let job = listing(0, 1_000_000_000_000, 3);
    assert_eq!(status(job.read(&mut [0; 8], LONG)), Status::State, "not started");
    job.start().unwrap();
    assert_eq!(status(job.read(&mut [0; 2], LONG)), Status::Buffer);
    let other = Job::new(SELF_TEST).unwrap();
    other.start().unwrap();
    assert_eq!(status(other.read(&mut [0; 8], LONG)), Status::State, "not a stream");
    other.wait(LONG).unwrap();
    assert_eq!(status(other.read(&mut [0; 8], LONG)), Status::State, "not a stream, and done");
    let mut out = vec![];
    let delta = job.read_bytes(Format::Delta, LONG, 1000, &mut out).unwrap_err();
    assert_eq!(delta.status(), Status::Range, "differences of triplets");
    let small = job.read_bytes(Format::Text, LONG, 10, &mut out).unwrap_err();
    assert_eq!(small.status(), Status::Buffer);
    assert!(out.is_empty());
}

#[test]
fn bytes_are_lines_and_differences_of_the_same_primes() {
    let (start, stop) = (999_000_000, 1_001_000_000);
    let primes = list(start, stop, 1, 5000);
    for (format, room) in [(Format::Text, 160), (Format::Text, 100_000), (Format::Delta, 5_000)] {
        let job = listing(start, stop, 1);
        job.start().unwrap();
        let mut out = vec![];
        loop {
            let before = out.len();
            job.read_bytes(format, LONG, room, &mut out).unwrap();
            assert!(out.len() - before <= room);
            if out.len() == before {
                break;
            }
        }
        let read: Vec<u64> = match format {
            Format::Text => {
                String::from_utf8(out).unwrap().lines().map(|line| line.parse().unwrap()).collect()
            }
            Format::Delta => undelta(&out),
        };
        assert_eq!(read, primes);
    }
}

fn undelta(bytes: &[u8]) -> Vec<u64> {
    let (mut sum, mut part, mut shift) = (0, 0, 0);
    let mut values = vec![];
    for byte in bytes {
        part |= u64::from(byte & 0x7f) << shift;
        shift += 7;
        if byte & 0x80 == 0 {
            sum += part;
            values.push(sum);
            (part, shift) = (0, 0);
        }
    }
    values
}

#[test]
fn chunks_of_a_list_may_be_run_elsewhere() {
    let (start, stop) = (0, 200_000_000);
    let (job, elsewhere) = (listing(start, stop, 1), listing(start, stop, 1));
    job.start_external().unwrap();
    let mut buffer = vec![0; 100_000];
    let mut all = vec![];
    while job.state() == State::Running {
        while let Ok(chunk) = job.take_chunk() {
            let bytes = elsewhere.run_chunk(chunk).unwrap();
            job.put_chunk(chunk, &bytes).unwrap();
        }
        let len = job.read(&mut buffer, Some(Duration::ZERO)).unwrap();
        all.extend_from_slice(&buffer[..len]);
    }
    // OEIS A006880 has 10^8; this is pi(2 * 10^8) as primesieve 12 prints it.
    assert_eq!(all.len(), 11_078_937);
    assert!(all.is_sorted());
    assert_eq!(job.put_chunk(0, &[1, 2, 3]).err(), None, "a late answer does no harm");

    let job = listing(start, stop, 1);
    job.start_external().unwrap();
    let chunk = job.take_chunk().unwrap();
    for damaged in [&[][..], &[1, 2, 3], &[0; 24], &[255; 32], &[1, 0, 0, 0, 0, 0, 0, 0]] {
        assert_eq!(job.put_chunk(chunk, damaged).unwrap_err().status(), Status::Format);
    }
    assert_eq!(job.read(&mut buffer, Some(Duration::ZERO)).unwrap_err().status(), Status::Timeout);
}

#[test]
fn a_list_can_be_read_without_any_threads() {
    let job = listing(100, 90_000_000, 1);
    job.start_external().unwrap();
    let mut buffer = vec![0; 50_000];
    let mut count = 0;
    loop {
        match job.read_alone(&mut buffer).unwrap() {
            0 => break,
            len => count += len,
        }
    }
    // pi(9 * 10^7) - 25, as primesieve 12 prints it.
    assert_eq!(count, 5_216_954 - 25);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Everywhere, with many windows at 2^32, at squares of primes, and at segment edges.
    #[test]
    fn windows_hold_the_primes_that_the_oracle_finds(
        place in prop_oneof![
            any::<u64>().prop_map(|n| n >> (n % 60)),
            (0u64..200_000).prop_map(|d| (1 << 32) - 100_000 + d),
            (prop::sample::select(vec![65_521u64, 65_537, 524_287, 1_048_573, 1_000_003]), 0u64..2000)
                .prop_map(|(p, d)| p * p - 1000 + d),
            (1u64..400, 0u64..400).prop_map(|(segment, d)| segment * 30 * 524_288 - 200 + d),
            (0u64..300_000).prop_map(|d| u64::MAX - d),
        ],
        length in 0u64..20_000,
        piece in 1usize..3000,
        k in 1u64..=6,
    ) {
        let stop = place.saturating_add(length);
        let primes = oracle::primes(place, stop);
        let job = listing(place, stop, k);
        job.start().unwrap();
        let listed = read_all(&job, piece.max(k as usize)).unwrap();
        prop_assert_eq!(listed, tuplets(&primes, k as usize));
    }
}

//! Counting primes natively, beside the `primesieve` command and the `primal` crate, interleaved.
//!
//! `cargo bench --bench sieve_native -- [--repeats N] [--threads T] [--segment BYTES] [--alone] [--user] [START STOP]...`
//!
//! Each line: the range, threads, medians in seconds, and ratios to primesieve in this very run.
//! Answers are compared. `--alone` leaves the others out, `--user`
//! takes user time instead (for a busy machine). Without ranges a default list is taken.

use std::process::Command;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;
use tamis::kernel::{Interrupt, Kernel};
use tamis::kernels::sieve::CountPrimes;

/// Seconds and the count.
type Outcome = (f64, u64);

/// A clock that stands still while other programs have the processor: all threads' user time in seconds, of
/// this process or of the children it waited for.
fn user_time(who: libc::c_int) -> f64 {
    // SAFETY: rusage is plain numbers, and getrusage fills it in.
    let usage = unsafe {
        let mut usage: libc::rusage = std::mem::zeroed();
        libc::getrusage(who, &mut usage);
        usage
    };
    usage.ru_utime.tv_sec as f64 + usage.ru_utime.tv_usec as f64 / 1e6
}

/// Runs `work`, and replaces its time by the user time taken if asked to.
fn timed<T>(user: bool, who: libc::c_int, work: impl FnOnce() -> (f64, T)) -> (f64, T) {
    let before = user_time(who);
    let (seconds, result) = work();
    (if user { user_time(who) - before } else { seconds }, result)
}

fn tamis(start: u64, stop: u64, threads: usize, segment: u64) -> Outcome {
    let began = Instant::now();
    let kernel = CountPrimes::with_segment(start, stop, segment).expect("a valid range");
    let next = AtomicU64::new(0);
    let sum = AtomicU64::new(0);
    let work = || {
        let interrupt = Interrupt::new();
        let mut scratch = kernel.scratch();
        loop {
            let chunk = next.fetch_add(1, Ordering::Relaxed);
            if chunk >= kernel.chunks() {
                break;
            }
            let count = kernel.run(chunk, &mut scratch, &interrupt).expect("not interrupted");
            sum.fetch_add(count, Ordering::Relaxed);
        }
    };
    std::thread::scope(|scope| {
        for _ in 1..threads {
            scope.spawn(work);
        }
        work();
    });
    (began.elapsed().as_secs_f64(), sum.into_inner())
}

/// The command's own measure of time, without its start. None if it is not installed.
fn primesieve(start: u64, stop: u64, threads: usize) -> Option<Outcome> {
    let (start, stop) = (start.to_string(), stop.to_string());
    let threads = format!("-t{threads}");
    let output = Command::new("primesieve")
        .args([&start, &stop, "-c1", "--time", "--no-status", &threads])
        .output()
        .ok()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let after =
        |name: &str| Some(text.lines().find_map(|l| l.strip_prefix(name))?.trim().to_owned());
    Some((after("Seconds:")?.parse().ok()?, after("Primes:")?.parse().ok()?))
}

/// Only from 0, only one thread.
fn primal(stop: u64) -> Outcome {
    let began = Instant::now();
    let count = primal::StreamingSieve::prime_pi(stop as usize) as u64;
    (began.elapsed().as_secs_f64(), count)
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

fn main() {
    let (mut repeats, mut threads, mut segment, mut alone, mut user) =
        (5, vec![1, 2], 0, false, false);
    let mut numbers: Vec<u64> = Vec::new();
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().and_then(|v| v.parse().ok()).expect("a number follows");
        match argument.as_str() {
            "--bench" => {}
            "--alone" => alone = true,
            "--user" => user = true,
            "--repeats" => repeats = value(),
            "--threads" => threads = vec![value() as usize],
            "--segment" => segment = value(),
            number => numbers.push(number.parse().expect("a number")),
        }
    }
    let mut ranges: Vec<(u64, u64)> = numbers.chunks_exact(2).map(|r| (r[0], r[1])).collect();
    if ranges.is_empty() {
        let window = |start: u64, length: u64| (start, start + length);
        ranges = vec![
            (0, 1_000_000_000),
            (0, 10_000_000_000),
            window(10u64.pow(12), 1_000_000_000),
            window(10u64.pow(15), 1_000_000_000),
            window(10u64.pow(18), 1_000_000_000),
            window(u64::MAX - 1_000_000_000, 1_000_000_000),
        ];
    }
    println!(
        "{:>42} {:>2} {:>9} {:>10} {:>6} {:>8} {:>6}",
        "range", "t", "tamis", "primesieve", "ratio", "primal", "ratio"
    );
    for (start, stop) in ranges {
        for &threads in &threads {
            let (mut ours, mut theirs, mut primals) = (vec![], vec![], vec![]);
            for _ in 0..repeats {
                let (seconds, count) =
                    timed(user, libc::RUSAGE_SELF, || tamis(start, stop, threads, segment));
                ours.push(seconds);
                if alone {
                    continue;
                }
                let peer =
                    || primesieve(start, stop, threads).map_or((0.0, None), |o| (o.0, Some(o.1)));
                if let (seconds, Some(expected)) = timed(user, libc::RUSAGE_CHILDREN, peer) {
                    assert_eq!(count, expected, "primes from {start} to {stop}");
                    theirs.push(seconds);
                }
                if start == 0 && threads == 1 && stop <= 10_000_000_000 {
                    let (seconds, expected) = timed(user, libc::RUSAGE_SELF, || primal(stop));
                    assert_eq!(count, expected, "primes from {start} to {stop}");
                    primals.push(seconds);
                }
            }
            let ours = median(ours);
            print!("{start:>20} {stop:>21} {threads:>2} {ours:>9.4}");
            if !theirs.is_empty() {
                let theirs = median(theirs);
                print!(" {theirs:>10.4} {:>6.3}", ours / theirs);
            }
            if !primals.is_empty() {
                let primals = median(primals);
                print!(" {primals:>8.4} {:>6.3}", ours / primals);
            }
            println!();
        }
    }
}

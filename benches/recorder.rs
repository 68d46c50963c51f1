//! What the flight recorder costs: counting with it off and on, in turns.
//!
//! `cargo bench --bench recorder -- [ROUNDS]`
//!
//! Each line: the range, how many chunks it has, and medians of user time in seconds off and on; the last figure is
//! on / off. Answers are checked (OEIS A006880).

use std::time::Duration;
use tamis::job::{Job, Param, init, kinds};
use tamis::parallel::{record, stop_recording};

fn user_time() -> f64 {
    // SAFETY: rusage is plain numbers, and getrusage fills it in.
    let usage = unsafe {
        let mut usage: libc::rusage = std::mem::zeroed();
        libc::getrusage(libc::RUSAGE_SELF, &mut usage);
        usage
    };
    usage.ru_utime.tv_sec as f64 + usage.ru_utime.tv_usec as f64 / 1e6
}

/// Seconds of user time, and the job's chunks.
fn count(stop: u64, expected: u64) -> (f64, u64) {
    let before = user_time();
    let job = Job::new(kinds::COUNT_PRIMES).expect("a kind");
    job.set(Param::Stop as i32, stop).expect("a parameter");
    job.start().expect("threads");
    job.wait(Some(Duration::from_secs(600))).expect("an end");
    assert_eq!(job.values().expect("a result"), [expected]);
    (user_time() - before, job.chunks().expect("prepared"))
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

fn main() {
    let rounds = std::env::args().skip(1).find_map(|word| word.parse().ok()).unwrap_or(9);
    init(0).expect("threads");
    println!("range,chunks,off_s,on_s,on/off");
    for (stop, expected) in
        [(100_000_000, 5_761_455), (1_000_000_000, 50_847_534), (10_000_000_000, 455_052_511)]
    {
        let (mut off, mut on, mut chunks) = (vec![], vec![], 0);
        count(stop, expected);
        for _ in 0..rounds {
            stop_recording();
            let (seconds, many) = count(stop, expected);
            off.push(seconds);
            chunks = many;
            record(4096).expect("a size");
            on.push(count(stop, expected).0);
        }
        let (off, on) = (median(off), median(on));
        println!("0..{stop},{chunks},{off:.4},{on:.4},{:.4}", on / off);
    }
}

//! Counts natively, for `benches/run.js`, which starts this program anew for each measurement, and `benches/gain`, which does not.
//!
//! - `cargo bench --bench count -- START STOP [--threads T]` counts as a C program would (by a job on
//!   the library's threads) and prints the count and the seconds it took, threads started included,
//!   as one line of JSON.
//! - `cargo bench --bench count -- lines THREADS` starts so many threads, and counts for each line `START STOP THREADS` of its
//!   input; it answers with such a line, of the count alone.
//! - `cargo bench --bench count -- peak PROGRAM ARGUMENT...` runs a program and adds to its stderr the
//!   line `peak_bytes=N`: the most memory it, or a child of it, held. So all contestants are weighed
//!   with one scale.

mod common;

use common::integer;
use lexopt::prelude::*;
use std::error::Error;
use std::ffi::OsString;
use std::process::{Command, ExitCode};
use std::time::Instant;
use tamis::job::kinds::COUNT_PRIMES;
use tamis::job::{Job, Param, init};

enum Task {
    Count { start: u64, stop: u64, threads: usize },
    Lines { threads: usize },
    Peak { program: OsString, arguments: Vec<OsString> },
}

fn main() -> ExitCode {
    let outcome = parse().and_then(|task| match task {
        Task::Count { start, stop, threads } => count(start, stop, threads),
        Task::Lines { threads } => lines(threads),
        Task::Peak { program, arguments } => peak(program, &arguments),
    });
    outcome.unwrap_or_else(|error| {
        eprintln!("count: {error}");
        ExitCode::FAILURE
    })
}

fn parse() -> Result<Task, Box<dyn Error>> {
    let mut parser = lexopt::Parser::from_env();
    let (mut numbers, mut threads) = (vec![], 1);
    while let Some(argument) = parser.next()? {
        match argument {
            // What cargo adds.
            Long("bench") => {}
            Long("threads") => threads = parser.value()?.parse()?,
            Value(word) if numbers.is_empty() && word == "peak" => {
                let mut rest = parser.raw_args()?;
                let program = rest.next().ok_or("peak: which program?")?;
                return Ok(Task::Peak { program, arguments: rest.collect() });
            }
            Value(word) if numbers.is_empty() && word == "lines" => {
                return Ok(Task::Lines { threads: parser.value()?.parse()? });
            }
            Value(number) => numbers.push(integer(&number.string()?)?),
            other => return Err(other.unexpected().into()),
        }
    }
    match numbers[..] {
        // `cargo bench` without a word to us.
        [] => Ok(Task::Count { start: 0, stop: 1_000_000_000, threads }),
        [start, stop] => Ok(Task::Count { start, stop, threads }),
        _ => Err("two numbers are wanted: START STOP".into()),
    }
}

fn count(start: u64, stop: u64, threads: usize) -> Result<ExitCode, Box<dyn Error>> {
    let began = Instant::now();
    init(threads)?;
    let count = count_on(start, stop, threads)?;
    answer(began, count);
    Ok(ExitCode::SUCCESS)
}

fn lines(threads: usize) -> Result<ExitCode, Box<dyn Error>> {
    init(threads)?;
    for line in std::io::stdin().lines() {
        let line = line?;
        let numbers = line.split(' ').map(integer).collect::<Result<Vec<u64>, _>>()?;
        let [start, stop, threads] = numbers[..] else {
            return Err(format!("`{line}` is no line of START STOP THREADS").into());
        };
        let began = Instant::now();
        answer(began, count_on(start, stop, threads as usize)?);
    }
    Ok(ExitCode::SUCCESS)
}

fn count_on(start: u64, stop: u64, threads: usize) -> Result<u64, Box<dyn Error>> {
    let job = Job::new(COUNT_PRIMES)?;
    job.set(Param::Start as i32, start)?;
    job.set(Param::Stop as i32, stop)?;
    job.set(Param::Threads as i32, threads as u64)?;
    job.start()?;
    job.wait(None)?;
    Ok(job.values()?[0])
}

fn answer(began: Instant, count: u64) {
    println!("{{\"seconds\":{},\"count\":\"{count}\"}}", began.elapsed().as_secs_f64());
}

fn peak(program: OsString, arguments: &[OsString]) -> Result<ExitCode, Box<dyn Error>> {
    let status = Command::new(&program)
        .args(arguments)
        .status()
        .map_err(|error| format!("{} can not be started: {error}", program.display()))?;
    // SAFETY: rusage is plain numbers, and getrusage fills it in.
    let usage = unsafe {
        let mut usage: libc::rusage = std::mem::zeroed();
        libc::getrusage(libc::RUSAGE_CHILDREN, &mut usage);
        usage
    };
    // macOS counts bytes, the others kibibytes.
    let unit = if cfg!(target_vendor = "apple") { 1 } else { 1024 };
    eprintln!("peak_bytes={}", usage.ru_maxrss * unit);
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

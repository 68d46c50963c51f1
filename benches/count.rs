//! One count natively, for `benches/run.js`, which starts this program anew for each measurement.
//!
//! - `cargo bench --bench count -- START STOP [--threads T]` counts as a C program would (by a job on
//!   the library's threads) and prints the count and the seconds it took, threads started included,
//!   as one line of JSON.
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
    Peak { program: OsString, arguments: Vec<OsString> },
}

fn main() -> ExitCode {
    let outcome = parse().and_then(|task| match task {
        Task::Count { start, stop, threads } => count(start, stop, threads),
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
    let job = Job::new(COUNT_PRIMES)?;
    job.set(Param::Start as i32, start)?;
    job.set(Param::Stop as i32, stop)?;
    job.start()?;
    job.wait(None)?;
    let seconds = began.elapsed().as_secs_f64();
    println!("{{\"seconds\":{seconds},\"count\":\"{}\"}}", job.values()?[0]);
    Ok(ExitCode::SUCCESS)
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

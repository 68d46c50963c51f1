//! How fast each processor is at this moment, alone and all at once: what `benches/gain` holds a gain by threads against.
//!
//! The processors of a virtual machine are threads of another one, which puts them where it likes: both on one core, or
//! each beside somebody else's work. Then two of them do 1.1 times what one does, whatever the program, and a second later
//! twice as much. The guest is not told (its stolen time stays at nothing), so it has to be measured.
//!
//! - `cargo bench --bench scale` prints one reading for two processors.
//! - `cargo bench --bench scale -- --threads T --lines` prints one as JSON for each line `now` of its input:
//!   `{"alone":[…],"together":[…]}`, thousands of small sieves in a second, for each processor. For a line `work THREADS SIEVES`
//!   it makes so many small sieves on so many threads, bound to no processor, and prints `{"seconds":…}`: what threads are worth
//!   on this machine for a program that shares nothing but a counter.

use lexopt::prelude::*;
use std::error::Error;
use std::hint::black_box;
use std::io::BufRead;
use std::process::ExitCode;
use std::sync::Barrier;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// Long enough for clocks and wake-ups not to matter, and short enough to be read often.
const SPIN: Duration = Duration::from_millis(3);

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("scale: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Box<dyn Error>> {
    let (mut threads, mut lines) = (2, false);
    let mut parser = lexopt::Parser::from_env();
    while let Some(argument) = parser.next()? {
        match argument {
            // What cargo adds.
            Long("bench") => {}
            Long("threads") => threads = parser.value()?.parse()?,
            Long("lines") => lines = true,
            other => return Err(other.unexpected().into()),
        }
    }
    let processors = processors()?;
    if threads == 0 || processors.len() < threads {
        return Err(
            format!("{threads} processors are wanted; there are {}", processors.len()).into()
        );
    }
    let processors = &processors[..threads];
    if !lines {
        println!("{}", reading(processors)?);
        return Ok(());
    }
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        match line.split_whitespace().collect::<Vec<_>>()[..] {
            ["now"] => println!("{}", reading(processors)?),
            ["work", threads, sieves] => {
                println!("{{\"seconds\":{}}}", work(threads.parse()?, sieves.parse()?));
            }
            _ => return Err("a line is `now` or `work THREADS SIEVES`".into()),
        }
    }
    Ok(())
}

fn reading(processors: &[usize]) -> std::io::Result<String> {
    let alone = processors
        .iter()
        .map(|&processor| Ok(speeds(&[processor])?[0]))
        .collect::<std::io::Result<Vec<f64>>>()?;
    let together = speeds(processors)?;
    Ok(format!("{{\"alone\":{alone:.2?},\"together\":{together:.2?}}}"))
}

/// Of each of `processors`, while all work.
fn speeds(processors: &[usize]) -> std::io::Result<Vec<f64>> {
    let begin = Barrier::new(processors.len());
    std::thread::scope(|scope| {
        let spinning: Vec<_> = processors
            .iter()
            .map(|&processor| {
                let begin = &begin;
                scope.spawn(move || {
                    let stayed = stay_on(processor);
                    begin.wait();
                    stayed.map(|()| speed())
                })
            })
            .collect();
        spinning.into_iter().map(|thread| thread.join().expect("it does not panic")).collect()
    })
}

/// A sieve that fits the first cache: whoever shares the core takes its stores, its lines and its cycles. Arithmetic alone
/// hardly feels a neighbour: products in chains lost 10% where counting primes lost 40%.
fn speed() -> f64 {
    let began = Instant::now();
    let mut sieve = [false; SMALL];
    for rounds in 1.. {
        cross_off(&mut sieve);
        let elapsed = began.elapsed();
        if elapsed >= SPIN {
            return f64::from(rounds) / elapsed.as_secs_f64() / 1000.0;
        }
    }
    unreachable!("time passes")
}

const SMALL: usize = 1 << 15;

fn cross_off(sieve: &mut [bool; SMALL]) {
    for prime in [3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59] {
        for multiple in (0..sieve.len()).step_by(prime) {
            sieve[multiple] = true;
        }
    }
    black_box(sieve);
}

/// Seconds for `sieves` small sieves, which `threads` threads take one by one.
fn work(threads: usize, sieves: usize) -> f64 {
    let began = Instant::now();
    let taken = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                let mut sieve = [false; SMALL];
                while taken.fetch_add(1, Ordering::Relaxed) < sieves {
                    cross_off(&mut sieve);
                }
            });
        }
    });
    began.elapsed().as_secs_f64()
}

#[cfg(target_os = "linux")]
fn processors() -> std::io::Result<Vec<usize>> {
    // SAFETY: a set is plain bits, and the call fills it in.
    unsafe {
        let mut set: libc::cpu_set_t = std::mem::zeroed();
        if libc::sched_getaffinity(0, size_of_val(&set), &mut set) != 0 {
            return Err(std::io::Error::last_os_error());
        }
        Ok((0..libc::CPU_SETSIZE as usize).filter(|&one| libc::CPU_ISSET(one, &set)).collect())
    }
}

#[cfg(target_os = "linux")]
fn stay_on(processor: usize) -> std::io::Result<()> {
    // SAFETY: a set is plain bits.
    unsafe {
        let mut set: libc::cpu_set_t = std::mem::zeroed();
        libc::CPU_SET(processor, &mut set);
        match libc::sched_setaffinity(0, size_of_val(&set), &set) {
            0 => Ok(()),
            _ => Err(std::io::Error::last_os_error()),
        }
    }
}

/// Elsewhere threads can't be bound to a processor in one way; the scheduler puts one on each.
#[cfg(not(target_os = "linux"))]
fn processors() -> std::io::Result<Vec<usize>> {
    Ok((0..std::thread::available_parallelism()?.get()).collect())
}

#[cfg(not(target_os = "linux"))]
fn stay_on(_processor: usize) -> std::io::Result<()> {
    Ok(())
}

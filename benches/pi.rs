//! Where the time of pi(x) goes, on one thread, term by term.
//!
//! `cargo bench --bench pi -- [--x N] [--alpha-y A] [--alpha-z A] [--repeats N] [--chunks]`
//!
//! Without x: 10^12 to 10^16. `--chunks` prints every chunk's time beside its work.

mod common;

use common::integer;
use lexopt::prelude::*;
use std::error::Error;
use std::time::{Duration, Instant};
use tamis::kernel::{Interrupt, Kernel};
use tamis::kernels::pi::{Gourdon, Parameters, TERMS};

/// pi(10^n) for n = 9 to 18. Source: OEIS A006880.
const KNOWN: [u64; 10] = [
    50_847_534,
    455_052_511,
    4_118_054_813,
    37_607_912_018,
    346_065_536_839,
    3_204_941_750_802,
    29_844_570_422_669,
    279_238_341_033_925,
    2_623_557_157_654_233,
    24_739_954_287_740_860,
];

fn main() -> Result<(), Box<dyn Error>> {
    let (mut given, mut alpha_y, mut alpha_z, mut repeats, mut print) =
        (None, None, None, 3, false);
    let mut arguments = lexopt::Parser::from_env();
    while let Some(argument) = arguments.next()? {
        match argument {
            Long("x") => given = Some(integer(&arguments.value()?.string()?)?),
            Long("alpha-y") => alpha_y = Some(arguments.value()?.parse::<f64>()?),
            Long("alpha-z") => alpha_z = Some(arguments.value()?.parse::<f64>()?),
            Long("repeats") => repeats = arguments.value()?.parse()?,
            Long("chunks") => print = true,
            Long("bench") => {}
            other => return Err(other.unexpected().into()),
        }
    }
    let all = given.map_or((12..=16).map(|n| 10u64.pow(n)).collect(), |x| vec![x]);
    for x in all {
        let usual = Parameters::new(x);
        let alpha_y = alpha_y.unwrap_or(usual.alpha_y());
        let of = Parameters::with_alpha(x, alpha_y, alpha_z.unwrap_or(usual.alpha_z()));
        measure(of, repeats, print)?;
    }
    Ok(())
}

fn measure(of: Parameters, repeats: u32, print: bool) -> Result<(), Box<dyn Error>> {
    if std::env::var_os("TERMS").is_some() {
        let kernel = Gourdon::new(of);
        let mut scratch = kernel.scratch();
        let mut all = TERMS.map(|_| kernel.empty());
        for chunk in 0..kernel.chunks() {
            let partial = kernel.run(chunk, &mut scratch, &Interrupt::new())?;
            kernel.merge(&mut all[kernel.term(chunk)], partial);
        }
        for (name, partial) in TERMS.iter().zip(all) {
            println!(
                "{name} {} leaves {} primes {} large {}",
                partial.sum as i64, partial.leaves as i64, partial.primes, partial.large
            );
        }
    }
    let mut best = vec![];
    let interrupt = Interrupt::new();
    let mut fastest = Duration::MAX;
    for _ in 0..repeats {
        let begin = Instant::now();
        let kernel = Gourdon::new(of);
        kernel.prepare(&interrupt)?;
        let prepared = begin.elapsed();
        let mut scratch = kernel.scratch();
        let mut merged = kernel.empty();
        best.resize(kernel.chunks() as usize + 2, Duration::MAX);
        for chunk in 0..kernel.chunks() {
            let begin = processor_time();
            let partial = kernel.run(chunk, &mut scratch, &interrupt)?;
            kernel.merge(&mut merged, partial);
            best[chunk as usize] = best[chunk as usize].min(processor_time() - begin);
        }
        let finish = Instant::now();
        let count = kernel.finish(merged, &interrupt)?.sum;
        let places = best.len();
        best[places - 2] = best[places - 2].min(prepared);
        best[places - 1] = best[places - 1].min(finish.elapsed());
        fastest = fastest.min(begin.elapsed());
        if let Some(n) = (9..=18).find(|&n| 10u64.pow(n) == of.x) {
            assert_eq!(count, KNOWN[n as usize - 9], "pi(10^{n})");
        }
    }
    let kernel = Gourdon::new(of);
    let mut terms = [(Duration::ZERO, 0, 0, Duration::ZERO); TERMS.len()];
    for chunk in 0..kernel.chunks() {
        let time = best[chunk as usize];
        let term = &mut terms[kernel.term(chunk)];
        *term = (term.0 + time, term.1 + kernel.work(chunk), term.2 + 1, term.3.max(time));
        if print {
            let work = kernel.work(chunk);
            let per = time.as_nanos() as f64 / work as f64;
            println!("{:>6} {} {:?} work {work} {per:.3}", chunk, TERMS[kernel.term(chunk)], time);
        }
    }
    let sum: Duration = best.iter().sum();
    println!("x = {:e}, y = {}, z = {}: {fastest:.1?}, best chunks {sum:.1?}", of.x, of.y, of.z);
    println!("  tables {:.1?}, finish {:.1?}", best[best.len() - 2], best[best.len() - 1]);
    for (name, (time, work, chunks, longest)) in TERMS.iter().zip(terms) {
        let per = time.as_nanos() as f64 / work.max(1) as f64;
        println!(
            "  {name:>8} {time:>9.1?}, {chunks} chunks, longest {longest:.1?}, {per:.3} ns a unit of work"
        );
    }
    Ok(())
}

/// What this thread has used.
fn processor_time() -> Duration {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: the structure is writable.
    unsafe { libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, &mut time) };
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}

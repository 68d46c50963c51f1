//! What more workers than this machine has would make of counting primes.
//!
//! `cargo bench --bench schedule -- [--start N] [--stop N] [--repeats N] [--csv FILE]`
//!
//! Without a range it takes those of the other benches: to 10^9, 10^10 and 10^11, and windows far out.
//!
//! Every chunk is run on one thread and timed, by the processor's time it takes (the shortest of the repeats counts). Then list scheduling is simulated: a worker that is free takes what
//! the crew's own ledger hands out: the next chunk in order, no further ahead of the oldest unmerged one than the kernel's
//! window allows; and of chunks that come in runs, what is behind its last one, or half of what is left of another run. Who does not go on
//! with a run pays for a start, which is what the run's first chunk took longer than the others. Printed are the time to the end, the speed-up against one worker, the efficiency, and
//! the tail: for how long at the end at least one worker had nothing left to do.
//!
//! What the simulation takes for serial: making the kernel, and what the first chunk does for all
//! (sieving primes; near 2^64 threads share that work, so the truth is better; so it is where they ask the sieving primes together). Each worker makes its
//! own buffers first. It knows nothing of caches or memory that real workers share.
//!
//! `--csv FILE` writes the tables, and beside it FILE with `-chunks` in its name: the time of each chunk.

mod common;

use common::integer;
use lexopt::prelude::*;
use std::error::Error;
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use tamis::kernel::{Interrupt, Kernel, Runs};
use tamis::kernels::sieve::CountPrimes;
use tamis::parallel::Ledger;

const WORKERS: [usize; 11] = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024];

/// pi(10^n) for n = 8 to 12. Source: OEIS A006880.
const KNOWN: [(u64, u64); 5] = [
    (100_000_000, 5_761_455),
    (1_000_000_000, 50_847_534),
    (10_000_000_000, 455_052_511),
    (100_000_000_000, 4_118_054_813),
    (1_000_000_000_000, 37_607_912_018),
];

/// A range, both ends included.
type Range = (u64, u64);

/// What is taken where no range is asked for.
const RANGES: [Range; 6] = [
    (0, 1_000_000_000),
    (0, 10_000_000_000),
    (0, 100_000_000_000),
    (1_000_000_000_000_000, 1_000_001_000_000_000),
    (1_000_000_000_000_000_000, 1_000_000_001_000_000_000),
    (18_446_744_072_709_551_616, 18_446_744_072_809_551_616),
];

struct Options {
    ranges: Vec<Range>,
    repeats: usize,
    csv: Option<PathBuf>,
}

/// Times in seconds.
struct Timing {
    /// Before the first chunk can run, whoever runs it.
    serial: f64,
    /// A worker's own start.
    buffers: f64,
    /// What each takes whoever runs the one before it.
    chunks: Vec<f64>,
    /// What else it takes others.
    starts: Vec<f64>,
    window: u64,
    runs: Runs,
    count: u64,
}

struct Prediction {
    workers: usize,
    seconds: f64,
    tail: f64,
}

fn main() -> Result<(), Box<dyn Error>> {
    check_the_simulation();
    let options = parse()?;
    let mut results = Vec::new();
    for &range in &options.ranges {
        let timing = measure(range, options.repeats)?;
        if let Some((_, known)) = KNOWN.iter().find(|(stop, _)| range == (0, *stop))
            && timing.count != *known
        {
            return Err(format!("{} primes were counted, not {known}", timing.count).into());
        }
        let predictions: Vec<_> = WORKERS.map(|workers| simulate(&timing, workers)).into();
        print_table(range, &timing, &predictions);
        results.push((range, timing, predictions));
    }
    if let Some(path) = &options.csv {
        write_predictions(path, &options, &results)?;
        write_chunks(path, &options, &results)?;
    }
    Ok(())
}

fn parse() -> Result<Options, Box<dyn Error>> {
    let mut options = Options { ranges: RANGES.to_vec(), repeats: 3, csv: None };
    let (mut start, mut stop) = (None, None);
    let mut parser = lexopt::Parser::from_env();
    while let Some(argument) = parser.next()? {
        match argument {
            // What cargo adds.
            Long("bench") => {}
            Long("start") => start = Some(integer(&parser.value()?.string()?)?),
            Long("stop") => stop = Some(integer(&parser.value()?.string()?)?),
            Long("repeats") => options.repeats = parser.value()?.parse()?,
            Long("csv") => options.csv = Some(parser.value()?.into()),
            other => return Err(other.unexpected().into()),
        }
    }
    match (start, stop) {
        (None, None) => {}
        (start, Some(stop)) => options.ranges = vec![(start.unwrap_or(0), stop)],
        (Some(_), None) => return Err("--start wants a --stop".into()),
    }
    if options.repeats == 0 {
        return Err("--repeats must be 1 or more".into());
    }
    Ok(options)
}

/// This thread's own time: what other programs took of the processor is not the chunk's.
fn thread_time() -> f64 {
    // SAFETY: timespec is plain numbers, and clock_gettime fills it in.
    let time = unsafe {
        let mut time: libc::timespec = std::mem::zeroed();
        libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, &mut time);
        time
    };
    time.tv_sec as f64 + time.tv_nsec as f64 / 1e9
}

fn timed<T>(work: impl FnOnce() -> T) -> (f64, T) {
    let began = thread_time();
    let result = work();
    (thread_time() - began, result)
}

fn measure((start, stop): Range, repeats: usize) -> Result<Timing, Box<dyn Error>> {
    let (made, kernel) = timed(|| CountPrimes::new(start, stop));
    let kernel = kernel?;
    let interrupt = Interrupt::new();
    let (buffers, mut scratch) = timed(|| kernel.scratch());
    let (first, _) = timed(|| kernel.run(0, &mut scratch, &interrupt));

    let mut chunks = vec![f64::INFINITY; kernel.chunks() as usize];
    let mut merged = kernel.empty();
    for repeat in 0..repeats {
        let mut told = Instant::now();
        for chunk in 0..kernel.chunks() {
            let (seconds, partial) = timed(|| kernel.run(chunk, &mut scratch, &interrupt));
            let kept = &mut chunks[chunk as usize];
            *kept = kept.min(seconds);
            if repeat == 0 {
                kernel.merge(&mut merged, partial?);
            }
            if told.elapsed() > Duration::from_secs(5) {
                told = Instant::now();
                eprintln!(
                    "repeat {} of {}: chunk {chunk} of {}",
                    repeat + 1,
                    repeats,
                    kernel.chunks()
                );
            }
        }
    }
    let serial = made + (first - chunks[0]).max(0.0);
    let runs = kernel.runs();
    let starts = part_starts(&mut chunks, runs);
    Ok(Timing { serial, buffers, chunks, starts, window: kernel.window(), runs, count: merged })
}

/// Takes the starts, of which each run has one, out of its first chunk's time.
fn part_starts(chunks: &mut [f64], runs: Runs) -> Vec<f64> {
    let mut starts = vec![0.0; chunks.len()];
    let length = runs.length as usize;
    for (chunks, starts) in chunks.chunks_mut(length).zip(starts.chunks_mut(length)) {
        if let [first, rest @ ..] = chunks
            && !rest.is_empty()
        {
            let mut sorted = rest.to_vec();
            sorted.sort_by(f64::total_cmp);
            let usual = sorted[sorted.len() / 2].min(*first);
            starts.fill(*first - usual);
            *first = usual;
        }
    }
    starts
}

/// List scheduling (R. L. Graham, Bell System Technical Journal 45, 1966), as the ledger has it.
/// Time O(chunks * workers).
fn simulate(timing: &Timing, workers: usize) -> Prediction {
    let Timing { chunks, starts, .. } = timing;
    let mut ledger = Ledger::new(chunks.len() as u64, timing.window, timing.runs);
    let mut now = timing.serial + timing.buffers;
    // What each is at, and until when; and its last one.
    let mut at: Vec<Option<(u64, f64)>> = vec![None; workers];
    let mut last: Vec<Option<u64>> = vec![None; workers];
    let mut free_since = vec![now; workers];
    // Who came back asks first where he goes on, else who has waited longest.
    let mut came_back = None;
    loop {
        let mut idle: Vec<usize> = (0..workers).filter(|&worker| at[worker].is_none()).collect();
        let goes_on = |worker| timing.runs.length > 1 && came_back == Some(worker);
        idle.sort_by(|&a, &b| {
            goes_on(b).cmp(&goes_on(a)).then(free_since[a].total_cmp(&free_since[b]))
        });
        for worker in idle {
            if let Some(chunk) = ledger.hand_out_after(last[worker]) {
                let in_a_row = last[worker].is_some_and(|last| last + 1 == chunk);
                let goes_on = in_a_row && chunk % timing.runs.length > 0;
                let start = if goes_on { 0.0 } else { starts[chunk as usize] };
                at[worker] = Some((chunk, now + start + chunks[chunk as usize]));
                last[worker] = Some(chunk);
            }
        }
        let next = (0..workers)
            .filter_map(|worker| at[worker].map(|(chunk, end)| (end, worker, chunk)))
            .min_by(|a, b| a.0.total_cmp(&b.0));
        let Some((end, worker, chunk)) = next else { break };
        now = end;
        at[worker] = None;
        came_back = Some(worker);
        free_since[worker] = now;
        ledger.bring_back(chunk, (), |_, ()| {});
    }
    assert!(ledger.is_complete(), "chunks were left over");
    let idle_first = free_since.iter().copied().fold(f64::INFINITY, f64::min);
    Prediction { workers, seconds: now, tail: now - idle_first }
}

/// A bench has no tests of its own, so the simulation shows first that it can reckon: schedules that
/// are easily drawn by hand.
fn check_the_simulation() {
    let schedule_in_runs = |chunks: &[f64], runs, workers, window| {
        let mut chunks = chunks.to_vec();
        let starts = part_starts(&mut chunks, runs);
        let (serial, buffers, count) = (0.0, 0.0, 0);
        let timing = Timing { serial, buffers, chunks, starts, window, runs, count };
        let Prediction { seconds, tail, .. } = simulate(&timing, workers);
        (seconds, tail)
    };
    let schedule =
        |chunks: &[f64], workers, window| schedule_in_runs(chunks, Runs::NONE, workers, window);
    // One worker: the sum. Two: 1 and 3 after each other, beside 2. A long chunk at the end is the tail.
    assert_eq!(schedule(&[1.0, 2.0, 3.0], 1, 9), (6.0, 0.0));
    assert_eq!(schedule(&[1.0, 2.0, 3.0], 2, 9), (4.0, 2.0));
    assert_eq!(schedule(&[1.0, 1.0, 1.0, 5.0], 3, 9), (6.0, 5.0));
    // A window of 2 keeps the third chunk waiting until the first, a long one, is merged.
    assert_eq!(schedule(&[4.0, 1.0, 1.0], 2, 9), (4.0, 2.0));
    assert_eq!(schedule(&[4.0, 1.0, 1.0], 2, 2), (5.0, 1.0));
    // Two runs, each begun for 2: alone one after the other; by two side by side. Of one run the second worker takes a chunk over.
    let runs = Runs { length: 4, start: 2, ..Runs::NONE };
    let run = [3.0, 1.0, 1.0, 1.0];
    assert_eq!(schedule_in_runs(&[run, run].concat(), runs, 1, 9), (12.0, 0.0));
    assert_eq!(schedule_in_runs(&[run, run].concat(), runs, 2, 9), (6.0, 0.0));
    assert_eq!(schedule_in_runs(&run, runs, 2, 9), (5.0, 2.0));
}

impl Prediction {
    fn speed_up(&self, alone: &Prediction) -> f64 {
        alone.seconds / self.seconds
    }

    fn efficiency(&self, alone: &Prediction) -> f64 {
        self.speed_up(alone) / self.workers as f64
    }
}

fn print_table((start, stop): Range, timing: &Timing, predictions: &[Prediction]) {
    let mut sorted = timing.chunks.clone();
    sorted.sort_by(f64::total_cmp);
    let ms = |seconds: f64| seconds * 1e3;
    println!("\nprimes from {start} to {stop}: {}, in {} chunks", timing.count, sorted.len());
    println!(
        "a chunk: median {:.2} ms, shortest {:.2}, longest {:.2}; serial {:.2} ms, buffers {:.2} ms a worker",
        ms(sorted[sorted.len() / 2]),
        ms(sorted[0]),
        ms(sorted[sorted.len() - 1]),
        ms(timing.serial),
        ms(timing.buffers)
    );
    println!(
        "\n{:>8} {:>11} {:>9} {:>11} {:>9}",
        "workers", "seconds", "speed-up", "efficiency", "tail ms"
    );
    for prediction in predictions {
        println!(
            "{:>8} {:>11.4} {:>9.2} {:>10.1}% {:>9.2}",
            prediction.workers,
            prediction.seconds,
            prediction.speed_up(&predictions[0]),
            100.0 * prediction.efficiency(&predictions[0]),
            ms(prediction.tail)
        );
    }
}

/// A CSV file that begins with where its figures come from.
fn create(path: &Path, options: &Options) -> Result<File, Box<dyn Error>> {
    let named = |error| format!("{} can not be written: {error}", path.display());
    let mut file = File::create(path).map_err(named)?;
    let cpu = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpu
        .lines()
        .find_map(|line| line.strip_prefix("model name"))
        .map_or(std::env::consts::ARCH, |rest| rest.trim_start_matches([' ', '\t', ':']));
    writeln!(file, "# tamis {}, {model}, {}", env!("CARGO_PKG_VERSION"), std::env::consts::OS)?;
    let command = format!("# cargo bench --bench schedule -- --repeats {}", options.repeats);
    match options.ranges[..] {
        [(start, stop)] => writeln!(file, "{command} --start {start} --stop {stop}")?,
        _ => writeln!(file, "{command}")?,
    }
    Ok(file)
}

type Outcome = (Range, Timing, Vec<Prediction>);

fn write_predictions(
    path: &Path,
    options: &Options,
    results: &[Outcome],
) -> Result<(), Box<dyn Error>> {
    let mut file = create(path, options)?;
    writeln!(file, "start,stop,chunks,workers,seconds,speed_up,efficiency,tail_s")?;
    for ((start, stop), timing, predictions) in results {
        for prediction in predictions {
            writeln!(
                file,
                "{start},{stop},{},{},{:.6},{:.3},{:.4},{:.6}",
                timing.chunks.len(),
                prediction.workers,
                prediction.seconds,
                prediction.speed_up(&predictions[0]),
                prediction.efficiency(&predictions[0]),
                prediction.tail
            )?;
        }
    }
    println!("written: {}", path.display());
    Ok(())
}

fn write_chunks(path: &Path, options: &Options, results: &[Outcome]) -> Result<(), Box<dyn Error>> {
    let stem = path.file_stem().unwrap_or_default().display();
    let path = path.with_file_name(format!("{stem}-chunks.csv"));
    let mut file = create(&path, options)?;
    writeln!(file, "start,stop,chunk,seconds")?;
    for ((start, stop), timing, _) in results {
        for (chunk, seconds) in timing.chunks.iter().enumerate() {
            writeln!(file, "{start},{stop},{chunk},{seconds:.6}")?;
        }
    }
    println!("written: {}", path.display());
    Ok(())
}

//! Which piece of the sieve is fastest on this machine (kernels/sieve/pieces.rs says what a piece is). A job like others, so that
//! it blocks nobody; its side effect is that an engine compiles the sieve well.

use crate::error::Result;
use crate::kernel::{Interrupt, Kernel, phases};
use crate::kernels::sieve::{PIECE_CANDIDATES, PieceTrial, USUAL_PIECE};
use std::ffi::CStr;
use std::time::{Duration, Instant};

/// Rounds that count, behind one that lets wasm be compiled.
const ROUNDS: usize = 4;

/// By candidate.
type Times = [Duration; PIECE_CANDIDATES.len()];

/// One chunk: the candidates take turns on one thread, 0.2 s. Result: the fastest one's bytes.
pub struct Tune;

impl Kernel for Tune {
    type Partial = u64;
    type Scratch = ();

    fn chunks(&self) -> u64 {
        1
    }

    fn work_before(&self, chunks: u64) -> u64 {
        chunks
    }

    fn phases(&self) -> Vec<(&'static CStr, u64)> {
        phases(&[(c"measuring", 1)])
    }

    fn scratch(&self) {}

    fn run(&self, _chunk: u64, _scratch: &mut (), interrupt: &Interrupt) -> Result<u64> {
        let mut trials = PIECE_CANDIDATES.map(PieceTrial::new);
        let mut rounds = [Times::default(); 1 + ROUNDS];
        for times in &mut rounds {
            for (trial, time) in trials.iter_mut().zip(times) {
                let began = Instant::now();
                trial.run(interrupt)?;
                *time = began.elapsed();
            }
        }
        Ok(fastest(&rounds[1..]))
    }

    fn empty(&self) -> u64 {
        0
    }

    fn merge(&self, into: &mut u64, next: u64) {
        *into = next;
    }

    fn is_plausible(&self, merged: &u64, chunks: u64, _work: u64) -> bool {
        match chunks {
            0 => *merged == 0,
            _ => PIECE_CANDIDATES.iter().any(|&piece| piece as u64 == *merged),
        }
    }
}

/// The usual piece, unless another one took 2% less in each round. So whatever disturbs some of the trials keeps the usual
/// one: it is 3% slower at most where a wrong one is 25% slower, and what was measured is remembered. When the least time of all rounds
/// counted, 11 of 150 trials beside busy neighbours found a piece that is slower.
fn fastest(rounds: &[Times]) -> u64 {
    let Some(usual) = PIECE_CANDIDATES.iter().position(|&piece| piece == USUAL_PIECE) else {
        return USUAL_PIECE as u64;
    };
    let mut best = (USUAL_PIECE, 0.98);
    for (at, &piece) in PIECE_CANDIDATES.iter().enumerate() {
        let parts = rounds.iter().map(|times| part(times[at], times[usual]));
        let worst = parts.fold(0.0, f64::max);
        if worst < best.1 {
            best = (piece, worst);
        }
    }
    best.0 as u64
}

/// How long `time` is as a part of `usual`; a clock too coarse for that tells nothing in favour of it.
fn part(time: Duration, usual: Duration) -> f64 {
    if usual.is_zero() { f64::INFINITY } else { time.as_secs_f64() / usual.as_secs_f64() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Status;

    #[test]
    fn the_result_is_one_of_the_candidates_and_an_interrupt_ends_the_trials() {
        let piece = Tune.run(0, &mut (), &Interrupt::new()).unwrap();
        assert!(PIECE_CANDIDATES.contains(&(piece as usize)));
        let raised = Interrupt::new();
        raised.raise();
        assert_eq!(Tune.run(0, &mut (), &raised).unwrap_err().status(), Status::Cancelled);
    }

    fn of(rounds: &[[u64; 5]]) -> u64 {
        let rounds: Vec<Times> =
            rounds.iter().map(|times| times.map(Duration::from_millis)).collect();
        fastest(&rounds)
    }

    #[test]
    fn the_usual_piece_is_left_for_two_percent_alone() {
        assert_eq!(of(&[[900, 1000, 985, 1300, 1500]; 4]), 24 * 1024);
        assert_eq!(of(&[[1100, 1000, 985, 1300, 1500]; 4]), USUAL_PIECE as u64);
        assert_eq!(of(&[[1100, 1000, 975, 1300, 1500]; 4]), 40 * 1024);
        // The one whose worst round is the best.
        assert_eq!(of(&[[960, 1000, 950, 900, 1500], [960, 1000, 950, 970, 1500]]), 40 * 1024);
    }

    #[test]
    fn trials_that_were_disturbed_keep_the_usual_piece() {
        let quiet = [1030, 1000, 1020, 1250, 1800];
        // A neighbour comes during the usual one, whose least time then is too long, too, or stays for all but one.
        let disturbed = [1030, 1800, 1020, 1250, 1800];
        assert_eq!(of(&[disturbed, disturbed, quiet, disturbed]), USUAL_PIECE as u64);
        let faster = [1030, 1000, 900, 1250, 1800];
        assert_eq!(of(&[faster; 4]), 40 * 1024);
        assert_eq!(
            of(&[faster, faster, [1030, 1000, 1700, 1250, 1800], faster]),
            USUAL_PIECE as u64
        );
        // A clock that stands still tells nothing.
        assert_eq!(of(&[[0; 5]; 4]), USUAL_PIECE as u64);
    }
}

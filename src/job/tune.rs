//! Which piece of the sieve is fastest on this machine (kernels/sieve/pieces.rs says what a piece is). A job like others, so that
//! it blocks nobody; its side effect is that an engine compiles the sieve well.

use crate::error::{Error, Result, Status};
use crate::kernel::{Interrupt, Kernel, phases};
use crate::kernels::sieve::{PIECE_CANDIDATES, PieceTrial, USUAL_PIECE};
use std::ffi::CStr;
use std::time::{Duration, Instant};

/// The first round lets wasm be compiled; then the least of three times counts.
const ROUNDS: u32 = 4;

/// One chunk: the candidates take turns on one thread, 0.15 s. Result: the fastest one's bytes.
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
        let mut trials = PIECE_CANDIDATES.map(|piece| (PieceTrial::new(piece), Duration::MAX));
        for round in 0..ROUNDS {
            for (trial, least) in &mut trials {
                let began = Instant::now();
                trial.run(interrupt)?;
                if round > 0 {
                    *least = began.elapsed().min(*least);
                }
            }
        }
        fastest(&trials.map(|(_, least)| least))
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

/// The usual piece is left for 2% or more alone.
fn fastest(times: &[Duration; PIECE_CANDIDATES.len()]) -> Result<u64> {
    let handicap = |piece: usize| if piece == USUAL_PIECE { 98 } else { 100 };
    let ranked = PIECE_CANDIDATES.into_iter().zip(times);
    let best = ranked.min_by_key(|&(piece, time)| *time * handicap(piece));
    best.map(|(piece, _)| piece as u64).ok_or_else(|| Error::from(Status::State))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_result_is_one_of_the_candidates_and_an_interrupt_ends_the_trials() {
        let piece = Tune.run(0, &mut (), &Interrupt::new()).unwrap();
        assert!(PIECE_CANDIDATES.contains(&(piece as usize)));
        let raised = Interrupt::new();
        raised.raise();
        assert_eq!(Tune.run(0, &mut (), &raised).unwrap_err().status(), Status::Cancelled);
    }

    #[test]
    fn the_usual_piece_is_left_for_two_percent_alone() {
        let ms = |times: [u64; 5]| fastest(&times.map(Duration::from_millis)).unwrap();
        assert_eq!(ms([900, 1000, 985, 1300, 1500]), 24 * 1024);
        assert_eq!(ms([1100, 1000, 985, 1300, 1500]), USUAL_PIECE as u64);
        assert_eq!(ms([1100, 1000, 975, 1300, 1500]), 40 * 1024);
    }
}

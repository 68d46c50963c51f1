//! How long a piece is: small primes are crossed off piece by piece, within the L1 cache.
//!
//! A store that finds its line in L1 takes 1 cycle, in L2 almost 3. So the best piece is somewhat shorter than L1,
//! which no program in a browser can ask for, and which runs from 32 KB to 128 KB. At 10^10 natively, with 48 KB of L1:
//!
//! | piece, KB | 16 | 24 | 28 | 32 | 36 | 40 | 44 | 48 | 64 | 96 | 128 |
//! | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |
//! | seconds | 1.03 | 0.89 | 0.86 | 0.81 | 0.80 | 0.79 | 0.79 | 0.82 | 1.03 | 1.34 | 1.56 |
//!
//! Too short costs little, too long a lot. So pieces are as long as the smallest L1 of today's processors unless
//! `measure` finds better ones (3% here, in wasm as well). Results do not depend on the piece, nor do chunks.

use super::plan::{SEGMENT, levels};
use super::segment::{Extent, Siever};
use super::sieving_primes::SievingPrimes;
use crate::arith::root::isqrt;
use crate::error::{Error, Result, Status};
use crate::kernel::Interrupt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

const USUAL: usize = 32 * 1024;

/// What `measure` tries: for L1 caches of 32, 48, 64 and 128 KB, and of 32 KB that something else uses too.
pub const CANDIDATES: [usize; 5] = [24 * 1024, USUAL, 40 * 1024, 56 * 1024, 96 * 1024];

const LEAST: usize = 16 * 1024;
const MOST: usize = 128 * 1024;

static PIECE: AtomicUsize = AtomicUsize::new(USUAL);

/// Bytes of a piece of all kernels that are made from now on.
pub fn piece() -> usize {
    PIECE.load(Ordering::Relaxed)
}

/// Sets it: 16,384 to 131,072, a multiple of 1024. Any thread. Errors: Range.
pub fn set_piece(bytes: u64) -> Result<()> {
    if !(LEAST as u64..=MOST as u64).contains(&bytes) || !bytes.is_multiple_of(1024) {
        return Err(Error::new(
            Status::Range,
            format!("a piece has {LEAST} to {MOST} bytes, a multiple of 1024, not {bytes}"),
        ));
    }
    PIECE.store(bytes as usize, Ordering::Relaxed);
    Ok(())
}

/// The fastest of `CANDIDATES` on this thread: 0.2 s. For `set_piece`, and to be remembered for the device.
///
/// Each sieves 4 MB at 4 * 10^9, some 8 ms, so that a browser's coarse clock will do; the least of four
/// times counts, interleaved, after one that lets wasm be compiled well. The usual piece is left for 2% or more alone.
///
/// Errors: Cancelled, Memory.
pub fn measure(interrupt: &Interrupt) -> Result<usize> {
    let extent = Extent { first_byte: 1 << 27, bytes: 4 << 20 };
    let root = isqrt(extent.last_integer());
    let mut contestants = CANDIDATES.map(|piece| {
        let primes = SievingPrimes::new(root, levels(SEGMENT, piece));
        (primes, Siever::new(SEGMENT, piece), Duration::MAX)
    });
    for round in 0..5 {
        for (primes, siever, least) in &mut contestants {
            let began = Instant::now();
            siever.sieve(primes, extent, interrupt, |_, _| {})?;
            if round > 0 {
                *least = began.elapsed().min(*least);
            }
        }
    }
    let times = contestants.map(|(_, _, least)| least);
    Ok(fastest(&times))
}

fn fastest(times: &[Duration; CANDIDATES.len()]) -> usize {
    let handicap = |piece: usize| if piece == USUAL { 98 } else { 100 };
    let ranked = CANDIDATES.into_iter().zip(times);
    let best = ranked.min_by_key(|&(piece, time)| *time * handicap(piece));
    best.map_or(USUAL, |(piece, _)| piece)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_does_not_depend_on_the_piece() {
        // Not a multiple of any piece, across two segments, and up to primes beyond the pieces' limit.
        let extent = Extent { first_byte: 1 << 29, bytes: (600 << 10) + 1234 };
        let root = isqrt(extent.last_integer());
        let sieved = |piece| {
            let primes = SievingPrimes::new(root, levels(SEGMENT, piece));
            let mut bits = Vec::new();
            Siever::new(SEGMENT, piece)
                .sieve(&primes, extent, &Interrupt::new(), |_, words| bits.extend_from_slice(words))
                .unwrap();
            bits
        };
        let usual = sieved(USUAL);
        for piece in [LEAST, 24 * 1024, 40 * 1024, 45 * 1024, 96 * 1024, MOST] {
            assert!(sieved(piece) == usual, "pieces of {piece} bytes");
        }
    }

    #[test]
    fn a_measured_piece_can_be_set_and_an_absurd_one_is_refused() {
        let measured = measure(&Interrupt::new()).unwrap();
        assert!(CANDIDATES.contains(&measured));
        set_piece(measured as u64).unwrap();
        assert_eq!(piece(), measured);
        for absurd in [0, 1024, 16 * 1024 - 1, 40_000, 129 * 1024, 1 << 40] {
            assert_eq!(set_piece(absurd).err().unwrap().status(), Status::Range);
        }
        assert_eq!(piece(), measured);
    }

    #[test]
    fn a_raised_interrupt_ends_measuring() {
        let interrupt = Interrupt::new();
        interrupt.raise();
        assert_eq!(measure(&interrupt).err().unwrap().status(), Status::Cancelled);
    }

    #[test]
    fn the_usual_piece_is_left_for_two_percent_alone() {
        let ms = |times: [u64; 5]| fastest(&times.map(Duration::from_millis));
        assert_eq!(ms([900, 1000, 985, 1300, 1500]), 24 * 1024);
        assert_eq!(ms([1100, 1000, 985, 1300, 1500]), USUAL);
        assert_eq!(ms([1100, 1000, 975, 1300, 1500]), 40 * 1024);
    }
}

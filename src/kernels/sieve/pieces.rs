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
//! trials (job/tune.rs) find better ones (3% here, in wasm as well). Results do not depend on the piece, nor do chunks.

use super::plan::{SEGMENT, levels};
use super::segment::{Extent, Siever};
use super::sieving_primes::SievingPrimes;
use crate::arith::root::isqrt;
use crate::error::{Error, Result, Status};
use crate::kernel::Interrupt;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Without a measurement.
pub const USUAL: usize = 32 * 1024;

/// What is worth a trial: for L1 caches of 32, 48, 64 and 128 KB, and of 32 KB that something else uses too.
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

/// Work to time a piece by: always the same 4 MB of sieve at 4 * 10^9, some 8 ms, so that a browser's coarse clock will do.
pub struct Trial {
    primes: SievingPrimes,
    siever: Siever,
}

impl Trial {
    /// With pieces of `piece` bytes.
    pub fn new(piece: usize) -> Trial {
        let primes = SievingPrimes::new(isqrt(TRIAL.last_integer()), levels(SEGMENT, piece));
        Trial { primes, siever: Siever::new(SEGMENT, piece) }
    }

    /// Errors: Cancelled, Memory.
    pub fn run(&mut self, interrupt: &Interrupt) -> Result<()> {
        self.siever.sieve(&self.primes, TRIAL, interrupt, &mut |_, _| {})
    }
}

const TRIAL: Extent = Extent { first_byte: 1 << 27, bytes: 4 << 20 };

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
                .sieve(&primes, extent, &Interrupt::new(), &mut |_, words| {
                    bits.extend_from_slice(words)
                })
                .unwrap();
            bits
        };
        let usual = sieved(USUAL);
        for piece in [LEAST, 24 * 1024, 40 * 1024, 45 * 1024, 96 * 1024, MOST] {
            assert!(sieved(piece) == usual, "pieces of {piece} bytes");
        }
    }

    #[test]
    fn a_piece_can_be_set_and_an_absurd_one_is_refused() {
        set_piece(CANDIDATES[2] as u64).unwrap();
        assert_eq!(piece(), CANDIDATES[2]);
        for absurd in [0, 1024, 16 * 1024 - 1, 40_000, 129 * 1024, 1 << 40] {
            assert_eq!(set_piece(absurd).err().unwrap().status(), Status::Range);
        }
        assert_eq!(piece(), CANDIDATES[2]);
    }
}

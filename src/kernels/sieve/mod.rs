//! The segmented sieve of Eratosthenes.
//!
//! From the outside in: `count`, `tuplets`, `list`, `nth`, `gaps`, `residue` and `goldbach` are kernels; `plan` cuts its range into `chunks` (`tools` are for what needs none); `segment` sieves a chunk with the
//! shared `sieving_primes`, in four ways by their size: `presieve` (to 163), `turns` (to a segment's length: up to
//! 48 K in pieces, the others over the segment), `large` (`walkers`, and `lists` of hits in `blocks`, which may be `shared`;
//! begun by `sift` and `first_multiples`, on `wheel210`). `pieces` says how long pieces are.
//! `wheel` says what a bit means.
//! `oracle` is the slow sieve that tests compare with.

mod blocks;
mod chunks;
mod extract;
mod first_multiples;
mod gaps;
mod goldbach;
mod large;
#[cfg(test)]
mod large_tests;
mod lists;
mod pages;
mod pieces;
mod plan;
mod presieve;
mod residue;
mod segment;
mod shared;
mod sieving_primes;
mod sift;
mod tools;
mod turns;
mod walkers;
mod wheel;
mod wheel210;
mod window;

mod count;
mod iterate;
mod list;
mod nth;
pub mod oracle;
mod tuplets;

pub use count::CountPrimes;
pub use gaps::MaximalGaps;
pub use goldbach::Goldbach;
pub use iterate::PrimeIterator;
pub use list::ListPrimes;
pub use nth::NthPrime;
pub(super) use pages::Pages;
pub use pieces::{
    CANDIDATES as PIECE_CANDIDATES, Trial as PieceTrial, USUAL as USUAL_PIECE, piece, set_piece,
};
pub use residue::CountResidue;
pub use segment::Siever;
pub use tuplets::{CountTuplets, KINDS as TUPLET_KINDS};
pub use window::{WORD_SPAN, Window, bits_up_to, number};

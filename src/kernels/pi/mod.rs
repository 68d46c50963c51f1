//! pi(x): counting primes without finding them.
//!
//! `prime_pi` and `nth` are the kernels. `gourdon` is the algorithm: its `parameters`, its `geometry` (chunks of about the same `cost`), the
//! `tables` that all threads share (`pi_table`, `factor_table`), and its terms: `hard` (D, on `phi_sieve` and `phi_turns`), `easy` and `pairs` (A and C), `large` (B), `ordinary`
//! (Phi0, on `phi_tiny`) and `sigma`. `partial` says how chunks that do not know what comes before them merge.
//! `legendre`, `meissel`, `lehmer`, `lmo` and `deleglise_rivat` are the `oracles`. docs/ALGORITHMS.md has sources, figures, and what was tried.

mod byte_sum;
mod cost;
pub mod deleglise_rivat;
mod divide;
mod easy;
mod factor_table;
mod geometry;
mod gourdon;
mod hard;
mod large;
pub mod legendre;
pub mod lehmer;
pub mod lmo;
pub mod meissel;
mod nth;
mod oracles;
mod ordinary;
mod pairs;
mod parameters;
mod partial;
mod phi_sieve;
mod phi_tiny;
mod phi_turns;
mod pi_table;
mod prime_pi;
mod processor;
mod sigma;
mod tables;

#[cfg(test)]
mod tests;

pub use gourdon::{Gourdon, TERMS};
pub use nth::NthPrimePi;
pub use parameters::Parameters;
pub use prime_pi::PrimePi;

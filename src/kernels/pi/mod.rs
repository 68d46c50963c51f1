//! pi(x): counting primes without finding them.

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

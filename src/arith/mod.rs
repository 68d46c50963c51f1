//! Integer arithmetic that the kernels share. Imports nothing from the other layers but `error`.

pub mod ecm;
pub mod factor;
pub mod montgomery;
pub mod multiplicative;
pub mod primality;
pub mod riemann;
pub mod root;
pub mod small_primes;

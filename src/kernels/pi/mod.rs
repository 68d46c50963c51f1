//! pi(x): counting primes without finding them.

pub mod lehmer;
pub mod legendre;
pub mod lmo;
pub mod meissel;
mod oracles;
mod phi_tiny;

#[cfg(test)]
mod tests;

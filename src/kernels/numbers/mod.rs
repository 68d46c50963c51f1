//! Number theory around primes: single numbers, tables over ranges, sums.
//!
//! `single` and `factoring` answer for one number of up to 128 bits; `tables` lists a function's values; `mertens` and `prime_sum`
//! are sublinear. What sieves primes themselves (gaps, Goldbach's partitions, residue classes) lies in `kernels/sieve`.

mod factorial;
mod factoring;
mod mertens;
mod moebius_sieve;
pub mod oracle;
mod prime_sum;
mod single;
mod tables;

pub use factorial::FactorialExponents;
pub use factoring::Factor;
pub use mertens::Mertens;
pub use prime_sum::{MOST as MOST_PRIME_SUM, PrimeSum};
pub use single::{Question, Single};
pub use tables::{Function, Table};

/// The two halves of a number, the lower first: how results of 128 bits are told.
pub fn halves(n: u128) -> [u64; 2] {
    [n as u64, (n >> 64) as u64]
}

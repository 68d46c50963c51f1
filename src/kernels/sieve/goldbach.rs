//! Goldbach's partitions: in how many ways n is the sum of two primes.
//!
//! A chunk sieves a stretch from 0 to n / 2 and, backwards from n, the stretch of the cofactors n - p. Where r is a residue of the
//! wheel, n - (30b + r) has always the same residue and lies in one of two bytes; so for each byte two looks at a table of 256 turn
//! the cofactors' bits around, and what is left is an AND.

use super::segment::Extent;
use super::tools::Windows;
use super::wheel::{BIT, RESIDUES, bytes_to, mask_to};
use crate::arith::primality::is_prime;
use crate::error::Result;
use crate::kernel::Interrupt;
use crate::kernels::integers::{Buffers, IntegerKernel};

/// Bytes of the number line in a chunk: 15.7 million integers.
const CHUNK: u64 = 1 << 19;

/// Counts the pairs of primes p <= q with p + q = n. Work is counted in integers up to n / 2.
pub struct Goldbach {
    n: u64,
    /// Bytes that stand for 7 to n / 2.
    bytes: u64,
    windows: Windows,
    /// `turned[k][bits]`: which bits of byte b have their cofactors among `bits`, those of byte n/30 - b - k.
    turned: [[u8; 256]; 3],
}

impl Goldbach {
    /// Any n; odd ones have one partition at most.
    pub fn new(n: u64) -> Goldbach {
        let even = n.is_multiple_of(2);
        let mut turned = [[0; 256]; 3];
        for (i, &r) in RESIDUES.iter().enumerate() {
            // n - 30b - r, moved by 90: a byte stands for 7 to 31.
            let cofactor = n % 30 + 90 - u64::from(r);
            let bit = BIT[(cofactor % 30) as usize];
            if bit < 8 {
                let before = 3 - ((cofactor - 7) / 30) as usize;
                for (byte, bits) in turned[before].iter_mut().enumerate() {
                    *bits |= (byte as u8 >> bit & 1) << i;
                }
            }
        }
        Goldbach {
            n,
            bytes: if even { bytes_to(n / 2) } else { 0 },
            windows: Windows::new(n),
            turned,
        }
    }

    /// Partitions that contain 2, 3 or 5.
    fn small(&self) -> u64 {
        let cofactor_is_prime = |p: &&u64| self.n >= 2 * **p && is_prime(self.n - **p);
        [2, 3, 5].iter().filter(cofactor_is_prime).count() as u64
    }
}

impl IntegerKernel for Goldbach {
    fn chunks(&self) -> u64 {
        self.bytes.div_ceil(CHUNK).max(1)
    }

    fn work_before(&self, chunks: u64) -> u64 {
        30 * (chunks * CHUNK).min(self.bytes.max(1))
    }

    fn run(&self, chunk: u64, buffers: &mut Buffers, interrupt: &Interrupt) -> Result<Vec<u64>> {
        let mut count = if chunk == 0 { self.small() } else { 0 };
        let first_byte = chunk * CHUNK;
        let bytes = CHUNK.min(self.bytes - first_byte.min(self.bytes));
        if bytes == 0 {
            return Ok(vec![count]);
        }
        let siever = buffers.siever.get_or_insert_with(|| self.windows.siever());
        let [lower, upper] = &mut buffers.words;
        let extent = Extent { first_byte, bytes };
        self.windows.sieve(extent, siever, interrupt, lower)?;
        // The cofactors of byte b lie in byte n/30 - b and the two before.
        let highest = self.n / 30 - first_byte;
        let lowest = (self.n / 30 + 1 - first_byte - bytes).saturating_sub(2);
        let extent = Extent { first_byte: lowest, bytes: highest - lowest + 1 };
        self.windows.sieve(extent, siever, interrupt, upper)?;
        let byte_of = |words: &[u64], at: u64| (words[(at / 8) as usize] >> (8 * (at % 8))) as u8;
        let cofactors = |b: u64| {
            // Below the first byte there is nothing that counts.
            let byte = |before: u64| match (highest - lowest).checked_sub(b - first_byte + before) {
                Some(at) => usize::from(byte_of(upper, at)),
                None => 0,
            };
            self.turned[0][byte(0)] | self.turned[1][byte(1)] | self.turned[2][byte(2)]
        };
        for b in first_byte..first_byte + bytes {
            let mut candidates = byte_of(lower, b - first_byte);
            if b == self.bytes - 1 {
                candidates &= mask_to(self.n / 2);
            }
            if candidates != 0 {
                count += u64::from((candidates & cofactors(b)).count_ones());
            }
        }
        Ok(vec![count])
    }
}

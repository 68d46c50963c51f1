//! The sum of the primes up to x, in time O(x^(3/4) / log x).
//!
//! S(v, p) is the sum of the integers from 2 to v that are left when the multiples of all primes up to p are crossed off, the primes
//! themselves excepted. What p crosses off is p times what is left of the cofactors: S(v, p) = S(v, p-1) - p (S(v/p, p-1) - S(p-1, p-1)).
//! Only the values v = x/i are ever wanted, 2 sqrt(x) of them. Known by the name Lucy_Hedgehog, who told it on Project Euler's forum;
//! counting so goes back to Meissel.
//!
//! Each prime needs all that the one before left, so there is one chunk, and no progress. 10^12 takes about a second.

use super::halves;
use crate::arith::montgomery::wide_product;
use crate::arith::root::isqrt;
use crate::error::{Error, Result, Status};
use crate::kernel::Interrupt;
use crate::kernels::integers::{Buffers, IntegerKernel};

/// The largest x: it takes 320 MB.
pub const MOST: u64 = 100_000_000_000_000;

/// Values between two looks at the interrupt.
const LOOK: usize = 1 << 16;

/// Sums the primes up to x. Work is 1. Memory: 32 bytes for each integer up to the root of x. Result: the sum's two halves.
pub struct PrimeSum {
    x: u64,
}

impl PrimeSum {
    /// Errors: Range beyond `MOST`.
    pub fn new(x: u64) -> Result<PrimeSum> {
        if x > MOST {
            return Err(Error::new(
                Status::Range,
                format!("primes are summed up to {MOST}, not to {x}"),
            ));
        }
        Ok(PrimeSum { x })
    }
}

/// n * p: the product of 128 bits would be a call in wasm.
#[inline(always)]
fn times(n: u128, p: u64) -> u128 {
    let (high, low) = wide_product(n as u64, p);
    u128::from(high.wrapping_add(((n >> 64) as u64).wrapping_mul(p))) << 64 | u128::from(low)
}

/// 2 and the odd integers from 3 to v.
fn without_multiples_of_2(v: u64) -> u128 {
    let odd = u128::from(v.div_ceil(2));
    if v < 2 { 0 } else { odd * odd + 1 }
}

fn table(values: impl Iterator<Item = u128>, length: usize) -> Result<Vec<u128>> {
    let mut table = vec![];
    table
        .try_reserve_exact(length)
        .map_err(|_| Error::new(Status::Memory, "too little memory to sum primes so far"))?;
    table.extend(values);
    Ok(table)
}

impl IntegerKernel for PrimeSum {
    fn chunks(&self) -> u64 {
        1
    }

    fn work_before(&self, chunks: u64) -> u64 {
        chunks
    }

    fn run(&self, _chunk: u64, _buffers: &mut Buffers, interrupt: &Interrupt) -> Result<Vec<u64>> {
        let x = self.x;
        if x < 2 {
            return Ok(self.empty());
        }
        let root = isqrt(x) as usize;
        // S(i) at i, and S(x / i) at i.
        let mut small = table((0..=root as u64).map(without_multiples_of_2), root + 1)?;
        let divided = (0..=root as u64).map(|i| without_multiples_of_2(x / i.max(1)));
        let mut large = table(divided, root + 1)?;
        let mut look = 0;
        for p in (3..=root).step_by(2) {
            if small[p] == small[p - 1] {
                continue;
            }
            let (before, prime) = (small[p - 1], p as u64);
            let square = prime * prime;
            if square > x {
                break;
            }
            // Below 2^47: f64 divides exactly, and faster.
            let quotient = (x / prime) as f64;
            let end = root.min((x / square) as usize);
            let near = end.min(root / p);
            for i in 1..=near {
                large[i] -= times(large[i * p] - before, prime);
            }
            for from in (near + 1..=end).step_by(LOOK) {
                interrupt.check()?;
                let to = (from + LOOK).min(end + 1);
                for (i, sum) in (from as u32..).zip(&mut large[from..to]) {
                    let v = (quotient / f64::from(i)) as usize;
                    *sum -= times(small[v] - before, prime);
                }
            }
            // Downwards: what is divided by must not have been changed. Quotients go down by one every p values.
            for v in (p..=root / p).rev() {
                let less = times(small[v] - before, prime);
                let to = (v * p + p).min(root + 1);
                small[v * p..to].iter_mut().for_each(|sum| *sum -= less);
                look += p;
                if look >= LOOK {
                    look = 0;
                    interrupt.check()?;
                }
            }
        }
        Ok(halves(large[1]).to_vec())
    }

    fn empty(&self) -> Vec<u64> {
        vec![0; 2]
    }
}

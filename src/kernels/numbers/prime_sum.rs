//! The sum of the primes up to x, in time O(x^(3/4) / log x).
//!
//! S(v, p) is the sum of the integers from 2 to v that are left when the multiples of all primes up to p are crossed off, the primes
//! themselves excepted. What p crosses off is p times what is left of the cofactors: S(v, p) = S(v, p-1) - p (S(v/p, p-1) - S(p-1, p-1)).
//! Only the values v = x/i are ever wanted, 2 sqrt(x) of them. Known by the name Lucy_Hedgehog, who told it on Project Euler's forum;
//! counting so goes back to Meissel.
//!
//! Each prime needs all that the one before left, 32 bytes for each integer up to the root: more than can be passed on. So a chunk is a
//! stretch of primes, chunks run one after another, and what they left stays in the kernel. One that finds there what another chunk left (it was
//! restored, or the chunk before ran in another instance) does the chunks before it again. 10^12 takes about a second.

use super::halves;
use crate::arith::montgomery::wide_product;
use crate::arith::root::isqrt;
use crate::error::{Error, Result, Status};
use crate::kernel::Interrupt;
use crate::kernels::integers::{Buffers, IntegerKernel};
use crate::kernels::sieve::PrimeIterator;
use std::ffi::CStr;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The largest x: it takes 320 MB.
pub const MOST: u64 = 100_000_000_000_000;

/// Values between two looks at the interrupt.
const LOOK: usize = 1 << 16;

/// Least work of a chunk: some 20 ms.
const LEAST: u64 = 10_000_000;

/// Sums the primes up to x. Work is counted in values that are changed, those of large v twice. Memory: 32 bytes for each integer up to the root of x. Result: the
/// sum's two halves.
pub struct PrimeSum {
    x: u64,
    /// Primes from `edges[i]` on and below `edges[i + 1]` are chunk i's, and the work before each.
    edges: Vec<(usize, u64)>,
    left: Mutex<Option<Left>>,
}

/// What the first `chunks` chunks left.
struct Left {
    chunks: u64,
    /// S(i) at i.
    small: Vec<u128>,
    /// S(x / i) at i.
    large: Vec<u128>,
}

impl PrimeSum {
    /// Errors: Range beyond `MOST`.
    pub fn new(x: u64) -> Result<PrimeSum> {
        if x > MOST {
            return Err(Error::new(Status::Range, "primes are summed up to 10^14"));
        }
        let root = u64::from(isqrt(x));
        // The least primes change all values: some hundred chunks in all.
        let target = (6 * root).max(LEAST);
        // Making the tables is the first chunk's.
        let (mut edges, mut begun, mut sum) = (vec![(3, 0)], 0, 2 * root + 1);
        for p in PrimeIterator::new(3).take_while(|&p| p <= root) {
            if sum - begun >= target {
                begun = sum;
                edges.push((p as usize, sum));
            }
            // Measured: what lies scattered takes twice as long.
            sum += 2 * root.min(x / (p * p)) + (root + 1).saturating_sub(p * p);
        }
        edges.push((root as usize + 1, sum));
        Ok(PrimeSum { x, edges, left: Mutex::new(None) })
    }

    fn left(&self) -> MutexGuard<'_, Option<Left>> {
        self.left.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Nothing is crossed off yet but the multiples of 2. Errors: Memory, Cancelled.
    fn begin(&self, interrupt: &Interrupt) -> Result<Left> {
        let root = u64::from(isqrt(self.x));
        Ok(Left {
            chunks: 0,
            small: table(root, &|i| i, interrupt)?,
            large: table(root, &|i| self.x / i.max(1), interrupt)?,
        })
    }

    /// Crosses off the multiples of the primes from `first` on and below `end`. Errors: Cancelled.
    fn cross_off(
        &self,
        (first, end): (usize, usize),
        Left { small, large, .. }: &mut Left,
        interrupt: &Interrupt,
    ) -> Result<()> {
        let (x, root) = (self.x, small.len() - 1);
        let mut changed = 0;
        for p in (first..end).step_by(2) {
            if small[p] == small[p - 1] {
                continue;
            }
            let (before, prime) = (small[p - 1], p as u64);
            // Below 2^47: f64 divides exactly, and faster.
            let quotient = (x / prime) as f64;
            let end = root.min((x / (prime * prime)) as usize);
            let near = end.min(root / p);
            for from in (1..near + 1).step_by(LOOK) {
                look(interrupt)?;
                for i in from..(from + LOOK).min(near + 1) {
                    large[i] -= times(large[i * p] - before, prime);
                }
            }
            for from in (near + 1..end + 1).step_by(LOOK) {
                look(interrupt)?;
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
                changed += p;
                if changed >= LOOK {
                    changed = 0;
                    look(interrupt)?;
                }
            }
        }
        Ok(())
    }
}

/// Out of line: there are many looks, and the wasm file is to be small. Errors: Cancelled.
#[inline(never)]
fn look(interrupt: &Interrupt) -> Result<()> {
    interrupt.check()
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

/// For each i up to `root` the sum up to `value(i)`. Errors: Memory, Cancelled.
#[inline(never)]
fn table(root: u64, value: &dyn Fn(u64) -> u64, interrupt: &Interrupt) -> Result<Vec<u128>> {
    let mut table = vec![];
    table
        .try_reserve_exact(root as usize + 1)
        .map_err(|_| Error::new(Status::Memory, "too little memory to sum primes so far"))?;
    for from in (0..root + 1).step_by(LOOK) {
        look(interrupt)?;
        let to = (from + LOOK as u64).min(root + 1);
        table.extend((from..to).map(|i| without_multiples_of_2(value(i))));
    }
    Ok(table)
}

impl IntegerKernel for PrimeSum {
    fn chunks(&self) -> u64 {
        self.edges.len() as u64 - 1
    }

    fn work_before(&self, chunks: u64) -> u64 {
        self.edges[chunks as usize].1
    }

    /// One after another.
    fn window(&self) -> u64 {
        1
    }

    fn phase(&self) -> &'static CStr {
        c"summing"
    }

    fn begins_anew(&self) -> bool {
        true
    }

    fn run(&self, chunk: u64, _buffers: &mut Buffers, interrupt: &Interrupt) -> Result<Vec<u64>> {
        if self.x < 2 {
            return Ok(self.empty());
        }
        // Taken: what an interrupt left half done must not be gone on with.
        let found = self.left().take();
        let mut left = match found {
            Some(left) if left.chunks <= chunk => left,
            _ => self.begin(interrupt)?,
        };
        while left.chunks <= chunk {
            let at = left.chunks as usize;
            self.cross_off((self.edges[at].0, self.edges[at + 1].0), &mut left, interrupt)?;
            left.chunks += 1;
        }
        if left.chunks == self.chunks() {
            return Ok(halves(left.large[1]).to_vec());
        }
        *self.left() = Some(left);
        Ok(self.empty())
    }

    fn empty(&self) -> Vec<u64> {
        vec![0; 2]
    }
}

//! The factorisation of n!: a stream of primes and exponents.
//!
//! The exponent of p is n/p + n/p^2 + ..., each rounded down. Source: Legendre, Theorie des nombres, 1830.

use crate::arith::root::isqrt;
use crate::error::Result;
use crate::kernel::{Interrupt, Kernel};
use crate::kernels::integers::{Buffers, IntegerKernel};
use crate::kernels::sieve::ListPrimes;

/// Lists the primes up to n, each with its exponent in n!. Work is counted in integers.
pub struct FactorialExponents {
    n: u64,
    root: u64,
    primes: ListPrimes,
}

impl FactorialExponents {
    pub fn new(n: u64) -> Result<FactorialExponents> {
        Ok(FactorialExponents {
            n,
            root: u64::from(isqrt(n)),
            primes: ListPrimes::new(0, n, 1, 0)?,
        })
    }

    fn exponent(&self, p: u64) -> u64 {
        let mut quotient = self.n / p;
        let mut sum = quotient;
        if p <= self.root {
            while quotient >= p {
                quotient /= p;
                sum += quotient;
            }
        }
        sum
    }
}

impl IntegerKernel for FactorialExponents {
    fn chunks(&self) -> u64 {
        self.primes.chunks()
    }

    fn work_before(&self, chunks: u64) -> u64 {
        self.primes.work_before(chunks)
    }

    /// A byte of sieve holds eight candidates at most and two primes on average: 32 bytes of values.
    fn window(&self) -> u64 {
        (self.primes.window() / 32).max(4)
    }

    fn run(&self, chunk: u64, buffers: &mut Buffers, interrupt: &Interrupt) -> Result<Vec<u64>> {
        let siever = buffers.siever.get_or_insert_with(|| self.primes.scratch());
        let mut sieved = self.primes.run(chunk, siever, interrupt)?;
        let mut values = vec![];
        let mut batch = [0; 1024];
        loop {
            interrupt.check()?;
            let count = self.primes.read(&mut sieved, &mut batch);
            if count == 0 {
                return Ok(values);
            }
            values.extend(batch[..count].iter().flat_map(|&p| [p, self.exponent(p)]));
        }
    }

    fn stream_group(&self) -> usize {
        2
    }
}

//! The tables that all threads of a job share: primes to y, pi to z, and factors to z.

use super::easy::largest_divisor;
use super::factor_table::FactorTable;
use super::parameters::Parameters;
use super::pi_table::PiTable;
use crate::error::{Error, Result, Status};
use crate::kernel::Interrupt;
use crate::kernels::sieve::PrimeIterator;

/// Memory: 35 MB at 10^18.
pub struct Tables {
    /// 1-based: primes[1] = 2. Up to y.
    pub primes: Vec<u32>,
    /// 1 / primes[b], for those that leaves of A and C are divided by.
    pub reciprocals: Vec<f64>,
    pub pi: PiTable,
    pub factors: FactorTable,
}

impl Tables {
    /// Errors: Cancelled, Memory.
    pub fn new(of: &Parameters, interrupt: &Interrupt) -> Result<Tables> {
        let mut pi = PiTable::empty();
        pi.clear(1, of.z)?;
        let mut primes = vec![0];
        let mut iterator = PrimeIterator::new(0);
        'all: loop {
            let batch = iterator.next_batch_unless(interrupt)?;
            primes
                .try_reserve(batch.len())
                .map_err(|_| Error::new(Status::Memory, "too little memory for the primes"))?;
            for &p in batch {
                if p > of.z {
                    break 'all;
                }
                pi.insert(p);
                primes.push(p as u32);
            }
        }
        pi.count();
        let factors =
            FactorTable::new(of.y as u32, of.z as u32, primes[1..].iter().copied(), interrupt)?;
        primes.truncate(pi.pi(of.y) as usize + 1);
        let most = largest_divisor(of);
        let len = pi.pi(most) as usize + 1;
        let mut reciprocals = Vec::new();
        reciprocals
            .try_reserve_exact(len)
            .map_err(|_| Error::new(Status::Memory, "too little memory for reciprocals"))?;
        reciprocals.extend(primes[..len].iter().map(|&p| 1.0 / f64::from(p)));
        Ok(Tables { primes, reciprocals, pi, factors })
    }
}

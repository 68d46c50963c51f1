//! Phi0: the ordinary leaves.

use super::factor_table::FactorTable;
use super::parameters::Parameters;
use super::phi_tiny::{PRIMES, PhiTiny};
use super::tables::Tables;
use crate::error::Result;
use crate::kernel::Interrupt;

/// The sum of mu(m) phi(x / m, k) over the m with after < m <= to that have no prime factor up to p_k, nor beyond y. Modulo 2^64.
pub fn ordinary(
    of: &Parameters,
    tables: &Tables,
    tiny: &PhiTiny,
    (after, to): (u64, u64),
    interrupt: &Interrupt,
) -> Result<u64> {
    let mut sum = 0u64;
    let mut leaves = [0; 512];
    let (mut at, end) = (FactorTable::position(after as u32), FactorTable::position(to as u32));
    while at < end {
        interrupt.check()?;
        let len;
        (len, at) = tables.factors.leaves(PRIMES[of.k] as u16, at, end, &mut leaves);
        sum = sum.wrapping_add(add(of, tiny, &leaves[..len]));
    }
    Ok(sum)
}

#[inline(never)]
fn add(of: &Parameters, tiny: &PhiTiny, leaves: &[u32]) -> u64 {
    leaves.iter().fold(0u64, |sum, &leaf| {
        let phi = tiny.phi(of.x / u64::from(leaf / 2), of.k);
        if leaf % 2 == 0 { sum.wrapping_add(phi) } else { sum.wrapping_sub(phi) }
    })
}

//! Phi0: the ordinary leaves.

use super::factor_table::FactorTable;
use super::parameters::Parameters;
use super::phi_tiny::{PRIMES, PhiTiny};
use super::processor::for_processor;
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

/// Quotients below this one are exact in f64.
const CUT: u64 = 1 << 53;

for_processor! { fn add(of: &Parameters, tiny: &PhiTiny, leaves: &[u32]) -> u64 = add_inline }

#[inline(always)]
fn add_inline(of: &Parameters, tiny: &PhiTiny, leaves: &[u32]) -> u64 {
    // Leaves ascend.
    let exact = of.k == 8 && leaves.first().is_some_and(|leaf| of.x / u64::from(leaf / 2) < CUT);
    leaves.iter().fold(0u64, |sum, &leaf| {
        let n = of.x / u64::from(leaf / 2);
        let phi = if exact { tiny.phi8(n as i64 as f64) } else { tiny.phi(n, of.k) };
        if leaf % 2 == 0 { sum.wrapping_add(phi) } else { sum.wrapping_sub(phi) }
    })
}

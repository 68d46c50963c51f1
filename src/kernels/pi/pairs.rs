//! The leaves of C whose m is a product of two primes; of more it never is, since p > (x / z)^(1/3) > z^(1/3).

use super::easy::sum_of_primes;
use super::parameters::Parameters;
use super::tables::Tables;
use crate::error::Result;
use crate::kernel::Interrupt;

/// The sum of -(pi(x / (p q r)) - b + 2) over p < q < r <= y with max(z / p, x / p^3) < qr <= z, for the primes p number `from` to
/// `end` (excluded). Modulo 2^64.
///
/// x / (pqr) < p^2 <= z, so that the shared table has its pi.
pub fn pairs(
    of: &Parameters,
    tables: &Tables,
    (from, end): (usize, usize),
    interrupt: &Interrupt,
) -> Result<u64> {
    let mut sum = 0u64;
    for b in from..end {
        let p = u64::from(tables.primes[b]);
        let quotient = of.x / p;
        let after = (of.z / p).max(quotient / (p * p));
        for &q in &tables.primes[b + 1..] {
            let q = u64::from(q);
            let most = (of.z / q).min(of.y);
            if most <= q {
                break;
            }
            interrupt.check()?;
            let (first, last) = (tables.pi.pi((after / q).max(q)), tables.pi.pi(most));
            if first >= last {
                continue;
            }
            let range = (first as usize + 1, last as usize);
            sum = sum.wrapping_sub(sum_of_primes(tables, &tables.pi, quotient / q, 1, range));
            sum = sum.wrapping_sub(2u64.wrapping_sub(b as u64).wrapping_mul(last - first));
        }
    }
    Ok(sum)
}

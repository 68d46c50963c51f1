//! D: the hard special leaves, -mu(m) phi(x / (p_b m), b - 1) with x / (p_b m) >= p_b^2, which need a sieve.
//!
//! m has no prime factor up to p_b or beyond y, and z / p_b < m <= z, so that all leaves ask for counts below x / z. That range is
//! sieved in chunks, and a chunk in segments. In a segment, prime after prime leaves the sieve (phi_sieve.rs), and
//! just before p_b does, its leaves are counted. They come from the table of factors for p_b <= z^(1/2), in whose
//! leaves m may be composite, and from the list of primes for the others.

use super::divide;
use super::factor_table::FactorTable;
use super::parameters::Parameters;
use super::partial::{Hard, PiPartial};
use super::phi_sieve::{LINE, PhiSieve, Strider};
use super::tables::Tables;
use crate::arith::root::isqrt;
use crate::error::Result;
use crate::kernel::Interrupt;

/// Leaves that are divided, and counted, together.
const BATCH: usize = 256;

/// So few leaves of a prime in a segment are counted one after the other.
const FEW: usize = 24;

static POSITIVE: [u32; BATCH] = [0; BATCH];

/// One thread's buffers.
pub struct HardScratch {
    sieve: PhiSieve,
    bytes: usize,
    primes: Vec<HardPrime>,
    leaves: [u32; BATCH],
    offsets: [u32; BATCH],
}

/// What a p_b with b > k needs from segment to segment.
struct HardPrime {
    strider: Strider,
    /// x / p.
    quotient: u64,
    /// All m exceed this.
    after: u64,
    /// No m exceeds this.
    most: u64,
    /// The m that belong to the segment and those behind it do not exceed this.
    to: u64,
}

impl HardScratch {
    /// Segments of `bytes` bytes, whole lines. Errors: Memory.
    pub fn new(of: &Parameters, bytes: usize) -> Result<HardScratch> {
        Ok(HardScratch {
            sieve: PhiSieve::new(bytes, of.k, of.x_star as u32)?,
            bytes,
            primes: vec![],
            leaves: [0; BATCH],
            offsets: [0; BATCH],
        })
    }
}

/// Sums up the leaves with low <= x / (pm) < high; `low` is a multiple of 30 lines. Errors: Cancelled.
pub fn hard(
    of: &Parameters,
    tables: &Tables,
    (low, high): (u64, u64),
    scratch: &mut HardScratch,
    interrupt: &Interrupt,
) -> Result<PiPartial> {
    let end = tables.pi.pi(of.x_star) as usize + 1;
    let mut partial =
        PiPartial { hard: vec![Hard::default(); end - of.k - 1], ..PiPartial::default() };
    scratch.primes.clear();
    scratch.primes.extend(tables.primes[of.k + 1..end].iter().map(|&prime| {
        let p = u64::from(prime);
        let quotient = of.x / p;
        let composite = p <= isqrt(of.z).into();
        let most = (quotient / (p * p)).min(if composite { of.z } else { of.y });
        let after = (of.z / p).max(if composite { 0 } else { p });
        let to = quotient.checked_div(low).map_or(most, |m| m.min(most));
        HardPrime { strider: Strider::new(prime, low / 30), quotient, after, most, to }
    }));
    let span = 30 * scratch.bytes as u64;
    let mut from = low;
    while from < high {
        let to = (from + span).min(high).next_multiple_of(30 * LINE as u64);
        segment(of, tables, (from, to), scratch, &mut partial, interrupt)?;
        from = to;
    }
    Ok(partial)
}

#[inline(never)]
fn segment(
    of: &Parameters,
    tables: &Tables,
    (low, high): (u64, u64),
    scratch: &mut HardScratch,
    partial: &mut PiPartial,
    interrupt: &Interrupt,
) -> Result<()> {
    let HardScratch { sieve, primes, leaves, offsets, .. } = scratch;
    sieve.begin(low / 30, ((high - low) / 30) as usize);
    let composite = u64::from(isqrt(of.z));
    let root = u64::from(isqrt(high - 1));
    let mut total = u64::from(sieve.total());
    for (here, hard) in primes.iter_mut().zip(&mut partial.hard) {
        let p = u64::from(here.strider.prime);
        if p > root {
            // Besides 1, only primes are left, and no leaf asks for them here.
            hard.phi += total;
            total -= u64::from(low <= p && p < high);
            here.strider.skip(((high - low) / 30) as usize);
            continue;
        }
        interrupt.check()?;
        let behind = here.quotient / high;
        let (after, to) = (here.after.max(behind), here.to);
        let mut sum = 0u64;
        let mut count = 0u64;
        // Whether the sieve is ready for many questions.
        let mut ready = false;
        let mut ask = |offsets: &[u32], signs: &[u32]| {
            if !ready && offsets.len() < FEW {
                return sieve.sum_few(offsets, signs);
            }
            if !ready {
                sieve.add_up();
                ready = true;
            }
            sieve.sum_many(offsets, signs)
        };
        if after < to && p <= composite {
            let (mut at, end) =
                (FactorTable::position(after as u32), FactorTable::position(to as u32));
            while at < end {
                let len;
                (len, at) = tables.factors.leaves(p as u16, at, end, leaves);
                let (leaves, offsets) = (&mut leaves[..len], &mut offsets[..len]);
                let odd = divide::leaf_offsets(here.quotient, low, leaves, offsets);
                sum = sum.wrapping_sub(ask(offsets, leaves));
                count = count.wrapping_add((2 * odd).wrapping_sub(len as u64));
                interrupt.check()?;
            }
        } else if after < to {
            let from = tables.pi.pi(after) as usize + 1;
            let end = tables.pi.pi(to) as usize + 1;
            for primes in tables.primes[from..end.max(from)].chunks(BATCH) {
                let offsets = &mut offsets[..primes.len()];
                divide::prime_offsets(here.quotient, low, primes, offsets);
                sum = sum.wrapping_add(ask(offsets, &POSITIVE));
                count += primes.len() as u64;
                interrupt.check()?;
            }
        }
        partial.sum = partial.sum.wrapping_add(sum).wrapping_add(count.wrapping_mul(hard.phi));
        hard.leaves = hard.leaves.wrapping_add(count);
        hard.phi += total;
        here.to = behind.min(here.most);
        sieve.remove(&mut here.strider);
        total = u64::from(sieve.total());
    }
    Ok(())
}

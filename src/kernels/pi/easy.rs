//! A, and the leaves of C whose m is prime: sums of pi(x / (p r)) over primes r.
//!
//! Leaves (p, q) of two primes with x / (pq) < p^2 need no sieve of their own, as phi(x / (pq), b - 1) = pi(x / (pq)) - b + 2. Write
//! x' = x / p and s for its root.
//!
//! - A: x_star < p <= x^(1/3), p < q <= s. Leaves with x' / q < y count twice.
//! - C: p <= x_star, q from max(p, z / p, x' / p^2) to y. Up to s as they are. Beyond s, pi(x' / q) is the same for many q, and they are turned round:
//!
//! ```text
//! SUM over Q < q <= y of pi(x' / q)  =  SUM over r <= x' / Q of pi(min(y, x' / r)) - pi(Q)
//! ```
//!
//! where all r <= x' / y have the same summand, and the others are again a sum of pi(x' / r) over primes.
//!
//! So everything here is a stretch of primes r with x' / r >= s, and a weight. x' / r lies below x^(1/2); that
//! range is cut into segments, for each of which a chunk sieves a table of pi. What the leaves have beside pi is
//! in `constants`.

use super::divide;
use super::parameters::Parameters;
use super::phi_tiny::PRIMES;
use super::pi_table::{Entry, PiTable, SPAN, lookup};
use super::processor::for_processor;
use super::tables::Tables;
use crate::arith::root::{icbrt, isqrt};
use crate::error::Result;
use crate::kernel::Interrupt;

/// Primes r with after < r <= to.
#[derive(Clone, Copy, Debug, Default)]
struct Stretch {
    after: u64,
    to: u64,
    weight: u64,
}

/// The stretches of one p in A.
fn stretches_of_a(of: &Parameters, p: u64, quotient: u64) -> [Stretch; 2] {
    let root = u64::from(isqrt(quotient));
    // x' / q >= y.
    let single = (quotient / of.y).clamp(p, root.max(p));
    [Stretch { after: p, to: single, weight: 1 }, Stretch { after: single, to: root, weight: 2 }]
}

/// The q of one p in C: those with after < q <= y.
fn after_in_c(of: &Parameters, p: u64, quotient: u64) -> u64 {
    p.max(of.z / p).max(quotient / (p * p)).min(of.y)
}

/// The stretches of one p in C.
fn stretches_of_c(of: &Parameters, p: u64, quotient: u64) -> [Stretch; 2] {
    let root = u64::from(isqrt(quotient));
    let after = after_in_c(of, p, quotient);
    let turned = after.max(root);
    let last = if turned < of.y { quotient / (turned + 1) } else { 0 };
    [
        Stretch { after, to: root.min(of.y), weight: 1 },
        Stretch { after: quotient / of.y, to: last, weight: 1 },
    ]
}

/// What C adds beside pi(x' / r) over its stretches, for the primes number `from` to `end` (excluded). Modulo 2^64.
pub fn constants(of: &Parameters, tables: &Tables, from: usize, end: usize) -> u64 {
    let pi = |n| tables.pi.pi(n);
    let mut sum = 0u64;
    for b in from..end {
        let p = u64::from(tables.primes[b]);
        let quotient = of.x / p;
        let after = after_in_c(of, p, quotient);
        let count = pi(of.y) - pi(after);
        sum = sum.wrapping_add(count.wrapping_mul(2u64.wrapping_sub(b as u64)));
        let turned = after.max(isqrt(quotient).into());
        if turned < of.y {
            let (last, all) = (pi(quotient / (turned + 1)), pi(quotient / of.y));
            sum = sum.wrapping_add(all.wrapping_mul(pi(of.y) - pi(turned)));
            sum = sum.wrapping_sub(pi(turned).wrapping_mul(last.saturating_sub(all)));
        }
    }
    sum
}

/// No r exceeds this: the root of x / p for the first p of C.
pub fn largest_divisor(of: &Parameters) -> u64 {
    let least = u64::from(icbrt(of.x / of.z)).max(PRIMES[of.k]) + 1;
    u64::from(isqrt(of.x / least)).min(of.y)
}

/// The numbers of the first prime with leaves in C, and of the first beyond.
pub fn range_of_c(of: &Parameters, tables: &Tables) -> (usize, usize) {
    // Below (x / z)^(1/3), all m <= z have x / (pm) >= p^2.
    let from = tables.pi.pi(icbrt(of.x / of.z).into()) as usize;
    (from.max(of.k) + 1, tables.pi.pi(of.x_star) as usize + 1)
}

/// Leaves of one segment, counted from its low on.
#[derive(Clone, Copy, Debug, Default)]
pub struct EasySum {
    pub sum: u64,
    pub leaves: u64,
}

/// Adds up pi(x / (p r)) - pi(low - 1) over all stretches, as far as `low` <= x / (p r) < `high`, for those primes p of A and C that
/// `part` of `parts` has.
pub fn easy(
    of: &Parameters,
    tables: &Tables,
    table: &PiTable,
    (low, high): (u64, u64),
    (part, parts): (u64, u64),
    interrupt: &Interrupt,
) -> Result<EasySum> {
    let mut total = EasySum::default();
    // x' / r >= s, so that primes up to x / high^2 have nothing here.
    let least = if high > of.root2 { 0 } else { tables.pi.pi((of.x / high / high).min(of.y)) };
    let (from, end) = range_of_c(of, tables);
    let from = from.max(least as usize + 1);
    // In C, x' / r lies below p^2 or y.
    let from = if low > of.y { from.max(tables.pi.pi(isqrt(low).into()) as usize) } else { from };
    for b in (from..end).filter(|&b| b as u64 % parts == part) {
        let p = u64::from(tables.primes[b]);
        let quotient = of.x / p;
        for stretch in stretches_of_c(of, p, quotient) {
            add(tables, table, quotient, stretch, (low, high), &mut total);
        }
        interrupt.check()?;
    }
    let from = end.max(least as usize + 1);
    let end = tables.pi.pi(of.root3.min(isqrt(of.x / low).into())) as usize + 1;
    for b in (from..end).filter(|&b| b as u64 % parts == part) {
        let p = u64::from(tables.primes[b]);
        let quotient = of.x / p;
        for stretch in stretches_of_a(of, p, quotient) {
            add(tables, table, quotient, stretch, (low, high), &mut total);
        }
        interrupt.check()?;
    }
    Ok(total)
}

/// Adds the part of a stretch that lies in the segment.
#[inline(never)]
fn add(
    tables: &Tables,
    table: &PiTable,
    quotient: u64,
    stretch: Stretch,
    (low, high): (u64, u64),
    total: &mut EasySum,
) {
    let after = stretch.after.max(quotient / high);
    let to = stretch.to.min(quotient / low);
    if after >= to {
        return;
    }
    let (first, last) = (tables.pi.pi(after) as usize + 1, tables.pi.pi(to) as usize);
    let sum = sum_of_primes(tables, table, quotient, low, (first, last));
    total.sum = total.sum.wrapping_add(sum.wrapping_mul(stretch.weight));
    total.leaves =
        total.leaves.wrapping_add(stretch.weight.wrapping_mul((last + 1 - first) as u64));
}

/// Primes whose quotients are made together.
const BATCH: usize = 128;

/// The sum of pi(quotient / r) - pi(low - 1) over the primes r number `first` to `last`, where `table` begins with low and
/// has all the quotients. Modulo 2^64.
pub fn sum_of_primes(
    tables: &Tables,
    table: &PiTable,
    quotient: u64,
    low: u64,
    (first, last): (usize, usize),
) -> u64 {
    let mut sum = 0u64;
    if divide::takes_reciprocals(quotient) && last < tables.reciprocals.len() {
        for reciprocals in tables.reciprocals[first..=last].chunks(BATCH) {
            let part = sum_of_reciprocals(table.entries(), quotient, low, reciprocals);
            sum = sum.wrapping_add(part);
        }
    } else {
        for primes in tables.primes[first..=last].chunks(BATCH) {
            sum = sum.wrapping_add(sum_of_quotients(table.entries(), quotient, low, primes));
        }
    }
    sum
}

for_processor! {
    fn sum_of_reciprocals(entries: &[Entry], quotient: u64, low: u64, reciprocals: &[f64]) -> u64 = sum_of_reciprocals_inline
}

#[inline(always)]
fn sum_of_reciprocals_inline(
    entries: &[Entry],
    quotient: u64,
    low: u64,
    reciprocals: &[f64],
) -> u64 {
    let mut offsets = [0; BATCH];
    let offsets = &mut offsets[..reciprocals.len()];
    divide::offsets_of_reciprocals(quotient, low, reciprocals, offsets);
    look_up(entries, offsets)
}

for_processor! {
    fn sum_of_quotients(entries: &[Entry], quotient: u64, low: u64, primes: &[u32]) -> u64 = sum_of_quotients_inline
}

#[inline(always)]
fn sum_of_quotients_inline(entries: &[Entry], quotient: u64, low: u64, primes: &[u32]) -> u64 {
    let mut offsets = [0; BATCH];
    let offsets = &mut offsets[..primes.len()];
    divide::offsets(quotient, low, primes.iter().copied(), offsets);
    look_up(entries, offsets)
}

/// Four at once: a fifth faster than one by one.
#[inline(always)]
fn look_up(entries: &[Entry], offsets: &[u32]) -> u64 {
    debug_assert!(offsets.iter().all(|&offset| u64::from(offset) / SPAN < entries.len() as u64));
    let (fours, rest) = offsets.as_chunks::<4>();
    let mut sum = 0;
    for four in fours {
        // SAFETY: low <= quotient / r < high for all r of the stretch's part in the segment, which is what the table covers.
        sum += unsafe {
            let (a, b) = (lookup(entries, four[0]), lookup(entries, four[1]));
            let (c, d) = (lookup(entries, four[2]), lookup(entries, four[3]));
            (a + b) + (c + d)
        };
    }
    for &offset in rest {
        // SAFETY: as above.
        sum += unsafe { lookup(entries, offset) };
    }
    sum
}

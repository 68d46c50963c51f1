//! Counting prime k-tuplets.
//!
//! A k-tuplet is a closest possible group of k primes: twins (p, p+2); triplets (p, p+2, p+6) and (p, p+4,
//! p+6); quadruplets (p, p+2, p+6, p+8); quintuplets (p, p+2, p+6, p+8, p+12) and (p, p+4, p+6,
//! p+10, p+12); sextuplets (p, p+4, p+6, p+10, p+12, p+16). Above 7 all of them consist of neighbours
//! among 7, 11, 13, 17, 19, 23, 29, 31 (mod 30), so each lies in one byte of the sieve, as a run of set
//! bits with a certain start. None is ever split by a segment or a chunk.
//!
//! Those that contain 3 or 5 are counted from a list: (3, 5), (5, 7), (5, 7, 11), (5, 7, 11, 13), (5, 7, 11,
//! 13, 17). (2, 3), (2, 3, 5) and (3, 5, 7) are closer still but no tuplets; so primesieve counts, too.

use super::plan::Plan;
use super::segment::Siever;
use super::wheel::RESIDUES;
use crate::error::{Error, Result, Status};
use crate::kernel::{Interrupt, Kernel, Runs};

/// How many kinds there are: k = 1 (the primes themselves) to 6.
pub const KINDS: usize = 6;

/// Where in a byte a run of k set bits is a k-tuplet: the bit of its first prime.
const STARTS: [u8; KINDS] = [0xff, 0b0100_1010, 0b0000_1111, 0b0000_0010, 0b0000_0011, 0b0000_0001];

/// The tuplets that contain 3 or 5, by k, as k values each.
pub const SMALL_TUPLETS: [&[&[u64]]; KINDS] =
    [&[], &[&[3, 5], &[5, 7]], &[&[5, 7, 11]], &[&[5, 7, 11, 13]], &[&[5, 7, 11, 13, 17]], &[]];

/// How far the members of a k-tuplet lie behind the first one, by k and by the first one mod 30.
pub const TUPLET_OFFSETS: [[[u8; KINDS]; 30]; KINDS] = {
    let mut table = [[[0; KINDS]; 30]; KINDS];
    let mut k = 1;
    while k <= KINDS {
        let mut bit = 0;
        while bit + k <= 8 {
            let mut member = 0;
            while member < k {
                let offset = RESIDUES[bit + member] - RESIDUES[bit];
                table[k - 1][(RESIDUES[bit] % 30) as usize][member] = offset as u8;
                member += 1;
            }
            bit += 1;
        }
        k += 1;
    }
    table
};

/// Counts k-tuplets whose members all lie in start..=stop; of several k in one pass.
///
/// The partial result has the count of k-tuplets at index k - 1 (0 for those not asked for). Work is
/// counted in integers; memory is as for `CountPrimes`.
pub struct CountTuplets {
    plan: Plan,
    wanted: [bool; KINDS],
}

impl CountTuplets {
    /// Both ends are included. `kinds` lists each wanted k, 1 (primes) to 6.
    ///
    /// Errors: Range if start > stop, or for another k.
    pub fn new(start: u64, stop: u64, kinds: &[u32]) -> Result<CountTuplets> {
        Self::with_segment(start, stop, kinds, 0)
    }

    /// With segments of `segment` bytes, as for `CountPrimes::with_segment`. Errors: Range.
    pub fn with_segment(
        start: u64,
        stop: u64,
        kinds: &[u32],
        segment: u64,
    ) -> Result<CountTuplets> {
        if kinds.is_empty() {
            return Err(Error::new(Status::Range, "no kind of k-tuplets was asked for"));
        }
        let mut wanted = [false; KINDS];
        for &k in kinds {
            let slot = (k as usize).checked_sub(1).and_then(|index| wanted.get_mut(index));
            *slot.ok_or_else(|| {
                Error::new(
                    Status::Range,
                    format!("k-tuplets are counted for k = 1 to {KINDS}, not {k}"),
                )
            })? = true;
        }
        Ok(CountTuplets { plan: Plan::new(start, stop, segment)?, wanted })
    }

    fn wanted(&self) -> impl Iterator<Item = usize> {
        (0..KINDS).filter(|&index| self.wanted[index])
    }
}

impl Kernel for CountTuplets {
    type Partial = [u64; KINDS];
    type Scratch = Siever;

    fn chunks(&self) -> u64 {
        self.plan.chunks()
    }

    fn work_before(&self, chunks: u64) -> u64 {
        self.plan.work_before(chunks)
    }

    fn runs(&self) -> Runs {
        self.plan.runs()
    }

    fn run_together(&self, threads: usize) {
        self.plan.run_together(threads);
    }

    fn scratch(&self) -> Siever {
        self.plan.siever()
    }

    fn run(&self, chunk: u64, siever: &mut Siever, interrupt: &Interrupt) -> Result<[u64; KINDS]> {
        let mut counts = [0; KINDS];
        if chunk == 0 {
            for index in self.wanted() {
                let inside = |tuplet: &&&[u64]| self.plan.contains(tuplet[0], tuplet[index]);
                counts[index] = SMALL_TUPLETS[index].iter().filter(inside).count() as u64;
            }
            if self.wanted[0] {
                counts[0] = self.plan.wheel_primes().count() as u64;
            }
        }
        self.plan.sieve(chunk, siever, interrupt, &mut |_, words| {
            for index in self.wanted() {
                counts[index] += match index {
                    0 => count_runs::<1>(words),
                    1 => count_runs::<2>(words),
                    2 => count_runs::<3>(words),
                    3 => count_runs::<4>(words),
                    4 => count_runs::<5>(words),
                    _ => count_runs::<6>(words),
                };
            }
        })?;
        Ok(counts)
    }

    fn empty(&self) -> [u64; KINDS] {
        [0; KINDS]
    }

    fn merge(&self, into: &mut [u64; KINDS], next: [u64; KINDS]) {
        into.iter_mut().zip(next).for_each(|(sum, count)| *sum += count);
    }

    fn is_plausible(&self, merged: &[u64; KINDS], _chunks: u64, work: u64) -> bool {
        let fits = |(count, wanted): (&u64, &bool)| *count <= if *wanted { work } else { 0 };
        merged.iter().zip(&self.wanted).all(fits)
    }
}

/// The bits at which a K-tuplet starts. Runs stay within their byte, so shifting the whole word is right.
#[inline]
fn starts<const K: usize>(word: u64) -> u64 {
    (1..K).fold(word & u64::from_ne_bytes([STARTS[K - 1]; 8]), |run, bit| run & word >> bit)
}

/// The bits of `word` at which a k-tuplet starts, for k = 1 to 6.
#[inline]
pub fn start_bits(k: usize, word: u64) -> u64 {
    match k {
        1 => starts::<1>(word),
        2 => starts::<2>(word),
        3 => starts::<3>(word),
        4 => starts::<4>(word),
        5 => starts::<5>(word),
        _ => starts::<6>(word),
    }
}

#[inline(never)]
fn count_runs<const K: usize>(words: &[u64]) -> u64 {
    words.iter().map(|&word| u64::from(starts::<K>(word).count_ones())).sum()
}

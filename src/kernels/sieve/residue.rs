//! Counting the primes of an arithmetic progression.
//!
//! The integers a mod q repeat in the sieve's words after q / gcd(q, 240) of them. So short progressions are
//! counted under a mask, at the cost of an AND; of long ones each member is looked up.

use super::plan::Plan;
use super::wheel::{BIT, NUMBER};
use crate::arith::montgomery::gcd;
use crate::error::{Error, Result, Status};
use crate::kernel::{Interrupt, Runs};
use crate::kernels::integers::{Buffers, IntegerKernel};

/// The longest mask in words: it stays in the L1 cache beside what is sieved.
const MASK: u64 = 1 << 11;

/// Counts the primes p with start <= p <= stop and p = residue mod modulus. Work is counted in integers; memory is as for
/// `CountPrimes`.
pub struct CountResidue {
    plan: Plan,
    modulus: u64,
    residue: u64,
    /// Word i mod its length of the number line is masked with it; empty: too long.
    mask: Vec<u64>,
}

impl CountResidue {
    /// Both ends are included; `segment` as for `CountPrimes::with_segment`.
    /// Errors: Range if start > stop, modulus is 0, or residue is not below it.
    pub fn new(
        start: u64,
        stop: u64,
        modulus: u64,
        residue: u64,
        segment: u64,
    ) -> Result<CountResidue> {
        if residue >= modulus {
            return Err(Error::new(
                Status::Range,
                format!("residues mod {modulus} are 0 to one less, not {residue}"),
            ));
        }
        let period = modulus / gcd(modulus, 240);
        // Short ones are repeated, so that loops over them are long.
        let repeated = period * (64 / period).max(1);
        let mask = if period > MASK { 0..0 } else { 0..repeated };
        let word = |i: u64| {
            let member = |bit: &usize| (240 * i + u64::from(NUMBER[*bit])) % modulus == residue;
            (0..64).filter(member).fold(0, |word, bit| word | 1 << bit)
        };
        Ok(CountResidue {
            plan: Plan::new(start, stop, segment)?,
            modulus,
            residue,
            mask: mask.map(word).collect(),
        })
    }

    fn has(&self, n: u64) -> bool {
        n % self.modulus == self.residue
    }

    /// In a segment whose first byte is `first_byte` of the number line.
    fn count(&self, first_byte: u64, words: &[u64]) -> u64 {
        if self.mask.is_empty() {
            self.look_up(first_byte, words)
        } else {
            self.masked(first_byte, words)
        }
    }

    fn masked(&self, first_byte: u64, words: &[u64]) -> u64 {
        // A chunk may begin within a word of the number line: the mask is moved by whole bytes.
        let bytes = 8 * self.mask.len() as u64;
        let begin = (first_byte % bytes) as usize;
        let (word, shift) = (begin / 8, 8 * (begin % 8) as u32);
        let mask: Vec<u64> = (0..self.mask.len())
            .map(|i| {
                let low = self.mask[(word + i) % self.mask.len()];
                let high = self.mask[(word + i + 1) % self.mask.len()];
                if shift == 0 { low } else { low >> shift | high << (64 - shift) }
            })
            .collect();
        let ones = |part: &[u64]| -> u64 {
            part.iter().zip(&mask).map(|(word, mask)| u64::from((word & mask).count_ones())).sum()
        };
        words.chunks(mask.len()).map(ones).sum()
    }

    fn look_up(&self, first_byte: u64, words: &[u64]) -> u64 {
        // Bytes begin with 7. Of the last words of the number line some lie beyond 64 bits.
        let (begin, modulus) = (u128::from(first_byte) * 30 + 7, u128::from(self.modulus));
        let to_residue = (u128::from(self.residue) + modulus - begin % modulus) % modulus;
        let mut at = (to_residue as u64).saturating_add(7);
        let mut count = 0;
        // 31 of a byte stands for 1 of the next.
        let end = 240 * words.len() as u64 + 2;
        while at < end {
            let bit = BIT[(at % 30) as usize];
            if bit < 8 {
                let byte = ((at - 7) / 30) as usize;
                count += words[byte / 8] >> (8 * (byte % 8) + usize::from(bit)) & 1;
            }
            at = at.saturating_add(self.modulus);
        }
        count
    }
}

impl IntegerKernel for CountResidue {
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

    fn run(&self, chunk: u64, buffers: &mut Buffers, interrupt: &Interrupt) -> Result<Vec<u64>> {
        let siever = buffers.siever.get_or_insert_with(|| self.plan.siever());
        let small = self.plan.wheel_primes().filter(|&p| self.has(p)).count();
        let mut count = if chunk == 0 { small as u64 } else { 0 };
        self.plan.sieve(chunk, siever, interrupt, &mut |first_byte, words| {
            count += self.count(first_byte, words);
        })?;
        Ok(vec![count])
    }
}

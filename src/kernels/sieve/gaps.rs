//! Maximal gaps: those between neighbouring primes that are larger than all before.
//!
//! Most primes need not be looked at: from a prime p with a record of g, the last prime up to p + g is the next that may begin
//! a larger gap, and it is found from above. With gaps of 200 that is one look for each word of the sieve.

use super::plan::Plan;
use super::wheel::NUMBER;
use crate::error::Result;
use crate::kernel::{Interrupt, Runs};
use crate::kernels::integers::{Buffers, IntegerKernel};

/// Finds the maximal gaps between neighbouring primes that both lie in the range.
///
/// Result: for each, in order, its length q - p and the prime p before it. Work is counted in integers; memory is as for
/// `CountPrimes`.
pub struct MaximalGaps {
    plan: Plan,
}

impl MaximalGaps {
    /// Both ends are included; `segment` as for `CountPrimes::with_segment`. Errors: Range if start > stop.
    pub fn new(start: u64, stop: u64, segment: u64) -> Result<MaximalGaps> {
        Ok(MaximalGaps { plan: Plan::new(start, stop, segment)? })
    }
}

/// The records of a stretch of primes.
#[derive(Default)]
struct Records {
    /// The first and the last prime; none yet.
    ends: Option<(u64, u64)>,
    largest: u64,
    /// Length and prime, flat.
    found: Vec<u64>,
}

impl Records {
    /// The next prime that is to be looked at.
    fn meet(&mut self, prime: u64) {
        let (first, last) = self.ends.unwrap_or((prime, prime));
        self.note(prime - last, last);
        self.ends = Some((first, prime));
    }

    fn note(&mut self, gap: u64, before: u64) {
        if gap > self.largest {
            self.largest = gap;
            self.found.extend([gap, before]);
        }
    }

    /// Goes through a segment; `base` is 30 times the index of its first byte.
    fn search(&mut self, words: &[u64], base: u64) {
        let word_base = |word: usize| base.wrapping_add(240 * word as u64);
        let first_from = |word: usize| (word..words.len()).find(|&i| words[i] != 0);
        let lowest = |i: usize| {
            word_base(i).wrapping_add(u64::from(NUMBER[words[i].trailing_zeros() as usize]))
        };
        let Some(mut word) = first_from(0) else { return };
        self.meet(lowest(word));
        loop {
            // Where the last prime stands, and what may be passed over.
            let last = self.ends.map_or(0, |(_, last)| last);
            let offset = last.wrapping_sub(base) + self.largest;
            match last_up_to(words, word, offset) {
                Some((found, number)) if base.wrapping_add(number) > last => {
                    // No gap on the way is larger than `largest`.
                    word = found;
                    self.ends = self.ends.map(|(first, _)| (first, base.wrapping_add(number)));
                }
                _ => {
                    // The next prime is farther away: a record, or the segment's end.
                    // Beyond 2^64 there is nothing, but words may reach there.
                    let into = last.wrapping_sub(word_base(word));
                    let here = NUMBER.partition_point(|&n| u64::from(n) <= into);
                    let rest = if here < 64 { words[word] >> here << here } else { 0 };
                    let next = if rest != 0 {
                        let bit = rest.trailing_zeros() as usize;
                        word_base(word).wrapping_add(u64::from(NUMBER[bit]))
                    } else {
                        match first_from(word + 1) {
                            Some(i) => {
                                word = i;
                                lowest(i)
                            }
                            None => return,
                        }
                    };
                    self.meet(next);
                }
            }
        }
    }
}

/// The last set bit that stands for `offset` or less beyond the segment's base, not before word `from`: its word, and what it stands for.
#[inline]
fn last_up_to(words: &[u64], from: usize, offset: u64) -> Option<(usize, u64)> {
    // The bits of a word stand for 7 to 241.
    let mut word = ((offset - 2) / 240) as usize;
    let mut mask = u64::MAX;
    if word < words.len() {
        let within = offset - 240 * word as u64;
        let bits = NUMBER.partition_point(|&number| u64::from(number) <= within);
        mask = if bits < 64 { (1 << bits) - 1 } else { u64::MAX };
    } else {
        word = words.len() - 1;
    }
    loop {
        let bits = words[word] & mask;
        if bits != 0 {
            let bit = 63 - bits.leading_zeros() as usize;
            return Some((word, 240 * word as u64 + u64::from(NUMBER[bit])));
        }
        if word <= from {
            return None;
        }
        word -= 1;
        mask = u64::MAX;
    }
}

/// A partial result is the first and the last prime (0 and 0: none), then the records, flat.
impl IntegerKernel for MaximalGaps {
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
        let mut records = Records::default();
        if chunk == 0 {
            self.plan.wheel_primes().for_each(|p| records.meet(p));
        }
        self.plan.sieve(chunk, siever, interrupt, &mut |first_byte, words| {
            records.search(words, first_byte.wrapping_mul(30));
        })?;
        let (first, last) = records.ends.unwrap_or((0, 0));
        let mut partial = vec![first, last];
        partial.append(&mut records.found);
        Ok(partial)
    }

    fn empty(&self) -> Vec<u64> {
        vec![0, 0]
    }

    fn merge(&self, into: &mut Vec<u64>, next: Vec<u64>) {
        let [first, last, ref found @ ..] = next[..] else { return };
        if first == 0 {
            return;
        }
        let before = std::mem::take(into);
        let (begin, end) = if before[0] == 0 { (first, first) } else { (before[0], before[1]) };
        let largest = if before.len() > 2 { before[before.len() - 2] } else { 0 };
        let mut records = Records { ends: Some((begin, end)), largest, found: before };
        records.note(first.saturating_sub(end), end);
        found.as_chunks::<2>().0.iter().for_each(|&[gap, prime]| records.note(gap, prime));
        *into = records.found;
        (into[0], into[1]) = (begin, last);
    }

    fn is_plausible(&self, merged: &[u64], _chunks: u64, _work: u64) -> bool {
        merged.len() >= 2 && merged.len().is_multiple_of(2)
    }

    fn finish(&self, mut merged: Vec<u64>, _interrupt: &Interrupt) -> Result<Vec<u64>> {
        merged.drain(..2);
        Ok(merged)
    }
}

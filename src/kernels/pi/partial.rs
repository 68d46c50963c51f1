//! What chunks of Gourdon's algorithm yield, and how that merges.
//!
//! A chunk that sieves an interval [low, high) cannot know phi(low - 1, b), nor pi(low - 1). But it can say
//! how often each is wanted: with `leaves[b]` the signed number of its leaves of p_b, and what it counted from low on,
//!
//! ```text
//! sum of leaves = sum + SUM over b of leaves[b] * phi(low - 1, b - 1)
//! ```
//!
//! and merged in order, the intervals before have counted just these. All sums are modulo 2^64, since pi(x) is less.

use crate::error::{Error, Result, Status};
use crate::kernel::Partial;

/// What some consecutive chunks yield.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PiPartial {
    /// The sum of all leaves, as counted from the first chunk's low.
    pub sum: u64,
    /// How often pi of what lies before the first chunk is to be added.
    pub leaves: u64,
    /// The primes of the intervals.
    pub primes: u64,
    /// How many of these were the p of B: y < p <= x^(1/2).
    pub large: u64,
    /// The same for phi: counts of what the first b - 1 primes leave, b > k, and how often they are wanted.
    pub hard: Vec<Hard>,
    /// Nothing comes before: how often it would be wanted is not kept, so that checkpoints have half the length.
    pub settled: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Hard {
    pub phi: u64,
    pub leaves: u64,
}

impl PiPartial {
    /// What no chunks yield, for `hard` primes of D.
    pub fn nothing(hard: usize) -> PiPartial {
        PiPartial { hard: vec![Hard::default(); hard], settled: true, ..PiPartial::default() }
    }

    pub fn append(&mut self, next: PiPartial) {
        self.sum = self.sum.wrapping_add(next.sum);
        self.sum = self.sum.wrapping_add(next.leaves.wrapping_mul(self.primes));
        self.primes = self.primes.wrapping_add(next.primes);
        self.large = self.large.wrapping_add(next.large);
        let keep = u64::from(!self.settled);
        self.leaves = self.leaves.wrapping_add(next.leaves * keep);
        if self.hard.is_empty() {
            self.hard = next.hard;
            return;
        }
        for (before, here) in self.hard.iter_mut().zip(&next.hard) {
            self.sum = self.sum.wrapping_add(here.leaves.wrapping_mul(before.phi));
            before.phi = before.phi.wrapping_add(here.phi);
            before.leaves = before.leaves.wrapping_add(here.leaves * keep);
        }
    }
}

/// In 8 bytes each: settled (0 or 1), sum, primes, large; leaves unless settled; the phi; their leaves unless settled.
impl Partial for PiPartial {
    fn encode(&self, out: &mut Vec<u8>) {
        let mut put = |value: u64| out.extend_from_slice(&value.to_le_bytes());
        [self.settled.into(), self.sum, self.primes, self.large].into_iter().for_each(&mut put);
        if !self.settled {
            put(self.leaves);
        }
        for hard in &self.hard {
            put(hard.phi);
            if !self.settled {
                put(hard.leaves);
            }
        }
    }

    fn decode(bytes: &[u8]) -> Result<PiPartial> {
        let (words, rest) = bytes.as_chunks::<8>();
        let mut words = words.iter().map(|word| u64::from_le_bytes(*word));
        let mut next = || words.next().ok_or_else(|| Error::from(Status::Format));
        let (settled, sum, primes, large) = (next()?, next()?, next()?, next()?);
        let leaves = if settled == 0 { next()? } else { 0 };
        let settled = settled == 1;
        let hard: Vec<Hard> = if settled {
            words.map(|phi| Hard { phi, leaves: 0 }).collect()
        } else {
            let both: Vec<u64> = words.collect();
            both.chunks(2).map(|w| Hard { phi: w[0], leaves: *w.last().unwrap_or(&0) }).collect()
        };
        let partial = PiPartial { sum, leaves, primes, large, hard, settled };
        // What is odd in any way is not what it would be encoded as.
        let mut again = vec![];
        partial.encode(&mut again);
        if !rest.is_empty() || again != bytes {
            return Err(Error::from(Status::Format));
        }
        Ok(partial)
    }

    /// pi(x), once it is finished.
    fn values(&self) -> Vec<u64> {
        vec![self.sum]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    prop_compose! {
        fn partial()(numbers in any::<[u64; 4]>(), hard in any::<[(u64, u64); 3]>(), sieved in any::<bool>()) -> PiPartial {
            let [sum, leaves, primes, large] = numbers;
            let hard = hard.map(|(phi, leaves)| Hard { phi, leaves }).to_vec();
            PiPartial { sum, leaves, primes, large, hard: if sieved { hard } else { vec![] }, settled: false }
        }
    }

    proptest! {
        #[test]
        fn appending_is_associative_and_survives_encoding(a in partial(), b in partial(), c in partial()) {
            let mut left = PiPartial::default();
            for next in [&a, &b, &c] {
                left.append(next.clone());
            }
            let mut tail = b;
            tail.append(c);
            let mut right = a;
            let mut bytes = vec![];
            tail.encode(&mut bytes);
            right.append(PiPartial::decode(&bytes).expect("what was encoded"));
            prop_assert_eq!(&left, &right);
            let mut merged = PiPartial::nothing(3);
            let mut lengths = vec![];
            for next in [left, right] {
                let mut bytes = vec![];
                merged.append(next);
                merged.encode(&mut bytes);
                prop_assert_eq!(&PiPartial::decode(&bytes).expect("what was encoded"), &merged);
                lengths.push(bytes.len());
            }
            prop_assert_eq!(lengths, [56, 56]);
        }
    }

    #[test]
    fn what_is_no_partial_result_is_refused() {
        for len in [0, 8, 24, 31, 32, 33, 39, 41, 48] {
            assert!(PiPartial::decode(&vec![0; len]).is_err(), "{len}");
        }
    }
}

//! B: the sum of pi(x / p) over the primes p with y < p <= x^(1/2).
//!
//! x / p lies between the root of x and x / y. That range is sieved in chunks; the primes p of a chunk, x / high < p <= x / low, are
//! sieved too, and taken from the largest down, so that x / p only grows.

use super::parameters::Parameters;
use super::partial::PiPartial;
use super::processor::for_processor;
use crate::error::{Error, Result, Status};
use crate::kernel::Interrupt;
use crate::kernels::sieve::{WORD_SPAN, Window, bits_up_to, number};

/// One thread's buffers.
pub struct LargeScratch {
    sieve: Window,
    primes: Window,
    bits: Vec<u64>,
}

impl LargeScratch {
    pub fn new(of: &Parameters) -> LargeScratch {
        LargeScratch {
            sieve: Window::new(of.x / of.y),
            primes: Window::new(of.root2),
            bits: vec![],
        }
    }
}

/// Takes away pi(x / p) - pi(low - 1) for all primes p with low <= x / p < high and y < p <= x^(1/2). The first
/// chunk begins behind that root.
/// Errors: Cancelled, Memory.
pub fn large(
    of: &Parameters,
    (low, high): (u64, u64),
    scratch: &mut LargeScratch,
    interrupt: &Interrupt,
) -> Result<PiPartial> {
    // The largest p may have x / p = root: pi(low - 1), so that nothing is to be counted here.
    let last = if low == of.root2 + 1 { of.root2 } else { of.x / low };
    let first = (of.x / high).max(of.y) + 1;
    let LargeScratch { sieve, primes, bits } = scratch;
    bits.clear();
    bits.try_reserve((last.saturating_sub(first) / WORD_SPAN) as usize + 2)
        .map_err(|_| Error::new(Status::Memory, "too little memory for a window of primes"))?;
    let mut base = 0;
    primes.sieve(first, last, interrupt, &mut |first, words| {
        if bits.is_empty() {
            base = first;
        }
        bits.extend_from_slice(words);
    })?;
    let mut walk = Walk { x: of.x, bits, base, rest: 0, next: 0, primes: 0, sum: 0, leaves: 0 };
    walk.step();
    sieve.sieve(low, high - 1, interrupt, &mut |base, words| count(&mut walk, base, words))?;
    // Behind the last word there is no prime.
    while walk.next < high {
        walk.take(walk.primes);
    }
    Ok(PiPartial {
        sum: walk.sum.wrapping_neg(),
        leaves: walk.leaves.wrapping_neg(),
        primes: walk.primes,
        large: walk.leaves,
        ..PiPartial::default()
    })
}

/// Goes down the primes p, and up the primes to x / p.
struct Walk<'a> {
    x: u64,
    /// The p that are still to come, but for those in `rest`.
    bits: &'a [u64],
    base: u64,
    rest: u64,
    /// x / p of the present p, or 2^64 - 1.
    next: u64,
    primes: u64,
    sum: u64,
    leaves: u64,
}

impl Walk<'_> {
    /// Takes the present p, for which so many primes were counted, and goes on to the next.
    #[inline(always)]
    fn take(&mut self, primes: u64) {
        self.sum = self.sum.wrapping_add(primes);
        self.leaves += 1;
        self.step();
    }

    /// To the next smaller p.
    #[inline(always)]
    fn step(&mut self) {
        while self.rest == 0 {
            let Some((&word, others)) = self.bits.split_last() else {
                self.next = u64::MAX;
                return;
            };
            (self.rest, self.bits) = (word, others);
        }
        let bit = 63 - self.rest.leading_zeros();
        self.rest ^= 1 << bit;
        self.next = self.x / (self.base + WORD_SPAN * self.bits.len() as u64 + number(bit));
    }
}

for_processor! { fn count(walk: &mut Walk<'_>, base: u64, words: &[u64]) = count_inline }

/// Counts the primes of a segment, and answers for the p whose x / p lies in it.
#[inline(always)]
fn count_inline(walk: &mut Walk<'_>, base: u64, words: &[u64]) {
    let mut done = 0;
    let mut primes = walk.primes;
    // The last bits of a word stand for more than its span: number 241.
    while walk.next < base + WORD_SPAN * words.len() as u64 + 2 {
        let into = walk.next - base;
        let word = (into.saturating_sub(2) / WORD_SPAN) as usize;
        primes += words[done..word].iter().map(|w| u64::from(w.count_ones())).sum::<u64>();
        done = word;
        let below = bits_up_to(into - WORD_SPAN * word as u64);
        let there = words[word] & !(u64::MAX.checked_shl(below).unwrap_or(0));
        walk.take(primes + u64::from(there.count_ones()));
    }
    walk.primes = primes + words[done..].iter().map(|w| u64::from(w.count_ones())).sum::<u64>();
}

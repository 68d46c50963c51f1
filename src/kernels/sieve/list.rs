//! Listing primes and k-tuplets: a stream of them, in order.
//!
//! A chunk's partial result is its sieve, one byte for 30 integers; the reader makes integers of it. So
//! what waits for a slow reader is small (primes near 10^9 take 12 times as much as their bits), and
//! what worker sends worker is.

use super::extract::{extract, extract_some};
use super::plan::Plan;
use super::segment::Siever;
use super::tuplets::{KINDS, SMALL_TUPLETS, TUPLET_OFFSETS, start_bits};
use crate::error::{Error, Result, Status};
use crate::kernel::{Interrupt, Kernel, Partial};

/// Bytes of sieve in a chunk at most, unless its start alone takes longer: short ones are there soon.
const CHUNK: u64 = 1 << 20;

/// Bytes of sieve that may wait for the reader.
const WAITING: u64 = if cfg!(target_family = "wasm") { 64 << 20 } else { 256 << 20 };

/// Lists the primes p with start <= p <= stop in ascending order, or the k-tuplets whose members all lie
/// there, by their first members and as k values each.
///
/// A stream. Work is counted in integers. Memory: as for `CountPrimes`, and up to 64 MB (natively 256 MB) that
/// wait for the reader. Result: how many primes or tuplets there were.
pub struct ListPrimes {
    plan: Plan,
    k: usize,
}

impl ListPrimes {
    /// Both ends are included; `k` is 1 for primes, 2 to 6 for k-tuplets; `segment` as for
    /// `CountPrimes::with_segment`. Errors: Range.
    pub fn new(start: u64, stop: u64, k: u64, segment: u64) -> Result<ListPrimes> {
        if !(1..=KINDS as u64).contains(&k) {
            return Err(Error::new(
                Status::Range,
                format!("k-tuplets are listed for k = 1 (primes) to {KINDS}, not {k}"),
            ));
        }
        let plan = Plan::new(start, stop, segment)?.with_chunks_of_at_most(CHUNK);
        Ok(ListPrimes { plan, k: k as usize })
    }
}

impl Kernel for ListPrimes {
    type Partial = Sieved;
    type Scratch = Siever;

    fn chunks(&self) -> u64 {
        self.plan.chunks()
    }

    fn work_before(&self, chunks: u64) -> u64 {
        self.plan.work_before(chunks)
    }

    fn window(&self) -> u64 {
        (WAITING / self.plan.longest_chunk()).max(4)
    }

    fn scratch(&self) -> Siever {
        self.plan.siever()
    }

    fn run(&self, chunk: u64, siever: &mut Siever, interrupt: &Interrupt) -> Result<Sieved> {
        let mut sieved = Sieved::new(self.k);
        if chunk == 0 {
            if self.k == 1 {
                sieved.small.extend(self.plan.wheel_primes());
            }
            for tuplet in SMALL_TUPLETS[self.k - 1] {
                if self.plan.contains(tuplet[0], tuplet[self.k - 1]) {
                    sieved.small.extend_from_slice(tuplet);
                }
            }
        }
        let words_in_chunk = self.plan.longest_chunk().min(self.plan.bytes()).div_ceil(8) as usize;
        sieved
            .words
            .try_reserve_exact(words_in_chunk + 1)
            .map_err(|_| Error::new(Status::Memory, "too little memory to keep a sieved chunk"))?;
        let mut first = None;
        self.plan.sieve(chunk, siever, interrupt, &mut |first_byte, words| {
            first.get_or_insert(first_byte);
            let k = self.k;
            sieved.words.extend(words.iter().map(|&word| start_bits(k, word)));
        })?;
        sieved.base = first.unwrap_or(0).wrapping_mul(30);
        Ok(sieved)
    }

    fn empty(&self) -> Sieved {
        Sieved::new(self.k)
    }

    /// Never called: it is a stream.
    fn merge(&self, _into: &mut Sieved, _next: Sieved) {}

    fn stream_group(&self) -> usize {
        self.k
    }

    fn read(&self, partial: &mut Sieved, out: &mut [u64]) -> usize {
        partial.read(out)
    }
}

/// A sieved stretch of the number line, of which some may have been read.
pub struct Sieved {
    k: usize,
    /// What the wheel has no bits for; ascending, k values each.
    small: Vec<u64>,
    /// 30 times the index of the first byte.
    base: u64,
    /// The bits of primes, or of the tuplets' first members.
    words: Vec<u64>,
    small_read: usize,
    words_read: usize,
}

impl Sieved {
    fn new(k: usize) -> Sieved {
        Sieved { k, small: vec![], base: 0, words: vec![], small_read: 0, words_read: 0 }
    }

    fn read(&mut self, out: &mut [u64]) -> usize {
        let k = self.k;
        let room = out.len() / k;
        let small = self.small[self.small_read..].len().min(room * k);
        out[..small].copy_from_slice(&self.small[self.small_read..][..small]);
        self.small_read += small;
        // First members to the front, then each where its tuplet goes, from the last on.
        let firsts = &mut out[small..][..room - small / k];
        let mut found = 0;
        while self.words_read < self.words.len() && found < firsts.len() {
            let base = self.base.wrapping_add(240 * self.words_read as u64);
            let words = &self.words[self.words_read..];
            let (used, end) = extract(words, base, firsts, found);
            (self.words_read, found) = (self.words_read + used, end);
            if used == 0 {
                let word = &mut self.words[self.words_read];
                found += extract_some(word, base, &mut firsts[found..]);
                if *word == 0 {
                    self.words_read += 1;
                }
            }
        }
        if k > 1 {
            let tuplets = &mut out[small..][..k * found];
            for i in (0..found).rev() {
                let first = tuplets[i];
                let offsets = TUPLET_OFFSETS[k - 1][(first % 30) as usize];
                for (slot, offset) in tuplets[k * i..].iter_mut().zip(&offsets[..k]) {
                    *slot = first + u64::from(*offset);
                }
            }
        }
        small + k * found
    }
}

/// base | small values | their number and k, 8 bytes each | words: all little-endian.
impl Partial for Sieved {
    fn encode(&self, out: &mut Vec<u8>) {
        out.reserve(8 * (3 + self.small.len() + self.words.len()));
        for number in [self.k as u64, self.base, self.small.len() as u64] {
            number.encode(out);
        }
        self.small.iter().chain(&self.words).for_each(|number| number.encode(out));
    }

    fn decode(bytes: &[u8]) -> Result<Sieved> {
        let damaged = || Error::from(Status::Format);
        let (numbers, rest) = bytes.as_chunks::<8>();
        let mut numbers = numbers.iter().map(|bytes| u64::from_le_bytes(*bytes));
        let mut next = || numbers.next().ok_or_else(damaged);
        let (k, base, small) = (next()?, next()?, next()?);
        let k = usize::try_from(k).ok().filter(|k| (1..=KINDS).contains(k)).ok_or_else(damaged)?;
        // Eight, (5, 7, 11, 13, 17), is the most there are.
        if !rest.is_empty() || small > 8 || small % k as u64 != 0 {
            return Err(damaged());
        }
        let small = (0..small).map(|_| next()).collect::<Result<Vec<u64>>>()?;
        let mut words = vec![];
        words.try_reserve_exact(numbers.len()).map_err(|_| Error::from(Status::Memory))?;
        words.extend(numbers);
        Ok(Sieved { k, small, base, words, small_read: 0, words_read: 0 })
    }

    fn values(&self) -> Vec<u64> {
        vec![0]
    }
}

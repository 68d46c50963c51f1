//! Going from prime to prime, up and down, on the calling thread.
//!
//! Stretches of the number line are sieved, each longer than the last until their starts no longer matter, and
//! kept as bits; batches of a few hundred to a thousand primes are made of them, so that
//! a step is an index and a load. Upwards, long stretches are only begun, and sieved segment by segment.

use super::extract::extract;
use super::segment::Extent;
use super::tools::{self, Stretches, Tools};
use super::wheel::{byte_of, bytes_to, mask_to};
use crate::error::Result;
use crate::kernel::Interrupt;

/// Bytes of the first stretch.
const FIRST: u64 = 1 << 13;

/// Bytes sieved from which on stretches are begun that it would take long to sieve whole.
const ENOUGH: u64 = 1 << 18;

/// Words that a batch is made of: 15,360 integers.
const BATCH_WORDS: usize = 64;

/// Words that are too few for a batch: 2,160 integers, more than any gap between primes below 2^64 (1,550; OEIS A005250).
const REST: usize = 9;

/// For those that nobody can interrupt.
static NEVER: Interrupt = Interrupt::new();

/// Primes from anywhere, in both directions.
///
/// `next` gives the prime behind the one that was returned last, `prev` the one before it; at the beginning and
/// after `skip_to(n)`, the least prime >= n and the greatest <= n. A batch counts as one step. Memory: a
/// few hundred kilobytes below 10^9, up to 55 MB at 10^18, 200 MB near 2^64. Threads: may be moved
/// between them. `None`, or an empty batch, stands for either end, and the position stays.
pub struct PrimeIterator {
    /// Not looked yet: where to begin.
    jump: Option<u64>,
    /// What was sieved and is still here.
    extent: Extent,
    words: Vec<u64>,
    /// Bytes behind it that were begun: the sieve goes on with them, segment by segment.
    begun: u64,
    /// The words of `words` that `batch` was made of.
    batch_words: (usize, usize),
    /// With a 0 behind the `len` primes.
    batch: Vec<u64>,
    len: usize,
    /// The true `len`, and the prime whose place the 0 has taken.
    hidden: Option<(usize, u64)>,
    /// The part of the batch that was returned last.
    from: usize,
    to: usize,
    /// Bytes sieved since the last jump.
    covered: u64,
    tools: Option<Tools>,
}

impl PrimeIterator {
    /// Begins at `start`. Allocates nothing yet.
    pub fn new(start: u64) -> PrimeIterator {
        PrimeIterator {
            jump: Some(start),
            extent: Extent { first_byte: 0, bytes: 0 },
            words: vec![],
            begun: 0,
            batch_words: (0, 0),
            batch: vec![],
            len: 0,
            hidden: None,
            from: 0,
            to: 0,
            covered: 0,
            tools: None,
        }
    }

    /// Goes to `n`: the next prime will be the least >= n, the one before the greatest <= n.
    pub fn skip_to(&mut self, n: u64) {
        self.jump = Some(n);
        self.covered = 0;
    }

    /// Goes to 0 and gives all memory back.
    pub fn clear(&mut self) {
        *self = PrimeIterator::new(0);
    }

    /// The prime behind. Errors: Memory.
    #[inline]
    pub fn step_next(&mut self) -> Result<Option<u64>> {
        if (self.to == self.len || self.jump.is_some()) && !self.fill_next(&NEVER)? {
            return Ok(None);
        }
        self.from = self.to;
        self.to += 1;
        Ok(Some(self.batch[self.from]))
    }

    /// The prime before. Errors: Memory.
    #[inline]
    pub fn step_prev(&mut self) -> Result<Option<u64>> {
        if (self.from == 0 || self.jump.is_some()) && !self.fill_prev(&NEVER)? {
            return Ok(None);
        }
        self.to = self.from;
        self.from -= 1;
        Ok(Some(self.batch[self.from]))
    }

    /// Some primes that follow, ascending; none at the end of the number line. Errors: Memory.
    pub fn next_batch(&mut self) -> Result<&[u64]> {
        self.next_batch_unless(&NEVER)
    }

    /// Some primes before, ascending; none before 2. Errors: Memory.
    pub fn prev_batch(&mut self) -> Result<&[u64]> {
        self.prev_batch_unless(&NEVER)
    }

    /// As `next_batch`. Errors: Memory, Cancelled.
    pub fn next_batch_unless(&mut self, interrupt: &Interrupt) -> Result<&[u64]> {
        if (self.to == self.len || self.jump.is_some()) && !self.fill_next(interrupt)? {
            return Ok(&[]);
        }
        (self.from, self.to) = (self.to, self.len);
        Ok(&self.batch[self.from..self.to])
    }

    /// As `prev_batch`. Errors: Memory, Cancelled.
    pub fn prev_batch_unless(&mut self, interrupt: &Interrupt) -> Result<&[u64]> {
        if (self.from == 0 || self.jump.is_some()) && !self.fill_prev(interrupt)? {
            return Ok(&[]);
        }
        (self.from, self.to) = (0, self.from);
        if self.to < self.len {
            // `fill_next` brings it back.
            self.hidden = Some((self.len, std::mem::take(&mut self.batch[self.to])));
            self.len = self.to;
        }
        Ok(&self.batch[self.from..self.to])
    }

    /// Makes a batch with something behind `to`. False: there is no prime there.
    #[inline(never)]
    fn fill_next(&mut self, interrupt: &Interrupt) -> Result<bool> {
        if let Some((len, prime)) = self.hidden.take() {
            self.batch[self.len] = prime;
            self.len = len;
        }
        if let Some(n) = self.jump {
            // Never the last few bytes alone: there may be no prime in them to stand behind.
            self.sieve_from(byte_of(n).min(bytes_to(u64::MAX) - 8 * REST as u64), interrupt)?;
            self.make_next_batch(0);
            self.jump = None;
            self.from = self.batch[..self.len].partition_point(|&p| p < n);
            self.to = self.from;
        }
        while self.to == self.len {
            let behind = self.batch_words.1;
            if behind < self.words.len() {
                self.make_next_batch(behind);
            } else if self.begun > 0 {
                self.forget_all_but_a_batch();
                self.go_on(interrupt)?;
                self.make_next_batch(self.batch_words.1);
            } else {
                let first_byte = self.behind();
                if first_byte == bytes_to(u64::MAX) {
                    return Ok(false);
                }
                self.sieve_from(first_byte, interrupt)?;
                self.make_next_batch(0);
            }
            (self.from, self.to) = (0, 0);
        }
        Ok(true)
    }

    /// Makes a batch with something before `from`. False: there is no prime there.
    #[inline(never)]
    fn fill_prev(&mut self, interrupt: &Interrupt) -> Result<bool> {
        if let Some(n) = self.jump {
            // The first byte also stands for 2, 3 and 5, and for nothing.
            // The last few bytes below 2^64 are taken along, so that nothing empty lies behind.
            let (end, all) = (bytes_to(n).max(1), bytes_to(u64::MAX));
            self.sieve_to(if all - end <= 8 * REST as u64 { all } else { end }, interrupt)?;
            self.make_last_batch();
            self.jump = None;
            self.from = self.batch[..self.len].partition_point(|&p| p <= n);
            self.to = self.from;
        }
        while self.from == 0 {
            let before = self.batch_words.0;
            if before > 0 {
                self.make_batch(before.saturating_sub(BATCH_WORDS), before);
            } else if self.extent.first_byte > 0 {
                self.sieve_to(self.extent.first_byte, interrupt)?;
                self.make_last_batch();
            } else {
                return Ok(false);
            }
            (self.from, self.to) = (self.len, self.len);
        }
        Ok(true)
    }

    fn make_last_batch(&mut self) {
        self.make_batch(self.words.len().saturating_sub(BATCH_WORDS), self.words.len());
    }

    /// Makes the batch that begins with word `first`. A short rest is taken along: so the last batch below 2^64 is not empty, and
    /// there is always one to stand in.
    fn make_next_batch(&mut self, first: usize) {
        let rest = self.words.len() - first;
        let words = if rest <= BATCH_WORDS + REST { rest } else { BATCH_WORDS };
        self.make_batch(first, first + words);
    }

    /// Makes the batch of the words from `first` to before `behind`.
    fn make_batch(&mut self, first: usize, behind: usize) {
        // Room for all bits of all words, 2, 3, 5, and what `extract` writes too much.
        self.batch.resize(64 * (BATCH_WORDS + REST) + 72, 0);
        let mut len = 0;
        if self.extent.first_byte == 0 && first == 0 {
            self.batch[..3].copy_from_slice(&[2, 3, 5]);
            len = 3;
        }
        let base = (30 * self.extent.first_byte).wrapping_add(240 * first as u64);
        (_, self.len) = extract(&self.words[first..behind], base, &mut self.batch, len);
        self.batch[self.len] = 0;
        self.hidden = None;
        self.batch_words = (first, behind);
    }

    /// The first byte that was not sieved.
    fn behind(&self) -> u64 {
        self.extent.first_byte + self.extent.bytes
    }

    /// Begins a stretch with byte `first_byte`, and sieves some of it.
    fn sieve_from(&mut self, first_byte: u64, interrupt: &Interrupt) -> Result<()> {
        let rest = bytes_to(u64::MAX) - first_byte;
        let sensible = tools::stretches(first_byte);
        let wanted = self.stretch(&sensible);
        let wanted = if self.covered < ENOUGH { wanted } else { sensible.begun };
        let bytes = if rest <= wanted + 8 * REST as u64 { rest } else { wanted };
        self.begin(Extent { first_byte, bytes }, 30 * first_byte + 2, interrupt)
    }

    /// Sieves a stretch that ends before byte `end`.
    fn sieve_to(&mut self, end: u64, interrupt: &Interrupt) -> Result<()> {
        let bytes = self.stretch(&tools::stretches(end)).min(end);
        let last = end.saturating_mul(30).saturating_add(1);
        self.begin(Extent { first_byte: end - bytes, bytes }, last, interrupt)?;
        while self.begun > 0 {
            self.go_on(interrupt)?;
        }
        Ok(())
    }

    /// How many bytes to sieve next. Three times what was sieved so far; but not beyond what is tested for primes faster
    /// than sieved (segment.rs) until that has cost about as much as making the large sieving primes.
    fn stretch(&self, sensible: &Stretches) -> u64 {
        if self.covered < 16 * sensible.few {
            self.covered.max(FIRST).min(sensible.few)
        } else {
            (3 * self.covered).max(FIRST).max(sensible.least).min(sensible.most)
        }
    }

    /// Begins `extent` and sieves its first segment. If that fails, `resume` is where to go on.
    fn begin(&mut self, extent: Extent, resume: u64, interrupt: &Interrupt) -> Result<()> {
        let jump = self.jump;
        self.jump = jump.or(Some(resume));
        self.forget_all();
        if !self.tools.as_ref().is_some_and(|tools| tools.serve(extent)) {
            self.tools = None;
        }
        let tools = self.tools.get_or_insert_with(|| Tools::new(extent));
        self.extent = Extent { bytes: 0, ..extent };
        let words = &mut self.words;
        let few = tools
            .sieve_if_few(extent, interrupt, &mut |segment| words.extend_from_slice(segment))?;
        if few {
            self.sieved(extent.bytes);
        } else {
            tools.begin(extent, interrupt)?;
            self.begun = extent.bytes;
            self.go_on(interrupt)?;
        }
        self.jump = jump;
        Ok(())
    }

    /// Sieves the next segment of what was begun.
    fn go_on(&mut self, interrupt: &Interrupt) -> Result<()> {
        let jump = self.jump;
        self.jump = jump.or(Some(30 * self.behind() + 2));
        while let Some(segment) =
            self.tools.as_mut().map_or(Ok(None), |tools| tools.next(interrupt))?
        {
            self.words.extend_from_slice(segment);
            let bytes = self.begun.min(8 * segment.len() as u64);
            self.begun -= bytes;
            self.sieved(bytes);
            // A short rest is taken along, as in `make_next_batch`.
            if self.begun > 8 * REST as u64 {
                break;
            }
        }
        self.jump = jump;
        Ok(())
    }

    /// Takes into account that `words` has `bytes` bytes more.
    fn sieved(&mut self, bytes: u64) {
        self.extent.bytes += bytes;
        self.covered += bytes;
        let into = bytes_to(u64::MAX) - self.extent.first_byte;
        if into == self.extent.bytes {
            let (last, shift) = ((into - 1) / 8, (into - 1) % 8 * 8);
            self.words[last as usize] &= !(0xff << shift) | u64::from(mask_to(u64::MAX)) << shift;
        }
    }

    fn forget_all(&mut self) {
        (self.len, self.from, self.to, self.batch_words) = (0, 0, 0, (0, 0));
        self.words.clear();
        (self.begun, self.hidden) = (0, None);
    }

    /// Of the words, all but those of the last batch, which stay for whoever turns round.
    fn forget_all_but_a_batch(&mut self) {
        let first = self.batch_words.0;
        self.words.drain(..first);
        self.batch_words = (0, self.batch_words.1 - first);
        self.extent.first_byte += 8 * first as u64;
        self.extent.bytes -= 8 * first as u64;
    }
}

/// Ascending, from where it stands. Ends at the end of the number line, or if memory runs out; use
/// `step_next` to tell these apart.
impl Iterator for PrimeIterator {
    type Item = u64;

    #[inline]
    fn next(&mut self) -> Option<u64> {
        self.step_next().ok().flatten()
    }
}

//! A stretch of the range whose lists of hits all threads make together.
//!
//! Far out most of a chunk's start is to ask every large sieving prime for its multiples (at 10^18 fifty million). Asked for several runs of chunks at once, each is asked that much less often. So the chunks of up to four runs are
//! a stretch. Threads that are to run one of them first ask the sieving primes, each a part that nobody has
//! begun; each lists hits in lists of its own; and when all are asked, whoever sieves a segment crosses off what
//! all have listed for it.
//!
//! Spans are counted from the stretch's first byte, so a segment may begin and end amid one. Then whoever sieves the segment crosses
//! off all of it: the bytes before the segment are nobody's, and those behind it are where the next one is made. A span's
//! lists are given back by whoever comes last of those whose segments it touches.
//!
//! Natively, seconds without and with it, on one thread and on two: 10^9 integers at 10^18 1.14 and 0.86, 0.58 and 0.46; 10^8 below 2^64 1.00 and
//! 0.74, 0.50 and 0.38; 2 * 10^9 there 12.7 and 6.7, 6.5 and 3.4.

use super::blocks::{Pool, Store};
use super::first_multiples::Batch;
use super::large::{Primes, interval, span_shift, walking};
use super::lists::{Lists, cross_off, give_back};
use super::segment::Extent;
use super::sieving_primes::SievingPrimes;
use crate::arith::root::isqrt;
use crate::error::{Result, Status};
use crate::kernel::Interrupt;
use std::ops::Range;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// Where lists end: null for an empty one. By who made them, then by span.
struct Ends(Vec<Vec<*mut u8>>);

// SAFETY: the lists are nobody's but the stretch's, and behind `ready` nobody changes them.
unsafe impl Send for Ends {}
// SAFETY: as above.
unsafe impl Sync for Ends {}

pub struct SharedLists {
    extent: Extent,
    /// Sieving primes above `walking` and up to `limit` are listed.
    walking: u32,
    limit: u32,
    span_shift: u32,
    pool: Arc<Pool>,
    /// Parts of the sieving primes.
    parts: Range<usize>,
    next_part: AtomicUsize,
    /// What was listed of them by those who find no more parts, and how many parts that is.
    listed: Mutex<(Ends, usize)>,
    ready: OnceLock<Ends>,
    /// Of each span: segments that it touches and that are not sieved.
    left: Vec<AtomicU8>,
    /// Too little memory for it, or its job is over.
    failed: AtomicBool,
    /// Threads that list.
    inside: AtomicUsize,
}

/// Words of a part: 2 million integers, some tenths of a millisecond.
const PART: usize = 8192;
const PARTS: usize = SievingPrimes::WORDS / PART;

impl SharedLists {
    /// Of `extent`, in segments of `segment` bytes each of which begins at one of `runs` or behind another one; they are in order, and the first begins
    /// where the extent does.
    pub fn new(
        extent: Extent,
        runs: impl Iterator<Item = u64>,
        segment: usize,
        primes: &SievingPrimes,
        pool: &Arc<Pool>,
    ) -> SharedLists {
        // The last byte may reach beyond the range, whose root is the largest there is.
        let limit = isqrt(extent.last_integer()).min(primes.limit());
        let above = primes.turning_limit();
        let walking = walking(limit, above, segment);
        let span_shift = span_shift(segment);
        let part_of = |p: u32| (p / 240) as usize / PART;
        let parts = if limit > walking { part_of(walking)..part_of(limit) + 1 } else { 0..0 };
        let mut left: Vec<u8> = vec![0; (extent.bytes >> span_shift) as usize + 1];
        let end = extent.first_byte + extent.bytes;
        let mut runs = runs.peekable();
        while let Some(run) = runs.next() {
            let run_end = runs.peek().copied().unwrap_or(end);
            for start in (run..run_end).step_by(segment) {
                let bytes = (run_end - start).min(segment as u64);
                spans(start - extent.first_byte, bytes, span_shift)
                    .for_each(|span| left[span] += 1);
            }
        }
        SharedLists {
            extent,
            walking,
            limit,
            span_shift,
            pool: Arc::clone(pool),
            next_part: AtomicUsize::new(parts.start),
            parts,
            listed: Mutex::new((Ends(Vec::new()), 0)),
            ready: OnceLock::new(),
            left: left.into_iter().map(AtomicU8::new).collect(),
            failed: AtomicBool::new(false),
            inside: AtomicUsize::new(0),
        }
    }

    /// The largest sieving prime.
    pub fn limit(&self) -> u32 {
        self.limit
    }

    /// Takes part in the listing, and waits for its end. All sieving primes have been built. False: there is too little memory for it; then what
    /// was listed is given back.
    ///
    /// Errors: Cancelled.
    pub fn list(
        &self,
        primes: &SievingPrimes,
        batch: &mut Batch,
        interrupt: &Interrupt,
    ) -> Result<bool> {
        if self.ready.get().is_some() {
            return Ok(true);
        }
        self.inside.fetch_add(1, Ordering::AcqRel);
        let listed = self.list_parts(primes, batch, interrupt);
        if listed.is_err() {
            self.failed.store(true, Ordering::Release);
        }
        self.inside.fetch_sub(1, Ordering::AcqRel);
        match listed {
            Err(error) if error.status() != Status::Memory => return Err(error),
            _ => {}
        }
        while self.ready.get().is_none() {
            interrupt.check()?;
            // Until all are gone, whose memory is needed.
            if self.has_failed() && self.inside.load(Ordering::Acquire) == 0 {
                self.give_back();
                return Ok(false);
            }
            std::thread::yield_now();
        }
        Ok(true)
    }

    pub fn has_failed(&self) -> bool {
        self.failed.load(Ordering::Acquire)
    }

    fn list_parts(
        &self,
        primes: &SievingPrimes,
        batch: &mut Batch,
        interrupt: &Interrupt,
    ) -> Result<()> {
        let mut lists = Lists::new(&self.pool, self.span_shift);
        let mut count = 0;
        while !self.has_failed() {
            let part = self.next_part.fetch_add(1, Ordering::Relaxed);
            if part >= self.parts.end {
                break;
            }
            if count == 0 {
                lists.begin(self.left.len());
            }
            let (block, words) = (part / PARTS, part % PARTS * PART);
            let sieve = primes.built(block);
            let sieve = &sieve[words..sieve.len().min(words + PART)];
            let first_byte = SievingPrimes::first_byte(block) + 8 * words as u64;
            let some = Primes { sieve, first_byte };
            lists.add(some, (self.walking, self.limit), interval(self.extent), batch, interrupt)?;
            count += 1;
        }
        if self.has_failed() {
            return Ok(());
        }
        let mut listed = self.listed.lock().unwrap_or_else(PoisonError::into_inner);
        if count > 0 {
            listed.0.0.push(lists.into_ends());
            listed.1 += count;
        }
        if listed.1 == self.parts.len() {
            let ends = std::mem::replace(&mut listed.0, Ends(Vec::new()));
            let _ = self.ready.set(ends);
        }
        Ok(())
    }

    /// Gives back what was listed in vain.
    fn give_back(&self) {
        let mut listed = self.listed.lock().unwrap_or_else(PoisonError::into_inner);
        let ends = std::mem::replace(&mut listed.0, Ends(Vec::new()));
        let mut store = Store::new(&self.pool);
        for end in ends.0.into_iter().flatten() {
            // SAFETY: of this pool's blocks, and in no list any more.
            unsafe { give_back(end, &mut store) };
        }
    }
}

impl Drop for SharedLists {
    fn drop(&mut self) {
        let mut store = Store::new(&self.pool);
        if let Some(ends) = self.ready.take() {
            for ends in ends.0 {
                for (end, left) in ends.into_iter().zip(&mut self.left) {
                    // Those that nobody needed any more are given back already.
                    if *left.get_mut() > 0 {
                        // SAFETY: of this pool's blocks, and nobody sieves any more.
                        unsafe { give_back(end, &mut store) };
                    }
                }
            }
        }
        self.give_back();
    }
}

/// The spans that `bytes` bytes from byte `start` on touch.
fn spans(start: u64, bytes: u64, span_shift: u32) -> Range<usize> {
    (start >> span_shift) as usize..((start + bytes - 1) >> span_shift) as usize + 1
}

/// Somebody who sieves segments of a stretch, one after another.
pub struct Reader {
    lists: Arc<SharedLists>,
    store: Store,
    /// Of the next segment, from the stretch's first byte.
    start: u64,
    /// Spans before it are crossed off.
    next_span: usize,
}

impl Reader {
    /// From byte `first_byte` of the number line on, where a segment begins.
    pub fn new(lists: Arc<SharedLists>, first_byte: u64) -> Reader {
        let start = first_byte - lists.extent.first_byte;
        let next_span = (start >> lists.span_shift) as usize;
        Reader { store: Store::new(&lists.pool), lists, start, next_span }
    }

    /// Crosses off the hits of the next segment, which has `bytes` bytes from `sieve` on.
    ///
    /// Errors: Cancelled.
    ///
    /// # Safety
    /// `sieve` is valid for reads and writes of the segment, and a span before and behind it.
    pub unsafe fn cross_off(
        &mut self,
        sieve: *mut u8,
        bytes: u64,
        interrupt: &Interrupt,
    ) -> Result<()> {
        let SharedLists { ready, left, span_shift, .. } = &*self.lists;
        let by_maker = ready.get().map_or(&[][..], |ends| &ends.0);
        for span in spans(self.start, bytes, *span_shift) {
            interrupt.check()?;
            let touched = left[span].load(Ordering::Relaxed);
            debug_assert!(touched > 0, "a segment is sieved once");
            if span >= self.next_span {
                let at = ((span as u64) << span_shift).wrapping_sub(self.start) as usize;
                for ends in by_maker {
                    // SAFETY: whoever needs the list is not done with it; the bytes are the caller's promise.
                    unsafe { cross_off(ends[span], sieve.wrapping_add(at), *span_shift) };
                }
            }
            if left[span].fetch_sub(1, Ordering::AcqRel) == 1 {
                for ends in by_maker {
                    // SAFETY: all who needed it are done with it.
                    unsafe { give_back(ends[span], &mut self.store) };
                }
            }
        }
        self.next_span = self.next_span.max(spans(self.start, bytes, *span_shift).end);
        self.start += bytes;
        Ok(())
    }
}

/// The stretches of a range under way. They are as long as four chunks by memory, and are used where all chunks are run by threads that share the kernel.
pub struct Sharing {
    pool: Arc<Pool>,
    on: AtomicBool,
    under_way: Mutex<Vec<UnderWay>>,
}

struct UnderWay {
    index: u64,
    lists: Arc<SharedLists>,
    /// By chunk.
    begun: Vec<bool>,
    left: usize,
}

impl Sharing {
    pub fn new() -> Sharing {
        let pool = Pool::new();
        Sharing { pool, on: AtomicBool::new(false), under_way: Mutex::default() }
    }

    pub fn pool(&self) -> &Arc<Pool> {
        &self.pool
    }

    pub fn set_on(&self, on: bool) {
        self.on.store(on, Ordering::Relaxed);
        if !on {
            self.under_way().clear();
        }
    }

    pub fn is_on(&self) -> bool {
        self.on.load(Ordering::Relaxed)
    }

    fn under_way(&self) -> std::sync::MutexGuard<'_, Vec<UnderWay>> {
        self.under_way.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// For chunk `chunk` of the `chunks` of stretch `index`, which `make` makes. None: stretches are not used, or the chunk is run once more, when what was
    /// listed for it may be gone.
    pub fn enter(
        &self,
        index: u64,
        (chunk, chunks): (usize, usize),
        make: impl FnOnce(&Arc<Pool>) -> SharedLists,
    ) -> Option<Arc<SharedLists>> {
        if !self.is_on() {
            return None;
        }
        let mut under_way = self.under_way();
        let at = under_way.iter().position(|one| one.index == index).unwrap_or_else(|| {
            let lists = Arc::new(make(&self.pool));
            under_way.push(UnderWay { index, lists, begun: vec![false; chunks], left: chunks });
            under_way.len() - 1
        });
        let one = &mut under_way[at];
        (!std::mem::replace(&mut one.begun[chunk], true)).then(|| Arc::clone(&one.lists))
    }

    /// A chunk of stretch `index` is sieved.
    pub fn leave(&self, index: u64) {
        let mut under_way = self.under_way();
        if let Some(at) = under_way.iter().position(|one| one.index == index) {
            under_way[at].left -= 1;
            if under_way[at].left == 0 {
                under_way.swap_remove(at);
            }
        }
    }
}

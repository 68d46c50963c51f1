//! How a range is cut into chunks, and with what it is sieved. Shared by all kernels that sieve.

use super::chunks::{Chunks, primes_to};
use super::large::{LONGEST_SEGMENT, WALKING};
use super::pieces::piece;
use super::presieve::BLOCK;
use super::segment::{Extent, Siever, is_few};
use super::shared::{SharedLists, Sharing};
use super::sieving_primes::{Level, SievingPrimes};
use super::turns::Turn;
use super::wheel::{byte_of, bytes_to, mask_from, mask_to};
use crate::arith::root::isqrt;
use crate::error::{Error, Result, Status};
use crate::kernel::{Interrupt, Runs};
use std::sync::Arc;

/// The segment's bytes where none are asked for, so that it stays in the L2 cache.
/// Since pieces do most of the work its length matters little. Natively at 10^10: 256 KB 0.790 s, 512 KB
/// 0.800, 1 MB 0.813; at 10^11: 10.65, 10.81, 11.0 (chunks of 8 MB).
pub const SEGMENT: usize = 512 * 1024;

/// The same with sieving primes below `SHORT_BELOW`. So long as all of them turn, shorter segments win: 2% at 10^10,
/// 2 to 4% at 5 * 10^10 (on a processor with 512 KB of L2).
const SHORT_SEGMENT: usize = 256 * 1024;
const SHORT_BELOW: u32 = 1 << 18;

/// The same with sieving primes beyond `LONG_FROM`: twice that gained 7% at 10^15 and lost 5% at 10^10. Windows of 10^9 in wasm on a processor with 512 KB of L2
/// (Zen 3; the shortest of 20 and more): 1% less at 10^11, 5% at 3 * 10^11, 2 at 6 * 10^11, 8 at 2 * 10^12, 4 at 5 * 10^12, 9 at 3 * 10^13; natively even.
const LONG_SEGMENT: usize = 1024 * 1024;
const LONG_FROM: u32 = 1 << 19;

/// Runs whose lists of hits are made together: they take what four threads' own would.
const RUNS: u64 = 4;

/// They are shared where a start is at least this part of a run. At 10^15, where it is a seventeenth, that lost 0 to 5%; at 10^16,
/// where it is two seventeenths, it won 1. More threads than `FEW_THREADS` always share: they take over parts of runs, and would list the
/// multiples in them once more.
const FROM_SHARE: u64 = 8;
const FEW_THREADS: usize = 2;

/// A range, its chunks, and its sieving primes.
pub struct Plan {
    start: u64,
    stop: u64,
    /// The bytes of the number line that hold the range.
    first_byte: u64,
    bytes: u64,
    geometry: Chunks,
    segment: usize,
    piece: usize,
    primes: SievingPrimes,
    sharing: Sharing,
}

impl Plan {
    /// The integers from `start` to `stop`, both included, in segments of `segment` bytes: 1024 to
    /// 8,388,608, rounded up to a power of two, or 0 to choose.
    ///
    /// Errors: Range.
    pub fn new(start: u64, stop: u64, segment: u64) -> Result<Plan> {
        if start > stop {
            return Err(Error::new(
                Status::Range,
                format!("start ({start}) lies behind stop ({stop}): swap them"),
            ));
        }
        if segment != 0 && !(BLOCK as u64..=LONGEST_SEGMENT as u64).contains(&segment) {
            return Err(Error::new(
                Status::Range,
                format!(
                    "a segment has {BLOCK} to {LONGEST_SEGMENT} bytes, not {segment} (0: choose)"
                ),
            ));
        }
        let first_byte = byte_of(start);
        let bytes = bytes_to(stop).saturating_sub(first_byte);
        let root = isqrt(stop);
        let segment = match segment {
            0 => usual_segment(root),
            asked => (asked as usize).next_power_of_two(),
        };
        let piece = piece();
        Ok(Plan {
            start,
            stop,
            first_byte,
            bytes,
            geometry: Chunks::in_runs(bytes, root, turning_limit(segment), segment as u64),
            segment,
            piece,
            primes: SievingPrimes::new(root, levels(segment, piece)),
            sharing: Sharing::new(),
        })
    }

    /// The same in shorter chunks, without runs: of `bytes` bytes of the number line at most, but where that many sieving primes
    /// take part no shorter than makes sense.
    pub fn with_chunks_of_at_most(mut self, bytes: u64) -> Plan {
        let root = isqrt(self.stop);
        let most = bytes.max(sensible_chunk(root)).next_multiple_of(self.segment as u64);
        let geometry = Chunks::new(self.bytes, root, turning_limit(self.segment));
        self.geometry = geometry.of_at_most(most);
        self
    }

    /// The most bytes of the number line that a chunk covers.
    pub fn longest_chunk(&self) -> u64 {
        self.geometry.longest()
    }

    /// The bytes of the number line that hold the range.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Whether `first` and `last` lie in the range.
    pub fn contains(&self, first: u64, last: u64) -> bool {
        self.start <= first && last <= self.stop
    }

    /// Those of 2, 3 and 5 that lie in the range.
    pub fn wheel_primes(&self) -> impl Iterator<Item = u64> {
        [2, 3, 5].into_iter().filter(|&p| self.contains(p, p))
    }

    /// At least 1: a range without a byte (below 7) is a chunk too.
    pub fn chunks(&self) -> u64 {
        self.geometry.count()
    }

    /// A thread that goes on with the chunk behind its last one goes on with its siever.
    pub fn runs(&self) -> Runs {
        let runs = self.geometry.runs();
        // Most sieving primes have been asked.
        if self.sharing.is_on() { Runs { start: runs.start.min(1), ..runs } } else { runs }
    }

    /// As `Kernel::run_together`.
    pub fn run_together(&self, threads: usize) {
        let Runs { length, start, .. } = self.geometry.runs();
        let worth = start * FROM_SHARE >= length || threads > FEW_THREADS;
        let listed = isqrt(self.stop) > WALKING;
        self.sharing.set_on(threads > 0 && length > 1 && listed && worth);
    }

    /// How many integers of the range the first `chunks` chunks cover. One less than true for all of
    /// the range of all 2^64.
    pub fn work_before(&self, chunks: u64) -> u64 {
        if chunks == self.chunks() {
            (self.stop - self.start).saturating_add(1)
        } else {
            self.edge(chunks) - self.start
        }
    }

    /// The first integer of chunk `chunk`.
    fn edge(&self, chunk: u64) -> u64 {
        if chunk == 0 {
            self.start
        } else {
            30 * (self.first_byte + self.geometry.start(chunk)) + 2
        }
    }

    /// A thread's buffers.
    pub fn siever(&self) -> Siever {
        // A short range needs no long segments, but making large sieving primes does.
        let most = if self.primes.has_large() {
            u64::MAX
        } else {
            self.geometry.longest().min(self.bytes)
        };
        let segment = if most < self.segment as u64 {
            (most as usize).next_power_of_two().max(BLOCK)
        } else {
            self.segment
        };
        Siever::with_pool(segment, self.piece.min(segment), self.sharing.pool())
    }

    /// Sieves chunk `chunk`. `sink` gets each segment's words (see wheel.rs) and the index of its first byte;
    /// bits outside the range are clear. 2, 3 and 5 are not there.
    ///
    /// Errors: Cancelled, Memory.
    pub fn sieve(
        &self,
        chunk: u64,
        siever: &mut Siever,
        interrupt: &Interrupt,
        sink: &mut dyn FnMut(u64, &[u64]),
    ) -> Result<()> {
        let (before, behind) = (self.geometry.start(chunk), self.geometry.start(chunk + 1));
        if before >= behind {
            return Ok(());
        }
        let extent =
            |behind| Extent { first_byte: self.first_byte + before, bytes: behind - before };
        let mut sink = |first_byte, words: &mut [u64]| {
            self.clear_outside(first_byte, words);
            sink(first_byte, words);
        };
        let goes_on = siever.stands_at(&self.primes) == Some(self.first_byte + before);
        let shared = if goes_on && !siever.shares() { None } else { self.enter(chunk) };
        if !goes_on || siever.shares() != shared.is_some() {
            let run = extent(self.geometry.start(self.geometry.runs().end(chunk)));
            if is_few(&self.primes, run) {
                siever.sieve_few(&self.primes, extent(behind), interrupt, &mut sink)?;
            } else if let Some((_, lists)) = &shared {
                if !siever.begin_in(Arc::clone(lists), &self.primes, run, interrupt)? {
                    self.sharing.set_on(false);
                    siever.begin(&self.primes, run, interrupt)?;
                }
            } else {
                siever.begin(&self.primes, run, interrupt)?;
            }
        }
        while siever.stands_at(&self.primes).is_some_and(|byte| byte < self.first_byte + behind)
            && let Some((first_byte, words)) = siever.next(&self.primes, interrupt)?
        {
            sink(first_byte, words);
        }
        if let Some((index, _)) = shared {
            self.sharing.leave(index);
        }
        Ok(())
    }

    /// The shared lists for chunk `chunk`, and their stretch's number.
    fn enter(&self, chunk: u64) -> Option<(u64, Arc<SharedLists>)> {
        let length = self.geometry.runs().length * RUNS;
        let (index, first) = (chunk / length, chunk / length * length);
        let behind = (first + length).min(self.chunks());
        let place = ((chunk - first) as usize, (behind - first) as usize);
        let start = |chunk| self.first_byte + self.geometry.start(chunk);
        let lists = self.sharing.enter(index, place, |pool| {
            let extent = Extent { first_byte: start(first), bytes: start(behind) - start(first) };
            let runs = (first..behind).step_by(self.geometry.runs().length as usize).map(start);
            SharedLists::new(extent, runs, self.segment, &self.primes, pool)
        })?;
        Some((index, lists))
    }

    /// Clears the bits of a segment that lie outside the range.
    fn clear_outside(&self, first_byte: u64, words: &mut [u64]) {
        if first_byte == self.first_byte {
            words[0] &= !0xff | u64::from(mask_from(self.start.max(2)));
        }
        let into = self.first_byte + self.bytes - 1 - first_byte;
        if into / 8 < words.len() as u64 {
            let shift = into % 8 * 8;
            words[(into / 8) as usize] &= !(0xff << shift) | u64::from(mask_to(self.stop)) << shift;
        }
    }
}

/// The segment's bytes where the largest sieving prime is `root` and none are asked for.
pub fn usual_segment(root: u32) -> usize {
    match root {
        0..SHORT_BELOW => SHORT_SEGMENT,
        SHORT_BELOW..LONG_FROM => SEGMENT,
        LONG_FROM.. => LONG_SEGMENT,
    }
}

/// Bytes of a chunk whose start takes a sixth of its time.
pub fn sensible_chunk(root: u32) -> u64 {
    3 * primes_to(root)
}

/// The largest prime that is crossed off in turns.
pub fn turning_limit(segment: usize) -> u32 {
    (segment as u32).max(1 << 16)
}

/// Which primes are crossed off how. Primes beyond the last level are large ones (large.rs).
///
/// Primes up to half as long again as a piece still belong to the pieces, although each visit then is for a turn
/// or none: that costs less than stores that miss L1. At 10^10 natively, by the largest prime in pieces (of 48 KB):
/// 8 K 1.05 s, 16 K 0.95, 24 K 0.89, 32 K 0.87, 48 K 0.84, 64 K 0.82, 100 K 0.81. But at 10^11, in pieces
/// of 32 KB: 64 K 11.0 s, 100 K 11.4, 150 K 12.1; and visits cost more in wasm.
/// Long turns spill seven times as far, out of L1: to 1 K, 2 K and 4 K they are 0.96, 0.95 and 0.99 s.
pub fn levels(segment: usize, piece: usize) -> Vec<Level> {
    let turning = turning_limit(segment);
    let in_pieces = (piece as u32 / 2 * 3).min(turning);
    vec![
        Level { limit: 2 * 1024, turn: Turn::Long, pieces: true },
        Level { limit: in_pieces, turn: Turn::Short, pieces: true },
        Level { limit: turning, turn: Turn::Short, pieces: false },
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn work(plan: &Plan, chunk: u64) -> u64 {
        plan.work_before(chunk + 1) - plan.work_before(chunk)
    }

    #[test]
    fn work_of_all_chunks_sums_up_to_total_work() {
        let ranges = [
            (0, 0),
            (0, 6),
            (5, 7),
            (0, 100_000_000),
            (1_000_000_007, 1_300_000_000),
            (u64::MAX - 1_000_000_000, u64::MAX),
        ];
        for (start, stop) in ranges {
            for segment in [0, 1024, 1 << 16] {
                let plan = Plan::new(start, stop, segment).unwrap();
                let sum: u64 = (0..plan.chunks()).map(|chunk| work(&plan, chunk)).sum();
                assert_eq!(sum, stop - start + 1);
                assert_eq!(plan.work_before(plan.chunks()), sum);
            }
        }
    }

    #[test]
    fn the_range_of_all_integers_has_a_geometry() {
        let plan = Plan::new(0, u64::MAX, 0).unwrap();
        assert_eq!(plan.work_before(plan.chunks()), u64::MAX);
        let last = plan.chunks() - 1;
        assert_eq!(plan.edge(last) + work(&plan, last), u64::MAX);
    }

    /// How many primes there are in each chunk, run in the order of `chunks`.
    fn counts(plan: &Plan, chunks: &[u64], anew: bool) -> Vec<u32> {
        let mut siever = plan.siever();
        let mut counts = vec![0; plan.chunks() as usize];
        for &chunk in chunks {
            if anew {
                siever = plan.siever();
            }
            let count = &mut counts[chunk as usize];
            let mut sink = |_, words: &[u64]| {
                *count += words.iter().map(|word| word.count_ones()).sum::<u32>();
            };
            plan.sieve(chunk, &mut siever, &Interrupt::new(), &mut sink).unwrap();
        }
        counts
    }

    #[test]
    fn chunks_are_the_same_whether_a_siever_goes_on_or_begins() {
        // With turns, with walkers, and with lists of hits. Counts: `primesieve START STOP`, version 12.16; without 2, 3 and 5.
        for (start, stop, known) in [
            (0, 1_000_000_000, 50_847_531),
            (1_000_000_000_000, 1_000_200_000_000, 7_237_499),
            (1_000_000_000_000_000, 1_000_000_700_000_000, 20_261_953),
        ] {
            let plan = Plan::new(start, stop, 0).unwrap();
            let mut order: Vec<u64> = (0..plan.chunks()).collect();
            assert!(plan.runs().length > 1 && order.len() > 3);
            let in_order = counts(&plan, &order, false);
            assert_eq!(in_order.iter().sum::<u32>(), known);
            assert_eq!(counts(&plan, &order, true), in_order);
            // Some follow one another, some do not.
            order.rotate_left(2);
            order.swap(0, 1);
            assert_eq!(counts(&plan, &order, false), in_order);
        }
    }

    #[test]
    fn a_reversed_range_and_an_absurd_segment_are_refused() {
        assert_eq!(Plan::new(2, 1, 0).err().unwrap().status(), Status::Range);
        assert_eq!(Plan::new(1, 2, 1023).err().unwrap().status(), Status::Range);
        assert_eq!(
            Plan::new(1, 2, LONGEST_SEGMENT as u64 + 1).err().unwrap().status(),
            Status::Range
        );
    }
}

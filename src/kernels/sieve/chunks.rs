//! How many bytes of sieve each chunk of a range has.
//!
//! That follows from the range and the segment alone, never from the number of threads, and is reckoned in integers, so that
//! every machine gets the same.
//!
//! # What a chunk's start costs
//!
//! Each sieving prime is asked for its first multiple, and one that turns (turns.rs) also crosses off a turn in the pads. In bytes
//! that could be sieved meanwhile that is about 4.4 for a prime that turns and half of one for a larger one. So chunks grow with
//! the number of sieving primes. One thread, natively, user seconds, by the chunk's size in KB:
//!
//! | | 512 | 1024 | 2048 | 4096 | 8192 | 16384 |
//! | --- | --- | --- | --- | --- | --- | --- |
//! | to 10^9 | 0.071 | 0.070 | 0.069 | 0.070 | 0.070 | 0.069 |
//! | to 10^10 | 1.052 | 0.999 | 0.971 | 0.962 | 0.954 | 0.947 |
//! | the last 10^9 to 10^11 | 0.162 | 0.148 | 0.142 | 0.139 | 0.136 | 0.135 |
//! | 10^9 from 10^12 on | 0.217 | 0.192 | 0.181 | 0.174 | 0.173 | 0.167 |
//!
//! # What keeps many threads busy
//!
//! Chunks are as long as makes their starts 1% of the work, or up to 2, as lengths are powers of two, and for the sake of 128 chunks. Towards the range's end they
//! become shorter by halves (guided self-scheduling: Polychronopoulos and Kuck, IEEE Transactions on Computers 36, 1987): none is longer than a 64th of
//! what is left (a 16th where they are less than 256), down to starts of 4 to 8%. So all threads come to rest at about the same time.
//!
//! # Runs
//!
//! Where such chunks would be few, they are runs of shorter ones (of 1 MB, 5 to 20 ms) instead. A thread begins with a run's first
//! chunk, and goes on to the next without a start. A thread that finds no run to begin takes over the latter half
//! of what is left of the longest (parallel/ledger.rs); that alone costs another start. So runs need not be many for the sake of many
//! threads, and nobody waits long for another at the end, however unlike threads are. Runs are equal, an even number of them.
//!
//! 10^9 integers, natively, seconds (medians of 3 to 5), on two threads also with another program at work a third of the time on one of them:
//!
//! | | at 10^12 | at 10^15 | on two | with the other program |
//! | --- | --- | --- | --- | --- |
//! | 8 and 4 equal chunks | 0.187 | 0.373 | 0.193 | 0.241 |
//! | 2 runs of 17 chunks | 0.180 | 0.355 | 0.180 | 0.213 |
//!
//! Where chunks are many and all primes turn, so are eight of the longest, or as many as have 16 MB: 10^9 and 10^10 take 1.2 to 1.5% less for the
//! starts that are saved. Whoever finds no such run to begin takes chunks of others' over, and only then come the shorter chunks at the
//! end, each by itself, so that the end is shared out as finely as before. (Runs to the end, or taking over last, cost 10^10
//! on 16 simulated workers 4 to 7%.) Longer ones would let progress, which is told in order, lag behind.
//!
//! # Far out
//!
//! Runs end where a thread's lists of hits (large.rs) reach about 50 MB, so that 8 threads
//! near 2^64 fit in 512 MB together with the 143 MB of sieving primes. From 10^16 on starts would cost more
//! for that, up to half of the work; so threads of one process make the lists of four runs together (shared.rs).

use super::presieve::BLOCK;
use crate::kernel::Runs;

/// A range is cut into this many chunks where their starts allow it.
const MANY: u64 = 128;

/// Where there are fewer chunks, they are equal.
const FEW: u64 = 16;

/// A range is cut into up to half as many anyway, if none is shorter than this many times its start.
const FAIR: u64 = 8;

/// Bytes of the shortest chunks.
const SHORTEST: u64 = 128 * 1024;

/// Of the chunks in a run, at least: milliseconds.
const PART: u64 = 1 << 20;

/// Of the shortest at the end of longer ones.
const LAST: u64 = 512 * 1024;

/// Chunks that would not be few are runs of so many, and of so many bytes, at most.
const TOGETHER: u64 = 8;
const TOGETHER_BYTES: u64 = 16 << 20;

/// What a start costs, in tenths of a byte a prime.
const TURNING_COST: u64 = 44;
const LARGE_COST: u64 = 5;

/// Chunks of the same length, up to the next level.
#[derive(Clone, Copy, Debug)]
struct Level {
    first_chunk: u64,
    first_byte: u64,
    length: u64,
}

#[derive(Debug)]
pub struct Chunks {
    bytes: u64,
    count: u64,
    /// Of chunks, or of `parts` chunks each of `part` bytes. Lengths fall.
    levels: Vec<Level>,
    parts: u64,
    part: u64,
    runs: Runs,
}

impl Chunks {
    /// Of a range of `bytes` bytes, whose last integer's root is `root`. Sieving primes up to `turning` turn.
    pub fn new(bytes: u64, root: u32, turning: u32) -> Chunks {
        let (start, most) = (start_cost(root, turning), longest(root));
        let size = |share: u64| (1u64 << (share * start).max(SHORTEST).ilog2()).min(most);
        let (wanted, least, last) = (size(100), size(75), size(25).max(LAST));
        let mut length = wanted;
        while length > bytes / MANY && length / 2 >= least {
            length /= 2;
        }
        let count = bytes.div_ceil(length).max(1);
        if count < FEW {
            let count = count.max((bytes / (FAIR * start).max(SHORTEST)).min(FEW / 2));
            // Two threads make the sieving primes in half the time, which is most of it in a short range.
            let many = count > 1 || start > length && bytes > SHORTEST;
            let count = if many { count.next_multiple_of(2) } else { count };
            let length = bytes.div_ceil(count).max(1).next_multiple_of(BLOCK as u64);
            return Chunks::equal(bytes, length);
        }
        let rest_of = if count < 2 * MANY { 16 } else { 64 };
        let mut levels = Vec::new();
        let (mut first_chunk, mut first_byte) = (0, 0);
        loop {
            levels.push(Level { first_chunk, first_byte, length });
            if length / 2 < last {
                break;
            }
            let chunks = ((bytes - first_byte).saturating_sub(rest_of * length)).div_ceil(length);
            first_chunk += chunks;
            first_byte += chunks * length;
            length = (length / 2).next_multiple_of(BLOCK as u64);
        }
        let count = first_chunk + (bytes - first_byte).div_ceil(length);
        Chunks { bytes, count, levels, parts: 1, part: u64::MAX, runs: Runs::NONE }
    }

    /// The same in runs: of some chunks, or where chunks are few of shorter ones. Segments have `segment` bytes.
    pub fn in_runs(bytes: u64, root: u32, turning: u32, segment: u64) -> Chunks {
        let start = start_cost(root, turning);
        let mut few = Chunks::new(bytes, root, turning);
        if few.levels.len() > 1 {
            // Of whole segments, and where nothing is kept from one to the next that would grow with the run.
            if segment <= LAST && root <= turning {
                let length = TOGETHER.min(TOGETHER_BYTES / few.longest());
                few.runs = Runs { length, start: 0, until: few.levels[1].first_chunk };
            }
            return few;
        }
        let part = segment.max(PART);
        if few.count < 2 || few.longest() <= part {
            return few;
        }
        let count = bytes.div_ceil(longest(root)).max(2).next_multiple_of(2);
        let run = bytes.div_ceil(count).next_multiple_of(BLOCK as u64);
        let length = run.div_ceil(part);
        let (whole, rest) = (bytes / run, bytes % run);
        Chunks {
            count: whole * length + rest.div_ceil(part),
            runs: Runs { length, start: start.div_ceil(part * cost_of_byte(root)), ..Runs::NONE },
            parts: length,
            part,
            ..Chunks::equal(bytes, run)
        }
    }

    pub fn runs(&self) -> Runs {
        self.runs
    }

    /// At least 1: a range without a byte is a chunk too.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// The first byte of chunk `chunk`, or where the last one ends.
    pub fn start(&self, chunk: u64) -> u64 {
        let (whole, before) = (chunk / self.parts, chunk % self.parts);
        // The first begins with 0.
        let level = self.levels.iter().rfind(|level| level.first_chunk <= whole);
        let Level { first_chunk, first_byte, length } = *level.unwrap_or(&self.levels[0]);
        let start = first_byte + (whole - first_chunk).saturating_mul(length);
        start.saturating_add(before * self.part.min(length)).min(self.bytes)
    }

    /// Bytes of the longest chunk, or more where there is but one.
    pub fn longest(&self) -> u64 {
        self.levels[0].length.min(self.part)
    }

    /// The same range in chunks of `most` bytes at most.
    pub fn of_at_most(self, most: u64) -> Chunks {
        if self.longest() <= most { self } else { Chunks::equal(self.bytes, most) }
    }

    fn equal(bytes: u64, length: u64) -> Chunks {
        let levels = vec![Level { first_chunk: 0, first_byte: 0, length }];
        let count = bytes.div_ceil(length).max(1);
        Chunks { bytes, count, levels, parts: 1, part: u64::MAX, runs: Runs::NONE }
    }
}

/// A good length in bytes where there is no range to be divided: with a start of 2%, but never more than 8 MB.
pub fn usual_length(root: u32, turning: u32) -> u64 {
    let length = (50 * start_cost(root, turning)).max(LAST);
    (1u64 << length.ilog2()).min(longest(root)).min(8 << 20)
}

/// Bytes of a chunk at most, as memory has it.
pub fn longest(root: u32) -> u64 {
    // In halves of a megabyte, by how many bits the largest sieving prime has.
    let halves: u64 = match root.max(1).ilog2() {
        0..=26 => 32,
        27 => 24,
        28 => 20,
        29 => 17,
        30 => 13,
        _ => 9,
    };
    halves << 19
}

/// What it takes to sieve a byte, where that which a start costs is 1.
fn cost_of_byte(root: u32) -> u64 {
    match root.max(1).ilog2() {
        0..24 => 1,
        24..28 => 2,
        _ => 4,
    }
}

/// What a chunk's start costs, in bytes.
fn start_cost(root: u32, turning: u32) -> u64 {
    let all = primes_to(root);
    let turn = primes_to(root.min(turning)).min(all);
    (TURNING_COST * turn + LARGE_COST * (all - turn)) / 10
}

/// About how many primes there are up to n: n / ln(n), as 1 / ln 2 is about 13 / 9.
pub fn primes_to(n: u32) -> u64 {
    u64::from(n) * 13 / (9 * u64::from(n.max(2).ilog2()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_cover_the_range_without_gaps_or_empty_ones() {
        let roots = [
            1,
            1000,
            31_623,
            316_228,
            1 << 20,
            1 << 25,
            1 << 27,
            1 << 29,
            1 << 30,
            1 << 31,
            u32::MAX,
        ];
        for bytes in (0..62).flat_map(|bits| [(1u64 << bits) - 1, 1 << bits, (5 << bits) / 3 + 7]) {
            for root in roots {
                for turning in [1 << 16, 1 << 19, 1 << 20, 1 << 23] {
                    cover(&Chunks::new(bytes, root, turning), bytes);
                    cover(&Chunks::in_runs(bytes, root, turning, u64::from(turning)), bytes);
                }
            }
        }
    }

    fn cover(chunks: &Chunks, bytes: u64) {
        let (count, runs) = (chunks.count(), chunks.runs());
        assert_eq!(chunks.start(0), 0);
        assert_eq!(chunks.start(count), bytes, "{chunks:?}");
        let some = (0..count.min(200)).chain(count.saturating_sub(400)..count);
        for chunk in some.filter(|_| bytes > 0) {
            let length = chunks.start(chunk + 1) - chunks.start(chunk);
            assert!((1..=chunks.longest()).contains(&length), "{chunk} of {chunks:?}");
            let run = chunks.start(runs.end(chunk)) - chunks.start(chunk);
            assert!(run <= 1 << 24, "places have 32 bits");
        }
    }

    #[test]
    fn all_chunks_of_a_run_but_its_last_are_whole_segments() {
        // 10^9 at 10^12, 10^15 and 10^18; 10^8 below 2^64.
        for (bytes, root, longest) in [
            (33_333_334, 1_000_000, 1 << 20),
            (33_333_334, 31_622_776, 1 << 20),
            (33_333_334, 1_000_000_000, 1 << 20),
            (3_333_334, u32::MAX, 1 << 20),
        ] {
            let chunks = Chunks::in_runs(bytes, root, 1 << 19, 1 << 19);
            let runs = chunks.runs();
            assert!(runs.length > 1 && runs.start > 0, "{chunks:?}");
            assert_eq!(chunks.longest(), longest);
            for chunk in (0..chunks.count()).filter(|&chunk| chunk + 1 < runs.end(chunk)) {
                let last = chunk + 1 == chunks.count();
                assert!(last || chunks.start(chunk + 1) - chunks.start(chunk) == longest);
            }
            let runs_in_all = chunks.count().div_ceil(runs.length);
            assert!(runs_in_all.is_multiple_of(2), "for the sake of two threads");
        }
    }

    #[test]
    fn many_chunks_are_runs_of_whole_segments_until_they_become_shorter() {
        // To 10^9, 10^10 and 10^11, in their usual segments.
        for (bytes, root, segment) in [
            (33_333_334, 31_622, 1 << 18),
            (333_333_334, 100_000, 1 << 18),
            (3_333_333_334, 316_227, 1 << 19),
        ] {
            let chunks = Chunks::in_runs(bytes, root, 1 << 19, segment);
            let runs = chunks.runs();
            assert!(runs.length > 1 && runs.start == 0 && runs.until < chunks.count());
            for chunk in 0..chunks.count() {
                let length = chunks.start(chunk + 1) - chunks.start(chunk);
                assert_eq!(chunk < runs.until, length == chunks.longest());
                let ends = chunk + 1 == runs.end(chunk);
                assert!(ends || chunk + 1 < runs.until && length.is_multiple_of(segment));
            }
        }
    }

    #[test]
    fn a_long_range_ends_with_short_chunks() {
        let chunks = Chunks::new(3_333_333_334, 316_227, 1 << 19);
        let last = chunks.count() - 1;
        assert!(4 * (chunks.start(last) - chunks.start(last - 1)) <= chunks.longest());
    }

    #[test]
    fn few_chunks_are_even_and_equal() {
        for (bytes, root) in [
            (33_333_334, 31_622_776),
            (33_333_334, 1_000_000_000),
            (33_333_334, u32::MAX),
            (3_333_334, u32::MAX),
        ] {
            let chunks = Chunks::new(bytes, root, 1 << 20);
            let count = chunks.count();
            assert!(count.is_multiple_of(2), "{count}");
            assert!(chunks.start(count - 1) + chunks.longest() <= bytes + 1024 * count);
        }
    }
}

//! How the work is cut into chunks.
//!
//! Chunks take about as long as each other (cost.rs says what that is): a thousandth of the work, but no less than what makes their starts small.
//! D comes first, as its chunks are the least certain; what is certain and short comes last, so that threads come to rest
//! together.

use super::cost::Cost;
use super::parameters::Parameters;
use super::phi_sieve::LINE;
use super::pi_table::SPAN;

/// One chunk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chunk {
    /// D: low <= x / (pm) < high.
    Hard { low: u64, high: u64 },
    /// A and C: low <= x / (pq) < high, and every `parts`th prime p. The last part counts the primes.
    Easy { low: u64, high: u64, part: u64, parts: u64 },
    /// What C has beside that: see easy.rs and pairs.rs.
    Rest,
    /// B: low <= x / p < high.
    Large { low: u64, high: u64 },
    /// Phi0: after < m <= to.
    Ordinary { after: u64, to: u64 },
}

/// The chunks in merging order, and the work of each.
pub struct Geometry {
    chunks: Vec<Chunk>,
    /// Before each chunk, and behind the last.
    work: Vec<u64>,
    /// Bytes of D's segments.
    pub segment: usize,
}

/// Integers of a table of pi that A and C are looked up in: half a megabyte.
const EASY_SPAN: u64 = (1 << 22) / SPAN * SPAN;

/// Bytes of D's shortest segments, whole lines.
const SHORTEST: u64 = 4096;

/// By how much the leaves of a chunk of A and C exceed its table.
const EASY_SHARE: f64 = 8.0;

/// The least cost of a chunk.
const LEAST: f64 = 1e6;

impl Geometry {
    pub fn new(of: &Parameters) -> Geometry {
        let cost = Cost::new(of);
        let segment = 64 * 1024;
        let whole = cost.hard((of.x / of.z) as f64, segment as f64)
            + cost.easy(1.0, of.root2 as f64)
            + cost.large(of.root2 as f64, (of.x / of.y) as f64);
        let target = (whole / 1000.0).max(LEAST).max(20.0 * cost.hard_start());
        let mut geometry = Geometry { chunks: vec![], work: vec![0], segment };
        geometry.hard(of, &cost, target);
        let low = geometry.easy(of, &cost, target);
        geometry.large(of, &cost, target, low);
        let parts = (cost.ordinary(0.0, of.z as f64) / target) as u64 + 1;
        for part in 0..parts {
            let edge = |part: u64| (u128::from(of.z) * u128::from(part) / u128::from(parts)) as u64;
            let (after, to) = (edge(part), edge(part + 1));
            geometry.add(Chunk::Ordinary { after, to }, cost.ordinary(after as f64, to as f64));
        }
        geometry
    }

    pub fn chunks(&self) -> usize {
        self.chunks.len()
    }

    pub fn chunk(&self, index: usize) -> Chunk {
        self.chunks[index]
    }

    /// The work of the first `chunks` chunks.
    pub fn work_before(&self, chunks: usize) -> u64 {
        self.work[chunks]
    }

    fn add(&mut self, chunk: Chunk, cost: f64) {
        self.chunks.push(chunk);
        self.work.push(self.work[self.work.len() - 1] + (cost as u64).max(1));
    }

    fn hard(&mut self, of: &Parameters, cost: &Cost, target: f64) {
        let (end, span) = (of.x / of.z + 1, 30 * self.segment as u64);
        let (mut low, mut at) = (0, 0);
        let (mut before, mut here) = (0.0, 0.0);
        let last = end.next_multiple_of(30 * LINE as u64);
        while low < end {
            // Short segments where leaves are many.
            let mut step = span;
            let cost_to = |at: u64| cost.hard(at as f64, self.segment as f64);
            while step > 30 * SHORTEST && cost_to(at + step) - here > target {
                step /= 2;
            }
            at = (at + step).min(last);
            here = cost_to(at).max(here);
            if here - before >= target || at >= end {
                self.add(Chunk::Hard { low, high: at }, here - before + cost.hard_start());
                (low, before) = (at, here);
            }
        }
    }

    /// Returns the first integer behind.
    fn easy(&mut self, of: &Parameters, cost: &Cost, target: f64) -> u64 {
        let mut low = 1;
        while low <= of.root2 {
            let high = (low + EASY_SPAN).min(of.root2 + 1);
            let leaves = cost.easy(low as f64, high as f64);
            let table = cost.table(low as f64, high as f64);
            let parts = (leaves / target.max(EASY_SHARE * table)) as u64 + 1;
            for part in 0..parts {
                self.add(Chunk::Easy { low, high, part, parts }, leaves / parts as f64 + table);
            }
            low = high;
        }
        self.add(Chunk::Rest, 1e-3 * target);
        low
    }

    fn large(&mut self, of: &Parameters, cost: &Cost, target: f64, mut low: u64) {
        let end = of.x / of.y + 1;
        // A chunk's start asks every sieving prime: 4 bytes of sieve each.
        let least = 30.0 * 4.0 * 50.0 * (of.x / of.y) as f64;
        let least = (least.sqrt() as u64).max(1 << 21);
        while low < end {
            let mut high = low;
            while high < end && (high - low < least || cost.large(low as f64, high as f64) < target)
            {
                high += 1 << 20;
            }
            let high = high.min(end);
            self.add(Chunk::Large { low, high }, cost.large(low as f64, high as f64));
            low = high;
        }
    }
}

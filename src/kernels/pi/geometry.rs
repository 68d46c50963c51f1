//! How the work is cut into chunks.

use super::parameters::Parameters;
use super::phi_sieve::LINE;
use super::pi_table::SPAN;

/// One chunk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chunk {
    /// Phi0: leaves with after < m <= to.
    Ordinary { after: u64, to: u64 },
    /// What C has beside A and segments, for the primes with after < p <= to.
    Rest { after: u64, to: u64 },
    /// D: low <= x / (pm) < high.
    Hard { low: u64, high: u64 },
    /// A and C: low <= x / (pq) < high, and every `parts`th prime p. The last part counts the primes.
    Easy { low: u64, high: u64, part: u64, parts: u64 },
    /// B: low <= x / p < high.
    Large { low: u64, high: u64 },
}

/// The chunks in merging order, and the work of each.
pub struct Geometry {
    pub chunks: Vec<(Chunk, u64)>,
    pub total: u64,
    /// Bytes of D's segments.
    pub segment: usize,
}

impl Geometry {
    pub fn new(of: &Parameters) -> Geometry {
        let mut chunks = vec![];
        let segment = 64 * 1024;
        let mut low = 0;
        let end = of.x / of.z + 1;
        let span = 30 * segment as u64;
        let mut size = 1;
        while low < end {
            let high = (low + span * size).min(end).next_multiple_of(30 * LINE as u64);
            chunks.push((Chunk::Hard { low, high }, high - low));
            low = high;
            size = 16.min(1 + low / span / 4);
        }
        let mut low = 1;
        while low <= of.root2 {
            let high = (low + (1 << 22) / SPAN * SPAN).min(of.root2 + 1);
            chunks.push((Chunk::Easy { low, high, part: 0, parts: 1 }, high - low));
            low = high;
        }
        let end = of.x / of.y + 1;
        while low < end {
            let high = (low + (1 << 25)).min(end);
            chunks.push((Chunk::Large { low, high }, high - low));
            low = high;
        }
        chunks.push((Chunk::Ordinary { after: 0, to: of.z }, of.z));
        chunks.push((Chunk::Rest { after: 0, to: of.x_star }, of.z));
        let total = chunks.iter().map(|(_, work)| work).sum();
        Geometry { chunks, total, segment }
    }
}

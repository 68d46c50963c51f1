//! Gourdon's algorithm as a kernel.

use super::easy::{constants, easy, range_of_c};
use super::geometry::{Chunk, Geometry};
use super::hard::{HardScratch, hard};
use super::large::{LargeScratch, large};
use super::ordinary::ordinary;
use super::pairs::pairs;
use super::parameters::Parameters;
use super::partial::PiPartial;
use super::phi_tiny::PhiTiny;
use super::pi_table::PiTable;
use super::sigma::sigma;
use super::tables::Tables;
use crate::error::Result;
use crate::kernel::{Interrupt, Kernel, phases};
use crate::kernels::sieve::{PrimeIterator, Window};
use std::ffi::CStr;
use std::sync::{Mutex, OnceLock, PoisonError};

/// What chunks belong to.
pub const TERMS: [&str; 5] = ["D", "A and C", "rest of C", "B", "Phi0"];

/// Counts the primes up to x.
pub struct Gourdon {
    of: Parameters,
    geometry: Geometry,
    /// Primes that D sieves with.
    hard_primes: usize,
    tables: OnceLock<Tables>,
    building: Mutex<()>,
    tiny: OnceLock<PhiTiny>,
}

/// The buffers of one thread, made when a chunk needs them.
#[derive(Default)]
pub struct GourdonScratch {
    hard: Option<Box<HardScratch>>,
    easy: Option<(Window, PiTable)>,
    large: Option<LargeScratch>,
}

impl Gourdon {
    pub fn new(of: Parameters) -> Gourdon {
        Gourdon {
            of,
            geometry: Geometry::new(&of),
            hard_primes: PrimeIterator::new(0).take_while(|&p| p <= of.x_star).count() - of.k,
            tables: OnceLock::new(),
            building: Mutex::new(()),
            tiny: OnceLock::new(),
        }
    }

    /// Which of `TERMS` a chunk belongs to.
    pub fn term(&self, chunk: u64) -> usize {
        match self.geometry.chunk(chunk as usize) {
            Chunk::Hard { .. } => 0,
            Chunk::Easy { .. } => 1,
            Chunk::Rest => 2,
            Chunk::Large { .. } => 3,
            Chunk::Ordinary { .. } => 4,
        }
    }

    /// The first chunk of a term behind `term`.
    #[inline(never)]
    fn behind(&self, term: usize) -> u64 {
        let chunks = Kernel::chunks(self);
        (0..chunks).find(|&chunk| self.term(chunk) > term).unwrap_or(chunks)
    }

    /// Builds the shared tables now. Errors: Cancelled, Memory.
    pub fn prepare(&self, interrupt: &Interrupt) -> Result<()> {
        self.tables(interrupt).map(|_| ())
    }

    /// The shared tables; whoever comes first builds them. Errors: Cancelled, Memory.
    fn tables(&self, interrupt: &Interrupt) -> Result<&Tables> {
        if self.tables.get().is_none() {
            let _one = self.building.lock().unwrap_or_else(PoisonError::into_inner);
            if self.tables.get().is_none() {
                let tables = Tables::new(&self.of, interrupt)?;
                return Ok(self.tables.get_or_init(|| tables));
            }
        }
        interrupt.check()?;
        // Built under the lock.
        Ok(self.tables.get_or_init(|| unreachable!()))
    }
}

impl Kernel for Gourdon {
    type Partial = PiPartial;
    type Scratch = GourdonScratch;

    fn chunks(&self) -> u64 {
        self.geometry.chunks() as u64
    }

    fn work_before(&self, chunks: u64) -> u64 {
        self.geometry.work_before(chunks as usize)
    }

    /// Chunks come term by term, the rest of C behind the other easy leaves.
    fn phases(&self) -> Vec<(&'static CStr, u64)> {
        let chunks = Kernel::chunks(self);
        phases(&[
            (c"hard leaves (D)", self.behind(0)),
            (c"easy leaves (A, C)", self.behind(2)),
            (c"large primes (B)", self.behind(3)),
            (c"ordinary leaves (Phi0)", chunks),
            (c"closed sums (Sigma)", chunks),
        ])
    }

    /// A partial result has 16 bytes for each prime up to x^(1/4): 105 KB near 2^64.
    fn window(&self) -> u64 {
        128
    }

    fn scratch(&self) -> GourdonScratch {
        GourdonScratch::default()
    }

    fn run(
        &self,
        chunk: u64,
        scratch: &mut GourdonScratch,
        interrupt: &Interrupt,
    ) -> Result<PiPartial> {
        let of = &self.of;
        let tables = self.tables(interrupt)?;
        let sum_alone = |sum| PiPartial { sum, ..PiPartial::default() };
        match self.geometry.chunk(chunk as usize) {
            Chunk::Ordinary { after, to } => {
                let tiny = self.tiny.get_or_init(PhiTiny::new);
                Ok(sum_alone(ordinary(of, tables, tiny, (after, to), interrupt)?))
            }
            Chunk::Rest => {
                let range = range_of_c(of, tables);
                let sum = constants(of, tables, range.0, range.1);
                Ok(sum_alone(sum.wrapping_add(pairs(of, tables, range, interrupt)?)))
            }
            Chunk::Hard { low, high } => {
                if scratch.hard.is_none() {
                    scratch.hard = Some(Box::new(HardScratch::new(of, self.geometry.segment)?));
                }
                match &mut scratch.hard {
                    Some(buffers) => hard(of, tables, (low, high), buffers, interrupt),
                    // Made above.
                    None => unreachable!(),
                }
            }
            Chunk::Easy { low, high, part, parts } => {
                let (window, table) =
                    scratch.easy.get_or_insert_with(|| (Window::new(of.root2), PiTable::empty()));
                table.clear(low, high - 1)?;
                window.primes(low, high - 1, interrupt, &mut |primes| {
                    primes.iter().for_each(|&p| table.insert(p))
                })?;
                let primes = table.count();
                let found = easy(of, tables, table, (low, high), (part, parts), interrupt)?;
                let primes = if part + 1 == parts { primes } else { 0 };
                Ok(PiPartial {
                    sum: found.sum,
                    leaves: found.leaves,
                    primes,
                    ..PiPartial::default()
                })
            }
            Chunk::Large { low, high } => {
                let buffers = scratch.large.get_or_insert_with(|| LargeScratch::new(of));
                large(of, (low, high), buffers, interrupt)
            }
        }
    }

    fn empty(&self) -> PiPartial {
        PiPartial::nothing(self.hard_primes)
    }

    fn merge(&self, into: &mut PiPartial, next: PiPartial) {
        into.append(next);
    }

    fn is_plausible(&self, merged: &PiPartial, _chunks: u64, _work: u64) -> bool {
        merged.settled && merged.hard.len() == self.hard_primes
    }

    /// pi(x) = A - B + C + D + Phi0 + Sigma.
    fn finish(&self, merged: PiPartial, interrupt: &Interrupt) -> Result<PiPartial> {
        let tables = self.tables(interrupt)?;
        let pi_root2 = tables.pi.pi(self.of.y) + merged.large;
        let sum = merged.sum.wrapping_add(sigma(&self.of, tables, pi_root2));
        Ok(PiPartial { sum, ..PiPartial::default() })
    }
}

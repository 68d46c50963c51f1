//! A job's phases: what its chunks belong to, and how far each is. Reading never locks.

use super::any_kernel::AnyKernel;
use super::control::{Progress, State};
use std::ffi::CStr;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

/// Where a phase is. The numbers are the C ABI's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd)]
#[repr(i32)]
pub enum PhaseState {
    Waiting = 0,
    /// Begun, and not all of it is merged: several may be so at once.
    Active = 1,
    Done = 2,
}

/// One phase, as it is now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Phase {
    pub name: &'static CStr,
    /// Merged work, and all of it, in the kind's unit. Over all phases they add up to the job's own.
    pub done: u64,
    pub total: u64,
    pub state: PhaseState,
}

/// What follows from the parameters.
#[derive(Debug)]
struct Span {
    name: &'static CStr,
    first_chunk: u64,
    work: [u64; 2],
    last: bool,
}

#[derive(Debug, Default)]
pub struct Phases {
    spans: OnceLock<Vec<Span>>,
    /// All chunks before it have been handed out once, or were merged before.
    begun: AtomicU64,
}

impl Phases {
    /// Once the parameters are fixed; the first `begun` chunks were merged before.
    #[inline(never)]
    pub fn set(&self, kernel: &dyn AnyKernel, begun: u64) {
        self.begun(begun);
        self.spans.get_or_init(|| {
            let phases = kernel.phases();
            let mut spans = Vec::with_capacity(phases.len());
            let mut first_chunk = 0;
            for &(name, end) in &phases {
                let work = [kernel.work_before(first_chunk), kernel.work_before(end)];
                let last = spans.len() + 1 == phases.len();
                spans.push(Span { name, first_chunk, work, last });
                first_chunk = end;
            }
            spans
        });
    }

    /// The first `chunks` chunks have been handed out.
    #[inline(never)]
    pub fn begun(&self, chunks: u64) {
        self.begun.fetch_max(chunks, Ordering::AcqRel);
    }

    /// 0 before the start of a job that was not restored.
    pub fn count(&self) -> usize {
        self.spans.get().map_or(0, Vec::len)
    }

    pub fn phase(&self, index: usize, state: State, progress: Progress) -> Option<Phase> {
        let &Span { name, first_chunk, work: [from, to], last } = self.spans.get()?.get(index)?;
        let total = to - from;
        let done = progress.done.saturating_sub(from).min(total);
        let begun = self.begun.load(Ordering::Acquire) > first_chunk;
        let (begun, over) = match (total, last) {
            // Without chunks: what is done behind the last one.
            (0, true) => (progress.done == progress.total, state == State::Done),
            _ => (begun, progress.done >= to),
        };
        let state = match (begun, over) {
            (_, true) => PhaseState::Done,
            (true, false) => PhaseState::Active,
            (false, false) => PhaseState::Waiting,
        };
        Some(Phase { name, done, total, state })
    }
}

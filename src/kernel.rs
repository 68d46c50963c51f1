//! The one idea: a job is a list of chunks. Chunk `i` is a pure function of the parameters and `i`.
//! Partial results merge in chunk order. Who runs the chunks is nobody's business here.

use crate::error::{Error, Result, Status};
use std::sync::atomic::{AtomicBool, Ordering};

/// Asks running chunks to stop. A kernel looks at it once per segment (a millisecond or less of work,
/// never more than 20 ms).
#[derive(Debug, Default)]
pub struct Interrupt(AtomicBool);

impl Interrupt {
    pub const fn new() -> Interrupt {
        Interrupt(AtomicBool::new(false))
    }

    /// Any thread; never blocks.
    pub fn raise(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    pub fn is_raised(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// For `?` in a kernel's loop. Errors: Cancelled.
    #[inline]
    pub fn check(&self) -> Result<()> {
        if self.is_raised() { Err(Error::from(Status::Cancelled)) } else { Ok(()) }
    }
}

/// A computation cut into chunks.
///
/// The geometry (`chunks`, `work`) follows from the parameters alone, never from the number of
/// threads, so that no result can depend on it. Threads: all methods may be called from any thread
/// at once.
pub trait Kernel: Send + Sync + 'static {
    /// What one chunk yields, and what chunks merge into.
    type Partial: Partial;
    /// Buffers that one thread reuses from chunk to chunk. They carry no results.
    type Scratch: Send + 'static;

    /// How many chunks there are; 0 is allowed.
    fn chunks(&self) -> u64;

    /// How much work the first `chunks` chunks are, in the kernel's unit (a sieve: integers).
    fn work_before(&self, chunks: u64) -> u64;

    /// How much work chunk `chunk` is.
    fn work(&self, chunk: u64) -> u64 {
        self.work_before(chunk + 1) - self.work_before(chunk)
    }

    fn total_work(&self) -> u64 {
        self.work_before(self.chunks())
    }

    /// How many chunks may be under way or wait for an earlier one: it bounds the memory that
    /// results take before they are merged. Larger partial results want a smaller window.
    fn window(&self) -> u64 {
        1024
    }

    fn scratch(&self) -> Self::Scratch;

    /// Runs one chunk. Errors: Cancelled when `interrupt` was raised, Memory, or the kernel's own.
    fn run(
        &self,
        chunk: u64,
        scratch: &mut Self::Scratch,
        interrupt: &Interrupt,
    ) -> Result<Self::Partial>;

    /// What no chunks at all yield.
    fn empty(&self) -> Self::Partial;

    /// Appends the next chunk's partial result; called in chunk order. Never called for a stream.
    fn merge(&self, into: &mut Self::Partial, next: Self::Partial);

    /// Whether the first `chunks` chunks, `work` of work in all, may have merged into `merged`: what a
    /// checkpoint says is looked at before it is believed. Only what merging or finishing needs.
    fn is_plausible(&self, merged: &Self::Partial, chunks: u64, work: u64) -> bool {
        let _ = (merged, chunks, work);
        true
    }

    /// Makes the result of what was merged, once, after the last chunk, on the thread that merged it.
    /// Errors: Cancelled when `interrupt` was raised, or the kernel's own.
    fn finish(&self, merged: Self::Partial, interrupt: &Interrupt) -> Result<Self::Partial> {
        let _ = interrupt;
        Ok(merged)
    }

    /// How many values of a stream belong together, at least 1; 0: this is no stream.
    ///
    /// The values of a stream are read while it runs. Its partial results are not merged: the reader
    /// takes them in chunk order, and `window` bounds how many wait for it.
    fn stream_group(&self) -> usize {
        0
    }

    /// Moves the next values of a stream's partial result to `out`, as many whole groups as fit, and returns
    /// how many values; 0 only when there are no more, or no room for a group.
    fn read(&self, partial: &mut Self::Partial, out: &mut [u64]) -> usize {
        let _ = (partial, out);
        0
    }
}

/// A partial result that can leave the process: to another worker, machine, or run.
pub trait Partial: Sized + Send + 'static {
    /// Appends a little-endian encoding.
    fn encode(&self, out: &mut Vec<u8>);
    /// Errors: Format.
    fn decode(bytes: &[u8]) -> Result<Self>;
    /// The result as integers, for `tam_job_result_u64`.
    fn values(&self) -> Vec<u64>;
}

impl Partial for u64 {
    fn encode(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.to_le_bytes());
    }

    fn decode(bytes: &[u8]) -> Result<u64> {
        let bytes = bytes.try_into().map_err(|_| Error::from(Status::Format))?;
        Ok(u64::from_le_bytes(bytes))
    }

    fn values(&self) -> Vec<u64> {
        vec![*self]
    }
}

/// So many numbers, always.
impl<const N: usize> Partial for [u64; N] {
    fn encode(&self, out: &mut Vec<u8>) {
        self.iter().for_each(|number| number.encode(out));
    }

    fn decode(bytes: &[u8]) -> Result<[u64; N]> {
        Vec::decode(bytes)?.try_into().map_err(|_| Error::from(Status::Format))
    }

    fn values(&self) -> Vec<u64> {
        self.to_vec()
    }
}

/// Any number of them.
impl Partial for Vec<u64> {
    fn encode(&self, out: &mut Vec<u8>) {
        out.reserve(8 * self.len());
        self.iter().for_each(|number| number.encode(out));
    }

    fn decode(bytes: &[u8]) -> Result<Vec<u64>> {
        let (numbers, rest) = bytes.as_chunks::<8>();
        if !rest.is_empty() {
            return Err(Error::from(Status::Format));
        }
        let mut list = vec![];
        list.try_reserve_exact(numbers.len()).map_err(|_| Error::from(Status::Memory))?;
        list.extend(numbers.iter().map(|bytes| u64::from_le_bytes(*bytes)));
        Ok(list)
    }

    fn values(&self) -> Vec<u64> {
        self.clone()
    }
}

//! The one idea: a job is a list of chunks. Chunk `i` is a pure function of the parameters and `i`.
//! Partial results merge in chunk order. Who runs the chunks is nobody's business here.

use crate::error::{Error, Result, Status};
use std::ffi::CStr;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

/// Asks running chunks to stop, and hears that they live. A kernel looks at it once per segment (a
/// millisecond or less of work, never more than 20 ms).
#[derive(Debug, Default)]
pub struct Interrupt<'a> {
    raised: AtomicBool,
    /// The one that is really raised, and who is at work. A copy of the flag would have to be found.
    seen_by: Option<(&'a Interrupt<'a>, &'a Beat)>,
}

impl<'a> Interrupt<'a> {
    pub const fn new() -> Interrupt<'a> {
        Interrupt { raised: AtomicBool::new(false), seen_by: None }
    }

    /// The same, as seen by one who shows by `beat` that he lives whenever he looks at it.
    pub const fn seen_by(&'a self, beat: &'a Beat) -> Interrupt<'a> {
        Interrupt { raised: AtomicBool::new(false), seen_by: Some((self, beat)) }
    }

    /// Any thread; never blocks.
    pub fn raise(&self) {
        self.flag().store(true, Ordering::Relaxed);
    }

    pub fn is_raised(&self) -> bool {
        self.flag().load(Ordering::Relaxed)
    }

    /// For `?` in a kernel's loop. Errors: Cancelled.
    #[inline]
    pub fn check(&self) -> Result<()> {
        if let Some((_, beat)) = self.seen_by {
            beat.tick();
        }
        if self.is_raised() { Err(Error::from(Status::Cancelled)) } else { Ok(()) }
    }

    #[inline]
    fn flag(&self) -> &AtomicBool {
        self.seen_by.map_or(&self.raised, |(original, _)| &original.raised)
    }
}

/// A word that one worker changes while it lives, and anybody may look at: the lowest bit says that it
/// is at work, the others count. Who is at work and stands still for seconds is dead, or will never come back.
#[derive(Debug, Default)]
#[repr(transparent)]
pub struct Beat(AtomicU32);

impl Beat {
    const AT_WORK: u32 = 1;
    const ONE: u32 = 2;

    pub const fn new() -> Beat {
        Beat(AtomicU32::new(0))
    }

    pub fn begin(&self) {
        self.write(|word| word | Beat::AT_WORK);
    }

    #[inline]
    pub fn tick(&self) {
        self.write(|word| word);
    }

    pub fn end(&self) {
        self.write(|word| word & !Beat::AT_WORK);
    }

    /// Only its own worker writes it, so this need not be one step: it costs no more than two moves.
    #[inline]
    fn write(&self, change: impl FnOnce(u32) -> u32) {
        let word = self.0.load(Ordering::Relaxed).wrapping_add(Beat::ONE);
        self.0.store(change(word), Ordering::Relaxed);
    }
}

/// Chunks in a row that are cheaper for one runner: he begins with the first, which costs him something, and goes on. When all are begun,
/// others take over a part of what is left, and begin there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Runs {
    /// How many chunks a run has, at least 1; the last one may have fewer.
    pub length: u64,
    /// What a beginning costs, in chunks.
    pub start: u64,
    /// From this chunk on each is a run.
    pub until: u64,
}

impl Runs {
    /// Every chunk is a run: it is the same who runs it.
    pub const NONE: Runs = Runs { length: 1, start: 0, until: u64::MAX };

    /// The first chunk behind the run of chunk `chunk`.
    pub fn end(self, chunk: u64) -> u64 {
        if chunk >= self.until {
            chunk + 1
        } else {
            self.until.min((chunk / self.length + 1) * self.length)
        }
    }

    /// How many of `rest` chunks that wait for one runner, another one should take, so that both end at about the same time;
    /// None: that takes no less time.
    pub fn share_of(self, rest: u64) -> Option<u64> {
        let gain = rest.checked_sub(self.start)?;
        (gain > 0).then(|| gain.div_ceil(2))
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

    /// What the chunks belong to, in their order: a name for people, and the first chunk behind it. A phase
    /// without chunks, behind all others, is what `finish` does.
    fn phases(&self) -> Vec<(&'static CStr, u64)> {
        phases(&[(c"sieving", self.chunks())])
    }

    /// Whether chunks need more of those before them than what was merged, which the kernel keeps and a checkpoint can't:
    /// then a checkpoint is that of the beginning.
    fn begins_anew(&self) -> bool {
        false
    }

    /// Which chunks one runner should run in a row.
    fn runs(&self) -> Runs {
        Runs::NONE
    }

    /// All chunks are run by that many threads, which share this kernel and may make things for each other's chunks. Called before any is run, if at all. `runs`
    /// may depend on it, but for their length; results do not.
    fn run_together(&self, threads: usize) {
        let _ = threads;
    }

    /// How many chunks may be under way or wait for an earlier one, or a run more: it bounds the memory that
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

/// Out of line: there are many kernels, and the wasm file is to be small.
#[inline(never)]
pub fn phases(list: &[(&'static CStr, u64)]) -> Vec<(&'static CStr, u64)> {
    list.to_vec()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_beat_moves_at_every_look_and_says_who_is_at_work() {
        let (shared, beat) = (Interrupt::new(), Beat::new());
        let seen = shared.seen_by(&beat);
        let word = || beat.0.load(Ordering::Relaxed);
        let mut last = word();
        let mut moved = || {
            let (before, now) = (last, word());
            last = now;
            before != now
        };
        beat.begin();
        assert!(moved() && word() & 1 == 1);
        assert!(seen.check().is_ok());
        assert!(moved() && word() & 1 == 1);
        beat.end();
        assert!(moved() && word() & 1 == 0);
        beat.0.store(u32::MAX, Ordering::Relaxed);
        beat.tick();
        assert_eq!(word(), 1, "the count wraps round beside the lowest bit");
    }

    #[test]
    fn what_is_raised_is_seen_by_all_and_from_all() {
        let (shared, beats) = (Interrupt::new(), [Beat::new(), Beat::new()]);
        let seen = beats.each_ref().map(|beat| shared.seen_by(beat));
        assert!(seen.iter().all(|one| one.check().is_ok()));
        seen[0].raise();
        assert!(shared.is_raised() && shared.check().is_err());
        assert!(seen.iter().all(|one| one.check().is_err()));
    }
}

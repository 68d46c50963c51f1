//! One kernel under way: its ledger, its merged result, and whoever runs its chunks.

use super::any_kernel::{AnyKernel, AnyPartial, Encoder};
use super::checkpoint::Reached;
use super::control::{Control, State};
use super::library;
use super::stream::Stream;
use crate::error::{Error, Result, Status};
use crate::kernel::{Beat, Interrupt};
use crate::parallel::{Activity, Ledger, Scratch, Take, Work, recorder};
use std::any::Any;
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

/// Numbers the jobs for the flight recorder.
static NUMBERS: AtomicU64 = AtomicU64::new(1);

pub struct Run {
    number: u64,
    /// Dropped when the job has ended and the last thread leaves it: it may hold much memory, and an
    /// ended job may live long.
    kernel: Mutex<Option<Arc<dyn AnyKernel>>>,
    chunks: u64,
    total_work: u64,
    /// Restored with all chunks merged: nothing but the end is to come. Never for a stream, whose reader ends it.
    pub(super) only_end: bool,
    /// Outlives the kernel, so that an ended job still has its checkpoint.
    encode: Encoder,
    /// Of a kernel that begins anew: what nothing merges into, encoded.
    blank: Option<Vec<u8>>,
    /// How many values of a stream belong together; 0: no stream.
    pub(super) group: usize,
    pub(super) control: Arc<Control>,
    books: Mutex<Books>,
    pub(super) stream: Stream,
    limit: AtomicUsize,
    /// The buffers of `run_here`, while nobody uses them.
    spare: Mutex<Scratch>,
}

pub(super) struct Books {
    pub(super) ledger: Ledger<AnyPartial>,
    merged: Merged,
    /// A thread is about to conclude a job that was restored with all its chunks merged.
    concluding: bool,
}

/// What the chunks merged into.
enum Merged {
    Growing(AnyPartial),
    /// All chunks; the kernel makes the result of it, and this is kept for a checkpoint.
    Whole(Vec<u8>),
    /// Merging went wrong.
    Lost,
}

/// What a job goes on from.
pub struct Restored {
    pub reached: Reached,
    pub merged: AnyPartial,
}

impl Run {
    /// A job that is to begin, or to go on from what fits its kernel.
    pub fn new(kernel: Arc<dyn AnyKernel>, control: Arc<Control>, from: Option<Restored>) -> Run {
        let from = from
            .unwrap_or_else(|| Restored { reached: Reached::default(), merged: kernel.empty() });
        let chunks = kernel.chunks();
        let encode = kernel.encoder();
        let blank = if kernel.begins_anew() { encode(&kernel.empty()).ok() } else { None };
        let ledger = Ledger::resume(chunks, kernel.window(), kernel.runs(), from.reached.chunks);
        let merged = Merged::Growing(from.merged);
        Run {
            number: NUMBERS.fetch_add(1, Ordering::Relaxed),
            chunks,
            total_work: kernel.work_before(chunks),
            only_end: from.reached.chunks == chunks && kernel.stream_group() == 0,
            encode,
            blank,
            group: kernel.stream_group(),
            stream: Stream::new(from.reached),
            kernel: Mutex::new(Some(kernel)),
            control,
            books: Mutex::new(Books { ledger, merged, concluding: false }),
            limit: AtomicUsize::new(usize::MAX),
            spare: Mutex::new(None),
        }
    }

    /// The job's parameters are fixed, and with them its phases. Nothing happens to a job that has ended.
    #[inline(never)]
    pub fn set_phases(&self) {
        if let Ok(kernel) = self.kernel() {
            self.control.phases.set(&*kernel, self.books().ledger.merged());
        }
    }

    pub(super) fn books(&self) -> MutexGuard<'_, Books> {
        // A panic in `merge` poisons it; the job has failed then and the books are closed.
        self.books.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The kernel, while the job lives. Errors: Cancelled, Failed, State.
    pub(super) fn kernel(&self) -> Result<Arc<dyn AnyKernel>> {
        let kernel = self.kernel.lock().unwrap_or_else(PoisonError::into_inner).clone();
        kernel.ok_or_else(|| match self.still_running() {
            Ok(()) => Error::from(Status::State),
            Err(error) => error,
        })
    }

    /// Gives the kernel's memory back once the job has ended.
    pub(super) fn release(&self) {
        if self.control.state().is_end() {
            self.kernel.lock().unwrap_or_else(PoisonError::into_inner).take();
        }
    }

    /// Does `work` for a chunk, and writes it down while the flight recorder is on.
    fn recorded<T>(&self, activity: Activity, chunk: u64, work: impl FnOnce() -> T) -> T {
        let Some(recorder) = recorder() else { return work() };
        let begin = Instant::now();
        let outcome = work();
        recorder.note(activity, self.number, chunk, begin);
        outcome
    }

    /// Merges what is in order, ends the job after the last; true when held-back chunks are free again.
    fn enter(
        &self,
        kernel: &dyn AnyKernel,
        chunk: u64,
        partial: AnyPartial,
        interrupt: &Interrupt,
    ) -> Result<bool> {
        self.recorded(Activity::Merge, chunk, || self.merge(kernel, chunk, partial, interrupt))
    }

    fn run_chunk_of(
        &self,
        kernel: &dyn AnyKernel,
        chunk: u64,
        scratch: &mut Scratch,
        interrupt: &Interrupt,
    ) -> Result<AnyPartial> {
        self.recorded(Activity::Chunk, chunk, || kernel.run(chunk, scratch, interrupt))
    }

    fn merge(
        &self,
        kernel: &dyn AnyKernel,
        chunk: u64,
        partial: AnyPartial,
        interrupt: &Interrupt,
    ) -> Result<bool> {
        let mut books = self.books();
        let Books { ledger, merged, .. } = &mut *books;
        if self.group > 0 {
            // The reader takes it from there, and says when there is room again.
            let had_next = ledger.has_next();
            ledger.put(chunk, partial);
            let wake = !had_next && ledger.has_next();
            drop(books);
            if wake {
                self.control.nudge();
            }
            return Ok(false);
        }
        let mut work = 0;
        let mut outcome = Ok(());
        ledger.bring_back(chunk, partial, |chunk, partial| {
            if let (Merged::Growing(merged), Ok(())) = (&mut *merged, &outcome) {
                outcome = kernel.merge(merged, partial);
            }
            work += kernel.work(chunk);
        });
        if outcome.is_err() {
            *merged = Merged::Lost;
        }
        outcome?;
        if work > 0 {
            self.control.add_done(work);
        }
        let relief = ledger.take_relief();
        let complete = ledger.is_complete();
        drop(books);
        if work > 0 {
            self.control.announce_progress();
        }
        if complete {
            self.conclude(kernel, interrupt)?;
        }
        Ok(relief)
    }

    /// Ends a job whose chunks are all merged. Once: nothing is handed out any more, and late answers change
    /// nothing.
    fn conclude(&self, kernel: &dyn AnyKernel, interrupt: &Interrupt) -> Result<()> {
        let whole = {
            let mut books = self.books();
            match mem::replace(&mut books.merged, Merged::Lost) {
                Merged::Growing(merged) => {
                    books.merged = Merged::Whole((self.encode)(&merged)?);
                    Some(merged)
                }
                concluded => {
                    books.merged = concluded;
                    None
                }
            }
        };
        if let Some(merged) = whole {
            let result = kernel.finish(merged, interrupt)?;
            self.control.finish(kernel.values(&result)?);
        }
        Ok(())
    }

    fn know(&self, chunk: u64) -> Result<()> {
        if chunk < self.chunks {
            return Ok(());
        }
        Err(Error::new(
            Status::Range,
            format!("there is no chunk {chunk}: the job has {}", self.chunks),
        ))
    }

    pub(super) fn still_running(&self) -> Result<()> {
        match self.control.state() {
            State::Running | State::Paused => Ok(()),
            State::Cancelled => Err(Status::Cancelled.into()),
            State::Failed => Err(Error::new(Status::Failed, self.control.message())),
            State::New | State::Done => Err(Error::new(
                Status::State,
                "the job is not running: no chunk is to be handed out",
            )),
        }
    }
}

fn lost() -> Error {
    Error::new(
        Status::Failed,
        "a bug in tamis spoilt what was merged: there is nothing to go on from",
    )
}

/// Panics become errors here.
fn guard<T>(chunk: u64, run: impl FnOnce() -> Result<T>) -> Result<T> {
    catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|payload| Err(panicked(chunk, &*payload)))
}

fn panicked(chunk: u64, payload: &(dyn Any + Send)) -> Error {
    let what = payload
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| payload.downcast_ref::<&str>().copied())
        .unwrap_or("no message");
    Error::new(Status::Panic, format!("a bug in tamis was caught in chunk {chunk}: {what}"))
}

impl Work for Run {
    fn meet(&self, threads: usize) {
        if let Ok(kernel) = self.kernel() {
            kernel.run_together(threads.min(self.limit()));
            self.books().ledger.set_runs(kernel.runs());
        }
    }

    fn take(&self, last: Option<u64>) -> Take {
        match self.control.state() {
            State::Running => {}
            // Whoever resumes it calls the threads.
            State::Paused => return Take::Later,
            _ => return Take::Over,
        }
        let mut books = self.books();
        if let Some(chunk) = books.ledger.hand_out_after(last) {
            self.control.enter();
            self.control.phases.begun(chunk + 1);
            return Take::Chunk(chunk);
        }
        if !books.ledger.all_out() {
            return Take::Later;
        }
        // The end is as a chunk behind the last.
        if self.only_end && !books.concluding {
            books.concluding = matches!(books.merged, Merged::Growing(_));
            if books.concluding {
                self.control.enter();
                return Take::Chunk(self.chunks);
            }
        }
        Take::Over
    }

    fn run(&self, chunk: u64, scratch: &mut Scratch, beat: &Beat) -> bool {
        let interrupt = self.control.interrupt.seen_by(beat);
        // Making the buffers and merging are the kernel's code too, so they are guarded as well.
        let outcome = guard(chunk, || {
            let kernel = self.kernel()?;
            if chunk == self.chunks {
                return self.conclude(&*kernel, &interrupt).map(|()| false);
            }
            let partial = self.run_chunk_of(&*kernel, chunk, scratch, &interrupt)?;
            self.enter(&*kernel, chunk, partial, &interrupt)
        });
        let relief = match outcome {
            Ok(relief) => relief,
            Err(error) => {
                if error.status() == Status::Cancelled {
                    self.control.cancel();
                } else {
                    self.control.fail(error);
                }
                false
            }
        };
        if self.control.state().is_end() {
            *scratch = None;
            if self.group > 0 {
                self.books().ledger.close();
            }
            self.release();
        }
        self.control.leave();
        relief
    }

    fn limit(&self) -> usize {
        self.limit.load(Ordering::Relaxed)
    }

    fn cancel(&self) {
        self.control.cancel();
    }
}

impl Run {
    pub fn chunks(&self) -> u64 {
        self.chunks
    }

    pub fn total_work(&self) -> u64 {
        self.total_work
    }

    /// Ends a job that was started with all its chunks merged, on this thread.
    pub fn conclude_here(&self) {
        let concluded =
            guard(self.chunks, || self.conclude(&*self.kernel()?, &self.control.interrupt));
        if let Err(error) = concluded {
            self.control.fail(error);
        }
        self.release();
    }

    /// How far the job has got, and what was merged so far, encoded. Works at any time.
    /// Errors: Failed (merging went wrong: a bug).
    pub fn snapshot(&self) -> Result<(Reached, Vec<u8>)> {
        if self.group > 0 {
            return Ok((self.stream.reached(), vec![]));
        }
        if let Some(blank) = &self.blank {
            return Ok((Reached::default(), blank.clone()));
        }
        // Poisoned: `merge` has panicked, and half of a chunk may be in the sum.
        let books = self.books.lock().map_err(|_| lost())?;
        let merged = match &books.merged {
            Merged::Growing(merged) => (self.encode)(merged)?,
            Merged::Whole(merged) => merged.clone(),
            Merged::Lost => return Err(lost()),
        };
        // What is done is counted with the books in hand, so the two fit.
        let (chunks, work) = (books.ledger.merged(), self.control.progress().done);
        Ok((Reached { chunks, work, ..Reached::default() }, merged))
    }

    /// Runs the next chunk of a stream on this thread. Errors: Cancelled, State, the kernel's own.
    pub(super) fn work_once(&self, kernel: &dyn AnyKernel) -> Result<()> {
        let chunk = self.hand_out(None)?;
        let mut scratch = self.spare.lock().unwrap_or_else(PoisonError::into_inner).take();
        let outcome = guard(chunk, || {
            let interrupt = &self.control.interrupt;
            let partial = self.run_chunk_of(kernel, chunk, &mut scratch, interrupt)?;
            self.enter(kernel, chunk, partial, interrupt)
        });
        match outcome {
            Ok(_) => {
                *self.spare.lock().unwrap_or_else(PoisonError::into_inner) = scratch;
                Ok(())
            }
            Err(error) => {
                self.control.fail(error.clone());
                Err(error)
            }
        }
    }

    /// After a cancel: gives back what waits for the reader of a stream, and what no thread is there to give
    /// back because the job rested. Never blocks.
    pub fn abandon(&self) {
        if !self.control.state().is_end() {
            return;
        }
        // Who holds the locks now will see that the job has ended.
        if self.group > 0
            && let Ok(mut books) = self.books.try_lock()
        {
            books.ledger.close();
        }
        self.stream.close();
        if let Ok(mut kernel) = self.kernel.try_lock() {
            kernel.take();
        }
        // So that the threads forget the job, and with it its memory.
        let _ = library::recall();
    }

    /// At most so many threads at once; 0 is taken for no limit.
    pub fn set_limit(&self, threads: usize) {
        self.limit.store(if threads == 0 { usize::MAX } else { threads }, Ordering::Relaxed);
    }

    /// For chunks that others run: the next to hand out, to one whose last chunk was `last`.
    /// Errors: Cancelled, State (none now, or paused).
    pub fn hand_out(&self, last: Option<u64>) -> Result<u64> {
        self.still_running()?;
        if self.control.state() == State::Paused {
            return Err(Error::new(
                Status::State,
                "the job is paused: resume it to take its chunks",
            ));
        }
        let chunk = self.books().ledger.hand_out_after(last).ok_or_else(|| {
            Error::new(Status::State, "no chunk is to be handed out now: bring results back first")
        })?;
        self.control.phases.begun(chunk + 1);
        Ok(chunk)
    }

    /// The encoded result of a chunk from elsewhere. Errors: Format, Range, Cancelled.
    pub fn bring_back(&self, chunk: u64, bytes: &[u8]) -> Result<()> {
        self.know(chunk)?;
        // A chunk that was merged before may come back after the end.
        if self.control.state() == State::Done {
            return Ok(());
        }
        self.still_running()?;
        if !self.books().ledger.is_known(chunk) {
            return Err(Error::new(
                Status::Range,
                format!("chunk {chunk} was never handed out: take it first"),
            ));
        }
        let kernel = self.kernel()?;
        let partial = kernel.decode(bytes)?;
        // The bytes were fine: what fails now is the job, not this chunk.
        let entered =
            guard(chunk, || self.enter(&*kernel, chunk, partial, &self.control.interrupt))
                .map(|_| ());
        if let Err(error) = &entered {
            self.control.fail(error.clone());
        }
        drop(kernel);
        self.release();
        entered
    }

    /// A chunk whose runner was lost. Errors: Range.
    pub fn give_back(&self, chunk: u64) -> Result<()> {
        self.know(chunk)?;
        self.books().ledger.give_back(chunk);
        Ok(())
    }

    /// Runs one chunk on this thread and returns its encoded result.
    /// Errors: Range, Cancelled, the kernel's own, Panic.
    pub fn run_here(&self, chunk: u64) -> Result<Vec<u8>> {
        self.know(chunk)?;
        let mut scratch = self.spare.lock().unwrap_or_else(PoisonError::into_inner).take();
        let bytes = guard(chunk, || {
            let kernel = self.kernel()?;
            (self.encode)(&self.run_chunk_of(
                &*kernel,
                chunk,
                &mut scratch,
                &self.control.interrupt,
            )?)
        })
        .inspect_err(|error| self.control.note_failure(error))?;
        // Only buffers that saw no panic are used again.
        *self.spare.lock().unwrap_or_else(PoisonError::into_inner) = scratch;
        Ok(bytes)
    }
}

//! One kernel under way: its ledger, its merged result, and whoever runs its chunks.

use super::any_kernel::{AnyKernel, AnyPartial};
use super::control::{Control, State};
use super::library;
use super::stream::Stream;
use crate::error::{Error, Result, Status};
use crate::kernel::{Beat, Interrupt};
use crate::parallel::{Ledger, Scratch, Take, Work};
use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

pub struct Run {
    /// Dropped when the job has ended and the last thread leaves it: it may hold much memory, and an
    /// ended job may live long.
    kernel: Mutex<Option<Arc<dyn AnyKernel>>>,
    chunks: u64,
    total_work: u64,
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
    merged: Option<AnyPartial>,
}

impl Run {
    pub fn new(kernel: Arc<dyn AnyKernel>, control: Arc<Control>) -> Run {
        let ledger = Ledger::new(kernel.chunks(), kernel.window());
        let merged = Some(kernel.empty());
        Run {
            chunks: kernel.chunks(),
            total_work: kernel.total_work(),
            group: kernel.stream_group(),
            stream: Stream::default(),
            kernel: Mutex::new(Some(kernel)),
            control,
            books: Mutex::new(Books { ledger, merged }),
            limit: AtomicUsize::new(usize::MAX),
            spare: Mutex::new(None),
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

    /// Merges what is in order, ends the job after the last; true when held-back chunks are free again.
    fn enter(
        &self,
        kernel: &dyn AnyKernel,
        chunk: u64,
        partial: AnyPartial,
        interrupt: &Interrupt,
    ) -> Result<bool> {
        let mut books = self.books();
        let Books { ledger, merged } = &mut *books;
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
            if let (Some(merged), Ok(())) = (merged.as_mut(), &outcome) {
                outcome = kernel.merge(merged, partial);
            }
            work += kernel.work(chunk);
        });
        outcome?;
        if work > 0 {
            self.control.add_done(work);
        }
        let relief = ledger.take_relief();
        // Once: nothing is handed out any more, and late answers change nothing.
        let complete = if ledger.is_complete() { merged.take() } else { None };
        drop(books);
        match complete {
            Some(merged) => {
                let result = kernel.finish(merged, interrupt)?;
                self.control.finish(kernel.values(&result)?);
            }
            None if work > 0 => self.control.announce(),
            None => {}
        }
        Ok(relief)
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
            State::Running => Ok(()),
            State::Cancelled => Err(Status::Cancelled.into()),
            State::Failed => Err(Error::new(Status::Failed, self.control.message())),
            State::New | State::Done => Err(Error::new(
                Status::State,
                "the job is not running: no chunk is to be handed out",
            )),
        }
    }
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
    fn take(&self) -> Take {
        if self.control.state() != State::Running {
            return Take::Over;
        }
        let mut books = self.books();
        match books.ledger.hand_out() {
            Some(chunk) => {
                self.control.enter();
                Take::Chunk(chunk)
            }
            None if books.ledger.all_out() => Take::Over,
            None => Take::Later,
        }
    }

    fn run(&self, chunk: u64, scratch: &mut Scratch, beat: &Beat) -> bool {
        let interrupt = self.control.interrupt.seen_by(beat);
        // Making the buffers and merging are the kernel's code too, so they are guarded as well.
        let outcome = guard(chunk, || {
            let kernel = self.kernel()?;
            let partial = kernel.run(chunk, scratch, &interrupt)?;
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

    /// The result of a job without chunks. Errors: Cancelled.
    pub fn values_of_nothing(&self) -> Result<Vec<u64>> {
        let kernel = self.kernel()?;
        kernel.values(&kernel.empty())
    }

    /// Runs the next chunk of a stream on this thread. Errors: Cancelled, State, the kernel's own.
    pub(super) fn work_once(&self, kernel: &dyn AnyKernel) -> Result<()> {
        let chunk = self.hand_out()?;
        let mut scratch = self.spare.lock().unwrap_or_else(PoisonError::into_inner).take();
        let outcome = guard(chunk, || {
            let partial = kernel.run(chunk, &mut scratch, &self.control.interrupt)?;
            self.enter(kernel, chunk, partial, &self.control.interrupt)
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

    /// After a cancel: gives back what waits for the reader of a stream. Never blocks.
    pub fn abandon(&self) {
        if self.group == 0 || !self.control.state().is_end() {
            return;
        }
        // Who holds the lock now will see that the job has ended.
        if let Ok(mut books) = self.books.try_lock() {
            books.ledger.close();
        }
        self.stream.close();
        self.release();
        // So that the threads forget the job, and with it its memory.
        let _ = library::recall();
    }

    /// At most so many threads at once; 0 is taken for no limit.
    pub fn set_limit(&self, threads: usize) {
        self.limit.store(if threads == 0 { usize::MAX } else { threads }, Ordering::Relaxed);
    }

    /// For chunks that others run: the next to hand out. Errors: Cancelled, State (none now).
    pub fn hand_out(&self) -> Result<u64> {
        self.still_running()?;
        self.books().ledger.hand_out().ok_or_else(|| {
            Error::new(Status::State, "no chunk is to be handed out now: bring results back first")
        })
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
            kernel.encode(&kernel.run(chunk, &mut scratch, &self.control.interrupt)?)
        })
        .inspect_err(|error| self.control.note_failure(error))?;
        // Only buffers that saw no panic are used again.
        *self.spare.lock().unwrap_or_else(PoisonError::into_inner) = scratch;
        Ok(bytes)
    }
}

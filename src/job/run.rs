//! One kernel under way: its ledger, its merged result, and whoever runs its chunks.

use super::control::{Control, State};
use crate::error::{Error, Result, Status};
use crate::kernel::{Kernel, Partial};
use crate::parallel::{Ledger, Scratch, Take, Work};
use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A kernel under way, its type forgotten.
pub trait Run: Work {
    fn chunks(&self) -> u64;
    fn total_work(&self) -> u64;
    /// The result of a job without chunks.
    fn values_of_nothing(&self) -> Vec<u64>;
    /// At most so many threads at once; 0 is taken for no limit.
    fn set_limit(&self, threads: usize);
    /// As [`Work`], for the crew.
    fn as_work(self: Arc<Self>) -> Arc<dyn Work>;

    /// For chunks that others run: the next to hand out. Errors: Cancelled, State (none now).
    fn hand_out(&self) -> Result<u64>;
    /// The encoded result of a chunk from elsewhere. Errors: Format, Range, Cancelled.
    fn bring_back(&self, chunk: u64, bytes: &[u8]) -> Result<()>;
    /// A chunk whose runner was lost. Errors: Range.
    fn give_back(&self, chunk: u64) -> Result<()>;
    /// Runs one chunk on this thread and returns its encoded result.
    /// Errors: Range, Cancelled, the kernel's own, Panic.
    fn run_here(&self, chunk: u64) -> Result<Vec<u8>>;
}

pub struct KernelRun<K: Kernel> {
    /// Dropped when the job has ended and the last thread leaves it: it may hold much memory, and an
    /// ended job may live long.
    kernel: Mutex<Option<Arc<K>>>,
    chunks: u64,
    total_work: u64,
    control: Arc<Control>,
    books: Mutex<Books<K>>,
    limit: AtomicUsize,
    /// The buffers of `run_here`, while nobody uses them.
    spare: Mutex<Option<K::Scratch>>,
}

struct Books<K: Kernel> {
    ledger: Ledger<K::Partial>,
    merged: Option<K::Partial>,
}

impl<K: Kernel> KernelRun<K> {
    pub fn new(kernel: K, control: Arc<Control>) -> KernelRun<K> {
        let ledger = Ledger::new(kernel.chunks(), kernel.window());
        let merged = Some(kernel.empty());
        KernelRun {
            chunks: kernel.chunks(),
            total_work: kernel.total_work(),
            kernel: Mutex::new(Some(Arc::new(kernel))),
            control,
            books: Mutex::new(Books { ledger, merged }),
            limit: AtomicUsize::new(usize::MAX),
            spare: Mutex::new(None),
        }
    }

    fn books(&self) -> MutexGuard<'_, Books<K>> {
        // A panic in `merge` poisons it; the job has failed then and the books are closed.
        self.books.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The kernel, while the job lives. Errors: Cancelled, Failed, State.
    fn kernel(&self) -> Result<Arc<K>> {
        let kernel = self.kernel.lock().unwrap_or_else(PoisonError::into_inner).clone();
        kernel.ok_or_else(|| match self.still_running() {
            Ok(()) => Error::from(Status::State),
            Err(error) => error,
        })
    }

    /// Gives the kernel's memory back once the job has ended.
    fn release(&self) {
        if self.control.state().is_end() {
            self.kernel.lock().unwrap_or_else(PoisonError::into_inner).take();
        }
    }

    /// Merges what is in order, ends the job after the last; true when held-back chunks are free again.
    fn enter(&self, kernel: &K, chunk: u64, partial: K::Partial) -> bool {
        let mut books = self.books();
        let Books { ledger, merged } = &mut *books;
        let mut work = 0;
        ledger.bring_back(chunk, partial, |chunk, partial| {
            if let Some(merged) = merged {
                kernel.merge(merged, partial);
            }
            work += kernel.work(chunk);
        });
        if work > 0 {
            self.control.add_done(work);
        }
        let relief = ledger.take_relief();
        if ledger.is_complete() {
            // Once: nothing is handed out any more, and late answers change nothing.
            if let Some(merged) = merged.take() {
                self.control.finish(merged.values());
            }
        } else if work > 0 {
            self.control.announce();
        }
        relief
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

    fn still_running(&self) -> Result<()> {
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

impl<K: Kernel> Work for KernelRun<K> {
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

    fn run(&self, chunk: u64, scratch: &mut Scratch) -> bool {
        // Making the buffers and merging are the kernel's code too, so they are guarded as well.
        let outcome = guard(chunk, || {
            let kernel = self.kernel()?;
            let scratch = scratch.get_or_insert_with(|| Box::new(kernel.scratch()));
            match scratch.downcast_mut::<K::Scratch>() {
                Some(scratch) => {
                    let partial = kernel.run(chunk, scratch, &self.control.interrupt)?;
                    Ok(self.enter(&kernel, chunk, partial))
                }
                None => Err(Error::new(Status::Panic, "a thread's buffers are of another job")),
            }
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

impl<K: Kernel> Run for KernelRun<K> {
    fn chunks(&self) -> u64 {
        self.chunks
    }

    fn total_work(&self) -> u64 {
        self.total_work
    }

    fn values_of_nothing(&self) -> Vec<u64> {
        self.kernel().map_or(vec![], |kernel| kernel.empty().values())
    }

    fn set_limit(&self, threads: usize) {
        self.limit.store(if threads == 0 { usize::MAX } else { threads }, Ordering::Relaxed);
    }

    fn as_work(self: Arc<Self>) -> Arc<dyn Work> {
        self
    }

    fn hand_out(&self) -> Result<u64> {
        self.still_running()?;
        self.books().ledger.hand_out().ok_or_else(|| {
            Error::new(Status::State, "no chunk is to be handed out now: bring results back first")
        })
    }

    fn bring_back(&self, chunk: u64, bytes: &[u8]) -> Result<()> {
        self.know(chunk)?;
        if self.control.state() != State::Done {
            self.still_running()?;
        }
        if !self.books().ledger.is_known(chunk) {
            return Err(Error::new(
                Status::Range,
                format!("chunk {chunk} was never handed out: take it first"),
            ));
        }
        let partial = K::Partial::decode(bytes)?;
        // A chunk that was merged before may come back after the end.
        if self.control.state() != State::Done {
            self.enter(&*self.kernel()?, chunk, partial);
            self.release();
        }
        Ok(())
    }

    fn give_back(&self, chunk: u64) -> Result<()> {
        self.know(chunk)?;
        self.books().ledger.give_back(chunk);
        Ok(())
    }

    fn run_here(&self, chunk: u64) -> Result<Vec<u8>> {
        self.know(chunk)?;
        let spare = self.spare.lock().unwrap_or_else(PoisonError::into_inner).take();
        let (partial, scratch) = guard(chunk, || {
            let kernel = self.kernel()?;
            let mut scratch = spare.unwrap_or_else(|| kernel.scratch());
            let partial = kernel.run(chunk, &mut scratch, &self.control.interrupt)?;
            Ok((partial, scratch))
        })
        .inspect_err(|error| self.control.note_failure(error))?;
        *self.spare.lock().unwrap_or_else(PoisonError::into_inner) = Some(scratch);
        let mut bytes = vec![];
        partial.encode(&mut bytes);
        Ok(bytes)
    }
}

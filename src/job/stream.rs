//! The reader's side of a stream: a job whose values are read while it runs.

use super::any_kernel::{AnyKernel, AnyPartial};
use super::checkpoint::Reached;
use super::control::State;
use super::library;
use super::run::Run;
use super::text::{Format, Writer};
use crate::error::{Error, Result, Status};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError, TryLockError};
use std::time::{Duration, Instant};

/// Values that are written as bytes at once: they stay in the L1 cache.
const AT_ONCE: usize = 1024;

/// Where a reader stands.
pub struct Stream {
    place: Mutex<Place>,
    /// Where the last read that has returned ended, for a checkpoint while somebody reads.
    reached: Mutex<Reached>,
    /// Chunks are to be had again, and the threads have not been told.
    recall: AtomicBool,
}

struct Place {
    /// What is being read, and how much work it was.
    current: Option<(AnyPartial, u64)>,
    /// Where the reader is; what it says of differences is the writer's.
    reached: Reached,
    /// Values of the next chunk that were read before the job was restored.
    skip: u64,
    writer: Writer,
}

/// What to do when nothing is there to be read.
pub enum Otherwise {
    /// Wait until then; None: for ever.
    Wait(Option<Duration>),
    /// Run the next chunk on this thread.
    Work,
}

impl Stream {
    pub fn new(reached: Reached) -> Stream {
        let place = Place {
            current: None,
            reached: Reached { values_in_chunk: 0, ..reached },
            skip: reached.values_in_chunk,
            writer: Writer::behind(reached.before),
        };
        Stream {
            place: Mutex::new(place),
            reached: Mutex::new(reached),
            recall: AtomicBool::new(false),
        }
    }

    /// Where the last read ended.
    pub fn reached(&self) -> Reached {
        *self.reached.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets go of what is being read, unless somebody reads.
    pub fn close(&self) {
        if let Ok(mut place) = self.place.try_lock() {
            place.current = None;
        }
    }

    /// Errors: State (somebody else reads).
    fn enter(&self) -> Result<MutexGuard<'_, Place>> {
        match self.place.try_lock() {
            Ok(place) => Ok(place),
            Err(TryLockError::Poisoned(poisoned)) => Ok(poisoned.into_inner()),
            Err(TryLockError::WouldBlock) => Err(Error::new(
                Status::State,
                "another thread is reading: a stream has one reader at a time",
            )),
        }
    }

    /// What was read is the reader's now.
    fn hand_over(&self, place: &Place) {
        let reached = Reached { before: place.writer.before(), ..place.reached };
        *self.reached.lock().unwrap_or_else(PoisonError::into_inner) = reached;
    }
}

impl Run {
    /// Moves the next values, as many whole groups as are there and fit, to `out`; 0: that was all, the job is done.
    ///
    /// Errors: State (no stream, not running, somebody else reads), Buffer (no room for a group), Timeout,
    /// Cancelled, Failed; with `Work` also those of a chunk.
    pub fn read(&self, out: &mut [u64], otherwise: Otherwise) -> Result<usize> {
        let mut place = self.stream.enter()?;
        let count = self.read_at(&mut place, out, otherwise)?;
        self.stream.hand_over(&place);
        Ok(count)
    }

    fn read_at(&self, place: &mut Place, out: &mut [u64], otherwise: Otherwise) -> Result<usize> {
        if self.control.state() == State::Done {
            return if self.group > 0 { Ok(0) } else { Err(no_stream()) };
        }
        self.still_running()?;
        let kernel = self.kernel()?;
        if self.group == 0 {
            return Err(no_stream());
        }
        if out.len() < self.group {
            return Err(Error::new(
                Status::Buffer,
                format!("no room for one group of {} values", self.group),
            ));
        }
        let deadline = match otherwise {
            Otherwise::Wait(timeout) => timeout.and_then(|t| Instant::now().checked_add(t)),
            Otherwise::Work => None,
        };
        loop {
            let filled = self.fill(place, &*kernel, out)?;
            if filled > 0 {
                return Ok(filled);
            }
            if self.control.state() == State::Done {
                drop(kernel);
                self.release();
                return Ok(0);
            }
            match otherwise {
                Otherwise::Work => self.work_once(&*kernel)?,
                Otherwise::Wait(_) => {
                    self.tell_threads();
                    if !self.control.wait_until(deadline, || self.books().ledger.has_next()) {
                        return Err(Status::Timeout.into());
                    }
                    self.still_running()?;
                }
            }
        }
    }

    /// The same as bytes, appended to `out`: `room` of them at most. Errors: as `read`; Range.
    pub fn read_bytes(
        &self,
        format: Format,
        timeout: Option<Duration>,
        room: usize,
        out: &mut Vec<u8>,
    ) -> Result<()> {
        if self.group == 0 {
            return Err(no_stream());
        }
        if format == Format::Delta && self.group > 1 {
            return Err(Error::new(Status::Range, "k-tuplets have no differences: they overlap"));
        }
        let longest = format.longest(self.group);
        if room < longest {
            return Err(Error::new(
                Status::Buffer,
                format!("a line may take {longest} bytes, and there is room for {room}"),
            ));
        }
        let mut place = self.stream.enter()?;
        self.write(&mut place, format, timeout, room, out)?;
        self.stream.hand_over(&place);
        Ok(())
    }

    fn write(
        &self,
        place: &mut Place,
        format: Format,
        mut timeout: Option<Duration>,
        room: usize,
        out: &mut Vec<u8>,
    ) -> Result<()> {
        let longest = format.longest(self.group);
        // What is written is cut to its length afterwards.
        out.try_reserve(room + 64).map_err(|_| Error::from(Status::Memory))?;
        let end = out.len() + room;
        let mut values = [0; AT_ONCE];
        loop {
            let groups = ((end - out.len()) / longest).min(AT_ONCE / self.group);
            if groups == 0 {
                return Ok(());
            }
            let values = &mut values[..groups * self.group];
            match self.read_at(place, values, Otherwise::Wait(timeout)) {
                Ok(0) => return Ok(()),
                Ok(count) => place.writer.write(format, self.group, &values[..count], out),
                // What is there is there.
                Err(_) if timeout == Some(Duration::ZERO) && end - out.len() < room => {
                    return Ok(());
                }
                Err(error) => return Err(error),
            }
            timeout = Some(Duration::ZERO);
        }
    }

    /// Reads what has come back; ends the job behind the last value.
    fn fill(&self, place: &mut Place, kernel: &dyn AnyKernel, out: &mut [u64]) -> Result<usize> {
        let mut filled = 0;
        loop {
            if let Some((partial, work)) = &mut place.current {
                let read = kernel.read(partial, &mut out[filled..])?;
                filled += read;
                place.reached.values_in_chunk += read as u64;
                place.reached.values += read as u64;
                if read > 0 && out.len() - filled >= self.group {
                    continue;
                }
                if read == 0 {
                    self.control.add_done(*work);
                    place.reached.chunks += 1;
                    place.reached.work += *work;
                    place.reached.values_in_chunk = 0;
                    place.current = None;
                } else {
                    break;
                }
            }
            let mut books = self.books();
            match books.ledger.next_in_order() {
                Some((chunk, partial)) => place.current = Some((partial, kernel.work(chunk))),
                None => {
                    if books.ledger.is_complete() {
                        drop(books);
                        self.control.finish(vec![place.reached.values / self.group as u64]);
                        return Ok(filled);
                    }
                    break;
                }
            }
            if books.ledger.take_relief() {
                self.stream.recall.store(true, Ordering::Relaxed);
            }
            drop(books);
            self.tell_threads();
            self.pass_over(place, kernel)?;
        }
        Ok(filled)
    }

    /// In the chunk in which a restored stream goes on: passes over what was read before.
    /// Errors: Failed (the chunk has less).
    fn pass_over(&self, place: &mut Place, kernel: &dyn AnyKernel) -> Result<()> {
        let mut values = [0; AT_ONCE];
        let most = AT_ONCE / self.group * self.group;
        while let (1.., Some((partial, _))) = (place.skip, &mut place.current) {
            let count = most.min(usize::try_from(place.skip).unwrap_or(most));
            let read = kernel.read(partial, &mut values[..count])? as u64;
            if read == 0 {
                self.control.fail(Error::new(
                    Status::Altered,
                    "the checkpoint says that more values were read than there are",
                ));
                return self.still_running();
            }
            place.skip -= read;
            place.reached.values_in_chunk += read;
        }
        Ok(())
    }

    /// If that fails because the library is just being started or stopped, the next call tries again.
    fn tell_threads(&self) {
        if self.stream.recall.swap(false, Ordering::Relaxed) && library::recall().is_err() {
            self.stream.recall.store(true, Ordering::Relaxed);
        }
    }
}

fn no_stream() -> Error {
    Error::new(Status::State, "this kind of job has no values to read while it runs")
}

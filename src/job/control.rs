//! What a job's owner sees and says while others run it. Reading never locks, so the browser's main
//! thread may read at any time.

use super::phases::{Phase, Phases};
use crate::error::{Error, Result, Status};
use crate::kernel::Interrupt;
use crate::parallel::wake_all;
use std::sync::atomic::{AtomicU32, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Condvar, LazyLock, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

/// How late a cancel that slipped by is noticed.
const LOOK_AGAIN: Duration = Duration::from_millis(20);

/// Progress is announced no sooner than so many milliseconds after the last time, unless `announce_every` says otherwise: half a frame.
const PROGRESS_MS: u32 = 8;

/// Where a job is in its life. The numbers are the C ABI's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum State {
    New = 0,
    Running = 1,
    Done = 2,
    Cancelled = 3,
    Failed = 4,
    Paused = 5,
}

impl State {
    fn from_number(number: u32) -> State {
        match number {
            0 => State::New,
            1 => State::Running,
            2 => State::Done,
            3 => State::Cancelled,
            5 => State::Paused,
            _ => State::Failed,
        }
    }

    /// Started, and not ended.
    pub fn is_live(self) -> bool {
        matches!(self, State::Running | State::Paused)
    }

    pub fn is_end(self) -> bool {
        matches!(self, State::Done | State::Cancelled | State::Failed)
    }
}

/// Merged work over all work, in the kind's unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    pub done: u64,
    pub total: u64,
}

#[derive(Debug)]
pub struct Control {
    state: AtomicU32,
    done: AtomicU64,
    total: AtomicU64,
    pub phases: Phases,
    pub interrupt: Interrupt<'static>,
    /// Counts what happened; JavaScript sleeps on it with `Atomics.waitAsync`.
    event: AtomicU32,
    /// Progress is announced at most so often, in milliseconds; 0: never.
    every_ms: AtomicU32,
    /// When it was announced last, in milliseconds of the process.
    told_ms: AtomicU32,
    /// How many threads hold one of its chunks.
    inside: AtomicUsize,
    values: OnceLock<Vec<u64>>,
    failure: OnceLock<Error>,
    gate: Mutex<()>,
    ended: Condvar,
}

impl Default for Control {
    fn default() -> Control {
        Control {
            state: AtomicU32::default(),
            done: AtomicU64::default(),
            total: AtomicU64::default(),
            phases: Phases::default(),
            interrupt: Interrupt::default(),
            event: AtomicU32::default(),
            every_ms: AtomicU32::new(PROGRESS_MS),
            told_ms: AtomicU32::default(),
            inside: AtomicUsize::default(),
            values: OnceLock::default(),
            failure: OnceLock::default(),
            gate: Mutex::default(),
            ended: Condvar::default(),
        }
    }
}

impl Control {
    pub fn state(&self) -> State {
        State::from_number(self.state.load(Ordering::Acquire))
    }

    pub fn progress(&self) -> Progress {
        // `done` first: it only grows, and never past the total that is read after it.
        let done = self.done.load(Ordering::Acquire);
        Progress { done, total: self.total.load(Ordering::Acquire) }
    }

    pub fn phase(&self, index: usize) -> Option<Phase> {
        // The state first: what is read after it is at least as far.
        let state = self.state();
        self.phases.phase(index, state, self.progress())
    }

    pub fn event_word(&self) -> &AtomicU32 {
        &self.event
    }

    /// The results. Errors: State before the end; Cancelled; the failure's own.
    pub fn values(&self) -> Result<&[u64]> {
        match (self.state(), self.values.get()) {
            (State::Done, Some(values)) => Ok(values),
            (State::Cancelled, _) => Err(Status::Cancelled.into()),
            (State::Failed, _) => Err(Error::new(Status::Failed, self.message())),
            _ => Err(Error::new(
                Status::State,
                "the job has no result yet: wait until its state is TAM_STATE_DONE",
            )),
        }
    }

    /// A sentence on where the job stands.
    pub fn message(&self) -> String {
        match self.state() {
            // A chunk run for a job elsewhere may have failed here.
            State::New | State::Failed if self.failure.get().is_some() => {
                self.failure.get().map_or("", Error::message).into()
            }
            State::New => "the job has not been started".into(),
            State::Running => "the job is running".into(),
            State::Paused => "the job is paused: resume it to go on".into(),
            State::Done => "the job is done".into(),
            State::Cancelled => Status::Cancelled.text().into(),
            State::Failed => Status::Failed.text().into(),
        }
    }

    /// Keeps the error of a chunk that was run for a job elsewhere, for its message.
    pub fn note_failure(&self, error: &Error) {
        let _ = self.failure.set(error.clone());
    }

    /// The error a failed job ended with, or that a chunk run for a job elsewhere met.
    pub fn failure(&self) -> Option<&Error> {
        self.failure.get()
    }

    /// New to Running, once. Errors: State.
    pub fn begin(&self) -> Result<()> {
        match self.turn(State::New, State::Running) {
            true => Ok(()),
            false => Err(Error::new(
                Status::State,
                "the job was started before: make a new job for another run",
            )),
        }
    }

    /// Running to Paused: no more chunks are handed out. Errors: State (not started, or ended).
    pub fn pause(&self) -> Result<()> {
        self.swap(State::Running, State::Paused, "paused")
    }

    /// Paused to Running. Errors: State (not started, or ended).
    pub fn resume(&self) -> Result<()> {
        self.swap(State::Paused, State::Running, "resumed")
    }

    fn swap(&self, from: State, to: State, what: &str) -> Result<()> {
        if self.turn(from, to) {
            self.announce();
        } else if self.state() != to {
            return Err(Error::new(
                Status::State,
                format!("the job can't be {what}: {}", self.message()),
            ));
        }
        Ok(())
    }

    /// A start that came to nothing: the job may be started again.
    pub fn back_to_new(&self) {
        self.leave_life(State::New);
    }

    pub fn set_total(&self, total: u64) {
        self.total.store(total, Ordering::Release);
    }

    /// Before the start: work that was done in another life of the job.
    pub fn set_done(&self, work: u64) {
        self.done.store(work, Ordering::Release);
    }

    pub fn add_done(&self, work: u64) {
        self.done.fetch_add(work, Ordering::AcqRel);
    }

    /// A thread of the crew takes a chunk.
    pub fn enter(&self) {
        self.inside.fetch_add(1, Ordering::AcqRel);
    }

    /// It has put the chunk away, and its buffers if the job has ended.
    pub fn leave(&self) {
        if self.inside.fetch_sub(1, Ordering::AcqRel) == 1 && self.state().is_end() {
            drop(self.gate.lock().unwrap_or_else(PoisonError::into_inner));
            self.ended.notify_all();
        }
    }

    /// Tells whoever sleeps on the event word.
    pub fn announce(&self) {
        self.event.fetch_add(1, Ordering::AcqRel);
        wake(&self.event);
    }

    /// Progress is announced at most once in so many milliseconds; 0: never.
    pub fn announce_every(&self, ms: u32) {
        self.every_ms.store(ms, Ordering::Relaxed);
    }

    /// Announces that it has got on, unless that was done just now. Whoever is woken takes a core from a thread that works:
    /// waking a browser's worker every 8 ms made a count to 10^9 on two threads take 4% longer, and once 10% (2 cores, Chromium 156).
    pub fn announce_progress(&self) {
        static ORIGIN: LazyLock<Instant> = LazyLock::new(Instant::now);
        let now = ORIGIN.elapsed().as_millis() as u32;
        let told = self.told_ms.load(Ordering::Relaxed);
        let every = self.every_ms.load(Ordering::Relaxed);
        // What comes back while it is paused may be the last for long. Of the end all are told anyhow, once.
        if (every > 0 && now.wrapping_sub(told) >= every) || self.state() == State::Paused {
            self.told_ms.store(now, Ordering::Relaxed);
            self.announce();
        }
    }

    /// Wakes all who wait in `wait_until`, and whoever sleeps on the event word.
    pub fn nudge(&self) {
        drop(self.gate.lock().unwrap_or_else(PoisonError::into_inner));
        self.ended.notify_all();
        self.announce();
    }

    /// Blocks until `ready` says so or the job is neither running nor paused; false when `deadline` comes first.
    /// Whoever makes it ready calls `nudge`.
    pub fn wait_until(&self, deadline: Option<Instant>, ready: impl Fn() -> bool) -> bool {
        let mut gate = self.gate.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            if !self.state().is_live() || ready() {
                return true;
            }
            let left = deadline.map_or(LOOK_AGAIN, |d| d.saturating_duration_since(Instant::now()));
            if left.is_zero() {
                return false;
            }
            gate = self
                .ended
                .wait_timeout(gate, left.min(LOOK_AGAIN))
                .unwrap_or_else(PoisonError::into_inner)
                .0;
        }
    }

    pub fn finish(&self, values: Vec<u64>) {
        let _ = self.values.set(values);
        self.end(State::Done);
    }

    pub fn fail(&self, error: Error) {
        let _ = self.failure.set(error);
        // In this order: a chunk that stops because of the interrupt must find the job failed, lest it
        // be called cancelled.
        self.end(State::Failed);
        self.interrupt.raise();
    }

    /// Ends a job that has not ended: no more of its chunks are begun, those that run stop at their
    /// next segment.
    pub fn cancel(&self) {
        if self.state().is_end() {
            return;
        }
        self.interrupt.raise();
        if !self.turn(State::New, State::Cancelled) {
            self.leave_life(State::Cancelled);
        }
        // No lock here: the browser's main thread may cancel. A waiter that was just about to sleep
        // misses this call and looks again by itself, see `wait`.
        self.ended.notify_all();
        self.announce();
    }

    /// Called by the threads that run chunks.
    fn end(&self, state: State) {
        {
            let _gate = self.gate.lock().unwrap_or_else(PoisonError::into_inner);
            self.leave_life(state);
        }
        self.ended.notify_all();
        self.announce();
    }

    /// Running or Paused to `to`; it may be paused and resumed meanwhile.
    fn leave_life(&self, to: State) {
        while self.state().is_live()
            && !self.turn(State::Running, to)
            && !self.turn(State::Paused, to)
        {}
    }

    fn turn(&self, from: State, to: State) -> bool {
        self.state
            .compare_exchange(from as u32, to as u32, Ordering::AcqRel, Ordering::Acquire)
            .is_ok()
    }

    /// OK when the job is done. Errors: Timeout (it runs, or is paused), Cancelled, Failed, State (never started).
    pub fn look(&self) -> Result<()> {
        match self.state() {
            State::Done => Ok(()),
            State::Running | State::Paused => Err(Status::Timeout.into()),
            State::Cancelled => Err(Status::Cancelled.into()),
            State::Failed => Err(Error::new(Status::Failed, self.message())),
            State::New => Err(Error::new(
                Status::State,
                "the job was never started: call tam_job_start first",
            )),
        }
    }

    /// Blocks until the job ends; None: for ever. When it failed or was cancelled, also until its
    /// threads have left it, so that its memory is there for the next job.
    /// Errors: Timeout, Cancelled, Failed, State (never started).
    pub fn wait(&self, timeout: Option<Duration>) -> Result<()> {
        /// Kernels look at the interrupt far more often than this.
        const LEAVE_AT_MOST: Duration = Duration::from_secs(1);
        let mut deadline = timeout.and_then(|t| Instant::now().checked_add(t));
        let mut ended = false;
        let mut gate = self.gate.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            let end = self.look();
            match self.state() {
                State::Running | State::Paused => {}
                State::Failed | State::Cancelled if self.inside.load(Ordering::Acquire) > 0 => {
                    if !ended {
                        ended = true;
                        let latest = Instant::now() + LEAVE_AT_MOST;
                        deadline = Some(deadline.map_or(latest, |d| d.min(latest)));
                    }
                }
                _ => return self.look(),
            }
            let left = match deadline {
                Some(deadline) => deadline.saturating_duration_since(Instant::now()),
                None => LOOK_AGAIN,
            };
            if left.is_zero() {
                return end;
            }
            gate = self
                .ended
                .wait_timeout(gate, left.min(LOOK_AGAIN))
                .unwrap_or_else(PoisonError::into_inner)
                .0;
        }
    }
}

fn wake(word: &AtomicU32) {
    // SAFETY: the word lives.
    unsafe { wake_all(word.as_ptr()) };
}

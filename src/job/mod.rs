//! Jobs: made, given parameters, started, watched, cancelled, read.

mod any_kernel;
mod base64;
mod checkpoint;
mod control;
pub mod kinds;
mod library;
pub mod number_kinds;
mod params;
mod phases;
mod restore;
mod run;
mod stream;
mod text;
mod together;
mod tune;

pub use checkpoint::{from_text, to_text};
pub use control::{Progress, State};
pub use library::{Threads, beats, init, shutdown, threads, with_crew};
pub use params::{Param, Spec};
pub use phases::{Phase, PhaseState};
pub use restore::describe;
pub use text::Format;
pub use together::together;

use crate::error::{Error, Result, Status};
use control::Control;
use kinds::Kind;
use params::Params;
use run::Run;
use std::sync::atomic::AtomicU32;
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use stream::Otherwise;

/// One job. Threads: all methods from any thread; none but `wait` and `run_chunk` blocks.
/// Dropping a running job cancels it.
pub struct Job {
    kind: &'static Kind,
    params: Params,
    control: Arc<Control>,
    /// Made from the parameters once, when they are first needed; they are fixed from then on.
    run: OnceLock<Arc<Run>>,
}

impl Job {
    /// A new job of one of the `kinds`. Errors: Kind.
    pub fn new(kind: i32) -> Result<Job> {
        let kind = kinds::find(kind)?;
        Ok(Job {
            kind,
            params: Params::new(kind.params),
            control: Arc::default(),
            run: OnceLock::new(),
        })
    }

    pub fn kind(&self) -> &'static Kind {
        self.kind
    }

    /// Errors: Param, Range, State (started, restored, or its chunks were asked for). `Param::Threads` may be set
    /// until the job ends; State then also as `resume`.
    pub fn set(&self, param: i32, value: u64) -> Result<()> {
        if param == Param::Threads as i32 && !self.state().is_end() {
            self.params.set(param, value)?;
            return self.run.get().map_or(Ok(()), |run| self.apply_threads(run));
        }
        if self.run.get().is_some() || self.state() != State::New {
            return Err(Error::new(
                Status::State,
                "the job's parameters are fixed once it is started: make a new job",
            ));
        }
        self.params.set(param, value)
    }

    /// Errors: State (as `resume`).
    fn apply_threads(&self, run: &Run) -> Result<()> {
        run.set_limit(usize::try_from(self.params.of(Param::Threads)?).unwrap_or(usize::MAX));
        // More may come now.
        if self.state() == State::Running { library::recall() } else { Ok(()) }
    }

    /// Errors: Param.
    pub fn get(&self, param: i32) -> Result<u64> {
        self.params.get(param)
    }

    /// Starts the job on the threads of the library. Never blocks.
    /// Errors: Range (parameters that do not fit each other), State (started before), Threads (none
    /// to be had), Memory.
    pub fn start(&self) -> Result<()> {
        self.begin(|run| library::submit(run), false)
    }

    /// Starts the job; its chunks are run elsewhere: see `take_chunk`. Needs no threads.
    /// A job that was restored with all its chunks merged ends here: its last step blocks.
    /// Errors: Range, State.
    pub fn start_external(&self) -> Result<()> {
        self.begin(|_| Ok(()), true)
    }

    fn begin(&self, submit: fn(Arc<Run>) -> Result<()>, external: bool) -> Result<()> {
        let run = Arc::clone(self.prepare()?);
        self.apply_threads(&run)?;
        self.control.set_total(run.total_work());
        run.set_phases();
        self.control.begin()?;
        if run.only_end && (external || run.chunks() == 0) {
            run.conclude_here();
            return Ok(());
        }
        submit(run).inspect_err(|_| self.control.back_to_new())?;
        self.control.announce();
        Ok(())
    }

    fn prepare(&self) -> Result<&Arc<Run>> {
        if let Some(run) = self.run.get() {
            return Ok(run);
        }
        let kernel = (self.kind.make)(&self.params)?;
        Ok(self.run.get_or_init(|| Arc::new(Run::new(kernel, Arc::clone(&self.control), None))))
    }

    fn started(&self) -> Result<&Arc<Run>> {
        self.run.get().filter(|_| self.state() != State::New).ok_or_else(|| {
            Error::new(Status::State, "the job was not started: call tam_job_start_external first")
        })
    }

    pub fn state(&self) -> State {
        self.control.state()
    }

    pub fn progress(&self) -> Progress {
        self.control.progress()
    }

    /// How many phases it has; 0 before the start of a job that was not restored.
    pub fn phases(&self) -> usize {
        self.control.phases.count()
    }

    /// A phase, as it is now. Errors: Range.
    pub fn phase(&self, index: usize) -> Result<Phase> {
        self.control.phase(index).ok_or_else(|| Error::from(Status::Range))
    }

    /// Changes, and is woken as a futex, whenever the job moves on.
    pub fn event_word(&self) -> &AtomicU32 {
        self.control.event_word()
    }

    /// Progress alone moves the event word at most once in `ms` milliseconds; 0: never.
    pub fn announce_every(&self, ms: u32) {
        self.control.announce_every(ms);
    }

    /// A sentence on where the job stands, or why it failed.
    pub fn message(&self) -> String {
        self.control.message()
    }

    /// The error that a failed job ended with, or that `run_chunk` met.
    pub fn failure(&self) -> Option<&Error> {
        self.control.failure()
    }

    /// The results. Errors: State before the end, Cancelled, Failed.
    pub fn values(&self) -> Result<&[u64]> {
        self.control.values()
    }

    /// Blocks until the job ends; None: for ever. Errors: Timeout, Cancelled, Failed, State.
    pub fn wait(&self, timeout: Option<Duration>) -> Result<()> {
        self.control.wait(timeout)
    }

    /// As `wait` with no time to wait: never blocks.
    pub fn look(&self) -> Result<()> {
        self.control.look()
    }

    /// Runs the whole job on this thread. Blocks. Errors: Range, State, Cancelled, the kernel's own.
    pub fn run_alone(&self) -> Result<()> {
        self.start_external()?;
        while self.state().is_live() {
            self.control.wait_until(None, || self.state() == State::Running);
            let chunk = match self.take_chunk() {
                Err(_) if self.state() == State::Paused => continue,
                chunk => chunk?,
            };
            let bytes = self.run_chunk(chunk)?;
            self.put_chunk(chunk, &bytes)?;
        }
        self.look()
    }

    /// Reads a stream: moves its next values, as many as are there and fit, to `out`, and returns how many; 0 at
    /// the end, when the job is done. Waits at most `timeout` for the first; None: for ever. One thread may read
    /// at a time; where values belong together (k-tuplets), only whole groups are moved.
    /// Errors: State (no stream, not started, another thread reads), Buffer (no room for a group), Timeout, Cancelled,
    /// Failed.
    pub fn read(&self, out: &mut [u64], timeout: Option<Duration>) -> Result<usize> {
        self.started()?.read(out, Otherwise::Wait(timeout))
    }

    /// The same for a job that was started externally: runs the chunks on this thread as they are needed.
    /// Errors: as `read`, and the kernel's own.
    pub fn read_alone(&self, out: &mut [u64]) -> Result<usize> {
        self.started()?.read(out, Otherwise::Work)
    }

    /// Reads a stream as bytes: appends its next values in `format`, whole lines or numbers, to `out`, `room` bytes at most.
    /// Nothing is appended at the end. Waits at most `timeout` for the first value; None: for ever.
    /// Errors: as `read`; Buffer (`room` is too small for one group), Range (differences of k-tuplets).
    pub fn read_bytes(
        &self,
        format: Format,
        timeout: Option<Duration>,
        room: usize,
        out: &mut Vec<u8>,
    ) -> Result<()> {
        self.started()?.read_bytes(format, timeout, room, out)
    }

    /// Hands out no more chunks until `resume`; those under way are run to their end and merged, so the job may
    /// end meanwhile. Fine when it is paused. Never blocks. Errors: State (not started, or ended).
    pub fn pause(&self) -> Result<()> {
        self.control.pause()
    }

    /// Goes on. Fine when it runs. Never blocks. Errors: State (not started, or ended; or the library is being
    /// started or stopped just now: call it again).
    pub fn resume(&self) -> Result<()> {
        self.control.resume()?;
        library::recall()
    }

    /// How many values of a stream belong together; 0: this is no stream. Errors: Range.
    pub fn stream_group(&self) -> Result<usize> {
        Ok(self.prepare()?.group)
    }

    /// Ends the job if it has not ended: its state changes at once, its threads leave it at their
    /// next segment.
    pub fn cancel(&self) {
        let rested = self.state() == State::Paused;
        self.control.cancel();
        if let Some(run) = self.run.get().filter(|run| rested || run.group > 0) {
            run.abandon();
        }
    }

    /// How many chunks the job has. Errors: Range.
    pub fn chunks(&self) -> Result<u64> {
        Ok(self.prepare()?.chunks())
    }

    /// The next chunk for somebody else to run. Errors: State (none now), Cancelled, Failed.
    pub fn take_chunk(&self) -> Result<u64> {
        self.started()?.hand_out(None)
    }

    /// The same for somebody whose last chunk was `last`, whether or not it has come back: the one behind it is cheaper for him.
    pub fn take_chunk_after(&self, last: u64) -> Result<u64> {
        self.started()?.hand_out(Some(last))
    }

    /// Brings the result of a chunk; what is in order is merged. The same chunk twice is fine.
    /// Errors: Range, Format, State, Cancelled, Failed.
    pub fn put_chunk(&self, chunk: u64, bytes: &[u8]) -> Result<()> {
        self.started()?.bring_back(chunk, bytes)
    }

    /// Says that whoever had `chunk` is lost. Errors: Range, State.
    pub fn return_chunk(&self, chunk: u64) -> Result<()> {
        self.started()?.give_back(chunk)
    }

    /// Runs one chunk on this thread and returns its encoded result, for the `put_chunk` of a job
    /// with the same parameters elsewhere. Blocks while it runs.
    /// Errors: Range, Cancelled, Memory, Panic.
    pub fn run_chunk(&self, chunk: u64) -> Result<Vec<u8>> {
        self.prepare()?.run_here(chunk)
    }
}

impl Drop for Job {
    fn drop(&mut self) {
        self.cancel();
    }
}

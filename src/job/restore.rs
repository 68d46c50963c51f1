//! Jobs to checkpoints, and back. What a checkpoint says is checked against the kernel that its parameters make
//! before anything of it is used.

use super::Job;
use super::any_kernel::{AnyKernel, AnyPartial};
use super::checkpoint::{Checkpoint, MADE_BY, Reached};
use super::control::State;
use super::kinds;
use super::run::{Restored, Run};
use crate::error::{Error, Result, Status};
use std::sync::Arc;

impl Job {
    /// What it takes to go on with the job elsewhere: see `restore`. Works in any state but `Done`, and while the
    /// job runs; then it holds what is merged, or, of a stream, what has been read. A job that failed or was
    /// cancelled has its last one. Locks briefly, and stops no thread.
    /// Errors: State (done), Range (not started, and the parameters do not fit each other), Failed (a bug:
    /// merging went wrong).
    pub fn checkpoint(&self) -> Result<Vec<u8>> {
        if self.state() == State::Done {
            return Err(Error::new(Status::State, "the job is done: read its result instead"));
        }
        let fresh;
        let run = match self.run.get() {
            Some(run) => &**run,
            None => {
                // Made for once: asking fixes no parameters.
                let kernel = (self.kind.make)(&self.params)?;
                fresh = Run::new(kernel, Arc::clone(&self.control), None);
                &fresh
            }
        };
        let (reached, merged) = run.snapshot()?;
        let checkpoint = Checkpoint {
            made_by: MADE_BY.into(),
            kind: self.kind.number,
            kind_name: self.kind.name.into(),
            params: self.params.all().collect(),
            chunks: run.chunks(),
            total_work: run.total_work(),
            reached,
            merged,
        };
        Ok(checkpoint.encode())
    }

    /// A job that has not been started and has got as far as the checkpoint says. Its parameters are fixed, but
    /// for the number of threads.
    /// Errors: Foreign, Truncated, Altered, Version, Kind, Memory.
    pub fn restore(bytes: &[u8]) -> Result<Job> {
        let checkpoint = Checkpoint::decode(bytes)?;
        let kind = kinds::find(checkpoint.kind)
            .map_err(|_| checkpoint.refused(Status::Kind, "does not know its kind of job"))?;
        let job = Job::new(kind.number)?;
        let known = kind.name == checkpoint.kind_name
            && checkpoint.params.iter().enumerate().all(|(i, &(param, value))| {
                let twice = checkpoint.params[..i].iter().any(|(other, _)| *other == param);
                !twice && job.params.set(param, value).is_ok()
            });
        if !known {
            return Err(checkpoint.misfit());
        }
        let kernel = (kind.make)(&job.params).map_err(|error| match error.status() {
            Status::Memory => error,
            _ => checkpoint.misfit(),
        })?;
        let chunks = kernel.chunks();
        if (checkpoint.chunks, checkpoint.total_work) != (chunks, kernel.work_before(chunks)) {
            return Err(checkpoint.refused(Status::Version, "cuts the job into other pieces"));
        }
        let merged = checkpoint.fit(&*kernel).ok_or_else(|| checkpoint.misfit())?;
        let reached = checkpoint.reached;
        job.control.set_total(checkpoint.total_work);
        job.control.set_done(reached.work);
        let run = Run::new(kernel, Arc::clone(&job.control), Some(Restored { reached, merged }));
        run.set_phases();
        job.run.get_or_init(|| Arc::new(run));
        Ok(job)
    }
}

/// A sentence on a checkpoint: what it holds, or why it is refused.
pub fn describe(bytes: &[u8]) -> String {
    let restored = Job::restore(bytes).and_then(|_| Checkpoint::decode(bytes));
    restored.map_or_else(
        |error| error.message().into(),
        |it| {
            format!(
                "{}, {} of {} chunks done, made by tamis {}",
                it.kind_name, it.reached.chunks, it.chunks, it.made_by
            )
        },
    )
}

impl Checkpoint {
    /// What it says does not fit: by a version that knows more, or by nobody.
    fn misfit(&self) -> Error {
        match self.made_by == MADE_BY {
            true => Error::from(Status::Altered),
            false => self.refused(Status::Version, "does not understand it"),
        }
    }

    /// What the job goes on from, if it fits the kernel.
    fn fit(&self, kernel: &dyn AnyKernel) -> Option<AnyPartial> {
        let reached = self.reached;
        if reached.chunks > self.chunks || reached.work != kernel.work_before(reached.chunks) {
            return None;
        }
        let group = kernel.stream_group() as u64;
        let (merged, fits) = if group == 0 {
            let Reached { chunks, work, .. } = reached;
            let only_merged = Reached { chunks, work, ..Reached::default() };
            (kernel.decode(&self.merged).ok()?, reached == only_merged)
        } else {
            let fits = self.merged.is_empty() && reached.may_be_read(self.chunks, group, kernel);
            (kernel.empty(), fits)
        };
        (fits && kernel.is_plausible(&merged, reached.chunks, reached.work)).then_some(merged)
    }
}

impl Reached {
    /// Whether a reader of so many `chunks` and of values in groups of `group` may have got here: it can't have
    /// read more groups than there are integers.
    fn may_be_read(&self, chunks: u64, group: u64, kernel: &dyn AnyKernel) -> bool {
        let most = |work: u64| work.saturating_mul(group);
        let here = if self.chunks < chunks { kernel.work(self.chunks) } else { 0 };
        let behind = self.values.checked_sub(self.values_in_chunk);
        self.values_in_chunk.is_multiple_of(group)
            && self.values.is_multiple_of(group)
            && self.values_in_chunk <= most(here)
            && behind.is_some_and(|values| values <= most(self.work))
            && (self.values > 0 || self.before == 0)
    }
}

//! Typed, blocking conveniences: one call, one answer.

use super::{guard, output, tam_status};
use crate::error::{Error, Result, Status};
use crate::job::{Job, Param, kinds};
use crate::parallel::may_block;

/// Counts the primes p with `start <= p <= stop`, on all threads of the library, and writes how many
/// there are. Both ends are inclusive and may be anything up to 2^64 - 1.
///
/// The threads are started if they were not; where none can be had (a browser page without shared
/// memory), the calling thread does the work. Jobs give the same with progress and cancel.
///
/// Threads: any but the browser's main thread; blocks until the count is there. Several threads may
/// count at once. Ownership: `count` is borrowed for the call.
/// Errors: NULL, RANGE (`start` exceeds `stop`), MAIN_THREAD, MEMORY, PANIC; CANCELLED when the library
/// is shut down meanwhile.
/// Source: the segmented sieve of Eratosthenes, Bays and Hudson, BIT 17 (1977).
///
/// # Safety
/// `count` is NULL or points to a writable `uint64_t`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tam_count_primes(start: u64, stop: u64, count: *mut u64) -> tam_status {
    guard(|| {
        // SAFETY: promised by the caller.
        let count = unsafe { output(count) }?;
        let job = Job::new(kinds::COUNT_PRIMES)?;
        job.set(Param::Start as i32, start)?;
        job.set(Param::Stop as i32, stop)?;
        *count = finish(&job)?;
        Ok(())
    })
}

/// Runs a job to its end, on this thread if no other can be had.
fn finish(job: &Job) -> Result<u64> {
    if !may_block() {
        return Err(Error::from(Status::MainThread));
    }
    match job.start() {
        Ok(()) => job.wait(None).map_err(|e| job.failure().cloned().unwrap_or(e))?,
        Err(e) if matches!(e.status(), Status::Threads | Status::Memory) => job.run_alone()?,
        Err(e) => return Err(e),
    }
    job.values()?.first().copied().ok_or_else(|| Error::from(Status::State))
}

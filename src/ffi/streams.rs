//! Reading streams: jobs whose values are read while they run.

use super::jobs::tam_job;
use super::{guard, handles, output, output_list, tam_status};
use crate::error::{Error, Result, Status};
use crate::job::{Format, Job, Param, kinds};
use crate::parallel::may_block;
use std::time::Duration;

/// A decimal a line; k-tuplets as "(3, 5)". A line ends with "\n".
pub const TAM_FORMAT_TEXT: i32 = 1;
/// Unsigned LEB128 numbers (7 bits a byte, the lowest first; the top bit says that more follow): the first value, then each
/// one's difference to the one before. About a byte for a prime. Not for k-tuplets.
pub const TAM_FORMAT_DELTA: i32 = 2;

/// More than the longest line: six members of a k-tuplet.
const LEAST_BYTES: usize = 160;

/// Moves the next values of a stream (a job of kind `TAM_KIND_LIST_PRIMES`, or another that says so), in order, to `buf`: as many as are there,
/// `cap` at most, and writes how many to `len`; 0 says that there are no more, and the job is done. The
/// members of a k-tuplet are moved together, and so are other values that belong together.
///
/// Waits at most `timeout_ms` milliseconds for the first value; a negative number waits for ever, 0 only
/// looks. While nobody reads, the job goes on until 64 megabytes wait (natively 256), and then rests. Whoever
/// wants no more frees or cancels the job. A job started with `tam_job_start_external` is read in the same way:
/// after a call, `tam_job_take_chunk` may have chunks again.
///
/// Threads: any, one at a time; blocks, and so is refused on the browser's main thread unless `timeout_ms` is 0.
/// Ownership: all pointers are borrowed for the call.
/// Errors: NULL, HANDLE, BUFFER (`cap` is less than k; `len` has it), TIMEOUT (nothing is there yet), CANCELLED, FAILED,
/// STATE (no stream, not started, or another thread reads), MAIN_THREAD, PANIC.
///
/// # Safety
/// `buf` has room for `cap` values; `len` is NULL or points to a writable `size_t`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tam_job_read_u64(
    job: *mut tam_job,
    timeout_ms: i64,
    buf: *mut u64,
    cap: usize,
    len: *mut usize,
) -> tam_status {
    guard(|| {
        // SAFETY: promised by the caller.
        let (len, out) = unsafe { (output(len)?, output_list(buf, cap)?) };
        let timeout = timeout(timeout_ms)?;
        let job = handles::get(job)?;
        *len = job.read(out, timeout).inspect_err(|error| tell_need(error, &job, len))?;
        Ok(())
    })
}

/// The same with values of 32 bits.
///
/// Threads: any, one at a time; blocks, and so is refused on the browser's main thread unless `timeout_ms` is 0.
/// Ownership: all pointers are borrowed for the call.
/// Errors: as `tam_job_read_u64`; RANGE (the job's STOP exceeds `UINT32_MAX`).
///
/// # Safety
/// `buf` has room for `cap` values; `len` is NULL or points to a writable `size_t`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tam_job_read_u32(
    job: *mut tam_job,
    timeout_ms: i64,
    buf: *mut u32,
    cap: usize,
    len: *mut usize,
) -> tam_status {
    guard(|| {
        // SAFETY: promised by the caller.
        let (len, out) = unsafe { (output(len)?, output_list(buf, cap)?) };
        let timeout = timeout(timeout_ms)?;
        let job = handles::get(job)?;
        fits_32_bits(job.get(Param::Stop as i32).map_err(|_| Error::from(Status::State))?)?;
        *len = read_u32(&job, out, |job, out| job.read(out, timeout))
            .inspect_err(|error| tell_need(error, &job, len))?;
        Ok(())
    })
}

/// The same as bytes, in `format`, a `TAM_FORMAT_` number: whole lines or numbers only. A stream may be
/// read in different ways, but differences go on from the last difference.
///
/// Threads: any, one at a time; blocks, and so is refused on the browser's main thread unless `timeout_ms` is 0.
/// Ownership: all pointers are borrowed for the call.
/// Errors: as `tam_job_read_u64`; BUFFER (`cap` is less than 160; `len` has it), RANGE (no such format, or differences of k-tuplets),
/// MEMORY.
///
/// # Safety
/// `buf` has `cap` writable bytes; `len` is NULL or points to a writable `size_t`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tam_job_read_bytes(
    job: *mut tam_job,
    format: i32,
    timeout_ms: i64,
    buf: *mut u8,
    cap: usize,
    len: *mut usize,
) -> tam_status {
    guard(|| {
        // SAFETY: promised by the caller.
        let (len, out) = unsafe { (output(len)?, output_list(buf, cap)?) };
        let format = Format::from_number(format)?;
        let timeout = timeout(timeout_ms)?;
        if cap < LEAST_BYTES {
            *len = LEAST_BYTES;
            return Err(Error::from(Status::Buffer));
        }
        let mut bytes = vec![];
        handles::get(job)?.read_bytes(format, timeout, cap, &mut bytes)?;
        out[..bytes.len()].copy_from_slice(&bytes);
        *len = bytes.len();
        Ok(())
    })
}

/// After BUFFER: the length that is needed, as everywhere.
fn tell_need(error: &Error, job: &Job, len: &mut usize) {
    if error.status() == Status::Buffer {
        *len = job.stream_group().unwrap_or(1);
    }
}

/// Errors: MainThread.
fn timeout(timeout_ms: i64) -> Result<Option<Duration>> {
    if timeout_ms != 0 && !may_block() {
        return Err(Error::from(Status::MainThread));
    }
    Ok(u64::try_from(timeout_ms).ok().map(Duration::from_millis))
}

/// Errors: Range.
pub fn fits_32_bits(stop: u64) -> Result<()> {
    if stop <= u64::from(u32::MAX) {
        return Ok(());
    }
    Err(Error::new(
        Status::Range,
        format!("primes up to {stop} do not fit in 32 bits: read values of 64"),
    ))
}

/// A stream, and how to go on reading it.
pub struct Listing {
    job: Job,
    alone: bool,
}

impl Listing {
    /// Primes. Errors: MainThread, Range.
    pub fn begin(start: u64, stop: u64) -> Result<Listing> {
        Listing::of(kinds::LIST_PRIMES, &[(Param::Start, start), (Param::Stop, stop)])
    }

    /// Starts a job that is a stream, on this thread if no other can be had. Errors: MainThread, Range.
    pub fn of(kind: i32, params: &[(Param, u64)]) -> Result<Listing> {
        if !may_block() {
            return Err(Error::from(Status::MainThread));
        }
        let job = Job::new(kind)?;
        for &(param, value) in params {
            job.set(param as i32, value)?;
        }
        let alone = match job.start() {
            Ok(()) => false,
            Err(e) if matches!(e.status(), Status::Threads | Status::Memory) => {
                job.start_external()?;
                true
            }
            Err(e) => return Err(e),
        };
        Ok(Listing { job, alone })
    }

    /// The next primes; 0 at the end.
    pub fn read(&self, out: &mut [u64]) -> Result<usize> {
        let read = if self.alone { self.job.read_alone(out) } else { self.job.read(out, None) };
        read.map_err(|error| self.job.failure().cloned().unwrap_or(error))
    }

    /// The same in 32 bits; the stop must be such that they fit.
    pub fn read_u32(&self, out: &mut [u32]) -> Result<usize> {
        read_u32(self, out, Listing::read)
    }
}

/// Reads by way of a buffer that stays in the L1 cache.
fn read_u32<S>(
    source: &S,
    out: &mut [u32],
    mut read: impl FnMut(&S, &mut [u64]) -> Result<usize>,
) -> Result<usize> {
    let mut values = [0; 1024];
    let room = out.len().min(values.len());
    let count = read(source, &mut values[..room])?;
    for (slot, value) in out.iter_mut().zip(&values[..count]) {
        *slot = *value as u32;
    }
    Ok(count)
}

//! Chunks run elsewhere: by isolated wasm instances that share no memory, by other processes, by other
//! machines. One job merges; others run its chunks and send back bytes.

use super::{guard, handles, jobs::tam_job, output, tam_status};
use crate::error::{Error, Status};

/// Starts a job whose chunks are run elsewhere, and returns at once. Needs no threads.
///
/// A job that was restored with all its chunks merged ends at once; for `TAM_KIND_NTH_PRIME` that takes its last
/// steps here (milliseconds, near 2^64 seconds).
///
/// Then, until the state is neither RUNNING nor PAUSED: `tam_job_take_chunk` here, `tam_job_run_chunk` there,
/// `tam_job_put_chunk` here, or `tam_job_return_chunk` when whoever ran it was lost.
///
/// Threads: any; never blocks. Ownership: the handle is borrowed for the call.
/// Errors: NULL, HANDLE, RANGE (parameters that do not fit each other), STATE (started before), PANIC.
#[unsafe(no_mangle)]
pub extern "C" fn tam_job_start_external(job: *mut tam_job) -> tam_status {
    guard(|| handles::get(job)?.start_external())
}

/// Writes how many chunks the job has. It follows from the parameters alone and fixes them.
///
/// Threads: any; never blocks. Ownership: both pointers are borrowed for the call.
/// Errors: NULL, HANDLE, RANGE (parameters that do not fit each other), PANIC.
///
/// # Safety
/// `chunks` is NULL or points to a writable `uint64_t`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tam_job_chunks(job: *const tam_job, chunks: *mut u64) -> tam_status {
    guard(|| {
        // SAFETY: promised by the caller.
        let chunks = unsafe { output(chunks) }?;
        *chunks = handles::get(job)?.chunks()?;
        Ok(())
    })
}

/// Writes the number of the next chunk to run elsewhere.
///
/// Some chunks are cheaper in a row, for one runner: who brings one back and takes the next gets the one behind it. With several
/// chunks at once for each runner, use `tam_job_take_chunk_after`.
///
/// Threads: any; locks briefly. Ownership: both pointers are borrowed for the call.
/// Errors: NULL, HANDLE, CANCELLED, FAILED, STATE (none is to be handed out now: all are out or are soon reached by
/// those who are at it, or too many wait for an earlier one; or the job is paused or not running), PANIC.
///
/// # Safety
/// `chunk` is NULL or points to a writable `uint64_t`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tam_job_take_chunk(job: *mut tam_job, chunk: *mut u64) -> tam_status {
    guard(|| {
        // SAFETY: promised by the caller.
        let chunk = unsafe { output(chunk) }?;
        *chunk = handles::get(job)?.take_chunk()?;
        Ok(())
    })
}

/// As `tam_job_take_chunk`, for a runner whose last chunk was `last`, which may still be out: the one behind it, if it is to
/// be had. Any other number is as good as none.
///
/// Threads: any; locks briefly. Ownership: both pointers are borrowed for the call.
/// Errors: NULL, HANDLE, CANCELLED, FAILED, STATE (as for `tam_job_take_chunk`), PANIC.
///
/// # Safety
/// `chunk` is NULL or points to a writable `uint64_t`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tam_job_take_chunk_after(
    job: *mut tam_job,
    last: u64,
    chunk: *mut u64,
) -> tam_status {
    guard(|| {
        // SAFETY: promised by the caller.
        let chunk = unsafe { output(chunk) }?;
        *chunk = handles::get(job)?.take_chunk_after(last)?;
        Ok(())
    })
}

/// Runs chunk `chunk` on the calling thread, and writes its result to `buf` and the result's length in
/// bytes to `len`. The job is one with the same kind and parameters as the one that merges; it is
/// never started, and its parameters are fixed from now on. The length depends on the kind: 8 bytes
/// for a count.
///
/// Threads: any; blocks while the chunk runs (milliseconds to a few seconds). `tam_job_cancel` of
/// this job from another thread ends it within milliseconds. Ownership: all pointers are borrowed for
/// the call.
/// Errors: NULL, HANDLE, RANGE (no such chunk, or parameters that do not fit each other), BUFFER (`len`
/// has the needed length, but the chunk has to be run again), CANCELLED, MEMORY, MAIN_THREAD, PANIC.
///
/// # Safety
/// `buf` has `cap` writable bytes; `len` is NULL or points to a writable `size_t`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tam_job_run_chunk(
    job: *mut tam_job,
    chunk: u64,
    buf: *mut u8,
    cap: usize,
    len: *mut usize,
) -> tam_status {
    guard(|| {
        if !crate::parallel::may_block() {
            return Err(Error::from(Status::MainThread));
        }
        if buf.is_null() || len.is_null() {
            return Err(Error::from(Status::Null));
        }
        let bytes = handles::get(job)?.run_chunk(chunk)?;
        // SAFETY: promised by the caller.
        unsafe { super::copy_out(&bytes, buf, cap, len) }
    })
}

/// Brings back the result of a chunk that was taken; what is in order is merged, and the last chunk
/// ends the job. A chunk that comes back twice counts once.
///
/// Threads: any; locks briefly. Ownership: `bytes` is borrowed for the call.
/// Errors: NULL, HANDLE, FORMAT (not a result of this kind), RANGE (no such chunk, or it was never
/// taken), CANCELLED, FAILED, STATE (not running), PANIC.
///
/// # Safety
/// `bytes` is NULL or has `len` readable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tam_job_put_chunk(
    job: *mut tam_job,
    chunk: u64,
    bytes: *const u8,
    len: usize,
) -> tam_status {
    guard(|| {
        if bytes.is_null() {
            return Err(Error::from(Status::Null));
        }
        // SAFETY: promised by the caller.
        let bytes = unsafe { std::slice::from_raw_parts(bytes, len) };
        handles::get(job)?.put_chunk(chunk, bytes)
    })
}

/// Says that whoever ran a chunk is lost; it will be handed out again.
///
/// Threads: any; locks briefly. Ownership: the handle is borrowed for the call.
/// Errors: NULL, HANDLE, RANGE (no such chunk), STATE (never started), PANIC. A chunk that is not out
/// is left as it is, with OK.
#[unsafe(no_mangle)]
pub extern "C" fn tam_job_return_chunk(job: *mut tam_job, chunk: u64) -> tam_status {
    guard(|| handles::get(job)?.return_chunk(chunk))
}

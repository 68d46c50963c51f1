//! Jobs that last: pause and resume, and going on elsewhere from a checkpoint.

use super::jobs::tam_job;
use super::{guard, handles, output, tam_status};
use crate::error::{Error, Status};
use crate::job::{self, Job};
use std::ffi::{CStr, c_char};

/// Pauses a running job: its state is PAUSED at once, and no more of its chunks are begun. Those that run are run to
/// their end and merged, so the job may still end. Fine for a job that is paused. A paused job can be waited for,
/// cancelled, freed and, if it is a stream, read as far as it has got.
///
/// Threads: any; never blocks, also on the browser's main thread. Ownership: the handle is borrowed for the call.
/// Errors: NULL, HANDLE, STATE (not started, or ended), PANIC.
#[unsafe(no_mangle)]
pub extern "C" fn tam_job_pause(job: *mut tam_job) -> tam_status {
    guard(|| handles::get(job)?.pause())
}

/// Lets a paused job go on. Fine for a job that runs.
///
/// Threads: any; never blocks, also on the browser's main thread. Ownership: the handle is borrowed for the call.
/// Errors: NULL, HANDLE, STATE (not started, or ended; or, on the browser's main thread, another thread is just
/// starting or stopping the library: call it again), PANIC.
#[unsafe(no_mangle)]
pub extern "C" fn tam_job_resume(job: *mut tam_job) -> tam_status {
    guard(|| handles::get(job)?.resume())
}

/// Writes what it takes to go on with the job in another process, on another machine, or another day, to `buf`, and its
/// length in bytes (a few hundred) to `len`. A NULL `buf` with `cap` 0 asks for the length alone, and
/// returns OK: all checkpoints of one job have one length.
///
/// Works in any state but DONE, and stops nothing: of a running job it holds the chunks that are merged, of a stream
/// the values of all reads that have returned. A new job's holds its parameters. A failed or cancelled job keeps
/// its last. The bytes are the same on every platform; docs/CHECKPOINT.md describes them.
///
/// Threads: any; locks briefly, as `tam_job_put_chunk` does. Ownership: all pointers are borrowed for the call.
/// Errors: NULL, HANDLE, STATE (done: read the result), RANGE (not started, and the parameters do not fit each
/// other), BUFFER (`cap` is too small; `len` has the needed length, `buf` is untouched), FAILED (merging itself went
/// wrong), MEMORY, PANIC.
///
/// # Safety
/// `buf` is NULL or has `cap` writable bytes; `len` is NULL or points to a writable `size_t`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tam_job_checkpoint(
    job: *const tam_job,
    buf: *mut u8,
    cap: usize,
    len: *mut usize,
) -> tam_status {
    guard(|| {
        let job = handles::get(job)?;
        // NULL is NULL in any state.
        // SAFETY: promised by the caller.
        unsafe { output(len) }?;
        // SAFETY: as above.
        unsafe { super::copy_out(&job.checkpoint()?, buf, cap, len) }
    })
}

/// Makes a job of a checkpoint and writes its handle. The job is NEW, has made the progress that the checkpoint says, and
/// goes on from there with `tam_job_start` or `tam_job_start_external`; a stream's next value is the one behind the
/// last that was read. Its parameters are fixed, but for `TAM_PARAM_THREADS`. The answer is what it would have
/// been without the interruption.
///
/// All of it is checked first: with any status but OK there is no job.
///
/// Threads: any; never blocks. Ownership: `bytes` is borrowed for the call; the caller owns the handle and frees it with
/// `tam_job_free`.
/// Errors: NULL, FOREIGN (no checkpoint), TRUNCATED (cut short), ALTERED (damaged), VERSION (of a version of tamis
/// that this one cannot go on from), KIND (of a kind of job that this version does not have), LIMIT, MEMORY, PANIC.
///
/// # Safety
/// `bytes` is NULL or has `len` readable bytes; `job` is NULL or points to a writable pointer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tam_job_restore(
    bytes: *const u8,
    len: usize,
    job: *mut *mut tam_job,
) -> tam_status {
    guard(|| {
        // SAFETY: promised by the caller.
        let job = unsafe { output(job) }?;
        // SAFETY: as above.
        let bytes = unsafe { input(bytes, len) }?;
        *job = handles::insert(Job::restore(bytes)?)?;
        Ok(())
    })
}

/// Copies a sentence on a checkpoint as NUL-terminated UTF-8 of at most `cap` bytes to `buf`, and writes its length in bytes, NUL
/// included, to `len`: what it holds, or why `tam_job_restore` refuses it and which version of tamis goes on with it. A NULL
/// `buf` with `cap` 0 asks for the length alone, and returns OK.
///
/// Threads: any; never blocks. Ownership: all pointers are borrowed for the call.
/// Errors: NULL, BUFFER (`cap` is too small; `len` has the needed length, `buf` is untouched), PANIC.
///
/// # Safety
/// `bytes` is NULL or has `bytes_len` readable bytes; `buf` is NULL or has `cap` writable bytes; `len` is NULL or points to
/// a writable `size_t`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tam_checkpoint_message(
    bytes: *const u8,
    bytes_len: usize,
    buf: *mut c_char,
    cap: usize,
    len: *mut usize,
) -> tam_status {
    guard(|| {
        // SAFETY: promised by the caller.
        let bytes = unsafe { input(bytes, bytes_len) }?;
        let mut text = job::describe(bytes).into_bytes();
        text.retain(|byte| *byte != 0);
        text.push(0);
        // SAFETY: as above; c_char and u8 have one layout.
        unsafe { super::copy_out(&text, buf.cast(), cap, len) }
    })
}

/// Writes a checkpoint as a word that a person can copy to another device: "tamis1-" and letters, digits, "-" and "_",
/// NUL-terminated, to `buf`, and its length in bytes, NUL included, to `len`. A NULL `buf` with `cap` 0 asks for the
/// length alone, and returns OK.
///
/// Threads: any; never blocks. Ownership: all pointers are borrowed for the call.
/// Errors: NULL, FOREIGN, TRUNCATED or ALTERED (`bytes` are no whole checkpoint), BUFFER (`cap` is too small; `len` has the
/// needed length, `buf` is untouched), PANIC.
///
/// # Safety
/// `bytes` is NULL or has `bytes_len` readable bytes; `buf` is NULL or has `cap` writable bytes; `len` is NULL or points to
/// a writable `size_t`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tam_checkpoint_to_text(
    bytes: *const u8,
    bytes_len: usize,
    buf: *mut c_char,
    cap: usize,
    len: *mut usize,
) -> tam_status {
    guard(|| {
        // SAFETY: promised by the caller.
        let bytes = unsafe { input(bytes, bytes_len) }?;
        let mut text = job::to_text(bytes)?.into_bytes();
        text.push(0);
        // SAFETY: as above; c_char and u8 have one layout.
        unsafe { super::copy_out(&text, buf.cast(), cap, len) }
    })
}

/// Writes the checkpoint of such a word to `buf` and its length in bytes to `len`. Spaces and line ends anywhere in the text
/// do not matter. A NULL `buf` with `cap` 0 asks for the length alone, and returns OK.
///
/// Threads: any; never blocks. Ownership: all pointers are borrowed for the call.
/// Errors: NULL, FOREIGN (no checkpoint as text), TRUNCATED (cut short), ALTERED (damaged), BUFFER (`cap` is too small; `len`
/// has the needed length, `buf` is untouched), PANIC.
///
/// # Safety
/// `text` is NULL or a NUL-terminated string; `buf` is NULL or has `cap` writable bytes; `len` is NULL or points to a
/// writable `size_t`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tam_checkpoint_from_text(
    text: *const c_char,
    buf: *mut u8,
    cap: usize,
    len: *mut usize,
) -> tam_status {
    guard(|| {
        if text.is_null() {
            return Err(Error::from(Status::Null));
        }
        // SAFETY: promised by the caller.
        let text = unsafe { CStr::from_ptr(text) };
        // SAFETY: as above.
        unsafe { super::copy_out(&job::from_text(text.to_bytes())?, buf, cap, len) }
    })
}

/// A caller's bytes. Errors: Null.
///
/// # Safety
/// `bytes` is NULL or has `len` readable bytes.
unsafe fn input<'a>(bytes: *const u8, len: usize) -> crate::error::Result<&'a [u8]> {
    if bytes.is_null() {
        return Err(Error::from(Status::Null));
    }
    // SAFETY: the caller's promise, passed on.
    Ok(unsafe { std::slice::from_raw_parts(bytes, len) })
}

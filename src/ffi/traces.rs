//! The flight recorder: what the threads did of late, as a file that trace viewers open.

use super::{guard, output, tam_status};
use crate::error::{Error, Status};
use crate::parallel::{may_block, record, recorded, stop_recording};
use std::ffi::c_char;

/// Switches the flight recorder on: from now on each thread keeps its last `events` events (a chunk run, a result merged, a
/// wait for work; 32 bytes each), 16 to 65,536. What was recorded before is dropped. It costs two looks at the clock
/// a chunk while it is on, and nothing while it is off.
///
/// Threads: any but the browser's main thread; locks briefly. Ownership: nothing is passed.
/// Errors: RANGE, MAIN_THREAD, PANIC.
#[unsafe(no_mangle)]
pub extern "C" fn tam_trace_start(events: u32) -> tam_status {
    guard(|| {
        if !may_block() {
            return Err(Error::from(Status::MainThread));
        }
        record(events as usize)
    })
}

/// Switches the flight recorder off. What was recorded can be read until it is switched on again. Fine when it is off.
///
/// Threads: any; never blocks. Ownership: nothing is passed. Errors: PANIC.
#[unsafe(no_mangle)]
pub extern "C" fn tam_trace_stop() -> tam_status {
    guard(|| {
        stop_recording();
        Ok(())
    })
}

/// Copies what was recorded to `buf`, as NUL-terminated JSON in the trace event format, which Perfetto and the Firefox
/// profiler open, and writes its length in bytes, NUL included, to `len`. Works while it records; a NULL `buf` with `cap` 0 asks
/// for the length alone, and returns OK. The length grows while jobs run, so stop first, or ask again.
///
/// Times are microseconds since `tam_trace_start`. Events name their job by a number: the first job of the process is 1.
///
/// Threads: any but the browser's main thread; locks briefly. Ownership: both pointers are borrowed for the call.
/// Errors: NULL, STATE (nothing was ever recorded), BUFFER (`cap` is too small; `len` has the needed length, `buf` is
/// untouched), MAIN_THREAD, PANIC.
///
/// # Safety
/// `buf` is NULL or has `cap` writable bytes; `len` is NULL or points to a writable `size_t`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tam_trace_json(
    buf: *mut c_char,
    cap: usize,
    len: *mut usize,
) -> tam_status {
    guard(|| {
        // SAFETY: promised by the caller.
        unsafe { output(len) }?;
        if !may_block() {
            return Err(Error::from(Status::MainThread));
        }
        let mut json = recorded()?.into_bytes();
        json.push(0);
        // SAFETY: promised by the caller; c_char and u8 have one layout.
        unsafe { super::copy_out(&json, buf.cast(), cap, len) }
    })
}

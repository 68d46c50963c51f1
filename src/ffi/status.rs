//! What every function returns.

use crate::error::Status;
use std::ffi::c_char;

/// What every function returns but `tam_version` and `tam_status_text`: `TAM_OK`, or what went
/// wrong. Numbers are forever.
#[allow(non_camel_case_types)]
pub type tam_status = i32;

/// All went well, and the outputs are written. With any other status they are untouched, but for
/// the needed length that goes with `TAM_ERR_BUFFER`.
pub const TAM_OK: tam_status = 0;
/// A required pointer was NULL.
pub const TAM_ERR_NULL: tam_status = -1;
/// A value lay outside its documented range, or `start` exceeds `stop`.
pub const TAM_ERR_RANGE: tam_status = -2;
/// There is no such job kind.
pub const TAM_ERR_KIND: tam_status = -3;
/// The kind has no such parameter.
pub const TAM_ERR_PARAM: tam_status = -4;
/// The call does not fit the state that the job, or the library, is in.
pub const TAM_ERR_STATE: tam_status = -5;
/// The job was cancelled.
pub const TAM_ERR_CANCELLED: tam_status = -6;
/// The time given to a wait ran out; the job goes on.
pub const TAM_ERR_TIMEOUT: tam_status = -7;
/// There is too little memory.
pub const TAM_ERR_MEMORY: tam_status = -8;
/// The threads asked for cannot be had.
pub const TAM_ERR_THREADS: tam_status = -9;
/// A blocking call on the browser's main thread, which must not block.
pub const TAM_ERR_MAIN_THREAD: tam_status = -10;
/// The handle was freed, or never was one.
pub const TAM_ERR_HANDLE: tam_status = -11;
/// The caller's buffer is too small; the needed length was written.
pub const TAM_ERR_BUFFER: tam_status = -12;
/// The bytes given are damaged or not of this job; they were not used.
pub const TAM_ERR_FORMAT: tam_status = -13;
/// Too many live jobs and iterators: at most `TAM_MAX_JOBS`.
pub const TAM_ERR_LIMIT: tam_status = -14;
/// The job failed; `tam_job_message` says why.
pub const TAM_ERR_FAILED: tam_status = -15;
/// The bytes, or the text, are no checkpoint at all.
pub const TAM_ERR_FOREIGN: tam_status = -16;
/// The checkpoint was cut short.
pub const TAM_ERR_TRUNCATED: tam_status = -17;
/// The checkpoint was damaged, or its contents contradict each other.
pub const TAM_ERR_ALTERED: tam_status = -18;
/// The checkpoint is of a version of tamis that this one cannot go on from.
pub const TAM_ERR_VERSION: tam_status = -19;
/// A bug in the library was caught. The call (or job) is dead, the process is not.
pub const TAM_ERR_PANIC: tam_status = -99;

/// A sentence for a status: what happened, and what to do.
///
/// Returns a static, NUL-terminated UTF-8 string, never NULL, also for numbers that are no status.
/// Threads: any; never blocks. Ownership: the string is the library's; do not free it.
/// Errors: none.
#[unsafe(no_mangle)]
pub extern "C" fn tam_status_text(status: tam_status) -> *const c_char {
    Status::ALL
        .into_iter()
        .find(|s| *s as tam_status == status)
        .map_or(c"not a status of this version of tamis", Status::c_text)
        .as_ptr()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constants_of_the_header_are_the_statuses_in_order() {
        let constants = [
            TAM_OK,
            TAM_ERR_NULL,
            TAM_ERR_RANGE,
            TAM_ERR_KIND,
            TAM_ERR_PARAM,
            TAM_ERR_STATE,
            TAM_ERR_CANCELLED,
            TAM_ERR_TIMEOUT,
            TAM_ERR_MEMORY,
            TAM_ERR_THREADS,
            TAM_ERR_MAIN_THREAD,
            TAM_ERR_HANDLE,
            TAM_ERR_BUFFER,
            TAM_ERR_FORMAT,
            TAM_ERR_LIMIT,
            TAM_ERR_FAILED,
            TAM_ERR_FOREIGN,
            TAM_ERR_TRUNCATED,
            TAM_ERR_ALTERED,
            TAM_ERR_VERSION,
            TAM_ERR_PANIC,
        ];
        assert_eq!(constants.to_vec(), Status::ALL.map(|s| s as tam_status).to_vec());
    }
}

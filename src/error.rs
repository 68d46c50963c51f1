//! What can go wrong, once for every layer.

use std::borrow::Cow;
use std::ffi::CStr;
use std::fmt;

/// The numbers of the C ABI. They are forever: retired ones are never reused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(i32)]
pub enum Status {
    Ok = 0,
    /// A required pointer was NULL.
    Null = -1,
    /// A value lay outside its documented range.
    Range = -2,
    /// No such job kind.
    Kind = -3,
    /// The kind has no such parameter.
    Param = -4,
    /// The call does not fit the state the job (or the library) is in.
    State = -5,
    /// The job was cancelled.
    Cancelled = -6,
    /// The time given to a wait ran out; the job goes on.
    Timeout = -7,
    /// Too little memory.
    Memory = -8,
    /// The threads asked for cannot be had.
    Threads = -9,
    /// A blocking call on the browser's main thread, which must not block.
    MainThread = -10,
    /// The handle was freed, or never was one.
    Handle = -11,
    /// The caller's buffer is too small; the needed length was reported.
    Buffer = -12,
    /// The bytes given are not what they should be (a partial result, a checkpoint).
    Format = -13,
    /// Too many live handles.
    Limit = -14,
    /// The job failed; its message says why.
    Failed = -15,
    /// The bytes (or the text) are no checkpoint at all.
    Foreign = -16,
    /// A checkpoint that was cut short.
    Truncated = -17,
    /// A checkpoint that was damaged, or whose contents contradict each other.
    Altered = -18,
    /// A checkpoint of a version of tamis that this one cannot go on from.
    Version = -19,
    /// A bug in this library was caught; the call (or job) is dead, the process is not.
    Panic = -99,
}

impl Status {
    /// Every status, for tables and tests.
    pub const ALL: [Status; 21] = [
        Status::Ok,
        Status::Null,
        Status::Range,
        Status::Kind,
        Status::Param,
        Status::State,
        Status::Cancelled,
        Status::Timeout,
        Status::Memory,
        Status::Threads,
        Status::MainThread,
        Status::Handle,
        Status::Buffer,
        Status::Format,
        Status::Limit,
        Status::Failed,
        Status::Foreign,
        Status::Truncated,
        Status::Altered,
        Status::Version,
        Status::Panic,
    ];

    /// One sentence that says what happened and what to do.
    pub const fn c_text(self) -> &'static CStr {
        match self {
            Status::Ok => c"ok",
            Status::Null => c"a required pointer was NULL: pass a valid one",
            Status::Range => c"a value lies outside its documented range: ask tam_param_bounds()",
            Status::Kind => c"there is no such job kind: use one of the TAM_KIND_ numbers",
            Status::Param => c"this job kind has no such parameter: see the TAM_PARAM_ numbers",
            Status::State => c"the call does not fit the job's state: see tam_job_state()",
            Status::Cancelled => c"the job was cancelled",
            Status::Timeout => c"the time to wait ran out: the job goes on, wait again",
            Status::Memory => c"too little memory: allow more, or use fewer threads",
            Status::Threads => {
                c"the threads asked for cannot be had: ask for fewer, or link with a larger PTHREAD_POOL_SIZE"
            }
            Status::MainThread => {
                c"a blocking call on the browser's main thread: start a job and poll it instead"
            }
            Status::Handle => c"the handle is not a live job: it was freed, or never made",
            Status::Buffer => c"the buffer is too small: the needed length was reported, call again",
            Status::Format => c"the bytes are damaged or not of this job: they were not used",
            Status::Limit => c"too many live jobs and iterators: free some first",
            Status::Failed => c"the job failed: tam_job_message() says why",
            Status::Foreign => c"this is no checkpoint of tamis: look for the right file or text",
            Status::Truncated => c"the checkpoint is cut short: copy or save it again, whole",
            Status::Altered => {
                c"the checkpoint is damaged, and nothing of it was used: take an earlier one"
            }
            Status::Version => {
                c"another version of tamis made the checkpoint: go on with that version"
            }
            Status::Panic => c"a bug in tamis was caught: please report it with the message",
        }
    }

    /// As `c_text`.
    pub const fn text(self) -> &'static str {
        match self.c_text().to_str() {
            Ok(text) => text,
            Err(_) => "",
        }
    }
}

/// A status with the sentence that goes with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    status: Status,
    message: Cow<'static, str>,
}

/// What every fallible function of this crate returns.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    pub fn new(status: Status, message: impl Into<Cow<'static, str>>) -> Error {
        Error { status, message: message.into() }
    }

    /// The number a C caller sees.
    pub fn status(&self) -> Status {
        self.status
    }

    /// A sentence for people.
    pub fn message(&self) -> &str {
        &self.message
    }
}

impl From<Status> for Error {
    fn from(status: Status) -> Error {
        Error { status, message: Cow::Borrowed(status.text()) }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn status_numbers_are_distinct_and_negative_but_for_ok() {
        let mut numbers: Vec<i32> = Status::ALL.iter().map(|s| *s as i32).collect();
        assert!(numbers.iter().all(|n| *n <= 0));
        numbers.sort_unstable();
        numbers.dedup();
        assert_eq!(numbers.len(), Status::ALL.len());
        assert!(Status::ALL.iter().all(|s| !s.text().is_empty()));
    }
}

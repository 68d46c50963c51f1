//! The C ABI: validate, call, write the output last, return a code. `include/tamis.h` is made from
//! the files here by cbindgen, in the order of `build.rs`.

mod external;
mod handles;
mod jobs;
mod library;
mod primes;
mod status;

pub use external::*;
pub use jobs::*;
pub use library::*;
pub use primes::*;
pub use status::*;

use crate::error::{Error, Result, Status};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// The one panic boundary of every export.
fn guard(call: impl FnOnce() -> Result<()>) -> tam_status {
    code(catch_unwind(AssertUnwindSafe(call)))
}

/// Out of line: there are many exports, and the wasm file is to be small.
#[inline(never)]
fn code(outcome: std::thread::Result<Result<()>>) -> tam_status {
    match outcome {
        Ok(Ok(())) => Status::Ok as tam_status,
        Ok(Err(error)) => error.status() as tam_status,
        Err(_) => Status::Panic as tam_status,
    }
}

/// Where a result goes.
///
/// # Safety
/// `out` is NULL or points to writable memory for a `T` that nobody else uses during the call.
unsafe fn output<'a, T>(out: *mut T) -> Result<&'a mut T> {
    // SAFETY: the caller's promise, passed on.
    unsafe { out.as_mut() }.ok_or_else(|| Error::from(Status::Null))
}

/// Copies bytes to a caller's buffer and says how many there are; a NULL `buf` with `cap` 0 only asks.
/// Errors: Null, Buffer (the length is written all the same).
///
/// # Safety
/// `buf` is NULL or has `cap` writable bytes; `len` is NULL or points to a writable `usize`.
unsafe fn copy_out(bytes: &[u8], buf: *mut u8, cap: usize, len: *mut usize) -> Result<()> {
    // SAFETY: the caller's promise, passed on.
    let len = unsafe { output(len) }?;
    if buf.is_null() && cap != 0 {
        return Err(Error::from(Status::Null));
    }
    *len = bytes.len();
    if buf.is_null() {
        return Ok(());
    }
    if cap < bytes.len() {
        return Err(Error::from(Status::Buffer));
    }
    // SAFETY: `buf` has `cap` writable bytes, at least as many as are copied.
    unsafe { std::ptr::copy_nonoverlapping(bytes.as_ptr(), buf, bytes.len()) };
    Ok(())
}

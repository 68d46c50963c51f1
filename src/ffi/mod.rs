//! The C ABI: validate, call, write the output last, return a code. `include/tamis.h` is made from
//! the files here by cbindgen, in the order of `build.rs`.

mod checkpoints;
mod external;
mod handles;
mod iterators;
mod jobs;
mod library;
mod numbers;
mod phases;
mod pi;
mod primes;
mod status;
mod streams;
mod sums;
mod tables;
mod traces;

pub use checkpoints::*;
pub use external::*;
pub use iterators::*;
pub use jobs::*;
pub use library::*;
pub use numbers::*;
pub use phases::*;
pub use pi::*;
pub use primes::{
    tam_count_primes, tam_count_tuplets, tam_for_each_prime, tam_generate_primes,
    tam_generate_primes_u32, tam_nth_prime_from, tam_primes_fn,
};
pub use status::*;
pub use streams::*;
pub use sums::*;
pub use tables::*;
pub use traces::*;

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

/// Where a list goes: `cap` values at `buf`; NULL with `cap` 0 is an empty one. Errors: Null.
///
/// # Safety
/// `buf` is NULL or has room for `cap` values that nobody else uses during the call, initialised or not; they are written only.
unsafe fn output_list<'a, T>(buf: *mut T, cap: usize) -> Result<&'a mut [T]> {
    match (buf.is_null(), cap) {
        (true, 0) => Ok(&mut []),
        (true, _) => Err(Error::from(Status::Null)),
        (false, _) => {
            // Nothing is larger, and "as much as you like" may be said by SIZE_MAX.
            let cap = cap.min(isize::MAX as usize / size_of::<T>());
            // SAFETY: the caller's promise, passed on; T is an integer, and all bits are one.
            Ok(unsafe { std::slice::from_raw_parts_mut(buf, cap) })
        }
    }
}

/// Two lists side by side of `cap` values each: NULL only together, and only with `cap` 0. Errors: Null.
fn both_or_neither<A, B>(a: *const A, b: *const B, cap: usize) -> Result<()> {
    let lawful = if a.is_null() { b.is_null() && cap == 0 } else { !b.is_null() };
    if lawful { Ok(()) } else { Err(Error::from(Status::Null)) }
}

/// Copies values to a caller's buffer and says how many there are; a NULL `buf` with `cap` 0 only asks.
/// Errors: Null, Buffer (the length is written all the same).
///
/// # Safety
/// `buf` is NULL or has room for `cap` values; `len` is NULL or points to a writable `usize`.
unsafe fn copy_out<T: Copy>(values: &[T], buf: *mut T, cap: usize, len: *mut usize) -> Result<()> {
    // SAFETY: the caller's promise, passed on.
    let len = unsafe { output(len) }?;
    if buf.is_null() && cap != 0 {
        return Err(Error::from(Status::Null));
    }
    *len = values.len();
    if buf.is_null() {
        return Ok(());
    }
    if cap < values.len() {
        return Err(Error::from(Status::Buffer));
    }
    // SAFETY: `buf` has room for `cap` values, at least as many as are copied.
    unsafe { std::ptr::copy_nonoverlapping(values.as_ptr(), buf, values.len()) };
    Ok(())
}

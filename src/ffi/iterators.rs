//! From prime to prime.

use super::{guard, handles, output, tam_status};
use crate::error::{Error, Result, Status};
use crate::kernels::sieve::PrimeIterator;
use crate::parallel::may_block;

/// Goes from prime to prime, up and down, on the thread that calls. The pointer is a ticket, as a `tam_job *` is.
#[allow(non_camel_case_types)]
pub struct tam_iter {
    _opaque: [u8; 0],
}

/// Makes an iterator that stands at `start`, see `tam_iter_skip_to`.
///
/// The fastest way to use one is `tam_cursor` (below), which keeps a batch of primes at hand.
///
/// Threads: any; never blocks. Ownership: the caller owns the handle and frees it with `tam_iter_free`.
/// Errors: NULL, LIMIT (more than `TAM_MAX_JOBS` jobs and iterators live), PANIC.
///
/// # Safety
/// `iter` is NULL or points to a writable pointer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tam_iter_new(start: u64, iter: *mut *mut tam_iter) -> tam_status {
    guard(|| {
        // SAFETY: promised by the caller.
        let iter = unsafe { output(iter) }?;
        *iter = handles::insert_iter(PrimeIterator::new(start))?;
        Ok(())
    })
}

/// Goes to `n`: the next prime will be the least that is not less than `n`, the one before the greatest that is not
/// greater.
///
/// Threads: any, one at a time; never blocks. Ownership: the handle is borrowed for the call.
/// Errors: NULL, HANDLE, STATE (another thread uses it), PANIC.
#[unsafe(no_mangle)]
pub extern "C" fn tam_iter_skip_to(iter: *mut tam_iter, n: u64) -> tam_status {
    guard(|| {
        with(iter, |iter| {
            iter.skip_to(n);
            Ok(())
        })
    })
}

/// Goes to 0 and gives the iterator's memory back.
///
/// Threads: any, one at a time; never blocks. Ownership: the handle is borrowed for the call.
/// Errors: NULL, HANDLE, STATE (another thread uses it), PANIC.
#[unsafe(no_mangle)]
pub extern "C" fn tam_iter_clear(iter: *mut tam_iter) -> tam_status {
    guard(|| {
        with(iter, |iter| {
            iter.clear();
            Ok(())
        })
    })
}

/// Writes the prime behind the one that was returned last.
///
/// Threads: any but the browser's main thread, one at a time; blocks while it sieves (microseconds below 10^9, up to a few seconds near
/// 2^64). Ownership: both pointers are borrowed for the call.
/// Errors: NULL, HANDLE, RANGE (there is none below 2^64; the position stays), STATE (another thread uses it), MEMORY,
/// MAIN_THREAD, PANIC.
///
/// # Safety
/// `prime` is NULL or points to a writable `uint64_t`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tam_iter_next(iter: *mut tam_iter, prime: *mut u64) -> tam_status {
    guard(|| {
        // SAFETY: promised by the caller.
        let prime = unsafe { output(prime) }?;
        *prime = going(iter, PrimeIterator::step_next)?.ok_or_else(none_behind)?;
        Ok(())
    })
}

/// Writes the prime before the one that was returned last.
///
/// Threads: any but the browser's main thread, one at a time; blocks while it sieves. Ownership: both pointers are borrowed for the
/// call.
/// Errors: NULL, HANDLE, RANGE (there is none below 2; the position stays), STATE (another thread uses it), MEMORY,
/// MAIN_THREAD, PANIC.
///
/// # Safety
/// `prime` is NULL or points to a writable `uint64_t`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tam_iter_prev(iter: *mut tam_iter, prime: *mut u64) -> tam_status {
    guard(|| {
        // SAFETY: promised by the caller.
        let prime = unsafe { output(prime) }?;
        *prime = going(iter, PrimeIterator::step_prev)?.ok_or_else(none_before)?;
        Ok(())
    })
}

/// Writes where the next primes lie, ascending, and how many there are: some hundreds to thousands. A batch counts as
/// one step: the next one follows its last prime. Behind its last prime lies a 0.
///
/// Threads: any but the browser's main thread, one at a time; blocks while it sieves. Ownership: the primes are the
/// iterator's, and there until its next call.
/// Errors: NULL, HANDLE, RANGE (there are none below 2^64; the position stays), STATE (another thread uses it), MEMORY,
/// MAIN_THREAD, PANIC.
///
/// # Safety
/// `primes` is NULL or points to a writable pointer; `len` is NULL or points to a writable `size_t`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tam_iter_next_batch(
    iter: *mut tam_iter,
    primes: *mut *const u64,
    len: *mut usize,
) -> tam_status {
    guard(|| {
        // SAFETY: promised by the caller.
        let to = unsafe { (output(primes)?, output(len)?) };
        show(to, going(iter, |iter| iter.next_batch().map(whereabouts))?, none_behind)
    })
}

/// Writes where the primes before lie, ascending, and how many there are. A batch counts as one step: the one before it
/// ends with the prime before its first. Behind its last prime lies a 0.
///
/// Threads: any but the browser's main thread, one at a time; blocks while it sieves. Ownership: the primes are the
/// iterator's, and there until its next call.
/// Errors: NULL, HANDLE, RANGE (there are none below 2; the position stays), STATE (another thread uses it), MEMORY,
/// MAIN_THREAD, PANIC.
///
/// # Safety
/// `primes` is NULL or points to a writable pointer; `len` is NULL or points to a writable `size_t`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tam_iter_prev_batch(
    iter: *mut tam_iter,
    primes: *mut *const u64,
    len: *mut usize,
) -> tam_status {
    guard(|| {
        // SAFETY: promised by the caller.
        let to = unsafe { (output(primes)?, output(len)?) };
        show(to, going(iter, |iter| iter.prev_batch().map(whereabouts))?, none_before)
    })
}

/// Frees an iterator. NULL is fine. The handle is dead afterwards.
///
/// Threads: any; never blocks. Ownership: takes the handle.
/// Errors: HANDLE (freed before, or never an iterator), PANIC.
#[unsafe(no_mangle)]
pub extern "C" fn tam_iter_free(iter: *mut tam_iter) -> tam_status {
    guard(|| if iter.is_null() { Ok(()) } else { handles::remove_iter(iter) })
}

/// Errors: what `none` says of an empty batch.
fn show(
    (primes, len): (&mut *const u64, &mut usize),
    batch: (*const u64, usize),
    none: fn() -> Error,
) -> Result<()> {
    if batch.1 == 0 {
        return Err(none());
    }
    (*primes, *len) = batch;
    Ok(())
}

fn whereabouts(primes: &[u64]) -> (*const u64, usize) {
    (primes.as_ptr(), primes.len())
}

fn none_behind() -> Error {
    Error::new(Status::Range, "there is no greater prime below 2^64")
}

fn none_before() -> Error {
    Error::new(Status::Range, "there is no prime less than 2")
}

/// As `with`, for what may sieve. Errors: MainThread.
fn going<R>(iter: *mut tam_iter, go: impl FnOnce(&mut PrimeIterator) -> Result<R>) -> Result<R> {
    if !may_block() {
        return Err(Error::from(Status::MainThread));
    }
    with(iter, go)
}

fn with<R>(iter: *mut tam_iter, go: impl FnOnce(&mut PrimeIterator) -> Result<R>) -> Result<R> {
    let iter = handles::get_iter(iter)?;
    // A panic in mid-step leaves a whole iterator behind, if not where it should stand; it stays usable.
    match iter.try_lock() {
        Ok(mut iter) => go(&mut iter),
        Err(std::sync::TryLockError::Poisoned(poisoned)) => go(&mut poisoned.into_inner()),
        Err(std::sync::TryLockError::WouldBlock) => {
            Err(Error::new(Status::State, "another thread is using this iterator"))
        }
    }
}

//! Sums and counts over ranges: one call, one answer.

use super::primes::{finish, results};
use super::{both_or_neither, guard, output, tam_status};
use crate::error::{Error, Result, Status};
use crate::job::number_kinds::{COUNT_RESIDUE, GOLDBACH, MAXIMAL_GAPS, MERTENS, SUM_PRIMES};
use crate::job::{Job, Param};

/// Writes Mertens' function: the sum of Moebius' mu of 1 to `x`; 0 for 0.
///
/// Time O(x^(2/3)): about a second of one thread at 10^12, a hundred times that at 10^15. A job of kind `TAM_KIND_MERTENS` gives the
/// same with progress and cancel.
///
/// Threads: any but the browser's main thread; blocks until it is computed, on all threads of the library. Ownership: `value` is borrowed
/// for the call.
/// Errors: NULL, MAIN_THREAD, MEMORY, PANIC; CANCELLED when the library is shut down meanwhile.
/// Source: Deleglise and Rivat, Experimental Mathematics 5 (1996).
///
/// # Safety
/// `value` is NULL or points to a writable `int64_t`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tam_mertens(x: u64, value: *mut i64) -> tam_status {
    guard(|| {
        // SAFETY: promised by the caller.
        let value = unsafe { output(value) }?;
        *value = finish(&with(MERTENS, &[(Param::Number, x)])?)? as i64;
        Ok(())
    })
}

/// Writes the sum of the primes up to `x`: its lower and its upper 64 bits.
///
/// Time O(x^(3/4)) of one thread: about a second at 10^12. Memory: 32 bytes for each integer up to the root of `x`.
///
/// Threads: any but the browser's main thread; blocks until it is computed. Ownership: both pointers are borrowed for the call.
/// Errors: NULL, RANGE (`x` exceeds 10^14), MAIN_THREAD, MEMORY, PANIC; CANCELLED when the library is shut down meanwhile.
///
/// # Safety
/// `low` and `high` are NULL or point to writable `uint64_t`s.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tam_sum_primes(x: u64, low: *mut u64, high: *mut u64) -> tam_status {
    guard(|| {
        // SAFETY: promised by the caller.
        let (low, high) = unsafe { (output(low)?, output(high)?) };
        let job = with(SUM_PRIMES, &[(Param::Number, x)])?;
        match *results(&job)? {
            [lower, upper] => (*low, *high) = (lower, upper),
            _ => return Err(Error::from(Status::State)),
        }
        Ok(())
    })
}

/// Finds the maximal gaps between neighbouring primes that both lie in `start` to `stop`, both inclusive: those that are larger than
/// all before. Writes their lengths to `lengths`, the primes before them to `primes`, and how many there are to `len`; not even a hundred.
/// Where both are NULL and `cap` is 0, `len` alone is written, with OK.
///
/// Threads: any but the browser's main thread; blocks until the range is sieved, on all threads of the library. Ownership: all pointers
/// are borrowed for the call.
/// Errors: NULL, RANGE (`start` exceeds `stop`), BUFFER (`cap` is too small; `len` has the needed length), MAIN_THREAD, MEMORY, PANIC;
/// CANCELLED when the library is shut down meanwhile.
///
/// # Safety
/// `lengths` and `primes` are NULL or have room for `cap` values; `len` is NULL or points to a writable `size_t`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tam_maximal_gaps(
    start: u64,
    stop: u64,
    lengths: *mut u64,
    primes: *mut u64,
    cap: usize,
    len: *mut usize,
) -> tam_status {
    guard(|| {
        // SAFETY: promised by the caller.
        unsafe { output(len) }?;
        both_or_neither(lengths, primes, cap)?;
        let job = with(MAXIMAL_GAPS, &[(Param::Start, start), (Param::Stop, stop)])?;
        let found = results(&job)?.as_chunks::<2>().0;
        let (gaps, before): (Vec<u64>, Vec<u64>) = found.iter().map(|&[gap, p]| (gap, p)).unzip();
        // SAFETY: promised by the caller.
        unsafe {
            super::copy_out(&gaps, lengths, cap, len)?;
            super::copy_out(&before, primes, cap, len)
        }
    })
}

/// Counts the pairs of primes p <= q with the sum `n`.
///
/// Threads: any but the browser's main thread; blocks until all up to `n` is sieved, on all threads of the library. Ownership: `count` is
/// borrowed for the call.
/// Errors: NULL, MAIN_THREAD, MEMORY, PANIC; CANCELLED when the library is shut down meanwhile.
/// Source: the definition and counts of OEIS A045917.
///
/// # Safety
/// `count` is NULL or points to a writable `uint64_t`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tam_goldbach(n: u64, count: *mut u64) -> tam_status {
    guard(|| {
        // SAFETY: promised by the caller.
        let count = unsafe { output(count) }?;
        *count = finish(&with(GOLDBACH, &[(Param::Number, n)])?)?;
        Ok(())
    })
}

/// Counts the primes p with `start <= p <= stop` that leave `residue` when divided by `modulus`.
///
/// Threads: any but the browser's main thread; blocks until the range is sieved, on all threads of the library. Ownership: `count` is
/// borrowed for the call.
/// Errors: NULL, RANGE (`start` exceeds `stop`, `modulus` is 0, or `residue` is not less than `modulus`), MAIN_THREAD, MEMORY, PANIC;
/// CANCELLED when the library is shut down meanwhile.
///
/// # Safety
/// `count` is NULL or points to a writable `uint64_t`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tam_count_primes_mod(
    start: u64,
    stop: u64,
    modulus: u64,
    residue: u64,
    count: *mut u64,
) -> tam_status {
    guard(|| {
        // SAFETY: promised by the caller.
        let count = unsafe { output(count) }?;
        let range = [(Param::Start, start), (Param::Stop, stop)];
        let class = [(Param::Modulus, modulus), (Param::Residue, residue)];
        *count = finish(&with(COUNT_RESIDUE, &[range, class].concat())?)?;
        Ok(())
    })
}

/// A job with its parameters. Errors: Range.
fn with(kind: i32, params: &[(Param, u64)]) -> Result<Job> {
    let job = Job::new(kind)?;
    for &(param, value) in params {
        job.set(param as i32, value)?;
    }
    Ok(job)
}

//! Tables of arithmetic functions, and the factorisation of factorials.

use super::streams::Listing;
use super::{both_or_neither, guard, output, output_list, tam_status};
use crate::error::{Error, Result, Status};
use crate::job::Param;
use crate::job::number_kinds::{FACTORIAL, LIST_MOEBIUS, LIST_PHI, LIST_SMALLEST_FACTORS};
use crate::parallel::may_block;

/// The largest n for which the product of the primes up to n fits in 64 bits.
pub const TAM_MAX_PRIMORIAL: u64 = 52;

/// Writes the smallest prime factor of each integer from `start` to `stop`, both inclusive, to `buf`: `stop` - `start` + 1 values, which is
/// also written to `len`. A prime's is itself; 0 and 1 stand for themselves. A NULL `buf` with `cap` 0 asks for the number alone.
///
/// A job of kind `TAM_KIND_LIST_SMALLEST_FACTORS` gives the same piece by piece.
///
/// Threads: any but the browser's main thread; blocks until all are there, on all threads of the library. Ownership: both pointers are
/// borrowed for the call.
/// Errors: NULL, RANGE (`start` exceeds `stop`), BUFFER (`cap` is too small; `len` has the needed length), MAIN_THREAD, MEMORY, PANIC;
/// CANCELLED when the library is shut down meanwhile.
///
/// # Safety
/// `buf` is NULL or has room for `cap` values; `len` is NULL or points to a writable `size_t`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tam_smallest_factors(
    start: u64,
    stop: u64,
    buf: *mut u64,
    cap: usize,
    len: *mut usize,
) -> tam_status {
    guard(|| {
        // SAFETY: promised by the caller.
        let (len, out) = unsafe { (output(len)?, output_list(buf, cap)?) };
        fill(LIST_SMALLEST_FACTORS, (start, stop), buf.is_null(), out, len, |value| value)
    })
}

/// Writes Euler's phi of each integer from `start` to `stop`, both inclusive, to `buf`: as `tam_smallest_factors`, with 0 for 0.
///
/// A job of kind `TAM_KIND_LIST_PHI` gives the same piece by piece.
///
/// Threads: any but the browser's main thread; blocks until all are there, on all threads of the library. Ownership: both pointers are
/// borrowed for the call.
/// Errors: NULL, RANGE (`start` exceeds `stop`), BUFFER (`cap` is too small; `len` has the needed length), MAIN_THREAD, MEMORY, PANIC;
/// CANCELLED when the library is shut down meanwhile.
///
/// # Safety
/// `buf` is NULL or has room for `cap` values; `len` is NULL or points to a writable `size_t`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tam_euler_phis(
    start: u64,
    stop: u64,
    buf: *mut u64,
    cap: usize,
    len: *mut usize,
) -> tam_status {
    guard(|| {
        // SAFETY: promised by the caller.
        let (len, out) = unsafe { (output(len)?, output_list(buf, cap)?) };
        fill(LIST_PHI, (start, stop), buf.is_null(), out, len, |value| value)
    })
}

/// Writes Moebius' mu of each integer from `start` to `stop`, both inclusive, to `buf`: as `tam_smallest_factors`, a byte each, with 0
/// for 0.
///
/// A job of kind `TAM_KIND_LIST_MOEBIUS` gives the same piece by piece.
///
/// Threads: any but the browser's main thread; blocks until all are there, on all threads of the library. Ownership: both pointers are
/// borrowed for the call.
/// Errors: NULL, RANGE (`start` exceeds `stop`), BUFFER (`cap` is too small; `len` has the needed length), MAIN_THREAD, MEMORY, PANIC;
/// CANCELLED when the library is shut down meanwhile.
///
/// # Safety
/// `buf` is NULL or has room for `cap` values; `len` is NULL or points to a writable `size_t`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tam_moebius_signs(
    start: u64,
    stop: u64,
    buf: *mut i8,
    cap: usize,
    len: *mut usize,
) -> tam_status {
    guard(|| {
        // SAFETY: promised by the caller.
        let (len, out) = unsafe { (output(len)?, output_list(buf, cap)?) };
        // -1 is 2^64 - 1.
        fill(LIST_MOEBIUS, (start, stop), buf.is_null(), out, len, |value| value as i8)
    })
}

/// Factors `n`!: writes the primes up to `n`, ascending, to `primes`, their exponents to `exponents`, and how many there are to `len`.
/// Where both are NULL and `cap` is 0, `len` alone is written, with OK.
///
/// A job of kind `TAM_KIND_FACTORIAL` gives the same piece by piece. (The primorial of n has the same primes, each once:
/// `tam_generate_primes`.)
///
/// Threads: any but the browser's main thread; blocks until all are there, on all threads of the library. Ownership: all pointers are
/// borrowed for the call.
/// Errors: NULL, BUFFER (`cap` is too small; `len` has the needed length), MAIN_THREAD, MEMORY, PANIC; CANCELLED when the library is
/// shut down meanwhile.
/// Source: the exponent of p is n/p + n/p^2 + ..., each rounded down (Legendre, 1830).
///
/// # Safety
/// `primes` and `exponents` are NULL or have room for `cap` values; `len` is NULL or points to a writable `size_t`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tam_factorial_exponents(
    n: u64,
    primes: *mut u64,
    exponents: *mut u64,
    cap: usize,
    len: *mut usize,
) -> tam_status {
    guard(|| {
        // SAFETY: promised by the caller.
        let len = unsafe { output(len) }?;
        both_or_neither(primes, exponents, cap)?;
        let asking = primes.is_null();
        // SAFETY: promised by the caller.
        let lists = unsafe { (output_list(primes, cap)?, output_list(exponents, cap)?) };
        if !may_block() {
            return Err(Error::from(Status::MainThread));
        }
        let count = usize::try_from(super::primes::count(0, n)?).unwrap_or(usize::MAX);
        if !asking && count > cap {
            *len = count;
            return Err(Error::from(Status::Buffer));
        }
        if !asking {
            factorial(n, lists)?;
        }
        *len = count;
        Ok(())
    })
}

/// Fills both lists, which are long enough.
fn factorial(n: u64, (primes, exponents): (&mut [u64], &mut [u64])) -> Result<()> {
    let listing = Listing::of(FACTORIAL, &[(Param::Number, n)])?;
    let mut slots = primes.iter_mut().zip(exponents);
    let mut values = [0; 1024];
    loop {
        let read = listing.read(&mut values)?;
        if read == 0 {
            return Ok(());
        }
        let pairs = values[..read].as_chunks::<2>().0;
        // Pairs first: what ends is asked first, and takes no slot with it.
        for (pair, (prime, exponent)) in pairs.iter().zip(slots.by_ref()) {
            (*prime, *exponent) = (pair[0], pair[1]);
        }
    }
}

/// Writes the primorial of `n`: the product of the primes up to `n`; 1 below 2.
///
/// Threads: any; never blocks. Ownership: `value` is borrowed for the call.
/// Errors: NULL, RANGE (`n` exceeds `TAM_MAX_PRIMORIAL`: the product does not fit in 64 bits), PANIC.
/// Source: OEIS A034386.
///
/// # Safety
/// `value` is NULL or points to a writable `uint64_t`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tam_primorial(n: u64, value: *mut u64) -> tam_status {
    guard(|| {
        // SAFETY: promised by the caller.
        let value = unsafe { output(value) }?;
        if n > TAM_MAX_PRIMORIAL {
            return Err(Error::from(Status::Range));
        }
        *value =
            crate::arith::small_primes::primes_to(n as u32).into_iter().map(u64::from).product();
        Ok(())
    })
}

/// Writes a table's values. `asking`: only their number is wanted.
fn fill<T>(
    kind: i32,
    (start, stop): (u64, u64),
    asking: bool,
    out: &mut [T],
    len: &mut usize,
    convert: impl Fn(u64) -> T,
) -> Result<()> {
    if !may_block() {
        return Err(Error::from(Status::MainThread));
    }
    let beyond = stop.checked_sub(start).ok_or_else(|| Error::from(Status::Range))?;
    let count = usize::try_from(beyond).ok().and_then(|beyond| beyond.checked_add(1));
    let count = count.unwrap_or(usize::MAX);
    if !asking && count > out.len() {
        *len = count;
        return Err(Error::from(Status::Buffer));
    }
    if !asking {
        let listing = Listing::of(kind, &[(Param::Start, start), (Param::Stop, stop)])?;
        let mut slots = out.iter_mut();
        let mut values = [0; 1024];
        loop {
            let read = listing.read(&mut values)?;
            if read == 0 {
                break;
            }
            // Values first: what ends is asked first, and takes no slot with it.
            values[..read]
                .iter()
                .zip(slots.by_ref())
                .for_each(|(&value, slot)| *slot = convert(value));
        }
    }
    *len = count;
    Ok(())
}

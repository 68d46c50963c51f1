//! Single numbers: primality, factors, and what follows from them.

use super::{both_or_neither, copy_out, guard, output, tam_status};
use crate::arith::factor::factor;
use crate::arith::multiplicative as of;
use crate::arith::primality::{is_prime, is_prime_u128, next_prime, previous_prime};
use crate::error::{Error, Result, Status};
use crate::job::number_kinds::FACTOR;
use crate::job::{Job, Param, together};
use crate::parallel::may_block;
use std::sync::atomic::{AtomicU8, Ordering};

/// No number below 2^64 has more different prime factors (the product of the first 15 primes fits, OEIS A002110).
pub const TAM_MAX_FACTORS: u32 = 15;
/// No number below 2^128 has more different prime factors.
pub const TAM_MAX_FACTORS_U128: u32 = 26;

/// Integers that a thread tests at once: a millisecond or less.
const BATCH: usize = 1 << 12;

/// Writes 1 if `n` is prime, else 0. Exact for every `n`.
///
/// Threads: any; takes less than a microsecond. Ownership: `result` is borrowed for the call.
/// Errors: NULL, PANIC.
/// Source: a strong test to base 2 and an extra strong Lucas test (BPSW), which no composite below 2^64 passes.
///
/// # Safety
/// `result` is NULL or points to a writable `int32_t`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tam_is_prime(n: u64, result: *mut i32) -> tam_status {
    guard(|| {
        // SAFETY: promised by the caller.
        let result = unsafe { output(result) }?;
        *result = i32::from(is_prime(n));
        Ok(())
    })
}

/// Writes 1 if the number `high` * 2^64 + `low` is prime, else 0. Exact below 3.3 * 10^24. Beyond, 0 is certain, and of 1 no wrong one is
/// known: the test is BPSW with strong tests to the first 13 primes.
///
/// Threads: any; takes microseconds. Ownership: `result` is borrowed for the call.
/// Errors: NULL, PANIC.
///
/// # Safety
/// `result` is NULL or points to a writable `int32_t`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tam_is_prime_u128(low: u64, high: u64, result: *mut i32) -> tam_status {
    guard(|| {
        // SAFETY: promised by the caller.
        let result = unsafe { output(result) }?;
        *result = i32::from(is_prime_u128(joined(low, high)));
        Ok(())
    })
}

/// Tests `len` numbers on all threads of the library: `results[i]` becomes 1 if `n[i]` is prime, else 0. A `len` of 0 is fine, with any
/// pointers.
///
/// The threads are started if they were not; where none can be had, the calling thread does the work.
/// Threads: any but the browser's main thread; blocks until all are tested. Ownership: both pointers are borrowed for the call.
/// Errors: NULL, MAIN_THREAD, PANIC.
///
/// # Safety
/// `n` is NULL or has `len` readable values; `results` is NULL or has room for `len` bytes. They do not overlap.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tam_is_prime_many(
    n: *const u64,
    len: usize,
    results: *mut u8,
) -> tam_status {
    guard(|| {
        if len == 0 {
            return Ok(());
        }
        if n.is_null() || results.is_null() {
            return Err(Error::from(Status::Null));
        }
        if !may_block() {
            return Err(Error::from(Status::MainThread));
        }
        // SAFETY: promised by the caller; a byte and an atomic one have one layout.
        let (numbers, results) = unsafe {
            (std::slice::from_raw_parts(n, len), std::slice::from_raw_parts(results.cast(), len))
        };
        is_prime_many(numbers, results)
    })
}

fn is_prime_many(numbers: &[u64], results: &[AtomicU8]) -> Result<()> {
    together(numbers.len().div_ceil(BATCH) as u64, &|part| {
        let from = part as usize * BATCH;
        for (&n, result) in numbers[from..].iter().zip(&results[from..]).take(BATCH) {
            result.store(u8::from(is_prime(n)), Ordering::Relaxed);
        }
    })
}

/// Writes the least prime greater than `n`.
///
/// Threads: any; takes microseconds. Ownership: `prime` is borrowed for the call.
/// Errors: NULL, RANGE (it does not fit in 64 bits: `n` is 2^64 - 59 or more), PANIC.
///
/// # Safety
/// `prime` is NULL or points to a writable `uint64_t`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tam_next_prime(n: u64, prime: *mut u64) -> tam_status {
    guard(|| {
        // SAFETY: promised by the caller.
        let prime = unsafe { output(prime) }?;
        let next = next_prime(u128::from(n)).and_then(|next| u64::try_from(next).ok());
        *prime = next.ok_or_else(|| Error::from(Status::Range))?;
        Ok(())
    })
}

/// Writes the greatest prime less than `n`.
///
/// Threads: any; takes microseconds. Ownership: `prime` is borrowed for the call.
/// Errors: NULL, RANGE (there is none: `n` is 2 or less), PANIC.
///
/// # Safety
/// `prime` is NULL or points to a writable `uint64_t`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tam_prev_prime(n: u64, prime: *mut u64) -> tam_status {
    guard(|| {
        // SAFETY: promised by the caller.
        let prime = unsafe { output(prime) }?;
        let before = previous_prime(u128::from(n)).ok_or_else(|| Error::from(Status::Range))?;
        // Less than n.
        *prime = before as u64;
        Ok(())
    })
}

/// Factors `n`: writes its different primes, ascending, to `factors`, their exponents to `exponents`, and how many there are to
/// `len`: none for 1, and never more than `TAM_MAX_FACTORS`. Where both are NULL and `cap` is 0, `len` alone is written, with OK.
///
/// Threads: any; takes microseconds, at most a millisecond. Ownership: all pointers are borrowed for the call.
/// Errors: NULL, RANGE (`n` is 0), BUFFER (`cap` is too small; `len` has the needed length), PANIC.
/// Source: trial division, Pollard's rho (Brent, BIT 20, 1980), elliptic curves (Montgomery, Math. Comp. 48, 1987). The same steps for
/// the same `n`, always.
///
/// # Safety
/// `factors` and `exponents` are NULL or have room for `cap` values; `len` is NULL or points to a writable `size_t`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tam_factor(
    n: u64,
    factors: *mut u64,
    exponents: *mut u32,
    cap: usize,
    len: *mut usize,
) -> tam_status {
    guard(|| {
        // SAFETY: promised by the caller.
        unsafe { output(len) }?;
        both_or_neither(factors, exponents, cap)?;
        let (primes, powers): (Vec<u64>, Vec<u32>) = factors_of(n)?.into_iter().unzip();
        // SAFETY: promised by the caller.
        unsafe {
            copy_out(&primes, factors, cap, len)?;
            copy_out(&powers, exponents, cap, len)
        }
    })
}

/// Factors `high` * 2^64 + `low`. As `tam_factor`, but each prime takes two values of `factors`, the lower half and the upper: there must
/// be room for 2 * `cap` of them. There are never more primes than `TAM_MAX_FACTORS_U128`.
///
/// Two primes of 64 bits take about a tenth of a second of one thread; a job of kind `TAM_KIND_FACTOR` gives the same with progress
/// and cancel.
///
/// Threads: any but the browser's main thread; blocks until all are found, on all threads of the library. Ownership: all pointers are
/// borrowed for the call.
/// Errors: NULL, RANGE (the number is 0), BUFFER (`cap` is too small; `len` has the needed length), MAIN_THREAD, MEMORY, PANIC;
/// CANCELLED when the library is shut down meanwhile.
///
/// # Safety
/// `factors` is NULL or has room for 2 * `cap` values; `exponents` is NULL or has room for `cap`; `len` is NULL or points to a
/// writable `size_t`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tam_factor_u128(
    low: u64,
    high: u64,
    factors: *mut u64,
    exponents: *mut u32,
    cap: usize,
    len: *mut usize,
) -> tam_status {
    guard(|| {
        // SAFETY: promised by the caller.
        unsafe { output(len) }?;
        both_or_neither(factors, exponents, cap)?;
        let job = Job::new(FACTOR)?;
        job.set(Param::Number as i32, low)?;
        job.set(Param::NumberHigh as i32, high)?;
        let found = super::primes::results(&job)?.as_chunks::<3>().0;
        let halves: Vec<u64> = found.iter().flat_map(|&[low, high, _]| [low, high]).collect();
        let powers: Vec<u32> = found.iter().map(|&[_, _, exponent]| exponent as u32).collect();
        // SAFETY: promised by the caller; the one with one value each comes last, and says the length.
        unsafe {
            let mut values = 0;
            if cap >= powers.len() {
                copy_out(&halves, factors, cap.saturating_mul(2), &raw mut values)?;
            }
            copy_out(&powers, exponents, cap, len)
        }
    })
}

/// Writes the divisors of `n`, ascending, to `buf`, and how many there are to `len`: 184,320 at most. A NULL `buf` with `cap` 0 asks for
/// the number alone, and returns OK.
///
/// Threads: any; takes microseconds, at most a few milliseconds. Ownership: both pointers are borrowed for the call.
/// Errors: NULL, RANGE (`n` is 0), BUFFER (`cap` is too small; `len` has the needed length), PANIC.
///
/// # Safety
/// `buf` is NULL or has room for `cap` values; `len` is NULL or points to a writable `size_t`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tam_divisors(
    n: u64,
    buf: *mut u64,
    cap: usize,
    len: *mut usize,
) -> tam_status {
    guard(|| {
        // SAFETY: promised by the caller.
        unsafe { output(len) }?;
        let divisors = of::divisors(&factors_of(n)?);
        // SAFETY: promised by the caller.
        unsafe { copy_out(&divisors, buf, cap, len) }
    })
}

/// Writes how many divisors `n` has.
///
/// Threads: any; takes microseconds, at most a millisecond. Ownership: `count` is borrowed for the call.
/// Errors: NULL, RANGE (`n` is 0), PANIC.
///
/// # Safety
/// `count` is NULL or points to a writable `uint64_t`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tam_divisor_count(n: u64, count: *mut u64) -> tam_status {
    guard(|| {
        // SAFETY: promised by the caller.
        let count = unsafe { output(count) }?;
        *count = of::divisor_count(&factors_of(n)?);
        Ok(())
    })
}

/// Writes Euler's phi: how many of 1 to `n` have no divisor in common with `n`.
///
/// Threads: any; takes microseconds, at most a millisecond. Ownership: `value` is borrowed for the call.
/// Errors: NULL, RANGE (`n` is 0), PANIC.
///
/// # Safety
/// `value` is NULL or points to a writable `uint64_t`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tam_euler_phi(n: u64, value: *mut u64) -> tam_status {
    guard(|| {
        // SAFETY: promised by the caller.
        let value = unsafe { output(value) }?;
        *value = of::euler_phi(&factors_of(n)?);
        Ok(())
    })
}

/// Writes Moebius' mu: 0 when the square of a prime divides `n`, else 1 or -1 for an even or odd number of primes.
///
/// Threads: any; takes microseconds, at most a millisecond. Ownership: `value` is borrowed for the call.
/// Errors: NULL, RANGE (`n` is 0), PANIC.
///
/// # Safety
/// `value` is NULL or points to a writable `int32_t`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tam_moebius(n: u64, value: *mut i32) -> tam_status {
    guard(|| {
        // SAFETY: promised by the caller.
        let value = unsafe { output(value) }?;
        *value = of::moebius(&factors_of(n)?);
        Ok(())
    })
}

/// Writes the radical of `n`: the product of its different primes.
///
/// Threads: any; takes microseconds, at most a millisecond. Ownership: `value` is borrowed for the call.
/// Errors: NULL, RANGE (`n` is 0), PANIC.
///
/// # Safety
/// `value` is NULL or points to a writable `uint64_t`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tam_radical(n: u64, value: *mut u64) -> tam_status {
    guard(|| {
        // SAFETY: promised by the caller.
        let value = unsafe { output(value) }?;
        *value = of::radical(&factors_of(n)?);
        Ok(())
    })
}

/// Writes sigma_k: the sum of the `k`th powers of the divisors of `n`; their number for `k` = 0.
///
/// Threads: any; takes microseconds, at most a millisecond. Ownership: `value` is borrowed for the call.
/// Errors: NULL, RANGE (`n` is 0, or the sum does not fit in 64 bits), PANIC.
///
/// # Safety
/// `value` is NULL or points to a writable `uint64_t`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tam_sigma(n: u64, k: u32, value: *mut u64) -> tam_status {
    guard(|| {
        // SAFETY: promised by the caller.
        let value = unsafe { output(value) }?;
        *value = of::sigma(&factors_of(n)?, k)?;
        Ok(())
    })
}

fn joined(low: u64, high: u64) -> u128 {
    u128::from(high) << 64 | u128::from(low)
}

/// Errors: Range for 0.
fn factors_of(n: u64) -> Result<Vec<(u64, u32)>> {
    if n == 0 { Err(Error::from(Status::Range)) } else { Ok(factor(n)) }
}

//! Counting primes without finding them: one call, one answer.

use super::primes::finish;
use super::{guard, output, tam_status};
use crate::job::{Job, Param, kinds};

/// Counts the primes up to `x`, inclusive, and writes how many there are: pi(x), for any `x` up to 2^64 - 1. Takes a
/// time of about O(x^(2/3)), where `tam_count_primes` sieves and takes O(x): 10^15 takes less than a second of one thread.
///
/// Works on all threads of the library, or on the calling one where none can be had. A job of kind `TAM_KIND_PRIME_PI`
/// gives the same with progress, pause, cancel and checkpoints.
///
/// Threads: any but the browser's main thread; blocks until the count is there. Ownership: `count` is borrowed for the call.
/// Errors: NULL, MAIN_THREAD, MEMORY, PANIC; CANCELLED when the library is shut down meanwhile.
/// Source: X. Gourdon, Computation of pi(x): improvements to the Meissel, Lehmer, Lagarias, Miller, Odlyzko, Deleglise and
/// Rivat method, 2001.
///
/// # Safety
/// `count` is NULL or points to a writable `uint64_t`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tam_prime_pi(x: u64, count: *mut u64) -> tam_status {
    guard(|| {
        // SAFETY: promised by the caller.
        let count = unsafe { output(count) }?;
        let job = Job::new(kinds::PRIME_PI)?;
        job.set(Param::X as i32, x)?;
        *count = finish(&job)?;
        Ok(())
    })
}

/// Finds the `n`th prime, counted from 2 with n = 1, for any `n` up to 425656284035217743, the number of primes below 2^64. Takes about as
/// long as `tam_prime_pi` of the answer. `tam_nth_prime_from` counts from anywhere, up or down, by sieving.
///
/// Threads: any but the browser's main thread; blocks until it is found. A job of kind `TAM_KIND_NTH_PRIME_PI` gives the
/// same with progress, pause, cancel and checkpoints. Ownership: `prime` is borrowed for the call.
/// Errors: NULL, RANGE (`n` is 0, or there are not so many below 2^64), MAIN_THREAD, MEMORY, PANIC; CANCELLED when the
/// library is shut down meanwhile.
///
/// # Safety
/// `prime` is NULL or points to a writable `uint64_t`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tam_nth_prime(n: u64, prime: *mut u64) -> tam_status {
    guard(|| {
        // SAFETY: promised by the caller.
        let prime = unsafe { output(prime) }?;
        let job = Job::new(kinds::NTH_PRIME_PI)?;
        job.set(Param::N as i32, n)?;
        *prime = finish(&job)?;
        Ok(())
    })
}

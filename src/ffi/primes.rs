//! Typed, blocking conveniences: one call, one answer.

use super::streams::{Listing, fits_32_bits};
use super::{guard, output, output_list, tam_status};
use crate::error::{Error, Result, Status};
use crate::job::{Job, Param, kinds};
use crate::parallel::may_block;
use std::ffi::c_void;

/// Counts the primes p with `start <= p <= stop`, on all threads of the library, and writes how many
/// there are. Both ends are inclusive and may be anything up to 2^64 - 1.
///
/// The threads are started if they were not; where none can be had (a browser page without shared
/// memory), the calling thread does the work. Jobs give the same with progress and cancel.
///
/// Threads: any but the browser's main thread; blocks until the count is there. Several threads may
/// count at once. Ownership: `count` is borrowed for the call.
/// Errors: NULL, RANGE (`start` exceeds `stop`), MAIN_THREAD, MEMORY, PANIC; CANCELLED when the library
/// is shut down meanwhile.
/// Source: the segmented sieve of Eratosthenes, Bays and Hudson, BIT 17 (1977).
///
/// # Safety
/// `count` is NULL or points to a writable `uint64_t`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tam_count_primes(start: u64, stop: u64, count: *mut u64) -> tam_status {
    guard(|| {
        // SAFETY: promised by the caller.
        let count = unsafe { output(count) }?;
        *count = self::count(start, stop)?;
        Ok(())
    })
}

/// Counts the k-tuplets whose members all lie in `start` to `stop`, both inclusive; k = 1 counts primes.
///
/// Twins (k = 2) are (p, p+2); triplets (p, p+2, p+6) and (p, p+4, p+6); quadruplets (p, p+2, p+6, p+8);
/// quintuplets (p, p+2, p+6, p+8, p+12) and (p, p+4, p+6, p+10, p+12); sextuplets (p, p+4, p+6, p+10, p+12, p+16).
/// A job of kind `TAM_KIND_COUNT_TUPLETS` counts several in one pass.
///
/// Threads: any but the browser's main thread; blocks until the count is there. Ownership: `count` is borrowed for the
/// call.
/// Errors: NULL, RANGE (`start` exceeds `stop`, or k is not 1 to 6), MAIN_THREAD, MEMORY, PANIC; CANCELLED when the library
/// is shut down meanwhile.
/// Source: the definitions and counts of OEIS A007508 (twins), A050258 (quadruplets).
///
/// # Safety
/// `count` is NULL or points to a writable `uint64_t`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tam_count_tuplets(
    k: u32,
    start: u64,
    stop: u64,
    count: *mut u64,
) -> tam_status {
    guard(|| {
        // SAFETY: promised by the caller.
        let count = unsafe { output(count) }?;
        if !(1..=6).contains(&k) {
            return Err(Error::new(Status::Range, format!("k is 1 to 6, not {k}")));
        }
        let job = Job::new(kinds::COUNT_TUPLETS)?;
        job.set(Param::Start as i32, start)?;
        job.set(Param::Stop as i32, stop)?;
        job.set(Param::Kinds as i32, 1 << (k - 1))?;
        *count = results(&job)?
            .get(k as usize - 1)
            .copied()
            .ok_or_else(|| Error::from(Status::State))?;
        Ok(())
    })
}

/// Finds the `n`th prime from `start`: for positive `n` the nth that is greater than `start`, for negative the -nth that is less,
/// for 0 the least that is not less. So (n, 0) gives the nth prime, and (1, 1000) the first beyond 1000.
///
/// Threads: any but the browser's main thread; blocks until it is found. All primes between are counted, on all threads; a job
/// of kind `TAM_KIND_NTH_PRIME` gives the same with progress and cancel. Ownership: `prime` is borrowed
/// for the call.
/// Errors: NULL, RANGE (there are not so many below 2^64, or above 0), MAIN_THREAD, MEMORY, PANIC; CANCELLED when the
/// library is shut down meanwhile.
///
/// # Safety
/// `prime` is NULL or points to a writable `uint64_t`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tam_nth_prime_from(n: i64, start: u64, prime: *mut u64) -> tam_status {
    guard(|| {
        // SAFETY: promised by the caller.
        let prime = unsafe { output(prime) }?;
        let job = Job::new(kinds::NTH_PRIME)?;
        job.set(Param::Start as i32, start)?;
        job.set(Param::N as i32, n.unsigned_abs())?;
        job.set(Param::Before as i32, u64::from(n < 0))?;
        *prime = finish(&job)?;
        Ok(())
    })
}

/// Writes the primes p with `start <= p <= stop`, ascending, to `buf`, and how many there are to `len`.
/// When they are more than `cap`, the answer is BUFFER, `len` has the exact number, and what is in `buf` is of no use. A NULL `buf`
/// with `cap` 0 asks for the number alone, and returns OK.
///
/// For long lists see `tam_for_each_prime`, jobs of kind `TAM_KIND_LIST_PRIMES`, and iterators, which need little memory.
///
/// Threads: any but the browser's main thread; blocks until all are there. Sieves on all threads of the library; the calling one
/// writes. Ownership: both pointers are borrowed for the call.
/// Errors: NULL, RANGE (`start` exceeds `stop`), BUFFER, MAIN_THREAD, MEMORY, PANIC; CANCELLED when the library is shut
/// down meanwhile.
///
/// # Safety
/// `buf` is NULL or has room for `cap` values; `len` is NULL or points to a writable `size_t`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tam_generate_primes(
    start: u64,
    stop: u64,
    buf: *mut u64,
    cap: usize,
    len: *mut usize,
) -> tam_status {
    guard(|| {
        // SAFETY: promised by the caller.
        let (len, out) = unsafe { (output(len)?, output_list(buf, cap)?) };
        generate(start, stop, buf.is_null(), out, len, Listing::read)
    })
}

/// The same with values of 32 bits.
///
/// Threads: any but the browser's main thread; blocks until all are there. Ownership: both pointers are borrowed for
/// the call.
/// Errors: as `tam_generate_primes`; RANGE also when `stop` exceeds `UINT32_MAX`.
///
/// # Safety
/// `buf` is NULL or has room for `cap` values; `len` is NULL or points to a writable `size_t`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tam_generate_primes_u32(
    start: u64,
    stop: u64,
    buf: *mut u32,
    cap: usize,
    len: *mut usize,
) -> tam_status {
    guard(|| {
        // SAFETY: promised by the caller.
        let (len, out) = unsafe { (output(len)?, output_list(buf, cap)?) };
        fits_32_bits(stop)?;
        generate(start, stop, buf.is_null(), out, len, Listing::read_u32)
    })
}

/// What `tam_for_each_prime` calls, with the next primes, ascending, and how many there are, at least one. They are
/// there until it returns. It answers 0 to go on; anything else stops. No exception may leave it.
#[allow(non_camel_case_types)]
pub type tam_primes_fn =
    Option<unsafe extern "C" fn(user: *mut c_void, primes: *const u64, len: usize) -> i32>;

/// Calls `fn` with all primes p with `start <= p <= stop`, ascending, batch by batch, on the calling thread. Needs
/// little memory however many there are: while `fn` takes its time, the sieving rests.
///
/// Threads: any but the browser's main thread; blocks until all are passed. Sieves on all threads of the library.
/// Ownership: `user` is passed on as it is.
/// Errors: NULL (`fn`), RANGE (`start` exceeds `stop`), CANCELLED (`fn` asked to stop, or the library is shut down meanwhile),
/// MAIN_THREAD, MEMORY, PANIC.
///
/// # Safety
/// `fn` may be called with `user`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tam_for_each_prime(
    start: u64,
    stop: u64,
    r#fn: tam_primes_fn,
    user: *mut c_void,
) -> tam_status {
    guard(|| {
        let call = r#fn.ok_or_else(|| Error::from(Status::Null))?;
        let listing = Listing::begin(start, stop)?;
        let mut primes = [0; 2048];
        loop {
            let len = listing.read(&mut primes)?;
            if len == 0 {
                return Ok(());
            }
            // SAFETY: the caller says that it may be called so.
            if unsafe { call(user, primes.as_ptr(), len) } != 0 {
                return Err(Error::from(Status::Cancelled));
            }
        }
    })
}

/// Fills `out`; when there are more primes than fit, counts them. `asking`: only their number is wanted.
fn generate<T>(
    start: u64,
    stop: u64,
    asking: bool,
    out: &mut [T],
    len: &mut usize,
    read: impl Fn(&Listing, &mut [T]) -> Result<usize>,
) -> Result<()> {
    let mut filled = 0;
    if !asking {
        let listing = Listing::begin(start, stop)?;
        while filled < out.len() {
            match read(&listing, &mut out[filled..])? {
                0 => {
                    *len = filled;
                    return Ok(());
                }
                more => filled += more,
            }
        }
        let mut more = [0; 1];
        if listing.read(&mut more)? == 0 {
            *len = filled;
            return Ok(());
        }
    }
    let count = count(start, stop)?;
    *len = usize::try_from(count).unwrap_or(usize::MAX);
    if asking { Ok(()) } else { Err(Error::from(Status::Buffer)) }
}

pub fn count(start: u64, stop: u64) -> Result<u64> {
    let job = Job::new(kinds::COUNT_PRIMES)?;
    job.set(Param::Start as i32, start)?;
    job.set(Param::Stop as i32, stop)?;
    finish(&job)
}

/// Runs a job to its end, on this thread if no other can be had.
pub fn finish(job: &Job) -> Result<u64> {
    results(job)?.first().copied().ok_or_else(|| Error::from(Status::State))
}

/// The same with all results.
pub fn results(job: &Job) -> Result<&[u64]> {
    if !may_block() {
        return Err(Error::from(Status::MainThread));
    }
    match job.start() {
        Ok(()) => job.wait(None).map_err(|e| job.failure().cloned().unwrap_or(e))?,
        Err(e) if matches!(e.status(), Status::Threads | Status::Memory) => job.run_alone()?,
        Err(e) => return Err(e),
    }
    job.values()
}

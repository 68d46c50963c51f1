//! Jobs: everything the library computes, with progress, cancel, and many at once.

use super::{guard, handles, output, tam_status};
use crate::error::{Error, Status};
use crate::job::{Job, kinds};
use crate::parallel::may_block;
use std::ffi::c_char;
use std::time::Duration;

/// A job. The pointer is a ticket, not an address: a freed or made-up one is answered with
/// `TAM_ERR_HANDLE`.
#[allow(non_camel_case_types)]
pub struct tam_job {
    _opaque: [u8; 0],
}

/// Most jobs and iterators that may live at once.
pub const TAM_MAX_JOBS: u32 = 1024;

/// Counts primes. Parameters: START, STOP, THREADS, SEGMENT_BYTES. Result: one number.
/// Unit of work: integers sieved.
pub const TAM_KIND_COUNT_PRIMES: i32 = 1;
/// Counts k-tuplets, of several k in one pass. Parameters: START, STOP, THREADS, SEGMENT_BYTES, KINDS. Result: six
/// numbers, that of k-tuplets at index k - 1 (0 for those not asked for); read them with
/// `tam_job_results_u64`. Unit of work: integers sieved. What a k-tuplet is: see `tam_count_tuplets`.
pub const TAM_KIND_COUNT_TUPLETS: i32 = 2;
/// Lists primes or k-tuplets: a stream, whose values are read while it runs (`tam_job_read_u64` and its like). Parameters:
/// START, STOP, THREADS, SEGMENT_BYTES, K. It is done when its last value has been read; it pauses when too much
/// waits to be read. Result: how many primes or k-tuplets were listed. Unit of work: integers whose primes
/// were read.
pub const TAM_KIND_LIST_PRIMES: i32 = 3;
/// Finds the nth prime from a start. Parameters: START, THREADS, SEGMENT_BYTES, N, BEFORE. Result: one number.
/// Unit of work: integers sieved.
pub const TAM_KIND_NTH_PRIME: i32 = 4;
/// Measures which piece of the sieve is fastest on this machine: about 0.2 s of one thread. Parameters: THREADS. Result: one number,
/// for `tam_set_piece_bytes`. Unit of work: the whole.
pub const TAM_KIND_TUNE: i32 = 5;
/// Counts the primes up to X without finding them. Parameters: THREADS, X. Result: one number. Unit of
/// work: about a nanosecond of one native thread. See `tam_prime_pi`.
pub const TAM_KIND_PRIME_PI: i32 = 6;
/// Finds the Nth prime, counted from 2, by way of pi(x). Parameters: THREADS, N (1, the default, to
/// 425656284035217743). Result: one number. Unit of work: as above. See `tam_nth_prime`.
pub const TAM_KIND_NTH_PRIME_PI: i32 = 7;
/// Tells whether a number of up to 128 bits is prime. Parameters: NUMBER, NUMBER_HIGH, THREADS. Result: 1 or 0, as certain as
/// `tam_is_prime_u128` says. Unit of work: the whole.
pub const TAM_KIND_IS_PRIME: i32 = 10;
/// Factors a number of up to 128 bits. Parameters: NUMBER, NUMBER_HIGH, THREADS. Result: for each prime, ascending, three
/// numbers: its lower half, its upper half, its exponent; none for 1. Fails with RANGE for 0. Unit of work: elliptic curves; the
/// first that finds something ends the job, which is usually long before all are tried.
pub const TAM_KIND_FACTOR: i32 = 11;
/// Finds the prime next to a number of up to 128 bits: the least that is greater, or, with BEFORE, the greatest that is less.
/// Parameters: NUMBER, NUMBER_HIGH, BEFORE, THREADS. Result: its lower and its upper half. Fails with RANGE when there is none. Unit
/// of work: the whole.
pub const TAM_KIND_NEIGHBOUR: i32 = 12;
/// Lists the smallest prime factor of each integer of a range (0 and 1: itself): a stream, see `tam_job_read_u64`. Parameters: START,
/// STOP, THREADS. Unit of work: integers read. Values of this and the next two do not ascend: as bytes in TAM_FORMAT_DELTA their
/// differences are mod 2^64.
pub const TAM_KIND_LIST_SMALLEST_FACTORS: i32 = 13;
/// Lists Euler's phi of each integer of a range (0 for 0): a stream. Parameters: START, STOP, THREADS. Unit of work: integers read.
pub const TAM_KIND_LIST_PHI: i32 = 14;
/// Lists Moebius' mu of each integer of a range (0 for 0): a stream. A value is to be taken as signed: -1 is UINT64_MAX (as 32 bits,
/// UINT32_MAX). Parameters: START, STOP, THREADS. Unit of work: integers read.
pub const TAM_KIND_LIST_MOEBIUS: i32 = 15;
/// Computes Mertens' function, the sum of Moebius' mu of 1 to NUMBER. Parameters: NUMBER, THREADS. Result: one number, to be taken as
/// signed. Unit of work: integers sieved.
pub const TAM_KIND_MERTENS: i32 = 16;
/// Sums the primes up to NUMBER, 10^14 at most. Parameters: NUMBER, THREADS. Result: the sum's lower and upper half. Unit of work: values
/// changed. One thread does it, step by step, and what it has in hand is too large to be kept: a checkpoint is that of the beginning.
pub const TAM_KIND_SUM_PRIMES: i32 = 17;
/// Finds the maximal gaps between neighbouring primes of a range. Parameters: START, STOP, THREADS. Result: for each, two numbers: its
/// length, and the prime before it. Unit of work: integers sieved.
pub const TAM_KIND_MAXIMAL_GAPS: i32 = 18;
/// Counts the pairs of primes p <= q with p + q = NUMBER. Parameters: NUMBER, THREADS. Result: one number. Unit of work: integers
/// sieved, of the smaller half.
pub const TAM_KIND_GOLDBACH: i32 = 19;
/// Counts the primes of a residue class. Parameters: START, STOP, MODULUS, RESIDUE, THREADS. Result: one number. Unit of work:
/// integers sieved.
pub const TAM_KIND_COUNT_RESIDUE: i32 = 20;
/// Factors NUMBER!: a stream of pairs, each prime up to NUMBER and its exponent. Parameters: NUMBER, THREADS. Unit of work: integers
/// whose primes were read.
pub const TAM_KIND_FACTORIAL: i32 = 21;
/// Shows the machinery at work: sums its chunk numbers 0 to TEST_CHUNKS - 1. Parameters: THREADS and
/// those that begin with TEST. Unit of work: chunks.
pub const TAM_KIND_SELF_TEST: i32 = 1000;

/// First integer of a range, inclusive. Default 0.
pub const TAM_PARAM_START: i32 = 1;
/// Last integer of a range, inclusive. Default 0.
pub const TAM_PARAM_STOP: i32 = 2;
/// At most so many of the library's threads work on the job; 0, the default, means all. Every kind
/// has it. The result never depends on it.
pub const TAM_PARAM_THREADS: i32 = 3;
/// Segment size of a sieve in bytes (not KiB), 1,024 to 8,388,608; one byte covers 30 integers.
/// 0, the default, lets the library choose.
pub const TAM_PARAM_SEGMENT_BYTES: i32 = 4;
/// Which k-tuplets to count: bit k - 1 for k = 1 (primes) to 6; 1 to 63. Default 63, all.
pub const TAM_PARAM_KINDS: i32 = 5;
/// What to list: 1, the default, for primes; k = 2 to 6 for k-tuplets, each as its k members.
pub const TAM_PARAM_K: i32 = 6;
/// Which prime from START, 0 to 2^63 - 1: the Nth that is greater (less, with BEFORE); for 0 the first that is not
/// less (greater). Default 1.
pub const TAM_PARAM_N: i32 = 7;
/// 1: go down from START. Default 0.
pub const TAM_PARAM_BEFORE: i32 = 8;
/// Up to where to count, inclusive; any number. Default 0.
pub const TAM_PARAM_X: i32 = 9;
/// The number itself, or its lower 64 bits. Default 0.
pub const TAM_PARAM_NUMBER: i32 = 20;
/// The upper 64 bits of NUMBER. Default 0.
pub const TAM_PARAM_NUMBER_HIGH: i32 = 21;
/// Residues are those mod MODULUS, at least 1. Default 1.
pub const TAM_PARAM_MODULUS: i32 = 22;
/// A residue, less than MODULUS. Default 0.
pub const TAM_PARAM_RESIDUE: i32 = 23;
/// Self test: number of chunks. Default 100.
pub const TAM_PARAM_TEST_CHUNKS: i32 = 1000;
/// Self test: arithmetic steps per chunk, about a nanosecond each. Default 0.
pub const TAM_PARAM_TEST_STEPS: i32 = 1001;
/// Self test: the chunk that panics, to show that a panic becomes a failed job; UINT64_MAX, the
/// default, for none.
pub const TAM_PARAM_TEST_PANIC_AT: i32 = 1002;
/// Self test: the chunk that fails with an error; UINT64_MAX, the default, for none.
pub const TAM_PARAM_TEST_FAIL_AT: i32 = 1003;

/// Made, not started: parameters may be set.
pub const TAM_STATE_NEW: i32 = 0;
/// Started, not ended.
pub const TAM_STATE_RUNNING: i32 = 1;
/// Ended: the result can be read.
pub const TAM_STATE_DONE: i32 = 2;
/// Ended by `tam_job_cancel` or `tam_shutdown`.
pub const TAM_STATE_CANCELLED: i32 = 3;
/// Ended by an error: `tam_job_message` says which.
pub const TAM_STATE_FAILED: i32 = 4;
/// Started, not ended, and hands out no chunks until `tam_job_resume`.
pub const TAM_STATE_PAUSED: i32 = 5;

/// Writes the least and greatest value that parameter `param` of `kind` takes.
///
/// Threads: any; never blocks. Ownership: both pointers are borrowed for the call.
/// Errors: NULL, KIND, PARAM, PANIC.
///
/// # Safety
/// `min` and `max` are NULL or point to writable `uint64_t`s.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tam_param_bounds(
    kind: i32,
    param: i32,
    min: *mut u64,
    max: *mut u64,
) -> tam_status {
    guard(|| {
        // SAFETY: promised by the caller.
        let (min, max) = unsafe { (output(min)?, output(max)?) };
        (*min, *max) = kinds::bounds(kind, param)?;
        Ok(())
    })
}

/// Makes a job of `kind` (a `TAM_KIND_` number) and writes its handle.
///
/// Threads: any; never blocks. Ownership: the caller owns the handle and frees it with
/// `tam_job_free`. Errors: NULL, KIND, LIMIT (more than `TAM_MAX_JOBS` live), PANIC.
///
/// # Safety
/// `job` is NULL or points to a writable pointer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tam_job_new(kind: i32, job: *mut *mut tam_job) -> tam_status {
    guard(|| {
        // SAFETY: promised by the caller.
        let job = unsafe { output(job) }?;
        *job = handles::insert(Job::new(kind)?)?;
        Ok(())
    })
}

/// Writes the job's kind, a `TAM_KIND_` number.
///
/// Threads: any; never blocks. Ownership: both pointers are borrowed for the call.
/// Errors: NULL, HANDLE, PANIC.
///
/// # Safety
/// `kind` is NULL or points to a writable `int32_t`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tam_job_kind(job: *const tam_job, kind: *mut i32) -> tam_status {
    guard(|| {
        // SAFETY: promised by the caller.
        let kind = unsafe { output(kind) }?;
        *kind = handles::get(job)?.kind().number;
        Ok(())
    })
}

/// Sets a parameter (a `TAM_PARAM_` number) of a job that has not been started. `TAM_PARAM_THREADS` may be set
/// until the job ends: it then works on with more threads or fewer.
///
/// Threads: any; never blocks. Ownership: the handle is borrowed for the call.
/// Errors: NULL, HANDLE, PARAM (the kind has no such parameter), RANGE (see `tam_param_bounds`), STATE
/// (started before, restored, or ended; for THREADS also as `tam_job_resume`), PANIC.
#[unsafe(no_mangle)]
pub extern "C" fn tam_job_set_u64(job: *mut tam_job, param: i32, value: u64) -> tam_status {
    guard(|| handles::get(job)?.set(param, value))
}

/// Writes the value of a parameter: what was set, or its default.
///
/// Threads: any; never blocks. Ownership: both pointers are borrowed for the call.
/// Errors: NULL, HANDLE, PARAM, PANIC.
///
/// # Safety
/// `value` is NULL or points to a writable `uint64_t`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tam_job_get_u64(
    job: *const tam_job,
    param: i32,
    value: *mut u64,
) -> tam_status {
    guard(|| {
        // SAFETY: promised by the caller.
        let value = unsafe { output(value) }?;
        *value = handles::get(job)?.get(param)?;
        Ok(())
    })
}

/// Starts a job on the library's threads (which are started if need be) and returns at once. Many
/// jobs may run; they share the threads fairly.
///
/// Threads: any; never blocks, also on the browser's main thread. Ownership: the handle is borrowed
/// for the call.
/// Errors: NULL, HANDLE, RANGE (parameters that do not fit each other: `start` exceeds `stop`), STATE
/// (started before), THREADS or MEMORY (the threads cannot be started), PANIC.
#[unsafe(no_mangle)]
pub extern "C" fn tam_job_start(job: *mut tam_job) -> tam_status {
    guard(|| handles::get(job)?.start())
}

/// Writes the job's state, a `TAM_STATE_` number.
///
/// Threads: any; never blocks. Ownership: both pointers are borrowed for the call.
/// Errors: NULL, HANDLE, PANIC.
///
/// # Safety
/// `state` is NULL or points to a writable `int32_t`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tam_job_state(job: *const tam_job, state: *mut i32) -> tam_status {
    guard(|| {
        // SAFETY: promised by the caller.
        let state = unsafe { output(state) }?;
        *state = handles::get(job)?.state() as i32;
        Ok(())
    })
}

/// Writes how much work is done (merged) and how much there is, in the kind's unit. `done` never
/// falls and reaches `total` at the end. Before the start both are 0; a
/// restored job has its progress at once.
///
/// Threads: any; never blocks. Ownership: all pointers are borrowed for the call.
/// Errors: NULL, HANDLE, PANIC.
///
/// # Safety
/// `done` and `total` are NULL or point to writable `uint64_t`s.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tam_job_progress(
    job: *const tam_job,
    done: *mut u64,
    total: *mut u64,
) -> tam_status {
    guard(|| {
        // SAFETY: promised by the caller.
        let (done, total) = unsafe { (output(done)?, output(total)?) };
        let progress = handles::get(job)?.progress();
        (*done, *total) = (progress.done, progress.total);
        Ok(())
    })
}

/// Waits until the job has ended, at most `timeout_ms` milliseconds; a negative number waits for
/// ever, 0 only looks.
///
/// Returns OK when the job is done. Threads: any; blocks, and so is refused on the browser's main
/// thread unless `timeout_ms` is 0. Ownership: the handle is borrowed; another thread may free it
/// meanwhile, which cancels the job.
/// Errors: NULL, HANDLE, TIMEOUT (the job goes on), CANCELLED, FAILED, STATE (never started),
/// MAIN_THREAD, PANIC.
#[unsafe(no_mangle)]
pub extern "C" fn tam_job_wait(job: *mut tam_job, timeout_ms: i64) -> tam_status {
    guard(|| {
        let job = handles::get(job)?;
        if timeout_ms == 0 {
            return job.look();
        }
        if !may_block() {
            return Err(Error::from(Status::MainThread));
        }
        job.wait(u64::try_from(timeout_ms).ok().map(Duration::from_millis))
    })
}

/// Cancels a job. Its state changes at once, and its threads leave it within milliseconds; they go on
/// with other jobs. Fine for a job that has ended (which stays as it is) or was not started.
///
/// Threads: any; never blocks. Ownership: the handle is borrowed for the call.
/// Errors: NULL, HANDLE, PANIC.
#[unsafe(no_mangle)]
pub extern "C" fn tam_job_cancel(job: *mut tam_job) -> tam_status {
    guard(|| {
        handles::get(job)?.cancel();
        Ok(())
    })
}

/// Writes the result of a job that is done; the first of them, if there are several.
///
/// Threads: any; never blocks. Ownership: both pointers are borrowed for the call.
/// Errors: NULL, HANDLE, STATE (not ended yet), CANCELLED, FAILED, PANIC.
///
/// # Safety
/// `value` is NULL or points to a writable `uint64_t`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tam_job_result_u64(job: *const tam_job, value: *mut u64) -> tam_status {
    guard(|| {
        // SAFETY: promised by the caller.
        let value = unsafe { output(value) }?;
        let job = handles::get(job)?;
        *value = job.values()?.first().copied().ok_or_else(|| Error::from(Status::State))?;
        Ok(())
    })
}

/// Writes all numbers of the result of a job that is done to `buf`, and how many there are to `len`. A NULL
/// `buf` with `cap` 0 asks for the number alone, and returns OK.
///
/// Threads: any; never blocks. Ownership: all pointers are borrowed for the call.
/// Errors: NULL, HANDLE, STATE (not ended yet), CANCELLED, FAILED, BUFFER (`cap` is too small; `len` has the needed
/// length, `buf` is untouched), PANIC.
///
/// # Safety
/// `buf` is NULL or has room for `cap` values; `len` is NULL or points to a writable `size_t`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tam_job_results_u64(
    job: *const tam_job,
    buf: *mut u64,
    cap: usize,
    len: *mut usize,
) -> tam_status {
    guard(|| {
        let job = handles::get(job)?;
        // NULL is NULL in any state.
        // SAFETY: promised by the caller.
        unsafe { output(len) }?;
        // SAFETY: as above.
        unsafe { super::copy_out(job.values()?, buf, cap, len) }
    })
}

/// Copies a sentence on where the job stands, or why it failed, as NUL-terminated UTF-8 of at most
/// `cap` bytes to `buf`, and writes its length in bytes, NUL included, to `len`. A NULL `buf` with
/// `cap` 0 asks for the length alone, and returns OK.
///
/// Threads: any; never blocks. Ownership: all pointers are borrowed for the call.
/// Errors: NULL, HANDLE, BUFFER (`cap` is too small; `len` has the needed length, `buf` is
/// untouched), PANIC.
///
/// # Safety
/// `buf` is NULL or has `cap` writable bytes; `len` is NULL or points to a writable `size_t`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tam_job_message(
    job: *const tam_job,
    buf: *mut c_char,
    cap: usize,
    len: *mut usize,
) -> tam_status {
    guard(|| {
        let mut message = handles::get(job)?.message().into_bytes();
        message.retain(|byte| *byte != 0);
        message.push(0);
        // SAFETY: promised by the caller; c_char and u8 have one layout.
        unsafe { super::copy_out(&message, buf.cast(), cap, len) }
    })
}

/// Writes the status of the error that a failed job ended with: `TAM_ERR_MEMORY`, `TAM_ERR_PANIC`, or
/// another; `TAM_OK` when it has not failed. After `tam_job_run_chunk` it is what that call met first.
///
/// Threads: any; never blocks. Ownership: both pointers are borrowed for the call.
/// Errors: NULL, HANDLE, PANIC.
///
/// # Safety
/// `failure` is NULL or points to a writable `tam_status`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tam_job_failure(
    job: *const tam_job,
    failure: *mut tam_status,
) -> tam_status {
    guard(|| {
        // SAFETY: promised by the caller.
        let failure = unsafe { output(failure) }?;
        *failure = handles::get(job)?.failure().map_or(Status::Ok, Error::status) as tam_status;
        Ok(())
    })
}

/// Writes the address of a word that changes, and on which all sleepers are woken, when the job
/// gets on, at most every 8 milliseconds (see `tam_job_event_interval`), and at once when it ends. JavaScript sleeps on it by `Atomics.waitAsync`, C under Emscripten by
/// `emscripten_futex_wait`; natively use `tam_job_wait`.
///
/// Threads: any; never blocks. Ownership: the word is the job's: it must not be read after
/// `tam_job_free`. Errors: NULL, HANDLE, PANIC.
///
/// # Safety
/// `word` is NULL or points to a writable pointer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tam_job_event_word(
    job: *const tam_job,
    word: *mut *const u32,
) -> tam_status {
    guard(|| {
        // SAFETY: promised by the caller.
        let word = unsafe { output(word) }?;
        *word = handles::get(job)?.event_word().as_ptr();
        Ok(())
    })
}

/// Has progress move the event word at most once in `ms` milliseconds, instead of 8; 0: never. The end, a pause, a resume and
/// values that are there to be read move it all the same. Who wakes takes time from the threads that work, so ask for
/// no more than is looked at.
///
/// Threads: any, at any time; never blocks. Ownership: the handle is borrowed for the call.
/// Errors: NULL, HANDLE, PANIC.
#[unsafe(no_mangle)]
pub extern "C" fn tam_job_event_interval(job: *mut tam_job, ms: u32) -> tam_status {
    guard(|| {
        handles::get(job)?.announce_every(ms);
        Ok(())
    })
}

/// Frees a job; one that has not ended is cancelled. NULL is fine. The handle is dead afterwards.
///
/// Threads: any; never blocks. Ownership: takes the handle.
/// Errors: HANDLE (freed before, or never a job), PANIC.
#[unsafe(no_mangle)]
pub extern "C" fn tam_job_free(job: *mut tam_job) -> tam_status {
    guard(|| if job.is_null() { Ok(()) } else { handles::remove(job) })
}

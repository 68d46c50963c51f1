//! The library as a whole: version, threads.

use super::{guard, output, tam_status};
use crate::error::{Error, Status};
use crate::job;
use crate::kernels::sieve::set_piece;
use crate::parallel::may_block;
use std::ffi::{CStr, c_char};

const VERSION: &CStr =
    match CStr::from_bytes_with_nul(concat!(env!("CARGO_PKG_VERSION"), "\0").as_bytes()) {
        Ok(version) => version,
        Err(_) => c"",
    };

/// Most threads that `tam_init` takes.
pub const TAM_MAX_THREADS: u32 = 256;

/// The version of the loaded library, as in "0.1.0"; `TAM_VERSION` is that of the header.
///
/// Threads: any; never blocks. Ownership: the string is static; do not free it. Errors: none.
#[unsafe(no_mangle)]
pub extern "C" fn tam_version() -> *const c_char {
    VERSION.as_ptr()
}

/// Starts the library's threads: `threads` of them, 1 to `TAM_MAX_THREADS`; 0 asks for as many as
/// the machine says it has. One more thread, the runner, hands out the work.
///
/// Optional: the first job starts all threads if this was not called. Once they run, the same number
/// (or 0) is fine again, another number is `TAM_ERR_STATE`: call `tam_shutdown` in between.
/// With Emscripten the program must be linked with `-sPTHREAD_POOL_SIZE` of at least `threads` + 1
/// (plus your own threads) and `-sPTHREAD_POOL_SIZE_STRICT=2`; else the browser cannot start threads
/// while a thread blocks.
///
/// Threads: any; does not wait for the new threads to come up.
/// Ownership: nothing is passed.
/// Errors: RANGE (more than `TAM_MAX_THREADS`), STATE, MEMORY (no room for the stacks), THREADS (the
/// system, or the pthread pool, has too few), PANIC. After THREADS under Emscripten, try with fewer only
/// once the calling thread has returned to its event loop: it takes back the workers of the failed try.
#[unsafe(no_mangle)]
pub extern "C" fn tam_init(threads: u32) -> tam_status {
    guard(|| job::init(threads as usize))
}

/// Cancels all jobs that run on the library's threads, ends the threads and waits for them. The jobs'
/// handles stay valid and must still be freed. Fine when the library was never started; it may be
/// started again (under Emscripten, only after the calling thread has returned to its event loop,
/// which takes the ended workers back into the pool).
///
/// Threads: any but the browser's main thread; blocks until the threads have ended, at most about
/// five seconds. Ownership: nothing is passed.
/// Errors: MAIN_THREAD, PANIC.
#[unsafe(no_mangle)]
pub extern "C" fn tam_shutdown() -> tam_status {
    guard(|| {
        if !may_block() {
            return Err(Error::from(Status::MainThread));
        }
        job::shutdown()
    })
}

/// Writes how many threads run the library's jobs; 0 before they are started.
///
/// Threads: any; never blocks. Ownership: `threads` is borrowed for the call.
/// Errors: NULL, STATE (on the browser's main thread, while another thread starts or stops the
/// library), PANIC.
///
/// # Safety
/// `threads` is NULL or points to a writable `uint32_t`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tam_threads(threads: *mut u32) -> tam_status {
    guard(|| {
        // SAFETY: promised by the caller.
        let threads = unsafe { output(threads) }?;
        *threads = job::threads()? as u32;
        Ok(())
    })
}

/// Writes the address of the heartbeats, one word per thread of the library, and how many there are; none before the threads
/// are started. The lowest bit of a word says that its thread is at work; the others count. A thread that is at work moves its
/// word at least every 20 ms or so, at every look a chunk takes at whether it is to stop; and one that rests moves it when
/// a job is started. So a word that stands still for seconds, at work or after a start, tells of a thread that is dead (its web
/// worker was terminated) or hangs. Read the words by atomic loads.
///
/// Threads: any; never blocks. Ownership: both outputs are borrowed for the call; the words are static, and may be read at
/// any time. Errors: NULL, STATE (as `tam_threads`), PANIC.
///
/// # Safety
/// `words` is NULL or points to a writable pointer; `count` is NULL or points to a writable `uint32_t`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tam_heartbeats(words: *mut *const u32, count: *mut u32) -> tam_status {
    guard(|| {
        // SAFETY: promised by the caller.
        let (words, count) = unsafe { (output(words)?, output(count)?) };
        let beats = job::beats()?;
        *words = beats.as_ptr().cast();
        *count = beats.len() as u32;
        Ok(())
    })
}

/// Measures which piece of the sieve is fastest on this machine, uses it from now on, and writes its bytes, to be remembered for
/// `tam_set_piece_bytes` of a later run. Optional; the gain is a few percent, or more where the L1 cache is
/// unusual. Measure when nothing else runs.
///
/// Threads: any but the browser's main thread; blocks for about 0.2 s. A job of kind `TAM_KIND_TUNE` measures without blocking.
/// Ownership: `bytes` is borrowed for the call.
/// Errors: NULL, MAIN_THREAD, MEMORY, PANIC; CANCELLED when the library is shut down meanwhile.
///
/// # Safety
/// `bytes` is NULL or points to a writable `uint64_t`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tam_tune(bytes: *mut u64) -> tam_status {
    guard(|| {
        // SAFETY: promised by the caller.
        let bytes = unsafe { output(bytes) }?;
        let fastest = super::primes::finish(&job::Job::new(job::kinds::TUNE)?)?;
        set_piece(fastest)?;
        *bytes = fastest;
        Ok(())
    })
}

/// Sets the piece of the sieve, in which small primes are crossed off within the L1 cache: 16,384 to 131,072 bytes, a multiple
/// of 1,024, for jobs that are started from now on. 32,768 to begin with; `tam_tune` finds the best. No result depends on it.
///
/// Threads: any; never blocks. Ownership: nothing is passed.
/// Errors: RANGE, PANIC.
#[unsafe(no_mangle)]
pub extern "C" fn tam_set_piece_bytes(bytes: u64) -> tam_status {
    guard(|| set_piece(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn most_threads_are_those_of_the_crew() {
        assert_eq!(TAM_MAX_THREADS as usize, crate::parallel::MAX_THREADS);
    }
}

//! What a job is at: its phases.

use super::{guard, handles, jobs::tam_job, output, tam_status};
use crate::job::Phase;
use std::ffi::c_char;

/// Nothing of the phase was begun.
pub const TAM_PHASE_WAITING: i32 = 0;
/// Begun, and not all of it is merged. Phases overlap: while the last chunks of one run, threads that are free begin the next.
pub const TAM_PHASE_ACTIVE: i32 = 1;
/// All of it is merged.
pub const TAM_PHASE_DONE: i32 = 2;

/// Writes how many phases a job has, at least 1. Before the start it is 0; a restored job has them at once.
///
/// Most kinds have one, "sieving" for example. `TAM_KIND_PRIME_PI` has one for each term of Gourdon's algorithm, and where a job's last
/// step takes time that is one as well (whose work is 0).
///
/// Threads: any; never blocks. Ownership: both pointers are borrowed for the call.
/// Errors: NULL, HANDLE, PANIC.
///
/// # Safety
/// `count` is NULL or points to a writable `size_t`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tam_job_phases(job: *const tam_job, count: *mut usize) -> tam_status {
    guard(|| {
        // SAFETY: promised by the caller.
        let count = unsafe { output(count) }?;
        *count = handles::get(job)?.phases();
        Ok(())
    })
}

/// Writes where phase `index` of a job is: its name for people (a static, NUL-terminated UTF-8 string), how much of its work is done
/// (merged) and how much there is, in the kind's unit, and its state, a `TAM_PHASE_` number.
///
/// `done` never falls, nor does the state. Over all phases `done` and `total` add up to those of `tam_job_progress` (which is one call, and
/// this another), so `total` over the job's is the phase's share of the cost. A job that is paused, or that has ended before it was done, keeps
/// its phases as they are.
///
/// Threads: any; never blocks. Ownership: all pointers are borrowed for the call; the string is the library's, do not free it.
/// Errors: NULL, HANDLE, RANGE (there is no such phase), PANIC.
///
/// # Safety
/// `name` is NULL or points to a writable pointer, `done` and `total` to writable `uint64_t`s, `state` to a writable `int32_t`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tam_job_phase(
    job: *const tam_job,
    index: usize,
    name: *mut *const c_char,
    done: *mut u64,
    total: *mut u64,
    state: *mut i32,
) -> tam_status {
    guard(|| {
        // SAFETY: promised by the caller.
        let (text, work, all, stage) =
            unsafe { (output(name)?, output(done)?, output(total)?, output(state)?) };
        let Phase { name, done, total, state } = handles::get(job)?.phase(index)?;
        (*text, *work, *all, *stage) = (name.as_ptr(), done, total, state as i32);
        Ok(())
    })
}

//! Job handles. A `tam_job *` is not an address: it is a ticket for a slot of a fixed table, with the
//! slot's generation, so that a handle that was freed, or never was one, is recognised instead of
//! followed. Using a handle takes no lock (the browser's main thread polls jobs).

use super::jobs::tam_job;
use crate::error::{Error, Result, Status};
use crate::job::Job;
use std::cell::UnsafeCell;
use std::ops::Deref;
use std::ptr;
use std::sync::atomic::{AtomicU64, Ordering};

const SLOT_BITS: u32 = 10;
const SLOTS: usize = 1 << SLOT_BITS;
/// What is left of a 32-bit pointer after the slot and the mark. A slot must be reused two million
/// times before an old handle can be mistaken for a new one.
const GENERATION_MASK: u64 = (1 << 21) - 1;

const USERS_MASK: u64 = (1 << 31) - 1;
const LIVE: u64 = 1 << 31;
const GENERATION_SHIFT: u32 = 32;

/// `word` is generation (high half), LIVE, and the number of users. Life of a slot:
/// free (no users, not LIVE) -> being filled (one user) -> LIVE -> doomed (not LIVE, users left)
/// -> emptied by its last user -> free.
struct Slot {
    word: AtomicU64,
    /// Boxed so that an empty table is all zero and takes no room in the wasm file.
    job: UnsafeCell<Option<Box<Job>>>,
}

// SAFETY: `job` is written only by the one that fills or empties the slot, while nobody can enter it
// (not LIVE), and read only by users, who keep it from being emptied.
unsafe impl Sync for Slot {}

static TABLE: [Slot; SLOTS] =
    [const { Slot { word: AtomicU64::new(0), job: UnsafeCell::new(None) } }; SLOTS];

/// A job in use: its slot is not emptied before this is dropped.
pub struct InUse(&'static Slot);

impl Deref for InUse {
    type Target = Job;

    fn deref(&self) -> &Job {
        // SAFETY: we are counted as a user, so the slot is filled and nobody writes to it.
        let job = unsafe { &*self.0.job.get() };
        job.as_deref().expect("a slot in use holds a job")
    }
}

impl Drop for InUse {
    fn drop(&mut self) {
        leave(self.0);
    }
}

/// Stores a job. Errors: Limit.
pub fn insert(job: Job) -> Result<*mut tam_job> {
    for (i, slot) in TABLE.iter().enumerate() {
        let word = slot.word.load(Ordering::Relaxed);
        if word & (LIVE | USERS_MASK) != 0 {
            continue;
        }
        // Generation 0 is never used, so no handle is NULL-like.
        let generation = ((word >> GENERATION_SHIFT) % GENERATION_MASK) + 1;
        let filling = generation << GENERATION_SHIFT | 1;
        if slot.word.compare_exchange(word, filling, Ordering::Acquire, Ordering::Relaxed).is_err()
        {
            continue;
        }
        // SAFETY: the exchange made us the only user of a slot that is not LIVE.
        unsafe { *slot.job.get() = Some(Box::new(job)) };
        slot.word.store(generation << GENERATION_SHIFT | LIVE, Ordering::Release);
        return Ok(encode(i, generation));
    }
    Err(Error::from(Status::Limit))
}

/// Enters the slot of `handle`. Errors: Null, Handle.
pub fn get(handle: *const tam_job) -> Result<InUse> {
    change(handle, |word| word + 1).map(InUse)
}

/// Takes the handle out of use and cancels the job, which goes when its last user leaves: somebody
/// may be waiting for it. Errors: Null, Handle.
pub fn remove(handle: *mut tam_job) -> Result<()> {
    let last = change(handle, |word| (word & !LIVE) + 1).map(InUse)?;
    last.cancel();
    Ok(())
}

fn change(handle: *const tam_job, to: impl Fn(u64) -> u64) -> Result<&'static Slot> {
    if handle.is_null() {
        return Err(Error::from(Status::Null));
    }
    let (slot, generation) = decode(handle).ok_or_else(|| Error::from(Status::Handle))?;
    slot.word
        .fetch_update(Ordering::AcqRel, Ordering::Acquire, |word| {
            (word & LIVE != 0 && word >> GENERATION_SHIFT == generation).then(|| to(word))
        })
        .map(|_| slot)
        .map_err(|_| Error::from(Status::Handle))
}

fn leave(slot: &Slot) {
    let last = slot
        .word
        .fetch_update(Ordering::AcqRel, Ordering::Acquire, |word| {
            (word & (LIVE | USERS_MASK) != 1).then(|| word - 1)
        })
        .is_err();
    if last {
        // SAFETY: not LIVE and one user, us: nobody else can be in the slot or enter it.
        let job = unsafe { (*slot.job.get()).take() };
        slot.word.fetch_sub(1, Ordering::Release);
        drop(job);
    }
}

/// Odd, so that it can't be taken for the address of anything that holds a pointer.
fn encode(slot: usize, generation: u64) -> *mut tam_job {
    let ticket = (generation << SLOT_BITS | slot as u64) << 1 | 1;
    ptr::without_provenance_mut(ticket as usize)
}

fn decode(handle: *const tam_job) -> Option<(&'static Slot, u64)> {
    let ticket = handle.addr() as u64;
    let slot = TABLE.get((ticket >> 1) as usize % SLOTS)?;
    (ticket & 1 == 1).then_some((slot, ticket >> (1 + SLOT_BITS)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::job::kinds::SELF_TEST;

    fn job() -> Job {
        Job::new(SELF_TEST).unwrap()
    }

    fn status<T>(result: Result<T>) -> Status {
        result.err().map_or(Status::Ok, |e| e.status())
    }

    #[test]
    fn freed_handle_is_refused_also_when_its_slot_is_used_again() {
        let old = insert(job()).unwrap();
        assert_eq!(status(remove(old)), Status::Ok);
        let handles: Vec<_> = (0..100).map(|_| insert(job()).unwrap()).collect();
        assert_eq!(status(get(old)), Status::Handle);
        assert_eq!(status(remove(old)), Status::Handle);
        for handle in handles {
            assert!(get(handle).is_ok());
            assert_eq!(status(remove(handle)), Status::Ok);
        }
    }

    #[test]
    fn job_outlives_its_handle_while_somebody_is_in_it() {
        let handle = insert(job()).unwrap();
        let user = get(handle).unwrap();
        remove(handle).unwrap();
        assert_eq!(status(get(handle)), Status::Handle);
        assert_eq!(user.kind().number, SELF_TEST);
    }

    #[test]
    fn forged_handles_are_refused() {
        assert_eq!(status(get(ptr::null())), Status::Null);
        let on_stack = 0u64;
        for address in [1, 2, 3, usize::MAX, usize::MAX - 1, (&raw const on_stack).addr()] {
            assert_eq!(status(get(ptr::without_provenance(address))), Status::Handle);
        }
    }
}

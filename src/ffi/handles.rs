//! Handles of jobs and iterators. A `tam_job *` is not an address: it is a ticket for a slot of a fixed table, with the
//! slot's generation, so that a handle that was freed, or never was one, is recognised instead of
//! followed. Using a handle takes no lock (the browser's main thread polls jobs).

use super::iterators::tam_iter;
use super::jobs::tam_job;
use crate::error::{Error, Result, Status};
use crate::job::Job;
use crate::kernels::sieve::PrimeIterator;
use std::cell::UnsafeCell;
use std::ops::Deref;
use std::ptr;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

const SLOT_BITS: u32 = 10;
const SLOTS: usize = 1 << SLOT_BITS;
/// What is left of a 32-bit pointer after the slot and the mark. A slot must be reused two million
/// times before an old handle can be mistaken for a new one.
const GENERATION_MASK: u64 = (1 << 21) - 1;

const USERS_MASK: u64 = (1 << 31) - 1;
const LIVE: u64 = 1 << 31;
const GENERATION_SHIFT: u32 = 32;

/// What a handle may stand for.
enum Object {
    Job(Job),
    Iter(Box<Mutex<PrimeIterator>>),
}

/// `word` is generation (high half), LIVE, and the number of users. Life of a slot:
/// free (no users, not LIVE) -> being filled (one user) -> LIVE -> doomed (not LIVE, users left)
/// -> emptied by its last user -> free.
struct Slot {
    word: AtomicU64,
    /// Boxed so that an empty table is all zero and takes no room in the wasm file.
    object: UnsafeCell<Option<Box<Object>>>,
}

// SAFETY: `object` is written only by the one that fills or empties the slot, while nobody can enter it
// (not LIVE), and read only by users, who keep it from being emptied.
unsafe impl Sync for Slot {}

static TABLE: [Slot; SLOTS] =
    [const { Slot { word: AtomicU64::new(0), object: UnsafeCell::new(None) } }; SLOTS];

/// An object in use: its slot is not emptied before this is dropped.
struct InUse(&'static Slot);

impl InUse {
    fn object(&self) -> &Object {
        // SAFETY: we are counted as a user, so the slot is filled and nobody writes to it.
        let object = unsafe { &*self.0.object.get() };
        match object {
            Some(object) => object,
            None => unreachable!(),
        }
    }
}

impl Drop for InUse {
    fn drop(&mut self) {
        leave(self.0);
    }
}

/// A job in use.
pub struct JobInUse(InUse);

impl Deref for JobInUse {
    type Target = Job;

    fn deref(&self) -> &Job {
        match self.0.object() {
            Object::Job(job) => job,
            // `get` has looked.
            Object::Iter(_) => unreachable!(),
        }
    }
}

/// An iterator in use.
pub struct IterInUse(InUse);

impl Deref for IterInUse {
    type Target = Mutex<PrimeIterator>;

    fn deref(&self) -> &Mutex<PrimeIterator> {
        match self.0.object() {
            Object::Iter(iter) => iter,
            // `get_iter` has looked.
            Object::Job(_) => unreachable!(),
        }
    }
}

/// Stores a job. Errors: Limit.
pub fn insert(job: Job) -> Result<*mut tam_job> {
    store(Object::Job(job)).map(ptr::without_provenance_mut)
}

/// Stores an iterator. Errors: Limit.
pub fn insert_iter(iter: PrimeIterator) -> Result<*mut tam_iter> {
    store(Object::Iter(Box::new(Mutex::new(iter)))).map(ptr::without_provenance_mut)
}

fn store(object: Object) -> Result<usize> {
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
        unsafe { *slot.object.get() = Some(Box::new(object)) };
        slot.word.store(generation << GENERATION_SHIFT | LIVE, Ordering::Release);
        return Ok(encode(i, generation));
    }
    Err(Error::from(Status::Limit))
}

/// Enters the slot of `handle`. Errors: Null, Handle.
pub fn get(handle: *const tam_job) -> Result<JobInUse> {
    let used = enter(handle.addr())?;
    match used.object() {
        Object::Job(_) => Ok(JobInUse(used)),
        Object::Iter(_) => Err(Error::from(Status::Handle)),
    }
}

/// Enters the slot of `handle`. Errors: Null, Handle.
pub fn get_iter(handle: *const tam_iter) -> Result<IterInUse> {
    let used = enter(handle.addr())?;
    match used.object() {
        Object::Iter(_) => Ok(IterInUse(used)),
        Object::Job(_) => Err(Error::from(Status::Handle)),
    }
}

/// Takes the handle out of use and cancels the job, which goes when its last user leaves: somebody
/// may be waiting for it. Errors: Null, Handle.
pub fn remove(handle: *mut tam_job) -> Result<()> {
    let job = get(handle)?;
    retire(handle.addr())?;
    job.cancel();
    Ok(())
}

/// Takes the handle out of use; the iterator goes when its last user leaves. Errors: Null, Handle.
pub fn remove_iter(handle: *mut tam_iter) -> Result<()> {
    let _used = get_iter(handle)?;
    retire(handle.addr())
}

fn enter(ticket: usize) -> Result<InUse> {
    change(ticket, |word| word + 1).map(InUse)
}

fn retire(ticket: usize) -> Result<()> {
    change(ticket, |word| word & !LIVE).map(|_| ())
}

fn change(ticket: usize, to: impl Fn(u64) -> u64) -> Result<&'static Slot> {
    if ticket == 0 {
        return Err(Error::from(Status::Null));
    }
    let (slot, generation) = decode(ticket as u64).ok_or_else(|| Error::from(Status::Handle))?;
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
        let object = unsafe { (*slot.object.get()).take() };
        slot.word.fetch_sub(1, Ordering::Release);
        drop(object);
    }
}

/// Odd, so that it can't be taken for the address of anything that holds a pointer.
fn encode(slot: usize, generation: u64) -> usize {
    ((generation << SLOT_BITS | slot as u64) << 1 | 1) as usize
}

fn decode(ticket: u64) -> Option<(&'static Slot, u64)> {
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
    fn a_handle_of_one_kind_is_refused_as_one_of_another() {
        let iter = insert_iter(PrimeIterator::new(0)).unwrap();
        let job = insert(job()).unwrap();
        assert_eq!(status(get(iter.cast())), Status::Handle);
        assert_eq!(status(remove(iter.cast())), Status::Handle);
        assert_eq!(status(get_iter(job.cast())), Status::Handle);
        assert_eq!(status(remove_iter(job.cast())), Status::Handle);
        assert!(get_iter(iter).is_ok() && get(job).is_ok());
        assert_eq!(status(remove_iter(iter)), Status::Ok);
        assert_eq!(status(get_iter(iter)), Status::Handle);
        assert_eq!(status(remove(job)), Status::Ok);
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

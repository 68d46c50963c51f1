//! Work on the caller's own memory, by the caller and the library's threads together. No job: it is short, nobody watches it, and
//! nobody cancels it.

use super::library;
use crate::error::{Error, Result, Status};
use crate::kernel::Beat;
use crate::parallel::{Scratch, Take, Work};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

/// Calls `task` with 0 to `parts` - 1, each once, in any order and on any threads. The caller works too, so where no threads can be
/// had it does all, and threads that are busy with jobs are not waited for. Blocks. Errors: Panic.
pub fn together(parts: u64, task: &(dyn Fn(u64) + Sync)) -> Result<()> {
    // SAFETY: a lifetime is forgotten. `task` is called only for a part that was taken; this function ends, in the one way it can,
    // when all parts were taken and none is under way; whoever asks later is given none.
    let task: &'static (dyn Fn(u64) + Sync) = unsafe { std::mem::transmute(task) };
    let shared = Arc::new(Together { task, parts, books: Mutex::default(), left: Condvar::new() });
    if parts > 1 {
        let _ = library::submit(Arc::clone(&shared) as Arc<dyn Work>);
    }
    while let Some(part) = shared.take_part() {
        shared.run_part(part);
    }
    let mut books = shared.books();
    while books.under_way > 0 {
        books = shared.left.wait(books).unwrap_or_else(PoisonError::into_inner);
    }
    if books.panicked { Err(Error::from(Status::Panic)) } else { Ok(()) }
}

struct Together {
    task: &'static (dyn Fn(u64) + Sync),
    parts: u64,
    books: Mutex<Books>,
    left: Condvar,
}

#[derive(Default)]
struct Books {
    next: u64,
    /// Parts that were taken and are not done.
    under_way: u64,
    panicked: bool,
}

impl Together {
    fn books(&self) -> MutexGuard<'_, Books> {
        self.books.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take_part(&self) -> Option<u64> {
        let mut books = self.books();
        let part = books.next;
        (part < self.parts).then(|| {
            books.next += 1;
            books.under_way += 1;
            part
        })
    }

    fn run_part(&self, part: u64) {
        let outcome = catch_unwind(AssertUnwindSafe(|| (self.task)(part)));
        let mut books = self.books();
        books.panicked |= outcome.is_err();
        books.under_way -= 1;
        self.left.notify_all();
    }
}

impl Work for Together {
    fn take(&self, _last: Option<u64>) -> Take {
        self.take_part().map_or(Take::Over, Take::Chunk)
    }

    fn run(&self, part: u64, _scratch: &mut Scratch, _beat: &Beat) -> bool {
        self.run_part(part);
        false
    }

    fn limit(&self) -> usize {
        usize::MAX
    }

    /// Nothing to do: what the threads do not take, the caller does.
    fn cancel(&self) {}
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU32, Ordering};

    #[test]
    fn every_part_is_done_once_before_the_call_returns() {
        for parts in [0, 1, 2, 1000] {
            let done: Vec<AtomicU32> = (0..parts).map(|_| AtomicU32::new(0)).collect();
            together(parts, &|part| {
                done[part as usize].fetch_add(1, Ordering::Relaxed);
            })
            .unwrap();
            assert!(done.iter().all(|count| count.load(Ordering::Relaxed) == 1));
        }
    }

    #[test]
    fn a_panic_in_one_part_is_an_error_and_the_others_are_done() {
        let done = AtomicU32::new(0);
        let outcome = together(100, &|part| {
            assert!(part != 7, "on purpose");
            done.fetch_add(1, Ordering::Relaxed);
        });
        assert_eq!(outcome.unwrap_err().status(), Status::Panic);
        assert_eq!(done.load(Ordering::Relaxed), 99);
    }
}

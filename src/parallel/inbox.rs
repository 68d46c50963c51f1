//! A lock-free way in: the browser's main thread may start a job, and it must never wait for a lock.

use std::ptr;
use std::sync::atomic::{AtomicPtr, Ordering};

struct Node<T> {
    value: T,
    next: *mut Node<T>,
}

/// Many threads push, anyone takes all at once (so the ABA problem of popping one does not arise).
pub struct Inbox<T> {
    head: AtomicPtr<Node<T>>,
}

// SAFETY: values only move through; a node is owned by the list, then by the one taker.
unsafe impl<T: Send> Send for Inbox<T> {}
// SAFETY: as above; no shared reference to a value is ever given out.
unsafe impl<T: Send> Sync for Inbox<T> {}

impl<T> Inbox<T> {
    pub const fn new() -> Inbox<T> {
        Inbox { head: AtomicPtr::new(ptr::null_mut()) }
    }

    /// Never blocks.
    pub fn push(&self, value: T) {
        let node = Box::into_raw(Box::new(Node { value, next: ptr::null_mut() }));
        let mut head = self.head.load(Ordering::Relaxed);
        loop {
            // SAFETY: the node is ours until the exchange below succeeds.
            unsafe { (*node).next = head };
            match self.head.compare_exchange_weak(head, node, Ordering::Release, Ordering::Relaxed)
            {
                Ok(_) => return,
                Err(now) => head = now,
            }
        }
    }

    /// All values, oldest first. Never blocks.
    pub fn take(&self) -> Vec<T> {
        let mut node = self.head.swap(ptr::null_mut(), Ordering::Acquire);
        let mut values = vec![];
        while !node.is_null() {
            // SAFETY: the swap made this list ours alone; each node came from Box::into_raw.
            let owned = unsafe { Box::from_raw(node) };
            node = owned.next;
            values.push(owned.value);
        }
        values.reverse();
        values
    }
}

impl<T> Drop for Inbox<T> {
    fn drop(&mut self) {
        self.take();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    #[test]
    fn values_of_many_threads_arrive_once_and_in_each_threads_order() {
        let inbox = Arc::new(Inbox::new());
        let threads: Vec<_> = (0..4)
            .map(|t| {
                let inbox = Arc::clone(&inbox);
                std::thread::spawn(move || (0..500).for_each(|i| inbox.push((t, i))))
            })
            .collect();
        let mut seen = vec![];
        while threads.iter().any(|t| !t.is_finished()) {
            seen.extend(inbox.take());
        }
        seen.extend(inbox.take());
        for t in 0..4 {
            let of_thread: Vec<i32> = seen.iter().filter(|v| v.0 == t).map(|v| v.1).collect();
            assert_eq!(of_thread, (0..500).collect::<Vec<_>>());
        }
    }
}

//! Memory in whole pages.

use crate::error::{Error, Result, Status};
use std::alloc::{Layout, alloc, dealloc};
use std::ptr::NonNull;

/// Pages are aligned to this many bytes (and the blocks of lists in large.rs rely on it).
pub const PAGE: usize = 8192;

/// Memory that starts and ends at page boundaries, so that no other thread's memory
/// shares a cache line with it: false sharing through the allocator was measured to cost 13% on two
/// threads. What is in it is anything.
pub struct RawPages {
    start: NonNull<u8>,
    len: usize,
}

// SAFETY: RawPages owns its memory, as Box<[u8]> does.
unsafe impl Send for RawPages {}

impl RawPages {
    pub const fn empty() -> RawPages {
        RawPages { start: NonNull::dangling(), len: 0 }
    }

    /// At least `len` bytes. Errors: Memory.
    pub fn new(len: usize) -> Result<RawPages> {
        let out_of_memory = || {
            Error::new(
                Status::Memory,
                format!("too little memory for a sieve buffer of {len} bytes"),
            )
        };
        let len = len.max(1).checked_next_multiple_of(PAGE).ok_or_else(out_of_memory)?;
        let layout = Layout::from_size_align(len, PAGE).map_err(|_| out_of_memory())?;
        // SAFETY: the layout's size is not zero.
        let start = NonNull::new(unsafe { alloc(layout) }).ok_or_else(out_of_memory)?;
        Ok(RawPages { start, len })
    }

    pub fn as_mut_ptr(&mut self) -> *mut u8 {
        self.start.as_ptr()
    }
}

impl Drop for RawPages {
    fn drop(&mut self) {
        if self.len == 0 {
            return;
        }
        // SAFETY: allocated in `new` with this very layout.
        unsafe { dealloc(self.start.as_ptr(), Layout::from_size_align_unchecked(self.len, PAGE)) }
    }
}

/// The same, zeroed.
pub struct Pages(RawPages);

impl Pages {
    pub const fn empty() -> Pages {
        Pages(RawPages::empty())
    }

    /// At least `len` bytes. Errors: Memory.
    pub fn new(len: usize) -> Result<Pages> {
        let pages = RawPages::new(len)?;
        // Not alloc_zeroed: for aligned memory it may be slower, and this touches each page once.
        // SAFETY: len bytes were just allocated.
        unsafe { pages.start.as_ptr().write_bytes(0, pages.len) };
        Ok(Pages(pages))
    }

    pub fn as_mut_ptr(&mut self) -> *mut u8 {
        self.0.as_mut_ptr()
    }

    pub fn len(&self) -> usize {
        self.0.len
    }

    pub fn bytes_mut(&mut self) -> &mut [u8] {
        // SAFETY: len bytes are allocated and initialised, and &mut self is exclusive.
        unsafe { std::slice::from_raw_parts_mut(self.0.start.as_ptr(), self.0.len) }
    }
}

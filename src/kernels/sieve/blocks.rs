//! Memory of the lists of hits: blocks of 8 KB, which go from one thread to another.
//!
//! A thread takes and gives back 32 at a time (256 KB), which is seldom, so a lock costs nothing.

use super::pages::{PAGE, RawPages};
use crate::error::{Error, Result, Status};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Bytes of a block, and what it is aligned to.
pub const BLOCK: usize = PAGE;

/// Where a block's hits begin.
pub const HEADER: usize = 16;

/// Blocks of a chain, at most.
const CHAIN: usize = 32;

#[repr(C, align(8))]
pub struct Block {
    pub next: *mut Block,
    /// Bytes, with the header, once it is full.
    pub used: u32,
}

/// Blocks that nobody uses, linked.
#[derive(Clone, Copy)]
struct Chain {
    first: *mut Block,
    length: usize,
}

// SAFETY: nobody else has the blocks of a chain.
unsafe impl Send for Chain {}

impl Chain {
    const EMPTY: Chain = Chain { first: std::ptr::null_mut(), length: 0 };

    /// # Safety
    /// The block is nobody's, and lives.
    unsafe fn push(&mut self, block: *mut Block) {
        // SAFETY: the caller vouches for it.
        unsafe { (*block).next = self.first };
        *self = Chain { first: block, length: self.length + 1 };
    }

    fn pop(&mut self) -> Option<*mut Block> {
        let block = self.first;
        self.length = self.length.checked_sub(1)?;
        // SAFETY: the chain has blocks, linked.
        self.first = unsafe { (*block).next };
        Some(block)
    }
}

#[derive(Default)]
struct Contents {
    chains: Vec<Chain>,
    slabs: Vec<RawPages>,
}

/// Where blocks come from, and go to. They live as long as it does.
pub struct Pool {
    contents: Mutex<Contents>,
    /// Slabs at most.
    most: usize,
}

impl Pool {
    pub fn new() -> Arc<Pool> {
        Pool::of_at_most(usize::MAX)
    }

    /// One of `most` chains at most.
    pub fn of_at_most(most: usize) -> Arc<Pool> {
        Arc::new(Pool { contents: Mutex::default(), most })
    }

    fn contents(&self) -> MutexGuard<'_, Contents> {
        // A panic while it is held leaves blocks unused at worst.
        self.contents.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Errors: Memory.
    fn take(&self) -> Result<Chain> {
        let mut contents = self.contents();
        if let Some(chain) = contents.chains.pop() {
            return Ok(chain);
        }
        if contents.slabs.len() >= self.most {
            return Err(out_of_memory());
        }
        contents.slabs.try_reserve(1).map_err(|_| out_of_memory())?;
        let mut slab = RawPages::new(CHAIN * BLOCK)?;
        let mut chain = Chain::EMPTY;
        for i in 0..CHAIN {
            // SAFETY: within the slab, and aligned as it is.
            unsafe { chain.push(slab.as_mut_ptr().add(i * BLOCK).cast()) };
        }
        contents.slabs.push(slab);
        Ok(chain)
    }

    fn give(&self, chain: Chain) {
        if chain.length > 0 {
            self.contents().chains.push(chain);
        }
    }
}

pub fn out_of_memory() -> Error {
    Error::new(Status::Memory, "too little memory for the lists of large primes' multiples")
}

/// Blocks that one thread has at hand.
pub struct Store {
    pool: Arc<Pool>,
    free: Chain,
    spare: Chain,
}

impl Store {
    pub fn new(pool: &Arc<Pool>) -> Store {
        Store { pool: Arc::clone(pool), free: Chain::EMPTY, spare: Chain::EMPTY }
    }

    /// A block, with anything in it. Errors: Memory.
    pub fn take(&mut self) -> Result<*mut Block> {
        loop {
            if let Some(block) = self.free.pop() {
                return Ok(block);
            }
            self.free = std::mem::replace(&mut self.spare, Chain::EMPTY);
            if self.free.length == 0 {
                self.free = self.pool.take()?;
            }
        }
    }

    /// # Safety
    /// The block is of the same pool, and the caller's.
    pub unsafe fn give(&mut self, block: *mut Block) {
        if self.free.length == CHAIN {
            let full = std::mem::replace(&mut self.free, Chain::EMPTY);
            self.pool.give(std::mem::replace(&mut self.spare, full));
        }
        // SAFETY: the caller vouches for it.
        unsafe { self.free.push(block) };
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        self.pool.give(self.free);
        self.pool.give(self.spare);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_that_were_given_back_are_taken_again_by_whoever_asks() {
        let pool = Pool::of_at_most(4);
        let mut stores = [Store::new(&pool), Store::new(&pool)];
        let mut blocks: Vec<_> = (0..4 * CHAIN).map(|_| stores[0].take().unwrap()).collect();
        assert!(blocks.iter().all(|block| block.addr().is_multiple_of(BLOCK)));
        assert_eq!(stores[0].take().unwrap_err().status(), Status::Memory);
        // Two chains at most stay with who gives.
        // SAFETY: taken from this pool above.
        blocks.iter().for_each(|&block| unsafe { stores[0].give(block) });
        let mut again: Vec<_> = (0..2 * CHAIN).map(|_| stores[1].take().unwrap()).collect();
        assert_eq!(stores[1].take().unwrap_err().status(), Status::Memory);
        let [first, second] = stores;
        drop(first);
        let mut second = second;
        again.extend((0..2 * CHAIN).map(|_| second.take().unwrap()));
        blocks.sort();
        again.sort();
        assert_eq!(blocks, again);
    }
}

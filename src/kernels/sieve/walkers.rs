//! Sieving primes of up to some segments' length: walkers.
//!
//! A walker keeps 8 bytes of state, and in each segment crosses off its multiples there. How many that is, is a matter
//! of chance that no branch predictor knows. So each pass takes one multiple of each prime, and those that have another
//! one are moved together for the next pass; the moving is done for all, and only the count decides what it was worth.
//!
//! A multiple takes some 35 instructions, and the wait for its byte of sieve, which lies anywhere in the segment. The
//! processor takes up the next multiples meanwhile, the more the fewer instructions they have. In WebAssembly they had
//! 61, as V8 spends some on each mask, shift and spilled variable. So a step's fields are loaded one by one
//! (wheel210.rs), the active walkers are pointers, and masks come from a table: the loop takes about 30% less, and 10^9
//! integers at 10^15 take 2 to 11% less by the former two and 1 to 7 by the masks (natively 3 to 5 in all). Touching
//! the bytes of the next pass ahead won 2 to 4% natively and nothing in WebAssembly.

use super::blocks::out_of_memory;
use super::first_multiples::Located;
use super::wheel210::{STEP_BITS, Step};
use crate::error::Result;
use crate::kernel::Interrupt;

/// How many can walk: OEIS A007053(24), pi(2^24). Reserved at once, as a vector that grows by doubling takes
/// up to 8 MB a thread more.
const WALKERS: usize = 1_077_871;

/// Walkers taken at once.
const STROLL: usize = 1024;

/// The largest quotient by 30 of a walker: those of primes up to 2^25 fit.
const QUOTIENT: u32 = u32::MAX >> STEP_BITS;

/// A prime that crosses off segment by segment.
#[derive(Clone, Copy)]
struct Walker {
    /// The prime's quotient by 30, over the index of its step (wheel210.rs).
    state: u32,
    /// Of the next multiple, in bits from the chunk's start.
    place: u32,
}

/// The walkers of a chunk.
pub struct Walkers(Vec<Walker>);

impl Walkers {
    pub fn new() -> Walkers {
        Walkers(Vec::new())
    }

    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// Errors: Memory.
    pub fn add(&mut self, located: &[Located]) -> Result<()> {
        if self.0.capacity() == 0 {
            self.0.try_reserve_exact(WALKERS).map_err(|_| out_of_memory())?;
        }
        self.0.try_reserve(located.len()).map_err(|_| out_of_memory())?;
        self.0.extend(located.iter().map(|&Located { quotient, step, place }| {
            debug_assert!(quotient <= QUOTIENT);
            Walker { state: quotient << STEP_BITS | step, place }
        }));
        Ok(())
    }

    /// Crosses off their multiples before `end`, in bits from `chunk`, and moves them there or further.
    ///
    /// Errors: Cancelled.
    ///
    /// # Safety
    /// Bytes behind `chunk` are valid for reads and writes from the first place of a walker to `end`.
    pub unsafe fn cross_off(
        &mut self,
        chunk: *mut u8,
        end: u32,
        interrupt: &Interrupt,
    ) -> Result<()> {
        for walkers in self.0.chunks_mut(STROLL) {
            interrupt.check()?;
            // SAFETY: passed on from the caller.
            unsafe { walk(chunk, end, walkers) };
        }
        Ok(())
    }
}

/// Crosses off the multiples of `walkers` before `end`, one of each a pass.
///
/// # Safety
/// Bytes behind `chunk` are valid for reads and writes from the first place of a walker to `end`.
#[inline(never)]
unsafe fn walk(chunk: *mut u8, end: u32, walkers: &mut [Walker]) {
    let mut active = [std::ptr::null_mut(); STROLL];
    let mut count = 0;
    for walker in walkers.iter_mut().take(STROLL) {
        let ahead = walker.place < end;
        active[count] = std::ptr::from_mut(walker);
        count += usize::from(ahead);
    }
    while count > 0 {
        // SAFETY: they are walkers, and their places are before the end.
        count = unsafe { stroll(chunk, end, &mut active[..count]) };
    }
}

/// One multiple of each of the `active` walkers; returns how many have another one.
///
/// # Safety
/// As for `walk`; the walkers' places are before `end`, and nobody else uses them.
#[inline(never)]
unsafe fn stroll(chunk: *mut u8, end: u32, active: &mut [*mut Walker]) -> usize {
    let first = active.as_mut_ptr();
    let (mut from, mut left) = (first, first);
    // SAFETY: left <= from < behind, and the caller vouches for the walkers and their places.
    unsafe {
        let behind = first.add(active.len());
        while from != behind {
            let walker = *from;
            from = from.add(1);
            let Walker { state, place } = *walker;
            let byte = chunk.wrapping_add((place >> 3) as usize);
            *byte &= all_but(place);
            let at = Step::of(state);
            let next = place.wrapping_add(at.advance(state >> STEP_BITS));
            *walker = Walker { state: state.wrapping_add(at.ahead()), place: next };
            *left = walker;
            left = left.add(usize::from(next < end));
        }
        left.offset_from_unsigned(first)
    }
}

/// All bits of a byte but that of `place`.
///
/// From a table: V8 has no rotation of bytes, and for the shift or rotation of a word it masks the count again, and
/// needs the one register that has counts.
#[inline(always)]
pub fn all_but(place: u32) -> u8 {
    static MASKS: [u8; 8] = [0xfe, 0xfd, 0xfb, 0xf7, 0xef, 0xdf, 0xbf, 0x7f];
    // SAFETY: below 8. Not an index, so that WebAssembly's load adds the table's address (wheel210.rs).
    unsafe { *MASKS.as_ptr().add((place & 7) as usize) }
}

//! Crossing off in whole wheel turns, for sieving primes up to about a segment's length.
//!
//! # The idea
//!
//! Write p = 30q + r. Turn k of p holds its multiples p * (30k + s), with s in {1, 7, 11, 13, 17,
//! 19, 23, 29}. Multiple s lies in byte
//!
//! ```text
//! (p * (30k + s) - 2) / 30  =  p*k + q*s + (r*s - 2) / 30        (rounded down)
//! ```
//!
//! so the eight bytes of a turn lie at `q*s + constant` from its base p*k, the bits depend on r and
//! s alone, and the next turn's base is p bytes further on. There are only eight r: each gets its
//! own loop with all constants compiled in, eight offsets and the base in registers.
//!
//! A turn is never cut. One whose base lies before the end of what is sieved is crossed off as a
//! whole, up to p bytes past the end, where the pad behind the segment (the next segment's first
//! bytes, already pre-sieved) takes it. The first turn of a chunk may begin before the chunk, in the
//! front pad. So all that is kept for a prime is q and the next base; there is no wheel index, nothing
//! resumes in mid-turn, and there is no jump table. That matters most in wasm, where a switch into
//! a loop is irreducible control flow: every multiple then costs an indirect jump (2.0 times
//! slower, see primesieve in wasm).
//!
//! Crossing off begins with turn q, the one that holds p*p: what it crosses off before p*p is p * m
//! with 1 < m < p, composite all the same.
//!
//! # The long turn
//!
//! Multiples of 7 are gone already. Seven turns on end hold 56 multiples, 8 of them with a
//! multiplier divisible by 7, always at the same places if the first turn's k is divisible by 7.
//! So a long turn of 7p bytes makes 48 stores: one in seven is saved, for the price of pads seven
//! times as long. Long turns start with k = 7 * (q / 7), which for q < 7 is 0 and then crosses off p itself:
//! `presieve::FIRST_BYTES` mends that.
//!
//! # What it costs, and what was tried
//!
//! Natively at 10^10 a store takes 0.73 cycles of the time-stamp counter for primes below 512 and 0.8
//! below 8 K: about as many as the core can make. Behind that turns reach out of L1: 1.0 to 16 K, 1.25 to 32 K, 1.3
//! to 48 K; over the segment, in L2, 1.9 to 2.3, and 3.0 for long turns. Huge pages change nothing. So
//! fewer stores would help, cleverer ones hardly:
//!
//! - The last turn without a branch: as many turns as fit always, then one more, or if it is not wanted the one before
//!   once again. No mispredicted exits, but half of those stores are for nothing: 5% slower.
//! - Eight moving pointers instead of a base and eight offsets, which saves V8 an addition per store: 27%
//!   slower natively, 4% in wasm.
//! - Keeping LLVM from rewriting the long turn's 48 places as 48 multiples of q, most of them spilled to
//!   the stack: no faster natively, 2% slower in wasm as a whole.
//! - Long turns over the segment, for 16 K to 37 K: 12% faster than short ones there, although much of their
//!   longer pads is for nothing at the ends of a chunk. Short ones in pieces take half of the time.
//!
//! In wasm a turn is walked instead, from one multiple to the next: the steps are q, 2q, 4q and 6q, of which V8 makes one multiplication
//! and address arithmetic, where the eight offsets took seven multiplications a visit and did not fit in its registers. On an AMD EPYC (Zen 3)
//! that takes 7% off counts about 10^10, where most visits are one turn, and nothing off 10^9. Long turns walked that way are 4% slower,
//! and native code is 4 to 8% slower, as it waits for each step.

use super::wheel::{BIT, MULTIPLIERS, RESIDUES};

/// How a prime's multiples are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// 8 multiples over p bytes.
    Short,
    /// 48 multiples over 7p bytes.
    Long,
}

impl Turn {
    /// The length of a turn in bytes is this times p.
    pub const fn periods(self) -> u32 {
        match self {
            Turn::Short => 1,
            Turn::Long => 7,
        }
    }
}

/// A sieving prime of some class at work: its quotient by 30 and its next turn's base in the buffer.
#[derive(Clone, Copy, Debug)]
pub struct Strider {
    pub quotient: u32,
    pub base: u32,
}

/// How far behind q*s multiple number `s` of class `class` lies: (r*s - 2) / 30.
const fn offset(class: usize, s: usize) -> usize {
    ((RESIDUES[class] * MULTIPLIERS[s] - 2) / 30) as usize
}

/// What the byte of that multiple is ANDed with.
const fn keep(class: usize, s: usize) -> u8 {
    !(1 << BIT[(RESIDUES[class] * MULTIPLIERS[s] % 30) as usize])
}

/// Crosses off the turns of `striders` (all of class `class`) whose base lies before `end`, then
/// moves the bases `rebase` bytes back.
///
/// # Safety
/// - `buffer` is valid for reads and writes up to `end` + the longest turn of `striders`.
/// - every strider's base plus its turns' ends fit in u32.
pub unsafe fn cross_off(
    turn: Turn,
    class: usize,
    buffer: *mut u8,
    end: u32,
    rebase: u32,
    striders: &mut [Strider],
) {
    // SAFETY: passed on from the caller.
    unsafe {
        match (turn, class) {
            (Turn::Short, 0) => short::<0>(buffer, end, rebase, striders),
            (Turn::Short, 1) => short::<1>(buffer, end, rebase, striders),
            (Turn::Short, 2) => short::<2>(buffer, end, rebase, striders),
            (Turn::Short, 3) => short::<3>(buffer, end, rebase, striders),
            (Turn::Short, 4) => short::<4>(buffer, end, rebase, striders),
            (Turn::Short, 5) => short::<5>(buffer, end, rebase, striders),
            (Turn::Short, 6) => short::<6>(buffer, end, rebase, striders),
            (Turn::Short, _) => short::<7>(buffer, end, rebase, striders),
            (Turn::Long, 0) => long::<0>(buffer, end, rebase, striders),
            (Turn::Long, 1) => long::<1>(buffer, end, rebase, striders),
            (Turn::Long, 2) => long::<2>(buffer, end, rebase, striders),
            (Turn::Long, 3) => long::<3>(buffer, end, rebase, striders),
            (Turn::Long, 4) => long::<4>(buffer, end, rebase, striders),
            (Turn::Long, 5) => long::<5>(buffer, end, rebase, striders),
            (Turn::Long, 6) => long::<6>(buffer, end, rebase, striders),
            (Turn::Long, _) => long::<7>(buffer, end, rebase, striders),
        }
    }
}

/// One turn at `$at`; in turn `$k` of a long one, multipliers divisible by 7 are left out.
macro_rules! turn {
    ($class:ident, $at:ident, $offsets:ident, $k:expr) => {
        turn!(@ $class, $at, $offsets, $k, 0 1 2 3 4 5 6 7)
    };
    (@ $class:ident, $at:ident, $offsets:ident, $k:expr, $($s:literal)*) => {
        $(
            if const { $k == NO_SKIP || (30 * $k + MULTIPLIERS[$s]) % 7 != 0 } {
                let byte = $at.add($offsets[$s]).add(const { offset($class, $s) });
                *byte &= const { keep($class, $s) };
            }
        )*
    };
}

/// One turn at `$at`, step by step from one multiple to the next.
#[cfg(target_arch = "wasm32")]
macro_rules! walk {
    ($class:ident, $at:ident, $($s:literal $step:ident),*) => {
        let mut place = $at;
        $(
            place = place.add($step);
            *place.add(const { offset($class, $s) }) &= const { keep($class, $s) };
        )*
    };
}

/// Stands for "no multiplier is left out".
const NO_SKIP: u32 = u32::MAX / 30;

// Kept out of line: V8 has no on-stack replacement for wasm, so a hot loop must live in a function
// that is called again and again to leave the baseline tier.
#[inline(never)]
unsafe fn short<const CLASS: usize>(
    buffer: *mut u8,
    end: u32,
    rebase: u32,
    striders: &mut [Strider],
) {
    // SAFETY: the caller of `cross_off` vouches for base..base + p for each base before `end`.
    unsafe {
        let stop = buffer.add(end as usize);
        for strider in striders {
            let q = strider.quotient as usize;
            let p = 30 * q + RESIDUES[CLASS] as usize;
            #[cfg(not(target_arch = "wasm32"))]
            let offsets = MULTIPLIERS.map(|s| q * s as usize);
            #[cfg(target_arch = "wasm32")]
            let (two, four, six) = (2 * q, 4 * q, 6 * q);
            let mut at = buffer.add(strider.base as usize);
            while at < stop {
                #[cfg(not(target_arch = "wasm32"))]
                turn!(CLASS, at, offsets, NO_SKIP);
                #[cfg(target_arch = "wasm32")]
                walk!(CLASS, at, 0 q, 1 six, 2 four, 3 two, 4 four, 5 two, 6 four, 7 six);
                at = at.add(p);
            }
            strider.base = (at.offset_from(buffer) as u32).wrapping_sub(rebase);
        }
    }
}

#[inline(never)]
unsafe fn long<const CLASS: usize>(
    buffer: *mut u8,
    end: u32,
    rebase: u32,
    striders: &mut [Strider],
) {
    // SAFETY: the caller of `cross_off` vouches for base..base + 7p for each base before `end`.
    unsafe {
        let stop = buffer.add(end as usize);
        for strider in striders {
            let q = strider.quotient as usize;
            let p = 30 * q + RESIDUES[CLASS] as usize;
            let offsets = MULTIPLIERS.map(|s| q * s as usize);
            let mut at = buffer.add(strider.base as usize);
            while at < stop {
                turn!(CLASS, at, offsets, 0);
                at = at.add(p);
                turn!(CLASS, at, offsets, 1);
                at = at.add(p);
                turn!(CLASS, at, offsets, 2);
                at = at.add(p);
                turn!(CLASS, at, offsets, 3);
                at = at.add(p);
                turn!(CLASS, at, offsets, 4);
                at = at.add(p);
                turn!(CLASS, at, offsets, 5);
                at = at.add(p);
                turn!(CLASS, at, offsets, 6);
                at = at.add(p);
            }
            strider.base = (at.offset_from(buffer) as u32).wrapping_sub(rebase);
        }
    }
}

/// The base of p's first turn for a chunk that begins at byte `first` of the number line, as an
/// index into a buffer whose byte `front` is the chunk's first.
///
/// f64 division: i64.div_u costs 4 times as much in wasm. The quotient stays below 2^53 (first < 2^60,
/// turns are longer than 2^7 bytes), so rounded it is off by one at most; the remainder is exact in
/// integers.
#[inline]
pub fn first_base(turn: Turn, p: u32, quotient: u32, first: u64, front: u32) -> u64 {
    let length = u64::from(p) * u64::from(turn.periods());
    let start = length * u64::from(quotient / turn.periods());
    if start >= first {
        return u64::from(front) + (start - first);
    }
    let estimate = (first as f64 / length as f64) as u64;
    let mut into = first.wrapping_sub(estimate * length) as i64;
    if into < 0 {
        into += length as i64;
    } else if into >= length as i64 {
        into -= length as i64;
    }
    debug_assert_eq!(into as u64, first % length);
    debug_assert!(into <= i64::from(front));
    u64::from(front) - into as u64
}

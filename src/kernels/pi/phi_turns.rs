//! Crossing off in the sieve of D: a prime's multiples leave, and the counters of words know.
//!
//! # Whole turns
//!
//! A prime is crossed off in whole wheel turns, as in sieve/turns.rs: eight places at offsets from the turn's base, a loop for each class mod 30, no
//! jump into the middle. But here the next segment must not be touched, as smaller primes have yet to be
//! counted there. So the turns that straddle an end are made twice, once for each segment, and what lies outside
//! falls into pads that are all zero: nothing is cleared there, and nothing counted.

/// What the bits of a byte stand for, beside 30 times its index. Also the multipliers of a turn.
pub const RESIDUES: [usize; 8] = [1, 7, 11, 13, 17, 19, 23, 29];

/// Bytes of a word, which has a counter.
pub const WORD: usize = 8;

/// How many bytes behind Q * RESIDUES[s] multiple s of a prime 30 Q + RESIDUES[class] lies from the turn's base.
const fn offset(class: usize, s: usize) -> usize {
    RESIDUES[class] * RESIDUES[s] / 30
}

/// The bit of that multiple.
const fn bit(class: usize, s: usize) -> u32 {
    let residue = RESIDUES[class] * RESIDUES[s] % 30;
    let mut bit = 0;
    while RESIDUES[bit] != residue {
        bit += 1;
    }
    bit as u32
}

/// Crosses off the turns of `prime`, which is of class `class`, whose base is `start` or later and lies before `end`. Unless `blind`, takes what is
/// cleared from `counters`, and returns how much that was; else returns 0.
///
/// # Safety
/// `sieve` is valid from `start` to `end` + `prime`, and `counters` for its words; `sieve` is aligned to words.
pub unsafe fn cross_off(
    class: u8,
    blind: bool,
    sieve: *mut u8,
    counters: *mut u8,
    start: usize,
    end: usize,
    prime: usize,
) -> u32 {
    // SAFETY: passed on from the caller.
    unsafe {
        match (class, blind) {
            (0, false) => count_off::<0>(sieve, counters, start, end, prime),
            (1, false) => count_off::<1>(sieve, counters, start, end, prime),
            (2, false) => count_off::<2>(sieve, counters, start, end, prime),
            (3, false) => count_off::<3>(sieve, counters, start, end, prime),
            (4, false) => count_off::<4>(sieve, counters, start, end, prime),
            (5, false) => count_off::<5>(sieve, counters, start, end, prime),
            (6, false) => count_off::<6>(sieve, counters, start, end, prime),
            (7, false) => count_off::<7>(sieve, counters, start, end, prime),
            (0, true) => blindly::<0>(sieve, start, end, prime),
            (1, true) => blindly::<1>(sieve, start, end, prime),
            (2, true) => blindly::<2>(sieve, start, end, prime),
            (3, true) => blindly::<3>(sieve, start, end, prime),
            (4, true) => blindly::<4>(sieve, start, end, prime),
            (5, true) => blindly::<5>(sieve, start, end, prime),
            (6, true) => blindly::<6>(sieve, start, end, prime),
            (_, true) => blindly::<7>(sieve, start, end, prime),
            _ => 0,
        }
    }
}

/// One turn: $place::<CLASS, S>(...) for each S. Written out, as a loop over S would stay one in wasm, where the limit for unrolling is
/// low for the sake of size (tools/toolchain/wasm-cargo), and its constants would be looked up.
macro_rules! turn {
    ($place:ident::<$class:ident>($($argument:expr),*)) => {
        turn!(@ $place $class ($($argument),*) 0 1 2 3 4 5 6 7)
    };
    (@ $place:ident $class:ident $arguments:tt $($s:literal)*) => {
        [$(turn!(@@ $place $class $s $arguments)),*]
    };
    (@@ $place:ident $class:ident $s:literal ($($argument:expr),*)) => {
        $place::<$class, $s>($($argument),*)
    };
}

/// Returns how many bits were cleared.
///
/// # Safety
/// `sieve` is valid from `start` to `end` + `prime`, and `counters` for its words; `sieve` is aligned to words.
#[inline(never)]
unsafe fn count_off<const CLASS: usize>(
    sieve: *mut u8,
    counters: *mut u8,
    start: usize,
    end: usize,
    prime: usize,
) -> u32 {
    debug_assert!(sieve.addr().is_multiple_of(WORD));
    // So that the counter of an address is at that address / WORD.
    let counters = counters.wrapping_sub(sieve.addr() / WORD);
    let quotient = prime / 30;
    let mut at = start;
    let mut removed = 0;
    while at < end {
        // SAFETY: promised by the caller.
        unsafe {
            let base = sieve.add(at);
            let cleared: [u32; 8] = turn!(clear::<CLASS>(base, quotient, counters));
            let [a, b, c, d, e, f, g, h] = cleared;
            removed += a + b + c + d + e + f + g + h;
        }
        at += prime;
    }
    removed
}

/// Clears bit S of the turn at `base`, and takes it from its word's counter. Returns how many there were: 0 or 1.
///
/// # Safety
/// As the only caller promises.
#[inline(always)]
unsafe fn clear<const CLASS: usize, const S: usize>(
    base: *mut u8,
    quotient: usize,
    counters: *mut u8,
) -> u32 {
    let (offset, bit) = const { (offset(CLASS, S), bit(CLASS, S)) };
    // SAFETY: promised by the caller.
    unsafe {
        // Two sums: one might wrap, so that in wasm the offset could not be part of the instruction.
        let place = base.add(quotient * RESIDUES[S]).add(offset);
        let byte = *place;
        *place = byte & !(1 << bit);
        let cleared = byte >> bit & 1;
        *counters.wrapping_add(place.addr() / WORD) -= cleared;
        cleared.into()
    }
}

/// The same without counting. Returns 0.
///
/// # Safety
/// `sieve` is valid from `start` to `end` + `prime`.
#[inline(never)]
unsafe fn blindly<const CLASS: usize>(
    sieve: *mut u8,
    start: usize,
    end: usize,
    prime: usize,
) -> u32 {
    let quotient = prime / 30;
    let mut at = start;
    while at < end {
        // SAFETY: promised by the caller.
        unsafe {
            let base = sieve.add(at);
            turn!(clear_blindly::<CLASS>(base, quotient));
        }
        at += prime;
    }
    0
}

/// # Safety
/// As the only caller promises.
#[inline(always)]
unsafe fn clear_blindly<const CLASS: usize, const S: usize>(base: *mut u8, quotient: usize) {
    let (offset, bit) = const { (offset(CLASS, S), bit(CLASS, S)) };
    // SAFETY: promised by the caller.
    unsafe { *base.add(quotient * RESIDUES[S]).add(offset) &= !(1 << bit) };
}

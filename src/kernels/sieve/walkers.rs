//! Sieving primes of up to some segments' length: walkers.
//!
//! A walker is 8 bytes: its prime's quotient by 30, and the byte of its next multiple. What else a step needs, the bit of that multiple and the
//! way to the next one, follows from the prime's class and the multiplier's position on the wheel of 210; so walkers of the same class and position lie
//! together, and the loop over them has it in registers. Who takes a step goes on to the next position's walkers, which are next in turn.
//!
//! How many multiples a prime has in a segment is a matter of chance that no branch predictor knows. So whether there is another one
//! decides nothing but which of two counts grows, and a walker is written both where it goes on from in this segment and where it waits for the next one.
//!
//! A class's walkers are an array of pieces, one for each position in the order of the wheel. A segment reads it from its beginning to its
//! end, and writes it, too: at a position come those from the position before, which wait, then those of its own that have no multiple in the segment, which
//! stay. Nobody is written before somebody was read, so one array is enough. Pieces become more, as primes differ in how far they walk: some have been round the
//! wheel when others are still at its beginning. From MANY_PIECES on the class is sorted again.
//!
//! That is 17 instructions a multiple natively and 22 in V8, where a walker with its position in itself and its step's fields from a table took 35 and 45. What is
//! left is the wait for the byte of sieve. Windows of 10^9, in turns with those others on an AMD Zen 3 (medians of paired ratios): in wasm 0.95 of the time
//! at 10^12, 0.89 at 10^14, 0.92 at 10^15, 0.94 at 10^18; natively 0.93 at 10^12, 0.94 at 10^15 and 10^18.
//!
//! Tried, at 10^15 in wasm: two multiples a turn of the loop, the same; indices instead of pointers, 4% slower; walkers to 16 and 32 million, 2 and 6% slower;
//! walkers from half a segment's length on, 2% slower (9 at 10^12).

use super::blocks::out_of_memory;
use super::first_multiples::Located;
use super::wheel210::{POSITIONS, Pace, class_and_position};
use crate::error::Result;
use crate::kernel::Interrupt;

const CLASSES: usize = 8;

/// How many of a class can walk: primes up to 2^24 (a test counts them).
const OF_A_CLASS: usize = 135_000;

/// From so many pieces on a class is sorted again; then it has one for each position.
const MANY_PIECES: usize = 4 * POSITIONS;

/// A segment adds a piece for each multiple that a prime has in it: at most 8, as primes are longer than a thirtieth of it.
const MOST_PIECES: usize = MANY_PIECES + POSITIONS;

/// A prime's quotient by 30, over the position of its next multiple, over that multiple's byte, from the chunk's start, which is the lower half.
type Walker = u64;

const POSITION_BITS: u32 = 6;
const QUOTIENT_SHIFT: u32 = 32 + POSITION_BITS;

/// The walkers of a chunk.
pub struct Walkers {
    /// Nothing, with capacity for all classes and the spare room; reserved at once, as what grows by doubling takes up to 8 MB a thread more.
    room: Vec<Walker>,
    classes: [Class; CLASSES],
    /// As much room as a class has: where walkers are sorted into, and where those of a segment are that have more multiples in it.
    spare: *mut Walker,
}

// SAFETY: all pointers point into the room.
unsafe impl Send for Walkers {}

/// Those of a class.
struct Class {
    walkers: *mut Walker,
    count: usize,
    /// The first piece's position; each other's is the next one.
    first: usize,
    /// How many pieces; 0: it is not sorted.
    pieces: usize,
    /// Where each piece ends.
    ends: [u32; MOST_PIECES],
}

// Not inlined, here and below: in their callers LLVM unrolls what is done for each class, which is more wasm.
impl Walkers {
    #[inline(never)]
    pub fn new() -> Walkers {
        const NONE: Class = Class {
            walkers: std::ptr::null_mut(),
            count: 0,
            first: 0,
            pieces: 0,
            ends: [0; MOST_PIECES],
        };
        Walkers { room: Vec::new(), classes: [NONE; CLASSES], spare: std::ptr::null_mut() }
    }

    #[inline(never)]
    pub fn clear(&mut self) {
        for class in &mut self.classes {
            (class.count, class.pieces) = (0, 0);
        }
    }

    /// More of them, of primes up to 2^24, before the first `cross_off`.
    ///
    /// Errors: Memory.
    #[inline(never)]
    pub fn add(&mut self, located: &[Located]) -> Result<()> {
        if self.room.capacity() == 0 {
            let room = (CLASSES + 1) * OF_A_CLASS;
            self.room.try_reserve_exact(room).map_err(|_| out_of_memory())?;
            self.spare = self.room.as_mut_ptr();
            for (i, class) in self.classes.iter_mut().enumerate() {
                class.walkers = self.spare.wrapping_add((i + 1) * OF_A_CLASS);
            }
        }
        for &Located { quotient, step, place } in located {
            let (class, position) = class_and_position(step);
            let class = &mut self.classes[class];
            if class.count >= OF_A_CLASS {
                unreachable!();
            }
            let state = quotient << POSITION_BITS | position as u32;
            let walker = Walker::from(state) << 32 | Walker::from(place >> 3);
            // SAFETY: there is room.
            unsafe { *class.walkers.add(class.count) = walker };
            class.count += 1;
        }
        Ok(())
    }

    /// Crosses off their multiples before byte `end` of `chunk`, and moves them there or further.
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
        for (index, class) in self.classes.iter_mut().enumerate() {
            if class.count == 0 {
                continue;
            }
            interrupt.check()?;
            // SAFETY: passed on from the caller; a class has room, and so has the spare one.
            unsafe {
                if class.pieces == 0 || class.pieces > MANY_PIECES {
                    class.sort(&mut self.spare);
                }
                class.walk(index, chunk, end, self.spare);
            }
        }
        Ok(())
    }
}

impl Class {
    /// Sorts by position, into the spare room, with which the class changes places.
    ///
    /// # Safety
    /// Both are of OF_A_CLASS walkers, and so many as the class counts are there.
    #[inline(never)]
    unsafe fn sort(&mut self, spare: &mut *mut Walker) {
        let position = |walker: Walker| (walker >> 32) as usize % (1 << POSITION_BITS);
        // SAFETY: it is of so many walkers.
        let walkers = unsafe { std::slice::from_raw_parts(self.walkers, self.count) };
        // First where each position begins, and with all walkers where it ends.
        let ends = &mut self.ends[..2 << POSITION_BITS];
        ends.fill(0);
        for &walker in walkers {
            ends[position(walker) + 1] += 1;
        }
        let mut sum = 0;
        for end in ends.iter_mut() {
            sum += *end;
            *end = sum;
        }
        for &walker in walkers {
            let end = &mut ends[position(walker)];
            // SAFETY: below the count.
            unsafe { *spare.add(*end as usize) = walker };
            *end += 1;
        }
        (self.first, self.pieces) = (0, POSITIONS);
        std::mem::swap(&mut self.walkers, spare);
    }

    /// # Safety
    /// The class is sorted. Bytes behind `chunk` are valid for reads and writes from the first place of a walker to `end`, and `carried` for as
    /// many walkers as there are.
    #[inline(never)]
    unsafe fn walk(&mut self, class: usize, chunk: *mut u8, end: u32, carried: *mut Walker) {
        let (mut from, mut written, mut behind_carried) = (self.walkers, self.walkers, carried);
        let (pieces, first) = (self.pieces, self.first);
        self.pieces = 0;
        let mut piece = 0;
        while piece < pieces || behind_carried != carried {
            // SAFETY: so much is written as was read, without those that are carried.
            unsafe {
                let mut read = from;
                if piece < pieces {
                    read = self.walkers.add(self.ends[piece] as usize);
                }
                let met = meet(from, read, end, written, behind_carried);
                written = written
                    .add(read.offset_from_unsigned(from))
                    .sub(met.offset_from_unsigned(behind_carried));
                self.close(written);
                let pace = Pace::of(class, (first + piece) % POSITIONS);
                // Their places are before the end.
                behind_carried = stride(chunk, end, pace, carried, met, written);
                written = written.add(met.offset_from_unsigned(behind_carried));
                from = read;
            }
            piece += 1;
        }
        self.close(written);
    }

    /// The piece at hand ends here. At the beginning one without walkers is none.
    fn close(&mut self, written: *mut Walker) {
        let end = (written.addr() - self.walkers.addr()) / size_of::<Walker>();
        if end == 0 {
            self.first += 1;
        } else {
            self.ends[self.pieces] = end as u32;
            self.pieces += 1;
        }
    }
}

/// Of the walkers from `from` to `behind`, puts those with a multiple before `end` behind `met`, the others behind `stay`; returns where the former end.
///
/// # Safety
/// All are valid for so many walkers. `stay` may be where they are.
#[inline(never)]
unsafe fn meet(
    mut from: *const Walker,
    behind: *const Walker,
    end: u32,
    stay: *mut Walker,
    mut met: *mut Walker,
) -> *mut Walker {
    let apart = stay.addr().wrapping_sub(from.addr()).wrapping_add(met.addr());
    while from != behind {
        // SAFETY: no more stay or are met than were read.
        unsafe {
            let walker = *from;
            // Who was not met stays.
            let stays = from.addr().wrapping_add(apart).wrapping_sub(met.addr());
            *stay.with_addr(stays) = walker;
            *met = walker;
            from = from.add(1);
            met = met.add(usize::from((walker as u32) < end));
        }
    }
    met
}

/// Crosses off one multiple of each of the walkers from `walkers` to `behind`, and moves them on: to the front those that have another one before `end`,
/// the others behind `wait`; returns where the former end.
///
/// # Safety
/// Walkers are valid for so many reads and writes, `wait` for so many writes, and bytes behind `chunk` where the walkers are.
#[inline(never)]
unsafe fn stride(
    chunk: *mut u8,
    end: u32,
    pace: Pace,
    walkers: *mut Walker,
    behind: *mut Walker,
    wait: *mut Walker,
) -> *mut Walker {
    let Pace { gap, extra, ahead, mask } = pace;
    let step = extra.wrapping_add(ahead << 32);
    let (mut from, mut left) = (walkers, walkers);
    while from != behind {
        // SAFETY: left <= from < behind.
        unsafe {
            let walker = *from;
            let byte = chunk.wrapping_add(walker as u32 as usize);
            *byte &= mask;
            let walker = (walker + (walker >> QUOTIENT_SHIFT) * gap).wrapping_add(step);
            // Who did not go on waits.
            *wait.with_addr(wait.addr().wrapping_add(from.addr()).wrapping_sub(left.addr())) =
                walker;
            *left = walker;
            from = from.add(1);
            left = left.add(usize::from((walker as u32) < end));
        }
    }
    left
}

#[cfg(test)]
mod tests {
    use super::super::wheel::{BIT, split};
    use super::super::wheel210::{MULTIPLIERS, step_index};
    use super::*;
    use crate::arith::small_primes::primes_to;

    #[test]
    fn a_class_has_room_for_all_primes_that_walk() {
        let mut counts = [0; CLASSES];
        for p in primes_to(1 << 24).into_iter().filter(|&p| p >= 7) {
            counts[split(p).1] += 1;
        }
        // OEIS A007053(24), less 2, 3 and 5.
        assert_eq!(counts.iter().sum::<usize>(), 1_077_871 - 3);
        assert!(counts.iter().all(|&count| count < OF_A_CLASS), "{counts:?}");
    }

    /// The place of n, in bits from the byte of which `origin` is the last integer before.
    fn place(n: u64, origin: u64) -> u32 {
        ((n - origin - 1) / 30 * 8) as u32 + u32::from(BIT[(n % 30) as usize])
    }

    #[test]
    fn multiples_are_crossed_off_in_segments_so_many_that_classes_are_sorted_again() {
        const SEGMENT: u32 = 16 * 1024;
        const SEGMENTS: u32 = 300;
        let origin = 30 * 33_333_333_333 + 1u64;
        let bytes = SEGMENT * SEGMENTS;
        let mut primes = primes_to(400_000);
        primes.retain(|&p| p > 1 << 16);
        let (mut expected, mut located) = (vec![0xff_u8; bytes as usize], Vec::new());
        for &p in &primes {
            let (quotient, class) = split(p);
            let multipliers =
                (origin / u64::from(p) + 1..).filter(|m| [2, 3, 5, 7].iter().all(|d| m % d != 0));
            for (i, m) in multipliers.enumerate() {
                let place = place(m * u64::from(p), origin);
                if i == 0 {
                    let position =
                        MULTIPLIERS.iter().position(|&n| u64::from(n) == m % 210).unwrap();
                    located.push(Located {
                        quotient,
                        step: step_index(class as u32, position as u32),
                        place,
                    });
                }
                if place >> 3 >= bytes {
                    break;
                }
                expected[(place >> 3) as usize] &= !(1 << (place & 7));
            }
        }
        let mut walkers = Walkers::new();
        let mut sorts = 0;
        // The second time in the same room, in two portions.
        for portion in [located.len(), 1000] {
            let mut sieve = vec![0xff_u8; bytes as usize];
            walkers.clear();
            located.chunks(portion).for_each(|some| walkers.add(some).unwrap());
            for segment in 1..=SEGMENTS {
                let before = walkers.classes[0].pieces;
                // SAFETY: the sieve is longer than that, and all first places are in it or behind the last end.
                unsafe {
                    walkers.cross_off(sieve.as_mut_ptr(), SEGMENT * segment, &Interrupt::new())
                }
                .unwrap();
                sorts += u32::from(walkers.classes[0].pieces < before);
            }
            assert!(sieve == expected);
        }
        assert!(sorts > 2, "sorted {sorts} times");
    }
}

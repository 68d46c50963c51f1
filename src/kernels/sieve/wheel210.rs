//! The mod-210 wheel of the large sieving primes: multipliers that 2, 3, 5 and 7 do not divide.

use super::wheel::{BIT, RESIDUES};

/// How many multipliers are coprime to 210.
pub const POSITIONS: usize = 48;

/// Bits of a step's index, which counts in bytes: STEPS has 512 steps of 4.
pub const STEP_BITS: u32 = 11;

/// One wheel position of one class, in 4 bytes. Places are counted in bits: 8 times the byte, plus the bit.
///
/// Each field is loaded by itself: in WebAssembly, whose shifts and masks take a copy each, that is cheaper than
/// taking a word apart.
#[repr(C, align(4))]
pub struct Step {
    /// 8 times how far the next multiplier lies.
    gap: u8,
    extra: u8,
    /// How far the next position's step lies, in bytes.
    ahead: i16,
}

impl Step {
    /// The step with the index in the lowest STEP_BITS of `word`, which is a multiple of 4.
    #[inline(always)]
    pub fn of(word: u32) -> &'static Step {
        let index = (word & ((1 << STEP_BITS) - 1)) as usize;
        debug_assert!(index.is_multiple_of(size_of::<Step>()));
        // SAFETY: a multiple of 4 of 11 bits is the offset of a step. Not an index into the array: `add` tells LLVM that
        // nothing wraps, so that WebAssembly's load adds the table's address.
        unsafe { &*STEPS.as_ptr().cast::<u8>().add(index).cast::<Step>() }
    }

    /// How many bits further the next multiple lies: 8 * gap * (p / 30) + extra.
    #[inline(always)]
    pub fn advance(&self, quotient: u32) -> u32 {
        quotient.wrapping_mul(u32::from(self.gap)).wrapping_add(u32::from(self.extra))
    }

    /// What leads from this step's index to the next one's by a wrapping addition, with anything above them.
    #[inline(always)]
    pub fn ahead(&self) -> u32 {
        self.ahead as u32
    }
}

/// The index of a class's step at a position.
#[inline(always)]
pub fn step_index(class: u32, position: u32) -> u32 {
    size_of::<Step>() as u32 * (class * POSITIONS as u32 + position)
}

/// The class and the position of a step's index.
#[inline(always)]
pub fn class_and_position(step: u32) -> (usize, usize) {
    let step = step as usize / size_of::<Step>();
    (step / POSITIONS % 8, step % POSITIONS)
}

/// A step for walkers that take the same one: places are counted in bytes.
#[derive(Clone, Copy)]
pub struct Pace {
    /// How far the next multiplier lies.
    pub gap: u64,
    /// How many bytes the next multiple lies further than gap * (p / 30).
    pub extra: u64,
    /// What leads from this position to the next one by a wrapping addition.
    pub ahead: u64,
    /// All bits of the multiple's byte but its own.
    pub mask: u8,
}

impl Pace {
    /// Of `class` at `position`.
    pub fn of(class: usize, position: usize) -> Pace {
        let index = class * POSITIONS + position;
        let (Step { gap, extra, .. }, bit) = (&STEPS[index], BITS[index]);
        let next = (position + 1) % POSITIONS;
        Pace {
            gap: u64::from(gap / 8),
            extra: u64::from((bit + extra) / 8),
            ahead: (next as u64).wrapping_sub(position as u64),
            mask: !(1 << bit),
        }
    }
}

/// Multipliers coprime to 210, ascending.
pub const MULTIPLIERS: [u32; POSITIONS] = {
    let mut table = [0; POSITIONS];
    let (mut n, mut i) = (1, 0);
    while n < 210 {
        if n % 2 != 0 && n % 3 != 0 && n % 5 != 0 && n % 7 != 0 {
            table[i] = n;
            i += 1;
        }
        n += 1;
    }
    table
};

/// The place of m times the residue r, for m coprime to 30.
const fn place(r: u32, m: u32) -> u32 {
    (r * m - 2) / 30 * 8 + BIT[(r * m % 30) as usize] as u32
}

/// By class * POSITIONS + position; padded to a power of two so that a masked index needs no check.
static STEPS: [Step; 512] = {
    let mut table = [const { Step { gap: 0, extra: 0, ahead: 0 } }; 512];
    let mut class = 0;
    while class < 8 {
        let r = RESIDUES[class];
        let mut i = 0;
        while i < POSITIONS {
            let m = MULTIPLIERS[i];
            let last = i + 1 == POSITIONS;
            let next = if last { MULTIPLIERS[0] + 210 } else { MULTIPLIERS[i + 1] };
            let steps = if last { 1 - POSITIONS as i16 } else { 1 };
            table[class * POSITIONS + i] = Step {
                gap: 8 * (next - m) as u8,
                extra: (place(r, next) - place(r, m)) as u8,
                ahead: size_of::<Step>() as i16 * steps,
            };
            i += 1;
        }
        class += 1;
    }
    table
};

/// The multiple's bit in its byte, by a quarter of the step's index.
pub static BITS: [u8; 512] = {
    let mut table = [0; 512];
    let mut i = 0;
    while i < 8 * POSITIONS {
        let (r, m) = (RESIDUES[i / POSITIONS], MULTIPLIERS[i % POSITIONS]);
        table[i] = BIT[(r * m % 30) as usize];
        i += 1;
    }
    table
};

/// The index into NEXT of a multiplier that is divisible by 210.
pub const NEXT_ZERO: u32 = 106;

/// From a multiplier less a multiple of 210, plus NEXT_ZERO: how far to the next one that is coprime to 210, and its position.
pub static NEXT: [(u8, u8); 256] = {
    let mut table = [(0, 0); 256];
    let mut index = 0;
    while index < table.len() {
        let m = (index as u32 + 420 - NEXT_ZERO) % 210;
        let mut i = 0;
        while i < POSITIONS && MULTIPLIERS[i] < m {
            i += 1;
        }
        // 209 is coprime to 210, so there is always one.
        table[index] = ((MULTIPLIERS[i] - m) as u8, i as u8);
        index += 1;
    }
    table
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_visit_the_multiples_in_order() {
        for p in [7u32, 11, 13, 17, 19, 23, 29, 31].map(|r| r + 30 * 1_000) {
            let (quotient, class) = super::super::wheel::split(p);
            let mut step = step_index(class as u32, 0);
            let mut at_place = (p - 2) / 30 * 8 + u32::from(BIT[(p % 30) as usize]);
            for m in (1..500).filter(|m| m % 2 != 0 && m % 3 != 0 && m % 5 != 0 && m % 7 != 0) {
                assert_eq!(at_place >> 3, (p * m - 2) / 30);
                assert_eq!(at_place & 7, u32::from(BIT[(p * m % 30) as usize]));
                assert_eq!(at_place & 7, u32::from(BITS[(step / 4) as usize]));
                let at = Step::of(step);
                at_place += at.advance(quotient);
                step = step.wrapping_add(at.ahead());
            }
        }
    }

    #[test]
    fn next_leads_to_the_nearest_multiplier() {
        for m in 0..210u32 {
            let (ahead, position) = NEXT[((m + NEXT_ZERO) % 210) as usize];
            let expected = (m..).find(|m| [2, 3, 5, 7].iter().all(|d| m % d != 0)).unwrap();
            assert_eq!(m + u32::from(ahead), expected);
            assert_eq!(MULTIPLIERS[usize::from(position)], expected);
        }
    }
}

//! The mod-210 wheel of the large sieving primes: multipliers that 2, 3, 5 and 7 do not divide.

use super::wheel::{BIT, RESIDUES};

/// How many multipliers are coprime to 210.
pub const POSITIONS: usize = 48;

/// Where a word has its highest 9 bits, room for an index into STEPS: shifting it out needs no mask.
pub const STEP_SHIFT: u32 = 23;

/// One wheel position of one class, in one word so that it is one load. Places are counted in bits: 8 times
/// the byte, plus the bit.
#[derive(Clone, Copy)]
pub struct Step(u32);

impl Step {
    const fn new(bit: u8, gap: u32, extra: u32, next: u32) -> Step {
        Step((8 * gap) | (extra << 7) | ((bit as u32) << 14) | (next << STEP_SHIFT))
    }

    /// The multiple's bit in its byte.
    #[inline]
    pub fn bit(self) -> u32 {
        self.0 >> 14 & 7
    }

    /// How many bits further the next multiple lies: 8 * gap * (p / 30) + extra.
    #[inline]
    pub fn advance(self, quotient: u32) -> u32 {
        quotient.wrapping_mul(self.0 & 127).wrapping_add(self.0 >> 7 & 127)
    }

    /// The next position's index, shifted by STEP_SHIFT.
    #[inline]
    pub fn next(self) -> u32 {
        self.0 & (!0 << STEP_SHIFT)
    }
}

/// Multipliers coprime to 210, ascending.
const MULTIPLIERS: [u32; POSITIONS] = {
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

/// Index: class * POSITIONS + position; padded to a power of two so that a masked index needs no check.
pub static STEPS: [Step; 512] = {
    let mut table = [Step::new(0, 0, 0, 0); 512];
    let mut class = 0;
    while class < 8 {
        let r = RESIDUES[class];
        let mut i = 0;
        while i < POSITIONS {
            let m = MULTIPLIERS[i];
            let next = if i + 1 < POSITIONS { MULTIPLIERS[i + 1] } else { MULTIPLIERS[0] + 210 };
            let index = class * POSITIONS;
            table[index + i] = Step::new(
                BIT[(r * m % 30) as usize],
                next - m,
                place(r, next) - place(r, m),
                (index + (i + 1) % POSITIONS) as u32,
            );
            i += 1;
        }
        class += 1;
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
            let mut step = (class * POSITIONS) as u32;
            let mut at_place = (p - 2) / 30 * 8 + u32::from(BIT[(p % 30) as usize]);
            for m in (1..500).filter(|m| m % 2 != 0 && m % 3 != 0 && m % 5 != 0 && m % 7 != 0) {
                let at = STEPS[step as usize];
                assert_eq!(at_place >> 3, (p * m - 2) / 30);
                assert_eq!(at.bit(), u32::from(BIT[(p * m % 30) as usize]));
                assert_eq!(at_place & 7, at.bit());
                at_place += at.advance(quotient);
                step = at.next() >> STEP_SHIFT;
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

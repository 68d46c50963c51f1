//! The mod-30 wheel: eight residues a byte.
//!
//! Byte `b` stands for the integers 30b + {7, 11, 13, 17, 19, 23, 29, 31}. Counting from 7 instead
//! of 1 keeps every k-tuplet (29 and 31 are twins) inside one byte. 2, 3 and 5 are nowhere.

/// What the bits of a byte stand for, beside 30 times its index.
pub const RESIDUES: [u32; 8] = [7, 11, 13, 17, 19, 23, 29, 31];

/// The multipliers of one wheel turn that are coprime to 30.
pub const MULTIPLIERS: [u32; 8] = [1, 7, 11, 13, 17, 19, 23, 29];

/// The bit of residue r mod 30, for r coprime to 30; 8 for the others.
pub const BIT: [u8; 30] = {
    let mut table = [8; 30];
    let mut i = 0;
    while i < 8 {
        table[(RESIDUES[i] % 30) as usize] = i as u8;
        i += 1;
    }
    table
};

/// Bit i of a u64 of sieve stands for 240 * (word's index) + NUMBER[i].
pub const NUMBER: [u8; 64] = {
    let mut table = [0; 64];
    let mut i = 0;
    while i < 64 {
        table[i] = (30 * (i / 8)) as u8 + RESIDUES[i % 8] as u8;
        i += 1;
    }
    table
};

/// The first byte that stands for no integer below n.
pub fn byte_of(n: u64) -> u64 {
    n.saturating_sub(2) / 30
}

/// How many bytes stand for integers up to n, counting the last one if only partly.
pub fn bytes_to(n: u64) -> u64 {
    if n < 7 { 0 } else { (n - 7) / 30 + 1 }
}

/// The bits of byte `byte_of(n)` that stand for integers >= n.
pub fn mask_from(n: u64) -> u8 {
    let offset = n - 30 * byte_of(n);
    (0..8).filter(|&i| u64::from(RESIDUES[i]) >= offset).map(|i| 1 << i).sum()
}

/// The bits of byte `bytes_to(n) - 1` that stand for integers <= n.
pub fn mask_to(n: u64) -> u8 {
    let offset = n - 30 * (bytes_to(n) - 1);
    (0..8).filter(|&i| u64::from(RESIDUES[i]) <= offset).map(|i| 1 << i).sum()
}

/// p = 30 * quotient + RESIDUES[class], for primes p >= 7.
#[inline]
pub fn split(p: u32) -> (u32, usize) {
    debug_assert!(p >= 7 && BIT[(p % 30) as usize] < 8);
    ((p - 7) / 30, BIT[(p % 30) as usize] as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn split_gives_back_the_prime() {
        for p in (7..10_000).filter(|p| p % 2 != 0 && p % 3 != 0 && p % 5 != 0) {
            let (quotient, class) = split(p);
            assert_eq!(30 * quotient + RESIDUES[class], p);
        }
    }

    #[test]
    fn masks_cut_exactly_at_n() {
        for n in 7..400u64 {
            let from = byte_of(n);
            let to = bytes_to(n) - 1;
            for (i, residue) in RESIDUES.map(u64::from).into_iter().enumerate() {
                assert_eq!(mask_from(n) >> i & 1 == 1, 30 * from + residue >= n, "{n} {i}");
                assert_eq!(mask_to(n) >> i & 1 == 1, 30 * to + residue <= n, "{n} {i}");
            }
        }
    }

    #[test]
    fn the_largest_integers_have_a_byte() {
        assert_eq!(bytes_to(u64::MAX), 614_891_469_123_651_721);
        assert_eq!(byte_of(u64::MAX), 614_891_469_123_651_720);
        assert_eq!(mask_to(u64::MAX), 0b111);
    }
}

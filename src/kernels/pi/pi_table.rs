//! pi(n) by a look-up: a bit for every odd integer, and beside each 64 of them how many primes come before.
//!
//! That is one bit for an integer, in one cache line, and without the division by 240 that a table over a wheel of 30 wants
//! (0.53 bits for an integer): look-ups by the hundred million are what A and C consist of.

use crate::error::{Error, Result, Status};

/// Integers that an entry stands for.
pub const SPAN: u64 = 128;

#[derive(Clone, Copy, Default)]
pub struct Entry {
    /// Bit i: low + 2i is prime, `low` being the entry's first, odd integer. 2 has the place of 1.
    bits: u64,
    /// The primes before.
    before: u64,
}

impl Entry {
    /// How many primes there are up to the integer with that offset, which is one of the entry's.
    #[inline(always)]
    fn up_to(&self, offset: u32) -> u64 {
        // A shift by so many bits is three operations of an x86 processor unless it is compiled for a newer one, which engines do not do.
        #[cfg(target_arch = "wasm32")]
        let bits = self.bits & UP_TO[(offset / 2 % 64) as usize];
        #[cfg(not(target_arch = "wasm32"))]
        let bits = self.bits << (!(offset / 2) & 63);
        self.before + u64::from(bits.count_ones())
    }
}

/// Bits 0 to i.
#[cfg(target_arch = "wasm32")]
static UP_TO: [u64; 64] = {
    let mut table = [0; 64];
    let mut i = 0;
    while i < 64 {
        table[i] = u64::MAX >> (63 - i);
        i += 1;
    }
    table
};

/// pi over `len` entries from an integer on that is 1 mod 128.
pub struct PiTable {
    low: u64,
    entries: Vec<Entry>,
}

impl PiTable {
    pub const fn empty() -> PiTable {
        PiTable { low: 1, entries: vec![] }
    }

    /// Begins anew, without any primes, for `low` (1 mod 128) to `high` inclusive. Errors: Memory.
    pub fn clear(&mut self, low: u64, high: u64) -> Result<()> {
        debug_assert!(low % SPAN == 1 && low <= high);
        let len = ((high - low) / SPAN + 1) as usize;
        self.low = low;
        self.entries.clear();
        self.entries
            .try_reserve_exact(len)
            .map_err(|_| Error::new(Status::Memory, "too little memory for a table of pi(x)"))?;
        self.entries.resize(len, Entry::default());
        Ok(())
    }

    /// Enters a prime; those outside of the table are passed over.
    #[inline]
    pub fn insert(&mut self, prime: u64) {
        let Some(offset) = prime.checked_sub(self.low) else { return };
        let offset = if prime == 2 { 0 } else { offset };
        if let Some(entry) = self.entries.get_mut((offset / SPAN) as usize) {
            entry.bits |= 1 << (offset / 2 % 64);
        }
    }

    /// After the last prime was entered. Returns how many there are.
    #[inline(never)]
    pub fn count(&mut self) -> u64 {
        let mut before = 0;
        for entry in &mut self.entries {
            entry.before = before;
            before += u64::from(entry.bits.count_ones());
        }
        before
    }

    /// How many primes of the table are <= n.
    #[inline]
    pub fn pi(&self, n: u64) -> u64 {
        if n < 2 {
            return 0;
        }
        let offset = n - self.low;
        self.entries[(offset / SPAN) as usize].up_to(offset as u32)
    }

    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }
}

/// How many primes there are from the table's first integer, low, to low + offset; not for 0 and 1.
///
/// # Safety
/// There is an entry for that integer.
#[inline(always)]
pub unsafe fn lookup(entries: &[Entry], offset: u32) -> u64 {
    // SAFETY: promised by the caller.
    unsafe { entries.get_unchecked((offset / SPAN as u32) as usize) }.up_to(offset)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arith::primality::is_prime;

    #[test]
    fn tables_from_anywhere_count_the_primes() {
        for n in [1, 2, 128, 129, 130, 1000, 1_000_000_007] {
            let low = (n - 1) / SPAN * SPAN + 1;
            let mut table = PiTable::empty();
            table.clear(low, n + 1000).expect("memory");
            (low..=n + 1000).filter(|&n| is_prime(n)).for_each(|p| table.insert(p));
            let total = table.count();
            let mut count = 0;
            for n in low..=n + 1000 {
                count += u64::from(is_prime(n));
                assert_eq!(table.pi(n), count, "{n}");
            }
            assert_eq!(total, count);
        }
    }
}

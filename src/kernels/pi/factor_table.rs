//! The least prime factor and Moebius' mu of integers coprime to 2310, in two bytes each.
//!
//! Special leaves ask for the integers m with mu(m) != 0, no prime factor beyond y, and none up to p. An entry answers all three
//! at once, by being larger than p:
//!
//! | m | entry |
//! | --- | --- |
//! | divisible by a square, or by a prime beyond y | 0 |
//! | mu(m) = -1, least prime factor p | p (odd), or 65,535 if it is larger |
//! | mu(m) = 1 | the same less 1 |
//! | 1 | 65,534 |
//!
//! The p that are asked for lie below 65,534. One integer in 4.8 is coprime to 2310.

use crate::error::{Error, Result, Status};
use crate::kernel::Interrupt;

/// 2 * 3 * 5 * 7 * 11.
const PERIOD: u32 = 2310;

/// Integers below 2310 and coprime to it.
const COPRIMES: usize = 480;

/// Entries that are looked at together.
const GROUP: usize = 16;

/// mu = 1, and no prime factor below 65,535.
const NO_FACTOR: u16 = 0xfffe;

const fn is_coprime(n: u32) -> bool {
    !(n.is_multiple_of(2)
        || n.is_multiple_of(3)
        || n.is_multiple_of(5)
        || n.is_multiple_of(7)
        || n.is_multiple_of(11))
}

static COPRIME: [u16; COPRIMES] = {
    let mut table = [0; COPRIMES];
    let (mut n, mut i) = (1, 0);
    while i < COPRIMES {
        if is_coprime(n) {
            table[i] = n as u16;
            i += 1;
        }
        n += 1;
    }
    table
};

/// How many of 1 to n are coprime to 2310.
static UP_TO: [u16; PERIOD as usize] = {
    let mut table = [0; PERIOD as usize];
    let mut n = 1;
    while n < PERIOD {
        table[n as usize] = table[n as usize - 1] + is_coprime(n) as u16;
        n += 1;
    }
    table
};

/// How many entries stand for integers <= n.
#[inline]
fn entries_to(n: u32) -> usize {
    (n / PERIOD) as usize * COPRIMES + usize::from(UP_TO[(n % PERIOD) as usize])
}

pub struct FactorTable {
    /// Whole groups.
    entries: Vec<u16>,
}

impl FactorTable {
    /// For integers up to z < 2^31, factors up to y. `primes` ascend and go to z. Errors: Cancelled, Memory.
    pub fn new(
        y: u32,
        z: u32,
        primes: impl Iterator<Item = u32>,
        interrupt: &Interrupt,
    ) -> Result<FactorTable> {
        let used = entries_to(z);
        let len = used.next_multiple_of(GROUP);
        let mut entries = Vec::new();
        entries
            .try_reserve_exact(len)
            .map_err(|_| Error::new(Status::Memory, "too little memory for a table of factors"))?;
        entries.resize(len, NO_FACTOR);
        entries[used..].fill(0);
        let mut table = FactorTable { entries };
        let mut steps = 0;
        for p in primes.skip_while(|&p| p < 13).take_while(|&p| p <= z) {
            steps += 1 + z / p / 4;
            if steps > 100_000 {
                interrupt.check()?;
                steps = 0;
            }
            table.enter(p, y, z);
        }
        Ok(table)
    }

    fn enter(&mut self, p: u32, y: u32, z: u32) {
        if p > y {
            self.multiples(p, z, |_| 0);
        } else if p >= u32::from(NO_FACTOR) {
            self.multiples(p, z, |entry| if entry == 0 { 0 } else { entry ^ 1 });
        } else {
            let least = p as u16;
            self.multiples(p, z, |entry| match entry {
                0 => 0,
                NO_FACTOR => least,
                entry => entry ^ 1,
            });
            if let Some(square) = p.checked_mul(p) {
                self.multiples(square, z, |_| 0);
            }
        }
    }

    /// Changes the entries of n and its multiples up to z.
    fn multiples(&mut self, n: u32, z: u32, change: impl Fn(u16) -> u16) {
        if n > z {
            return;
        }
        for i in 0..entries_to(z / n) {
            let m = (i / COPRIMES) as u32 * PERIOD + u32::from(COPRIME[i % COPRIMES]);
            let entry = &mut self.entries[entries_to(n * m) - 1];
            *entry = change(*entry);
        }
    }

    /// Where the integers > `after` begin that are coprime to 2310.
    #[inline]
    pub fn position(after: u32) -> usize {
        entries_to(after)
    }

    /// Writes to `leaves` the integers m whose entry exceeds p, from position `from` on to before `end`, ascending, until fewer than
    /// a group's places are left. Returns how many there are, and the position of the first that was not looked at.
    /// A leaf is 2m, plus 1 if mu(m) = -1.
    ///
    /// Without a branch on the entries: one in three passes, by chance.
    #[inline(never)]
    pub fn leaves(&self, p: u16, from: usize, end: usize, leaves: &mut [u32]) -> (usize, usize) {
        let mut len = 0;
        let mut at = from;
        while at < end && len + GROUP <= leaves.len() {
            let group = at / GROUP * GROUP;
            let base = 2 * PERIOD * (group / COPRIMES) as u32;
            let first = group % COPRIMES;
            let entries: &[u16; GROUP] =
                self.entries[group..group + GROUP].try_into().expect("a group");
            let coprime: &[u16; GROUP] = COPRIME[first..first + GROUP].try_into().expect("a group");
            let out: &mut [u32; GROUP] =
                (&mut leaves[len..len + GROUP]).try_into().expect("a group");
            let (skip, stop) = (at - group, (end - group).min(GROUP));
            #[cfg(target_arch = "wasm32")]
            let kept = {
                let within = (0xffff << skip) & (0xffff >> (GROUP - stop));
                keep(entries, coprime, base, passing(entries, p) & within, out)
            };
            #[cfg(not(target_arch = "wasm32"))]
            let mut kept = 0;
            #[cfg(not(target_arch = "wasm32"))]
            for i in skip..stop {
                // `kept` is at most i.
                out[kept & (GROUP - 1)] =
                    base + 2 * u32::from(coprime[i]) + u32::from(entries[i] & 1);
                kept += usize::from(entries[i] > p);
            }
            len += kept;
            at = group + stop;
        }
        (len, at)
    }
}

/// A bit for each entry that exceeds p.
#[cfg(target_arch = "wasm32")]
#[inline(always)]
fn passing(entries: &[u16; GROUP], p: u16) -> u32 {
    use std::arch::wasm32::*;
    let p = u16x8_splat(p);
    // SAFETY: there are two vectors of entries.
    let masks =
        [0, 1].map(|i| unsafe { u16x8_gt(v128_load(entries.as_ptr().add(8 * i).cast()), p) });
    u8x16_bitmask(i8x16_narrow_i16x8(masks[0], masks[1])).into()
}

/// The places of the bytes of those of 8 numbers of 16 bits whose bit is set.
#[cfg(target_arch = "wasm32")]
static KEPT: [[u8; 16]; 256] = {
    let mut table = [[u8::MAX; 16]; 256];
    let mut mask = 0;
    while mask < table.len() {
        let (mut kept, mut i) = (0, 0);
        while i < 8 {
            if mask >> i & 1 == 1 {
                table[mask][2 * kept] = 2 * i;
                table[mask][2 * kept + 1] = 2 * i + 1;
                kept += 1;
            }
            i += 1;
        }
        mask += 1;
    }
    table
};

/// Writes the leaves of those entries whose bit is set, and then something. Returns how many they are.
///
/// Eight at once move up by a table of 256 shuffles: a tenth of the time of D against taking bit by bit.
#[cfg(target_arch = "wasm32")]
#[inline(always)]
fn keep(
    entries: &[u16; GROUP],
    coprime: &[u16; GROUP],
    base: u32,
    passing: u32,
    out: &mut [u32; GROUP],
) -> usize {
    use std::arch::wasm32::*;
    let mut kept = 0;
    for half in [0, 1] {
        let mask = passing >> (8 * half) & 0xff;
        // SAFETY: there are two vectors of entries and of numbers, and room for 16 leaves: `kept` is at most 8 in the second half.
        unsafe {
            let entries = v128_load(entries.as_ptr().add(8 * half).cast());
            let coprime = v128_load(coprime.as_ptr().add(8 * half).cast());
            let leaves = u16x8_add(u16x8_shl(coprime, 1), v128_and(entries, u16x8_splat(1)));
            let leaves = u8x16_swizzle(leaves, v128_load(KEPT[mask as usize].as_ptr().cast()));
            let (base, to) = (u32x4_splat(base), out.as_mut_ptr().add(kept));
            v128_store(to.cast(), u32x4_add(base, u32x4_extend_low_u16x8(leaves)));
            v128_store(to.add(4).cast(), u32x4_add(base, u32x4_extend_high_u16x8(leaves)));
        }
        kept += mask.count_ones() as usize;
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::sieve::PrimeIterator;

    /// The least prime factor, mu, the greatest prime factor.
    fn factored(mut n: u32) -> (u32, i32, u32) {
        let (mut least, mut mu, mut greatest) = (u32::MAX, 1, 1);
        let mut p = 2;
        while n > 1 {
            if n.is_multiple_of(p) {
                n /= p;
                mu = if n.is_multiple_of(p) { 0 } else { -mu };
                least = least.min(p);
                greatest = p;
            } else {
                p += 1;
            }
        }
        (least, mu, greatest)
    }

    #[test]
    fn leaves_are_what_factoring_says() {
        let (y, z) = (9_000, 14_000);
        let primes = PrimeIterator::new(2).map(|p| p as u32);
        let table = FactorTable::new(y, z, primes, &Interrupt::new()).expect("a table");
        for (p, after, to) in
            [(11, 0, z), (13, 1000, 9999), (53, 2310, 2311), (97, 4000, z), (113, 117, z)]
        {
            let expected: Vec<u32> = (after + 1..=to)
                .filter_map(|m| {
                    let (least, mu, greatest) = factored(m);
                    (mu != 0 && least > p && greatest <= y).then_some(2 * m + u32::from(mu < 0))
                })
                .collect();
            for room in [16, 40, 5000] {
                let (mut found, mut buffer) = (vec![], vec![0; room]);
                let (mut at, end) = (FactorTable::position(after), FactorTable::position(to));
                while at < end {
                    let (len, next) = table.leaves(p as u16, at, end, &mut buffer);
                    found.extend_from_slice(&buffer[..len]);
                    at = next;
                }
                assert_eq!(found, expected, "{p} {after} {to} {room}");
            }
        }
    }
}

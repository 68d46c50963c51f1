//! Pre-sieve: the multiples of the primes 7 to 163 are removed by ANDing tables.
//!
//! In the mod-30 wheel the multiples of p repeat every p bytes, those of a group of primes every
//! (product of the group) bytes. A group's table is one period, followed by the first BLOCK
//! bytes again, so that a run of BLOCK bytes can start anywhere in it. Small primes are paired
//! with large ones to keep the tables alike in size; together they take 150 KB, shared by all threads.
//!
//! The sieve is filled block by block, eight tables a pass: the pass holds eight pointers and one
//! accumulator in registers, and LLVM turns its loop into 128-bit (or wider) ANDs. For wasm they are written by hand.
//!
//! It runs at the speed at which L2 yields the tables: 0.60 cycles a byte with 128 bits, 0.53 with AVX2, 0.46
//! with AVX-512. What was tried (whole counts to 10^10, natively):
//!
//! - More primes, in pairs as here: to 191 0.7% faster, to 211 1.3%, to 241 2.1% for 300 KB of tables, to
//!   283 1.8%, to 337 1.9%; without AVX2 never more than 1%. Not worth twice the L2 cache.
//! - One table a prime from 41 on, in L1: 15% slower to fill, as loads that cross lines take twice as long.
//! - All tables in one pass, eight accumulators: the same with AVX2, 14% slower with 128 bits.
//! - Tables to 251 (370 KB) on a processor with 32 KB of L1 and 512 KB of L2, whose stores are slower (AMD EPYC, Zen 3): natively 4% faster,
//!   in wasm no faster than the loop by hand with those to 163. That loop itself makes counts to 10^10 there 5% faster in wasm.

use super::wheel::{MULTIPLIERS, split};
use std::sync::OnceLock;

/// The largest prime that needs no crossing off.
pub const LARGEST: u32 = 163;

const GROUPS: [&[u32]; 16] = [
    &[7, 23, 37],
    &[11, 19, 31],
    &[13, 17, 29],
    &[41, 163],
    &[43, 157],
    &[47, 151],
    &[53, 149],
    &[59, 139],
    &[61, 137],
    &[67, 131],
    &[71, 127],
    &[73, 113],
    &[79, 109],
    &[83, 107],
    &[89, 103],
    &[97, 101],
];

/// Bytes filled at once.
pub const BLOCK: usize = 1024;

struct Table {
    period: usize,
    bytes: Vec<u8>,
}

impl Table {
    fn new(primes: &[u32]) -> Table {
        let period = primes.iter().product::<u32>() as usize;
        let mut bytes = vec![0xff; period + BLOCK];
        for &p in primes {
            for (byte, mask) in turn(p) {
                let mut at = byte;
                while at < bytes.len() {
                    bytes[at] &= !mask;
                    at += p as usize;
                }
            }
        }
        Table { period, bytes }
    }
}

/// Where the multiples of p lie in the first p bytes.
fn turn(p: u32) -> impl Iterator<Item = (usize, u8)> {
    MULTIPLIERS.into_iter().map(move |m| {
        let (byte, bit) = split(p * m);
        (byte as usize, 1 << bit)
    })
}

fn tables() -> &'static [Table; 16] {
    static TABLES: OnceLock<[Table; 16]> = OnceLock::new();
    TABLES.get_or_init(|| GROUPS.map(Table::new))
}

/// The first 8 bytes of the number line (2 to 241) as they should be: with the primes that the
/// tables, and the crossing off of primes below 241, remove.
pub const FIRST_BYTES: [u8; 8] = {
    let mut bytes = [0; 8];
    let mut n: u32 = 7;
    while n < 242 {
        let mut d = 2;
        let mut prime = true;
        while d * d <= n {
            if n.is_multiple_of(d) {
                prime = false;
            }
            d += 1;
        }
        if prime {
            bytes[((n - 7) / 30) as usize] |= 1 << super::wheel::BIT[(n % 30) as usize];
        }
        n += 1;
    }
    bytes
};

/// Where filling goes on.
pub struct Presieve {
    tables: &'static [Table; 16],
    at: [usize; 16],
}

impl Presieve {
    /// Starts at byte `byte` of the number line.
    pub fn at(byte: u64) -> Presieve {
        let tables = tables();
        Presieve { tables, at: std::array::from_fn(|i| (byte % tables[i].period as u64) as usize) }
    }

    /// Writes the next bytes of the number line, in whole blocks.
    pub fn fill(&mut self, sieve: &mut [u8]) {
        debug_assert_eq!(sieve.len() % BLOCK, 0);
        for block in sieve.chunks_exact_mut(BLOCK) {
            let block: &mut [u8; BLOCK] = block.try_into().expect("chunks are exact");
            self.fill_block(block);
        }
    }

    #[inline(never)]
    fn fill_block(&mut self, block: &mut [u8; BLOCK]) {
        let runs: Runs = std::array::from_fn(|i| {
            let table = &self.tables[i];
            let at = self.at[i];
            let next = at + BLOCK;
            self.at[i] = if next >= table.period { next - table.period } else { next };
            table.bytes[at..at + BLOCK].try_into().expect("a run is a block long")
        });
        #[cfg(target_arch = "x86_64")]
        if is_x86_feature_detected!("avx2") {
            // SAFETY: the processor has AVX2.
            return unsafe { and_avx2(block, &runs) };
        }
        and(block, &runs);
    }
}

type Runs<'a> = [&'a [u8; BLOCK]; 16];

/// The same loops with 256-bit vectors.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn and_avx2(block: &mut [u8; BLOCK], runs: &Runs) {
    and(block, runs);
}

#[inline(always)]
#[cfg(not(target_arch = "wasm32"))]
fn and(block: &mut [u8; BLOCK], runs: &Runs) {
    let [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p] = runs;
    for x in 0..BLOCK {
        block[x] = a[x] & b[x] & c[x] & d[x] & e[x] & f[x] & g[x] & h[x];
    }
    for x in 0..BLOCK {
        block[x] &= i[x] & j[x] & k[x] & l[x] & m[x] & n[x] & o[x] & p[x];
    }
}

/// The same by hand, four vectors a step: V8 spends an instruction on the address of each load, unless it differs from that of
/// another one by a constant. As LLVM makes it of the loops above, a third of all instructions are such sums.
#[cfg(target_arch = "wasm32")]
#[inline(always)]
fn and(block: &mut [u8; BLOCK], runs: &Runs) {
    use std::arch::wasm32::{v128, v128_and};
    const AT_ONCE: usize = 4;
    const STEP: usize = AT_ONCE * size_of::<v128>();
    const { assert!(BLOCK.is_multiple_of(STEP)) };

    /// All of the runs, a step of each. Written out: the loop over the lanes would not be unrolled.
    macro_rules! pass {
        ($x:ident, $($run:ident)*) => {
            pass!(@ $x, 0, $($run)*);
            pass!(@ $x, 1, $($run)*);
            pass!(@ $x, 2, $($run)*);
            pass!(@ $x, 3, $($run)*);
        };
        (@ $x:ident, $lane:literal, $first:ident $($run:ident)*) => {
            // SAFETY: $x < BLOCK is a multiple of STEP, and a run is as long as the block.
            let load = |run: &[u8; BLOCK]| unsafe { run.as_ptr().add($x).cast::<v128>().add($lane).read_unaligned() };
            let mut kept = load($first);
            $(kept = v128_and(kept, load($run));)*
            // SAFETY: as above.
            unsafe { block.as_mut_ptr().add($x).cast::<v128>().add($lane).write_unaligned(kept) };
        };
    }
    let [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p] = *runs;
    let mut x = 0;
    while x < BLOCK {
        pass!(x, a b c d e f g h);
        x += STEP;
    }
    x = 0;
    while x < BLOCK {
        pass!(x, block i j k l m n o p);
        x += STEP;
    }
}

#[cfg(test)]
mod tests {
    use super::super::wheel::RESIDUES;
    use super::*;

    #[test]
    fn every_prime_up_to_largest_is_in_one_group() {
        let mut primes: Vec<u32> = GROUPS.concat();
        primes.sort_unstable();
        let expected: Vec<u32> =
            (7..=LARGEST).filter(|&n| crate::arith::primality::is_prime(u64::from(n))).collect();
        assert_eq!(primes, expected);
        assert!(GROUPS.iter().all(|g| g.iter().product::<u32>() as usize >= BLOCK));
    }

    #[test]
    fn filled_bytes_lack_exactly_the_multiples_of_the_primes() {
        let primes = GROUPS.concat();
        for first in [0, 1, 5_956, 9_796, 1_000_000_007, 614_891_469_123_600_000] {
            let mut sieve = vec![0u8; 20 * BLOCK];
            let mut presieve = Presieve::at(first);
            let (left, right) = sieve.split_at_mut(7 * BLOCK);
            presieve.fill(left);
            presieve.fill(right);
            for (i, byte) in sieve.iter().enumerate() {
                for (bit, residue) in RESIDUES.iter().enumerate() {
                    let n = 30 * (first + i as u64) + u64::from(*residue);
                    let kept = primes.iter().all(|&p| !n.is_multiple_of(u64::from(p)));
                    assert_eq!(byte >> bit & 1 == 1, kept, "{n}");
                }
            }
        }
    }

    #[test]
    #[cfg(target_arch = "x86_64")]
    fn the_avx2_form_agrees_with_the_plain_form() {
        if !is_x86_feature_detected!("avx2") {
            return;
        }
        let runs: Runs =
            std::array::from_fn(|i| tables()[i].bytes[i..i + BLOCK].try_into().unwrap());
        let (mut plain, mut wide) = ([0u8; BLOCK], [1u8; BLOCK]);
        and(&mut plain, &runs);
        // SAFETY: the processor has AVX2.
        unsafe { and_avx2(&mut wide, &runs) };
        assert_eq!(plain, wide);
    }

    #[test]
    fn first_bytes_are_the_primes_from_7_to_241() {
        let count: u32 = FIRST_BYTES.iter().map(|b| b.count_ones()).sum();
        // OEIS A000720: pi(241) = 53, less 2, 3 and 5.
        assert_eq!(count, 50);
    }
}

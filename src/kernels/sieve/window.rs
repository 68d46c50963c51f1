//! The primes of one interval after another, as bits, for kernels that count by other means.

use super::extract::extract;
use super::segment::Extent;
use super::tools::Tools;
use super::wheel::{NUMBER, byte_of, bytes_to, mask_from, mask_to};
use crate::error::Result;
use crate::kernel::Interrupt;

/// Integers that a word stands for: bit i of the word with base b is b + `number(i)`.
pub const WORD_SPAN: u64 = 240;

/// What bit i of a word stands for, beyond its base.
#[inline]
pub fn number(bit: u32) -> u64 {
    NUMBER[bit as usize].into()
}

/// How many of the bits of a word with base b stand for integers <= b + offset; offset is below 242.
#[inline]
pub fn bits_up_to(offset: u64) -> u32 {
    static COUNT: [u8; 242] = {
        let mut table = [0; 242];
        let mut i = 0;
        while i < 64 {
            let mut n = NUMBER[i] as usize;
            while n < table.len() {
                table[n] += 1;
                n += 1;
            }
            i += 1;
        }
        table
    };
    COUNT[offset as usize].into()
}

/// Sieving primes and buffers of one thread.
pub struct Window {
    tools: Tools,
    batch: Vec<u64>,
}

impl Window {
    /// For intervals up to `limit`. Memory: 2 MB, for limits up to 10^12.
    pub fn new(limit: u64) -> Window {
        let extent = Extent { first_byte: 0, bytes: bytes_to(limit).max(1) };
        Window { tools: Tools::new(extent), batch: vec![] }
    }

    /// Sieves `start` to `stop`, both included; `sink` gets words in order, and the base of the first. Bits outside of the interval are
    /// clear; 2, 3 and 5 are not there. Errors: Cancelled, Memory.
    pub fn sieve(
        &mut self,
        start: u64,
        stop: u64,
        interrupt: &Interrupt,
        sink: &mut dyn FnMut(u64, &[u64]),
    ) -> Result<()> {
        sieve(&mut self.tools, (start, stop), interrupt, sink)
    }

    /// The same as integers, batch by batch, with 2, 3 and 5.
    pub fn primes(
        &mut self,
        start: u64,
        stop: u64,
        interrupt: &Interrupt,
        sink: &mut dyn FnMut(&[u64]),
    ) -> Result<()> {
        for p in [2, 3, 5] {
            if start <= p && p <= stop {
                sink(&[p]);
            }
        }
        self.batch.resize(2048, 0);
        let batch = &mut self.batch;
        sieve(&mut self.tools, (start, stop), interrupt, &mut |base, words| {
            let mut done = 0;
            while done < words.len() {
                let base = base + WORD_SPAN * done as u64;
                let (used, len) = extract(&words[done..], base, batch, 0);
                sink(&batch[..len]);
                done += used;
            }
        })
    }
}

fn sieve(
    tools: &mut Tools,
    (start, stop): (u64, u64),
    interrupt: &Interrupt,
    sink: &mut dyn FnMut(u64, &[u64]),
) -> Result<()> {
    let first_byte = byte_of(start.max(2));
    let end = bytes_to(stop);
    if start > stop || first_byte >= end {
        return Ok(());
    }
    let extent = Extent { first_byte, bytes: end - first_byte };
    let mut byte = first_byte;
    tools.sieve(extent, interrupt, &mut |words| {
        if byte == first_byte {
            words[0] &= !0xff | u64::from(mask_from(start.max(2)));
        }
        let into = end - 1 - byte;
        if let Some(word) = words.get_mut((into / 8) as usize) {
            let shift = into % 8 * 8;
            *word &= !(0xff << shift) | u64::from(mask_to(stop)) << shift;
        }
        sink(30 * byte, words);
        byte += 8 * words.len() as u64;
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arith::primality::is_prime;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]
        #[test]
        fn windows_hold_the_primes(start in 0u64..3_000_000, len in 0u64..3_000) {
            let mut window = Window::new(3_100_000);
            let stop = start + len;
            let expected: Vec<u64> = (start..=stop).filter(|&n| is_prime(n)).collect();
            let (mut found, mut bits) = (vec![], 0);
            let interrupt = Interrupt::new();
            window.primes(start, stop, &interrupt, &mut |primes| found.extend_from_slice(primes)).expect("primes");
            window.sieve(start, stop, &interrupt, &mut |base, words| {
                for (i, word) in words.iter().enumerate() {
                    for bit in (0..64).filter(|bit| word >> bit & 1 == 1) {
                        assert!(is_prime(base + WORD_SPAN * i as u64 + number(bit)));
                        bits += 1;
                    }
                }
            }).expect("words");
            let without = expected.iter().filter(|&&p| p > 5).count();
            prop_assert_eq!(found, expected);
            prop_assert_eq!(bits, without);
        }
    }

    #[test]
    fn bits_are_counted_by_their_numbers() {
        for offset in 0..242 {
            assert_eq!(bits_up_to(offset), (0..64).filter(|&i| number(i) <= offset).count() as u32);
        }
    }
}

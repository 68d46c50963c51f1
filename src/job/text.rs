//! The values of a stream as bytes: decimals, line by line, or differences.

use crate::error::{Error, Result, Status};

/// How values are written. The numbers are the C ABI's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// A decimal a line; groups as "(3, 5)".
    Text = 1,
    /// Unsigned LEB128: the first value, then each one's difference to the one before.
    Delta = 2,
}

impl Format {
    /// Errors: Range.
    pub fn from_number(number: i32) -> Result<Format> {
        match number {
            1 => Ok(Format::Text),
            2 => Ok(Format::Delta),
            _ => Err(Error::new(
                Status::Range,
                format!("there is no format {number}: see the TAM_FORMAT_ numbers"),
            )),
        }
    }

    /// The most bytes that a group of values takes.
    pub const fn longest(self, group: usize) -> usize {
        match self {
            Format::Text if group == 1 => DIGITS + 1,
            Format::Text => group * (DIGITS + 2) + 1,
            Format::Delta => 10,
        }
    }
}

/// 2^64 - 1 has so many.
const DIGITS: usize = 20;

/// Where a number is cut: its last four digits change with every prime, those before once in hundreds.
const LOW: u32 = 10_000;
const HIGH_DIGITS: usize = DIGITS - 4;

/// Bytes that are copied at once, however short the number is: then the copy is a few loads and stores.
const AT_ONCE: usize = HIGH_DIGITS;

/// "00" to "99".
static PAIRS: [[u8; 2]; 100] = {
    let mut pairs = [[0; 2]; 100];
    let mut i = 0;
    while i < 100 {
        pairs[i] = [b'0' + (i / 10) as u8, b'0' + (i % 10) as u8];
        i += 1;
    }
    pairs
};

/// Writes ascending values. Keeps the last one's decimal in two parts, so that for most a small addition and two looks at a
/// table do, where dividing takes ten times as long.
#[derive(Clone, Copy)]
pub struct Writer {
    /// What the next difference is to.
    before: u64,
    /// What the decimal is of.
    last: u64,
    /// The digits of `last / LOW`, right-aligned in the first HIGH_DIGITS bytes, from `begin`; none for 0.
    high: [u8; HIGH_DIGITS + AT_ONCE],
    begin: usize,
    low: u32,
}

impl Default for Writer {
    fn default() -> Writer {
        Writer::new()
    }
}

impl Writer {
    pub const fn new() -> Writer {
        let high = [b'0'; HIGH_DIGITS + AT_ONCE];
        Writer { before: 0, last: 0, high, begin: HIGH_DIGITS, low: 0 }
    }

    /// Goes on behind `before`, of which the next difference is to be.
    pub const fn behind(before: u64) -> Writer {
        Writer { before, ..Writer::new() }
    }

    /// What the next difference is to.
    pub const fn before(&self) -> u64 {
        self.before
    }

    /// Appends `values`, whole groups of `group`, to `out`.
    pub fn write(&mut self, format: Format, group: usize, values: &[u64], out: &mut Vec<u8>) {
        let mut at = out.len();
        let most = values.len() / group * format.longest(group);
        out.resize(at + most + ROOM, 0);
        match format {
            Format::Delta => {
                for &value in values {
                    at = delta(value.wrapping_sub(self.before), out, at);
                    self.before = value;
                }
            }
            Format::Text if group == 1 => {
                for &value in values {
                    at = self.put(value, out, at);
                    out[at] = b'\n';
                    at += 1;
                }
            }
            Format::Text => {
                for values in values.chunks_exact(group) {
                    for (i, &value) in values.iter().enumerate() {
                        let before: &[u8] = if i == 0 { b"(" } else { b", " };
                        out[at..at + before.len()].copy_from_slice(before);
                        at = self.put(value, out, at + before.len());
                    }
                    out[at..at + 2].copy_from_slice(b")\n");
                    at += 2;
                }
            }
        }
        out.truncate(at);
    }

    /// Writes `value` to `out[at..]`, and tells where it ends. Up to ROOM bytes are overwritten.
    #[inline(always)]
    fn put(&mut self, value: u64, out: &mut [u8], at: usize) -> usize {
        let gap = value.wrapping_sub(self.last);
        self.last = value;
        if gap < u64::from(LOW - self.low) && self.begin < HIGH_DIGITS {
            self.low += gap as u32;
        } else {
            self.divide(value);
            if self.begin == HIGH_DIGITS {
                return self.put_small(out, at);
            }
        }
        let slot: &mut [u8] = &mut out[at..at + ROOM];
        // Not into `high` and from there: a wide load right behind narrow stores to the same bytes waits for them.
        slot[..AT_ONCE].copy_from_slice(&self.high[self.begin..self.begin + AT_ONCE]);
        let low = &mut slot[HIGH_DIGITS - self.begin..][..4];
        low[..2].copy_from_slice(&PAIRS[(self.low / 100) as usize]);
        low[2..].copy_from_slice(&PAIRS[(self.low % 100) as usize]);
        at + DIGITS - self.begin
    }

    /// Below LOW leading zeros have to be left out.
    #[cold]
    fn put_small(&self, out: &mut [u8], at: usize) -> usize {
        let digits = self.low.max(1).ilog10() as usize + 1;
        let mut rest = self.low;
        for slot in out[at..at + digits].iter_mut().rev() {
            *slot = b'0' + (rest % 10) as u8;
            rest /= 10;
        }
        at + digits
    }

    /// Once in hundreds of primes, and for tuplets, which overlap: one may begin before the last one's end.
    #[cold]
    fn divide(&mut self, value: u64) {
        self.low = (value % u64::from(LOW)) as u32;
        let mut rest = value / u64::from(LOW);
        self.begin = HIGH_DIGITS;
        while rest > 0 {
            self.begin -= 1;
            self.high[self.begin] = b'0' + (rest % 10) as u8;
            rest /= 10;
        }
    }
}

/// What `put` may overwrite.
const ROOM: usize = AT_ONCE + 4;

/// Writes a difference to `out[at..]`, and tells where it ends.
#[inline(always)]
fn delta(mut difference: u64, out: &mut [u8], mut at: usize) -> usize {
    while difference >= 0x80 {
        out[at] = difference as u8 | 0x80;
        difference >>= 7;
        at += 1;
    }
    out[at] = difference as u8;
    at + 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn written(format: Format, group: usize, values: &[u64]) -> Vec<u8> {
        let mut out = vec![];
        Writer::new().write(format, group, values, &mut out);
        out
    }

    #[test]
    fn tuplets_are_written_in_brackets_also_when_they_overlap() {
        let text = written(Format::Text, 3, &[5, 7, 11, 7, 11, 13, 97, 101, 103]);
        assert_eq!(text, b"(5, 7, 11)\n(7, 11, 13)\n(97, 101, 103)\n");
    }

    #[test]
    fn decimals_and_differences_do_not_disturb_each_other() {
        let mut writer = Writer::new();
        let mut out = vec![];
        writer.write(Format::Delta, 1, &[2, 3, 5], &mut out);
        writer.write(Format::Text, 1, &[7, 11], &mut out);
        writer.write(Format::Delta, 1, &[13], &mut out);
        writer.write(Format::Text, 1, &[17], &mut out);
        assert_eq!(out, b"\x02\x01\x027\n11\n\x0817\n");
    }

    #[test]
    fn nothing_is_longer_than_announced() {
        let most = [u64::MAX; 6];
        assert_eq!(written(Format::Text, 6, &most).len(), Format::Text.longest(6));
        assert_eq!(written(Format::Text, 1, &most[..1]).len(), Format::Text.longest(1));
        assert_eq!(written(Format::Delta, 1, &most[..1]).len(), Format::Delta.longest(1));
    }

    proptest! {
        #[test]
        fn lines_are_the_decimals(mut values in prop::collection::vec(any::<u64>().prop_map(|v| v >> (v % 64)), 1..50)) {
            values.sort_unstable();
            let expected: String = values.iter().map(|v| format!("{v}\n")).collect();
            prop_assert_eq!(String::from_utf8(written(Format::Text, 1, &values)).unwrap(), expected);
        }

        #[test]
        fn deltas_add_up(mut values in prop::collection::vec(any::<u64>().prop_map(|v| v >> (v % 64)), 1..50)) {
            values.sort_unstable();
            let mut sum = 0u64;
            let mut read = vec![];
            let (mut part, mut shift) = (0u64, 0);
            for byte in written(Format::Delta, 1, &values) {
                part |= u64::from(byte & 0x7f) << shift;
                shift += 7;
                if byte < 0x80 {
                    sum += part;
                    read.push(sum);
                    (part, shift) = (0, 0);
                }
            }
            prop_assert_eq!(read, values);
        }
    }
}

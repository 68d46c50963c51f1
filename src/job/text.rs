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

/// Bytes that are copied at once: a number and what follows it.
const AT_ONCE: usize = DIGITS + 2;

/// Writes ascending values. Keeps the last one's decimal: adding a prime gap to it takes a fraction of the
/// time of dividing anew.
#[derive(Clone, Copy)]
pub struct Writer {
    /// What the next difference is to.
    before: u64,
    /// What the digits are of.
    last: u64,
    /// Right-aligned digits from `begin`, then what follows a number, then nothing of interest: as many bytes are copied
    /// for a short number as for a long one, so that the copy has a fixed length.
    line: [u8; 2 * AT_ONCE],
    begin: usize,
}

impl Default for Writer {
    fn default() -> Writer {
        Writer::new()
    }
}

impl Writer {
    pub const fn new() -> Writer {
        let mut line = [b'0'; 2 * AT_ONCE];
        line[DIGITS] = b'\n';
        Writer { before: 0, last: 0, line, begin: DIGITS - 1 }
    }

    /// Appends `values`, whole groups of `group`, to `out`.
    pub fn write(&mut self, format: Format, group: usize, values: &[u64], out: &mut Vec<u8>) {
        match format {
            Format::Delta => {
                for &value in values {
                    delta(value.wrapping_sub(self.before), out);
                    self.before = value;
                }
            }
            Format::Text if group == 1 => {
                for &value in values {
                    self.turn_to(value);
                    self.put(1, out);
                }
            }
            Format::Text => {
                for values in values.chunks_exact(group) {
                    out.push(b'(');
                    for (i, &value) in values.iter().enumerate() {
                        self.turn_to(value);
                        let end = if i + 1 == group { *b")\n" } else { *b", " };
                        self.line[DIGITS..DIGITS + 2].copy_from_slice(&end);
                        self.put(2, out);
                    }
                }
            }
        }
    }

    /// Appends the number and `more` bytes behind it.
    #[inline]
    fn put(&self, more: usize, out: &mut Vec<u8>) {
        let len = out.len() + DIGITS - self.begin + more;
        out.extend_from_slice(&self.line[self.begin..self.begin + AT_ONCE]);
        out.truncate(len);
    }

    /// Makes the digits those of `value`.
    #[inline]
    fn turn_to(&mut self, value: u64) {
        match value.checked_sub(self.last).map(u32::try_from) {
            // In 32 bits: wasm has no wide multiplication to divide 64 by.
            Some(Ok(gap)) if gap < u32::MAX - 9 => {
                let mut rest = gap;
                let mut at = DIGITS;
                while rest > 0 {
                    at -= 1;
                    let sum = u32::from(self.line[at] - b'0') + rest;
                    rest = sum / 10;
                    self.line[at] = b'0' + (sum % 10) as u8;
                }
                self.begin = self.begin.min(at);
            }
            _ => self.begin_with(value),
        }
        self.last = value;
    }

    /// For the first value, and for tuplets, which overlap: one may begin before the last one's end.
    #[cold]
    fn begin_with(&mut self, value: u64) {
        let mut rest = value;
        let mut at = DIGITS;
        self.line[..DIGITS].fill(b'0');
        while rest > 0 {
            at -= 1;
            self.line[at] = b'0' + (rest % 10) as u8;
            rest /= 10;
        }
        self.begin = at.min(DIGITS - 1);
    }
}

fn delta(mut difference: u64, out: &mut Vec<u8>) {
    while difference >= 0x80 {
        out.push(difference as u8 | 0x80);
        difference >>= 7;
    }
    out.push(difference as u8);
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

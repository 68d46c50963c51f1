//! From bits to integers.

use super::wheel::NUMBER;

/// `NUMBER`, and something for the place behind the last bit, which is read but not kept.
static NUMBERS: [u8; 65] = {
    let mut table = [0; 65];
    let mut i = 0;
    while i < 64 {
        table[i] = NUMBER[i];
        i += 1;
    }
    table
};

/// How many integers are written at once: too many are overwritten by the next word's, so that the
/// loop's exit is mispredicted once in a few words instead of in every one. A word near 10^9 holds 12 primes, near 10^18 six.
const AT_ONCE: usize = 4;

/// Appends to `out[at..]` what the set bits of `words` stand for, ascending, as long as there is room for
/// a whole word; `base` is 30 times the index of the first word's first byte. Returns how many words were used,
/// and where `out` ends now.
#[inline(never)]
pub fn extract(words: &[u64], base: u64, out: &mut [u64], mut at: usize) -> (usize, usize) {
    for (i, &word) in words.iter().enumerate() {
        if out.len() - at < 64 + AT_ONCE {
            return (i, at);
        }
        // Of the last words of the number line only bits that fit in 64 bits are set.
        let base = base.wrapping_add(240 * i as u64);
        let mut rest = word;
        let end = at + word.count_ones() as usize;
        while rest != 0 {
            // Length known: no bounds check in the loop.
            let slots: &mut [u64; AT_ONCE] =
                (&mut out[at..at + AT_ONCE]).try_into().expect("a slice of that length");
            for slot in slots {
                *slot = base.wrapping_add(u64::from(NUMBERS[rest.trailing_zeros() as usize]));
                rest &= rest.wrapping_sub(1);
            }
            at += AT_ONCE;
        }
        at = end;
    }
    (words.len(), at)
}

/// The same for one word, in any room: takes bits away from `word` until it is empty or `out` full.
pub fn extract_some(word: &mut u64, base: u64, out: &mut [u64]) -> usize {
    let mut count = 0;
    while *word != 0 && count < out.len() {
        out[count] = base.wrapping_add(u64::from(NUMBER[word.trailing_zeros() as usize]));
        *word &= *word - 1;
        count += 1;
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn plain(words: &[u64], base: u64) -> Vec<u64> {
        let bits = (0..64 * words.len()).filter(|i| words[i / 64] >> (i % 64) & 1 == 1);
        bits.map(|i| base + 240 * (i / 64) as u64 + u64::from(NUMBER[i % 64])).collect()
    }

    proptest! {
        #[test]
        fn all_bits_come_out_in_order(
            words in prop::collection::vec(prop_oneof![any::<u64>(), Just(0), Just(u64::MAX), (0u32..64).prop_map(|s| 1 << s)], 0..30),
            room in 0usize..2500,
            base in 0u64..1 << 60,
        ) {
            let expected = plain(&words, base);
            let mut out = vec![0; room];
            let (used, mut at) = extract(&words, base, &mut out, 0);
            let mut rest = words.clone();
            for (i, word) in rest.iter_mut().enumerate().skip(used) {
                at += extract_some(word, base + 240 * i as u64, &mut out[at..]);
            }
            prop_assert_eq!(at, room.min(expected.len()));
            prop_assert_eq!(&out[..at], &expected[..at]);
        }
    }
}

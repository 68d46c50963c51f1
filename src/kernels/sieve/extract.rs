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

/// Room that `extract` wants for a word.
const ROOM: usize = 64 + AT_ONCE;

/// Appends to `out[at..]` what the set bits of `words` stand for, ascending, as long as there is room for
/// a whole word; `base` is 30 times the index of the first word's first byte. Returns how many words were used,
/// and where `out` ends now.
pub fn extract(words: &[u64], base: u64, out: &mut [u64], at: usize) -> (usize, usize) {
    #[cfg(target_arch = "x86_64")]
    if avx512::is_there() {
        // SAFETY: the processor has what it needs.
        return unsafe { avx512::extract(words, base, out, at) };
    }
    plain(words, base, out, at)
}

#[inline(never)]
fn plain(words: &[u64], base: u64, out: &mut [u64], mut at: usize) -> (usize, usize) {
    for (i, &word) in words.iter().enumerate() {
        if out.len() - at < ROOM {
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

/// The bits' numbers are bytes: one instruction packs those that are set, and they are made integers eight
/// at a time. Natively three times as fast as bit by bit.
#[cfg(target_arch = "x86_64")]
mod avx512 {
    use super::{NUMBERS, ROOM};
    use std::arch::x86_64::*;

    pub fn is_there() -> bool {
        // Cached by the standard library.
        is_x86_feature_detected!("avx512f")
            && is_x86_feature_detected!("avx512bw")
            && is_x86_feature_detected!("avx512vbmi2")
            && is_x86_feature_detected!("popcnt")
    }

    #[target_feature(enable = "avx512f,avx512bw,avx512vbmi2,popcnt")]
    pub fn extract(words: &[u64], base: u64, out: &mut [u64], mut at: usize) -> (usize, usize) {
        // SAFETY: there are 64 bytes and one more.
        let numbers = unsafe { _mm512_loadu_epi8(NUMBERS.as_ptr().cast()) };
        for (i, &word) in words.iter().enumerate() {
            if out.len() - at < ROOM {
                return (i, at);
            }
            let base = _mm512_set1_epi64(base.wrapping_add(240 * i as u64) as i64);
            let packed = _mm512_maskz_compress_epi8(word, numbers);
            let count = word.count_ones() as usize;
            let mut parts = [_mm_setzero_si128(); 4];
            parts[0] = _mm512_castsi512_si128(packed);
            parts[1] = _mm512_extracti32x4_epi32::<1>(packed);
            // SAFETY: there is room for ROOM integers; eight more than counted are written at most.
            unsafe {
                let to = out.as_mut_ptr().add(at);
                store(to, parts[0], base);
                store(to.add(8), _mm_srli_si128::<8>(parts[0]), base);
                if count > 16 {
                    parts[2] = _mm512_extracti32x4_epi32::<2>(packed);
                    parts[3] = _mm512_extracti32x4_epi32::<3>(packed);
                    store(to.add(16), parts[1], base);
                    store(to.add(24), _mm_srli_si128::<8>(parts[1]), base);
                    if count > 32 {
                        store(to.add(32), parts[2], base);
                        store(to.add(40), _mm_srli_si128::<8>(parts[2]), base);
                        store(to.add(48), parts[3], base);
                        store(to.add(56), _mm_srli_si128::<8>(parts[3]), base);
                    }
                }
            }
            at += count;
        }
        (words.len(), at)
    }

    /// Writes the lowest eight bytes, each plus `base`.
    ///
    /// # Safety
    /// `to` has room for eight integers.
    #[target_feature(enable = "avx512f")]
    unsafe fn store(to: *mut u64, bytes: __m128i, base: __m512i) {
        let integers = _mm512_add_epi64(_mm512_cvtepu8_epi64(bytes), base);
        // SAFETY: promised by the caller.
        unsafe { _mm512_storeu_epi64(to.cast(), integers) };
    }
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

    fn slow(words: &[u64], base: u64) -> Vec<u64> {
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
            let expected = slow(&words, base);
            let mut out = vec![0; room];
            let (used, mut at) = extract(&words, base, &mut out, 0);
            let mut rest = words.clone();
            for (i, word) in rest.iter_mut().enumerate().skip(used) {
                at += extract_some(word, base + 240 * i as u64, &mut out[at..]);
            }
            prop_assert_eq!(at, room.min(expected.len()));
            prop_assert_eq!(&out[..at], &expected[..at]);
        }

        /// On processors with AVX-512 `extract` is not the plain form.
        #[test]
        fn the_plain_form_does_the_same(words in prop::collection::vec(any::<u64>(), 0..30), room in 0usize..2500) {
            let (mut one, mut other) = (vec![0; room], vec![0; room]);
            let ended = plain(&words, 7, &mut one, 0);
            prop_assert_eq!(ended, extract(&words, 7, &mut other, 0));
            prop_assert_eq!(&one[..ended.1], &other[..ended.1]);
        }
    }
}

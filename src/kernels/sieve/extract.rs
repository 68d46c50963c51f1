//! From bits to integers.
//!
//! Natively with AVX-512 an instruction packs the numbers of a word's set bits. Elsewhere a table has the residues of
//! each byte's bits, packed: for every byte eight distances of 16 bits are written and as many kept as it has bits, so that no branch
//! hangs on the bits; then the distances are made integers, four at a time. In wasm (Node 26) that is 0.7 ns a prime
//! near 10^9, and bit by bit 1.0.

use super::wheel::{NUMBER, RESIDUES};
use std::mem::MaybeUninit;

/// Integers that may be written beyond those that there are.
const SPILL: usize = 8;

/// Room that `avx512::extract` wants for a word.
#[cfg(target_arch = "x86_64")]
const ROOM: usize = 64 + SPILL;

/// Words whose integers are kept as distances at a time: all of a batch of `PrimeIterator`, and 273 would overflow 16 bits.
const GROUP: usize = 80;

/// Distances from a group's base.
type Distances = [MaybeUninit<u16>; 64 * GROUP + SPILL];

/// For every byte of sieve the residues that its bits stand for.
static PACKED: [[u8; 8]; 256] = {
    let mut table = [[0; 8]; 256];
    let mut byte = 0;
    while byte < 256 {
        let (mut bit, mut at) = (0, 0);
        while bit < 8 {
            if byte >> bit & 1 == 1 {
                table[byte][at] = RESIDUES[bit] as u8;
                at += 1;
            }
            bit += 1;
        }
        byte += 1;
    }
    table
};

/// Appends to `out[at..]` what the set bits of `words` stand for, ascending, as long as there is room for
/// a whole word; `base` is 30 times the index of the first word's first byte. Returns how many words were used,
/// and where `out` ends now.
pub fn extract(words: &[u64], base: u64, out: &mut [u64], at: usize) -> (usize, usize) {
    #[cfg(target_arch = "x86_64")]
    if avx512::is_there() {
        // SAFETY: the processor has what it needs.
        return unsafe { avx512::extract(words, base, out, at) };
    }
    by_bytes::<Vector>(words, base, out, at)
}

#[inline(never)]
fn by_bytes<E: Eight>(words: &[u64], base: u64, out: &mut [u64], mut at: usize) -> (usize, usize) {
    let mut distances: Distances = [const { MaybeUninit::uninit() }; 64 * GROUP + SPILL];
    let mut done = 0;
    loop {
        let fit = (out.len() - at).saturating_sub(SPILL) / 64;
        let group = &words[done..];
        let group = &group[..fit.min(GROUP).min(group.len())];
        if group.is_empty() {
            return (done, at);
        }
        let count = pack::<E>(group, &mut distances);
        // Of the last words of the number line only bits that fit in 64 bits are set.
        let base = base.wrapping_add(240 * done as u64);
        let to = &mut out[at..][..count.next_multiple_of(8)];
        // SAFETY: `pack` wrote so many distances, and there are as many integers.
        unsafe {
            let (from, to, len) = (distances.as_ptr().cast::<u16>(), to.as_mut_ptr(), to.len());
            for i in (0..len).step_by(8) {
                E::widen_four(from.add(i), base, to.add(i));
                E::widen_four(from.add(i + 4), base, to.add(i + 4));
            }
        }
        at += count;
        done += group.len();
    }
}

/// Returns how many distances there are; up to eight more are written.
#[inline]
fn pack<E: Eight>(words: &[u64], distances: &mut Distances) -> usize {
    assert!(words.len() <= GROUP);
    let from = distances.as_mut_ptr().cast::<u16>();
    let mut to = from;
    let mut base = E::all(0);
    // A compiler that knows it makes a constant for every byte of a word, and V8 then makes each anew every time.
    let step = std::hint::black_box(E::all(30));
    let mut one = |byte: u8| {
        // SAFETY: up to 64 for each word are kept, and behind them there is room for eight.
        unsafe {
            base.plus_bytes(&PACKED[byte as usize]).write(to);
            to = to.add(byte.count_ones() as usize);
        }
        base = base.plus(step);
    };
    // SAFETY: any words are eight times as many bytes.
    let (_, bytes, _) = unsafe { words.align_to::<[u8; 8]>() };
    for bytes in bytes {
        let byte = |i: usize| bytes[if cfg!(target_endian = "big") { 7 - i } else { i }];
        // Written out: V8 unrolls no loop within a loop. Shifting them out of a word takes longer than loading them.
        one(byte(0));
        one(byte(1));
        one(byte(2));
        one(byte(3));
        one(byte(4));
        one(byte(5));
        one(byte(6));
        one(byte(7));
    }
    // SAFETY: both are in `distances`.
    unsafe { to.offset_from_unsigned(from) }
}

/// Eight integers of 16 bits.
trait Eight: Copy {
    fn all(n: u16) -> Self;

    fn plus(self, other: Self) -> Self;

    fn plus_bytes(self, bytes: &[u8; 8]) -> Self;

    /// # Safety
    /// `to` has room for eight.
    unsafe fn write(self, to: *mut u16);

    /// Adds `base` to each of four distances.
    ///
    /// # Safety
    /// There are four, and room for four.
    unsafe fn widen_four(from: *const u16, base: u64, to: *mut u64);
}

#[cfg(target_arch = "x86_64")]
type Vector = sse2::Vector;

#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
type Vector = simd128::Vector;

#[cfg(not(any(target_arch = "x86_64", all(target_arch = "wasm32", target_feature = "simd128"))))]
type Vector = Plain;

#[cfg(any(
    test,
    not(any(target_arch = "x86_64", all(target_arch = "wasm32", target_feature = "simd128")))
))]
#[derive(Clone, Copy)]
struct Plain([u16; 8]);

#[cfg(any(
    test,
    not(any(target_arch = "x86_64", all(target_arch = "wasm32", target_feature = "simd128")))
))]
impl Eight for Plain {
    fn all(n: u16) -> Plain {
        Plain([n; 8])
    }

    fn plus(self, other: Plain) -> Plain {
        Plain(std::array::from_fn(|i| self.0[i].wrapping_add(other.0[i])))
    }

    fn plus_bytes(self, bytes: &[u8; 8]) -> Plain {
        self.plus(Plain(bytes.map(u16::from)))
    }

    unsafe fn write(self, to: *mut u16) {
        // SAFETY: promised by the caller.
        unsafe { to.cast::<[u16; 8]>().write_unaligned(self.0) };
    }

    unsafe fn widen_four(from: *const u16, base: u64, to: *mut u64) {
        // SAFETY: promised by the caller.
        unsafe {
            let four = from.cast::<[u16; 4]>().read_unaligned();
            to.cast::<[u64; 4]>().write_unaligned(four.map(|n| base.wrapping_add(u64::from(n))));
        }
    }
}

#[cfg(target_arch = "x86_64")]
mod sse2 {
    use super::Eight;
    use std::arch::x86_64::*;

    #[derive(Clone, Copy)]
    pub struct Vector(__m128i);

    impl Eight for Vector {
        #[inline]
        fn all(n: u16) -> Vector {
            // SAFETY: SSE2 is part of x86-64.
            Vector(unsafe { _mm_set1_epi16(n as i16) })
        }

        #[inline]
        fn plus(self, other: Vector) -> Vector {
            // SAFETY: SSE2 is part of x86-64.
            Vector(unsafe { _mm_add_epi16(self.0, other.0) })
        }

        #[inline]
        fn plus_bytes(self, bytes: &[u8; 8]) -> Vector {
            // SAFETY: SSE2 is part of x86-64; eight bytes are there to be read.
            unsafe {
                let bytes = _mm_loadl_epi64(bytes.as_ptr().cast());
                Vector(_mm_add_epi16(self.0, _mm_unpacklo_epi8(bytes, _mm_setzero_si128())))
            }
        }

        #[inline]
        unsafe fn write(self, to: *mut u16) {
            // SAFETY: SSE2 is part of x86-64; the caller promises room.
            unsafe { _mm_storeu_si128(to.cast(), self.0) };
        }

        #[inline]
        unsafe fn widen_four(from: *const u16, base: u64, to: *mut u64) {
            // SAFETY: SSE2 is part of x86-64; the caller promises four values and room for four.
            unsafe {
                let (zero, base) = (_mm_setzero_si128(), _mm_set1_epi64x(base as i64));
                let four = _mm_unpacklo_epi16(_mm_loadl_epi64(from.cast()), zero);
                _mm_storeu_si128(to.cast(), _mm_add_epi64(base, _mm_unpacklo_epi32(four, zero)));
                let high = _mm_add_epi64(base, _mm_unpackhi_epi32(four, zero));
                _mm_storeu_si128(to.add(2).cast(), high);
            }
        }
    }
}

#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
mod simd128 {
    use super::Eight;
    use std::arch::wasm32::*;

    #[derive(Clone, Copy)]
    pub struct Vector(v128);

    impl Eight for Vector {
        #[inline]
        fn all(n: u16) -> Vector {
            Vector(u16x8_splat(n))
        }

        #[inline]
        fn plus(self, other: Vector) -> Vector {
            Vector(u16x8_add(self.0, other.0))
        }

        #[inline]
        fn plus_bytes(self, bytes: &[u8; 8]) -> Vector {
            // SAFETY: eight bytes are there to be read.
            Vector(u16x8_add(self.0, unsafe { u16x8_load_extend_u8x8(bytes.as_ptr()) }))
        }

        #[inline]
        unsafe fn write(self, to: *mut u16) {
            // SAFETY: the caller promises room.
            unsafe { v128_store(to.cast(), self.0) };
        }

        #[inline]
        unsafe fn widen_four(from: *const u16, base: u64, to: *mut u64) {
            // SAFETY: the caller promises four values and room for four.
            unsafe {
                let (four, base) = (u32x4_load_extend_u16x4(from), u64x2_splat(base));
                v128_store(to.cast(), u64x2_add(base, u64x2_extend_low_u32x4(four)));
                v128_store(to.add(2).cast(), u64x2_add(base, u64x2_extend_high_u32x4(four)));
            }
        }
    }
}

/// The bits' numbers are bytes: one instruction packs those that are set, and they are made integers eight
/// at a time. Natively three times as fast as bit by bit.
#[cfg(target_arch = "x86_64")]
mod avx512 {
    use super::{NUMBER, ROOM};
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
        // SAFETY: there are 64 bytes.
        let numbers = unsafe { _mm512_loadu_epi8(NUMBER.as_ptr().cast()) };
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

        /// Which one `extract` is depends on the processor.
        #[test]
        fn all_forms_do_the_same(
            words in prop::collection::vec(prop_oneof![any::<u64>(), Just(u64::MAX)], 0..2 * GROUP + 30),
            room in 0usize..8000,
            base in 0u64..1 << 60,
        ) {
            let mut some = vec![0; room];
            let ended = extract(&words, base, &mut some, 0);
            for form in [by_bytes::<Plain>, by_bytes::<Vector>] {
                let mut others = vec![0; room];
                prop_assert_eq!(ended, form(&words, base, &mut others, 0));
                prop_assert_eq!(&some[..ended.1], &others[..ended.1]);
            }
        }
    }
}

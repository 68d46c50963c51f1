//! Adding up many bytes, 16 at once.

/// A sum of bytes. No more than 512 times 16 of them are added, none above 63: so 16 bits are enough for a lane in wasm.
#[derive(Clone, Copy)]
pub struct ByteSum(Lanes);

#[cfg(target_arch = "x86_64")]
type Lanes = std::arch::x86_64::__m128i;
#[cfg(target_arch = "wasm32")]
type Lanes = std::arch::wasm32::v128;
#[cfg(not(any(target_arch = "x86_64", target_arch = "wasm32")))]
type Lanes = u32;

#[cfg(target_arch = "x86_64")]
impl ByteSum {
    #[inline(always)]
    pub fn add(self, bytes: &[u8; 16]) -> ByteSum {
        use std::arch::x86_64::*;
        // SAFETY: SSE2 is part of x86-64, and there are 16 bytes.
        unsafe {
            let sums = _mm_sad_epu8(_mm_loadu_si128(bytes.as_ptr().cast()), _mm_setzero_si128());
            ByteSum(_mm_add_epi64(self.0, sums))
        }
    }

    #[inline(always)]
    pub fn total(self) -> u32 {
        use std::arch::x86_64::*;
        // SAFETY: SSE2 is part of x86-64.
        unsafe {
            (_mm_cvtsi128_si32(self.0) + _mm_cvtsi128_si32(_mm_srli_si128::<8>(self.0))) as u32
        }
    }
}

#[cfg(target_arch = "wasm32")]
impl ByteSum {
    #[inline(always)]
    pub fn add(self, bytes: &[u8; 16]) -> ByteSum {
        use std::arch::wasm32::*;
        // SAFETY: there are 16 bytes.
        let bytes = unsafe { v128_load(bytes.as_ptr().cast()) };
        ByteSum(u16x8_add(self.0, u16x8_extadd_pairwise_u8x16(bytes)))
    }

    #[inline(always)]
    pub fn total(self) -> u32 {
        use std::arch::wasm32::*;
        let four = u32x4_extadd_pairwise_u16x8(self.0);
        let two = u32x4_add(four, i32x4_shuffle::<2, 3, 0, 1>(four, four));
        u32x4_extract_lane::<0>(two) + u32x4_extract_lane::<1>(two)
    }
}

#[cfg(not(any(target_arch = "x86_64", target_arch = "wasm32")))]
impl ByteSum {
    #[inline(always)]
    pub fn add(self, bytes: &[u8; 16]) -> ByteSum {
        ByteSum(self.0 + bytes.iter().map(|&byte| u32::from(byte)).sum::<u32>())
    }

    #[inline(always)]
    pub fn total(self) -> u32 {
        self.0
    }
}

impl Default for ByteSum {
    #[inline(always)]
    fn default() -> ByteSum {
        // SAFETY: all bits 0 are lanes of 0.
        ByteSum(unsafe { std::mem::zeroed() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_right_up_to_the_most_that_is_asked_of_them() {
        let (mut sum, mut expected) = (ByteSum::default(), 0);
        assert_eq!(sum.total(), 0);
        for i in 0..512 {
            let bytes =
                std::array::from_fn(|j| if i % 3 == 0 { 63 } else { (7 * i + j) as u8 % 64 });
            sum = sum.add(&bytes);
            expected += bytes.iter().map(|&b| u32::from(b)).sum::<u32>();
            assert_eq!(sum.total(), expected);
        }
        let most = (0..512).fold(ByteSum::default(), |sum, _| sum.add(&[63; 16]));
        assert_eq!(most.total(), 512 * 16 * 63);
    }
}

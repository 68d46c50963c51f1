//! Integer square roots.

/// floor(sqrt(n)).
///
/// f64 has 53 bits, so for large n its root may be one off either way; the result is mended in
/// integers.
pub fn isqrt(n: u64) -> u32 {
    let mut root = ((n as f64).sqrt() as u64).min(u64::from(u32::MAX));
    while root * root > n {
        root -= 1;
    }
    while root < u64::from(u32::MAX) && (root + 1) * (root + 1) <= n {
        root += 1;
    }
    root as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn isqrt_is_exact_around_squares_and_at_the_ends() {
        assert_eq!(isqrt(0), 0);
        assert_eq!(isqrt(u64::MAX), u32::MAX);
        for root in
            [1u64, 2, 3, 255, 65_535, 65_536, 94_906_265, 94_906_267, 3_037_000_499, 4_294_967_295]
        {
            let square = root * root;
            assert_eq!(u64::from(isqrt(square - 1)), root - 1);
            assert_eq!(u64::from(isqrt(square)), root);
            assert_eq!(u64::from(isqrt(square + 1)), root + u64::from(root == 0));
        }
    }
}

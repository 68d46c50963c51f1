//! Integer square, cube and fourth roots.

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

/// floor(sqrt(n)).
pub fn isqrt_u128(n: u128) -> u64 {
    // 53 bits by f64; each step of Newton's doubles them, and the last bit is mended.
    let mut root = (n as f64).sqrt() as u128;
    for _ in 0..2 {
        root = if root == 0 { 0 } else { (root + n / root) / 2 };
    }
    let mut root = root.min(u128::from(u64::MAX));
    while root * root > n {
        root -= 1;
    }
    while root < u128::from(u64::MAX) && (root + 1) * (root + 1) <= n {
        root += 1;
    }
    root as u64
}

/// The root of a square; None for others.
pub fn square_root(n: u128) -> Option<u64> {
    // Squares end with few hexadecimal digits: three quarters of the others are told at once.
    if 0x0213 >> (n % 16) & 1 == 0 {
        return None;
    }
    let root = isqrt_u128(n);
    (u128::from(root) * u128::from(root) == n).then_some(root)
}

/// floor(n^(1/3)).
///
/// Newton's method in integers, from above: it falls until it is there.
pub fn icbrt(n: u64) -> u32 {
    if n < 8 {
        return u32::from(n > 0);
    }
    let mut root = 1u64 << (n.ilog2() / 3 + 1);
    loop {
        let next = (2 * root + n / (root * root)) / 3;
        if next >= root {
            return root as u32;
        }
        root = next;
    }
}

/// floor(n^(1/4)).
pub fn iroot4(n: u64) -> u32 {
    isqrt(u64::from(isqrt(n)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roots_of_128_bits_are_exact_around_squares_and_at_the_ends() {
        assert_eq!((isqrt_u128(0), isqrt_u128(u128::MAX)), (0, u64::MAX));
        for root in [1, 2, 3, 94_906_265, 1 << 32, (1 << 53) + 1, (1 << 63) - 1, u64::MAX] {
            let square = u128::from(root) * u128::from(root);
            assert_eq!(isqrt_u128(square - 1), root - 1);
            assert_eq!((isqrt_u128(square), square_root(square)), (root, Some(root)));
            assert_eq!(isqrt_u128(square + 1), root);
            assert_eq!(square_root(square + 1), None);
        }
        for n in 0..10_000u128 {
            assert_eq!(square_root(n).is_some(), (0..=100).any(|root| root * root == n), "{n}");
        }
    }

    #[test]
    fn cube_and_fourth_roots_are_exact_around_powers_and_at_the_ends() {
        assert_eq!(icbrt(0), 0);
        assert_eq!(icbrt(u64::MAX), 2_642_245);
        for root in (1u64..2_000).chain([65_535, 65_536, 1_000_003, 2_642_244, 2_642_245]) {
            let cube = root.pow(3);
            assert_eq!(u64::from(icbrt(cube - 1)), root - 1, "{root}");
            assert_eq!(u64::from(icbrt(cube)), root, "{root}");
            assert_eq!(u64::from(icbrt(cube + 1)), root, "{root}");
        }
        assert_eq!(iroot4(0), 0);
        assert_eq!(iroot4(u64::MAX), 65_535);
        for root in (1u64..2_000).chain([65_534, 65_535]) {
            let power = root.pow(4);
            assert_eq!(u64::from(iroot4(power - 1)), root - 1, "{root}");
            assert_eq!(u64::from(iroot4(power)), root, "{root}");
        }
    }

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

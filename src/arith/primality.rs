//! A deterministic primality test for 64-bit integers.

/// Witnesses that decide every n < 2^64 (the first twelve primes).
/// Source: Sorenson and Webster, "Strong pseudoprimes to twelve prime bases", 2015.
const WITNESSES: [u64; 12] = [2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37];

/// Whether n is prime. Miller-Rabin with fixed witnesses: exact for every u64.
pub fn is_prime(n: u64) -> bool {
    for p in WITNESSES {
        if n.is_multiple_of(p) {
            return n == p;
        }
    }
    if n < 41 * 41 {
        return n > 1;
    }
    let twos = (n - 1).trailing_zeros();
    let odd = (n - 1) >> twos;
    WITNESSES.iter().all(|&witness| {
        let mut x = power(witness, odd, n);
        if x == 1 || x == n - 1 {
            return true;
        }
        for _ in 1..twos {
            x = product(x, x, n);
            if x == n - 1 {
                return true;
            }
        }
        false
    })
}

fn product(a: u64, b: u64, n: u64) -> u64 {
    ((u128::from(a) * u128::from(b)) % u128::from(n)) as u64
}

fn power(mut base: u64, mut exponent: u64, n: u64) -> u64 {
    let mut result = 1;
    base %= n;
    while exponent > 0 {
        if exponent & 1 == 1 {
            result = product(result, base, n);
        }
        base = product(base, base, n);
        exponent >>= 1;
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_prime_agrees_with_trial_division_below_20_000() {
        for n in 0..20_000u64 {
            let slow = n > 1 && (2..n).take_while(|d| d * d <= n).all(|d| !n.is_multiple_of(d));
            assert_eq!(is_prime(n), slow, "{n}");
        }
    }

    #[test]
    fn is_prime_sees_through_strong_pseudoprimes() {
        // OEIS A014233: the smallest strong pseudoprime to the first k prime bases.
        for n in [2047, 1_373_653, 25_326_001, 3_215_031_751, 2_152_302_898_747, 3_474_749_660_383]
        {
            assert!(!is_prime(n), "{n}");
        }
        assert!(!is_prime(341_550_071_728_321));
        assert!(!is_prime(3_825_123_056_546_413_051));
    }

    #[test]
    fn is_prime_knows_the_largest_primes_below_powers_of_two() {
        // OEIS A013603: 2^n minus the largest prime below it.
        assert!(is_prime(u64::MAX - 58));
        assert!((0..58).all(|d| !is_prime(u64::MAX - d)));
        assert!(is_prime((1 << 63) - 25));
        assert!(is_prime((1 << 32) - 5));
    }
}

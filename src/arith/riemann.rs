//! About how many primes there are: Riemann's R(x), and its inverse.

/// R(x), which differs from pi(x) by less than sqrt(x) wherever pi is known. Within a few units in the 15th digit;
/// 0 below 2.
///
/// Source: Gram's series, 1 + sum of ln(x)^k / (k * k! * zeta(k + 1)).
pub fn prime_count_estimate(x: f64) -> f64 {
    if x < 2.0 {
        return 0.0;
    }
    let log = x.ln();
    let (mut sum, mut power) = (1.0, 1.0);
    for k in 1..400 {
        let k = f64::from(k);
        power *= log / k;
        let term = power / (k * zeta(k + 1.0));
        sum += term;
        if k > log && term < sum * 1e-17 {
            break;
        }
    }
    sum
}

/// The x with R(x) = n: about the nth prime. 2 for n below 1.
pub fn nth_prime_estimate(n: f64) -> f64 {
    if n < 1.0 {
        return 2.0;
    }
    // Newton's method; the derivative of R is nearly 1 / ln(x).
    let mut x = (n * n.ln().max(1.0)).max(2.0);
    for _ in 0..30 {
        let step = (prime_count_estimate(x) - n) * x.ln();
        x = (x - step).max(2.0);
        if step.abs() <= x * 1e-15 {
            break;
        }
    }
    x
}

/// Riemann's zeta for s >= 2: a sum and its Euler-Maclaurin remainder, to 8 digits or more.
fn zeta(s: f64) -> f64 {
    const TERMS: f64 = 10.0;
    let sum: f64 = (1..10).map(|n| f64::from(n).powf(-s)).sum();
    sum + TERMS.powf(1.0 - s) / (s - 1.0) + TERMS.powf(-s) / 2.0 + s / 12.0 * TERMS.powf(-s - 1.0)
        - s * (s + 1.0) * (s + 2.0) / 720.0 * TERMS.powf(-s - 3.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn estimates_are_as_near_as_half_the_root() {
        // OEIS A006880: pi(10^n).
        let known = [
            (1e3, 168.0),
            (1e6, 78_498.0),
            (1e9, 50_847_534.0),
            (1e12, 37_607_912_018.0),
            (1e15, 29_844_570_422_669.0),
            (1e18, 24_739_954_287_740_860.0),
        ];
        for (x, count) in known {
            let x: f64 = x;
            let estimate = prime_count_estimate(x);
            assert!((estimate - count).abs() <= x.sqrt() / 2.0, "{x}: {estimate}");
            let nth = nth_prime_estimate(count);
            assert!((nth - x).abs() <= x.sqrt() * x.ln() / 2.0, "{x}: {nth}");
        }
    }

    #[test]
    fn zeta_at_2_and_4() {
        let pi = std::f64::consts::PI;
        assert!((zeta(2.0) - pi * pi / 6.0).abs() < 1e-7);
        assert!((zeta(4.0) - pi.powi(4) / 90.0).abs() < 1e-9);
    }

    #[test]
    fn small_and_odd_arguments_are_harmless() {
        assert_eq!(prime_count_estimate(0.0), 0.0);
        assert_eq!(prime_count_estimate(f64::NEG_INFINITY), 0.0);
        assert_eq!(nth_prime_estimate(-3.0), 2.0);
        assert!(nth_prime_estimate(1e18).is_finite());
    }
}

//! About how many primes there are: Riemann's R(x), the logarithmic integral, and their inverses.

/// R(x), which differs from pi(x) by less than sqrt(x) wherever pi is known. Within a few units in the 15th digit;
/// 0 below 2.
///
/// Source: Gram's series, 1 + sum of ln(x)^k / (k * k! * zeta(k + 1)).
pub fn prime_count_estimate(x: f64) -> f64 {
    if x < 2.0 {
        return 0.0;
    }
    let log = ln(x);
    let (mut sum, mut power) = (1.0, 1.0);
    let mut zeta = Zeta::new();
    for k in 1..400 {
        let k = f64::from(k);
        power *= log / k;
        let term = power / (k * zeta.next());
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
    let mut x = (n * ln(n).max(1.0)).max(2.0);
    for _ in 0..30 {
        let step = (prime_count_estimate(x) - n) * ln(x);
        x = (x - step).max(2.0);
        if step.abs() <= x * 1e-15 {
            break;
        }
    }
    x
}

/// The logarithmic integral from 0, li(x), for x >= 2 (0 below): above pi(x) wherever that is known, by less than sqrt(x). Within a few units in the
/// 15th digit.
///
/// Source: Ramanujan's series, as in Berndt, Ramanujan's Notebooks IV: its terms fall twice as fast as those of ln(x)^k / (k * k!).
pub fn logarithmic_integral(x: f64) -> f64 {
    const EULER: f64 = 0.577_215_664_901_532_9;
    if x < 2.0 {
        return 0.0;
    }
    let log = ln(x);
    // 2 * (ln(x) / 2)^n / n!, signs alternating, and the sum of 1 / (2k + 1) for k up to (n - 1) / 2.
    let (mut term, mut odd, mut sum) = (-2.0, 0.0, 0.0);
    for n in 1..400u32 {
        term *= -log / 2.0 / f64::from(n);
        if n % 2 == 1 {
            odd += 1.0 / f64::from(n);
        }
        sum += term * odd;
        if f64::from(n) > log && (term * odd).abs() < 1e-17 {
            break;
        }
    }
    // ln(log): log lies above 1/2, and the logarithm's argument must be above 1.
    EULER + ln(2.0 * log) - std::f64::consts::LN_2 + x.sqrt() * sum
}

/// The x with li(x) = n: about the nth prime, rather too small. 2 for n below 1.05.
pub fn inverse_logarithmic_integral(n: f64) -> f64 {
    let mut x = nth_prime_estimate(n);
    for _ in 0..30 {
        // Newton's method; the derivative of li is 1 / ln(x).
        let step = (logarithmic_integral(x) - n) * ln(x);
        x = (x - step).max(2.0);
        if step.abs() <= x * 1e-15 {
            break;
        }
    }
    x
}

/// The natural logarithm of a finite x >= 1, to the last digit or two. The C library's comes with tables that are
/// 4 KB of a wasm file (those of `powf` another 6), and nothing here is in a hurry.
pub fn ln(x: f64) -> f64 {
    // x = m * 2^e with m from 1 to 2; 1/2 is taken out of larger m, so that the series converges fast.
    let bits = x.to_bits();
    let mut exponent = (bits >> 52) as i32 - 1023;
    let mut m = f64::from_bits(bits & ((1 << 52) - 1) | 1023 << 52);
    if m > std::f64::consts::SQRT_2 {
        m /= 2.0;
        exponent += 1;
    }
    // ln(m) = 2 artanh(s).
    let s = (m - 1.0) / (m + 1.0);
    let square = s * s;
    let series = (0..12).rev().fold(0.0, |sum, i| sum * square + 1.0 / f64::from(2 * i + 1));
    f64::from(exponent) * std::f64::consts::LN_2 + 2.0 * s * series
}

/// Riemann's zeta of 2, 3, 4, ...: a sum and its Euler-Maclaurin remainder, to 8 digits or more.
struct Zeta {
    s: f64,
    /// 1, 2^-s, ..., 10^-s.
    powers: [f64; 10],
}

impl Zeta {
    fn new() -> Zeta {
        Zeta { s: 1.0, powers: std::array::from_fn(|i| 1.0 / (i + 1) as f64) }
    }

    fn next(&mut self) -> f64 {
        self.s += 1.0;
        for (i, power) in self.powers.iter_mut().enumerate() {
            *power /= (i + 1) as f64;
        }
        let (s, last) = (self.s, self.powers[9]);
        let sum: f64 = self.powers[..9].iter().sum();
        sum + 10.0 * last / (s - 1.0) + last / 2.0 + s / 120.0 * last
            - s * (s + 1.0) * (s + 2.0) / 720_000.0 * last
    }
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
    fn li_exceeds_pi_by_what_is_known() {
        // OEIS A006880, pi(10^n), and A057752, by how much li(10^n) exceeds it, rounded.
        let known = [
            (1e1, 4.0, 2.0),
            (1e2, 25.0, 5.0),
            (1e3, 168.0, 10.0),
            (1e6, 78_498.0, 130.0),
            (1e9, 50_847_534.0, 1_701.0),
            (1e12, 37_607_912_018.0, 38_263.0),
            (1e15, 29_844_570_422_669.0, 1_052_619.0),
            (1e18, 24_739_954_287_740_860.0, 21_949_555.0),
        ];
        for (x, count, excess) in known {
            let li = logarithmic_integral(x);
            let error: f64 = li - (count + excess);
            assert!(error.abs() <= 0.51 + li * 4e-15, "{x}: {error}");
            let back = inverse_logarithmic_integral(li);
            assert!((back - x).abs() <= x * 1e-13, "{x}: {back}");
        }
        assert!((logarithmic_integral(2.0) - 1.045_163_780_117_493).abs() < 1e-14);
        assert_eq!(logarithmic_integral(1.9), 0.0);
    }

    #[test]
    fn zeta_at_2_and_4() {
        let pi = std::f64::consts::PI;
        let mut zeta = Zeta::new();
        assert!((zeta.next() - pi * pi / 6.0).abs() < 1e-8);
        zeta.next();
        assert!((zeta.next() - pi.powi(4) / 90.0).abs() < 1e-9);
    }

    #[test]
    fn ln_is_the_logarithm() {
        for x in [1.0, 1.4, 1.5, 2.0, 2.9, 10.0, 1e6, 123_456_789.0, 1e18, 1.8e19, 1e300] {
            let x: f64 = x;
            assert!((ln(x) - x.ln()).abs() <= 4e-16 * x.ln().max(0.1), "{x}");
        }
    }

    #[test]
    fn small_and_odd_arguments_are_harmless() {
        assert_eq!(prime_count_estimate(0.0), 0.0);
        assert_eq!(prime_count_estimate(f64::NEG_INFINITY), 0.0);
        assert_eq!(nth_prime_estimate(-3.0), 2.0);
        assert!(nth_prime_estimate(1e18).is_finite());
    }
}

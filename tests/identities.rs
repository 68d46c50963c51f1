//! What the documentation says of numbers holds up to the largest one, 2^64 - 1.

use std::time::Duration;
use tamis::arith::factor::factor;
use tamis::arith::multiplicative::{divisor_count, divisors, euler_phi, moebius, radical, sigma};
use tamis::arith::primality::{is_prime, next_prime, previous_prime};
use tamis::error::Status;
use tamis::job::kinds::COUNT_PRIMES;
use tamis::job::number_kinds::{COUNT_RESIDUE, GOLDBACH};
use tamis::job::{Job, Param};

/// 2^64 - 59 (OEIS A013603).
const LAST_PRIME: u64 = u64::MAX - 58;

fn answer(kind: i32, params: &[(Param, u64)]) -> u64 {
    let job = Job::new(kind).unwrap();
    for &(param, value) in params {
        job.set(param as i32, value).unwrap();
    }
    job.start().unwrap();
    job.wait(Some(Duration::from_secs(120))).unwrap();
    job.values().unwrap()[0]
}

#[test]
fn what_follows_from_the_factors_holds_together() {
    for n in (u64::MAX - 99..=u64::MAX).chain([1, 2, 1 << 63, 614_889_782_588_491_410]) {
        let factors = factor(n);
        assert_eq!(factors.iter().map(|&(p, exponent)| p.pow(exponent)).product::<u64>(), n);
        assert!(
            factors.is_sorted_by(|a, b| a.0 < b.0) && factors.iter().all(|f| is_prime(f.0)),
            "{n}"
        );
        assert_eq!(is_prime(n), factors == [(n, 1)]);
        assert_eq!(radical(&factors), factors.iter().map(|f| f.0).product::<u64>(), "{n}");

        let all = divisors(&factors);
        assert!(all.is_sorted_by(|a, b| a < b) && all.iter().all(|d| n.is_multiple_of(*d)), "{n}");
        assert_eq!((all[0], all[all.len() - 1], all.len() as u64), (1, n, divisor_count(&factors)));
        assert_eq!(sigma(&factors, 0).unwrap(), divisor_count(&factors));
        let sum = all.iter().map(|&d| u128::from(d)).sum::<u128>();
        match u64::try_from(sum) {
            Ok(sum) => assert_eq!(sigma(&factors, 1).unwrap(), sum, "{n}"),
            Err(_) => assert_eq!(sigma(&factors, 1).unwrap_err().status(), Status::Range, "{n}"),
        }

        // Gauss, and Moebius' inversion of it: phi(d) of the divisors adds up to n, mu(d) to 0, and mu(d) n/d to phi(n).
        if all.len() > 2000 {
            continue;
        }
        let (mut phis, mut signs, mut inverse) = (0, 0, 0);
        for &d in &all {
            let of_d = factor(d);
            phis += u128::from(euler_phi(&of_d));
            signs += moebius(&of_d);
            inverse += i128::from(moebius(&of_d)) * i128::from(n / d);
        }
        assert_eq!((phis, signs), (u128::from(n), i32::from(n == 1)), "{n}");
        assert_eq!(inverse, i128::from(euler_phi(&factors)), "{n}");
    }
}

#[test]
fn neighbours_of_the_last_primes() {
    assert_eq!(previous_prime(1 << 64), Some(u128::from(LAST_PRIME)));
    assert_eq!(next_prime(u128::from(LAST_PRIME) - 1), Some(u128::from(LAST_PRIME)));
    // OEIS A013597(64).
    assert_eq!(next_prime(u128::from(LAST_PRIME)), Some((1 << 64) + 13));
}

#[test]
fn the_last_integers_are_counted_as_they_are_tested() {
    let start = u64::MAX - 9999;
    let window = [(Param::Start, start), (Param::Stop, u64::MAX)];
    let primes = (start..=u64::MAX).filter(|&n| is_prime(n)).collect::<Vec<_>>();
    assert_eq!(answer(COUNT_PRIMES, &window), primes.len() as u64);
    for residue in [1, 3] {
        let class = [window[0], window[1], (Param::Modulus, 4), (Param::Residue, residue)];
        let tested = primes.iter().filter(|&&p| p % 4 == residue).count();
        assert_eq!(answer(COUNT_RESIDUE, &class), tested as u64, "{residue} mod 4");
    }
    // An odd number is a sum of two primes only with 2.
    for n in [u64::MAX, LAST_PRIME + 2, u64::MAX - 80] {
        assert_eq!(answer(GOLDBACH, &[(Param::Number, n)]), u64::from(is_prime(n - 2)), "{n}");
    }
}

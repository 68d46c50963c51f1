//! The kernels of number theory against known values and the slow oracles.

use proptest::prelude::*;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use tamis::error::{Result, Status};
use tamis::kernel::{Interrupt, Kernel, Partial};
use tamis::kernels::integers::{IntegerKernel, Integers};
use tamis::kernels::numbers::{
    Factor, FactorialExponents, Function, Mertens, PrimeSum, Question, Single, Table, oracle,
};

/// Runs the chunks on `threads` threads that share the kernel; results cross by their encoding, as between workers.
fn values_on<K: Kernel>(kernel: &K, threads: usize) -> Result<Vec<u64>> {
    let next = AtomicU64::new(0);
    let partials = Mutex::new(vec![]);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                let mut scratch = kernel.scratch();
                loop {
                    let chunk = next.fetch_add(1, Ordering::Relaxed);
                    if chunk >= kernel.chunks() {
                        break;
                    }
                    let partial = kernel.run(chunk, &mut scratch, &Interrupt::new());
                    partials.lock().unwrap().push((chunk, partial));
                }
            });
        }
    });
    let mut partials = partials.into_inner().unwrap();
    partials.sort_by_key(|(chunk, _)| *chunk);
    let mut merged = kernel.empty();
    for (_, partial) in partials {
        let mut bytes = vec![];
        partial?.encode(&mut bytes);
        kernel.merge(&mut merged, K::Partial::decode(&bytes).unwrap());
    }
    Ok(kernel.finish(merged, &Interrupt::new())?.values())
}

fn values<K: IntegerKernel>(kernel: Result<K>) -> Vec<u64> {
    values_on(&Integers::new(kernel.unwrap()), 1).unwrap()
}

/// Reads a stream with a buffer of `room`.
fn read_all<K: Kernel>(kernel: &K, room: usize) -> Vec<u64> {
    let mut scratch = kernel.scratch();
    let mut all = vec![];
    let mut buffer = vec![0; room];
    for chunk in 0..kernel.chunks() {
        let partial = kernel.run(chunk, &mut scratch, &Interrupt::new()).unwrap();
        let mut bytes = vec![];
        partial.encode(&mut bytes);
        let mut partial = K::Partial::decode(&bytes).unwrap();
        loop {
            let count = kernel.read(&mut partial, &mut buffer);
            if count == 0 {
                break;
            }
            all.extend_from_slice(&buffer[..count]);
        }
    }
    all
}

fn range_error<K: IntegerKernel>(kernel: Result<K>) -> bool {
    let outcome = kernel.and_then(|kernel| values_on(&Integers::new(kernel), 1));
    outcome.err().map(|error| error.status()) == Some(Status::Range)
}

fn factor(n: u128) -> Vec<u64> {
    values(Factor::new(n))
}

#[test]
fn factors_are_told_by_halves_and_exponents() {
    assert!(factor(1).is_empty());
    assert_eq!(factor(360), [2, 0, 3, 3, 0, 2, 5, 0, 1]);
    // 2^127 - 1 is prime (OEIS A000043).
    assert_eq!(factor((1 << 127) - 1), [u64::MAX, u64::MAX >> 1, 1]);
    assert!(range_error(Factor::new(0)));
}

#[test]
fn curves_find_the_same_on_any_number_of_threads() {
    // 2^101 - 1: OEIS A001348, factored in the Cunningham tables; and two primes of 48 bits with a third.
    let known = [7_432_339_208_719, 0, 1, 341_117_531_003_194_129, 0, 1];
    let three = 281_474_976_710_597u128 * 281_474_976_710_591 * 1_000_003;
    for threads in [1, 2, 8] {
        let kernel = Integers::new(Factor::new((1 << 101) - 1).unwrap());
        assert!(kernel.chunks() > 1);
        assert_eq!(values_on(&kernel, threads).unwrap(), known);
        let product = values_on(&Integers::new(Factor::new(three).unwrap()), threads).unwrap();
        assert_eq!(product.chunks(3).map(|f| u128::from(f[0])).product::<u128>(), three);
    }
}

#[test]
fn a_divisor_from_elsewhere_that_is_none_is_not_believed() {
    let n = (1 << 101) - 1;
    let kernel = Factor::new(n).unwrap();
    for wrong in [vec![12, 0], vec![1, 0], vec![5], vec![n as u64, (n >> 64) as u64], vec![0, 0]] {
        let factors = kernel.finish(wrong, &Interrupt::new()).unwrap();
        assert_eq!(factors[0], 7_432_339_208_719);
    }
}

#[test]
fn single_questions_have_answers_at_both_ends() {
    let ask = |question, number| values_on(&Integers::new(Single { question, number }), 1);
    assert_eq!(ask(Question::IsPrime, u128::from(u64::MAX) - 58).unwrap(), [1]);
    assert_eq!(ask(Question::IsPrime, u128::MAX).unwrap(), [0]);
    // OEIS A013597(64): 2^64 + 13.
    assert_eq!(ask(Question::Next, u128::from(u64::MAX)).unwrap(), [13, 1]);
    assert_eq!(ask(Question::Previous, 1 << 64).unwrap(), [u64::MAX - 58, 0]);
    assert_eq!(ask(Question::Previous, 2).unwrap_err().status(), Status::Range);
    assert_eq!(ask(Question::Next, u128::MAX).unwrap_err().status(), Status::Range);
}

fn table(function: Function, start: u64, stop: u64) -> Vec<u64> {
    read_all(&Integers::new(Table::new(function, start, stop).unwrap()), 1000)
}

fn slow(function: Function, n: u64) -> u64 {
    match function {
        Function::SmallestFactor => oracle::smallest_factor(n),
        Function::Phi => oracle::phi(n),
        Function::Moebius => oracle::moebius(n) as u64,
    }
}

const FUNCTIONS: [Function; 3] = [Function::SmallestFactor, Function::Phi, Function::Moebius];

#[test]
fn tables_of_the_first_integers_match_the_oracle() {
    for function in FUNCTIONS {
        let expected: Vec<u64> = (0..=200_000).map(|n| slow(function, n)).collect();
        assert!(table(function, 0, 200_000) == expected, "{function:?}");
        for (start, stop) in [(0, 0), (1, 1), (0, 1), (2, 2), (65_535, 65_537), (65_536, 131_071)] {
            let expected = &expected[start as usize..=stop as usize];
            assert_eq!(table(function, start, stop), expected, "{function:?} {start} to {stop}");
        }
        assert_eq!(Table::new(function, 2, 1).err().unwrap().status(), Status::Range);
    }
}

#[test]
fn tables_reach_the_largest_integers() {
    // 2^64 - 1 = 3 * 5 * 17 * 257 * 641 * 65537 * 6700417; 2^64 - 59 is prime (OEIS A013603).
    let last = |function| table(function, u64::MAX - 58, u64::MAX);
    let factors = last(Function::SmallestFactor);
    assert_eq!((factors.len(), factors[0], factors[58]), (59, u64::MAX - 58, 3));
    let phi = last(Function::Phi);
    assert_eq!(phi[0], u64::MAX - 59);
    assert_eq!(phi[58], 2u64 * 4 * 16 * 256 * 640 * 65_536 * 6_700_416);
    let signs = last(Function::Moebius);
    assert_eq!((signs[0], signs[58]), (u64::MAX, u64::MAX));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn tables_of_any_window_below_2_to_the_40_match_the_oracle(start in 0u64..1 << 40, bits in 0u32..40, length in 0u64..100) {
        let start = start >> bits;
        for function in FUNCTIONS {
            let expected: Vec<u64> = (start..=start + length).map(|n| slow(function, n)).collect();
            prop_assert_eq!(table(function, start, start + length), expected);
        }
    }

    #[test]
    fn mertens_matches_the_oracle(x in 0u64..60_000) {
        prop_assert_eq!(values(Ok(Mertens::new(x)))[0] as i64, oracle::mertens(x));
    }

    #[test]
    fn prime_sums_match_the_oracle(x in 0u64..1_000_000) {
        let sum = values(PrimeSum::new(x));
        prop_assert_eq!(u128::from(sum[1]) << 64 | u128::from(sum[0]), oracle::prime_sum(x));
    }
}

#[test]
fn the_first_values_of_both_sums_match_the_oracle() {
    let (mut mertens, mut sum) = (0, 0);
    for x in 0..3000 {
        mertens += oracle::moebius(x);
        sum += if x > 1 && oracle::smallest_factor(x) == x { x } else { 0 };
        assert_eq!(values(Ok(Mertens::new(x)))[0] as i64, mertens, "M({x})");
        assert_eq!(values(PrimeSum::new(x)), [sum, 0], "{x}");
    }
}

#[test]
fn mertens_of_powers_of_ten_matches_oeis_a084237_on_any_number_of_threads() {
    let known = [1, -1, 1, 2, -23, -48, 212, 1037, 1928, -222, -33_722];
    for (n, expected) in (0..).zip(known) {
        let kernel = Integers::new(Mertens::new(10u64.pow(n)));
        for threads in [1, 2, 8] {
            assert_eq!(values_on(&kernel, threads).unwrap()[0] as i64, expected, "M(10^{n})");
        }
    }
}

#[test]
fn sums_of_primes_match_oeis_a046731() {
    let known = [
        17,
        1060,
        76_127,
        5_736_396,
        454_396_537,
        37_550_402_023,
        3_203_324_994_356,
        279_209_790_387_276,
        24_739_512_092_254_535,
        2_220_822_432_581_729_238,
    ];
    for (n, expected) in (1..).zip(known) {
        assert_eq!(values(PrimeSum::new(10u64.pow(n))), [expected, 0], "10^{n}");
    }
    assert!(range_error(PrimeSum::new(u64::MAX)));
}

/// As between workers that share nothing, and after a chunk that was interrupted.
#[test]
fn chunks_of_a_sum_of_primes_depend_on_nobody() {
    let new = || Integers::new(PrimeSum::new(100_000_000_000).unwrap());
    let (kernel, raised) = (new(), Interrupt::new());
    raised.raise();
    let chunks = kernel.chunks();
    assert!(chunks > 5);
    let run = |kernel: &Integers, chunk| {
        kernel.run(chunk, &mut kernel.scratch(), &Interrupt::new()).unwrap().values()
    };
    for chunk in [0, 1, 0, 3, 2] {
        assert_eq!(run(&kernel, chunk), [0, 0]);
    }
    let stopped = kernel.run(4, &mut kernel.scratch(), &raised);
    assert_eq!(stopped.err().map(|error| error.status()), Some(Status::Cancelled));
    assert_eq!(run(&kernel, 4), [0, 0]);
    // OEIS A046731(11) = 201467077743744681014.
    let last = run(&kernel, chunks - 1);
    assert_eq!(u128::from(last[1]) << 64 | u128::from(last[0]), 201_467_077_743_744_681_014);
    assert_eq!(run(&new(), chunks - 1), last);
}

#[test]
fn a_sum_of_more_than_64_bits() {
    // OEIS A046731(12) = 18435588552550705911377.
    let sum = values(PrimeSum::new(1_000_000_000_000));
    assert_eq!(u128::from(sum[1]) << 64 | u128::from(sum[0]), 18_435_588_552_550_705_911_377);
}

fn factorial(n: u64, room: usize) -> Vec<(u64, u64)> {
    let flat = read_all(&Integers::new(FactorialExponents::new(n).unwrap()), room);
    flat.chunks(2).map(|pair| (pair[0], pair[1])).collect()
}

#[test]
fn exponents_of_factorials_match_the_oracle() {
    for n in 0..300 {
        assert_eq!(factorial(n, 3), oracle::factorial_exponents(n), "{n}!");
    }
    assert_eq!(factorial(5000, 100), oracle::factorial_exponents(5000));
}

#[test]
fn a_large_factorial_has_legendres_exponents() {
    let exponents = factorial(30_000_000, 4096);
    // n - (binary digits of n) twos; and OEIS A006880: 1,857,859 primes below 3 * 10^7.
    assert_eq!(exponents[0], (2, 30_000_000 - u64::from(30_000_000u64.count_ones())));
    assert_eq!(exponents.len(), 1_857_859);
    assert!(exponents.iter().skip(800).all(|&(p, e)| p < 5478 || e == 30_000_000 / p));
}

#[test]
fn an_interrupt_ends_every_kernel() {
    fn cancelled<K: IntegerKernel>(kernel: Result<K>) -> bool {
        let interrupt = Interrupt::new();
        interrupt.raise();
        let kernel = Integers::new(kernel.unwrap());
        let outcome = kernel.run(0, &mut kernel.scratch(), &interrupt);
        outcome.err().map(|error| error.status()) == Some(Status::Cancelled)
    }
    assert!(cancelled(Factor::new((1 << 101) - 1)));
    assert!(cancelled(Table::new(Function::Phi, 5, 100_000)));
    assert!(cancelled(Ok(Mertens::new(1_000_000_000))));
    assert!(cancelled(PrimeSum::new(1_000_000_000)));
    assert!(cancelled(FactorialExponents::new(1_000_000_000)));
}

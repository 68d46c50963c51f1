//! The kinds of jobs of number theory, beside those of `kinds`.

use super::any_kernel::AnyKernel;
use super::kinds::{Kind, START, STOP, THREADS};
use super::params::{Param, Params, Spec};
use crate::error::Result;
use crate::kernels::integers::{IntegerKernel, Integers};
use crate::kernels::numbers::{
    Factor, FactorialExponents, Function, MOST_PRIME_SUM, Mertens, PrimeSum, Question, Single,
    Table,
};
use crate::kernels::sieve::{CountResidue, Goldbach, MaximalGaps};
use std::sync::Arc;

pub const IS_PRIME: i32 = 10;
pub const FACTOR: i32 = 11;
pub const NEIGHBOUR: i32 = 12;
pub const LIST_SMALLEST_FACTORS: i32 = 13;
pub const LIST_PHI: i32 = 14;
pub const LIST_MOEBIUS: i32 = 15;
pub const MERTENS: i32 = 16;
pub const SUM_PRIMES: i32 = 17;
pub const MAXIMAL_GAPS: i32 = 18;
pub const GOLDBACH: i32 = 19;
pub const COUNT_RESIDUE: i32 = 20;
pub const FACTORIAL: i32 = 21;

const fn any(param: Param, name: &'static str) -> Spec {
    Spec { param, name, min: 0, max: u64::MAX, default: 0 }
}

const NUMBER: Spec = any(Param::Number, "number");
const HIGH: Spec = any(Param::NumberHigh, "the number's upper half");
const BEFORE: Spec = Spec { param: Param::Before, name: "before", min: 0, max: 1, default: 0 };
const MODULUS: Spec =
    Spec { param: Param::Modulus, name: "modulus", min: 1, max: u64::MAX, default: 1 };
const RESIDUE: Spec = any(Param::Residue, "residue");
const SUM_TO: Spec =
    Spec { param: Param::Number, name: "number", min: 0, max: MOST_PRIME_SUM, default: 0 };

/// NUMBER and NUMBER_HIGH as one.
fn number(params: &Params) -> Result<u128> {
    let high = u128::from(params.of(Param::NumberHigh)?) << 64;
    Ok(high | u128::from(params.of(Param::Number)?))
}

fn range(params: &Params) -> Result<(u64, u64)> {
    Ok((params.of(Param::Start)?, params.of(Param::Stop)?))
}

const fn table(number: i32, name: &'static str, make: super::kinds::Make) -> Kind {
    Kind { number, name, params: &[START, STOP, THREADS], make }
}

fn made(kernel: impl IntegerKernel) -> Result<Arc<dyn AnyKernel>> {
    Ok(Arc::new(Integers::new(kernel)))
}

fn make_table(function: Function, params: &Params) -> Result<Arc<dyn AnyKernel>> {
    let (start, stop) = range(params)?;
    made(Table::new(function, start, stop)?)
}

pub static NUMBER_KINDS: &[Kind] = &[
    Kind {
        number: IS_PRIME,
        name: "is-prime",
        params: &[NUMBER, HIGH, THREADS],
        make: |params| made(Single { question: Question::IsPrime, number: number(params)? }),
    },
    Kind {
        number: FACTOR,
        name: "factor",
        params: &[NUMBER, HIGH, THREADS],
        make: |params| made(Factor::new(number(params)?)?),
    },
    Kind {
        number: NEIGHBOUR,
        name: "neighbour",
        params: &[NUMBER, HIGH, BEFORE, THREADS],
        make: |params| {
            let before = params.of(Param::Before)? == 1;
            let question = if before { Question::Previous } else { Question::Next };
            made(Single { question, number: number(params)? })
        },
    },
    table(LIST_SMALLEST_FACTORS, "list-smallest-factors", |params| {
        make_table(Function::SmallestFactor, params)
    }),
    table(LIST_PHI, "list-phi", |params| make_table(Function::Phi, params)),
    table(LIST_MOEBIUS, "list-moebius", |params| make_table(Function::Moebius, params)),
    Kind {
        number: MERTENS,
        name: "mertens",
        params: &[NUMBER, THREADS],
        make: |params| made(Mertens::new(params.of(Param::Number)?)),
    },
    Kind {
        number: SUM_PRIMES,
        name: "sum-primes",
        params: &[SUM_TO, THREADS],
        make: |params| made(PrimeSum::new(params.of(Param::Number)?)?),
    },
    Kind {
        number: MAXIMAL_GAPS,
        name: "maximal-gaps",
        params: &[START, STOP, THREADS],
        make: |params| {
            let (start, stop) = range(params)?;
            made(MaximalGaps::new(start, stop, 0)?)
        },
    },
    Kind {
        number: GOLDBACH,
        name: "goldbach",
        params: &[NUMBER, THREADS],
        make: |params| made(Goldbach::new(params.of(Param::Number)?)),
    },
    Kind {
        number: COUNT_RESIDUE,
        name: "count-residue",
        params: &[START, STOP, MODULUS, RESIDUE, THREADS],
        make: |params| {
            let (start, stop) = range(params)?;
            let (modulus, residue) = (params.of(Param::Modulus)?, params.of(Param::Residue)?);
            made(CountResidue::new(start, stop, modulus, residue, 0)?)
        },
    },
    Kind {
        number: FACTORIAL,
        name: "factorial",
        params: &[NUMBER, THREADS],
        make: |params| made(FactorialExponents::new(params.of(Param::Number)?)?),
    },
];

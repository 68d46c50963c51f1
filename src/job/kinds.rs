//! The one table of kinds: what a job can be. A new kernel is one entry here.

use super::any_kernel::AnyKernel;
use super::number_kinds::NUMBER_KINDS;
use super::params::{self, Param, Params, Spec};
use super::tune::Tune;
use crate::error::{Error, Result, Status};
use crate::kernels::pi::{NthPrimePi, PrimePi};
use crate::kernels::self_test::SelfTest;
use crate::kernels::sieve::{CountPrimes, CountTuplets, ListPrimes, NthPrime};
use crate::parallel::MAX_THREADS;
use std::sync::Arc;

/// One kind of job.
pub struct Kind {
    /// The C ABI's number.
    pub number: i32,
    pub name: &'static str,
    pub params: &'static [Spec],
    /// Checks the parameters against each other and makes the kernel.
    pub make: Make,
}

pub type Make = fn(&Params) -> Result<Arc<dyn AnyKernel>>;

pub const COUNT_PRIMES: i32 = 1;
pub const COUNT_TUPLETS: i32 = 2;
pub const LIST_PRIMES: i32 = 3;
pub const NTH_PRIME: i32 = 4;
pub const TUNE: i32 = 5;
pub const PRIME_PI: i32 = 6;
pub const NTH_PRIME_PI: i32 = 7;
pub const SELF_TEST: i32 = 1000;

pub const START: Spec =
    Spec { param: Param::Start, name: "start", min: 0, max: u64::MAX, default: 0 };
pub const STOP: Spec = Spec { param: Param::Stop, name: "stop", min: 0, max: u64::MAX, default: 0 };
pub const THREADS: Spec =
    Spec { param: Param::Threads, name: "threads", min: 0, max: MAX_THREADS as u64, default: 0 };
const SEGMENT_BYTES: Spec =
    Spec { param: Param::SegmentBytes, name: "segment bytes", min: 0, max: 8 << 20, default: 0 };

/// Bit k - 1: k-tuplets.
const TUPLETS: Spec = Spec { param: Param::Kinds, name: "kinds", min: 1, max: 63, default: 63 };
const K: Spec = Spec { param: Param::K, name: "k", min: 1, max: 6, default: 1 };
const N: Spec = Spec { param: Param::N, name: "n", min: 0, max: i64::MAX as u64, default: 1 };
const X: Spec = Spec { param: Param::X, name: "x", min: 0, max: u64::MAX, default: 0 };
/// Counted from 2.
const NTH: Spec = Spec { param: Param::N, name: "n", min: 1, max: NthPrimePi::LAST, default: 1 };
const BEFORE: Spec = Spec { param: Param::Before, name: "before", min: 0, max: 1, default: 0 };

const fn test_spec(param: Param, name: &'static str, max: u64, default: u64) -> Spec {
    Spec { param, name, min: 0, max, default }
}

pub static KINDS: &[Kind] = &[
    Kind {
        number: COUNT_PRIMES,
        name: "count-primes",
        params: &[START, STOP, THREADS, SEGMENT_BYTES],
        make: |params| {
            let kernel = CountPrimes::with_segment(
                params.of(Param::Start)?,
                params.of(Param::Stop)?,
                params.of(Param::SegmentBytes)?,
            )?;
            Ok(Arc::new(kernel))
        },
    },
    Kind {
        number: COUNT_TUPLETS,
        name: "count-tuplets",
        params: &[START, STOP, THREADS, SEGMENT_BYTES, TUPLETS],
        make: |params| {
            let mask = params.of(Param::Kinds)?;
            let kinds: Vec<u32> = (1..=6).filter(|k| mask >> (k - 1) & 1 == 1).collect();
            let kernel = CountTuplets::with_segment(
                params.of(Param::Start)?,
                params.of(Param::Stop)?,
                &kinds,
                params.of(Param::SegmentBytes)?,
            )?;
            Ok(Arc::new(kernel))
        },
    },
    Kind {
        number: LIST_PRIMES,
        name: "list-primes",
        params: &[START, STOP, THREADS, SEGMENT_BYTES, K],
        make: |params| {
            let kernel = ListPrimes::new(
                params.of(Param::Start)?,
                params.of(Param::Stop)?,
                params.of(Param::K)?,
                params.of(Param::SegmentBytes)?,
            )?;
            Ok(Arc::new(kernel))
        },
    },
    Kind {
        number: NTH_PRIME,
        name: "nth-prime",
        params: &[START, THREADS, SEGMENT_BYTES, N, BEFORE],
        make: |params| {
            let kernel = NthPrime::new(
                params.of(Param::N)?,
                params.of(Param::Start)?,
                params.of(Param::Before)? == 1,
                params.of(Param::SegmentBytes)?,
            )?;
            Ok(Arc::new(kernel))
        },
    },
    Kind { number: TUNE, name: "tune", params: &[THREADS], make: |_| Ok(Arc::new(Tune)) },
    Kind {
        number: PRIME_PI,
        name: "prime-pi",
        params: &[THREADS, X],
        make: |params| Ok(Arc::new(PrimePi::new(params.of(Param::X)?)?)),
    },
    Kind {
        number: NTH_PRIME_PI,
        name: "nth-prime-pi",
        params: &[THREADS, NTH],
        make: |params| Ok(Arc::new(NthPrimePi::new(params.of(Param::N)?)?)),
    },
    Kind {
        number: SELF_TEST,
        name: "self-test",
        params: &[
            THREADS,
            test_spec(Param::TestChunks, "test chunks", 1 << 40, 100),
            test_spec(Param::TestSteps, "test steps", 1 << 40, 0),
            test_spec(Param::TestPanicAt, "test panic at", u64::MAX, u64::MAX),
            test_spec(Param::TestFailAt, "test fail at", u64::MAX, u64::MAX),
        ],
        make: |params| {
            let kernel = SelfTest {
                chunks: params.of(Param::TestChunks)?,
                steps: params.of(Param::TestSteps)?,
                panic_at: params.of(Param::TestPanicAt)?,
                fail_at: params.of(Param::TestFailAt)?,
            };
            Ok(Arc::new(kernel))
        },
    },
];

/// All kinds.
fn all() -> impl Iterator<Item = &'static Kind> {
    KINDS.iter().chain(NUMBER_KINDS)
}

/// Errors: Kind.
pub fn find(number: i32) -> Result<&'static Kind> {
    all().find(|k| k.number == number).ok_or_else(|| {
        Error::new(
            Status::Kind,
            format!("there is no job kind {number}: see the TAM_KIND_ numbers"),
        )
    })
}

/// The least and greatest value of a parameter. Errors: Kind, Param.
pub fn bounds(kind: i32, param: i32) -> Result<(u64, u64)> {
    let (_, spec) = params::find(find(kind)?.params, param)?;
    Ok((spec.min, spec.max))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_have_distinct_numbers_and_names_and_lawful_defaults() {
        for (i, kind) in all().enumerate() {
            for other in all().skip(i + 1) {
                assert_ne!(kind.number, other.number);
                assert_ne!(kind.name, other.name);
            }
            for spec in kind.params {
                assert!(spec.min <= spec.default && spec.default <= spec.max, "{}", spec.name);
            }
            assert!(kind.params.iter().any(|s| s.param == Param::Threads), "{}", kind.name);
        }
    }
}

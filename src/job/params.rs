//! The parameters of a job: whole numbers with documented bounds, set one by one, so that the ABI
//! grows without a struct layout.

use crate::error::{Error, Result, Status};
use std::sync::atomic::{AtomicU64, Ordering};

/// The numbers are the C ABI's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i32)]
pub enum Param {
    Start = 1,
    Stop = 2,
    Threads = 3,
    SegmentBytes = 4,
    Kinds = 5,
    K = 6,
    N = 7,
    Before = 8,
    X = 9,
    Number = 20,
    NumberHigh = 21,
    Modulus = 22,
    Residue = 23,
    TestChunks = 1000,
    TestSteps = 1001,
    TestPanicAt = 1002,
    TestFailAt = 1003,
}

/// What one kind says of one parameter.
#[derive(Clone, Copy, Debug)]
pub struct Spec {
    pub param: Param,
    pub name: &'static str,
    pub min: u64,
    pub max: u64,
    /// What holds when it is not set.
    pub default: u64,
}

/// The values of one job. Lock-free.
#[derive(Debug)]
pub struct Params {
    specs: &'static [Spec],
    values: Vec<AtomicU64>,
}

impl Params {
    pub fn new(specs: &'static [Spec]) -> Params {
        Params { specs, values: specs.iter().map(|s| AtomicU64::new(s.default)).collect() }
    }

    /// Errors: Param, Range.
    pub fn set(&self, param: i32, value: u64) -> Result<()> {
        let (i, spec) = find(self.specs, param)?;
        if value < spec.min || value > spec.max {
            return Err(Error::new(
                Status::Range,
                format!("{} is {value}; it must be {} to {}", spec.name, spec.min, spec.max),
            ));
        }
        self.values[i].store(value, Ordering::Release);
        Ok(())
    }

    /// Errors: Param.
    pub fn get(&self, param: i32) -> Result<u64> {
        let (i, _) = find(self.specs, param)?;
        Ok(self.values[i].load(Ordering::Acquire))
    }

    /// Every parameter's number and value.
    pub fn all(&self) -> impl Iterator<Item = (i32, u64)> {
        let values = self.values.iter().map(|value| value.load(Ordering::Acquire));
        self.specs.iter().map(|spec| spec.param as i32).zip(values)
    }

    /// The value of a parameter that the kind is known to have.
    pub fn of(&self, param: Param) -> Result<u64> {
        self.get(param as i32)
    }
}

/// Errors: Param.
pub fn find(specs: &'static [Spec], param: i32) -> Result<(usize, &'static Spec)> {
    specs.iter().enumerate().find(|(_, s)| s.param as i32 == param).ok_or_else(|| {
        Error::new(Status::Param, format!("this kind of job has no parameter {param}"))
    })
}

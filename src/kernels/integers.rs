//! Kernels whose partial results are lists of integers, behind one type.
//!
//! Each type that is a `Kernel` brings two kilobytes of machinery into the wasm file. Kernels that can do with a list of integers for
//! a partial result, and with a common set of buffers, are therefore `IntegerKernel`s, and `Integers` is a kernel for all of them.

use super::sieve::Siever;
use crate::error::Result;
use crate::kernel::{Interrupt, Kernel, Partial, Runs, phases};
use std::ffi::CStr;

/// The buffers of a thread: each kernel uses those that it needs. They carry no results.
#[derive(Default)]
pub struct Buffers {
    pub siever: Option<Siever>,
    pub words: [Vec<u64>; 2],
    pub signs: Vec<i8>,
    pub sums: Vec<i32>,
}

/// As `Kernel`.
pub trait IntegerKernel: Send + Sync + 'static {
    fn chunks(&self) -> u64;
    fn work_before(&self, chunks: u64) -> u64;

    /// What its chunks do, all of them: the name of its only phase.
    fn phase(&self) -> &'static CStr {
        c"sieving"
    }

    fn begins_anew(&self) -> bool {
        false
    }

    fn runs(&self) -> Runs {
        Runs::NONE
    }

    fn run_together(&self, threads: usize) {
        let _ = threads;
    }

    fn window(&self) -> u64 {
        1024
    }

    fn run(&self, chunk: u64, buffers: &mut Buffers, interrupt: &Interrupt) -> Result<Vec<u64>>;

    /// What no chunks at all yield.
    fn empty(&self) -> Vec<u64> {
        vec![0]
    }

    /// Adds them up.
    fn merge(&self, into: &mut Vec<u64>, next: Vec<u64>) {
        into.iter_mut().zip(next).for_each(|(sum, more)| *sum = sum.wrapping_add(more));
    }

    /// As many numbers as nothing yields: then merging and finishing find what they need.
    fn is_plausible(&self, merged: &[u64], chunks: u64, work: u64) -> bool {
        let _ = (chunks, work);
        merged.len() == self.empty().len()
    }

    fn finish(&self, merged: Vec<u64>, interrupt: &Interrupt) -> Result<Vec<u64>> {
        let _ = interrupt;
        Ok(merged)
    }

    /// As `Kernel::stream_group`: a stream's partial results are its values.
    fn stream_group(&self) -> usize {
        0
    }
}

/// An `IntegerKernel` as a `Kernel`.
pub struct Integers(Box<dyn IntegerKernel>);

impl Integers {
    pub fn new(kernel: impl IntegerKernel) -> Integers {
        Integers(Box::new(kernel))
    }
}

/// Integers, of which some may have been read.
#[derive(Default)]
pub struct List {
    integers: Vec<u64>,
    read: usize,
}

impl Kernel for Integers {
    type Partial = List;
    type Scratch = Buffers;

    fn chunks(&self) -> u64 {
        self.0.chunks()
    }

    fn work_before(&self, chunks: u64) -> u64 {
        self.0.work_before(chunks)
    }

    fn phases(&self) -> Vec<(&'static CStr, u64)> {
        phases(&[(self.0.phase(), self.0.chunks())])
    }

    fn begins_anew(&self) -> bool {
        self.0.begins_anew()
    }

    fn runs(&self) -> Runs {
        self.0.runs()
    }

    fn run_together(&self, threads: usize) {
        self.0.run_together(threads);
    }

    fn window(&self) -> u64 {
        self.0.window()
    }

    fn scratch(&self) -> Buffers {
        Buffers::default()
    }

    fn run(&self, chunk: u64, buffers: &mut Buffers, interrupt: &Interrupt) -> Result<List> {
        Ok(List { integers: self.0.run(chunk, buffers, interrupt)?, read: 0 })
    }

    fn empty(&self) -> List {
        List { integers: self.0.empty(), read: 0 }
    }

    fn merge(&self, into: &mut List, next: List) {
        self.0.merge(&mut into.integers, next.integers);
    }

    fn is_plausible(&self, merged: &List, chunks: u64, work: u64) -> bool {
        self.0.is_plausible(&merged.integers, chunks, work)
    }

    fn finish(&self, merged: List, interrupt: &Interrupt) -> Result<List> {
        Ok(List { integers: self.0.finish(merged.integers, interrupt)?, read: 0 })
    }

    fn stream_group(&self) -> usize {
        self.0.stream_group()
    }

    fn read(&self, list: &mut List, out: &mut [u64]) -> usize {
        let group = self.0.stream_group().max(1);
        let left = &list.integers[list.read..];
        let count = left.len().min(out.len() / group * group);
        out[..count].copy_from_slice(&left[..count]);
        list.read += count;
        count
    }
}

impl Partial for List {
    fn encode(&self, out: &mut Vec<u8>) {
        self.integers.encode(out);
    }

    fn decode(bytes: &[u8]) -> Result<List> {
        Ok(List { integers: Vec::decode(bytes)?, read: 0 })
    }

    fn values(&self) -> Vec<u64> {
        self.integers.clone()
    }
}

//! A kernel, its types forgotten: the machinery is compiled once and not for every kernel, which keeps
//! the wasm file small. A chunk takes milliseconds, so a call through a table costs nothing.

use crate::error::{Error, Result, Status};
use crate::kernel::{Interrupt, Kernel, Partial, Runs};
use crate::parallel::Scratch;
use std::any::Any;
use std::ffi::CStr;

/// A partial result, its type forgotten.
pub type AnyPartial = Box<dyn Any + Send>;

/// Errors: Panic (not the kernel's own).
pub type Encoder = fn(&AnyPartial) -> Result<Vec<u8>>;

/// As [`Kernel`], method by method.
pub trait AnyKernel: Send + Sync {
    fn chunks(&self) -> u64;
    fn work_before(&self, chunks: u64) -> u64;
    fn work(&self, chunk: u64) -> u64;
    fn phases(&self) -> Vec<(&'static CStr, u64)>;
    fn begins_anew(&self) -> bool;
    fn runs(&self) -> Runs;
    fn run_together(&self, threads: usize);
    fn window(&self) -> u64;
    /// Makes the buffers if there are none.
    fn run(&self, chunk: u64, scratch: &mut Scratch, interrupt: &Interrupt) -> Result<AnyPartial>;
    fn empty(&self) -> AnyPartial;
    fn merge(&self, into: &mut AnyPartial, next: AnyPartial) -> Result<()>;
    fn is_plausible(&self, merged: &AnyPartial, chunks: u64, work: u64) -> bool;
    fn finish(&self, merged: AnyPartial, interrupt: &Interrupt) -> Result<AnyPartial>;
    fn stream_group(&self) -> usize;
    fn read(&self, partial: &mut AnyPartial, out: &mut [u64]) -> Result<usize>;
    /// Encodes this kernel's partial results; it may outlive the kernel.
    fn encoder(&self) -> Encoder;
    fn decode(&self, bytes: &[u8]) -> Result<AnyPartial>;
    fn values(&self, partial: &AnyPartial) -> Result<Vec<u64>>;
}

fn foreign() -> Error {
    Error::new(Status::Panic, "a bug in tamis was caught: a result or a buffer is of another job")
}

fn encode<P: Partial>(partial: &AnyPartial) -> Result<Vec<u8>> {
    let mut bytes = vec![];
    partial.downcast_ref::<P>().ok_or_else(foreign)?.encode(&mut bytes);
    Ok(bytes)
}

impl<K: Kernel> AnyKernel for K {
    fn chunks(&self) -> u64 {
        Kernel::chunks(self)
    }

    fn work_before(&self, chunks: u64) -> u64 {
        Kernel::work_before(self, chunks)
    }

    fn work(&self, chunk: u64) -> u64 {
        Kernel::work(self, chunk)
    }

    fn phases(&self) -> Vec<(&'static CStr, u64)> {
        Kernel::phases(self)
    }

    fn begins_anew(&self) -> bool {
        Kernel::begins_anew(self)
    }

    fn runs(&self) -> Runs {
        Kernel::runs(self)
    }

    fn run_together(&self, threads: usize) {
        Kernel::run_together(self, threads);
    }

    fn window(&self) -> u64 {
        Kernel::window(self)
    }

    fn run(&self, chunk: u64, scratch: &mut Scratch, interrupt: &Interrupt) -> Result<AnyPartial> {
        let scratch = scratch.get_or_insert_with(|| Box::new(self.scratch()));
        let scratch = scratch.downcast_mut::<K::Scratch>().ok_or_else(foreign)?;
        Ok(Box::new(Kernel::run(self, chunk, scratch, interrupt)?))
    }

    fn empty(&self) -> AnyPartial {
        Box::new(Kernel::empty(self))
    }

    fn merge(&self, into: &mut AnyPartial, next: AnyPartial) -> Result<()> {
        let into = into.downcast_mut::<K::Partial>().ok_or_else(foreign)?;
        let next = next.downcast::<K::Partial>().map_err(|_| foreign())?;
        Kernel::merge(self, into, *next);
        Ok(())
    }

    fn is_plausible(&self, merged: &AnyPartial, chunks: u64, work: u64) -> bool {
        let merged = merged.downcast_ref::<K::Partial>();
        merged.is_some_and(|merged| Kernel::is_plausible(self, merged, chunks, work))
    }

    fn finish(&self, merged: AnyPartial, interrupt: &Interrupt) -> Result<AnyPartial> {
        let merged = merged.downcast::<K::Partial>().map_err(|_| foreign())?;
        Ok(Box::new(Kernel::finish(self, *merged, interrupt)?))
    }

    fn stream_group(&self) -> usize {
        Kernel::stream_group(self)
    }

    fn read(&self, partial: &mut AnyPartial, out: &mut [u64]) -> Result<usize> {
        let partial = partial.downcast_mut::<K::Partial>().ok_or_else(foreign)?;
        Ok(Kernel::read(self, partial, out))
    }

    fn encoder(&self) -> Encoder {
        encode::<K::Partial>
    }

    fn decode(&self, bytes: &[u8]) -> Result<AnyPartial> {
        Ok(Box::new(K::Partial::decode(bytes)?))
    }

    fn values(&self, partial: &AnyPartial) -> Result<Vec<u64>> {
        Ok(partial.downcast_ref::<K::Partial>().ok_or_else(foreign)?.values())
    }
}

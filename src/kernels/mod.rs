//! Kernels: pure computations cut into chunks. No threads, no clock, no I/O, no FFI here.

pub mod integers;
pub mod numbers;
pub mod pi;
pub mod self_test;
pub mod sieve;

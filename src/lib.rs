//! tamis: a parallel compute core for the web, for Node, and for C.
//!
//! Layers, each using only those before it: `arith`, `kernels`, `parallel`, `job`, `ffi`;
//! `error` and `kernel` (the traits) are for all. `docs/ARCHITECTURE.md` draws the picture.

pub mod arith;
pub mod error;
pub mod ffi;
pub mod job;
pub mod kernel;
pub mod kernels;
pub mod parallel;

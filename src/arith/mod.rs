//! Integer arithmetic that the kernels share. Imports nothing from the other layers but `error`.

pub mod primality;
pub mod riemann;
pub mod root;

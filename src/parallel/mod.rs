//! Who runs the chunks within one process: a crew of rayon threads that serves many pieces of work
//! fairly. Generic over the kernel trait; names no kernel.

mod blocking;
mod crew;
mod inbox;
mod ledger;

pub use blocking::may_block;
pub use crew::{Crew, MAX_THREADS, Scratch, Take, Work};
pub use ledger::Ledger;

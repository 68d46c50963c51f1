//! Who runs the chunks within one process: a crew of rayon threads that serves many pieces of work
//! fairly. Generic over the kernel trait; names no kernel.

mod blocking;
mod crew;
mod departure;
mod futex;
mod inbox;
mod ledger;
mod recorder;

pub use blocking::may_block;
pub use crew::{Crew, MAX_THREADS, Scratch, Take, Work};
pub use futex::wake_all;
pub use ledger::Ledger;
pub use recorder::{Activity, RING_EVENTS, record, recorded, recorder, stop_recording};

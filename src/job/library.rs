//! The threads of this process (or wasm instance): one crew, started on demand.

use crate::error::{Error, Result, Status};
use crate::kernel::Beat;
use crate::parallel::{Crew, Work, may_block};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard, TryLockError};

static CREW: RwLock<Option<Crew>> = RwLock::new(None);

/// How many threads there are. Zero: not started.
pub type Threads = usize;

/// Starts the threads; 0: as many as the machine says. The same number again is fine.
/// Never waits for them. Errors: State (started with another number; or, on a thread that must not
/// block, starting or stopping just now), Range, Memory, Threads.
pub fn init(threads: usize) -> Result<()> {
    let mut crew = write()?;
    match &*crew {
        Some(running) if threads == 0 || running.threads() == threads => Ok(()),
        Some(running) => Err(Error::new(
            Status::State,
            format!(
                "{} threads are running: call tam_shutdown before asking for {threads}",
                running.threads()
            ),
        )),
        None => {
            *crew = Some(Crew::new(threads)?);
            Ok(())
        }
    }
}

/// Cancels all jobs on the threads, ends the threads and waits for them; fine when there are none.
/// Blocks. Errors: State (as `init`).
pub fn shutdown() -> Result<()> {
    let crew = write()?.take();
    drop(crew);
    Ok(())
}

/// How many threads there are; 0 before `init`. Errors: State (as `init`).
pub fn threads() -> Result<Threads> {
    read(|crew| crew.map_or(0, Crew::threads))
}

/// One word per thread that shows whether it lives; none before `init`. Errors: State (as `init`).
pub fn beats() -> Result<&'static [Beat]> {
    read(|crew| crew.map_or(&[][..], Crew::beats))
}

/// Shows the crew, if there is one, to `look`. While it looks, `init` and `shutdown` wait.
/// Errors: State.
pub fn with_crew<R>(look: impl FnOnce(Option<&Crew>) -> R) -> Result<R> {
    read(look)
}

/// Hands work to the threads, starting them if need be. Never blocks.
pub(super) fn submit(work: Arc<dyn Work>) -> Result<()> {
    let handed = read(|crew| crew.map(|crew| crew.submit(Arc::clone(&work))))?;
    if handed.is_some() {
        return Ok(());
    }
    match init(0) {
        // Another thread was quicker, or is at it: whatever it made serves.
        Ok(()) => {}
        Err(e) if e.status() == Status::State => {}
        Err(e) => return Err(e),
    }
    read(|crew| crew.map(|crew| crew.submit(work)))?.ok_or_else(busy)
}

/// Makes idle threads look for chunks again. Never blocks. Errors: State (as `init`: ask again).
pub(super) fn recall() -> Result<()> {
    read(|crew| crew.map(Crew::recall)).map(|_| ())
}

fn read<R>(look: impl FnOnce(Option<&Crew>) -> R) -> Result<R> {
    Ok(look(read_lock()?.as_ref()))
}

/// The browser's main thread must not wait for a lock, so it is told to try again.
fn read_lock() -> Result<RwLockReadGuard<'static, Option<Crew>>> {
    if may_block() {
        return Ok(CREW.read().unwrap_or_else(PoisonError::into_inner));
    }
    match CREW.try_read() {
        Ok(guard) => Ok(guard),
        Err(TryLockError::Poisoned(poisoned)) => Ok(poisoned.into_inner()),
        Err(TryLockError::WouldBlock) => Err(busy()),
    }
}

fn write() -> Result<RwLockWriteGuard<'static, Option<Crew>>> {
    if may_block() {
        return Ok(CREW.write().unwrap_or_else(PoisonError::into_inner));
    }
    match CREW.try_write() {
        Ok(guard) => Ok(guard),
        Err(TryLockError::Poisoned(poisoned)) => Ok(poisoned.into_inner()),
        Err(TryLockError::WouldBlock) => Err(busy()),
    }
}

fn busy() -> Error {
    Error::new(
        Status::State,
        "the library's threads are just being started or stopped: try again in a moment",
    )
}

//! What a thread does last.

/// To be called by a thread that is about to end.
///
/// Emscripten has every thread listen for messages by an `Atomics.waitAsync` on the first word of its `pthread` structure, and
/// up to 6.0.5 leaves that there when the thread ends and the structure is freed
/// (<https://github.com/emscripten-core/emscripten/issues/27492>). A lock or a condition variable that comes to lie there later
/// loses a wake-up to it, and whoever it was meant for sleeps for ever. So it is woken here: it finds no thread then, and does not listen again.
pub fn leave() {
    #[cfg(target_os = "emscripten")]
    // SAFETY: the structure of the calling thread lives until the thread has ended.
    unsafe {
        super::futex::wake_all(libc::pthread_self() as *mut u32);
    }
}

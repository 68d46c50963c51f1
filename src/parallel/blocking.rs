//! Whether this thread may wait.

/// False on the browser's main thread only. `Atomics.wait` traps there, and Rust's futex-based locks
/// would spin instead, with the page frozen.
#[cfg(target_os = "emscripten")]
pub fn may_block() -> bool {
    unsafe extern "C" {
        // Emscripten's own answer, set up when a thread starts (system/lib/pthread/
        // threading_internal.h). Not emscripten_is_main_browser_thread(): that says 1 on Node's main
        // thread too, which may wait.
        fn _emscripten_thread_supports_atomics_wait() -> i32;
    }
    // SAFETY: reads a thread-local flag.
    unsafe { _emscripten_thread_supports_atomics_wait() != 0 }
}

#[cfg(not(target_os = "emscripten"))]
pub fn may_block() -> bool {
    true
}

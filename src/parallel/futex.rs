//! Waking whoever sleeps on a word of shared memory.

/// Wakes all that sleep on the word at `address`, in wasm and in JavaScript. Natively nobody does: waiters use condition variables.
///
/// # Safety
/// A word lies there. It is neither read nor written.
#[cfg(target_os = "emscripten")]
pub unsafe fn wake_all(address: *mut u32) {
    unsafe extern "C" {
        // emscripten/threading.h; memory.atomic.notify itself is not in stable Rust.
        fn emscripten_futex_wake(address: *mut u32, count: i32) -> i32;
    }
    // SAFETY: passed on from the caller.
    unsafe {
        emscripten_futex_wake(address, i32::MAX);
    }
}

/// As above.
///
/// # Safety
/// None is needed here.
#[cfg(not(target_os = "emscripten"))]
pub unsafe fn wake_all(_address: *mut u32) {}

/* tamis.hpp: tamis for C++17. Header only; link what tamis.h needs (libtamis.a).
 *
 * FROM SIMPLE TO ADVANCED
 *
 *   One number, and waiting for it is fine:
 *
 *       std::uint64_t n = tamis::count_primes(0, 1'000'000'000);      // 50847534
 *
 *   A choice of threads, for as long as an object lives:
 *
 *       tamis::library pool(4);                                       // 0 = all the machine has
 *
 *   A job that can be watched, cancelled and waited for:
 *
 *       tamis::job job(TAM_KIND_COUNT_PRIMES);
 *       job.set(TAM_PARAM_START, 0).set(TAM_PARAM_STOP, 10'000'000'000);
 *       job.start();
 *       while (job.wait_for(std::chrono::milliseconds(100)) == tamis::state::running)
 *           show(job.progress().fraction());
 *       std::uint64_t n = job.result();
 *
 *   Chunks that run elsewhere (another process, another machine): start_external, take_chunk,
 *   run_chunk, put_chunk, return_chunk below.
 *
 * ERRORS
 *   Two forms of everything that can fail, as in <filesystem>:
 *     - without a status argument: throws tamis::error, which has the status and a sentence;
 *     - with a `tam_status &` as the last argument: throws nothing, sets it to TAM_OK or to the
 *       error, and returns an empty value on error.
 *   Only std::bad_alloc can leave the second form, from functions that return a container.
 *
 *   Built with -fno-exceptions (or with TAMIS_NO_EXCEPTIONS defined), the first form hands the error
 *   to TAMIS_ON_ERROR(error) instead of throwing. By default that writes the sentence to stderr and
 *   aborts. Define it before this header is included to do something else; it must not return
 *   (abort follows if it does). A program that wants to go on after an error uses the second form.
 *
 *   Under Emscripten, compile and link with -fwasm-exceptions. Without it em++ accepts `throw`, but
 *   nothing can be caught and the program ends.
 *
 * UNITS
 *   Ranges are `start` to `stop`, both inclusive. Times are std::chrono durations, rounded up to
 *   whole milliseconds. Progress counts merged work in the kind's own unit (integers, for primes).
 *
 * THREADS
 *   One job object may be used from many threads at once, except for what changes the object itself:
 *   move, assign, reset, release, destroy. Those need it alone, as with a std::unique_ptr. (Even then a
 *   mistake is caught, not undefined: the C functions answer TAM_ERR_HANDLE for a freed job.)
 *   Functions that may block say so. In a browser they throw TAM_ERR_MAIN_THREAD on the main thread.
 *
 * OWNERSHIP
 *   job owns its C handle and frees it; freeing a running job cancels it. library owns the thread pool.
 *   Strings and vectors that are returned are copies. version() and status_text() live for ever.
 */
#ifndef TAMIS_HPP
#define TAMIS_HPP

#if !defined(__cplusplus) || (__cplusplus < 201703L && (!defined(_MSVC_LANG) || _MSVC_LANG < 201703L))
#error "tamis.hpp needs C++17: compile with -std=c++17 or newer"
#endif

#include "tamis.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#if !defined(TAMIS_NO_EXCEPTIONS) && !defined(__cpp_exceptions) && !defined(_CPPUNWIND)
#define TAMIS_NO_EXCEPTIONS
#endif

#ifdef TAMIS_NO_EXCEPTIONS
#include <cstdio>
#include <cstdlib>
#ifndef TAMIS_ON_ERROR
#define TAMIS_ON_ERROR(error) (std::fprintf(stderr, "tamis: %s\n", (error).what()), std::abort())
#endif
#endif

namespace tamis {

/* The two builds have different code under the same names. Separate inline namespaces keep them apart
 * when one program links object files of both sorts. */
#ifdef TAMIS_NO_EXCEPTIONS
inline namespace without_exceptions {
#else
inline namespace with_exceptions {
#endif

/* An error: the status of tamis.h and a sentence that says what to do. A failed job's sentence is the
 * job's own message. */
class error : public std::runtime_error {
public:
    error(tam_status status, const std::string &message)
        : std::runtime_error(message), status_(status) {}

    /* One of the TAM_ERR_ numbers. Threads: any. Errors: none. */
    tam_status status() const noexcept { return status_; }

private:
    tam_status status_;
};

/* The state of a job, see tam_job_state(). done, cancelled and failed are final. */
enum class state : std::int32_t {
    created = TAM_STATE_NEW,
    running = TAM_STATE_RUNNING,
    done = TAM_STATE_DONE,
    cancelled = TAM_STATE_CANCELLED,
    failed = TAM_STATE_FAILED,
};

/* Merged work and all work, in the kind's unit. It never decreases. */
struct progress {
    std::uint64_t done = 0;
    std::uint64_t total = 0;

    /* 0 to 1; 0 while the total is unknown or nothing is to be done. */
    double fraction() const noexcept {
        return total == 0 ? 0.0 : static_cast<double>(done) / static_cast<double>(total);
    }
};

/* The version of the library that is linked, such as "0.1.0". Threads: any. Ownership: static.
 * Errors: none. */
inline std::string_view version() noexcept { return tam_version(); }

/* A sentence for a status. Threads: any. Ownership: static. Errors: none; unknown numbers have one too. */
inline std::string_view status_text(tam_status status) noexcept { return tam_status_text(status); }

namespace detail {

[[noreturn]] inline void raise(tam_status status, const std::string &message) {
#ifdef TAMIS_NO_EXCEPTIONS
    const error e(status, message);
    TAMIS_ON_ERROR(e);
    std::abort();
#else
    throw error(status, message);
#endif
}

inline void check(tam_status status) {
    if (status != TAM_OK) raise(status, tam_status_text(status));
}

} // namespace detail

/* Threads of the pool; 0 when there is none. Threads: any; never blocks. Errors: none expected. */
inline std::uint32_t threads() {
    std::uint32_t n = 0;
    detail::check(tam_threads(&n));
    return n;
}

/* Counts the primes p with start <= p <= stop, on the whole pool.
 * Threads: any; blocks until the count is there.
 * Errors: RANGE (start > stop), MAIN_THREAD, THREADS, MEMORY. */
inline std::uint64_t count_primes(std::uint64_t start, std::uint64_t stop, tam_status &status) noexcept {
    std::uint64_t n = 0;
    status = tam_count_primes(start, stop, &n);
    return status == TAM_OK ? n : 0;
}

inline std::uint64_t count_primes(std::uint64_t start, std::uint64_t stop) {
    tam_status status = TAM_OK;
    const std::uint64_t n = count_primes(start, stop, status);
    detail::check(status);
    return n;
}

/* The thread pool, for as long as the object lives: the constructor is tam_init(), the destructor
 * tam_shutdown(), which cancels the jobs that still run. Have one, in main() or wherever the
 * program's services are made, and let it outlive the jobs. It is movable, not copyable.
 *
 * In a browser the destructor cannot wait for the threads on the main thread. The pool then lives on;
 * a later library object with the same number of threads (or 0) takes it over. */
class library {
public:
    /* threads: of the pool; 0 = all the machine has.
     * Threads: any; one at a time. In a browser the threads must already have workers: see
     * PTHREAD_POOL_SIZE in examples/cpp/README.md.
     * Errors: RANGE or THREADS (more than can be had), STATE (a pool of another size is there), MEMORY. */
    explicit library(std::uint32_t threads = 0) {
        detail::check(tam_init(threads));
        owns_ = true;
    }

    library(std::uint32_t threads, tam_status &status) noexcept {
        status = tam_init(threads);
        owns_ = status == TAM_OK;
    }

    library(library &&other) noexcept : owns_(std::exchange(other.owns_, false)) {}

    library &operator=(library &&other) noexcept {
        if (this != &other) {
            /* If both own it, it is the same pool. */
            if (owns_ && !other.owns_) tam_shutdown();
            owns_ = std::exchange(other.owns_, false);
        }
        return *this;
    }

    library(const library &) = delete;
    library &operator=(const library &) = delete;

    ~library() {
        if (owns_) tam_shutdown();
    }

    /* Whether this object owns the pool. */
    explicit operator bool() const noexcept { return owns_; }

    /* Threads of the pool. Threads: any; never blocks. */
    std::uint32_t threads() const { return tamis::threads(); }

    /* What the destructor does, with an answer. Threads: one that may block.
     * Errors: MAIN_THREAD; the pool is then still owned. */
    void shutdown(tam_status &status) noexcept {
        status = owns_ ? tam_shutdown() : TAM_OK;
        if (status == TAM_OK) owns_ = false;
    }

    void shutdown() {
        tam_status status = TAM_OK;
        shutdown(status);
        detail::check(status);
    }

private:
    bool owns_ = false;
};

/* One job. Movable, not copyable; destroying it frees the handle and cancels what still runs.
 * An empty job (default-made or moved from) answers TAM_ERR_NULL to everything. */
class job {
public:
    /* Owns nothing. */
    job() noexcept = default;

    /* kind: one of the TAM_KIND_ numbers. Errors: KIND, LIMIT (too many jobs), MEMORY. */
    explicit job(std::int32_t kind) { detail::check(tam_job_new(kind, &handle_)); }

    job(std::int32_t kind, tam_status &status) noexcept { status = tam_job_new(kind, &handle_); }

    job(job &&other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}

    job &operator=(job &&other) noexcept {
        if (this != &other) reset(std::exchange(other.handle_, nullptr));
        return *this;
    }

    job(const job &) = delete;
    job &operator=(const job &) = delete;

    ~job() { reset(); }

    /* Whether there is a handle. */
    explicit operator bool() const noexcept { return handle_ != nullptr; }

    /* The C handle, still owned by this object; for functions of tamis.h. */
    tam_job *handle() const noexcept { return handle_; }

    /* Gives the C handle away: the caller frees it with tam_job_free(). */
    tam_job *release() noexcept { return std::exchange(handle_, nullptr); }

    /* Frees the handle and owns `handle` (from tam_job_new) instead. */
    void reset(tam_job *handle = nullptr) noexcept {
        tam_job *old = std::exchange(handle_, handle);
        /* Freeing a live handle cannot fail, and a destructor could not say so. */
        if (old != nullptr) tam_job_free(old);
    }

    /* Sets a parameter, one of the TAM_PARAM_ numbers; tam_param_bounds() says what it accepts.
     * Threads: any; never blocks. Returns *this, to be chained.
     * Errors: PARAM (not of this kind), RANGE, STATE (already started). */
    job &set(std::int32_t param, std::uint64_t value) {
        return checked(tam_job_set_u64(handle_, param, value));
    }

    job &set(std::int32_t param, std::uint64_t value, tam_status &status) noexcept {
        status = tam_job_set_u64(handle_, param, value);
        return *this;
    }

    /* Reads a parameter back. Threads: any; never blocks. Errors: PARAM. */
    std::uint64_t param(std::int32_t param) const {
        tam_status status = TAM_OK;
        const auto value = this->param(param, status);
        checked(status);
        return value;
    }

    std::uint64_t param(std::int32_t param, tam_status &status) const noexcept {
        std::uint64_t value = 0;
        status = tam_job_get_u64(handle_, param, &value);
        return value;
    }

    /* Starts the job on the pool, which is made with all threads if there is none yet.
     * Threads: any; never blocks.
     * Errors: RANGE (start > stop), STATE (already started), THREADS, MEMORY. After RANGE the
     * parameters may be set anew. */
    job &start() { return checked(tam_job_start(handle_)); }

    job &start(tam_status &status) noexcept {
        status = tam_job_start(handle_);
        return *this;
    }

    /* Threads: any; never blocks. Errors: none on a live job. */
    tamis::state state() const {
        tam_status status = TAM_OK;
        const auto value = state(status);
        checked(status);
        return value;
    }

    tamis::state state(tam_status &status) const noexcept {
        std::int32_t s = TAM_STATE_NEW;
        status = tam_job_state(handle_, &s);
        return static_cast<tamis::state>(s);
    }

    /* Threads: any; never blocks. Errors: none on a live job. */
    tamis::progress progress() const {
        tam_status status = TAM_OK;
        const auto value = progress(status);
        checked(status);
        return value;
    }

    tamis::progress progress(tam_status &status) const noexcept {
        tamis::progress p;
        status = tam_job_progress(handle_, &p.done, &p.total);
        return p;
    }

    /* Waits for the end, however it comes: done, cancelled or failed. result() tells them apart.
     * Threads: any; blocks. Errors: MAIN_THREAD, STATE (never started). */
    tamis::state wait() const { return waited(-1); }

    tamis::state wait(tam_status &status) const noexcept { return waited(-1, status); }

    /* The same for at most `time`; state::running when that ran out. Zero or less only looks.
     * Threads: any; blocks, unless time is zero or less. Errors: as wait(). */
    template <class Rep, class Period>
    tamis::state wait_for(std::chrono::duration<Rep, Period> time) const {
        return waited(milliseconds(time));
    }

    template <class Rep, class Period>
    tamis::state wait_for(std::chrono::duration<Rep, Period> time, tam_status &status) const noexcept {
        return waited(milliseconds(time), status);
    }

    /* The same until a point in time. */
    template <class Clock, class Duration>
    tamis::state wait_until(std::chrono::time_point<Clock, Duration> time) const {
        return wait_for(time - Clock::now());
    }

    template <class Clock, class Duration>
    tamis::state wait_until(std::chrono::time_point<Clock, Duration> time, tam_status &status) const noexcept {
        return wait_for(time - Clock::now(), status);
    }

    /* Asks the job to stop; its state follows within 50 ms. A job that has ended stays as it is.
     * Threads: any; never blocks. Errors: none on a live job. */
    void cancel() { checked(tam_job_cancel(handle_)); }

    void cancel(tam_status &status) noexcept { status = tam_job_cancel(handle_); }

    /* The result. Threads: any; never blocks, so wait first.
     * Errors: STATE (not at its end), CANCELLED, FAILED (with the job's message). */
    std::uint64_t result() const {
        tam_status status = TAM_OK;
        const auto value = result(status);
        checked(status);
        return value;
    }

    std::uint64_t result(tam_status &status) const noexcept {
        std::uint64_t value = 0;
        status = tam_job_result_u64(handle_, &value);
        return value;
    }

    /* wait() and result() in one, like std::future::get(), but as often as you like. */
    std::uint64_t get() const {
        wait();
        return result();
    }

    std::uint64_t get(tam_status &status) const noexcept {
        wait(status);
        return status == TAM_OK ? result(status) : 0;
    }

    /* A sentence on where the job stands, or why it failed.
     * Threads: any. Ownership: a copy. Errors: none on a live job. */
    std::string message() const {
        tam_status status = TAM_OK;
        std::string text = message(status);
        detail::check(status);
        return text;
    }

    std::string message(tam_status &status) const {
        std::string text;
        std::size_t len = 1;
        do { /* The message may grow between asking for its length and reading it. */
            text.resize(len);
            status = tam_job_message(handle_, text.data(), text.size(), &len);
        } while (status == TAM_ERR_BUFFER);
        /* len counts the NUL that std::string keeps for itself. */
        text.resize(status == TAM_OK && len > 0 ? len - 1 : 0);
        return text;
    }

    /* The status that a failed job ended with, such as TAM_ERR_MEMORY; TAM_OK when it has not failed.
     * Threads: any; never blocks. Errors: none on a live job. */
    tam_status failure() const {
        tam_status failed = TAM_OK;
        checked(tam_job_failure(handle_, &failed));
        return failed;
    }

    /* The futex word of tam_job_event_word(). Ownership: the job's, valid until it is freed. */
    const std::uint32_t *event_word() const {
        const std::uint32_t *word = nullptr;
        checked(tam_job_event_word(handle_, &word));
        return word;
    }

    /* --- Chunks that run elsewhere -------------------------------------------------------------
     * One job merges (start_external). Others, of the same kind and parameters and never started,
     * run chunks, in this process or any other:
     *
     *     while (auto chunk = merging.take_chunk())
     *         merging.put_chunk(*chunk, running.run_chunk(*chunk));
     */

    /* Starts the job without threads of its own. Threads: any; never blocks.
     * Errors: RANGE (start > stop), STATE (already started). */
    job &start_external() { return checked(tam_job_start_external(handle_)); }

    job &start_external(tam_status &status) noexcept {
        status = tam_job_start_external(handle_);
        return *this;
    }

    /* How many chunks there are. It follows from the parameters, and fixes them.
     * Threads: any; never blocks. Errors: RANGE (start > stop). */
    std::uint64_t chunks() const {
        std::uint64_t n = 0;
        checked(tam_job_chunks(handle_, &n));
        return n;
    }

    /* The next chunk to hand out; nothing when none is to be had now: all are handed out, too many wait
     * to be merged, or the job is done or not started. Threads: any. Errors: CANCELLED, FAILED. */
    std::optional<std::uint64_t> take_chunk() {
        tam_status status = TAM_OK;
        const auto chunk = take_chunk(status);
        detail::check(status);
        return chunk;
    }

    std::optional<std::uint64_t> take_chunk(tam_status &status) noexcept {
        std::uint64_t chunk = 0;
        status = tam_job_take_chunk(handle_, &chunk);
        if (status == TAM_ERR_STATE) status = TAM_OK;
        else if (status == TAM_OK) return chunk;
        return std::nullopt;
    }

    /* Gives the bytes of a chunk back; a chunk given twice is ignored.
     * Threads: any. Ownership: borrows the bytes for the call.
     * Errors: FORMAT (damaged), RANGE (never taken), STATE (not running), CANCELLED, FAILED. */
    void put_chunk(std::uint64_t chunk, const std::uint8_t *bytes, std::size_t len) {
        checked(tam_job_put_chunk(handle_, chunk, bytes, len));
    }

    void put_chunk(std::uint64_t chunk, const std::vector<std::uint8_t> &bytes) {
        put_chunk(chunk, bytes.data(), bytes.size());
    }

    /* Its worker was lost: the chunk is handed out again. Threads: any. Errors: RANGE. */
    void return_chunk(std::uint64_t chunk) { checked(tam_job_return_chunk(handle_, chunk)); }

    /* Runs one chunk on the calling thread and returns its bytes.
     * Threads: any; blocks for as long as the chunk takes. Ownership: a copy.
     * Errors: RANGE (no such chunk), CANCELLED, MEMORY, MAIN_THREAD. */
    std::vector<std::uint8_t> run_chunk(std::uint64_t chunk) {
        std::vector<std::uint8_t> bytes(4096);
        std::size_t len = 0;
        tam_status status = tam_job_run_chunk(handle_, chunk, bytes.data(), bytes.size(), &len);
        if (status == TAM_ERR_BUFFER) {
            bytes.resize(len);
            status = tam_job_run_chunk(handle_, chunk, bytes.data(), bytes.size(), &len);
        }
        checked(status);
        bytes.resize(len);
        return bytes;
    }

private:
    tam_job *handle_ = nullptr;

    /* A failed job's own message beats the general sentence. */
    [[noreturn]] void raise(tam_status status) const {
        tam_status unused = TAM_OK;
        const std::string own = status == TAM_ERR_FAILED ? message(unused) : std::string();
        detail::raise(status, own.empty() ? std::string(tam_status_text(status)) : own);
    }

    const job &checked(tam_status status) const {
        if (status != TAM_OK) raise(status);
        return *this;
    }

    job &checked(tam_status status) {
        if (status != TAM_OK) raise(status);
        return *this;
    }

    tamis::state waited(std::int64_t ms) const {
        tam_status status = TAM_OK;
        const auto value = waited(ms, status);
        checked(status);
        return value;
    }

    tamis::state waited(std::int64_t ms, tam_status &status) const noexcept {
        status = tam_job_wait(handle_, ms);
        switch (status) {
        case TAM_OK: return tamis::state::done;
        case TAM_ERR_CANCELLED: status = TAM_OK; return tamis::state::cancelled;
        case TAM_ERR_FAILED: status = TAM_OK; return tamis::state::failed;
        case TAM_ERR_TIMEOUT: status = TAM_OK; return tamis::state::running;
        default: return tamis::state::created;
        }
    }

    /* Rounded up, and kept within what tam_job_wait takes: a day-long wait in femtoseconds or
     * duration::max() must not overflow into "for ever" or "poll". */
    template <class Rep, class Period>
    static std::int64_t milliseconds(std::chrono::duration<Rep, Period> time) noexcept {
        constexpr double most = 1e15; /* 30,000 years */
        const double ms = std::chrono::duration<double, std::milli>(time).count();
        if (!(ms > 0)) return 0;
        if (ms >= most) return static_cast<std::int64_t>(most);
        return std::chrono::ceil<std::chrono::milliseconds>(time).count();
    }
};

} // namespace with_exceptions / without_exceptions
} // namespace tamis

#endif /* TAMIS_HPP */

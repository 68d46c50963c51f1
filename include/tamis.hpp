/* tamis.hpp: tamis for C++17. Header only; link what tamis.h needs (libtamis.a).
 *
 * FROM SIMPLE TO ADVANCED
 *
 *   One number, and waiting for it is fine:
 *
 *       std::uint64_t n = tamis::count_primes(0, 1'000'000'000);      // 50847534
 *       std::uint64_t p = tamis::nth_prime(1'000'000);                // 15485863
 *       std::uint64_t m = tamis::prime_pi(1'000'000'000'000'000);     // 29844570422669, at once
 *       bool prime = tamis::is_prime(1'000'000'007);                  // true
 *       for (auto [p, exponent] : tamis::factor(360)) ...             // 2^3 3^2 5
 *
 *   Primes, as a list, one by one, or from where you like, up and down:
 *
 *       std::vector<std::uint32_t> list = tamis::generate_primes<std::uint32_t>(0, 1'000'000);
 *       for (std::uint64_t p : tamis::primes(0, 1'000'000)) ...
 *       tamis::cursor cursor(1'000'000);
 *       std::uint64_t before = cursor.prev();                         // 999983
 *
 *   All of a range, sieved on all threads, in little memory:
 *
 *       tamis::for_each_prime(0, 10'000'000'000, [&](std::uint64_t p) { sum += p; });
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
 *   A stream, read while it runs, which rests when nobody reads:
 *
 *       tamis::job job(TAM_KIND_LIST_PRIMES);
 *       job.set(TAM_PARAM_K, 2).set(TAM_PARAM_STOP, 10'000'000'000).start();
 *       std::vector<std::uint64_t> twins;
 *       while (job.read(twins)) ...
 *
 *   A job that lasts: kept as bytes, and gone on with anywhere, any day:
 *
 *       save(job.checkpoint());                                       // also while it runs
 *       tamis::job job = tamis::job::restore(load());
 *       job.start();
 *
 *   Chunks that run elsewhere (another process, another machine): start_external, take_chunk,
 *   run_chunk, put_chunk, return_chunk below.
 *
 * ERRORS
 *   Two forms of everything that can fail, as in <filesystem>:
 *     - without a status argument: throws tamis::error, which has the status and a sentence;
 *     - with a `tam_status &` as the last argument: throws nothing, sets it to TAM_OK or to the
 *       error, and returns an empty value on error.
 *   Only std::bad_alloc can leave the second form, from functions that return or fill a container, but not from
 *   generate_primes(), whose list may well be too long: that is TAM_ERR_MEMORY.
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
 *   A cursor, and what primes() returns, belong to one thread at a time.
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

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <iterator>
#include <new>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#if __has_include(<version>)
#include <version>
#endif
#ifdef __cpp_lib_ranges
#include <ranges>
#endif

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
    paused = TAM_STATE_PAUSED,
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

/* Where a phase of a job is, see tam_job_phase(). */
enum class phase_state : std::int32_t {
    waiting = TAM_PHASE_WAITING,
    active = TAM_PHASE_ACTIVE,
    done = TAM_PHASE_DONE,
};

/* What a job is at: one of its phases. */
struct phase {
    /* For people. Static. */
    std::string_view name;
    /* Merged work of this phase, and all of it: over all phases they add up to the job's. */
    tamis::progress progress;
    phase_state state = phase_state::waiting;
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

namespace detail {

/* What a C function writes of which it tells the length first. */
template <class Container, class Call>
Container filled(tam_status &status, Call call) {
    Container values;
    std::size_t len = 0;
    status = call(nullptr, 0, &len);
    while (status == TAM_OK || status == TAM_ERR_BUFFER) {
        values.resize(len);
        status = call(values.data(), values.size(), &len);
        if (status == TAM_OK) break;
    }
    values.resize(status == TAM_OK ? len : 0);
    return values;
}

} // namespace detail

/* A sentence on a checkpoint: what it holds, or why job::restore() refuses it and which version of tamis goes on with
 * it. Threads: any; never blocks. Ownership: a copy. Errors: NULL (bytes). */
inline std::string checkpoint_message(const std::uint8_t *bytes, std::size_t len, tam_status &status) {
    std::string text = detail::filled<std::string>(status, [=](char *buf, std::size_t cap, std::size_t *need) {
        return tam_checkpoint_message(bytes, len, buf, cap, need);
    });
    if (!text.empty()) text.pop_back(); /* the NUL */
    return text;
}

inline std::string checkpoint_message(const std::vector<std::uint8_t> &bytes) {
    tam_status status = TAM_OK;
    std::string text = checkpoint_message(bytes.data(), bytes.size(), status);
    detail::check(status);
    return text;
}

namespace detail {

/* A checkpoint's own sentence beats the general one. */
[[noreturn]] inline void refuse(tam_status status, const std::uint8_t *bytes, std::size_t len) {
    tam_status unused = TAM_OK;
    const bool own = status <= TAM_ERR_FOREIGN || status == TAM_ERR_KIND;
    raise(status, own ? checkpoint_message(bytes, len, unused) : std::string(tam_status_text(status)));
}

} // namespace detail

/* A checkpoint as a word that a person can copy. Threads: any; never blocks. Ownership: a copy.
 * Errors: FOREIGN, TRUNCATED, ALTERED. */
inline std::string checkpoint_to_text(const std::vector<std::uint8_t> &bytes, tam_status &status) {
    std::string text = detail::filled<std::string>(status, [&](char *buf, std::size_t cap, std::size_t *len) {
        return tam_checkpoint_to_text(bytes.data(), bytes.size(), buf, cap, len);
    });
    if (!text.empty()) text.pop_back(); /* the NUL */
    return text;
}

inline std::string checkpoint_to_text(const std::vector<std::uint8_t> &bytes) {
    tam_status status = TAM_OK;
    std::string text = checkpoint_to_text(bytes, status);
    detail::check(status);
    return text;
}

/* The checkpoint of such a word; spaces and line ends in it do not matter. Threads: any; never blocks. Ownership: a copy.
 * Errors: FOREIGN, TRUNCATED, ALTERED. */
inline std::vector<std::uint8_t> checkpoint_from_text(const std::string &text, tam_status &status) {
    return detail::filled<std::vector<std::uint8_t>>(status, [&](std::uint8_t *buf, std::size_t cap, std::size_t *len) {
        return tam_checkpoint_from_text(text.c_str(), buf, cap, len);
    });
}

inline std::vector<std::uint8_t> checkpoint_from_text(const std::string &text) {
    tam_status status = TAM_OK;
    std::vector<std::uint8_t> bytes = checkpoint_from_text(text, status);
    detail::check(status);
    return bytes;
}

/* Threads of the pool; 0 when there is none. Threads: any; never blocks. Errors: none expected. */
inline std::uint32_t threads() {
    std::uint32_t n = 0;
    detail::check(tam_threads(&n));
    return n;
}

/* The heartbeats of the pool, one word per thread: see tam_heartbeats(). Read them by atomic loads. Threads: any; never
 * blocks. Ownership: static. Errors: none expected. */
struct heartbeat_words {
    const std::uint32_t *words;
    std::uint32_t count;
};
inline heartbeat_words heartbeats() {
    heartbeat_words beats{nullptr, 0};
    detail::check(tam_heartbeats(&beats.words, &beats.count));
    return beats;
}

/* Measures which piece of the sieve is fastest on this machine, uses it from now on, and returns its bytes, for
 * set_piece_bytes() in a later run. Threads: any; blocks for about 0.2 s. Errors: MAIN_THREAD, MEMORY. */
inline std::uint64_t tune(tam_status &status) noexcept {
    std::uint64_t bytes = 0;
    status = tam_tune(&bytes);
    return bytes;
}

inline std::uint64_t tune() {
    tam_status status = TAM_OK;
    const std::uint64_t bytes = tune(status);
    detail::check(status);
    return bytes;
}

/* Sets what tune() found. Threads: any; never blocks. Errors: RANGE. */
inline void set_piece_bytes(std::uint64_t bytes, tam_status &status) noexcept { status = tam_set_piece_bytes(bytes); }

inline void set_piece_bytes(std::uint64_t bytes) { detail::check(tam_set_piece_bytes(bytes)); }

/* Switches the flight recorder on, with room for the last `events` of each thread (16 to 65,536).
 * Threads: any; locks briefly. Errors: RANGE, MAIN_THREAD. */
inline void trace_start(std::uint32_t events, tam_status &status) noexcept { status = tam_trace_start(events); }

inline void trace_start(std::uint32_t events = 4096) { detail::check(tam_trace_start(events)); }

/* Switches it off. Threads: any; never blocks. Errors: none expected. */
inline void trace_stop() noexcept { (void)tam_trace_stop(); }

/* What was recorded, as JSON that Perfetto and the Firefox profiler open. Threads: any; locks briefly.
 * Errors: STATE (nothing was ever recorded), MAIN_THREAD. */
inline std::string trace_json(tam_status &status) {
    std::string text;
    for (;;) {
        std::size_t len = 0;
        status = tam_trace_json(text.data(), text.size(), &len);
        if (status == TAM_OK && !text.empty()) {
            text.resize(len - 1);
            return text;
        }
        if (status != TAM_OK && status != TAM_ERR_BUFFER) return {};
        /* It grows while jobs run. */
        text.resize(len + 4096);
    }
}

inline std::string trace_json() {
    tam_status status = TAM_OK;
    std::string text = trace_json(status);
    detail::check(status);
    return text;
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

/* Counts the k-tuplets whose members all lie in start to stop; k = 1 (primes), 2 (twins) to 6. Which they are, says
 * tam_count_tuplets(). Threads: any; blocks until the count is there.
 * Errors: RANGE (start > stop, or no such k), MAIN_THREAD, THREADS, MEMORY. */
inline std::uint64_t count_tuplets(std::uint32_t k, std::uint64_t start, std::uint64_t stop, tam_status &status) noexcept {
    std::uint64_t n = 0;
    status = tam_count_tuplets(k, start, stop, &n);
    return n;
}

inline std::uint64_t count_tuplets(std::uint32_t k, std::uint64_t start, std::uint64_t stop) {
    tam_status status = TAM_OK;
    const std::uint64_t n = count_tuplets(k, start, stop, status);
    detail::check(status);
    return n;
}

/* pi(x): how many primes there are up to x, inclusive, counted without finding them. Threads: any; blocks until
 * the count is there. Errors: MAIN_THREAD, THREADS, MEMORY. */
inline std::uint64_t prime_pi(std::uint64_t x, tam_status &status) noexcept {
    std::uint64_t count = 0;
    status = tam_prime_pi(x, &count);
    return count;
}

inline std::uint64_t prime_pi(std::uint64_t x) {
    tam_status status = TAM_OK;
    const std::uint64_t count = prime_pi(x, status);
    detail::check(status);
    return count;
}

/* The nth prime > start; for negative n the -nth < start; for n = 0 the least >= start. From 0 upwards it is
 * found by way of pi(x), however far out; otherwise the primes between are sieved.
 * Threads: any; blocks until it is found.
 * Errors: RANGE (there are not so many), MAIN_THREAD, THREADS, MEMORY. */
inline std::uint64_t nth_prime(std::int64_t n, std::uint64_t start, tam_status &status) noexcept {
    std::uint64_t prime = 0;
    status = n > 0 && start == 0 ? tam_nth_prime(static_cast<std::uint64_t>(n), &prime)
                                 : tam_nth_prime_from(n, start, &prime);
    return prime;
}

inline std::uint64_t nth_prime(std::int64_t n, std::uint64_t start = 0) {
    tam_status status = TAM_OK;
    const std::uint64_t prime = nth_prime(n, start, status);
    detail::check(status);
    return prime;
}

/* A number of up to 128 bits: high * 2^64 + low. */
struct u128 {
    std::uint64_t low = 0;
    std::uint64_t high = 0;

    friend bool operator==(const u128 &a, const u128 &b) noexcept { return a.low == b.low && a.high == b.high; }
};

/* A prime and how often it divides. */
template <class Prime, class Exponent = std::uint32_t>
struct prime_power {
    Prime prime{};
    Exponent exponent{};
};

/* A gap between neighbouring primes: its length, and the prime before it. */
struct gap {
    std::uint64_t length = 0;
    std::uint64_t prime = 0;
};

namespace detail {

/* Calls a C function whose last argument is its only output. */
template <class T, class Call>
T answer(tam_status &status, const Call &call) noexcept {
    T value{};
    status = call(&value);
    return value;
}

/* The same with what it needs to throw. */
template <class Call>
auto checked(const Call &call) {
    tam_status status = TAM_OK;
    auto value = call(status);
    check(status);
    return value;
}

/* Fills two lists side by side with a C function of (first, second, cap, &len), which first tells how many there are, and makes
 * one list of them. `width`: values of the first list for each of the second. */
template <class Item, class First, class Second, class Call, class Make>
std::vector<Item> pairs(tam_status &status, std::size_t width, const Call &call, const Make &make) {
    std::size_t len = 0;
    std::vector<Item> items;
    status = call(static_cast<First *>(nullptr), static_cast<Second *>(nullptr), 0, &len);
    if (status != TAM_OK || len == 0) return items;
    std::vector<First> first(len * width);
    std::vector<Second> second(len);
    status = call(first.data(), second.data(), len, &len);
    for (std::size_t i = 0; status == TAM_OK && i < len; i++) items.push_back(make(first.data() + i * width, second[i]));
    return items;
}

} // namespace detail

/* Whether n is prime. Threads: any. Errors: none expected. */
inline bool is_prime(std::uint64_t n, tam_status &status) noexcept {
    return detail::answer<std::int32_t>(status, [&](std::int32_t *value) { return tam_is_prime(n, value); }) == 1;
}

inline bool is_prime(std::uint64_t n) {
    return detail::checked([&](tam_status &status) { return is_prime(n, status); });
}

/* The same for up to 128 bits; exact below 3.3 * 10^24, see tam_is_prime_u128(). Threads: any. Errors: none expected. */
inline bool is_prime(const u128 & n, tam_status &status) noexcept {
    return detail::answer<std::int32_t>(status, [&](std::int32_t *value) { return tam_is_prime_u128(n.low, n.high, value); }) == 1;
}

inline bool is_prime(const u128 & n) {
    return detail::checked([&](tam_status &status) { return is_prime(n, status); });
}

/* 1 for each number that is prime, else 0. Threads: any; blocks, and uses all of the library. Errors: MAIN_THREAD. */
inline std::vector<std::uint8_t> are_prime(const std::vector<std::uint64_t> & numbers, tam_status &status) {
    std::vector<std::uint8_t> results(numbers.size());
    status = tam_is_prime_many(numbers.data(), numbers.size(), results.data());
    return results;
}

inline std::vector<std::uint8_t> are_prime(const std::vector<std::uint64_t> & numbers) {
    return detail::checked([&](tam_status &status) { return are_prime(numbers, status); });
}

/* The least prime greater than n. Threads: any. Errors: RANGE (beyond 64 bits). */
inline std::uint64_t next_prime(std::uint64_t n, tam_status &status) noexcept {
    return detail::answer<std::uint64_t>(status, [&](std::uint64_t *value) { return tam_next_prime(n, value); });
}

inline std::uint64_t next_prime(std::uint64_t n) {
    return detail::checked([&](tam_status &status) { return next_prime(n, status); });
}

/* The greatest prime less than n. Threads: any. Errors: RANGE (there is none). */
inline std::uint64_t prev_prime(std::uint64_t n, tam_status &status) noexcept {
    return detail::answer<std::uint64_t>(status, [&](std::uint64_t *value) { return tam_prev_prime(n, value); });
}

inline std::uint64_t prev_prime(std::uint64_t n) {
    return detail::checked([&](tam_status &status) { return prev_prime(n, status); });
}

/* The primes of n and their exponents, ascending; none for 1. Threads: any. Errors: RANGE (n is 0). */
inline std::vector<prime_power<std::uint64_t>> factor(std::uint64_t n, tam_status &status) {
    return detail::pairs<prime_power<std::uint64_t>, std::uint64_t, std::uint32_t>(
        status, 1,
        [&](std::uint64_t *primes, std::uint32_t *exponents, std::size_t cap, std::size_t *len) {
            return tam_factor(n, primes, exponents, cap, len);
        },
        [](const std::uint64_t *prime, std::uint32_t exponent) { return prime_power<std::uint64_t>{*prime, exponent}; });
}

inline std::vector<prime_power<std::uint64_t>> factor(std::uint64_t n) {
    return detail::checked([&](tam_status &status) { return factor(n, status); });
}

/* The same for up to 128 bits. Threads: any; blocks, and uses all of the library. Errors: RANGE (n is 0), MAIN_THREAD, MEMORY. */
inline std::vector<prime_power<u128>> factor(const u128 & n, tam_status &status) {
    return detail::pairs<prime_power<u128>, std::uint64_t, std::uint32_t>(
        status, 2,
        [&](std::uint64_t *primes, std::uint32_t *exponents, std::size_t cap, std::size_t *len) {
            /* Asking first would factor twice. */
            *len = TAM_MAX_FACTORS_U128;
            return cap == 0 ? TAM_OK : tam_factor_u128(n.low, n.high, primes, exponents, cap, len);
        },
        [](const std::uint64_t *halves, std::uint32_t exponent) {
            return prime_power<u128>{u128{halves[0], halves[1]}, exponent};
        });
}

inline std::vector<prime_power<u128>> factor(const u128 & n) {
    return detail::checked([&](tam_status &status) { return factor(n, status); });
}

/* The divisors of n, ascending. Threads: any. Errors: RANGE (n is 0). */
inline std::vector<std::uint64_t> divisors(std::uint64_t n, tam_status &status) {
    return detail::filled<std::vector<std::uint64_t>>(
        status, [=](std::uint64_t *buf, std::size_t cap, std::size_t *len) { return tam_divisors(n, buf, cap, len); });
}

inline std::vector<std::uint64_t> divisors(std::uint64_t n) {
    return detail::checked([&](tam_status &status) { return divisors(n, status); });
}

/* How many divisors n has. Threads: any. Errors: RANGE (n is 0). */
inline std::uint64_t divisor_count(std::uint64_t n, tam_status &status) noexcept {
    return detail::answer<std::uint64_t>(status, [&](std::uint64_t *value) { return tam_divisor_count(n, value); });
}

inline std::uint64_t divisor_count(std::uint64_t n) {
    return detail::checked([&](tam_status &status) { return divisor_count(n, status); });
}

/* Euler's phi. Threads: any. Errors: RANGE (n is 0). */
inline std::uint64_t euler_phi(std::uint64_t n, tam_status &status) noexcept {
    return detail::answer<std::uint64_t>(status, [&](std::uint64_t *value) { return tam_euler_phi(n, value); });
}

inline std::uint64_t euler_phi(std::uint64_t n) {
    return detail::checked([&](tam_status &status) { return euler_phi(n, status); });
}

/* Moebius' mu. Threads: any. Errors: RANGE (n is 0). */
inline int moebius(std::uint64_t n, tam_status &status) noexcept {
    return detail::answer<std::int32_t>(status, [&](std::int32_t *value) { return tam_moebius(n, value); });
}

inline int moebius(std::uint64_t n) {
    return detail::checked([&](tam_status &status) { return moebius(n, status); });
}

/* The product of the different primes of n. Threads: any. Errors: RANGE (n is 0). */
inline std::uint64_t radical(std::uint64_t n, tam_status &status) noexcept {
    return detail::answer<std::uint64_t>(status, [&](std::uint64_t *value) { return tam_radical(n, value); });
}

inline std::uint64_t radical(std::uint64_t n) {
    return detail::checked([&](tam_status &status) { return radical(n, status); });
}

/* The sum of the kth powers of the divisors of n. Threads: any. Errors: RANGE (n is 0, or it does not fit). */
inline std::uint64_t sigma(std::uint64_t n, std::uint32_t k, tam_status &status) noexcept {
    return detail::answer<std::uint64_t>(status, [&](std::uint64_t *value) { return tam_sigma(n, k, value); });
}

inline std::uint64_t sigma(std::uint64_t n, std::uint32_t k) {
    return detail::checked([&](tam_status &status) { return sigma(n, k, status); });
}

/* The product of the primes up to n. Threads: any. Errors: RANGE (n exceeds TAM_MAX_PRIMORIAL). */
inline std::uint64_t primorial(std::uint64_t n, tam_status &status) noexcept {
    return detail::answer<std::uint64_t>(status, [&](std::uint64_t *value) { return tam_primorial(n, value); });
}

inline std::uint64_t primorial(std::uint64_t n) {
    return detail::checked([&](tam_status &status) { return primorial(n, status); });
}

/* Mertens' function, the sum of mu(1) to mu(x). Threads: any; blocks. Errors: MAIN_THREAD, MEMORY. */
inline std::int64_t mertens(std::uint64_t x, tam_status &status) noexcept {
    return detail::answer<std::int64_t>(status, [&](std::int64_t *value) { return tam_mertens(x, value); });
}

inline std::int64_t mertens(std::uint64_t x) {
    return detail::checked([&](tam_status &status) { return mertens(x, status); });
}

/* The sum of the primes up to x. Threads: any; blocks. Errors: RANGE (x exceeds 10^14), MAIN_THREAD, MEMORY. */
inline u128 sum_primes(std::uint64_t x, tam_status &status) noexcept {
    u128 sum;
    status = tam_sum_primes(x, &sum.low, &sum.high);
    return sum;
}

inline u128 sum_primes(std::uint64_t x) {
    return detail::checked([&](tam_status &status) { return sum_primes(x, status); });
}

/* The gaps between neighbouring primes of a range that are larger than all before. Threads: any; blocks. Errors: RANGE (start > stop),
 * MAIN_THREAD, MEMORY. */
inline std::vector<gap> maximal_gaps(std::uint64_t start, std::uint64_t stop, tam_status &status) {
    return detail::pairs<gap, std::uint64_t, std::uint64_t>(
        status, 1,
        [&](std::uint64_t *lengths, std::uint64_t *primes, std::size_t cap, std::size_t *len) {
            /* More than there are below 2^64: asking first would sieve twice. */
            *len = 128;
            return cap == 0 ? TAM_OK : tam_maximal_gaps(start, stop, lengths, primes, cap, len);
        },
        [](const std::uint64_t *length, std::uint64_t prime) { return gap{*length, prime}; });
}

inline std::vector<gap> maximal_gaps(std::uint64_t start, std::uint64_t stop) {
    return detail::checked([&](tam_status &status) { return maximal_gaps(start, stop, status); });
}

/* How many pairs of primes have the sum n. Threads: any; blocks. Errors: MAIN_THREAD, MEMORY. */
inline std::uint64_t goldbach(std::uint64_t n, tam_status &status) noexcept {
    return detail::answer<std::uint64_t>(status, [&](std::uint64_t *value) { return tam_goldbach(n, value); });
}

inline std::uint64_t goldbach(std::uint64_t n) {
    return detail::checked([&](tam_status &status) { return goldbach(n, status); });
}

/* How many primes of a range leave `residue` when divided by `modulus`. Threads: any; blocks. Errors: RANGE, MAIN_THREAD, MEMORY. */
inline std::uint64_t count_primes_mod(std::uint64_t start, std::uint64_t stop, std::uint64_t modulus, std::uint64_t residue, tam_status &status) noexcept {
    return detail::answer<std::uint64_t>(status, [&](std::uint64_t *value) { return tam_count_primes_mod(start, stop, modulus, residue, value); });
}

inline std::uint64_t count_primes_mod(std::uint64_t start, std::uint64_t stop, std::uint64_t modulus, std::uint64_t residue) {
    return detail::checked([&](tam_status &status) { return count_primes_mod(start, stop, modulus, residue, status); });
}

/* The smallest prime factor of each integer of a range. Threads: any; blocks. Errors: RANGE (start > stop),
 * MAIN_THREAD, MEMORY. */
inline std::vector<std::uint64_t> smallest_factors(std::uint64_t start, std::uint64_t stop, tam_status &status) {
    return detail::filled<std::vector<std::uint64_t>>(status, [=](std::uint64_t *buf, std::size_t cap, std::size_t *len) {
        return tam_smallest_factors(start, stop, buf, cap, len);
    });
}

inline std::vector<std::uint64_t> smallest_factors(std::uint64_t start, std::uint64_t stop) {
    return detail::checked([&](tam_status &status) { return smallest_factors(start, stop, status); });
}

/* Euler's phi of each integer of a range. Threads: any; blocks. Errors: RANGE (start > stop),
 * MAIN_THREAD, MEMORY. */
inline std::vector<std::uint64_t> euler_phis(std::uint64_t start, std::uint64_t stop, tam_status &status) {
    return detail::filled<std::vector<std::uint64_t>>(status, [=](std::uint64_t *buf, std::size_t cap, std::size_t *len) {
        return tam_euler_phis(start, stop, buf, cap, len);
    });
}

inline std::vector<std::uint64_t> euler_phis(std::uint64_t start, std::uint64_t stop) {
    return detail::checked([&](tam_status &status) { return euler_phis(start, stop, status); });
}

/* Moebius' mu of each integer of a range. Threads: any; blocks. Errors: RANGE (start > stop),
 * MAIN_THREAD, MEMORY. */
inline std::vector<std::int8_t> moebius_signs(std::uint64_t start, std::uint64_t stop, tam_status &status) {
    return detail::filled<std::vector<std::int8_t>>(status, [=](std::int8_t *buf, std::size_t cap, std::size_t *len) {
        return tam_moebius_signs(start, stop, buf, cap, len);
    });
}

inline std::vector<std::int8_t> moebius_signs(std::uint64_t start, std::uint64_t stop) {
    return detail::checked([&](tam_status &status) { return moebius_signs(start, stop, status); });
}

/* The primes up to n and their exponents in n!. Threads: any; blocks. Errors: MAIN_THREAD, MEMORY. */
inline std::vector<prime_power<std::uint64_t, std::uint64_t>> factorial_exponents(std::uint64_t n, tam_status &status) {
    using power = prime_power<std::uint64_t, std::uint64_t>;
    return detail::pairs<power, std::uint64_t, std::uint64_t>(
        status, 1,
        [&](std::uint64_t *primes, std::uint64_t *exponents, std::size_t cap, std::size_t *len) {
            return tam_factorial_exponents(n, primes, exponents, cap, len);
        },
        [](const std::uint64_t *prime, std::uint64_t exponent) { return power{*prime, exponent}; });
}

inline std::vector<prime_power<std::uint64_t, std::uint64_t>> factorial_exponents(std::uint64_t n) {
    return detail::checked([&](tam_status &status) { return factorial_exponents(n, status); });
}

namespace detail {

/* About how many primes there are, rather too many than too few: the integral of 1/ln x by Simpson's rule over
 * ln x, and something for how they vary. A list that it is too short for is made again. */
inline double estimate_primes(std::uint64_t start, std::uint64_t stop) noexcept {
    constexpr int steps = 1000;
    const std::uint64_t low = std::max<std::uint64_t>(start, 2);
    const double first = std::log(static_cast<double>(low));
    const double width = stop > low ? std::log1p(static_cast<double>(stop - low) / static_cast<double>(low)) / steps : 0.0;
    double sum = 0;
    for (int i = 0; i <= steps; i++) {
        const double u = first + i * width;
        sum += std::exp(u) / u * (i == 0 || i == steps ? 1 : i % 2 == 1 ? 4 : 2);
    }
    const double integral = sum * width / 3;
    return integral + 4 * std::sqrt(integral) + 16;
}

/* False when there is too little memory. */
template <class T>
bool make_room(std::vector<T> &list, double count) {
    list = std::vector<T>();
    if (!(count < static_cast<double>(list.max_size()))) return false;
    const auto n = static_cast<std::size_t>(count);
    /* Tried beforehand: a vector that finds no memory ends a program without exceptions. */
    void *const tried = ::operator new(n * sizeof(T), std::nothrow);
    if (tried == nullptr) return false;
    ::operator delete(tried);
#ifdef TAMIS_NO_EXCEPTIONS
    list.resize(n);
    return true;
#else
    try {
        list.resize(n);
        return true;
    } catch (const std::bad_alloc &) { /* Another thread took it. */
        return false;
    }
#endif
}

inline tam_status generate(std::uint64_t start, std::uint64_t stop, std::uint64_t *buf, std::size_t cap, std::size_t *len) noexcept {
    return tam_generate_primes(start, stop, buf, cap, len);
}

inline tam_status generate(std::uint64_t start, std::uint64_t stop, std::uint32_t *buf, std::size_t cap, std::size_t *len) noexcept {
    return tam_generate_primes_u32(start, stop, buf, cap, len);
}

template <class T>
inline constexpr bool is_value = std::is_same_v<T, std::uint64_t> || std::is_same_v<T, std::uint32_t>;

} // namespace detail

/* The primes p with start <= p <= stop, ascending. T is std::uint64_t or std::uint32_t.
 * Threads: any; blocks until all are there. Ownership: the caller's.
 * Errors: RANGE (start > stop, or a stop that does not fit in T), MEMORY (a longer list than memory holds; what is thrown
 * says how long), MAIN_THREAD, THREADS. Nothing else is thrown, also not std::bad_alloc. */
template <class T = std::uint64_t>
std::vector<T> generate_primes(std::uint64_t start, std::uint64_t stop, tam_status &status) {
    static_assert(detail::is_value<T>, "primes are std::uint64_t or std::uint32_t");
    std::vector<T> list;
    status = TAM_ERR_RANGE;
    if (start > stop || stop > static_cast<T>(-1)) return list;
    double wanted = detail::estimate_primes(start, stop);
    do {
        std::size_t len = 0;
        if (!detail::make_room(list, wanted)) {
            status = TAM_ERR_MEMORY;
            return list;
        }
        status = detail::generate(start, stop, list.data(), list.size(), &len);
        list.resize(status == TAM_OK ? len : 0);
        wanted = static_cast<double>(len);
    } while (status == TAM_ERR_BUFFER); /* The exact length is known now. */
    return list;
}

template <class T = std::uint64_t>
std::vector<T> generate_primes(std::uint64_t start, std::uint64_t stop) {
    tam_status status = TAM_OK;
    std::vector<T> list = generate_primes<T>(start, stop, status);
    if (status == TAM_ERR_MEMORY) {
        const double count = detail::estimate_primes(start, stop), megabytes = count * sizeof(T) / 1e6;
        detail::raise(status, "a list of about " + std::to_string(static_cast<std::uint64_t>(count)) + " primes takes " +
                                  std::to_string(static_cast<std::uint64_t>(std::ceil(megabytes))) +
                                  " MB, and there is too little memory: go through them with tamis::for_each_prime or "
                                  "tamis::primes, or read them from a job of kind TAM_KIND_LIST_PRIMES");
    }
    detail::check(status);
    return list;
}

namespace detail {

/* Whether a call of the user's function asks to stop. */
template <class Call, class... Arguments>
bool asks_to_stop(Call &call, Arguments... arguments) {
    using answer = std::invoke_result_t<Call &, Arguments...>;
    static_assert(std::is_void_v<answer> || std::is_same_v<answer, bool> || std::is_same_v<answer, int>,
                  "the function returns nothing, or whether to stop: a bool or an int");
    if constexpr (std::is_void_v<answer>) {
        call(arguments...);
        return false;
    } else {
        return static_cast<bool>(call(arguments...));
    }
}

/* What tam_for_each_prime() calls, and what came of it. */
template <class Call>
struct visitor {
    Call &call;
    bool stopped = false;
#ifndef TAMIS_NO_EXCEPTIONS
    std::exception_ptr thrown = nullptr;
#endif

    bool visit(const std::uint64_t *primes, std::size_t len) {
        if constexpr (std::is_invocable_v<Call &, const std::uint64_t *, std::size_t>) {
            return asks_to_stop(call, primes, len);
        } else {
            for (std::size_t i = 0; i < len; i++)
                if (asks_to_stop(call, primes[i])) return true;
            return false;
        }
    }

    /* Nothing is thrown through the C function: an exception waits here until it has returned. */
    static std::int32_t enter(void *user, const std::uint64_t *primes, std::size_t len) noexcept {
        auto &self = *static_cast<visitor *>(user);
#ifdef TAMIS_NO_EXCEPTIONS
        self.stopped = self.visit(primes, len);
#else
        try {
            self.stopped = self.visit(primes, len);
        } catch (...) {
            self.thrown = std::current_exception();
            self.stopped = true;
        }
#endif
        return self.stopped ? 1 : 0;
    }
};

} // namespace detail

/* Calls `call` with every prime p, start <= p <= stop, ascending, on this thread; the sieving is done on the whole
 * pool, and rests while `call` takes its time. `call` takes one prime, a std::uint64_t, or many at once, (const
 * std::uint64_t *primes, std::size_t len). It returns nothing, or, as in C, whether to stop: true, or an int that is not
 * 0. What it throws ends the stream and arrives here, in both forms.
 *
 * Returns false when `call` stopped it, and true when all were passed.
 * Threads: any; blocks until all are passed.
 * Errors: RANGE (start > stop), CANCELLED (the library is shut down meanwhile), MAIN_THREAD, THREADS, MEMORY. */
template <class Call>
bool for_each_prime(std::uint64_t start, std::uint64_t stop, Call &&call, tam_status &status) {
    using visitor = detail::visitor<std::remove_reference_t<Call>>;
    visitor v{call};
    status = tam_for_each_prime(start, stop, &visitor::enter, &v);
#ifndef TAMIS_NO_EXCEPTIONS
    if (v.thrown) std::rethrow_exception(v.thrown);
#endif
    if (v.stopped) status = TAM_OK;
    return status == TAM_OK && !v.stopped;
}

template <class Call>
bool for_each_prime(std::uint64_t start, std::uint64_t stop, Call &&call) {
    tam_status status = TAM_OK;
    const bool all = for_each_prime(start, stop, call, status);
    detail::check(status);
    return all;
}

/* Primes that lie one behind the other. Ownership: whoever they come from says how long they are there. */
struct batch {
    const std::uint64_t *primes = nullptr;
    std::size_t len = 0;

    const std::uint64_t *begin() const noexcept { return primes; }
    const std::uint64_t *end() const noexcept { return primes + len; }
    const std::uint64_t *data() const noexcept { return primes; }
    std::size_t size() const noexcept { return len; }
    bool empty() const noexcept { return len == 0; }
    std::uint64_t operator[](std::size_t i) const noexcept { return primes[i]; }
};

/* Goes from prime to prime, up and down, on the thread that calls; a step costs a load and a comparison, and now and then some
 * sieving (microseconds below 10^9, up to seconds near 2^64). Movable, not copyable.
 * Threads: one at a time; steps may block, and are refused on a browser's main thread.
 * A cursor that was moved from answers TAM_ERR_NULL to everything. */
class cursor {
public:
    /* Stands at start, see skip_to(). Errors: LIMIT (too many cursors and jobs). */
    explicit cursor(std::uint64_t start = 0) { detail::check(tam_cursor_init(&cursor_, start)); }

    cursor(std::uint64_t start, tam_status &status) noexcept { status = tam_cursor_init(&cursor_, start); }

    cursor(cursor &&other) noexcept : cursor_(std::exchange(other.cursor_, none())), batch_(std::exchange(other.batch_, nullptr)) {}

    cursor &operator=(cursor &&other) noexcept {
        if (this != &other) {
            tam_cursor_free(&cursor_);
            cursor_ = std::exchange(other.cursor_, none());
            batch_ = std::exchange(other.batch_, nullptr);
        }
        return *this;
    }

    cursor(const cursor &) = delete;
    cursor &operator=(const cursor &) = delete;

    ~cursor() { tam_cursor_free(&cursor_); }

    /* Whether there is a handle. */
    explicit operator bool() const noexcept { return cursor_.iter != nullptr; }

    /* Goes to n: the next prime will be the least >= n, the one before the greatest <= n. Never blocks. */
    void skip_to(std::uint64_t n) {
        batch_ = nullptr;
        detail::check(tam_cursor_skip_to(&cursor_, n));
    }

    void skip_to(std::uint64_t n, tam_status &status) noexcept {
        batch_ = nullptr;
        status = tam_cursor_skip_to(&cursor_, n);
    }

    /* Goes to 0 and gives the memory back. Never blocks. */
    void clear() {
        batch_ = nullptr;
        detail::check(tam_cursor_clear(&cursor_));
    }

    void clear(tam_status &status) noexcept {
        batch_ = nullptr;
        status = tam_cursor_clear(&cursor_);
    }

    /* The prime behind the one returned last; 0 at the end, below 2^64, where it stays: so `while (auto p = c.next())`.
     * Errors: MEMORY, MAIN_THREAD, STATE (another thread uses it). The end is no error. */
    std::uint64_t next() {
        const std::uint64_t prime = step_next();
        if (prime == 0) detail::check(end_or_error());
        return prime;
    }

    std::uint64_t next(tam_status &status) noexcept {
        const std::uint64_t prime = step_next();
        status = prime != 0 ? TAM_OK : end_or_error();
        return prime;
    }

    /* The prime before the one returned last; 0 before 2, where it stays. Errors: as next(). */
    std::uint64_t prev() {
        const std::uint64_t prime = step_prev();
        if (prime == 0) detail::check(end_or_error());
        return prime;
    }

    std::uint64_t prev(tam_status &status) noexcept {
        const std::uint64_t prime = step_prev();
        status = prime != 0 ? TAM_OK : end_or_error();
        return prime;
    }

    /* The next primes, ascending, as many as are at hand; none at the end. A batch counts as one step: next() follows its
     * last prime, prev() is before its first. Ownership: the cursor's, there until its next call. Errors: as next(). */
    batch next_batch() {
        tam_status status = TAM_OK;
        const batch b = next_batch(status);
        detail::check(status);
        return b;
    }

    batch next_batch(tam_status &status) noexcept {
        if (next(status) == 0) return batch();
        batch_ = cursor_.at - 1;
        cursor_.at = cursor_.end;
        return {batch_, static_cast<std::size_t>(cursor_.end - batch_)};
    }

    /* The primes before, ascending. Otherwise as next_batch(). */
    batch prev_batch() {
        tam_status status = TAM_OK;
        const batch b = prev_batch(status);
        detail::check(status);
        return b;
    }

    batch prev_batch(tam_status &status) noexcept {
        if (prev(status) == 0) return batch();
        batch_ = cursor_.first;
        return {batch_, static_cast<std::size_t>(cursor_.at - batch_)};
    }

private:
    tam_cursor cursor_ = none();
    /* The batch that was returned last, if nothing was since: it ends where cursor_ is. */
    const std::uint64_t *batch_ = nullptr;

    std::uint64_t step_next() noexcept {
        const std::uint64_t prime = tam_cursor_next(&cursor_);
        if (prime != 0) batch_ = nullptr;
        return prime;
    }

    std::uint64_t step_prev() noexcept {
        const std::uint64_t *const end = cursor_.at;
        if (batch_ != nullptr) cursor_.at = batch_ + 1;
        const std::uint64_t prime = tam_cursor_prev(&cursor_);
        if (prime != 0) {
            batch_ = nullptr;
        } else {
            cursor_.at = end;
        }
        return prime;
    }

    static tam_cursor none() noexcept {
        tam_cursor cursor = tam_cursor();
        tam_cursor_empty(&cursor);
        return cursor;
    }

    tam_status end_or_error() const noexcept {
        return cursor_.status == TAM_ERR_RANGE ? TAM_OK : cursor_.status;
    }
};

/* What primes() returns: an input range, and from C++20 on a view. It may be gone through again: begin() goes back to the
 * start. Movable, not copyable; its iterators point into it. */
class primes_view
#ifdef __cpp_lib_ranges
    : public std::ranges::view_base
#endif
{
public:
    /* Stands on a prime, or at the end. Copies share one position. */
    class iterator {
    public:
        using iterator_category = std::input_iterator_tag;
        using value_type = std::uint64_t;
        using difference_type = std::ptrdiff_t;
        using pointer = const std::uint64_t *;
        using reference = std::uint64_t;

        /* The end. */
        iterator() noexcept = default;

        std::uint64_t operator*() const noexcept { return prime_; }
        const std::uint64_t *operator->() const noexcept { return &prime_; }

        /* Errors: as cursor::next(). */
        iterator &operator++() {
            prime_ = view_->step();
            if (prime_ == 0) view_ = nullptr;
            return *this;
        }

        iterator operator++(int) {
            iterator old = *this;
            ++*this;
            return old;
        }

        friend bool operator==(const iterator &a, const iterator &b) noexcept {
            return a.view_ == b.view_ && a.prime_ == b.prime_;
        }
        friend bool operator!=(const iterator &a, const iterator &b) noexcept { return !(a == b); }

    private:
        friend class primes_view;
        explicit iterator(primes_view *view) : view_(view) { ++*this; }

        primes_view *view_ = nullptr;
        std::uint64_t prime_ = 0;
    };

    /* See primes(). */
    primes_view(std::uint64_t start, std::uint64_t stop) : cursor_(start), start_(start), stop_(stop) {
        if (start > stop) detail::check(TAM_ERR_RANGE);
    }

    primes_view(std::uint64_t start, std::uint64_t stop, tam_status &status) noexcept
        : cursor_(start, status), start_(start), stop_(stop), status_(&status) {
        if (start > stop) status = TAM_ERR_RANGE;
    }

    /* Errors: as cursor::next(). */
    iterator begin() {
        if (status_ == nullptr) {
            cursor_.skip_to(start_);
            return iterator(this);
        }
        if (start_ > stop_) return iterator();
        cursor_.skip_to(start_, *status_);
        return *status_ == TAM_OK ? iterator(this) : iterator();
    }

    iterator end() const noexcept { return iterator(); }

private:
    cursor cursor_;
    std::uint64_t start_, stop_;
    tam_status *status_ = nullptr;

    /* 0 behind the last. */
    std::uint64_t step() {
        const std::uint64_t prime = status_ == nullptr ? cursor_.next() : cursor_.next(*status_);
        return prime <= stop_ ? prime : 0;
    }
};

/* The primes p with start <= p <= stop, one by one, sieved on this thread as they are asked for:
 *
 *     for (std::uint64_t p : tamis::primes(1'000'000, 2'000'000)) ...
 *
 * Threads: one at a time; steps may block. Errors: RANGE (start > stop), LIMIT, and those of cursor::next(). The form
 * with a status keeps a reference to it: an error ends the range and is found there afterwards. */
inline primes_view primes(std::uint64_t start, std::uint64_t stop) { return primes_view(start, stop); }

inline primes_view primes(std::uint64_t start, std::uint64_t stop, tam_status &status) noexcept {
    return primes_view(start, stop, status);
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
     * TAM_PARAM_THREADS may be set until the job ends.
     * Errors: PARAM (not of this kind), RANGE, STATE (already started). */
    job &set(std::int32_t param, std::uint64_t value) {
        return checked(tam_job_set_u64(handle_, param, value));
    }

    job &set(std::int32_t param, std::uint64_t value, tam_status &status) noexcept {
        status = tam_job_set_u64(handle_, param, value);
        return *this;
    }

    /* One of the TAM_KIND_ numbers. Threads: any; never blocks. Errors: none on a live job. */
    std::int32_t kind() const {
        std::int32_t number = 0;
        checked(tam_job_kind(handle_, &number));
        return number;
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

    /* Its phases, in their order; none before the start of a job that was not restored. Several may be active at once.
     * Threads: any; never blocks. Errors: MEMORY, none on a live job beside. */
    std::vector<phase> phases() const {
        tam_status status = TAM_OK;
        auto list = phases(status);
        checked(status);
        return list;
    }

    std::vector<phase> phases(tam_status &status) const {
        std::vector<phase> list;
        std::size_t count = 0;
        status = tam_job_phases(handle_, &count);
        for (std::size_t i = 0; i < count && status == TAM_OK; i++) {
            phase p;
            const char *name = "";
            std::int32_t s = TAM_PHASE_WAITING;
            status = tam_job_phase(handle_, i, &name, &p.progress.done, &p.progress.total, &s);
            p.name = name;
            p.state = static_cast<phase_state>(s);
            list.push_back(p);
        }
        return list;
    }

    /* Waits for the end, however it comes: done, cancelled or failed. result() tells them apart. A stream ends
     * only when it has been read to its end, see read().
     * Threads: any; blocks. Errors: MAIN_THREAD, STATE (never started). */
    tamis::state wait() const { return waited(-1); }

    tamis::state wait(tam_status &status) const noexcept { return waited(-1, status); }

    /* The same for at most `time`; state::running when that ran out, also for a paused job. Zero or less only looks.
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

    /* All numbers of the result, of kinds that have several. Threads: any; never blocks, so wait first.
     * Ownership: a copy. Errors: as result(). */
    std::vector<std::uint64_t> results() const {
        tam_status status = TAM_OK;
        std::vector<std::uint64_t> values = results(status);
        checked(status);
        return values;
    }

    std::vector<std::uint64_t> results(tam_status &status) const {
        std::size_t len = 0;
        std::vector<std::uint64_t> values;
        status = tam_job_results_u64(handle_, nullptr, 0, &len);
        if (status != TAM_OK) return values;
        values.resize(len);
        status = tam_job_results_u64(handle_, values.data(), values.size(), &len);
        return values;
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

    /* Progress moves that word at most once in so many milliseconds; 0: never.
     * Threads: any; never blocks. Errors: none on a live job. */
    void event_interval(std::uint32_t ms) { checked(tam_job_event_interval(handle_, ms)); }

    /* --- Jobs that last ------------------------------------------------------------------------
     * docs/CHECKPOINT.md says what a checkpoint is.
     */

    /* No more chunks are begun until resume(); those under way are merged, so the job may still end.
     * Threads: any; never blocks. Errors: STATE (not started, or ended). */
    void pause() { checked(tam_job_pause(handle_)); }

    void pause(tam_status &status) noexcept { status = tam_job_pause(handle_); }

    /* Threads: any; never blocks. Errors: STATE (not started, or ended). */
    void resume() { checked(tam_job_resume(handle_)); }

    void resume(tam_status &status) noexcept { status = tam_job_resume(handle_); }

    /* What it takes to go on with the job elsewhere, in any state but done; it stops nothing.
     * Threads: any. Ownership: a copy. Errors: STATE (done), RANGE (not started, and start > stop), FAILED. */
    std::vector<std::uint8_t> checkpoint() const {
        tam_status status = TAM_OK;
        std::vector<std::uint8_t> bytes = checkpoint(status);
        checked(status);
        return bytes;
    }

    std::vector<std::uint8_t> checkpoint(tam_status &status) const {
        return detail::filled<std::vector<std::uint8_t>>(status, [this](std::uint8_t *buf, std::size_t cap, std::size_t *len) {
            return tam_job_checkpoint(handle_, buf, cap, len);
        });
    }

    /* A job that has not been started and has got as far as the checkpoint says. Its parameters are fixed, but for
     * TAM_PARAM_THREADS. Threads: any; never blocks. Ownership: borrows the bytes for the call.
     * Errors: FOREIGN, TRUNCATED, ALTERED, VERSION, KIND (with the sentence of checkpoint_message()), LIMIT, MEMORY. */
    static job restore(const std::uint8_t *bytes, std::size_t len) {
        tam_status status = TAM_OK;
        job restored = restore(bytes, len, status);
        if (status != TAM_OK) detail::refuse(status, bytes, len);
        return restored;
    }

    static job restore(const std::uint8_t *bytes, std::size_t len, tam_status &status) noexcept {
        job restored;
        status = tam_job_restore(bytes, len, &restored.handle_);
        return restored;
    }

    static job restore(const std::vector<std::uint8_t> &bytes) { return restore(bytes.data(), bytes.size()); }

    static job restore(const std::vector<std::uint8_t> &bytes, tam_status &status) noexcept {
        return restore(bytes.data(), bytes.size(), status);
    }

    /* --- Streams -------------------------------------------------------------------------------
     * A job of kind TAM_KIND_LIST_PRIMES is read while it runs, by one thread at a time, and rests while too much
     * waits to be read. It is done when it has been read to its end. Whoever wants no more cancels or destroys it.
     */

    /* Moves the next values, at most `cap`, to buf: std::uint64_t or std::uint32_t. Returns how many; 0 at the end.
     * Threads: any, one at a time; blocks until there is one.
     * Errors: STATE (no stream, not started, or another thread reads), BUFFER (cap is 0, or less than k), RANGE
     * (32 bits, and the stop exceeds them), CANCELLED, FAILED, MAIN_THREAD. */
    template <class T>
    std::size_t read(T *buf, std::size_t cap) {
        tam_status status = TAM_OK;
        const std::size_t len = read(buf, cap, status);
        checked(status);
        return len;
    }

    template <class T>
    std::size_t read(T *buf, std::size_t cap, tam_status &status) noexcept {
        std::size_t len = 0;
        status = read_within(-1, buf, cap, &len);
        return status == TAM_OK ? len : 0;
    }

    /* The same into a vector, which then has the values that were read, at most `most`. Returns false at the end. */
    template <class T>
    bool read(std::vector<T> &values, std::size_t most = 65536) {
        tam_status status = TAM_OK;
        const bool more = read(values, most, status);
        checked(status);
        return more;
    }

    template <class T>
    bool read(std::vector<T> &values, std::size_t most, tam_status &status) {
        values.resize(most);
        const std::size_t len = read(values.data(), most, status);
        values.resize(len);
        return len > 0;
    }

    /* The same for at most `time`; nothing when that ran out. Zero or less only looks.
     * Threads: any, one at a time; blocks, unless time is zero or less. Errors: as read(). */
    template <class Rep, class Period, class T>
    std::optional<std::size_t> read_for(std::chrono::duration<Rep, Period> time, T *buf, std::size_t cap) {
        tam_status status = TAM_OK;
        const auto len = read_for(time, buf, cap, status);
        checked(status);
        return len;
    }

    template <class Rep, class Period, class T>
    std::optional<std::size_t> read_for(std::chrono::duration<Rep, Period> time, T *buf, std::size_t cap,
                                        tam_status &status) noexcept {
        std::size_t len = 0;
        status = read_within(milliseconds(time), buf, cap, &len);
        return unless_time_ran_out(len, status);
    }

    /* The same as bytes, in `format`, one of the TAM_FORMAT_ numbers: whole lines or numbers. cap is at least 160.
     * Errors: as read(); RANGE (no such format, or differences of k-tuplets), MEMORY. */
    std::size_t read_bytes(std::int32_t format, std::uint8_t *buf, std::size_t cap) {
        tam_status status = TAM_OK;
        const std::size_t len = read_bytes(format, buf, cap, status);
        checked(status);
        return len;
    }

    std::size_t read_bytes(std::int32_t format, std::uint8_t *buf, std::size_t cap, tam_status &status) noexcept {
        std::size_t len = 0;
        status = tam_job_read_bytes(handle_, format, -1, buf, cap, &len);
        return status == TAM_OK ? len : 0;
    }

    template <class Rep, class Period>
    std::optional<std::size_t> read_bytes_for(std::chrono::duration<Rep, Period> time, std::int32_t format,
                                              std::uint8_t *buf, std::size_t cap) {
        tam_status status = TAM_OK;
        const auto len = read_bytes_for(time, format, buf, cap, status);
        checked(status);
        return len;
    }

    template <class Rep, class Period>
    std::optional<std::size_t> read_bytes_for(std::chrono::duration<Rep, Period> time, std::int32_t format,
                                              std::uint8_t *buf, std::size_t cap, tam_status &status) noexcept {
        std::size_t len = 0;
        status = tam_job_read_bytes(handle_, format, milliseconds(time), buf, cap, &len);
        return unless_time_ran_out(len, status);
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

    /* The same for a runner whose last chunk was `last`, which may still be out: the one behind it, if it is to be had. Some chunks
     * are cheaper in a row. */
    std::optional<std::uint64_t> take_chunk_after(std::uint64_t last) {
        tam_status status = TAM_OK;
        const auto chunk = take_chunk_after(last, status);
        detail::check(status);
        return chunk;
    }

    std::optional<std::uint64_t> take_chunk_after(std::uint64_t last, tam_status &status) noexcept {
        std::uint64_t chunk = 0;
        status = tam_job_take_chunk_after(handle_, last, &chunk);
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

    tam_status read_within(std::int64_t ms, std::uint64_t *buf, std::size_t cap, std::size_t *len) noexcept {
        return tam_job_read_u64(handle_, ms, buf, cap, len);
    }

    tam_status read_within(std::int64_t ms, std::uint32_t *buf, std::size_t cap, std::size_t *len) noexcept {
        return tam_job_read_u32(handle_, ms, buf, cap, len);
    }

    static std::optional<std::size_t> unless_time_ran_out(std::size_t len, tam_status &status) noexcept {
        if (status == TAM_OK) return len;
        if (status == TAM_ERR_TIMEOUT) status = TAM_OK;
        return std::nullopt;
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

// Counting primes with tamis from C++17: with progress, under a time limit, and with bad input.
//
//     primes [STOP [MILLISECONDS]]      defaults: 1000000000 500
//
// The README beside this file has the lines that build it, natively and for the web.
#include <tamis.hpp>

#include <charconv>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <functional>
#include <iostream>

using std::chrono::milliseconds;

// 1. A job, watched until it is done. The job frees itself; an exception would cancel it on the way out.
static void count_with_progress(std::uint64_t stop)
{
    tamis::job job(TAM_KIND_COUNT_PRIMES);
    job.set(TAM_PARAM_START, 0).set(TAM_PARAM_STOP, stop).start();

    int shown = 0;
    // wait_for() gives the processor to the job and comes back 20 times a second to show how far it is.
    // A page would poll progress() from a timer instead, and never wait.
    while (job.wait_for(milliseconds(50)) == tamis::state::running) {
        const int percent = static_cast<int>(job.progress().fraction() * 100);
        if (percent < shown + 10) continue;
        shown = percent - percent % 10;
        // A whole line: Emscripten shows nothing before the newline.
        std::cout << "  " << shown << " % of the numbers to " << stop << std::endl;
    }
    std::cout << "there are " << job.result() << " primes up to " << stop << std::endl;
}

// 2. A job that is given so long and no more.
static void count_under_a_time_limit(milliseconds limit)
{
    tamis::job job(TAM_KIND_COUNT_PRIMES);
    job.set(TAM_PARAM_STOP, 1'000'000'000'000'000).start(); // days of work

    if (job.wait_for(limit) == tamis::state::running) {
        job.cancel(); // only asks
        job.wait();   // the answer comes within 50 ms
    }
    const auto seen = job.progress();
    std::cout << (job.state() == tamis::state::cancelled ? "cancelled after " : "done within ") << limit.count()
              << " ms: " << seen.done << " of " << seen.total << " numbers were looked at" << std::endl;
}

// 3. Each mistake is a tamis::error with a status and a sentence.
static void show(const char *what, const std::function<void()> &mistake)
{
    try {
        mistake();
        std::cout << what << ": no error" << std::endl;
    } catch (const tamis::error &e) {
        std::cout << what << ": " << e.what() << " (status " << e.status() << ")" << std::endl;
    }
}

static void show_bad_input()
{
    tamis::job job(TAM_KIND_COUNT_PRIMES);
    show("counting from 10 to 1", [] { tamis::count_primes(10, 1); });
    show("an unknown kind of job", [] { tamis::job unknown(12345); });
    show("an unknown parameter", [&] { job.set(12345, 1); });
    show("far too many threads", [&] { job.set(TAM_PARAM_THREADS, UINT64_MAX); });
    show("the result before the start", [&] { (void)job.result(); });
    show("a job that was moved away", [&] {
        tamis::job elsewhere = std::move(job);
        job.start();
    });

    // Where an error is nothing exceptional: the form with a status throws nothing.
    tam_status status = TAM_OK;
    tamis::count_primes(10, 1, status);
    if (status == TAM_ERR_RANGE) std::cout << "without exceptions: " << tamis::status_text(status) << std::endl;
}

static bool parse(const char *text, std::uint64_t &value)
{
    const char *end = text + std::strlen(text);
    const auto parsed = std::from_chars(text, end, value);
    return parsed.ec == std::errc() && parsed.ptr == end;
}

int main(int argc, char **argv)
{
    std::uint64_t stop = 1'000'000'000, limit = 500;
    if (argc > 3 || (argc > 1 && !parse(argv[1], stop)) ||
        (argc > 2 && (!parse(argv[2], limit) || limit > INT32_MAX))) {
        std::cerr << "usage: primes [STOP [MILLISECONDS]]   whole numbers, STOP below 2^64" << std::endl;
        return 2;
    }
    try {
        tamis::library pool; // all threads, until the end of this block
        std::cout << "tamis " << tamis::version() << " on " << pool.threads() << " threads" << std::endl;
        count_with_progress(stop);
        count_under_a_time_limit(milliseconds(limit));
        show_bad_input();
    } catch (const std::exception &e) {
        std::cerr << e.what() << std::endl;
        return 1;
    }
}

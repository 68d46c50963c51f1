// Lists of primes with tamis from C++17, in four ways: all at once, one by one, batch by batch, and as a stream.
//
//     lists [STOP]      default: 100000000
//
// The README beside this file has the lines that build it, natively and for the web.
#include <tamis.hpp>

#include <charconv>
#include <cstdint>
#include <cstring>
#include <iostream>
#include <vector>

// 1. All at once, into memory: for lists that are short enough. A longer one is an error that says how long it would be.
static void show_the_primes_between(std::uint32_t start, std::uint32_t stop)
{
    std::cout << "between " << start << " and " << stop << ":";
    for (std::uint32_t p : tamis::generate_primes<std::uint32_t>(start, stop)) std::cout << " " << p;
    std::cout << std::endl;

    try {
        tamis::generate_primes(0, UINT64_MAX);
    } catch (const tamis::error &e) {
        std::cout << "all of them: " << e.what() << std::endl;
    }
}

// 2. One by one: for loops that want the next prime, or the one before.
static void find_the_widest_gap(std::uint64_t stop)
{
    std::uint64_t last = 2, at = 2, widest = 0;
    for (std::uint64_t p : tamis::primes(3, stop)) {
        if (p - last > widest) {
            widest = p - last;
            at = last;
        }
        last = p;
    }
    std::cout << "the widest gap up to " << stop << " is " << widest << ", behind " << at << std::endl;

    tamis::cursor cursor(stop); // from anywhere, in both directions
    std::cout << "the last prime before " << stop << " is " << cursor.prev();
    std::cout << ", and before that " << cursor.prev() << std::endl;
}

// 3. Batch by batch, on all threads: for what needs every prime of a long range, and no list of them.
static void show_the_sum(std::uint64_t stop)
{
    std::uint64_t sum = 0;
    tamis::for_each_prime(0, stop, [&](std::uint64_t p) { sum += p; });
    std::cout << "the primes up to " << stop << " add up to " << sum << std::endl;
}

// 4. As a stream: a job that is read while it runs. It has progress and cancel, and may list k-tuplets.
static void show_the_first_twins_from(std::uint64_t start)
{
    tamis::job job(TAM_KIND_LIST_PRIMES);
    job.set(TAM_PARAM_K, 2).set(TAM_PARAM_START, start).set(TAM_PARAM_STOP, UINT64_MAX).start();
    std::vector<std::uint64_t> twins;
    std::cout << "twins from " << start << " on:\n";
    if (job.read(twins, 6)) // at most six values; `while` would go on to the end
        for (std::size_t i = 0; i + 1 < twins.size(); i += 2) std::cout << "(" << twins[i] << ", " << twins[i + 1] << ")\n";
    std::cout << std::flush;
} // Here the job ends: what nobody reads is not made.

int main(int argc, char **argv)
{
    std::uint64_t stop = 100'000'000;
    if (argc > 1) {
        const char *end = argv[1] + std::strlen(argv[1]);
        const auto parsed = std::from_chars(argv[1], end, stop);
        if (argc > 2 || parsed.ec != std::errc() || parsed.ptr != end || stop < 3 || stop > 100'000'000'000) {
            std::cerr << "usage: lists [STOP]   a whole number, 3 to 10^11" << std::endl;
            return 2;
        }
    }
    try {
        tamis::library pool; // all threads, until the end of this block
        show_the_primes_between(1000, 1050);
        find_the_widest_gap(stop);
        show_the_sum(stop);
        show_the_first_twins_from(1'000'000'000'000);
    } catch (const std::exception &e) {
        std::cerr << e.what() << std::endl;
        return 1;
    }
}

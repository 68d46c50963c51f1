// Tests of tamis.hpp: lists, functions that are told primes, cursors, ranges, streams.
#include "tamis.hpp"

#include "check.h"

#include <algorithm>
#include <numeric>
#include <stdexcept>
#include <string>
#include <thread>
#include <type_traits>
#include <vector>

using namespace std::chrono_literals;
using list64 = std::vector<std::uint64_t>;

namespace {

// The status that a call throws; TAM_OK when it throws nothing.
template <class Call> tam_status thrown(Call call, std::string *what = nullptr)
{
    try {
        call();
    } catch (const tamis::error &e) {
        if (what != nullptr) *what = e.what();
        return e.status();
    }
    return TAM_OK;
}

const list64 first_primes = {2, 3, 5, 7, 11, 13, 17, 19, 23, 29}; // A000040

tamis::job listing(std::uint64_t start, std::uint64_t stop, std::uint64_t k = 1)
{
    tamis::job job(TAM_KIND_LIST_PRIMES);
    job.set(TAM_PARAM_START, start).set(TAM_PARAM_STOP, stop).set(TAM_PARAM_K, k);
    return job;
}

void tuplets_and_nth_primes_are_the_c_ones()
{
    CHECK_U64(tamis::count_tuplets(2, 0, 1000000), 8169); // A007508(6)
    CHECK_U64(tamis::count_tuplets(4, 0, 1000000), 166);  // A050258(6)
    CHECK_STATUS(thrown([] { (void)tamis::count_tuplets(7, 0, 10); }), TAM_ERR_RANGE);
    CHECK_U64(tamis::nth_prime(100000), 1299709); // A006988(5)
    CHECK_U64(tamis::nth_prime(1000000000), 22801763489); // A006988(9)
    CHECK_U64(tamis::prime_pi(100000000000), 4118054813); // A006880(11)
    CHECK_U64(tamis::nth_prime(1, 1000000), 1000003);
    CHECK_U64(tamis::nth_prime(-1, 1000000), 999983);
    CHECK_STATUS(thrown([] { (void)tamis::nth_prime(-1, 2); }), TAM_ERR_RANGE);
    tam_status s = TAM_OK;
    CHECK(tamis::nth_prime(-1, 2, s) == 0 && s == TAM_ERR_RANGE);
    CHECK(tamis::nth_prime(0, 2, s) == 2 && s == TAM_OK);
    CHECK(tamis::count_tuplets(2, 2, 1, s) == 0 && s == TAM_ERR_RANGE);
}

void numbers_and_sums_are_the_c_ones()
{
    CHECK(tamis::is_prime(1000003) && !tamis::is_prime(1000001) && tamis::is_prime(tamis::u128{13, 1}));
    CHECK((tamis::are_prime({1, 2, 3, 4}) == std::vector<std::uint8_t>{0, 1, 1, 0}) && tamis::are_prime({}).empty());
    CHECK(tamis::next_prime(97) == 101 && tamis::prev_prime(97) == 89);
    CHECK_STATUS(thrown([] { (void)tamis::prev_prime(2); }), TAM_ERR_RANGE);
    const auto factors = tamis::factor(360);
    CHECK(factors.size() == 3 && factors[0].prime == 2 && factors[0].exponent == 3 && factors[2].prime == 5);
    CHECK(tamis::factor(1).empty());
    CHECK_STATUS(thrown([] { (void)tamis::factor(0); }), TAM_ERR_RANGE);
    CHECK_STATUS(thrown([] { (void)tamis::factor(tamis::u128{}); }), TAM_ERR_RANGE);
    const auto wide = tamis::factor(tamis::u128{UINT64_MAX, 7}); // 2^67 - 1: Cole, 1903
    CHECK(wide.size() == 2 && wide[0].prime == (tamis::u128{193707721, 0}) && wide[1].exponent == 1);
    CHECK((tamis::divisors(12) == list64{1, 2, 3, 4, 6, 12}) && tamis::divisor_count(12) == 6);
    CHECK(tamis::euler_phi(12) == 4 && tamis::moebius(30) == -1 && tamis::radical(12) == 6 && tamis::sigma(12, 1) == 28);
    CHECK(tamis::primorial(10) == 210 && tamis::mertens(1000000) == 212);        // A084237(6)
    CHECK(tamis::sum_primes(1000) == (tamis::u128{76127, 0}));                   // A046731(3)
    const auto gaps = tamis::maximal_gaps(0, 1000);
    CHECK(gaps.size() == 8 && gaps[7].length == 20 && gaps[7].prime == 887);     // A005250, A002386
    CHECK(tamis::goldbach(100) == 6 && tamis::count_primes_mod(0, 100, 10, 1) == 5); // A065577, A073505
    CHECK((tamis::smallest_factors(8, 11) == list64{2, 3, 2, 11}) && (tamis::euler_phis(8, 11) == list64{4, 6, 4, 10}));
    CHECK((tamis::moebius_signs(8, 11) == std::vector<std::int8_t>{0, 0, 1, -1}));
    const auto powers = tamis::factorial_exponents(10);
    CHECK(powers.size() == 4 && powers[0].exponent == 8 && powers[3].prime == 7 && powers[3].exponent == 1);
    tam_status s = TAM_OK;
    CHECK(tamis::factor(0, s).empty() && s == TAM_ERR_RANGE);
    CHECK(tamis::sigma(UINT64_MAX, 2, s) == 0 && s == TAM_ERR_RANGE);
    CHECK(tamis::maximal_gaps(2, 1, s).empty() && s == TAM_ERR_RANGE);
}

void a_job_of_several_results_gives_them_all()
{
    tamis::job job(TAM_KIND_COUNT_TUPLETS);
    job.set(TAM_PARAM_STOP, 100000).set(TAM_PARAM_KINDS, 0b001011);
    CHECK_STATUS(thrown([&] { (void)job.results(); }), TAM_ERR_STATE);
    job.start().wait();
    CHECK((job.results() == list64{9592, 1224, 0, 38, 0, 0})); // A006880(5), A007508(5), A050258(5)
    tam_status s = TAM_OK;
    CHECK(job.results(s).size() == 6 && s == TAM_OK);
    CHECK(tamis::job().results(s).empty() && s == TAM_ERR_NULL);
}

void lists_are_vectors_of_both_widths()
{
    CHECK(tamis::generate_primes(0, 30) == first_primes);
    const auto narrow = tamis::generate_primes<std::uint32_t>(0, 30);
    static_assert(std::is_same_v<decltype(narrow), const std::vector<std::uint32_t>>);
    CHECK(std::equal(narrow.begin(), narrow.end(), first_primes.begin(), first_primes.end()));
    CHECK(tamis::generate_primes(24, 28).empty());
    CHECK(tamis::generate_primes(0, 1).empty());
    CHECK((tamis::generate_primes(29, 29) == list64{29}));
    // Whatever the estimate of their length was.
    for (std::uint64_t start : {0ull, 1000ull, 4294967000ull, 1000000000000ull})
        for (std::uint64_t width : {1ull, 100ull, 12345ull, 1000000ull}) {
            const auto list = tamis::generate_primes(start, start + width);
            CHECK_U64(list.size(), tamis::count_primes(start, start + width));
            CHECK(std::is_sorted(list.begin(), list.end()));
        }
    CHECK(tamis::generate_primes<std::uint32_t>(UINT32_MAX - 4, UINT32_MAX).size() == 1); // 2^32 - 5: A013603
    CHECK_STATUS(thrown([] { (void)tamis::generate_primes<std::uint32_t>(0, 1ull << 32); }), TAM_ERR_RANGE);
    CHECK_STATUS(thrown([] { (void)tamis::generate_primes(2, 1); }), TAM_ERR_RANGE);
    tam_status s = TAM_OK;
    CHECK(tamis::generate_primes(0, 30, s) == first_primes && s == TAM_OK);
    CHECK(tamis::generate_primes(2, 1, s).empty() && s == TAM_ERR_RANGE);
}

void a_list_that_does_not_fit_says_how_long_it_would_be()
{
    std::string what;
    CHECK_STATUS(thrown([] { (void)tamis::generate_primes(0, UINT64_MAX); }, &what), TAM_ERR_MEMORY);
    CHECK(what.find("about 4256562") != std::string::npos); // A007053(64) is 425656284035217743
    CHECK(what.find(" MB") != std::string::npos && what.find("for_each_prime") != std::string::npos);
    tam_status s = TAM_OK;
    CHECK(tamis::generate_primes(0, UINT64_MAX, s).empty() && s == TAM_ERR_MEMORY);
}

void functions_are_told_every_prime_or_many_at_once()
{
    std::uint64_t sum = 0, calls = 0;
    CHECK(tamis::for_each_prime(0, 1000000, [&](std::uint64_t p) { sum += p; }));
    CHECK_U64(sum, 37550402023); // A046731(6)
    sum = 0;
    CHECK(tamis::for_each_prime(0, 1000000, [&](const std::uint64_t *primes, std::size_t len) {
        sum += std::accumulate(primes, primes + len, std::uint64_t(0));
        calls++;
    }));
    CHECK(sum == 37550402023 && calls < 78498);
    list64 seen;
    const auto keep = [&](auto p) { seen.push_back(p); }; // a generic one, and const
    CHECK(tamis::for_each_prime(0, 30, keep));
    CHECK(seen == first_primes);
    CHECK_STATUS(thrown([&] { tamis::for_each_prime(2, 1, keep); }), TAM_ERR_RANGE);
}

int refuse(std::uint64_t p) { return p > 100 ? 7 : 0; }

void a_function_stops_by_true_or_a_number()
{
    std::uint64_t last = 0;
    CHECK(!tamis::for_each_prime(0, UINT64_MAX, [&](std::uint64_t p) { last = p; return p > 1000; }));
    CHECK_U64(last, 1009); // and no further
    CHECK(tamis::for_each_prime(0, 1000, [](std::uint64_t) { return false; }));
    CHECK(!tamis::for_each_prime(0, UINT64_MAX, refuse));
    tam_status s = TAM_OK;
    CHECK(!tamis::for_each_prime(0, UINT64_MAX, &refuse, s) && s == TAM_OK);
    CHECK(!tamis::for_each_prime(0, UINT64_MAX, [](const std::uint64_t *, std::size_t) { return true; }));
    CHECK(!tamis::for_each_prime(2, 1, refuse, s) && s == TAM_ERR_RANGE);
}

void what_a_function_throws_arrives_and_ends_the_stream()
{
    std::uint64_t calls = 0;
    const auto fails = [&](std::uint64_t p) {
        calls++;
        if (p == 541) throw std::out_of_range("the hundredth");
    };
    tam_status s = TAM_OK;
    for (int form = 0; form < 2; form++) {
        std::string what;
        calls = 0;
        try {
            if (form == 0) tamis::for_each_prime(0, UINT64_MAX, fails);
            else tamis::for_each_prime(0, UINT64_MAX, fails, s);
        } catch (const std::out_of_range &e) {
            what = e.what();
        }
        CHECK(what == "the hundredth" && calls == 100);
    }
    CHECK_U64(tamis::count_primes(0, 1000), 168); // the threads are free again
}

void cursors_go_up_and_down()
{
    static_assert(!std::is_copy_constructible_v<tamis::cursor>);
    static_assert(std::is_nothrow_move_constructible_v<tamis::cursor>);
    static_assert(std::is_nothrow_move_assignable_v<tamis::cursor>);
    tamis::cursor cursor;
    for (std::uint64_t p : first_primes) CHECK_U64(cursor.next(), p);
    CHECK_U64(cursor.prev(), 23);
    cursor.skip_to(1000000);
    CHECK_U64(cursor.next(), 1000003);
    CHECK_U64(cursor.prev(), 999983);
    cursor.clear();
    CHECK_U64(cursor.prev(), 0); // the end is no error
    CHECK_U64(cursor.next(), 2);
    tamis::cursor taken = std::move(cursor);
    CHECK(!cursor && taken);
    CHECK_U64(taken.next(), 3);
    CHECK_STATUS(thrown([&] { (void)cursor.next(); }), TAM_ERR_NULL);
    CHECK_STATUS(thrown([&] { cursor.skip_to(1); }), TAM_ERR_NULL);
    cursor = std::move(taken);
    CHECK_U64(cursor.next(), 5);
    tam_status s = TAM_OK;
    tamis::cursor other(90, s);
    CHECK(other.next(s) == 97 && s == TAM_OK);
    CHECK(other.prev(s) == 89 && s == TAM_OK);
    other.skip_to(0, s);
    CHECK(other.prev(s) == 0 && s == TAM_OK);
    other.clear(s);
    CHECK(taken.next(s) == 0 && s == TAM_ERR_NULL);
    CHECK(taken.next_batch(s).empty() && s == TAM_ERR_NULL);
}

void batches_and_steps_of_a_cursor_may_be_mixed()
{
    const list64 primes = tamis::generate_primes(0, 1000000);
    tamis::cursor cursor(0);
    std::size_t at = 0;
    while (at < primes.size()) {
        const tamis::batch batch = cursor.next_batch();
        REQUIRE(!batch.empty());
        for (std::size_t i = 0; i < batch.size() && at < primes.size(); i++) REQUIRE(batch[i] == primes[at++]);
    }
    cursor.skip_to(500000);
    const tamis::batch before = cursor.prev_batch();
    CHECK(*(before.end() - 1) == 499979 && std::is_sorted(before.begin(), before.end()));
    const std::uint64_t first = before[0];
    CHECK_U64(cursor.prev(), tamis::nth_prime(-1, first));
    CHECK_U64(cursor.next(), first);
    const tamis::batch rest = cursor.next_batch(); // from where the step left off
    CHECK_U64(rest[0], tamis::nth_prime(1, first));
    CHECK_U64(cursor.prev(), first); // a batch counts as one step
}

void a_range_is_gone_through_by_for_and_by_algorithms()
{
    list64 seen;
    for (std::uint64_t p : tamis::primes(0, 30)) seen.push_back(p);
    CHECK(seen == first_primes);
    auto range = tamis::primes(3, 29);
    CHECK((list64(range.begin(), range.end()) == list64(first_primes.begin() + 1, first_primes.end())));
    CHECK_U64(std::accumulate(range.begin(), range.end(), std::uint64_t(0)), 127); // and again
    CHECK(std::find_if(range.begin(), range.end(), [](std::uint64_t p) { return p > 10; }) != range.end());
    auto at = range.begin();
    CHECK(*at++ == 3 && *at == 5 && *++at == 7);
    for (std::uint64_t p : tamis::primes(24, 28)) CHECK_U64(p, 0);
    std::uint64_t last = 0;
    for (std::uint64_t p : tamis::primes(1000000, UINT64_MAX)) // as far as one likes
        if ((last = p) > 1000100) break;
    CHECK_U64(last, 1000117);
    CHECK_STATUS(thrown([] { (void)tamis::primes(2, 1); }), TAM_ERR_RANGE);
    tam_status s = TAM_OK;
    seen.clear();
    for (std::uint64_t p : tamis::primes(0, 30, s)) seen.push_back(p);
    CHECK(seen == first_primes && s == TAM_OK);
    for (std::uint64_t p : tamis::primes(2, 1, s)) CHECK_U64(p, 0);
    CHECK_STATUS(s, TAM_ERR_RANGE);
    auto moved = std::move(range);
    CHECK_U64(*moved.begin(), 3);
}

void streams_are_read_to_their_end()
{
    tamis::job job = listing(0, 1000000);
    list64 part, all;
    CHECK_STATUS(thrown([&] { job.read(part); }), TAM_ERR_STATE); // not started
    job.start();
    while (job.read(part, 1000)) all.insert(all.end(), part.begin(), part.end());
    CHECK(part.empty() && all == tamis::generate_primes(0, 1000000));
    CHECK(job.state() == tamis::state::done && job.get() == 78498);

    tamis::job twins = listing(0, 20, 2);
    std::vector<std::uint32_t> narrow;
    twins.start();
    CHECK_STATUS(thrown([&] { twins.read(narrow, 1); }), TAM_ERR_BUFFER);
    CHECK(twins.read(narrow) && (narrow == std::vector<std::uint32_t>{3, 5, 5, 7, 11, 13, 17, 19}));
    CHECK(!twins.read(narrow));

    std::uint64_t wide[4];
    std::uint32_t slim[4];
    tam_status s = TAM_OK;
    tamis::job small = listing(0, 30);
    small.start();
    CHECK(small.read(wide, 4) == 4 && wide[3] == 7);
    CHECK(small.read(slim, 4, s) == 4 && slim[3] == 19 && s == TAM_OK);
    CHECK(small.read(wide, 0, s) == 0 && s == TAM_ERR_BUFFER);
    CHECK(small.read(wide, 4) == 2 && small.read(wide, 4) == 0);
}

void streams_are_polled_and_waited_for_with_a_limit()
{
    std::uint64_t buf[4];
    std::uint8_t bytes[160];
    tam_status s = TAM_OK;
    tamis::job job = listing(0, 30);
    job.start_external(); // nobody runs its chunk
    CHECK(!job.read_for(0ms, buf, 4).has_value());
    CHECK(!job.read_for(-1h, buf, 4).has_value());
    const auto begun = std::chrono::steady_clock::now();
    CHECK(!job.read_for(30ms, buf, 4, s).has_value() && s == TAM_OK);
    CHECK(std::chrono::steady_clock::now() - begun >= 29ms);
    CHECK(!job.read_bytes_for(1ms, TAM_FORMAT_TEXT, bytes, sizeof bytes).has_value());
    tamis::job running = listing(0, 30);
    const auto chunk = job.take_chunk();
    REQUIRE(chunk.has_value());
    job.put_chunk(*chunk, running.run_chunk(*chunk));
    CHECK(job.read_for(1h, buf, 4) == std::size_t(4));
    CHECK(job.read_for(std::chrono::hours::max(), buf, 4) == std::size_t(4));
    job.cancel();
    CHECK_STATUS(thrown([&] { (void)job.read_for(1s, buf, 4); }), TAM_ERR_CANCELLED);
    CHECK_STATUS(thrown([&] { (void)job.read(buf, 4); }), TAM_ERR_CANCELLED);
}

void streams_are_read_as_bytes()
{
    std::uint8_t bytes[1000];
    tam_status s = TAM_OK;
    tamis::job job = listing(0, 12);
    job.start();
    std::string text;
    while (const std::size_t len = job.read_bytes(TAM_FORMAT_TEXT, bytes, sizeof bytes)) text.append(bytes, bytes + len);
    CHECK(text == "2\n3\n5\n7\n11\n");
    tamis::job deltas = listing(0, 12);
    deltas.start();
    CHECK(deltas.read_bytes_for(1h, TAM_FORMAT_DELTA, bytes, sizeof bytes, s) == std::size_t(5) && s == TAM_OK);
    CHECK(bytes[0] == 2 && bytes[1] == 1 && bytes[4] == 4);
    CHECK(deltas.read_bytes(TAM_FORMAT_DELTA, bytes, 10, s) == 0);
    tamis::job again = listing(0, 12);
    again.start();
    CHECK_STATUS(thrown([&] { (void)again.read_bytes(99, bytes, sizeof bytes); }), TAM_ERR_RANGE);
    CHECK(again.read_bytes(TAM_FORMAT_TEXT, bytes, 10, s) == 0 && s == TAM_ERR_BUFFER);
}

void a_stream_that_is_left_early_ends_with_its_job()
{
    for (int i = 0; i < 5; i++) {
        tamis::job job = listing(0, UINT64_MAX);
        list64 part;
        CHECK(job.start().read(part) && part[0] == 2);
    }
    CHECK_U64(tamis::count_primes(0, 1000000), 78498); // A006880(6)
}

} // namespace

void suite_lists()
{
    RUN("hpp lists", tuplets_and_nth_primes_are_the_c_ones);
    RUN("hpp lists", numbers_and_sums_are_the_c_ones);
    RUN("hpp lists", a_job_of_several_results_gives_them_all);
    RUN("hpp lists", lists_are_vectors_of_both_widths);
    RUN("hpp lists", a_list_that_does_not_fit_says_how_long_it_would_be);
    RUN("hpp lists", functions_are_told_every_prime_or_many_at_once);
    RUN("hpp lists", a_function_stops_by_true_or_a_number);
    RUN("hpp lists", what_a_function_throws_arrives_and_ends_the_stream);
    RUN("hpp lists", cursors_go_up_and_down);
    RUN("hpp lists", batches_and_steps_of_a_cursor_may_be_mixed);
    RUN("hpp lists", a_range_is_gone_through_by_for_and_by_algorithms);
    RUN("hpp lists", streams_are_read_to_their_end);
    RUN("hpp lists", streams_are_polled_and_waited_for_with_a_limit);
    RUN("hpp lists", streams_are_read_as_bytes);
    RUN("hpp lists", a_stream_that_is_left_early_ends_with_its_job);
}

// Tests of tamis.hpp in a program built with -fno-exceptions: the status form works, and the other
// form hands its error to TAMIS_ON_ERROR and does not come back.
#include <cstdlib>

static void on_error(int status);
#define TAMIS_ON_ERROR(e) on_error((e).status())
#include "tamis.hpp"

#include "check.h"

// The end of a program that passed: main() below provokes it last.
static void on_error(int status) { std::exit(status == TAM_ERR_RANGE ? 0 : 1); }

static void the_status_form_needs_no_exceptions()
{
    tam_status s = TAM_OK;
    tamis::library pool(2, s);
    REQUIRE_OK(s);
    tamis::job job(TAM_KIND_COUNT_PRIMES, s);
    job.set(TAM_PARAM_STOP, 100000, s).start(s);
    CHECK_OK(s);
    CHECK(job.wait_for(std::chrono::seconds(60), s) == tamis::state::done);
    CHECK_U64(job.result(s), 9592); // A006880(5)
    CHECK_OK(s);
    job.checkpoint(s);
    CHECK_STATUS(s, TAM_ERR_STATE); // done
    job.pause(s);
    CHECK_STATUS(s, TAM_ERR_STATE);
    job.resume(s);
    CHECK_STATUS(s, TAM_ERR_STATE);
    const auto bytes = tamis::job(TAM_KIND_SELF_TEST, s).checkpoint(s);
    const std::string token = tamis::checkpoint_to_text(bytes, s);
    CHECK(s == TAM_OK && tamis::checkpoint_from_text(token, s) == bytes);
    CHECK(tamis::job::restore(bytes, s) && s == TAM_OK);
    CHECK(!tamis::checkpoint_message(bytes.data(), bytes.size(), s).empty() && s == TAM_OK);
    tamis::job none(-1, s);
    CHECK_STATUS(s, TAM_ERR_KIND);
    CHECK(!none);
}

static void lists_need_no_exceptions()
{
    tam_status s = TAM_OK;
    CHECK(tamis::generate_primes(0, 100, s).size() == 25 && s == TAM_OK);
    CHECK(tamis::generate_primes(0, UINT64_MAX, s).empty() && s == TAM_ERR_MEMORY); // and the program lives
    CHECK(tamis::count_tuplets(2, 0, 100, s) == 8 && s == TAM_OK);                  // A007508(2)
    CHECK(tamis::nth_prime(-1, 2, s) == 0 && s == TAM_ERR_RANGE);
    CHECK(tamis::nth_prime(INT64_MAX, 0, s) == 0 && s == TAM_ERR_RANGE);
    CHECK(tamis::prime_pi(1000, s) == 168 && s == TAM_OK);
    std::uint64_t sum = 0;
    CHECK(tamis::for_each_prime(0, 100, [&](std::uint64_t p) { sum += p; }, s) && s == TAM_OK);
    CHECK(!tamis::for_each_prime(0, UINT64_MAX, [](std::uint64_t p) { return p > 100; }, s) && s == TAM_OK);
    for (std::uint64_t p : tamis::primes(0, 100, s)) sum -= p;
    CHECK(sum == 0 && s == TAM_OK);
    tamis::cursor cursor(100, s);
    CHECK(cursor.next(s) == 101 && cursor.prev(s) == 97 && s == TAM_OK);
    CHECK(!cursor.prev_batch(s).empty() && s == TAM_OK);
    std::vector<std::uint64_t> part;
    tamis::job job(TAM_KIND_LIST_PRIMES, s);
    job.set(TAM_PARAM_STOP, 100, s).start(s);
    CHECK(job.read(part, 100, s) && part.size() == 25 && s == TAM_OK);
    CHECK(!job.read(part, 100, s) && s == TAM_OK);
    CHECK(job.results(s).size() == 1 && s == TAM_OK);
}

static void the_other_form_returns_where_nothing_goes_wrong()
{
    CHECK_U64(tamis::count_primes(0, 100), 25);
}

int main()
{
    RUN("no-exceptions", the_status_form_needs_no_exceptions);
    RUN("no-exceptions", lists_need_no_exceptions);
    RUN("no-exceptions", the_other_form_returns_where_nothing_goes_wrong);
    if (check_summary() != 0) return 1;
    (void)tamis::count_primes(2, 1); // calls on_error
    std::puts("the handler was not called");
    return 1;
}

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
    tamis::job none(-1, s);
    CHECK_STATUS(s, TAM_ERR_KIND);
    CHECK(!none);
}

static void the_other_form_returns_where_nothing_goes_wrong()
{
    CHECK_U64(tamis::count_primes(0, 100), 25);
}

int main()
{
    RUN("no-exceptions", the_status_form_needs_no_exceptions);
    RUN("no-exceptions", the_other_form_returns_where_nothing_goes_wrong);
    if (check_summary() != 0) return 1;
    (void)tamis::count_primes(2, 1); // calls on_error
    std::puts("the handler was not called");
    return 1;
}

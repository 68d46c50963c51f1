// One half of a program whose other half is built with -fno-exceptions: both forms of the header's
// inline functions must live side by side.
#include "tamis.hpp"

#include "check.h"

#include <cstdio>

void half_without_exceptions(); // mixed_off.cpp

static void this_half_throws()
{
    tam_status status = TAM_OK;
    try {
        (void)tamis::count_primes(2, 1);
    } catch (const tamis::error &e) {
        status = e.status();
    }
    CHECK_STATUS(status, TAM_ERR_RANGE);
}

int main()
{
    RUN("mixed", this_half_throws);
    if (check_summary() != 0) return 1;
    half_without_exceptions(); // ends the program, with 0 if all is well
    std::puts("the other half's handler was not called");
    return 1;
}

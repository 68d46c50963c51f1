/* Known counts, and windows that an independent test of primality checks. */
#include "suites.h"

#include <inttypes.h>

static uint64_t count(uint64_t start, uint64_t stop)
{
    uint64_t n = UINT64_MAX;
    CHECK_OK(tam_count_primes(start, stop, &n));
    return n;
}

static uint64_t slow_count(uint64_t start, uint64_t stop)
{
    uint64_t n, found = 0;
    for (n = start;; n++) {
        found += (uint64_t)oracle_is_prime(n);
        if (n == stop) return found;
    }
}

static void counts_to_powers_of_ten_match_a006880(void)
{
    static const uint64_t known[] = {0, 4, 25, 168, 1229, 9592, 78498, 664579, 5761455, 50847534};
    uint64_t x = 1;
    int k, most = check_slow() ? 7 : 9;
    for (k = 0; k <= most; k++, x *= 10) CHECK_U64(count(0, x), known[k]);
}

static void counts_to_powers_of_two_match_a007053(void)
{
    /* A007053(n) for n = 0..25, and 32 as the sum of two windows. */
    static const uint64_t known[] = {0,     1,     2,     4,      6,      11,     18,     31,     54,
                                     97,    172,   309,   564,    1028,   1900,   3512,   6542,   12251,
                                     23000, 43390, 82025, 155611, 295947, 564163, 1077871, 2063689};
    int n;
    for (n = 0; n < 26; n++) CHECK_U64(count(0, UINT64_C(1) << n), known[n]);
}

static void counts_around_two_to_the_32_match_a007053(void)
{
    const uint64_t edge = UINT64_C(1) << 32;
    CHECK_U64(count(0, edge), 203280221);                       /* A007053(32) */
    CHECK_U64(count(edge / 2 + 1, edge), 203280221 - 105097565); /* less A007053(31) */
}

static void windows_around_two_to_the_32_match_the_slow_count(void)
{
    const uint64_t edge = UINT64_C(1) << 32, wide = check_slow() ? 300 : 5000;
    CHECK_U64(count(edge - wide, edge + wide), slow_count(edge - wide, edge + wide));
    /* The primes on both sides: 2^32 - 5 (A013603) and 2^32 + 15 (A013597). */
    CHECK_U64(count(edge - 5, edge + 15), 2);
    CHECK_U64(count(edge - 4, edge + 14), 0);
    CHECK_U64(count(edge - 5, edge - 5), 1);
}

static void the_window_at_two_to_the_64_matches_the_slow_count(void)
{
    const uint64_t top = UINT64_MAX, wide = 3000;
    CHECK_U64(count(top - wide, top), slow_count(top - wide, top));
    /* The largest prime below 2^64 is 2^64 - 59 (A013603). One call: each makes all sieving primes. */
    CHECK_U64(count(top - 58, top), 1);
}

static void tiny_ranges_are_exact(void)
{
    uint64_t start, stop, wide = check_slow() ? 40 : 130;
    for (start = 0; start <= wide; start++)
        for (stop = start; stop <= wide; stop += 1 + stop / 40)
            CHECK_U64(count(start, stop), slow_count(start, stop));
}

static void two_halves_add_up_to_the_whole(void)
{
    uint64_t seed = 9, whole, wide = check_slow() ? 200000 : 20000000;
    int i;
    for (i = 0; i < 6; i++) {
        uint64_t start = check_random(&seed) >> (20 + 4 * i); /* 2^44 down to 2^24 */
        uint64_t stop = start + check_random(&seed) % wide;
        uint64_t cut = start + check_random(&seed) % (stop - start + 1);
        whole = count(start, stop);
        CHECK_U64(count(start, cut) + (cut < stop ? count(cut + 1, stop) : 0), whole);
    }
}

void suite_values(void)
{
    RUN("values", tiny_ranges_are_exact);
    RUN("values", counts_to_powers_of_ten_match_a006880);
    RUN("values", counts_to_powers_of_two_match_a007053);
    RUN_UNLESS_SLOW("values", counts_around_two_to_the_32_match_a007053);
    RUN("values", windows_around_two_to_the_32_match_the_slow_count);
    /* Making the sieving primes up to 2^32 takes seconds as it is. */
    RUN_UNLESS_SLOW("values", the_window_at_two_to_the_64_matches_the_slow_count);
    RUN("values", two_halves_add_up_to_the_whole);
}

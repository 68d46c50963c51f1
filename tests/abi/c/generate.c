/* Lists of primes: into a buffer of every size, and batch by batch to a function. */
#define _POSIX_C_SOURCE 200809L
#include "suites.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

static void compare_with_a_list(void)
{
    size_t count, len = 0, i, wrong = 0;
    const uint64_t *primes = oracle_primes(&count);
    uint64_t *wide = malloc(count * sizeof *wide);
    uint32_t *narrow = malloc(count * sizeof *narrow);
    REQUIRE(wide != NULL && narrow != NULL);
    CHECK_OK(tam_generate_primes(0, ORACLE_LIMIT, wide, count, &len)); /* exactly enough */
    CHECK_U64(len, count);
    CHECK(memcmp(wide, primes, count * sizeof *wide) == 0);
    CHECK_OK(tam_generate_primes_u32(0, ORACLE_LIMIT, narrow, count, &len));
    CHECK_U64(len, count);
    for (i = 0; i < count; i++) wrong += narrow[i] != primes[i];
    CHECK_U64(wrong, 0);
    free(wide);
    free(narrow);
}

static void the_primes_below_2_to_the_20_match_a_list_on_1_2_and_8_threads(void)
{
    with_1_2_and_8_threads(compare_with_a_list);
}

static void a_buffer_of_any_size_is_filled_or_told_the_exact_length(void)
{
    enum { PRIMES = 25 }; /* A006880(2) */
    uint64_t buf[PRIMES + 2];
    uint32_t small[PRIMES + 2];
    size_t cap, len, i;
    for (cap = 1; cap <= PRIMES + 1; cap++) {
        for (i = 0; i < PRIMES + 2; i++) small[i] = 77, buf[i] = 77;
        len = 88;
        CHECK_STATUS(tam_generate_primes(0, 100, buf, cap, &len), cap < PRIMES ? TAM_ERR_BUFFER : TAM_OK);
        CHECK_U64(len, PRIMES);
        len = 88;
        CHECK_STATUS(tam_generate_primes_u32(0, 100, small, cap, &len), cap < PRIMES ? TAM_ERR_BUFFER : TAM_OK);
        CHECK_U64(len, PRIMES);
        if (cap >= PRIMES) CHECK(buf[0] == 2 && buf[PRIMES - 1] == 97 && small[0] == 2 && small[PRIMES - 1] == 97);
        for (i = cap; i < PRIMES + 2; i++) CHECK(buf[i] == 77 && small[i] == 77); /* nothing behind its end */
    }
    len = 88;
    CHECK_STATUS(tam_generate_primes(0, 100, buf, 0, &len), TAM_ERR_BUFFER); /* a buffer of no room is no question */
    CHECK_U64(len, PRIMES);
}

static void a_long_list_for_a_short_buffer_is_counted_to_its_end(void)
{
    uint64_t buf[3], count = 0, stop = check_slow() ? 1000000 : 100000000;
    size_t len = 0;
    CHECK_STATUS(tam_generate_primes(0, stop, buf, 3, &len), TAM_ERR_BUFFER);
    CHECK_OK(tam_count_primes(0, stop, &count));
    CHECK_U64(len, count);
}

static void null_and_0_ask_for_the_length(void)
{
    size_t len = 0;
    CHECK_OK(tam_generate_primes(0, 1000000, NULL, 0, &len));
    CHECK_U64(len, 78498); /* A006880(6) */
    CHECK_OK(tam_generate_primes_u32(0, 1000000, NULL, 0, &len));
    CHECK_U64(len, 78498);
    CHECK_OK(tam_generate_primes(24, 28, NULL, 0, &len));
    CHECK_U64(len, 0);
}

static void ranges_without_primes_are_empty_lists(void)
{
    static const uint64_t ranges[][2] = {{0, 0}, {0, 1}, {1, 1}, {24, 28}, {90, 96}, {UINT64_MAX - 57, UINT64_MAX}};
    uint64_t buf[2] = {77, 77};
    size_t len, i, ends = check_slow() ? 5 : 6;
    for (i = 0; i < ends; i++) {
        len = 88;
        CHECK_OK(tam_generate_primes(ranges[i][0], ranges[i][1], buf, 2, &len));
        CHECK_U64(len, 0);
        CHECK(buf[0] == 77);
    }
    CHECK_OK(tam_generate_primes(97, 97, buf, 1, &len));
    CHECK(len == 1 && buf[0] == 97 && buf[1] == 77);
}

static void the_ends_of_32_and_64_bits_are_listed(void)
{
    /* The largest primes below 2^32 are 5, 17 and 65 less (OEIS A013603 has the first), those below 2^64 59, 83, 95. */
    uint32_t narrow[4];
    uint64_t wide[4];
    size_t len = 77;
    CHECK_OK(tam_generate_primes_u32(UINT32_MAX - 64, UINT32_MAX, narrow, 4, &len));
    CHECK(len == 3 && narrow[0] == UINT32_MAX - 64 && narrow[1] == UINT32_MAX - 16 && narrow[2] == UINT32_MAX - 4);
    len = 77;
    CHECK_STATUS(tam_generate_primes_u32(0, (uint64_t)UINT32_MAX + 1, narrow, 4, &len), TAM_ERR_RANGE);
    CHECK_STATUS(tam_generate_primes_u32(UINT64_MAX, UINT64_MAX, narrow, 4, &len), TAM_ERR_RANGE);
    CHECK_STATUS(tam_generate_primes_u32(0, UINT64_MAX, NULL, 0, &len), TAM_ERR_RANGE);
    CHECK(len == 77);
    if (check_slow()) return;
    CHECK_OK(tam_generate_primes(UINT64_MAX - 94, UINT64_MAX, wide, 4, &len));
    CHECK(len == 3 && wide[0] == UINT64_MAX - 94 && wide[1] == UINT64_MAX - 82 && wide[2] == UINT64_MAX - 58);
}

static void start_past_stop_is_refused(void)
{
    uint64_t buf[4] = {77};
    uint32_t narrow[4] = {77};
    size_t len = 88;
    CHECK_STATUS(tam_generate_primes(11, 10, buf, 4, &len), TAM_ERR_RANGE);
    CHECK_STATUS(tam_generate_primes(11, 10, NULL, 0, &len), TAM_ERR_RANGE);
    CHECK_STATUS(tam_generate_primes_u32(11, 10, narrow, 4, &len), TAM_ERR_RANGE);
    CHECK(len == 88 && buf[0] == 77 && narrow[0] == 77);
}

/* What a function is told, and when it has had enough. */
struct listener {
    uint64_t sum, last, primes;
    int calls, enough;
    pthread_t thread;
};

static int32_t listen(void *user, const uint64_t *primes, size_t len)
{
    struct listener *l = user;
    size_t i;
    CHECK(len > 0);
    CHECK(pthread_equal(pthread_self(), l->thread));
    for (i = 0; i < len; i++) {
        if (primes[i] <= l->last) CHECK(primes[i] > l->last);
        l->last = primes[i];
        l->sum += l->last;
    }
    l->primes += len;
    return ++l->calls == l->enough;
}

static struct listener new_listener(int enough)
{
    struct listener l = {0, 0, 0, 0, 0, pthread_self()};
    l.enough = enough;
    return l;
}

static void hear_all(void)
{
    /* The sums of the primes below 10^n: OEIS A046731. */
    static const uint64_t sums[] = {17, 1060, 76127, 5736396, 454396537, UINT64_C(37550402023), UINT64_C(3203324994356)};
    uint64_t x = 10;
    int n, most = check_slow() ? 5 : 7;
    for (n = 0; n < most; n++, x *= 10) {
        struct listener l = new_listener(0);
        CHECK_OK(tam_for_each_prime(0, x, listen, &l));
        CHECK_U64(l.sum, sums[n]);
    }
}

static void sums_of_what_a_function_is_told_match_a046731_on_1_2_and_8_threads(void)
{
    with_1_2_and_8_threads(hear_all);
}

static void a_function_may_ask_to_stop(void)
{
    struct listener first = new_listener(1), third = new_listener(3), none = new_listener(0);
    CHECK_STATUS(tam_for_each_prime(0, UINT64_MAX, listen, &first), TAM_ERR_CANCELLED);
    CHECK(first.calls == 1 && first.primes > 0);
    CHECK_STATUS(tam_for_each_prime(1000000, UINT64_MAX, listen, &third), TAM_ERR_CANCELLED);
    CHECK(third.calls == 3 && third.last > 1000003);
    CHECK_OK(tam_for_each_prime(24, 28, listen, &none)); /* never called */
    CHECK_STATUS(tam_for_each_prime(28, 24, listen, &none), TAM_ERR_RANGE);
    CHECK(none.calls == 0);
    hear_all(); /* The threads are free again. */
}

static int32_t count_inside(void *user, const uint64_t *primes, size_t len)
{
    uint64_t *seen = user, count = 0;
    if (*seen == 0) {
        CHECK_OK(tam_count_primes(0, primes[0] + 1000, &count));
        CHECK(count > 0);
    }
    *seen += len;
    return 0;
}

static void a_function_may_use_the_library(void)
{
    uint64_t seen = 0;
    CHECK_OK(tam_for_each_prime(0, 1000000, count_inside, &seen));
    CHECK_U64(seen, 78498);
}

void suite_generate(void)
{
    RUN("generate", the_primes_below_2_to_the_20_match_a_list_on_1_2_and_8_threads);
    RUN("generate", a_buffer_of_any_size_is_filled_or_told_the_exact_length);
    RUN("generate", a_long_list_for_a_short_buffer_is_counted_to_its_end);
    RUN("generate", null_and_0_ask_for_the_length);
    RUN("generate", ranges_without_primes_are_empty_lists);
    RUN("generate", the_ends_of_32_and_64_bits_are_listed);
    RUN("generate", start_past_stop_is_refused);
    RUN("generate", sums_of_what_a_function_is_told_match_a046731_on_1_2_and_8_threads);
    RUN("generate", a_function_may_ask_to_stop);
    RUN("generate", a_function_may_use_the_library);
}

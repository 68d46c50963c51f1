/* tam_cursor: the header's inline functions, on top of an iterator's batches. */
#include "suites.h"

static void a_cursor_goes_up_to_a_bound_and_back(void)
{
    size_t count, i;
    const uint64_t *primes = oracle_primes(&count);
    uint64_t prime, wrong = 0;
    tam_cursor cursor;
    REQUIRE_OK(tam_cursor_init(&cursor, 0));
    for (i = 0; i < count; i++) wrong += tam_cursor_next(&cursor) != primes[i];
    for (i = count - 1; i > 0; i--) wrong += tam_cursor_prev(&cursor) != primes[i - 1];
    CHECK_U64(wrong, 0);
    CHECK_OK(tam_cursor_skip_to(&cursor, 1000));
    for (i = 0; (prime = tam_cursor_next(&cursor)) != 0 && prime < 2000; i++) CHECK(oracle_is_prime(prime));
    CHECK_U64(i, 303 - 168); /* pi(2000) - pi(1000): A038800 */
    tam_cursor_free(&cursor);
}

static void turning_round_anywhere_gives_the_neighbour(void)
{
    uint64_t seed = 5;
    size_t count, at, i;
    const uint64_t *primes = oracle_primes(&count);
    int step, steps = check_slow() ? 1000 : 50000;
    tam_cursor cursor;
    REQUIRE_OK(tam_cursor_init(&cursor, primes[count / 2]));
    CHECK_U64(tam_cursor_next(&cursor), primes[at = count / 2]);
    for (step = 0; step < steps; step++) {
        /* Runs of random length, so that batches end within them, and at their ends. */
        size_t length = check_random(&seed) % (step % 16 == 0 ? 3000 : 4);
        int up = check_random(&seed) % 2;
        if (at + length >= count || at < length) up = at < count / 2;
        if (check_random(&seed) % 64 == 0) {
            at = check_random(&seed) % (count / 2) + count / 4;
            CHECK_OK(tam_cursor_skip_to(&cursor, primes[at]));
            CHECK_U64(up ? tam_cursor_next(&cursor) : tam_cursor_prev(&cursor), primes[at]);
        }
        for (i = 0; i < length; i++) CHECK_U64(up ? tam_cursor_next(&cursor) : tam_cursor_prev(&cursor), primes[up ? ++at : --at]);
    }
    tam_cursor_free(&cursor);
}

static void neighbours_of_a_jump_are_found_both_ways(void)
{
    /* About 2^32: A014234(32) and A014210(32). */
    const uint64_t below = 4294967291, above = 4294967311;
    uint64_t n;
    tam_cursor cursor;
    REQUIRE_OK(tam_cursor_init(&cursor, 0));
    for (n = below + 1; n < above; n++) {
        CHECK_OK(tam_cursor_skip_to(&cursor, n));
        CHECK_U64(tam_cursor_next(&cursor), above);
        CHECK_U64(tam_cursor_prev(&cursor), below);
        CHECK_U64(tam_cursor_next(&cursor), above);
        CHECK_OK(tam_cursor_skip_to(&cursor, n));
        CHECK_U64(tam_cursor_prev(&cursor), below);
        CHECK_U64(tam_cursor_next(&cursor), above);
        CHECK_U64(tam_cursor_prev(&cursor), below);
    }
    tam_cursor_free(&cursor);
}

static void both_ends_give_0_and_the_cursor_stays(void)
{
    tam_cursor cursor;
    REQUIRE_OK(tam_cursor_init(&cursor, 0));
    CHECK_U64(tam_cursor_prev(&cursor), 0);
    CHECK_STATUS(cursor.status, TAM_ERR_RANGE);
    CHECK_U64(tam_cursor_next(&cursor), 2);
    CHECK_U64(tam_cursor_prev(&cursor), 0);
    CHECK_U64(tam_cursor_prev(&cursor), 0);
    CHECK_STATUS(cursor.status, TAM_ERR_RANGE);
    CHECK_U64(tam_cursor_next(&cursor), 3);
    if (!check_slow()) {
        /* 2^64 - 59 is the last: A013603. */
        CHECK_OK(tam_cursor_skip_to(&cursor, UINT64_MAX - 60));
        CHECK_U64(tam_cursor_next(&cursor), UINT64_MAX - 58);
        CHECK_U64(tam_cursor_next(&cursor), 0);
        CHECK_STATUS(cursor.status, TAM_ERR_RANGE);
        CHECK_U64(tam_cursor_next(&cursor), 0);
        CHECK_U64(tam_cursor_prev(&cursor), UINT64_MAX - 82);
        CHECK_U64(tam_cursor_next(&cursor), UINT64_MAX - 58);
    }
    tam_cursor_free(&cursor);
}

static void clear_goes_to_0(void)
{
    tam_cursor cursor;
    REQUIRE_OK(tam_cursor_init(&cursor, 1000000));
    CHECK_U64(tam_cursor_next(&cursor), 1000003);
    CHECK_OK(tam_cursor_clear(&cursor));
    CHECK_U64(tam_cursor_next(&cursor), 2);
    tam_cursor_free(&cursor);
}

static void a_cursor_without_an_iterator_gives_0(void)
{
    tam_cursor cursor = {0};
    tam_cursor_empty(&cursor);
    CHECK_U64(tam_cursor_next(&cursor), 0);
    CHECK_STATUS(cursor.status, TAM_ERR_NULL);
    CHECK_U64(tam_cursor_prev(&cursor), 0);
    CHECK_STATUS(cursor.status, TAM_ERR_NULL);
    tam_cursor_free(&cursor);
}

static void a_struct_of_zeros_may_be_freed_and_becomes_an_empty_cursor(void)
{
    tam_cursor skipped = {0}, cleared = {0}, freed = {0};
    CHECK_STATUS(tam_cursor_skip_to(&skipped, 5), TAM_ERR_NULL);
    CHECK_STATUS(tam_cursor_clear(&cleared), TAM_ERR_NULL);
    tam_cursor_free(&freed);
    CHECK_U64(tam_cursor_next(&skipped), 0);
    CHECK_U64(tam_cursor_next(&cleared), 0);
    CHECK_U64(tam_cursor_next(&freed), 0);
    CHECK_U64(tam_cursor_prev(&freed), 0);
    CHECK_STATUS(freed.status, TAM_ERR_NULL);
}

static void a_freed_cursor_gives_0_and_may_be_freed_again(void)
{
    tam_cursor cursor;
    REQUIRE_OK(tam_cursor_init(&cursor, 0));
    CHECK_U64(tam_cursor_next(&cursor), 2);
    tam_cursor_free(&cursor);
    CHECK_U64(tam_cursor_next(&cursor), 0);
    CHECK_STATUS(cursor.status, TAM_ERR_NULL);
    CHECK_U64(tam_cursor_prev(&cursor), 0);
    CHECK_STATUS(tam_cursor_skip_to(&cursor, 5), TAM_ERR_NULL);
    CHECK_STATUS(tam_cursor_clear(&cursor), TAM_ERR_NULL);
    tam_cursor_free(&cursor);
}

void suite_cursors(void)
{
    RUN("cursors", a_cursor_goes_up_to_a_bound_and_back);
    RUN("cursors", turning_round_anywhere_gives_the_neighbour);
    RUN("cursors", neighbours_of_a_jump_are_found_both_ways);
    RUN("cursors", both_ends_give_0_and_the_cursor_stays);
    RUN("cursors", clear_goes_to_0);
    RUN("cursors", a_cursor_without_an_iterator_gives_0);
    RUN("cursors", a_struct_of_zeros_may_be_freed_and_becomes_an_empty_cursor);
    RUN("cursors", a_freed_cursor_gives_0_and_may_be_freed_again);
}

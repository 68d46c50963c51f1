/* Iterators: up and down from anywhere, batches, both ends, and wrong use. */
#define _POSIX_C_SOURCE 200809L
#include "suites.h"

#include <pthread.h>
#include <stdlib.h>

static tam_iter *new_iter(uint64_t start)
{
    tam_iter *iter = NULL;
    CHECK_OK(tam_iter_new(start, &iter));
    return iter;
}

static uint64_t next(tam_iter *iter)
{
    uint64_t prime = 0;
    CHECK_OK(tam_iter_next(iter, &prime));
    return prime;
}

static uint64_t prev(tam_iter *iter)
{
    uint64_t prime = 0;
    CHECK_OK(tam_iter_prev(iter, &prime));
    return prime;
}

static void all_primes_of_a_list_are_met_up_and_down(void)
{
    size_t count, i, wrong = 0;
    const uint64_t *primes = oracle_primes(&count);
    tam_iter *iter = new_iter(0);
    for (i = 0; i < count; i++) wrong += next(iter) != primes[i];
    for (i = count - 1; i > 0; i--) wrong += prev(iter) != primes[i - 1];
    CHECK_U64(wrong, 0);
    CHECK_U64(next(iter), 3);
    CHECK_OK(tam_iter_free(iter));
}

static void batches_make_the_same_list(void)
{
    size_t count, at = 0, len, i, wrong = 0;
    const uint64_t *primes = oracle_primes(&count), *batch = NULL;
    tam_iter *iter = new_iter(0);
    while (at < count) {
        if (!CHECK_OK(tam_iter_next_batch(iter, &batch, &len)) || !CHECK(len > 0)) break;
        for (i = 0; i < len && at < count; i++, at++) wrong += batch[i] != primes[at];
        wrong += batch[len] != 0;
    }
    CHECK_OK(tam_iter_skip_to(iter, ORACLE_LIMIT));
    while (at > 0) {
        if (!CHECK_OK(tam_iter_prev_batch(iter, &batch, &len)) || !CHECK(len > 0 && len <= at)) break;
        at -= len;
        for (i = 0; i < len; i++) wrong += batch[i] != primes[at + i];
        wrong += batch[len] != 0;
    }
    CHECK_U64(wrong, 0);
    CHECK_STATUS(tam_iter_prev_batch(iter, &batch, &len), TAM_ERR_RANGE);
    CHECK_OK(tam_iter_free(iter));
}

static void steps_batches_and_jumps_may_be_mixed(void)
{
    uint64_t seed = 77, n;
    size_t count, i, len, low = 0, high = 0; /* returned last: primes[low] to primes[high - 1] */
    const uint64_t *primes = oracle_primes(&count), *batch = NULL;
    tam_iter *iter = new_iter(0);
    int step, steps = check_slow() ? 300 : 20000;
    for (step = 0; step < steps; step++) {
        switch (check_random(&seed) % (low > 0 && high < count - 20000 ? 16 : 1)) {
        case 0: /* also wherever the list may end */
            n = check_random(&seed) % (ORACLE_LIMIT / 2) + 10;
            CHECK_OK(tam_iter_skip_to(iter, n));
            for (low = 0; primes[low] < n; low++) {
            }
            high = low; /* between two primes, or on one: then both ways lead to it */
            if (check_random(&seed) % 2) {
                CHECK_U64(next(iter), primes[high]);
                high++;
            } else {
                if (primes[low] > n) low--;
                CHECK_U64(prev(iter), primes[low]);
                high = low + 1;
            }
            break;
        case 1:
            CHECK_OK(tam_iter_next_batch(iter, &batch, &len));
            for (i = 0; i < len; i++) CHECK_U64(batch[i], primes[high + i]);
            CHECK_U64(batch[len], 0);
            low = high;
            high += len;
            break;
        case 2:
            CHECK_OK(tam_iter_prev_batch(iter, &batch, &len));
            REQUIRE(len <= low);
            for (i = 0; i < len; i++) CHECK_U64(batch[i], primes[low - len + i]);
            CHECK_U64(batch[len], 0);
            high = low;
            low -= len;
            break;
        default:
            if (check_random(&seed) % 2) {
                CHECK_U64(next(iter), primes[high]);
                low = high++;
            } else {
                CHECK_U64(prev(iter), primes[low - 1]);
                high = low--;
            }
        }
    }
    CHECK_OK(tam_iter_free(iter));
}

static void below_2_there_is_nothing_and_the_position_stays(void)
{
    uint64_t prime = 77, n;
    const uint64_t *batch = NULL;
    size_t len = 88;
    tam_iter *iter = new_iter(0);
    for (n = 0; n < 2; n++) {
        CHECK_OK(tam_iter_skip_to(iter, n));
        CHECK_STATUS(tam_iter_prev(iter, &prime), TAM_ERR_RANGE);
        CHECK_STATUS(tam_iter_prev_batch(iter, &batch, &len), TAM_ERR_RANGE);
        CHECK(prime == 77 && batch == NULL && len == 88);
        CHECK_U64(next(iter), 2);
    }
    CHECK_STATUS(tam_iter_prev(iter, &prime), TAM_ERR_RANGE);
    CHECK_U64(next(iter), 3);
    CHECK_U64(prev(iter), 2);
    CHECK_OK(tam_iter_skip_to(iter, 2));
    CHECK_U64(prev(iter), 2);
    CHECK_OK(tam_iter_free(iter));
}

static void beyond_the_last_prime_there_is_nothing_and_the_position_stays(void)
{
    /* The largest primes below 2^64 are 59, 83 and 95 less (OEIS A013603 has the first). */
    uint64_t prime = 77;
    const uint64_t *batch = NULL;
    size_t len = 88;
    tam_iter *iter = new_iter(UINT64_MAX);
    CHECK_STATUS(tam_iter_next(iter, &prime), TAM_ERR_RANGE);
    CHECK_STATUS(tam_iter_next_batch(iter, &batch, &len), TAM_ERR_RANGE);
    CHECK(prime == 77 && batch == NULL && len == 88);
    CHECK_U64(prev(iter), UINT64_MAX - 58);
    CHECK_STATUS(tam_iter_next(iter, &prime), TAM_ERR_RANGE);
    CHECK_U64(prev(iter), UINT64_MAX - 82);
    CHECK_OK(tam_iter_skip_to(iter, UINT64_MAX - 60));
    CHECK_U64(next(iter), UINT64_MAX - 58);
    CHECK_STATUS(tam_iter_next(iter, &prime), TAM_ERR_RANGE);
    CHECK_U64(prev(iter), UINT64_MAX - 82);
    CHECK_U64(next(iter), UINT64_MAX - 58);
    CHECK_OK(tam_iter_skip_to(iter, UINT64_MAX - 94));
    CHECK_OK(tam_iter_next_batch(iter, &batch, &len));
    CHECK(len == 3 && batch[0] == UINT64_MAX - 94 && batch[2] == UINT64_MAX - 58 && batch[3] == 0);
    CHECK_OK(tam_iter_free(iter));
}

static void around_2_to_the_32_and_10_to_the_15_primes_are_right(void)
{
    static const uint64_t starts[] = {UINT64_C(1) << 32, UINT64_C(1000000000000000)};
    size_t i, n;
    for (i = 0; i < 2; i++) {
        uint64_t p, last = starts[i] - 1, gap;
        tam_iter *iter = new_iter(starts[i]);
        for (n = 0; n < (check_slow() ? 5 : 100); n++) {
            p = next(iter);
            CHECK(p > last && oracle_is_prime(p));
            for (gap = last + 1; gap < p; gap++) CHECK(!oracle_is_prime(gap));
            last = p;
        }
        CHECK_OK(tam_iter_free(iter));
    }
}

static void clear_goes_to_0(void)
{
    tam_iter *iter = new_iter(1000000);
    CHECK_U64(next(iter), 1000003);
    CHECK_OK(tam_iter_clear(iter));
    CHECK_U64(next(iter), 2);
    CHECK_OK(tam_iter_clear(iter));
    CHECK_OK(tam_iter_clear(iter));
    CHECK_OK(tam_iter_free(iter));
}

static void check_dead(tam_iter *iter)
{
    uint64_t prime = 77;
    const uint64_t *batch = NULL;
    size_t len = 88;
    CHECK_STATUS(tam_iter_next(iter, &prime), TAM_ERR_HANDLE);
    CHECK_STATUS(tam_iter_prev(iter, &prime), TAM_ERR_HANDLE);
    CHECK_STATUS(tam_iter_next_batch(iter, &batch, &len), TAM_ERR_HANDLE);
    CHECK_STATUS(tam_iter_prev_batch(iter, &batch, &len), TAM_ERR_HANDLE);
    CHECK_STATUS(tam_iter_skip_to(iter, 5), TAM_ERR_HANDLE);
    CHECK_STATUS(tam_iter_clear(iter), TAM_ERR_HANDLE);
    CHECK_STATUS(tam_iter_free(iter), TAM_ERR_HANDLE);
    CHECK(prime == 77 && batch == NULL && len == 88);
}

static void a_freed_or_made_up_iterator_is_caught(void)
{
    int on_stack = 1;
    tam_iter *iter = new_iter(0);
    CHECK_U64(next(iter), 2);
    CHECK_OK(tam_iter_free(iter));
    check_dead(iter);
    check_dead((tam_iter *)(void *)&on_stack);
    check_dead((tam_iter *)(uintptr_t)1);
}

static void jobs_and_iterators_are_not_taken_for_each_other(void)
{
    int32_t state = 77;
    uint64_t value = 77;
    size_t len = 88;
    tam_job *job = new_list(0, 100, 1);
    tam_iter *iter = new_iter(0);
    tam_job *wrong = (tam_job *)(void *)iter;
    check_dead((tam_iter *)(void *)job);
    CHECK_STATUS(tam_job_start(wrong), TAM_ERR_HANDLE);
    CHECK_STATUS(tam_job_state(wrong, &state), TAM_ERR_HANDLE);
    CHECK_STATUS(tam_job_read_u64(wrong, -1, &value, 1, &len), TAM_ERR_HANDLE);
    CHECK_STATUS(tam_job_cancel(wrong), TAM_ERR_HANDLE);
    CHECK_STATUS(tam_job_free(wrong), TAM_ERR_HANDLE);
    CHECK(state == 77 && value == 77 && len == 88);
    CHECK_U64(next(iter), 2); /* Neither was hurt. */
    CHECK_OK(tam_job_start(job));
    CHECK_OK(tam_job_read_u64(job, -1, &value, 1, &len));
    CHECK_U64(value, 2);
    CHECK_OK(tam_iter_free(iter));
    CHECK_OK(tam_job_free(job));
}

/* Goes to and fro where each jump costs some sieving, until told to end. */
struct walker {
    tam_iter *iter;
    int end;
};

static void *walk(void *arg)
{
    struct walker *w = arg;
    uint64_t prime = 0;
    while (!__atomic_load_n(&w->end, __ATOMIC_SEQ_CST)) {
        tam_status s = tam_iter_skip_to(w->iter, UINT64_C(1000000000000));
        CHECK(s == TAM_OK || s == TAM_ERR_STATE);
        s = tam_iter_next(w->iter, &prime);
        CHECK(s == TAM_OK || s == TAM_ERR_STATE);
    }
    return NULL;
}

static void a_second_thread_is_refused_and_does_no_harm(void)
{
    struct walker w = {NULL, 0};
    pthread_t thread;
    uint64_t prime = 0;
    tam_status s;
    double begun = check_now_ms();
    w.iter = new_iter(0);
    REQUIRE(pthread_create(&thread, NULL, walk, &w) == 0);
    do s = tam_iter_next(w.iter, &prime);
    while (s == TAM_OK && check_now_ms() - begun < 30000);
    CHECK_STATUS(s, TAM_ERR_STATE);
    __atomic_store_n(&w.end, 1, __ATOMIC_SEQ_CST);
    CHECK(pthread_join(thread, NULL) == 0);
    CHECK_OK(tam_iter_skip_to(w.iter, 90));
    CHECK_U64(next(w.iter), 97);
    CHECK_OK(tam_iter_free(w.iter));
}

static void *make_and_use(void *unused)
{
    int i;
    (void)unused;
    for (i = 0; i < 200; i++) {
        tam_iter *iter = new_iter(1000);
        CHECK_U64(next(iter), 1009);
        CHECK_U64(prev(iter), 997);
        CHECK_OK(tam_iter_free(iter));
    }
    return NULL;
}

static void many_threads_may_have_one_each(void)
{
    enum { THREADS = 4 };
    pthread_t threads[THREADS];
    int t;
    for (t = 0; t < THREADS; t++) REQUIRE(pthread_create(&threads[t], NULL, make_and_use, NULL) == 0);
    for (t = 0; t < THREADS; t++) CHECK(pthread_join(threads[t], NULL) == 0);
}

static void iterators_and_jobs_share_one_limit(void)
{
    enum { MOST = TAM_MAX_JOBS + 10 };
    tam_iter **iters = malloc(MOST * sizeof *iters);
    tam_iter *none = NULL;
    tam_job *job = new_count(0, 10), *no_job = NULL;
    size_t made = 0, i;
    tam_status s = TAM_OK;
    REQUIRE(iters != NULL);
    while (made < MOST && s == TAM_OK) {
        s = tam_iter_new(made, &iters[made]);
        if (s == TAM_OK) made++;
    }
    CHECK_STATUS(s, TAM_ERR_LIMIT);
    CHECK_U64(made, TAM_MAX_JOBS - 1);
    CHECK_STATUS(tam_job_new(TAM_KIND_COUNT_PRIMES, &no_job), TAM_ERR_LIMIT);
    CHECK_STATUS(tam_iter_new(0, &none), TAM_ERR_LIMIT);
    CHECK(none == NULL && no_job == NULL);
    for (i = 0; i < made; i++) CHECK_OK(tam_iter_free(iters[i]));
    free(iters);
    CHECK_OK(tam_job_free(job));
    CHECK_OK(tam_iter_free(new_iter(0)));
}

void suite_iterators(void)
{
    RUN("iterators", all_primes_of_a_list_are_met_up_and_down);
    RUN("iterators", batches_make_the_same_list);
    RUN("iterators", steps_batches_and_jumps_may_be_mixed);
    RUN("iterators", below_2_there_is_nothing_and_the_position_stays);
    /* Making the sieving primes up to 2^32 takes seconds as it is. */
    RUN_UNLESS_SLOW("iterators", beyond_the_last_prime_there_is_nothing_and_the_position_stays);
    RUN("iterators", around_2_to_the_32_and_10_to_the_15_primes_are_right);
    RUN("iterators", clear_goes_to_0);
    RUN("iterators", a_freed_or_made_up_iterator_is_caught);
    RUN("iterators", jobs_and_iterators_are_not_taken_for_each_other);
    RUN("iterators", a_second_thread_is_refused_and_does_no_harm);
    RUN("iterators", many_threads_may_have_one_each);
    RUN("iterators", iterators_and_jobs_share_one_limit);
}

/* Many threads and many jobs at once. */
#define _POSIX_C_SOURCE 200809L
#include "suites.h"

#include <pthread.h>
#include <stdlib.h>

/* The primes below 2^20, by the sieve of Eratosthenes as it is taught: the oracle. */
enum { LIMIT = 1 << 20 };
static uint32_t primes_up_to[LIMIT + 1];

static void make_oracle(void)
{
    static uint8_t composite[LIMIT + 1];
    uint32_t n, m, count = 0;
    for (n = 2; n <= LIMIT; n++) {
        if (!composite[n]) {
            count++;
            for (m = 2 * n; m <= LIMIT; m += n) composite[m] = 1;
        }
        primes_up_to[n] = count;
    }
}

static uint64_t oracle(uint32_t start, uint32_t stop)
{
    return primes_up_to[stop] - (start == 0 ? 0 : primes_up_to[start - 1]);
}

static void *count_many_ranges(void *arg)
{
    enum { AT_ONCE = 8 };
    uint64_t seed = (uint64_t)(uintptr_t)arg;
    int round, i, rounds = check_slow() ? 2 : 6;
    for (round = 0; round < rounds; round++) {
        tam_job *jobs[AT_ONCE];
        uint32_t start[AT_ONCE], stop[AT_ONCE];
        for (i = 0; i < AT_ONCE; i++) {
            start[i] = (uint32_t)(check_random(&seed) % LIMIT);
            stop[i] = start[i] + (uint32_t)(check_random(&seed) % (LIMIT - start[i]));
            jobs[i] = new_count(start[i], stop[i]);
            CHECK_OK(tam_job_set_u64(jobs[i], TAM_PARAM_THREADS, check_random(&seed) % 4));
            CHECK_OK(tam_job_start(jobs[i]));
        }
        for (i = 0; i < AT_ONCE; i++) CHECK_U64(finish(jobs[i]), oracle(start[i], stop[i]));
    }
    return NULL;
}

static void jobs_of_many_threads_at_once_all_count_right(void)
{
    enum { THREADS = 8 };
    pthread_t threads[THREADS];
    int t;
    make_oracle();
    for (t = 0; t < THREADS; t++)
        REQUIRE(pthread_create(&threads[t], NULL, count_many_ranges, (void *)(uintptr_t)(t + 1)) == 0);
    for (t = 0; t < THREADS; t++) CHECK(pthread_join(threads[t], NULL) == 0);
}

static void *count_to_a_million(void *arg)
{
    uint64_t value = 0;
    (void)arg;
    CHECK_OK(tam_count_primes(0, 1000000, &value));
    CHECK_U64(value, 78498); /* A006880(6) */
    return NULL;
}

static void blocking_calls_of_many_threads_share_the_pool(void)
{
    enum { THREADS = 8 };
    pthread_t threads[THREADS];
    int t;
    for (t = 0; t < THREADS; t++) REQUIRE(pthread_create(&threads[t], NULL, count_to_a_million, NULL) == 0);
    for (t = 0; t < THREADS; t++) CHECK(pthread_join(threads[t], NULL) == 0);
}

static void a_short_job_is_not_kept_waiting_by_a_long_one(void)
{
    double begun, took;
    tam_job *lengthy = new_endless(), *brief = new_self_test(20, 0);
    CHECK_OK(tam_job_start(lengthy));
    check_sleep_ms(20);
    begun = check_now_ms();
    CHECK_OK(tam_job_start(brief));
    CHECK_U64(finish(brief), self_test_answer(20));
    took = check_now_ms() - begun;
    printf("        20 small chunks beside an endless job took %.1f ms\n", took);
    CHECK(took < 20000); /* not: for ever */
    CHECK_OK(tam_job_cancel(lengthy));
    CHECK_OK(tam_job_free(lengthy));
}

static void *wait_until_done(void *job)
{
    uint64_t value = 0;
    CHECK_OK(tam_job_wait(job, 60000));
    CHECK_OK(tam_job_result_u64(job, &value));
    CHECK_U64(value, self_test_answer(300));
    return NULL;
}

static void many_threads_may_wait_for_one_job(void)
{
    enum { THREADS = 8 };
    pthread_t threads[THREADS];
    int t;
    tam_job *job = new_self_test(300, 200000);
    CHECK_OK(tam_job_start(job));
    for (t = 0; t < THREADS; t++) REQUIRE(pthread_create(&threads[t], NULL, wait_until_done, job) == 0);
    for (t = 0; t < THREADS; t++) CHECK(pthread_join(threads[t], NULL) == 0);
    CHECK_OK(tam_job_free(job));
}

/* A job that one thread drives while others poll, cancel and free it whenever they like. */
struct victim {
    tam_job *job;
    int stop;
};

static void *poll_all_the_time(void *arg)
{
    struct victim *v = arg;
    uint64_t a = 0, b = 0;
    int32_t state = 0;
    size_t len = 0;
    char text[256];
    while (!__atomic_load_n(&v->stop, __ATOMIC_SEQ_CST)) {
        tam_job *job = __atomic_load_n(&v->job, __ATOMIC_SEQ_CST);
        tam_status s = tam_job_progress(job, &a, &b);
        CHECK(s == TAM_OK ? a <= b : s == TAM_ERR_HANDLE);
        s = tam_job_state(job, &state);
        CHECK(s == TAM_OK || s == TAM_ERR_HANDLE);
        s = tam_job_message(job, text, sizeof text, &len);
        CHECK(s == TAM_OK || s == TAM_ERR_HANDLE);
        s = tam_job_result_u64(job, &a);
        CHECK(s != TAM_ERR_PANIC && s != TAM_ERR_NULL);
        s = tam_job_wait(job, 0);
        CHECK(s != TAM_ERR_PANIC && s != TAM_ERR_NULL);
    }
    return NULL;
}

static void jobs_may_be_cancelled_and_freed_under_pollers(void)
{
    enum { POLLERS = 3 };
    pthread_t threads[POLLERS];
    struct victim v;
    uint64_t seed = 3;
    int t, round, rounds = check_slow() ? 30 : 200;
    v.stop = 0;
    v.job = new_self_test(50, 1000);
    for (t = 0; t < POLLERS; t++) REQUIRE(pthread_create(&threads[t], NULL, poll_all_the_time, &v) == 0);
    for (round = 0; round < rounds; round++) {
        tam_job *next;
        uint64_t dice = check_random(&seed) % 4;
        CHECK_OK(tam_job_start(v.job));
        if (dice == 0) CHECK_OK(tam_job_wait(v.job, 60000));
        if (dice == 1) CHECK_OK(tam_job_cancel(v.job));
        if (dice == 2) CHECK(tam_job_wait(v.job, 1) != TAM_ERR_STATE);
        next = new_self_test(50, 1000);
        CHECK_OK(tam_job_free(v.job));
        __atomic_store_n(&v.job, next, __ATOMIC_SEQ_CST);
    }
    __atomic_store_n(&v.stop, 1, __ATOMIC_SEQ_CST);
    for (t = 0; t < POLLERS; t++) CHECK(pthread_join(threads[t], NULL) == 0);
    CHECK_OK(tam_job_free(v.job));
}

static void the_threads_parameter_never_changes_the_count(void)
{
    uint64_t threads, min = 0, max = 0, top = check_slow() ? 1000000 : 100000000;
    REQUIRE_OK(tam_param_bounds(TAM_KIND_COUNT_PRIMES, TAM_PARAM_THREADS, &min, &max));
    for (threads = 0; threads <= max; threads = threads < 3 ? threads + 1 : threads * 4) {
        tam_job *job = new_count(0, top);
        CHECK_OK(tam_job_set_u64(job, TAM_PARAM_THREADS, threads));
        CHECK_OK(tam_job_start(job));
        CHECK_U64(finish(job), check_slow() ? 78498 : 5761455); /* A006880(6), (8) */
    }
}

void suite_many(void)
{
    RUN("many", jobs_of_many_threads_at_once_all_count_right);
    RUN("many", blocking_calls_of_many_threads_share_the_pool);
    RUN("many", a_short_job_is_not_kept_waiting_by_a_long_one);
    RUN("many", many_threads_may_wait_for_one_job);
    RUN("many", jobs_may_be_cancelled_and_freed_under_pollers);
    RUN("many", the_threads_parameter_never_changes_the_count);
}

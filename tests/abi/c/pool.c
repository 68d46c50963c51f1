/* The thread pool: before it is there, asked for in every size, ended and made again. */
#define _POSIX_C_SOURCE 200809L
#include "suites.h"

#include <pthread.h>
#include <stdlib.h>
#ifdef __EMSCRIPTEN__
#include <emscripten/heap.h>
extern unsigned char __heap_base;
#endif

static uint32_t pool_threads(void)
{
    uint32_t n = 77;
    CHECK_OK(tam_threads(&n));
    return n;
}

static void before_init_there_are_no_threads_and_chunks_need_none(void)
{
    uint64_t chunk = 0, value = 0;
    uint8_t bytes[64];
    size_t len = 0;
    tam_job *merging = new_self_test(20, 0), *running = new_self_test(20, 0);
    CHECK(pool_threads() == 0);
    CHECK_OK(tam_shutdown()); /* nothing to do is fine */
    CHECK_OK(tam_job_start_external(merging));
    while (tam_job_take_chunk(merging, &chunk) == TAM_OK) {
        CHECK_OK(tam_job_run_chunk(running, chunk, bytes, sizeof bytes, &len));
        CHECK_OK(tam_job_put_chunk(merging, chunk, bytes, len));
    }
    CHECK_OK(tam_job_result_u64(merging, &value));
    CHECK_U64(value, self_test_answer(20));
    CHECK(pool_threads() == 0);
    CHECK_OK(tam_job_free(merging));
    CHECK_OK(tam_job_free(running));
}

static void absurd_numbers_of_threads_are_refused(void)
{
    static const uint32_t absurd[] = {TAM_MAX_THREADS + 1, 100000, INT32_MAX, UINT32_MAX};
    size_t i;
    for (i = 0; i < sizeof absurd / sizeof absurd[0]; i++) {
        tam_status s = tam_init(absurd[i]);
        CHECK_STATUS(s, TAM_ERR_RANGE);
        CHECK(pool_threads() == 0); /* and nothing is left half made */
    }
}

static void the_first_job_makes_a_pool_of_all_threads(void)
{
    uint64_t value = 0;
    CHECK(pool_threads() == 0);
    CHECK_OK(tam_count_primes(0, 100, &value));
    CHECK_U64(value, 25);
    CHECK(pool_threads() >= 1);
    CHECK_OK(tam_shutdown());
    CHECK(pool_threads() == 0);
}

static void init_again_is_fine_with_the_same_number_only(void)
{
    CHECK_OK(tam_init(3));
    CHECK(pool_threads() == 3);
    CHECK_OK(tam_init(3));
    CHECK_OK(tam_init(0)); /* "all there are" takes what is there */
    CHECK_STATUS(tam_init(2), TAM_ERR_STATE);
    CHECK(pool_threads() == 3);
    CHECK_OK(tam_shutdown());
    CHECK_OK(tam_shutdown());
    CHECK(pool_threads() == 0);
    CHECK_OK(tam_init(0));
    CHECK(pool_threads() >= 1);
    CHECK_OK(tam_shutdown());
}

static void shutdown_and_init_again_and_again(void)
{
    uint32_t threads;
    uint64_t value = 0;
    int round, rounds = check_slow() ? 3 : 12;
    for (round = 0; round < rounds; round++) {
        threads = 1 + (uint32_t)round % 4;
        REQUIRE_OK(tam_init(threads));
        CHECK(pool_threads() == threads);
        CHECK_OK(tam_count_primes(0, 100000, &value));
        CHECK_U64(value, 9592); /* A006880(5) */
        REQUIRE_OK(tam_shutdown());
    }
}

static void shutdown_cancels_what_runs_and_keeps_what_is_done(void)
{
    uint64_t value = 0;
    int32_t state = -1;
    tam_job *done = new_self_test(10, 0), *running = new_endless(), *idle = new_self_test(10, 0);
    CHECK_OK(tam_init(2));
    CHECK_OK(tam_job_start(done));
    CHECK_OK(tam_job_wait(done, 30000));
    CHECK_OK(tam_job_start(running));
    check_sleep_ms(20);
    CHECK_OK(tam_shutdown());
    CHECK_STATUS(tam_job_wait(running, -1), TAM_ERR_CANCELLED);
    CHECK_OK(tam_job_result_u64(done, &value));
    CHECK_U64(value, self_test_answer(10));
    CHECK_OK(tam_job_state(idle, &state));
    CHECK(state == TAM_STATE_NEW);
    CHECK_OK(tam_job_start(idle)); /* on a new pool */
    CHECK_U64(finish(idle), self_test_answer(10));
    CHECK_OK(tam_job_free(done));
    CHECK_OK(tam_job_free(running));
    CHECK_OK(tam_shutdown());
}

static void *start_a_job(void *arg)
{
    tam_job *job = new_self_test(10, 0);
    (void)arg;
    CHECK_OK(tam_job_start(job));
    CHECK_U64(finish(job), self_test_answer(10));
    return NULL;
}

static void many_threads_may_make_the_first_pool_together(void)
{
    enum { THREADS = 4 };
    pthread_t threads[THREADS];
    int t, round, rounds = check_slow() ? 2 : 8;
    for (round = 0; round < rounds; round++) {
        for (t = 0; t < THREADS; t++) REQUIRE(pthread_create(&threads[t], NULL, start_a_job, NULL) == 0);
        for (t = 0; t < THREADS; t++) CHECK(pthread_join(threads[t], NULL) == 0);
        CHECK(pool_threads() >= 1);
        CHECK_OK(tam_shutdown());
    }
}

static void more_threads_than_the_machine_has_are_allowed(void)
{
    uint64_t value = 0;
    REQUIRE_OK(tam_init(16));
    CHECK(pool_threads() == 16);
    CHECK_OK(tam_count_primes(0, 10000000, &value));
    CHECK_U64(value, 664579); /* A006880(7) */
    CHECK_OK(tam_shutdown());
}

#ifdef __EMSCRIPTEN__
/* Wakes whoever waits at any word of the heap; so many there were. This thread listens for messages at its own structure, and goes on to. */
static int wake_all(void)
{
    char *word = (char *)(((uintptr_t)&__heap_base + 7) & ~(uintptr_t)7), *end = (char *)emscripten_get_heap_size();
    int woken = 0;
    for (; word < end; word += 8) { /* malloc's alignment, and so that of a thread's structure */
        if ((uintptr_t)word != (uintptr_t)pthread_self()) woken += __builtin_wasm_memory_atomic_notify((int *)word, UINT32_MAX);
    }
    return woken;
}

/* Where they did, what came to lie at that place would lose a wake-up to them: https://github.com/emscripten-core/emscripten/issues/27492 */
static void threads_that_have_ended_wait_for_nothing(void)
{
    uint64_t value = 0;
    wake_all(); /* those that tests before this one started themselves */
    REQUIRE_OK(tam_init(4));
    CHECK_OK(tam_count_primes(0, 1000000, &value));
    CHECK_U64(value, 78498); /* A006880(6) */
    CHECK_OK(tam_shutdown());
    CHECK_U64(wake_all(), 0);
}
#endif

static void the_hearts_of_threads_at_work_beat_and_those_of_others_rest(void)
{
    enum { THREADS = 2 };
    const uint32_t *words = NULL;
    uint32_t count = 77, before[THREADS], now;
    int t, tries, moved;
    tam_job *job = new_endless();
    CHECK_OK(tam_heartbeats(&words, &count));
    CHECK(count == 0);
    CHECK_OK(tam_init(THREADS));
    CHECK_OK(tam_heartbeats(&words, &count));
    REQUIRE(count == THREADS && words != NULL && (uintptr_t)words % 4 == 0);
    CHECK_OK(tam_job_start(job));
    for (t = 0; t < THREADS; t++) {
        before[t] = __atomic_load_n(&words[t], __ATOMIC_RELAXED);
        for (tries = moved = 0; tries < 4000 && !moved; tries++) {
            check_sleep_ms(5);
            now = __atomic_load_n(&words[t], __ATOMIC_RELAXED);
            moved = (now & 1) && now != before[t];
        }
        CHECK(moved);
    }
    CHECK_OK(tam_job_cancel(job));
    for (t = 0; t < THREADS; t++) {
        for (tries = 0; tries < 4000 && (__atomic_load_n(&words[t], __ATOMIC_RELAXED) & 1); tries++) check_sleep_ms(5);
        before[t] = __atomic_load_n(&words[t], __ATOMIC_RELAXED);
        CHECK((before[t] & 1) == 0);
    }
    check_sleep_ms(50);
    for (t = 0; t < THREADS; t++) CHECK(__atomic_load_n(&words[t], __ATOMIC_RELAXED) == before[t]);
    CHECK_OK(tam_job_free(job));
    CHECK_OK(tam_shutdown());
}

static void the_piece_of_the_sieve_is_measured_and_set_and_changes_no_result(void)
{
    static const uint64_t wrong[] = {0, 1024, 15360, 16385, 131073, 132096, UINT64_MAX};
    static const uint64_t right[] = {16384, 17408, 131072, 32768};
    uint64_t bytes = 77, value = 0;
    size_t i;
    tam_job *job = NULL;
    CHECK_OK(tam_tune(&bytes));
    CHECK(bytes >= 16384 && bytes <= 131072 && bytes % 1024 == 0);
    CHECK_OK(tam_job_new(TAM_KIND_TUNE, &job));
    CHECK_OK(tam_job_start(job));
    CHECK_OK(tam_set_piece_bytes(finish(job)));
    for (i = 0; i < sizeof wrong / sizeof wrong[0]; i++) CHECK_STATUS(tam_set_piece_bytes(wrong[i]), TAM_ERR_RANGE);
    for (i = 0; i < sizeof right / sizeof right[0]; i++) { /* the last is the usual one */
        CHECK_OK(tam_set_piece_bytes(right[i]));
        CHECK_OK(tam_count_primes(0, 1000000, &value));
        CHECK_U64(value, 78498); /* A006880(6) */
    }
    CHECK_OK(tam_shutdown());
}

void suite_pool(void)
{
    RUN("pool", before_init_there_are_no_threads_and_chunks_need_none);
    RUN("pool", absurd_numbers_of_threads_are_refused);
    RUN("pool", the_first_job_makes_a_pool_of_all_threads);
    RUN("pool", init_again_is_fine_with_the_same_number_only);
    RUN("pool", shutdown_and_init_again_and_again);
    RUN("pool", shutdown_cancels_what_runs_and_keeps_what_is_done);
    RUN("pool", many_threads_may_make_the_first_pool_together);
    RUN("pool", the_hearts_of_threads_at_work_beat_and_those_of_others_rest);
    RUN("pool", the_piece_of_the_sieve_is_measured_and_set_and_changes_no_result);
    RUN("pool", more_threads_than_the_machine_has_are_allowed);
#ifdef __EMSCRIPTEN__
    RUN("pool", threads_that_have_ended_wait_for_nothing);
#endif
}

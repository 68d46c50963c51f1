/* Handles that are not (or no longer) jobs are caught: freed ones, freed twice, made up. */
#define _POSIX_C_SOURCE 200809L
#include "suites.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* Every function must answer HANDLE and leave its outputs alone. */
static void check_dead(tam_job *job)
{
    uint64_t a = 71, b = 72;
    int32_t state = 73;
    size_t len = 74;
    uint8_t bytes[8] = {0}, line[160];
    uint32_t small = 0;
    char text[8] = "text";
    const uint32_t *word = NULL;
    tam_status failure = 75;
    CHECK_STATUS(tam_job_set_u64(job, TAM_PARAM_THREADS, 1), TAM_ERR_HANDLE);
    CHECK_STATUS(tam_job_get_u64(job, TAM_PARAM_THREADS, &a), TAM_ERR_HANDLE);
    CHECK_STATUS(tam_job_start(job), TAM_ERR_HANDLE);
    CHECK_STATUS(tam_job_state(job, &state), TAM_ERR_HANDLE);
    CHECK_STATUS(tam_job_progress(job, &a, &b), TAM_ERR_HANDLE);
    CHECK_STATUS(tam_job_wait(job, 0), TAM_ERR_HANDLE);
    CHECK_STATUS(tam_job_wait(job, -1), TAM_ERR_HANDLE);
    CHECK_STATUS(tam_job_cancel(job), TAM_ERR_HANDLE);
    CHECK_STATUS(tam_job_result_u64(job, &a), TAM_ERR_HANDLE);
    CHECK_STATUS(tam_job_results_u64(job, &a, 1, &len), TAM_ERR_HANDLE);
    CHECK_STATUS(tam_job_read_u64(job, 0, &a, 1, &len), TAM_ERR_HANDLE);
    CHECK_STATUS(tam_job_read_u64(job, -1, &a, 1, &len), TAM_ERR_HANDLE);
    CHECK_STATUS(tam_job_read_u32(job, -1, &small, 1, &len), TAM_ERR_HANDLE);
    CHECK_STATUS(tam_job_read_bytes(job, TAM_FORMAT_TEXT, -1, line, sizeof line, &len), TAM_ERR_HANDLE);
    CHECK_STATUS(tam_job_message(job, text, sizeof text, &len), TAM_ERR_HANDLE);
    CHECK_STATUS(tam_job_failure(job, &failure), TAM_ERR_HANDLE);
    CHECK_STATUS(tam_job_event_word(job, &word), TAM_ERR_HANDLE);
    CHECK_STATUS(tam_job_event_interval(job, 1), TAM_ERR_HANDLE);
    CHECK_STATUS(tam_job_start_external(job), TAM_ERR_HANDLE);
    CHECK_STATUS(tam_job_chunks(job, &a), TAM_ERR_HANDLE);
    CHECK_STATUS(tam_job_take_chunk(job, &a), TAM_ERR_HANDLE);
    CHECK_STATUS(tam_job_take_chunk_after(job, 0, &a), TAM_ERR_HANDLE);
    CHECK_STATUS(tam_job_put_chunk(job, 0, bytes, sizeof bytes), TAM_ERR_HANDLE);
    CHECK_STATUS(tam_job_return_chunk(job, 0), TAM_ERR_HANDLE);
    CHECK_STATUS(tam_job_run_chunk(job, 0, bytes, sizeof bytes, &len), TAM_ERR_HANDLE);
    CHECK_STATUS(tam_job_free(job), TAM_ERR_HANDLE);
    CHECK(a == 71 && b == 72 && state == 73 && len == 74 && failure == 75);
    CHECK(word == NULL && strcmp(text, "text") == 0);
}

static void a_freed_job_is_caught_by_every_function(void)
{
    tam_job *job = new_count(0, 10);
    CHECK_OK(tam_job_free(job));
    check_dead(job);
}

static void a_job_freed_after_its_end_is_caught_too(void)
{
    tam_job *job = new_self_test(10, 0);
    CHECK_OK(tam_job_start(job));
    CHECK_OK(tam_job_wait(job, 30000));
    CHECK_OK(tam_job_free(job));
    check_dead(job);
}

static void a_freed_handle_stays_dead_while_new_jobs_come_and_go(void)
{
    enum { JOBS = 500 };
    tam_job *old = new_count(0, 10);
    tam_job *jobs[JOBS];
    int i, round;
    CHECK_OK(tam_job_free(old));
    for (round = 0; round < 4; round++) {
        for (i = 0; i < JOBS; i++) {
            jobs[i] = new_count(0, 10);
            CHECK(jobs[i] != old); /* or the old handle would name somebody else's job */
        }
        for (i = 0; i < JOBS; i++) CHECK_OK(tam_job_free(jobs[i]));
    }
    check_dead(old);
}

static void made_up_handles_are_caught(void)
{
    int on_stack = 1;
    void *on_heap = malloc(64);
    static uint64_t in_image[8];
    tam_job *live = new_count(0, 10);
    uintptr_t real = (uintptr_t)live;
    uint64_t seed = 11;
    int i;
    REQUIRE(on_heap != NULL);
    memset(on_heap, 0xff, 64);
    check_dead((tam_job *)(void *)&on_stack);
    check_dead((tam_job *)on_heap);
    check_dead((tam_job *)(void *)in_image);
    check_dead((tam_job *)(void *)tam_version());
    check_dead((tam_job *)(uintptr_t)1);
    check_dead((tam_job *)(uintptr_t)2);
    check_dead((tam_job *)(uintptr_t)4096);
    check_dead((tam_job *)~(uintptr_t)0);
    /* Near misses: one bit off a live one. */
    for (i = 0; i < (int)sizeof(uintptr_t) * 8; i++) {
        tam_job *near_miss = (tam_job *)(real ^ ((uintptr_t)1 << i));
        if (near_miss != NULL) check_dead(near_miss);
    }
    for (i = 0; i < 1000; i++) {
        tam_job *chance = (tam_job *)(uintptr_t)check_random(&seed);
        int32_t state = -1;
        if (chance == NULL || chance == live) continue;
        CHECK_STATUS(tam_job_state(chance, &state), TAM_ERR_HANDLE);
        CHECK_STATUS(tam_job_free(chance), TAM_ERR_HANDLE);
    }
    free(on_heap);
    CHECK_OK(tam_job_free(live)); /* None of it hurt the real one. */
}

static void freeing_a_running_job_cancels_it(void)
{
    double begun;
    tam_job *job = new_endless(), *next;
    CHECK_OK(tam_job_start(job));
    check_sleep_ms(10);
    begun = check_now_ms();
    CHECK_OK(tam_job_free(job));
    CHECK(check_now_ms() - begun < 2000);
    check_dead(job);
    next = new_self_test(10, 0);
    CHECK_OK(tam_job_start(next));
    CHECK_U64(finish(next), self_test_answer(10));
    CHECK(check_now_ms() - begun < 10000);
}

static void *wait_for_ever(void *job)
{
    static tam_status answers[3] = {TAM_OK, TAM_ERR_CANCELLED, TAM_ERR_HANDLE};
    tam_status s = tam_job_wait(job, -1);
    return s == TAM_ERR_CANCELLED ? &answers[1] : s == TAM_ERR_HANDLE ? &answers[2] : &answers[0];
}

static void freeing_a_job_under_a_waiter_ends_the_wait(void)
{
    pthread_t thread;
    void *answer = NULL;
    tam_job *job = new_endless();
    CHECK_OK(tam_job_start(job));
    REQUIRE(pthread_create(&thread, NULL, wait_for_ever, job) == 0);
    check_sleep_ms(30);
    CHECK_OK(tam_job_free(job));
    REQUIRE(pthread_join(thread, &answer) == 0);
    CHECK(*(tam_status *)answer == TAM_ERR_CANCELLED || *(tam_status *)answer == TAM_ERR_HANDLE);
}

struct race {
    tam_job *job;
    int freed; /* how many threads were told OK */
};

static void *free_it(void *arg)
{
    struct race *race = arg;
    tam_status s = tam_job_free(race->job);
    if (s == TAM_OK) __atomic_fetch_add(&race->freed, 1, __ATOMIC_SEQ_CST);
    else CHECK_STATUS(s, TAM_ERR_HANDLE);
    return NULL;
}

static void of_many_threads_that_free_one_job_exactly_one_succeeds(void)
{
    enum { THREADS = 4, ROUNDS = 50 };
    pthread_t threads[THREADS];
    int round, t;
    for (round = 0; round < ROUNDS; round++) {
        struct race race;
        race.job = new_self_test(1000, 1000);
        race.freed = 0;
        CHECK_OK(tam_job_start(race.job));
        for (t = 0; t < THREADS; t++) REQUIRE(pthread_create(&threads[t], NULL, free_it, &race) == 0);
        for (t = 0; t < THREADS; t++) CHECK(pthread_join(threads[t], NULL) == 0);
        CHECK(race.freed == 1);
    }
}

static void too_many_live_jobs_are_refused_and_room_comes_back(void)
{
    enum { MOST = TAM_MAX_JOBS + 10 };
    tam_job **jobs = malloc(MOST * sizeof *jobs);
    size_t made = 0, i;
    tam_status s = TAM_OK;
    REQUIRE(jobs != NULL);
    while (made < MOST && s == TAM_OK) {
        s = tam_job_new(TAM_KIND_COUNT_PRIMES, &jobs[made]);
        if (s == TAM_OK) made++;
    }
    CHECK_U64(made, TAM_MAX_JOBS);
    CHECK_STATUS(s, TAM_ERR_LIMIT);
    for (i = 0; i < made; i++) CHECK_OK(tam_job_free(jobs[i]));
    free(jobs);
    CHECK_OK(tam_job_free(new_count(0, 10)));
}

void suite_handles(void)
{
    RUN("handles", a_freed_job_is_caught_by_every_function);
    RUN("handles", a_job_freed_after_its_end_is_caught_too);
    RUN("handles", a_freed_handle_stays_dead_while_new_jobs_come_and_go);
    RUN("handles", made_up_handles_are_caught);
    RUN("handles", freeing_a_running_job_cancels_it);
    RUN("handles", freeing_a_job_under_a_waiter_ends_the_wait);
    RUN("handles", of_many_threads_that_free_one_job_exactly_one_succeeds);
    RUN("handles", too_many_live_jobs_are_refused_and_room_comes_back);
}

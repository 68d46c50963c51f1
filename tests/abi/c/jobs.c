/* One job from its making to its end: done, cancelled, failed. */
#define _POSIX_C_SOURCE 200809L
#include "suites.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

static int32_t state_of(const tam_job *job)
{
    int32_t state = -1;
    CHECK_OK(tam_job_state(job, &state));
    return state;
}

static tam_status failure_of(const tam_job *job)
{
    tam_status failure = 77;
    CHECK_OK(tam_job_failure(job, &failure));
    return failure;
}

static void a_job_goes_from_new_to_done_with_its_result(void)
{
    uint64_t value = 77, done = 0, total = 0;
    tam_job *job = new_self_test(1000, 0);
    CHECK(state_of(job) == TAM_STATE_NEW);
    CHECK_OK(tam_job_start(job));
    CHECK(state_of(job) == TAM_STATE_RUNNING || state_of(job) == TAM_STATE_DONE);
    CHECK_OK(tam_job_wait(job, 30000));
    CHECK(state_of(job) == TAM_STATE_DONE);
    CHECK_OK(tam_job_progress(job, &done, &total));
    CHECK(done == 1000 && total == 1000);
    CHECK_OK(failure_of(job));
    CHECK_OK(tam_job_result_u64(job, &value));
    CHECK_U64(value, self_test_answer(1000));
    value = 0;
    CHECK_OK(tam_job_result_u64(job, &value)); /* as often as one likes */
    CHECK_U64(value, self_test_answer(1000));
    CHECK_OK(tam_job_wait(job, 0));
    CHECK_OK(tam_job_wait(job, -1));
    CHECK_OK(tam_job_free(job));
}

static void a_job_without_chunks_is_done_at_once(void)
{
    tam_job *job = new_self_test(0, 0);
    CHECK_OK(tam_job_start(job));
    CHECK_U64(finish(job), 0);
}

static void nothing_can_be_set_or_started_again_after_the_start(void)
{
    uint64_t value = 0;
    tam_job *job = new_self_test(10, 0);
    CHECK_OK(tam_job_start(job));
    CHECK_STATUS(tam_job_set_u64(job, TAM_PARAM_TEST_CHUNKS, 11), TAM_ERR_STATE);
    CHECK_STATUS(tam_job_start(job), TAM_ERR_STATE);
    CHECK_STATUS(tam_job_start_external(job), TAM_ERR_STATE);
    CHECK_OK(tam_job_wait(job, 30000));
    CHECK_STATUS(tam_job_set_u64(job, TAM_PARAM_TEST_CHUNKS, 11), TAM_ERR_STATE);
    CHECK_STATUS(tam_job_start(job), TAM_ERR_STATE);
    CHECK_OK(tam_job_get_u64(job, TAM_PARAM_TEST_CHUNKS, &value));
    CHECK_U64(value, 10);
    CHECK_U64(finish(job), self_test_answer(10));
}

static void a_new_job_cannot_be_waited_for_or_read(void)
{
    uint64_t value = 77, done = 77, total = 77;
    tam_job *job = new_count(0, 10);
    CHECK_STATUS(tam_job_wait(job, 0), TAM_ERR_STATE);
    CHECK_STATUS(tam_job_wait(job, -1), TAM_ERR_STATE); /* it must not wait for ever */
    CHECK_STATUS(tam_job_result_u64(job, &value), TAM_ERR_STATE);
    CHECK_U64(value, 77);
    CHECK_OK(tam_job_progress(job, &done, &total));
    CHECK_U64(done, 0);
    CHECK_OK(tam_job_free(job));
}

static void start_past_stop_is_refused_and_can_be_mended(void)
{
    uint64_t value = 77;
    tam_job *job = new_count(100, 99);
    CHECK_STATUS(tam_job_start(job), TAM_ERR_RANGE);
    CHECK_STATUS(tam_job_start_external(job), TAM_ERR_RANGE);
    CHECK(state_of(job) == TAM_STATE_NEW);
    CHECK_OK(tam_job_set_u64(job, TAM_PARAM_START, 2));
    CHECK_OK(tam_job_start(job));
    CHECK_U64(finish(job), 25);
    CHECK_STATUS(tam_count_primes(1, 0, &value), TAM_ERR_RANGE);
    CHECK_STATUS(tam_count_primes(UINT64_MAX, 0, &value), TAM_ERR_RANGE);
    CHECK_U64(value, 77);
}

static void a_segment_size_is_used_or_refused_and_never_changes_the_count(void)
{
    static const uint64_t sizes[] = {0, 16384, 16385, 65536, 1 << 20, 8 << 20};
    size_t i;
    tam_job *job;
    for (i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        job = new_count(0, 10000000);
        CHECK_OK(tam_job_set_u64(job, TAM_PARAM_SEGMENT_BYTES, sizes[i]));
        CHECK_OK(tam_job_start(job));
        CHECK_U64(finish(job), 664579); /* A006880(7) */
    }
    job = new_count(0, 1000);
    /* Between "you choose" and the least segment: either call may find it. */
    if (tam_job_set_u64(job, TAM_PARAM_SEGMENT_BYTES, 1000) == TAM_OK)
        CHECK_STATUS(tam_job_start(job), TAM_ERR_RANGE);
    CHECK_OK(tam_job_free(job));
}

static void waits_end_on_time_while_the_job_goes_on(void)
{
    double begun, took;
    uint64_t value = 77;
    tam_job *job = new_endless();
    CHECK_OK(tam_job_start(job));
    CHECK_STATUS(tam_job_wait(job, 0), TAM_ERR_TIMEOUT);
    begun = check_now_ms();
    CHECK_STATUS(tam_job_wait(job, 60), TAM_ERR_TIMEOUT);
    took = check_now_ms() - begun;
    CHECK(took >= 59 && took < 10000);
    CHECK(state_of(job) == TAM_STATE_RUNNING);
    CHECK_STATUS(tam_job_result_u64(job, &value), TAM_ERR_STATE);
    CHECK_U64(value, 77);
    CHECK_OK(tam_job_cancel(job));
    CHECK_STATUS(tam_job_wait(job, -1), TAM_ERR_CANCELLED);
    CHECK_OK(tam_job_free(job));
}

static void a_wait_of_any_length_is_accepted(void)
{
    tam_job *job = new_self_test(20, 100000);
    CHECK_OK(tam_job_start(job));
    CHECK_OK(tam_job_wait(job, INT64_MAX)); /* must not overflow into the past */
    CHECK_OK(tam_job_wait(job, INT64_MIN));
    CHECK_OK(tam_job_free(job));
}

struct canceller {
    tam_job *job;
    double asked;
};

static void *cancel_soon(void *arg)
{
    struct canceller *c = arg;
    check_sleep_ms(30);
    c->asked = check_now_ms();
    CHECK_OK(tam_job_cancel(c->job));
    return NULL;
}

/* Ranges whose segments differ most: small sieving primes, huge ones, and a kernel that only spins. */
static void cancel_while_waiting(tam_job *job, const char *what)
{
    struct canceller c;
    pthread_t thread;
    double took;
    uint64_t value = 77;
    c.job = job;
    c.asked = 0;
    CHECK_OK(tam_job_start(job));
    REQUIRE(pthread_create(&thread, NULL, cancel_soon, &c) == 0);
    CHECK_STATUS(tam_job_wait(job, -1), TAM_ERR_CANCELLED);
    took = check_now_ms() - c.asked;
    CHECK(pthread_join(thread, NULL) == 0);
    CHECK(state_of(job) == TAM_STATE_CANCELLED);
    CHECK(took < 2000);
    printf("        cancel seen by the waiter after %.1f ms (%s)\n", took, what);
    CHECK_STATUS(tam_job_result_u64(job, &value), TAM_ERR_CANCELLED);
    CHECK_U64(value, 77);
    CHECK_OK(failure_of(job));
    CHECK_OK(tam_job_free(job));
    /* The threads must have left it as well: the next job gets them. */
    took = check_now_ms();
    job = new_self_test(10, 0);
    CHECK_OK(tam_job_start(job));
    CHECK_U64(finish(job), self_test_answer(10));
    took = check_now_ms() - took;
    printf("        the next job was done %.1f ms later\n", took);
    CHECK(took < 10000);
}

static void a_cancel_from_another_thread_ends_the_wait(void)
{
    cancel_while_waiting(new_endless(), "primes from 0");
    cancel_while_waiting(new_count(UINT64_MAX - (UINT64_C(1) << 40), UINT64_MAX), "primes up to 2^64");
    cancel_while_waiting(new_self_test(1000, UINT64_C(1) << 40), "self test, endless chunks");
}

static void a_cancelled_job_that_never_ran_cannot_be_started(void)
{
    tam_job *job = new_count(0, 10);
    CHECK_OK(tam_job_cancel(job));
    CHECK(state_of(job) == TAM_STATE_CANCELLED);
    CHECK_STATUS(tam_job_start(job), TAM_ERR_STATE);
    CHECK_STATUS(tam_job_wait(job, -1), TAM_ERR_CANCELLED);
    CHECK_OK(tam_job_cancel(job));
    CHECK_OK(tam_job_free(job));
}

static void a_cancel_after_the_end_changes_nothing(void)
{
    uint64_t value = 0;
    tam_job *job = new_self_test(100, 0);
    CHECK_OK(tam_job_start(job));
    CHECK_OK(tam_job_wait(job, 30000));
    CHECK_OK(tam_job_cancel(job));
    CHECK(state_of(job) == TAM_STATE_DONE);
    CHECK_OK(tam_job_result_u64(job, &value));
    CHECK_U64(value, self_test_answer(100));
    CHECK_OK(tam_job_free(job));
}

static void progress_never_goes_back_and_ends_at_its_total(void)
{
    uint64_t done = 0, total = 0, before = 0, steps = 0;
    tam_job *job = new_self_test(400, 200000);
    CHECK_OK(tam_job_start(job));
    for (;;) {
        int32_t state = state_of(job); /* before the progress: what is read after it is final */
        CHECK_OK(tam_job_progress(job, &done, &total));
        CHECK(done >= before && done <= total);
        CHECK_U64(total, 400);
        steps += done > before;
        before = done;
        if (state != TAM_STATE_RUNNING) break;
        check_sleep_ms(1);
    }
    CHECK_U64(done, 400);
    CHECK(steps > 2); /* It was seen on the way, not only at the end. */
    CHECK_U64(finish(job), self_test_answer(400));
}

static void phases_add_up_to_the_job_and_never_go_back(void)
{
    static const char *const names[] = {"first half", "second half"};
    uint64_t before[2] = {0, 0}, done = 77, total = 77;
    int32_t state = 77, reached[2] = {0, 0};
    size_t count = 77, i;
    const char *name = NULL;
    tam_job *job = new_self_test(401, 200000);
    CHECK_OK(tam_job_phases(job, &count));
    CHECK(count == 0); /* Its parameters are not fixed yet. */
    CHECK_STATUS(tam_job_phase(job, 0, &name, &done, &total, &state), TAM_ERR_RANGE);
    CHECK(name == NULL && done == 77 && total == 77 && state == 77);
    CHECK_OK(tam_job_start(job));
    CHECK_OK(tam_job_phases(job, &count));
    REQUIRE(count == 2);
    for (;;) {
        int32_t now = state_of(job);
        for (i = count; i-- > 0;) {
            CHECK_OK(tam_job_phase(job, i, &name, &done, &total, &state));
            CHECK(strcmp(name, names[i]) == 0);
            CHECK_U64(total, 200 + i);
            CHECK(done >= before[i] && done <= total && state >= reached[i]);
            CHECK((state == TAM_PHASE_DONE) == (done == total));
            CHECK(done == 0 || state != TAM_PHASE_WAITING);
            /* Merged in order: the second gets on when the first is done. */
            before[i] = done;
            reached[i] = state;
            CHECK(i == 1 || before[1] == 0 || state == TAM_PHASE_DONE);
        }
        if (now != TAM_STATE_RUNNING) break;
        check_sleep_ms(1);
    }
    CHECK(reached[0] == TAM_PHASE_DONE && reached[1] == TAM_PHASE_DONE);
    CHECK_STATUS(tam_job_phase(job, 2, &name, &done, &total, &state), TAM_ERR_RANGE);
    CHECK_STATUS(tam_job_phases(job, NULL), TAM_ERR_NULL);
    CHECK_STATUS(tam_job_phases(NULL, &count), TAM_ERR_NULL);
    CHECK_STATUS(tam_job_phase(NULL, 0, &name, &done, &total, &state), TAM_ERR_NULL);
    CHECK_STATUS(tam_job_phase(job, 0, NULL, &done, &total, &state), TAM_ERR_NULL);
    CHECK_STATUS(tam_job_phase(job, 0, &name, NULL, &total, &state), TAM_ERR_NULL);
    CHECK_STATUS(tam_job_phase(job, 0, &name, &done, NULL, &state), TAM_ERR_NULL);
    CHECK_STATUS(tam_job_phase(job, 0, &name, &done, &total, NULL), TAM_ERR_NULL);
    CHECK_U64(finish(job), self_test_answer(401));
    CHECK_STATUS(tam_job_phases(job, &count), TAM_ERR_HANDLE);
}

static void the_event_word_changes_as_the_job_moves_on(void)
{
    const uint32_t *word = NULL;
    uint32_t first, seen, changes = 0;
    tam_job *job = new_self_test(400, 200000);
    CHECK_OK(tam_job_event_word(job, &word));
    REQUIRE(word != NULL && (uintptr_t)word % 4 == 0);
    first = seen = __atomic_load_n(word, __ATOMIC_ACQUIRE);
    CHECK_OK(tam_job_start(job));
    while (tam_job_wait(job, 1) == TAM_ERR_TIMEOUT) {
        uint32_t now = __atomic_load_n(word, __ATOMIC_ACQUIRE);
        changes += now != seen;
        seen = now;
    }
    CHECK(__atomic_load_n(word, __ATOMIC_ACQUIRE) != first);
    CHECK(changes > 0);
    CHECK_U64(finish(job), self_test_answer(400));
}

static void progress_moves_the_event_word_no_more_often_than_was_asked_for(void)
{
    const uint32_t *word = NULL;
    uint32_t started, seen, changes = 0;
    uint64_t done = 0, total = 0;
    tam_job *job = new_self_test(400, 200000);
    CHECK_OK(tam_job_event_interval(job, 0));
    CHECK_OK(tam_job_event_word(job, &word));
    REQUIRE(word != NULL);
    CHECK_OK(tam_job_start(job));
    started = seen = __atomic_load_n(word, __ATOMIC_ACQUIRE);
    while (done < 200) CHECK_OK(tam_job_progress(job, &done, &total));
    CHECK_U64(__atomic_load_n(word, __ATOMIC_ACQUIRE), started); /* half of it is done, and nobody was woken */
    CHECK_OK(tam_job_event_interval(job, 1));
    while (tam_job_wait(job, 1) == TAM_ERR_TIMEOUT) {
        uint32_t now = __atomic_load_n(word, __ATOMIC_ACQUIRE);
        changes += now != seen;
        seen = now;
    }
    CHECK(changes > 0);
    CHECK_U64(finish(job), self_test_answer(400));

    job = new_self_test(40, 20000);
    CHECK_OK(tam_job_event_interval(job, UINT32_MAX));
    CHECK_OK(tam_job_event_word(job, &word));
    seen = __atomic_load_n(word, __ATOMIC_ACQUIRE);
    CHECK_OK(tam_job_start(job));
    CHECK_OK(tam_job_wait(job, 30000));
    /* The start and the end move it always; who waits may be told of the end a moment before. */
    for (int i = 0; i < 100000000 && __atomic_load_n(word, __ATOMIC_ACQUIRE) - seen < 2; i++) continue;
    CHECK_U64(__atomic_load_n(word, __ATOMIC_ACQUIRE) - seen, 2);
    CHECK_U64(finish(job), self_test_answer(40));
}

static void a_message_fits_the_buffer_or_says_how_long_it_is(void)
{
    char buf[512];
    char small[4] = {'a', 'b', 'c', 'd'};
    size_t len = 0, again = 0, none = 0;
    tam_job *job = new_self_test(10, 0);
    CHECK_OK(tam_job_set_u64(job, TAM_PARAM_TEST_FAIL_AT, 3));
    CHECK_OK(tam_job_start(job));
    CHECK_STATUS(tam_job_wait(job, 30000), TAM_ERR_FAILED);

    memset(buf, '#', sizeof buf);
    CHECK_OK(tam_job_message(job, buf, sizeof buf, &len));
    REQUIRE(len > 1 && len < sizeof buf);
    CHECK(buf[len - 1] == '\0' && strlen(buf) == len - 1);
    CHECK(buf[len] == '#'); /* Nothing behind the end. */

    CHECK_STATUS(tam_job_message(job, small, sizeof small, &again), TAM_ERR_BUFFER);
    CHECK_U64(again, len);
    CHECK_STATUS(tam_job_message(job, buf, len - 1, &again), TAM_ERR_BUFFER);
    CHECK_U64(again, len);
    memset(buf, '#', sizeof buf);
    CHECK_OK(tam_job_message(job, buf, len, &again)); /* exactly enough */
    CHECK(buf[len] == '#');
    /* To ask for the length alone. */
    CHECK_OK(tam_job_message(job, NULL, 0, &none));
    CHECK_U64(none, len);
    CHECK_STATUS(tam_job_message(job, NULL, 8, &none), TAM_ERR_NULL);
    CHECK_OK(tam_job_free(job));
}

static void a_failing_chunk_fails_the_job_with_its_message(void)
{
    char buf[512] = "";
    size_t len = 0;
    uint64_t value = 77;
    tam_job *job = new_self_test(100, 0);
    CHECK_OK(tam_job_set_u64(job, TAM_PARAM_TEST_FAIL_AT, 42));
    CHECK_OK(tam_job_start(job));
    CHECK_STATUS(tam_job_wait(job, 30000), TAM_ERR_FAILED);
    CHECK(state_of(job) == TAM_STATE_FAILED);
    CHECK_OK(tam_job_message(job, buf, sizeof buf, &len));
    CHECK(strstr(buf, "42") != NULL);
    CHECK_STATUS(failure_of(job), TAM_ERR_MEMORY); /* what the self test says it met */
    CHECK_STATUS(tam_job_result_u64(job, &value), TAM_ERR_FAILED);
    CHECK_U64(value, 77);
    CHECK_OK(tam_job_cancel(job));
    CHECK(state_of(job) == TAM_STATE_FAILED);
    CHECK_OK(tam_job_free(job));
}

static void a_panic_fails_its_job_alone_and_the_pool_lives_on(void)
{
    char buf[512] = "";
    size_t len = 0;
    uint64_t value = 0;
    int i;
    uint32_t before = 0, after = 0;
    tam_job *other = new_self_test(200, 500000);
    CHECK_OK(tam_job_start(other));
    CHECK_OK(tam_threads(&before));
    /* More panics than threads: a thread lost to each would be noticed. */
    for (i = 0; i < 20; i++) {
        tam_job *job = new_self_test(50, 0);
        CHECK_OK(tam_job_set_u64(job, TAM_PARAM_TEST_PANIC_AT, 7));
        CHECK_OK(tam_job_start(job));
        CHECK_STATUS(tam_job_wait(job, 30000), TAM_ERR_FAILED);
        CHECK_OK(tam_job_message(job, buf, sizeof buf, &len));
        CHECK(strstr(buf, "7") != NULL);
        CHECK_STATUS(failure_of(job), TAM_ERR_PANIC);
        CHECK_OK(tam_job_free(job));
    }
    CHECK_OK(tam_threads(&after));
    CHECK(before == after && after > 0);
    CHECK_U64(finish(other), self_test_answer(200));
    CHECK_OK(tam_count_primes(0, 1000000, &value));
    CHECK_U64(value, 78498); /* A006880(6) */
}

void suite_jobs(void)
{
    RUN("jobs", a_job_goes_from_new_to_done_with_its_result);
    RUN("jobs", a_job_without_chunks_is_done_at_once);
    RUN("jobs", nothing_can_be_set_or_started_again_after_the_start);
    RUN("jobs", a_new_job_cannot_be_waited_for_or_read);
    RUN("jobs", start_past_stop_is_refused_and_can_be_mended);
    RUN("jobs", a_segment_size_is_used_or_refused_and_never_changes_the_count);
    RUN("jobs", waits_end_on_time_while_the_job_goes_on);
    RUN("jobs", a_wait_of_any_length_is_accepted);
    RUN("jobs", a_cancel_from_another_thread_ends_the_wait);
    RUN("jobs", a_cancelled_job_that_never_ran_cannot_be_started);
    RUN("jobs", a_cancel_after_the_end_changes_nothing);
    RUN("jobs", progress_never_goes_back_and_ends_at_its_total);
    RUN("jobs", phases_add_up_to_the_job_and_never_go_back);
    RUN("jobs", the_event_word_changes_as_the_job_moves_on);
    RUN("jobs", progress_moves_the_event_word_no_more_often_than_was_asked_for);
    RUN("jobs", a_message_fits_the_buffer_or_says_how_long_it_is);
    RUN("jobs", a_failing_chunk_fails_the_job_with_its_message);
    RUN("jobs", a_panic_fails_its_job_alone_and_the_pool_lives_on);
}

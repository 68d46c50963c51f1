/* Jobs that last: pause and resume, more threads or fewer in mid-job, checkpoints and restoring. */
#include "golden.h"
#include "suites.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { MOST = 512 };

struct checkpoint {
    uint8_t bytes[MOST];
    size_t len;
};

static int32_t state_of(const tam_job *job)
{
    int32_t state = -1;
    CHECK_OK(tam_job_state(job, &state));
    return state;
}

static uint64_t done_of(const tam_job *job)
{
    uint64_t done = UINT64_MAX, total = 0;
    CHECK_OK(tam_job_progress(job, &done, &total));
    return done;
}

static struct checkpoint taken(const tam_job *job)
{
    struct checkpoint c = {{0}, 0};
    CHECK_OK(tam_job_checkpoint(job, c.bytes, MOST, &c.len));
    return c;
}

static tam_job *restored(const struct checkpoint *c)
{
    tam_job *job = NULL;
    CHECK_OK(tam_job_restore(c->bytes, c->len, &job));
    CHECK(job != NULL && state_of(job) == TAM_STATE_NEW);
    return job;
}

/* Runs so many chunks of an externally started job on this thread. */
static void run_chunks(tam_job *job, int count)
{
    uint8_t bytes[64];
    uint64_t chunk = 0;
    size_t len = 0;
    while (count-- > 0) {
        REQUIRE_OK(tam_job_take_chunk(job, &chunk));
        REQUIRE_OK(tam_job_run_chunk(job, chunk, bytes, sizeof bytes, &len));
        REQUIRE_OK(tam_job_put_chunk(job, chunk, bytes, len));
    }
}

/* A job of 400 chunks on one thread, long enough to be paused before its end. */
static tam_job *new_long(void)
{
    tam_job *job = new_self_test(400, check_slow() ? 100000 : 2000000);
    CHECK_OK(tam_job_set_u64(job, TAM_PARAM_THREADS, 1));
    return job;
}

static void a_paused_job_rests_and_a_resumed_one_ends_right(void)
{
    uint64_t before;
    tam_job *job = new_long();
    CHECK_STATUS(tam_job_pause(job), TAM_ERR_STATE);
    CHECK_STATUS(tam_job_resume(job), TAM_ERR_STATE);
    CHECK_OK(tam_job_start(job));
    CHECK_OK(tam_job_pause(job));
    CHECK_OK(tam_job_pause(job));
    CHECK(state_of(job) == TAM_STATE_PAUSED);
    CHECK_STATUS(tam_job_wait(job, 0), TAM_ERR_TIMEOUT);
    CHECK_STATUS(tam_job_wait(job, check_slow() ? 3000 : 200), TAM_ERR_TIMEOUT); /* what was under way ends */
    before = done_of(job);
    CHECK_STATUS(tam_job_wait(job, 200), TAM_ERR_TIMEOUT);
    CHECK_U64(done_of(job), before);
    CHECK_OK(tam_job_resume(job));
    CHECK_OK(tam_job_resume(job));
    CHECK(state_of(job) != TAM_STATE_PAUSED);
    CHECK_OK(tam_job_wait(job, 60000));
    CHECK_STATUS(tam_job_pause(job), TAM_ERR_STATE);
    CHECK_STATUS(tam_job_resume(job), TAM_ERR_STATE);
    CHECK_U64(finish(job), self_test_answer(400));
}

static void pausing_and_resuming_at_1_2_and_8_threads_loses_nothing(void)
{
    int i;
    tam_job *job = new_self_test(3000, 20000);
    CHECK_OK(tam_job_start(job));
    for (i = 0; i < 100; i++) {
        tam_status s = tam_job_pause(job);
        CHECK(s == TAM_OK || (s == TAM_ERR_STATE && state_of(job) == TAM_STATE_DONE));
        s = tam_job_resume(job);
        CHECK(s == TAM_OK || (s == TAM_ERR_STATE && state_of(job) == TAM_STATE_DONE));
    }
    CHECK_U64(finish(job), self_test_answer(3000));
}

static void at_1_2_and_8_threads(void)
{
    with_1_2_and_8_threads(pausing_and_resuming_at_1_2_and_8_threads_loses_nothing);
}

static void *wait_long(void *job)
{
    return (void *)(intptr_t)tam_job_wait(job, 60000);
}

static void a_paused_job_may_be_cancelled_and_freed(void)
{
    pthread_t thread;
    void *status = NULL;
    tam_job *job = new_endless();
    CHECK_OK(tam_job_start(job));
    CHECK_OK(tam_job_pause(job));
    REQUIRE(pthread_create(&thread, NULL, wait_long, job) == 0);
    check_sleep_ms(20);
    CHECK_OK(tam_job_cancel(job));
    CHECK(pthread_join(thread, &status) == 0);
    CHECK_STATUS((tam_status)(intptr_t)status, TAM_ERR_CANCELLED);
    CHECK(state_of(job) == TAM_STATE_CANCELLED);
    CHECK_STATUS(tam_job_resume(job), TAM_ERR_STATE);
    CHECK_OK(tam_job_free(job));

    job = new_endless();
    CHECK_OK(tam_job_start(job));
    CHECK_OK(tam_job_pause(job));
    CHECK_OK(tam_job_free(job));
    CHECK_U64(finish((CHECK_OK(tam_job_start(job = new_self_test(10, 0))), job)), self_test_answer(10));
}

static void a_paused_external_job_takes_results_and_may_end(void)
{
    uint8_t bytes[8];
    uint64_t chunk = 77;
    size_t len = 0;
    tam_job *job = new_self_test(2, 0);
    CHECK_OK(tam_job_start_external(job));
    run_chunks(job, 1);
    CHECK_OK(tam_job_take_chunk(job, &chunk));
    CHECK_OK(tam_job_pause(job));
    CHECK_OK(tam_job_return_chunk(job, 1));
    CHECK_STATUS(tam_job_take_chunk(job, &chunk), TAM_ERR_STATE);
    CHECK_OK(tam_job_run_chunk(job, 1, bytes, sizeof bytes, &len));
    CHECK_OK(tam_job_put_chunk(job, 1, bytes, len));
    CHECK(state_of(job) == TAM_STATE_DONE);
    CHECK_U64(finish(job), 1);
}

static void the_number_of_threads_may_change_in_mid_job(void)
{
    uint64_t threads = 0;
    tam_job *job = new_long();
    CHECK_OK(tam_job_start(job));
    CHECK_OK(tam_job_set_u64(job, TAM_PARAM_THREADS, 8));
    CHECK_STATUS(tam_job_set_u64(job, TAM_PARAM_THREADS, TAM_MAX_THREADS + 1), TAM_ERR_RANGE);
    CHECK_STATUS(tam_job_set_u64(job, TAM_PARAM_TEST_CHUNKS, 1), TAM_ERR_STATE);
    CHECK_OK(tam_job_pause(job));
    CHECK_OK(tam_job_set_u64(job, TAM_PARAM_THREADS, 2));
    CHECK_OK(tam_job_resume(job));
    CHECK_OK(tam_job_set_u64(job, TAM_PARAM_THREADS, 0));
    CHECK_OK(tam_job_wait(job, 60000));
    CHECK_STATUS(tam_job_set_u64(job, TAM_PARAM_THREADS, 1), TAM_ERR_STATE);
    CHECK_OK(tam_job_get_u64(job, TAM_PARAM_THREADS, &threads));
    CHECK_U64(threads, 0);
    CHECK_U64(finish(job), self_test_answer(400));
}

static void a_checkpoint_is_asked_for_as_all_lists_are(void)
{
    uint8_t small[10];
    size_t len = 77, need = 0;
    int32_t kind = -1;
    tam_job *job = new_self_test(10, 0), *none = NULL;
    CHECK_STATUS(tam_job_checkpoint(NULL, small, 10, &len), TAM_ERR_NULL);
    CHECK_STATUS(tam_job_checkpoint(job, small, 10, NULL), TAM_ERR_NULL);
    CHECK_STATUS(tam_job_checkpoint(job, NULL, 10, &len), TAM_ERR_NULL);
    CHECK(len == 77);
    CHECK_OK(tam_job_checkpoint(job, NULL, 0, &need));
    CHECK(need > 100 && need < MOST);
    memset(small, 7, sizeof small);
    CHECK_STATUS(tam_job_checkpoint(job, small, 10, &len), TAM_ERR_BUFFER);
    CHECK(len == need && small[0] == 7 && small[9] == 7);
    CHECK_STATUS(tam_job_restore(NULL, 10, &none), TAM_ERR_NULL);
    CHECK_STATUS(tam_job_restore(small, 10, NULL), TAM_ERR_NULL);
    CHECK_STATUS(tam_job_kind(NULL, &kind), TAM_ERR_NULL);
    CHECK_STATUS(tam_job_kind(job, NULL), TAM_ERR_NULL);
    CHECK_STATUS(tam_job_pause(NULL), TAM_ERR_NULL);
    CHECK_STATUS(tam_job_resume(NULL), TAM_ERR_NULL);
    CHECK_OK(tam_job_kind(job, &kind));
    CHECK(kind == TAM_KIND_SELF_TEST && none == NULL);
    CHECK_OK(tam_job_set_u64(job, TAM_PARAM_TEST_CHUNKS, 20)); /* asking has fixed nothing */
    CHECK_OK(tam_job_start(job));
    CHECK_OK(tam_job_wait(job, 60000));
    CHECK_STATUS(tam_job_checkpoint(job, small, 10, &len), TAM_ERR_STATE); /* read the result */
    CHECK_U64(finish(job), self_test_answer(20));
    CHECK_STATUS(tam_job_checkpoint(job, small, 10, &len), TAM_ERR_HANDLE);
    CHECK_STATUS(tam_job_kind(job, &kind), TAM_ERR_HANDLE);
    CHECK_STATUS(tam_job_pause(job), TAM_ERR_HANDLE);
    CHECK_STATUS(tam_job_resume(job), TAM_ERR_HANDLE);
    job = new_count(2, 1);
    CHECK_STATUS(tam_job_checkpoint(job, small, 10, &len), TAM_ERR_RANGE);
    CHECK_OK(tam_job_free(job));
}

static void a_new_job_is_restored_with_its_parameters_fixed(void)
{
    uint64_t value = 0;
    int32_t kind = -1;
    struct checkpoint c;
    tam_job *job = new_count(100, 1000);
    CHECK_OK(tam_job_set_u64(job, TAM_PARAM_THREADS, 3));
    c = taken(job);
    CHECK_OK(tam_job_free(job));
    job = restored(&c);
    CHECK_OK(tam_job_kind(job, &kind));
    CHECK(kind == TAM_KIND_COUNT_PRIMES);
    CHECK_OK(tam_job_get_u64(job, TAM_PARAM_STOP, &value));
    CHECK_U64(value, 1000);
    CHECK_OK(tam_job_get_u64(job, TAM_PARAM_THREADS, &value));
    CHECK_U64(value, 3);
    CHECK_STATUS(tam_job_set_u64(job, TAM_PARAM_STOP, 2000), TAM_ERR_STATE);
    CHECK_OK(tam_job_set_u64(job, TAM_PARAM_THREADS, 1));
    CHECK_OK(tam_job_start(job));
    CHECK_U64(finish(job), 143); /* A006880: 168 - 25 */
}

static void go_on_from_the_middle(void)
{
    struct checkpoint c, again;
    uint64_t done, total;
    tam_job *job = new_count(0, 100000000);
    CHECK_OK(tam_job_start_external(job));
    run_chunks(job, 2);
    c = taken(job);
    done = done_of(job);
    CHECK_OK(tam_job_free(job));
    job = restored(&c);
    again = taken(job);
    CHECK(again.len == c.len && memcmp(again.bytes, c.bytes, c.len) == 0);
    CHECK_OK(tam_job_progress(job, &total, &total));
    CHECK(done_of(job) == done && done > 0 && done < total);
    CHECK_OK(tam_job_start(job));
    CHECK_U64(finish(job), 5761455); /* A006880(8) */
}

static void a_job_cut_in_the_middle_ends_right_at_1_2_and_8_threads(void)
{
    with_1_2_and_8_threads(go_on_from_the_middle);
}

/* While it runs, over and over; each one is gone on with, on threads and by chunks run here. */
static void checkpoints_of_a_running_job_are_whole(void)
{
    struct checkpoint c;
    int rounds = 0;
    size_t len = 0;
    tam_job *copy, *job = new_self_test(500, 200000);
    CHECK_OK(tam_job_checkpoint(job, NULL, 0, &len));
    CHECK_OK(tam_job_start(job));
    memset(&c, 0, sizeof c);
    while (tam_job_checkpoint(job, c.bytes, MOST, &c.len) == TAM_OK && rounds++ < 50) {
        uint64_t left = 0, total = 0;
        CHECK(c.len == len);
        copy = restored(&c);
        CHECK_OK(tam_job_progress(copy, &left, &total));
        left = total - left;
        if (rounds % 2) {
            CHECK_OK(tam_job_start(copy));
        } else {
            CHECK_OK(tam_job_start_external(copy));
            run_chunks(copy, (int)left);
        }
        CHECK_U64(finish(copy), self_test_answer(500));
    }
    CHECK(rounds > 0);
    CHECK_U64(finish(job), self_test_answer(500));
}

static void failed_and_cancelled_jobs_keep_theirs(void)
{
    struct checkpoint c, later;
    tam_job *job = new_self_test(10, 0), *copy;
    CHECK_OK(tam_job_set_u64(job, TAM_PARAM_TEST_FAIL_AT, 7));
    CHECK_OK(tam_job_start(job));
    CHECK_STATUS(tam_job_wait(job, 60000), TAM_ERR_FAILED);
    c = taken(job);
    copy = restored(&c);
    CHECK(done_of(copy) <= 7);
    CHECK_OK(tam_job_start(copy));
    CHECK_STATUS(tam_job_wait(copy, 60000), TAM_ERR_FAILED); /* at the same place again */
    CHECK_OK(tam_job_free(copy));
    CHECK_OK(tam_job_free(job));

    job = new_self_test(10, 0);
    CHECK_OK(tam_job_start_external(job));
    run_chunks(job, 4);
    c = taken(job);
    CHECK_OK(tam_job_cancel(job));
    later = taken(job);
    CHECK(later.len == c.len && memcmp(later.bytes, c.bytes, c.len) == 0);
    CHECK_OK(tam_job_free(job));
    copy = restored(&later);
    CHECK_U64(done_of(copy), 4);
    CHECK_OK(tam_job_start(copy));
    CHECK_U64(finish(copy), self_test_answer(10));
}

static void a_stream_goes_on_with_the_next_value(void)
{
    uint64_t buf[1000];
    uint8_t bytes[1000];
    size_t count, len = 0, total = 0, wrong = 0, i;
    const uint64_t *primes = oracle_primes(&count);
    struct checkpoint c;
    tam_job *job = new_list(0, ORACLE_LIMIT, 1);
    CHECK_OK(tam_job_start(job));
    for (;;) {
        if (!CHECK_OK(tam_job_read_u64(job, 60000, buf, 1 + total % 1000, &len)) || len == 0) break;
        for (i = 0; i < len; i++, total++) wrong += total >= count || buf[i] != primes[total];
        if (total % 7) continue; /* now and then in another life */
        c = taken(job);
        CHECK_OK(tam_job_free(job));
        job = restored(&c);
        CHECK_STATUS(tam_job_read_u64(job, 0, buf, 1000, &len), TAM_ERR_STATE); /* not started */
        CHECK_OK(tam_job_start(job));
    }
    CHECK(total == count && wrong == 0);
    CHECK_U64(finish(job), count);

    /* Below 1000 each difference is a byte. */
    job = new_list(0, 1000, 1);
    CHECK_OK(tam_job_start(job));
    CHECK_OK(tam_job_read_bytes(job, TAM_FORMAT_DELTA, 60000, bytes, 160, &len));
    c = taken(job);
    CHECK_OK(tam_job_pause(job));
    CHECK_OK(tam_job_free(job));
    job = restored(&c);
    CHECK_OK(tam_job_start(job));
    CHECK(len < 168);
    CHECK_OK(tam_job_read_bytes(job, TAM_FORMAT_DELTA, 60000, bytes + len, sizeof bytes - len, &i));
    for (wrong = 0, total = 0, len += i, i = 0; i < len; i++) wrong += (total += bytes[i]) != primes[i];
    CHECK(len == 168 && wrong == 0); /* A006880(3) */
    CHECK_OK(tam_job_free(job));
}

static void a_paused_stream_gives_what_is_there(void)
{
    uint64_t value = 0;
    size_t len = 0;
    tam_job *job = new_list(0, 100, 1);
    CHECK_OK(tam_job_start(job));
    CHECK_OK(tam_job_read_u64(job, 60000, &value, 1, &len));
    CHECK_OK(tam_job_pause(job));
    CHECK_OK(tam_job_read_u64(job, 60000, &value, 1, &len));
    CHECK(len == 1 && value == 3);
    CHECK_OK(tam_job_free(job));
    job = new_list(0, 100, 1);
    CHECK_OK(tam_job_start_external(job));
    CHECK_OK(tam_job_pause(job));
    CHECK_STATUS(tam_job_read_u64(job, 50, &value, 1, &len), TAM_ERR_TIMEOUT); /* it waits for a resume */
    CHECK_OK(tam_job_free(job));
}

/* Natively and as wasm the bytes are the same, and so is what becomes of them. */
static void the_golden_checkpoint_is_made_and_gone_on_with_here(void)
{
    struct checkpoint golden, made;
    char text[2 * MOST];
    size_t len = 0, golden_from, made_from;
    tam_job *job;
    REQUIRE_OK(tam_checkpoint_from_text(GOLDEN_TOKEN, golden.bytes, MOST, &golden.len));
    job = new_count(0, 1000000000);
    CHECK_OK(tam_job_start_external(job));
    run_chunks(job, 2);
    made = taken(job);
    CHECK_OK(tam_job_free(job));
    /* Behind the version that made them, and before the checksum that covers it. */
    golden_from = 17u + golden.bytes[16];
    made_from = 17u + made.bytes[16];
    REQUIRE(golden.len - golden_from == made.len - made_from);
    CHECK(memcmp(golden.bytes + golden_from, made.bytes + made_from, made.len - made_from - 8) == 0);
    if (strcmp(tam_version(), "0.1.0") == 0) {
        CHECK_OK(tam_checkpoint_to_text(made.bytes, made.len, text, sizeof text, &len));
        CHECK(strcmp(text, GOLDEN_TOKEN) == 0 && len == sizeof GOLDEN_TOKEN);
    }
    if (check_slow()) return;
    job = restored(&golden);
    CHECK_OK(tam_job_start(job));
    CHECK_U64(finish(job), 50847534); /* A006880(9) */
}

static void what_is_no_whole_checkpoint_makes_no_job(void)
{
    struct checkpoint c, bad;
    uint8_t nothing[1] = {0};
    size_t i;
    tam_job *job = new_self_test(10, 0), *none = NULL;
    c = taken(job);
    CHECK_OK(tam_job_free(job));
    for (i = 0; i < c.len; i++) CHECK_STATUS(tam_job_restore(c.bytes, i, &none), TAM_ERR_TRUNCATED);
    for (i = 0; i < c.len; i++) {
        tam_status s;
        bad = c;
        bad.bytes[i] ^= 0x10;
        s = tam_job_restore(bad.bytes, bad.len, &none);
        CHECK_STATUS(s, i < 8 ? TAM_ERR_FOREIGN : i >= 12 && i < 16 && s == TAM_ERR_TRUNCATED ? s : TAM_ERR_ALTERED);
    }
    CHECK_STATUS(tam_job_restore(c.bytes, c.len + 1, &none), TAM_ERR_ALTERED);
    CHECK_STATUS(tam_job_restore(nothing, 1, &none), TAM_ERR_FOREIGN);
    CHECK_STATUS(tam_job_restore((const uint8_t *)GOLDEN_TOKEN, 30, &none), TAM_ERR_FOREIGN); /* text is no bytes */
    CHECK(none == NULL);
}

/* CRC-64/XZ (ECMA-182 reflected), to make checkpoints that lie. */
static void seal(struct checkpoint *c)
{
    uint64_t crc = UINT64_MAX;
    size_t i;
    int bit;
    for (i = 0; i < c->len - 8; i++)
        for (crc ^= c->bytes[i], bit = 0; bit < 8; bit++) crc = crc & 1 ? crc >> 1 ^ UINT64_C(0xc96c5795d7870f42) : crc >> 1;
    for (i = 0; i < 8; i++) c->bytes[c->len - 8 + i] = (uint8_t)(~crc >> 8 * i);
}

static void another_version_and_another_kind_are_named(void)
{
    struct checkpoint c, other;
    char text[256];
    size_t len = 77, need = 0;
    tam_job *job = new_self_test(10, 0), *none = NULL;
    c = taken(job);
    CHECK_OK(tam_job_free(job));
    other = c;
    seal(&other);
    CHECK(memcmp(other.bytes, c.bytes, c.len) == 0);
    CHECK_OK(tam_checkpoint_message(c.bytes, c.len, text, sizeof text, &len));
    CHECK(strstr(text, "self-test, 0 of 10 chunks") != NULL && len == strlen(text) + 1);
    other.bytes[8] = 99; /* format version */
    other.bytes[17] = '9';
    seal(&other);
    CHECK_STATUS(tam_job_restore(other.bytes, other.len, &none), TAM_ERR_VERSION);
    CHECK_OK(tam_checkpoint_message(other.bytes, other.len, text, sizeof text, &len));
    CHECK(strstr(text, "tamis 9") != NULL);
    other = c;
    other.bytes[17 + c.bytes[16]] ^= 1; /* kind */
    seal(&other);
    CHECK_STATUS(tam_job_restore(other.bytes, other.len, &none), TAM_ERR_KIND);
    CHECK(none == NULL);
    CHECK_OK(tam_checkpoint_message(other.bytes, 5, NULL, 0, &need));
    CHECK_STATUS(tam_checkpoint_message(other.bytes, 5, text, need - 1, &len), TAM_ERR_BUFFER);
    CHECK(len == need);
    CHECK_STATUS(tam_checkpoint_message(NULL, 5, text, sizeof text, &len), TAM_ERR_NULL);
    CHECK_STATUS(tam_checkpoint_message(other.bytes, 5, text, sizeof text, NULL), TAM_ERR_NULL);
}

static void text_is_read_with_spaces_in_it_and_refused_when_damaged(void)
{
    struct checkpoint c;
    uint8_t bytes[MOST];
    char text[2 * MOST], spaced[4 * MOST];
    size_t len = 77, need = 0, i, at = 0;
    tam_job *job = new_count(0, 100);
    c = taken(job);
    CHECK_OK(tam_job_free(job));
    CHECK_OK(tam_checkpoint_to_text(c.bytes, c.len, NULL, 0, &need));
    CHECK_STATUS(tam_checkpoint_to_text(c.bytes, c.len, text, need - 1, &len), TAM_ERR_BUFFER);
    CHECK(len == need);
    CHECK_OK(tam_checkpoint_to_text(c.bytes, c.len, text, need, &len));
    CHECK(len == need && strlen(text) == len - 1 && strncmp(text, "tamis1-", 7) == 0);
    for (i = 0; i < strlen(text); i++) {
        spaced[at++] = " \n\t\r"[i % 4];
        spaced[at++] = text[i];
    }
    spaced[at] = 0;
    CHECK_OK(tam_checkpoint_from_text(spaced, NULL, 0, &need));
    CHECK_U64(need, c.len);
    CHECK_STATUS(tam_checkpoint_from_text(spaced, bytes, need - 1, &len), TAM_ERR_BUFFER);
    CHECK_OK(tam_checkpoint_from_text(spaced, bytes, MOST, &len));
    CHECK(len == c.len && memcmp(bytes, c.bytes, len) == 0);
    CHECK_STATUS(tam_checkpoint_from_text("hello", bytes, MOST, &len), TAM_ERR_FOREIGN);
    CHECK_STATUS(tam_checkpoint_from_text("", bytes, MOST, &len), TAM_ERR_TRUNCATED);
    text[100] = text[100] == 'A' ? 'B' : 'A';
    CHECK_STATUS(tam_checkpoint_from_text(text, bytes, MOST, &len), TAM_ERR_ALTERED);
    text[100] = 0;
    CHECK_STATUS(tam_checkpoint_from_text(text, bytes, MOST, &len), TAM_ERR_TRUNCATED);
    CHECK_STATUS(tam_checkpoint_to_text(c.bytes, c.len - 1, text, sizeof text, &len), TAM_ERR_TRUNCATED);
    CHECK_STATUS(tam_checkpoint_to_text(NULL, 1, text, sizeof text, &len), TAM_ERR_NULL);
    CHECK_STATUS(tam_checkpoint_to_text(c.bytes, c.len, text, sizeof text, NULL), TAM_ERR_NULL);
    CHECK_STATUS(tam_checkpoint_from_text(NULL, bytes, MOST, &len), TAM_ERR_NULL);
    CHECK_STATUS(tam_checkpoint_from_text(spaced, bytes, MOST, NULL), TAM_ERR_NULL);
}

static void the_nth_prime_is_restored_before_its_last_steps(void)
{
    struct checkpoint c;
    uint64_t chunks = 0;
    tam_job *job = NULL;
    CHECK_OK(tam_job_new(TAM_KIND_NTH_PRIME, &job));
    CHECK_OK(tam_job_set_u64(job, TAM_PARAM_N, 1000000));
    CHECK_OK(tam_job_chunks(job, &chunks));
    CHECK_OK(tam_job_start_external(job));
    run_chunks(job, (int)chunks - 1);
    c = taken(job);
    CHECK_OK(tam_job_free(job));
    job = restored(&c);
    CHECK_OK(tam_job_start_external(job));
    run_chunks(job, 1);
    CHECK_U64(finish(job), 15485863); /* A006988(6) */
}

void suite_checkpoints(void)
{
    RUN("checkpoints", a_paused_job_rests_and_a_resumed_one_ends_right);
    RUN("checkpoints", at_1_2_and_8_threads);
    RUN("checkpoints", a_paused_job_may_be_cancelled_and_freed);
    RUN("checkpoints", a_paused_external_job_takes_results_and_may_end);
    RUN("checkpoints", the_number_of_threads_may_change_in_mid_job);
    RUN("checkpoints", a_checkpoint_is_asked_for_as_all_lists_are);
    RUN("checkpoints", a_new_job_is_restored_with_its_parameters_fixed);
    RUN("checkpoints", a_job_cut_in_the_middle_ends_right_at_1_2_and_8_threads);
    RUN("checkpoints", checkpoints_of_a_running_job_are_whole);
    RUN("checkpoints", failed_and_cancelled_jobs_keep_theirs);
    RUN("checkpoints", a_stream_goes_on_with_the_next_value);
    RUN("checkpoints", a_paused_stream_gives_what_is_there);
    RUN("checkpoints", the_golden_checkpoint_is_made_and_gone_on_with_here);
    RUN("checkpoints", what_is_no_whole_checkpoint_makes_no_job);
    RUN("checkpoints", another_version_and_another_kind_are_named);
    RUN("checkpoints", text_is_read_with_spaces_in_it_and_refused_when_damaged);
    RUN("checkpoints", the_nth_prime_is_restored_before_its_last_steps);
}

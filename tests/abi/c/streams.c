/* Streams: lists that are read while they are made. */
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

/* Reads a started stream to its end, `piece` values at a time, and compares it with `known`. */
static void read_and_compare(tam_job *job, size_t piece, const uint64_t *known, size_t count)
{
    uint64_t *buf = malloc(piece * sizeof *buf);
    size_t len = 0, total = 0, wrong = 0, i;
    REQUIRE(buf != NULL);
    for (;;) {
        if (!CHECK_OK(tam_job_read_u64(job, 60000, buf, piece, &len)) || len == 0) break;
        CHECK(len <= piece);
        for (i = 0; i < len; i++, total++) wrong += total >= count || buf[i] != known[total];
    }
    CHECK_U64(total, count);
    CHECK_U64(wrong, 0);
    free(buf);
}

static void read_lists_in_pieces(void)
{
    static const size_t pieces[] = {1, 7, 1000, 100000};
    size_t count, i;
    const uint64_t *primes = oracle_primes(&count);
    for (i = 0; i < 4; i++) {
        uint64_t done = 0, total = 0, value = 0, one;
        size_t len = 77;
        tam_job *job = new_list(0, ORACLE_LIMIT, 1);
        CHECK_OK(tam_job_start(job));
        read_and_compare(job, pieces[i], primes, count);
        CHECK(state_of(job) == TAM_STATE_DONE);
        CHECK_OK(tam_job_read_u64(job, -1, &one, 1, &len)); /* the end stays the end */
        CHECK_U64(len, 0);
        CHECK_OK(tam_job_wait(job, 0));
        CHECK_OK(tam_job_progress(job, &done, &total));
        CHECK_U64(done, total);
        CHECK_OK(tam_job_result_u64(job, &value));
        CHECK_U64(value, count);
        CHECK_OK(tam_job_free(job));
    }
}

static void lists_read_in_pieces_match_a_list_on_1_2_and_8_threads(void)
{
    with_1_2_and_8_threads(read_lists_in_pieces);
}

static void values_of_32_bits_are_the_same(void)
{
    size_t count, len = 0, total = 0, wrong = 0, i;
    const uint64_t *primes = oracle_primes(&count);
    uint32_t buf[500];
    tam_job *job = new_list(0, ORACLE_LIMIT, 1);
    CHECK_OK(tam_job_start(job));
    while (CHECK_OK(tam_job_read_u32(job, -1, buf, 500, &len)) && len > 0)
        for (i = 0; i < len; i++, total++) wrong += total >= count || buf[i] != primes[total];
    CHECK(total == count && wrong == 0);
    CHECK_OK(tam_job_free(job));

    job = new_list(UINT32_MAX - 4, UINT32_MAX, 1);
    CHECK_OK(tam_job_start(job));
    CHECK_OK(tam_job_read_u32(job, -1, buf, 500, &len));
    CHECK(len == 1 && buf[0] == UINT32_MAX - 4); /* 2^32 - 5: A013603 */
    CHECK_OK(tam_job_free(job));

    job = new_list(0, (uint64_t)UINT32_MAX + 1, 1);
    CHECK_OK(tam_job_start(job));
    len = 77;
    CHECK_STATUS(tam_job_read_u32(job, -1, buf, 500, &len), TAM_ERR_RANGE);
    CHECK(len == 77);
    CHECK_OK(tam_job_free(job));
}

static void k_tuplets_are_read_whole(void)
{
    static const uint64_t twins[] = {3, 5, 5, 7, 11, 13, 17, 19, 29, 31}, triplets[] = {5, 7, 11, 7, 11, 13, 11, 13, 17, 13, 17, 19};
    uint64_t k, buf[64], count, value;
    size_t len, total, cap;
    tam_job *job = new_list(0, 31, 2);
    CHECK_OK(tam_job_start(job));
    read_and_compare(job, 3, twins, 10); /* room for one and a half */
    CHECK_U64(finish(job), 5);
    job = new_list(0, 20, 3);
    CHECK_OK(tam_job_start(job));
    read_and_compare(job, 64, triplets, 12);
    CHECK_U64(finish(job), 4);
    for (k = 1; k <= 6; k++) {
        CHECK_OK(tam_count_tuplets((uint32_t)k, 0, 200000, &count));
        job = new_list(0, 200000, k);
        CHECK_OK(tam_job_start(job));
        for (cap = 0; cap < k; cap++) { /* too small for one: what it needs is said */
            len = 77;
            CHECK_STATUS(tam_job_read_u64(job, -1, buf, cap, &len), TAM_ERR_BUFFER);
            CHECK_U64(len, k);
        }
        for (total = 0; CHECK_OK(tam_job_read_u64(job, -1, buf, 64, &len)) && len > 0; total += len) CHECK_U64(len % k, 0);
        CHECK_U64(total / k, count);
        CHECK_OK(tam_job_result_u64(job, &value));
        CHECK_U64(value, count);
        CHECK_OK(tam_job_free(job));
    }
}

static void ranges_without_primes_end_at_once(void)
{
    uint64_t value = 77;
    size_t len = 77;
    tam_job *job = new_list(24, 28, 1);
    CHECK_OK(tam_job_start(job));
    CHECK_OK(tam_job_read_u64(job, -1, &value, 1, &len));
    CHECK(len == 0 && value == 77);
    CHECK_U64(finish(job), 0);
    job = new_list(28, 24, 1);
    CHECK_STATUS(tam_job_start(job), TAM_ERR_RANGE);
    CHECK_OK(tam_job_free(job));
}

static void without_waiting_a_stream_is_polled_to_its_end(void)
{
    uint64_t buf[1000], got = 0, sleeps = 0;
    size_t len = 0;
    tam_status s;
    tam_job *job = new_list(0, 10000000, 1);
    CHECK_OK(tam_job_start(job));
    while ((s = tam_job_read_u64(job, 0, buf, 1000, &len)) == TAM_ERR_TIMEOUT || (s == TAM_OK && len > 0)) {
        if (s == TAM_OK) got += len;
        else check_sleep_ms(1), sleeps++;
        if (!CHECK(sleeps < 60000)) break;
    }
    CHECK_OK(s);
    CHECK_U64(got, 664579); /* A006880(7) */
    CHECK(state_of(job) == TAM_STATE_DONE);
    CHECK_OK(tam_job_free(job));
}

static void a_time_limit_ends_the_wait_and_takes_nothing(void)
{
    uint64_t value = 77;
    uint32_t narrow = 77;
    uint8_t line[160];
    size_t len = 88;
    double begun;
    tam_job *job = new_list(0, 100, 1);
    CHECK_OK(tam_job_start_external(job)); /* nobody runs its chunks */
    CHECK_STATUS(tam_job_read_u64(job, 0, &value, 1, &len), TAM_ERR_TIMEOUT);
    begun = check_now_ms();
    CHECK_STATUS(tam_job_read_u64(job, 40, &value, 1, &len), TAM_ERR_TIMEOUT);
    CHECK(check_now_ms() - begun >= 39);
    CHECK_STATUS(tam_job_read_u32(job, 0, &narrow, 1, &len), TAM_ERR_TIMEOUT);
    CHECK_STATUS(tam_job_read_bytes(job, TAM_FORMAT_TEXT, 1, line, sizeof line, &len), TAM_ERR_TIMEOUT);
    CHECK(value == 77 && narrow == 77 && len == 88);
    CHECK(state_of(job) == TAM_STATE_RUNNING);
    CHECK_OK(tam_job_free(job));
}

static void what_is_no_stream_or_not_started_cannot_be_read(void)
{
    uint64_t value = 77;
    uint32_t narrow = 77;
    uint8_t line[160];
    size_t len = 88;
    int i;
    tam_job *jobs[4];
    jobs[0] = new_list(0, 100, 1); /* not started */
    jobs[1] = new_count(0, 100);
    jobs[2] = new_endless();
    jobs[3] = new_self_test(10, 0); /* done */
    CHECK_OK(tam_job_start(jobs[2]));
    CHECK_OK(tam_job_start(jobs[3]));
    CHECK_OK(tam_job_wait(jobs[3], 60000));
    for (i = 0; i < 4; i++) {
        CHECK_STATUS(tam_job_read_u64(jobs[i], -1, &value, 1, &len), TAM_ERR_STATE);
        CHECK_STATUS(tam_job_read_u64(jobs[i], 0, &value, 1, &len), TAM_ERR_STATE);
        CHECK_STATUS(tam_job_read_bytes(jobs[i], TAM_FORMAT_TEXT, -1, line, sizeof line, &len), TAM_ERR_STATE);
    }
    CHECK_STATUS(tam_job_read_u32(jobs[0], -1, &narrow, 1, &len), TAM_ERR_STATE);
    CHECK_STATUS(tam_job_read_u32(jobs[1], -1, &narrow, 1, &len), TAM_ERR_STATE);
    CHECK_STATUS(tam_job_read_u32(jobs[3], -1, &narrow, 1, &len), TAM_ERR_STATE); /* has no STOP at all */
    CHECK(value == 77 && narrow == 77 && len == 88);
    for (i = 0; i < 4; i++) CHECK_OK(tam_job_free(jobs[i]));
}

static void a_cancelled_stream_says_so_and_frees_the_threads(void)
{
    uint64_t buf[100], value = 0;
    size_t len = 0;
    tam_job *job = new_list(0, UINT64_MAX, 1), *brief = new_self_test(20, 0);
    CHECK_OK(tam_job_start(job));
    CHECK_OK(tam_job_read_u64(job, -1, buf, 100, &len));
    CHECK(len > 0 && buf[0] == 2);
    CHECK_STATUS(tam_job_result_u64(job, &value), TAM_ERR_STATE);
    CHECK_OK(tam_job_cancel(job));
    len = 77;
    CHECK_STATUS(tam_job_read_u64(job, -1, buf, 100, &len), TAM_ERR_CANCELLED);
    CHECK_STATUS(tam_job_read_u64(job, 0, buf, 100, &len), TAM_ERR_CANCELLED);
    CHECK(len == 77);
    CHECK_OK(tam_job_start(brief));
    CHECK_U64(finish(brief), self_test_answer(20));
    CHECK_OK(tam_job_free(job));
}

static void an_unread_stream_rests_and_leaves_the_threads_to_others(void)
{
    uint64_t value = 0, done = 0, total = 0;
    size_t len = 0;
    tam_job *job = new_list(0, UINT64_MAX, 1), *other = new_self_test(200, 1000);
    CHECK_OK(tam_job_start(job));
    CHECK_OK(tam_job_start(other));
    CHECK_U64(finish(other), self_test_answer(200));
    CHECK_OK(tam_job_progress(job, &done, &total));
    CHECK_U64(done, 0); /* of what was read */
    CHECK_OK(tam_job_read_u64(job, -1, &value, 1, &len));
    CHECK(len == 1 && value == 2);
    CHECK_OK(tam_job_free(job));
}

/* Chunks run elsewhere: the merging side hands out only so many before the reader comes. */
static void chunks_from_elsewhere_are_read_in_order_and_the_window_moves_with_the_reader(void)
{
    uint64_t stop = UINT64_C(20000000000), chunk = 0, out = 0, before = 0, chunks = 0;
    uint64_t *buf = malloc(100000 * sizeof *buf);
    size_t most = 4 << 20, len = 0, read, i, wrong = 0;
    uint8_t *bytes = malloc(most);
    tam_job *merging = new_list(0, stop, 1), *running = new_list(0, stop, 1);
    REQUIRE(buf != NULL && bytes != NULL);
    CHECK_OK(tam_job_start_external(merging));
    CHECK_OK(tam_job_chunks(merging, &chunks));
    while (tam_job_take_chunk(merging, &chunk) == TAM_OK) CHECK_U64(chunk, out++);
    CHECK(out > 0 && out < chunks);
    for (i = 2; i > 0; i--) { /* The second comes back first. */
        CHECK_OK(tam_job_run_chunk(running, i - 1, bytes, most, &len));
        CHECK_OK(tam_job_put_chunk(merging, i - 1, bytes, len));
        CHECK_STATUS(tam_job_take_chunk(merging, &chunk), TAM_ERR_STATE); /* unread is not gone */
        if (i == 2) CHECK_STATUS(tam_job_read_u64(merging, 0, buf, 100000, &read), TAM_ERR_TIMEOUT);
    }
    while (tam_job_read_u64(merging, 0, buf, 100000, &read) == TAM_OK)
        for (i = 0; i < read; i++) wrong += buf[i] <= before, before = buf[i];
    CHECK_U64(wrong, 0);
    CHECK(before > 1000000);
    CHECK_OK(tam_job_take_chunk(merging, &chunk)); /* as many as were read */
    CHECK_U64(chunk, out);
    CHECK_OK(tam_job_take_chunk(merging, &chunk));
    CHECK_STATUS(tam_job_take_chunk(merging, &chunk), TAM_ERR_STATE);
    CHECK_OK(tam_job_free(merging));
    CHECK_OK(tam_job_free(running));
    free(buf);
    free(bytes);
}

static void a_stream_of_chunks_from_elsewhere_ends_when_all_is_read(void)
{
    uint64_t chunk = 0;
    size_t count, len = 0, most = 4 << 20;
    const uint64_t *primes = oracle_primes(&count);
    uint8_t *bytes = malloc(most);
    tam_job *merging = new_list(0, ORACLE_LIMIT, 1), *running = new_list(0, ORACLE_LIMIT, 1);
    REQUIRE(bytes != NULL);
    CHECK_OK(tam_job_start_external(merging));
    while (tam_job_take_chunk(merging, &chunk) == TAM_OK) {
        CHECK_OK(tam_job_run_chunk(running, chunk, bytes, most, &len));
        CHECK_STATUS(tam_job_put_chunk(merging, chunk, bytes, len - 1), TAM_ERR_FORMAT);
        CHECK_STATUS(tam_job_put_chunk(merging, chunk, bytes, 0), TAM_ERR_FORMAT);
        CHECK_OK(tam_job_put_chunk(merging, chunk, bytes, len));
    }
    CHECK(state_of(merging) == TAM_STATE_RUNNING); /* not before it has been read */
    read_and_compare(merging, 12345, primes, count);
    CHECK_U64(finish(merging), count);
    CHECK_OK(tam_job_free(running));
    free(bytes);
}

/* A thread that reads a job to whatever end it comes to. */
struct reader {
    tam_job *job;
    int reads;
    tam_status last;
};

static void *read_on(void *arg)
{
    struct reader *r = arg;
    uint64_t buf[4096];
    size_t len = 0;
    do {
        /* STATE: the other thread is just looking whether somebody reads. */
        while ((r->last = tam_job_read_u64(r->job, -1, buf, 4096, &len)) == TAM_ERR_STATE) check_sleep_ms(1);
        __atomic_fetch_add(&r->reads, 1, __ATOMIC_SEQ_CST);
    } while (r->last == TAM_OK && len > 0);
    return NULL;
}

static void a_second_reader_is_refused(void)
{
    struct reader first = {NULL, 0, TAM_OK};
    pthread_t thread;
    uint64_t value = 77;
    size_t len = 88;
    tam_status s;
    double begun = check_now_ms();
    first.job = new_list(0, 100, 1);
    CHECK_OK(tam_job_start_external(first.job)); /* nobody runs its chunks, so the first reader waits */
    REQUIRE(pthread_create(&thread, NULL, read_on, &first) == 0);
    while ((s = tam_job_read_u64(first.job, 0, &value, 1, &len)) == TAM_ERR_TIMEOUT && check_now_ms() - begun < 30000)
        check_sleep_ms(2); /* until it is there */
    CHECK_STATUS(s, TAM_ERR_STATE);
    CHECK_STATUS(tam_job_read_u64(first.job, 1000, &value, 1, &len), TAM_ERR_STATE);
    CHECK(value == 77 && len == 88);
    CHECK_OK(tam_job_cancel(first.job)); /* wakes it */
    CHECK(pthread_join(thread, NULL) == 0);
    CHECK_STATUS(first.last, TAM_ERR_CANCELLED);
    CHECK_OK(tam_job_free(first.job));
}

static void a_stream_may_be_freed_while_another_thread_reads(void)
{
    int round, external;
    for (round = 0; round < (check_slow() ? 4 : 12); round++) {
        struct reader r = {NULL, 0, TAM_OK};
        pthread_t thread;
        external = round % 2; /* one that waits, one that has plenty to read */
        r.job = new_list(0, UINT64_MAX, 1);
        CHECK_OK(external ? tam_job_start_external(r.job) : tam_job_start(r.job));
        REQUIRE(pthread_create(&thread, NULL, read_on, &r) == 0);
        if (external) check_sleep_ms(5);
        else while (__atomic_load_n(&r.reads, __ATOMIC_SEQ_CST) < 2) check_sleep_ms(1);
        CHECK_OK(tam_job_free(r.job));
        CHECK(pthread_join(thread, NULL) == 0);
        CHECK(r.last == TAM_ERR_CANCELLED || r.last == TAM_ERR_HANDLE);
    }
}

void suite_streams(void)
{
    RUN("streams", lists_read_in_pieces_match_a_list_on_1_2_and_8_threads);
    RUN("streams", values_of_32_bits_are_the_same);
    RUN("streams", k_tuplets_are_read_whole);
    RUN("streams", ranges_without_primes_end_at_once);
    RUN("streams", without_waiting_a_stream_is_polled_to_its_end);
    RUN("streams", a_time_limit_ends_the_wait_and_takes_nothing);
    RUN("streams", what_is_no_stream_or_not_started_cannot_be_read);
    RUN("streams", a_cancelled_stream_says_so_and_frees_the_threads);
    RUN("streams", an_unread_stream_rests_and_leaves_the_threads_to_others);
    RUN("streams", chunks_from_elsewhere_are_read_in_order_and_the_window_moves_with_the_reader);
    RUN("streams", a_stream_of_chunks_from_elsewhere_ends_when_all_is_read);
    RUN("streams", a_second_reader_is_refused);
    RUN("streams", a_stream_may_be_freed_while_another_thread_reads);
}

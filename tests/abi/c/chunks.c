/* Chunks run outside the pool: handed out, run by another job, brought back in any order. */
#include "suites.h"

#include <stdlib.h>
#include <string.h>

enum { MOST_BYTES = 4096, HELD = 24 };

/* A chunk that was taken and run, and is not brought back yet. */
struct held {
    uint64_t chunk;
    uint8_t bytes[MOST_BYTES];
    size_t len;
};

/* Merging job and the job that runs its chunks, of the same parameters. */
struct pair {
    tam_job *merging, *running;
    struct held held[HELD];
    int in_hand;
    uint64_t taken, returned, put;
};

static void run_held(struct pair *p, struct held *h)
{
    h->len = 0;
    CHECK_OK(tam_job_run_chunk(p->running, h->chunk, h->bytes, sizeof h->bytes, &h->len));
    CHECK(h->len > 0 && h->len <= sizeof h->bytes);
}

/* Takes, brings back or loses one chunk, by chance; 0 when the job has ended. */
static int step(struct pair *p, uint64_t *seed)
{
    uint64_t dice = check_random(seed) % 8;
    tam_status s = TAM_ERR_STATE;
    struct held *h;
    int32_t state = -1;
    if (p->in_hand < HELD && dice < 4) {
        h = &p->held[p->in_hand];
        s = tam_job_take_chunk(p->merging, &h->chunk);
        if (s == TAM_OK) {
            p->in_hand++;
            p->taken++;
            run_held(p, h);
            return 1;
        }
        CHECK_STATUS(s, TAM_ERR_STATE);
    }
    if (p->in_hand == 0) {
        CHECK_OK(tam_job_state(p->merging, &state));
        return state == TAM_STATE_RUNNING;
    }
    h = &p->held[check_random(seed) % (uint64_t)p->in_hand];
    if (dice == 7) {
        CHECK_OK(tam_job_return_chunk(p->merging, h->chunk));
        p->returned++;
        /* A lost worker that answers after all: the result counts once. */
        if (check_random(seed) % 2) CHECK_OK(tam_job_put_chunk(p->merging, h->chunk, h->bytes, h->len));
    } else {
        CHECK_OK(tam_job_put_chunk(p->merging, h->chunk, h->bytes, h->len));
        p->put++;
        if (check_random(seed) % 4 == 0) /* twice is once */
            CHECK_OK(tam_job_put_chunk(p->merging, h->chunk, h->bytes, h->len));
    }
    *h = p->held[--p->in_hand];
    return 1;
}

static void two_jobs_in_shuffled_order_give_the_same_as_the_pool(void)
{
    uint64_t top = check_slow() ? 20000000 : 300000000;
    uint64_t low = UINT64_C(10000000000), seed = 5, want_a = 0, want_b = 0, got = 0, chunks = 0;
    struct pair *a = calloc(1, sizeof *a), *b = calloc(1, sizeof *b);
    int more_a = 1, more_b = 1;
    REQUIRE(a != NULL && b != NULL);
    a->merging = new_count(0, top);
    a->running = new_count(0, top);
    b->merging = new_count(low, low + top / 4);
    b->running = new_count(low, low + top / 4);
    CHECK_OK(tam_job_start_external(a->merging));
    CHECK_OK(tam_job_start_external(b->merging));
    CHECK_OK(tam_job_chunks(a->merging, &chunks));
    while (more_a || more_b) {
        if (more_a && (check_random(&seed) % 2 || !more_b)) more_a = step(a, &seed);
        else if (more_b) more_b = step(b, &seed);
    }
    CHECK(a->put > 0 && a->taken >= chunks);
    printf("        %lu chunks: %lu taken, %lu returned\n", (unsigned long)chunks, (unsigned long)a->taken,
           (unsigned long)a->returned);
    CHECK_OK(tam_job_wait(a->merging, 0));
    CHECK_OK(tam_job_result_u64(a->merging, &got));
    CHECK_OK(tam_count_primes(0, top, &want_a));
    CHECK_U64(got, want_a);
    CHECK_OK(tam_job_result_u64(b->merging, &got));
    CHECK_OK(tam_count_primes(low, low + top / 4, &want_b));
    CHECK_U64(got, want_b);
    CHECK_OK(tam_job_free(a->merging));
    CHECK_OK(tam_job_free(a->running));
    CHECK_OK(tam_job_free(b->merging));
    CHECK_OK(tam_job_free(b->running));
    free(a);
    free(b);
}

static void self_test_chunks_merge_in_order_whatever_order_they_come_in(void)
{
    uint64_t seed = 17, got = 0, done = 0, total = 0;
    struct pair *p = calloc(1, sizeof *p);
    REQUIRE(p != NULL);
    p->merging = new_self_test(1000, 0);
    p->running = new_self_test(1000, 0);
    CHECK_OK(tam_job_start_external(p->merging));
    while (step(p, &seed)) {
    }
    CHECK(p->returned > 10);
    CHECK_OK(tam_job_progress(p->merging, &done, &total));
    CHECK(done == 1000 && total == 1000);
    CHECK_OK(tam_job_result_u64(p->merging, &got));
    CHECK_U64(got, self_test_answer(1000));
    CHECK_OK(tam_job_free(p->merging));
    CHECK_OK(tam_job_free(p->running));
    free(p);
}

static void unmerged_chunks_are_bounded(void)
{
    uint64_t chunk = 0, taken = 0, first = 0;
    uint8_t bytes[64];
    size_t len = 0;
    tam_job *merging = new_self_test(100000, 0), *running = new_self_test(100000, 0);
    CHECK_OK(tam_job_start_external(merging));
    CHECK_OK(tam_job_take_chunk(merging, &first));
    CHECK_U64(first, 0);
    /* Chunk 0 is never brought back, all others are. */
    while (taken < 100000 && tam_job_take_chunk(merging, &chunk) == TAM_OK) {
        CHECK_OK(tam_job_run_chunk(running, chunk, bytes, sizeof bytes, &len));
        CHECK_OK(tam_job_put_chunk(merging, chunk, bytes, len));
        taken++;
    }
    CHECK(taken > 0 && taken < 50000);
    CHECK_OK(tam_job_run_chunk(running, first, bytes, sizeof bytes, &len));
    CHECK_OK(tam_job_put_chunk(merging, first, bytes, len));
    CHECK_OK(tam_job_take_chunk(merging, &chunk)); /* and on it goes */
    CHECK_OK(tam_job_free(merging));
    CHECK_OK(tam_job_free(running));
}

static tam_job *new_window(void)
{
    tam_job *job = NULL;
    CHECK_OK(tam_job_new(TAM_KIND_COUNT_PRIMES, &job));
    CHECK_OK(tam_job_set_u64(job, TAM_PARAM_START, UINT64_C(1000000000000)));
    CHECK_OK(tam_job_set_u64(job, TAM_PARAM_STOP, UINT64_C(1000200000000)));
    return job;
}

/* Two runners with two chunks each, the second taken while the first is out: each goes on with his own, until one takes
 * over what is left of the other. */
static void a_runner_goes_on_with_the_chunk_behind_his_last(void)
{
    uint64_t had[2][2] = {{0, 0}, {0, 0}}, chunks = 0, value = 0, out = 0, in_a_row = 0;
    uint8_t bytes[64];
    size_t len = 0;
    tam_job *merging = new_window(), *running[2] = {new_window(), new_window()};
    CHECK_OK(tam_job_start_external(merging));
    CHECK_OK(tam_job_chunks(merging, &chunks));
    CHECK_OK(tam_job_take_chunk(merging, &had[0][0]));
    CHECK_OK(tam_job_take_chunk(merging, &had[1][0]));
    CHECK(had[1][0] > had[0][0] + 1);
    for (int who = 0; who < 2; who++) {
        CHECK_OK(tam_job_take_chunk_after(merging, had[who][0], &had[who][1]));
        CHECK_U64(had[who][1], had[who][0] + 1);
    }
    out = 4;
    for (int who = 0; out > 0; who = 1 - who) {
        /* His first comes back, and he takes another behind his second. */
        uint64_t next = 0;
        if (had[who][0] == UINT64_MAX) continue;
        CHECK_OK(tam_job_run_chunk(running[who], had[who][0], bytes, sizeof bytes, &len));
        CHECK_OK(tam_job_put_chunk(merging, had[who][0], bytes, len));
        out--;
        had[who][0] = had[who][1];
        had[who][1] = UINT64_MAX;
        if (had[who][0] == UINT64_MAX) continue;
        if (tam_job_take_chunk_after(merging, had[who][0], &next) == TAM_OK) {
            in_a_row += next == had[who][0] + 1;
            had[who][1] = next;
            out++;
        }
    }
    CHECK_OK(tam_job_result_u64(merging, &value));
    CHECK_U64(value, 7237499); /* `primesieve 1000000000000 1000200000000`, version 12.16 */
    CHECK(in_a_row + 6 >= chunks && chunks > 7);
    CHECK_OK(tam_job_free(merging));
    for (int who = 0; who < 2; who++) CHECK_OK(tam_job_free(running[who]));
}

static void damaged_bytes_are_refused_and_the_chunk_can_still_be_brought(void)
{
    uint64_t chunk = 0, value = 0, chunks = 0, c;
    uint8_t bytes[64], junk[64];
    size_t len = 0;
    tam_job *merging = new_self_test(3, 0), *running = new_self_test(3, 0);
    memset(junk, 0xa5, sizeof junk);
    CHECK_OK(tam_job_start_external(merging));
    CHECK_OK(tam_job_chunks(merging, &chunks));
    CHECK_U64(chunks, 3);
    for (c = 0; c < 3; c++) {
        CHECK_OK(tam_job_take_chunk(merging, &chunk));
        CHECK_U64(chunk, c);
        CHECK_OK(tam_job_run_chunk(running, chunk, bytes, sizeof bytes, &len));
        CHECK_STATUS(tam_job_put_chunk(merging, chunk, bytes, 0), TAM_ERR_FORMAT);
        CHECK_STATUS(tam_job_put_chunk(merging, chunk, bytes, len - 1), TAM_ERR_FORMAT);
        CHECK_STATUS(tam_job_put_chunk(merging, chunk, junk, len + 1), TAM_ERR_FORMAT);
        CHECK_OK(tam_job_put_chunk(merging, chunk, bytes, len));
    }
    CHECK_OK(tam_job_result_u64(merging, &value));
    CHECK_U64(value, 3);
    CHECK_OK(tam_job_free(merging));
    CHECK_OK(tam_job_free(running));
}

static void chunks_that_do_not_exist_are_refused(void)
{
    uint8_t bytes[64] = {0};
    size_t len = 77;
    tam_job *merging = new_self_test(3, 0), *running = new_self_test(3, 0);
    CHECK_OK(tam_job_start_external(merging));
    CHECK_STATUS(tam_job_run_chunk(running, 3, bytes, sizeof bytes, &len), TAM_ERR_RANGE);
    CHECK_STATUS(tam_job_run_chunk(running, UINT64_MAX, bytes, sizeof bytes, &len), TAM_ERR_RANGE);
    CHECK(len == 77);
    CHECK_STATUS(tam_job_put_chunk(merging, 3, bytes, 8), TAM_ERR_RANGE);
    CHECK_STATUS(tam_job_put_chunk(merging, UINT64_MAX, bytes, 8), TAM_ERR_RANGE);
    CHECK_STATUS(tam_job_put_chunk(merging, 1, bytes, 8), TAM_ERR_RANGE); /* never taken */
    CHECK_STATUS(tam_job_return_chunk(merging, 3), TAM_ERR_RANGE);
    CHECK_OK(tam_job_free(merging));
    CHECK_OK(tam_job_free(running));
}

static void a_small_buffer_is_told_the_length_it_needs(void)
{
    uint8_t bytes[64], again[64];
    size_t len = 0, need = 0;
    tam_job *running = new_count(0, 1000000);
    CHECK_OK(tam_job_run_chunk(running, 0, bytes, sizeof bytes, &len));
    REQUIRE(len > 0 && len <= sizeof bytes);
    CHECK_STATUS(tam_job_run_chunk(running, 0, again, len - 1, &need), TAM_ERR_BUFFER);
    CHECK_U64(need, len);
    need = 77;
    CHECK_STATUS(tam_job_run_chunk(running, 0, NULL, 0, &need), TAM_ERR_NULL);
    CHECK_U64(need, 77);
    CHECK_OK(tam_job_run_chunk(running, 0, again, len, &need));
    CHECK(need == len && memcmp(bytes, again, len) == 0); /* a pure function of its number */
    CHECK_OK(tam_job_free(running));
}

static void calls_in_the_wrong_state_are_refused(void)
{
    uint64_t chunk = 77, chunks = 0;
    uint8_t bytes[64] = {0};
    tam_job *job = new_self_test(1, 0);
    CHECK_STATUS(tam_job_take_chunk(job, &chunk), TAM_ERR_STATE); /* not started */
    CHECK_STATUS(tam_job_put_chunk(job, 0, bytes, 8), TAM_ERR_STATE);
    CHECK_STATUS(tam_job_return_chunk(job, 0), TAM_ERR_STATE);
    CHECK_OK(tam_job_start_external(job));
    CHECK_STATUS(tam_job_start(job), TAM_ERR_STATE);
    CHECK_STATUS(tam_job_set_u64(job, TAM_PARAM_TEST_CHUNKS, 2), TAM_ERR_STATE);
    CHECK_STATUS(tam_job_wait(job, 10), TAM_ERR_TIMEOUT); /* nobody runs its chunk */
    CHECK_OK(tam_job_take_chunk(job, &chunk));
    CHECK_U64(chunk, 0);
    CHECK_STATUS(tam_job_take_chunk(job, &chunk), TAM_ERR_STATE); /* none left */
    CHECK_OK(tam_job_return_chunk(job, 0));
    CHECK_OK(tam_job_take_chunk(job, &chunk));
    CHECK_U64(chunk, 0);
    CHECK_OK(tam_job_chunks(job, &chunks));
    CHECK_OK(tam_job_put_chunk(job, 0, bytes, 8));
    CHECK_OK(tam_job_wait(job, 0));
    CHECK_STATUS(tam_job_take_chunk(job, &chunk), TAM_ERR_STATE); /* done */
    CHECK_OK(tam_job_free(job));

    job = new_self_test(1, 0); /* a pool's job is not for others */
    CHECK_OK(tam_job_start(job));
    CHECK_OK(tam_job_wait(job, 30000));
    CHECK_STATUS(tam_job_take_chunk(job, &chunk), TAM_ERR_STATE);
    CHECK_OK(tam_job_free(job));
}

static void a_cancelled_job_takes_and_gives_nothing(void)
{
    uint64_t chunk = 77;
    uint8_t bytes[64];
    size_t len = 0;
    tam_job *merging = new_self_test(10, 0), *running = new_self_test(10, 0);
    CHECK_OK(tam_job_start_external(merging));
    CHECK_OK(tam_job_take_chunk(merging, &chunk));
    CHECK_OK(tam_job_run_chunk(running, chunk, bytes, sizeof bytes, &len));
    CHECK_OK(tam_job_cancel(merging));
    CHECK_STATUS(tam_job_take_chunk(merging, &chunk), TAM_ERR_CANCELLED);
    CHECK_STATUS(tam_job_put_chunk(merging, 0, bytes, len), TAM_ERR_CANCELLED);
    CHECK_STATUS(tam_job_wait(merging, -1), TAM_ERR_CANCELLED);
    CHECK_OK(tam_job_free(merging));
    CHECK_OK(tam_job_cancel(running));
    CHECK_STATUS(tam_job_run_chunk(running, 1, bytes, sizeof bytes, &len), TAM_ERR_CANCELLED);
    CHECK_OK(tam_job_free(running));
}

static void a_panic_in_a_chunk_run_here_is_an_error_and_no_more(void)
{
    uint8_t bytes[64];
    size_t len = 0;
    tam_job *running = new_self_test(10, 0);
    CHECK_OK(tam_job_set_u64(running, TAM_PARAM_TEST_PANIC_AT, 4));
    CHECK_STATUS(tam_job_run_chunk(running, 4, bytes, sizeof bytes, &len), TAM_ERR_PANIC);
    CHECK_OK(tam_job_run_chunk(running, 5, bytes, sizeof bytes, &len));
    CHECK_OK(tam_job_free(running));
}

void suite_chunks(void)
{
    RUN("chunks", two_jobs_in_shuffled_order_give_the_same_as_the_pool);
    RUN("chunks", self_test_chunks_merge_in_order_whatever_order_they_come_in);
    RUN("chunks", unmerged_chunks_are_bounded);
    RUN("chunks", a_runner_goes_on_with_the_chunk_behind_his_last);
    RUN("chunks", damaged_bytes_are_refused_and_the_chunk_can_still_be_brought);
    RUN("chunks", chunks_that_do_not_exist_are_refused);
    RUN("chunks", a_small_buffer_is_told_the_length_it_needs);
    RUN("chunks", calls_in_the_wrong_state_are_refused);
    RUN("chunks", a_cancelled_job_takes_and_gives_nothing);
    RUN("chunks", a_panic_in_a_chunk_run_here_is_an_error_and_no_more);
}

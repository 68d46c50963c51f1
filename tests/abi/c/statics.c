/* What needs no job: version, sentences, kinds, parameter bounds, NULL everywhere. */
#include "suites.h"

#include <stdlib.h>
#include <string.h>

static const tam_status all_statuses[] = {
    TAM_OK,          TAM_ERR_NULL,   TAM_ERR_RANGE,   TAM_ERR_KIND,        TAM_ERR_PARAM,  TAM_ERR_STATE,
    TAM_ERR_CANCELLED, TAM_ERR_TIMEOUT, TAM_ERR_MEMORY, TAM_ERR_THREADS,   TAM_ERR_MAIN_THREAD,
    TAM_ERR_HANDLE,  TAM_ERR_BUFFER, TAM_ERR_FORMAT,  TAM_ERR_LIMIT,       TAM_ERR_FAILED, TAM_ERR_PANIC,
};
#define STATUSES (sizeof all_statuses / sizeof all_statuses[0])

static void version_is_three_numbers_and_the_headers(void)
{
    int major = -1, minor = -1, patch = -1;
    REQUIRE(tam_version() != NULL);
    CHECK(sscanf(tam_version(), "%d.%d.%d", &major, &minor, &patch) == 3);
    CHECK(strcmp(tam_version(), TAM_VERSION) == 0);
    CHECK(major == TAM_VERSION_MAJOR && minor == TAM_VERSION_MINOR && patch == TAM_VERSION_PATCH);
    CHECK(tam_version() == tam_version());
}

static void status_numbers_are_the_documented_ones(void)
{
    /* They are forever, so they stand here a second time. */
    static const int numbers[] = {0, -1, -2, -3, -4, -5, -6, -7, -8, -9, -10, -11, -12, -13, -14, -15, -99};
    size_t i;
    for (i = 0; i < STATUSES; i++) CHECK(all_statuses[i] == numbers[i]);
    CHECK(sizeof(tam_status) == 4);
}

static void every_status_has_its_own_sentence(void)
{
    size_t i, k;
    for (i = 0; i < STATUSES; i++) {
        const char *text = tam_status_text(all_statuses[i]);
        REQUIRE(text != NULL && text[0] != '\0');
        for (k = 0; k < i; k++) CHECK(strcmp(text, tam_status_text(all_statuses[k])) != 0);
    }
}

static void unknown_status_numbers_have_a_sentence_too(void)
{
    static const tam_status strange[] = {1, -16, -98, -100, INT32_MAX, INT32_MIN};
    size_t i;
    for (i = 0; i < sizeof strange / sizeof strange[0]; i++) {
        const char *text = tam_status_text(strange[i]);
        REQUIRE(text != NULL && text[0] != '\0');
        CHECK(strcmp(text, tam_status_text(TAM_OK)) != 0);
    }
}

static void unknown_kinds_are_refused_and_the_output_is_untouched(void)
{
    static const int32_t kinds[] = {0, -1, 8, 999, 1001, INT32_MAX, INT32_MIN};
    size_t i;
    int mark;
    for (i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        tam_job *job = (tam_job *)(void *)&mark;
        uint64_t min = 7, max = 8;
        CHECK_STATUS(tam_job_new(kinds[i], &job), TAM_ERR_KIND);
        CHECK(job == (tam_job *)(void *)&mark);
        CHECK_STATUS(tam_param_bounds(kinds[i], TAM_PARAM_START, &min, &max), TAM_ERR_KIND);
        CHECK(min == 7 && max == 8);
    }
}

static void bounds_of_the_parameters_are_the_documented_ones(void)
{
    uint64_t min = 1, max = 1;
    CHECK_OK(tam_param_bounds(TAM_KIND_COUNT_PRIMES, TAM_PARAM_START, &min, &max));
    CHECK(min == 0 && max == UINT64_MAX);
    CHECK_OK(tam_param_bounds(TAM_KIND_COUNT_PRIMES, TAM_PARAM_STOP, &min, &max));
    CHECK(min == 0 && max == UINT64_MAX);
    CHECK_OK(tam_param_bounds(TAM_KIND_COUNT_PRIMES, TAM_PARAM_THREADS, &min, &max));
    CHECK(min == 0 && max == TAM_MAX_THREADS);
    CHECK_OK(tam_param_bounds(TAM_KIND_COUNT_PRIMES, TAM_PARAM_SEGMENT_BYTES, &min, &max));
    CHECK(min == 0 && max == 8388608);
    CHECK_OK(tam_param_bounds(TAM_KIND_SELF_TEST, TAM_PARAM_THREADS, &min, &max));
    CHECK_OK(tam_param_bounds(TAM_KIND_SELF_TEST, TAM_PARAM_TEST_CHUNKS, &min, &max));
    CHECK(min == 0 && max >= 1000000);
}

static void parameters_of_the_new_kinds_are_bounded_and_have_their_defaults(void)
{
    static const struct {
        int32_t kind, param;
        uint64_t min, max, value;
    } known[] = {
        {TAM_KIND_COUNT_TUPLETS, TAM_PARAM_KINDS, 1, 63, 63},
        {TAM_KIND_COUNT_TUPLETS, TAM_PARAM_STOP, 0, UINT64_MAX, 0},
        {TAM_KIND_LIST_PRIMES, TAM_PARAM_K, 1, 6, 1},
        {TAM_KIND_LIST_PRIMES, TAM_PARAM_SEGMENT_BYTES, 0, 8388608, 0},
        {TAM_KIND_NTH_PRIME, TAM_PARAM_N, 0, INT64_MAX, 1},
        {TAM_KIND_NTH_PRIME, TAM_PARAM_BEFORE, 0, 1, 0},
        {TAM_KIND_NTH_PRIME, TAM_PARAM_THREADS, 0, TAM_MAX_THREADS, 0},
        {TAM_KIND_PRIME_PI, TAM_PARAM_X, 0, UINT64_MAX, 0},
        {TAM_KIND_PRIME_PI, TAM_PARAM_THREADS, 0, TAM_MAX_THREADS, 0},
        /* A007053(64): the primes below 2^64. */
        {TAM_KIND_NTH_PRIME_PI, TAM_PARAM_N, 1, UINT64_C(425656284035217743), 1},
        {TAM_KIND_NTH_PRIME_PI, TAM_PARAM_THREADS, 0, TAM_MAX_THREADS, 0},
    };
    size_t i;
    for (i = 0; i < sizeof known / sizeof known[0]; i++) {
        uint64_t min = 77, max = 77, value = 77;
        tam_job *job = NULL;
        CHECK_OK(tam_param_bounds(known[i].kind, known[i].param, &min, &max));
        CHECK_U64(min, known[i].min);
        CHECK_U64(max, known[i].max);
        REQUIRE_OK(tam_job_new(known[i].kind, &job));
        CHECK_OK(tam_job_get_u64(job, known[i].param, &value));
        CHECK_U64(value, known[i].value);
        CHECK_OK(tam_job_set_u64(job, known[i].param, max));
        if (max < UINT64_MAX) CHECK_STATUS(tam_job_set_u64(job, known[i].param, max + 1), TAM_ERR_RANGE);
        if (min > 0) CHECK_STATUS(tam_job_set_u64(job, known[i].param, min - 1), TAM_ERR_RANGE);
        CHECK_OK(tam_job_get_u64(job, known[i].param, &value));
        CHECK_U64(value, max);
        CHECK_OK(tam_job_free(job));
    }
}

static void unknown_parameters_are_refused_everywhere(void)
{
    static const int32_t strange[] = {0, -1, 5, 999, 1004, INT32_MAX, INT32_MIN,
                                      TAM_PARAM_TEST_CHUNKS, TAM_PARAM_TEST_PANIC_AT};
    size_t i;
    tam_job *job = new_count(0, 100);
    for (i = 0; i < sizeof strange / sizeof strange[0]; i++) {
        uint64_t value = 77, min = 7, max = 8;
        CHECK_STATUS(tam_job_set_u64(job, strange[i], 1), TAM_ERR_PARAM);
        CHECK_STATUS(tam_job_get_u64(job, strange[i], &value), TAM_ERR_PARAM);
        CHECK_STATUS(tam_param_bounds(TAM_KIND_COUNT_PRIMES, strange[i], &min, &max), TAM_ERR_PARAM);
        CHECK(value == 77 && min == 7 && max == 8);
    }
    CHECK_OK(tam_job_free(job));
    job = new_self_test(1, 0);
    CHECK_STATUS(tam_job_set_u64(job, TAM_PARAM_START, 1), TAM_ERR_PARAM);
    CHECK_OK(tam_job_free(job));
}

static void values_outside_the_bounds_are_refused_and_change_nothing(void)
{
    uint64_t min, max, value = 0;
    tam_job *job = new_count(0, 100);
    REQUIRE_OK(tam_param_bounds(TAM_KIND_COUNT_PRIMES, TAM_PARAM_THREADS, &min, &max));
    CHECK_OK(tam_job_set_u64(job, TAM_PARAM_THREADS, max));
    CHECK_STATUS(tam_job_set_u64(job, TAM_PARAM_THREADS, max + 1), TAM_ERR_RANGE);
    CHECK_STATUS(tam_job_set_u64(job, TAM_PARAM_THREADS, UINT64_MAX), TAM_ERR_RANGE);
    CHECK_STATUS(tam_job_set_u64(job, TAM_PARAM_SEGMENT_BYTES, 8388609), TAM_ERR_RANGE);
    CHECK_OK(tam_job_get_u64(job, TAM_PARAM_THREADS, &value));
    CHECK_U64(value, max);
    CHECK_OK(tam_job_free(job));
}

static void parameters_are_read_back_as_they_were_set(void)
{
    static const uint64_t values[] = {0, 1, 4294967295u, UINT64_C(4294967296), UINT64_C(1) << 53,
                                      (UINT64_C(1) << 53) + 1, UINT64_C(1) << 63, UINT64_MAX};
    size_t i;
    uint64_t got;
    tam_job *job = NULL;
    REQUIRE_OK(tam_job_new(TAM_KIND_SELF_TEST, &job));
    got = 0;
    CHECK_OK(tam_job_get_u64(job, TAM_PARAM_TEST_PANIC_AT, &got));
    CHECK_U64(got, UINT64_MAX);
    CHECK_OK(tam_job_free(job));
    job = new_count(0, 0);
    for (i = 0; i < sizeof values / sizeof values[0]; i++) {
        CHECK_OK(tam_job_set_u64(job, TAM_PARAM_STOP, values[i]));
        CHECK_OK(tam_job_get_u64(job, TAM_PARAM_STOP, &got));
        CHECK_U64(got, values[i]);
    }
    CHECK_OK(tam_job_free(job));
}

static void null_is_an_error_in_every_place_of_every_function(void)
{
    uint64_t a = 0, b = 0;
    int32_t s = 0;
    size_t len = 0;
    uint8_t bytes[8], line[160];
    uint32_t word32 = 0;
    const uint32_t *word = NULL;
    const uint64_t *primes = NULL;
    tam_status failure = TAM_OK;
    tam_iter *iter = NULL;
    tam_job *job = new_self_test(4, 0);

    CHECK_STATUS(tam_threads(NULL), TAM_ERR_NULL);
    CHECK_STATUS(tam_heartbeats(NULL, &word32), TAM_ERR_NULL);
    CHECK_STATUS(tam_heartbeats(&word, NULL), TAM_ERR_NULL);
    CHECK_STATUS(tam_tune(NULL), TAM_ERR_NULL);
    CHECK_STATUS(tam_trace_json(NULL, 0, NULL), TAM_ERR_NULL);
    CHECK_STATUS(tam_count_primes(0, 10, NULL), TAM_ERR_NULL);
    CHECK_STATUS(tam_count_tuplets(2, 0, 10, NULL), TAM_ERR_NULL);
    CHECK_STATUS(tam_nth_prime_from(1, 0, NULL), TAM_ERR_NULL);
    CHECK_STATUS(tam_prime_pi(10, NULL), TAM_ERR_NULL);
    CHECK_STATUS(tam_nth_prime(1, NULL), TAM_ERR_NULL);
    CHECK_STATUS(tam_generate_primes(0, 10, NULL, 4, &len), TAM_ERR_NULL);
    CHECK_STATUS(tam_generate_primes(0, 10, &a, 1, NULL), TAM_ERR_NULL);
    CHECK_STATUS(tam_generate_primes_u32(0, 10, NULL, 4, &len), TAM_ERR_NULL);
    CHECK_STATUS(tam_generate_primes_u32(0, 10, &word32, 1, NULL), TAM_ERR_NULL);
    CHECK_STATUS(tam_for_each_prime(0, 10, NULL, &a), TAM_ERR_NULL);
    CHECK_STATUS(tam_param_bounds(TAM_KIND_COUNT_PRIMES, TAM_PARAM_START, NULL, &b), TAM_ERR_NULL);
    CHECK_STATUS(tam_param_bounds(TAM_KIND_COUNT_PRIMES, TAM_PARAM_START, &a, NULL), TAM_ERR_NULL);
    CHECK_STATUS(tam_job_new(TAM_KIND_COUNT_PRIMES, NULL), TAM_ERR_NULL);

    CHECK_STATUS(tam_job_set_u64(NULL, TAM_PARAM_START, 1), TAM_ERR_NULL);
    CHECK_STATUS(tam_job_get_u64(NULL, TAM_PARAM_START, &a), TAM_ERR_NULL);
    CHECK_STATUS(tam_job_start(NULL), TAM_ERR_NULL);
    CHECK_STATUS(tam_job_state(NULL, &s), TAM_ERR_NULL);
    CHECK_STATUS(tam_job_progress(NULL, &a, &b), TAM_ERR_NULL);
    CHECK_STATUS(tam_job_wait(NULL, 0), TAM_ERR_NULL);
    CHECK_STATUS(tam_job_wait(NULL, -1), TAM_ERR_NULL);
    CHECK_STATUS(tam_job_cancel(NULL), TAM_ERR_NULL);
    CHECK_STATUS(tam_job_result_u64(NULL, &a), TAM_ERR_NULL);
    CHECK_STATUS(tam_job_results_u64(NULL, &a, 1, &len), TAM_ERR_NULL);
    CHECK_STATUS(tam_job_read_u64(NULL, 0, &a, 1, &len), TAM_ERR_NULL);
    CHECK_STATUS(tam_job_read_u32(NULL, 0, &word32, 1, &len), TAM_ERR_NULL);
    CHECK_STATUS(tam_job_read_bytes(NULL, TAM_FORMAT_TEXT, 0, line, sizeof line, &len), TAM_ERR_NULL);
    CHECK_STATUS(tam_job_message(NULL, (char *)bytes, sizeof bytes, &len), TAM_ERR_NULL);
    CHECK_STATUS(tam_job_failure(NULL, &failure), TAM_ERR_NULL);
    CHECK_STATUS(tam_job_event_word(NULL, &word), TAM_ERR_NULL);
    CHECK_STATUS(tam_job_event_interval(NULL, 8), TAM_ERR_NULL);
    CHECK_STATUS(tam_job_start_external(NULL), TAM_ERR_NULL);
    CHECK_STATUS(tam_job_chunks(NULL, &a), TAM_ERR_NULL);
    CHECK_STATUS(tam_job_take_chunk(NULL, &a), TAM_ERR_NULL);
    CHECK_STATUS(tam_job_take_chunk_after(NULL, 0, &a), TAM_ERR_NULL);
    CHECK_STATUS(tam_job_put_chunk(NULL, 0, bytes, sizeof bytes), TAM_ERR_NULL);
    CHECK_STATUS(tam_job_return_chunk(NULL, 0), TAM_ERR_NULL);
    CHECK_STATUS(tam_job_run_chunk(NULL, 0, bytes, sizeof bytes, &len), TAM_ERR_NULL);
    CHECK_OK(tam_job_free(NULL));

    CHECK_STATUS(tam_iter_new(0, NULL), TAM_ERR_NULL);
    CHECK_STATUS(tam_iter_skip_to(NULL, 0), TAM_ERR_NULL);
    CHECK_STATUS(tam_iter_clear(NULL), TAM_ERR_NULL);
    CHECK_STATUS(tam_iter_next(NULL, &a), TAM_ERR_NULL);
    CHECK_STATUS(tam_iter_prev(NULL, &a), TAM_ERR_NULL);
    CHECK_STATUS(tam_iter_next_batch(NULL, &primes, &len), TAM_ERR_NULL);
    CHECK_STATUS(tam_iter_prev_batch(NULL, &primes, &len), TAM_ERR_NULL);
    CHECK_OK(tam_iter_free(NULL));
    CHECK_OK(tam_iter_new(0, &iter));
    CHECK_STATUS(tam_iter_next(iter, NULL), TAM_ERR_NULL);
    CHECK_STATUS(tam_iter_prev(iter, NULL), TAM_ERR_NULL);
    CHECK_STATUS(tam_iter_next_batch(iter, NULL, &len), TAM_ERR_NULL);
    CHECK_STATUS(tam_iter_next_batch(iter, &primes, NULL), TAM_ERR_NULL);
    CHECK_STATUS(tam_iter_prev_batch(iter, NULL, &len), TAM_ERR_NULL);
    CHECK_STATUS(tam_iter_prev_batch(iter, &primes, NULL), TAM_ERR_NULL);
    CHECK_OK(tam_iter_next(iter, &a)); /* None of them was a step. */
    CHECK_U64(a, 2);
    CHECK_OK(tam_iter_free(iter));

    CHECK_STATUS(tam_job_get_u64(job, TAM_PARAM_THREADS, NULL), TAM_ERR_NULL);
    CHECK_STATUS(tam_job_state(job, NULL), TAM_ERR_NULL);
    CHECK_STATUS(tam_job_progress(job, NULL, &b), TAM_ERR_NULL);
    CHECK_STATUS(tam_job_progress(job, &a, NULL), TAM_ERR_NULL);
    CHECK_STATUS(tam_job_message(job, (char *)bytes, sizeof bytes, NULL), TAM_ERR_NULL);
    CHECK_STATUS(tam_job_failure(job, NULL), TAM_ERR_NULL);
    CHECK_STATUS(tam_job_event_word(job, NULL), TAM_ERR_NULL);
    CHECK_STATUS(tam_job_run_chunk(job, 0, bytes, sizeof bytes, NULL), TAM_ERR_NULL);
    CHECK_STATUS(tam_job_run_chunk(job, 0, NULL, 8, &len), TAM_ERR_NULL);
    CHECK_OK(tam_job_start_external(job));
    CHECK_STATUS(tam_job_chunks(job, NULL), TAM_ERR_NULL);
    CHECK_STATUS(tam_job_take_chunk(job, NULL), TAM_ERR_NULL);
    CHECK_STATUS(tam_job_take_chunk_after(job, 0, NULL), TAM_ERR_NULL);
    CHECK_OK(tam_job_take_chunk(job, &a));
    CHECK_U64(a, 0); /* The refused call above must not have used the chunk up. */
    CHECK_STATUS(tam_job_put_chunk(job, 0, NULL, 8), TAM_ERR_NULL);
    CHECK_STATUS(tam_job_result_u64(job, NULL), TAM_ERR_NULL);
    CHECK_STATUS(tam_job_results_u64(job, &a, 1, NULL), TAM_ERR_NULL);
    CHECK_OK(tam_job_free(job));

    job = new_list(0, 10, 1);
    CHECK_OK(tam_job_start(job));
    CHECK_STATUS(tam_job_read_u64(job, -1, NULL, 1, &len), TAM_ERR_NULL);
    CHECK_STATUS(tam_job_read_u64(job, -1, &a, 1, NULL), TAM_ERR_NULL);
    CHECK_STATUS(tam_job_read_u32(job, -1, NULL, 1, &len), TAM_ERR_NULL);
    CHECK_STATUS(tam_job_read_u32(job, -1, &word32, 1, NULL), TAM_ERR_NULL);
    CHECK_STATUS(tam_job_read_bytes(job, TAM_FORMAT_TEXT, -1, NULL, 160, &len), TAM_ERR_NULL);
    CHECK_STATUS(tam_job_read_bytes(job, TAM_FORMAT_TEXT, -1, line, sizeof line, NULL), TAM_ERR_NULL);
    CHECK_OK(tam_job_read_u64(job, -1, &a, 1, &len)); /* The refused calls took nothing away. */
    CHECK(a == 2 && len == 1);
    CHECK_OK(tam_job_free(job));
}

void suite_statics(void)
{
    RUN("statics", version_is_three_numbers_and_the_headers);
    RUN("statics", status_numbers_are_the_documented_ones);
    RUN("statics", every_status_has_its_own_sentence);
    RUN("statics", unknown_status_numbers_have_a_sentence_too);
    RUN("statics", unknown_kinds_are_refused_and_the_output_is_untouched);
    RUN("statics", bounds_of_the_parameters_are_the_documented_ones);
    RUN("statics", parameters_of_the_new_kinds_are_bounded_and_have_their_defaults);
    RUN("statics", unknown_parameters_are_refused_everywhere);
    RUN("statics", values_outside_the_bounds_are_refused_and_change_nothing);
    RUN("statics", parameters_are_read_back_as_they_were_set);
    RUN("statics", null_is_an_error_in_every_place_of_every_function);
}

/* Tests of the C ABI, as a C program sees it. Without arguments: all suites; else those named. */
#include "suites.h"

#include <stdlib.h>
#include <string.h>

tam_job *new_self_test(uint64_t chunks, uint64_t steps)
{
    tam_job *job = NULL;
    CHECK_OK(tam_job_new(TAM_KIND_SELF_TEST, &job));
    CHECK_OK(tam_job_set_u64(job, TAM_PARAM_TEST_CHUNKS, chunks));
    CHECK_OK(tam_job_set_u64(job, TAM_PARAM_TEST_STEPS, steps));
    return job;
}

tam_job *new_count(uint64_t start, uint64_t stop)
{
    tam_job *job = NULL;
    CHECK_OK(tam_job_new(TAM_KIND_COUNT_PRIMES, &job));
    CHECK_OK(tam_job_set_u64(job, TAM_PARAM_START, start));
    CHECK_OK(tam_job_set_u64(job, TAM_PARAM_STOP, stop));
    return job;
}

tam_job *new_list(uint64_t start, uint64_t stop, uint64_t k)
{
    tam_job *job = NULL;
    CHECK_OK(tam_job_new(TAM_KIND_LIST_PRIMES, &job));
    CHECK_OK(tam_job_set_u64(job, TAM_PARAM_START, start));
    CHECK_OK(tam_job_set_u64(job, TAM_PARAM_STOP, stop));
    CHECK_OK(tam_job_set_u64(job, TAM_PARAM_K, k));
    return job;
}

tam_job *new_endless(void)
{
    return new_count(0, UINT64_C(1) << 63);
}

uint64_t self_test_answer(uint64_t chunks)
{
    return chunks == 0 ? 0 : chunks * (chunks - 1) / 2;
}

uint64_t finish(tam_job *job)
{
    uint64_t value = UINT64_MAX;
    CHECK_OK(tam_job_wait(job, 60000));
    CHECK_OK(tam_job_result_u64(job, &value));
    CHECK_OK(tam_job_free(job));
    return value;
}

void with_1_2_and_8_threads(check_test test)
{
    static const uint32_t numbers[] = {1, 2, 8};
    size_t i;
    for (i = 0; i < 3; i++) {
        uint32_t threads = 0;
        CHECK_OK(tam_shutdown());
        REQUIRE_OK(tam_init(numbers[i]));
        CHECK_OK(tam_threads(&threads));
        CHECK(threads == numbers[i]);
        test();
    }
    CHECK_OK(tam_shutdown());
}

static const struct {
    const char *name;
    void (*run)(void);
} suites[] = {
    /* The pool comes first: it must see the library as it is before tam_init. */
    {"pool", suite_pool},         {"statics", suite_statics},   {"jobs", suite_jobs},       {"handles", suite_handles},
    {"chunks", suite_chunks},     {"many", suite_many},         {"values", suite_values},   {"tuplets", suite_tuplets},
    {"nth", suite_nth},           {"generate", suite_generate}, {"streams", suite_streams}, {"bytes", suite_bytes},
    {"iterators", suite_iterators}, {"cursors", suite_cursors}, {"checkpoints", suite_checkpoints},
    {"pi", suite_pi},
    {"traces", suite_traces},
    {"numbers", suite_numbers},   {"sums", suite_sums},
};

int main(int argc, char **argv)
{
    size_t i;
    int a, known = 0;
    for (i = 0; i < sizeof suites / sizeof suites[0]; i++) {
        int wanted = argc < 2;
        for (a = 1; a < argc; a++)
            if (strcmp(argv[a], suites[i].name) == 0) wanted = 1;
        if (!wanted) continue;
        suites[i].run();
        known++;
    }
    if (argc > 1 && known != argc - 1) {
        fprintf(stderr, "unknown suite; there are");
        for (i = 0; i < sizeof suites / sizeof suites[0]; i++) fprintf(stderr, " %s", suites[i].name);
        fprintf(stderr, "\n");
        return 2;
    }
    CHECK_OK(tam_shutdown());
    return check_summary();
}

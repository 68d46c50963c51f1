/* Counting k-tuplets: by the function, and several k at once by a job with several results. */
#include "suites.h"

static uint64_t count(uint32_t k, uint64_t start, uint64_t stop)
{
    uint64_t n = UINT64_MAX;
    CHECK_OK(tam_count_tuplets(k, start, stop, &n));
    return n;
}

/* How many k-tuplets there are, by the definition in tamis.h. */
static uint64_t slow_count(uint32_t k, uint64_t start, uint64_t stop)
{
    static const struct {
        uint32_t k;
        uint64_t offsets[6];
    } patterns[] = {
        {1, {0}},           {2, {0, 2}},           {3, {0, 2, 6}},          {3, {0, 4, 6}},
        {4, {0, 2, 6, 8}},  {5, {0, 2, 6, 8, 12}}, {5, {0, 4, 6, 10, 12}},  {6, {0, 4, 6, 10, 12, 16}},
    };
    uint64_t found = 0, n;
    size_t i, m;
    for (n = start; n <= stop; n++)
        for (i = 0; i < sizeof patterns / sizeof patterns[0]; i++) {
            if (patterns[i].k != k) continue;
            for (m = 0; m < k; m++)
                if (n + patterns[i].offsets[m] > stop || !oracle_is_prime(n + patterns[i].offsets[m])) break;
            found += m == k;
        }
    return found;
}

static void known_counts(void)
{
    /* Below 10^1, 10^2, ...: twins (OEIS A007508), quadruplets (A050258, from 10^2), primes (A006880). */
    static const uint64_t twins[] = {2, 8, 35, 205, 1224, 8169, 58980, 440312};
    static const uint64_t quadruplets[] = {0, 2, 5, 12, 38, 166, 899, 4768};
    static const uint64_t primes[] = {4, 25, 168, 1229, 9592, 78498, 664579, 5761455};
    uint64_t x = 10;
    int n, most = check_slow() ? 6 : 8;
    for (n = 0; n < most; n++, x *= 10) {
        CHECK_U64(count(1, 0, x), primes[n]);
        CHECK_U64(count(2, 0, x), twins[n]);
        CHECK_U64(count(4, 0, x), quadruplets[n]);
    }
}

static void counts_match_the_oeis_on_1_2_and_8_threads(void)
{
    with_1_2_and_8_threads(known_counts);
}

static void windows_match_the_slow_count(void)
{
    uint64_t seed = 21, wide = check_slow() ? 300 : 3000, start;
    uint32_t k;
    for (k = 1; k <= 6; k++) {
        CHECK_U64(count(k, 0, wide), slow_count(k, 0, wide));
        start = (UINT64_C(1) << 32) - check_random(&seed) % wide;
        CHECK_U64(count(k, start, start + wide), slow_count(k, start, start + wide));
    }
    /* All members have to be inside: (3, 5), and (5, 7, 11, 13) of which 13 is not. */
    CHECK_U64(count(2, 3, 5), 1);
    CHECK_U64(count(2, 4, 5), 0);
    CHECK_U64(count(2, 3, 4), 0);
    CHECK_U64(count(4, 5, 13), 1);
    CHECK_U64(count(4, 5, 12), 0);
    CHECK_U64(count(6, 7, 23), 1);
    CHECK_U64(count(6, 8, 23), 0);
}

static void wrong_input_is_refused(void)
{
    uint64_t n = 77;
    CHECK_STATUS(tam_count_tuplets(0, 0, 10, &n), TAM_ERR_RANGE);
    CHECK_STATUS(tam_count_tuplets(7, 0, 10, &n), TAM_ERR_RANGE);
    CHECK_STATUS(tam_count_tuplets(UINT32_MAX, 0, 10, &n), TAM_ERR_RANGE);
    CHECK_STATUS(tam_count_tuplets(2, 10, 9, &n), TAM_ERR_RANGE);
    CHECK_U64(n, 77);
}

static tam_job *new_tuplets(uint64_t kinds, uint64_t stop)
{
    tam_job *job = NULL;
    CHECK_OK(tam_job_new(TAM_KIND_COUNT_TUPLETS, &job));
    CHECK_OK(tam_job_set_u64(job, TAM_PARAM_STOP, stop));
    CHECK_OK(tam_job_set_u64(job, TAM_PARAM_KINDS, kinds));
    return job;
}

static void a_job_counts_those_asked_for_and_no_others(void)
{
    static const uint64_t masks[] = {1, 2, 3, 8, 32, 42, 63};
    uint64_t stop = check_slow() ? 100000 : 2000000;
    size_t i, len;
    uint32_t k;
    for (i = 0; i < sizeof masks / sizeof masks[0]; i++) {
        uint64_t values[6] = {77, 77, 77, 77, 77, 77}, first = 77;
        tam_job *job = new_tuplets(masks[i], stop);
        CHECK_OK(tam_job_start(job));
        CHECK_OK(tam_job_wait(job, 60000));
        CHECK_OK(tam_job_results_u64(job, values, 6, &len));
        CHECK_U64(len, 6);
        for (k = 1; k <= 6; k++) CHECK_U64(values[k - 1], masks[i] >> (k - 1) & 1 ? count(k, 0, stop) : 0);
        CHECK_OK(tam_job_result_u64(job, &first));
        CHECK_U64(first, values[0]);
        CHECK_OK(tam_job_free(job));
    }
}

static void results_say_how_many_they_are(void)
{
    uint64_t values[8] = {77, 77, 77, 77, 77, 77, 77, 77}, one = 77;
    size_t len = 77;
    tam_job *job = new_tuplets(63, 1000);
    CHECK_STATUS(tam_job_results_u64(job, values, 8, &len), TAM_ERR_STATE);
    CHECK(len == 77);
    CHECK_OK(tam_job_start(job));
    CHECK_OK(tam_job_wait(job, 60000));
    CHECK_OK(tam_job_results_u64(job, NULL, 0, &len));
    CHECK_U64(len, 6);
    len = 77;
    CHECK_STATUS(tam_job_results_u64(job, values, 5, &len), TAM_ERR_BUFFER);
    CHECK(len == 6 && values[0] == 77);
    CHECK_STATUS(tam_job_results_u64(job, NULL, 6, &len), TAM_ERR_NULL);
    CHECK_OK(tam_job_results_u64(job, values, 8, &len));
    CHECK(len == 6 && values[0] == 168 && values[1] == 35); /* A006880(3), A007508(3) */
    CHECK(values[6] == 77 && values[7] == 77);
    CHECK_OK(tam_job_free(job));

    job = new_self_test(10, 0); /* of one number, for those who always ask this way */
    CHECK_OK(tam_job_start(job));
    CHECK_OK(tam_job_wait(job, 60000));
    CHECK_OK(tam_job_results_u64(job, &one, 1, &len));
    CHECK(len == 1 && one == self_test_answer(10));
    CHECK_OK(tam_job_free(job));

    job = new_endless();
    CHECK_OK(tam_job_start(job));
    CHECK_STATUS(tam_job_results_u64(job, values, 8, &len), TAM_ERR_STATE);
    CHECK_OK(tam_job_cancel(job));
    CHECK_STATUS(tam_job_results_u64(job, values, 8, &len), TAM_ERR_CANCELLED);
    CHECK_OK(tam_job_free(job));
}

void suite_tuplets(void)
{
    RUN("tuplets", counts_match_the_oeis_on_1_2_and_8_threads);
    RUN("tuplets", windows_match_the_slow_count);
    RUN("tuplets", wrong_input_is_refused);
    RUN("tuplets", a_job_counts_those_asked_for_and_no_others);
    RUN("tuplets", results_say_how_many_they_are);
}

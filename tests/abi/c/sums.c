/* Sums, counts and tables over ranges. */
#include "suites.h"

#include <stdlib.h>
#include <string.h>

static int64_t mertens(uint64_t x)
{
    int64_t value = 77777;
    CHECK_OK(tam_mertens(x, &value));
    return value;
}

static void mertens_matches_a084237(void)
{
    static const int64_t known[] = {1, -1, 1, 2, -23, -48, 212, 1037, 1928, -222};
    uint64_t x = 1;
    int n, most = check_slow() ? 7 : 10;
    CHECK(mertens(0) == 0);
    for (n = 0; n < most; n++, x *= 10) CHECK(mertens(x) == known[n]);
}

static void mertens_on_1_2_and_8_threads(void)
{
    with_1_2_and_8_threads(mertens_matches_a084237);
}

static void sums_of_primes_match_a046731(void)
{
    static const uint64_t known[] = {17,           1060,           76127,           5736396,          454396537,
                                     37550402023U, 3203324994356U, 279209790387276U, 24739512092254535U};
    uint64_t x = 10, low = 77, high = 77;
    int n, most = check_slow() ? 6 : 9;
    for (n = 0; n < most; n++, x *= 10) {
        CHECK_OK(tam_sum_primes(x, &low, &high));
        CHECK(low == known[n] && high == 0);
    }
    CHECK_OK(tam_sum_primes(1, &low, &high));
    CHECK(low == 0 && high == 0);
    low = high = 77;
    CHECK_STATUS(tam_sum_primes(UINT64_C(100000000000001), &low, &high), TAM_ERR_RANGE);
    CHECK(low == 77 && high == 77);
    if (check_slow()) return;
    /* More than 64 bits: 18435588552550705911377 at 10^12. */
    CHECK_OK(tam_sum_primes(UINT64_C(1000000000000), &low, &high));
    CHECK(high == 999 && low == UINT64_C(7291222914863846993));
}

static void gaps_match_a005250(void)
{
    static const uint64_t lengths[] = {1, 2, 4, 6, 8, 14, 18, 20, 22, 34, 36, 44, 52, 72, 86, 96, 112, 114};
    static const uint64_t primes[] = {2,   3,    7,    23,    89,    113,   523,   887,    1129,
                                      1327, 9551, 15683, 19609, 31397, 155921, 360653, 370261, 492113};
    uint64_t found[128], before[128];
    size_t len = 0, i;
    REQUIRE_OK(tam_maximal_gaps(0, 1000000, found, before, 128, &len));
    REQUIRE(len == 18);
    for (i = 0; i < len; i++) CHECK(found[i] == lengths[i] && before[i] == primes[i]);
    CHECK_OK(tam_maximal_gaps(0, 1000000, NULL, NULL, 0, &len));
    CHECK(len == 18);
    found[0] = before[0] = 77;
    CHECK_STATUS(tam_maximal_gaps(0, 1000000, found, before, 17, &len), TAM_ERR_BUFFER);
    CHECK(len == 18 && found[0] == 77 && before[0] == 77);
    CHECK_OK(tam_maximal_gaps(24, 28, found, before, 1, &len));
    CHECK(len == 0);
    CHECK_STATUS(tam_maximal_gaps(2, 1, found, before, 1, &len), TAM_ERR_RANGE);
}

static void partitions_match_a045917(void)
{
    static const uint64_t known[] = {0, 1, 1, 1, 2, 1, 2, 2, 2, 2, 3, 3, 3, 2, 3, 2, 4, 4, 2, 3};
    uint64_t count = 77, n;
    for (n = 0; n < 20; n++) {
        CHECK_OK(tam_goldbach(2 * (n + 1), &count));
        CHECK_U64(count, known[n]);
    }
    CHECK_OK(tam_goldbach(1000000, &count)); /* A065577(6) */
    CHECK_U64(count, 5402);
}

static void residue_classes_match_the_oracle(void)
{
    static const uint64_t moduli[] = {1, 4, 7, 30, 1000, 123456789};
    size_t count, i, m;
    const uint64_t *primes = oracle_primes(&count);
    uint64_t slow, found, r;
    for (m = 0; m < 6; m++)
        for (r = 0; r < 7 && r < moduli[m]; r++) {
            for (i = 0, slow = 0; i < count; i++) slow += primes[i] >= 1000 && primes[i] % moduli[m] == r;
            CHECK_OK(tam_count_primes_mod(1000, ORACLE_LIMIT - 1, moduli[m], r, &found));
            CHECK_U64(found, slow);
        }
    found = 77;
    CHECK_STATUS(tam_count_primes_mod(0, 10, 0, 0, &found), TAM_ERR_RANGE);
    CHECK_STATUS(tam_count_primes_mod(0, 10, 4, 4, &found), TAM_ERR_RANGE);
    CHECK_STATUS(tam_count_primes_mod(11, 10, 4, 1, &found), TAM_ERR_RANGE);
    CHECK_U64(found, 77);
}

static void tables_match_single_numbers(void)
{
    static const uint64_t starts[] = {0, 1000, UINT64_C(1) << 40, UINT64_MAX - 2999};
    static uint64_t least[3000], phi[3000];
    uint64_t value;
    static int8_t mu[3000];
    size_t len, i, s, count;
    for (s = 0; s < 4; s++) {
        count = check_slow() ? 50 : 3000;
        CHECK_OK(tam_smallest_factors(starts[s], starts[s] + count - 1, least, count, &len));
        CHECK(len == count);
        CHECK_OK(tam_euler_phis(starts[s], starts[s] + count - 1, phi, count, &len));
        CHECK_OK(tam_moebius_signs(starts[s], starts[s] + count - 1, mu, count, &len));
        for (i = s == 0 ? 2 : 0; i < count; i++) {
            uint64_t factors[TAM_MAX_FACTORS];
            uint32_t exponents[TAM_MAX_FACTORS];
            int32_t sign;
            CHECK_OK(tam_factor(starts[s] + i, factors, exponents, TAM_MAX_FACTORS, &len));
            CHECK_U64(least[i], factors[0]);
            CHECK_OK(tam_euler_phi(starts[s] + i, &value));
            CHECK_U64(phi[i], value);
            CHECK_OK(tam_moebius(starts[s] + i, &sign));
            CHECK(mu[i] == sign);
        }
    }
    CHECK_OK(tam_smallest_factors(0, 1, least, 2, &len));
    CHECK_OK(tam_euler_phis(0, 1, phi, 2, &len));
    CHECK_OK(tam_moebius_signs(0, 1, mu, 2, &len));
    CHECK(least[0] == 0 && least[1] == 1 && phi[0] == 0 && phi[1] == 1 && mu[0] == 0 && mu[1] == 1);
    least[0] = 77;
    CHECK_STATUS(tam_smallest_factors(0, 9, least, 9, &len), TAM_ERR_BUFFER);
    CHECK(len == 10 && least[0] == 77);
    CHECK_OK(tam_euler_phis(5, 9, NULL, 0, &len));
    CHECK(len == 5);
    CHECK_STATUS(tam_moebius_signs(9, 5, mu, 9, &len), TAM_ERR_RANGE);
}

static void factorials_have_legendres_exponents(void)
{
    static uint64_t primes[82025], exponents[82025];
    uint64_t n = 1000003, q, sum;
    size_t len = 77, i, count;
    const uint64_t *known = oracle_primes(&count);
    REQUIRE_OK(tam_factorial_exponents(n, primes, exponents, 82025, &len));
    REQUIRE(len == 78499); /* one more than A006880(6) */
    for (i = 0; i < len; i++) {
        for (q = n, sum = 0; q > 0; sum += q) q /= known[i];
        if (!CHECK(primes[i] == known[i] && exponents[i] == sum)) return;
    }
    CHECK_STATUS(tam_factorial_exponents(10, primes, exponents, 3, &len), TAM_ERR_BUFFER);
    CHECK(len == 4);
    CHECK_OK(tam_factorial_exponents(10, NULL, NULL, 0, &len));
    CHECK(len == 4);
    CHECK_OK(tam_factorial_exponents(1, primes, exponents, 1, &len));
    CHECK(len == 0);
}

static void primorials_match_a002110_and_a034386(void)
{
    /* The products of the first 0, 1, 2, ... primes (A002110). */
    static const uint64_t known[] = {1, 2, 6, 30, 210, 2310, 30030, 510510, 9699690, 223092870, UINT64_C(6469693230),
                                     UINT64_C(200560490130), UINT64_C(7420738134810), UINT64_C(304250263527210),
                                     UINT64_C(13082761331670030), UINT64_C(614889782588491410)};
    uint64_t value = 77, k, n;
    size_t count;
    const uint64_t *primes = oracle_primes(&count);
    for (n = 0, k = 0; n <= TAM_MAX_PRIMORIAL; n++) {
        if (n == primes[k]) k++;
        CHECK_OK(tam_primorial(n, &value));
        CHECK_U64(value, known[k]); /* (A034386) */
    }
    CHECK(k == 15);
    CHECK_STATUS(tam_primorial(TAM_MAX_PRIMORIAL + 1, &value), TAM_ERR_RANGE);
}

static void null_is_an_error_everywhere(void)
{
    uint64_t value = 77;
    int8_t sign = 77;
    size_t len = 77;
    CHECK_STATUS(tam_mertens(7, NULL), TAM_ERR_NULL);
    CHECK_STATUS(tam_sum_primes(7, NULL, &value), TAM_ERR_NULL);
    CHECK_STATUS(tam_sum_primes(7, &value, NULL), TAM_ERR_NULL);
    CHECK_STATUS(tam_maximal_gaps(0, 7, &value, NULL, 1, &len), TAM_ERR_NULL);
    CHECK_STATUS(tam_maximal_gaps(0, 7, NULL, NULL, 1, &len), TAM_ERR_NULL);
    CHECK_STATUS(tam_maximal_gaps(0, 7, NULL, NULL, 0, NULL), TAM_ERR_NULL);
    CHECK_STATUS(tam_goldbach(7, NULL), TAM_ERR_NULL);
    CHECK_STATUS(tam_count_primes_mod(0, 7, 1, 0, NULL), TAM_ERR_NULL);
    CHECK_STATUS(tam_smallest_factors(0, 7, NULL, 8, &len), TAM_ERR_NULL);
    CHECK_STATUS(tam_smallest_factors(0, 0, &value, 1, NULL), TAM_ERR_NULL);
    CHECK_STATUS(tam_euler_phis(0, 7, NULL, 8, &len), TAM_ERR_NULL);
    CHECK_STATUS(tam_moebius_signs(0, 0, &sign, 1, NULL), TAM_ERR_NULL);
    CHECK_STATUS(tam_factorial_exponents(7, &value, NULL, 1, &len), TAM_ERR_NULL);
    CHECK_STATUS(tam_factorial_exponents(7, NULL, NULL, 1, &len), TAM_ERR_NULL);
    CHECK_STATUS(tam_factorial_exponents(7, NULL, NULL, 0, NULL), TAM_ERR_NULL);
    CHECK_STATUS(tam_primorial(7, NULL), TAM_ERR_NULL);
    CHECK(value == 77 && sign == 77 && len == 77);
}

static tam_job *new_of(int32_t kind, int32_t first, uint64_t a, int32_t second, uint64_t b)
{
    tam_job *job = NULL;
    CHECK_OK(tam_job_new(kind, &job));
    CHECK_OK(tam_job_set_u64(job, first, a));
    if (second) CHECK_OK(tam_job_set_u64(job, second, b));
    return job;
}

static uint64_t run_job(tam_job *job)
{
    CHECK_OK(tam_job_start(job));
    return finish(job);
}

static void jobs_answer_the_same(void)
{
    uint64_t values[128];
    size_t len = 0;
    tam_job *job;
    CHECK_U64(run_job(new_of(TAM_KIND_MERTENS, TAM_PARAM_NUMBER, 1000000, 0, 0)), 212);
    CHECK_U64(run_job(new_of(TAM_KIND_SUM_PRIMES, TAM_PARAM_NUMBER, 1000000, 0, 0)), UINT64_C(37550402023));
    CHECK_U64(run_job(new_of(TAM_KIND_GOLDBACH, TAM_PARAM_NUMBER, 100000, 0, 0)), 810);
    CHECK_U64(run_job(new_of(TAM_KIND_MAXIMAL_GAPS, TAM_PARAM_START, 0, TAM_PARAM_STOP, 100)), 1);
    job = new_of(TAM_KIND_COUNT_RESIDUE, TAM_PARAM_MODULUS, 10, TAM_PARAM_RESIDUE, 1);
    CHECK_OK(tam_job_set_u64(job, TAM_PARAM_STOP, 1000000));
    CHECK_U64(run_job(job), 19617); /* A073505(6) */
    job = new_of(TAM_KIND_LIST_MOEBIUS, TAM_PARAM_START, 1, TAM_PARAM_STOP, 6);
    CHECK_OK(tam_job_start(job));
    CHECK_OK(tam_job_read_u64(job, 60000, values, 128, &len));
    CHECK(len == 6 && values[1] == UINT64_MAX && values[3] == 0 && values[5] == 1);
    CHECK_OK(tam_job_free(job));
    job = new_of(TAM_KIND_LIST_PHI, TAM_PARAM_START, 9, TAM_PARAM_STOP, 10);
    CHECK_OK(tam_job_start(job));
    CHECK_OK(tam_job_read_u64(job, 60000, values, 128, &len));
    CHECK(len == 2 && values[0] == 6 && values[1] == 4);
    CHECK_OK(tam_job_free(job));
    job = new_of(TAM_KIND_LIST_SMALLEST_FACTORS, TAM_PARAM_START, 35, TAM_PARAM_STOP, 35);
    CHECK_OK(tam_job_start(job));
    CHECK_OK(tam_job_read_u64(job, 60000, values, 128, &len));
    CHECK(len == 1 && values[0] == 5);
    CHECK_OK(tam_job_free(job));
    /* Pairs are not torn apart, and a buffer for half of one is too small. */
    job = new_of(TAM_KIND_FACTORIAL, TAM_PARAM_NUMBER, 10, 0, 0);
    CHECK_OK(tam_job_start(job));
    CHECK_STATUS(tam_job_read_u64(job, 60000, values, 1, &len), TAM_ERR_BUFFER);
    CHECK(len == 2);
    CHECK_OK(tam_job_read_u64(job, 60000, values, 3, &len));
    CHECK(len == 2 && values[0] == 2 && values[1] == 8);
    CHECK_OK(tam_job_read_u64(job, 60000, values, 128, &len));
    CHECK(len == 6 && values[4] == 7 && values[5] == 1);
    CHECK_OK(tam_job_free(job));
}

static void a_sum_of_primes_gets_on_step_by_step_and_is_cancelled_soon(void)
{
    uint64_t done = 0, total = 0, steps = 0, before = 0, chunks = 0;
    uint8_t kept[512], later[512];
    size_t len = 0, len_later = 0;
    tam_job *job = new_of(TAM_KIND_SUM_PRIMES, TAM_PARAM_NUMBER, UINT64_C(100000000000), 0, 0), *again = NULL;
    CHECK_OK(tam_job_chunks(job, &chunks));
    CHECK(chunks > 4);
    CHECK_OK(tam_job_checkpoint(job, kept, sizeof kept, &len));
    CHECK_OK(tam_job_start(job));
    while (tam_job_wait(job, 1) == TAM_ERR_TIMEOUT) {
        CHECK_OK(tam_job_progress(job, &done, &total));
        CHECK(done >= before && done <= total);
        if (done > before && done < total) {
            /* What it has in hand can't be kept. */
            if (tam_job_checkpoint(job, later, sizeof later, &len_later) == TAM_OK) {
                CHECK(len_later == len && memcmp(kept, later, len) == 0);
            }
            steps++;
        }
        before = done;
    }
    CHECK(steps > 1);
    /* Up to 10^11 they add up to 201467077743744681014 (OEIS A046731); this is its lower half. */
    CHECK_U64(finish(job), UINT64_C(16999637006649164854));
    CHECK_OK(tam_job_restore(kept, len, &again));
    CHECK_OK(tam_job_progress(again, &done, &total));
    CHECK(done == 0);
    CHECK_OK(tam_job_free(again));

    job = new_of(TAM_KIND_SUM_PRIMES, TAM_PARAM_NUMBER, UINT64_C(100000000000000), 0, 0);
    CHECK_OK(tam_job_start(job));
    CHECK_STATUS(tam_job_wait(job, 200), TAM_ERR_TIMEOUT);
    CHECK_OK(tam_job_cancel(job));
    /* Its threads have left it within a second, or this would be TIMEOUT's. */
    CHECK_STATUS(tam_job_wait(job, 60000), TAM_ERR_CANCELLED);
    CHECK_OK(tam_job_free(job));
}

void suite_sums(void)
{
    RUN("sums", mertens_on_1_2_and_8_threads);
    RUN("sums", sums_of_primes_match_a046731);
    RUN_UNLESS_SLOW("sums", a_sum_of_primes_gets_on_step_by_step_and_is_cancelled_soon);
    RUN("sums", gaps_match_a005250);
    RUN("sums", partitions_match_a045917);
    RUN("sums", residue_classes_match_the_oracle);
    RUN("sums", tables_match_single_numbers);
    RUN_UNLESS_SLOW("sums", factorials_have_legendres_exponents);
    RUN("sums", primorials_match_a002110_and_a034386);
    RUN("sums", null_is_an_error_everywhere);
    RUN("sums", jobs_answer_the_same);
}

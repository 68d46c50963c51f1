/* Single numbers: primality, factors, and what follows from them. */
#include "suites.h"

#include <string.h>

static const uint64_t largest = UINT64_MAX - 58; /* The largest prime below 2^64 (OEIS A013603). */

static int prime(uint64_t n)
{
    int32_t result = 7;
    CHECK_OK(tam_is_prime(n, &result));
    CHECK(result == 0 || result == 1);
    return result;
}

static int prime_u128(uint64_t low, uint64_t high)
{
    int32_t result = 7;
    CHECK_OK(tam_is_prime_u128(low, high, &result));
    return result;
}

static void primality_matches_the_oracle(void)
{
    uint64_t seed = 3, n;
    int i, many = check_slow() ? 200 : 3000;
    for (n = 0; n < 5000; n++) CHECK(prime(n) == oracle_is_prime(n));
    for (i = 0; i < many; i++) {
        n = check_random(&seed) >> (i % 60);
        CHECK(prime(n) == oracle_is_prime(n));
        CHECK(prime_u128(n, 0) == prime(n));
    }
    for (n = UINT64_MAX; n > largest; n--) CHECK(!prime(n));
    CHECK(prime(largest));
    CHECK(prime_u128(13, 1));                      /* 2^64 + 13: A013597 */
    CHECK(prime_u128(UINT64_MAX, UINT64_MAX >> 1)); /* 2^127 - 1: A000043 */
    CHECK(!prime_u128(UINT64_MAX, UINT64_MAX));
}

static void many_are_tested_together(void)
{
    enum { MANY = 20000 };
    static uint64_t numbers[MANY];
    static uint8_t results[MANY + 1];
    uint64_t seed = 9;
    size_t i, len = check_slow() ? 9000 : MANY;
    for (i = 0; i < len; i++) numbers[i] = check_random(&seed) >> (i % 64);
    memset(results, 77, sizeof results);
    CHECK_OK(tam_is_prime_many(numbers, len, results));
    for (i = 0; i < len; i++)
        if (!CHECK(results[i] == prime(numbers[i]))) return;
    CHECK(results[len] == 77);
    CHECK_OK(tam_is_prime_many(numbers, 1, results));
    CHECK_OK(tam_is_prime_many(NULL, 0, NULL));
}

static void many_are_tested_on_1_2_and_8_threads(void)
{
    with_1_2_and_8_threads(many_are_tested_together);
}

/* A busy pool must not make the caller wait for the end of its jobs. */
static void many_are_tested_while_a_job_runs(void)
{
    tam_job *job = new_endless();
    CHECK_OK(tam_job_start(job));
    many_are_tested_together();
    CHECK_OK(tam_job_free(job));
}

static void neighbours_are_the_nearest_primes(void)
{
    size_t count, i, at = 0;
    const uint64_t *primes = oracle_primes(&count);
    uint64_t n, next = 0;
    for (n = 0; n < 3000; n++) {
        while (primes[at] <= n) at++;
        CHECK_OK(tam_next_prime(n, &next));
        CHECK_U64(next, primes[at]);
    }
    for (i = 1; i < 500; i++) {
        CHECK_OK(tam_prev_prime(primes[i], &next));
        CHECK_U64(next, primes[i - 1]);
    }
    CHECK_OK(tam_next_prime(largest - 1, &next));
    CHECK_U64(next, largest);
    CHECK_OK(tam_prev_prime(UINT64_MAX, &next));
    CHECK_U64(next, largest);
    next = 77;
    CHECK_STATUS(tam_next_prime(largest, &next), TAM_ERR_RANGE);
    CHECK_STATUS(tam_next_prime(UINT64_MAX, &next), TAM_ERR_RANGE);
    CHECK_STATUS(tam_prev_prime(2, &next), TAM_ERR_RANGE);
    CHECK_STATUS(tam_prev_prime(0, &next), TAM_ERR_RANGE);
    CHECK_U64(next, 77);
}

static void check_factors(uint64_t n)
{
    uint64_t factors[TAM_MAX_FACTORS], wide[2 * TAM_MAX_FACTORS_U128], product = 1, last = 1;
    uint32_t exponents[TAM_MAX_FACTORS], wide_exponents[TAM_MAX_FACTORS_U128], k;
    size_t len = 99, wide_len = 99, i;
    REQUIRE_OK(tam_factor(n, factors, exponents, TAM_MAX_FACTORS, &len));
    REQUIRE(len <= TAM_MAX_FACTORS);
    for (i = 0; i < len; i++) {
        CHECK(factors[i] > last && exponents[i] > 0 && oracle_is_prime(factors[i]));
        last = factors[i];
        for (k = 0; k < exponents[i]; k++) product *= factors[i];
    }
    CHECK_U64(product, n);
    REQUIRE_OK(tam_factor_u128(n, 0, wide, wide_exponents, TAM_MAX_FACTORS_U128, &wide_len));
    REQUIRE(wide_len == len);
    for (i = 0; i < len; i++)
        CHECK(wide[2 * i] == factors[i] && wide[2 * i + 1] == 0 && wide_exponents[i] == exponents[i]);
}

static void the_product_of_the_factors_is_the_number(void)
{
    /* The product of the first 15 primes (A002110), which has the most factors. */
    const uint64_t primorial = UINT64_C(614889782588491410);
    uint64_t seed = 5, n;
    int i, many = check_slow() ? 10 : 300;
    for (n = 1; n < (check_slow() ? 100 : 2000); n++) check_factors(n);
    for (i = 0; i < many; i++) check_factors(check_random(&seed) >> (i % 50) | 1);
    for (n = UINT64_MAX; n > UINT64_MAX - 10; n--) check_factors(n);
    check_factors(largest);
    check_factors(primorial);
    check_factors(UINT64_C(4294967291) * UINT64_C(4294967291));
    check_factors(UINT64_C(1) << 63);
}

static void factors_of_128_bits(void)
{
    /* 2^101 - 1 = 7432339208719 * 341117531003194129, and 2^128 - 1 (Cunningham tables). */
    static const uint64_t mersenne[] = {UINT64_C(7432339208719), 0, UINT64_C(341117531003194129), 0};
    static const uint64_t fermat[] = {3, 5, 17, 257, 641, 65537, 274177, 6700417, UINT64_C(67280421310721)};
    uint64_t factors[2 * TAM_MAX_FACTORS_U128];
    uint32_t exponents[TAM_MAX_FACTORS_U128];
    size_t len = 0, i;
    CHECK_OK(tam_factor_u128(UINT64_MAX, (UINT64_C(1) << 37) - 1, factors, exponents, TAM_MAX_FACTORS_U128, &len));
    CHECK(len == 2 && memcmp(factors, mersenne, sizeof mersenne) == 0 && exponents[0] == 1 && exponents[1] == 1);
    CHECK_OK(tam_factor_u128(UINT64_MAX, UINT64_MAX, factors, exponents, TAM_MAX_FACTORS_U128, &len));
    REQUIRE(len == 9);
    for (i = 0; i < 9; i++) CHECK(factors[2 * i] == fermat[i] && factors[2 * i + 1] == 0 && exponents[i] == 1);
    /* A prime of 127 bits keeps both halves. */
    CHECK_OK(tam_factor_u128(UINT64_MAX, UINT64_MAX >> 1, factors, exponents, 1, &len));
    CHECK(len == 1 && factors[0] == UINT64_MAX && factors[1] == UINT64_MAX >> 1 && exponents[0] == 1);
}

static void small_buffers_are_told_the_length(void)
{
    uint64_t factors[3] = {7, 7, 7}, wide[4] = {7, 7, 7, 7};
    uint32_t exponents[3] = {8, 8, 8};
    size_t len = 99;
    CHECK_STATUS(tam_factor(360, factors, exponents, 2, &len), TAM_ERR_BUFFER);
    CHECK(len == 3 && factors[0] == 7 && exponents[0] == 8);
    CHECK_STATUS(tam_factor(360, factors, exponents, 0, &len), TAM_ERR_BUFFER);
    CHECK_OK(tam_factor(360, NULL, NULL, 0, &len));
    CHECK(len == 3);
    CHECK_OK(tam_factor(360, factors, exponents, 3, &len));
    CHECK(factors[0] == 2 && exponents[0] == 3 && factors[2] == 5 && exponents[2] == 1);
    CHECK_STATUS(tam_factor_u128(360, 0, wide, exponents, 2, &len), TAM_ERR_BUFFER);
    CHECK(len == 3 && wide[0] == 7);
    CHECK_OK(tam_factor_u128(360, 0, NULL, NULL, 0, &len));
    CHECK(len == 3);
    CHECK_OK(tam_factor(1, factors, exponents, 0, &len));
    CHECK(len == 0);
    CHECK_STATUS(tam_divisors(12, factors, 3, &len), TAM_ERR_BUFFER);
    CHECK(len == 6);
    CHECK_OK(tam_divisors(12, NULL, 0, &len));
    CHECK(len == 6);
}

static void zero_is_out_of_range(void)
{
    uint64_t value = 77, factors[2] = {77, 77};
    uint32_t exponents[1] = {77};
    int32_t sign = 77;
    size_t len = 77;
    CHECK_STATUS(tam_factor(0, factors, exponents, 1, &len), TAM_ERR_RANGE);
    CHECK_STATUS(tam_factor_u128(0, 0, factors, exponents, 1, &len), TAM_ERR_RANGE);
    CHECK_STATUS(tam_divisors(0, factors, 1, &len), TAM_ERR_RANGE);
    CHECK_STATUS(tam_divisor_count(0, &value), TAM_ERR_RANGE);
    CHECK_STATUS(tam_euler_phi(0, &value), TAM_ERR_RANGE);
    CHECK_STATUS(tam_moebius(0, &sign), TAM_ERR_RANGE);
    CHECK_STATUS(tam_radical(0, &value), TAM_ERR_RANGE);
    CHECK_STATUS(tam_sigma(0, 1, &value), TAM_ERR_RANGE);
    CHECK(value == 77 && sign == 77 && len == 77 && factors[0] == 77 && exponents[0] == 77);
}

static void null_is_an_error_everywhere(void)
{
    uint64_t value = 77;
    uint32_t exponent = 77;
    uint8_t result = 77;
    size_t len = 77;
    CHECK_STATUS(tam_is_prime(7, NULL), TAM_ERR_NULL);
    CHECK_STATUS(tam_is_prime_u128(7, 0, NULL), TAM_ERR_NULL);
    CHECK_STATUS(tam_is_prime_many(NULL, 1, &result), TAM_ERR_NULL);
    CHECK_STATUS(tam_is_prime_many(&value, 1, NULL), TAM_ERR_NULL);
    CHECK_STATUS(tam_next_prime(7, NULL), TAM_ERR_NULL);
    CHECK_STATUS(tam_prev_prime(7, NULL), TAM_ERR_NULL);
    CHECK_STATUS(tam_factor(7, &value, &exponent, 1, NULL), TAM_ERR_NULL);
    CHECK_STATUS(tam_factor(7, NULL, &exponent, 1, &len), TAM_ERR_NULL);
    CHECK_STATUS(tam_factor(7, &value, NULL, 0, &len), TAM_ERR_NULL);
    CHECK_STATUS(tam_factor(7, NULL, NULL, 1, &len), TAM_ERR_NULL);
    CHECK_STATUS(tam_factor_u128(7, 1, &value, &exponent, 1, NULL), TAM_ERR_NULL);
    CHECK_STATUS(tam_factor_u128(7, 1, NULL, &exponent, 1, &len), TAM_ERR_NULL);
    CHECK_STATUS(tam_factor_u128(7, 1, NULL, NULL, 1, &len), TAM_ERR_NULL);
    CHECK_STATUS(tam_divisors(7, &value, 1, NULL), TAM_ERR_NULL);
    CHECK_STATUS(tam_divisors(7, NULL, 1, &len), TAM_ERR_NULL);
    CHECK_STATUS(tam_divisor_count(7, NULL), TAM_ERR_NULL);
    CHECK_STATUS(tam_euler_phi(7, NULL), TAM_ERR_NULL);
    CHECK_STATUS(tam_moebius(7, NULL), TAM_ERR_NULL);
    CHECK_STATUS(tam_radical(7, NULL), TAM_ERR_NULL);
    CHECK_STATUS(tam_sigma(7, 1, NULL), TAM_ERR_NULL);
    CHECK(value == 77 && exponent == 77 && result == 77 && len == 77);
}

static void functions_of_the_divisors_are_what_they_say(void)
{
    uint64_t list[100], n, value, sum, squares, d, m, phi;
    size_t len, i;
    int32_t sign;
    for (n = 1; n < (check_slow() ? 60 : 700); n++) {
        REQUIRE_OK(tam_divisors(n, list, 100, &len));
        for (d = 1, i = 0, sum = squares = 0; d <= n; d++)
            if (n % d == 0) {
                CHECK_U64(list[i++], d);
                sum += d;
                squares += d * d;
            }
        CHECK(len == i);
        for (m = 1, phi = 0; m <= n; m++) {
            uint64_t a = n, b = m, c;
            while (b) c = a % b, a = b, b = c;
            phi += a == 1;
        }
        CHECK_OK(tam_divisor_count(n, &value));
        CHECK_U64(value, len);
        CHECK_OK(tam_euler_phi(n, &value));
        CHECK_U64(value, phi);
        CHECK_OK(tam_sigma(n, 0, &value));
        CHECK_U64(value, len);
        CHECK_OK(tam_sigma(n, 1, &value));
        CHECK_U64(value, sum);
        CHECK_OK(tam_sigma(n, 2, &value));
        CHECK_U64(value, squares);
        CHECK_OK(tam_moebius(n, &sign));
        CHECK_OK(tam_radical(n, &value));
        CHECK((sign == 0) == (value != n) && n % value == 0);
    }
    CHECK_OK(tam_moebius(30, &sign));
    CHECK(sign == -1);
    CHECK_OK(tam_moebius(210, &sign));
    CHECK(sign == 1);
    /* At the end of 64 bits. */
    CHECK_OK(tam_sigma(largest, 1, &value));
    CHECK_U64(value, largest + 1);
    value = 77;
    CHECK_STATUS(tam_sigma(largest, 2, &value), TAM_ERR_RANGE);
    CHECK_STATUS(tam_sigma(UINT64_MAX, 1, &value), TAM_ERR_RANGE);
    CHECK_U64(value, 77);
    CHECK_OK(tam_euler_phi(largest, &value));
    CHECK_U64(value, largest - 1);
}

static tam_job *new_number(int32_t kind, uint64_t low, uint64_t high)
{
    tam_job *job = NULL;
    CHECK_OK(tam_job_new(kind, &job));
    CHECK_OK(tam_job_set_u64(job, TAM_PARAM_NUMBER, low));
    CHECK_OK(tam_job_set_u64(job, TAM_PARAM_NUMBER_HIGH, high));
    return job;
}

static void jobs_answer_the_same(void)
{
    uint64_t results[3 * TAM_MAX_FACTORS_U128];
    size_t len = 0;
    tam_job *job = new_number(TAM_KIND_IS_PRIME, 13, 1);
    CHECK_OK(tam_job_start(job));
    CHECK_U64(finish(job), 1);
    job = new_number(TAM_KIND_NEIGHBOUR, UINT64_MAX, 0);
    CHECK_OK(tam_job_start(job));
    CHECK_OK(tam_job_wait(job, 60000));
    CHECK_OK(tam_job_results_u64(job, results, 3, &len));
    CHECK(len == 2 && results[0] == 13 && results[1] == 1);
    CHECK_OK(tam_job_free(job));
    job = new_number(TAM_KIND_NEIGHBOUR, 0, 1);
    CHECK_OK(tam_job_set_u64(job, TAM_PARAM_BEFORE, 1));
    CHECK_OK(tam_job_start(job));
    CHECK_U64(finish(job), largest);
    job = new_number(TAM_KIND_FACTOR, UINT64_MAX, (UINT64_C(1) << 37) - 1);
    CHECK_OK(tam_job_start(job));
    CHECK_OK(tam_job_wait(job, 60000));
    CHECK_OK(tam_job_results_u64(job, results, 3 * TAM_MAX_FACTORS_U128, &len));
    CHECK(len == 6 && results[0] == UINT64_C(7432339208719) && results[2] == 1 && results[5] == 1);
    CHECK_OK(tam_job_free(job));
    job = new_number(TAM_KIND_FACTOR, 0, 0);
    CHECK_STATUS(tam_job_start(job), TAM_ERR_RANGE);
    CHECK_OK(tam_job_free(job));
}

static void factoring_can_be_cancelled(void)
{
    /* The product of two primes near 2^64: 2^64 - 59 and 2^64 - 83. */
    tam_job *job = new_number(TAM_KIND_FACTOR, 59 * 83, UINT64_MAX - 141);
    tam_status s;
    CHECK_OK(tam_job_start(job));
    CHECK_OK(tam_job_cancel(job));
    s = tam_job_wait(job, 60000);
    CHECK(s == TAM_ERR_CANCELLED || s == TAM_OK);
    CHECK_OK(tam_job_free(job));
}

void suite_numbers(void)
{
    RUN("numbers", primality_matches_the_oracle);
    RUN("numbers", many_are_tested_on_1_2_and_8_threads);
    RUN("numbers", many_are_tested_while_a_job_runs);
    RUN("numbers", neighbours_are_the_nearest_primes);
    RUN("numbers", the_product_of_the_factors_is_the_number);
    RUN("numbers", factors_of_128_bits);
    RUN("numbers", small_buffers_are_told_the_length);
    RUN("numbers", zero_is_out_of_range);
    RUN("numbers", null_is_an_error_everywhere);
    RUN("numbers", functions_of_the_divisors_are_what_they_say);
    RUN("numbers", jobs_answer_the_same);
    RUN("numbers", factoring_can_be_cancelled);
}

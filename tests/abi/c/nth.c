/* The nth prime: from 0, from anywhere, up and down, and where there is none. */
#include "suites.h"

static uint64_t nth(int64_t n, uint64_t start)
{
    uint64_t prime = 0;
    CHECK_OK(tam_nth_prime_from(n, start, &prime));
    return prime;
}

static void known_primes(void)
{
    /* The 10^kth prime: OEIS A006988. */
    static const uint64_t known[] = {2, 29, 541, 7919, 104729, 1299709, 15485863, 179424673};
    int64_t n = 1;
    int k, most = check_slow() ? 5 : 8;
    for (k = 0; k < most; k++, n *= 10) {
        CHECK_U64(nth(n, 0), known[k]);
        CHECK_U64(nth(-n, known[k] + 1), 2); /* and back again */
    }
}

static void powers_of_ten_match_a006988_on_1_2_and_8_threads(void)
{
    with_1_2_and_8_threads(known_primes);
}

static void the_first_primes_match_a_list(void)
{
    size_t count, i;
    const uint64_t *primes = oracle_primes(&count);
    for (i = 0; i < (check_slow() ? 8 : 60); i++) {
        CHECK_U64(nth((int64_t)i + 1, 0), primes[i]);
        CHECK_U64(nth(1, primes[i]), primes[i + 1]);     /* greater, not equal */
        CHECK_U64(nth(-1, primes[i + 1]), primes[i]);    /* less, not equal */
        CHECK_U64(nth(0, primes[i]), primes[i]);         /* not less */
        CHECK_U64(nth(0, primes[i] + 1), primes[i + 1]);
    }
    CHECK_U64(nth(0, 0), 2);
    CHECK_U64(nth((int64_t)count, 0), primes[count - 1]);
    CHECK_U64(nth((int64_t)count - 100, primes[99]), primes[count - 1]);
}

static void as_many_primes_lie_between_as_were_asked_for(void)
{
    uint64_t seed = 33, between;
    int i;
    for (i = 0; i < (check_slow() ? 1 : 8); i++) {
        uint64_t start = check_random(&seed) >> (16 + i); /* 2^48 down */
        int64_t n = 1 + (int64_t)(check_random(&seed) % (check_slow() ? 1000 : 100000));
        uint64_t up = nth(n, start);
        CHECK(oracle_is_prime(up));
        CHECK_OK(tam_count_primes(start + 1, up, &between));
        CHECK_U64(between, (uint64_t)n);
        CHECK_U64(nth(-n, up + 1), nth(1, start)); /* and back again */
    }
}

static void where_there_is_none_the_answer_is_range(void)
{
    /* The largest prime below 2^64 is 2^64 - 59 (A013603). */
    const uint64_t largest = UINT64_MAX - 58;
    uint64_t prime = 77;
    CHECK_STATUS(tam_nth_prime_from(-1, 0, &prime), TAM_ERR_RANGE);
    CHECK_STATUS(tam_nth_prime_from(-1, 2, &prime), TAM_ERR_RANGE);
    CHECK_STATUS(tam_nth_prime_from(-5, 11, &prime), TAM_ERR_RANGE);
    CHECK_STATUS(tam_nth_prime_from(INT64_MIN, UINT64_MAX, &prime), TAM_ERR_RANGE);
    CHECK_STATUS(tam_nth_prime_from(INT64_MIN, 0, &prime), TAM_ERR_RANGE);
    CHECK_STATUS(tam_nth_prime_from(INT64_MAX, 0, &prime), TAM_ERR_RANGE);
    CHECK_STATUS(tam_nth_prime_from(1, UINT64_MAX, &prime), TAM_ERR_RANGE);
    CHECK_U64(prime, 77);
    CHECK_U64(nth(-4, 11), 2);
    if (check_slow()) return; /* Sieving near 2^64 takes its time there. */
    CHECK_STATUS(tam_nth_prime_from(1, largest, &prime), TAM_ERR_RANGE);
    CHECK_STATUS(tam_nth_prime_from(0, largest + 1, &prime), TAM_ERR_RANGE);
    CHECK_U64(prime, 77);
    CHECK_U64(nth(0, largest), largest);
    CHECK_U64(nth(1, largest - 1), largest);
    CHECK_U64(nth(-1, UINT64_MAX), largest);
}

static tam_job *new_nth(uint64_t n, uint64_t start, uint64_t before)
{
    tam_job *job = NULL;
    CHECK_OK(tam_job_new(TAM_KIND_NTH_PRIME, &job));
    CHECK_OK(tam_job_set_u64(job, TAM_PARAM_N, n));
    CHECK_OK(tam_job_set_u64(job, TAM_PARAM_START, start));
    CHECK_OK(tam_job_set_u64(job, TAM_PARAM_BEFORE, before));
    return job;
}

static void a_job_finds_the_same(void)
{
    static const struct {
        uint64_t n, start, before, prime;
    } known[] = {
        {1, 0, 0, 2},   {0, 0, 0, 2},   {0, 97, 0, 97},  {0, 98, 0, 101}, {1, 97, 0, 101},
        {0, 97, 1, 97}, {0, 98, 1, 97}, {1, 97, 1, 89},  {25, 98, 1, 2},  {10000, 0, 0, 104729},
    };
    size_t i;
    uint64_t done = 0, total = 0;
    tam_job *job;
    for (i = 0; i < sizeof known / sizeof known[0]; i++) {
        job = new_nth(known[i].n, known[i].start, known[i].before);
        CHECK_OK(tam_job_start(job));
        CHECK_OK(tam_job_wait(job, 60000));
        CHECK_OK(tam_job_progress(job, &done, &total));
        CHECK_U64(done, total);
        CHECK_U64(finish(job), known[i].prime);
    }
}

static void a_job_without_an_answer_is_refused_or_fails_with_range(void)
{
    static const uint64_t starts[] = {0, 2, 1000};
    size_t i;
    for (i = 0; i < 3; i++) {
        tam_status failure = TAM_OK, s;
        tam_job *job = new_nth(200, starts[i], 1);
        s = tam_job_start(job); /* What is clear beforehand is said at once. */
        if (s == TAM_OK) {
            CHECK_STATUS(tam_job_wait(job, 60000), TAM_ERR_FAILED);
            CHECK_OK(tam_job_failure(job, &failure));
            s = failure;
        }
        CHECK_STATUS(s, TAM_ERR_RANGE);
        CHECK_OK(tam_job_free(job));
    }
}

void suite_nth(void)
{
    RUN("nth", powers_of_ten_match_a006988_on_1_2_and_8_threads);
    RUN("nth", the_first_primes_match_a_list);
    RUN("nth", as_many_primes_lie_between_as_were_asked_for);
    RUN("nth", where_there_is_none_the_answer_is_range);
    RUN("nth", a_job_finds_the_same);
    RUN("nth", a_job_without_an_answer_is_refused_or_fails_with_range);
}

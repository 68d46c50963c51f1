/* pi(x) and the nth prime by way of it: known values, the sieve beside it, chunks run elsewhere, checkpoints. */
#include "suites.h"

#include <stdlib.h>
#include <string.h>

static uint64_t pi(uint64_t x)
{
    uint64_t count = 0;
    CHECK_OK(tam_prime_pi(x, &count));
    return count;
}

static uint64_t nth(uint64_t n)
{
    uint64_t prime = 0;
    CHECK_OK(tam_nth_prime(n, &prime));
    return prime;
}

static void known_counts(void)
{
    /* pi(10^k): OEIS A006880. */
    static const uint64_t known[] = {0,        4,         25,          168,          1229,          9592,        78498,
                                     664579,   5761455,   50847534,    455052511,    UINT64_C(4118054813),
                                     UINT64_C(37607912018), UINT64_C(346065536839)};
    uint64_t x = 1;
    int k, most = check_slow() ? 10 : 14;
    for (k = 0; k < most; k++, x *= 10) CHECK_U64(pi(x), known[k]);
}

static void powers_of_ten_match_a006880_on_1_2_and_8_threads(void)
{
    with_1_2_and_8_threads(known_counts);
}

static void the_sieve_counts_the_same(void)
{
    uint64_t seed = 5, count;
    int i;
    CHECK_U64(pi(0), 0);
    CHECK_U64(pi(1), 0);
    CHECK_U64(pi(2), 1);
    CHECK_U64(pi(3), 2);
    for (i = 0; i < (check_slow() ? 2 : 20); i++) {
        uint64_t x = check_random(&seed) >> (34 + i % 8); /* 2^30 down */
        CHECK_OK(tam_count_primes(0, x, &count));
        CHECK_U64(pi(x), count);
    }
}

static void the_nth_prime_is_the_last_of_n(void)
{
    uint64_t n = 1, prime = 77;
    int k;
    for (k = 0; k < (check_slow() ? 8 : 11); k++, n *= 10) {
        uint64_t p = nth(n);
        CHECK_U64(pi(p), n);
        CHECK_U64(pi(p - 1), n - 1);
    }
    CHECK_U64(nth(2), 3);
    CHECK_STATUS(tam_nth_prime(0, &prime), TAM_ERR_RANGE);
    CHECK_STATUS(tam_nth_prime(UINT64_C(425656284035217744), &prime), TAM_ERR_RANGE);
    CHECK_STATUS(tam_nth_prime(UINT64_MAX, &prime), TAM_ERR_RANGE);
    CHECK_U64(prime, 77);
}

static tam_job *new_pi(uint64_t x)
{
    tam_job *job = NULL;
    CHECK_OK(tam_job_new(TAM_KIND_PRIME_PI, &job));
    CHECK_OK(tam_job_set_u64(job, TAM_PARAM_X, x));
    return job;
}

/* Where a phase is, and that it has this name. */
static int32_t phase_of(tam_job *job, size_t index, const char *named, uint64_t *done, uint64_t *total)
{
    const char *name = "";
    int32_t state = -1;
    CHECK_OK(tam_job_phase(job, index, &name, done, total, &state));
    CHECK(strcmp(name, named) == 0);
    return state;
}

static void the_terms_of_gourdon_are_phases_also_of_a_restored_job(void)
{
    static const char *const names[] = {"hard leaves (D)", "easy leaves (A, C)", "large primes (B)", "ordinary leaves (Phi0)",
                                        "closed sums (Sigma)"};
    size_t cap = 1 << 20, len = 0, kept = 0, count = 0, i, again;
    uint8_t *bytes = malloc(cap), *checkpoint = malloc(cap);
    uint64_t chunk, late, done, total, all, parts, sum = 0;
    tam_job *job = new_pi(UINT64_C(100000000000)), *other = NULL;
    REQUIRE_OK(bytes && checkpoint ? TAM_OK : TAM_ERR_MEMORY);
    CHECK_OK(tam_job_start_external(job));
    CHECK_OK(tam_job_phases(job, &count));
    REQUIRE(count == 5);
    for (i = 0; i < count; i++) {
        CHECK(phase_of(job, i, names[i], &done, &total) == TAM_PHASE_WAITING);
        CHECK(done == 0 && (total > 0) == (i < 4));
        sum += total;
    }
    CHECK_OK(tam_job_progress(job, &done, &all));
    CHECK_U64(sum, all);
    /* The first chunk stays out until the second phase is begun: then both are active, and nothing is merged. */
    CHECK_OK(tam_job_take_chunk(job, &late));
    CHECK(phase_of(job, 0, names[0], &done, &total) == TAM_PHASE_ACTIVE);
    while (phase_of(job, 1, names[1], &done, &total) == TAM_PHASE_WAITING) {
        CHECK_OK(tam_job_take_chunk(job, &chunk));
        CHECK_OK(tam_job_run_chunk(job, chunk, bytes, cap, &len));
        CHECK_OK(tam_job_put_chunk(job, chunk, bytes, len));
    }
    CHECK(phase_of(job, 0, names[0], &done, &total) == TAM_PHASE_ACTIVE && done == 0);
    CHECK_OK(tam_job_run_chunk(job, late, bytes, cap, &len));
    CHECK_OK(tam_job_put_chunk(job, late, bytes, len));
    CHECK(phase_of(job, 0, names[0], &done, &total) == TAM_PHASE_DONE && done == total);
    CHECK(phase_of(job, 1, names[1], &done, &total) == TAM_PHASE_ACTIVE && done > 0);
    CHECK_OK(tam_job_checkpoint(job, checkpoint, cap, &kept));
    REQUIRE_OK(tam_job_restore(checkpoint, kept, &other));
    CHECK_OK(tam_job_phases(other, &again));
    REQUIRE(again == count);
    for (i = 0; i < count; i++) {
        const int32_t state = phase_of(job, i, names[i], &parts, &total);
        CHECK(phase_of(other, i, names[i], &done, &all) == state);
        CHECK(done == parts && all == total);
    }
    CHECK_OK(tam_job_start(other));
    CHECK_OK(tam_job_wait(other, 60000));
    for (i = 0; i < count; i++) CHECK(phase_of(other, i, names[i], &done, &total) == TAM_PHASE_DONE && done == total);
    CHECK_U64(finish(other), UINT64_C(4118054813)); /* A006880(11) */
    CHECK_OK(tam_job_free(job));
    free(bytes);
    free(checkpoint);
}

static void chunks_run_elsewhere_and_checkpoints_give_the_same(void)
{
    const uint64_t x = UINT64_C(100000000000); /* A006880(11) */
    size_t cap = 1 << 20, len = 0, kept = 0, first = 0;
    uint8_t *bytes = malloc(cap), *checkpoint = malloc(cap);
    uint64_t chunk, chunks = 0, done = 0;
    tam_job *job = new_pi(x), *worker = new_pi(x), *again = NULL;
    REQUIRE_OK(bytes && checkpoint ? TAM_OK : TAM_ERR_MEMORY);
    CHECK_OK(tam_job_start_external(job));
    CHECK_OK(tam_job_start_external(worker));
    CHECK_OK(tam_job_chunks(job, &chunks));
    CHECK(chunks > 4);
    CHECK_OK(tam_job_checkpoint(job, checkpoint, cap, &first));
    while (done < chunks / 2) {
        CHECK_OK(tam_job_take_chunk(job, &chunk));
        CHECK_OK(tam_job_run_chunk(worker, chunk, bytes, cap, &len));
        CHECK_OK(tam_job_put_chunk(job, chunk, bytes, len));
        done++;
    }
    CHECK_OK(tam_job_checkpoint(job, checkpoint, cap, &kept));
    CHECK_U64(kept, first); /* Of one job all checkpoints have the same length. */
    CHECK_OK(tam_job_free(job));
    CHECK_OK(tam_job_free(worker));
    CHECK_OK(tam_job_restore(checkpoint, kept, &again));
    CHECK_OK(tam_job_start(again));
    CHECK_OK(tam_job_wait(again, 60000));
    CHECK_U64(finish(again), UINT64_C(4118054813));
    free(bytes);
    free(checkpoint);
}

static void a_long_count_is_cancelled_soon(void)
{
    int32_t state = 0;
    uint64_t done = 0, total = 0;
    tam_job *job = new_pi(UINT64_MAX);
    CHECK_OK(tam_job_start(job));
    CHECK_STATUS(tam_job_wait(job, 200), TAM_ERR_TIMEOUT);
    CHECK_OK(tam_job_progress(job, &done, &total));
    CHECK(done < total);
    CHECK_OK(tam_job_cancel(job));
    CHECK_STATUS(tam_job_wait(job, 60000), TAM_ERR_CANCELLED);
    CHECK_OK(tam_job_state(job, &state));
    CHECK(state == TAM_STATE_CANCELLED);
    CHECK_OK(tam_job_free(job));
}

void suite_pi(void)
{
    RUN("pi", powers_of_ten_match_a006880_on_1_2_and_8_threads);
    RUN("pi", the_sieve_counts_the_same);
    RUN("pi", the_nth_prime_is_the_last_of_n);
    RUN("pi", the_terms_of_gourdon_are_phases_also_of_a_restored_job);
    RUN("pi", chunks_run_elsewhere_and_checkpoints_give_the_same);
    RUN("pi", a_long_count_is_cancelled_soon);
}

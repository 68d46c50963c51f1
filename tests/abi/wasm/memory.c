/* What happens when memory is short: linked with 16 MB that never grow. */
#include "check.h"

static void threads_that_do_not_fit_are_refused_and_fewer_are_fine(void)
{
    uint32_t threads = 77;
    uint64_t count = 0;
    /* 256 threads of 256 KiB of stack each. */
    CHECK_STATUS(tam_init(TAM_MAX_THREADS), TAM_ERR_MEMORY);
    CHECK_OK(tam_threads(&threads));
    CHECK(threads == 0);
    REQUIRE_OK(tam_init(2));
    CHECK_OK(tam_count_primes(0, 1000000, &count));
    CHECK_U64(count, 78498); /* A006880(6) */
}

static void a_count_that_needs_more_than_there_is_says_so_and_the_next_one_works(void)
{
    uint64_t count = 77;
    tam_job *job = NULL;
    tam_status s;
    REQUIRE_OK(tam_job_new(TAM_KIND_COUNT_PRIMES, &job));
    CHECK_OK(tam_job_set_u64(job, TAM_PARAM_START, UINT64_MAX - 1000));
    CHECK_OK(tam_job_set_u64(job, TAM_PARAM_STOP, UINT64_MAX));
    /* A segment of eight megabytes is half of all memory, and the sieving primes up to 2^32 want theirs:
     * whether that fits is the library's affair, but it must not end the program. */
    CHECK_OK(tam_job_set_u64(job, TAM_PARAM_SEGMENT_BYTES, 8388608));
    CHECK_OK(tam_job_start(job));
    s = tam_job_wait(job, 120000);
    if (s == TAM_OK) {
        CHECK_OK(tam_job_result_u64(job, &count));
        printf("        it fits\n");
    } else {
        tam_status failure = TAM_OK;
        CHECK_STATUS(s, TAM_ERR_FAILED);
        CHECK_OK(tam_job_failure(job, &failure));
        CHECK_STATUS(failure, TAM_ERR_MEMORY);
    }
    CHECK_OK(tam_job_free(job));
    CHECK_OK(tam_count_primes(0, 1000000, &count));
    CHECK_U64(count, 78498);
}

int main(void)
{
    RUN("memory", threads_that_do_not_fit_are_refused_and_fewer_are_fine);
    RUN("memory", a_count_that_needs_more_than_there_is_says_so_and_the_next_one_works);
    return check_summary();
}

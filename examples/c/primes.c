/* Counting primes with tamis from C: with progress, under a time limit, and with bad input.
 *
 *     primes [STOP [MILLISECONDS]]      defaults: 1000000000 500
 *
 * The README beside this file has the lines that build it, natively and for the web. */
#include <tamis.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

/* Prints what went wrong, in the job's own words if it has some. */
static int report(const char *what, tam_status status, const tam_job *job)
{
    char message[256];
    size_t len;
    if (status == TAM_ERR_FAILED && tam_job_message(job, message, sizeof message, &len) == TAM_OK)
        printf("%s: %s\n", what, message);
    else
        printf("%s: %s (status %d)\n", what, tam_status_text(status), (int)status);
    return 1;
}

/* 1. A job, watched until it is done. */
static int count_with_progress(uint64_t stop)
{
    tam_job *job;
    uint64_t done, total, count;
    unsigned shown = 0;
    tam_status status = tam_job_new(TAM_KIND_COUNT_PRIMES, &job);
    if (status != TAM_OK) return report("making a job", status, NULL);

    /* START is 0 unless it is set. */
    status = tam_job_set_u64(job, TAM_PARAM_STOP, stop);
    if (status == TAM_OK) status = tam_job_start(job);
    if (status == TAM_OK) {
        /* wait() gives the processor to the job and comes back 20 times a second to show how far it is.
         * A page would poll tam_job_progress() from a timer instead, and never wait. */
        while ((status = tam_job_wait(job, 50)) == TAM_ERR_TIMEOUT) {
            unsigned percent;
            if (tam_job_progress(job, &done, &total) != TAM_OK || total == 0) continue;
            percent = (unsigned)((double)done / (double)total * 100);
            if (percent >= shown + 10) {
                shown = percent - percent % 10;
                /* A whole line: Emscripten shows nothing before the newline. */
                printf("  %3u %% of the numbers to %" PRIu64 "\n", shown, stop);
            }
        }
    }
    if (status == TAM_OK) status = tam_job_result_u64(job, &count);
    if (status == TAM_OK) printf("there are %" PRIu64 " primes up to %" PRIu64 "\n", count, stop);
    else report("counting", status, job);
    tam_job_free(job); /* also stops it, had it not ended */
    return status != TAM_OK;
}

/* 2. A job that is given so many milliseconds and no more. */
static int count_under_a_time_limit(int64_t limit_ms)
{
    const uint64_t far = UINT64_C(1000000000000000); /* days of work */
    tam_job *job;
    uint64_t done = 0, total = 0;
    tam_status status = tam_job_new(TAM_KIND_COUNT_PRIMES, &job);
    if (status != TAM_OK) return report("making a job", status, NULL);

    status = tam_job_set_u64(job, TAM_PARAM_STOP, far);
    if (status == TAM_OK) status = tam_job_start(job);
    if (status == TAM_OK) status = tam_job_wait(job, limit_ms);
    if (status == TAM_ERR_TIMEOUT) {
        tam_job_cancel(job);             /* only asks */
        status = tam_job_wait(job, -1);  /* the answer comes within 50 ms */
    }
    if (status == TAM_ERR_CANCELLED && tam_job_progress(job, &done, &total) == TAM_OK) {
        printf("cancelled after %" PRId64 " ms: %" PRIu64 " of %" PRIu64 " numbers were looked at\n",
               limit_ms, done, total);
        status = TAM_OK;
    } else {
        report("counting under a limit", status, job);
    }
    tam_job_free(job);
    return status != TAM_OK;
}

/* 3. Nothing here crashes; each mistake has its status. */
static void show_bad_input(void)
{
    tam_job *job = NULL;
    uint64_t count;
    report("counting from 10 to 1", tam_count_primes(10, 1, &count), NULL);
    report("no place for the answer", tam_count_primes(1, 10, NULL), NULL);
    report("an unknown kind of job", tam_job_new(12345, &job), NULL);
    if (tam_job_new(TAM_KIND_COUNT_PRIMES, &job) != TAM_OK) return;
    report("an unknown parameter", tam_job_set_u64(job, 12345, 1), job);
    report("far too many threads", tam_job_set_u64(job, TAM_PARAM_THREADS, UINT64_MAX), job);
    report("the result before the start", tam_job_result_u64(job, &count), job);
    tam_job_free(job);
    report("freeing a job twice", tam_job_free(job), NULL);
}

/* A whole number of only digits that fits; strtoull alone would take "-1" and "12abc". */
static int parse(const char *text, uint64_t *value)
{
    uint64_t v = 0;
    if (*text == '\0') return 0;
    for (; *text != '\0'; text++) {
        unsigned digit = (unsigned)(*text - '0');
        if (digit > 9 || v > (UINT64_MAX - digit) / 10) return 0;
        v = v * 10 + digit;
    }
    *value = v;
    return 1;
}

int main(int argc, char **argv)
{
    uint64_t stop = 1000000000, limit_ms = 500;
    uint32_t threads;
    int bad;
    tam_status status;
    if (argc > 3 || (argc > 1 && !parse(argv[1], &stop)) ||
        (argc > 2 && (!parse(argv[2], &limit_ms) || limit_ms > INT32_MAX))) {
        fprintf(stderr, "usage: primes [STOP [MILLISECONDS]]   whole numbers, STOP below 2^64\n");
        return 2;
    }
    status = tam_init(0); /* all threads; without it the first job does the same */
    if (status != TAM_OK) return report("starting the threads", status, NULL);
    tam_threads(&threads);
    printf("tamis %s on %u threads\n", tam_version(), (unsigned)threads);

    bad = count_with_progress(stop);
    bad |= count_under_a_time_limit((int64_t)limit_ms);
    show_bad_input();

    tam_shutdown();
    return bad;
}

/* Lists of primes with tamis from C, in four ways: all at once, one by one, batch by batch, and as a stream.
 *
 *     lists [STOP]      default: 100000000
 *
 * The README beside this file has the lines that build it, natively and for the web. */
#include <tamis.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

static int report(const char *what, tam_status status)
{
    if (status != TAM_OK) printf("%s: %s (status %d)\n", what, tam_status_text(status), (int)status);
    return status != TAM_OK;
}

/* 1. All at once, into memory: for lists that are short enough. */
static int show_the_primes_between(uint32_t start, uint32_t stop)
{
    uint32_t *primes;
    size_t len, i;
    tam_status status = tam_generate_primes_u32(start, stop, NULL, 0, &len); /* how many? */
    if (status != TAM_OK) return report("asking how many there are", status);
    primes = malloc((len > 0 ? len : 1) * sizeof *primes);
    if (primes == NULL) return report("making room", TAM_ERR_MEMORY);
    status = tam_generate_primes_u32(start, stop, primes, len, &len);
    if (status == TAM_OK) {
        printf("between %" PRIu32 " and %" PRIu32 ":", start, stop);
        for (i = 0; i < len; i++) printf(" %" PRIu32, primes[i]);
        printf("\n");
    }
    free(primes);
    return report("listing", status);
}

/* 2. One by one, with a cursor: for loops that want the next prime, or the one before. */
static int find_the_widest_gap(uint64_t stop)
{
    tam_cursor cursor;
    uint64_t prime, last, at = 2, widest = 0;
    tam_status status = tam_cursor_init(&cursor, 0);
    if (status != TAM_OK) return report("making a cursor", status);
    last = tam_cursor_next(&cursor);
    while ((prime = tam_cursor_next(&cursor)) != 0 && prime <= stop) {
        if (prime - last > widest) {
            widest = prime - last;
            at = last;
        }
        last = prime;
    }
    if (prime == 0) status = cursor.status; /* 0 is the end of the number line, or an error */
    else printf("the widest gap up to %" PRIu64 " is %" PRIu64 ", behind %" PRIu64 "\n", stop, widest, at);
    tam_cursor_free(&cursor);
    return report("going from prime to prime", status);
}

/* 3. Batch by batch, on all threads: for what needs every prime of a long range, and no list of them. */
static int32_t add(void *user, const uint64_t *primes, size_t len)
{
    uint64_t *sum = user;
    size_t i;
    for (i = 0; i < len; i++) *sum += primes[i];
    return 0; /* go on */
}

static int show_the_sum(uint64_t stop)
{
    uint64_t sum = 0;
    tam_status status = tam_for_each_prime(0, stop, add, &sum);
    if (status == TAM_OK) printf("the primes up to %" PRIu64 " add up to %" PRIu64 "\n", stop, sum);
    return report("adding up", status);
}

/* 4. As a stream: a job that is read while it runs. It has progress and cancel, may list k-tuplets, and write text. */
static int show_the_first_twins_from(uint64_t start)
{
    uint8_t text[160]; /* the least that a line may need */
    size_t len = 0;
    tam_job *job;
    tam_status status = tam_job_new(TAM_KIND_LIST_PRIMES, &job);
    if (status != TAM_OK) return report("making a job", status);
    status = tam_job_set_u64(job, TAM_PARAM_K, 2);
    if (status == TAM_OK) status = tam_job_set_u64(job, TAM_PARAM_START, start);
    if (status == TAM_OK) status = tam_job_set_u64(job, TAM_PARAM_STOP, UINT64_MAX);
    if (status == TAM_OK) status = tam_job_start(job);
    /* On a page's own thread the time limit is 0, and TAM_ERR_TIMEOUT says: later. */
    if (status == TAM_OK) status = tam_job_read_bytes(job, TAM_FORMAT_TEXT, -1, text, sizeof text, &len);
    if (status == TAM_OK) printf("twins from %" PRIu64 " on:\n%.*s", start, (int)len, (const char *)text);
    tam_job_free(job); /* enough: what nobody reads is not made */
    return report("reading twins", status);
}

int main(int argc, char **argv)
{
    char *end = NULL;
    uint64_t stop = argc > 1 ? strtoull(argv[1], &end, 10) : 100000000;
    int bad;
    if (argc > 2 || (argc > 1 && (argv[1][0] < '0' || argv[1][0] > '9' || *end != '\0' || stop > UINT64_C(100000000000)))) {
        fprintf(stderr, "usage: lists [STOP]   a whole number, at most 10^11\n");
        return 2;
    }
    bad = show_the_primes_between(1000, 1050);
    bad |= find_the_widest_gap(stop);
    bad |= show_the_sum(stop);
    bad |= show_the_first_twins_from(UINT64_C(1000000000000));
    tam_shutdown();
    return bad;
}

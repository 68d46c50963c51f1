/* Streams read as bytes: decimals line by line, and differences. */
#include "suites.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* Reads a started stream to its end, `cap` bytes at a time. */
static uint8_t *read_all(tam_job *job, int32_t format, size_t cap, size_t *len)
{
    size_t room = 1 << 20, part = 0;
    uint8_t *bytes = malloc(room);
    *len = 0;
    if (!CHECK(bytes != NULL)) exit(1);
    while (CHECK(*len + cap <= room) && CHECK_OK(tam_job_read_bytes(job, format, -1, bytes + *len, cap, &part)) && part > 0) {
        CHECK(part <= cap);
        *len += part;
        /* Whole lines, whole numbers. */
        CHECK(format == TAM_FORMAT_TEXT ? bytes[*len - 1] == '\n' : bytes[*len - 1] < 0x80);
    }
    return bytes;
}

static void lines_are_the_primes(void)
{
    static const size_t caps[] = {160, 161, 1000, 100000};
    size_t count, len, i, c;
    const uint64_t *primes = oracle_primes(&count);
    for (c = 0; c < 4; c++) {
        tam_job *job = new_list(0, 200000, 1);
        uint8_t *bytes, *at;
        CHECK_OK(tam_job_start(job));
        bytes = at = read_all(job, TAM_FORMAT_TEXT, caps[c], &len);
        for (i = 0; primes[i] < 200000; i++) {
            char line[32];
            size_t wide = (size_t)snprintf(line, sizeof line, "%" PRIu64 "\n", primes[i]);
            if ((size_t)(bytes + len - at) < wide || memcmp(at, line, wide) != 0) break;
            at += wide;
        }
        CHECK(primes[i] > 200000 && at == bytes + len);
        CHECK_U64(finish(job), i);
        free(bytes);
    }
}

static void tuplets_are_lines_in_brackets(void)
{
    static const char twins[] = "(3, 5)\n(5, 7)\n(11, 13)\n(17, 19)\n", six[] = "(7, 11, 13, 17, 19, 23)\n(97, 101, 103, 107, 109, 113)\n";
    size_t len;
    uint8_t *bytes;
    tam_job *job = new_list(0, 20, 2);
    CHECK_OK(tam_job_start(job));
    bytes = read_all(job, TAM_FORMAT_TEXT, 160, &len);
    CHECK(len == strlen(twins) && memcmp(bytes, twins, len) == 0);
    free(bytes);
    CHECK_OK(tam_job_free(job));
    job = new_list(0, 200, 6);
    CHECK_OK(tam_job_start(job));
    bytes = read_all(job, TAM_FORMAT_TEXT, 160, &len);
    CHECK(len == strlen(six) && memcmp(bytes, six, len) == 0);
    free(bytes);
    CHECK_OK(tam_job_free(job));
}

/* Adds up the differences from `last` on, and compares the sums with `known`; returns the last. */
static uint64_t add_up(const uint8_t *bytes, size_t len, uint64_t last, const uint64_t *known, size_t count)
{
    uint64_t part = 0;
    size_t i, found = 0, wrong = 0;
    int shift = 0;
    for (i = 0; i < len; i++) {
        part |= (uint64_t)(bytes[i] & 0x7f) << shift;
        shift += 7;
        if (bytes[i] & 0x80) continue;
        last += part;
        wrong += found >= count || last != known[found];
        found++;
        part = 0;
        shift = 0;
    }
    CHECK_U64(found, count);
    CHECK_U64(wrong, 0);
    CHECK(shift == 0);
    return last;
}

static void differences_add_up_to_the_primes(void)
{
    size_t count, len, below;
    uint8_t *bytes;
    const uint64_t *primes = oracle_primes(&count);
    const uint64_t large[] = {UINT64_C(1000000000000037), UINT64_C(1000000000000091)}; /* OEIS A003617 has the first */
    tam_job *job = new_list(0, 500000, 1);
    for (below = 0; primes[below] < 500000; below++) {
    }
    CHECK_OK(tam_job_start(job));
    bytes = read_all(job, TAM_FORMAT_DELTA, 4096, &len);
    add_up(bytes, len, 0, primes, below);
    CHECK(len < below + 100); /* about a byte for each */
    free(bytes);
    CHECK_OK(tam_job_free(job));
    job = new_list(UINT64_C(1000000000000000), UINT64_C(1000000000000100), 1);
    CHECK_OK(tam_job_start(job));
    bytes = read_all(job, TAM_FORMAT_DELTA, 160, &len);
    add_up(bytes, len, 0, large, 2); /* the first value is whole */
    free(bytes);
    CHECK_OK(tam_job_free(job));
}

static void ways_of_reading_may_be_mixed(void)
{
    size_t count, len = 0, i, n;
    const uint64_t *primes = oracle_primes(&count);
    uint64_t values[3], last = 0;
    uint8_t bytes[160], *at;
    uint32_t narrow[2];
    tam_job *job = new_list(0, 10000, 1);
    CHECK_OK(tam_job_start(job));
    CHECK_OK(tam_job_read_bytes(job, TAM_FORMAT_DELTA, -1, bytes, sizeof bytes, &len));
    n = len; /* primes below 10,000 have gaps of one byte (OEIS A005250) */
    last = add_up(bytes, len, 0, primes, n);
    CHECK_OK(tam_job_read_u64(job, -1, values, 3, &len));
    CHECK(len == 3 && values[0] == primes[n] && values[2] == primes[n + 2]);
    CHECK_OK(tam_job_read_u32(job, -1, narrow, 2, &len));
    CHECK(len == 2 && narrow[0] == primes[n + 3] && narrow[1] == primes[n + 4]);
    CHECK_OK(tam_job_read_bytes(job, TAM_FORMAT_DELTA, -1, bytes, sizeof bytes, &len));
    CHECK(len > 0);
    last = add_up(bytes, len, last, primes + n + 5, len); /* on from the last difference, not the last value */
    n += 5 + len;
    CHECK_OK(tam_job_read_bytes(job, TAM_FORMAT_TEXT, -1, bytes, sizeof bytes, &len));
    for (i = 0, at = bytes; at < bytes + len; i++) {
        CHECK_U64(strtoull((char *)at, (char **)&at, 10), primes[n + i]);
        at++;
    }
    CHECK(i > 0);
    CHECK_OK(tam_job_free(job));
}

static void wrong_formats_and_small_buffers_take_nothing(void)
{
    static const int32_t strange[] = {0, -1, 3, INT32_MAX, INT32_MIN};
    uint8_t bytes[160];
    uint64_t value = 0;
    size_t len, i;
    tam_job *job = new_list(0, 10000, 1), *twins = new_list(0, 100, 2);
    CHECK_OK(tam_job_start(job));
    CHECK_OK(tam_job_start(twins));
    for (i = 0; i < sizeof strange / sizeof strange[0]; i++) {
        len = 77;
        CHECK_STATUS(tam_job_read_bytes(job, strange[i], -1, bytes, sizeof bytes, &len), TAM_ERR_RANGE);
        CHECK_U64(len, 77);
    }
    for (i = 1; i < 160; i += 79) {
        CHECK_STATUS(tam_job_read_bytes(job, TAM_FORMAT_TEXT, -1, bytes, i, &len), TAM_ERR_BUFFER);
        CHECK_U64(len, 160);
        CHECK_STATUS(tam_job_read_bytes(job, TAM_FORMAT_DELTA, -1, bytes, 159, &len), TAM_ERR_BUFFER);
        CHECK_U64(len, 160);
    }
    CHECK_STATUS(tam_job_read_bytes(twins, TAM_FORMAT_DELTA, -1, bytes, sizeof bytes, &len), TAM_ERR_RANGE);
    CHECK_OK(tam_job_read_u64(job, -1, &value, 1, &len));
    CHECK(len == 1 && value == 2);
    CHECK_OK(tam_job_free(job));
    CHECK_OK(tam_job_free(twins));
}

void suite_bytes(void)
{
    RUN("bytes", lines_are_the_primes);
    RUN("bytes", tuplets_are_lines_in_brackets);
    RUN("bytes", differences_add_up_to_the_primes);
    RUN("bytes", ways_of_reading_may_be_mixed);
    RUN("bytes", wrong_formats_and_small_buffers_take_nothing);
}

#define _POSIX_C_SOURCE 200809L
#include "check.h"

#include <inttypes.h>
#include <stdlib.h>
#include <time.h>

/* Failures of the test that runs now. Worker threads of a test count here too. */
static int failures;
static int passed, failed;

void check_run(const char *suite, const char *name, check_test test)
{
    double begun = check_now_ms();
    __atomic_store_n(&failures, 0, __ATOMIC_SEQ_CST);
    test();
    int bad = __atomic_load_n(&failures, __ATOMIC_SEQ_CST);
    if (bad == 0) passed++;
    else failed++;
    printf("%s %s: %s (%.0f ms)\n", bad == 0 ? "  ok  " : "  FAIL", suite, name, check_now_ms() - begun);
    fflush(stdout);
}

int check_summary(void)
{
    printf("%d passed, %d failed\n", passed, failed);
    fflush(stdout);
    return failed == 0 && passed > 0 ? 0 : 1;
}

/* One in a loop would flood the terminal. */
static int report(void)
{
    return __atomic_fetch_add(&failures, 1, __ATOMIC_SEQ_CST) < 10;
}

int check_true(int holds, const char *what, const char *file, int line)
{
    if (!holds && report()) printf("%s:%d: does not hold: %s\n", file, line, what);
    return holds;
}

int check_u64(uint64_t got, uint64_t want, const char *what, const char *file, int line)
{
    if (got != want && report())
        printf("%s:%d: %s is %" PRIu64 ", not %" PRIu64 "\n", file, line, what, got, want);
    return got == want;
}

int check_status(tam_status got, tam_status want, const char *what, const char *file, int line)
{
    if (got != want && report())
        printf("%s:%d: %s is %d (%s), not %d (%s)\n", file, line, what, (int)got, tam_status_text(got),
               (int)want, tam_status_text(want));
    return got == want;
}

double check_now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

void check_sleep_ms(int ms)
{
    struct timespec t;
    t.tv_sec = ms / 1000;
    t.tv_nsec = (long)(ms % 1000) * 1000000L;
    nanosleep(&t, NULL);
}

uint64_t check_random(uint64_t *state)
{
    /* splitmix64: any state will do, and neighbouring seeds give unrelated numbers. */
    uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

int check_slow(void)
{
    return getenv("TAMIS_SLOW_CHECKS") != NULL;
}

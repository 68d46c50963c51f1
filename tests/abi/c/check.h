/* check.h: the few lines of test harness that these programs need. C99, C++ and any thread.
 *
 * A test is a function; it passes when none of its CHECKs failed. A failed CHECK prints where and what,
 * and the test goes on; REQUIRE returns from the test as well, for what later lines rely on. */
#ifndef CHECK_H
#define CHECK_H

#include "tamis.h"

#include <stdint.h>
#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef void (*check_test)(void);

/* Runs one test and prints its line. */
void check_run(const char *suite, const char *name, check_test test);
/* Prints "N passed, M failed" and returns the exit code of the program. */
int check_summary(void);

/* All return 1 when they hold. Any thread. */
int check_true(int holds, const char *what, const char *file, int line);
int check_u64(uint64_t got, uint64_t want, const char *what, const char *file, int line);
int check_status(tam_status got, tam_status want, const char *what, const char *file, int line);

/* Milliseconds of a clock that only goes forward. */
double check_now_ms(void);
void check_sleep_ms(int ms);
/* Pseudo-random numbers that are the same in every run. */
uint64_t check_random(uint64_t *state);
/* 1 under Valgrind or a sanitizer, where everything is many times slower: tests then take smaller ranges. */
int check_slow(void);

#ifdef __cplusplus
}
#endif

#define CHECK(holds) check_true(!!(holds), #holds, __FILE__, __LINE__)
#define CHECK_U64(got, want) check_u64((got), (want), #got, __FILE__, __LINE__)
#define CHECK_STATUS(got, want) check_status((got), (want), #got, __FILE__, __LINE__)
#define CHECK_OK(got) CHECK_STATUS(got, TAM_OK)

#define REQUIRE(holds) do { if (!CHECK(holds)) return; } while (0)
#define REQUIRE_OK(got) do { if (!CHECK_OK(got)) return; } while (0)

#define RUN(suite, test) check_run(suite, #test, test)
/* For what would take an hour where check_slow() holds; it is said, and not counted. */
#define RUN_UNLESS_SLOW(suite, test) \
    do { if (check_slow()) printf("  not run: %s: %s (too slow here)\n", suite, #test); else RUN(suite, test); } while (0)

#endif

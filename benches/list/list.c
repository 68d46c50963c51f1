/* Lists primes in one of several ways, and says how long that took: the same program for tamis and, with -DPRIMESIEVE,
 * for primesieve's C library.
 *
 *     list next|prev|generate|stream START STOP [ROUNDS]
 *
 * Prints a line of JSON a round: the user time of all threads and the elapsed time in seconds, how many primes there
 * were, and their sum mod 2^64. next and prev go from prime to prime by the inline functions of the
 * header; generate fills one array (the array's allocation is included); stream (tamis only) hands them to a callback. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#ifdef PRIMESIEVE
#include <primesieve.h>
#else
#include <tamis.h>
#endif

typedef struct {
  uint64_t count, sum;
} tally;

static double user_time(void) {
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return (double)usage.ru_utime.tv_sec + (double)usage.ru_utime.tv_usec / 1e6;
}

static double elapsed_time(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void die(const char *what) {
  fprintf(stderr, "list: %s\n", what);
  exit(1);
}

#ifdef PRIMESIEVE

static tally next(uint64_t start, uint64_t stop) {
  tally t = {0, 0};
  primesieve_iterator it;
  primesieve_init(&it);
  primesieve_jump_to(&it, start, stop);
  for (uint64_t p; (p = primesieve_next_prime(&it)) <= stop; t.count++) t.sum += p;
  primesieve_free_iterator(&it);
  return t;
}

static tally prev(uint64_t start, uint64_t stop) {
  tally t = {0, 0};
  primesieve_iterator it;
  primesieve_init(&it);
  primesieve_jump_to(&it, stop, start);
  for (uint64_t p; (p = primesieve_prev_prime(&it)) >= start && p > 0; t.count++) t.sum += p;
  primesieve_free_iterator(&it);
  return t;
}

static tally generate(uint64_t start, uint64_t stop) {
  tally t = {0, 0};
  size_t size;
  uint64_t *primes = primesieve_generate_primes(start, stop, &size, UINT64_PRIMES);
  if (primes == NULL) die("no primes");
  t.count = size;
  for (size_t i = 0; i < size; i += 512) t.sum += primes[i];
  primesieve_free(primes);
  return t;
}

static tally stream(uint64_t start, uint64_t stop) {
  (void)start, (void)stop;
  die("primesieve has no streams");
  return (tally){0, 0};
}

static void threads(void) { primesieve_set_num_threads(1); }

#else

static void check(tam_status status) {
  if (status != TAM_OK) die(tam_status_text(status));
}

static tally next(uint64_t start, uint64_t stop) {
  tally t = {0, 0};
  tam_cursor cursor;
  check(tam_cursor_init(&cursor, start));
  for (uint64_t p; (p = tam_cursor_next(&cursor)) != 0 && p <= stop; t.count++) t.sum += p;
  tam_cursor_free(&cursor);
  return t;
}

static tally prev(uint64_t start, uint64_t stop) {
  tally t = {0, 0};
  tam_cursor cursor;
  check(tam_cursor_init(&cursor, stop));
  for (uint64_t p; (p = tam_cursor_prev(&cursor)) >= start && p != 0; t.count++) t.sum += p;
  tam_cursor_free(&cursor);
  return t;
}

static tally generate(uint64_t start, uint64_t stop) {
  tally t = {0, 0};
  size_t size;
  /* An upper bound: sized by the density at the start, and by more near 0. */
  double width = (double)(stop - start), log = 0;
  for (double x = (double)start + width / 50; x > 1; x /= 2.718281828459045) log += 1;
  size_t cap = (size_t)(1.2 * width / (log > 2 ? log - 1 : 1)) + 1000;
  uint64_t *primes = malloc(cap * sizeof *primes);
  if (primes == NULL) die("no memory");
  check(tam_generate_primes(start, stop, primes, cap, &size));
  t.count = size;
  for (size_t i = 0; i < size; i += 512) t.sum += primes[i];
  free(primes);
  return t;
}

static int32_t add(void *user, const uint64_t *primes, size_t len) {
  tally *t = user;
  for (size_t i = 0; i < len; i++) t->sum += primes[i];
  t->count += len;
  return 0;
}

static tally stream(uint64_t start, uint64_t stop) {
  tally t = {0, 0};
  check(tam_for_each_prime(start, stop, add, &t));
  return t;
}

static void threads(void) { check(tam_init(1)); }

#endif

int main(int argc, char **argv) {
  if (argc < 4) die("usage: list next|prev|generate|stream START STOP [ROUNDS]");
  uint64_t start = strtoull(argv[2], NULL, 10), stop = strtoull(argv[3], NULL, 10);
  int rounds = argc > 4 ? atoi(argv[4]) : 1;
  tally (*way)(uint64_t, uint64_t) = strcmp(argv[1], "next") == 0       ? next
                                     : strcmp(argv[1], "prev") == 0     ? prev
                                     : strcmp(argv[1], "generate") == 0 ? generate
                                     : strcmp(argv[1], "stream") == 0   ? stream
                                                                        : NULL;
  if (way == NULL) die("there is no such way");
  threads();
  for (int i = 0; i < rounds; i++) {
    double user = user_time(), elapsed = elapsed_time();
    tally t = way(start, stop);
    printf("{\"user\":%.6f,\"seconds\":%.6f,\"count\":%" PRIu64 ",\"sum\":\"%" PRIu64 "\"}\n", user_time() - user,
           elapsed_time() - elapsed, t.count, t.sum);
  }
  return 0;
}

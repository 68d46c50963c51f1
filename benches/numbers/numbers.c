/* Primality and factors of the same pseudo-random numbers on every platform; the same program natively and as wasm.
 *
 *     numbers measure SCALE    a line of JSON for each kind of work: how many numbers, seconds, the median of a single one
 *                              in microseconds (where each is timed), and a sum that depends on every answer
 *     numbers list SCALE       the numbers themselves, a kind of work a line, for PARI/GP
 *
 * SCALE multiplies how many numbers there are. One thread, but for factors of 128 bits (all threads; numbers of more than 64 bits
 * are a job). */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tamis.h>
#include <time.h>

enum { RANDOM, PRIMES, SEMIPRIMES, ANY, WIDE, KINDS };
static const char *const names[KINDS] = {"is_prime, random 64 bits", "is_prime, primes of 64 bits", "factor, two primes of 32 bits",
                                         "factor, random 64 bits", "factor, two primes of 64 bits"};
static const size_t counts[KINDS] = {200000, 20000, 400, 2000, 2};

typedef struct {
  uint64_t low, high;
} number;

/* splitmix64 */
static uint64_t state;
static uint64_t random64(void) {
  uint64_t z = state += UINT64_C(0x9e3779b97f4a7c15);
  z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
  z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
  return z ^ z >> 31;
}

static void must(tam_status status) {
  if (status == TAM_OK) return;
  fprintf(stderr, "numbers: %s\n", tam_status_text(status));
  exit(1);
}

static uint64_t random_prime(int bits) {
  for (;;) {
    int32_t prime = 0;
    uint64_t n = random64() >> (64 - bits) | UINT64_C(1) << (bits - 1) | 1;
    must(tam_is_prime(n, &prime));
    if (prime) return n;
  }
}

static number *make(int kind, size_t count) {
  number *list = malloc(count * sizeof *list);
  if (!list) must(TAM_ERR_MEMORY);
  state = (uint64_t)kind;
  for (size_t i = 0; i < count; i++) {
    number n = {0, 0};
    if (kind == RANDOM || kind == ANY) n.low = random64();
    if (kind == PRIMES) n.low = random_prime(64);
    if (kind == SEMIPRIMES) n.low = random_prime(32) * random_prime(32);
    if (kind == WIDE) {
      uint64_t p = random_prime(64), q = random_prime(64), a = p >> 32, b = p & UINT32_MAX, c = q >> 32, d = q & UINT32_MAX;
      uint64_t middle = a * d + (b * d >> 32), other = b * c + (middle & UINT32_MAX);
      n.low = p * q;
      n.high = a * c + (middle >> 32) + (other >> 32);
    }
    list[i] = n;
  }
  return list;
}

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static int ascending(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

/* The primes, each as often as it divides, summed up. */
static uint64_t factor(number n) {
  uint64_t factors[2 * TAM_MAX_FACTORS_U128], sum = 0;
  uint32_t exponents[TAM_MAX_FACTORS_U128];
  size_t len, i, step = n.high ? 2 : 1;
  if (n.high) must(tam_factor_u128(n.low, n.high, factors, exponents, TAM_MAX_FACTORS_U128, &len));
  else must(tam_factor(n.low, factors, exponents, TAM_MAX_FACTORS, &len));
  for (i = 0; i < len; i++) sum += factors[step * i] * exponents[i];
  return sum;
}

static void measure(int kind, size_t count) {
  number *list = make(kind, count);
  double *each = malloc(count * sizeof *each), begun, last, seconds;
  uint64_t sum = 0;
  size_t i;
  int32_t prime;
  if (!each) must(TAM_ERR_MEMORY);
  /* So that engines which compile in mid-run have done it. */
  for (i = 0; i < count && i < (kind <= PRIMES ? 20000 : 50); i++) {
    if (kind <= PRIMES) must(tam_is_prime(list[i].low, &prime));
    else (void)factor(list[i]);
  }
  begun = last = now();
  for (i = 0; i < count; i++) {
    if (kind <= PRIMES) {
      must(tam_is_prime(list[i].low, &prime));
      sum += prime ? list[i].low : 0;
    } else {
      double then = last;
      sum += factor(list[i]);
      last = now();
      each[i] = last - then;
    }
  }
  seconds = now() - begun;
  printf("{\"work\":\"%s\",\"numbers\":%zu,\"seconds\":%.6f", names[kind], count, seconds);
  if (kind > PRIMES) {
    qsort(each, count, sizeof *each, ascending);
    printf(",\"median_us\":%.2f,\"largest_us\":%.2f", each[count / 2] * 1e6, each[count - 1] * 1e6);
  }
  printf(",\"sum\":\"%" PRIu64 "\"}\n", sum);
  fflush(stdout);
  free(each);
  free(list);
}

static void print(int kind, size_t count) {
  number *list = make(kind, count);
  size_t i;
  printf("[");
  for (i = 0; i < count; i++) {
    if (list[i].high) printf("%s%" PRIu64 "*2^64+%" PRIu64, i ? "," : "", list[i].high, list[i].low);
    else printf("%s%" PRIu64, i ? "," : "", list[i].low);
  }
  printf("]\n");
  free(list);
}

int main(int argc, char **argv) {
  size_t scale = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;
  int kind;
  if (argc < 2 || scale == 0) {
    fprintf(stderr, "usage: numbers measure|list SCALE\n");
    return 2;
  }
  for (kind = 0; kind < KINDS; kind++) {
    if (strcmp(argv[1], "list") == 0) print(kind, counts[kind] * scale);
    else measure(kind, counts[kind] * scale);
  }
  must(tam_shutdown());
  return 0;
}

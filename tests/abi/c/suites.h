/* The suites of abi_test, one file each. */
#ifndef SUITES_H
#define SUITES_H

#include "check.h"

void suite_bytes(void);
void suite_checkpoints(void);
void suite_chunks(void);
void suite_cursors(void);
void suite_generate(void);
void suite_handles(void);
void suite_iterators(void);
void suite_jobs(void);
void suite_many(void);
void suite_nth(void);
void suite_pi(void);
void suite_numbers(void);
void suite_pool(void);
void suite_statics(void);
void suite_streams(void);
void suite_sums(void);
void suite_traces(void);
void suite_tuplets(void);
void suite_values(void);

/* A self-test job of so many chunks with so many steps each (about a nanosecond a step), not started. */
tam_job *new_self_test(uint64_t chunks, uint64_t steps);
/* A count-primes job, not started. */
tam_job *new_count(uint64_t start, uint64_t stop);
/* A job that lists primes (k = 1) or k-tuplets, not started. */
tam_job *new_list(uint64_t start, uint64_t stop, uint64_t k);
/* A job that runs for hours unless it is cancelled: the primes to 2^63. */
tam_job *new_endless(void);
/* 0 + 1 + ... + (chunks - 1): what the self test answers. */
uint64_t self_test_answer(uint64_t chunks);
/* Waits for a job that must be done, reads its result, and frees it. */
uint64_t finish(tam_job *job);
/* Runs a test on pools of 1, 2 and 8 threads, one after the other. */
void with_1_2_and_8_threads(check_test test);

/* Whether n is a prime. Any thread. */
int oracle_is_prime(uint64_t n);
/* The primes below ORACLE_LIMIT, ascending. One thread at a time. */
enum { ORACLE_LIMIT = 1 << 20 };
const uint64_t *oracle_primes(size_t *count);

#endif

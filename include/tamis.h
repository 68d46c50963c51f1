/*
 * tamis: a parallel compute core. Made by cbindgen from src/ffi; edit there.
 *
 * Simple: one call, one answer.
 *
 *     uint64_t count;
 *     if (tam_count_primes(0, 1000000, &count) == TAM_OK) ...     78498
 *
 * With progress and cancel: a job.
 *
 *     tam_job *job;
 *     tam_job_new(TAM_KIND_COUNT_PRIMES, &job);
 *     tam_job_set_u64(job, TAM_PARAM_STOP, 10000000000);
 *     tam_job_start(job);
 *     while (tam_job_wait(job, 100) == TAM_ERR_TIMEOUT)
 *         tam_job_progress(job, &done, &total);                   or tam_job_cancel(job)
 *     tam_job_result_u64(job, &count);
 *     tam_job_free(job);
 *
 * Lists: into a buffer (tam_generate_primes), batch by batch to a function of yours (tam_for_each_prime), from
 * prime to prime (tam_cursor, at the end), or as a job that is read while it runs:
 *
 *     tam_job_new(TAM_KIND_LIST_PRIMES, &job);
 *     tam_job_set_u64(job, TAM_PARAM_STOP, 10000000000);
 *     tam_job_start(job);
 *     while (tam_job_read_u64(job, -1, buf, 1024, &len) == TAM_OK && len > 0) ...
 *
 * Jobs that last: paused, and gone on with in another process, browser or year, with the same answer:
 *
 *     tam_job_pause(job);                                         and tam_job_resume(job)
 *     tam_job_checkpoint(job, buf, sizeof buf, &len);             also while it runs
 *     tam_job_restore(buf, len, &job);
 *     tam_job_start(job);
 *
 * Advanced: the threads (tam_init, tam_shutdown), the bounds of parameters (tam_param_bounds), and
 * chunks run elsewhere (tam_job_start_external and what follows it).
 *
 * What holds for every function:
 * - It returns a tam_status: TAM_OK (0) or a negative TAM_ERR_ number. tam_status_text() has a
 *   sentence for each; a failed job has its own, tam_job_message().
 * - Outputs come last, and are written only on TAM_OK (one exception: the length that goes with
 *   TAM_ERR_BUFFER).
 * - NULL is an error, never a crash; so is a handle that was freed. tam_job_free(NULL) is fine.
 * - "Threads: any; never blocks" may be called on the browser's main thread. Those that block answer
 *   TAM_ERR_MAIN_THREAD there.
 * - Every function may answer TAM_ERR_PANIC: a bug in the library was caught. The process lives on.
 * - Errors are named below without their prefix TAM_ERR_.
 *
 * Linking with Emscripten: -pthread -fwasm-exceptions -sPTHREAD_POOL_SIZE=<threads + 1>
 * -sPTHREAD_POOL_SIZE_STRICT=2. The CMake package and the pkg-config file carry these flags.
*/

#ifndef TAMIS_H
#define TAMIS_H

#include <stddef.h>
#include <stdint.h>

/* The version of this header; that of the loaded library is tam_version(). */
#define TAM_VERSION "0.1.0"
#define TAM_VERSION_MAJOR 0
#define TAM_VERSION_MINOR 1
#define TAM_VERSION_PATCH 0

/**
 * Most threads that `tam_init` takes.
 */
#define TAM_MAX_THREADS 256

/**
 * No number below 2^64 has more different prime factors (the product of the first 15 primes fits, OEIS A002110).
 */
#define TAM_MAX_FACTORS 15

/**
 * No number below 2^128 has more different prime factors.
 */
#define TAM_MAX_FACTORS_U128 26

/**
 * The largest n for which the product of the primes up to n fits in 64 bits.
 */
#define TAM_MAX_PRIMORIAL 52

/**
 * Most jobs and iterators that may live at once.
 */
#define TAM_MAX_JOBS 1024

/**
 * Counts primes. Parameters: START, STOP, THREADS, SEGMENT_BYTES. Result: one number.
 * Unit of work: integers sieved.
 */
#define TAM_KIND_COUNT_PRIMES 1

/**
 * Counts k-tuplets, of several k in one pass. Parameters: START, STOP, THREADS, SEGMENT_BYTES, KINDS. Result: six
 * numbers, that of k-tuplets at index k - 1 (0 for those not asked for); read them with
 * `tam_job_results_u64`. Unit of work: integers sieved. What a k-tuplet is: see `tam_count_tuplets`.
 */
#define TAM_KIND_COUNT_TUPLETS 2

/**
 * Lists primes or k-tuplets: a stream, whose values are read while it runs (`tam_job_read_u64` and its like). Parameters:
 * START, STOP, THREADS, SEGMENT_BYTES, K. It is done when its last value has been read; it pauses when too much
 * waits to be read. Result: how many primes or k-tuplets were listed. Unit of work: integers whose primes
 * were read.
 */
#define TAM_KIND_LIST_PRIMES 3

/**
 * Finds the nth prime from a start. Parameters: START, THREADS, SEGMENT_BYTES, N, BEFORE. Result: one number.
 * Unit of work: integers sieved.
 */
#define TAM_KIND_NTH_PRIME 4

/**
 * Measures which piece of the sieve is fastest on this machine: about 0.2 s of one thread. Parameters: THREADS. Result: one number,
 * for `tam_set_piece_bytes`. Unit of work: the whole.
 */
#define TAM_KIND_TUNE 5

/**
 * Counts the primes up to X without finding them. Parameters: THREADS, X. Result: one number. Unit of
 * work: about a nanosecond of one native thread. See `tam_prime_pi`.
 */
#define TAM_KIND_PRIME_PI 6

/**
 * Finds the Nth prime, counted from 2, by way of pi(x). Parameters: THREADS, N (1, the default, to
 * 425656284035217743). Result: one number. Unit of work: as above. See `tam_nth_prime`.
 */
#define TAM_KIND_NTH_PRIME_PI 7

/**
 * Tells whether a number of up to 128 bits is prime. Parameters: NUMBER, NUMBER_HIGH, THREADS. Result: 1 or 0, as certain as
 * `tam_is_prime_u128` says. Unit of work: the whole.
 */
#define TAM_KIND_IS_PRIME 10

/**
 * Factors a number of up to 128 bits. Parameters: NUMBER, NUMBER_HIGH, THREADS. Result: for each prime, ascending, three
 * numbers: its lower half, its upper half, its exponent; none for 1. Fails with RANGE for 0. Unit of work: elliptic curves; the
 * first that finds something ends the job, which is usually long before all are tried.
 */
#define TAM_KIND_FACTOR 11

/**
 * Finds the prime next to a number of up to 128 bits: the least that is greater, or, with BEFORE, the greatest that is less.
 * Parameters: NUMBER, NUMBER_HIGH, BEFORE, THREADS. Result: its lower and its upper half. Fails with RANGE when there is none. Unit
 * of work: the whole.
 */
#define TAM_KIND_NEIGHBOUR 12

/**
 * Lists the smallest prime factor of each integer of a range (0 and 1: itself): a stream, see `tam_job_read_u64`. Parameters: START,
 * STOP, THREADS. Unit of work: integers read. Values of this and the next two do not ascend: as bytes in TAM_FORMAT_DELTA their
 * differences are mod 2^64.
 */
#define TAM_KIND_LIST_SMALLEST_FACTORS 13

/**
 * Lists Euler's phi of each integer of a range (0 for 0): a stream. Parameters: START, STOP, THREADS. Unit of work: integers read.
 */
#define TAM_KIND_LIST_PHI 14

/**
 * Lists Moebius' mu of each integer of a range (0 for 0): a stream. A value is to be taken as signed: -1 is UINT64_MAX (as 32 bits,
 * UINT32_MAX). Parameters: START, STOP, THREADS. Unit of work: integers read.
 */
#define TAM_KIND_LIST_MOEBIUS 15

/**
 * Computes Mertens' function, the sum of Moebius' mu of 1 to NUMBER. Parameters: NUMBER, THREADS. Result: one number, to be taken as
 * signed. Unit of work: integers sieved.
 */
#define TAM_KIND_MERTENS 16

/**
 * Sums the primes up to NUMBER, 10^14 at most. Parameters: NUMBER, THREADS. Result: the sum's lower and upper half. Unit of work: values
 * changed. One thread does it, step by step, and what it has in hand is too large to be kept: a checkpoint is that of the beginning.
 */
#define TAM_KIND_SUM_PRIMES 17

/**
 * Finds the maximal gaps between neighbouring primes of a range. Parameters: START, STOP, THREADS. Result: for each, two numbers: its
 * length, and the prime before it. Unit of work: integers sieved.
 */
#define TAM_KIND_MAXIMAL_GAPS 18

/**
 * Counts the pairs of primes p <= q with p + q = NUMBER. Parameters: NUMBER, THREADS. Result: one number. Unit of work: integers
 * sieved, of the smaller half.
 */
#define TAM_KIND_GOLDBACH 19

/**
 * Counts the primes of a residue class. Parameters: START, STOP, MODULUS, RESIDUE, THREADS. Result: one number. Unit of work:
 * integers sieved.
 */
#define TAM_KIND_COUNT_RESIDUE 20

/**
 * Factors NUMBER!: a stream of pairs, each prime up to NUMBER and its exponent. Parameters: NUMBER, THREADS. Unit of work: integers
 * whose primes were read.
 */
#define TAM_KIND_FACTORIAL 21

/**
 * Shows the machinery at work: sums its chunk numbers 0 to TEST_CHUNKS - 1. Parameters: THREADS and
 * those that begin with TEST. Unit of work: chunks.
 */
#define TAM_KIND_SELF_TEST 1000

/**
 * First integer of a range, inclusive. Default 0.
 */
#define TAM_PARAM_START 1

/**
 * Last integer of a range, inclusive. Default 0.
 */
#define TAM_PARAM_STOP 2

/**
 * At most so many of the library's threads work on the job; 0, the default, means all. Every kind
 * has it. The result never depends on it.
 */
#define TAM_PARAM_THREADS 3

/**
 * Segment size of a sieve in bytes (not KiB), 1,024 to 8,388,608; one byte covers 30 integers.
 * 0, the default, lets the library choose.
 */
#define TAM_PARAM_SEGMENT_BYTES 4

/**
 * Which k-tuplets to count: bit k - 1 for k = 1 (primes) to 6; 1 to 63. Default 63, all.
 */
#define TAM_PARAM_KINDS 5

/**
 * What to list: 1, the default, for primes; k = 2 to 6 for k-tuplets, each as its k members.
 */
#define TAM_PARAM_K 6

/**
 * Which prime from START, 0 to 2^63 - 1: the Nth that is greater (less, with BEFORE); for 0 the first that is not
 * less (greater). Default 1.
 */
#define TAM_PARAM_N 7

/**
 * 1: go down from START. Default 0.
 */
#define TAM_PARAM_BEFORE 8

/**
 * Up to where to count, inclusive; any number. Default 0.
 */
#define TAM_PARAM_X 9

/**
 * The number itself, or its lower 64 bits. Default 0.
 */
#define TAM_PARAM_NUMBER 20

/**
 * The upper 64 bits of NUMBER. Default 0.
 */
#define TAM_PARAM_NUMBER_HIGH 21

/**
 * Residues are those mod MODULUS, at least 1. Default 1.
 */
#define TAM_PARAM_MODULUS 22

/**
 * A residue, less than MODULUS. Default 0.
 */
#define TAM_PARAM_RESIDUE 23

/**
 * Self test: number of chunks. Default 100.
 */
#define TAM_PARAM_TEST_CHUNKS 1000

/**
 * Self test: arithmetic steps per chunk, about a nanosecond each. Default 0.
 */
#define TAM_PARAM_TEST_STEPS 1001

/**
 * Self test: the chunk that panics, to show that a panic becomes a failed job; UINT64_MAX, the
 * default, for none.
 */
#define TAM_PARAM_TEST_PANIC_AT 1002

/**
 * Self test: the chunk that fails with an error; UINT64_MAX, the default, for none.
 */
#define TAM_PARAM_TEST_FAIL_AT 1003

/**
 * Made, not started: parameters may be set.
 */
#define TAM_STATE_NEW 0

/**
 * Started, not ended.
 */
#define TAM_STATE_RUNNING 1

/**
 * Ended: the result can be read.
 */
#define TAM_STATE_DONE 2

/**
 * Ended by `tam_job_cancel` or `tam_shutdown`.
 */
#define TAM_STATE_CANCELLED 3

/**
 * Ended by an error: `tam_job_message` says which.
 */
#define TAM_STATE_FAILED 4

/**
 * Started, not ended, and hands out no chunks until `tam_job_resume`.
 */
#define TAM_STATE_PAUSED 5

/**
 * Nothing of the phase was begun.
 */
#define TAM_PHASE_WAITING 0

/**
 * Begun, and not all of it is merged. Phases overlap: while the last chunks of one run, threads that are free begin the next.
 */
#define TAM_PHASE_ACTIVE 1

/**
 * All of it is merged.
 */
#define TAM_PHASE_DONE 2

/**
 * A decimal a line; k-tuplets as "(3, 5)". A line ends with "\n".
 */
#define TAM_FORMAT_TEXT 1

/**
 * Unsigned LEB128 numbers (7 bits a byte, the lowest first; the top bit says that more follow): the first value, then each
 * one's difference to the one before. About a byte for a prime. Not for k-tuplets.
 */
#define TAM_FORMAT_DELTA 2

/**
 * Goes from prime to prime, up and down, on the thread that calls. The pointer is a ticket, as a `tam_job *` is.
 */
typedef struct tam_iter tam_iter;

/**
 * A job. The pointer is a ticket, not an address: a freed or made-up one is answered with
 * `TAM_ERR_HANDLE`.
 */
typedef struct tam_job tam_job;

/**
 * What every function returns but `tam_version` and `tam_status_text`: `TAM_OK`, or what went
 * wrong. Numbers are forever.
 */
typedef int32_t tam_status;

/**
 * What `tam_for_each_prime` calls, with the next primes, ascending, and how many there are, at least one. They are
 * there until it returns. It answers 0 to go on; anything else stops. No exception may leave it.
 */
typedef int32_t (*tam_primes_fn)(void *user, const uint64_t *primes, size_t len);

/**
 * All went well, and the outputs are written. With any other status they are untouched, but for
 * the needed length that goes with `TAM_ERR_BUFFER`.
 */
#define TAM_OK 0

/**
 * A required pointer was NULL.
 */
#define TAM_ERR_NULL (-1)

/**
 * A value lay outside its documented range, or `start` exceeds `stop`.
 */
#define TAM_ERR_RANGE (-2)

/**
 * There is no such job kind.
 */
#define TAM_ERR_KIND (-3)

/**
 * The kind has no such parameter.
 */
#define TAM_ERR_PARAM (-4)

/**
 * The call does not fit the state that the job, or the library, is in.
 */
#define TAM_ERR_STATE (-5)

/**
 * The job was cancelled.
 */
#define TAM_ERR_CANCELLED (-6)

/**
 * The time given to a wait ran out; the job goes on.
 */
#define TAM_ERR_TIMEOUT (-7)

/**
 * There is too little memory.
 */
#define TAM_ERR_MEMORY (-8)

/**
 * The threads asked for cannot be had.
 */
#define TAM_ERR_THREADS (-9)

/**
 * A blocking call on the browser's main thread, which must not block.
 */
#define TAM_ERR_MAIN_THREAD (-10)

/**
 * The handle was freed, or never was one.
 */
#define TAM_ERR_HANDLE (-11)

/**
 * The caller's buffer is too small; the needed length was written.
 */
#define TAM_ERR_BUFFER (-12)

/**
 * The bytes given are damaged or not of this job; they were not used.
 */
#define TAM_ERR_FORMAT (-13)

/**
 * Too many live jobs and iterators: at most `TAM_MAX_JOBS`.
 */
#define TAM_ERR_LIMIT (-14)

/**
 * The job failed; `tam_job_message` says why.
 */
#define TAM_ERR_FAILED (-15)

/**
 * The bytes, or the text, are no checkpoint at all.
 */
#define TAM_ERR_FOREIGN (-16)

/**
 * The checkpoint was cut short.
 */
#define TAM_ERR_TRUNCATED (-17)

/**
 * The checkpoint was damaged, or its contents contradict each other.
 */
#define TAM_ERR_ALTERED (-18)

/**
 * The checkpoint is of a version of tamis that this one cannot go on from.
 */
#define TAM_ERR_VERSION (-19)

/**
 * A bug in the library was caught. The call (or job) is dead, the process is not.
 */
#define TAM_ERR_PANIC (-99)

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/**
 * A sentence for a status: what happened, and what to do.
 *
 * Returns a static, NUL-terminated UTF-8 string, never NULL, also for numbers that are no status.
 * Threads: any; never blocks. Ownership: the string is the library's; do not free it.
 * Errors: none.
 */
const char *tam_status_text(tam_status status);

/**
 * The version of the loaded library, as in "0.1.0"; `TAM_VERSION` is that of the header.
 *
 * Threads: any; never blocks. Ownership: the string is static; do not free it. Errors: none.
 */
const char *tam_version(void);

/**
 * Starts the library's threads: `threads` of them, 1 to `TAM_MAX_THREADS`; 0 asks for as many as
 * the machine says it has. One more thread, the runner, hands out the work.
 *
 * Optional: the first job starts all threads if this was not called. Once they run, the same number
 * (or 0) is fine again, another number is `TAM_ERR_STATE`: call `tam_shutdown` in between.
 * With Emscripten the program must be linked with `-sPTHREAD_POOL_SIZE` of at least `threads` + 1
 * (plus your own threads) and `-sPTHREAD_POOL_SIZE_STRICT=2`; else the browser cannot start threads
 * while a thread blocks.
 *
 * Threads: any; does not wait for the new threads to come up.
 * Ownership: nothing is passed.
 * Errors: RANGE (more than `TAM_MAX_THREADS`), STATE, MEMORY (no room for the stacks), THREADS (the
 * system, or the pthread pool, has too few), PANIC. After THREADS under Emscripten, try with fewer only
 * once the calling thread has returned to its event loop: it takes back the workers of the failed try.
 */
tam_status tam_init(uint32_t threads);

/**
 * Cancels all jobs that run on the library's threads, ends the threads and waits for them. The jobs'
 * handles stay valid and must still be freed. Fine when the library was never started; it may be
 * started again (under Emscripten, only after the calling thread has returned to its event loop,
 * which takes the ended workers back into the pool).
 *
 * Threads: any but the browser's main thread; blocks until the threads have ended, at most about
 * five seconds. Ownership: nothing is passed.
 * Errors: MAIN_THREAD, PANIC.
 */
tam_status tam_shutdown(void);

/**
 * Writes how many threads run the library's jobs; 0 before they are started.
 *
 * Threads: any; never blocks. Ownership: `threads` is borrowed for the call.
 * Errors: NULL, STATE (on the browser's main thread, while another thread starts or stops the
 * library), PANIC.
 *
 * Pointers:
 * `threads` is NULL or points to a writable `uint32_t`.
 */
tam_status tam_threads(uint32_t *threads);

/**
 * Writes the address of the heartbeats, one word per thread of the library, and how many there are; none before the threads
 * are started. The lowest bit of a word says that its thread is at work; the others count. A thread that is at work moves its
 * word at least every 20 ms or so, at every look a chunk takes at whether it is to stop; and one that rests moves it when
 * a job is started. So a word that stands still for seconds, at work or after a start, tells of a thread that is dead (its web
 * worker was terminated) or hangs. Read the words by atomic loads.
 *
 * Threads: any; never blocks. Ownership: both outputs are borrowed for the call; the words are static, and may be read at
 * any time. Errors: NULL, STATE (as `tam_threads`), PANIC.
 *
 * Pointers:
 * `words` is NULL or points to a writable pointer; `count` is NULL or points to a writable `uint32_t`.
 */
tam_status tam_heartbeats(const uint32_t **words,
                          uint32_t *count);

/**
 * Measures which piece of the sieve is fastest on this machine, uses it from now on, and writes its bytes, to be remembered for
 * `tam_set_piece_bytes` of a later run. Optional; the gain is a few percent, or more where the L1 cache is
 * unusual. Measure when nothing else runs.
 *
 * Threads: any but the browser's main thread; blocks for about 0.2 s. A job of kind `TAM_KIND_TUNE` measures without blocking.
 * Ownership: `bytes` is borrowed for the call.
 * Errors: NULL, MAIN_THREAD, MEMORY, PANIC; CANCELLED when the library is shut down meanwhile.
 *
 * Pointers:
 * `bytes` is NULL or points to a writable `uint64_t`.
 */
tam_status tam_tune(uint64_t *bytes);

/**
 * Sets the piece of the sieve, in which small primes are crossed off within the L1 cache: 16,384 to 131,072 bytes, a multiple
 * of 1,024, for jobs that are started from now on. 32,768 to begin with; `tam_tune` finds the best. No result depends on it.
 *
 * Threads: any; never blocks. Ownership: nothing is passed.
 * Errors: RANGE, PANIC.
 */
tam_status tam_set_piece_bytes(uint64_t bytes);

/**
 * Counts the primes p with `start <= p <= stop`, on all threads of the library, and writes how many
 * there are. Both ends are inclusive and may be anything up to 2^64 - 1.
 *
 * The threads are started if they were not; where none can be had (a browser page without shared
 * memory), the calling thread does the work. Jobs give the same with progress and cancel.
 *
 * Threads: any but the browser's main thread; blocks until the count is there. Several threads may
 * count at once. Ownership: `count` is borrowed for the call.
 * Errors: NULL, RANGE (`start` exceeds `stop`), MAIN_THREAD, MEMORY, PANIC; CANCELLED when the library
 * is shut down meanwhile.
 * Source: the segmented sieve of Eratosthenes, Bays and Hudson, BIT 17 (1977).
 *
 * Pointers:
 * `count` is NULL or points to a writable `uint64_t`.
 */
tam_status tam_count_primes(uint64_t start,
                            uint64_t stop,
                            uint64_t *count);

/**
 * Counts the k-tuplets whose members all lie in `start` to `stop`, both inclusive; k = 1 counts primes.
 *
 * Twins (k = 2) are (p, p+2); triplets (p, p+2, p+6) and (p, p+4, p+6); quadruplets (p, p+2, p+6, p+8);
 * quintuplets (p, p+2, p+6, p+8, p+12) and (p, p+4, p+6, p+10, p+12); sextuplets (p, p+4, p+6, p+10, p+12, p+16).
 * A job of kind `TAM_KIND_COUNT_TUPLETS` counts several in one pass.
 *
 * Threads: any but the browser's main thread; blocks until the count is there. Ownership: `count` is borrowed for the
 * call.
 * Errors: NULL, RANGE (`start` exceeds `stop`, or k is not 1 to 6), MAIN_THREAD, MEMORY, PANIC; CANCELLED when the library
 * is shut down meanwhile.
 * Source: the definitions and counts of OEIS A007508 (twins), A050258 (quadruplets).
 *
 * Pointers:
 * `count` is NULL or points to a writable `uint64_t`.
 */
tam_status tam_count_tuplets(uint32_t k,
                             uint64_t start,
                             uint64_t stop,
                             uint64_t *count);

/**
 * Finds the `n`th prime from `start`: for positive `n` the nth that is greater than `start`, for negative the -nth that is less,
 * for 0 the least that is not less. So (n, 0) gives the nth prime, and (1, 1000) the first beyond 1000.
 *
 * Threads: any but the browser's main thread; blocks until it is found. All primes between are counted, on all threads; a job
 * of kind `TAM_KIND_NTH_PRIME` gives the same with progress and cancel. Ownership: `prime` is borrowed
 * for the call.
 * Errors: NULL, RANGE (there are not so many below 2^64, or above 0), MAIN_THREAD, MEMORY, PANIC; CANCELLED when the
 * library is shut down meanwhile.
 *
 * Pointers:
 * `prime` is NULL or points to a writable `uint64_t`.
 */
tam_status tam_nth_prime_from(int64_t n,
                              uint64_t start,
                              uint64_t *prime);

/**
 * Writes the primes p with `start <= p <= stop`, ascending, to `buf`, and how many there are to `len`.
 * When they are more than `cap`, the answer is BUFFER, `len` has the exact number, and what is in `buf` is of no use. A NULL `buf`
 * with `cap` 0 asks for the number alone, and returns OK.
 *
 * For long lists see `tam_for_each_prime`, jobs of kind `TAM_KIND_LIST_PRIMES`, and iterators, which need little memory.
 *
 * Threads: any but the browser's main thread; blocks until all are there. Sieves on all threads of the library; the calling one
 * writes. Ownership: both pointers are borrowed for the call.
 * Errors: NULL, RANGE (`start` exceeds `stop`), BUFFER, MAIN_THREAD, MEMORY, PANIC; CANCELLED when the library is shut
 * down meanwhile.
 *
 * Pointers:
 * `buf` is NULL or has room for `cap` values; `len` is NULL or points to a writable `size_t`.
 */
tam_status tam_generate_primes(uint64_t start,
                               uint64_t stop,
                               uint64_t *buf,
                               size_t cap,
                               size_t *len);

/**
 * The same with values of 32 bits.
 *
 * Threads: any but the browser's main thread; blocks until all are there. Ownership: both pointers are borrowed for
 * the call.
 * Errors: as `tam_generate_primes`; RANGE also when `stop` exceeds `UINT32_MAX`.
 *
 * Pointers:
 * `buf` is NULL or has room for `cap` values; `len` is NULL or points to a writable `size_t`.
 */
tam_status tam_generate_primes_u32(uint64_t start,
                                   uint64_t stop,
                                   uint32_t *buf,
                                   size_t cap,
                                   size_t *len);

/**
 * Calls `fn` with all primes p with `start <= p <= stop`, ascending, batch by batch, on the calling thread. Needs
 * little memory however many there are: while `fn` takes its time, the sieving rests.
 *
 * Threads: any but the browser's main thread; blocks until all are passed. Sieves on all threads of the library.
 * Ownership: `user` is passed on as it is.
 * Errors: NULL (`fn`), RANGE (`start` exceeds `stop`), CANCELLED (`fn` asked to stop, or the library is shut down meanwhile),
 * MAIN_THREAD, MEMORY, PANIC.
 *
 * Pointers:
 * `fn` may be called with `user`.
 */
tam_status tam_for_each_prime(uint64_t start,
                              uint64_t stop,
                              tam_primes_fn fn,
                              void *user);

/**
 * Counts the primes up to `x`, inclusive, and writes how many there are: pi(x), for any `x` up to 2^64 - 1. Takes a
 * time of about O(x^(2/3)), where `tam_count_primes` sieves and takes O(x): 10^15 takes less than a second of one thread.
 *
 * Works on all threads of the library, or on the calling one where none can be had. A job of kind `TAM_KIND_PRIME_PI`
 * gives the same with progress, pause, cancel and checkpoints.
 *
 * Threads: any but the browser's main thread; blocks until the count is there. Ownership: `count` is borrowed for the call.
 * Errors: NULL, MAIN_THREAD, MEMORY, PANIC; CANCELLED when the library is shut down meanwhile.
 * Source: X. Gourdon, Computation of pi(x): improvements to the Meissel, Lehmer, Lagarias, Miller, Odlyzko, Deleglise and
 * Rivat method, 2001.
 *
 * Pointers:
 * `count` is NULL or points to a writable `uint64_t`.
 */
tam_status tam_prime_pi(uint64_t x,
                        uint64_t *count);

/**
 * Finds the `n`th prime, counted from 2 with n = 1, for any `n` up to 425656284035217743, the number of primes below 2^64. Takes about as
 * long as `tam_prime_pi` of the answer. `tam_nth_prime_from` counts from anywhere, up or down, by sieving.
 *
 * Threads: any but the browser's main thread; blocks until it is found. A job of kind `TAM_KIND_NTH_PRIME_PI` gives the
 * same with progress, pause, cancel and checkpoints. Ownership: `prime` is borrowed for the call.
 * Errors: NULL, RANGE (`n` is 0, or there are not so many below 2^64), MAIN_THREAD, MEMORY, PANIC; CANCELLED when the
 * library is shut down meanwhile.
 *
 * Pointers:
 * `prime` is NULL or points to a writable `uint64_t`.
 */
tam_status tam_nth_prime(uint64_t n,
                         uint64_t *prime);

/**
 * Writes 1 if `n` is prime, else 0. Exact for every `n`.
 *
 * Threads: any; takes less than a microsecond. Ownership: `result` is borrowed for the call.
 * Errors: NULL, PANIC.
 * Source: a strong test to base 2 and an extra strong Lucas test (BPSW), which no composite below 2^64 passes.
 *
 * Pointers:
 * `result` is NULL or points to a writable `int32_t`.
 */
tam_status tam_is_prime(uint64_t n,
                        int32_t *result);

/**
 * Writes 1 if the number `high` * 2^64 + `low` is prime, else 0. Exact below 3.3 * 10^24. Beyond, 0 is certain, and of 1 no wrong one is
 * known: the test is BPSW with strong tests to the first 13 primes.
 *
 * Threads: any; takes microseconds. Ownership: `result` is borrowed for the call.
 * Errors: NULL, PANIC.
 *
 * Pointers:
 * `result` is NULL or points to a writable `int32_t`.
 */
tam_status tam_is_prime_u128(uint64_t low,
                             uint64_t high,
                             int32_t *result);

/**
 * Tests `len` numbers on all threads of the library: `results[i]` becomes 1 if `n[i]` is prime, else 0. A `len` of 0 is fine, with any
 * pointers.
 *
 * The threads are started if they were not; where none can be had, the calling thread does the work.
 * Threads: any but the browser's main thread; blocks until all are tested. Ownership: both pointers are borrowed for the call.
 * Errors: NULL, MAIN_THREAD, PANIC.
 *
 * Pointers:
 * `n` is NULL or has `len` readable values; `results` is NULL or has room for `len` bytes. They do not overlap.
 */
tam_status tam_is_prime_many(const uint64_t *n,
                             size_t len,
                             uint8_t *results);

/**
 * Writes the least prime greater than `n`.
 *
 * Threads: any; takes microseconds. Ownership: `prime` is borrowed for the call.
 * Errors: NULL, RANGE (it does not fit in 64 bits: `n` is 2^64 - 59 or more), PANIC.
 *
 * Pointers:
 * `prime` is NULL or points to a writable `uint64_t`.
 */
tam_status tam_next_prime(uint64_t n, uint64_t *prime);

/**
 * Writes the greatest prime less than `n`.
 *
 * Threads: any; takes microseconds. Ownership: `prime` is borrowed for the call.
 * Errors: NULL, RANGE (there is none: `n` is 2 or less), PANIC.
 *
 * Pointers:
 * `prime` is NULL or points to a writable `uint64_t`.
 */
tam_status tam_prev_prime(uint64_t n, uint64_t *prime);

/**
 * Factors `n`: writes its different primes, ascending, to `factors`, their exponents to `exponents`, and how many there are to
 * `len`: none for 1, and never more than `TAM_MAX_FACTORS`. Where both are NULL and `cap` is 0, `len` alone is written, with OK.
 *
 * Threads: any; takes microseconds, at most a millisecond. Ownership: all pointers are borrowed for the call.
 * Errors: NULL, RANGE (`n` is 0), BUFFER (`cap` is too small; `len` has the needed length), PANIC.
 * Source: trial division, Pollard's rho (Brent, BIT 20, 1980), elliptic curves (Montgomery, Math. Comp. 48, 1987). The same steps for
 * the same `n`, always.
 *
 * Pointers:
 * `factors` and `exponents` are NULL or have room for `cap` values; `len` is NULL or points to a writable `size_t`.
 */
tam_status tam_factor(uint64_t n,
                      uint64_t *factors,
                      uint32_t *exponents,
                      size_t cap,
                      size_t *len);

/**
 * Factors `high` * 2^64 + `low`. As `tam_factor`, but each prime takes two values of `factors`, the lower half and the upper: there must
 * be room for 2 * `cap` of them. There are never more primes than `TAM_MAX_FACTORS_U128`.
 *
 * Two primes of 64 bits take about a tenth of a second of one thread; a job of kind `TAM_KIND_FACTOR` gives the same with progress
 * and cancel.
 *
 * Threads: any but the browser's main thread; blocks until all are found, on all threads of the library. Ownership: all pointers are
 * borrowed for the call.
 * Errors: NULL, RANGE (the number is 0), BUFFER (`cap` is too small; `len` has the needed length), MAIN_THREAD, MEMORY, PANIC;
 * CANCELLED when the library is shut down meanwhile.
 *
 * Pointers:
 * `factors` is NULL or has room for 2 * `cap` values; `exponents` is NULL or has room for `cap`; `len` is NULL or points to a
 * writable `size_t`.
 */
tam_status tam_factor_u128(uint64_t low,
                           uint64_t high,
                           uint64_t *factors,
                           uint32_t *exponents,
                           size_t cap,
                           size_t *len);

/**
 * Writes the divisors of `n`, ascending, to `buf`, and how many there are to `len`: 184,320 at most. A NULL `buf` with `cap` 0 asks for
 * the number alone, and returns OK.
 *
 * Threads: any; takes microseconds, at most a few milliseconds. Ownership: both pointers are borrowed for the call.
 * Errors: NULL, RANGE (`n` is 0), BUFFER (`cap` is too small; `len` has the needed length), PANIC.
 *
 * Pointers:
 * `buf` is NULL or has room for `cap` values; `len` is NULL or points to a writable `size_t`.
 */
tam_status tam_divisors(uint64_t n,
                        uint64_t *buf,
                        size_t cap,
                        size_t *len);

/**
 * Writes how many divisors `n` has.
 *
 * Threads: any; takes microseconds, at most a millisecond. Ownership: `count` is borrowed for the call.
 * Errors: NULL, RANGE (`n` is 0), PANIC.
 *
 * Pointers:
 * `count` is NULL or points to a writable `uint64_t`.
 */
tam_status tam_divisor_count(uint64_t n,
                             uint64_t *count);

/**
 * Writes Euler's phi: how many of 1 to `n` have no divisor in common with `n`.
 *
 * Threads: any; takes microseconds, at most a millisecond. Ownership: `value` is borrowed for the call.
 * Errors: NULL, RANGE (`n` is 0), PANIC.
 *
 * Pointers:
 * `value` is NULL or points to a writable `uint64_t`.
 */
tam_status tam_euler_phi(uint64_t n,
                         uint64_t *value);

/**
 * Writes Moebius' mu: 0 when the square of a prime divides `n`, else 1 or -1 for an even or odd number of primes.
 *
 * Threads: any; takes microseconds, at most a millisecond. Ownership: `value` is borrowed for the call.
 * Errors: NULL, RANGE (`n` is 0), PANIC.
 *
 * Pointers:
 * `value` is NULL or points to a writable `int32_t`.
 */
tam_status tam_moebius(uint64_t n,
                       int32_t *value);

/**
 * Writes the radical of `n`: the product of its different primes.
 *
 * Threads: any; takes microseconds, at most a millisecond. Ownership: `value` is borrowed for the call.
 * Errors: NULL, RANGE (`n` is 0), PANIC.
 *
 * Pointers:
 * `value` is NULL or points to a writable `uint64_t`.
 */
tam_status tam_radical(uint64_t n,
                       uint64_t *value);

/**
 * Writes sigma_k: the sum of the `k`th powers of the divisors of `n`; their number for `k` = 0.
 *
 * Threads: any; takes microseconds, at most a millisecond. Ownership: `value` is borrowed for the call.
 * Errors: NULL, RANGE (`n` is 0, or the sum does not fit in 64 bits), PANIC.
 *
 * Pointers:
 * `value` is NULL or points to a writable `uint64_t`.
 */
tam_status tam_sigma(uint64_t n,
                     uint32_t k,
                     uint64_t *value);

/**
 * Writes Mertens' function: the sum of Moebius' mu of 1 to `x`; 0 for 0.
 *
 * Time O(x^(2/3)): about a second of one thread at 10^12, a hundred times that at 10^15. A job of kind `TAM_KIND_MERTENS` gives the
 * same with progress and cancel.
 *
 * Threads: any but the browser's main thread; blocks until it is computed, on all threads of the library. Ownership: `value` is borrowed
 * for the call.
 * Errors: NULL, MAIN_THREAD, MEMORY, PANIC; CANCELLED when the library is shut down meanwhile.
 * Source: Deleglise and Rivat, Experimental Mathematics 5 (1996).
 *
 * Pointers:
 * `value` is NULL or points to a writable `int64_t`.
 */
tam_status tam_mertens(uint64_t x,
                       int64_t *value);

/**
 * Writes the sum of the primes up to `x`: its lower and its upper 64 bits.
 *
 * Time O(x^(3/4)) of one thread: about a second at 10^12. Memory: 32 bytes for each integer up to the root of `x`.
 *
 * Threads: any but the browser's main thread; blocks until it is computed. Ownership: both pointers are borrowed for the call.
 * Errors: NULL, RANGE (`x` exceeds 10^14), MAIN_THREAD, MEMORY, PANIC; CANCELLED when the library is shut down meanwhile.
 *
 * Pointers:
 * `low` and `high` are NULL or point to writable `uint64_t`s.
 */
tam_status tam_sum_primes(uint64_t x,
                          uint64_t *low,
                          uint64_t *high);

/**
 * Finds the maximal gaps between neighbouring primes that both lie in `start` to `stop`, both inclusive: those that are larger than
 * all before. Writes their lengths to `lengths`, the primes before them to `primes`, and how many there are to `len`; not even a hundred.
 * Where both are NULL and `cap` is 0, `len` alone is written, with OK.
 *
 * Threads: any but the browser's main thread; blocks until the range is sieved, on all threads of the library. Ownership: all pointers
 * are borrowed for the call.
 * Errors: NULL, RANGE (`start` exceeds `stop`), BUFFER (`cap` is too small; `len` has the needed length), MAIN_THREAD, MEMORY, PANIC;
 * CANCELLED when the library is shut down meanwhile.
 *
 * Pointers:
 * `lengths` and `primes` are NULL or have room for `cap` values; `len` is NULL or points to a writable `size_t`.
 */
tam_status tam_maximal_gaps(uint64_t start,
                            uint64_t stop,
                            uint64_t *lengths,
                            uint64_t *primes,
                            size_t cap,
                            size_t *len);

/**
 * Counts the pairs of primes p <= q with the sum `n`.
 *
 * Threads: any but the browser's main thread; blocks until all up to `n` is sieved, on all threads of the library. Ownership: `count` is
 * borrowed for the call.
 * Errors: NULL, MAIN_THREAD, MEMORY, PANIC; CANCELLED when the library is shut down meanwhile.
 * Source: the definition and counts of OEIS A045917.
 *
 * Pointers:
 * `count` is NULL or points to a writable `uint64_t`.
 */
tam_status tam_goldbach(uint64_t n,
                        uint64_t *count);

/**
 * Counts the primes p with `start <= p <= stop` that leave `residue` when divided by `modulus`.
 *
 * Threads: any but the browser's main thread; blocks until the range is sieved, on all threads of the library. Ownership: `count` is
 * borrowed for the call.
 * Errors: NULL, RANGE (`start` exceeds `stop`, `modulus` is 0, or `residue` is not less than `modulus`), MAIN_THREAD, MEMORY, PANIC;
 * CANCELLED when the library is shut down meanwhile.
 *
 * Pointers:
 * `count` is NULL or points to a writable `uint64_t`.
 */
tam_status tam_count_primes_mod(uint64_t start,
                                uint64_t stop,
                                uint64_t modulus,
                                uint64_t residue,
                                uint64_t *count);

/**
 * Writes the smallest prime factor of each integer from `start` to `stop`, both inclusive, to `buf`: `stop` - `start` + 1 values, which is
 * also written to `len`. A prime's is itself; 0 and 1 stand for themselves. A NULL `buf` with `cap` 0 asks for the number alone.
 *
 * A job of kind `TAM_KIND_LIST_SMALLEST_FACTORS` gives the same piece by piece.
 *
 * Threads: any but the browser's main thread; blocks until all are there, on all threads of the library. Ownership: both pointers are
 * borrowed for the call.
 * Errors: NULL, RANGE (`start` exceeds `stop`), BUFFER (`cap` is too small; `len` has the needed length), MAIN_THREAD, MEMORY, PANIC;
 * CANCELLED when the library is shut down meanwhile.
 *
 * Pointers:
 * `buf` is NULL or has room for `cap` values; `len` is NULL or points to a writable `size_t`.
 */
tam_status tam_smallest_factors(uint64_t start,
                                uint64_t stop,
                                uint64_t *buf,
                                size_t cap,
                                size_t *len);

/**
 * Writes Euler's phi of each integer from `start` to `stop`, both inclusive, to `buf`: as `tam_smallest_factors`, with 0 for 0.
 *
 * A job of kind `TAM_KIND_LIST_PHI` gives the same piece by piece.
 *
 * Threads: any but the browser's main thread; blocks until all are there, on all threads of the library. Ownership: both pointers are
 * borrowed for the call.
 * Errors: NULL, RANGE (`start` exceeds `stop`), BUFFER (`cap` is too small; `len` has the needed length), MAIN_THREAD, MEMORY, PANIC;
 * CANCELLED when the library is shut down meanwhile.
 *
 * Pointers:
 * `buf` is NULL or has room for `cap` values; `len` is NULL or points to a writable `size_t`.
 */
tam_status tam_euler_phis(uint64_t start,
                          uint64_t stop,
                          uint64_t *buf,
                          size_t cap,
                          size_t *len);

/**
 * Writes Moebius' mu of each integer from `start` to `stop`, both inclusive, to `buf`: as `tam_smallest_factors`, a byte each, with 0
 * for 0.
 *
 * A job of kind `TAM_KIND_LIST_MOEBIUS` gives the same piece by piece.
 *
 * Threads: any but the browser's main thread; blocks until all are there, on all threads of the library. Ownership: both pointers are
 * borrowed for the call.
 * Errors: NULL, RANGE (`start` exceeds `stop`), BUFFER (`cap` is too small; `len` has the needed length), MAIN_THREAD, MEMORY, PANIC;
 * CANCELLED when the library is shut down meanwhile.
 *
 * Pointers:
 * `buf` is NULL or has room for `cap` values; `len` is NULL or points to a writable `size_t`.
 */
tam_status tam_moebius_signs(uint64_t start,
                             uint64_t stop,
                             int8_t *buf,
                             size_t cap,
                             size_t *len);

/**
 * Factors `n`!: writes the primes up to `n`, ascending, to `primes`, their exponents to `exponents`, and how many there are to `len`.
 * Where both are NULL and `cap` is 0, `len` alone is written, with OK.
 *
 * A job of kind `TAM_KIND_FACTORIAL` gives the same piece by piece. (The primorial of n has the same primes, each once:
 * `tam_generate_primes`.)
 *
 * Threads: any but the browser's main thread; blocks until all are there, on all threads of the library. Ownership: all pointers are
 * borrowed for the call.
 * Errors: NULL, BUFFER (`cap` is too small; `len` has the needed length), MAIN_THREAD, MEMORY, PANIC; CANCELLED when the library is
 * shut down meanwhile.
 * Source: the exponent of p is n/p + n/p^2 + ..., each rounded down (Legendre, 1830).
 *
 * Pointers:
 * `primes` and `exponents` are NULL or have room for `cap` values; `len` is NULL or points to a writable `size_t`.
 */
tam_status tam_factorial_exponents(uint64_t n,
                                   uint64_t *primes,
                                   uint64_t *exponents,
                                   size_t cap,
                                   size_t *len);

/**
 * Writes the primorial of `n`: the product of the primes up to `n`; 1 below 2.
 *
 * Threads: any; never blocks. Ownership: `value` is borrowed for the call.
 * Errors: NULL, RANGE (`n` exceeds `TAM_MAX_PRIMORIAL`: the product does not fit in 64 bits), PANIC.
 * Source: OEIS A034386.
 *
 * Pointers:
 * `value` is NULL or points to a writable `uint64_t`.
 */
tam_status tam_primorial(uint64_t n,
                         uint64_t *value);

/**
 * Writes the least and greatest value that parameter `param` of `kind` takes.
 *
 * Threads: any; never blocks. Ownership: both pointers are borrowed for the call.
 * Errors: NULL, KIND, PARAM, PANIC.
 *
 * Pointers:
 * `min` and `max` are NULL or point to writable `uint64_t`s.
 */
tam_status tam_param_bounds(int32_t kind, int32_t param, uint64_t *min, uint64_t *max);

/**
 * Makes a job of `kind` (a `TAM_KIND_` number) and writes its handle.
 *
 * Threads: any; never blocks. Ownership: the caller owns the handle and frees it with
 * `tam_job_free`. Errors: NULL, KIND, LIMIT (more than `TAM_MAX_JOBS` live), PANIC.
 *
 * Pointers:
 * `job` is NULL or points to a writable pointer.
 */
tam_status tam_job_new(int32_t kind, tam_job **job);

/**
 * Writes the job's kind, a `TAM_KIND_` number.
 *
 * Threads: any; never blocks. Ownership: both pointers are borrowed for the call.
 * Errors: NULL, HANDLE, PANIC.
 *
 * Pointers:
 * `kind` is NULL or points to a writable `int32_t`.
 */
tam_status tam_job_kind(const tam_job *job, int32_t *kind);

/**
 * Sets a parameter (a `TAM_PARAM_` number) of a job that has not been started. `TAM_PARAM_THREADS` may be set
 * until the job ends: it then works on with more threads or fewer.
 *
 * Threads: any; never blocks. Ownership: the handle is borrowed for the call.
 * Errors: NULL, HANDLE, PARAM (the kind has no such parameter), RANGE (see `tam_param_bounds`), STATE
 * (started before, restored, or ended; for THREADS also as `tam_job_resume`), PANIC.
 */
tam_status tam_job_set_u64(tam_job *job,
                           int32_t param,
                           uint64_t value);

/**
 * Writes the value of a parameter: what was set, or its default.
 *
 * Threads: any; never blocks. Ownership: both pointers are borrowed for the call.
 * Errors: NULL, HANDLE, PARAM, PANIC.
 *
 * Pointers:
 * `value` is NULL or points to a writable `uint64_t`.
 */
tam_status tam_job_get_u64(const tam_job *job, int32_t param, uint64_t *value);

/**
 * Starts a job on the library's threads (which are started if need be) and returns at once. Many
 * jobs may run; they share the threads fairly.
 *
 * Threads: any; never blocks, also on the browser's main thread. Ownership: the handle is borrowed
 * for the call.
 * Errors: NULL, HANDLE, RANGE (parameters that do not fit each other: `start` exceeds `stop`), STATE
 * (started before), THREADS or MEMORY (the threads cannot be started), PANIC.
 */
tam_status tam_job_start(tam_job *job);

/**
 * Writes the job's state, a `TAM_STATE_` number.
 *
 * Threads: any; never blocks. Ownership: both pointers are borrowed for the call.
 * Errors: NULL, HANDLE, PANIC.
 *
 * Pointers:
 * `state` is NULL or points to a writable `int32_t`.
 */
tam_status tam_job_state(const tam_job *job, int32_t *state);

/**
 * Writes how much work is done (merged) and how much there is, in the kind's unit. `done` never
 * falls and reaches `total` at the end. Before the start both are 0; a
 * restored job has its progress at once.
 *
 * Threads: any; never blocks. Ownership: all pointers are borrowed for the call.
 * Errors: NULL, HANDLE, PANIC.
 *
 * Pointers:
 * `done` and `total` are NULL or point to writable `uint64_t`s.
 */
tam_status tam_job_progress(const tam_job *job, uint64_t *done, uint64_t *total);

/**
 * Waits until the job has ended, at most `timeout_ms` milliseconds; a negative number waits for
 * ever, 0 only looks.
 *
 * Returns OK when the job is done. Threads: any; blocks, and so is refused on the browser's main
 * thread unless `timeout_ms` is 0. Ownership: the handle is borrowed; another thread may free it
 * meanwhile, which cancels the job.
 * Errors: NULL, HANDLE, TIMEOUT (the job goes on), CANCELLED, FAILED, STATE (never started),
 * MAIN_THREAD, PANIC.
 */
tam_status tam_job_wait(tam_job *job, int64_t timeout_ms);

/**
 * Cancels a job. Its state changes at once, and its threads leave it within milliseconds; they go on
 * with other jobs. Fine for a job that has ended (which stays as it is) or was not started.
 *
 * Threads: any; never blocks. Ownership: the handle is borrowed for the call.
 * Errors: NULL, HANDLE, PANIC.
 */
tam_status tam_job_cancel(tam_job *job);

/**
 * Writes the result of a job that is done; the first of them, if there are several.
 *
 * Threads: any; never blocks. Ownership: both pointers are borrowed for the call.
 * Errors: NULL, HANDLE, STATE (not ended yet), CANCELLED, FAILED, PANIC.
 *
 * Pointers:
 * `value` is NULL or points to a writable `uint64_t`.
 */
tam_status tam_job_result_u64(const tam_job *job, uint64_t *value);

/**
 * Writes all numbers of the result of a job that is done to `buf`, and how many there are to `len`. A NULL
 * `buf` with `cap` 0 asks for the number alone, and returns OK.
 *
 * Threads: any; never blocks. Ownership: all pointers are borrowed for the call.
 * Errors: NULL, HANDLE, STATE (not ended yet), CANCELLED, FAILED, BUFFER (`cap` is too small; `len` has the needed
 * length, `buf` is untouched), PANIC.
 *
 * Pointers:
 * `buf` is NULL or has room for `cap` values; `len` is NULL or points to a writable `size_t`.
 */
tam_status tam_job_results_u64(const tam_job *job,
                               uint64_t *buf,
                               size_t cap,
                               size_t *len);

/**
 * Copies a sentence on where the job stands, or why it failed, as NUL-terminated UTF-8 of at most
 * `cap` bytes to `buf`, and writes its length in bytes, NUL included, to `len`. A NULL `buf` with
 * `cap` 0 asks for the length alone, and returns OK.
 *
 * Threads: any; never blocks. Ownership: all pointers are borrowed for the call.
 * Errors: NULL, HANDLE, BUFFER (`cap` is too small; `len` has the needed length, `buf` is
 * untouched), PANIC.
 *
 * Pointers:
 * `buf` is NULL or has `cap` writable bytes; `len` is NULL or points to a writable `size_t`.
 */
tam_status tam_job_message(const tam_job *job, char *buf, size_t cap, size_t *len);

/**
 * Writes the status of the error that a failed job ended with: `TAM_ERR_MEMORY`, `TAM_ERR_PANIC`, or
 * another; `TAM_OK` when it has not failed. After `tam_job_run_chunk` it is what that call met first.
 *
 * Threads: any; never blocks. Ownership: both pointers are borrowed for the call.
 * Errors: NULL, HANDLE, PANIC.
 *
 * Pointers:
 * `failure` is NULL or points to a writable `tam_status`.
 */
tam_status tam_job_failure(const tam_job *job,
                           tam_status *failure);

/**
 * Writes the address of a word that changes, and on which all sleepers are woken, when the job
 * gets on, at most every 8 milliseconds (see `tam_job_event_interval`), and at once when it ends. JavaScript sleeps on it by `Atomics.waitAsync`, C under Emscripten by
 * `emscripten_futex_wait`; natively use `tam_job_wait`.
 *
 * Threads: any; never blocks. Ownership: the word is the job's: it must not be read after
 * `tam_job_free`. Errors: NULL, HANDLE, PANIC.
 *
 * Pointers:
 * `word` is NULL or points to a writable pointer.
 */
tam_status tam_job_event_word(const tam_job *job,
                              const uint32_t **word);

/**
 * Has progress move the event word at most once in `ms` milliseconds, instead of 8; 0: never. The end, a pause, a resume and
 * values that are there to be read move it all the same. Who wakes takes time from the threads that work, so ask for
 * no more than is looked at.
 *
 * Threads: any, at any time; never blocks. Ownership: the handle is borrowed for the call.
 * Errors: NULL, HANDLE, PANIC.
 */
tam_status tam_job_event_interval(tam_job *job,
                                  uint32_t ms);

/**
 * Frees a job; one that has not ended is cancelled. NULL is fine. The handle is dead afterwards.
 *
 * Threads: any; never blocks. Ownership: takes the handle.
 * Errors: HANDLE (freed before, or never a job), PANIC.
 */
tam_status tam_job_free(tam_job *job);

/**
 * Writes how many phases a job has, at least 1. Before the start it is 0; a restored job has them at once.
 *
 * Most kinds have one, "sieving" for example. `TAM_KIND_PRIME_PI` has one for each term of Gourdon's algorithm, and where a job's last
 * step takes time that is one as well (whose work is 0).
 *
 * Threads: any; never blocks. Ownership: both pointers are borrowed for the call.
 * Errors: NULL, HANDLE, PANIC.
 *
 * Pointers:
 * `count` is NULL or points to a writable `size_t`.
 */
tam_status tam_job_phases(const tam_job *job,
                          size_t *count);

/**
 * Writes where phase `index` of a job is: its name for people (a static, NUL-terminated UTF-8 string), how much of its work is done
 * (merged) and how much there is, in the kind's unit, and its state, a `TAM_PHASE_` number.
 *
 * `done` never falls, nor does the state. Over all phases `done` and `total` add up to those of `tam_job_progress` (which is one call, and
 * this another), so `total` over the job's is the phase's share of the cost. A job that is paused, or that has ended before it was done, keeps
 * its phases as they are.
 *
 * Threads: any; never blocks. Ownership: all pointers are borrowed for the call; the string is the library's, do not free it.
 * Errors: NULL, HANDLE, RANGE (there is no such phase), PANIC.
 *
 * Pointers:
 * `name` is NULL or points to a writable pointer, `done` and `total` to writable `uint64_t`s, `state` to a writable `int32_t`.
 */
tam_status tam_job_phase(const tam_job *job,
                         size_t index,
                         const char **name,
                         uint64_t *done,
                         uint64_t *total,
                         int32_t *state);

/**
 * Pauses a running job: its state is PAUSED at once, and no more of its chunks are begun. Those that run are run to
 * their end and merged, so the job may still end. Fine for a job that is paused. A paused job can be waited for,
 * cancelled, freed and, if it is a stream, read as far as it has got.
 *
 * Threads: any; never blocks, also on the browser's main thread. Ownership: the handle is borrowed for the call.
 * Errors: NULL, HANDLE, STATE (not started, or ended), PANIC.
 */
tam_status tam_job_pause(tam_job *job);

/**
 * Lets a paused job go on. Fine for a job that runs.
 *
 * Threads: any; never blocks, also on the browser's main thread. Ownership: the handle is borrowed for the call.
 * Errors: NULL, HANDLE, STATE (not started, or ended; or, on the browser's main thread, another thread is just
 * starting or stopping the library: call it again), PANIC.
 */
tam_status tam_job_resume(tam_job *job);

/**
 * Writes what it takes to go on with the job in another process, on another machine, or another day, to `buf`, and its
 * length in bytes (a few hundred) to `len`. A NULL `buf` with `cap` 0 asks for the length alone, and
 * returns OK: all checkpoints of one job have one length.
 *
 * Works in any state but DONE, and stops nothing: of a running job it holds the chunks that are merged, of a stream
 * the values of all reads that have returned. A new job's holds its parameters. A failed or cancelled job keeps
 * its last. The bytes are the same on every platform; docs/CHECKPOINT.md describes them.
 *
 * Threads: any; locks briefly, as `tam_job_put_chunk` does. Ownership: all pointers are borrowed for the call.
 * Errors: NULL, HANDLE, STATE (done: read the result), RANGE (not started, and the parameters do not fit each
 * other), BUFFER (`cap` is too small; `len` has the needed length, `buf` is untouched), FAILED (merging itself went
 * wrong), MEMORY, PANIC.
 *
 * Pointers:
 * `buf` is NULL or has `cap` writable bytes; `len` is NULL or points to a writable `size_t`.
 */
tam_status tam_job_checkpoint(const tam_job *job,
                              uint8_t *buf,
                              size_t cap,
                              size_t *len);

/**
 * Makes a job of a checkpoint and writes its handle. The job is NEW, has made the progress that the checkpoint says, and
 * goes on from there with `tam_job_start` or `tam_job_start_external`; a stream's next value is the one behind the
 * last that was read. Its parameters are fixed, but for `TAM_PARAM_THREADS`. The answer is what it would have
 * been without the interruption.
 *
 * All of it is checked first: with any status but OK there is no job.
 *
 * Threads: any; never blocks. Ownership: `bytes` is borrowed for the call; the caller owns the handle and frees it with
 * `tam_job_free`.
 * Errors: NULL, FOREIGN (no checkpoint), TRUNCATED (cut short), ALTERED (damaged), VERSION (of a version of tamis
 * that this one cannot go on from), KIND (of a kind of job that this version does not have), LIMIT, MEMORY, PANIC.
 *
 * Pointers:
 * `bytes` is NULL or has `len` readable bytes; `job` is NULL or points to a writable pointer.
 */
tam_status tam_job_restore(const uint8_t *bytes,
                           size_t len,
                           tam_job **job);

/**
 * Copies a sentence on a checkpoint as NUL-terminated UTF-8 of at most `cap` bytes to `buf`, and writes its length in bytes, NUL
 * included, to `len`: what it holds, or why `tam_job_restore` refuses it and which version of tamis goes on with it. A NULL
 * `buf` with `cap` 0 asks for the length alone, and returns OK.
 *
 * Threads: any; never blocks. Ownership: all pointers are borrowed for the call.
 * Errors: NULL, BUFFER (`cap` is too small; `len` has the needed length, `buf` is untouched), PANIC.
 *
 * Pointers:
 * `bytes` is NULL or has `bytes_len` readable bytes; `buf` is NULL or has `cap` writable bytes; `len` is NULL or points to
 * a writable `size_t`.
 */
tam_status tam_checkpoint_message(const uint8_t *bytes,
                                  size_t bytes_len,
                                  char *buf,
                                  size_t cap,
                                  size_t *len);

/**
 * Writes a checkpoint as a word that a person can copy to another device: "tamis1-" and letters, digits, "-" and "_",
 * NUL-terminated, to `buf`, and its length in bytes, NUL included, to `len`. A NULL `buf` with `cap` 0 asks for the
 * length alone, and returns OK.
 *
 * Threads: any; never blocks. Ownership: all pointers are borrowed for the call.
 * Errors: NULL, FOREIGN, TRUNCATED or ALTERED (`bytes` are no whole checkpoint), BUFFER (`cap` is too small; `len` has the
 * needed length, `buf` is untouched), PANIC.
 *
 * Pointers:
 * `bytes` is NULL or has `bytes_len` readable bytes; `buf` is NULL or has `cap` writable bytes; `len` is NULL or points to
 * a writable `size_t`.
 */
tam_status tam_checkpoint_to_text(const uint8_t *bytes,
                                  size_t bytes_len,
                                  char *buf,
                                  size_t cap,
                                  size_t *len);

/**
 * Writes the checkpoint of such a word to `buf` and its length in bytes to `len`. Spaces and line ends anywhere in the text
 * do not matter. A NULL `buf` with `cap` 0 asks for the length alone, and returns OK.
 *
 * Threads: any; never blocks. Ownership: all pointers are borrowed for the call.
 * Errors: NULL, FOREIGN (no checkpoint as text), TRUNCATED (cut short), ALTERED (damaged), BUFFER (`cap` is too small; `len`
 * has the needed length, `buf` is untouched), PANIC.
 *
 * Pointers:
 * `text` is NULL or a NUL-terminated string; `buf` is NULL or has `cap` writable bytes; `len` is NULL or points to a
 * writable `size_t`.
 */
tam_status tam_checkpoint_from_text(const char *text,
                                    uint8_t *buf,
                                    size_t cap,
                                    size_t *len);

/**
 * Moves the next values of a stream (a job of kind `TAM_KIND_LIST_PRIMES`, or another that says so), in order, to `buf`: as many as are there,
 * `cap` at most, and writes how many to `len`; 0 says that there are no more, and the job is done. The
 * members of a k-tuplet are moved together, and so are other values that belong together.
 *
 * Waits at most `timeout_ms` milliseconds for the first value; a negative number waits for ever, 0 only
 * looks. While nobody reads, the job goes on until 64 megabytes wait (natively 256), and then rests. Whoever
 * wants no more frees or cancels the job. A job started with `tam_job_start_external` is read in the same way:
 * after a call, `tam_job_take_chunk` may have chunks again.
 *
 * Threads: any, one at a time; blocks, and so is refused on the browser's main thread unless `timeout_ms` is 0.
 * Ownership: all pointers are borrowed for the call.
 * Errors: NULL, HANDLE, BUFFER (`cap` is less than k; `len` has it), TIMEOUT (nothing is there yet), CANCELLED, FAILED,
 * STATE (no stream, not started, or another thread reads), MAIN_THREAD, PANIC.
 *
 * Pointers:
 * `buf` has room for `cap` values; `len` is NULL or points to a writable `size_t`.
 */
tam_status tam_job_read_u64(tam_job *job,
                            int64_t timeout_ms,
                            uint64_t *buf,
                            size_t cap,
                            size_t *len);

/**
 * The same with values of 32 bits.
 *
 * Threads: any, one at a time; blocks, and so is refused on the browser's main thread unless `timeout_ms` is 0.
 * Ownership: all pointers are borrowed for the call.
 * Errors: as `tam_job_read_u64`; RANGE (the job's STOP exceeds `UINT32_MAX`).
 *
 * Pointers:
 * `buf` has room for `cap` values; `len` is NULL or points to a writable `size_t`.
 */
tam_status tam_job_read_u32(tam_job *job,
                            int64_t timeout_ms,
                            uint32_t *buf,
                            size_t cap,
                            size_t *len);

/**
 * The same as bytes, in `format`, a `TAM_FORMAT_` number: whole lines or numbers only. A stream may be
 * read in different ways, but differences go on from the last difference.
 *
 * Threads: any, one at a time; blocks, and so is refused on the browser's main thread unless `timeout_ms` is 0.
 * Ownership: all pointers are borrowed for the call.
 * Errors: as `tam_job_read_u64`; BUFFER (`cap` is less than 160; `len` has it), RANGE (no such format, or differences of k-tuplets),
 * MEMORY.
 *
 * Pointers:
 * `buf` has `cap` writable bytes; `len` is NULL or points to a writable `size_t`.
 */
tam_status tam_job_read_bytes(tam_job *job,
                              int32_t format,
                              int64_t timeout_ms,
                              uint8_t *buf,
                              size_t cap,
                              size_t *len);

/**
 * Makes an iterator that stands at `start`, see `tam_iter_skip_to`.
 *
 * The fastest way to use one is `tam_cursor` (below), which keeps a batch of primes at hand.
 *
 * Threads: any; never blocks. Ownership: the caller owns the handle and frees it with `tam_iter_free`.
 * Errors: NULL, LIMIT (more than `TAM_MAX_JOBS` jobs and iterators live), PANIC.
 *
 * Pointers:
 * `iter` is NULL or points to a writable pointer.
 */
tam_status tam_iter_new(uint64_t start,
                        tam_iter **iter);

/**
 * Goes to `n`: the next prime will be the least that is not less than `n`, the one before the greatest that is not
 * greater.
 *
 * Threads: any, one at a time; never blocks. Ownership: the handle is borrowed for the call.
 * Errors: NULL, HANDLE, STATE (another thread uses it), PANIC.
 */
tam_status tam_iter_skip_to(tam_iter *iter,
                            uint64_t n);

/**
 * Goes to 0 and gives the iterator's memory back.
 *
 * Threads: any, one at a time; never blocks. Ownership: the handle is borrowed for the call.
 * Errors: NULL, HANDLE, STATE (another thread uses it), PANIC.
 */
tam_status tam_iter_clear(tam_iter *iter);

/**
 * Writes the prime behind the one that was returned last.
 *
 * Threads: any but the browser's main thread, one at a time; blocks while it sieves (microseconds below 10^9, up to a few seconds near
 * 2^64). Ownership: both pointers are borrowed for the call.
 * Errors: NULL, HANDLE, RANGE (there is none below 2^64; the position stays), STATE (another thread uses it), MEMORY,
 * MAIN_THREAD, PANIC.
 *
 * Pointers:
 * `prime` is NULL or points to a writable `uint64_t`.
 */
tam_status tam_iter_next(tam_iter *iter,
                         uint64_t *prime);

/**
 * Writes the prime before the one that was returned last.
 *
 * Threads: any but the browser's main thread, one at a time; blocks while it sieves. Ownership: both pointers are borrowed for the
 * call.
 * Errors: NULL, HANDLE, RANGE (there is none below 2; the position stays), STATE (another thread uses it), MEMORY,
 * MAIN_THREAD, PANIC.
 *
 * Pointers:
 * `prime` is NULL or points to a writable `uint64_t`.
 */
tam_status tam_iter_prev(tam_iter *iter,
                         uint64_t *prime);

/**
 * Writes where the next primes lie, ascending, and how many there are: some hundreds to thousands. A batch counts as
 * one step: the next one follows its last prime. Behind its last prime lies a 0.
 *
 * Threads: any but the browser's main thread, one at a time; blocks while it sieves. Ownership: the primes are the
 * iterator's, and there until its next call.
 * Errors: NULL, HANDLE, RANGE (there are none below 2^64; the position stays), STATE (another thread uses it), MEMORY,
 * MAIN_THREAD, PANIC.
 *
 * Pointers:
 * `primes` is NULL or points to a writable pointer; `len` is NULL or points to a writable `size_t`.
 */
tam_status tam_iter_next_batch(tam_iter *iter,
                               const uint64_t **primes,
                               size_t *len);

/**
 * Writes where the primes before lie, ascending, and how many there are. A batch counts as one step: the one before it
 * ends with the prime before its first. Behind its last prime lies a 0.
 *
 * Threads: any but the browser's main thread, one at a time; blocks while it sieves. Ownership: the primes are the
 * iterator's, and there until its next call.
 * Errors: NULL, HANDLE, RANGE (there are none below 2; the position stays), STATE (another thread uses it), MEMORY,
 * MAIN_THREAD, PANIC.
 *
 * Pointers:
 * `primes` is NULL or points to a writable pointer; `len` is NULL or points to a writable `size_t`.
 */
tam_status tam_iter_prev_batch(tam_iter *iter,
                               const uint64_t **primes,
                               size_t *len);

/**
 * Frees an iterator. NULL is fine. The handle is dead afterwards.
 *
 * Threads: any; never blocks. Ownership: takes the handle.
 * Errors: HANDLE (freed before, or never an iterator), PANIC.
 */
tam_status tam_iter_free(tam_iter *iter);

/**
 * Switches the flight recorder on: from now on each thread keeps its last `events` events (a chunk run, a result merged, a
 * wait for work; 32 bytes each), 16 to 65,536. What was recorded before is dropped. It costs two looks at the clock
 * a chunk while it is on, and nothing while it is off.
 *
 * Threads: any but the browser's main thread; locks briefly. Ownership: nothing is passed.
 * Errors: RANGE, MAIN_THREAD, PANIC.
 */
tam_status tam_trace_start(uint32_t events);

/**
 * Switches the flight recorder off. What was recorded can be read until it is switched on again. Fine when it is off.
 *
 * Threads: any; never blocks. Ownership: nothing is passed. Errors: PANIC.
 */
tam_status tam_trace_stop(void);

/**
 * Copies what was recorded to `buf`, as NUL-terminated JSON in the trace event format, which Perfetto and the Firefox
 * profiler open, and writes its length in bytes, NUL included, to `len`. Works while it records; a NULL `buf` with `cap` 0 asks
 * for the length alone, and returns OK. The length grows while jobs run, so stop first, or ask again.
 *
 * Times are microseconds since `tam_trace_start`. Events name their job by a number: the first job of the process is 1.
 *
 * Threads: any but the browser's main thread; locks briefly. Ownership: both pointers are borrowed for the call.
 * Errors: NULL, STATE (nothing was ever recorded), BUFFER (`cap` is too small; `len` has the needed length, `buf` is
 * untouched), MAIN_THREAD, PANIC.
 *
 * Pointers:
 * `buf` is NULL or has `cap` writable bytes; `len` is NULL or points to a writable `size_t`.
 */
tam_status tam_trace_json(char *buf,
                          size_t cap,
                          size_t *len);

/**
 * Starts a job whose chunks are run elsewhere, and returns at once. Needs no threads.
 *
 * A job that was restored with all its chunks merged ends at once; for `TAM_KIND_NTH_PRIME` that takes its last
 * steps here (milliseconds, near 2^64 seconds).
 *
 * Then, until the state is neither RUNNING nor PAUSED: `tam_job_take_chunk` here, `tam_job_run_chunk` there,
 * `tam_job_put_chunk` here, or `tam_job_return_chunk` when whoever ran it was lost.
 *
 * Threads: any; never blocks. Ownership: the handle is borrowed for the call.
 * Errors: NULL, HANDLE, RANGE (parameters that do not fit each other), STATE (started before), PANIC.
 */
tam_status tam_job_start_external(tam_job *job);

/**
 * Writes how many chunks the job has. It follows from the parameters alone and fixes them.
 *
 * Threads: any; never blocks. Ownership: both pointers are borrowed for the call.
 * Errors: NULL, HANDLE, RANGE (parameters that do not fit each other), PANIC.
 *
 * Pointers:
 * `chunks` is NULL or points to a writable `uint64_t`.
 */
tam_status tam_job_chunks(const tam_job *job, uint64_t *chunks);

/**
 * Writes the number of the next chunk to run elsewhere.
 *
 * Some chunks are cheaper in a row, for one runner: who brings one back and takes the next gets the one behind it. With several
 * chunks at once for each runner, use `tam_job_take_chunk_after`.
 *
 * Threads: any; locks briefly. Ownership: both pointers are borrowed for the call.
 * Errors: NULL, HANDLE, CANCELLED, FAILED, STATE (none is to be handed out now: all are out or are soon reached by
 * those who are at it, or too many wait for an earlier one; or the job is paused or not running), PANIC.
 *
 * Pointers:
 * `chunk` is NULL or points to a writable `uint64_t`.
 */
tam_status tam_job_take_chunk(tam_job *job,
                              uint64_t *chunk);

/**
 * As `tam_job_take_chunk`, for a runner whose last chunk was `last`, which may still be out: the one behind it, if it is to
 * be had. Any other number is as good as none.
 *
 * Threads: any; locks briefly. Ownership: both pointers are borrowed for the call.
 * Errors: NULL, HANDLE, CANCELLED, FAILED, STATE (as for `tam_job_take_chunk`), PANIC.
 *
 * Pointers:
 * `chunk` is NULL or points to a writable `uint64_t`.
 */
tam_status tam_job_take_chunk_after(tam_job *job,
                                    uint64_t last,
                                    uint64_t *chunk);

/**
 * Runs chunk `chunk` on the calling thread, and writes its result to `buf` and the result's length in
 * bytes to `len`. The job is one with the same kind and parameters as the one that merges; it is
 * never started, and its parameters are fixed from now on. The length depends on the kind: 8 bytes
 * for a count.
 *
 * Threads: any; blocks while the chunk runs (milliseconds to a few seconds). `tam_job_cancel` of
 * this job from another thread ends it within milliseconds. Ownership: all pointers are borrowed for
 * the call.
 * Errors: NULL, HANDLE, RANGE (no such chunk, or parameters that do not fit each other), BUFFER (`len`
 * has the needed length, but the chunk has to be run again), CANCELLED, MEMORY, MAIN_THREAD, PANIC.
 *
 * Pointers:
 * `buf` has `cap` writable bytes; `len` is NULL or points to a writable `size_t`.
 */
tam_status tam_job_run_chunk(tam_job *job,
                             uint64_t chunk,
                             uint8_t *buf,
                             size_t cap,
                             size_t *len);

/**
 * Brings back the result of a chunk that was taken; what is in order is merged, and the last chunk
 * ends the job. A chunk that comes back twice counts once.
 *
 * Threads: any; locks briefly. Ownership: `bytes` is borrowed for the call.
 * Errors: NULL, HANDLE, FORMAT (not a result of this kind), RANGE (no such chunk, or it was never
 * taken), CANCELLED, FAILED, STATE (not running), PANIC.
 *
 * Pointers:
 * `bytes` is NULL or has `len` readable bytes.
 */
tam_status tam_job_put_chunk(tam_job *job, uint64_t chunk, const uint8_t *bytes, size_t len);

/**
 * Says that whoever ran a chunk is lost; it will be handed out again.
 *
 * Threads: any; locks briefly. Ownership: the handle is borrowed for the call.
 * Errors: NULL, HANDLE, RANGE (no such chunk), STATE (never started), PANIC. A chunk that is not out
 * is left as it is, with OK.
 */
tam_status tam_job_return_chunk(tam_job *job,
                                uint64_t chunk);

/**
 * An iterator with a batch of primes at hand: a step costs a load and a comparison. Its fields are for the functions
 * below, but `status`, which says why a step gave 0: TAM_ERR_RANGE at either end, where the cursor stays, or
 * another error. While it gives primes, `status` is of no interest.
 *
 *     tam_cursor cursor;
 *     if (tam_cursor_init(&cursor, 1000) != TAM_OK) ...
 *     while ((prime = tam_cursor_next(&cursor)) != 0 && prime < 2000) ...
 *     tam_cursor_free(&cursor);
 *
 * Threads: one at a time; steps may block while they sieve, and are refused on the browser's main thread
 * (TAM_ERR_MAIN_THREAD in `status`). Ownership: the cursor owns its iterator until tam_cursor_free. A struct of zeros is none yet:
 * to free it is fine, and skip_to and clear give TAM_ERR_NULL, but `next` and `prev` may not be called before one of these or
 * tam_cursor_init (to look out for that at each step would cost 7 in 100 of a loop's time).
 */
typedef struct tam_cursor {
  tam_iter *iter;
  /* The batch and, behind it, a 0, which alone `next` looks for; `at` is behind the prime that was returned last. */
  const uint64_t *first, *end, *at;
  tam_status status;
} tam_cursor;

/** For the functions below, and for tamis.hpp: a cursor without a batch. */
static inline void tam_cursor_empty(tam_cursor *cursor) {
  static const uint64_t none[2] = {0, 0};
  cursor->first = none;
  cursor->end = cursor->at = none + 1;
}

/** Goes to n: the next prime will be the least >= n, the one before the greatest <= n. */
static inline tam_status tam_cursor_skip_to(tam_cursor *cursor, uint64_t n) {
  tam_cursor_empty(cursor);
  return cursor->status = tam_iter_skip_to(cursor->iter, n);
}

/** Makes a cursor that stands at start. */
static inline tam_status tam_cursor_init(tam_cursor *cursor, uint64_t start) {
  /* No address of a field is given away, so that a compiler may keep the cursor in registers. */
  tam_iter *iter = NULL;
  cursor->status = tam_iter_new(start, &iter);
  cursor->iter = iter;
  tam_cursor_empty(cursor);
  return cursor->status;
}

/** Goes to 0 and gives the iterator's memory back. */
static inline tam_status tam_cursor_clear(tam_cursor *cursor) {
  tam_cursor_empty(cursor);
  return cursor->status = tam_iter_clear(cursor->iter);
}

/** Frees what the cursor owns. Fine to call twice, and after a failed tam_cursor_init. */
static inline void tam_cursor_free(tam_cursor *cursor) {
  tam_iter_free(cursor->iter);
  cursor->iter = NULL;
  tam_cursor_empty(cursor);
}

/** The prime behind the one returned last; 0 at the end or after an error, see status. */
static inline uint64_t tam_cursor_next(tam_cursor *cursor) {
  if (*cursor->at == 0) {
    const uint64_t *primes;
    size_t len;
    cursor->status = tam_iter_next_batch(cursor->iter, &primes, &len);
    if (cursor->status != TAM_OK) {
      return 0;
    }
    cursor->first = cursor->at = primes;
    cursor->end = primes + len;
  }
  return *cursor->at++;
}

/** The prime before the one returned last; 0 before 2 or after an error, see status. */
static inline uint64_t tam_cursor_prev(tam_cursor *cursor) {
  /* Never before `first`: even an empty cursor stands one behind it. */
  const uint64_t *at = cursor->at - 1;
  if (at == cursor->first) {
    const uint64_t *primes;
    size_t len;
    cursor->status = tam_iter_prev_batch(cursor->iter, &primes, &len);
    if (cursor->status != TAM_OK) {
      return 0;
    }
    cursor->first = primes;
    cursor->end = at = primes + len;
  }
  cursor->at = at;
  return at[-1];
}

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* TAMIS_H */

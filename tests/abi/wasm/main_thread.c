/* main() on a page's own thread, which must never block: blocking calls refuse, a job is polled. */
#include "check.h"

#include <emscripten.h>

static tam_job *job, *list;
static uint64_t listed;
static double begun;

/* Single numbers are answered at once; what needs the threads is refused. */
static void numbers(void)
{
    uint64_t factors[TAM_MAX_FACTORS] = {0}, value = 77;
    uint32_t exponents[TAM_MAX_FACTORS];
    int64_t sum = 77;
    int32_t prime = 77;
    uint8_t bytes[2];
    size_t len = 77;
    CHECK_OK(tam_is_prime(UINT64_MAX - 58, &prime));
    CHECK(prime == 1);
    CHECK_OK(tam_factor(UINT64_MAX, factors, exponents, TAM_MAX_FACTORS, &len));
    CHECK(len == 7);
    CHECK_STATUS(tam_factor_u128(15, 1, factors, exponents, 1, &len), TAM_ERR_MAIN_THREAD);
    CHECK_STATUS(tam_is_prime_many(factors, 2, bytes), TAM_ERR_MAIN_THREAD);
    CHECK_STATUS(tam_mertens(10, &sum), TAM_ERR_MAIN_THREAD);
    CHECK_STATUS(tam_goldbach(10, &value), TAM_ERR_MAIN_THREAD);
    CHECK_STATUS(tam_euler_phis(1, 2, factors, 2, &len), TAM_ERR_MAIN_THREAD);
    CHECK_STATUS(tam_factorial_exponents(5, NULL, NULL, 0, &len), TAM_ERR_MAIN_THREAD);
    CHECK(value == 77 && sum == 77 && len == 7);
}

static int32_t never(void *user, const uint64_t *primes, size_t len)
{
    (void)user, (void)primes, (void)len;
    CHECK(!"called");
    return 1;
}

static void blocking_calls_refuse_and_the_others_work(void)
{
    uint64_t count = 77, min, max;
    uint8_t bytes[64], checkpoint[512];
    size_t len = 77;
    uint32_t threads = 0;
    int32_t state = -1;
    uint8_t line[160];
    tam_cursor cursor;
    tam_job *other = NULL;
    CHECK_STATUS(tam_count_primes(0, 1000, &count), TAM_ERR_MAIN_THREAD);
    CHECK_U64(count, 77);
    REQUIRE_OK(tam_init(2)); /* the pool's workers are there already: this does not wait */
    CHECK_OK(tam_threads(&threads));
    CHECK(threads == 2);
    CHECK_STATUS(tam_shutdown(), TAM_ERR_MAIN_THREAD);
    CHECK_OK(tam_param_bounds(TAM_KIND_COUNT_PRIMES, TAM_PARAM_STOP, &min, &max));

    REQUIRE_OK(tam_job_new(TAM_KIND_COUNT_PRIMES, &job));
    CHECK_OK(tam_job_set_u64(job, TAM_PARAM_STOP, 1000000000));
    CHECK_OK(tam_job_start(job));
    CHECK_STATUS(tam_job_wait(job, -1), TAM_ERR_MAIN_THREAD);
    CHECK_STATUS(tam_job_wait(job, 1), TAM_ERR_MAIN_THREAD);
    CHECK(tam_job_wait(job, 0) != TAM_ERR_MAIN_THREAD); /* only looks */
    CHECK_OK(tam_job_state(job, &state));
    CHECK_OK(tam_job_pause(job));
    CHECK_OK(tam_job_set_u64(job, TAM_PARAM_THREADS, 2));
    CHECK_OK(tam_job_checkpoint(job, checkpoint, sizeof checkpoint, &len));
    CHECK_OK(tam_job_restore(checkpoint, len, &other));
    CHECK_OK(tam_job_free(other));
    CHECK_OK(tam_job_resume(job));
    len = 77;

    CHECK_STATUS(tam_count_tuplets(2, 0, 1000, &count), TAM_ERR_MAIN_THREAD);
    CHECK_STATUS(tam_nth_prime_from(1, 0, &count), TAM_ERR_MAIN_THREAD);
    CHECK_STATUS(tam_prime_pi(100, &count), TAM_ERR_MAIN_THREAD);
    CHECK_STATUS(tam_nth_prime(100, &count), TAM_ERR_MAIN_THREAD);
    CHECK_STATUS(tam_generate_primes(0, 10, &count, 1, &len), TAM_ERR_MAIN_THREAD);
    CHECK_STATUS(tam_generate_primes(0, 10, NULL, 0, &len), TAM_ERR_MAIN_THREAD);
    CHECK_STATUS(tam_for_each_prime(0, 10, never, NULL), TAM_ERR_MAIN_THREAD);
    numbers();
    REQUIRE_OK(tam_cursor_init(&cursor, 1000));
    CHECK_U64(tam_cursor_next(&cursor), 0);
    CHECK_STATUS(cursor.status, TAM_ERR_MAIN_THREAD);
    CHECK_OK(tam_cursor_skip_to(&cursor, 5));
    tam_cursor_free(&cursor);
    CHECK(count == 77 && len == 77);

    REQUIRE_OK(tam_job_new(TAM_KIND_LIST_PRIMES, &list));
    CHECK_OK(tam_job_set_u64(list, TAM_PARAM_STOP, 10000000));
    CHECK_OK(tam_job_start(list));
    CHECK_STATUS(tam_job_read_u64(list, -1, &count, 1, &len), TAM_ERR_MAIN_THREAD);
    CHECK_STATUS(tam_job_read_bytes(list, TAM_FORMAT_TEXT, 1, line, sizeof line, &len), TAM_ERR_MAIN_THREAD);
    CHECK(count == 77 && len == 77);

    REQUIRE_OK(tam_job_new(TAM_KIND_SELF_TEST, &other));
    CHECK_STATUS(tam_job_run_chunk(other, 0, bytes, sizeof bytes, &len), TAM_ERR_MAIN_THREAD);
    CHECK(len == 77);
    CHECK_OK(tam_job_cancel(other));
    CHECK_OK(tam_job_free(other));
    begun = check_now_ms();
}

static void more_threads_than_the_pool_has_are_an_error_and_not_a_hang(void)
{
    /* Emscripten's pool is the machine's threads + 2, and a worker more cannot start while main() runs. */
    CHECK_STATUS(tam_init(TAM_MAX_THREADS), TAM_ERR_THREADS);
}

static void a_polled_job_ends_with_the_right_count(void)
{
    uint64_t count = 0, done = 0, total = 0;
    CHECK_OK(tam_job_wait(job, 0));
    CHECK_OK(tam_job_progress(job, &done, &total));
    CHECK_U64(done, total);
    CHECK_OK(tam_job_result_u64(job, &count));
    CHECK_U64(count, 50847534); /* A006880(9) */
    CHECK_OK(tam_job_free(job));
}

static void a_polled_stream_gives_all_its_values(void)
{
    uint64_t count = 0;
    CHECK_U64(listed, 664579); /* A006880(7) */
    CHECK_OK(tam_job_result_u64(list, &count));
    CHECK_U64(count, listed);
    CHECK_OK(tam_job_free(list));
}

/* What is there is read; 1 while there may be more. */
static int read_on(void)
{
    static uint64_t buf[65536];
    size_t len = 0;
    tam_status status = tam_job_read_u64(list, 0, buf, 65536, &len);
    if (status == TAM_OK) listed += len;
    return status == TAM_ERR_TIMEOUT || (status == TAM_OK && len > 0);
}

static void poll(void *unused)
{
    int more = read_on();
    int32_t state = TAM_STATE_NEW;
    (void)unused;
    if (((tam_job_state(job, &state) == TAM_OK && state == TAM_STATE_RUNNING) || more) && check_now_ms() - begun < 60000) {
        emscripten_async_call(poll, NULL, 20);
        return;
    }
    RUN("main-thread", a_polled_job_ends_with_the_right_count);
    RUN("main-thread", a_polled_stream_gives_all_its_values);
    emscripten_force_exit(check_summary());
}

static void start(void *unused)
{
    (void)unused;
    RUN("main-thread", blocking_calls_refuse_and_the_others_work);
    if (job == NULL) emscripten_force_exit(check_summary());
    emscripten_async_call(poll, NULL, 20);
}

int main(void)
{
    RUN("main-thread", more_threads_than_the_pool_has_are_an_error_and_not_a_hang);
    /* The threads that did start end again, but the page takes their workers back only when main() has
     * returned and their messages have arrived. EXIT_RUNTIME does not end the program while a call is due. */
    emscripten_async_call(start, NULL, 500);
    return 0;
}

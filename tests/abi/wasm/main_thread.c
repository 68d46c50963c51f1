/* main() on a page's own thread, which must never block: blocking calls refuse, a job is polled. */
#include "check.h"

#include <emscripten.h>

static tam_job *job;
static double begun;

static void blocking_calls_refuse_and_the_others_work(void)
{
    uint64_t count = 77, min, max;
    uint8_t bytes[64];
    size_t len = 77;
    uint32_t threads = 0;
    int32_t state = -1;
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

static void poll(void *unused)
{
    int32_t state = TAM_STATE_NEW;
    (void)unused;
    if (tam_job_state(job, &state) == TAM_OK && state == TAM_STATE_RUNNING && check_now_ms() - begun < 60000) {
        emscripten_async_call(poll, NULL, 20);
        return;
    }
    RUN("main-thread", a_polled_job_ends_with_the_right_count);
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

/* The flight recorder: what it refuses, and that it has every chunk of a job that ran while it was on. */
#include "suites.h"

#include <stdlib.h>
#include <string.h>

/* The trace as text, to be freed. */
static char *trace(void)
{
    size_t len = 0, cap = 0;
    char *text = NULL;
    tam_status s;
    /* It may grow between the question and the copy. */
    while ((s = tam_trace_json(text, cap, &len)) == TAM_OK ? text == NULL : s == TAM_ERR_BUFFER) {
        free(text);
        cap = len + 4096;
        text = malloc(cap);
        if (text == NULL) break;
    }
    CHECK_OK(s);
    if (text != NULL) CHECK(strlen(text) + 1 == len);
    return text;
}

static size_t times(const char *text, const char *what)
{
    size_t count = 0;
    while ((text = strstr(text, what)) != NULL) {
        count++;
        text++;
    }
    return count;
}

static void run_self_test(uint64_t chunks)
{
    tam_job *job = new_self_test(chunks, 100);
    CHECK_OK(tam_job_start(job));
    CHECK_U64(finish(job), self_test_answer(chunks));
}

static void nothing_recorded_is_a_state_error(void)
{
    size_t len = 77;
    char buf[8];
    CHECK_OK(tam_trace_stop()); /* off already is fine */
    CHECK_STATUS(tam_trace_json(buf, sizeof buf, &len), TAM_ERR_STATE);
    CHECK(len == 77);
}

static void absurd_sizes_are_refused(void)
{
    static const uint32_t absurd[] = {0, 15, 65537, UINT32_MAX};
    size_t i;
    for (i = 0; i < sizeof absurd / sizeof absurd[0]; i++) CHECK_STATUS(tam_trace_start(absurd[i]), TAM_ERR_RANGE);
}

static void every_chunk_of_a_job_is_in_the_trace_with_its_merge(void)
{
    size_t len = 0;
    char few[4] = "abc";
    char *text;
    CHECK_OK(tam_trace_start(1024));
    run_self_test(40);
    CHECK_OK(tam_trace_stop());
    run_self_test(7); /* not recorded */
    CHECK_OK(tam_shutdown()); /* the last merge ends the job, and is written down after that */
    text = trace();
    REQUIRE(text != NULL);
    CHECK(strncmp(text, "{\"displayTimeUnit\"", 18) == 0);
    CHECK_U64(times(text, "\"name\":\"chunk\""), 40);
    CHECK_U64(times(text, "\"name\":\"merge\""), 40);
    CHECK(times(text, ", chunk 39\"") == 2);
    CHECK(times(text, "\"thread_name\"") >= 1);
    free(text);
    CHECK_STATUS(tam_trace_json(few, sizeof few, &len), TAM_ERR_BUFFER);
    CHECK(len > sizeof few && strcmp(few, "abc") == 0);
}

static void the_newest_events_are_kept(void)
{
    char *text;
    CHECK_OK(tam_init(1));
    CHECK_OK(tam_trace_start(16));
    run_self_test(1000);
    CHECK_OK(tam_trace_stop());
    CHECK_OK(tam_shutdown());
    text = trace();
    REQUIRE(text != NULL);
    /* The one thread's ring; the last event is the merge of the last chunk. */
    CHECK(times(text, "\"ph\":\"X\"") == 16);
    CHECK(times(text, ", chunk 999\"") == 2);
    CHECK(times(text, ", chunk 0\"") == 0);
    free(text);
}

void suite_traces(void)
{
    const char *suite = "traces";
    RUN(suite, nothing_recorded_is_a_state_error);
    RUN(suite, absurd_sizes_are_refused);
    RUN(suite, every_chunk_of_a_job_is_in_the_trace_with_its_merge);
    RUN(suite, the_newest_events_are_kept);
}

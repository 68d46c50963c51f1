// Tests of tamis.hpp as a C++17 program with exceptions sees it.
#include "tamis.hpp" // first: it must need nothing before it

#include "check.h"

#include <atomic>
#include <string>
#include <thread>
#include <type_traits>
#include <vector>

using namespace std::chrono_literals;

void suite_lists(); // lists.cpp

namespace {

tamis::job self_test(std::uint64_t chunks, std::uint64_t steps = 0)
{
    tamis::job job(TAM_KIND_SELF_TEST);
    job.set(TAM_PARAM_TEST_CHUNKS, chunks).set(TAM_PARAM_TEST_STEPS, steps);
    return job;
}

tamis::job endless()
{
    tamis::job job(TAM_KIND_COUNT_PRIMES);
    job.set(TAM_PARAM_STOP, std::uint64_t(1) << 63);
    return job;
}

std::uint64_t self_test_answer(std::uint64_t chunks) { return chunks * (chunks - 1) / 2; }

// The status that a call throws; TAM_OK when it throws nothing.
template <class Call> tam_status thrown(Call call, std::string *what = nullptr)
{
    try {
        call();
    } catch (const tamis::error &e) {
        if (what != nullptr) *what = e.what();
        CHECK(std::string(e.what()).size() > 5);
        return e.status();
    }
    return TAM_OK;
}

void version_and_status_text_are_the_c_ones()
{
    CHECK(tamis::version() == TAM_VERSION);
    CHECK(tamis::status_text(TAM_ERR_RANGE) == tam_status_text(TAM_ERR_RANGE));
}

void objects_move_and_do_not_copy()
{
    static_assert(!std::is_copy_constructible_v<tamis::job>);
    static_assert(!std::is_copy_assignable_v<tamis::job>);
    static_assert(std::is_nothrow_move_constructible_v<tamis::job>);
    static_assert(std::is_nothrow_move_assignable_v<tamis::job>);
    static_assert(!std::is_copy_constructible_v<tamis::library>);
    static_assert(std::is_nothrow_move_constructible_v<tamis::library>);
    static_assert(std::is_base_of_v<std::exception, tamis::error>);
    static_assert(!std::is_convertible_v<int, tamis::job>);

    tamis::job a = self_test(10);
    tam_job *handle = a.handle();
    tamis::job b = std::move(a);
    CHECK(!a && b.handle() == handle);
    tamis::job c = self_test(20);
    tam_job *old = c.handle();
    c = std::move(b);
    CHECK(c.handle() == handle && !b);
    std::int32_t state = 0;
    CHECK_STATUS(tam_job_state(old, &state), TAM_ERR_HANDLE); // what it owned before was freed
    tamis::job &self = c;
    c = std::move(self);
    CHECK(c.handle() == handle);
    c.reset();
    CHECK(!c);
    CHECK_STATUS(tam_job_state(handle, &state), TAM_ERR_HANDLE);
}

void a_job_frees_its_handle_at_the_end_of_its_scope()
{
    tam_job *handle = nullptr;
    std::int32_t state = 0;
    {
        tamis::job job = endless();
        job.start();
        handle = job.handle();
        CHECK_OK(tam_job_state(handle, &state));
    }
    CHECK_STATUS(tam_job_state(handle, &state), TAM_ERR_HANDLE);

    tamis::job job = self_test(1);
    tam_job *released = job.release();
    CHECK(!job && released != nullptr);
    CHECK_OK(tam_job_free(released));
}

void a_freed_handle_in_a_job_is_caught()
{
    tamis::job job = self_test(1);
    CHECK_OK(tam_job_free(job.handle())); // behind its back
    CHECK_STATUS(thrown([&] { job.start(); }), TAM_ERR_HANDLE);
    // and its destructor must not mind
}

void an_empty_job_answers_null()
{
    tamis::job empty;
    CHECK(!empty);
    CHECK_STATUS(thrown([&] { empty.start(); }), TAM_ERR_NULL);
    CHECK_STATUS(thrown([&] { (void)empty.result(); }), TAM_ERR_NULL);
    CHECK_STATUS(thrown([&] { (void)empty.wait_for(1ms); }), TAM_ERR_NULL);
    CHECK_STATUS(thrown([&] { (void)empty.message(); }), TAM_ERR_NULL);
    CHECK_STATUS(thrown([&] { (void)empty.take_chunk(); }), TAM_ERR_NULL);
    CHECK_STATUS(thrown([&] { (void)empty.take_chunk_after(0); }), TAM_ERR_NULL);
}

void a_job_runs_to_its_result()
{
    tamis::job job = self_test(500, 1000);
    CHECK(job.state() == tamis::state::created);
    CHECK_U64(job.param(TAM_PARAM_TEST_CHUNKS), 500);
    CHECK(job.start().wait() == tamis::state::done);
    CHECK(job.state() == tamis::state::done);
    CHECK_U64(job.result(), self_test_answer(500));
    CHECK_U64(job.get(), self_test_answer(500));
    CHECK(job.progress().done == 500 && job.progress().total == 500 && job.progress().fraction() == 1.0);
    CHECK(tamis::progress{}.fraction() == 0.0);
    const auto phases = job.phases();
    CHECK(phases.size() == 2 && phases[0].name == "first half" && phases[1].name == "second half");
    CHECK(phases[0].progress.total + phases[1].progress.total == 500 && phases[1].progress.fraction() == 1.0);
    CHECK(phases[0].state == tamis::phase_state::done && self_test(3).phases().empty());
    CHECK(self_test(3).start().get() == 3);
}

void primes_are_counted()
{
    CHECK_U64(tamis::count_primes(0, 1000000), 78498); // A006880(6)
    CHECK_STATUS(thrown([] { (void)tamis::count_primes(2, 1); }), TAM_ERR_RANGE);
}

void the_heartbeats_are_as_many_as_the_threads()
{
    CHECK_U64(tamis::count_primes(0, 1000000), 78498); // A006880(6), and the threads run
    const tamis::heartbeat_words beats = tamis::heartbeats();
    CHECK(beats.count == tamis::threads() && beats.words != nullptr);
}

void the_piece_of_the_sieve_is_measured_and_set()
{
    tam_status s = TAM_OK;
    const std::uint64_t bytes = tamis::tune();
    tamis::set_piece_bytes(bytes);
    tamis::set_piece_bytes(bytes + 1, s);
    CHECK_STATUS(s, TAM_ERR_RANGE);
    CHECK_STATUS(thrown([] { tamis::set_piece_bytes(0); }), TAM_ERR_RANGE);
    CHECK(tamis::tune(s) >= 16384 && s == TAM_OK);
    tamis::set_piece_bytes(32768, s); // the usual one
    CHECK_OK(s);
}

void what_the_threads_did_is_recorded()
{
    tam_status s = TAM_OK;
    CHECK_STATUS(thrown([] { (void)tamis::trace_json(); }), TAM_ERR_STATE);
    tamis::trace_start(1, s);
    CHECK_STATUS(s, TAM_ERR_RANGE);
    tamis::trace_start();
    CHECK(self_test(3).start().get() == 3);
    tamis::trace_stop();
    const std::string json = tamis::trace_json();
    CHECK(json.find("chunk 2\"") != std::string::npos && json.substr(json.size() - 3) == "]}\n");
}

void errors_carry_status_and_sentence()
{
    std::string what;
    CHECK_STATUS(thrown([] { tamis::job(12345); }, &what), TAM_ERR_KIND);
    CHECK(what == tamis::status_text(TAM_ERR_KIND));
    tamis::job job = self_test(10);
    CHECK_STATUS(thrown([&] { job.set(TAM_PARAM_START, 1); }), TAM_ERR_PARAM);
    CHECK_STATUS(thrown([&] { job.set(TAM_PARAM_THREADS, UINT64_MAX); }), TAM_ERR_RANGE);
    CHECK_STATUS(thrown([&] { (void)job.param(TAM_PARAM_START); }), TAM_ERR_PARAM);
    CHECK_STATUS(thrown([&] { (void)job.result(); }), TAM_ERR_STATE);
    CHECK_STATUS(thrown([&] { (void)job.wait(); }), TAM_ERR_STATE);
    job.start();
    CHECK_STATUS(thrown([&] { job.start(); }), TAM_ERR_STATE);
    CHECK_STATUS(thrown([&] { job.start_external(); }), TAM_ERR_STATE);
}

void the_status_form_throws_nothing()
{
    tam_status s = TAM_OK;
    tamis::job none(12345, s);
    CHECK(!none && s == TAM_ERR_KIND);
    tamis::job job(TAM_KIND_SELF_TEST, s);
    CHECK_OK(s);
    job.set(TAM_PARAM_START, 1, s);
    CHECK_STATUS(s, TAM_ERR_PARAM);
    job.set(TAM_PARAM_TEST_CHUNKS, 9, s).start(s);
    CHECK_OK(s);
    job.start(s);
    CHECK_STATUS(s, TAM_ERR_STATE);
    CHECK(job.wait(s) == tamis::state::done && s == TAM_OK);
    CHECK(job.wait_for(1h, s) == tamis::state::done && s == TAM_OK);
    CHECK(job.result(s) == 36 && s == TAM_OK);
    CHECK(job.get(s) == 36 && s == TAM_OK);
    CHECK(job.state(s) == tamis::state::done && s == TAM_OK);
    CHECK(job.progress(s).done == 9 && s == TAM_OK);
    CHECK(job.phases(s).size() == 2 && s == TAM_OK);
    CHECK(!job.message(s).empty() && s == TAM_OK);
    job.cancel(s);
    CHECK_OK(s);
    CHECK(tamis::count_primes(2, 1, s) == 0 && s == TAM_ERR_RANGE);
    CHECK(tamis::count_primes(0, 10, s) == 4 && s == TAM_OK);
}

void a_failed_job_throws_its_own_message()
{
    std::string what;
    tamis::job job = self_test(10);
    job.set(TAM_PARAM_TEST_FAIL_AT, 3).start();
    CHECK(job.wait() == tamis::state::failed); // waiting is not an error
    CHECK_STATUS(thrown([&] { (void)job.result(); }, &what), TAM_ERR_FAILED);
    CHECK(what == job.message());
    CHECK_STATUS(job.failure(), TAM_ERR_MEMORY);
    CHECK(what != tamis::status_text(TAM_ERR_FAILED) && what.find('3') != std::string::npos);
    CHECK(what.find('\0') == std::string::npos);

    tamis::job panics = self_test(10);
    panics.set(TAM_PARAM_TEST_PANIC_AT, 5).start();
    CHECK_STATUS(thrown([&] { (void)panics.get(); }, &what), TAM_ERR_FAILED);
    CHECK(what.find('5') != std::string::npos);
    CHECK_STATUS(panics.failure(), TAM_ERR_PANIC);
    CHECK_U64(self_test(10).start().get(), 45); // the pool lives on
}

void waits_take_any_duration()
{
    tamis::job job = endless();
    job.start();
    CHECK(job.wait_for(0ms) == tamis::state::running);
    CHECK(job.wait_for(-5s) == tamis::state::running);
    CHECK(job.wait_for(std::chrono::seconds::min()) == tamis::state::running);
    CHECK(job.wait_for(std::chrono::duration<double>(0.01)) == tamis::state::running);
    const auto begun = std::chrono::steady_clock::now();
    CHECK(job.wait_for(1ns) == tamis::state::running); // rounded up, not down to a poll
    CHECK(job.wait_until(begun + 40ms) == tamis::state::running);
    CHECK(std::chrono::steady_clock::now() - begun >= 39ms);
    CHECK(job.wait_until(begun - 1h) == tamis::state::running);
    std::thread canceller([&] {
        std::this_thread::sleep_for(20ms);
        job.cancel();
    });
    CHECK(job.wait_for(std::chrono::hours::max()) == tamis::state::cancelled); // no overflow
    canceller.join();
    CHECK(job.wait_for(std::chrono::duration<double>::max()) == tamis::state::cancelled);
    CHECK_STATUS(thrown([&] { (void)job.result(); }), TAM_ERR_CANCELLED);
    CHECK_STATUS(thrown([&] { (void)job.get(); }), TAM_ERR_CANCELLED);
}

void one_job_serves_many_threads()
{
    tamis::job job = self_test(300, 100000);
    job.event_interval(1);
    job.start();
    std::atomic<int> right{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < 6; i++)
        threads.emplace_back([&] {
            while (job.wait_for(1ms) == tamis::state::running) (void)job.progress();
            right += job.result() == self_test_answer(300);
        });
    for (auto &t : threads) t.join();
    CHECK(right == 6);
    CHECK(*job.event_word() > 0);
}

void chunks_run_elsewhere_give_the_same()
{
    tamis::job merging(TAM_KIND_COUNT_PRIMES), running(TAM_KIND_COUNT_PRIMES);
    for (tamis::job *job : {&merging, &running}) job->set(TAM_PARAM_STOP, 1000000);
    merging.start_external();
    CHECK(merging.chunks() > 0);
    std::uint64_t taken = 0;
    while (const auto chunk = merging.take_chunk()) {
        if (taken++ == 0) {
            merging.return_chunk(*chunk); // lost once
            continue;
        }
        merging.put_chunk(*chunk, running.run_chunk(*chunk));
    }
    CHECK_U64(taken, merging.chunks() + 1);
    CHECK_U64(merging.result(), 78498); // A006880(6)
    CHECK_STATUS(thrown([&] { (void)running.run_chunk(UINT64_MAX); }), TAM_ERR_RANGE);
    CHECK_STATUS(thrown([&] { merging.put_chunk(UINT64_MAX, running.run_chunk(0)); }), TAM_ERR_RANGE);

    tamis::job cancelled = self_test(5);
    cancelled.start_external();
    CHECK(cancelled.take_chunk().has_value());
    CHECK(cancelled.take_chunk_after(0) == 1u);
    CHECK_STATUS(thrown([&] { cancelled.put_chunk(0, std::vector<std::uint8_t>(3)); }), TAM_ERR_FORMAT);
    cancelled.cancel();
    CHECK_STATUS(thrown([&] { (void)cancelled.take_chunk(); }), TAM_ERR_CANCELLED);
    CHECK_STATUS(thrown([&] { (void)cancelled.take_chunk_after(1); }), TAM_ERR_CANCELLED);
}

void the_pool_lives_as_long_as_its_library()
{
    tam_shutdown();
    CHECK(tamis::threads() == 0);
    {
        tamis::library pool(3);
        CHECK(pool && pool.threads() == 3);
        CHECK_STATUS(thrown([] { tamis::library(2); }), TAM_ERR_STATE);
        CHECK(tamis::threads() == 3); // the refused one took nothing down
        tamis::library taken = std::move(pool);
        CHECK(!pool && taken);
        CHECK_U64(self_test(100).start().get(), self_test_answer(100));
    }
    CHECK(tamis::threads() == 0);
    tam_status s = TAM_OK;
    tamis::library absurd(UINT32_MAX, s);
    CHECK(!absurd && s != TAM_OK);
    tamis::library pool(0);
    CHECK(pool.threads() >= 1);
    pool.shutdown();
    CHECK(!pool && tamis::threads() == 0);
    pool.shutdown(s);
    CHECK_OK(s);
}

void a_job_pauses_and_goes_on_from_its_checkpoint()
{
    tamis::job first = self_test(500, 1000000);
    first.set(TAM_PARAM_THREADS, 1); // half a second: it is paused before its end
    CHECK(first.kind() == TAM_KIND_SELF_TEST);
    CHECK(thrown([&] { first.pause(); }) == TAM_ERR_STATE);
    CHECK(thrown([&] { first.resume(); }) == TAM_ERR_STATE);
    first.start();
    first.pause();
    CHECK(first.state() == tamis::state::paused);
    CHECK(first.wait_for(20ms) == tamis::state::running); // ran out
    const std::vector<std::uint8_t> bytes = first.checkpoint();
    const std::string token = tamis::checkpoint_to_text(bytes);
    CHECK(tamis::checkpoint_from_text("  " + token + "\n") == bytes);
    CHECK(tamis::checkpoint_message(bytes).find("of 500 chunks") != std::string::npos);
    first.resume();
    CHECK_U64(first.get(), self_test_answer(500));
    CHECK(thrown([&] { first.checkpoint(); }) == TAM_ERR_STATE);

    tamis::job second = tamis::job::restore(bytes);
    CHECK(second.state() == tamis::state::created);
    CHECK(second.checkpoint() == bytes);
    CHECK(thrown([&] { second.set(TAM_PARAM_TEST_CHUNKS, 1); }) == TAM_ERR_STATE);
    second.set(TAM_PARAM_THREADS, 0).start();
    CHECK_U64(second.get(), self_test_answer(500));
}

void what_is_no_checkpoint_throws_its_own_sentence()
{
    std::vector<std::uint8_t> bytes = self_test(10).checkpoint();
    std::string what;
    CHECK(thrown([&] { tamis::job::restore(std::vector<std::uint8_t>(30, 7)); }) == TAM_ERR_FOREIGN);
    CHECK(thrown([&] { tamis::job::restore(bytes.data(), 40); }, &what) == TAM_ERR_TRUNCATED);
    CHECK(what.find("40 of its") != std::string::npos);
    CHECK(thrown([&] { tamis::job::restore(nullptr, 0); }) == TAM_ERR_NULL);
    CHECK(thrown([&] { tamis::checkpoint_from_text("hello"); }) == TAM_ERR_FOREIGN);
    bytes[50] ^= 1;
    CHECK(thrown([&] { tamis::checkpoint_to_text(bytes); }) == TAM_ERR_ALTERED);
    tam_status s = TAM_OK;
    CHECK(!tamis::job::restore(bytes, s) && s == TAM_ERR_ALTERED);
}

} // namespace

int main()
{
    RUN("hpp", version_and_status_text_are_the_c_ones);
    RUN("hpp", objects_move_and_do_not_copy);
    RUN("hpp", a_job_frees_its_handle_at_the_end_of_its_scope);
    RUN("hpp", a_freed_handle_in_a_job_is_caught);
    RUN("hpp", an_empty_job_answers_null);
    RUN("hpp", a_job_runs_to_its_result);
    RUN("hpp", primes_are_counted);
    RUN("hpp", the_heartbeats_are_as_many_as_the_threads);
    RUN("hpp", the_piece_of_the_sieve_is_measured_and_set);
    RUN("hpp", what_the_threads_did_is_recorded);
    RUN("hpp", errors_carry_status_and_sentence);
    RUN("hpp", the_status_form_throws_nothing);
    RUN("hpp", a_failed_job_throws_its_own_message);
    RUN("hpp", waits_take_any_duration);
    RUN("hpp", one_job_serves_many_threads);
    RUN("hpp", chunks_run_elsewhere_give_the_same);
    RUN("hpp", a_job_pauses_and_goes_on_from_its_checkpoint);
    RUN("hpp", what_is_no_checkpoint_throws_its_own_sentence);
    suite_lists();
    RUN("hpp", the_pool_lives_as_long_as_its_library);
    return check_summary();
}

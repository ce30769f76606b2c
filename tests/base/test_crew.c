/* Threads that work through jobs: settled in order, stopped at once, failures told by order. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#include "base/crew.h"

enum { JOBS = 200 };

struct log {
    int squares[JOBS];
    int settled, stop_at, fail_at, also_fail_at;
    enum err idle;
    int idles;
};

static void nap(long milliseconds) {
    struct timespec time = {0, milliseconds * 1000000};
    nanosleep(&time, NULL);
}

static enum err work(void *context, size_t index, struct error *error) {
    struct log *log = context;
    int job = (int)index;
    nap(job % 7 == 0 ? 2 : 0); /* some take longer than those behind them */
    if (job == log->fail_at)
        nap(20); /* the later failure happens first */
    if (job == log->fail_at || job == log->also_fail_at)
        return error_set(error, ERR_FAILED, "job %d", job);
    log->squares[job] = job * job;
    return ERR_OK;
}

static enum err settle(void *context, size_t index, bool *enough, struct error *error) {
    struct log *log = context;
    (void)error;
    assert_int_equal(index, log->settled);
    assert_int_equal(log->squares[index], index * index);
    log->settled++;
    *enough = log->settled == log->stop_at;
    return ERR_OK;
}

static void jobs_are_settled_in_order_whatever_the_threads(void **state) {
    (void)state;
    for (int threads = 1; threads <= 4; threads++) {
        struct crew *crew = crew_open(threads, NULL, NULL);
        struct error error = {0};
        for (int run = 0; run < 3; run++) { /* one crew serves many runs */
            struct log log = {.fail_at = -1, .also_fail_at = -1};
            const struct crew_jobs jobs = {work, settle, &log};
            assert_int_equal(crew_run(crew, JOBS, &jobs, &error), ERR_OK);
            assert_int_equal(log.settled, JOBS);
        }
        struct log none = {0};
        const struct crew_jobs jobs = {work, settle, &none};
        assert_int_equal(crew_run(crew, 0, &jobs, &error), ERR_OK);
        crew_close(crew);
    }
}

static void enough_ends_a_run(void **state) {
    (void)state;
    struct crew *crew = crew_open(3, NULL, NULL);
    struct error error = {0};
    struct log log = {.fail_at = -1, .also_fail_at = -1, .stop_at = 20};
    const struct crew_jobs jobs = {work, settle, &log};
    assert_int_equal(crew_run(crew, JOBS, &jobs, &error), ERR_OK);
    assert_int_equal(log.settled, 20);
    assert_int_equal(log.squares[JOBS - 1], 0); /* was never begun */
    crew_close(crew);
}

static void the_first_failure_by_order_is_told(void **state) {
    (void)state;
    struct crew *crew = crew_open(4, NULL, NULL);
    struct error error = {0};
    struct log log = {.fail_at = 30, .also_fail_at = 31};
    const struct crew_jobs jobs = {work, settle, &log};
    assert_int_equal(crew_run(crew, JOBS, &jobs, &error), ERR_FAILED);
    assert_string_equal(error.message, "job 30");
    assert_int_equal(log.settled, 30);
    crew_close(crew);
}

static enum err sleepy(void *context, size_t index, struct error *error) {
    (void)context;
    (void)index;
    (void)error;
    nap(350);
    return ERR_OK;
}

static enum err idle(void *context, struct error *error) {
    struct log *log = context;
    log->idles++;
    return log->idles == 2 ? error_set(error, ERR_CANCELLED, "cancelled") : ERR_OK;
}

static void while_it_waits_the_caller_can_cancel(void **state) {
    (void)state;
    struct log log = {0};
    struct error error = {0};
    struct crew *crew = crew_open(1, idle, &log);
    const struct crew_jobs jobs = {sleepy, NULL, NULL};
    assert_int_equal(crew_run(crew, 100, &jobs, &error), ERR_CANCELLED);
    assert_int_equal(log.idles, 2);
    crew_close(crew);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(jobs_are_settled_in_order_whatever_the_threads),
        cmocka_unit_test(enough_ends_a_run),
        cmocka_unit_test(the_first_failure_by_order_is_told),
        cmocka_unit_test(while_it_waits_the_caller_can_cancel),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

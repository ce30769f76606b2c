/* The disk fails a call, fails for good, writes half or is full: at every call that SQLite makes,
 * in `make faults`; at a few of them by default. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "tests/faults/scenario.h"

enum { FAULTS = 2, SEED = 2026, EXIT_FAILED = 1 };

static int64_t tried;

/* Said in words, once, and with what failed. */
static void look_at_words(const struct ending *ending, const char *fault) {
    if (ending->signal != 0 || ending->code != EXIT_FAILED)
        fail_msg("%s: exit code %d, signal %d: %s", fault, ending->code, ending->signal,
                 ending->said);
    if (strncmp(ending->said, "retail-pulse: ", strlen("retail-pulse: ")) != 0 ||
        strstr(ending->said, "SQLite code") != NULL)
        fail_msg("%s: no words for it: %s", fault, ending->said);
}

/* Every call where `all`, else one from each of as many equal parts. What the program can do
 * without, it does without: such a run ends as it should. */
static void fail_calls(const struct stage *stage, const char *kind, enum fault_calls calls,
                       uint32_t seed, bool all) {
    int64_t count = (int64_t)stage->usual.report.calls[calls], refused = 0, survived = 0,
            unsure = 0;
    int64_t tries = all || count < FAULTS ? count : FAULTS;
    for (int64_t i = 0; i < tries; i++) {
        seed = seed * 1664525u + 1013904223u;
        int64_t from = i * count / tries, room = (i + 1) * count / tries - from;
        char *fault = xasprintf("%s@%lld", kind, (long long)(from + 1 + (seed >> 8) % room));
        const struct attempt attempt = {.fault = fault, .seed = seed, .kill_after_us = -1};
        struct trial trial = stage_try(stage, &attempt);
        assert_true(trial.ending.report.struck > 0);
        if (ending_is_done(&trial.ending))
            survived++;
        else
            look_at_words(&trial.ending, fault);
        refused += !ending_is_done(&trial.ending);
        unsure += !ending_is_done(&trial.ending) && trial.done &&
                  strcmp(stage->held, stage->will_hold) != 0;
        free(fault);
    }
    printf("%-12s %5lld × %-6s told %5lld (of these done all the same %lld), survived %5lld, left "
           "half 0\n",
           stage->scenario->name, (long long)tries, kind, (long long)refused, (long long)unsure,
           (long long)survived);
    /* A commit whose last sync fails may be there or not, which nobody can know; of a full disk
     * the program says that nothing was written. */
    if (strcmp(kind, "full") == 0)
        assert_int_equal(unsure, 0);
    tried += tries;
}

static void a_disk_that_fails_is_told_and_leaves_nothing_half(void **state) {
    static const struct {
        const char *kind;
        enum fault_calls calls;
    } ways[] = {{"error", CALLS_DISK},
                {"gone", CALLS_DISK},
                {"short", CALLS_CHANGES},
                {"full", CALLS_CHANGES}};
    struct stage stage;
    uint32_t seed = (uint32_t)faults_number("FAULTS_SEED", SEED);
    stage_open(&stage, *state);
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++)
        fail_calls(&stage, ways[i].kind, ways[i].calls, seed, faults_all());
    stage_close(&stage);
}

int main(void) {
    setvbuf(stdout, NULL, _IOLBF, 0);
    static const char *const wanted[] = {"first_import", "import", "undo", "upgrade", "backup"};
    struct CMUnitTest tests[sizeof wanted / sizeof *wanted];
    size_t count = 0;
    const char *only = getenv("FAULTS_ONLY");
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        const struct scenario *scenario = scenario_find(wanted[i]);
        if (only != NULL && strcmp(only, scenario->name) != 0)
            continue;
        tests[count++] =
            (struct CMUnitTest){.name = xasprintf("the_disk_fails_during_%s", scenario->name),
                                .test_func = a_disk_that_fails_is_told_and_leaves_nothing_half,
                                .teardown_func = stage_tell_last,
                                .initial_state = (void *)scenario};
    }
    int failed = _cmocka_run_group_tests("disk", tests, count, NULL, NULL);
    printf("%lld faults of the disk, %s\n", (long long)tried,
           failed == 0 ? "nothing lost, nothing left half" : "see above");
    for (size_t i = 0; i < count; i++)
        free((char *)tests[i].name);
    return failed;
}

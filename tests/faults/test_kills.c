/* The program is killed, or the power fails, while it writes. Part of it by default, the whole by
 * `make faults`. FAULTS_KILLS is how many deaths each command dies at random moments, and half of
 * it how many of each other kind; FAULTS_SEED is where chance begins. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "tests/faults/scenario.h"

enum { KILLS = 1, TRIES_A_KILL = 8, SEED = 2026 };

/* A power cut after the program's end is no death of the program. */
struct count {
    int killed, power_cuts, done, recovered;
};

static uint32_t seed;
static struct count of_way, of_command, of_all;

static uint32_t chance(void) {
    seed = seed * 1664525u + 1013904223u;
    return seed >> 8;
}

static void count(const struct trial *trial, bool power) {
    bool died = trial->ending.signal == SIGKILL || trial->ending.report.struck > 0;
    if (!died && !power)
        return;
    of_way.killed += !power;
    of_way.power_cuts += power;
    of_way.done += trial->done;
    of_way.recovered += trial->recovered;
}

static void add(struct count *sum, const struct count *part) {
    sum->killed += part->killed;
    sum->power_cuts += part->power_cuts;
}

static void tell(const struct scenario *scenario, const char *how) {
    printf("%-12s %5d × %-34s done %5d, log or journal left %5d, lost 0\n", scenario->name,
           of_way.killed + of_way.power_cuts, how, of_way.done, of_way.recovered);
    add(&of_command, &of_way);
    of_way = (struct count){0};
}

static void tell_sum(const struct scenario *scenario) {
    printf("%-12s %5d killed, %d power cuts: lost 0, left half 0\n", scenario->name,
           of_command.killed, of_command.power_cuts);
    add(&of_all, &of_command);
    of_command = (struct count){0};
}

/* At any moment: half of them between its start and its end, half while it writes, as measured.
 * Whoever ended before that moment was not killed, and is tried again; where nothing was written
 * yet, the next that shall be killed while it writes gets more time. */
static void kill_by_clock(const struct stage *stage, int64_t kills) {
    struct ending usual = stage->usual;
    double pace = 1;
    for (int64_t i = 0; of_way.killed < kills && i < TRIES_A_KILL * kills; i++) {
        int64_t from_us = usual.report.first_change_us - usual.started_us;
        int64_t to_us = usual.report.last_change_us - usual.started_us;
        int64_t span_us = i % 2 == 0 ? usual.took_us : to_us - from_us + 1;
        int64_t at_us = chance() % 100000 * span_us / 100000;
        if (i % 2 != 0)
            at_us += (int64_t)((double)from_us * pace);
        const struct attempt attempt = {.kill_after_us = at_us};
        struct trial trial = stage_try(stage, &attempt);
        count(&trial, false);
        if (trial.ending.signal == 0) { /* the machine is less busy than it was */
            usual = trial.ending;
            usual.took_us = usual.report.last_change_us - usual.started_us;
            pace = 1;
        } else if (i % 2 != 0 && trial.ending.report.calls[CALLS_CHANGES] == 0) {
            pace *= 1.05; /* it is busier */
        }
    }
    assert_int_equal(of_way.killed, kills);
    tell(stage->scenario, "killed at a random moment");
}

/* At a call that changes the disk: every one where there are no more than half of `kills`, else so
 * many of them, one from each of as many equal parts. */
static void kill_by_call(const struct stage *stage, const char *kind, const char *how,
                         int64_t kills) {
    int64_t calls = (int64_t)stage->usual.report.calls[CALLS_CHANGES];
    int64_t most = (kills + 1) / 2, tries = calls < most ? calls : most;
    for (int64_t i = 0; i < tries; i++) {
        int64_t from = i * calls / tries, room = (i + 1) * calls / tries - from;
        char *fault = xasprintf("%s@%lld", kind, (long long)(from + 1 + chance() % room));
        const struct attempt attempt = {.fault = fault, .seed = chance(), .kill_after_us = -1};
        struct trial trial = stage_try(stage, &attempt);
        assert_int_equal(trial.ending.report.struck, 1);
        count(&trial, strcmp(kind, "power") == 0);
        free(fault);
    }
    tell(stage->scenario, how);
}

/* The program has said that it is done when the power fails. */
static void fail_power_afterwards(const struct stage *stage, int64_t kills) {
    for (int64_t i = 0; i < kills; i++) {
        const struct attempt attempt = {.fault = "power@0", .seed = chance(), .kill_after_us = -1};
        struct trial trial = stage_try(stage, &attempt);
        assert_true(ending_is_done(&trial.ending));
        count(&trial, true);
    }
    tell(stage->scenario, "power lost after its end");
}

static void what_was_told_is_kept_and_nothing_stands_half(void **state) {
    const struct scenario *scenario = *state;
    struct stage stage;
    int64_t kills = faults_number("FAULTS_KILLS", KILLS);
    seed = (uint32_t)faults_number("FAULTS_SEED", SEED);
    of_way = of_command = (struct count){0};
    stage_open(&stage, scenario);
    kill_by_call(&stage, "kill", "killed before a write or sync", kills);
    kill_by_call(&stage, "torn", "killed within a write or sync", kills);
    kill_by_call(&stage, "power", "power lost at a write or sync", kills);
    fail_power_afterwards(&stage, kills / 10 + 1);
    kill_by_clock(&stage, kills); /* last: how often it throws the dice is not settled */
    tell_sum(scenario);
    stage_close(&stage);
}

int main(void) {
    setvbuf(stdout, NULL, _IOLBF, 0);
    struct CMUnitTest *tests = xcalloc((size_t)scenario_count, sizeof *tests);
    const char *only = getenv("FAULTS_ONLY");
    size_t count_of_tests = 0;
    for (int i = 0; i < scenario_count; i++) {
        if (only != NULL && strcmp(only, scenarios[i].name) != 0)
            continue;
        tests[count_of_tests++] =
            (struct CMUnitTest){.name = xasprintf("killed_during_%s", scenarios[i].name),
                                .test_func = what_was_told_is_kept_and_nothing_stands_half,
                                .teardown_func = stage_tell_last,
                                .initial_state = (void *)&scenarios[i]};
    }
    printf("seed %lld\n", (long long)faults_number("FAULTS_SEED", SEED));
    int failed = _cmocka_run_group_tests("kills", tests, count_of_tests, NULL, NULL);
    printf("%d killed, %d power cuts, %s\n", of_all.killed, of_all.power_cuts,
           failed == 0 ? "nothing lost" : "see above");
    for (size_t i = 0; i < count_of_tests; i++)
        free((char *)tests[i].name);
    free(tests);
    return failed;
}

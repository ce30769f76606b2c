/* Memory runs out: at every allocation of a small import and of the dashboard's start, once or from
 * then on, in `make faults`; at a few of them by default. The program may end, but in words, with
 * its exit code and a terminal that is as it was. The C library's look at names of users and the
 * start of curses crash by themselves without memory: this is counted, and nothing may be lost or
 * left raw by it either. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/memory.h"
#include "tests/faults/scenario.h"
#include "tests/support/pty.h"

enum {
    FEW = 4,
    MANY_DASHBOARDS = 400,
    SEED = 2026,
    EXIT_FAILED = 1,
    PATIENCE_S = 30,
    SILENCE_MS = 40
};

static int64_t tried;

static uint32_t chance(uint32_t *seed) {
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 8;
}

static bool is_of_library(const char *said) {
    static const char *const known[] = {"faulty: crashed in libc.so.6", "nss_database.c",
                                        "Unexpected error.", /* an assertion there, without memory
                                                              * to say which */
                                        "faulty: crashed in libtinfo.so.6",
                                        "faulty: crashed in libncursesw.so.6"};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (strstr(said, known[i]) != NULL)
            return true;
    }
    return false;
}

/* ------------------------------------------------------------------ an import */

static void starve_import(const struct stage *stage, const char *kind, int64_t most) {
    uint32_t seed = (uint32_t)faults_number("FAULTS_SEED", SEED);
    int64_t calls = (int64_t)stage->usual.report.calls[CALLS_MEMORY], told = 0, survived = 0,
            crashed = 0;
    int64_t tries = calls < most ? calls : most;
    for (int64_t i = 0; i < tries; i++) {
        int64_t from = i * calls / tries, room = (i + 1) * calls / tries - from;
        char *fault = xasprintf("%s@%lld", kind, (long long)(from + 1 + chance(&seed) % room));
        const struct attempt attempt = {.fault = fault, .kill_after_us = -1};
        struct trial trial = stage_try(stage, &attempt);
        const struct ending *ending = &trial.ending;
        if (ending_is_done(ending))
            survived++;
        else if (ending->signal != 0 && is_of_library(ending->said))
            crashed++;
        else if (ending->signal == 0 && ending->code == EXIT_FAILED &&
                 strncmp(ending->said, "retail-pulse: ", strlen("retail-pulse: ")) == 0)
            told++;
        else
            fail_msg("%s: exit code %d, signal %d: %s", fault, ending->code, ending->signal,
                     ending->said);
        free(fault);
    }
    printf("%-12s %5lld × %-8s told %5lld, survived %5lld, a library crashed %lld, left half 0\n",
           stage->scenario->name, (long long)tries, kind, (long long)told, (long long)survived,
           (long long)crashed);
    assert_true(crashed * 100 <= tries + 99);
    tried += tries;
}

static void an_import_without_memory_ends_in_words(void **state) {
    struct stage stage;
    (void)state;
    stage_open(&stage, scenario_find("small_import"));
    if (stage.usual.report.calls[CALLS_MEMORY] == 0) {
        puts("skipped: this build has an allocator of its own");
        stage_close(&stage);
        skip();
    }
    starve_import(&stage, "memory", faults_all() ? INT64_MAX : FEW);
    starve_import(&stage, "starved", faults_all() ? MANY_DASHBOARDS : FEW);
    stage_close(&stage);
}

/* ------------------------------------------------------------------ the dashboard */

static bool has_ended(const struct pty *pty) {
    siginfo_t info = {0};
    return waitid(P_PID, (id_t)pty_pid(pty), &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
           info.si_pid != 0;
}

/* Opens it, looks at two screens and leaves, however far it comes. */
static void visit(struct pty *pty, const char *fault) {
    static const char *const keys[] = {"2", "7", "q", "q", "q", "q"};
    time_t deadline = time(NULL) + PATIENCE_S;
    size_t next = 0;
    pty_type(pty, "", SILENCE_MS);
    while (!has_ended(pty)) {
        if (time(NULL) > deadline)
            fail_msg("%s: the dashboard hangs", fault);
        pty_type(pty, next < sizeof keys / sizeof *keys ? keys[next++] : "", SILENCE_MS);
        usleep(SILENCE_MS * 1000); /* at the end of the line there is no silence to wait for */
    }
    pty_type(pty, "", SILENCE_MS);
}

static bool contains(const char *bytes, size_t length, const char *text) {
    return memmem(bytes, length, text, strlen(text)) != NULL;
}

static void look_at_terminal(const struct pty *pty, const char *fault) {
    static const char enter[] = "\033[?1049h", leave[] = "\033[?1049l";
    size_t length;
    const char *raw = pty_raw(pty, &length);
    if (!pty_is_cooked(pty))
        fail_msg("%s: the terminal is left raw", fault);
    if (contains(raw, length, enter) && !contains(raw, length, leave))
        fail_msg("%s: the screen is left to the dashboard", fault);
}

enum end { SURVIVED, TOLD, CRASHED };

static enum end starve_dashboard(const struct stage *stage, const char *fault) {
    char *arguments = xasprintf("--db %s", stage->database);
    setenv("FAULT", fault, 1);
    setenv("OMP_WAIT_POLICY", "passive", 1);
    struct pty *pty = pty_start(arguments, "xterm-256color", 24, 80);
    unsetenv("FAULT");
    visit(pty, fault);
    look_at_terminal(pty, fault);
    char *screen = pty_screen(pty);
    bool told = strstr(screen, "retail-pulse: ") != NULL;
    int status = pty_end(pty);
    enum end end = CRASHED;
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
        end = SURVIVED;
    else if (WIFEXITED(status) && WEXITSTATUS(status) == EXIT_FAILED && told)
        end = TOLD;
    else if (!WIFSIGNALED(status) || !is_of_library(screen))
        fail_msg("%s: status %#x:\n%s", fault, (unsigned)status, screen);
    free(screen);
    free(arguments);
    return end;
}

/* How many allocations a visit makes. */
static int64_t count_allocations(const struct stage *stage) {
    struct fault_report report = {0};
    char *path = xasprintf("%s/report", stage->folder);
    setenv("FAULT_REPORT", path, 1);
    assert_int_equal(starve_dashboard(stage, "none@0"), SURVIVED);
    unsetenv("FAULT_REPORT");
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    assert_int_equal(fread(&report, sizeof report, 1, file), 1);
    fclose(file);
    free(path);
    return (int64_t)report.calls[CALLS_MEMORY];
}

static void the_dashboard_without_memory_leaves_the_terminal_as_it_was(void **state) {
    struct stage stage;
    (void)state;
    uint32_t seed = (uint32_t)faults_number("FAULTS_SEED", SEED);
    const char *program = getenv("PROGRAM");
    char *before = program != NULL ? xstrdup(program) : NULL;
    stage_open(&stage, scenario_find("small_import"));
    stage_reset(&stage);
    char *faulty = xstrdup(faulty_program());
    setenv("PROGRAM", faulty, 1);
    setenv("XDG_STATE_HOME", stage.folder, 1);
    setenv("XDG_CONFIG_HOME", stage.folder, 1);
    int64_t calls = count_allocations(&stage), ends[CRASHED + 1] = {0};
    int64_t most =
        calls > 0 ? faults_number("FAULTS_DASHBOARDS", faults_all() ? MANY_DASHBOARDS : FEW) : 0;
    for (int64_t i = 0; i < most; i++) {
        int64_t from = i * calls / most, room = (i + 1) * calls / most - from;
        char *fault = xasprintf("%s@%lld", i % 2 == 0 ? "memory" : "starved",
                                (long long)(from + 1 + chance(&seed) % room));
        ends[starve_dashboard(&stage, fault)]++;
        free(fault);
    }
    printf("%-12s %5lld × memory or starved, of %lld allocations: survived %5lld, told %5lld, a "
           "library crashed %lld\n",
           "dashboard", (long long)most, (long long)calls, (long long)ends[SURVIVED],
           (long long)ends[TOLD], (long long)ends[CRASHED]);
    assert_true(ends[CRASHED] * 20 <= most + 19);
    tried += most;
    if (before != NULL)
        setenv("PROGRAM", before, 1);
    free(before);
    free(faulty);
    stage_close(&stage);
}

int main(void) {
    setvbuf(stdout, NULL, _IOLBF, 0);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(an_import_without_memory_ends_in_words, NULL,
                                        stage_tell_last),
        cmocka_unit_test(the_dashboard_without_memory_leaves_the_terminal_as_it_was),
    };
    int failed = cmocka_run_group_tests_name("memory", tests, NULL, NULL);
    printf("%lld allocations refused, %s\n", (long long)tried,
           failed == 0 ? "nothing lost, every terminal restored" : "see above");
    return failed;
}

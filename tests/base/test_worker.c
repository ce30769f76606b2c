/* A worker is this very program, started again with an argument that says what to play. */
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/worker.h"
#include "tests/support/scratch.h"

static void nap(long milliseconds) {
    nanosleep(&(struct timespec){milliseconds / 1000, milliseconds % 1000 * 1000000}, NULL);
}

static void say(int fd, const char *text) {
    ssize_t wrote = write(fd, text, strlen(text));
    if (wrote != (ssize_t)strlen(text))
        _exit(1);
}

/* ---------------------------------------------------------------- children */

static int child_good(int fd) {
    struct worker_report report = {.fd = fd};
    struct progress_sink sink = worker_report_sink(&report);
    for (uint64_t i = 0; i <= 3; i++) {
        if (!progress_report(&sink, "training\treturning", "fits", i, 4))
            return 9;
        nap(110);
    }
    worker_report_note(&report, "first\nnote");
    worker_report_note(&report, "second note");
    worker_report_end(&report, ERR_OK, NULL);
    return 0;
}

static int child_bad(int fd) {
    struct worker_report report = {.fd = fd};
    struct error error;
    error_set(&error, ERR_NO_DATA, "too few sales");
    error_hint(&error, "import more");
    worker_report_end(&report, ERR_NO_DATA, &error);
    return 1;
}

/* Lines in pieces, a line that never seems to end, nonsense, then a proper end. */
static int child_babbling(int fd) {
    static char endless[20000];
    memset(endless, 'x', sizeof endless - 1);
    say(fd, "progress\t1\t");
    nap(30);
    say(fd, "2\tfits\tphase one\nprogress\t-1\t5\tfits\tbad\nprogress\tabc\t5\tfits\tbad\n\n\t\n");
    say(fd, "note\t");
    say(fd, endless);
    nap(30);
    say(fd, endless);
    say(fd, "\nunknown\tline\n");
    endless[4096] = '\0'; /* as much as the parent holds: what follows must not pass for a line */
    say(fd, endless);
    say(fd, "note\tforged\nnote\tafter the flood\nend\tok\t\t");
    nap(30);
    say(fd, "\n");
    return 0;
}

static int child_environment(int fd) {
    struct worker_report report = {.fd = fd};
    char text[200];
    const char *policy = getenv("OMP_WAIT_POLICY"), *threads = getenv("OMP_NUM_THREADS");
    int open_files = 0;
    for (int other = fd + 1; other < 64; other++)
        open_files += fcntl(other, F_GETFD) >= 0;
    snprintf(text, sizeof text, "%s %s %s %d", policy ? policy : "-", threads ? threads : "-",
             getenv("OMP_PROC_BIND") ? "kept" : "gone", open_files);
    worker_report_note(&report, text);
    worker_report_end(&report, ERR_OK, NULL);
    return 0;
}

/* Works until told otherwise, and would leave a file behind when done. */
static int child_working(int fd, const char *file) {
    struct worker_report report = {.fd = fd};
    struct progress_sink sink = worker_report_sink(&report);
    for (uint64_t i = 0; i < 400; i++) {
        if (!progress_report(&sink, "working", "steps", i, 400))
            return 130;
        nap(10);
    }
    scratch_write_text(file, "done");
    worker_report_end(&report, ERR_OK, NULL);
    return 0;
}

_Noreturn static void child_deaf(int fd) {
    signal(SIGTERM, SIG_IGN);
    say(fd, "progress\t1\t2\tsteps\tdeaf\n");
    for (;;)
        nap(1000);
}

static int play(const char *role, const char *file, int fd) {
    if (strcmp(role, "good") == 0)
        return child_good(fd);
    if (strcmp(role, "bad") == 0)
        return child_bad(fd);
    if (strcmp(role, "babbling") == 0)
        return child_babbling(fd);
    if (strcmp(role, "environment") == 0)
        return child_environment(fd);
    if (strcmp(role, "working") == 0)
        return child_working(fd, file);
    if (strcmp(role, "deaf") == 0)
        child_deaf(fd);
    if (strcmp(role, "closing") == 0) {
        close(fd);
        for (;;)
            nap(1000);
    }
    if (strcmp(role, "crashing") == 0)
        abort();
    return 0; /* "silent" */
}

/* ------------------------------------------------------------------- tests */

static void start(struct worker *worker, const char *role, const char *file) {
    const char *arguments[] = {"worker-child", role, file, NULL};
    struct error error;
    assert_int_equal(worker_start(worker, arguments, &error), ERR_OK);
}

struct heard {
    char notes[8][200];
    int count;
    int reports;
    int stop_after; /* reports; 0: never */
};

static void hear(void *context, const char *text) {
    struct heard *heard = context;
    snprintf(heard->notes[heard->count++], sizeof heard->notes[0], "%s", text);
}

static bool watch(void *context, const struct progress *progress) {
    struct heard *heard = context;
    (void)progress;
    heard->reports++;
    return heard->stop_after == 0 || heard->reports < heard->stop_after;
}

static enum err wait_for(struct worker *worker, struct heard *heard, struct error *error) {
    struct progress_sink sink = {watch, heard};
    return worker_wait(worker, &sink, hear, heard, error);
}

static void progress_notes_and_the_end_arrive(void **state) {
    (void)state;
    struct worker worker;
    struct heard heard = {0};
    struct error error = {0};
    start(&worker, "good", "-");
    assert_int_equal(wait_for(&worker, &heard, &error), ERR_OK);
    assert_true(worker.finished);
    assert_int_equal(worker.done, 3);
    assert_int_equal(worker.total, 4);
    assert_string_equal(worker.phase, "training returning");
    assert_string_equal(worker.unit, "fits");
    assert_int_equal(heard.count, 2);
    assert_string_equal(heard.notes[0], "first note");
    assert_string_equal(heard.notes[1], "second note");
    worker_close(&worker);
}

static void a_failure_keeps_its_code_message_and_hint(void **state) {
    (void)state;
    struct worker worker;
    struct heard heard = {0};
    struct error error = {0};
    start(&worker, "bad", "-");
    assert_int_equal(wait_for(&worker, &heard, &error), ERR_NO_DATA);
    assert_string_equal(error.message, "too few sales");
    assert_string_equal(error.hint, "import more");
    worker_close(&worker);
}

static void broken_and_endless_lines_do_no_harm(void **state) {
    (void)state;
    struct worker worker;
    struct heard heard = {0};
    struct error error = {0};
    start(&worker, "babbling", "-");
    assert_int_equal(wait_for(&worker, &heard, &error), ERR_OK);
    assert_int_equal(worker.done, 1);
    assert_int_equal(worker.total, 2);
    assert_string_equal(worker.phase, "phase one");
    assert_int_equal(heard.count, 1);
    assert_string_equal(heard.notes[0], "after the flood");
    worker_close(&worker);
}

static void the_child_has_tame_threads_and_no_files_but_its_pipe(void **state) {
    (void)state;
    struct worker worker;
    struct heard heard = {0};
    struct error error = {0};
    setenv("OMP_PROC_BIND", "true", 1);
    int stray = fcntl(STDIN_FILENO, F_DUPFD, 20);
    assert_true(stray >= 20);
    start(&worker, "environment", "-");
    assert_int_equal(wait_for(&worker, &heard, &error), ERR_OK);
    assert_string_equal(heard.notes[0], "passive 1 gone 0");
    close(stray);
    worker_close(&worker);
}

static void a_crash_is_named_and_a_silent_end_is_a_failure(void **state) {
    (void)state;
    struct worker worker;
    struct heard heard = {0};
    struct error error = {0};
    start(&worker, "crashing", "-");
    assert_int_equal(wait_for(&worker, &heard, &error), ERR_FAILED);
    assert_non_null(strstr(error.message, "ABRT"));
    start(&worker, "silent", "-");
    assert_int_equal(wait_for(&worker, &heard, &error), ERR_FAILED);
    assert_non_null(strstr(error.message, "without a word"));
    start(&worker, "closing", "-");
    assert_int_equal(wait_for(&worker, &heard, &error), ERR_FAILED);
}

static void cancelling_ends_the_child_and_leaves_nothing(void **state) {
    struct worker worker;
    struct heard heard = {.stop_after = 2};
    struct error error = {0};
    char *file = scratch_path(state, "result");
    start(&worker, "working", file);
    pid_t pid = worker.pid;
    assert_int_equal(wait_for(&worker, &heard, &error), ERR_CANCELLED);
    assert_int_equal(kill(pid, 0), -1); /* reaped */
    assert_int_equal(access(file, F_OK), -1);
    free(file);
}

static void polling_never_blocks(void **state) {
    struct worker worker;
    char *file = scratch_path(state, "never");
    start(&worker, "working", file);
    for (int i = 0; i < 100 && worker.total == 0; i++) {
        struct pollfd news = {.fd = worker.fd, .events = POLLIN};
        poll(&news, 1, 100);
        worker_poll(&worker);
    }
    assert_int_equal(worker.total, 400);
    assert_false(worker_poll(&worker) && worker.finished);
    worker_cancel(&worker);
    for (int i = 0; i < 500 && !worker.finished; i++) {
        worker_poll(&worker);
        nap(10);
    }
    assert_true(worker.finished);
    assert_int_equal(worker.result.code, ERR_CANCELLED);
    assert_false(worker_poll(&worker));
    free(file);
}

static void closing_ends_even_a_child_that_does_not_listen(void **state) {
    (void)state;
    struct worker worker;
    start(&worker, "deaf", "-");
    while (worker.total == 0) {
        worker_poll(&worker);
        nap(5);
    }
    pid_t pid = worker.pid;
    worker_close(&worker);
    assert_true(worker.finished);
    assert_int_equal(kill(pid, 0), -1);
}

static void a_child_whose_parent_hangs_up_cancels_itself(void **state) {
    (void)state;
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    struct worker_report report = {.fd = ends[1]};
    struct progress_sink sink = worker_report_sink(&report);
    assert_true(progress_report(&sink, "working", "steps", 1, 2));
    close(ends[0]);
    assert_false(progress_report(&sink, "working", "steps", 2, 2));
    worker_report_end(&report, ERR_OK, NULL); /* no SIGPIPE */
    close(ends[1]);
}

int main(int argc, char **argv) {
    if (argc > 4 && strcmp(argv[1], "worker-child") == 0)
        return play(argv[2], argv[3], atoi(argv[argc - 1]));
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(progress_notes_and_the_end_arrive),
        cmocka_unit_test(a_failure_keeps_its_code_message_and_hint),
        cmocka_unit_test(broken_and_endless_lines_do_no_harm),
        cmocka_unit_test(the_child_has_tame_threads_and_no_files_but_its_pipe),
        cmocka_unit_test(a_crash_is_named_and_a_silent_end_is_a_failure),
        cmocka_unit_test(cancelling_ends_the_child_and_leaves_nothing),
        cmocka_unit_test(polling_never_blocks),
        cmocka_unit_test(closing_ends_even_a_child_that_does_not_listen),
        cmocka_unit_test(a_child_whose_parent_hangs_up_cancels_itself),
    };
    return cmocka_run_group_tests(tests, scratch_setup, scratch_teardown);
}

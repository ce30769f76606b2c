/* db/lock: one writer at a time, and who is waited for. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/memory.h"
#include "db/connection.h"
#include "db/db.h"
#include "db/figures.h"
#include "db/lock.h"
#include "tests/support/scratch.h"

/* Another process that holds the lock until `release` is written to, or is killed. */
struct holder {
    pid_t pid;
    int ready, release;
};

static struct holder hold(const char *path) {
    int ready[2], release[2];
    assert_int_equal(pipe(ready), 0);
    assert_int_equal(pipe(release), 0);
    fflush(NULL);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        close(release[1]);
        struct db *db;
        if (db_open_writer(path, NULL, &db, NULL) != ERR_OK || write(ready[1], "x", 1) != 1)
            _exit(1);
        char byte;
        ssize_t got = read(release[0], &byte, 1);
        db_close(db);
        _exit(got == 1 ? 0 : 1);
    }
    close(ready[1]);
    close(release[0]);
    char byte;
    assert_int_equal(read(ready[0], &byte, 1), 1);
    return (struct holder){.pid = pid, .ready = ready[0], .release = release[1]};
}

static void let_go(struct holder *holder) {
    assert_int_equal(write(holder->release, "x", 1), 1);
    int status;
    assert_int_equal(waitpid(holder->pid, &status, 0), holder->pid);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    close(holder->ready);
    close(holder->release);
}

struct patience {
    struct holder *holder; /* let go at the second report; NULL: cancel then */
    int reports;
    char phase[256];
};

static bool wait_twice(void *context, const struct progress *progress) {
    struct patience *patience = context;
    snprintf(patience->phase, sizeof patience->phase, "%s", progress->phase);
    if (++patience->reports < 2)
        return true;
    if (patience->holder == NULL)
        return false;
    if (patience->reports == 2)
        let_go(patience->holder);
    return true;
}

static void a_second_writer_waits_and_says_for_whom(void **state) {
    char *path = scratch_path(state, "shop.db");
    struct holder holder = hold(path);
    struct patience patience = {.holder = &holder};
    struct db *db;
    struct error error = {0};
    const struct progress_sink sink = {wait_twice, &patience};
    assert_int_equal(db_open_writer(path, &sink, &db, &error), ERR_OK);
    assert_true(patience.reports >= 2);
    assert_non_null(strstr(patience.phase, "waiting for test_lock (user "));
    assert_non_null(strstr(patience.phase, ", since "));
    db_close(db);
    free(path);
}

static void waiting_can_be_cancelled(void **state) {
    char *path = scratch_path(state, "shop.db");
    struct holder holder = hold(path);
    struct patience patience = {0};
    struct db *db;
    struct error error = {0};
    const struct progress_sink sink = {wait_twice, &patience};
    assert_int_equal(db_open_writer(path, &sink, &db, &error), ERR_CANCELLED);
    assert_null(db);
    let_go(&holder);
    db_close(scratch_writer(path));
    free(path);
}

static void a_writer_that_was_killed_holds_nobody_up(void **state) {
    char *path = scratch_path(state, "shop.db");
    struct holder holder = hold(path);
    assert_int_equal(kill(holder.pid, SIGKILL), 0);
    assert_int_equal(waitpid(holder.pid, NULL, 0), holder.pid);
    db_close(scratch_writer(path));
    close(holder.ready);
    close(holder.release);
    free(path);
}

static void who_writes_is_told_while_the_lock_is_held_and_no_longer(void **state) {
    char *path = scratch_path(state, "shop.db"), name[FIGURES_WRITER_SIZE];
    db_close(scratch_writer(path));
    lock_holder(path, name, sizeof name);
    assert_string_equal(name, "");
    struct holder holder = hold(path);
    lock_holder(path, name, sizeof name);
    assert_non_null(strstr(name, "(user "));
    kill(holder.pid, SIGKILL); /* its note stays */
    assert_int_equal(waitpid(holder.pid, NULL, 0), holder.pid);
    lock_holder(path, name, sizeof name);
    assert_string_equal(name, "");
    close(holder.ready);
    close(holder.release);
    free(path);
}

static void the_figures_of_a_file_are_those_of_its_pages(void **state) {
    char *path = scratch_path(state, "shop.db");
    db_close(scratch_writer(path));
    struct db *db;
    struct error error;
    struct db_figures figures;
    struct stat status;
    assert_int_equal(db_open_reader(path, &db, &error), ERR_OK);
    assert_int_equal(db_figures_read(db, &figures, &error), ERR_OK);
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(figures.pages * figures.page_bytes, status.st_size);
    assert_int_equal(figures.file_bytes, status.st_size);
    assert_int_equal(figures.free_pages, 0);
    assert_int_equal(figures.schema, figures.schema_newest);
    assert_string_equal(figures.writer, "");
    db_close(db);
    free(path);
}

static void readers_do_not_wait_for_a_writer(void **state) {
    char *path = scratch_path(state, "shop.db");
    struct holder holder = hold(path);
    int64_t started = clock_elapsed_ms();
    struct db *db = scratch_reader(path);
    assert_true(clock_elapsed_ms() - started < 1000);
    db_close(db);
    let_go(&holder);
    free(path);
}

/* Symbolic links give one file many names, but it has one lock. */
static void the_lock_is_the_files_whatever_name_it_is_opened_by(void **state) {
    char *path = scratch_path(state, "shop.db"), *link = scratch_path(state, "link.db");
    db_close(scratch_writer(path));
    assert_int_equal(symlink(path, link), 0);
    struct holder holder = hold(link);
    struct db *db;
    struct error error = {0};
    assert_int_equal(connection_open_writer(path, NULL, 0, &db, &error), ERR_BUSY);
    assert_non_null(strstr(error.message, "is being written by test_lock (user "));
    let_go(&holder);
    free(link);
    free(path);
}

/* Somebody tidied up; the next two writers must still exclude each other. */
static void a_lock_file_that_was_removed_is_made_anew(void **state) {
    char *path = scratch_path(state, "shop.db"), *lock = xasprintf("%s.lock", path);
    db_close(scratch_writer(path));
    assert_int_equal(unlink(lock), 0);
    struct holder holder = hold(path);
    struct db *db;
    struct error error = {0};
    assert_int_equal(connection_open_writer(path, NULL, 0, &db, &error), ERR_BUSY);
    let_go(&holder);
    assert_int_equal(access(lock, F_OK), 0);
    free(lock);
    free(path);
}

/* The lock file is removed and made anew by a third writer while we wait for the first. */
struct replacing {
    const char *path;
    struct holder first, third;
    int reports;
    bool third_gone;
};

static bool replace_lock(void *context, const struct progress *progress) {
    struct replacing *replacing = context;
    (void)progress;
    switch (++replacing->reports) {
    case 1: {
        char *lock = xasprintf("%s.lock", replacing->path);
        assert_int_equal(unlink(lock), 0);
        free(lock);
        replacing->third = hold(replacing->path);
        let_go(&replacing->first);
        break;
    }
    case 3:
        let_go(&replacing->third);
        replacing->third_gone = true;
        break;
    default:
        break;
    }
    return true;
}

static void a_lock_on_a_file_that_is_gone_is_no_lock(void **state) {
    char *path = scratch_path(state, "shop.db");
    struct replacing replacing = {.path = path, .first = hold(path)};
    const struct progress_sink sink = {replace_lock, &replacing};
    struct db *db;
    struct error error = {0};
    assert_int_equal(db_open_writer(path, &sink, &db, &error), ERR_OK);
    assert_true(replacing.third_gone);
    db_close(db);
    free(path);
}

#define SCRATCH_TEST(test) cmocka_unit_test_setup_teardown(test, scratch_setup, scratch_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        SCRATCH_TEST(a_second_writer_waits_and_says_for_whom),
        SCRATCH_TEST(waiting_can_be_cancelled),
        SCRATCH_TEST(a_writer_that_was_killed_holds_nobody_up),
        SCRATCH_TEST(who_writes_is_told_while_the_lock_is_held_and_no_longer),
        SCRATCH_TEST(the_figures_of_a_file_are_those_of_its_pages),
        SCRATCH_TEST(readers_do_not_wait_for_a_writer),
        SCRATCH_TEST(the_lock_is_the_files_whatever_name_it_is_opened_by),
        SCRATCH_TEST(a_lock_file_that_was_removed_is_made_anew),
        SCRATCH_TEST(a_lock_on_a_file_that_is_gone_is_no_lock),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

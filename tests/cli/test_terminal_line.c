/* cli/progress_line on a real terminal: one line that tells how far it is and goes away, for whom
 * one waits, and a Ctrl-C that leaves nothing behind. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "db/lock.h"
#include "db/migrate.h"
#include "db/sales.h"
#include "tests/support/old_schema.h"
#include "tests/support/pty.h"
#include "tests/support/scratch.h"

enum { PATIENCE_S = 60, QUIET_MS = 300, ROWS = 20000 };

static char *csv(void **state) {
    struct buffer text = {0};
    char *path = scratch_path(state, "sales.csv");
    buffer_text(&text, "Cus.ID,Date,Cus. Location,Age,Gender,Mobile Name,Sell Price,Does he/she "
                       "Come from Facebook Page?,Does he/she Followed Our Page?,Did he/she buy any "
                       "mobile before?,Did he/she hear of our shop before?\n");
    for (int i = 0; i < ROWS; i++)
        buffer_printf(&text, "N%d,%02d-%02d-2025,Lakeside,%d,F,Phone %d,%d,Yes,No,Yes,No\n", i,
                      1 + i % 28, 1 + i % 12, 20 + i % 40, i % 9, 9000 + i % 977);
    scratch_write(path, text.data, text.length);
    buffer_free(&text);
    return path;
}

static struct pty *start(const char *database, const char *rest, const char *type, int columns) {
    char *arguments = xasprintf("--db %s %s", database, rest);
    struct pty *pty = pty_start(arguments, type, 24, columns);
    free(arguments);
    return pty;
}

static bool was_sent(const struct pty *pty, const char *text) {
    size_t length;
    const char *raw = pty_raw(pty, &length);
    return memmem(raw, length, text, strlen(text)) != NULL;
}

static int64_t sales_of(const char *path) {
    struct db *db = scratch_reader(path);
    struct sales_extent extent;
    struct error error;
    assert_int_equal(db_sales_extent(db, &extent, &error), ERR_OK);
    db_close(db);
    return extent.sales;
}

static void an_import_tells_how_far_it_is_in_a_line_that_goes_away(void **state) {
    char *path = scratch_path(state, "shop.db"), *file = csv(state),
         *rest = xasprintf("import %s", file);
    struct pty *pty = start(path, rest, "xterm-256color", 80);
    assert_true(pty_shows(pty, "imported", PATIENCE_S));
    pty_type(pty, "", QUIET_MS);
    char *screen = pty_screen(pty);
    assert_true(was_sent(pty, "\r\033[Kreading"));
    assert_true(was_sent(pty, "%"));
    assert_null(strstr(screen, "%")); /* what is left is the report */
    assert_int_equal(WEXITSTATUS(pty_end(pty)), 0);
    assert_int_equal(sales_of(path), ROWS);
    free(screen);
    free(rest);
    free(file);
    free(path);
}

/* Neither can a terminal draw that calls itself dumb, nor does anybody want a line with --quiet. */
static void a_terminal_that_cannot_draw_and_a_quiet_import_get_no_line(void **state) {
    static const struct {
        const char *options, *type;
    } cases[] = {{"import", "dumb"}, {"import --quiet", "xterm-256color"}};
    char *file = csv(state);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *path = xasprintf("%s/%zu.db", (char *)*state, i);
        char *rest = xasprintf("%s %s", cases[i].options, file);
        struct pty *pty = start(path, rest, cases[i].type, 80);
        assert_false(pty_shows(pty, "words that it never says", PATIENCE_S)); /* to its end */
        assert_false(was_sent(pty, "\033[K"));
        assert_int_equal(WEXITSTATUS(pty_end(pty)), 0);
        assert_int_equal(sales_of(path), ROWS);
        free(rest);
        free(path);
    }
    free(file);
}

static void who_waits_sees_for_whom_and_ctrl_c_leaves_nothing(void **state) {
    char *path = scratch_path(state, "shop.db"), *file = csv(state),
         *rest = xasprintf("import %s", file);
    db_close(scratch_writer(path));
    struct db *holder = scratch_writer(path);
    struct pty *pty = start(path, rest, "xterm-256color", 60);
    assert_true(pty_shows(pty, LOCK_WAITING, PATIENCE_S));
    char *screen = pty_screen(pty);
    for (char *line = strtok(screen, "\n"); line != NULL; line = strtok(NULL, "\n"))
        assert_true(strlen(line) < 60); /* clipped, so that it can be drawn over */
    pty_type(pty, "\003", QUIET_MS);
    assert_true(pty_shows(pty, "cancelled; nothing was half-written", PATIENCE_S));
    assert_int_equal(WEXITSTATUS(pty_end(pty)), 130);
    db_close(holder);
    assert_int_equal(sales_of(path), 0);
    free(screen);
    free(rest);
    free(file);
    free(path);
}

/* ------------------------------------------------------ databases of older programs */

enum { OLD_VERSION = 3, MANY_SALES = 200000 };

static void an_upgrade_tells_how_far_it_is_in_a_line_that_goes_away(void **state) {
    char *path = old_schema_database_of(state, OLD_VERSION, MANY_SALES);
    struct pty *pty = start(path, "imports", "xterm-256color", 80);
    assert_true(pty_shows(pty, "b.csv", PATIENCE_S));
    pty_type(pty, "", QUIET_MS);
    char *screen = pty_screen(pty);
    assert_true(was_sent(pty, "\r\033[Kcopying"));
    assert_true(was_sent(pty, "\r\033[Kupgrading (schema 4 of "));
    assert_true(was_sent(pty, "%"));
    assert_null(strstr(screen, "upgrading (")); /* what is left is the answer */
    assert_null(strstr(screen, "%"));
    assert_int_equal(WEXITSTATUS(pty_end(pty)), 0);
    assert_int_equal(old_schema_version(path), migration_newest());
    free(screen);
    free(path);
}

static void
ctrl_c_ends_an_upgrade_of_command_and_dashboard_and_the_next_goes_through(void **state) {
    static const char *const commands[] = {"imports", ""}; /* the latter before its first picture */
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        char *path = old_schema_database_of(state, OLD_VERSION, MANY_SALES);
        char *copy = xasprintf("%s.before-4", path);
        struct pty *pty = start(path, commands[i], "xterm-256color", 80);
        assert_true(pty_shows(pty, "checking the copy", PATIENCE_S));
        assert_true(pty_is_cooked(pty));
        pty_type(pty, "\003", QUIET_MS);
        assert_true(pty_shows(pty, "cancelled; nothing was half-written", PATIENCE_S));
        assert_int_equal(WEXITSTATUS(pty_end(pty)), 130);
        assert_int_equal(old_schema_version(path), OLD_VERSION);
        assert_int_not_equal(access(copy, F_OK), 0);
        pty = start(path, commands[i], "xterm-256color", 80);
        assert_true(pty_shows(pty, i == 0 ? "b.csv" : "200,000", PATIENCE_S));
        pty_end(pty);
        assert_int_equal(old_schema_version(path), migration_newest());
        assert_int_equal(access(copy, F_OK), 0);
        assert_int_equal(sales_of(path), MANY_SALES);
        unlink(copy);
        free(copy);
        free(path);
    }
}

/* Whom one waits for may do it, so that there is nothing to be told. */
static void who_waits_to_upgrade_is_told_of_it_when_it_begins(void **state) {
    char *path = old_schema_database(state, OLD_VERSION), *whole = realpath(path, NULL);
    struct error error;
    int lock;
    assert_int_equal(lock_take(whole, NULL, 0, &lock, &error), ERR_OK);
    struct pty *pty = start(path, "imports", "xterm-256color", 80);
    assert_true(pty_shows(pty, LOCK_WAITING, PATIENCE_S));
    assert_false(was_sent(pty, "up to date first"));
    lock_release(lock);
    assert_true(pty_shows(pty, "b.csv", PATIENCE_S));
    char *screen = pty_screen(pty);
    assert_true(was_sent(pty, "\r\033[Kretail-pulse: bringing "));
    assert_null(strstr(screen, LOCK_WAITING));
    assert_int_equal(WEXITSTATUS(pty_end(pty)), 0);
    assert_int_equal(old_schema_version(path), migration_newest());
    free(screen);
    free(whole);
    free(path);
}

static void without_a_terminal_an_upgrade_says_only_where_the_copy_is(void **state) {
    char *path = old_schema_database(state, OLD_VERSION);
    char *said = scratch_path(state, "said"),
         *command =
             xasprintf("\"$RETAIL_PULSE_PROGRAM\" --db %s imports >%s.out 2>%s", path, said, said);
    assert_int_equal(system(command), 0);
    size_t length;
    char *text = scratch_read(said, &length);
    assert_non_null(strstr(text, "before-4\n"));
    assert_null(strchr(text, '\r'));
    assert_null(strstr(text, "upgrading ("));
    assert_int_equal(old_schema_version(path), migration_newest());
    free(text);
    free(command);
    free(said);
    free(path);
}

#define SCRATCH_TEST(test) cmocka_unit_test_setup_teardown(test, scratch_setup, scratch_teardown)

int main(void) {
    setenv("LC_ALL", "C.UTF-8", 1);
    const struct CMUnitTest tests[] = {
        SCRATCH_TEST(an_import_tells_how_far_it_is_in_a_line_that_goes_away),
        SCRATCH_TEST(a_terminal_that_cannot_draw_and_a_quiet_import_get_no_line),
        SCRATCH_TEST(who_waits_sees_for_whom_and_ctrl_c_leaves_nothing),
        SCRATCH_TEST(an_upgrade_tells_how_far_it_is_in_a_line_that_goes_away),
        SCRATCH_TEST(ctrl_c_ends_an_upgrade_of_command_and_dashboard_and_the_next_goes_through),
        SCRATCH_TEST(who_waits_to_upgrade_is_told_of_it_when_it_begins),
        SCRATCH_TEST(without_a_terminal_an_upgrade_says_only_where_the_copy_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

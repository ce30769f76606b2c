/* Keeping the data from the dashboard: the copy that is asked for, the look at whether the database
 * is whole, both in a pseudo-terminal with the program's own processes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/memory.h"
#include "db/sqlite.h"
#include "report/finding.h"
#include "tests/support/dashboard.h"
#include "tests/support/pty.h"
#include "tests/support/scratch.h"
#include "tests/support/wire.h"
#include "tui/app_state.h"

enum { SILENCE_MS = 20, PATIENCE_S = 20 };

static struct pty *pty;

static int begin(void **state) {
    return wire_setup_file(state, "data/sample.csv", false);
}

static void start(const char *options) {
    pty = wire_start(options, "xterm-256color");
    assert_true(pty_shows(pty, "1▸Overview", PATIENCE_S));
    pty_type(pty, "", SILENCE_MS);
}

static void shows(const char *text) {
    wire_expect(pty, text, PATIENCE_S);
}

static void type(const char *keys) {
    pty_type(pty, keys, SILENCE_MS);
}

static void quit(void) {
    type("q");
    assert_int_equal(pty_end(pty), 0);
}

static int64_t number(const char *path, const char *sql) {
    sqlite3 *handle;
    sqlite3_stmt *statement;
    assert_int_equal(sqlite3_open_v2(path, &handle, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(handle, sql, -1, &statement, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    int64_t value = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    sqlite3_close(handle);
    return value;
}

static int64_t backups_on_record(void) {
    return number(wire_db(), "SELECT count(*) FROM audit WHERE action = 'backup'");
}

/* Asks for a copy at `path` in place of what is proposed. */
static void back_up_to(const char *path) {
    type("B");
    shows("Back up to: ");
    type("\025");
    type(path);
    type(KEY_ENTER);
}

static void a_copy_is_proposed_beside_the_database_and_put_on_record(void **state) {
    (void)state;
    int files = scratch_files(*state);
    start("");
    type("B");
    shows("Back up to: ");
    char *screen = pty_screen(pty), *path = strstr(screen, "Back up to: ");
    size_t stem = strlen(wire_db()) - 3;
    path += strlen("Back up to: ");
    path[strcspn(path, " \n")] = '\0';
    assert_memory_equal(path, wire_db(), stem); /* ….db becomes …-2026-01-15.db */
    assert_int_equal(strlen(path), stem + strlen("-2026-01-15.db"));
    type(KEY_ENTER);
    shows("sales backed up, read back and whole: ");
    assert_int_equal(number(path, "SELECT count(*) FROM sale"),
                     number(wire_db(), "SELECT count(*) FROM sale"));
    assert_true(scratch_files(*state) > files);
    assert_int_equal(backups_on_record(), 1);
    type("B"); /* the name is taken by now */
    shows("-2.db");
    type(KEY_ESCAPE);
    quit();
    free(screen);
}

static void nothing_is_replaced_unasked_and_nothing_but_a_backup_at_all(void **state) {
    size_t length;
    char *path = scratch_path(state, "letter.txt");
    scratch_write_text(path, "Dear customer");
    start("");
    back_up_to(path);
    shows("Overwrite? y/n:");
    type("n" KEY_ENTER);
    shows("Nothing was written");
    back_up_to(path);
    shows("Overwrite? y/n:");
    type("y" KEY_ENTER);
    shows("Backing up failed: ");
    quit();
    char *text = scratch_read(path, &length);
    assert_string_equal(text, "Dear customer");
    free(text);
    free(path);
}

static void a_read_only_dashboard_makes_a_copy_and_leaves_the_database_as_it_is(void **state) {
    int64_t before = backups_on_record();
    char *path = scratch_path(state, "read-only.db");
    start("--read-only");
    back_up_to(path);
    shows("sales backed up, read back and whole: ");
    quit();
    assert_int_equal(backups_on_record(), before);
    assert_int_equal(access(path, F_OK), 0);
    free(path);
}

static void copies_stay_in_the_folder_that_files_must_stay_in(void **state) {
    char *folder = scratch_path(state, "exports"), *settings = scratch_path(state, "settings");
    char *text = xasprintf("export-folder = %s\n", folder), *inside, *outside;
    char *option = xasprintf("--settings %s", settings);
    assert_int_equal(mkdir(folder, 0700), 0);
    scratch_write_text(settings, text);
    inside = xasprintf("Back up to: %s/", folder);
    outside = scratch_path(state, "outside.db");
    start(option);
    type("B");
    shows("Back up to: ");
    type("\025");
    type(outside);
    type(KEY_ENTER);
    shows("Back up to: "); /* refused: the prompt stays */
    type(KEY_ESCAPE);
    dashboard_pause(); /* else it would be Alt-B */
    type("B");
    shows(inside);
    type(KEY_ENTER);
    shows("sales backed up, read back and whole: ");
    quit();
    assert_int_not_equal(access(outside, F_OK), 0);
    assert_int_equal(scratch_files(folder), 1);
    free(option);
    free(outside);
    free(inside);
    free(text);
    free(settings);
    free(folder);
}

static void a_look_at_everything_tells_what_is_whole(void **state) {
    (void)state;
    start("");
    type("C");
    shows("7▸Data");
    shows("the database is whole");
    shows("every page is whole");
    quit();
}

static void what_is_broken_stands_first_with_what_to_do(void **state) {
    sqlite3 *handle;
    (void)state;
    assert_int_equal(sqlite3_open(wire_db(), &handle), SQLITE_OK);
    assert_int_equal(sqlite3_exec(handle,
                                  "UPDATE sale SET price_minor = price_minor + 1 WHERE id = 7",
                                  NULL, NULL, NULL),
                     SQLITE_OK);
    assert_int_equal(sqlite3_close(handle), SQLITE_OK);
    start("");
    type("C");
    shows("something is broken");
    shows("▸Columns against sales    broken");
    shows("What to do: ");
    quit();
}

/* Work whose process is not there: what a key asks of it is all that matters. */
static bool escape_cancels(struct app *app, enum job_kind kind) {
    app->job = (struct job){.running = true, .kind = kind, .worker = {.pid = -1, .fd = -1}};
    app->notice[0] = '\0';
    dashboard_type(app, "<Esc>");
    app->job.running = false;
    return strcmp(app->notice, "Cancelling …") == 0;
}

static void escape_ends_what_only_reads_and_nothing_that_writes(void **state) {
    char *path = scratch_path(state, "escape.db");
    dashboard_database(path, false);
    struct app *app = dashboard_open(path, 24, 80, false);
    assert_true(escape_cancels(app, JOB_BACKUP));
    assert_true(escape_cancels(app, JOB_CHECK));
    assert_false(escape_cancels(app, JOB_TRAIN));
    assert_false(escape_cancels(app, JOB_IMPORT));
    dashboard_close(app);
    free(path);
}

static void a_finding_comes_back_from_its_line_as_it_was(void **state) {
    const struct finding broken = {.check = CHECK_PAGES,
                                   .grade = GRADE_BROKEN,
                                   .what = (char *)"page 7 of 9 — 12 bytes",
                                   .advice = (char *)"3 rows: bring back a backup"};
    static const char *const others[] = {"",
                                         "Checked: the database is whole",
                                         "pages broken 99 short",
                                         "pages grim 2 ab",
                                         "hearts broken 2 ab",
                                         "pages broken -1 ab",
                                         "pages broken 2"};
    struct finding finding;
    (void)state;
    char *line = finding_line(&broken);
    assert_true(finding_read(line, &finding));
    assert_int_equal(finding.check, broken.check);
    assert_int_equal(finding.grade, broken.grade);
    assert_string_equal(finding.what, broken.what);
    assert_string_equal(finding.advice, broken.advice);
    free(finding.what);
    free(finding.advice);
    free(line);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        assert_false(finding_read(others[i], &finding));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_finding_comes_back_from_its_line_as_it_was),
        cmocka_unit_test(a_copy_is_proposed_beside_the_database_and_put_on_record),
        cmocka_unit_test(nothing_is_replaced_unasked_and_nothing_but_a_backup_at_all),
        cmocka_unit_test(a_read_only_dashboard_makes_a_copy_and_leaves_the_database_as_it_is),
        cmocka_unit_test(copies_stay_in_the_folder_that_files_must_stay_in),
        cmocka_unit_test(escape_ends_what_only_reads_and_nothing_that_writes),
        cmocka_unit_test(a_look_at_everything_tells_what_is_whole),
        cmocka_unit_test(what_is_broken_stands_first_with_what_to_do), /* damages the database */
    };
    return cmocka_run_group_tests(tests, begin, wire_teardown);
}

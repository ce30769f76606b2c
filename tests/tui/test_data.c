/* The Data screen: what it tells by itself, without a key. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "db/sqlite.h"
#include "engine/intake/import.h"
#include "engine/intake/undo.h"
#include "tests/support/dashboard.h"
#include "tests/support/scratch.h"

static char *path;

/* A shop for each: a writer that a failed test leaves open must not keep the next one waiting. */
static int begin(void **state) {
    if (scratch_setup(state) != 0)
        return -1;
    path = scratch_path(state, "shop.db");
    dashboard_database(path, false);
    return 0;
}

static int end(void **state) {
    free(path);
    return scratch_teardown(state);
}

/* What the loop does once a second; false where nothing would be sent. */
static bool second_passes(struct app *app) {
    if (app_tick(app) == REACT_NONE)
        return false;
    app_draw(app);
    return true;
}

/* The words of the line that begins with `name`. */
static bool line_says(const char *name, const char *words) {
    char *text = dashboard_text(), *line = strstr(text, name);
    bool says = false;
    if (line != NULL) {
        line[strcspn(line, "\n")] = '\0';
        says = strstr(line, words) != NULL;
    }
    free(text);
    return says;
}

static void who_writes_is_told_as_soon_as_it_changes_and_never_twice(void **state) {
    static const struct {
        int lines, columns;
        const char *keys;
    } places[] = {{24, 80, "7<Tab><Tab><Tab>"}, {20, 60, "7<Tab><Tab><Tab>"}, {50, 160, "7"}};
    (void)state;
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        struct app *app = dashboard_open(path, places[i].lines, places[i].columns, false);
        dashboard_type(app, places[i].keys);
        assert_true(line_says("Writing now", "nobody"));
        assert_false(second_passes(app));
        struct db *writer = scratch_writer(path);
        assert_true(second_passes(app));
        assert_true(line_says("Writing now", "(user "));
        assert_false(second_passes(app));
        db_close(writer);
        assert_true(second_passes(app));
        assert_true(line_says("Writing now", "nobody"));
        assert_false(second_passes(app));
        dashboard_close(app);
    }
}

static void a_page_that_does_not_tell_who_writes_is_left_alone(void **state) {
    (void)state;
    struct app *app = dashboard_open(path, 24, 80, false);
    dashboard_type(app, "7");
    struct db *writer = scratch_writer(path);
    assert_false(second_passes(app));
    db_close(writer);
    dashboard_close(app);
}

/* A second import of four rows: one is taken, three are set aside. */
static void import_with_rejects(void **state) {
    static const char text[] =
        "Date,Cus. Location,Age,Gender,Mobile Name,Sell Price,"
        "Does he/she Come from Facebook Page?,Does he/she Followed Our Page?,"
        "Did he/she buy any mobile before?,Did he/she hear of our shop before?\n"
        "13-01-2025,Old Town,30,F,Nokia 105,1500,Yes,No,No,Yes\n"
        "14-01-2025,Old Town,zzz,F,Nokia 105,1500,Yes,No,No,Yes\n"
        "15-01-2025,\033]0;owned\007\u202Ezz,31,F,Nokia 105,-5,Yes,No,No,Yes\n"
        "99-99-2025,Old Town,31,F,Nokia 105,1500,Yes,No,No,Yes\n";
    struct import_options options = {.has_date_format = true, .date_format = DATE_DMY_DASH};
    struct import_result result;
    struct error error = {0};
    char *csv = scratch_path(state, "second.csv");
    scratch_write_text(csv, text);
    struct db *writer = scratch_writer(path);
    if (import_file(writer, csv, &options, NULL, &result, &error) != ERR_OK)
        fail_msg("%s", error.message);
    assert_int_equal(result.run.rejected, 3);
    import_result_free(&result);
    db_close(writer);
    free(csv);
}

static void a_row_set_aside_is_shown_with_its_line_and_reason_and_steers_no_terminal(void **state) {
    import_with_rejects(state);
    struct app *app = dashboard_open(path, 24, 80, false);
    dashboard_type(app, "7<Tab>");
    assert_true(dashboard_has("Rows set aside: 3\n"));
    dashboard_type(app, "<S-Tab><Enter>");
    assert_true(dashboard_has("Rows set aside: 3 of import 2\n"));
    assert_true(dashboard_has("Line 3 of import 2: "));
    assert_true(dashboard_has("14-01-2025,Old Town,zzz,F,Nokia 105,1500,Yes,No,No,Yes"));
    dashboard_type(app, "<Down>");
    assert_true(dashboard_has("Line 4 of import 2: "));
    assert_true(dashboard_has("]0;owned"));
    char *text = dashboard_text();
    assert_null(strchr(text, '\033'));
    assert_null(strchr(text, '\007'));
    assert_null(strstr(text, "\u202E"));
    free(text);
    dashboard_type(app, "S");
    assert_true(dashboard_has("imports --rejects --run 2 --limit 0"));
    dashboard_type(app, "<Esc><Back><Down><Enter>");
    assert_true(dashboard_has("Rows set aside: 0 of import 1\n"));
    assert_true(dashboard_has("Every row of this import could be used."));
    dashboard_close(app);
}

static void an_import_that_was_taken_back_is_counted_above_those_that_stay(void **state) {
    struct undo_result undone;
    struct error error = {0};
    import_with_rejects(state);
    struct db *writer = scratch_writer(path);
    if (import_undo(writer, 2, false, NULL, &undone, &error) != ERR_OK)
        fail_msg("%s", error.message);
    undo_result_free(&undone);
    db_close(writer);
    struct app *app = dashboard_open(path, 24, 80, false);
    dashboard_type(app, "7");
    assert_true(dashboard_has("Imports: 1, newest first; 1 taken back\n"));
    assert_false(line_says("second.csv", "second"));
    dashboard_close(app);
}

/* As many writes on record as `count`, the oldest of "row 1". */
static void put_on_record(const char *database, int count) {
    sqlite3 *handle;
    char *sql = sqlite3_mprintf(
        "DELETE FROM audit; WITH RECURSIVE row (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM row "
        "WHERE n < %d) INSERT INTO audit (id, at, action, subject, outcome, who, origin, pid, "
        "program) SELECT 3 * n, '2025-01-02T03:04:05Z', 'import', 'row ' || n, 'done', 'owner', "
        "'till', n, '1.0' FROM row", /* ids with gaps, as a salvage leaves them */
        count);
    assert_int_equal(sqlite3_open(database, &handle), SQLITE_OK);
    if (sqlite3_exec(handle, sql, NULL, NULL, NULL) != SQLITE_OK)
        fail_msg("%s", sqlite3_errmsg(handle));
    sqlite3_free(sql);
    assert_int_equal(sqlite3_close(handle), SQLITE_OK);
}

static void stands_at(int row) {
    char *line = xasprintf("\n import of row %d: done\n", row);
    assert_true(dashboard_has(line));
    free(line);
}

static void a_log_of_thousands_of_writes_is_walked_from_end_to_end(void **state) {
    enum { WRITES = 3000, SHOWN = 13 };
    (void)state;
    put_on_record(path, WRITES);
    struct app *app = dashboard_open(path, 24, 80, false);
    dashboard_type(app, "7<Tab><Tab><Tab><Tab>");
    assert_true(dashboard_has("Writes on record: 3,000, newest first"));
    int row = WRITES;
    stands_at(row);
    for (int i = 0; i < 40; i++, row -= SHOWN) {
        stands_at(row);
        dashboard_type(app, "<PgDn>");
    }
    stands_at(row);
    dashboard_type(app, "<Down><Down><Up>");
    stands_at(row - 1);
    dashboard_type(app, "G");
    stands_at(1);
    for (int i = 0; i < 50; i++)
        dashboard_type(app, "<PgUp>");
    stands_at(1 + 50 * SHOWN);
    dashboard_type(app, "g");
    stands_at(WRITES);
    dashboard_close(app);
}

static void a_write_meanwhile_does_not_move_the_entry_that_is_looked_at(void **state) {
    (void)state;
    put_on_record(path, 700);
    struct app *app = dashboard_open(path, 24, 80, false);
    dashboard_type(app, "7<Tab><Tab><Tab><Tab><PgDn><PgDn>");
    stands_at(674);
    import_with_rejects(state);
    assert_true(second_passes(app));
    assert_true(dashboard_has("Writes on record: 701, newest first"));
    stands_at(674);
    dashboard_type(app, "g");
    assert_true(dashboard_has("second.csv"));
    dashboard_type(app, "<Down>");
    stands_at(700);
    dashboard_close(app);
}

static bool screen_says(const char *words) {
    char *text = dashboard_text();
    bool says = strstr(text, words) != NULL;
    free(text);
    return says;
}

static void an_import_is_taken_back_only_where_the_word_is_written(void **state) {
    (void)state;
    struct app *app = dashboard_open(path, 24, 80, false);
    dashboard_type(app, "7<Del>");
    assert_true(screen_says("Take import 1 back, "));
    assert_true(screen_says(" sales? (yes)"));
    dashboard_type(app, "<Del><Enter>"); /* pressed twice, or held down */
    assert_true(screen_says("Import 1 stays"));
    dashboard_type(app, "<Del>no<Enter>");
    assert_true(screen_says("Import 1 stays"));
    dashboard_type(app, "<Tab><Del>"); /* of rows set aside there is none to take back */
    assert_false(screen_says("(yes)"));
    dashboard_close(app);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(who_writes_is_told_as_soon_as_it_changes_and_never_twice,
                                        begin, end),
        cmocka_unit_test_setup_teardown(a_page_that_does_not_tell_who_writes_is_left_alone, begin,
                                        end),
        cmocka_unit_test_setup_teardown(
            a_row_set_aside_is_shown_with_its_line_and_reason_and_steers_no_terminal, begin, end),
        cmocka_unit_test_setup_teardown(
            an_import_that_was_taken_back_is_counted_above_those_that_stay, begin, end),
        cmocka_unit_test_setup_teardown(an_import_is_taken_back_only_where_the_word_is_written,
                                        begin, end),
        cmocka_unit_test_setup_teardown(a_log_of_thousands_of_writes_is_walked_from_end_to_end,
                                        begin, end),
        cmocka_unit_test_setup_teardown(a_write_meanwhile_does_not_move_the_entry_that_is_looked_at,
                                        begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* A large shop beside its dashboard: pictures before its cells are read, keys meanwhile, and what
 * others do to the database at that moment. Large is what has more sales than a limit. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "base/memory.h"
#include "db/connection.h"
#include "engine/intake/fold.h"
#include "engine/intake/import.h"
#include "tests/support/dashboard.h"
#include "tests/support/scratch.h"

enum { LIMIT = 100 };

static char *make_shop(void **state) {
    char *path = scratch_path(state, "shop.db");
    dashboard_database(path, false);
    return path;
}

static void change(const char *path, const char *sql) {
    struct db *db = scratch_writer(path);
    assert_int_equal(sqlite3_exec(db->handle, sql, NULL, NULL, NULL), SQLITE_OK);
    db_close(db);
}

static void import_one_more(const char *path) {
    static const char csv[] =
        "Cus.ID,Date,Cus. Location,Age,Gender,Mobile Name,Sell Price,Does he/she Come from "
        "Facebook "
        "Page?,Does he/she Followed Our Page?,Did he/she buy any mobile before?,Did he/she hear of "
        "our shop before?\n"
        "NEW-1,15-06-2025,Lakeside,30,F,Pixel 9a 8/128,30000,Yes,No,No,Yes\n";
    char *file = xasprintf("%s.csv", path);
    scratch_write_text(file, csv);
    struct db *writer = scratch_writer(path);
    struct import_options options = {.strict = true};
    struct import_result result;
    struct error error;
    if (import_file(writer, file, &options, NULL, &result, &error) != ERR_OK)
        fail_msg("%s", error.message);
    import_result_free(&result);
    db_close(writer);
    free(file);
}

static void rebuild(const char *path) {
    struct db *writer = scratch_writer(path);
    struct rebuilt rebuilt;
    struct error error;
    assert_int_equal(sales_rebuild(writer, NULL, &rebuilt, &error), ERR_OK);
    db_close(writer);
}

/* What the dashboard that waits for everything shows after these keys. */
static char *patiently(const char *path, const char *keys) {
    struct app *app = dashboard_open_holding(path, LIMIT, 24, 80);
    dashboard_type(app, keys);
    dashboard_settle(app);
    char *text = dashboard_text();
    dashboard_close(app);
    return text;
}

static void expect_text(const char *expected) {
    char *text = dashboard_text();
    assert_string_equal(text, expected);
    free(text);
}

static void the_first_picture_has_the_figures_that_stay(void **state) {
    char *path = make_shop(state);
    struct app *patient = dashboard_open_holding(path, LIMIT, 24, 80);
    char *first = dashboard_text();
    dashboard_close(patient);
    char *last = patiently(path, "");
    struct app *app = dashboard_open_beside(path, LIMIT, 24, 80);
    assert_true(app_reading_fd(app) >= 0);
    expect_text(first);
    dashboard_settle(app);
    expect_text(last);
    assert_string_not_equal(first, last); /* the median came */
    dashboard_close(app);
    free(first);
    free(last);
    free(path);
}

static void every_screen_says_that_it_waits_and_then_shows_the_same(void **state) {
    static const char *const keys[] = {
        "2", "3", "4", "5", "6", "7", "0", "d", "W", "f location=Lakeside<Enter>", "=", "<Tab>="};
    char *path = make_shop(state);
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        char *expected = patiently(path, keys[i]);
        struct app *app = dashboard_open_beside(path, LIMIT, 24, 80);
        dashboard_type(app, keys[i]);
        assert_true(app_reading_fd(app) >= 0);
        assert_true(dashboard_has("Reading 9,000 sales"));
        dashboard_settle(app);
        expect_text(expected);
        dashboard_close(app);
        free(expected);
    }
    free(path);
}

static void q_leaves_at_once_whatever_is_read(void **state) {
    char *path = make_shop(state);
    for (int i = 0; i < 3; i++) {
        struct app *app = dashboard_open_beside(path, LIMIT, 24, 80);
        assert_true(dashboard_type(app, "q") & REACT_QUIT);
        dashboard_close(app);
        app = dashboard_open_beside(path, LIMIT, 24, 80);
        dashboard_settle(app);
        dashboard_type(app, "f age=30<Enter>");
        assert_true(app_late_fd(app) >= 0);
        assert_true(dashboard_type(app, "q") & REACT_QUIT);
        dashboard_close(app);
    }
    free(path);
}

static void a_filter_that_cuts_cells_is_looked_through_for_beside(void **state) {
    static const char filter[] = "f age>=27 weekday=Fri<Enter>";
    char *path = make_shop(state);
    char *expected = patiently(path, filter);
    struct app *app = dashboard_open_beside(path, LIMIT, 24, 80);
    dashboard_settle(app);
    dashboard_type(app, filter);
    assert_true(app_late_fd(app) >= 0);
    assert_true(dashboard_has("Looking through 9,000 sales"));
    assert_true(dashboard_has("Esc takes the filter back"));
    dashboard_settle(app);
    expect_text(expected);
    dashboard_close(app);
    free(expected);
    free(path);
}

/* Cells that a filter has cut say nothing of sales without it. */
static void a_prompt_counts_all_sales_where_it_drops_what_cut_the_cells(void **state) {
    char *path = make_shop(state);
    struct app *app = dashboard_open_beside(path, LIMIT, 24, 80);
    dashboard_settle(app);
    dashboard_type(app, "f location=Lakeside");
    char *alone = dashboard_text(), *sales = strstr(alone, " sales.  ");
    assert_non_null(sales);
    sales[strlen(" sales.")] = '\0';
    while (sales[-1] != ' ')
        sales--;
    dashboard_type(app, "<C-u>weekday=Fri<Enter>");
    dashboard_settle(app);
    dashboard_type(app, "f<C-u>location=Lakeside");
    assert_true(dashboard_has(sales));
    dashboard_close(app);
    free(alone);
    free(path);
}

static void escape_takes_such_a_filter_back(void **state) {
    char *path = make_shop(state);
    char *expected = patiently(path, "");
    struct app *app = dashboard_open_beside(path, LIMIT, 24, 80);
    dashboard_settle(app);
    dashboard_type(app, "f age=30<Enter>");
    dashboard_type(app, "<Esc>");
    assert_true(dashboard_has("Filter: none"));
    dashboard_settle(app);
    expect_text(expected);
    dashboard_close(app);
    free(expected);
    free(path);
}

/* Keys that do not change the slice leave what is computed alone; those that do stop it. */
static void lists_that_take_long_come_while_keys_are_answered(void **state) {
    char *path = make_shop(state);
    char *expected = patiently(path, "0<Down><Down>");
    struct app *app = dashboard_open_beside(path, LIMIT, 24, 80);
    dashboard_settle(app);
    dashboard_type(app, "0");
    assert_false(app_is_idle(app));
    app_begin_late(app);
    assert_true(app_late_fd(app) >= 0);
    dashboard_type(app, "<Down><Down>");
    assert_true(app_late_fd(app) >= 0);
    dashboard_settle(app);
    expect_text(expected);
    free(expected);
    dashboard_close(app);
    expected = patiently(path, "0<Down><Down>=");
    app = dashboard_open_beside(path, LIMIT, 24, 80);
    dashboard_settle(app);
    dashboard_type(app, "0<Down><Down>");
    app_begin_late(app);
    dashboard_type(app, "="); /* another slice */
    assert_int_equal(app_late_fd(app), -1);
    dashboard_settle(app);
    expect_text(expected);
    dashboard_close(app);
    free(expected);
    free(path);
}

/* Sales come into memory beside, once there is a filter. */
static void wait_for_sales(struct app *app) {
    enum { TIMES = 1000 };
    bool waits = true;
    for (int i = 0; waits && i < TIMES; i++) {
        nanosleep(&(struct timespec){0, 5000000}, NULL);
        dashboard_type(app, i % 2 == 0 ? "Xf weekday=Mon<Enter>" : "Xf weekday=Tue<Enter>");
        waits = dashboard_has("Looking through");
        dashboard_settle(app);
    }
    assert_false(waits);
}

static void lists_of_sales_in_memory_stand_before_the_slice_has_cells(void **state) {
    char *path = make_shop(state);
    char *expected = patiently(path, "0f weekday=Fri age!=30<Enter>");
    char *elsewhere = patiently(path, "f weekday=Fri age!=31<Enter>");
    struct app *app = dashboard_open_beside(path, LIMIT, 24, 80);
    dashboard_settle(app);
    dashboard_type(app, "0");
    wait_for_sales(app);
    dashboard_type(app, "Xf weekday=Fri age!=30<Enter>");
    assert_int_equal(app_late_fd(app), -1); /* not before the picture … */
    assert_true(dashboard_has("Lakeside"));
    assert_true(dashboard_has("(… sales"));
    assert_false(app_is_idle(app));
    app_begin_late(app); /* … but then */
    assert_true(app_late_fd(app) >= 0);
    dashboard_type(app, "<Down><Up>");
    assert_true(app_late_fd(app) >= 0);
    dashboard_settle(app);
    expect_text(expected);
    dashboard_type(app, "Xf weekday=Fri age!=31<Enter>1"); /* a screen that needs the cells */
    assert_true(dashboard_has("Looking through"));
    dashboard_settle(app);
    expect_text(elsewhere);
    dashboard_close(app);
    free(expected);
    free(elsewhere);
    free(path);
}

/* Held sale by sale; the picture before stays while the figures come, but not for long. */
static void figures_of_a_small_shop_are_made_beside_too(void **state) {
    static const struct {
        const char *keys, *says;
    } screens[] = {{"3", "Counting 9,000 sales"},
                   {"3o", "Counting 9,000 sales"},
                   {"3<Tab><Tab><Tab>f location=Lakeside<Enter>", "Counting "},
                   {"7<Tab><Tab>", "Counting …"}};
    char *path = make_shop(state);
    for (size_t i = 0; i < sizeof screens / sizeof *screens; i++) {
        struct app *app = dashboard_open_holding(path, INT64_MAX, 24, 80);
        dashboard_type(app, screens[i].keys);
        char *expected = dashboard_text();
        dashboard_close(app);
        app = dashboard_open_beside(path, INT64_MAX, 24, 80);
        dashboard_settle(app);
        dashboard_type(app, screens[i].keys);
        assert_true(dashboard_has(screens[i].says));
        assert_in_range(app_draw_or_hold(app), 1, 200);
        dashboard_settle(app);
        expect_text(expected);
        assert_int_equal(app_draw_or_hold(app), 0);
        dashboard_close(app);
        free(expected);
    }
    free(path);
}

static void an_import_by_another_process_meanwhile_is_shown(void **state) {
    char *path = make_shop(state);
    struct app *app = dashboard_open_beside(path, LIMIT, 24, 80);
    import_one_more(path);
    dashboard_settle(app);
    assert_true(dashboard_has("Sales 9,001"));
    char *expected = patiently(path, "");
    app = (dashboard_close(app), dashboard_open_beside(path, LIMIT, 24, 80));
    dashboard_settle(app);
    expect_text(expected);
    dashboard_close(app);
    free(expected);
    free(path);
}

static void an_import_while_a_slice_is_looked_for_begins_that_anew(void **state) {
    char *path = make_shop(state);
    struct app *app = dashboard_open_beside(path, LIMIT, 24, 80);
    dashboard_settle(app);
    dashboard_type(app, "f age=30 date=2025-06-15<Enter>");
    import_one_more(path);
    dashboard_settle(app);
    char *text = dashboard_text();
    dashboard_close(app);
    char *expected = patiently(path, "f age=30 date=2025-06-15<Enter>");
    assert_string_equal(text, expected);
    free(expected);
    free(text);
    free(path);
}

static void of_a_damaged_month_the_overview_stays_and_the_rest_says_why(void **state) {
    char *path = make_shop(state);
    change(path, "UPDATE cube_month SET bytes = CAST(bytes || x'00' AS BLOB)"
                 " WHERE month = (SELECT max(month) FROM cube_month)");
    struct app *app = dashboard_open_beside(path, LIMIT, 24, 80);
    dashboard_settle(app);
    assert_true(dashboard_has("Sales 9,000"));
    assert_true(dashboard_has("damaged"));
    dashboard_type(app, "3");
    assert_true(dashboard_has("retail-pulse rebuild makes them anew"));
    dashboard_type(app, "f location=Lakeside<Enter>");
    assert_true(dashboard_has("retail-pulse rebuild makes them anew"));
    dashboard_type(app, "X1");
    assert_true(dashboard_has("Sales 9,000"));
    rebuild(path);
    dashboard_settle(app);
    dashboard_type(app, "3");
    char *text = dashboard_text();
    assert_null(strstr(text, "retail-pulse rebuild"));
    free(text);
    dashboard_close(app);
    free(path);
}

#define SCRATCH_TEST(test) cmocka_unit_test_setup_teardown(test, scratch_setup, scratch_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        SCRATCH_TEST(the_first_picture_has_the_figures_that_stay),
        SCRATCH_TEST(every_screen_says_that_it_waits_and_then_shows_the_same),
        SCRATCH_TEST(q_leaves_at_once_whatever_is_read),
        SCRATCH_TEST(a_filter_that_cuts_cells_is_looked_through_for_beside),
        SCRATCH_TEST(a_prompt_counts_all_sales_where_it_drops_what_cut_the_cells),
        SCRATCH_TEST(escape_takes_such_a_filter_back),
        SCRATCH_TEST(lists_that_take_long_come_while_keys_are_answered),
        SCRATCH_TEST(lists_of_sales_in_memory_stand_before_the_slice_has_cells),
        SCRATCH_TEST(figures_of_a_small_shop_are_made_beside_too),
        SCRATCH_TEST(an_import_by_another_process_meanwhile_is_shown),
        SCRATCH_TEST(an_import_while_a_slice_is_looked_for_begins_that_anew),
        SCRATCH_TEST(of_a_damaged_month_the_overview_stays_and_the_rest_says_why),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* What stands on a screen where its figures cannot: no model yet, a damaged one, a slice without a
 * sale or with one, nothing known of the customers. Pictures in tests/tui/golden/state-*.txt;
 * UPDATE_GOLDEN=1 writes them anew. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "db/sqlite.h"
#include "engine/intake/import.h"
#include "tests/support/dashboard.h"
#include "tests/support/scratch.h"

static char *untrained, *damaged, *unknown, *single;

static const char heading[] = "Date,Cus. Location,Age,Gender,Mobile Name,Sell Price,"
                              "Does he/she Come from Facebook Page?,"
                              "Does he/she Followed Our Page?,"
                              "Did he/she buy any mobile before?,"
                              "Did he/she hear of our shop before?\n";

static void import_text(const char *path, void **state, const char *text) {
    char *csv = scratch_path(state, "rows.csv");
    struct error error;
    struct import_options options = {.strict = true};
    struct import_result result;
    scratch_write_text(csv, text);
    struct db *writer = scratch_writer(path);
    if (import_file(writer, csv, &options, NULL, &result, &error) != ERR_OK)
        fail_msg("%s", error.message);
    import_result_free(&result);
    db_close(writer);
    free(csv);
}

/* A bit of every stored model is turned. */
static void damage(const char *path) {
    sqlite3 *handle;
    assert_int_equal(sqlite3_open(path, &handle), SQLITE_OK);
    assert_int_equal(
        sqlite3_exec(handle,
                     "UPDATE booster SET bytes = CAST(substr(bytes, 1, 99) || x'00' || "
                     "substr(bytes, 101) AS BLOB)",
                     NULL, NULL, NULL),
        SQLITE_OK);
    assert_true(sqlite3_changes(handle) > 0);
    assert_int_equal(sqlite3_close(handle), SQLITE_OK);
}

static int setup(void **state) {
    if (scratch_setup(state) != 0)
        return -1;
    setenv("XDG_STATE_HOME", *state, 1);
    untrained = scratch_path(state, "untrained.db");
    damaged = scratch_path(state, "damaged.db");
    unknown = scratch_path(state, "unknown.db");
    single = scratch_path(state, "single.db");
    dashboard_database(untrained, false);
    dashboard_database(damaged, true);
    damage(damaged);
    struct buffer text = {0};
    buffer_text(&text, heading);
    for (int i = 0; i < 60; i++)
        buffer_printf(&text, "%02d-0%d-2025,,,,Nokia %d,%d,,,,\n", 1 + i % 28, 1 + i / 28,
                      105 + i % 3, 1500 + 10 * i);
    import_text(unknown, state, text.data);
    buffer_free(&text);
    text = (struct buffer){0};
    buffer_printf(&text, "%s13-01-2025,Old Town,30,F,Nokia 105,1500,Yes,No,No,Yes\n", heading);
    import_text(single, state, text.data);
    buffer_free(&text);
    return 0;
}

static int teardown(void **state) {
    free(untrained);
    free(damaged);
    free(unknown);
    free(single);
    return scratch_teardown(state);
}

/* A picture of every screen of `screens` after `keys`. */
static void pictures(const char *path, const char *keys, const char *screens, const char *name) {
    for (; *screens != '\0'; screens++) {
        struct app *app = dashboard_open(path, 24, 80, false);
        char screen[] = {*screens, '\0'};
        char *golden = xasprintf("state-%s-%s-80x24", name, screen);
        dashboard_type(app, keys);
        assert_false(dashboard_type(app, screen) & REACT_QUIT);
        dashboard_golden(golden);
        free(golden);
        dashboard_close(app);
    }
}

static void without_models_the_screens_say_that_T_trains(void **state) {
    (void)state;
    pictures(untrained, "", "245", "untrained");
}

static void a_damaged_model_is_told_and_the_rest_goes_on(void **state) {
    (void)state;
    pictures(damaged, "", "245", "damaged");
}

static void a_slice_without_sales_says_how_to_leave_it(void **state) {
    (void)state;
    pictures(untrained, "fage>99<Enter>", "1234567d", "no-match");
}

static void a_single_sale_has_figures_but_no_verdicts(void **state) {
    (void)state;
    pictures(single, "", "1234567d", "single");
}

static void where_nothing_is_known_of_customers_that_is_said(void **state) {
    (void)state;
    pictures(unknown, "", "1234567d", "unknown");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_models_the_screens_say_that_T_trains),
        cmocka_unit_test(a_damaged_model_is_told_and_the_rest_goes_on),
        cmocka_unit_test(a_slice_without_sales_says_how_to_leave_it),
        cmocka_unit_test(a_single_sale_has_figures_but_no_verdicts),
        cmocka_unit_test(where_nothing_is_known_of_customers_that_is_said),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}

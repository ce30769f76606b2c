/* The file picker and what it says of a file before it is imported. */
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
#include "engine/intake/preview.h"
#include "tests/support/dashboard.h"
#include "tests/support/scratch.h"

static char *database, *home;

static void put(const char *name, const char *text) {
    char *path = xasprintf("%s/%s", home, name);
    scratch_write_text(path, text);
    free(path);
}

static const char rows[] = "Date,Cus. Location,Age,Gender,Mobile Name,Sell Price,"
                           "Does he/she Come from Facebook Page?,Does he/she Followed Our Page?,"
                           "Did he/she buy any mobile before?,"
                           "Did he/she hear of our shop before?\n"
                           "13-01-2025,Old Town,30,F,Nokia 105,1500,Yes,No,No,Yes\n"
                           "14-01-2025,Old Town,zzz,F,Nokia 105,1500,Yes,No,No,Yes\n"
                           "15-01-2025,Old Town,31,F,Nokia 105,1500,Yes,No,No,Yes\n";

static int begin(void **state) {
    if (scratch_setup(state) != 0)
        return -1;
    home = scratch_path(state, "home");
    if (mkdir(home, 0700) != 0)
        return -1;
    setenv("HOME", home, 1);
    unsetenv("XDG_CONFIG_HOME");
    char *folder = xasprintf("%s/Older", home);
    mkdir(folder, 0700);
    free(folder);
    put("march.csv", rows);
    put("MAY.CSV", rows);
    put("picture.png", "no");
    put("wrong.csv", "a,b\n1,2\n");
    put("\033]0;owned\007\u202Etext.csv", "x\n");
    put("Older/april.csv", rows);
    put("caf\u00e9 \u09ac.csv", rows);
    database = scratch_path(state, "shop.db");
    dashboard_database(database, false);
    return 0;
}

static int end(void **state) {
    free(database);
    free(home);
    return scratch_teardown(state);
}

static void assert_lacks(const char *words) {
    char *text = dashboard_text();
    if (strstr(text, words) != NULL)
        fail_msg("'%s' is on the screen:\n%s", words, text);
    free(text);
}

static void folders_come_first_and_only_sales_files_are_shown_until_asked(void **state) {
    (void)state;
    struct app *app = dashboard_open(database, 24, 80, false);
    dashboard_type(app, "i");
    char *text = dashboard_text();
    assert_non_null(strstr(text, "Older/"));
    assert_true(strstr(text, "Older/") < strstr(text, "march.csv"));
    assert_true(strstr(text, "march.csv") < strstr(text, "MAY.CSV")); /* whatever the case */
    free(text);
    assert_lacks("picture.png");
    assert_true(dashboard_has("1 other file not shown"));
    dashboard_type(app, "<Tab>");
    assert_true(dashboard_has("picture.png"));
    dashboard_close(app);
}

static void letters_search_and_backspace_goes_up_when_none_is_left(void **state) {
    (void)state;
    struct app *app = dashboard_open(database, 24, 80, false);
    dashboard_type(app, "imAy");
    assert_true(dashboard_has("MAY.CSV"));
    assert_lacks("march.csv");
    dashboard_type(app, "<Back><Back><Back>Ol<Enter>");
    assert_true(dashboard_has("april.csv"));
    dashboard_type(app, "<Back>");
    assert_true(dashboard_has("march.csv"));
    assert_true(dashboard_has("▸Older/")); /* where we came from */
    dashboard_type(app, "~Older/");        /* as in a path */
    assert_true(dashboard_has("april.csv"));
    dashboard_close(app);
}

static void letters_of_any_script_search_and_are_erased_whole(void **state) {
    (void)state;
    struct app *app = dashboard_open(database, 24, 80, false);
    dashboard_type(app, "i\u00e9 \u09ac");
    assert_true(dashboard_has("Search: \u00e9 \u09ac"));
    assert_true(dashboard_has("caf\u00e9"));
    assert_lacks("march.csv");
    dashboard_type(app, "<Back>");
    assert_true(dashboard_has("Search: \u00e9\n"));
    assert_lacks("\uFFFD");
    dashboard_type(app, "<Back><Back>march<Enter>");
    assert_true(dashboard_has("Of its 3 rows, 2 can be taken."));
    dashboard_close(app);
}

static void a_slash_begins_at_the_root_and_the_list_is_walked_like_any(void **state) {
    (void)state;
    struct app *app = dashboard_open(database, 24, 80, false);
    dashboard_type(app, "i<End>");
    char *last = dashboard_text();
    dashboard_type(app, "<PgDn><Down>"); /* there is no further */
    char *same = dashboard_text();
    assert_string_equal(last, same);
    dashboard_type(app, "<Home>");
    assert_true(dashboard_has("\u25b8Older/"));
    dashboard_type(app, "/");
    assert_true(dashboard_has("\u25b8bin/") || dashboard_has("proc/"));
    dashboard_type(app, "<Esc>");
    assert_true(dashboard_has("Revenue per day"));
    free(last);
    free(same);
    dashboard_close(app);
}

static void a_hostile_name_is_shown_without_its_control_characters(void **state) {
    (void)state;
    struct app *app = dashboard_open(database, 24, 80, false);
    dashboard_type(app, "iowned");
    assert_true(dashboard_has("]0;owned"));
    assert_lacks("\u202E");
    dashboard_type(app, "<Enter>");
    assert_lacks("\u202E");
    dashboard_close(app);
}

static void a_folder_that_cannot_be_read_is_told_and_the_list_stays(void **state) {
    (void)state;
    struct app *app = dashboard_open(database, 24, 80, false);
    dashboard_type(app, "inowhere/");
    assert_true(dashboard_has("cannot open the folder"));
    dashboard_type(app, "<Back><Back><Back><Back><Back><Back><Back>");
    assert_true(dashboard_has("march.csv"));
    dashboard_close(app);
}

static void the_preview_says_how_columns_and_dates_are_read(void **state) {
    (void)state;
    struct app *app = dashboard_open(database, 24, 80, false);
    dashboard_type(app, "imarch<Enter>");
    assert_true(dashboard_has("Dates are read as dd-mm-yyyy. Of its 3 rows, 2 can be taken."));
    assert_true(dashboard_has("Line 3 would be set aside, age: age 'zzz'"));
    assert_true(dashboard_has("handset = Mobile Name"));
    assert_true(dashboard_has("id = (no column: unknown)"));
    assert_true(dashboard_has("13-01-2025,Old Town,30,F"));
    assert_true(dashboard_has("s strict: no"));
    dashboard_type(app, "s");
    assert_true(dashboard_has("s strict: yes"));
    dashboard_type(app, "<Back>");
    assert_true(dashboard_has("Search: march"));
    dashboard_close(app);
}

static void a_file_that_cannot_be_imported_is_refused_before(void **state) {
    (void)state;
    struct app *app = dashboard_open(database, 24, 80, false);
    dashboard_type(app, "iwrong<Enter>");
    assert_true(dashboard_has("has no column for date"));
    dashboard_type(app, "<Enter>"); /* starts nothing */
    assert_true(dashboard_has("has no column for date"));
    dashboard_close(app);
}

static void pasted_text_searches_and_never_imports(void **state) {
    (void)state;
    struct app *app = dashboard_open(database, 24, 80, false);
    dashboard_type(app, "i<Paste>march<End>");
    assert_true(dashboard_has("Search: march"));
    dashboard_close(app);
}

static void pictures(void **state) {
    (void)state;
    struct app *app = dashboard_open(database, 24, 80, false);
    dashboard_type(app, "T<Down><Down><Down><Right>");
    dashboard_golden("job-menu-80x24");
    dashboard_type(app, "<Esc>imarch<Enter>");
    dashboard_golden("import-preview-80x24");
    dashboard_close(app);
    app = dashboard_open(database, 20, 60, true);
    dashboard_type(app, "imarch<Enter>");
    dashboard_golden("import-preview-60x20-ascii");
    dashboard_close(app);
}

static void the_beginning_of_a_large_file_is_enough(void **state) {
    (void)state;
    struct preview preview;
    struct error error;
    assert_int_equal(preview_read("data/sample.csv", &preview, &error), ERR_OK);
    assert_int_equal(preview.rows, PREVIEW_ROWS);
    assert_int_equal(preview.usable, PREVIEW_ROWS);
    assert_false(preview.whole);
    assert_string_equal(preview.dates, "dd-mm-yyyy");
    assert_string_equal(preview.headers[FIELD_PRICE], "Sell Price");
    assert_int_equal(preview.line_count, PREVIEW_LINES);
    preview_free(&preview);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(folders_come_first_and_only_sales_files_are_shown_until_asked),
        cmocka_unit_test(letters_search_and_backspace_goes_up_when_none_is_left),
        cmocka_unit_test(letters_of_any_script_search_and_are_erased_whole),
        cmocka_unit_test(a_slash_begins_at_the_root_and_the_list_is_walked_like_any),
        cmocka_unit_test(a_hostile_name_is_shown_without_its_control_characters),
        cmocka_unit_test(a_folder_that_cannot_be_read_is_told_and_the_list_stays),
        cmocka_unit_test(the_preview_says_how_columns_and_dates_are_read),
        cmocka_unit_test(a_file_that_cannot_be_imported_is_refused_before),
        cmocka_unit_test(pasted_text_searches_and_never_imports),
        cmocka_unit_test(pictures),
        cmocka_unit_test(the_beginning_of_a_large_file_is_enough),
    };
    return cmocka_run_group_tests(tests, begin, end);
}

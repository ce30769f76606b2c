/* What leaves the dashboard: files, the clipboard, the command and the SQL behind a screen. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <jansson.h>

#include "base/memory.h"
#include "report/export.h"
#include "report/overview.h"
#include "report/save.h"
#include "tests/support/dashboard.h"
#include "tests/support/scratch.h"
#include "tui/clipboard.h"

static char *database;
static char *folder;

static int setup(void **state) {
    if (scratch_setup(state) != 0)
        return -1;
    folder = scratch_path(state, "out");
    database = scratch_path(state, "shop.db");
    dashboard_database(database, true);
    return mkdir(folder, 0777);
}

static int teardown(void **state) {
    free(folder);
    free(database);
    return scratch_teardown(state);
}

static char *file_in_folder(const char *name) {
    return xasprintf("%s/%s", folder, name);
}

/* e, the suggestion taken away, another path typed, Enter. */
static void export_to(struct app *app, const char *path) {
    char *keys = xasprintf("e<C-u>%s<Enter>", path);
    dashboard_type(app, keys);
    free(keys);
}

static void e_and_enter_write_the_screen_under_a_name_that_says_what_it_is(void **state) {
    (void)state;
    char before[4096];
    assert_non_null(getcwd(before, sizeof before));
    assert_int_equal(chdir(folder), 0);
    struct app *app = dashboard_open(database, 24, 80, false);
    dashboard_type(app, "flocation=out<Enter>e<Enter>");
    assert_true(dashboard_has("rows written to"));
    dashboard_close(app);
    size_t length;
    char *text = scratch_read("overview-location-outside-town.csv", &length);
    assert_true(strncmp(text, "section,", 8) == 0);
    free(text);
    assert_int_equal(chdir(before), 0);
}

static void every_screen_is_written_in_every_format(void **state) {
    (void)state;
    static const char *const screens[] = {"1", "2", "3", "4", "5", "6", "7", "1d", "1<Enter>"};
    static const char *const endings[] = {"csv", "json", "md", "html", "txt"};
    for (size_t i = 0; i < sizeof screens / sizeof *screens; i++) {
        struct app *app = dashboard_open(database, 24, 80, false);
        dashboard_type(app, screens[i]);
        for (size_t k = 0; k < sizeof endings / sizeof *endings; k++) {
            char *name = xasprintf("screen-%zu.%s", i, endings[k]);
            char *path = file_in_folder(name);
            export_to(app, path);
            size_t length;
            if (access(path, R_OK) != 0) {
                dashboard_has("written to");
                fail_msg("screen %s: no .%s", screens[i], endings[k]);
            }
            char *text = scratch_read(path, &length);
            assert_true(length > 100);
            if (k == 1) {
                json_t *root = json_loads(text, 0, NULL);
                assert_non_null(root);
                json_decref(root);
            }
            if (k == 3)
                assert_non_null(strstr(text, "</html>"));
            free(text);
            free(path);
            free(name);
        }
        dashboard_close(app);
    }
}

/* Where pages stand one by one, the file has the page and none of the others. */
static void a_page_is_written_without_the_pages_beside_it(void **state) {
    (void)state;
    static const struct {
        const char *keys, *section; /* the page, and the key of what it shows */
    } pages[] = {
        {"3", "differences"},
        {"3<Tab><Tab>", "tests"},
        {"3<Tab><Tab><Tab>", "adjusted"},
        {"3<Tab><Tab><Tab><Tab>", "reach"},
        {"3<S-Tab><S-Tab>", "price"},
        {"3<S-Tab><S-Tab><S-Tab>", "trend"},
        {"3<S-Tab>", "power"},
        {"d", "histogram"},
        {"d<Tab>", "boxes"},
        {"d<Tab><Tab>", "transforms"},
        {"d<S-Tab><S-Tab>", "categories"},
        {"d<S-Tab>", "associations"},
        {"7", "imports"},
        {"7<Tab>", "rejects"},
        {"7<Tab><Tab>", "quality"},
    };
    enum { PAGES = sizeof pages / sizeof *pages };
    for (size_t i = 0; i < PAGES; i++) {
        struct app *app = dashboard_open(database, 24, 80, false);
        dashboard_type(app, pages[i].keys);
        char *name = xasprintf("page-%zu.json", i), *path = file_in_folder(name);
        export_to(app, path);
        size_t length;
        char *text = scratch_read(path, &length);
        json_t *root = json_loads(text, 0, NULL);
        for (size_t k = 0; k < PAGES; k++) {
            if ((json_object_get(root, pages[k].section) != NULL) != (k == i))
                fail_msg("%s: %s", pages[i].keys, pages[k].section);
        }
        json_decref(root);
        free(text);
        free(path);
        free(name);
        dashboard_close(app);
    }
}

/* The associations of the outcome that stands there, and not of the other. */
static void associations_are_written_of_the_shown_outcome(void **state) {
    (void)state;
    struct app *app = dashboard_open(database, 24, 80, false);
    char *path = file_in_folder("associations.csv");
    dashboard_type(app, "d<S-Tab>o");
    export_to(app, path);
    size_t length;
    char *text = scratch_read(path, &length);
    assert_non_null(strstr(text, "\nfacebook,"));
    assert_null(strstr(text, "\nreturning,"));
    free(text);
    free(path);
    dashboard_close(app);
}

static void the_file_has_what_the_builder_of_the_command_gives(void **state) {
    (void)state;
    struct app *app = dashboard_open(database, 24, 80, false);
    dashboard_type(app, "fage>=30<Enter>");
    char *path = file_in_folder("same.txt");
    export_to(app, path);
    struct reading reading = app_reading(app);
    char *expected = report_text(report_overview(&reading), false);
    size_t length;
    char *text = scratch_read(path, &length);
    assert_string_equal(text, expected);
    free(text);
    free(expected);
    free(path);
    dashboard_close(app);
}

static void sales_are_written_as_export_writes_them_all_of_them(void **state) {
    (void)state;
    struct app *app = dashboard_open(database, 24, 80, false);
    dashboard_type(app, "6flocation=out facebook=yes<Enter>");
    char *path = file_in_folder("sales.csv");
    export_to(app, path);
    struct reading reading = app_reading(app);
    char *expected_path = file_in_folder("expected.csv");
    FILE *expected_file = fopen(expected_path, "w");
    assert_int_equal(report_export(&reading, expected_file, "x", NULL, NULL), ERR_OK);
    fclose(expected_file);
    size_t length;
    char *text = scratch_read(path, &length), *expected = scratch_read(expected_path, &length);
    assert_string_equal(text, expected);
    size_t lines = 0;
    for (const char *at = text; *at != '\0'; at++)
        lines += *at == '\n';
    assert_int_equal(lines, app_selection(app)->count + 1);
    assert_true(lines > 500);
    free(text);
    free(expected);
    free(expected_path);
    free(path);
    dashboard_close(app);
}

static void a_file_that_exists_is_replaced_only_after_a_yes(void **state) {
    (void)state;
    char *path = file_in_folder("mine.md");
    scratch_write_text(path, "mine");
    struct app *app = dashboard_open(database, 24, 80, false);
    size_t length;
    static const char *const refusals[] = {"n<Enter>", "<Enter>", "<Esc>", "yo<Enter>"};
    for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
        export_to(app, path);
        assert_true(dashboard_has("Overwrite? y/n:"));
        dashboard_type(app, refusals[i]);
        char *text = scratch_read(path, &length);
        assert_string_equal(text, "mine");
        free(text);
    }
    export_to(app, path);
    dashboard_type(app, "y<Enter>");
    char *text = scratch_read(path, &length);
    assert_non_null(strstr(text, "## Overview"));
    free(text);
    dashboard_close(app);
    free(path);
}

static void what_cannot_be_written_is_told_with_what_to_do(void **state) {
    (void)state;
    struct app *app = dashboard_open(database, 24, 120, false);
    char *nowhere = file_in_folder("no/such/place.csv");
    export_to(app, nowhere);
    assert_true(dashboard_has("There is no such folder"));
    export_to(app, "/dev/full/x.csv");
    assert_true(dashboard_has("cannot write to"));
    char *strange = file_in_folder("figures.xlsx");
    export_to(app, strange);
    assert_true(dashboard_has("ends in .csv, .json, .md, .html or .txt"));
    assert_int_not_equal(access(strange, F_OK), 0);
    free(strange);
    free(nowhere);
    dashboard_close(app);
}

static void a_tilde_is_the_home_folder(void **state) {
    (void)state;
    char *home = getenv("HOME") != NULL ? xstrdup(getenv("HOME")) : NULL;
    setenv("HOME", folder, 1);
    struct app *app = dashboard_open(database, 24, 80, false);
    export_to(app, "~/at-home.json");
    char *path = file_in_folder("at-home.json");
    assert_int_equal(access(path, R_OK), 0);
    free(path);
    dashboard_close(app);
    if (home != NULL)
        setenv("HOME", home, 1);
    free(home);
}

static void s_shows_the_command_with_the_filters_and_the_sql(void **state) {
    (void)state;
    struct app *app = dashboard_open(database, 24, 100, false);
    dashboard_type(app, "flocation=out<Enter>3oS");
    assert_true(dashboard_has("retail-pulse impact --outcome facebook"));
    assert_true(dashboard_has("--where"));
    assert_true(dashboard_has("'location=Outside Town'"));
    assert_true(dashboard_has("IN ('Outside Town')"));
    dashboard_type(app, "q"); /* closes the layer, not the program */
    assert_true(dashboard_has("Marketing"));
    dashboard_close(app);
}

static void without_a_terminal_nothing_is_copied(void **state) {
    (void)state;
    struct app *app = dashboard_open(database, 24, 80, false);
    dashboard_type(app, "y");
    assert_true(dashboard_has("There is no terminal to copy to"));
    dashboard_type(app, "6y");
    assert_true(dashboard_has("Too much to copy"));
    dashboard_close(app);
}

/* RFC 4648, section 10: "foobar" is Zm9vYmFy. */
static void the_clipboard_is_set_by_osc_52_through_tmux_and_screen_too(void **state) {
    (void)state;
    struct buffer out = {0};
    clipboard_sequence(&out, CLIPBOARD_PLAIN, "foobar", 6);
    assert_string_equal(out.data, "\033]52;c;Zm9vYmFy\a");
    buffer_clear(&out);
    clipboard_sequence(&out, CLIPBOARD_TMUX, "foobar", 6);
    assert_string_equal(out.data, "\033Ptmux;\033\033]52;c;Zm9vYmFy\a\033\\");
    buffer_clear(&out);
    clipboard_sequence(&out, CLIPBOARD_SCREEN, "foobar", 6);
    assert_string_equal(out.data, "\033P\033]52;c;Zm9vYmFy\a\033\\");
    buffer_clear(&out);
    char *large = xcalloc(1, CLIPBOARD_MAX + 10);
    memset(large, 'x', CLIPBOARD_MAX + 9);
    clipboard_sequence(&out, CLIPBOARD_PLAIN, large, CLIPBOARD_MAX + 9);
    assert_true(out.length <= 100000 + 8);
    free(large);
    buffer_free(&out);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(e_and_enter_write_the_screen_under_a_name_that_says_what_it_is),
        cmocka_unit_test(every_screen_is_written_in_every_format),
        cmocka_unit_test(a_page_is_written_without_the_pages_beside_it),
        cmocka_unit_test(associations_are_written_of_the_shown_outcome),
        cmocka_unit_test(the_file_has_what_the_builder_of_the_command_gives),
        cmocka_unit_test(sales_are_written_as_export_writes_them_all_of_them),
        cmocka_unit_test(a_file_that_exists_is_replaced_only_after_a_yes),
        cmocka_unit_test(what_cannot_be_written_is_told_with_what_to_do),
        cmocka_unit_test(a_tilde_is_the_home_folder),
        cmocka_unit_test(s_shows_the_command_with_the_filters_and_the_sql),
        cmocka_unit_test(without_a_terminal_nothing_is_copied),
        cmocka_unit_test(the_clipboard_is_set_by_osc_52_through_tmux_and_screen_too),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}

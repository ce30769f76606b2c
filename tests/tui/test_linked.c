/* The screen of linked lists, typed into: choices, ranges, what stays in sight; and the history
 * that brings back what was seen. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/dashboard.h"
#include "tests/support/scratch.h"

static char *path;
static struct app *app;

static int set_up(void **state) {
    if (scratch_setup(state) != 0)
        return -1;
    path = scratch_path(state, "sample.db");
    dashboard_database(path, false);
    return 0;
}

static int tear_down(void **state) {
    free(path);
    return scratch_teardown(state);
}

static void start(int lines, int columns, bool ascii) {
    app = dashboard_open(path, lines, columns, ascii);
}

static void type(const char *keys) {
    dashboard_type(app, keys);
}

static void expect_filters(const char *expected) {
    char *text = slice_text(app_slice(app));
    assert_string_equal(text, expected);
    free(text);
}

/* ----------------------------------------------------------------- linked lists */

static void golden(int lines, int columns, bool ascii, const char *keys, const char *name) {
    start(lines, columns, ascii);
    type(keys);
    dashboard_golden(name);
    dashboard_close(app);
}

static void linked_lists_are_right_at_every_size(void **state) {
    (void)state;
    golden(24, 80, false, "0", "linked-80x24");
    golden(24, 80, false, "0<Tab><Tab>v<Down><Down>", "linked-marking-80x24");
    golden(24, 80, false, "0=<Tab><Down>-mmm", "linked-share-80x24");
    golden(24, 80, true, "0=<Tab><Down>-mmm", "linked-share-80x24-ascii");
    golden(20, 60, false, "0=", "linked-60x20");
    golden(50, 160, false, "0=mmm", "linked-160x50");
    golden(24, 80, false, "0f age>100<Enter>", "linked-empty-80x24");
}

static void keeping_filters_everything_else_and_leaves_the_alternatives(void **state) {
    (void)state;
    start(24, 80, false);
    type("0<Down>=");
    assert_true(dashboard_has("Location 1 of 3"));
    type("<Down>=");
    assert_true(dashboard_has("Location 2 of 3"));
    assert_true(app_slice(app)->count == 1 && strchr(app_slice(app)->filters[0].value, '|'));
    type("x");
    expect_filters("");
    dashboard_close(app);
}

static void the_cursor_stays_on_its_value_when_lists_change_their_order(void **state) {
    (void)state;
    start(24, 80, false);
    type("0<Tab><Tab><Tab><Tab><Tab>-"); /* the larger gender goes */
    expect_filters("gender!=F");
    type("-");
    expect_filters("");
    dashboard_close(app);
}

static void two_marks_make_a_range(void **state) {
    (void)state;
    start(24, 80, false);
    type("0<Tab><Tab><Down><Down>v<Down><Down>v");
    expect_filters("month>=2024-11 month<=2025-01");
    type("<Up>v<Up><Up><Up>v");
    expect_filters("month>=2024-09 month<=2024-12");
    type("<Tab><Down>v<Down>v");
    expect_filters("month>=2024-09 month<=2024-12 age>=25 age<45");
    type("uu");
    expect_filters("month>=2024-11 month<=2025-01");
    dashboard_close(app);
}

static void a_range_needs_an_order_and_one_list(void **state) {
    (void)state;
    start(24, 80, false);
    type("0v");
    assert_true(dashboard_has("have no order"));
    type("<Tab><Tab>v<Tab>v<Down>v"); /* the mark on months is forgotten */
    expect_filters("age>=18 age<35");
    type("<Up>vx");
    expect_filters("age>=18 age<35");
    dashboard_close(app);
}

static void what_is_chosen_in_the_lists_stays_when_they_are_left(void **state) {
    (void)state;
    start(24, 80, false);
    type("0<Tab><Tab><Down>=<Back>");
    expect_filters("month=2024-10");
    type("0<Enter>");
    assert_true(dashboard_has("Explore by"));
    type("<Back>");
    expect_filters("month=2024-10");
    assert_true(dashboard_has("A list keeps showing"));
    dashboard_close(app);
}

/* ---------------------------------------------------------------------- history */

static void undo_brings_back_screens_layers_and_choices(void **state) {
    (void)state;
    start(24, 80, false);
    type("0m=");
    char *lists = dashboard_text();
    type("<Enter>ss3o");
    assert_true(dashboard_has("3▸Marketing"));
    type("u"); /* the outcome */
    assert_true(dashboard_has("3▸Marketing"));
    type("u"); /* the screen: Explore is back, in its order */
    assert_true(dashboard_has("Explore by"));
    assert_true(dashboard_has("by falling mean price"));
    type("u"); /* the order, one step for both */
    assert_false(strstr(lists, "Explore by") != NULL);
    type("u"); /* the drill */
    char *again = dashboard_text();
    assert_string_equal(again, lists);
    type("<C-r><C-r>");
    assert_true(dashboard_has("by falling mean price"));
    free(lists);
    free(again);
    dashboard_close(app);
}

/* Types and takes back, step by step; `undone` and `done` are what a screen shows. */
static void expect_undone(const char *keys, const char *undone, const char *done) {
    assert_true(dashboard_has(undone));
    type(keys);
    assert_true(dashboard_has(done));
    type("u");
    assert_true(dashboard_has(undone));
    type("<C-r>");
    assert_true(dashboard_has(done));
}

static void undo_brings_back_the_form_field_by_field_and_what_is_pinned(void **state) {
    (void)state;
    start(24, 80, false);
    type("5");
    char *typical = dashboard_text();
    type("<Down>33<Enter><Up><Right>"); /* the age, typed and stepped, is one thing */
    char *aged = dashboard_text();
    type("<Down><Right><Up>:undo<Enter>"); /* the field after it is another */
    char *again = dashboard_text();
    assert_string_equal(again, aged);
    free(again);
    type(":undo<Enter><Up>");
    again = dashboard_text();
    assert_string_equal(again, typical);
    type("p<Tab><Tab>");
    free(again);
    free(aged);
    free(typical);
    dashboard_close(app);
}

static void undo_brings_back_what_a_screen_was_asked(void **state) {
    (void)state;
    start(24, 80, false);
    type("7");
    expect_undone("<Tab><Tab>", "Imports", "Tukey");
    dashboard_close(app);
}

static void undo_goes_back_to_the_very_start_and_no_further(void **state) {
    (void)state;
    start(24, 80, false);
    char *first = dashboard_text();
    type("6sI7f gender=f<Enter>0mm<Tab><Enter>3<Tab>ox");
    type("uuuuuuuuuuuuuuuuuuuuuuuuuuuuuu");
    assert_true(dashboard_has("Nothing to undo"));
    expect_filters("");
    assert_true(dashboard_has("1▸Overview"));
    type("<C-r><C-r><C-r><C-r><C-r><C-r><C-r><C-r><C-r><C-r><C-r><C-r><C-r><C-r><C-r>");
    assert_true(dashboard_has("Nothing to redo"));
    assert_true(dashboard_has("3▸Marketing"));
    free(first);
    dashboard_close(app);
}

static void moving_the_cursor_is_nothing_to_undo(void **state) {
    (void)state;
    start(24, 80, false);
    type("<Down><Down><Up>u");
    assert_true(dashboard_has("Nothing to undo"));
    dashboard_close(app);
}

static void something_new_after_an_undo_leaves_nothing_to_redo(void **state) {
    (void)state;
    start(24, 80, false);
    type("3u6<C-r>");
    assert_true(dashboard_has("Nothing to redo"));
    assert_true(dashboard_has("6▸Sales"));
    dashboard_close(app);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(linked_lists_are_right_at_every_size),
        cmocka_unit_test(keeping_filters_everything_else_and_leaves_the_alternatives),
        cmocka_unit_test(the_cursor_stays_on_its_value_when_lists_change_their_order),
        cmocka_unit_test(two_marks_make_a_range),
        cmocka_unit_test(a_range_needs_an_order_and_one_list),
        cmocka_unit_test(what_is_chosen_in_the_lists_stays_when_they_are_left),
        cmocka_unit_test(undo_brings_back_screens_layers_and_choices),
        cmocka_unit_test(undo_brings_back_the_form_field_by_field_and_what_is_pinned),
        cmocka_unit_test(undo_brings_back_what_a_screen_was_asked),
        cmocka_unit_test(undo_goes_back_to_the_very_start_and_no_further),
        cmocka_unit_test(moving_the_cursor_is_nothing_to_undo),
        cmocka_unit_test(something_new_after_an_undo_leaves_nothing_to_redo),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}

/* Slices by name, and what a visit leaves to the next one: typed on a screen, with the memory in a
 * folder of the test's own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "cli/session.h"
#include "tests/support/dashboard.h"
#include "tests/support/scratch.h"
#include "tui/named.h"
#include "tui/terminal.h"

static char *path, *memory;
static struct app *app;

static int set_up(void **state) {
    if (scratch_setup(state) != 0)
        return -1;
    path = scratch_path(state, "sample.db");
    memory = scratch_path(state, "memory");
    setenv("XDG_STATE_HOME", memory, 1);
    dashboard_database(path, false);
    return 0;
}

static int tear_down(void **state) {
    free(path);
    free(memory);
    return scratch_teardown(state);
}

static void start(int lines, int columns, bool ascii) {
    struct terminal_options looks = {.ascii = ascii, .no_color = true};
    struct tui_options options = {.db_path = path, .ascii = ascii, .remember = true};
    struct error error;
    assert_int_equal(terminal_open_offscreen("xterm-256color", lines, columns, &looks, &error),
                     ERR_OK);
    assert_int_equal(app_open(&options, &app, &error), ERR_OK);
    app_draw(app);
}

static void expect_filters(const char *expected) {
    char *text = slice_text(app_slice(app));
    assert_string_equal(text, expected);
    free(text);
}

static void a_named_slice_comes_back_in_the_next_visit(void **state) {
    (void)state;
    start(24, 80, false);
    dashboard_type(app, "f gender=f<Enter>Fwomen<Enter>");
    assert_true(dashboard_has("Kept as women"));
    dashboard_type(app, "Xf price<15000<Enter>Fcheap ones<Enter>X");
    dashboard_close(app);
    start(24, 80, false);
    expect_filters("");
    dashboard_type(app, "F");
    dashboard_golden("slices-80x24");
    dashboard_type(app, "om<Enter>"); /* w-om-en */
    expect_filters("gender=F");
    dashboard_type(app, "u");
    expect_filters("");
    assert_true(dashboard_has("1▸Overview"));
    dashboard_close(app);
}

static void saving_again_replaces_and_delete_forgets(void **state) {
    (void)state;
    start(20, 60, true);
    dashboard_type(app, "f gender=m<Enter>FWOMEN<Down><Enter>F");
    dashboard_golden("slices-60x20-ascii");
    dashboard_type(app, "<Del><Del>");
    assert_true(dashboard_has("None yet"));
    dashboard_type(app, "<Del><Esc>X");
    dashboard_close(app);
    start(50, 160, false);
    dashboard_type(app, "F");
    dashboard_golden("slices-none-160x50");
    dashboard_close(app);
}

static void a_slice_that_these_sales_cannot_have_is_told(void **state) {
    (void)state;
    start(24, 80, false);
    assert_true(app_save_name(app, "gone", "location=Atlantis"));
    dashboard_type(app, "F");
    assert_true(dashboard_has("–"));
    dashboard_type(app, "<Enter>");
    assert_true(dashboard_has("there is no location"));
    expect_filters("");
    dashboard_type(app, "<Del><Esc>");
    dashboard_close(app);
}

static void names_and_filters_that_a_line_cannot_hold_are_refused(void **state) {
    (void)state;
    struct recall *recall = recall_new();
    assert_false(named_save(recall, "quoted", "handset=\"a'b\""));
    assert_int_equal(named_count(recall), 0);
    assert_false(named_save(recall, "", "gender=F"));
    assert_true(named_save(recall, "a\033[31mb\nc", "gender=F"));
    assert_null(strpbrk(named_name(recall, 0), "\033\n"));
    for (int i = 0; i < 2 * NAMED_MAX; i++) {
        char name[16];
        snprintf(name, sizeof name, "n%d", i);
        assert_int_equal(named_save(recall, name, "gender=F"), i < NAMED_MAX - 1);
    }
    named_drop(recall, 0);
    assert_int_equal(named_count(recall), NAMED_MAX - 1);
    assert_string_equal(named_name(recall, 0), "n0");
    recall_close(recall);
}

/* -------------------------------------------------------------------- comparing */

static void picture(int lines, int columns, bool ascii, const char *keys, const char *name) {
    app = dashboard_open(path, lines, columns, ascii);
    dashboard_type(app, keys);
    dashboard_golden(name);
    dashboard_close(app);
}

static void two_slices_stand_side_by_side_at_every_size(void **state) {
    (void)state;
    picture(24, 80, false, "f gender=f<Enter>c", "compare-80x24");
    picture(24, 80, true, "f gender=f<Enter>c<PgDn>", "compare-80x24-ascii");
    picture(20, 60, false, "f month=2024-11<Enter>ccmonth=2024-10<Enter>", "compare-60x20");
    picture(50, 160, false, "f price>60000<Enter>c", "compare-160x50");
    picture(24, 80, false, "c", "compare-nothing-80x24");
}

static void the_other_slice_is_typed_or_named_and_undone(void **state) {
    (void)state;
    app = dashboard_open(path, 24, 80, false);
    dashboard_type(app, "f gender=f<Enter>Fwomen<Enter>Xf gender=m<Enter>c");
    assert_true(dashboard_has("B 4,572 sales: everything else"));
    dashboard_type(app, "c@Women<Enter>");
    assert_true(dashboard_has("B 4,572 sales: gender=F"));
    dashboard_type(app, "c<C-u>@nobody<Enter>");
    assert_true(dashboard_has("no slice is called \"nobody\", only women"));
    dashboard_type(app, "<C-u>price<10000<Enter>");
    assert_true(dashboard_has("price<10000"));
    dashboard_type(app, "c<C-u>prices<Enter>");
    assert_true(dashboard_has("no field or name \""));
    dashboard_type(app, "<Esc>u"); /* what was compared with, one step */
    assert_true(dashboard_has("everything else"));
    dashboard_type(app, "u");
    assert_true(dashboard_has("1▸Overview"));
    expect_filters("gender=M");
    dashboard_close(app);
}

static void a_name_stands_for_its_filters_in_the_prompt(void **state) {
    (void)state;
    app = dashboard_open(path, 24, 80, false);
    dashboard_type(app, "f gender=f<Enter>Fmy women<Enter>X");
    dashboard_type(app, "f@my women age<30");
    assert_true(dashboard_has(" sales.  Tab completes"));
    dashboard_type(app, "<Enter>");
    expect_filters("gender=F age<30");
    dashboard_type(app, "Xflocation=lake @'MY Women'<Enter>");
    expect_filters("location=Lakeside gender=F");
    dashboard_type(app, "f<C-u>@my<Enter>");
    assert_true(dashboard_has("no slice is called \"my\", only my women"));
    expect_filters("location=Lakeside gender=F");
    dashboard_close(app);
}

/* The sales that --where leaves, −1 where it is refused. */
static long sales_where(const char *filters, struct error *error) {
    struct invocation invocation = {.db_path = path};
    const struct texts where = {&filters, 1};
    struct session session;
    enum err code = session_open(&session, &invocation, &where, error);
    long count = code == ERR_OK ? (long)session.selection.count : -1;
    assert_true(code == ERR_OK || code == ERR_USAGE);
    session_close(&session);
    return count;
}

static void a_name_stands_for_its_filters_on_the_command_line(void **state) {
    (void)state;
    struct error error = {0};
    start(24, 80, false);
    dashboard_type(app, "Xf gender=f<Enter>Four women<Enter>X");
    dashboard_close(app);
    assert_int_equal(sales_where("@our women", &error), 4572);
    assert_int_equal(sales_where("@'OUR women' age<30", &error),
                     sales_where("age<30 gender=F", &error));
    assert_int_equal(sales_where("@ours", &error), -1);
    assert_non_null(strstr(error.message, "no slice is called \"ours\""));
}

static void order_and_page_are_remembered_per_screen(void **state) {
    (void)state;
    start(24, 80, false);
    dashboard_type(app, "3<Tab>6ss");
    char *before = dashboard_text();
    dashboard_close(app);
    start(24, 80, false);
    char *after = dashboard_text();
    assert_string_equal(after, before);
    assert_true(dashboard_has("sorted by age"));
    dashboard_type(app, "3");
    assert_true(dashboard_has("Tests"));
    free(before);
    free(after);
    dashboard_close(app);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_named_slice_comes_back_in_the_next_visit),
        cmocka_unit_test(saving_again_replaces_and_delete_forgets),
        cmocka_unit_test(a_slice_that_these_sales_cannot_have_is_told),
        cmocka_unit_test(names_and_filters_that_a_line_cannot_hold_are_refused),
        cmocka_unit_test(two_slices_stand_side_by_side_at_every_size),
        cmocka_unit_test(the_other_slice_is_typed_or_named_and_undone),
        cmocka_unit_test(a_name_stands_for_its_filters_in_the_prompt),
        cmocka_unit_test(a_name_stands_for_its_filters_on_the_command_line),
        cmocka_unit_test(order_and_page_are_remembered_per_screen),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}

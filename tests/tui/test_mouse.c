/* The mouse: what is clicked is where the keys would have gone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "tests/support/dashboard.h"
#include "tests/support/scratch.h"
#include "tui/mouse.h"

static char *path;

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

static void press(struct app *app, enum mouse_button button, int row, int column) {
    struct key key = mouse_key(button, row, column);
    app_prepare(app);
    app_key(app, &key);
    app_draw(app);
}

/* The screen's row that begins with the cursor's mark; −1 where none does. */
static int cursor_row(void) {
    char *text = dashboard_text();
    int row = 0, found = -1;
    for (char *line = text; line != NULL && found < 0; row++) {
        if (strncmp(line, "▸", strlen("▸")) == 0)
            found = row;
        line = strchr(line, '\n');
        line = line != NULL ? line + 1 : NULL;
    }
    free(text);
    return found;
}

static void a_click_on_a_screens_name_shows_it(void **state) {
    (void)state;
    struct app *app = dashboard_open(path, 24, 80, false);
    press(app, MOUSE_CLICK, 0, 77); /* Data, the last one */
    assert_true(dashboard_has("7▸Data"));
    press(app, MOUSE_CLICK, 0, 15);
    assert_true(dashboard_has("1▸Overview"));
    press(app, MOUSE_CLICK, 0, 2); /* the program's name is none */
    assert_true(dashboard_has("1▸Overview"));
    dashboard_close(app);
}

static void a_click_on_a_page_turns_to_it(void **state) {
    (void)state;
    struct app *app = dashboard_open(path, 24, 80, false);
    dashboard_type(app, "7");
    press(app, MOUSE_CLICK, 2, 31); /* Quality */
    assert_true(dashboard_has("▸Quality"));
    press(app, MOUSE_CLICK, 2, 3); /* and back to Imports */
    assert_true(dashboard_has("▸Imports"));
    dashboard_close(app);
}

static void a_click_moves_the_cursor_to_the_row_and_the_wheel_by_three(void **state) {
    (void)state;
    struct app *app = dashboard_open(path, 24, 80, false);
    dashboard_type(app, "6");
    int first = cursor_row();
    assert_true(first > 0);
    press(app, MOUSE_CLICK, first + 7, 20);
    assert_int_equal(cursor_row(), first + 7);
    press(app, MOUSE_CLICK, first + 2, 20);
    assert_int_equal(cursor_row(), first + 2);
    press(app, MOUSE_WHEEL_DOWN, 10, 20);
    assert_int_equal(cursor_row(), first + 5);
    press(app, MOUSE_WHEEL_UP, 10, 20);
    assert_int_equal(cursor_row(), first + 2);
    dashboard_close(app);
}

static void a_second_click_on_the_row_is_enter(void **state) {
    (void)state;
    struct app *app = dashboard_open(path, 24, 80, false);
    dashboard_type(app, "i");
    dashboard_type(app, "<Esc>T");
    assert_true(dashboard_has("Train everything"));
    int first = cursor_row();
    press(app, MOUSE_CLICK, first + 3, 10);
    assert_int_equal(cursor_row(), first + 3); /* in a layer too; nothing runs yet */
    press(app, MOUSE_CLICK, 0, 77);            /* under a layer nothing is clicked */
    assert_true(dashboard_has("Train everything"));
    dashboard_type(app, "<Esc>7<Tab><Tab>");
    first = cursor_row();
    press(app, MOUSE_CLICK, first + 1, 10);
    press(app, MOUSE_CLICK, first + 1, 10);
    assert_true(dashboard_has("Location is known of every sale here"));
    dashboard_close(app);
}

static void two_slow_clicks_are_no_enter(void **state) {
    (void)state;
    const struct pane pane = {0, 0, 10, 10};
    struct key click = mouse_key(MOUSE_CLICK, 3, 4);
    mouse_forget();
    mouse_region(pane, 3, 0, 10, MOUSE_ROW, 0);
    assert_false(mouse_meaning(&click, 1000).enter);
    assert_false(mouse_meaning(&click, 1401).enter);
    assert_true(mouse_meaning(&click, 1801).enter);
    assert_false(mouse_meaning(&click, 1802).enter); /* the third begins anew */
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_click_on_a_screens_name_shows_it),
        cmocka_unit_test(a_click_on_a_page_turns_to_it),
        cmocka_unit_test(a_click_moves_the_cursor_to_the_row_and_the_wheel_by_three),
        cmocka_unit_test(a_second_click_on_the_row_is_enter),
        cmocka_unit_test(two_slow_clicks_are_no_enter),
    };
    return cmocka_run_group_tests(tests, begin, end);
}

/* What the dashboard tells of the time since it was last left. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "engine/intake/import.h"
#include "tests/support/dashboard.h"
#include "tests/support/scratch.h"
#include "tui/recall.h"
#include "tui/terminal.h"

static char *path;
static struct app *app;

static int begin(void **state) {
    if (scratch_setup(state) != 0)
        return -1;
    setenv("XDG_STATE_HOME", *state, 1);
    path = scratch_path(state, "sample.db");
    dashboard_database(path, false);
    return 0;
}

static int end(void **state) {
    free(path);
    return scratch_teardown(state);
}

/* As if the dashboard had last been left when the shop had so many sales. */
static void left_after(int64_t sales, const char *at) {
    struct recall *recall = recall_open(path);
    recall_set(recall, "seen-at", at);
    recall_set_number(recall, "seen-sale", sales);
    recall_save(recall);
    recall_close(recall);
}

static void start(int lines, int columns) {
    struct terminal_options looks = {.no_color = true};
    struct tui_options options = {.db_path = path, .remember = true};
    struct error error;
    assert_int_equal(terminal_open_offscreen("xterm-256color", lines, columns, &looks, &error),
                     ERR_OK);
    assert_int_equal(app_open(&options, &app, &error), ERR_OK);
    app_draw(app);
}

static void leave(void) {
    app_close(app);
    terminal_close();
}

static bool screen_has(const char *words) {
    char *text = dashboard_text();
    bool has = strstr(text, words) != NULL;
    free(text);
    return has;
}

static void the_first_visit_tells_nothing_and_the_second_knows_it(void **state) {
    (void)state;
    start(24, 80);
    assert_true(dashboard_has("* partial: "));
    assert_false(screen_has("New since"));
    dashboard_type(app, "W");
    assert_true(dashboard_has("This is the first visit."));
    leave();
    start(24, 80);
    assert_false(screen_has("New since")); /* nothing came */
    dashboard_type(app, "W");
    assert_true(dashboard_has("Nothing new since 15 Jan 2026."));
    dashboard_type(app, "<Back>");
    assert_true(dashboard_has("* partial: "));
    leave();
    struct recall *recall = recall_open(path);
    assert_int_equal(recall_number(recall, "seen-sale", -1), 9000);
    assert_string_equal(recall_get(recall, "seen-at"), "2026-01-15T12:00:00Z");
    recall_close(recall);
}

static void the_news_take_one_line_of_a_small_screen_and_a_layer_tells_all(void **state) {
    (void)state;
    left_after(8700, "2026-01-10T08:00:00Z");
    start(24, 80);
    assert_true(dashboard_has("New since 10 Jan 2026: 300 sales, "));
    assert_true(dashboard_has("(W tells all)"));
    dashboard_type(app, "f");
    dashboard_type(app, "age<30<Enter>"); /* whatever the slice */
    assert_true(dashboard_has("New since 10 Jan 2026: 300 sales, "));
    dashboard_type(app, "X");
    dashboard_golden("news-overview-80x24");
    dashboard_type(app, "W");
    assert_true(dashboard_has("300 new sales, "));
    dashboard_golden("news-80x24");
    dashboard_type(app, "q");
    assert_true(dashboard_has("1▸Overview"));
    leave();
    start(24, 80); /* what was told is known */
    assert_false(screen_has("New since"));
    leave();
}

static void a_large_screen_tells_them_all_by_itself(void **state) {
    (void)state;
    left_after(8700, "2026-01-10T08:00:00Z");
    start(50, 160);
    assert_true(dashboard_has("Since 10 Jan 2026: 300 new sales, "));
    assert_false(screen_has("tells all"));
    dashboard_golden("news-overview-160x50");
    leave();
    left_after(8700, "no stamp");
    start(50, 160);
    assert_false(screen_has("new sales"));
    leave();
}

static void rows_set_aside_count_where_their_file_came_since(void **state) {
    char *csv = scratch_path(state, "more.csv");
    scratch_write_text(
        csv, "Id,Date,Location,Age,Gender,Handset,Price,Facebook,Follows,Returning,Heard\n"
             "a1,01-08-2025,Lakeside,30,M,Pixel 9000,100,No,No,No,No\n"
             "a2,01-08-2025,Lakeside,30,M,Pixel 9000,dear,No,No,No,No\n");
    setenv("RETAIL_PULSE_NOW", "2026-01-20 12:00:00", 1);
    struct error error;
    struct db *writer = scratch_writer(path);
    struct import_options options = {0};
    struct import_result result;
    if (import_file(writer, csv, &options, NULL, &result, &error) != ERR_OK)
        fail_msg("%s", error.message);
    import_result_free(&result);
    db_close(writer);
    left_after(9000, "2026-01-16T08:00:00Z");
    start(24, 80);
    dashboard_type(app, "W");
    assert_true(dashboard_has("1 new sale, 1 Aug 2025: revenue 100"));
    assert_true(dashboard_has("Handset never sold before: Pixel 9000."));
    assert_true(dashboard_has("1 row was set aside: Data tells why."));
    leave();
    left_after(9000, "2026-01-20T12:00:01Z");
    start(24, 80);
    dashboard_type(app, "W");
    assert_false(screen_has("set aside:"));
    leave();
    free(csv);
}

#define NEWS_TEST(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void) {
    const struct CMUnitTest tests[] = {
        NEWS_TEST(the_first_visit_tells_nothing_and_the_second_knows_it),
        NEWS_TEST(the_news_take_one_line_of_a_small_screen_and_a_layer_tells_all),
        NEWS_TEST(a_large_screen_tells_them_all_by_itself),
        NEWS_TEST(rows_set_aside_count_where_their_file_came_since),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

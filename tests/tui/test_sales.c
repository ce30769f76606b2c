/* The Sales screen under the fingers: sorted by any column, searched, a sale in full, and from
 * there What-if. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "engine/learn/scoring.h"
#include "tests/support/dashboard.h"
#include "tests/support/scratch.h"

static char *trained_path, *scored_path;
static struct app *app;

static int setup(void **state) {
    if (scratch_setup(state) != 0)
        return -1;
    trained_path = scratch_path(state, "trained.db");
    scored_path = scratch_path(state, "scored.db");
    dashboard_database(trained_path, true);
    dashboard_database(scored_path, true);
    struct scoring scoring;
    struct error error;
    return scoring_run(scored_path, true, NULL, &scoring, &error) == ERR_OK ? 0 : -1;
}

static int teardown(void **state) {
    free(trained_path);
    free(scored_path);
    return scratch_teardown(state);
}

static void start(const char *path, int lines, int columns) {
    app = dashboard_open(path, lines, columns, false);
    dashboard_type(app, "6");
}

static void type(const char *keys) {
    assert_false(dashboard_type(app, keys) & REACT_QUIT);
}

static bool has(const char *words) {
    return dashboard_has(words);
}

static void left_and_right_choose_the_column_that_s_sorts_by(void **state) {
    (void)state;
    start(trained_path, 24, 80);
    assert_true(has("9,000 sales, 1 of 9,000, sorted by date"));
    type("<Right><Right><Right><Right><Right>");
    assert_true(has("sorted by date; s sorts by price"));
    type("sI");
    assert_true(has("sorted by price, descending"));
    dashboard_golden("sales-by-price-80x24");
    type("s");
    assert_true(has("sorted by from Facebook, descending"));
    type("<Left><Left><Left>s");
    assert_true(has("sorted by gender, descending"));
    assert_true(has("Gender")); /* 80 columns leave it out otherwise */
    dashboard_close(app);
}

static void the_pages_turn_both_ways_and_end_at_the_ends(void **state) {
    (void)state;
    start(trained_path, 24, 80);
    type("<PgDn>");
    assert_true(has("19 of 9,000"));
    type(" ");
    assert_true(has("37 of 9,000"));
    type("<PgUp>");
    assert_true(has("19 of 9,000"));
    type("G");
    assert_true(has("9,000 of 9,000"));
    type("<PgDn>");
    assert_true(has("9,000 of 9,000"));
    type("g<PgUp>");
    assert_true(has("1 of 9,000"));
    dashboard_close(app);
}

static void a_search_finds_references_prices_and_dates_and_goes_round(void **state) {
    (void)state;
    start(trained_path, 24, 80);
    type("/SYN-000040<Enter>");
    assert_true(has("40 of 9,000"));
    type("n");
    assert_true(has("This is the only match for \"SYN-000040\""));
    type("/17,014<Enter>");
    type("g/17,014<Enter>");
    assert_true(has("7 of 9,000"));
    type("/2024-09-18<Enter>");
    assert_true(has("▸2024-09-18"));
    assert_true(has("52 of 9,000"));
    type("N");
    assert_true(has("The search went round, on from the bottom"));
    type("/2001-01-01<Enter>");
    assert_true(has("the next is of 16 Sep 2024"));
    assert_true(has("1 of 9,000"));
    type("/2099-01-01<Enter>");
    assert_true(has("No handset, place, reference, price or date"));
    type("<C-u>old t<Enter>/<Enter>");
    assert_true(has("5 of 9,000") || has("3 of 9,000"));
    dashboard_close(app);
}

static void a_sale_opens_what_if_with_its_customer(void **state) {
    (void)state;
    start(trained_path, 24, 80);
    type("<Down><Enter>");
    assert_true(has("SYN-000002"));
    assert_true(has("not scored yet: retail-pulse score"));
    assert_true(has("sample.csv, 2026-01-15 12:00 UTC"));
    type("<Enter>");
    assert_true(has("5▸What-if"));
    assert_true(has("Outside Town"));
    assert_true(has("Age           29"));
    assert_true(has("Price         27,817"));
    assert_true(has("16 Sep 2024"));
    type("6<Back>");
    assert_true(has("sorted by date"));
    type("<Enter>q");
    assert_true(has("6▸Sales"));                         /* q closed the sale, not the program */
    assert_false(dashboard_type(app, "q") & REACT_QUIT); /* typed twice by accident */
    dashboard_pause();
    assert_true(dashboard_type(app, "q") & REACT_QUIT);
    dashboard_close(app);
}

static void scores_stand_in_a_wide_table_and_sort_it(void **state) {
    (void)state;
    start(scored_path, 50, 160);
    dashboard_golden("sales-scored-160x50");
    for (int i = 0; i < 10; i++)
        type("<Right>");
    type("sI");
    assert_true(has("sorted by P(returning), descending"));
    dashboard_golden("sales-by-score-160x50");
    type("G");
    assert_true(has("9,000 of 9,000"));
    dashboard_close(app);
    start(trained_path, 24, 80);
    for (int i = 0; i < 10; i++)
        type("<Right>");
    type("s");
    assert_true(has("No sale is scored yet: retail-pulse score"));
    dashboard_close(app);
}

/* The rows between heading and footer; the caller frees. */
static char *rows_shown(void) {
    char *text = dashboard_text(), *from = strstr(text, " Date "), *to = strstr(text, " Left and");
    assert_non_null(from);
    assert_non_null(to);
    char *rows = strndup(from, (size_t)(to - from));
    free(text);
    return rows;
}

/* From the first position, by date: whatever the other way begins with. */
static const char *const walks[] = {
    "<Home>",
    "<PgDn><PgDn><PgDn>",
    "<End>",
    "<PgUp><PgUp><Up>",
    "/2025-03-22<Enter>",
    "/2025-03<Enter>n",
    "/pixel<Enter>nnN",
    "<Right><Right>s<End><PgUp>",
    "<Right><Right><Right>s<PgDn><PgDn>",
    "I<PgDn><PgDn><PgDn>",
    "=<PgDn>",
};

static char *walked(const char *path, int64_t holding, int count) {
    app = dashboard_open_holding(path, holding, 30, 130);
    dashboard_type(app, holding > 100 ? "6" : "6I"); /* many begin with the newest */
    for (int i = 0; i <= count; i++)
        type(walks[i]);
    char *rows = rows_shown();
    dashboard_close(app);
    return rows;
}

static void many_sales_are_walked_through_as_few_are(void **state) {
    (void)state;
    for (int i = 0; i < (int)(sizeof walks / sizeof *walks); i++) {
        char *few = walked(scored_path, 1000000, i), *many = walked(scored_path, 100, i);
        if (strcmp(few, many) != 0)
            fail_msg("after %s:\n%s\n%s", walks[i], few, many);
        free(few);
        free(many);
    }
}

/* Beside the interface a key reads what is seen; the rest is read ahead of the next one. */
static void rows_are_there_at_once_whether_more_was_read_ahead_or_not(void **state) {
    (void)state;
    enum { WALKS = sizeof walks / sizeof *walks };
    char *expected[WALKS];
    for (int i = 0; i < WALKS; i++)
        expected[i] = walked(scored_path, 100, i);
    for (int ahead = 0; ahead < 2; ahead++) {
        app = dashboard_open_beside(scored_path, 100, 30, 130);
        dashboard_settle(app);
        type("6I");
        for (int i = 0; i < WALKS; i++) {
            type(walks[i]);
            char *rows = rows_shown();
            if (strcmp(rows, expected[i]) != 0)
                fail_msg("after %s:\n%s\n%s", walks[i], rows, expected[i]);
            free(rows);
            assert_true(app_is_due(app));
            if (ahead == 0)
                continue;
            dashboard_settle(app);
            assert_false(app_is_due(app));
            rows = rows_shown();
            assert_string_equal(rows, expected[i]);
            free(rows);
        }
        dashboard_close(app);
    }
    for (int i = 0; i < WALKS; i++)
        free(expected[i]);
}

static void many_sales_say_where_one_is_and_what_sorting_costs(void **state) {
    (void)state;
    app = dashboard_open_holding(scored_path, 100, 24, 80);
    dashboard_type(app, "6<PgDn>");
    assert_true(has("of 9,000 sales by date, descending"));
    type("<Right><Right><Right><Right><Right>s");
    assert_true(has("1 of 9,000 sales by price, descending"));
    type("<Left><Left><Left><Left><Left><Left>s"); /* the last column: segments */
    assert_true(has("1 of 9,000 sales by segment, "));
    type("<Left><Left>s"); /* scores */
    assert_true(has("so many sales are not held in the order of"));
    assert_true(has("1 of 9,000 sales by segment, "));
    type("<Enter>");
    assert_true(has("Reference"));
    assert_true(has("Imported"));
    dashboard_close(app);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(left_and_right_choose_the_column_that_s_sorts_by),
        cmocka_unit_test(the_pages_turn_both_ways_and_end_at_the_ends),
        cmocka_unit_test(a_search_finds_references_prices_and_dates_and_goes_round),
        cmocka_unit_test(a_sale_opens_what_if_with_its_customer),
        cmocka_unit_test(scores_stand_in_a_wide_table_and_sort_it),
        cmocka_unit_test(many_sales_are_walked_through_as_few_are),
        cmocka_unit_test(rows_are_there_at_once_whether_more_was_read_ahead_or_not),
        cmocka_unit_test(many_sales_say_where_one_is_and_what_sorting_costs),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}

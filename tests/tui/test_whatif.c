/* The What-if screen: its form under the fingers, and every page as text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "tests/support/dashboard.h"
#include "tests/support/scratch.h"

static char *trained_path, *untrained_path;
static struct app *app;

static int setup(void **state) {
    if (scratch_setup(state) != 0)
        return -1;
    trained_path = scratch_path(state, "trained.db");
    untrained_path = scratch_path(state, "untrained.db");
    dashboard_database(trained_path, true);
    dashboard_database(untrained_path, false);
    return 0;
}

static int teardown(void **state) {
    free(trained_path);
    free(untrained_path);
    return scratch_teardown(state);
}

static void start(int lines, int columns) {
    app = dashboard_open(trained_path, lines, columns, false);
    dashboard_type(app, "5");
}

static void stop(void) {
    dashboard_close(app);
}

static void type(const char *keys) {
    assert_false(dashboard_type(app, keys) & REACT_QUIT);
}

static bool has(const char *words) {
    return dashboard_has(words);
}

/* ------------------------------------------------------------------ pages */

static void walk(int lines, int columns, bool ascii, const char *size) {
    const struct {
        const char *keys, *name;
    } pages[] = {{"<Down>30<Enter><Up>", "answer"},
                 {columns < 70 ? "<Tab><Tab>" : "<Tab>", "sweep"}, /* Why comes between */
                 {"<Down><Down><Down>", "sweep-price"},
                 {"<Up>", "sweep-handset"},
                 {"<Up><Up>p55<Enter><Tab>", "scenarios"},
                 {"<Tab>", "similar"},
                 {"<Up><Up>L", "list"},
                 {"<Esc><Down>300", "invalid"}};
    app = dashboard_open(trained_path, lines, columns, ascii);
    type("5");
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++) {
        type(pages[i].keys);
        char *name = xasprintf("whatif-%s-%s", pages[i].name, size);
        dashboard_golden(name);
        free(name);
    }
    stop();
}

static void every_page_is_right_at_80_by_24(void **state) {
    (void)state;
    walk(24, 80, false, "80x24");
}

static void every_page_is_right_in_ascii(void **state) {
    (void)state;
    walk(24, 80, true, "80x24-ascii");
}

static void every_page_fits_60_by_20(void **state) {
    (void)state;
    walk(20, 60, false, "60x20");
}

static void all_pages_are_seen_at_once_at_160_by_50(void **state) {
    (void)state;
    walk(50, 160, false, "160x50");
}

static void in_a_narrow_window_the_explanation_has_a_page(void **state) {
    (void)state;
    start(20, 60);
    type("<Tab>");
    assert_true(has("Why “Returning”") && has("log odds") && has("Heard of shop = no"));
    type("<Down>o"); /* on a place an o begins its name */
    assert_true(has("Why “From Facebook”"));
    stop();
}

static void without_a_model_the_screen_says_what_to_do(void **state) {
    (void)state;
    app = dashboard_open(untrained_path, 24, 80, false);
    type("5");
    assert_true(has("Press T to") && has("Of all past sales: 25.7%") && has("similar sales"));
    type("<Tab>");
    assert_true(has("o model has been trained yet"));
    type("<Tab><Tab>");
    assert_true(has("The latest first."));
    stop();
}

/* ------------------------------------------------------------------ the form */

static void the_question_that_is_predicted_takes_no_answer(void **state) {
    (void)state;
    start(24, 80);
    assert_true(has("Returning     being predicted") && has("From Facebook~no"));
    type("<Up><Up><Up>");
    type("y");
    assert_true(has("“Returning” is being predicted; o predicts “From Facebook” instead"));
    type("<Right>");
    assert_true(has("Returning     being predicted"));
    type("o");
    assert_true(has("From Facebook being predicted") && has("Returning     unknown"));
    type("y");
    assert_true(has("Returning     yes"));
    stop();
}

static void the_answer_stays_in_view_while_a_list_is_open(void **state) {
    (void)state;
    for (int narrow = 0; narrow < 2; narrow++) {
        start(narrow ? 20 : 24, narrow ? 60 : 80);
        type("o");
        assert_true(has("match") && has("Enter takes") && has("base 25.7%") &&
                    has("No skill, AUC"));
        assert_true(has("Returning 2")); /* its probability */
        stop();
    }
}

static void a_customer_is_asked_about_in_few_keys(void **state) {
    (void)state;
    start(24, 80); /* after the 5: fourteen keys */
    type("ou<Enter>30<Enter>f<Down><Down>22000");
    assert_true(has("Outside Town") && has("Age           30") && has("female") && has("22000"));
    assert_true(has("same gender"));
    type("<Enter>");
    assert_true(has("22,000") && has("Price = 22,000"));
    stop();
}

static void letters_narrow_the_list_and_enter_takes_what_is_chosen(void **state) {
    (void)state;
    start(24, 80);
    type("<Down><Down><Down>Redmi");
    assert_true(has("matches, Enter takes") && has("as typed"));
    type("<Down>");
    char *chosen = dashboard_text();
    type("<Enter>");
    char *taken = dashboard_text();
    assert_true(strstr(chosen, "Price") != NULL && strstr(taken, "as typed") == NULL);
    assert_true(has("Handset       Redmi"));
    free(chosen);
    free(taken);
    stop();
}

static void a_handset_never_sold_can_be_typed(void **state) {
    (void)state;
    start(24, 80);
    type("<Down><Down><Down><Enter>Fairphone 5<Enter>");
    assert_true(has("Handset       Fairphone 5") && has("handset \"Fairphone 5\" was"));
    stop();
}

static void esc_brings_back_what_was_there(void **state) {
    (void)state;
    start(24, 80);
    char *before = dashboard_text();
    type("O<Esc>");
    char *after = dashboard_text();
    assert_string_equal(before, after);
    free(after);
    type("<Down>99<Esc><Up>");
    after = dashboard_text();
    assert_string_equal(before, after);
    free(before);
    free(after);
    stop();
}

static void what_cannot_be_read_says_why_keeps_the_text_and_does_not_move(void **state) {
    (void)state;
    start(24, 80);
    type("<Down>300");
    assert_true(has("300_") && has("is outside"));
    type("<Enter><Down>");
    assert_true(has("300_"));
    type("<Back>");
    assert_true(has("30_"));
    type("<Enter>");
    assert_true(has("Age           30"));
    stop();
}

static void a_date_is_typed_as_it_is_written(void **state) {
    (void)state;
    start(24, 80);
    type("<Up>05-11-2024<Enter><Up>");
    assert_true(has("5 Nov 2024") && has("Date = 5 Nov"));
    type("2025-02-30");
    assert_true(has("“2025-02-30”"));
    type("<Esc>");
    assert_true(has("5 Nov 2024"));
    stop();
}

static void pasted_text_is_text(void **state) {
    (void)state;
    start(24, 80);
    type("<Down><Paste>q4\n1</Paste>");
    assert_true(has("q41_")); /* not a digit: kept, and told */
    type("<Esc><Paste>41\n</Paste><Enter>");
    assert_true(has("Age           41"));
    type("<Paste>m\nq</Paste>"); /* a choice takes no pasted text */
    assert_true(has("Gender        unknown"));
    type("<Down><Paste>Nokia 3310</Paste><Enter>");
    assert_true(has("Handset       Nokia 3310"));
    stop();
}

static void space_toggles_and_never_pages(void **state) {
    (void)state;
    start(24, 80);
    type("<Down> ");
    assert_true(has("Age          ~34"));
    type("<Down> ");
    assert_true(has("Gender        female"));
    type("<Down><Down> ");
    assert_true(has("20,393"));
    type("<Down> ");
    assert_true(has("From Facebook yes"));
    type(" ");
    assert_true(has("From Facebook no"));
    stop();
}

static void what_nobody_told_is_marked_and_counted(void **state) {
    (void)state;
    for (int narrow = 0; narrow < 2; narrow++) {
        start(narrow ? 20 : 24, narrow ? 60 : 80);
        assert_true(has("8 of 9 fields (~) are only typical values")); /* gender is unknown */
        assert_true(has("Age          ~34") && has("From Facebook~no") && has("Gender        unk"));
        type("<Down>30<Enter>f");
        assert_true(has("7 of 9 fields") && has("Age           30"));
        type("<Down>9<Esc>"); /* a list that is left tells nothing */
        assert_true(has("7 of 9 fields"));
        type("<Down><Down>n"); /* the same value, but told */
        assert_true(has("6 of 9 fields") && has("From Facebook no"));
        type("<Enter><Enter>"); /* and what Enter agrees to */
        assert_true(has("5 of 9 fields"));
        type("r");
        assert_true(has("8 of 9 fields"));
        stop();
    }
}

static void u_is_unknown_in_every_field_and_leaves_none(void **state) {
    (void)state;
    start(24, 80);
    type("o<Esc><Down>30<Enter>"); /* something that undo could take back */
    type("<Up><Up>");
    for (int i = 0; i < 10; i++) {
        type("u");
        assert_true(has("5▸What-if"));
        type("<Down>");
    }
    assert_true(has("Location      unknown") && has("Age           unknown") &&
                has("Handset       unknown") && has("Price         unknown") &&
                has("From Facebook unknown") && has("Date          unknown"));
    char *text = dashboard_text();
    assert_null(strstr(text, "only typical"));
    free(text);
    stop();
}

static void unknown_stands_first_in_the_lists(void **state) {
    (void)state;
    static const char *const fields[] = {"", "<Down><Down><Down>"};
    for (size_t i = 0; i < 2; i++) {
        start(24, 80);
        type(fields[i]);
        type("<Enter><PgUp><PgUp><PgUp><PgUp><PgUp><PgUp><PgUp><PgUp><PgUp><Enter>");
        assert_true(has(i == 0 ? "Location      unknown" : "Handset       unknown"));
        stop();
    }
}

/* ------------------------------------------------------------------ scenarios, similar sales */

static void three_customers_can_be_pinned_and_taken_back(void **state) {
    (void)state;
    start(24, 80);
    type("<Down>");
    type("p<Right>p<Right>p<Right>p");
    assert_true(has("Three customers are pinned already"));
    type("<Tab><Tab>");
    assert_true(has("D (now)") && has("points to A"));
    type("PPP");
    assert_true(has("A (now)") && has("Press p to pin"));
    type("P");
    assert_true(has("Nothing is pinned"));
    stop();
}

static void similar_sales_open_in_the_sales_screen_and_are_undone(void **state) {
    (void)state;
    start(24, 130);
    type("<Tab><Tab><Tab><Enter>");
    assert_true(has("6▸Sales") && has("location=Lakeside"));
    assert_true(has("age_band=25-34") && has("price_band=20k-25k"));
    type("u");
    assert_true(has("Filter: none"));
    stop();
}

/* A month of sales is read for the list of one page: the answer comes first. */
static void of_many_sales_the_similar_ones_are_listed_after_the_answer(void **state) {
    (void)state;
    static const char keys[] = "<Right><Down><Right>";
    app = dashboard_open_holding(trained_path, 100, 24, 130);
    dashboard_type(app, "5<Tab><Tab><Tab>");
    dashboard_settle(app);
    type(keys);
    char *expected = dashboard_text();
    dashboard_close(app);
    app = dashboard_open_beside(trained_path, 100, 24, 130);
    dashboard_settle(app);
    dashboard_type(app, "5<Tab><Tab><Tab>");
    dashboard_settle(app);
    type(keys);
    assert_true(has("similar sale") && has("Looking for the latest of them"));
    dashboard_settle(app);
    char *text = dashboard_text();
    assert_string_equal(text, expected);
    assert_false(has("Looking for"));
    free(text);
    free(expected);
    type("<Left><Enter>"); /* before they are listed */
    assert_true(has("6▸Sales") && has("age_band=25-34"));
    stop();
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_page_is_right_at_80_by_24),
        cmocka_unit_test(every_page_is_right_in_ascii),
        cmocka_unit_test(every_page_fits_60_by_20),
        cmocka_unit_test(all_pages_are_seen_at_once_at_160_by_50),
        cmocka_unit_test(in_a_narrow_window_the_explanation_has_a_page),
        cmocka_unit_test(without_a_model_the_screen_says_what_to_do),
        cmocka_unit_test(the_question_that_is_predicted_takes_no_answer),
        cmocka_unit_test(the_answer_stays_in_view_while_a_list_is_open),
        cmocka_unit_test(a_customer_is_asked_about_in_few_keys),
        cmocka_unit_test(letters_narrow_the_list_and_enter_takes_what_is_chosen),
        cmocka_unit_test(a_handset_never_sold_can_be_typed),
        cmocka_unit_test(esc_brings_back_what_was_there),
        cmocka_unit_test(what_cannot_be_read_says_why_keeps_the_text_and_does_not_move),
        cmocka_unit_test(a_date_is_typed_as_it_is_written),
        cmocka_unit_test(pasted_text_is_text),
        cmocka_unit_test(space_toggles_and_never_pages),
        cmocka_unit_test(what_nobody_told_is_marked_and_counted),
        cmocka_unit_test(u_is_unknown_in_every_field_and_leaves_none),
        cmocka_unit_test(unknown_stands_first_in_the_lists),
        cmocka_unit_test(three_customers_can_be_pinned_and_taken_back),
        cmocka_unit_test(similar_sales_open_in_the_sales_screen_and_are_undone),
        cmocka_unit_test(of_many_sales_the_similar_ones_are_listed_after_the_answer),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}

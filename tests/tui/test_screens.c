/* What keys do on every screen. How the screens look stands in test_gallery.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/money.h"
#include "engine/learn/scoring.h"
#include "tests/support/dashboard.h"
#include "tests/support/scratch.h"

static char *trained_path;
static struct app *app;

static int make_database(void **state) {
    if (scratch_setup(state) != 0)
        return -1;
    trained_path = scratch_path(state, "sample.db");
    dashboard_database(trained_path, true);
    return 0;
}

static int remove_database(void **state) {
    free(trained_path);
    return scratch_teardown(state);
}

static void start(int lines, int columns, bool ascii) {
    app = dashboard_open(trained_path, lines, columns, ascii);
}

static void stop(void) {
    dashboard_close(app);
}

static unsigned type(const char *keys) {
    return dashboard_type(app, keys);
}

static const struct {
    const char *keys, *name;
} walk[] = {{"1", "overview"}, {"2", "segments"}, {"3", "marketing"}, {"4", "models"},
            {"5", "whatif"},   {"6", "sales"},    {"7", "data"}};

/* More room than the pictures have: every screen still says its name. */
static void every_screen_opens_at_200_by_60(void **state) {
    (void)state;
    start(60, 200, false);
    for (size_t i = 0; i < sizeof walk / sizeof *walk; i++) {
        char *tab = xasprintf("%s▸", walk[i].keys);
        type(walk[i].keys);
        char *text = dashboard_text();
        assert_non_null(strstr(text, tab));
        assert_true(strlen(text) > 1000);
        free(text);
        free(tab);
    }
    stop();
}

static void distribution_keeps_the_bin_under_the_cursor_and_goes_back(void **state) {
    (void)state;
    start(24, 80, false);
    type("d<Down><Down>=");
    assert_int_equal(app_slice(app)->count, 2);
    assert_string_equal(app_slice(app)->filters[0].field, "price");
    assert_true(dashboard_has("Filter: price>="));
    type("u");
    assert_int_equal(app_slice(app)->count, 0);
    type("<Right>");
    assert_true(dashboard_has("Age: "));
    type("<Enter>");
    assert_string_equal(app_slice(app)->filters[0].field, "age");
    type("<Back>");
    assert_int_equal(app_slice(app)->count, 0);
    assert_true(dashboard_has("Revenue per day"));
    stop();
}

static void distribution_says_what_a_page_cannot_do(void **state) {
    (void)state;
    start(24, 80, false);
    type("d-");
    assert_true(dashboard_has("A range can be kept, not excluded"));
    assert_int_equal(app_slice(app)->count, 0);
    type("b");
    assert_true(dashboard_has("Box plots and categories are by a dimension: Tab goes there"));
    type("<Tab>b<Enter>"); /* nothing typed: as it was */
    assert_true(dashboard_has("Price by Location"));
    type("bh<Enter>");
    assert_true(dashboard_has("Several dimensions begin with 'h'"));
    type("<C-u>handset<Enter>");
    assert_true(dashboard_has("Price by Handset"));
    type("<Enter>");
    assert_string_equal(app_slice(app)->filters[0].field, "handset");
    stop();
}

static void distribution_draws_by_the_dimension_that_is_named(void **state) {
    (void)state;
    start(24, 80, false);
    type("d<Tab>bgend<Enter>");
    assert_true(dashboard_has("Price by Gender"));
    type("L");
    assert_true(dashboard_has("Logarithmic axis"));
    type("bnonsense<Enter>");
    assert_true(dashboard_has("No dimension is called 'nonsense'"));
    type("<Esc>=");
    assert_string_equal(app_slice(app)->filters[0].field, "gender");
    type("<Tab><Tab><Right>");
    assert_true(dashboard_has("Sales by Local"));
    type("-");
    assert_int_equal(app_slice(app)->filters[1].operator, FILTER_IS_NOT);
    type("<Tab>o");
    assert_true(dashboard_has("From Facebook: what goes with it"));
    type("<Enter>");
    assert_true(dashboard_has("Explore by "));
    stop();
}

static void the_ascii_tier_sends_nothing_but_ascii(void **state) {
    (void)state;
    start(24, 80, true);
    for (size_t i = 0; i < sizeof walk / sizeof *walk; i++) {
        type(walk[i].keys);
        char *text = dashboard_text();
        for (const char *at = text; *at != '\0'; at++)
            assert_true((unsigned char)*at < 0x80);
        free(text);
    }
    stop();
}

static void a_filter_is_typed_previewed_applied_and_undone(void **state) {
    (void)state;
    start(24, 80, false);
    type("ffacebook=yes age<30");
    assert_true(dashboard_has(" sales.  Tab completes"));
    type("<Enter>");
    assert_true(dashboard_has("Filter: facebook=yes age<30"));
    type("u");
    assert_true(dashboard_has("Filter: none"));
    type("<C-r>");
    assert_true(dashboard_has("Filter: facebook=yes age<30"));
    type("x");
    assert_true(dashboard_has("Filter: facebook=yes ("));
    type("X");
    assert_true(dashboard_has("Filter: none"));
    stop();
}

static void a_filter_that_means_nothing_keeps_the_prompt_and_says_why(void **state) {
    (void)state;
    start(24, 80, false);
    type("flocation=nowhere<Enter>");
    assert_true(dashboard_has("nowhere"));
    assert_true(dashboard_has("Filter: none"));
    type("<Esc>");
    assert_false(app_slice(app)->count != 0);
    stop();
}

static void letters_in_a_prompt_are_text_and_never_commands(void **state) {
    (void)state;
    start(24, 80, false);
    assert_false(type("fqqX123") & REACT_QUIT);
    assert_true(dashboard_has("qqX123"));
    stop();
}

static void pasted_text_never_acts(void **state) {
    (void)state;
    start(24, 80, false);
    struct key pasted = {KEY_KIND_PASTE, 'q'};
    assert_false(app_key(app, &pasted) & REACT_QUIT);
    stop();
}

static void backspace_undoes_a_drill_with_its_filter(void **state) {
    (void)state;
    start(24, 80, false);
    type("<Tab><Enter>");
    assert_int_equal(app_slice(app)->count, 1);
    type("<Back>");
    assert_int_equal(app_slice(app)->count, 0);
    assert_true(dashboard_has("Revenue per day"));
    stop();
}

static void backing_out_of_a_combination_drops_both_of_its_filters(void **state) {
    (void)state;
    start(24, 80, false);
    type("1<Tab><Enter>bgender facebook<Enter>");
    assert_int_equal(app_slice(app)->count, 1);
    type("<Enter>");
    assert_int_equal(app_slice(app)->count, 3);
    type("<Back>");
    assert_int_equal(app_slice(app)->count, 1);
    stop();
}

static void the_heat_map_filters_by_the_cell_under_its_cursor(void **state) {
    (void)state;
    start(24, 80, false);
    type("1<Tab><Enter>Xbweekday location<Enter><Tab>");
    dashboard_golden("explore-heat-80x24");
    type("<Down><Right>=");
    const struct slice *slice = app_slice(app);
    assert_int_equal(slice->count, 2);
    assert_string_equal(slice->filters[0].field, "weekday");
    assert_string_equal(slice->filters[0].value, "Tue");
    assert_string_equal(slice->filters[1].field, "location");
    assert_true(dashboard_has("weekday=Tue location="));
    stop();
}

static void every_measure_has_its_turn(void **state) {
    (void)state;
    start(24, 80, false);
    type("1<Tab><Enter>Xbmonth<Enter>");
    assert_true(dashboard_has("Returning %"));
    assert_true(dashboard_has("2024-09*"));
    type("m");
    assert_true(dashboard_has("Facebook %"));
    type("mmm");
    assert_true(dashboard_has("No test says which rows differ"));
    type("mm");
    assert_true(dashboard_has("Mean price"));
    assert_true(dashboard_has("rows differ from the rest beyond chance"));
    type("mm");
    assert_true(dashboard_has("Revenue per day"));
    stop();
}

static void q_closes_layers_before_it_quits(void **state) {
    (void)state;
    start(24, 80, false);
    type("<Tab><Enter>");
    assert_false(type("q") & REACT_QUIT);
    assert_false(type("?q") & REACT_QUIT);
    dashboard_pause();
    assert_true(type("q") & REACT_QUIT);
    stop();
}

static void a_held_or_doubled_q_never_leaves_by_accident(void **state) {
    (void)state;
    start(24, 80, false);
    assert_false(type("dqqqqqqqqqqqqqqqqqqqq") & REACT_QUIT);
    assert_true(dashboard_has("1▸Overview"));
    assert_false(type("q") & REACT_QUIT);
    dashboard_pause();
    assert_true(type("q") & REACT_QUIT); /* nothing is asked of who wants out */
    assert_false(type("?qq") & REACT_QUIT);
    assert_false(type("Sqq") & REACT_QUIT);
    dashboard_pause();
    assert_true(type("fq<Esc>q") & REACT_QUIT); /* text was no q */
    stop();
}

static void help_lists_the_screens_keys(void **state) {
    (void)state;
    start(60, 200, false);
    type("?");
    assert_true(dashboard_has("Type a filter"));
    stop();
}

static void the_palette_runs_what_was_typed(void **state) {
    (void)state;
    start(24, 80, false);
    type(":drop all");
    assert_true(dashboard_has("Drop all filters"));
    type("<Esc>fage<30<Enter>:drop all<Enter>");
    assert_true(dashboard_has("Filter: none"));
    type(":nonsense");
    assert_true(dashboard_has("Nothing is called that"));
    type("<Enter>");
    assert_true(dashboard_has("Revenue"));
    stop();
}

static void help_runs_what_is_under_its_cursor(void **state) {
    (void)state;
    start(60, 200, false);
    type("?");
    char *text = dashboard_text();
    for (int i = 0; i < 100 && strstr(text, "▸4 ") == NULL; i++) {
        free(text);
        type("<Down>");
        text = dashboard_text();
    }
    free(text);
    type("<Enter>");
    assert_true(dashboard_has("4▸Models"));
    stop();
}

static void marketing_turns_its_pages_and_takes_strata_and_points(void **state) {
    (void)state;
    start(24, 80, false);
    type("3<Tab>");
    assert_true(dashboard_has("Goes with"));
    assert_true(dashboard_has("go together beyond chance"));
    type("<Tab>");
    assert_true(dashboard_has("Does it vary by"));
    type("<Tab>");
    assert_true(dashboard_has("Alike in: location, gender, age_band"));
    type("a<C-u>heard, month<Enter>");
    assert_true(dashboard_has("Alike in: heard, month"));
    type("a<C-u>shoes<Enter>");
    assert_true(dashboard_has("no dimension 'shoes'"));
    assert_true(
        dashboard_has("Alike in (up to four dimensions, or none): shoes")); /* to be put right */
    type("<Esc>");
    assert_true(dashboard_has("Alike in: heard, month"));
    type("<Tab>");
    assert_true(dashboard_has("all three"));
    type("<Tab><Right><Right>");
    assert_true(dashboard_has("by Follows page"));
    type("<Tab>");
    assert_true(dashboard_has("share of it"));
    type("D<C-u>1.5<Enter>");
    assert_true(dashboard_has("for 1.5 pt"));
    assert_true(dashboard_has("Returning (bought here before) 2"));
    type("o");
    assert_true(dashboard_has("From Facebook 3"));
    stop();
}

static void marketing_drills_into_a_combination_of_channels_and_back(void **state) {
    (void)state;
    start(24, 80, false);
    type("3<Tab><Tab><Tab><Tab><Down><Down><Enter>");
    assert_true(dashboard_has("facebook=no follows=yes heard=no"));
    type("<Back>");
    assert_int_equal(app_slice(app)->count, 0);
    assert_true(dashboard_has("Overlap"));
    stop();
}

static void what_if_answers_as_the_form_changes(void **state) {
    (void)state;
    start(24, 80, false);
    type("5");
    char *before = dashboard_text();
    for (int i = 0; i < 12; i++)
        type("<Down><Right>");
    char *after = dashboard_text();
    assert_string_not_equal(before, after);
    free(before);
    free(after);
    stop();
}

static void a_window_too_small_says_so(void **state) {
    (void)state;
    start(9, 39, false);
    assert_true(dashboard_has("too small"));
    stop();
}

static void a_sale_in_full_says_what_it_scored(void **state) {
    (void)state;
    struct scoring scoring;
    struct error error;
    start(24, 80, false);
    type("6<Enter>");
    assert_true(dashboard_has("not scored yet: retail-pulse score"));
    assert_int_equal(scoring_run(trained_path, true, NULL, &scoring, &error), ERR_OK);
    type("<Down>");
    dashboard_golden("sales-detail-80x24");
    stop();
}

static void an_empty_slice_is_said_on_every_screen(void **state) {
    (void)state;
    start(24, 80, false);
    type("fage>129<Enter>");
    for (size_t i = 0; i < sizeof walk / sizeof *walk; i++)
        type(walk[i].keys);
    type("1");
    assert_true(dashboard_has("No sales match"));
    stop();
}

static void columns_of_money_name_the_currency(void **state) {
    (void)state;
    static const struct {
        const char *keys, *heading;
    } places[] = {
        {"d", "Price, Tk"},                       /* Distribution, the bins */
        {"d<Tab>", "Median, Tk"},                 /* and its box plots */
        {"3<Tab><Tab><Tab><Tab>", "mean, Tk"},    /* Marketing, reach */
        {"fgender=f<Enter>1c", "Mean price, Tk"}, /* Compare */
    };
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        money_set_sign("Tk");
        start(24, 160, false);
        type(places[i].keys);
        bool named = dashboard_has(places[i].heading);
        stop();
        money_set_sign("");
        assert_true(named);
    }
    money_set_sign("Tk");
    start(24, 160, false);
    type("1<Tab><Enter>"); /* into Explore */
    bool named = dashboard_has("Revenue, Tk") && dashboard_has("Mean, Tk");
    stop();
    money_set_sign("");
    assert_true(named);
}

static void months_stand_side_by_side_from_150_columns_on(void **state) {
    (void)state;
    start(30, 149, false);
    type("3<S-Tab><S-Tab><S-Tab>");
    assert_true(dashboard_has("share, line: all months"));
    assert_false(dashboard_has("Returning: share"));
    stop();
    start(30, 150, false);
    type("3<S-Tab><S-Tab><S-Tab>");
    assert_true(dashboard_has("Returning: share, line: all months"));
    assert_true(dashboard_has(" 0% "));
    type("<Right>");
    assert_true(dashboard_has("Returning: by From Facebook"));
    stop();
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_screen_opens_at_200_by_60),
        cmocka_unit_test(distribution_keeps_the_bin_under_the_cursor_and_goes_back),
        cmocka_unit_test(distribution_says_what_a_page_cannot_do),
        cmocka_unit_test(distribution_draws_by_the_dimension_that_is_named),
        cmocka_unit_test(the_ascii_tier_sends_nothing_but_ascii),
        cmocka_unit_test(a_filter_is_typed_previewed_applied_and_undone),
        cmocka_unit_test(a_filter_that_means_nothing_keeps_the_prompt_and_says_why),
        cmocka_unit_test(letters_in_a_prompt_are_text_and_never_commands),
        cmocka_unit_test(pasted_text_never_acts),
        cmocka_unit_test(backspace_undoes_a_drill_with_its_filter),
        cmocka_unit_test(backing_out_of_a_combination_drops_both_of_its_filters),
        cmocka_unit_test(the_heat_map_filters_by_the_cell_under_its_cursor),
        cmocka_unit_test(every_measure_has_its_turn),
        cmocka_unit_test(q_closes_layers_before_it_quits),
        cmocka_unit_test(a_held_or_doubled_q_never_leaves_by_accident),
        cmocka_unit_test(help_lists_the_screens_keys),
        cmocka_unit_test(the_palette_runs_what_was_typed),
        cmocka_unit_test(help_runs_what_is_under_its_cursor),
        cmocka_unit_test(marketing_turns_its_pages_and_takes_strata_and_points),
        cmocka_unit_test(marketing_drills_into_a_combination_of_channels_and_back),
        cmocka_unit_test(what_if_answers_as_the_form_changes),
        cmocka_unit_test(a_window_too_small_says_so),
        cmocka_unit_test(columns_of_money_name_the_currency),
        cmocka_unit_test(months_stand_side_by_side_from_150_columns_on),
        cmocka_unit_test(an_empty_slice_is_said_on_every_screen),
        cmocka_unit_test(a_sale_in_full_says_what_it_scored),
    };
    return cmocka_run_group_tests(tests, make_database, remove_database);
}

/* engine/analysis on sales made up for the purpose, whose figures can be followed by hand. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "engine/analysis/explore.h"
#include "engine/analysis/impact.h"
#include "engine/analysis/overview.h"
#include "tests/support/facts_table.h"

static void near(double value, double expected) {
    if (!(fabs(value - expected) <= 1e-9 * fmax(1, fabs(expected))))
        fail_msg("%.17g is not %.17g", value, expected);
}

static struct selection selected(const struct facts *facts, const char *filters) {
    struct slice slice = {0};
    struct selection selection = {0};
    struct error error;
    if (slice_parse(&slice, facts, filters, &error) != ERR_OK ||
        slice_select(&slice, facts, &selection, &error) != ERR_OK)
        fail_msg("%s: %s", filters, error.message);
    slice_free(&slice);
    return selection;
}

/* ------------------------------------------------------------------- overview */

static const struct facts_row rows[] = {
    {"2024-11-20", "Outside", 20, 'F', "Pixel 7a", 100, "yn-y", 0},
    {"2024-11-30", "Sadar", 30, 'M', "Pixel 8", 250.5, "nnyy", 0},
    {"2025-01-03", "Sadar", 0, 'F', "Pixel 7a", 300, "yyyy", 0},
    {"2025-01-10", NULL, 30, 0, "Moto G85", 400, "----", 0},
    {"2025-02-09", "Inside", 65, 'F', "Moto G85", 500, "ynny", 0},
};

static int set_up(void **state) {
    static struct facts facts;
    facts_table(&facts, rows, sizeof rows / sizeof *rows);
    *state = &facts;
    return 0;
}

static int tear_down(void **state) {
    facts_table_free(*state);
    return 0;
}

/* "2024-11 2 sales 11 days*": * where partial. */
static void expect_months(const struct facts *facts, const char *filters, const char *expected) {
    struct selection selection = selected(facts, filters);
    struct overview overview;
    char found[512] = "";
    overview_compute(facts, &selection, &overview);
    for (int i = 0; i < overview.month_count; i++) {
        const struct overview_period *month = &overview.months[i];
        size_t length = strlen(found);
        snprintf(found + length, sizeof found - length, "%s%s %d/%d%s", i != 0 ? ", " : "",
                 month->label, (int)month->sales, month->days, month->partial ? "*" : "");
        if (month->days == 0)
            assert_true(isnan(month->revenue_per_day_minor));
        else
            near(month->revenue_per_day_minor, (double)month->revenue_minor / month->days);
    }
    assert_string_equal(found, expected);
    overview_free(&overview);
    selection_free(&selection);
}

static void months_count_the_days_that_data_and_filters_cover(void **state) {
    expect_months(*state, "", "2024-11 2/11*, 2024-12 0/31, 2025-01 2/31, 2025-02 1/9*");
    expect_months(*state, "location=sadar", "2024-11 1/11*, 2024-12 0/31, 2025-01 1/31");
    expect_months(*state, "date>=2024-11-25 date<=2025-01-30",
                  "2024-11 1/6*, 2024-12 0/31, 2025-01 2/30*");
    expect_months(*state, "month!=2024-12",
                  "2024-11 2/11*, 2024-12 0/0*, 2025-01 2/31, 2025-02 1/9*");
    /* Wed, Sat, Fri, Fri, Sun. Fridays: 22, 29 of November 2024; January 2025 has five */
    expect_months(*state, "weekday=Fri", "2025-01 2/5");
    expect_months(*state, "weekday=Wed|Fri", "2024-11 1/4*, 2024-12 0/8, 2025-01 2/10");
    expect_months(*state, "age=99", "");
}

static void the_overview_sums_up_its_slice(void **state) {
    const struct facts *facts = *state;
    struct selection selection = selected(facts, "");
    struct overview overview;
    overview_compute(facts, &selection, &overview);
    assert_int_equal(overview.total.sales, 5);
    near(overview.mean_price_minor, 31010);
    near(overview.median_price_minor, 30000);
    near(overview.sd_price_minor, 15160.821217862836); /* numpy.std(ddof=1) */
    near(overview.shares[ANSWER_RETURNING].estimate, 2.0 / 3);
    near(overview.shares[ANSWER_FACEBOOK].estimate, 3.0 / 4);
    char day[DATE_ISO_SIZE];
    date_iso(overview.first_day, day);
    assert_string_equal(day, "2024-11-20");
    date_iso(overview.last_day, day);
    assert_string_equal(day, "2025-02-09");
    assert_int_equal(overview.location_count, 4);
    assert_string_equal(overview.locations[0].name, "Sadar");
    assert_string_equal(overview.locations[1].name, "Inside");
    assert_string_equal(overview.locations[2].name, "unknown");
    assert_int_equal(overview.locations[0].revenue_minor, 55050);
    assert_int_equal(overview.handset_count, 3);
    assert_string_equal(overview.handsets[0].name, "Moto G85");
    assert_string_equal(overview.handsets[0].brand, "Moto");
    near(overview.handsets[0].mean_price_minor, 45000);
    assert_int_equal(overview.brand_count, 2);
    assert_string_equal(overview.brands[1].name, "Pixel");
    assert_int_equal(overview.brands[1].sales, 3);
    assert_int_equal(overview.brands[1].revenue_minor, 65050);
    overview_free(&overview);
    selection_free(&selection);
}

static void an_empty_slice_has_an_overview_without_figures(void **state) {
    const struct facts *facts = *state;
    struct selection selection = selected(facts, "age=99");
    struct overview overview;
    overview_compute(facts, &selection, &overview);
    assert_int_equal(overview.total.sales, 0);
    assert_true(isnan(overview.mean_price_minor) && isnan(overview.median_price_minor) &&
                isnan(overview.sd_price_minor));
    assert_true(isnan(overview.shares[0].estimate));
    assert_int_equal(overview.month_count + overview.location_count + overview.handset_count, 0);
    overview_free(&overview);
    selection_free(&selection);
    selection = selected(facts, "price=250.5"); /* one sale has a mean, but no spread */
    overview_compute(facts, &selection, &overview);
    near(overview.mean_price_minor, 25050);
    assert_true(isnan(overview.sd_price_minor));
    overview_free(&overview);
    selection_free(&selection);
}

static void no_sales_at_all_are_no_trouble(void **state) {
    (void)state;
    struct facts none;
    facts_table(&none, NULL, 0);
    struct selection selection = selected(&none, "location=unknown month>=2025-01 weekday=Mon");
    struct overview overview;
    struct impact impact;
    overview_compute(&none, &selection, &overview);
    assert_int_equal(overview.month_count, 0);
    impact_compute(&none, &selection, impact_defaults(OUTCOME_FACEBOOK), &impact);
    assert_int_equal(impact.known, 0);
    overview_free(&overview);
    selection_free(&selection);
    facts_table_free(&none);
    impact_free(&impact);
}

/* -------------------------------------------------------------- explore, impact */

/* 2 × 2 counts of one answer against location, as many sales of each as are told. */
static void make_table(struct facts *facts, const char *const answers[4], const int counts[4],
                       const char *const places[4]) {
    size_t total = 0;
    struct facts_row *made = calloc(4000, sizeof *made);
    for (int i = 0; i < 4; i++) {
        for (int j = 0; j < counts[i]; j++)
            made[total++] = (struct facts_row){"2025-01-01", places[i], 30,         'F',
                                               "Pixel",      1000 + j,  answers[i], 0};
    }
    facts_table(facts, made, total);
    free(made);
}

static void explore_tests_whether_its_rows_differ(void **state) {
    (void)state;
    static const char *const answers[] = {"nnyn", "nnnn", "nnyn", "nnnn"};
    static const char *const places[] = {"A", "A", "B", "B"};
    static const int counts[] = {30, 10, 15, 25}; /* chi-square 11.42857, as scipy has it */
    struct facts facts;
    make_table(&facts, answers, counts, places);
    struct selection selection = selected(&facts, "");
    struct explore explore;
    static const enum dimension by[] = {DIMENSION_LOCATION, DIMENSION_RETURNING};
    explore_compute(&facts, &selection, by, 1, &explore);
    assert_int_equal(explore.grouping.count, 2);
    assert_ptr_equal(explore.rows[1].group, &explore.grouping.groups[1]);
    near(explore.rows[0].shares[ANSWER_RETURNING].estimate, 0.75);
    near(explore.rows[0].mean_price_minor, 100000 + 100 * (29 * 30 + 9 * 10) / 2 / 40.0);
    near(explore.test[ANSWER_RETURNING].statistic, 11.42857142857143);
    near(explore.test[ANSWER_RETURNING].p_yates, 0.0016036472624141077);
    assert_int_equal(explore.test[ANSWER_FACEBOOK].df, 0); /* everybody said no */
    explore_free(&explore);
    explore_compute(&facts, &selection, by, 2, &explore);
    assert_int_equal(explore.grouping.count, 4);
    assert_int_equal(explore.test[ANSWER_RETURNING].df, 0); /* by its own answers */
    explore_free(&explore);
    selection_free(&selection);
    facts_table_free(&facts);
}

/* The same table once more, and sales whose place is not known: they have a row, but no part in the
 * test, as in impact. */
static void explore_leaves_unknown_rows_out_of_its_test(void **state) {
    (void)state;
    static const char *const answers[] = {"nnyn", "nnnn", "nnyn", "nnnn"};
    struct facts_row made[120];
    for (int i = 0; i < 80; i++)
        made[i] = (struct facts_row){"2025-01-01",
                                     i < 40 ? "A" : "B",
                                     30,
                                     'F',
                                     "Pixel",
                                     1000,
                                     answers[(i % 40 >= (i < 40 ? 30 : 15))],
                                     0};
    for (int i = 80; i < 120; i++)
        made[i] = (struct facts_row){"2025-01-01", NULL, 30, 'F', "Pixel", 1000, "nnnn", 0};
    struct facts facts;
    facts_table(&facts, made, 120);
    struct selection selection = selected(&facts, "");
    struct explore explore;
    static const enum dimension by[] = {DIMENSION_LOCATION, DIMENSION_GENDER};
    for (int count = 1; count <= 2; count++) {
        explore_compute(&facts, &selection, by, count, &explore);
        assert_int_equal(explore.grouping.count, 3);
        near(explore.test[ANSWER_RETURNING].statistic, 11.42857142857143);
        assert_int_equal(explore.test[ANSWER_RETURNING].df, 1);
        explore_free(&explore);
    }
    selection_free(&selection);
    facts_table_free(&facts);
}

static const struct impact_difference *difference_by(const struct impact *impact,
                                                     enum dimension factor) {
    for (int i = 0; i < impact->difference_count; i++) {
        if (impact->differences[i].factor == factor)
            return &impact->differences[i];
    }
    fail_msg("no difference by %s", dimension_name(factor));
    return NULL;
}

static void a_clear_difference_is_told_in_a_sentence(void **state) {
    (void)state;
    static const char *const answers[] = {"nyyn", "nynn", "nnyn", "nnnn"};
    static const char *const places[] = {"A", "A", "A", "A"};
    static const int counts[] = {310, 690, 241, 759};
    struct facts facts;
    make_table(&facts, answers, counts, places);
    struct selection selection = selected(&facts, "");
    struct impact impact;
    impact_compute(&facts, &selection, impact_defaults(OUTCOME_RETURNING), &impact);
    const struct impact_difference *follows = difference_by(&impact, DIMENSION_FOLLOWS);
    assert_int_equal(follows->yes_n, 1000);
    assert_int_equal(follows->yes_yes, 310);
    assert_int_equal(follows->no_yes, 241);
    assert_int_equal(follows->verdict, VERDICT_HIGHER);
    near(follows->difference.low, 0.029853902290310888); /* statsmodels, method newcomb */
    near(follows->difference.high, 0.10786756936760448);
    assert_string_equal(impact.sentence, "Followers are returning more often: 31.0 % against "
                                         "24.1 %, +6.9 points [3.0 to 10.8].");
    assert_true(strstr(impact.sentence, "effect") == NULL);
    selection_free(&selection);
    selection = selected(&facts, "price<1010"); /* ten of each: nothing is clear */
    impact_free(&impact);
    impact_compute(&facts, &selection, impact_defaults(OUTCOME_RETURNING), &impact);
    assert_non_null(strstr(impact.sentence, "The interval crosses 0: no difference larger than ±"));
    selection_free(&selection);
    selection = selected(&facts, "age=99");
    impact_free(&impact);
    impact_compute(&facts, &selection, impact_defaults(OUTCOME_RETURNING), &impact);
    assert_non_null(strstr(impact.sentence, "Too few answers"));
    assert_true(isnan(impact.base_rate.estimate) && isnan(impact.detectable_difference));
    assert_false(impact.tests[0].differs);
    selection_free(&selection);
    facts_table_free(&facts);
    impact_free(&impact);
}

static void unknown_answers_count_on_neither_side(void **state) {
    (void)state;
    static const char *const answers[] = {"y-y-", "n-n-", "--y-", "y---"};
    static const char *const places[] = {"A", "Outside", NULL, "A"};
    static const int counts[] = {5, 7, 11, 13};
    struct facts facts;
    make_table(&facts, answers, counts, places);
    struct selection selection = selected(&facts, "");
    struct impact impact;
    impact_compute(&facts, &selection, impact_defaults(OUTCOME_RETURNING), &impact);
    assert_int_equal(impact.known, 23);
    near(impact.base_rate.estimate, 16.0 / 23);
    const struct impact_difference *facebook = difference_by(&impact, DIMENSION_FACEBOOK);
    assert_int_equal(facebook->yes_n, 5);
    assert_int_equal(facebook->no_n, 7);
    const struct impact_difference *local = difference_by(&impact, DIMENSION_LOCAL);
    assert_int_equal(local->yes_n, 5);
    assert_int_equal(local->no_n, 7);
    for (int i = 0; i < impact.test_count; i++) {
        if (impact.tests[i].factor == DIMENSION_LOCATION)
            near(impact.tests[i].chi_square.statistic, 12); /* 12 sales, perfectly apart */
        if (impact.tests[i].factor == DIMENSION_FOLLOWS)
            assert_int_equal(impact.tests[i].chi_square.df, 0);
    }
    assert_true(isnan(impact.adjusted[0].odds_ratio.estimate)); /* each place has one answer only */
    assert_int_equal(impact.adjusted[0].strata, 0);
    selection_free(&selection);
    facts_table_free(&facts);
    impact_free(&impact);
}

static void outcomes_are_named(void **state) {
    (void)state;
    enum outcome outcome;
    assert_true(outcome_by_name("Facebook", &outcome));
    assert_int_equal(outcome, OUTCOME_FACEBOOK);
    assert_int_equal(outcome_answer(outcome), ANSWER_FACEBOOK);
    assert_true(outcome_by_name("returning", &outcome));
    assert_string_equal(outcome_title(outcome), "Returning");
    assert_string_equal(outcome_name(outcome), "returning");
    assert_false(outcome_by_name("heard", &outcome));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(months_count_the_days_that_data_and_filters_cover),
        cmocka_unit_test(the_overview_sums_up_its_slice),
        cmocka_unit_test(an_empty_slice_has_an_overview_without_figures),
        cmocka_unit_test(no_sales_at_all_are_no_trouble),
        cmocka_unit_test(explore_tests_whether_its_rows_differ),
        cmocka_unit_test(explore_leaves_unknown_rows_out_of_its_test),
        cmocka_unit_test(a_clear_difference_is_told_in_a_sentence),
        cmocka_unit_test(unknown_answers_count_on_neither_side),
        cmocka_unit_test(outcomes_are_named),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}

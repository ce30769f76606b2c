/* engine/analysis on the real file: figures of pandas, scipy 1.10.1 and statsmodels 0.13.5. */
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

static struct facts facts;
static bool present;

static int set_up(void **state) {
    (void)state;
    present = facts_table_shop(&facts);
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    facts_table_free(&facts);
    return 0;
}

static void near(double value, double expected, double tolerance) {
    if (!(fabs(value - expected) <= tolerance))
        fail_msg("%.12g is not %.12g", value, expected);
}

static struct selection selected(const char *filters) {
    struct slice slice = {0};
    struct selection selection = {0};
    struct error error;
    if (!present)
        skip();
    if (slice_parse(&slice, &facts, filters, &error) != ERR_OK ||
        slice_select(&slice, &facts, &selection, &error) != ERR_OK)
        fail_msg("%s: %s", filters, error.message);
    slice_free(&slice);
    return selection;
}

static void the_overview_has_the_shops_figures(void **state) {
    (void)state;
    struct selection selection = selected("");
    struct overview overview;
    overview_compute(&facts, &selection, &overview);
    assert_int_equal(overview.total.sales, 8871);
    assert_int_equal(overview.total.revenue_minor, 22238165700);
    near(overview.mean_price_minor, 2506838.654, 0.001);
    near(overview.sd_price_minor, 1803280.271, 0.001);
    near(overview.median_price_minor, 2168200, 0);
    near(overview.shares[ANSWER_RETURNING].estimate, 2194.0 / 8871, 1e-15);
    near(overview.shares[ANSWER_FACEBOOK].estimate, 3090.0 / 8871, 1e-15);
    near(overview.shares[ANSWER_FOLLOWS].estimate, 3557.0 / 8871, 1e-15);
    near(overview.shares[ANSWER_HEARD].estimate, 5344.0 / 8871, 1e-15);
    near(overview.shares[ANSWER_RETURNING].low, 0.2384550000226542, 1e-12);
    near(overview.shares[ANSWER_RETURNING].high, 0.2564092157719444, 1e-12);
    int64_t *prices = selection_prices(&facts, &selection);
    near(quantile_sorted(prices, selection.count, 0.25), 1746650, 0);
    near(quantile_sorted(prices, selection.count, 0.75), 2577750, 0);
    free(prices);
    static const struct {
        const char *month;
        int sales, days;
        int64_t revenue;
        bool partial;
    } months[] = {{"2024-05", 153, 5, 3677909, true},    {"2024-06", 861, 30, 22097229, false},
                  {"2024-07", 898, 31, 22418167, false}, {"2024-08", 912, 31, 22680738, false},
                  {"2024-09", 916, 30, 23920195, false}, {"2024-10", 943, 31, 23454984, false},
                  {"2024-11", 838, 30, 20392339, false}, {"2024-12", 935, 31, 23021093, false},
                  {"2025-01", 900, 31, 21952542, false}, {"2025-02", 874, 28, 21798072, false},
                  {"2025-03", 641, 22, 16968389, true}};
    assert_int_equal(overview.month_count, 11);
    for (int i = 0; i < 11; i++) {
        assert_string_equal(overview.months[i].label, months[i].month);
        assert_int_equal(overview.months[i].sales, months[i].sales);
        assert_int_equal(overview.months[i].revenue_minor, months[i].revenue * 100);
        assert_int_equal(overview.months[i].days, months[i].days);
        assert_int_equal(overview.months[i].partial, months[i].partial);
    }
    assert_int_equal(overview.location_count, 3);
    assert_string_equal(overview.locations[0].name, "Rangamati Sadar");
    assert_string_equal(overview.locations[1].name, "Outside Rangamati");
    near(overview.locations[0].mean_price_minor, 2548303.4993, 0.0001);
    near(overview.locations[1].mean_price_minor, 2485298.5333, 0.0001);
    near(overview.locations[2].mean_price_minor, 2486620.2484, 0.0001);
    assert_int_equal(overview.handset_count, 17);
    assert_string_equal(overview.handsets[0].name, "iPhone 16 Pro Max 1TB");
    assert_int_equal(overview.handsets[0].revenue_minor, 1999227600);
    overview_free(&overview);
    selection_free(&selection);
}

static void a_slice_has_its_own_figures(void **state) {
    (void)state;
    struct selection selection = selected("location=out facebook=yes");
    struct overview overview;
    overview_compute(&facts, &selection, &overview);
    assert_int_equal(overview.total.sales, 1067);
    assert_int_equal(overview.total.revenue_minor, 2689953500);
    near(overview.sd_price_minor, 1835821.610565537, 1e-6);
    assert_int_equal(overview.total.yes[ANSWER_RETURNING], 255);
    overview_free(&overview);
    selection_free(&selection);
    selection = selected("date>=2025-01-10");
    overview_compute(&facts, &selection, &overview);
    assert_int_equal(overview.month_count, 3);
    assert_int_equal(overview.months[0].sales, 640);
    assert_int_equal(overview.months[0].revenue_minor, 1565421700);
    assert_int_equal(overview.months[0].days, 22);
    assert_true(overview.months[0].partial);
    assert_false(overview.months[1].partial);
    overview_free(&overview);
    selection_free(&selection);
    selection = selected("weekday=Fri month=2024-06");
    overview_compute(&facts, &selection, &overview);
    assert_int_equal(overview.months[0].sales, 131);
    assert_int_equal(overview.months[0].revenue_minor, 348815100);
    assert_int_equal(overview.months[0].days, 4);
    assert_false(overview.months[0].partial);
    overview_free(&overview);
    selection_free(&selection);
}

static void exploring_two_dimensions_gives_the_cross_table(void **state) {
    (void)state;
    struct selection selection = selected("");
    static const enum dimension by[] = {DIMENSION_LOCATION, DIMENSION_FACEBOOK};
    struct explore explore;
    explore_compute(&facts, &selection, by, 2, &explore);
    static const struct {
        const char *location, *facebook;
        int sales, returning;
    } cells[] = {{"Outside Rangamati", "no", 1933, 485}, {"Outside Rangamati", "yes", 1067, 255},
                 {"Rangamati Sadar", "no", 1963, 498},   {"Rangamati Sadar", "yes", 1009, 228},
                 {"Inside Rangamati", "no", 1885, 463},  {"Inside Rangamati", "yes", 1014, 265}};
    assert_int_equal(explore.grouping.count, 6);
    for (int i = 0; i < 6; i++) {
        const struct group *group = explore.rows[i].group;
        assert_string_equal(group->label[0], cells[i].location);
        assert_string_equal(group->label[1], cells[i].facebook);
        assert_int_equal(group->cell.sales, cells[i].sales);
        assert_int_equal(group->cell.yes[ANSWER_RETURNING], cells[i].returning);
    }
    near(explore.test[ANSWER_RETURNING].statistic, 4.5312850154591935, 1e-9);
    assert_int_equal(explore.test[ANSWER_RETURNING].df, 5);
    near(explore.test[ANSWER_RETURNING].p, 0.4757085542560834, 1e-9);
    explore_free(&explore);
    selection_free(&selection);
}

struct expected_test {
    enum dimension factor;
    double statistic;
    int df;
    double p, p_yates, p_adjusted;
};

/* Two by two tables have their own p_yates; in the others it is p. Brands are the first words. */
static const struct expected_test tests_of[OUTCOME_COUNT][10] = {
    [OUTCOME_RETURNING] = {{DIMENSION_LOCATION, 0.379431, 2, 0.827194, 0.827194, 0.908775437},
                           {DIMENSION_GENDER, 0.013129, 1, 0.908775, 0.928307, 0.908775437},
                           {DIMENSION_AGE_BAND, 7.348297, 3, 0.061587, 0.061587, 0.589756662},
                           {DIMENSION_HANDSET, 16.915843, 16, 0.391063, 0.391063, 0.733590750},
                           {DIMENSION_BRAND, 12.694438, 9, 0.176927, 0.176927, 0.589756662},
                           {DIMENSION_PRICE_BAND, 10.275511, 7, 0.173491, 0.173491, 0.589756662},
                           {DIMENSION_WEEKDAY, 5.239254, 6, 0.513514, 0.513514, 0.733590750},
                           {DIMENSION_FACEBOOK, 0.702471, 1, 0.401955, 0.416613, 0.733590750},
                           {DIMENSION_FOLLOWS, 0.027008, 1, 0.869463, 0.889264, 0.908775437},
                           {DIMENSION_HEARD, 0.545797, 1, 0.460040, 0.475450, 0.733590750}},
    [OUTCOME_FACEBOOK] = {{DIMENSION_LOCATION, 1.758441, 2, 0.415106, 0.415106, 0.854780703},
                          {DIMENSION_GENDER, 0.514633, 1, 0.473140, 0.486996, 0.854780703},
                          {DIMENSION_AGE_BAND, 0.777752, 3, 0.854781, 0.854781, 0.854780703},
                          {DIMENSION_HANDSET, 10.396114, 16, 0.845140, 0.845140, 0.854780703},
                          {DIMENSION_BRAND, 6.440622, 9, 0.695136, 0.695136, 0.854780703},
                          {DIMENSION_PRICE_BAND, 9.134067, 7, 0.243173, 0.243173, 0.854780703},
                          {DIMENSION_WEEKDAY, 9.049085, 6, 0.170836, 0.170836, 0.854780703},
                          {DIMENSION_FOLLOWS, 0.167633, 1, 0.682224, 0.698982, 0.854780703},
                          {DIMENSION_RETURNING, 0.702471, 1, 0.401955, 0.416613, 0.854780703},
                          {DIMENSION_HEARD, 0.088841, 1, 0.765656, 0.783090, 0.854780703}},
};

struct expected_difference {
    enum dimension factor;
    int yes_n, no_n, yes_yes, no_yes;
    struct interval difference, odds_ratio;
    int strata;
};

static const struct expected_difference differences_of[OUTCOME_COUNT][5] = {
    [OUTCOME_RETURNING] = {{DIMENSION_FACEBOOK,
                            3090,
                            5781,
                            748,
                            1446,
                            {-0.008058538, -0.026677252, 0.010877875},
                            {0.954459577, 0.862136218, 1.056669544},
                            24},
                           {DIMENSION_FOLLOWS,
                            3557,
                            5314,
                            883,
                            1311,
                            {0.001536089, -0.016693524, 0.019954971},
                            {1.013742162, 0.918629216, 1.118702902},
                            24},
                           {DIMENSION_HEARD,
                            5344,
                            3527,
                            1307,
                            887,
                            {-0.006915164, -0.025387913, 0.011366477},
                            {0.963520204, 0.873226705, 1.063150244},
                            24},
                           {DIMENSION_GENDER,
                            4453,
                            4418,
                            1099,
                            1095,
                            {-0.001049796, -0.019005754, 0.016903350},
                            {0.991716189, 0.900452313, 1.092229967},
                            12},
                           {DIMENSION_LOCAL,
                            5871,
                            3000,
                            1454,
                            740,
                            {0.000991313, -0.018142019, 0.019789954},
                            {1.004282012, 0.906866972, 1.112161310},
                            8}},
    [OUTCOME_FACEBOOK] = {{DIMENSION_FOLLOWS,
                           3557,
                           5314,
                           1248,
                           1842,
                           {0.004225925, -0.015952599, 0.024513681},
                           {1.023744487, 0.936441486, 1.119186613},
                           24},
                          {DIMENSION_RETURNING,
                           2194,
                           6677,
                           748,
                           2342,
                           {-0.009826519, -0.032515428, 0.013258107},
                           {0.954459577, 0.862136218, 1.056669544},
                           24},
                          {DIMENSION_HEARD,
                           5344,
                           3527,
                           1868,
                           1222,
                           {0.003080810, -0.017222623, 0.023261657},
                           {1.014638401, 0.927899248, 1.109485848},
                           24},
                          {DIMENSION_GENDER,
                           4453,
                           4418,
                           1535,
                           1555,
                           {-0.007257786, -0.027076968, 0.012567183},
                           {0.967426185, 0.886527694, 1.055706921},
                           12},
                          {DIMENSION_LOCAL,
                           5871,
                           3000,
                           2023,
                           1067,
                           {-0.011091637, -0.032179188, 0.009812544},
                           {0.952082259, 0.868269738, 1.043985054},
                           8}},
};

static void near_interval(struct interval value, struct interval expected) {
    near(value.estimate, expected.estimate, 6e-10);
    near(value.low, expected.low, 6e-10);
    near(value.high, expected.high, 6e-10);
}

static void expect_impact(enum outcome outcome) {
    struct selection selection = selected("");
    struct impact impact;
    impact_compute(&facts, &selection, impact_defaults(outcome), &impact);
    assert_int_equal(impact.test_count, 10);
    for (int i = 0; i < 10; i++) {
        const struct expected_test *expected = &tests_of[outcome][i];
        const struct impact_test *test = &impact.tests[i];
        assert_int_equal(test->factor, expected->factor);
        near(test->chi_square.statistic, expected->statistic, 6e-7);
        assert_int_equal(test->chi_square.df, expected->df);
        near(test->chi_square.p, expected->p, 6e-7);
        near(test->chi_square.p_yates, expected->p_yates, 6e-7);
        near(test->p_adjusted, expected->p_adjusted, 1e-9);
        assert_false(test->differs);
    }
    assert_int_equal(impact.difference_count, 5);
    assert_int_equal(impact.adjusted_count, 5);
    for (int i = 0; i < 5; i++) {
        const struct expected_difference *expected = &differences_of[outcome][i];
        const struct impact_difference *difference = &impact.differences[i];
        assert_int_equal(difference->factor, expected->factor);
        assert_int_equal(difference->yes_n, expected->yes_n);
        assert_int_equal(difference->no_n, expected->no_n);
        assert_int_equal(difference->yes_yes, expected->yes_yes);
        assert_int_equal(difference->no_yes, expected->no_yes);
        near_interval(difference->difference, expected->difference);
        assert_int_equal(difference->verdict, VERDICT_UNCLEAR);
        assert_int_equal(impact.adjusted[i].factor, expected->factor);
        assert_int_equal(impact.adjusted[i].strata, expected->strata);
        near_interval(impact.adjusted[i].odds_ratio, expected->odds_ratio);
    }
    selection_free(&selection);
    impact_free(&impact);
}

static void the_impact_on_returning_is_the_references(void **state) {
    (void)state;
    expect_impact(OUTCOME_RETURNING);
}

static void the_impact_on_facebook_is_the_references(void **state) {
    (void)state;
    expect_impact(OUTCOME_FACEBOOK);
}

static void prices_are_compared_by_every_answer(void **state) {
    (void)state;
    static const struct {
        enum dimension factor;
        double difference, low, high, p; /* major units */
    } prices[] = {
        {DIMENSION_RETURNING, 314.260705, -568.955281, 1197.476691, 0.485462859},
        {DIMENSION_FACEBOOK, 211.929477, -596.870192, 1020.729146, 0.607498754},
        {DIMENSION_FOLLOWS, -491.361777, -1251.568976, 268.845421, 0.205184547},
        {DIMENSION_HEARD, 649.935466, -90.287260, 1390.158191, 0.085260564},
    };
    struct selection selection = selected("");
    struct impact impact;
    impact_compute(&facts, &selection, impact_defaults(OUTCOME_RETURNING), &impact);
    assert_int_equal(impact.price_count, 6);
    for (int i = 0; i < 4; i++) {
        assert_int_equal(impact.prices[i].factor, prices[i].factor);
        near(impact.prices[i].difference.estimate / 100, prices[i].difference, 1e-6);
        near(impact.prices[i].difference.low / 100, prices[i].low, 1e-5);
        near(impact.prices[i].difference.high / 100, prices[i].high, 1e-5);
        near(impact.prices[i].p, prices[i].p, 1e-9);
    }
    impact_free(&impact);
    impact_compute(&facts, &selection, impact_defaults(OUTCOME_FACEBOOK), &impact);
    static const enum dimension order[] = {DIMENSION_FACEBOOK, DIMENSION_FOLLOWS,
                                           DIMENSION_RETURNING, DIMENSION_HEARD};
    for (int i = 0; i < 4; i++)
        assert_int_equal(impact.prices[i].factor, order[i]);
    selection_free(&selection);
    impact_free(&impact);
}

static void what_cannot_be_ruled_out_is_said(void **state) {
    (void)state;
    struct selection selection = selected("");
    struct impact impact;
    impact_compute(&facts, &selection, impact_defaults(OUTCOME_RETURNING), &impact);
    near(impact.detectable_difference, 0.025667523397876493, 1e-12);
    assert_string_equal(impact.sentence, "All five intervals cross 0: no difference larger than "
                                         "±2.7 points is plausible.");
    impact_free(&impact);
    impact_compute(&facts, &selection, impact_defaults(OUTCOME_FACEBOOK), &impact);
    near(impact.detectable_difference, 0.02834364443650024, 1e-12);
    assert_string_equal(impact.sentence, "All five intervals cross 0: no difference larger than "
                                         "±3.3 points is plausible.");
    selection_free(&selection);
    impact_free(&impact);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_overview_has_the_shops_figures),
        cmocka_unit_test(a_slice_has_its_own_figures),
        cmocka_unit_test(exploring_two_dimensions_gives_the_cross_table),
        cmocka_unit_test(the_impact_on_returning_is_the_references),
        cmocka_unit_test(the_impact_on_facebook_is_the_references),
        cmocka_unit_test(prices_are_compared_by_every_answer),
        cmocka_unit_test(what_cannot_be_ruled_out_is_said),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}

/* engine/analysis/measure, explore, cross: medians and deviations of groups by pandas 1.5.3,
 * residuals by statsmodels 0.13.5 (Table(shift_zeros=False).standardized_resids, multipletests
 * fdr_bh), Welch and t intervals by scipy 1.10.1; small tables by hand. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "engine/analysis/cross.h"
#include "engine/analysis/measure.h"
#include "tests/support/facts_table.h"

static struct facts shop;
static bool present;

static int set_up(void **state) {
    (void)state;
    present = facts_table_shop(&shop);
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    facts_table_free(&shop);
    return 0;
}

static void near(double value, double expected, double tolerance) {
    if (!(fabs(value - expected) <= tolerance))
        fail_msg("%.12g is not %.12g", value, expected);
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

/* The shop by one or two dimensions, all of it. */
static struct explore explored(enum dimension first, enum dimension second, int count) {
    if (!present)
        skip();
    struct selection selection = selected(&shop, "");
    struct explore explore;
    explore_compute(&shop, &selection, (const enum dimension[]){first, second}, count, &explore);
    selection_free(&selection);
    return explore;
}

static int row_of(const struct explore *explore, const char *first, const char *second) {
    for (int i = 0; i < explore->grouping.count; i++) {
        const struct group *group = &explore->grouping.groups[i];
        if (strcmp(group->label[0], first) == 0 &&
            (second == NULL || strcmp(group->label[1], second) == 0))
            return i;
    }
    fail_msg("no row %s %s", first, second != NULL ? second : "");
    return 0;
}

static void a_share_is_the_measure_of_its_answer(void **state) {
    (void)state;
    for (int i = 0; i < MEASURE_COUNT; i++) {
        enum answer of;
        assert_int_equal(measure_answer((enum measure)i, &of),
                         measure_kind((enum measure)i) == MEASURE_SHARE);
        if (measure_answer((enum measure)i, &of))
            assert_int_equal(measure_of_answer(of), i);
    }
}

static void prices_of_a_group_are_described_exactly(void **state) {
    (void)state;
    struct explore explore = explored(DIMENSION_HANDSET, DIMENSION_HANDSET, 1);
    const struct explore_row *row = &explore.rows[row_of(&explore, "Galaxy A55 5G 8/128", NULL)];
    assert_int_equal(row->group->cell.sales, 522);
    near(row->median_price_minor, 2261700, 0);
    near(row->q1_price_minor, 1799475, 0);
    near(row->q3_price_minor, 3911525, 0);
    near(row->sd_price_minor, 1288283.4693705687, 1e-6);
    near(row->mean_interval.estimate, 2634622.6053639846, 1e-6);
    near(row->mean_interval.low, 2523849.4975126134, 1e-4);
    near(row->mean_interval.high, 2745395.713215356, 1e-4);
    assert_int_equal(row->days, 300);
    assert_false(row->partial);
    explore_free(&explore);
}

static void a_weekday_that_occurs_less_often_is_measured_per_day(void **state) {
    (void)state;
    struct explore explore = explored(DIMENSION_WEEKDAY, DIMENSION_WEEKDAY, 1);
    const struct explore_row *monday = &explore.rows[row_of(&explore, "Mon", NULL)];
    const struct explore_row *sunday = &explore.rows[row_of(&explore, "Sun", NULL)];
    near(measure_value(monday, MEASURE_REVENUE_PER_DAY).estimate / 100, 31619668.0 / 43, 1e-6);
    near(measure_value(sunday, MEASURE_REVENUE_PER_DAY).estimate / 100, 30565195.0 / 42, 1e-6);
    explore_free(&explore);
}

static void residuals_of_a_share_are_those_of_statsmodels(void **state) {
    (void)state;
    struct explore explore = explored(DIMENSION_MONTH, DIMENSION_LOCATION, 2);
    struct differences differences;
    measure_compare(&explore, MEASURE_SHARE_RETURNING, &differences);
    assert_int_equal(differences.tested, 33);
    assert_int_equal(differences.differing, 0);
    static const struct {
        const char *month, *location;
        double residual, adjusted;
    } expected[] = {{"2024-12", "Inside Rangamati", -0.160444, 0.972849},
                    {"2024-12", "Outside Rangamati", 0.471448, 0.972849},
                    {"2024-12", "Rangamati Sadar", 2.635625, 0.277142},
                    {"2024-05", "Outside Rangamati", -0.815953, 0.854962},
                    {"2024-05", "Inside Rangamati", 0.043108, 0.995791}};
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        const struct row_difference *row =
            &differences.rows[row_of(&explore, expected[i].month, expected[i].location)];
        near(row->residual, expected[i].residual, 1e-6);
        near(row->p_adjusted, expected[i].adjusted, 1e-6);
        assert_int_equal(row->verdict, VERDICT_UNCLEAR);
    }
    differences_free(&differences);
    explore_free(&explore);
}

static void residuals_of_sales_are_those_of_the_table_of_both_dimensions(void **state) {
    (void)state;
    struct explore explore = explored(DIMENSION_LOCATION, DIMENSION_WEEKDAY, 2);
    struct differences differences;
    measure_compare(&explore, MEASURE_SALES, &differences);
    assert_int_equal(differences.tested, 21);
    assert_int_equal(differences.differing, 0);
    near(differences.rows[row_of(&explore, "Outside Rangamati", "Mon")].residual, -2.075631, 1e-6);
    near(differences.rows[row_of(&explore, "Rangamati Sadar", "Sun")].residual, -1.674929, 1e-6);
    near(differences.rows[row_of(&explore, "Outside Rangamati", "Mon")].p_adjusted, 0.64967117,
         1e-8);
    differences_free(&differences);
    explore_free(&explore);
    explore = explored(DIMENSION_HANDSET, DIMENSION_PRICE_BAND, 2);
    measure_compare(&explore, MEASURE_SALES, &differences);
    const struct row_difference *row =
        &differences.rows[row_of(&explore, "Moto G85 5G 8/128", "25k-30k")];
    near(row->residual, 16.810131, 1e-6);
    assert_int_equal(row->verdict, VERDICT_HIGHER);
    row = &differences.rows[row_of(&explore, "Moto G85 5G 8/128", "20k-25k")];
    near(row->residual, -3.937835, 1e-6);
    assert_int_equal(row->verdict, VERDICT_LOWER);
    row = &differences.rows[row_of(&explore, "Moto G85 5G 8/128", "10k-15k")];
    near(row->residual, -0.778155, 1e-6);
    assert_int_equal(row->verdict, VERDICT_UNCLEAR);
    differences_free(&differences);
    explore_free(&explore);
}

static void mean_prices_are_compared_with_the_rest_by_welch(void **state) {
    (void)state;
    struct explore explore = explored(DIMENSION_HANDSET, DIMENSION_HANDSET, 1);
    struct differences differences;
    measure_compare(&explore, MEASURE_MEAN_PRICE, &differences);
    assert_int_equal(differences.tested, 17);
    assert_int_equal(differences.differing, 15);
    const struct row_difference *row =
        &differences.rows[row_of(&explore, "iPhone 16 Pro 256GB", NULL)];
    near(row->residual, 6.97276861921876, 1e-8);
    near(row->p_adjusted, 1.4035754368676098e-11, 1e-16);
    assert_int_equal(row->verdict, VERDICT_HIGHER);
    near(differences.rows[row_of(&explore, "Note 14 Pro 5G 8/256", NULL)].p_adjusted,
         0.1979672097909749, 1e-9);
    differences_free(&differences);
    explore_free(&explore);
}

/* Of the shop: statsmodels 0.13.5 anova_oneway(use_var="unequal") by handset F 65.73, p 1.77e-184,
 * by location p 0.34968348976127117; scipy 1.10.1 chi2_contingency of location by weekday
 * p 0.38638475590272414. */
static void all_rows_together_are_tested_as_well(void **state) {
    (void)state;
    static const struct {
        enum dimension by[2];
        int count;
        enum measure measure;
        double p, relative;
    } expected[] = {
        {{DIMENSION_HANDSET}, 1, MEASURE_MEAN_PRICE, 1.7743749898629811e-184, 1e-6},
        {{DIMENSION_LOCATION}, 1, MEASURE_MEAN_PRICE, 0.34968348976127117, 1e-9},
        {{DIMENSION_LOCATION, DIMENSION_WEEKDAY}, 2, MEASURE_SALES, 0.38638475590272414, 1e-9}};
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        struct explore explore = explored(expected[i].by[0], expected[i].by[1], expected[i].count);
        struct differences differences;
        measure_compare(&explore, expected[i].measure, &differences);
        near(differences.overall_p / expected[i].p, 1, expected[i].relative);
        differences_free(&differences);
        explore_free(&explore);
    }
}

/* Forty handsets of 100 sales, half of them returning; one has 67. R: the residual's p is 6e-4,
 * times 40 is 0.024, while chisq.test of all gives p 0.99: nothing is marked, one row is named. */
static void a_row_that_differs_alone_is_named_but_not_marked(void **state) {
    (void)state;
    enum { HANDSETS = 40, EACH = 100 };
    struct facts_row *many = calloc((size_t)HANDSETS * EACH, sizeof *many);
    static char names[HANDSETS][32];
    for (int h = 0; h < HANDSETS; h++) {
        snprintf(names[h], sizeof names[h], "Brand %c%d", 'A' + h % 20, h);
        for (int i = 0; i < EACH; i++) {
            bool yes = i < (h == 0 ? 67 : 50);
            many[h * EACH + i] = (struct facts_row){
                "2025-01-06", "A", 30, 'F', names[h], 100 + i, yes ? "nnyy" : "nnny", 0};
        }
    }
    struct facts facts;
    struct explore explore;
    struct differences differences;
    char words[256];
    facts_table(&facts, many, (size_t)HANDSETS * EACH);
    struct selection selection = selected(&facts, "");
    explore_compute(&facts, &selection, (const enum dimension[]){DIMENSION_HANDSET}, 1, &explore);
    measure_compare(&explore, MEASURE_SHARE_RETURNING, &differences);
    assert_true(differences.overall_p > 0.05);
    assert_int_equal(differences.alone, 1);
    assert_int_equal(differences.differing, 0);
    assert_int_equal(differences.rows[differences.furthest].verdict, VERDICT_UNCLEAR);
    assert_true(differences.rows[differences.furthest].p_adjusted < 0.05);
    differences_alone_words(&explore, &differences, words, sizeof words);
    assert_string_equal(words, "Alone, Brand A0 would look higher; all together do not differ: no "
                               "mark.");
    differences_free(&differences);
    explore_free(&explore);
    selection_free(&selection);
    facts_table_free(&facts);
    free(many);
}

/* ---------------------------------------------------------- by hand */

static const struct facts_row rows[] = {
    {"2025-01-06", "A", 30, 'F', "P", 100, "nyyn", 0},
    {"2025-01-07", "A", 30, 'F', "Q", 200, "nyyn", 0},
    {"2025-01-08", "B", 30, 'M', "P", 300, "nnnn", 0},
    {"2025-01-09", "B", 30, 'M', "P", 500, "nnnn", 0},
    {"2025-01-10", "B", 30, 'M', "R", 900, "n---", 0},
};
enum { ROWS = sizeof rows / sizeof *rows };

static void small_cells_are_not_tested(void **state) {
    (void)state;
    struct facts facts;
    struct explore explore;
    struct differences differences;
    facts_table(&facts, rows, ROWS);
    struct selection selection = selected(&facts, "");
    explore_compute(&facts, &selection, (const enum dimension[]){DIMENSION_LOCATION}, 1, &explore);
    measure_compare(&explore, MEASURE_SHARE_RETURNING, &differences);
    assert_int_equal(differences.tested, 0);
    assert_true(isnan(differences.rows[0].residual));
    differences_free(&differences);
    measure_compare(&explore, MEASURE_REVENUE, &differences);
    assert_int_equal(differences.tested, 0);
    differences_free(&differences);
    explore_free(&explore);
    /* a share by its own answer would differ in every row */
    explore_compute(&facts, &selection, (const enum dimension[]){DIMENSION_FOLLOWS}, 1, &explore);
    assert_true(measure_is_grouped(&explore.grouping, MEASURE_SHARE_FOLLOWS));
    assert_false(measure_is_grouped(&explore.grouping, MEASURE_SHARE_RETURNING));
    assert_false(measure_is_grouped(&explore.grouping, MEASURE_SALES));
    explore_free(&explore);
    selection_free(&selection);
    facts_table_free(&facts);
}

static void rows_and_columns_meet_where_the_sales_are(void **state) {
    (void)state;
    static const enum dimension by[] = {DIMENSION_LOCATION, DIMENSION_HANDSET};
    struct facts facts;
    struct cross cross;
    facts_table(&facts, rows, ROWS);
    struct selection selection = selected(&facts, "");
    cross_compute(&facts, &selection, by, &cross);
    assert_int_equal(cross.rows.grouping.count, 2);
    assert_int_equal(cross.columns.grouping.count, 3);
    int64_t sales[2][3] = {{2, 0, 1}, {1, 1, 0}}; /* B before A, P before Q and R */
    for (int row = 0; row < 2; row++) {
        for (int column = 0; column < 3; column++) {
            int at = cross_at(&cross, row, column);
            assert_int_equal(at >= 0 ? cross.cells.rows[at].group->cell.sales : 0,
                             sales[row][column]);
            if (at >= 0) {
                assert_string_equal(cross.cells.rows[at].group->label[0],
                                    cross.rows.rows[row].group->label[0]);
                assert_string_equal(cross.cells.rows[at].group->label[1],
                                    cross.columns.rows[column].group->label[0]);
            }
        }
    }
    near(cross.rows.rows[0].median_price_minor, 50000, 0);
    near(cross.columns.rows[0].median_price_minor, 30000, 0);
    assert_int_equal(cross.total.grouping.count, 1);
    near(cross.total.rows[0].median_price_minor, 30000, 0);
    assert_int_equal(cross.total.rows[0].days, 5);
    near(cross.total.rows[0].revenue_per_day_minor, 40000, 0);
    cross_free(&cross);
    selection_free(&selection);
    selection = selected(&facts, "price>90000");
    cross_compute(&facts, &selection, by, &cross);
    assert_int_equal(cross.total.grouping.count, 0);
    assert_int_equal(cross.cells.grouping.count, 0);
    cross_free(&cross);
    selection_free(&selection);
    facts_table_free(&facts);
}

static void a_cross_table_of_many_sales_adds_up(void **state) {
    (void)state;
    static const enum dimension pairs[][2] = {{DIMENSION_DAY, DIMENSION_HANDSET},
                                              {DIMENSION_LOCATION, DIMENSION_WEEK},
                                              {DIMENSION_AGE_BAND, DIMENSION_PRICE_BAND}};
    struct facts facts;
    facts_table_random(&facts, 5000, 7);
    struct selection selection = selected(&facts, "");
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        struct cross cross;
        cross_compute(&facts, &selection, pairs[i], &cross);
        int64_t sum = 0;
        for (int row = 0; row < cross.rows.grouping.count; row++) {
            int64_t of_row = 0;
            for (int column = 0; column < cross.columns.grouping.count; column++) {
                int at = cross_at(&cross, row, column);
                of_row += at >= 0 ? cross.cells.rows[at].group->cell.sales : 0;
            }
            assert_int_equal(of_row, cross.rows.rows[row].group->cell.sales);
            sum += of_row;
        }
        assert_int_equal(sum, 5000);
        cross_free(&cross);
    }
    selection_free(&selection);
    facts_table_free(&facts);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_share_is_the_measure_of_its_answer),
        cmocka_unit_test(prices_of_a_group_are_described_exactly),
        cmocka_unit_test(a_weekday_that_occurs_less_often_is_measured_per_day),
        cmocka_unit_test(residuals_of_a_share_are_those_of_statsmodels),
        cmocka_unit_test(residuals_of_sales_are_those_of_the_table_of_both_dimensions),
        cmocka_unit_test(mean_prices_are_compared_with_the_rest_by_welch),
        cmocka_unit_test(all_rows_together_are_tested_as_well),
        cmocka_unit_test(a_row_that_differs_alone_is_named_but_not_marked),
        cmocka_unit_test(small_cells_are_not_tested),
        cmocka_unit_test(rows_and_columns_meet_where_the_sales_are),
        cmocka_unit_test(a_cross_table_of_many_sales_adds_up),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}

/* engine/analysis/recent on the real file: Welch by statsmodels 0.13.5 (CompareMeans.tconfint_diff,
 * usevar="unequal") over pandas 1.5.3's daily sums with empty days as 0; shares by
 * confint_proportions_2indep(method="newcomb"). Short slices by hand. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "engine/analysis/overview.h"
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

static struct recent recent_of(const struct facts *facts, const char *filters) {
    struct slice slice = {0};
    struct selection selection;
    struct error error;
    struct recent recent;
    if (slice_parse(&slice, facts, filters, &error) != ERR_OK ||
        slice_select(&slice, facts, &selection, &error) != ERR_OK)
        fail_msg("%s: %s", filters, error.message);
    recent_compute(facts, &selection, &recent);
    selection_free(&selection);
    slice_free(&slice);
    return recent;
}

static void expect(const struct recent *recent, enum measure measure, double scale,
                   struct interval difference, double tolerance) {
    for (int i = 0; i < RECENT_FIGURES; i++) {
        const struct recent_figure *figure = &recent->figures[i];
        if (figure->measure != measure)
            continue;
        near(figure->difference.estimate / scale, difference.estimate, tolerance);
        near(figure->difference.low / scale, difference.low, tolerance);
        near(figure->difference.high / scale, difference.high, tolerance);
        near(figure->recent - figure->before, figure->difference.estimate, 1e-6 * scale);
        assert_int_equal(figure->verdict, VERDICT_UNCLEAR);
        return;
    }
    fail_msg("no %s", measure_name(measure));
}

static void expect_days(const struct recent *recent, int days, const char *from,
                        const char *before_from) {
    char iso[DATE_ISO_SIZE];
    assert_int_equal(recent->days, days);
    date_iso(recent->from, iso);
    assert_string_equal(iso, from);
    date_iso(recent->before_from, iso);
    assert_string_equal(iso, before_from);
}

static void four_weeks_are_compared_with_the_four_before(void **state) {
    (void)state;
    if (!present)
        skip();
    struct recent recent = recent_of(&shop, "");
    expect_days(&recent, 28, "2025-02-23", "2025-01-26");
    expect(&recent, MEASURE_SALES, 1, (struct interval){-1.142857143, -4.348916034, 2.063201749},
           1e-8);
    expect(&recent, MEASURE_REVENUE_PER_DAY, 100,
           (struct interval){13271.35714, -94814.44342, 121357.1577}, 1e-3);
    expect(&recent, MEASURE_MEAN_PRICE, 100,
           (struct interval){1406.866692, -480.2720387, 3294.005423}, 1e-5);
    expect(&recent, MEASURE_SHARE_FACEBOOK, 1,
           (struct interval){0.016292390268485224, -0.029654360157755112, 0.06219102592749769},
           1e-9);
    expect(&recent, MEASURE_SHARE_RETURNING, 1,
           (struct interval){-0.02587018734700372, -0.06737205392527368, 0.015834676083544545},
           1e-9);
}

static void only_the_days_of_the_filters_count(void **state) {
    (void)state;
    if (!present)
        skip();
    struct recent recent = recent_of(&shop, "location=Outside weekday=Fri"); /* 43 Fridays */
    expect_days(&recent, 21, "2024-11-01", "2024-06-07");
    expect(&recent, MEASURE_SALES, 1, (struct interval){-0.3333333333, -2.142951186, 1.476284519},
           1e-8);
    expect(&recent, MEASURE_SHARE_RETURNING, 1,
           (struct interval){-0.0761787473610134, -0.16042357521145156, 0.009812349840930712},
           1e-9);
    recent = recent_of(&shop, "date<=2024-06-10"); /* 15 days */
    expect_days(&recent, 7, "2024-06-04", "2024-05-28");
    expect(&recent, MEASURE_REVENUE_PER_DAY, 100,
           (struct interval){10487.28571, -195242.6841, 216217.2555}, 1e-3);
}

static void a_slice_of_few_days_is_not_compared(void **state) {
    (void)state;
    static const struct facts_row rows[] = {{"2025-01-06", "A", 30, 'F', "P", 100, "nyyn", 0},
                                            {"2025-01-08", "A", 30, 'F', "P", 100, "nyyn", 0},
                                            {"2025-01-09", "A", 30, 'F', "P", 300, "nyyn", 0}};
    struct facts facts;
    facts_table(&facts, rows, 3);
    struct recent recent = recent_of(&facts, "");
    expect_days(&recent, 2, "2025-01-08", "2025-01-06");
    near(recent.figures[0].recent, 1, 0);
    near(recent.figures[0].before, 0.5, 0); /* the 7th had none */
    near(recent.figures[2].recent, 20000, 1e-9);
    assert_true(isnan(recent.figures[2].difference.low)); /* one sale before: no interval */
    assert_int_equal(recent.figures[2].verdict, VERDICT_UNCLEAR);
    assert_int_equal(recent_of(&facts, "date<=2025-01-08").days, 0);
    assert_int_equal(recent_of(&facts, "price>1000").days, 0);
    facts_table_free(&facts);
}

static void the_overview_tells_every_category_with_its_share(void **state) {
    (void)state;
    if (!present)
        skip();
    struct slice slice = {0};
    struct selection selection;
    struct error error;
    struct overview overview;
    assert_int_equal(slice_select(&slice, &shop, &selection, &error), ERR_OK);
    overview_compute(&shop, &selection, &overview);
    const struct explore *genders = &overview.parts[OVERVIEW_GENDER];
    assert_int_equal(genders->grouping.count, 2);
    /* statsmodels proportion_confint(4453, 8871, method="wilson") */
    struct interval female = overview_share(&overview, &genders->rows[0]);
    near(female.estimate, 4453.0 / 8871, 1e-15);
    near(female.low, 0.4915694454854703, 1e-12);
    near(female.high, 0.5123742869363878, 1e-12);
    assert_int_equal(overview.parts[OVERVIEW_WEEKDAY].rows[6].days, 42);
    assert_int_equal(overview.week_count, 43);
    assert_string_equal(overview.weeks[31].label, "2025-W01");
    assert_int_equal(overview.weeks[31].sales, 208);
    assert_false(overview.weeks[0].partial);
    assert_true(overview.weeks[42].partial);
    assert_int_equal(overview.day_count, 300);
    assert_int_equal(overview.days[299].revenue_minor, 95673900);
    overview_free(&overview);
    selection_free(&selection);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(four_weeks_are_compared_with_the_four_before),
        cmocka_unit_test(only_the_days_of_the_filters_count),
        cmocka_unit_test(a_slice_of_few_days_is_not_compared),
        cmocka_unit_test(the_overview_tells_every_category_with_its_share),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}

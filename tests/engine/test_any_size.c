/* What takes more than cells tell (distributions, box plots, medians, ranks, quality, news) is the
 * same, to the last digit, from sales that are held one by one and from those that are held as
 * cells and streamed. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "engine/analysis/association.h"
#include "engine/analysis/boxcox.h"
#include "engine/analysis/compare.h"
#include "engine/analysis/cross.h"
#include "engine/analysis/distribution.h"
#include "engine/analysis/histogram.h"
#include "engine/analysis/impact.h"
#include "engine/analysis/quality.h"
#include "engine/analysis/since.h"
#include "engine/intake/fold.h"
#include "engine/shop.h"
#include "tests/support/facts_db.h"
#include "tests/support/facts_table.h"
#include "tests/support/scratch.h"

enum { SALES = 6000, LATE = 300 };

static char *folder;
static struct {
    struct shop *shop;
    const struct facts *facts;
    struct selection selection;
} cells, sales; /* the same file opened in both ways */

static unsigned lot = 5;
static unsigned draw(unsigned below) {
    lot = lot * 1664525u + 1013904223u;
    return (unsigned)((unsigned long long)lot * below >> 32);
}

/* Some sales twice, one price far more often than others, and some that are not packed yet. */
static void fill(const char *path) {
    struct facts random;
    struct error error;
    facts_table_random(&random, SALES, 21);
    for (size_t row = 1; row < random.count; row++) {
        if (row % 5 == 0)
            random.price_minor[row] = 2150000;
        if (row % 40 != 0)
            continue;
        random.price_minor[row] = random.price_minor[row - 1];
        random.day[row] = random.day[row - 1];
        random.location[row] = random.location[row - 1];
        random.handset[row] = random.handset[row - 1];
        random.age[row] = random.age[row - 1];
        random.gender[row] = random.gender[row - 1];
        random.answers[row] = random.answers[row - 1];
    }
    facts_db(path, &random);
    facts_table_free(&random);
    struct db *writer = scratch_writer(path);
    assert_int_equal(db_begin(writer, &error), ERR_OK);
    assert_int_equal(sales_fold(writer, NULL, &error), ERR_OK);
    assert_int_equal(db_commit(writer, &error), ERR_OK);
    struct sale *late = xcalloc(LATE, sizeof *late);
    for (int i = 0; i < LATE; i++)
        late[i] =
            (struct sale){.price_minor = 100 * (8000 + (int)draw(3)),
                          .day = 19900 + 10 * (day_number)draw(3), /* of two months in turns */
                          .location = 1,
                          .handset = 1 + (int)draw(2),
                          .age_years = (int16_t)(15 + draw(3)),
                          .gender = (int8_t)draw(2),
                          .answers = {(int8_t)draw(2), 1, UNKNOWN, 0}};
    scratch_tail(writer, late, LATE);
    free(late);
    db_close(writer);
}

static int set_up(void **state) {
    struct error error;
    scratch_setup(state);
    folder = *state;
    char *path = scratch_path(state, "shop.db");
    fill(path);
    assert_int_equal(shop_open_up_to(path, 1, &cells.shop, &error), ERR_OK);
    assert_int_equal(shop_open_up_to(path, INT64_MAX, &sales.shop, &error), ERR_OK);
    free(path);
    assert_non_null(shop_facts(cells.shop)->sales);
    assert_null(shop_facts(sales.shop)->sales);
    return 0;
}

static int tear_down(void **state) {
    shop_close(cells.shop);
    shop_close(sales.shop);
    *state = folder;
    return scratch_teardown(state);
}

static const char *const slices[] = {"",
                                     "location=unknown",
                                     "price>=12345.67 price<23456.78",
                                     "weekday=Fri age>=26",
                                     "month=2024-07",
                                     "age=unknown",
                                     "price<1"};
enum { SLICES = sizeof slices / sizeof *slices };

static void choose(const char *filters) {
    struct slice slice = {0};
    struct error error;
    assert_int_equal(slice_parse(&slice, shop_facts(sales.shop), filters, &error), ERR_OK);
    assert_int_equal(shop_choose(cells.shop, &slice, &error), ERR_OK);
    cells.facts = shop_facts(cells.shop);
    sales.facts = shop_facts(sales.shop);
    assert_int_equal(slice_select(&slice, cells.facts, &cells.selection, &error), ERR_OK);
    assert_int_equal(slice_select(&slice, sales.facts, &sales.selection, &error), ERR_OK);
    slice_free(&slice);
}

static void let_go(void) {
    selection_free(&cells.selection);
    selection_free(&sales.selection);
}

/* To the last digit, and NaN where NaN. */
static void expect_doubles(const double *found, const double *expected, size_t count) {
    for (size_t i = 0; i < count; i++)
        assert_true(found[i] == expected[i] || (isnan(found[i]) && isnan(expected[i])));
}

static void expect_boxes(const struct box *found, const struct box *expected) {
    assert_int_equal(found->n, expected->n);
    assert_int_equal(found->below, expected->below);
    assert_int_equal(found->above, expected->above);
    expect_doubles(&found->mean, &expected->mean, 8);
    expect_doubles(&found->fence_low, &expected->fence_low, 2);
}

static void distributions_are_those_of_single_sales(void **state) {
    (void)state;
    for (int i = 0; i < SLICES * NUMERIC_COUNT; i++) {
        enum numeric numeric = (enum numeric)(i % NUMERIC_COUNT);
        struct series a, b;
        struct distribution found, expected;
        struct transforms changed, unchanged;
        struct error error;
        choose(slices[i / NUMERIC_COUNT]);
        assert_int_equal(series_take(cells.facts, &cells.selection, numeric, &a, &error), ERR_OK);
        assert_int_equal(series_take(sales.facts, &sales.selection, numeric, &b, &error), ERR_OK);
        assert_int_equal(a.distinct, b.distinct);
        assert_int_equal(a.count, b.count);
        assert_int_equal(a.missing, b.missing);
        assert_true(a.within == 0);
        expect_doubles(a.values, b.values, a.distinct);
        expect_doubles(a.weights, b.weights, a.distinct);
        distribution_compute(&a, &found);
        distribution_compute(&b, &expected);
        assert_int_equal(found.revenue_minor, expected.revenue_minor);
        assert_int_equal(found.revenue_above_minor, expected.revenue_above_minor);
        expect_boxes(&found.box, &expected.box);
        expect_doubles(found.quantiles, expected.quantiles, QUANTILE_COUNT);
        expect_doubles(&found.skewness, &expected.skewness, 4);
        transforms_compute(&a, &changed);
        transforms_compute(&b, &unchanged);
        expect_doubles(&changed.lambda, &unchanged.lambda, 1);
        series_free(&a);
        series_free(&b);
        let_go();
    }
}

/* The figures of the sorted prices themselves, by GSL. */
static void quantiles_are_those_of_the_sorted_prices(void **state) {
    (void)state;
    static const struct counts_wanted wanted = {.of = COUNTS_PRICE};
    for (int i = 0; i < SLICES; i++) {
        struct counts counts;
        struct counted counted;
        struct error error;
        choose(slices[i]);
        int64_t *prices = selection_prices(sales.facts, &sales.selection);
        assert_int_equal(counts_take(cells.facts, &cells.selection, &wanted, 1, &counts, &error),
                         ERR_OK);
        counts_group(&counts, 0, &counted);
        assert_int_equal(counted.total, sales.selection.count);
        for (int percent = 0; percent <= 100; percent++) {
            double found = counted_quantile(&counted, percent / 100.0),
                   expected = quantile_sorted(prices, sales.selection.count, percent / 100.0);
            expect_doubles(&found, &expected, 1);
        }
        free(prices);
        counted_free(&counted);
        counts_free(&counts);
        let_go();
    }
}

/* Where there is no room for every price, each is within what is said, and none is lost. */
static void prices_without_room_are_counted_within_a_bound(void **state) {
    (void)state;
    static const struct counts_wanted wanted[] = {
        {.of = COUNTS_PRICE}, {.of = COUNTS_PRICE, .by_count = 1, .by = {DIMENSION_LOCATION}}};
    struct counts counts[2];
    struct counted counted;
    struct error error;
    choose("");
    int64_t *prices = selection_prices(sales.facts, &sales.selection);
    assert_int_equal(
        counts_take_within(cells.facts, &cells.selection, wanted, 2, 1000, counts, &error), ERR_OK);
    for (int i = 0; i < 2; i++) {
        assert_true(counts[i].within > 0);
        assert_true(counts[i].value_count * counts[i].groups <= 1000 + 1024 * counts[i].groups);
        counts_join(&counts[i], NULL, &counted);
        assert_int_equal(counted.total, sales.selection.count);
        for (int64_t rank = 0; rank < counted.total; rank++)
            assert_true(llabs(counted_at(&counted, rank) - prices[rank]) <= counts[i].within);
        counted_free(&counted);
        counts_free(&counts[i]);
    }
    assert_int_equal(
        counts_take_within(cells.facts, &cells.selection, &wanted[1], 1, 64, counts, &error),
        ERR_INPUT);
    assert_int_equal(counts[0].value_count, 0);
    free(prices);
    let_go();
}

static void box_plots_are_those_of_single_sales(void **state) {
    (void)state;
    for (int i = 0; i < SLICES * NUMERIC_COUNT; i++) {
        enum numeric numeric = (enum numeric)(i % NUMERIC_COUNT);
        choose(slices[i / NUMERIC_COUNT]);
        for (int d = 0; d < DIMENSION_SEGMENT; d++) {
            struct boxes found, expected;
            struct error error;
            enum dimension by = (enum dimension)d;
            assert_int_equal(boxes_by(cells.facts, &cells.selection, numeric, by, &found, &error),
                             ERR_OK);
            assert_int_equal(
                boxes_by(sales.facts, &sales.selection, numeric, by, &expected, &error), ERR_OK);
            assert_int_equal(found.count, expected.count);
            for (int row = 0; row < found.count; row++) {
                assert_string_equal(found.rows[row].label, expected.rows[row].label);
                assert_int_equal(found.rows[row].missing, expected.rows[row].missing);
                expect_boxes(&found.rows[row].box, &expected.rows[row].box);
            }
            boxes_free(&found);
            boxes_free(&expected);
        }
        let_go();
    }
}

static void associations_are_those_of_single_sales(void **state) {
    (void)state;
    for (int i = 0; i < SLICES * OUTCOME_COUNT; i++) {
        struct associations found, expected;
        struct error error;
        enum outcome outcome = (enum outcome)(i % OUTCOME_COUNT);
        choose(slices[i / OUTCOME_COUNT]);
        assert_int_equal(
            associations_compute(cells.facts, &cells.selection, outcome, &found, &error), ERR_OK);
        assert_int_equal(
            associations_compute(sales.facts, &sales.selection, outcome, &expected, &error),
            ERR_OK);
        assert_int_equal(found.count, expected.count);
        assert_string_equal(found.sentence, expected.sentence);
        for (int row = 0; row < found.count; row++) {
            const struct association *a = &found.rows[row], *b = &expected.rows[row];
            assert_string_equal(a->name, b->name);
            assert_int_equal(a->n, b->n);
            assert_int_equal(a->levels, b->levels);
            expect_doubles(&a->information, &b->information, 1);
            expect_doubles(&a->correlation.low, &b->correlation.low, 1);
            expect_doubles(&a->p, &b->p, 1);
        }
        let_go();
    }
}

static void expect_quantiles(const struct explore *found, const struct explore *expected) {
    assert_int_equal(found->grouping.count, expected->grouping.count);
    assert_false(found->without_quantiles);
    assert_true(found->within_minor == 0);
    for (int i = 0; i < found->grouping.count; i++) {
        assert_string_equal(found->rows[i].group->label[0], expected->rows[i].group->label[0]);
        assert_string_equal(found->rows[i].group->label[1], expected->rows[i].group->label[1]);
        expect_doubles(&found->rows[i].median_price_minor, &expected->rows[i].median_price_minor,
                       3);
    }
}

/* By one dimension, by two with their margins, by one of a day. */
static void medians_of_rows_are_those_of_single_sales(void **state) {
    (void)state;
    static const enum dimension pairs[][2] = {{DIMENSION_LOCATION, DIMENSION_HANDSET},
                                              {DIMENSION_AGE_BAND, DIMENSION_RETURNING},
                                              {DIMENSION_WEEKDAY, DIMENSION_GENDER}};
    enum { PAIRS = sizeof pairs / sizeof *pairs };
    for (int i = 0; i < SLICES * PAIRS; i++) {
        struct cross found, expected;
        struct error error;
        choose(slices[i / PAIRS]);
        cross_compute(cells.facts, &cells.selection, pairs[i % PAIRS], &found);
        cross_compute(sales.facts, &sales.selection, pairs[i % PAIRS], &expected);
        assert_true(found.cells.without_quantiles);
        assert_int_equal(cross_quantiles(cells.facts, &cells.selection, &found, &error), ERR_OK);
        assert_int_equal(cross_quantiles(sales.facts, &sales.selection, &expected, &error), ERR_OK);
        expect_quantiles(&found.cells, &expected.cells);
        expect_quantiles(&found.rows, &expected.rows);
        expect_quantiles(&found.columns, &expected.columns);
        expect_quantiles(&found.total, &expected.total);
        cross_free(&found);
        cross_free(&expected);
        let_go();
    }
}

static struct slice slice_of(const char *filters) {
    struct slice slice = {0};
    struct error error;
    assert_int_equal(slice_parse(&slice, shop_facts(sales.shop), filters, &error), ERR_OK);
    return slice;
}

/* Of whole cells, of days, prices and ages that cut them, apart, overlapping, within each other and
 * the same, while cells of either or of all sales are held. */
static void comparisons_are_those_of_single_sales(void **state) {
    (void)state;
    static const char *const pairs[][2] = {{"location!=unknown", ""},
                                           {"month=2024-07", "gender=F"},
                                           {"weekday=Fri", "price>=12345.67 price<23456.78"},
                                           {"age>=26", "weekday=Fri age>=26"},
                                           {"weekday=Fri age>=26", "age>=26"},
                                           {"weekday=Fri", ""},
                                           {"weekday=Fri", "weekday=Sat"},
                                           {"price>=12345.67", "price>=12345.67"},
                                           {"price<1", "weekday=Fri"}};
    for (size_t i = 0; i < 2 * sizeof pairs / sizeof *pairs; i++) {
        struct slice a = slice_of(pairs[i / 2][0]), b = slice_of(pairs[i / 2][1]);
        struct compare found, expected;
        struct error error;
        choose(i % 2 == 0 ? "" : pairs[i / 2][0]);
        assert_int_equal(compare_slices(cells.facts, &a, &b, &found, &error), ERR_OK);
        assert_int_equal(compare_slices(sales.facts, &a, &b, &expected, &error), ERR_OK);
        assert_int_equal(found.overlap, expected.overlap);
        assert_int_equal(found.shared, expected.shared);
        assert_int_equal(found.count, expected.count);
        assert_true(found.within_minor == 0);
        for (int row = 0; row < found.count; row++) {
            const struct compare_row *x = &found.rows[row], *y = &expected.rows[row];
            assert_string_equal(x->label, y->label);
            assert_int_equal(x->judged, y->judged);
            assert_int_equal(x->verdict, y->verdict);
            expect_doubles(&x->a, &y->a, 2);
            expect_doubles(&x->difference.estimate, &y->difference.estimate, 3);
        }
        compare_free(&found);
        compare_free(&expected);
        slice_free(&a);
        slice_free(&b);
        let_go();
    }
}

static void expect_ranks(const struct rank_test *found, const struct rank_test *expected) {
    assert_int_equal(found->exact, expected->exact);
    expect_doubles(&found->u, &expected->u, 2);
    expect_doubles(&found->superiority, &expected->superiority, 4);
}

static void impact_is_that_of_single_sales(void **state) {
    (void)state;
    for (int i = 0; i < SLICES * OUTCOME_COUNT; i++) {
        struct impact_options options = impact_defaults((enum outcome)(i % OUTCOME_COUNT));
        struct impact found, expected, quick;
        choose(slices[i / OUTCOME_COUNT]);
        impact_compute(cells.facts, &cells.selection, options, &found);
        impact_compute(sales.facts, &sales.selection, options, &expected);
        options.quick = true;
        impact_compute(cells.facts, &cells.selection, options, &quick);
        assert_true(quick.pending && quick.test_count == expected.test_count - 1);
        assert_false(found.pending);
        assert_int_equal(found.test_count, expected.test_count);
        for (int test = 0; test < found.test_count; test++) {
            assert_int_equal(found.tests[test].factor, expected.tests[test].factor);
            expect_doubles(&found.tests[test].p_adjusted, &expected.tests[test].p_adjusted, 1);
        }
        for (int row = 0; row < found.price_count; row++) {
            const struct impact_price *x = &found.prices[row], *y = &expected.prices[row];
            expect_doubles(&x->yes_mean_minor, &y->yes_mean_minor, 5);
            expect_doubles(&x->p, &y->p, 1);
            expect_ranks(&x->ranks, &y->ranks);
            expect_doubles(&quick.prices[row].p, &y->p, 1);
            assert_true(isnan(quick.prices[row].ranks.p) && isnan(quick.revenues[row].p));
        }
        for (int row = 0; row < found.revenue_count; row++) {
            const struct impact_revenue *x = &found.revenues[row], *y = &expected.revenues[row];
            assert_int_equal(x->yes_minor, y->yes_minor);
            assert_int_equal(x->no_minor, y->no_minor);
            expect_doubles(&x->difference.estimate, &y->difference.estimate, 4);
            expect_doubles(&x->share.estimate, &y->share.estimate, 4);
            expect_ranks(&x->ranks, &y->ranks);
        }
        assert_string_equal(found.revenue_sentence, expected.revenue_sentence);
        impact_free(&found);
        impact_free(&expected);
        impact_free(&quick);
        let_go();
    }
}

/* Of a few late sales, of the second half, of all, of none; while cells of a slice are held too. */
static void news_are_those_of_single_sales(void **state) {
    (void)state;
    static const int64_t seen[] = {SALES, SALES / 2, 0, SALES + LATE, SALES - 1, SALES + LATE - 1};
    for (size_t i = 0; i < 2 * sizeof seen / sizeof *seen; i++) {
        const struct since_visit visit = {seen[i / 2], "2024-09-01T10:00:00Z", 100, 3, "T"};
        struct since found, expected;
        struct error error;
        choose(i % 2 == 0 ? "" : "weekday=Fri age>=26");
        assert_int_equal(since_compute(cells.facts, &visit, &found, &error), ERR_OK);
        assert_int_equal(since_compute(sales.facts, &visit, &expected, &error), ERR_OK);
        assert_int_equal(found.sales, SALES + LATE - seen[i / 2]);
        assert_int_equal(found.sales, expected.sales);
        assert_int_equal(found.first, expected.first);
        assert_int_equal(found.last, expected.last);
        assert_int_equal(found.count, expected.count);
        assert_string_equal(found.brief, expected.brief);
        for (int at = 0; at < found.count; at++)
            assert_string_equal(found.sentences[at], expected.sentences[at]);
        let_go();
    }
}

static void quality_is_that_of_single_sales(void **state) {
    (void)state;
    day_number today = 19990;
    for (int i = 0; i < SLICES; i++) {
        struct quality found, expected;
        struct error error;
        choose(slices[i]);
        quality_begin(cells.facts, &cells.selection, &found);
        assert_true(found.pending);
        assert_int_equal(quality_complete(cells.facts, &cells.selection, today, &found, &error),
                         ERR_OK);
        assert_false(found.pending);
        assert_int_equal(quality_compute(sales.facts, &sales.selection, today, &expected, &error),
                         ERR_OK);
        assert_int_equal(found.sales, expected.sales);
        assert_int_equal(found.repeated, expected.repeated);
        assert_int_equal(found.future, expected.future);
        assert_int_equal(found.returning_unheard, expected.returning_unheard);
        assert_int_equal(found.follows_unheard, expected.follows_unheard);
        assert_int_equal(found.same_price, expected.same_price);
        assert_int_equal(found.same_price_minor, expected.same_price_minor);
        expect_doubles(&found.price_by_handset, &expected.price_by_handset, 1);
        if (i == 0)
            assert_true(found.repeated >= SALES / 50 && found.future > 0 && found.same_price > 0);
        for (int field = 0; field < QUALITY_FIELDS; field++) {
            const struct quality_column *a = &found.columns[field], *b = &expected.columns[field];
            assert_string_equal(a->range, b->range);
            assert_int_equal(a->unknown, b->unknown);
            assert_int_equal(a->values, b->values);
            assert_int_equal(a->beyond, b->beyond);
            assert_int_equal(a->below, b->below);
        }
        let_go();
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(distributions_are_those_of_single_sales),
        cmocka_unit_test(quantiles_are_those_of_the_sorted_prices),
        cmocka_unit_test(prices_without_room_are_counted_within_a_bound),
        cmocka_unit_test(box_plots_are_those_of_single_sales),
        cmocka_unit_test(associations_are_those_of_single_sales),
        cmocka_unit_test(medians_of_rows_are_those_of_single_sales),
        cmocka_unit_test(comparisons_are_those_of_single_sales),
        cmocka_unit_test(impact_is_that_of_single_sales),
        cmocka_unit_test(news_are_those_of_single_sales),
        cmocka_unit_test(quality_is_that_of_single_sales),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}

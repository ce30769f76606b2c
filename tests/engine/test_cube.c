/* engine/slice/cube: figures from the cube and from what is streamed are those of the sales held
 * one by one, to the last digit: for random slices over every dimension and operator, with a tail
 * that is not packed yet, and after others have imported. */
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
#include "db/db.h"
#include "engine/analysis/overview.h"
#include "engine/intake/fold.h"
#include "engine/shop.h"
#include "engine/slice/cube.h"
#include "engine/slice/linked.h"
#include "engine/slice/quantile.h"
#include "tests/support/facts_db.h"
#include "tests/support/facts_table.h"
#include "tests/support/scratch.h"

static unsigned lot;
static unsigned draw(unsigned below) {
    lot = lot * 1664525u + 1013904223u;
    return (unsigned)((unsigned long long)lot * below >> 32);
}

static void fold(const char *path) {
    struct db *writer = scratch_writer(path);
    struct error error;
    assert_int_equal(db_begin(writer, &error), ERR_OK);
    assert_int_equal(sales_fold(writer, NULL, &error), ERR_OK);
    assert_int_equal(db_commit(writer, &error), ERR_OK);
    db_close(writer);
}

/* Any filter but one on segments. */
static struct slice random_slice(const struct facts *sales) {
    struct slice slice = {0};
    struct error error;
    static const char *const cuts[] = {"price<20001",
                                       "price>=12345.67 price<23456.78",
                                       "age>=26 age<41",
                                       "age!=30",
                                       "date>=2024-06-02 date<2024-10-20",
                                       "date=2024-07",
                                       "price!=20000",
                                       "age=unknown"};
    for (unsigned i = draw(4); i > 0; i--) {
        enum dimension dimension = (enum dimension)draw(DIMENSION_SEGMENT);
        if (draw(4) == 0) {
            const char *text = cuts[draw(sizeof cuts / sizeof *cuts)];
            assert_int_equal(slice_parse(&slice, sales, text, &error), ERR_OK);
            continue;
        }
        struct dimension_view view;
        char label[DIMENSION_LABEL_SIZE];
        dimension_open(&view, sales, dimension);
        int code = (int)draw((unsigned)view.codes);
        dimension_label(&view, code, label);
        if (dimension_is_ordered(dimension) && code > 0 && draw(2) == 0)
            linked_range(&slice, sales, dimension, code, 1 + (int)draw((unsigned)view.codes - 1));
        else
            slice_add(&slice, dimension, draw(3) == 0 ? FILTER_IS_NOT : FILTER_IS, label);
        dimension_close(&view);
    }
    return slice;
}

static void expect_cell(const struct cell *found, const struct cell *expected) {
    assert_int_equal(found->sales, expected->sales);
    assert_int_equal(found->revenue_minor, expected->revenue_minor);
    assert_true(found->price_squares == expected->price_squares);
    assert_memory_equal(found->yes, expected->yes, sizeof found->yes);
    assert_memory_equal(found->known, expected->known, sizeof found->known);
}

static void expect_groups(const struct facts *cells, const struct selection *of_cells,
                          const struct facts *sales, const struct selection *of_sales,
                          const enum dimension *by, int count) {
    struct grouping found, expected;
    group_by(cells, of_cells, by, count, &found);
    group_by(sales, of_sales, by, count, &expected);
    assert_int_equal(found.count, expected.count);
    expect_cell(&found.total, &expected.total);
    for (int i = 0; i < found.count; i++) {
        for (int d = 0; d < count; d++)
            assert_string_equal(found.groups[i].label[d], expected.groups[i].label[d]);
        expect_cell(&found.groups[i].cell, &expected.groups[i].cell);
    }
    grouping_free(&found);
    grouping_free(&expected);
}

/* Against the sorted prices themselves. */
static void expect_quantiles(const struct facts *cells, const struct selection *of_cells,
                             const struct facts *sales, const struct selection *of_sales) {
    static const double probabilities[] = {0, 0.01, 0.25, 0.5, 0.9, 1};
    int64_t *prices = selection_prices(sales, of_sales);
    for (size_t i = 0; i < sizeof probabilities / sizeof *probabilities; i++) {
        struct price_quantile found;
        struct error error;
        double expected = quantile_sorted(prices, of_sales->count, probabilities[i]);
        assert_int_equal(quantile_price(cells, of_cells, probabilities[i], &found, &error), ERR_OK);
        assert_int_equal(isnan(found.minor), of_sales->count == 0);
        if (of_sales->count == 0)
            continue;
        assert_true(fabs(found.minor - expected) <= 1e-9 * expected);
        assert_true(found.low_minor == found.minor && found.high_minor == found.minor);
    }
    free(prices);
}

/* All lists, those too that are streamed; segments stand for nothing here. */
static void expect_lists(const struct facts *cells, const struct facts *sales,
                         const struct slice *slice) {
    struct linked found, expected;
    struct error error;
    assert_int_equal(linked_compute(cells, slice, &found, &error), ERR_OK);
    assert_true(found.lists[DIMENSION_WEEKDAY].pending);
    assert_int_equal(linked_complete(cells, slice, &found, &error), ERR_OK);
    assert_false(linked_is_pending(&found));
    assert_int_equal(linked_compute(sales, slice, &expected, &error), ERR_OK);
    expect_cell(&found.total, &expected.total);
    for (int d = 0; d < DIMENSION_SEGMENT; d++) {
        const struct linked_list *a = &found.lists[d], *b = &expected.lists[d];
        assert_int_equal(a->filtered, b->filtered);
        assert_int_equal(a->count, b->count);
        assert_int_equal(a->kept, b->kept);
        for (int i = 0; i < a->count; i++) {
            assert_int_equal(a->rows[i].code, b->rows[i].code);
            assert_int_equal(a->rows[i].kept, b->rows[i].kept);
            expect_cell(&a->rows[i].cell, &b->rows[i].cell);
        }
    }
    linked_free(&found);
    linked_free(&expected);
}

/* The cells as a shop would hand them out for the slice. */
static void expect_slice(const struct facts *cells, const struct facts *sales,
                         const struct slice *slice) {
    struct slice fine;
    struct facts derived = {0};
    struct selection of_cells, of_sales;
    struct error error;
    assert_int_equal(cube_fine_filters(cells, slice, &fine, &error), ERR_OK);
    if (fine.count > 0)
        assert_int_equal(cube_derive(cells, &fine, &derived, &error), ERR_OK);
    const struct facts *asked = fine.count > 0 ? &derived : cells;
    assert_int_equal(slice_select(slice, asked, &of_cells, &error), ERR_OK);
    assert_int_equal(slice_select(slice, sales, &of_sales, &error), ERR_OK);
    assert_int_equal(selection_sales(asked, &of_cells), of_sales.count);
    assert_int_equal(of_cells.weekdays, of_sales.weekdays);
    assert_int_equal(of_cells.days == NULL, of_sales.days == NULL);
    if (of_cells.days != NULL)
        assert_memory_equal(of_cells.days, of_sales.days,
                            (size_t)(sales->last_day - sales->first_day) + 1);
    expect_quantiles(asked, &of_cells, sales, &of_sales);
    expect_lists(asked, sales, slice);
    for (int d = 0; d < DIMENSION_SEGMENT; d++) {
        const enum dimension by[] = {(enum dimension)d, (enum dimension)draw(DIMENSION_SEGMENT)};
        expect_groups(asked, &of_cells, sales, &of_sales, by, 1);
        if (draw(4) == 0)
            expect_groups(asked, &of_cells, sales, &of_sales, by, 2);
    }
    selection_free(&of_cells);
    selection_free(&of_sales);
    cube_derived_free(&derived);
    free(fine.filters);
}

/* All handsets or brands but one, of about half of the other values: the months of such a slice are
 * those of any handset without those of the one. */
static void expect_all_handsets_but_one(const struct facts *cells, const struct facts *sales) {
    static const enum dimension without[] = {DIMENSION_HANDSET, DIMENSION_BRAND};
    static const char *const others[] = {"price>=10000 price<15000", "price<10000",
                                         "price>=10000 price<15000 month>=2024-06 month<2024-09"};
    for (size_t i = 0; i < 6; i++) {
        struct slice slice = {0};
        struct dimension_view view;
        struct error error;
        char label[DIMENSION_LABEL_SIZE];
        dimension_open(&view, sales, without[i % 2]);
        dimension_label(&view, 2, label);
        slice_add(&slice, without[i % 2], FILTER_IS_NOT, label);
        dimension_close(&view);
        assert_int_equal(slice_parse(&slice, sales, others[i / 2], &error), ERR_OK);
        expect_slice(cells, sales, &slice);
        slice_free(&slice);
    }
}

static void expect_same(struct db *reader, const struct facts *cells, int rounds) {
    struct facts sales;
    struct error error;
    assert_int_equal(facts_load(reader, &sales, &error), ERR_OK);
    assert_int_equal(facts_total(cells), sales.count);
    assert_int_equal(cells->first_day, sales.first_day);
    assert_int_equal(cells->last_day, sales.last_day);
    expect_all_handsets_but_one(cells, &sales);
    for (int i = 0; i < rounds; i++) {
        struct slice slice = random_slice(&sales);
        expect_slice(cells, &sales, &slice);
        slice_free(&slice);
    }
    facts_free(&sales);
}

static void import_more(const char *path, int count, unsigned seed) {
    struct db *writer = scratch_writer(path);
    struct sale *sales = xcalloc((size_t)count, sizeof *sales);
    lot = seed;
    for (int i = 0; i < count; i++)
        sales[i] = (struct sale){.price_minor = 100 * (8000 + (int)draw(30000)),
                                 .day = 19900 + (day_number)draw(260),
                                 .location = 1 + (int)draw(3),
                                 .handset = 1 + (int)draw(3),
                                 .age_years = (int16_t)(15 + draw(50)),
                                 .gender = (int8_t)draw(2),
                                 .answers = {(int8_t)draw(2), 1, UNKNOWN, 0}};
    scratch_tail(writer, sales, count);
    free(sales);
    db_close(writer);
}

/* `more` sales come later and are the tail until they are folded. */
static void expect_agreement(void **state, const struct facts *table, int more, bool coarse) {
    char *path = scratch_path(state, "shop.db");
    struct facts cells;
    struct error error;
    facts_db(path, table);
    fold(path);
    struct db *reader = scratch_reader(path);
    assert_int_equal(cube_open(reader, (int64_t)table->count - 1, &cells, &error), ERR_OK);
    assert_non_null(cells.cube);
    assert_int_equal(cells.cube->tail.count, 0);
    assert_int_equal(cells.cube->rows.sums.coarse.count > 0, coarse);
    expect_same(reader, &cells, 25);
    import_more(path, more, 1); /* stays the tail */
    assert_int_equal(cube_refresh(reader, &cells, &error), ERR_OK);
    assert_int_equal(cells.cube->tail.count, more);
    assert_int_equal(cells.cube->rows.sums.coarse.count > 0, coarse);
    expect_same(reader, &cells, 15);
    fold(path);
    assert_int_equal(cube_refresh(reader, &cells, &error), ERR_OK);
    assert_int_equal(cells.cube->tail.count, 0);
    expect_same(reader, &cells, 15);
    facts_free(&cells);
    db_close(reader);
    free(path);
}

static void cube_and_sales_agree_to_the_last_digit(void **state) {
    struct facts random;
    lot = 3;
    facts_table_random(&random, 20000, 5);
    for (size_t row = 0; row < random.count; row += 2500)
        random.price_minor[row] = INT64_C(5000000000) * (int64_t)(row + 1);
    expect_agreement(state, &random, 700, false);
    facts_table_free(&random);
}

/* So many that threads share them. */
static void lists_of_many_cells_are_those_of_their_sales(void **state) {
    char *path = scratch_path(state, "shop.db");
    struct facts random, cells, sales;
    struct error error;
    lot = 8;
    facts_table_random(&random, 90000, 7);
    facts_db(path, &random);
    facts_table_free(&random);
    fold(path);
    struct db *reader = scratch_reader(path);
    assert_int_equal(cube_open(reader, 1, &cells, &error), ERR_OK);
    assert_int_equal(facts_load(reader, &sales, &error), ERR_OK);
    for (int i = 0; i < 6; i++) {
        struct slice slice = {0};
        static const char *const texts[] = {"",
                                            "gender=F",
                                            "month>=2024-06",
                                            "facebook=no month!=2024-08",
                                            "brand!=Galaxy age_band=25-34|35-44",
                                            "returning=yes month=2024-05|2024-11"};
        assert_int_equal(slice_parse(&slice, &sales, texts[i], &error), ERR_OK);
        expect_lists(&cells, &sales, &slice);
        slice_free(&slice);
    }
    facts_free(&cells);
    facts_free(&sales);
    db_close(reader);
    free(path);
}

/* Few combinations besides the handsets: then there are sums without these. */
static void sums_over_handsets_and_sales_agree_to_the_last_digit(void **state) {
    struct facts random;
    lot = 4;
    facts_table_random(&random, 20000, 6);
    for (size_t row = 0; row < random.count; row++) {
        random.location[row] = random.location[row] > 2 ? 1 : random.location[row];
        random.gender[row] = row % 50 == 0 ? 0 : 1 + random.gender[row] % 2;
        random.age[row] = (uint8_t)(row % 70 == 0 ? 0 : 20 + row % 3 * 4);
        random.answers[row] = row % 2 == 0 ? 40 : row % 3 == 0 ? 80 : 5;
        random.price_minor[row] = row % 2 == 0 ? 1250000 : random.price_minor[row] % 5000000;
    }
    expect_agreement(state, &random, 4, true);
    facts_table_free(&random);
}

/* As in a chain, where each combination of values is sold in many months: groupings that do not ask
 * about time add these up first. */
static void many_months_of_few_combinations_agree_too(void **state) {
    char *path = scratch_path(state, "shop.db");
    struct facts random, cells;
    struct error error;
    lot = 11;
    facts_table_random(&random, 20000, 6);
    for (size_t row = 0; row < random.count; row++) {
        random.location[row] = random.location[row] > 2 ? 1 : random.location[row];
        random.handset[row] = (uint16_t)(1 + random.handset[row] % 2);
        random.answers[row] = row % 3 == 0 ? 77 : 40;
        random.age[row] = random.age[row] < 40 ? 0 : 41;
        random.price_minor[row] = 1500000 + random.price_minor[row] % 400000;
    }
    random.price_minor[77] = INT64_C(5000000000000);
    facts_db(path, &random);
    facts_table_free(&random);
    fold(path);
    struct db *reader = scratch_reader(path);
    assert_int_equal(cube_open(reader, 19999, &cells, &error), ERR_OK);
    assert_true(cells.count > 4 * cells.cube->rows.count);
    const struct slice none = {0};
    struct facts sales;
    assert_int_equal(facts_load(reader, &sales, &error), ERR_OK);
    expect_slice(&cells, &sales, &none);
    facts_free(&sales);
    expect_same(reader, &cells, 25);
    facts_free(&cells);
    db_close(reader);
    free(path);
}

/* What the first picture of a large shop shows, and what comes after it. */
static void an_overview_begun_and_completed_is_that_of_the_sales(void **state) {
    char *path = scratch_path(state, "shop.db");
    struct facts random, cells, sales;
    struct selection of_cells, of_sales;
    struct overview found, expected;
    struct error error;
    const struct slice none = {0};
    facts_table_random(&random, 5000, 8);
    facts_db(path, &random);
    facts_table_free(&random);
    fold(path);
    struct db *reader = scratch_reader(path);
    assert_int_equal(cube_open(reader, 0, &cells, &error), ERR_OK);
    assert_int_equal(facts_load(reader, &sales, &error), ERR_OK);
    assert_int_equal(slice_select(&none, &cells, &of_cells, &error), ERR_OK);
    assert_int_equal(slice_select(&none, &sales, &of_sales, &error), ERR_OK);
    overview_compute(&sales, &of_sales, &expected);
    overview_begin(&cells, &of_cells, &found);
    assert_true(found.pending && isnan(found.median_price_minor));
    expect_cell(&found.total, &expected.total);
    assert_int_equal(found.month_count, expected.month_count);
    for (int i = 0; i < found.month_count; i++)
        assert_memory_equal(&found.months[i], &expected.months[i], sizeof *found.months);
    assert_int_equal(found.location_count, expected.location_count);
    overview_complete(&cells, &of_cells, &found);
    assert_false(found.pending);
    assert_true(found.median_price_minor == expected.median_price_minor);
    assert_int_equal(found.first_day, expected.first_day);
    assert_int_equal(found.last_day, expected.last_day);
    assert_int_equal(found.day_count, expected.day_count);
    assert_int_equal(found.week_count, expected.week_count);
    for (int i = 0; i < found.day_count; i++)
        assert_memory_equal(&found.days[i], &expected.days[i], sizeof *found.days);
    assert_int_equal(found.parts[OVERVIEW_WEEKDAY].grouping.count, 7);
    for (int i = 0; i < 7; i++)
        expect_cell(&found.parts[OVERVIEW_WEEKDAY].grouping.groups[i].cell,
                    &expected.parts[OVERVIEW_WEEKDAY].grouping.groups[i].cell);
    assert_memory_equal(&found.recent, &expected.recent, sizeof found.recent);
    assert_string_equal(found.leader.sentence, expected.leader.sentence);
    overview_free(&found);
    overview_free(&expected);
    selection_free(&of_cells);
    selection_free(&of_sales);
    facts_free(&cells);
    facts_free(&sales);
    db_close(reader);
    free(path);
}

static void few_sales_are_held_one_by_one(void **state) {
    char *path = scratch_path(state, "shop.db");
    struct facts random, found;
    struct error error;
    facts_table_random(&random, 500, 5);
    facts_db(path, &random);
    fold(path);
    import_more(path, 20, 9);
    struct db *reader = scratch_reader(path);
    assert_int_equal(cube_open(reader, 520, &found, &error), ERR_OK);
    assert_null(found.cube);
    assert_int_equal(found.count, 520);
    for (size_t row = 0; row < random.count; row++) {
        assert_int_equal(found.id[row], row + 1);
        assert_int_equal(found.day[row], random.day[row]);
        assert_int_equal(found.price_minor[row], random.price_minor[row]);
        assert_int_equal(found.location[row], random.location[row]);
        assert_int_equal(found.handset[row], random.handset[row]);
        assert_int_equal(found.age[row], random.age[row]);
        assert_int_equal(found.gender[row], random.gender[row]);
        assert_int_equal(found.answers[row], random.answers[row]);
    }
    facts_table_free(&random);
    facts_free(&found);
    db_close(reader);
    free(path);
}

#define SCRATCH_TEST(test) cmocka_unit_test_setup_teardown(test, scratch_setup, scratch_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        SCRATCH_TEST(cube_and_sales_agree_to_the_last_digit),
        SCRATCH_TEST(lists_of_many_cells_are_those_of_their_sales),
        SCRATCH_TEST(sums_over_handsets_and_sales_agree_to_the_last_digit),
        SCRATCH_TEST(many_months_of_few_combinations_agree_too),
        SCRATCH_TEST(an_overview_begun_and_completed_is_that_of_the_sales),
        SCRATCH_TEST(few_sales_are_held_one_by_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

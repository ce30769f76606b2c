/* Facts whose rows are cells of the cube: for random sales and random slices every figure is the
 * same, to the last digit, as from the sales one by one. */
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
#include "engine/analysis/reach.h"
#include "engine/slice/linked.h"
#include "tests/support/facts_cells.h"
#include "tests/support/facts_table.h"

static struct facts sales, cells;

static int set_up(void **state) {
    (void)state;
    facts_table_random(&sales, 20000, 11);
    /* so that cells hold many sales, few with an unusual price */
    for (size_t row = 0; row < sales.count; row++) {
        sales.location[row] = sales.location[row] > 2 ? 1 : sales.location[row];
        sales.handset[row] = (uint16_t)(1 + sales.handset[row] % 2);
        sales.answers[row] = row % 7 == 0 ? sales.answers[row] : 40;
        if (row % 4000 == 17)
            sales.price_minor[row] = INT64_C(3000000000) * (int64_t)(row + 1);
    }
    facts_cells(&cells, &sales);
    assert_true(cells.count < sales.count / 2);
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    facts_cells_free(&cells);
    facts_table_free(&sales);
    return 0;
}

static void expect_cell(const struct cell *found, const struct cell *expected) {
    assert_int_equal(found->sales, expected->sales);
    assert_int_equal(found->revenue_minor, expected->revenue_minor);
    assert_true(found->price_squares == expected->price_squares);
    assert_memory_equal(found->yes, expected->yes, sizeof found->yes);
    assert_memory_equal(found->known, expected->known, sizeof found->known);
}

static unsigned lot = 7;
static unsigned draw(unsigned below) {
    lot = lot * 1664525u + 1013904223u;
    return (unsigned)((unsigned long long)lot * below >> 32);
}

/* Filters on what cells know: any dimension but those of a day and segments; prices, ages and dates
 * at the edges of bands and months. */
static struct slice random_slice(void) {
    struct slice slice = {0};
    struct error error;
    static const char *const edges[] = {
        "price<20000",      "price>=25000",    "age>=25 age<45", "age!=unknown age<65",
        "date>=2024-06-01", "date<2024-11-01", "month!=2024-05", "age_band=18-24|unknown"};
    for (unsigned i = draw(4); i > 0; i--) {
        enum dimension dimension = (enum dimension)draw(DIMENSION_COUNT);
        if (!dimension_is_known(&cells, dimension) || draw(4) == 0) {
            const char *text = edges[draw(sizeof edges / sizeof *edges)];
            assert_int_equal(slice_parse(&slice, &sales, text, &error), ERR_OK);
            continue;
        }
        struct dimension_view view;
        char label[DIMENSION_LABEL_SIZE];
        dimension_open(&view, &sales, dimension);
        int code = (int)draw((unsigned)view.codes);
        dimension_label(&view, code, label);
        if (dimension_is_ordered(dimension) && code > 0 && draw(2) == 0)
            linked_range(&slice, &sales, dimension, code, 1 + (int)draw((unsigned)view.codes - 1));
        else
            slice_add(&slice, dimension, draw(3) == 0 ? FILTER_IS_NOT : FILTER_IS, label);
        dimension_close(&view);
    }
    return slice;
}

struct both {
    struct slice slice;
    struct selection sales, cells;
};

static void select_both(struct both *both) {
    struct error error;
    both->slice = random_slice();
    assert_int_equal(slice_select(&both->slice, &sales, &both->sales, &error), ERR_OK);
    assert_int_equal(slice_select(&both->slice, &cells, &both->cells, &error), ERR_OK);
}

static void release_both(struct both *both) {
    slice_free(&both->slice);
    selection_free(&both->sales);
    selection_free(&both->cells);
}

static void expect_groups(const struct both *both, const enum dimension *by, int count) {
    struct grouping found, expected;
    group_by(&cells, &both->cells, by, count, &found);
    group_by(&sales, &both->sales, by, count, &expected);
    assert_int_equal(found.count, expected.count);
    expect_cell(&found.total, &expected.total);
    for (int i = 0; i < found.count; i++) {
        assert_string_equal(found.groups[i].label[0], expected.groups[i].label[0]);
        assert_string_equal(found.groups[i].label[1], expected.groups[i].label[1]);
        expect_cell(&found.groups[i].cell, &expected.groups[i].cell);
    }
    grouping_free(&found);
    grouping_free(&expected);
}

static void groups_of_cells_are_those_of_their_sales(void **state) {
    (void)state;
    for (int round = 0; round < 40; round++) {
        struct both both;
        struct cell found, expected;
        select_both(&both);
        assert_int_equal(selection_sales(&cells, &both.cells), both.sales.count);
        selection_total(&cells, &both.cells, &found);
        selection_total(&sales, &both.sales, &expected);
        expect_cell(&found, &expected);
        for (int d = 0; d < DIMENSION_COUNT; d++) {
            const enum dimension by[] = {(enum dimension)d, (enum dimension)draw(DIMENSION_COUNT)};
            if (!dimension_is_known(&cells, by[0]))
                continue;
            expect_groups(&both, by, 1);
            if (dimension_is_known(&cells, by[1]))
                expect_groups(&both, by, 2);
        }
        release_both(&both);
    }
}

static void linked_lists_of_cells_are_those_of_their_sales(void **state) {
    (void)state;
    for (int round = 0; round < 40; round++) {
        struct slice slice = random_slice();
        struct linked found, expected;
        struct error error;
        assert_int_equal(linked_compute(&sales, &slice, &expected, &error), ERR_OK);
        assert_int_equal(linked_compute(&cells, &slice, &found, &error), ERR_OK);
        expect_cell(&found.total, &expected.total);
        for (int d = 0; d < DIMENSION_COUNT; d++) {
            const struct linked_list *a = &found.lists[d], *b = &expected.lists[d];
            if (!dimension_is_known(&cells, (enum dimension)d))
                continue;
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
        slice_free(&slice);
    }
}

static void tests_of_cells_are_those_of_their_sales(void **state) {
    (void)state;
    static const enum dimension strata[] = {DIMENSION_AGE_BAND, DIMENSION_LOCATION};
    for (int round = 0; round < 10; round++) {
        struct both both;
        struct reach found, expected;
        select_both(&both);
        reach_compute(&cells, &both.cells, &found);
        reach_compute(&sales, &both.sales, &expected);
        assert_int_equal(found.known, expected.known);
        assert_string_equal(found.sentence, expected.sentence);
        struct explore by_cells, by_sales;
        explore_compute(&cells, &both.cells, strata, 2, &by_cells);
        explore_compute(&sales, &both.sales, strata, 2, &by_sales);
        for (int i = 0; i < by_cells.grouping.count; i++)
            assert_memory_equal(&by_cells.rows[i].mean_interval, &by_sales.rows[i].mean_interval,
                                sizeof by_cells.rows[i].mean_interval);
        explore_free(&by_cells);
        explore_free(&by_sales);
        release_both(&both);
    }
}

/* A cell cannot be cut: that is said, not guessed. */
static void filters_within_a_band_or_month_are_refused(void **state) {
    (void)state;
    static const char *const texts[] = {"price<20001",   "age=30",           "age>=26",
                                        "weekday=Fri",   "date>=2024-06-02", "day=2024-06-02",
                                        "week=2024-W25", "weekend=yes"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct slice slice = {0};
        struct selection selection;
        struct linked linked;
        struct error error;
        if (slice_parse(&slice, &sales, texts[i], &error) != ERR_OK)
            continue;
        assert_int_equal(slice_select(&slice, &cells, &selection, &error), ERR_INPUT);
        assert_int_equal(linked_compute(&cells, &slice, &linked, &error), ERR_INPUT);
        slice_free(&slice);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(groups_of_cells_are_those_of_their_sales),
        cmocka_unit_test(linked_lists_of_cells_are_those_of_their_sales),
        cmocka_unit_test(tests_of_cells_are_those_of_their_sales),
        cmocka_unit_test(filters_within_a_band_or_month_are_refused),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}

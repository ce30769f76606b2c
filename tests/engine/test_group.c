/* engine/slice/group: cells against sums made one row at a time, the order of groups, exact money.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "engine/slice/group.h"
#include "tests/support/facts_table.h"

static const struct facts_row rows[] = {
    {"2024-12-31", "Outside", 20, 'F', "Pixel 7a", 100.01, "yn-y", 0},
    {"2025-02-01", "Sadar", 30, 'M', "Pixel 8", 200.02, "nnyy", 0},
    {"2025-02-02", "Sadar", 0, 'F', "Pixel 7a", 300, "yyyy", 0},
    {"2025-02-03", NULL, 30, 0, "Moto", 400, "----", 0},
    {"2024-12-31", "Sadar", 65, 'F', "Moto", 500, "ynny", 0},
};

static struct facts facts;
static struct selection all;

static struct selection select_all(const struct facts *from) {
    struct slice none = {0};
    struct selection selection;
    struct error error;
    assert_int_equal(slice_select(&none, from, &selection, &error), ERR_OK);
    return selection;
}

static int set_up(void **state) {
    (void)state;
    facts_table(&facts, rows, sizeof rows / sizeof *rows);
    all = select_all(&facts);
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    selection_free(&all);
    facts_table_free(&facts);
    return 0;
}

static void expect(enum dimension first, enum dimension second, int count, const char *expected) {
    const enum dimension dimensions[] = {first, second};
    struct grouping grouping;
    char found[512] = "";
    group_by(&facts, &all, dimensions, count, &grouping);
    for (int i = 0; i < grouping.count; i++) {
        const struct group *group = &grouping.groups[i];
        size_t length = strlen(found);
        snprintf(found + length, sizeof found - length, "%s%s%s%s %d", i != 0 ? ", " : "",
                 group->label[0], count == 2 ? "/" : "", count == 2 ? group->label[1] : "",
                 (int)group->cell.sales);
    }
    assert_string_equal(found, expected);
    grouping_free(&grouping);
}

static void ordered_dimensions_keep_their_order_and_others_fall_by_sales(void **state) {
    (void)state;
    expect(DIMENSION_MONTH, 0, 1, "2024-12 2, 2025-02 3");
    expect(DIMENSION_WEEKDAY, 0, 1, "Mon 1, Tue 2, Sat 1, Sun 1"); /* 31 December 2024: Tuesday */
    expect(DIMENSION_AGE_BAND, 0, 1, "unknown 1, 18-24 1, 25-34 2, 65+ 1");
    expect(DIMENSION_LOCATION, 0, 1, "Sadar 3, unknown 1, Outside 1");
    expect(DIMENSION_HANDSET, 0, 1, "Pixel 7a 2, Moto 2, Pixel 8 1");
    expect(DIMENSION_LOCATION, DIMENSION_MONTH, 2,
           "Sadar/2024-12 1, Sadar/2025-02 2, unknown/2025-02 1, Outside/2024-12 1");
    expect(DIMENSION_MONTH, DIMENSION_LOCATION, 2,
           "2024-12/Sadar 1, 2024-12/Outside 1, 2025-02/Sadar 2, 2025-02/unknown 1");
    expect(DIMENSION_GENDER, DIMENSION_GENDER, 2, "F/F 3, unknown/unknown 1, M/M 1");
}

static void a_cell_holds_every_measure_of_its_sales(void **state) {
    (void)state;
    static const enum dimension by[] = {DIMENSION_LOCATION};
    struct grouping grouping;
    group_by(&facts, &all, by, 1, &grouping);
    const struct cell *sadar = &grouping.groups[0].cell;
    assert_int_equal(sadar->sales, 3);
    assert_int_equal(sadar->revenue_minor, 100002);
    assert_true(sadar->price_squares == 20002 * 20002 + 30000 * 30000 + INT64_C(50000) * 50000);
    static const int64_t yes[] = {2, 1, 2, 3}, known[] = {3, 3, 3, 3};
    assert_memory_equal(sadar->yes, yes, sizeof yes);
    assert_memory_equal(sadar->known, known, sizeof known);
    static const int64_t all_yes[] = {3, 1, 2, 4}, all_known[] = {4, 4, 3, 4};
    assert_memory_equal(grouping.total.yes, all_yes, sizeof yes);
    assert_memory_equal(grouping.total.known, all_known, sizeof known);
    assert_int_equal(grouping.total.revenue_minor, 150003);
    grouping_free(&grouping);
}

static void groups_are_cut_out_of_the_selection_only(void **state) {
    (void)state;
    struct slice slice = {0};
    struct selection some;
    struct error error;
    struct cell total;
    assert_int_equal(slice_parse(&slice, &facts, "gender=F age>=20", &error), ERR_OK);
    assert_int_equal(slice_select(&slice, &facts, &some, &error), ERR_OK);
    selection_total(&facts, &some, &total);
    assert_int_equal(total.sales, 2);
    assert_int_equal(total.revenue_minor, 60001);
    selection_free(&some);
    slice_free(&slice);
}

/* Every pair of dimensions on random sales: the cells add up to what counting by hand gives. */
static void every_pair_of_dimensions_counts_every_sale_once(void **state) {
    (void)state;
    struct facts many;
    facts_table_random(&many, 3000, 11);
    struct selection selection = select_all(&many);
    struct cell total;
    selection_total(&many, &selection, &total);
    for (int first = 0; first < DIMENSION_COUNT; first++) {
        for (int second = 0; second < DIMENSION_COUNT; second++) {
            const enum dimension by[] = {(enum dimension)first, (enum dimension)second};
            struct grouping grouping;
            struct dimension_view views[2];
            group_by(&many, &selection, by, 2, &grouping);
            assert_int_equal(grouping.total.sales, total.sales);
            assert_int_equal(grouping.total.revenue_minor, total.revenue_minor);
            dimension_open(&views[0], &many, by[0]);
            dimension_open(&views[1], &many, by[1]);
            const struct group *last = &grouping.groups[grouping.count - 1];
            int64_t revenue = 0;
            for (size_t row = 0; row < many.count; row++) {
                if (dimension_code(&views[0], row) == last->code[0] &&
                    dimension_code(&views[1], row) == last->code[1])
                    revenue += many.price_minor[row];
            }
            assert_int_equal(last->cell.revenue_minor, revenue);
            dimension_close(&views[0]);
            dimension_close(&views[1]);
            grouping_free(&grouping);
        }
    }
    selection_free(&selection);
    facts_table_free(&many);
}

/* 8,000 years of months by thousands of handsets: 500 million pairs, of which few occur. */
static void more_pairs_than_fit_into_memory_are_counted_too(void **state) {
    (void)state;
    enum { HANDSETS = 5000 };
    struct facts_row *made = calloc(HANDSETS + 1, sizeof *made);
    char(*names)[32] = calloc(HANDSETS, sizeof *names);
    for (int i = 0; i < HANDSETS; i++) {
        snprintf(names[i], sizeof names[i], "Phone %d", i);
        made[i] = (struct facts_row){"1970-01-01", NULL, 30, 'F', names[i], 100, "yyyy", 0};
    }
    made[HANDSETS] = (struct facts_row){"9999-12-31", NULL, 30, 'F', names[7], 5, "nnnn", 0};
    struct facts many;
    facts_table(&many, made, HANDSETS + 1);
    struct selection selection = select_all(&many);
    static const enum dimension by[] = {DIMENSION_MONTH, DIMENSION_HANDSET};
    struct grouping grouping;
    group_by(&many, &selection, by, 2, &grouping);
    assert_int_equal(grouping.count, HANDSETS + 1);
    assert_string_equal(grouping.groups[0].label[1], "Phone 7"); /* it sold twice */
    assert_int_equal(grouping.groups[0].cell.sales, 1);
    assert_string_equal(grouping.groups[HANDSETS].label[0], "9999-12");
    assert_int_equal(grouping.groups[HANDSETS].cell.revenue_minor, 500);
    grouping_free(&grouping);
    selection_free(&selection);
    facts_table_free(&many);
    free(names);
    free(made);
}

static void money_is_added_exactly_and_stops_at_the_largest_number(void **state) {
    (void)state;
    struct cell sum = {.revenue_minor = 9007199254740993}; /* 2^53 + 1: no double holds it */
    struct cell one = {.sales = 1, .revenue_minor = 1};
    cell_add(&sum, &one);
    assert_true(sum.revenue_minor == 9007199254740994);
    cell_add(&sum, &one);
    assert_true(sum.revenue_minor == 9007199254740995);
    sum.revenue_minor = INT64_MAX;
    cell_add(&sum, &one);
    assert_true(sum.revenue_minor == INT64_MAX);
    assert_int_equal(sum.sales, 3);
}

static int compare_prices(const void *left, const void *right) {
    const int64_t *a = left, *b = right;
    return (*a > *b) - (*a < *b);
}

static void prices_come_in_ascending_order(void **state) {
    (void)state;
    struct facts many;
    facts_table_random(&many, 5000, 5);
    many.price_minor[17] = 70368744177664; /* 2^46, near the dearest that is accepted */
    many.price_minor[18] = 1;
    struct selection selection = select_all(&many);
    int64_t *prices = selection_prices(&many, &selection);
    qsort(many.price_minor, many.count, sizeof *many.price_minor, compare_prices);
    assert_memory_equal(prices, many.price_minor, many.count * sizeof *prices);
    free(prices);
    selection.count = 0;
    free(selection_prices(&many, &selection));
    selection_free(&selection);
    facts_table_free(&many);
}

static void an_empty_selection_has_no_groups(void **state) {
    (void)state;
    struct selection none = {0};
    for (int i = 0; i < DIMENSION_COUNT; i++) {
        const enum dimension by[] = {(enum dimension)i};
        struct grouping grouping;
        group_by(&facts, &none, by, 1, &grouping);
        assert_int_equal(grouping.count, 0);
        assert_int_equal(grouping.total.sales, 0);
        grouping_free(&grouping);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ordered_dimensions_keep_their_order_and_others_fall_by_sales),
        cmocka_unit_test(a_cell_holds_every_measure_of_its_sales),
        cmocka_unit_test(groups_are_cut_out_of_the_selection_only),
        cmocka_unit_test(every_pair_of_dimensions_counts_every_sale_once),
        cmocka_unit_test(more_pairs_than_fit_into_memory_are_counted_too),
        cmocka_unit_test(money_is_added_exactly_and_stops_at_the_largest_number),
        cmocka_unit_test(prices_come_in_ascending_order),
        cmocka_unit_test(an_empty_selection_has_no_groups),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}

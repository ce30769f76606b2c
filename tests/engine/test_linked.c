/* engine/slice/linked: each list against group_by with that dimension's own filters left out, for
 * random slices; and what a choice in a list makes of the filters. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "engine/slice/linked.h"
#include "tests/support/facts_table.h"

static struct facts facts;

static int set_up(void **state) {
    (void)state;
    facts_table_random(&facts, 3000, 7);
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    facts_table_free(&facts);
    return 0;
}

static struct slice read_slice(const char *text) {
    struct slice slice = {0};
    struct error error;
    if (slice_parse(&slice, &facts, text, &error) != ERR_OK)
        fail_msg("%s: %s", text, error.message);
    return slice;
}

static void expect_cell(const struct cell *found, const struct cell *expected) {
    assert_int_equal(found->sales, expected->sales);
    assert_int_equal(found->revenue_minor, expected->revenue_minor);
    assert_true(found->price_squares == expected->price_squares);
    assert_memory_equal(found->yes, expected->yes, sizeof found->yes);
    assert_memory_equal(found->known, expected->known, sizeof found->known);
}

/* The list of one dimension, made without any cleverness. */
static void expect_list(const struct linked_list *list, const struct slice *slice,
                        enum dimension dimension) {
    struct slice others = slice_copy(slice);
    struct selection selection;
    struct grouping grouping, inside;
    struct error error;
    assert_int_equal(slice_select(slice, &facts, &selection, &error), ERR_OK);
    group_by(&facts, &selection, &dimension, 1, &inside);
    selection_free(&selection);
    bool filtered = linked_release(&others, dimension);
    assert_int_equal(slice_select(&others, &facts, &selection, &error), ERR_OK);
    group_by(&facts, &selection, &dimension, 1, &grouping);
    assert_int_equal(list->filtered, filtered);
    assert_int_equal(list->count, grouping.count);
    assert_int_equal(list->kept, inside.count);
    for (int i = 0; i < list->count; i++) {
        const struct linked_row *row = &list->rows[i];
        bool kept = false;
        for (int j = 0; j < inside.count; j++)
            kept = kept || inside.groups[j].code[0] == row->code;
        assert_string_equal(row->label, grouping.groups[i].label[0]);
        expect_cell(&row->cell, &grouping.groups[i].cell);
        assert_int_equal(row->kept, kept);
    }
    selection_free(&selection);
    grouping_free(&grouping);
    grouping_free(&inside);
    slice_free(&others);
}

static void expect_lists(const struct slice *slice) {
    struct linked linked;
    struct error error;
    struct selection selection;
    struct cell total;
    assert_int_equal(linked_compute(&facts, slice, &linked, &error), ERR_OK);
    for (int i = 0; i < DIMENSION_COUNT; i++)
        expect_list(&linked.lists[i], slice, (enum dimension)i);
    assert_int_equal(slice_select(slice, &facts, &selection, &error), ERR_OK);
    selection_total(&facts, &selection, &total);
    expect_cell(&linked.total, &total);
    selection_free(&selection);
    linked_free(&linked);
}

static void without_filters_every_list_is_of_all_sales(void **state) {
    (void)state;
    struct slice none = {0};
    expect_lists(&none);
}

static void a_list_ignores_its_own_filters_and_obeys_all_others(void **state) {
    (void)state;
    static const char *const slices[] = {"gender=F", "gender=F gender!=M facebook=yes",
                                         "age>=25 age<40 price<30000",
                                         "age_band!=18-24 weekday=Fri returning=no heard=unknown"};
    for (size_t i = 0; i < sizeof slices / sizeof *slices; i++) {
        struct slice slice = read_slice(slices[i]);
        expect_lists(&slice);
        slice_free(&slice);
    }
}

/* Up to five choices on dimensions and values drawn by lot, some that nothing matches. */
static void lists_are_right_for_random_slices(void **state) {
    (void)state;
    unsigned lot = 20240527;
    for (int round = 0; round < 60; round++) {
        struct slice slice = {0};
        for (int i = 0; i < 1 + round % 5; i++) {
            struct dimension_view view;
            char label[DIMENSION_LABEL_SIZE];
            int codes[2];
            lot = lot * 1664525 + 1013904223;
            enum dimension dimension = (enum dimension)(lot / 65536 % DIMENSION_COUNT);
            dimension_open(&view, &facts, dimension);
            for (int j = 0; j < 2; j++) {
                lot = lot * 1664525 + 1013904223;
                codes[j] = view.codes > 1 ? 1 + (int)(lot / 65536 % (unsigned)(view.codes - 1)) : 0;
            }
            dimension_label(&view, codes[0], label);
            if (dimension_is_ordered(dimension) && codes[0] > 0 && round % 2 == 0)
                linked_range(&slice, &facts, dimension, codes[0], codes[1]);
            else if (round % 3 == 0)
                linked_exclude(&slice, dimension, label);
            else
                linked_keep(&slice, dimension, label);
            dimension_close(&view);
        }
        expect_lists(&slice);
        slice_free(&slice);
    }
}

static void a_filter_that_the_facts_cannot_have_is_an_error(void **state) {
    (void)state;
    struct slice slice = {0};
    struct linked linked;
    struct error error;
    slice_add(&slice, DIMENSION_LOCATION, FILTER_IS, "Atlantis");
    assert_int_equal(linked_compute(&facts, &slice, &linked, &error), ERR_INPUT);
    linked_free(&linked);
    slice_free(&slice);
}

/* ------------------------------------------------------------------- choosing */

static void expect_text(const struct slice *slice, const char *expected) {
    char *text = slice_text(slice);
    assert_string_equal(text, expected);
    free(text);
}

static void keeping_adds_a_value_and_lets_it_go_again(void **state) {
    (void)state;
    struct slice slice = read_slice("facebook=yes gender!=M");
    linked_keep(&slice, DIMENSION_GENDER, "F");
    expect_text(&slice, "facebook=yes gender=F");
    linked_keep(&slice, DIMENSION_GENDER, "unknown");
    expect_text(&slice, "facebook=yes gender=F|unknown");
    linked_keep(&slice, DIMENSION_GENDER, "F");
    expect_text(&slice, "facebook=yes gender=unknown");
    linked_keep(&slice, DIMENSION_GENDER, "unknown");
    expect_text(&slice, "facebook=yes");
    slice_free(&slice);
}

static void keeping_takes_the_place_of_a_range(void **state) {
    (void)state;
    struct slice slice = read_slice("age>=30 age<40");
    linked_keep(&slice, DIMENSION_AGE_BAND, "18-24");
    expect_text(&slice, "age_band=18-24");
    slice_free(&slice);
    slice = read_slice("age=30");
    linked_keep(&slice, DIMENSION_AGE_BAND, "18-24");
    expect_text(&slice, "age_band=18-24");
    slice_free(&slice);
}

static void excluding_takes_out_of_those_kept_first(void **state) {
    (void)state;
    struct slice slice = {0};
    linked_keep(&slice, DIMENSION_HANDSET, "A|b's");
    linked_keep(&slice, DIMENSION_HANDSET, "C");
    expect_text(&slice, "handset=\"A|b's\"|C");
    linked_exclude(&slice, DIMENSION_HANDSET, "A|b's");
    expect_text(&slice, "handset=C");
    linked_exclude(&slice, DIMENSION_HANDSET, "C");
    expect_text(&slice, "handset!=C");
    linked_exclude(&slice, DIMENSION_HANDSET, "D");
    expect_text(&slice, "handset!=C|D");
    linked_exclude(&slice, DIMENSION_HANDSET, "C");
    linked_exclude(&slice, DIMENSION_HANDSET, "D");
    expect_text(&slice, "");
    slice_free(&slice);
}

static void a_part_of_names_is_spelled_out_before_one_is_chosen(void **state) {
    (void)state;
    struct slice slice = read_slice("facebook=yes");
    struct error error;
    char *every = NULL;
    size_t names = 0;
    struct dimension_view view;
    dimension_open(&view, &facts, DIMENSION_HANDSET);
    for (int code = 1; code < view.codes; code++) {
        char label[DIMENSION_LABEL_SIZE];
        dimension_label(&view, code, label);
        if (!text_contains(label, "8/128"))
            continue;
        char *longer =
            xasprintf("%s%s%s", every != NULL ? every : "", every != NULL ? "|" : "", label);
        free(every);
        every = longer;
        names++;
    }
    dimension_close(&view);
    assert_true(names > 2);
    assert_int_equal(slice_parse(&slice, &facts, "handset~8/128", &error), ERR_OK);
    linked_spell_out(&slice, &facts, DIMENSION_LOCATION); /* another list's */
    expect_text(&slice, "facebook=yes handset~8/128");
    linked_spell_out(&slice, &facts, DIMENSION_HANDSET);
    char *expected = xasprintf("facebook=yes handset=%s", every);
    expect_text(&slice, expected);
    assert_int_equal(filter_values(&slice.filters[1]), names);
    free(expected);
    free(every);
    slice_free(&slice);
}

static void a_range_is_written_in_the_field_s_own_units(void **state) {
    (void)state;
    struct slice slice = read_slice("age_band=18-24 facebook=yes");
    linked_range(&slice, &facts, DIMENSION_AGE_BAND, 4, 3); /* 35-44 and 25-34 */
    expect_text(&slice, "facebook=yes age>=25 age<45");
    linked_range(&slice, &facts, DIMENSION_AGE_BAND, 7, 6); /* 55-64 and 65+ */
    expect_text(&slice, "facebook=yes age>=55");
    linked_release(&slice, DIMENSION_AGE_BAND);
    linked_range(&slice, &facts, DIMENSION_PRICE_BAND, 1, 2); /* under 10k, 10k-15k */
    expect_text(&slice, "facebook=yes price<15000");
    linked_range(&slice, &facts, DIMENSION_PRICE_BAND, 4, 4);
    expect_text(&slice, "facebook=yes price>=20000 price<25000");
    linked_range(&slice, &facts, DIMENSION_WEEKDAY, 2, 4);
    expect_text(&slice, "facebook=yes price>=20000 price<25000 weekday>=Tue weekday<=Thu");
    linked_range(&slice, &facts, DIMENSION_WEEKDAY, 5, 5);
    expect_text(&slice, "facebook=yes price>=20000 price<25000 weekday=Fri");
    slice_free(&slice);
}

/* So many that threads share them. */
static void lists_of_many_sales_add_up_to_all_of_them(void **state) {
    (void)state;
    struct facts many;
    struct linked linked;
    struct error error;
    struct slice slice = {0};
    facts_table_random(&many, 150000, 4);
    slice_add(&slice, DIMENSION_GENDER, FILTER_IS, "F");
    assert_int_equal(linked_compute(&many, &slice, &linked, &error), ERR_OK);
    for (int d = 0; d < DIMENSION_COUNT; d++) {
        struct cell sum = {.sales = 0};
        for (int i = 0; i < linked.lists[d].count; i++)
            cell_add(&sum, &linked.lists[d].rows[i].cell);
        assert_int_equal(sum.sales, d == DIMENSION_GENDER ? 150000 : linked.total.sales);
    }
    linked_free(&linked);
    slice_free(&slice);
    facts_table_free(&many);
}

/* Not a measurement, but a bound that only something quadratic would pass. */
static void ten_thousand_sales_take_milliseconds(void **state) {
    (void)state;
    struct facts many;
    struct linked linked;
    struct error error;
    struct slice slice = {0};
    const char *wanted = getenv("LINKED_ROWS");
    facts_table_random(&many, wanted != NULL ? (size_t)atol(wanted) : 10000, 3);
    slice_add(&slice, DIMENSION_GENDER, FILTER_IS, "F");
    slice_add(&slice, DIMENSION_FACEBOOK, FILTER_IS, "yes");
    int64_t best = INT64_MAX;
    for (int i = 0; i < 5; i++) {
        int64_t start = clock_elapsed_ms();
        assert_int_equal(linked_compute(&many, &slice, &linked, &error), ERR_OK);
        int64_t took = clock_elapsed_ms() - start;
        best = took < best ? took : best;
        linked_free(&linked);
    }
    print_message("%zu sales: %d ms\n", many.count, (int)best);
    assert_true(wanted != NULL || best < 100);
    slice_free(&slice);
    facts_table_free(&many);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_filters_every_list_is_of_all_sales),
        cmocka_unit_test(a_list_ignores_its_own_filters_and_obeys_all_others),
        cmocka_unit_test(lists_are_right_for_random_slices),
        cmocka_unit_test(a_filter_that_the_facts_cannot_have_is_an_error),
        cmocka_unit_test(keeping_adds_a_value_and_lets_it_go_again),
        cmocka_unit_test(keeping_takes_the_place_of_a_range),
        cmocka_unit_test(excluding_takes_out_of_those_kept_first),
        cmocka_unit_test(a_part_of_names_is_spelled_out_before_one_is_chosen),
        cmocka_unit_test(a_range_is_written_in_the_field_s_own_units),
        cmocka_unit_test(lists_of_many_sales_add_up_to_all_of_them),
        cmocka_unit_test(ten_thousand_sales_take_milliseconds),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}

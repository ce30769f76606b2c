/* Segments of sales that are held as cells: as a list, as a filter, by other dimensions, page by
 * page, the same to the last digit as of the sales one by one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "engine/learn/segment_contrast.h"
#include "engine/slice/each.h"
#include "engine/slice/linked.h"
#include "engine/slice/order.h"
#include "engine/slice/pages.h"
#include "tests/support/facts_db.h"
#include "tests/support/facts_table.h"
#include "tests/support/near.h"
#include "tests/support/planted_shop.h"
#include "tests/support/scratch.h"

static char *shop_path;
static struct shop *sales, *cells; /* the same shop twice */

static int set_up(void **state) {
    struct facts facts;
    struct error error;
    if (scratch_setup(state) != 0)
        return -1;
    shop_path = scratch_path(state, "shop.db");
    planted_facts(&facts);
    facts_db(shop_path, &facts);
    facts_table_free(&facts);
    planted_train(shop_path, ALGORITHM_TREE, true);
    sales = planted_open(shop_path);
    return shop_open_up_to(shop_path, 1, &cells, &error) == ERR_OK &&
                   shop_facts(cells)->sales != NULL
               ? 0
               : -1;
}

static int tear_down(void **state) {
    shop_close(sales);
    shop_close(cells);
    free(shop_path);
    return scratch_teardown(state);
}

/* One slice of both. */
struct view {
    struct slice slice;
    const struct facts *sales, *cells;
    struct selection of_sales, of_cells;
};

static void view_open(struct view *view, const char *filters) {
    struct error error;
    *view = (struct view){.sales = shop_facts(sales)};
    if (slice_parse(&view->slice, view->sales, filters, &error) != ERR_OK ||
        shop_choose(cells, &view->slice, &error) != ERR_OK)
        fail_msg("%s: %s", filters, error.message);
    view->cells = shop_facts(cells);
    assert_int_equal(slice_select(&view->slice, view->sales, &view->of_sales, &error), ERR_OK);
    if (slice_select(&view->slice, view->cells, &view->of_cells, &error) != ERR_OK)
        fail_msg("%s: %s", filters, error.message);
    assert_int_equal(selection_sales(view->cells, &view->of_cells), view->of_sales.count);
}

static void view_close(struct view *view) {
    slice_free(&view->slice);
    selection_free(&view->of_sales);
    selection_free(&view->of_cells);
}

static const char *segment_name(int position) {
    return shop_facts(sales)->segment_names[position];
}

/* Segments by name, by part of a name, with days, exact ages and what cells know. */
static size_t each_slice(void (*check)(const struct view *view)) {
    static const char *const others[] = {"",
                                         "facebook=yes",
                                         "weekday=Fri",
                                         "age<31",
                                         "location~o",
                                         "price>=12345.67 gender=F",
                                         "segment!=unknown"};
    char filters[512];
    size_t found = 0;
    for (int position = 0; position < shop_facts(sales)->segment_count; position++) {
        for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
            struct view view;
            snprintf(filters, sizeof filters, "segment%s'%s' %s", i % 3 == 2 ? "!=" : "=",
                     segment_name(position), others[i]);
            view_open(&view, filters);
            found += view.of_sales.count;
            check(&view);
            view_close(&view);
        }
    }
    struct view all;
    view_open(&all, "");
    check(&all);
    view_close(&all);
    return found;
}

static void expect_cell(const struct cell *found, const struct cell *expected) {
    assert_int_equal(found->sales, expected->sales);
    assert_int_equal(found->revenue_minor, expected->revenue_minor);
    assert_true(found->price_squares == expected->price_squares);
    assert_memory_equal(found->yes, expected->yes, sizeof found->yes);
    assert_memory_equal(found->known, expected->known, sizeof found->known);
}

static void compare_linked(const struct view *view) {
    struct linked expected, found;
    struct error error;
    assert_int_equal(linked_compute(view->sales, &view->slice, &expected, &error), ERR_OK);
    assert_int_equal(linked_compute(view->cells, &view->slice, &found, &error), ERR_OK);
    assert_true(found.lists[DIMENSION_SEGMENT].pending);
    assert_int_equal(linked_complete(view->cells, &view->slice, &found, &error), ERR_OK);
    assert_false(linked_is_pending(&found));
    expect_cell(&found.total, &expected.total);
    for (int d = 0; d < DIMENSION_COUNT; d++) {
        const struct linked_list *one = &expected.lists[d], *other = &found.lists[d];
        assert_int_equal(other->count, one->count);
        assert_int_equal(other->kept, one->kept);
        for (int i = 0; i < one->count; i++) {
            assert_string_equal(other->rows[i].label, one->rows[i].label);
            assert_int_equal(other->rows[i].kept, one->rows[i].kept);
            expect_cell(&other->rows[i].cell, &one->rows[i].cell);
        }
    }
    linked_free(&expected);
    linked_free(&found);
}

static void lists_of_segments_and_beside_them_are_those_of_the_sales(void **state) {
    (void)state;
    assert_true(each_slice(compare_linked) > 100);
}

static void compare_groups(const struct view *view) {
    for (int d = 0; d < DIMENSION_COUNT; d++) {
        const enum dimension by[] = {(enum dimension)d, DIMENSION_SEGMENT};
        for (int count = 1; count <= 2; count++) {
            struct grouping expected, found;
            const enum dimension *asked = count == 1 ? by + 1 : by;
            if (count == 2 && d == DIMENSION_SEGMENT)
                continue;
            group_by(view->sales, &view->of_sales, asked, count, &expected);
            group_by(view->cells, &view->of_cells, asked, count, &found);
            assert_int_equal(found.count, expected.count);
            for (int i = 0; i < expected.count; i++) {
                assert_string_equal(found.groups[i].label[0], expected.groups[i].label[0]);
                assert_string_equal(found.groups[i].label[1], expected.groups[i].label[1]);
                expect_cell(&found.groups[i].cell, &expected.groups[i].cell);
            }
            grouping_free(&expected);
            grouping_free(&found);
        }
    }
}

static void groups_by_segment_and_another_are_those_of_the_sales(void **state) {
    (void)state;
    assert_true(each_slice(compare_groups) > 100);
}

static void compare_ordered(const struct view *view, enum order_by by, bool descending) {
    const struct pages_request request = {.facts = view->cells,
                                          .slice = &view->slice,
                                          .selection = &view->of_cells,
                                          .by = by,
                                          .descending = descending};
    struct pages *pages;
    struct error error;
    size_t count = view->of_sales.count;
    uint32_t *rows = malloc((count + 1) * sizeof *rows);
    memcpy(rows, view->of_sales.rows, count * sizeof *rows);
    order_rows(view->sales, ORDER_DATE, false, NULL, rows, count); /* equals by date, then id */
    order_rows(view->sales, by, descending, NULL, rows, count);
    assert_int_equal(pages_open(&request, &pages, &error), ERR_OK);
    struct facts window = pages_window(view->cells, count);
    assert_int_equal(pages_read(pages, 0, count, &window, &error), ERR_OK);
    assert_int_equal(window.count, count);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(window.id[i], view->sales->id[rows[i]]);
    for (size_t i = 0; i < count; i += 17) {
        int64_t position;
        bool found;
        assert_int_equal(pages_locate(pages, window.id[i], &position, &found, &error), ERR_OK);
        assert_true(found);
        assert_int_equal(position, i);
    }
    pages_window_free(&window);
    pages_close(pages);
    free(rows);
}

static void compare_pages(const struct view *view) {
    compare_ordered(view, ORDER_DATE, false);
    compare_ordered(view, ORDER_SEGMENT, false);
    compare_ordered(view, ORDER_SEGMENT, true);
}

static void pages_of_segments_are_those_of_the_sales(void **state) {
    (void)state;
    assert_true(each_slice(compare_pages) > 100);
}

struct walk {
    const struct view *view;
    size_t count;
};

static bool expect_next(void *context, const struct facts *window, uint32_t row,
                        const char *reference) {
    struct walk *walk = context;
    (void)reference;
    assert_true(walk->count < walk->view->of_sales.count);
    assert_int_equal(window->id[row],
                     walk->view->sales->id[walk->view->of_sales.rows[walk->count++]]);
    return true;
}

static void compare_each(const struct view *view) {
    struct walk walk = {view, 0};
    struct error error;
    assert_int_equal(
        slice_each(shop_db(cells), &view->slice, view->cells, expect_next, &walk, &error), ERR_OK);
    assert_int_equal(walk.count, view->of_sales.count);
}

static void sales_of_segments_are_exported_alike(void **state) {
    (void)state;
    assert_true(each_slice(compare_each) > 100);
}

static void compare_profiles(const struct view *view) {
    struct segment_profile expected[SEGMENTS_K_MAX], found[SEGMENTS_K_MAX];
    const struct segmentation *segmentation = shop_segmentation(sales, NULL);
    struct error error;
    assert_int_equal(segment_profiles(segmentation, view->sales, &view->of_sales, expected, &error),
                     ERR_OK);
    assert_int_equal(segment_profiles(segmentation, view->cells, &view->of_cells, found, &error),
                     ERR_OK);
    for (int i = 0; i < segmentation_k(segmentation); i++) {
        const struct segment_profile *one = &expected[i], *other = &found[i];
        assert_int_equal(other->sales, one->sales);
        assert_true(other->share == one->share);
        assert_int_equal(other->age_min, one->age_min);
        assert_int_equal(other->age_max, one->age_max);
        assert_int_equal(other->price_min_minor, one->price_min_minor);
        assert_int_equal(other->price_max_minor, one->price_max_minor);
        assert_memory_equal(&other->age_mean, &one->age_mean, sizeof one->age_mean); /* or NaN */
        assert_memory_equal(&other->price_mean_minor, &one->price_mean_minor,
                            sizeof one->price_mean_minor);
        expect_cell(&other->cell, &one->cell);
    }
}

static void profiles_of_segments_are_those_of_the_sales(void **state) {
    (void)state;
    assert_true(each_slice(compare_profiles) > 100);
}

static void compare_contrasts(const struct view *view) {
    struct segment_contrast expected[SEGMENTS_K_MAX], found[SEGMENTS_K_MAX];
    int k = view->sales->segment_count;
    struct error error;
    assert_int_equal(segment_contrasts_of(view->sales, &view->of_sales, k, NULL, expected, &error),
                     ERR_OK);
    assert_int_equal(segment_contrasts_of(view->cells, &view->of_cells, k, NULL, found, &error),
                     ERR_OK);
    for (int i = 0; i < k; i++) {
        assert_int_equal(found[i].count, expected[i].count);
        for (int t = 0; t < expected[i].count; t++) {
            const struct segment_trait *one = &expected[i].traits[t], *other = &found[i].traits[t];
            assert_string_equal(other->label, one->label);
            assert_int_equal(other->yes, one->yes);
            assert_int_equal(other->known, one->known);
            assert_int_equal(other->rest_yes, one->rest_yes);
            assert_int_equal(other->rest_known, one->rest_known);
            assert_int_equal(other->verdict, one->verdict);
        }
        segment_contrast_free(&expected[i]);
        segment_contrast_free(&found[i]);
    }
}

static void what_sets_segments_apart_is_that_of_the_sales(void **state) {
    (void)state;
    assert_true(each_slice(compare_contrasts) > 100);
}

/* All of them where they fit, else the same lots. */
static void compare_scatters(const struct view *view) {
    enum { FEW = 20, ALL = PLANTED_SALES };
    static struct scatter_point expected[ALL], found[ALL];
    const struct segmentation *segmentation = shop_segmentation(sales, NULL);
    struct error error;
    for (size_t limit = FEW; limit <= ALL; limit += ALL - FEW) {
        size_t one, other;
        assert_int_equal(segmentation_scatter(segmentation, view->sales, &view->of_sales, limit,
                                              expected, &one, &error),
                         ERR_OK);
        assert_int_equal(segmentation_scatter(segmentation, view->cells, &view->of_cells, limit,
                                              found, &other, &error),
                         ERR_OK);
        assert_int_equal(one, view->of_sales.count < limit ? view->of_sales.count : limit);
        assert_int_equal(other, one);
        for (size_t i = 0; i < one; i++) {
            assert_int_equal(found[i].id, expected[i].id);
            assert_near(found[i].x, expected[i].x, 0);
            assert_near(found[i].y, expected[i].y, 0);
            assert_int_equal(found[i].segment, expected[i].segment);
        }
    }
}

static void scattered_sales_are_the_same_however_they_are_held(void **state) {
    (void)state;
    assert_true(each_slice(compare_scatters) > 100);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lists_of_segments_and_beside_them_are_those_of_the_sales),
        cmocka_unit_test(groups_by_segment_and_another_are_those_of_the_sales),
        cmocka_unit_test(pages_of_segments_are_those_of_the_sales),
        cmocka_unit_test(sales_of_segments_are_exported_alike),
        cmocka_unit_test(profiles_of_segments_are_those_of_the_sales),
        cmocka_unit_test(what_sets_segments_apart_is_that_of_the_sales),
        cmocka_unit_test(scattered_sales_are_the_same_however_they_are_held),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}

/* engine/slice/pages: any page of any order of a slice is what SQL's ORDER BY gives, with a tail
 * that is not packed yet, at the edges of what is read at once, and never a mixture of two states.
 */
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
#include "db/query.h"
#include "db/shops.h"
#include "engine/intake/fold.h"
#include "engine/intake/undo.h"
#include "engine/slice/cube.h"
#include "engine/slice/pages.h"
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

/* Of few different prices but for some, so that many sales are equal in all but their ids. */
enum { AS_A_TILL = 0 }; /* added to the newest import, not packed */
static int64_t import_as(const char *path, int32_t shop, int count, unsigned seed) {
    struct db *writer = scratch_writer(path);
    struct sale *sales = xcalloc((size_t)count, sizeof *sales);
    lot = seed;
    for (int i = 0; i < count; i++) {
        sales[i] =
            (struct sale){.reference = i % 97 == 0  ? "few"
                                       : i % 7 == 1 ? "many"
                                                    : NULL,
                          .price_minor = 100000 * (8 + (int64_t)draw(30)),
                          .day = 19900 + (day_number)draw(260),
                          .location = (int32_t)draw(4),
                          .handset = 1 + (int32_t)draw(3),
                          .age_years = (int16_t)(draw(9) == 0 ? UNKNOWN : 15 + (int)draw(50)),
                          .gender = (int8_t)((int)draw(4) - 1),
                          .answers = {(int8_t)((int)draw(3) - 1), 1, (int8_t)draw(2), 0}};
        if (draw(3) == 0)
            sales[i].price_minor += draw(1000);
        if (draw(500) == 0)
            sales[i].price_minor = INT64_C(1) << (1 + draw(50));
    }
    int64_t run = 0;
    if (shop == AS_A_TILL)
        scratch_tail(writer, sales, count);
    else
        run = scratch_import_as(writer, shop, sales, count, NULL);
    free(sales);
    db_close(writer);
    return run;
}

static void import_more(const char *path, int count, unsigned seed) {
    import_as(path, AS_A_TILL, count, seed);
}

/* ------------------------------------------------------------------------- what SQL says */

#define SALES_JOINED                                                     \
    "SELECT s.id FROM sale s LEFT JOIN location l ON l.id = location_id" \
    " JOIN handset h ON h.id = handset_id ORDER BY "
#define BOTH_WAYS(key)                                           \
    {                                                            \
        SALES_JOINED key " IS NULL, " key ", day, s.id",         \
            SALES_JOINED key " IS NULL, " key " DESC, day, s.id" \
    }

static const char *const order_sql[ORDER_COUNT][2] = {
    [ORDER_ID] = BOTH_WAYS("s.id"),
    [ORDER_DATE] = BOTH_WAYS("day"),
    [ORDER_LOCATION] = BOTH_WAYS("l.name COLLATE NOCASE"),
    [ORDER_AGE] = BOTH_WAYS("age_years"),
    [ORDER_GENDER] = BOTH_WAYS("gender"),
    [ORDER_HANDSET] = BOTH_WAYS("h.name COLLATE NOCASE"),
    [ORDER_PRICE] = BOTH_WAYS("price_minor"),
    [ORDER_FACEBOOK] = BOTH_WAYS("facebook"),
    [ORDER_FOLLOWS] = BOTH_WAYS("follows"),
    [ORDER_RETURNING] = BOTH_WAYS("bought_before"),
    [ORDER_HEARD] = BOTH_WAYS("heard"),
};

/* The ids of the slice's sales in the order. */
static int64_t *expected_ids(struct db *sql, const struct facts *sales,
                             const struct selection *selection, enum order_by by, bool descending) {
    uint8_t *chosen = xcalloc((size_t)sales->id[sales->count - 1] + 1, 1);
    int64_t *ids = xcalloc(selection->count + 1, sizeof *ids);
    size_t count = 0;
    struct query *query;
    struct error error;
    bool row;
    for (size_t i = 0; i < selection->count; i++)
        chosen[sales->id[selection->rows[i]]] = 1;
    assert_int_equal(query_open(sql, order_sql[by][descending], NULL, &query, &error), ERR_OK);
    while (query_step(query, &row, &error) == ERR_OK && row) {
        int64_t id = query_value(query, 0).integer;
        if (chosen[id])
            ids[count++] = id;
    }
    query_close(query);
    assert_int_equal(count, selection->count);
    free(chosen);
    return ids;
}

/* ------------------------------------------------------------------------- comparing */

struct view {
    struct db *reader, *sql; /* a connection that ran a person's SQL keeps its limits */
    struct facts sales, cells;
    struct facts derived;
    const struct facts *asked; /* as a shop hands them out */
    struct slice slice, fine;
    struct selection of_sales, of_cells;
};

static void view_open(struct view *view, const char *path, const char *filters) {
    struct error error;
    *view = (struct view){.reader = scratch_reader(path), .sql = scratch_reader(path)};
    assert_int_equal(facts_load(view->reader, &view->sales, &error), ERR_OK);
    assert_int_equal(cube_open(view->reader, 10, &view->cells, &error), ERR_OK);
    assert_non_null(view->cells.cube);
    assert_int_equal(slice_parse(&view->slice, &view->sales, filters, &error), ERR_OK);
    assert_int_equal(cube_fine_filters(&view->cells, &view->slice, &view->fine, &error), ERR_OK);
    view->asked = &view->cells;
    if (view->fine.count > 0) {
        assert_int_equal(cube_derive(&view->cells, &view->fine, &view->derived, &error), ERR_OK);
        view->asked = &view->derived;
    }
    assert_int_equal(slice_select(&view->slice, view->asked, &view->of_cells, &error), ERR_OK);
    assert_int_equal(slice_select(&view->slice, &view->sales, &view->of_sales, &error), ERR_OK);
    int64_t counted = -1, at_once;
    assert_int_equal(slice_count(&view->slice, view->asked, &counted, &error), ERR_OK);
    assert_int_equal(counted, view->of_sales.count);
    assert_int_equal(selection_sales(view->asked, &view->of_cells), counted);
    if (slice_count_by_sums(&view->slice, view->asked, &at_once))
        assert_int_equal(at_once, counted);
}

static void view_close(struct view *view) {
    selection_free(&view->of_cells);
    selection_free(&view->of_sales);
    cube_derived_free(&view->derived);
    free(view->fine.filters);
    slice_free(&view->slice);
    facts_free(&view->cells);
    facts_free(&view->sales);
    db_close(view->reader);
    db_close(view->sql);
}

static struct pages *pages_of(const struct view *view, enum order_by by, bool descending) {
    struct pages_request request = {.facts = view->asked,
                                    .slice = &view->slice,
                                    .selection = &view->of_cells,
                                    .by = by,
                                    .descending = descending};
    struct pages *pages;
    struct error error;
    if (pages_open(&request, &pages, &error) != ERR_OK)
        fail_msg("%s: %s", order_name(by), error.message);
    return pages;
}

static void expect_page(struct pages *pages, const int64_t *ids, size_t total, size_t from,
                        size_t count, struct facts *window) {
    struct error error;
    if (pages_read(pages, (int64_t)from, count, window, &error) != ERR_OK)
        fail_msg("%s", error.message);
    size_t left = from < total ? total - from : 0;
    assert_int_equal(window->count, count < left ? count : left);
    for (size_t i = 0; i < window->count; i++)
        assert_int_equal(window->id[i], ids[from + i]);
}

static void expect_row(const struct facts *found, size_t at, const struct facts *sales,
                       size_t row) {
    assert_int_equal(found->id[at], sales->id[row]);
    assert_int_equal(found->day[at], sales->day[row]);
    assert_int_equal(found->price_minor[at], sales->price_minor[row]);
    assert_int_equal(found->location[at], sales->location[row]);
    assert_int_equal(found->handset[at], sales->handset[row]);
    assert_int_equal(found->age[at], sales->age[row]);
    assert_int_equal(found->gender[at], sales->gender[row]);
    assert_int_equal(found->answers[at], sales->answers[row]);
}

static size_t row_of(const struct facts *sales, int64_t id) {
    size_t row = 0;
    while (sales->id[row] != id)
        row++;
    return row;
}

static void expect_order(const struct view *view, enum order_by by, bool descending) {
    enum { PAGE = 331, PAGE_MOST = 1500 };
    size_t total = view->of_sales.count;
    int64_t *ids = expected_ids(view->sql, &view->sales, &view->of_sales, by, descending);
    struct pages *pages = pages_of(view, by, descending);
    struct facts window = pages_window(view->asked, PAGE_MOST);
    struct error error;
    assert_int_equal(pages_count(pages), total);
    for (size_t from = 0; from < total + PAGE; from += PAGE)
        expect_page(pages, ids, total, from, PAGE, &window);
    for (size_t from = total; from >= PAGE; from -= PAGE)
        expect_page(pages, ids, total, from - PAGE, PAGE, &window);
    for (int i = 0; i < 20 && total > 0; i++) {
        size_t from = draw((unsigned)total);
        expect_page(pages, ids, total, from, 1 + draw(PAGE_MOST), &window);
        expect_row(&window, 0, &view->sales, row_of(&view->sales, window.id[0]));
    }
    for (int i = 0; i < 20 && total > 0; i++) {
        size_t at = draw((unsigned)total);
        int64_t position;
        bool found;
        assert_int_equal(pages_locate(pages, ids[at], &position, &found, &error), ERR_OK);
        assert_true(found);
        assert_int_equal(position, at);
    }
    pages_window_free(&window);
    pages_close(pages);
    free(ids);
}

static const char *const slices[] = {
    "",
    "location!=unknown price_band=15k-20k",
    "weekday=Mon",
    "price<20001 date>=2024-07-11",
    "handset=Pixel 7a 8/128",
    "age=33 facebook=yes",
    "age=unknown gender=unknown",
    "month>=2024-09",
};

static void expect_all_orders(const char *path, size_t first_slices) {
    for (size_t i = 0; i < first_slices; i++) {
        struct view view;
        view_open(&view, path, slices[i]);
        for (int by = 0; by < ORDER_COUNT; by++) {
            if (order_sql[by][0] == NULL)
                continue;
            expect_order(&view, (enum order_by)by, false);
            expect_order(&view, (enum order_by)by, true);
        }
        view_close(&view);
    }
}

/* Names for what import_more draws, and 3,000 sales. */
static void make_shop(const char *path) {
    struct facts random;
    facts_table_random(&random, 3000, 5);
    facts_db(path, &random);
    facts_table_free(&random);
}

static void pages_are_those_of_order_by(void **state) {
    char *path = scratch_path(state, "shop.db");
    make_shop(path);
    import_more(path, 5000, 1);
    fold(path);
    import_more(path, 700, 2); /* stays the tail */
    expect_all_orders(path, sizeof slices / sizeof *slices);
    free(path);
}

static int32_t open_shop(const char *path, const char *name) {
    struct db *writer = scratch_writer(path);
    struct error error;
    int32_t id;
    assert_int_equal(db_begin(writer, &error), ERR_OK);
    assert_int_equal(db_shop_intern(writer, name, &id, &error), ERR_OK);
    assert_int_equal(db_commit(writer, &error), ERR_OK);
    db_close(writer);
    return id;
}

/* Another shop's packs of a month have ids between those of the first; what was taken back leaves a
 * gap. */
static void sales_of_several_shops_mix_and_ids_have_gaps(void **state) {
    char *path = scratch_path(state, "shop.db");
    make_shop(path);
    int32_t east = open_shop(path, "East");
    import_as(path, east, 2000, 11);
    int64_t undone = import_as(path, east, 5000, 12);
    import_as(path, SHOP_OWN, 2000, 13);
    import_as(path, east, 500, 14);
    struct db *writer = scratch_writer(path);
    struct undo_result result;
    struct error error;
    if (import_undo(writer, undone, false, NULL, &result, &error) != ERR_OK)
        fail_msg("%s", error.message);
    undo_result_free(&result);
    db_close(writer);
    import_more(path, 300, 15);
    expect_all_orders(path, 3);
    free(path);
}

static void a_day_is_where_its_first_sale_stands(void **state) {
    char *path = scratch_path(state, "shop.db");
    struct view view;
    struct error error;
    make_shop(path);
    fold(path);
    import_more(path, 300, 4);
    view_open(&view, path, "location=Inside Rangamati");
    for (int descending = 0; descending < 2; descending++) {
        int64_t *ids = expected_ids(view.sql, &view.sales, &view.of_sales, ORDER_DATE, descending);
        struct pages *pages = pages_of(&view, ORDER_DATE, descending);
        for (day_number day = view.sales.first_day - 3; day <= view.sales.last_day + 3; day++) {
            int64_t position, expected = 0;
            while (expected < (int64_t)view.of_sales.count) {
                day_number at = view.sales.day[ids[expected] - 1];
                if (descending ? at <= day : at >= day)
                    break;
                expected++;
            }
            assert_int_equal(pages_seek_day(pages, day, &position, &error), ERR_OK);
            assert_int_equal(position, expected);
        }
        pages_close(pages);
        free(ids);
    }
    view_close(&view);
    free(path);
}

static void expect_search(const struct view *view, const char *text, enum order_by by) {
    struct finder of_sales, of_cells;
    struct error error;
    struct pages *pages = pages_of(view, by, true);
    int64_t *ids = expected_ids(view->sql, &view->sales, &view->of_sales, by, true);
    int64_t total = (int64_t)view->of_sales.count, at = -1, found;
    assert_int_equal(finder_open(&of_sales, &view->sales, view->reader, text, NULL, NULL, &error),
                     ERR_OK);
    assert_int_equal(finder_open(&of_cells, &view->cells, view->reader, text, NULL, NULL, &error),
                     ERR_OK);
    pages_search(pages, &of_cells, &view->of_cells);
    for (int direction = 1; direction >= -1; direction -= 2) {
        for (int i = 0; i < 30; i++) {
            int64_t expected = -1;
            for (int64_t step = 1, k = at; step <= total && expected < 0; step++) {
                k = (k + direction + total) % total;
                if (finder_matches(&of_sales, &view->sales, (uint32_t)(ids[k] - 1)))
                    expected = k;
            }
            assert_int_equal(pages_find(pages, at, direction, &found, &error), ERR_OK);
            assert_int_equal(found, expected);
            at = found >= 0 && draw(3) != 0 ? found : (int64_t)draw((unsigned)total);
        }
    }
    finder_close(&of_sales);
    finder_close(&of_cells);
    pages_close(pages);
    free(ids);
}

static void a_search_finds_what_looking_at_each_sale_finds(void **state) {
    char *path = scratch_path(state, "shop.db");
    struct view view;
    make_shop(path);
    import_more(path, 3000, 1);
    fold(path);
    import_more(path, 300, 4);
    view_open(&view, path, "location!=unknown");
    static const char *const texts[] = {"iphone",  "sadar",           "12,345", "2024-08-02",
                                        "2024-07", "nothing of this", "FEW",    "many"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        expect_search(&view, texts[i], ORDER_DATE);
        expect_search(&view, texts[i], ORDER_ID);
        expect_search(&view, texts[i], ORDER_PRICE);
        expect_search(&view, texts[i], ORDER_HANDSET);
    }
    view_close(&view);
    free(path);
}

static void what_others_write_meanwhile_is_noticed(void **state) {
    char *path = scratch_path(state, "shop.db");
    struct view view;
    struct error error;
    int64_t position;
    bool found;
    make_shop(path);
    fold(path);
    view_open(&view, path, "");
    struct pages *pages = pages_of(&view, ORDER_DATE, false);
    struct facts window = pages_window(&view.cells, 50);
    import_more(path, 100, 7); /* not packed: what is known still holds */
    assert_int_equal(pages_read(pages, 1000, 50, &window, &error), ERR_OK);
    assert_int_equal(window.count, 50);
    assert_int_equal(pages_count(pages), 3000);
    fold(path);
    assert_int_equal(pages_read(pages, 1050, 50, &window, &error), ERR_BUSY);
    assert_int_equal(window.count, 0);
    assert_int_equal(pages_locate(pages, 5, &position, &found, &error), ERR_BUSY);
    assert_int_equal(pages_seek_day(pages, view.cells.first_day, &position, &error), ERR_BUSY);
    assert_int_equal(cube_refresh(view.reader, &view.cells, &error), ERR_OK);
    assert_int_equal(pages_read(pages, 1050, 50, &window, &error), ERR_BUSY); /* opened before */
    pages_window_free(&window);
    pages_close(pages);
    view_close(&view);
    free(path);
}

static bool not_long(void *context) {
    return --*(int *)context > 0;
}

static void counting_can_be_stopped_and_some_orders_are_refused(void **state) {
    char *path = scratch_path(state, "shop.db");
    struct view view;
    struct error error;
    struct pages *pages;
    int patience = 3;
    make_shop(path);
    fold(path);
    view_open(&view, path, "");
    struct pages_request request = {.facts = &view.cells,
                                    .slice = &view.slice,
                                    .selection = &view.of_cells,
                                    .by = ORDER_PRICE,
                                    .go_on = not_long,
                                    .context = &patience};
    assert_int_equal(pages_open(&request, &pages, &error), ERR_CANCELLED);
    assert_null(pages);
    request.by = ORDER_SEGMENT;
    assert_int_equal(pages_open(&request, &pages, &error), ERR_INPUT);
    assert_non_null(strstr(error.message, "segment"));
    assert_true(pages_seconds(&view.cells, ORDER_PRICE) > 0);
    assert_true(pages_seconds(&view.cells, ORDER_DATE) == 0);
    view_close(&view);
    free(path);
}

#define SCRATCH_TEST(test) cmocka_unit_test_setup_teardown(test, scratch_setup, scratch_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        SCRATCH_TEST(pages_are_those_of_order_by),
        SCRATCH_TEST(sales_of_several_shops_mix_and_ids_have_gaps),
        SCRATCH_TEST(a_day_is_where_its_first_sale_stands),
        SCRATCH_TEST(a_search_finds_what_looking_at_each_sale_finds),
        SCRATCH_TEST(what_others_write_meanwhile_is_noticed),
        SCRATCH_TEST(counting_can_be_stopped_and_some_orders_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

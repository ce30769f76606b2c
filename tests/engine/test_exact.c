/* One figure, however it is come by: from sales held one by one, from cells, from cells of a
 * slice's own, from linked lists and from plain SQL over the tables, as the dashboard shows it to
 * whoever asks for the source. The same to the last digit after anything that changes the database.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "db/connection.h"
#include "db/sales.h"
#include "db/shops.h"
#include "engine/intake/fold.h"
#include "engine/intake/merge.h"
#include "engine/intake/undo.h"
#include "engine/slice/cube.h"
#include "engine/slice/linked.h"
#include "engine/slice/place_views.h"
#include "engine/slice/sale_columns.h"
#include "engine/slice/sale_shares.h"
#include "engine/slice/slice_sql.h"
#include "tests/support/derived.h"
#include "tests/support/scratch.h"

static unsigned lot;
static unsigned draw(unsigned below) {
    lot = lot * 1664525u + 1013904223u; /* Numerical Recipes' quick generator */
    return (unsigned)((unsigned long long)lot * below >> 32);
}

/* --------------------------------------------------------------------------- the sales */

/* Whether there are prices of more than 32 bits: then sums are made with more care. */
static bool with_dear_prices = true;

/* From a few places, handsets and prices, so that cells hold many; with unknown answers, and some
 * prices whose squares do not fit 64 bits when they are added up. */
static void make_sales(struct sale *sales, int count, unsigned seed) {
    lot = seed;
    for (int i = 0; i < count; i++) {
        bool common = draw(3) != 0;
        day_number years_before = i == 0 ? 2 : draw(8) == 0 ? 1 + (day_number)draw(2) : 0;
        sales[i] = (struct sale){.day = 19890 + (day_number)draw(150) - 365 * years_before,
                                 .location = common ? 1 : (int32_t)draw(4),
                                 .handset = common ? 2 : 1 + (int32_t)draw(4),
                                 .age_years = (int16_t)(15 + draw(55)),
                                 .gender = (int8_t)(common ? 1 : (int)draw(4) - 1)};
        sales[i].price_minor =
            common ? 20000 * (85 + (int64_t)draw(30)) : 50000 * (12 + (int64_t)draw(70));
        if (common)
            sales[i].age_years = (int16_t)(25 + draw(14));
        if (i == 0) /* all shops begin on the same day */
            sales[i].day = 19890 - 365 * years_before;
        if (draw(9) == 0)
            sales[i].age_years = UNKNOWN;
        for (int answer = 0; answer < ANSWER_COUNT; answer++)
            sales[i].answers[answer] = (int8_t)(common ? answer % 2 : (int)draw(3) - 1);
        if (draw(9) == 0)
            sales[i].price_minor += draw(100000);
        if (draw(20) == 0)
            sales[i].price_minor = 2000001 - draw(4); /* beside a band's edge */
        if (draw(300) == 0 && with_dear_prices)
            sales[i].price_minor = INT64_C(1) << (25 + draw(17));
    }
}

static int64_t import_made(struct db *writer, int32_t shop, int count, unsigned seed) {
    struct sale *sales = xcalloc((size_t)count, sizeof *sales);
    make_sales(sales, count, seed);
    int64_t run = scratch_import_as(writer, shop, sales, count, NULL);
    free(sales);
    return run;
}

static void make_names(struct db *writer) {
    static const char *const places[] = {"Inside Rangamati", "Outside Rangamati",
                                         "O'Brien \"Corner\" | a=b <c>!"};
    static const char *const handsets[][2] = {{"Galaxy A55 5G 8/128", "Galaxy"},
                                              {"Pixel 7a 8/128", "Pixel"},
                                              {"Pixel 8 Pro 12/256", "Pixel"},
                                              {"'quoted' age<30|x", "'quoted'"}};
    struct error error = {0};
    int32_t id;
    assert_int_equal(db_begin(writer, &error), ERR_OK);
    for (int i = 0; i < 3; i++)
        assert_int_equal(db_location_intern(writer, places[i], i != 1, &id, &error), ERR_OK);
    for (int i = 0; i < 4; i++)
        assert_int_equal(db_handset_intern(writer, handsets[i][0], handsets[i][1], &id, &error),
                         ERR_OK);
    assert_int_equal(db_commit(writer, &error), ERR_OK);
}

static int32_t shop_named(struct db *writer, const char *name) {
    struct error error = {0};
    int32_t id;
    assert_int_equal(db_begin(writer, &error), ERR_OK);
    assert_int_equal(db_shop_intern(writer, name, &id, &error), ERR_OK);
    assert_int_equal(db_commit(writer, &error), ERR_OK);
    return id;
}

/* --------------------------------------------------------------------------- segments */

/* Any rule serves that looks at one sale alone. */
static void assign(const void *context, const struct facts *window, size_t count,
                   uint8_t *segments) {
    (void)context;
    for (size_t row = 0; row < count; row++)
        segments[row] = (uint8_t)((window->age[row] + window->price_minor[row] / 50000) % 3);
}
static const struct segment_rule rule = {assign, NULL};
static const char *const segment_names[] = {"Young and few", "Others"};

static void tell_segments(struct facts *sales, struct facts *cells) {
    facts_name_segments(sales, segment_names, 2);
    facts_name_segments(cells, segment_names, 2);
    assign(NULL, sales, sales->count, sales->segment);
    cells->segment_rule = &rule;
}

/* --------------------------------------------------------------------------- the slices */

/* Any filters: of values, ranges, exclusions, and cuts through months and
 * bands. */
static struct slice random_slice(const struct facts *sales) {
    static const char *const cuts[] = {"price<20001",
                                       "price>=12345.67 price<23456.78",
                                       "price>=25000",
                                       "age>=26 age<41",
                                       "age>=25 age<45",
                                       "age!=30",
                                       "date>=2024-06-22 date<2024-09-20",
                                       "date=2024-07",
                                       "price!=20000",
                                       "age=unknown",
                                       "handset~pixel",
                                       "location!~rangamati"};
    struct slice slice = {0};
    struct error error;
    for (unsigned i = draw(4); i > 0; i--) {
        enum dimension dimension = (enum dimension)draw(DIMENSION_COUNT);
        if ((dimension == DIMENSION_SEGMENT && sales->segment_count == 0) || draw(4) == 0) {
            if (slice_parse(&slice, sales, cuts[draw(sizeof cuts / sizeof *cuts)], &error) !=
                ERR_OK)
                fail_msg("%s", error.message);
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

/* --------------------------------------------------------------------------- what SQL says */

/* In the place of the shown figures: whole numbers. Squares of 48-bit prices in three sums that
 * cannot overflow: (a 2^24 + b)². */
static const char whole_figures[] =
    "count(*), sum(price_minor), sum((price_minor >> 24) * (price_minor >> 24)),"
    " sum(2 * (price_minor >> 24) * (price_minor & 0xFFFFFF)),"
    " sum((price_minor & 0xFFFFFF) * (price_minor & 0xFFFFFF)), sum(facebook), count(facebook),"
    " sum(follows), count(follows), sum(bought_before), count(bought_before), sum(heard),"
    " count(heard)";

static char *whole_sql(const char *shown) {
    const char *figures = strstr(shown, "count(*) AS sales"), *rest = strstr(shown, "\nFROM sale ");
    assert_true(figures != NULL && rest != NULL && figures < rest);
    struct buffer sql = {0};
    buffer_append(&sql, shown, (size_t)(figures - shown));
    buffer_text(&sql, whole_figures);
    buffer_text(&sql, rest);
    return buffer_take(&sql);
}

static sqlite3_stmt *prepared(struct db *db, const char *sql) {
    sqlite3_stmt *statement;
    if (sqlite3_prepare_v2(db->handle, sql, -1, &statement, NULL) != SQLITE_OK)
        fail_msg("%s in %s", sqlite3_errmsg(db->handle), sql);
    return statement;
}

static struct cell cell_of_sql(sqlite3_stmt *row, int at) {
    static const enum answer answers[] = {ANSWER_FACEBOOK, ANSWER_FOLLOWS, ANSWER_RETURNING,
                                          ANSWER_HEARD};
    struct cell cell = {.sales = sqlite3_column_int64(row, at),
                        .revenue_minor = sqlite3_column_int64(row, at + 1)};
    for (int i = 2; i < 5; i++)
        cell.price_squares += (uint128)sqlite3_column_int64(row, at + i) << (48 - 24 * (i - 2));
    for (int i = 0; i < ANSWER_COUNT; i++) {
        cell.yes[answers[i]] = sqlite3_column_int64(row, at + 5 + 2 * i);
        cell.known[answers[i]] = sqlite3_column_int64(row, at + 6 + 2 * i);
    }
    return cell;
}

static bool same_cell(const struct cell *a, const struct cell *b) {
    return a->sales == b->sales && a->revenue_minor == b->revenue_minor &&
           a->price_squares == b->price_squares && memcmp(a->yes, b->yes, sizeof a->yes) == 0 &&
           memcmp(a->known, b->known, sizeof a->known) == 0;
}

static void expect_cell(const struct cell *found, const struct cell *expected, const char *what,
                        const struct slice *slice) {
    if (same_cell(found, expected))
        return;
    char *text = slice_text(slice);
    fail_msg("%s of \"%s\": %lld sales for %lld, not %lld for %lld", what, text,
             (long long)found->sales, (long long)found->revenue_minor, (long long)expected->sales,
             (long long)expected->revenue_minor);
}

/* The query as it is shown: its few figures are quotients of the same whole numbers. */
static void expect_shown(struct db *db, const char *sql, int labels,
                         const struct grouping *groups) {
    sqlite3_stmt *row = prepared(db, sql);
    int rows = 0;
    while (sqlite3_step(row) == SQLITE_ROW) {
        for (int i = 0; i < groups->count; i++) {
            const struct group *group = &groups->groups[i];
            bool is = true;
            for (int k = 0; k < labels; k++)
                is = is && strcmp((const char *)sqlite3_column_text(row, k), group->label[k]) == 0;
            if (!is)
                continue;
            const struct cell *cell = &group->cell;
            int64_t known = cell->known[ANSWER_RETURNING];
            assert_int_equal(sqlite3_column_int64(row, labels), cell->sales);
            assert_true(sqlite3_column_double(row, labels + 1) ==
                        (double)cell->revenue_minor / 100.0);
            assert_true(sqlite3_column_double(row, labels + 2) ==
                        (double)cell->revenue_minor / (double)cell->sales / 100.0);
            assert_int_equal(sqlite3_column_type(row, labels + 3) == SQLITE_NULL, known == 0);
            if (known != 0)
                assert_true(sqlite3_column_double(row, labels + 3) ==
                            (double)cell->yes[ANSWER_RETURNING] / (double)known);
            rows++;
        }
    }
    assert_int_equal(sqlite3_finalize(row), SQLITE_OK);
    assert_int_equal(rows, groups->count);
}

/* Every group of the query is one of these, and there is no other. */
static void expect_sql_groups(struct db *db, const struct slice *slice, const struct facts *sales,
                              const enum dimension *by, int count, const struct grouping *groups) {
    char *shown = slice_sql(slice, sales, by, count), *sql = whole_sql(shown);
    sqlite3_stmt *row = prepared(db, sql);
    int rows = 0;
    while (sqlite3_step(row) == SQLITE_ROW) {
        const struct group *group = NULL;
        for (int i = 0; i < groups->count && group == NULL; i++) {
            group = &groups->groups[i];
            for (int k = 0; k < count && group != NULL; k++)
                if (strcmp((const char *)sqlite3_column_text(row, k), group->label[k]) != 0)
                    group = NULL;
        }
        if (group == NULL)
            fail_msg("%s: no group \"%s\"", sql, (const char *)sqlite3_column_text(row, 0));
        struct cell expected = cell_of_sql(row, count);
        expect_cell(&group->cell, &expected, group->label[0], slice);
        rows++;
    }
    assert_int_equal(sqlite3_finalize(row), SQLITE_OK);
    assert_int_equal(rows, groups->count);
    expect_shown(db, shown, count, groups);
    free(sql);
    free(shown);
}

/* --------------------------------------------------------------------------- all ways */

struct world {
    struct db *reader, *sql;
    struct facts sales, cells; /* `sales` without shops of which only sums are here */
    const char *apart;         /* leaves these shops out of the cells; NULL: there are none */
};

static bool asks_of_segments(const struct slice *slice) {
    bool asks = false;
    for (size_t i = 0; i < slice->count; i++)
        asks = asks || strcmp(slice->filters[i].field, "segment") == 0;
    return asks;
}

static void expect_groups(const struct world *world, const struct facts *asked,
                          const struct selection *of_cells, const struct selection *of_sales,
                          const struct slice *slice, bool in_sql) {
    for (int i = 0; i < DIMENSION_COUNT; i++) {
        const enum dimension by[] = {(enum dimension)i, (enum dimension)draw(DIMENSION_SEGMENT)};
        int count = draw(5) == 0 ? 2 : 1;
        struct grouping found, expected;
        if (i == DIMENSION_SEGMENT && world->cells.segment_rule == NULL)
            continue;
        group_by(asked, of_cells, by, count, &found);
        group_by(&world->sales, of_sales, by, count, &expected);
        assert_int_equal(found.count, expected.count);
        expect_cell(&found.total, &expected.total, dimension_name(by[0]), slice);
        for (int k = 0; k < found.count; k++) {
            assert_string_equal(found.groups[k].label[0], expected.groups[k].label[0]);
            expect_cell(&found.groups[k].cell, &expected.groups[k].cell, found.groups[k].label[0],
                        slice);
        }
        if (in_sql && i != DIMENSION_SEGMENT && draw(3) == 0)
            expect_sql_groups(world->sql, slice, &world->sales, by, count, &found);
        grouping_free(&found);
        grouping_free(&expected);
    }
}

/* A list is the groups under all filters but its own. */
static void expect_list(const struct world *world, const struct slice *slice,
                        enum dimension dimension, const struct linked_list *list) {
    struct slice others = slice_copy(slice);
    for (size_t i = others.count; i-- > 0;) {
        if (linked_owns(dimension, &others.filters[i]))
            slice_remove(&others, i);
    }
    struct grouping groups = {.dimensions = {dimension}, .dimension_count = 1};
    groups.groups = xcalloc((size_t)list->count + 1, sizeof *groups.groups);
    for (int i = 0; i < list->count; i++) {
        struct group *group = &groups.groups[groups.count++];
        group->cell = list->rows[i].cell;
        memcpy(group->label[0], list->rows[i].label, sizeof group->label[0]);
    }
    expect_sql_groups(world->sql, &others, &world->sales, &dimension, 1, &groups);
    free(groups.groups);
    slice_free(&others);
}

static void expect_lists(const struct world *world, const struct facts *asked,
                         const struct slice *slice, bool in_sql) {
    struct linked found, expected;
    struct error error;
    assert_int_equal(linked_compute(asked, slice, &found, &error), ERR_OK);
    assert_int_equal(linked_complete(asked, slice, &found, &error), ERR_OK);
    assert_int_equal(linked_compute(&world->sales, slice, &expected, &error), ERR_OK);
    expect_cell(&found.total, &expected.total, "the total", slice);
    for (int d = 0; d < DIMENSION_COUNT; d++) {
        const struct linked_list *a = &found.lists[d], *b = &expected.lists[d];
        if ((d == DIMENSION_SEGMENT && world->cells.segment_rule == NULL) ||
            (d == DIMENSION_SHOP && world->apart != NULL))
            continue;
        assert_int_equal(a->filtered, b->filtered);
        assert_int_equal(a->count, b->count);
        assert_int_equal(a->kept, b->kept);
        for (int i = 0; i < a->count; i++) {
            assert_int_equal(a->rows[i].code, b->rows[i].code);
            expect_cell(&a->rows[i].cell, &b->rows[i].cell, a->rows[i].label, slice);
        }
        if (in_sql && d != DIMENSION_SEGMENT && draw(4) == 0)
            expect_list(world, slice, (enum dimension)d, a);
    }
    linked_free(&found);
    linked_free(&expected);
}

static void expect_slice(const struct world *world, const struct slice *slice, bool in_sql) {
    struct slice fine;
    struct facts derived = {0};
    struct selection of_cells, of_sales;
    struct error error;
    if (cube_fine_filters(&world->cells, slice, &fine, &error) != ERR_OK)
        fail_msg("%s", error.message);
    if (fine.count > 0)
        assert_int_equal(cube_derive(&world->cells, &fine, &derived, &error), ERR_OK);
    const struct facts *asked = fine.count > 0 ? &derived : &world->cells;
    assert_int_equal(slice_select(slice, asked, &of_cells, &error), ERR_OK);
    assert_int_equal(slice_select(slice, &world->sales, &of_sales, &error), ERR_OK);
    assert_int_equal(selection_sales(asked, &of_cells), of_sales.count);
    expect_groups(world, asked, &of_cells, &of_sales, slice, in_sql);
    expect_lists(world, asked, slice, in_sql);
    if (fine.count > 0 && world->cells.cube->columns != NULL) /* before it has cells of its own */
        expect_lists(world, &world->cells, slice, false);
    selection_free(&of_cells);
    selection_free(&of_sales);
    cube_derived_free(&derived);
    free(fine.filters);
}

enum { SLICES = 10, IN_SQL = 6, SALES_A_BLOCK = 40 };

static void expect_slices(const struct world *world, unsigned seed) {
    struct error error;
    lot = seed;
    for (int i = 0; i < SLICES; i++) {
        struct slice slice = random_slice(&world->sales);
        if (world->apart != NULL)
            assert_int_equal(slice_parse(&slice, &world->sales, world->apart, &error), ERR_OK);
        expect_slice(world, &slice, i < IN_SQL && !asks_of_segments(&slice));
        slice_free(&slice);
    }
}

/* Each way in which filters cut cells, and their very edges. */
static void expect_cuts(const struct world *world) {
    static const char *const cuts[] = {"age>=26 age<41",
                                       "age!=30 gender=F",
                                       "age=33 handset~pixel",
                                       "price>=12345.67 price<23456.78",
                                       "price!=20000",
                                       "price<19999.99",
                                       "price>20000",
                                       "weekday=Fri",
                                       "weekday!=Mon facebook=yes",
                                       "date>=2024-06-22 date<2024-07-20",
                                       "age!=30 price<20001",
                                       "age>26 age!=34 price>=20000.01 price!=21000 weekday!=Tue",
                                       "month>=2024-08 price!=20000 price!=21000 age!=27",
                                       "weekend=yes age=unknown",
                                       "weekend=no month>=2024-07 heard!=no",
                                       "day!=2024-07-02 gender!=M"};
    struct error error;
    for (size_t i = 0; i < sizeof cuts / sizeof *cuts; i++) {
        struct slice slice = {0};
        assert_int_equal(slice_parse(&slice, &world->sales, cuts[i], &error), ERR_OK);
        if (world->apart != NULL)
            assert_int_equal(slice_parse(&slice, &world->sales, world->apart, &error), ERR_OK);
        expect_slice(world, &slice, false);
        slice_free(&slice);
    }
}

static void expect_of_segments(const struct world *world) {
    static const char *const texts[] = {
        "segment=unknown gender=F",
        "segment!=others weekday=Fri age!=30",
        "segment!=others month>=2024-03 gender=F",
        "segment=unknown day!=2024-06-25 heard!=no",
        "segment!=others year=2023 heard=no",
        "segment=others year!=2023 month!=2024-08",
        "segment!=unknown date>=2022-08-07 date<2024-07-20 age!=30"};
    struct error error;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct slice slice = {0};
        assert_int_equal(slice_parse(&slice, &world->sales, texts[i], &error), ERR_OK);
        expect_slice(world, &slice, false);
        slice_free(&slice);
    }
}

/* From the database, and with what a dashboard takes into memory of single sales. */
static void expect_same(const struct world *world, unsigned seed) {
    struct sale_columns *columns;
    struct error error;
    expect_slices(world, seed);
    if (sale_columns_make(&world->cells, &world->cells, &columns, &error) != ERR_OK)
        fail_msg("%s", error.message);
    assert_non_null(columns);
    assert_int_equal(columns->count, world->sales.count);
    assert_true(columns->packs || with_dear_prices);
    world->cells.cube->columns = columns;
    expect_slices(world, seed + 1000);
    expect_cuts(world);
    if (world->cells.segment_rule != NULL)
        expect_of_segments(world);
    if (!with_dear_prices) { /* as of many more sales: whatever can be known beforehand */
        sale_shares_free(columns->shares);
        columns->shares = sale_shares_make(columns, 0);
        assert_non_null(columns->shares);
        place_views_free(columns->views);
        assert_int_equal(place_views_make(columns, 0, &columns->views, &error), ERR_OK);
        assert_non_null(columns->views);
        columns->views->group_sales = 0;
        expect_slices(world, seed + 2000);
        expect_cuts(world);
        if (world->cells.segment_rule != NULL)
            expect_of_segments(world);
    }
    if (columns->block > SALES_A_BLOCK) { /* as of dearer prices, whose squares fill 64 bits */
        columns->block = SALES_A_BLOCK;
        expect_cuts(world);
    }
    world->cells.cube->columns = NULL;
    sale_columns_free(columns);
}

/* Held from before what happened, and brought up to now … */
static void refreshed(struct world *world, unsigned seed) {
    struct error error;
    size_t added;
    if (facts_refresh(world->reader, &world->sales, &added, &error) != ERR_OK ||
        cube_refresh(world->reader, &world->cells, &error) != ERR_OK)
        fail_msg("%s", error.message);
    if (world->cells.segment_rule != NULL) { /* new sales have none yet */
        struct facts *tail = &world->cells.cube->tail;
        assign(NULL, &world->sales, world->sales.count, world->sales.segment);
        assign(NULL, tail, tail->count, tail->segment);
    }
    expect_same(world, seed);
}

static struct world world_open(const char *path) {
    struct world world = {.reader = scratch_reader(path), .sql = scratch_reader(path)};
    struct error error;
    if (facts_load(world.reader, &world.sales, &error) != ERR_OK ||
        cube_open(world.reader, 10, &world.cells, &error) != ERR_OK)
        fail_msg("%s", error.message);
    assert_non_null(world.cells.cube);
    return world;
}

static void world_close(struct world *world) {
    facts_free(&world->sales);
    facts_free(&world->cells);
    db_close(world->reader);
    db_close(world->sql);
}

/* … or opened after it. */
static void opened(const char *path, const char *apart, unsigned seed) {
    struct world world = world_open(path);
    world.apart = apart;
    expect_same(&world, seed);
    world_close(&world);
}

/* --------------------------------------------------------------------------- what happens */

static void take_back(struct db *writer, int64_t run) {
    struct undo_result result;
    struct error error = {0};
    if (import_undo(writer, run, false, NULL, &result, &error) != ERR_OK)
        fail_msg("%s", error.message);
    undo_result_free(&result);
}

static void rebuild(struct db *writer) {
    struct rebuilt rebuilt;
    struct error error = {0};
    if (sales_rebuild(writer, NULL, &rebuilt, &error) != ERR_OK)
        fail_msg("%s", error.message);
}

static void must(struct db *writer, const char *sql) {
    if (sqlite3_exec(writer->handle, sql, NULL, NULL, NULL) != SQLITE_OK)
        fail_msg("%s", sqlite3_errmsg(writer->handle));
}

static void tail(struct db *writer, int count, unsigned seed) {
    struct sale *sales = xcalloc((size_t)count, sizeof *sales);
    make_sales(sales, count, seed);
    scratch_tail(writer, sales, count);
    free(sales);
}

static void every_way_gives_the_same_whatever_happens(void **state) {
    char *path = scratch_path(state, "shop.db");
    struct db *writer = scratch_writer(path);
    make_names(writer);
    import_made(writer, SHOP_OWN, 1500, 1);
    struct world world = world_open(path);
    expect_same(&world, 101);
    int64_t second = import_made(writer, SHOP_OWN, 900, 2);
    refreshed(&world, 102);
    int32_t west = shop_named(writer, "West");
    int64_t western = import_made(writer, west, 1200, 1); /* equal sales, of another shop */
    tell_segments(&world.sales, &world.cells);
    refreshed(&world, 103);
    tail(writer, 150, 3);
    refreshed(&world, 104);
    take_back(writer, second);
    refreshed(&world, 105);
    opened(path, NULL, 106);
    import_made(writer, SHOP_OWN, 1100, 4); /* under ids that others had */
    refreshed(&world, 107);
    rebuild(writer);
    refreshed(&world, 108);
    derived_check(writer, true);
    take_back(writer, western);
    refreshed(&world, 109);
    opened(path, NULL, 110);
    world_close(&world);
    db_close(writer);
    free(path);
}

static void shops_of_sums_stand_beside_and_add_up(void **state) {
    char *path = scratch_path(state, "shop.db"), *other = scratch_path(state, "east.db");
    struct db *writer = scratch_writer(other);
    struct merge_result merged;
    struct error error = {0};
    make_names(writer);
    import_made(writer, SHOP_OWN, 800, 9);
    db_close(writer);
    writer = scratch_writer(path);
    make_names(writer);
    import_made(writer, SHOP_OWN, 1000, 5);
    const struct merge_options options = {.shop = "East", .cubes_only = true};
    if (merge_file(writer, other, &options, NULL, &merged, &error) != ERR_OK)
        fail_msg("%s", error.message);
    merge_result_free(&merged);
    opened(path, "shop!=East", 201);
    rebuild(writer); /* keeps the sums that it cannot make */
    opened(path, "shop!=East", 202);
    struct world world = world_open(path);
    assert_int_equal(facts_total(&world.cells), 1800);
    assert_int_equal(world.sales.count, 1000);
    world_close(&world);
    take_back(writer, 1); /* only sums are left */
    world = world_open(path);
    assert_int_equal(facts_total(&world.cells), 800);
    assert_int_equal(world.sales.count, 0);
    world_close(&world);
    rebuild(writer);
    world = world_open(path);
    assert_int_equal(facts_total(&world.cells), 800);
    world_close(&world);
    import_made(writer, SHOP_OWN, 700, 6);
    opened(path, "shop!=East", 203);
    db_close(writer);
    free(other);
    free(path);
}

/* Without a cube the sales answer; with a damaged one nobody does before it is made anew. */
static void sums_without_dear_prices_are_the_same_too(void **state) {
    char *path = scratch_path(state, "shop.db");
    struct db *writer = scratch_writer(path);
    with_dear_prices = false;
    make_names(writer);
    import_made(writer, SHOP_OWN, 1500, 11);
    struct world world = world_open(path);
    expect_same(&world, 401);
    tell_segments(&world.sales, &world.cells);
    tail(writer, 100, 12);
    refreshed(&world, 402);
    import_made(writer, shop_named(writer, "West"), 900, 13);
    refreshed(&world, 403);
    world_close(&world);
    with_dear_prices = true;
    db_close(writer);
    free(path);
}

static void a_cube_that_is_gone_or_damaged_gives_no_wrong_figures(void **state) {
    char *path = scratch_path(state, "shop.db");
    struct db *writer = scratch_writer(path);
    struct facts facts;
    struct error error = {0};
    make_names(writer);
    import_made(writer, SHOP_OWN, 1500, 7);
    must(writer, "DELETE FROM cube_month");
    struct db *reader = scratch_reader(path);
    assert_int_equal(cube_open(reader, 10, &facts, &error), ERR_OK);
    assert_null(facts.cube);
    assert_int_equal(facts_total(&facts), 1500);
    facts_free(&facts);
    rebuild(writer);
    opened(path, NULL, 301);
    must(writer, "UPDATE cube_month SET bytes = CAST(substr(bytes, 1, 100) || x'FF' ||"
                 " substr(bytes, 102) AS BLOB)"
                 " WHERE month = (SELECT max(month) FROM cube_month)");
    assert_int_equal(cube_open(reader, 10, &facts, &error), ERR_DAMAGED);
    assert_non_null(strstr(error.hint, "retail-pulse rebuild"));
    rebuild(writer);
    opened(path, NULL, 302);
    db_close(reader);
    db_close(writer);
    free(path);
}

#define SCRATCH_TEST(test) cmocka_unit_test_setup_teardown(test, scratch_setup, scratch_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        SCRATCH_TEST(every_way_gives_the_same_whatever_happens),
        SCRATCH_TEST(sums_without_dear_prices_are_the_same_too),
        SCRATCH_TEST(shops_of_sums_stand_beside_and_add_up),
        SCRATCH_TEST(a_cube_that_is_gone_or_damaged_gives_no_wrong_figures),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

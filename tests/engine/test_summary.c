/* engine/slice/summary: what a large shop shows before its cells are read is what they say, to the
 * last digit; and where there is no sound summary, the cells are waited for. */
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "db/connection.h"
#include "engine/analysis/overview.h"
#include "engine/intake/fold.h"
#include "engine/shop.h"
#include "engine/slice/cube.h"
#include "engine/slice/summary.h"
#include "tests/support/facts_db.h"
#include "tests/support/facts_table.h"
#include "tests/support/scratch.h"

enum { SALES = 3000 };

static const enum dimension known[] = {
    DIMENSION_MONTH,     DIMENSION_QUARTER,    DIMENSION_YEAR,       DIMENSION_LOCATION,
    DIMENSION_LOCAL,     DIMENSION_HANDSET,    DIMENSION_BRAND,      DIMENSION_GENDER,
    DIMENSION_AGE_BAND,  DIMENSION_PRICE_BAND, DIMENSION_FACEBOOK,   DIMENSION_FOLLOWS,
    DIMENSION_RETURNING, DIMENSION_HEARD,      DIMENSION_ENGAGEMENT, DIMENSION_SHOP};
enum { KNOWN = sizeof known / sizeof *known };

#define ONE "month = (SELECT min(month) + 3 FROM cube_month) AND shop_id = 1"

static void change(const char *path, const char *sql) {
    struct db *db = scratch_writer(path);
    char *message = NULL;
    if (sqlite3_exec(db->handle, sql, NULL, NULL, &message) != SQLITE_OK)
        fail_msg("%s", message);
    db_close(db);
}

static void fold(const char *path) {
    struct db *writer = scratch_writer(path);
    struct error error;
    assert_int_equal(db_begin(writer, &error), ERR_OK);
    assert_int_equal(sales_fold(writer, NULL, &error), ERR_OK);
    assert_int_equal(db_commit(writer, &error), ERR_OK);
    db_close(writer);
}

/* Of two shops, one of them with months of its own; some of them not packed yet. */
static char *make_shop(void **state, int tail) {
    char *path = scratch_path(state, "shop.db");
    struct facts random;
    facts_table_random(&random, SALES, 5);
    random.price_minor[7] = INT64_C(90000000000000000); /* squares beyond 64 bits */
    facts_db(path, &random);
    facts_table_free(&random);
    change(path, "INSERT INTO shop (name) VALUES ('East');"
                 "INSERT INTO import_run (file, who, started_at, finished_at, shop_id)"
                 " SELECT file, who, started_at, finished_at, 2 FROM import_run;"
                 "UPDATE sale SET run_id = (SELECT max(id) FROM import_run) WHERE id % 5 = 0");
    fold(path);
    struct db *writer = scratch_writer(path);
    struct sale *sales = xcalloc((size_t)tail, sizeof *sales);
    for (int i = 0; i < tail; i++)
        sales[i] = (struct sale){.day = 19900 + i % 40,
                                 .location = i % 3,
                                 .handset = 1 + i % 2,
                                 .age_years = (int16_t)(20 + i % 50),
                                 .price_minor = 1500000 + i,
                                 .answers = {1, 0, -1, 1}};
    scratch_tail(writer, sales, tail);
    free(sales);
    db_close(writer);
    return path;
}

static void expect_groups(const struct grouping *found, const struct grouping *expected) {
    assert_int_equal(found->count, expected->count);
    for (int i = 0; i < found->count; i++) {
        const struct cell *a = &found->groups[i].cell, *b = &expected->groups[i].cell;
        assert_string_equal(found->groups[i].label[0], expected->groups[i].label[0]);
        assert_string_equal(found->groups[i].label[1], expected->groups[i].label[1]);
        assert_int_equal(a->sales, b->sales);
        assert_int_equal(a->revenue_minor, b->revenue_minor);
        assert_true(a->price_squares == b->price_squares);
        assert_memory_equal(a->yes, b->yes, sizeof a->yes);
        assert_memory_equal(a->known, b->known, sizeof a->known);
    }
}

static void expect_same(const struct facts *glance, const struct facts *cells, int count,
                        const enum dimension *by) {
    static const struct slice none;
    struct selection of_glance, of_cells;
    struct grouping found, expected;
    struct error error;
    assert_int_equal(slice_select(&none, glance, &of_glance, &error), ERR_OK);
    assert_int_equal(slice_select(&none, cells, &of_cells, &error), ERR_OK);
    assert_int_equal(selection_sales(glance, &of_glance), selection_sales(cells, &of_cells));
    group_by(glance, &of_glance, by, count, &found);
    group_by(cells, &of_cells, by, count, &expected);
    assert_true(expected.count > 0);
    expect_groups(&found, &expected);
    grouping_free(&found);
    grouping_free(&expected);
    selection_free(&of_glance);
    selection_free(&of_cells);
}

static void a_glance_says_of_all_sales_what_the_cells_say(void **state) {
    char *path = make_shop(state, 50);
    struct db *reader = scratch_reader(path);
    struct facts glance, cells;
    struct error error;
    bool told;
    assert_int_equal(cube_glance(reader, SALES - 1, &told, &glance, &error), ERR_OK);
    assert_true(told);
    assert_true(glance.count < SALES / 10); /* months and the tail */
    assert_int_equal(cube_open(reader, SALES - 1, &cells, &error), ERR_OK);
    assert_non_null(cells.cube);
    assert_null(cells.summary);
    assert_int_equal(facts_total(&glance), SALES + 50);
    assert_int_equal(glance.first_day, cells.first_day);
    assert_int_equal(glance.last_day, cells.last_day);
    assert_int_equal(facts_last_id(&glance), facts_last_id(&cells));
    for (int i = 0; i < KNOWN; i++)
        expect_same(&glance, &cells, 1, &known[i]);
    expect_same(&glance, &cells, 2, (const enum dimension[]){DIMENSION_RETURNING, DIMENSION_HEARD});
    facts_free(&glance);
    facts_free(&cells);
    db_close(reader);
    free(path);
}

static void expect_told(const char *path, int64_t limit, bool expected) {
    struct db *reader = scratch_reader(path);
    struct facts glance;
    struct error error;
    bool told;
    assert_int_equal(cube_glance(reader, limit, &told, &glance, &error), ERR_OK);
    assert_int_equal(told, expected);
    facts_free(&glance);
    db_close(reader);
}

static void without_sound_summaries_of_every_month_there_is_no_glance(void **state) {
    static const char *const damage[] = {
        "DELETE FROM cube_summary WHERE " ONE,
        "UPDATE cube_summary SET generation = generation + 1 WHERE " ONE,
        "UPDATE cube_summary SET bytes = CAST(bytes || x'00' AS BLOB) WHERE " ONE,
        "UPDATE cube_summary SET bytes = x'', checksum = 0 WHERE " ONE,
        /* sound by its checksum, and yet of a month without sales */
        "UPDATE cube_summary SET bytes = x'000000000000', checksum = 2982322595 WHERE " ONE,
        "UPDATE cube_summary SET bytes = CAST(x'01' || bytes AS BLOB) WHERE " ONE};
    char *path = make_shop(state, 0);
    expect_told(path, SALES - 1, true);
    expect_told(path, SALES, false); /* few enough to be held one by one */
    for (size_t i = 0; i < sizeof damage / sizeof *damage; i++) {
        change(path, damage[i]);
        expect_told(path, SALES - 1, false);
        struct db *writer = scratch_writer(path);
        struct rebuilt rebuilt;
        struct error error;
        assert_int_equal(sales_rebuild(writer, NULL, &rebuilt, &error), ERR_OK);
        db_close(writer);
        expect_told(path, SALES - 1, true);
    }
    free(path);
}

/* As the loop of the dashboard does it. */
static enum err wait_for(struct shop *shop, struct error *error) {
    bool taken = false;
    enum err err = ERR_OK;
    while (!taken) {
        struct pollfd watched = {.fd = shop_fd(shop), .events = POLLIN};
        assert_true(watched.fd >= 0);
        assert_int_equal(poll(&watched, 1, 20000), 1);
        err = shop_take(shop, &taken, error);
    }
    assert_int_equal(shop_fd(shop), -1);
    return err;
}

static void cells_are_read_beside_and_taken_over(void **state) {
    char *path = make_shop(state, 50);
    struct shop *shop;
    struct facts cells;
    struct error error;
    bool changed;
    assert_int_equal(shop_open_beside(path, SALES - 1, &shop, &error), ERR_OK);
    shop_set_weekend(shop, 0x30);
    assert_non_null(shop_facts(shop)->summary);
    assert_int_equal(wait_for(shop, &error), ERR_OK);
    assert_null(shop_facts(shop)->summary);
    assert_int_equal(shop_facts(shop)->weekend, 0x30);
    assert_int_equal(cube_open(shop_db(shop), SALES - 1, &cells, &error), ERR_OK);
    assert_int_equal(shop_facts(shop)->count, cells.count);
    for (int i = 0; i < KNOWN; i++)
        expect_same(shop_facts(shop), &cells, 1, &known[i]);
    expect_same(shop_facts(shop), &cells, 1, (const enum dimension[]){DIMENSION_DAY});
    facts_free(&cells);
    fold(path); /* another process packs the tail */
    assert_int_equal(shop_refresh(shop, &changed, &error), ERR_OK);
    assert_true(changed);
    assert_int_equal(facts_total(shop_facts(shop)), SALES + 50);
    assert_int_equal(shop_facts(shop)->cube->tail.count, 0);
    shop_close(shop);
    free(path);
}

static void without_summaries_opening_waits_for_the_cells(void **state) {
    char *path = make_shop(state, 0);
    struct shop *shop;
    struct error error;
    change(path, "DELETE FROM cube_summary");
    assert_int_equal(shop_open_beside(path, 10, &shop, &error), ERR_OK);
    assert_int_equal(shop_fd(shop), -1);
    assert_null(shop_facts(shop)->summary);
    assert_non_null(shop_facts(shop)->cube);
    assert_int_equal(facts_total(shop_facts(shop)), SALES);
    shop_close(shop);
    free(path);
}

static void what_does_not_change_sales_leaves_the_cells_alone(void **state) {
    char *path = make_shop(state, 3);
    struct shop *shop;
    struct error error;
    bool changed;
    assert_int_equal(shop_open_beside(path, 10, &shop, &error), ERR_OK);
    assert_int_equal(wait_for(shop, &error), ERR_OK);
    const uint32_t *cells = shop_facts(shop)->sales;
    change(path, "UPDATE shop SET name = 'West' WHERE id = 2");
    assert_int_equal(shop_refresh(shop, &changed, &error), ERR_OK);
    assert_true(changed);
    assert_ptr_equal(shop_facts(shop)->sales, cells);
    assert_string_equal(shop_facts(shop)->shops.entries[1].name, "West");
    fold(path);
    assert_int_equal(shop_refresh(shop, &changed, &error), ERR_OK);
    assert_true(changed);
    assert_non_null(shop_facts(shop)->summary); /* too many to put in order at once */
    assert_int_equal(facts_total(shop_facts(shop)), SALES + 3);
    assert_int_equal(wait_for(shop, &error), ERR_OK);
    assert_null(shop_facts(shop)->summary);
    assert_int_equal(facts_total(shop_facts(shop)), SALES + 3);
    shop_close(shop);
    free(path);
}

static void a_shop_may_be_closed_while_its_cells_are_read(void **state) {
    char *path = make_shop(state, 0);
    for (int i = 0; i < 5; i++) {
        struct shop *shop;
        struct error error;
        assert_int_equal(shop_open_beside(path, 10, &shop, &error), ERR_OK);
        assert_true(shop_fd(shop) >= 0);
        shop_close(shop);
    }
    free(path);
}

static void of_damaged_cells_the_summary_stays_and_the_reason_is_known(void **state) {
    char *path = make_shop(state, 0);
    struct shop *shop;
    struct error error;
    bool changed;
    change(path, "UPDATE cube_month SET bytes = CAST(bytes || x'00' AS BLOB) WHERE " ONE);
    assert_int_equal(shop_open_beside(path, 10, &shop, &error), ERR_OK);
    assert_null(shop_problem(shop));
    assert_int_equal(wait_for(shop, &error), ERR_DAMAGED);
    assert_non_null(shop_facts(shop)->summary);
    assert_int_equal(facts_total(shop_facts(shop)), SALES);
    assert_non_null(shop_problem(shop));
    assert_non_null(strstr(shop_problem(shop)->hint, "retail-pulse rebuild"));
    struct db *writer = scratch_writer(path);
    struct rebuilt rebuilt;
    assert_int_equal(sales_rebuild(writer, NULL, &rebuilt, &error), ERR_OK);
    db_close(writer);
    assert_int_equal(shop_refresh(shop, &changed, &error), ERR_OK);
    assert_true(changed);
    assert_null(shop_problem(shop));
    assert_int_equal(wait_for(shop, &error), ERR_OK);
    assert_null(shop_facts(shop)->summary);
    shop_close(shop);
    free(path);
}

#define SCRATCH_TEST(test) cmocka_unit_test_setup_teardown(test, scratch_setup, scratch_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        SCRATCH_TEST(a_glance_says_of_all_sales_what_the_cells_say),
        SCRATCH_TEST(without_sound_summaries_of_every_month_there_is_no_glance),
        SCRATCH_TEST(without_summaries_opening_waits_for_the_cells),
        SCRATCH_TEST(cells_are_read_beside_and_taken_over),
        SCRATCH_TEST(what_does_not_change_sales_leaves_the_cells_alone),
        SCRATCH_TEST(a_shop_may_be_closed_while_its_cells_are_read),
        SCRATCH_TEST(of_damaged_cells_the_summary_stays_and_the_reason_is_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

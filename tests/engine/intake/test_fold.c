/* engine/intake/fold: packs and cube say what the facts say, however the sales came. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "db/connection.h"
#include "db/packs.h"
#include "db/sales.h"
#include "engine/intake/fold.h"
#include "engine/slice/cube_month.h"
#include "tests/support/derived.h"
#include "tests/support/scratch.h"

static uint64_t next(uint64_t *seed) { /* xorshift64 (Marsaglia 2003) */
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    return *seed ^= *seed << 17;
}

static int below(uint64_t *seed, int limit) {
    return (int)(next(seed) >> 33) % limit;
}

enum { PLACES = 300, HANDSETS = 40, FIRST_DAY = 19000 };

static struct db *shop(void **state) {
    char *path = scratch_path(state, "shop.db");
    struct db *db = scratch_writer(path);
    free(path);
    struct error error;
    for (int i = 0; i < PLACES; i++) {
        char name[32];
        int32_t id;
        snprintf(name, sizeof name, "Place %d", i);
        assert_int_equal(db_location_intern(db, name, true, &id, &error), ERR_OK);
        snprintf(name, sizeof name, "Phone %d", i);
        if (i < HANDSETS)
            assert_int_equal(db_handset_intern(db, name, "Phone", &id, &error), ERR_OK);
    }
    return db;
}

/* Months in any order, unknowns, prices at the edges of the bands and of 64-bit squares. */
static void make_sales(struct sale *sales, int count, int days, uint64_t seed) {
    static const int64_t prices[] = {1,       999999,   1000000,    1499999,    1500000,
                                     9999999, 10000000, 4294967295, 4294967296, 100000000000000};
    for (int i = 0; i < count; i++) {
        sales[i] = (struct sale){
            .price_minor = below(&seed, 4) == 0 ? prices[below(&seed, 10)]
                                                : 800000 + 100 * below(&seed, 80000),
            .reference = below(&seed, 3) == 0 ? "A-1" : NULL,
            .day = FIRST_DAY + below(&seed, days),
            .location = below(&seed, 3) == 0 ? below(&seed, PLACES + 1) : below(&seed, 4),
            .handset = 1 + below(&seed, HANDSETS),
            .age_years = (int16_t)(below(&seed, 10) == 0 ? UNKNOWN : 1 + below(&seed, AGE_MAX)),
            .gender = (int8_t)(below(&seed, 4) - 1)};
        for (int answer = 0; answer < ANSWER_COUNT; answer++)
            sales[i].answers[answer] = (int8_t)(below(&seed, 3) - 1);
    }
}

static void fold(struct db *db) {
    struct error error = {0};
    assert_int_equal(db_begin(db, &error), ERR_OK);
    if (sales_fold(db, NULL, &error) != ERR_OK)
        fail_msg("%s", error.message);
    assert_int_equal(db_commit(db, &error), ERR_OK);
}

static void import_and_fold(struct db *db, int count, int days, uint64_t seed) {
    struct sale *sales = xcalloc((size_t)count, sizeof *sales);
    make_sales(sales, count, days, seed);
    scratch_import(db, sales, count / 2, NULL);
    derived_check(db, true);
    scratch_tail(db, sales + count / 2, count - count / 2);
    derived_check(db, false);
    fold(db);
    derived_check(db, true);
    free(sales);
}

static void packs_and_cube_hold_what_the_facts_hold(void **state) {
    struct db *db = shop(state);
    derived_check(db, true);
    for (uint64_t seed = 1; seed <= 4; seed++)
        import_and_fold(db, 3000, 400, seed * 7919);
    import_and_fold(db, 1, 1, 5);
    db_close(db);
}

static void a_pack_that_is_full_is_followed_by_another(void **state) {
    struct db *db = shop(state);
    struct error error;
    import_and_fold(db, 10000, 20, 11);
    import_and_fold(db, 10000, 20, 12);
    import_and_fold(db, 20000, 20, 13);
    struct pack_list packs;
    assert_int_equal(db_packs_list(db, &packs, &error), ERR_OK);
    assert_in_range(packs.sales, 39900, 40000); /* a few are there already */
    assert_int_equal(packs.count, 3);
    assert_int_equal(packs.packs[0].sales, PACK_SALES_MAX);
    assert_int_equal(packs.packs[1].sales, PACK_SALES_MAX);
    pack_list_free(&packs);
    db_close(db);
}

static void a_fold_without_new_sales_writes_nothing(void **state) {
    struct db *db = shop(state);
    struct error error;
    struct packed_state before, after;
    import_and_fold(db, 100, 60, 21);
    assert_int_equal(db_packed_state(db, &before, &error), ERR_OK);
    fold(db);
    assert_int_equal(db_packed_state(db, &after, &error), ERR_OK);
    assert_int_equal(after.generation, before.generation);
    db_close(db);
}

static void only_the_months_that_got_sales_have_a_new_generation(void **state) {
    struct db *db = shop(state);
    struct error error;
    import_and_fold(db, 500, 300, 31);
    import_and_fold(db, 20, 1, 32);
    struct pack_list packs;
    struct packed_state now;
    assert_int_equal(db_packed_state(db, &now, &error), ERR_OK);
    assert_int_equal(db_packs_list(db, &packs, &error), ERR_OK);
    assert_true(packs.count > 5);
    for (size_t i = 0; i < packs.count; i++)
        assert_int_equal(packs.packs[i].generation == now.generation, i == 0);
    pack_list_free(&packs);
    db_close(db);
}

static void a_cube_of_other_bands_is_made_anew(void **state) {
    struct db *db = shop(state);
    import_and_fold(db, 500, 100, 41);
    assert_int_equal(sqlite3_exec(db->handle,
                                  "UPDATE packed SET bands = bands + 1;"
                                  "DELETE FROM cube_month",
                                  NULL, NULL, NULL),
                     SQLITE_OK);
    fold(db);
    derived_check(db, true);
    db_close(db);
}

static int64_t number(struct db *db, const char *sql) {
    sqlite3_stmt *statement;
    assert_int_equal(sqlite3_prepare_v2(db->handle, sql, -1, &statement, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    int64_t value = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    return value;
}

static void a_cube_without_summaries_gets_them_with_the_next_write(void **state) {
    struct db *db = shop(state);
    import_and_fold(db, 500, 100, 42);
    assert_int_equal(sqlite3_exec(db->handle,
                                  "DELETE FROM cube_summary WHERE month % 2 = 0;"
                                  "UPDATE cube_summary SET generation = generation - 1;"
                                  "INSERT INTO cube_summary VALUES (99, 1, 1, 0, x'')",
                                  NULL, NULL, NULL),
                     SQLITE_OK);
    import_and_fold(db, 20, 1, 71);
    derived_check(db, true);
    assert_int_equal(number(db, "SELECT count(*) - (SELECT count(*) FROM cube_month)"
                                " FROM cube_summary"),
                     0);
    db_close(db);
}

static void a_damaged_column_is_noticed(void **state) {
    struct db *db = shop(state);
    struct error error = {0};
    import_and_fold(db, 100, 10, 51);
    assert_int_equal(
        sqlite3_exec(db->handle,
                     "UPDATE pack_column SET bytes = CAST(x'07' || substr(bytes, 2) AS BLOB)"
                     " WHERE id % 16 = 7;"
                     "UPDATE cube_month SET bytes = CAST(bytes || x'00' AS BLOB)",
                     NULL, NULL, NULL),
        SQLITE_OK);
    struct pack_list packs;
    assert_int_equal(db_packs_list(db, &packs, &error), ERR_OK);
    int64_t prices[PACK_SALES_MAX];
    uint8_t ages[PACK_SALES_MAX];
    assert_int_equal(db_pack_read(db, &packs.packs[0], &(struct pack_rows){.age = ages}, &error),
                     ERR_OK);
    assert_int_equal(
        db_pack_read(db, &packs.packs[0], &(struct pack_rows){.price_minor = prices}, &error),
        ERR_DAMAGED);
    assert_non_null(strstr(error.hint, "retail-pulse rebuild"));
    struct cube_cells cells;
    bool kept;
    assert_int_equal(cube_month_read(db, 1, packs.packs[0].month, &cells, &kept, &error),
                     ERR_DAMAGED);
    pack_list_free(&packs);
    db_close(db);
}

static void a_rebuild_makes_anew_what_was_damaged(void **state) {
    struct db *db = shop(state);
    struct error error = {0};
    struct rebuilt rebuilt;
    struct packed_state before, after;
    import_and_fold(db, 3000, 100, 61);
    assert_int_equal(db_packed_state(db, &before, &error), ERR_OK);
    assert_int_equal(sqlite3_exec(db->handle,
                                  "DELETE FROM pack_column WHERE id % 3 = 0;"
                                  "UPDATE cube_month SET cells = cells - 1",
                                  NULL, NULL, NULL),
                     SQLITE_OK);
    assert_int_equal(sales_rebuild(db, NULL, &rebuilt, &error), ERR_OK);
    derived_check(db, true);
    assert_int_equal(db_packed_state(db, &after, &error), ERR_OK);
    assert_true(after.generation > before.generation);
    struct sales_extent extent;
    assert_int_equal(db_sales_extent(db, &extent, &error), ERR_OK);
    assert_int_equal(rebuilt.sales, extent.sales);
    assert_true(rebuilt.months >= 4 && rebuilt.packs == rebuilt.months && rebuilt.cells > 1000);
    db_close(db);
}

static bool refuse(void *context, const struct progress *progress) {
    (void)context;
    (void)progress;
    return false;
}

static void a_cancelled_rebuild_leaves_everything_as_it_was(void **state) {
    struct db *db = shop(state);
    struct error error = {0};
    struct rebuilt rebuilt;
    struct packed_state before, after;
    import_and_fold(db, 6000, 100, 71);
    assert_int_equal(db_packed_state(db, &before, &error), ERR_OK);
    const struct progress_sink sink = {refuse, NULL};
    assert_int_equal(sales_rebuild(db, &sink, &rebuilt, &error), ERR_CANCELLED);
    derived_check(db, true);
    assert_int_equal(db_packed_state(db, &after, &error), ERR_OK);
    assert_int_equal(after.generation, before.generation);
    db_close(db);
}

#define SCRATCH_TEST(test) cmocka_unit_test_setup_teardown(test, scratch_setup, scratch_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        SCRATCH_TEST(packs_and_cube_hold_what_the_facts_hold),
        SCRATCH_TEST(a_pack_that_is_full_is_followed_by_another),
        SCRATCH_TEST(a_fold_without_new_sales_writes_nothing),
        SCRATCH_TEST(only_the_months_that_got_sales_have_a_new_generation),
        SCRATCH_TEST(a_cube_of_other_bands_is_made_anew),
        SCRATCH_TEST(a_cube_without_summaries_gets_them_with_the_next_write),
        SCRATCH_TEST(a_damaged_column_is_noticed),
        SCRATCH_TEST(a_rebuild_makes_anew_what_was_damaged),
        SCRATCH_TEST(a_cancelled_rebuild_leaves_everything_as_it_was),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

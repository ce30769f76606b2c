#include "tests/support/derived.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/memory.h"
#include "db/connection.h"
#include "db/packs.h"
#include "db/sales.h"
#include "engine/slice/cube_month.h"
#include "engine/slice/summary.h"
#include "tests/support/scratch.h"

__extension__ typedef unsigned __int128 wide;

#define MONTH                                                                                      \
    "(strftime('%Y', day * 86400, 'unixepoch') * 12 + strftime('%m', day * 86400, 'unixepoch') - " \
    "1)"
#define SHOP "(SELECT shop_id FROM import_run WHERE import_run.id = sale.run_id)"
/* unknown, no and yes as the digits 0, 1 and 2 */
#define ANSWERS                                                                                 \
    "((facebook IS NOT NULL) + coalesce(facebook, 0) + 3 * ((follows IS NOT NULL)"              \
    " + coalesce(follows, 0)) + 9 * ((bought_before IS NOT NULL) + coalesce(bought_before, 0))" \
    " + 27 * ((heard IS NOT NULL) + coalesce(heard, 0)))"
#define AGE_BAND                                                                        \
    "CASE WHEN age_years IS NULL THEN 0 ELSE 1 + (age_years >= 18) + (age_years >= 25)" \
    " + (age_years >= 35) + (age_years >= 45) + (age_years >= 55) + (age_years >= 65) END"
#define PRICE_BAND                                                                        \
    "(1 + (price_minor >= 1000000) + (price_minor >= 1500000) + (price_minor >= 2000000)" \
    " + (price_minor >= 2500000) + (price_minor >= 3000000) + (price_minor >= 4000000)"   \
    " + (price_minor >= 6000000) + (price_minor >= 10000000))"

static sqlite3_stmt *query(struct db *db, const char *sql) {
    sqlite3_stmt *statement;
    if (sqlite3_prepare_v2(db->handle, sql, -1, &statement, NULL) != SQLITE_OK)
        fail_msg("%s", sqlite3_errmsg(db->handle));
    return statement;
}

static void rows_new(struct pack_rows *rows) {
    *rows = (struct pack_rows){.id = xcalloc(PACK_SALES_MAX, sizeof *rows->id),
                               .day_of_month = xcalloc(PACK_SALES_MAX, 1),
                               .location = xcalloc(PACK_SALES_MAX, sizeof *rows->location),
                               .handset = xcalloc(PACK_SALES_MAX, sizeof *rows->handset),
                               .age = xcalloc(PACK_SALES_MAX, 1),
                               .gender = xcalloc(PACK_SALES_MAX, 1),
                               .answers = xcalloc(PACK_SALES_MAX, 1),
                               .price_minor = xcalloc(PACK_SALES_MAX, sizeof *rows->price_minor),
                               .identity = xcalloc(PACK_SALES_MAX, sizeof *rows->identity),
                               .reference = xcalloc(PACK_SALES_MAX, sizeof *rows->reference)};
}

static void rows_free(struct pack_rows *rows) {
    free(rows->id);
    free(rows->day_of_month);
    free(rows->location);
    free(rows->handset);
    free(rows->age);
    free(rows->gender);
    free(rows->answers);
    free(rows->price_minor);
    free(rows->identity);
    free(rows->reference);
}

static void compare_row(sqlite3_stmt *sale, const struct pack *pack, const struct pack_rows *rows,
                        int32_t row) {
    assert_int_equal(sqlite3_step(sale), SQLITE_ROW);
    int64_t has[] = {pack->month,
                     rows->id[row],
                     rows->day_of_month[row],
                     rows->location[row],
                     rows->handset[row],
                     rows->age[row],
                     rows->gender[row],
                     rows->answers[row],
                     rows->price_minor[row],
                     rows->identity[row] & 1,
                     pack->shop};
    const char *reference = (const char *)sqlite3_column_text(sale, 11);
    if (rows->reference[row] != sale_reference_hash(reference))
        fail_msg("sale %lld: another hash of its reference", (long long)rows->id[row]);
    for (int i = 0; i < 11; i++) {
        if (has[i] != sqlite3_column_int64(sale, i))
            fail_msg("sale %lld, column %d: %lld packed, %lld stored", (long long)rows->id[row], i,
                     (long long)has[i], (long long)sqlite3_column_int64(sale, i));
    }
}

static void check_packs(struct db *db, int64_t last_id) {
    struct error error = {0};
    struct pack_list packs;
    struct pack_rows rows;
    rows_new(&rows);
    assert_int_equal(db_packs_list(db, &packs, &error), ERR_OK);
    sqlite3_stmt *sale =
        query(db, "SELECT " MONTH " AS month, id, CAST(strftime('%d', day * 86400, 'unixepoch') AS"
                  " INTEGER), coalesce(location_id, 0), handset_id, coalesce(age_years, 0),"
                  " coalesce(gender + 1, 0), " ANSWERS ", price_minor, reference IS NOT NULL, " SHOP
                  " AS shop, reference FROM sale"
                  " WHERE id <= ?1 ORDER BY month, shop, id");
    sqlite3_bind_int64(sale, 1, last_id);
    for (size_t i = 0; i < packs.count; i++) {
        const struct pack *pack = &packs.packs[i];
        if (db_pack_read(db, pack, &rows, &error) != ERR_OK)
            fail_msg("%s", error.message);
        for (int32_t row = 0; row < pack->sales; row++)
            compare_row(sale, pack, &rows, row);
        assert_int_equal(pack->first_sale_id, rows.id[0]);
        assert_int_equal(pack->last_sale_id, rows.id[pack->sales - 1]);
    }
    assert_int_equal(sqlite3_step(sale), SQLITE_DONE);
    sqlite3_finalize(sale);
    pack_list_free(&packs);
    rows_free(&rows);
}

static void compare_cell(sqlite3_stmt *sum, const struct cube_cells *cells, size_t i) {
    assert_int_equal(cells->location[i], sqlite3_column_int(sum, 1));
    assert_int_equal(cells->handset[i], sqlite3_column_int(sum, 2));
    assert_int_equal(cells->gender[i], sqlite3_column_int(sum, 3));
    assert_int_equal(cells->age_band[i], sqlite3_column_int(sum, 4));
    assert_int_equal(cells->price_band[i], sqlite3_column_int(sum, 5));
    assert_int_equal(cells->answers[i], sqlite3_column_int(sum, 6));
    assert_int_equal(cells->sales[i], sqlite3_column_int64(sum, 7));
    assert_int_equal(cells->revenue_minor[i], sqlite3_column_int64(sum, 8));
    wide squares = ((wide)sqlite3_column_int64(sum, 9) << 48) +
                   ((wide)sqlite3_column_int64(sum, 10) << 24) +
                   (wide)sqlite3_column_int64(sum, 11);
    assert_true(cells->squares_low[i] == (uint64_t)squares);
    assert_true(cells->squares_high[i] == (uint64_t)(squares >> 64));
}

static void check_cube(struct db *db, int64_t last_id) {
    struct error error = {0};
    struct cube_month_list months;
    assert_int_equal(db_cube_list(db, &months, &error), ERR_OK);
    /* Squares of 48-bit prices in three sums that cannot overflow: (a 2^24 + b)² */
    sqlite3_stmt *sum = query(
        db, "SELECT " MONTH " AS month, coalesce(location_id, 0) AS l, handset_id,"
            " coalesce(gender + 1, 0) AS g, " AGE_BAND " AS a, " PRICE_BAND " AS p, " ANSWERS
            " AS n, count(*), sum(price_minor), sum((price_minor >> 24) * (price_minor >> 24)),"
            " sum(2 * (price_minor >> 24) * (price_minor & 0xFFFFFF)),"
            " sum((price_minor & 0xFFFFFF) * (price_minor & 0xFFFFFF)), " SHOP " AS shop FROM sale"
            " WHERE id <= ?1 GROUP BY 1, 13, 2, 3, 4, 5, 6, 7 ORDER BY 1, 13, 2, 3, 4, 5, 6, 7");
    sqlite3_bind_int64(sum, 1, last_id);
    for (int i = 0; i < months.count; i++) {
        struct cube_cells cells;
        bool kept;
        if (cube_month_read(db, months.months[i].shop, months.months[i].month, &cells, &kept,
                            &error) != ERR_OK)
            fail_msg("%s", error.message);
        assert_true(kept);
        for (size_t at = 0; at < cells.count; at++) {
            assert_int_equal(sqlite3_step(sum), SQLITE_ROW);
            assert_int_equal(sqlite3_column_int(sum, 0), months.months[i].month);
            assert_int_equal(sqlite3_column_int(sum, 12), months.months[i].shop);
            compare_cell(sum, &cells, at);
        }
        cube_cells_free(&cells);
    }
    assert_int_equal(sqlite3_step(sum), SQLITE_DONE);
    sqlite3_finalize(sum);
    cube_month_list_free(&months);
}

/* The axes of the summary as SQL, in their order. */
static const char *const axis_sql[SUMMARY_AXES] = {
    [SUMMARY_LOCATION] = "coalesce(location_id, 0)",
    [SUMMARY_HANDSET] = "handset_id",
    [SUMMARY_GENDER] = "coalesce(gender + 1, 0)",
    [SUMMARY_AGE_BAND] = AGE_BAND,
    [SUMMARY_PRICE_BAND] = PRICE_BAND,
    [SUMMARY_ANSWERS] = ANSWERS,
};

#define SUMS                                                                                      \
    "count(*), sum(price_minor), sum((price_minor >> 24) * (price_minor >> 24)),"                 \
    " sum(2 * (price_minor >> 24) * (price_minor & 0xFFFFFF)),"                                   \
    " sum((price_minor & 0xFFFFFF) * (price_minor & 0xFFFFFF)),"                                  \
    " count(facebook), coalesce(sum(facebook), 0), count(follows), coalesce(sum(follows), 0),"    \
    " count(bought_before), coalesce(sum(bought_before), 0), count(heard), coalesce(sum(heard), " \
    "0)"

static void compare_sum(sqlite3_stmt *sum, const struct cell *cell) {
    wide squares = ((wide)sqlite3_column_int64(sum, 3) << 48) +
                   ((wide)sqlite3_column_int64(sum, 4) << 24) + (wide)sqlite3_column_int64(sum, 5);
    assert_int_equal(cell->sales, sqlite3_column_int64(sum, 1));
    assert_int_equal(cell->revenue_minor, sqlite3_column_int64(sum, 2));
    assert_true(cell->price_squares == squares);
    for (int answer = 0; answer < ANSWER_COUNT; answer++) {
        assert_int_equal(cell->known[answer], sqlite3_column_int64(sum, 6 + 2 * answer));
        assert_int_equal(cell->yes[answer], sqlite3_column_int64(sum, 7 + 2 * answer));
    }
}

static void compare_axis(struct db *db, const char *by, int64_t last_id, const struct cell *cells,
                         size_t codes) {
    char sql[2048];
    size_t occur = 0, found = 0;
    snprintf(sql, sizeof sql, "SELECT %s AS code, " SUMS " FROM sale WHERE id <= ?1 GROUP BY 1",
             by);
    sqlite3_stmt *sum = query(db, sql);
    sqlite3_bind_int64(sum, 1, last_id);
    for (; sqlite3_step(sum) == SQLITE_ROW; found++) {
        assert_in_range(sqlite3_column_int(sum, 0), 0, codes - 1);
        compare_sum(sum, &cells[sqlite3_column_int(sum, 0)]);
    }
    for (size_t code = 0; code < codes; code++)
        occur += cells[code].sales != 0;
    assert_int_equal(found, occur);
    sqlite3_finalize(sum);
}

static void check_summary(struct db *db, int64_t last_id) {
    struct error error = {0};
    struct cube_month_list months;
    struct facts facts = {0}, tail = {0};
    assert_int_equal(db_cube_list(db, &months, &error), ERR_OK);
    assert_int_equal(db_locations_load(db, &facts.locations, &error), ERR_OK);
    assert_int_equal(db_handsets_load(db, &facts.handsets, &error), ERR_OK);
    assert_int_equal(db_shops_load(db, &facts.shops, &error), ERR_OK);
    assert_true(summary_read(db, &months, &tail, &facts));
    for (int axis = 0; axis < SUMMARY_AXES; axis++)
        compare_axis(db, axis_sql[axis], last_id, facts.summary->cells[axis],
                     facts.summary->codes[axis]);
    sqlite3_stmt *sum = query(db, "SELECT " MONTH ", " SUMS ", " SHOP " FROM sale WHERE id <= ?1"
                                  " GROUP BY 1, 15 ORDER BY 1, 15");
    sqlite3_bind_int64(sum, 1, last_id);
    for (size_t row = 0; row < facts.count; row++) {
        assert_int_equal(sqlite3_step(sum), SQLITE_ROW);
        assert_int_equal(date_month_index(facts.day[row]), sqlite3_column_int(sum, 0));
        assert_int_equal(facts_shop(&facts, row), sqlite3_column_int(sum, 14));
        compare_sum(sum, &facts.summary->rows[row]);
    }
    assert_int_equal(sqlite3_step(sum), SQLITE_DONE);
    sqlite3_finalize(sum);
    cube_month_list_free(&months);
    facts_free(&facts);
}

void derived_check(struct db *db, bool whole) {
    struct error error = {0};
    struct packed_state state;
    assert_int_equal(db_packed_state(db, &state, &error), ERR_OK);
    if (whole) {
        sqlite3_stmt *last = query(db, "SELECT coalesce(max(id), 0) FROM sale");
        assert_int_equal(sqlite3_step(last), SQLITE_ROW);
        assert_int_equal(state.last_sale_id, sqlite3_column_int64(last, 0));
        sqlite3_finalize(last);
    }
    check_packs(db, state.last_sale_id);
    check_cube(db, state.last_sale_id);
    check_summary(db, state.last_sale_id);
}

int64_t derived_sales_of(const char *path) {
    struct db *db = scratch_reader(path);
    struct sales_extent extent;
    struct error error;
    assert_int_equal(db_sales_extent(db, &extent, &error), ERR_OK);
    derived_check(db, true);
    db_close(db);
    return extent.sales;
}

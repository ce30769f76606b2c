/* engine/intake/undo: what is left is what there would be had the file never come in; that it came,
 * and went, stays on record; and it may come again. */
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
#include "db/packs.h"
#include "db/sales.h"
#include "engine/intake/import.h"
#include "engine/intake/undo.h"
#include "engine/slice/cube.h"
#include "tests/support/derived.h"
#include "tests/support/scratch.h"

static const char header[] =
    "Cus.ID,Date,Cus. Location,Age,Gender,Mobile Name,Sell Price,Does he/she Come from Facebook "
    "Page?,Does he/she Followed Our Page?,Did he/she buy any mobile before?,Did he/she hear of our "
    "shop before?\n";

/* The shop's sales by number: always the same for a number, so that files may overlap. */
static void add_sales(struct buffer *csv, int from, int count, const char *places) {
    static const char *const answers[] = {"Yes", "No", ""};
    for (int n = from; n < from + count; n++) {
        unsigned lot = (unsigned)n * 2654435761u;
        buffer_printf(csv, "N%d,%02u-%02u-2025,%s %u,%u,%s,Phone %u,%u", n, 1 + lot % 28,
                      1 + lot / 28 % 4, places, lot / 112 % 3, 20 + lot / 336 % 40,
                      lot % 2 == 0 ? "F" : "M", lot / 5 % 6, 9000 + 500 * (lot / 7 % 50));
        for (unsigned i = 0; i < 4; i++)
            buffer_printf(csv, ",%s", answers[lot / (11 + i) % 3]);
        buffer_text(csv, "\n");
    }
}

static void add_bad_rows(struct buffer *csv, int count) {
    for (int i = 0; i < count; i++)
        buffer_text(csv, "B1,no date,A,30,F,Pixel,5,No,No,No,No\n");
}

static int64_t take_in(void **state, struct db *db, struct buffer *csv, const char *shop,
                       int imported, int present) {
    struct error error = {0};
    struct import_result result = {0};
    struct import_options options = {
        .shop = shop, .has_date_format = true, .date_format = DATE_DMY_DASH};
    char *path = scratch_path(state, "file.csv");
    scratch_write(path, csv->data, csv->length);
    if (import_file(db, path, &options, NULL, &result, &error) != ERR_OK)
        fail_msg("%s", error.message);
    assert_int_equal(result.run.imported, imported);
    assert_int_equal(result.run.duplicates, present);
    int64_t id = result.run.id;
    import_result_free(&result);
    buffer_free(csv);
    free(path);
    return id;
}

/* A file of these sales alone. */
static int64_t take_sales(void **state, struct db *db, int from, int count, const char *shop) {
    struct buffer csv = {0};
    buffer_text(&csv, header);
    add_sales(&csv, from, count, "Place");
    return take_in(state, db, &csv, shop, count, 0);
}

static struct undo_result take_back(struct db *db, int64_t run_id) {
    struct error error = {0};
    struct undo_result result;
    if (import_undo(db, run_id, false, NULL, &result, &error) != ERR_OK)
        fail_msg("%s", error.message);
    return result;
}

static struct db *shop_of(void **state, const char *name) {
    char *path = scratch_path(state, name);
    struct db *db = scratch_writer(path);
    free(path);
    return db;
}

static int64_t number(struct db *db, const char *sql) {
    sqlite3_stmt *statement;
    if (sqlite3_prepare_v2(db->handle, sql, -1, &statement, NULL) != SQLITE_OK)
        fail_msg("%s", sqlite3_errmsg(db->handle));
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    int64_t value = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    return value;
}

static void must(struct db *db, const char *sql) {
    if (sqlite3_exec(db->handle, sql, NULL, NULL, NULL) != SQLITE_OK)
        fail_msg("%s", sqlite3_errmsg(db->handle));
}

/* Every sale in words, and the names that there are. */
static char *content(struct db *db) {
    static const char *const queries[] = {
        "SELECT s.name || reference || day || coalesce(l.name, '') || h.name || price_minor ||"
        " coalesce(age_years, '') || coalesce(gender, '') || coalesce(facebook, '') || '|' ||"
        " coalesce(heard, '') FROM sale JOIN import_run r ON r.id = run_id JOIN shop s"
        " ON s.id = shop_id LEFT JOIN location l ON l.id = location_id"
        " JOIN handset h ON h.id = handset_id ORDER BY 1",
        "SELECT name FROM location ORDER BY id", "SELECT name FROM handset ORDER BY id",
        "SELECT line || field || reason FROM import_reject ORDER BY id"};
    struct buffer text = {0};
    buffer_text(&text, "");
    for (size_t i = 0; i < sizeof queries / sizeof *queries; i++) {
        sqlite3_stmt *rows;
        if (sqlite3_prepare_v2(db->handle, queries[i], -1, &rows, NULL) != SQLITE_OK)
            fail_msg("%s", sqlite3_errmsg(db->handle));
        while (sqlite3_step(rows) == SQLITE_ROW)
            buffer_printf(&text, "%s\n", (const char *)sqlite3_column_text(rows, 0));
        sqlite3_finalize(rows);
    }
    return buffer_take(&text);
}

static void expect_same(struct db *db, struct db *other) {
    char *found = content(db), *expected = content(other);
    assert_string_equal(found, expected);
    free(found);
    free(expected);
    derived_check(db, true);
}

/* ----------------------------------------------------------------------------- what goes */

static void what_is_left_is_as_if_the_file_had_never_come(void **state) {
    struct db *db = shop_of(state, "a.db"), *other = shop_of(state, "b.db");
    struct buffer csv = {0};
    take_sales(state, db, 0, 400, NULL);
    take_sales(state, other, 0, 400, NULL);
    buffer_text(&csv, header);
    add_bad_rows(&csv, 7);
    add_sales(&csv, 1000, 900, "Elsewhere");
    add_bad_rows(&csv, 4);
    int64_t wrong = take_in(state, db, &csv, NULL, 900, 0);
    take_sales(state, db, 0, 250, "West"); /* equal sales, of another shop */
    take_sales(state, other, 0, 250, "West");
    take_sales(state, db, 2000, 300, NULL);
    take_sales(state, other, 2000, 300, NULL);
    struct undo_result result = take_back(db, wrong);
    assert_int_equal(result.sales, 900);
    assert_int_equal(result.rejects, 11);
    assert_int_equal(result.months, 4);
    assert_int_equal(result.later, 0);
    assert_int_equal(result.run.id, wrong);
    undo_result_free(&result);

    expect_same(db, other);
    db_close(db);
    db_close(other);
}

static void names_that_were_first_heard_of_in_it_are_forgotten(void **state) {
    struct db *db = shop_of(state, "a.db"), *other = shop_of(state, "b.db");
    struct buffer csv = {0};
    take_sales(state, db, 0, 200, NULL);
    take_sales(state, other, 0, 200, NULL);
    buffer_text(&csv, header);
    add_sales(&csv, 500, 200, "Wrong");
    int64_t wrong = take_in(state, db, &csv, NULL, 200, 0);
    assert_int_equal(number(db, "SELECT count(*) FROM location"), 6);
    struct undo_result result = take_back(db, wrong);
    assert_int_equal(result.places, 3);
    assert_int_equal(result.handsets, 0);
    undo_result_free(&result);
    expect_same(db, other);
    db_close(db);
    db_close(other);
}

static void the_only_import_leaves_an_empty_shop(void **state) {
    struct db *db = shop_of(state, "a.db");
    struct error error = {0};
    struct sales_extent extent;
    struct undo_result result = take_back(db, take_sales(state, db, 0, 300, NULL));
    undo_result_free(&result);
    assert_int_equal(db_sales_extent(db, &extent, &error), ERR_OK);
    assert_int_equal(extent.sales, 0);
    assert_int_equal(number(db, "SELECT count(*) FROM pack"), 0);
    assert_int_equal(number(db, "SELECT count(*) FROM pack_column"), 0);
    assert_int_equal(number(db, "SELECT count(*) FROM cube_month"), 0);
    assert_int_equal(number(db, "SELECT count(*) FROM cube_summary"), 0);
    take_sales(state, db, 100, 300, NULL);
    derived_check(db, true);
    db_close(db);
}

static void single_sales_of_the_run_that_no_pack_has_go_too(void **state) {
    struct db *db = shop_of(state, "a.db");
    const struct sale sale = {.price_minor = 1000000,
                              .day = 20100,
                              .location = 1,
                              .handset = 1,
                              .age_years = 30,
                              .answers = {0, 1, UNKNOWN, 1}};
    take_sales(state, db, 0, 100, NULL);
    int64_t last = take_sales(state, db, 100, 50, NULL);
    scratch_tail(db, &sale, 1);
    struct undo_result result = take_back(db, last);
    assert_int_equal(result.sales, 51);
    undo_result_free(&result);
    assert_int_equal(number(db, "SELECT count(*) FROM sale"), 100);
    derived_check(db, true);
    db_close(db);
}

/* Ids are given anew: what was scored of the old sales must not stand beside new ones. */
static void what_its_sales_scored_goes_and_scoring_begins_before_new_ones(void **state) {
    struct db *db = shop_of(state, "a.db");
    take_sales(state, db, 0, 100, NULL);
    int64_t second = take_sales(state, db, 100, 60, NULL);
    must(db, "INSERT INTO sale_score SELECT id, 0.5, 0.5, 0 FROM sale");
    must(db, "INSERT INTO score_source VALUES ('returning', 'x', '2025-01-01T00:00:00Z', 160)");
    struct undo_result result = take_back(db, second);
    undo_result_free(&result);
    assert_int_equal(number(db, "SELECT count(*) FROM sale_score"), 100);
    assert_int_equal(number(db, "SELECT max(sale_id) FROM sale_score"), 100);
    assert_int_equal(number(db, "SELECT last_sale_id FROM score_source"), 100);
    db_close(db);
}

/* ----------------------------------------------------------------------------- what stays */

struct listed {
    int runs, undone;
    int64_t sales;
};

static bool count_run(void *context, const struct import_run *run) {
    (void)run;
    ((struct listed *)context)->runs++;
    return true;
}

static bool count_undone(void *context, const struct undone_run *undone) {
    struct listed *listed = context;
    listed->undone++;
    listed->sales = undone->sales;
    assert_int_equal(undone->run.imported, undone->sales);
    assert_string_not_equal(undone->who, "");
    assert_string_equal(undone->undone_at, "2025-06-01T00:00:00Z");
    return true;
}

static struct listed listed_in(struct db *db) {
    struct listed listed = {0};
    struct error error = {0};
    assert_int_equal(db_imports_list(db, count_run, &listed, &error), ERR_OK);
    assert_int_equal(db_imports_undone(db, count_undone, &listed, &error), ERR_OK);
    return listed;
}

static void it_stays_on_record_and_cannot_be_taken_back_twice(void **state) {
    struct db *db = shop_of(state, "a.db");
    struct error error = {0};
    struct undo_result result;
    setenv("RETAIL_PULSE_NOW", "2025-06-01T00:00:00Z", 1);
    int64_t first = take_sales(state, db, 0, 100, NULL);
    result = take_back(db, first);
    undo_result_free(&result);
    struct listed listed = listed_in(db);
    assert_int_equal(listed.runs, 0);
    assert_int_equal(listed.undone, 1);
    assert_int_equal(listed.sales, 100);
    assert_int_equal(import_undo(db, first, false, NULL, &result, &error), ERR_NOT_FOUND);
    assert_string_equal(error.message, "import 1 was taken back already, at 2025-06-01T00:00:00Z");
    assert_int_equal(import_undo(db, 99, false, NULL, &result, &error), ERR_NOT_FOUND);
    assert_string_equal(error.message, "there is no import 99");
    unsetenv("RETAIL_PULSE_NOW");
    db_close(db);
}

static void the_same_file_can_come_again(void **state) {
    struct db *db = shop_of(state, "a.db"), *other = shop_of(state, "b.db");
    take_sales(state, other, 0, 100, NULL);
    int64_t first = take_sales(state, db, 0, 100, NULL);
    struct undo_result result = take_back(db, first);
    undo_result_free(&result);
    assert_true(take_sales(state, db, 0, 100, NULL) > first); /* all 100 are new */
    expect_same(db, other);
    db_close(db);
    db_close(other);
}

/* A cumulative file left out what the one before it had brought: these sales are gone with that
 * one, which is said, and are taken from the cumulative file when it is imported again. */
static void a_later_file_that_held_them_too_brings_them_back_when_imported_again(void **state) {
    struct db *db = shop_of(state, "a.db"), *other = shop_of(state, "b.db");
    struct buffer csv = {0};
    int64_t first = take_sales(state, db, 0, 100, NULL);
    buffer_text(&csv, header);
    add_sales(&csv, 0, 150, "Place");
    take_in(state, db, &csv, NULL, 50, 100);
    struct undo_result result = take_back(db, first);
    assert_int_equal(result.sales, 100);
    assert_int_equal(result.later, 1);
    assert_int_equal(result.later_present, 100);
    undo_result_free(&result);
    assert_int_equal(number(db, "SELECT count(*) FROM sale"), 50);
    buffer_text(&csv, header);
    add_sales(&csv, 0, 150, "Place");
    take_in(state, db, &csv, NULL, 100, 50);
    take_sales(state, other, 0, 150, NULL);
    expect_same(db, other);
    /* and then it is known again: nothing is recorded */
    buffer_text(&csv, header);
    add_sales(&csv, 0, 150, "Place");
    assert_int_equal(take_in(state, db, &csv, NULL, 0, 150), 0);
    db_close(db);
    db_close(other);
}

/* ----------------------------------------------------------------------------- all or nothing */

static void a_dry_run_tells_and_keeps_nothing(void **state) {
    struct db *db = shop_of(state, "a.db");
    struct error error = {0};
    struct undo_result result;
    int64_t first = take_sales(state, db, 0, 100, NULL);
    char *before = content(db);
    assert_int_equal(import_undo(db, first, true, NULL, &result, &error), ERR_OK);
    assert_int_equal(result.sales, 100);
    assert_int_equal(result.months, 4);
    undo_result_free(&result);
    char *after = content(db);
    assert_string_equal(after, before);
    derived_check(db, true);
    assert_int_equal(listed_in(db).runs, 1);
    free(before);
    free(after);
    db_close(db);
}

static bool stop_at_phase(void *context, const struct progress *progress) {
    return strcmp(progress->phase, context) != 0;
}

static void one_that_is_cancelled_leaves_everything(void **state) {
    static const char *const phases[] = {"looking for its sales"};
    struct db *db = shop_of(state, "a.db");
    struct error error = {0};
    struct undo_result result;
    int64_t first = take_sales(state, db, 0, 100, NULL);
    char *before = content(db);
    for (size_t i = 0; i < sizeof phases / sizeof *phases; i++) {
        const struct progress_sink sink = {stop_at_phase, (void *)phases[i]};
        assert_int_equal(import_undo(db, first, false, &sink, &result, &error), ERR_CANCELLED);
    }
    char *after = content(db);
    assert_string_equal(after, before);
    derived_check(db, true);
    free(before);
    free(after);
    db_close(db);
}

static void damaged_columns_are_named_and_nothing_goes(void **state) {
    struct db *db = shop_of(state, "a.db");
    struct error error = {0};
    struct undo_result result;
    int64_t first = take_sales(state, db, 0, 100, NULL);
    must(db, "UPDATE pack_column SET checksum = checksum + 1 WHERE id % 16 = 0");
    assert_int_equal(import_undo(db, first, false, NULL, &result, &error), ERR_DAMAGED);
    assert_non_null(strstr(error.hint, "retail-pulse rebuild"));
    assert_int_equal(number(db, "SELECT count(*) FROM sale"), 100);
    db_close(db);
}

/* ----------------------------------------------------------------------------- who looks on */

static void readers_see_that_sales_are_gone_though_others_came(void **state) {
    char *path = scratch_path(state, "shop.db");
    struct db *db = scratch_writer(path);
    struct error error = {0};
    struct facts sales, cells;
    size_t added;
    take_sales(state, db, 0, 200, NULL);
    int64_t second = take_sales(state, db, 200, 100, NULL);
    struct db *reader = scratch_reader(path);
    assert_int_equal(facts_load(reader, &sales, &error), ERR_OK);
    assert_int_equal(cube_open(reader, 10, &cells, &error), ERR_OK);
    assert_int_equal(sales.count, 300);
    struct undo_result result = take_back(db, second);
    undo_result_free(&result);
    assert_int_equal(cube_refresh(reader, &cells, &error), ERR_OK);
    assert_int_equal(facts_total(&cells), 200);
    take_sales(state, db, 300, 100, NULL); /* as many, under the same ids */
    assert_int_equal(facts_refresh(reader, &sales, &added, &error), ERR_OK);
    assert_int_equal(cube_refresh(reader, &cells, &error), ERR_OK);
    struct facts expected;
    assert_int_equal(facts_load(reader, &expected, &error), ERR_OK);
    assert_int_equal(sales.count, expected.count);
    assert_memory_equal(sales.id, expected.id, expected.count * sizeof *expected.id);
    assert_memory_equal(sales.day, expected.day, expected.count * sizeof *expected.day);
    assert_memory_equal(sales.price_minor, expected.price_minor,
                        expected.count * sizeof *expected.price_minor);
    int64_t revenue = 0, of_cells = 0;
    for (size_t i = 0; i < expected.count; i++)
        revenue += expected.price_minor[i];
    for (size_t i = 0; i < cells.count; i++)
        of_cells += facts_revenue(&cells, i);
    assert_int_equal(revenue, of_cells);
    facts_free(&expected);
    facts_free(&sales);
    facts_free(&cells);
    db_close(reader);
    db_close(db);
    free(path);
}

#define SCRATCH_TEST(test) cmocka_unit_test_setup_teardown(test, scratch_setup, scratch_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        SCRATCH_TEST(what_is_left_is_as_if_the_file_had_never_come),
        SCRATCH_TEST(names_that_were_first_heard_of_in_it_are_forgotten),
        SCRATCH_TEST(the_only_import_leaves_an_empty_shop),
        SCRATCH_TEST(single_sales_of_the_run_that_no_pack_has_go_too),
        SCRATCH_TEST(what_its_sales_scored_goes_and_scoring_begins_before_new_ones),
        SCRATCH_TEST(it_stays_on_record_and_cannot_be_taken_back_twice),
        SCRATCH_TEST(the_same_file_can_come_again),
        SCRATCH_TEST(a_later_file_that_held_them_too_brings_them_back_when_imported_again),
        SCRATCH_TEST(a_dry_run_tells_and_keeps_nothing),
        SCRATCH_TEST(one_that_is_cancelled_leaves_everything),
        SCRATCH_TEST(damaged_columns_are_named_and_nothing_goes),
        SCRATCH_TEST(readers_see_that_sales_are_gone_though_others_came),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* engine/intake/merge: another shop's database comes whole or not at all, and what came is what
 * importing its files here would have been. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "db/connection.h"
#include "db/cube.h"
#include "db/packs.h"
#include "db/sales.h"
#include "db/shops.h"
#include "engine/intake/import.h"
#include "engine/intake/merge.h"
#include "engine/slice/cube_month.h"
#include "tests/support/derived.h"
#include "tests/support/scratch.h"

static uint64_t seed = 1;

static int below(int limit) { /* xorshift64 (Marsaglia 2003) */
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (int)(seed >> 33) % limit;
}

/* ------------------------------------------------------------------------- made-up shops */

/* Places and handsets partly shared between shops, in another spelling too; numbers of their own or
 * none; rows that are equal, and some that cannot be read. */
static void add_row(struct buffer *csv, int shop) {
    static const char *const answers[] = {"Yes", "No", ""};
    static const char *const genders[] = {"M", "F", ""};
    char id[16] = "", price[16];
    if (below(2) == 0)
        snprintf(id, sizeof id, "N%d", below(40));
    snprintf(price, sizeof price, below(50) == 0 ? "cheap" : "%d", 9000 + 500 * below(8));
    buffer_printf(csv, "%s,%02d-%02d-2025,%s %d,%d,%s,%s %d,%s", id, 1 + below(3), 1 + below(5),
                  below(4) != 0 ? "Place" : "PLACE", below(3) + shop, 20 + below(3),
                  genders[below(3)], below(4) != 0 ? "Phone" : "phone", below(4) + shop, price);
    for (int i = 0; i < 4; i++)
        buffer_printf(csv, ",%s", answers[below(3)]);
    buffer_text(csv, "\n");
}

static char *file_name(void **state, int shop, int number) {
    char name[32];
    snprintf(name, sizeof name, "shop%d-%d.csv", shop, number);
    return scratch_path(state, name);
}

static const char header[] =
    "Cus.ID,Date,Cus. Location,Age,Gender,Mobile Name,Sell Price,Does he/she Come from Facebook "
    "Page?,Does he/she Followed Our Page?,Did he/she buy any mobile before?,Did he/she hear of our "
    "shop before?\n";

enum { FILES = 3 };

/* Files of a shop, each of which repeats a part of the one before it. */
static void make_files(void **state, int shop, int rows) {
    struct buffer kept = {0};
    for (int number = 0; number < FILES; number++) {
        struct buffer csv = {0};
        buffer_text(&csv, header);
        if (kept.length > 0)
            buffer_text(&csv, kept.data);
        buffer_clear(&kept);
        for (int i = 0; i < rows; i++) {
            struct buffer row = {0};
            add_row(&row, shop);
            buffer_text(&csv, row.data);
            if (i % 2 == 0)
                buffer_text(&kept, row.data);
            buffer_free(&row);
        }
        char *path = file_name(state, shop, number);
        scratch_write(path, csv.data, csv.length);
        free(path);
        buffer_free(&csv);
    }
    buffer_free(&kept);
}

static void take_in(void **state, struct db *db, int shop, int number, const char *name) {
    struct error error = {0};
    struct import_result result = {0};
    struct import_options options = {
        .shop = name, .has_date_format = true, .date_format = DATE_DMY_DASH};
    char *path = file_name(state, shop, number);
    if (import_file(db, path, &options, NULL, &result, &error) != ERR_OK)
        fail_msg("%s", error.message);
    import_result_free(&result);
    free(path);
}

static char *shop_path(void **state, int shop) {
    char name[32];
    snprintf(name, sizeof name, "shop%d.db", shop);
    return scratch_path(state, name);
}

/* A database of one shop from `files` of its files. */
static void make_shop(void **state, int shop, int files) {
    char *path = shop_path(state, shop);
    struct db *db = scratch_writer(path);
    for (int number = 0; number < files; number++)
        take_in(state, db, shop, number, NULL);
    db_close(db);
    free(path);
}

static struct db *head_office(void **state, const char *name) {
    char *path = scratch_path(state, name);
    struct db *db = scratch_writer(path);
    free(path);
    return db;
}

static enum err try_merge(void **state, struct db *db, int shop,
                          const struct merge_options *options, struct merge_result *result,
                          struct error *error) {
    char *path = shop_path(state, shop);
    enum err err = merge_file(db, path, options, NULL, result, error);
    free(path);
    return err;
}

static bool merge(void **state, struct db *db, int shop, bool cubes_only) {
    struct error error = {0};
    struct merge_result result;
    struct merge_options options = {.cubes_only = cubes_only};
    if (try_merge(state, db, shop, &options, &result, &error) != ERR_OK)
        fail_msg("%s", error.message);
    bool changed = !result.nothing_new;
    assert_int_equal(result.count, 1);
    assert_int_equal(result.shops[0].sums_only, cubes_only);
    merge_result_free(&result);
    return changed;
}

/* ------------------------------------------------------------------- what a database says */

static void append_rows(struct db *db, const char *sql, struct buffer *out) {
    sqlite3_stmt *rows;
    if (sqlite3_prepare_v2(db->handle, sql, -1, &rows, NULL) != SQLITE_OK)
        fail_msg("%s", sqlite3_errmsg(db->handle));
    while (sqlite3_step(rows) == SQLITE_ROW) {
        for (int i = 0; i < sqlite3_column_count(rows); i++) {
            const char *text = (const char *)sqlite3_column_text(rows, i);
            buffer_printf(out, "%s|", text != NULL ? text : "NULL");
        }
        buffer_text(out, "\n");
    }
    sqlite3_finalize(rows);
}

#define SALE_FIELDS                                                                 \
    "reference, day, lower(location.name), age_years, gender, lower(handset.name)," \
    " lower(handset.brand), price_minor, facebook, follows, bought_before, heard"
#define SALE_TABLES                                                                       \
    " FROM sale JOIN import_run ON import_run.id = run_id JOIN shop ON shop.id = shop_id" \
    " JOIN handset ON handset.id = handset_id LEFT JOIN location ON location.id = location_id"

/* Sales, imports and rejects by names, without ids: what two databases can be compared by. */
static char *facts_of(struct db *db) {
    struct buffer out = {0};
    append_rows(db,
                "SELECT shop.name, file, " SALE_FIELDS SALE_TABLES
                " ORDER BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14",
                &out);
    append_rows(db,
                "SELECT shop.name, file, sha256, row_count, imported, duplicates, rejected,"
                " date_format FROM import_run JOIN shop ON shop.id = shop_id ORDER BY 1, 2",
                &out);
    append_rows(db,
                "SELECT shop.name, file, line, field, reason, CAST(raw AS TEXT) FROM"
                " import_reject JOIN import_run ON import_run.id = run_id JOIN shop ON shop.id"
                " = shop_id ORDER BY 1, 2, 3, import_reject.id",
                &out);
    return buffer_take(&out);
}

/* Every table that a merge writes, as it stands. */
static char *everything_of(struct db *db) {
    struct buffer out = {0};
    append_rows(db, "SELECT * FROM sale", &out);
    append_rows(db, "SELECT * FROM import_run", &out);
    append_rows(db, "SELECT * FROM import_reject", &out);
    append_rows(db, "SELECT * FROM shop", &out);
    append_rows(db, "SELECT * FROM location", &out);
    append_rows(db, "SELECT * FROM handset", &out);
    append_rows(db, "SELECT * FROM packed", &out);
    append_rows(db, "SELECT * FROM pack", &out);
    append_rows(db, "SELECT id, hex(bytes) FROM pack_column", &out);
    append_rows(db, "SELECT month, shop_id, generation, hex(bytes) FROM cube_month", &out);
    return buffer_take(&out);
}

static int64_t number(struct db *db, const char *sql) {
    struct buffer out = {0};
    append_rows(db, sql, &out);
    int64_t value = out.data != NULL ? strtoll(out.data, NULL, 10) : 0;
    buffer_free(&out);
    return value;
}

static void assert_same_text(char *a, char *b) {
    if (strcmp(a, b) != 0) {
        size_t at = 0;
        while (a[at] == b[at])
            at++;
        fail_msg("differs at %zu: \"%.80s\" and \"%.80s\"", at, a + (at > 20 ? at - 20 : 0),
                 b + (at > 20 ? at - 20 : 0));
    }
    free(a);
    free(b);
}

static int compare_lines(const void *left, const void *right) {
    return strcmp(*(char *const *)left, *(char *const *)right);
}

/* All cells of a shop by names, in the order of the text; ids differ between databases. */
static char *cells_of(struct db *db, int32_t shop) {
    struct error error = {0};
    struct dictionary locations, handsets;
    struct cube_month_list months;
    char **lines = NULL;
    size_t count = 0;
    assert_int_equal(db_locations_load(db, &locations, &error), ERR_OK);
    assert_int_equal(db_handsets_load(db, &handsets, &error), ERR_OK);
    assert_int_equal(db_cube_list(db, &months, &error), ERR_OK);
    for (int i = 0; i < months.count; i++) {
        struct cube_cells cells;
        bool kept;
        if (months.months[i].shop != shop)
            continue;
        int month = months.months[i].month;
        assert_int_equal(cube_month_read(db, shop, month, &cells, &kept, &error), ERR_OK);
        for (size_t at = 0; at < cells.count; at++) {
            int place = cells.location[at];
            lines = xreallocarray(lines, count + 1, sizeof *lines);
            lines[count] = xasprintf("%d %s %s %d %d %d %d: %u %lld %llu %llu\n", month,
                                     place != 0 ? locations.entries[place - 1].name : "unknown",
                                     handsets.entries[cells.handset[at] - 1].name, cells.gender[at],
                                     cells.age_band[at], cells.price_band[at], cells.answers[at],
                                     cells.sales[at], (long long)cells.revenue_minor[at],
                                     (unsigned long long)cells.squares_low[at],
                                     (unsigned long long)cells.squares_high[at]);
            for (char *letter = lines[count]; *letter != '\0'; letter++)
                *letter |= (char)(*letter >= 'A' && *letter <= 'Z' ? 0x20 : 0);
            count++;
        }
        cube_cells_free(&cells);
    }
    struct buffer out = {0};
    qsort(lines, count, sizeof *lines, compare_lines);
    for (size_t i = 0; i < count; i++) {
        buffer_text(&out, lines[i]);
        free(lines[i]);
    }
    free(lines);
    cube_month_list_free(&months);
    dictionary_free(&locations);
    dictionary_free(&handsets);
    return buffer_take(&out);
}

/* ---------------------------------------------------------------------------------- tests */

static void a_merge_is_what_importing_all_files_would_be(void **state) {
    enum { SHOPS = 3 };
    for (uint64_t round = 1; round <= 4; round++) {
        seed = round * 7919;
        char name[32];
        snprintf(name, sizeof name, "merged%d.db", (int)round);
        struct db *merged = head_office(state, name);
        snprintf(name, sizeof name, "imported%d.db", (int)round);
        struct db *imported = head_office(state, name);
        for (int shop = 0; shop < SHOPS; shop++) {
            char *path = shop_path(state, shop);
            unlink(path);
            free(path);
            make_files(state, shop, 40 + 60 * (int)round);
            make_shop(state, shop, FILES);
            char called[16];
            snprintf(called, sizeof called, "shop%d", shop);
            for (int file = 0; file < FILES; file++) {
                if (shop == 0) /* the head office has a shop of its own */
                    take_in(state, merged, shop, file, NULL);
                take_in(state, imported, shop, file, shop == 0 ? NULL : called);
            }
        }
        for (int shop = 1; shop < SHOPS; shop++)
            assert_true(merge(state, merged, shop, false));
        assert_true(number(merged, "SELECT count(*) FROM sale WHERE reference IS NULL") > 50);
        assert_true(number(merged, "SELECT count(*) FROM import_reject") > 3);
        assert_true(number(merged, "SELECT sum(duplicates) FROM import_run") > 50);
        assert_same_text(facts_of(merged), facts_of(imported));
        derived_check(merged, true);
        derived_check(imported, true);
        db_close(merged);
        db_close(imported);
    }
}

static void merging_the_same_file_again_changes_nothing(void **state) {
    seed = 11;
    make_files(state, 1, 200);
    make_shop(state, 1, FILES);
    struct db *db = head_office(state, "head.db");
    assert_true(merge(state, db, 1, false));
    char *before = everything_of(db);
    assert_false(merge(state, db, 1, false));
    assert_same_text(before, everything_of(db));
    db_close(db);
}

static void a_newer_copy_adds_only_what_is_new(void **state) {
    seed = 12;
    make_files(state, 1, 300);
    struct db *step_by_step = head_office(state, "steps.db"),
              *at_once = head_office(state, "once.db");
    char *path = shop_path(state, 1);
    for (int files = 1; files <= FILES; files++) {
        unlink(path);
        make_shop(state, 1, files);
        assert_true(merge(state, step_by_step, 1, false));
        derived_check(step_by_step, true);
    }
    assert_true(merge(state, at_once, 1, false));
    assert_same_text(facts_of(step_by_step), facts_of(at_once));
    free(path);
    db_close(step_by_step);
    db_close(at_once);
}

static void equal_sales_of_two_shops_are_two_sales(void **state) {
    seed = 13;
    make_files(state, 1, 100);
    make_shop(state, 1, 1);
    struct db *db = head_office(state, "head.db");
    take_in(state, db, 1, 0, NULL);
    int64_t once = number(db, "SELECT count(*) FROM sale");
    struct error error = {0};
    struct merge_result result;
    struct merge_options options = {.shop = "Twin"};
    assert_int_equal(try_merge(state, db, 1, &options, &result, &error), ERR_OK);
    assert_int_equal(result.shops[0].added, once);
    assert_string_equal(result.shops[0].name, "Twin");
    assert_true(result.shops[0].is_new);
    merge_result_free(&result);
    assert_int_equal(number(db, "SELECT count(*) FROM sale"), 2 * once);
    db_close(db);
}

static void a_shop_that_stands_here_under_another_name_is_refused(void **state) {
    seed = 14;
    make_files(state, 1, 50);
    make_shop(state, 1, 1);
    struct db *db = head_office(state, "head.db");
    take_in(state, db, 1, 0, "East");
    char *before = everything_of(db);
    struct error error = {0};
    struct merge_result result;
    struct merge_options options = {.shop = NULL};
    assert_int_equal(try_merge(state, db, 1, &options, &result, &error), ERR_INPUT);
    assert_non_null(strstr(error.message, "East"));
    assert_non_null(strstr(error.hint, "--shop 'East'"));
    options.shop = "east";
    assert_int_equal(try_merge(state, db, 1, &options, &result, &error), ERR_OK);
    assert_true(result.nothing_new);
    merge_result_free(&result);
    assert_same_text(before, everything_of(db));
    db_close(db);
}

static void sums_are_those_of_the_sales_and_are_replaced(void **state) {
    seed = 15;
    make_files(state, 1, 400);
    struct db *db = head_office(state, "head.db");
    take_in(state, db, 1, 0, NULL); /* other ids for the same names */
    char *path = shop_path(state, 1);
    for (int files = 2; files <= FILES; files++) {
        unlink(path);
        make_shop(state, 1, files);
        /* the file that stands here already is this shop's: say that the other one is meant */
        struct error error = {0};
        struct merge_result result;
        struct merge_options options = {.cubes_only = true, .shop = "East"};
        assert_int_equal(try_merge(state, db, 1, &options, &result, &error), ERR_OK);
        struct db *other = scratch_reader(path);
        assert_int_equal(result.shops[0].sales, number(other, "SELECT count(*) FROM sale"));
        assert_same_text(cells_of(db, 2), cells_of(other, 1));
        assert_int_equal(number(db, "SELECT sums_only FROM shop WHERE id = 2"), 1);
        assert_int_equal(number(db, "SELECT first_day FROM shop WHERE id = 2"),
                         number(other, "SELECT min(day) FROM sale"));
        assert_int_equal(number(db, "SELECT last_day FROM shop WHERE id = 2"),
                         number(other, "SELECT max(day) FROM sale"));
        merge_result_free(&result);
        db_close(other);
        char *before = everything_of(db);
        assert_int_equal(try_merge(state, db, 1, &options, &result, &error), ERR_OK);
        assert_true(result.nothing_new);
        merge_result_free(&result);
        assert_same_text(before, everything_of(db));
    }
    free(path);
    db_close(db);
}

/* The way to send as little as possible: a database of sums alone. */
static void sums_travel_in_a_database_of_their_own(void **state) {
    seed = 16;
    make_files(state, 1, 300);
    make_shop(state, 1, FILES);
    char *path = shop_path(state, 1), *small_path = shop_path(state, 2);
    struct db *small = scratch_writer(small_path);
    assert_true(merge(state, small, 1, true));
    db_close(small);
    struct db *db = head_office(state, "head.db");
    struct error error = {0};
    struct merge_result result;
    struct merge_options options = {.shop = NULL};
    assert_int_equal(try_merge(state, db, 2, &options, &result, &error), ERR_OK);
    assert_int_equal(result.count, 1);
    assert_string_equal(result.shops[0].name, "shop1");
    assert_true(result.shops[0].sums_only);
    merge_result_free(&result);
    struct db *other = scratch_reader(path);
    assert_same_text(cells_of(db, 2), cells_of(other, 1));
    db_close(other);
    /* the sales themselves take the place of their sums … */
    assert_true(merge(state, db, 1, false));
    assert_int_equal(number(db, "SELECT sums_only FROM shop WHERE id = 2"), 0);
    derived_check(db, true);
    /* … and sums never that of sales */
    char *before = everything_of(db);
    options.cubes_only = true;
    assert_int_equal(try_merge(state, db, 1, &options, &result, &error), ERR_INPUT);
    assert_non_null(strstr(error.hint, "without --cubes"));
    assert_same_text(before, everything_of(db));
    db_close(db);
    free(path);
    free(small_path);
}

/* Sales that no pack has yet count as well. */
static void sums_hold_the_tail(void **state) {
    seed = 17;
    make_files(state, 1, 100);
    make_shop(state, 1, FILES);
    char *path = shop_path(state, 1);
    struct db *other = scratch_writer(path);
    char *whole = cells_of(other, 1);
    struct error error = {0};
    assert_int_equal(db_packs_clear(other, &error), ERR_OK);
    db_close(other);
    struct db *db = head_office(state, "head.db");
    assert_true(merge(state, db, 1, true));
    assert_same_text(whole, cells_of(db, 2));
    db_close(db);
    free(path);
}

static void what_is_not_whole_is_refused(void **state) {
    seed = 18;
    make_files(state, 1, 300);
    make_shop(state, 1, FILES);
    char *path = shop_path(state, 1), *copy_path = shop_path(state, 2);
    size_t length;
    struct db *db = head_office(state, "head.db");
    char *before = everything_of(db), *bytes = scratch_read(path, &length);
    static const struct {
        const char *sql;
        enum err err;
        const char *word;
    } damages[] = {
        {"DELETE FROM sale WHERE id = 5", ERR_DAMAGED, "has"},
        {"UPDATE sale SET location_id = 999 WHERE id = 9", ERR_DAMAGED, "location"},
        {"DELETE FROM location WHERE id = 2", ERR_DAMAGED, "gap"},
        {"DELETE FROM import_run WHERE id = 2", ERR_DAMAGED, "import"},
        {"PRAGMA user_version = 2", ERR_DATABASE, "older"},
        {"PRAGMA user_version = 999", ERR_NEWER, "newer"},
        {"PRAGMA application_id = 1", ERR_FOREIGN, "another program"},
    };
    for (size_t i = 0; i < sizeof damages / sizeof *damages; i++) {
        scratch_write(copy_path, bytes, length);
        sqlite3 *handle;
        assert_int_equal(sqlite3_open(copy_path, &handle), SQLITE_OK);
        assert_int_equal(sqlite3_exec(handle, "PRAGMA journal_mode=DELETE", NULL, NULL, NULL),
                         SQLITE_OK);
        assert_int_equal(sqlite3_exec(handle, damages[i].sql, NULL, NULL, NULL), SQLITE_OK);
        sqlite3_close(handle);
        size_t length_before, length_after;
        char *copy_before = scratch_read(copy_path, &length_before);
        struct error error = {0};
        struct merge_result result;
        struct merge_options options = {.shop = "Other"};
        enum err err = try_merge(state, db, 2, &options, &result, &error);
        if (err != damages[i].err || strstr(error.message, damages[i].word) == NULL)
            fail_msg("%s: %s", damages[i].sql, error.message);
        assert_int_equal(result.count, 0);
        char *copy_after = scratch_read(copy_path, &length_after);
        assert_int_equal(length_before, length_after);
        assert_memory_equal(copy_before, copy_after, length_before);
        free(copy_before);
        free(copy_after);
    }
    assert_same_text(before, everything_of(db));
    struct error error = {0};
    struct merge_result result;
    struct merge_options options = {.shop = NULL};
    assert_int_equal(merge_file(db, db_path(db), &options, NULL, &result, &error), ERR_INPUT);
    assert_non_null(strstr(error.message, "itself"));
    assert_int_equal(merge_file(db, "/nowhere/x.db", &options, NULL, &result, &error),
                     ERR_NOT_FOUND);
    free(bytes);
    free(path);
    free(copy_path);
    db_close(db);
}

static void a_dry_run_keeps_nothing(void **state) {
    seed = 19;
    make_files(state, 1, 50);
    make_shop(state, 1, 1);
    struct db *db = head_office(state, "head.db");
    char *before = everything_of(db);
    struct error error = {0};
    struct merge_result result;
    struct merge_options options = {.dry_run = true};
    assert_int_equal(try_merge(state, db, 1, &options, &result, &error), ERR_OK);
    assert_true(result.shops[0].added > 10);
    merge_result_free(&result);
    options.cubes_only = true;
    assert_int_equal(try_merge(state, db, 1, &options, &result, &error), ERR_OK);
    assert_true(result.shops[0].cells > 10);
    merge_result_free(&result);
    assert_same_text(before, everything_of(db));
    db_close(db);
}

/* Ends the merge, or the process, when a phase is reported. */
struct breaking {
    const char *phase;
    bool kills;
};

static bool break_off(void *context, const struct progress *progress) {
    const struct breaking *breaking = context;
    if (strstr(progress->phase, breaking->phase) == NULL)
        return true;
    if (breaking->kills)
        raise(SIGKILL);
    return false;
}

static void whatever_ends_a_merge_leaves_the_old_state(void **state) {
    static const char *const phases[] = {"reading", "duplicates"};
    seed = 20;
    make_files(state, 1, 4000);
    make_shop(state, 1, FILES);
    char *head_path = scratch_path(state, "head.db"), *path = shop_path(state, 1);
    make_files(state, 2, 50);
    struct db *db = head_office(state, "head.db");
    take_in(state, db, 2, 0, NULL);
    char *before = everything_of(db);
    struct merge_options options = {.shop = NULL};
    struct merge_result result;
    for (size_t i = 0; i < 2; i++) {
        struct breaking breaking = {phases[i], false};
        struct progress_sink sink = {break_off, &breaking};
        struct error error = {0};
        assert_int_equal(merge_file(db, path, &options, &sink, &result, &error), ERR_CANCELLED);
    }
    db_close(db);
    for (size_t i = 0; i < 2; i++) {
        pid_t child = fork();
        if (child == 0) {
            struct breaking breaking = {phases[i], true};
            struct progress_sink sink = {break_off, &breaking};
            struct error error = {0};
            struct db *own = scratch_writer(head_path);
            merge_file(own, path, &options, &sink, &result, &error);
            _exit(1);
        }
        int status;
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    }
    db = scratch_writer(head_path);
    assert_same_text(before, everything_of(db));
    assert_true(merge(state, db, 1, false));
    derived_check(db, true);
    db_close(db);
    free(head_path);
    free(path);
}

#define SCRATCH_TEST(test) cmocka_unit_test_setup_teardown(test, scratch_setup, scratch_teardown)

int main(void) {
    setenv("RETAIL_PULSE_NOW", "2026-01-15T12:00:00", 1);
    const struct CMUnitTest tests[] = {
        SCRATCH_TEST(a_merge_is_what_importing_all_files_would_be),
        SCRATCH_TEST(merging_the_same_file_again_changes_nothing),
        SCRATCH_TEST(a_newer_copy_adds_only_what_is_new),
        SCRATCH_TEST(equal_sales_of_two_shops_are_two_sales),
        SCRATCH_TEST(a_shop_that_stands_here_under_another_name_is_refused),
        SCRATCH_TEST(sums_are_those_of_the_sales_and_are_replaced),
        SCRATCH_TEST(sums_travel_in_a_database_of_their_own),
        SCRATCH_TEST(sums_hold_the_tail),
        SCRATCH_TEST(what_is_not_whole_is_refused),
        SCRATCH_TEST(a_dry_run_keeps_nothing),
        SCRATCH_TEST(whatever_ends_a_merge_leaves_the_old_state),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

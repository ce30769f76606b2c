#include "tests/faults/contents.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buffer.h"
#include "db/connection.h"
#include "tests/support/derived.h"

static const struct {
    const char *name, *sql;
} tables[] = {
    {"sales", "SELECT * FROM sale ORDER BY id"},
    {"places", "SELECT * FROM location ORDER BY id"},
    {"handsets", "SELECT * FROM handset ORDER BY id"},
    {"shops", "SELECT id, name, sums_only, bands, first_day, last_day FROM shop ORDER BY id"},
    {"imports", "SELECT id, size_bytes, sha256, date_format, row_count, imported, duplicates,"
                " rejected, shop_id, reading FROM import_run ORDER BY id"},
    {"set aside", "SELECT * FROM import_reject ORDER BY id"},
    {"taken back", "SELECT run_id, sales, last_run_id FROM import_undone ORDER BY run_id"},
    {"models", "SELECT target, algorithm, weights, sampling, active, row_count, last_sale_id,"
               " parameters, features, golden, verdict FROM model ORDER BY 1, 2, 3, 4"},
    {"boosters", "SELECT target, algorithm, weights, sampling, position, length, booster.sha256"
                 " FROM booster JOIN model ON model.id = model_id ORDER BY 1, 2, 3, 4, 5"},
    {"segments", "SELECT k, row_count, seed, position, name, sales, centroid FROM segmentation"
                 " JOIN segment ON segmentation_id = segmentation.id ORDER BY position"},
    {"scores", "SELECT * FROM sale_score ORDER BY sale_id"},
};

static sqlite3_stmt *query(struct db *db, const char *sql) {
    sqlite3_stmt *statement;
    if (sqlite3_prepare_v2(db->handle, sql, -1, &statement, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(db->handle));
    return statement;
}

/* FNV-1a (Fowler, Noll and Vo). */
static uint64_t mix(uint64_t hash, const void *bytes, int length) {
    const unsigned char *at = bytes;
    for (int i = 0; i < length; i++)
        hash = (hash ^ at[i]) * 0x100000001b3u;
    return hash;
}

static uint64_t mix_row(uint64_t hash, sqlite3_stmt *row) {
    for (int column = 0; column < sqlite3_column_count(row); column++) {
        unsigned char type = (unsigned char)sqlite3_column_type(row, column);
        hash = mix(hash, &type, 1);
        const void *bytes = sqlite3_column_blob(row, column);
        hash = mix(hash, bytes, sqlite3_column_bytes(row, column));
    }
    return hash;
}

static void add_table(struct db *db, struct buffer *out, const char *name, const char *sql) {
    uint64_t hash = 0xcbf29ce484222325u;
    int64_t rows = 0;
    sqlite3_stmt *row = query(db, sql);
    int status;
    for (; (status = sqlite3_step(row)) == SQLITE_ROW; rows++)
        hash = mix_row(hash, row);
    if (status != SQLITE_DONE)
        fail_msg("%s: %s", sql, sqlite3_errmsg(db->handle));
    sqlite3_finalize(row);
    buffer_printf(out, "%s %" PRId64 ":%08x  ", name, rows, (unsigned)(hash ^ hash >> 32));
}

static void expect_text(struct db *db, const char *sql, const char *wanted) {
    sqlite3_stmt *check = query(db, sql);
    if (sqlite3_step(check) != SQLITE_ROW)
        fail_msg("%s: %s", sql, sqlite3_errmsg(db->handle));
    const char *text = (const char *)sqlite3_column_text(check, 0);
    if (text == NULL || strcmp(text, wanted) != 0)
        fail_msg("%s: %s", sql, text != NULL ? text : "nothing");
    sqlite3_finalize(check);
}

static void expect_none(struct db *db, const char *sql) {
    sqlite3_stmt *check = query(db, sql);
    if (sqlite3_step(check) != SQLITE_DONE)
        fail_msg("%s: there is some", sql);
    sqlite3_finalize(check);
}

static bool is_empty(struct db *db) {
    sqlite3_stmt *any = query(db, "SELECT 1 FROM import_run");
    bool empty = sqlite3_step(any) == SQLITE_DONE;
    sqlite3_finalize(any);
    return empty;
}

char *contents_check(const char *database) {
    struct db *db;
    struct error error = {0};
    struct buffer out = {0};
    enum err err = db_open_reader(database, &db, &error);
    if (err == ERR_NOT_FOUND)
        return buffer_take(&out);
    if (err != ERR_OK)
        fail_msg("the database does not open: %s; %s", error.message, error.hint);
    expect_text(db, "PRAGMA integrity_check", "ok");
    expect_none(db, "PRAGMA foreign_key_check");
    expect_none(db, "SELECT 1 FROM import_run WHERE finished_at IS NULL");
    expect_none(db, "SELECT run.id FROM import_run AS run"
                    " WHERE run.id NOT IN (SELECT run_id FROM import_undone)"
                    " AND imported <> (SELECT count(*) FROM sale WHERE run_id = run.id)");
    derived_check(db, false);
    for (size_t i = 0; !is_empty(db) && i < sizeof tables / sizeof *tables; i++)
        add_table(db, &out, tables[i].name, tables[i].sql);
    db_close(db);
    return buffer_take(&out);
}

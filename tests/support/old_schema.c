#include "tests/support/old_schema.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

#include "db/connection.h"
#include "db/migrate.h"
#include "tests/support/scratch.h"

static void must_run(sqlite3 *handle, const char *sql) {
    char *message = NULL;
    if (sqlite3_exec(handle, sql, NULL, NULL, &message) != SQLITE_OK)
        fail_msg("%s: %s", sql, message);
}

char *old_schema_database(void **state, int version) {
    return old_schema_database_of(state, version, OLD_SALES);
}

int64_t old_schema_version(const char *path) {
    sqlite3 *handle;
    sqlite3_stmt *statement;
    assert_int_equal(sqlite3_open_v2(path, &handle, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(handle, "PRAGMA user_version", -1, &statement, NULL),
                     SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    int64_t version = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    sqlite3_close(handle);
    return version;
}

char *old_schema_database_of(void **state, int version, int sales) {
    char *path = scratch_path(state, "old.db");
    sqlite3 *handle;
    unlink(path);
    assert_int_equal(sqlite3_open(path, &handle), SQLITE_OK);
    must_run(handle, "PRAGMA journal_mode=WAL");
    for (int i = 0; i < version; i++)
        must_run(handle, migrations[i].sql);
    must_run(handle, "INSERT INTO location VALUES (1, 'Lakeside', 1), (2, 'Outside', 0);"
                     "INSERT INTO handset VALUES (1, 'Pixel 7a', 'Google'), (2, 'Moto G', 'Moto');"
                     "INSERT INTO import_run (id, file, who, started_at, finished_at, row_count,"
                     " imported) VALUES (1, 'a.csv', 'anna', '2024', '2024', 1000, 1000),"
                     " (2, 'b.csv', 'anna', '2025', '2025', 2000, 2000)");
    const char *identity = version < 4 ? "identity," : "";
    char *sql = sqlite3_mprintf(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d)"
        " INSERT INTO sale (id, %s run_id, reference, day, location_id, age_years, gender,"
        " handset_id, price_minor, facebook, follows, bought_before, heard)"
        " SELECT i, %s 1 + (i > 1000), 'C' || i, 19000 + i %% 400, 1 + i %% 2, 20 + i %% 50, i %% "
        "2,"
        " 1 + i %% 2, 10000 + i, i %% 2, NULL, i %% 3 = 0, 1 FROM n",
        sales, identity, version < 4 ? "((19000 + i % 400) << 32) + i," : "");
    must_run(handle, sql);
    sqlite3_free(sql);
    sql = sqlite3_mprintf("PRAGMA application_id=%d; PRAGMA user_version=%d",
                          DATABASE_APPLICATION_ID, version);
    must_run(handle, sql);
    sqlite3_free(sql);
    sqlite3_close(handle);
    return path;
}

/* db/migrate: forward only, one transaction each, once. */
#include <glob.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "db/connection.h"
#include "db/migrate.h"
#include "db/place.h"
#include "engine/intake/fold.h"
#include "tests/support/derived.h"
#include "tests/support/old_schema.h"
#include "tests/support/scratch.h"

static const struct migration steps[] = {
    {1001, "1001_one",
     "CREATE TABLE one (id INTEGER PRIMARY KEY);"
     "INSERT INTO one VALUES (1), (2);"
     "CREATE TABLE of_one (one_id INTEGER NOT NULL REFERENCES one (id)"
     " ON DELETE CASCADE); INSERT INTO of_one VALUES (1), (2);",
     false, false},
    /* SQLite's way to change a table: copy, drop, rename. Nothing may cascade. */
    {1002, "1002_two",
     "CREATE TABLE new_one (id INTEGER PRIMARY KEY, name TEXT);"
     "INSERT INTO new_one SELECT id, 'x' FROM one; DROP TABLE one;"
     "ALTER TABLE new_one RENAME TO one;",
     true, false},
    {1003, "1003_fails", "CREATE TABLE three (id INTEGER); INSERT INTO nowhere VALUES (1);", false,
     false},
    {1003, "1003_orphans", "DELETE FROM one WHERE id = 2;", true, false},
};

static int64_t number(struct db *db, const char *sql) {
    sqlite3_stmt *statement;
    if (sqlite3_prepare_v2(db->handle, sql, -1, &statement, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(db->handle));
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    int64_t value = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    return value;
}

static void steps_are_applied_in_order_and_once(void **state) {
    char *path = scratch_path(state, "shop.db");
    struct db *db = scratch_writer(path);
    struct error error = {0};
    assert_int_equal(migrations_apply(db, steps, 1, NULL, &error), ERR_OK);
    assert_int_equal(number(db, "PRAGMA user_version"), 1001);
    assert_int_equal(migrations_apply(db, steps, 2, NULL, &error), ERR_OK);
    assert_int_equal(migrations_apply(db, steps, 2, NULL, &error), ERR_OK);
    assert_int_equal(number(db, "PRAGMA user_version"), 1002);
    assert_int_equal(number(db, "SELECT count(*) FROM one WHERE name = 'x'"), 2);
    assert_int_equal(number(db, "SELECT count(*) FROM of_one"), 2);
    assert_int_equal(number(db, "PRAGMA foreign_keys"), 1);
    db_close(db);
    free(path);
}

static void a_step_that_fails_leaves_the_version_before_it(void **state) {
    char *path = scratch_path(state, "shop.db");
    struct db *db = scratch_writer(path);
    struct error error = {0};
    assert_int_equal(migrations_apply(db, steps, 3, NULL, &error), ERR_DATABASE);
    assert_non_null(strstr(error.message, "nowhere"));
    assert_int_equal(number(db, "PRAGMA user_version"), 1002);
    assert_int_equal(number(db, "SELECT count(*) FROM sqlite_schema WHERE name = 'three'"), 0);
    assert_int_equal(number(db, "PRAGMA foreign_keys"), 1);
    db_close(db);
    free(path);
}

static void a_step_that_would_break_references_is_undone(void **state) {
    char *path = scratch_path(state, "shop.db");
    struct db *db = scratch_writer(path);
    struct error error = {0};
    assert_int_equal(migrations_apply(db, steps, 2, NULL, &error), ERR_OK);
    assert_int_equal(migrations_apply(db, &steps[3], 1, NULL, &error), ERR_DAMAGED);
    assert_non_null(strstr(error.message, "of_one"));
    assert_int_equal(number(db, "SELECT count(*) FROM one"), 2);
    db_close(db);
    free(path);
}

/* A file that is ours, but older than the first migration, stands for any older one. */
static char *older(void **state) {
    char *path = scratch_path(state, "older.db");
    sqlite3 *handle;
    assert_int_equal(sqlite3_open(path, &handle), SQLITE_OK);
    char *sql = sqlite3_mprintf("PRAGMA application_id=%d; VACUUM", DATABASE_APPLICATION_ID);
    assert_int_equal(sqlite3_exec(handle, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_free(sql);
    sqlite3_close(handle);
    return path;
}

static void a_reader_of_an_older_file_upgrades_it(void **state) {
    char *path = older(state);
    struct db *db = scratch_reader(path);
    assert_int_equal(number(db, "PRAGMA user_version"), migration_newest());
    assert_int_equal(db->lock_fd, -1);
    db_close(db);
    free(path);
}

/* As a program left it that knew the first three steps only. */
static char *of_version_three(void **state) {
    char *path = scratch_path(state, "three.db");
    sqlite3 *handle;
    assert_int_equal(sqlite3_open(path, &handle), SQLITE_OK);
    for (int i = 0; i < 3; i++)
        assert_int_equal(sqlite3_exec(handle, migrations[i].sql, NULL, NULL, NULL), SQLITE_OK);
    char *sql =
        sqlite3_mprintf("PRAGMA application_id=%d; PRAGMA user_version=3", DATABASE_APPLICATION_ID);
    assert_int_equal(sqlite3_exec(handle, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_free(sql);
    sqlite3_close(handle);
    return path;
}

/* The file grows far beyond any disk without taking room on this one. */
static void where_the_disk_is_too_small_nothing_is_begun(void **state) {
    char *path = of_version_three(state);
    struct db *db;
    struct error error = {0};
    struct stat status;
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(db_upgrade_bytes(path), status.st_size);
    if (truncate(path, (off_t)8 << 40) != 0) {
        puts("skipped: this disk has no files with holes");
        skip();
    }
    assert_int_equal(db_open_writer(path, NULL, &db, &error), ERR_IO);
    assert_non_null(strstr(error.message, "room"));
    assert_int_equal(db_open_reader(path, &db, &error), ERR_IO);
    assert_non_null(strstr(error.hint, "make room"));
    assert_int_equal(truncate(path, status.st_size), 0);
    db = scratch_reader(path);
    db_close(db);
    assert_int_equal(db_upgrade_bytes(path), 0);
    assert_int_equal(db_upgrade_bytes("/nowhere"), 0);
    free(path);
}

static void the_shipped_steps_ascend_from_one(void **state) {
    (void)state;
    for (int i = 0; i < migration_count; i++)
        assert_int_equal(migrations[i].version, i + 1);
}

/* What the schema says of itself, in a fixed order. */
static char *schema_of(struct db *db) {
    struct buffer text = {0};
    sqlite3_stmt *list;
    assert_int_equal(sqlite3_prepare_v2(db->handle,
                                        "SELECT type || ' ' || name || ' ' || coalesce(sql, '')"
                                        " FROM sqlite_schema ORDER BY type, name",
                                        -1, &list, NULL),
                     SQLITE_OK);
    while (sqlite3_step(list) == SQLITE_ROW)
        buffer_printf(&text, "%s\n", (const char *)sqlite3_column_text(list, 0));
    sqlite3_finalize(list);
    return buffer_take(&text);
}

static void an_upgraded_file_has_the_schema_of_a_fresh_one(void **state) {
    char *old_path = older(state), *new_path = scratch_path(state, "new.db");
    struct db *old_db = scratch_writer(old_path), *new_db = scratch_writer(new_path);
    char *old_schema = schema_of(old_db), *new_schema = schema_of(new_db);
    assert_string_equal(old_schema, new_schema);
    assert_non_null(strstr(new_schema, "TABLE \"sale\" "));
    free(old_schema);
    free(new_schema);
    db_close(old_db);
    db_close(new_db);
    free(new_path);
    free(old_path);
}

static void every_table_is_strict(void **state) {
    char *path = scratch_path(state, "shop.db");
    struct db *db = scratch_writer(path);
    assert_int_equal(number(db, "SELECT count(*) FROM pragma_table_list WHERE schema = 'main'"
                                " AND name NOT LIKE 'sqlite_%' AND NOT strict"),
                     0);
    assert_int_equal(number(db, "SELECT count(*) FROM pragma_table_list WHERE schema = 'main'"
                                " AND strict"),
                     24);
    db_close(db);
    free(path);
}

/* -------------------------------------------------------- from every version, cut off anywhere */

static void check_facts(struct db *db) {
    assert_int_equal(number(db, "SELECT count(*) FROM sale"), OLD_SALES);
    assert_int_equal(number(db, "SELECT sum(price_minor + day + location_id + age_years + run_id +"
                                " gender + bought_before + heard + substr(reference, 2))"
                                " FROM sale"),
                     96730200);
    assert_int_equal(number(db, "SELECT sum(imported) FROM import_run"), OLD_SALES);
}

/* Whose copy the upgrade made, or 0. */
static int64_t copy_version(const char *path, int before) {
    char *copy = xasprintf("%s.before-%d", path, before);
    sqlite3 *handle;
    int64_t version = 0;
    if (access(copy, F_OK) == 0) {
        struct db raw = {.lock_fd = -1};
        assert_int_equal(sqlite3_open_v2(copy, &handle, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
        raw.handle = handle;
        version = number(&raw, "PRAGMA user_version");
        check_facts(&raw);
        sqlite3_close(handle);
    }
    free(copy);
    return version;
}

static void every_released_version_becomes_what_a_new_database_is(void **state) {
    enum { REWRITES_SALES = 4 };
    char *new_path = scratch_path(state, "new.db");
    struct db *new_db = scratch_writer(new_path);
    char *new_schema = schema_of(new_db);
    db_close(new_db);
    for (int version = 1; version < migration_newest(); version++) {
        char *path = old_schema_database(state, version);
        struct error error;
        struct db *db = scratch_writer(path);
        char *schema = schema_of(db);
        assert_string_equal(schema, new_schema);
        check_facts(db);
        assert_int_equal(number(db, "SELECT count(*) FROM audit WHERE action = 'upgrade'"), 1);
        assert_int_equal(copy_version(path, REWRITES_SALES),
                         version < REWRITES_SALES ? version : 0);
        struct rebuilt rebuilt;
        assert_int_equal(sales_rebuild(db, NULL, &rebuilt, &error), ERR_OK);
        assert_int_equal(rebuilt.sales, OLD_SALES);
        derived_check(db, true);
        db_close(db);
        char *copy = xasprintf("%s.before-%d", path, REWRITES_SALES);
        unlink(copy);
        free(copy);
        free(schema);
        free(path);
    }
    free(new_schema);
    free(new_path);
}

/* Of the first attempt and of those after it. */
static void remove_copies(const char *path) {
    glob_t copies;
    char *pattern = xasprintf("%s.before-*", path);
    if (glob(pattern, 0, NULL, &copies) == 0) {
        for (size_t i = 0; i < copies.gl_pathc; i++)
            assert_int_equal(unlink(copies.gl_pathv[i]), 0);
    }
    globfree(&copies);
    free(pattern);
}

/* No file may grow beyond `limit`: the write that would ends with an error, or kills. */
static void upgrade_within(const char *path, rlim_t limit, bool kill) {
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        const struct rlimit no_core = {0}, low = {limit, limit};
        struct db *db = NULL;
        signal(SIGXFSZ, kill ? SIG_DFL : SIG_IGN);
        if (setrlimit(RLIMIT_CORE, &no_core) != 0 || setrlimit(RLIMIT_FSIZE, &low) != 0)
            _exit(2);
        enum err err = db_open_writer(path, NULL, &db, NULL);
        db_close(db);
        _exit(err == ERR_OK ? 0 : 1);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_false(WIFEXITED(status) && WEXITSTATUS(status) == 2);
}

static void an_upgrade_cut_off_at_any_write_leaves_a_whole_version(void **state) {
    enum { VERSION = 3, STEP = 24576, WHOLE = 800000 };
    int old = 0, newest = 0;
    char *path = old_schema_database(state, VERSION);
    for (rlim_t limit = STEP; limit < WHOLE; limit += STEP) {
        free(old_schema_database(state, VERSION));
        remove_copies(path);
        upgrade_within(path, limit, limit / STEP % 2 == 0);
        struct db raw = {.lock_fd = -1};
        assert_int_equal(sqlite3_open_v2(path, &raw.handle, SQLITE_OPEN_READWRITE, NULL),
                         SQLITE_OK);
        int64_t version = number(&raw, "PRAGMA user_version");
        check_facts(&raw);
        sqlite3_close(raw.handle);
        assert_in_range(version, VERSION, migration_newest());
        old += version == VERSION;
        newest += version == migration_newest();
        struct db *db = scratch_writer(path);
        check_facts(db);
        assert_int_equal(number(db, "PRAGMA user_version"), migration_newest());
        db_close(db);
    }
    assert_true(old > 3);
    assert_true(newest > 3);
    free(path);
}

/* When the copy has been made and the rewriting begins. */
static bool let_the_disk_be_full(void *context, const struct progress *progress) {
    enum { ROOM = 65536 };
    struct rlimit room;
    (void)context;
    if (strncmp(progress->phase, "upgrading (schema 4", strlen("upgrading (schema 4")) == 0) {
        assert_int_equal(getrlimit(RLIMIT_FSIZE, &room), 0);
        room.rlim_cur = ROOM;
        assert_int_equal(setrlimit(RLIMIT_FSIZE, &room), 0);
    }
    return true;
}

static void a_disk_that_fills_during_the_rewriting_is_not_filled_by_copies(void **state) {
    enum { VERSION = 3, ATTEMPTS = 3 };
    const struct progress_sink sink = {let_the_disk_be_full, NULL};
    char *path = old_schema_database(state, VERSION);
    int files = 0;
    struct rlimit before;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    void (*handler)(int) = signal(SIGXFSZ, SIG_IGN);
    for (int i = 0; i < ATTEMPTS; i++) {
        struct error error = {0};
        enum err err = db_upgrade(path, &sink, &error);
        assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
        assert_int_equal(err, ERR_IO);
        assert_int_equal(old_schema_version(path), VERSION);
        files = i == 0 ? scratch_files(*state) : files; /* log and lock stay */
        assert_int_equal(scratch_files(*state), files);
        assert_int_equal(copy_version(path, 4), 0);
    }
    signal(SIGXFSZ, handler);
    struct db *db = scratch_writer(path);
    check_facts(db);
    db_close(db);
    assert_int_equal(copy_version(path, 4), VERSION);
    free(path);
}

/* Says no to the report of this number, counted from 1. */
struct refusal {
    int at, reports;
};

static bool refuse(void *context, const struct progress *progress) {
    struct refusal *refusal = context;
    assert_true(progress->total == 0 || progress->done <= progress->total);
    return ++refusal->reports != refusal->at;
}

static void check_cancelled_upgrades(void **state, int from) {
    enum { REWRITES_SALES = 4, VERSIONS = 100 };
    int cancelled = 0, of_version[VERSIONS] = {0};
    for (bool done = false; !done; cancelled += !done) {
        char *path = old_schema_database(state, from);
        struct refusal refusal = {.at = cancelled + 1};
        const struct progress_sink sink = {refuse, &refusal};
        struct error error = {0};
        enum err err = db_upgrade(path, &sink, &error);
        done = refusal.reports < refusal.at || old_schema_version(path) == migration_newest();
        assert_int_equal(err, done ? ERR_OK : ERR_CANCELLED);
        int64_t version = old_schema_version(path);
        of_version[version]++;
        /* a copy stays of what has changed, and no other */
        assert_int_equal(copy_version(path, REWRITES_SALES), version == from ? 0 : from);
        struct db *db = scratch_writer(path);
        check_facts(db);
        assert_int_equal(number(db, "PRAGMA user_version"), migration_newest());
        db_close(db);
        remove_copies(path);
        free(path);
    }
    /* copying, checking the copy, each step */
    assert_true(cancelled >= 2 + migration_newest() - from);
    assert_true(of_version[from] >= 3);             /* those two and the first step */
    for (int i = from; i < migration_newest(); i++) /* between two steps */
        assert_true(of_version[i] > 0);
}

static void an_upgrade_can_be_cancelled_at_every_report_and_leaves_a_whole_version(void **state) {
    check_cancelled_upgrades(state, 1);
    check_cancelled_upgrades(state, 3);
}

static bool stop_half_way(void *context, const struct progress *progress) {
    uint64_t *stopped_at = context;
    if (strcmp(progress->unit, "sales") != 0 || progress->done * 3 < progress->total ||
        progress->total == 0)
        return true;
    *stopped_at = progress->done;
    return false;
}

static void sales_are_counted_while_they_are_copied_and_the_copying_can_be_stopped(void **state) {
    enum { VERSION = 1, SALES = 60000 };
    char *path = old_schema_database_of(state, VERSION, SALES);
    uint64_t stopped_at = 0;
    const struct progress_sink sink = {stop_half_way, &stopped_at};
    struct error error = {0};
    assert_int_equal(db_upgrade(path, &sink, &error), ERR_CANCELLED);
    assert_in_range(stopped_at, SALES / 3, SALES * 2 / 3);
    assert_int_equal(old_schema_version(path), 3);
    char *copy = xasprintf("%s.before-4", path); /* for the program that wrote version 1 */
    assert_int_equal(old_schema_version(copy), VERSION);
    free(copy);
    assert_int_equal(db_upgrade(path, NULL, &error), ERR_OK);
    struct db *db = scratch_reader(path);
    assert_int_equal(number(db, "SELECT count(*) FROM sale"), SALES);
    db_close(db);
    free(path);
}

static bool never(void *context, const struct progress *progress) {
    (void)progress;
    ++*(int *)context;
    return false;
}

/* In a process of its own, which dies before the log is in the file, or may not write. */
static void in_child(const char *path, bool may_write) {
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        struct db *db;
        if (may_write)
            _exit(db_open_writer(path, NULL, &db, NULL) == ERR_OK ? 0 : 1);
        db_forbid_writing();
        _exit(db_upgrade(path, NULL, NULL) == ERR_OK ? 0 : 1);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static void an_upgrade_that_is_in_the_log_alone_is_neither_waited_for_nor_refused(void **state) {
    enum { VERSION = 3 };
    char *path = old_schema_database(state, VERSION);
    int reports = 0;
    const struct progress_sink sink = {never, &reports};
    struct error error = {0};
    in_child(path, true);
    assert_int_equal(place_header(path).schema_version, VERSION);
    in_child(path, false);
    struct db *writer = scratch_writer(path);
    assert_int_equal(place_header(path).schema_version, VERSION);
    assert_int_equal(db_upgrade(path, &sink, &error), ERR_OK);
    assert_int_equal(reports, 0);
    db_close(writer);
    assert_int_equal(place_header(path).schema_version, migration_newest());
    free(path);
}

#define SCRATCH_TEST(test) cmocka_unit_test_setup_teardown(test, scratch_setup, scratch_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        SCRATCH_TEST(steps_are_applied_in_order_and_once),
        SCRATCH_TEST(a_step_that_fails_leaves_the_version_before_it),
        SCRATCH_TEST(a_step_that_would_break_references_is_undone),
        SCRATCH_TEST(a_reader_of_an_older_file_upgrades_it),
        SCRATCH_TEST(where_the_disk_is_too_small_nothing_is_begun),
        SCRATCH_TEST(the_shipped_steps_ascend_from_one),
        SCRATCH_TEST(an_upgraded_file_has_the_schema_of_a_fresh_one),
        SCRATCH_TEST(every_table_is_strict),
        SCRATCH_TEST(every_released_version_becomes_what_a_new_database_is),
        SCRATCH_TEST(an_upgrade_cut_off_at_any_write_leaves_a_whole_version),
        SCRATCH_TEST(a_disk_that_fills_during_the_rewriting_is_not_filled_by_copies),
        SCRATCH_TEST(an_upgrade_can_be_cancelled_at_every_report_and_leaves_a_whole_version),
        SCRATCH_TEST(an_upgrade_that_is_in_the_log_alone_is_neither_waited_for_nor_refused),
        SCRATCH_TEST(sales_are_counted_while_they_are_copied_and_the_copying_can_be_stopped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

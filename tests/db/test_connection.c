/* db/db.h: who may open what, and what each refusal says. */
#include <fcntl.h>
#include <pwd.h>
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

#include "base/clock.h"
#include "base/memory.h"
#include "db/connection.h"
#include "db/imports.h"
#include "db/migrate.h"
#include "db/sale_adder.h"
#include "db/sales.h"
#include "engine/intake/fold.h"
#include "tests/support/nobody.h"
#include "tests/support/scratch.h"

static const struct sale a_sale = {.reference = "1",
                                   .price_minor = 100,
                                   .day = 20000,
                                   .handset = 1,
                                   .age_years = UNKNOWN,
                                   .gender = UNKNOWN,
                                   .answers = {UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN}};

/* A closed database with one sale. */
static char *shop(void **state) {
    char *path = scratch_path(state, "shop.db");
    struct db *db = scratch_writer(path);
    struct error error;
    int32_t id;
    assert_int_equal(db_handset_intern(db, "Pixel", "Google", &id, &error), ERR_OK);
    scratch_import(db, &a_sale, 1, NULL);
    db_close(db);
    return path;
}

static int64_t sales_in(struct db *db) {
    struct sales_extent extent;
    struct error error = {0};
    if (db_sales_extent(db, &extent, &error) != ERR_OK)
        fail_msg("%s", error.message);
    return extent.sales;
}

static void refused(const char *path, bool writing, enum err expected, const char *word) {
    struct db *db;
    struct error error = {0};
    enum err err =
        writing ? db_open_writer(path, NULL, &db, &error) : db_open_reader(path, &db, &error);
    assert_null(db);
    if (err != expected)
        fail_msg("expected %s, got %s: %s", error_name(expected), error_name(err), error.message);
    assert_int_equal(error.code, expected);
    if (strstr(error.message, word) == NULL)
        fail_msg("'%s' does not say '%s'", error.message, word);
}

static void sql(const char *path, const char *text) {
    sqlite3 *handle;
    assert_int_equal(sqlite3_open(path, &handle), SQLITE_OK);
    char *message = NULL;
    if (sqlite3_exec(handle, text, NULL, NULL, &message) != SQLITE_OK)
        fail_msg("%s", message);
    sqlite3_close(handle);
}

/* ------------------------------------------------------------------------------- the file itself
 */

static void a_writer_makes_folder_and_file_for_the_owner_alone(void **state) {
    char *path = scratch_path(state, "new/folders/shop.db");
    char *folder = scratch_path(state, "new/folders");
    mode_t mask = umask(0);
    struct db *db = scratch_writer(path);
    umask(mask);
    struct stat status;
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    assert_int_equal(stat(folder, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0700);
    assert_int_equal(sales_in(db), 0);
    db_close(db);
    free(folder);
    free(path);
}

static int64_t pragma(struct db *db, const char *text) {
    sqlite3_stmt *statement;
    assert_int_equal(sqlite3_prepare_v2(db->handle, text, -1, &statement, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    int64_t value = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    return value;
}

static void every_connection_is_hardened(void **state) {
    char *path = shop(state);
    for (int writing = 0; writing <= 1; writing++) {
        struct db *db = writing ? scratch_writer(path) : scratch_reader(path);
        assert_int_equal(pragma(db, "PRAGMA foreign_keys"), 1);
        assert_int_equal(pragma(db, "PRAGMA trusted_schema"), 0);
        assert_int_equal(pragma(db, "PRAGMA cell_size_check"), 1);
        assert_int_equal(pragma(db, "PRAGMA busy_timeout"), 5000);
        assert_int_equal(pragma(db, "PRAGMA mmap_size"), 0);
        assert_int_equal(pragma(db, "PRAGMA query_only"), !writing);
        assert_int_equal(pragma(db, "PRAGMA application_id"), 0x52504C53);
        int defensive = 0;
        sqlite3_db_config(db->handle, SQLITE_DBCONFIG_DEFENSIVE, -1, &defensive);
        assert_int_equal(defensive, 1);
        if (writing) {
            assert_int_equal(pragma(db, "PRAGMA synchronous"), 2);
            assert_int_equal(pragma(db, "PRAGMA wal_autocheckpoint"), 0);
        }
        db_close(db);
    }
    free(path);
}

static void a_closed_writer_leaves_an_empty_log_and_its_side_files(void **state) {
    char *path = shop(state);
    char *log = xasprintf("%s-wal", path), *shared = xasprintf("%s-shm", path);
    struct stat status;
    assert_int_equal(stat(log, &status), 0);
    assert_int_equal(status.st_size, 0);
    assert_int_equal(stat(shared, &status), 0);
    free(shared);
    free(log);
    free(path);
}

/* ------------------------------------------------------------------------------------- statements
 */

static void every_statement_prepares_on_a_fresh_schema(void **state) {
    char *path = scratch_path(state, "shop.db");
    struct db *db = scratch_writer(path);
    for (int i = 0; i < SQL_COUNT; i++) {
        sqlite3_stmt *statement;
        const char *rest;
        if (sqlite3_prepare_v2(db->handle, sql_text((enum sql)i), -1, &statement, &rest) !=
            SQLITE_OK)
            fail_msg("%s: %s", sql_text((enum sql)i), sqlite3_errmsg(db->handle));
        assert_string_equal(rest, "");
        if (sqlite3_bind_parameter_name(statement, 1) != NULL) /* by name */
            assert_true(sqlite3_bind_parameter_count(statement) <= STATEMENT_BINDS_MAX);
        sqlite3_finalize(statement);
    }
    db_close(db);
    free(path);
}

static void a_bind_that_the_statement_does_not_have_is_an_error(void **state) {
    char *path = scratch_path(state, "shop.db");
    struct db *db = scratch_writer(path);
    struct error error;
    struct statement *find = statement_get(db, SQL_HANDSET_FIND);
    statement_bind_text(find, "nome", "Pixel");
    assert_int_equal(statement_run(find, &error), ERR_DATABASE);
    db_close(db);
    free(path);
}

static void a_statement_in_use_is_refused_to_a_second_caller(void **state) {
    char *path = shop(state);
    struct db *db = scratch_reader(path);
    struct error error;
    bool row;
    struct statement *first = statement_get(db, SQL_HANDSETS);
    assert_int_equal(statement_step(first, &row, &error), ERR_OK);
    assert_true(row);
    assert_int_equal(statement_run_plain(db, SQL_HANDSETS, &error), ERR_DATABASE);
    assert_string_equal(statement_text(first, 1), "Pixel");
    assert_int_equal(statement_step(first, &row, &error), ERR_OK);
    assert_false(row);
    statement_end(first);
    assert_int_equal(statement_run_plain(db, SQL_HANDSETS, &error), ERR_OK);
    db_close(db);
    free(path);
}

/* --------------------------------------------------------------------------------------- refusals
 */

static void a_missing_or_empty_file_is_not_found_by_a_reader(void **state) {
    char *path = scratch_path(state, "none.db"), *deep = scratch_path(state, "no/folder/none.db");
    refused(path, false, ERR_NOT_FOUND, "no database");
    refused(deep, false, ERR_NOT_FOUND, "no database");
    scratch_write_text(path, "");
    refused(path, false, ERR_NOT_FOUND, "no database");
    sql(path, "PRAGMA journal_mode=WAL; VACUUM"); /* a header, but nothing in it */
    refused(path, false, ERR_NOT_FOUND, "no database");
    db_close(scratch_writer(path));
    db_close(scratch_reader(path));
    free(deep);
    free(path);
}

static void an_empty_file_is_adopted_by_a_writer(void **state) {
    char *path = scratch_path(state, "empty.db");
    scratch_write_text(path, "");
    struct db *db = scratch_writer(path);
    assert_int_equal(sales_in(db), 0);
    db_close(db);
    free(path);
}

/* As a disk leaves it that failed while the very first page was written: the page, and the header
 * of a rollback journal (sqlite.org/fileformat2.html, section 3) which says how many pages there
 * were. */
static void lay_first_page(const char *path, unsigned char pages_before) {
    unsigned char header[512] = {0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7};
    char *journal = xasprintf("%s-journal", path);
    sql(path, "PRAGMA journal_mode=wal");
    header[19] = pages_before;
    header[22] = 2;  /* sectors of 512 bytes, */
    header[26] = 16; /* pages of 4096 */
    scratch_write(journal, header, sizeof header);
    free(journal);
}

static void a_file_whose_very_first_write_was_cut_off_is_adopted_too(void **state) {
    char *path = scratch_path(state, "shop.db"), *foreign = scratch_path(state, "other.db");
    lay_first_page(path, 0);
    db_close(scratch_writer(path));
    db_close(scratch_reader(path));
    lay_first_page(foreign, 1); /* there was something, and not ours */
    struct db *db;
    struct error error = {0};
    assert_int_not_equal(db_open_writer(foreign, NULL, &db, &error), ERR_OK);
    free(foreign);
    free(path);
}

static void a_file_of_another_kind_is_refused_and_left_as_it_is(void **state) {
    char *path = scratch_path(state, "sales.csv"), *lock = scratch_path(state, "sales.csv.lock");
    const char text[] = "Cus.ID,Date\n1,27-05-2024\n";
    scratch_write_text(path, text);
    refused(path, true, ERR_FOREIGN, "not a database");
    refused(path, false, ERR_FOREIGN, "not a database");
    size_t length;
    char *now = scratch_read(path, &length);
    assert_string_equal(now, text);
    assert_int_equal(access(lock, F_OK), -1);
    free(now);
    free(lock);
    free(path);
}

static void another_programs_database_is_refused_and_left_as_it_is(void **state) {
    char *path = scratch_path(state, "other.db"), *lock = scratch_path(state, "other.db.lock");
    sql(path, "CREATE TABLE bookmark (url TEXT)");
    size_t before_length, after_length;
    char *before = scratch_read(path, &before_length);
    refused(path, true, ERR_FOREIGN, "another program");
    refused(path, false, ERR_FOREIGN, "another program");
    sql(path, "DROP TABLE bookmark; PRAGMA application_id=7; VACUUM");
    refused(path, true, ERR_FOREIGN, "another program");
    sql(path, "PRAGMA application_id=0; CREATE TABLE bookmark (url TEXT); VACUUM");
    char *after = scratch_read(path, &after_length);
    assert_int_equal(before_length, after_length);
    assert_int_equal(access(lock, F_OK), -1);
    free(after);
    free(before);
    free(lock);
    free(path);
}

static void a_newer_database_is_refused_and_left_as_it_is(void **state) {
    char *path = shop(state);
    sql(path, "PRAGMA user_version=9999");
    refused(path, true, ERR_NEWER, "newer retail-pulse");
    refused(path, false, ERR_NEWER, "newer retail-pulse");
    free(path);
}

static void folders_and_devices_are_not_databases(void **state) {
    refused(*state, true, ERR_INPUT, "is a folder");
    refused(*state, false, ERR_INPUT, "is a folder");
    refused("/dev/null", true, ERR_INPUT, "not a regular file");
    char *path = scratch_path(state, "file"), *below = scratch_path(state, "file/shop.db");
    scratch_write_text(path, "x");
    refused(below, true, ERR_IO, "Not a directory");
    free(below);
    free(path);
}

/* Overwrites bytes of a closed database's file. */
static void overwrite(const char *path, off_t at, const char *bytes, size_t length) {
    int fd = open(path, O_WRONLY);
    assert_true(fd >= 0);
    assert_int_equal(pwrite(fd, bytes, length, at), length);
    close(fd);
}

static void a_database_with_a_page_of_nonsense_is_damaged(void **state) {
    char *path = shop(state);
    size_t length;
    char *bytes = scratch_read(path, &length);
    /* The root pages of all tables lie between the first page and the end. */
    char nonsense[4096];
    memset(nonsense, 0x5A, sizeof nonsense);
    for (size_t page = 1; page * 4096 < length; page++)
        overwrite(path, (off_t)(page * 4096), nonsense, sizeof nonsense);
    refused(path, false, ERR_DAMAGED, "damaged");
    refused(path, true, ERR_DAMAGED, "damaged");
    free(bytes);
    free(path);
}

static void a_database_cut_short_is_damaged(void **state) {
    char *path = shop(state);
    assert_int_equal(truncate(path, 4096), 0);
    refused(path, false, ERR_DAMAGED, "damaged");
    refused(path, true, ERR_DAMAGED, "damaged");
    free(path);
}

static void a_database_without_one_of_its_tables_is_damaged(void **state) {
    char *path = shop(state);
    sql(path, "DROP TABLE booster");
    refused(path, false, ERR_DAMAGED, "tables");
    refused(path, true, ERR_DAMAGED, "tables");
    free(path);
}

static bool never(void *context, const struct sale *sale) {
    (void)context;
    (void)sale;
    return true;
}

static void a_value_that_cannot_be_is_damage_and_not_a_figure(void **state) {
    char *path = shop(state);
    sql(path, "PRAGMA ignore_check_constraints=ON; UPDATE sale SET age_years = 900");
    struct db *db = scratch_reader(path);
    struct error error;
    assert_int_equal(db_sales_scan(db, 0, never, NULL, &error), ERR_DAMAGED);
    assert_non_null(strstr(error.message, "sale 1"));
    db_close(db);
    free(path);
}

/* ------------------------------------------------------------------------------ writers and
 * readers */

static void a_reader_may_not_write(void **state) {
    char *path = shop(state);
    struct db *db = scratch_reader(path);
    struct error error;
    assert_int_equal(db_begin(db, &error), ERR_READ_ONLY);
    int32_t id;
    assert_int_equal(db_handset_intern(db, "New", "New", &id, &error), ERR_READ_ONLY);
    db_close(db);
    free(path);
}

static void a_reader_sees_a_commit_and_is_told_of_it(void **state) {
    char *path = shop(state);
    struct db *reader = scratch_reader(path), *writer = scratch_writer(path);
    int64_t version = db_data_version(reader);
    assert_int_equal(db_data_version(reader), version);
    struct sale sale = a_sale;
    sale.reference = "2";
    scratch_import(writer, &sale, 1, NULL);
    assert_int_not_equal(db_data_version(reader), version);
    assert_int_equal(sales_in(reader), 2);
    db_close(writer);
    assert_int_equal(sales_in(reader), 2);
    db_close(reader);
    free(path);
}

static void a_snapshot_stands_still_while_others_commit(void **state) {
    char *path = shop(state);
    struct db *reader = scratch_reader(path), *writer = scratch_writer(path);
    struct error error;
    assert_int_equal(db_snapshot_begin(reader, &error), ERR_OK);
    assert_int_equal(sales_in(reader), 1);
    struct sale sale = a_sale;
    sale.reference = "2";
    scratch_import(writer, &sale, 1, NULL);
    assert_int_equal(sales_in(reader), 1);
    db_snapshot_end(reader);
    assert_int_equal(sales_in(reader), 2);
    db_close(writer);
    db_close(reader);
    free(path);
}

static void what_is_rolled_back_or_left_open_never_happened(void **state) {
    char *path = shop(state);
    struct db *db = scratch_writer(path);
    struct error error;
    int32_t id;
    for (int closing = 0; closing <= 1; closing++) {
        assert_int_equal(db_begin(db, &error), ERR_OK);
        struct import_run run = {.file = "a", .who = "b", .started_at = "2025-01-01T00:00:00Z"};
        assert_int_equal(db_import_start(db, &run, &error), ERR_OK);
        assert_int_equal(db_handset_intern(db, "Moto", "Motorola", &id, &error), ERR_OK);
        struct sale sale = a_sale;
        sale.handset = id;
        struct sale_adder *adder;
        struct sale_tally tally;
        assert_int_equal(sale_adder_open(db, run.id, "SYN-", &adder, &error), ERR_OK);
        assert_int_equal(sale_adder_add(adder, &sale, &error), ERR_OK);
        assert_int_equal(sale_adder_settle(adder, NULL, &tally, &error), ERR_OK);
        assert_int_equal(tally.kept, 1);
        sale_adder_close(adder);
        if (closing) {
            db_close(db);
            db = scratch_reader(path);
        } else {
            db_rollback(db);
        }
        assert_int_equal(sales_in(db), 1);
        struct dictionary handsets;
        assert_int_equal(db_handsets_load(db, &handsets, &error), ERR_OK);
        assert_int_equal(handsets.count, 1);
        dictionary_free(&handsets);
    }
    db_close(db);
    free(path);
}

static void an_interrupted_query_is_cancelled(void **state) {
    char *path = shop(state);
    struct db *db = scratch_reader(path);
    struct error error;
    struct statement *list = statement_get(db, SQL_HANDSETS);
    bool row;
    assert_int_equal(statement_step(list, &row, &error), ERR_OK);
    db_interrupt(db);
    assert_int_equal(statement_step(list, &row, &error), ERR_CANCELLED);
    statement_end(list);
    assert_int_equal(sales_in(db), 1);
    db_close(db);
    free(path);
}

static void a_full_disk_is_said_and_nothing_of_the_transaction_stays(void **state) {
    char *path = shop(state);
    struct db *db = scratch_writer(path);
    struct error error;
    int64_t pages = pragma(db, "PRAGMA page_count");
    char *limit = xasprintf("PRAGMA max_page_count=%lld", (long long)pages + 4);
    pragma(db, limit);
    free(limit);
    assert_int_equal(db_begin(db, &error), ERR_OK);
    struct import_run run = {.file = "a", .who = "b", .started_at = "2025-01-01T00:00:00Z"};
    assert_int_equal(db_import_start(db, &run, &error), ERR_OK);
    struct sale_adder *adder;
    enum err err = sale_adder_open(db, run.id, "SYN-", &adder, &error);
    for (int i = 0; err == ERR_OK && i < 10000; i++) {
        struct sale sale = a_sale;
        sale.price_minor = 200 + i;
        err = sale_adder_add(adder, &sale, &error);
    }
    sale_adder_close(adder);
    assert_int_equal(err, ERR_IO);
    assert_non_null(strstr(error.message, "disk is full"));
    db_rollback(db);
    assert_int_equal(sales_in(db), 1);
    db_close(db);
    free(path);
}

/* ------------------------------------------------------------------------------------ the folder
 */

static void read_one_sale(const char *path) {
    struct db *db;
    struct error error = {0};
    enum err err = db_open_reader(path, &db, &error);
    if (err != ERR_OK)
        fprintf(stderr, "%s\n", error.message);
    DEMAND(err == ERR_OK);
    struct sales_extent extent;
    DEMAND(db_sales_extent(db, &extent, &error) == ERR_OK);
    DEMAND(extent.sales == 1);
    db_close(db);
}

static void refuse_to_write(const char *path) {
    struct db *db;
    struct error error = {0};
    DEMAND(db_open_writer(path, NULL, &db, &error) == ERR_IO);
    DEMAND(strstr(error.message, "Permission denied") != NULL);
}

static void make_read_only(void **state, const char *path) {
    assert_int_equal(chmod(path, 0444), 0);
    assert_int_equal(chmod(*state, 0555), 0);
}

static void a_reader_needs_neither_side_files_nor_a_writable_folder(void **state) {
    char *path = shop(state), *log = xasprintf("%s-wal", path), *shm = xasprintf("%s-shm", path);
    chmod(log, 0444);
    chmod(shm, 0444);
    make_read_only(state, path);
    as_nobody(read_one_sale, path);
    as_nobody(refuse_to_write, path);
    chmod(*state, 0755);
    assert_int_equal(unlink(log), 0);
    assert_int_equal(unlink(shm), 0);
    make_read_only(state, path);
    as_nobody(read_one_sale, path);
    chmod(*state, 0755);
    chmod(path, 0644);
    as_nobody(read_one_sale, path);
    free(shm);
    free(log);
    free(path);
}

/* Two pipes: the parent writes once the child has opened, the child looks once the parent has. */
static int to_child[2], to_parent[2];

static void see_the_second_sale(const char *path) {
    struct db *db;
    struct error error = {0};
    char byte;
    DEMAND(db_open_reader(path, &db, &error) == ERR_OK);
    DEMAND(db->frozen);
    int64_t version = db_data_version(db);
    DEMAND(db_data_version(db) == version);
    DEMAND(write(to_parent[1], "x", 1) == 1);
    DEMAND(read(to_child[0], &byte, 1) == 1);
    DEMAND(db_data_version(db) != version);
    struct sales_extent extent;
    DEMAND(db_sales_extent(db, &extent, &error) == ERR_OK);
    DEMAND(extent.sales == 2);
    db_close(db);
}

static void a_reader_without_side_files_still_notices_a_writer(void **state) {
    char *path = shop(state), *log = xasprintf("%s-wal", path), *shm = xasprintf("%s-shm", path);
    assert_int_equal(unlink(log), 0);
    assert_int_equal(unlink(shm), 0);
    assert_int_equal(chmod(path, 0644), 0);
    assert_int_equal(chmod(*state, 0555), 0);
    assert_int_equal(pipe(to_child), 0);
    assert_int_equal(pipe(to_parent), 0);
    pid_t child = nobody_begin(see_the_second_sale, path);
    close(to_parent[1]);
    char byte;
    ssize_t got = read(to_parent[0], &byte, 1);
    chmod(*state, 0755);
    struct db *writer = scratch_writer(path);
    struct sale sale = a_sale;
    sale.reference = "2";
    scratch_import(writer, &sale, 1, NULL);
    db_close(writer);
    assert_int_equal(write(to_child[1], "x", 1), 1);
    nobody_end(child);
    assert_int_equal(got, 1);
    free(shm);
    free(log);
    free(path);
}

/* ------------------------------------------------------------------------------------- the path */

static void the_database_is_the_option_then_the_variable_then_the_data_folder(void **state) {
    (void)state;
    setenv("RETAIL_PULSE_DB", "/a/b.db", 1);
    setenv("XDG_DATA_HOME", "/data", 1);
    setenv("HOME", "/home/anna", 1);
    const char *expected[] = {"x.db", "/a/b.db", "/data/retail-pulse/shop.db",
                              "/home/anna/.local/share/retail-pulse/shop.db",
                              "/home/anna/.local/share/retail-pulse/shop.db"};
    for (int i = 0; i < 5; i++) {
        if (i == 2)
            setenv("RETAIL_PULSE_DB", "", 1);
        if (i == 3)
            setenv("XDG_DATA_HOME", "relative", 1);
        if (i == 4)
            unsetenv("XDG_DATA_HOME");
        char *path = db_default_path(i == 0 ? "x.db" : NULL);
        assert_string_equal(path, expected[i]);
        free(path);
    }
    unsetenv("HOME"); /* a service's environment: the system knows where its user is at home */
    char *path = db_default_path(NULL),
         *at_home = xasprintf("%s/.local/share/retail-pulse/shop.db", getpwuid(geteuid())->pw_dir);
    assert_string_equal(path, at_home);
    free(at_home);
    free(path);
}

#define SCRATCH_TEST(test) cmocka_unit_test_setup_teardown(test, scratch_setup, scratch_teardown)

/* A first import of so many sales, with a cache so small that pages go to the file meanwhile. */
static struct sale_adder *first_import(struct db *db, int sales) {
    struct error error;
    int32_t handset;
    sqlite3_exec(db->handle, "PRAGMA cache_size=10", NULL, NULL, NULL);
    assert_int_equal(db_handset_intern(db, "Pixel", "Google", &handset, &error), ERR_OK);
    assert_int_equal(db_begin_trusting(db, &error), ERR_OK);
    struct import_run run = {.file = "first.csv", .who = "anna", .shop = 1};
    assert_int_equal(db_import_start(db, &run, &error), ERR_OK);
    struct sale_adder *adder;
    assert_int_equal(sale_adder_open(db, run.id, "SYN-", &adder, &error), ERR_OK);
    for (int i = 0; i < sales; i++) {
        struct sale sale = a_sale;
        sale.reference = NULL;
        sale.price_minor = 100 + i;
        assert_int_equal(sale_adder_add(adder, &sale, &error), ERR_OK);
    }
    return adder;
}

static void commit_import(struct db *db, struct sale_adder *adder) {
    struct sale_tally tally;
    struct error error;
    assert_int_equal(sales_settle(db, adder, NULL, &tally, &error), ERR_OK);
    sale_adder_close(adder);
    assert_int_equal(db_commit(db, &error), ERR_OK);
}

static bool there_is(const char *path, const char *ending) {
    char *name = xasprintf("%s%s", path, ending);
    bool there = access(name, F_OK) == 0;
    free(name);
    return there;
}

enum { MANY = 20000 };

static void the_first_import_writes_no_log_where_nobody_reads(void **state) {
    char *path = scratch_path(state, "shop.db");
    struct db *db = scratch_writer(path);
    struct sale_adder *adder = first_import(db, MANY);
    assert_true(db->alone);
    assert_false(there_is(path, "-wal"));
    commit_import(db, adder);
    assert_false(there_is(path, "-journal"));
    assert_int_equal(sales_in(db), MANY);
    /* The next one does, so that readers read on. */
    struct error error;
    assert_int_equal(db_begin_trusting(db, &error), ERR_OK);
    assert_false(db->alone);
    db_rollback(db);
    db_close(db);
    assert_true(there_is(path, "-wal")); /* for readers who may not make it */
    db = scratch_reader(path);
    assert_int_equal(sales_in(db), MANY);
    db_close(db);
    free(path);
}

static void a_first_import_beside_a_reader_lets_it_read(void **state) {
    char *path = scratch_path(state, "shop.db");
    struct db *db = scratch_writer(path), *reader = scratch_reader(path);
    struct sale_adder *adder = first_import(db, MANY);
    assert_false(db->alone);
    assert_int_equal(sales_in(reader), 0);
    commit_import(db, adder);
    assert_int_equal(sales_in(reader), MANY);
    db_close(reader);
    db_close(db);
    free(path);
}

static bool is_whole(struct db *db) {
    sqlite3_stmt *check;
    assert_int_equal(sqlite3_prepare_v2(db->handle, "PRAGMA integrity_check", -1, &check, NULL),
                     SQLITE_OK);
    assert_int_equal(sqlite3_step(check), SQLITE_ROW);
    bool whole = strcmp((const char *)sqlite3_column_text(check, 0), "ok") == 0;
    sqlite3_finalize(check);
    return whole;
}

static void leave_first_import(const char *path, int sales) {
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        struct db *db = scratch_writer(path);
        first_import(db, sales);
        raise(SIGKILL);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

static void a_first_import_that_died_is_undone_by_whoever_opens_next(void **state) {
    char *path = scratch_path(state, "shop.db");
    struct error error;
    struct db *db;
    leave_first_import(path, MANY);
    assert_int_equal(db_open_unchanged(path, &db, &error), ERR_READ_ONLY);
    assert_non_null(strstr(error.message, "cut off"));
    assert_true(there_is(path, "-journal"));
    static const int moments[] = {MANY, 1, 513, 3000, MANY / 2};
    for (size_t i = 0; i < sizeof moments / sizeof *moments; i++) {
        leave_first_import(path, moments[i]);
        db = scratch_reader(path);
        assert_int_equal(sales_in(db), 0);
        db_close(db);
        leave_first_import(path, moments[i]);
        db = scratch_writer(path);
        assert_false(there_is(path, "-journal"));
        assert_int_equal(sales_in(db), 0);
        db_close(db);
    }
    db = scratch_writer(path);
    commit_import(db, first_import(db, MANY));
    assert_int_equal(sales_in(db), MANY);
    assert_true(is_whole(db));
    db_close(db);
    free(path);
}

static void who_reads_during_a_first_import_is_told_at_once(void **state) {
    char *path = scratch_path(state, "shop.db"), who[256], ready;
    int ends[2];
    struct db *db;
    struct error error;
    db_close(scratch_writer(path));
    assert_false(db_first_import_runs(path, who, sizeof who));
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        db = scratch_writer(path);
        first_import(db, MANY);
        if (write(ends[1], "!", 1) == 1)
            pause();
        _exit(1);
    }
    assert_int_equal(read(ends[0], &ready, 1), 1);
    assert_true(db_first_import_runs(path, who, sizeof who));
    int64_t started_ms = clock_elapsed_ms();
    assert_int_equal(db_open_reader(path, &db, &error), ERR_BUSY);
    assert_in_range(clock_elapsed_ms() - started_ms, 0, BUSY_TIMEOUT_MS / 2);
    assert_non_null(strstr(error.message, "first import"));
    assert_non_null(strstr(error.message, who));
    struct stat of_database, of_journal;
    char *journal = xasprintf("%s-journal", path);
    assert_int_equal(stat(path, &of_database), 0);
    assert_int_equal(stat(journal, &of_journal), 0);
    assert_int_equal(of_journal.st_mode, of_database.st_mode);
    free(journal);
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    assert_false(db_first_import_runs(path, who, sizeof who));
    db = scratch_reader(path);
    assert_int_equal(sales_in(db), 0);
    db_close(db);
    close(ends[0]);
    close(ends[1]);
    free(path);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        SCRATCH_TEST(a_writer_makes_folder_and_file_for_the_owner_alone),
        SCRATCH_TEST(every_connection_is_hardened),
        SCRATCH_TEST(a_closed_writer_leaves_an_empty_log_and_its_side_files),
        SCRATCH_TEST(every_statement_prepares_on_a_fresh_schema),
        SCRATCH_TEST(the_first_import_writes_no_log_where_nobody_reads),
        SCRATCH_TEST(a_first_import_beside_a_reader_lets_it_read),
        SCRATCH_TEST(a_first_import_that_died_is_undone_by_whoever_opens_next),
        SCRATCH_TEST(who_reads_during_a_first_import_is_told_at_once),
        SCRATCH_TEST(a_bind_that_the_statement_does_not_have_is_an_error),
        SCRATCH_TEST(a_statement_in_use_is_refused_to_a_second_caller),
        SCRATCH_TEST(a_missing_or_empty_file_is_not_found_by_a_reader),
        SCRATCH_TEST(an_empty_file_is_adopted_by_a_writer),
        SCRATCH_TEST(a_file_whose_very_first_write_was_cut_off_is_adopted_too),
        SCRATCH_TEST(a_file_of_another_kind_is_refused_and_left_as_it_is),
        SCRATCH_TEST(another_programs_database_is_refused_and_left_as_it_is),
        SCRATCH_TEST(a_newer_database_is_refused_and_left_as_it_is),
        SCRATCH_TEST(folders_and_devices_are_not_databases),
        SCRATCH_TEST(a_database_with_a_page_of_nonsense_is_damaged),
        SCRATCH_TEST(a_database_cut_short_is_damaged),
        SCRATCH_TEST(a_database_without_one_of_its_tables_is_damaged),
        SCRATCH_TEST(a_value_that_cannot_be_is_damage_and_not_a_figure),
        SCRATCH_TEST(a_reader_may_not_write),
        SCRATCH_TEST(a_reader_sees_a_commit_and_is_told_of_it),
        SCRATCH_TEST(a_snapshot_stands_still_while_others_commit),
        SCRATCH_TEST(what_is_rolled_back_or_left_open_never_happened),
        SCRATCH_TEST(an_interrupted_query_is_cancelled),
        SCRATCH_TEST(a_full_disk_is_said_and_nothing_of_the_transaction_stays),
        SCRATCH_TEST(a_reader_needs_neither_side_files_nor_a_writable_folder),
        SCRATCH_TEST(a_reader_without_side_files_still_notices_a_writer),
        cmocka_unit_test(the_database_is_the_option_then_the_variable_then_the_data_folder),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

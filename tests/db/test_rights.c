/* Who may not read or write something is told what it is, and who can help; nothing is left where
 * nothing may be written. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/memory.h"
#include "db/backup.h"
#include "db/connection.h"
#include "db/migrate.h"
#include "db/place.h"
#include "db/sales.h"
#include "tests/support/nobody.h"
#include "tests/support/scratch.h"

/* The folder may be entered and read by everybody and written by nobody but root. */
static void close_folder(void **state) {
    assert_int_equal(chmod(*state, 0555), 0);
}

static int open_folder_again(void **state) {
    chmod(*state, 0700);
    return scratch_teardown(state);
}

static char *shop(void **state, mode_t mode) {
    char *path = scratch_path(state, "shop.db");
    db_close(scratch_writer(path));
    assert_int_equal(chmod(path, mode), 0);
    return path;
}

static enum err read_it(const char *path, struct error *error) {
    struct db *db;
    enum err err = db_open_reader(path, &db, error);
    db_close(err == ERR_OK ? db : NULL);
    return err;
}

/* -------------------------------------------------------------------------------- by nobody */

static void reading_is_forbidden(const char *path) {
    struct error error = {0};
    DEMAND(read_it(path, &error) == ERR_IO);
    DEMAND(strstr(error.message, "Permission denied") != NULL);
    DEMAND(strstr(error.message, path) != NULL);
    DEMAND(strstr(error.hint, "ask its owner for permission") != NULL);
}

static void a_database_of_somebody_elses_is_not_read(void **state) {
    char *path = shop(state, 0);
    close_folder(state);
    as_nobody(reading_is_forbidden, path);
    assert_int_equal(chmod(path, 0644), 0); /* nor is one in a folder of somebody else's */
    assert_int_equal(chmod(*state, 0), 0);
    as_nobody(reading_is_forbidden, path);
    free(path);
}

static void making_folders_is_forbidden(const char *path) {
    struct error error = {0};
    char *resolved;
    DEMAND(place_resolve(path, true, &resolved, &error) == ERR_IO);
    DEMAND(resolved == NULL);
    DEMAND(strstr(error.message, "cannot make the folder") != NULL);
    DEMAND(strstr(error.hint, "--db") != NULL);
}

static void a_folder_that_may_not_be_made_is_named(void **state) {
    char *path = scratch_path(state, "new/shop.db");
    close_folder(state);
    as_nobody(making_folders_is_forbidden, path);
    free(path);
}

static void upgrading_is_forbidden(const char *path) {
    struct error error = {0};
    DEMAND(read_it(path, &error) == ERR_READ_ONLY);
    DEMAND(strstr(error.message, "was written by an older retail-pulse") != NULL);
    DEMAND(strstr(error.hint, "somebody who may write") != NULL);
}

static void an_older_database_that_may_not_be_upgraded_says_who_can(void **state) {
    char *path = scratch_path(state, "older.db");
    sqlite3 *handle;
    assert_int_equal(sqlite3_open(path, &handle), SQLITE_OK);
    assert_int_equal(sqlite3_exec(handle, migrations[0].sql, NULL, NULL, NULL), SQLITE_OK);
    char *sql =
        sqlite3_mprintf("PRAGMA application_id=%d; PRAGMA user_version=1", DATABASE_APPLICATION_ID);
    assert_int_equal(sqlite3_exec(handle, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_free(sql);
    sqlite3_close(handle);
    assert_int_equal(chmod(path, 0444), 0);
    close_folder(state);
    int before = scratch_files(*state);
    as_nobody(upgrading_is_forbidden, path);
    assert_int_equal(scratch_files(*state), before);
    assert_int_equal(place_header(path).schema_version, 1);
    free(path);
}

static void the_log_cannot_be_read(const char *path) {
    struct error error = {0};
    DEMAND(read_it(path, &error) == ERR_IO);
    DEMAND(strstr(error.message, "its -shm file cannot be made here") != NULL);
    DEMAND(strstr(error.hint, "somebody who may write into the folder") != NULL);
}

/* As a writer that was killed leaves it, and then copied without the file that is no data. Without
 * its log it would be another state of the shop. */
static void a_log_that_cannot_be_read_is_not_passed_over(void **state) {
    char *path = scratch_path(state, "shop.db"), *log = xasprintf("%s-wal", path),
         *copy = scratch_path(state, "copy.db"), *copied_log = xasprintf("%s-wal", copy);
    struct error error;
    int32_t id;
    size_t length, log_length;
    struct db *db = scratch_writer(path);
    assert_int_equal(db_begin(db, &error), ERR_OK);
    assert_int_equal(db_location_intern(db, "Lakeside", true, &id, &error), ERR_OK);
    assert_int_equal(db_commit(db, &error), ERR_OK);
    char *bytes = scratch_read(path, &length), *log_bytes = scratch_read(log, &log_length);
    assert_true(log_length > 0);
    db_close(db);
    scratch_write(copy, bytes, length);
    scratch_write(copied_log, log_bytes, log_length);
    assert_int_equal(chmod(copy, 0444), 0);
    assert_int_equal(chmod(copied_log, 0444), 0);
    close_folder(state);
    as_nobody(the_log_cannot_be_read, copy);
    free(log_bytes);
    free(bytes);
    free(copied_log);
    free(copy);
    free(log);
    free(path);
}

static void a_backup_beside_it_is_forbidden(const char *path) {
    struct db *db;
    struct backup backup;
    struct error error = {0};
    char *target = xasprintf("%s.copy", path);
    DEMAND(db_open_reader(path, &db, &error) == ERR_OK);
    DEMAND(db_backup(db, target, false, NULL, &backup, &error) == ERR_IO);
    DEMAND(strstr(error.message, "Permission denied") != NULL);
    DEMAND(strstr(error.hint, "name a folder that you may write to") != NULL);
    db_close(db);
    free(target);
}

static void a_backup_goes_where_one_may_write(void **state) {
    char *path = shop(state, 0444);
    close_folder(state);
    int before = scratch_files(*state);
    as_nobody(a_backup_beside_it_is_forbidden, path);
    assert_int_equal(scratch_files(*state), before);
    free(path);
}

/* In a process of its own, because it holds for the rest of one. */
static void writing_is_forbidden_once_and_for_all(const char *path) {
    struct db *db;
    struct error error = {0};
    DEMAND(db_open_writer(path, NULL, &db, &error) == ERR_OK);
    db_close(db);
    db_forbid_writing();
    DEMAND(db_open_writer(path, NULL, &db, &error) == ERR_READ_ONLY);
    DEMAND(db == NULL);
    DEMAND(strstr(error.message, "may not be written here") != NULL);
    DEMAND(read_it(path, &error) == ERR_OK);
}

static void a_program_that_may_not_write_opens_nothing_for_writing(void **state) {
    char *path = scratch_path(state, "shop.db");
    assert_int_equal(chmod(*state, 0777), 0);
    as_nobody(writing_is_forbidden_once_and_for_all, path);
    free(path);
}

/* --------------------------------------------------------------------------------- in words */

static void what_the_system_refuses_is_said_with_what_to_do(void **state) {
    static const struct {
        int number;
        const char *hint;
    } refusals[] = {{EACCES, "ask its owner"},    {EPERM, "ask its owner"}, {EROFS, "read-only"},
                    {ENOSPC, "the disk is full"}, {EDQUOT, "make room"},    {EIO, ""}};
    (void)state;
    for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
        struct error error = {0};
        assert_int_equal(place_failure(&error, refusals[i].number, "write", "/a/shop.db"), ERR_IO);
        char *message = xasprintf("cannot write /a/shop.db: %s", strerror(refusals[i].number));
        assert_string_equal(error.message, message);
        assert_int_equal(error.hint[0] == '\0', refusals[i].hint[0] == '\0');
        assert_non_null(strstr(error.hint, refusals[i].hint));
        free(message);
    }
}

#define SCRATCH_TEST(test) cmocka_unit_test_setup_teardown(test, scratch_setup, open_folder_again)

int main(void) {
    const struct CMUnitTest tests[] = {
        SCRATCH_TEST(a_database_of_somebody_elses_is_not_read),
        SCRATCH_TEST(a_folder_that_may_not_be_made_is_named),
        SCRATCH_TEST(an_older_database_that_may_not_be_upgraded_says_who_can),
        SCRATCH_TEST(a_log_that_cannot_be_read_is_not_passed_over),
        SCRATCH_TEST(a_backup_goes_where_one_may_write),
        SCRATCH_TEST(a_program_that_may_not_write_opens_nothing_for_writing),
        cmocka_unit_test(what_the_system_refuses_is_said_with_what_to_do),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

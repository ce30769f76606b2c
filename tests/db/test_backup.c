/* db/backup: one state of the database, whatever happens meanwhile, and nothing where it fails. */
#include <dirent.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/memory.h"
#include "db/backup.h"
#include "db/sales.h"
#include "tests/support/derived.h"
#include "tests/support/scratch.h"

enum { SALES = 30000 };

/* Enough of them for several steps of the copy. */
static char *shop(void **state) {
    char *path = scratch_path(state, "shop.db");
    struct db *db = scratch_writer(path);
    struct error error;
    int32_t id;
    assert_int_equal(db_location_intern(db, "Lakeside", true, &id, &error), ERR_OK);
    assert_int_equal(db_handset_intern(db, "Pixel 7a 8/128", "Google", &id, &error), ERR_OK);
    struct sale *sales = xcalloc(SALES, sizeof *sales);
    for (int i = 0; i < SALES; i++)
        sales[i] = (struct sale){.price_minor = 100 + i,
                                 .day = 19000 + i % 700,
                                 .location = 1,
                                 .handset = 1,
                                 .age_years = UNKNOWN,
                                 .gender = UNKNOWN,
                                 .answers = {1, 0, UNKNOWN, 1}};
    scratch_import(db, sales, SALES, NULL);
    free(sales);
    db_close(db);
    return path;
}

/* Adds a sale as soon as the first step of the copy is done, and counts the steps. */
struct meddler {
    const char *path;
    int calls, cancel_at;
    bool added;
};

static bool meddle(void *context, const struct progress *progress) {
    struct meddler *meddler = context;
    meddler->calls++;
    if (meddler->path != NULL && !meddler->added && progress->done < progress->total) {
        const struct sale sale = {.price_minor = 7,
                                  .day = 19900,
                                  .location = 1,
                                  .handset = 1,
                                  .age_years = UNKNOWN,
                                  .gender = UNKNOWN};
        struct db *db = scratch_writer(meddler->path);
        scratch_import(db, &sale, 1, NULL);
        db_close(db);
        meddler->added = true;
    }
    return meddler->calls != meddler->cancel_at;
}

static void an_import_in_the_middle_of_a_copy_is_not_in_it(void **state) {
    char *path = shop(state), *target = scratch_path(state, "copy.db");
    struct meddler meddler = {.path = path};
    const struct progress_sink sink = {meddle, &meddler};
    struct db *db = scratch_reader(path);
    struct backup backup;
    struct error error = {0};
    assert_int_equal(db_backup(db, target, false, &sink, &backup, &error), ERR_OK);
    assert_true(meddler.added);
    assert_int_equal(backup.sales, SALES);
    assert_string_equal(backup.path, target);
    assert_false(backup.replaced);
    backup_free(&backup);
    db_close(db);
    assert_int_equal(derived_sales_of(target), SALES);
    assert_int_equal(derived_sales_of(path), SALES + 1);
    free(target);
    free(path);
}

/* The uncommitted half of an import is in no copy, though its pages may be in the log already. */
static void what_is_not_committed_is_not_copied(void **state) {
    char *path = shop(state), *target = scratch_path(state, "copy.db");
    struct db *writer = scratch_writer(path), *db = scratch_reader(path);
    struct backup backup;
    struct error error = {0};
    int32_t id;
    assert_int_equal(db_begin(writer, &error), ERR_OK);
    assert_int_equal(db_location_intern(writer, "Nowhere", true, &id, &error), ERR_OK);
    assert_int_equal(db_backup(db, target, false, NULL, &backup, &error), ERR_OK);
    backup_free(&backup);
    assert_int_equal(db_commit(writer, &error), ERR_OK);
    db_close(writer);
    db_close(db);
    db = scratch_reader(target);
    struct dictionary locations;
    assert_int_equal(db_locations_load(db, &locations, &error), ERR_OK);
    assert_int_equal(locations.count, 1);
    dictionary_free(&locations);
    db_close(db);
    free(target);
    free(path);
}

static void cancelled_at_any_moment_it_leaves_nothing(void **state) {
    char *path = shop(state), *target = scratch_path(state, "copy.db");
    struct db *db = scratch_reader(path);
    struct backup backup;
    struct error error = {0};
    struct meddler whole = {0};
    struct progress_sink sink = {meddle, &whole};
    assert_int_equal(db_backup(db, target, false, &sink, &backup, &error), ERR_OK);
    backup_free(&backup);
    assert_int_equal(unlink(target), 0);
    int before = scratch_files(*state);
    assert_true(whole.calls > 3);
    for (int at = 1; at <= whole.calls; at++) {
        struct meddler meddler = {.cancel_at = at};
        sink.context = &meddler;
        assert_int_equal(db_backup(db, target, false, &sink, &backup, &error), ERR_CANCELLED);
        assert_int_equal(scratch_files(*state), before);
    }
    db_close(db);
    free(target);
    free(path);
}

static void an_earlier_file_is_replaced_only_by_force_and_only_a_database(void **state) {
    char *path = shop(state), *target = scratch_path(state, "copy.db"),
         *letter = scratch_path(state, "letter.txt"), *link_path = scratch_path(state, "link.db"),
         *log = xasprintf("%s-wal", target);
    struct db *db = scratch_reader(path);
    struct backup backup;
    struct error error = {0};
    assert_int_equal(db_backup(db, target, false, NULL, &backup, &error), ERR_OK);
    backup_free(&backup);
    assert_int_equal(db_backup(db, target, false, NULL, &backup, &error), ERR_INPUT);
    assert_non_null(strstr(error.hint, "--force"));
    assert_int_equal(db_backup(db, target, true, NULL, &backup, &error), ERR_OK);
    assert_true(backup.replaced);
    backup_free(&backup);
    scratch_write_text(letter, "Dear shop");
    assert_int_equal(db_backup(db, letter, true, NULL, &backup, &error), ERR_INPUT);
    size_t length;
    char *text = scratch_read(letter, &length);
    assert_string_equal(text, "Dear shop");
    free(text);
    assert_int_equal(symlink(path, link_path), 0);
    assert_int_equal(db_backup(db, link_path, true, NULL, &backup, &error), ERR_INPUT);
    assert_non_null(strstr(error.message, "itself"));
    assert_int_equal(db_backup(db, *state, true, NULL, &backup, &error), ERR_INPUT);
    scratch_write_text(log, "a log of whoever works with the copy");
    assert_int_equal(db_backup(db, target, true, NULL, &backup, &error), ERR_INPUT);
    assert_non_null(strstr(error.message, "in use"));
    db_close(db);
    free(log);
    free(link_path);
    free(letter);
    free(target);
    free(path);
}

static void a_copy_is_as_private_as_the_database(void **state) {
    static const mode_t modes[] = {0600, 0660, 0640};
    char *path = shop(state), *target = scratch_path(state, "copy.db");
    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
        struct stat status;
        struct backup backup;
        struct error error = {0};
        assert_int_equal(chmod(path, modes[i]), 0);
        struct db *db = scratch_reader(path);
        assert_int_equal(db_backup(db, target, i > 0, NULL, &backup, &error), ERR_OK);
        backup_free(&backup);
        db_close(db);
        assert_int_equal(stat(target, &status), 0);
        assert_int_equal(status.st_mode & 0777u, modes[i]);
    }
    free(target);
    free(path);
}

/* A file may not grow beyond a limit: writing fails in the middle, as on a full disk. */
static void where_writing_fails_nothing_is_left(void **state) {
    char *path = shop(state), *target = scratch_path(state, "copy.db");
    struct db *db = scratch_reader(path);
    struct rlimit limit, low = {100000, RLIM_INFINITY};
    struct backup backup;
    struct error error = {0};
    int before = scratch_files(*state);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
    low.rlim_max = limit.rlim_max;
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &low), 0);
    enum err err = db_backup(db, target, false, NULL, &backup, &error);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
    assert_int_equal(err, ERR_IO);
    assert_int_equal(scratch_files(*state), before);
    db_close(db);
    free(target);
    free(path);
}

/* Zeros in the middle of the file are copied like any page, and found when it is read back. */
static void a_copy_of_a_damaged_database_gets_no_name(void **state) {
    char *path = shop(state), *target = scratch_path(state, "copy.db");
    size_t length;
    char *bytes = scratch_read(path, &length);
    memset(bytes + length / 8192 * 4096, 0, 4096);
    scratch_write(path, bytes, length);
    free(bytes);
    struct db *db = scratch_reader(path);
    struct backup backup;
    struct error error = {0};
    int before = scratch_files(*state);
    assert_int_equal(db_backup(db, target, false, NULL, &backup, &error), ERR_DAMAGED);
    assert_non_null(strstr(error.hint, "doctor"));
    assert_int_equal(scratch_files(*state), before);
    db_close(db);
    free(target);
    free(path);
}

/* What somebody else does in the folder while the copy is written. */
struct intruder {
    const char *folder, *target, *phase;
    bool done;
};

static bool take_the_name(void *context, const struct progress *progress) {
    struct intruder *intruder = context;
    (void)progress;
    if (!intruder->done)
        scratch_write_text(intruder->target, "mine");
    intruder->done = true;
    return true;
}

static void a_file_that_comes_meanwhile_is_left_as_it_is(void **state) {
    char *path = shop(state), *target = scratch_path(state, "copy.db");
    struct intruder intruder = {.target = target};
    const struct progress_sink sink = {take_the_name, &intruder};
    struct db *db = scratch_reader(path);
    struct backup backup;
    struct error error = {0};
    int before = scratch_files(*state);
    assert_int_equal(db_backup(db, target, false, &sink, &backup, &error), ERR_INPUT);
    assert_non_null(strstr(error.message, "came to be meanwhile: it was left as it is"));
    assert_int_equal(scratch_files(*state), before + 1);
    size_t length;
    char *text = scratch_read(target, &length);
    assert_string_equal(text, "mine");
    free(text);
    db_close(db);
    free(target);
    free(path);
}

/* The copy under the name that it has until it is whole: the target's, a dot and six letters. */
static bool swap_the_copy(void *context, const struct progress *progress) {
    struct intruder *intruder = context;
    if (strcmp(progress->phase, intruder->phase) != 0)
        return true;
    DIR *listing = opendir(intruder->folder);
    struct dirent *entry;
    while (!intruder->done && listing != NULL && (entry = readdir(listing)) != NULL) {
        if (strncmp(entry->d_name, "copy.db.", 8) != 0)
            continue;
        char *name = xasprintf("%s/%s", intruder->folder, entry->d_name);
        assert_int_equal(unlink(name), 0);
        scratch_write_text(name, "not what was copied");
        free(name);
        intruder->done = true;
    }
    closedir(listing);
    return true;
}

static void what_was_put_in_the_copys_place_gets_no_name(void **state) {
    static const char *const phases[] = {"copying", "checking the copy"};
    char *path = shop(state), *target = scratch_path(state, "copy.db");
    struct db *db = scratch_reader(path);
    for (size_t i = 0; i < sizeof phases / sizeof *phases; i++) {
        struct intruder intruder = {.folder = *state, .phase = phases[i]};
        const struct progress_sink sink = {swap_the_copy, &intruder};
        struct backup backup;
        struct error error = {0};
        enum err err = db_backup(db, target, false, &sink, &backup, &error);
        assert_true(intruder.done);
        assert_int_not_equal(err, ERR_OK);
        assert_int_equal(access(target, F_OK), -1);
        if (i == 1) /* it has been read back: only whose file the name is tells */
            assert_non_null(strstr(error.message, "was replaced while it was written"));
    }
    db_close(db);
    assert_int_equal(derived_sales_of(path), SALES);
    free(target);
    free(path);
}

static void a_place_that_is_the_databases_own_or_nowhere_is_refused(void **state) {
    static const char *const own[] = {"-wal", "-shm", "-journal", ".lock"};
    char *path = shop(state), *nowhere = scratch_path(state, "none/copy.db");
    struct db *db = scratch_reader(path);
    struct backup backup;
    for (size_t i = 0; i < sizeof own / sizeof *own; i++) {
        struct error error = {0};
        char *target = xasprintf("%s%s", path, own[i]);
        int before = scratch_files(*state);
        assert_int_equal(db_backup(db, target, true, NULL, &backup, &error), ERR_INPUT);
        assert_non_null(strstr(error.message, "belongs to the database itself"));
        assert_int_equal(scratch_files(*state), before);
        free(target);
    }
    struct error error = {0};
    assert_int_equal(db_backup(db, nowhere, false, NULL, &backup, &error), ERR_INPUT);
    assert_non_null(strstr(error.message, "there is no folder for "));
    db_close(db);
    assert_int_equal(derived_sales_of(path), SALES);
    free(nowhere);
    free(path);
}

#define SCRATCH_TEST(test) cmocka_unit_test_setup_teardown(test, scratch_setup, scratch_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        SCRATCH_TEST(an_import_in_the_middle_of_a_copy_is_not_in_it),
        SCRATCH_TEST(what_is_not_committed_is_not_copied),
        SCRATCH_TEST(cancelled_at_any_moment_it_leaves_nothing),
        SCRATCH_TEST(an_earlier_file_is_replaced_only_by_force_and_only_a_database),
        SCRATCH_TEST(a_place_that_is_the_databases_own_or_nowhere_is_refused),
        SCRATCH_TEST(a_copy_is_as_private_as_the_database),
        SCRATCH_TEST(where_writing_fails_nothing_is_left),
        SCRATCH_TEST(a_file_that_comes_meanwhile_is_left_as_it_is),
        SCRATCH_TEST(what_was_put_in_the_copys_place_gets_no_name),
        SCRATCH_TEST(a_copy_of_a_damaged_database_gets_no_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

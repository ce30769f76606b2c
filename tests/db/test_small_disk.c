/* A disk that is full: what was being written is not there at all, the rest is as it was, and with
 * room again the same goes through. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "db/backup.h"
#include "db/connection.h"
#include "db/models.h"
#include "db/sales.h"
#include "db/segmentations.h"
#include "db/tuning.h"
#include "engine/doctor/repair.h"
#include "engine/intake/import.h"
#include "tests/support/derived.h"
#include "tests/support/scratch.h"
#include "tests/support/small_disk.h"

enum { DISK = 12 << 20, ROWS = 20000, LITTLE = 64 << 10 };

static char *disk; /* the folder over which it is */

static int setup(void **state) {
    int status = scratch_setup(state);
    disk = scratch_path(state, "disk");
    return status != 0 ? status : mkdir(disk, 0700);
}

static int teardown(void **state) {
    small_disk_unmount(disk);
    free(disk);
    return scratch_teardown(state);
}

/* Sales that no other `first` gives; the file lies beside the disk, not on it. */
static char *csv_of(void **state, int first) {
    struct buffer csv = {0};
    char *path = scratch_path(state, "sales.csv");
    buffer_text(&csv, "Cus.ID,Date,Cus. Location,Age,Gender,Mobile Name,Sell Price,Does he/she "
                      "Come from Facebook Page?,Does he/she Followed Our Page?,Did he/she buy any "
                      "mobile before?,Did he/she hear of our shop before?\n");
    for (int i = first; i < first + ROWS; i++)
        buffer_printf(&csv, "N%d,%02d-%02d-2025,Place %d,%d,F,Phone %d,%d,Yes,No,Yes,No\n", i,
                      1 + i % 28, 1 + i % 12, i % 5, 20 + i % 40, i % 9, 9000 + i % 977);
    scratch_write(path, csv.data, csv.length);
    buffer_free(&csv);
    return path;
}

static enum err take_in(void **state, const char *path, int first, struct error *error) {
    struct db *db;
    struct import_result result = {0};
    const struct import_options options = {.has_date_format = true, .date_format = DATE_DMY_DASH};
    char *csv = csv_of(state, first);
    enum err err = db_open_writer(path, NULL, &db, error);
    if (err == ERR_OK) {
        err = import_file(db, csv, &options, NULL, &result, error);
        import_result_free(&result);
    }
    db_close(db);
    free(csv);
    return err;
}

/* A shop with one import on a disk that has room for little more. */
static char *shop(void **state) {
    struct error error = {0};
    small_disk_mount(disk, DISK);
    char *path = xasprintf("%s/shop.db", disk);
    if (take_in(state, path, 0, &error) != ERR_OK)
        fail_msg("%s", error.message);
    small_disk_fill(disk, LITTLE);
    return path;
}

/* With a memory so small that pages go to the disk at once, or as they come, at the commit. */
static struct db *writer_of(const char *path, bool small_memory) {
    struct db *db = scratch_writer(path);
    if (small_memory)
        assert_int_equal(sqlite3_exec(db->handle, "PRAGMA cache_size=10", NULL, NULL, NULL),
                         SQLITE_OK);
    return db;
}

static void check_full(enum err err, const struct error *error) {
    assert_int_equal(err, ERR_IO);
    assert_non_null(strstr(error->message, "the disk is full"));
    assert_non_null(strstr(error->hint, "make room"));
}

static void an_import_that_does_not_fit_is_not_there_at_all(void **state) {
    char *path = shop(state);
    struct error error = {0};
    check_full(take_in(state, path, ROWS, &error), &error);
    assert_int_equal(derived_sales_of(path), ROWS);
    small_disk_make_room(disk);
    assert_int_equal(take_in(state, path, ROWS, &error), ERR_OK);
    assert_int_equal(derived_sales_of(path), 2 * ROWS);
    free(path);
}

static void the_very_first_import_that_does_not_fit_leaves_an_empty_shop(void **state) {
    struct error error = {0};
    small_disk_mount(disk, DISK);
    char *path = xasprintf("%s/shop.db", disk);
    db_close(scratch_writer(path));
    small_disk_fill(disk, LITTLE);
    check_full(take_in(state, path, 0, &error), &error);
    assert_int_equal(derived_sales_of(path), 0);
    small_disk_make_room(disk);
    assert_int_equal(take_in(state, path, 0, &error), ERR_OK);
    assert_int_equal(derived_sales_of(path), ROWS);
    free(path);
}

static bool count(void *context, const struct progress *progress) {
    (void)progress;
    ++*(int *)context;
    return true;
}

/* Told from the room that there is, before a byte is copied. */
static void a_backup_that_cannot_fit_is_not_begun(void **state) {
    char *path = shop(state), *target = xasprintf("%s/copy.db", disk);
    int before = scratch_files(disk), steps = 0;
    const struct progress_sink sink = {count, &steps};
    struct db *db = scratch_reader(path);
    struct backup backup;
    struct error error = {0};
    assert_int_equal(db_backup(db, target, false, &sink, &backup, &error), ERR_IO);
    assert_int_equal(steps, 0);
    assert_non_null(strstr(error.message, "the copy needs "));
    assert_non_null(strstr(error.message, "has 0.1 MB left"));
    assert_int_equal(scratch_files(disk), before);
    small_disk_make_room(disk);
    assert_int_equal(db_backup(db, target, false, NULL, &backup, &error), ERR_OK);
    assert_int_equal(backup.sales, ROWS);
    backup_free(&backup);
    db_close(db);
    free(target);
    free(path);
}

/* What takes the room while the copy is written. */
static bool take_the_room(void *context, const struct progress *progress) {
    bool *taken = context;
    if (!*taken && progress->done > 0)
        small_disk_fill(disk, 0);
    *taken |= progress->done > 0;
    return true;
}

static void a_backup_during_which_the_disk_fills_leaves_nothing(void **state) {
    char *path = shop(state), *target = xasprintf("%s/copy.db", disk);
    int before = scratch_files(disk);
    bool taken = false;
    const struct progress_sink sink = {take_the_room, &taken};
    struct db *db = scratch_reader(path);
    struct backup backup;
    struct error error = {0};
    small_disk_make_room(disk);
    assert_int_equal(db_backup(db, target, false, &sink, &backup, &error), ERR_IO);
    assert_true(taken);
    assert_non_null(strstr(error.message, "was full before the copy's "));
    assert_null(strstr(error.message, "left"));
    assert_non_null(strstr(error.hint, "another disk"));
    assert_int_equal(scratch_files(disk), before);
    db_close(db);
    assert_int_equal(derived_sales_of(path), ROWS);
    free(target);
    free(path);
}

static struct model_record model_of(char *bytes, size_t length) {
    return (struct model_record){.target = "returning",
                                 .algorithm = "gbtree",
                                 .weights = "balanced",
                                 .sampling = "none",
                                 .trained_at = "2025-03-22T10:00:00Z",
                                 .rows = ROWS,
                                 .last_sale_id = ROWS,
                                 .parameters = "{}",
                                 .features = "[]",
                                 .metrics = "{}",
                                 .golden = "[]",
                                 .verdict = "no skill",
                                 .booster = {bytes, length}};
}

static void model_that_does_not_fit(void **state, bool small_memory) {
    enum { LARGE = 1 << 20 };
    char *path = shop(state), *bytes = xcalloc(LARGE, 1);
    struct db *db = writer_of(path, small_memory);
    struct error error = {0};
    struct model_record small = model_of(bytes, 100), large = model_of(bytes, LARGE), found;
    for (size_t i = 0; i < LARGE; i++)
        bytes[i] = (char)(i * 2654435761u >> 13);
    assert_int_equal(db_model_store(db, &small, &error), ERR_OK);
    check_full(db_model_store(db, &large, &error), &error);
    assert_int_equal(db_model_load(db, "returning", &found, &error), ERR_OK);
    assert_int_equal(found.booster.length, 100);
    model_record_free(&found);
    small_disk_make_room(disk);
    assert_int_equal(db_model_store(db, &large, &error), ERR_OK);
    assert_int_equal(db_model_load(db, "returning", &found, &error), ERR_OK);
    assert_int_equal(found.booster.length, LARGE);
    model_record_free(&found);
    db_close(db);
    free(bytes);
    free(path);
    small_disk_unmount(disk);
}

static void a_model_that_does_not_fit_leaves_the_one_before_it(void **state) {
    model_that_does_not_fit(state, false);
    model_that_does_not_fit(state, true);
}

static void segments_that_do_not_fit_leave_those_before_them(void **state) {
    enum { WIDTH = 100000 };
    char *path = shop(state);
    struct db *db = writer_of(path, true);
    struct error error = {0};
    double *centroid = xcalloc(WIDTH, sizeof *centroid);
    struct segment_record segment = {"All Customers", centroid, ROWS};
    struct segmentation_record found, stored = {.trained_at = "2025-03-22T10:00:00Z",
                                                .k = 1,
                                                .width = 1,
                                                .features = "{}",
                                                .scan = "[]",
                                                .shape = "{}",
                                                .segments = &segment};
    for (int i = 0; i < WIDTH; i++)
        centroid[i] = i;
    assert_int_equal(db_segmentation_store(db, &stored, &error), ERR_OK);
    stored.width = WIDTH;
    check_full(db_segmentation_store(db, &stored, &error), &error);
    assert_int_equal(db_segmentation_load(db, &found, &error), ERR_OK);
    assert_int_equal(found.width, 1);
    segmentation_record_free(&found);
    db_close(db);
    free(centroid);
    free(path);
}

static bool count_trial(void *context, const struct trial *trial) {
    (void)trial;
    ++*(int *)context;
    return true;
}

static void trials_that_do_not_fit_leave_the_search_to_be_resumed(void **state) {
    enum { TRIALS = 20000 };
    char *path = shop(state);
    struct db *db = writer_of(path, true);
    struct error error = {0};
    int64_t id;
    int known = 0;
    const struct tuning_record search = {.target = "returning",
                                         .algorithm = "gbtree",
                                         .weights = "balanced",
                                         .sampling = "none",
                                         .identity = "abc",
                                         .plan = "{}",
                                         .started_at = "2025-03-22T10:00:00Z"};
    struct trial *trials = xcalloc(TRIALS, sizeof *trials);
    for (int i = 0; i < TRIALS; i++)
        trials[i] = (struct trial){.number = i, .log_loss = 0.5, .parameters = "{\"max_depth\":2}"};
    assert_int_equal(db_tuning_begin(db, &search, &id, &error), ERR_OK);
    assert_int_equal(db_tuning_add(db, id, trials, 3, NULL, &error), ERR_OK);
    check_full(db_tuning_add(db, id, trials, TRIALS, "2025-03-22T11:00:00Z", &error), &error);
    assert_int_equal(db_trials_list(db, id, count_trial, &known, &error), ERR_OK);
    assert_int_equal(known, 3);
    small_disk_make_room(disk);
    assert_int_equal(db_tuning_add(db, id, trials, TRIALS, "2025-03-22T11:00:00Z", &error), ERR_OK);
    known = 0;
    assert_int_equal(db_trials_list(db, id, count_trial, &known, &error), ERR_OK);
    assert_int_equal(known, TRIALS);
    db_close(db);
    free(trials);
    free(path);
}

static void what_is_salvaged_onto_a_full_disk_leaves_nothing_half_saved(void **state) {
    char *path = shop(state), *into = xasprintf("%s/saved.db", disk);
    int before = scratch_files(disk);
    struct salvaged salvaged;
    struct error error = {0};
    assert_int_equal(repair_salvage(path, into, NULL, &salvaged, &error), ERR_IO);
    assert_int_equal(scratch_files(disk), before);
    small_disk_make_room(disk);
    assert_int_equal(repair_salvage(path, into, NULL, &salvaged, &error), ERR_OK);
    assert_int_equal(salvaged.sales, ROWS);
    salvaged_free(&salvaged);
    assert_int_equal(derived_sales_of(into), ROWS);
    free(into);
    free(path);
}

#define DISK_TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        DISK_TEST(an_import_that_does_not_fit_is_not_there_at_all),
        DISK_TEST(the_very_first_import_that_does_not_fit_leaves_an_empty_shop),
        DISK_TEST(a_backup_that_cannot_fit_is_not_begun),
        DISK_TEST(a_backup_during_which_the_disk_fills_leaves_nothing),
        DISK_TEST(a_model_that_does_not_fit_leaves_the_one_before_it),
        DISK_TEST(segments_that_do_not_fit_leave_those_before_them),
        DISK_TEST(trials_that_do_not_fit_leave_the_search_to_be_resumed),
        DISK_TEST(what_is_salvaged_onto_a_full_disk_leaves_nothing_half_saved),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

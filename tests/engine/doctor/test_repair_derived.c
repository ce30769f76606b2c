/* engine/doctor/repair: what was learnt and summed up is kept where it is whole and left out where
 * it is not; sales whose imports are gone get one that says so. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/memory.h"
#include "db/connection.h"
#include "db/models.h"
#include "db/sales.h"
#include "db/segmentations.h"
#include "engine/doctor/repair.h"
#include "engine/intake/merge.h"
#include "tests/support/derived.h"
#include "tests/support/scratch.h"

enum { SALES = 6000 };

static void add_sales(struct db *db, int first) {
    static struct sale sales[SALES];
    struct error error;
    int32_t id;
    assert_int_equal(db_location_intern(db, "Lakeside", true, &id, &error), ERR_OK);
    assert_int_equal(db_handset_intern(db, "Pixel 7a 8/128", "Google", &id, &error), ERR_OK);
    for (int i = 0; i < SALES; i++)
        sales[i] = (struct sale){.price_minor = first + i,
                                 .day = 19000 + i % 150,
                                 .location = 1,
                                 .handset = 1,
                                 .age_years = UNKNOWN,
                                 .gender = (int8_t)(i % 2),
                                 .answers = {1, 0, UNKNOWN, 1}};
    scratch_import(db, sales, SALES, NULL);
}

/* Changes a database as a bad disk would: past all that would refuse it. */
static void spoil(const char *path, const char *text) {
    sqlite3 *handle;
    char *message = NULL;
    assert_int_equal(sqlite3_open(path, &handle), SQLITE_OK);
    sqlite3_exec(handle, "PRAGMA ignore_check_constraints = 1; PRAGMA foreign_keys = 0", NULL, NULL,
                 NULL);
    if (sqlite3_exec(handle, text, NULL, NULL, &message) != SQLITE_OK)
        fail_msg("%s: %s", text, message);
    sqlite3_close(handle);
}

static int64_t number(struct db *db, const char *query) {
    sqlite3_stmt *statement;
    assert_int_equal(sqlite3_prepare_v2(db->handle, query, -1, &statement, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    int64_t value = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    return value;
}

/* The caller closes. */
static struct db *repaired(void **state, const char *path, struct salvaged *out) {
    char *into = scratch_path(state, "saved.db");
    struct error error = {0};
    if (repair_salvage(path, into, NULL, out, &error) != ERR_OK)
        fail_msg("%s", error.message);
    struct db *db = scratch_reader(into);
    free(into);
    return db;
}

static void found_whole(struct db *db) {
    struct diagnosis diagnosis;
    struct error error = {0};
    assert_int_equal(diagnose(db_path(db), NULL, &diagnosis, &error), ERR_OK);
    for (size_t i = 0; i < diagnosis.count; i++) {
        if (diagnosis.findings[i].grade == GRADE_BROKEN)
            fail_msg("%s", diagnosis.findings[i].what);
    }
    diagnosis_free(&diagnosis);
}

/* ---------------------------------------------------------------------------- what was learnt */

static void add_model(struct db *db, const char *target, const char *algorithm) {
    struct booster_bytes fold = {(char *)"{\"fold\":1}", 10};
    struct error error;
    const struct model_record model = {.target = (char *)target,
                                       .algorithm = (char *)algorithm,
                                       .weights = "balanced",
                                       .sampling = "none",
                                       .trained_at = "2025-03-22T10:00:00Z",
                                       .rows = SALES,
                                       .last_sale_id = SALES,
                                       .parameters = "{}",
                                       .features = "[]",
                                       .metrics = "{\"auc\":0.5}",
                                       .golden = "[]",
                                       .verdict = "no skill",
                                       .booster = {(char *)"{\"all\":1}", 9},
                                       .folds = &fold,
                                       .fold_count = 1};
    assert_int_equal(db_model_store(db, &model, &error), ERR_OK);
}

static char *learnt(void **state) {
    char *path = scratch_path(state, "shop.db");
    struct db *db = scratch_writer(path);
    struct error error;
    double centroid[] = {0.5};
    struct segment_record segment = {"All Customers", centroid, SALES};
    const struct segmentation_record segmentation = {.trained_at = "2025-03-22T10:00:00Z",
                                                     .rows = SALES,
                                                     .k = 1,
                                                     .width = 1,
                                                     .inertia = 1234, /* stored as an integer */
                                                     .silhouette = 0.25,
                                                     .features = "{}",
                                                     .scan = "[]",
                                                     .shape = "{}",
                                                     .segments = &segment};
    add_sales(db, 100);
    add_model(db, "returning", "gbtree");
    add_model(db, "returning", "linear");
    add_model(db, "facebook", "gbtree");
    assert_int_equal(db_segmentation_store(db, &segmentation, &error), ERR_OK);
    db_close(db);
    return path;
}

static void what_was_learnt_and_is_whole_is_kept(void **state) {
    char *path = learnt(state);
    struct salvaged salvaged;
    struct segmentation_record segmentation;
    struct model_record model;
    struct error error;
    struct db *db = repaired(state, path, &salvaged);
    assert_int_equal(salvaged.sales, SALES);
    assert_int_equal(salvaged.models, 4);
    assert_int_equal(salvaged.models_lost, 0);
    assert_int_equal(db_model_load(db, "facebook", &model, &error), ERR_OK);
    assert_int_equal(model.fold_count, 1);
    model_record_free(&model);
    assert_int_equal(db_segmentation_load(db, &segmentation, &error), ERR_OK);
    assert_true(segmentation.inertia == 1234 && segmentation.silhouette == 0.25);
    segmentation_record_free(&segmentation);
    salvaged_free(&salvaged);
    db_close(db);
    free(path);
}

/* One of the models has other figures than it was stored with, one a booster of other bytes, and
 * the segments another centroid. */
static void what_was_learnt_and_is_damaged_is_left_out_with_all_of_it(void **state) {
    char *path = learnt(state);
    struct salvaged salvaged;
    struct segmentation_record segmentation;
    struct model_record model;
    struct error error;
    spoil(path, "UPDATE model SET metrics = '{\"auc\":0.9}' WHERE algorithm = 'linear';"
                "UPDATE booster SET bytes = CAST('{\"ali\":1}' AS BLOB) WHERE position = 0"
                " AND model_id = (SELECT id FROM model WHERE target = 'facebook');"
                "UPDATE segment SET centroid = zeroblob(8)");
    struct db *db = repaired(state, path, &salvaged);
    assert_int_equal(salvaged.sales, SALES);
    assert_int_equal(salvaged.models, 1);
    assert_int_equal(salvaged.models_lost, 3);
    assert_int_equal(db_model_load(db, "facebook", &model, &error), ERR_NOT_FOUND);
    assert_int_equal(db_segmentation_load(db, &segmentation, &error), ERR_NOT_FOUND);
    assert_int_equal(number(db, "SELECT count(*) FROM model"), 1);
    assert_int_equal(number(db, "SELECT count(*) FROM booster"), 2);
    assert_int_equal(number(db, "SELECT count(*) FROM segment"), 0);
    salvaged_free(&salvaged);
    db_close(db);
    free(path);
}

/* ------------------------------------------------------------------------ sums of other shops */

static char *with_sums_of_another(void **state) {
    char *path = scratch_path(state, "shop.db"), *other = scratch_path(state, "other.db");
    struct merge_result result;
    struct error error = {0};
    const struct merge_options options = {.shop = "West", .cubes_only = true};
    struct db *db = scratch_writer(other);
    add_sales(db, 50000);
    db_close(db);
    db = scratch_writer(path);
    add_sales(db, 100);
    if (merge_file(db, other, &options, NULL, &result, &error) != ERR_OK)
        fail_msg("%s", error.message);
    merge_result_free(&result);
    db_close(db);
    free(other);
    return path;
}

static void a_month_of_sums_is_kept_where_its_checksum_holds(void **state) {
    char *path = with_sums_of_another(state);
    struct salvaged salvaged;
    struct db *db = scratch_reader(path);
    int64_t months = number(db, "SELECT count(*) FROM cube_month WHERE shop_id = 2");
    db_close(db);
    assert_true(months > 3);
    spoil(path, "UPDATE cube_month SET bytes = zeroblob(length(bytes)) WHERE shop_id = 2 AND"
                " month = (SELECT min(month) FROM cube_month)");
    db = repaired(state, path, &salvaged);
    assert_int_equal(salvaged.sales, SALES);
    assert_int_equal(salvaged.months, months - 1);
    assert_int_equal(salvaged.packs_lost, 1);
    assert_int_equal(number(db, "SELECT count(*) FROM cube_month WHERE shop_id = 2"), months - 1);
    found_whole(db);
    salvaged_free(&salvaged);
    db_close(db);
    free(path);
}

/* ---------------------------------------------------------------------- imports that are gone */

/* All rows of imports and the sales' own are gone; the columns have the sales, but not whose import
 * they are of. */
static void sales_of_columns_without_any_import_get_one_that_says_so(void **state) {
    char *path = scratch_path(state, "shop.db");
    struct salvaged salvaged;
    struct db *db = scratch_writer(path);
    add_sales(db, 100);
    db_close(db);
    spoil(path, "PRAGMA secure_delete = 1; DELETE FROM import_run; DELETE FROM sale");
    db = repaired(state, path, &salvaged);
    assert_int_equal(salvaged.sales, SALES);
    assert_int_equal(salvaged.from_columns, SALES);
    assert_int_equal(salvaged.runs_lost, 1);
    assert_int_equal(number(db, "SELECT count(*) FROM import_run WHERE file LIKE 'lost:%'"), 1);
    assert_int_equal(number(db, "SELECT count(DISTINCT run_id) FROM sale"), 1);
    assert_int_equal(number(db, "SELECT imported FROM import_run"), SALES);
    found_whole(db);
    derived_check(db, true);
    salvaged_free(&salvaged);
    db_close(db);
    free(path);
}

/* An import that is gone, of which the sales' own rows still speak. */
static void sales_that_name_an_import_that_is_gone_keep_its_number(void **state) {
    char *path = scratch_path(state, "shop.db");
    struct salvaged salvaged;
    struct db *db = scratch_writer(path);
    add_sales(db, 100);
    add_sales(db, 100000);
    db_close(db);
    spoil(path, "PRAGMA secure_delete = 1; DELETE FROM import_run WHERE id = 1");
    db = repaired(state, path, &salvaged);
    assert_int_equal(salvaged.sales, 2 * SALES);
    assert_int_equal(salvaged.runs_lost, 1);
    assert_int_equal(number(db, "SELECT count(*) FROM sale WHERE run_id = 1"), SALES);
    assert_int_equal(number(db, "SELECT imported FROM import_run WHERE id = 1"), SALES);
    found_whole(db);
    derived_check(db, true);
    salvaged_free(&salvaged);
    db_close(db);
    free(path);
}

/* The columns have every sale that the imports brought, so that a row that they do not have was
 * never a sale. */
static void a_row_that_whole_columns_do_not_know_is_no_sale(void **state) {
    char *path = scratch_path(state, "shop.db");
    struct salvaged salvaged;
    struct db *db = scratch_writer(path);
    add_sales(db, 100);
    db_close(db);
    spoil(path, "UPDATE sale SET id = id + 100000 WHERE id IN (7, 77)");
    db = repaired(state, path, &salvaged);
    assert_int_equal(salvaged.sales, SALES);
    assert_int_equal(salvaged.from_columns, 2);
    assert_int_equal(salvaged.foreign_rows, 2);
    assert_int_equal(number(db, "SELECT max(id) FROM sale"), SALES);
    found_whole(db);
    derived_check(db, true);
    salvaged_free(&salvaged);
    db_close(db);
    free(path);
}

/* ----------------------------------------------------------------------------------- cancelled */

struct stopper {
    int calls, at;
    char phases[512]; /* of the calls, each once */
};

static bool stop(void *context, const struct progress *progress) {
    struct stopper *stopper = context;
    size_t length = strlen(stopper->phases);
    if (strstr(stopper->phases, progress->phase) == NULL)
        snprintf(stopper->phases + length, sizeof stopper->phases - length, "%s;", progress->phase);
    return ++stopper->calls != stopper->at;
}

static void cancelled_at_any_moment_it_leaves_nothing(void **state) {
    char *path = learnt(state), *into = scratch_path(state, "saved.db");
    struct salvaged salvaged;
    struct error error = {0};
    struct stopper whole = {0};
    struct progress_sink sink = {stop, &whole};
    int before = scratch_files(*state);
    assert_int_equal(repair_salvage(path, into, &sink, &salvaged, &error), ERR_OK);
    salvaged_free(&salvaged);
    assert_non_null(strstr(whole.phases, "comparing with columns"));
    assert_int_equal(unlink(into), 0);
    assert_in_range(whole.calls, 5, 1000);
    for (int at = 1; at <= whole.calls; at++) {
        struct stopper stopper = {.at = at};
        sink.context = &stopper;
        assert_int_equal(repair_salvage(path, into, &sink, &salvaged, &error), ERR_CANCELLED);
        assert_int_equal(scratch_files(*state), before);
        assert_int_equal(stopper.calls, at);
    }
    free(into);
    free(path);
}

#define SCRATCH_TEST(test) cmocka_unit_test_setup_teardown(test, scratch_setup, scratch_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        SCRATCH_TEST(what_was_learnt_and_is_whole_is_kept),
        SCRATCH_TEST(what_was_learnt_and_is_damaged_is_left_out_with_all_of_it),
        SCRATCH_TEST(a_month_of_sums_is_kept_where_its_checksum_holds),
        SCRATCH_TEST(sales_of_columns_without_any_import_get_one_that_says_so),
        SCRATCH_TEST(sales_that_name_an_import_that_is_gone_keep_its_number),
        SCRATCH_TEST(a_row_that_whole_columns_do_not_know_is_no_sale),
        SCRATCH_TEST(cancelled_at_any_moment_it_leaves_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

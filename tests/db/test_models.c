/* db/models: what is stored is what is loaded, to the byte, or it is refused. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "base/memory.h"
#include "db/models.h"
#include "db/segmentations.h"
#include "tests/support/scratch.h"

static void sql(const char *path, const char *text) {
    sqlite3 *handle;
    assert_int_equal(sqlite3_open(path, &handle), SQLITE_OK);
    char *message = NULL;
    if (sqlite3_exec(handle, text, NULL, NULL, &message) != SQLITE_OK)
        fail_msg("%s: %s", text, message);
    assert_int_not_equal(sqlite3_changes(handle), 0);
    sqlite3_close(handle);
}

static struct model_record model_of(const char *target, const char *algorithm, const char *bytes,
                                    struct booster_bytes *folds, int fold_count) {
    return (struct model_record){.target = (char *)target,
                                 .algorithm = (char *)algorithm,
                                 .weights = "balanced",
                                 .sampling = "none",
                                 .trained_at = "2025-03-22T10:00:00Z",
                                 .rows = 8871,
                                 .last_sale_id = 8871,
                                 .parameters = "{\"max_depth\":2}",
                                 .features = "[\"age\"]",
                                 .metrics = "{\"auc\":0.519}",
                                 .golden = "[[1,2]]",
                                 .verdict = "no skill",
                                 .booster = {(char *)bytes, strlen(bytes)},
                                 .folds = folds,
                                 .fold_count = fold_count};
}

static char *registry(void **state) {
    char *path = scratch_path(state, "shop.db");
    struct db *db = scratch_writer(path);
    struct error error;
    struct booster_bytes folds[] = {{"fold\0one", 8}, {"fold two", 8}};
    struct model_record first = model_of("returning", "gbtree", "{\"old\":1}", folds, 2);
    struct model_record second = model_of("returning", "dart", "{\"dart\":1}", NULL, 0);
    struct model_record third = model_of("returning", "gbtree", "{\"new\":1}", folds, 2);
    struct model_record other = model_of("facebook", "gbtree", "{\"other\":1}", folds, 1);
    assert_int_equal(db_model_store(db, &first, &error), ERR_OK);
    assert_int_equal(db_model_store(db, &second, &error), ERR_OK);
    strcpy(third.trained_at, "2025-03-23T10:00:00Z");
    assert_int_equal(db_model_store(db, &third, &error), ERR_OK);
    assert_int_equal(db_model_store(db, &other, &error), ERR_OK);
    db_close(db);
    return path;
}

static void a_model_is_loaded_as_it_was_stored(void **state) {
    char *path = registry(state);
    struct db *db = scratch_reader(path);
    struct error error;
    struct model_record model;
    assert_int_equal(db_model_load(db, "returning", &model, &error), ERR_OK);
    assert_string_equal(model.target, "returning");
    assert_string_equal(model.algorithm, "gbtree");
    assert_true(model.active);
    assert_string_equal(model.trained_at, "2025-03-23T10:00:00Z");
    assert_int_equal(model.rows, 8871);
    assert_string_equal(model.parameters, "{\"max_depth\":2}");
    assert_string_equal(model.features, "[\"age\"]");
    assert_string_equal(model.metrics, "{\"auc\":0.519}");
    assert_string_equal(model.golden, "[[1,2]]");
    assert_string_equal(model.verdict, "no skill");
    assert_int_equal(model.booster.length, 9);
    assert_memory_equal(model.booster.bytes, "{\"new\":1}", 9);
    assert_int_equal(model.fold_count, 2);
    assert_memory_equal(model.folds[0].bytes, "fold\0one", 8);
    assert_memory_equal(model.folds[1].bytes, "fold two", 8);
    model_record_free(&model);
    db_close(db);
    free(path);
}

struct listing {
    int count;
    char seen[4][32];
};

static bool note(void *context, const struct model_record *model) {
    struct listing *listing = context;
    snprintf(listing->seen[listing->count++], sizeof listing->seen[0], "%s %s%s", model->target,
             model->algorithm, model->active ? " active" : "");
    assert_null(model->booster.bytes);
    return listing->count < 4;
}

static void of_each_target_and_algorithm_the_newest_is_kept_and_one_is_active(void **state) {
    char *path = registry(state);
    struct db *db = scratch_reader(path);
    struct error error;
    struct listing listing = {0};
    assert_int_equal(db_models_list(db, note, &listing, &error), ERR_OK);
    assert_int_equal(listing.count, 3);
    assert_string_equal(listing.seen[0], "facebook gbtree active");
    assert_string_equal(listing.seen[1], "returning gbtree active");
    assert_string_equal(listing.seen[2], "returning dart");
    db_close(db);
    free(path);
}

static bool count_damaged(void *context, const struct model_record *model) {
    int *counts = context;
    counts[model->damaged]++;
    assert_true(model->damaged == (strcmp(model->target, "facebook") == 0));
    return true;
}

static void a_damaged_description_does_not_hide_the_other_models(void **state) {
    char *path = registry(state);
    sql(path, "UPDATE model SET metrics = '{}' WHERE target = 'facebook'");
    struct db *db = scratch_reader(path);
    struct error error;
    int counts[2] = {0};
    assert_int_equal(db_models_list(db, count_damaged, counts, &error), ERR_OK);
    assert_int_equal(counts[false], 2);
    assert_int_equal(counts[true], 1);
    db_close(db);
    free(path);
}

static void a_model_that_was_never_trained_is_not_found(void **state) {
    char *path = scratch_path(state, "shop.db");
    db_close(scratch_writer(path));
    struct db *db = scratch_reader(path);
    struct error error;
    struct model_record model;
    assert_int_equal(db_model_load(db, "returning", &model, &error), ERR_NOT_FOUND);
    struct segmentation_record segmentation;
    assert_int_equal(db_segmentation_load(db, &segmentation, &error), ERR_NOT_FOUND);
    db_close(db);
    free(path);
}

static void a_model_that_is_not_there_cannot_predict_and_holds_nothing_up(void **state) {
    char *path = registry(state);
    struct db *db = scratch_writer(path);
    struct error error;
    struct listing listing = {0};
    assert_int_equal(db_model_activate(db, 99, &error), ERR_NOT_FOUND);
    assert_non_null(strstr(error.message, "there is no model 99"));
    assert_non_null(strstr(error.hint, "retail-pulse models"));
    assert_int_equal(db_begin(db, &error), ERR_OK); /* nothing of it is left open */
    db_rollback(db);
    assert_int_equal(db_models_list(db, note, &listing, &error), ERR_OK);
    assert_string_equal(listing.seen[1], "returning gbtree active");
    db_close(db);
    free(path);
}

/* Without a word on its classes' weights, which the table demands. */
static void a_model_that_the_schema_refuses_leaves_the_registry_as_it_was(void **state) {
    char *path = registry(state);
    struct db *db = scratch_writer(path);
    struct error error;
    struct listing listing = {0};
    struct model_record stranger = model_of("returning", "linear", "{}", NULL, 0);
    stranger.weights = NULL;
    assert_int_equal(db_model_store(db, &stranger, &error), ERR_DATABASE);
    assert_int_equal(db_begin(db, &error), ERR_OK);
    db_rollback(db);
    assert_int_equal(db_models_list(db, note, &listing, &error), ERR_OK);
    assert_int_equal(listing.count, 3);
    db_close(db);
    free(path);
}

static void a_changed_byte_anywhere_in_a_model_is_noticed(void **state) {
    static const char *const changes[] = {
        "UPDATE booster SET bytes = CAST('{\"nex\":1}' AS BLOB) WHERE position = 0",
        "UPDATE booster SET bytes = CAST('fold twp' AS BLOB) WHERE position = 2",
        "UPDATE booster SET length = length + 1 WHERE position = 1",
        "DELETE FROM booster WHERE position = 1",
        "DELETE FROM booster",
        "UPDATE model SET golden = '[[1,3]]' WHERE active",
        "UPDATE model SET features = '[\"agf\"]' WHERE active",
        "UPDATE model SET metrics = '{\"auc\":0.919}' WHERE active",
        "UPDATE model SET verdict = 'skill' WHERE active",
    };
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        char *path = registry(state);
        sql(path, changes[i]);
        struct db *db = scratch_reader(path);
        struct error error;
        struct model_record model;
        if (db_model_load(db, "returning", &model, &error) != ERR_DAMAGED)
            fail_msg("not noticed: %s", changes[i]);
        assert_null(model.booster.bytes);
        db_close(db);
        assert_int_equal(remove(path), 0);
        char *log = xasprintf("%s-wal", path);
        assert_int_equal(remove(log), 0);
        free(log);
        free(path);
    }
}

static void segments_are_loaded_to_the_last_bit(void **state) {
    char *path = scratch_path(state, "shop.db");
    struct db *db = scratch_writer(path);
    struct error error;
    double first[] = {0.1, -0.0, 1e300}, second[] = {3.0, nextafter(1.0, 2.0), -7.25};
    struct segment_record segments[] = {{"Elite Tech Aficionados", first, 124},
                                        {"Practical Professionals", second, 3948}};
    struct segmentation_record stored = {.trained_at = "2025-03-22T10:00:00Z",
                                         .rows = 8871,
                                         .last_sale_id = 8871,
                                         .seed = 42,
                                         .k = 2,
                                         .width = 3,
                                         .inertia = 38533.01,
                                         .silhouette = 0.154,
                                         .features = "{}",
                                         .scan = "[]",
                                         .shape = "{\"a\":1}",
                                         .segments = segments};
    assert_int_equal(db_segmentation_store(db, &stored, &error), ERR_OK);
    assert_int_equal(db_segmentation_store(db, &stored, &error), ERR_OK);
    struct segmentation_record loaded;
    assert_int_equal(db_segmentation_load(db, &loaded, &error), ERR_OK);
    assert_int_equal(loaded.k, 2);
    assert_int_equal(loaded.width, 3);
    assert_int_equal(loaded.seed, 42);
    assert_true(loaded.inertia == 38533.01 && loaded.silhouette == 0.154);
    assert_string_equal(loaded.segments[1].name, "Practical Professionals");
    assert_int_equal(loaded.segments[0].sales, 124);
    assert_string_equal(loaded.shape, "{\"a\":1}");
    assert_memory_equal(loaded.segments[0].centroid, first, sizeof first);
    assert_memory_equal(loaded.segments[1].centroid, second, sizeof second);
    segmentation_record_free(&loaded);
    db_close(db);
    static const char *const changes[] = {
        "UPDATE segment SET centroid = zeroblob(24) WHERE position = 1",
        "UPDATE segmentation SET features = '[]'",
        "UPDATE segmentation SET width = 2",
        "UPDATE segmentation SET shape = '{}'",
        "DELETE FROM segment WHERE position = 0",
    };
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        db = scratch_writer(path);
        assert_int_equal(db_segmentation_store(db, &stored, &error), ERR_OK);
        db_close(db);
        sql(path, changes[i]);
        db = scratch_reader(path);
        if (db_segmentation_load(db, &loaded, &error) != ERR_DAMAGED)
            fail_msg("not noticed: %s", changes[i]);
        db_close(db);
    }
    free(path);
}

/* As it stands in a file that was upgraded: the digest covers features and scan alone. */
static void a_segmentation_from_before_there_were_shapes_is_sound(void **state) {
    char *path = scratch_path(state, "shop.db");
    struct db *db = scratch_writer(path);
    struct error error;
    double centroid[] = {0};
    struct segment_record segment = {"All Customers", centroid, 1};
    struct segmentation_record stored = {.trained_at = "2025-03-22T10:00:00Z",
                                         .k = 1,
                                         .width = 1,
                                         .features = "{}",
                                         .scan = "[]",
                                         .shape = "{}",
                                         .segments = &segment};
    assert_int_equal(db_segmentation_store(db, &stored, &error), ERR_OK);
    db_close(db);
    /* printf '{}\0[]\0' | sha256sum */
    sql(path, "UPDATE segmentation SET shape = '{}', sha256 = "
              "'479c4e9ba4c68d632a076583a26d3cb1ef39eb56ae30d3e968a12eb3a72af4f3'");
    db = scratch_reader(path);
    struct segmentation_record loaded;
    assert_int_equal(db_segmentation_load(db, &loaded, &error), ERR_OK);
    segmentation_record_free(&loaded);
    db_close(db);
    free(path);
}

static bool collect_names(void *context, const char *persona, const char *name) {
    char *text = context;
    snprintf(text + strlen(text), 256 - strlen(text), "%s=%s;", persona, name);
    return true;
}

static void a_persona_has_one_name_that_no_other_has(void **state) {
    char *path = scratch_path(state, "shop.db"), names[256] = "";
    struct db *db = scratch_writer(path);
    struct error error = {0};
    assert_int_equal(db_persona_rename(db, "Elite", "Collectors", &error), ERR_OK);
    assert_int_equal(db_persona_rename(db, "Elite", "The rich", &error), ERR_OK);
    assert_int_equal(db_persona_rename(db, "Young", "THE RICH", &error), ERR_INPUT);
    assert_non_null(strstr(error.message, "\"Elite\""));
    assert_int_equal(db_persona_rename(db, "Young", "Students", &error), ERR_OK);
    assert_int_equal(db_persona_rename(db, "Elite", "the rich", &error), ERR_OK);
    assert_int_equal(db_persona_names(db, collect_names, names, &error), ERR_OK);
    assert_string_equal(names, "Elite=the rich;Young=Students;");
    assert_int_equal(db_persona_rename(db, "Elite", NULL, &error), ERR_OK);
    assert_int_equal(db_persona_rename(db, "Young", "The Rich", &error), ERR_OK);
    names[0] = '\0';
    assert_int_equal(db_persona_names(db, collect_names, names, &error), ERR_OK);
    assert_string_equal(names, "Young=The Rich;");
    db_close(db);
    free(path);
}

#define SCRATCH_TEST(test) cmocka_unit_test_setup_teardown(test, scratch_setup, scratch_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        SCRATCH_TEST(a_model_is_loaded_as_it_was_stored),
        SCRATCH_TEST(of_each_target_and_algorithm_the_newest_is_kept_and_one_is_active),
        SCRATCH_TEST(a_damaged_description_does_not_hide_the_other_models),
        SCRATCH_TEST(a_model_that_was_never_trained_is_not_found),
        SCRATCH_TEST(a_model_that_is_not_there_cannot_predict_and_holds_nothing_up),
        SCRATCH_TEST(a_model_that_the_schema_refuses_leaves_the_registry_as_it_was),
        SCRATCH_TEST(a_changed_byte_anywhere_in_a_model_is_noticed),
        SCRATCH_TEST(segments_are_loaded_to_the_last_bit),
        SCRATCH_TEST(a_segmentation_from_before_there_were_shapes_is_sound),
        SCRATCH_TEST(a_persona_has_one_name_that_no_other_has),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

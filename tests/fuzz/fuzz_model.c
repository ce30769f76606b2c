/* What is stored of models and segments, read back. XGBoost's own reader is not meant for damaged
 * bytes; what is ours is the guard before it, so a stored part that is replaced by other bytes must
 * be refused before XGBoost sees any of it. Whoever can write the database can also write checksums
 * that hold: against that its permissions guard, nothing else. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sqlite3.h>

#include "base/memory.h"
#include "db/connection.h"
#include "db/models.h"
#include "engine/intake/import.h"
#include "engine/learn/forest.h"
#include "engine/learn/golden.h"
#include "engine/learn/loaded_model.h"
#include "engine/learn/metrics_json.h"
#include "engine/learn/segments_inside.h"
#include "engine/learn/train.h"
#include "tests/fuzz/fuzz.h"

enum { COLUMNS = 4, SALES = 400 };

/* ------------------------------------------------------------------ readers of our own texts */

static void read_features(const char *text) {
    struct features features;
    struct error error = {0};
    enum err err = features_from_json(&features, text, &error);
    FUZZ_MUST_ABOUT(err == ERR_OK || (err == ERR_DAMAGED && error.message[0] != '\0'),
                    error.message);
    if (err != ERR_OK)
        return;
    FUZZ_MUST(features.width >= 0 && features.width <= FEATURES_WIDTH_MAX);
    struct features again;
    char *json = features_json(&features), name[FEATURES_COLUMN_SIZE];
    FUZZ_MUST_ABOUT(features_from_json(&again, json, &error) == ERR_OK, json);
    FUZZ_MUST(again.width == features.width);
    double row[FEATURES_WIDTH_MAX];
    const struct traits unknown = {.age_years = NAN,
                                   .price = NAN,
                                   .handset = HANDSET_UNKNOWN,
                                   .local = UNKNOWN,
                                   .female = UNKNOWN,
                                   .answers = {UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN}};
    features_encode(&features, &unknown, row);
    features_fill(&features, row);
    for (int column = 0; column < features.width; column++)
        features_column_name(&features, column, name);
    free(json);
    features_free(&again);
    features_free(&features);
}

static void read_metrics(const char *text) {
    struct model_metrics metrics;
    if (metrics_from_json(&metrics, text))
        free(metrics_json(&metrics));
}

/* The scan, a line end, the shape. */
static void read_segmentation(const char *text) {
    size_t length = strcspn(text, "\n");
    char *scan = xstrndup(text, length);
    struct segmentation segmentation = {
        .features.width = COLUMNS,
        .record = {.k = 3, .width = COLUMNS, .scan = scan, .shape = (char *)(text + length)}};
    if (segmentation_read_json(&segmentation)) {
        FUZZ_MUST(segmentation.scan_count <= SCAN_MAX);
        FUZZ_MUST(segmentation.components.count <= COLUMNS);
        FUZZ_MUST(segmentation.stability.resamples <= STABILITY_RESAMPLES_MAX);
    }
    free(scan);
}

static void read_trees(const char *text) {
    static const float rows[2 * COLUMNS] = {NAN, NAN, NAN, NAN, 0, 1, -1, 30};
    float margins[2];
    const char *const trees[] = {text};
    struct forest *forest = forest_read(trees, 1, COLUMNS, 0);
    if (forest == NULL)
        return;
    forest_margins(forest, rows, 2, COLUMNS, margins);
    FUZZ_MUST(isfinite(margins[0]) && isfinite(margins[1]));
    forest_free(forest);
}

static void read_golden(const char *text) {
    struct error error = {0};
    enum err err = golden_check(text, COLUMNS, NULL, 0, &error);
    FUZZ_MUST(err == ERR_OK || error.message[0] != '\0');
}

/* ------------------------------------------------------------------ a stored model, replaced */

static struct db *trained;

static void must(enum err code, const struct error *error) {
    FUZZ_MUST_ABOUT(code == ERR_OK, error->message);
}

static void import_some(const char *path) {
    struct error error;
    struct db *writer;
    struct import_result result;
    const struct import_options options = {0};
    char *csv = fuzz_path("model.csv"), line[512];
    FILE *in = fopen("data/sample.csv", "r"), *out = fopen(csv, "w");
    FUZZ_MUST_ABOUT(in != NULL && out != NULL, "run this in the project's folder");
    for (int i = 0; i <= SALES && fgets(line, sizeof line, in) != NULL; i++)
        fputs(line, out);
    fclose(in);
    fclose(out);
    must(db_open_writer(path, NULL, &writer, &error), &error);
    must(import_file(writer, csv, &options, NULL, &result, &error), &error);
    import_result_free(&result);
    db_close(writer);
    free(csv);
}

static void train_once(void) {
    struct train_options options;
    struct error error;
    if (trained != NULL)
        return;
    char *path = fuzz_path("model.db");
    remove(path);
    import_some(path);
    train_defaults(&options);
    train_only(&options, ALGORITHM_TREE);
    options.outcomes[OUTCOME_FACEBOOK] = options.segments = false;
    options.folds = 2;
    options.repeats = options.threads = 1;
    options.permutations = 0;
    must(train_run(path, &options, NULL, NULL, NULL, &error), &error);
    must(db_open_writer(path, NULL, &trained, &error), &error);
    free(path);
}

/* Puts other bytes where a part is kept, tries to load the model, and takes them away again. The
 * checksums stay those of what was stored. */
static void replace(const char *sql, const uint8_t *data, size_t size, bool text) {
    sqlite3_stmt *statement;
    train_once();
    sqlite3 *handle = trained->handle;
    FUZZ_MUST(sqlite3_exec(handle, "BEGIN", NULL, NULL, NULL) == SQLITE_OK);
    FUZZ_MUST(sqlite3_prepare_v2(handle, sql, -1, &statement, NULL) == SQLITE_OK);
    const char *bytes = size > 0 ? (const char *)data : "";
    if (text)
        sqlite3_bind_text(statement, 1, bytes, (int)size, SQLITE_STATIC);
    else
        sqlite3_bind_blob(statement, 1, bytes, (int)size, SQLITE_STATIC);
    FUZZ_MUST_ABOUT(sqlite3_step(statement) == SQLITE_DONE, sqlite3_errmsg(handle));
    FUZZ_MUST(sqlite3_changes(handle) > 0);
    sqlite3_finalize(statement);
    struct loaded_model model;
    struct error error = {0};
    enum err err = loaded_model_open(trained, OUTCOME_RETURNING, &model, &error);
    FUZZ_MUST_ABOUT(err == ERR_DAMAGED && error.message[0] != '\0', error.message);
    FUZZ_MUST(sqlite3_exec(handle, "ROLLBACK", NULL, NULL, NULL) == SQLITE_OK);
}

static void is_whole(void) {
    struct loaded_model model;
    struct error error;
    train_once();
    must(loaded_model_open(trained, OUTCOME_RETURNING, &model, &error), &error);
    loaded_model_free(&model);
}

void fuzz_model(const uint8_t *data, size_t size) {
    if (size == 0)
        return;
    char *text = fuzz_string(data + 1, size - 1);
    switch (data[0]) {
    case 'f':
        read_features(text);
        break;
    case 'm':
        read_metrics(text);
        break;
    case 's':
        read_segmentation(text);
        break;
    case 't':
        read_trees(text);
        break;
    case 'g':
        read_golden(text);
        break;
    case 'B':
        replace("UPDATE booster SET bytes = ?1 WHERE position = 0", data + 1, size - 1, false);
        break;
    case 'F':
        replace("UPDATE model SET features = ?1", data + 1, size - 1, true);
        break;
    case 'G':
        replace("UPDATE model SET golden = ?1", data + 1, size - 1, true);
        break;
    case 'M':
        replace("UPDATE model SET metrics = ?1", data + 1, size - 1, true);
        break;
    default:
        is_whole();
    }
    free(text);
}

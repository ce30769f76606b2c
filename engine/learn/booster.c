/* The fence around XGBoost's C API. */
#include "engine/learn/booster.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>
#include <xgboost/c_api.h>

#include "base/memory.h"
#include "engine/learn/forest.h"

struct matrix {
    DMatrixHandle handle;
    size_t rows;
    int columns;
};

struct booster {
    BoosterHandle handle;
    int columns;
    DMatrixHandle proxy;   /* of predictions in place, made once; NULL until then */
    bool needs_matrix;     /* a linear booster cannot predict in place, and DART is slow at it */
    struct forest *forest; /* its trees; NULL where they are not unrolled */
};

const char *booster_version(void) {
    static _Thread_local char text[32];
    int major, minor, patch;
    XGBoostVersion(&major, &minor, &patch);
    snprintf(text, sizeof text, "%d.%d.%d", major, minor, patch);
    return text;
}

static void swallow(const char *message) {
    (void)message;
}

/* Verbosity and log callback belong to the thread; unset, XGBoost writes over the screen. */
static void hush(void) {
    static _Thread_local bool hushed;
    if (hushed)
        return;
    XGBRegisterLogCallback(swallow);
    XGBSetGlobalConfig("{\"verbosity\": 0}");
    hushed = true;
}

/* XGBoost's message is a stack trace; its first line says what happened. */
static enum err failed(enum err code, const char *what, struct error *error) {
    const char *message = XGBGetLastError();
    const char *bracket = strncmp(message, "[", 1) == 0 ? strstr(message, "] ") : NULL;
    message = bracket ? bracket + 2 : message; /* "[10:15:00] " */
    int length = (int)strcspn(message, "\r\n");
    return error_set(error, code, "%s: XGBoost says: %.*s", what, length, message);
}

static enum err create(const float *values, size_t rows, int columns, float missing, int threads,
                       struct matrix **out, struct error *error) {
    hush();
    *out = NULL;
    DMatrixHandle handle;
    if (XGDMatrixCreateFromMat_omp(values, rows, (bst_ulong)columns, missing, &handle, threads) !=
        0)
        return failed(ERR_FAILED, "preparing the sales", error);
    struct matrix *matrix = xcalloc(1, sizeof *matrix);
    *matrix = (struct matrix){handle, rows, columns};
    *out = matrix;
    return ERR_OK;
}

enum err matrix_new(const float *values, size_t rows, int columns, int threads, struct matrix **out,
                    struct error *error) {
    return create(values, rows, columns, NAN, threads, out, error);
}

enum err matrix_new_sparse(const float *values, size_t rows, int columns, int threads,
                           struct matrix **out, struct error *error) {
    size_t count = rows * (size_t)columns;
    float *known = xreallocarray(NULL, count + 1, sizeof *known);
    for (size_t i = 0; i < count; i++)
        known[i] = isnan(values[i]) ? 0 : values[i];
    enum err err = create(known, rows, columns, 0, threads, out, error);
    free(known);
    return err;
}

enum err matrix_label(struct matrix *matrix, const float *labels, struct error *error) {
    if (XGDMatrixSetFloatInfo(matrix->handle, "label", labels, matrix->rows) != 0)
        return failed(ERR_FAILED, "preparing the answers", error);
    return ERR_OK;
}

void matrix_free(struct matrix *matrix) {
    if (!matrix)
        return;
    XGDMatrixFree(matrix->handle);
    free(matrix);
}

static enum err set(BoosterHandle handle, const char *name, const char *value,
                    struct error *error) {
    if (XGBoosterSetParam(handle, name, value) != 0)
        return failed(ERR_FAILED, "setting up the model", error);
    return ERR_OK;
}

/* What every training shares. The random numbers of XGBoost 1.7 belong to the thread; seeding them
 * at every round keeps boosters in one thread from disturbing each other. */
static enum err set_common(BoosterHandle handle, uint32_t seed, int threads, struct error *error) {
    char number[16];
    const char *const fixed[][2] = {{"validate_parameters", "1"},
                                    {"verbosity", "0"},
                                    {"objective", "binary:logistic"},
                                    {"base_score", "0.5"},
                                    {"seed_per_iteration", "1"}};
    enum err err = ERR_OK;
    for (size_t i = 0; err == ERR_OK && i < sizeof fixed / sizeof *fixed; i++)
        err = set(handle, fixed[i][0], fixed[i][1], error);
    snprintf(number, sizeof number, "%u", seed % 2147483647U); /* XGBoost keeps it as an int */
    if (err == ERR_OK)
        err = set(handle, "seed", number, error);
    snprintf(number, sizeof number, "%d", threads);
    if (err == ERR_OK)
        err = set(handle, "nthread", number, error);
    return err;
}

enum err booster_train(struct matrix *matrix, const struct parameter *parameters,
                       int parameter_count, int rounds, uint32_t seed, int threads,
                       struct booster **out, struct error *error) {
    hush();
    *out = NULL;
    struct booster *booster = xcalloc(1, sizeof *booster);
    booster->columns = matrix->columns;
    enum err err = ERR_OK;
    if (XGBoosterCreate(&matrix->handle, 1, &booster->handle) != 0)
        err = failed(ERR_FAILED, "setting up the model", error);
    if (err == ERR_OK)
        err = set_common(booster->handle, seed, threads, error);
    for (int i = 0; err == ERR_OK && i < parameter_count; i++) {
        booster->needs_matrix |= strcmp(parameters[i].name, "booster") == 0 &&
                                 strcmp(parameters[i].value, "gbtree") != 0;
        err = set(booster->handle, parameters[i].name, parameters[i].value, error);
    }
    for (int round = 0; err == ERR_OK && round < rounds; round++)
        if (XGBoosterUpdateOneIter(booster->handle, round, matrix->handle) != 0)
            err = failed(ERR_FAILED, "training the model", error);
    if (err == ERR_OK)
        *out = booster;
    else
        booster_free(booster);
    return err;
}

void booster_free(struct booster *booster) {
    if (!booster)
        return;
    if (booster->proxy)
        XGDMatrixFree(booster->proxy);
    if (booster->handle)
        XGBoosterFree(booster->handle);
    forest_free(booster->forest);
    free(booster);
}

static enum err predict(struct booster *booster, struct matrix *matrix, int type, size_t per_row,
                        float *out, struct error *error) {
    hush();
    /* XGBoost takes too few columns without a word. */
    if (matrix->columns != booster->columns)
        return error_set(error, ERR_FAILED, "the model has %d columns, the customer %d",
                         booster->columns, matrix->columns);
    char config[128];
    snprintf(config, sizeof config,
             "{\"type\": %d, \"training\": false, \"iteration_begin\": 0, \"iteration_end\": 0, "
             "\"strict_shape\": false}",
             type);
    const bst_ulong *shape;
    bst_ulong dimensions;
    const float *result;
    if (XGBoosterPredictFromDMatrix(booster->handle, matrix->handle, config, &shape, &dimensions,
                                    &result) != 0)
        return failed(ERR_FAILED, "predicting", error);
    size_t length = 1;
    for (bst_ulong i = 0; i < dimensions; i++)
        length *= shape[i];
    if (length != matrix->rows * per_row)
        return error_set(error, ERR_FAILED, "XGBoost gave %zu numbers where %zu were due", length,
                         matrix->rows * per_row);
    memcpy(out, result, length * sizeof *out);
    return ERR_OK;
}

enum err booster_margins(struct booster *booster, struct matrix *matrix, float *margins,
                         struct error *error) {
    return predict(booster, matrix, 1, 1, margins, error);
}

/* False where the booster refuses: then it is asked by way of a matrix, from now on. */
static bool predict_in_place(struct booster *booster, const float *values, size_t rows,
                             float *margins) {
    static const char config[] =
        "{\"type\": 1, \"training\": false, \"iteration_begin\": 0, \"iteration_end\": 0, "
        "\"strict_shape\": false, \"cache_id\": 0, \"missing\": NaN}";
    char array[160];
    const bst_ulong *shape;
    bst_ulong dimensions;
    const float *result;
    if (booster->needs_matrix || (!booster->proxy && XGProxyDMatrixCreate(&booster->proxy) != 0))
        return false;
    snprintf(array, sizeof array,
             "{\"data\": [%zu, true], \"shape\": [%zu, %d], \"typestr\": \"<f4\", \"version\": 3}",
             (size_t)values, rows, booster->columns);
    if (XGBoosterPredictFromDense(booster->handle, array, config, booster->proxy, &shape,
                                  &dimensions, &result) != 0)
        return false;
    size_t length = 1;
    for (bst_ulong i = 0; i < dimensions; i++)
        length *= shape[i];
    if (length != rows)
        return false;
    memcpy(margins, result, rows * sizeof *margins);
    return true;
}

enum err booster_margins_dense(struct booster *booster, const float *values, size_t rows,
                               float *margins, struct error *error) {
    if (booster->forest) {
        forest_margins(booster->forest, values, rows, booster->columns, margins);
        return ERR_OK;
    }
    hush();
    if (predict_in_place(booster, values, rows, margins))
        return ERR_OK;
    booster->needs_matrix = true;
    struct matrix *matrix;
    enum err err = matrix_new(values, rows, booster->columns, 1, &matrix, error);
    if (err == ERR_OK)
        err = booster_margins(booster, matrix, margins, error);
    matrix_free(matrix);
    return err;
}

/* The margin before the first tree, of boosters whose trees are simply added up; else NaN. */
static float start_of(const struct booster *booster) {
    bst_ulong length;
    const char *text;
    if (XGBoosterSaveJsonConfig(booster->handle, &length, &text) != 0)
        return NAN;
    json_t *config = json_loadb(text, length, 0, NULL);
    const json_t *learner = json_object_get(config, "learner");
    const char *kind =
        json_string_value(json_object_get(json_object_get(learner, "gradient_booster"), "name"));
    const char *score = json_string_value(
        json_object_get(json_object_get(learner, "learner_model_param"), "base_score"));
    float share =
        kind != NULL && score != NULL && strcmp(kind, "gbtree") == 0 ? strtof(score, NULL) : NAN;
    json_decref(config);
    return -logf(1.0F / share - 1.0F);
}

bool booster_unroll(struct booster *booster, const float *values, size_t rows,
                    const float *margins) {
    bst_ulong count;
    const char **trees;
    hush();
    float start = start_of(booster);
    if (booster->forest || isnan(start) ||
        XGBoosterDumpModelEx(booster->handle, "", 0, "text", &count, &trees) != 0)
        return booster->forest != NULL;
    struct forest *forest = forest_read(trees, count, booster->columns, start);
    float *own = xcalloc(rows + 1, sizeof *own);
    if (forest)
        forest_margins(forest, values, rows, booster->columns, own);
    bool same = forest && memcmp(own, margins, rows * sizeof *own) == 0;
    if (same)
        booster->forest = forest;
    else
        forest_free(forest);
    free(own);
    return same;
}

bool booster_is_unrolled(const struct booster *booster) {
    return booster->forest != NULL;
}

enum err booster_contributions(struct booster *booster, struct matrix *matrix, float *contributions,
                               struct error *error) {
    return predict(booster, matrix, 2, (size_t)booster->columns + 1, contributions, error);
}

enum err booster_column_scores(struct booster *booster, bool linear, double *scores,
                               struct error *error) {
    hush();
    const char *config =
        linear ? "{\"importance_type\": \"weight\"}" : "{\"importance_type\": \"total_gain\"}";
    bst_ulong names, dimensions;
    const char **name;
    const bst_ulong *shape;
    const float *score;
    if (XGBoosterFeatureScore(booster->handle, config, &names, &name, &dimensions, &shape,
                              &score) != 0)
        return failed(ERR_FAILED, "asking the model what it uses", error);
    for (int column = 0; column < booster->columns; column++)
        scores[column] = 0;
    for (bst_ulong i = 0; i < names; i++) {
        char *end;
        long column = name[i][0] == 'f' ? strtol(name[i] + 1, &end, 10) : -1; /* "f12" */
        if (column < 0 || column >= booster->columns || *end != '\0')
            return error_set(error, ERR_FAILED, "XGBoost named a column \"%.32s\"", name[i]);
        scores[column] = (double)score[i];
    }
    return ERR_OK;
}

enum err booster_save(struct booster *booster, struct booster_bytes *out, struct error *error) {
    bst_ulong length;
    const char *bytes;
    if (XGBoosterSaveModelToBuffer(booster->handle, "{\"format\": \"json\"}", &length, &bytes) != 0)
        return failed(ERR_FAILED, "saving the model", error);
    out->bytes = xmalloc(length);
    memcpy(out->bytes, bytes, length);
    out->length = length;
    return ERR_OK;
}

enum err booster_load(const struct booster_bytes *bytes, int columns, struct booster **out,
                      struct error *error) {
    hush();
    *out = NULL;
    struct booster *booster = xcalloc(1, sizeof *booster);
    booster->columns = columns;
    enum err err = ERR_OK;
    bst_ulong features = 0;
    if (XGBoosterCreate(NULL, 0, &booster->handle) != 0)
        err = failed(ERR_FAILED, "setting up the model", error);
    if (err == ERR_OK)
        err = set(booster->handle, "nthread", "1", error);
    if (err == ERR_OK &&
        (XGBoosterLoadModelFromBuffer(booster->handle, bytes->bytes, bytes->length) != 0 ||
         XGBoosterGetNumFeature(booster->handle, &features) != 0))
        err = failed(ERR_DAMAGED, "reading the stored model", error);
    if (err == ERR_OK && features != (bst_ulong)columns)
        err = error_set(error, ERR_DAMAGED, "the stored model has %lu columns instead of %d",
                        (unsigned long)features, columns);
    if (err == ERR_OK)
        err = set(booster->handle, "nthread", "1", error);
    if (err == ERR_OK)
        *out = booster;
    else
        booster_free(booster);
    return err;
}

/* Gains and SHAP values, from columns to fields. */
#include "engine/learn/importance.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

enum { BATCH_ROWS = 2048 };

static void unseen(const struct features *features, double by_field[FEATURE_FIELD_COUNT]) {
    for (int field = 0; field < FEATURE_FIELD_COUNT; field++)
        by_field[field] = (double)NAN;
    for (int column = 0; column < features->width; column++)
        by_field[features->field_of[column]] = 0;
}

/* Population standard deviation of a column where it is known (Welford 1962). */
static double spread(const struct examples *examples, int column) {
    double mean = 0, squares = 0, n = 0;
    for (size_t row = 0; row < examples->rows; row++) {
        double value = (double)examples->values[row * (size_t)examples->width + (size_t)column];
        if (isnan(value))
            continue;
        double step = value - mean;
        mean += step / ++n;
        squares += step * (value - mean);
    }
    return n > 0 ? sqrt(squares / n) : 0;
}

enum err importance_gain(struct booster *booster, enum algorithm algorithm,
                         const struct features *features, const struct examples *examples,
                         double gain[FEATURE_FIELD_COUNT], struct error *error) {
    bool linear = algorithm == ALGORITHM_LINEAR;
    double scores[FEATURES_WIDTH_MAX] = {0}, total = 0;
    enum err err = booster_column_scores(booster, linear, scores, error);
    unseen(features, gain);
    if (err != ERR_OK)
        return err;
    for (int column = 0; column < features->width; column++) {
        if (linear)
            scores[column] = fabs(scores[column]) * spread(examples, column);
        gain[features->field_of[column]] += scores[column];
        total += scores[column];
    }
    for (int field = 0; total > 0 && field < FEATURE_FIELD_COUNT; field++)
        gain[field] /= total;
    return ERR_OK;
}

size_t importance_rows(enum algorithm algorithm, size_t rows) {
    size_t most = algorithm == ALGORITHM_FOREST ? IMPORTANCE_ROWS_FOREST : IMPORTANCE_ROWS_MAX;
    return rows < most ? rows : most;
}

static void add_row(struct shap_sum *sum, const struct features *features, const float *shap) {
    double by_field[FEATURE_FIELD_COUNT] = {0};
    for (int column = 0; column < features->width; column++)
        by_field[features->field_of[column]] += (double)shap[column];
    for (int field = 0; field < FEATURE_FIELD_COUNT; field++)
        sum->sum[field] += fabs(by_field[field]);
    sum->rows++;
}

enum err shap_sum_add(struct shap_sum *sum, struct booster *booster,
                      const struct features *features, const struct examples *examples,
                      const size_t *rows, size_t count, size_t most, int threads,
                      struct error *error) {
    size_t all = rows ? count : examples->rows, wanted = all < most ? all : most;
    size_t width = (size_t)examples->width;
    float *values = xreallocarray(NULL, BATCH_ROWS * width + 1, sizeof *values);
    float *shap = xreallocarray(NULL, BATCH_ROWS * (width + 1), sizeof *shap);
    enum err err = ERR_OK;
    for (size_t done = 0; err == ERR_OK && done < wanted;) {
        size_t batch = wanted - done < BATCH_ROWS ? wanted - done : BATCH_ROWS;
        struct matrix *matrix = NULL;
        for (size_t i = 0; i < batch; i++) {
            size_t at = (done + i) * all / wanted; /* evenly spread over all */
            memcpy(&values[i * width], &examples->values[(rows ? rows[at] : at) * width],
                   width * sizeof *values);
        }
        err = matrix_new(values, batch, examples->width, threads, &matrix, error);
        if (err == ERR_OK)
            err = booster_contributions(booster, matrix, shap, error);
        for (size_t i = 0; err == ERR_OK && i < batch; i++)
            add_row(sum, features, &shap[i * (width + 1)]);
        matrix_free(matrix);
        done += batch;
    }
    free(shap);
    free(values);
    return err;
}

void shap_sum_mean(const struct shap_sum *sum, const struct features *features,
                   double shap[FEATURE_FIELD_COUNT]) {
    unseen(features, shap);
    for (int field = 0; field < FEATURE_FIELD_COUNT; field++)
        if (!isnan(shap[field]))
            shap[field] = sum->rows > 0 ? sum->sum[field] / (double)sum->rows : (double)NAN;
}

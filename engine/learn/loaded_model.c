/* Loading, verifying and asking a stored model. */
#include "engine/learn/loaded_model.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "db/models.h"
#include "engine/learn/ensemble.h"
#include "engine/learn/golden.h"
#include "engine/learn/metrics_json.h"
#include "engine/learn/score.h"

/* Explanations that add up to something else than the prediction would be lies. */
static const double additivity_tolerance = 1e-4;

static enum err read_record(struct loaded_model *model, const struct model_record *record,
                            struct error *error) {
    enum err err = features_from_json(&model->features, record->features, error);
    if (err != ERR_OK)
        return err;
    if (!metrics_from_json(&model->metrics, record->metrics) || model->metrics.folds < 2 ||
        model->metrics.repeats < 1 ||
        model->metrics.folds * model->metrics.repeats != record->fold_count)
        return error_set(error, ERR_DAMAGED, "the stored model's metrics cannot be read");
    model->count = 1 + record->fold_count;
    model->boosters = xcalloc((size_t)model->count, sizeof *model->boosters);
    for (int i = 0; err == ERR_OK && i < model->count; i++)
        err = booster_load(i == 0 ? &record->booster : &record->folds[i - 1], model->features.width,
                           &model->boosters[i].booster, error);
    if (err == ERR_OK)
        err = golden_check(record->golden, model->features.width, model->boosters, model->count,
                           error);
    return err;
}

enum err loaded_model_open(struct db *db, enum outcome target, struct loaded_model *out,
                           struct error *error) {
    struct model_record record = {0};
    *out = (struct loaded_model){0};
    enum err err = db_model_load(db, outcome_name(target), &record, error);
    if (err != ERR_OK)
        return err;
    err = read_record(out, &record, error);
    model_record_free(&record);
    if (err != ERR_OK) {
        error_hint(error, "train it again: retail-pulse train %s", outcome_name(target));
        loaded_model_free(out);
    }
    return err;
}

void loaded_model_free(struct loaded_model *model) {
    for (int i = 0; i < model->count; i++)
        booster_free(model->boosters[i].booster);
    free(model->boosters);
    features_free(&model->features);
    *model = (struct loaded_model){0};
}

static double log_odds_from(float margin, double weight) {
    return (double)margin - log(weight);
}

static enum err jackknife(const struct loaded_model *model, const float *row, double *variance,
                          struct error *error) {
    double *estimates = xcalloc((size_t)model->count, sizeof *estimates);
    enum err err = ERR_OK;
    for (int i = 1; err == ERR_OK && i < model->count; i++) {
        const struct weighed_booster *own = &model->boosters[i];
        float margin = 0;
        err = booster_margins_dense(own->booster, row, 1, &margin, error);
        estimates[i - 1] = log_odds_from(margin, own->weight);
    }
    *variance = jackknife_variance(estimates, model->metrics.folds, model->metrics.repeats);
    free(estimates);
    return err;
}

static enum err explain(const struct loaded_model *model, struct matrix *row, struct explained *out,
                        struct error *error) {
    const struct weighed_booster *full = &model->boosters[0];
    float margin, shap[FEATURES_WIDTH_MAX + 1];
    enum err err = booster_margins(full->booster, row, &margin, error);
    if (err == ERR_OK)
        err = booster_contributions(full->booster, row, shap, error);
    if (err != ERR_OK)
        return err;
    out->log_odds = log_odds_from(margin, full->weight);
    out->bias = log_odds_from(shap[model->features.width], full->weight);
    memset(out->by_field, 0, sizeof out->by_field);
    double sum = out->bias;
    for (int column = 0; column < model->features.width; column++) {
        out->by_field[model->features.field_of[column]] += (double)shap[column];
        sum += (double)shap[column];
    }
    if (!(fabs(sum - out->log_odds) <= additivity_tolerance))
        return error_set(error, ERR_FAILED, "the explanation does not add up to the prediction");
    return ERR_OK;
}

enum err loaded_model_explain(const struct loaded_model *model, const struct traits *traits,
                              struct explained *out, struct error *error) {
    double encoded[FEATURES_WIDTH_MAX], variance = 0;
    float values[FEATURES_WIDTH_MAX];
    struct matrix *row;
    features_encode(&model->features, traits, encoded);
    for (int column = 0; column < model->features.width; column++)
        values[column] = (float)encoded[column];
    enum err err = matrix_new(values, 1, model->features.width, 1, &row, error);
    if (err == ERR_OK)
        err = explain(model, row, out, error);
    if (err == ERR_OK)
        err = jackknife(model, values, &variance, error);
    matrix_free(row);
    out->standard_error = sqrt(variance);
    return err;
}

enum err loaded_model_probabilities(const struct loaded_model *model, const float *rows,
                                    size_t count, double *probabilities, struct error *error) {
    const struct weighed_booster *full = &model->boosters[0];
    float one = 0, *margins = count == 1 ? &one : xmalloc(count * sizeof *margins);
    enum err err = booster_margins_dense(full->booster, rows, count, margins, error);
    for (size_t i = 0; err == ERR_OK && i < count; i++)
        probabilities[i] = logistic(log_odds_from(margins[i], full->weight));
    if (margins != &one)
        free(margins);
    return err;
}

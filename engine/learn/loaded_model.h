/* A model of the registry, verified and ready to predict. */
#ifndef ENGINE_LEARN_LOADED_MODEL_H
#define ENGINE_LEARN_LOADED_MODEL_H

#include "engine/learn/evaluate.h"

struct loaded_model {
    struct features features;
    struct model_metrics metrics;
    struct weighed_booster *boosters; /* [0] trained on all sales, then the folds of each repeat */
    int count;
};

/* The active model of a target: bytes by their SHA-256, then every booster by its golden rows.
 * ERR_NOT_FOUND, ERR_DAMAGED. The caller frees with loaded_model_free. */
enum err loaded_model_open(struct db *db, enum outcome target, struct loaded_model *out,
                           struct error *error);
void loaded_model_free(struct loaded_model *model);

/* What the model makes of one encoded customer, in log odds with the class weights taken out. */
struct explained {
    double log_odds;
    double standard_error; /* delete-a-group jackknife over the fold models, see below */
    double bias;           /* log_odds = bias + the sum of by_field, to within rounding */
    double by_field[FEATURE_FIELD_COUNT]; /* SHAP, columns of a field summed */
};

/* Jackknife: within a repeat of K folds the variance is (K − 1) / K · Σ (θ_k − mean θ)² (Efron &
 * Tibshirani 1993, ch. 11; delete-a-group: Shao & Tu 1995, §2.3), averaged over the repeats. */
enum err loaded_model_explain(const struct loaded_model *model, const struct traits *traits,
                              struct explained *out, struct error *error);

/* Probabilities alone, of many encoded customers (row-major, of the features' width, NaN where
 * unknown), on the scale of the base rate. */
enum err loaded_model_probabilities(const struct loaded_model *model, const float *rows,
                                    size_t count, double *probabilities, struct error *error);

#endif

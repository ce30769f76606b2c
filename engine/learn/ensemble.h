/* All boosters of one model, asked about many customers at once: what sweeps, scenarios and batches
 * have in common. */
#ifndef ENGINE_LEARN_ENSEMBLE_H
#define ENGINE_LEARN_ENSEMBLE_H

#include "engine/analysis/statistics.h"
#include "engine/learn/loaded_model.h"

struct ensemble {
    const struct loaded_model *model; /* must outlive it */
    size_t rows;
    double *log_odds; /* booster by booster, class weights taken out; owned */
};

/* `values` is row-major, as features_encode writes rows. The caller frees with ensemble_free. */
enum err ensemble_ask(const struct loaded_model *model, const float *values, size_t rows,
                      struct ensemble *out, struct error *error);
void ensemble_free(struct ensemble *ensemble);

/* As loaded_model_explain gives it: 95 % by the delete-a-group jackknife, in log odds. */
struct interval ensemble_probability(const struct ensemble *ensemble, size_t row);

/* The probability of `row` minus that of `base`, with the jackknife interval of the difference
 * itself: what all fold models agree on is not counted as uncertainty. */
struct interval ensemble_difference(const struct ensemble *ensemble, size_t row, size_t base);

/* The delete-a-group jackknife's variance of what `repeats` times `folds` models estimate, repeat
 * by repeat: (K − 1) / K · Σ (θ_k − mean θ)² (Efron & Tibshirani 1993, ch. 11; Shao & Tu 1995,
 * §2.3), averaged over the repeats. */
double jackknife_variance(const double *estimates, int folds, int repeats);

#endif

/* What a model makes its answers from, field by field. Large does not mean useful: a model without
 * skill leans on its fields just as hard. */
#ifndef ENGINE_LEARN_IMPORTANCE_H
#define ENGINE_LEARN_IMPORTANCE_H

#include "engine/learn/evaluate.h"

/* Each field's share of the gain of all splits (Friedman 2001, §8.1, eq. 45; XGBoost's
 * "total_gain"), its columns summed; 0 … 1, all 0 where nothing is split. A linear model has no
 * gain: there it is the share of |coefficient| × standard deviation of the column over the examples
 * where it is known (standardised coefficients). NaN for a field that the model does not see. */
enum err importance_gain(struct booster *booster, enum algorithm algorithm,
                         const struct features *features, const struct examples *examples,
                         double gain[FEATURE_FIELD_COUNT], struct error *error);

/* SHAP is slow: tens of microseconds a row for small trees, a millisecond for a forest. Of more
 * rows than these every k-th is taken, which the reader is told. */
enum { IMPORTANCE_ROWS_MAX = 20000, IMPORTANCE_ROWS_FOREST = 1000 };
size_t importance_rows(enum algorithm algorithm, size_t rows);

/* Mean absolute SHAP values over rows, in log odds (Lundberg et al. 2020), the columns of a field
 * summed within each row. Fed part by part, so that each part can be of rows that its booster has
 * not seen. */
struct shap_sum {
    double sum[FEATURE_FIELD_COUNT];
    size_t rows;
};

/* Adds at most `most` of the examples at `rows` (NULL: of all, `count` is ignored), evenly spread.
 */
enum err shap_sum_add(struct shap_sum *sum, struct booster *booster,
                      const struct features *features, const struct examples *examples,
                      const size_t *rows, size_t count, size_t most, int threads,
                      struct error *error);

/* NaN for a field that the model does not see, and everywhere where no row was added. */
void shap_sum_mean(const struct shap_sum *sum, const struct features *features,
                   double shap[FEATURE_FIELD_COUNT]);

#endif

/* XGBoost behind a fence: every call checked, silent, repeatable, its buffers copied at once.
 *
 * XGBoost 1.7 crashes on damaged models, so only bytes that the registry has verified may be given
 * to booster_load, and what it loaded is then asked for golden rows (engine/learn/golden.h). */
#ifndef ENGINE_LEARN_BOOSTER_H
#define ENGINE_LEARN_BOOSTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "db/models.h"

const char *booster_version(void); /* of XGBoost: "1.7.4" */

struct matrix;  /* rows of features, with labels where it is trained on */
struct booster; /* a trained ensemble */

/* `values` is row-major, NaN where unknown, and may be released afterwards. */
enum err matrix_new(const float *values, size_t rows, int columns, int threads, struct matrix **out,
                    struct error *error);
/* The same rows with only what is neither 0 nor unknown, which is all that a linear model sees. */
enum err matrix_new_sparse(const float *values, size_t rows, int columns, int threads,
                           struct matrix **out, struct error *error);
/* 0 or 1 a row. The rows' histogram index, once built, survives new labels. */
enum err matrix_label(struct matrix *matrix, const float *labels, struct error *error);
void matrix_free(struct matrix *matrix);

enum { PARAMETER_TEXT_SIZE = 32, PARAMETERS_MAX = 24 };

struct parameter {
    char name[PARAMETER_TEXT_SIZE];
    char value[PARAMETER_TEXT_SIZE];
};

/* Trains `rounds` rounds. The result depends on matrix, parameters and seed alone, not on the
 * number of threads. The caller frees with booster_free. */
enum err booster_train(struct matrix *matrix, const struct parameter *parameters,
                       int parameter_count, int rounds, uint32_t seed, int threads,
                       struct booster **out, struct error *error);
void booster_free(struct booster *booster);

/* Margins (log odds on the scale of the training weights), one a row. */
enum err booster_margins(struct booster *booster, struct matrix *matrix, float *margins,
                         struct error *error);

/* The same of rows that are in no matrix: row-major, of the booster's width, NaN where unknown.
 * Several times as fast for few rows; a booster that cannot, or that was just trained as DART and
 * would be slower, is asked by way of a matrix. Unrolled, it needs no XGBoost: a microsecond. */
enum err booster_margins_dense(struct booster *booster, const float *values, size_t rows,
                               float *margins, struct error *error);

/* Unrolls the trees (engine/learn/forest.h) where these give, bit by bit, the margins that XGBoost
 * gave for the rows; true where they are unrolled. Not for DART and linear boosters, nor for one
 * that is still to be trained. */
bool booster_unroll(struct booster *booster, const float *values, size_t rows,
                    const float *margins);
bool booster_is_unrolled(const struct booster *booster);

/* SHAP values, columns + 1 numbers a row, the last of them the bias; they sum to the margin
 * (Lundberg, Erion & Lee 2018). */
enum err booster_contributions(struct booster *booster, struct matrix *matrix, float *contributions,
                               struct error *error);

/* A number a column: the gains of all its splits summed up, 0 where it has none (XGBoost's
 * "total_gain"; the drop weights of DART are not in it); of a linear booster, which knows no gain,
 * the coefficients. `linear` must say which it is. */
enum err booster_column_scores(struct booster *booster, bool linear, double *scores,
                               struct error *error);

/* JSON, never XGBoost's binary formats: their readers do not check bounds. The caller frees
 * out->bytes. */
enum err booster_save(struct booster *booster, struct booster_bytes *out, struct error *error);
/* ERR_DAMAGED where XGBoost refuses the bytes or they are of another width. One thread. */
enum err booster_load(const struct booster_bytes *bytes, int columns, struct booster **out,
                      struct error *error);

#endif

/* Rows of the examples to train on or to predict for, with the matrix that trainings share. */
#ifndef ENGINE_LEARN_PART_H
#define ENGINE_LEARN_PART_H

#include <pthread.h>

#include "engine/learn/examples.h"
#include "engine/learn/recipe.h"

/* How the classes are treated besides the recipe. */
struct treatment {
    enum class_weights weights;
    enum sampling sampling;
};

/* A booster with the factor by which its training multiplied the odds of "yes", through class
 * weights and resampling: log odds = margin − ln weight (Elkan 2001; King & Zeng 2001). */
struct weighed_booster {
    struct booster *booster;
    double weight;
};

/* The matrix is made by the first who needs it and used by one thread at a time, since labels
 * belong to it; XGBoost indexes it only once that way. */
struct part {
    const struct examples *examples;
    size_t *rows; /* ascending; owned */
    size_t count;
    struct matrix *matrix;
    struct matrix *sparse; /* without its zeros, for linear models */
    pthread_mutex_t busy;
};

/* The rows for which of[row] == fold; or `but` (all others, less those of `other_fold`; give `fold`
 * twice where there is no other). The caller frees with part_close. */
void part_open(struct part *part, const struct examples *examples, const uint8_t *of, int fold);
void part_open_but(struct part *part, const struct examples *examples, const uint8_t *of, int fold,
                   int other_fold);
void part_close(struct part *part);
void part_release(struct part *part); /* of its matrices only */

/* Trains on the part's rows, labelled by `labels` (of all examples), on one thread. Resampling
 * draws from these rows alone. Needs one of each label. */
enum err part_train(struct part *part, const uint8_t *labels, const struct recipe *recipe,
                    struct treatment treatment, uint32_t seed, struct weighed_booster *out,
                    struct error *error);

/* Log odds of a part, class weights and resampling taken out; `log_odds` holds part->count. */
enum err part_predict(const struct part *part, const struct weighed_booster *booster,
                      double *log_odds, struct error *error);

/* The labels of a part's rows, in their order; returns how many are 1. */
size_t part_labels(const struct part *part, const uint8_t *labels, uint8_t *out);

/* Rows as resampling would have them, in `out` (room for 2 · count): for tests and for part_train.
 * Over: every row, then random ones of the rarer label, drawn with replacement. Under: every row of
 * the rarer label and as many of the other, drawn without. Returns how many. */
size_t resample(const size_t *rows, const uint8_t *labels, size_t count, enum sampling sampling,
                uint32_t seed, size_t *out);

#endif

/* Out-of-fold evaluation: stratified folds, repeated, with the choice of parameters inside the
 * training folds and a permutation test of the whole procedure. */
#ifndef ENGINE_LEARN_EVALUATE_H
#define ENGINE_LEARN_EVALUATE_H

#include "base/progress.h"
#include "engine/learn/features.h"
#include "engine/learn/recipe.h"

/* Encoded sales whose outcome is known. */
struct examples {
    float *values; /* rows × width, NaN where unknown */
    uint8_t *labels;
    size_t rows;
    int width;
};

/* Encodes the sales of which the answer is known; `features` must leave it out. The caller frees
 * with examples_free. */
void examples_make(struct examples *examples, const struct features *features,
                   const struct facts *facts, enum answer answer);
void examples_free(struct examples *examples);

/* One total over all that is to be trained. */
struct fits {
    const struct progress_sink *sink;
    const char *phase;
    uint64_t done, total;
};
enum err fits_step(struct fits *fits, struct error *error); /* before each; ERR_CANCELLED */

struct evaluation_plan {
    const struct recipe *candidates; /* the first one is the default … */
    int candidate_count;             /* … and, where it is alone, nothing is chosen */
    int folds, repeats, permutations;
    int threads;
    uint64_t seed;
};

/* How many trainings `evaluate` and `train_final` take together. */
uint64_t evaluation_fits(const struct evaluation_plan *plan);

/* A booster with the weight of "yes" in its training: log odds = margin − ln weight (Elkan 2001;
 * King & Zeng 2001). */
struct weighed_booster {
    struct booster *booster;
    double weight;
};

struct evaluation {
    struct model_metrics metrics;  /* all but `tuned_trials` */
    struct weighed_booster *folds; /* folds × repeats, repeat by repeat; owned */
    int fold_count;
};

/* AUC's interval: DeLong's variances V within the folds give Var(mean of a repeat) = Σ V / K²;
 * their mean over the repeats is used as it stands, because repeats share the same sales.
 * Permutation p = (1 + #{permuted ≥ observed}) / (1 + permutations) (Phipson & Smyth 2010), of the
 * first repeat's mean AUC; labels are permuted within its folds, which are exchangeable there
 * because the folds were drawn by label. Where parameters are chosen, each permutation chooses
 * anew.
 *
 * Needs at least 2·folds rows of either label, and 3 folds where there is something to choose. The
 * caller frees with evaluation_free. */
enum err evaluate(const struct examples *examples, const struct evaluation_plan *plan,
                  struct fits *fits, struct evaluation *out, struct error *error);
void evaluation_free(struct evaluation *evaluation);

/* Trains on everything; parameters are chosen on an inner split of everything. `chosen` receives
 * the recipe. */
enum err train_final(const struct examples *examples, const struct evaluation_plan *plan,
                     struct fits *fits, struct weighed_booster *out, struct recipe *chosen,
                     struct error *error);

#endif

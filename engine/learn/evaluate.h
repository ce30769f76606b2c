/* Out-of-fold evaluation: stratified folds, repeated, with the choice of parameters and thresholds
 * inside the training folds, a permutation test of the whole procedure, and a split in time. */
#ifndef ENGINE_LEARN_EVALUATE_H
#define ENGINE_LEARN_EVALUATE_H

#include "base/progress.h"
#include "db/out_of_fold.h"
#include "base/crew.h"
#include "engine/learn/folds.h"

/* One total over all that is to be trained. It shrinks where a permutation test stops early. */
struct fits {
    const struct progress_sink *sink;
    char phase[96];
    uint64_t done, total;
};
enum err fits_step(struct fits *fits, uint64_t count, struct error *error); /* ERR_CANCELLED */
enum err fits_idle(void *fits, struct error *error);                        /* for crew_open */

struct tuning; /* engine/learn/tuning.h: keeps and knows trials */

struct evaluation_plan {
    const struct recipe *candidates; /* the first one is the default … */
    int candidate_count;             /* … and, where it is alone, nothing is chosen */
    struct treatment treatment;
    enum threshold_rule rule; /* of the headline figures */
    struct mistake_costs costs;
    int permutations;
    uint64_t seed;
    const struct features *features; /* for importance; NULL: none is computed */
    struct tuning *tuning;           /* NULL: trials are forgotten */
};

/* How many trainings `evaluate` takes at most. */
uint64_t evaluation_fits(int folds, int repeats, int candidates, int permutations);

struct evaluation {
    struct model_metrics metrics;
    struct weighed_booster *folds; /* folds × repeats, repeat by repeat; owned */
    int fold_count;
    struct weighed_booster final; /* trained on everything … */
    struct recipe chosen;         /* … by this recipe */
    struct out_of_fold predictions;
};

/* AUC's interval: DeLong's variances V within the folds give Var(mean of a repeat) = Σ V / K²;
 * their mean over the repeats is used as it stands, because repeats share the same sales.
 *
 * Parameters, where there is something to choose, are chosen by log loss: candidates are trained on
 * all but folds i and i + 1 and validated on i + 1; what is chosen is then trained on all but i.
 * Thresholds are chosen on the predictions that the chosen recipe, trained on all but i and i + 1,
 * makes for i + 1, and applied to fold i.
 *
 * The permutation test (see permutation.h) repeats all of that for the first repeat's folds, the
 * choice of parameters included.
 *
 * Importance: gain of the final booster; mean absolute SHAP of the first repeat's fold boosters
 * over sales that they have not seen (importance_rows).
 *
 * Needs at least 2·folds rows of either label, and 3 folds where there is something to choose. With
 * 2 folds there are no thresholds but the even one. The result is the same whatever the number of
 * the crew's threads. The caller frees with evaluation_free. */
enum err evaluate(struct splits *splits, const struct evaluation_plan *plan, struct crew *crew,
                  struct fits *fits, struct evaluation *out, struct error *error);
void evaluation_free(struct evaluation *evaluation);

#endif

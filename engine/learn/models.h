/* The registry as people read it: each model beside its trivial baselines. */
#ifndef ENGINE_LEARN_MODELS_H
#define ENGINE_LEARN_MODELS_H

#include "base/clock.h"
#include "engine/analysis/impact.h"

/* Boosters of XGBoost. X(symbol, name, title) */
#define ALGORITHM_LIST(X)                \
    X(GBTREE, "gbtree", "Boosted trees") \
    X(DART, "dart", "DART")              \
    X(LINEAR, "linear", "Linear")        \
    X(FOREST, "forest", "Random forest") \
    X(TREE, "tree", "Single tree")

enum algorithm {
#define X(symbol, ...) ALGORITHM_##symbol,
    ALGORITHM_LIST(X)
#undef X
        ALGORITHM_COUNT
};

const char *algorithm_name(enum algorithm algorithm);
const char *algorithm_title(enum algorithm algorithm);
bool algorithm_by_name(const char *name, enum algorithm *out);

/* Out of fold, means over the folds of all repeats. Probabilities are on the scale of the base rate
 * (class weights taken out again); accuracy, F1, precision, recall at `threshold` on that scale. */
struct model_metrics {
    double base_rate;
    struct interval auc; /* DeLong, DeLong & Clarke-Pearson 1988, within folds */
    double auc_sd;       /* between folds, as are the next four */
    double accuracy, accuracy_sd;
    double f1, f1_sd;
    double precision, precision_sd;
    double recall, recall_sd;
    double log_loss, base_log_loss;
    struct interval log_loss_gain; /* base_log_loss − log_loss */
    double brier, base_brier;
    double threshold;
    double majority_accuracy; /* always answering the commoner outcome */
    double always_yes_f1;     /* 2p / (1 + p) */
    double p_permutation;     /* NaN where not run */
    int folds, repeats, permutations, tuned_trials;
    uint64_t seed;
};

/* Skill needs all of: AUC's lower bound above 0.5, permutation p below 0.05, log loss below the
 * base rate's by more than its own uncertainty (the gain's lower bound above 0). Without a
 * permutation test there is no skill.
 *
 * The gain's interval matters where parameters were once tuned on the very sales they are judged
 * on, as the published ones were: that lifts AUC and permutation test a little above chance, but
 * does not make probabilities better than the base rate. */
bool model_has_skill(const struct model_metrics *metrics);

struct model_summary {
    int64_t id;
    enum outcome target;
    enum algorithm algorithm;
    bool active;
    bool skill;
    char trained_at[CLOCK_STAMP_SIZE];
    int64_t rows;
    struct model_metrics metrics;
    char *parameters; /* JSON object */
};

/* By target, the active one first. The caller frees with models_free. */
enum err models_list(struct db *db, struct model_summary **out, int *count, struct error *error);
void models_free(struct model_summary *models, int count);

/* One plain sentence: "AUC 0.519 [0.505–0.533], p = 0.13: no better than the base rate." */
void model_sentence(const struct model_summary *model, char *text, size_t size);

#endif

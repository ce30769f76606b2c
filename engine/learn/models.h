/* The registry as people read it: each model beside its trivial baselines. */
#ifndef ENGINE_LEARN_MODELS_H
#define ENGINE_LEARN_MODELS_H

#include "base/clock.h"
#include "engine/analysis/impact.h"
#include "engine/learn/metrics.h"

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

/* Of the classes in training. X(symbol, name, title) */
#define CLASS_WEIGHTS_LIST(X)                              \
    X(BALANCED, "balanced", "both answers weigh the same") \
    X(NONE, "none", "every sale weighs the same")

enum class_weights {
#define X(symbol, ...) CLASS_WEIGHTS_##symbol,
    CLASS_WEIGHTS_LIST(X)
#undef X
        CLASS_WEIGHTS_COUNT
};

const char *class_weights_name(enum class_weights weights);
bool class_weights_by_name(const char *name, enum class_weights *out);

/* Of the training rows, inside the training folds only. X(symbol, name, title) */
#define SAMPLING_LIST(X)                                                             \
    X(NONE, "none", "the sales as they are")                                         \
    X(OVER, "over", "sales of the rarer answer repeated until both are as frequent") \
    X(UNDER, "under", "sales of the commoner answer dropped until both are as frequent")

enum sampling {
#define X(symbol, ...) SAMPLING_##symbol,
    SAMPLING_LIST(X)
#undef X
        SAMPLING_COUNT
};

const char *sampling_name(enum sampling sampling);
bool sampling_by_name(const char *name, enum sampling *out);

struct model_summary {
    int64_t id;
    enum outcome target;
    enum algorithm algorithm;
    enum class_weights weights;
    enum sampling sampling;
    bool active;
    bool skill;
    bool damaged; /* the registry no longer has what was stored: no figures (NaN), no parameters */
    char trained_at[CLOCK_STAMP_SIZE];
    int64_t rows;
    struct model_metrics metrics;
    char *parameters; /* JSON object */
};

/* "Boosted trees", "Linear, unweighted, oversampled" */
void model_title(const struct model_summary *model, char *text, size_t size);

/* The model that predicts unless somebody chose another (models --use, until the next training):
 * among those with skill the one with the lowest log loss; where none has skill, the first by the
 * lists above. −1 where there is none of this target. */
int models_best(const struct model_summary *models, int count, enum outcome target);

/* By target, the active one first. The caller frees with models_free. */
enum err models_list(struct db *db, struct model_summary **out, int *count, struct error *error);
void models_free(struct model_summary *models, int count);
void models_free_one(struct model_summary *model); /* what hangs on it */

/* One plain sentence: "AUC 0.519 [0.505–0.533], p = 0.13: no better than the base rate." */
void model_sentence(const struct model_summary *model, char *text, size_t size);

#endif

/* Training, inside the worker process: evaluates out of fold, fits on all sales, stores. */
#ifndef ENGINE_LEARN_TRAIN_H
#define ENGINE_LEARN_TRAIN_H

#include "engine/learn/models.h"
#include "engine/learn/segments.h"

/* From so many sales an AUC is known to ±0.004, and more tell nothing about people that fewer do
 * not; the time to train grows in proportion. */
enum { TRAIN_SAMPLE = 100000 };

struct train_options {
    bool outcomes[OUTCOME_COUNT];
    bool segments;
    bool algorithms[ALGORITHM_COUNT]; /* a model for every combination of these … */
    bool weights[CLASS_WEIGHTS_COUNT];
    bool sampling[SAMPLING_COUNT];      /* … three */
    enum threshold_rule rule;           /* of the headline figures, and of what is answered later */
    struct mistake_costs costs;         /* above 0 */
    int k;                              /* of segments */
    bool features[FEATURE_FIELD_COUNT]; /* what segments look at */
    int folds;                          /* 2 … 20 */
    int repeats;                        /* 1 … 50 */
    int permutations;                   /* 0 … 10000 */
    int tune; /* trials of a random search inside the training folds; 0: the default recipes */
    int64_t sample; /* learn from a random sample of so many sales where there are more; 0: all */
    int threads;    /* 1 … ; the models are the same whatever it is */
    uint64_t seed;
};

/* Both outcomes and segments, every algorithm with balanced weights and without resampling, even
 * threshold, 5 folds × 3 repeats, 100 permutations at most, as many threads as there are
 * processors, 4 at most, seed 1, k = 4, a sample of TRAIN_SAMPLE sales where there are more. */
void train_defaults(struct train_options *options);
void train_only(struct train_options *options, enum algorithm algorithm); /* instead of every one */

/* Reads the sales, trains what is asked for, stores each model in a transaction of its own under
 * the writer's lock (taken only for the storing). Call it in a process of its own: XGBoost may
 * terminate it, and with OMP_NUM_THREADS=1, because the threads are ours. After each model of an
 * outcome the one that predicts is chosen anew (models_best). `after` is called for each thing
 * stored ("returning", "facebook", "segments") and each tuned fold ("tuning") with one plain
 * sentence; may be NULL. ERR_NO_DATA: fewer than 100 sales, or an outcome with fewer than
 * 2·folds of either answer. */
enum err train_run(const char *db_path, const struct train_options *options,
                   const struct progress_sink *progress,
                   void (*after)(void *context, const char *what, const char *sentence),
                   void *context, struct error *error);

#endif

/* Between the files that make up an evaluation: evaluate.c, choose.c, permutation.c, summary.c. */
#ifndef ENGINE_LEARN_EVALUATE_RUN_H
#define ENGINE_LEARN_EVALUATE_RUN_H

#include "engine/learn/evaluate.h"
#include "engine/learn/score.h"

/* Streams of random numbers, apart from the repeats' own 0, 1, 2 … */
enum { STREAM_FITS = 1000, STREAM_FINAL = 3000, STREAM_EARLY = 3001, STREAM_PERMUTATIONS = 100000 };

struct fold_result {
    struct score score; /* by the even threshold */
    struct confusion confusions[THRESHOLD_RULE_COUNT];
    double thresholds[THRESHOLD_RULE_COUNT]; /* log odds; NaN: not tried */
};

struct run {
    struct splits *splits;
    const struct evaluation_plan *plan;
    struct crew *crew;
    struct fits *fits;
    struct evaluation *out;
    int folds, repeats;
    int repeat;                   /* the one that is at work */
    const struct recipe **chosen; /* of each fold of each repeat */
    const struct recipe *for_all; /* the one that the final booster is trained by */
    struct fold_result *results;  /* of each fold of each repeat */
    double **log_odds;            /* of each fold of each repeat: its test part */
};

uint32_t fold_seed(const struct run *run, int repeat, int fold);

/* Fits in one choice: none where there is nothing to choose. */
uint64_t choice_fits(const struct evaluation_plan *plan);

/* Chooses for each fold of the run's repeat, and for the final booster with the first repeat. */
enum err choose_recipes(struct run *run, struct error *error);
/* Chooses by itself, on the thread it is called on, nothing kept. */
enum err choose_alone(const struct evaluation_plan *plan, struct part *train,
                      struct part *validation, const uint8_t *labels, uint32_t seed,
                      const struct recipe **chosen, struct error *error);

/* Of the first repeat's mean AUC. */
enum err permutation_test(struct run *run, struct error *error);

/* From fold results to metrics. */
void summarise(struct run *run);

#endif

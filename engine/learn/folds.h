/* The ways of cutting the examples into what is trained on and what is tested on. They are the same
 * for every algorithm, so that models differ by nothing else. */
#ifndef ENGINE_LEARN_FOLDS_H
#define ENGINE_LEARN_FOLDS_H

#include "engine/learn/metrics.h"
#include "engine/learn/part.h"

enum { FOLDS_MAX = 20, FOLDS_INNER_MIN = 3 };

/* One way of cutting into folds. */
struct folds {
    int count;
    uint8_t *of;                  /* the fold of each row */
    struct part train[FOLDS_MAX]; /* all but fold i */
    struct part test[FOLDS_MAX];  /* fold i */
    /* All but folds i and i + 1: for choosing, validated on i + 1. Where there are three at least.
     */
    struct part inner[FOLDS_MAX];
};

/* Deals the rows of each label, shuffled, onto the folds in turn: their sizes and numbers of "yes"
 * differ by one at most. */
void folds_draw(const uint8_t *labels, size_t rows, int count, uint64_t seed, uint64_t stream,
                uint8_t *of);

/* The caller frees with folds_close. */
void folds_open(struct folds *folds, const struct examples *examples, int count, uint64_t seed,
                uint64_t stream);
void folds_close(struct folds *folds);

/* The fold that the inner part of `fold` is validated on. */
int folds_validation(const struct folds *folds, int fold);

/* Everything that is trained on and tested on for one outcome. */
struct splits {
    const struct examples *examples;
    struct folds *repeats;
    int repeat_count;
    uint8_t *everything, *periods; /* behind the parts below: 0 for all; enum period */
    struct part all;
    struct part early, late;              /* the first 80 % of the days with sales, the rest */
    struct part early_inner, early_later; /* the same once more, of the early ones */
    struct time_split days;               /* counts and days; nothing is trained yet */
    bool early_choice; /* the early part can be cut once more: each half has both labels */
};

void splits_open(struct splits *splits, const struct examples *examples, int folds, int repeats,
                 uint64_t seed);
void splits_close(struct splits *splits);

/* Matrices are kept for the next algorithm unless they are large; call it after each. */
void splits_release(struct splits *splits);

#endif

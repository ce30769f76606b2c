/* One way of cutting the examples into folds, with the matrices that trainings on it share. */
#ifndef ENGINE_LEARN_FOLDS_H
#define ENGINE_LEARN_FOLDS_H

#include "engine/learn/evaluate.h"

enum { FOLDS_MAX = 20 };

/* Rows of the examples as a matrix of their own. */
struct part {
    struct matrix *matrix;
    size_t *rows;
    size_t count;
};

struct folds {
    const struct examples *examples;
    int count;
    int threads;
    uint8_t *of;                  /* the fold of each row */
    struct part train[FOLDS_MAX]; /* all but fold i */
    struct part test[FOLDS_MAX];  /* fold i */
    struct part inner[FOLDS_MAX]; /* all but folds i and i + 1: for choosing, validated on i + 1 */
};

/* Deals the rows of each label, shuffled, onto the folds in turn: their sizes and numbers of "yes"
 * differ by one at most. */
void folds_draw(const uint8_t *labels, size_t rows, int count, uint64_t seed, uint64_t stream,
                uint8_t *of);

/* Builds the matrices, once for all labels. The caller frees with folds_close. */
enum err folds_open(struct folds *folds, const struct examples *examples, int count, bool inner,
                    int threads, uint64_t seed, uint64_t stream, struct error *error);
void folds_close(struct folds *folds);

/* Trains on a part of rows labelled by `labels` (of all examples). */
enum err part_train(const struct part *part, const uint8_t *labels, const struct recipe *recipe,
                    uint32_t seed, int threads, struct weighed_booster *out, struct error *error);

/* Log odds of a part, class weights taken out; `log_odds` holds part->count numbers. */
enum err part_predict(const struct part *part, const struct weighed_booster *booster,
                      double *log_odds, struct error *error);

/* The labels of a part's rows, in their order. */
void part_labels(const struct part *part, const uint8_t *labels, uint8_t *out);

/* Chooses, by log loss on fold `fold` + 1, among candidates trained on the inner part of `fold`;
 * takes as many fits as there are candidates, none where there is only one. */
enum err folds_choose(struct folds *folds, int fold, const uint8_t *labels,
                      const struct evaluation_plan *plan, uint32_t seed, struct fits *fits,
                      const struct recipe **chosen, struct error *error);

#endif

/* What a model is made by: an algorithm and its parameters. */
#ifndef ENGINE_LEARN_RECIPE_H
#define ENGINE_LEARN_RECIPE_H

#include <gsl/gsl_rng.h>
#include <jansson.h>

#include "engine/learn/booster.h"
#include "engine/learn/models.h"

struct recipe {
    enum algorithm algorithm;
    int rounds;
    struct parameter parameters[PARAMETERS_MAX]; /* XGBoost's own names */
    int count;
};

/* The defaults:
 *   gbtree  those published for the shop's returning model: 53 rounds of depth 2, eta
 *           0.015338655903040864, subsample 0.7260901466089422, colsample_bytree 0.9330173253181531
 *   dart    as gbtree, but 10 rounds with eta 0.2; a tenth of the trees dropped in half of the
 *           rounds. A round predicts anew with all trees, so that time grows with their square: 15
 *           rounds take twice as long, and what they gain out of fold is less than the folds differ
 *   linear  15 rounds of cyclic coordinate descent, eta 1, lambda 0.01; the log loss is that of 100
 *           rounds to the sixth digit
 *   forest  one round of 40 trees of depth 4 on 80 % of the rows, half of the columns a split, at
 *           least 20 weighted sales a leaf; deeper and more trees are slower and no better
 *   tree    one tree of depth 4 with at least 20 weighted sales (hessian) a leaf
 * All use histograms where there are trees, and weigh "yes" by no/yes of the rows trained on. */
void recipe_default(struct recipe *recipe, enum algorithm algorithm);

/* What a search draws from, by XGBoost's own names: X(scale, name, low, high). WHOLE numbers with
 * both ends, EVEN on the number itself or on its LOG (Bergstra & Bengio 2012, J. Mach. Learn. Res.
 * 13, 281–305). One list for drawing and for the help. Other bounds or another order are another
 * space: SPACE_VERSION in tuning.c. */
#define SEARCH_GBTREE(X)                \
    X(WHOLE, "rounds", 20, 200)         \
    X(WHOLE, "max_depth", 1, 6)         \
    X(LOG, "eta", 0.005, 0.3)           \
    X(LOG, "lambda", 0.1, 10)           \
    X(EVEN, "subsample", 0.5, 1)        \
    X(EVEN, "colsample_bytree", 0.5, 1) \
    X(LOG, "min_child_weight", 1, 30)
#define SEARCH_DART(X) SEARCH_GBTREE(X) X(EVEN, "rate_drop", 0.02, 0.3)
#define SEARCH_LINEAR(X)        \
    X(WHOLE, "rounds", 20, 200) \
    X(LOG, "eta", 0.05, 1)      \
    X(LOG, "lambda", 0.0001, 1) \
    X(LOG, "alpha", 0.0001, 1)
#define SEARCH_FOREST(X)                \
    X(WHOLE, "max_depth", 2, 10)        \
    X(EVEN, "subsample", 0.5, 0.95)     \
    X(EVEN, "colsample_bynode", 0.2, 1) \
    X(LOG, "min_child_weight", 1, 30)
#define SEARCH_TREE(X)          \
    X(WHOLE, "max_depth", 1, 8) \
    X(LOG, "lambda", 0.1, 10)   \
    X(LOG, "min_child_weight", 1, 30)

enum search_scale { SEARCH_WHOLE, SEARCH_EVEN, SEARCH_LOG };

/* A random one, for tuning. */
void recipe_draw(struct recipe *recipe, enum algorithm algorithm, gsl_rng *random);

/* Replaces the value of a parameter, or adds it. */
void recipe_set(struct recipe *recipe, const char *name, const char *value);

json_t *recipe_json(const struct recipe *recipe); /* {"algorithm":…,"rounds":…,"eta":"…"} */

char *recipe_words(const struct recipe *recipe); /* "rounds 40, max_depth 2, …"; caller frees */

/* Trains on labelled rows with "yes" weighed by `weight`. It starts from the share of yes, weighed
 * like that: few rounds at a small rate would not get there from any other. (Forest and tree take
 * one Newton step: without balanced weights that overshoots where yes is rare.) */
enum err recipe_train(const struct recipe *recipe, struct matrix *matrix, double weight,
                      double share, uint32_t seed, int threads, struct booster **out,
                      struct error *error);

#endif

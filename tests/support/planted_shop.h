/* A small shop where followers return far more often, and models trained on it. */
#ifndef TESTS_SUPPORT_PLANTED_SHOP_H
#define TESTS_SUPPORT_PLANTED_SHOP_H

#include "engine/learn/train.h"
#include "engine/shop.h"

enum { PLANTED_SALES = 400, PLANTED_FOLDS = 4, PLANTED_REPEATS = 2 };

/* The chance to return is 0.75 for followers and 0.15 for others. The caller frees with
 * facts_table_free. */
void planted_facts(struct facts *facts);

/* Trains both outcomes, without a permutation test; a failure fails the test. */
void planted_train(const char *path, enum algorithm algorithm, bool segments);

struct shop *planted_open(const char *path);

#endif

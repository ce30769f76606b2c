/* Golden rows: a few encoded customers with the margins that every booster of a model gives them.
 * The last guard against a model that reads back as something else: XGBoost 1.7 takes some damaged
 * models without a word and predicts nonsense. */
#ifndef ENGINE_LEARN_GOLDEN_H
#define ENGINE_LEARN_GOLDEN_H

#include "engine/learn/evaluate.h"

/* JSON with rows of the examples, one row that is all unknown, and each booster's weight and
 * margins on them. The caller frees it. */
enum err golden_make(const struct examples *examples, const struct weighed_booster *boosters,
                     int count, char **json, struct error *error);

/* Checks that the boosters give these margins (to 1e-6, relative) and fills in their weights.
 * ERR_DAMAGED where one does not. */
enum err golden_check(const char *json, int width, struct weighed_booster *boosters, int count,
                      struct error *error);

#endif

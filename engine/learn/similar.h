/* Past sales to customers like this one. */
#ifndef ENGINE_LEARN_SIMILAR_H
#define ENGINE_LEARN_SIMILAR_H

#include "engine/learn/predict.h"
#include "engine/slice/slice.h"

/* Counts sales with the same location, gender, age band and price band as far as they are given,
 * and their answers; says in `rule` what was held to be alike. Fills prediction->similar. */
void similar_count(const struct facts *facts, const struct customer *customer,
                   struct prediction *prediction);

/* The rows of the same sales, ascending, at most `most` of them, the latest. Returns how many were
 * written. */
size_t similar_rows(const struct facts *facts, const struct customer *customer, uint32_t *rows,
                    size_t most);

/* Adds filters that show the same sales; false, with none added, where no sale can be alike. */
bool similar_filters(const struct facts *facts, const struct customer *customer,
                     struct slice *slice);

#endif

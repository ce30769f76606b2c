/* Past sales to customers like this one. */
#ifndef ENGINE_LEARN_SIMILAR_H
#define ENGINE_LEARN_SIMILAR_H

#include "engine/learn/predict.h"

/* Counts sales with the same location, gender, age band and price band as far as they are given,
 * and their answers; says in `rule` what was held to be alike. Fills prediction->similar. */
void similar_count(const struct facts *facts, const struct customer *customer,
                   struct prediction *prediction);

#endif

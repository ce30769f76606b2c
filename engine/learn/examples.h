/* Sales as examples to learn from: encoded, with their answers. */
#ifndef ENGINE_LEARN_EXAMPLES_H
#define ENGINE_LEARN_EXAMPLES_H

#include "engine/learn/features.h"

/* Encoded sales whose outcome is known. */
struct examples {
    float *values; /* rows × width, NaN where unknown */
    uint8_t *labels;
    size_t rows;
    int width;
    int64_t *sale_ids; /* ascending */
    day_number *days;
};

/* Encodes the sales of which the answer is known; `features` must leave it out. The caller frees
 * with examples_free. */
void examples_make(struct examples *examples, const struct features *features,
                   const struct facts *facts, enum answer answer);
void examples_free(struct examples *examples);

#endif

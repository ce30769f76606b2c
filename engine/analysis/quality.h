/* How much is not known of the slice's sales, field by field, and what contradicts itself. */
#ifndef ENGINE_ANALYSIS_QUALITY_H
#define ENGINE_ANALYSIS_QUALITY_H

#include "engine/slice/slice.h"

/* What may be unknown in a sale, as the dimension that shows it. */
#define QUALITY_LIST(X) \
    X(LOCATION) X(AGE_BAND) X(GENDER) X(FACEBOOK) X(FOLLOWS) X(RETURNING) X(HEARD)

enum quality_field {
#define X(symbol) QUALITY_##symbol,
    QUALITY_LIST(X)
#undef X
        QUALITY_FIELDS
};

struct quality {
    int64_t sales;
    int64_t unknown[QUALITY_FIELDS];
    int64_t contradictions; /* bought before, yet never heard of the shop */
};

void quality_count(const struct facts *facts, const struct selection *selection,
                   struct quality *out);
enum dimension quality_dimension(enum quality_field field);
const char *quality_title(enum quality_field field); /* "Age" */

#endif

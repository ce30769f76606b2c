/* Any measure by any one or two dimensions, with the test whether the outcomes differ between rows.
 */
#ifndef ENGINE_ANALYSIS_EXPLORE_H
#define ENGINE_ANALYSIS_EXPLORE_H

#include "engine/analysis/statistics.h"
#include "engine/slice/group.h"

struct explore_row {
    const struct group *group; /* of `grouping` below */
    double mean_price_minor;
    struct interval shares[ANSWER_COUNT];
};

struct explore {
    struct grouping grouping;
    struct explore_row *rows;             /* grouping.count of them, in the same order */
    struct chi_square test[ANSWER_COUNT]; /* answer × rows; rows are the combinations */
};

void explore_compute(const struct facts *facts, const struct selection *selection,
                     const enum dimension *dimensions, int dimension_count, struct explore *out);
void explore_free(struct explore *explore);

#endif

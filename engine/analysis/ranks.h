/* Two groups compared by ranks: for prices and daily takings, whose few largest values sway a mean.
 */
#ifndef ENGINE_ANALYSIS_RANKS_H
#define ENGINE_ANALYSIS_RANKS_H

#include <stdbool.h>
#include <stddef.h>

#include "engine/analysis/statistics.h"
#include "engine/slice/counts.h"

struct rank_test {
    double u;           /* pairs where a is larger, ties by half */
    double p;           /* two-sided */
    bool exact;         /* p counts every order; else the normal approximation, corrected for ties
                           and continuity */
    double superiority; /* u / (n_a · n_b): how often a random a exceeds a random b */
    struct interval shift; /* Hodges-Lehmann: median of all differences a − b */
};

/* Mann & Whitney (1947). Both ascending. Exact where nothing is tied and both have fewer than 50.
 * Everything NaN where a group is empty. */
struct rank_test mann_whitney(const int64_t *a, size_t n_a, const int64_t *b, size_t n_b);

/* The same of values that are counted, in time that grows with how many differ. */
struct rank_test mann_whitney_counted(const struct counted *a, const struct counted *b);

#endif

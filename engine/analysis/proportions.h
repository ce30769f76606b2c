/* Shares over ordered groups, and how many sales a difference of shares needs. */
#ifndef ENGINE_ANALYSIS_PROPORTIONS_H
#define ENGINE_ANALYSIS_PROPORTIONS_H

#include "engine/analysis/statistics.h"

struct trend_test {
    double z, p;           /* two-sided; NaN where fewer than two scores or answers occur */
    struct interval slope; /* of the share, per unit of the score */
};

/* Does the share yes[i]/n[i] rise or fall with score[i]? (Cochran 1954; Armitage 1955) */
struct trend_test cochran_armitage(const int64_t *yes, const int64_t *n, const double *score,
                                   int count);

/* Sales that two sides must have so that the shares `share_a` and `share_b` would differ
 * significantly at 5 % with 80 % probability, side b having `ratio` times those of a. Returns those
 * of side a, unrounded; NaN where a share is not within 0–1 or they are equal. (Fleiss, Levin &
 * Paik 2003, §4.3, without continuity correction) */
double sales_needed(double share_a, double share_b, double ratio);

#endif

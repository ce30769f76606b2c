/* Inside engine/analysis: the difference among customers who are alike otherwise. */
#ifndef ENGINE_ANALYSIS_IMPACT_ADJUSTED_H
#define ENGINE_ANALYSIS_IMPACT_ADJUSTED_H

#include "engine/analysis/impact.h"

/* Fills all of `adjusted` but its factor, which is given; `yes` and `no` are the factor's codes.
 * The outcome is the dimension of an answer. */
void adjust_for_strata(const struct facts *facts, const struct selection *selection,
                       enum dimension outcome, int yes, int no, struct impact_adjusted *adjusted);

#endif

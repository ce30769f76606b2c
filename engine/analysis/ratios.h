/* Ratios of two shares: of the risks and of the odds, with score intervals.
 *
 * The score interval belongs to the same family as Wilson's and Newcombe's, holds its level where
 * Katz's and Woolf's logarithms fall short, and is there with zero counts too: an end may then be 0
 * or infinite. */
#ifndef ENGINE_ANALYSIS_RATIOS_H
#define ENGINE_ANALYSIS_RATIOS_H

#include "engine/analysis/statistics.h"

/* (yes_a/n_a) / (yes_b/n_b), interval by Koopman (1984). */
struct interval risk_ratio_score(int64_t yes_a, int64_t n_a, int64_t yes_b, int64_t n_b);

/* Odds of a against odds of b, interval by the score test without correction (Cornfield 1956;
 * Miettinen & Nurminen 1985). */
struct interval odds_ratio_score(int64_t yes_a, int64_t n_a, int64_t yes_b, int64_t n_b);

#endif

/* What sells best among the values of a dimension, and whether its lead on the next is more than
 * luck. */
#ifndef ENGINE_ANALYSIS_BEST_H
#define ENGINE_ANALYSIS_BEST_H

#include "engine/analysis/explore.h"

enum best_by { BEST_BY_SALES, BEST_BY_REVENUE };

enum { BEST_SENTENCE_SIZE = 1024, BEST_BRIEF_SIZE = 896 };

struct best {
    enum best_by by;
    int first, next;          /* indices into the groups; −1: fewer than two known values */
    double value, next_value; /* sales, or minor units */
    double p;                 /* two-sided, of the lead; NaN where nothing tells */
    enum verdict verdict;     /* VERDICT_HIGHER where p < 0.05, else unclear */
    char sentence[BEST_SENTENCE_SIZE]; /* "" where there is none; both in UTF-8 */
    char brief[BEST_BRIEF_SIZE];       /* the same for a line of 60 columns */
};

/* Sales: given how many the two have together, the leader's are binomial with probability ½ where
 * both sell alike, p = 2 P(X ≥ its sales). That the best of many was picked needs no further
 * adjustment (Hung & Fithian 2019, §1.1 and Theorem 1: rank verification of a multinomial winner).
 *
 * Revenue: the same with each sale counting its price: were either's sales the other's as likely,
 * the difference has mean 0 and variance Σ price² (the randomisation test of Fisher 1935, §21, by
 * its normal limit), z = lead / √Σ price². Alike prices give the limit of the test of sales.
 *
 * Periods and weekdays have no ranking: they differ in days (engine/analysis/leader.h compares
 * months by what they take a day). Unknown values do not compete. */
void best_find(const struct grouping *grouping, enum best_by by, struct best *out);

#endif

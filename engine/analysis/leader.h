/* The month that takes most a day, and whether its lead is more than the ups and downs of single
 * days. */
#ifndef ENGINE_ANALYSIS_LEADER_H
#define ENGINE_ANALYSIS_LEADER_H

#include "engine/analysis/statistics.h"

struct overview;

enum { LEADER_SENTENCE_SIZE = 320, LEADER_BRIEF_SIZE = 192 };

struct leader {
    int month;  /* index into the overview's months; −1: fewer than two to choose from */
    int months; /* that were compared */
    double per_day_minor, others_per_day_minor; /* of the leader, of the others */
    struct interval difference; /* of the two, minor units a day; NaN ends where there is no say */
    enum verdict verdict;
    char sentence[LEADER_SENTENCE_SIZE]; /* "" where there is none; both in UTF-8 */
    char brief[LEADER_BRIEF_SIZE];       /* the same for a line of 80 columns */
};

/* Months with fewer covered days than a week, and than half of the longest, are not compared: two
 * good days are no good month.
 *
 * The daily revenues of the best month against those of the other compared months, covered
 * days without a sale counting 0: Welch (1947), at a confidence of 1 − 0.05 / months, since the
 * best of so many was picked (Bonferroni's inequality; Dunn 1961), so that the interval holds with
 * 95 % whichever month leads. */
void leader_find(const struct overview *overview, struct leader *out);

#endif

/* How often chance alone would have done as well: a sequential Monte Carlo test. */
#ifndef ENGINE_LEARN_PERMUTATION_H
#define ENGINE_LEARN_PERMUTATION_H

#include <stdbool.h>

/* Besag & Clifford 1991, §3: permutations are drawn one after the other until `stop` of them have
 * reached the observed statistic, or `planned` have been drawn. Then p = stop / drawn in the first
 * case, (1 + reached) / (1 + drawn) in the second. P(p ≤ α) ≤ α holds exactly, whichever way it
 * ended; what is saved is work on p-values that are large anyway. */
struct sequential_test {
    int planned, stop;
    int drawn, reached;
};

enum { PERMUTATION_STOP = 10 };

/* Takes the next permutation's outcome; false where no more are needed. */
bool sequential_test_take(struct sequential_test *test, bool as_good);
double sequential_test_p(const struct sequential_test *test); /* NaN where none was drawn */

#endif

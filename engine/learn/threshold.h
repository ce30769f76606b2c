/* From which probability on a model's answer is called "yes". */
#ifndef ENGINE_LEARN_THRESHOLD_H
#define ENGINE_LEARN_THRESHOLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* X(symbol, name, what is chosen) */
#define THRESHOLD_RULE_LIST(X)                \
    X(EVEN, "even", "the base rate")          \
    X(F1, "f1", "the best F1")                \
    X(ACCURACY, "accuracy", "the most right") \
    X(COST, "cost", "the least cost")

enum threshold_rule {
#define X(symbol, ...) THRESHOLD_##symbol,
    THRESHOLD_RULE_LIST(X)
#undef X
        THRESHOLD_RULE_COUNT
};

const char *threshold_rule_name(enum threshold_rule rule);

/* What a mistake costs, in any one unit; COST looks at nothing else. */
struct mistake_costs {
    double false_yes, missed_yes;
};

/* The log odds from which on to answer yes.
 *
 * EVEN is the share of yes among the labels: where margins were trained with class weights, 0.5 on
 * the weighed scale. The others try every way of cutting these predictions in two, and put the
 * threshold half way between the scores on either side of the best cut; −infinity is "always yes",
 * infinity "never". Among equally good cuts the one nearest to EVEN is taken, and the higher of two
 * that are equally near. Needs one of each label; log odds are finite. */
double threshold_choose(enum threshold_rule rule, const double *log_odds, const uint8_t *labels,
                        size_t count, const struct mistake_costs *costs);

#endif

/* One pass over the sorted predictions serves every rule. */
#include "engine/learn/threshold.h"

#include <math.h>
#include <stdlib.h>

#include <gsl/gsl_sort_double.h>

#include "base/memory.h"
#include "engine/learn/score.h"

static const char *const rules[] = {
#define X(symbol, name, meaning) [THRESHOLD_##symbol] = (name),
    THRESHOLD_RULE_LIST(X)
#undef X
};

const char *threshold_rule_name(enum threshold_rule rule) {
    return rules[rule];
}

/* The larger, the better. */
static double worth(enum threshold_rule rule, const struct confusion *confusion,
                    const struct mistake_costs *costs) {
    switch (rule) {
    case THRESHOLD_F1:
        return confusion_f1(confusion);
    case THRESHOLD_COST:
        return -(costs->false_yes * (double)confusion->false_yes +
                 costs->missed_yes * (double)confusion->missed_yes);
    default:
        return confusion_accuracy(confusion);
    }
}

struct search {
    double even;
    double best, best_worth;
};

static void consider(struct search *search, double threshold, double value) {
    /* Sums of costs that are the same on paper may differ in the last bits. */
    double slack = 1e-12 * fmax(fabs(value), fabs(search->best_worth));
    double near = fabs(threshold - search->even), best_near = fabs(search->best - search->even);
    bool as_good = value >= search->best_worth - slack;
    bool better = value > search->best_worth + slack;
    /* from the highest threshold down: of two that are equally near the first one stays */
    if (better || (as_good && near < best_near)) {
        search->best = threshold;
        search->best_worth = value;
    }
}

double threshold_choose(enum threshold_rule rule, const double *log_odds, const uint8_t *labels,
                        size_t count, const struct mistake_costs *costs) {
    int64_t yes = 0;
    for (size_t i = 0; i < count; i++)
        yes += labels[i];
    double even = log((double)yes / (double)((int64_t)count - yes));
    if (rule == THRESHOLD_EVEN)
        return even;
    struct confusion confusion = {.missed_yes = yes, .true_no = (int64_t)count - yes};
    struct search search = {even, INFINITY, worth(rule, &confusion, costs)};
    size_t *order = xcalloc(count + 1, sizeof *order);
    gsl_sort_index(order, log_odds, 1, count);
    for (size_t left = count; left > 0;) {
        double score = log_odds[order[left - 1]];
        for (; left > 0 && log_odds[order[left - 1]] == score; left--) {
            int label = labels[order[left - 1]];
            *(label ? &confusion.true_yes : &confusion.false_yes) += 1;
            *(label ? &confusion.missed_yes : &confusion.true_no) -= 1;
        }
        double next = left > 0 ? log_odds[order[left - 1]] : -INFINITY, middle = (next + score) / 2;
        consider(&search, middle > next || left == 0 ? middle : score,
                 worth(rule, &confusion, costs));
    }
    free(order);
    return search.best;
}

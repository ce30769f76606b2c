/* The outcome month by month: its share, whether that rises or falls, and each difference within a
 * month. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "engine/analysis/impact_blocks.h"
#include "engine/analysis/overview.h"

/* The months of the overview, so that both call the same ones partial. */
static void months_make(const struct facts *facts, const struct selection *selection,
                        struct impact_trend *trend) {
    struct overview overview;
    overview_begin(facts, selection, &overview);
    trend->count = overview.month_count;
    trend->months = xcalloc((size_t)trend->count + 1, sizeof *trend->months);
    for (int i = 0; i < trend->count; i++) {
        trend->months[i].month_index = overview.months[i].period;
        trend->months[i].partial = overview.months[i].partial;
    }
    overview_free(&overview);
}

static void count_outcome(const struct facts *facts, const struct selection *selection,
                          enum answer answer, int origin, struct impact_trend *trend) {
    static const enum dimension by = DIMENSION_MONTH;
    struct grouping grouping;
    group_by(facts, selection, &by, 1, &grouping);
    for (int i = 0; i < grouping.count; i++) {
        struct impact_month *month = &trend->months[grouping.groups[i].code[0] - origin];
        month->known = grouping.groups[i].cell.known[answer];
        month->yes = grouping.groups[i].cell.yes[answer];
    }
    grouping_free(&grouping);
    for (int i = 0; i < trend->count; i++)
        trend->months[i].share = share_wilson(trend->months[i].yes, trend->months[i].known);
}

static void count_sides(const struct facts *facts, const struct selection *selection,
                        const struct side *side, int index, enum answer answer, int origin,
                        struct impact_trend *trend) {
    const enum dimension by[] = {DIMENSION_MONTH, side->factor};
    struct grouping grouping;
    int64_t *yes_yes = xcalloc((size_t)trend->count * 2 + 1, sizeof *yes_yes);
    int64_t *no_yes = yes_yes + trend->count;
    group_by(facts, selection, by, 2, &grouping);
    for (int i = 0; i < grouping.count; i++) {
        const struct group *group = &grouping.groups[i];
        int at = group->code[0] - origin;
        if (group->code[1] == side->yes) {
            trend->months[at].differences[index].yes_n = group->cell.known[answer];
            yes_yes[at] = group->cell.yes[answer];
        } else if (group->code[1] == side->no) {
            trend->months[at].differences[index].no_n = group->cell.known[answer];
            no_yes[at] = group->cell.yes[answer];
        }
    }
    grouping_free(&grouping);
    for (int i = 0; i < trend->count; i++) {
        int64_t yes_n = trend->months[i].differences[index].yes_n;
        int64_t no_n = trend->months[i].differences[index].no_n;
        trend->months[i].differences[index].difference =
            difference_newcombe(yes_yes[i], yes_n, no_yes[i], no_n);
    }
    free(yes_yes);
}

static void say(const struct outcome_words *words, struct impact_trend *trend) {
    const struct interval *slope = &trend->test.slope;
    if (isnan(trend->test.p))
        snprintf(trend->sentence, sizeof trend->sentence,
                 "Too few months or answers to see a trend.");
    else if (trend->verdict == VERDICT_UNCLEAR)
        snprintf(
            trend->sentence, sizeof trend->sentence,
            "No clear trend over %d months: the share of those who %s changes by %+.2f points a "
            "month [%+.2f to %+.2f], p = %.2g.",
            trend->count, words->verb, 100 * slope->estimate, 100 * slope->low, 100 * slope->high,
            trend->test.p);
    else
        snprintf(trend->sentence, sizeof trend->sentence,
                 "The share of those who %s %s over %d months: %+.2f points a month [%+.2f to "
                 "%+.2f], p = %.2g.",
                 words->verb, trend->verdict == VERDICT_HIGHER ? "rises" : "falls", trend->count,
                 100 * slope->estimate, 100 * slope->low, 100 * slope->high, trend->test.p);
}

static struct trend_test test_of(const struct impact_trend *trend) {
    int64_t *yes = xcalloc((size_t)trend->count * 2 + 1, sizeof *yes), *known = yes + trend->count;
    double *score = xcalloc((size_t)trend->count + 1, sizeof *score);
    for (int i = 0; i < trend->count; i++) {
        yes[i] = trend->months[i].yes;
        known[i] = trend->months[i].known;
        score[i] = i;
    }
    struct trend_test test = cochran_armitage(yes, known, score, trend->count);
    free(yes);
    free(score);
    return test;
}

void impact_months(const struct facts *facts, const struct selection *selection,
                   struct impact *out) {
    struct impact_trend *trend = &out->trend;
    enum answer answer = outcome_answer(out->outcome);
    months_make(facts, selection, trend);
    if (trend->count > 0) {
        /* the code of the first month shown */
        int origin = trend->months[0].month_index - date_month_index(facts->first_day) + 1;
        enum dimension factors[TWO_VALUED];
        two_valued_factors(out->outcome, factors);
        count_outcome(facts, selection, answer, origin, trend);
        for (int i = 0; i < TWO_VALUED; i++)
            count_sides(facts, selection, side_of(factors[i]), i, answer, origin, trend);
    }
    trend->test = test_of(trend);
    trend->verdict = verdict_of(trend->test.slope);
    say(outcome_words(out->outcome), trend);
}

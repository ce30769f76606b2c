/* The share of the outcome on either side of each two-valued factor: as a difference and as ratios.
 */
#include <math.h>
#include <stdio.h>

#include "engine/analysis/impact_blocks.h"
#include "engine/analysis/ratios.h"

static struct impact_difference difference_of(const struct side *side, enum answer answer,
                                              double base_rate, const struct cell *yes,
                                              const struct cell *no) {
    int64_t yes_n = yes->known[answer], no_n = no->known[answer];
    int64_t yes_yes = yes->yes[answer], no_yes = no->yes[answer];
    struct interval difference = difference_newcombe(yes_yes, yes_n, no_yes, no_n);
    return (struct impact_difference){
        .factor = side->factor,
        .yes_label = side->yes_label,
        .no_label = side->no_label,
        .yes_n = yes_n,
        .no_n = no_n,
        .yes_yes = yes_yes,
        .no_yes = no_yes,
        .difference = difference,
        .risk_ratio = risk_ratio_score(yes_yes, yes_n, no_yes, no_n),
        .odds_ratio = odds_ratio_score(yes_yes, yes_n, no_yes, no_n),
        .verdict = verdict_of(difference),
        .detectable = detectable_difference(base_rate, yes_n, no_n),
    };
}

/* --------------------------------------------------------------- the sentence */

static const double too_wide = 0.5; /* a difference of shares that nobody doubted is smaller */

/* "All five intervals cross 0: no difference larger than ±2.7 points is plausible." */
static void say_unclear(struct impact *out) {
    static const char *const all[] = {"",
                                      "The interval crosses 0",
                                      "Both intervals cross 0",
                                      "All three intervals cross 0",
                                      "All four intervals cross 0",
                                      "All five intervals cross 0",
                                      "All six intervals cross 0"};
    int testable = 0;
    double widest = 0;
    for (int i = 0; i < out->difference_count; i++) {
        const struct interval *difference = &out->differences[i].difference;
        if (isnan(difference->estimate))
            continue;
        testable++;
        widest = fmax(widest, fmax(-difference->low, difference->high));
    }
    if (testable == 0)
        snprintf(out->sentence, sizeof out->sentence,
                 "Too few answers to compare: no two groups have sales in this slice.");
    else if (out->base_rate.estimate == 0 || out->base_rate.estimate == 1)
        snprintf(out->sentence, sizeof out->sentence,
                 "%s in this slice %s, so there is nothing to compare.",
                 out->base_rate.estimate == 1 ? "Everybody" : "Nobody",
                 outcome_words(out->outcome)->verb_one);
    else if (widest > too_wide)
        snprintf(out->sentence, sizeof out->sentence,
                 "%s. Next to nothing is ruled out: these sales are too few.", all[testable]);
    else /* rounded up, so that what is called implausible is */
        snprintf(out->sentence, sizeof out->sentence,
                 "%s: no difference larger than ±%.1f points is plausible.", all[testable],
                 ceil(widest * 1000) / 10);
}

/* "Followers are returning more often: 31.0 % against 24.1 %, +6.9 points [4.1 to 9.7]." */
static void say_clear(struct impact *out, const struct impact_difference *difference, int others) {
    const struct interval *points = &difference->difference;
    bool higher = difference->verdict == VERDICT_HIGHER;
    char more[48] = "";
    if (others != 0)
        snprintf(more, sizeof more, " %d other %s too.", others,
                 others == 1 ? "factor differs" : "factors differ");
    snprintf(out->sentence, sizeof out->sentence,
             "%s %s %s often: %.1f %% against %.1f %%, %+.1f points [%.1f to %.1f].%s",
             side_of(difference->factor)->people, outcome_words(out->outcome)->verb,
             higher ? "more" : "less",
             100.0 * (double)difference->yes_yes / (double)difference->yes_n,
             100.0 * (double)difference->no_yes / (double)difference->no_n, 100 * points->estimate,
             100 * points->low, 100 * points->high, more);
}

/* About the largest clear difference, or about what all the unclear ones together rule out. */
static void say(struct impact *out) {
    const struct impact_difference *largest = NULL;
    int clear = 0;
    for (int i = 0; i < out->difference_count; i++) {
        const struct impact_difference *difference = &out->differences[i];
        if (difference->verdict == VERDICT_UNCLEAR)
            continue;
        clear++;
        if (largest == NULL ||
            fabs(difference->difference.estimate) > fabs(largest->difference.estimate))
            largest = difference;
    }
    if (largest != NULL)
        say_clear(out, largest, clear - 1);
    else
        say_unclear(out);
}

void impact_differences(const struct sales_by *by, struct impact *out) {
    enum dimension factors[TWO_VALUED];
    two_valued_factors(out->outcome, factors);
    for (int i = 0; i < TWO_VALUED; i++) {
        const struct side *side = side_of(factors[i]);
        struct cell yes, no;
        split_sides(by, side, &yes, &no);
        out->differences[out->difference_count++] =
            difference_of(side, outcome_answer(out->outcome), out->base_rate.estimate, &yes, &no);
    }
    say(out);
}

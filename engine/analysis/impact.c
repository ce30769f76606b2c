/* Which customers differ in an outcome, and by how much. Every figure is counted over the sales
 * whose outcome and factor are both known. */
#include "engine/analysis/impact.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/money.h"
#include "base/text.h"
#include "engine/analysis/impact_adjusted.h"

/* What each outcome is compared by; the first three of the two-valued factors are the answers that
 * the shop can act on, in the order of its questions. */
static const struct {
    const char *name, *title, *verb; /* as the sentence says it */
    enum answer answer;
    enum dimension dimension;
    enum dimension answers[3];
} outcomes[] = {
    [OUTCOME_RETURNING] = {"returning",
                           "Bought before",
                           "bought before",
                           ANSWER_RETURNING,
                           DIMENSION_RETURNING,
                           {DIMENSION_FACEBOOK, DIMENSION_FOLLOWS, DIMENSION_HEARD}},
    [OUTCOME_FACEBOOK] = {"facebook",
                          "From Facebook",
                          "came from Facebook",
                          ANSWER_FACEBOOK,
                          DIMENSION_FACEBOOK,
                          {DIMENSION_FOLLOWS, DIMENSION_RETURNING, DIMENSION_HEARD}},
};

enum { OTHER_ANSWERS = 3 };

const char *outcome_name(enum outcome outcome) {
    return outcomes[outcome].name;
}

const char *outcome_title(enum outcome outcome) {
    return outcomes[outcome].title;
}

enum answer outcome_answer(enum outcome outcome) {
    return outcomes[outcome].answer;
}

bool outcome_by_name(const char *name, enum outcome *out) {
    for (int i = 0; i < OUTCOME_COUNT; i++) {
        if (text_same(name, outcomes[i].name)) {
            *out = (enum outcome)i;
            return true;
        }
    }
    return false;
}

/* --------------------------------------------------------------- factor tests */

static void add_test(const struct facts *facts, const struct selection *selection,
                     enum dimension factor, struct impact *out) {
    enum answer answer = outcome_answer(out->outcome);
    struct grouping grouping;
    group_by(facts, selection, &factor, 1, &grouping);
    int64_t *counts = xcalloc((size_t)grouping.count * 2, sizeof *counts);
    for (int i = 0; i < grouping.count; i++) {
        const struct group *group = &grouping.groups[i];
        if (group->code[0] == 0)
            continue; /* all zero, which the test leaves out */
        counts[2 * i] = group->cell.yes[answer];
        counts[2 * i + 1] = group->cell.known[answer] - group->cell.yes[answer];
    }
    out->tests[out->test_count++] = (struct impact_test){
        .factor = factor, .chi_square = chi_square_test(counts, grouping.count, 2)};
    free(counts);
    grouping_free(&grouping);
}

static void compute_tests(const struct facts *facts, const struct selection *selection,
                          struct impact *out) {
    static const enum dimension factors[] = {DIMENSION_LOCATION, DIMENSION_GENDER,
                                             DIMENSION_AGE_BAND, DIMENSION_HANDSET,
                                             DIMENSION_BRAND,    DIMENSION_PRICE_BAND};
    for (size_t i = 0; i < sizeof factors / sizeof *factors; i++)
        add_test(facts, selection, factors[i], out);
    for (int i = 0; i < OTHER_ANSWERS; i++)
        add_test(facts, selection, outcomes[out->outcome].answers[i], out);
    double p[IMPACT_TESTS_MAX], adjusted[IMPACT_TESTS_MAX];
    for (int i = 0; i < out->test_count; i++)
        p[i] = out->tests[i].chi_square.p;
    adjust_benjamini_hochberg(p, adjusted, out->test_count);
    for (int i = 0; i < out->test_count; i++) {
        out->tests[i].p_adjusted = adjusted[i];
        out->tests[i].differs = adjusted[i] < 0.05; /* false for NaN */
    }
}

/* ---------------------------------------------------------------- differences */

/* The two sides of a factor: which codes of the dimension stand for yes and for no. */
static const struct {
    enum dimension factor;
    int yes, no;
    const char *yes_label, *no_label;
    const char *people; /* how the sentence calls those who are yes */
} sides[] = {
    {DIMENSION_FACEBOOK, 2, 1, "yes", "no", "Customers from Facebook"},
    {DIMENSION_FOLLOWS, 2, 1, "yes", "no", "Followers"},
    {DIMENSION_RETURNING, 2, 1, "yes", "no", "Customers who had bought before"},
    {DIMENSION_HEARD, 2, 1, "yes", "no", "Customers who had heard of the shop"},
    {DIMENSION_GENDER, 1, 2, "F", "M", "Women"},
    {DIMENSION_LOCAL, 1, 2, "local", "outside", "Local customers"},
};

static size_t side_of(enum dimension factor) {
    size_t side = 0;
    while (sides[side].factor != factor)
        side++;
    return side;
}

/* The cells of both sides. */
static void split(const struct facts *facts, const struct selection *selection,
                  enum dimension factor, struct cell *yes, struct cell *no) {
    size_t side = side_of(factor);
    struct grouping grouping;
    *yes = *no = (struct cell){0};
    group_by(facts, selection, &factor, 1, &grouping);
    for (int i = 0; i < grouping.count; i++) {
        if (grouping.groups[i].code[0] == sides[side].yes)
            *yes = grouping.groups[i].cell;
        else if (grouping.groups[i].code[0] == sides[side].no)
            *no = grouping.groups[i].cell;
    }
    grouping_free(&grouping);
}

static struct impact_difference difference_of(enum dimension factor, enum answer answer,
                                              double base_rate, const struct cell *yes,
                                              const struct cell *no) {
    size_t side = side_of(factor);
    struct interval difference = difference_newcombe(yes->yes[answer], yes->known[answer],
                                                     no->yes[answer], no->known[answer]);
    return (struct impact_difference){
        .factor = factor,
        .yes_label = sides[side].yes_label,
        .no_label = sides[side].no_label,
        .yes_n = yes->known[answer],
        .no_n = no->known[answer],
        .yes_yes = yes->yes[answer],
        .no_yes = no->yes[answer],
        .difference = difference,
        .verdict = verdict_of(difference),
        .detectable = detectable_difference(base_rate, yes->known[answer], no->known[answer]),
    };
}

/* In minor units. The sum of squares loses the digits that the mean's square has in common with it:
 * what is left below the rounding of doubles is no spread. */
static struct sample_moments price_moments(const struct cell *cell) {
    if (cell->sales == 0)
        return (struct sample_moments){0, NAN, NAN};
    double n = (double)cell->sales, sum = (double)cell->revenue_minor / MONEY_MINOR;
    double squares = cell->price_squares - sum * (sum / n);
    if (squares < cell->price_squares * n * 1e-16)
        squares = 0;
    double variance = cell->sales > 1 ? squares / (n - 1) : NAN;
    return (struct sample_moments){cell->sales, sum / n * MONEY_MINOR,
                                   variance * MONEY_MINOR * MONEY_MINOR};
}

static void add_price(enum dimension factor, const struct cell *yes, const struct cell *no,
                      struct impact *out) {
    struct impact_price *price = &out->prices[out->price_count++];
    price->factor = factor;
    price->difference = difference_welch(price_moments(yes), price_moments(no), &price->p);
}

static void compute_differences(const struct facts *facts, const struct selection *selection,
                                struct impact *out) {
    enum answer answer = outcome_answer(out->outcome);
    const enum dimension *answers = outcomes[out->outcome].answers;
    const enum dimension factors[] = {answers[0], answers[1], answers[2], DIMENSION_GENDER,
                                      DIMENSION_LOCAL};
    struct cell yes, no;
    split(facts, selection, outcomes[out->outcome].dimension, &yes, &no);
    add_price(outcomes[out->outcome].dimension, &yes, &no, out);
    for (int i = 0; i < (int)(sizeof factors / sizeof *factors); i++) {
        split(facts, selection, factors[i], &yes, &no);
        out->differences[out->difference_count++] =
            difference_of(factors[i], answer, out->base_rate.estimate, &yes, &no);
        if (i < OTHER_ANSWERS)
            add_price(factors[i], &yes, &no, out);
        struct impact_adjusted *adjusted = &out->adjusted[out->adjusted_count++];
        size_t side = side_of(factors[i]);
        adjusted->factor = factors[i];
        adjust_for_strata(facts, selection, outcomes[out->outcome].dimension, sides[side].yes,
                          sides[side].no, adjusted);
    }
}

/* --------------------------------------------------------------- the sentence */

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
    else /* rounded up, so that what is called implausible is */
        snprintf(out->sentence, sizeof out->sentence,
                 "%s: no difference larger than ±%.1f points is plausible.", all[testable],
                 ceil(widest * 1000) / 10);
}

/* "Followers bought before more often: 31.0 % against 24.1 %, +6.9 points [4.1 to 9.7]." */
static void say_clear(struct impact *out, const struct impact_difference *difference, int others) {
    const struct interval *points = &difference->difference;
    bool higher = difference->verdict == VERDICT_HIGHER;
    char more[48] = "";
    if (others != 0)
        snprintf(more, sizeof more, " %d other %s too.", others,
                 others == 1 ? "factor differs" : "factors differ");
    snprintf(out->sentence, sizeof out->sentence,
             "%s %s %s often: %.1f %% against %.1f %%, %+.1f points [%.1f to %.1f].%s",
             sides[side_of(difference->factor)].people, outcomes[out->outcome].verb,
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

void impact_compute(const struct facts *facts, const struct selection *selection,
                    enum outcome outcome, struct impact *out) {
    *out = (struct impact){.outcome = outcome};
    struct cell total;
    selection_total(facts, selection, &total);
    enum answer answer = outcome_answer(outcome);
    out->known = total.known[answer];
    out->base_rate = share_wilson(total.yes[answer], out->known);
    out->detectable_difference =
        detectable_difference(out->base_rate.estimate, out->known / 2, out->known - out->known / 2);
    compute_tests(facts, selection, out);
    compute_differences(facts, selection, out);
    say(out);
}

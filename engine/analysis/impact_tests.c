/* Does the outcome vary by a factor at all? One test a factor, the right one for its counts. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "engine/analysis/exact.h"
#include "engine/analysis/impact_blocks.h"

static const double least_expected = 5;
enum { SEED = 1, TOO_MANY_TO_DRAW = 5000000 };

const char *impact_method_name(enum impact_method method) {
    static const char *const names[] = {"pearson", "fisher", "monte carlo"};
    return names[method];
}

/* The p of the table by the method that its expected counts call for. Where millions of sales leave
 * one level with next to none, all the others decide and Pearson's test stays. */
static void choose_method(const int64_t *counts, int rows, struct impact_test *test) {
    test->p = test->chi_square.p;
    if (test->chi_square.df == 0 || !(test->chi_square.smallest_expected < least_expected))
        return;
    int64_t *filled = xcalloc((size_t)rows * 2, sizeof *filled), total = 0;
    int used = 0;
    for (int row = 0; row < rows; row++) {
        if (counts[2 * row] + counts[2 * row + 1] == 0)
            continue;
        memcpy(&filled[2 * used++], &counts[2 * row], 2 * sizeof *filled);
        total += counts[2 * row] + counts[2 * row + 1];
    }
    double p = NAN;
    if (used == 2) {
        p = fisher_exact(filled);
        test->method = METHOD_FISHER;
    } else if (total <= TOO_MANY_TO_DRAW) {
        p = fisher_monte_carlo(filled, used, 2, IMPACT_TABLES_DRAWN, SEED);
        test->method = METHOD_MONTE_CARLO;
    }
    free(filled);
    if (isnan(p))
        test->method = METHOD_PEARSON;
    else
        test->p = p;
}

static void add_test(const struct grouping *grouping, enum dimension factor, struct impact *out) {
    enum answer answer = outcome_answer(out->outcome);
    int64_t *counts = xcalloc((size_t)grouping->count * 2, sizeof *counts);
    for (int i = 0; i < grouping->count; i++) {
        const struct group *group = &grouping->groups[i];
        if (group->code[0] == 0)
            continue; /* all zero, which the test leaves out */
        counts[2 * i] = group->cell.yes[answer];
        counts[2 * i + 1] = group->cell.known[answer] - group->cell.yes[answer];
    }
    struct impact_test *test = &out->tests[out->test_count++];
    test->factor = factor;
    test->chi_square = chi_square_test(counts, grouping->count, 2);
    choose_method(counts, grouping->count, test);
    free(counts);
}

/* By what cells do not know. */
static void add_test_of_sales(const struct facts *facts, const struct selection *selection,
                              enum dimension factor, struct impact *out) {
    struct grouping grouping;
    group_by(facts, selection, &factor, 1, &grouping);
    add_test(&grouping, factor, out);
    grouping_free(&grouping);
}

/* "2 of 9 factors differ, adjusted for being many: Handset, Brand." */
static void say(struct impact *out) {
    int testable = 0, differ = 0;
    char names[200] = "";
    for (int i = 0; i < out->test_count; i++) {
        const struct impact_test *test = &out->tests[i];
        testable += test->chi_square.df > 0;
        if (!test->differs)
            continue;
        size_t length = strlen(names);
        snprintf(names + length, sizeof names - length, "%s%s", differ > 0 ? ", " : "",
                 dimension_title(test->factor));
        differ++;
    }
    if (testable == 0)
        snprintf(out->tests_sentence, sizeof out->tests_sentence,
                 "Nothing to test: no factor has two levels with known answers.");
    else if (differ == 0)
        snprintf(out->tests_sentence, sizeof out->tests_sentence,
                 "None of %d factors differs once it is adjusted for how many were tested.",
                 testable);
    else
        snprintf(out->tests_sentence, sizeof out->tests_sentence,
                 "%d of %d factors %s, adjusted for how many were tested: %s.", differ, testable,
                 differ == 1 ? "differs" : "differ", names);
}

void impact_tests(const struct facts *facts, const struct selection *selection,
                  const struct sales_by *by, struct impact *out) {
    static const enum dimension factors[] = {
        DIMENSION_LOCATION, DIMENSION_GENDER,     DIMENSION_AGE_BAND, DIMENSION_HANDSET,
        DIMENSION_BRAND,    DIMENSION_PRICE_BAND, DIMENSION_WEEKDAY};
    for (size_t i = 0; i < sizeof factors / sizeof *factors; i++) {
        const struct grouping *known = sales_by(by, factors[i]);
        if (known != NULL)
            add_test(known, factors[i], out);
        else if (!out->pending)
            add_test_of_sales(facts, selection, factors[i], out);
    }
    for (int i = 0; i < OTHER_ANSWERS; i++) {
        enum dimension factor = outcome_words(out->outcome)->answers[i];
        add_test(sales_by(by, factor), factor, out);
    }
    double p[IMPACT_TESTS_MAX], adjusted[IMPACT_TESTS_MAX];
    for (int i = 0; i < out->test_count; i++)
        p[i] = out->tests[i].p;
    adjust_benjamini_hochberg(p, adjusted, out->test_count);
    for (int i = 0; i < out->test_count; i++) {
        out->tests[i].p_adjusted = adjusted[i];
        out->tests[i].differs = adjusted[i] < 0.05; /* false for NaN */
    }
    say(out);
    size_t length = strlen(out->tests_sentence);
    if (out->pending)
        snprintf(out->tests_sentence + length, sizeof out->tests_sentence - length,
                 " Weekdays are still being counted.");
}

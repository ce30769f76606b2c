/* What customers pay, and what they bring in a day, on either side of each two-valued factor. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_statistics_long.h>

#include "base/memory.h"
#include "base/money.h"
#include "engine/analysis/impact_blocks.h"
#include "engine/analysis/numeric.h"
#include "engine/slice/counts.h"
#include "engine/slice/stream.h"

static int compare_amounts(const void *left, const void *right) {
    const int64_t *a = left, *b = right;
    return (*a > *b) - (*a < *b);
}

/* Values of both sides, ascending. */
struct sided {
    int64_t *yes, *no;
    size_t yes_count, no_count;
};

static void sided_free(struct sided *sided) {
    free(sided->yes);
    free(sided->no);
}

_Static_assert(sizeof(long) == sizeof(int64_t), "moments_of hands int64_t to GSL as long");

static struct sample_moments moments_of(const int64_t *values, size_t count) {
    const long *data = (const long *)values;
    double mean = count > 0 ? gsl_stats_long_mean(data, 1, count) : NAN;
    return (struct sample_moments){
        (int64_t)count, mean, count > 1 ? gsl_stats_long_variance_m(data, 1, count, mean) : NAN};
}

/* ---------------------------------------------------------------------- price */

static struct sample_moments moments_of_cell(const struct cell *cell) {
    return (struct sample_moments){
        cell->sales, cell->sales > 0 ? (double)cell->revenue_minor / (double)cell->sales : NAN,
        cell->sales > 1 ? cell_price_variance(cell) : NAN};
}

/* `prices` by the factor's codes; NULL: ranks are not told. */
static struct impact_price price_of(const struct sales_by *by, const struct side *side,
                                    const struct counts *prices) {
    struct cell yes_cell, no_cell;
    split_sides(by, side, &yes_cell, &no_cell);
    struct sample_moments yes = moments_of_cell(&yes_cell), no = moments_of_cell(&no_cell);
    struct impact_price out = {.factor = side->factor,
                               .yes_n = yes.n,
                               .no_n = no.n,
                               .yes_mean_minor = yes.mean,
                               .no_mean_minor = no.mean,
                               .ranks = mann_whitney(NULL, 0, NULL, 0)};
    out.difference = difference_welch(yes, no, &out.p);
    if (prices != NULL) {
        struct counted of_yes, of_no;
        counts_group(prices, (size_t)side->yes, &of_yes);
        counts_group(prices, (size_t)side->no, &of_no);
        out.ranks = mann_whitney_counted(&of_yes, &of_no);
        counted_free(&of_yes);
        counted_free(&of_no);
    }
    return out;
}

/* -------------------------------------------------------------------- revenue */

/* The share of yes in the takings, with the days as the sample: a ratio of two sums whose error
 * comes from the days' deviations from it (Cochran, W. G. 1977, Sampling Techniques, §6.3, eq.
 * 6.13, without finite population). */
static struct interval ratio_share(const int64_t *yes, const int64_t *no, size_t days) {
    double sum = 0, all = 0, squares = 0;
    for (size_t i = 0; i < days; i++) {
        sum += (double)yes[i];
        all += (double)yes[i] + (double)no[i];
    }
    if (days < 2 || !(all > 0))
        return (struct interval){all > 0 ? sum / all : NAN, NAN, NAN};
    double share = sum / all, n = (double)days;
    for (size_t i = 0; i < days; i++) {
        double off = (double)yes[i] - share * ((double)yes[i] + (double)no[i]);
        squares += off * off;
    }
    double reach = normal_quantile(0.975) * sqrt(squares * n / (n - 1)) / all;
    return (struct interval){share, fmax(share - reach, 0), fmin(share + reach, 1)};
}

enum { FACTORS = TWO_VALUED + 1 };

/* What either side of every factor brings in on each day, by the facts' days. */
struct takings {
    const struct facts *facts;
    struct dimension_view views[FACTORS];
    const struct side *sides[FACTORS];
    struct sided minor[FACTORS]; /* counts: of sales */
};

static void take_rows(void *context, const struct facts *window, const uint32_t *rows,
                      size_t count) {
    enum { BLOCK = 1024 };
    struct takings *takings = context;
    int codes[BLOCK];
    for (size_t at = 0; at < count; at += BLOCK) {
        size_t size = count - at < BLOCK ? count - at : BLOCK;
        for (int f = 0; f < FACTORS; f++) {
            const struct side *side = takings->sides[f];
            struct sided *minor = &takings->minor[f];
            takings->views[f].facts = window;
            dimension_codes(&takings->views[f], rows + at, size, codes);
            for (size_t i = 0; i < size; i++) {
                size_t day = (size_t)(window->day[rows[at + i]] - takings->facts->first_day);
                int64_t price = window->price_minor[rows[at + i]];
                bool yes = codes[i] == side->yes, no = codes[i] == side->no;
                minor->yes[day] += yes ? price : 0;
                minor->no[day] += no ? price : 0;
                minor->yes_count += yes;
                minor->no_count += no;
            }
        }
    }
}

static void takings_open(struct takings *takings, const struct facts *facts,
                         const enum dimension factors[FACTORS]) {
    size_t span = facts->count > 0 ? (size_t)(facts->last_day - facts->first_day) + 1 : 0;
    *takings = (struct takings){.facts = facts};
    for (int f = 0; f < FACTORS; f++) {
        dimension_open(&takings->views[f], facts, factors[f]);
        takings->sides[f] = side_of(factors[f]);
        takings->minor[f].yes = xcalloc(span + 1, sizeof(int64_t));
        takings->minor[f].no = xcalloc(span + 1, sizeof(int64_t));
    }
}

/* Without any where the sales cannot be had: what fails is told when the shop is read again. */
static void takings_count(struct takings *takings, const struct selection *selection) {
    const struct facts *facts = takings->facts;
    if (facts->sales == NULL)
        take_rows(takings, facts, selection->rows, selection->count);
    else if (facts->cube != NULL)
        stream_slice(facts, &selection->slice,
                     PACKED_DAY | PACKED_PRICE | PACKED_LOCATION | PACKED_GENDER | PACKED_ANSWERS,
                     take_rows, takings, NULL);
}

static void takings_close(struct takings *takings) {
    for (int f = 0; f < FACTORS; f++) {
        dimension_close(&takings->views[f]);
        sided_free(&takings->minor[f]);
    }
}

/* Puts the days that the filters leave first. */
static struct impact_revenue revenue_of(const struct facts *facts,
                                        const struct selection *selection, const struct side *side,
                                        struct sided *takings) {
    struct impact_revenue out = {.factor = side->factor};
    size_t span = facts->count > 0 ? (size_t)(facts->last_day - facts->first_day) + 1 : 0;
    size_t days = 0;
    for (size_t day = 0; day < span; day++) {
        if (!day_is_covered(selection, facts->first_day, facts->first_day + (day_number)day))
            continue;
        out.yes_minor += takings->yes[days] = takings->yes[day];
        out.no_minor += takings->no[days] = takings->no[day];
        days++;
    }
    double yes_sales = (double)takings->yes_count, no_sales = (double)takings->no_count;
    bool compares = takings->yes_count > 0 && takings->no_count > 0;
    out.sales_share = compares ? yes_sales / (yes_sales + no_sales) : NAN;
    out.share = ratio_share(takings->yes, takings->no, compares ? days : 0);
    qsort(takings->yes, days, sizeof *takings->yes, compare_amounts);
    qsort(takings->no, days, sizeof *takings->no, compare_amounts);
    size_t used = compares ? days : 0;
    out.difference =
        difference_welch(moments_of(takings->yes, used), moments_of(takings->no, used), &out.p);
    out.ranks = mann_whitney(takings->yes, used, takings->no, used);
    return out;
}

/* -------------------------------------------------------------- the sentences */

static void money_text(double minor, char text[MONEY_TEXT_SIZE]) {
    money_grouped((int64_t)llround(fabs(minor)), text);
}

static void say_prices(struct impact *out) {
    const struct impact_price *largest = NULL;
    double widest = 0;
    int clear = 0, testable = 0;
    for (int i = 0; i < out->price_count; i++) {
        const struct impact_price *at = &out->prices[i];
        if (isnan(at->p))
            continue;
        testable++;
        widest = fmax(widest, fmax(-at->difference.low, at->difference.high));
        if (verdict_of(at->difference) == VERDICT_UNCLEAR)
            continue;
        clear++;
        if (largest == NULL || fabs(at->difference.estimate) > fabs(largest->difference.estimate))
            largest = at;
    }
    char first[MONEY_TEXT_SIZE], low[MONEY_TEXT_SIZE], high[MONEY_TEXT_SIZE];
    if (testable == 0) {
        snprintf(out->price_sentence, sizeof out->price_sentence,
                 "Too few sales to compare prices.");
    } else if (largest == NULL) {
        money_text(widest, first);
        snprintf(out->price_sentence, sizeof out->price_sentence,
                 "No mean price differs clearly: nothing beyond ±%s is plausible.", first);
    } else {
        money_text(largest->difference.estimate, first);
        money_text(fmin(fabs(largest->difference.low), fabs(largest->difference.high)), low);
        money_text(fmax(fabs(largest->difference.low), fabs(largest->difference.high)), high);
        snprintf(out->price_sentence, sizeof out->price_sentence,
                 "%s paid %s %s on average [%s to %s]%s.", side_of(largest->factor)->people, first,
                 largest->difference.estimate > 0 ? "more" : "less", low, high,
                 clear > 1 ? "; other means differ too" : "");
    }
}

/* Its interval of the revenue leaves its share of the sales out. */
static bool revenue_is_apart(const struct impact_revenue *at) {
    return at->sales_share < at->share.low || at->sales_share > at->share.high;
}

/* "Women bring 50.1 % of the revenue [49.0 to 51.3] with 50.2 % of the sales": about the factor
 * whose revenue is furthest from its sales, of those that are clearly apart if any is. */
static void say_revenue(struct impact *out) {
    const struct impact_revenue *furthest = NULL;
    bool apart = false;
    for (int i = 0; i < out->revenue_count; i++) {
        const struct impact_revenue *at = &out->revenues[i];
        if (isnan(at->share.low) || (apart && !revenue_is_apart(at)))
            continue;
        if (furthest == NULL || (revenue_is_apart(at) && !apart) ||
            fabs(at->share.estimate - at->sales_share) >
                fabs(furthest->share.estimate - furthest->sales_share))
            furthest = at;
        apart = revenue_is_apart(furthest);
    }
    if (furthest == NULL)
        snprintf(out->revenue_sentence, sizeof out->revenue_sentence,
                 "Too few sales to share out the revenue.");
    else
        snprintf(out->revenue_sentence, sizeof out->revenue_sentence,
                 "%s bring %.1f %% of the revenue [%.1f to %.1f] with %.1f %% of the sales; %s.",
                 side_of(furthest->factor)->people, 100 * furthest->share.estimate,
                 100 * furthest->share.low, 100 * furthest->share.high, 100 * furthest->sales_share,
                 apart ? "that is not what their number alone would bring"
                       : "no side brings clearly more or less than its sales");
}

static void say_how_exact(struct impact *out) {
    size_t length = strlen(out->price_sentence);
    char within[NUMERIC_WITHIN_SIZE];
    numeric_within_words(NUMERIC_PRICE, out->within / MONEY_MINOR, within);
    if (out->pending) {
        snprintf(out->price_sentence + length, sizeof out->price_sentence - length,
                 " Ranks are still being counted.");
        snprintf(out->revenue_sentence, sizeof out->revenue_sentence,
                 "The takings of each day are still being counted.");
    } else if (within[0] != '\0') {
        snprintf(out->price_sentence + length, sizeof out->price_sentence - length,
                 " For the ranks, %s.", within);
    }
}

/* Prices by each factor in one pass; false where they are not to be had. */
static bool count_prices(const struct facts *facts, const struct selection *selection,
                         const enum dimension factors[FACTORS], struct counts counts[FACTORS]) {
    struct counts_wanted wanted[FACTORS];
    for (int f = 0; f < FACTORS; f++)
        wanted[f] = (struct counts_wanted){COUNTS_PRICE, 1, {factors[f]}};
    return counts_take_within(facts, selection, wanted, FACTORS,
                              facts->sales == NULL ? SIZE_MAX : COUNTS_ROOM, counts,
                              NULL) == ERR_OK;
}

void impact_money(const struct facts *facts, const struct selection *selection,
                  const struct sales_by *by, struct impact *out) {
    enum dimension factors[FACTORS] = {outcome_words(out->outcome)->dimension};
    struct counts counts[FACTORS] = {0};
    struct takings takings;
    two_valued_factors(out->outcome, factors + 1);
    takings_open(&takings, facts, factors);
    bool counted = !out->pending && count_prices(facts, selection, factors, counts);
    if (!out->pending)
        takings_count(&takings, selection);
    for (int f = 0; f < FACTORS; f++) {
        const struct side *side = side_of(factors[f]);
        out->prices[out->price_count++] = price_of(by, side, counted ? &counts[f] : NULL);
        out->revenues[out->revenue_count++] = revenue_of(facts, selection, side, &takings.minor[f]);
        out->within = (double)counts[f].within;
        counts_free(&counts[f]);
    }
    takings_close(&takings);
    say_prices(out);
    say_revenue(out);
    say_how_exact(out);
}

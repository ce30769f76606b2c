/* What customers pay, and what they bring in a day, on either side of each two-valued factor. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include <gsl/gsl_statistics_long.h>

#include "base/memory.h"
#include "base/money.h"
#include "engine/analysis/impact_blocks.h"

/* Every sale of the slice, the cheapest first: sorted once, split by each factor in that order. */
struct priced {
    int64_t price_minor;
    uint32_t row;
};

static int compare_priced(const void *left, const void *right) {
    const struct priced *a = left, *b = right;
    return (a->price_minor > b->price_minor) - (a->price_minor < b->price_minor);
}

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

/* `sales` are of single sales; without any, ranks cannot be told. */
static struct impact_price price_of(const struct facts *facts, const struct selection *selection,
                                    const struct side *side, const struct priced *sales,
                                    size_t count) {
    struct sided prices = {.yes = xcalloc(count + 1, sizeof *prices.yes),
                           .no = xcalloc(count + 1, sizeof *prices.no)};
    struct dimension_view view;
    dimension_open(&view, facts, side->factor);
    for (size_t i = 0; i < count; i++) {
        int code = dimension_code(&view, sales[i].row);
        if (code == side->yes)
            prices.yes[prices.yes_count++] = sales[i].price_minor;
        else if (code == side->no)
            prices.no[prices.no_count++] = sales[i].price_minor;
    }
    dimension_close(&view);
    struct cell yes_cell, no_cell;
    split_sides(facts, selection, side, &yes_cell, &no_cell);
    struct sample_moments yes = moments_of_cell(&yes_cell), no = moments_of_cell(&no_cell);
    struct impact_price out = {.factor = side->factor,
                               .yes_n = yes.n,
                               .no_n = no.n,
                               .yes_mean_minor = yes.mean,
                               .no_mean_minor = no.mean};
    out.difference = difference_welch(yes, no, &out.p);
    out.ranks = mann_whitney(prices.yes, prices.yes_count, prices.no, prices.no_count);
    sided_free(&prices);
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

static struct impact_revenue
revenue_of(const struct facts *facts, const struct selection *selection, const struct side *side) {
    size_t span = facts->count > 0 ? (size_t)(facts->last_day - facts->first_day) + 1 : 0;
    struct sided takings = {.yes = xcalloc(span + 1, sizeof *takings.yes),
                            .no = xcalloc(span + 1, sizeof *takings.no)};
    struct impact_revenue out = {.factor = side->factor};
    const enum dimension by[] = {DIMENSION_DAY, side->factor};
    struct grouping grouping;
    int64_t yes_sales = 0, no_sales = 0;
    group_by(facts, selection, by, 2, &grouping);
    for (int i = 0; i < grouping.count; i++) {
        const struct group *group = &grouping.groups[i];
        size_t day = (size_t)group->code[0] - 1; /* days have their codes from the first on */
        if (group->code[1] == side->yes) {
            takings.yes[day] = group->cell.revenue_minor;
            yes_sales += group->cell.sales;
        } else if (group->code[1] == side->no) {
            takings.no[day] = group->cell.revenue_minor;
            no_sales += group->cell.sales;
        }
    }
    grouping_free(&grouping);
    size_t days = 0; /* those that the filters leave, moved to the front */
    for (size_t day = 0; day < span; day++) {
        if (!day_is_covered(selection, facts->first_day, facts->first_day + (day_number)day))
            continue;
        out.yes_minor += takings.yes[days] = takings.yes[day];
        out.no_minor += takings.no[days] = takings.no[day];
        days++;
    }
    bool compares = yes_sales > 0 && no_sales > 0;
    out.sales_share = compares ? (double)yes_sales / (double)(yes_sales + no_sales) : NAN;
    out.share = ratio_share(takings.yes, takings.no, compares ? days : 0);
    qsort(takings.yes, days, sizeof *takings.yes, compare_amounts);
    qsort(takings.no, days, sizeof *takings.no, compare_amounts);
    size_t used = compares ? days : 0;
    out.difference =
        difference_welch(moments_of(takings.yes, used), moments_of(takings.no, used), &out.p);
    out.ranks = mann_whitney(takings.yes, used, takings.no, used);
    sided_free(&takings);
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

void impact_money(const struct facts *facts, const struct selection *selection,
                  struct impact *out) {
    enum dimension factors[TWO_VALUED + 1] = {outcome_words(out->outcome)->dimension};
    two_valued_factors(out->outcome, factors + 1);
    size_t count = facts->sales == NULL ? selection->count : 0;
    struct priced *sales = xcalloc(count + 1, sizeof *sales);
    for (size_t i = 0; i < count; i++)
        sales[i] = (struct priced){facts->price_minor[selection->rows[i]], selection->rows[i]};
    qsort(sales, count, sizeof *sales, compare_priced);
    for (int i = 0; i < TWO_VALUED + 1; i++) {
        const struct side *side = side_of(factors[i]);
        out->prices[out->price_count++] = price_of(facts, selection, side, sales, count);
        out->revenues[out->revenue_count++] = revenue_of(facts, selection, side);
    }
    free(sales);
    say_prices(out);
    say_revenue(out);
}

/* Values of measures and the comparison of each row with the rest. */
#include "engine/analysis/measure.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include <gsl/gsl_cdf.h>

#include "base/memory.h"
#include "base/money.h"

static const struct {
    const char *name, *title;
    enum measure_kind kind;
} measures[] = {
#define X(symbol, name, title, kind) [MEASURE_##symbol] = {name, title, MEASURE_##kind},
    MEASURE_LIST(X)
#undef X
};

const char *measure_name(enum measure measure) {
    return measures[measure].name;
}

const char *measure_title(enum measure measure) {
    return measures[measure].title;
}

enum measure_kind measure_kind(enum measure measure) {
    return measures[measure].kind;
}

bool measure_answer(enum measure measure, enum answer *out) {
    switch (measure) {
    case MEASURE_SHARE_RETURNING:
        *out = ANSWER_RETURNING;
        return true;
    case MEASURE_SHARE_FACEBOOK:
        *out = ANSWER_FACEBOOK;
        return true;
    case MEASURE_SHARE_FOLLOWS:
        *out = ANSWER_FOLLOWS;
        return true;
    case MEASURE_SHARE_HEARD:
        *out = ANSWER_HEARD;
        return true;
    default:
        return false;
    }
}

enum measure measure_of_answer(enum answer answer) {
    for (int i = 0; i < MEASURE_COUNT; i++) {
        enum answer of;
        if (measure_answer((enum measure)i, &of) && of == answer)
            return (enum measure)i;
    }
    return MEASURE_SALES;
}

bool measure_is_grouped(const struct grouping *grouping, enum measure measure) {
    enum answer of;
    return measure_answer(measure, &of) && explore_is_made_of(grouping, of);
}

struct interval measure_value(const struct explore_row *row, enum measure measure) {
    const struct cell *cell = &row->group->cell;
    enum answer of;
    if (measure_answer(measure, &of))
        return row->shares[of];
    switch (measure) {
    case MEASURE_SALES:
        return (struct interval){(double)cell->sales, NAN, NAN};
    case MEASURE_REVENUE:
        return (struct interval){(double)cell->revenue_minor, NAN, NAN};
    case MEASURE_MEAN_PRICE:
        return row->mean_interval;
    case MEASURE_MEDIAN_PRICE:
        return (struct interval){row->median_price_minor, NAN, NAN};
    default:
        return (struct interval){row->revenue_per_day_minor, NAN, NAN};
    }
}

/* ------------------------------------------------------------ differences */

/* (n − e) / √(e (1 − row/N) (1 − column/N)) with e = row × column / N; NaN where an expected count
 * of the four that the cell and the rest form is below 5. */
static double adjusted_residual(int64_t count, int64_t row, int64_t column, int64_t total) {
    enum { EXPECTED_LEAST = 5 };
    if (total == 0)
        return NAN;
    double n = (double)total, r = (double)row / n, c = (double)column / n;
    double smallest = n * fmin(r, 1 - r) * fmin(c, 1 - c);
    if (smallest < EXPECTED_LEAST)
        return NAN;
    double expected = n * r * c;
    return ((double)count - expected) / sqrt(expected * (1 - r) * (1 - c));
}

static double normal_p(double residual) {
    return isnan(residual) ? NAN : 2 * gsl_cdf_ugaussian_Q(fabs(residual));
}

static void compare_shares(const struct explore *explore, enum answer of, double *p,
                           struct differences *out) {
    const struct cell *total = &explore->grouping.total;
    for (int i = 0; i < explore->grouping.count; i++) {
        const struct cell *cell = &explore->grouping.groups[i].cell;
        out->rows[i].residual =
            adjusted_residual(cell->yes[of], cell->known[of], total->yes[of], total->known[of]);
        p[i] = normal_p(out->rows[i].residual);
    }
    out->overall_p = explore->test[of].p;
}

/* Sales by code of one of the two dimensions. */
static int64_t *margin(const struct grouping *grouping, int dimension) {
    int codes = 0;
    for (int i = 0; i < grouping->count; i++)
        codes = grouping->groups[i].code[dimension] >= codes
                    ? grouping->groups[i].code[dimension] + 1
                    : codes;
    int64_t *sums = xcalloc((size_t)codes, sizeof *sums);
    for (int i = 0; i < grouping->count; i++)
        sums[grouping->groups[i].code[dimension]] += grouping->groups[i].cell.sales;
    return sums;
}

/* Pearson's chi-square test of both dimensions, without laying out a table of which most cells may
 * be empty: n (Σ count² / (row × column) − 1). */
static double independence_p(const struct grouping *grouping, const int64_t *rows,
                             const int64_t *columns) {
    double sum = 0, n = (double)grouping->total.sales;
    int used[2] = {0, 0}, codes[2] = {0, 0};
    for (int i = 0; i < grouping->count; i++) {
        const struct group *group = &grouping->groups[i];
        double count = (double)group->cell.sales;
        sum += count / (double)rows[group->code[0]] * count / (double)columns[group->code[1]];
        for (int d = 0; d < 2; d++)
            codes[d] = group->code[d] >= codes[d] ? group->code[d] + 1 : codes[d];
    }
    for (int code = 0; code < codes[0]; code++)
        used[0] += rows[code] > 0;
    for (int code = 0; code < codes[1]; code++)
        used[1] += columns[code] > 0;
    double df = (double)(used[0] - 1) * (used[1] - 1);
    return df > 0 ? gsl_cdf_chisq_Q(fmax(n * (sum - 1), 0), df) : NAN;
}

static void compare_sales(const struct explore *explore, double *p, struct differences *out) {
    const struct grouping *grouping = &explore->grouping;
    int64_t *rows = margin(grouping, 0), *columns = margin(grouping, 1);
    for (int i = 0; i < grouping->count; i++) {
        const struct group *group = &grouping->groups[i];
        out->rows[i].residual = adjusted_residual(group->cell.sales, rows[group->code[0]],
                                                  columns[group->code[1]], grouping->total.sales);
        p[i] = normal_p(out->rows[i].residual);
    }
    out->overall_p = independence_p(grouping, rows, columns);
    free(rows);
    free(columns);
}

static struct sample_moments moments(const struct cell *cell) {
    double mean = (double)cell->revenue_minor / MONEY_MINOR / (double)cell->sales;
    return (struct sample_moments){cell->sales, mean,
                                   cell_price_variance(cell) / (MONEY_MINOR * MONEY_MINOR)};
}

/* Welch (1951): do the means of several groups with unequal variances differ? NaN where a group's
 * prices are all the same. */
static double variance_analysis_p(const struct grouping *grouping) {
    double weights = 0, weighted = 0, between = 0, spread = 0, groups = 0;
    for (int i = 0; i < grouping->count; i++) {
        if (grouping->groups[i].cell.sales < 2)
            continue;
        struct sample_moments at = moments(&grouping->groups[i].cell);
        if (!(at.variance > 0))
            return NAN;
        groups++;
        weights += (double)at.n / at.variance;
        weighted += (double)at.n / at.variance * at.mean;
    }
    for (int i = 0; i < grouping->count; i++) {
        if (grouping->groups[i].cell.sales < 2)
            continue;
        struct sample_moments at = moments(&grouping->groups[i].cell);
        double weight = (double)at.n / at.variance, off = at.mean - weighted / weights;
        between += weight * off * off;
        spread += (1 - weight / weights) * (1 - weight / weights) / (double)(at.n - 1);
    }
    if (groups < 2)
        return NAN;
    double squared = groups * groups - 1;
    double f = between / (groups - 1) / (1 + 2 * (groups - 2) * spread / squared);
    return gsl_cdf_fdist_Q(f, groups - 1, squared / (3 * spread));
}

static void compare_means(const struct explore *explore, double *p, struct differences *out) {
    const struct cell *total = &explore->grouping.total;
    for (int i = 0; i < explore->grouping.count; i++) {
        const struct cell *cell = &explore->grouping.groups[i].cell;
        struct cell others = {.sales = total->sales - cell->sales,
                              .revenue_minor = total->revenue_minor - cell->revenue_minor,
                              .price_squares = total->price_squares - cell->price_squares};
        p[i] = NAN;
        if (cell->sales < 2 || others.sales < 2)
            continue;
        struct sample_moments here = moments(cell), rest = moments(&others);
        double error = sqrt(here.variance / (double)here.n + rest.variance / (double)rest.n);
        if (error > 0) {
            difference_welch(here, rest, &p[i]);
            out->rows[i].residual = (here.mean - rest.mean) / error;
        }
    }
    out->overall_p = variance_analysis_p(&explore->grouping);
}

void measure_compare(const struct explore *explore, enum measure measure, struct differences *out) {
    int count = explore->grouping.count;
    double *p = xcalloc((size_t)count + 1, sizeof *p);
    double *adjusted = xcalloc((size_t)count + 1, sizeof *adjusted);
    enum answer of;
    *out = (struct differences){
        .rows = xcalloc((size_t)count + 1, sizeof *out->rows), .overall_p = NAN, .furthest = -1};
    for (int i = 0; i < count; i++) {
        out->rows[i] = (struct row_difference){NAN, NAN, VERDICT_UNCLEAR};
        p[i] = NAN;
    }
    if (measure_is_grouped(&explore->grouping, measure) || count < 2)
        ;
    else if (measure_answer(measure, &of))
        compare_shares(explore, of, p, out);
    else if (measure == MEASURE_SALES && explore->grouping.dimension_count == 2)
        compare_sales(explore, p, out);
    else if (measure == MEASURE_MEAN_PRICE)
        compare_means(explore, p, out);
    adjust_benjamini_hochberg(p, adjusted, count);
    for (int i = 0; i < count; i++) {
        struct row_difference *row = &out->rows[i];
        if (isnan(p[i]))
            continue;
        out->tested++;
        row->p_adjusted = adjusted[i];
        if (!(adjusted[i] < 0.05))
            continue;
        if (out->overall_p >= 0.05) {
            out->alone++;
            if (out->furthest < 0 || fabs(row->residual) > fabs(out->rows[out->furthest].residual))
                out->furthest = i;
        } else {
            out->differing++;
            row->verdict = row->residual > 0 ? VERDICT_HIGHER : VERDICT_LOWER;
        }
    }
    free(p);
    free(adjusted);
}

void differences_alone_words(const struct explore *explore, const struct differences *differences,
                             char *text, size_t size) {
    text[0] = '\0';
    if (differences->alone == 0)
        return;
    const struct group *group = &explore->grouping.groups[differences->furthest];
    bool two = explore->grouping.dimension_count == 2;
    char others[32] = "";
    if (differences->alone > 1)
        snprintf(others, sizeof others, " and %d more", differences->alone - 1);
    snprintf(text, size, "Alone, %s%s%s would look %s%s; all together do not differ: no mark.",
             group->label[0], two ? ", " : "", two ? group->label[1] : "",
             differences->rows[differences->furthest].residual > 0 ? "higher" : "lower", others);
}

void differences_free(struct differences *differences) {
    free(differences->rows);
    *differences = (struct differences){0};
}

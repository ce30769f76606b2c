/* Measures by any one or two dimensions, each row with its intervals, and one test per question
 * whether the rows differ at all. */
#include "engine/analysis/explore.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_sort_long.h>

#include "base/memory.h"
#include "engine/slice/calendar.h"
#include "engine/slice/counts.h"

/* Such a test would say nothing. */
bool explore_is_made_of(const struct grouping *grouping, enum answer answer) {
    for (int d = 0; d < grouping->dimension_count; d++) {
        enum answer own;
        if (dimension_answer(grouping->dimensions[d], &own) && own == answer)
            return true;
        if (grouping->dimensions[d] == DIMENSION_ENGAGEMENT && answer != ANSWER_RETURNING)
            return true;
    }
    return false;
}

static bool is_known(const struct grouping *grouping, const struct group *group) {
    for (int d = 0; d < grouping->dimension_count; d++) {
        if (group->code[d] == 0)
            return false;
    }
    return true;
}

/* What is not known is no value that could differ: its rows stay zero, which the test leaves out.
 */
static struct chi_square test_rows(const struct grouping *grouping, enum answer answer) {
    int rows = explore_is_made_of(grouping, answer) ? 0 : grouping->count;
    int64_t *counts = xcalloc((size_t)rows * 2, sizeof *counts);
    for (int i = 0; i < rows; i++) {
        const struct cell *cell = &grouping->groups[i].cell;
        if (!is_known(grouping, &grouping->groups[i]))
            continue;
        counts[2 * i] = cell->yes[answer];
        counts[2 * i + 1] = cell->known[answer] - cell->yes[answer];
    }
    struct chi_square result = chi_square_test(counts, rows, 2);
    free(counts);
    return result;
}

/* ----------------------------------------------------- prices of each row */

struct numbered_pair {
    int64_t pair;
    int number;
};

static int compare_pairs(const void *left, const void *right) {
    const struct numbered_pair *a = left, *b = right;
    return (a->pair > b->pair) - (a->pair < b->pair);
}

/* The prices of all sales, row by row of the result: the first row's, the second's, and so on. */
static int64_t *prices_by_row(const struct facts *facts, const struct selection *selection,
                              const struct grouping *grouping) {
    struct dimension_view views[2] = {0};
    size_t count = (size_t)grouping->count;
    struct numbered_pair *pairs = xcalloc(count, sizeof *pairs);
    size_t *next = xcalloc(count, sizeof *next);
    int64_t *prices = xcalloc(selection->count, sizeof *prices);
    for (int d = 0; d < grouping->dimension_count; d++)
        dimension_open(&views[d], facts, grouping->dimensions[d]);
    for (size_t i = 0; i < count; i++) {
        const struct group *group = &grouping->groups[i];
        pairs[i].pair = (int64_t)group->code[0] << 32 | group->code[1];
        pairs[i].number = (int)i;
        next[i] = i > 0 ? next[i - 1] + (size_t)grouping->groups[i - 1].cell.sales : 0;
    }
    if (count > 1)
        qsort(pairs, count, sizeof *pairs, compare_pairs);
    for (size_t i = 0; i < selection->count; i++) {
        int code[2] = {0, 0};
        for (int d = 0; d < grouping->dimension_count; d++)
            code[d] = dimension_code(&views[d], selection->rows[i]);
        struct numbered_pair wanted = {.pair = (int64_t)code[0] << 32 | code[1]};
        const struct numbered_pair *found =
            bsearch(&wanted, pairs, count, sizeof *pairs, compare_pairs);
        prices[next[found->number]++] = facts->price_minor[selection->rows[i]];
    }
    for (int d = 0; d < grouping->dimension_count; d++)
        dimension_close(&views[d]);
    free(pairs);
    free(next);
    return prices;
}

/* Mean ± t × sd / √n (Student 1908). */
static struct interval mean_interval(double mean, double sd, int64_t n) {
    if (n < 2)
        return (struct interval){mean, NAN, NAN};
    double margin = gsl_cdf_tdist_Pinv(0.975, (double)(n - 1)) * sd / sqrt((double)n);
    return (struct interval){mean, mean - margin, mean + margin};
}

/* Cells do not know their sales' prices: explore_quantiles reads them. */
static void find_quantiles(const struct facts *facts, const struct selection *selection,
                           struct explore *out) {
    out->without_quantiles = facts->sales != NULL;
    for (int i = 0; out->without_quantiles && i < out->grouping.count; i++)
        out->rows[i].q1_price_minor = out->rows[i].median_price_minor =
            out->rows[i].q3_price_minor = NAN;
    if (out->without_quantiles)
        return;
    int64_t *prices = prices_by_row(facts, selection, &out->grouping), *at = prices;
    for (int i = 0; i < out->grouping.count; i++) {
        struct explore_row *row = &out->rows[i];
        size_t n = (size_t)row->group->cell.sales;
        gsl_sort_long((long *)at, 1, n);
        row->q1_price_minor = quantile_sorted(at, n, 0.25);
        row->median_price_minor = quantile_sorted(at, n, 0.5);
        row->q3_price_minor = quantile_sorted(at, n, 0.75);
        at += n;
    }
    free(prices);
}

void explore_take_quantiles(struct explore *out, const struct counts *counts) {
    out->without_quantiles = false;
    out->within_minor = (double)counts->within;
    for (int i = 0; i < out->grouping.count; i++) {
        struct explore_row *row = &out->rows[i];
        struct counted counted;
        counts_group(counts,
                     (size_t)row->group->code[0] * (size_t)counts->codes[1] +
                         (size_t)row->group->code[1],
                     &counted);
        row->q1_price_minor = counted_quantile(&counted, 0.25);
        row->median_price_minor = counted_quantile(&counted, 0.5);
        row->q3_price_minor = counted_quantile(&counted, 0.75);
        counted_free(&counted);
    }
}

enum err explore_quantiles(const struct facts *facts, const struct selection *selection,
                           struct explore *out, struct error *error) {
    struct counts_wanted wanted = {.of = COUNTS_PRICE, .by_count = out->grouping.dimension_count};
    struct counts counts;
    if (!out->without_quantiles)
        return ERR_OK;
    memcpy(wanted.by, out->grouping.dimensions, sizeof wanted.by);
    enum err err = counts_take(facts, selection, &wanted, 1, &counts, error);
    if (err == ERR_OK)
        explore_take_quantiles(out, &counts);
    counts_free(&counts);
    return err;
}

static void cover_rows(const struct facts *facts, const struct selection *selection,
                       struct explore *out) {
    struct calendar calendar;
    calendar_open(&calendar, facts, selection, out->grouping.dimensions,
                  out->grouping.dimension_count);
    for (int i = 0; i < out->grouping.count; i++) {
        struct explore_row *row = &out->rows[i];
        struct coverage coverage = calendar_coverage(&calendar, row->group->code);
        row->days = coverage.days;
        row->partial = coverage.partial;
        row->revenue_per_day_minor =
            coverage.days > 0 ? (double)row->group->cell.revenue_minor / coverage.days : NAN;
    }
    calendar_close(&calendar);
}

void explore_compute(const struct facts *facts, const struct selection *selection,
                     const enum dimension *dimensions, int dimension_count, struct explore *out) {
    struct grouping grouping;
    group_by(facts, selection, dimensions, dimension_count, &grouping);
    explore_groups(facts, selection, &grouping, out);
}

void explore_groups(const struct facts *facts, const struct selection *selection,
                    struct grouping *grouping, struct explore *out) {
    *out = (struct explore){.grouping = *grouping};
    *grouping = (struct grouping){.groups = NULL};
    out->rows = xcalloc((size_t)out->grouping.count, sizeof *out->rows);
    for (int i = 0; i < out->grouping.count; i++) {
        const struct group *group = &out->grouping.groups[i];
        struct explore_row *row = &out->rows[i];
        row->group = group;
        row->mean_price_minor = (double)group->cell.revenue_minor / (double)group->cell.sales;
        row->sd_price_minor = group->cell.sales > 1 ? sqrt(cell_price_variance(&group->cell)) : NAN;
        row->mean_interval =
            mean_interval(row->mean_price_minor, row->sd_price_minor, group->cell.sales);
        for (int answer = 0; answer < ANSWER_COUNT; answer++)
            row->shares[answer] = share_wilson(group->cell.yes[answer], group->cell.known[answer]);
    }
    find_quantiles(facts, selection, out);
    cover_rows(facts, selection, out);
    for (int answer = 0; answer < ANSWER_COUNT; answer++)
        out->test[answer] = test_rows(&out->grouping, (enum answer)answer);
}

void explore_free(struct explore *explore) {
    free(explore->rows);
    grouping_free(&explore->grouping);
    *explore = (struct explore){0};
}

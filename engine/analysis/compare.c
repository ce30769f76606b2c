#include "engine/analysis/compare.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/number.h"
#include "engine/analysis/compare_sums.h"
#include "engine/analysis/explore.h"
#include "engine/analysis/measure.h"
#include "engine/analysis/ranks.h"
#include "engine/slice/calendar.h"
#include "engine/slice/cube.h"
#include "engine/slice/linked.h"

enum { HANDSETS_SHOWN = 8, ALL_WEEKDAYS = 0x7F };

/* -------------------------------------------------------------------- overlap */

/* Takes the rows of `other` out of `from`: both ascend. */
static void subtract_rows(struct selection *from, const struct selection *other) {
    size_t kept = 0, at = 0;
    for (size_t i = 0; i < from->count; i++) {
        while (at < other->count && other->rows[at] < from->rows[i])
            at++;
        if (at == other->count || other->rows[at] != from->rows[i])
            from->rows[kept++] = from->rows[i];
    }
    from->count = kept;
}

/* Rows; `sales` receives how many they stand for. */
static size_t count_shared(const struct facts *facts, const struct selection *a,
                           const struct selection *b, int64_t *sales) {
    size_t shared = 0;
    *sales = 0;
    for (size_t i = 0, j = 0; i < a->count && j < b->count;) {
        bool same = a->rows[i] == b->rows[j];
        shared += same;
        *sales += same ? facts_sales(facts, a->rows[i]) : 0;
        bool step_b = b->rows[j] <= a->rows[i];
        i += a->rows[i] <= b->rows[j];
        j += step_b;
    }
    return shared;
}

static bool is_of_days(const struct filter *filter) {
    enum dimension dimension;
    if (!dimension_by_name(filter->field, &dimension))
        return linked_owns(DIMENSION_DAY, filter);
    return calendar_is_of_day(dimension);
}

/* Where the other slice was chosen by its days alone, those days are gone from this side too. False
 * where what is left cannot be told by days and weekdays, so that nothing per day is known. */
static bool subtract_days(struct selection *from, const struct facts *facts, const struct slice *by,
                          const struct selection *other) {
    for (size_t i = 0; i < by->count; i++) {
        if (!is_of_days(&by->filters[i]))
            return true;
    }
    bool weekdays = other->weekdays != 0 && other->weekdays != ALL_WEEKDAYS;
    if (weekdays && other->days != NULL)
        return false;
    if (weekdays)
        from->weekdays =
            (uint8_t)((from->weekdays != 0 ? from->weekdays : ALL_WEEKDAYS) & ~other->weekdays);
    if (other->days == NULL)
        return true;
    size_t days = (size_t)(facts->last_day - facts->first_day) + 1;
    if (from->days == NULL) {
        from->days = xmalloc(days);
        memset(from->days, 1, days);
    }
    for (size_t day = 0; day < days; day++)
        from->days[day] = from->days[day] && !other->days[day];
    return true;
}

/* --------------------------------------------------------------------- measures */

struct side {
    struct selection selection; /* without rows where the slice is streamed */
    struct compare_sums sums;
    struct explore all; /* one row; none without sales */
    bool per_day;
};

struct comparison {
    const struct facts *facts;
    const struct slice *slices[2];
    struct side sides[2];
    struct compare *out;
    bool same;
};

static const struct explore_row *row_of(const struct side *side) {
    return side->all.grouping.count > 0 ? side->all.rows : NULL;
}

static bool is_chosen(const struct comparison *comparison, enum dimension dimension) {
    for (int side = 0; side < 2; side++) {
        for (size_t i = 0; i < comparison->slices[side]->count; i++) {
            if (linked_owns(dimension, &comparison->slices[side]->filters[i]))
                return true;
        }
    }
    return false;
}

static struct compare_row *add_row(struct comparison *comparison, const char *key,
                                   const char *label, enum compare_kind kind, double a, double b) {
    struct compare *out = comparison->out;
    out->rows = xreallocarray(out->rows, (size_t)out->count + 1, sizeof *out->rows);
    struct compare_row *row = &out->rows[out->count++];
    *row = (struct compare_row){
        .key = key, .kind = kind, .a = a, .b = b, .difference = {a - b, NAN, NAN}};
    snprintf(row->label, sizeof row->label, "%s", label);
    return row;
}

static void judge(const struct comparison *comparison, struct compare_row *row,
                  struct interval difference) {
    if (comparison->same || isnan(difference.low))
        return;
    row->difference = difference;
    row->judged = !row->chosen;
    row->verdict = verdict_of(difference);
}

static struct compare_row *add_measure(struct comparison *comparison, enum measure measure) {
    double values[2];
    for (int i = 0; i < 2; i++) {
        const struct explore_row *row = row_of(&comparison->sides[i]);
        bool counts = measure == MEASURE_SALES || measure == MEASURE_REVENUE;
        values[i] = row != NULL ? measure_value(row, measure).estimate : counts ? 0 : NAN;
        if (measure == MEASURE_REVENUE_PER_DAY && !comparison->sides[i].per_day)
            values[i] = NAN;
    }
    enum measure_kind kind = measure_kind(measure);
    return add_row(comparison, measure_name(measure), measure_title(measure),
                   kind == MEASURE_SHARE   ? COMPARE_SHARE
                   : kind == MEASURE_MONEY ? COMPARE_MONEY
                                           : COMPARE_COUNT_OF,
                   values[0], values[1]);
}

static struct sample_moments moments_of(const struct explore_row *row) {
    return (struct sample_moments){row->group->cell.sales, row->mean_price_minor,
                                   row->sd_price_minor * row->sd_price_minor};
}

static void add_prices(struct comparison *comparison) {
    const struct explore_row *a = row_of(&comparison->sides[0]), *b = row_of(&comparison->sides[1]);
    bool chosen = is_chosen(comparison, DIMENSION_PRICE_BAND);
    struct compare_row *row = add_measure(comparison, MEASURE_MEAN_PRICE);
    double p;
    row->chosen = chosen;
    if (a != NULL && b != NULL && a->group->cell.sales > 1 && b->group->cell.sales > 1)
        judge(comparison, row, difference_welch(moments_of(a), moments_of(b), &p));
    row = add_measure(comparison, MEASURE_MEDIAN_PRICE);
    row->chosen = chosen;
    if (a != NULL && b != NULL && !comparison->same)
        judge(comparison, row,
              mann_whitney_counted(&comparison->sides[0].sums.prices,
                                   &comparison->sides[1].sums.prices)
                  .shift);
}

static void add_answers(struct comparison *comparison) {
    const struct explore_row *a = row_of(&comparison->sides[0]), *b = row_of(&comparison->sides[1]);
    static const enum dimension asked[ANSWER_COUNT] = {[ANSWER_FACEBOOK] = DIMENSION_FACEBOOK,
                                                       [ANSWER_FOLLOWS] = DIMENSION_FOLLOWS,
                                                       [ANSWER_RETURNING] = DIMENSION_RETURNING,
                                                       [ANSWER_HEARD] = DIMENSION_HEARD};
    static const enum answer order[] = {ANSWER_RETURNING, ANSWER_FACEBOOK, ANSWER_FOLLOWS,
                                        ANSWER_HEARD};
    for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
        enum answer of = order[i];
        struct compare_row *row = add_measure(comparison, measure_of_answer(of));
        snprintf(row->label, sizeof row->label, "%s", dimension_title(asked[of]));
        row->chosen = is_chosen(comparison, asked[of]) ||
                      (of != ANSWER_RETURNING && is_chosen(comparison, DIMENSION_ENGAGEMENT));
        if (a == NULL || b == NULL || a->group->cell.known[of] == 0 ||
            b->group->cell.known[of] == 0)
            continue;
        const struct cell *x = &a->group->cell, *y = &b->group->cell;
        judge(comparison, row,
              difference_newcombe(x->yes[of], x->known[of], y->yes[of], y->known[of]));
    }
}

/* ------------------------------------------------------------------------ mixes */

struct value {
    int code;
    char label[DIMENSION_LABEL_SIZE];
    int64_t sales[2];
};

static int compare_values(const void *left, const void *right) {
    const struct value *a = left, *b = right;
    int64_t x = a->sales[0] + a->sales[1], y = b->sales[0] + b->sales[1];
    return x != y ? (x < y ? 1 : -1) : (a->code > b->code) - (a->code < b->code);
}

/* Every value of either side with its sales of both; the caller frees. */
static struct value *values_of(const struct comparison *comparison, int mix, int *count) {
    struct dimension_view view;
    dimension_open(&view, comparison->facts, compare_mixes[mix]);
    struct value *values = xcalloc((size_t)view.codes, sizeof *values);
    *count = 0;
    for (int side = 0; side < 2; side++) {
        for (int code = 0; code < view.codes; code++)
            values[code].sales[side] = comparison->sides[side].sums.mixes[mix][code];
    }
    for (int code = 0; code < view.codes; code++) {
        if (values[code].sales[0] + values[code].sales[1] == 0)
            continue;
        struct value *value = &values[(*count)++];
        *value = values[code];
        value->code = code;
        dimension_label(&view, code, value->label);
    }
    dimension_close(&view);
    if (!dimension_is_ordered(compare_mixes[mix]))
        qsort(values, (size_t)*count, sizeof *values, compare_values);
    return values;
}

static void add_mix(struct comparison *comparison, int mix, double *p) {
    int count;
    enum dimension dimension = compare_mixes[mix];
    struct value *values = values_of(comparison, mix, &count);
    const int64_t n[] = {comparison->out->sales[0], comparison->out->sales[1]};
    int shown = dimension == DIMENSION_HANDSET && count > HANDSETS_SHOWN ? HANDSETS_SHOWN : count;
    for (int i = 0; i < shown; i++) {
        const int64_t *yes = values[i].sales;
        struct compare_row *row =
            add_row(comparison, dimension_name(dimension), values[i].label, COMPARE_SHARE,
                    n[0] > 0 ? (double)yes[0] / (double)n[0] : NAN,
                    n[1] > 0 ? (double)yes[1] / (double)n[1] : NAN);
        row->heading = dimension_title(dimension);
        row->chosen = is_chosen(comparison, dimension);
        p[comparison->out->count - 1] = NAN;
        if (n[0] == 0 || n[1] == 0)
            continue;
        judge(comparison, row, difference_newcombe(yes[0], n[0], yes[1], n[1]));
        const int64_t table[] = {yes[0], n[0] - yes[0], yes[1], n[1] - yes[1]};
        if (row->judged)
            p[comparison->out->count - 1] = chi_square_test(table, 2, 2).p;
    }
    free(values);
}

static void add_mixes(struct comparison *comparison) {
    struct compare *out = comparison->out;
    int first = out->count, most = first;
    for (int i = 0; i < COMPARE_MIXES; i++)
        most += comparison->sides[0].sums.codes[i];
    double *p = xcalloc((size_t)most + 1, sizeof *p),
           *adjusted = xcalloc((size_t)most + 1, sizeof *p);
    for (int i = 0; i < COMPARE_MIXES; i++)
        add_mix(comparison, i, p);
    adjust_benjamini_hochberg(p + first, adjusted, out->count - first);
    for (int i = first; i < out->count; i++) {
        struct compare_row *row = &out->rows[i];
        if (!row->judged)
            continue;
        row->verdict = !(adjusted[i - first] < 0.05) ? VERDICT_UNCLEAR
                       : row->a > row->b             ? VERDICT_HIGHER
                                                     : VERDICT_LOWER;
    }
    free(p);
    free(adjusted);
}

/* ------------------------------------------------------------------------ whole */

/* Which side goes without what both have, by how many these are. */
static enum compare_overlap overlap_of(int64_t a, int64_t b, int64_t shared) {
    return shared == 0  ? COMPARE_APART
           : shared < b ? COMPARE_B_WITHOUT_A
           : shared < a ? COMPARE_A_WITHOUT_B
                        : COMPARE_SAME;
}

/* The side that is compared without the other; −1: neither is. */
static int lessened(const struct compare *out) {
    return out->overlap == COMPARE_B_WITHOUT_A ? 1 : out->overlap == COMPARE_A_WITHOUT_B ? 0 : -1;
}

static void separate_days(struct comparison *comparison) {
    int less = lessened(comparison->out);
    comparison->sides[0].per_day = comparison->sides[1].per_day = true;
    comparison->same = comparison->out->overlap == COMPARE_SAME;
    if (less >= 0)
        comparison->sides[less].per_day =
            subtract_days(&comparison->sides[less].selection, comparison->facts,
                          comparison->slices[1 - less], &comparison->sides[1 - less].selection);
}

static struct slice both_slices(const struct comparison *comparison) {
    struct slice both = slice_copy(comparison->slices[0]), more = slice_copy(comparison->slices[1]);
    both.filters = xreallocarray(both.filters, both.count + more.count + 1, sizeof *both.filters);
    for (size_t i = 0; i < more.count; i++)
        both.filters[both.count++] = more.filters[i];
    free(more.filters);
    return both;
}

/* Both sides are rows: of single sales, or of cells that both slices' filters leave whole. */
static void sum_rows(struct comparison *comparison) {
    struct selection *a = &comparison->sides[0].selection, *b = &comparison->sides[1].selection;
    struct compare *out = comparison->out;
    size_t shared = count_shared(comparison->facts, a, b, &out->shared);
    out->overlap = overlap_of((int64_t)a->count, (int64_t)b->count, (int64_t)shared);
    separate_days(comparison);
    if (lessened(out) >= 0)
        subtract_rows(lessened(out) == 1 ? b : a, lessened(out) == 1 ? a : b);
    for (int i = 0; i < 2; i++)
        compare_sums_of_rows(comparison->facts, &comparison->sides[i].selection,
                             &comparison->sides[i].sums);
}

/* Three passes: of either slice, and of what they share. */
static enum err sum_slices(struct comparison *comparison, struct compare_sums *shared,
                           struct error *error) {
    struct slice both = both_slices(comparison);
    struct compare *out = comparison->out;
    enum err code = compare_sums_of_slice(comparison->facts, &both, shared, error);
    slice_free(&both);
    for (int i = 0; i < 2 && code == ERR_OK; i++)
        code = compare_sums_of_slice(comparison->facts, comparison->slices[i],
                                     &comparison->sides[i].sums, error);
    if (code != ERR_OK)
        return code;
    out->shared = shared->total.sales;
    out->overlap = overlap_of(comparison->sides[0].sums.total.sales,
                              comparison->sides[1].sums.total.sales, out->shared);
    separate_days(comparison);
    if (lessened(out) >= 0)
        compare_sums_subtract(&comparison->sides[lessened(out)].sums, shared);
    return ERR_OK;
}

/* Of cells' sales they are streamed: those of either slice, less what both have. */
static enum err find_prices(struct comparison *comparison, struct error *error) {
    const struct facts *facts = comparison->facts;
    int less = facts->sales != NULL ? lessened(comparison->out) : -1;
    enum err code = ERR_OK;
    if (facts->sales != NULL && facts->cube == NULL)
        return ERR_OK;
    for (int i = 0; i < 2 && code == ERR_OK; i++)
        code = compare_sums_prices(facts, &comparison->sides[i].selection, comparison->slices[i],
                                   &comparison->sides[i].sums, error);
    if (code == ERR_OK && less >= 0) {
        struct slice both = both_slices(comparison);
        struct compare_sums shared = {.total = {0}};
        code = compare_sums_prices(facts, NULL, &both, &shared, error);
        if (code == ERR_OK)
            counted_subtract(&comparison->sides[less].sums.prices, &shared.prices);
        compare_sums_free(&shared);
        slice_free(&both);
    }
    for (int i = 0; i < 2; i++) {
        double within = (double)comparison->sides[i].sums.prices.within;
        comparison->out->within_minor = fmax(comparison->out->within_minor, within);
    }
    return code;
}

static void explore_side(const struct facts *facts, struct side *side) {
    struct grouping grouping = {.count = side->sums.total.sales > 0, .total = side->sums.total};
    grouping.groups = xcalloc(1, sizeof *grouping.groups);
    grouping.groups[0].cell = side->sums.total;
    struct selection none = side->selection;
    none.count = facts->sales == NULL ? none.count : 0;
    explore_groups(facts, &none, &grouping, &side->all);
    if (side->all.grouping.count > 0)
        side->all.rows[0].median_price_minor = counted_quantile(&side->sums.prices, 0.5);
}

/* Whether a pass over the sales has to tell what cells cannot: these are not whole, or are not all
 * of what the slices are about. */
static enum err select_sides(struct comparison *comparison, bool *streamed, struct error *error) {
    const struct facts *facts = comparison->facts;
    enum err code = ERR_OK;
    *streamed = facts->cube != NULL && facts->cube->applied.count > 0;
    for (int i = 0; i < 2 && code == ERR_OK && facts->cube != NULL; i++) {
        struct slice fine;
        code = cube_fine_filters(facts, comparison->slices[i], &fine, error);
        if (code == ERR_OK) {
            *streamed = *streamed || fine.count > 0;
            free(fine.filters);
        }
    }
    for (int i = 0; i < 2 && code == ERR_OK; i++)
        code = (*streamed ? slice_cover : slice_select)(comparison->slices[i], facts,
                                                        &comparison->sides[i].selection, error);
    return code;
}

enum err compare_slices(const struct facts *facts, const struct slice *a, const struct slice *b,
                        struct compare *out, struct error *error) {
    struct comparison comparison = {.facts = facts, .slices = {a, b}, .out = out};
    struct compare_sums shared = {.total = {0}};
    bool streamed;
    *out = (struct compare){.overlap = COMPARE_APART};
    enum err code = select_sides(&comparison, &streamed, error);
    if (code == ERR_OK && streamed)
        code = sum_slices(&comparison, &shared, error);
    else if (code == ERR_OK)
        sum_rows(&comparison);
    if (code == ERR_OK)
        code = find_prices(&comparison, error);
    if (code == ERR_OK) {
        for (int i = 0; i < 2; i++) {
            out->sales[i] = comparison.sides[i].sums.total.sales;
            explore_side(facts, &comparison.sides[i]);
        }
        add_measure(&comparison, MEASURE_SALES);
        add_measure(&comparison, MEASURE_REVENUE);
        add_measure(&comparison, MEASURE_REVENUE_PER_DAY);
        add_prices(&comparison);
        add_answers(&comparison);
        add_mixes(&comparison);
    }
    compare_sums_free(&shared);
    for (int i = 0; i < 2; i++) {
        explore_free(&comparison.sides[i].all);
        compare_sums_free(&comparison.sides[i].sums);
        selection_free(&comparison.sides[i].selection);
    }
    return code;
}

void compare_free(struct compare *compare) {
    free(compare->rows);
    *compare = (struct compare){.rows = NULL};
}

/* ------------------------------------------------------------------------ words */

void compare_overlap_words(const struct compare *compare, char *text, size_t size) {
    char shared[NUMBER_TEXT_SIZE];
    number_grouped(compare->shared, shared, sizeof shared);
    text[0] = '\0';
    if (compare->overlap == COMPARE_B_WITHOUT_A)
        snprintf(text, size, "B is shown without the %s sales that are in A too.", shared);
    else if (compare->overlap == COMPARE_A_WITHOUT_B)
        snprintf(text, size, "B lies within A: A is shown without those %s sales.", shared);
    else if (compare->overlap == COMPARE_SAME)
        snprintf(text, size, "A and B are the same %s sales: nothing to compare.", shared);
}

const char *compare_verdict_words(const struct compare_row *row) {
    return row->chosen ? "by choice" : row->judged ? verdict_name(row->verdict) : "";
}

#include "engine/analysis/compare.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/number.h"
#include "engine/analysis/explore.h"
#include "engine/analysis/measure.h"
#include "engine/analysis/ranks.h"
#include "engine/slice/calendar.h"
#include "engine/slice/linked.h"

enum { HANDSETS_SHOWN = 8, ALL_WEEKDAYS = 0x7F };

static const enum dimension mixes[] = {DIMENSION_GENDER, DIMENSION_AGE_BAND, DIMENSION_LOCATION,
                                       DIMENSION_HANDSET};
enum { MIXES = sizeof mixes / sizeof *mixes };

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
    struct selection selection;
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
    if (a == NULL || b == NULL || comparison->same)
        return;
    const struct selection *sales[] = {&comparison->sides[0].selection,
                                       &comparison->sides[1].selection};
    int64_t *prices[2];
    for (int i = 0; i < 2; i++)
        prices[i] = selection_prices(comparison->facts, sales[i]);
    judge(comparison, row,
          mann_whitney(prices[0], sales[0]->count, prices[1], sales[1]->count).shift);
    free(prices[0]);
    free(prices[1]);
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
static struct value *values_of(const struct comparison *comparison, enum dimension dimension,
                               int *count) {
    struct dimension_view view;
    dimension_open(&view, comparison->facts, dimension);
    struct value *values = xcalloc((size_t)view.codes, sizeof *values);
    *count = 0;
    for (int side = 0; side < 2; side++) {
        const struct selection *selection = &comparison->sides[side].selection;
        for (size_t i = 0; i < selection->count; i++)
            values[dimension_code(&view, selection->rows[i])].sales[side] +=
                facts_sales(comparison->facts, selection->rows[i]);
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
    if (!dimension_is_ordered(dimension))
        qsort(values, (size_t)*count, sizeof *values, compare_values);
    return values;
}

static void add_mix(struct comparison *comparison, enum dimension dimension, double *p) {
    int count;
    struct value *values = values_of(comparison, dimension, &count);
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
    for (int i = 0; i < MIXES; i++) {
        struct dimension_view view;
        dimension_open(&view, comparison->facts, mixes[i]);
        most += view.codes;
        dimension_close(&view);
    }
    double *p = xcalloc((size_t)most + 1, sizeof *p),
           *adjusted = xcalloc((size_t)most + 1, sizeof *p);
    for (int i = 0; i < MIXES; i++)
        add_mix(comparison, mixes[i], p);
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

static void separate(struct comparison *comparison) {
    struct selection *a = &comparison->sides[0].selection, *b = &comparison->sides[1].selection;
    struct compare *out = comparison->out;
    size_t shared = count_shared(comparison->facts, a, b, &out->shared);
    comparison->sides[0].per_day = comparison->sides[1].per_day = true;
    if (shared == 0)
        return;
    if (shared < b->count) {
        out->overlap = COMPARE_B_WITHOUT_A;
        subtract_rows(b, a);
        comparison->sides[1].per_day =
            subtract_days(b, comparison->facts, comparison->slices[0], a);
    } else if (shared < a->count) {
        out->overlap = COMPARE_A_WITHOUT_B;
        subtract_rows(a, b);
        comparison->sides[0].per_day =
            subtract_days(a, comparison->facts, comparison->slices[1], b);
    } else {
        out->overlap = COMPARE_SAME;
        comparison->same = true;
    }
}

enum err compare_slices(const struct facts *facts, const struct slice *a, const struct slice *b,
                        struct compare *out, struct error *error) {
    struct comparison comparison = {.facts = facts, .slices = {a, b}, .out = out};
    *out = (struct compare){.overlap = COMPARE_APART};
    enum err code = slice_select(a, facts, &comparison.sides[0].selection, error);
    if (code == ERR_OK)
        code = slice_select(b, facts, &comparison.sides[1].selection, error);
    if (code == ERR_OK) {
        separate(&comparison);
        for (int i = 0; i < 2; i++) {
            struct side *side = &comparison.sides[i];
            out->sales[i] = selection_sales(facts, &side->selection);
            explore_compute(facts, &side->selection, NULL, 0, &side->all);
        }
        add_measure(&comparison, MEASURE_SALES);
        add_measure(&comparison, MEASURE_REVENUE);
        add_measure(&comparison, MEASURE_REVENUE_PER_DAY);
        add_prices(&comparison);
        add_answers(&comparison);
        add_mixes(&comparison);
    }
    for (int i = 0; i < 2; i++) {
        explore_free(&comparison.sides[i].all);
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

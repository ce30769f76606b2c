/* Figures a day are compared as two samples of daily totals, so that a day's ups and downs set the
 * width of the interval; prices as two samples of sales; shares by Newcombe. */
#include "engine/analysis/recent.h"

#include <math.h>
#include <stdlib.h>

#include <gsl/gsl_statistics_double.h>

#include "base/memory.h"
#include "base/money.h"

enum { DAYS_MOST = 28, DAYS_LEAST = 2, WEEK = 7 };

/* One of the two spans. */
struct span {
    struct cell cell;
    double *sales, *revenue; /* by day */
};

static bool is_covered(const struct facts *facts, const struct selection *selection,
                       day_number day) {
    return (selection->weekdays == 0 || (selection->weekdays >> date_weekday(day) & 1) != 0) &&
           (selection->days == NULL || selection->days[day - facts->first_day] != 0);
}

/* The covered days in order; the caller frees. */
static day_number *covered_days(const struct facts *facts, const struct selection *selection,
                                int *count) {
    *count = 0;
    if (facts->count == 0)
        return NULL;
    day_number *days = xcalloc((size_t)(facts->last_day - facts->first_day) + 1, sizeof *days);
    for (day_number day = facts->first_day; day <= facts->last_day; day++) {
        if (is_covered(facts, selection, day))
            days[(*count)++] = day;
    }
    return days;
}

static int span_length(int days) {
    int half = days / 2;
    if (half >= DAYS_MOST)
        return DAYS_MOST;
    if (half >= WEEK)
        return half / WEEK * WEEK;
    return half >= DAYS_LEAST ? half : 0;
}

/* The sales of both spans, by their days: `days` are those of both, `length` of each. */
static void count_spans(const struct facts *facts, const struct grouping *by_day,
                        const day_number *days, int length, struct span spans[2]) {
    for (int s = 0; s < 2; s++) {
        spans[s].sales = xcalloc((size_t)length, sizeof *spans[s].sales);
        spans[s].revenue = xcalloc((size_t)length, sizeof *spans[s].revenue);
    }
    int place = 0; /* both ascend */
    for (int i = 0; i < by_day->count; i++) {
        const struct group *group = &by_day->groups[i];
        day_number day = facts->first_day + group->code[0] - 1;
        while (place < 2 * length && days[place] < day)
            place++;
        if (place == 2 * length || days[place] != day)
            continue;
        struct span *span = &spans[place >= length];
        span->sales[place % length] = (double)group->cell.sales;
        span->revenue[place % length] = (double)group->cell.revenue_minor;
        cell_add(&span->cell, &group->cell);
    }
}

static struct sample_moments daily(const double *values, int length) {
    size_t n = (size_t)length;
    return (struct sample_moments){length, gsl_stats_mean(values, 1, n),
                                   gsl_stats_variance(values, 1, n)};
}

/* In minor units. */
static struct sample_moments prices(const struct cell *cell) {
    return (struct sample_moments){cell->sales, (double)cell->revenue_minor / (double)cell->sales,
                                   cell->sales > 1 ? cell_price_variance(cell) : NAN};
}

static void compare_moments(struct recent_figure *figure, struct sample_moments recent,
                            struct sample_moments before) {
    double p;
    figure->recent = recent.n > 0 ? recent.mean : NAN;
    figure->before = before.n > 0 ? before.mean : NAN;
    figure->difference = (struct interval){figure->recent - figure->before, NAN, NAN};
    if (recent.n > 1 && before.n > 1 && recent.variance + before.variance > 0)
        figure->difference = difference_welch(recent, before, &p);
}

static void compare_share(struct recent_figure *figure, const struct cell *recent,
                          const struct cell *before, enum answer of) {
    figure->recent = share_wilson(recent->yes[of], recent->known[of]).estimate;
    figure->before = share_wilson(before->yes[of], before->known[of]).estimate;
    figure->difference = (struct interval){NAN, NAN, NAN};
    if (recent->known[of] > 0 && before->known[of] > 0)
        figure->difference = difference_newcombe(recent->yes[of], recent->known[of],
                                                 before->yes[of], before->known[of]);
}

/* The first `length` of the days against the others. */
static void compare_spans(const struct facts *facts, const struct grouping *by_day,
                          const day_number *days, int length, struct recent *out) {
    struct span spans[2] = {0}; /* before, recent */
    count_spans(facts, by_day, days, length, spans);
    out->days = length;
    out->before_from = days[0];
    out->before_to = days[length - 1];
    out->from = days[length];
    out->to = days[2 * length - 1];
    static const enum measure measures[] = {MEASURE_SALES, MEASURE_REVENUE_PER_DAY,
                                            MEASURE_MEAN_PRICE};
    for (int i = 0; i < 3; i++)
        out->figures[i].measure = measures[i];
    compare_moments(&out->figures[0], daily(spans[1].sales, length), daily(spans[0].sales, length));
    compare_moments(&out->figures[1], daily(spans[1].revenue, length),
                    daily(spans[0].revenue, length));
    compare_moments(&out->figures[2], prices(&spans[1].cell), prices(&spans[0].cell));
    for (int answer = 0; answer < ANSWER_COUNT; answer++) {
        struct recent_figure *figure = &out->figures[3 + answer];
        figure->measure = measure_of_answer((enum answer)answer);
        compare_share(figure, &spans[1].cell, &spans[0].cell, (enum answer)answer);
    }
    for (int i = 0; i < RECENT_FIGURES; i++)
        out->figures[i].verdict = isnan(out->figures[i].difference.low)
                                      ? VERDICT_UNCLEAR
                                      : verdict_of(out->figures[i].difference);
    for (int s = 0; s < 2; s++) {
        free(spans[s].sales);
        free(spans[s].revenue);
    }
}

void recent_of_days(const struct facts *facts, const struct selection *selection,
                    const struct grouping *by_day, struct recent *out) {
    *out = (struct recent){0};
    int count;
    day_number *all = covered_days(facts, selection, &count);
    int length = span_length(count);
    if (length > 0 && by_day->count > 0)
        compare_spans(facts, by_day, all + count - 2 * length, length, out);
    free(all);
}

void recent_compute(const struct facts *facts, const struct selection *selection,
                    struct recent *out) {
    static const enum dimension by = DIMENSION_DAY;
    struct grouping grouping;
    group_by(facts, selection, &by, 1, &grouping);
    recent_of_days(facts, selection, &grouping, out);
    grouping_free(&grouping);
}

void recent_compute_days(const struct facts *facts, const struct selection *selection,
                         day_number from, int days, struct recent *out) {
    static const enum dimension by = DIMENSION_DAY;
    struct grouping grouping;
    *out = (struct recent){0};
    if (days <= 0)
        return;
    day_number *all = xcalloc((size_t)days * 2, sizeof *all);
    for (int i = 0; i < 2 * days; i++)
        all[i] = from - days + i;
    group_by(facts, selection, &by, 1, &grouping);
    if (grouping.count > 0)
        compare_spans(facts, &grouping, all, days, out);
    grouping_free(&grouping);
    free(all);
}

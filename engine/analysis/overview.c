/* The shop at a glance. Months are counted with the days that the data and the slice's filters
 * cover, so that a cut month does not look like a fall in sales. */
#include "engine/analysis/overview.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_statistics_long.h>

#include "base/memory.h"

static double mean_of(int64_t revenue_minor, int64_t sales) {
    return sales != 0 ? (double)revenue_minor / (double)sales : NAN;
}

static void compute_prices(const struct facts *facts, const struct selection *selection,
                           struct overview *out) {
    int64_t *prices = selection_prices(facts, selection);
    out->mean_price_minor = mean_of(out->total.revenue_minor, out->total.sales);
    out->median_price_minor = quantile_sorted(prices, selection->count, 0.5);
    out->sd_price_minor =
        selection->count > 1 ? gsl_stats_long_sd((const long *)prices, 1, selection->count) : NAN;
    free(prices);
}

static void compute_days(const struct facts *facts, const struct selection *selection,
                         struct overview *out) {
    for (size_t i = 0; i < selection->count; i++) {
        day_number day = facts->day[selection->rows[i]];
        if (i == 0 || day < out->first_day)
            out->first_day = day;
        if (i == 0 || day > out->last_day)
            out->last_day = day;
    }
}

/* ------------------------------------------------------------------- by month */

/* The days of a month that both the data and the filters cover, and whether any of it is missing:
 * days that a filter on the weekday leaves out are not. */
static void cover_month(const struct facts *facts, const struct selection *selection,
                        struct overview_month *month) {
    day_number start = date_month_start(month->month_index);
    day_number end = start + date_days_in_month(month->month_index);
    month->days = 0;
    month->partial = false;
    for (day_number day = start; day < end; day++) {
        if (selection->weekdays != 0 && (selection->weekdays >> date_weekday(day) & 1) == 0)
            continue;
        bool covered = day >= facts->first_day && day <= facts->last_day &&
                       (selection->days == NULL || selection->days[day - facts->first_day] != 0);
        month->days += covered;
        month->partial = month->partial || !covered;
    }
}

static void compute_months(const struct facts *facts, const struct selection *selection,
                           struct overview *out) {
    if (selection->count == 0)
        return;
    static const enum dimension by_month[] = {DIMENSION_MONTH};
    struct grouping grouping;
    group_by(facts, selection, by_month, 1, &grouping);
    int first = date_month_index(out->first_day);
    out->month_count = date_month_index(out->last_day) - first + 1;
    out->months = xcalloc((size_t)out->month_count, sizeof *out->months);
    int origin = date_month_index(facts->first_day) - 1; /* month of code 0 */
    for (int i = 0; i < grouping.count; i++) {
        struct overview_month *month = &out->months[grouping.groups[i].code[0] + origin - first];
        month->sales = grouping.groups[i].cell.sales;
        month->revenue_minor = grouping.groups[i].cell.revenue_minor;
    }
    for (int i = 0; i < out->month_count; i++) {
        struct overview_month *month = &out->months[i];
        month->month_index = first + i;
        date_month_iso(month->month_index, month->month);
        cover_month(facts, selection, month);
        month->revenue_per_day_minor = mean_of(month->revenue_minor, month->days);
    }
    grouping_free(&grouping);
}

/* -------------------------------------------------- by place, handset and brand */

static int compare_lines(const void *left, const void *right) {
    const struct overview_line *a = left, *b = right;
    if (a->revenue_minor != b->revenue_minor)
        return a->revenue_minor < b->revenue_minor ? 1 : -1;
    return strcmp(a->name, b->name);
}

/* Names of the facts, which outlive the grouping's labels. */
static void name_line(const struct facts *facts, enum dimension dimension, int code,
                      struct overview_line *line) {
    line->name = "unknown";
    if (dimension == DIMENSION_LOCATION && code != 0)
        line->name = facts->locations.entries[code - 1].name;
    if (dimension == DIMENSION_HANDSET && code != 0) {
        line->name = facts->handsets.entries[code - 1].name;
        line->brand = facts->handsets.entries[code - 1].brand;
    }
}

/* A brand's name is that of its first handset in the facts. */
static void name_brands(const struct facts *facts, const struct grouping *grouping,
                        struct overview_line *lines) {
    struct dimension_view view;
    dimension_open(&view, facts, DIMENSION_BRAND);
    const char **names = xcalloc((size_t)view.codes, sizeof(const char *));
    for (int id = facts->handsets.count; id >= 1; id--)
        names[view.lookup[id]] = facts->handsets.entries[id - 1].brand;
    for (int i = 0; i < grouping->count; i++) {
        int code = grouping->groups[i].code[0];
        lines[i].name = code != 0 ? names[code] : "unknown";
    }
    free(names);
    dimension_close(&view);
}

static struct overview_line *lines_by(const struct facts *facts, const struct selection *selection,
                                      enum dimension dimension, int *count) {
    struct grouping grouping;
    group_by(facts, selection, &dimension, 1, &grouping);
    *count = grouping.count;
    struct overview_line *lines = xcalloc((size_t)grouping.count, sizeof *lines);
    for (int i = 0; i < grouping.count; i++) {
        const struct group *group = &grouping.groups[i];
        name_line(facts, dimension, group->code[0], &lines[i]);
        lines[i].sales = group->cell.sales;
        lines[i].revenue_minor = group->cell.revenue_minor;
        lines[i].mean_price_minor = mean_of(group->cell.revenue_minor, group->cell.sales);
    }
    if (dimension == DIMENSION_BRAND)
        name_brands(facts, &grouping, lines);
    qsort(lines, (size_t)grouping.count, sizeof *lines, compare_lines);
    grouping_free(&grouping);
    return lines;
}

void overview_compute(const struct facts *facts, const struct selection *selection,
                      struct overview *out) {
    *out = (struct overview){0};
    selection_total(facts, selection, &out->total);
    compute_prices(facts, selection, out);
    compute_days(facts, selection, out);
    for (int answer = 0; answer < ANSWER_COUNT; answer++)
        out->shares[answer] = share_wilson(out->total.yes[answer], out->total.known[answer]);
    compute_months(facts, selection, out);
    out->locations = lines_by(facts, selection, DIMENSION_LOCATION, &out->location_count);
    out->handsets = lines_by(facts, selection, DIMENSION_HANDSET, &out->handset_count);
    out->brands = lines_by(facts, selection, DIMENSION_BRAND, &out->brand_count);
}

void overview_free(struct overview *overview) {
    free(overview->months);
    free(overview->locations);
    free(overview->handsets);
    free(overview->brands);
    *overview = (struct overview){0};
}

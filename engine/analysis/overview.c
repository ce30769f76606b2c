/* The shop at a glance. Periods are counted with the days that the data and the slice's filters
 * cover, so that a cut month does not look like a fall in sales. */
#include "engine/analysis/overview.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "engine/slice/quantile.h"

static double mean_of(int64_t revenue_minor, int64_t sales) {
    return sales != 0 ? (double)revenue_minor / (double)sales : NAN;
}

static void find_median(const struct facts *facts, const struct selection *selection,
                        struct overview *out) {
    struct price_quantile median = {NAN, NAN, NAN};
    if (facts->sales != NULL) {
        quantile_price(facts, selection, 0.5, &median, NULL);
    } else {
        int64_t *prices = selection_prices(facts, selection);
        median.minor = quantile_sorted(prices, selection->count, 0.5);
        median.low_minor = median.high_minor = median.minor;
        free(prices);
    }
    out->median_price_minor = median.minor;
    out->median_low_minor = median.low_minor;
    out->median_high_minor = median.high_minor;
}

/* -------------------------------------------------------------------- by time */

/* The first day that a group by day or month can have. */
static day_number day_of(const struct facts *facts, const struct grouping *grouping, int group) {
    int code = grouping->groups[group].code[0];
    if (grouping->dimensions[0] == DIMENSION_DAY)
        return facts->first_day + code - 1;
    int first = calendar_period(DIMENSION_MONTH, facts->first_day);
    day_number day = calendar_start(DIMENSION_MONTH, first + code - 1);
    return day < facts->first_day ? facts->first_day : day;
}

/* From groups by day, or months from those by month. */
static struct overview_period *periods_by(const struct facts *facts,
                                          const struct selection *selection,
                                          const struct grouping *groups, enum dimension dimension,
                                          const struct overview *overview, int *count) {
    *count = 0;
    if (groups->count == 0)
        return NULL;
    struct calendar calendar;
    calendar_open(&calendar, facts, selection, &dimension, 1);
    int first = calendar_period(dimension, overview->first_day);
    *count = calendar_period(dimension, overview->last_day) - first + 1;
    int origin = calendar_period(dimension, facts->first_day) - 1; /* period of code 0 */
    struct overview_period *periods = xcalloc((size_t)*count, sizeof *periods);
    struct cell *cells = xcalloc((size_t)*count, sizeof *cells);
    for (int i = 0; i < groups->count; i++) {
        day_number day = day_of(facts, groups, i);
        cell_add(&cells[calendar_period(dimension, day) - first], &groups->groups[i].cell);
    }
    for (int i = 0; i < *count; i++) {
        struct overview_period *period = &periods[i];
        period->period = first + i;
        period->sales = cells[i].sales;
        period->revenue_minor = cells[i].revenue_minor;
        calendar_label(dimension, period->period, period->label);
        struct coverage coverage =
            calendar_coverage(&calendar, (const int[]){period->period - origin, 0});
        period->days = coverage.days;
        period->partial = coverage.partial;
        period->revenue_per_day_minor = mean_of(period->revenue_minor, period->days);
    }
    free(cells);
    calendar_close(&calendar);
    return periods;
}

const struct overview_period *overview_periods(const struct overview *overview,
                                               enum overview_trend trend, int *count) {
    *count = trend == TREND_MONTH  ? overview->month_count
             : trend == TREND_WEEK ? overview->week_count
                                   : overview->day_count;
    return trend == TREND_MONTH  ? overview->months
           : trend == TREND_WEEK ? overview->weeks
                                 : overview->days;
}

struct interval overview_share(const struct overview *overview, const struct explore_row *row) {
    return share_wilson(row->group->cell.sales, overview->total.sales);
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

/* Takes the groups over. */
static struct overview_line *lines_of(const struct facts *facts, struct grouping grouping,
                                      int *count) {
    enum dimension dimension = grouping.dimensions[0];
    *count = grouping.count;
    struct overview_line *lines = xcalloc((size_t)grouping.count, sizeof *lines);
    for (int i = 0; i < grouping.count; i++) {
        const struct group *group = &grouping.groups[i];
        name_line(facts, dimension, group->code[0], &lines[i]);
        lines[i].sales = group->cell.sales;
        lines[i].revenue_minor = group->cell.revenue_minor;
        lines[i].mean_price_minor = mean_of(group->cell.revenue_minor, group->cell.sales);
        lines[i].share = share_wilson(group->cell.sales, grouping.total.sales);
    }
    if (dimension == DIMENSION_BRAND)
        name_brands(facts, &grouping, lines);
    qsort(lines, (size_t)grouping.count, sizeof *lines, compare_lines);
    grouping_free(&grouping);
    return lines;
}

static int64_t contradictions_of(const struct facts *facts, const struct selection *selection) {
    static const enum dimension answers[] = {DIMENSION_RETURNING, DIMENSION_HEARD};
    struct grouping grouping;
    int64_t sales = 0;
    group_by(facts, selection, answers, 2, &grouping);
    for (int i = 0; i < grouping.count; i++) {
        const struct group *group = &grouping.groups[i];
        if (strcmp(group->label[0], "yes") == 0 && strcmp(group->label[1], "no") == 0)
            sales += group->cell.sales;
    }
    grouping_free(&grouping);
    return sales;
}

/* From months that may begin before the slice's first sale and end after its last. */
static void begin_times(const struct facts *facts, const struct selection *selection,
                        struct grouping months, struct overview *out) {
    static const enum dimension by = DIMENSION_MONTH;
    if (months.count > 0) {
        out->first_day = day_of(facts, &months, 0);
        day_number last = day_of(facts, &months, months.count - 1);
        day_number end = calendar_end(by, calendar_period(by, last)) - 1;
        out->last_day = end < facts->last_day ? end : facts->last_day;
    }
    out->months = periods_by(facts, selection, &months, by, out, &out->month_count);
    grouping_free(&months);
}

static void complete_times(const struct facts *facts, const struct selection *selection,
                           struct overview *out) {
    static const enum dimension by = DIMENSION_DAY;
    struct grouping days, weekdays;
    group_by(facts, selection, &by, 1, &days);
    char *sums_only = facts_sums_only(facts); /* their months are known, their days are not */
    if (days.count > 0 && sums_only == NULL) {
        out->first_day = day_of(facts, &days, 0);
        out->last_day = day_of(facts, &days, days.count - 1);
        free(out->months);
        out->months = periods_by(facts, selection, &days, DIMENSION_MONTH, out, &out->month_count);
    }
    out->weeks = periods_by(facts, selection, &days, DIMENSION_WEEK, out, &out->week_count);
    out->days = periods_by(facts, selection, &days, DIMENSION_DAY, out, &out->day_count);
    recent_of_days(facts, selection, &days, &out->recent);
    group_days(facts, &days, DIMENSION_WEEKDAY, &weekdays);
    explore_groups(facts, selection, &weekdays, &out->parts[OVERVIEW_WEEKDAY]);
    grouping_free(&days);
    free(sums_only);
}

void overview_begin(const struct facts *facts, const struct selection *selection,
                    struct overview *out) {
    static const enum dimension by[] = {DIMENSION_MONTH,    DIMENSION_GENDER,  DIMENSION_AGE_BAND,
                                        DIMENSION_LOCATION, DIMENSION_HANDSET, DIMENSION_BRAND};
    enum { MONTHS, GENDERS, AGE_BANDS, LOCATIONS, HANDSETS, BRANDS, GROUPINGS };
    struct grouping groups[GROUPINGS];
    *out = (struct overview){.pending = true,
                             .median_price_minor = NAN,
                             .leader = {.month = -1, .difference = {NAN, NAN, NAN}}};
    group_each(facts, selection, by, GROUPINGS, groups);
    out->total = groups[MONTHS].total;
    out->mean_price_minor = mean_of(out->total.revenue_minor, out->total.sales);
    out->sd_price_minor = out->total.sales > 1 ? sqrt(cell_price_variance(&out->total)) : NAN;
    for (int answer = 0; answer < ANSWER_COUNT; answer++)
        out->shares[answer] = share_wilson(out->total.yes[answer], out->total.known[answer]);
    begin_times(facts, selection, groups[MONTHS], out);
    explore_groups(facts, selection, &groups[GENDERS], &out->parts[OVERVIEW_GENDER]);
    explore_groups(facts, selection, &groups[AGE_BANDS], &out->parts[OVERVIEW_AGE_BAND]);
    out->locations = lines_of(facts, groups[LOCATIONS], &out->location_count);
    best_find(&groups[HANDSETS], BEST_BY_SALES, &out->best);
    out->handsets = lines_of(facts, groups[HANDSETS], &out->handset_count);
    out->brands = lines_of(facts, groups[BRANDS], &out->brand_count);
    out->contradictions = contradictions_of(facts, selection);
}

void overview_complete(const struct facts *facts, const struct selection *selection,
                       struct overview *out) {
    out->pending = false;
    find_median(facts, selection, out);
    complete_times(facts, selection, out);
    leader_find(out, &out->leader);
}

void overview_compute(const struct facts *facts, const struct selection *selection,
                      struct overview *out) {
    overview_begin(facts, selection, out);
    overview_complete(facts, selection, out);
}

void overview_free(struct overview *overview) {
    free(overview->months);
    free(overview->weeks);
    free(overview->days);
    for (int i = 0; i < OVERVIEW_PARTS; i++)
        explore_free(&overview->parts[i]);
    free(overview->locations);
    free(overview->handsets);
    free(overview->brands);
    *overview = (struct overview){0};
}

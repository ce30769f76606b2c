/* Box plots. Groups are taken apart by one counting pass, then each is sorted by itself. */
#include "engine/analysis/box.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>

#include "base/memory.h"
#include "base/money.h"
#include "engine/slice/group.h"

static const double fence_ranges = 1.5;

struct box box_of_series(const struct series *series) {
    struct box box = {.n = series->count,
                      .mean = NAN,
                      .min = NAN,
                      .whisker_low = NAN,
                      .q1 = NAN,
                      .median = NAN,
                      .q3 = NAN,
                      .whisker_high = NAN,
                      .max = NAN,
                      .fence_low = NAN,
                      .fence_high = NAN};
    if (series->count == 0)
        return box;
    box.mean = gsl_stats_wmean(series->weights, 1, series->values, 1, series->distinct);
    box.min = series->values[0];
    box.max = series->values[series->distinct - 1];
    box.q1 = series_quantile(series, 0.25);
    box.median = series_quantile(series, 0.5);
    box.q3 = series_quantile(series, 0.75);
    double range = box.q3 - box.q1;
    box.fence_low = box.q1 - fence_ranges * range;
    box.fence_high = box.q3 + fence_ranges * range;
    int64_t within = series_below(series, nextafter(box.fence_high, INFINITY));
    box.below = series_below(series, box.fence_low);
    box.above = series->count - within;
    /* With few values none may lie between a fence and its quartile: no whisker then. */
    box.whisker_low = fmin(series_at(series, box.below), box.q1);
    box.whisker_high = fmax(series_at(series, within - 1), box.q3);
    return box;
}

/* ------------------------------------------------------------ by a dimension */

/* Where the values of each code begin in one array of all; `starts` has codes + 1 entries. */
struct buckets {
    double *values;
    size_t *starts, *next;
};

static void fill_buckets(struct buckets *buckets, const struct facts *facts,
                         const struct selection *selection, enum numeric numeric,
                         const struct dimension_view *view) {
    size_t codes = (size_t)view->codes;
    int *code = xcalloc(selection->count + 1, sizeof *code);
    buckets->values = xcalloc(selection->count + 1, sizeof *buckets->values);
    buckets->starts = xcalloc(codes + 1, sizeof *buckets->starts);
    buckets->next = xcalloc(codes + 1, sizeof *buckets->next);
    dimension_codes(view, selection->rows, selection->count, code);
    double value;
    for (size_t i = 0; i < selection->count; i++) {
        if (numeric_value(facts, selection->rows[i], numeric, &value))
            buckets->starts[code[i] + 1]++;
    }
    for (size_t i = 0; i < codes; i++) {
        buckets->starts[i + 1] += buckets->starts[i];
        buckets->next[i] = buckets->starts[i];
    }
    for (size_t i = 0; i < selection->count; i++) {
        if (numeric_value(facts, selection->rows[i], numeric, &value))
            buckets->values[buckets->next[code[i]]++] = value;
    }
    free(code);
}

/* The rows, all but their boxes, and the dimension they are by. */
static void open_rows(const struct facts *facts, const struct selection *selection,
                      struct boxes *out) {
    struct grouping grouping;
    group_by(facts, selection, &out->dimension, 1, &grouping);
    out->count = grouping.count;
    out->rows = xcalloc((size_t)grouping.count, sizeof *out->rows);
    for (int i = 0; i < grouping.count; i++) {
        struct box_row *row = &out->rows[i];
        row->code = grouping.groups[i].code[0];
        memcpy(row->label, grouping.groups[i].label[0], sizeof row->label);
        row->missing = grouping.groups[i].cell.sales;
    }
    grouping_free(&grouping);
}

static void close_row(struct box_row *row, struct series *series) {
    row->box = box_of_series(series);
    row->missing -= series->count;
    series_free(series);
}

static void from_sales(const struct facts *facts, const struct selection *selection,
                       struct boxes *out) {
    struct dimension_view view;
    struct buckets buckets;
    dimension_open(&view, facts, out->dimension);
    fill_buckets(&buckets, facts, selection, out->numeric, &view);
    for (int i = 0; i < out->count; i++) {
        size_t start = buckets.starts[out->rows[i].code];
        size_t count = buckets.starts[out->rows[i].code + 1] - start;
        struct series series;
        gsl_sort(buckets.values + start, 1, count);
        series_of_values(out->numeric, buckets.values + start, count, &series);
        close_row(&out->rows[i], &series);
    }
    free(buckets.values);
    free(buckets.starts);
    free(buckets.next);
    dimension_close(&view);
}

static enum err from_cells(const struct facts *facts, const struct selection *selection,
                           struct boxes *out, struct error *error) {
    const struct counts_wanted wanted = {numeric_counts(out->numeric), 1, {out->dimension}};
    struct counts counts;
    enum err err = counts_take(facts, selection, &wanted, 1, &counts, error);
    out->within = (double)counts.within / (numeric_is_money(out->numeric) ? MONEY_MINOR : 1);
    for (int i = 0; i < out->count && err == ERR_OK; i++) {
        struct counted counted;
        struct series series;
        counts_group(&counts, (size_t)out->rows[i].code, &counted);
        series_of_counted(out->numeric, &counted, &series);
        close_row(&out->rows[i], &series);
        counted_free(&counted);
    }
    counts_free(&counts);
    return err;
}

enum err boxes_by(const struct facts *facts, const struct selection *selection,
                  enum numeric numeric, enum dimension dimension, struct boxes *out,
                  struct error *error) {
    enum err err = ERR_OK;
    *out = (struct boxes){.numeric = numeric, .dimension = dimension};
    open_rows(facts, selection, out);
    if (facts->sales == NULL)
        from_sales(facts, selection, out);
    else
        err = from_cells(facts, selection, out, error);
    if (err != ERR_OK)
        boxes_free(out);
    return err;
}

void boxes_free(struct boxes *boxes) {
    free(boxes->rows);
    *boxes = (struct boxes){0};
}

/* ------------------------------------------------------------------- drawing */

static struct box_axis axis_over(const struct boxes *boxes, bool whiskers) {
    struct box_axis axis = {NAN, NAN, !whiskers};
    for (int i = 0; i < boxes->count; i++) {
        const struct box *box = &boxes->rows[i].box;
        axis.low = fmin(axis.low, whiskers ? box->whisker_low : box->min); /* passes over NaN */
        axis.high = fmax(axis.high, whiskers ? box->whisker_high : box->max);
    }
    return axis;
}

struct box_axis box_axis_clipped(const struct boxes *boxes) {
    return axis_over(boxes, true);
}

struct box_axis box_axis_log(const struct boxes *boxes) {
    return axis_over(boxes, false);
}

static int cell_at(double value, struct box_axis axis, int width) {
    double part = axis.log ? log(value / axis.low) / log(axis.high / axis.low)
                           : (value - axis.low) / (axis.high - axis.low);
    if (!isfinite(part)) /* an axis of one point */
        part = 0.5;
    return (int)lround(fmin(fmax(part, 0), 1) * (width - 1));
}

static void fill(enum box_cell *cells, int from, int to, enum box_cell cell) {
    for (int i = from; i <= to; i++)
        cells[i] = cell;
}

void box_cells(const struct box *box, struct box_axis axis, enum box_cell *cells, int width) {
    if (width <= 0)
        return;
    fill(cells, 0, width - 1, BOX_NOTHING);
    if (box->n == 0 || !isfinite(axis.low) || !isfinite(axis.high))
        return;
    int low = cell_at(box->whisker_low, axis, width),
        high = cell_at(box->whisker_high, axis, width);
    int from = cell_at(box->q1, axis, width), to = cell_at(box->q3, axis, width);
    if (box->below != 0)
        fill(cells, cell_at(box->min, axis, width), low, BOX_OUTLIERS);
    if (box->above != 0)
        fill(cells, high, cell_at(box->max, axis, width), BOX_OUTLIERS);
    fill(cells, low, high, BOX_WHISKER);
    cells[low] = BOX_WHISKER_END_LOW;
    cells[high] = BOX_WHISKER_END_HIGH;
    fill(cells, from, to, BOX_BODY);
    cells[from] = BOX_FROM;
    cells[to] = BOX_TO;
    cells[cell_at(box->median, axis, width)] = BOX_MEDIAN;
    if (box->min < axis.low)
        cells[0] = BOX_MORE_LOW;
    if (box->max > axis.high)
        cells[width - 1] = BOX_MORE_HIGH;
}

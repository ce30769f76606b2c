/* Box plots. Groups are taken apart by one counting pass, then each is sorted by itself. */
#include "engine/analysis/box.h"

#include <math.h>
#include <stdlib.h>

#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>

#include "base/memory.h"
#include "engine/slice/group.h"

static const double fence_ranges = 1.5;

struct box box_of_values(const double *ascending, size_t count) {
    struct box box = {.n = (int64_t)count,
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
    if (count == 0)
        return box;
    box.mean = gsl_stats_mean(ascending, 1, count);
    box.min = ascending[0];
    box.max = ascending[count - 1];
    box.q1 = gsl_stats_quantile_from_sorted_data(ascending, 1, count, 0.25);
    box.median = gsl_stats_quantile_from_sorted_data(ascending, 1, count, 0.5);
    box.q3 = gsl_stats_quantile_from_sorted_data(ascending, 1, count, 0.75);
    double range = box.q3 - box.q1;
    box.fence_low = box.q1 - fence_ranges * range;
    box.fence_high = box.q3 + fence_ranges * range;
    size_t below = values_below(ascending, count, box.fence_low);
    size_t within = values_below(ascending, count, nextafter(box.fence_high, INFINITY));
    box.below = (int64_t)below;
    box.above = (int64_t)(count - within);
    /* With few values none may lie between a fence and its quartile: no whisker then. */
    box.whisker_low = fmin(ascending[below], box.q1);
    box.whisker_high = fmax(ascending[within - 1], box.q3);
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

void boxes_by(const struct facts *facts, const struct selection *selection, enum numeric numeric,
              enum dimension dimension, struct boxes *out) {
    *out = (struct boxes){.numeric = numeric, .dimension = dimension};
    struct grouping grouping;
    group_by(facts, selection, &dimension, 1, &grouping);
    struct dimension_view view;
    dimension_open(&view, facts, dimension);
    struct buckets buckets;
    fill_buckets(&buckets, facts, selection, numeric, &view);
    out->count = grouping.count;
    out->rows = xcalloc((size_t)grouping.count, sizeof *out->rows);
    for (int i = 0; i < grouping.count; i++) {
        struct box_row *row = &out->rows[i];
        row->code = grouping.groups[i].code[0];
        dimension_label(&view, row->code, row->label);
        double *values = buckets.values + buckets.starts[row->code];
        size_t count = buckets.starts[row->code + 1] - buckets.starts[row->code];
        gsl_sort(values, 1, count);
        row->box = box_of_values(values, count);
        row->missing = grouping.groups[i].cell.sales - (int64_t)count;
    }
    free(buckets.values);
    free(buckets.starts);
    free(buckets.next);
    dimension_close(&view);
    grouping_free(&grouping);
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

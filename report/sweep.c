/* A sweep as a table with bars, as CSV and as JSON. */
#include <math.h>
#include <string.h>

#include "base/buffer.h"
#include "report/predict.h"

json_t *number_json(double value) {
    return isfinite(value) ? json_real(value) : json_null();
}

json_t *sweep_json(const struct sweep *sweep, enum outcome outcome) {
    json_t *points = json_array();
    for (int i = 0; i < sweep->count; i++) {
        const struct sweep_point *point = &sweep->points[i];
        const struct interval *own = &point->probability[outcome];
        json_t *value = json_text(point->value);
        if (sweep->field == FIELD_AGE || sweep->field == FIELD_PRICE) {
            json_decref(value);
            value = json_real(point->at);
        } else if (sweep->field == FIELD_DATE) {
            char date[DATE_ISO_SIZE];
            date_iso((day_number)point->at, date);
            json_decref(value);
            value = json_text(date);
        }
        json_array_append_new(points,
                              json_pack("{s:o, s:o, s:o, s:o, s:b, s:b}", "value", value,
                                        "probability", number_json(own->estimate), "low",
                                        number_json(own->low), "high", number_json(own->high),
                                        "outside", point->outside, "own", point->own));
    }
    const struct sweep_outcome *model = &sweep->outcomes[outcome];
    return json_pack("{s:s, s:b, s:o, s:o, s:o, s:o, s:o}", "field", field_name(sweep->field),
                     "used", model->used, "grid", json_text(sweep->grid), "points", points, "gap",
                     number_json(model->available ? model->gap.estimate : (double)NAN), "gap_low",
                     number_json(model->available ? model->gap.low : (double)NAN), "gap_high",
                     number_json(model->available ? model->gap.high : (double)NAN));
}

/* ------------------------------------------------------------------ text */

enum { BAR_CELLS = 30 };

struct axis {
    double low, high, base_rate;
};

static struct axis axis_of(const struct sweep *sweep, enum outcome outcome) {
    struct axis axis = {1, 0, sweep->outcomes[outcome].base_rate};
    for (int i = 0; i < sweep->count; i++) {
        const struct interval *own = &sweep->points[i].probability[outcome];
        axis.low = fmin(axis.low, own->low);
        axis.high = fmax(axis.high, own->high);
    }
    axis.low = fmin(axis.low, axis.base_rate);
    axis.high = fmax(axis.high, axis.base_rate);
    return axis;
}

static int cell_of(const struct axis *axis, double value) {
    double span = axis->high - axis->low;
    return span > 0 ? (int)lround((value - axis->low) / span * (BAR_CELLS - 1)) : 0;
}

/* ├──●──┤ on the axis, with the base rate as ┊ */
static void bar_text(const struct axis *axis, struct interval own, struct buffer *out) {
    int low = cell_of(axis, own.low), high = cell_of(axis, own.high);
    int middle = cell_of(axis, own.estimate), base = cell_of(axis, axis->base_rate);
    buffer_clear(out);
    for (int cell = 0; cell < BAR_CELLS; cell++) {
        bool inside = cell >= low && cell <= high;
        buffer_text(out, cell == middle ? "●"
                         : cell == base ? (inside ? "┼" : "┊")
                         : cell == low  ? "├"
                         : cell == high ? "┤"
                         : inside       ? "─"
                                        : " ");
    }
}

static const char *mark_of(const struct sweep_point *point) {
    if (point->own)
        return point->outside ? "<- this customer, outside" : "<- this customer";
    return point->outside ? "outside" : "";
}

static void table_add(struct document *document, const struct sweep *sweep, enum outcome outcome,
                      bool bars) {
    const struct column columns[] = {
        {.key = "value", .title = field_title(sweep->field)},
        {.key = "probability",
         .title = outcome_title(outcome),
         .kind = KIND_SHARE,
         .low = "low",
         .high = "high"},
        {.key = "bar", .title = "", .minor = true, .hidden = bars ? 0 : NOT_IN_TEXT},
        {.key = "mark", .title = ""},
    };
    struct table *table =
        document_table(document, "sweep", NULL, columns, sizeof columns / sizeof *columns);
    struct axis axis = axis_of(sweep, outcome);
    struct buffer bar = {0};
    table->hidden = NOT_IN_JSON | NOT_IN_CSV;
    for (int i = 0; i < sweep->count; i++) {
        const struct sweep_point *point = &sweep->points[i];
        bar_text(&axis, point->probability[outcome], &bar);
        table_text(table, point->value);
        table_interval(table, point->probability[outcome]);
        table_text(table, bar.data);
        table_text(table, mark_of(point));
    }
    buffer_free(&bar);
}

static void csv_add(struct document *document, const struct sweep *sweep) {
    static const struct column columns[] = {
        {.key = "outcome", .title = ""},
        {.key = "field", .title = ""},
        {.key = "value", .title = ""},
        {.key = "probability", .title = "", .kind = KIND_SHARE, .low = "low", .high = "high"},
        {.key = "outside", .title = "", .kind = KIND_FLAG},
        {.key = "own", .title = "", .kind = KIND_FLAG},
    };
    struct table *table =
        document_table(document, "points", NULL, columns, sizeof columns / sizeof *columns);
    table->hidden = NOT_IN_TEXT | NOT_IN_JSON;
    document->csv = table;
    for (int outcome = 0; outcome < OUTCOME_COUNT; outcome++) {
        for (int i = 0; i < sweep->count; i++) {
            const struct sweep_point *point = &sweep->points[i];
            char number[DATE_ISO_SIZE + 32];
            table_text(table, outcome_name((enum outcome)outcome));
            table_text(table, field_name(sweep->field));
            if (sweep->field == FIELD_DATE) {
                date_iso((day_number)point->at, number);
                table_text(table, number);
            } else if (sweep->numeric) {
                snprintf(number, sizeof number, "%.15g", point->at);
                table_text(table, number);
            } else {
                table_text(table, point->value);
            }
            table_interval(table, point->probability[outcome]);
            table_flag(table, point->outside);
            table_flag(table, point->own);
        }
    }
}

void sweep_add(struct document *document, const struct sweep *sweep, bool bars) {
    csv_add(document, sweep);
    document_sentence(document, "%s", "");
    document_sentence(document, "Sweep of %s: %s.", field_name(sweep->field), sweep->grid);
    if (sweep->own < 0)
        document_sentence(document, "This customer's %s is unknown.", field_name(sweep->field));
    for (int outcome = 0; outcome < OUTCOME_COUNT; outcome++) {
        char sentence[512];
        sweep_sentence(sweep, (enum outcome)outcome, sentence, sizeof sentence);
        if (sweep->outcomes[outcome].used)
            table_add(document, sweep, (enum outcome)outcome, bars);
        document_sentence(document, "%s: %s", outcome_title((enum outcome)outcome), sentence);
    }
}

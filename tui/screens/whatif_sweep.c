/* How the probability moves with the field under the cursor: a curve of numbers, a bar for each
 * name or answer. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/money.h"
#include "base/text.h"
#include "tui/screens/whatif_parts.h"
#include "tui/terminal.h"
#include "tui/widgets/canvas.h"
#include "tui/widgets/chart.h"

enum {
    KIND_CURVE = 0, /* looks of the canvas */
    KIND_BAND = 6,
    LABEL_WIDTH = 7,
    NAME_MAX = 30,
    CURVE_HEIGHT_MAX = 24,
    SHARE_WIDTH = 18,
    SHORT = 14 /* below it the curve has the room that words would take */
};

struct axis {
    double low, high;
};

/* Room for every interval and the base rate, and a little more. */
static struct axis axis_of(const struct sweep *sweep, enum outcome outcome) {
    struct axis axis = {sweep->outcomes[outcome].base_rate, sweep->outcomes[outcome].base_rate};
    for (int i = 0; i < sweep->count; i++) {
        axis.low = fmin(axis.low, sweep->points[i].probability[outcome].low);
        axis.high = fmax(axis.high, sweep->points[i].probability[outcome].high);
    }
    double margin = fmax((axis.high - axis.low) * 0.05, 0.001);
    return (struct axis){fmax(0, axis.low - margin), fmin(1, axis.high + margin)};
}

static int row_of(const struct axis *axis, double value, int height) {
    return (int)lround((axis->high - value) / (axis->high - axis->low) * (height - 1));
}

static int column_of(const struct sweep *sweep, double at, int width) {
    double first = sweep->points[0].at, last = sweep->points[sweep->count - 1].at;
    return last > first ? (int)lround((at - first) / (last - first) * (width - 1)) : 0;
}

static void draw_curve(const struct sweep *sweep, enum outcome outcome, const struct axis *axis,
                       struct pane plot) {
    const struct sweep_point *points = sweep->points;
    struct canvas *canvas =
        canvas_new(plot, points[0].at, points[sweep->count - 1].at, axis->low, axis->high);
    for (int i = 1; i < sweep->count; i++) {
        const struct interval *from = &points[i - 1].probability[outcome];
        const struct interval *to = &points[i].probability[outcome];
        canvas_line(canvas, points[i - 1].at, from->low, points[i].at, to->low, KIND_BAND);
        canvas_line(canvas, points[i - 1].at, from->high, points[i].at, to->high, KIND_BAND);
        for (int weight = 0; weight < 3; weight++) /* the curve wins where the band touches it */
            canvas_line(canvas, points[i - 1].at, from->estimate, points[i].at, to->estimate,
                        KIND_CURVE);
    }
    canvas_draw(canvas);
    canvas_free(canvas);
}

/* Values below the curve: its ends, and the customer's own. */
static void draw_values(const struct sweep *sweep, struct pane pane, int row, int width) {
    const struct sweep_point *first = &sweep->points[0], *last = &sweep->points[sweep->count - 1];
    draw_text(pane, row, LABEL_WIDTH, STYLE_DIM, first->value);
    draw_right(pane, row, LABEL_WIDTH + width, STYLE_DIM, last->value);
    if (sweep->own < 0)
        return;
    const char *own = sweep->points[sweep->own].value;
    int length = text_width(own);
    int at = LABEL_WIDTH + column_of(sweep, sweep->points[sweep->own].at, width) - length / 2;
    int least = LABEL_WIDTH + text_width(first->value) + 1;
    int most = LABEL_WIDTH + width - text_width(last->value) - 1 - length;
    if (at >= least && at <= most)
        draw_text(pane, row, at, STYLE_STRONG, own);
}

static void draw_numbers(const struct sweep *sweep, enum outcome outcome, struct pane pane) {
    struct axis axis = axis_of(sweep, outcome);
    int width = pane.width - LABEL_WIDTH - 1, height = pane.height - 1;
    if (height > CURVE_HEIGHT_MAX)
        height = CURVE_HEIGHT_MAX;
    if (width < 10 || height < 3 || sweep->count < 2)
        return;
    struct pane plot = pane_left(pane_after(pane_top(pane, height), LABEL_WIDTH), width);
    int base = row_of(&axis, sweep->outcomes[outcome].base_rate, height);
    draw_repeat(plot, base, 0, width, STYLE_DIM, GLYPH_INTERVAL_LINE);
    if (sweep->own >= 0) {
        int column = column_of(sweep, sweep->points[sweep->own].at, width);
        for (int row = 0; row < height; row++)
            draw_repeat(plot, row, column, 1, STYLE_TITLE, GLYPH_AXIS);
    }
    draw_curve(sweep, outcome, &axis, plot);
    draw_format(pane, 0, 0, STYLE_DIM, "%5.1f%%", 100 * axis.high);
    draw_format(pane, height - 1, 0, STYLE_DIM, "%5.1f%%", 100 * axis.low);
    if (base > 0 && base < height - 1)
        draw_text(pane, base, 1, STYLE_DIM, "base");
    const double ends[] = {sweep->low, sweep->high}; /* where the past ends and guessing begins */
    for (int i = 0; i < 2; i++) {
        int column = column_of(sweep, ends[i], width);
        bool beyond =
            i == 0 ? sweep->points[0].at < ends[i] : sweep->points[sweep->count - 1].at > ends[i];
        for (int row = 0; beyond && row < height; row++)
            draw_repeat(plot, row, column, 1, STYLE_WARNING, GLYPH_VERTICAL);
    }
    draw_values(sweep, pane, height, width);
}

static void draw_choices(const struct sweep *sweep, enum outcome outcome, struct pane pane) {
    struct axis axis = axis_of(sweep, outcome);
    int rows = pane.height, top = (sweep->own > 0 ? sweep->own : 0) - rows / 2;
    int name = pane.width / 3 < NAME_MAX ? pane.width / 3 : NAME_MAX;
    int bar = pane.width - name - SHARE_WIDTH - 2;
    if (top > sweep->count - rows)
        top = sweep->count - rows;
    if (top < 0)
        top = 0;
    for (int i = 0; i < rows && top + i < sweep->count; i++) {
        const struct sweep_point *point = &sweep->points[top + i];
        char text[64];
        draw_field(pane, i, 0, name, point->own ? STYLE_STRONG : STYLE_TEXT, point->value);
        chart_share_text(point->probability[outcome], text, sizeof text);
        draw_text(pane, i, name + 1, point->outside ? STYLE_DIM : STYLE_TEXT, text);
        if (bar >= 8)
            chart_interval(pane, i, name + 2 + SHARE_WIDTH, bar, axis.low, axis.high,
                           point->probability[outcome], sweep->outcomes[outcome].base_rate,
                           point->own ? STYLE_STRONG : STYLE_TEXT);
    }
}

/* "Dim curves: 95% interval. Past sales lie between 18 and 50." */
static int draw_legend(const struct sweep *sweep, struct pane pane, int row) {
    char text[200], low[MONEY_TEXT_SIZE], high[MONEY_TEXT_SIZE];
    if (!sweep->numeric)
        return row;
    snprintf(low, sizeof low, "%.0f", sweep->low);
    snprintf(high, sizeof high, "%.0f", sweep->high);
    if (sweep->field == FIELD_PRICE) {
        money_grouped(llround(sweep->low * MONEY_MINOR), low);
        money_grouped(llround(sweep->high * MONEY_MINOR), high);
    } else if (sweep->field == FIELD_DATE) {
        date_short((day_number)sweep->low, low);
        date_short((day_number)sweep->high, high);
    }
    snprintf(text, sizeof text, "Outer curves: 95%% interval. Past sales: %s to %s.", low, high);
    return draw_paragraph(pane, row, 0, STYLE_DIM, text);
}

void whatif_draw_sweep(const struct whatif *state, const struct app *app, struct pane pane) {
    const struct sweep *sweep = &state->sweep;
    enum outcome outcome = state->outcome;
    char text[512];
    bool available = state->prediction.outcomes[outcome].available;
    int at = draw_format(pane, 0, 0, STYLE_HEADING, "%s by %s", outcome_title(outcome),
                         field_title(form_field(&state->form)));
    if (!available) {
        whatif_draw_missing(state, app, pane, 1, outcome);
        return;
    }
    if (!sweep->outcomes[outcome].skill)
        draw_text(pane, 0, at + 2, STYLE_WARNING, "no skill");
    sweep_sentence(sweep, outcome, text, sizeof text);
    bool brief = pane.height < SHORT;
    char *more = strstr(text, " The model has no skill"); /* the heading says it already */
    if (brief && more != NULL)
        *more = '\0';
    int row = draw_paragraph(brief ? pane_top(pane, 3) : pane, 1, 0,
                             sweep->outcomes[outcome].skill ? STYLE_TEXT : STYLE_WARNING, text);
    if (sweep->count == 0 || !sweep->outcomes[outcome].used)
        return;
    if (brief && row > 3)
        row = 3;
    if (!brief)
        row = draw_legend(sweep, pane, row);
    struct pane rest = pane_below(pane, row);
    if (sweep->numeric)
        draw_numbers(sweep, outcome, rest);
    else
        draw_choices(sweep, outcome, rest);
}

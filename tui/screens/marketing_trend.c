/* Marketing, the trend: the outcome month by month, as rows, or as columns side by side where there
 * is room. */
#include <math.h>
#include <stdio.h>

#include "base/number.h"
#include "tui/screens/marketing_parts.h"
#include "tui/widgets/chart.h"

#define COUNT_OF(array) ((int)(sizeof(array) / sizeof *(array)))

struct months {
    const struct impact_trend *trend;
    int series;
    double low, high, reference;
};

static struct interval value_of(const struct months *months, int row) {
    const struct impact_month *month = &months->trend->months[row];
    return months->series == 0 ? month->share : month->differences[months->series - 1].difference;
}

static void paint_month(const void *context, long row, int column, struct pane cell, char *text,
                        size_t size, enum style *style) {
    const struct months *months = context;
    const struct impact_month *at = &months->trend->months[row];
    struct interval value = value_of(months, (int)row);
    char month[MONTH_ISO_SIZE];
    switch (column) {
    case 0:
        date_month_iso(at->month_index, month);
        snprintf(text, size, "%s%s", month, at->partial ? "*" : "");
        break;
    case 1:
        number_grouped(months->series == 0 ? at->known : at->differences[months->series - 1].yes_n,
                       text, size);
        break;
    case 2:
        if (!isnan(value.estimate))
            chart_interval(cell, 0, 0, cell.width, months->low, months->high, value,
                           months->reference, *style);
        break;
    default:
        if (isnan(value.estimate))
            snprintf(text, size, "–");
        else if (months->series == 0)
            chart_share_text(value, text, size);
        else
            snprintf(text, size, "%+.1f [%+.1f to %+.1f]", value.estimate * 100, value.low * 100,
                     value.high * 100);
    }
}

static struct months months_of(const struct marketing *state) {
    const struct impact *impact = marketing_impact(state);
    struct months months = {&impact->trend, state->series, INFINITY, -INFINITY,
                            state->series == 0 ? impact->base_rate.estimate : 0};
    for (int i = 0; i < impact->trend.count; i++) {
        struct interval value = value_of(&months, i);
        if (isnan(value.estimate))
            continue;
        months.low = fmin(months.low, value.low);
        months.high = fmax(months.high, value.high);
    }
    return months;
}

static void title_of(const struct marketing *state, char *text, size_t size) {
    if (state->series == 0)
        snprintf(text, size, "share, line: all months");
    else
        snprintf(text, size, "by %s",
                 dimension_title(marketing_impact(state)->differences[state->series - 1].factor));
}

static void draw_rows(const struct marketing *state, struct pane pane, bool focused) {
    const struct impact *impact = marketing_impact(state);
    struct months months = months_of(state);
    char title[64];
    title_of(state, title, sizeof title);
    int64_t most = 0;
    for (int i = 0; i < impact->trend.count; i++)
        most = impact->trend.months[i].known > most ? impact->trend.months[i].known : most;
    int count = number_width(most, 7), chart = pane.width - 43 - count;
    chart = chart > 81 ? 81 : chart < 5 ? 5 : chart;
    const struct table_column columns[] = {
        {.title = "Month"},
        {.title = state->series == 0 ? "sales" : "n yes",
         .width = count,
         .right = true,
         .priority = 1},
        {.title = title, .width = chart},
        {.title = state->series == 0 ? "share" : "points", .width = 21, .right = true},
    };
    table_draw(&state->tables[PAGE_TREND], pane, columns, COUNT_OF(columns), impact->trend.count,
               focused, paint_month, &months);
    if (pane.height >= impact->trend.count + 3)
        draw_paragraph(pane_below(pane, impact->trend.count + 2), 0, 1, STYLE_DIM,
                       "* partial month. Left and Right show a difference month by month.");
}

/* ---------------------------------------------------------------- columns by month */

enum { AXIS_WIDTH = 8, COLUMN_MIN = 6, COLUMN_MAX = 18, CHART_FOOT = 4, CHART_ROWS_MIN = 10 };

/* An axis of points of percent over `height` rows, the uppermost being `high`. */
struct scale {
    double low, high;
    int height;
};

static int row_at(const struct scale *scale, double value) {
    double at = (scale->high - value) / (scale->high - scale->low) * (scale->height - 1);
    return (int)lround(fmax(0, fmin(at, scale->height - 1)));
}

/* A column from zero to the estimate, and beside it the interval: its ends and its line. */
static void draw_month_column(struct pane pane, const struct scale *scale, int column, int width,
                              struct interval value, enum style style) {
    int from = row_at(scale, 0), to = row_at(scale, value.estimate), bar = width / 2 - 1;
    for (int row = from < to ? from : to; row <= (from < to ? to : from); row++)
        draw_repeat(pane, row, column, bar, style, GLYPH_BAR);
    int low = row_at(scale, value.low), high = row_at(scale, value.high), at = column + bar + 1;
    for (int row = high; row <= low; row++)
        draw_repeat(pane, row, at, 1, STYLE_TEXT, GLYPH_VERTICAL);
    draw_repeat(pane, high, at - 1, 3, STYLE_TEXT, GLYPH_RULE);
    draw_repeat(pane, low, at - 1, 3, STYLE_TEXT, GLYPH_RULE);
    draw_repeat(pane, to, at, 1, STYLE_STRONG, GLYPH_ESTIMATE);
}

static void draw_axis(struct pane pane, const struct scale *scale, double reference) {
    const double marks[] = {scale->high, 0, scale->low};
    int line = row_at(scale, reference);
    for (int i = 0; i < COUNT_OF(marks); i++) {
        char text[16];
        snprintf(text, sizeof text, scale->low < 0 ? "%+.0f" : "%.0f%%", 100 * marks[i]);
        draw_right(pane, row_at(scale, marks[i]), AXIS_WIDTH - 1, STYLE_DIM, text);
    }
    draw_repeat(pane, line, AXIS_WIDTH, pane.width - AXIS_WIDTH, STYLE_RULE, GLYPH_RULE);
    if (scale->low >= 0 && line > 0 && line < scale->height - 1) {
        char text[16];
        snprintf(text, sizeof text, "%.1f%%", 100 * reference);
        draw_right(pane, line, AXIS_WIDTH - 1, STYLE_TEXT, text);
    }
}

/* A pane that does not begin at the left edge stands beside others: the terminal is wide. */
static bool fits_columns(const struct impact_trend *trend, struct pane pane) {
    bool wide = pane.width >= MARKETING_TREND_CHART_WIDTH || pane.column > 0;
    return wide && trend->count > 0 && (pane.width - AXIS_WIDTH) / trend->count >= COLUMN_MIN &&
           pane.height >= CHART_ROWS_MIN + CHART_FOOT;
}

static void draw_columns(const struct marketing *state, struct pane pane, bool focused) {
    struct months months = months_of(state);
    const struct impact_trend *trend = months.trend;
    int width = (pane.width - AXIS_WIDTH) / trend->count;
    width = width > COLUMN_MAX ? COLUMN_MAX : width;
    char title[64];
    title_of(state, title, sizeof title);
    draw_format(pane, 0, 1, STYLE_HEADING, "%s: %s",
                outcome_title(marketing_impact(state)->outcome), title);
    struct pane chart = pane_top(pane_below(pane, 1), pane.height - CHART_FOOT);
    /* Columns begin at zero, or their heights would mislead. */
    struct scale scale = {fmin(0, floor(months.low * 20) / 20),
                          fmax(0, ceil(months.high * 20) / 20), chart.height};
    if (!(scale.high > scale.low)) /* no month is known */
        scale.high = scale.low + 0.05;
    draw_axis(chart, &scale, months.reference);
    for (int i = 0; i < trend->count; i++) {
        struct interval value = value_of(&months, i);
        bool here = focused && i == state->tables[PAGE_TREND].cursor;
        int column = AXIS_WIDTH + i * width;
        char month[MONTH_ISO_SIZE], label[MONTH_ISO_SIZE + 1], figure[16] = "–",
                                                               of[NUMBER_TEXT_SIZE];
        if (!isnan(value.estimate)) {
            draw_month_column(chart, &scale, column, width, value,
                              here ? STYLE_BAR_ALSO : STYLE_BAR);
            snprintf(figure, sizeof figure, state->series == 0 ? "%.1f%%" : "%+.1f",
                     100 * value.estimate);
        }
        date_month_iso(trend->months[i].month_index, month);
        snprintf(label, sizeof label, "%s%s", width > MONTH_ISO_SIZE ? month : month + 5,
                 trend->months[i].partial ? "*" : "");
        number_grouped(state->series == 0 ? trend->months[i].known
                                          : trend->months[i].differences[state->series - 1].yes_n,
                       of, sizeof of);
        int foot = pane.height - CHART_FOOT + 1;
        draw_field(pane, foot, column, width - 1, here ? STYLE_CURSOR : STYLE_TEXT, label);
        draw_field(pane, foot + 1, column, width - 1, STYLE_STRONG, figure);
        draw_field(pane, foot + 2, column, width - 1, STYLE_DIM, of);
    }
    draw_right(pane, pane.height - 1, AXIS_WIDTH - 1, STYLE_DIM,
               state->series == 0 ? "sales" : "n yes");
}

void marketing_draw_trend(const struct marketing *state, struct pane pane, bool focused) {
    if (fits_columns(&marketing_impact(state)->trend, pane))
        draw_columns(state, pane, focused);
    else
        draw_rows(state, pane, focused);
}

/* Charts of one line: bars, intervals, diverging bars and sparklines.
 *
 * A bar is drawn in the finest steps that the tier has; an interval is a cell or more on each side
 * of its estimate, and says so with brackets where it ends inside the axis. */
#include "tui/widgets/chart.h"

#include <math.h>
#include <stdio.h>

#include "tui/terminal.h"

static double clamp01(double value) {
    return value > 0 ? fmin(value, 1) : 0; /* NaN is 0 */
}

void chart_bar(struct pane pane, int row, int column, int width, double fraction,
               enum style style) {
    static const char *const eighths[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
    if (width <= 0)
        return;
    int steps = terminal_tier() == TIER_FULL ? 8 : 2;
    int filled = (int)lround(clamp01(fraction) * width * steps);
    if (filled == 0 && fraction > 0)
        filled = 1; /* little is not nothing */
    int whole = filled / steps, rest = filled % steps;
    draw_repeat(pane, row, column, whole, style, GLYPH_BAR);
    if (rest == 0)
        return;
    const char *end = terminal_tier() == TIER_ASCII ? "=" : eighths[rest * 8 / steps];
    draw_text(pane, row, column + whole, style, end);
}

/* The cell of a value on the axis; may lie outside of 0 … width − 1. */
static int cell_of(double value, double low, double high, int width) {
    double at = (value - low) / (high - low) * (width - 1);
    return (int)lround(fmax(-1, fmin(at, width)));
}

void chart_interval(struct pane pane, int row, int column, int width, double low, double high,
                    struct interval interval, double reference, enum style style) {
    if (width <= 0 || !(high > low))
        return;
    int axis = isnan(reference) ? -1 : cell_of(reference, low, high, width);
    bool on_axis = axis >= 0 && axis < width;
    if (on_axis)
        draw_repeat(pane, row, column + axis, 1, STYLE_DIM, GLYPH_AXIS);
    if (isnan(interval.estimate) || isnan(interval.low) || isnan(interval.high))
        return;
    int from = cell_of(interval.low, low, high, width);
    int to = cell_of(interval.high, low, high, width);
    int first = from < 0 ? 0 : from, last = to >= width ? width - 1 : to;
    if (first > last)
        return;
    draw_repeat(pane, row, column + first, last - first + 1, style, GLYPH_INTERVAL_LINE);
    if (on_axis && axis >= first && axis <= last)
        draw_repeat(pane, row, column + axis, 1, style, GLYPH_REFERENCE);
    if (from >= 0)
        draw_repeat(pane, row, column + from, 1, style, GLYPH_INTERVAL_LOW);
    if (to < width)
        draw_repeat(pane, row, column + to, 1, style, GLYPH_INTERVAL_HIGH);
    int middle = cell_of(interval.estimate, low, high, width);
    if (middle >= 0 && middle < width)
        draw_repeat(pane, row, column + middle, 1, style, GLYPH_ESTIMATE);
}

void chart_diverging(struct pane pane, int row, int column, int width, double value) {
    int half = (width - 1) / 2;
    if (half <= 0)
        return;
    int middle = column + half;
    bool ascii = terminal_tier() == TIER_ASCII;
    draw_repeat(pane, row, middle, 1, STYLE_DIM, GLYPH_AXIS);
    if (value > 0 && !ascii) {
        chart_bar(pane, row, middle + 1, half, value, STYLE_HIGHER);
        return;
    }
    int filled = (int)lround(clamp01(fabs(value)) * half * 2); /* in halves */
    if (filled == 0 && fabs(value) > 0)
        filled = 1;
    if (ascii) { /* the sign is told by the character too */
        for (int i = 1; i <= (filled + 1) / 2; i++)
            draw_text(pane, row, value < 0 ? middle - i : middle + i,
                      value < 0 ? STYLE_LOWER : STYLE_HIGHER, value < 0 ? "-" : "+");
        return;
    }
    draw_repeat(pane, row, middle - filled / 2, filled / 2, STYLE_LOWER, GLYPH_BAR);
    if (filled % 2 != 0)
        draw_text(pane, row, middle - filled / 2 - 1, STYLE_LOWER, "▐");
}

void chart_share_text(struct interval share, char *text, size_t size) {
    if (isnan(share.estimate))
        snprintf(text, size, "–");
    else
        snprintf(text, size, "%.1f%% [%.1f–%.1f]", share.estimate * 100, share.low * 100,
                 share.high * 100);
}

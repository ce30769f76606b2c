/* Charts of one line, in the best glyphs that the terminal has. */
#ifndef TUI_WIDGETS_CHART_H
#define TUI_WIDGETS_CHART_H

#include "engine/analysis/statistics.h"
#include "tui/draw.h"

/* A bar of fraction 0–1 of the width, in eighths where the terminal has them. */
void chart_bar(struct pane pane, int row, int column, int width, double fraction, enum style style);

/* An interval on an axis from `low` to `high`, with a reference line: ├──●──┼┤ */
void chart_interval(struct pane pane, int row, int column, int width, double low, double high,
                    struct interval interval, double reference, enum style style);

/* A bar to the left or right of the middle; value in −1 … 1. */
void chart_diverging(struct pane pane, int row, int column, int width, double value);

/* "24.7% [23.8–25.6]" */
void chart_share_text(struct interval share, char *text, size_t size);

#endif

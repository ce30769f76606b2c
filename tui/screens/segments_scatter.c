/* The scatter of Segments: the sales on the two directions in which they differ most. */
#include <math.h>
#include <stdio.h>

#include "base/number.h"
#include "tui/screens/segments_state.h"
#include "tui/terminal.h"
#include "tui/widgets/canvas.h"

/* Where the points of each segment lie in the middle, so that a digit can stand there. */
static void mark_middles(const struct segments_state *state, struct pane pane, double x_low,
                         double x_high, double y_low, double y_high) {
    for (int segment = 0; segment < state->count; segment++) {
        double x = 0, y = 0;
        int points = 0;
        for (size_t i = 0; i < state->passed.point_count; i++)
            if (state->passed.points[i].segment == segment) {
                x += state->passed.points[i].x;
                y += state->passed.points[i].y;
                points++;
            }
        if (points == 0)
            continue;
        int column = (int)lround((x / points - x_low) / (x_high - x_low) * (pane.width - 1));
        int row = (int)lround((y_high - y / points) / (y_high - y_low) * (pane.height - 1));
        if (row >= 0 && row < pane.height && column >= 0 && column < pane.width)
            draw_format(pane, row, column, STYLE_CURSOR, "%d", segment + 1);
    }
}

static void draw_cloud(const struct segments_state *state, struct pane pane) {
    double x_low = INFINITY, x_high = -INFINITY, y_low = INFINITY, y_high = -INFINITY;
    for (size_t i = 0; i < state->passed.point_count; i++) {
        x_low = fmin(x_low, state->passed.points[i].x);
        x_high = fmax(x_high, state->passed.points[i].x);
        y_low = fmin(y_low, state->passed.points[i].y);
        y_high = fmax(y_high, state->passed.points[i].y);
    }
    if (!(x_high > x_low)) {
        x_low -= 1;
        x_high += 1;
    }
    if (!(y_high > y_low)) {
        y_low -= 1;
        y_high += 1;
    }
    struct canvas *canvas = canvas_new(pane, x_low, x_high, y_low, y_high);
    for (size_t i = 0; i < state->passed.point_count; i++)
        canvas_point(canvas, state->passed.points[i].x, state->passed.points[i].y,
                     state->passed.points[i].segment % CANVAS_KINDS);
    canvas_draw(canvas);
    canvas_free(canvas);
    mark_middles(state, pane, x_low, x_high, y_low, y_high);
}

/* One segment a line: its digit, its look, its name. */
static void draw_legend(const struct segments_state *state, struct pane pane) {
    bool ascii = terminal_tier() != TIER_FULL;
    for (int i = 0; i < state->count && i < pane.height; i++) {
        bool here = i == state->table.cursor;
        if (here)
            draw_repeat(pane, i, 0, 1, STYLE_TITLE, GLYPH_POINTER);
        draw_format(pane, i, 1, STYLE_TEXT, "%2d", i + 1);
        draw_text(pane, i, 4, canvas_style(i % CANVAS_KINDS),
                  ascii ? canvas_mark(i % CANVAS_KINDS) : "⣿");
        draw_field(pane, i, 6, pane.width - 6, here ? STYLE_STRONG : STYLE_TEXT, state->labels[i]);
    }
}

void segments_draw_scatter(const struct segments_state *state, struct pane pane) {
    if (state->passed.point_count == 0) {
        draw_paragraph(pane, 1, 1, STYLE_DIM,
                       state->selected == 0
                           ? "No sales match these filters. x drops the last one."
                           : "No components are stored with these segments: train them again.");
        return;
    }
    char points[NUMBER_TEXT_SIZE], all[NUMBER_TEXT_SIZE];
    number_grouped((int64_t)state->passed.point_count, points, sizeof points);
    number_grouped(state->selected, all, sizeof all);
    bool beside = pane.width >= SEGMENTS_NARROW;
    int legend = beside ? 32 : 0, below = beside ? 0 : state->count;
    draw_format(pane, 0, 1, STYLE_TITLE, "Up: %s",
                state->axes[1][0] != '\0' ? state->axes[1] : "nothing");
    int words = 2 + below;
    if (pane.height < words + 5) {
        draw_paragraph(pane, 1, 1, STYLE_DIM, "Too low for a scatter.");
        return;
    }
    struct pane cloud = pane_below(pane, 1);
    cloud =
        pane_top(pane_left(pane_after(cloud, 1), pane.width - 2 - legend), pane.height - 1 - words);
    draw_cloud(state, cloud);
    if (beside)
        draw_legend(state, pane_after(pane_below(pane, 1), pane.width - legend + 1));
    else
        draw_legend(state, pane_top(pane_below(pane, pane.height - below), below));
    struct pane foot = pane_below(pane, pane.height - words);
    draw_format(foot, 0, 1, STYLE_TITLE, "Right: %s", state->axes[0]);
    char note[160];
    snprintf(note, sizeof note, "%.0f%% of what varies is shown; %s of %s sales.",
             100 * state->shown, points, all);
    draw_field(foot, 1, 1, foot.width - 1, STYLE_DIM, note);
}

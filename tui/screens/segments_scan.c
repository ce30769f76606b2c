/* How many segments: the table and the curves of the scan over k. */
#include <math.h>
#include <stdio.h>

#include "base/number.h"
#include "tui/screens/segments_state.h"
#include "tui/widgets/canvas.h"
#include "tui/widgets/chart.h"

enum { SCAN_WIDTH = 38 };

static void draw_scan_table(const struct segments_state *state, struct pane pane) {
    int bar = 20, room = pane.width - bar - 7;
    draw_text(pane, 0, 0, STYLE_HEADING, "   k");
    draw_right(pane, 0, 13, STYLE_HEADING, "Inertia");
    draw_text(pane, 0, 14, STYLE_HEADING, "Silhouette");
    for (int i = 0; i < state->scan_count; i++) {
        const struct segment_scan *scan = &state->scan[i];
        bool used = scan->k == state->count;
        enum style style = used ? STYLE_STRONG : STYLE_TEXT;
        char text[48];
        snprintf(text, sizeof text, "%s %2d", used ? "*" : " ", scan->k);
        draw_text(pane, i + 1, 0, style, text);
        number_grouped((int64_t)llround(scan->inertia), text, sizeof text);
        draw_right(pane, i + 1, 13, style, text);
        const char *mark = scan->k == state->elbow_k && scan->k == state->best_k ? "both"
                           : scan->k == state->elbow_k                           ? "elbow"
                           : scan->k == state->best_k                            ? "best"
                                                                                 : "";
        draw_text(pane, i + 1, pane.width - 6, STYLE_TITLE, mark);
        if (isnan(scan->silhouette))
            continue;
        draw_format(pane, i + 1, 14, style, "%5.2f", scan->silhouette);
        if (room > 0)
            chart_bar(pane, i + 1, bar, room, fmax(0, fmin(1, scan->silhouette)),
                      used ? STYLE_BAR_ALSO : STYLE_BAR);
    }
    draw_text(pane, state->scan_count + 1, 0, STYLE_DIM, "* in use");
}

/* The curve of inertia with its chord, or that of the silhouette. */
static void draw_curve(const struct segments_state *state, struct pane pane, bool inertia) {
    char title[64];
    int at = inertia ? state->elbow_k : state->best_k;
    if (at != 0)
        snprintf(title, sizeof title, inertia ? "Inertia, elbow at %d" : "Silhouette, best at %d",
                 at);
    else
        snprintf(title, sizeof title, "%s", inertia ? "Inertia, no elbow" : "Silhouette");
    draw_text(pane, 0, 0, STYLE_HEADING, title);
    const struct segment_scan *scan = state->scan;
    int count = state->scan_count;
    double low = inertia ? INFINITY : 0, high = -INFINITY;
    for (int i = 0; i < count; i++) {
        double value = inertia ? scan[i].inertia : scan[i].silhouette;
        if (isnan(value))
            continue;
        low = fmin(low, value);
        high = fmax(high, value);
    }
    if (pane.height < 4 || count < 3)
        return;
    struct pane area = pane_top(pane_below(pane, 1), pane.height - 2);
    struct canvas *canvas = canvas_new(area, scan[0].k, scan[count - 1].k, low, high);
    if (inertia)
        canvas_line(canvas, scan[0].k, scan[0].inertia, scan[count - 1].k, scan[count - 1].inertia,
                    6);
    for (int i = 1; i < count; i++)
        canvas_line(canvas, scan[i - 1].k, inertia ? scan[i - 1].inertia : scan[i - 1].silhouette,
                    scan[i].k, inertia ? scan[i].inertia : scan[i].silhouette, 0);
    canvas_draw(canvas);
    canvas_free(canvas);
    for (int i = 0; i < count; i++) {
        int column = (int)lround((double)(scan[i].k - scan[0].k) / (scan[count - 1].k - scan[0].k) *
                                 (area.width - 2));
        draw_format(pane, pane.height - 1, column, scan[i].k == at ? STYLE_TITLE : STYLE_DIM, "%d",
                    scan[i].k);
    }
}

void segments_draw_scan(const struct segments_state *state, struct pane pane) {
    int rows = state->scan_count + 2;
    struct pane table = pane_top(pane, rows);
    bool beside = pane.width >= SEGMENTS_NARROW;
    draw_scan_table(state, pane_left(pane_after(table, 1), beside ? SCAN_WIDTH : pane.width - 2));
    if (beside) {
        struct pane side = pane_after(table, SCAN_WIDTH + 2);
        draw_curve(state, pane_top(side, rows / 2), true);
        draw_curve(state, pane_below(side, rows / 2), false);
    }
    struct pane below = pane_below(pane, rows);
    int row = draw_paragraph(below, 0, 1, STYLE_WARNING, state->separation);
    bool brief = below.height - row < 5;
    draw_paragraph(below, row, 1, STYLE_DIM,
                   brief ? "k: how many segments. Inertia: how far sales lie from the middle of "
                           "theirs. Silhouette: 1 clear gaps, 0 none. T finds another k."
                         : "k: how many segments. Inertia: how far sales lie from the middle of "
                           "their segment; less is tighter, and more segments are always "
                           "tighter. Silhouette: 1 clear gaps between segments, 0 none. Elbow: "
                           "where inertia lies farthest below the line from its first point to "
                           "its last. T, Find segments, finds another k.");
}

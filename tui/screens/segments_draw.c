/* The Segments screen as a whole: a page, or on a large terminal all of them. */
#include "tui/screens/segments_state.h"
#include "tui/widgets/tabs.h"

static void draw_problem(const struct segments_state *state, const struct app *app,
                         struct pane body) {
    int row = draw_paragraph(body, 1, 1, STYLE_WARNING, "There are no segments to show:");
    row = draw_paragraph(body, row, 1, STYLE_TEXT, state->problem);
    if (app_read_only(app))
        draw_paragraph(body, row + 1, 1, STYLE_DIM,
                       "Opened read-only: segments are trained where the shop may be written.");
    else
        draw_paragraph(body, row + 1, 1, STYLE_TEXT,
                       "Press T to train (about half a minute, beside the interface).");
}

static void draw_page(const struct segments_state *state, int page, struct pane pane) {
    if (state->waiting && page != PAGE_SCAN && page != PAGE_STABILITY) {
        int row = draw_paragraph(pane, 1, 1, STYLE_DIM, state->heading);
        draw_paragraph(pane, row + 1, 1, STYLE_DIM, "Looking through all sales …");
        return;
    }
    switch (page) {
    case PAGE_SEGMENTS:
        segments_draw_profiles(state, pane);
        break;
    case PAGE_SCATTER:
        segments_draw_scatter(state, pane);
        break;
    case PAGE_SCAN:
        segments_draw_scan(state, pane);
        break;
    case PAGE_APART:
        segments_draw_apart(state, pane, true);
        break;
    default:
        segments_draw_stability(state, pane);
    }
}

/* Segments and how many to the left, the others to the right. */
static void draw_all(const struct segments_state *state, struct pane pane) {
    if (state->waiting) {
        draw_page(state, PAGE_SEGMENTS, pane);
        return;
    }
    int left = pane.width / 2, top = 20 + state->count;
    struct pane west = pane_left(pane, left - 2), east = pane_after(pane, left);
    top = top < pane.height - 18 ? top : pane.height - 18;
    segments_draw_profiles(state, pane_top(west, top));
    segments_draw_scan(state, pane_below(west, top + 1));
    int cloud = (pane.height - 10 - state->count) / 2;
    segments_draw_scatter(state, pane_top(east, cloud));
    struct pane rest = pane_below(east, cloud + 1);
    int steady = 10 + state->count;
    segments_draw_apart(state, pane_top(rest, rest.height - steady - 1), state->page == PAGE_APART);
    segments_draw_stability(state, pane_below(rest, rest.height - steady));
}

void segments_draw(const void *opaque, const struct app *app, struct pane body) {
    static const char *const titles[SEGMENTS_PAGES] = {[PAGE_SEGMENTS] = "Segments",
                                                       [PAGE_SCATTER] = "Scatter",
                                                       [PAGE_SCAN] = "How many",
                                                       [PAGE_APART] = "What sets apart",
                                                       [PAGE_STABILITY] = "Stability"};
    const struct segments_state *state = opaque;
    if (state->count == 0) {
        draw_problem(state, app, body);
        return;
    }
    tabs_draw(body, titles, SEGMENTS_PAGES, state->page);
    if (body.width >= SEGMENTS_WIDE && body.height >= SEGMENTS_TALL)
        draw_all(state, pane_below(body, 1));
    else
        draw_page(state, state->page, pane_below(body, 1));
}

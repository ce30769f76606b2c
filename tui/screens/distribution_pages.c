/* The pages of the Distribution screen, one at a time or, where there is room, side by side. */
#include <stdio.h>

#include "base/number.h"
#include "base/text.h"
#include "tui/screens/distribution_parts.h"
#include "tui/widgets/tabs.h"

enum { WIDE_HEIGHT = 44, WIDE_WIDTH = 150 };

static const char *const page_titles[] = {
#define X(symbol, title) title,
    DISTRIBUTION_PAGE_LIST(X)
#undef X
};

bool distribution_is_wide(int height, int width) {
    return height >= WIDE_HEIGHT && width >= WIDE_WIDTH;
}

long distribution_rows(const struct distribution_state *state, int page) {
    if (!state->ready[page])
        return 0;
    switch (page) {
    case PAGE_VALUES:
        return state->histogram.count;
    case PAGE_BOXES:
        return state->boxes.count;
    case PAGE_CATEGORIES:
        return state->categories.count;
    case PAGE_ASSOCIATIONS:
        return state->associations.count;
    default:
        return 0;
    }
}

struct pane distribution_draw_foot(struct pane pane, enum style style, const char *words) {
    int lines = text_width(words) / (pane.width > 8 ? pane.width - 8 : 1) + 1;
    if (lines > pane.height / 3)
        return pane;
    draw_paragraph(pane_below(pane, pane.height - lines), 0, 0, style, words);
    return pane_top(pane, pane.height - lines);
}

const char *distribution_heading(enum numeric numeric, const char *title,
                                 char text[MONEY_HEADING_SIZE]) {
    return numeric == NUMERIC_PRICE ? money_heading(title, text) : title;
}

static void draw_unready(const struct distribution_state *state, int page, struct pane pane) {
    char sales[NUMBER_TEXT_SIZE], words[DISTRIBUTION_LINE];
    number_grouped(state->to_read, sales, sizeof sales);
    snprintf(words, sizeof words, "Counting %s sales …", sales);
    bool shown = page == state->page;
    if (shown && state->problem.code != ERR_OK)
        draw_paragraph(pane, 0, 0, STYLE_WARNING, state->problem.message);
    else
        draw_paragraph(pane, 0, 0, STYLE_DIM,
                       shown && state->to_read > 0 ? words
                                                   : "Tab comes here and computes this page.");
}

static void draw_page(const struct distribution_state *state, int page, struct pane pane,
                      bool focused) {
    if (!state->ready[page]) {
        draw_unready(state, page, pane);
        return;
    }
    switch (page) {
    case PAGE_VALUES:
        distribution_draw_values(state, pane, focused);
        break;
    case PAGE_BOXES:
        distribution_draw_boxes(state, pane, focused);
        break;
    case PAGE_TRANSFORMS:
        distribution_draw_transforms(state, pane);
        break;
    case PAGE_CATEGORIES:
        distribution_draw_categories(state, pane, focused);
        break;
    default:
        distribution_draw_associations(state, pane, focused);
    }
}

/* "919 sales (10.4%) above 38,244: far dearer than usual" */
static void say_unusual(const struct distribution_state *state, char *words, size_t size) {
    static const struct {
        const char *more, *less;
    } far[NUMERIC_COUNT] = {
        [NUMERIC_PRICE] = {"dearer", "cheaper"}, [NUMERIC_AGE] = {"older", "younger"}};
    const struct box *box = &state->distribution.box;
    enum numeric numeric = state->numeric;
    char sales[NUMBER_TEXT_SIZE], low[NUMERIC_TEXT_SIZE], high[NUMERIC_TEXT_SIZE];
    int64_t beyond = box->below + box->above;
    number_grouped(beyond, sales, sizeof sales);
    numeric_text(numeric, box->fence_low, low);
    numeric_text(numeric, box->fence_high, high);
    double percent = box->n > 0 ? 100 * (double)beyond / (double)box->n : 0;
    const char *plural = beyond == 1 ? "" : "s";
    if (box->n == 0)
        snprintf(words, size, "%s: none known", numeric_title(numeric));
    else if (beyond == 0)
        snprintf(words, size, "%s: none far from the usual", numeric_title(numeric));
    else if (box->below == 0)
        snprintf(words, size, "%s sale%s (%.1f%%) above %s: far %s than usual", sales, plural,
                 percent, high, far[numeric].more);
    else if (box->above == 0)
        snprintf(words, size, "%s sale%s (%.1f%%) below %s: far %s than usual", sales, plural,
                 percent, low, far[numeric].less);
    else
        snprintf(words, size, "%s sale%s (%.1f%%) below %s or above %s: far from the usual", sales,
                 plural, percent, low, high);
}

static void page_words(const struct distribution_state *state, int page, char *words, size_t size) {
    const char *number = numeric_title(state->numeric);
    words[0] = '\0';
    switch (page) {
    case PAGE_VALUES:
        say_unusual(state, words, size);
        break;
    case PAGE_BOXES:
        snprintf(words, size, "%s by %s", number, dimension_title(state->by));
        break;
    case PAGE_TRANSFORMS:
        snprintf(words, size, "%s: what a transformation does to the skew", number);
        break;
    case PAGE_CATEGORIES:
        snprintf(words, size, "Sales by %s", dimension_title(state->category));
        break;
    default:
        snprintf(words, size, "%s: what goes with it (never: what causes it)",
                 outcome_title(state->outcome));
    }
}

static void draw_titled(const struct distribution_state *state, int page, struct pane pane) {
    char words[DISTRIBUTION_LINE];
    bool focused = page == state->page;
    page_words(state, page, words, sizeof words);
    draw_text(pane, 0, 0, focused ? STYLE_TITLE : STYLE_HEADING, words);
    draw_page(state, page, pane_below(pane, 1), focused);
}

/* Values and box plots above; transforms, categories and associations below. */
static void draw_wide(const struct distribution_state *state, struct pane pane) {
    enum { GAP = 3 };
    int top = pane.height / 2, half = pane.width / 2, narrow = SMALL_BINS + GAP, right = 80;
    struct pane above = pane_top(pane, top - 1), below = pane_below(pane, top);
    draw_titled(state, PAGE_VALUES, pane_left(above, half - GAP));
    draw_titled(state, PAGE_BOXES, pane_after(above, half));
    if (pane.width >= narrow + right + 50) {
        struct pane rest = pane_after(below, narrow);
        draw_titled(state, PAGE_TRANSFORMS, pane_left(below, narrow - GAP));
        draw_titled(state, PAGE_CATEGORIES, pane_left(rest, rest.width - right - GAP));
        draw_titled(state, PAGE_ASSOCIATIONS, pane_after(rest, rest.width - right));
        return;
    }
    int left = state->page == PAGE_TRANSFORMS ? PAGE_TRANSFORMS : PAGE_CATEGORIES;
    draw_titled(state, left, pane_left(below, pane.width - right - GAP));
    draw_titled(state, PAGE_ASSOCIATIONS, pane_after(below, pane.width - right));
}

void distribution_draw(const struct distribution_state *state, struct pane body) {
    tabs_draw(body, page_titles, PAGE_COUNT, state->page);
    struct pane rest = pane_below(body, 1);
    if (distribution_is_wide(body.height, body.width)) {
        draw_wide(state, pane_below(rest, 1));
        return;
    }
    draw_titled(state, state->page, rest);
}

/* The lists in a grid that uses the room there is: at least five bars each, all of them at once
 * where they fit, else as many as do, with the focused one among them. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/money.h"
#include "base/number.h"
#include "base/text.h"
#include "tui/screens/linked_parts.h"
#include "tui/terminal.h"
#include "tui/widgets/chart.h"

enum {
    LIST_WIDTH = 26, /* the least that label, bar and figure need */
    ROOMY_WIDTH = 39,
    LIST_HEIGHT = 6,
    INTERVAL_TEXT_WIDTH = 18
};

static struct linked_grid grid_of(int lists, int height, int columns) {
    struct linked_grid grid = {.columns = columns > 1 ? columns : 1};
    grid.rows = height / LIST_HEIGHT > 1 ? height / LIST_HEIGHT : 1;
    int needed = (lists + grid.columns - 1) / grid.columns;
    grid.rows = grid.rows < needed ? grid.rows : needed;
    grid.height = height / grid.rows;
    return grid;
}

struct linked_grid linked_grid(const struct linked_state *state, int height, int width) {
    struct linked_grid grid = grid_of(state->shown_count, height - 2, width / ROOMY_WIDTH);
    if (grid.columns * grid.rows < state->shown_count)
        grid = grid_of(state->shown_count, height - 2, width / LIST_WIDTH);
    return grid;
}

/* What all lists share: the axis of the measure. */
struct painting {
    const struct linked_state *state;
    bool share, focused;
    double low, high, reference;
    const struct linked_list *list;
    enum dimension dimension;
    double largest; /* of this list's values: its bars' whole length */
};

/* The list is made of the very answer that the measure is a share of. */
static bool is_of_itself(enum dimension dimension, enum measure measure) {
    enum answer of, asked;
    if (!measure_answer(measure, &of))
        return false;
    if (dimension == DIMENSION_ENGAGEMENT)
        return of != ANSWER_RETURNING;
    return dimension_answer(dimension, &asked) && asked == of;
}

/* Rows with a fifteenth of the sales or more define the axis: the rest would stretch it. */
static void set_axis(struct painting *painting) {
    const struct linked_state *state = painting->state;
    painting->low = 1;
    painting->high = 0;
    for (int i = 0; i < state->shown_count; i++) {
        const struct linked_list *list = &state->linked.lists[state->shown[i]];
        for (int row = 0; row < list->count && !is_of_itself(state->shown[i], state->measure);
             row++) {
            const struct cell *cell = &list->rows[row].cell;
            if (cell->sales * 15 < state->linked.total.sales)
                continue;
            struct interval value = linked_value(cell, state->measure);
            painting->low = fmin(painting->low, value.low);
            painting->high = fmax(painting->high, value.high);
        }
    }
    painting->reference = linked_value(&state->linked.total, state->measure).estimate;
}

static void value_text(struct interval value, enum measure measure, bool roomy, char *text,
                       size_t size) {
    if (isnan(value.estimate))
        snprintf(text, size, "–");
    else if (measure_kind(measure) == MEASURE_SHARE && roomy)
        chart_share_text(value, text, size);
    else if (measure_kind(measure) == MEASURE_SHARE)
        snprintf(text, size, "%.1f%%", value.estimate * 100);
    else if (measure_kind(measure) == MEASURE_COUNT_OF)
        number_grouped((int64_t)value.estimate, text, size);
    else {
        char money[MONEY_TEXT_SIZE];
        money_short(value.estimate, money);
        snprintf(text, size, "%s", money);
    }
}

/* Between the mark and the cursor: what v would keep. */
static bool is_between(const struct painting *painting, const struct linked_row *row) {
    const struct linked_state *state = painting->state;
    if (!state->marking || state->marked != painting->dimension || row->code == 0)
        return false;
    long cursor = state->tables[painting->dimension].cursor;
    int other = cursor < painting->list->count ? painting->list->rows[cursor].code : 0;
    int low = other < state->marked_code ? other : state->marked_code;
    int high = other < state->marked_code ? state->marked_code : other;
    return row->code >= low && row->code <= high;
}

static void draw_row(const struct painting *painting, struct pane line, int label_width,
                     int value_width, const struct linked_row *row, bool at_cursor) {
    enum style style = at_cursor && painting->focused           ? STYLE_STRONG
                       : painting->list->filtered && !row->kept ? STYLE_DIM
                                                                : STYLE_TEXT;
    struct interval value = linked_value(&row->cell, painting->state->measure);
    char text[64];
    if (at_cursor && painting->focused)
        draw_repeat(line, 0, 0, 1, STYLE_KEY, GLYPH_POINTER);
    if (is_between(painting, row))
        draw_text(line, 0, 1, STYLE_KEY, "=");
    else if (painting->list->filtered && row->kept)
        draw_repeat(line, 0, 1, 1, STYLE_FILTER, GLYPH_DOT);
    draw_field(line, 0, 2, label_width, style, row->label);
    value_text(value, painting->state->measure, value_width >= INTERVAL_TEXT_WIDTH, text,
               sizeof text);
    int start = 3 + label_width, room = line.width - start - value_width - 2;
    enum style bar = painting->list->filtered && !row->kept ? STYLE_DIM : STYLE_BAR;
    if (painting->share && !isnan(value.estimate) && painting->high > painting->low &&
        !is_of_itself(painting->dimension, painting->state->measure))
        chart_interval(line, 0, start, room, painting->low, painting->high, value,
                       painting->reference, bar);
    else if (!painting->share && painting->largest > 0)
        chart_bar(line, 0, start, room, value.estimate / painting->largest, bar);
    draw_right(line, 0, line.width - 1, style, text);
}

static void draw_title(const struct painting *painting, struct pane pane, int hidden) {
    const struct linked_list *list = painting->list;
    char more[48] = "";
    int column = draw_text(pane, 0, 0, painting->focused ? STYLE_TAB : STYLE_TITLE,
                           dimension_title(painting->dimension));
    if (list->filtered)
        draw_format(pane, 0, column + 1, STYLE_FILTER, "%d of %d", list->kept, list->count);
    if (hidden > 0)
        snprintf(more, sizeof more, "+%d more", hidden);
    draw_right(pane, 0, pane.width - 1, STYLE_DIM, more);
}

static void draw_list(struct painting *painting, struct pane pane) {
    const struct linked_state *state = painting->state;
    const struct linked_list *list = painting->list;
    const struct table *table = &state->tables[painting->dimension];
    int lines = pane.height - 1, longest = 4, widest = 1;
    if (lines > list->count)
        lines = list->count;
    long top = table->cursor >= lines ? table->cursor - lines + 1 : 0;
    draw_title(painting, pane, list->count - lines);
    painting->largest = 0;
    for (int i = 0; i < list->count; i++)
        painting->largest =
            fmax(painting->largest, linked_value(&list->rows[i].cell, state->measure).estimate);
    bool roomy = pane.width >= ROOMY_WIDTH + 8;
    for (int i = 0; i < lines; i++) {
        const struct linked_row *row = &list->rows[top + i];
        char text[64];
        value_text(linked_value(&row->cell, state->measure), state->measure, roomy, text,
                   sizeof text);
        longest = text_width(row->label) > longest ? text_width(row->label) : longest;
        widest = text_width(text) > widest ? text_width(text) : widest;
    }
    if (painting->share && roomy)
        widest = INTERVAL_TEXT_WIDTH;
    int limit = pane.width - widest - (painting->share ? 13 : 10);
    longest = longest < limit ? longest : limit;
    for (int i = 0; i < lines; i++)
        draw_row(painting, pane_top(pane_below(pane, 1 + i), 1), longest, widest,
                 &list->rows[top + i], top + i == table->cursor);
}

static void draw_heading(const struct painting *painting, struct pane body, bool pages) {
    const struct linked_state *state = painting->state;
    char value[64], sales[NUMBER_TEXT_SIZE];
    value_text(linked_value(&state->linked.total, state->measure), state->measure, true, value,
               sizeof value);
    number_grouped(state->linked.total.sales, sales, sizeof sales);
    int column = draw_text(body, 0, 0, STYLE_TITLE, measure_title(state->measure));
    column = draw_format(body, 0, column + 1, STYLE_STRONG, "%s", value);
    if (state->measure != MEASURE_SALES)
        column = draw_format(body, 0, column + 2, STYLE_TEXT, "of %s sales", sales);
    if (pages)
        draw_format(body, 0, column + 2, STYLE_DIM, "list %d of %d", state->focus + 1,
                    state->shown_count);
}

static const char *hint(const struct linked_state *state) {
    if (state->marking)
        return "The other end: move and press v; x forgets the mark.";
    if (state->linked.total.sales == 0)
        return "No sales match all filters: x lets go of a list's choices, u undoes.";
    return dimension_is_ordered(state->shown[state->focus])
               ? "A list keeps showing what you filtered out in it. v marks one end of a range, v "
                 "again the other."
               : "A list keeps showing what you filtered out in it. = keeps a value, = on "
                 "another adds it.";
}

void linked_draw(const void *data, const struct app *app, struct pane body) {
    const struct linked_state *state = data;
    (void)app;
    struct linked_grid grid = linked_grid(state, body.height, body.width);
    struct painting painting = {.state = state,
                                .share = measure_kind(state->measure) == MEASURE_SHARE};
    set_axis(&painting);
    int at_once = grid.columns * grid.rows, width = body.width / grid.columns;
    int first = state->focus / at_once * at_once;
    draw_heading(&painting, body, at_once < state->shown_count);
    for (int i = 0; i < at_once && first + i < state->shown_count; i++) {
        struct pane pane = pane_below(body, 1 + i / grid.columns * grid.height);
        pane = pane_top(pane_left(pane_after(pane, i % grid.columns * width), width), grid.height);
        painting.dimension = state->shown[first + i];
        painting.list = &state->linked.lists[painting.dimension];
        painting.focused = first + i == state->focus;
        draw_list(&painting, pane);
    }
    draw_field(body, body.height - 1, 0, body.width, STYLE_DIM, hint(state));
}

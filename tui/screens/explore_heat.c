/* The heat map of Explore: one measure by rows and columns, digits over shades, with a cursor on
 * one cell. A mark says which cells differ from the rest beyond chance; the others' shades are what
 * chance draws. */
#include <math.h>
#include <stdio.h>

#include "base/money.h"
#include "base/number.h"
#include "base/text.h"
#include "tui/screens/explore_parts.h"
#include "tui/widgets/canvas.h"

enum { GAP = 1, CELL_MIN = 7, CELL_MAX = 14, LABEL_MAX = 20 };

/* How many of `count` columns fit, and which comes first so that the cursor's is among them. */
struct window {
    int first, shown;
};

static struct window window_of(int count, int cursor, int room) {
    struct window window = {0, room < count ? room : count};
    if (window.shown < 1)
        window.shown = 1;
    if (cursor >= window.shown)
        window.first = cursor - window.shown + 1;
    return window;
}

static void short_text(struct interval value, enum measure measure, char *text, size_t size) {
    char money[MONEY_TEXT_SIZE];
    if (isnan(value.estimate)) {
        snprintf(text, size, "–");
    } else if (measure_kind(measure) == MEASURE_SHARE) {
        snprintf(text, size, "%.1f", value.estimate * 100);
    } else if (measure_kind(measure) == MEASURE_COUNT_OF) {
        number_grouped((int64_t)value.estimate, text, size);
    } else {
        money_short(value.estimate, money);
        snprintf(text, size, "%s", money);
    }
}

/* The widest of a margin's labels, between two bounds. */
static int labels_width(const struct explore *margin, int least, int most) {
    int widest = least;
    for (int i = 0; i < margin->grouping.count; i++) {
        int width = text_width(margin->grouping.groups[i].label[0]) + margin->rows[i].partial;
        widest = width > widest ? width : widest;
    }
    return widest < most ? widest : most;
}

struct scale {
    double low, high;
};

static struct scale scale_of(const struct explore_state *state) {
    struct scale scale = {INFINITY, -INFINITY};
    for (int i = 0; i < state->cross.cells.grouping.count; i++) {
        double value = measure_value(&state->cross.cells.rows[i], state->measure).estimate;
        if (!isnan(value)) {
            scale.low = fmin(scale.low, value);
            scale.high = fmax(scale.high, value);
        }
    }
    return scale;
}

static void draw_cell(const struct explore_state *state, const struct scale *scale, struct pane at,
                      int row, int column, bool marked) {
    int cell = cross_at(&state->cross, row, column);
    char value[32] = "", text[40];
    double shade = NAN;
    const char *mark = "";
    if (cell >= 0) {
        struct interval measured = measure_value(&state->cross.cells.rows[cell], state->measure);
        short_text(measured, state->measure, value, sizeof value);
        shade = scale->high > scale->low
                    ? (measured.estimate - scale->low) / (scale->high - scale->low)
                    : NAN;
        enum verdict verdict = state->differences.rows[cell].verdict;
        mark = verdict == VERDICT_HIGHER ? "^" : verdict == VERDICT_LOWER ? "v" : "";
    }
    snprintf(text, sizeof text, "%s%s", mark, value);
    if (marked)
        draw_field(at, 0, 0, at.width, STYLE_CURSOR, text);
    else
        canvas_shade(at, 0, 0, at.width, shade, text);
}

/* In the middle, as canvas_shade writes the cells' values. */
static void draw_centred(struct pane at, enum style style, const char *text) {
    int width = text_width(text), left = width < at.width ? (at.width - width) / 2 : 0;
    draw_field(pane_after(at, left), 0, 0, at.width - left, style, text);
}

static void draw_total(const struct explore_row *row, enum measure measure, struct pane at) {
    char text[32];
    short_text(measure_value(row, measure), measure, text, sizeof text);
    draw_centred(at, STYLE_DIM, text);
}

static struct pane part_of(struct pane pane, int row, int column, int width) {
    return pane_left(pane_after(pane_top(pane_below(pane, row), 1), column), width);
}

/* What stands under the cursor, in full, and what of the table is out of sight. */
static void draw_caption(const struct explore_state *state, struct pane pane, struct window rows,
                         struct window columns) {
    const struct cross *cross = &state->cross;
    char value[64] = "no sale", part[96] = "";
    int cell = cross_at(cross, state->heat_row, state->heat_column);
    if (cell >= 0)
        explore_value_text(measure_value(&cross->cells.rows[cell], state->measure), state->measure,
                           value, sizeof value);
    int column = draw_format(pane, 0, 0, STYLE_STRONG, "%s, %s",
                             cross->rows.grouping.groups[state->heat_row].label[0],
                             cross->columns.grouping.groups[state->heat_column].label[0]);
    column = draw_format(pane, 0, column + 1, STYLE_TEXT, " %s", value);
    if (cell >= 0)
        column = draw_format(pane, 0, column + 1, STYLE_DIM, " %lld sales",
                             (long long)cross->cells.rows[cell].group->cell.sales);
    if (columns.shown < cross->columns.grouping.count)
        snprintf(part, sizeof part, "columns %d-%d of %d", columns.first + 1,
                 columns.first + columns.shown, cross->columns.grouping.count);
    else if (rows.shown < cross->rows.grouping.count)
        snprintf(part, sizeof part, "rows %d-%d of %d", rows.first + 1, rows.first + rows.shown,
                 cross->rows.grouping.count);
    if (column + 2 + text_width(part) <= pane.width)
        draw_right(pane, 0, pane.width, STYLE_DIM, part);
}

void explore_heat_draw(const struct explore_state *state, struct pane pane, bool focused) {
    const struct cross *cross = &state->cross;
    int row_count = cross->rows.grouping.count, column_count = cross->columns.grouping.count;
    if (pane.height < 4 || row_count == 0)
        return;
    struct scale scale = scale_of(state);
    int label = labels_width(&cross->rows, 5, pane.width > 60 ? LABEL_MAX : LABEL_MAX / 2);
    int width = labels_width(&cross->columns, CELL_MIN, CELL_MAX);
    int room = pane.width - label - GAP - (CELL_MIN + GAP); /* the total stands last */
    if (column_count * (width + GAP) > room)                /* narrower before fewer */
        width = room / column_count - GAP > CELL_MIN ? room / column_count - GAP : CELL_MIN;
    struct window columns = window_of(column_count, state->heat_column, room / (width + GAP));
    struct window rows = window_of(row_count, state->heat_row, pane.height - 3);
    draw_caption(state, pane, rows, columns);
    struct pane grid = pane_below(pane, 1);
    int total_at = label + GAP + columns.shown * (width + GAP);
    for (int c = 0; c < columns.shown; c++) {
        const struct explore_row *column = &cross->columns.rows[columns.first + c];
        struct pane at = part_of(grid, 0, label + GAP + c * (width + GAP), width);
        char title[DIMENSION_LABEL_SIZE + 2];
        snprintf(title, sizeof title, "%s%s", column->group->label[0], column->partial ? "*" : "");
        draw_centred(at, STYLE_HEADING, title);
        draw_total(column, state->measure,
                   part_of(grid, 1 + rows.shown, label + GAP + c * (width + GAP), width));
    }
    draw_centred(part_of(grid, 0, total_at, CELL_MIN), STYLE_HEADING, "All");
    for (int r = 0; r < rows.shown; r++) {
        int number = rows.first + r;
        const struct explore_row *row = &cross->rows.rows[number];
        char title[DIMENSION_LABEL_SIZE + 2];
        snprintf(title, sizeof title, "%s%s", row->group->label[0], row->partial ? "*" : "");
        draw_field(grid, 1 + r, 0, label, STYLE_TEXT, title);
        for (int c = 0; c < columns.shown; c++) {
            bool marked =
                focused && number == state->heat_row && columns.first + c == state->heat_column;
            draw_cell(state, &scale, part_of(grid, 1 + r, label + GAP + c * (width + GAP), width),
                      number, columns.first + c, marked);
        }
        draw_total(row, state->measure, part_of(grid, 1 + r, total_at, CELL_MIN));
    }
    draw_text(grid, 1 + rows.shown, 0, STYLE_HEADING, "All");
    draw_total(&cross->total.rows[0], state->measure,
               part_of(grid, 1 + rows.shown, total_at, CELL_MIN));
}

static int clamped(int value, int count) {
    return value < 0 ? 0 : value >= count ? (count > 0 ? count - 1 : 0) : value;
}

bool explore_heat_act(struct explore_state *state, enum action action, int page) {
    int rows = state->cross.rows.grouping.count, columns = state->cross.columns.grouping.count;
    switch (action) {
    case ACTION_UP:
        state->heat_row--;
        break;
    case ACTION_DOWN:
        state->heat_row++;
        break;
    case ACTION_PAGE_UP:
        state->heat_row -= page;
        break;
    case ACTION_PAGE_DOWN:
        state->heat_row += page;
        break;
    case ACTION_LEFT:
        state->heat_column--;
        break;
    case ACTION_RIGHT:
        state->heat_column++;
        break;
    case ACTION_FIRST:
        state->heat_row = state->heat_column = 0;
        break;
    case ACTION_LAST:
        state->heat_row = rows;
        state->heat_column = columns;
        break;
    case ACTION_NONE: /* after a load: only keep the cursor inside */
        break;
    default:
        return false;
    }
    state->heat_row = clamped(state->heat_row, rows);
    state->heat_column = clamped(state->heat_column, columns);
    return true;
}

#include "tui/widgets/table.h"

#include <stdio.h>

#include "base/text.h"
#include "tui/mouse.h"

enum {
    COLUMNS_MAX = 32,
    CELL_TEXT_SIZE = 512,
    POINTER_WIDTH = 1, /* the column before the first cell */
    ROOM_MIN = 14      /* a column that takes what is left over gets at least this */
};

static long within(long value, long low, long high) {
    if (value > high)
        value = high;
    return value < low ? low : value;
}

/* The first row to show: near `top`, but with the cursor in view and no blank rows at the end. */
static long visible_top(const struct table *table, long rows, long height) {
    long top = within(table->top, table->cursor - height + 1, table->cursor);
    return within(top, 0, rows > height ? rows - height : 0);
}

bool table_move(struct table *table, enum action action, long rows, int page) {
    long step = page > 1 ? page : 1;
    switch (action) {
    case ACTION_UP:
        table->cursor--;
        break;
    case ACTION_DOWN:
        table->cursor++;
        break;
    case ACTION_PAGE_UP:
        table->cursor -= step;
        table->top -= step;
        break;
    case ACTION_PAGE_DOWN:
        table->cursor += step;
        table->top += step;
        break;
    case ACTION_FIRST:
        table->cursor = 0;
        break;
    case ACTION_LAST:
        table->cursor = rows - 1;
        break;
    default:
        return false;
    }
    table_clamp(table, rows);
    table->top = visible_top(table, rows, step);
    return true;
}

void table_clamp(struct table *table, long rows) {
    table->cursor = within(table->cursor, 0, rows - 1);
    table->top = within(table->top, 0, rows - 1);
}

struct layout {
    int at[COLUMNS_MAX];
    int width[COLUMNS_MAX]; /* 0: left out */
};

static int needed_width(const struct table_column *columns, int count, const bool *shown) {
    int needed = POINTER_WIDTH;
    for (int i = 0; i < count; i++) {
        if (shown[i])
            needed += (columns[i].width > 0 ? columns[i].width : ROOM_MIN) + 1;
    }
    return needed - 1; /* no blank after the last one */
}

/* The column to leave out next: the largest priority, of equals the rightmost; −1: none may go. */
static int most_dispensable(const struct table_column *columns, int count, const bool *shown) {
    int found = -1;
    for (int i = 0; i < count; i++) {
        if (shown[i] && columns[i].priority > 0 &&
            (found < 0 || columns[i].priority >= columns[found].priority))
            found = i;
    }
    return found;
}

static void lay_out(struct layout *layout, const struct table_column *columns, int count,
                    int width) {
    bool shown[COLUMNS_MAX];
    for (int i = 0; i < count; i++)
        shown[i] = true;
    while (needed_width(columns, count, shown) > width) {
        int next = most_dispensable(columns, count, shown);
        if (next < 0)
            break;
        shown[next] = false;
    }
    int spare = width - needed_width(columns, count, shown);
    int at = POINTER_WIDTH;
    for (int i = 0; i < count; i++) {
        int wanted = columns[i].width;
        if (shown[i] && wanted == 0) {
            wanted = ROOM_MIN + (spare > 0 ? spare : 0);
            spare = 0;
        }
        int room = width - at;
        layout->at[i] = at;
        layout->width[i] = !shown[i] || room <= 0 ? 0 : wanted < room ? wanted : room;
        if (layout->width[i] > 0)
            at += layout->width[i] + 1;
    }
}

static void draw_cell(struct pane pane, int row, int at, int width, bool right, enum style style,
                      const char *text) {
    int length = text_width(text);
    if (right && length < width)
        at += width - length;
    draw_field(pane, row, at, length < width ? length : width, style, text);
}

void table_span(const struct table *table, long rows, int shown, char *text, size_t size) {
    text[0] = '\0';
    if (shown <= 0 || rows <= shown)
        return;
    long top = visible_top(table, rows, shown);
    snprintf(text, size, "%ld-%ld of %ld", top + 1, top + shown, rows);
}

void table_draw(const struct table *table, struct pane pane, const struct table_column *columns,
                int column_count, long rows, bool focused, table_cell *cell, const void *context) {
    struct layout layout;
    int count = column_count < COLUMNS_MAX ? column_count : COLUMNS_MAX;
    if (pane.height < 1 || pane.width <= POINTER_WIDTH)
        return;
    lay_out(&layout, columns, count, pane.width);
    for (int i = 0; i < count; i++)
        draw_cell(pane, 0, layout.at[i], layout.width[i], columns[i].right,
                  i + 1 == table->marked ? STYLE_CURSOR : STYLE_HEADING, columns[i].title);
    int height = pane.height - 1;
    long top = visible_top(table, rows, height > 0 ? height : 1);
    for (int line = 0; line < height && top + line < rows; line++) {
        bool marked = focused && top + line == table->cursor;
        if (focused)
            mouse_region(pane, 1 + line, 0, pane.width, MOUSE_ROW, top + line - table->cursor);
        if (marked)
            draw_repeat(pane, 1 + line, 0, 1, STYLE_CURSOR, GLYPH_POINTER);
        for (int i = 0; i < count; i++) {
            if (layout.width[i] == 0)
                continue;
            char text[CELL_TEXT_SIZE] = "";
            enum style style = STYLE_TEXT;
            struct pane area = {pane.row + 1 + line, pane.column + layout.at[i], 1,
                                layout.width[i]};
            cell(context, top + line, i, area, text, sizeof text, &style);
            draw_cell(pane, 1 + line, layout.at[i], layout.width[i], columns[i].right,
                      marked && i == 0 ? STYLE_CURSOR : style, text);
        }
    }
}

long table_shown_to(const struct table *table, struct pane pane, long rows) {
    long height = pane.height > 2 ? pane.height - 1 : 1;
    long last = visible_top(table, rows, height) + height;
    return last < rows ? last : rows;
}

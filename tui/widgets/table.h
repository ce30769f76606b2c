/* A scrolling table with a cursor. The screen owns the rows; the table asks for cells as text. */
#ifndef TUI_WIDGETS_TABLE_H
#define TUI_WIDGETS_TABLE_H

#include <stdbool.h>

#include "tui/actions.h"
#include "tui/draw.h"

struct table_column {
    const char *title;
    int width;    /* the first column takes what is left over when width is 0 */
    bool right;   /* numbers stand right */
    int priority; /* 0 is always shown; the largest are left out first where the pane is narrow */
};

struct table {
    long cursor; /* row under the cursor */
    long top;    /* first row shown, as far as the cursor stays in view */
    int marked;  /* the column whose heading is marked, from 1; 0: none */
};

/* Writes the cell's text (UTF-8, from data allowed) and may change its style. A cell may draw
 * itself (a bar, an interval) into `cell`, and then leaves `text` empty. */
typedef void table_cell(const void *context, long row, int column, struct pane cell, char *text,
                        size_t size, enum style *style);

/* Moves for UP DOWN PAGE_UP PAGE_DOWN FIRST LAST; false for any other action. `page` is the number
 * of rows shown. */
bool table_move(struct table *table, enum action action, long rows, int page);

/* Keeps the cursor within the rows after they changed. */
void table_clamp(struct table *table, long rows);

/* "1-13 of 43" where not all rows are seen at once, else "": where one is, and that there is more.
 */
void table_span(const struct table *table, long rows, int shown, char *text, size_t size);

/* Heading and rows; `focused` shows the cursor. Rows shown = pane height − 1. */
void table_draw(const struct table *table, struct pane pane, const struct table_column *columns,
                int column_count, long rows, bool focused, table_cell *cell, const void *context);

/* How many rows stand above the last one shown, itself included: less than `rows` where there are
 * more below. */
long table_shown_to(const struct table *table, struct pane pane, long rows);

#endif

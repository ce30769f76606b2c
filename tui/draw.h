/* Drawing into a rectangle of the screen: everything is clipped to it and made safe for the
 * terminal. */
#ifndef TUI_DRAW_H
#define TUI_DRAW_H

#include "tui/style.h"

struct pane {
    int row, column; /* of its upper left corner on the screen */
    int height, width;
};

struct pane pane_top(struct pane pane, int rows);      /* the first `rows` */
struct pane pane_below(struct pane pane, int rows);    /* all but the first `rows` */
struct pane pane_left(struct pane pane, int columns);  /* the first `columns` */
struct pane pane_after(struct pane pane, int columns); /* all but the first `columns` */

/* Text at row and column of the pane; returns the column after it. Characters that this terminal
 * cannot show become ASCII ones that mean the same. */
int draw_text(struct pane pane, int row, int column, enum style style, const char *text);
int draw_format(struct pane pane, int row, int column, enum style style, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

/* Text in exactly `width` columns: padded, or clipped with an ellipsis. */
void draw_field(struct pane pane, int row, int column, int width, enum style style,
                const char *text);

/* Text that ends just before column `end`; nothing where it does not fit. */
void draw_right(struct pane pane, int row, int end, enum style style, const char *text);

void draw_repeat(struct pane pane, int row, int column, int count, enum style style,
                 enum glyph glyph);

/* Underlines a whole row, its blanks too: a rule that costs no row and next to nothing on the line.
 */
void draw_underline(struct pane pane, int row);

/* Text broken at blanks into the pane's width from `row` on; returns the row after it. */
int draw_paragraph(struct pane pane, int row, int column, enum style style, const char *text);
int draw_paragraph_lines(int width, const char *text); /* how many it takes */

#endif

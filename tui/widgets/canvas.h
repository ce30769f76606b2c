/* Points, curves and shades over several lines: braille where the terminal has it, else a character
 * a cell.
 *
 *     struct canvas *canvas = canvas_new(pane, x_low, x_high, y_low, y_high);
 *     canvas_line(canvas, 0, 0, 1, 1, 6);                     the diagonal of a ROC curve
 *     for (…) canvas_point(canvas, x[i], y[i], kind[i]);      kinds 0 … 7: in ASCII, one letter
 * each canvas_draw(canvas); canvas_free(canvas);
 */
#ifndef TUI_WIDGETS_CANVAS_H
#define TUI_WIDGETS_CANVAS_H

#include <stdbool.h>
#include <stdint.h>

#include "tui/draw.h"

struct canvas;

/* The pane's area stands for x_low … x_high by y_low … y_high, y upwards; what lies outside is not
 * drawn. */
struct canvas *canvas_new(struct pane pane, double x_low, double x_high, double y_low,
                          double y_high);

enum { CANVAS_KINDS = 8 };

/* Kind 0 … 7 chooses the look; where several kinds fall into one cell, the commonest one's. */
void canvas_point(struct canvas *canvas, double x, double y, int kind);
void canvas_line(struct canvas *canvas, double x0, double y0, double x1, double y1, int kind);

void canvas_draw(const struct canvas *canvas);
void canvas_free(struct canvas *canvas);

/* What a kind looks like, for a legend: a style, and its mark in tiers without braille. */
enum style canvas_style(int kind);
const char *canvas_mark(int kind);

/* One shade of a heat map, 0 … 1, drawn behind `text` (which is centred in `width` columns): the
 * number stays readable, and the shade is told by a glyph too. NaN: empty. */
void canvas_shade(struct pane pane, int row, int column, int width, double shade, const char *text);

#endif

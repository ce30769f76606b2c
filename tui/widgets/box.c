/* A box plot's cells as this terminal can show them, and columns in eighths of a line. */
#include "tui/widgets/box.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "tui/terminal.h"

static const struct {
    const char *ascii, *lines;
    enum style style;
} looks[] = {
    [BOX_NOTHING] = {" ", " ", STYLE_TEXT},     [BOX_WHISKER_END_LOW] = {"|", "├", STYLE_BAR},
    [BOX_WHISKER] = {"-", "─", STYLE_BAR},      [BOX_FROM] = {"[", "[", STYLE_BAR},
    [BOX_BODY] = {"#", "█", STYLE_BAR},         [BOX_MEDIAN] = {"|", "│", STYLE_STRONG},
    [BOX_TO] = {"]", "]", STYLE_BAR},           [BOX_WHISKER_END_HIGH] = {"|", "┤", STYLE_BAR},
    [BOX_MORE_LOW] = {"<", "<", STYLE_WARNING}, [BOX_MORE_HIGH] = {">", ">", STYLE_WARNING},
    [BOX_OUTLIERS] = {".", "·", STYLE_DIM},
};

static const char *sign_of(enum box_cell cell) {
    if (terminal_tier() == TIER_ASCII)
        return looks[cell].ascii;
    if (terminal_tier() == TIER_FULL && cell == BOX_MORE_HIGH)
        return "▸";
    if (terminal_tier() == TIER_FULL && cell == BOX_MORE_LOW)
        return "◂";
    return looks[cell].lines;
}

void box_draw(struct pane pane, int row, int column, int width, const struct box *box,
              struct box_axis axis) {
    if (width <= 0)
        return;
    enum box_cell *cells = xcalloc((size_t)width, sizeof *cells);
    box_cells(box, axis, cells, width);
    for (int i = 0; i < width; i++) {
        if (cells[i] != BOX_NOTHING)
            draw_text(pane, row, column + i, looks[cells[i]].style, sign_of(cells[i]));
    }
    free(cells);
}

void columns_draw(struct pane pane, const double *values, int count, enum style style) {
    static const char *const eighths[] = {"", "▁", "▂", "▃", "▄", "▅", "▆", "▇"};
    double largest = 0;
    for (int i = 0; i < count; i++)
        largest = fmax(largest, values[i]); /* passes over NaN */
    int steps = terminal_tier() == TIER_FULL ? 8 : 2;
    for (int i = 0; i < count && i < pane.width && largest > 0; i++) {
        if (!(values[i] > 0))
            continue;
        int filled = (int)lround(values[i] / largest * pane.height * steps);
        if (filled == 0)
            filled = 1; /* little is not nothing */
        int whole = filled / steps, rest = filled % steps;
        for (int line = 0; line < whole; line++)
            draw_repeat(pane, pane.height - 1 - line, i, 1, style, GLYPH_BAR);
        if (rest != 0)
            draw_text(pane, pane.height - 1 - whole, i, style,
                      terminal_tier() == TIER_ASCII ? "=" : eighths[rest * 8 / steps]);
    }
}

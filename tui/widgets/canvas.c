/* A canvas is a grid of cells; each remembers which of its dots are set (two by four in braille)
 * and how many points of each kind fell into it. */
#include "tui/widgets/canvas.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "tui/terminal.h"

struct cell {
    uint8_t dots; /* by Unicode's numbering of braille dots */
    uint32_t points[CANVAS_KINDS];
};

struct canvas {
    struct pane pane;
    double x_low, x_high, y_low, y_high;
    int across, down; /* dots in a cell */
    struct cell *cells;
};

static const struct {
    enum style style;
    const char *mark;
} kinds[CANVAS_KINDS] = {{STYLE_BAR, "o"},     {STYLE_HIGHER, "+"}, {STYLE_WARNING, "x"},
                         {STYLE_LOWER, "*"},   {STYLE_TITLE, "#"},  {STYLE_TEXT, "@"},
                         {STYLE_UNCLEAR, "."}, {STYLE_STRONG, "%"}};

enum style canvas_style(int kind) {
    return kinds[kind].style;
}

const char *canvas_mark(int kind) {
    return kinds[kind].mark;
}

struct canvas *canvas_new(struct pane pane, double x_low, double x_high, double y_low,
                          double y_high) {
    struct canvas *canvas = xcalloc(1, sizeof *canvas);
    bool braille = terminal_tier() == TIER_FULL;
    pane.width = pane.width > 0 ? pane.width : 0;
    pane.height = pane.height > 0 ? pane.height : 0;
    *canvas =
        (struct canvas){pane, x_low, x_high, y_low, y_high, braille ? 2 : 1, braille ? 4 : 1, NULL};
    canvas->cells = xcalloc((size_t)pane.width * (size_t)pane.height + 1, sizeof *canvas->cells);
    return canvas;
}

void canvas_free(struct canvas *canvas) {
    if (canvas == NULL)
        return;
    free(canvas->cells);
    free(canvas);
}

/* Dots from the left and from the top; the ends of the axes lie on the outermost dots. */
static bool place(const struct canvas *canvas, double x, double y, double *column, double *row) {
    if (!(canvas->x_high > canvas->x_low) || !(canvas->y_high > canvas->y_low) || isnan(x) ||
        isnan(y))
        return false;
    int width = canvas->pane.width * canvas->across, height = canvas->pane.height * canvas->down;
    *column = (x - canvas->x_low) / (canvas->x_high - canvas->x_low) * (width - 1);
    *row = (canvas->y_high - y) / (canvas->y_high - canvas->y_low) * (height - 1);
    return true;
}

static void set_dot(struct canvas *canvas, double column, double row, int kind) {
    static const uint8_t braille[4][2] = {{0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}};
    int width = canvas->pane.width * canvas->across, height = canvas->pane.height * canvas->down;
    if (!(column > -0.5 && column < width - 0.5 && row > -0.5 && row < height - 0.5))
        return;
    int x = (int)lround(column), y = (int)lround(row);
    struct cell *cell = &canvas->cells[(size_t)(y / canvas->down) * (size_t)canvas->pane.width +
                                       (size_t)(x / canvas->across)];
    cell->dots |= braille[y % canvas->down][x % canvas->across];
    cell->points[kind]++;
}

void canvas_point(struct canvas *canvas, double x, double y, int kind) {
    double column, row;
    if (place(canvas, x, y, &column, &row))
        set_dot(canvas, column, row, kind);
}

void canvas_line(struct canvas *canvas, double x0, double y0, double x1, double y1, int kind) {
    double column0, row0, column1, row1;
    if (!place(canvas, x0, y0, &column0, &row0) || !place(canvas, x1, y1, &column1, &row1))
        return;
    double length = fmax(fabs(column1 - column0), fabs(row1 - row0));
    if (!(length < 100000)) /* far outside: nothing of it could be told */
        return;
    int steps = (int)ceil(length);
    for (int i = 0; i <= steps; i++) {
        double part = steps > 0 ? (double)i / steps : 0;
        set_dot(canvas, column0 + (column1 - column0) * part, row0 + (row1 - row0) * part, kind);
    }
}

static int commonest(const struct cell *cell) {
    int best = 0;
    for (int kind = 1; kind < CANVAS_KINDS; kind++)
        best = cell->points[kind] > cell->points[best] ? kind : best;
    return best;
}

void canvas_draw(const struct canvas *canvas) {
    bool braille = canvas->across == 2;
    for (int row = 0; row < canvas->pane.height; row++) {
        for (int column = 0; column < canvas->pane.width; column++) {
            const struct cell *cell =
                &canvas->cells[(size_t)row * (size_t)canvas->pane.width + (size_t)column];
            if (cell->dots == 0)
                continue;
            int kind = commonest(cell);
            /* U+2800 and the dots, in UTF-8 */
            const char dots[] = {(char)0xE2, (char)(0xA0 | cell->dots >> 6),
                                 (char)(0x80 | (cell->dots & 0x3F)), '\0'};
            draw_text(canvas->pane, row, column, kinds[kind].style,
                      braille ? dots : kinds[kind].mark);
        }
    }
}

void canvas_shade(struct pane pane, int row, int column, int width, double shade,
                  const char *text) {
    static const char *const ascii[] = {" ", ".", ":", "+", "#"};
    static const char *const blocks[] = {" ", "░", "▒", "▓", "█"};
    enum { LEVELS = sizeof ascii / sizeof *ascii };
    int level = isnan(shade) ? 0 : (int)lround(fmax(0, fmin(1, shade)) * (LEVELS - 1));
    const char *glyph = (terminal_tier() == TIER_ASCII ? ascii : blocks)[level];
    int length = text_width(text);
    int left = length < width ? (width - length) / 2 : 0;
    for (int i = 0; i < width; i++) {
        if (i < left || i >= left + length)
            draw_text(pane, row, column + i, STYLE_BAR, glyph);
    }
    draw_field(pane, row, column + left, length < width ? length : width, STYLE_TEXT, text);
}

/* A screen's cells as SVG. Every run of text is held to the width of its cells (textLength), so
 * that columns stand under each other in whatever font there is; blocks and lines are drawn as
 * shapes, because fonts leave gaps between them. */
#include "tests/support/picture.h"

#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/memory.h"

enum { CELL_WIDTH = 8, CELL_HEIGHT = 18, BASELINE = 13, MARGIN = 12 };

#define TEXT_COLOR 0xD5DAE1u
#define BACK_COLOR 0x161B22u

/* The first sixteen as terminals with a dark background have them, told apart easily. */
static const uint32_t palette[16] = {0x161B22, 0xE0565B, 0x6CC277, 0xE3B95C, 0x4F8FE6, 0xC583D6,
                                     0x56B6C2, 0xD5DAE1, 0x6E7681, 0xFF7B72, 0x7EE787, 0xF2CC60,
                                     0x6CA8FF, 0xD2A8FF, 0x76DFE8, 0xFFFFFF};

/* xterm's 256 colours: the palette, a cube of six steps, a ramp of greys. */
static uint32_t rgb_of(int color, uint32_t own) {
    static const uint32_t steps[6] = {0, 95, 135, 175, 215, 255};
    if (color == PTY_OWN_COLOR)
        return own;
    if (color < 16)
        return palette[color];
    if (color >= 232)
        return (uint32_t)(8 + 10 * (color - 232)) * 0x010101u;
    color -= 16;
    return steps[color / 36] << 16 | steps[color / 6 % 6] << 8 | steps[color % 6];
}

static uint32_t faded(uint32_t text, uint32_t back) {
    uint32_t mixed = 0;
    for (int shift = 0; shift <= 16; shift += 8)
        mixed |= ((text >> shift & 0xFF) * 62 + (back >> shift & 0xFF) * 38) / 100 << shift;
    return mixed;
}

/* How a cell is painted, with reverse and dim worked into the colours. */
struct look {
    uint32_t text, back;
    bool bold, underline;
};

static struct look look_of(const struct pty_cell *cell) {
    uint32_t text = rgb_of(cell->text_color, TEXT_COLOR);
    uint32_t back = rgb_of(cell->back_color, BACK_COLOR);
    if (cell->dim)
        text = faded(text, back);
    return (struct look){cell->reverse ? back : text, cell->reverse ? text : back, cell->bold,
                         cell->underline};
}

static bool looks_alike(struct look a, struct look b) {
    return a.text == b.text && a.back == b.back && a.bold == b.bold && a.underline == b.underline;
}

/* The part of its cell that a block or a line fills, in eighths of its width and height. */
struct shape {
    double left, top, right, bottom;
};

static bool shape_of(uint32_t code, struct shape *out) {
    struct shape shape = {0, 0, 8, 8};
    if (code == 0x2580) /* upper half */
        shape.bottom = 4;
    else if (code > 0x2580 && code <= 0x2588) /* one to eight eighths, from below */
        shape.top = 8 - (double)(code - 0x2580);
    else if (code > 0x2588 && code < 0x2590) /* seven eighths to one, from the left */
        shape.right = 8 - (double)(code - 0x2588);
    else if (code == 0x2590) /* right half */
        shape.left = 4;
    else if (code == 0x2500) /* a line across, */
        shape.top = 3.75, shape.bottom = 4.25;
    else if (code == 0x2502) /* and one down */
        shape.left = 3.5, shape.right = 4.5;
    else
        return false;
    *out = shape;
    return true;
}

/* Letters, digits and signs, which one font has all of; the rest may come from another one, of
 * another width. */
static bool is_letter(uint32_t code) {
    return code < 0x2190;
}

static void put_color(struct buffer *svg, uint32_t rgb) {
    buffer_printf(svg, " fill=\"#%06x\"", (unsigned)rgb);
}

static void put_character(struct buffer *svg, uint32_t code) {
    if (code == '<')
        buffer_text(svg, "&lt;");
    else if (code == '>')
        buffer_text(svg, "&gt;");
    else if (code == '&')
        buffer_text(svg, "&amp;");
    else if (code >= 0x80)
        buffer_printf(svg, "&#%u;", (unsigned)code);
    else
        buffer_printf(svg, "%c", (int)code);
}

static void put_rectangle(struct buffer *svg, double x, double y, double width, double height,
                          uint32_t rgb) {
    buffer_printf(svg, "<rect x=\"%g\" y=\"%g\" width=\"%g\" height=\"%g\"", x, y, width, height);
    put_color(svg, rgb);
    buffer_text(svg, "/>\n");
}

struct row {
    const struct pty *pty;
    int number, columns;
};

static struct pty_cell cell_at(const struct row *row, int column) {
    return pty_cell(row->pty, row->number, column);
}

static double x_of(int column) {
    return MARGIN + column * CELL_WIDTH;
}

static double y_of(const struct row *row) {
    return MARGIN + row->number * CELL_HEIGHT;
}

/* What lies below the text of a row: backgrounds that are not the screen's own, and the lines under
 * underlined cells, blank ones too. */
static void put_grounds(struct buffer *svg, const struct row *row) {
    for (int start = 0, end; start < row->columns; start = end) {
        struct pty_cell cell = cell_at(row, start);
        struct look look = look_of(&cell);
        for (end = start + 1; end < row->columns; end++) {
            cell = cell_at(row, end);
            struct look next = look_of(&cell);
            if (next.back != look.back || next.underline != look.underline ||
                (look.underline && next.text != look.text))
                break;
        }
        double width = (end - start) * CELL_WIDTH;
        if (look.back != BACK_COLOR)
            put_rectangle(svg, x_of(start), y_of(row), width, CELL_HEIGHT, look.back);
        if (look.underline)
            put_rectangle(svg, x_of(start), y_of(row) + CELL_HEIGHT - 2, width, 1, look.text);
    }
}

/* A run of full cells and the one partly filled after it are one rectangle: a bar. */
static int put_shapes(struct buffer *svg, const struct row *row, int start, struct shape shape) {
    struct pty_cell cell = cell_at(row, start);
    struct look look = look_of(&cell);
    double left = x_of(start) + shape.left * CELL_WIDTH / 8;
    double right = x_of(start) + shape.right * CELL_WIDTH / 8;
    int end = start + 1;
    for (; end < row->columns && right == x_of(end); end++) {
        struct shape next;
        cell = cell_at(row, end);
        if (!shape_of(cell.code, &next) || next.left != 0 || next.top != shape.top ||
            next.bottom != shape.bottom || !looks_alike(look_of(&cell), look))
            break;
        right += next.right * CELL_WIDTH / 8;
    }
    put_rectangle(svg, left, y_of(row) + shape.top * CELL_HEIGHT / 8, right - left,
                  (shape.bottom - shape.top) * CELL_HEIGHT / 8, look.text);
    return end;
}

/* Whether a run of text goes on at this column: nothing that looks otherwise, no gap of two blanks,
 * and beside signs from other fonts no blank at all. */
static bool goes_on(const struct row *row, int column, struct look look, bool letters) {
    struct shape shape;
    struct pty_cell cell = cell_at(row, column);
    if (cell.code == ' ' && letters && column + 1 < row->columns) {
        struct pty_cell next = cell_at(row, column + 1);
        return next.code != ' ' && is_letter(next.code) && looks_alike(look_of(&cell), look) &&
               looks_alike(look_of(&next), look);
    }
    return cell.code != ' ' && !shape_of(cell.code, &shape) && is_letter(cell.code) == letters &&
           looks_alike(look_of(&cell), look);
}

static int put_text(struct buffer *svg, const struct row *row, int start) {
    struct pty_cell cell = cell_at(row, start);
    struct look look = look_of(&cell);
    bool letters = is_letter(cell.code);
    int end = start + 1;
    while (end < row->columns && (cell_at(row, end).width == 0 || goes_on(row, end, look, letters)))
        end++;
    buffer_printf(svg, "<text x=\"%g\" y=\"%g\" textLength=\"%d\"", x_of(start),
                  y_of(row) + BASELINE, (end - start) * CELL_WIDTH);
    if (look.text != TEXT_COLOR)
        put_color(svg, look.text);
    buffer_text(svg, look.bold ? " font-weight=\"bold\">" : ">");
    for (int column = start; column < end; column++) {
        cell = cell_at(row, column);
        if (cell.width > 0)
            put_character(svg, cell.code);
    }
    buffer_text(svg, "</text>\n");
    return end;
}

static void put_row(struct buffer *svg, const struct row *row) {
    put_grounds(svg, row);
    for (int column = 0; column < row->columns;) {
        struct shape shape;
        struct pty_cell cell = cell_at(row, column);
        if (cell.code == ' ' || cell.width == 0)
            column++;
        else if (shape_of(cell.code, &shape))
            column = put_shapes(svg, row, column, shape);
        else
            column = put_text(svg, row, column);
    }
}

char *picture_svg(const struct pty *pty, const char *title) {
    struct buffer svg = {0};
    int lines, columns;
    pty_size(pty, &lines, &columns);
    int width = columns * CELL_WIDTH + 2 * MARGIN, height = lines * CELL_HEIGHT + 2 * MARGIN;
    buffer_printf(&svg,
                  "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" "
                  "height=\"%d\" role=\"img\" font-family=\"ui-monospace,'DejaVu Sans Mono',"
                  "Menlo,Consolas,'Liberation Mono',monospace\" font-size=\"13\" "
                  "fill=\"#%06x\">\n<title>",
                  width, height, width, height, TEXT_COLOR);
    for (const char *at = title; *at != '\0'; at++)
        put_character(&svg, (unsigned char)*at);
    buffer_text(&svg, "</title>\n<style>text{white-space:pre}</style>\n");
    buffer_printf(&svg,
                  "<rect width=\"%d\" height=\"%d\" rx=\"8\" fill=\"#%06x\" stroke=\"#444c56\"/>\n",
                  width, height, BACK_COLOR);
    for (int number = 0; number < lines; number++)
        put_row(&svg, &(struct row){pty, number, columns});
    buffer_text(&svg, "</svg>\n");
    return buffer_take(&svg);
}

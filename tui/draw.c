#include "tui/draw.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "base/text.h"
#include "tui/paint.h"
#include "tui/terminal.h"

struct pane pane_top(struct pane pane, int rows) {
    pane.height = rows < pane.height ? rows : pane.height;
    return pane;
}

struct pane pane_below(struct pane pane, int rows) {
    int taken = rows < pane.height ? rows : pane.height;
    pane.row += taken;
    pane.height -= taken;
    return pane;
}

struct pane pane_left(struct pane pane, int columns) {
    pane.width = columns < pane.width ? columns : pane.width;
    return pane;
}

struct pane pane_after(struct pane pane, int columns) {
    int taken = columns < pane.width ? columns : pane.width;
    pane.column += taken;
    pane.width -= taken;
    return pane;
}

/* What stands for a character that the terminal cannot show. */
static wchar_t in_ascii(uint32_t code) {
    static const struct {
        uint32_t code;
        char ascii;
    } table[] = {{0x2013, '-'}, {0x2014, '-'}, {0x2212, '-'},  {0x2026, '.'},  {0x00D7, 'x'},
                 {0x00B1, '~'}, {0x00B7, '.'}, {0x2019, '\''}, {0x2018, '\''}, {0x201C, '"'},
                 {0x201D, '"'}, {0x2190, '<'}, {0x2192, '>'},  {0x2191, '^'},  {0x2193, 'v'},
                 {0x2500, '-'}, {0x2265, '>'}, {0x2264, '<'},  {0x25B8, '>'},  {0x25B2, '^'},
                 {0x25BC, 'v'}, {0x2248, '~'}, {0x00A0, ' '}};
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        if (table[i].code == code)
            return table[i].ascii;
    }
    return L'?';
}

static wchar_t shown(uint32_t code) {
    if (code < 0x20 || (code >= 0x7F && code < 0xA0))
        return L'?';
    if (code < 0x80)
        return (wchar_t)code;
    if (terminal_tier() == TIER_ASCII)
        return in_ascii(code);
    return wcwidth((wchar_t)code) < 0 ? L'?' : (wchar_t)code;
}

int draw_text(struct pane pane, int row, int column, enum style style, const char *text) {
    if (row < 0 || row >= pane.height || column < 0)
        return column;
    wchar_t line[512];
    int count = 0, at = column;
    size_t length = strlen(text);
    for (size_t i = 0; i < length && count < 511;) {
        uint32_t code;
        i += text_decode(text + i, length - i, &code);
        wchar_t character = shown(code);
        int width = character < 0x80 ? 1 : wcwidth(character);
        if (at + width > pane.width)
            break;
        line[count++] = character;
        at += width;
    }
    line[count] = L'\0';
    if (count == 0)
        return at;
    attr_set(paint_attributes(style) & ~(attr_t)A_COLOR,
             (short)PAIR_NUMBER(paint_attributes(style)), NULL);
    mvaddnwstr(pane.row + row, pane.column + column, line, count);
    attr_set(A_NORMAL, 0, NULL);
    return at;
}

int draw_format(struct pane pane, int row, int column, enum style style, const char *format, ...) {
    char text[1024];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    return draw_text(pane, row, column, style, text);
}

void draw_field(struct pane pane, int row, int column, int width, enum style style,
                const char *text) {
    if (width <= 0)
        return;
    char field[1024];
    int used;
    size_t bytes = text_clip(text, width, &used);
    bool cut = text[bytes] != '\0';
    if (cut)
        bytes = text_clip(text, width - 1, &used);
    if (bytes > sizeof field - 8)
        bytes = sizeof field - 8;
    int length = snprintf(field, sizeof field, "%.*s%s", (int)bytes, text, cut ? "…" : "");
    used += cut;
    while (used < width && length < (int)sizeof field - 1) {
        field[length++] = ' ';
        used++;
    }
    field[length] = '\0';
    draw_text(pane, row, column, style, field);
}

void draw_right(struct pane pane, int row, int end, enum style style, const char *text) {
    int column = end - text_width(text);
    if (column >= 0)
        draw_text(pane, row, column, style, text);
}

void draw_repeat(struct pane pane, int row, int column, int count, enum style style,
                 enum glyph glyph) {
    char line[1024];
    const char *one = terminal_glyph(glyph);
    size_t size = strlen(one), at = 0;
    for (int i = 0; i < count && at + size < sizeof line; i++, at += size)
        memcpy(line + at, one, size);
    line[at] = '\0';
    draw_text(pane, row, column, style, line);
}

void draw_underline(struct pane pane, int row) {
    if (row < 0 || row >= pane.height)
        return;
    for (int column = 0; column < pane.width; column++) {
        cchar_t cell;
        wchar_t text[CCHARW_MAX + 1];
        attr_t attributes = A_NORMAL;
        short pair = 0;
        if (mvin_wch(pane.row + row, pane.column + column, &cell) == OK)
            getcchar(&cell, text, &attributes, &pair, NULL);
        chgat(1, (attributes & ~(attr_t)A_COLOR) | A_UNDERLINE, pair, NULL);
    }
}

/* Bytes of the text's first line where `room` columns are there for it. */
static size_t first_line(const char *text, int room) {
    size_t bytes = text_clip(text, room, NULL), taken = bytes;
    if (text[bytes] == '\0' || text[bytes] == ' ')
        return bytes;
    while (taken > 0 && text[taken] != ' ')
        taken--;
    return taken > 0 ? taken : bytes;
}

int draw_paragraph(struct pane pane, int row, int column, enum style style, const char *text) {
    int room = pane.width - column;
    for (size_t taken; *text != '\0' && room > 0 && (taken = first_line(text, room)) > 0;) {
        char line[1024];
        snprintf(line, sizeof line, "%.*s", (int)taken, text);
        draw_text(pane, row++, column, style, line);
        text += taken;
        text += strspn(text, " ");
    }
    return row;
}

int draw_paragraph_lines(int width, const char *text) {
    int lines = 0;
    for (size_t taken; *text != '\0' && width > 0 && (taken = first_line(text, width)) > 0;
         lines++) {
        text += taken;
        text += strspn(text, " ");
    }
    return lines;
}

/* A document for people: sentences, aligned figures and tables, intervals in brackets. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/money.h"
#include "base/number.h"
#include "base/text.h"
#include "report/print.h"
#include "report/value.h"

static void pad(struct buffer *out, int columns) {
    for (; columns > 0; columns--)
        buffer_text(out, " ");
}

static bool in_text(const struct column *column) {
    return (column->hidden & NOT_IN_TEXT) == 0 && column->kind != KIND_JSON;
}

static void line_print(struct buffer *out, const char *text, const struct look *look) {
    char *line = xstrdup(text);
    if (look->ascii)
        line = text_in_ascii(line);
    buffer_text(out, line);
    buffer_text(out, "\n");
    free(line);
}

/* Where a line of so many columns may end: behind a comma or before a blank; 0: nowhere. */
static size_t line_end(const char *text, int columns) {
    size_t end = text_clip(text, columns, NULL);
    while (end > 0 && text[end] != ' ' && text[end - 1] != ',')
        end--;
    return end;
}

/* A sentence, broken where the look is narrow; lines but the first begin at `indent`. */
static void sentence_print(struct buffer *out, const char *text, const struct look *look,
                           int indent) {
    while (look->narrow && text_width(text) > look->columns - indent) {
        size_t end = line_end(text, look->columns - indent);
        if (end == 0)
            break; /* one long word */
        char *line = xstrndup(text, end);
        line_print(out, line, look);
        free(line);
        text += end + strspn(text + end, " ");
        pad(out, indent);
    }
    line_print(out, text, look);
}

/* "Sales      8,871", the values below each other. */
static void figures_print(struct buffer *out, const struct table *table, const struct look *look) {
    int width = 0;
    for (size_t i = 0; i < table->column_count; i++) {
        if (in_text(&table->columns[i]) && text_width(table->columns[i].title) > width)
            width = text_width(table->columns[i].title);
    }
    for (size_t i = 0; i < table->column_count && table_rows(table) != 0; i++) {
        if (!in_text(&table->columns[i]))
            continue;
        const char *title = table->columns[i].title;
        char *value = figure_text(&table->columns[i], table_value(table, 0, i), look->ascii);
        buffer_text(out, title);
        pad(out, look->linear ? 1 : width + 2 - text_width(title));
        sentence_print(out, value, look, width + 2);
        free(value);
    }
}

/* "Location Lakeside, Sales 3,000, …": a row a line, each value after its title. */
static void rows_print_linear(struct buffer *out, const struct table *table,
                              const struct look *look) {
    for (size_t row = 0; row < table_rows(table); row++) {
        const char *comma = "";
        for (size_t i = 0; i < table->column_count; i++) {
            if (!in_text(&table->columns[i]) || (table->columns[i].hidden & NOT_IN_LINEAR))
                continue;
            char *value = value_text(&table->columns[i], table_value(table, row, i), look->ascii);
            if (value[0] != '\0') { /* a title without anything after it only confuses */
                buffer_printf(out, "%s%s %s", comma, table->columns[i].title, value);
                comma = ", ";
            }
            free(value);
        }
        buffer_text(out, "\n");
    }
}

/* A table as it will stand: every value as text, and how wide each column is (0: left out). */
struct layout {
    const struct table *table;
    char **texts; /* row by row */
    int *widths;
};

static void layout_make(struct layout *layout, const struct table *table, const struct look *look) {
    size_t rows = table_rows(table), columns = table->column_count;
    layout->table = table;
    layout->texts = xcalloc(rows * columns + 1, sizeof *layout->texts);
    layout->widths = xcalloc(columns, sizeof *layout->widths);
    for (size_t i = 0; i < columns; i++) {
        if (!in_text(&table->columns[i]))
            continue;
        int width = text_width(table->columns[i].title);
        for (size_t row = 0; row < rows; row++) {
            char *text = value_text(&table->columns[i], table_value(table, row, i), look->ascii);
            layout->texts[row * columns + i] = text;
            width = text_width(text) > width ? text_width(text) : width;
        }
        layout->widths[i] = width > 0 ? width : 1;
    }
}

static void layout_free(struct layout *layout) {
    for (size_t i = 0; i < table_rows(layout->table) * layout->table->column_count; i++)
        free(layout->texts[i]);
    free(layout->texts);
    free(layout->widths);
}

/* Leaves out minor columns from the right until the rest fits; their titles go to `out`. */
static void layout_fit(struct layout *layout, int terminal, struct buffer *out) {
    int width = -2;
    for (size_t i = 0; i < layout->table->column_count; i++)
        width += layout->widths[i] > 0 ? layout->widths[i] + 2 : 0;
    for (size_t i = layout->table->column_count; i-- > 0 && width > terminal;) {
        if (layout->widths[i] == 0 || !layout->table->columns[i].minor)
            continue;
        width -= layout->widths[i] + 2;
        layout->widths[i] = 0;
        buffer_printf(out, "%s%s", out->length != 0 ? ", " : "", layout->table->columns[i].title);
    }
}

/* Cuts the widest name until the rest fits; what is left of it can still be told apart. */
static void layout_cut(struct layout *layout, int terminal) {
    enum { LEAST = 12 };
    size_t columns = layout->table->column_count, widest = columns;
    int width = -2;
    for (size_t i = 0; i < columns; i++) {
        width += layout->widths[i] > 0 ? layout->widths[i] + 2 : 0;
        if (layout->table->columns[i].kind == KIND_TEXT &&
            (widest == columns || layout->widths[i] > layout->widths[widest]))
            widest = i;
    }
    if (widest == columns || width <= terminal)
        return;
    int room = layout->widths[widest] - (width - terminal);
    room = room < LEAST ? LEAST : room;
    layout->widths[widest] = room;
    for (size_t row = 0; row < table_rows(layout->table); row++) {
        char **text = &layout->texts[row * columns + widest];
        if (text_width(*text) <= room)
            continue;
        char *cut = xasprintf("%.*s~", (int)text_clip(*text, room - 1, NULL), *text);
        free(*text);
        *text = cut;
    }
}

/* `texts` of one row, or NULL for the titles. */
static void layout_line(struct buffer *out, const struct layout *layout, char *const *texts) {
    int gap = 0;
    for (size_t i = 0; i < layout->table->column_count; i++) {
        if (layout->widths[i] == 0)
            continue;
        const struct column *column = &layout->table->columns[i];
        const char *text = texts != NULL ? texts[i] : column->title;
        bool left = column->kind == KIND_TEXT && !column->right;
        int space = layout->widths[i] - text_width(text);
        if (left && text[0] == '\0') {
            gap += space + 2;
            continue;
        }
        pad(out, left ? gap : gap + space);
        buffer_text(out, text);
        gap = left ? space + 2 : 2; /* nothing trails on a line */
    }
    buffer_text(out, "\n");
}

static void rows_print(struct buffer *out, const struct table *table, const struct look *look) {
    struct layout layout;
    struct buffer left_out = {0};
    layout_make(&layout, table, look);
    if (look->columns > 0)
        layout_fit(&layout, look->columns, &left_out);
    if (look->narrow && look->columns > 0)
        layout_cut(&layout, look->columns);
    layout_line(out, &layout, NULL);
    for (size_t row = 0; row < table_rows(table); row++)
        layout_line(out, &layout, layout.texts + row * table->column_count);
    if (left_out.length != 0) {
        char *note = xasprintf("(too narrow for: %s)", left_out.data);
        sentence_print(out, note, look, 0);
        free(note);
    }
    buffer_free(&left_out);
    layout_free(&layout);
}

static void table_print(struct buffer *out, const struct table *table, const struct look *look) {
    buffer_text(out, out->length != 0 ? "\n" : "");
    if (table->title != NULL)
        line_print(out, table->title, look);
    if (table->figures)
        figures_print(out, table, look);
    else if (table_rows(table) == 0)
        line_print(out, "(none)", look);
    else if (look->linear)
        rows_print_linear(out, table, look);
    else
        rows_print(out, table, look);
}

void print_text(const struct document *document, const struct look *look, struct buffer *out) {
    bool after_table = false;
    for (size_t i = 0; i < document->count; i++) {
        const struct item *item = &document->items[i];
        if (item->kind == ITEM_SENTENCE) {
            buffer_text(out, after_table ? "\n" : "");
            sentence_print(out, item->text, look, 0);
            after_table = false;
        } else if (item->kind == ITEM_TABLE && (item->table->hidden & NOT_IN_TEXT) == 0) {
            table_print(out, item->table, look);
            after_table = true;
        }
    }
}

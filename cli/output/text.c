/* A document for people: sentences, aligned figures and tables, intervals in brackets. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/money.h"
#include "base/number.h"
#include "base/text.h"
#include "cli/output/print.h"

/* Everything that is not ASCII: our own signs by their like, the data's letters by "?". */
static char *to_ascii(char *text) {
    static const struct {
        const char *sign, *like;
    } likes[] = {{"–", "-"}, {"—", "-"}, {"−", "-"},  {"…", "..."}, {"×", "x"}, {"±", "+-"},
                 {"‘", "'"}, {"’", "'"}, {"≥", ">="}, {"≤", "<="},  {"├", "["}, {"┤", "]"},
                 {"─", "-"}, {"●", "o"}, {"┊", "|"},  {"┼", ":"},   {"█", "#"}, {"▏", "="},
                 {"▎", "="}, {"▍", "="}, {"▌", "="},  {"▋", "="},   {"▊", "="}, {"▉", "="},
                 {"┝", "|"}, {"┥", "|"}, {"│", "|"},  {"▸", ">"},   {"◂", "<"}, {"·", "."}};
    struct buffer out = {0};
    size_t length = strlen(text);
    for (size_t at = 0; at < length;) {
        uint32_t code;
        size_t size = text_decode(text + at, length - at, &code);
        const char *like = NULL;
        for (size_t i = 0; i < sizeof likes / sizeof *likes && size > 1; i++) {
            if (strncmp(text + at, likes[i].sign, strlen(likes[i].sign)) == 0)
                like = likes[i].like;
        }
        if (like != NULL)
            buffer_text(&out, like);
        else if (size > 1 || (unsigned char)text[at] >= 0x80)
            buffer_text(&out, "?");
        else
            buffer_append(&out, text + at, 1);
        at += size;
    }
    free(text);
    return buffer_take(&out);
}

static void money_signed(struct buffer *out, double minor, bool sign) {
    char text[MONEY_TEXT_SIZE];
    money_grouped((int64_t)llround(minor), text);
    buffer_printf(out, "%s%s", sign && minor > 0 ? "+" : "", text);
}

/* One number of the column's kind, without a unit. */
static void number_text(struct buffer *out, const struct column *column, double value) {
    char text[NUMBER_TEXT_SIZE];
    switch (column->kind) {
    case KIND_COUNT:
        number_grouped((int64_t)llround(value), text, sizeof text);
        buffer_text(out, text);
        break;
    case KIND_NUMBER:
        buffer_printf(out, "%.0f", value);
        break;
    case KIND_MONEY:
        money_signed(out, value, false);
        break;
    case KIND_MONEY_CHANGE:
        money_signed(out, value, true);
        break;
    case KIND_SHARE:
        buffer_printf(out, "%.1f", value * 100);
        break;
    case KIND_POINTS:
        buffer_printf(out, "%+.1f", value * 100);
        break;
    case KIND_REAL:
        buffer_printf(out, "%.*f", column->decimals, value);
        break;
    case KIND_CHANGE:
        buffer_printf(out, "%+.*f", column->decimals, value);
        break;
    case KIND_P:
        if (value < 0.0001)
            buffer_text(out, "<0.0001");
        else
            buffer_printf(out, "%.4f", value);
        break;
    case KIND_FLAG:
        buffer_text(out, value != 0 ? "yes" : "no");
        break;
    case KIND_TEXT:
    case KIND_FIGURE:
    case KIND_JSON:
        break;
    }
}

static char *value_text(const struct column *column, const struct value *value,
                        const struct look *look) {
    struct buffer out = {0};
    bool sign = column->kind == KIND_POINTS || column->kind == KIND_CHANGE ||
                column->kind == KIND_MONEY_CHANGE;
    if (value->text != NULL) {
        buffer_text(&out, value->text);
    } else if (value->json != NULL && json_is_string(value->json)) {
        buffer_text(&out, json_string_value(value->json));
    } else if (!value->known) {
        buffer_text(&out, "–");
    } else {
        if (value->whole && (column->kind == KIND_COUNT || column->kind == KIND_NUMBER)) {
            char text[NUMBER_TEXT_SIZE]; /* exact beyond 2^53 */
            number_grouped(value->integer, text, sizeof text);
            if (column->kind == KIND_COUNT)
                buffer_text(&out, text);
            else
                buffer_printf(&out, "%lld", (long long)value->integer);
        } else {
            number_text(&out, column, value->real);
        }
        buffer_text(&out, column->kind == KIND_SHARE ? "%" : "");
        if (column->low != NULL && isfinite(value->low) && isfinite(value->high)) {
            buffer_text(&out, " [");
            number_text(&out, column, value->low);
            buffer_text(&out, sign ? " to " : "–");
            number_text(&out, column, value->high);
            buffer_text(&out, "]");
        }
    }
    char *text = buffer_take(&out);
    return look->ascii ? to_ascii(text) : text;
}

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
        line = to_ascii(line);
    buffer_text(out, line);
    buffer_text(out, "\n");
    free(line);
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
        char *value = value_text(&table->columns[i], table_value(table, 0, i), look);
        buffer_text(out, title);
        pad(out, look->linear ? 1 : width + 2 - text_width(title));
        buffer_printf(out, "%s\n", value);
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
            char *value = value_text(&table->columns[i], table_value(table, row, i), look);
            buffer_printf(out, "%s%s %s", comma, table->columns[i].title, value);
            comma = ", ";
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
            char *text = value_text(&table->columns[i], table_value(table, row, i), look);
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
    layout_line(out, &layout, NULL);
    for (size_t row = 0; row < table_rows(table); row++)
        layout_line(out, &layout, layout.texts + row * table->column_count);
    if (left_out.length != 0)
        buffer_printf(out, "(too narrow for: %s)\n", left_out.data);
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
            line_print(out, item->text, look);
            after_table = false;
        } else if (item->kind == ITEM_TABLE && (item->table->hidden & NOT_IN_TEXT) == 0) {
            table_print(out, item->table, look);
            after_table = true;
        }
    }
}

/* A document as Markdown: sentences as paragraphs, tables as GitHub's tables. */
#include <stdlib.h>
#include <string.h>

#include "report/print.h"
#include "report/value.h"

/* Text that Markdown would read as its own signs, HTML among them, is shown as it is. Brackets of
 * intervals stay plain for whoever reads the source: they mean something only before "(" or ":". */
static void escaped(struct buffer *out, const char *text) {
    bool link =
        strstr(text, "](") != NULL || strstr(text, "]:") != NULL || strstr(text, "][") != NULL;
    for (const char *at = text; *at != '\0'; at++) {
        if (strchr("\\`*_<|~&", *at) != NULL || (link && (*at == '[' || *at == ']')) ||
            (at == text && strchr("#>+-", *at) != NULL && at[1] == ' '))
            buffer_text(out, "\\");
        buffer_append(out, *at == '\n' ? " " : at, 1);
    }
}

/* Pictures made of characters say nothing here. */
static bool is_shown(const struct column *column) {
    return (column->hidden & (NOT_IN_TEXT | NOT_IN_LINEAR)) == 0 && column->kind != KIND_JSON;
}

static void cell(struct buffer *out, const struct table *table, size_t row, size_t column) {
    const struct value *value = table_value(table, row, column);
    char *text = table->figures ? figure_text(&table->columns[column], value, false)
                                : value_text(&table->columns[column], value, false);
    escaped(out, text);
    free(text);
}

static void figures(struct buffer *out, const struct table *table) {
    for (size_t i = 0; i < table->column_count && table_rows(table) != 0; i++) {
        if (!is_shown(&table->columns[i]))
            continue;
        buffer_text(out, "- ");
        escaped(out, table->columns[i].title);
        buffer_text(out, ": **");
        cell(out, table, 0, i);
        buffer_text(out, "**\n");
    }
}

static void rows(struct buffer *out, const struct table *table) {
    buffer_text(out, "|");
    for (size_t i = 0; i < table->column_count; i++) {
        if (!is_shown(&table->columns[i]))
            continue;
        buffer_text(out, " ");
        escaped(out, table->columns[i].title);
        buffer_text(out, " |");
    }
    buffer_text(out, "\n|");
    for (size_t i = 0; i < table->column_count; i++) {
        bool left = table->columns[i].kind == KIND_TEXT && !table->columns[i].right;
        if (is_shown(&table->columns[i]))
            buffer_text(out, left ? " --- |" : " ---: |");
    }
    buffer_text(out, "\n");
    for (size_t row = 0; row < table_rows(table); row++) {
        buffer_text(out, "|");
        for (size_t i = 0; i < table->column_count; i++) {
            if (!is_shown(&table->columns[i]))
                continue;
            buffer_text(out, " ");
            cell(out, table, row, i);
            buffer_text(out, " |");
        }
        buffer_text(out, "\n");
    }
}

static void table_print(struct buffer *out, const struct table *table) {
    if (table->title != NULL) {
        buffer_text(out, "### ");
        escaped(out, table->title);
        buffer_text(out, "\n\n");
    }
    if (table->figures)
        figures(out, table);
    else if (table_rows(table) == 0)
        buffer_text(out, "(none)\n");
    else
        rows(out, table);
    buffer_text(out, "\n");
}

void print_markdown(const struct document *document, struct buffer *out) {
    bool first = true;
    for (size_t i = 0; i < document->count; i++) {
        const struct item *item = &document->items[i];
        if (item->kind == ITEM_SENTENCE) {
            buffer_text(out, first ? "## " : "");
            escaped(out, item->text);
            buffer_text(out, "\n\n");
            first = false;
        } else if (item->kind == ITEM_TABLE && (item->table->hidden & NOT_IN_TEXT) == 0) {
            table_print(out, item->table);
        }
    }
}

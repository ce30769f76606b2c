/* A document as one CSV table. Several tables are put under one header, the union of their columns,
 * with a first column `section` that tells them apart. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/money.h"
#include "base/number.h"
#include "report/print.h"

void csv_field(struct buffer *out, const char *text) {
    double number;
    bool guarded =
        text[0] != '\0' && strchr("=+-@\t\r", text[0]) != NULL && !number_parse_real(text, &number);
    bool quoted = strpbrk(text, ",\"\r\n") != NULL;
    if (!quoted) {
        buffer_text(out, guarded ? "'" : "");
        buffer_text(out, text);
        return;
    }
    buffer_text(out, guarded ? "\"'" : "\"");
    for (const char *at = text; *at != '\0'; at++) {
        if (*at == '"')
            buffer_text(out, "\"");
        buffer_append(out, at, 1);
    }
    buffer_text(out, "\"");
}

static void real_field(struct buffer *out, double value) {
    if (isfinite(value))
        buffer_printf(out, "%.15g", value);
}

static void value_fields(struct buffer *out, const struct column *column,
                         const struct value *value) {
    bool money = column->kind == KIND_MONEY || column->kind == KIND_MONEY_CHANGE;
    double unit = money ? MONEY_MINOR : 1;
    if (!value->known) {
        /* nothing between the commas */
    } else if (value->text != NULL) {
        csv_field(out, value->text);
    } else if (column->kind == KIND_FLAG) {
        buffer_text(out, value->integer != 0 ? "yes" : "no");
    } else if (value->whole && money) {
        char text[MONEY_TEXT_SIZE];
        money_plain(value->integer, text);
        buffer_text(out, text);
    } else if (value->whole) {
        buffer_printf(out, "%lld", (long long)value->integer);
    } else {
        real_field(out, value->real / unit);
    }
    if (column->low == NULL)
        return;
    buffer_text(out, ",");
    real_field(out, value->low / unit);
    buffer_text(out, ",");
    real_field(out, value->high / unit);
}

static bool in_csv(const struct column *column) {
    return (column->hidden & NOT_IN_CSV) == 0 && column->kind != KIND_JSON;
}

/* The union of the columns of the chosen tables. */
struct header {
    struct column *columns; /* copies */
    size_t count;
};

static const struct column *find(const struct column *columns, size_t count, const char *key) {
    for (size_t i = 0; i < count; i++) {
        if (strcmp(columns[i].key, key) == 0)
            return &columns[i];
    }
    return NULL;
}

static void header_merge(struct header *header, const struct table *table) {
    for (size_t i = 0; i < table->column_count; i++) {
        const struct column *column = &table->columns[i];
        if (!in_csv(column))
            continue;
        size_t at = 0;
        while (at < header->count && strcmp(header->columns[at].key, column->key) != 0)
            at++;
        if (at < header->count) {
            if (header->columns[at].low == NULL) /* the one with an interval names the fields */
                header->columns[at] = *column;
            continue;
        }
        header->columns =
            xreallocarray(header->columns, header->count + 1, sizeof *header->columns);
        header->columns[header->count++] = *column;
    }
}

static void header_print(struct buffer *out, const struct header *header, bool sections) {
    const char *comma = sections ? "section," : "";
    for (size_t i = 0; i < header->count; i++, comma = ",") {
        buffer_text(out, comma);
        csv_field(out, header->columns[i].key);
        if (header->columns[i].low != NULL)
            buffer_printf(out, ",%s,%s", header->columns[i].low, header->columns[i].high);
    }
    buffer_text(out, "\n");
}

static void row_print(struct buffer *out, const struct header *header, const struct table *table,
                      size_t row) {
    for (size_t i = 0; i < header->count; i++) {
        if (i != 0)
            buffer_text(out, ",");
        const struct column *own =
            find(table->columns, table->column_count, header->columns[i].key);
        bool interval = header->columns[i].low != NULL;
        if (own != NULL && in_csv(own)) {
            value_fields(out, own, table_value(table, row, (size_t)(own - table->columns)));
            interval = interval && own->low == NULL;
        }
        if (interval)
            buffer_text(out, ",,");
    }
    buffer_text(out, "\n");
}

static bool is_shown(const struct document *document, const struct table *table) {
    return table != NULL && (document->csv == NULL || table == document->csv) &&
           (table->hidden & NOT_IN_CSV) == 0;
}

void print_csv(const struct document *document, struct buffer *out) {
    struct header header = {0};
    size_t tables = 0;
    for (size_t i = 0; i < document->count; i++) {
        const struct table *table = document->items[i].table;
        if (!is_shown(document, table))
            continue;
        header_merge(&header, table);
        tables++;
    }
    if (header.count != 0)
        header_print(out, &header, tables > 1);
    for (size_t i = 0; i < document->count; i++) {
        const struct table *table = document->items[i].table;
        if (!is_shown(document, table))
            continue;
        for (size_t row = 0; row < table_rows(table); row++) {
            if (tables > 1)
                buffer_printf(out, "%s,", table->key);
            row_print(out, &header, table, row);
        }
    }
    free(header.columns);
}

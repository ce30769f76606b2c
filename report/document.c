/* Building documents: owns their memory, scrubs every text that comes in. */
#include "report/document.h"

#include <assert.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "base/text.h"

static char *scrubbed(const char *text) {
    return text_printable(text, strlen(text));
}

struct document *document_new(void) {
    return xcalloc(1, sizeof(struct document));
}

static struct item *item_add(struct document *document, enum item_kind kind) {
    document->items = xreallocarray(document->items, document->count + 1, sizeof *document->items);
    struct item *item = &document->items[document->count++];
    *item = (struct item){.kind = kind};
    return item;
}

static void table_free(struct table *table) {
    for (size_t i = 0; i < table->value_count; i++) {
        free(table->values[i].text);
        json_decref(table->values[i].json);
    }
    free(table->values);
    free(table->columns);
    free(table->key);
    free(table->title);
    free(table);
}

void document_free(struct document *document) {
    if (document == NULL)
        return;
    for (size_t i = 0; i < document->count; i++) {
        free(document->items[i].text);
        json_decref(document->items[i].json);
        if (document->items[i].table != NULL)
            table_free(document->items[i].table);
    }
    free(document->items);
    if (document->release != NULL)
        document->release(document->kept);
    free(document);
}

void document_keep(struct document *document, void *kept, void (*release)(void *kept)) {
    assert(document->release == NULL);
    document->kept = kept;
    document->release = release;
}

void document_sentence(struct document *document, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    char *text;
    if (vasprintf(&text, format, arguments) < 0)
        text = xstrdup("");
    va_end(arguments);
    item_add(document, ITEM_SENTENCE)->text = scrubbed(text);
    free(text);
}

void document_json(struct document *document, const char *key, json_t *json) {
    struct item *item = item_add(document, ITEM_JSON);
    item->text = xstrdup(key);
    item->json = json;
}

json_t *json_text(const char *text) {
    char *clean = scrubbed(text);
    json_t *json = json_string(clean);
    free(clean);
    return json;
}

struct table *document_table(struct document *document, const char *key, const char *title,
                             const struct column *columns, size_t column_count) {
    struct table *table = xcalloc(1, sizeof *table);
    table->key = xstrdup(key);
    table->title = title != NULL ? scrubbed(title) : NULL;
    table->columns = xreallocarray(NULL, column_count, sizeof *columns);
    for (size_t i = 0; i < column_count; i++)
        table->columns[i] = columns[i];
    table->column_count = column_count;
    item_add(document, ITEM_TABLE)->table = table;
    return table;
}

struct table *document_figures(struct document *document) {
    struct table *table = document_table(document, "total", NULL, NULL, 0);
    table->figures = true;
    return table;
}

void table_column(struct table *figures, const struct column *column) {
    assert(figures->figures && figures->value_count == figures->column_count);
    figures->columns =
        xreallocarray(figures->columns, figures->column_count + 1, sizeof *figures->columns);
    figures->columns[figures->column_count++] = *column;
}

static void add(struct table *table, struct value value) {
    assert(table->column_count != 0);
    if (table->value_count == table->value_capacity) {
        table->value_capacity = table->value_capacity != 0 ? table->value_capacity * 2 : 64;
        table->values = xreallocarray(table->values, table->value_capacity, sizeof *table->values);
    }
    table->values[table->value_count++] = value;
}

void table_text(struct table *table, const char *text) {
    if (text == NULL)
        table_unknown(table);
    else
        add(table, (struct value){.known = true, .text = scrubbed(text)});
}

void table_integer(struct table *table, int64_t integer) {
    add(table,
        (struct value){.known = true, .whole = true, .integer = integer, .real = (double)integer});
}

void table_real(struct table *table, double real) {
    add(table, (struct value){.known = isfinite(real), .real = real, .low = NAN, .high = NAN});
}

void table_interval(struct table *table, struct interval interval) {
    add(table, (struct value){.known = isfinite(interval.estimate),
                              .real = interval.estimate,
                              .low = interval.low,
                              .high = interval.high});
}

void table_day(struct table *table, day_number day) {
    char text[DATE_ISO_SIZE];
    date_iso(day, text);
    table_text(table, text);
}

void table_flag(struct table *table, bool yes) {
    table_integer(table, yes);
}

void table_json(struct table *table, json_t *json) {
    add(table, (struct value){.known = json != NULL, .json = json});
}

void table_unknown(struct table *table) {
    add(table, (struct value){.low = NAN, .high = NAN});
}

size_t table_rows(const struct table *table) {
    return table->column_count != 0 ? table->value_count / table->column_count : 0;
}

const struct value *table_value(const struct table *table, size_t row, size_t column) {
    return &table->values[row * table->column_count + column];
}

bool table_is_complete(const struct table *table) {
    return table->column_count == 0 || table->value_count % table->column_count == 0;
}

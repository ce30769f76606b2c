/* A document as one JSON object: figures at the top, each table an array of objects. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/money.h"
#include "report/print.h"

static json_t *real_json(double value) {
    return isfinite(value) ? json_real(value) : json_null();
}

static double scaled(const struct column *column, double value) {
    bool money = column->kind == KIND_MONEY || column->kind == KIND_MONEY_CHANGE;
    return money ? value / MONEY_MINOR : value;
}

static json_t *value_json(const struct column *column, const struct value *value) {
    if (!value->known)
        return json_null();
    if (value->json != NULL)
        return json_incref(value->json);
    if (value->text != NULL)
        return json_string(value->text);
    if (column->kind == KIND_FLAG)
        return json_boolean(value->integer != 0);
    bool money = column->kind == KIND_MONEY || column->kind == KIND_MONEY_CHANGE;
    if (value->whole && money && value->integer % MONEY_MINOR == 0)
        return json_integer(value->integer / MONEY_MINOR);
    if (value->whole && !money)
        return json_integer(value->integer);
    return real_json(scaled(column, value->real));
}

static void row_fill(json_t *object, const struct table *table, size_t row) {
    for (size_t i = 0; i < table->column_count; i++) {
        const struct column *column = &table->columns[i];
        if (column->hidden & NOT_IN_JSON)
            continue;
        const struct value *value = table_value(table, row, i);
        json_object_set_new(object, column->key, value_json(column, value));
        if (column->low == NULL)
            continue;
        json_object_set_new(object, column->low, real_json(scaled(column, value->low)));
        json_object_set_new(object, column->high, real_json(scaled(column, value->high)));
    }
}

/* Where a table's rows go: "reach.pairs" stands in the object "reach", which is made where no JSON
 * of that name came before. */
static void place_rows(json_t *root, const char *key, json_t *rows) {
    const char *dot = strchr(key, '.');
    if (dot == NULL) {
        json_object_set_new(root, key, rows);
        return;
    }
    char *parent = xstrndup(key, (size_t)(dot - key));
    if (json_object_get(root, parent) == NULL)
        json_object_set_new(root, parent, json_object());
    json_object_set_new(json_object_get(root, parent), dot + 1, rows);
    free(parent);
}

void print_json(const struct document *document, struct buffer *out) {
    json_t *root = json_object();
    for (size_t i = 0; i < document->count; i++) {
        const struct item *item = &document->items[i];
        if (item->table != NULL && (item->table->hidden & NOT_IN_JSON))
            continue;
        if (item->kind == ITEM_JSON) {
            json_object_set_new(root, item->text, json_copy(item->json)); /* rows may come in */
        } else if (item->table != NULL && item->table->figures) {
            if (table_rows(item->table) != 0)
                row_fill(root, item->table, 0);
        } else if (item->table != NULL) {
            json_t *rows = json_array();
            for (size_t row = 0; row < table_rows(item->table); row++) {
                json_t *object = json_object();
                row_fill(object, item->table, row);
                json_array_append_new(rows, object);
            }
            place_rows(root, item->table->key, rows);
        }
    }
    /* 15 digits: every one of them is right, and 0.1 stays 0.1. */
    char *text = json_dumps(root, JSON_INDENT(2) | JSON_REAL_PRECISION(15));
    json_decref(root);
    buffer_text(out, text != NULL ? text : "{}");
    buffer_text(out, "\n");
    free(text);
}

/* What a subcommand answers, before it is decided how it looks: sentences, figures and tables of
 * typed values, rendered as text, CSV or JSON by one printer each.
 *
 * A command builds one document:
 *
 *     struct document *document = document_new();
 *     struct table *figures = document_figures(document);
 *     table_column(figures, &(struct column){.key = "sales", .title = "Sales", .kind =
 * KIND_COUNT}); table_integer(figures, total.sales); struct table *months =
 * document_table(document, "months", "By month", columns, count); for (…) { table_text(months,
 * month); table_money(months, revenue_minor); }
 */
#ifndef REPORT_DOCUMENT_H
#define REPORT_DOCUMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "base/date.h"
#include "engine/analysis/statistics.h"

/* How values of a column read; JSON and CSV give them with all their digits. */
enum kind {
    KIND_TEXT,
    KIND_COUNT,        /* 8,871 */
    KIND_NUMBER,       /* an id, a line, a year: never grouped */
    KIND_MONEY,        /* minor units, shown and given in major ones */
    KIND_MONEY_CHANGE, /* the same, with its sign */
    KIND_SHARE,        /* 0–1, shown in percent */
    KIND_POINTS,       /* a difference of shares, shown in points with its sign */
    KIND_REAL,         /* with `decimals` */
    KIND_CHANGE,       /* with `decimals` and its sign */
    KIND_P,            /* a p value */
    KIND_FLAG,         /* yes or no */
    KIND_FIGURE,       /* a number that is text already: stands right */
    KIND_JSON          /* a structure that only JSON shows */
};

/* Where a column is left out. */
enum { NOT_IN_TEXT = 1, NOT_IN_CSV = 2, NOT_IN_JSON = 4, NOT_IN_LINEAR = 8 };

struct column {
    const char *key;   /* JSON key and CSV header */
    const char *title; /* in text */
    enum kind kind;
    const char *low, *high; /* keys of the interval's ends; NULL: no interval */
    int decimals;
    bool right;      /* a text that stands right, as numbers do */
    bool minor;      /* may be left out of text where the terminal is too narrow */
    unsigned hidden; /* NOT_IN_… */
};

struct value {
    bool known;
    bool whole; /* `integer` holds it exactly, else `real` does */
    int64_t integer;
    double real, low, high;
    char *text;
    json_t *json;
};

struct table {
    char *key, *title;
    unsigned hidden;   /* NOT_IN_… */
    const char *chart; /* key of the column that HTML draws as columns over the rows; NULL: none */
    bool figures;      /* one row, shown as a list of titles and values; JSON has it at the top */
    struct column *columns;
    size_t column_count;
    struct value *values; /* row by row */
    size_t value_count, value_capacity;
};

enum item_kind { ITEM_SENTENCE, ITEM_TABLE, ITEM_JSON };

struct item {
    enum item_kind kind;
    char *text; /* a sentence, or the key of the JSON */
    struct table *table;
    json_t *json;
};

struct document {
    struct item *items;
    size_t count;
    const struct table *csv; /* the only table that CSV shows; NULL: all, told apart by `section` */
    void *kept;              /* what its columns point at … */
    void (*release)(void *kept); /* … and how that is freed */
};

struct document *document_new(void);
void document_free(struct document *document);

/* Lets the document own, once, what the keys and titles of its columns point at. */
void document_keep(struct document *document, void *kept, void (*release)(void *kept));

/* For people only; texts from the data need no scrubbing before. */
void document_sentence(struct document *document, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* For JSON only; takes the reference over. */
void document_json(struct document *document, const char *key, json_t *json);

/* A text from the data as JSON, scrubbed. */
json_t *json_text(const char *text);

/* Figures of one row, whose columns come one by one with their values. */
struct table *document_figures(struct document *document);
void table_column(struct table *figures, const struct column *column);

/* `title` may be NULL. A key with a dot ("reach.pairs") stands, in JSON, in an object of the name
 * before it. Columns are copied, their strings are not. */
struct table *document_table(struct document *document, const char *key, const char *title,
                             const struct column *columns, size_t column_count);

/* The next value of the table, row by row in the order of its columns. Texts are copied and
 * scrubbed; NaN is "not known". */
void table_text(struct table *table, const char *text); /* NULL: not known */
void table_integer(struct table *table, int64_t integer);
void table_real(struct table *table, double real);
void table_interval(struct table *table, struct interval interval);
void table_day(struct table *table, day_number day);
void table_flag(struct table *table, bool yes);
void table_json(struct table *table, json_t *json); /* takes the reference over */
void table_unknown(struct table *table);

size_t table_rows(const struct table *table);
const struct value *table_value(const struct table *table, size_t row, size_t column);
bool table_is_complete(const struct table *table); /* every row has all its values */

#endif

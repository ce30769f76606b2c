/* `retail-pulse sql`: what a person asks in SQL, read-only, as text, CSV or JSON. CSV and JSON are
 * written row by row, so that an answer of any length takes no memory. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/number.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/interrupt.h"
#include "cli/progress_line.h"
#include "db/query.h"
#include "engine/learn/sql_functions.h"

enum {
    TEXT_ROWS = 1000,   /* shown as text unless --limit says otherwise: they are laid out at once */
    CELL_COLUMNS = 100, /* of the screen, for one value as text */
    BYTES_SHOWN = 32,   /* of a BLOB as text */
    FLUSH_AT = 64 * 1024 /* bytes collected before they are written */
};

struct options {
    int64_t limit;
};

static const struct option_spec specs[] = {
    {"limit", OPTION_INTEGER, offsetof(struct options, limit), "N",
     "how many rows at most (as text 1000, else all; 0: all)", 0, INT32_MAX, NULL},
};

static void init(void *options) {
    ((struct options *)options)->limit = -1;
}

/* ------------------------------------------------------------------ values */

/* As an SQL literal: x'00ff'. */
static void bytes_literal(struct buffer *out, const struct db_value *value, size_t most) {
    static const char digits[] = "0123456789abcdef";
    buffer_text(out, "x'");
    for (size_t i = 0; i < value->length && i < most; i++) {
        unsigned char byte = (unsigned char)value->bytes[i];
        char pair[2] = {digits[byte >> 4], digits[byte & 15]};
        buffer_append(out, pair, 2);
    }
    buffer_text(out, value->length > most ? "..." : "'");
}

/* SQLite has infinities, which neither JSON nor every reader of CSV knows. */
static const char *infinity(double value) {
    return value > 0 ? "Infinity" : "-Infinity";
}

/* As few digits as give the same number again. */
static void real_text(struct buffer *out, double value) {
    char text[NUMBER_TEXT_SIZE];
    snprintf(text, sizeof text, "%.15g", value);
    if (strtod(text, NULL) != value)
        snprintf(text, sizeof text, "%.17g", value);
    buffer_text(out, text);
}

static char *column_title(const struct query *query, int column) {
    const char *name = query_name(query, column);
    return text_clean(name, strlen(name));
}

/* ------------------------------------------------------------------ row by row */

static enum err flush(struct buffer *out, size_t at, struct error *error) {
    if (out->length < at)
        return ERR_OK;
    bool taken = fwrite(out->data, 1, out->length, stdout) == out->length;
    buffer_clear(out);
    return taken ? ERR_OK : stream_check(stdout, "standard output", error);
}

/* How a format writes what SQL has. */
struct notation {
    const char *null, *quote; /* the latter around bytes */
    void (*text)(struct buffer *out, const char *text);
    void (*infinite)(struct buffer *out, const char *text);
};

static void value_print(struct buffer *out, const struct db_value *value,
                        const struct notation *notation) {
    char *text;
    switch (value->kind) {
    case VALUE_NULL:
        buffer_text(out, notation->null);
        break;
    case VALUE_INTEGER:
        buffer_printf(out, "%lld", (long long)value->integer);
        break;
    case VALUE_REAL:
        if (isfinite(value->real))
            real_text(out, value->real);
        else
            notation->infinite(out, infinity(value->real));
        break;
    case VALUE_TEXT:
        text = text_printable(value->bytes, value->length);
        notation->text(out, text);
        free(text);
        break;
    case VALUE_BYTES:
        buffer_text(out, notation->quote);
        bytes_literal(out, value, value->length);
        buffer_text(out, notation->quote);
        break;
    }
}

static enum err csv_print(struct query *query, int64_t limit, struct error *error) {
    static const struct notation notation = {"", "", csv_field, buffer_text};
    struct buffer out = {0};
    bool row = true;
    enum err err = ERR_OK;
    int columns = query_columns(query);
    for (int i = 0; i < columns; i++) {
        char *title = column_title(query, i);
        buffer_text(&out, i != 0 ? "," : "");
        csv_field(&out, title);
        free(title);
    }
    buffer_text(&out, "\n");
    for (int64_t rows = 0; err == ERR_OK && (limit == 0 || rows < limit); rows++) {
        err = query_step(query, &row, error);
        if (err != ERR_OK || !row)
            break;
        for (int i = 0; i < columns; i++) {
            struct db_value value = query_value(query, i);
            buffer_text(&out, i != 0 ? "," : "");
            value_print(&out, &value, &notation);
        }
        buffer_text(&out, "\n");
        err = flush(&out, FLUSH_AT, error);
    }
    if (err == ERR_OK)
        err = flush(&out, 1, error);
    buffer_free(&out);
    return err == ERR_OK ? stream_check(stdout, "standard output", error) : err;
}

static void json_string_text(struct buffer *out, const char *text) {
    json_t *json = json_string(text);
    char *quoted = json_dumps(json, JSON_ENCODE_ANY);
    buffer_text(out, quoted != NULL ? quoted : "null");
    free(quoted);
    json_decref(json);
}

/* Keys of an object differ: SELECT 1 AS a, 2 AS a gives "a" and "a_2". */
static char **keys_make(const struct query *query) {
    int columns = query_columns(query);
    char **keys = xcalloc((size_t)columns + 1, sizeof *keys);
    for (int i = 0; i < columns; i++) {
        char *title = column_title(query, i);
        keys[i] = xstrdup(title);
        for (int number = 2, at = 0; at < i; at++) {
            if (strcmp(keys[at], keys[i]) != 0)
                continue;
            free(keys[i]);
            keys[i] = xasprintf("%s_%d", title, number++);
            at = -1; /* the new one has to differ from all */
        }
        free(title);
    }
    return keys;
}

static enum err json_print(struct query *query, int64_t limit, struct error *error) {
    static const struct notation notation = {"null", "\"", json_string_text, json_string_text};
    struct buffer out = {0};
    bool row = true;
    enum err err = ERR_OK;
    int64_t rows = 0;
    int columns = query_columns(query);
    char **keys = keys_make(query);
    buffer_text(&out, "{\"columns\":[");
    for (int i = 0; i < columns; i++) {
        buffer_text(&out, i != 0 ? "," : "");
        json_string_text(&out, keys[i]);
    }
    buffer_text(&out, "],\"rows\":[");
    for (; err == ERR_OK && (limit == 0 || rows < limit); rows++) {
        err = query_step(query, &row, error);
        if (err != ERR_OK || !row)
            break;
        buffer_text(&out, rows != 0 ? ",\n{" : "\n{");
        for (int i = 0; i < columns; i++) {
            struct db_value value = query_value(query, i);
            buffer_text(&out, i != 0 ? "," : "");
            json_string_text(&out, keys[i]);
            buffer_text(&out, ":");
            value_print(&out, &value, &notation);
        }
        buffer_text(&out, "}");
        err = flush(&out, FLUSH_AT, error);
    }
    bool more = false;
    if (err == ERR_OK && row)
        err = query_step(query, &more, error);
    if (err ==
        ERR_OK) { /* without its end the text is no JSON: nobody takes a part for the whole */
        buffer_printf(&out, "\n],\"row_count\":%lld,\"more\":%s}\n", (long long)rows,
                      more ? "true" : "false");
        err = flush(&out, 1, error);
    }
    for (int i = 0; i < columns; i++)
        free(keys[i]);
    free(keys);
    buffer_free(&out);
    return err == ERR_OK ? stream_check(stdout, "standard output", error) : err;
}

/* ------------------------------------------------------------------ as text */

/* The rows of a text answer, kept until the kind of every column is known. */
struct rows {
    struct db_value *values; /* row by row; bytes are owned */
    size_t count, capacity;
    int columns;
};

static void rows_add(struct rows *rows, const struct query *query) {
    if (rows->count == rows->capacity) {
        rows->capacity = rows->capacity != 0 ? rows->capacity * 2 : 64;
        rows->values = xreallocarray(rows->values, rows->capacity * (size_t)rows->columns,
                                     sizeof *rows->values);
    }
    for (int i = 0; i < rows->columns; i++) {
        struct db_value value = query_value(query, i);
        struct buffer literal = {0};
        if (value.kind == VALUE_BYTES) {
            bytes_literal(&literal, &value, BYTES_SHOWN);
            if (value.length > BYTES_SHOWN)
                buffer_printf(&literal, " (%zu bytes)", value.length);
            value.bytes = buffer_take(&literal);
        } else if (value.kind == VALUE_TEXT) {
            char *text = text_clean(value.bytes, value.length);
            int used;
            size_t fits = text_clip(text, CELL_COLUMNS, &used);
            value.bytes = xasprintf("%.*s%s", (int)fits, text, text[fits] != '\0' ? "\u2026" : "");
            free(text);
        } else {
            value.bytes = NULL;
        }
        rows->values[rows->count * (size_t)rows->columns + (size_t)i] = value;
    }
    rows->count++;
}

static void rows_free(struct rows *rows) {
    for (size_t i = 0; i < rows->count * (size_t)rows->columns; i++)
        free((char *)rows->values[i].bytes);
    free(rows->values);
}

/* Numbers stand right, with as many decimals as the largest of the column needs; a column that has
 * anything else in it is text. */
static struct column column_of(const struct rows *rows, int at, const char *title) {
    struct column column = {.key = title, .title = title, .kind = KIND_NUMBER};
    double largest = 0, smallest = INFINITY;
    bool known = false;
    for (size_t row = 0; row < rows->count; row++) {
        const struct db_value *value = &rows->values[row * (size_t)rows->columns + (size_t)at];
        if (value->kind == VALUE_TEXT || value->kind == VALUE_BYTES ||
            (value->kind == VALUE_REAL && !isfinite(value->real)))
            column.kind = KIND_TEXT;
        else if (value->kind == VALUE_REAL && column.kind == KIND_NUMBER)
            column.kind = KIND_REAL;
        known |= value->kind != VALUE_NULL;
        double size = fabs(value->real);
        if (value->kind == VALUE_REAL) {
            largest = fmax(largest, size);
            smallest = size > 0 ? fmin(smallest, size) : smallest;
        }
    }
    column.decimals = largest >= 1000 ? 2 : largest >= 10 ? 4 : 6;
    if (!known || (column.kind == KIND_REAL && (largest >= 1e12 || smallest < 1e-4)))
        column.kind = KIND_TEXT;
    return column;
}

static void cell_add(struct table *table, const struct column *column,
                     const struct db_value *value) {
    char text[NUMBER_TEXT_SIZE];
    switch (value->kind) {
    case VALUE_NULL:
        table_unknown(table);
        break;
    case VALUE_INTEGER:
        if (column->kind != KIND_TEXT) {
            table_integer(table, value->integer);
            break;
        }
        snprintf(text, sizeof text, "%lld", (long long)value->integer);
        table_text(table, text);
        break;
    case VALUE_REAL:
        if (column->kind != KIND_TEXT) {
            table_real(table, value->real);
            break;
        }
        snprintf(text, sizeof text, "%.6g", value->real);
        table_text(table, isfinite(value->real) ? text : infinity(value->real));
        break;
    case VALUE_TEXT:
    case VALUE_BYTES:
        table_text(table, value->bytes);
        break;
    }
}

static enum err rows_show(const struct rows *rows, const struct query *query, bool more,
                          const struct look *look, struct error *error) {
    struct document *document = document_new();
    struct column *columns = xcalloc((size_t)rows->columns, sizeof *columns);
    char **titles = xcalloc((size_t)rows->columns, sizeof *titles);
    for (int i = 0; i < rows->columns; i++) {
        titles[i] = column_title(query, i);
        columns[i] = column_of(rows, i, titles[i]);
    }
    struct table *table = document_table(document, "rows", NULL, columns, (size_t)rows->columns);
    for (size_t i = 0; i < rows->count * (size_t)rows->columns; i++)
        cell_add(table, &columns[i % (size_t)rows->columns], &rows->values[i]);
    if (more) {
        char shown[NUMBER_TEXT_SIZE];
        number_grouped((int64_t)rows->count, shown, sizeof shown);
        document_sentence(document, "The first %s rows; there are more (--limit 0 shows all).",
                          shown);
    }
    enum err err = document_print(document, look, stdout, error);
    document_free(document);
    for (int i = 0; i < rows->columns; i++)
        free(titles[i]);
    free(titles);
    free(columns);
    return err;
}

static enum err text_print(struct query *query, int64_t limit, const struct look *look,
                           struct progress_line *line, struct error *error) {
    struct rows rows = {.columns = query_columns(query)};
    bool row = true;
    enum err err = ERR_OK;
    while (err == ERR_OK && row) {
        err = query_step(query, &row, error);
        if (err != ERR_OK || !row || (limit != 0 && (int64_t)rows.count == limit))
            break;
        rows_add(&rows, query);
    }
    progress_line_erase(line);
    if (err == ERR_OK)
        err = rows_show(&rows, query, row, look, error);
    rows_free(&rows);
    return err;
}

/* ------------------------------------------------------------------ the command */

static enum err sql_read(FILE *stream, struct buffer *sql, struct error *error) {
    char block[8192];
    size_t got;
    while (!interrupt_came() && (got = fread(block, 1, sizeof block, stream)) > 0) {
        buffer_append(sql, block, got);
        if (sql->length > QUERY_LENGTH_MAX)
            return error_set(error, ERR_INPUT, "standard input is too long for a query");
    }
    if (interrupt_came())
        return error_set(error, ERR_CANCELLED, "cancelled");
    if (ferror(stream))
        return error_set(error, ERR_IO, "cannot read standard input: %s", strerror(errno));
    buffer_append(sql, "", 0);
    if (strlen(sql->data) != sql->length)
        return error_set(error, ERR_INPUT, "standard input is no text: it has a NUL in it");
    return ERR_OK;
}

static enum err answer(struct db *db, const char *sql, const struct invocation *invocation,
                       struct error *error) {
    const struct options *options = invocation->options;
    struct look look = invocation_look(invocation);
    struct progress_line line;
    struct progress_sink sink = progress_line_open(&line, invocation->settings.quiet);
    struct query *query;
    enum err err = query_open(db, sql, &sink, &query, error);
    if (err != ERR_OK)
        return err;
    int64_t limit = options->limit >= 0          ? options->limit
                    : look.format == FORMAT_TEXT ? TEXT_ROWS
                                                 : 0;
    if (look.format == FORMAT_CSV)
        err = csv_print(query, limit, error);
    else if (look.format == FORMAT_JSON)
        err = json_print(query, limit, error);
    else
        err = text_print(query, limit, &look, &line, error);
    progress_line_erase(&line);
    query_close(query);
    return err;
}

static enum err run(struct invocation *invocation, struct error *error) {
    struct buffer sql = {0};
    struct db *db = NULL;
    if (invocation->operand_count != 1) {
        error_set(error, ERR_USAGE,
                  "sql takes one query, in quotes; - reads it from standard input");
        return error_hint(error, "For example: retail-pulse sql 'SELECT count(*) FROM sale'");
    }
    interrupt_catch();
    enum err err = ERR_OK;
    if (strcmp(invocation->operands[0], "-") == 0)
        err = sql_read(stdin, &sql, error);
    else
        buffer_text(&sql, invocation->operands[0]);
    if (err == ERR_OK)
        err = db_open_reader(invocation->db_path, &db, error);
    if (err == ERR_OK)
        err = sql_functions_add(db, error);
    if (err == ERR_OK)
        err = answer(db, sql.data, invocation, error);
    db_close(db);
    buffer_free(&sql);
    return err;
}

const struct subcommand subcommand_sql = {
    .operands = "QUERY",
    .about = "One SELECT, in quotes; - reads it from standard input. Nothing can be changed by it. "
             "CSV and JSON are written row by row.\n",
    .more = "Besides SQLite's own functions there are\n"
            "  score('returning')      every sale with its probability, label, segment\n"
            "  predict('facebook', 'age', 30, 'price', 22000, ...)   one customer\n"
            "  segment_of('age', 30, ...)                            its segment\n"
            "  median(x) quantile(x, p) skewness(x)                  over the rows\n"
            "  wilson_low(answer) wilson_high(answer)   95 % interval of a share\n"
            "  chi2_p(a, b)            p that two columns are independent\n"
            "Probabilities of score() are the active model's on sales it was itself trained\n"
            "on; what it said of sales it had not seen is in the table out_of_fold.\n",
    .options = specs,
    .option_count = sizeof specs / sizeof *specs,
    .options_size = sizeof(struct options),
    .init = init,
    .run = run,
};

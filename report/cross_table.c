/* Two tables of the same cells: texts with shades and marks for people, plain numbers for CSV. */
#include "report/cross_table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/money.h"
#include "base/number.h"
#include "base/text.h"

/* What the columns of the document point at. */
struct labels {
    char **keys; /* each different */
    int count;
};

static enum kind kind_of(enum measure measure) {
    switch (measure_kind(measure)) {
    case MEASURE_COUNT_OF:
        return KIND_COUNT;
    case MEASURE_SHARE:
        return KIND_SHARE;
    default:
        return KIND_MONEY;
    }
}

/* The first column, one a label, the total. A label that is called like another column gets a
 * mark, so that none hides another. */
static char **make_keys(const struct cross *cross) {
    const struct grouping *columns = &cross->columns.grouping;
    const char *rows = dimension_name(cross->rows.grouping.dimensions[0]);
    char **keys = xcalloc((size_t)columns->count + 2, sizeof *keys);
    keys[0] = xstrdup(rows);
    for (int i = 0; i < columns->count; i++) {
        struct buffer key = {0};
        char *clean = text_clean(columns->groups[i].label[0], strlen(columns->groups[i].label[0]));
        buffer_text(&key, clean);
        free(clean);
        if (strcmp(key.data, rows) == 0 || strcmp(key.data, "total") == 0)
            buffer_text(&key, " (value)");
        keys[i + 1] = buffer_take(&key);
    }
    keys[columns->count + 1] = xstrdup("total");
    return keys;
}

static struct column *make_columns(const struct cross *cross, char *const *keys, enum kind kind) {
    const struct grouping *columns = &cross->columns.grouping;
    int count = columns->count + 2;
    struct column *out = xcalloc((size_t)count, sizeof *out);
    for (int i = 0; i < count; i++) {
        bool cell = i > 0 && i + 1 < count;
        out[i] = (struct column){
            .key = keys[i], .title = keys[i], .kind = i > 0 ? kind : KIND_TEXT, .minor = cell};
    }
    out[0].title = dimension_title(cross->rows.grouping.dimensions[0]);
    out[count - 1].title = "Total";
    return out;
}

/* The row at these places; the totals stand behind the last row and column. NULL: no sale. */
static const struct explore_row *row_at(const struct cross *cross, int row, int column) {
    bool last_row = row == cross->rows.grouping.count,
         last_column = column == cross->columns.grouping.count;
    if (last_row && last_column)
        return &cross->total.rows[0];
    if (last_row)
        return &cross->columns.rows[column];
    if (last_column)
        return &cross->rows.rows[row];
    int at = cross_at(cross, row, column);
    return at >= 0 ? &cross->cells.rows[at] : NULL;
}

static void add_number(struct table *table, const struct explore_row *row, enum measure measure) {
    if (row == NULL)
        table_unknown(table);
    else if (measure == MEASURE_SALES)
        table_integer(table, row->group->cell.sales);
    else if (measure == MEASURE_REVENUE)
        table_integer(table, row->group->cell.revenue_minor);
    else
        table_real(table, measure_value(row, measure).estimate);
}

static void add_wide(struct document *document, const struct cross *cross, char *const *keys,
                     enum measure measure) {
    struct column *columns = make_columns(cross, keys, kind_of(measure));
    int rows = cross->rows.grouping.count, count = cross->columns.grouping.count;
    struct table *table = document_table(document, "cross", NULL, columns, (size_t)count + 2);
    table->hidden = NOT_IN_TEXT | NOT_IN_JSON;
    for (int row = 0; row <= rows; row++) {
        table_text(table, row < rows ? cross->rows.grouping.groups[row].label[0] : "total");
        for (int column = 0; column <= count; column++)
            add_number(table, row_at(cross, row, column), measure);
    }
    document->csv = table;
    free(columns);
}

/* --------------------------------------------------------------- for people */

static void value_text(enum measure measure, const struct explore_row *row, struct buffer *out) {
    char text[MONEY_TEXT_SIZE] = "-";
    double value = row != NULL ? measure_value(row, measure).estimate : NAN;
    if (isnan(value))
        ;
    else if (measure_kind(measure) == MEASURE_COUNT_OF)
        number_grouped((int64_t)value, text, sizeof text);
    else if (measure_kind(measure) == MEASURE_SHARE)
        snprintf(text, sizeof text, "%.1f%%", value * 100);
    else
        money_grouped((int64_t)llround(value), text);
    buffer_text(out, text);
}

/* From the lowest to the highest value of the cells: 0 … 4. */
struct scale {
    double low, high;
};

static struct scale make_scale(const struct cross *cross, enum measure measure) {
    struct scale scale = {INFINITY, -INFINITY};
    for (int i = 0; i < cross->cells.grouping.count; i++) {
        double value = measure_value(&cross->cells.rows[i], measure).estimate;
        if (!isnan(value)) {
            scale.low = fmin(scale.low, value);
            scale.high = fmax(scale.high, value);
        }
    }
    return scale;
}

static const char *shade(const struct scale *scale, double value, bool ascii) {
    static const char *const plain[] = {" ", ".", ":", "+", "#"};
    static const char *const blocks[] = {" ", "░", "▒", "▓", "█"};
    enum { LEVELS = sizeof plain / sizeof *plain };
    int level = 0;
    if (!isnan(value) && scale->high > scale->low)
        level = (int)lround((value - scale->low) / (scale->high - scale->low) * (LEVELS - 1));
    return (ascii ? plain : blocks)[level];
}

static char *cell_text(const struct cross *cross, int row, int column, enum measure measure,
                       const struct differences *differences, const struct scale *scale,
                       const struct look *look) {
    struct buffer out = {0};
    const struct explore_row *at = row_at(cross, row, column);
    bool inner = row < cross->rows.grouping.count && column < cross->columns.grouping.count;
    if (scale != NULL && inner) {
        double value = at != NULL ? measure_value(at, measure).estimate : NAN;
        buffer_printf(&out, "%s ", shade(scale, value, look->ascii));
    }
    if (at != NULL && inner && differences->tested > 0) {
        enum verdict verdict = differences->rows[at - cross->cells.rows].verdict;
        buffer_text(&out, verdict == VERDICT_HIGHER ? "^" : verdict == VERDICT_LOWER ? "v" : "");
    }
    value_text(measure, at, &out);
    return buffer_take(&out);
}

static void add_text(struct document *document, const struct cross *cross, char *const *keys,
                     enum measure measure, const struct differences *differences,
                     const struct look *look, bool heat) {
    struct column *columns = make_columns(cross, keys, KIND_TEXT);
    int rows = cross->rows.grouping.count, count = cross->columns.grouping.count;
    struct scale scale = make_scale(cross, measure);
    for (int column = 0; column <= count; column++)
        columns[column + 1].right = true;
    struct table *table =
        document_table(document, "cross_text", measure_title(measure), columns, (size_t)count + 2);
    table->hidden = NOT_IN_CSV | NOT_IN_JSON;
    for (int row = 0; row <= rows; row++) {
        struct buffer label = {0};
        bool partial = row < rows && cross->rows.rows[row].partial;
        buffer_printf(&label, "%s%s",
                      row < rows ? cross->rows.grouping.groups[row].label[0] : "Total",
                      partial ? "*" : "");
        table_text(table, label.data);
        buffer_free(&label);
        for (int column = 0; column <= count; column++) {
            char *text = cell_text(cross, row, column, measure, differences,
                                   heat && !look->linear ? &scale : NULL, look);
            table_text(table, text);
            free(text);
        }
    }
    free(columns);
}

static void labels_free(void *kept) {
    struct labels *labels = kept;
    for (int i = 0; i < labels->count; i++)
        free(labels->keys[i]);
    free(labels->keys);
    free(labels);
}

void cross_table_add(struct document *document, const struct cross *cross, enum measure measure,
                     const struct differences *differences, const struct look *look, bool heat,
                     bool wide) {
    struct labels *labels = xcalloc(1, sizeof *labels);
    labels->keys = make_keys(cross);
    labels->count = cross->columns.grouping.count + 2;
    document_keep(document, labels, labels_free);
    if (cross->total.grouping.count == 0)
        return;
    if (look->format != FORMAT_CSV && look->format != FORMAT_JSON)
        add_text(document, cross, labels->keys, measure, differences, look, heat);
    if (wide)
        add_wide(document, cross, labels->keys, measure);
}

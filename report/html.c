/* Documents as one HTML file: no script, no font, nothing from elsewhere; charts are SVG inside. It
 * reads on a phone (tables scroll in their own box), in the dark, and on paper. */
#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "report/print.h"
#include "report/value.h"

enum { BAR_WIDTH = 90, BAR_HEIGHT = 10, CHART_WIDTH = 640, CHART_HEIGHT = 120 };

static void escaped(struct buffer *out, const char *text) {
    for (const char *at = text; *at != '\0'; at++) {
        switch (*at) {
        case '&':
            buffer_text(out, "&amp;");
            break;
        case '<':
            buffer_text(out, "&lt;");
            break;
        case '>':
            buffer_text(out, "&gt;");
            break;
        case '"':
            buffer_text(out, "&quot;");
            break;
        default:
            buffer_append(out, at, 1);
        }
    }
}

/* Pictures made of characters are made anew as SVG. */
static bool is_shown(const struct column *column) {
    return (column->hidden & (NOT_IN_TEXT | NOT_IN_LINEAR)) == 0 && column->kind != KIND_JSON;
}

static double number_of(const struct value *value) {
    if (!value->known || value->text != NULL || value->json != NULL)
        return (double)NAN;
    return value->whole ? (double)value->integer : value->real;
}

/* ------------------------------------------------------------------------------ charts in a cell
 */

struct axis {
    double low, high;
};

static bool has_interval(const struct column *column) {
    return column->low != NULL &&
           (column->kind == KIND_SHARE || column->kind == KIND_POINTS ||
            column->kind == KIND_MONEY_CHANGE || column->kind == KIND_CHANGE);
}

/* From the lowest to the highest end of all intervals, zero among them where it is a difference. */
static struct axis axis_of(const struct table *table, size_t column) {
    bool difference = table->columns[column].kind != KIND_SHARE;
    struct axis axis = {difference ? 0 : INFINITY, difference ? 0 : -INFINITY};
    for (size_t row = 0; row < table_rows(table); row++) {
        const struct value *value = table_value(table, row, column);
        if (isnan(number_of(value)) || !isfinite(value->low) || !isfinite(value->high))
            continue;
        axis.low = fmin(axis.low, value->low);
        axis.high = fmax(axis.high, value->high);
    }
    return axis;
}

static double place(struct axis axis, double value) {
    return (value - axis.low) / (axis.high - axis.low) * (BAR_WIDTH - 6) + 3;
}

static void interval(struct buffer *out, struct axis axis, const struct value *value, bool zero) {
    double estimate = number_of(value);
    if (isnan(estimate) || !isfinite(value->low) || !isfinite(value->high) ||
        !(axis.high > axis.low))
        return;
    buffer_printf(out, "<svg class=\"i\" width=\"%d\" height=\"%d\" aria-hidden=\"true\">",
                  BAR_WIDTH, BAR_HEIGHT);
    if (zero)
        buffer_printf(out, "<line class=\"z\" x1=\"%.1f\" x2=\"%.1f\" y1=\"0\" y2=\"%d\"/>",
                      place(axis, 0), place(axis, 0), BAR_HEIGHT);
    buffer_printf(out,
                  "<line x1=\"%.1f\" x2=\"%.1f\" y1=\"5\" y2=\"5\"/>"
                  "<circle cx=\"%.1f\" cy=\"5\" r=\"3\"/></svg>",
                  place(axis, value->low), place(axis, value->high), place(axis, estimate));
}

static double largest_of(const struct table *table, size_t column) {
    double largest = 0;
    for (size_t row = 0; row < table_rows(table); row++)
        largest = fmax(largest, number_of(table_value(table, row, column))); /* passes over NaN */
    return largest;
}

static void bar(struct buffer *out, double value, double largest) {
    if (!(value >= 0) || !(largest > 0))
        return;
    buffer_printf(out,
                  "<svg class=\"b\" width=\"%d\" height=\"%d\" aria-hidden=\"true\">"
                  "<rect width=\"%.1f\" height=\"%d\"/></svg>",
                  BAR_WIDTH, BAR_HEIGHT, value / largest * BAR_WIDTH, BAR_HEIGHT);
}

/* The first amount of a table has bars; more would say the same again. */
static size_t barred_column(const struct table *table) {
    for (size_t i = 0; i < table->column_count; i++) {
        enum kind kind = table->columns[i].kind;
        if (is_shown(&table->columns[i]) && (kind == KIND_COUNT || kind == KIND_MONEY))
            return i;
    }
    return table->column_count;
}

/* -------------------------------------------------------------------------------- a chart of rows
 */

static size_t column_named(const struct table *table, const char *key) {
    size_t i = 0;
    while (i < table->column_count && strcmp(table->columns[i].key, key) != 0)
        i++;
    return i;
}

static void row_name(struct buffer *out, const struct table *table, size_t row) {
    char *text = value_text(&table->columns[0], table_value(table, row, 0), false);
    escaped(out, text);
    free(text);
}

/* A column a row, of the values that `table->chart` names. */
static void columns_chart(struct buffer *out, const struct table *table) {
    size_t column = column_named(table, table->chart), rows = table_rows(table);
    double largest = column < table->column_count ? largest_of(table, column) : 0;
    if (rows < 2 || !(largest > 0))
        return;
    double width = (double)CHART_WIDTH / (double)rows;
    buffer_printf(out, "<svg class=\"c\" viewBox=\"0 0 %d %d\" role=\"img\"><title>", CHART_WIDTH,
                  CHART_HEIGHT);
    escaped(out, table->columns[column].title);
    buffer_text(out, "</title>");
    for (size_t row = 0; row < rows; row++) {
        double value = number_of(table_value(table, row, column));
        double height = value > 0 ? value / largest * (CHART_HEIGHT - 2) : 0; /* NaN is 0 */
        buffer_printf(out, "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"><title>",
                      (double)row * width + width * 0.08, CHART_HEIGHT - height, width * 0.84,
                      height);
        row_name(out, table, row);
        buffer_text(out, ": ");
        char *text = value_text(&table->columns[column], table_value(table, row, column), false);
        escaped(out, text);
        free(text);
        buffer_text(out, "</title></rect>");
    }
    buffer_text(out, "</svg><p class=\"x\"><span>");
    row_name(out, table, 0);
    buffer_text(out, "</span><span>");
    row_name(out, table, rows - 1);
    buffer_text(out, "</span></p>\n");
}

/* ----------------------------------------------------------------------------------------- tables
 */

static void figures(struct buffer *out, const struct table *table) {
    buffer_text(out, "<dl>");
    for (size_t i = 0; i < table->column_count && table_rows(table) != 0; i++) {
        if (!is_shown(&table->columns[i]))
            continue;
        char *text = figure_text(&table->columns[i], table_value(table, 0, i), false);
        buffer_text(out, "<div><dt>");
        escaped(out, table->columns[i].title);
        buffer_text(out, "</dt><dd>");
        escaped(out, text);
        buffer_text(out, "</dd></div>");
        free(text);
    }
    buffer_text(out, "</dl>\n");
}

static void cell(struct buffer *out, const struct table *table, size_t row, size_t column,
                 struct axis axis, bool barred, double largest) {
    const struct column *about = &table->columns[column];
    const struct value *value = table_value(table, row, column);
    char *text = value_text(about, value, false);
    buffer_text(out, about->kind == KIND_TEXT && !about->right ? "<td>" : "<td class=\"n\">");
    escaped(out, text);
    free(text);
    if (has_interval(about))
        interval(out, axis, value, about->kind != KIND_SHARE);
    else if (barred)
        bar(out, number_of(value), largest);
    buffer_text(out, "</td>");
}

static void rows_print(struct buffer *out, const struct table *table) {
    size_t barred = barred_column(table);
    double largest = barred < table->column_count ? largest_of(table, barred) : 0;
    struct axis *axes = xcalloc(table->column_count + 1, sizeof *axes);
    for (size_t i = 0; i < table->column_count; i++)
        axes[i] = axis_of(table, i);
    buffer_text(out, "<div class=\"t\"><table><thead><tr>");
    for (size_t i = 0; i < table->column_count; i++) {
        if (!is_shown(&table->columns[i]))
            continue;
        bool left = table->columns[i].kind == KIND_TEXT && !table->columns[i].right;
        buffer_text(out, left ? "<th>" : "<th class=\"n\">");
        escaped(out, table->columns[i].title);
        buffer_text(out, "</th>");
    }
    buffer_text(out, "</tr></thead><tbody>\n");
    for (size_t row = 0; row < table_rows(table); row++) {
        buffer_text(out, "<tr>");
        for (size_t i = 0; i < table->column_count; i++) {
            if (is_shown(&table->columns[i]))
                cell(out, table, row, i, axes[i], i == barred, largest);
        }
        buffer_text(out, "</tr>\n");
    }
    buffer_text(out, "</tbody></table></div>\n");
    free(axes);
}

static void table_print(struct buffer *out, const struct table *table) {
    if (table->title != NULL) {
        buffer_text(out, "<h3>");
        escaped(out, table->title);
        buffer_text(out, "</h3>\n");
    }
    if (table->chart != NULL)
        columns_chart(out, table);
    if (table->figures)
        figures(out, table);
    else if (table_rows(table) == 0)
        buffer_text(out, "<p>(none)</p>\n");
    else
        rows_print(out, table);
}

static const char style[] =
    ":root{color-scheme:light dark;--a:#2a6fb0;--m:#777;--l:#ccc}"
    "@media(prefers-color-scheme:dark){:root{--a:#7ab8f5;--m:#999;--l:#444}}"
    "body{font:16px/1.45 system-ui,sans-serif;max-width:60rem;margin:0 auto;padding:1rem}"
    "h1{font-size:1.5rem}h2{font-size:1.25rem;border-bottom:1px solid var(--l);margin-top:2.5rem}"
    "h3{font-size:1rem;margin:1.5rem 0 .4rem}.t{overflow-x:auto}"
    "table{border-collapse:collapse;font-size:.9rem}"
    "th,td{padding:.15rem .6rem;text-align:left;white-space:nowrap;vertical-align:middle}"
    "th{border-bottom:1px solid var(--m)}.n{text-align:right;font-variant-numeric:tabular-nums}"
    "td svg{margin-left:.6rem;vertical-align:middle}.b rect,.c rect{fill:var(--a)}"
    ".i line{stroke:var(--a);stroke-width:2}.i circle{fill:var(--a)}"
    ".i .z{stroke:var(--m);stroke-width:1}.c{width:100%;height:8rem}"
    ".x{display:flex;justify-content:space-between;margin:0;color:var(--m);font-size:.8rem}"
    "nav ul{display:flex;flex-wrap:wrap;gap:.2rem "
    "1.2rem;list-style:none;padding:0}a{color:var(--a)}"
    "dl{display:flex;flex-wrap:wrap;gap:.3rem 2rem;margin:.5rem "
    "0}dt{color:var(--m);font-size:.8rem}"
    "dd{margin:0;font-weight:600;font-variant-numeric:tabular-nums}"
    "@media "
    "print{nav{display:none}body{max-width:none;font-size:10pt;padding:0}h2{break-before:auto}"
    "svg,dl,tr{break-inside:avoid}thead{display:table-header-group}.t{overflow:visible}"
    /* a page cannot be scrolled: cells wrap, and the little charts go before figures do */
    "table{width:100%;font-size:8pt}th,td{white-space:normal;padding:.1rem .25rem"
    "}td:not(.n){overflow-wrap:anywhere}td svg{display:none}"
    ":root{color-scheme:light;--a:#2a6fb0;--m:#555;--l:#ccc}body{color:#000;background:#fff}}";

void html_begin(struct buffer *out, const char *title) {
    buffer_text(out, "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
                     "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">"
                     "<title>");
    escaped(out, title);
    buffer_printf(out, "</title><style>%s</style></head><body>\n<h1>", style);
    escaped(out, title);
    buffer_text(out, "</h1>\n");
}

void html_end(struct buffer *out) {
    buffer_text(out, "</body></html>\n");
}

/* "Who is returning" as the name that a link leads to: who-is-returning. */
static void anchor(struct buffer *out, const char *title) {
    for (const char *at = title; *at != '\0'; at++) {
        char letter = (char)tolower((unsigned char)*at);
        buffer_append(out, isalnum((unsigned char)letter) ? &letter : "-", 1);
    }
}

void html_contents(struct buffer *out, const char *head, const char *const *titles, int count) {
    buffer_text(out, "<p>");
    escaped(out, head);
    buffer_text(out, "</p>\n<nav><ul>\n");
    for (int i = 0; i < count; i++) {
        buffer_text(out, "<li><a href=\"#");
        anchor(out, titles[i]);
        buffer_text(out, "\">");
        escaped(out, titles[i]);
        buffer_text(out, "</a></li>\n");
    }
    buffer_text(out, "</ul></nav>\n");
}

static void items_print(const struct document *document, size_t from, struct buffer *out) {
    for (size_t i = from; i < document->count; i++) {
        const struct item *item = &document->items[i];
        if (item->kind == ITEM_SENTENCE) {
            buffer_text(out, "<p>");
            escaped(out, item->text);
            buffer_text(out, "</p>\n");
        } else if (item->kind == ITEM_TABLE && (item->table->hidden & NOT_IN_TEXT) == 0) {
            table_print(out, item->table);
        }
    }
}

/* The first sentence is the heading; before it stands nothing that is shown. */
static size_t heading_of(const struct document *document) {
    size_t i = 0;
    while (i < document->count && document->items[i].kind != ITEM_SENTENCE)
        i++;
    return i;
}

static void headed_print(const struct document *document, const char *title, struct buffer *out) {
    size_t at = heading_of(document);
    if (at == document->count) {
        items_print(document, 0, out);
        return;
    }
    buffer_text(out, "<h2");
    if (title != NULL) {
        buffer_text(out, " id=\"");
        anchor(out, title);
        buffer_text(out, "\"");
    }
    buffer_text(out, ">");
    escaped(out, document->items[at].text);
    buffer_text(out, "</h2>\n");
    items_print(document, at + 1, out);
}

void print_html_chapter(const struct document *document, const char *title, struct buffer *out) {
    headed_print(document, title, out);
}

void print_html(const struct document *document, struct buffer *out) {
    headed_print(document, NULL, out);
}

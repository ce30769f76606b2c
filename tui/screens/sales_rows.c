/* The table of sales: its columns choose themselves by the width, and the one that is sorted by or
 * chosen always has its place. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/money.h"
#include "base/number.h"
#include "tui/screens/sales_parts.h"

/* X(column, heading, width, right-aligned, priority, dimension of = and -)
 * The widths without any optional column fill 60 columns. */
#define COLUMN_LIST(X)                                     \
    X(DATE, "Date", 10, false, 0, MONTH)                   \
    X(LOCATION, "Location", 17, false, 0, LOCATION)        \
    X(AGE, "Age", 3, true, 1, AGE_BAND)                    \
    X(GENDER, "Gender", 6, false, 4, GENDER)               \
    X(HANDSET, "Handset", 20, false, 0, HANDSET)           \
    X(PRICE, "Price", 9, true, 0, PRICE_BAND)              \
    X(FACEBOOK, "FB", 3, false, 3, FACEBOOK)               \
    X(FOLLOWS, "Follows", 7, false, 6, FOLLOWS)            \
    X(RETURNING, "Before", 6, false, 2, RETURNING)         \
    X(HEARD, "Heard", 5, false, 5, HEARD)                  \
    X(SCORE_RETURNING, "P before", 8, true, 8, RETURNING)  \
    X(SCORE_FACEBOOK, "P Facebook", 10, true, 9, FACEBOOK) \
    X(ID, "Sale", 9, true, 10, MONTH)                      \
    X(SEGMENT, "Segment", 0, false, 7, SEGMENT)

enum {
#define X(symbol, ...) COLUMN_##symbol,
    COLUMN_LIST(X)
#undef X
        COLUMN_COUNT
};

static const struct table_column table_columns[COLUMN_COUNT] = {
#define X(symbol, title, width, right, priority, of) {title, width, right, priority},
    COLUMN_LIST(X)
#undef X
};

static const enum order_by column_orders[COLUMN_COUNT] = {
#define X(symbol, ...) ORDER_##symbol,
    COLUMN_LIST(X)
#undef X
};

static const enum dimension dimensions[ORDER_COUNT] = {
#define X(symbol, title, width, right, priority, of) [ORDER_##symbol] = DIMENSION_##of,
    COLUMN_LIST(X)
#undef X
};

enum dimension sales_dimension(enum order_by column) {
    return dimensions[column];
}

void sales_label(const struct facts *facts, enum dimension dimension, uint32_t row,
                 char label[DIMENSION_LABEL_SIZE]) {
    struct dimension_view view;
    dimension_open(&view, facts, dimension);
    dimension_label(&view, dimension_code(&view, row), label);
    dimension_close(&view);
}

/* ---------------------------------------------------------------------- cells */

static const char *const gender_names[] = {"–", "female", "male", "other"};

static const char *answer_text(int answer) {
    return answer == UNKNOWN ? "–" : answer ? "yes" : "no";
}

static const char *segment_text(const struct facts *facts, uint32_t row) {
    int segment = facts->segment[row];
    return segment == 0 || segment > facts->segment_count ? "–" : facts->segment_names[segment - 1];
}

static void score_text(const struct sales *sales, long position, int outcome, char *text,
                       size_t size) {
    if (sales->scored && (position < sales->around_from || position >= sales->around_to)) {
        snprintf(text, size, "…");
        return;
    }
    float score = sales->scored ? sales->scores[position - sales->around_from][outcome] : NAN;
    if (isnan(score))
        snprintf(text, size, "–");
    else
        snprintf(text, size, "%.1f%%", 100 * (double)score);
}

struct cell_context {
    const struct sales *sales;
    const struct app *app;
};

static void draw_cell(const void *data, long position, int column, struct pane cell, char *text,
                      size_t size, enum style *style) {
    const struct cell_context *context = data;
    const struct facts *facts;
    uint32_t row;
    enum order_by order = column_orders[column];
    char iso[DATE_ISO_SIZE], money[MONEY_TEXT_SIZE];
    const char *shown = "";
    (void)cell;
    (void)style;
    if (!sales_at(context->sales, context->app, position, &facts, &row)) {
        snprintf(text, size, "…");
        return;
    }
    switch (order) {
    case ORDER_DATE:
        date_iso(facts->day[row], iso);
        shown = iso;
        break;
    case ORDER_LOCATION:
        shown = facts_location(facts, row);
        break;
    case ORDER_AGE:
        snprintf(text, size, facts->age[row] == 0 ? "–" : "%d", facts->age[row]);
        return;
    case ORDER_GENDER:
        shown = gender_names[facts->gender[row]];
        break;
    case ORDER_HANDSET:
        shown = facts_handset(facts, row);
        break;
    case ORDER_PRICE:
        money_grouped(facts->price_minor[row], money);
        shown = money;
        break;
    case ORDER_SEGMENT:
        shown = segment_text(facts, row);
        break;
    case ORDER_SCORE_RETURNING:
    case ORDER_SCORE_FACEBOOK:
        score_text(context->sales, position, order == ORDER_SCORE_FACEBOOK, text, size);
        return;
    case ORDER_ID:
        number_grouped(facts->id[row], text, size);
        return;
    default:
        shown = answer_text(facts_answer(facts, row, (enum answer)(order - ORDER_FACEBOOK)));
    }
    snprintf(text, size, "%s", shown);
}

static void draw_title(const struct sales *sales, const struct facts *facts, struct pane pane) {
    char count[NUMBER_TEXT_SIZE], position[NUMBER_TEXT_SIZE], next[64] = "";
    number_grouped(sales->count, count, sizeof count);
    number_grouped(sales->table.cursor + 1, position, sizeof position);
    double seconds = sales->pages != NULL ? pages_seconds(facts, sales->chosen) : 0;
    if (sales->chosen != sales->sort && seconds >= 0.1)
        snprintf(next, sizeof next, "; s sorts by %s in about %.1f s", order_words(sales->chosen),
                 seconds);
    else if (sales->chosen != sales->sort)
        snprintf(next, sizeof next, "; s sorts by %s", order_words(sales->chosen));
    char line[256];
    if (sales->pages != NULL)
        snprintf(line, sizeof line, "%s of %s sales by %s%s%s", position, count,
                 order_words(sales->sort), sales->descending ? ", descending" : "", next);
    else
        snprintf(line, sizeof line, "%s %s, %s of %s, sorted by %s%s%s", count,
                 sales->count == 1 ? "sale" : "sales", position, count, order_words(sales->sort),
                 sales->descending ? ", descending" : "", next);
    draw_field(pane, 0, 1, pane.width - 1, STYLE_TITLE, line);
}

void sales_draw_rows(const struct sales *sales, const struct app *app, struct pane pane) {
    struct table_column columns[COLUMN_COUNT];
    memcpy(columns, table_columns, sizeof columns);
    struct table table = sales->table;
    int more = 0; /* columns that would not be there by themselves at 60 */
    for (int i = 0; i < COLUMN_COUNT; i++) {
        enum order_by order = column_orders[i];
        if (order != sales->sort && order != sales->chosen)
            continue;
        if (order == sales->chosen)
            table.marked = i + 1;
        if (columns[i].priority == 0)
            continue;
        columns[i].priority = 0;
        columns[i].width = columns[i].width > 0 || pane.width >= 100 ? columns[i].width : 14;
        more += (columns[i].width > 0 ? columns[i].width : 14) + 1;
    }
    int wide = pane.width >= 160 ? 30 : pane.width >= 100 ? 26 : 24;
    int handset = pane.width - (more + 60 - 20), location = 17;
    handset = handset > wide ? wide : handset;
    if (handset < 14) {
        location = 17 - (14 - handset);
        handset = 14;
    }
    columns[COLUMN_HANDSET].width = handset;
    columns[COLUMN_LOCATION].width = location > 8 ? location : 8;
    draw_title(sales, app_facts(app), pane);
    struct cell_context context = {sales, app};
    /* the last row never changes: a page of rows fits into one segment on the line */
    struct pane rows = pane_below(pane, 1);
    int hint = sales->detailed ? 0 : SALES_HINT_ROWS;
    table_draw(&table, pane_top(rows, rows.height - hint), columns, COLUMN_COUNT, sales->count,
               true, draw_cell, &context);
    if (hint > 0)
        draw_field(pane, pane.height - 1, 1, pane.width - 2, STYLE_DIM,
                   "Left and Right choose a column, s sorts by it; Enter shows a sale whole.");
}

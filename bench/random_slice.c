#include "bench/random_slice.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "base/money.h"

static const enum dimension coarse[] = {
    DIMENSION_MONTH,     DIMENSION_QUARTER,    DIMENSION_YEAR,       DIMENSION_LOCATION,
    DIMENSION_LOCAL,     DIMENSION_GENDER,     DIMENSION_AGE_BAND,   DIMENSION_BRAND,
    DIMENSION_HANDSET,   DIMENSION_PRICE_BAND, DIMENSION_FACEBOOK,   DIMENSION_FOLLOWS,
    DIMENSION_RETURNING, DIMENSION_HEARD,      DIMENSION_ENGAGEMENT,
};

static const enum dimension finer_dimensions[] = {DIMENSION_WEEK, DIMENSION_DAY, DIMENSION_WEEKDAY,
                                                  DIMENSION_WEEKEND};

enum {
    COARSE = sizeof coarse / sizeof *coarse,
    FINER_DIMENSIONS = sizeof finer_dimensions / sizeof *finer_dimensions,
    FINER = FINER_DIMENSIONS + 2 /* and exact ages, exact prices */
};

char *sql_quoted(const char *text) {
    struct buffer out = {0};
    buffer_text(&out, "'");
    for (; *text != '\0'; text++)
        buffer_text(&out, *text == '\'' ? "''" : (char[]){*text, '\0'});
    buffer_text(&out, "'");
    return buffer_take(&out);
}

static bool is_taken(const struct random_slice *random, enum dimension list) {
    for (int i = 0; i < random->count; i++) {
        if (random->conditions[i].list == list)
            return true;
    }
    return false;
}

static void add_condition(struct random_slice *random, enum dimension list, char *sql) {
    random->conditions[random->count].list = list;
    random->conditions[random->count++].sql = sql;
}

/* A code that has a value, but for facts without any. */
static int draw_code(struct lot *lot, const struct dimension_view *view) {
    return view->codes > 1 ? 1 + lot_below(lot, view->codes - 1) : 0;
}

static char *quoted_label(const struct dimension_view *view, int code) {
    char label[DIMENSION_LABEL_SIZE];
    dimension_label(view, code, label);
    return sql_quoted(label);
}

/* The columns are enumerations in the order of the codes, so that a range is a range there too. */
static void add_range(struct random_slice *random, const struct dimension_view *view, int a,
                      int b) {
    const char *name = dimension_name(view->dimension);
    char *low = quoted_label(view, a < b ? a : b), *high = quoted_label(view, a < b ? b : a);
    linked_range(&random->slice, view->facts, view->dimension, a, b);
    add_condition(random, view->dimension,
                  xasprintf("\"%s\" BETWEEN %s::\"%s_value\" AND %s::\"%s_value\"", name, low, name,
                            high, name));
    free(low);
    free(high);
}

static void add_values(struct random_slice *random, const struct dimension_view *view, int a, int b,
                       bool exclude) {
    char label[DIMENSION_LABEL_SIZE];
    char *one = quoted_label(view, a), *other = quoted_label(view, b);
    const char *name = dimension_name(view->dimension);
    dimension_label(view, a, label);
    if (exclude)
        linked_exclude(&random->slice, view->dimension, label);
    else
        linked_keep(&random->slice, view->dimension, label);
    dimension_label(view, b, label);
    if (!exclude && a != b)
        linked_keep(&random->slice, view->dimension, label);
    add_condition(random, view->dimension,
                  exclude ? xasprintf("\"%s\" <> %s", name, one)
                          : xasprintf("\"%s\" IN (%s, %s)", name, one, other));
    free(one);
    free(other);
}

static void add_dimension(struct random_slice *random, struct lot *lot, const struct facts *facts,
                          enum dimension dimension) {
    struct dimension_view view;
    if (is_taken(random, dimension))
        return;
    dimension_open(&view, facts, dimension);
    int a = draw_code(lot, &view), b = draw_code(lot, &view);
    if (dimension_is_ordered(dimension) && lot_below(lot, 4) != 0)
        add_range(random, &view, a, b);
    else
        add_values(random, &view, a, b, lot_below(lot, 3) == 0);
    dimension_close(&view);
}

/* One bound in years or money, off the bands' edges. */
static void add_number(struct random_slice *random, struct lot *lot, const struct facts *facts,
                       bool price) {
    enum dimension list = price ? DIMENSION_PRICE_BAND : DIMENSION_AGE_BAND;
    bool least = lot_below(lot, 2) == 0;
    int bound = price ? 10001 + lot_below(lot, 50000) : 20 + lot_below(lot, 40);
    struct error error;
    if (is_taken(random, list))
        return;
    char *text = xasprintf("%s%s%d", price ? "price" : "age", least ? ">=" : "<", bound);
    bench_check(slice_parse(&random->slice, facts, text, &error), &error);
    free(text);
    add_condition(random, list,
                  xasprintf("%s %s %lld", price ? "price_minor" : "age_years", least ? ">=" : "<",
                            price ? (long long)bound * MONEY_MINOR : (long long)bound));
}

void random_slice_draw(struct random_slice *random, struct lot *lot, const struct facts *facts,
                       enum slice_reach reach) {
    int wanted = 1 + lot_below(lot, RANDOM_FILTERS_MAX);
    *random = (struct random_slice){.count = 0};
    if (reach == REACH_SEGMENTS)
        add_dimension(random, lot, facts, DIMENSION_SEGMENT);
    if (reach == REACH_FINER) {
        int kind = lot_below(lot, FINER);
        if (kind < FINER_DIMENSIONS)
            add_dimension(random, lot, facts, finer_dimensions[kind]);
        else
            add_number(random, lot, facts, kind == FINER_DIMENSIONS);
    }
    while (random->count < wanted)
        add_dimension(random, lot, facts, coarse[lot_below(lot, COARSE)]);
}

void random_slice_free(struct random_slice *random) {
    slice_free(&random->slice);
    for (int i = 0; i < random->count; i++)
        free(random->conditions[i].sql);
    *random = (struct random_slice){.count = 0};
}

char *random_slice_where(const struct random_slice *random, enum dimension list) {
    struct buffer out = {0};
    buffer_text(&out, "");
    for (int i = 0; i < random->count; i++) {
        if (random->conditions[i].list != list)
            buffer_printf(&out, "%s %s", out.length == 0 ? "WHERE" : " AND",
                          random->conditions[i].sql);
    }
    return buffer_take(&out);
}

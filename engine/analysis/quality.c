#include "engine/analysis/quality.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/money.h"
#include "engine/analysis/categories.h"
#include "engine/analysis/distribution.h"
#include "engine/analysis/repeats.h"
#include "engine/analysis/statistics.h"
#include "engine/slice/group.h"

static const struct {
    const char *title;
    enum dimension dimension;
} fields[] = {
#define X(symbol, title, dimension) {title, DIMENSION_##dimension},
    QUALITY_LIST(X)
#undef X
};

/* Smallest, largest, how many differ, and what lies beyond the fences. */
static void number(enum numeric numeric, const struct counted *counted,
                   struct quality_column *column) {
    struct series series;
    struct distribution spread;
    series_of_counted(numeric, counted, &series);
    distribution_compute(&series, &spread);
    column->unknown = series.missing;
    column->beyond = spread.box.below + spread.box.above;
    column->below = spread.box.below;
    column->fence_low = spread.box.fence_low;
    column->fence_high = spread.box.fence_high;
    column->values = (int64_t)series.distinct;
    column->at_least = series.within > 0;
    column->range[0] = '\0';
    if (series.count > 0) {
        char low[NUMERIC_TEXT_SIZE], high[NUMERIC_TEXT_SIZE];
        numeric_text(numeric, spread.min, low);
        numeric_text(numeric, spread.max, high);
        snprintf(column->range, sizeof column->range, "%s – %s", low, high);
    }
    series_free(&series);
}

static void category(const struct facts *facts, const struct selection *selection,
                     struct quality_column *column) {
    struct categories found;
    categories_count(facts, selection, column->dimension, &found);
    column->unknown = found.unknown;
    column->values = found.values;
    if (found.commonest >= 0) {
        const struct category *most = &found.rows[found.commonest];
        int64_t known = found.sales - found.unknown;
        snprintf(column->range, sizeof column->range, "%.0f%% %s",
                 100 * (double)most->sales / (double)known, most->label);
    }
    categories_free(&found);
}

static enum err dates(const struct facts *facts, const struct selection *selection,
                      day_number today, struct quality *out, struct error *error) {
    struct quality_column *column = &out->columns[QUALITY_DATE];
    struct repeats repeats;
    int first = -1, last = -1;
    enum err err = repeats_count(facts, selection, &repeats, error);
    for (int day = 0; day < repeats.days && err == ERR_OK; day++) {
        int64_t sales = repeats.sales[day];
        if (sales == 0)
            continue;
        first = first < 0 ? day : first;
        last = day;
        column->values++;
        out->future += facts->first_day + day > today ? sales : 0;
    }
    if (first >= 0) {
        char from[DATE_SHORT_SIZE], to[DATE_SHORT_SIZE];
        date_short(facts->first_day + first, from);
        date_short(facts->first_day + last, to);
        snprintf(column->range, sizeof column->range, "%s – %s", from, to);
    }
    out->repeated = repeats.repeated;
    repeats_free(&repeats);
    return err;
}

/* The most frequent price, if it is far more frequent than any other. */
static void find_same_price(const struct counted *prices, struct quality *out) {
    enum { LEAST = 10, TIMES = 5 };
    int64_t most = 0, next = 0, at = 0;
    if (prices->within > 0) /* bins are no prices */
        return;
    for (size_t i = 0; i < prices->count; i++) {
        int64_t sales = prices->sales[i];
        next = sales > most ? most : sales > next ? sales : next;
        at = sales > most ? prices->values[i] : at;
        most = sales > most ? sales : most;
    }
    if (next > 0 && most >= LEAST && most >= TIMES * next) {
        out->same_price = most;
        out->same_price_minor = at;
        out->same_price_is_median = counted_quantile(prices, 0.5) == (double)at;
    }
}

/* Between handsets / in all, of the squares about the mean. */
static void find_price_by_handset(const struct facts *facts, const struct selection *selection,
                                  struct quality *out) {
    enum { SALES_EACH = 10 };
    static const double large = 0.14;
    static const enum dimension by = DIMENSION_HANDSET;
    struct grouping grouping;
    group_by(facts, selection, &by, 1, &grouping);
    struct cell all = {0};
    int handsets = 0;
    for (int i = 0; i < grouping.count; i++) {
        if (grouping.groups[i].code[0] == 0)
            continue;
        cell_add(&all, &grouping.groups[i].cell);
        handsets++;
    }
    out->price_by_handset = NAN;
    if (handsets > 1 && all.sales >= SALES_EACH * handsets) {
        double mean = (double)all.revenue_minor / (double)all.sales, between = 0;
        for (int i = 0; i < grouping.count; i++) {
            const struct cell *cell = &grouping.groups[i].cell;
            double off = (double)cell->revenue_minor / (double)cell->sales - mean;
            between += grouping.groups[i].code[0] != 0 ? (double)cell->sales * off * off : 0;
        }
        double total = cell_price_variance(&all) * (double)(all.sales - 1);
        out->price_by_handset = total > 0 ? between / total : NAN;
    }
    out->price_is_odd = out->price_by_handset < large;
    grouping_free(&grouping);
}

void quality_same_price_words(const struct quality *quality, char *text, size_t size) {
    char price[MONEY_TEXT_SIZE];
    text[0] = '\0';
    if (quality->same_price == 0)
        return;
    money_grouped(quality->same_price_minor, price);
    snprintf(text, size, "share one price, %s%s%s: filled in?", money_sign(), price,
             quality->same_price_is_median ? ", exactly the median" : "");
}

void quality_handset_words(const struct quality *quality, char *text, size_t size) {
    text[0] = '\0';
    if (quality->price_is_odd)
        snprintf(text, size,
                 "The price hardly depends on the handset (η² = %.2f: which handset it was tells "
                 "%.0f%% of how prices differ)",
                 quality->price_by_handset, 100 * quality->price_by_handset);
}

void quality_begin(const struct facts *facts, const struct selection *selection,
                   struct quality *out) {
    *out = (struct quality){.pending = true, .sales = selection_sales(facts, selection)};
    for (int i = 0; i < QUALITY_FIELDS; i++) {
        struct quality_column *column = &out->columns[i];
        *column = (struct quality_column){
            .title = fields[i].title, .dimension = fields[i].dimension, .beyond = -1};
        if (i != QUALITY_PRICE && i != QUALITY_DATE)
            category(facts, selection, column);
        if (i == QUALITY_PRICE || i == QUALITY_DATE || i == QUALITY_AGE)
            snprintf(column->range, sizeof column->range, "…");
    }
    find_price_by_handset(facts, selection, out);
    for (size_t i = 0; i < selection->count; i++) {
        size_t row = selection->rows[i];
        if (facts_answer(facts, row, ANSWER_HEARD) != 0)
            continue;
        int64_t sales = facts_sales(facts, row);
        out->returning_unheard += facts_answer(facts, row, ANSWER_RETURNING) == 1 ? sales : 0;
        out->follows_unheard += facts_answer(facts, row, ANSWER_FOLLOWS) == 1 ? sales : 0;
    }
}

enum err quality_complete(const struct facts *facts, const struct selection *selection,
                          day_number today, struct quality *out, struct error *error) {
    static const struct counts_wanted wanted[] = {{.of = COUNTS_PRICE}, {.of = COUNTS_AGE}};
    struct counts counts[2];
    out->pending = false;
    out->columns[QUALITY_DATE].range[0] = '\0';
    enum err err = counts_take_within(facts, selection, wanted, 2,
                                      facts->sales == NULL ? SIZE_MAX : COUNTS_ROOM, counts, error);
    for (int i = 0; i < 2; i++) {
        struct counted counted;
        counts_group(&counts[i], 0, &counted);
        if (i == 0)
            find_same_price(&counted, out);
        number(i == 0 ? NUMERIC_PRICE : NUMERIC_AGE, &counted,
               &out->columns[i == 0 ? QUALITY_PRICE : QUALITY_AGE]);
        counted_free(&counted);
        counts_free(&counts[i]);
    }
    return err == ERR_OK ? dates(facts, selection, today, out, error) : err;
}

enum err quality_compute(const struct facts *facts, const struct selection *selection,
                         day_number today, struct quality *out, struct error *error) {
    quality_begin(facts, selection, out);
    return quality_complete(facts, selection, today, out, error);
}

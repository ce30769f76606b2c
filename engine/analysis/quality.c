#include "engine/analysis/quality.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/money.h"
#include "engine/analysis/categories.h"
#include "engine/analysis/distribution.h"
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

static int compare_values(const void *a, const void *b) {
    double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

/* Smallest, largest, how many differ, and what lies beyond the fences. */
static void number(const struct facts *facts, const struct selection *selection,
                   enum numeric numeric, struct quality_column *column) {
    struct series series;
    struct distribution spread;
    series_take(facts, selection, numeric, &series);
    distribution_compute(facts, selection, &series, &spread);
    column->unknown = series.missing;
    column->beyond = spread.box.below + spread.box.above;
    column->below = spread.box.below;
    column->fence_low = spread.box.fence_low;
    column->fence_high = spread.box.fence_high;
    for (size_t i = 0; i < series.count; i++)
        column->values += i == 0 || compare_values(&series.values[i - 1], &series.values[i]) != 0;
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

static int compare_days(const void *a, const void *b) {
    day_number left = *(const day_number *)a, right = *(const day_number *)b;
    return (left > right) - (left < right);
}

static void dates(const struct facts *facts, const struct selection *selection, day_number today,
                  struct quality *out) {
    struct quality_column *column = &out->columns[QUALITY_DATE];
    size_t count = selection->count;
    if (count == 0)
        return;
    day_number *days = xcalloc(count, sizeof *days);
    for (size_t i = 0; i < count; i++)
        days[i] = facts->day[selection->rows[i]];
    qsort(days, count, sizeof *days, compare_days);
    for (size_t i = 0; i < count; i++) {
        column->values += i == 0 || days[i] != days[i - 1];
        out->future += days[i] > today;
    }
    char first[DATE_SHORT_SIZE], last[DATE_SHORT_SIZE];
    date_short(days[0], first);
    date_short(days[count - 1], last);
    snprintf(column->range, sizeof column->range, "%s – %s", first, last);
    free(days);
}

/* All of a sale but the shop's own number for it. */
struct likeness {
    int64_t price_minor;
    day_number day;
    uint16_t location, handset;
    uint8_t age, gender, answers, none;
};

static int compare_likeness(const void *a, const void *b) {
    return memcmp(a, b, sizeof(struct likeness));
}

static int64_t repeated(const struct facts *facts, const struct selection *selection) {
    size_t count = selection->count;
    struct likeness *all = xcalloc(count + 1, sizeof *all);
    for (size_t i = 0; i < count; i++) {
        size_t row = selection->rows[i];
        all[i].price_minor = facts->price_minor[row];
        all[i].day = facts->day[row];
        all[i].location = facts->location[row];
        all[i].handset = facts->handset[row];
        all[i].age = facts->age[row];
        all[i].gender = facts->gender[row];
        all[i].answers = facts->answers[row];
    }
    qsort(all, count, sizeof *all, compare_likeness);
    int64_t found = 0;
    for (size_t i = 1; i < count; i++)
        found += compare_likeness(&all[i - 1], &all[i]) == 0;
    free(all);
    return found;
}

/* The most frequent price, if it is far more frequent than any other. */
static void find_same_price(const struct facts *facts, const struct selection *selection,
                            struct quality *out) {
    enum { LEAST = 10, TIMES = 5 };
    size_t count = selection->count;
    if (facts->sales != NULL) /* cells do not know their sales' prices */
        return;
    int64_t *prices = selection_prices(facts, selection), most = 0, next = 0, at = 0;
    for (size_t i = 0, run = 0; i < count; i += run) {
        for (run = 1; i + run < count && prices[i + run] == prices[i]; run++)
            ;
        int64_t sales = (int64_t)run;
        next = sales > most ? most : sales > next ? sales : next;
        at = sales > most ? prices[i] : at;
        most = sales > most ? sales : most;
    }
    if (next > 0 && most >= LEAST && most >= TIMES * next) {
        out->same_price = most;
        out->same_price_minor = at;
        out->same_price_is_median = quantile_sorted(prices, count, 0.5) == (double)at;
    }
    free(prices);
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

void quality_compute(const struct facts *facts, const struct selection *selection, day_number today,
                     struct quality *out) {
    *out = (struct quality){.sales = (int64_t)selection->count};
    for (int i = 0; i < QUALITY_FIELDS; i++) {
        struct quality_column *column = &out->columns[i];
        *column = (struct quality_column){
            .title = fields[i].title, .dimension = fields[i].dimension, .beyond = -1};
        if (i == QUALITY_PRICE || i == QUALITY_AGE)
            number(facts, selection, i == QUALITY_PRICE ? NUMERIC_PRICE : NUMERIC_AGE, column);
        else if (i != QUALITY_DATE)
            category(facts, selection, column);
    }
    dates(facts, selection, today, out);
    out->repeated = repeated(facts, selection);
    find_same_price(facts, selection, out);
    find_price_by_handset(facts, selection, out);
    for (size_t i = 0; i < selection->count; i++) {
        size_t row = selection->rows[i];
        if (facts_answer(facts, row, ANSWER_HEARD) != 0)
            continue;
        out->returning_unheard += facts_answer(facts, row, ANSWER_RETURNING) == 1;
        out->follows_unheard += facts_answer(facts, row, ANSWER_FOLLOWS) == 1;
    }
}

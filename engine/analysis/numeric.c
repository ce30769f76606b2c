/* Takes the values of a numeric column out of the facts, in order. */
#include "engine/analysis/numeric.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/money.h"
#include "base/text.h"

static const struct {
    const char *name, *title;
    bool money, whole;
} numerics[] = {
#define X(symbol, name, title, money, whole) {name, title, money, whole},
    NUMERIC_LIST(X)
#undef X
};

const char *numeric_name(enum numeric numeric) {
    return numerics[numeric].name;
}

const char *numeric_title(enum numeric numeric) {
    return numerics[numeric].title;
}

bool numeric_is_money(enum numeric numeric) {
    return numerics[numeric].money;
}

bool numeric_is_whole(enum numeric numeric) {
    return numerics[numeric].whole;
}

enum counts_of numeric_counts(enum numeric numeric) {
    return numeric == NUMERIC_PRICE ? COUNTS_PRICE : COUNTS_AGE;
}

bool numeric_by_name(const char *name, enum numeric *out) {
    for (int i = 0; i < NUMERIC_COUNT; i++) {
        if (text_same(name, numerics[i].name)) {
            *out = (enum numeric)i;
            return true;
        }
    }
    return false;
}

bool numeric_value(const struct facts *facts, size_t row, enum numeric numeric, double *value) {
    if (numeric == NUMERIC_PRICE) {
        *value = (double)facts->price_minor[row] / MONEY_MINOR;
        return true;
    }
    *value = facts->age[row];
    return facts->age[row] != 0;
}

void numeric_text(enum numeric numeric, double value, char text[NUMERIC_TEXT_SIZE]) {
    if (!isfinite(value) || fabs(value) > 9e15) {
        snprintf(text, NUMERIC_TEXT_SIZE, isfinite(value) ? "%.6g" : "–", value);
        return;
    }
    if (!numerics[numeric].money) {
        snprintf(text, NUMERIC_TEXT_SIZE, "%.6g", value);
        return;
    }
    char grouped[MONEY_TEXT_SIZE];
    int64_t minor = llround(fabs(value) * MONEY_MINOR), rest = minor % MONEY_MINOR;
    const char *sign = value < 0 && minor != 0 ? "-" : "";
    money_grouped(minor - rest, grouped);
    if (rest == 0)
        snprintf(text, NUMERIC_TEXT_SIZE, "%s%s", sign, grouped);
    else
        snprintf(text, NUMERIC_TEXT_SIZE, "%s%s.%02d", sign, grouped, (int)rest);
}

static void series_make(struct series *series, enum numeric numeric, size_t most) {
    *series = (struct series){.numeric = numeric};
    series->values = xcalloc(most + 1, sizeof *series->values);
    series->weights = xcalloc(most + 1, sizeof *series->weights);
    series->until = xcalloc(most + 1, sizeof *series->until);
}

void series_of_values(enum numeric numeric, const double *ascending, size_t count,
                      struct series *out) {
    series_make(out, numeric, count);
    for (size_t i = 0; i < count; i++) {
        if (out->distinct == 0 || ascending[i] > out->values[out->distinct - 1])
            out->values[out->distinct++] = ascending[i];
        out->weights[out->distinct - 1]++;
        out->until[out->distinct - 1] = ++out->count;
    }
}

void series_of_counted(enum numeric numeric, const struct counted *counted, struct series *out) {
    double unit = numeric_is_money(numeric) ? MONEY_MINOR : 1;
    series_make(out, numeric, counted->count);
    out->revenue_minor = xcalloc(counted->count + 1, sizeof *out->revenue_minor);
    out->distinct = counted->count;
    out->missing = counted->missing;
    out->within = (double)counted->within / unit;
    for (size_t i = 0; i < counted->count; i++) {
        out->values[i] = (double)counted->values[i] / unit;
        out->weights[i] = (double)counted->sales[i];
        out->until[i] = out->count += counted->sales[i];
        out->revenue_minor[i] = counted->revenue_minor[i];
    }
}

enum err series_take(const struct facts *facts, const struct selection *selection,
                     enum numeric numeric, struct series *out, struct error *error) {
    const struct counts_wanted wanted = {numeric_counts(numeric), 0, {0}};
    struct counts counts;
    struct counted counted;
    enum err err =
        counts_take_within(facts, selection, &wanted, 1,
                           facts->sales == NULL ? SIZE_MAX : COUNTS_ROOM, &counts, error);
    counts_group(&counts, 0, &counted);
    series_of_counted(numeric, &counted, out);
    counted_free(&counted);
    counts_free(&counts);
    return err;
}

void series_free(struct series *series) {
    free(series->values);
    free(series->weights);
    free(series->until);
    free(series->revenue_minor);
    *series = (struct series){0};
}

double series_at(const struct series *series, int64_t rank) {
    size_t from = 0, to = series->distinct - 1;
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        if (series->until[middle] <= rank)
            from = middle + 1;
        else
            to = middle;
    }
    return series->values[from];
}

int64_t series_below(const struct series *series, double bound) {
    size_t from = 0, to = series->distinct;
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        if (series->values[middle] < bound)
            from = middle + 1;
        else
            to = middle;
    }
    return from > 0 ? series->until[from - 1] : 0;
}

double series_quantile(const struct series *series, double probability) {
    if (series->count == 0)
        return NAN;
    double position = (double)(series->count - 1) * probability, below = floor(position);
    double part = position - below, low = series_at(series, (int64_t)below);
    double high = part > 0 ? series_at(series, (int64_t)below + 1) : low;
    return (1 - part) * low + part * high;
}

void numeric_within_words(enum numeric numeric, double within, char text[NUMERIC_WITHIN_SIZE]) {
    char bound[NUMERIC_TEXT_SIZE];
    text[0] = '\0';
    if (!(within > 0))
        return;
    numeric_text(numeric, within, bound);
    snprintf(text, NUMERIC_WITHIN_SIZE,
             "so many different values are counted in narrow bins, each exact to within %s", bound);
}

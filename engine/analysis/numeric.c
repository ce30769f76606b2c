/* Takes the values of a numeric column out of the facts, in order. */
#include "engine/analysis/numeric.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/money.h"
#include "base/text.h"
#include "engine/slice/group.h"

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

static void take_prices(const struct facts *facts, const struct selection *selection,
                        struct series *out) {
    int64_t *prices = selection_prices(facts, selection);
    out->count = selection->count;
    for (size_t i = 0; i < out->count; i++)
        out->values[i] = (double)prices[i] / MONEY_MINOR;
    free(prices);
}

/* Ages are few: counted, not sorted. */
static void take_ages(const struct facts *facts, const struct selection *selection,
                      struct series *out) {
    size_t counts[UINT8_MAX + 1] = {0};
    for (size_t i = 0; i < selection->count; i++)
        counts[facts->age[selection->rows[i]]]++;
    for (int age = 1; age <= UINT8_MAX; age++) {
        for (size_t i = 0; i < counts[age]; i++)
            out->values[out->count++] = age;
    }
    out->missing = (int64_t)counts[0];
}

void series_take(const struct facts *facts, const struct selection *selection, enum numeric numeric,
                 struct series *out) {
    *out = (struct series){.numeric = numeric};
    out->values = xcalloc(selection->count + 1, sizeof *out->values);
    if (numeric == NUMERIC_PRICE)
        take_prices(facts, selection, out);
    else
        take_ages(facts, selection, out);
}

void series_free(struct series *series) {
    free(series->values);
    *series = (struct series){0};
}

size_t values_below(const double *values, size_t count, double bound) {
    size_t from = 0, to = count;
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        if (values[middle] < bound)
            from = middle + 1;
        else
            to = middle;
    }
    return from;
}

/* Choices in a linked list, as filters: values kept or excluded one by one, and ranges. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "base/money.h"
#include "engine/slice/filter.h"
#include "engine/slice/linked.h"

enum presence { ABSENT, AMONG, ALONE };

/* Writes the alternatives of `value` without `label` into `rest`, and says whether it was there. */
static enum presence without(const char *value, const char *label, struct buffer *rest) {
    struct buffer text = {0};
    enum presence presence = ABSENT;
    enum alternative_end end = ALTERNATIVE_MORE;
    while (end == ALTERNATIVE_MORE) {
        bool quoted;
        end = filter_read_alternative(&value, &text, &quoted);
        if (strcmp(text.data, label) == 0) {
            presence = AMONG;
            continue;
        }
        buffer_text(rest, rest->length != 0 ? "|" : "");
        filter_write_alternative(rest, text.data);
    }
    buffer_free(&text);
    return presence == AMONG && rest->length == 0 ? ALONE : presence;
}

static struct filter *find(struct slice *slice, enum dimension dimension, enum filter_operator op) {
    for (size_t i = 0; i < slice->count; i++) {
        struct filter *filter = &slice->filters[i];
        if (filter->operator== op && strcmp(filter->field, dimension_name(dimension)) == 0)
            return filter;
    }
    return NULL;
}

/* Takes the label out of the filter's alternatives, or adds it to them. */
static enum presence toggle(struct slice *slice, struct filter *filter, const char *label) {
    struct buffer value = {0};
    enum presence presence = without(filter->value, label, &value);
    if (presence == ALONE) {
        slice_remove(slice, (size_t)(filter - slice->filters));
        buffer_free(&value);
        return presence;
    }
    if (presence == ABSENT) {
        buffer_text(&value, "|");
        filter_write_alternative(&value, label);
    }
    free(filter->value);
    filter->value = buffer_take(&value);
    return presence;
}

/* Drops the list's filters but those that ask for values by name. */
static bool release(struct slice *slice, enum dimension dimension, bool kept_too) {
    bool any = false;
    for (size_t i = slice->count; i-- > 0;) {
        const struct filter *filter = &slice->filters[i];
        if (!linked_owns(dimension, filter) || (!kept_too && filter->operator== FILTER_IS))
            continue;
        slice_remove(slice, i);
        any = true;
    }
    return any;
}

bool linked_release(struct slice *slice, enum dimension dimension) {
    return release(slice, dimension, true);
}

void linked_spell_out(struct slice *slice, const struct facts *facts, enum dimension dimension) {
    for (size_t i = 0; i < slice->count; i++) {
        struct filter *filter = &slice->filters[i];
        bool contains = filter->operator== FILTER_CONTAINS;
        struct filter_test test = {0};
        struct dimension_view view;
        struct buffer value = {0};
        const char *at = filter->value;
        if (strcmp(filter->field, dimension_name(dimension)) != 0 ||
            (!contains && filter->operator!= FILTER_LACKS))
            continue;
        filter_read_value(facts, (int)dimension, filter->operator, & at, true, NULL, &test, NULL);
        dimension_open(&view, facts, dimension);
        for (size_t k = 0; k < test.count; k++) {
            char label[DIMENSION_LABEL_SIZE];
            dimension_label(&view, (int)test.ranges[k].low, label);
            buffer_text(&value, k != 0 ? "|" : "");
            filter_write_alternative(&value, label);
        }
        dimension_close(&view);
        if (test.count != 0) {
            free(filter->value);
            filter->value = buffer_take(&value);
            filter->operator= contains ? FILTER_IS : FILTER_IS_NOT;
        }
        buffer_free(&value);
        filter_test_free(&test);
    }
}

void linked_keep(struct slice *slice, enum dimension dimension, const char *label) {
    release(slice, dimension, false);
    struct filter *kept = find(slice, dimension, FILTER_IS);
    if (kept == NULL) {
        linked_release(slice, dimension); /* age=30 gives way to an age band */
        slice_add(slice, dimension, FILTER_IS, label);
    } else {
        toggle(slice, kept, label);
    }
}

void linked_exclude(struct slice *slice, enum dimension dimension, const char *label) {
    struct filter *kept = find(slice, dimension, FILTER_IS);
    struct buffer rest = {0};
    enum presence presence = kept != NULL ? without(kept->value, label, &rest) : ABSENT;
    buffer_free(&rest);
    if (presence != ABSENT) {
        /* the last of those kept: all the others instead */
        if (toggle(slice, kept, label) == ALONE)
            slice_add(slice, dimension, FILTER_IS_NOT, label);
        return;
    }
    struct filter *excluded = find(slice, dimension, FILTER_IS_NOT);
    if (excluded == NULL)
        slice_add(slice, dimension, FILTER_IS_NOT, label);
    else
        toggle(slice, excluded, label);
}

/* A filter on ages or prices, as a user would type it. */
static void add_text(struct slice *slice, const struct facts *facts, const char *field,
                     const char *op, const char *value) {
    struct error error;
    char *text = xasprintf("%s%s%s", field, op, value);
    slice_parse(slice, facts, text, &error); /* years and money are always read */
    free(text);
}

static void add_years(struct slice *slice, const struct facts *facts, int low, int high) {
    int from, below, unused;
    char years[16];
    dimension_age_band(low, &from, &unused);
    dimension_age_band(high, &unused, &below);
    snprintf(years, sizeof years, "%d", from);
    add_text(slice, facts, "age", ">=", years);
    snprintf(years, sizeof years, "%d", below);
    if (below <= AGE_MAX)
        add_text(slice, facts, "age", "<", years);
}

static void add_money(struct slice *slice, const struct facts *facts, int low, int high) {
    int64_t from, below, unused;
    char money[MONEY_TEXT_SIZE];
    dimension_price_band(low, &from, &unused);
    dimension_price_band(high, &unused, &below);
    money_plain(from, money);
    if (from > 0 || below == INT64_MAX)
        add_text(slice, facts, "price", ">=", money);
    if (below == INT64_MAX)
        return;
    money_plain(below, money);
    add_text(slice, facts, "price", "<", money);
}

static void add_labels(struct slice *slice, const struct facts *facts, enum dimension dimension,
                       int low, int high) {
    struct dimension_view view;
    char label[DIMENSION_LABEL_SIZE];
    dimension_open(&view, facts, dimension);
    dimension_label(&view, low, label);
    slice_add(slice, dimension, low == high ? FILTER_IS : FILTER_AT_LEAST, label);
    dimension_label(&view, high, label);
    if (low != high)
        slice_add(slice, dimension, FILTER_AT_MOST, label);
    dimension_close(&view);
}

void linked_range(struct slice *slice, const struct facts *facts, enum dimension dimension,
                  int code_a, int code_b) {
    int low = code_a < code_b ? code_a : code_b, high = code_a < code_b ? code_b : code_a;
    linked_release(slice, dimension);
    if (dimension == DIMENSION_AGE_BAND)
        add_years(slice, facts, low, high);
    else if (dimension == DIMENSION_PRICE_BAND)
        add_money(slice, facts, low, high);
    else
        add_labels(slice, facts, dimension, low, high);
}

/* Similar sales: the dashboard's own bands, so that a filter shows the same ones. */
#include "engine/learn/similar.h"

#include <stdio.h>
#include <string.h>

#include "base/buffer.h"
#include "base/text.h"

struct likeness {
    int location, gender, age_band; /* codes of the facts; 0: not asked for, −1: nobody has it */
    int64_t price_from, price_below;
    struct dimension_view ages; /* open, for its bands by years */
    int price_band;             /* code; 0: not asked for */
    char rule[96];
};

static void add_words(struct buffer *rule, const char *format, const char *value) {
    if (rule->length > 0)
        buffer_text(rule, ", ");
    buffer_printf(rule, "%s%s", format, value);
}

static void like_price(const struct facts *facts, const struct customer *customer,
                       struct likeness *like, struct buffer *rule) {
    struct dimension_view view;
    char label[DIMENSION_LABEL_SIZE];
    int band = 1;
    dimension_open(&view, facts, DIMENSION_PRICE_BAND);
    dimension_price_band(band, &like->price_from, &like->price_below);
    while (band + 1 < view.codes && customer->price_minor >= like->price_below)
        dimension_price_band(++band, &like->price_from, &like->price_below);
    dimension_label(&view, band, label);
    like->price_band = band;
    add_words(rule, "price ", label);
    dimension_close(&view);
}

static int location_code(const struct facts *facts, const char *name) {
    for (int i = 0; i < facts->locations.count; i++)
        if (text_same(facts->locations.entries[i].name, name))
            return i + 1;
    return -1;
}

static bool alike(const struct facts *facts, const struct likeness *like, size_t row) {
    return (like->location == 0 || facts->location[row] == like->location) &&
           (like->gender == 0 || facts->gender[row] == like->gender) &&
           (like->age_band == 0 || like->ages.lookup[facts->age[row]] == like->age_band) &&
           facts->price_minor[row] >= like->price_from &&
           facts->price_minor[row] < like->price_below;
}

/* The caller closes like->ages. */
static void likeness_of(const struct facts *facts, const struct customer *customer,
                        struct likeness *like) {
    struct buffer rule = {0};
    *like = (struct likeness){.price_from = 0, .price_below = INT64_MAX};
    dimension_open(&like->ages, facts, DIMENSION_AGE_BAND);
    if (customer->location[0]) {
        like->location = location_code(facts, customer->location);
        add_words(&rule, "same location", "");
    }
    if (customer->gender != UNKNOWN) {
        like->gender = 1 + customer->gender;
        add_words(&rule, "same gender", "");
    }
    if (customer->age_years != UNKNOWN) {
        char label[DIMENSION_LABEL_SIZE];
        like->age_band = like->ages.lookup[customer->age_years];
        dimension_label(&like->ages, like->age_band, label);
        add_words(&rule, "age ", label);
    }
    if (customer->has_price)
        like_price(facts, customer, like, &rule);
    snprintf(like->rule, sizeof like->rule, "%s", rule.length > 0 ? rule.data : "all sales");
    buffer_free(&rule);
}

void similar_count(const struct facts *facts, const struct customer *customer,
                   struct prediction *prediction) {
    struct likeness like;
    likeness_of(facts, customer, &like);
    snprintf(prediction->similar.rule, sizeof prediction->similar.rule, "%s", like.rule);
    for (size_t row = 0; row < facts->count; row++) {
        if (!alike(facts, &like, row))
            continue;
        prediction->similar.sales++;
        for (int outcome = 0; outcome < OUTCOME_COUNT; outcome++) {
            int said = facts_answer(facts, row, outcome_answer((enum outcome)outcome));
            prediction->similar.known[outcome] += said != UNKNOWN;
            prediction->similar.yes[outcome] += said == 1;
        }
    }
    dimension_close(&like.ages);
}

size_t similar_rows(const struct facts *facts, const struct customer *customer, uint32_t *rows,
                    size_t most) {
    struct likeness like;
    size_t found = 0;
    likeness_of(facts, customer, &like);
    for (size_t row = facts->count; row > 0 && found < most; row--)
        if (alike(facts, &like, row - 1))
            rows[found++] = (uint32_t)(row - 1);
    dimension_close(&like.ages);
    for (size_t i = 0; i < found / 2; i++) {
        uint32_t swapped = rows[i];
        rows[i] = rows[found - 1 - i];
        rows[found - 1 - i] = swapped;
    }
    return found;
}

static void add_filter(struct slice *slice, const struct facts *facts, enum dimension dimension,
                       int code) {
    struct dimension_view view;
    char label[DIMENSION_LABEL_SIZE];
    if (code == 0)
        return;
    dimension_open(&view, facts, dimension);
    dimension_label(&view, code, label);
    slice_add(slice, dimension, FILTER_IS, label);
    dimension_close(&view);
}

bool similar_filters(const struct facts *facts, const struct customer *customer,
                     struct slice *slice) {
    struct likeness like;
    likeness_of(facts, customer, &like);
    bool possible = like.location >= 0 && facts->count > 0;
    if (possible) {
        add_filter(slice, facts, DIMENSION_LOCATION, like.location);
        add_filter(slice, facts, DIMENSION_GENDER, like.gender);
        add_filter(slice, facts, DIMENSION_AGE_BAND, like.age_band);
        add_filter(slice, facts, DIMENSION_PRICE_BAND, like.price_band);
    }
    dimension_close(&like.ages);
    return possible;
}

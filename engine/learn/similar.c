/* Similar sales: the dashboard's own bands, so that a filter shows the same ones. */
#include "engine/learn/similar.h"

#include <stdio.h>
#include <string.h>

#include "base/buffer.h"
#include "base/text.h"

struct likeness {
    int location, gender, age_band; /* codes of the facts; 0: not asked for, −1: nobody has it */
    int64_t price_from, price_below;
    const int *age_bands; /* by years */
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
           (like->age_band == 0 || like->age_bands[facts->age[row]] == like->age_band) &&
           facts->price_minor[row] >= like->price_from &&
           facts->price_minor[row] < like->price_below;
}

void similar_count(const struct facts *facts, const struct customer *customer,
                   struct prediction *prediction) {
    struct likeness like = {.price_from = 0, .price_below = INT64_MAX};
    struct buffer rule = {0};
    struct dimension_view ages;
    dimension_open(&ages, facts, DIMENSION_AGE_BAND);
    like.age_bands = ages.lookup;
    if (customer->location[0]) {
        like.location = location_code(facts, customer->location);
        add_words(&rule, "same location", "");
    }
    if (customer->gender != UNKNOWN) {
        like.gender = 1 + customer->gender;
        add_words(&rule, "same gender", "");
    }
    if (customer->age_years != UNKNOWN) {
        char label[DIMENSION_LABEL_SIZE];
        like.age_band = ages.lookup[customer->age_years];
        dimension_label(&ages, like.age_band, label);
        add_words(&rule, "age ", label);
    }
    if (customer->has_price)
        like_price(facts, customer, &like, &rule);
    snprintf(prediction->similar.rule, sizeof prediction->similar.rule, "%s",
             rule.length > 0 ? rule.data : "all sales");
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
    dimension_close(&ages);
    buffer_free(&rule);
}

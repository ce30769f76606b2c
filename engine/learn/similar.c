/* Similar sales: the dashboard's own bands, so that a filter shows the same ones. */
#include "engine/learn/similar.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "base/text.h"
#include "engine/learn/similar_parts.h"

static void add_words(struct buffer *rule, const char *format, const char *value) {
    if (rule->length > 0)
        buffer_text(rule, ", ");
    buffer_printf(rule, "%s%s", format, value);
}

static void add_label(struct buffer *rule, const char *word, const struct facts *facts,
                      enum dimension dimension, int code) {
    struct dimension_view view;
    char label[DIMENSION_LABEL_SIZE];
    dimension_open(&view, facts, dimension);
    dimension_label(&view, code, label);
    dimension_close(&view);
    add_words(rule, word, label);
}

static int location_code(const struct facts *facts, const char *name) {
    for (int i = 0; i < facts->locations.count; i++)
        if (text_same(facts->locations.entries[i].name, name))
            return i + 1;
    return -1;
}

struct likeness likeness_of(const struct facts *facts, const struct customer *customer) {
    struct buffer rule = {0};
    struct likeness like = {0};
    if (customer->location[0]) {
        like.location = location_code(facts, customer->location);
        add_words(&rule, "same location", "");
    }
    if (customer->gender != UNKNOWN) {
        like.gender = 1 + customer->gender;
        add_words(&rule, "same gender", "");
    }
    if (customer->age_years != UNKNOWN) {
        like.age_band = dimension_age_band_code(customer->age_years);
        add_label(&rule, "age ", facts, DIMENSION_AGE_BAND, like.age_band);
    }
    if (customer->has_price) {
        like.price_band = dimension_price_band_code(customer->price_minor);
        add_label(&rule, "price ", facts, DIMENSION_PRICE_BAND, like.price_band);
    }
    snprintf(like.rule, sizeof like.rule, "%s", rule.length > 0 ? rule.data : "all sales");
    buffer_free(&rule);
    return like;
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
    struct likeness like = likeness_of(facts, customer);
    bool possible = like.location >= 0 && facts->count > 0;
    if (possible) {
        add_filter(slice, facts, DIMENSION_LOCATION, like.location);
        add_filter(slice, facts, DIMENSION_GENDER, like.gender);
        add_filter(slice, facts, DIMENSION_AGE_BAND, like.age_band);
        add_filter(slice, facts, DIMENSION_PRICE_BAND, like.price_band);
    }
    return possible;
}

/* ------------------------------------------------------------------ the index */

/* A place has its id and one; place 0 stands for all of them together, the unknown one among them:
 * who does not say where is asked of one entry instead of one for each place. */
struct entry {
    uint32_t key; /* 0: free */
    int64_t sales;
    int64_t yes[OUTCOME_COUNT], known[OUTCOME_COUNT];
};

struct similar_index {
    struct entry *entries; /* open addressing; a power of two */
    size_t capacity, used;
    int age_bands, price_bands; /* codes */
};

enum {
    BANDS_BITS = 5,
    GENDER_BITS = 2,
    KEYS_A_PLACE = 1 << (2 * BANDS_BITS + GENDER_BITS),
    CAPACITY_FIRST = 1024
};

static uint32_t key_of(int place, int gender, int age_band, int price_band) {
    uint32_t key = (uint32_t)place;
    key = key << GENDER_BITS | (uint32_t)gender;
    key = key << BANDS_BITS | (uint32_t)age_band;
    return (key << BANDS_BITS | (uint32_t)price_band) + 1;
}

/* Fibonacci hashing (Knuth, TAOCP 3, 6.4): the upper bits of a product. */
static struct entry *find(const struct similar_index *index, uint32_t key) {
    size_t mask = index->capacity - 1;
    size_t at = (size_t)(key * UINT64_C(0x9E3779B97F4A7C15) >> 32) & mask;
    while (index->entries[at].key != 0 && index->entries[at].key != key)
        at = (at + 1) & mask;
    return &index->entries[at];
}

static void grow(struct similar_index *index) {
    struct similar_index larger = *index;
    larger.capacity = index->capacity * 2;
    larger.entries = xcalloc(larger.capacity, sizeof *larger.entries);
    for (size_t i = 0; i < index->capacity; i++)
        if (index->entries[i].key != 0)
            *find(&larger, index->entries[i].key) = index->entries[i];
    free(index->entries);
    *index = larger;
}

static struct entry *find_or_add(struct similar_index *index, uint32_t key) {
    struct entry *entry = find(index, key);
    if (entry->key == 0) {
        if (2 * ++index->used > index->capacity) {
            grow(index);
            entry = find(index, key);
        }
        entry->key = key;
    }
    return entry;
}

/* Cells of the same key follow one another. */
static void add_rows(struct similar_index *index, const struct facts *facts,
                     const struct dimension_view *ages, const struct dimension_view *prices) {
    struct entry *entry = NULL;
    int said[OUTCOME_COUNT][ANSWER_CODES];
    for (int answers = 0; answers < ANSWER_CODES; answers++) {
        const struct facts one = {.answers = (uint8_t[]){(uint8_t)answers}};
        for (int outcome = 0; outcome < OUTCOME_COUNT; outcome++)
            said[outcome][answers] = facts_answer(&one, 0, outcome_answer((enum outcome)outcome));
    }
    for (size_t row = 0; row < facts->count; row++) {
        size_t at = facts_at(facts, row);
        uint32_t key = key_of(1 + facts->location[at], facts->gender[at], dimension_code(ages, row),
                              dimension_code(prices, row));
        int64_t sales = facts_sales(facts, row);
        if (entry == NULL || entry->key != key)
            entry = find_or_add(index, key);
        entry->sales += sales;
        for (int outcome = 0; outcome < OUTCOME_COUNT; outcome++) {
            int answer = said[outcome][facts->answers[at]];
            entry->known[outcome] += answer != UNKNOWN ? sales : 0;
            entry->yes[outcome] += answer == 1 ? sales : 0;
        }
    }
}

/* What places have, to all of them together. */
static void add_places(struct similar_index *index) {
    struct similar_index by_place = *index;
    index->entries = xcalloc(index->capacity, sizeof *index->entries);
    index->used = 0;
    for (size_t i = 0; i < by_place.capacity; i++) {
        const struct entry *from = &by_place.entries[i];
        if (from->key == 0)
            continue;
        *find_or_add(index, from->key) = *from;
        struct entry *all = find_or_add(index, (from->key - 1) % KEYS_A_PLACE + 1);
        all->sales += from->sales;
        for (int outcome = 0; outcome < OUTCOME_COUNT; outcome++) {
            all->known[outcome] += from->known[outcome];
            all->yes[outcome] += from->yes[outcome];
        }
    }
    free(by_place.entries);
}

struct similar_index *similar_index_new(const struct facts *facts) {
    struct similar_index *index = xcalloc(1, sizeof *index);
    struct dimension_view ages, prices;
    index->capacity = CAPACITY_FIRST;
    index->entries = xcalloc(index->capacity, sizeof *index->entries);
    dimension_open(&ages, facts, DIMENSION_AGE_BAND);
    dimension_open(&prices, facts, DIMENSION_PRICE_BAND);
    index->age_bands = ages.codes;
    index->price_bands = prices.codes;
    add_rows(index, facts, &ages, &prices);
    add_places(index);
    dimension_close(&ages);
    dimension_close(&prices);
    return index;
}

void similar_index_free(struct similar_index *index) {
    if (!index)
        return;
    free(index->entries);
    free(index);
}

/* What is not asked for may be anything. */
struct codes {
    int first, last;
};

static struct codes codes_of(int asked, int codes) {
    return asked != 0 ? (struct codes){asked, asked} : (struct codes){0, codes - 1};
}

void similar_count(const struct similar_index *index, const struct facts *facts,
                   const struct customer *customer, struct prediction *prediction) {
    struct likeness like = likeness_of(facts, customer);
    snprintf(prediction->similar.rule, sizeof prediction->similar.rule, "%s", like.rule);
    struct codes genders = codes_of(like.gender, 1 + GENDER_COUNT);
    struct codes ages = codes_of(like.age_band, index->age_bands);
    struct codes prices = codes_of(like.price_band, index->price_bands);
    for (int gender = genders.first; like.location >= 0 && gender <= genders.last; gender++)
        for (int age = ages.first; age <= ages.last; age++)
            for (int price = prices.first; price <= prices.last; price++) {
                int place = like.location > 0 ? 1 + like.location : 0;
                const struct entry *entry = find(index, key_of(place, gender, age, price));
                prediction->similar.sales += entry->sales;
                for (int outcome = 0; outcome < OUTCOME_COUNT; outcome++) {
                    prediction->similar.known[outcome] += entry->known[outcome];
                    prediction->similar.yes[outcome] += entry->yes[outcome];
                }
            }
}

#include "engine/slice/packed.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

/* ------------------------------------------------------------------------------- one pack */

static bool ids_are_sound(const struct pack *pack, const int64_t *ids) {
    bool sound = ids[0] == pack->first_sale_id && ids[pack->sales - 1] == pack->last_sale_id;
    for (int32_t i = 1; i < pack->sales; i++)
        sound &= ids[i] > ids[i - 1];
    return sound;
}

static bool codes_are_sound(const struct facts *facts, unsigned columns, size_t from, size_t to) {
    unsigned location = 0, handset = 0, gender = 0, answers = 0, age = 0;
    int64_t least = INT64_MAX;
    for (size_t row = from; (columns & PACKED_LOCATION) != 0 && row < to; row++)
        location = facts->location[row] > location ? facts->location[row] : location;
    for (size_t row = from; (columns & PACKED_HANDSET) != 0 && row < to; row++)
        handset = facts->handset[row] > handset ? facts->handset[row] : handset;
    for (size_t row = from; (columns & PACKED_GENDER) != 0 && row < to; row++)
        gender = facts->gender[row] > gender ? facts->gender[row] : gender;
    for (size_t row = from; (columns & PACKED_ANSWERS) != 0 && row < to; row++)
        answers = facts->answers[row] > answers ? facts->answers[row] : answers;
    for (size_t row = from; (columns & PACKED_AGE) != 0 && row < to; row++)
        age = facts->age[row] > age ? facts->age[row] : age;
    for (size_t row = from; (columns & PACKED_PRICE) != 0 && row < to; row++)
        least = facts->price_minor[row] < least ? facts->price_minor[row] : least;
    return location <= (unsigned)facts->locations.count &&
           handset <= (unsigned)facts->handsets.count && gender <= GENDER_COUNT &&
           answers < ANSWER_CODES && age <= AGE_MAX && least > 0;
}

/* The days of the month become day numbers; false where the month does not have them. */
static bool place_days(const struct pack *pack, const uint8_t *day_of_month, day_number *days) {
    day_number before = date_month_start(pack->month) - 1;
    unsigned least = UINT8_MAX, most = 0;
    for (int32_t i = 0; i < pack->sales; i++) {
        least = day_of_month[i] < least ? day_of_month[i] : least;
        most = day_of_month[i] > most ? day_of_month[i] : most;
        days[i] = before + day_of_month[i];
    }
    return least > 0 && most <= (unsigned)date_days_in_month(pack->month);
}

enum err packed_read(struct db *db, const struct pack *pack, unsigned columns, struct facts *into,
                     size_t at, struct error *error) {
    uint8_t day_of_month[PACK_SALES_MAX];
    bool segments = (columns & PACKED_SEGMENT) != 0 && into->segment_rule != NULL;
    if (segments)
        columns |= PACKED_ALL & ~PACKED_ID;
#define ASKED(bit, column) ((columns & (bit)) != 0 ? into->column + at : NULL)
    struct pack_rows rows = {.id = ASKED(PACKED_ID, id),
                             .location = ASKED(PACKED_LOCATION, location),
                             .handset = ASKED(PACKED_HANDSET, handset),
                             .age = ASKED(PACKED_AGE, age),
                             .gender = ASKED(PACKED_GENDER, gender),
                             .answers = ASKED(PACKED_ANSWERS, answers),
                             .price_minor = ASKED(PACKED_PRICE, price_minor)};
#undef ASKED
    if ((columns & PACKED_DAY) != 0)
        rows.day_of_month = day_of_month;
    enum err err = db_pack_read(db, pack, &rows, error);
    if (err != ERR_OK)
        return err;
    for (int32_t i = 0; into->shop != NULL && i < pack->sales; i++)
        into->shop[at + (size_t)i] = (uint16_t)pack->shop;
    bool shop_is_sound =
        pack->shop >= SHOP_OWN && pack->shop <= (into->shop != NULL ? into->shops.count : SHOP_OWN);
    if (shop_is_sound && ((columns & PACKED_ID) == 0 || ids_are_sound(pack, into->id + at)) &&
        ((columns & PACKED_DAY) == 0 || place_days(pack, day_of_month, into->day + at)) &&
        codes_are_sound(into, columns, at, at + (size_t)pack->sales)) {
        if (segments)
            into->segment_rule->assign(into->segment_rule->context, into, (size_t)pack->sales,
                                       into->segment);
        return ERR_OK;
    }
    error_set(error, ERR_DAMAGED, "%s is damaged: its columns by month hold what no sale can be",
              db_path(db));
    return error_hint(error, "retail-pulse rebuild makes them anew from the sales");
}

/* -------------------------------------------------------------------------------- windows */

struct facts packed_window(const struct facts *whole) {
    struct facts window = {.locations = whole->locations,
                           .handsets = whole->handsets,
                           .shops = whole->shops,
                           .first_day = whole->first_day,
                           .last_day = whole->last_day,
                           .weekend = whole->weekend,
                           .segment_rule = whole->segment_rule,
                           .segment_count = whole->segment_count};
#define MAKE(column) window.column = xcalloc(PACK_SALES_MAX, sizeof *window.column)
    MAKE(id);
    MAKE(price_minor);
    MAKE(day);
    MAKE(location);
    MAKE(handset);
    MAKE(age);
    MAKE(gender);
    MAKE(answers);
    if (whole->shops.count > 1)
        MAKE(shop);
    if (whole->segment_rule != NULL)
        MAKE(segment);
#undef MAKE
    return window;
}

void packed_window_free(struct facts *window) {
    window->locations = window->handsets = (struct dictionary){0};
    window->shops = (struct shop_list){0};
    facts_free(window);
}

/* ------------------------------------------------------------------------------ all of them */

static int compare_packs(const void *left, const void *right) {
    const struct pack *a = left, *b = right;
    return (a->first_sale_id > b->first_sale_id) - (a->first_sale_id < b->first_sale_id);
}

/* Sales that came by their days: the packs follow one another, each is read to its place. */
static enum err load_in_turn(struct db *db, const struct pack *packs, size_t count,
                             struct facts *facts, struct error *error) {
    enum err err = ERR_OK;
    for (size_t i = 0; i < count && err == ERR_OK; i++) {
        err = packed_read(db, &packs[i], PACKED_ALL, facts, facts->count, error);
        facts->count += err == ERR_OK ? (size_t)packs[i].sales : 0;
    }
    return err;
}

/* The place of an id among all: a bit for each id that there is, and how many lie before a word. */
struct ranks {
    int64_t first, last;
    uint64_t *bits;
    uint32_t *before;
};

static size_t rank_of(const struct ranks *ranks, int64_t id) {
    uint64_t at = (uint64_t)(id - ranks->first), lower = (UINT64_C(1) << at % 64) - 1;
    return ranks->before[at / 64] + (size_t)__builtin_popcountll(ranks->bits[at / 64] & lower);
}

static enum err mark_ids(struct db *db, const struct pack *packs, size_t count,
                         struct facts *window, struct ranks *ranks, struct error *error) {
    enum err err = ERR_OK;
    size_t words = (size_t)(ranks->last - ranks->first) / 64 + 1;
    for (size_t i = 0; i < count && err == ERR_OK; i++) {
        err = packed_read(db, &packs[i], PACKED_ID, window, 0, error);
        for (int32_t row = 0; err == ERR_OK && row < packs[i].sales; row++) {
            uint64_t at = (uint64_t)(window->id[row] - ranks->first);
            ranks->bits[at / 64] |= UINT64_C(1) << at % 64;
        }
    }
    for (size_t word = 1; word < words; word++)
        ranks->before[word] =
            ranks->before[word - 1] + (uint32_t)__builtin_popcountll(ranks->bits[word - 1]);
    return err;
}

/* Sales whose months come mixed: each goes to its place among the ids. */
static enum err load_by_rank(struct db *db, const struct pack *packs, size_t count, int64_t sales,
                             struct ranks *ranks, struct facts *facts, struct error *error) {
    struct facts window = packed_window(facts);
    size_t words = (size_t)(ranks->last - ranks->first) / 64 + 1;
    ranks->bits = xcalloc(words, sizeof *ranks->bits);
    ranks->before = xcalloc(words, sizeof *ranks->before);
    enum err err = mark_ids(db, packs, count, &window, ranks, error);
    if (err == ERR_OK && rank_of(ranks, ranks->last) + 1 != (size_t)sales)
        err = error_set(error, ERR_DAMAGED, "%s is damaged: its columns hold a sale twice",
                        db_path(db));
    for (size_t i = 0; i < count && err == ERR_OK; i++) {
        err = packed_read(db, &packs[i], PACKED_ALL, &window, 0, error);
        for (int32_t row = 0; err == ERR_OK && row < packs[i].sales; row++) {
            size_t to = rank_of(ranks, window.id[row]);
            facts->id[to] = window.id[row];
            facts->price_minor[to] = window.price_minor[row];
            facts->day[to] = window.day[row];
            facts->location[to] = window.location[row];
            facts->handset[to] = window.handset[row];
            facts->age[to] = window.age[row];
            facts->gender[to] = window.gender[row];
            facts->answers[to] = window.answers[row];
            if (facts->shop != NULL)
                facts->shop[to] = window.shop[row];
        }
    }
    if (err == ERR_OK)
        facts->count += (size_t)sales;
    free(ranks->bits);
    free(ranks->before);
    packed_window_free(&window);
    return err;
}

bool packed_is_dense(const struct pack_list *packs) {
    int64_t first = INT64_MAX, last = 0;
    for (size_t i = 0; i < packs->count; i++) {
        first = packs->packs[i].first_sale_id < first ? packs->packs[i].first_sale_id : first;
        last = packs->packs[i].last_sale_id > last ? packs->packs[i].last_sale_id : last;
    }
    return packs->count > 0 && first > 0 && last - first < 64 * (packs->sales + 1024);
}

enum err packed_load(struct db *db, const struct pack_list *packs, struct facts *facts,
                     struct error *error) {
    size_t count = packs->count;
    struct pack *sorted = xcalloc(count + 1, sizeof *sorted);
    if (count > 0)
        memcpy(sorted, packs->packs, count * sizeof *sorted);
    qsort(sorted, count, sizeof *sorted, compare_packs);
    bool in_turn = true;
    struct ranks ranks = {.first = INT64_MAX, .last = 0};
    for (size_t i = 0; i < count; i++) {
        in_turn = in_turn && (i == 0 || sorted[i].first_sale_id > sorted[i - 1].last_sale_id);
        ranks.first = sorted[i].first_sale_id < ranks.first ? sorted[i].first_sale_id : ranks.first;
        ranks.last = sorted[i].last_sale_id > ranks.last ? sorted[i].last_sale_id : ranks.last;
    }
    enum err err = in_turn ? load_in_turn(db, sorted, count, facts, error)
                           : load_by_rank(db, sorted, count, packs->sales, &ranks, facts, error);
    free(sorted);
    for (size_t row = 0; err == ERR_OK && row < facts->count; row++) {
        if (row == 0 || facts->day[row] < facts->first_day)
            facts->first_day = facts->day[row];
        if (row == 0 || facts->day[row] > facts->last_day)
            facts->last_day = facts->day[row];
    }
    return err;
}

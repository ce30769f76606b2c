#include "engine/slice/facts.h"

#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "db/sales.h"
#include "engine/slice/calendar.h"
#include "engine/slice/cube.h"
#include "engine/slice/packed.h"
#include "engine/slice/summary.h"

struct loading {
    struct facts *facts;
    size_t capacity;
};

static void reserve(struct loading *loading, size_t capacity) {
    struct facts *facts = loading->facts;
#define GROW(column) facts->column = xreallocarray(facts->column, capacity, sizeof *facts->column)
    GROW(id);
    GROW(price_minor);
    GROW(day);
    GROW(location);
    GROW(handset);
    GROW(age);
    GROW(gender);
    GROW(answers);
    GROW(segment);
    bool one_shop = facts->shop == NULL;
    if (facts->shops.count > 1) {
        GROW(shop);
        for (size_t row = 0; one_shop && row < facts->count; row++)
            facts->shop[row] = SHOP_OWN;
    }
#undef GROW
    loading->capacity = capacity;
}

static bool add(void *context, const struct sale *sale) {
    struct loading *loading = context;
    struct facts *facts = loading->facts;
    if (facts->count == loading->capacity)
        reserve(loading, loading->capacity + loading->capacity / 2 + 1024);
    size_t row = facts->count++;
    facts->id[row] = sale->id;
    facts->price_minor[row] = sale->price_minor;
    facts->day[row] = sale->day;
    facts->location[row] = (uint16_t)sale->location;
    facts->handset[row] = (uint16_t)sale->handset;
    facts->age[row] = sale->age_years == UNKNOWN ? 0 : (uint8_t)sale->age_years;
    facts->gender[row] = (uint8_t)(1 + sale->gender);
    facts->answers[row] = sale_pack_answers(sale);
    facts->segment[row] = 0;
    if (facts->shop != NULL)
        facts->shop[row] = (uint16_t)sale->shop;
    if (row == 0 || sale->day < facts->first_day)
        facts->first_day = sale->day;
    if (row == 0 || sale->day > facts->last_day)
        facts->last_day = sale->day;
    return true;
}

/* Everything that looks a code up may then do so without looking where it points. */
static enum err check_codes(const struct db *db, const struct facts *facts, size_t from,
                            struct error *error) {
    for (size_t row = from; row < facts->count; row++) {
        if (facts->location[row] > facts->locations.count ||
            facts->handset[row] > facts->handsets.count ||
            (facts->shop != NULL && facts->shop[row] > facts->shops.count)) {
            error_set(error, ERR_DAMAGED,
                      "%s is damaged: sale %lld has a location, handset or shop that is not there",
                      db_path(db), (long long)facts->id[row]);
            error_hint(error, "bring back a copy of the file, or move it away and import the CSV "
                              "files again");
            return ERR_DAMAGED;
        }
    }
    return ERR_OK;
}

/* The first time: what is packed, at memory speed. */
static enum err read_packed(struct db *db, struct facts *facts, struct error *error) {
    struct pack_list packs;
    enum err err = db_packs_list(db, &packs, error);
    if (err == ERR_OK && packed_is_dense(&packs)) {
        err = packed_load(db, &packs, facts, error);
        if (err == ERR_OK)
            memset(facts->segment, 0, facts->count * sizeof *facts->segment);
    }
    pack_list_free(&packs);
    return err;
}

/* On failure the facts are what they were, but for room to grow. */
static enum err read_new(struct db *db, struct facts *facts, struct error *error) {
    struct sales_extent extent;
    struct facts before = *facts;
    enum err err = db_sales_extent(db, &extent, error);
    facts->locations = facts->handsets = (struct dictionary){0};
    facts->shops = (struct shop_list){0};
    if (err == ERR_OK)
        err = db_locations_load(db, &facts->locations, error);
    if (err == ERR_OK)
        err = db_handsets_load(db, &facts->handsets, error);
    if (err == ERR_OK)
        err = db_shops_load(db, &facts->shops, error);
    int64_t known_id = facts->count != 0 ? facts->id[facts->count - 1] : 0;
    if (err == ERR_OK && extent.last_id > known_id) {
        struct loading loading = {.facts = facts};
        reserve(&loading,
                (size_t)extent.sales > facts->count ? (size_t)extent.sales : facts->count);
        if (facts->count == 0)
            err = read_packed(db, facts, error);
        int64_t after_id = facts->count != 0 ? facts->id[facts->count - 1] : 0;
        if (err == ERR_OK && extent.last_id > after_id)
            err = db_sales_scan(db, after_id, add, &loading, error);
        if (err == ERR_OK)
            err = check_codes(db, facts, before.count, error);
    }
    struct dictionary *locations = err == ERR_OK ? &before.locations : &facts->locations;
    struct dictionary *handsets = err == ERR_OK ? &before.handsets : &facts->handsets;
    dictionary_free(locations);
    dictionary_free(handsets);
    shop_list_free(err == ERR_OK ? &before.shops : &facts->shops);
    if (err == ERR_OK) {
        facts->synthetic = extent.synthetic;
        facts->undone = extent.undone;
    } else {
        facts->count = before.count;
        facts->first_day = before.first_day;
        facts->last_day = before.last_day;
        facts->locations = before.locations;
        facts->handsets = before.handsets;
        facts->shops = before.shops;
    }
    return err;
}

/* Sales that are held may be gone: all of them anew, in the place of what was. */
static enum err read_all(struct db *db, struct facts *facts, struct error *error) {
    struct facts fresh = {.weekend = facts->weekend};
    enum err err = read_new(db, &fresh, error);
    if (err == ERR_OK) {
        fresh.segment_names = facts->segment_names;
        fresh.segment_count = facts->segment_count;
        facts->segment_names = NULL;
    }
    facts_free(err == ERR_OK ? facts : &fresh);
    if (err == ERR_OK)
        *facts = fresh;
    return err;
}

enum err facts_refresh(struct db *db, struct facts *facts, size_t *added, struct error *error) {
    size_t before = facts->count;
    struct sales_extent extent;
    enum err err = db_snapshot_begin(db, error);
    if (err == ERR_OK) {
        err = db_sales_extent(db, &extent, error);
        if (err == ERR_OK && before > 0 && extent.undone != facts->undone)
            err = read_all(db, facts, error);
        else if (err == ERR_OK)
            err = read_new(db, facts, error);
        db_snapshot_end(db);
    }
    *added = facts->count > before ? facts->count - before : 0;
    return err;
}

enum err facts_load(struct db *db, struct facts *out, struct error *error) {
    *out = (struct facts){0};
    size_t added;
    enum err err = facts_refresh(db, out, &added, error);
    if (err != ERR_OK)
        facts_free(out);
    return err;
}

enum err facts_window_open(struct db *db, size_t capacity, struct facts *window,
                           struct error *error) {
    *window = (struct facts){0};
    struct loading loading = {.facts = window};
    enum err err = db_shops_load(db, &window->shops, error);
    if (err == ERR_OK)
        err = db_locations_load(db, &window->locations, error);
    if (err == ERR_OK)
        err = db_handsets_load(db, &window->handsets, error);
    if (err == ERR_OK)
        reserve(&loading, capacity);
    if (err != ERR_OK)
        facts_free(window);
    return err;
}

struct window {
    struct loading loading;
    int64_t last_id;
};

static bool add_to_window(void *context, const struct sale *sale) {
    struct window *window = context;
    if (sale->id > window->last_id)
        return false;
    add(&window->loading, sale);
    return window->loading.facts->count < window->loading.capacity;
}

enum err facts_window_read(struct db *db, struct facts *window, size_t capacity, int64_t after_id,
                           int64_t last_id, struct error *error) {
    struct window reading = {{window, capacity}, last_id};
    window->count = 0;
    enum err err = db_sales_scan(db, after_id, add_to_window, &reading, error);
    return err == ERR_OK ? check_codes(db, window, 0, error) : err;
}

void facts_copy_row(struct facts *to, size_t at, const struct facts *from, size_t row) {
    to->id[at] = from->id[row];
    to->price_minor[at] = from->price_minor[row];
    to->day[at] = from->day[row];
    to->location[at] = from->location[row];
    to->handset[at] = from->handset[row];
    to->age[at] = from->age[row];
    to->gender[at] = from->gender[row];
    to->answers[at] = from->answers[row];
    if (to->segment != NULL)
        to->segment[at] = from->segment != NULL ? from->segment[row] : 0;
    if (to->shop != NULL)
        to->shop[at] = (uint16_t)facts_shop(from, row);
}

void facts_name_segments(struct facts *facts, const char *const *names, int count) {
    for (int i = 0; facts->segment_names != NULL && i < facts->segment_count; i++)
        free(facts->segment_names[i]);
    free(facts->segment_names);
    facts->segment_names = count > 0 ? xcalloc((size_t)count, sizeof *facts->segment_names) : NULL;
    facts->segment_count = count;
    for (int i = 0; i < count; i++)
        facts->segment_names[i] = xstrdup(names[i]);
}

void facts_free(struct facts *facts) {
    free(facts->id);
    free(facts->price_minor);
    free(facts->day);
    free(facts->location);
    free(facts->handset);
    free(facts->age);
    free(facts->gender);
    free(facts->answers);
    free(facts->shop);
    free(facts->segment);
    free(facts->sales);
    free(facts->price_squares);
    free(facts->price_squares_high);
    free(facts->price_band);
    free(facts->combination);
    free(facts->revenue);
    free(facts->month);
    free(facts->month_days);
    cube_close(facts->cube);
    summary_free(facts->summary);
    dictionary_free(&facts->locations);
    dictionary_free(&facts->handsets);
    shop_list_free(&facts->shops);
    facts_name_segments(facts, NULL, 0);
    *facts = (struct facts){0};
}

int64_t facts_total(const struct facts *facts) {
    int64_t total = 0;
    if (facts->sales == NULL)
        return (int64_t)facts->count;
    const struct cube_rows *of = facts->cube != NULL ? &facts->cube->rows : NULL;
    if (of != NULL && of->sums.sums != NULL && of->combinations[of->count].from == facts->count) {
        for (size_t i = 0; i < of->count; i++)
            total += (int64_t)of->sums.sums[i].sales;
        return total;
    }
    for (size_t row = 0; row < facts->count; row++)
        total += facts->sales[row];
    return total;
}

int64_t facts_last_id(const struct facts *facts) {
    const struct cube *cube = facts->cube;
    int64_t last = 0;
    if (facts->id != NULL)
        return facts->count != 0 ? facts->id[facts->count - 1] : 0;
    for (size_t i = 0; cube != NULL && i < cube->packs.count; i++)
        last = cube->packs.packs[i].last_sale_id > last ? cube->packs.packs[i].last_sale_id : last;
    return cube != NULL && cube->tail.count != 0 ? cube->tail.id[cube->tail.count - 1] : last;
}

bool facts_is_sums_only(const struct facts *facts, size_t row) {
    int shop = facts_shop(facts, row);
    return shop <= facts->shops.count && facts->shops.entries[shop - 1].sums_only;
}

char *facts_sums_only(const struct facts *facts) {
    struct buffer names = {0};
    for (int i = 0; i < facts->shops.count; i++) {
        const struct shop_entry *shop = &facts->shops.entries[i];
        if (shop->sums_only)
            buffer_printf(&names, "%s%s", names.length != 0 ? ", " : "", shop->name);
    }
    return names.length != 0 ? buffer_take(&names) : NULL;
}

uint8_t facts_weekend(const struct facts *facts) {
    return facts->weekend != 0 ? facts->weekend : WEEKEND_DEFAULT;
}

int facts_answer(const struct facts *facts, size_t row, enum answer answer) {
    static const int weights[ANSWER_COUNT] = {1, 3, 9, 27};
    return facts->answers[facts_at(facts, row)] / weights[answer] % 3 - 1;
}

const char *facts_location(const struct facts *facts, size_t row) {
    int id = facts->location[facts_at(facts, row)];
    return id != 0 ? facts->locations.entries[id - 1].name : "unknown";
}

const char *facts_handset(const struct facts *facts, size_t row) {
    int id = facts->handset[facts_at(facts, row)];
    return id != 0 ? facts->handsets.entries[id - 1].name : "unknown";
}

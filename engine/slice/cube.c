#include "engine/slice/cube.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "db/cube.h"
#include "db/sales.h"
#include "engine/slice/cube_cells.h"
#include "engine/slice/packed.h"
#include "engine/slice/stream.h"
#include "engine/slice/summary.h"
#include "engine/slice/tables.h"

enum { TAIL_MOST = 100000 };

/* ------------------------------------------------------------------------------- columns */

static void reserve_cells(struct facts *cells, size_t capacity) {
#define GROW(column) \
    cells->column = xreallocarray(cells->column, capacity + 1, sizeof *cells->column)
    GROW(price_minor);
    GROW(day);
    GROW(location);
    GROW(handset);
    GROW(age);
    GROW(gender);
    GROW(answers);
    GROW(sales);
    GROW(price_squares);
    GROW(price_band);
    if (cells->price_squares_high != NULL)
        GROW(price_squares_high);
    if (cells->shops.count > 1)
        GROW(shop);
#undef GROW
}

static void put_squares(struct facts *cells, size_t row, uint128 squares, size_t capacity) {
    uint64_t high = (uint64_t)(squares >> 64);
    cells->price_squares[row] = (uint64_t)squares;
    if (high != 0 && cells->price_squares_high == NULL)
        cells->price_squares_high = xcalloc(capacity + 1, sizeof *cells->price_squares_high);
    if (cells->price_squares_high != NULL)
        cells->price_squares_high[row] = high;
}

/* Ages stand for their bands: the first of each. */
static void place_month(struct facts *cells, int month, size_t from, size_t count) {
    uint8_t ages[UINT8_MAX + 1] = {0};
    struct dimension_view bands;
    dimension_open(&bands, cells, DIMENSION_AGE_BAND);
    for (int code = 1; code < bands.codes; code++) {
        int first, below;
        dimension_age_band(code, &first, &below);
        ages[code] = (uint8_t)first;
    }
    dimension_close(&bands);
    day_number day = date_month_start(month);
    for (size_t row = from; row < from + count; row++) {
        cells->age[row] = ages[cells->age[row]];
        cells->day[row] = day;
    }
}

static bool month_is_sound(const struct facts *cells, size_t from, size_t count) {
    bool sound = true;
    for (size_t row = from; row < from + count; row++)
        sound &= cells->location[row] <= cells->locations.count &&
                 cells->handset[row] <= cells->handsets.count &&
                 cells->gender[row] <= GENDER_COUNT && cells->answers[row] < ANSWER_CODES &&
                 cells->sales[row] > 0 && cells->price_band[row] > 0 && cells->age[row] < 16 &&
                 cells->price_band[row] < 16;
    return sound;
}

/* --------------------------------------------------------------------------- the cells */

static enum err read_month(struct db *db, const struct cube_span *span, size_t capacity,
                           struct facts *cells, struct error *error) {
    struct cube_month stored;
    struct buffer bytes = {0};
    uint64_t *high = xcalloc(span->count + 1, sizeof *high);
    size_t at = span->from;
    struct cube_cells into = {.location = cells->location + at,
                              .handset = cells->handset + at,
                              .gender = cells->gender + at,
                              .age_band = cells->age + at,
                              .price_band = cells->price_band + at,
                              .answers = cells->answers + at,
                              .sales = cells->sales + at,
                              .revenue_minor = cells->price_minor + at,
                              .squares_low = cells->price_squares + at,
                              .squares_high = high};
    enum err err = db_cube_read(db, span->shop, span->month, &stored, &bytes, error);
    if (err == ERR_OK &&
        (stored.cells != (int64_t)span->count || !cube_decode(&bytes, span->count, &into) ||
         !month_is_sound(cells, at, span->count))) {
        error_set(error, ERR_DAMAGED, "%s is damaged: its sums by month hold what no sales can be",
                  db_path(db));
        err = error_hint(error, "retail-pulse rebuild makes them anew from the sales");
    }
    for (size_t i = 0; err == ERR_OK && i < span->count; i++) {
        if (high[i] != 0 || cells->price_squares_high != NULL)
            put_squares(cells, at + i, (uint128)high[i] << 64 | cells->price_squares[at + i],
                        capacity);
    }
    if (err == ERR_OK)
        place_month(cells, span->month, at, span->count);
    for (size_t row = at; cells->shop != NULL && row < at + span->count; row++)
        cells->shop[row] = (uint16_t)span->shop;
    free(high);
    buffer_free(&bytes);
    return err;
}

/* Each sale of the tail is a cell by itself: cells need not be different to add up. */
static void add_tail(struct facts *cells, size_t capacity) {
    const struct facts *tail = &cells->cube->tail;
    for (size_t i = 0; i < tail->count; i++) {
        size_t row = cells->count++;
        cells->day[row] = tail->day[i];
        cells->location[row] = tail->location[i];
        cells->handset[row] = tail->handset[i];
        cells->age[row] = tail->age[i];
        cells->gender[row] = tail->gender[i];
        cells->answers[row] = tail->answers[i];
        cells->sales[row] = 1;
        if (cells->shop != NULL)
            cells->shop[row] = (uint16_t)facts_shop(tail, i);
        cells->price_minor[row] = tail->price_minor[i];
        cells->price_band[row] = (uint8_t)dimension_price_band_code(tail->price_minor[i]);
        put_squares(cells, row, facts_price_squares(tail, i), capacity);
    }
}

/* The first and the last day of all: from the packs of the first and the last month. */
static enum err find_days(struct db *db, struct facts *cells, struct error *error) {
    const struct cube *cube = cells->cube;
    const struct pack_list *packs = &cube->packs;
    struct facts window = packed_window(cells);
    enum err err = ERR_OK;
    bool found = false;
    int first = packs->count > 0 ? packs->packs[0].month : 0;
    int last = packs->count > 0 ? packs->packs[packs->count - 1].month : 0;
    for (size_t i = 0; i < packs->count && err == ERR_OK; i++) {
        const struct pack *pack = &packs->packs[i];
        if (pack->month != first && pack->month != last)
            continue;
        err = packed_read(db, pack, PACKED_DAY, &window, 0, error);
        for (int32_t row = 0; err == ERR_OK && row < pack->sales; row++) {
            day_number day = window.day[row];
            cells->first_day = !found || day < cells->first_day ? day : cells->first_day;
            cells->last_day = !found || day > cells->last_day ? day : cells->last_day;
            found = true;
        }
    }
    for (size_t i = 0; i < cube->tail.count; i++) {
        day_number day = cube->tail.day[i];
        cells->first_day = !found || day < cells->first_day ? day : cells->first_day;
        cells->last_day = !found || day > cells->last_day ? day : cells->last_day;
        found = true;
    }
    for (int i = 0; i < cells->shops.count; i++) {
        const struct shop_entry *shop = &cells->shops.entries[i];
        if (!shop->sums_only)
            continue;
        cells->first_day =
            !found || shop->first_day < cells->first_day ? shop->first_day : cells->first_day;
        cells->last_day =
            !found || shop->last_day > cells->last_day ? shop->last_day : cells->last_day;
        found = true;
    }
    packed_window_free(&window);
    return err;
}

/* --------------------------------------------------------------------------- reading */

/* What the database holds now; the cells are not read yet. */
struct found {
    struct sales_extent extent;
    struct packed_state state;
    struct pack_list packs;
    struct cube_month_list months;
    struct shop_list shops;
};

static void found_free(struct found *found) {
    pack_list_free(&found->packs);
    cube_month_list_free(&found->months);
    shop_list_free(&found->shops);
}

static enum err look(struct db *db, struct found *found, struct error *error) {
    *found = (struct found){.state = {0}};
    enum err err = db_sales_extent(db, &found->extent, error);
    if (err == ERR_OK)
        err = db_packed_state(db, &found->state, error);
    if (err == ERR_OK)
        err = db_packs_list(db, &found->packs, error);
    if (err == ERR_OK)
        err = db_cube_list(db, &found->months, error);
    if (err == ERR_OK)
        err = db_shops_load(db, &found->shops, error);
    return err;
}

static bool has_sums_only(const struct shop_list *shops) {
    bool has = false;
    for (int i = 0; i < shops->count; i++)
        has = has || shops->entries[i].sums_only;
    return has;
}

/* Whether there is a cube that this program can use. */
static bool is_usable(const struct found *found) {
    bool usable = found->months.count > 0 && found->state.bands == dimension_bands() &&
                  found->extent.sales - found->packs.sales <= TAIL_MOST;
    for (int i = 0; i < found->months.count; i++)
        usable = usable && found->months.months[i].cells >= 0;
    for (int i = 0; i < found->shops.count; i++)
        usable = usable && (!found->shops.entries[i].sums_only ||
                            found->shops.entries[i].bands == dimension_bands());
    return usable;
}

static enum err read_tail(struct db *db, const struct found *found, struct facts *tail,
                          struct error *error) {
    size_t count = (size_t)(found->extent.sales - found->packs.sales);
    enum err err = facts_window_open(db, count + 1, tail, error);
    return err == ERR_OK
               ? facts_window_read(db, tail, count + 1, found->state.last_sale_id, INT64_MAX, error)
               : err;
}

/* Cells of months that are the same as before stay. After an error the cells are of no use. */
static enum err read_cells(struct db *db, struct found *found, struct facts *cells,
                           struct error *error) {
    struct cube *cube = cells->cube;
    size_t capacity = 0, kept = 0;
    int same = 0, count = found->months.count;
    struct cube_span *spans = xcalloc((size_t)count + 1, sizeof *spans);
    for (int i = 0; i < count; i++) {
        const struct cube_month *month = &found->months.months[i];
        spans[i] = (struct cube_span){month->month, month->shop, month->generation, capacity,
                                      (size_t)month->cells};
        capacity += spans[i].count;
        if (same == i && i < cube->month_count && cube->months[i].month == month->month &&
            cube->months[i].shop == month->shop &&
            cube->months[i].generation == month->generation) {
            same++;
            kept = capacity;
        }
    }
    facts_free(&cube->tail);
    pack_list_free(&cube->packs);
    free(cube->months);
    cube->months = spans;
    cube->month_count = count;
    cube->packs = found->packs;
    found->packs = (struct pack_list){0};
    cube->generation = found->state.generation;
    cells->synthetic = found->extent.synthetic;
    struct found rest = *found;
    rest.packs.sales = cube->packs.sales;
    enum err err = read_tail(db, &rest, &cube->tail, error);
    capacity += cube->tail.count;
    reserve_cells(cells, capacity);
    cells->count = kept;
    for (int i = same; i < count && err == ERR_OK; i++) {
        err = cube_go_on(cube, error);
        if (err == ERR_OK)
            err = read_month(db, &spans[i], capacity, cells, error);
        cells->count += spans[i].count;
    }
    if (err == ERR_OK)
        err = find_days(db, cells, error);
    if (err == ERR_OK)
        add_tail(cells, capacity);
    for (size_t row = 0; err == ERR_OK && row < cells->count; row++) {
        if (cells->day[row] >= cells->first_day)
            break;
        cells->day[row] = cells->first_day; /* the first month may begin within */
    }
    if (err != ERR_OK)
        cube->month_count = 0; /* nothing is known to be the same the next time */
    return err;
}

static enum err read_dictionaries(struct db *db, struct facts *facts, struct error *error) {
    struct dictionary locations, handsets = {0};
    struct shop_list shops = {0};
    enum err err = db_locations_load(db, &locations, error);
    if (err == ERR_OK)
        err = db_handsets_load(db, &handsets, error);
    if (err == ERR_OK)
        err = db_shops_load(db, &shops, error);
    if (err == ERR_OK) {
        shop_list_free(&facts->shops);
        facts->shops = shops;
        dictionary_free(&facts->locations);
        dictionary_free(&facts->handsets);
        facts->locations = locations;
        facts->handsets = handsets;
        return ERR_OK;
    }
    dictionary_free(&locations);
    dictionary_free(&handsets);
    return err;
}

enum err cube_go_on(const struct cube *cube, struct error *error) {
    return cube->stop != NULL && atomic_load(cube->stop)
               ? error_set(error, ERR_CANCELLED, "nobody waits for these figures any more")
               : ERR_OK;
}

static bool gives_cells(const struct found *found, int64_t limit) {
    bool sums = limit != INT64_MAX && has_sums_only(&found->shops);
    return (found->extent.sales > limit || sums) && is_usable(found);
}

enum err cube_open(struct db *db, int64_t limit, struct facts *out, struct error *error) {
    return cube_open_until(db, limit, NULL, out, error);
}

enum err cube_open_until(struct db *db, int64_t limit, const atomic_bool *stop, struct facts *out,
                         struct error *error) {
    struct found found;
    *out = (struct facts){0};
    enum err err = db_snapshot_begin(db, error);
    if (err != ERR_OK)
        return err;
    err = look(db, &found, error);
    bool as_cells = err == ERR_OK && gives_cells(&found, limit);
    if (as_cells) {
        out->cube = xcalloc(1, sizeof *out->cube);
        out->cube->db = db;
        out->cube->stop = stop;
        err = read_dictionaries(db, out, error);
        if (err == ERR_OK)
            err = read_cells(db, &found, out, error);
        out->cube->stop = NULL;
        if (err != ERR_OK)
            facts_free(out);
    }
    found_free(&found);
    db_snapshot_end(db);
    return err == ERR_OK && !as_cells ? facts_load(db, out, error) : err;
}

/* The months' rows, and what streams go through. */
static enum err glance(struct db *db, struct found *found, bool *told, struct facts *out,
                       struct error *error) {
    struct cube *cube = out->cube = xcalloc(1, sizeof *out->cube);
    cube->db = db;
    enum err err = read_dictionaries(db, out, error);
    if (err == ERR_OK)
        err = read_tail(db, found, &cube->tail, error);
    *told = err == ERR_OK && summary_read(db, &found->months, &cube->tail, out);
    if (!*told)
        return err;
    cube->packs = found->packs;
    found->packs = (struct pack_list){0};
    cube->generation = found->state.generation;
    out->synthetic = found->extent.synthetic;
    err = find_days(db, out, error);
    for (size_t row = 0; err == ERR_OK && row < out->count; row++)
        out->day[row] = out->day[row] < out->first_day ? out->first_day : out->day[row];
    return err;
}

enum err cube_glance(struct db *db, int64_t limit, bool *told, struct facts *out,
                     struct error *error) {
    struct found found;
    *out = (struct facts){0};
    *told = false;
    enum err err = db_snapshot_begin(db, error);
    if (err != ERR_OK)
        return err;
    err = look(db, &found, error);
    if (err == ERR_OK && gives_cells(&found, limit))
        err = glance(db, &found, told, out, error);
    if (err != ERR_OK || !*told) {
        facts_free(out);
        *told = false;
    }
    found_free(&found);
    db_snapshot_end(db);
    return err;
}

enum err cube_changed_cells(struct db *db, const struct facts *facts, int64_t *cells,
                            struct error *error) {
    const struct cube *cube = facts->cube;
    struct cube_month_list months;
    enum err err = db_cube_list(db, &months, error);
    int same = 0;
    *cells = 0;
    for (int i = 0; i < months.count; i++) {
        const struct cube_month *month = &months.months[i];
        const struct cube_span *span = i < cube->month_count ? &cube->months[i] : NULL;
        same += same == i && span != NULL && span->month == month->month &&
                span->shop == month->shop && span->generation == month->generation;
        *cells += i >= same ? month->cells : 0;
    }
    cube_month_list_free(&months);
    return err;
}

enum err cube_refresh(struct db *db, struct facts *facts, struct error *error) {
    struct found found;
    enum err err = db_snapshot_begin(db, error);
    if (err != ERR_OK)
        return err;
    err = look(db, &found, error);
    if (err == ERR_OK && !is_usable(&found)) {
        error_set(error, ERR_NO_DATA, "the sums by month are being made anew");
        err = error_hint(error, "leave and open again when that has ended");
    }
    if (err == ERR_OK)
        err = read_dictionaries(db, facts, error);
    if (err == ERR_OK)
        err = read_cells(db, &found, facts, error);
    found_free(&found);
    db_snapshot_end(db);
    return err;
}

void cube_close(struct cube *cube) {
    if (cube == NULL)
        return;
    free(cube->months);
    pack_list_free(&cube->packs);
    facts_free(&cube->tail);
    slice_free(&cube->applied);
    free(cube);
}

/* --------------------------------------------------------------------------- derived cubes */

enum err cube_fine_filters(const struct facts *facts, const struct slice *slice, struct slice *fine,
                           struct error *error) {
    *fine = (struct slice){xcalloc(slice->count + 1, sizeof *fine->filters), 0};
    enum err err = ERR_OK;
    for (size_t i = 0; i < slice->count && err == ERR_OK; i++) {
        struct tables tables;
        tables_open(&tables, facts);
        err = tables_add(&tables, &slice->filters[i], error);
        if (err == ERR_OK && !tables_fit_cells(&tables))
            fine->filters[fine->count++] = slice->filters[i];
        tables_close(&tables);
    }
    return err;
}

static void add_cells(struct facts *cells, int shop, int month, const struct cube_cells *from,
                      size_t *capacity) {
    size_t at = cells->count, count = from->count;
    if (at + count > *capacity) {
        size_t before = *capacity;
        *capacity = (at + count) * 3 / 2;
        reserve_cells(cells, *capacity);
        if (cells->price_squares_high != NULL)
            memset(cells->price_squares_high + before, 0,
                   (*capacity - before) * sizeof *cells->price_squares_high);
    }
    memcpy(cells->location + at, from->location, count * sizeof *from->location);
    memcpy(cells->handset + at, from->handset, count * sizeof *from->handset);
    memcpy(cells->gender + at, from->gender, count);
    memcpy(cells->age + at, from->age_band, count);
    memcpy(cells->price_band + at, from->price_band, count);
    memcpy(cells->answers + at, from->answers, count);
    memcpy(cells->sales + at, from->sales, count * sizeof *from->sales);
    memcpy(cells->price_minor + at, from->revenue_minor, count * sizeof *from->revenue_minor);
    for (size_t i = 0; i < count; i++)
        put_squares(cells, at + i, (uint128)from->squares_high[i] << 64 | from->squares_low[i],
                    *capacity);
    place_month(cells, month, at, count);
    for (size_t i = at; cells->shop != NULL && i < at + count; i++)
        cells->shop[i] = (uint16_t)shop;
    for (size_t i = at; i < at + count && cells->day[i] < cells->first_day; i++)
        cells->day[i] = cells->first_day;
    cells->count += count;
}

struct deriving {
    struct facts *out, *window; /* the rows that pass, together */
    size_t capacity;
    int month, shop; /* of the sales in the builder */
    struct cube_builder *builder;
};

static void end_month(struct deriving *deriving) {
    struct cube_cells cells = {0};
    if (cube_builder_count(deriving->builder) > 0) {
        cube_builder_cells(deriving->builder, &cells);
        add_cells(deriving->out, deriving->shop, deriving->month, &cells, &deriving->capacity);
        cube_cells_free(&cells);
    }
    cube_builder_clear(deriving->builder);
}

static void add_rows(struct deriving *deriving, size_t count) {
    const struct facts *window = deriving->window;
    const struct pack_rows rows = {.location = window->location,
                                   .handset = window->handset,
                                   .gender = window->gender,
                                   .age = window->age,
                                   .answers = window->answers,
                                   .price_minor = window->price_minor};
    cube_builder_add_rows(deriving->builder, &rows, 0, count);
}

/* A pack is of one month and shop, the tail of any. */
static void derive_rows(void *context, const struct facts *window, const uint32_t *rows,
                        size_t count) {
    struct deriving *deriving = context;
    struct facts *to = deriving->window;
    size_t taken = 0;
    for (size_t i = 0; i < count; i++) {
        uint32_t row = rows[i];
        day_number day = window->day[row];
        int shop = facts_shop(window, row);
        if (i == 0 || day != window->day[rows[i - 1]] || shop != deriving->shop) {
            int month = date_month_index(day);
            if (month != deriving->month || shop != deriving->shop) {
                add_rows(deriving, taken);
                end_month(deriving);
                taken = 0;
            }
            deriving->month = month;
            deriving->shop = shop;
        }
        to->location[taken] = window->location[row];
        to->handset[taken] = window->handset[row];
        to->gender[taken] = window->gender[row];
        to->age[taken] = window->age[row];
        to->answers[taken] = window->answers[row];
        to->price_minor[taken++] = window->price_minor[row];
    }
    add_rows(deriving, taken);
}

enum err cube_derive(const struct facts *facts, const struct slice *fine, struct facts *out,
                     struct error *error) {
    *out = (struct facts){.locations = facts->locations,
                          .handsets = facts->handsets,
                          .shops = facts->shops,
                          .first_day = facts->first_day,
                          .last_day = facts->last_day,
                          .weekend = facts->weekend,
                          .synthetic = facts->synthetic};
    struct facts window = packed_window(facts);
    struct deriving deriving = {.out = out, .window = &window, .builder = cube_builder_new()};
    reserve_cells(out, 0);
    enum err err =
        stream_slice(facts, fine, PACKED_ALL & ~PACKED_ID, derive_rows, &deriving, error);
    end_month(&deriving);
    cube_builder_free(deriving.builder);
    packed_window_free(&window);
    if (err != ERR_OK) {
        cube_derived_free(out);
        return err;
    }
    if (out->count == 0) { /* a shop that has sales, though none of these: one cell of nothing */
        const struct cube_cells nothing = {.count = 1,
                                           .location = (uint16_t[]){0},
                                           .handset = (uint16_t[]){0},
                                           .gender = (uint8_t[]){0},
                                           .age_band = (uint8_t[]){0},
                                           .price_band = (uint8_t[]){1},
                                           .answers = (uint8_t[]){0},
                                           .sales = (uint32_t[]){0},
                                           .revenue_minor = (int64_t[]){0},
                                           .squares_low = (uint64_t[]){0},
                                           .squares_high = (uint64_t[]){0}};
        add_cells(out, SHOP_OWN, date_month_index(facts->first_day), &nothing, &deriving.capacity);
    }
    out->cube = xcalloc(1, sizeof *out->cube);
    *out->cube = *facts->cube; /* borrows the packs and the tail */
    out->cube->months = NULL;
    out->cube->applied = slice_copy(fine);
    return ERR_OK;
}

void cube_derived_free(struct facts *derived) {
    if (derived->cube != NULL) {
        slice_free(&derived->cube->applied);
        free(derived->cube);
        derived->cube = NULL;
    }
    derived->locations = derived->handsets = (struct dictionary){0};
    derived->shops = (struct shop_list){0};
    derived->segment_names = NULL;
    facts_free(derived);
}

bool cube_has_passed(const struct facts *facts, const struct filter *filter) {
    const struct slice one = {(struct filter *)filter, 1};
    return facts->cube != NULL && slice_contains(&facts->cube->applied, &one);
}

enum err cube_refuse(struct error *error) {
    error_set(
        error, ERR_INPUT,
        "these filters cut through months or bands of the sums that so many sales are held as");
    return error_hint(error, "choose whole months, age bands and price bands");
}

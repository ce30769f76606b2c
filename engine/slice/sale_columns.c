#include "engine/slice/sale_columns.h"

#include <stdlib.h>

#include "base/memory.h"
#include "engine/slice/cube.h"
#include "engine/slice/dimension.h"
#include "engine/slice/linked_pass.h"
#include "engine/slice/place_views.h"
#include "engine/slice/sale_shares.h"
#include "engine/slice/stream.h"

/* While sales are placed: combinations by their values, and how far each cell is filled. */
struct placing {
    const struct facts *cells;
    const struct cube_rows *rows;
    struct sale_columns *columns;
    uint32_t *slots; /* number of a combination + 1 by the hash of its values; 0: free */
    size_t slot_mask;
    uint32_t *row;  /* by combination: of the month at hand, or before it */
    uint32_t *next; /* by row: where its next sale goes; behind its last when all are placed */
    uint8_t age_bands[UINT8_MAX + 1];
    size_t dear_capacity;
    bool sound;
};

static uint64_t key_of(unsigned location, unsigned handset, unsigned gender, unsigned age_band,
                       unsigned price_band, unsigned answers) {
    return (uint64_t)location << 48 | (uint64_t)handset << 32 | (uint64_t)gender << 24 |
           (uint64_t)age_band << 16 | (uint64_t)price_band << 8 | answers;
}

static uint64_t key_of_combination(const struct combination *of) {
    return key_of(of->location, of->handset, of->gender, of->age_band, of->price_band, of->answers);
}

/* Fibonacci hashing (Knuth, The Art of Computer Programming 3, section 6.4). */
static size_t hash_of(uint64_t key, unsigned shop) {
    uint64_t hash = (key ^ key >> 29 ^ (uint64_t)shop << 40) * 0x9E3779B97F4A7C15U;
    return (size_t)(hash >> 24);
}

static bool is_sums_only(const struct facts *cells, int shop) {
    return shop <= cells->shops.count && cells->shops.entries[shop - 1].sums_only;
}

/* Where each combination's sales begin; those of which only sums are here have none. */
static bool lay_out(const struct facts *cells, const struct cube_rows *rows,
                    struct sale_columns *columns) {
    uint64_t count = 0;
    columns->from = xcalloc(rows->count + 1, sizeof *columns->from);
    for (size_t i = 0; i < rows->count; i++) {
        columns->from[i] = (uint32_t)count;
        if (!is_sums_only(cells, rows->combinations[i].shop))
            count += rows->sums.sums[i].sales;
        if (count > SALE_COLUMNS_MOST)
            return false;
    }
    columns->from[rows->count] = columns->count = (uint32_t)count;
    columns->sales = xcalloc_large(count + 1, sizeof *columns->sales);
    columns->segments = 1;
    if (cells->segment_rule != NULL) {
        columns->segments = (size_t)cells->segment_count + 1;
        columns->by_segment = true;
    }
    columns->days = (size_t)(cells->last_day - cells->first_day) + 1;
    return columns->days <= UINT16_MAX;
}

static void placing_open(struct placing *placing) {
    const struct cube_rows *rows = placing->rows;
    size_t slots = 1024;
    while (slots < 2 * rows->packed)
        slots *= 2;
    placing->slots = xcalloc(slots, sizeof *placing->slots);
    placing->slot_mask = slots - 1;
    placing->row = xcalloc(rows->count + 1, sizeof *placing->row);
    placing->next = xcalloc(placing->cells->count + 1, sizeof *placing->next);
    for (size_t i = 0; i < rows->packed; i++) {
        const struct combination *of = &rows->combinations[i];
        size_t slot = hash_of(key_of_combination(of), of->shop) & placing->slot_mask;
        while (placing->slots[slot] != 0)
            slot = (slot + 1) & placing->slot_mask;
        placing->slots[slot] = (uint32_t)i + 1;
    }
    for (size_t i = 0; i < rows->count; i++) {
        uint32_t at = placing->columns->from[i];
        placing->row[i] = rows->combinations[i].from;
        for (size_t row = rows->combinations[i].from; row < rows->combinations[i + 1].from; row++) {
            placing->next[row] = at;
            at += placing->cells->sales[row];
        }
    }
    for (int age = 0; age <= UINT8_MAX; age++)
        placing->age_bands[age] = (uint8_t)dimension_age_band_code(age);
}

static void placing_close(struct placing *placing) {
    free(placing->slots);
    free(placing->row);
}

static void put_dear(struct placing *placing, uint32_t at, int64_t price_minor) {
    struct sale_columns *columns = placing->columns;
    if (columns->dear_count == placing->dear_capacity) {
        placing->dear_capacity = placing->dear_capacity * 2 + 64;
        columns->dear = xreallocarray(columns->dear, placing->dear_capacity, sizeof *columns->dear);
    }
    columns->dear[columns->dear_count++] = (struct dear_price){at, price_minor};
}

static void put(struct placing *placing, uint32_t at, const struct facts *window, uint32_t row) {
    struct sale_columns *columns = placing->columns;
    int64_t price_minor = window->price_minor[row];
    struct held_sale *sale = &columns->sales[at];
    sale->day = (uint16_t)(window->day[row] - placing->cells->first_day);
    sale->age = window->age[row];
    if (columns->by_segment && window->segment != NULL)
        sale->segment = window->segment[row] < columns->segments ? window->segment[row] : 0;
    sale->price_minor = price_minor <= UINT32_MAX ? (uint32_t)price_minor : 0;
    if (price_minor > UINT32_MAX)
        put_dear(placing, at, price_minor);
}

/* The combination of a pack's row; its count where there is none. */
static size_t find(const struct placing *placing, const struct facts *window, uint32_t row,
                   unsigned shop) {
    uint64_t key =
        key_of(window->location[row], window->handset[row], window->gender[row],
               placing->age_bands[window->age[row]],
               (unsigned)dimension_price_band_code(window->price_minor[row]), window->answers[row]);
    size_t slot = hash_of(key, shop) & placing->slot_mask;
    for (; placing->slots[slot] != 0; slot = (slot + 1) & placing->slot_mask) {
        const struct combination *of = &placing->rows->combinations[placing->slots[slot] - 1];
        if (key_of_combination(of) == key && of->shop == shop)
            return placing->slots[slot] - 1;
    }
    return placing->rows->packed;
}

/* A pack is of one month and shop, and packs ascend by month: each combination's row only moves on.
 */
static void place_pack(struct placing *placing, const struct facts *window, const uint32_t *rows,
                       size_t count) {
    const struct cube_rows *cube = placing->rows;
    const struct facts *cells = placing->cells;
    int month = date_month_index(window->day[rows[0]]);
    day_number start = date_month_start(month), end = date_month_start(month + 1);
    unsigned shop = (unsigned)facts_shop(window, rows[0]);
    for (size_t i = 0; i < count; i++) {
        size_t number = find(placing, window, rows[i], shop);
        if (number == cube->packed) {
            placing->sound = false;
            return;
        }
        uint32_t row = placing->row[number], rows_end = cube->combinations[number + 1].from;
        while (row < rows_end && facts_day(cells, row) < start)
            row++;
        placing->row[number] = row;
        if (row == rows_end || facts_day(cells, row) >= end) {
            placing->sound = false;
            return;
        }
        uint32_t at = placing->next[row]++;
        if (at < placing->columns->from[number + 1]) /* the end tells whether all were placed */
            put(placing, at, window, rows[i]);
    }
}

static void place(void *context, const struct facts *window, const uint32_t *rows, size_t count) {
    struct placing *placing = context;
    if (!placing->sound)
        return;
    if (window->location != placing->cells->cube->tail.location) {
        place_pack(placing, window, rows, count);
        return;
    }
    for (size_t i = 0; i < count; i++) { /* each of the tail is a combination by itself */
        size_t number = placing->rows->packed + rows[i];
        uint32_t at = placing->next[placing->rows->combinations[number].from]++;
        put(placing, at, window, rows[i]);
    }
}

/* Every cell got as many sales as it says. */
static bool all_are_placed(const struct placing *placing) {
    const struct cube_rows *rows = placing->rows;
    bool sound = placing->sound;
    for (size_t i = 0; i < rows->count && sound; i++) {
        uint32_t at = placing->columns->from[i];
        if (at == placing->columns->from[i + 1])
            continue;
        for (size_t row = rows->combinations[i].from; row < rows->combinations[i + 1].from; row++) {
            at += placing->cells->sales[row];
            sound = sound && placing->next[row] == at;
        }
    }
    return sound;
}

static int compare_dear(const void *left, const void *right) {
    const struct dear_price *a = left, *b = right;
    return (a->at > b->at) - (a->at < b->at);
}

int64_t sale_columns_dear(const struct sale_columns *columns, uint32_t at) {
    const struct dear_price key = {.at = at};
    const struct dear_price *found =
        bsearch(&key, columns->dear, columns->dear_count, sizeof *columns->dear, compare_dear);
    return found != NULL ? found->price_minor : 0;
}

/* So that sums need no more bits, and no more care, than these sales ask for. */
static void measure_prices(struct sale_columns *columns) {
    uint64_t most = 1;
    for (uint32_t at = 0; at < columns->count; at++)
        most = columns->sales[at].price_minor > most ? columns->sales[at].price_minor : most;
    uint64_t block = UINT64_MAX / most / most;
    if (columns->dear_count == 0)
        columns->block = block < UINT32_MAX ? (uint32_t)block : UINT32_MAX;
}

/* What is left of all where most sales pass a filter is sooner counted by those that do not. The
 * revenue of n prices is at most the root of n times their squares (Cauchy): of fewer than 2^16
 * whose squares fit 64 bits, 40 bits. */
static void count_places(struct sale_columns *columns) {
    columns->by_place = linked_count_places(columns);
    columns->packs = columns->dear_count == 0;
    for (size_t place = 0; place < columns->days * columns->segments; place++) {
        const struct cell *cell = &columns->by_place[place];
        columns->packs =
            columns->packs && cell->price_squares >> 64 == 0 && cell->sales <= UINT16_MAX;
    }
}

enum err sale_columns_make(const struct facts *cells, const struct facts *kept,
                           struct sale_columns **out, struct error *error) {
    const struct slice none = {0};
    struct sale_columns *columns = xcalloc(1, sizeof *columns);
    struct placing placing = {
        .cells = cells, .rows = &cells->cube->rows, .columns = columns, .sound = true};
    *out = NULL;
    columns->cells = cells;
    if (placing.rows->count == 0 || !lay_out(cells, placing.rows, columns)) {
        sale_columns_free(columns);
        return ERR_OK;
    }
    placing_open(&placing);
    enum err err = stream_slice(cells, &none, (PACKED_ALL | PACKED_SEGMENT) & ~PACKED_ID, place,
                                &placing, error);
    if (err == ERR_OK && !all_are_placed(&placing))
        err = error_set(error, ERR_DAMAGED,
                        "%s is damaged: its sums by month and its columns are "
                        "not of the same sales",
                        db_path(cells->cube->db));
    columns->row_end = placing.next;
    placing_close(&placing);
    if (err != ERR_OK) {
        sale_columns_free(columns);
        return err;
    }
    if (columns->dear_count > 0)
        qsort(columns->dear, columns->dear_count, sizeof *columns->dear, compare_dear);
    measure_prices(columns);
    count_places(columns);
    err = cube_go_on(cells->cube, error);
    if (err == ERR_OK) {
        columns->shares = sale_shares_make(columns, SALES_A_SHARE);
        err = cube_go_on(cells->cube, error);
    }
    if (err == ERR_OK)
        err = place_views_make(columns, SALES_A_PLACE, &columns->views, error);
    if (err != ERR_OK) {
        sale_columns_free(columns);
        return err;
    }
    columns->cells = kept; /* what the caller copied them from */
    *out = columns;
    return ERR_OK;
}

void sale_columns_free(struct sale_columns *columns) {
    if (columns == NULL)
        return;
    free(columns->from);
    free(columns->row_end);
    free(columns->sales);
    free(columns->dear);
    free(columns->by_place);
    sale_shares_free(columns->shares);
    place_views_free(columns->views);
    free(columns);
}

#include "tests/support/facts_cells.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "engine/slice/calendar.h"

struct sale_key {
    int32_t key[7];
    uint32_t row;
};

static int compare_keys(const void *left, const void *right) {
    const struct sale_key *a = left, *b = right;
    for (int i = 0; i < 7; i++) {
        if (a->key[i] != b->key[i])
            return a->key[i] < b->key[i] ? -1 : 1;
    }
    return 0;
}

void facts_cells(struct facts *cells, const struct facts *facts) {
    size_t count = facts->count;
    struct sale_key *keys = xcalloc(count + 1, sizeof *keys);
    for (size_t row = 0; row < count; row++) {
        const int32_t key[] = {calendar_period(DIMENSION_MONTH, facts->day[row]),
                               facts->location[row],
                               facts->handset[row],
                               facts->gender[row],
                               dimension_age_band_code(facts->age[row]),
                               dimension_price_band_code(facts->price_minor[row]),
                               facts->answers[row]};
        memcpy(keys[row].key, key, sizeof key);
        keys[row].row = (uint32_t)row;
    }
    qsort(keys, count, sizeof *keys, compare_keys);
    *cells = (struct facts){.locations = facts->locations,
                            .handsets = facts->handsets,
                            .first_day = facts->first_day,
                            .last_day = facts->last_day,
                            .weekend = facts->weekend,
                            .synthetic = facts->synthetic};
#define MAKE(column) cells->column = xcalloc(count + 1, sizeof *cells->column)
    MAKE(price_minor);
    MAKE(day);
    MAKE(location);
    MAKE(handset);
    MAKE(age);
    MAKE(gender);
    MAKE(answers);
    MAKE(sales);
    MAKE(price_squares);
    MAKE(price_squares_high);
    MAKE(price_band);
#undef MAKE
    for (size_t i = 0; i < count; i++) {
        uint32_t row = keys[i].row;
        size_t cell = cells->count - 1;
        if (i == 0 || compare_keys(&keys[i], &keys[i - 1]) != 0) {
            cell = cells->count++;
            day_number month = calendar_start(DIMENSION_MONTH, keys[i].key[0]);
            cells->day[cell] = month < facts->first_day ? facts->first_day : month;
            cells->location[cell] = facts->location[row];
            cells->handset[cell] = facts->handset[row];
            cells->age[cell] = facts->age[row];
            cells->gender[cell] = facts->gender[row];
            cells->answers[cell] = facts->answers[row];
            cells->price_band[cell] = (uint8_t)keys[i].key[5];
        }
        cells->sales[cell]++;
        cells->price_minor[cell] += facts->price_minor[row];
        uint128 squares =
            (uint128)cells->price_squares_high[cell] << 64 | cells->price_squares[cell];
        squares += (uint128)facts->price_minor[row] * (uint128)facts->price_minor[row];
        cells->price_squares[cell] = (uint64_t)squares;
        cells->price_squares_high[cell] = (uint64_t)(squares >> 64);
    }
    free(keys);
}

void facts_cells_free(struct facts *cells) {
    cells->locations = cells->handsets = (struct dictionary){0};
    facts_free(cells);
}

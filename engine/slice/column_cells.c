#include "engine/slice/column_cells.h"

#include <stdlib.h>

#include "base/memory.h"
#include "engine/slice/calendar.h"

enum tally_base tally_base_of(enum dimension dimension) {
    switch (dimension) {
    case DIMENSION_LOCATION:
    case DIMENSION_LOCAL:
        return TALLY_LOCATION;
    case DIMENSION_HANDSET:
    case DIMENSION_BRAND:
        return TALLY_HANDSET;
    case DIMENSION_SEGMENT:
        return TALLY_SEGMENT;
    case DIMENSION_SHOP:
        return TALLY_SHOP;
    case DIMENSION_PRICE_BAND:
        return TALLY_PRICE_BAND;
    default:
        return calendar_is_of_day(dimension) ? TALLY_DAY : TALLY_PERSON;
    }
}

static size_t codes_of(const struct facts *facts, enum dimension dimension) {
    struct dimension_view view;
    dimension_open(&view, facts, dimension);
    size_t codes = (size_t)view.codes;
    dimension_close(&view);
    return codes;
}

size_t tally_base_codes(const struct facts *facts, enum tally_base base) {
    switch (base) {
    case TALLY_DAY:
        return facts->count != 0 ? (size_t)(facts->last_day - facts->first_day) + 1 : 1;
    case TALLY_LOCATION:
        return (size_t)facts->locations.count + 1;
    case TALLY_HANDSET:
        return (size_t)facts->handsets.count + 1;
    case TALLY_PRICE_BAND:
        return codes_of(facts, DIMENSION_PRICE_BAND);
    case TALLY_SEGMENT:
        return codes_of(facts, DIMENSION_SEGMENT);
    case TALLY_SHOP:
        return (size_t)(facts->shop != NULL ? facts->shops.count : SHOP_OWN) + 1;
    default:
        if (codes_of(facts, DIMENSION_AGE_BAND) > PERSON_AGES)
            abort(); /* PERSON_AGES has to grow with the bands */
        return (size_t)PERSON_GENDERS * PERSON_AGES;
    }
}

void column_cells_open(struct column_cells *counts, const struct facts *facts, unsigned bases) {
    size_t from[TALLY_BASES + 1];
    *counts = (struct column_cells){.facts = facts};
    for (int base = 0; base < TALLY_BASES; base++) {
        from[base] = counts->cell_count;
        if ((bases >> base & 1) != 0)
            counts->cell_count += tally_base_codes(facts, (enum tally_base)base);
    }
    from[TALLY_BASES] = counts->cell_count;
    bool people = (bases >> TALLY_PERSON & 1) != 0;
    counts->cell_count += people ? ANSWER_CODES : 0;
    counts->cells = xcalloc(counts->cell_count + 1, sizeof *counts->cells);
    for (int base = 0; base < TALLY_BASES; base++)
        counts->by[base] = (bases >> base & 1) != 0 ? counts->cells + from[base] : NULL;
    counts->answers = people ? counts->cells + from[TALLY_BASES] : NULL;
}

void column_cells_close(struct column_cells *counts) {
    free(counts->cells);
    *counts = (struct column_cells){.facts = NULL};
}

void column_cells_add(struct column_cells *counts, const struct column_cells *other) {
    for (size_t i = 0; i < counts->cell_count; i++) {
        if (other->cells[i].sales != 0)
            cell_add(&counts->cells[i], &other->cells[i]);
    }
}

/* The dimension's code of a column's code, or of answers where it is made from these. */
static int code_in_dimension(const struct dimension_view *view, size_t code) {
    switch (view->dimension) {
    case DIMENSION_PRICE_BAND:
    case DIMENSION_SEGMENT:
    case DIMENSION_SHOP:
        return (int)code;
    case DIMENSION_GENDER:
        return view->lookup[code / PERSON_AGES];
    case DIMENSION_AGE_BAND:
        return (int)(code % PERSON_AGES);
    case DIMENSION_WEEKDAY:
    case DIMENSION_WEEKEND:
        return view->lookup[code % DAYS_IN_WEEK];
    default:
        return view->lookup[code];
    }
}

void column_cells_hand_on(const struct column_cells *counts, const struct dimension_view *view,
                          struct cell *cells) {
    enum tally_base base = tally_base_of(view->dimension);
    const struct cell *from = counts->by[base];
    size_t codes = tally_base_codes(counts->facts, base);
    if (base == TALLY_PERSON && view->dimension != DIMENSION_GENDER &&
        view->dimension != DIMENSION_AGE_BAND) {
        from = counts->answers;
        codes = ANSWER_CODES;
    }
    for (size_t code = 0; code < codes; code++) {
        if (from[code].sales != 0)
            cell_add(&cells[code_in_dimension(view, code)], &from[code]);
    }
}

/* Inside engine/slice: what was counted, as cells by the codes of the columns that dimensions are
 * made from, and its handing on to these. */
#ifndef ENGINE_SLICE_COLUMN_CELLS_H
#define ENGINE_SLICE_COLUMN_CELLS_H

#include "engine/slice/group.h"

/* The columns. What dimensions share is counted once (a day has a month, a week and a weekday).
 * Gender and age band are one: together they have few values; answers come with them. */
enum tally_base {
    TALLY_DAY,
    TALLY_LOCATION,
    TALLY_HANDSET,
    TALLY_PRICE_BAND,
    TALLY_PERSON,
    TALLY_SEGMENT,
    TALLY_SHOP,
    TALLY_BASES
};
enum {
    TALLY_ALL = (1 << TALLY_BASES) - 1,
    PERSON_AGES = 8, /* age bands, unknown among them */
    PERSON_GENDERS = 1 + GENDER_COUNT
};

enum tally_base tally_base_of(enum dimension dimension);

/* How many codes the column has. */
size_t tally_base_codes(const struct facts *facts, enum tally_base base);

static inline size_t person_code(uint8_t gender, uint8_t age_band) {
    return (size_t)gender % PERSON_GENDERS * PERSON_AGES + age_band;
}

struct column_cells {
    const struct facts *facts;    /* for days and dictionaries */
    struct cell *by[TALLY_BASES]; /* NULL: not counted */
    struct cell *answers;         /* by ANSWER_CODES; with TALLY_PERSON */
    struct cell *cells;           /* the memory of all of them … */
    size_t cell_count;            /* … and how many these are */
};

/* `bases`: one bit for each of the columns. */
void column_cells_open(struct column_cells *counts, const struct facts *facts, unsigned bases);
void column_cells_close(struct column_cells *counts);

/* Adds what another one of the same columns has. */
void column_cells_add(struct column_cells *counts, const struct column_cells *other);

/* Adds the counts to the cells of a dimension, by its codes. */
void column_cells_hand_on(const struct column_cells *counts, const struct dimension_view *view,
                          struct cell *cells);

#endif

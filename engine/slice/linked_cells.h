/* Inside engine/slice: one going through combinations for linked lists: what is marked, what its
 * threads count, and how a combination's sums are added to lists. */
#ifndef ENGINE_SLICE_LINKED_CELLS_H
#define ENGINE_SLICE_LINKED_CELLS_H

#include "engine/slice/answer_masks.h"
#include "engine/slice/cube.h"
#include "engine/slice/linked_cuts.h"
#include "engine/slice/linked_places.h"
#include "engine/slice/linked_sums.h"

/* Combinations by what they fail but for time, ascending. */
struct linked_marked {
    uint32_t *inside, *alone, *rest; /* nothing, filters of one dimension, of several */
    uint32_t *alone_failed;          /* the bit of the dimension */
    size_t inside_count, alone_count, rest_count;
};

/* Of which combinations the cells are added up by month. */
enum linked_months_by {
    MONTHS_BY_INSIDE,
    MONTHS_BY_OTHERS, /* to be taken from the sums of all */
    MONTHS_BY_COARSE  /* alone with the handset, to be taken from the sums without handsets */
};

struct linked_part {
    struct column_cells all; /* all columns but the day */
    struct column_cells beyond[DIMENSION_COUNT];
    struct combination_sums answers[ANSWER_CODES];
    struct month_sums months;
};

struct linked_cells {
    const struct facts *facts;
    const struct cube_rows *rows;
    const struct linked_masks *masks;
    struct linked_cuts cuts;
    struct linked_sums sums;
    struct linked_places *places; /* lists of time and segments; NULL: from months */
    struct linked_marked marked;
    struct linked_turns turns;
    bool coarse; /* combinations are for the lists of handsets only */
    enum linked_months_by months_by;
    uint32_t handset_bit; /* MONTHS_BY_COARSE: of the filters on handsets or brands */
    struct answer_masks answers[ANSWER_CODES];
    struct linked_part parts[LINKED_PARTS_MAX];
    size_t part_count;
};

/* Modulo 2^64 and 2^128, as the sums are. */
static inline void linked_count(struct cell *cell, const struct combination_sums *sums,
                                const struct answer_masks *answers) {
    int64_t sales = (int64_t)sums->sales;
    cell->sales += sales;
    cell->revenue_minor = (int64_t)((uint64_t)cell->revenue_minor + sums->revenue_minor);
    cell->price_squares += sums->squares;
    for (int answer = 0; answer < ANSWER_COUNT; answer++)
        cell->yes[answer] += sales & answers->yes[answer];
    for (int answer = 0; answer < ANSWER_COUNT; answer++)
        cell->known[answer] += sales & answers->known[answer];
}

/* To the list of the one dimension that fails. */
static inline void linked_add_beyond(const struct linked_cells *pass, struct linked_part *part,
                                     const struct combination *of,
                                     const struct combination_sums *sums,
                                     enum dimension dimension) {
    const struct answer_masks *answers = &pass->answers[of->answers];
    struct column_cells *counts = &part->beyond[dimension];
    enum tally_base base = tally_base_of(dimension);
    const size_t codes[TALLY_BASES] = {
        [TALLY_LOCATION] = of->location,
        [TALLY_HANDSET] = of->handset,
        [TALLY_PRICE_BAND] = of->price_band,
        [TALLY_PERSON] = person_code(of->gender, of->age_band),
        [TALLY_SHOP] = of->shop,
    };
    linked_count(&counts->by[base][codes[base]], sums, answers);
    if (counts->answers != NULL)
        linked_count(&counts->answers[of->answers], sums, answers);
}

/* To all lists but those of handsets, places and shops. */
static inline void linked_add_everywhere(const struct linked_cells *pass, struct linked_part *part,
                                         const struct combination *of,
                                         const struct combination_sums *sums) {
    const struct answer_masks *answers = &pass->answers[of->answers];
    struct combination_sums *same = &part->answers[of->answers];
    linked_count(&part->all.by[TALLY_PERSON][person_code(of->gender, of->age_band)], sums, answers);
    linked_count(&part->all.by[TALLY_PRICE_BAND][of->price_band], sums, answers);
    same->sales += sums->sales;
    same->revenue_minor += sums->revenue_minor;
    same->squares += sums->squares;
}

/* The caller frees `inside`, which all lists are in. */
struct linked_marked linked_mark(const struct linked_cuts *cuts,
                                 const struct combination *combinations, size_t count);

/* From combinations of all but the handset: all lists but those of handsets, into the first part;
 * the sums by month are returned, which the caller frees. */
struct month_sums linked_coarse_count(struct linked_cells *pass);

/* The months' sums over combinations whose handset alone may fail. */
struct month_sums linked_coarse_months(const struct linked_cells *pass);

#endif

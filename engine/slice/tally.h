/* Inside engine/slice: counting rows of the facts by every column at once. Of a row three numbers
 * are added for each column: its sales, at the row's answers, so that all shares come out of one
 * count; its revenue; the squares of its prices. All are whole numbers: the order of rows cannot
 * show, nor how many threads share them. */
#ifndef ENGINE_SLICE_TALLY_H
#define ENGINE_SLICE_TALLY_H

#include "engine/slice/column_cells.h"

enum { TALLY_BLOCK = 1024 };

struct tally_entry {
    uint64_t revenue, squares; /* minor units; squares: those not yet in all_squares */
    uint64_t sales;
};
struct tally_table {
    size_t codes;
    bool joint; /* few codes: all by code and answers, in `entries`; else the other three */
    struct tally_entry *entries;
    uint32_t *sales;             /* by code and answers */
    uint64_t *revenue, *squares; /* by code */
    uint128 *all_squares;        /* by code or, where joint, code and answers */
    struct cell *dear;           /* as all_squares: rows too large for the above; NULL: none */
};
struct tally {
    const struct facts *facts; /* for days and dictionaries; rows may be another's */
    struct tally_table tables[TALLY_BASES];
    size_t since;                                            /* rows since squares were moved */
    uint8_t age_band[UINT8_MAX + 1], segment[UINT8_MAX + 1]; /* codes by the columns' values */
};

/* `bases`: one bit for each of the columns to be counted by. */
void tally_open(struct tally *tally, const struct facts *facts, unsigned bases);
void tally_close(struct tally *tally);

/* Counts at most TALLY_BLOCK rows of `facts`, whose days lie within those of the tally's. */
void tally_add(struct tally *tally, const struct facts *facts, const uint32_t *rows, size_t count);

/* Adds all of it to counts of the same columns. */
void tally_counts(struct tally *tally, struct column_cells *counts);

#endif

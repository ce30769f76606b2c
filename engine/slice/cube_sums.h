/* What the rows of the cube add up to (engine/slice/cube_rows.h), so that what asks about all
 * months, all combinations or all handsets need not add it up again. All modulo 2^64 and 2^128. */
#ifndef ENGINE_SLICE_CUBE_SUMS_H
#define ENGINE_SLICE_CUBE_SUMS_H

#include "engine/slice/facts.h"

/* What cells share. */
struct combination {
    uint32_t from; /* its rows: to where the next one's begin, ascending by month */
    uint16_t shop, location, handset;
    uint8_t gender, age, age_band, price_band, answers; /* as the facts' columns; the band's code */
};
struct combination_sums {
    uint64_t sales, revenue_minor;
    uint128 squares;
};

/* Sums by month over all or some combinations. */
struct month_sums {
    int first, count;              /* date_month_index of the first; as many follow one another */
    struct combination_sums *sums; /* by month; its sales are 0, … */
    uint64_t *sales;               /* … which are here by answers and month */
};
struct month_sums month_sums_copy(const struct month_sums *months);
void month_sums_clear(struct month_sums *months);
void month_sums_free(struct month_sums *months);
/* Adds rows of one combination; `month_at`: by day from the facts' first. */
void month_sums_add(struct month_sums *months, const struct facts *cells, const uint16_t *month_at,
                    size_t from, size_t to, uint8_t answers);
/* Adds or takes away sums of the same months. */
void month_sums_add_all(struct month_sums *months, const struct month_sums *others, bool take_away);

/* Combinations of all but the handset, which has most values and is asked about seldom: by month,
 * those without sales too. Need not differ. None where they would not be much fewer than the cells.
 */
struct coarse_sums {
    size_t count;
    struct combination *combinations; /* whose `from` and `handset` mean nothing */
    struct combination_sums *sums;    /* over all months */
    uint32_t *sales;                  /* this and the following: by combination and month */
    uint64_t *revenue_minor, *squares;
};

struct cube_sums {
    struct combination_sums *sums; /* by combination, over all its rows */
    struct month_sums months; /* of all rows, by every month from the first day to the last … */
    uint16_t *month_at;       /* … which is the one of a day, from the first day on */
    /* By combination: a bit for each month that it has a cell in, from the first on, so that the
     * row of a month is found without looking at rows. NULL where a month has several. */
    uint64_t *month_bits;
    size_t month_words; /* for each combination */
    struct coarse_sums coarse;
};
/* `combinations`: the rows', and one more that says where rows end. */
void cube_sums_make(struct cube_sums *sums, const struct facts *cells,
                    const struct combination *combinations, size_t count);
void cube_sums_free(struct cube_sums *sums);

#endif

/* The rows of the cube in memory: cells ordered by combination of values and, within one, by month.
 *
 * There are a few tens of thousands of combinations and dozens of months, so that what a slice
 * leaves out it leaves out by the combination, without looking at its cells, and what asks about
 * all months takes the combination's sums. Months are read twice, once to count and once to place,
 * and not held a second time. */
#ifndef ENGINE_SLICE_CUBE_ROWS_H
#define ENGINE_SLICE_CUBE_ROWS_H

#include "base/buffer.h"
#include "engine/slice/facts.h"

/* What its cells share. */
struct combination {
    uint32_t from; /* its rows: to where the next one's begin, ascending by month */
    uint16_t shop, location, handset;
    uint8_t gender, age, age_band, price_band, answers; /* as the facts' columns; the band's code */
};
struct combination_sums {
    uint64_t sales, revenue_minor; /* the latter modulo 2^64, as all sums of it */
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
/* Adds or takes away (modulo 2^64 and 2^128) sums of the same months. */
void month_sums_add_all(struct month_sums *months, const struct month_sums *others, bool take_away);

struct cube_rows {
    struct combination *combinations; /* count + 1: the last has only `from`, the number of rows */
    struct combination_sums *sums;    /* of each over all its rows */
    size_t count;
    /* So many ascend by shop, location, handset, gender, age band, price band and answers, no two
     * the same; then comes each sale of the tail as one of its own. */
    size_t packed;
    struct month_sums months; /* of all rows, by every month from the first day to the last … */
    uint16_t *month_at;       /* … which is the one of a day, from the first day on */
};
void cube_rows_free(struct cube_rows *rows);

/* The cells of a shop's month. */
struct cube_span {
    int32_t month; /* date_month_index */
    int32_t shop;
    int64_t generation;
    size_t count;
};

/* Where they come from: as cube_encode writes them, replacing `bytes`. Asked twice about each. */
struct cube_source {
    enum err (*read)(void *context, const struct cube_span *span, struct buffer *bytes,
                     struct error *error);
    void *context;
};

/* Brings the cells and `rows` to these spans, in any order, and this tail: months that are `here`
 * among the rows stay, others go, the rest is read. Days, dictionaries and shops of `cells` are
 * set. ERR_DAMAGED where bytes cannot be cells; after an error there are no rows. */
enum err cube_rows_update(struct facts *cells, struct cube_rows *rows,
                          const struct cube_span *spans, const bool *here, size_t count,
                          const struct facts *tail, const struct cube_source *source,
                          struct error *error);

/* Adds a cell of nothing: for a shop that has sales, though none of these. */
void cube_rows_add_nothing(struct facts *cells, struct cube_rows *rows);

#endif

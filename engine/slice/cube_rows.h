/* The rows of the cube in memory: cells ordered by combination of values and, within one, by month.
 *
 * There are a few tens of thousands of combinations and dozens of months, so that what a slice
 * leaves out it leaves out by the combination, without looking at its cells, and what asks about
 * all months takes the combination's sums. Months are read twice, once to count and once to place,
 * and not held a second time. */
#ifndef ENGINE_SLICE_CUBE_ROWS_H
#define ENGINE_SLICE_CUBE_ROWS_H

#include "base/buffer.h"
#include "engine/slice/cube_sums.h"

struct cube_rows {
    struct combination *combinations; /* count + 1: the last has only `from`, the number of rows */
    size_t count;
    /* So many ascend by shop, location, handset, gender, age band, price band and answers, no two
     * the same; then comes each sale of the tail as one of its own. */
    size_t packed;
    struct cube_sums sums;
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

/* Counts the months of rows from the first day's month on, whichever they were counted from. */
void cube_rows_number_months(struct facts *cells);

/* Writes what cells of a combination share, and whose each row is, into the columns of `cells`. */
void cube_rows_share(struct facts *cells, const struct cube_rows *rows);

/* Adds a cell of nothing: for a shop that has sales, though none of these. */
void cube_rows_add_nothing(struct facts *cells, struct cube_rows *rows);

#endif

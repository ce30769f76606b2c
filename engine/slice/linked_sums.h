/* Inside engine/slice: what a combination's sales that pass the filters on time and segments add up
 * to: from its cells or, where filters cut these, from its shares and the sales in memory. */
#ifndef ENGINE_SLICE_LINKED_SUMS_H
#define ENGINE_SLICE_LINKED_SUMS_H

#include "engine/slice/linked_pass.h"
#include "engine/slice/month_ranges.h"
#include "engine/slice/sale_shares.h"
#include "engine/slice/sale_sums.h"

/* Months whose sales are looked at. */
struct month_runs {
    struct month_range *runs; /* ascending */
    size_t count;
    bool all; /* or those of a combination cannot be told apart */
};

/* Sales that are looked at to add or take away what a base lacks or has too much. */
struct correction {
    struct sale_filter filter; /* its days are its own */
    struct month_runs runs;    /* none: nothing */
};

/* What is known without looking at sales. */
enum sums_base {
    BASE_NOTHING,
    BASE_MONTHS, /* of months that pass as wholes */
    BASE_WEEKDAYS,
    BASE_SEGMENTS
};

struct linked_sums {
    const struct sale_columns *columns; /* NULL: no filter cuts cells */
    struct month_ranges time;           /* whole months */
    uint32_t *whole;                    /* by day, 0 where its month passes as a whole */
    struct sale_filter filter;          /* with columns: what their sales are asked … */
    unsigned asked;                     /* … by the filters on time and segments */
    struct month_runs passing;          /* that have sales which may pass */
    enum sums_base base;                /* where nothing else is asked, … */
    uint64_t weekdays[DAYS_IN_WEEK];    /* … of these, all ones, … */
    struct period_range *periods;       /* … or the segments' shares of these … */
    size_t period_count;
    struct correction added, taken_away; /* … and what it has too little or too much */
};

/* `columns` as linked_count_cells has them. */
void linked_sums_open(struct linked_sums *sums, const struct facts *facts,
                      const struct linked_masks *masks, const struct sale_columns *columns);
void linked_sums_close(struct linked_sums *sums);

/* Those that pass what is `asked` besides, ASK_AGE and ASK_PRICE where these cut the combination.
 */
struct combination_sums linked_sums_of(const struct linked_sums *sums, size_t combination,
                                       unsigned asked);

/* Of a few at once, since each one's sales and cells lie elsewhere: what the last of them reads is
 * on its way from memory while the first is added up. */
enum { LINKED_BATCH = 16 };
struct linked_batch {
    size_t count;
    const uint32_t *combinations; /* borrowed */
    uint8_t asked[LINKED_BATCH];
    struct combination_sums sums[LINKED_BATCH]; /* made */
};
void linked_sums_batch(const struct linked_sums *sums, struct linked_batch *batch);

#endif

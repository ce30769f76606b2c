/* Inside engine/slice: what a combination's sales that pass the filters on time and segments add up
 * to: from its cells or, where filters cut these, from the sales in memory. */
#ifndef ENGINE_SLICE_LINKED_SUMS_H
#define ENGINE_SLICE_LINKED_SUMS_H

#include "engine/slice/linked_pass.h"
#include "engine/slice/month_ranges.h"
#include "engine/slice/sale_sums.h"

struct linked_sums {
    const struct sale_columns *columns; /* NULL: no filter cuts cells */
    struct month_ranges time;
    struct sale_filter filter; /* with columns: what their sales are asked … */
    unsigned asked, by_day;    /* … all of them; and if they are asked anything */
};

/* `columns` as linked_count_cells has them. */
void linked_sums_open(struct linked_sums *sums, const struct facts *facts,
                      const struct linked_masks *masks, const struct sale_columns *columns);
void linked_sums_close(struct linked_sums *sums);

/* Those that pass what is `asked` besides, ASK_AGE and ASK_PRICE where these cut the combination.
 */
struct combination_sums linked_sums_of(const struct linked_sums *sums, size_t combination,
                                       unsigned asked);

#endif

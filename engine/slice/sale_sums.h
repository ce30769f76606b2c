/* Inside engine/slice: what the sales in memory that pass filters add up to, looking at each sale
 * once and at no more of it than the filters ask. */
#ifndef ENGINE_SLICE_SALE_SUMS_H
#define ENGINE_SLICE_SALE_SUMS_H

#include "engine/slice/sale_columns.h"
#include "engine/slice/tables.h"

/* What is asked of each sale. */
enum { ASK_DAY = 1, ASK_SEGMENT = 2, ASK_AGE = 4, ASK_PRICE = 8 };

struct sale_filter {
    const struct sale_columns *columns;
    uint64_t *days; /* by day: all ones where it passes, else 0; the owner's, NULL: not asked */
    uint64_t ages[BYTE_CODES], segments[BYTE_CODES]; /* the same */
    const struct tables *prices;                     /* NULL: not asked */
    int64_t low, high;                               /* of the one range … */
    bool many_ranges;                                /* … if that is all */
};

void sale_filter_set_prices(struct sale_filter *filter, const struct tables *prices);

/* Of the sales from `at` to before `end` that pass what is asked. */
struct combination_sums sale_sums(const struct sale_filter *filter, unsigned asked, uint32_t at,
                                  uint32_t end);

static inline bool sale_price_passes(const struct sale_filter *filter, uint64_t price) {
    return filter->many_ranges ? tables_price_passes(filter->prices, (int64_t)price)
                               : ((int64_t)price >= filter->low) & ((int64_t)price <= filter->high);
}

/* All ones where the sale passes what is asked of it, else 0; a constant `asked` leaves only that.
 */
static inline __attribute__((always_inline)) uint64_t sale_passes(const struct sale_filter *filter,
                                                                  const unsigned asked,
                                                                  const struct held_sale *sale,
                                                                  uint64_t price) {
    uint64_t passes = UINT64_MAX;
    if ((asked & ASK_DAY) != 0)
        passes &= filter->days[sale->day];
    if ((asked & ASK_SEGMENT) != 0)
        passes &= filter->segments[sale->segment];
    if ((asked & ASK_AGE) != 0)
        passes &= filter->ages[sale->age];
    if ((asked & ASK_PRICE) != 0)
        passes &= -(uint64_t)sale_price_passes(filter, price);
    return passes;
}

#endif

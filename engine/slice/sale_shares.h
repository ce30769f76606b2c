/* What the sales of each combination add up to by segment and period, a year or a few, and by
 * weekday, so that filters on these need not look at sales. */
#ifndef ENGINE_SLICE_SALE_SHARES_H
#define ENGINE_SLICE_SALE_SHARES_H

#include "engine/slice/calendar.h"
#include "engine/slice/sale_columns.h"

/* Sixteen bytes, since there are many: revenue and, above it, sales; squares. */
typedef uint64_t sale_share __attribute__((vector_size(16)));

struct sale_shares {
    sale_share *by_segment; /* by combination, period and segment: from the first period on */
    sale_share *by_weekday; /* by combination and date_weekday */
    uint16_t *period_at;    /* by day from the facts' first */
    size_t segments, periods;
};

/* NULL where there are fewer than so many sales for each share of all time, or sums do not fit
 * these; periods have half as many. All together they are six bytes a sale at most. */
enum { SALES_A_SHARE = 8 };
struct sale_shares *sale_shares_make(const struct sale_columns *columns, size_t sales_a_share);
void sale_shares_free(struct sale_shares *shares); /* NULL is fine */

/* Of a combination's weekdays and segments that pass: all ones, else 0. */
struct combination_sums sale_shares_of_weekdays(const struct sale_shares *shares,
                                                size_t combination, const uint64_t *passes);

/* Periods from one to before another. */
struct period_range {
    size_t from, below;
};
struct combination_sums sale_shares_of_segments(const struct sale_shares *shares,
                                                size_t combination, const uint64_t *passes,
                                                const struct period_range *ranges, size_t count);

/* Ask ahead for what these read. */
void sale_shares_expect_weekdays(const struct sale_shares *shares, size_t combination);
void sale_shares_expect_segments(const struct sale_shares *shares, size_t combination,
                                 const struct period_range *ranges, size_t count);

#endif

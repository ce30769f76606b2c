/* What the sales of each combination add up to by segment and by weekday, so that filters on these
 * alone need not look at sales. */
#ifndef ENGINE_SLICE_SALE_SHARES_H
#define ENGINE_SLICE_SALE_SHARES_H

#include "engine/slice/calendar.h"
#include "engine/slice/sale_columns.h"

/* Sixteen bytes, since there are many: revenue and, above it, sales; squares. */
typedef uint64_t sale_share __attribute__((vector_size(16)));

struct sale_shares {
    sale_share *by_segment; /* by combination and segment */
    sale_share *by_weekday; /* by combination and date_weekday */
    size_t segments;
};

/* NULL where there are fewer than so many sales for each share (so many bytes a sale are two), or
 * sums do not fit these. */
enum { SALES_A_SHARE = 8 };
struct sale_shares *sale_shares_make(const struct sale_columns *columns, size_t sales_a_share);
void sale_shares_free(struct sale_shares *shares); /* NULL is fine */

/* Of those shares of a combination whose codes pass: all ones, else 0. */
struct combination_sums sale_shares_sums(const sale_share *shares, const uint64_t *passes,
                                         size_t codes);

#endif

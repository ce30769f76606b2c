#include "engine/slice/sale_sums.h"

enum { BLOCK_LEAST = 32 };

void sale_filter_set_prices(struct sale_filter *filter, const struct tables *prices) {
    filter->prices = prices;
    filter->low = INT64_MIN;
    filter->high = INT64_MAX;
    filter->many_ranges = prices != NULL && prices->price_count != 1;
    if (prices != NULL && prices->price_count == 1) {
        filter->low = prices->prices[0].low;
        filter->high = prices->prices[0].high;
    }
}

/* Without branches, since which sales pass cannot be foreseen: what does not counts for nothing. A
 * constant `asked` leaves a loop of only that. At most a block of sales, none dear. */
static inline __attribute__((always_inline)) struct combination_sums
add_plain(const struct sale_filter *filter, const unsigned asked, uint32_t at, uint32_t end) {
    const struct held_sale *sale = &filter->columns->sales[at];
    uint64_t sales = 0, revenue = 0, squares = 0;
    for (; at < end; at++, sale++) {
        uint64_t price = sale->price_minor, passes = sale_passes(filter, asked, sale, price);
        uint64_t counted = price & passes;
        sales -= passes; /* all ones are -1 */
        revenue += counted;
        squares += counted * counted;
    }
    return (struct combination_sums){sales, revenue, squares};
}

/* Any prices. */
static struct combination_sums add_careful(const struct sale_filter *filter, unsigned asked,
                                           uint32_t at, uint32_t end) {
    const struct sale_columns *columns = filter->columns;
    struct combination_sums sums = {.sales = 0};
    for (; at < end; at++) {
        uint64_t price = sale_columns_price(columns, at);
        if (sale_passes(filter, asked, &columns->sales[at], price) == 0)
            continue;
        sums.sales++;
        sums.revenue_minor += price;
        sums.squares += (uint128)price * price;
    }
    return sums;
}

/* A loop of its own for whatever may be asked. */
static struct combination_sums add_block(const struct sale_filter *filter, unsigned asked,
                                         uint32_t at, uint32_t end) {
#define ASKED(constant) \
    case constant:      \
        return add_plain(filter, constant, at, end);
#define ASKED_OF_DAYS(others) ASKED(others) ASKED(ASK_DAY | (others))
#define ASKED_OF_SEGMENTS(others) ASKED_OF_DAYS(others) ASKED_OF_DAYS(ASK_SEGMENT | (others))
    switch (asked) {
        ASKED_OF_SEGMENTS(ASK_AGE)
        ASKED_OF_SEGMENTS(ASK_PRICE)
        ASKED_OF_SEGMENTS(ASK_AGE | ASK_PRICE)
        ASKED_OF_SEGMENTS(0)
    }
#undef ASKED
#undef ASKED_OF_DAYS
#undef ASKED_OF_SEGMENTS
    return add_careful(filter, asked, at, end);
}

struct combination_sums sale_sums(const struct sale_filter *filter, unsigned asked, uint32_t at,
                                  uint32_t end) {
    const uint32_t block = filter->columns->block;
    if (block < BLOCK_LEAST)
        return add_careful(filter, asked, at, end);
    if (end - at <= block)
        return add_block(filter, asked, at, end);
    struct combination_sums sums = {.sales = 0};
    for (uint32_t to; at < end; at = to) {
        to = end - at > block ? at + block : end;
        struct combination_sums more = add_block(filter, asked, at, to);
        sums.sales += more.sales;
        sums.revenue_minor += more.revenue_minor;
        sums.squares += more.squares;
    }
    return sums;
}

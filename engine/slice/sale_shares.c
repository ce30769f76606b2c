#include "engine/slice/sale_shares.h"

#include <stdlib.h>

#include "base/date.h"
#include "base/memory.h"
#include "engine/slice/cube.h"

/* The revenue of n prices is at
 * most the root of n times their squares (Cauchy): of fewer than 2^20 whose squares fit 64 bits, 42
 * bits. */
enum { SALES_SHIFT = 44, SALES_BITS = 20 };

static bool are_worth_it(const struct sale_columns *columns, size_t sales_a_share) {
    const struct cube_rows *rows = &columns->cells->cube->rows;
    if (columns->count < rows->count * (columns->segments + DAYS_IN_WEEK) * sales_a_share)
        return false;
    for (size_t i = 0; i < rows->count; i++) {
        const struct combination_sums *sums = &rows->sums.sums[i];
        if (sums->squares >> 64 != 0 || sums->sales >> SALES_BITS != 0)
            return false;
    }
    return columns->dear_count == 0;
}

struct sale_shares *sale_shares_make(const struct sale_columns *columns, size_t sales_a_share) {
    if (!are_worth_it(columns, sales_a_share))
        return NULL;
    const size_t count = columns->cells->cube->rows.count;
    struct sale_shares *shares = xcalloc(1, sizeof *shares);
    uint8_t *weekdays = xcalloc(columns->days + 1, 1);
    for (size_t day = 0; day < columns->days; day++)
        weekdays[day] = (uint8_t)date_weekday(columns->cells->first_day + (day_number)day);
    shares->segments = columns->segments;
    shares->by_segment = xcalloc(count * shares->segments + 1, sizeof *shares->by_segment);
    shares->by_weekday = xcalloc(count * DAYS_IN_WEEK + 1, sizeof *shares->by_weekday);
    for (size_t i = 0; i < count; i++) {
        for (uint32_t at = columns->from[i]; at < columns->from[i + 1]; at++) {
            const struct held_sale *sale = &columns->sales[at];
            const uint64_t price = sale->price_minor;
            const sale_share share = {price + (UINT64_C(1) << SALES_SHIFT), price * price};
            shares->by_segment[i * shares->segments + sale->segment] += share;
            shares->by_weekday[i * DAYS_IN_WEEK + weekdays[sale->day]] += share;
        }
    }
    free(weekdays);
    return shares;
}

void sale_shares_free(struct sale_shares *shares) {
    if (shares == NULL)
        return;
    free(shares->by_segment);
    free(shares->by_weekday);
    free(shares);
}

struct combination_sums sale_shares_sums(const sale_share *shares, const uint64_t *passes,
                                         size_t codes) {
    sale_share sum = {0, 0};
    for (size_t code = 0; code < codes; code++)
        sum += shares[code] & (sale_share){passes[code], passes[code]};
    return (struct combination_sums){.sales = sum[0] >> SALES_SHIFT,
                                     .revenue_minor = sum[0] & ((UINT64_C(1) << SALES_SHIFT) - 1),
                                     .squares = sum[1]};
}

#include "engine/slice/sale_shares.h"

#include <stdlib.h>

#include "base/date.h"
#include "base/memory.h"
#include "engine/slice/cube.h"
#include "engine/slice/expect.h"

/* The revenue of n prices is at most the root of n times their squares (Cauchy): of fewer than 2^20
 * whose squares fit 64 bits, 42 bits. */
enum { SALES_SHIFT = 44, SALES_BITS = 20 };

static bool are_worth_it(const struct sale_columns *columns, size_t sales_a_share) {
    const struct cube_rows *rows = &columns->cells->cube->rows;
    if (columns->count < rows->count * (columns->segments + DAYS_IN_WEEK) * sales_a_share)
        return false;
    for (size_t i = 0; i < rows->count; i++) {
        const struct combination_sums *sums = &rows->sums.sums[i];
        bool held = columns->from[i] < columns->from[i + 1];
        if (held && (sums->squares >> 64 != 0 || sums->sales >> SALES_BITS != 0))
            return false;
    }
    return columns->dear_count == 0;
}

/* Of whole years, as few as leave each share enough sales. */
static void read_periods(struct sale_shares *shares, const struct sale_columns *columns,
                         size_t sales_a_share) {
    const day_number first = columns->cells->first_day;
    const int from = date_month_index(first) / MONTHS_IN_YEAR;
    const size_t years =
        (size_t)(date_month_index(columns->cells->last_day) / MONTHS_IN_YEAR - from) + 1;
    const size_t shares_a_period = columns->cells->cube->rows.count * shares->segments;
    size_t years_a_period = 1;
    while (years_a_period < years && columns->count < (years + years_a_period - 1) /
                                                          years_a_period * shares_a_period *
                                                          sales_a_share / 2)
        years_a_period++;
    shares->periods = (years + years_a_period - 1) / years_a_period;
    shares->period_at = xcalloc(columns->days + 1, sizeof *shares->period_at);
    for (size_t day = 0; day < columns->days; day++) {
        int year = date_month_index(first + (day_number)day) / MONTHS_IN_YEAR;
        shares->period_at[day] = (uint16_t)((size_t)(year - from) / years_a_period);
    }
}

static sale_share *segments_at(const struct sale_shares *shares, size_t combination,
                               size_t period) {
    return &shares->by_segment[(combination * shares->periods + period) * shares->segments];
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
    read_periods(shares, columns, sales_a_share);
    shares->by_segment =
        xcalloc(count * shares->periods * shares->segments + 1, sizeof *shares->by_segment);
    shares->by_weekday = xcalloc(count * DAYS_IN_WEEK + 1, sizeof *shares->by_weekday);
    for (size_t i = 0; i < count; i++) {
        for (uint32_t at = columns->from[i]; at < columns->from[i + 1]; at++) {
            const struct held_sale *sale = &columns->sales[at];
            const uint64_t price = sale->price_minor;
            const sale_share share = {price + (UINT64_C(1) << SALES_SHIFT), price * price};
            segments_at(shares, i, shares->period_at[sale->day])[sale->segment] += share;
            shares->by_weekday[i * DAYS_IN_WEEK + weekdays[sale->day]] += share;
        }
        sale_share *first = segments_at(shares, i, 0);
        for (size_t at = shares->segments; at < shares->periods * shares->segments; at++)
            first[at] += first[at - shares->segments];
    }
    free(weekdays);
    return shares;
}

void sale_shares_free(struct sale_shares *shares) {
    if (shares == NULL)
        return;
    free(shares->by_segment);
    free(shares->by_weekday);
    free(shares->period_at);
    free(shares);
}

static void add_passing(sale_share *sum, const sale_share *shares, const uint64_t *passes,
                        size_t codes) {
    for (size_t code = 0; code < codes; code++)
        *sum += shares[code] & (sale_share){passes[code], passes[code]};
}

static struct combination_sums unpacked(sale_share sum) {
    return (struct combination_sums){.sales = sum[0] >> SALES_SHIFT,
                                     .revenue_minor = sum[0] & ((UINT64_C(1) << SALES_SHIFT) - 1),
                                     .squares = sum[1]};
}

struct combination_sums sale_shares_of_weekdays(const struct sale_shares *shares,
                                                size_t combination, const uint64_t *passes) {
    sale_share sum = {0, 0};
    add_passing(&sum, &shares->by_weekday[combination * DAYS_IN_WEEK], passes, DAYS_IN_WEEK);
    return unpacked(sum);
}

struct combination_sums sale_shares_of_segments(const struct sale_shares *shares,
                                                size_t combination, const uint64_t *passes,
                                                const struct period_range *ranges, size_t count) {
    sale_share until = {0, 0}, before = {0, 0};
    for (size_t i = 0; i < count; i++) {
        add_passing(&until, segments_at(shares, combination, ranges[i].below - 1), passes,
                    shares->segments);
        if (ranges[i].from > 0)
            add_passing(&before, segments_at(shares, combination, ranges[i].from - 1), passes,
                        shares->segments);
    }
    return unpacked(until - before);
}

void sale_shares_expect_weekdays(const struct sale_shares *shares, size_t combination) {
    expect_bytes(&shares->by_weekday[combination * DAYS_IN_WEEK],
                 DAYS_IN_WEEK * sizeof *shares->by_weekday);
}

void sale_shares_expect_segments(const struct sale_shares *shares, size_t combination,
                                 const struct period_range *ranges, size_t count) {
    const size_t bytes = shares->segments * sizeof *shares->by_segment;
    for (size_t i = 0; i < count; i++) {
        expect_bytes(segments_at(shares, combination, ranges[i].below - 1), bytes);
        if (ranges[i].from > 0)
            expect_bytes(segments_at(shares, combination, ranges[i].from - 1), bytes);
    }
}

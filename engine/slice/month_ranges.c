#include "engine/slice/month_ranges.h"

struct month_ranges month_ranges_of(const struct facts *facts, const struct cube_rows *rows,
                                    const uint32_t *failed) {
    struct month_ranges ranges = {.facts = facts, .rows = rows, .failed = failed};
    if (failed == NULL)
        return ranges;
    const struct cube_sums *sums = &rows->sums;
    size_t days = (size_t)(facts->last_day - facts->first_day) + 1, passing = 0;
    for (size_t day = 0; day < days; day++)
        passing += failed[day] == 0;
    ranges.outside = passing > days / 2;
    ranges.by_row = sums->month_bits == NULL;
    for (size_t day = 0; day < days; day++) {
        if ((failed[day] == 0) == ranges.outside)
            continue;
        size_t month = sums->month_at[day];
        struct month_range *last = ranges.count > 0 ? &ranges.ranges[ranges.count - 1] : NULL;
        if (last != NULL && month <= last->below) {
            last->below = month + 1;
        } else if (ranges.count == MONTH_RANGES_MAX) {
            ranges.by_row = true;
            break;
        } else {
            ranges.ranges[ranges.count++] = (struct month_range){month, month + 1};
        }
    }
    return ranges;
}

static inline void add_rows(const struct facts *facts, size_t from, size_t to,
                            struct combination_sums *sums) {
    uint64_t sales = 0, revenue_minor = 0;
    uint128 squares = 0;
    for (size_t row = from; row < to; row++) {
        sales += facts->sales[row];
        revenue_minor += (uint64_t)facts_revenue(facts, row);
        squares += facts->price_squares[row];
    }
    for (size_t row = from; facts->price_squares_high != NULL && row < to; row++)
        squares += (uint128)facts->price_squares_high[row] << 64;
    sums->sales += sales;
    sums->revenue_minor += revenue_minor;
    sums->squares += squares;
}

static struct combination_sums sums_by_day(const struct month_ranges *ranges, size_t from,
                                           size_t to) {
    const struct facts *facts = ranges->facts;
    struct combination_sums sums = {.sales = 0};
    for (size_t row = from; row < to; row++) {
        if (ranges->failed[facts_day(facts, row) - facts->first_day] == 0)
            add_rows(facts, row, row + 1, &sums);
    }
    return sums;
}

void month_ranges_expect(const struct month_ranges *ranges, size_t combination) {
    const struct cube_sums *sums = &ranges->rows->sums;
    const struct facts *facts = ranges->facts;
    expect_line(&sums->sums[combination]);
    if (ranges->failed == NULL || ranges->by_row)
        return;
    size_t from = ranges->rows->combinations[combination].from;
    const uint64_t *bits = &sums->month_bits[combination * sums->month_words];
    for (size_t i = 0; i < ranges->count; i++) {
        size_t row = from + month_ranges_before(bits, ranges->ranges[i].from);
        size_t rows = from + month_ranges_before(bits, ranges->ranges[i].below) - row;
        expect_bytes(&facts->sales[row], rows * sizeof *facts->sales);
        if (facts->revenue != NULL)
            expect_bytes(&facts->revenue[row], rows * sizeof *facts->revenue);
        else
            expect_bytes(&facts->price_minor[row], rows * sizeof *facts->price_minor);
        expect_bytes(&facts->price_squares[row], rows * sizeof *facts->price_squares);
    }
}

struct combination_sums month_ranges_sums(const struct month_ranges *ranges, size_t combination) {
    const struct combination_sums *all = &ranges->rows->sums.sums[combination];
    size_t at = ranges->rows->combinations[combination].from;
    size_t to = ranges->rows->combinations[combination + 1].from;
    if (ranges->failed == NULL)
        return *all;
    if (ranges->by_row)
        return sums_by_day(ranges, at, to);
    const struct cube_sums *all_sums = &ranges->rows->sums;
    const uint64_t *bits = &all_sums->month_bits[combination * all_sums->month_words];
    struct combination_sums sums = {.sales = 0};
    for (size_t i = 0; i < ranges->count; i++) {
        add_rows(ranges->facts, at + month_ranges_before(bits, ranges->ranges[i].from),
                 at + month_ranges_before(bits, ranges->ranges[i].below), &sums);
    }
    if (!ranges->outside)
        return sums;
    return (struct combination_sums){.sales = all->sales - sums.sales,
                                     .revenue_minor = all->revenue_minor - sums.revenue_minor,
                                     .squares = all->squares - sums.squares};
}

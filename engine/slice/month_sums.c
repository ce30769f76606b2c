/* Sums by month of the cube's rows: engine/slice/cube_rows.h. */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "engine/slice/cube_rows.h"

static size_t sales_size(const struct month_sums *months) {
    return (size_t)months->count * ANSWER_CODES * sizeof *months->sales;
}

struct month_sums month_sums_copy(const struct month_sums *months) {
    struct month_sums copy = *months;
    copy.sums = xcalloc((size_t)months->count + 1, sizeof *copy.sums);
    copy.sales = xcalloc((size_t)months->count * ANSWER_CODES + 1, sizeof *copy.sales);
    if (months->sums != NULL) {
        memcpy(copy.sums, months->sums, (size_t)months->count * sizeof *copy.sums);
        memcpy(copy.sales, months->sales, sales_size(months));
    }
    return copy;
}

void month_sums_clear(struct month_sums *months) {
    memset(months->sums, 0, (size_t)months->count * sizeof *months->sums);
    memset(months->sales, 0, sales_size(months));
}

void month_sums_free(struct month_sums *months) {
    free(months->sums);
    free(months->sales);
    *months = (struct month_sums){.first = 0};
}

void month_sums_add(struct month_sums *months, const struct facts *cells, const uint16_t *month_at,
                    size_t from, size_t to, uint8_t answers) {
    uint64_t *sales = months->sales + answers * (size_t)months->count;
    const bool high = cells->price_squares_high != NULL;
    for (size_t row = from; row < to; row++) {
        size_t month = month_at[cells->day[row] - cells->first_day];
        struct combination_sums *sums = &months->sums[month];
        sums->revenue_minor += (uint64_t)cells->price_minor[row];
        sums->squares += cells->price_squares[row];
        sales[month] += cells->sales[row];
        if (high)
            sums->squares += (uint128)cells->price_squares_high[row] << 64;
    }
}

void month_sums_add_all(struct month_sums *months, const struct month_sums *others,
                        bool take_away) {
    for (size_t i = 0; i < (size_t)months->count; i++) {
        const struct combination_sums *other = &others->sums[i];
        struct combination_sums *sums = &months->sums[i];
        sums->revenue_minor += take_away ? -other->revenue_minor : other->revenue_minor;
        sums->squares += take_away ? -other->squares : other->squares;
    }
    for (size_t i = 0; i < (size_t)months->count * ANSWER_CODES; i++)
        months->sales[i] += take_away ? -others->sales[i] : others->sales[i];
}

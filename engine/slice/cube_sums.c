#include "engine/slice/cube_sums.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "engine/slice/column_cells.h"

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
        size_t month = month_at[facts_day(cells, row) - cells->first_day];
        struct combination_sums *sums = &months->sums[month];
        sums->revenue_minor += (uint64_t)facts_revenue(cells, row);
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

/* By day from the first: the month, from 0. */
static uint16_t *months_of_days(const struct facts *cells) {
    size_t days = (size_t)(cells->last_day - cells->first_day) + 1;
    uint16_t *month_at = xcalloc(days, sizeof *month_at);
    int month = date_month_index(cells->first_day), first = month;
    day_number next = date_month_start(month + 1);
    for (size_t day = 0; day < days; day++) {
        if (cells->first_day + (day_number)day == next)
            next = date_month_start(++month + 1);
        month_at[day] = (uint16_t)(month - first);
    }
    return month_at;
}

static struct combination_sums sums_of_rows(const struct facts *cells, size_t from, size_t to) {
    struct combination_sums sums = {.sales = 0};
    for (size_t row = from; row < to; row++) {
        sums.sales += cells->sales[row];
        sums.revenue_minor += (uint64_t)facts_revenue(cells, row);
        sums.squares += facts_price_squares(cells, row);
    }
    return sums;
}

/* ---------------------------------------------------------- without the handset */

/* For each coarse sum so many cells; fewer up to a few sums. */
enum { PRICE_BANDS = 16, COARSE_CELLS = 4, FEW_COARSE_CELLS = 2, FEW_COARSE = 400000 };

static size_t coarse_most(size_t cells) {
    size_t few = cells / FEW_COARSE_CELLS < FEW_COARSE ? cells / FEW_COARSE_CELLS : FEW_COARSE;
    return cells / COARSE_CELLS > few ? cells / COARSE_CELLS : few;
}

/* The numbers of the combinations without their handsets, by combination. Those of one shop and
 * place stand together, so that a table of the others' values finds them: what it has of an earlier
 * place has a lower number than this place's first. (Of the tail some are numbered twice.) */
static uint32_t *number_coarse(struct coarse_sums *coarse, const struct combination *combinations,
                               size_t count, size_t most) {
    size_t codes = (size_t)PERSON_GENDERS * PERSON_AGES * PRICE_BANDS * ANSWER_CODES, first = 0;
    uint32_t *number = xcalloc(count + 1, sizeof *number);
    uint32_t *table = xcalloc(codes, sizeof *table); /* number + 1 */
    coarse->combinations = xcalloc(most + 1, sizeof *coarse->combinations);
    for (size_t i = 0; i < count && coarse->count <= most; i++) {
        const struct combination *of = &combinations[i];
        if (i > 0 && (of->shop != of[-1].shop || of->location != of[-1].location))
            first = coarse->count;
        size_t person = person_code(of->gender, of->age_band);
        size_t code = (person * PRICE_BANDS + of->price_band) * ANSWER_CODES + of->answers;
        if (table[code] <= first) {
            if (coarse->count == most) {
                coarse->count++;
                break;
            }
            coarse->combinations[coarse->count++] = *of;
            table[code] = (uint32_t)coarse->count;
        }
        number[i] = table[code] - 1;
    }
    free(table);
    return number;
}

static void coarse_free(struct coarse_sums *coarse) {
    free(coarse->combinations);
    free(coarse->sums);
    free(coarse->sales);
    free(coarse->revenue_minor);
    free(coarse->squares);
    *coarse = (struct coarse_sums){.count = 0};
}

/* False where a sum does not fit: then it has to be done without them. */
static bool add_coarse(const struct cube_sums *sums, const struct facts *cells, size_t from,
                       size_t to, size_t number) {
    const struct coarse_sums *coarse = &sums->coarse;
    bool fits = true;
    for (size_t row = from; row < to; row++) {
        size_t at = number * (size_t)sums->months.count +
                    sums->month_at[facts_day(cells, row) - cells->first_day];
        coarse->revenue_minor[at] += (uint64_t)facts_revenue(cells, row);
        fits &= !__builtin_add_overflow(coarse->sales[at], cells->sales[row], &coarse->sales[at]);
        fits &= !__builtin_add_overflow(coarse->squares[at], cells->price_squares[row],
                                        &coarse->squares[at]);
    }
    return fits;
}

static void make_coarse(struct cube_sums *sums, const struct facts *cells,
                        const struct combination *combinations, size_t count) {
    struct coarse_sums *coarse = &sums->coarse;
    size_t months = (size_t)sums->months.count;
    size_t most = coarse_most(cells->count) / months;
    if (cells->price_squares_high != NULL || most == 0)
        return;
    uint32_t *number = number_coarse(coarse, combinations, count, most);
    bool fits = coarse->count <= most;
    if (fits) {
        coarse->sums = xcalloc(coarse->count, sizeof *coarse->sums);
        coarse->sales = xcalloc(coarse->count * months, sizeof *coarse->sales);
        coarse->revenue_minor = xcalloc(coarse->count * months, sizeof *coarse->revenue_minor);
        coarse->squares = xcalloc(coarse->count * months, sizeof *coarse->squares);
    }
    for (size_t i = 0; i < count && fits; i++) {
        struct combination_sums *all = &coarse->sums[number[i]];
        fits = add_coarse(sums, cells, combinations[i].from, combinations[i + 1].from, number[i]);
        all->sales += sums->sums[i].sales;
        all->revenue_minor += sums->sums[i].revenue_minor;
        all->squares += sums->sums[i].squares;
    }
    free(number);
    if (!fits)
        coarse_free(coarse);
}

/* -------------------------------------------------------------------------- all of them */

static void make_month_bits(struct cube_sums *sums, const struct facts *cells,
                            const struct combination *combinations, size_t count) {
    bool several = false;
    sums->month_words = ((size_t)sums->months.count + 63) / 64;
    sums->month_bits = xcalloc(count * sums->month_words, sizeof *sums->month_bits);
    for (size_t i = 0; i < count; i++) {
        uint64_t *bits = &sums->month_bits[i * sums->month_words];
        for (size_t row = combinations[i].from; row < combinations[i + 1].from; row++) {
            size_t month = sums->month_at[facts_day(cells, row) - cells->first_day];
            uint64_t bit = UINT64_C(1) << month % 64;
            several |= (bits[month / 64] & bit) != 0;
            bits[month / 64] |= bit;
        }
    }
    if (several) {
        free(sums->month_bits);
        sums->month_bits = NULL;
    }
}

void cube_sums_make(struct cube_sums *sums, const struct facts *cells,
                    const struct combination *combinations, size_t count) {
    int first = date_month_index(cells->first_day), last = date_month_index(cells->last_day);
    const struct month_sums none = {.first = first, .count = last - first + 1};
    *sums = (struct cube_sums){.months = month_sums_copy(&none)};
    sums->month_at = months_of_days(cells);
    sums->sums = xcalloc(count, sizeof *sums->sums);
    for (size_t i = 0; i < count; i++) {
        const struct combination *of = &combinations[i];
        sums->sums[i] = sums_of_rows(cells, of->from, of[1].from);
        month_sums_add(&sums->months, cells, sums->month_at, of->from, of[1].from, of->answers);
    }
    make_month_bits(sums, cells, combinations, count);
    make_coarse(sums, cells, combinations, count);
}

void cube_sums_free(struct cube_sums *sums) {
    free(sums->sums);
    free(sums->month_at);
    free(sums->month_bits);
    month_sums_free(&sums->months);
    coarse_free(&sums->coarse);
    *sums = (struct cube_sums){.sums = NULL};
}

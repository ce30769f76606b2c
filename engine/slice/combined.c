#include "engine/slice/combined.h"

#include <stdlib.h>

#include "base/memory.h"
#include "engine/slice/cube.h"

enum { WORTH_FACTOR = 2 }; /* rows to one combination */

static void reserve(struct facts *out, const struct facts *facts, size_t count) {
    *out = (struct facts){.locations = facts->locations,
                          .handsets = facts->handsets,
                          .shops = facts->shops,
                          .segment_names = facts->segment_names,
                          .segment_count = facts->segment_count,
                          .first_day = facts->first_day,
                          .last_day = facts->last_day,
                          .weekend = facts->weekend,
                          .synthetic = facts->synthetic};
#define MAKE(column) out->column = xreallocarray(NULL, count + 1, sizeof *out->column)
    MAKE(price_minor);
    MAKE(day);
    MAKE(location);
    MAKE(handset);
    MAKE(age);
    MAKE(gender);
    MAKE(answers);
    MAKE(sales);
    MAKE(price_squares);
    MAKE(price_squares_high);
    MAKE(price_band);
    if (facts->shop != NULL)
        MAKE(shop);
#undef MAKE
}

/* False where a row cannot hold so many sales. */
static bool add(struct facts *out, const struct combination *of,
                const struct combination_sums *sums) {
    size_t row = out->count++;
    out->price_minor[row] = (int64_t)sums->revenue_minor;
    out->day[row] = out->first_day;
    out->location[row] = of->location;
    out->handset[row] = of->handset;
    out->age[row] = of->age;
    out->gender[row] = of->gender;
    out->answers[row] = of->answers;
    out->sales[row] = (uint32_t)sums->sales;
    out->price_squares[row] = (uint64_t)sums->squares;
    out->price_squares_high[row] = (uint64_t)(sums->squares >> 64);
    out->price_band[row] = of->price_band;
    if (out->shop != NULL)
        out->shop[row] = of->shop;
    return sums->sales <= UINT32_MAX && sums->revenue_minor <= INT64_MAX;
}

static struct combination_sums sum_rows(const struct facts *facts, const uint32_t *rows,
                                        size_t count) {
    struct combination_sums sums = {.sales = 0};
    for (size_t i = 0; i < count; i++) {
        uint32_t row = rows[i];
        sums.sales += facts->sales[row];
        sums.revenue_minor += (uint64_t)facts_revenue(facts, row);
        sums.squares += facts_price_squares(facts, row);
    }
    return sums;
}

static bool combine(const struct facts *facts, const struct selection *selection,
                    struct facts *out) {
    const struct cube_rows *rows = &facts->cube->rows;
    bool fits = true;
    size_t at = 0;
    for (size_t i = 0; i < rows->count && at < selection->count && fits; i++) {
        const struct combination *of = &rows->combinations[i];
        size_t first = at;
        while (at < selection->count && selection->rows[at] < of[1].from)
            at++;
        if (at == first)
            continue;
        struct combination_sums sums = at - first == of[1].from - of->from
                                           ? rows->sums.sums[i]
                                           : sum_rows(facts, selection->rows + first, at - first);
        fits = add(out, of, &sums);
    }
    return fits;
}

static bool select_all(struct combined *combined, bool fits) {
    size_t count = combined->facts.count;
    combined->selection = (struct selection){.count = count};
    combined->selection.rows = xreallocarray(NULL, count + 1, sizeof *combined->selection.rows);
    for (size_t row = 0; row < count; row++)
        combined->selection.rows[row] = (uint32_t)row;
    if (!fits)
        combined_close(combined);
    return fits;
}

/* Revenue and squares stand at the first of a month's rows: who asks about time alone adds them to
 * the rest. */
static bool add_month(struct facts *out, const struct month_sums *months, int month) {
    struct combination_sums sums = months->sums[month];
    day_number day = date_month_start(months->first + month);
    bool fits = true;
    for (int answers = 0; answers < ANSWER_CODES && fits; answers++) {
        size_t at = (size_t)answers * (size_t)months->count + (size_t)month;
        if (months->sales[at] == 0)
            continue;
        sums.sales = months->sales[at];
        fits =
            add(out, &(struct combination){.shop = SHOP_OWN, .answers = (uint8_t)answers}, &sums);
        out->day[out->count - 1] = day < out->first_day ? out->first_day : day;
        sums = (struct combination_sums){.sales = 0};
    }
    return fits;
}

bool combined_open_months(struct combined *combined, const struct facts *facts,
                          const struct selection *selection) {
    if (facts->cube == NULL || facts->summary != NULL || selection->count != facts->count ||
        facts->cube->rows.sums.months.count == 0)
        return false;
    const struct month_sums *months = &facts->cube->rows.sums.months;
    bool fits = true;
    reserve(&combined->facts, facts, (size_t)months->count * ANSWER_CODES);
    for (int month = 0; month < months->count && fits; month++)
        fits = add_month(&combined->facts, months, month);
    return select_all(combined, fits);
}

bool combined_open(struct combined *combined, const struct facts *facts,
                   const struct selection *selection) {
    if (facts->cube == NULL || facts->summary != NULL || facts->cube->rows.count == 0 ||
        selection->count < WORTH_FACTOR * facts->cube->rows.count)
        return false;
    reserve(&combined->facts, facts, facts->cube->rows.count);
    return select_all(combined, combine(facts, selection, &combined->facts));
}

void combined_close(struct combined *combined) {
    struct facts *facts = &combined->facts;
    facts->locations = facts->handsets = (struct dictionary){0};
    facts->shops = (struct shop_list){0};
    facts->segment_names = NULL;
    facts_free(facts);
    free(combined->selection.rows);
}

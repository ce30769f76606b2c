/* What cells tell of an order without any sale being read: how many sales each key and month has,
 * and where a search can match. Cells of a combination follow one another, so that what they share
 * is looked at once. */
#include <stdlib.h>

#include "base/memory.h"
#include "engine/slice/dimension.h"
#include "engine/slice/pages_parts.h"

/* `rows` … + count: neighbours of one combination, or a single row where there are none. */
typedef enum err stretch(void *context, const uint32_t *rows, size_t count, struct error *error);

static enum err each_stretch(const struct facts *facts, const struct selection *selection,
                             stretch *each, void *context, struct error *error) {
    const uint32_t *rows = selection->rows, *of = facts->combination;
    enum err err = ERR_OK;
    for (size_t from = 0, to; from < selection->count && err == ERR_OK; from = to) {
        to = from + 1;
        while (of != NULL && to < selection->count && of[rows[to]] == of[rows[from]])
            to++;
        err = each(context, rows + from, to - from, error);
    }
    return err;
}

/* Above pages.first_month. */
static size_t month_of(const struct pages *pages, size_t row) {
    const struct facts *facts = pages->facts;
    if (facts->month != NULL)
        return (size_t)(facts->month[row] + facts->first_month - pages->first_month);
    return pages_month(pages, facts->day[row]);
}

/* ------------------------------------------------------------------------------- counting */

struct counting {
    const struct pages *pages;
    pages_cell *add;
    void *context;
    uint32_t *sales; /* by month */
};

static enum err count_stretch(void *context, const uint32_t *rows, size_t count,
                              struct error *error) {
    struct counting *counting = context;
    const struct pages *pages = counting->pages;
    const struct facts *facts = pages->facts;
    size_t months = (size_t)pages->months;
    if (facts->month != NULL && facts->sales != NULL) {
        uint32_t *sales = counting->sales + (facts->first_month - pages->first_month);
        for (size_t i = 0; i < count; i++)
            sales[facts->month[rows[i]]] += facts->sales[rows[i]];
    } else {
        for (size_t i = 0; i < count; i++)
            counting->sales[month_of(pages, rows[i])] += facts_sales(facts, rows[i]);
    }
    if (pages->by == ORDER_DATE)
        return ERR_OK;
    uint64_t key = order_key(pages->facts, pages->by, pages->ranks, NULL, rows[0]);
    enum err err = counting->add(counting->context, key, counting->sales, error);
    for (size_t i = 0; i < months; i++)
        counting->sales[i] = 0;
    return err;
}

/* Of all sales the months' sums are there already. */
static bool take_sums(const struct pages *pages, const struct selection *selection,
                      uint32_t *sales) {
    const struct facts *facts = pages->facts;
    const struct month_sums *sums = &facts->cube->rows.sums.months;
    if (selection->count != facts->count || sums->sales == NULL || facts->combination == NULL ||
        sums->first != pages->first_month || sums->count != pages->months)
        return false;
    for (int answers = 0; answers < ANSWER_CODES; answers++) {
        for (int month = 0; month < sums->count; month++)
            sales[month] += (uint32_t)sums->sales[answers * sums->count + month];
    }
    return true;
}

enum err pages_count_cells(const struct pages *pages, const struct selection *selection,
                           pages_cell *add, void *context, struct error *error) {
    struct counting counting = {pages, add, context,
                                xcalloc((size_t)pages->months, sizeof *counting.sales)};
    bool by_date = pages->by == ORDER_DATE;
    enum err err = ERR_OK;
    if (!by_date || !take_sums(pages, selection, counting.sales))
        err = each_stretch(pages->facts, selection, count_stretch, &counting, error);
    if (err == ERR_OK && by_date)
        err = add(context, 0, counting.sales, error);
    free(counting.sales);
    return err;
}

/* ------------------------------------------------------------------------------- searching */

struct looking {
    struct pages *pages;
    bool prices[UINT8_MAX + 1]; /* by code of the band */
};

static enum err look_at_stretch(void *context, const uint32_t *rows, size_t count,
                                struct error *error) {
    struct looking *looking = context;
    struct pages *pages = looking->pages;
    const struct facts *facts = pages->facts;
    const struct finder *finder = pages->finder;
    size_t at = facts_at(facts, rows[0]);
    (void)error;
    if (!finder->places[facts->location[at]] && !finder->handsets[facts->handset[at]] &&
        !looking->prices[facts->price_band[at]])
        return ERR_OK;
    bool *may = pages->may_match;
    if (pages->runs_tell_keys)
        may += order_key(facts, pages->by, pages->ranks, NULL, rows[0]) * (size_t)pages->months;
    for (size_t i = 0; i < count; i++)
        may[month_of(pages, rows[i])] = true;
    return ERR_OK;
}

void pages_look_at_cells(struct pages *pages, const struct selection *selection) {
    const struct finder *finder = pages->finder;
    struct looking looking = {.pages = pages};
    for (int code = 1; code < dimension_price_band_code(INT64_MAX) + 1; code++) {
        int64_t from, below;
        dimension_price_band(code, &from, &below);
        looking.prices[code] = finder->price_from_minor < below && finder->price_below_minor > from;
    }
    each_stretch(pages->facts, selection, look_at_stretch, &looking, NULL);
}

/* From a slice to its sales: each column that a filter asks about is passed over once. */
#include <stdlib.h>

#include "base/memory.h"
#include "engine/slice/tables.h"

/* Keeps the rows for which `condition` holds, without a branch: what is kept moves down. */
#define KEEP(condition)                                     \
    do {                                                    \
        size_t kept = 0;                                    \
        for (size_t source = 0; source < count; source++) { \
            uint32_t row = rows[source];                    \
            rows[kept] = row;                               \
            kept += (condition) != 0;                       \
        }                                                   \
        count = kept;                                       \
    } while (0)

static size_t pass_days(const struct tables *tables, uint32_t *rows, size_t count) {
    const struct facts *facts = tables->facts;
    if ((tables->days == NULL && tables->weekdays == ALL_WEEKDAYS) || facts->count == 0)
        return count;
    size_t days = (size_t)(facts->last_day - facts->first_day) + 1;
    uint8_t *yes = xmalloc(days);
    for (size_t i = 0; i < days; i++) {
        int weekday = date_weekday(facts->first_day + (day_number)i);
        yes[i] = (tables->days == NULL || tables->days[i] != 0) &&
                 (tables->weekdays >> weekday & 1) != 0;
    }
    KEEP(yes[facts->day[row] - facts->first_day]);
    free(yes);
    return count;
}

static size_t pass_prices(const struct tables *tables, uint32_t *rows, size_t count) {
    const struct facts *facts = tables->facts;
    const int64_t *price = facts->price_minor;
    if (!tables->priced)
        return count;
    if (facts->price_band != NULL) {
        uint8_t yes[BYTE_CODES];
        tables_price_bands(tables, yes);
        KEEP(yes[facts->price_band[row]]);
    } else if (tables->price_count == 1) {
        struct filter_range range = tables->prices[0];
        KEEP((price[row] >= range.low) & (price[row] <= range.high));
    } else {
        KEEP(tables_price_passes(tables, price[row]));
    }
    return count;
}

static size_t pass_all(const struct tables *tables, uint32_t *rows, size_t count) {
    const struct facts *facts = tables->facts;
    count = pass_days(tables, rows, count);
    if (tables->locations != NULL)
        KEEP(tables->locations[facts->location[row]]);
    if (tables->handsets != NULL)
        KEEP(tables->handsets[facts->handset[row]]);
    if (tables->answers != NULL)
        KEEP(tables->answers[facts->answers[row]]);
    if (tables->genders != NULL)
        KEEP(tables->genders[facts->gender[row]]);
    if (tables->ages != NULL)
        KEEP(tables->ages[facts->age[row]]);
    if (tables->segments != NULL)
        KEEP(tables->segments[facts->segment[row]]);
    return pass_prices(tables, rows, count);
}

enum err slice_select(const struct slice *slice, const struct facts *facts, struct selection *out,
                      struct error *error) {
    *out = (struct selection){0};
    struct tables tables;
    enum err result = ERR_OK;
    tables_open(&tables, facts);
    for (size_t i = 0; i < slice->count && result == ERR_OK; i++)
        result = tables_add(&tables, &slice->filters[i], error);
    if (result == ERR_OK && facts->sales != NULL && !tables_fit_cells(&tables))
        result = error_set(error, ERR_INPUT, "these filters split the months or bands of the cube");
    if (result == ERR_OK) {
        out->rows = xmalloc(facts->count * sizeof *out->rows);
        for (size_t i = 0; i < facts->count; i++)
            out->rows[i] = (uint32_t)i;
        out->count = pass_all(&tables, out->rows, facts->count);
        out->days = tables.days;
        tables.days = NULL;
        out->weekdays = tables.weekdays;
    }
    tables_close(&tables);
    return result;
}

int64_t selection_sales(const struct facts *facts, const struct selection *selection) {
    int64_t sales = 0;
    if (facts->sales == NULL)
        return (int64_t)selection->count;
    for (size_t i = 0; i < selection->count; i++)
        sales += facts->sales[selection->rows[i]];
    return sales;
}

void selection_free(struct selection *selection) {
    free(selection->rows);
    free(selection->days);
    *selection = (struct selection){0};
}

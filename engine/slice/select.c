/* From a slice to its sales: each column that a filter asks about is passed over once. */
#include <stdlib.h>

#include "base/memory.h"
#include "engine/slice/cube.h"
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

static size_t pass_days(const struct tables *tables, const struct facts *facts, uint32_t *rows,
                        size_t count) {
    if ((tables->days == NULL && tables->weekdays == ALL_WEEKDAYS) || tables->facts->count == 0)
        return count;
    size_t days = (size_t)(tables->facts->last_day - tables->facts->first_day) + 1;
    uint8_t *yes = xmalloc(days);
    for (size_t i = 0; i < days; i++) {
        int weekday = date_weekday(tables->facts->first_day + (day_number)i);
        yes[i] = (tables->days == NULL || tables->days[i] != 0) &&
                 (tables->weekdays >> weekday & 1) != 0;
    }
    KEEP(yes[facts_day(facts, row) - tables->facts->first_day]);
    free(yes);
    return count;
}

static size_t pass_prices(const struct tables *tables, const struct facts *facts, uint32_t *rows,
                          size_t count) {
    const int64_t *price = facts->price_minor;
    if (!tables->priced)
        return count;
    if (facts->price_band != NULL) {
        uint8_t yes[BYTE_CODES];
        tables_price_bands(tables, yes);
        KEEP(yes[facts->price_band[facts_at(facts, row)]]);
    } else if (tables->price_count == 1) {
        struct filter_range range = tables->prices[0];
        KEEP((price[row] >= range.low) & (price[row] <= range.high));
    } else {
        KEEP(tables_price_passes(tables, price[row]));
    }
    return count;
}

/* All columns but the days. */
static size_t pass_values(const struct tables *tables, const struct facts *facts, uint32_t *rows,
                          size_t count) {
    if (tables->locations != NULL)
        KEEP(tables->locations[facts->location[facts_at(facts, row)]]);
    if (tables->shops != NULL)
        KEEP(tables->shops[facts_shop(facts, row)]);
    if (tables->handsets != NULL)
        KEEP(tables->handsets[facts->handset[facts_at(facts, row)]]);
    if (tables->answers != NULL)
        KEEP(tables->answers[facts->answers[facts_at(facts, row)]]);
    if (tables->genders != NULL)
        KEEP(tables->genders[facts->gender[facts_at(facts, row)]]);
    if (tables->ages != NULL)
        KEEP(tables->ages[facts->age[facts_at(facts, row)]]);
    if (tables->segments != NULL)
        KEEP(tables->segments[facts->segment[row]]);
    return pass_prices(tables, facts, rows, count);
}

size_t tables_pass(const struct tables *tables, const struct facts *facts, uint32_t *rows,
                   size_t count) {
    count = pass_days(tables, facts, rows, count);
    return pass_values(tables, facts, rows, count);
}

/* `days` speak of all filters, those too that derived cells have passed already. */
static enum err read_filters(const struct slice *slice, const struct facts *facts,
                             struct tables *all, struct tables *left, struct error *error) {
    enum err result = ERR_OK;
    for (size_t i = 0; i < slice->count && result == ERR_OK; i++) {
        const struct filter *filter = &slice->filters[i];
        result = tables_add(all, filter, error);
        if (result == ERR_OK && !cube_has_passed(facts, filter))
            result = tables_add(left, filter, error);
    }
    if (result == ERR_OK && facts->sales != NULL && !tables_fit_cells(left))
        result = cube_refuse(error);
    return result;
}

/* Rows that follow one another by what they share, so that each combination is asked about once. */
static bool has_combinations(const struct facts *facts) {
    const struct cube *cube = facts->cube;
    return cube != NULL && facts->combination != NULL && cube->rows.combinations != NULL &&
           cube->rows.combinations[cube->rows.count].from == facts->count;
}

/* Those that pass all but what asks for days, and their sales (0 where no sums tell). The caller
 * frees. */
static uint32_t *pass_combinations(const struct tables *tables, const struct facts *facts,
                                   size_t *count, int64_t *sales) {
    const struct cube_rows *of = &facts->cube->rows;
    struct facts shared = *facts; /* a row of it: what cells of a combination share */
    shared.combination = NULL;
    uint32_t *passing = xmalloc((of->count + 1) * sizeof *passing);
    for (size_t i = 0; i < of->count; i++)
        passing[i] = (uint32_t)i;
    *count = pass_values(tables, &shared, passing, of->count);
    *sales = 0;
    for (size_t i = 0; of->sums.sums != NULL && i < *count; i++)
        *sales += (int64_t)of->sums.sums[passing[i]].sales;
    return passing;
}

static void select_cells(const struct tables *tables, const struct facts *facts,
                         struct selection *out) {
    const struct combination *of = facts->cube->rows.combinations;
    size_t count, rows = 0, at = 0;
    uint32_t *passing = pass_combinations(tables, facts, &count, &out->sales);
    for (size_t i = 0; i < count; i++)
        rows += of[passing[i] + 1].from - of[passing[i]].from;
    out->rows = xmalloc((rows + 1) * sizeof *out->rows);
    for (size_t i = 0; i < count; i++) {
        uint32_t to = of[passing[i] + 1].from;
        for (uint32_t row = of[passing[i]].from; row < to; row++)
            out->rows[at++] = row;
    }
    free(passing);
    out->count = pass_days(tables, facts, out->rows, rows);
    if (out->count < rows)
        out->sales = 0;
}

static void select_rows(const struct tables *tables, const struct facts *facts,
                        struct selection *out) {
    out->rows = xmalloc((facts->count + 1) * sizeof *out->rows);
    for (size_t i = 0; i < facts->count; i++)
        out->rows[i] = (uint32_t)i;
    out->count = tables_pass(tables, facts, out->rows, facts->count);
}

enum err slice_select(const struct slice *slice, const struct facts *facts, struct selection *out,
                      struct error *error) {
    *out = (struct selection){0};
    struct tables all, left;
    tables_open(&all, facts);
    tables_open(&left, facts);
    enum err result = read_filters(slice, facts, &all, &left, error);
    if (result == ERR_OK) {
        (has_combinations(facts) ? select_cells : select_rows)(&left, facts, out);
        if (out->count == 1 && facts_sales(facts, out->rows[0]) == 0)
            out->count = 0; /* the cell of nothing */
        out->days = all.days;
        all.days = NULL;
        out->weekdays = all.weekdays;
        if (facts->cube != NULL)
            out->slice = slice_copy(slice);
    }
    tables_close(&all);
    tables_close(&left);
    return result;
}

bool slice_count_by_sums(const struct slice *slice, const struct facts *facts, int64_t *sales) {
    struct tables all, left;
    if (!has_combinations(facts) || facts->cube->rows.sums.sums == NULL)
        return false;
    tables_open(&all, facts);
    tables_open(&left, facts);
    bool whole = read_filters(slice, facts, &all, &left, NULL) == ERR_OK && left.days == NULL;
    if (whole) {
        size_t count;
        free(pass_combinations(&left, facts, &count, sales));
    }
    tables_close(&all);
    tables_close(&left);
    return whole;
}

enum err slice_count(const struct slice *slice, const struct facts *facts, int64_t *sales,
                     struct error *error) {
    struct selection selection;
    if (slice_count_by_sums(slice, facts, sales))
        return ERR_OK;
    enum err result = slice_select(slice, facts, &selection, error);
    if (result == ERR_OK)
        *sales = selection_sales(facts, &selection);
    selection_free(&selection);
    return result;
}

enum err slice_cover(const struct slice *slice, const struct facts *facts, struct selection *out,
                     struct error *error) {
    struct tables tables;
    enum err result = ERR_OK;
    *out = (struct selection){0};
    tables_open(&tables, facts);
    for (size_t i = 0; i < slice->count && result == ERR_OK; i++)
        result = tables_add(&tables, &slice->filters[i], error);
    if (result == ERR_OK) {
        out->days = tables.days;
        tables.days = NULL;
        out->weekdays = tables.weekdays;
        out->slice = slice_copy(slice);
    }
    tables_close(&tables);
    return result;
}

int64_t selection_sales(const struct facts *facts, const struct selection *selection) {
    int64_t sales = 0;
    if (facts->sales == NULL)
        return (int64_t)selection->count;
    if (selection->sales != 0)
        return selection->sales;
    for (size_t i = 0; i < selection->count; i++)
        sales += facts->sales[selection->rows[i]];
    return sales;
}

void selection_free(struct selection *selection) {
    free(selection->rows);
    free(selection->days);
    slice_free(&selection->slice);
    *selection = (struct selection){0};
}

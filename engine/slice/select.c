/* From a slice to its sales: filters become tables of yes and no over the small columns of the
 * facts, prices stay ranges; then each column that is asked about is passed over once. */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "engine/slice/calendar.h"
#include "engine/slice/filter.h"

enum { BYTE_CODES = 256, ALL_WEEKDAYS = 0x7F };

/* Tables are NULL until a filter asks about their column. */
struct tables {
    const struct facts *facts;
    uint8_t *days; /* from facts.first_day: date and periods, not weekdays */
    uint8_t weekdays;
    uint8_t *locations, *handsets;                /* by dictionary id */
    uint8_t *ages, *genders, *answers, *segments; /* by every value of the byte */
    struct filter_test *prices;
    size_t price_count;
};

static void tables_free(struct tables *tables) {
    free(tables->days);
    free(tables->locations);
    free(tables->handsets);
    free(tables->ages);
    free(tables->genders);
    free(tables->answers);
    free(tables->segments);
    for (size_t i = 0; i < tables->price_count; i++)
        filter_test_free(&tables->prices[i]);
    free(tables->prices);
}

static size_t day_count(const struct facts *facts) {
    return facts->count != 0 ? (size_t)(facts->last_day - facts->first_day) + 1 : 0;
}

/* The table of yes at `*table`, made of ones where it is the first time. */
static uint8_t *table_of(uint8_t **table, size_t size) {
    if (*table == NULL) {
        *table = xmalloc(size);
        memset(*table, 1, size);
    }
    return *table;
}

static void keep_by_lookup(uint8_t **table, size_t size, const struct dimension_view *view,
                           const struct filter_test *test) {
    uint8_t *yes = table_of(table, size);
    for (size_t base = 0; base < size; base++) {
        int code = view->lookup[base];
        yes[base] &= filter_test_holds(test, code, code != 0);
    }
}

static void keep_days(struct tables *tables, const struct filter_test *test) {
    size_t count = day_count(tables->facts);
    uint8_t *yes = table_of(&tables->days, count);
    for (size_t i = 0; i < count; i++)
        yes[i] &= filter_test_holds(test, tables->facts->first_day + (day_number)i, true);
}

static void keep_weekdays(struct tables *tables, const struct dimension_view *view,
                          const struct filter_test *test) {
    bool weekend = view->dimension == DIMENSION_WEEKEND;
    for (int weekday = 0; weekday < DAYS_IN_WEEK; weekday++) {
        int code = 1 + (weekend ? facts_weekend(view->facts) >> weekday & 1 : weekday);
        if (!filter_test_holds(test, code, true))
            tables->weekdays &= (uint8_t) ~(1u << weekday);
    }
}

static void keep_ages(struct tables *tables, const struct filter_test *test) {
    uint8_t *yes = table_of(&tables->ages, BYTE_CODES);
    for (int years = 0; years < BYTE_CODES; years++)
        yes[years] &= filter_test_holds(test, years, years != 0);
}

static void keep_prices(struct tables *tables, struct filter_test *test) {
    tables->prices = xreallocarray(tables->prices, tables->price_count + 1, sizeof *tables->prices);
    tables->prices[tables->price_count++] = *test;
    *test = (struct filter_test){0};
}

/* Every band that passes becomes its range of prices, so that bands and prices are one test. */
static void keep_price_bands(struct tables *tables, const struct dimension_view *view,
                             const struct filter_test *test) {
    struct filter_test prices = {.op = FILTER_IS};
    prices.ranges = xcalloc((size_t)view->codes, sizeof *prices.ranges);
    for (int code = 1; code < view->codes; code++) {
        int64_t from, below;
        if (!filter_test_holds(test, code, true))
            continue;
        dimension_price_band(code, &from, &below);
        prices.ranges[prices.count++] = (struct filter_range){from, below - 1};
    }
    keep_prices(tables, &prices);
}

static void keep_dimension(struct tables *tables, enum dimension dimension,
                           const struct filter_test *test) {
    const struct facts *facts = tables->facts;
    struct dimension_view view;
    dimension_open(&view, facts, dimension);
    switch (dimension) {
    case DIMENSION_WEEKDAY:
    case DIMENSION_WEEKEND:
        keep_weekdays(tables, &view, test);
        break;
    case DIMENSION_PRICE_BAND:
        keep_price_bands(tables, &view, test);
        break;
    case DIMENSION_LOCATION:
    case DIMENSION_LOCAL:
        keep_by_lookup(&tables->locations, (size_t)facts->locations.count + 1, &view, test);
        break;
    case DIMENSION_HANDSET:
    case DIMENSION_BRAND:
        keep_by_lookup(&tables->handsets, (size_t)facts->handsets.count + 1, &view, test);
        break;
    case DIMENSION_GENDER:
        keep_by_lookup(&tables->genders, BYTE_CODES, &view, test);
        break;
    case DIMENSION_AGE_BAND:
        keep_by_lookup(&tables->ages, BYTE_CODES, &view, test);
        break;
    case DIMENSION_SEGMENT:
        keep_by_lookup(&tables->segments, BYTE_CODES, &view, test);
        break;
    default: /* the four answers and what is made of them */
        keep_by_lookup(&tables->answers, BYTE_CODES, &view, test);
        break;
    }
    dimension_close(&view);
}

static enum err keep(struct tables *tables, const struct filter *filter, struct error *error) {
    int field;
    if (!filter_field_by_name(filter->field, &field))
        return error_set(error, ERR_INPUT, "the filter on \"%s\" means nothing here",
                         filter->field);
    struct filter_test test = {0};
    enum filter_operator op = filter->operator;
    const char *at = filter->value;
    enum err result = filter_read_value(tables->facts, field, op, &at, true, NULL, &test, error);
    if (result == ERR_OK && *at != '\0')
        result = error_set(error, ERR_INPUT, "the filter on %s holds more than one value",
                           filter->field);
    if (result == ERR_OK) {
        if (field_is_of_days(field))
            keep_days(tables, &test);
        else if (field == FIELD_AGE)
            keep_ages(tables, &test);
        else if (field == FIELD_PRICE)
            keep_prices(tables, &test);
        else
            keep_dimension(tables, (enum dimension)field, &test);
    }
    filter_test_free(&test);
    return result;
}

/* ------------------------------------------------------------ the passes */

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
    if (tables->days == NULL && tables->weekdays == ALL_WEEKDAYS)
        return count;
    size_t days = day_count(facts);
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
    const int64_t *price = tables->facts->price_minor;
    for (size_t i = 0; i < tables->price_count; i++) {
        const struct filter_test *test = &tables->prices[i];
        KEEP(filter_test_holds(test, price[row], true));
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
    struct tables tables = {.facts = facts, .weekdays = ALL_WEEKDAYS};
    enum err result = ERR_OK;
    for (size_t i = 0; i < slice->count && result == ERR_OK; i++)
        result = keep(&tables, &slice->filters[i], error);
    if (result == ERR_OK) {
        out->rows = xmalloc(facts->count * sizeof *out->rows);
        for (size_t i = 0; i < facts->count; i++)
            out->rows[i] = (uint32_t)i;
        out->count = pass_all(&tables, out->rows, facts->count);
        out->days = tables.days;
        tables.days = NULL;
        out->weekdays = tables.weekdays;
    }
    tables_free(&tables);
    return result;
}

void selection_free(struct selection *selection) {
    free(selection->rows);
    free(selection->days);
    *selection = (struct selection){0};
}

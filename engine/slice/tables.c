/* Each filter becomes a table of yes and no over the values of its column; a price has too many
 * values and stays ranges. */
#include "engine/slice/tables.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

void tables_open(struct tables *tables, const struct facts *facts) {
    *tables = (struct tables){.facts = facts, .weekdays = ALL_WEEKDAYS};
}

void tables_close(struct tables *tables) {
    free(tables->days);
    free(tables->locations);
    free(tables->handsets);
    free(tables->shops);
    free(tables->ages);
    free(tables->genders);
    free(tables->answers);
    free(tables->segments);
    free(tables->prices);
    *tables = (struct tables){0};
}

bool tables_pass_all(const struct tables *tables) {
    return tables->days == NULL && tables->weekdays == ALL_WEEKDAYS && tables->locations == NULL &&
           tables->handsets == NULL && tables->shops == NULL && tables->ages == NULL &&
           tables->genders == NULL && tables->answers == NULL && tables->segments == NULL &&
           !tables->priced;
}

bool tables_price_passes(const struct tables *tables, int64_t price_minor) {
    if (!tables->priced)
        return true;
    for (size_t i = 0; i < tables->price_count; i++) {
        if (price_minor <= tables->prices[i].high)
            return price_minor >= tables->prices[i].low;
    }
    return false;
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

static int compare_prices(const void *left, const void *right) {
    const int64_t *a = left, *b = right;
    return (*a > *b) - (*a < *b);
}

/* Between two neighbours of the prices at which either answer can change, nothing changes. */
static void keep_prices(struct tables *tables, const struct filter_test *test) {
    size_t count = 0, kept = 0;
    int64_t *edges = xcalloc(2 * (test->count + tables->price_count) + 1, sizeof *edges);
    edges[count++] = 0;
    for (size_t i = 0; i < test->count + tables->price_count; i++) {
        const struct filter_range *range =
            i < test->count ? &test->ranges[i] : &tables->prices[i - test->count];
        edges[count++] = range->low > 0 ? range->low : 0;
        if (range->high < INT64_MAX)
            edges[count++] = range->high >= 0 ? range->high + 1 : 0;
    }
    qsort(edges, count, sizeof *edges, compare_prices);
    struct filter_range *ranges = xcalloc(count, sizeof *ranges);
    for (size_t i = 0; i < count; i++) {
        int64_t low = edges[i], high = i + 1 < count ? edges[i + 1] - 1 : INT64_MAX;
        if (high < low || !tables_price_passes(tables, low) || !filter_test_holds(test, low, true))
            continue;
        if (kept > 0 && ranges[kept - 1].high + 1 == low)
            ranges[kept - 1].high = high;
        else
            ranges[kept++] = (struct filter_range){low, high};
    }
    free(edges);
    free(tables->prices);
    tables->prices = ranges;
    tables->price_count = kept;
    tables->priced = true;
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
        prices.ranges[prices.count++] =
            (struct filter_range){from, below < INT64_MAX ? below - 1 : INT64_MAX};
    }
    keep_prices(tables, &prices);
    filter_test_free(&prices);
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
    case DIMENSION_SHOP:
        keep_by_lookup(&tables->shops, (size_t)view.codes, &view, test);
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

enum err tables_add(struct tables *tables, const struct filter *filter, struct error *error) {
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

/* ------------------------------------------------------------ cells of the cube */

static bool months_are_whole(const struct tables *tables) {
    const struct facts *facts = tables->facts;
    for (size_t i = 1; tables->days != NULL && i < day_count(facts); i++) {
        day_number day = facts->first_day + (day_number)i;
        if (tables->days[i] != tables->days[i - 1] &&
            calendar_period(DIMENSION_MONTH, day) == calendar_period(DIMENSION_MONTH, day - 1))
            return false;
    }
    return true;
}

static bool age_bands_are_whole(const struct tables *tables) {
    struct dimension_view view;
    bool whole = true;
    dimension_open(&view, tables->facts, DIMENSION_AGE_BAND);
    for (int years = AGE_MIN + 1; tables->ages != NULL && years <= AGE_MAX; years++)
        whole = whole && (tables->ages[years] == tables->ages[years - 1] ||
                          view.lookup[years] != view.lookup[years - 1]);
    dimension_close(&view);
    return whole;
}

static bool is_band_edge(int64_t price_minor) {
    int64_t from, below;
    dimension_price_band(dimension_price_band_code(price_minor), &from, &below);
    return price_minor == from;
}

static bool price_bands_are_whole(const struct tables *tables) {
    for (size_t i = 0; i < tables->price_count; i++) {
        const struct filter_range *range = &tables->prices[i];
        if (!is_band_edge(range->low) ||
            (range->high < INT64_MAX && !is_band_edge(range->high + 1)))
            return false;
    }
    return true;
}

bool tables_fit_cells(const struct tables *tables) {
    return tables->weekdays == ALL_WEEKDAYS && tables->segments == NULL &&
           months_are_whole(tables) && age_bands_are_whole(tables) && price_bands_are_whole(tables);
}

void tables_price_bands(const struct tables *tables, uint8_t yes[BYTE_CODES]) {
    struct dimension_view view;
    dimension_open(&view, tables->facts, DIMENSION_PRICE_BAND);
    memset(yes, 0, BYTE_CODES);
    for (int code = 1; code < view.codes; code++) {
        int64_t from, below;
        dimension_price_band(code, &from, &below);
        yes[code] = tables_price_passes(tables, from);
    }
    dimension_close(&view);
}

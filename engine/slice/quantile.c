#include "engine/slice/quantile.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "engine/slice/group.h"
#include "engine/slice/stream.h"

/* Prices are counted one by one where they have no more values than this, else collected. */
enum { VALUES_MOST = 1 << 23 };

struct counting {
    int64_t from, below;
    uint32_t *counts; /* by price above `from`; NULL: … */
    int64_t *prices;  /* … the prices themselves */
    size_t count, capacity;
};

static void count_prices(void *context, const struct facts *window, const uint32_t *rows,
                         size_t count) {
    struct counting *counting = context;
    for (size_t i = 0; i < count; i++) {
        int64_t price = window->price_minor[rows[i]];
        if (price < counting->from || price >= counting->below)
            continue;
        if (counting->counts != NULL) {
            counting->counts[price - counting->from]++;
            continue;
        }
        if (counting->count == counting->capacity) {
            counting->capacity = counting->capacity * 2 + 1024;
            counting->prices =
                xreallocarray(counting->prices, counting->capacity, sizeof *counting->prices);
        }
        counting->prices[counting->count++] = price;
    }
}

static int compare_prices(const void *left, const void *right) {
    const int64_t *a = left, *b = right;
    return (*a > *b) - (*a < *b);
}

/* The price with `before` others of those counted below it. */
static double price_at(const struct counting *counting, int64_t before) {
    if (counting->counts == NULL)
        return before < (int64_t)counting->count ? (double)counting->prices[before] : NAN;
    for (int64_t value = 0; value < counting->below - counting->from; value++) {
        before -= counting->counts[value];
        if (before < 0)
            return (double)(counting->from + value);
    }
    return NAN;
}

/* The sales of each price band of the selection. */
static struct cell *bands_of(const struct facts *cells, const struct selection *selection,
                             int *codes) {
    static const enum dimension by = DIMENSION_PRICE_BAND;
    struct dimension_view view;
    struct grouping grouping;
    dimension_open(&view, cells, by);
    *codes = view.codes;
    dimension_close(&view);
    struct cell *bands = xcalloc((size_t)*codes, sizeof *bands);
    group_by(cells, selection, &by, 1, &grouping);
    for (int i = 0; i < grouping.count; i++)
        bands[grouping.groups[i].code[0]] = grouping.groups[i].cell;
    grouping_free(&grouping);
    return bands;
}

/* The band of the sale with `rank` others below it, and how many lie below the band. */
static int band_of(const struct cell *bands, int codes, int64_t rank, int64_t *below) {
    int code = 1;
    for (*below = 0; code < codes - 1 && *below + bands[code].sales <= rank; code++)
        *below += bands[code].sales;
    return code;
}

/* Sales of the months that the slice leaves: those that a pass would read. */
static int64_t sales_to_read(const struct facts *cells, const struct selection *selection) {
    int64_t sales = 0;
    for (size_t row = 0; row < cells->count; row++) {
        day_number day = facts_day(cells, row);
        sales += selection->days == NULL || selection->days[day - cells->first_day] != 0
                     ? cells->sales[row]
                     : 0;
    }
    return sales;
}

static enum err read_exactly(const struct facts *cells, const struct selection *selection,
                             struct counting *counting, struct error *error) {
    int64_t values = counting->below - counting->from;
    if (values <= VALUES_MOST)
        counting->counts = xcalloc((size_t)values, sizeof *counting->counts);
    enum err err =
        stream_slice(cells, &selection->slice, PACKED_PRICE, count_prices, counting, error);
    if (err == ERR_OK && counting->count > 1)
        qsort(counting->prices, counting->count, sizeof *counting->prices, compare_prices);
    return err;
}

/* A price of the band, as if its sales lay evenly in it. */
static double even_price(const struct cell *band, int code, double rank) {
    int64_t from, below;
    dimension_price_band(code, &from, &below);
    if (below == INT64_MAX) /* open above: twice the way from its edge to its mean */
        below =
            from + 2 * ((int64_t)((double)band->revenue_minor / (double)band->sales) - from) + 1;
    return (double)from + (rank + 0.5) / (double)band->sales * (double)(below - from);
}

enum err quantile_price(const struct facts *cells, const struct selection *selection,
                        double probability, struct price_quantile *out, struct error *error) {
    int codes;
    int64_t total = selection_sales(cells, selection), below[2], unused, high_edge;
    *out = (struct price_quantile){NAN, NAN, NAN};
    if (total == 0)
        return ERR_OK;
    double position = (double)(total - 1) * probability, part = position - floor(position);
    int64_t rank = (int64_t)floor(position), next = part > 0 ? rank + 1 : rank;
    struct cell *bands = bands_of(cells, selection, &codes);
    int low = band_of(bands, codes, rank, &below[0]), high = band_of(bands, codes, next, &below[1]);
    struct counting counting = {0};
    dimension_price_band(low, &counting.from, &unused);
    dimension_price_band(high, &unused, &counting.below);
    high_edge = counting.below;
    enum err err = ERR_OK;
    if (sales_to_read(cells, selection) <= QUANTILE_SALES_EXACT) {
        err = read_exactly(cells, selection, &counting, error);
        double first = price_at(&counting, rank - below[0]),
               second = price_at(&counting, next - below[0]);
        if (err == ERR_OK)
            out->minor = out->low_minor = out->high_minor = first + part * (second - first);
    } else {
        out->minor = even_price(&bands[low], low, position - (double)below[0]);
        out->low_minor = (double)counting.from;
        out->high_minor = high_edge == INT64_MAX ? INFINITY : (double)high_edge;
    }
    free(bands);
    free(counting.counts);
    free(counting.prices);
    return err;
}

/* Prices are found by hashing, so that a pass costs a look-up a sale whatever their range; ages are
 * their own places. The hash table gives each different price a number, and the counters of a
 * number stand together. */
#include "engine/slice/counts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "engine/slice/stream.h"

enum { BLOCK = 1024, AGES = 256, PRICES_FIRST = 4096, PRICES_MOST = 1 << 20 };

/* ------------------------------------------------------------------- numbered prices */

struct prices {
    int64_t grid;    /* width of a bin; 1: every price is itself */
    int64_t *values; /* by number: the bin's lower edge */
    size_t count, capacity;
    uint32_t *slots; /* 1 + number; 0: free */
    size_t mask;
    size_t most; /* of different ones */
};

static size_t hash_of(int64_t value) {
    uint64_t mixed = (uint64_t)value * UINT64_C(0x9E3779B97F4A7C15); /* Knuth, vol. 3, §6.4 */
    return (size_t)(mixed >> 24);
}

static void prices_open(struct prices *prices, size_t most) {
    *prices = (struct prices){.grid = 1, .capacity = PRICES_FIRST, .most = most};
    prices->values = xcalloc(prices->capacity, sizeof *prices->values);
    prices->mask = 4 * prices->capacity - 1;
    prices->slots = xcalloc(prices->mask + 1, sizeof *prices->slots);
}

static void prices_close(struct prices *prices) {
    free(prices->values);
    free(prices->slots);
}

static void put_slot(struct prices *prices, size_t number) {
    size_t at = hash_of(prices->values[number]) & prices->mask;
    while (prices->slots[at] != 0)
        at = (at + 1) & prices->mask;
    prices->slots[at] = (uint32_t)number + 1;
}

static void prices_grow(struct prices *prices) {
    prices->capacity *= 2;
    prices->values = xreallocarray(prices->values, prices->capacity, sizeof *prices->values);
    prices->mask = 4 * prices->capacity - 1;
    free(prices->slots);
    prices->slots = xcalloc(prices->mask + 1, sizeof *prices->slots);
    for (size_t number = 0; number < prices->count; number++)
        put_slot(prices, number);
}

/* The lower edge of the bin, below zero too. */
static int64_t edge_of(int64_t value, int64_t grid) {
    int64_t rest = value % grid;
    return value - rest - (rest < 0 ? grid : 0);
}

static size_t price_number(struct prices *prices, int64_t value) {
    if (prices->grid > 1)
        value = edge_of(value, prices->grid);
    for (size_t at = hash_of(value) & prices->mask;; at = (at + 1) & prices->mask) {
        uint32_t slot = prices->slots[at];
        if (slot != 0 && prices->values[slot - 1] == value)
            return slot - 1;
        if (slot != 0)
            continue;
        if (prices->count == prices->capacity) {
            prices_grow(prices);
            return price_number(prices, value);
        }
        prices->values[prices->count] = value;
        prices->slots[at] = (uint32_t)++prices->count;
        return prices->count - 1;
    }
}

/* ------------------------------------------------------------------------- counting */

struct taking {
    const struct facts *facts;
    struct counts *out;
    struct dimension_view (*views)[2];
    int count;
    struct prices prices;
    size_t *rows; /* of each of the wanted: values that there are counters for */
};

static bool is_of_price(const struct counts *counts) {
    return counts->wanted.of == COUNTS_PRICE;
}

static void reserve(struct counts *counts, size_t *rows, size_t wanted) {
    if (*rows >= wanted)
        return;
    size_t next = *rows + *rows / 4; /* large blocks grow in place */
    next = next > wanted ? next : wanted;
    counts->sales = xreallocarray(counts->sales, next * counts->groups, sizeof *counts->sales);
    memset(counts->sales + *rows * counts->groups, 0,
           (next - *rows) * counts->groups * sizeof *counts->sales);
    *rows = next;
}

/* Makes bins twice as wide until half of the room is free. */
static void coarsen(struct taking *taking) {
    struct prices *prices = &taking->prices, wider;
    uint32_t *into = xcalloc(prices->count, sizeof *into);
    int64_t grid = prices->grid;
    do {
        grid *= 2;
        prices_open(&wider, prices->most);
        wider.grid = grid;
        for (size_t i = 0; i < prices->count; i++)
            into[i] = (uint32_t)price_number(&wider, prices->values[i]);
        if (wider.count > prices->most / 2)
            prices_close(&wider);
        else
            break;
    } while (grid < INT64_MAX / 4);
    for (int w = 0; w < taking->count; w++) {
        struct counts *counts = &taking->out[w];
        if (!is_of_price(counts))
            continue;
        size_t groups = counts->groups, rows = 0;
        uint32_t *old = counts->sales;
        counts->sales = NULL;
        reserve(counts, &rows, wider.count);
        taking->rows[w] = rows;
        for (size_t i = 0; i < prices->count; i++)
            for (size_t group = 0; group < groups; group++)
                /* there, as soon as there are prices
                 * NOLINTNEXTLINE(clang-analyzer-core.NullDereference) */
                counts->sales[into[i] * groups + group] += old[i * groups + group];
        free(old);
    }
    prices_close(prices);
    *prices = wider;
    free(into);
}

static void find_groups(struct taking *taking, int w, const struct facts *facts,
                        const uint32_t *rows, size_t count, size_t *groups) {
    const struct counts *counts = &taking->out[w];
    int codes[BLOCK];
    memset(groups, 0, count * sizeof *groups);
    for (int d = 0; d < counts->wanted.by_count; d++) {
        taking->views[w][d].facts = facts;
        dimension_codes(&taking->views[w][d], rows, count, codes);
        for (size_t i = 0; i < count; i++)
            groups[i] = groups[i] * (size_t)counts->codes[d] + (size_t)codes[i];
    }
}

static void count_block(struct taking *taking, const struct facts *facts, const uint32_t *rows,
                        size_t count, bool priced) {
    size_t numbers[BLOCK], groups[BLOCK];
    for (size_t i = 0; priced && i < count; i++)
        numbers[i] = price_number(&taking->prices, facts->price_minor[rows[i]]);
    for (int w = 0; w < taking->count; w++) {
        struct counts *counts = &taking->out[w];
        find_groups(taking, w, facts, rows, count, groups);
        if (is_of_price(counts)) {
            reserve(counts, &taking->rows[w], taking->prices.count);
            for (size_t i = 0; i < count; i++)
                /* priced, where one counts prices
                 * NOLINTNEXTLINE(clang-analyzer-core.UndefinedBinaryOperatorResult) */
                counts->sales[numbers[i] * counts->groups + groups[i]]++;
            continue;
        }
        for (size_t i = 0; i < count; i++) {
            size_t age = facts->age[rows[i]];
            counts->sales[age * counts->groups + groups[i]]++;
            counts->revenue_minor[age * counts->groups + groups[i]] += facts->price_minor[rows[i]];
        }
    }
}

static void count_rows(void *context, const struct facts *facts, const uint32_t *rows,
                       size_t count) {
    struct taking *taking = context;
    bool priced = false;
    for (int w = 0; w < taking->count; w++)
        priced = priced || is_of_price(&taking->out[w]);
    for (size_t at = 0; at < count; at += BLOCK) {
        count_block(taking, facts, rows + at, count - at < BLOCK ? count - at : BLOCK, priced);
        if (taking->prices.count > taking->prices.most)
            coarsen(taking);
    }
}

/* --------------------------------------------------------------------- what comes out */

struct placed {
    int64_t value;
    size_t number;
};

static int compare_placed(const void *left, const void *right) {
    const struct placed *a = left, *b = right;
    return (a->value > b->value) - (a->value < b->value);
}

/* Ages are few: those that occur are copied. `number` 0 is no age. */
static void sort_ages(struct counts *counts) {
    size_t groups = counts->groups, found = 0;
    counts->values = xcalloc(AGES, sizeof *counts->values);
    for (size_t age = 1; age < AGES; age++) {
        uint32_t *sales = counts->sales + age * groups;
        bool occurs = false;
        for (size_t group = 0; group < groups; group++)
            occurs = occurs || sales[group] != 0;
        if (!occurs)
            continue;
        memmove(counts->sales + found * groups, sales, groups * sizeof *sales);
        memmove(counts->revenue_minor + found * groups, counts->revenue_minor + age * groups,
                groups * sizeof *counts->revenue_minor);
        counts->values[found++] = (int64_t)age;
    }
    counts->value_count = found;
}

/* In place, along the cycles of the permutation, for there may be tens of megabytes. */
static void sort_prices(struct counts *counts, const struct prices *prices) {
    size_t count = counts->sales != NULL ? prices->count : 0, groups = counts->groups;
    size_t bytes = groups * sizeof *counts->sales;
    struct placed *placed = xcalloc(count + 1, sizeof *placed);
    uint32_t *spare = xmalloc(bytes);
    for (size_t i = 0; i < count; i++)
        placed[i] = (struct placed){prices->values[i], i};
    qsort(placed, count, sizeof *placed, compare_placed);
    counts->values = xcalloc(count + 1, sizeof *counts->values);
    for (size_t i = 0; i < count; i++)
        counts->values[i] = placed[i].value + prices->grid / 2;
    for (size_t start = 0; start < count; start++) {
        if (placed[start].number == start)
            continue;
        memcpy(spare, counts->sales + start * groups, bytes);
        size_t at = start;
        while (placed[at].number != start) {
            size_t from = placed[at].number;
            memcpy(counts->sales + at * groups, counts->sales + from * groups, bytes);
            placed[at].number = at;
            at = from;
        }
        memcpy(counts->sales + at * groups, spare, bytes);
        placed[at].number = at;
    }
    counts->value_count = count;
    counts->within = prices->grid / 2;
    free(spare);
    free(placed);
}

static void finish(struct counts *counts, const struct prices *prices) {
    if (is_of_price(counts)) {
        sort_prices(counts, prices);
        return;
    }
    for (size_t group = 0; group < counts->groups; group++)
        counts->missing[group] = counts->sales[group];
    sort_ages(counts);
}

static void open_one(struct taking *taking, int w, const struct counts_wanted *wanted,
                     unsigned *columns) {
    struct counts *counts = &taking->out[w];
    *counts = (struct counts){.wanted = *wanted, .codes = {1, 1}, .groups = 1};
    *columns |= PACKED_PRICE | (wanted->of == COUNTS_AGE ? PACKED_AGE : 0);
    for (int d = 0; d < wanted->by_count; d++) {
        dimension_open(&taking->views[w][d], taking->facts, wanted->by[d]);
        counts->codes[d] = taking->views[w][d].codes;
        counts->groups *= (size_t)counts->codes[d];
        *columns |= stream_columns(wanted->by[d]);
    }
    counts->missing = xcalloc(counts->groups, sizeof *counts->missing);
    if (wanted->of == COUNTS_AGE) {
        taking->rows[w] = 0;
        reserve(counts, &taking->rows[w], AGES);
        counts->revenue_minor = xcalloc(AGES * counts->groups, sizeof *counts->revenue_minor);
    }
}

enum err counts_take_within(const struct facts *facts, const struct selection *selection,
                            const struct counts_wanted *wanted, int count, size_t room,
                            struct counts *out, struct error *error) {
    enum { LEAST = 64 };
    struct taking taking = {.facts = facts, .out = out, .count = count};
    unsigned columns = 0;
    size_t most = facts->sales != NULL ? PRICES_MOST : SIZE_MAX, groups = 1;
    taking.views = xcalloc((size_t)count, sizeof *taking.views);
    taking.rows = xcalloc((size_t)count, sizeof *taking.rows);
    for (int w = 0; w < count; w++) {
        open_one(&taking, w, &wanted[w], &columns);
        groups = out[w].groups > groups ? out[w].groups : groups;
        size_t rows = room / out[w].groups; /* NOLINT(clang-analyzer-core.DivideZero): never 0 */
        if (is_of_price(&out[w]) && rows < most)
            most = rows;
    }
    prices_open(&taking.prices, most);
    enum err err = ERR_OK;
    if (groups > room / LEAST)
        err = error_set(error, ERR_INPUT, "that is too many groups to count prices of each");
    else if (facts->sales == NULL)
        count_rows(&taking, facts, selection->rows, selection->count);
    else if (facts->cube != NULL)
        err = stream_slice(facts, &selection->slice, columns, count_rows, &taking, error);
    else
        err = error_set(error, ERR_INPUT, "single sales are needed, and only sums are here");
    for (int w = 0; w < count; w++) {
        finish(&out[w], &taking.prices);
        for (int d = 0; d < wanted[w].by_count; d++)
            dimension_close(&taking.views[w][d]);
        if (err != ERR_OK)
            counts_free(&out[w]);
    }
    prices_close(&taking.prices);
    free(taking.views);
    free(taking.rows);
    return err;
}

enum err counts_take(const struct facts *facts, const struct selection *selection,
                     const struct counts_wanted *wanted, int count, struct counts *out,
                     struct error *error) {
    return counts_take_within(facts, selection, wanted, count, COUNTS_ROOM, out, error);
}

void counts_margin(const struct counts *counts, int dimension, struct counts *out) {
    size_t second = (size_t)counts->codes[1];
    *out = (struct counts){.wanted = {.of = counts->wanted.of, .by_count = dimension >= 0},
                           .codes = {1, 1},
                           .groups = 1,
                           .value_count = counts->value_count,
                           .within = counts->within};
    if (dimension >= 0) {
        out->wanted.by[0] = counts->wanted.by[dimension];
        out->codes[0] = counts->codes[dimension];
        out->groups = (size_t)out->codes[0];
    }
    size_t cells = out->value_count * out->groups;
    out->values = xcalloc(out->value_count + 1, sizeof *out->values);
    out->sales = xcalloc(cells + 1, sizeof *out->sales);
    out->missing = xcalloc(out->groups, sizeof *out->missing);
    if (counts->revenue_minor != NULL)
        out->revenue_minor = xcalloc(cells + 1, sizeof *out->revenue_minor);
    for (size_t group = 0; group < counts->groups; group++) {
        size_t into = dimension == 0 ? group / second : dimension == 1 ? group % second : 0;
        out->missing[into] += counts->missing[group];
        for (size_t i = 0; i < counts->value_count; i++) {
            size_t from = i * counts->groups + group, to = i * out->groups + into;
            out->sales[to] += counts->sales[from];
            if (counts->revenue_minor != NULL)
                out->revenue_minor[to] += counts->revenue_minor[from];
        }
    }
    memcpy(out->values, counts->values, out->value_count * sizeof *out->values);
}

void counts_free(struct counts *counts) {
    free(counts->values);
    free(counts->sales);
    free(counts->revenue_minor);
    free(counts->missing);
    *counts = (struct counts){0};
}

/* ------------------------------------------------------------------------ one group's */

/* Adds what group `group` has of the value. */
static void add_group(const struct counts *counts, size_t value, size_t group,
                      struct counted *out) {
    size_t at = value * counts->groups + group;
    int64_t sales = counts->sales[at];
    out->sales[out->count] += sales;
    out->revenue_minor[out->count] +=
        counts->revenue_minor != NULL ? counts->revenue_minor[at] : sales * counts->values[value];
}

static void join(const struct counts *counts, const uint8_t *groups, size_t from, size_t until,
                 struct counted *out) {
    *out = (struct counted){.within = counts->within};
    out->values = xcalloc(counts->value_count + 1, sizeof *out->values);
    out->sales = xcalloc(counts->value_count + 1, sizeof *out->sales);
    out->revenue_minor = xcalloc(counts->value_count + 1, sizeof *out->revenue_minor);
    for (size_t i = 0; i < counts->value_count; i++) {
        for (size_t group = from; group < until; group++) {
            if (groups == NULL || groups[group] != 0)
                add_group(counts, i, group, out);
        }
        if (out->sales[out->count] == 0)
            continue;
        out->values[out->count] = counts->values[i];
        out->total += out->sales[out->count++];
    }
    for (size_t group = from; group < until; group++)
        out->missing += groups == NULL || groups[group] != 0 ? counts->missing[group] : 0;
}

void counts_join(const struct counts *counts, const uint8_t *groups, struct counted *out) {
    join(counts, groups, 0, counts->groups, out);
}

void counts_group(const struct counts *counts, size_t group, struct counted *out) {
    join(counts, NULL, group, counts->groups > group ? group + 1 : group, out);
}

void counted_free(struct counted *counted) {
    free(counted->values);
    free(counted->sales);
    free(counted->revenue_minor);
    *counted = (struct counted){0};
}

/* The middle of the bin of at least that width which the value, of bins half as wide as `within`
 * says, lies in: widths are powers of two. */
static int64_t middle_of(int64_t value, int64_t within, int64_t grid) {
    int64_t edge = value - within;
    return edge - ((edge % grid) + grid) % grid + grid / 2;
}

static void rebin(struct counted *counted, int64_t within) {
    size_t kept = 0;
    for (size_t i = 0; i < counted->count; i++) {
        int64_t value = middle_of(counted->values[i], counted->within, 2 * within);
        int64_t sales = counted->sales[i], revenue = counted->revenue_minor[i];
        bool same = kept > 0 && counted->values[kept - 1] == value;
        kept += !same;
        counted->values[kept - 1] = value;
        counted->sales[kept - 1] = sales + (same ? counted->sales[kept - 1] : 0);
        counted->revenue_minor[kept - 1] = revenue + (same ? counted->revenue_minor[kept - 1] : 0);
    }
    counted->count = kept;
    counted->within = within;
}

void counted_subtract(struct counted *counted, const struct counted *part) {
    struct counted other = {.within = part->within};
    other.values = xcalloc(part->count + 1, sizeof *other.values);
    other.sales = xcalloc(part->count + 1, sizeof *other.sales);
    other.revenue_minor = xcalloc(part->count + 1, sizeof *other.revenue_minor);
    for (; other.count < part->count; other.count++) {
        other.values[other.count] = part->values[other.count];
        other.sales[other.count] = part->sales[other.count];
        other.revenue_minor[other.count] = part->revenue_minor[other.count];
    }
    if (other.within < counted->within)
        rebin(&other, counted->within);
    else if (counted->within < other.within)
        rebin(counted, other.within);
    size_t kept = 0, at = 0;
    for (size_t i = 0; i < counted->count; i++) {
        int64_t sales = counted->sales[i], revenue = counted->revenue_minor[i];
        while (at < other.count && other.values[at] < counted->values[i])
            at++;
        if (at < other.count && other.values[at] == counted->values[i]) {
            sales -= other.sales[at];
            revenue -= other.revenue_minor[at];
        }
        if (sales <= 0)
            continue;
        counted->values[kept] = counted->values[i];
        counted->revenue_minor[kept] = revenue;
        counted->sales[kept++] = sales;
    }
    counted->count = kept;
    counted->total -= part->total;
    counted->missing -= part->missing;
    counted_free(&other);
}

int64_t counted_at(const struct counted *counted, int64_t rank) {
    size_t i = 0;
    while (i + 1 < counted->count && rank >= counted->sales[i])
        rank -= counted->sales[i++];
    return counted->values[i];
}

double counted_quantile(const struct counted *counted, double probability) {
    if (counted->total == 0)
        return NAN;
    double position = (double)(counted->total - 1) * probability, below = floor(position);
    double part = position - below;
    int64_t low = counted_at(counted, (int64_t)below);
    int64_t high = part > 0 ? counted_at(counted, (int64_t)below + 1) : low;
    return (1 - part) * (double)low + part * (double)high;
}

/* Measures by one or two dimensions, in one pass over the selection into cells that are found by
 * the pair of codes; sums of money are exact. */
#include "engine/slice/group.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "engine/slice/answer_masks.h"
#include "engine/slice/calendar.h"
#include "engine/slice/combined.h"
#include "engine/slice/stream.h"
#include "engine/slice/summary.h"
#include "engine/slice/tally.h"

enum {
    BLOCK = 1024,             /* rows whose codes are looked up at once */
    SLOTS_DENSE_MAX = 1 << 22 /* pairs of codes that get a table of their own (16 MB) */
};

/* A revenue beyond 64 bits cannot be honest; it stays at the largest instead of turning negative.
 */
static int64_t add_saturated(int64_t a, int64_t b) {
    int64_t sum;
    return __builtin_add_overflow(a, b, &sum) ? INT64_MAX : sum;
}

void cell_add(struct cell *sum, const struct cell *other) {
    sum->sales += other->sales;
    sum->revenue_minor = add_saturated(sum->revenue_minor, other->revenue_minor);
    sum->price_squares = uint128_add(sum->price_squares, other->price_squares);
    for (int answer = 0; answer < ANSWER_COUNT; answer++) {
        sum->yes[answer] += other->yes[answer];
        sum->known[answer] += other->known[answer];
    }
}

struct cell cell_of_row(const struct facts *facts, size_t row) {
    struct cell cell = {.sales = facts_sales(facts, row),
                        .revenue_minor = facts_revenue(facts, row),
                        .price_squares = facts_price_squares(facts, row)};
    int rest = facts->answers[facts_at(facts, row)];
    for (int answer = 0; answer < ANSWER_COUNT; answer++, rest /= 3) {
        cell.yes[answer] = rest % 3 == 2 ? cell.sales : 0;
        cell.known[answer] = rest % 3 != 0 ? cell.sales : 0;
    }
    return cell;
}

double cell_price_variance(const struct cell *cell) {
    double n = (double)cell->sales, sum = (double)cell->revenue_minor;
    uint128 revenue = (uint128)cell->revenue_minor, scaled;
    if (__builtin_mul_overflow(cell->price_squares, (uint128)cell->sales, &scaled) ||
        scaled < revenue * revenue)
        return fmax((double)cell->price_squares - sum * (sum / n), 0) / (n - 1);
    return (double)(scaled - revenue * revenue) / n / (n - 1);
}

static void cell_count(struct cell *cell, const struct facts *facts, size_t row,
                       const struct answer_masks *masks) {
    const struct answer_masks *mask = &masks[facts->answers[facts_at(facts, row)]];
    int64_t sales = facts_sales(facts, row);
    cell->sales += sales;
    cell->revenue_minor = add_saturated(cell->revenue_minor, facts_revenue(facts, row));
    cell->price_squares = uint128_add(cell->price_squares, facts_price_squares(facts, row));
    for (int answer = 0; answer < ANSWER_COUNT; answer++) {
        cell->yes[answer] += sales & mask->yes[answer];
        cell->known[answer] += sales & mask->known[answer];
    }
}

/* ------------------------------------------ from pairs of codes to cells */

/* Pairs of codes that occur, numbered: by a table where it is small, else by a sorted list. */
struct slots {
    int64_t pairs;   /* that could occur */
    int32_t *dense;  /* number + 1 by pair, 0 where it did not occur yet; or else … */
    int64_t *sorted; /* … the pairs by number: the same memory as `pair_of` */
    struct cell *cells;
    int64_t *pair_of; /* by number */
    int count, capacity;
};

static int compare_pairs(const void *left, const void *right) {
    const int64_t *a = left, *b = right;
    return (*a > *b) - (*a < *b);
}

static int add_slot(struct slots *slots, int64_t pair) {
    if (slots->count == slots->capacity) {
        slots->capacity = slots->capacity * 2 + 16;
        size_t capacity = (size_t)slots->capacity;
        slots->cells = xreallocarray(slots->cells, capacity, sizeof *slots->cells);
        slots->pair_of = xreallocarray(slots->pair_of, capacity, sizeof *slots->pair_of);
    }
    slots->cells[slots->count] = (struct cell){0};
    slots->pair_of[slots->count] = pair;
    return slots->count++;
}

static struct cell *slot_cell(struct slots *slots, int64_t pair) {
    if (slots->sorted != NULL) {
        const int64_t *found = bsearch(&pair, slots->sorted, (size_t)slots->count,
                                       sizeof *slots->sorted, compare_pairs);
        return &slots->cells[found - slots->sorted];
    }
    if (slots->dense[pair] == 0)
        slots->dense[pair] = add_slot(slots, pair) + 1;
    return &slots->cells[slots->dense[pair] - 1];
}

/* The pairs of a block of rows: code of the first dimension × codes of the second + its code. */
static void block_pairs(const struct dimension_view *views, int dimension_count,
                        const uint32_t *rows, size_t count, int64_t pairs[BLOCK]) {
    int codes[BLOCK];
    memset(pairs, 0, count * sizeof *pairs);
    for (int d = 0; d < dimension_count; d++) {
        dimension_codes(&views[d], rows, count, codes);
        for (size_t i = 0; i < count; i++)
            pairs[i] = pairs[i] * views[d].codes + codes[i];
    }
}

static size_t block_size(size_t at, size_t count) {
    return count - at < BLOCK ? count - at : BLOCK;
}

/* Thousands of months by thousands of handsets: every sale's pair, sorted, each once. */
static void sort_slots(struct slots *slots, const struct dimension_view *views, int dimension_count,
                       const struct selection *selection) {
    int64_t *pairs = xreallocarray(NULL, selection->count + BLOCK, sizeof *pairs);
    for (size_t at = 0; at < selection->count; at += BLOCK)
        block_pairs(views, dimension_count, selection->rows + at, block_size(at, selection->count),
                    pairs + at);
    qsort(pairs, selection->count, sizeof *pairs, compare_pairs);
    for (size_t i = 0; i < selection->count; i++) {
        if (i == 0 || pairs[i] != pairs[i - 1])
            add_slot(slots, pairs[i]);
    }
    free(pairs);
    slots->sorted = slots->pair_of;
}

/* What a pass over rows needs: the same for all of them at once and for one pack after another. */
struct counting {
    struct slots *slots;
    struct dimension_view views[2];
    int dimension_count;
    struct answer_masks masks[ANSWER_CODES];
};

static void count_rows(void *context, const struct facts *facts, const uint32_t *rows,
                       size_t count) {
    struct counting *counting = context;
    for (int d = 0; d < counting->dimension_count; d++)
        counting->views[d].facts = facts;
    for (size_t at = 0; at < count; at += BLOCK) {
        int64_t pairs[BLOCK];
        size_t size = block_size(at, count);
        block_pairs(counting->views, counting->dimension_count, rows + at, size, pairs);
        for (size_t i = 0; i < size; i++)
            cell_count(slot_cell(counting->slots, pairs[i]), facts, rows[at + i], counting->masks);
    }
}

/* A dimension of days, and only months are held; or of segments, which cells do not have. */
static bool asks_for_sales(const struct facts *facts, const struct dimension_view *views,
                           int dimension_count) {
    bool asks = false;
    for (int d = 0; d < dimension_count; d++)
        asks = asks || !dimension_is_known(facts, views[d].dimension);
    return asks;
}

static void tally_rows(void *context, const struct facts *facts, const uint32_t *rows,
                       size_t count) {
    for (size_t at = 0; at < count; at += TALLY_BLOCK)
        tally_add(context, facts, rows + at, count - at < TALLY_BLOCK ? count - at : TALLY_BLOCK);
}

/* One dimension of days: faster. */
static enum err tally_stream(struct slots *slots, const struct facts *facts,
                             const struct selection *selection, const struct dimension_view *view,
                             unsigned columns) {
    struct tally tally;
    tally_open(&tally, facts, 1U << tally_base_of(view->dimension));
    enum err err = stream_slice(facts, &selection->slice, columns, tally_rows, &tally, NULL);
    struct cell *cells = xcalloc((size_t)view->codes, sizeof *cells);
    struct column_cells counts;
    column_cells_open(&counts, facts, 1U << tally_base_of(view->dimension));
    tally_counts(&tally, &counts);
    column_cells_hand_on(&counts, view, cells);
    for (int code = 0; code < view->codes; code++) {
        if (cells[code].sales != 0)
            *slot_cell(slots, code) = cells[code];
    }
    free(cells);
    column_cells_close(&counts);
    tally_close(&tally);
    return err;
}

/* Of shops with sums alone nobody knows the days: their sales are of no weekday. Days and weeks,
 * which every sale has, are without them. */
static void count_sums_only(struct counting *counting, const struct facts *facts,
                            const struct selection *selection) {
    for (int d = 0; d < counting->dimension_count; d++) {
        enum dimension dimension = counting->views[d].dimension;
        counting->views[d].facts = facts;
        if (calendar_is_period(dimension) && !dimension_is_known(facts, dimension))
            return;
    }
    for (size_t i = 0; i < selection->count; i++) {
        size_t row = selection->rows[i];
        int64_t pair = 0;
        if (!facts_is_sums_only(facts, row))
            continue;
        for (int d = 0; d < counting->dimension_count; d++) {
            const struct dimension_view *view = &counting->views[d];
            bool known = dimension_is_known(facts, view->dimension);
            pair = pair * view->codes + (known ? dimension_code(view, row) : 0);
        }
        cell_count(slot_cell(counting->slots, pair), facts, row, counting->masks);
    }
}

/* What fails here (another process writes, a damaged pack) is told when the shop is read again;
 * until then there are no groups. */
static void count_stream(struct counting *counting, const struct facts *facts,
                         const struct selection *selection) {
    unsigned columns = PACKED_ANSWERS | PACKED_PRICE;
    struct slots *slots = counting->slots;
    for (int d = 0; d < counting->dimension_count; d++)
        columns |= stream_columns(counting->views[d].dimension);
    if (facts->cube == NULL || slots->pairs > SLOTS_DENSE_MAX)
        return;
    slots->dense = xcalloc((size_t)slots->pairs, sizeof *slots->dense);
    enum err err =
        counting->dimension_count == 1
            ? tally_stream(slots, facts, selection, &counting->views[0], columns)
            : stream_slice(facts, &selection->slice, columns, count_rows, counting, NULL);
    if (err == ERR_OK)
        count_sums_only(counting, facts, selection);
    else
        slots->count = 0;
}

/* Of the whole shop; what a summary cannot tell has no groups until the cells are there. */
static void count_summary(struct slots *slots, const struct facts *facts,
                          const struct dimension_view *views, int dimension_count) {
    if (slots->pairs > SLOTS_DENSE_MAX)
        return;
    slots->dense = xcalloc((size_t)slots->pairs, sizeof *slots->dense);
    struct cell *cells = xcalloc((size_t)slots->pairs, sizeof *cells);
    bool told = summary_cells(facts, views, dimension_count, cells);
    for (int64_t pair = 0; told && pair < slots->pairs; pair++) {
        if (cells[pair].sales != 0)
            *slot_cell(slots, pair) = cells[pair];
    }
    free(cells);
}

static void count_slots(struct slots *slots, const struct facts *facts,
                        const struct dimension_view *views, int dimension_count,
                        const struct selection *selection) {
    struct counting counting = {.slots = slots, .dimension_count = dimension_count};
    answer_masks_fill(counting.masks);
    slots->pairs = 1;
    for (int d = 0; d < dimension_count; d++) {
        counting.views[d] = views[d];
        slots->pairs *= views[d].codes;
    }
    if (facts->summary != NULL) {
        count_summary(slots, facts, views, dimension_count);
        return;
    }
    if (asks_for_sales(facts, views, dimension_count)) {
        count_stream(&counting, facts, selection);
        return;
    }
    if (slots->pairs <= SLOTS_DENSE_MAX)
        slots->dense = xcalloc((size_t)slots->pairs, sizeof *slots->dense);
    else
        sort_slots(slots, views, dimension_count, selection);
    count_rows(&counting, facts, selection->rows, selection->count);
}

/* ------------------------------------------------------ order and labels */

struct rank {
    int64_t sales;
    int code;
    int place;
};

static int compare_ranks(const void *left, const void *right) {
    const struct rank *a = left, *b = right;
    if (a->sales != b->sales)
        return a->sales < b->sales ? 1 : -1;
    return (a->code > b->code) - (a->code < b->code);
}

static int compare_codes(const void *left, const void *right) {
    const struct rank *a = left, *b = right;
    return (a->code > b->code) - (a->code < b->code);
}

/* The place of each code of a dimension without an order: by falling sales of the selection. */
static struct rank *rank_codes(const struct dimension_view *view, const struct grouping *grouping,
                               int d) {
    size_t codes = (size_t)view->codes;
    struct rank *ranks = xcalloc(codes, sizeof *ranks);
    for (int code = 0; code < view->codes; code++)
        ranks[code].code = code;
    for (int i = 0; i < grouping->count; i++)
        ranks[grouping->groups[i].code[d]].sales += grouping->groups[i].cell.sales;
    qsort(ranks, codes, sizeof *ranks, compare_ranks);
    for (int place = 0; place < view->codes; place++)
        ranks[place].place = place;
    qsort(ranks, codes, sizeof *ranks, compare_codes);
    return ranks;
}

struct placed {
    int place[2];
    int number;
};

static int compare_placed(const void *left, const void *right) {
    const struct placed *a = left, *b = right;
    int first = (a->place[0] > b->place[0]) - (a->place[0] < b->place[0]);
    return first != 0 ? first : (a->place[1] > b->place[1]) - (a->place[1] < b->place[1]);
}

static void sort_groups(struct grouping *grouping, const struct dimension_view *views) {
    size_t count = (size_t)grouping->count;
    struct placed *placed = xcalloc(count, sizeof *placed);
    for (int i = 0; i < grouping->count; i++)
        placed[i].number = i;
    for (int d = 0; d < grouping->dimension_count; d++) {
        bool ordered = dimension_is_ordered(views[d].dimension);
        struct rank *ranks = ordered ? NULL : rank_codes(&views[d], grouping, d);
        for (int i = 0; i < grouping->count; i++) {
            int code = grouping->groups[i].code[d];
            placed[i].place[d] = ordered ? code : ranks[code].place;
        }
        free(ranks);
    }
    qsort(placed, count, sizeof *placed, compare_placed);
    struct group *sorted = xcalloc(count, sizeof *sorted);
    for (size_t i = 0; i < count; i++)
        sorted[i] = grouping->groups[placed[i].number];
    free(placed);
    free(grouping->groups);
    grouping->groups = sorted;
}

static void group_rows(const struct facts *facts, const struct selection *selection,
                       const enum dimension *dimensions, int dimension_count,
                       struct grouping *out) {
    *out = (struct grouping){.dimension_count = dimension_count};
    struct dimension_view views[2] = {0};
    struct slots slots = {0};
    for (int d = 0; d < dimension_count; d++) {
        out->dimensions[d] = dimensions[d];
        dimension_open(&views[d], facts, dimensions[d]);
    }
    int second_codes = dimension_count == 2 ? views[1].codes : 1;
    count_slots(&slots, facts, views, dimension_count, selection);
    out->count = slots.count;
    out->groups = xcalloc((size_t)slots.count, sizeof *out->groups);
    for (int i = 0; i < slots.count; i++) {
        struct group *group = &out->groups[i];
        group->code[0] = (int)(slots.pair_of[i] / second_codes);
        group->code[1] = (int)(slots.pair_of[i] % second_codes);
        for (int d = 0; d < dimension_count; d++)
            dimension_label(&views[d], group->code[d], group->label[d]);
        group->cell = slots.cells[i];
        cell_add(&out->total, &group->cell);
    }
    sort_groups(out, views);
    for (int d = 0; d < dimension_count; d++)
        dimension_close(&views[d]);
    free(slots.dense);
    free(slots.cells);
    free(slots.pair_of);
}

void group_by(const struct facts *facts, const struct selection *selection,
              const enum dimension *dimensions, int dimension_count, struct grouping *out) {
    struct combined combined;
    bool timeless = true;
    for (int d = 0; d < dimension_count; d++)
        timeless = timeless && !calendar_is_of_day(dimensions[d]) &&
                   dimensions[d] != DIMENSION_SEGMENT; /* which only sales have */
    if (!timeless || !combined_open(&combined, facts, selection)) {
        group_rows(facts, selection, dimensions, dimension_count, out);
        return;
    }
    group_rows(&combined.facts, &combined.selection, dimensions, dimension_count, out);
    combined_close(&combined);
}

/* From cells by the dimension's codes. */
static void group_cells(const struct dimension_view *view, const struct cell *cells,
                        struct grouping *out) {
    *out = (struct grouping){.dimensions = {view->dimension}, .dimension_count = 1};
    out->groups = xcalloc((size_t)view->codes, sizeof *out->groups);
    for (int code = 0; code < view->codes; code++) {
        if (cells[code].sales == 0)
            continue;
        struct group *group = &out->groups[out->count++];
        group->code[0] = code;
        group->cell = cells[code];
        dimension_label(view, code, group->label[0]);
        cell_add(&out->total, &group->cell);
    }
    sort_groups(out, view);
}

/* Those whose base is among these. */
static void group_by_bases(const struct facts *facts, const struct selection *selection,
                           const enum dimension *dimensions, int count, unsigned bases,
                           struct grouping *out) {
    struct tally tally;
    struct column_cells counts;
    unsigned asked = 0;
    for (int d = 0; d < count; d++)
        asked |= 1U << tally_base_of(dimensions[d]);
    bases &= asked;
    if (bases == 0)
        return;
    tally_open(&tally, facts, bases);
    tally_rows(&tally, facts, selection->rows, selection->count);
    column_cells_open(&counts, facts, bases);
    tally_counts(&tally, &counts);
    tally_close(&tally);
    for (int d = 0; d < count; d++) {
        struct dimension_view view;
        if ((bases >> tally_base_of(dimensions[d]) & 1) == 0)
            continue;
        dimension_open(&view, facts, dimensions[d]);
        struct cell *cells = xcalloc((size_t)view.codes, sizeof *cells);
        column_cells_hand_on(&counts, &view, cells);
        group_cells(&view, cells, &out[d]);
        free(cells);
        dimension_close(&view);
    }
    column_cells_close(&counts);
}

void group_each(const struct facts *facts, const struct selection *selection,
                const enum dimension *dimensions, int count, struct grouping *out) {
    const unsigned of_time = 1U << TALLY_DAY;
    struct combined combined;
    for (int d = 0; d < count && facts->summary != NULL; d++)
        group_by(facts, selection, &dimensions[d], 1, &out[d]);
    if (facts->summary != NULL)
        return;
    if (!combined_open(&combined, facts, selection)) {
        group_by_bases(facts, selection, dimensions, count, TALLY_ALL, out);
        return;
    }
    group_by_bases(&combined.facts, &combined.selection, dimensions, count, TALLY_ALL & ~of_time,
                   out);
    combined_close(&combined);
    if (!combined_open_months(&combined, facts, selection)) {
        group_by_bases(facts, selection, dimensions, count, of_time, out);
        return;
    }
    group_by_bases(&combined.facts, &combined.selection, dimensions, count, of_time, out);
    combined_close(&combined);
}

void group_days(const struct facts *facts, const struct grouping *by_day, enum dimension dimension,
                struct grouping *out) {
    struct dimension_view view;
    dimension_open(&view, facts, dimension);
    struct cell *cells = xcalloc((size_t)view.codes, sizeof *cells);
    for (int i = 0; i < by_day->count; i++) {
        day_number day = facts->first_day + by_day->groups[i].code[0] - 1;
        cell_add(&cells[dimension_code_of_day(&view, day)], &by_day->groups[i].cell);
    }
    group_cells(&view, cells, out);
    free(cells);
    dimension_close(&view);
}

void grouping_free(struct grouping *grouping) {
    free(grouping->groups);
    *grouping = (struct grouping){0};
}

void selection_total(const struct facts *facts, const struct selection *selection,
                     struct cell *out) {
    struct answer_masks masks[ANSWER_CODES];
    answer_masks_fill(masks);
    *out = (struct cell){0};
    for (size_t i = 0; i < selection->count; i++)
        cell_count(out, facts, selection->rows[i], masks);
}

/* Least significant digit first, a byte at a time; bytes in which all prices agree are skipped, so
 * that prices take three or four passes (Knuth, The Art of Computer Programming 3, §5.2.5). */
static int64_t *sort_radix(int64_t *values, size_t count) {
    enum { DIGITS = sizeof(int64_t), DIGIT_VALUES = 256 };
    int64_t *other = xreallocarray(NULL, count, sizeof *other);
    size_t(*histograms)[DIGIT_VALUES] = xcalloc(DIGITS, sizeof *histograms);
    for (size_t i = 0; i < count; i++) {
        for (int digit = 0; digit < DIGITS; digit++)
            histograms[digit][(uint64_t)values[i] >> 8 * digit & 0xFF]++;
    }
    for (int digit = 0; digit < DIGITS && count != 0; digit++) {
        size_t *start = histograms[digit], sum = 0;
        if (start[(uint64_t)values[0] >> 8 * digit & 0xFF] == count)
            continue;
        for (int value = 0; value < DIGIT_VALUES; value++) {
            size_t here = start[value];
            start[value] = sum;
            sum += here;
        }
        for (size_t i = 0; i < count; i++)
            other[start[(uint64_t)values[i] >> 8 * digit & 0xFF]++] = values[i];
        int64_t *swap = values;
        values = other;
        other = swap;
    }
    free(histograms);
    free(other);
    return values;
}

int64_t *selection_prices(const struct facts *facts, const struct selection *selection) {
    int64_t *prices = xreallocarray(NULL, selection->count, sizeof *prices);
    for (size_t i = 0; i < selection->count; i++)
        prices[i] = facts->price_minor[selection->rows[i]];
    return sort_radix(prices, selection->count);
}

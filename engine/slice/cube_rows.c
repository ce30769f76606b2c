/* Two readings of every month: the first merges its combinations, which ascend, with those of the
 * shop's other months and counts; the second walks both again and places the cells. Rows that are
 * here already only move up to make room, as nothing before them has fewer rows than before. */
#include "engine/slice/cube_rows.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "engine/slice/cube_cells.h"
#include "engine/slice/dimension.h"

/* Placed together, so that rows that are neighbours in memory are written at a time. */
enum { MONTHS_AT_ONCE = 5 };

enum { NEW = -1 };

/* A month that is being read. */
struct month {
    const struct cube_span *span;
    struct cube_cells cells;
    uint64_t *keys; /* of its cells */
    size_t capacity, next;
    uint16_t number; /* of facts.month */
};

/* A combination on its way into the rows. */
struct entry {
    uint64_t key;
    int64_t before; /* its number until now, or NEW */
    uint32_t rows;
};
struct list {
    struct entry *entries;
    size_t count, capacity;
};

struct updating {
    struct facts *cells;
    struct cube_rows *rows;
    const struct cube_source *source;
    const struct cube_span **spans; /* to be read: by shop and, within one, month */
    size_t span_count, capacity;    /* rows that there is room for */
    struct list all;                /* by shop and key */
    size_t *shop_from;              /* by shop: its entries in `all`; one more than shops */
    int shops;
    int last_month;   /* of the shop, counted as in the rows */
    int last_staying; /* month; of what comes after it, rows only follow the others */
    uint32_t *filled; /* by entry: its rows that stand */
    struct month months[MONTHS_AT_ONCE];
    struct buffer bytes;
    uint8_t ages[UINT8_MAX + 1]; /* that stand for the bands: the first of each */
};

/* ------------------------------------------------------------------------------- columns */

/* What cells of a combination differ in, and what they share. */
#define VALUE_COLUMNS(X) X(month) X(sales) X(price_squares)
#define SHARED_COLUMNS(X) \
    X(location)           \
    X(handset)            \
    X(gender)             \
    X(age)                \
    X(price_band)         \
    X(answers)

static void reserve(struct updating *updating, size_t capacity) {
    struct facts *cells = updating->cells;
#define X(column) cells->column = xreallocarray(cells->column, capacity + 1, sizeof *cells->column);
    VALUE_COLUMNS(X)
    if (cells->price_minor != NULL)
        X(price_minor)
    else
        X(revenue)
#undef X
    if (cells->price_squares_high != NULL)
        cells->price_squares_high =
            xreallocarray(cells->price_squares_high, capacity + 1, sizeof(uint64_t));
    updating->capacity = capacity;
}

static void move_rows(struct facts *cells, size_t to, size_t from, size_t count) {
    if (to == from || count == 0)
        return;
#define X(column) memmove(cells->column + to, cells->column + from, count * sizeof *cells->column);
    VALUE_COLUMNS(X)
    if (cells->price_minor != NULL)
        X(price_minor)
    else
        X(revenue)
    if (cells->price_squares_high != NULL)
        X(price_squares_high)
#undef X
}

/* From the first that does not fit on, all are wide. */
static void put_revenue(struct updating *updating, size_t row, int64_t revenue) {
    struct facts *cells = updating->cells;
    if (cells->revenue != NULL && revenue > UINT32_MAX) {
        cells->price_minor = xcalloc(updating->capacity + 1, sizeof *cells->price_minor);
        for (size_t i = 0; i <= updating->capacity; i++)
            cells->price_minor[i] = cells->revenue[i];
        free(cells->revenue);
        cells->revenue = NULL;
    }
    if (cells->revenue != NULL)
        cells->revenue[row] = (uint32_t)revenue;
    else
        cells->price_minor[row] = revenue;
}

static void put_squares(struct updating *updating, size_t row, uint64_t low, uint64_t high) {
    struct facts *cells = updating->cells;
    cells->price_squares[row] = low;
    if (high != 0 && cells->price_squares_high == NULL)
        cells->price_squares_high = xcalloc(updating->capacity + 1, sizeof(uint64_t));
    if (cells->price_squares_high != NULL)
        cells->price_squares_high[row] = high;
}

static uint64_t key_of(const struct combination *of) {
    return (uint64_t)of->location << 48 | (uint64_t)of->handset << 32 | (uint64_t)of->gender << 24 |
           (uint64_t)of->age_band << 16 | (uint64_t)of->price_band << 8 | of->answers;
}

/* --------------------------------------------------------------------- rows that stay */

/* By shop and month whether its rows stay. */
struct staying {
    bool *table;
    int first_month, months;
};

static void find_staying(struct staying *staying, struct updating *updating,
                         const struct cube_span *spans, const bool *here, size_t count) {
    int last_month = -1;
    *staying = (struct staying){.first_month = INT32_MAX};
    for (size_t i = 0; i < count; i++) {
        if (!here[i])
            continue;
        if (spans[i].month < staying->first_month)
            staying->first_month = spans[i].month;
        last_month = spans[i].month > last_month ? spans[i].month : last_month;
    }
    updating->last_staying = last_month;
    if (staying->first_month <= last_month)
        staying->months = last_month - staying->first_month + 1;
    staying->table = xcalloc((size_t)updating->shops * (size_t)staying->months + 1, sizeof(bool));
    for (size_t i = 0; i < count; i++) {
        if (here[i])
            staying->table[(spans[i].shop - 1) * staying->months + spans[i].month -
                           staying->first_month] = true;
    }
}

static bool is_staying(const struct staying *staying, int shop, int month) {
    month -= staying->first_month;
    return month >= 0 && month < staying->months &&
           staying->table[(shop - 1) * staying->months + month];
}

/* Drops the others. The tail is read anew in any case. */
static void keep_staying(const struct updating *updating, const struct staying *staying) {
    struct facts *cells = updating->cells;
    struct cube_rows *rows = updating->rows;
    size_t kept = 0;
    for (size_t i = 0; i < rows->packed; i++) {
        struct combination *of = &rows->combinations[i];
        size_t row = of->from, end = rows->combinations[i + 1].from;
        of->from = (uint32_t)kept;
        while (row < end) {
            size_t from = row;
            while (row < end &&
                   is_staying(staying, of->shop, cells->first_month + cells->month[row]))
                row++;
            move_rows(cells, kept, from, row - from);
            kept += row - from;
            row += row < end;
        }
    }
    if (rows->combinations != NULL)
        rows->combinations[rows->packed].from = (uint32_t)kept;
    cells->count = kept;
}

/* ----------------------------------------------------------------------------- counting */

static void list_reserve(struct list *list, size_t capacity) {
    if (capacity <= list->capacity)
        return;
    list->capacity = capacity * 3 / 2;
    list->entries = xreallocarray(list->entries, list->capacity, sizeof *list->entries);
}

static enum err damaged(struct error *error) {
    return error_set(error, ERR_DAMAGED, "the sums by month hold what no sales can be");
}

static bool are_sound(const struct facts *facts, const struct month *month) {
    const struct cube_cells *cells = &month->cells;
    bool sound = true;
    for (size_t i = 0; i < cells->count; i++)
        sound &= cells->location[i] <= facts->locations.count &&
                 cells->handset[i] <= facts->handsets.count && cells->gender[i] <= GENDER_COUNT &&
                 cells->answers[i] < ANSWER_CODES && cells->price_band[i] > 0 &&
                 cells->age_band[i] < 16 && cells->price_band[i] < 16;
    for (size_t i = 1; i < cells->count; i++)
        sound &= month->keys[i - 1] < month->keys[i];
    return sound;
}

/* The month's cells, or only their keys. */
static enum err read_month(struct updating *updating, const struct cube_span *span, bool keys,
                           struct month *month, struct error *error) {
    struct cube_cells *cells = &month->cells;
    enum err err = updating->source->read(updating->source->context, span, &updating->bytes, error);
    if (err != ERR_OK)
        return err;
    if (span->count > month->capacity) {
        month->capacity = span->count;
        cube_cells_reserve(cells, span->count);
        month->keys = xreallocarray(month->keys, span->count, sizeof *month->keys);
    }
    cells->count = span->count;
    month->span = span;
    month->next = 0;
    struct cube_cells into = *cells;
    if (keys) {
        into.sales = NULL;
        into.revenue_minor = NULL;
        into.squares_low = into.squares_high = NULL;
    }
    if (!cube_decode(&updating->bytes, span->count, &into))
        return damaged(error);
    for (size_t i = 0; i < cells->count; i++)
        month->keys[i] = (uint64_t)cells->location[i] << 48 | (uint64_t)cells->handset[i] << 32 |
                         (uint64_t)cells->gender[i] << 24 | (uint64_t)cells->age_band[i] << 16 |
                         (uint64_t)cells->price_band[i] << 8 | cells->answers[i];
    bool sound = are_sound(updating->cells, month);
    for (size_t i = 0; !keys && i < cells->count; i++)
        sound &= cells->sales[i] > 0;
    return sound ? ERR_OK : damaged(error);
}

static void merge_month(struct list *list, struct list *spare, const uint64_t *keys,
                        size_t key_count) {
    size_t at = 0, count = 0;
    list_reserve(spare, list->count + key_count);
    for (size_t i = 0; i < key_count; i++) {
        uint64_t key = keys[i];
        while (at < list->count && list->entries[at].key < key)
            spare->entries[count++] = list->entries[at++];
        struct entry *entry = &spare->entries[count++];
        if (at < list->count && list->entries[at].key == key)
            *entry = list->entries[at++];
        else
            *entry = (struct entry){.key = key, .before = NEW};
        entry->rows++;
    }
    while (at < list->count)
        spare->entries[count++] = list->entries[at++];
    spare->count = count;
    struct list other = *list;
    *list = *spare;
    *spare = other;
}

static enum err count_rows(struct updating *updating, struct error *error) {
    const struct cube_rows *rows = updating->rows;
    struct list list = {0}, spare = {0};
    size_t before = 0, span = 0;
    enum err err = ERR_OK;
    for (int shop = 1; shop <= updating->shops && err == ERR_OK; shop++) {
        list.count = 0;
        updating->shop_from[shop] = updating->all.count;
        for (; before < rows->packed && rows->combinations[before].shop == shop; before++) {
            const struct combination *of = &rows->combinations[before];
            if (of[1].from == of->from)
                continue;
            list_reserve(&list, list.count + 1);
            list.entries[list.count++] = (struct entry){
                .key = key_of(of), .before = (int64_t)before, .rows = of[1].from - of->from};
        }
        for (; err == ERR_OK && span < updating->span_count && updating->spans[span]->shop == shop;
             span++) {
            struct month *month = &updating->months[0];
            err = read_month(updating, updating->spans[span], true, month, error);
            if (err == ERR_OK)
                merge_month(&list, &spare, month->keys, month->cells.count);
        }
        list_reserve(&updating->all, updating->all.count + list.count);
        for (size_t i = 0; i < list.count; i++)
            updating->all.entries[updating->all.count++] = list.entries[i];
    }
    updating->shop_from[updating->shops + 1] = updating->all.count;
    free(list.entries);
    free(spare.entries);
    return err;
}

/* ------------------------------------------------------------------------------ placing */

static struct combination combination_of(uint64_t key, int shop, const uint8_t *ages) {
    return (struct combination){.shop = (uint16_t)shop,
                                .location = (uint16_t)(key >> 48),
                                .handset = (uint16_t)(key >> 32),
                                .gender = (uint8_t)(key >> 24),
                                .age = ages[key >> 16 & UINT8_MAX],
                                .age_band = (uint8_t)(key >> 16),
                                .price_band = (uint8_t)(key >> 8),
                                .answers = (uint8_t)key};
}

/* Room for all, also the tail; what stands moves to its new place. */
static void make_room(struct updating *updating, size_t tail) {
    struct cube_rows *rows = updating->rows;
    size_t count = updating->all.count, row = 0;
    struct combination *made = xcalloc(count + tail + 1, sizeof *made);
    updating->filled = xcalloc(count + 1, sizeof *updating->filled);
    for (int shop = 1; shop <= updating->shops; shop++) {
        for (size_t i = updating->shop_from[shop]; i < updating->shop_from[shop + 1]; i++) {
            made[i] = combination_of(updating->all.entries[i].key, shop, updating->ages);
            made[i].from = (uint32_t)row;
            row += updating->all.entries[i].rows;
        }
    }
    made[count].from = (uint32_t)row;
    reserve(updating, row + tail);
    for (size_t i = count; i-- > 0;) {
        int64_t before = updating->all.entries[i].before;
        if (before == NEW)
            continue;
        const struct combination *from = &rows->combinations[before];
        updating->filled[i] = from[1].from - from->from;
        move_rows(updating->cells, made[i].from, from->from, updating->filled[i]);
    }
    free(rows->combinations);
    rows->combinations = made;
    rows->count = rows->packed = count;
    updating->cells->count = row;
}

/* The row for a cell of a month that changed in the middle: later ones make way. */
static size_t row_between(struct facts *cells, size_t from, size_t row, uint16_t month) {
    size_t end = row;
    while (row > from && cells->month[row - 1] > month)
        row--;
    move_rows(cells, row + 1, row, end - row);
    return row;
}

static void place_cell(struct updating *updating, const struct month *month, size_t entry) {
    struct facts *cells = updating->cells;
    size_t from = updating->rows->combinations[entry].from, i = month->next;
    size_t row = from + updating->filled[entry]++;
    if (month->span->month <= updating->last_staying)
        row = row_between(cells, from, row, month->number);
    cells->month[row] = month->number;
    put_revenue(updating, row, month->cells.revenue_minor[i]);
    cells->sales[row] = month->cells.sales[i];
    cells->price_squares[row] = month->cells.squares_low[i];
    if (cells->price_squares_high != NULL || month->cells.squares_high[i] != 0)
        put_squares(updating, row, month->cells.squares_low[i], month->cells.squares_high[i]);
}

/* Months of one shop: all ascend, so that one walk finds the rows. */
static bool place_months(struct updating *updating, int shop, size_t count) {
    const struct entry *entries = updating->all.entries;
    bool placed = true;
    for (size_t entry = updating->shop_from[shop]; entry < updating->shop_from[shop + 1]; entry++) {
        for (size_t m = 0; m < count; m++) {
            struct month *month = &updating->months[m];
            if (month->next == month->cells.count || month->keys[month->next] != entries[entry].key)
                continue;
            if (updating->filled[entry] == entries[entry].rows)
                return false;
            place_cell(updating, month, entry);
            month->next++;
        }
    }
    for (size_t m = 0; m < count; m++)
        placed = placed && updating->months[m].next == updating->months[m].cells.count;
    return placed;
}

static enum err place_all(struct updating *updating, struct error *error) {
    enum err err = ERR_OK;
    for (size_t i = 0, count; i < updating->span_count && err == ERR_OK; i += count) {
        const struct cube_span *first = updating->spans[i];
        for (count = 0; err == ERR_OK && count < MONTHS_AT_ONCE && i + count < updating->span_count;
             count++) {
            const struct cube_span *span = updating->spans[i + count];
            struct month *month = &updating->months[count];
            if (span->shop != first->shop)
                break;
            err = read_month(updating, span, false, month, error);
            int number = span->month - updating->cells->first_month;
            if (err == ERR_OK && (number < 0 || number > updating->last_month))
                err = damaged(error);
            month->number = (uint16_t)number;
        }
        if (err == ERR_OK && !place_months(updating, first->shop, count))
            err = damaged(error);
    }
    return err;
}

void cube_rows_share(struct facts *cells, const struct cube_rows *rows) {
    size_t capacity = rows->count + 1;
    if (cells->shops.count > 1)
        cells->shop = xreallocarray(cells->shop, capacity, sizeof *cells->shop);
    cells->combination =
        xreallocarray(cells->combination, cells->count + 1, sizeof *cells->combination);
#define X(column)                                                                  \
    cells->column = xreallocarray(cells->column, capacity, sizeof *cells->column); \
    for (size_t i = 0; i < rows->count; i++)                                       \
        cells->column[i] = rows->combinations[i].column;
    SHARED_COLUMNS(X)
#undef X
    for (size_t i = 0; i < rows->count; i++) {
        const struct combination *of = &rows->combinations[i];
        if (cells->shop != NULL)
            cells->shop[i] = of->shop;
        for (size_t row = of->from; row < of[1].from; row++)
            cells->combination[row] = (uint32_t)i;
    }
}

void cube_rows_number_months(struct facts *cells) {
    int first = date_month_index(cells->first_day);
    int count = date_month_index(cells->last_day) - first + 1;
    for (size_t row = 0; row < cells->count && first != cells->first_month; row++)
        cells->month[row] = (uint16_t)(cells->first_month + cells->month[row] - first);
    cells->first_month = first;
    cells->month_days = xreallocarray(cells->month_days, (size_t)count, sizeof *cells->month_days);
    cells->month_days[0] = cells->first_day;
    for (int month = 1; month < count; month++)
        cells->month_days[month] = date_month_start(first + month);
}

/* -------------------------------------------------------------------------------- tails */

/* Each sale of the tail is a cell by itself: cells need not be different to add up. */
static void add_tail(struct updating *updating, const struct facts *tail) {
    struct facts *cells = updating->cells;
    struct cube_rows *rows = updating->rows;
    for (size_t i = 0; i < tail->count; i++) {
        size_t row = cells->count++;
        struct combination *of = &rows->combinations[rows->count++];
        uint128 squares = facts_price_squares(tail, i);
        *of = (struct combination){.from = (uint32_t)row,
                                   .shop = (uint16_t)facts_shop(tail, i),
                                   .location = tail->location[i],
                                   .handset = tail->handset[i],
                                   .gender = tail->gender[i],
                                   .age = tail->age[i],
                                   .age_band = (uint8_t)dimension_age_band_code(tail->age[i]),
                                   .price_band =
                                       (uint8_t)dimension_price_band_code(tail->price_minor[i]),
                                   .answers = tail->answers[i]};
        of[1].from = of->from + 1;
        cells->month[row] = (uint16_t)(date_month_index(tail->day[i]) - cells->first_month);
        cells->sales[row] = 1;
        put_revenue(updating, row, tail->price_minor[i]);
        put_squares(updating, row, (uint64_t)squares, (uint64_t)(squares >> 64));
    }
}

static void sum_up(const struct facts *cells, struct cube_rows *rows) {
    cube_sums_free(&rows->sums);
    if (rows->count > 0)
        cube_sums_make(&rows->sums, cells, rows->combinations, rows->count);
}

void cube_rows_add_nothing(struct facts *cells, struct cube_rows *rows) {
    struct updating updating = {.cells = cells, .rows = rows};
    const struct facts nothing = {.count = 1,
                                  .price_minor = (int64_t[]){0},
                                  .day = (day_number[]){cells->first_day},
                                  .location = (uint16_t[]){0},
                                  .handset = (uint16_t[]){0},
                                  .age = (uint8_t[]){0},
                                  .gender = (uint8_t[]){0},
                                  .answers = (uint8_t[]){0}};
    reserve(&updating, cells->count + 1);
    cube_rows_number_months(cells);
    rows->combinations =
        xreallocarray(rows->combinations, rows->count + 2, sizeof *rows->combinations);
    add_tail(&updating, &nothing);
    cells->sales[cells->count - 1] = 0;
    cube_rows_share(cells, rows);
    sum_up(cells, rows);
}

/* ------------------------------------------------------------------------------- all of it */

static int compare_spans(const void *left, const void *right) {
    const struct cube_span *const *a = left, *const *b = right;
    if ((*a)->shop != (*b)->shop)
        return (*a)->shop < (*b)->shop ? -1 : 1;
    return ((*a)->month > (*b)->month) - ((*a)->month < (*b)->month);
}

static void begin(struct updating *updating, const struct cube_span *spans, const bool *here,
                  size_t count) {
    const struct cube_rows *rows = updating->rows;
    /* of pointers NOLINTNEXTLINE(bugprone-sizeof-expression) */
    updating->spans = xcalloc(count + 1, sizeof *updating->spans);
    for (size_t i = 0; i < count; i++) {
        updating->shops = spans[i].shop > updating->shops ? spans[i].shop : updating->shops;
        if (!here[i])
            updating->spans[updating->span_count++] = &spans[i];
    }
    /* of pointers NOLINTNEXTLINE(bugprone-sizeof-expression) */
    qsort(updating->spans, updating->span_count, sizeof *updating->spans, compare_spans);
    if (rows->packed > 0 && rows->combinations[rows->packed - 1].shop > updating->shops)
        updating->shops = rows->combinations[rows->packed - 1].shop;
    updating->shop_from = xcalloc((size_t)updating->shops + 2, sizeof *updating->shop_from);
    struct dimension_view bands;
    dimension_open(&bands, updating->cells, DIMENSION_AGE_BAND);
    for (int code = 1; code < bands.codes; code++) {
        int first, below;
        dimension_age_band(code, &first, &below);
        updating->ages[code] = (uint8_t)first;
    }
    dimension_close(&bands);
}

static void end(struct updating *updating) {
    free(updating->spans);
    free(updating->shop_from);
    free(updating->all.entries);
    free(updating->filled);
    for (int i = 0; i < MONTHS_AT_ONCE; i++) {
        cube_cells_free(&updating->months[i].cells);
        free(updating->months[i].keys);
    }
    buffer_free(&updating->bytes);
}

enum err cube_rows_update(struct facts *cells, struct cube_rows *rows,
                          const struct cube_span *spans, const bool *here, size_t count,
                          const struct facts *tail, const struct cube_source *source,
                          struct error *error) {
    struct updating updating = {.cells = cells, .rows = rows, .source = source};
    struct staying staying;
    begin(&updating, spans, here, count);
    find_staying(&staying, &updating, spans, here, count);
    keep_staying(&updating, &staying);
    cube_rows_number_months(cells);
    updating.last_month = date_month_index(cells->last_day) - cells->first_month;
    if (updating.last_month > UINT16_MAX) /* five thousand years */
        updating.last_month = UINT16_MAX;
    free(staying.table);
    enum err err = count_rows(&updating, error);
    if (err == ERR_OK)
        make_room(&updating, tail->count);
    if (err == ERR_OK)
        err = place_all(&updating, error);
    if (err == ERR_OK) {
        add_tail(&updating, tail);
        cube_rows_share(cells, rows);
        sum_up(cells, rows);
    } else {
        cells->count = 0;
        cube_rows_free(rows);
    }
    end(&updating);
    return err;
}

void cube_rows_free(struct cube_rows *rows) {
    free(rows->combinations);
    cube_sums_free(&rows->sums);
    *rows = (struct cube_rows){0};
}

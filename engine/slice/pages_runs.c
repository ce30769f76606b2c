/* How many sales of a slice there are of each key and month: the map of an order. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "engine/slice/packed.h"
#include "engine/slice/pages_parts.h"

/* Keys times months: 32 MB of counts. */
enum { COUNTS_MAX = 1 << 23, GROUPS_MAX = 1 << 22 };

/* A group that occurs, and the least and the largest of its keys. */
struct slot {
    uint64_t group, least, most;
    size_t number;
};

struct counting {
    const struct pages *pages;
    uint32_t *slot_of; /* by group; 0: does not occur, else 1 + its number */
    struct slot *slots;
    uint32_t *sales; /* by slot and month */
    size_t count, capacity;
    size_t months; /* 1 where the group is a month, or months mix */
};

static bool groups_are_months(const struct pages *pages) {
    return pages->by == ORDER_DATE;
}

static bool months_always_mix(const struct pages *pages) {
    return pages->by == ORDER_ID;
}

static enum err too_many(const struct pages *pages, struct error *error) {
    error_set(error, ERR_INPUT, "too many different values over too many months to sort by %s",
              order_words(pages->by));
    return error_hint(error, "fewer months, or fewer values, can be sorted: filter first");
}

/* The slot of a key. */
static inline enum err find_slot(struct counting *counting, uint64_t key, day_number day,
                                 size_t *number, struct error *error) {
    const struct pages *pages = counting->pages;
    uint64_t group = pages_group(pages, key, day);
    if (counting->slot_of[group] == 0) {
        if (counting->count == counting->capacity) {
            size_t capacity = counting->capacity * 2 + 16;
            if (capacity * counting->months > COUNTS_MAX && counting->count > 0)
                return too_many(pages, error);
            counting->slots = xreallocarray(counting->slots, capacity, sizeof *counting->slots);
            counting->sales = xreallocarray(counting->sales, capacity * counting->months,
                                            sizeof *counting->sales);
            counting->capacity = capacity;
        }
        counting->slots[counting->count] =
            (struct slot){pages_turned(pages, group), key, key, counting->count};
        memset(counting->sales + counting->count * counting->months, 0,
               counting->months * sizeof *counting->sales);
        counting->slot_of[group] = (uint32_t)++counting->count;
    }
    assert(counting->slots != NULL);
    *number = counting->slot_of[group] - 1;
    struct slot *slot = &counting->slots[*number];
    slot->least = key < slot->least ? key : slot->least;
    slot->most = key > slot->most ? key : slot->most;
    return ERR_OK;
}

/* Sales one by one. */
static enum err add_rows(void *context, const struct facts *window, const uint32_t *rows,
                         size_t count, struct error *error) {
    struct counting *counting = context;
    const struct pages *pages = counting->pages;
    enum err err = ERR_OK;
    for (size_t i = 0; i < count && err == ERR_OK; i++) {
        uint64_t key = order_key(window, pages->by, pages->ranks, NULL, rows[i]);
        day_number day = window->day[rows[i]];
        size_t number, month = counting->months == 1 ? 0 : pages_month(pages, day);
        err = find_slot(counting, key, day, &number, error);
        if (err == ERR_OK)
            counting->sales[number * counting->months + month]++;
    }
    return err;
}

static enum err add_months(struct counting *counting, const uint32_t *sales, struct error *error) {
    const struct pages *pages = counting->pages;
    enum err err = ERR_OK;
    for (int month = 0; month < pages->months && err == ERR_OK; month++) {
        day_number day = date_month_start(pages->first_month + month);
        size_t number;
        if (sales[month] == 0)
            continue;
        day = day < pages->facts->first_day ? pages->facts->first_day : day;
        err = find_slot(counting, (uint64_t)day + 1, day, &number, error);
        if (err == ERR_OK)
            counting->sales[number] += sales[month];
    }
    return err;
}

static enum err add_cells(void *context, uint64_t key, const uint32_t *sales, struct error *error) {
    struct counting *counting = context;
    if (groups_are_months(counting->pages))
        return add_months(counting, sales, error);
    size_t number;
    enum err err = find_slot(counting, key, counting->pages->facts->first_day, &number, error);
    for (size_t i = 0; i < counting->months && err == ERR_OK; i++)
        counting->sales[number * counting->months + i] += sales[i];
    return err;
}

/* ------------------------------------------------------------------------------- runs */

static int compare_slots(const void *left, const void *right) {
    const struct slot *a = left, *b = right;
    return (a->group > b->group) - (a->group < b->group);
}

static void make_runs(struct pages *pages, const struct counting *counting) {
    size_t most = 0;
    for (size_t i = 0; i < counting->count * counting->months; i++)
        most += counting->sales[i] != 0;
    pages->runs = xcalloc(most + 1, sizeof *pages->runs);
    int64_t at = 0;
    for (size_t i = 0; i < counting->count; i++) {
        const struct slot *slot = &counting->slots[i];
        bool mixed =
            months_always_mix(pages) || (pages->by == ORDER_PRICE && slot->least != slot->most);
        struct run run = {.group = slot->group, .month = MONTHS_MIXED, .start = at};
        for (size_t month = 0; month < counting->months; month++) {
            uint32_t sales = counting->sales[slot->number * counting->months + month];
            if (sales == 0)
                continue;
            if (groups_are_months(pages))
                run.month = date_month_index((day_number)(slot->least - 1));
            else if (!mixed)
                run.month = pages->first_month + (int)month;
            if (!mixed) {
                run.start = at;
                pages->runs[pages->run_count++] = run;
            }
            at += sales;
        }
        if (mixed)
            pages->runs[pages->run_count++] = run;
    }
    pages->runs[pages->run_count].start = at;
}

static void make_chunks(struct pages *pages) {
    pages->chunks = xcalloc(pages->run_count + 1, sizeof *pages->chunks);
    for (size_t run = 0; run < pages->run_count; run++) {
        size_t first = pages->chunk_count > 0 ? pages->chunks[pages->chunk_count - 1] : 0;
        bool mixed = pages->by != ORDER_ID && pages->runs[first].month == MONTHS_MIXED &&
                     pages->runs[run].month == MONTHS_MIXED;
        int64_t most = mixed ? CHUNK_MIXED_MAX : CHUNK_SALES_MAX;
        bool fits =
            pages->chunk_count > 0 && pages->runs[run + 1].start - pages->runs[first].start <= most;
        if (!fits)
            pages->chunks[pages->chunk_count++] = run;
    }
    pages->chunks[pages->chunk_count] = pages->run_count;
}

/* Ids without a gap, all of them: nothing has to be counted. */
static bool ids_tell(const struct pages *pages) {
    const struct cube *cube = pages->facts->cube;
    return pages->by == ORDER_ID && tables_pass_all(&pages->tables) && cube->applied.count == 0 &&
           cube->packs.sales + (int64_t)cube->tail.count == pages->last_id - pages->first_id + 1;
}

static enum err add_ids(struct counting *counting, struct error *error) {
    const struct pages *pages = counting->pages;
    enum err err = ERR_OK;
    for (uint64_t group = 1; err == ERR_OK; group++) {
        int64_t first, last;
        size_t number;
        pages_group_ids(pages, group, &first, &last);
        if (first > pages->last_id)
            break;
        last = last < pages->last_id ? last : pages->last_id;
        err = find_slot(counting, (uint64_t)first, pages->facts->first_day, &number, error);
        if (err == ERR_OK)
            counting->sales[number] = (uint32_t)(last - first + 1);
    }
    return err;
}

enum err pages_count_runs(struct pages *pages, const struct selection *selection, bool by_sale,
                          struct error *error) {
    size_t groups = pages_groups(pages);
    struct counting counting = {.pages = pages, .months = (size_t)pages->months};
    if (groups_are_months(pages) || months_always_mix(pages))
        counting.months = 1;
    if (groups > GROUPS_MAX || counting.months > COUNTS_MAX)
        return too_many(pages, error);
    counting.slot_of = xcalloc(groups, sizeof *counting.slot_of);
    enum err err;
    if (ids_tell(pages))
        err = add_ids(&counting, error);
    else if (by_sale)
        err = pages_scan(pages, pages_key_columns(pages->by) | PACKED_DAY, NULL, add_rows,
                         &counting, error);
    else
        err = pages_count_cells(pages, selection, add_cells, &counting, error);
    if (err == ERR_OK) {
        if (counting.count > 0)
            qsort(counting.slots, counting.count, sizeof *counting.slots, compare_slots);
        make_runs(pages, &counting);
        make_chunks(pages);
    }
    free(counting.slot_of);
    free(counting.slots);
    free(counting.sales);
    return err;
}

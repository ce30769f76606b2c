/* The sales of one key and month in order: the ids alone, four bytes each, put into their days by
 * counting. A month by date, or a value's part of it, is the most that a jump has to read. */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "engine/slice/packed.h"
#include "engine/slice/pages_parts.h"

enum { MATCHED_DAY = 0x80 };

struct collecting {
    struct pages *pages;
    uint64_t group; /* not turned round */
    int32_t month;
    day_number first_day;
    unsigned days;
    bool by_group; /* else all of the month */
    bool matches;
    size_t count, capacity;
};

static bool is_wanted(void *context, const struct pack *pack) {
    const struct collecting *collecting = context;
    return pack->month == collecting->month;
}

static enum err collect(void *context, const struct facts *window, const uint32_t *rows,
                        size_t count, struct error *error) {
    struct collecting *collecting = context;
    const struct pages *pages = collecting->pages;
    uint32_t *ids = pages->ids_read;
    uint8_t *days = pages->days_read;
    size_t at = collecting->count;
    for (size_t i = 0; i < count; i++) {
        uint32_t row = rows[i];
        unsigned day = (unsigned)(window->day[row] - collecting->first_day);
        if (day >= collecting->days ||
            (collecting->by_group &&
             pages_group(pages, order_key(window, pages->by, pages->ranks, NULL, row),
                         window->day[row]) != collecting->group))
            continue;
        if (at == collecting->capacity)
            return pages_differ(pages, error);
        bool matched = collecting->matches && finder_matches(pages->finder, window, row);
        ids[at] = (uint32_t)(window->id[row] - pages->first_id);
        days[at++] = (uint8_t)(day | (matched ? MATCHED_DAY : 0));
    }
    collecting->count = at;
    return ERR_OK;
}

static bool days_are_turned(const struct pages *pages) {
    return pages->by == ORDER_DATE && pages->descending;
}

static int compare_ids(const void *left, const void *right) {
    const uint64_t *a = left, *b = right;
    return (*a > *b) - (*a < *b);
}

/* A shop's packs come by their ids; only where several shops sold on a day do they mix. */
static void sort_ids(const struct chunk *chunk, size_t from, size_t to) {
    bool sorted = true;
    for (size_t i = from + 1; i < to; i++)
        sorted &= chunk->ids[i - 1] < chunk->ids[i];
    if (sorted)
        return;
    uint64_t *marked = xcalloc(to - from, sizeof *marked); /* each with its mark below */
    for (size_t i = from; i < to; i++)
        marked[i - from] = (uint64_t)chunk->ids[i] << 1 |
                           (chunk->matched != NULL && (chunk->matched[i / 64] >> i % 64 & 1) != 0);
    qsort(marked, to - from, sizeof *marked, compare_ids);
    for (size_t i = from; i < to; i++) {
        uint64_t bit = UINT64_C(1) << i % 64;
        chunk->ids[i] = (uint32_t)(marked[i - from] >> 1);
        if (chunk->matched != NULL)
            chunk->matched[i / 64] = (marked[i - from] & 1) != 0 ? chunk->matched[i / 64] | bit
                                                                 : chunk->matched[i / 64] & ~bit;
    }
    free(marked);
}

/* Into their days by counting (Knuth, The Art of Computer Programming, vol. 3, §5.2). */
static void place(const struct pages *pages, struct chunk *chunk, bool matches) {
    size_t next[MATCHED_DAY], counts[MATCHED_DAY] = {0};
    bool turned = days_are_turned(pages);
    for (size_t i = 0; i < chunk->count; i++)
        counts[pages->days_read[i] % MATCHED_DAY]++;
    size_t at = 0;
    for (int i = 0; i < MONTH_DAYS; i++) {
        int day = turned ? MONTH_DAYS - 1 - i : i;
        chunk->day_at[i] = next[day] = at;
        at += counts[day];
    }
    chunk->day_at[MONTH_DAYS] = at;
    chunk->ids = xreallocarray(NULL, chunk->count + 1, sizeof *chunk->ids);
    if (matches)
        chunk->matched = xcalloc(chunk->count / 64 + 1, sizeof *chunk->matched);
    for (size_t i = 0; i < chunk->count; i++) {
        size_t to = next[pages->days_read[i] % MATCHED_DAY]++;
        chunk->ids[to] = pages->ids_read[i];
        if (matches && pages->days_read[i] >= MATCHED_DAY)
            chunk->matched[to / 64] |= UINT64_C(1) << to % 64;
    }
    for (int i = 0; i < MONTH_DAYS && pages->facts->shops.count > 1; i++)
        sort_ids(chunk, chunk->day_at[i], chunk->day_at[i + 1]);
}

enum err pages_read_month(struct pages *pages, struct chunk *chunk, bool matches,
                          struct error *error) {
    const struct run *run = &pages->runs[pages->chunks[chunk->number]];
    struct collecting collecting = {.pages = pages,
                                    .group = pages_unturned(pages, run->group),
                                    .month = run->month,
                                    .first_day = date_month_start(run->month),
                                    .days = (unsigned)date_days_in_month(run->month),
                                    .by_group = pages->by != ORDER_DATE,
                                    .matches = matches,
                                    .capacity = (size_t)(run[1].start - run->start)};
    unsigned columns = PACKED_ID | PACKED_DAY;
    if (collecting.by_group)
        columns |= pages_key_columns(pages->by);
    if (matches)
        columns |= pages_match_columns(pages);
    if (collecting.capacity > pages->read_most) {
        pages->read_most = collecting.capacity;
        pages->ids_read = xreallocarray(pages->ids_read, pages->read_most, sizeof *pages->ids_read);
        pages->days_read =
            xreallocarray(pages->days_read, pages->read_most, sizeof *pages->days_read);
    }
    enum err err = pages_scan(pages, columns, is_wanted, collect, &collecting, error);
    if (err == ERR_OK && collecting.count != collecting.capacity)
        err = pages_differ(pages, error);
    chunk->count = collecting.count;
    if (err == ERR_OK)
        place(pages, chunk, matches);
    return err;
}

size_t pages_month_place(const struct pages *pages, const struct chunk *chunk, day_number day,
                         uint32_t id) {
    const struct run *run = &pages->runs[pages->chunks[chunk->number]];
    int at = (int)(day - date_month_start(run->month));
    at = days_are_turned(pages) ? MONTH_DAYS - 1 - at : at;
    size_t low = chunk->day_at[at], high = chunk->day_at[at + 1];
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (chunk->ids[middle] < id)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

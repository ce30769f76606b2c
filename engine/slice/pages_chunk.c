/* The ids of some thousand sales in order, from the columns of the months that have them. */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "engine/slice/packed.h"
#include "engine/slice/pages_parts.h"

struct collecting {
    struct pages *pages;
    const struct run *first, *last;
    bool *months; /* above pages.first_month: has some of them; NULL: any may */
    int64_t first_id, last_id;
    bool matches;
    size_t capacity;
    struct chunk *chunk;
};

static bool is_wanted(void *context, const struct pack *pack) {
    const struct collecting *collecting = context;
    const struct pages *pages = collecting->pages;
    int month = pack->month - pages->first_month;
    return month >= 0 && month < pages->months &&
           (collecting->months == NULL || collecting->months[month]) &&
           pack->last_sale_id >= collecting->first_id && pack->first_sale_id <= collecting->last_id;
}

static bool is_within(const struct collecting *collecting, uint64_t group, int month) {
    const struct run *first = collecting->first, *last = collecting->last;
    return (group > first->group || (group == first->group && month >= first->month)) &&
           (group < last->group ||
            (group == last->group && (last->month == MONTHS_MIXED || month <= last->month)));
}

static enum err differs(const struct pages *pages, struct error *error) {
    error_set(error, ERR_DAMAGED, "%s is damaged: its sums by month are not those of its columns",
              db_path(pages->facts->cube->db));
    return error_hint(error, "retail-pulse rebuild makes them anew from the sales");
}

static enum err collect(void *context, const struct facts *window, const uint32_t *rows,
                        size_t count, struct error *error) {
    struct collecting *collecting = context;
    const struct pages *pages = collecting->pages;
    struct chunk *chunk = collecting->chunk;
    day_number day = -1;
    int month = 0;
    for (size_t i = 0; i < count; i++) {
        uint32_t row = rows[i];
        uint64_t key = order_key(window, pages->by, pages->ranks, NULL, row);
        if (window->day[row] != day) {
            day = window->day[row];
            month = date_month_index(day);
        }
        if (!is_within(collecting, pages_turned(pages, pages_group(pages, key, day)), month))
            continue;
        if (chunk->count == collecting->capacity)
            return differs(pages, error);
        bool matched = collecting->matches && finder_matches(pages->finder, window, row);
        chunk->entries[chunk->count++] =
            (struct entry){.key = pages_turned(pages, key),
                           .day = (uint32_t)day | (matched ? MATCHED : 0),
                           .id = (uint32_t)(window->id[row] - pages->first_id)};
    }
    return ERR_OK;
}

/* ------------------------------------------------------------------------------- sorting */

/* The sixteen bytes of an entry, from the one that counts least: id, day, key. */
enum { BYTES_ID = 0, BYTES_DAY = 4, BYTES_KEY = 8, BYTES_END = 16 };

static inline unsigned byte_of(const struct entry *entry, int byte) {
    if (byte < BYTES_DAY)
        return entry->id >> (8 * (byte - BYTES_ID)) & 255;
    if (byte < BYTES_KEY)
        return (entry->day & ~MATCHED) >> (8 * (byte - BYTES_DAY)) & 255;
    return (unsigned)(entry->key >> (8 * (byte - BYTES_KEY))) & 255;
}

/* Keys are sorted by their bytes from the lowest up (Knuth, The Art of Computer Programming, vol.
 * 3, §5.2.5): stable, and bytes that all entries share are passed over. */
static void sort_by_bytes(struct chunk *chunk, int from) {
    struct entry differing = {0};
    for (size_t i = 1; i < chunk->count; i++) {
        differing.key |= chunk->entries[i].key ^ chunk->entries[0].key;
        differing.day |= chunk->entries[i].day ^ chunk->entries[0].day;
        differing.id |= chunk->entries[i].id ^ chunk->entries[0].id;
    }
    struct entry *spare = xcalloc(chunk->count + 1, sizeof *spare);
    for (int byte = from; byte < BYTES_END; byte++) {
        if (byte_of(&differing, byte) == 0)
            continue;
        size_t places[256] = {0}, at = 0;
        for (size_t i = 0; i < chunk->count; i++)
            places[byte_of(&chunk->entries[i], byte)]++;
        for (int value = 0; value < 256; value++) {
            size_t those = places[value];
            places[value] = at;
            at += those;
        }
        for (size_t i = 0; i < chunk->count; i++)
            spare[places[byte_of(&chunk->entries[i], byte)]++] = chunk->entries[i];
        struct entry *swap = chunk->entries;
        chunk->entries = spare;
        spare = swap;
    }
    free(spare);
}

/* By key, day and id. A shop's packs of a month come by their ids, so that only where several shops
 * sold on a day do ids have to be looked at. */
static void sort_entries(struct chunk *chunk) {
    bool by_id = true;
    sort_by_bytes(chunk, BYTES_DAY);
    for (size_t i = 1; i < chunk->count; i++) {
        const struct entry *a = &chunk->entries[i - 1], *b = &chunk->entries[i];
        by_id &= (a->id < b->id) | (a->key != b->key) | (((a->day ^ b->day) & ~MATCHED) != 0);
    }
    if (!by_id)
        sort_by_bytes(chunk, BYTES_ID);
}

/* ------------------------------------------------------------------------------- reading */

static void find_months(struct collecting *collecting) {
    const struct pages *pages = collecting->pages;
    collecting->months = xcalloc((size_t)pages->months, sizeof *collecting->months);
    for (const struct run *run = collecting->first; run <= collecting->last; run++) {
        if (run->month == MONTHS_MIXED) {
            free(collecting->months);
            collecting->months = NULL;
            return;
        }
        collecting->months[run->month - pages->first_month] = true;
    }
}

static void find_ids(struct collecting *collecting) {
    const struct pages *pages = collecting->pages;
    collecting->first_id = 0;
    collecting->last_id = INT64_MAX;
    if (pages->by != ORDER_ID)
        return;
    uint64_t a = collecting->first->group, b = collecting->last->group;
    int64_t low[2], high[2];
    pages_group_ids(pages, pages->descending ? UINT64_MAX - a : a, &low[0], &high[0]);
    pages_group_ids(pages, pages->descending ? UINT64_MAX - b : b, &low[1], &high[1]);
    collecting->first_id = low[0] < low[1] ? low[0] : low[1];
    collecting->last_id = high[0] > high[1] ? high[0] : high[1];
}

static enum err read_chunk(struct pages *pages, struct chunk *chunk, bool matches,
                           struct error *error) {
    const struct run *runs = pages->runs;
    size_t from = pages->chunks[chunk->number], to = pages->chunks[chunk->number + 1];
    struct collecting collecting = {.pages = pages,
                                    .first = &runs[from],
                                    .last = &runs[to - 1],
                                    .matches = matches,
                                    .capacity = (size_t)(runs[to].start - runs[from].start),
                                    .chunk = chunk};
    unsigned columns = pages_key_columns(pages->by) | PACKED_ID | PACKED_DAY;
    if (matches)
        columns |= PACKED_LOCATION | PACKED_HANDSET | PACKED_PRICE;
    find_months(&collecting);
    find_ids(&collecting);
    chunk->entries = xcalloc(collecting.capacity + 1, sizeof *chunk->entries);
    enum err err = pages_scan(pages, columns, is_wanted, collect, &collecting, error);
    if (err == ERR_OK && chunk->count != collecting.capacity)
        err = differs(pages, error);
    if (err == ERR_OK)
        sort_entries(chunk);
    free(collecting.months);
    return err;
}

static void forget(struct chunk *chunk) {
    free(chunk->entries);
    *chunk = (struct chunk){0};
}

void pages_forget_chunks(struct pages *pages) {
    for (int i = 0; i < CHUNKS_KEPT; i++)
        forget(&pages->kept[i]);
}

enum err pages_chunk(struct pages *pages, size_t number, bool matches, const struct chunk **out,
                     struct error *error) {
    struct chunk *chosen = &pages->kept[0];
    *out = NULL;
    for (int i = 0; i < CHUNKS_KEPT; i++) {
        struct chunk *chunk = &pages->kept[i];
        if (chunk->entries != NULL && chunk->number == number &&
            (!matches || chunk->search == pages->search)) {
            chunk->used = ++pages->clock;
            *out = chunk;
            return ERR_OK;
        }
        /* one without the matches is replaced by the same with them, else what was used first */
        if (chunk->entries == NULL || (chunk->number == number && chosen->entries != NULL) ||
            (chosen->entries != NULL && chosen->number != number && chunk->used < chosen->used))
            chosen = chunk;
    }
    forget(chosen);
    chosen->number = number;
    chosen->search = matches ? pages->search : 0;
    chosen->used = ++pages->clock;
    enum err err = read_chunk(pages, chosen, matches, error);
    if (err == ERR_OK)
        *out = chosen;
    else
        forget(chosen);
    return err;
}

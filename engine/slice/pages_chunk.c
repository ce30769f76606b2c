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

enum err pages_differ(const struct pages *pages, struct error *error) {
    error_set(error, ERR_DAMAGED, "%s is damaged: its sums by month are not those of its columns",
              db_path(pages->facts->cube->db));
    return error_hint(error, "retail-pulse rebuild makes them anew from the sales");
}

static enum err collect(void *context, const struct facts *window, const uint32_t *rows,
                        size_t count, struct error *error) {
    struct collecting *collecting = context;
    const struct pages *pages = collecting->pages;
    struct chunk *chunk = collecting->chunk;
    for (size_t i = 0; i < count; i++) {
        uint32_t row = rows[i];
        uint64_t key = order_key(window, pages->by, pages->ranks, NULL, row);
        day_number day = window->day[row];
        int month = pages->first_month + (int)pages_month(pages, day);
        if (!is_within(collecting, pages_turned(pages, pages_group(pages, key, day)), month))
            continue;
        if (chunk->count == collecting->capacity)
            return pages_differ(pages, error);
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

/* Ids are the order of the table itself: a few thousand rows of it. */
static enum err scan_ids(struct collecting *collecting, struct error *error) {
    struct pages *pages = collecting->pages;
    const struct facts *facts = pages->facts;
    struct facts window = pages_window(facts, PACK_SALES_MAX);
    window.segment_count = facts->segment_count;
    uint32_t *rows = xcalloc(PACK_SALES_MAX, sizeof *rows);
    int64_t after = collecting->first_id - 1, last = collecting->last_id;
    last = last < pages->last_id ? last : pages->last_id;
    enum err err = ERR_OK;
    do {
        err = facts_window_read(facts->cube->db, &window, PACK_SALES_MAX, after, last, error);
        size_t count = err == ERR_OK ? window.count : 0;
        if (count == 0)
            break;
        after = window.id[count - 1];
        if (facts->segment_rule != NULL)
            facts->segment_rule->assign(facts->segment_rule->context, &window, count,
                                        window.segment);
        for (size_t i = 0; i < count; i++)
            rows[i] = (uint32_t)i;
        count = tables_pass(&pages->tables, &window, rows, count);
        if (count > 0)
            err = collect(collecting, &window, rows, count, error);
        if (err == ERR_OK && !pages_go_on(pages, error))
            err = ERR_CANCELLED;
    } while (err == ERR_OK);
    free(rows);
    pages_window_free(&window);
    return err;
}

static void mark(struct chunk *chunk) {
    chunk->matched = xcalloc(chunk->count / 64 + 1, sizeof *chunk->matched);
    for (size_t i = 0; i < chunk->count; i++) {
        chunk->matched[i / 64] |= (uint64_t)(chunk->entries[i].day >> 31) << i % 64;
        chunk->entries[i].day &= ~MATCHED;
    }
}

static enum err read_chunk(struct pages *pages, struct chunk *chunk, bool matches,
                           struct error *error) {
    const struct run *runs = pages->runs;
    size_t from = pages->chunks[chunk->number], to = pages->chunks[chunk->number + 1];
    if (to - from == 1 && runs[from].month != MONTHS_MIXED)
        return pages_read_month(pages, chunk, matches, error);
    struct collecting collecting = {.pages = pages,
                                    .first = &runs[from],
                                    .last = &runs[to - 1],
                                    .matches = matches,
                                    .capacity = (size_t)(runs[to].start - runs[from].start),
                                    .chunk = chunk};
    unsigned columns = pages_key_columns(pages->by) | PACKED_ID | PACKED_DAY;
    if (matches)
        columns |= pages_match_columns(pages);
    find_months(&collecting);
    find_ids(&collecting);
    chunk->entries = xreallocarray(NULL, collecting.capacity + 1, sizeof *chunk->entries);
    enum err err = pages->by == ORDER_ID
                       ? scan_ids(&collecting, error)
                       : pages_scan(pages, columns, is_wanted, collect, &collecting, error);
    if (err == ERR_OK && chunk->count != collecting.capacity)
        err = pages_differ(pages, error);
    if (err == ERR_OK)
        sort_entries(chunk);
    if (err == ERR_OK && matches)
        mark(chunk);
    free(collecting.months);
    return err;
}

static bool entry_is_before(const struct entry *entry, uint64_t key, uint32_t day, uint32_t id) {
    if (entry->key != key)
        return entry->key < key;
    return entry->day != day ? entry->day < day : entry->id < id;
}

size_t pages_chunk_place(const struct pages *pages, const struct chunk *chunk, uint64_t key,
                         day_number day, uint32_t id) {
    if (chunk->entries == NULL)
        return pages_month_place(pages, chunk, day, id);
    size_t low = 0, high = chunk->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (entry_is_before(&chunk->entries[middle], key, (uint32_t)day, id))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* ------------------------------------------------------------------------------- keeping */

static size_t bytes_of(const struct chunk *chunk) {
    return chunk->count * (chunk->entries != NULL ? sizeof *chunk->entries : sizeof *chunk->ids);
}

static void forget(struct chunk *chunk) {
    free(chunk->entries);
    free(chunk->ids);
    free(chunk->matched);
    *chunk = (struct chunk){0};
}

void pages_forget_chunks(struct pages *pages) {
    for (int i = 0; i < CHUNKS_KEPT; i++)
        forget(&pages->kept[i]);
}

static bool is_here(const struct chunk *chunk, size_t number) {
    return chunk->used != 0 && chunk->number == number;
}

bool pages_has_chunk(const struct pages *pages, size_t number) {
    for (int i = 0; i < CHUNKS_KEPT; i++) {
        if (is_here(&pages->kept[i], number))
            return true;
    }
    return false;
}

/* One of the present ones that was used first; NULL where no more are here than are always kept. */
static struct chunk *find_oldest(struct pages *pages, size_t *bytes) {
    struct chunk *oldest = NULL;
    int here = 0;
    *bytes = 0;
    for (int i = 0; i < CHUNKS_KEPT; i++) {
        struct chunk *chunk = &pages->kept[i];
        if (chunk->used == 0)
            continue;
        here++;
        *bytes += bytes_of(chunk);
        if (oldest == NULL || chunk->used < oldest->used)
            oldest = chunk;
    }
    return here > CHUNKS_KEPT_LEAST ? oldest : NULL;
}

/* Makes room: one without the matches is replaced by the same with them, else an empty place is
 * taken, else the one that was used first. */
static struct chunk *place_for(struct pages *pages, size_t number) {
    struct chunk *chosen = NULL, *oldest;
    size_t bytes;
    for (int i = 0; i < CHUNKS_KEPT; i++) {
        if (is_here(&pages->kept[i], number))
            forget(&pages->kept[i]);
    }
    while ((oldest = find_oldest(pages, &bytes)) != NULL && bytes > CHUNK_BYTES_KEPT)
        forget(oldest);
    for (int i = 0; i < CHUNKS_KEPT; i++) {
        struct chunk *chunk = &pages->kept[i];
        if (chosen == NULL || chunk->used < chosen->used)
            chosen = chunk;
    }
    forget(chosen);
    return chosen;
}

enum err pages_chunk(struct pages *pages, size_t number, bool matches, const struct chunk **out,
                     struct error *error) {
    *out = NULL;
    for (int i = 0; i < CHUNKS_KEPT; i++) {
        struct chunk *chunk = &pages->kept[i];
        if (is_here(chunk, number) && (!matches || chunk->search == pages->search)) {
            chunk->used = ++pages->clock;
            *out = chunk;
            return ERR_OK;
        }
    }
    struct chunk *chosen = place_for(pages, number);
    chosen->number = number;
    enum err err = read_chunk(pages, chosen, matches, error);
    if (err == ERR_OK) {
        chosen->search = matches ? pages->search : 0;
        chosen->used = ++pages->clock;
        *out = chosen;
    } else {
        forget(chosen);
    }
    return err;
}

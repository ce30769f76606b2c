/* Searching an order: chunks that can have a match are read one after the other, their matches
 * marked. */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "engine/slice/packed.h"
#include "engine/slice/pages_parts.h"

static bool any(const bool *flags, size_t count) {
    return memchr(flags, 1, count * sizeof *flags) != NULL;
}

void pages_search(struct pages *pages, const struct finder *finder,
                  const struct selection *selection) {
    pages->finder = finder;
    pages->search++;
    free(pages->may_match);
    free(pages->month_may);
    pages->may_match = pages->month_may = NULL;
    pages_forget_referenced(pages);
    if (finder == NULL || pages->facts->cube == NULL)
        return;
    size_t months = (size_t)pages->months, keys = pages->runs_tell_keys ? pages_groups(pages) : 1;
    pages->may_match = xcalloc(keys * months + 1, sizeof *pages->may_match);
    pages->month_may = xcalloc(months + 1, sizeof *pages->month_may);
    bool anywhere = finder->referenced_count > 0 && finder->referenced_days == NULL;
    if (!anywhere)
        pages_look_at_cells(pages, selection);
    bool cells = any(pages->may_match, keys * months);
    pages->only_referenced = !anywhere && !cells && pages_may_ask(finder);
    for (size_t i = 0; !anywhere && i < finder->referenced_count; i++) {
        int month = date_month_index(finder->referenced_days[i]) - pages->first_month;
        if (month >= 0 && month < pages->months)
            pages->month_may[month] = true;
    }
    for (int i = 0; i < pages->months; i++) {
        day_number first = date_month_start(pages->first_month + i);
        day_number last = first + date_days_in_month(pages->first_month + i) - 1;
        pages->month_may[i] =
            pages->month_may[i] || anywhere ||
            (finder->has_days && finder->first_day <= last && finder->last_day >= first);
    }
    pages->may_at_all = cells || any(pages->month_may, months);
}

unsigned pages_match_columns(const struct pages *pages) {
    const struct finder *finder = pages->finder;
    const struct facts *facts = pages->facts;
    size_t places = (size_t)facts->locations.count + 1;
    size_t handsets = (size_t)facts->handsets.count + 1;
    return (any(finder->places, places) ? PACKED_LOCATION : 0) |
           (any(finder->handsets, handsets) ? PACKED_HANDSET : 0) |
           (finder->price_from_minor < finder->price_below_minor ? PACKED_PRICE : 0);
}

static bool may_match(const struct pages *pages, size_t chunk) {
    for (size_t run = pages->chunks[chunk]; run < pages->chunks[chunk + 1]; run++) {
        const struct run *of = &pages->runs[run];
        if (of->month == MONTHS_MIXED)
            return pages->may_at_all;
        size_t month = (size_t)(of->month - pages->first_month);
        size_t key = pages->runs_tell_keys ? (size_t)pages_unturned(pages, of->group) : 0;
        if (pages->month_may[month] || pages->may_match[key * (size_t)pages->months + month])
            return true;
    }
    return false;
}

/* The nearest match at `low` … `high` − 1 of a chunk; −1: there is none. */
static int64_t match_within(const struct chunk *chunk, int64_t low, int64_t high, int direction) {
    for (int64_t step = 0; step < high - low; step++) {
        int64_t at = direction > 0 ? low + step : high - 1 - step;
        if ((chunk->matched[at / 64] >> at % 64 & 1) != 0)
            return at;
    }
    return -1;
}

static enum err find_from(struct pages *pages, int64_t from, int direction, int64_t *found,
                          struct error *error) {
    int64_t count = pages_count(pages);
    int64_t next = from + direction;
    next = next >= count ? 0 : next < 0 ? count - 1 : next;
    size_t number = pages_chunk_at(pages, next);
    /* the first chunk is visited again at the end, for what lies on its other side */
    for (size_t visited = 0; visited <= pages->chunk_count; visited++) {
        int64_t start = pages_chunk_start(pages, number);
        const struct chunk *chunk;
        if (may_match(pages, number)) {
            enum err err = pages_chunk(pages, number, true, &chunk, error);
            if (err != ERR_OK)
                return err;
            int64_t low = visited == 0 && direction > 0 ? next - start : 0;
            int64_t high = visited == 0 && direction < 0 ? next - start + 1 : (int64_t)chunk->count;
            int64_t at = match_within(chunk, low, high, direction);
            if (at >= 0) {
                *found = start + at;
                return ERR_OK;
            }
        }
        if (direction > 0)
            number = number + 1 < pages->chunk_count ? number + 1 : 0;
        else
            number = number > 0 ? number - 1 : pages->chunk_count - 1;
    }
    return ERR_OK;
}

enum err pages_find(struct pages *pages, int64_t from, int direction, int64_t *found,
                    struct error *error) {
    *found = -1;
    if (pages->finder == NULL || pages->run_count == 0)
        return ERR_OK;
    if (pages->only_referenced)
        return pages_find_referenced(pages, from, direction, found, error);
    enum err err = pages_begin(pages, error);
    if (err != ERR_OK)
        return err;
    err = find_from(pages, from, direction, found, error);
    pages_end(pages);
    return err;
}

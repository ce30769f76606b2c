/* Where sales stand in an order, and the sales of a page: the run is known, its chunk is read. */
#include <stdlib.h>

#include "base/memory.h"
#include "engine/slice/packed.h"
#include "engine/slice/pages_parts.h"

/* One state of the database, the one that the runs were counted from. */
enum err pages_begin(const struct pages *pages, struct error *error) {
    const struct cube *cube = pages->facts->cube;
    struct packed_state state;
    if (cube != NULL && cube->packs.packs == pages->packs &&
        cube->generation == pages->generation && cube->tail.count == pages->tail) {
        enum err err = db_snapshot_begin(cube->db, error);
        if (err != ERR_OK)
            return err;
        err = db_packed_state(cube->db, &state, error);
        if (err == ERR_OK && state.generation == cube->generation)
            return ERR_OK;
        db_snapshot_end(cube->db);
        if (err != ERR_OK)
            return err;
    }
    error_set(error, ERR_BUSY, "the sales have just been changed by another program");
    return error_hint(error, "look again");
}

void pages_end(const struct pages *pages) {
    db_snapshot_end(pages->facts->cube->db);
}

static enum err read_sale(struct db *db, struct facts *window, size_t at, int64_t id,
                          struct error *error) {
    struct facts one = *window;
    one.id += at;
    one.price_minor += at;
    one.day += at;
    one.location += at;
    one.handset += at;
    one.age += at;
    one.gender += at;
    one.answers += at;
    one.segment += at;
    if (one.shop != NULL)
        one.shop += at;
    enum err err = facts_window_read(db, &one, 1, id - 1, id, error);
    if (err == ERR_OK && one.count != 1)
        err = error_set(error, ERR_NOT_FOUND, "there is no sale %lld", (long long)id);
    return err;
}

/* -------------------------------------------------------------------------------- positions */

static int compare_run(const struct run *run, uint64_t group, int32_t month) {
    if (run->group != group)
        return run->group < group ? -1 : 1;
    if (run->month == MONTHS_MIXED || month == MONTHS_MIXED)
        return 0;
    return (run->month > month) - (run->month < month);
}

/* The first run that is not before this group and month. */
static size_t find_run(const struct pages *pages, uint64_t group, int32_t month) {
    size_t low = 0, high = pages->run_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (compare_run(&pages->runs[middle], group, month) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* The chunk that a run is part of. */
static size_t chunk_of(const struct pages *pages, size_t run) {
    size_t low = 0, high = pages->chunk_count;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (pages->chunks[middle] <= run)
            low = middle;
        else
            high = middle;
    }
    return low;
}

size_t pages_chunk_at(const struct pages *pages, int64_t position) {
    size_t low = 0, high = pages->chunk_count;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (pages->runs[pages->chunks[middle]].start <= position)
            low = middle;
        else
            high = middle;
    }
    return low;
}

int64_t pages_chunk_start(const struct pages *pages, size_t chunk) {
    return pages->runs[pages->chunks[chunk]].start;
}

/* The position of what has this place in the order, or of the first behind it. */
static enum err find_place(struct pages *pages, uint64_t key, day_number day, uint32_t id,
                           uint64_t group, int64_t *position, bool *found, struct error *error) {
    size_t run = find_run(pages, group, date_month_index(day));
    *found = false;
    *position = pages->runs[run].start;
    if (run == pages->run_count || compare_run(&pages->runs[run], group, date_month_index(day)) > 0)
        return ERR_OK;
    const struct chunk *chunk;
    size_t number = chunk_of(pages, run);
    enum err err = pages_chunk(pages, number, false, &chunk, error);
    if (err != ERR_OK)
        return err;
    size_t low = pages_chunk_place(pages, chunk, key, day, id);
    *position = pages_chunk_start(pages, number) + (int64_t)low;
    *found = low < chunk->count && pages_chunk_id(chunk, low) == id;
    return ERR_OK;
}

bool pages_is_ready(const struct pages *pages, int64_t position) {
    return position < 0 || position >= pages_count(pages) ||
           pages_has_chunk(pages, pages_chunk_at(pages, position));
}

enum err pages_make_ready(struct pages *pages, int64_t position, struct error *error) {
    const struct chunk *chunk;
    if (pages_is_ready(pages, position))
        return ERR_OK;
    enum err err = pages_begin(pages, error);
    if (err != ERR_OK)
        return err;
    err = pages_chunk(pages, pages_chunk_at(pages, position), false, &chunk, error);
    pages_end(pages);
    return err;
}

enum err pages_read(struct pages *pages, int64_t from, size_t count, struct facts *window,
                    struct error *error) {
    window->count = 0;
    if (from >= pages_count(pages) || count == 0)
        return ERR_OK;
    enum err err = pages_begin(pages, error);
    if (err != ERR_OK)
        return err;
    for (size_t number = pages_chunk_at(pages, from);
         number < pages->chunk_count && window->count < count && err == ERR_OK; number++) {
        const struct chunk *chunk;
        err = pages_chunk(pages, number, false, &chunk, error);
        int64_t start = pages_chunk_start(pages, number);
        size_t at = err == ERR_OK && from > start ? (size_t)(from - start) : 0;
        for (; err == ERR_OK && at < chunk->count && window->count < count; at++) {
            err = read_sale(pages->facts->cube->db, window, window->count,
                            pages->first_id + pages_chunk_id(chunk, at), error);
            window->count += err == ERR_OK;
        }
    }
    pages_end(pages);
    return err;
}

enum err pages_locate(struct pages *pages, int64_t sale_id, int64_t *position, bool *found,
                      struct error *error) {
    *found = false;
    *position = 0;
    enum err err = pages_begin(pages, error);
    if (err != ERR_OK)
        return err;
    struct facts one = pages_window(pages->facts, 1);
    one.segment_count = pages->facts->segment_count;
    err = read_sale(pages->facts->cube->db, &one, 0, sale_id, error);
    const struct segment_rule *rule = pages->facts->segment_rule;
    if (err == ERR_OK && rule != NULL)
        rule->assign(rule->context, &one, 1, one.segment);
    if (err == ERR_OK && pages->run_count > 0) {
        uint64_t key = order_key(&one, pages->by, pages->ranks, NULL, 0);
        uint64_t group = pages_turned(pages, pages_group(pages, key, one.day[0]));
        err = find_place(pages, pages_turned(pages, key), one.day[0],
                         (uint32_t)(sale_id - pages->first_id), group, position, found, error);
    }
    pages_window_free(&one);
    pages_end(pages);
    return err;
}

enum err pages_seek_day(struct pages *pages, day_number day, int64_t *position,
                        struct error *error) {
    const struct facts *facts = pages->facts;
    bool found;
    *position = pages_count(pages);
    enum err err = pages_begin(pages, error);
    if (err != ERR_OK)
        return err;
    if (pages->run_count > 0 &&
        (pages->descending ? day >= facts->first_day : day <= facts->last_day)) {
        day = day < facts->first_day ? facts->first_day : day;
        day = day > facts->last_day ? facts->last_day : day;
        uint64_t key = (uint64_t)day + 1;
        err =
            find_place(pages, pages_turned(pages, key), day, 0,
                       pages_turned(pages, pages_group(pages, key, day)), position, &found, error);
    }
    pages_end(pages);
    return err;
}

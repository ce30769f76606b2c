#include "db/duplicates.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "db/sales.h"

/* ------------------------------------------------------------------------- who has answered */

void answered_set(struct answered *answered, int64_t sale_id) {
    if (answered->bits == NULL)
        answered->bits = xcalloc((size_t)(answered->end_id / 8 + 1), 1);
    answered->bits[sale_id / 8] |= (uint8_t)(1U << (sale_id % 8));
}

bool answered_get(const struct answered *answered, int64_t sale_id) {
    return answered->bits != NULL && sale_id < answered->end_id &&
           (answered->bits[sale_id / 8] >> (sale_id % 8) & 1) != 0;
}

void answered_free(struct answered *answered) {
    free(answered->bits);
    *answered = (struct answered){0};
}

void id_list_add(struct id_list *list, int64_t id) {
    if (list->count == list->capacity) {
        list->capacity = list->capacity * 2 + 256;
        list->ids = xreallocarray(list->ids, list->capacity, sizeof *list->ids);
    }
    list->ids[list->count++] = id;
}

void id_list_free(struct id_list *list) {
    free(list->ids);
    *list = (struct id_list){0};
}

/* --------------------------------------------------------------------------------- sorting */

/* Radix sort by the identity, least significant digit first, stable (Knuth, The Art of Computer
 * Programming 3, section 5.2.5). */
void entries_sort(struct entry *entries, size_t count) {
    enum { BITS = 11, DIGITS = 1 << BITS, PASSES = 3 };
    size_t counts[PASSES][DIGITS] = {0};
    for (size_t i = 0; i < count; i++) {
        for (int pass = 0; pass < PASSES; pass++)
            counts[pass][entries[i].identity >> (pass * BITS) & (DIGITS - 1)]++;
    }
    struct entry *room = xcalloc(count + 1, sizeof *room), *from = entries, *to = room;
    for (int pass = 0; pass < PASSES; pass++) {
        size_t at = 0;
        for (int digit = 0; digit < DIGITS; digit++) {
            size_t here = counts[pass][digit];
            counts[pass][digit] = at;
            at += here;
        }
        for (size_t i = 0; i < count; i++)
            to[counts[pass][from[i].identity >> (pass * BITS) & (DIGITS - 1)]++] = from[i];
        struct entry *swap = from;
        from = to;
        to = swap;
    }
    if (count > 0)
        memcpy(entries, from, count * sizeof *entries); /* after three passes it is in the room */
    free(room);
}

/* ------------------------------------------------------------------------ comparing a group */

/* Sales of one group that are equal in every field. */
struct kind {
    struct sale sale;
    int64_t unanswered; /* of earlier runs */
};

struct group {
    struct kind *kinds;
    size_t count, capacity;
};

static void group_free(struct group *group) {
    for (size_t i = 0; i < group->count; i++)
        free((char *)group->kinds[i].sale.reference);
    free(group->kinds);
}

static struct kind *kind_of(struct group *group, const struct sale *sale, bool *is_new) {
    *is_new = false;
    for (size_t i = 0; i < group->count; i++) {
        if (sale_same(&group->kinds[i].sale, sale))
            return &group->kinds[i];
    }
    if (group->count == group->capacity) {
        group->capacity = group->capacity * 2 + 4;
        group->kinds = xreallocarray(group->kinds, group->capacity, sizeof *group->kinds);
    }
    *is_new = true;
    group->kinds[group->count] = (struct kind){.sale = *sale};
    return &group->kinds[group->count++];
}

struct search {
    struct db *db;
    int64_t before_id;
    const struct answered *answered;
    const struct pack_list *packs;
    struct id_list *superfluous;
    int64_t *ids; /* of the month, by position */
};

static enum err compare_group(struct search *search, const struct entry *entries, size_t count,
                              struct error *error) {
    struct group group = {0};
    enum err err = ERR_OK;
    for (size_t i = 0; err == ERR_OK && i < count; i++) {
        int64_t id = search->ids[entries[i].position];
        struct sale sale;
        bool is_new;
        err = db_sale_get(search->db, id, &sale, error);
        if (err != ERR_OK)
            break;
        struct kind *kind = kind_of(&group, &sale, &is_new);
        if (id <= search->before_id) {
            kind->unanswered += !answered_get(search->answered, id);
        } else if (sale.reference != NULL ? !is_new : kind->unanswered > 0) {
            kind->unanswered--;
            id_list_add(search->superfluous, id);
        }
        if (!is_new)
            free((char *)sale.reference);
    }
    group_free(&group);
    return err;
}

/* Equal identities in which a sale of this run may be one too many: with references any two,
 * without them one of an earlier run and one of this. */
static enum err look_through(struct search *search, const struct entry *entries, size_t count,
                             struct error *error) {
    enum err err = ERR_OK;
    for (size_t start = 0, end; err == ERR_OK && start < count; start = end) {
        for (end = start + 1; end < count && entries[end].identity == entries[start].identity;)
            end++;
        bool old = search->ids[entries[start].position] <= search->before_id;
        bool new = search->ids[entries[end - 1].position] > search->before_id;
        bool referenced = (entries[start].identity & 1) != 0;
        if (end - start > 1 && new && (referenced || old))
            err = compare_group(search, entries + start, end - start, error);
    }
    return err;
}

/* ---------------------------------------------------------------------------------- a month */

static int compare_ids(const void *left, const void *right) {
    const int64_t *a = left, *b = right;
    return (*a > *b) - (*a < *b);
}

/* Entries whose identity lies in part `part` of `parts`. */
static enum err read_part(struct search *search, uint64_t part, uint64_t parts,
                          struct entry **entries, size_t *count, struct error *error) {
    uint32_t *identities = xcalloc(PACK_SALES_MAX, sizeof *identities);
    size_t position = 0, capacity = 0;
    enum err err = ERR_OK;
    *count = 0;
    for (size_t i = 0; err == ERR_OK && i < search->packs->count; i++) {
        const struct pack *pack = &search->packs->packs[i];
        err = db_pack_read(
            search->db, pack,
            &(struct pack_rows){.id = search->ids + position, .identity = identities}, error);
        for (int32_t row = 0; err == ERR_OK && row < pack->sales; row++, position++) {
            if ((uint64_t)identities[row] * parts >> 32 != part)
                continue;
            if (*count == capacity) {
                capacity = capacity * 2 + PACK_SALES_MAX;
                *entries = xreallocarray(*entries, capacity, sizeof **entries);
            }
            (*entries)[(*count)++] = (struct entry){identities[row], (uint32_t)position};
        }
    }
    free(identities);
    return err;
}

enum err duplicates_of_month(struct db *db, const struct pack_list *packs, int64_t before_id,
                             const struct answered *answered, struct id_list *superfluous,
                             struct error *error) {
    struct search search = {.db = db,
                            .before_id = before_id,
                            .answered = answered,
                            .packs = packs,
                            .superfluous = superfluous,
                            .ids = xcalloc((size_t)packs->sales + 1, sizeof *search.ids)};
    uint64_t parts = (uint64_t)packs->sales / DUPLICATES_AT_ONCE + 1;
    size_t first = superfluous->count;
    enum err err = ERR_OK;
    for (uint64_t part = 0; err == ERR_OK && part < parts; part++) {
        struct entry *entries = NULL;
        size_t count;
        err = read_part(&search, part, parts, &entries, &count, error);
        if (err == ERR_OK && count > 0) {
            entries_sort(entries, count);
            err = look_through(&search, entries, count, error);
        }
        free(entries);
    }
    free(search.ids);
    if (superfluous->count > first)
        qsort(superfluous->ids + first, superfluous->count - first, sizeof *superfluous->ids,
              compare_ids);
    return err;
}

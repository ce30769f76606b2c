/* Which sales of a run were there already: found month by month, by sorting hashes, then compared
 * field by field. For db/sale_adder.c. */
#ifndef DB_DUPLICATES_H
#define DB_DUPLICATES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "db/db.h"
#include "db/packs.h"

/* One bit for each sale of earlier runs: has it answered for a copy of this run already? */
struct answered {
    uint8_t *bits; /* NULL: none has */
    int64_t end_id;
};
void answered_set(struct answered *answered, int64_t sale_id);
bool answered_get(const struct answered *answered, int64_t sale_id);
void answered_free(struct answered *answered);

struct id_list {
    int64_t *ids;
    size_t count, capacity;
};
void id_list_add(struct id_list *list, int64_t id);
void id_list_free(struct id_list *list);

/* A sale of a month by its hash; sorted by the hash, stable. */
struct entry {
    uint32_t identity;
    uint32_t position; /* ascends with the id */
};
void entries_sort(struct entry *entries, size_t count);

/* Adds to `superfluous`, ascending, the sales of a month with ids above `before_id` that are
 * present once more. Memory: 8 bytes a sale of the month, of at most DUPLICATES_AT_ONCE at a time.
 */
enum { DUPLICATES_AT_ONCE = 1 << 22 };
enum err duplicates_of_month(struct db *db, const struct pack_list *packs, int64_t before_id,
                             const struct answered *answered, struct id_list *superfluous,
                             struct error *error);

#endif

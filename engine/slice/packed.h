/* Inside engine/slice: packs of sales as facts, column by column. */
#ifndef ENGINE_SLICE_PACKED_H
#define ENGINE_SLICE_PACKED_H

#include "db/packs.h"
#include "engine/slice/facts.h"

/* Columns to be read, as bits; days come with their months. */
enum {
    PACKED_ID = 1 << 0,
    PACKED_DAY = 1 << 1,
    PACKED_LOCATION = 1 << 2,
    PACKED_HANDSET = 1 << 3,
    PACKED_AGE = 1 << 4,
    PACKED_GENDER = 1 << 5,
    PACKED_ANSWERS = 1 << 6,
    PACKED_PRICE = 1 << 7,
    PACKED_ALL = (1 << 8) - 1,
    PACKED_SEGMENT = 1 << 8 /* in no pack: told by the facts' segment_rule, of windows alone */
};

/* Reads columns of a pack to the rows from `at` on, which have room. ERR_DAMAGED where a value is
 * not of the dictionaries or not of its kind: everything may then look codes up unasked. */
enum err packed_read(struct db *db, const struct pack *pack, unsigned columns, struct facts *into,
                     size_t at, struct error *error);

/* There are packs, and most ids between their first and last are taken: packed_load needs a bit for
 * each. */
bool packed_is_dense(const struct pack_list *packs);

/* All packed sales by ascending id, into facts whose dictionaries are read and which have room for
 * them. */
enum err packed_load(struct db *db, const struct pack_list *packs, struct facts *facts,
                     struct error *error);

/* Room for one pack; the dictionaries and days stay those of `whole`. */
struct facts packed_window(const struct facts *whole);
void packed_window_free(struct facts *window);

#endif

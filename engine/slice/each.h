/* The sales of a slice one after another, in the order of their ids and with their references,
 * however many there are: read from their table, in blocks, and never held. */
#ifndef ENGINE_SLICE_EACH_H
#define ENGINE_SLICE_EACH_H

#include "db/db.h"
#include "engine/slice/slice.h"

/* `window` has the sale as this row. False ends it, without an error. */
typedef bool each_sale(void *context, const struct facts *window, uint32_t row,
                       const char *reference);

/* `facts` give dictionaries and days; they may be cells. One state of the database. ERR_INPUT where
 * a filter asks about segments and nothing tells them. */
enum err slice_each(struct db *db, const struct slice *slice, const struct facts *facts,
                    each_sale *each, void *context, struct error *error);

#endif

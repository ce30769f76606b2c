/* Sales taken into memory (engine/slice/sale_columns.h) beside whoever goes on with cells and
 * streams meanwhile: on a thread with a connection of its own, handed over in one piece. */
#ifndef ENGINE_SLICE_HOLDING_H
#define ENGINE_SLICE_HOLDING_H

#include "engine/slice/sale_columns.h"

struct holding;

/* Of these cells, which must stay as they are until it is taken or cancelled. NULL where the system
 * refuses a thread. */
struct holding *holding_start(const char *path, const struct facts *cells);
bool holding_is_done(const struct holding *holding);

/* Waits for the end and releases the holding; NULL where there are too many sales or it failed:
 * then streams go on serving, and tell what is wrong. The caller frees the columns. */
struct sale_columns *holding_take(struct holding *holding);

void holding_cancel(struct holding *holding); /* NULL is fine */

#endif

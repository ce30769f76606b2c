/* The cube's months, from the packs to the database and back. */
#ifndef ENGINE_SLICE_CUBE_MONTH_H
#define ENGINE_SLICE_CUBE_MONTH_H

#include "db/cube.h"
#include "engine/slice/cube_cells.h"

/* Reads the cells of a shop's month; `out->count` is 0 where it has none. `kept` is false where it
 * has too many for a cube. The caller frees with cube_cells_free. */
enum err cube_month_read(struct db *db, int32_t shop, int month, struct cube_cells *out, bool *kept,
                         struct error *error);

/* Adds a month's packed sales with ids above `after_id` to its cells; with 0 the month is made
 * anew. Within db_begin … db_commit. */
enum err cube_month_update(struct db *db, int32_t shop, int month, int64_t after_id,
                           int64_t generation, struct error *error);

#endif

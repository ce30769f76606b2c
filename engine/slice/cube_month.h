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

/* What a month's packs add up to, coded as cells and summary would be stored; nothing is written.
 * Their buffers are replaced. */
enum err cube_month_code(struct db *db, int32_t shop, int month, struct cube_month *out,
                         struct buffer *cells, struct buffer *summary, struct error *error);

/* The same for several, which takes less time: while one is read and added up, the one before is
 * sorted and coded on another thread. `report` (NULL: nobody) is called on this one before each
 * month, and ends it by returning anything but ERR_OK. */
enum err cube_months_update(struct db *db, const struct shop_month *months, size_t count,
                            int64_t after_id, int64_t generation,
                            enum err (*report)(void *context, size_t done), void *context,
                            struct error *error);

#endif

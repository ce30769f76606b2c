/* The cube's cells of one month of a shop, as bytes; engine/slice/cube_cells.h knows what is in
 * them. */
#ifndef DB_CUBE_H
#define DB_CUBE_H

#include <stdint.h>

#include "base/buffer.h"
#include "base/error.h"
#include "db/db.h"

struct cube_month {
    int32_t month; /* date_month_index */
    int32_t shop;
    int64_t cells; /* −1: too many to be of use; the packs have to be asked */
    int64_t generation;
};

struct cube_month_list {
    struct cube_month *months; /* ascending by month and, within one, shop */
    int count;
};
enum err db_cube_list(struct db *db, struct cube_month_list *out, struct error *error);
/* Of shops of which there is nothing else. */
enum err db_cube_list_sums_only(struct db *db, struct cube_month_list *out, struct error *error);
void cube_month_list_free(struct cube_month_list *list);

/* Replaces `bytes`, which is empty where the month has no cells. ERR_DAMAGED where the checksum
 * does not hold. The caller frees the buffer. */
enum err db_cube_read(struct db *db, int32_t shop, int month, struct cube_month *out,
                      struct buffer *bytes, struct error *error);
enum err db_cube_write(struct db *db, const struct cube_month *month, const struct buffer *bytes,
                       struct error *error);
enum err db_cube_remove(struct db *db, int32_t shop, int month, struct error *error);
/* Of every shop whose sales are here, so that it can be made anew … */
enum err db_cube_clear(struct db *db, struct error *error);
/* … and of one shop. */
enum err db_cube_clear_shop(struct db *db, int32_t shop, struct error *error);

/* What a month's cells add up to, as bytes that engine/slice/summary.h knows. A summary counts
 * where its generation is that of the cells: those of databases of before there were summaries, or
 * of cells that were written without, are missing. */
enum err db_summaries_missing(struct db *db, struct cube_month_list *out, struct error *error);
enum err db_summary_write(struct db *db, const struct cube_month *month, const struct buffer *bytes,
                          struct error *error);
enum err db_summaries_drop_orphaned(struct db *db, struct error *error); /* of months that went */

/* All, ascending by month and, within one, shop. `bytes` is NULL where the checksum does not hold;
 * false from the callback ends the reading. */
typedef bool db_summary(void *context, const struct cube_month *month, const void *bytes,
                        size_t length);
enum err db_summaries_read(struct db *db, db_summary *each, void *context, struct error *error);

#endif

/* Facts: dictionaries and sales. */
#ifndef DB_SALES_H
#define DB_SALES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/error.h"
#include "db/db.h"
#include "db/sale.h"

enum err db_locations_load(struct db *db, struct dictionary *out, struct error *error);
enum err db_handsets_load(struct db *db, struct dictionary *out, struct error *error);

/* The id of a name; 0 where it is not there. */
enum err db_location_find(struct db *db, const char *name, int32_t *id, struct error *error);
enum err db_handset_find(struct db *db, const char *name, int32_t *id, struct error *error);

/* The id of a name, added where it is new; names are the same without regard to ASCII case. */
enum err db_location_intern(struct db *db, const char *name, bool local, int32_t *id,
                            struct error *error);
enum err db_handset_intern(struct db *db, const char *name, const char *brand, int32_t *id,
                           struct error *error);

/* One sale; the caller frees out->reference. ERR_DAMAGED where it is not there. */
enum err db_sale_get(struct db *db, int64_t sale_id, struct sale *out, struct error *error);

/* Equal in every field that a file has: not the id, the run and the shop. */
bool sale_same(const struct sale *a, const struct sale *b);

/* Whose sales a run brought; 0 where there is no such run. */
enum err db_shop_of_run(struct db *db, int64_t run_id, int32_t *shop, struct error *error);

/* Calls `each` for every sale with an id above `after_id`, by ascending id, within one snapshot.
 * `sale->reference` lives until the callback returns. False from `each` ends the scan early. */
enum err db_sales_scan(struct db *db, int64_t after_id,
                       bool (*each)(void *context, const struct sale *sale), void *context,
                       struct error *error);

/* Calls `each` with every run that has sales with ids above `after_id`, and how many. */
enum err db_sales_by_run(struct db *db, int64_t after_id,
                         void (*each)(void *context, int64_t run_id, int64_t sales), void *context,
                         struct error *error);

/* The shop's own number for a sale (the file's customer column), or NULL; the caller frees it. */
char *db_sale_reference(struct db *db, int64_t sale_id);

/* Which import brought a sale: its file, and when it ended (UTC). ERR_NOT_FOUND where
 * the sale is not there. Freed with sale_origin_free. */
struct sale_origin {
    char *file;
    char finished_at[CLOCK_STAMP_SIZE];
};
enum err db_sale_origin(struct db *db, int64_t sale_id, struct sale_origin *out,
                        struct error *error);
void sale_origin_free(struct sale_origin *origin);

/* How many sales there are, how many of them a synthetic sample, and the largest id (0: none). */
struct sales_extent {
    int64_t sales;
    int64_t synthetic;
    int64_t last_id;
    int64_t undone; /* imports that were taken back: ids below the last are gone where it changes */
};
enum err db_sales_last_id(struct db *db, int64_t *last_id, struct error *error); /* 0: none */
enum err db_sales_extent(struct db *db, struct sales_extent *out, struct error *error);

#endif

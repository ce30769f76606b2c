/* Single sales as a till sends them: into table `sale` alone, to be packed later
 * (engine/intake/fold.h), each with the key that tells it from the same sale sent again. All of it
 * within db_begin … db_commit. */
#ifndef DB_TILL_H
#define DB_TILL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "db/db.h"
#include "db/sale.h"

/* The sale that bears the key; 0: none. */
enum err db_till_find(struct db *db, const char *key, int64_t *sale_id, struct error *error);

/* From now on the key is that sale's, of that run. */
enum err db_till_keep(struct db *db, const char *key, int64_t sale_id, int64_t run_id,
                      struct error *error);

/* Adds a sale to a run (sale->run); sets its id. What it cannot be is refused: ERR_DATABASE. */
enum err db_till_add(struct db *db, struct sale *sale, struct error *error);

/* Sales that are in no pack yet, at most. */
enum err db_till_unpacked(struct db *db, int64_t *sales, struct error *error);

/* Whether the run is there as it was left: with so many sales, of that digest, not taken back. */
enum err db_till_run_stands(struct db *db, int64_t run_id, int64_t sales, const char *digest,
                            bool *stands, struct error *error);

#endif

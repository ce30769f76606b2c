/* Taking an import back: what table `sale` and its neighbours have of one run. Packs and cube are
 * the caller's (engine/intake/undo.h). All of it within db_begin … db_commit. */
#ifndef DB_REMOVAL_H
#define DB_REMOVAL_H

#include <stdint.h>

#include "db/imports.h"

/* Calls `each` with the ids of the run's sales in after_id < id ≤ until_id, ascending. The table
 * has no index by run: every sale in between is looked at. */
enum err db_run_sales(struct db *db, int64_t run_id, int64_t after_id, int64_t until_id,
                      void (*each)(void *context, int64_t sale_id), void *context,
                      struct error *error);

/* Removes them, and what they scored; how many went. */
enum err db_run_sales_remove(struct db *db, int64_t run_id, int64_t after_id, int64_t until_id,
                             int64_t *removed, struct error *error);

/* When all are gone: forgets the rows that the run had set aside and the till's keys, marks it as undone, and lets
 * scoring begin at the sales that are left, for ids are given anew. */
struct import_undoing {
    int64_t run_id;
    const char *who;
    char undone_at[CLOCK_STAMP_SIZE];
    int64_t sales; /* that went */
};
enum err db_import_undone(struct db *db, const struct import_undoing *undoing, struct error *error);

/* Removes the places and handsets with ids above these, of which no sale is left. */
enum err db_terms_remove(struct db *db, int32_t last_location, int32_t last_handset,
                         struct error *error);

/* Whether there are models or segments. */
enum err db_has_learnt(struct db *db, bool *learnt, struct error *error);

#endif

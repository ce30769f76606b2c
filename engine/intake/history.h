/* What was imported, what was set aside and the database that holds it, read at once for a screen.
 */
#ifndef ENGINE_INTAKE_HISTORY_H
#define ENGINE_INTAKE_HISTORY_H

#include "base/error.h"
#include "db/db.h"
#include "db/figures.h"
#include "db/imports.h"

struct history {
    struct import_run *runs; /* newest first */
    int run_count;
    int undone_count;              /* imports that were taken back; not among the runs */
    struct import_reject *rejects; /* of the newest runs first; `raw` is safe to show */
    int reject_count;
    int64_t rejected_total; /* of all runs, or the one asked for, whatever the limit */
    struct db_figures figures;
};

/* Reads every run, and `reject_limit` rejects at most: of the run `run_id`, of all where it is 0.
 * The caller frees with history_free; on error there is nothing to free. */
enum err history_load(struct db *db, struct history *out, int64_t run_id, int reject_limit,
                      struct error *error);
void history_free(struct history *history);

/* Does another program write, or does none any more, since the history was read? */
bool history_writer_changed(struct db *db, const struct history *history);

/* Where a sale came from; `finished_at` is UTC. Texts are cut where they are longer. */
struct sale_history {
    char reference[64]; /* the shop's own; "" where it has none */
    char file[128];     /* its last part */
    char finished_at[CLOCK_STAMP_SIZE];
};
enum err history_of_sale(struct db *db, int64_t sale_id, struct sale_history *out,
                         struct error *error);

#endif

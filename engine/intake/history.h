/* What was imported and what was set aside, read at once for a screen. */
#ifndef ENGINE_INTAKE_HISTORY_H
#define ENGINE_INTAKE_HISTORY_H

#include "base/error.h"
#include "db/db.h"
#include "db/imports.h"

struct history {
    struct import_run *runs; /* newest first */
    int run_count;
    struct import_reject *rejects; /* of the newest runs first; `raw` is safe to show */
    int reject_count;
    int64_t rejected_total; /* of all runs, whatever the limit */
};

/* Reads every run and `reject_limit` rejects at most. The caller frees with history_free; on error
 * there is nothing to free. */
enum err history_load(struct db *db, struct history *out, int reject_limit, struct error *error);
void history_free(struct history *history);

#endif

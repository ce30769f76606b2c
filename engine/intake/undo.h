/* An import taken back, whole: its sales, what was derived from them, and the rows that it had set
 * aside. That there was such an import, and who took it back, stays on record. */
#ifndef ENGINE_INTAKE_UNDO_H
#define ENGINE_INTAKE_UNDO_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/progress.h"
#include "db/db.h"
#include "db/imports.h"

struct undo_result {
    struct import_run run; /* as it was */
    int64_t sales;         /* that went */
    int64_t rejects;       /* rows set aside that went */
    int months;            /* that had some of these sales */
    int places, handsets;  /* that no sale is of any more */

    /* Later imports of the same shop that left out sales because they were there. Where this import
     * had brought them, they are gone until such a file is imported again; which of them those were
     * is not known. */
    int64_t later;
    int64_t later_present;

    bool trained; /* there are models or segments, which may have learnt from them */
    double seconds;
};
void undo_result_free(struct undo_result *result);

/* All or nothing, in one transaction of its own; `dry_run` keeps nothing of it. Models and segments
 * that learnt from the sales stay as they are. Reports phases "looking for its sales", "taking them
 * out" and "summing up". ERR_NOT_FOUND where there is no such import or it was taken back already.
 */
enum err import_undo(struct db *writer, int64_t run_id, bool dry_run,
                     const struct progress_sink *progress, struct undo_result *out,
                     struct error *error);

#endif

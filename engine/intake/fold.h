/* The tail into packs and cube: what was sold since they were written, or everything. */
#ifndef ENGINE_INTAKE_FOLD_H
#define ENGINE_INTAKE_FOLD_H

#include "base/error.h"
#include "base/progress.h"
#include "db/db.h"
#include "db/sale_adder.h"

/* Brings packs and cube up to the last sale, within db_begin … db_commit. Does nothing where they
 * are; makes the cube anew where its bands are another program's. Reports phase "summing up". */
enum err sales_fold(struct db *writer, const struct progress_sink *progress, struct error *error);

/* Makes packs and cube anew from table `sale`, all or nothing, in a transaction of its own. */
struct rebuilt {
    int64_t sales, packs, months, cells;
};
enum err sales_rebuild(struct db *writer, const struct progress_sink *progress, struct rebuilt *out,
                       struct error *error);

/* What the adder added, settled: duplicates out, packs, cube and watermark complete. */
enum err sales_settle(struct db *writer, struct sale_adder *adder,
                      const struct progress_sink *progress, struct sale_tally *tally,
                      struct error *error);

#endif

/* What can still be read of a damaged database, into a new one. The damaged file is only read. */
#ifndef DB_SALVAGE_H
#define DB_SALVAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/progress.h"
#include "db/db.h"
#include "db/raw_rows.h"

struct salvaged_run {
    int64_t id, brought, saved; /* sales */
    char *file;
};

struct salvaged {
    struct raw_reading reading;
    int64_t expected;     /* sales that the imports say they brought; −1: they do not say */
    int64_t sales;        /* that are in the new file … */
    int64_t from_columns; /* … of them: their rows were gone, the columns still had them … */
    int64_t corrected; /* … their rows said something else than columns whose checksum holds … */
    int64_t without_reference; /* … from columns, which have no numbers of sales */
    int64_t packs, packs_lost; /* columns by month that could be read, and those that could not */
    int64_t months;            /* of shops of which there are only sums */
    int64_t names_lost; /* places, handsets and shops that sales refer to and that have no name */
    int64_t runs_lost;  /* imports that sales refer to and that are not on record any more */
    int64_t models, models_lost; /* models and segmentations that hold, and that do not */
    int64_t foreign_rows; /* that belong to no table of ours, or have values that none can have */
    struct salvaged_run *incomplete; /* imports that have not all of their sales */
    int incomplete_count;
};
void salvaged_free(struct salvaged *salvaged);

/* What follows from a name, where only an index of names still has it. */
struct naming {
    bool (*is_local)(const char *location);
    char *(*brand)(const char *handset); /* freed by whoever calls */
};

/* Reads the file at `path` into `db`, a new database open for writing, in one transaction: what the
 * tables lead to, then whole pages that they lead to no more, then sales that only the columns
 * still have. Columns and sums are not made: a rebuild is due. ERR_NO_DATA where there is not one
 * sale. */
enum err db_salvage(struct db *db, const char *path, const struct naming *naming,
                    const struct progress_sink *progress, struct salvaged *out,
                    struct error *error);

#endif

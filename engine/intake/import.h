/* Files into the database: every record checked, all or nothing a file. */
#ifndef ENGINE_INTAKE_IMPORT_H
#define ENGINE_INTAKE_IMPORT_H

#include <stdbool.h>

#include "base/progress.h"
#include "db/db.h"
#include "db/imports.h"
#include "engine/intake/record.h"

struct import_options {
    struct column_map map; /* --map FIELD=HEADER */
    bool has_date_format;  /* --date-format given; else detected from the first records */
    enum date_format date_format;
    const char *shop; /* whose sales they are; NULL: this database's own shop's */
    bool strict;      /* any row set aside refuses the file: ERR_INPUT, nothing is kept */
    bool dry_run;     /* everything is checked, nothing is kept */
};

enum {
    IMPORT_REJECTS_SHOWN = 20,
    IMPORT_REJECTS_MAX = 100000,        /* where they are more than half of the rows */
    IMPORT_REJECT_BYTES_MAX = 256 << 20 /* of rows set aside, as they stood */
};

struct import_result {
    struct import_run run; /* counts, digest, date format; id 0 where nothing was recorded */
    struct import_reject rejects[IMPORT_REJECTS_SHOWN]; /* the first ones */
    int reject_count;                                   /* of those; run.rejected counts them all */
    bool nothing_new; /* this very file is in already: the database was not touched */
    bool mixed;       /* synthetic and real sales now stand side by side */
    double seconds;
};

/* Imports one file ("-": standard input) in one transaction. Memory does not grow with the file.
 * Refusals name the file, the line and what to do. The caller frees with import_result_free.
 *
 * Limits, so that no file can exhaust the machine: a field 64 KiB, a record 256 fields and 1 MiB;
 * rows set aside 256 MiB, and 100,000 of them unless as many were taken. A file that was changed
 * while it was read is refused.
 */
enum err import_file(struct db *writer, const char *path, const struct import_options *options,
                     const struct progress_sink *progress, struct import_result *out,
                     struct error *error);
void import_result_free(struct import_result *result);

#endif

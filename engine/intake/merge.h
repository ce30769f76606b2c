/* Other shops' databases into this one: their sales, or only their sums by month.
 *
 * Names of places and handsets are united, ids made anew. Whose sales they are stays with their
 * imports, which come along. All or nothing a file; the same file again adds only what is new. */
#ifndef ENGINE_INTAKE_MERGE_H
#define ENGINE_INTAKE_MERGE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/date.h"
#include "base/error.h"
#include "base/progress.h"
#include "db/db.h"

struct merge_options {
    const char *shop; /* what the file's own shop is called here; NULL: as it calls itself, … */
                      /* … or as the file is called */
    bool cubes_only;  /* no sales, only what adds up: the months of the cube */
    bool dry_run;     /* everything is read and checked, nothing is kept */
};

/* What came of one shop of the file. */
struct merged_shop {
    char *name;
    bool is_new;     /* there was none of this name */
    bool sums_only;  /* what is here now: only the months of its cube */
    bool had_sums;   /* its sales took the place of its sums */
    int64_t sales;   /* in the file */
    int64_t added;   /* of those; all or none where only sums are taken */
    int64_t runs;    /* imports that came along */
    int64_t rejects; /* rows that these had set aside */
    int months;      /* of the cube; only where sums are taken, like … */
    int64_t cells;   /* … these … */
    int64_t bytes;   /* … and the bytes that hold them */
};

struct merge_result {
    struct merged_shop *shops;
    int count;
    int new_locations, new_handsets;
    bool nothing_new; /* the database was not touched */
    double seconds;
};
void merge_result_free(struct merge_result *result);

/* Reports phases "reading FILE" and "summing up". Refuses with ERR_INPUT the database itself, a
 * file whose sales stand here under another shop's name (unless options->shop says whose they are),
 * and sums of a shop whose sales are here; with ERR_DATABASE a file of an older schema, with
 * ERR_DAMAGED one that is not whole. The other file is only read. */
enum err merge_file(struct db *writer, const char *path, const struct merge_options *options,
                    const struct progress_sink *progress, struct merge_result *out,
                    struct error *error);

#endif

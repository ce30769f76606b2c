/* Inside engine/intake/merge*.c: what the steps of a merge share. */
#ifndef ENGINE_INTAKE_MERGE_PARTS_H
#define ENGINE_INTAKE_MERGE_PARTS_H

#include "db/imports.h"
#include "db/sale.h"
#include "db/shops.h"
#include "engine/intake/merge.h"

struct merged_run {
    int64_t other_id;
    struct import_run run; /* as it will stand here: its id and shop are ours */
    bool is_new;
    int32_t other_shop; /* 0: of a shop that is not taken sale by sale */
    int64_t other_imported;
    int64_t read, added; /* sales */
};

struct merger {
    struct db *db, *other;
    const struct merge_options *options;
    const struct progress_sink *progress;
    struct merge_result *result; /* shops[id of the other's shop − 1] */
    char *phase;

    struct shop_list shops; /* the other's … */
    int32_t *targets;       /* … ours by their ids, from 1; 0: nothing is there to take */
    struct dictionary locations, handsets;
    int32_t *location_ids, *handset_ids; /* ours by the other's id; 0: not met yet */

    struct merged_run *runs; /* by the other's ids, ascending */
    int run_count;

    bool changed;
    int64_t reported_ms;
    struct error *error;
};

/* ERR_CANCELLED where the sink says so. */
enum err merge_report(struct merger *merger, const char *unit, int64_t done, int64_t total);

/* Our ids of the other's, added where the names are new; ERR_DAMAGED where there are no such. */
enum err merge_location(struct merger *merger, int32_t other_id, int32_t *id);
enum err merge_handset(struct merger *merger, int32_t other_id, int32_t *id);

/* The other's finished imports, oldest first. */
enum err merge_read_runs(struct merger *merger);

/* The imports and sales of shops that are not taken as sums. */
enum err merge_sales(struct merger *merger);

/* The months of shops of which only these are taken; after everything else is folded. */
enum err merge_sums(struct merger *merger);

#endif

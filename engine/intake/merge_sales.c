/* Imports and sales of another database, in the order in which they came there. */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "db/sales.h"
#include "engine/intake/fold.h"
#include "engine/intake/merge_parts.h"
#include "engine/intake/sample.h"

enum { SALES_BETWEEN_LOOKS = 4096 };

/* -------------------------------------------------------------------------------- reading runs */

static char *copy_or_null(const char *text) {
    return text != NULL ? xstrdup(text) : NULL;
}

struct run_list {
    struct merged_run *runs;
    int count;
};

static bool keep_run(void *context, const struct import_run *run) {
    struct run_list *list = context;
    if ((list->count & (list->count - 1)) == 0) /* room doubles at the powers of two */
        list->runs = xreallocarray(list->runs, list->count != 0 ? (size_t)list->count * 2 : 1,
                                   sizeof *list->runs);
    struct merged_run *kept = &list->runs[list->count++];
    *kept = (struct merged_run){.other_id = run->id, .run = *run};
    kept->run.file = copy_or_null(run->file);
    kept->run.who = copy_or_null(run->who);
    kept->run.date_format = copy_or_null(run->date_format);
    return true;
}

static int compare_runs(const void *left, const void *right) {
    const struct merged_run *a = left, *b = right;
    return (a->other_id > b->other_id) - (a->other_id < b->other_id);
}

static enum err list_runs(struct db *db, struct run_list *list, struct error *error) {
    *list = (struct run_list){0};
    enum err err = db_imports_list(db, keep_run, list, error);
    if (list->count > 0)
        qsort(list->runs, (size_t)list->count, sizeof *list->runs, compare_runs);
    return err;
}

static void run_list_free(struct run_list *list) {
    for (int i = 0; i < list->count; i++)
        import_run_free(&list->runs[i].run);
    free(list->runs);
}

enum err merge_read_runs(struct merger *merger) {
    struct run_list list;
    enum err err = list_runs(merger->other, &list, merger->error);
    merger->runs = list.runs;
    merger->run_count = list.count;
    return err;
}

/* -------------------------------------------------------------------------------- taking runs */

/* The import as it stands here already: the very same one, or another of the same file. */
static const struct import_run *known_run(const struct run_list *ours, const struct import_run *run,
                                          int32_t shop) {
    const struct import_run *same_file = NULL;
    for (int i = 0; i < ours->count; i++) {
        const struct import_run *own = &ours->runs[i].run;
        if (own->shop != shop || strcmp(own->sha256, run->sha256) != 0)
            continue;
        if (strcmp(own->started_at, run->started_at) == 0 && strcmp(own->file, run->file) == 0)
            return own;
        if (run->sha256[0] != '\0')
            same_file = own;
    }
    return same_file;
}

struct reject_copying {
    struct merger *merger;
    int64_t run_id, count;
    enum err err;
};

static bool copy_reject(void *context, const struct import_reject *reject) {
    struct reject_copying *copying = context;
    struct import_reject copy = *reject;
    copy.run_id = copying->run_id;
    copying->err = db_import_reject_add(copying->merger->db, &copy, copying->merger->error);
    copying->count++;
    return copying->err == ERR_OK;
}

static enum err add_run(struct merger *merger, struct merged_run *merged,
                        struct merged_shop *shop) {
    enum err err = db_import_start(merger->db, &merged->run, merger->error);
    struct reject_copying copying = {.merger = merger, .run_id = merged->run.id};
    merged->is_new = true;
    merger->changed = true;
    shop->runs++;
    if (err == ERR_OK)
        err = db_rejects_list(merger->other, merged->other_id, 0, INT64_MAX, copy_reject, &copying,
                              merger->error);
    shop->rejects += copying.count;
    return err == ERR_OK ? copying.err : err;
}

static enum err take_runs(struct merger *merger) {
    struct run_list ours;
    enum err err = list_runs(merger->db, &ours, merger->error);
    for (int i = 0; err == ERR_OK && i < merger->run_count; i++) {
        struct merged_run *merged = &merger->runs[i];
        struct merged_shop *shop = &merger->result->shops[merged->run.shop - 1];
        int32_t target = merger->targets[merged->run.shop];
        if (shop->sums_only)
            continue;
        const struct import_run *known = known_run(&ours, &merged->run, target);
        merged->other_imported = merged->run.imported;
        merged->other_shop = merged->run.shop;
        merged->run.shop = target;
        if (known == NULL) {
            err = add_run(merger, merged, shop);
            continue;
        }
        import_run_free(&merged->run);
        merged->run = *known;
        merged->run.file = copy_or_null(known->file);
        merged->run.who = copy_or_null(known->who);
        merged->run.date_format = copy_or_null(known->date_format);
    }
    run_list_free(&ours);
    return err;
}

/* ------------------------------------------------------------------------------- taking sales */

struct taking {
    struct merger *merger;
    struct sale_adder *adder;
    struct merged_run *run; /* of the last sale */
    int64_t read, last_id;
    enum err err;
};

static enum err no_such_run(struct merger *merger, const struct sale *sale) {
    error_set(merger->error, ERR_DAMAGED,
              "%s is damaged: sale %lld is of an import that never ended", db_path(merger->other),
              (long long)sale->id);
    return error_hint(merger->error, "nothing was taken from it; ask for another copy");
}

/* All runs of the file are one to the adder: each stored sale answers for one copy in all of them.
 */
static enum err take_up_run(struct taking *taking, const struct sale *sale) {
    struct merger *merger = taking->merger;
    struct merged_run key = {.other_id = sale->run};
    taking->run = merger->run_count > 0 ? bsearch(&key, merger->runs, (size_t)merger->run_count,
                                                  sizeof *merger->runs, compare_runs)
                                        : NULL;
    if (taking->run == NULL)
        return no_such_run(merger, sale);
    if (taking->run->other_shop == 0)
        return ERR_OK;
    int64_t run_id = taking->run->run.id;
    if (taking->adder != NULL)
        return sale_adder_run(taking->adder, run_id, merger->error);
    return sale_adder_open(merger->db, run_id, SAMPLE_REFERENCE_PREFIX, &taking->adder,
                           merger->error);
}

static enum err take_sale(struct taking *taking, const struct sale *sale) {
    struct merger *merger = taking->merger;
    enum err err = ERR_OK;
    if (taking->run == NULL || taking->run->other_id != sale->run)
        err = take_up_run(taking, sale);
    if (err != ERR_OK)
        return err;
    /* taken up, or an error NOLINTNEXTLINE(clang-analyzer-core.NullDereference) */
    taking->run->read++;
    if (taking->run->other_shop == 0)
        return ERR_OK; /* merge_sums counts them */
    merger->result->shops[sale->shop - 1].sales++;
    struct sale ours = *sale;
    err = merge_location(merger, sale->location, &ours.location);
    if (err == ERR_OK)
        err = merge_handset(merger, sale->handset, &ours.handset);
    return err == ERR_OK ? sale_adder_add(taking->adder, &ours, merger->error) : err;
}

static bool take_one(void *context, const struct sale *sale) {
    struct taking *taking = context;
    taking->err = take_sale(taking, sale);
    if (taking->err == ERR_OK && ++taking->read % SALES_BETWEEN_LOOKS == 0)
        taking->err = merge_report(taking->merger, "sales", sale->id, taking->last_id);
    return taking->err == ERR_OK;
}

/* What an import says it brought is there; the other program counted while it wrote. */
static enum err check_counts(struct merger *merger) {
    for (int i = 0; i < merger->run_count; i++) {
        const struct merged_run *merged = &merger->runs[i];
        if (merged->other_shop == 0 || merged->read == merged->other_imported)
            continue;
        error_set(merger->error, ERR_DAMAGED,
                  "%s is damaged: of the import of %s it has %lld sales, not %lld",
                  db_path(merger->other), merged->run.file, (long long)merged->read,
                  (long long)merged->other_imported);
        return error_hint(merger->error, "nothing was taken from it; ask for another copy");
    }
    return ERR_OK;
}

static void count_added(void *context, int64_t run_id, int64_t sales) {
    struct merger *merger = context;
    for (int i = 0; i < merger->run_count; i++) {
        struct merged_run *merged = &merger->runs[i];
        if (merged->other_shop != 0 && merged->run.id == run_id) {
            merged->added = sales;
            return;
        }
    }
}

/* What is superfluous goes; packs and cube are complete then. */
static enum err settle(struct taking *taking) {
    struct merger *merger = taking->merger;
    struct sale_tally tally;
    if (taking->adder == NULL)
        return ERR_OK;
    enum err err = sales_settle(merger->db, taking->adder, merger->progress, &tally, merger->error);
    if (err == ERR_OK)
        err = db_sales_by_run(merger->db, sale_adder_before_id(taking->adder), count_added, merger,
                              merger->error);
    merger->changed = merger->changed || (err == ERR_OK && tally.kept > 0);
    return err;
}

/* Rows = imported + present + set aside: what was present here, too, moves from one to the other.
 */
static enum err finish_runs(struct merger *merger) {
    enum err err = ERR_OK;
    for (int i = 0; err == ERR_OK && i < merger->run_count; i++) {
        struct merged_run *merged = &merger->runs[i];
        if (merged->other_shop == 0 || (!merged->is_new && merged->added == 0))
            continue;
        merger->result->shops[merged->other_shop - 1].added += merged->added;
        int64_t gone = merged->is_new ? merged->other_imported - merged->added : -merged->added;
        merged->run.imported -= gone;
        merged->run.duplicates += gone;
        err = db_import_finish(merger->db, &merged->run, merger->error);
    }
    return err;
}

/* Every import of the file is here with as many sales: the file again, or an older copy. */
static bool all_is_here(const struct merger *merger) {
    for (int i = 0; i < merger->run_count; i++) {
        const struct merged_run *merged = &merger->runs[i];
        if (merged->other_shop != 0 &&
            (merged->is_new || merged->run.imported != merged->other_imported))
            return false;
    }
    for (int i = 0; i < merger->run_count; i++) {
        const struct merged_run *merged = &merger->runs[i];
        if (merged->other_shop != 0)
            merger->result->shops[merged->other_shop - 1].sales += merged->other_imported;
    }
    return true;
}

enum err merge_sales(struct merger *merger) {
    struct taking taking = {.merger = merger};
    struct sales_extent extent;
    enum err err = db_sales_extent(merger->other, &extent, merger->error);
    if (err == ERR_OK)
        err = take_runs(merger);
    if (err != ERR_OK || all_is_here(merger))
        return err;
    err = sales_fold(merger->db, merger->progress, merger->error);
    taking.last_id = extent.last_id;
    if (err == ERR_OK)
        err = db_sales_scan(merger->other, 0, take_one, &taking, merger->error);
    if (err == ERR_OK)
        err = taking.err;
    if (err == ERR_OK)
        err = check_counts(merger);
    if (err == ERR_OK)
        err = settle(&taking);
    sale_adder_close(taking.adder);
    return err == ERR_OK ? finish_runs(merger) : err;
}

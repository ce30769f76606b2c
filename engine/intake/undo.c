/* The run's sales are a set of bits over ids; month by month the packs give up those that are in
 * it, and the month's cells are added up anew. So it takes a bit a sale, and a month's ids. */
#include "engine/intake/undo.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/user.h"
#include "db/audit.h"
#include "db/cube.h"
#include "db/packs.h"
#include "db/removal.h"
#include "db/sales.h"
#include "db/shops.h"
#include "engine/intake/fold.h"
#include "engine/slice/cube_month.h"
#include "engine/slice/dimension.h"

enum {
    IDS_AT_ONCE = 1 << 17, /* that a statement looks at before somebody may cancel */
    REPORT_MS = 100
};

struct undoing {
    struct db *db;
    const struct progress_sink *progress;
    struct undo_result *result;
    struct error *error;
    int64_t last_id; /* of all sales */
    int64_t reported_ms;

    uint8_t *bits; /* from first_id on */
    size_t bytes;
    int64_t first_id, end_id; /* of the run's sales; both 0 where it has none */
};

static enum err report(struct undoing *undoing, const char *phase, const char *unit, int64_t done,
                       int64_t total) {
    int64_t now_ms = clock_elapsed_ms();
    if (now_ms - undoing->reported_ms < REPORT_MS)
        return ERR_OK;
    undoing->reported_ms = now_ms;
    if (progress_report(undoing->progress, phase, unit, (uint64_t)done, (uint64_t)total))
        return ERR_OK;
    return error_set(undoing->error, ERR_CANCELLED, "cancelled while %s", phase);
}

/* --------------------------------------------------------------------------- which one */

static bool look_for_run(void *context, const struct import_run *run) {
    struct undo_result *result = context;
    if (run->id > result->run.id) /* newest first, so these come before it */
        return true;
    if (run->id == result->run.id) {
        char *texts[] = {run->file != NULL ? xstrdup(run->file) : NULL,
                         run->who != NULL ? xstrdup(run->who) : NULL,
                         run->date_format != NULL ? xstrdup(run->date_format) : NULL};
        result->run = *run;
        result->run.file = texts[0];
        result->run.who = texts[1];
        result->run.date_format = texts[2];
    }
    return false;
}

static bool add_later(void *context, const struct import_run *run) {
    struct undo_result *result = context;
    if (run->id > result->run.id && run->shop == result->run.shop && run->duplicates > 0) {
        result->later++;
        result->later_present += run->duplicates;
    }
    return run->id > result->run.id;
}

struct undone_search {
    int64_t run_id;
    char undone_at[CLOCK_STAMP_SIZE];
};

static bool look_for_undone(void *context, const struct undone_run *undone) {
    struct undone_search *search = context;
    if (undone->run.id == search->run_id)
        memcpy(search->undone_at, undone->undone_at, sizeof search->undone_at);
    return undone->run.id != search->run_id;
}

static enum err find_run(struct undoing *undoing, int64_t run_id) {
    struct undo_result *result = undoing->result;
    struct undone_search search = {.run_id = run_id};
    result->run.id = run_id;
    enum err err = db_imports_list(undoing->db, look_for_run, result, undoing->error);
    if (err == ERR_OK && result->run.file != NULL)
        return db_imports_list(undoing->db, add_later, result, undoing->error);
    if (err == ERR_OK)
        err = db_imports_undone(undoing->db, look_for_undone, &search, undoing->error);
    if (err != ERR_OK)
        return err;
    if (search.undone_at[0] != '\0')
        error_set(undoing->error, ERR_NOT_FOUND, "import %lld was taken back already, at %s",
                  (long long)run_id, search.undone_at);
    else
        error_set(undoing->error, ERR_NOT_FOUND, "there is no import %lld", (long long)run_id);
    return error_hint(undoing->error, "retail-pulse imports lists those that there are");
}

/* --------------------------------------------------------------------------- its sales */

static void mark(void *context, int64_t id) {
    struct undoing *undoing = context;
    if (undoing->end_id == 0)
        undoing->first_id = id;
    size_t bit = (size_t)(id - undoing->first_id);
    if (bit / 8 >= undoing->bytes) {
        size_t bytes = (bit / 8 + 1) * 2 + 4096;
        undoing->bits = xreallocarray(undoing->bits, bytes, 1);
        memset(undoing->bits + undoing->bytes, 0, bytes - undoing->bytes);
        undoing->bytes = bytes;
    }
    undoing->bits[bit / 8] |= (uint8_t)(1U << bit % 8);
    undoing->end_id = id + 1;
}

static bool is_marked(const struct undoing *undoing, int64_t id) {
    if (id < undoing->first_id || id >= undoing->end_id)
        return false;
    size_t bit = (size_t)(id - undoing->first_id);
    return (undoing->bits[bit / 8] >> bit % 8 & 1) != 0;
}

static enum err mark_sales(struct undoing *undoing) {
    enum err err = ERR_OK;
    for (int64_t after = 0; err == ERR_OK && after < undoing->last_id; after += IDS_AT_ONCE) {
        err = report(undoing, "looking for its sales", "sales", after, undoing->last_id);
        if (err == ERR_OK)
            err = db_run_sales(undoing->db, undoing->result->run.id, after, after + IDS_AT_ONCE,
                               mark, undoing, undoing->error);
    }
    return err;
}

static enum err remove_sales(struct undoing *undoing) {
    enum err err = ERR_OK;
    int64_t from = undoing->first_id - 1, until = undoing->end_id - 1;
    for (int64_t after = from; err == ERR_OK && after < until; after += IDS_AT_ONCE) {
        int64_t end = until - after < IDS_AT_ONCE ? until : after + IDS_AT_ONCE, removed = 0;
        err = report(undoing, "taking them out", "sales", after - from, until - from);
        if (err == ERR_OK)
            err = db_run_sales_remove(undoing->db, undoing->result->run.id, after, end, &removed,
                                      undoing->error);
        undoing->result->sales += removed;
    }
    return err;
}

/* --------------------------------------------------------------------------- packs and cube */

struct ids {
    int64_t *ids;
    size_t count, capacity;
};

static enum err collect(const struct undoing *undoing, const struct pack *pack, int64_t *column,
                        struct ids *ids) {
    if (pack->last_sale_id < undoing->first_id || pack->first_sale_id >= undoing->end_id)
        return ERR_OK;
    const struct pack_rows rows = {.id = column};
    enum err err = db_pack_read(undoing->db, pack, &rows, undoing->error);
    for (int32_t row = 0; err == ERR_OK && row < pack->sales; row++) {
        if (!is_marked(undoing, column[row]))
            continue;
        if (ids->count == ids->capacity) {
            ids->capacity = ids->capacity * 2 + 1024;
            ids->ids = xreallocarray(ids->ids, ids->capacity, sizeof *ids->ids);
        }
        ids->ids[ids->count++] = column[row];
    }
    return err;
}

/* `left`: how many sales the month keeps. */
static enum err shrink_month(struct undoing *undoing, struct shop_month of, const struct ids *ids,
                             int64_t left, int64_t generation) {
    enum err err =
        db_packs_remove(undoing->db, of, ids->ids, ids->count, generation, undoing->error);
    if (err == ERR_OK && left == 0)
        err = db_cube_remove(undoing->db, of.shop, of.month, undoing->error);
    else if (err == ERR_OK)
        err = cube_month_update(undoing->db, of.shop, of.month, 0, generation, undoing->error);
    undoing->result->months++;
    return err;
}

/* Packs are listed by month and, within one, by shop. */
static enum err shrink_months(struct undoing *undoing, const struct pack_list *packs,
                              int64_t generation) {
    int64_t *column = xcalloc(PACK_SALES_MAX, sizeof *column);
    struct ids ids = {0};
    int64_t sales = 0;
    enum err err = ERR_OK;
    for (size_t i = 0; err == ERR_OK && i < packs->count; i++) {
        const struct pack *pack = &packs->packs[i];
        bool ends =
            i + 1 == packs->count || pack[1].month != pack->month || pack[1].shop != pack->shop;
        err = report(undoing, "summing up", "packs", (int64_t)i, (int64_t)packs->count);
        if (err == ERR_OK && pack->shop == undoing->result->run.shop)
            err = collect(undoing, pack, column, &ids);
        sales += pack->sales;
        if (err == ERR_OK && ends && ids.count > 0)
            err = shrink_month(undoing, (struct shop_month){pack->shop, pack->month}, &ids,
                               sales - (int64_t)ids.count, generation);
        if (ends) {
            ids.count = 0;
            sales = 0;
        }
    }
    free(ids.ids);
    free(column);
    return err;
}

static enum err shrink(struct undoing *undoing) {
    struct packed_state state;
    struct sales_extent extent;
    struct pack_list packs = {0};
    enum err err = db_packed_state(undoing->db, &state, undoing->error);
    if (err == ERR_OK)
        err = db_packs_list(undoing->db, &packs, undoing->error);
    state.generation++;
    if (err == ERR_OK)
        err = shrink_months(undoing, &packs, state.generation);
    pack_list_free(&packs);
    if (err == ERR_OK)
        err = db_summaries_drop_orphaned(undoing->db, undoing->error);
    if (err == ERR_OK)
        err = db_sales_extent(undoing->db, &extent, undoing->error);
    if (err != ERR_OK)
        return err;
    state.last_sale_id = extent.last_id; /* the ids that are free now are given anew */
    return db_packed_put(undoing->db, &state, undoing->error);
}

/* --------------------------------------------------------------------------- names */

/* The last place and handset that anything is of: dictionaries have no gaps, so that only names
 * behind these can go. */
struct used {
    int32_t location, handset;
};

static void use(struct used *used, const uint16_t *locations, const uint16_t *handsets,
                size_t count) {
    for (size_t i = 0; i < count; i++) {
        used->location = locations[i] > used->location ? locations[i] : used->location;
        used->handset = handsets[i] > used->handset ? handsets[i] : used->handset;
    }
}

static enum err use_packs(struct undoing *undoing, struct used *used) {
    struct pack_list packs;
    struct pack_rows rows = {.location = xcalloc(PACK_SALES_MAX, sizeof *rows.location),
                             .handset = xcalloc(PACK_SALES_MAX, sizeof *rows.handset)};
    enum err err = db_packs_list(undoing->db, &packs, undoing->error);
    for (size_t i = 0; err == ERR_OK && i < packs.count; i++) {
        err = db_pack_read(undoing->db, &packs.packs[i], &rows, undoing->error);
        if (err == ERR_OK)
            use(used, rows.location, rows.handset, (size_t)packs.packs[i].sales);
    }
    pack_list_free(&packs);
    free(rows.location);
    free(rows.handset);
    return err;
}

/* Shops of which only sums are here have no packs. */
static enum err use_cells(struct undoing *undoing, struct used *used) {
    struct cube_month_list months;
    enum err err = db_cube_list(undoing->db, &months, undoing->error);
    for (int i = 0; err == ERR_OK && i < months.count; i++) {
        struct cube_cells cells;
        bool kept;
        err = cube_month_read(undoing->db, months.months[i].shop, months.months[i].month, &cells,
                              &kept, undoing->error);
        if (err == ERR_OK && kept)
            use(used, cells.location, cells.handset, cells.count);
        if (err == ERR_OK)
            cube_cells_free(&cells);
    }
    cube_month_list_free(&months);
    return err;
}

static enum err forget_names(struct undoing *undoing) {
    struct dictionary locations = {0}, handsets = {0};
    struct used used = {0};
    enum err err = use_packs(undoing, &used);
    if (err == ERR_OK)
        err = use_cells(undoing, &used);
    if (err == ERR_OK)
        err = db_locations_load(undoing->db, &locations, undoing->error);
    if (err == ERR_OK)
        err = db_handsets_load(undoing->db, &handsets, undoing->error);
    if (err == ERR_OK)
        err = db_terms_remove(undoing->db, used.location, used.handset, undoing->error);
    undoing->result->places = locations.count - used.location;
    undoing->result->handsets = handsets.count - used.handset;
    dictionary_free(&locations);
    dictionary_free(&handsets);
    return err;
}

/* --------------------------------------------------------------------------- the whole */

static enum err within_transaction(struct undoing *undoing, int64_t run_id) {
    struct sales_extent extent;
    enum err err = find_run(undoing, run_id);
    if (err == ERR_OK) /* no tail: the packs have every sale */
        err = sales_fold(undoing->db, undoing->progress, undoing->error);
    if (err == ERR_OK)
        err = db_sales_extent(undoing->db, &extent, undoing->error);
    if (err != ERR_OK)
        return err;
    undoing->last_id = extent.last_id;
    err = mark_sales(undoing);
    if (err == ERR_OK && undoing->end_id > 0) {
        err = remove_sales(undoing);
        if (err == ERR_OK)
            err = shrink(undoing);
        if (err == ERR_OK)
            err = forget_names(undoing);
    }
    struct import_undoing said = {.run_id = run_id, .sales = undoing->result->sales};
    char *who = user_name();
    said.who = who;
    clock_stamp(said.undone_at);
    if (err == ERR_OK)
        err = db_import_undone(undoing->db, &said, undoing->error);
    free(who);
    char *subject = xasprintf("import %lld: %s", (long long)run_id, undoing->result->run.file);
    if (err == ERR_OK)
        err = db_audit(undoing->db, AUDIT_UNDO, subject, undoing->error, "%lld sales out",
                       (long long)undoing->result->sales);
    free(subject);
    if (err == ERR_OK)
        err = db_has_learnt(undoing->db, &undoing->result->trained, undoing->error);
    undoing->result->rejects = undoing->result->run.rejected;
    return err;
}

void undo_result_free(struct undo_result *result) {
    import_run_free(&result->run);
    *result = (struct undo_result){0};
}

enum err import_undo(struct db *writer, int64_t run_id, bool dry_run,
                     const struct progress_sink *progress, struct undo_result *out,
                     struct error *error) {
    int64_t started_ms = clock_elapsed_ms();
    *out = (struct undo_result){0};
    struct undoing undoing = {.db = writer, .progress = progress, .result = out, .error = error};
    enum err err = db_begin(writer, error);
    if (err == ERR_OK) {
        err = within_transaction(&undoing, run_id);
        if (err == ERR_OK && !dry_run)
            err = db_commit(writer, error);
        else
            db_rollback(writer);
    }
    free(undoing.bits);
    out->seconds = (double)(clock_elapsed_ms() - started_ms) / 1000.0;
    if (err != ERR_OK)
        undo_result_free(out);
    return err;
}

#include "engine/intake/fold.h"

#include <stddef.h>

#include "base/clock.h"
#include "db/audit.h"
#include "db/cube.h"
#include "db/packs.h"
#include "db/sales.h"
#include "engine/slice/cube_month.h"
#include "engine/slice/dimension.h"
#include "engine/slice/summary.h"

enum { REPORT_MS = 100, SALES_BETWEEN_LOOKS = 4096 };

struct fold {
    struct db *db;
    const struct progress_sink *progress;
    struct packer *packer;
    struct packed_state state;
    int64_t last_id; /* of all sales */
    size_t months;   /* that are being added up */
    int64_t reported_ms;
    int looks;
    struct error *error;
    enum err err; /* of the scan's callback */
};

static enum err report(struct fold *fold, const char *unit, int64_t done, int64_t total) {
    int64_t now_ms = clock_elapsed_ms();
    if (now_ms - fold->reported_ms < REPORT_MS)
        return ERR_OK;
    fold->reported_ms = now_ms;
    if (progress_report(fold->progress, "summing up", unit, (uint64_t)done, (uint64_t)total))
        return ERR_OK;
    return error_set(fold->error, ERR_CANCELLED, "cancelled while summing up");
}

static bool fold_one(void *context, const struct sale *sale) {
    struct fold *fold = context;
    fold->err = packer_add(fold->packer, sale, sale_identity(sale), fold->error);
    if (fold->err == ERR_OK && ++fold->looks % SALES_BETWEEN_LOOKS == 0)
        fold->err = report(fold, "sales", sale->id, fold->last_id);
    return fold->err == ERR_OK;
}

static enum err report_month(void *context, size_t done) {
    struct fold *fold = context;
    return report(fold, "months", (int64_t)done, (int64_t)fold->months);
}

static enum err add_to_cube(struct fold *fold, const struct shop_month *months, size_t count,
                            int64_t after_id) {
    fold->months = count;
    enum err err = cube_months_update(fold->db, months, count, after_id, fold->state.generation + 1,
                                      report_month, fold, fold->error);
    return err == ERR_OK ? summary_write_missing(fold->db, fold->error) : err;
}

static enum err fold_tail(struct fold *fold) {
    enum err err = packer_open(fold->db, &fold->packer, fold->error);
    if (err == ERR_OK)
        err = db_sales_scan(fold->db, fold->state.last_sale_id, fold_one, fold, fold->error);
    if (err == ERR_OK)
        err = fold->err;
    if (err == ERR_OK)
        err = packer_flush(fold->packer, fold->error);
    size_t count = 0;
    const struct shop_month *months = err == ERR_OK ? packer_months(fold->packer, &count) : NULL;
    if (err == ERR_OK)
        err = add_to_cube(fold, months, count, fold->state.last_sale_id);
    packer_close(fold->packer);
    return err;
}

static enum err cube_anew(struct fold *fold) {
    struct pack_list packs = {0};
    enum err err = db_cube_clear(fold->db, fold->error);
    if (err == ERR_OK)
        err = db_packs_list(fold->db, &packs, fold->error);
    for (size_t i = 0; err == ERR_OK && i < packs.count; i++) {
        err = report(fold, "packs", (int64_t)i, (int64_t)packs.count);
        const struct pack *pack = &packs.packs[i];
        if (err == ERR_OK &&
            (i == 0 || pack->month != pack[-1].month || pack->shop != pack[-1].shop))
            err = cube_month_update(fold->db, pack->shop, pack->month, 0,
                                    fold->state.generation + 1, fold->error);
    }
    pack_list_free(&packs);
    return err;
}

enum err sales_fold(struct db *writer, const struct progress_sink *progress, struct error *error) {
    struct fold fold = {.db = writer, .progress = progress, .error = error};
    enum err err = db_packed_state(writer, &fold.state, error);
    if (err == ERR_OK)
        err = db_sales_last_id(writer, &fold.last_id, error);
    if (err != ERR_OK)
        return err;
    int64_t bands = dimension_bands();
    bool stale = fold.state.bands != bands && fold.state.last_sale_id != 0;
    if (!stale && fold.last_id == fold.state.last_sale_id)
        return ERR_OK;
    if (stale)
        err = cube_anew(&fold);
    if (err == ERR_OK)
        err = fold_tail(&fold);
    struct packed_state state = {
        .last_sale_id = fold.last_id, .generation = fold.state.generation + 1, .bands = bands};
    return err == ERR_OK ? db_packed_put(writer, &state, error) : err;
}

/* The generation goes on, so that readers see that everything has changed. */
static enum err forget(struct db *writer, struct error *error) {
    struct packed_state state;
    enum err err = db_packed_state(writer, &state, error);
    if (err == ERR_OK)
        err = db_packs_clear(writer, error);
    state.last_sale_id = 0;
    return err == ERR_OK && state.generation != 0 ? db_packed_put(writer, &state, error) : err;
}

static enum err count(struct db *writer, struct rebuilt *out, struct error *error) {
    struct pack_list packs;
    struct cube_month_list months = {0};
    enum err err = db_packs_list(writer, &packs, error);
    if (err == ERR_OK)
        err = db_cube_list(writer, &months, error);
    *out = (struct rebuilt){.sales = packs.sales, .packs = (int64_t)packs.count};
    for (int i = 0; i < months.count; i++) {
        out->months++;
        out->cells += months.months[i].cells > 0 ? months.months[i].cells : 0;
    }
    pack_list_free(&packs);
    cube_month_list_free(&months);
    return err;
}

enum err sales_rebuild(struct db *writer, const struct progress_sink *progress, struct rebuilt *out,
                       struct error *error) {
    enum err err = db_begin(writer, error);
    if (err != ERR_OK)
        return err;
    err = forget(writer, error);
    if (err == ERR_OK)
        err = sales_fold(writer, progress, error);
    if (err == ERR_OK)
        err = count(writer, out, error);
    if (err == ERR_OK)
        err = db_audit(writer, AUDIT_REBUILD, "columns and sums", error, "of %lld sales",
                       (long long)out->sales);
    if (err == ERR_OK)
        return db_commit(writer, error);
    db_rollback(writer);
    return err;
}

enum err sales_settle(struct db *writer, struct sale_adder *adder,
                      const struct progress_sink *progress, struct sale_tally *tally,
                      struct error *error) {
    struct fold fold = {.db = writer, .progress = progress, .error = error};
    enum err err = sale_adder_settle(adder, progress, tally, error);
    if (err == ERR_OK)
        err = db_packed_state(writer, &fold.state, error);
    int64_t last_id = 0; /* the extent would count the new sales one by one */
    if (err == ERR_OK)
        err = db_sales_last_id(writer, &last_id, error);
    if (err != ERR_OK || tally->kept == 0)
        return err;
    size_t count;
    const struct shop_month *months = sale_adder_months(adder, &count);
    err = add_to_cube(&fold, months, count, sale_adder_before_id(adder));
    struct packed_state state = {.last_sale_id = last_id,
                                 .generation = fold.state.generation + 1,
                                 .bands = dimension_bands()};
    return err == ERR_OK ? db_packed_put(writer, &state, error) : err;
}

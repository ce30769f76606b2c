#include "engine/slice/cube_month.h"

#include <stdlib.h>

#include "base/errand.h"
#include "base/memory.h"
#include "db/checksum.h"
#include "engine/slice/summary.h"

enum err cube_month_read(struct db *db, int32_t shop, int month, struct cube_cells *out, bool *kept,
                         struct error *error) {
    *out = (struct cube_cells){0};
    struct cube_month stored;
    struct buffer bytes = {0};
    enum err err = db_cube_read(db, shop, month, &stored, &bytes, error);
    *kept = err == ERR_OK && stored.cells >= 0;
    if (err == ERR_OK && *kept) {
        bool sound = stored.cells <= CUBE_MONTH_CELLS_MAX;
        if (sound) {
            out->count = (size_t)stored.cells;
            cube_cells_reserve(out, out->count);
            sound = cube_decode(&bytes, out->count, out);
        }
        if (!sound) {
            cube_cells_free(out);
            err = db_damaged_derived(db, "sums by month", error);
        }
    }
    buffer_free(&bytes);
    return err;
}

static enum err add_packs(struct db *db, int32_t shop, int month, int64_t after_id,
                          struct cube_builder *builder, struct error *error) {
    struct pack_list packs;
    enum err err = db_packs_of_month(db, shop, month, &packs, error);
    if (err != ERR_OK)
        return err;
    struct pack_rows rows = {.id = xcalloc(PACK_SALES_MAX, sizeof *rows.id),
                             .location = xcalloc(PACK_SALES_MAX, sizeof *rows.location),
                             .handset = xcalloc(PACK_SALES_MAX, sizeof *rows.handset),
                             .age = xcalloc(PACK_SALES_MAX, sizeof *rows.age),
                             .gender = xcalloc(PACK_SALES_MAX, sizeof *rows.gender),
                             .answers = xcalloc(PACK_SALES_MAX, sizeof *rows.answers),
                             .price_minor = xcalloc(PACK_SALES_MAX, sizeof *rows.price_minor)};
    for (size_t i = 0; err == ERR_OK && i < packs.count; i++) {
        const struct pack *pack = &packs.packs[i];
        if (pack->last_sale_id <= after_id)
            continue;
        err = db_pack_read(db, pack, &rows, error);
        size_t from = 0;
        while (err == ERR_OK && from < (size_t)pack->sales && rows.id[from] <= after_id)
            from++;
        if (err == ERR_OK && cube_builder_count(builder) <= CUBE_MONTH_CELLS_MAX)
            cube_builder_add_rows(builder, &rows, from, (size_t)pack->sales);
    }
    free(rows.id);
    free(rows.location);
    free(rows.handset);
    free(rows.age);
    free(rows.gender);
    free(rows.answers);
    free(rows.price_minor);
    pack_list_free(&packs);
    return err;
}

/* A month on its way: added up, then (on another thread) sorted and coded, then written. */
struct making {
    struct cube_builder *builder; /* NULL: there is none */
    struct cube_month stored;
    bool kept;
    struct buffer bytes, summary;
    struct errand *coding; /* NULL: it is not under way */
};

static void making_free(struct making *making) {
    if (making->coding != NULL)
        errand_end(making->coding, NULL);
    cube_builder_free(making->builder);
    buffer_free(&making->bytes);
    buffer_free(&making->summary);
    *making = (struct making){0};
}

static enum err add_up(struct db *db, struct shop_month of, int64_t after_id, int64_t generation,
                       struct making *making, struct error *error) {
    struct cube_cells cells = {0};
    *making = (struct making){
        .builder = cube_builder_new(),
        .stored = {.month = of.month, .shop = of.shop, .cells = -1, .generation = generation},
        .kept = true};
    enum err err = after_id > 0
                       ? cube_month_read(db, of.shop, of.month, &cells, &making->kept, error)
                       : ERR_OK;
    if (err == ERR_OK && making->kept) {
        cube_builder_add_cells(making->builder, &cells);
        err = add_packs(db, of.shop, of.month, after_id, making->builder, error);
    }
    cube_cells_free(&cells);
    making->kept = making->kept && cube_builder_count(making->builder) <= CUBE_MONTH_CELLS_MAX;
    return err;
}

static enum err code(void *context, const atomic_bool *stop, struct error *error) {
    (void)stop;
    (void)error;
    struct making *making = context;
    struct cube_cells cells = {0};
    if (making->kept) {
        cube_builder_cells(making->builder, &cells);
        making->stored.cells = (int64_t)cells.count;
        cube_encode(&cells, &making->bytes);
        summary_encode(&cells, &making->summary);
        cube_cells_free(&cells);
    }
    return ERR_OK;
}

/* Two large months at once would take too much memory. */
static void code_beside(struct making *making) {
    enum { BESIDE_MAX = 200000 };
    if (cube_builder_count(making->builder) <= BESIDE_MAX)
        making->coding = errand_start(code, making);
    if (making->coding == NULL)
        code(making, NULL, NULL);
}

static void wait_for(struct making *making) {
    if (making->coding != NULL)
        errand_end(making->coding, NULL);
    making->coding = NULL;
}

static enum err write_month(struct db *db, const struct making *making, struct error *error) {
    enum err err = db_cube_write(db, &making->stored, &making->bytes, error);
    return err == ERR_OK && making->stored.cells >= 0
               ? db_summary_write(db, &making->stored, &making->summary, error)
               : err;
}

enum err cube_months_update(struct db *db, const struct shop_month *months, size_t count,
                            int64_t after_id, int64_t generation,
                            enum err (*report)(void *context, size_t done), void *context,
                            struct error *error) {
    struct making turns[2] = {0};
    enum err err = ERR_OK;
    for (size_t i = 0; err == ERR_OK && i <= count; i++) {
        struct making *now = &turns[i % 2], *before = &turns[(i + 1) % 2];
        if (i < count && report != NULL)
            err = report(context, i);
        if (err == ERR_OK && i < count)
            err = add_up(db, months[i], after_id, generation, now, error);
        wait_for(before);
        if (err == ERR_OK && i < count)
            code_beside(now);
        if (err == ERR_OK && i > 0)
            err = write_month(db, before, error);
        making_free(before);
    }
    making_free(&turns[0]);
    making_free(&turns[1]);
    return err;
}

enum err cube_month_update(struct db *db, int32_t shop, int month, int64_t after_id,
                           int64_t generation, struct error *error) {
    return cube_months_update(db, &(struct shop_month){shop, month}, 1, after_id, generation, NULL,
                              NULL, error);
}

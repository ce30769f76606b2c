#include "engine/slice/cube_month.h"

#include <stdlib.h>

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

enum err cube_month_update(struct db *db, int32_t shop, int month, int64_t after_id,
                           int64_t generation, struct error *error) {
    struct cube_builder *builder = cube_builder_new();
    struct cube_cells cells = {0};
    bool kept = true;
    enum err err = after_id > 0 ? cube_month_read(db, shop, month, &cells, &kept, error) : ERR_OK;
    if (err == ERR_OK && kept) {
        cube_builder_add_cells(builder, &cells);
        err = add_packs(db, shop, month, after_id, builder, error);
    }
    cube_cells_free(&cells);
    struct cube_month stored = {
        .month = month, .shop = shop, .cells = -1, .generation = generation};
    struct buffer bytes = {0}, summary = {0};
    if (err == ERR_OK && kept && cube_builder_count(builder) <= CUBE_MONTH_CELLS_MAX) {
        cube_builder_cells(builder, &cells);
        stored.cells = (int64_t)cells.count;
        cube_encode(&cells, &bytes);
        summary_encode(&cells, &summary);
        cube_cells_free(&cells);
    }
    if (err == ERR_OK)
        err = db_cube_write(db, &stored, &bytes, error);
    if (err == ERR_OK && stored.cells >= 0)
        err = db_summary_write(db, &stored, &summary, error);
    buffer_free(&bytes);
    buffer_free(&summary);
    cube_builder_free(builder);
    return err;
}

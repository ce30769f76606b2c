/* Sums by month of another database: cells of its cube with the names' ids made ours. Two years of
 * a shop are a few megabytes however many sales they sum up. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "db/cube.h"
#include "db/packs.h"
#include "db/sales.h"
#include "engine/intake/merge_parts.h"
#include "engine/slice/cube_month.h"
#include "engine/slice/dimension.h"
#include "engine/slice/summary.h"

/* A month that has sales which are in no pack of the other yet. */
struct tail_month {
    int32_t month;
    struct cube_builder *builder;
};

struct summing {
    struct merger *merger;
    const struct shop_entry *entry; /* of the other */
    int32_t target;                 /* ours */
    struct merged_shop *shop;
    int64_t generation; /* of what is written here */
    struct tail_month *tail;
    size_t tail_count;
    struct cube_builder *builder; /* of a month without a tail */
    struct buffer bytes;
    bool written;
    day_number first_day, last_day;
    bool has_days;
    enum err err; /* of the scan's callback */
};

static void see_day(struct summing *summing, day_number day) {
    if (!summing->has_days || day < summing->first_day)
        summing->first_day = day;
    if (!summing->has_days || day > summing->last_day)
        summing->last_day = day;
    summing->has_days = true;
}

/* ------------------------------------------------------------------------------------- the tail */

static struct cube_builder *tail_builder(struct summing *summing, int32_t month, bool make) {
    for (size_t i = 0; i < summing->tail_count; i++) {
        if (summing->tail[i].month == month)
            return summing->tail[i].builder;
    }
    if (!make)
        return NULL;
    summing->tail = xreallocarray(summing->tail, summing->tail_count + 1, sizeof *summing->tail);
    struct tail_month *added = &summing->tail[summing->tail_count++];
    *added = (struct tail_month){month, cube_builder_new()};
    return added->builder;
}

static bool add_sale(void *context, const struct sale *sale) {
    struct summing *summing = context;
    struct merger *merger = summing->merger;
    int32_t location, handset;
    if (sale->shop != summing->entry->id)
        return true;
    summing->err = merge_location(merger, sale->location, &location);
    if (summing->err == ERR_OK)
        summing->err = merge_handset(merger, sale->handset, &handset);
    if (summing->err == ERR_OK)
        summing->err = merge_report(merger, "sales", sale->id, 0);
    if (summing->err != ERR_OK)
        return false;
    struct pack_rows row = {
        .location = &(uint16_t){(uint16_t)location},
        .handset = &(uint16_t){(uint16_t)handset},
        .age = &(uint8_t){sale->age_years == UNKNOWN ? 0 : (uint8_t)sale->age_years},
        .gender = &(uint8_t){(uint8_t)(1 + sale->gender)},
        .answers = &(uint8_t){sale_pack_answers(sale)},
        .price_minor = &(int64_t){sale->price_minor}};
    see_day(summing, sale->day);
    cube_builder_add_rows(tail_builder(summing, date_month_index(sale->day), true), &row, 0, 1);
    return true;
}

/* --------------------------------------------------------------------------------------- months */

static enum err remap(struct merger *merger, struct cube_cells *cells) {
    enum err err = ERR_OK;
    for (size_t i = 0; err == ERR_OK && i < cells->count; i++) {
        int32_t location, handset = 0;
        err = merge_location(merger, cells->location[i], &location);
        if (err == ERR_OK)
            err = merge_handset(merger, cells->handset[i], &handset);
        cells->location[i] = (uint16_t)location;
        cells->handset[i] = (uint16_t)handset;
    }
    return err;
}

/* Writes the month unless it stands here the same already. */
static enum err put_month(struct summing *summing, int32_t month, struct cube_builder *builder) {
    struct merger *merger = summing->merger;
    struct cube_cells cells;
    struct cube_month here;
    struct buffer before = {0};
    cube_builder_cells(builder, &cells);
    buffer_clear(&summing->bytes);
    cube_encode(&cells, &summing->bytes);
    summing->shop->months++;
    summing->shop->cells += (int64_t)cells.count;
    summing->shop->bytes += (int64_t)summing->bytes.length;
    int64_t sales = 0;
    for (size_t i = 0; i < cells.count; i++)
        sales += cells.sales[i];
    summing->shop->sales += sales;
    enum err err = db_cube_read(merger->db, summing->target, month, &here, &before, merger->error);
    bool same = err == ERR_OK && here.cells == (int64_t)cells.count &&
                before.length == summing->bytes.length &&
                memcmp(before.data, summing->bytes.data, before.length) == 0;
    if ((err == ERR_OK || err == ERR_DAMAGED) && !same) { /* a damaged one is replaced */
        here = (struct cube_month){.month = month,
                                   .shop = summing->target,
                                   .cells = (int64_t)cells.count,
                                   .generation = summing->generation};
        err = db_cube_write(merger->db, &here, &summing->bytes, merger->error);
        summing->shop->added += sales;
        summing->written = true;
    }
    cube_cells_free(&cells);
    buffer_free(&before);
    return err;
}

static enum err too_many_cells(struct summing *summing) {
    error_set(
        summing->merger->error, ERR_INPUT,
        "a month of \"%s\" has nearly as many different sales as sales: there are no sums of it",
        summing->shop->name);
    return error_hint(summing->merger->error, "merge the database with its sales, without --cubes");
}

static enum err take_month(struct summing *summing, int32_t month) {
    struct merger *merger = summing->merger;
    struct cube_cells cells;
    bool kept;
    enum err err =
        cube_month_read(merger->other, summing->entry->id, month, &cells, &kept, merger->error);
    if (err == ERR_OK && !kept)
        err = too_many_cells(summing);
    if (err == ERR_OK)
        err = merge_report(merger, "months", summing->shop->months, 0);
    if (err == ERR_OK)
        err = remap(merger, &cells);
    struct cube_builder *builder = tail_builder(summing, month, false);
    if (builder == NULL) {
        builder = summing->builder;
        cube_builder_clear(builder);
    }
    if (err == ERR_OK) {
        cube_builder_add_cells(builder, &cells);
        err = put_month(summing, month, builder);
    }
    cube_cells_free(&cells);
    return err;
}

static bool lists_month(const struct cube_month_list *list, int32_t shop, int32_t month) {
    for (int i = 0; i < list->count; i++) {
        if (list->months[i].shop == shop && list->months[i].month == month)
            return true;
    }
    return false;
}

/* Months that the shop had here and has no longer there. */
static enum err remove_others(struct summing *summing, const struct cube_month_list *theirs) {
    struct merger *merger = summing->merger;
    struct cube_month_list ours;
    enum err err = db_cube_list(merger->db, &ours, merger->error);
    for (int i = 0; err == ERR_OK && i < ours.count; i++) {
        const struct cube_month *month = &ours.months[i];
        if (month->shop != summing->target ||
            lists_month(theirs, summing->entry->id, month->month) ||
            tail_builder(summing, month->month, false) != NULL)
            continue;
        err = db_cube_remove(merger->db, month->shop, month->month, merger->error);
        summing->written = true;
    }
    cube_month_list_free(&ours);
    return err;
}

static enum err take_months(struct summing *summing) {
    struct merger *merger = summing->merger;
    struct cube_month_list theirs;
    enum err err = db_cube_list(merger->other, &theirs, merger->error);
    for (int i = 0; err == ERR_OK && i < theirs.count; i++) {
        if (theirs.months[i].shop == summing->entry->id)
            err = take_month(summing, theirs.months[i].month);
    }
    for (size_t i = 0; err == ERR_OK && i < summing->tail_count; i++) {
        if (!lists_month(&theirs, summing->entry->id, summing->tail[i].month))
            err = put_month(summing, summing->tail[i].month, summing->tail[i].builder);
    }
    if (err == ERR_OK)
        err = remove_others(summing, &theirs);
    cube_month_list_free(&theirs);
    return err;
}

/* ------------------------------------------------------------------------------------- the days */

/* The first and the last day of what is packed, from the packs of the first and the last month. */
static enum err see_packed_days(struct summing *summing) {
    struct merger *merger = summing->merger;
    struct pack_list packs;
    int32_t first = INT32_MAX, last = 0;
    uint8_t *days = xcalloc(PACK_SALES_MAX, 1);
    enum err err = db_packs_list(merger->other, &packs, merger->error);
    for (size_t i = 0; i < packs.count; i++) {
        if (packs.packs[i].shop != summing->entry->id)
            continue;
        first = packs.packs[i].month < first ? packs.packs[i].month : first;
        last = packs.packs[i].month > last ? packs.packs[i].month : last;
    }
    for (size_t i = 0; err == ERR_OK && i < packs.count; i++) {
        const struct pack *pack = &packs.packs[i];
        if (pack->shop != summing->entry->id || (pack->month != first && pack->month != last))
            continue;
        err = db_pack_read(merger->other, pack, &(struct pack_rows){.day_of_month = days},
                           merger->error);
        for (int32_t row = 0; err == ERR_OK && row < pack->sales; row++)
            see_day(summing, date_month_start(pack->month) + days[row] - 1);
    }
    pack_list_free(&packs);
    free(days);
    return err;
}

/* ---------------------------------------------------------------------------------------- shops */

static enum err check_bands(struct summing *summing, const struct packed_state *theirs) {
    int64_t bands = summing->entry->sums_only ? summing->entry->bands : theirs->bands;
    bool has_cells = summing->entry->sums_only || theirs->last_sale_id != 0;
    if (!has_cells || bands == dimension_bands())
        return ERR_OK;
    error_set(summing->merger->error, ERR_INPUT,
              "the sums in %s are by other age or price bands than this program's",
              db_path(summing->merger->other));
    return error_hint(summing->merger->error, "let the same version of retail-pulse make them: "
                                              "retail-pulse rebuild");
}

static enum err take_shop(struct summing *summing, const struct packed_state *theirs) {
    struct merger *merger = summing->merger;
    enum err err = check_bands(summing, theirs);
    if (summing->entry->sums_only) {
        see_day(summing, summing->entry->first_day);
        see_day(summing, summing->entry->last_day);
    } else if (err == ERR_OK) {
        err = db_sales_scan(merger->other, theirs->last_sale_id, add_sale, summing, merger->error);
        if (err == ERR_OK)
            err = summing->err;
        if (err == ERR_OK)
            err = see_packed_days(summing);
    }
    if (err == ERR_OK)
        err = take_months(summing);
    if (err != ERR_OK || !summing->written)
        return err;
    merger->changed = true;
    struct shop_entry entry = {.id = summing->target,
                               .sums_only = true,
                               .bands = dimension_bands(),
                               .first_day = summing->first_day,
                               .last_day = summing->last_day};
    clock_stamp(entry.merged_at);
    return db_shop_merged(merger->db, &entry, merger->error);
}

static void summing_free(struct summing *summing) {
    for (size_t i = 0; i < summing->tail_count; i++)
        cube_builder_free(summing->tail[i].builder);
    free(summing->tail);
    cube_builder_free(summing->builder);
    buffer_free(&summing->bytes);
}

enum err merge_sums(struct merger *merger) {
    struct packed_state ours, theirs;
    bool written = false;
    enum err err = db_packed_state(merger->db, &ours, merger->error);
    if (err == ERR_OK)
        err = db_packed_state(merger->other, &theirs, merger->error);
    for (int i = 0; err == ERR_OK && i < merger->shops.count; i++) {
        if (merger->targets[i + 1] == 0 || !merger->result->shops[i].sums_only)
            continue;
        struct summing summing = {.merger = merger,
                                  .entry = &merger->shops.entries[i],
                                  .target = merger->targets[i + 1],
                                  .shop = &merger->result->shops[i],
                                  .generation = ours.generation + 1,
                                  .builder = cube_builder_new()};
        err = take_shop(&summing, &theirs);
        written = written || summing.written;
        summing_free(&summing);
    }
    if (err != ERR_OK || !written)
        return err;
    ours.generation++;
    ours.bands = dimension_bands();
    err = summary_write_missing(merger->db, merger->error);
    return err == ERR_OK ? db_packed_put(merger->db, &ours, merger->error) : err;
}

#include "engine/slice/cube.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "db/checksum.h"
#include "db/cube.h"
#include "db/sales.h"
#include "engine/slice/dimension.h"
#include "engine/slice/packed.h"
#include "engine/slice/summary.h"

enum { TAIL_MOST = 100000 };

/* The first and the last day of all: from the packs of the first and the last month. */
static enum err find_days(struct db *db, struct facts *cells, struct error *error) {
    const struct cube *cube = cells->cube;
    const struct pack_list *packs = &cube->packs;
    struct facts window = packed_window(cells);
    enum err err = ERR_OK;
    bool found = false;
    int first = packs->count > 0 ? packs->packs[0].month : 0;
    int last = packs->count > 0 ? packs->packs[packs->count - 1].month : 0;
    for (size_t i = 0; i < packs->count && err == ERR_OK; i++) {
        const struct pack *pack = &packs->packs[i];
        if (pack->month != first && pack->month != last)
            continue;
        err = packed_read(db, pack, PACKED_DAY, &window, 0, error);
        for (int32_t row = 0; err == ERR_OK && row < pack->sales; row++) {
            day_number day = window.day[row];
            cells->first_day = !found || day < cells->first_day ? day : cells->first_day;
            cells->last_day = !found || day > cells->last_day ? day : cells->last_day;
            found = true;
        }
    }
    for (size_t i = 0; i < cube->tail.count; i++) {
        day_number day = cube->tail.day[i];
        cells->first_day = !found || day < cells->first_day ? day : cells->first_day;
        cells->last_day = !found || day > cells->last_day ? day : cells->last_day;
        found = true;
    }
    for (int i = 0; i < cells->shops.count; i++) {
        const struct shop_entry *shop = &cells->shops.entries[i];
        if (!shop->sums_only)
            continue;
        cells->first_day =
            !found || shop->first_day < cells->first_day ? shop->first_day : cells->first_day;
        cells->last_day =
            !found || shop->last_day > cells->last_day ? shop->last_day : cells->last_day;
        found = true;
    }
    packed_window_free(&window);
    return err;
}

/* --------------------------------------------------------------------------- reading */

/* What the database holds now; the cells are not read yet. */
struct found {
    struct sales_extent extent;
    struct packed_state state;
    struct pack_list packs;
    struct cube_month_list months;
    struct shop_list shops;
};

static void found_free(struct found *found) {
    pack_list_free(&found->packs);
    cube_month_list_free(&found->months);
    shop_list_free(&found->shops);
}

static enum err look(struct db *db, struct found *found, struct error *error) {
    *found = (struct found){.state = {0}};
    enum err err = db_sales_extent(db, &found->extent, error);
    if (err == ERR_OK)
        err = db_packed_state(db, &found->state, error);
    if (err == ERR_OK)
        err = db_packs_list(db, &found->packs, error);
    if (err == ERR_OK)
        err = db_cube_list(db, &found->months, error);
    if (err == ERR_OK)
        err = db_shops_load(db, &found->shops, error);
    return err;
}

static bool has_sums_only(const struct shop_list *shops) {
    bool has = false;
    for (int i = 0; i < shops->count; i++)
        has = has || shops->entries[i].sums_only;
    return has;
}

/* Whether there is a cube that this program can use. */
static bool is_usable(const struct found *found) {
    bool usable = found->months.count > 0 && found->state.bands == dimension_bands() &&
                  found->extent.sales - found->packs.sales <= TAIL_MOST;
    for (int i = 0; i < found->months.count; i++)
        usable = usable && found->months.months[i].cells >= 0;
    for (int i = 0; i < found->shops.count; i++)
        usable = usable && (!found->shops.entries[i].sums_only ||
                            found->shops.entries[i].bands == dimension_bands());
    return usable;
}

static enum err read_tail(struct db *db, const struct found *found, struct facts *tail,
                          struct error *error) {
    size_t count = (size_t)(found->extent.sales - found->packs.sales);
    enum err err = facts_window_open(db, count + 1, tail, error);
    return err == ERR_OK
               ? facts_window_read(db, tail, count + 1, found->state.last_sale_id, INT64_MAX, error)
               : err;
}

static enum err read_month(void *context, const struct cube_span *span, struct buffer *bytes,
                           struct error *error) {
    const struct cube *cube = context;
    struct db *db = cube->db;
    struct cube_month stored;
    enum err err = cube_go_on(cube, error);
    if (err == ERR_OK)
        err = db_cube_read(db, span->shop, span->month, &stored, bytes, error);
    if (err == ERR_OK && stored.cells != (int64_t)span->count)
        err = db_damaged_derived(db, "sums by month", error);
    return err;
}

static bool is_here(const struct cube *cube, const struct cube_span *span) {
    size_t from = 0, to = (size_t)cube->month_count;
    while (from < to) { /* ascending by month and, within one, shop */
        size_t middle = from + (to - from) / 2;
        const struct cube_span *other = &cube->months[middle];
        if (other->month == span->month && other->shop == span->shop)
            return other->generation == span->generation && other->count == span->count;
        if (other->month < span->month || (other->month == span->month && other->shop < span->shop))
            from = middle + 1;
        else
            to = middle;
    }
    return false;
}

/* Cells of months that are the same as before stay. After an error there are none. */
static enum err read_cells(struct db *db, struct found *found, struct facts *cells,
                           struct error *error) {
    struct cube *cube = cells->cube;
    size_t count = (size_t)found->months.count;
    struct cube_span *spans = xcalloc(count + 1, sizeof *spans);
    bool *here = xcalloc(count + 1, sizeof *here);
    for (size_t i = 0; i < count; i++) {
        const struct cube_month *month = &found->months.months[i];
        spans[i] =
            (struct cube_span){month->month, month->shop, month->generation, (size_t)month->cells};
        here[i] = is_here(cube, &spans[i]);
    }
    facts_free(&cube->tail);
    pack_list_free(&cube->packs);
    free(cube->months);
    cube->months = spans;
    cube->month_count = (int)count;
    cube->packs = found->packs;
    found->packs = (struct pack_list){0};
    cube->generation = found->state.generation;
    cells->synthetic = found->extent.synthetic;
    struct found rest = *found;
    rest.packs.sales = cube->packs.sales;
    const struct cube_source source = {read_month, cube};
    enum err err = read_tail(db, &rest, &cube->tail, error);
    if (err == ERR_OK)
        err = find_days(db, cells, error);
    if (err == ERR_OK)
        err = cube_rows_update(cells, &cube->rows, spans, here, count, &cube->tail, &source, error);
    if (err == ERR_DAMAGED)
        err = db_damaged_derived(db, "sums by month", error);
    memory_give_back();
    if (err != ERR_OK)
        cube->month_count = 0; /* nothing is known to be the same the next time */
    free(here);
    return err;
}

static enum err read_dictionaries(struct db *db, struct facts *facts, struct error *error) {
    struct dictionary locations, handsets = {0};
    struct shop_list shops = {0};
    enum err err = db_locations_load(db, &locations, error);
    if (err == ERR_OK)
        err = db_handsets_load(db, &handsets, error);
    if (err == ERR_OK)
        err = db_shops_load(db, &shops, error);
    if (err == ERR_OK) {
        shop_list_free(&facts->shops);
        facts->shops = shops;
        dictionary_free(&facts->locations);
        dictionary_free(&facts->handsets);
        facts->locations = locations;
        facts->handsets = handsets;
        return ERR_OK;
    }
    dictionary_free(&locations);
    dictionary_free(&handsets);
    return err;
}

enum err cube_go_on(const struct cube *cube, struct error *error) {
    return cube->stop != NULL && atomic_load(cube->stop)
               ? error_set(error, ERR_CANCELLED, "nobody waits for these figures any more")
               : ERR_OK;
}

static bool gives_cells(const struct found *found, int64_t limit) {
    bool sums = limit != INT64_MAX && has_sums_only(&found->shops);
    return (found->extent.sales > limit || sums) && is_usable(found);
}

enum err cube_open(struct db *db, int64_t limit, struct facts *out, struct error *error) {
    return cube_open_until(db, limit, NULL, out, error);
}

enum err cube_open_until(struct db *db, int64_t limit, const atomic_bool *stop, struct facts *out,
                         struct error *error) {
    struct found found;
    *out = (struct facts){0};
    enum err err = db_snapshot_begin(db, error);
    if (err != ERR_OK)
        return err;
    err = look(db, &found, error);
    bool as_cells = err == ERR_OK && gives_cells(&found, limit);
    if (as_cells) {
        out->cube = xcalloc(1, sizeof *out->cube);
        out->cube->db = db;
        out->cube->stop = stop;
        err = read_dictionaries(db, out, error);
        if (err == ERR_OK)
            err = read_cells(db, &found, out, error);
        out->cube->stop = NULL;
        if (err != ERR_OK)
            facts_free(out);
    }
    found_free(&found);
    db_snapshot_end(db);
    return err == ERR_OK && !as_cells ? facts_load(db, out, error) : err;
}

/* The months' rows, and what streams go through. */
static enum err glance(struct db *db, struct found *found, bool *told, struct facts *out,
                       struct error *error) {
    struct cube *cube = out->cube = xcalloc(1, sizeof *out->cube);
    cube->db = db;
    enum err err = read_dictionaries(db, out, error);
    if (err == ERR_OK)
        err = read_tail(db, found, &cube->tail, error);
    *told = err == ERR_OK && summary_read(db, &found->months, &cube->tail, out);
    if (!*told)
        return err;
    cube->packs = found->packs;
    found->packs = (struct pack_list){0};
    cube->generation = found->state.generation;
    out->synthetic = found->extent.synthetic;
    err = find_days(db, out, error);
    for (size_t row = 0; err == ERR_OK && row < out->count; row++)
        out->day[row] = out->day[row] < out->first_day ? out->first_day : out->day[row];
    return err;
}

enum err cube_glance(struct db *db, int64_t limit, bool *told, struct facts *out,
                     struct error *error) {
    struct found found;
    *out = (struct facts){0};
    *told = false;
    enum err err = db_snapshot_begin(db, error);
    if (err != ERR_OK)
        return err;
    err = look(db, &found, error);
    if (err == ERR_OK && gives_cells(&found, limit))
        err = glance(db, &found, told, out, error);
    if (err != ERR_OK || !*told) {
        facts_free(out);
        *told = false;
    }
    found_free(&found);
    db_snapshot_end(db);
    return err;
}

static bool is_current(const struct found *found, const struct facts *facts) {
    const struct cube *cube = facts->cube;
    return found->state.generation == cube->generation &&
           found->months.count == cube->month_count &&
           found->extent.sales == cube->packs.sales + (int64_t)cube->tail.count &&
           found->extent.last_id == facts_last_id(facts);
}

enum err cube_is_current(struct db *db, const struct facts *facts, bool *current,
                         struct error *error) {
    struct found found;
    *current = false;
    enum err err = db_snapshot_begin(db, error);
    if (err != ERR_OK)
        return err;
    err = look(db, &found, error);
    *current = err == ERR_OK && is_usable(&found) && is_current(&found, facts);
    found_free(&found);
    db_snapshot_end(db);
    return err;
}

enum err cube_refresh(struct db *db, struct facts *facts, struct error *error) {
    struct found found;
    enum err err = db_snapshot_begin(db, error);
    if (err != ERR_OK)
        return err;
    err = look(db, &found, error);
    if (err == ERR_OK && !is_usable(&found)) {
        error_set(error, ERR_NO_DATA, "the sums by month are being made anew");
        err = error_hint(error, "leave and open again when that has ended");
    }
    bool current = err == ERR_OK && is_current(&found, facts);
    if (err == ERR_OK)
        err = read_dictionaries(db, facts, error);
    if (err == ERR_OK && !current)
        err = read_cells(db, &found, facts, error);
    found_free(&found);
    db_snapshot_end(db);
    return err;
}

void cube_close(struct cube *cube) {
    if (cube == NULL)
        return;
    free(cube->months);
    cube_rows_free(&cube->rows);
    pack_list_free(&cube->packs);
    facts_free(&cube->tail);
    slice_free(&cube->applied);
    free(cube);
}

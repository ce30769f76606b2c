#include "engine/slice/cube_month.h"

#include <stdlib.h>
#include <string.h>

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

/* The columns that cells are made of. */
#define KEY_COLUMN_LIST(X) X(location) X(handset) X(age) X(gender) X(answers) X(price_minor)

/* A month on its way: its sales are read, then (on another thread) added up, sorted and coded, then
 * written. */
struct making {
    struct cube_builder *builder; /* NULL: there is none */
    struct pack_rows rows;        /* not added up yet */
    size_t row_count;
    struct cube_month stored;
    bool kept;
    struct buffer bytes, summary;
    struct errand *coding; /* NULL: it is not under way */
};

static void rows_free(struct making *making) {
#define X(member) free(making->rows.member);
    /* forgotten below, whichever turn it is NOLINTNEXTLINE(clang-analyzer-unix.Malloc) */
    KEY_COLUMN_LIST(X)
#undef X
    making->rows = (struct pack_rows){0};
    making->row_count = 0;
}

static void making_free(struct making *making) {
    if (making->coding != NULL)
        errand_end(making->coding, NULL);
    cube_builder_free(making->builder);
    rows_free(making);
    buffer_free(&making->bytes);
    buffer_free(&making->summary);
    *making = (struct making){0};
}

static void rows_reserve(struct making *making, size_t capacity) {
#define X(member) making->rows.member = xcalloc(capacity + 1, sizeof *making->rows.member);
    KEY_COLUMN_LIST(X)
#undef X
}

/* The pack's sales after `after_id`, behind those that are there. */
static enum err read_pack(struct db *db, const struct pack *pack, int64_t after_id,
                          struct making *making, struct error *error) {
    struct pack_rows into = {0};
    int64_t *ids = NULL;
    if (pack->first_sale_id <= after_id)
        into.id = ids = xcalloc((size_t)pack->sales, sizeof *ids);
#define X(member) into.member = making->rows.member + making->row_count;
    KEY_COLUMN_LIST(X)
#undef X
    enum err err = db_pack_read(db, pack, &into, error);
    size_t from = 0, sales = (size_t)pack->sales;
    while (err == ERR_OK && ids != NULL && from < sales && ids[from] <= after_id)
        from++;
    if (err == ERR_OK && from > 0) {
#define X(member) memmove(into.member, into.member + from, (sales - from) * sizeof *into.member);
        KEY_COLUMN_LIST(X)
#undef X
    }
    making->row_count += err == ERR_OK ? sales - from : 0;
    free(ids);
    return err;
}

static void add_rows(struct making *making) {
    if (cube_builder_count(making->builder) <= CUBE_MONTH_CELLS_MAX)
        cube_builder_add_rows(making->builder, &making->rows, 0, making->row_count);
    making->row_count = 0;
}

/* While a month is read, the two before it are made. Large ones at once would take too much memory:
 * a month of more cells than this is not made beside others, and one of more sales is added up pack
 * by pack. */
enum { TURNS = 3, BESIDE_MAX = 180000 };

static enum err read_packs(struct db *db, struct shop_month of, int64_t after_id,
                           struct making *making, struct error *error) {
    struct pack_list packs;
    enum err err = db_packs_of_month(db, of.shop, of.month, &packs, error);
    if (err != ERR_OK)
        return err;
    size_t sales = 0;
    for (size_t i = 0; i < packs.count; i++)
        sales += packs.packs[i].last_sale_id > after_id ? (size_t)packs.packs[i].sales : 0;
    bool at_once = sales <= BESIDE_MAX;
    rows_reserve(making, at_once ? sales : PACK_SALES_MAX);
    for (size_t i = 0; err == ERR_OK && i < packs.count; i++) {
        if (packs.packs[i].last_sale_id <= after_id)
            continue;
        err = read_pack(db, &packs.packs[i], after_id, making, error);
        if (err == ERR_OK && !at_once)
            add_rows(making);
    }
    pack_list_free(&packs);
    return err;
}

static enum err read_month(struct db *db, struct shop_month of, int64_t after_id,
                           int64_t generation, struct making *making, struct error *error) {
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
        err = read_packs(db, of, after_id, making, error);
    }
    cube_cells_free(&cells);
    return err;
}

static enum err code(void *context, const atomic_bool *stop, struct error *error) {
    (void)stop;
    (void)error;
    struct making *making = context;
    struct cube_cells cells = {0};
    if (making->kept)
        add_rows(making);
    rows_free(making);
    making->kept = making->kept && cube_builder_count(making->builder) <= CUBE_MONTH_CELLS_MAX;
    if (making->kept) {
        cube_builder_cells(making->builder, &cells);
        making->stored.cells = (int64_t)cells.count;
        cube_encode(&cells, &making->bytes);
        summary_encode(&cells, &making->summary);
        cube_cells_free(&cells);
    }
    return ERR_OK;
}

static void code_beside(struct making *making) {
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
    struct making turns[TURNS] = {0};
    enum err err = ERR_OK;
    for (size_t i = 0; err == ERR_OK && i < count + TURNS - 1; i++) {
        struct making *now = &turns[i % TURNS], *oldest = &turns[(i + 1) % TURNS];
        if (i < count && report != NULL)
            err = report(context, i);
        if (err == ERR_OK && i < count)
            err = read_month(db, months[i], after_id, generation, now, error);
        wait_for(oldest);
        if (err == ERR_OK && i < count)
            code_beside(now);
        if (err == ERR_OK && i >= TURNS - 1)
            err = write_month(db, oldest, error);
        making_free(oldest);
    }
    for (size_t i = 0; i < TURNS; i++)
        making_free(&turns[i]);
    return err;
}

enum err cube_month_code(struct db *db, int32_t shop, int month, struct cube_month *out,
                         struct buffer *cells, struct buffer *summary, struct error *error) {
    struct making making = {0};
    enum err err = read_month(db, (struct shop_month){shop, month}, 0, 0, &making, error);
    if (err == ERR_OK) {
        code(&making, NULL, NULL);
        *out = making.stored;
        buffer_clear(cells);
        buffer_append(cells, making.bytes.data, making.bytes.length);
        buffer_clear(summary);
        buffer_append(summary, making.summary.data, making.summary.length);
    }
    making_free(&making);
    return err;
}

enum err cube_month_update(struct db *db, int32_t shop, int month, int64_t after_id,
                           int64_t generation, struct error *error) {
    return cube_months_update(db, &(struct shop_month){shop, month}, 1, after_id, generation, NULL,
                              NULL, error);
}

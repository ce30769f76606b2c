/* Packs as they are written, and sales taken out of them again. */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "db/checksum.h"
#include "db/connection.h"
#include "db/pack_columns.h"

void pack_rows_reserve(struct pack_rows *rows, size_t capacity) {
#define X(symbol, member) \
    rows->member = xreallocarray(rows->member, capacity, sizeof *rows->member);
    PACK_COLUMN_LIST(X)
#undef X
}

void pack_rows_free(struct pack_rows *rows) {
#define X(symbol, member) free(rows->member);
    PACK_COLUMN_LIST(X)
#undef X
    *rows = (struct pack_rows){0};
}

static bool all_zero(const uint16_t *values, size_t count) {
    uint16_t bits = 0;
    for (size_t i = 0; i < count; i++)
        bits |= values[i];
    return bits == 0;
}

/* Takes columns `from` … `to` − 1 of a pack away. */
static enum err remove_columns(struct db *db, int64_t pack_id, int from, int to,
                               struct error *error) {
    struct statement *columns = statement_get(db, SQL_PACK_COLUMNS_REMOVE);
    statement_bind_integer(columns, "first_id", pack_id * PACK_COLUMN_STRIDE + from);
    statement_bind_integer(columns, "end_id", pack_id * PACK_COLUMN_STRIDE + to);
    return statement_run(columns, error);
}

enum err pack_store(struct db *db, struct pack *pack, const struct pack_rows *rows,
                    struct buffer *bytes, struct error *error) {
    bool is_new = pack->id == 0;
    pack->first_sale_id = rows->id[0];
    pack->last_sale_id = rows->id[pack->sales - 1];
    struct statement *put = statement_get(db, is_new ? SQL_PACK_ADD : SQL_PACK_UPDATE);
    if (is_new) {
        statement_bind_integer(put, "month", pack->month);
        statement_bind_integer(put, "shop_id", pack->shop);
    }
    statement_bind_integer(put, "sales", pack->sales);
    statement_bind_integer(put, "first_sale_id", pack->first_sale_id);
    statement_bind_integer(put, "last_sale_id", pack->last_sale_id);
    statement_bind_integer(put, "generation", pack->generation);
    if (!is_new)
        statement_bind_integer(put, "id", pack->id);
    enum err err = statement_run(put, error);
    if (err == ERR_OK && is_new)
        pack->id = sqlite3_last_insert_rowid(db->handle);
    for (int column = 0; err == ERR_OK && column < PACK_COLUMN_COUNT; column++) {
        size_t size;
        const void *values = pack_rows_column(rows, (enum pack_column)column, &size);
        if (column == PACK_COLUMN_REFERENCE && all_zero(values, (size_t)pack->sales)) {
            if (!is_new)
                err = remove_columns(db, pack->id, column, column + 1, error);
            continue;
        }
        pack_column_encode(values, size, (size_t)pack->sales,
                           column == PACK_COLUMN_ID ? pack->first_sale_id : 0, bytes);
        put = statement_get(db, SQL_PACK_COLUMN_PUT);
        statement_bind_integer(put, "id", pack->id * PACK_COLUMN_STRIDE + column);
        statement_bind_integer(put, "checksum", checksum_of(bytes->data, bytes->length));
        statement_bind_bytes(put, "bytes", bytes->data, bytes->length);
        err = statement_run(put, error);
    }
    return err;
}

/* ------------------------------------------------------------------------------ taking out */

/* Sales on their way from the old packs to the new ones: at most two packs of them. */
struct refilling {
    struct db *db;
    struct pack_rows rows;
    size_t count;
    const struct pack_list *old;
    size_t next_old; /* whose place the next new pack takes */
    int64_t generation;
    struct buffer bytes;
};

static enum err remove_pack(struct db *db, int64_t id, struct error *error) {
    struct statement *pack = statement_get(db, SQL_PACK_REMOVE);
    statement_bind_integer(pack, "id", id);
    enum err err = statement_run(pack, error);
    if (err != ERR_OK)
        return err;
    return remove_columns(db, id, 0, PACK_COLUMN_STRIDE, error);
}

static void move_rows(struct pack_rows *rows, size_t to, size_t from, size_t count) {
#define X(symbol, member) \
    memmove(rows->member + to, rows->member + from, count * sizeof *rows->member);
    PACK_COLUMN_LIST(X)
#undef X
}

static enum err put_first(struct refilling *refilling, size_t count, struct error *error) {
    struct pack pack = refilling->old->packs[refilling->next_old++];
    pack.sales = (int32_t)count;
    pack.generation = refilling->generation;
    enum err err = pack_store(refilling->db, &pack, &refilling->rows, &refilling->bytes, error);
    refilling->count -= count;
    move_rows(&refilling->rows, 0, count, refilling->count);
    return err;
}

/* Reads a pack behind what is there already, without those of its sales that are in the list. */
static enum err take_pack(struct refilling *refilling, const struct pack *pack, const int64_t **ids,
                          const int64_t *end, struct error *error) {
    struct pack_rows *rows = &refilling->rows, behind;
    size_t start = refilling->count, kept = start;
#define X(symbol, member) behind.member = rows->member + start;
    PACK_COLUMN_LIST(X)
#undef X
    enum err err = db_pack_read(refilling->db, pack, &behind, error);
    if (err != ERR_OK)
        return err;
    for (size_t row = start; row < start + (size_t)pack->sales; row++) {
        while (*ids < end && **ids < rows->id[row])
            (*ids)++;
        bool taken_out = *ids < end && **ids == rows->id[row];
        if (!taken_out && kept != row)
            move_rows(rows, kept, row, 1);
        kept += !taken_out;
    }
    refilling->count = kept;
    return ERR_OK;
}

static enum err refill(struct refilling *refilling, const int64_t *ids, size_t count,
                       struct error *error) {
    const struct pack_list *old = refilling->old;
    const int64_t *end = ids + count;
    enum err err = ERR_OK;
    size_t i = 0;
    while (i < old->count && count > 0 && old->packs[i].last_sale_id < ids[0])
        i++;
    for (refilling->next_old = i; err == ERR_OK && i < old->count; i++) {
        err = take_pack(refilling, &old->packs[i], &ids, end, error);
        if (err == ERR_OK && refilling->count >= PACK_SALES_MAX)
            err = put_first(refilling, PACK_SALES_MAX, error);
    }
    if (err == ERR_OK && refilling->count > 0)
        err = put_first(refilling, refilling->count, error);
    while (err == ERR_OK && refilling->next_old < old->count)
        err = remove_pack(refilling->db, old->packs[refilling->next_old++].id, error);
    return err;
}

enum err db_packs_remove(struct db *db, struct shop_month of, const int64_t *ids, size_t count,
                         int64_t generation, struct error *error) {
    struct pack_list packs;
    enum err err = db_packs_of_month(db, of.shop, of.month, &packs, error);
    if (err != ERR_OK)
        return err;
    struct refilling refilling = {.db = db, .old = &packs, .generation = generation};
    pack_rows_reserve(&refilling.rows, (size_t)2 * PACK_SALES_MAX);
    err = refill(&refilling, ids, count, error);
    pack_rows_free(&refilling.rows);
    buffer_free(&refilling.bytes);
    pack_list_free(&packs);
    return err;
}

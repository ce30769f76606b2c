#include "db/cube.h"

#include <stdlib.h>

#include "base/memory.h"
#include "db/checksum.h"
#include "db/connection.h"

static enum err list_months(struct statement *list, struct cube_month_list *out,
                            struct error *error) {
    *out = (struct cube_month_list){0};
    bool row;
    enum err err;
    while ((err = statement_step(list, &row, error)) == ERR_OK && row) {
        if ((out->count & (out->count - 1)) == 0) /* room doubles at the powers of two */
            out->months = xreallocarray(out->months, out->count != 0 ? (size_t)out->count * 2 : 1,
                                        sizeof *out->months);
        out->months[out->count++] =
            (struct cube_month){.month = (int32_t)statement_integer(list, 0),
                                .shop = (int32_t)statement_integer(list, 1),
                                .cells = statement_integer(list, 2),
                                .generation = statement_integer(list, 3)};
    }
    statement_end(list);
    if (err != ERR_OK)
        cube_month_list_free(out);
    return err;
}

enum err db_cube_list(struct db *db, struct cube_month_list *out, struct error *error) {
    return list_months(statement_get(db, SQL_CUBE_MONTHS), out, error);
}

enum err db_cube_list_sums_only(struct db *db, struct cube_month_list *out, struct error *error) {
    return list_months(statement_get(db, SQL_CUBE_MONTHS_SUMS_ONLY), out, error);
}

void cube_month_list_free(struct cube_month_list *list) {
    free(list->months);
    *list = (struct cube_month_list){0};
}

enum err db_cube_read(struct db *db, int32_t shop, int month, struct cube_month *out,
                      struct buffer *bytes, struct error *error) {
    *out = (struct cube_month){.month = month, .shop = shop};
    buffer_clear(bytes);
    struct statement *get = statement_get(db, SQL_CUBE_MONTH);
    statement_bind_integer(get, "month", month);
    statement_bind_integer(get, "shop_id", shop);
    bool row;
    enum err err = statement_step(get, &row, error);
    if (err == ERR_OK && row) {
        size_t length;
        const void *stored = statement_bytes(get, 3, &length);
        out->cells = statement_integer(get, 0);
        out->generation = statement_integer(get, 1);
        if (checksum_of(stored, length) != statement_integer(get, 2))
            err = db_damaged_derived(db, "sums by month", error);
        else
            buffer_append(bytes, stored, length);
    }
    statement_end(get);
    return err;
}

enum err db_cube_write(struct db *db, const struct cube_month *month, const struct buffer *bytes,
                       struct error *error) {
    struct statement *put = statement_get(db, SQL_CUBE_MONTH_PUT);
    statement_bind_integer(put, "month", month->month);
    statement_bind_integer(put, "shop_id", month->shop);
    statement_bind_integer(put, "cells", month->cells);
    statement_bind_integer(put, "generation", month->generation);
    statement_bind_integer(put, "checksum", checksum_of(bytes->data, bytes->length));
    statement_bind_bytes(put, "bytes", bytes->data, bytes->length);
    return statement_run(put, error);
}

enum err db_cube_clear(struct db *db, struct error *error) {
    return statement_run_plain(db, SQL_CUBE_CLEAR, error);
}

enum err db_cube_clear_shop(struct db *db, int32_t shop, struct error *error) {
    struct statement *clear = statement_get(db, SQL_CUBE_CLEAR_SHOP);
    statement_bind_integer(clear, "shop_id", shop);
    return statement_run(clear, error);
}

enum err db_cube_remove(struct db *db, int32_t shop, int month, struct error *error) {
    struct statement *remove = statement_get(db, SQL_CUBE_MONTH_REMOVE);
    statement_bind_integer(remove, "month", month);
    statement_bind_integer(remove, "shop_id", shop);
    return statement_run(remove, error);
}

/* ------------------------------------------------------------------------------- summaries */

enum err db_summaries_missing(struct db *db, struct cube_month_list *out, struct error *error) {
    return list_months(statement_get(db, SQL_SUMMARIES_MISSING), out, error);
}

enum err db_summary_write(struct db *db, const struct cube_month *month, const struct buffer *bytes,
                          struct error *error) {
    struct statement *put = statement_get(db, SQL_SUMMARY_PUT);
    statement_bind_integer(put, "month", month->month);
    statement_bind_integer(put, "shop_id", month->shop);
    statement_bind_integer(put, "generation", month->generation);
    statement_bind_integer(put, "checksum", checksum_of(bytes->data, bytes->length));
    statement_bind_bytes(put, "bytes", bytes->data, bytes->length);
    return statement_run(put, error);
}

enum err db_summaries_drop_orphaned(struct db *db, struct error *error) {
    return statement_run_plain(db, SQL_SUMMARIES_ORPHANED, error);
}

enum err db_summaries_read(struct db *db, db_summary *each, void *context, struct error *error) {
    struct statement *list = statement_get(db, SQL_SUMMARIES);
    bool row, more = true;
    enum err err = ERR_OK;
    while (more && (err = statement_step(list, &row, error)) == ERR_OK && row) {
        struct cube_month month = {.month = (int32_t)statement_integer(list, 0),
                                   .shop = (int32_t)statement_integer(list, 1),
                                   .generation = statement_integer(list, 2)};
        size_t length;
        const void *bytes = statement_bytes(list, 4, &length);
        bool sound = checksum_of(bytes, length) == statement_integer(list, 3);
        more = each(context, &month, sound ? bytes : NULL, length);
    }
    statement_end(list);
    return err;
}

/* An eponymous virtual table (sqlite.org/vtab.html, section 2.1.2) over sales in memory. */
#include "db/sale_batch.h"

#include <stdlib.h>

#include "base/memory.h"
#include "db/connection.h"

/* The columns of table `sale`, in its order, but for the id, which SQLite gives, and the run, which
 * all of a batch have in common. */
enum {
    COLUMN_REFERENCE,
    COLUMN_DAY,
    COLUMN_LOCATION,
    COLUMN_AGE,
    COLUMN_GENDER,
    COLUMN_HANDSET,
    COLUMN_PRICE,
    COLUMN_FACEBOOK /* and the other answers, in the order of enum answer */
};

static const char declaration[] = "CREATE TABLE incoming_sale (reference, day,"
                                  " location_id, age_years, gender, handset_id, price_minor,"
                                  " facebook, follows, bought_before, heard)";

struct batch_table {
    sqlite3_vtab base;
    const struct db *db;
};

struct batch_cursor {
    sqlite3_vtab_cursor base;
    const struct sale *at, *end;
};

static int connect_table(sqlite3 *handle, void *context, int argc, const char *const *argv,
                         sqlite3_vtab **out, char **message) {
    (void)argc;
    (void)argv;
    (void)message;
    int status = sqlite3_declare_vtab(handle, declaration);
    if (status != SQLITE_OK)
        return status;
    sqlite3_vtab_config(handle, SQLITE_VTAB_DIRECTONLY);
    struct batch_table *table = xcalloc(1, sizeof *table);
    table->db = context;
    *out = &table->base;
    return SQLITE_OK;
}

static int disconnect_table(sqlite3_vtab *table) {
    free(table);
    return SQLITE_OK;
}

static int best_index(sqlite3_vtab *table, sqlite3_index_info *info) {
    (void)table;
    info->estimatedCost = 1000;
    return SQLITE_OK;
}

static int open_cursor(sqlite3_vtab *table, sqlite3_vtab_cursor **out) {
    (void)table;
    struct batch_cursor *cursor = xcalloc(1, sizeof *cursor);
    *out = &cursor->base;
    return SQLITE_OK;
}

static int close_cursor(sqlite3_vtab_cursor *base) {
    free(base);
    return SQLITE_OK;
}

static int filter(sqlite3_vtab_cursor *base, int plan, const char *text, int argc,
                  sqlite3_value **argv) {
    (void)plan;
    (void)text;
    (void)argc;
    (void)argv;
    struct batch_cursor *cursor = (struct batch_cursor *)base;
    const struct sale_batch *batch = ((const struct batch_table *)base->pVtab)->db->incoming;
    cursor->at = batch != NULL ? batch->sales : NULL;
    cursor->end = batch != NULL ? batch->sales + batch->count : NULL;
    return SQLITE_OK;
}

static int next_row(sqlite3_vtab_cursor *base) {
    ((struct batch_cursor *)base)->at++;
    return SQLITE_OK;
}

static int at_end(sqlite3_vtab_cursor *base) {
    const struct batch_cursor *cursor = (const struct batch_cursor *)base;
    return cursor->at == cursor->end;
}

/* A column that gets no result is NULL. */
static void known(sqlite3_context *context, int value, int unknown) {
    if (value != unknown)
        sqlite3_result_int(context, value);
}

static int column(sqlite3_vtab_cursor *base, sqlite3_context *context, int index) {
    const struct batch_cursor *cursor = (const struct batch_cursor *)base;
    const struct sale *sale = cursor->at;
    switch (index) {
    case COLUMN_REFERENCE:
        if (sale->reference != NULL)
            sqlite3_result_text(context, sale->reference, -1, SQLITE_STATIC);
        break;
    case COLUMN_DAY:
        sqlite3_result_int(context, sale->day);
        break;
    case COLUMN_LOCATION:
        known(context, sale->location, 0);
        break;
    case COLUMN_AGE:
        known(context, sale->age_years, UNKNOWN);
        break;
    case COLUMN_GENDER:
        known(context, sale->gender, UNKNOWN);
        break;
    case COLUMN_HANDSET:
        sqlite3_result_int(context, sale->handset);
        break;
    case COLUMN_PRICE:
        sqlite3_result_int64(context, sale->price_minor);
        break;
    default:
        known(context, sale->answers[index - COLUMN_FACEBOOK], UNKNOWN);
    }
    return SQLITE_OK;
}

static int row_id(sqlite3_vtab_cursor *base, sqlite3_int64 *id) {
    *id = ((const struct batch_cursor *)base)->at->id;
    return SQLITE_OK;
}

enum err sale_batch_register(struct db *db, struct error *error) {
    /* Without xCreate it is eponymous only: nobody can make another table of it. */
    static const sqlite3_module module = {
        .xConnect = connect_table,
        .xBestIndex = best_index,
        .xDisconnect = disconnect_table,
        .xOpen = open_cursor,
        .xClose = close_cursor,
        .xFilter = filter,
        .xNext = next_row,
        .xEof = at_end,
        .xColumn = column,
        .xRowid = row_id,
    };
    int status = sqlite3_create_module_v2(db->handle, "incoming_sale", &module, db, NULL);
    return status == SQLITE_OK ? ERR_OK : db_failure(db, status, error);
}

enum err sale_batch_insert(struct db *db, const struct sale_batch *batch, struct error *error) {
    db->incoming = batch;
    struct statement *add = statement_get(db, SQL_SALES_ADD);
    statement_bind_integer(add, "run_id", batch->run_id);
    enum err err = statement_run(add, error);
    db->incoming = NULL;
    /* The ids were given by the caller to the packs and by SQLite to the table: they must agree. */
    int64_t last = batch->sales[batch->count - 1].id;
    if (err == ERR_OK && sqlite3_last_insert_rowid(db->handle) != last)
        err = error_set(error, ERR_DATABASE, "%s: sale %lld was stored under another number",
                        db->path, (long long)last);
    return err;
}

/* An eponymous virtual table (sqlite.org/vtab.html, section 2.1.2) over batches of scored sales. */
#include "db/score_table.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "db/borrow.h"
#include "db/connection.h"

enum { COLUMN_SALE, COLUMN_PROBABILITY, COLUMN_LABEL, COLUMN_SEGMENT, COLUMN_OUTCOME };

static const char declaration[] = "CREATE TABLE score (sale_id INTEGER, probability REAL,"
                                  " label INTEGER, segment TEXT, outcome TEXT HIDDEN)";

/* What best_index tells filter in idxNum; the arguments come in this order. */
enum {
    PLAN_EQUAL = 1,
    PLAN_ABOVE = 2,   /* sale_id > or >= */
    PLAN_BELOW = 4,   /* sale_id < or <= */
    PLAN_SEGMENT = 8, /* the segment is asked for */
    PLAN_NO_OUTCOME = 16
};

/* Opening a scan reads the dictionaries: a lookup per row of another table must look dear. */
static const double cost_open = 5000, sales_guessed = 1000000;

struct score_table {
    sqlite3_vtab base;
    const struct score_source *source;
};

struct score_cursor {
    sqlite3_vtab_cursor base;
    void *scan;
    struct score_batch batch;
    size_t at;
    char *outcome;
};

static int tell(sqlite3_vtab *table, enum err code, const struct error *error) {
    sqlite3_free(table->zErrMsg);
    table->zErrMsg = error->hint[0] != '\0' ? sqlite3_mprintf("%s; %s", error->message, error->hint)
                                            : sqlite3_mprintf("%s", error->message);
    return code == ERR_CANCELLED ? SQLITE_INTERRUPT : SQLITE_ERROR;
}

static int connect_table(sqlite3 *handle, void *context, int argc, const char *const *argv,
                         sqlite3_vtab **out, char **message) {
    (void)argc;
    (void)argv;
    (void)message;
    int status = sqlite3_declare_vtab(handle, declaration);
    if (status != SQLITE_OK)
        return status;
    sqlite3_vtab_config(handle, SQLITE_VTAB_DIRECTONLY);
    struct score_table *table = xcalloc(1, sizeof *table);
    table->source = context;
    *out = &table->base;
    return SQLITE_OK;
}

static int disconnect_table(sqlite3_vtab *table) {
    free(table);
    return SQLITE_OK;
}

/* Takes the first usable constraint on the sale's id of each sort. */
static int best_index(sqlite3_vtab *table, sqlite3_index_info *info) {
    (void)table;
    static const struct {
        int plan, strict, loose;
    } sorts[] = {
        {PLAN_EQUAL, SQLITE_INDEX_CONSTRAINT_EQ, SQLITE_INDEX_CONSTRAINT_EQ},
        {PLAN_ABOVE, SQLITE_INDEX_CONSTRAINT_GT, SQLITE_INDEX_CONSTRAINT_GE},
        {PLAN_BELOW, SQLITE_INDEX_CONSTRAINT_LT, SQLITE_INDEX_CONSTRAINT_LE},
    };
    int outcome = -1, arguments = 1;
    for (int i = 0; i < info->nConstraint; i++) {
        if (info->aConstraint[i].iColumn != COLUMN_OUTCOME ||
            info->aConstraint[i].op != SQLITE_INDEX_CONSTRAINT_EQ)
            continue;
        if (!info->aConstraint[i].usable)
            return SQLITE_CONSTRAINT;
        outcome = i;
    }
    if (outcome < 0) { /* the planner also asks about parts of a condition: only filter tells */
        info->idxNum = PLAN_NO_OUTCOME;
        info->estimatedCost = 1e50;
        return SQLITE_OK;
    }
    info->aConstraintUsage[outcome].argvIndex = arguments++;
    info->aConstraintUsage[outcome].omit = 1;
    info->idxNum = (info->colUsed >> COLUMN_SEGMENT & 1) != 0 ? PLAN_SEGMENT : 0;
    for (size_t sort = 0; sort < sizeof sorts / sizeof *sorts; sort++) {
        for (int i = 0; i < info->nConstraint && (info->idxNum & sorts[sort].plan) == 0; i++) {
            int op = info->aConstraint[i].op, column = info->aConstraint[i].iColumn;
            if (!info->aConstraint[i].usable || (column != COLUMN_SALE && column != -1) ||
                (op != sorts[sort].strict && op != sorts[sort].loose))
                continue;
            /* Not omitted: SQLite checks again, so that > may be taken for >=. */
            info->aConstraintUsage[i].argvIndex = arguments++;
            info->idxNum |= sorts[sort].plan;
        }
    }
    bool equal = (info->idxNum & PLAN_EQUAL) != 0;
    double share = (info->idxNum & PLAN_ABOVE ? 0.5 : 1) * (info->idxNum & PLAN_BELOW ? 0.5 : 1);
    info->estimatedRows = equal ? 1 : (sqlite3_int64)(sales_guessed * share);
    info->estimatedCost = cost_open + (equal ? 1 : sales_guessed * share);
    info->idxFlags = equal ? SQLITE_INDEX_SCAN_UNIQUE : 0;
    info->orderByConsumed =
        info->nOrderBy == 1 && !info->aOrderBy[0].desc &&
        (info->aOrderBy[0].iColumn == COLUMN_SALE || info->aOrderBy[0].iColumn == -1);
    return SQLITE_OK;
}

static int open_cursor(sqlite3_vtab *table, sqlite3_vtab_cursor **out) {
    (void)table;
    struct score_cursor *cursor = xcalloc(1, sizeof *cursor);
    *out = &cursor->base;
    return SQLITE_OK;
}

static void scan_close(struct score_cursor *cursor) {
    const struct score_table *table = (const struct score_table *)cursor->base.pVtab;
    if (cursor->scan != NULL)
        table->source->close(cursor->scan);
    free(cursor->outcome);
    cursor->scan = NULL;
    cursor->outcome = NULL;
    cursor->batch = (struct score_batch){0};
    cursor->at = 0;
}

static int close_cursor(sqlite3_vtab_cursor *base) {
    scan_close((struct score_cursor *)base);
    free(base);
    return SQLITE_OK;
}

static int next_batch(struct score_cursor *cursor) {
    const struct score_table *table = (const struct score_table *)cursor->base.pVtab;
    struct error error = {0};
    cursor->at = 0;
    enum err err = table->source->next(cursor->scan, &cursor->batch, &error);
    if (err == ERR_OK)
        return SQLITE_OK;
    cursor->batch.count = 0;
    return tell(cursor->base.pVtab, err, &error);
}

/* An id compared with NULL or with something that is no number: SQLite checks the condition again,
 * the scan only must not leave out what might fulfil it. Reals are widened to the ids around. */
static int64_t bound(sqlite3_value *value, bool lower) {
    if (sqlite3_value_type(value) == SQLITE_INTEGER)
        return sqlite3_value_int64(value);
    double real = sqlite3_value_type(value) == SQLITE_FLOAT ? sqlite3_value_double(value) : NAN;
    if (real > -9e15 && real < 9e15)
        return (int64_t)(lower ? floor(real) : ceil(real));
    return lower ? INT64_MIN : INT64_MAX;
}

static int filter(sqlite3_vtab_cursor *base, int plan, const char *text, int argc,
                  sqlite3_value **argv) {
    struct score_cursor *cursor = (struct score_cursor *)base;
    const struct score_table *table = (const struct score_table *)base->pVtab;
    struct score_wish wish = {INT64_MIN, INT64_MAX, (plan & PLAN_SEGMENT) != 0};
    struct error error = {0};
    int at = 1;
    (void)text;
    (void)argc;
    scan_close(cursor);
    if (plan & PLAN_NO_OUTCOME)
        return tell(base->pVtab,
                    error_set(&error, ERR_INPUT,
                              "score needs an outcome: score('returning') or score('facebook')"),
                    &error);
    const char *outcome = (const char *)sqlite3_value_text(argv[0]);
    if (plan & PLAN_EQUAL) {
        wish.first_id = bound(argv[at], true);
        wish.last_id = bound(argv[at++], false);
    }
    if (plan & PLAN_ABOVE) {
        int64_t first = bound(argv[at++], true);
        wish.first_id = first > wish.first_id ? first : wish.first_id;
    }
    if (plan & PLAN_BELOW) {
        int64_t last = bound(argv[at++], false);
        wish.last_id = last < wish.last_id ? last : wish.last_id;
    }
    cursor->outcome = xstrdup(outcome != NULL ? outcome : "");
    enum err err =
        table->source->open(table->source->context, cursor->outcome, &wish, &cursor->scan, &error);
    return err == ERR_OK ? next_batch(cursor) : tell(base->pVtab, err, &error);
}

static int next_row(sqlite3_vtab_cursor *base) {
    struct score_cursor *cursor = (struct score_cursor *)base;
    return ++cursor->at < cursor->batch.count ? SQLITE_OK : next_batch(cursor);
}

static int at_end(sqlite3_vtab_cursor *base) {
    return ((const struct score_cursor *)base)->batch.count == 0;
}

static int column(sqlite3_vtab_cursor *base, sqlite3_context *context, int index) {
    const struct score_cursor *cursor = (const struct score_cursor *)base;
    const struct score_batch *batch = &cursor->batch;
    switch (index) {
    case COLUMN_SALE:
        sqlite3_result_int64(context, batch->sale_id[cursor->at]);
        break;
    case COLUMN_PROBABILITY:
        sqlite3_result_double(context, batch->probability[cursor->at]);
        break;
    case COLUMN_LABEL:
        sqlite3_result_int(context, batch->probability[cursor->at] >= batch->threshold);
        break;
    case COLUMN_SEGMENT: /* of the table's making, which a row does not outlive */
        if (batch->segment != NULL && batch->segment[cursor->at] != NULL)
            sqlite3_result_text(context, batch->segment[cursor->at], -1, SQLITE_TRANSIENT);
        break;
    default:
        sqlite3_result_text(context, cursor->outcome, -1, SQLITE_TRANSIENT);
    }
    return SQLITE_OK;
}

static int row_id(sqlite3_vtab_cursor *base, sqlite3_int64 *id) {
    const struct score_cursor *cursor = (const struct score_cursor *)base;
    *id = cursor->batch.sale_id[cursor->at];
    return SQLITE_OK;
}

struct kept_source {
    struct score_source source;
    struct db *db;
};

/* The last that happens to a borrowed connection. */
static void release(void *context) {
    struct kept_source *kept = context;
    if (kept->source.release != NULL)
        kept->source.release(kept->source.context);
    if (kept->db->borrowed)
        db_give_back(kept->db);
    free(kept);
}

enum err score_table_add(struct db *db, const struct score_source *source, struct error *error) {
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
    struct kept_source *kept = xmalloc(sizeof *kept);
    *kept = (struct kept_source){*source, db}; /* SQLite gives its address as that of the source */
    int status = sqlite3_create_module_v2(db->handle, "score", &module, kept, release);
    return status == SQLITE_OK ? ERR_OK : db_failure(db, status, error);
}

/* Running what a person typed, fenced in. */
#include "db/query.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/memory.h"
#include "db/connection.h"

struct query {
    struct db *db;
    sqlite3_stmt *statement;
    const struct progress_sink *sink;
    char denied[96]; /* what the authorizer refused; empty: nothing */
};

enum {
    STEPS_BETWEEN_QUESTIONS = 20000, /* of SQLite's machine: well below a millisecond */
    NEAR = 40                        /* bytes of the SQL shown on either side of a mistake */
};

/* ------------------------------------------------------------------ the fence */

/* Pragmas that only tell. Where `alone`, an argument would change the setting. */
static bool pragma_tells(const char *name, const char *argument) {
    static const struct {
        const char *name;
        bool alone;
    } telling[] = {
        {"table_info", false},       {"table_xinfo", false},       {"table_list", false},
        {"index_list", false},       {"index_info", false},        {"index_xinfo", false},
        {"foreign_key_list", false}, {"foreign_key_check", false}, {"quick_check", false},
        {"integrity_check", false},  {"function_list", true},      {"module_list", true},
        {"collation_list", true},    {"compile_options", true},    {"database_list", true},
        {"data_version", true},      {"user_version", true},       {"schema_version", true},
        {"application_id", true},    {"page_count", true},         {"page_size", true},
        {"freelist_count", true},    {"encoding", true},           {"journal_mode", true}};
    for (size_t i = 0; name != NULL && i < sizeof telling / sizeof *telling; i++) {
        if (strcasecmp(name, telling[i].name) == 0)
            return argument == NULL || !telling[i].alone;
    }
    return false;
}

static const char *action_name(int action) {
    switch (action) {
    case SQLITE_INSERT:
        return "INSERT";
    case SQLITE_UPDATE:
        return "UPDATE";
    case SQLITE_DELETE:
        return "DELETE";
    case SQLITE_ATTACH:
        return "ATTACH";
    case SQLITE_DETACH:
        return "DETACH";
    case SQLITE_PRAGMA:
        return "this PRAGMA";
    case SQLITE_FUNCTION:
        return "this function";
    case SQLITE_TRANSACTION:
    case SQLITE_SAVEPOINT:
        return "a transaction";
    default:
        return "a change of the schema";
    }
}

/* What SQLite 3.40 asks for when a query first uses a table-valued function, json_each or score. A
 * real UPDATE of the schema is refused all the same: it is no read-only statement, the connection
 * is defensive, and the file is open for reading. */
static bool connects_table(int action, const char *first) {
    return action == SQLITE_UPDATE && first != NULL && strcmp(first, "sqlite_master") == 0;
}

static int authorize(void *context, int action, const char *first, const char *second,
                     const char *database, const char *trigger) {
    struct query *query = context;
    (void)database;
    (void)trigger;
    if (query->db->preparing_own) /* db/sql.h's, on behalf of a function that the query calls */
        return SQLITE_OK;
    bool allowed = action == SQLITE_SELECT || action == SQLITE_READ || action == SQLITE_RECURSIVE ||
                   (action == SQLITE_FUNCTION && strcasecmp(second, "load_extension") != 0) ||
                   (action == SQLITE_PRAGMA && pragma_tells(first, second)) ||
                   connects_table(action, first);
    if (allowed)
        return SQLITE_OK;
    /* CREATE and DROP first ask to write the schema's table; the most telling refusal is the first
     * that is no such. */
    bool schema = first != NULL && strncasecmp(first, "sqlite_", 7) == 0;
    if (query->denied[0] == '\0')
        snprintf(query->denied, sizeof query->denied, "%s",
                 schema ? action_name(0) : action_name(action));
    return SQLITE_DENY;
}

static int ask(void *context) {
    const struct query *query = context;
    return !progress_report(query->sink, "running the query", NULL, 0, 0);
}

/* sqlite.org/security.html, "Untrusted SQL Inputs". They stay: the connection asks no other. */
static void limit(sqlite3 *handle) {
    static const int limits[][2] = {{SQLITE_LIMIT_LENGTH, QUERY_LENGTH_MAX},
                                    {SQLITE_LIMIT_SQL_LENGTH, 1000000},
                                    {SQLITE_LIMIT_COLUMN, 500},
                                    {SQLITE_LIMIT_EXPR_DEPTH, 200},
                                    {SQLITE_LIMIT_COMPOUND_SELECT, 100},
                                    {SQLITE_LIMIT_VDBE_OP, 250000},
                                    {SQLITE_LIMIT_ATTACHED, 0},
                                    {SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 1000},
                                    {SQLITE_LIMIT_VARIABLE_NUMBER, 10},
                                    {SQLITE_LIMIT_TRIGGER_DEPTH, 1},
                                    {SQLITE_LIMIT_WORKER_THREADS, 0}};
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++)
        sqlite3_limit(handle, limits[i][0], limits[i][1]);
}

static void fence(struct query *query, bool on) {
    sqlite3 *handle = query->db->handle;
    sqlite3_set_authorizer(handle, on ? authorize : NULL, on ? query : NULL);
    sqlite3_progress_handler(handle, on ? STEPS_BETWEEN_QUESTIONS : 0, on ? ask : NULL, query);
}

/* ------------------------------------------------------------------ what goes wrong */

/* "near character 10: SELECT * >>>FORM sale" */
static void show_place(const char *sql, int offset, struct error *error) {
    int length = (int)strlen(sql);
    if (offset < 0 || offset > length)
        return;
    int from = offset > NEAR ? offset - NEAR : 0;
    int until = length - offset > NEAR ? offset + NEAR : length;
    while (from > 0 && ((unsigned char)sql[from] & 0xC0) == 0x80) /* not within a character */
        from--;
    while (until < length && ((unsigned char)sql[until] & 0xC0) == 0x80)
        until++;
    error_hint(error, "at character %d: %s%.*s>>>%.*s%s", offset + 1, from > 0 ? "..." : "",
               offset - from, sql + from, until - offset, sql + offset,
               until < length ? "..." : "");
}

static enum err refuse(struct query *query, const char *sql, int status, struct error *error) {
    sqlite3 *handle = query->db->handle;
    if (query->denied[0] != '\0') {
        error_set(error, ERR_READ_ONLY, "the SQL may only read: %s is refused", query->denied);
        error_hint(error, "a single SELECT (or WITH ... SELECT) is what it takes");
        return ERR_READ_ONLY;
    }
    switch (status & 0xFF) {
    case SQLITE_ERROR:
    case SQLITE_TOOBIG:
    case SQLITE_MISMATCH:
    case SQLITE_RANGE:
    case SQLITE_AUTH:
    case SQLITE_CONSTRAINT:
        break;
    case SQLITE_NOMEM:
        return error_set(error, ERR_FAILED, "the query needs more memory than there is");
    default:
        return db_failure(query->db, status, error);
    }
    enum err code = sql != NULL ? ERR_USAGE : ERR_INPUT;
    error_set(error, code, "SQL: %s", sqlite3_errmsg(handle));
    if (sql != NULL)
        show_place(sql, sqlite3_error_offset(handle), error);
    return code;
}

/* Whether anything but white space, semicolons and comments follows the statement. */
static bool something_follows(sqlite3 *handle, const char *tail) {
    sqlite3_stmt *next = NULL;
    while (*tail != '\0') {
        int status = sqlite3_prepare_v2(handle, tail, -1, &next, &tail);
        bool something = status != SQLITE_OK || next != NULL;
        sqlite3_finalize(next);
        if (something)
            return true;
    }
    return false;
}

/* ------------------------------------------------------------------ running */

static enum err prepare(struct query *query, const char *sql, struct error *error) {
    const char *tail = sql;
    while (query->statement == NULL && *tail != '\0') { /* comments and semicolons give none */
        const char *start = tail;
        int status = sqlite3_prepare_v2(query->db->handle, start, -1, &query->statement, &tail);
        if (status != SQLITE_OK)
            return refuse(query, start, status, error);
    }
    if (query->statement == NULL) {
        error_set(error, ERR_USAGE, "there is no SQL to run");
        return error_hint(error, "for example: SELECT count(*) FROM sale");
    }
    if (something_follows(query->db->handle, tail)) {
        error_set(error, ERR_USAGE, "one statement at a time: something follows the first one");
        show_place(sql, (int)(tail - sql), error);
        return ERR_USAGE;
    }
    if (!sqlite3_stmt_readonly(query->statement))
        return error_set(error, ERR_READ_ONLY, "the SQL may only read");
    if (sqlite3_bind_parameter_count(query->statement) != 0)
        return error_set(error, ERR_USAGE, "the SQL has a parameter (%s); write its value instead",
                         sqlite3_bind_parameter_name(query->statement, 1) != NULL
                             ? sqlite3_bind_parameter_name(query->statement, 1)
                             : "?");
    return ERR_OK;
}

enum err query_open(struct db *db, const char *sql, const struct progress_sink *sink,
                    struct query **out, struct error *error) {
    *out = NULL;
    struct query *query = xcalloc(1, sizeof *query);
    query->db = db;
    query->sink = sink;
    limit(db->handle);
    fence(query, true);
    enum err err = prepare(query, sql, error);
    if (err == ERR_OK)
        *out = query;
    else
        query_close(query);
    return err;
}

enum err query_step(struct query *query, bool *row, struct error *error) {
    int status = sqlite3_step(query->statement);
    *row = status == SQLITE_ROW;
    if (status == SQLITE_ROW || status == SQLITE_DONE)
        return ERR_OK;
    return refuse(query, NULL, status, error);
}

void query_close(struct query *query) {
    if (query == NULL)
        return;
    sqlite3_finalize(query->statement);
    fence(query, false);
    free(query);
}

int query_columns(const struct query *query) {
    return sqlite3_column_count(query->statement);
}

const char *query_name(const struct query *query, int column) {
    const char *name = sqlite3_column_name(query->statement, column);
    return name != NULL ? name : "";
}

struct db_value query_value(const struct query *query, int column) {
    sqlite3_stmt *statement = query->statement;
    struct db_value value = {.kind = VALUE_NULL, .bytes = ""};
    switch (sqlite3_column_type(statement, column)) {
    case SQLITE_INTEGER:
        value.kind = VALUE_INTEGER;
        value.integer = sqlite3_column_int64(statement, column);
        value.real = (double)value.integer;
        break;
    case SQLITE_FLOAT:
        value.kind = VALUE_REAL;
        value.real = sqlite3_column_double(statement, column);
        break;
    case SQLITE_TEXT:
        value.kind = VALUE_TEXT;
        value.bytes = (const char *)sqlite3_column_text(statement, column);
        break;
    case SQLITE_BLOB:
        value.kind = VALUE_BYTES;
        value.bytes = sqlite3_column_blob(statement, column);
        break;
    default:
        return value;
    }
    if (value.kind == VALUE_TEXT || value.kind == VALUE_BYTES)
        value.length = (size_t)sqlite3_column_bytes(statement, column);
    if (value.bytes == NULL) {
        value.bytes = "";
        value.length = 0;
    }
    return value;
}

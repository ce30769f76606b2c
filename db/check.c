#include "db/check.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "db/connection.h"
#include "db/migrate.h"
#include "db/place.h"

enum { OPCODES_BETWEEN_LOOKS = 200000 };

void check_result_free(struct check_result *result) {
    for (int i = 0; i < result->count; i++)
        free(result->lines[i]);
    *result = (struct check_result){0};
}

/* Takes the line; what is more than the room is left out. */
static void add_line(struct check_result *result, char *line) {
    if (result->count < CHECK_LINES_MAX)
        result->lines[result->count++] = line;
    else
        free(line);
}

/* ---------------------------------------------------------------------------------------- pages */

struct watch {
    const struct progress_sink *sink;
    const char *phase;
};

static int stop_wanted(void *context) {
    const struct watch *watch = context;
    return !progress_report(watch->sink, watch->phase, "", 0, 0);
}

enum err db_check_pages(struct db *db, const struct progress_sink *progress, const char *phase,
                        struct check_result *out, struct error *error) {
    struct watch watch = {progress, phase};
    struct statement *check = statement_get(db, SQL_INTEGRITY_CHECK);
    struct error why = {0};
    bool row;
    enum err err = ERR_OK;
    if (stop_wanted(&watch))
        err = error_set(&why, ERR_CANCELLED, "cancelled");
    sqlite3_progress_handler(db->handle, OPCODES_BETWEEN_LOOKS, stop_wanted, &watch);
    while (err == ERR_OK && (err = statement_step(check, &row, &why)) == ERR_OK && row) {
        const char *text = statement_text(check, 0);
        if (strcmp(text, "ok") != 0)
            add_line(out, text_clean(text, strcspn(text, "\n")));
    }
    statement_end(check);
    sqlite3_progress_handler(db->handle, 0, NULL, NULL);
    if (err == ERR_DAMAGED || err == ERR_DATABASE) {
        add_line(out, text_clean(why.message, strlen(why.message)));
        return ERR_OK;
    }
    if (err != ERR_OK && error != NULL)
        *error = why;
    return err;
}

/* ----------------------------------------------------------------------------------- references */

enum err db_check_references(struct db *db, struct check_result *out, struct error *error) {
    struct statement *check = statement_get(db, SQL_FOREIGN_KEY_COUNTS);
    bool row;
    enum err err;
    while ((err = statement_step(check, &row, error)) == ERR_OK && row)
        add_line(out, xasprintf("%lld rows of %s refer to what %s does not have",
                                (long long)statement_integer(check, 2), statement_text(check, 0),
                                statement_text(check, 1)));
    statement_end(check);
    return err;
}

/* --------------------------------------------------------------------------------------- schema */

/* An empty database as the migrations make it, in memory. The caller closes it. */
static enum err make_expected(struct db **out, struct error *error) {
    struct db *db = xcalloc(1, sizeof *db);
    db->path = xstrdup("a new database");
    db->lock_fd = -1;
    *out = db;
    int status =
        sqlite3_open_v2(":memory:", &db->handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
    for (int i = 0; status == SQLITE_OK && i < migration_count; i++)
        status = sqlite3_exec(db->handle, migrations[i].sql, NULL, NULL, NULL);
    return status == SQLITE_OK ? ERR_OK : db_failure(db, status, error);
}

static enum err next_entry(struct statement *list, bool *row, struct error *error) {
    return *row ? statement_step(list, row, error) : ERR_OK;
}

/* Two lists in the same order, side by side. */
static enum err compare(struct statement *is, struct statement *due, struct check_result *out,
                        struct error *error) {
    bool has_is = true, has_due = true;
    enum err err = next_entry(is, &has_is, error);
    if (err == ERR_OK)
        err = next_entry(due, &has_due, error);
    while (err == ERR_OK && (has_is || has_due)) {
        int order = !has_is    ? 1
                    : !has_due ? -1
                               : strcmp(statement_text(is, 0), statement_text(due, 0));
        if (order > 0)
            add_line(out, xasprintf("%s is missing", statement_text(due, 0)));
        else if (order < 0)
            add_line(out, xasprintf("%s is none of this program", statement_text(is, 0)));
        else if (strcmp(statement_text(is, 1), statement_text(due, 1)) != 0)
            add_line(out, xasprintf("%s is not as it was made", statement_text(is, 0)));
        if (order <= 0)
            err = next_entry(is, &has_is, error);
        if (err == ERR_OK && order >= 0)
            err = next_entry(due, &has_due, error);
    }
    return err;
}

enum err db_check_schema(struct db *db, struct check_result *out, struct error *error) {
    struct db *expected;
    enum err err = make_expected(&expected, error);
    if (err == ERR_OK) {
        struct statement *is = statement_get(db, SQL_SCHEMA),
                         *due = statement_get(expected, SQL_SCHEMA);
        err = compare(is, due, out, error);
        statement_end(is);
        statement_end(due);
    }
    db_close(expected);
    return err;
}

/* ------------------------------------------------------------------------------------- opening */

enum err db_open_to_check(const char *path, struct db **out, struct error *error) {
    char *resolved;
    *out = NULL;
    enum err err = place_resolve(path, false, &resolved, error);
    if (err != ERR_OK)
        return err;
    struct db *db = xcalloc(1, sizeof *db);
    db->path = resolved;
    db->lock_fd = -1;
    err = connection_make_reader(db, error);
    if (err == ERR_OK)
        *out = db;
    else
        db_close(db);
    return err;
}

enum err db_check_identity(struct db *db, struct check_identity *out, struct error *error) {
    int64_t application, tables = 0;
    *out = (struct check_identity){.newest = migration_newest()};
    enum err err =
        statement_run_integer(statement_get(db, SQL_APPLICATION_ID), &application, error);
    if (err == ERR_OK)
        err = statement_run_integer(statement_get(db, SQL_USER_VERSION), &out->schema, error);
    if (err == ERR_OK)
        err = statement_run_integer(statement_get(db, SQL_SCHEMA_COUNT), &tables, error);
    out->ours = err == ERR_OK && application == DATABASE_APPLICATION_ID;
    out->unused = err == ERR_OK && application == 0 && out->schema == 0 && tables == 0;
    return err;
}

enum err db_check_imports(struct db *db, int64_t *unended, int64_t *undone_with_sales,
                          struct error *error) {
    enum err err = statement_run_integer(statement_get(db, SQL_IMPORTS_UNENDED), unended, error);
    return err == ERR_OK ? statement_run_integer(statement_get(db, SQL_IMPORTS_UNDONE_WITH_SALES),
                                                 undone_with_sales, error)
                         : err;
}

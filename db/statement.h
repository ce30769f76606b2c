/* Prepared statements: each is prepared once a connection, bound by name, stepped, reset.
 *
 *     struct statement *find = statement_get(db, SQL_LOCATION_FIND);
 *     statement_bind_text(find, "name", name);
 *     enum err err = statement_step(find, &row, error);
 *     … statement_integer(find, 0) …
 *     statement_end(find);
 *
 * A failure to prepare or bind is kept and told by the next step, so that only steps are checked.
 */
#ifndef DB_STATEMENT_H
#define DB_STATEMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "db/db.h"
#include "db/sql.h"
#include "db/sqlite.h"

enum { STATEMENT_BINDS_MAX = 16 };

struct statement {
    sqlite3_stmt *handle;
    struct db *db;
    int status; /* the first failure since statement_get */
    bool running;
    int bind_count;
    int next_bind;                    /* binds come in the statement's own order as a rule */
    char *binds[STATEMENT_BINDS_MAX]; /* owned; NULL where binds are by position */
};

/* Belongs to the connection. A statement is used by one caller at a time; a second one, before
 * statement_end, gets a failure instead of the first one's rows. */
struct statement *statement_get(struct db *db, enum sql sql);

void statement_bind_integer(struct statement *statement, const char *name, int64_t value);
void statement_bind_real(struct statement *statement, const char *name, double value);
void statement_bind_null(struct statement *statement, const char *name);
/* The bytes must live until statement_end; a NULL text is bound as NULL, NULL bytes as none. */
void statement_bind_text(struct statement *statement, const char *name, const char *text);
void statement_bind_bytes(struct statement *statement, const char *name, const void *bytes,
                          size_t length);

/* `row` receives whether there is a row to read. After an error statement_end is still due. */
enum err statement_step(struct statement *statement, bool *row, struct error *error);
void statement_end(struct statement *statement);

/* Steps to the end, rows ignored, and ends. */
enum err statement_run(struct statement *statement, struct error *error);
enum err statement_run_plain(struct db *db, enum sql sql, struct error *error); /* without binds */
/* The first row's first column, as integer; 0 where there is no row. Ends the statement. */
enum err statement_run_integer(struct statement *statement, int64_t *value, struct error *error);

bool statement_is_null(const struct statement *statement, int column);
int64_t statement_integer(const struct statement *statement, int column);
double statement_real(const struct statement *statement, int column);
/* Until the next step; "" where the column is NULL. */
const char *statement_text(const struct statement *statement, int column);
const void *statement_bytes(const struct statement *statement, int column, size_t *length);
/* The caller frees; NULL where the column is NULL. */
char *statement_copy(const struct statement *statement, int column);
void statement_copy_into(const struct statement *statement, int column, char *text, size_t size);

/* Finalizes all statements of a connection. */
void statements_free(struct db *db);

#endif

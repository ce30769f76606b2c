#include "db/statement.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "db/connection.h"

static void prepare(struct statement *statement, enum sql sql) {
    statement->db->preparing_own = true;
    statement->status = sqlite3_prepare_v3(statement->db->handle, sql_text(sql), -1,
                                           SQLITE_PREPARE_PERSISTENT, &statement->handle, NULL);
    statement->db->preparing_own = false;
    if (statement->status != SQLITE_OK)
        return;
    statement->bind_count = sqlite3_bind_parameter_count(statement->handle);
    if (statement->bind_count != 0 && sqlite3_bind_parameter_name(statement->handle, 1) == NULL)
        return; /* by position */
    if (statement->bind_count > STATEMENT_BINDS_MAX) {
        statement->status = SQLITE_RANGE;
        return;
    }
    /* Copies: SQLite's own names move when it prepares the statement again by itself. */
    for (int i = 0; i < statement->bind_count; i++)
        statement->binds[i] = xstrdup(sqlite3_bind_parameter_name(statement->handle, i + 1) + 1);
}

static void release(struct statement *statement) {
    sqlite3_finalize(statement->handle);
    statement->handle = NULL;
    for (int i = 0; i < STATEMENT_BINDS_MAX; i++) {
        free(statement->binds[i]);
        statement->binds[i] = NULL;
    }
}

struct statement *statement_get(struct db *db, enum sql sql) {
    struct statement *statement = &db->statements[sql];
    if (statement->running) {
        db->refused = (struct statement){.db = db, .status = SQLITE_MISUSE};
        return &db->refused;
    }
    statement->db = db;
    statement->status = SQLITE_OK;
    statement->running = true;
    statement->next_bind = 0;
    if (statement->handle == NULL)
        prepare(statement, sql);
    return statement;
}

/* The bind's position from 1; 0, which SQLite refuses, where the statement has no such bind. */
static int position(struct statement *statement, const char *name) {
    int named = statement->binds[0] != NULL ? statement->bind_count : 0;
    for (int tried = 0; tried < named; tried++) {
        int at = statement->next_bind;
        statement->next_bind = at + 1 < statement->bind_count ? at + 1 : 0;
        if (strcmp(statement->binds[at], name) == 0)
            return at + 1;
    }
    return 0;
}

static void keep(struct statement *statement, int status) {
    if (statement->status == SQLITE_OK)
        statement->status = status;
}

void statement_bind_integer(struct statement *statement, const char *name, int64_t value) {
    if (statement->status == SQLITE_OK)
        keep(statement, sqlite3_bind_int64(statement->handle, position(statement, name), value));
}

void statement_bind_real(struct statement *statement, const char *name, double value) {
    if (statement->status == SQLITE_OK)
        keep(statement, sqlite3_bind_double(statement->handle, position(statement, name), value));
}

void statement_bind_null(struct statement *statement, const char *name) {
    if (statement->status == SQLITE_OK)
        keep(statement, sqlite3_bind_null(statement->handle, position(statement, name)));
}

void statement_bind_text(struct statement *statement, const char *name, const char *text) {
    if (statement->status == SQLITE_OK)
        keep(statement, sqlite3_bind_text(statement->handle, position(statement, name), text, -1,
                                          SQLITE_STATIC));
}

void statement_bind_bytes(struct statement *statement, const char *name, const void *bytes,
                          size_t length) {
    if (statement->status == SQLITE_OK)
        keep(statement, sqlite3_bind_blob64(statement->handle, position(statement, name),
                                            bytes != NULL ? bytes : "", length, SQLITE_STATIC));
}

enum err statement_step(struct statement *statement, bool *row, struct error *error) {
    *row = false;
    int status = statement->status;
    if (status == SQLITE_OK)
        status = sqlite3_step(statement->handle);
    *row = status == SQLITE_ROW;
    if (status == SQLITE_ROW || status == SQLITE_DONE)
        return ERR_OK;
    return db_failure(statement->db, status, error);
}

void statement_end(struct statement *statement) {
    if (statement->db != NULL && statement->db->borrowed) { /* its owner must be able to close */
        release(statement);
    }
    if (statement->handle != NULL) {
        sqlite3_reset(statement->handle);
        if (statement->bind_count != 0)
            sqlite3_clear_bindings(statement->handle);
    }
    statement->running = false;
}

enum err statement_run(struct statement *statement, struct error *error) {
    bool row;
    enum err err;
    do {
        err = statement_step(statement, &row, error);
    } while (err == ERR_OK && row);
    statement_end(statement);
    return err;
}

enum err statement_run_plain(struct db *db, enum sql sql, struct error *error) {
    return statement_run(statement_get(db, sql), error);
}

enum err statement_run_integer(struct statement *statement, int64_t *value, struct error *error) {
    bool row;
    enum err err = statement_step(statement, &row, error);
    *value = err == ERR_OK && row ? statement_integer(statement, 0) : 0;
    statement_end(statement);
    return err;
}

bool statement_is_null(const struct statement *statement, int column) {
    return sqlite3_column_type(statement->handle, column) == SQLITE_NULL;
}

int64_t statement_integer(const struct statement *statement, int column) {
    return sqlite3_column_int64(statement->handle, column);
}

double statement_real(const struct statement *statement, int column) {
    return sqlite3_column_double(statement->handle, column);
}

const char *statement_text(const struct statement *statement, int column) {
    const unsigned char *text = sqlite3_column_text(statement->handle, column);
    return text != NULL ? (const char *)text : "";
}

const void *statement_bytes(const struct statement *statement, int column, size_t *length) {
    const void *bytes = sqlite3_column_blob(statement->handle, column);
    *length = (size_t)sqlite3_column_bytes(statement->handle, column);
    return bytes != NULL ? bytes : "";
}

char *statement_copy(const struct statement *statement, int column) {
    return statement_is_null(statement, column) ? NULL : xstrdup(statement_text(statement, column));
}

void statement_copy_into(const struct statement *statement, int column, char *text, size_t size) {
    snprintf(text, size, "%s", statement_text(statement, column));
}

void statements_free(struct db *db) {
    for (int i = 0; i < SQL_COUNT; i++) {
        release(&db->statements[i]);
        db->statements[i] = (struct statement){0};
    }
}

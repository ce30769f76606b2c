/* The rows of a database file, read from its pages without SQLite: those of tables that can still
 * be walked, and those of pages that no table leads to any more. */
#ifndef DB_RAW_ROWS_H
#define DB_RAW_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/progress.h"

enum { RAW_VALUES_MAX = 20, RAW_NAME_SIZE = 64 };

struct raw_value {
    char kind; /* 'n' NULL, 'i' integer, 'r' real, 't' text, 'b' bytes */
    int64_t integer;
    double real;
    const char *bytes; /* of a text without its NUL */
    size_t length;
};

struct raw_row {
    int64_t id; /* rowid */
    int count;
    struct raw_value values[RAW_VALUES_MAX];
    const char *table; /* or index of unique names, that led here; NULL: none did */
};

struct raw_reading {
    uint32_t pages;       /* of the file */
    uint32_t unread;      /* of them: cut off, or the disk does not give them */
    uint32_t orphaned;    /* whole leaves that no table leads to */
    bool schema_is_whole; /* the tables' names and roots could be read */
};

/* Calls `each` with every row that has at most RAW_VALUES_MAX values; false from it ends the
 * reading with ERR_CANCELLED. What the row points at lives until it returns. */
enum err raw_rows_read(const char *path, bool (*each)(void *context, const struct raw_row *row),
                       void *context, const struct progress_sink *progress, struct raw_reading *out,
                       struct error *error);

#endif

/* What the database file itself is like: sizes, versions, and who writes to it at this moment. */
#ifndef DB_FIGURES_H
#define DB_FIGURES_H

#include "base/error.h"
#include "db/db.h"

enum { FIGURES_WRITER_SIZE = 256 };

struct db_figures {
    int64_t page_bytes, pages, free_pages;
    int64_t file_bytes; /* on the disk; the log's pages may not be in it yet */
    int64_t log_bytes;  /* of the write-ahead log; 0 where there is none */
    int schema, schema_newest;
    const char *sqlite;               /* version of the library, static */
    char writer[FIGURES_WRITER_SIZE]; /* "retail-pulse import (user anna, since 14:05, process
                                         4711)"; "" nobody */
};

enum err db_figures_read(struct db *db, struct db_figures *out, struct error *error);

const char *db_sqlite_version(void); /* static */

/* Only who writes now: cheap enough to be asked once a second. */
void db_figures_writer(const struct db *db, char writer[FIGURES_WRITER_SIZE]);

#endif

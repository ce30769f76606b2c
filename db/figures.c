#include "db/figures.h"

#include <stdlib.h>
#include <sys/stat.h>

#include "base/memory.h"
#include "db/connection.h"
#include "db/lock.h"
#include "db/migrate.h"

const char *db_sqlite_version(void) {
    return sqlite3_libversion();
}

static int64_t size_of(const char *path) {
    struct stat status;
    return stat(path, &status) == 0 ? status.st_size : 0;
}

enum err db_figures_read(struct db *db, struct db_figures *out, struct error *error) {
    static const enum sql questions[] = {SQL_PAGE_SIZE, SQL_PAGE_COUNT, SQL_FREELIST_COUNT,
                                         SQL_USER_VERSION};
    enum { QUESTIONS = sizeof questions / sizeof *questions };
    int64_t answers[QUESTIONS];
    *out = (struct db_figures){.sqlite = sqlite3_libversion(), .schema_newest = migration_newest()};
    for (int i = 0; i < QUESTIONS; i++) {
        enum err err = statement_run_integer(statement_get(db, questions[i]), &answers[i], error);
        if (err != ERR_OK)
            return err;
    }
    out->page_bytes = answers[0];
    out->pages = answers[1];
    out->free_pages = answers[2];
    out->schema = (int)answers[3];
    out->file_bytes = size_of(db->path);
    char *log = xasprintf("%s-wal", db->path);
    out->log_bytes = size_of(log);
    free(log);
    db_figures_writer(db, out->writer);
    return ERR_OK;
}

void db_figures_writer(const struct db *db, char writer[FIGURES_WRITER_SIZE]) {
    lock_holder(db->path, writer, FIGURES_WRITER_SIZE);
}

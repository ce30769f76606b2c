#include "db/borrow.h"

#include <stdlib.h>

#include "base/memory.h"
#include "db/connection.h"
#include "db/migrate.h"

struct db *db_borrow(sqlite3 *handle) {
    struct db *db = xcalloc(1, sizeof *db);
    const char *path = sqlite3_db_filename(handle, "main");
    db->handle = handle;
    db->path = xstrdup(path != NULL && path[0] != '\0' ? path : "the database in memory");
    db->lock_fd = -1;
    db->borrowed = true;
    return db;
}

void db_give_back(struct db *db) {
    free(db->path);
    free(db);
}

enum err db_borrowed_check(struct db *db, struct error *error) {
    int64_t application = 0, version = 0;
    if (!db->borrowed)
        return ERR_OK;
    enum err err =
        statement_run_integer(statement_get(db, SQL_APPLICATION_ID), &application, error);
    if (err == ERR_OK)
        err = statement_run_integer(statement_get(db, SQL_USER_VERSION), &version, error);
    if (err != ERR_OK)
        return err;
    if (application != DATABASE_APPLICATION_ID) {
        error_set(error, ERR_FOREIGN, "%s is no database of retail-pulse", db->path);
        error_hint(error, "open the shop's file itself, as main");
        return ERR_FOREIGN;
    }
    if (version != migration_newest()) {
        error_set(error, version > migration_newest() ? ERR_NEWER : ERR_DATABASE,
                  "%s has schema %lld, this extension knows %d", db->path, (long long)version,
                  migration_newest());
        error_hint(error, "install the extension of the retail-pulse that wrote it, or open the "
                          "file with this one once");
        return error != NULL ? error->code : ERR_DATABASE;
    }
    return ERR_OK;
}

/* With a rollback journal (sqlite.org/lockingv3.html, section 4) pages beyond the old end of the
 * file are simply cut off where the transaction did not end, so that only the few old pages are
 * written twice. It is as safe as the log, but shuts readers out, and is therefore for a database
 * in which there is nothing to read yet. */
#include "db/alone.h"

#include <string.h>

#include "db/connection.h"

/* Whether the journal is of that mode now. */
static bool take_mode(struct db *db, enum sql pragma, const char *wanted) {
    struct statement *mode = statement_get(db, pragma);
    bool row;
    struct error ignored;
    bool taken = statement_step(mode, &row, &ignored) == ERR_OK && row &&
                 strcmp(statement_text(mode, 0), wanted) == 0;
    statement_end(mode);
    return taken;
}

/* Whether the log stays when the last connection closes; one that stayed behind beside a rollback
 * journal would be read as if it belonged to the file. */
static void keep_log(struct db *db, bool keep) {
    int value = keep;
    sqlite3_file_control(db->handle, "main", SQLITE_FCNTL_PERSIST_WAL, &value);
}

void alone_end(struct db *db) {
    db->alone = false;
    take_mode(db, SQL_WAL, "wal");
    keep_log(db, true);
}

bool alone_begin(struct db *db) {
    int64_t last_id;
    struct error ignored;
    if (db->lock_fd < 0 ||
        statement_run_integer(statement_get(db, SQL_SALE_LAST_ID), &last_id, &ignored) != ERR_OK ||
        last_id > 0)
        return false;
    sqlite3_busy_timeout(db->handle, 0); /* whoever reads is not waited for */
    keep_log(db, false);
    db->alone = take_mode(db, SQL_NO_WAL, "delete") &&
                statement_run_plain(db, SQL_BEGIN_EXCLUSIVE, &ignored) == ERR_OK;
    sqlite3_busy_timeout(db->handle, BUSY_TIMEOUT_MS);
    if (!db->alone)
        alone_end(db);
    return db->alone;
}

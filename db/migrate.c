#include "db/migrate.h"

#include <stdio.h>

#include "db/audit.h"
#include "db/connection.h"

int migration_newest(void) {
    return migrations[migration_count - 1].version;
}

int migrations_rewrite_facts(int version) {
    for (int i = 0; version > 0 && i < migration_count; i++) {
        if (migrations[i].version > version && migrations[i].rewrites_facts)
            return migrations[i].version;
    }
    return 0;
}

static enum err execute(struct db *db, const char *sql, struct error *error) {
    int status = sqlite3_exec(db->handle, sql, NULL, NULL, NULL);
    return status == SQLITE_OK ? ERR_OK : db_failure(db, status, error);
}

/* Rows that point nowhere after a table was made anew. It reads all sales. */
static enum err check_references(struct db *db, const struct migration *migration,
                                 struct error *error) {
    struct statement *check = statement_get(db, SQL_FOREIGN_KEY_CHECK);
    bool broken;
    enum err err = statement_step(check, &broken, error);
    if (err == ERR_OK && broken)
        err = error_set(error, ERR_DAMAGED, "%s: upgrade %s would break references from table %s",
                        db->path, migration->name, statement_text(check, 0));
    statement_end(check);
    return err;
}

/* Once, with the last step: only then is there a table for it. */
static enum err say_on_record(struct db *db, int64_t from, struct error *error) {
    char subject[48];
    snprintf(subject, sizeof subject, "schema %d", migration_newest());
    if (from == 0)
        return db_audit(db, AUDIT_CREATE, subject, error, "a new database");
    return db_audit(db, AUDIT_UPGRADE, subject, error, "from schema %lld; %s%s", (long long)from,
                    db->upgrade_backup != NULL ? "as it was: " : "nothing that was there changed",
                    db->upgrade_backup != NULL ? db->upgrade_backup : "");
}

static enum err apply(struct db *db, const struct migration *migration, int64_t from,
                      struct error *error) {
    /* PRAGMA takes no binds; these are two numbers of our own. */
    char stamp[96];
    snprintf(stamp, sizeof stamp, "PRAGMA application_id=%d; PRAGMA user_version=%d",
             DATABASE_APPLICATION_ID, migration->version);
    enum err err = execute(db, migration->sql, error);
    if (err == ERR_OK)
        err = execute(db, stamp, error);
    if (err == ERR_OK && migration->removes_rows)
        err = check_references(db, migration, error);
    if (err == ERR_OK && migration == &migrations[migration_count - 1])
        err = say_on_record(db, from, error);
    return err;
}

/* The version is read again within the transaction, so that what one waited for is not done twice.
 */
static enum err apply_next(struct db *db, const struct migration *list, int count, int64_t from,
                           bool *done, struct error *error) {
    enum err err = statement_run_plain(db, SQL_BEGIN_IMMEDIATE, error);
    if (err != ERR_OK)
        return err;
    int64_t version;
    err = statement_run_integer(statement_get(db, SQL_USER_VERSION), &version, error);
    const struct migration *next = NULL;
    for (int i = 0; next == NULL && i < count; i++) {
        if (list[i].version > version)
            next = &list[i];
    }
    *done = next == NULL;
    if (err == ERR_OK && next != NULL)
        err = apply(db, next, from, error);
    if (err == ERR_OK)
        err = statement_run_plain(db, SQL_COMMIT, error);
    if (err != ERR_OK)
        db_rollback(db);
    return err;
}

enum err migrations_apply(struct db *db, const struct migration *list, int count,
                          struct error *error) {
    int64_t version;
    enum err err = statement_run_integer(statement_get(db, SQL_USER_VERSION), &version, error);
    if (err != ERR_OK || version >= list[count - 1].version)
        return err;
    /* A table is made anew by copying it and dropping the old one, which must not cascade
     * (sqlite.org/lang_altertable.html, section 7); within a transaction the pragma does nothing.
     */
    err = statement_run_plain(db, SQL_FOREIGN_KEYS_OFF, error);
    bool done = false;
    while (err == ERR_OK && !done)
        err = apply_next(db, list, count, version, &done, error);
    enum err restored = statement_run_plain(db, SQL_FOREIGN_KEYS_ON, err == ERR_OK ? error : NULL);
    return err != ERR_OK ? err : restored;
}

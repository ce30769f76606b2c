#include "db/migrate.h"

#include <stdio.h>
#include <string.h>

#include "db/audit.h"
#include "db/connection.h"

enum { OPCODES_BETWEEN_LOOKS = 200000 };

struct upgrade {
    struct db *db;
    const struct migration *list;
    int count;
    int64_t from; /* the version before all of them */
    const struct progress_sink *progress;
    char phase[48];
    uint64_t sales_done, sales_total;
};

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

/* ------------------------------------------------------------------------------ how far it is */

static int stop_wanted(void *context) {
    const struct upgrade *upgrade = context;
    return !progress_report(upgrade->progress, upgrade->phase, "sales", upgrade->sales_done,
                            upgrade->sales_total);
}

/* Sales are copied in the order of their numbers. */
static void row_written(void *context, int operation, const char *database, const char *table,
                        sqlite3_int64 id) {
    (void)database;
    struct upgrade *upgrade = context;
    if (operation == SQLITE_INSERT && strncmp(table, "sale", strlen("sale")) == 0)
        upgrade->sales_done = (uint64_t)id;
}

static enum err begin_phase(struct upgrade *upgrade, const char *what,
                            const struct migration *migration, int64_t sales, struct error *error) {
    snprintf(upgrade->phase, sizeof upgrade->phase, "%s (schema %d of %d)", what,
             migration->version, upgrade->list[upgrade->count - 1].version);
    upgrade->sales_done = 0;
    upgrade->sales_total = (uint64_t)sales;
    return stop_wanted(upgrade) ? error_set(error, ERR_CANCELLED, "the upgrade was cancelled")
                                : ERR_OK;
}

/* -------------------------------------------------------------------------------------- steps */

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

static enum err apply(struct upgrade *upgrade, const struct migration *migration,
                      struct error *error) {
    struct db *db = upgrade->db;
    /* PRAGMA takes no binds; these are two numbers of our own. */
    char stamp[96];
    snprintf(stamp, sizeof stamp, "PRAGMA application_id=%d; PRAGMA user_version=%d",
             DATABASE_APPLICATION_ID, migration->version);
    int64_t sales = 0;
    enum err err = ERR_OK;
    if (upgrade->from > 0 && migration->rewrites_facts)
        err = statement_run_integer(statement_get(db, SQL_SALE_LAST_ID), &sales, error);
    if (err == ERR_OK)
        err = begin_phase(upgrade, "upgrading", migration, sales, error);
    if (err == ERR_OK)
        err = execute(db, migration->sql, error);
    if (err == ERR_OK)
        err = execute(db, stamp, error);
    if (err == ERR_OK && migration->removes_rows)
        err = begin_phase(upgrade, "checking references", migration, 0, error);
    if (err == ERR_OK && migration->removes_rows)
        err = check_references(db, migration, error);
    if (err == ERR_OK && migration == &migrations[migration_count - 1])
        err = say_on_record(db, upgrade->from, error);
    return err;
}

/* The version is read again within the transaction, so that what one waited for is not done twice.
 */
static enum err apply_next(struct upgrade *upgrade, bool *done, struct error *error) {
    struct db *db = upgrade->db;
    enum err err = statement_run_plain(db, SQL_BEGIN_IMMEDIATE, error);
    if (err != ERR_OK)
        return err;
    int64_t version;
    err = statement_run_integer(statement_get(db, SQL_USER_VERSION), &version, error);
    const struct migration *next = NULL;
    for (int i = 0; next == NULL && i < upgrade->count; i++) {
        if (upgrade->list[i].version > version)
            next = &upgrade->list[i];
    }
    *done = next == NULL;
    if (err == ERR_OK && next != NULL)
        err = apply(upgrade, next, error);
    if (err == ERR_OK)
        err = statement_run_plain(db, SQL_COMMIT, error);
    if (err != ERR_OK)
        db_rollback(db);
    return err;
}

enum err migrations_apply(struct db *db, const struct migration *list, int count,
                          const struct progress_sink *progress, struct error *error) {
    struct upgrade upgrade = {.db = db, .list = list, .count = count};
    enum err err = statement_run_integer(statement_get(db, SQL_USER_VERSION), &upgrade.from, error);
    if (err != ERR_OK || upgrade.from >= list[count - 1].version)
        return err;
    if (upgrade.from > 0)
        upgrade.progress = progress;
    /* A table is made anew by copying it and dropping the old one, which must not cascade
     * (sqlite.org/lang_altertable.html, section 7); within a transaction the pragma does nothing.
     */
    err = statement_run_plain(db, SQL_FOREIGN_KEYS_OFF, error);
    sqlite3_progress_handler(db->handle, OPCODES_BETWEEN_LOOKS, stop_wanted, &upgrade);
    sqlite3_update_hook(db->handle, row_written, &upgrade);
    bool done = false;
    while (err == ERR_OK && !done)
        err = apply_next(&upgrade, &done, error);
    sqlite3_update_hook(db->handle, NULL, NULL);
    sqlite3_progress_handler(db->handle, 0, NULL, NULL);
    enum err restored = statement_run_plain(db, SQL_FOREIGN_KEYS_ON, err == ERR_OK ? error : NULL);
    return err != ERR_OK ? err : restored;
}

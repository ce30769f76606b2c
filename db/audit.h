/* Facts: what was done to the database, by whom. A row is part of the write's own transaction: what
 * was written is on record, and what is on record was written. */
#ifndef DB_AUDIT_H
#define DB_AUDIT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/error.h"
#include "db/db.h"

/* X(symbol, name in the table) */
#define AUDIT_LIST(X)     \
    X(CREATE, "create")   \
    X(UPGRADE, "upgrade") \
    X(IMPORT, "import")   \
    X(TILL, "till")       \
    X(UNDO, "undo")       \
    X(MERGE, "merge")     \
    X(TRAIN, "train")     \
    X(TUNE, "tune")       \
    X(USE, "use model")   \
    X(RENAME, "rename")   \
    X(SCORE, "score")     \
    X(REBUILD, "rebuild") \
    X(SALVAGE, "salvage") \
    X(BACKUP, "backup")

enum audit_action {
#define X(symbol, name) AUDIT_##symbol,
    AUDIT_LIST(X)
#undef X
};

struct audit_entry {
    int64_t id;
    char at[CLOCK_STAMP_SIZE]; /* UTC */
    char *action, *subject, *outcome;
    char *who;    /* user name */
    char *origin; /* the host, or the address that an ssh session came from */
    int64_t pid;
    char *program; /* version */
};

/* Within db_begin … db_commit. `subject`: which file, import or model; never a customer. */
enum err db_audit(struct db *db, enum audit_action action, const char *subject, struct error *error,
                  const char *outcome, ...) __attribute__((format(printf, 5, 6)));

/* The callback's struct lives until it returns; false from it ends the list. */
typedef bool audit_each(void *context, const struct audit_entry *entry);

/* Newest first, `limit` at most (0: all), of those with an id below `before`; or oldest first, of
 * those with an id above `after`. */
enum err db_audit_list(struct db *db, int64_t before, int64_t limit, audit_each *each,
                       void *context, struct error *error);
enum err db_audit_list_newer(struct db *db, int64_t after, int64_t limit, audit_each *each,
                             void *context, struct error *error);

/* How many have an id above `after`. */
enum err db_audit_count(struct db *db, int64_t after, int64_t *count, struct error *error);

void audit_entry_free(struct audit_entry *entry);

#endif

/* Forward-only schema changes: numbered .sql files, compiled in, one transaction each. */
#ifndef DB_MIGRATE_H
#define DB_MIGRATE_H

#include <stdbool.h>

#include "base/error.h"
#include "base/progress.h"
#include "db/db.h"

struct migration {
    int version; /* PRAGMA user_version after it */
    const char *name;
    const char *sql;
    bool removes_rows;   /* or changes them: a reference could break */
    bool rewrites_facts; /* copies or changes what cannot be made again: a backup comes first */
};

extern const struct migration migrations[]; /* ascending; made from migrations/ by the build */
extern const int migration_count;

/* The last entry's version: what this program reads and writes. */
int migration_newest(void);

/* The first of those above this version that rewrites facts, which takes time and room and is not
 * begun without a backup; 0 where none does, or the version is 0: there are no facts yet. */
int migrations_rewrite_facts(int version);

/* Applies, by the writer who holds the lock, whatever of `list` lies above the file's version. Each
 * is a transaction of its own: after a failure, or ERR_CANCELLED, the file stands at the last one
 * that succeeded. A new database is made without reports. */
enum err migrations_apply(struct db *db, const struct migration *list, int count,
                          const struct progress_sink *progress, struct error *error);

#endif

/* Forward-only schema changes: numbered .sql files, compiled in, one transaction each. */
#ifndef DB_MIGRATE_H
#define DB_MIGRATE_H

#include <stdbool.h>

#include "base/error.h"
#include "db/db.h"

struct migration {
    int version; /* PRAGMA user_version after it */
    const char *name;
    const char *sql;
};

extern const struct migration migrations[]; /* ascending; made from migrations/ by the build */
extern const int migration_count;

/* The last entry's version: what this program reads and writes. */
int migration_newest(void);

/* Whether one of those above this version copies the table of all sales: that takes time and room.
 */
bool migrations_copy_sales(int version);

/* Applies, by the writer who holds the lock, whatever of `list` lies above the file's version. Each
 * is a transaction of its own: after a failure the file stands at the last one that succeeded. */
enum err migrations_apply(struct db *db, const struct migration *list, int count,
                          struct error *error);

#endif

/* A copy of the database while others read and write it: one state of it, checked before it gets
 * its name. */
#ifndef DB_BACKUP_H
#define DB_BACKUP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/progress.h"
#include "db/db.h"

struct backup {
    char *path; /* of the copy, absolute */
    int64_t bytes;
    int64_t sales, imports;
    bool replaced; /* an earlier copy of this name */
};
void backup_free(struct backup *backup);

/* Copies what the database holds at this moment to `path`, through a file of another name in the
 * same folder that gets its name only when it has been read back from the disk, whole, with the
 * same counts. ERR_INPUT where there is a file already, unless `replace` and it is a database; then
 * too where it is this database or one that is in use. ERR_IO where room or rights are missing,
 * ERR_DAMAGED where the copy does not hold. After any failure, and where `progress` cancels,
 * nothing of it is left. */
enum err db_backup(struct db *db, const char *path, bool replace,
                   const struct progress_sink *progress, struct backup *out, struct error *error);

/* Puts it on record in the database (db/audit.h) where nobody writes there just now. */
void db_backup_record(const char *database, const struct backup *backup);

#endif

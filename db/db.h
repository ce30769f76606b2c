/* The shop's database: one SQLite file, opened either by the one writer or by readers.
 *
 * A writer holds an exclusive flock on FILE.lock from open to close and checkpoints before it lets
 * go; everybody else opens read-only. That keeps Debian's SQLite clear of the WAL-reset bug
 * (sqlite.org/wal.html#walresetbug): no checkpoint ever meets another connection's commit. */
#ifndef DB_DB_H
#define DB_DB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/progress.h"

struct db;

/* Opens for reading. ERR_NOT_FOUND where there is no file; ERR_FOREIGN, ERR_NEWER, ERR_DAMAGED,
 * ERR_NETWORK_FS are refusals. An older schema is first migrated, which needs the writer's lock;
 * db_upgrade tells how far that is. */
enum err db_open_reader(const char *path, struct db **db, struct error *error);

/* The same, but never changes the file: ERR_DATABASE where its schema is older. */
enum err db_open_unchanged(const char *path, struct db **db, struct error *error);

/* Opens for writing, creating file (of file_mode()), folder and schema as needed. Where another
 * process writes, waits for it, reporting phase "waiting for retail-pulse import (user anna, since
 * 14:05)"; a sink that returns false ends the wait with ERR_CANCELLED. */
enum err db_open_writer(const char *path, const struct progress_sink *waiting, struct db **db,
                        struct error *error);

/* From now on this process opens no database for writing, not even to bring its schema up to date:
 * ERR_READ_ONLY. Like a locale, set once. */
void db_forbid_writing(void);

/* What opening would do to an older schema, but telling how far it is and waiting for another
 * writer as db_open_writer does: for who opens a database that may be large. With no `progress` it
 * waits 5 s, as db_open_reader does, and ends with ERR_BUSY. Nothing where there is none, or it is
 * of this version, be it in its log only. ERR_CANCELLED leaves a whole older version, which the
 * next opening upgrades. */
enum err db_upgrade(const char *path, const struct progress_sink *progress, struct error *error);

/* How many bytes the next opening will copy to bring the schema up to date: 0 where that takes no
 * time. Only looks at the file's first bytes. */
int64_t db_upgrade_bytes(const char *path);

/* Where the next opening will keep the database as it is now, because bringing it up to date
 * rewrites facts: "shop.db.before-4". NULL where it does not; the caller frees. */
char *db_upgrade_backup(const char *path);

/* Whether the database's first import is under way, during which nobody can read it, and whose it
 * is: "retail-pulse import (user anna, since 14:05, process 4711)". Opening for reading is ERR_BUSY
 * meanwhile. */
bool db_first_import_runs(const char *path, char *who, size_t size);

void db_close(struct db *db); /* NULL is fine; an open transaction is rolled back */

const char *db_path(const struct db *db);

/* Changes whenever another connection committed (PRAGMA data_version); costs a microsecond. */
int64_t db_data_version(struct db *db);

/* The same in the middle of a query, where nothing may be opened anew. */
enum err db_content_version(struct db *db, int64_t *version, struct error *error);

/* A connection that was opened elsewhere (db/borrow.h) may be to any file: ERR_FOREIGN, ERR_NEWER
 * or ERR_DATABASE where it is none of this schema. Our own were looked at when they were opened. */
enum err db_borrowed_check(struct db *db, struct error *error);

void db_interrupt(struct db *db); /* from a signal or another thread: the running query ends */

/* One writer's transaction around several calls; nothing is visible before db_commit. */
enum err db_begin(struct db *db, struct error *error);
/* The same for sales by the million, which sale_adder_add checks itself, and faster than SQLite
 * would row by row: references and CHECKs are not looked at until the transaction ends. */
enum err db_begin_trusting(struct db *db, struct error *error);
enum err db_commit(struct db *db, struct error *error);
void db_rollback(struct db *db);

/* What is read between the two is one state of the database, whatever others commit meanwhile. For
 * a moment only: the log grows while a snapshot is held. */
enum err db_snapshot_begin(struct db *db, struct error *error);
void db_snapshot_end(struct db *db);

/* The path that --db, RETAIL_PULSE_DB or XDG_DATA_HOME give; the caller frees it. `option` may be
 * NULL. */
char *db_default_path(const char *option);

#endif

/* What is inside a struct db; for the files of this folder (and its tests) only. */
#ifndef DB_CONNECTION_H
#define DB_CONNECTION_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include <time.h>

#include "base/error.h"
#include "db/db.h"
#include "db/sql.h"
#include "db/sqlite.h"
#include "db/statement.h"

enum { DATABASE_APPLICATION_ID = 0x52504C53 }; /* "RPLS" in the file's header */

/* Tells whether a file that is read without locks (see `frozen`) is still the one that was opened.
 */
struct file_state {
    dev_t device;
    ino_t inode;
    off_t size;
    struct timespec modified;
};

struct db {
    sqlite3 *handle;
    char *path;  /* absolute, symbolic links resolved */
    int lock_fd; /* of the writer; −1 for a reader */
    int wal_pages;
    struct statement statements[SQL_COUNT];
    char *upgrade_backup; /* made before the upgrade that opening was; NULL: none */
    bool borrowed;        /* the handle is somebody else's: nothing of ours may stay open on it */
    bool snapshot;        /* a borrowed handle's db_snapshot_begin could begin one */
    bool preparing_own;   /* SQL of db/sql.h, which the fence around a person's lets pass */
    struct statement refused; /* handed out where a statement is in use already; always fails */

    /* A reader of a file whose log is missing and cannot be made, because the folder is read-only:
     * SQLite then reads the file as one that never changes. We watch whether it does. */
    bool frozen;
    struct file_state frozen_state;
    int64_t frozen_version;

    bool alone;      /* the transaction is one of db/alone.h */
    bool unfinished; /* a reader's: a writer died, and only a writer can undo what it had begun */
    bool trusting;   /* the transaction is one of db_begin_trusting */
    const struct sale_batch *incoming; /* what is being inserted; NULL: nothing */
};

enum { BUSY_TIMEOUT_MS = 5000 };

/* Turns what SQLite returned into our error, naming the file. */
enum err db_failure(struct db *db, int status, struct error *error);

/* A stored `what` ("model") is not what was stored; training makes it anew. */
enum err db_damaged(const char *what, struct error *error);

/* A hardened connection to db->path; `frozen`: see above. After a failure connection_end is due. */
enum err connection_make(struct db *db, bool writer, bool frozen, struct error *error);
/* … for reading, frozen where nothing else is possible. */
enum err connection_make_reader(struct db *db, struct error *error);
void connection_end(struct db *db);

/* True where there is no log, or an empty one: the file alone is the whole database. */
bool connection_log_is_empty(const char *path);

/* Opens the writer; `patience_ms` is how long to wait for the lock, below 0 for ever. */
enum err connection_open_writer(const char *path, const struct progress_sink *waiting,
                                int64_t patience_ms, struct db **out, struct error *error);

#endif

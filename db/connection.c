/* One connection: how it is hardened, how it reads where nothing may be written, what its failures
 * mean, and the order of checkpoint, close and lock that keeps the file whole. */
#include "db/connection.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "db/alone.h"
#include "db/lock.h"
#include "db/place.h"

enum {
    WAL_PAGES_KEPT = 4096 /* 16 MB; a longer log is copied into the file after a commit */
};

enum err db_failure(struct db *db, int status, struct error *error) {
    const char *told = sqlite3_errmsg(db->handle);
    int number = sqlite3_system_errno(db->handle);
    switch (status & 0xFF) {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_FORMAT:
        error_set(error, ERR_DAMAGED, "%s is damaged (%s)", db->path, told);
        error_hint(error, "retail-pulse doctor says what is damaged; doctor --repair saves what "
                          "can be read into a new file");
        return ERR_DAMAGED;
    case SQLITE_FULL:
        error_set(error, ERR_IO, "the disk is full: nothing of this was written to %s", db->path);
        error_hint(error, "make room and try again");
        return ERR_IO;
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
        if (number != 0)
            return place_failure(error, number, "read or write", db->path);
        return error_set(error, ERR_IO, "cannot read or write %s: %s", db->path, told);
    case SQLITE_READONLY:
        return error_set(error, ERR_READ_ONLY, "%s cannot be written: %s", db->path, told);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        error_set(error, ERR_BUSY, "%s is in use by another program", db->path);
        error_hint(error, "try again when that has finished");
        return ERR_BUSY;
    case SQLITE_INTERRUPT:
        return error_set(error, ERR_CANCELLED, "cancelled");
    default:
        return error_set(error, ERR_DATABASE, "%s: %s (SQLite code %d)", db->path, told, status);
    }
}

enum err db_damaged(const char *what, struct error *error) {
    error_set(error, ERR_DAMAGED, "the stored %s is damaged: its checksum does not hold", what);
    error_hint(error, "retail-pulse train makes it anew from the sales");
    return ERR_DAMAGED;
}

static struct file_state file_state_of(const char *path) {
    struct stat status;
    if (stat(path, &status) != 0)
        return (struct file_state){0};
    return (struct file_state){.device = status.st_dev,
                               .inode = status.st_ino,
                               .size = status.st_size,
                               .modified = status.st_mtim};
}

static bool file_state_same(const struct file_state *a, const struct file_state *b) {
    return a->device == b->device && a->inode == b->inode && a->size == b->size &&
           a->modified.tv_sec == b->modified.tv_sec && a->modified.tv_nsec == b->modified.tv_nsec;
}

/* The path as a URI that tells SQLite to read without log and locks. */
static char *frozen_uri(const char *path) {
    struct buffer uri = {0};
    buffer_text(&uri, "file:");
    for (const char *at = path; *at != '\0'; at++)
        buffer_printf(&uri, strchr("%?#", *at) != NULL ? "%%%02X" : "%c", (unsigned char)*at);
    buffer_text(&uri, "?immutable=1");
    return buffer_take(&uri);
}

static enum err set_up(struct db *db, bool writer, struct error *error) {
    static const enum sql for_all[] = {SQL_FOREIGN_KEYS_ON, SQL_UNTRUSTED_SCHEMA, SQL_NO_MMAP,
                                       SQL_CELL_SIZE_CHECK};
    sqlite3_extended_result_codes(db->handle, 1);
    sqlite3_busy_timeout(db->handle, BUSY_TIMEOUT_MS);
    sqlite3_db_config(db->handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    if (!writer) /* a read-only connection could not; this says that it never even tries */
        sqlite3_db_config(db->handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    /* Side files stay when the last connection closes, for readers who may not make them. */
    int persist = 1;
    sqlite3_file_control(db->handle, "main", SQLITE_FCNTL_PERSIST_WAL, &persist);
    enum err err = ERR_OK;
    for (size_t i = 0; err == ERR_OK && i < sizeof for_all / sizeof *for_all; i++)
        err = statement_run_plain(db, for_all[i], error);
    if (err == ERR_OK && !writer)
        err = statement_run_plain(db, SQL_QUERY_ONLY, error);
    return err;
}

/* SQLite counts its memory behind a lock that every insert takes a dozen times; nobody asks. */
static void configure(void) {
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

enum err connection_make(struct db *db, bool writer, bool frozen, struct error *error) {
    static pthread_once_t configured = PTHREAD_ONCE_INIT;
    pthread_once(&configured, configure);
    char *name = frozen ? frozen_uri(db->path) : xstrdup(db->path);
    int flags = (writer ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY) | SQLITE_OPEN_NOMUTEX |
                (frozen ? SQLITE_OPEN_URI : 0);
    db->frozen = frozen;
    if (frozen)
        db->frozen_state = file_state_of(db->path);
    int status = sqlite3_open_v2(name, &db->handle, flags, NULL);
    free(name);
    enum err err = status == SQLITE_OK ? set_up(db, writer, error) : db_failure(db, status, error);
    /* The first read is where missing side files show. */
    int64_t version;
    if (err == ERR_OK)
        err = statement_run_integer(statement_get(db, SQL_USER_VERSION), &version, error);
    return err;
}

void connection_end(struct db *db) {
    statements_free(db);
    sqlite3_close(db->handle);
    db->handle = NULL;
    db->frozen = false;
}

bool connection_log_is_empty(const char *path) {
    char *log = xasprintf("%s-wal", path);
    struct stat status;
    bool empty = stat(log, &status) == 0 ? status.st_size == 0 : errno == ENOENT;
    free(log);
    return empty;
}

enum err connection_make_reader(struct db *db, struct error *error) {
    enum err err = connection_make(db, false, false, error);
    int status = sqlite3_errcode(db->handle) & 0xFF;
    db->unfinished = sqlite3_extended_errcode(db->handle) == SQLITE_READONLY_ROLLBACK;
    if (db->unfinished) {
        error_set(error, ERR_READ_ONLY, "the first import into %s was cut off", db->path);
        return error_hint(error, "retail-pulse import FILE.csv undoes it and begins again");
    }
    if (err == ERR_OK || (status != SQLITE_CANTOPEN && status != SQLITE_READONLY) ||
        access(db->path, R_OK) != 0)
        return err;
    if (!connection_log_is_empty(db->path)) {
        error_set(error, ERR_IO, "%s cannot be read: its -shm file cannot be made here", db->path);
        error_hint(error, "let somebody who may write into the folder open it once");
        return ERR_IO;
    }
    connection_end(db);
    return connection_make(db, false, true, error);
}

void db_close(struct db *db) {
    if (db == NULL)
        return;
    bool writer = db->lock_fd >= 0;
    if (db->handle != NULL) {
        statements_free(db); /* a statement that still runs would keep the transaction open */
        if (sqlite3_get_autocommit(db->handle) == 0)
            db_rollback(db);
        if (writer)
            sqlite3_wal_checkpoint_v2(db->handle, "main", SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
        connection_end(db);
    }
    lock_release(db->lock_fd); /* last: nobody may write before the log is in the file */
    free(db->upgrade_backup);
    free(db->path);
    free(db);
}

const char *db_path(const struct db *db) {
    return db->path;
}

int64_t db_data_version(struct db *db) {
    int64_t version;
    if (db->frozen) {
        struct file_state now = file_state_of(db->path);
        struct error ignored;
        if (!file_state_same(&now, &db->frozen_state)) {
            connection_end(db);
            connection_make_reader(db, &ignored); /* a failure shows at the next query */
            db->frozen_version++;
        }
        return -1 - db->frozen_version;
    }
    if (statement_run_integer(statement_get(db, SQL_DATA_VERSION), &version, NULL) != ERR_OK)
        return 0;
    /* Apart from what an earlier, frozen connection returned. */
    return version;
}

enum err db_content_version(struct db *db, int64_t *version, struct error *error) {
    *version = -1 - db->frozen_version;
    if (db->frozen)
        return ERR_OK;
    return statement_run_integer(statement_get(db, SQL_DATA_VERSION), version, error);
}

void db_interrupt(struct db *db) {
    if (db->handle != NULL)
        sqlite3_interrupt(db->handle);
}

enum err db_begin(struct db *db, struct error *error) {
    if (db->lock_fd < 0)
        return error_set(error, ERR_READ_ONLY, "%s is open for reading only", db->path);
    return statement_run_plain(db, SQL_BEGIN_IMMEDIATE, error);
}

/* Outside of a transaction, within which the first pragma does nothing. */
static enum err trust(struct db *db, bool trusting, struct error *error) {
    db->trusting = trusting;
    enum err err =
        statement_run_plain(db, trusting ? SQL_FOREIGN_KEYS_OFF : SQL_FOREIGN_KEYS_ON, error);
    return err == ERR_OK ? statement_run_plain(db, trusting ? SQL_CHECKS_OFF : SQL_CHECKS_ON, error)
                         : err;
}

enum err db_begin_trusting(struct db *db, struct error *error) {
    enum err err = trust(db, true, error);
    if (err == ERR_OK && !alone_begin(db))
        err = db_begin(db, error);
    if (err != ERR_OK)
        trust(db, false, NULL);
    return err;
}

enum err db_commit(struct db *db, struct error *error) {
    enum err err = statement_run_plain(db, SQL_COMMIT, error);
    if (err != ERR_OK) {
        db_rollback(db);
        return err;
    }
    if (db->alone)
        alone_end(db);
    if (db->trusting)
        err = trust(db, false, error);
    if (db->wal_pages > WAL_PAGES_KEPT)
        sqlite3_wal_checkpoint_v2(db->handle, "main", SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
    return err;
}

void db_rollback(struct db *db) {
    if (sqlite3_get_autocommit(db->handle) == 0)
        statement_run_plain(db, SQL_ROLLBACK, NULL);
    if (db->alone)
        alone_end(db);
    if (db->trusting)
        trust(db, false, NULL);
}

/* On a borrowed connection something is being written by its owner perhaps, who then cannot have a
 * savepoint here but holds a transaction anyway. */
enum err db_snapshot_begin(struct db *db, struct error *error) {
    if (db->borrowed) {
        db->snapshot = statement_run_plain(db, SQL_SNAPSHOT, NULL) == ERR_OK;
        return ERR_OK;
    }
    return statement_run_plain(db, SQL_SNAPSHOT, error);
}

void db_snapshot_end(struct db *db) {
    if (db->borrowed && !db->snapshot)
        return;
    statement_run_plain(db, SQL_SNAPSHOT_END, NULL);
}

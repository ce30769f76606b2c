/* Opening and closing: which files are refused, how a connection is hardened, and the order of
 * lock, checkpoint and close that keeps the file whole. */
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
#include "db/lock.h"
#include "db/migrate.h"
#include "db/place.h"

enum {
    BUSY_TIMEOUT_MS = 5000,
    UPGRADE_PATIENCE_MS = 5000, /* of a reader that finds an older schema */
    WAL_PAGES_KEPT = 4096       /* 16 MB; a longer log is copied into the file after a commit */
};

enum err db_failure(struct db *db, int status, struct error *error) {
    const char *told = sqlite3_errmsg(db->handle);
    int number = sqlite3_system_errno(db->handle);
    switch (status & 0xFF) {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_FORMAT:
        error_set(error, ERR_DAMAGED, "%s is damaged (%s)", db->path, told);
        return error_hint(error, "bring back a copy of the file, or move it away and import the "
                                 "CSV files again");
    case SQLITE_FULL:
        error_set(error, ERR_IO, "the disk is full: nothing of this was written to %s", db->path);
        return error_hint(error, "make room and try again");
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
        return error_hint(error, "try again when that has finished");
    case SQLITE_INTERRUPT:
        return error_set(error, ERR_CANCELLED, "cancelled");
    default:
        return error_set(error, ERR_DATABASE, "%s: %s (SQLite code %d)", db->path, told, status);
    }
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

static enum err connect_to(struct db *db, bool writer, bool frozen, struct error *error) {
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

static void disconnect(struct db *db) {
    statements_free(db);
    sqlite3_close(db->handle);
    db->handle = NULL;
    db->frozen = false;
}

/* True where there is no log, or an empty one: the file alone is the whole database. */
static bool log_is_empty(const char *path) {
    char *log = xasprintf("%s-wal", path);
    struct stat status;
    bool empty = stat(log, &status) == 0 ? status.st_size == 0 : errno == ENOENT;
    free(log);
    return empty;
}

static enum err connect_reader(struct db *db, struct error *error) {
    enum err err = connect_to(db, false, false, error);
    int status = sqlite3_errcode(db->handle) & 0xFF;
    if (err == ERR_OK || (status != SQLITE_CANTOPEN && status != SQLITE_READONLY) ||
        access(db->path, R_OK) != 0)
        return err;
    if (!log_is_empty(db->path)) {
        error_set(error, ERR_IO, "%s cannot be read: its -shm file cannot be made here", db->path);
        return error_hint(error, "let somebody who may write into the folder open it once");
    }
    disconnect(db);
    return connect_to(db, false, true, error);
}

enum standing { STANDING_UNUSED, STANDING_OLDER, STANDING_CURRENT };

/* Whose file this is, and of which version. An unused one has neither tables nor an owner. */
static enum err identify(struct db *db, enum standing *standing, struct error *error) {
    int64_t application = 0, version = 0, tables = 0;
    enum err err =
        statement_run_integer(statement_get(db, SQL_APPLICATION_ID), &application, error);
    if (err == ERR_OK)
        err = statement_run_integer(statement_get(db, SQL_USER_VERSION), &version, error);
    if (err == ERR_OK)
        err = statement_run_integer(statement_get(db, SQL_SCHEMA_COUNT), &tables, error);
    if (err != ERR_OK)
        return err;
    if (application == 0 && version == 0 && tables == 0) {
        *standing = STANDING_UNUSED;
        return ERR_OK;
    }
    if (application != DATABASE_APPLICATION_ID) {
        error_set(error, ERR_FOREIGN, "%s is a database of another program: it was left as it is",
                  db->path);
        return error_hint(error, "name another file with --db");
    }
    if (version > migration_newest()) {
        error_set(error, ERR_NEWER,
                  "%s was written by a newer retail-pulse (schema %lld; this program knows %d)",
                  db->path, (long long)version, migration_newest());
        return error_hint(error, "install the newer program; nothing was changed");
    }
    *standing = version == migration_newest() ? STANDING_CURRENT : STANDING_OLDER;
    return ERR_OK;
}

/* Looks at both ends of every table: a few pages, whatever the size. A table that is missing is
 * damage too. */
static enum err probe(struct db *db, struct error *error) {
    struct error found;
    enum err err = statement_run_plain(db, SQL_PROBE, &found);
    if (err == ERR_DATABASE) {
        error_set(error, ERR_DAMAGED, "%s is damaged: its tables are not those that were made (%s)",
                  db->path, sqlite3_errmsg(db->handle));
        return error_hint(error, "bring back a copy of the file, or move it away and import the "
                                 "CSV files again");
    }
    if (err != ERR_OK && error != NULL)
        *error = found;
    return err;
}

static struct db *db_new(char *path) {
    struct db *db = xcalloc(1, sizeof *db);
    db->path = path;
    db->lock_fd = -1;
    return db;
}

static int log_grew(void *context, sqlite3 *handle, const char *name, int pages) {
    (void)handle;
    (void)name;
    ((struct db *)context)->wal_pages = pages;
    return SQLITE_OK;
}

static enum err make_wal(struct db *db, struct error *error) {
    struct statement *wal = statement_get(db, SQL_WAL);
    bool row, made = false;
    enum err err = statement_step(wal, &row, error);
    if (err == ERR_OK)
        made = row && strcmp(statement_text(wal, 0), "wal") == 0;
    statement_end(wal);
    if (err == ERR_OK && !made)
        err = error_set(error, ERR_IO, "%s: this disk cannot share memory between programs",
                        db->path);
    return err;
}

/* The lock is held: nobody else changes the file until we close. */
static enum err prepare_writer(struct db *db, struct error *error) {
    static const enum sql for_writers[] = {SQL_SYNCHRONOUS_FULL, SQL_NO_AUTOCHECKPOINT,
                                           SQL_WRITER_CACHE, SQL_ANSWERED_CREATE};
    /* Made here, because SQLite would let the whole machine read it. */
    int fd = open(db->path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0)
        return place_failure(error, errno, "write", db->path);
    close(fd);
    enum err err = connect_to(db, true, false, error);
    enum standing standing;
    if (err == ERR_OK)
        err = identify(db, &standing, error);
    if (err == ERR_OK)
        err = make_wal(db, error);
    for (size_t i = 0; err == ERR_OK && i < sizeof for_writers / sizeof *for_writers; i++)
        err = statement_run_plain(db, for_writers[i], error);
    if (err == ERR_OK) {
        sqlite3_wal_hook(db->handle, log_grew, db);
        err = migrations_apply(db, migrations, migration_count, error);
    }
    return err == ERR_OK ? probe(db, error) : err;
}

/* A look without a lock, so that nothing at all is left beside a file that is not ours. */
static enum err look_first(struct db *db, struct error *error) {
    enum standing standing;
    enum err err = connect_reader(db, error);
    if (err == ERR_OK)
        err = identify(db, &standing, error);
    disconnect(db);
    return err;
}

enum err connection_open_writer(const char *path, const struct progress_sink *waiting,
                                int64_t patience_ms, struct db **out, struct error *error) {
    *out = NULL;
    char *resolved;
    enum err err = place_resolve(path, true, &resolved, error);
    if (err != ERR_OK)
        return err;
    struct db *db = db_new(resolved);
    enum place_content content;
    err = place_inspect(db->path, &content, error);
    if (err == ERR_OK && content == PLACE_SQLITE)
        err = look_first(db, error);
    if (err == ERR_OK)
        err = lock_take(db->path, waiting, patience_ms, &db->lock_fd, error);
    if (err == ERR_OK)
        err = prepare_writer(db, error);
    if (err == ERR_OK)
        *out = db;
    else
        db_close(db);
    return err;
}

enum err db_open_writer(const char *path, const struct progress_sink *waiting, struct db **db,
                        struct error *error) {
    return connection_open_writer(path, waiting, -1, db, error);
}

static enum err nothing_yet(const char *path, struct error *error) {
    error_set(error, ERR_NOT_FOUND, "there is no database %s yet", path);
    return error_hint(error, "retail-pulse import FILE.csv makes it");
}

/* Opening for writing brings the schema up to date. */
static enum err upgrade(const char *path, struct error *error) {
    struct db *writer;
    struct error why;
    enum err err = connection_open_writer(path, NULL, UPGRADE_PATIENCE_MS, &writer, &why);
    db_close(writer);
    if (err == ERR_IO || err == ERR_READ_ONLY) {
        error_set(error, ERR_READ_ONLY,
                  "%s was written by an older retail-pulse and must be upgraded first; %s", path,
                  why.message);
        return error_hint(error, "let somebody who may write it open it once");
    }
    if (err != ERR_OK && error != NULL)
        *error = why;
    return err;
}

static enum err open_reader_once(struct db *db, enum standing *standing, struct error *error) {
    enum err err = connect_reader(db, error);
    if (err == ERR_OK)
        err = identify(db, standing, error);
    if (err == ERR_OK && *standing == STANDING_CURRENT)
        err = probe(db, error);
    return err;
}

enum err db_open_reader(const char *path, struct db **out, struct error *error) {
    *out = NULL;
    char *resolved;
    enum err err = place_resolve(path, false, &resolved, error);
    if (err != ERR_OK)
        return err;
    struct db *db = db_new(resolved);
    enum place_content content;
    enum standing standing = STANDING_UNUSED;
    err = place_inspect(db->path, &content, error);
    if (err == ERR_OK && content != PLACE_SQLITE)
        err = nothing_yet(db->path, error);
    if (err == ERR_OK)
        err = open_reader_once(db, &standing, error);
    if (err == ERR_OK && standing == STANDING_OLDER) {
        disconnect(db);
        err = upgrade(db->path, error);
        if (err == ERR_OK)
            err = open_reader_once(db, &standing, error);
    }
    if (err == ERR_OK && standing == STANDING_UNUSED)
        err = nothing_yet(db->path, error);
    if (err == ERR_OK)
        *out = db;
    else
        db_close(db);
    return err;
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
        disconnect(db);
    }
    lock_release(db->lock_fd); /* last: nobody may write before the log is in the file */
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
            disconnect(db);
            connect_reader(db, &ignored); /* a failure shows at the next query */
            db->frozen_version++;
        }
        return -1 - db->frozen_version;
    }
    if (statement_run_integer(statement_get(db, SQL_DATA_VERSION), &version, NULL) != ERR_OK)
        return 0;
    /* Apart from what an earlier, frozen connection returned. */
    return version;
}

void db_interrupt(struct db *db) {
    if (db->handle != NULL)
        sqlite3_interrupt(db->handle);
}

enum err db_begin(struct db *db, struct error *error) {
    if (db->lock_fd < 0)
        return error_set(error, ERR_READ_ONLY, "%s is open for reading only", db->path);
    db->adding_run_id = 0;
    return statement_run_plain(db, SQL_BEGIN_IMMEDIATE, error);
}

enum err db_commit(struct db *db, struct error *error) {
    db->adding_run_id = 0;
    enum err err = statement_run_plain(db, SQL_COMMIT, error);
    if (err != ERR_OK)
        db_rollback(db);
    else if (db->wal_pages > WAL_PAGES_KEPT)
        sqlite3_wal_checkpoint_v2(db->handle, "main", SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
    return err;
}

void db_rollback(struct db *db) {
    db->adding_run_id = 0;
    if (sqlite3_get_autocommit(db->handle) == 0)
        statement_run_plain(db, SQL_ROLLBACK, NULL);
}

enum err db_snapshot_begin(struct db *db, struct error *error) {
    return statement_run_plain(db, SQL_SNAPSHOT, error);
}

void db_snapshot_end(struct db *db) {
    statement_run_plain(db, SQL_SNAPSHOT_END, NULL);
}

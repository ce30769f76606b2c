/* Who may open the file: whose it is, of which version, whether it is whole; the writer's lock and
 * the upgrade of an older schema. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "db/backup.h"
#include "db/connection.h"
#include "db/lock.h"
#include "db/migrate.h"
#include "db/place.h"
#include "db/sale_batch.h"

enum { UPGRADE_PATIENCE_MS = 5000 }; /* of a reader that finds an older schema */

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
        error_hint(error, "name another file with --db");
        return ERR_FOREIGN;
    }
    if (version > migration_newest()) {
        error_set(error, ERR_NEWER,
                  "%s was written by a newer retail-pulse (schema %lld; this program knows %d)",
                  db->path, (long long)version, migration_newest());
        error_hint(error, "install the newer program; nothing was changed");
        return ERR_NEWER;
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
        error_hint(error, "retail-pulse doctor says what is damaged; doctor --repair saves what "
                          "can be read into a new file");
        return ERR_DAMAGED;
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

/* The first migration due that rewrites facts; 0: none. */
static int rewriting_migration(const char *path) {
    struct place_header header = place_header(path);
    return header.application_id == DATABASE_APPLICATION_ID
               ? migrations_rewrite_facts((int)header.schema_version)
               : 0;
}

/* The backup, then the log, which takes what is copied and what is freed, then the file. */
static int64_t upgrade_room(const char *path) {
    return 3 * db_upgrade_bytes(path);
}

int64_t db_upgrade_bytes(const char *path) {
    return rewriting_migration(path) != 0 ? place_header(path).size_bytes : 0;
}

char *db_upgrade_backup(const char *path) {
    enum { TRIES = 100 };
    int version = rewriting_migration(path);
    char *whole = version != 0 ? realpath(path, NULL) : NULL;
    char *name = whole != NULL ? xasprintf("%s.before-%d", whole, version) : NULL;
    for (int i = 2; name != NULL && i <= TRIES && access(name, F_OK) == 0; i++) {
        free(name);
        name = xasprintf("%s.before-%d.%d", whole, version, i);
    }
    free(whole);
    return name;
}

/* An upgrade is one transaction a step; against what it might do wrong there is a copy. */
static enum err back_up_first(struct db *db, const struct progress_sink *progress,
                              struct error *error) {
    struct backup backup;
    db->upgrade_backup = db_upgrade_backup(db->path);
    if (db->upgrade_backup == NULL)
        return ERR_OK;
    enum err err = db_backup(db, db->upgrade_backup, false, progress, &backup, error);
    backup_free(&backup);
    return err;
}

/* Of what is still as it was nobody needs a copy, and the next attempt makes its own. One step
 * further, the program that wrote the file can open the copy only. */
static void take_back_backup(struct db *db, int64_t version_before) {
    int64_t version;
    if (statement_run_integer(statement_get(db, SQL_USER_VERSION), &version, NULL) == ERR_OK &&
        version == version_before)
        unlink(db->upgrade_backup);
}

static enum err upgrade(struct db *db, const struct progress_sink *progress, struct error *error) {
    int64_t version;
    enum err err = statement_run_integer(statement_get(db, SQL_USER_VERSION), &version, error);
    if (err != ERR_OK)
        return err;
    err = migrations_apply(db, migrations, migration_count, progress, error);
    if (err != ERR_OK && db->upgrade_backup != NULL)
        take_back_backup(db, version);
    return err;
}

static enum err check_room(const char *path, struct error *error) {
    int64_t needed = upgrade_room(path);
    struct statvfs disk;
    if (needed == 0 || statvfs(path, &disk) != 0 ||
        (double)disk.f_bavail * (double)disk.f_frsize >= (double)needed)
        return ERR_OK;
    error_set(
        error, ERR_IO,
        "%s must be brought up to date, for which its disk needs %.0f MB of room and has %.0f",
        path, (double)needed / 1e6, (double)disk.f_bavail * (double)disk.f_frsize / 1e6);
    return error_hint(error, "nothing was changed; make room and try again");
}

/* The lock is held: nobody else changes the file until we close. */
static enum err prepare_writer(struct db *db, const struct progress_sink *progress,
                               struct error *error) {
    static const enum sql for_writers[] = {SQL_SYNCHRONOUS_FULL, SQL_NO_AUTOCHECKPOINT,
                                           SQL_WRITER_CACHE};
    /* Made here, because SQLite would let the whole machine read it. */
    int fd = open(db->path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd >= 0)
        (void)fchmod(fd, file_mode());
    else if (errno == EEXIST)
        fd = open(db->path, O_RDWR | O_CLOEXEC);
    if (fd < 0)
        return place_failure(error, errno, "write", db->path);
    close(fd);
    enum err err = connection_make(db, true, false, error);
    enum standing standing = STANDING_CURRENT;
    if (err == ERR_OK)
        err = identify(db, &standing, error);
    if (err == ERR_OK && standing == STANDING_OLDER)
        err = check_room(db->path, error);
    if (err == ERR_OK)
        err = make_wal(db, error);
    for (size_t i = 0; err == ERR_OK && i < sizeof for_writers / sizeof *for_writers; i++)
        err = statement_run_plain(db, for_writers[i], error);
    if (err == ERR_OK) {
        sqlite3_wal_hook(db->handle, log_grew, db);
        err = standing == STANDING_OLDER ? back_up_first(db, progress, error) : ERR_OK;
    }
    if (err == ERR_OK)
        err = upgrade(db, progress, error);
    if (err == ERR_OK)
        err = sale_batch_register(db, error);
    if (err == ERR_OK && standing == STANDING_UNUSED) /* what upgrades left of an empty file */
        err = statement_run_plain(db, SQL_VACUUM, error);
    return err == ERR_OK ? probe(db, error) : err;
}

/* A look without a lock, so that nothing at all is left beside a file that is not ours. Where the
 * file itself says that it is, the lock comes first: while a first import runs, and after one that
 * was cut off, nobody can look. */
static enum err look_first(struct db *db, struct error *error) {
    enum standing standing = STANDING_CURRENT;
    enum err err = connection_make_reader(db, error);
    if (err == ERR_OK)
        err = identify(db, &standing, error);
    connection_end(db);
    return err;
}

static bool forbidden;

void db_forbid_writing(void) {
    forbidden = true;
}

enum err connection_open_writer(const char *path, const struct progress_sink *waiting,
                                int64_t patience_ms, struct db **out, struct error *error) {
    *out = NULL;
    char *resolved;
    if (forbidden)
        return error_set(error, ERR_READ_ONLY, "%s may not be written here", path);
    enum err err = place_resolve(path, true, &resolved, error);
    if (err != ERR_OK)
        return err;
    struct db *db = db_new(resolved);
    enum place_content content;
    err = place_inspect(db->path, &content, error);
    if (err == ERR_OK && content == PLACE_SQLITE &&
        place_header(db->path).application_id != DATABASE_APPLICATION_ID &&
        !place_was_empty(db->path))
        err = look_first(db, error);
    if (err == ERR_OK)
        err = lock_take(db->path, waiting, patience_ms, &db->lock_fd, error);
    if (err == ERR_OK)
        err = prepare_writer(db, waiting, error);
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
    error_hint(error, "retail-pulse import FILE.csv makes it");
    return ERR_NOT_FOUND;
}

/* Else it is the disk that refuses. */
static bool may_write(const char *path) {
    char *folder = xstrdup(path), *slash = strrchr(folder, '/');
    if (slash != NULL)
        slash[slash == folder] = '\0';
    bool may = access(path, W_OK) == 0 && access(slash != NULL ? folder : ".", W_OK) == 0;
    free(folder);
    return may;
}

/* Opening for writing brings the schema up to date, and undoes what a writer left that died. */
static enum err write_first(const char *path, const char *reason,
                            const struct progress_sink *progress, struct error *error) {
    struct db *writer;
    struct error why;
    int64_t patience_ms = progress != NULL ? -1 : UPGRADE_PATIENCE_MS;
    enum err err = connection_open_writer(path, progress, patience_ms, &writer, &why);
    if (err == ERR_OK)
        progress_report(progress, "writing it to the disk", "", 0, 0); /* cannot be stopped */
    db_close(writer);
    if (err == ERR_READ_ONLY || (err == ERR_IO && !may_write(path))) {
        error_set(error, ERR_READ_ONLY, "%s %s; %s", path, reason, why.message);
        error_hint(error, "let somebody who may write it open it once");
        return ERR_READ_ONLY;
    }
    if (err != ERR_OK && error != NULL)
        *error = why;
    return err;
}

static const char older[] = "was written by an older retail-pulse and must be upgraded first";

/* An upgrade that was committed is in the log alone where it was killed then, or where somebody
 * reads for long. Whoever reads finds it there, without a lock. */
static bool is_current_in_log(const char *path) {
    char *whole = realpath(path, NULL);
    struct db *db = NULL;
    struct error ignored;
    bool is = whole != NULL && !connection_log_is_empty(whole) &&
              db_open_unchanged(whole, &db, &ignored) == ERR_OK;
    db_close(db);
    free(whole);
    return is;
}

enum err db_upgrade(const char *path, const struct progress_sink *progress, struct error *error) {
    struct place_header header = place_header(path);
    bool is_older = header.application_id == DATABASE_APPLICATION_ID &&
                    header.schema_version < (uint32_t)migration_newest();
    return is_older && !is_current_in_log(path) ? write_first(path, older, progress, error)
                                                : ERR_OK;
}

static enum err open_reader_once(struct db *db, enum standing *standing, struct error *error) {
    enum err err = connection_make_reader(db, error);
    if (err == ERR_OK)
        err = identify(db, standing, error);
    if (err == ERR_OK && *standing == STANDING_CURRENT)
        err = probe(db, error);
    return err;
}

static enum err refuse_older(const struct db *db, struct error *error) {
    error_set(error, ERR_DATABASE, "%s was written by an older retail-pulse", db->path);
    error_hint(error, "open it once with this version (retail-pulse --db FILE imports), which "
                      "upgrades it");
    return ERR_DATABASE;
}

bool db_first_import_runs(const char *path, char *who, size_t size) {
    char *whole = realpath(path, NULL);
    char *journal = whole != NULL ? xasprintf("%s-journal", whole) : NULL;
    struct stat status;
    bool runs = journal != NULL && stat(journal, &status) == 0;
    if (runs)
        lock_holder(whole, who, size);
    runs = runs && *who != '\0';
    free(journal);
    free(whole);
    return runs;
}

static enum err refuse_meanwhile(const struct db *db, struct error *error) {
    char who[256];
    if (!db_first_import_runs(db->path, who, sizeof who))
        return ERR_OK;
    error_set(error, ERR_BUSY, "%s cannot be read until its first import has ended: %s", db->path,
              who);
    return error_hint(error, "try again then");
}

static enum err open_reader(const char *path, bool upgrades, struct db **out, struct error *error) {
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
        err = refuse_meanwhile(db, error);
    if (err == ERR_OK)
        err = open_reader_once(db, &standing, error);
    if (db->unfinished && upgrades)
        err = ERR_OK;
    if (err == ERR_OK && standing == STANDING_OLDER && !upgrades)
        err = refuse_older(db, error);
    if (err == ERR_OK && (standing == STANDING_OLDER || db->unfinished)) {
        connection_end(db);
        err = write_first(
            db->path,
            db->unfinished ? "holds an import that was cut off and must be undone first" : older,
            NULL, error);
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

enum err db_open_reader(const char *path, struct db **db, struct error *error) {
    return open_reader(path, true, db, error);
}

enum err db_open_unchanged(const char *path, struct db **db, struct error *error) {
    return open_reader(path, false, db, error);
}

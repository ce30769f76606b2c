/* SQLite's online backup within one snapshot: a commit in between neither begins it anew nor gets
 * into it (sqlite.org/backup.html). The copy is private until it is renamed, so it is written
 * without locks, which network disks may not have, and without a journal on the disk. */
#include "db/backup.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/memory.h"
#include "db/audit.h"
#include "db/check.h"
#include "db/connection.h"
#include "db/place.h"

enum { STEP_PAGES = 256, COUNTS = 9 };

/* What must be the same in the copy. */
struct counts {
    int64_t application_id, schema_version, pages, page_size;
    int64_t rows[COUNTS]; /* of SQL_COPY_COUNTS: imports, sales, … */
};

struct copying {
    struct db *from;
    const struct progress_sink *progress;
    char *target, *temporary;
    int fd; /* of the temporary file; −1: none */
    struct counts counts;
};

void backup_free(struct backup *backup) {
    free(backup->path);
    *backup = (struct backup){0};
}

static enum err read_counts(struct db *db, struct counts *counts, struct error *error) {
    const struct {
        enum sql sql;
        int64_t *into;
    } single[] = {{SQL_APPLICATION_ID, &counts->application_id},
                  {SQL_USER_VERSION, &counts->schema_version},
                  {SQL_PAGE_COUNT, &counts->pages},
                  {SQL_PAGE_SIZE, &counts->page_size}};
    enum err err = ERR_OK;
    for (size_t i = 0; err == ERR_OK && i < sizeof single / sizeof *single; i++)
        err = statement_run_integer(statement_get(db, single[i].sql), single[i].into, error);
    if (err != ERR_OK)
        return err;
    struct statement *count = statement_get(db, SQL_COPY_COUNTS);
    bool row;
    err = statement_step(count, &row, error);
    for (int i = 0; err == ERR_OK && row && i < COUNTS; i++)
        counts->rows[i] = statement_integer(count, i);
    statement_end(count);
    return err;
}

/* ------------------------------------------------------------------------------ where it may go */

static bool is_side_file(const char *database, const char *path) {
    static const char *const suffixes[] = {"-wal", "-shm", "-journal", ".lock"};
    size_t length = strlen(database);
    for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++) {
        if (strncmp(path, database, length) == 0 && strcmp(path + length, suffixes[i]) == 0)
            return true;
    }
    return false;
}

/* A log that lies beside a file would be read as if it belonged to whatever gets its name. */
static bool has_log(const char *path) {
    static const char *const suffixes[] = {"-wal", "-journal"};
    bool found = false;
    for (size_t i = 0; !found && i < sizeof suffixes / sizeof *suffixes; i++) {
        char *log = xasprintf("%s%s", path, suffixes[i]);
        struct stat status;
        found = stat(log, &status) == 0 && status.st_size > 0;
        free(log);
    }
    return found;
}

static enum err check_existing(const char *path, const struct stat *there, bool replace,
                               struct error *error) {
    static const char magic[16] = "SQLite format 3";
    char header[sizeof magic] = "";
    if (S_ISDIR(there->st_mode)) {
        error_set(error, ERR_INPUT, "%s is a folder", path);
        return error_hint(error, "name a file in it: %s/shop-backup.db", path);
    }
    if (!replace) {
        error_set(error, ERR_INPUT, "%s exists already: it was left as it is", path);
        return error_hint(error, "name another file, or add --force");
    }
    int fd = S_ISREG(there->st_mode) ? open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK) : -1;
    bool ours = fd >= 0 && (there->st_size == 0 ||
                            (read(fd, header, sizeof header) == (ssize_t)sizeof header &&
                             memcmp(header, magic, sizeof magic) == 0));
    if (fd >= 0)
        close(fd);
    if (ours)
        return ERR_OK;
    error_set(error, ERR_INPUT, "%s is no database: it was left as it is", path);
    return error_hint(error, "--force replaces an earlier backup and nothing else");
}

static enum err check_target(const struct copying *copying, bool replace, bool *replaces,
                             struct error *error) {
    struct stat own, there;
    const char *path = copying->target;
    bool exists = stat(path, &there) == 0;
    *replaces = exists;
    if (exists && stat(copying->from->path, &own) == 0 && own.st_dev == there.st_dev &&
        own.st_ino == there.st_ino) {
        error_set(error, ERR_INPUT, "%s is the database itself", path);
        return error_hint(error, "name another file, on another disk at best");
    }
    if (is_side_file(copying->from->path, path))
        return error_set(error, ERR_INPUT, "%s belongs to the database itself", path);
    if (has_log(path)) {
        error_set(error, ERR_INPUT, "%s is a database in use: there is a log of it", path);
        return error_hint(error, "name another file");
    }
    return exists ? check_existing(path, &there, replace, error) : ERR_OK;
}

static enum err no_room(const struct copying *copying, struct error *error) {
    struct statvfs disk;
    double needed = (double)copying->counts.pages * (double)copying->counts.page_size;
    double room =
        statvfs(copying->temporary, &disk) == 0 ? (double)disk.f_bavail * (double)disk.f_frsize : 0;
    error_set(error, ERR_IO, "the copy needs %.1f MB, and the disk of %s has %.1f MB left",
              needed / 1e6, copying->target, room / 1e6);
    return error_hint(error, "make room, or name a file on another disk; nothing is left of it");
}

/* What is left of room says little by then: half of the copy lies there, and of somebody's share of
 * the disk it knows nothing. */
static enum err filled_up(const struct copying *copying, struct error *error) {
    error_set(error, ERR_IO, "the disk of %s was full before the copy's %.1f MB were written",
              copying->target,
              (double)copying->counts.pages * (double)copying->counts.page_size / 1e6);
    return error_hint(error, "make room, or name a file on another disk; nothing is left of it");
}

static enum err check_room(const struct copying *copying, struct error *error) {
    struct statvfs disk;
    if (fstatvfs(copying->fd, &disk) != 0 ||
        (double)disk.f_bavail * (double)disk.f_frsize >=
            (double)copying->counts.pages * (double)copying->counts.page_size)
        return ERR_OK;
    return no_room(copying, error);
}

/* A name that nobody has yet, readable by whoever may read the database. */
static enum err make_temporary(struct copying *copying, struct error *error) {
    struct stat own;
    copying->temporary = xasprintf("%s.XXXXXX", copying->target);
    copying->fd = mkostemp(copying->temporary, O_CLOEXEC);
    if (copying->fd < 0) {
        enum err err = place_failure(error, errno, "write", copying->target);
        free(copying->temporary);
        copying->temporary = NULL;
        return err == ERR_OK ? ERR_IO : error_hint(error, "name a folder that you may write to");
    }
    if (stat(copying->from->path, &own) == 0)
        (void)fchmod(copying->fd, own.st_mode & 0666u);
    return ERR_OK;
}

/* ------------------------------------------------------------------------------------- copying */

static struct db *copy_handle(const struct copying *copying) {
    struct db *copy = xcalloc(1, sizeof *copy);
    copy->path = xstrdup(copying->temporary);
    copy->lock_fd = -1;
    return copy;
}

static enum err copy_failed(const struct copying *copying, struct db *to, int status,
                            struct error *error) {
    int number = sqlite3_system_errno(to->handle);
    if ((status & 0xFF) == SQLITE_FULL || number == ENOSPC || number == EDQUOT)
        return filled_up(copying, error);
    if ((status & 0xFF) == SQLITE_CORRUPT || (status & 0xFF) == SQLITE_NOTADB) {
        error_set(error, ERR_DAMAGED, "%s is damaged and could not be copied", copying->from->path);
        return error_hint(error, "retail-pulse doctor says what is wrong, and what can be saved");
    }
    return db_failure(to, status, error);
}

static enum err copy_pages(const struct copying *copying, struct db *to, struct error *error) {
    sqlite3_backup *backup = sqlite3_backup_init(to->handle, "main", copying->from->handle, "main");
    if (backup == NULL)
        return copy_failed(copying, to, sqlite3_errcode(to->handle), error);
    bool cancelled = false;
    int status = SQLITE_OK;
    while (!cancelled && status == SQLITE_OK) {
        status = sqlite3_backup_step(backup, STEP_PAGES);
        int total = sqlite3_backup_pagecount(backup);
        uint64_t page = (uint64_t)copying->counts.page_size;
        cancelled = !progress_report(copying->progress, "copying", "bytes",
                                     (uint64_t)(total - sqlite3_backup_remaining(backup)) * page,
                                     (uint64_t)total * page);
    }
    int finished = sqlite3_backup_finish(backup);
    if (cancelled)
        return error_set(error, ERR_CANCELLED, "cancelled; nothing is left of the copy");
    if (status != SQLITE_DONE || finished != SQLITE_OK)
        return copy_failed(copying, to, status != SQLITE_DONE ? status : finished, error);
    return ERR_OK;
}

static enum err copy_all(const struct copying *copying, struct error *error) {
    struct db *to = copy_handle(copying);
    int status = sqlite3_open_v2(to->path, &to->handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX,
                                 "unix-none");
    sqlite3_extended_result_codes(to->handle, 1);
    enum err err = status == SQLITE_OK ? statement_run_plain(to, SQL_JOURNAL_IN_MEMORY, error)
                                       : db_failure(to, status, error);
    if (err == ERR_OK)
        err = statement_run_plain(to, SQL_SYNCHRONOUS_OFF, error); /* synced once, below */
    if (err == ERR_OK)
        err = copy_pages(copying, to, error);
    db_close(to);
    if (err == ERR_OK && fsync(copying->fd) != 0 && errno != EINVAL)
        err = place_failure(error, errno, "write", copying->temporary);
    return err;
}

/* Read from the disk rather than from what is remembered of the writing. */
static enum err verify(const struct copying *copying, struct error *error) {
    struct counts counts = {0};
    struct check_result found = {0};
    struct db *copy = copy_handle(copying);
    (void)posix_fadvise(copying->fd, 0, 0, POSIX_FADV_DONTNEED);
    enum err err = connection_make(copy, false, true, error);
    if (err == ERR_OK)
        err = db_check_pages(copy, copying->progress, "checking the copy", &found, error);
    if (err == ERR_OK && found.count == 0)
        err = read_counts(copy, &counts, error);
    if (err == ERR_OK &&
        (found.count != 0 || memcmp(&counts, &copying->counts, sizeof counts) != 0)) {
        err = error_set(error, ERR_DAMAGED, "the copy is not whole (%s) and was removed",
                        found.count != 0 ? found.lines[0] : "its counts are not the database's");
        error_hint(error, "retail-pulse doctor tells whether the database is damaged itself; "
                          "otherwise try another disk");
    }
    check_result_free(&found);
    db_close(copy);
    return err;
}

/* -------------------------------------------------------------------------------- its own name */

static void sync_folder(const char *path) {
    char *folder = xstrdup(path);
    char *slash = strrchr(folder, '/');
    slash[slash == folder] = '\0';
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd >= 0) {
        (void)fsync(fd);
        close(fd);
    }
    free(folder);
}

static enum err give_name(struct copying *copying, bool replace, struct error *error) {
    struct stat opened, named;
    const char *from = copying->temporary, *to = copying->target;
    if (fstat(copying->fd, &opened) != 0 || lstat(from, &named) != 0 ||
        opened.st_ino != named.st_ino || opened.st_dev != named.st_dev)
        return error_set(error, ERR_IO, "%s was replaced while it was written", from);
    int failed = renameat2(AT_FDCWD, from, AT_FDCWD, to, replace ? 0 : RENAME_NOREPLACE);
    if (failed != 0 && errno == EINVAL) /* a file system that cannot promise it */
        failed = !replace && access(to, F_OK) == 0 ? (errno = EEXIST, -1) : rename(from, to);
    if (failed != 0 && errno == EEXIST)
        return error_set(error, ERR_INPUT, "%s came to be meanwhile: it was left as it is", to);
    if (failed != 0)
        return place_failure(error, errno, "write", to);
    free(copying->temporary);
    copying->temporary = NULL;
    sync_folder(to);
    return ERR_OK;
}

static enum err copy_snapshot(struct copying *copying, struct error *error) {
    enum err err = db_snapshot_begin(copying->from, error);
    if (err != ERR_OK)
        return err;
    err = read_counts(copying->from, &copying->counts, error);
    if (err == ERR_OK)
        err = check_room(copying, error);
    if (err == ERR_OK)
        err = copy_all(copying, error);
    db_snapshot_end(copying->from);
    return err;
}

enum err db_backup(struct db *db, const char *path, bool replace,
                   const struct progress_sink *progress, struct backup *out, struct error *error) {
    struct copying copying = {.from = db, .progress = progress, .fd = -1};
    bool replaces = false;
    *out = (struct backup){0};
    enum err err = place_resolve(path, false, &copying.target, error);
    if (err == ERR_NOT_FOUND) {
        error_set(error, ERR_INPUT, "there is no folder for %s", path);
        error_hint(error, "make it, or name another");
        err = ERR_INPUT;
    }
    if (err == ERR_OK)
        err = check_target(&copying, replace, &replaces, error);
    if (err == ERR_OK)
        err = make_temporary(&copying, error);
    if (err == ERR_OK)
        err = copy_snapshot(&copying, error);
    if (err == ERR_OK)
        err = verify(&copying, error);
    if (err == ERR_OK)
        err = give_name(&copying, replace, error);
    if (copying.temporary != NULL)
        unlink(copying.temporary);
    free(copying.temporary);
    if (copying.fd >= 0)
        close(copying.fd);
    if (err == ERR_OK)
        *out = (struct backup){.path = copying.target,
                               .bytes = copying.counts.pages * copying.counts.page_size,
                               .sales = copying.counts.rows[0],
                               .imports = copying.counts.rows[1],
                               .replaced = replaces};
    else
        free(copying.target);
    return err;
}

void db_backup_record(const char *database, const struct backup *backup) {
    struct db *db;
    struct error ignored;
    if (connection_open_writer(database, NULL, 0, &db, &ignored) != ERR_OK)
        return;
    enum err err = db_begin(db, &ignored);
    if (err == ERR_OK)
        err = db_audit(db, AUDIT_BACKUP, backup->path, &ignored, "%lld sales, read back and whole",
                       (long long)backup->sales);
    if (err == ERR_OK)
        db_commit(db, &ignored);
    db_close(db); /* rolls back what is not committed */
}

#include "engine/doctor/repair.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "db/lock.h"
#include "engine/intake/record.h"

enum err repair_rebuild(const char *path, const struct progress_sink *progress, struct rebuilt *out,
                        struct error *error) {
    struct db *db;
    enum err err = db_open_writer(path, progress, &db, error);
    if (err == ERR_OK)
        err = sales_rebuild(db, progress, out, error);
    db_close(db);
    return err;
}

static void remove_with(const char *path, const char *suffix) {
    char *name = xasprintf("%s%s", path, suffix);
    unlink(name);
    free(name);
}

/* What writing left beside the file under the name that it had until now. */
static void remove_side_files(const char *path) {
    remove_with(path, "-wal");
    remove_with(path, "-shm");
    remove_with(path, "-journal");
    remove_with(path, ".lock");
}

static enum err cannot(const char *what, const char *path, struct error *error) {
    error_set(error, errno == EEXIST ? ERR_INPUT : ERR_IO, "cannot %s %s: %s", what, path,
              strerror(errno));
    return error_hint(error, "name another file with --into");
}

static enum err fill(const char *path, const char *temporary, const struct progress_sink *progress,
                     struct salvaged *out, struct error *error) {
    struct db *db;
    static const struct naming naming = {location_is_local, handset_brand};
    struct rebuilt rebuilt;
    enum err err = db_open_writer(temporary, progress, &db, error);
    if (err == ERR_OK)
        err = db_salvage(db, path, &naming, progress, out, error);
    if (err == ERR_OK)
        err = sales_rebuild(db, progress, &rebuilt, error);
    db_close(db);
    return err;
}

static enum err salvage_locked(const char *path, const char *into,
                               const struct progress_sink *progress, struct salvaged *out,
                               struct error *error) {
    if (access(into, F_OK) == 0) {
        errno = EEXIST;
        return cannot("write", into, error);
    }
    char *temporary = xasprintf("%s.XXXXXX", into);
    int fd = mkostemp(temporary, O_CLOEXEC);
    enum err err = ERR_OK;
    if (fd < 0) {
        err = cannot("write", into, error);
        free(temporary);
        return err;
    }
    struct stat status; /* who could read the damaged one may read this one */
    (void)fchmod(fd, stat(path, &status) == 0 ? status.st_mode & 0666u : file_mode());
    close(fd);
    err = fill(path, temporary, progress, out, error);
    if (err == ERR_OK && link(temporary, into) != 0) { /* which never replaces anything */
        err = cannot("write", into, error);
        salvaged_free(out);
    }
    unlink(temporary);
    remove_side_files(temporary);
    free(temporary);
    return err;
}

enum err repair_salvage(const char *path, const char *into, const struct progress_sink *progress,
                        struct salvaged *out, struct error *error) {
    int lock;
    *out = (struct salvaged){0};
    char *whole = realpath(path, NULL);
    if (whole == NULL)
        return error_set(error, ERR_NOT_FOUND, "there is no file %s", path);
    enum err err = lock_take(whole, progress, -1, &lock, error);
    if (err == ERR_OK)
        err = salvage_locked(whole, into, progress, out, error);
    lock_release(lock);
    free(whole);
    return err;
}

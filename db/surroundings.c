#include "db/surroundings.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/memory.h"
#include "db/lock.h"
#include "db/network.h"
#include "db/place.h"

void surroundings_free(struct surroundings *surroundings) {
    free(surroundings->path);
    *surroundings = (struct surroundings){0};
}

/* Size of the file of that name, −1 where there is none. */
static int64_t side_file(const char *path, const char *suffix, struct stat *status) {
    char *name = xasprintf("%s%s", path, suffix);
    int64_t size = stat(name, status) == 0 ? status->st_size : -1;
    free(name);
    return size;
}

static void look_at_rights(struct surroundings *out, const struct stat *file) {
    struct stat log, folder;
    char *path = xstrdup(out->path);
    out->mode = file->st_mode & 07777u;
    bool has_log = side_file(out->path, "-wal", &log) >= 0;
    out->others_may_read =
        (file->st_mode & S_IROTH) != 0 || (has_log && (log.st_mode & S_IROTH) != 0);
    char *slash = strrchr(path, '/');
    slash[slash == path] = '\0';
    bool open_folder = stat(path, &folder) == 0 && (folder.st_mode & S_IWOTH) != 0 &&
                       (folder.st_mode & S_ISVTX) == 0;
    out->others_may_write = (file->st_mode & S_IWOTH) != 0 || open_folder;
    out->we_may_write = access(out->path, W_OK) == 0 && access(path, W_OK) == 0;
    free(path);
}

enum err surroundings_look(const char *path, struct surroundings *out, struct error *error) {
    struct stat file, side;
    struct statvfs disk;
    const char *kind;
    struct error ignored;
    enum place_content content;
    *out = (struct surroundings){0};
    enum err err = place_resolve(path, false, &out->path, error);
    if (err != ERR_OK)
        return err;
    if (stat(out->path, &file) != 0) {
        if (errno != ENOENT)
            return place_failure(error, errno, "open", out->path);
        error_set(error, ERR_NOT_FOUND, "there is no database %s yet", out->path);
        return error_hint(error, "retail-pulse import FILE.csv makes it");
    }
    if (!S_ISREG(file.st_mode))
        return error_set(error, ERR_INPUT, "%s is not a database file", out->path);
    if (access(out->path, R_OK) != 0)
        return place_failure(error, errno, "read", out->path);
    out->file_bytes = file.st_size;
    out->log_bytes = side_file(out->path, "-wal", &side);
    out->log_bytes = out->log_bytes > 0 ? out->log_bytes : 0;
    out->unfinished = side_file(out->path, "-journal", &side) > 0;
    out->free_bytes = statvfs(out->path, &disk) == 0
                          ? (int64_t)((double)disk.f_bavail * (double)disk.f_frsize)
                          : -1;
    out->network = network_file_system(out->path, &kind);
    out->sound_header = place_inspect(out->path, &content, &ignored) == ERR_OK || out->network;
    lock_holder(out->path, out->writer, sizeof out->writer);
    out->abandoned = out->writer[0] == '\0' && side_file(out->path, ".lock", &side) > 0;
    out->unfinished = out->unfinished && out->writer[0] == '\0';
    look_at_rights(out, &file);
    return ERR_OK;
}

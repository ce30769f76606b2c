#include "db/place.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"
#include "db/connection.h"
#include "db/network.h"

char *db_default_path(const char *option) {
    if (option != NULL && *option != '\0')
        return xstrdup(option);
    const char *chosen = getenv("RETAIL_PULSE_DB");
    if (chosen != NULL && *chosen != '\0')
        return xstrdup(chosen);
    const char *data = getenv("XDG_DATA_HOME");
    if (data != NULL && *data == '/') /* the XDG specification ignores relative ones */
        return xasprintf("%s/retail-pulse/shop.db", data);
    const char *home = getenv("HOME");
    if (home == NULL || *home == '\0') {
        const struct passwd *user = getpwuid(geteuid());
        home = user != NULL ? user->pw_dir : ".";
    }
    return xasprintf("%s/.local/share/retail-pulse/shop.db", home);
}

enum err place_failure(struct error *error, int number, const char *what, const char *path) {
    error_set(error, ERR_IO, "cannot %s %s: %s", what, path, strerror(number));
    switch (number) {
    case EACCES:
    case EPERM:
        error_hint(error, "ask its owner for permission, or choose another file with --db");
        return ERR_IO;
    case EROFS:
        error_hint(error, "the disk is read-only: choose another file with --db");
        return ERR_IO;
    case ENOSPC:
    case EDQUOT:
        error_hint(error, "the disk is full: make room and try again");
        return ERR_IO;
    default:
        return ERR_IO;
    }
}

/* mkdir -p, each new folder for the owner alone. */
static enum err make_folders(const char *folder, struct error *error) {
    char *path = xstrdup(folder);
    enum err err = ERR_OK;
    for (char *at = path + 1; err == ERR_OK; at++) {
        if (*at != '/' && *at != '\0')
            continue;
        char kept = *at;
        *at = '\0';
        int number = mkdir(path, 0700) == 0 ? 0 : errno;
        if (number != 0 && number != EEXIST && access(path, F_OK) != 0)
            err = place_failure(error, number, "make the folder", path);
        *at = kept;
        if (kept == '\0')
            break;
    }
    free(path);
    return err;
}

enum err place_resolve(const char *path, bool make_folder, char **resolved, struct error *error) {
    *resolved = NULL;
    if (*path == '\0')
        return error_set(error, ERR_USAGE, "the database's file name is empty");
    char *whole = realpath(path, NULL);
    if (whole != NULL) {
        *resolved = whole;
        return ERR_OK;
    }
    if (errno != ENOENT)
        return place_failure(error, errno, "open", path);
    const char *slash = strrchr(path, '/');
    const char *name = slash != NULL ? slash + 1 : path;
    if (*name == '\0')
        return error_set(error, ERR_INPUT, "%s names a folder, not a database file", path);
    char *folder = slash == NULL   ? xstrdup(".")
                   : slash == path ? xstrdup("/")
                                   : xstrndup(path, (size_t)(slash - path));
    enum err err = make_folder ? make_folders(folder, error) : ERR_OK;
    char *real_folder = err == ERR_OK ? realpath(folder, NULL) : NULL;
    if (err == ERR_OK && real_folder == NULL && errno == ENOENT && !make_folder) {
        error_set(error, ERR_NOT_FOUND, "there is no database %s yet", path);
        error_hint(error, "retail-pulse import FILE.csv makes it");
        err = ERR_NOT_FOUND;
    } else if (err == ERR_OK && real_folder == NULL) {
        err = place_failure(error, errno, "open the folder", folder);
    } else if (err == ERR_OK) {
        *resolved = xasprintf("%s/%s", strcmp(real_folder, "/") == 0 ? "" : real_folder, name);
    }
    free(real_folder);
    free(folder);
    return err;
}

static enum err refuse_network(const char *path, struct error *error) {
    const char *kind;
    if (!network_file_system(path, &kind))
        return ERR_OK;
    error_set(error, ERR_NETWORK_FS,
              "%s lies on a network file system (%s), where several writers would damage it", path,
              kind);
    error_hint(error, "keep the database on a disk of the machine that runs retail-pulse, "
                      "and work there over ssh");
    return ERR_NETWORK_FS;
}

static enum err inspect_header(const char *path, enum place_content *content, struct error *error) {
    static const char magic[16] = "SQLite format 3";
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return place_failure(error, errno, "read", path);
    char header[sizeof magic];
    ssize_t got = read(fd, header, sizeof header);
    int number = errno;
    close(fd);
    if (got < 0)
        return place_failure(error, number, "read", path);
    *content = got == 0 ? PLACE_EMPTY : PLACE_SQLITE;
    if (got == 0 || (got == (ssize_t)sizeof magic && memcmp(header, magic, sizeof magic) == 0))
        return ERR_OK;
    error_set(error, ERR_FOREIGN, "%s is not a database of retail-pulse: it was left as it is",
              path);
    error_hint(error, "name another file with --db; a CSV file is read with "
                      "retail-pulse import");
    return ERR_FOREIGN;
}

static uint32_t big_endian(const unsigned char *at) {
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

struct place_header place_header(const char *path) {
    enum {
        SCHEMA_AT = 60,
        APPLICATION_AT = 68,
        HEADER_SIZE = 100
    }; /* sqlite.org/fileformat.html */
    unsigned char bytes[HEADER_SIZE];
    struct place_header header = {0};
    struct stat status;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd >= 0 && fstat(fd, &status) == 0 &&
        pread(fd, bytes, sizeof bytes, 0) == (ssize_t)sizeof bytes)
        header = (struct place_header){.application_id = big_endian(bytes + APPLICATION_AT),
                                       .schema_version = big_endian(bytes + SCHEMA_AT),
                                       .size_bytes = status.st_size};
    if (fd >= 0)
        close(fd);
    return header;
}

bool place_was_empty(const char *path) {
    enum { PAGES_BEFORE_AT = 16, HEADER_SIZE = 28 }; /* sqlite.org/fileformat2.html, section 3 */
    static const unsigned char magic[] = {0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7};
    unsigned char bytes[HEADER_SIZE];
    char *journal = xasprintf("%s-journal", path);
    int fd = open(journal, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW);
    bool empty = fd >= 0 && pread(fd, bytes, sizeof bytes, 0) == (ssize_t)sizeof bytes &&
                 memcmp(bytes, magic, sizeof magic) == 0 &&
                 big_endian(bytes + PAGES_BEFORE_AT) == 0;
    if (fd >= 0)
        close(fd);
    free(journal);
    return empty;
}

enum err place_inspect(const char *path, enum place_content *content, struct error *error) {
    *content = PLACE_MISSING;
    struct stat status;
    if (stat(path, &status) == 0) {
        if (S_ISDIR(status.st_mode)) {
            error_set(error, ERR_INPUT, "%s is a folder, not a database", path);
            error_hint(error, "name a file in it: --db %s/shop.db", path);
            return ERR_INPUT;
        }
        if (!S_ISREG(status.st_mode))
            return error_set(error, ERR_INPUT, "%s is not a regular file", path);
        enum err err = refuse_network(path, error);
        return err == ERR_OK ? inspect_header(path, content, error) : err;
    }
    if (errno != ENOENT)
        return place_failure(error, errno, "open", path);
    char *folder = xstrdup(path);
    *strrchr(folder, '/') = '\0';
    enum err err = refuse_network(*folder != '\0' ? folder : "/", error);
    free(folder);
    return err;
}

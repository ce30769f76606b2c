#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"

static enum err refused(const char *path, int reason, struct error *error) {
    error_set(error, ERR_IO, "cannot write to %s: %s", path, strerror(reason));
    if (reason == ENOENT || reason == ENOTDIR)
        error_hint(error, "There is no such folder; make it, or name another.");
    else if (reason == EACCES || reason == EPERM || reason == EROFS)
        error_hint(error, "Name a folder that you may write to, such as your home: ~/FILE.");
    else if (reason == ENOSPC || reason == EDQUOT)
        error_hint(error, "The disk is full; make room, or name another.");
    return ERR_IO;
}

/* ------------------------------------------------------------------------------ who, and where */

static unsigned mode_of_files = 0600;
static char *only_folder; /* as the kernel names it; NULL: anywhere */

void file_set_mode(unsigned mode) {
    mode_of_files = mode;
}

unsigned file_mode(void) {
    return mode_of_files;
}

bool file_mode_read(const char *text, unsigned *mode) {
    static const unsigned modes[] = {0600, 0640, 0660};
    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
        char known[8];
        snprintf(known, sizeof known, "%04o", modes[i]);
        if (strcmp(text, known) == 0) {
            *mode = modes[i];
            return true;
        }
    }
    return false;
}

enum err file_stay_in(const char *folder, struct error *error) {
    struct stat status;
    char *whole = folder != NULL ? realpath(folder, NULL) : NULL;
    if (folder != NULL &&
        (whole == NULL || stat(whole, &status) != 0 || !S_ISDIR(status.st_mode))) {
        free(whole);
        return error_set(error, ERR_INPUT, "%s, where files are to be written, is no folder",
                         folder);
    }
    free(only_folder);
    only_folder = whole;
    return ERR_OK;
}

/* The folder of a file, opened: from here on its name cannot come to mean another one. */
static int open_folder(const char *path) {
    const char *slash = strrchr(path, '/');
    char *folder = slash == NULL   ? xstrdup(".")
                   : slash == path ? xstrdup("/")
                                   : xstrndup(path, (size_t)(slash - path));
    int opened = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int saved = errno;
    free(folder);
    errno = saved;
    return opened;
}

/* Asks the kernel what was opened, whatever names and links led there. */
static bool is_inside(int folder) {
    char *link = xasprintf("/proc/self/fd/%d", folder), *real = realpath(link, NULL);
    size_t length = strlen(only_folder);
    bool inside = real != NULL && strncmp(real, only_folder, length) == 0 &&
                  (real[length] == '/' || real[length] == '\0' || length == 1);
    free(real);
    free(link);
    return inside;
}

static enum err refuse_place(const char *path, struct error *error) {
    error_set(error, ERR_READ_ONLY, "%s is no place in %s, the only folder for files here", path,
              only_folder);
    return error_hint(error, "A name without a folder, such as sales.csv, is written there.");
}

/* A relative name is one of the folder that files stay in. The caller frees. */
static char *placed(const char *path) {
    return only_folder != NULL && path[0] != '/' ? xasprintf("%s/%s", only_folder, path)
                                                 : xstrdup(path);
}

/* Opens the folder and names the file in it; the caller closes. */
static enum err enter_folder(const char *path, int *folder, const char **name,
                             struct error *error) {
    const char *slash = strrchr(path, '/');
    *name = slash != NULL ? slash + 1 : path;
    *folder = open_folder(path);
    if (*folder < 0) /* what there is elsewhere is not told */
        return only_folder != NULL ? refuse_place(path, error) : refused(path, errno, error);
    if (only_folder != NULL && !is_inside(*folder)) {
        close(*folder);
        *folder = -1;
        return refuse_place(path, error);
    }
    return ERR_OK;
}

enum err file_check_place(const char *path, struct error *error) {
    int folder;
    const char *name;
    if (only_folder == NULL)
        return ERR_OK;
    char *whole = placed(path);
    enum err code = enter_folder(whole, &folder, &name, error);
    if (code == ERR_OK)
        close(folder);
    free(whole);
    return code;
}

/* ------------------------------------------------------------------------------------ writing */

/* A file that nobody has a name for but us. */
static int make_temporary(int folder, char **temporary) {
    enum { TRIES = 100 };
    for (int i = 0; i < TRIES; i++) {
        uint64_t random;
        if (getrandom(&random, sizeof random, 0) != sizeof random)
            return -1;
        *temporary = xasprintf(".retail-pulse.%016" PRIx64, random);
        int made =
            openat(folder, *temporary, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
        if (made >= 0)
            return made;
        free(*temporary);
        *temporary = NULL;
        if (errno != EEXIST)
            return -1;
    }
    return -1;
}

static enum err fill(const char *path, int descriptor, file_writer *write, void *context,
                     struct error *error) {
    FILE *stream = fdopen(descriptor, "w");
    enum err code = stream != NULL ? write(context, stream, error) : refused(path, errno, error);
    if (code == ERR_OK && fflush(stream) != 0)
        code = refused(path, errno, error);
    if (code == ERR_OK && fsync(descriptor) != 0 && errno != EINVAL)
        code = refused(path, errno, error);
    if (stream != NULL)
        fclose(stream);
    else
        close(descriptor);
    return code;
}

static enum err write_in(int folder, const char *name, const char *path, bool replace,
                         file_writer *write, void *context, struct error *error) {
    struct stat status;
    bool there = fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) == 0;
    if (there && !replace)
        return error_set(error, ERR_INPUT, "%s exists already", path);
    if (there && S_ISDIR(status.st_mode))
        return error_set(error, ERR_INPUT, "%s is a folder", path);
    char *temporary = NULL;
    int descriptor = make_temporary(folder, &temporary);
    if (descriptor < 0)
        return refused(path, errno, error);
    fchmod(descriptor, there && S_ISREG(status.st_mode) ? status.st_mode & 0666 : file_mode());
    enum err code = fill(path, descriptor, write, context, error);
    if (code == ERR_OK) {
        int failed = renameat2(folder, temporary, folder, name, replace ? 0 : RENAME_NOREPLACE);
        if (failed != 0 && errno == EINVAL) /* a file system that cannot promise it */
            failed = renameat(folder, temporary, folder, name);
        if (failed != 0)
            code = refused(path, errno, error);
    }
    if (code != ERR_OK)
        unlinkat(folder, temporary, 0);
    free(temporary);
    return code;
}

enum err file_write(const char *path, bool replace, file_writer *write, void *context,
                    struct error *error) {
    int folder;
    const char *name;
    char *whole = placed(path);
    enum err code = enter_folder(whole, &folder, &name, error);
    if (code == ERR_OK) {
        code = *name != '\0' ? write_in(folder, name, whole, replace, write, context, error)
                             : error_set(error, ERR_INPUT, "%s is a folder", whole);
        close(folder);
    }
    free(whole);
    return code;
}

char *file_expand(const char *path) {
    const char *home = getenv("HOME");
    bool of_home = path[0] == '~' && (path[1] == '/' || path[1] == '\0');
    return of_home && home != NULL ? xasprintf("%s%s", home, path + 1) : placed(path);
}

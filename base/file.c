#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
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

enum err file_write(const char *path, bool replace, file_writer *write, void *context,
                    struct error *error) {
    struct stat status;
    bool there = lstat(path, &status) == 0;
    if (there && !replace)
        return error_set(error, ERR_INPUT, "%s exists already", path);
    if (there && S_ISDIR(status.st_mode))
        return error_set(error, ERR_INPUT, "%s is a folder", path);
    char *temporary = xasprintf("%s.XXXXXX", path);
    int descriptor = mkostemp(temporary, O_CLOEXEC);
    if (descriptor < 0) {
        enum err code = refused(path, errno, error);
        free(temporary);
        return code;
    }
    mode_t mask = umask(0);
    umask(mask);
    fchmod(descriptor, 0666 & ~mask);
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
    if (code == ERR_OK) {
        int failed = renameat2(AT_FDCWD, temporary, AT_FDCWD, path, replace ? 0 : RENAME_NOREPLACE);
        if (failed != 0 && errno == EINVAL) /* a file system that cannot promise it */
            failed = rename(temporary, path);
        if (failed != 0)
            code = refused(path, errno, error);
    }
    if (code != ERR_OK)
        unlink(temporary);
    free(temporary);
    return code;
}

char *file_expand(const char *path) {
    const char *home = getenv("HOME");
    bool of_home = path[0] == '~' && (path[1] == '/' || path[1] == '\0');
    return of_home && home != NULL ? xasprintf("%s%s", home, path + 1) : xstrdup(path);
}

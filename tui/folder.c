#include "tui/folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/config.h"
#include "base/memory.h"
#include "base/text.h"

void folder_free(struct folder *folder) {
    for (int i = 0; i < folder->count; i++) {
        free(folder->entries[i].name);
        free(folder->entries[i].shown);
    }
    free(folder->entries);
    free(folder->path);
    free(folder->shown);
    *folder = (struct folder){0};
}

static int compare(const void *a, const void *b) {
    const struct folder_entry *left = a, *right = b;
    if (left->is_folder != right->is_folder)
        return left->is_folder ? -1 : 1;
    int order = strcasecmp(left->name, right->name);
    return order != 0 ? order : strcmp(left->name, right->name);
}

static bool ends_with(const char *name, const char *ending) {
    size_t length = strlen(name), own = strlen(ending);
    return length >= own && text_same(name + length - own, ending);
}

static void add(struct folder *folder, int fd, const char *name, bool all_files) {
    struct stat status;
    if (name[0] == '.' || fstatat(fd, name, &status, 0) != 0)
        return; /* hidden, gone meanwhile, or a link to nowhere */
    bool is_folder = S_ISDIR(status.st_mode);
    if (!is_folder && !S_ISREG(status.st_mode))
        return;
    if (!is_folder && !all_files && !ends_with(name, ".csv") && !ends_with(name, ".txt")) {
        folder->files_left_out++;
        return;
    }
    if ((folder->count & (folder->count - 1)) == 0)
        folder->entries =
            xreallocarray(folder->entries, 2 * (size_t)folder->count + 1, sizeof *folder->entries);
    folder->entries[folder->count++] =
        (struct folder_entry){xstrdup(name), text_printable(name, strlen(name)), is_folder,
                              status.st_size, status.st_mtime};
}

enum err folder_read(const char *path, bool all_files, struct folder *out, struct error *error) {
    char *real = realpath(path, NULL);
    DIR *stream = real != NULL ? opendir(real) : NULL;
    if (stream == NULL) {
        char *name = text_printable(path, strlen(path));
        error_set(error, errno == ENOENT ? ERR_NOT_FOUND : ERR_IO, "cannot open the folder %s: %s",
                  name, strerror(errno));
        free(name);
        free(real);
        return error != NULL ? error->code : ERR_IO;
    }
    *out = (struct folder){.path = real, .shown = text_printable(real, strlen(real))};
    for (const struct dirent *entry; (entry = readdir(stream)) != NULL;)
        add(out, dirfd(stream), entry->d_name, all_files);
    closedir(stream);
    if (out->count > 0)
        qsort(out->entries, (size_t)out->count, sizeof *out->entries, compare);
    return ERR_OK;
}

char *folder_home(void) {
    const char *home = getenv("HOME");
    return xstrdup(home != NULL && home[0] == '/' ? home : "/");
}

static bool is_folder(const char *path) {
    struct stat status;
    return stat(path, &status) == 0 && S_ISDIR(status.st_mode) && access(path, R_OK | X_OK) == 0;
}

/* XDG_DOWNLOAD_DIR="$HOME/Downloads" of user-dirs.dirs (xdg-user-dirs); NULL where it is not said.
 */
static char *told_downloads(const char *home) {
    const char *config = getenv("XDG_CONFIG_HOME");
    char *path = config != NULL && config[0] == '/' ? xasprintf("%s/user-dirs.dirs", config)
                                                    : xasprintf("%s/.config/user-dirs.dirs", home);
    struct config dirs;
    char *found = NULL;
    if (config_read(&dirs, path, NULL) == ERR_OK) {
        for (size_t i = 0; i < dirs.count; i++) {
            const char *value = dirs.entries[i].value;
            if (strcmp(dirs.entries[i].name, "XDG_DOWNLOAD_DIR") != 0)
                continue;
            free(found);
            found = strncmp(value, "$HOME", 5) == 0 ? xasprintf("%s%s", home, value + 5)
                                                    : xstrdup(value);
        }
    }
    config_free(&dirs);
    free(path);
    return found;
}

char *folder_start(void) {
    char *home = folder_home();
    char *downloads = told_downloads(home);
    if (downloads == NULL)
        downloads = xasprintf("%s/Downloads", home);
    bool there = downloads[0] == '/' && is_folder(downloads);
    free(there ? home : downloads);
    return there ? downloads : home;
}

char *folder_join(const struct folder *folder, const char *name) {
    return xasprintf("%s%s%s", folder->path, strcmp(folder->path, "/") == 0 ? "" : "/", name);
}

char *folder_parent(const struct folder *folder) {
    const char *slash = strrchr(folder->path, '/');
    size_t length = slash != NULL && slash != folder->path ? (size_t)(slash - folder->path) : 1;
    return xstrndup(folder->path, length);
}

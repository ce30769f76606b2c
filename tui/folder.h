/* A folder as a list to choose from: folders first, then files, by name. */
#ifndef TUI_FOLDER_H
#define TUI_FOLDER_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "base/error.h"

struct folder_entry {
    char *name;  /* as the file system has it … */
    char *shown; /* … and as it may be shown */
    bool is_folder;
    int64_t size_bytes;
    time_t modified;
};

struct folder {
    char *path;  /* absolute … */
    char *shown; /* … and as it may be shown */
    struct folder_entry *entries;
    int count;
    int files_left_out; /* not named as sales files are */
};

/* Reads the folder; files only where they end in .csv or .txt, or all of them. Hidden ones, devices
 * and pipes are left out. The caller frees with folder_free; on error nothing is changed. */
enum err folder_read(const char *path, bool all_files, struct folder *out, struct error *error);
void folder_free(struct folder *folder);

/* Where the user's files are likely to be: the XDG download folder, else the home folder, else /.
 * The caller frees. */
char *folder_start(void);
char *folder_home(void);

char *folder_join(const struct folder *folder, const char *name); /* the caller frees */
char *folder_parent(const struct folder *folder);                 /* of "/" it is "/" */

#endif

#include "cli/files_progress.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* 0 for what is no regular file. */
static uint64_t size_of(const char *path) {
    struct stat status;
    bool regular = strcmp(path, "-") != 0 && stat(path, &status) == 0 && S_ISREG(status.st_mode);
    return regular ? (uint64_t)status.st_size : 0;
}

/* What comes after the reading of a file counts as time, not as bytes: so the rate is that of the
 * whole work, and the time left too. */
static bool report(void *context, const struct progress *progress) {
    struct files_progress *files = context;
    bool reads = progress->unit != NULL && strcmp(progress->unit, "bytes") == 0;
    uint64_t done = reads && progress->done < files->current ? progress->done : files->current;
    return progress_report(&files->inner, files->phase, "bytes", files->before + done,
                           files->total);
}

struct progress_sink files_progress_open(struct files_progress *progress,
                                         struct progress_sink inner, char *const *paths,
                                         int count) {
    *progress = (struct files_progress){.inner = inner};
    snprintf(progress->phase, sizeof progress->phase, "importing %d files", count);
    for (int i = 0; i < count; i++) {
        uint64_t size = size_of(paths[i]);
        if (size == 0 || count == 1)
            return inner;
        progress->total += size;
    }
    return (struct progress_sink){report, progress};
}

void files_progress_next(struct files_progress *progress, const char *path) {
    progress->before += progress->current;
    progress->current = size_of(path);
}

/* One progress for several files in turn: bytes of all of them, so that the time left is that of
 * the whole call. */
#ifndef CLI_FILES_PROGRESS_H
#define CLI_FILES_PROGRESS_H

#include <stdint.h>

#include "base/progress.h"

struct files_progress {
    struct progress_sink inner;
    char phase[48];
    uint64_t total, before; /* bytes of all files; of those that are through */
    uint64_t current;       /* of the one that is being read */
};

/* Returns a sink for all of them; `inner` itself where there is one file, or one whose size nobody
 * knows beforehand. */
struct progress_sink files_progress_open(struct files_progress *progress,
                                         struct progress_sink inner, char *const *paths, int count);

/* Before each file. */
void files_progress_next(struct files_progress *progress, const char *path);

#endif

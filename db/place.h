/* Where the database lies: its path, its folder, and what may not be opened there. */
#ifndef DB_PLACE_H
#define DB_PLACE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

/* The absolute path behind symbolic links, so that everybody who writes takes the same lock; the
 * file itself need not exist. The caller frees. With `make_folder`, missing folders are made for
 * the owner alone. ERR_NOT_FOUND where the folder is missing otherwise. */
enum err place_resolve(const char *path, bool make_folder, char **resolved, struct error *error);

enum place_content { PLACE_MISSING, PLACE_EMPTY, PLACE_SQLITE };

/* What is there. Refuses folders, devices, other people's files (ERR_FOREIGN) and network file
 * systems (ERR_NETWORK_FS) before anything is touched. */
enum err place_inspect(const char *path, enum place_content *content, struct error *error);

/* What a database's header says, as it stands in the file; all 0 where it cannot be read. */
struct place_header {
    uint32_t application_id, schema_version;
    int64_t size_bytes; /* of the whole file */
};
struct place_header place_header(const char *path);

/* Whether a first write was cut off: a rollback journal lies beside the file which will make it as
 * empty as it was. Nobody has anything in it. */
bool place_was_empty(const char *path);

/* A message for errno on a path, with the hint that fits. */
enum err place_failure(struct error *error, int number, const char *what, const char *path);

#endif

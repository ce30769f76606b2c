/* Files that are written whole or not at all. */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include <stdbool.h>
#include <stdio.h>

#include "base/error.h"

typedef enum err file_writer(void *context, FILE *stream, struct error *error);

/* Lets `write` fill a file of another name beside `path`, syncs it and gives it its name at last.
 * ERR_INPUT where there is a file already and `replace` is false; ERR_IO, with what to do, where
 * the folder, the right to write or room is missing; nothing is left behind then. */
enum err file_write(const char *path, bool replace, file_writer *write, void *context,
                    struct error *error);

/* "~" and "~/…" with the user's home for it; the caller frees. */
char *file_expand(const char *path);

#endif

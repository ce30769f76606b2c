/* Whether a file is in the database already, told by its bytes before it is taken apart. */
#ifndef ENGINE_INTAKE_RECOGNISE_H
#define ENGINE_INTAKE_RECOGNISE_H

#include <stdbool.h>

#include "base/progress.h"
#include "db/imports.h"
#include "engine/intake/import.h"
#include "engine/intake/record.h"

/* How a file with these columns is read: for import_run.reading. The caller frees. */
char *reading_text(const struct columns *columns, const struct import_options *options);

/* Fills in `run` (file, size, digest, counts, date format) and sets `known` where a finished import
 * of the same shop had the same bytes, read them the same way and set nothing aside. What was set
 * aside might be taken now: a day that lay in the future has come. Reads the file only where there
 * is one of its size. Pipes are never known. */
enum err file_recognise(struct db *db, const char *path, const struct import_options *options,
                        const char *reading, const struct progress_sink *progress,
                        struct import_run *run, bool *known, struct error *error);

#endif

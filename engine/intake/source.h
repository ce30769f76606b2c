/* The bytes of a file that is imported: read, counted, digested, and unpacked where gzip or zstd
 * packed them. Progress and the wish to stop are looked for between two reads. */
#ifndef ENGINE_INTAKE_SOURCE_H
#define ENGINE_INTAKE_SOURCE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/digest.h"
#include "base/error.h"
#include "base/progress.h"

struct source;

/* A file, or standard input for "-". Reports phase "reading NAME" in bytes to `progress`, which may
 * be NULL and must outlive the source. ERR_NOT_FOUND, ERR_IO, ERR_INPUT (a folder). */
enum err source_open(const char *path, const struct progress_sink *progress, struct source **out,
                     struct error *error);
void source_close(struct source *source); /* NULL is fine */

/* The next bytes, which live until the next call; the first time four at least where there are as
 * many. `length` is 0 at the end, after which it is not asked again. */
enum err source_next(struct source *source, const char **bytes, size_t *length,
                     struct error *error);

/* Whether the next call probably need not wait for whoever writes the file. */
bool source_ready(const struct source *source);

/* Reads ahead on a thread from now on, after the first source_next; asks `stop` instead of the
 * sink, and ends with ERR_CANCELLED where that is set. Meanwhile any thread may tell how far it is.
 */
void source_read_ahead(struct source *source, const atomic_bool *stop);
enum err source_report(struct source *source, const struct progress_sink *sink,
                       struct error *error);
/* Once nobody takes any more: waits for that thread, and asks the sink again. */
void source_stay(struct source *source);

const char *source_name(const struct source *source); /* the file, as messages name it */

/* Of the file as it is, packed or not. The digest once the end was reached. */
int64_t source_size(const struct source *source);
void source_digest(struct source *source, char text[DIGEST_TEXT_SIZE]);

#endif

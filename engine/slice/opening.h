/* The cells of a large shop, read beside whoever shows its summary meanwhile: on a thread with a
 * connection of its own, handed over in one piece. */
#ifndef ENGINE_SLICE_OPENING_H
#define ENGINE_SLICE_OPENING_H

#include "engine/slice/facts.h"

struct opening;

/* As cube_open does it with `limit`. NULL where the system refuses a thread. */
struct opening *opening_start(const char *path, int64_t limit);

int opening_fd(const struct opening *opening); /* readable once it has ended */
bool opening_is_done(const struct opening *opening);

/* Waits for the end; the facts read from `reader` from now on. `out` is to be freed by the caller
 * where it went well; the opening is released in any case. */
enum err opening_take(struct opening *opening, struct db *reader, struct facts *out,
                      struct error *error);

void opening_cancel(struct opening *opening); /* NULL is fine */

#endif

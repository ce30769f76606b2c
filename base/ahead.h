/* Bytes read ahead on a thread of their own, a few chunks, so that whoever works on them waits for
 * no disk, and what it takes to bring them (unpacking, a checksum) is another processor's work. */
#ifndef BASE_AHEAD_H
#define BASE_AHEAD_H

#include <stddef.h>

#include "base/error.h"

enum { AHEAD_CHUNK = 65536 };

/* Brings the next bytes, at most `size` of them; 0 at the end, after which it is not called any
 * more. On the other thread. */
typedef enum err ahead_read(void *context, char *bytes, size_t size, size_t *length,
                            struct error *error);

struct ahead;

/* NULL where there can be no thread. */
struct ahead *ahead_start(ahead_read *read, void *context);

/* The next bytes, which live until the next call; `length` is 0 at the end. What the reading failed
 * with is told once all that came before was taken. */
enum err ahead_next(struct ahead *ahead, const char **bytes, size_t *length, struct error *error);

/* Waits for a reading that is under way. NULL is fine. */
void ahead_end(struct ahead *ahead);

#endif

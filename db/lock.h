/* The writer's lock: an exclusive flock on FILE.lock, held from open to close. The file stays, and
 * says for whom others wait; the kernel lets go of the lock of a process that died. */
#ifndef DB_LOCK_H
#define DB_LOCK_H

#include <stdint.h>

#include "base/error.h"
#include "base/progress.h"

/* Takes the lock beside the resolved path of a database; `patience_ms` below 0 waits for ever.
 * ERR_BUSY where patience ends, ERR_CANCELLED where `waiting` returns false. */
enum err lock_take(const char *database, const struct progress_sink *waiting, int64_t patience_ms,
                   int *fd, struct error *error);
void lock_release(int fd); /* −1 is fine */

#endif

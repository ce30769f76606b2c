/* The writer's lock: an exclusive flock on FILE.lock, held from open to close. The file stays, and
 * says for whom others wait; the kernel lets go of the lock of a process that died. */
#ifndef DB_LOCK_H
#define DB_LOCK_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/progress.h"

/* What the phase that a waiting writer reports begins with; who is waited for follows. */
#define LOCK_WAITING "waiting for "

/* Takes the lock beside the resolved path of a database; `patience_ms` below 0 waits for ever.
 * ERR_BUSY where patience ends, ERR_CANCELLED where `waiting` returns false. */
enum err lock_take(const char *database, const struct progress_sink *waiting, int64_t patience_ms,
                   int *fd, struct error *error);
/* Who holds the lock now, "" where nobody does: for telling, not for deciding. */
void lock_holder(const char *database, char *holder, size_t size);

void lock_release(int fd); /* −1 is fine */

#endif

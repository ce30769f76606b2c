/* What a file was before it was changed, until a sync makes the change last: so that at a loss of
 * power some of it can be taken back, as a disk may. */
#ifndef TESTS_FAULTY_UNSYNCED_H
#define TESTS_FAULTY_UNSYNCED_H

#include <stdint.h>

void unsynced_write(const char *path, const void *bytes, int64_t length, int64_t offset);
void unsynced_truncate(const char *path, int64_t size);
void unsynced_forget(const char *path); /* it was synced, or removed */

/* Every change that no sync followed is kept whole, kept to a sector's end, or lost, by chance. */
void unsynced_lose(void);

#endif

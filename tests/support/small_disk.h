/* A disk of a few kilobytes over a folder: what a full disk does, without filling one. */
#ifndef TESTS_SUPPORT_SMALL_DISK_H
#define TESTS_SUPPORT_SMALL_DISK_H

#include <stddef.h>

/* Seen by this process alone. Skips the test, with the reason, where the machine does not let us.
 */
void small_disk_mount(const char *folder, size_t bytes);
void small_disk_unmount(const char *folder); /* where there is one */

/* Leaves `left` bytes of room by a file of zeros. */
void small_disk_fill(const char *folder, size_t left);
void small_disk_make_room(const char *folder); /* takes that file away */

#endif

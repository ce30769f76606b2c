/* File systems shared between machines: WAL needs memory and locks shared within one machine. */
#ifndef DB_NETWORK_H
#define DB_NETWORK_H

#include <stdbool.h>

/* Whether `path` lies on one; `name` (static) is its kind. Where it cannot be told: false. */
bool network_file_system(const char *path, const char **name);

/* Looks a FUSE mount's type ("fuse.sshfs") up in text like /proc/self/mountinfo; `device` is
 * "major:minor". */
bool network_fuse_type(const char *mountinfo, const char *device, const char **name);

#endif

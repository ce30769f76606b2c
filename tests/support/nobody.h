/* A check done by a user who may read what everybody may and write nothing. */
#ifndef TESTS_SUPPORT_NOBODY_H
#define TESTS_SUPPORT_NOBODY_H

#include <sys/types.h>

/* Begins the check in a process of its own: as nobody where the tests run as root, else as who runs
 * them. It tells of a failure by DEMAND, since cmocka's assertions belong to the parent. */
pid_t nobody_begin(void (*check)(const char *path), const char *path);

void nobody_end(pid_t child); /* waits; a check that failed fails the test */

void as_nobody(void (*check)(const char *path), const char *path); /* both */

void nobody_demand(int holds, const char *condition, const char *file, int line);
#define DEMAND(condition) nobody_demand(condition, #condition, __FILE__, __LINE__)

#endif

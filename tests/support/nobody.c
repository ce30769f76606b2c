#include "tests/support/nobody.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum { NOBODY = 65534 };

void nobody_demand(int holds, const char *condition, const char *file, int line) {
    if (holds)
        return;
    fprintf(stderr, "%s:%d: %s\n", file, line, condition);
    _exit(1);
}

/* Root is kept as the saved user only, which no check of rights asks about, and taken up again at
 * the end: what is measured of the lines that were run is written at exit, into root's files. */
static void become(uid_t user, uid_t saved) {
    if (setresgid(user, user, saved) != 0 || setresuid(user, user, saved) != 0)
        _exit(2);
}

pid_t nobody_begin(void (*check)(const char *path), const char *path) {
    fflush(NULL);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child != 0)
        return child;
    bool root = geteuid() == 0;
    if (root)
        become(NOBODY, 0);
    check(path);
    if (root && (setresuid(0, 0, 0) != 0 || setresgid(0, 0, 0) != 0))
        _exit(2);
    exit(0);
}

void nobody_end(pid_t child) {
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

void as_nobody(void (*check)(const char *path), const char *path) {
    nobody_end(nobody_begin(check, path));
}

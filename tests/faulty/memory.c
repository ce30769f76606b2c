/* malloc and its kin, which fail when the plan says so. Whatever is linked here calls them: the C
 * library itself, SQLite, ncurses, C++. Under the address sanitizer, which has its own, they stay
 * away, and nothing fails. */
#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "tests/faulty/plan.h"

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)

#define SEEN __attribute__((visibility("default")))

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *pointer, size_t size);
void *__libc_memalign(size_t alignment, size_t size);

SEEN void *malloc(size_t size);
SEEN void *calloc(size_t count, size_t size);
SEEN void *realloc(void *pointer, size_t size);
SEEN void *aligned_alloc(size_t alignment, size_t size);
SEEN int posix_memalign(void **out, size_t alignment, size_t size);

static atomic_bool ended;

/* Where the process is over, there is memory again: a build that counts lines writes its counts
 * then, and its runtime crashes without. */
__attribute__((destructor)) static void end(void) {
    ended = true;
}

static bool refused(void) {
    if (ended || plan_count(CALLS_MEMORY) == FAULT_NONE)
        return false;
    errno = ENOMEM;
    return true;
}

void *malloc(size_t size) {
    return refused() ? NULL : __libc_malloc(size);
}

void *calloc(size_t count, size_t size) {
    return refused() ? NULL : __libc_calloc(count, size);
}

void *realloc(void *pointer, size_t size) {
    return refused() ? NULL : __libc_realloc(pointer, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
    return refused() ? NULL : __libc_memalign(alignment, size);
}

int posix_memalign(void **out, size_t alignment, size_t size) {
    if (refused())
        return ENOMEM;
    *out = __libc_memalign(alignment, size);
    return *out != NULL ? 0 : ENOMEM;
}

/* ------------------------------------------------------------------ libraries that cannot do
 * without */

/* Says whose code it was: "faulty: crashed in libc.so.6". The frames are this function, the
 * handler, the kernel's return and what was interrupted. */
__attribute__((noinline)) static void tell_library(void) {
    enum { INTERRUPTED = 3 };
    void *frames[INTERRUPTED + 1];
    char line[256];
    Dl_info where = {0};
    if (backtrace(frames, INTERRUPTED + 1) > INTERRUPTED)
        dladdr(frames[INTERRUPTED], &where);
    const char *name = where.dli_fname != NULL ? strrchr(where.dli_fname, '/') : NULL;
    int length =
        snprintf(line, sizeof line, "faulty: crashed in %s\n", name != NULL ? name + 1 : "?");
    ssize_t written = write(STDERR_FILENO, line, (size_t)length);
    (void)written;
}

static void on_crash(int number) {
    tell_library();
    signal(number, SIG_DFL);
    syscall(SYS_tgkill, getpid(), gettid(), number);
}

/* The dashboard has a handler of its own, which gives the terminal back first. */
SEEN int raise(int number) {
    if (number == SIGSEGV)
        tell_library();
    return (int)syscall(SYS_tgkill, getpid(), gettid(), number);
}

__attribute__((constructor)) static void watch(void) {
    void *frame;
    if (getenv("FAULT") == NULL)
        return;
    backtrace(&frame, 1); /* loads what it needs before memory ends */
    signal(SIGSEGV, on_crash);
}

#endif

#include "base/memory.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#ifdef __GLIBC__
#include <malloc.h>
#endif

enum { LARGE_BYTES = 1 << 24 };

static void (*restore_hook)(void);

void memory_on_exhausted(void (*restore)(void)) {
    restore_hook = restore;
}

static _Noreturn void exhausted(void) {
    static const char message[] = "retail-pulse: out of memory; nothing that was saved is lost\n";
    if (restore_hook != NULL)
        restore_hook();
    ssize_t written = write(STDERR_FILENO, message, sizeof message - 1);
    (void)written;
    _exit(1);
}

static void *checked(void *pointer) {
    if (pointer == NULL)
        exhausted();
    return pointer;
}

void memory_give_back(void) {
#ifdef __GLIBC__
    malloc_trim(0);
#endif
}

void *xmalloc(size_t size) {
    return checked(malloc(size != 0 ? size : 1));
}

void *xcalloc(size_t count, size_t size) {
    return checked(count != 0 && size != 0 ? calloc(count, size) : calloc(1, 1));
}

/* What is read here and there costs a walk through tables for every small page. */
void *xcalloc_large(size_t count, size_t size) {
    char *pointer = xcalloc(count, size);
#ifdef MADV_HUGEPAGE
    const size_t page = (size_t)sysconf(_SC_PAGESIZE);
    const size_t before = (page - (uintptr_t)pointer % page) % page;
    if (count * size > LARGE_BYTES)
        (void)madvise(pointer + before, (count * size - before) / page * page, MADV_HUGEPAGE);
#endif
    return pointer;
}

void *xreallocarray(void *pointer, size_t count, size_t size) {
    if (size != 0 && count > SIZE_MAX / size)
        exhausted();
    size_t bytes = count * size;
    return checked(realloc(pointer, bytes != 0 ? bytes : 1));
}

char *xstrdup(const char *text) {
    return checked(strdup(text));
}

char *xstrndup(const char *text, size_t length) {
    return checked(strndup(text, length));
}

char *xasprintf(const char *format, ...) {
    char *text = NULL;
    va_list arguments;
    va_start(arguments, format);
    int length = vasprintf(&text, format, arguments);
    va_end(arguments);
    if (length < 0)
        exhausted();
    return text;
}

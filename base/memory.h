/* Allocation that cannot fail: running out of memory ends the program cleanly. */
#ifndef BASE_MEMORY_H
#define BASE_MEMORY_H

#include <stddef.h>

void *xmalloc(size_t size);
void *xcalloc(size_t count, size_t size);
void *xcalloc_large(size_t count, size_t size); /* as xcalloc; in large pages where there are */
void *xreallocarray(void *pointer, size_t count, size_t size); /* refuses count*size overflow */
char *xstrdup(const char *text);
char *xstrndup(const char *text, size_t length);
char *xasprintf(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Gives memory that was freed back to the system: after work that needed much for a moment. */
void memory_give_back(void);

/* Called once before the program ends for want of memory; the terminal restores itself here. */
void memory_on_exhausted(void (*restore)(void));

#endif

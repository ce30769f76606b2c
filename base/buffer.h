/* A growing byte string. `data` is always NUL-terminated once anything was appended. */
#ifndef BASE_BUFFER_H
#define BASE_BUFFER_H

#include <stddef.h>

struct buffer {
    char *data; /* NULL while empty and never written */
    size_t length;
    size_t capacity;
};

void buffer_append(struct buffer *buffer, const void *bytes, size_t length);
/* Makes it longer by bytes that the caller writes; the pointer lives until the next call. */
void *buffer_extend(struct buffer *buffer, size_t length);
void buffer_text(struct buffer *buffer, const char *text);
void buffer_printf(struct buffer *buffer, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void buffer_clear(struct buffer *buffer); /* empties it, keeps the memory */
void buffer_free(struct buffer *buffer);

/* Hands the text to the caller, who frees it; the buffer is empty afterwards. Never NULL. */
char *buffer_take(struct buffer *buffer);

#endif

#include "base/buffer.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

static void reserve(struct buffer *buffer, size_t extra) {
    size_t wanted = buffer->length + extra + 1;
    if (wanted <= buffer->capacity)
        return;
    size_t capacity = buffer->capacity != 0 ? buffer->capacity : 64;
    while (capacity < wanted)
        capacity *= 2;
    buffer->data = xreallocarray(buffer->data, capacity, 1);
    buffer->capacity = capacity;
}

void buffer_append(struct buffer *buffer, const void *bytes, size_t length) {
    reserve(buffer, length);
    if (length != 0)
        memcpy(buffer->data + buffer->length, bytes, length);
    buffer->length += length;
    buffer->data[buffer->length] = '\0';
}

void *buffer_extend(struct buffer *buffer, size_t length) {
    reserve(buffer, length);
    char *room = buffer->data + buffer->length;
    buffer->length += length;
    buffer->data[buffer->length] = '\0';
    return room;
}

void buffer_text(struct buffer *buffer, const char *text) {
    buffer_append(buffer, text, strlen(text));
}

void buffer_printf(struct buffer *buffer, const char *format, ...) {
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    if (length > 0) {
        reserve(buffer, (size_t)length);
        vsnprintf(buffer->data + buffer->length, (size_t)length + 1, format, again);
        buffer->length += (size_t)length;
    }
    va_end(again);
}

void buffer_clear(struct buffer *buffer) {
    buffer->length = 0;
    if (buffer->data != NULL)
        buffer->data[0] = '\0';
}

void buffer_free(struct buffer *buffer) {
    free(buffer->data);
    *buffer = (struct buffer){0};
}

char *buffer_take(struct buffer *buffer) {
    reserve(buffer, 0);
    buffer->data[buffer->length] = '\0';
    char *data = buffer->data;
    *buffer = (struct buffer){0};
    return data;
}

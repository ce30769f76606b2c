/* Texts of a few bytes, copied and looked at by the word: a call of memcpy costs more than they do.
 */
#ifndef BASE_SHORT_TEXT_H
#define BASE_SHORT_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/buffer.h"

static inline uint64_t short_word(const char *bytes, size_t length) {
    uint64_t word = 0;
    memcpy(&word, bytes, length);
    return word;
}

/* At most eight bytes: two halves that overlap, so that no copy is of a varying length. */
static inline uint64_t short_load(const char *bytes, size_t length) {
    if (length == 8)
        return short_word(bytes, 8);
    if (length >= 4)
        return short_word(bytes, 4) | short_word(bytes + length - 4, 4) << 32;
    if (length >= 2)
        return short_word(bytes, 2) | short_word(bytes + length - 2, 2) << 16;
    return length == 1 ? (unsigned char)*bytes : 0;
}

static inline void short_copy(char *to, const char *from, size_t length) {
    if (length > 16) {
        memcpy(to, from, length);
    } else if (length >= 8) {
        memcpy(to, from, 8);
        memcpy(to + length - 8, from + length - 8, 8);
    } else if (length >= 4) {
        memcpy(to, from, 4);
        memcpy(to + length - 4, from + length - 4, 4);
    } else if (length > 0) { /* one, two or three: the first, the middle one, the last */
        to[0] = from[0];
        to[length / 2] = from[length / 2];
        to[length - 1] = from[length - 1];
    }
}

/* As buffer_append does. */
static inline void short_append(struct buffer *buffer, const char *bytes, size_t length) {
    if (buffer->capacity - buffer->length > length) {
        short_copy(buffer->data + buffer->length, bytes, length);
        buffer->length += length;
        buffer->data[buffer->length] = '\0';
    } else {
        buffer_append(buffer, bytes, length);
    }
}

/* Whether all bytes are visible ASCII, which a space is not. Byte by byte in parallel (Warren 2012,
 * Hacker's Delight, section 6-1): neither sum nor difference of a byte that is reaches the top bit,
 * and of one that is not, one does. */
static inline bool short_visible_word(uint64_t word) {
    const uint64_t ones = UINT64_C(0x0101010101010101);
    return ((word | (word + ones) | (word - ones * 0x21)) & ones * 0x80) == 0;
}

static inline bool short_visible(const char *bytes, size_t length) {
    if (length < 4) {
        bool visible = true;
        for (size_t i = 0; i < length; i++)
            visible = visible && bytes[i] > ' ' && bytes[i] <= '~';
        return visible;
    }
    if (length <= 8)
        return short_visible_word(short_load(bytes, length));
    for (size_t at = 0; at + 8 < length; at += 8) {
        if (!short_visible_word(short_word(bytes + at, 8)))
            return false;
    }
    return short_visible_word(short_word(bytes + length - 8, 8));
}

#endif

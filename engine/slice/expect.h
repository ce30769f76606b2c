/* Memory that is read soon: what is scattered is asked for ahead, so that it is there in time. */
#ifndef ENGINE_SLICE_EXPECT_H
#define ENGINE_SLICE_EXPECT_H

#include <stddef.h>

enum { EXPECTED_BYTES = 64, EXPECTED_LINES = 16 };

/* A function that does nothing else would be taken for one without effect, and its calls left out:
 * hence the empty statement. */
static inline void expect_line(const void *at) {
    __builtin_prefetch(at);
    __asm__ volatile("");
}

/* The beginning of what is long, which the processor follows by itself. */
static inline void expect_bytes(const void *at, size_t bytes) {
    const char *byte = at;
    if (bytes > (size_t)EXPECTED_BYTES * EXPECTED_LINES)
        bytes = (size_t)EXPECTED_BYTES * EXPECTED_LINES;
    for (size_t i = 0; i < bytes; i += EXPECTED_BYTES)
        expect_line(byte + i);
    if (bytes > 0)
        expect_line(byte + bytes - 1);
}

#endif

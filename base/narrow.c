#include "base/narrow.h"

#include <string.h>

/* Every width, and every pair of widths: the compiler makes a tight loop of each. */
#define EACH_WIDTH(X, ...)   \
    X(uint8_t, __VA_ARGS__)  \
    X(uint16_t, __VA_ARGS__) \
    X(uint32_t, __VA_ARGS__) \
    X(uint64_t, __VA_ARGS__)

/* Which bits occur, rather than the largest: it has the same highest bit, and no branch. */
size_t narrow_width(const void *values, size_t size, size_t count, uint64_t base) {
    uint64_t bits = 0;
#define GATHER(type, unused)                                                            \
    if (size == sizeof(type)) {                                                         \
        const unsigned char *in = values;                                               \
        type here = 0;                                                                  \
        for (size_t i = 0; i < count; i++) {                                            \
            type value;                                                                 \
            memcpy(&value, in + i * sizeof value, sizeof value); /* may be unaligned */ \
            here = (type)(here | (type)(value - (type)base));                           \
        }                                                                               \
        bits = here;                                                                    \
    }
    EACH_WIDTH(GATHER, )
#undef GATHER
    if (bits <= UINT8_MAX)
        return 1;
    if (bits <= UINT16_MAX)
        return 2;
    return bits <= UINT32_MAX ? 4 : 8;
}

#define CONVERT(from, to)                                                               \
    if (from_size == sizeof(from) && to_size == sizeof(to)) {                           \
        const unsigned char *in = source;                                               \
        unsigned char *out = target;                                                    \
        for (size_t i = 0; i < count; i++) {                                            \
            from value;                                                                 \
            memcpy(&value, in + i * sizeof value, sizeof value); /* may be unaligned */ \
            to wanted = (to)((to)value + (to)add);                                      \
            memcpy(out + i * sizeof wanted, &wanted, sizeof wanted);                    \
        }                                                                               \
    }

void narrow_convert(const void *source, size_t from_size, void *target, size_t to_size,
                    size_t count, uint64_t add) {
    EACH_WIDTH(CONVERT, uint8_t)
    EACH_WIDTH(CONVERT, uint16_t)
    EACH_WIDTH(CONVERT, uint32_t)
    EACH_WIDTH(CONVERT, uint64_t)
}

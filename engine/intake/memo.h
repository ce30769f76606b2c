/* What short texts were read as: a file of millions of sales has a few thousand different dates and
 * a handful of answers, and remembering them is quicker than reading them. */
#ifndef ENGINE_INTAKE_MEMO_H
#define ENGINE_INTAKE_MEMO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/short_text.h"

enum memo_kind { MEMO_DAY, MEMO_DATE_FORMATS, MEMO_AGE, MEMO_GENDER, MEMO_ANSWER };

/* Of a fixed size: later texts displace earlier ones. Those of up to eight bytes, six of a sale's
 * eleven, also stand where one look finds most of them. */
enum { MEMO_SHORT_MAX = 8, MEMO_SHORTS_LOG = 9 };
struct memo_short {
    uint64_t bytes;
    uint32_t length_and_kind; /* 0: nothing */
    int32_t value;
};
struct memo_table;
struct memo {
    struct memo_short shorts[1 << MEMO_SHORTS_LOG];
    struct memo_table *table;
};
struct memo *memo_new(void);
void memo_free(struct memo *memo); /* NULL is fine */

static inline struct memo_short memo_short_of(enum memo_kind kind, const char *bytes,
                                              size_t length) {
    return (struct memo_short){.bytes = short_load(bytes, length),
                               .length_and_kind = (uint32_t)length | (uint32_t)kind << 8};
}

/* By Fibonacci hashing, as in memo.c. */
static inline size_t memo_short_slot(const struct memo_short *text) {
    uint64_t hash = (text->bytes ^ text->length_and_kind) * UINT64_C(0x9E3779B97F4A7C15);
    return (size_t)(hash >> (64 - MEMO_SHORTS_LOG));
}

bool memo_find_any(const struct memo *memo, enum memo_kind kind, const char *bytes, size_t length,
                   int32_t *value);

/* Bytes as they stand in the file. False, and nothing is remembered, where the memo is NULL, the
 * text is longer than 16 bytes, empty or not known. */
static inline bool memo_find(const struct memo *memo, enum memo_kind kind, const char *bytes,
                             size_t length, int32_t *value) {
    if (memo != NULL && length - 1 < MEMO_SHORT_MAX) {
        struct memo_short text = memo_short_of(kind, bytes, length);
        const struct memo_short *slot = &memo->shorts[memo_short_slot(&text)];
        if (slot->bytes == text.bytes && slot->length_and_kind == text.length_and_kind) {
            *value = slot->value;
            return true;
        }
    }
    return memo_find_any(memo, kind, bytes, length, value);
}
void memo_keep(struct memo *memo, enum memo_kind kind, const char *bytes, size_t length,
               int32_t value);

/* A hash of bytes for tables in memory. */
uint32_t memo_hash(const char *bytes, size_t length);

#endif

#include "engine/intake/memo.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

enum { SETS = 4096, WAYS = 4 /* texts that share a set */, TEXT_MAX = 16 };

/* All of a text: its first and its last eight bytes, which overlap, and its length. */
struct key {
    uint64_t first, last;
    uint32_t length_and_kind; /* 0: nothing */
};

struct slot {
    struct key key;
    int32_t value;
};

struct memo_table {
    struct slot slots[SETS][WAYS];
};

struct memo *memo_new(void) {
    struct memo *memo = xcalloc(1, sizeof *memo);
    memo->table = xcalloc(1, sizeof *memo->table);
    return memo;
}

void memo_free(struct memo *memo) {
    if (memo != NULL)
        free(memo->table);
    free(memo);
}

static struct key key_of(enum memo_kind kind, const char *bytes, size_t length) {
    struct key key = {.length_and_kind = (uint32_t)length | (uint32_t)kind << 8};
    if (length > 8) {
        key.first = short_word(bytes, 8);
        key.last = short_word(bytes + length - 8, 8);
    } else {
        key.first = short_load(bytes, length);
    }
    return key;
}

/* Fibonacci hashing (Knuth, The Art of Computer Programming 3, section 6.4). */
static uint64_t mix(uint64_t hash) {
    hash *= 0x9E3779B97F4A7C15U;
    return hash ^ hash >> 32;
}

/* Whatever the kind: a date is looked up twice, and the second time its place is in the cache. */
static size_t set_of(const struct key *key) {
    uint64_t hash = mix(key->first ^ (key->length_and_kind & UINT8_MAX));
    if (key->last != 0)
        hash = mix(hash ^ key->last);
    return (size_t)(hash >> 16) % SETS;
}

static bool same(const struct key *a, const struct key *b) {
    return ((a->first ^ b->first) | (a->last ^ b->last) |
            (a->length_and_kind ^ b->length_and_kind)) == 0;
}

bool memo_find_any(const struct memo *memo, enum memo_kind kind, const char *bytes, size_t length,
                   int32_t *value) {
    if (memo == NULL || length > TEXT_MAX || length == 0)
        return false;
    struct key key = key_of(kind, bytes, length);
    const struct slot *set = memo->table->slots[set_of(&key)];
    for (int way = 0; way < WAYS; way++) {
        if (same(&set[way].key, &key)) {
            *value = set[way].value;
            return true;
        }
    }
    return false;
}

void memo_keep(struct memo *memo, enum memo_kind kind, const char *bytes, size_t length,
               int32_t value) {
    if (memo == NULL || length > TEXT_MAX || length == 0)
        return;
    struct key key = key_of(kind, bytes, length);
    struct slot *set = memo->table->slots[set_of(&key)];
    memmove(set + 1, set, (WAYS - 1) * sizeof *set); /* the oldest goes */
    set[0] = (struct slot){key, value};
    if (length <= MEMO_SHORT_MAX) {
        struct memo_short text = memo_short_of(kind, bytes, length);
        text.value = value;
        memo->shorts[memo_short_slot(&text)] = text;
    }
}

uint32_t memo_hash(const char *bytes, size_t length) {
    uint64_t hash = length;
    while (length > 8) {
        hash = mix(hash ^ short_word(bytes, 8));
        bytes += 8;
        length -= 8;
    }
    return (uint32_t)(mix(hash ^ short_load(bytes, length)) >> 16);
}

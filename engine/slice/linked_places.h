/* Inside engine/slice: sales added up by day and segment ("places"), for whoever goes through
 * combinations; and the turns in which two threads go through them. */
#ifndef ENGINE_SLICE_LINKED_PLACES_H
#define ENGINE_SLICE_LINKED_PLACES_H

#include <stdatomic.h>

#include "engine/slice/linked_pass.h"
#include "engine/slice/sale_columns.h"

enum { LINKED_PARTS_MAX = 2, LINKED_TURN = 256 };

/* Combinations, a few at a time: who is done takes the next. What one turn reads stays in the
 * processor's cache, so that what is made of it twice is read from memory once. */
struct linked_turns {
    size_t count; /* of combinations */
    atomic_size_t next;
};
static inline bool linked_turn(struct linked_turns *turns, size_t *from, size_t *to) {
    *from = atomic_fetch_add(&turns->next, LINKED_TURN);
    *to = *from + LINKED_TURN < turns->count ? *from + LINKED_TURN : turns->count;
    return *from < turns->count;
}

/* Runs all parts, on as many threads where the system gives them. */
void linked_parts_run(size_t parts,
                      enum err (*work)(void *context, size_t part, struct error *error),
                      void *context);

/* The first of numbers that ascend which is not below `least`: its position. */
static inline size_t linked_listed_from(const uint32_t *numbers, size_t count, size_t least) {
    size_t from = 0;
    while (count > 0) {
        size_t half = count / 2;
        bool below = numbers[from + half] < least;
        from += below ? half + 1 : 0;
        count = below ? count - half - 1 : half;
    }
    return from;
}

/* The sales that pass all filters but those on time and segments. The caller closes it. */
struct linked_places *linked_places_open(const struct sale_columns *columns,
                                         const struct linked_masks *masks);
void linked_places_close(struct linked_places *places); /* NULL is fine */

uint64_t linked_places_work(const struct linked_places *places); /* sales to be looked at */
void linked_places_share(struct linked_places *places, size_t parts);

/* Before linked_places_count, once for each of the parts. */
void linked_places_begin(const struct linked_places *places, size_t part);

/* Those of combinations `from` to before `to`, for one of the parts. */
void linked_places_count(const struct linked_places *places, size_t part, size_t from, size_t to);

/* When all are counted: adds days and segments. */
void linked_places_hand_on(const struct linked_places *places, const struct linked_masks *masks,
                           struct linked_counts *counts);

#endif

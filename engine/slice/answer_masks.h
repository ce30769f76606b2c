/* Inside engine/slice: which answers a code of them counts for, so that passes add without asking.
 */
#ifndef ENGINE_SLICE_ANSWER_MASKS_H
#define ENGINE_SLICE_ANSWER_MASKS_H

#include "engine/slice/facts.h"

/* All ones or zero, by answer. */
struct answer_masks {
    int64_t yes[ANSWER_COUNT], known[ANSWER_COUNT];
};

static inline void answer_masks_fill(struct answer_masks masks[ANSWER_CODES]) {
    for (int code = 0; code < ANSWER_CODES; code++) {
        int rest = code;
        for (int answer = 0; answer < ANSWER_COUNT; answer++, rest /= 3) {
            masks[code].yes[answer] = rest % 3 == 2 ? -1 : 0;
            masks[code].known[answer] = rest % 3 != 0 ? -1 : 0;
        }
    }
}

#endif

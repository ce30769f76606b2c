/* Drawing by lot: a number of each thing's own, so that who is drawn does not depend on the order
 * in which things come, nor on how they are held. */
#ifndef BASE_LOT_H
#define BASE_LOT_H

#include <stdint.h>

/* SplitMix64 (Steele, Lea & Flood 2014, OOPSLA, fig. 17): as good as even, for any ids. */
static inline uint64_t lot_draw(uint64_t seed, int64_t id) {
    uint64_t z = seed + (uint64_t)id * UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

#endif

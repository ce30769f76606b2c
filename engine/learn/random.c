/* Seeds: neighbouring ones must not give neighbouring random numbers. */
#include "engine/learn/random.h"

static uint64_t mix(uint64_t x) {
    x += 0x9e3779b97f4a7c15U;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9U;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebU;
    return x ^ (x >> 31);
}

uint32_t random_seed(uint64_t seed, uint64_t stream) {
    uint32_t mixed = (uint32_t)(mix(mix(seed) ^ stream) >> 32);
    return mixed == 0 ? 1 : mixed; /* GSL takes 0 for its default seed */
}

gsl_rng *random_new(uint64_t seed, uint64_t stream) {
    gsl_rng *random = gsl_rng_alloc(gsl_rng_mt19937);
    gsl_rng_set(random, random_seed(seed, stream));
    return random;
}

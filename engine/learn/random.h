/* Random numbers that depend on nothing but a seed and what they are for. */
#ifndef ENGINE_LEARN_RANDOM_H
#define ENGINE_LEARN_RANDOM_H

#include <stdint.h>

#include <gsl/gsl_rng.h>

/* A well-mixed 32-bit seed, never 0, for stream number `stream` of `seed` (SplitMix64's finaliser:
 * Steele, Lea & Flood 2014). */
uint32_t random_seed(uint64_t seed, uint64_t stream);

gsl_rng *random_new(uint64_t seed, uint64_t stream); /* MT19937; free with gsl_rng_free */

#endif

/* Tests of independence that hold for small counts too: every table with the same row and column
 * sums is weighed by its probability, all of them (2×2) or a random sample of them (larger). */
#ifndef ENGINE_ANALYSIS_EXACT_H
#define ENGINE_ANALYSIS_EXACT_H

#include <stdint.h>

/* Two-sided p of a 2×2 table (row-major): how probable are tables no more probable than this one
 * (Fisher 1934; Irwin 1935). Probabilities count as equal within 1e-7, so that rounding cannot part
 * what symmetry makes equal. NaN for totals beyond 2^31. */
double fisher_exact(const int64_t counts[4]);

/* The same for rows × columns, from `tables` random ones drawn by `seed`: p = (1 + as improbable) /
 * (1 + drawn) (Freeman & Halton 1951; Boyett 1979; Phipson & Smyth 2010). Its standard error is
 * sqrt(p(1−p)/tables). The same seed gives the same p. */
double fisher_monte_carlo(const int64_t *counts, int rows, int columns, int tables,
                          unsigned long seed);

#endif

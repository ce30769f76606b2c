/* How the values of a numeric column are spread: moments, quantiles, fences and what lies beyond
 * them. */
#ifndef ENGINE_ANALYSIS_DISTRIBUTION_H
#define ENGINE_ANALYSIS_DISTRIBUTION_H

#include "engine/analysis/box.h"
#include "engine/analysis/statistics.h"

/* X(symbol, percent, key in JSON) */
#define QUANTILE_LIST(X) \
    X(P1, 1, "p1")       \
    X(P5, 5, "p5")       \
    X(P10, 10, "p10")    \
    X(P25, 25, "p25")    \
    X(P50, 50, "p50")    \
    X(P75, 75, "p75")    \
    X(P90, 90, "p90")    \
    X(P95, 95, "p95")    \
    X(P99, 99, "p99")

enum quantile {
#define X(symbol, ...) QUANTILE_##symbol,
    QUANTILE_LIST(X)
#undef X
        QUANTILE_COUNT
};

double quantile_probability(enum quantile quantile);

/* What cannot be computed is NaN: everything without values, sd from one value, the shape of fewer
 * values than its formula needs or of values that are all equal. */
struct distribution {
    enum numeric numeric;
    int64_t n, missing;
    double within; /* as struct series */
    double mean, sd /* with n − 1 */, min, max;
    double quantiles[QUANTILE_COUNT];
    double skewness, skewness_corrected; /* g1 and G1 */
    double kurtosis, kurtosis_corrected; /* excess: g2 and G2 */
    struct box box;                      /* the quartiles, the fences, the counts beyond */
    struct interval share_beyond;        /* of the values, both sides together */
    int64_t revenue_minor;               /* of the sales with a value */
    int64_t revenue_below_minor, revenue_above_minor;
    double revenue_share_beyond; /* NaN without revenue */
};

void distribution_compute(const struct series *series, struct distribution *out);

/* Skewness g1 = m3 / m2^(3/2) with its bias-corrected G1, and excess kurtosis g2 = m4 / m2² − 3
 * with G2 (Joanes & Gill 1998, The Statistician 47, 183–189). */
struct shape {
    double skewness, skewness_corrected, kurtosis, kurtosis_corrected;
};
struct shape shape_of_values(const double *values, size_t count);

/* The same of `n` values, each that occurs once with its number; in any order. */
struct shape shape_of_weighted(const double *values, const double *weights, size_t distinct,
                               double n);

#endif

/* Whether the same segments would be found again in other sales of the same shop. */
#ifndef ENGINE_LEARN_STABILITY_H
#define ENGINE_LEARN_STABILITY_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "engine/learn/kmeans.h"

enum { STABILITY_RESAMPLES = 20, STABILITY_RESAMPLES_MAX = 100, STABILITY_STARTS = 4 };

/* How far two clusterings of the same rows agree beyond chance: 1 the same but for the names, about
 * 0 by chance, possibly below (Hubert & Arabie 1985). Labels are 0 … k − 1. */
double adjusted_rand(const uint8_t *a, int ka, const uint8_t *b, int kb, size_t rows);

struct stability {
    int resamples;                        /* 0: not computed */
    double rand[STABILITY_RESAMPLES_MAX]; /* of each resample */
    double mean, low, high;               /* of `rand`: mean, smallest, largest */
    double jaccard[KMEANS_K_MAX + 1]; /* a segment's mean likeness to its nearest in a resample */
};

/* Fits k clusters (STABILITY_STARTS starts, no swaps) to each of `resamples` bootstrap resamples of
 * the `search` rows, labels all `points` by the nearest centroid, and compares with `reference`,
 * the labels of all points: as a whole by the adjusted Rand index, each cluster by the largest
 * Jaccard index that any of the resample's has with it (Hennig 2007, on all rows rather than on
 * the resampled ones). A function of the seed alone. Adds `resamples` to the report's `done`;
 * ERR_CANCELLED. `search` is row-major, as wide as the points. */
enum err stability_of(const struct kmeans_points *points, const double *search, size_t search_rows,
                      const uint8_t *reference, int k, int resamples, uint64_t seed,
                      struct kmeans_report *report, struct stability *out, struct error *error);

/* Words by a rule: a mean above 0.9 is "stable", from 0.6 "fairly stable", below "unstable". */
const char *stability_word(double mean);

/* Of one segment's Jaccard index, by Hennig's guidance (2007, and fpc::clusterboot): from 0.85
 * highly stable, from 0.75 valid, from 0.6 a pattern whose borders are doubtful, below not to be
 * trusted.
 */
const char *stability_segment_word(double jaccard);

#endif

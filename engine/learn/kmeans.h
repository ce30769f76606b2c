/* k-means: k-means++ with greedy trials, Lloyd's iterations, the best of several starts, then
 * random swaps out of the local optimum. */
#ifndef ENGINE_LEARN_KMEANS_H
#define ENGINE_LEARN_KMEANS_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/progress.h"

enum {
    KMEANS_STARTS = 10,
    KMEANS_SWAPS = 60,
    KMEANS_STEPS = KMEANS_STARTS + KMEANS_SWAPS, /* that one fit reports */
    KMEANS_ITERATIONS_MAX = 300,
    KMEANS_K_MAX = 254
};

/* Rows laid out so that distances to a centre vectorise: blocks of KMEANS_BLOCK rows, in each block
 * column after column. The last block is padded with its last row. */
enum { KMEANS_BLOCK = 64 };

struct kmeans_points {
    double *blocks;       /* owned */
    const double *values; /* the same row after row; the caller's */
    size_t rows;
    int width;
};

/* Copies row-major `values`, which must outlive the points all the same: sums over rows read them
 * as they are. The caller frees with kmeans_points_free. */
void kmeans_points_fill(struct kmeans_points *points, const double *values, size_t rows, int width);
void kmeans_points_free(struct kmeans_points *points);

struct kmeans {
    int k, width;
    double *centroids; /* k × width; owned */
    uint8_t *labels;   /* one a row, 0 … k − 1; owned */
    double inertia;    /* sum of the squared distances to the own centroid */
};

void kmeans_free(struct kmeans *kmeans);

struct kmeans_report {
    const struct progress_sink *sink;
    const char *phase;
    uint64_t done, total;
};

/* The best of KMEANS_STARTS starts by inertia, improved by KMEANS_SWAPS swaps; a function of `seed`
 * alone. `search` is either `points` itself or a sample of them: starts and swaps run on it, and
 * Lloyd's iterations on all points have the last word, until one gains less than a millionth. Needs k ≤ rows of both. The caller frees
 * with kmeans_free.
 *
 * A start is the greedy k-means++ (Arthur & Vassilvitskii 2007; 2 + ⌊ln k⌋ candidates a centre, as
 * scikit-learn draws them), then Lloyd (1982) until no label changes; a cluster that runs empty
 * takes over the row farthest from its centre. A swap (Fränti 2018, "Efficiency of random swap
 * clustering") moves a centre drawn at random to a row drawn by its squared distance, Lloyd
 * follows, and what is better is kept: on the shop's sales ten starts alone miss the best known
 * optimum for k = 5 and k = 8 more often than not.
 *
 * Adds KMEANS_STEPS to the report's `done` under its `phase`; ERR_CANCELLED in between. */
enum err kmeans_fit(const struct kmeans_points *points, const struct kmeans_points *search, int k,
                    uint64_t seed, struct kmeans_report *report, struct kmeans *out,
                    struct error *error);

/* The best of `starts` starts alone, on all points: quicker, and more often in a worse optimum. */
void kmeans_fit_starts(const struct kmeans_points *points, int k, int starts, uint64_t seed,
                       struct kmeans *out);

/* The nearest centroid of each point, whatever points the centroids were fitted to. */
void kmeans_label(const struct kmeans_points *points, const struct kmeans *fit, uint8_t *labels);

/* The nearest of k centroids; `distance` receives the Euclidean distance and may be NULL. */
int kmeans_nearest(const double *centroids, int k, int width, const double *row, double *distance);

#endif

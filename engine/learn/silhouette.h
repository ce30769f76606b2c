/* How well clusters are separated: Rousseeuw's silhouette (1987), for several clusterings at once.
 */
#ifndef ENGINE_LEARN_SILHOUETTE_H
#define ENGINE_LEARN_SILHOUETTE_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/progress.h"

struct clustering {
    const uint8_t *labels; /* one a row, 0 … k − 1 */
    int k;
    double silhouette; /* out: the mean over all rows; NaN where fewer than 2 clusters occur */
};

/* Euclidean, exact, one pass over the pairs for all clusterings: rows² · width operations. A row
 * alone in its cluster counts 0. `values` is row-major. Reports as kmeans_fit does, adding
 * `steps` to the report's `done` by the end. */
struct kmeans_report;
enum err silhouette_of(const double *values, size_t rows, int width, struct clustering *clusterings,
                       int count, struct kmeans_report *report, uint64_t steps,
                       struct error *error);

#endif

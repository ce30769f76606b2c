/* Principal components of the encoded sales: two of them are the axes of the scatter. */
#ifndef ENGINE_LEARN_COMPONENTS_H
#define ENGINE_LEARN_COMPONENTS_H

#include <stddef.h>

#include "engine/learn/features.h"

enum { COMPONENTS_MAX = 5 };

struct components {
    int width;
    int count;                            /* kept: COMPONENTS_MAX, fewer of narrow rows */
    double mean[FEATURES_WIDTH_MAX];      /* of each column */
    double explained[FEATURES_WIDTH_MAX]; /* each component's share of the variance, falling;
                                             `width` of them; all 0 where nothing varies */
    double loadings[COMPONENTS_MAX][FEATURES_WIDTH_MAX]; /* unit vectors, falling */
};

/* Eigenvectors of the covariance matrix with n − 1 (Jolliffe 2002, "Principal Component Analysis",
 * §1.1) by GSL. A vector's sign is chosen so that its largest loading in absolute value is
 * positive, the first of equal ones. Needs a row; `values` is row-major without NaN. */
void components_of(const double *values, size_t rows, int width, struct components *out);

/* A row's scores on the first `count` components. */
void components_project(const struct components *components, const double *row, int count,
                        double *scores);

/* What an axis stands for: its strongest loadings that make up 80 % of it, at most three:
 * "price +0.98, age −0.12". */
void components_words(const struct components *components, int component,
                      const struct features *features, char *text, size_t size);

#endif

/* What a transformation does to the skew of a column: the logarithm, and the power that maximum
 * likelihood chooses. */
#ifndef ENGINE_ANALYSIS_BOXCOX_H
#define ENGINE_ANALYSIS_BOXCOX_H

#include <stddef.h>

#include "engine/analysis/numeric.h"

struct transforms {
    double skewness;                /* as they are; g1 of all of these */
    double log_skewness;            /* NaN where the logarithm is not defined */
    double lambda;                  /* of (x^lambda − 1) / lambda; NaN where there is none */
    double lambda_low, lambda_high; /* 95 % by the profile likelihood */
    double box_cox_skewness;
    const char *problem; /* NULL, or why there is no such figure, in words (static) */
};

/* Box, G. E. P. & Cox, D. R. (1964), J. R. Stat. Soc. B 26, 211–252. */
void transforms_compute(const struct series *series, struct transforms *out);

/* The values under the transformation, into `out` of the same length. */
void transform_log(const double *values, size_t count, double *out);
void transform_box_cox(const double *values, size_t count, double lambda, double *out);

#endif

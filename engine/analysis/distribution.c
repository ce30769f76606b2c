/* Moments and quantiles by GSL; the shape's corrections are written out where GSL has others. */
#include "engine/analysis/distribution.h"

#include <math.h>

#include <gsl/gsl_statistics_double.h>

static const int percents[] = {
#define X(symbol, percent, key) percent,
    QUANTILE_LIST(X)
#undef X
};

double quantile_probability(enum quantile quantile) {
    return percents[quantile] / 100.0;
}

/* GSL's moments with frequencies as weights are the sample's own, divided by n. */
struct shape shape_of_weighted(const double *values, const double *weights, size_t distinct,
                               double n) {
    struct shape shape = {NAN, NAN, NAN, NAN};
    if (distinct < 2)
        return shape;
    double mean = gsl_stats_wmean(weights, 1, values, 1, distinct);
    double sd = sqrt(gsl_stats_wvariance_with_fixed_mean(weights, 1, values, 1, distinct, mean));
    shape.skewness = gsl_stats_wskew_m_sd(weights, 1, values, 1, distinct, mean, sd);
    shape.kurtosis = gsl_stats_wkurtosis_m_sd(weights, 1, values, 1, distinct, mean, sd);
    if (n > 2)
        shape.skewness_corrected = shape.skewness * sqrt(n * (n - 1)) / (n - 2);
    if (n > 3)
        shape.kurtosis_corrected = (n - 1) / ((n - 2) * (n - 3)) * ((n + 1) * shape.kurtosis + 6);
    return shape;
}

/* GSL standardises by the deviation with n − 1; g1 and g2 are by the one with n. */
/* GSL standardises by the deviation with n − 1; g1 and g2 are by the one with n. */
struct shape shape_of_values(const double *values, size_t count) {
    struct shape shape = {NAN, NAN, NAN, NAN};
    double n = (double)count, least, most;
    if (count < 2)
        return shape;
    gsl_stats_minmax(&least, &most, values, 1, count);
    if (!(most > least))
        return shape;
    double mean = gsl_stats_mean(values, 1, count);
    double sd = gsl_stats_sd_m(values, 1, count, mean);
    double ratio = n / (n - 1);
    shape.skewness = gsl_stats_skew_m_sd(values, 1, count, mean, sd) * pow(ratio, 1.5);
    shape.kurtosis = (gsl_stats_kurtosis_m_sd(values, 1, count, mean, sd) + 3) * ratio * ratio - 3;
    if (count > 2)
        shape.skewness_corrected = shape.skewness * sqrt(n * (n - 1)) / (n - 2);
    if (count > 3)
        shape.kurtosis_corrected = (n - 1) / ((n - 2) * (n - 3)) * ((n + 1) * shape.kurtosis + 6);
    return shape;
}

static void sum_revenue(const struct series *series, struct distribution *out) {
    for (size_t i = 0; series->revenue_minor != NULL && i < series->distinct; i++) {
        int64_t revenue = series->revenue_minor[i];
        out->revenue_minor += revenue;
        out->revenue_below_minor += series->values[i] < out->box.fence_low ? revenue : 0;
        out->revenue_above_minor += series->values[i] > out->box.fence_high ? revenue : 0;
    }
    if (out->revenue_minor > 0)
        out->revenue_share_beyond = (double)(out->revenue_below_minor + out->revenue_above_minor) /
                                    (double)out->revenue_minor;
}

void distribution_compute(const struct series *series, struct distribution *out) {
    double n = (double)series->count;
    *out = (struct distribution){.numeric = series->numeric,
                                 .n = series->count,
                                 .missing = series->missing,
                                 .within = series->within,
                                 .sd = NAN,
                                 .revenue_share_beyond = NAN};
    out->box = box_of_series(series);
    out->mean = out->box.mean;
    out->min = out->box.min;
    out->max = out->box.max;
    if (series->count > 1)
        out->sd = sqrt(gsl_stats_wvariance_with_fixed_mean(series->weights, 1, series->values, 1,
                                                           series->distinct, out->mean) *
                       n / (n - 1));
    for (int i = 0; i < QUANTILE_COUNT; i++)
        out->quantiles[i] = series_quantile(series, quantile_probability((enum quantile)i));
    struct shape shape = shape_of_weighted(series->values, series->weights, series->distinct, n);
    out->skewness = shape.skewness;
    out->skewness_corrected = shape.skewness_corrected;
    out->kurtosis = shape.kurtosis;
    out->kurtosis_corrected = shape.kurtosis_corrected;
    out->share_beyond = share_wilson(out->box.below + out->box.above, series->count);
    sum_revenue(series, out);
}

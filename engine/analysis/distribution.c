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

static void sum_revenue(const struct facts *facts, const struct selection *selection,
                        struct distribution *out) {
    double value;
    for (size_t i = 0; i < selection->count; i++) {
        uint32_t row = selection->rows[i];
        if (!numeric_value(facts, row, out->numeric, &value))
            continue;
        int64_t price = facts->price_minor[row];
        out->revenue_minor += price;
        out->revenue_below_minor += value < out->box.fence_low ? price : 0;
        out->revenue_above_minor += value > out->box.fence_high ? price : 0;
    }
    if (out->revenue_minor > 0)
        out->revenue_share_beyond = (double)(out->revenue_below_minor + out->revenue_above_minor) /
                                    (double)out->revenue_minor;
}

void distribution_compute(const struct facts *facts, const struct selection *selection,
                          const struct series *series, struct distribution *out) {
    const double *values = series->values;
    size_t n = series->count;
    *out = (struct distribution){.numeric = series->numeric,
                                 .n = (int64_t)n,
                                 .missing = series->missing,
                                 .sd = NAN,
                                 .revenue_share_beyond = NAN};
    out->box = box_of_values(values, n);
    out->mean = out->box.mean;
    out->min = out->box.min;
    out->max = out->box.max;
    if (n > 1)
        out->sd = gsl_stats_sd_m(values, 1, n, out->mean);
    for (int i = 0; i < QUANTILE_COUNT; i++)
        out->quantiles[i] = n == 0 ? NAN
                                   : gsl_stats_quantile_from_sorted_data(
                                         values, 1, n, quantile_probability((enum quantile)i));
    struct shape shape = shape_of_values(values, n);
    out->skewness = shape.skewness;
    out->skewness_corrected = shape.skewness_corrected;
    out->kurtosis = shape.kurtosis;
    out->kurtosis_corrected = shape.kurtosis_corrected;
    out->share_beyond = share_wilson(out->box.below + out->box.above, (int64_t)n);
    sum_revenue(facts, selection, out);
}

/* The lambda of Box and Cox by maximum likelihood, through GSL's one-dimensional minimiser.
 *
 * Values are divided by their geometric mean first: the likelihood's Jacobian becomes one, lambda
 * stays the same, and powers of prices neither overflow nor lose their digits. */
#include "engine/analysis/boxcox.h"

#include <math.h>
#include <pthread.h>
#include <stdlib.h>

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_min.h>
#include <gsl/gsl_roots.h>
#include <gsl/gsl_statistics_double.h>

#include "base/memory.h"
#include "engine/analysis/distribution.h"

static const double lambda_most = 20; /* powers beyond that describe no column */

/* Each distinct value once: prices repeat, and an exponential is what the search costs. */
struct profile {
    double *logs;         /* of value / geometric mean, distinct, ascending */
    const double *counts; /* the series' */
    double *changed;      /* scratch: those under the power that is tried */
    size_t distinct;
    double n;
    double target; /* what the root finder subtracts */
};

static double box_cox_of_log(double log_value, double lambda) {
    return lambda == 0 ? log_value : expm1(lambda * log_value) / lambda;
}

/* Minus the profile log likelihood, but for a constant: n/2 · log variance. */
static double minus_likelihood(double lambda, void *context) {
    struct profile *profile = context;
    for (size_t i = 0; i < profile->distinct; i++)
        profile->changed[i] = box_cox_of_log(profile->logs[i], lambda);
    double squares = gsl_stats_wtss(profile->counts, 1, profile->changed, 1, profile->distinct);
    return profile->n / 2 * log(squares / profile->n);
}

static double above_target(double lambda, void *context) {
    const struct profile *profile = context;
    return minus_likelihood(lambda, context) - profile->target;
}

static void profile_make(struct profile *profile, const struct series *series) {
    size_t distinct = series->distinct;
    *profile = (struct profile){.n = (double)series->count, .distinct = distinct};
    profile->logs = xcalloc(distinct, sizeof *profile->logs);
    profile->counts = series->weights;
    profile->changed = xcalloc(distinct, sizeof *profile->changed);
    for (size_t i = 0; i < distinct; i++)
        profile->logs[i] = log(series->values[i]);
    double mean = gsl_stats_wmean(profile->counts, 1, profile->logs, 1, distinct);
    for (size_t i = 0; i < distinct; i++)
        profile->logs[i] -= mean;
}

static void profile_free(struct profile *profile) {
    free(profile->logs);
    free(profile->changed);
}

/* Walks downhill from −1, 0, 1 until the middle is the lowest; false where the end is reached. */
static bool bracket(struct profile *profile, double *low, double *middle, double *high,
                    double values[3]) {
    *low = -1, *middle = 0, *high = 1;
    values[0] = minus_likelihood(*low, profile);
    values[1] = minus_likelihood(*middle, profile);
    values[2] = minus_likelihood(*high, profile);
    while (!(values[1] < values[0] && values[1] < values[2])) {
        if (!isfinite(values[0] + values[1] + values[2]))
            return false;
        if (values[0] < values[2]) {
            double next = *low - 1;
            if (next < -lambda_most)
                return false;
            *high = *middle, *middle = *low, *low = next;
            values[2] = values[1], values[1] = values[0];
            values[0] = minus_likelihood(next, profile);
        } else {
            double next = *high + 1;
            if (next > lambda_most)
                return false;
            *low = *middle, *middle = *high, *high = next;
            values[0] = values[1], values[1] = values[2];
            values[2] = minus_likelihood(next, profile);
        }
    }
    return true;
}

static void silence_gsl(void) {
    gsl_set_error_handler_off(); /* whose own handler ends the program */
}

static bool minimise(struct profile *profile, double *lambda, double *least) {
    double low, middle, high, values[3];
    if (!bracket(profile, &low, &middle, &high, values))
        return false;
    gsl_function function = {minus_likelihood, profile};
    gsl_min_fminimizer *minimiser = gsl_min_fminimizer_alloc(gsl_min_fminimizer_brent);
    bool found = minimiser != NULL &&
                 gsl_min_fminimizer_set_with_values(minimiser, &function, middle, values[1], low,
                                                    values[0], high, values[2]) == GSL_SUCCESS;
    for (int i = 0; found && i < 100; i++) {
        if (gsl_min_fminimizer_iterate(minimiser) != GSL_SUCCESS)
            break; /* no better than this one within rounding */
        if (gsl_min_test_interval(gsl_min_fminimizer_x_lower(minimiser),
                                  gsl_min_fminimizer_x_upper(minimiser), 1e-8, 0) == GSL_SUCCESS)
            break;
    }
    if (found) {
        *lambda = gsl_min_fminimizer_x_minimum(minimiser);
        *least = gsl_min_fminimizer_f_minimum(minimiser);
    }
    if (minimiser != NULL)
        gsl_min_fminimizer_free(minimiser);
    return found;
}

/* Where the log likelihood has fallen by half the 95 % quantile of chi-square with one degree of
 * freedom (Box & Cox 1964, §3), on the side that `step` points to. */
static double confidence_end(struct profile *profile, double lambda, double least, double step) {
    profile->target = least + gsl_cdf_chisq_Pinv(0.95, 1) / 2;
    double inside = lambda, outside = lambda + step;
    for (; above_target(outside, profile) < 0; outside += step) {
        inside = outside;
        step *= 2;
        if (!(fabs(outside) < 10 * lambda_most))
            return NAN;
    }
    gsl_function function = {above_target, profile};
    gsl_root_fsolver *solver = gsl_root_fsolver_alloc(gsl_root_fsolver_brent);
    double root = NAN;
    if (solver != NULL && gsl_root_fsolver_set(solver, &function, fmin(inside, outside),
                                               fmax(inside, outside)) == GSL_SUCCESS) {
        for (int i = 0; i < 100 && gsl_root_fsolver_iterate(solver) == GSL_SUCCESS; i++) {
            root = gsl_root_fsolver_root(solver);
            if (gsl_root_test_interval(gsl_root_fsolver_x_lower(solver),
                                       gsl_root_fsolver_x_upper(solver), 1e-9, 0) == GSL_SUCCESS)
                break;
        }
    }
    if (solver != NULL)
        gsl_root_fsolver_free(solver);
    return root;
}

void transform_log(const double *values, size_t count, double *out) {
    for (size_t i = 0; i < count; i++)
        out[i] = log(values[i]);
}

void transform_box_cox(const double *values, size_t count, double lambda, double *out) {
    for (size_t i = 0; i < count; i++)
        out[i] = box_cox_of_log(log(values[i]), lambda);
}

static double skewness_of(const struct series *series, const double *values) {
    return shape_of_weighted(values, series->weights, series->distinct, (double)series->count)
        .skewness;
}

static const char *problem_of(const struct series *series) {
    if (series->distinct == 0)
        return "no value is known";
    if (series->distinct == 1)
        return "all values are equal, so there is nothing to transform";
    if (series->distinct == 2)
        return "there are only two different values, whose shape no transformation changes";
    if (!(series->values[0] > 0))
        return "some values are zero or below, where neither logarithm nor Box-Cox is defined";
    return NULL;
}

void transforms_compute(const struct series *series, struct transforms *out) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, silence_gsl);
    *out = (struct transforms){.skewness = skewness_of(series, series->values),
                               .log_skewness = NAN,
                               .lambda = NAN,
                               .lambda_low = NAN,
                               .lambda_high = NAN,
                               .box_cox_skewness = NAN,
                               .problem = problem_of(series)};
    if (out->problem != NULL)
        return;
    struct profile profile;
    profile_make(&profile, series);
    transform_log(series->values, series->distinct, profile.changed);
    out->log_skewness = skewness_of(series, profile.changed);
    double least;
    if (minimise(&profile, &out->lambda, &least)) {
        out->lambda_low = confidence_end(&profile, out->lambda, least, -0.05);
        out->lambda_high = confidence_end(&profile, out->lambda, least, 0.05);
        for (size_t i = 0; i < profile.distinct; i++) /* divided by the geometric mean: the same */
            profile.changed[i] = box_cox_of_log(profile.logs[i], out->lambda);
        out->box_cox_skewness = skewness_of(series, profile.changed);
    } else {
        out->problem = "the likelihood has no maximum between powers of −20 and 20";
    }
    profile_free(&profile);
}

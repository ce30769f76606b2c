/* Risk and odds ratios whose intervals are all the ratios that a score test does not reject. */
#include "engine/analysis/ratios.h"

#include <math.h>
#include <stdbool.h>

#include <gsl/gsl_errno.h>
#include <gsl/gsl_roots.h>

enum scale { SCALE_RISK, SCALE_ODDS };

struct comparison {
    enum scale scale;
    double yes_a, n_a, yes_b, n_b;
    double target; /* the score that is looked for */
};

/* The larger root's partner of a·x² + b·x + c that lies in 0–1, without cancellation. */
static double stable_root(double a, double b, double c, bool plus) {
    double discriminant = sqrt(fmax(b * b - 4 * a * c, 0));
    double signed_root = plus ? discriminant : -discriminant;
    if ((b > 0) == plus)
        return -2 * c / (b + signed_root);
    return (-b + signed_root) / (2 * a);
}

/* How far the observed shares are from the likeliest ones with this ratio, in standard errors;
 * falls as the ratio rises. Miettinen, O. & Nurminen, M. (1985), Statist. Med. 4, 213–226, without
 * their factor n/(n−1). */
static double score(double log_ratio, void *context) {
    const struct comparison *at = context;
    double ratio = exp(log_ratio), yes = at->yes_a + at->yes_b;
    double share_a = at->yes_a / at->n_a, share_b = at->yes_b / at->n_b;
    double numerator, variance;
    if (at->scale == SCALE_RISK) {
        double a = (at->n_a + at->n_b) * ratio;
        double b = -(at->n_a * ratio + at->yes_a + at->n_b + at->yes_b * ratio);
        double likely_b = fmin(stable_root(a, b, yes, false), 1);
        double likely_a = fmin(likely_b * ratio, 1);
        numerator = share_a - ratio * share_b;
        variance = likely_a * (1 - likely_a) / at->n_a +
                   ratio * ratio * likely_b * (1 - likely_b) / at->n_b;
    } else {
        double a = at->n_b * (ratio - 1), b = at->n_a * ratio + at->n_b - yes * (ratio - 1);
        double likely_b = stable_root(a, b, -yes, true);
        double likely_a = likely_b * ratio / (1 + likely_b * (ratio - 1));
        double spread_a = likely_a * (1 - likely_a), spread_b = likely_b * (1 - likely_b);
        numerator = share_a - likely_a;
        variance = 1 / (at->n_a * at->n_a * (1 / (at->n_a * spread_a) + 1 / (at->n_b * spread_b)));
    }
    if (!(variance > 0))
        return numerator == 0 ? -at->target : copysign(1e6, numerator);
    return numerator / sqrt(variance) - at->target;
}

/* From `start`, where the score is between the targets, in steps to the other side of the root. */
static double solve(struct comparison *at, double start, double target) {
    double step = target > 0 ? -1 : 1, near_end = start, far_end = start;
    at->target = target;
    for (int i = 0; i < 100; i++) {
        near_end = far_end;
        far_end += step;
        if ((score(far_end, at) > 0) == (target > 0))
            break;
    }
    gsl_function function = {score, at};
    gsl_root_fsolver *solver = gsl_root_fsolver_alloc(gsl_root_fsolver_brent);
    double low = fmin(near_end, far_end), high = fmax(near_end, far_end), root = NAN;
    if (gsl_root_fsolver_set(solver, &function, low, high) == GSL_SUCCESS) {
        for (int i = 0; i < 100 && high - low > 1e-13; i++) {
            gsl_root_fsolver_iterate(solver);
            low = gsl_root_fsolver_x_lower(solver);
            high = gsl_root_fsolver_x_upper(solver);
        }
        root = gsl_root_fsolver_root(solver);
    }
    gsl_root_fsolver_free(solver);
    return exp(root);
}

static struct interval ratio_of(struct comparison at, double estimate) {
    double z = normal_quantile(0.975); /* also silences GSL's error handler */
    struct interval ratio = {estimate, 0, INFINITY};
    double start = estimate > 0 && isfinite(estimate) ? log(estimate) : estimate > 0 ? 40 : -40;
    if (estimate > 0)
        ratio.low = solve(&at, start, z);
    if (isfinite(estimate))
        ratio.high = solve(&at, start, -z);
    return ratio;
}

/* Koopman, P. A. R. (1984), Biometrics 40, 513–517. */
struct interval risk_ratio_score(int64_t yes_a, int64_t n_a, int64_t yes_b, int64_t n_b) {
    if (n_a <= 0 || n_b <= 0 || yes_a + yes_b == 0)
        return (struct interval){NAN, 0, INFINITY};
    struct comparison at = {SCALE_RISK, (double)yes_a, (double)n_a, (double)yes_b, (double)n_b, 0};
    return ratio_of(at, at.yes_a / at.n_a / (at.yes_b / at.n_b));
}

/* Cornfield, J. (1956), Proc. 3rd Berkeley Symp. 4, 135–148. */
struct interval odds_ratio_score(int64_t yes_a, int64_t n_a, int64_t yes_b, int64_t n_b) {
    if (n_a <= 0 || n_b <= 0 || yes_a + yes_b == 0 || yes_a + yes_b == n_a + n_b)
        return (struct interval){NAN, 0, INFINITY};
    struct comparison at = {SCALE_ODDS, (double)yes_a, (double)n_a, (double)yes_b, (double)n_b, 0};
    return ratio_of(at, at.yes_a * (at.n_b - at.yes_b) / (at.yes_b * (at.n_a - at.yes_a)));
}

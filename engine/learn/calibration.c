/* Do predicted probabilities come true? Bins, recalibration and Spiegelhalter's test. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_sort_double.h>
#include <gsl/gsl_statistics_double.h>

#include "base/memory.h"
#include "engine/learn/curves.h"
#include "engine/learn/score.h"

enum { NEWTON_STEPS = 50 };

/* The bin of a probability: how many of the inner edges lie below it. */
static int bin_of(double probability, const double *edges, int edge_count) {
    int bin = 0;
    while (bin < edge_count && edges[bin] < probability)
        bin++;
    return bin;
}

static void fill_bins(const double *probabilities, const uint8_t *labels, size_t count, int repeats,
                      int bins, struct calibration *out) {
    double *sorted = xcalloc(count + 1, sizeof *sorted), edges[CALIBRATION_BINS_MAX] = {0};
    struct calibration_bin all[CALIBRATION_BINS_MAX] = {0};
    memcpy(sorted, probabilities, count * sizeof *sorted);
    gsl_sort(sorted, 1, count);
    for (int i = 0; i + 1 < bins; i++)
        edges[i] = gsl_stats_quantile_from_sorted_data(sorted, 1, count, (i + 1.0) / bins);
    free(sorted);
    for (size_t i = 0; i < count; i++) {
        struct calibration_bin *bin = &all[bin_of(probabilities[i], edges, bins - 1)];
        bin->low = !(bin->sales > 0) ? probabilities[i] : fmin(bin->low, probabilities[i]);
        bin->high = fmax(bin->high, probabilities[i]);
        bin->predicted += probabilities[i];
        bin->yes += labels[i];
        bin->sales++;
    }
    for (int i = 0; i < bins; i++) {
        if (!(all[i].sales > 0))
            continue;
        all[i].predicted /= all[i].sales;
        out->expected_error +=
            fabs(all[i].yes / all[i].sales - all[i].predicted) * all[i].sales / (double)count;
        all[i].sales /= repeats;
        all[i].yes /= repeats;
        all[i].observed = share_wilson_mean(all[i].yes, all[i].sales);
        out->bins[out->bin_count++] = all[i];
    }
}

/* Score and information of the logistic likelihood at intercept + slope · log odds. */
static void likelihood(const double *log_odds, const uint8_t *labels, size_t count,
                       const double at[2], double score[2], double information[4]) {
    memset(score, 0, 2 * sizeof *score);
    memset(information, 0, 4 * sizeof *information);
    for (size_t i = 0; i < count; i++) {
        double p = logistic(at[0] + at[1] * log_odds[i]), weight = p * (1 - p);
        score[0] += labels[i] - p;
        score[1] += (labels[i] - p) * log_odds[i];
        information[0] += weight;
        information[1] += weight * log_odds[i];
        information[3] += weight * log_odds[i] * log_odds[i];
    }
    information[2] = information[1];
}

/* The inverse of a 2 × 2; false where it has none to speak of. */
static bool invert(const double m[4], double inverse[4]) {
    double determinant = m[0] * m[3] - m[1] * m[2];
    if (!(determinant > 1e-12 * m[0] * m[3]))
        return false;
    inverse[0] = m[3] / determinant;
    inverse[1] = inverse[2] = -m[1] / determinant;
    inverse[3] = m[0] / determinant;
    return true;
}

/* Maximum likelihood by Newton's method (McCullagh & Nelder 1989, §4.4). */
static void recalibrate(const double *log_odds, const uint8_t *labels, size_t count, int repeats,
                        struct calibration *out) {
    double yes = 0;
    for (size_t i = 0; i < count; i++)
        yes += labels[i];
    /* from where no prediction tells anything: from a slope of 1 the first step may go too far */
    double at[2] = {log_odds_of(yes / (double)count), 0}, score[2], information[4],
           inverse[4] = {0}, step = INFINITY;
    bool sound = true;
    const struct interval unknown = {(double)NAN, (double)NAN, (double)NAN};
    for (int i = 0; sound && step > 1e-10 && i < NEWTON_STEPS; i++) {
        likelihood(log_odds, labels, count, at, score, information);
        sound = invert(information, inverse);
        if (!sound)
            break;
        double by[2] = {inverse[0] * score[0] + inverse[1] * score[1],
                        inverse[2] * score[0] + inverse[3] * score[1]};
        at[0] += by[0];
        at[1] += by[1];
        step = fmax(fabs(by[0]), fabs(by[1]));
        sound = sound && isfinite(step);
    }
    out->intercept = out->slope = unknown;
    if (!sound || step > 1e-6)
        return; /* all predictions the same, or yes and no apart without overlap */
    double wald = gsl_cdf_ugaussian_Pinv(0.975), half = wald * sqrt(repeats * inverse[0]);
    out->intercept = (struct interval){at[0], at[0] - half, at[0] + half};
    half = wald * sqrt(repeats * inverse[3]);
    out->slope = (struct interval){at[1], at[1] - half, at[1] + half};
}

static void spiegelhalter(const double *probabilities, const uint8_t *labels, size_t count,
                          int repeats, struct calibration *out) {
    double sum = 0, variance = 0;
    for (size_t i = 0; i < count; i++) {
        double p = probabilities[i], lean = 1 - 2 * p;
        sum += (labels[i] - p) * lean;
        variance += lean * lean * p * (1 - p);
    }
    out->z = variance > 0 ? sum / sqrt(repeats * variance) : (double)NAN;
    out->p = 2 * gsl_cdf_ugaussian_Q(fabs(out->z));
}

void calibration_of(const double *log_odds, const uint8_t *labels, size_t count, int repeats,
                    int bins, struct calibration *out) {
    double *probabilities = xcalloc(count + 1, sizeof *probabilities);
    *out = (struct calibration){0};
    for (size_t i = 0; i < count; i++)
        probabilities[i] = logistic(log_odds[i]);
    if (count > 0)
        fill_bins(probabilities, labels, count, repeats, bins, out);
    recalibrate(log_odds, labels, count, repeats, out);
    spiegelhalter(probabilities, labels, count, repeats, out);
    free(probabilities);
}

/* What the slope says of higher predictions. */
static const char *slope_meaning(const struct interval *slope) {
    if (slope->low > 1)
        return "predictions are too timid: the truth differs more than they do";
    if (slope->low > 0 && slope->high >= 1)
        return "higher predictions come true more often, about as much as they say";
    if (slope->low > 0)
        return "predictions are too extreme: the truth differs less than they do";
    if (slope->high < 0)
        return "higher predictions come true less often";
    if (slope->low <= 0)
        return "higher predictions do not clearly come true more often";
    return "whether higher predictions come true more often cannot be said";
}

void calibration_sentence(const struct calibration *calibration, bool skill, double base_rate,
                          char *text, size_t size) {
    double off = 100 * calibration->expected_error;
    const struct interval *slope = &calibration->slope;
    const char *meaning = slope_meaning(slope);
    bool chance = !(calibration->p < 0.05); /* could chance have made it? */
    if (skill)
        snprintf(text, size, "Off by %.1f points on average; %s.", off, meaning);
    else if (!chance || slope->low > 1 || slope->high < 1)
        snprintf(text, size,
                 "Off by %.1f points on average%s; %s. Without skill the base rate, %.1f%% for "
                 "everybody, is the better answer.",
                 off, chance ? "" : ", beyond chance", meaning, 100 * base_rate);
    else
        snprintf(text, size,
                 "Well calibrated, off by %.1f points on average, yet without skill: it says about "
                 "the base rate (%.1f%%) for everybody, %.1f%% to %.1f%%, and hardly tells "
                 "customers apart.",
                 off, 100 * base_rate, 100 * calibration->bins[0].predicted,
                 100 *
                     calibration->bins[calibration->bin_count > 0 ? calibration->bin_count - 1 : 0]
                         .predicted);
}

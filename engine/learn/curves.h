/* What predictions look like as pictures: ROC and precision-recall curves, and calibration. */
#ifndef ENGINE_LEARN_CURVES_H
#define ENGINE_LEARN_CURVES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/analysis/statistics.h"

struct curve_point {
    double x, y;
    double threshold; /* "yes" from this score up; infinity: never */
};

struct curve {
    struct curve_point *points; /* owned */
    int count;
    double area;  /* under the whole curve, before any point was left out */
    double slack; /* the points that are left give an area that differs from it by no more */
};

/* Predictions that are compared with one another: those of one model on the fold it had not seen.
 */
struct scored {
    const double *scores;
    const uint8_t *labels; /* 0 or 1 */
    size_t count;
};

/* False yes rate (x) against recall (y), from (0, 0) at infinity to (1, 1). Of one group a point a
 * distinct score (Fawcett 2006, algorithm 2); of several their mean recall at each false yes rate
 * (algorithm 3, vertical averaging, here at every rate that occurs), so that the area is exactly
 * the mean of theirs; the threshold is then the mean of theirs. At most `limit` points are kept, 16
 * at least; between those the curve is straight, and its area (trapezoids) off by `slack` at most.
 * Every group needs one of each label. The caller frees with curve_free. */
void curve_roc(const struct scored *groups, int group_count, int limit, struct curve *out);

/* Recall (x) against precision (y), a point a recall that occurs. Between points the curve is a
 * step at the height of the point to its right, as in average precision (Davis & Goadrich 2006: it
 * is not straight); of several groups the mean of their heights. `area` and `slack` are of that:
 * the mean of the groups' average precision. Every group needs a yes. */
void curve_precision_recall(const struct scored *groups, int group_count, int limit,
                            struct curve *out);

void curve_free(struct curve *curve);

enum { CALIBRATION_BINS_MAX = 20, CALIBRATION_BINS = 10 };

struct calibration_bin {
    double sales, yes;        /* means of the repeats */
    double low, high;         /* the predictions in it, as probabilities */
    double predicted;         /* their mean */
    struct interval observed; /* share of yes, Wilson's interval */
};

struct calibration {
    struct calibration_bin bins[CALIBRATION_BINS_MAX]; /* by rising prediction */
    int bin_count; /* fewer than asked for where many predictions are the same */
    /* Mean distance of the bins' observed share from their prediction, weighed by their sales
     * (expected calibration error; Naeini, Cooper & Hauskrecht 2015). */
    double expected_error;
    /* Logistic regression of the truth on the predicted log odds (Cox 1958; Steyerberg 2019,
     * §15.3): a slope of 1 and an intercept of 0 are perfect, a slope below 1 says that predictions
     * are too extreme, 0 that they tell nothing. Wald intervals. NaN where it has no solution. */
    struct interval slope, intercept;
    double z, p; /* Spiegelhalter's test that the probabilities are right (Spiegelhalter 1986) */
};

/* Bins of equal numbers of sales, cut at quantiles (type 7) of the probabilities; equal predictions
 * stay together. `bins` is 2 … CALIBRATION_BINS_MAX. Each sale stands `repeats` times among the
 * `count` predictions: figures are means of the repeats, and intervals and tests are those of one
 * repeat, because repeats share the same sales. */
void calibration_of(const double *log_odds, const uint8_t *labels, size_t count, int repeats,
                    int bins, struct calibration *out);

/* One or two plain sentences on what the calibration allows one to say. Without skill they say what
 * good calibration then is: the base rate for everybody. */
void calibration_sentence(const struct calibration *calibration, bool skill, double base_rate,
                          char *text, size_t size);

#endif

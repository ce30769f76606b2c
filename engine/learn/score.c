/* AUC with DeLong's variance, log loss, Brier score and the counts of right and wrong. */
#include "engine/learn/score.h"

#include <math.h>
#include <stdlib.h>

#include <gsl/gsl_sort_double.h>

#include "base/memory.h"

double logistic(double log_odds) {
    return 1 / (1 + exp(-log_odds));
}

double log_odds_of(double probability) {
    return log(probability) - log1p(-probability);
}

/* Ranks from 1; equal values share the mean of theirs. */
static void midranks(const double *values, size_t count, double *ranks) {
    size_t *order = xcalloc(count + 1, sizeof *order);
    gsl_sort_index(order, values, 1, count);
    for (size_t i = 0; i < count;) {
        size_t end = i;
        while (end < count && values[order[end]] == values[order[i]])
            end++;
        for (size_t tied = i; tied < end; tied++)
            ranks[order[tied]] = (double)(i + 1 + end) / 2;
        i = end;
    }
    free(order);
}

/* Ranks of the scores that carry one label, among themselves, written to their places in `out`. */
static void ranks_within(const double *scores, const uint8_t *labels, size_t count, uint8_t label,
                         double *out) {
    double *own = xcalloc(count + 1, sizeof *own), *ranks = xcalloc(count + 1, sizeof *ranks);
    size_t members = 0;
    for (size_t i = 0; i < count; i++)
        if (labels[i] == label)
            own[members++] = scores[i];
    midranks(own, members, ranks);
    members = 0;
    for (size_t i = 0; i < count; i++)
        if (labels[i] == label)
            out[i] = ranks[members++];
    free(ranks);
    free(own);
}

double auc_delong(const double *scores, const uint8_t *labels, size_t count, double *variance) {
    size_t yes = 0;
    for (size_t i = 0; i < count; i++)
        yes += labels[i];
    double m = (double)yes, n = (double)(count - yes);
    *variance = (double)NAN;
    if (yes == 0 || yes == count)
        return (double)NAN;
    double *all = xcalloc(count, sizeof *all), *within = xcalloc(count, sizeof *within);
    midranks(scores, count, all);
    ranks_within(scores, labels, count, 1, within);
    ranks_within(scores, labels, count, 0, within);
    /* placement: of a "yes" the share of "no" below it, of a "no" the share of "yes" above it */
    double mean = 0, squares_yes = 0, squares_no = 0;
    for (size_t i = 0; i < count; i++)
        mean += labels[i] ? (all[i] - within[i]) / n / m : 0;
    for (size_t i = 0; i < count; i++) {
        double placement = labels[i] ? (all[i] - within[i]) / n : 1 - (all[i] - within[i]) / m;
        double deviation = (placement - mean) * (placement - mean);
        *(labels[i] ? &squares_yes : &squares_no) += deviation;
    }
    if (m > 1 && n > 1)
        *variance = squares_yes / (m - 1) / m + squares_no / (n - 1) / n;
    free(within);
    free(all);
    return mean;
}

static double loss(double log_odds, int label) {
    double towards = label ? -log_odds : log_odds; /* log(1 + e^x), without overflow */
    return towards > 0 ? towards + log1p(exp(-towards)) : log1p(exp(towards));
}

void score_predictions(const double *log_odds, const uint8_t *labels, size_t count,
                       double threshold, double base_rate, struct score *out) {
    double right = 0, true_yes = 0, said_yes = 0, yes = 0, n = (double)count, gain_squares = 0;
    *out = (struct score){0};
    for (size_t i = 0; i < count; i++) {
        int label = labels[i], said = log_odds[i] >= threshold;
        double miss = logistic(log_odds[i]) - label;
        right += said == label;
        true_yes += said && label;
        said_yes += said;
        yes += label;
        double own = loss(log_odds[i], label), base = loss(log_odds_of(base_rate), label);
        out->log_loss += own / n;
        out->base_log_loss += base / n;
        gain_squares += (base - own) * (base - own) / n;
        out->brier += miss * miss / n;
        out->base_brier += (base_rate - label) * (base_rate - label) / n;
    }
    out->auc = auc_delong(log_odds, labels, count, &out->auc_variance);
    out->gain = out->base_log_loss - out->log_loss;
    out->gain_variance = (gain_squares - out->gain * out->gain) / (n - 1);
    out->accuracy = right / n;
    out->precision = said_yes > 0 ? true_yes / said_yes : 0;
    out->recall = yes > 0 ? true_yes / yes : 0;
    out->f1 = said_yes + yes > 0 ? 2 * true_yes / (said_yes + yes) : 0;
}

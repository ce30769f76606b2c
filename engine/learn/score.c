/* AUC with DeLong's variance, log loss, Brier score and the counts of right and wrong. */
#include "engine/learn/score.h"

#include <math.h>
#include <stdlib.h>

#include <gsl/gsl_cdf.h>
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

double auc_mann_whitney(const double *scores, const uint8_t *labels, size_t count) {
    double *ranks = xcalloc(count + 1, sizeof *ranks), yes = 0, sum = 0;
    midranks(scores, count, ranks);
    for (size_t i = 0; i < count; i++) {
        yes += labels[i];
        sum += labels[i] ? ranks[i] : 0; /* whole and half numbers: exact */
    }
    free(ranks);
    double pairs = yes * ((double)count - yes);
    return pairs > 0 ? (sum - yes * (yes + 1) / 2) / pairs : (double)NAN;
}

static double loss(double log_odds, int label) {
    double towards = label ? -log_odds : log_odds; /* log(1 + e^x), without overflow */
    return towards > 0 ? towards + log1p(exp(-towards)) : log1p(exp(towards));
}

double average_precision(const double *scores, const uint8_t *labels, size_t count) {
    size_t *order = xcalloc(count + 1, sizeof *order);
    double said_yes = 0, true_yes = 0, yes = 0, area = 0;
    gsl_sort_index(order, scores, 1, count);
    for (size_t i = 0; i < count; i++)
        yes += labels[i];
    for (size_t left = count; left > 0;) {
        double score = scores[order[left - 1]], found = 0;
        for (; left > 0 && scores[order[left - 1]] == score; left--) {
            found += labels[order[left - 1]];
            said_yes++;
        }
        true_yes += found;
        area += found / yes * true_yes / said_yes;
    }
    free(order);
    return yes > 0 ? area : (double)NAN;
}

struct interval average_precision_interval(double average_precision, int64_t yes) {
    double ap = average_precision, eta = log_odds_of(ap);
    double half = gsl_cdf_ugaussian_Pinv(0.975) / sqrt((double)yes * ap * (1 - ap));
    if (!(ap > 0 && ap < 1) || yes == 0)
        return (struct interval){ap, (double)NAN, (double)NAN};
    return (struct interval){ap, logistic(eta - half), logistic(eta + half)};
}

struct confusion confusion_at(const double *scores, const uint8_t *labels, size_t count,
                              double threshold) {
    struct confusion confusion = {0};
    for (size_t i = 0; i < count; i++) {
        if (scores[i] >= threshold)
            *(labels[i] ? &confusion.true_yes : &confusion.false_yes) += 1;
        else
            *(labels[i] ? &confusion.missed_yes : &confusion.true_no) += 1;
    }
    return confusion;
}

static double ratio(int64_t part, int64_t whole) {
    return whole > 0 ? (double)part / (double)whole : 0;
}

double confusion_precision(const struct confusion *confusion) {
    return ratio(confusion->true_yes, confusion->true_yes + confusion->false_yes);
}

double confusion_recall(const struct confusion *confusion) {
    return ratio(confusion->true_yes, confusion->true_yes + confusion->missed_yes);
}

double confusion_f1(const struct confusion *confusion) {
    int64_t twice = 2 * confusion->true_yes;
    return ratio(twice, twice + confusion->false_yes + confusion->missed_yes);
}

double confusion_accuracy(const struct confusion *confusion) {
    int64_t right = confusion->true_yes + confusion->true_no;
    return ratio(right, right + confusion->false_yes + confusion->missed_yes);
}

double confusion_mcc(const struct confusion *confusion) {
    double tp = (double)confusion->true_yes, fp = (double)confusion->false_yes;
    double fn = (double)confusion->missed_yes, tn = (double)confusion->true_no;
    double scale = sqrt(tp + fp) * sqrt(tp + fn) * sqrt(tn + fp) * sqrt(tn + fn);
    return scale > 0 ? (tp * tn - fp * fn) / scale : 0;
}

double skill_score(double loss, double base) {
    return 1 - loss / base;
}

void score_predictions(const double *log_odds, const uint8_t *labels, size_t count,
                       double threshold, double base_rate, struct score *out) {
    double n = (double)count, gain_squares = 0;
    *out = (struct score){0};
    for (size_t i = 0; i < count; i++) {
        int label = labels[i];
        double miss = logistic(log_odds[i]) - label;
        double own = loss(log_odds[i], label), base = loss(log_odds_of(base_rate), label);
        out->log_loss += own / n;
        out->base_log_loss += base / n;
        gain_squares += (base - own) * (base - own) / n;
        out->brier += miss * miss / n;
        out->base_brier += (base_rate - label) * (base_rate - label) / n;
    }
    out->auc = auc_delong(log_odds, labels, count, &out->auc_variance);
    out->average_precision = average_precision(log_odds, labels, count);
    out->gain = out->base_log_loss - out->log_loss;
    out->gain_variance = (gain_squares - out->gain * out->gain) / (n - 1);
    out->log_loss_skill = skill_score(out->log_loss, out->base_log_loss);
    out->brier_skill = skill_score(out->brier, out->base_brier);
    out->confusion = confusion_at(log_odds, labels, count, threshold);
    out->accuracy = confusion_accuracy(&out->confusion);
    out->precision = confusion_precision(&out->confusion);
    out->recall = confusion_recall(&out->confusion);
    out->f1 = confusion_f1(&out->confusion);
    out->mcc = confusion_mcc(&out->confusion);
}

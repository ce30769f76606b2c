/* How good predictions are, on sales that the model has not seen. */
#ifndef ENGINE_LEARN_SCORE_H
#define ENGINE_LEARN_SCORE_H

#include <stddef.h>
#include <stdint.h>

#include "engine/analysis/statistics.h"

/* Area under the ROC curve, ties counted half, as the mean of the placement values; `variance`
 * receives DeLong's (DeLong, DeLong & Clarke-Pearson 1988; by midranks, Sun & Xu 2014). Labels are
 * 0 or 1; needs one of each (else NaN), for the variance two of each. */
double auc_delong(const double *scores, const uint8_t *labels, size_t count, double *variance);

/* The same area alone, for a third of the work: Mann & Whitney's U / (m n) (Hanley & McNeil 1982).
 * Of two ways to the same number the last bits may differ: compare only what comes from one. */
double auc_mann_whitney(const double *scores, const uint8_t *labels, size_t count);

/* Area under the precision-recall curve as average precision: the sum of precision times the step
 * in recall over the distinct scores from the highest down, without interpolation (Su, Yuan & Zhu
 * 2015, §2; scikit-learn's average_precision_score). Tied scores are one step. NaN without a yes;
 * a model that knows nothing reaches the share of yes. */
double average_precision(const double *scores, const uint8_t *labels, size_t count);

/* Its 95 % interval, on the scale of log odds with the variance 1 / (n π (1 − π)) for n yes (Boyd,
 * Eng & Page 2013, §3.2). */
struct interval average_precision_interval(double average_precision, int64_t yes);

/* Answers against the truth. */
struct confusion {
    int64_t true_yes, false_yes, missed_yes, true_no;
};

/* "Yes" is answered from `threshold` up. */
struct confusion confusion_at(const double *scores, const uint8_t *labels, size_t count,
                              double threshold);

/* Each 0 where nothing is answered yes, or where there is no yes to be found. */
double confusion_precision(const struct confusion *confusion);
double confusion_recall(const struct confusion *confusion);
double confusion_f1(const struct confusion *confusion);
double confusion_accuracy(const struct confusion *confusion);
/* Matthews' correlation (Matthews 1975), −1 … 1; 0 where a row or column is empty. */
double confusion_mcc(const struct confusion *confusion);

struct score {
    double auc, auc_variance;
    double average_precision;
    double accuracy, f1, precision, recall; /* 0 where nothing is answered yes */
    double mcc;
    struct confusion confusion;
    double log_loss, brier;
    double base_log_loss, base_brier;   /* of always answering `base_rate` */
    double log_loss_skill, brier_skill; /* 1 − loss / base loss: 0 as good as the base rate */
    double gain, gain_variance; /* base_log_loss − log_loss, and the variance of that mean */
};

/* Scores log odds; "yes" is answered from `threshold` (log odds) up. */
void score_predictions(const double *log_odds, const uint8_t *labels, size_t count,
                       double threshold, double base_rate, struct score *out);

/* 1 − loss / base (Murphy 1988): 1 is perfect, 0 no better than the base, below 0 worse. */
double skill_score(double loss, double base);

double logistic(double log_odds);
double log_odds_of(double probability);

#endif

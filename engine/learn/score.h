/* How good predictions are, on sales that the model has not seen. */
#ifndef ENGINE_LEARN_SCORE_H
#define ENGINE_LEARN_SCORE_H

#include <stddef.h>
#include <stdint.h>

/* Area under the ROC curve, ties counted half, as the mean of the placement values; `variance`
 * receives DeLong's (DeLong, DeLong & Clarke-Pearson 1988; by midranks, Sun & Xu 2014). Labels are
 * 0 or 1; needs one of each (else NaN), for the variance two of each. */
double auc_delong(const double *scores, const uint8_t *labels, size_t count, double *variance);

struct score {
    double auc, auc_variance;
    double accuracy, f1, precision, recall; /* 0 where nothing is answered yes */
    double log_loss, brier;
    double base_log_loss, base_brier; /* of always answering `base_rate` */
    double gain, gain_variance; /* base_log_loss − log_loss, and the variance of that mean */
};

/* Scores log odds; "yes" is answered from `threshold` (log odds) up. */
void score_predictions(const double *log_odds, const uint8_t *labels, size_t count,
                       double threshold, double base_rate, struct score *out);

double logistic(double log_odds);
double log_odds_of(double probability);

#endif

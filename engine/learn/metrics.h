/* What is known of how good a model is: everything but the predictions themselves, which
 * db/out_of_fold.h keeps. */
#ifndef ENGINE_LEARN_METRICS_H
#define ENGINE_LEARN_METRICS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/date.h"
#include "engine/analysis/statistics.h"
#include "engine/learn/features.h"
#include "engine/learn/threshold.h"

/* What answering by a rule comes to, out of fold: means over the folds of all repeats, their
 * standard deviations between folds; NaN where the rule was not tried. */
struct operating_point {
    double threshold; /* on the probability: the median of those chosen in the folds */
    double accuracy, accuracy_sd;
    double f1, f1_sd;
    double precision, precision_sd;
    double recall, recall_sd;
    double mcc, mcc_sd; /* Matthews 1975 */
    /* mean of the repeats, so that the four sum to the sales */
    double true_yes, false_yes, missed_yes, true_no;
};

/* Trained on the first 80 % of the days on which anything was sold, tested on the rest. */
struct time_split {
    bool possible; /* false: too few days, or an answer is missing before or after */
    day_number train_first, train_last, test_first, test_last;
    int64_t train_rows, train_yes, test_rows, test_yes;
    struct interval auc;            /* DeLong */
    double log_loss, base_log_loss; /* base: always the share of yes in the training part */
    double brier, base_brier;
};

/* Out of fold, means over the folds of all repeats. Probabilities are on the scale of the base rate
 * (class weights and resampling taken out again); accuracy, F1, precision, recall and MCC at
 * `threshold` on that scale. */
struct model_metrics {
    double base_rate;
    struct interval auc;      /* DeLong, DeLong & Clarke-Pearson 1988, within folds */
    double auc_sd;            /* between folds, as are the next */
    double pr_auc, pr_auc_sd; /* average precision; without skill it is the base rate */
    double accuracy, accuracy_sd;
    double f1, f1_sd;
    double precision, precision_sd;
    double recall, recall_sd;
    double mcc, mcc_sd;
    double log_loss, base_log_loss;
    struct interval log_loss_gain; /* base_log_loss − log_loss */
    double log_loss_skill;         /* 1 − log_loss / base_log_loss */
    double brier, base_brier;
    double brier_skill; /* 1 − brier / base_brier */
    double threshold;
    enum threshold_rule threshold_rule; /* the one that `threshold` and what hangs on it follow */
    double cost_false_yes, cost_missed_yes; /* of THRESHOLD_COST */
    struct operating_point points[THRESHOLD_RULE_COUNT];
    double majority_accuracy; /* always answering the commoner outcome */
    double always_yes_f1;     /* 2p / (1 + p) */

    /* Sequential Monte Carlo (Besag & Clifford 1991): the test stops as soon as `permutation_stop`
     * permuted AUCs reach the observed one, p = stop / run; else p = (1 + reached) / (1 + run). */
    double p_permutation;     /* NaN where not run */
    int permutations;         /* planned … */
    int permutations_run;     /* … and run */
    int permutations_reached; /* with an AUC at least as good */
    int permutation_stop;

    int folds, repeats, tuned_trials;
    uint64_t seed;
    int64_t sampled_from; /* learned from a random sample of so many sales; 0: from all */
    struct time_split time_split;

    /* By field, columns of a field summed; NaN for a field that the model does not see. Shares of
     * the whole gain of the model on all sales; mean absolute SHAP out of fold, in log odds. */
    double gain[FEATURE_FIELD_COUNT];
    double shap[FEATURE_FIELD_COUNT];
};

/* Skill needs all of: AUC's lower bound above 0.5, permutation p below 0.05, log loss below the
 * base rate's by more than its own uncertainty (the gain's lower bound above 0). Without a
 * permutation test there is no skill.
 *
 * The gain's interval matters where parameters were once tuned on the very sales they are judged
 * on, as the published ones were: that lifts AUC and permutation test a little above chance, but
 * does not make probabilities better than the base rate. */
bool model_has_skill(const struct model_metrics *metrics);

#endif

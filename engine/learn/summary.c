/* From what each fold scored to the figures of a model. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_sort_double.h>
#include <gsl/gsl_statistics_double.h>

#include "base/memory.h"
#include "engine/learn/evaluate_run.h"
#include "engine/learn/operating_point.h"

struct spread {
    double mean, sd;
};

/* Over the doubles at `first`, each `step` bytes after the last. */
static struct spread spread_of(const void *first, size_t step, int count) {
    double *values = xcalloc((size_t)count, sizeof *values);
    for (int i = 0; i < count; i++)
        memcpy(&values[i], (const char *)first + (size_t)i * step, sizeof(double));
    struct spread spread = {gsl_stats_mean(values, 1, (size_t)count),
                            count > 1 ? gsl_stats_sd(values, 1, (size_t)count) : 0};
    free(values);
    return spread;
}

static struct spread of_scores(const struct run *run, size_t offset) {
    return spread_of((const char *)&run->results[0].score + offset, sizeof *run->results,
                     run->folds * run->repeats);
}

static double mean_of(const struct run *run, size_t offset) {
    return of_scores(run, offset).mean;
}

/* Of the 95 % interval of a mean over folds: Var(mean of a repeat) = Σ V / K², averaged over the
 * repeats. */
static double half_width(const struct run *run, size_t variance_offset) {
    return gsl_cdf_ugaussian_Pinv(0.975) * sqrt(mean_of(run, variance_offset) / run->folds);
}

/* The median threshold, as a probability. Between "never" and "always" lies no number: the lower of
 * the two middle ones then. */
static double median_threshold(const struct run *run, enum threshold_rule rule) {
    size_t count = (size_t)run->folds * (size_t)run->repeats;
    double *values = xcalloc(count, sizeof *values);
    for (size_t i = 0; i < count; i++)
        values[i] = run->results[i].thresholds[rule];
    gsl_sort(values, 1, count);
    double low = values[(count - 1) / 2], high = values[count / 2];
    free(values);
    return logistic(isfinite(low) && isfinite(high) ? (low + high) / 2 : low);
}

static struct operating_point point_of(const struct run *run, enum threshold_rule rule) {
    int count = run->folds * run->repeats;
    struct confusion *confusions = xcalloc((size_t)count, sizeof *confusions);
    for (int i = 0; i < count; i++)
        confusions[i] = run->results[i].confusions[rule];
    double threshold =
        rule == THRESHOLD_EVEN ? run->out->metrics.base_rate : median_threshold(run, rule);
    struct operating_point point = operating_point_of(confusions, count, run->repeats, threshold);
    free(confusions);
    return point;
}

static const struct operating_point not_tried = {(double)NAN, (double)NAN, (double)NAN, (double)NAN,
                                                 (double)NAN, (double)NAN, (double)NAN, (double)NAN,
                                                 (double)NAN, (double)NAN, (double)NAN, (double)NAN,
                                                 (double)NAN, (double)NAN, (double)NAN};

static void summarise_points(const struct run *run, struct model_metrics *metrics) {
    for (int rule = 0; rule < THRESHOLD_RULE_COUNT; rule++) {
        metrics->points[rule] = not_tried;
        if (!isnan(run->results[0].thresholds[rule]))
            metrics->points[rule] = point_of(run, (enum threshold_rule)rule);
    }
    const struct operating_point *headline = &metrics->points[run->plan->rule];
    metrics->threshold = headline->threshold;
    metrics->accuracy = headline->accuracy;
    metrics->accuracy_sd = headline->accuracy_sd;
    metrics->f1 = headline->f1;
    metrics->f1_sd = headline->f1_sd;
    metrics->precision = headline->precision;
    metrics->precision_sd = headline->precision_sd;
    metrics->recall = headline->recall;
    metrics->recall_sd = headline->recall_sd;
    metrics->mcc = headline->mcc;
    metrics->mcc_sd = headline->mcc_sd;
}

void summarise(struct run *run) {
    struct model_metrics *metrics = &run->out->metrics;
    const struct evaluation_plan *plan = run->plan;
    const struct examples *examples = run->splits->examples;
    double yes = 0;
    for (size_t i = 0; i < examples->rows; i++)
        yes += examples->labels[i];
    double base = yes / (double)examples->rows;
    metrics->base_rate = base;
    metrics->majority_accuracy = fmax(base, 1 - base);
    metrics->always_yes_f1 = 2 * base / (1 + base);
    metrics->folds = run->folds;
    metrics->repeats = run->repeats;
    metrics->seed = plan->seed;
    metrics->tuned_trials = plan->candidate_count - 1;
    metrics->threshold_rule = plan->rule;
    metrics->cost_false_yes = plan->costs.false_yes;
    metrics->cost_missed_yes = plan->costs.missed_yes;
    summarise_points(run, metrics);

    struct spread spread = of_scores(run, offsetof(struct score, average_precision));
    metrics->pr_auc = spread.mean;
    metrics->pr_auc_sd = spread.sd;
    metrics->log_loss = mean_of(run, offsetof(struct score, log_loss));
    metrics->base_log_loss = mean_of(run, offsetof(struct score, base_log_loss));
    metrics->log_loss_skill = skill_score(metrics->log_loss, metrics->base_log_loss);
    metrics->brier = mean_of(run, offsetof(struct score, brier));
    metrics->base_brier = mean_of(run, offsetof(struct score, base_brier));
    metrics->brier_skill = skill_score(metrics->brier, metrics->base_brier);
    spread = of_scores(run, offsetof(struct score, auc));
    double half = half_width(run, offsetof(struct score, auc_variance));
    metrics->auc =
        (struct interval){spread.mean, fmax(0, spread.mean - half), fmin(1, spread.mean + half)};
    metrics->auc_sd = spread.sd;
    double gain = metrics->base_log_loss - metrics->log_loss;
    half = half_width(run, offsetof(struct score, gain_variance));
    metrics->log_loss_gain = (struct interval){gain, gain - half, gain + half};
}

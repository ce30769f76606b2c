/* The evaluation of evaluate.h: repeats of folds, then permutations of the first repeat. */
#include "engine/learn/evaluate.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_statistics_double.h>

#include "base/memory.h"
#include "engine/learn/folds.h"
#include "engine/learn/random.h"
#include "engine/learn/score.h"

/* Streams of random numbers, apart from the repeats' own 0, 1, 2 … */
enum { STREAM_FITS = 1000, STREAM_PERMUTATIONS = 2000, STREAM_FINAL = 3000 };

enum err fits_step(struct fits *fits, struct error *error) {
    if (!progress_report(fits->sink, fits->phase, "fits", fits->done, fits->total))
        return error_set(error, ERR_CANCELLED, "cancelled");
    fits->done++;
    return ERR_OK;
}

static uint64_t fits_per_choice(const struct evaluation_plan *plan) {
    return plan->candidate_count > 1 ? (uint64_t)plan->candidate_count : 0;
}

uint64_t evaluation_fits(const struct evaluation_plan *plan) {
    uint64_t per_fold = 1 + fits_per_choice(plan);
    uint64_t folds = (uint64_t)plan->folds * (uint64_t)(plan->repeats + plan->permutations);
    return folds * per_fold + 1 + fits_per_choice(plan);
}

/* Trains without fold `fold` and scores it. `booster` receives what was trained; NULL: dropped. */
static enum err score_fold(struct folds *folds, int fold, const uint8_t *labels,
                           const struct evaluation_plan *plan, uint32_t seed, struct fits *fits,
                           struct weighed_booster *booster, struct score *score,
                           struct error *error) {
    struct weighed_booster own = {0};
    const struct recipe *chosen;
    const struct part *test = &folds->test[fold];
    double *log_odds = xcalloc(test->count + 1, sizeof *log_odds);
    uint8_t *test_labels = xcalloc(test->count + 1, 1);
    enum err err = folds_choose(folds, fold, labels, plan, seed, fits, &chosen, error);
    if (err == ERR_OK)
        err = fits_step(fits, error);
    if (err == ERR_OK)
        err = part_train(&folds->train[fold], labels, chosen, seed, plan->threads, &own, error);
    if (err == ERR_OK)
        err = part_predict(test, &own, log_odds, error);
    if (err == ERR_OK) {
        /* margin 0, the weighted even chance, lies at −ln w: the base rate of the training rows */
        part_labels(test, labels, test_labels);
        score_predictions(log_odds, test_labels, test->count, -log(own.weight),
                          1 / (1 + own.weight), score);
    }
    free(test_labels);
    free(log_odds);
    if (err == ERR_OK && booster)
        *booster = own;
    else
        booster_free(own.booster);
    return err;
}

/* Shuffles the labels within each fold. */
static void permute_labels(const struct folds *folds, gsl_rng *random, uint8_t *labels) {
    for (int fold = 0; fold < folds->count; fold++) {
        const struct part *part = &folds->test[fold];
        uint8_t *own = xcalloc(part->count + 1, 1);
        part_labels(part, labels, own);
        gsl_ran_shuffle(random, own, part->count, 1);
        for (size_t i = 0; i < part->count; i++)
            labels[part->rows[i]] = own[i];
        free(own);
    }
}

static enum err permutation_test(struct folds *folds, const struct evaluation_plan *plan,
                                 const uint32_t *seeds, double observed, struct fits *fits,
                                 double *p, struct error *error) {
    enum err err = ERR_OK;
    size_t rows = folds->examples->rows;
    int as_good = 0;
    *p = (double)NAN;
    if (plan->permutations == 0)
        return ERR_OK;
    uint8_t *labels = xcalloc(rows + 1, 1);
    memcpy(labels, folds->examples->labels, rows);
    gsl_rng *random = random_new(plan->seed, STREAM_PERMUTATIONS);
    for (int i = 0; err == ERR_OK && i < plan->permutations; i++) {
        double sum = 0;
        permute_labels(folds, random, labels);
        for (int fold = 0; err == ERR_OK && fold < plan->folds; fold++) {
            struct score score;
            err = score_fold(folds, fold, labels, plan, seeds[fold], fits, NULL, &score, error);
            sum += err == ERR_OK ? score.auc : 0;
        }
        as_good += sum / plan->folds >= observed;
    }
    if (err == ERR_OK)
        *p = (1.0 + as_good) / (1.0 + plan->permutations);
    gsl_rng_free(random);
    free(labels);
    return err;
}

struct spread {
    double mean, sd;
};

/* Over the field at `offset` of all scores. */
static struct spread spread_of(const struct score *scores, int count, size_t offset) {
    double *values = xcalloc((size_t)count, sizeof *values);
    for (int i = 0; i < count; i++)
        memcpy(&values[i], (const char *)&scores[i] + offset, sizeof(double));
    struct spread spread = {gsl_stats_mean(values, 1, (size_t)count),
                            count > 1 ? gsl_stats_sd(values, 1, (size_t)count) : 0};
    free(values);
    return spread;
}

/* Of the 95 % interval of a mean over folds: Var(mean of a repeat) = Σ V / K², averaged over the
 * repeats. */
static double half_width(const struct score *scores, const struct evaluation_plan *plan,
                         size_t variance_offset) {
    double variance = spread_of(scores, plan->folds * plan->repeats, variance_offset).mean;
    return gsl_cdf_ugaussian_Pinv(0.975) * sqrt(variance / plan->folds);
}

static void summarise(const struct score *scores, const struct examples *examples,
                      const struct evaluation_plan *plan, struct model_metrics *metrics) {
    int count = plan->folds * plan->repeats;
    struct spread spread;
#define SPREAD(field)                                                 \
    spread = spread_of(scores, count, offsetof(struct score, field)); \
    metrics->field = spread.mean;                                     \
    metrics->field##_sd = spread.sd
    SPREAD(accuracy);
    SPREAD(f1);
    SPREAD(precision);
    SPREAD(recall);
#undef SPREAD
    metrics->log_loss = spread_of(scores, count, offsetof(struct score, log_loss)).mean;
    metrics->base_log_loss = spread_of(scores, count, offsetof(struct score, base_log_loss)).mean;
    metrics->brier = spread_of(scores, count, offsetof(struct score, brier)).mean;
    metrics->base_brier = spread_of(scores, count, offsetof(struct score, base_brier)).mean;
    spread = spread_of(scores, count, offsetof(struct score, auc));
    double half = half_width(scores, plan, offsetof(struct score, auc_variance));
    metrics->auc =
        (struct interval){spread.mean, fmax(0, spread.mean - half), fmin(1, spread.mean + half)};
    metrics->auc_sd = spread.sd;
    double gain = metrics->base_log_loss - metrics->log_loss;
    half = half_width(scores, plan, offsetof(struct score, gain_variance));
    metrics->log_loss_gain = (struct interval){gain, gain - half, gain + half};
    double yes = 0;
    for (size_t i = 0; i < examples->rows; i++)
        yes += examples->labels[i];
    double base = yes / (double)examples->rows;
    metrics->base_rate = base;
    metrics->threshold = base;
    metrics->majority_accuracy = fmax(base, 1 - base);
    metrics->always_yes_f1 = 2 * base / (1 + base);
    metrics->folds = plan->folds;
    metrics->repeats = plan->repeats;
    metrics->permutations = plan->permutations;
    metrics->seed = plan->seed;
}

enum err evaluate(const struct examples *examples, const struct evaluation_plan *plan,
                  struct fits *fits, struct evaluation *out, struct error *error) {
    enum err err = ERR_OK;
    int count = plan->folds * plan->repeats;
    *out = (struct evaluation){.fold_count = count};
    out->metrics.p_permutation = (double)NAN;
    out->folds = xcalloc((size_t)count, sizeof *out->folds);
    struct score *scores = xcalloc((size_t)count, sizeof *scores);
    for (int repeat = 0; err == ERR_OK && repeat < plan->repeats; repeat++) {
        struct folds folds;
        uint32_t seeds[FOLDS_MAX];
        double sum = 0;
        err = folds_open(&folds, examples, plan->folds, plan->candidate_count > 1, plan->threads,
                         plan->seed, (uint64_t)repeat, error);
        for (int fold = 0; err == ERR_OK && fold < plan->folds; fold++) {
            int at = repeat * plan->folds + fold;
            seeds[fold] = random_seed(plan->seed, STREAM_FITS + (uint64_t)at);
            err = score_fold(&folds, fold, examples->labels, plan, seeds[fold], fits,
                             &out->folds[at], &scores[at], error);
            sum += scores[at].auc;
        }
        if (err == ERR_OK && repeat == 0)
            err = permutation_test(&folds, plan, seeds, sum / plan->folds, fits,
                                   &out->metrics.p_permutation, error);
        folds_close(&folds);
    }
    if (err == ERR_OK)
        summarise(scores, examples, plan, &out->metrics);
    else
        evaluation_free(out);
    free(scores);
    return err;
}

void evaluation_free(struct evaluation *evaluation) {
    for (int i = 0; i < evaluation->fold_count; i++)
        booster_free(evaluation->folds[i].booster);
    free(evaluation->folds);
    *evaluation = (struct evaluation){0};
}

enum err train_final(const struct examples *examples, const struct evaluation_plan *plan,
                     struct fits *fits, struct weighed_booster *out, struct recipe *chosen,
                     struct error *error) {
    uint32_t seed = random_seed(plan->seed, STREAM_FINAL);
    const struct recipe *best = &plan->candidates[0];
    enum err err = ERR_OK;
    *out = (struct weighed_booster){0};
    if (plan->candidate_count > 1) {
        struct folds folds;
        err = folds_open(&folds, examples, plan->folds, true, plan->threads, plan->seed, 0, error);
        if (err == ERR_OK)
            err = folds_choose(&folds, 0, examples->labels, plan, seed, fits, &best, error);
        folds_close(&folds);
    }
    struct part all = {.count = examples->rows};
    all.rows = xcalloc(examples->rows + 1, sizeof *all.rows);
    for (size_t row = 0; row < examples->rows; row++)
        all.rows[row] = row;
    if (err == ERR_OK)
        err = fits_step(fits, error);
    if (err == ERR_OK)
        err = matrix_new(examples->values, examples->rows, examples->width, plan->threads,
                         &all.matrix, error);
    if (err == ERR_OK)
        err = part_train(&all, examples->labels, best, seed, plan->threads, out, error);
    *chosen = *best;
    matrix_free(all.matrix);
    free(all.rows);
    return err;
}

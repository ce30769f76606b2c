/* The evaluation of evaluate.h: repeats of folds, then what is trained once, then permutations. */
#include "engine/learn/evaluate.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_cdf.h>

#include "base/memory.h"
#include "engine/learn/evaluate_run.h"
#include "engine/learn/importance.h"
#include "engine/learn/random.h"

enum err fits_step(struct fits *fits, uint64_t count, struct error *error) {
    fits->done += count;
    return fits_idle(fits, error);
}

enum err fits_idle(void *context, struct error *error) {
    const struct fits *fits = context;
    if (!progress_report(fits->sink, fits->phase, "fits", fits->done, fits->total))
        return error_set(error, ERR_CANCELLED, "cancelled");
    return ERR_OK;
}

/* Those that are trained once: the final booster and the split in time. */
enum { ONCE_FINAL, ONCE_TIME_SPLIT, ONCE_FITS };

uint64_t evaluation_fits(int folds, int repeats, int candidates, int permutations) {
    uint64_t choice = candidates > 1 ? (uint64_t)candidates : 0, inner = folds >= FOLDS_INNER_MIN;
    return (uint64_t)folds * (uint64_t)repeats * (choice + 1 + inner) + 2 * choice + ONCE_FITS +
           (uint64_t)folds * (uint64_t)permutations * (choice + 1);
}

uint32_t fold_seed(const struct run *run, int repeat, int fold) {
    return random_seed(run->plan->seed, STREAM_FITS + (uint64_t)(repeat * run->folds + fold));
}

/* ------------------------------------------------------------------ folds */

/* A matrix of the sales is twice as large as the sales: only the test against chance, which trains
 * on the folds of the first repeat again and again, has them kept. */
static void release(const struct run *run, struct part *part) {
    if (run->repeat > 0 || run->plan->permutations == 0)
        part_release(part);
}

static enum err train_fold(struct run *run, int fold, struct error *error) {
    struct folds *folds = &run->splits->repeats[run->repeat];
    const uint8_t *labels = run->splits->examples->labels;
    int at = run->repeat * run->folds + fold;
    struct part *test = &folds->test[fold], *train = &folds->train[fold];
    struct weighed_booster *booster = &run->out->folds[at];
    uint8_t *own = xcalloc(train->count + test->count + 1, 1);
    run->log_odds[at] = xcalloc(test->count + 1, sizeof(double));
    enum err err = part_train(train, labels, run->chosen[at], run->plan->treatment,
                              fold_seed(run, run->repeat, fold), booster, error);
    release(run, train);
    if (err == ERR_OK)
        err = part_predict(test, booster, run->log_odds[at], error);
    if (err == ERR_OK) {
        /* the even chance of balanced classes is the share of yes among the training rows */
        size_t yes = part_labels(train, labels, own);
        double odds_against = (double)(train->count - yes) / (double)yes;
        struct fold_result *result = &run->results[at];
        part_labels(test, labels, own);
        result->thresholds[THRESHOLD_EVEN] = -log(odds_against);
        score_predictions(run->log_odds[at], own, test->count, -log(odds_against),
                          1 / (1 + odds_against), &result->score);
    }
    free(own);
    return err;
}

/* Thresholds for a fold from the fold that stands in for it. */
static enum err choose_thresholds(struct run *run, int fold, struct error *error) {
    struct folds *folds = &run->splits->repeats[run->repeat];
    const uint8_t *labels = run->splits->examples->labels;
    int at = run->repeat * run->folds + fold;
    struct part *validation = &folds->test[folds_validation(folds, fold)];
    struct weighed_booster booster = {0};
    double *log_odds = xcalloc(validation->count + 1, sizeof *log_odds);
    uint8_t *own = xcalloc(validation->count + 1, 1);
    enum err err = part_train(&folds->inner[fold], labels, run->chosen[at], run->plan->treatment,
                              fold_seed(run, run->repeat, fold), &booster, error);
    if (err == ERR_OK)
        err = part_predict(validation, &booster, log_odds, error);
    part_labels(validation, labels, own);
    for (int rule = 0; err == ERR_OK && rule < THRESHOLD_RULE_COUNT; rule++)
        if (rule != THRESHOLD_EVEN)
            run->results[at].thresholds[rule] = threshold_choose(
                (enum threshold_rule)rule, log_odds, own, validation->count, &run->plan->costs);
    if (run->plan->candidate_count == 1)
        part_release(&folds->inner[fold]); /* that test does not choose either */
    else
        release(run, &folds->inner[fold]);
    booster_free(booster.booster);
    free(own);
    free(log_odds);
    return err;
}

/* First the folds, then their thresholds. */
static enum err work_fold(void *context, size_t index, struct error *error) {
    struct run *run = context;
    int job = (int)index;
    return job < run->folds ? train_fold(run, job, error)
                            : choose_thresholds(run, job - run->folds, error);
}

static enum err settle_fit(void *context, size_t index, bool *enough, struct error *error) {
    const struct run *run = context;
    (void)index;
    (void)enough;
    return fits_step(run->fits, 1, error);
}

/* What was said of the sales of one fold. */
static void keep_predictions(struct run *run, int fold) {
    struct out_of_fold *out = &run->out->predictions;
    const struct part *test = &run->splits->repeats[run->repeat].test[fold];
    int at = run->repeat * run->folds + fold;
    size_t offset = (size_t)run->repeat * out->rows;
    for (size_t i = 0; i < test->count; i++) {
        out->folds[offset + test->rows[i]] = (uint8_t)fold;
        out->log_odds[offset + test->rows[i]] = (float)run->log_odds[at][i];
    }
}

static enum err run_repeat(struct run *run, struct error *error) {
    const struct crew_jobs jobs = {work_fold, settle_fit, run};
    bool inner = run->folds >= FOLDS_INNER_MIN;
    enum err err = choose_recipes(run, error);
    if (err == ERR_OK)
        err = crew_run(run->crew, (size_t)run->folds * (inner ? 2 : 1), &jobs, error);
    for (int fold = 0; err == ERR_OK && fold < run->folds; fold++) {
        int at = run->repeat * run->folds + fold;
        struct fold_result *result = &run->results[at];
        const struct part *test = &run->splits->repeats[run->repeat].test[fold];
        uint8_t *own = xcalloc(test->count + 1, 1);
        part_labels(test, run->splits->examples->labels, own);
        for (int rule = 0; rule < THRESHOLD_RULE_COUNT; rule++)
            if (!isnan(result->thresholds[rule]))
                result->confusions[rule] =
                    confusion_at(run->log_odds[at], own, test->count, result->thresholds[rule]);
        keep_predictions(run, fold);
        free(own);
    }
    return err;
}

/* ------------------------------------------------------------------ once */

static enum err split_in_time(struct run *run, struct error *error) {
    struct splits *splits = run->splits;
    const uint8_t *labels = splits->examples->labels;
    struct time_split *split = &run->out->metrics.time_split;
    uint32_t seed = random_seed(run->plan->seed, STREAM_EARLY);
    const struct recipe *chosen = &run->plan->candidates[0];
    struct weighed_booster booster = {0};
    enum err err = ERR_OK;
    *split = splits->days;
    if (!split->possible)
        return ERR_OK;
    double *log_odds = xcalloc(splits->late.count + 1, sizeof *log_odds);
    uint8_t *own = xcalloc(splits->late.count + 1, 1);
    if (splits->early_choice) /* what is tested on must not take part in the choice */
        err = choose_alone(run->plan, &splits->early_inner, &splits->early_later, labels, seed,
                           &chosen, error);
    if (err == ERR_OK)
        err =
            part_train(&splits->early, labels, chosen, run->plan->treatment, seed, &booster, error);
    if (err == ERR_OK)
        err = part_predict(&splits->late, &booster, log_odds, error);
    if (err == ERR_OK) {
        struct score score;
        double base = (double)split->train_yes / (double)split->train_rows;
        part_labels(&splits->late, labels, own);
        score_predictions(log_odds, own, splits->late.count, log_odds_of(base), base, &score);
        double half = gsl_cdf_ugaussian_Pinv(0.975) * sqrt(score.auc_variance);
        split->auc =
            (struct interval){score.auc, fmax(0, score.auc - half), fmin(1, score.auc + half)};
        split->log_loss = score.log_loss;
        split->base_log_loss = score.base_log_loss;
        split->brier = score.brier;
        split->base_brier = score.base_brier;
    }
    booster_free(booster.booster);
    free(own);
    free(log_odds);
    return err;
}

static enum err work_once(void *context, size_t index, struct error *error) {
    struct run *run = context;
    if (index == ONCE_TIME_SPLIT)
        return split_in_time(run, error);
    return part_train(&run->splits->all, run->splits->examples->labels, run->for_all,
                      run->plan->treatment, random_seed(run->plan->seed, STREAM_FINAL),
                      &run->out->final, error);
}

/* The split in time makes a choice of its own. */
static enum err settle_once(void *context, size_t index, bool *enough, struct error *error) {
    const struct run *run = context;
    (void)enough;
    return fits_step(run->fits, 1 + (index == ONCE_TIME_SPLIT ? choice_fits(run->plan) : 0), error);
}

/* ------------------------------------------------------------------ importance */

struct importance {
    struct run *run;
    struct shap_sum sums[FOLDS_MAX];
};

static enum err work_importance(void *context, size_t index, struct error *error) {
    struct importance *importance = context;
    const struct run *run = importance->run;
    const struct examples *examples = run->splits->examples;
    const struct part *test = &run->splits->repeats[0].test[index];
    size_t most =
        importance_rows(run->plan->candidates[0].algorithm, examples->rows) / (size_t)run->folds;
    return shap_sum_add(&importance->sums[index], run->out->folds[index].booster,
                        run->plan->features, examples, test->rows, test->count, most + 1, 1, error);
}

static enum err find_importance(struct run *run, struct error *error) {
    struct model_metrics *metrics = &run->out->metrics;
    const struct features *features = run->plan->features;
    for (int field = 0; field < FEATURE_FIELD_COUNT; field++)
        metrics->gain[field] = metrics->shap[field] = (double)NAN;
    if (!features)
        return ERR_OK;
    struct importance importance = {.run = run};
    const struct crew_jobs jobs = {work_importance, NULL, &importance};
    enum err err = crew_run(run->crew, (size_t)run->folds, &jobs, error);
    struct shap_sum all = {0};
    for (int fold = 0; fold < run->folds; fold++) {
        all.rows += importance.sums[fold].rows;
        for (int field = 0; field < FEATURE_FIELD_COUNT; field++)
            all.sum[field] += importance.sums[fold].sum[field];
    }
    if (err == ERR_OK)
        shap_sum_mean(&all, features, metrics->shap);
    if (err == ERR_OK)
        err = importance_gain(run->out->final.booster, run->plan->candidates[0].algorithm, features,
                              run->splits->examples, metrics->gain, error);
    return err;
}

/* ------------------------------------------------------------------ all of it */

static void run_open(struct run *run) {
    const struct examples *examples = run->splits->examples;
    size_t count = (size_t)run->folds * (size_t)run->repeats;
    /* NOLINTNEXTLINE(bugprone-sizeof-expression): pointers are meant */
    run->chosen = xcalloc(count, sizeof *run->chosen);
    run->results = xcalloc(count, sizeof *run->results);
    run->log_odds = xcalloc(count, sizeof *run->log_odds);
    for (size_t i = 0; i < count; i++)
        for (int rule = 0; rule < THRESHOLD_RULE_COUNT; rule++)
            run->results[i].thresholds[rule] = (double)NAN;
    *run->out = (struct evaluation){.fold_count = (int)count};
    run->out->folds = xcalloc(count, sizeof *run->out->folds);
    struct out_of_fold *predictions = &run->out->predictions;
    out_of_fold_make(predictions, examples->rows, run->repeats);
    memcpy(predictions->answers, examples->labels, examples->rows);
    if (examples->sale_ids)
        memcpy(predictions->sale_ids, examples->sale_ids,
               examples->rows * sizeof *predictions->sale_ids);
}

static void run_close(struct run *run) {
    for (int i = 0; i < run->folds * run->repeats; i++)
        free(run->log_odds[i]);
    free(run->log_odds);
    free(run->results);
    free(run->chosen);
}

enum err evaluate(struct splits *splits, const struct evaluation_plan *plan, struct crew *crew,
                  struct fits *fits, struct evaluation *out, struct error *error) {
    struct run run = {.splits = splits,
                      .plan = plan,
                      .crew = crew,
                      .fits = fits,
                      .out = out,
                      .folds = splits->repeats[0].count,
                      .repeats = splits->repeat_count};
    enum err err = ERR_OK;
    run_open(&run);
    for (run.repeat = 0; err == ERR_OK && run.repeat < run.repeats; run.repeat++)
        err = run_repeat(&run, error);
    const struct crew_jobs once = {work_once, settle_once, &run};
    if (err == ERR_OK)
        err = crew_run(crew, ONCE_FITS, &once, error);
    if (err == ERR_OK)
        err = find_importance(&run, error);
    if (err == ERR_OK)
        err = permutation_test(&run, error);
    if (err == ERR_OK) {
        summarise(&run);
        out->chosen = *run.for_all;
    }
    run_close(&run);
    if (err != ERR_OK)
        evaluation_free(out);
    return err;
}

void evaluation_free(struct evaluation *evaluation) {
    for (int i = 0; i < evaluation->fold_count; i++)
        booster_free(evaluation->folds[i].booster);
    free(evaluation->folds);
    booster_free(evaluation->final.booster);
    out_of_fold_free(&evaluation->predictions);
    *evaluation = (struct evaluation){0};
}

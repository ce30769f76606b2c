/* The permutation test: labels are shuffled within the folds of the first repeat, which are
 * exchangeable there because the folds were drawn by label. Each permutation has random numbers of
 * its own, so that the order in which threads get to them does not matter. */
#include "engine/learn/permutation.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_randist.h>

#include "base/memory.h"
#include "engine/learn/evaluate_run.h"
#include "engine/learn/random.h"

bool sequential_test_take(struct sequential_test *test, bool as_good) {
    test->drawn++;
    test->reached += as_good;
    return test->reached < test->stop && test->drawn < test->planned;
}

double sequential_test_p(const struct sequential_test *test) {
    if (test->drawn == 0)
        return (double)NAN;
    if (test->reached >= test->stop)
        return (double)test->reached / test->drawn;
    return (1.0 + test->reached) / (1.0 + test->drawn);
}

/* Job i trains without fold i mod K for permutation i / K. */
struct permutations {
    struct run *run;
    double observed, sum;
    double *aucs; /* a permutation's, by fold, of those that are at work: see slot_of */
    struct sequential_test test;
};

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

static enum err work(void *context, size_t index, struct error *error) {
    const struct permutations *permutations = context;
    const struct run *run = permutations->run;
    const struct evaluation_plan *plan = run->plan;
    struct folds *folds = &run->splits->repeats[0];
    int fold = (int)(index % (size_t)folds->count);
    uint64_t number = index / (size_t)folds->count;
    size_t rows = run->splits->examples->rows;
    struct part *test = &folds->test[fold];
    struct weighed_booster booster = {0};
    const struct recipe *chosen = &plan->candidates[0];
    uint8_t *labels = xcalloc(rows + 1, 1), *own = xcalloc(test->count + 1, 1);
    double *log_odds = xcalloc(test->count + 1, sizeof *log_odds);
    uint32_t seed = fold_seed(run, 0, fold);
    memcpy(labels, run->splits->examples->labels, rows);
    gsl_rng *random = random_new(plan->seed, STREAM_PERMUTATIONS + number);
    permute_labels(folds, random, labels);
    gsl_rng_free(random);
    enum err err =
        choose_alone(plan, &folds->inner[fold], &folds->test[folds_validation(folds, fold)], labels,
                     seed, &chosen, error);
    if (err == ERR_OK)
        err =
            part_train(&folds->train[fold], labels, chosen, plan->treatment, seed, &booster, error);
    if (err == ERR_OK)
        err = part_predict(test, &booster, log_odds, error);
    if (err == ERR_OK) {
        part_labels(test, labels, own);
        permutations->aucs[index] = auc_mann_whitney(log_odds, own, test->count);
    }
    booster_free(booster.booster);
    free(log_odds);
    free(own);
    free(labels);
    return err;
}

static enum err settle(void *context, size_t index, bool *enough, struct error *error) {
    struct permutations *permutations = context;
    struct run *run = permutations->run;
    uint64_t fits = 1 + choice_fits(run->plan);
    permutations->sum += permutations->aucs[index];
    if (index % (size_t)run->folds + 1 == (size_t)run->folds) {
        bool as_good = permutations->sum / run->folds >= permutations->observed;
        permutations->sum = 0;
        *enough = !sequential_test_take(&permutations->test, as_good);
        if (*enough)
            run->fits->total -= (uint64_t)(permutations->test.planned - permutations->test.drawn) *
                                (uint64_t)run->folds * fits;
    }
    return fits_step(run->fits, fits, error);
}

/* The mean AUC of the first repeat, to the last bit as the permutations' are computed. */
static double observed_auc(const struct run *run) {
    double sum = 0;
    for (int fold = 0; fold < run->folds; fold++) {
        const struct part *test = &run->splits->repeats[0].test[fold];
        uint8_t *own = xcalloc(test->count + 1, 1);
        part_labels(test, run->splits->examples->labels, own);
        sum += auc_mann_whitney(run->log_odds[fold], own, test->count);
        free(own);
    }
    return sum / run->folds;
}

enum err permutation_test(struct run *run, struct error *error) {
    struct model_metrics *metrics = &run->out->metrics;
    struct permutations permutations = {
        .run = run,
        .observed = observed_auc(run),
        .test = {.planned = run->plan->permutations, .stop = PERMUTATION_STOP}};
    size_t count = (size_t)run->plan->permutations * (size_t)run->folds;
    permutations.aucs = xcalloc(count + 1, sizeof *permutations.aucs);
    const struct crew_jobs jobs = {work, settle, &permutations};
    enum err err = count > 0 ? crew_run(run->crew, count, &jobs, error) : ERR_OK;
    metrics->p_permutation = sequential_test_p(&permutations.test);
    metrics->permutations = permutations.test.planned;
    metrics->permutations_run = permutations.test.drawn;
    metrics->permutations_reached = permutations.test.reached;
    metrics->permutation_stop = permutations.test.stop;
    free(permutations.aucs);
    return err;
}

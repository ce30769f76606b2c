/* The choice among candidates, inside the training folds. */
#include <math.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/memory.h"
#include "engine/learn/evaluate_run.h"
#include "engine/learn/random.h"
#include "engine/learn/tuning.h"

uint64_t choice_fits(const struct evaluation_plan *plan) {
    return plan->candidate_count > 1 ? (uint64_t)plan->candidate_count : 0;
}

/* Trains one candidate and scores it on rows that it has not seen. */
static enum err try_candidate(const struct evaluation_plan *plan, int candidate, struct part *train,
                              struct part *validation, const uint8_t *labels, uint32_t seed,
                              struct score *score, struct error *error) {
    struct weighed_booster booster = {0};
    double *log_odds = xcalloc(validation->count + 1, sizeof *log_odds);
    uint8_t *own = xcalloc(validation->count + 1, 1);
    enum err err = part_train(train, labels, &plan->candidates[candidate], plan->treatment, seed,
                              &booster, error);
    if (err == ERR_OK)
        err = part_predict(validation, &booster, log_odds, error);
    if (err == ERR_OK) {
        part_labels(validation, labels, own);
        score_predictions(log_odds, own, validation->count, 0, 0.5, score);
    }
    booster_free(booster.booster);
    free(own);
    free(log_odds);
    return err;
}

enum err choose_alone(const struct evaluation_plan *plan, struct part *train,
                      struct part *validation, const uint8_t *labels, uint32_t seed,
                      const struct recipe **chosen, struct error *error) {
    double least = INFINITY;
    enum err err = ERR_OK;
    *chosen = &plan->candidates[0];
    for (int c = 0; err == ERR_OK && plan->candidate_count > 1 && c < plan->candidate_count; c++) {
        struct score score;
        err = try_candidate(plan, c, train, validation, labels, seed, &score, error);
        if (err == ERR_OK && score.log_loss < least) {
            least = score.log_loss;
            *chosen = &plan->candidates[c];
        }
    }
    return err;
}

/* The trials of one repeat: a row of candidates for each fold; with the first repeat one more row,
 * for the booster that is trained on everything. */
struct trials {
    struct run *run;
    struct trial *trials;
    bool *known;
};

static struct trial trial_at(const struct run *run, size_t index) {
    int row = (int)(index / (size_t)run->plan->candidate_count);
    return (struct trial){.repeat = run->repeat,
                          .fold = row < run->folds ? row : TRIAL_FOR_ALL,
                          .number = (int)(index % (size_t)run->plan->candidate_count)};
}

static enum err work_trial(void *context, size_t index, struct error *error) {
    struct trials *trials = context;
    const struct run *run = trials->run;
    struct trial *trial = &trials->trials[index];
    struct folds *folds = &run->splits->repeats[run->repeat];
    struct score score = {0};
    if (trials->known[index])
        return ERR_OK;
    int fold = trial->fold == TRIAL_FOR_ALL ? 0 : trial->fold;
    uint32_t seed = trial->fold == TRIAL_FOR_ALL ? random_seed(run->plan->seed, STREAM_FINAL)
                                                 : fold_seed(run, run->repeat, fold);
    int64_t started_ms = clock_elapsed_ms();
    enum err err = try_candidate(run->plan, trial->number, &folds->inner[fold],
                                 &folds->test[folds_validation(folds, fold)],
                                 run->splits->examples->labels, seed, &score, error);
    trial->log_loss = score.log_loss;
    trial->auc = score.auc;
    trial->seconds = (double)(clock_elapsed_ms() - started_ms) / 1000;
    return err;
}

static enum err settle_trial(void *context, size_t index, bool *enough, struct error *error) {
    struct trials *trials = context;
    const struct run *run = trials->run;
    const struct trial *trial = &trials->trials[index];
    enum err err = ERR_OK;
    (void)enough;
    if (run->plan->tuning && !trials->known[index])
        err = tuning_add(run->plan->tuning, trial, &run->plan->candidates[trial->number], error);
    if (err == ERR_OK && run->plan->tuning)
        tuning_tell(run->plan->tuning, trial, &run->plan->candidates[trial->number]);
    return err == ERR_OK ? fits_step(run->fits, 1, error) : err;
}

static const struct recipe *best_of(const struct run *run, const struct trial *trials) {
    const struct recipe *best = &run->plan->candidates[0];
    double least = INFINITY;
    for (int c = 0; c < run->plan->candidate_count; c++)
        if (trials[c].log_loss < least) {
            least = trials[c].log_loss;
            best = &run->plan->candidates[c];
        }
    return best;
}

enum err choose_recipes(struct run *run, struct error *error) {
    const struct evaluation_plan *plan = run->plan;
    const struct recipe **chosen = &run->chosen[run->repeat * run->folds];
    for (int fold = 0; fold < run->folds; fold++)
        chosen[fold] = &plan->candidates[0];
    if (run->repeat == 0)
        run->for_all = &plan->candidates[0];
    if (plan->candidate_count < 2)
        return ERR_OK;
    size_t candidates = (size_t)plan->candidate_count;
    size_t rows = (size_t)run->folds + (run->repeat == 0), count = rows * candidates;
    struct trials trials = {.run = run};
    trials.trials = xcalloc(count, sizeof *trials.trials);
    trials.known = xcalloc(count, sizeof *trials.known);
    for (size_t i = 0; i < count; i++) {
        trials.trials[i] = trial_at(run, i);
        trials.known[i] = plan->tuning && tuning_known(plan->tuning, &trials.trials[i]);
    }
    const struct crew_jobs jobs = {work_trial, settle_trial, &trials};
    enum err err = crew_run(run->crew, count, &jobs, error);
    for (size_t row = 0; err == ERR_OK && row < rows; row++)
        *(row < (size_t)run->folds ? &chosen[row] : &run->for_all) =
            best_of(run, &trials.trials[row * candidates]);
    free(trials.known);
    free(trials.trials);
    return err;
}

/* Searches: their identity, their trials on the way to the database, the best so far. */
#include "engine/learn/tuning.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/clock.h"
#include "base/digest.h"
#include "base/memory.h"

enum { WRITE_EVERY_MS = 500, SPACE_VERSION = 1 };

/* Trials by repeat, fold (the booster on everything last) and number. */
struct tuning {
    struct tuning_options options;
    int64_t id;
    struct trial *trials; /* log loss NaN: not known */
    struct trial *pending;
    char **parameters; /* of the pending ones */
    size_t pending_count, pending_capacity;
    int64_t written_ms;
    double best;
    int best_number;
};

static size_t trial_count(const struct tuning_options *options) {
    return (size_t)options->repeats * (size_t)(options->folds + 1) *
           (size_t)options->plan.candidate_count;
}

static struct trial *trial_of(const struct tuning *tuning, int repeat, int fold, int number) {
    const struct tuning_options *options = &tuning->options;
    int row = fold == TRIAL_FOR_ALL ? options->folds : fold;
    if (repeat < 0 || repeat >= options->repeats || row < 0 || row > options->folds || number < 0 ||
        number >= options->plan.candidate_count)
        return NULL;
    return &tuning->trials[((size_t)repeat * (size_t)(options->folds + 1) + (size_t)row) *
                               (size_t)options->plan.candidate_count +
                           (size_t)number];
}

static char *dumped(json_t *object) {
    char *json = json_dumps(object, JSON_COMPACT | JSON_REAL_PRECISION(17));
    char *text = xstrdup(json ? json : "{}");
    free(json);
    json_decref(object);
    return text;
}

/* Everything that a trial depends on, but the data; `trials` only where it is for people. */
static json_t *plan_json(const struct tuning_options *options, bool trials) {
    const struct evaluation_plan *plan = &options->plan;
    json_t *object = json_object();
    json_object_set_new(object, "method", json_string("random"));
    json_object_set_new(object, "space", json_integer(SPACE_VERSION));
    json_object_set_new(object, "target", json_string(outcome_name(options->target)));
    json_object_set_new(object, "algorithm",
                        json_string(algorithm_name(plan->candidates[0].algorithm)));
    json_object_set_new(object, "weights",
                        json_string(class_weights_name(plan->treatment.weights)));
    json_object_set_new(object, "sampling", json_string(sampling_name(plan->treatment.sampling)));
    json_object_set_new(object, "default", recipe_json(&plan->candidates[0]));
    json_object_set_new(object, "folds", json_integer(options->folds));
    json_object_set_new(object, "repeats", json_integer(options->repeats));
    json_object_set_new(object, "seed", json_integer((json_int_t)plan->seed));
    if (trials)
        json_object_set_new(object, "trials", json_integer(plan->candidate_count - 1));
    return object;
}

static void identify(const struct tuning_options *options, const struct examples *examples,
                     char identity[DIGEST_TEXT_SIZE]) {
    char *plan = dumped(plan_json(options, false));
    struct digest *digest = digest_new();
    digest_add(digest, plan, strlen(plan) + 1);
    digest_add(digest, booster_version(), strlen(booster_version()) + 1);
    digest_add(digest, examples->labels, examples->rows);
    digest_add(digest, examples->values,
               examples->rows * (size_t)examples->width * sizeof *examples->values);
    digest_end(digest, identity);
    free(plan);
}

static bool remember(void *context, const struct trial *trial) {
    const struct tuning *tuning = context;
    struct trial *own = trial_of(tuning, trial->repeat, trial->fold, trial->number);
    if (own) {
        *own = *trial;
        own->parameters = NULL;
    }
    return true;
}

/* The lock is taken for this only. */
static enum err begin(struct tuning *tuning, const char *identity, struct error *error) {
    const struct tuning_options *options = &tuning->options;
    struct db *writer;
    enum err err = db_open_writer(options->db_path, options->progress, &writer, error);
    if (err != ERR_OK)
        return err;
    struct tuning_record record = {
        .target = xstrdup(outcome_name(options->target)),
        .algorithm = xstrdup(algorithm_name(options->plan.candidates[0].algorithm)),
        .weights = xstrdup(class_weights_name(options->plan.treatment.weights)),
        .sampling = xstrdup(sampling_name(options->plan.treatment.sampling)),
        .identity = xstrdup(identity),
        .plan = dumped(plan_json(options, true)),
    };
    clock_stamp(record.started_at);
    err = db_tuning_begin(writer, &record, &tuning->id, error);
    if (err == ERR_OK)
        err = db_trials_list(writer, tuning->id, remember, tuning, error);
    tuning_record_free(&record);
    db_close(writer);
    return err;
}

enum err tuning_open(const struct tuning_options *options, const struct examples *examples,
                     struct tuning **out, struct error *error) {
    struct tuning *tuning = xcalloc(1, sizeof *tuning);
    char identity[DIGEST_TEXT_SIZE];
    size_t count = trial_count(options);
    tuning->options = *options;
    tuning->trials = xcalloc(count, sizeof *tuning->trials);
    for (size_t i = 0; i < count; i++)
        tuning->trials[i].log_loss = (double)NAN;
    tuning->written_ms = clock_elapsed_ms();
    identify(options, examples, identity);
    *out = tuning;
    enum err err = begin(tuning, identity, error);
    if (err != ERR_OK) {
        *out = NULL;
        free(tuning->trials);
        free(tuning);
    }
    return err;
}

static enum err write_pending(struct tuning *tuning, bool finished, struct error *error) {
    char now[CLOCK_STAMP_SIZE];
    struct db *writer;
    enum err err =
        db_open_writer(tuning->options.db_path, tuning->options.progress, &writer, error);
    if (err != ERR_OK)
        return err;
    clock_stamp(now);
    for (size_t i = 0; i < tuning->pending_count; i++)
        tuning->pending[i].parameters = tuning->parameters[i];
    err = db_tuning_add(writer, tuning->id, tuning->pending, tuning->pending_count,
                        finished ? now : NULL, error);
    db_close(writer);
    for (size_t i = 0; i < tuning->pending_count; i++)
        free(tuning->parameters[i]);
    tuning->pending_count = 0;
    tuning->written_ms = clock_elapsed_ms();
    return err;
}

enum err tuning_close(struct tuning *tuning, bool finished, struct error *error) {
    if (!tuning)
        return ERR_OK;
    enum err err = ERR_OK;
    if (finished || tuning->pending_count > 0)
        err = write_pending(tuning, finished, error);
    for (size_t i = 0; i < tuning->pending_count; i++)
        free(tuning->parameters[i]);
    free(tuning->pending);
    free(tuning->parameters);
    free(tuning->trials);
    free(tuning);
    return err;
}

bool tuning_known(const struct tuning *tuning, struct trial *trial) {
    const struct trial *own = trial_of(tuning, trial->repeat, trial->fold, trial->number);
    if (!own || isnan(own->log_loss))
        return false;
    *trial = *own;
    return true;
}

enum err tuning_add(struct tuning *tuning, const struct trial *trial, const struct recipe *recipe,
                    struct error *error) {
    if (tuning->pending_count == tuning->pending_capacity) {
        tuning->pending_capacity = 2 * tuning->pending_capacity + 32;
        tuning->pending =
            xreallocarray(tuning->pending, tuning->pending_capacity, sizeof *tuning->pending);
        tuning->parameters =
            xreallocarray(tuning->parameters, tuning->pending_capacity, sizeof *tuning->parameters);
    }
    tuning->pending[tuning->pending_count] = *trial;
    tuning->parameters[tuning->pending_count++] = dumped(recipe_json(recipe));
    if (clock_elapsed_ms() - tuning->written_ms < WRITE_EVERY_MS)
        return ERR_OK;
    return write_pending(tuning, false, error);
}

void tuning_tell(struct tuning *tuning, const struct trial *trial, const struct recipe *recipe) {
    const struct tuning_options *options = &tuning->options;
    char where[96], text[512];
    (void)recipe;
    if (trial->number == 0) {
        tuning->best = INFINITY;
        tuning->best_number = 0;
    }
    if (trial->log_loss < tuning->best) {
        tuning->best = trial->log_loss;
        tuning->best_number = trial->number;
    }
    if (!options->tell || trial->number != options->plan.candidate_count - 1)
        return;
    if (trial->fold == TRIAL_FOR_ALL)
        snprintf(where, sizeof where, "for the model on all sales");
    else
        snprintf(where, sizeof where, "training fold %d of %d",
                 trial->repeat * options->folds + trial->fold + 1,
                 options->folds * options->repeats);
    char *best = recipe_words(&options->plan.candidates[tuning->best_number]);
    snprintf(text, sizeof text, "%s, %s, %s: best of %d trials is %d, log loss %.5f (%s).",
             outcome_title(options->target), algorithm_name(options->plan.candidates[0].algorithm),
             where, options->plan.candidate_count, tuning->best_number, tuning->best, best);
    free(best);
    options->tell(options->context, text);
}

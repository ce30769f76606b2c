/* From trials to candidates. */
#include "engine/learn/tuning_history.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/memory.h"
#include "db/tuning.h"

enum { NUMBER_LIMIT = 100000 }; /* more is damage */

struct search {
    const struct model_summary *model;
    struct tuning_history *history;
    int64_t id;
};

static bool find(void *context, const struct tuning_record *record) {
    struct search *search = context;
    const struct model_summary *model = search->model;
    if (strcmp(record->target, outcome_name(model->target)) != 0 ||
        strcmp(record->algorithm, algorithm_name(model->algorithm)) != 0 ||
        strcmp(record->weights, class_weights_name(model->weights)) != 0 ||
        strcmp(record->sampling, sampling_name(model->sampling)) != 0)
        return true;
    search->id = record->id;
    search->history->found = true;
    search->history->finished = record->finished_at[0] != '\0';
    memcpy(search->history->started_at, record->started_at, sizeof record->started_at);
    return false;
}

static bool add(void *context, const struct trial *trial) {
    struct tuning_history *history = context;
    if (trial->number < 0 || trial->number >= NUMBER_LIMIT)
        return true;
    if (trial->number >= history->count) {
        int count = trial->number + 1;
        history->candidates =
            xreallocarray(history->candidates, (size_t)count, sizeof *history->candidates);
        for (int i = history->count; i < count; i++)
            history->candidates[i] = (struct tuning_candidate){.number = i};
        history->count = count;
    }
    struct tuning_candidate *candidate = &history->candidates[trial->number];
    candidate->tried++;
    candidate->log_loss += (trial->log_loss - candidate->log_loss) / candidate->tried;
    candidate->auc += (trial->auc - candidate->auc) / candidate->tried;
    candidate->seconds += trial->seconds;
    if (!candidate->parameters)
        candidate->parameters = xstrdup(trial->parameters);
    history->trials++;
    return true;
}

/* Numbers whose trials are not there yet go; what is left gets its best so far. */
static void finish(struct tuning_history *history) {
    int kept = 0;
    double best = INFINITY;
    history->best = -1;
    for (int i = 0; i < history->count; i++) {
        struct tuning_candidate candidate = history->candidates[i];
        if (candidate.tried == 0)
            continue;
        if (candidate.log_loss < best) {
            best = candidate.log_loss;
            history->best = kept;
        }
        candidate.best_so_far = best;
        history->candidates[kept++] = candidate;
    }
    history->count = kept;
}

enum err tuning_history_load(struct db *db, const struct model_summary *model,
                             struct tuning_history *out, struct error *error) {
    struct search search = {.model = model, .history = out};
    *out = (struct tuning_history){.best = -1};
    enum err err = db_tunings_list(db, find, &search, error);
    if (err == ERR_OK && out->found)
        err = db_trials_list(db, search.id, add, out, error);
    finish(out);
    if (err != ERR_OK)
        tuning_history_free(out);
    return err;
}

void tuning_history_free(struct tuning_history *history) {
    for (int i = 0; i < history->count; i++)
        free(history->candidates[i].parameters);
    free(history->candidates);
    *history = (struct tuning_history){.best = -1};
}

void tuning_history_sentence(const struct tuning_history *history, char *text, size_t size) {
    const char *state = history->finished ? "finished" : "running, or stopped: it can be resumed";
    if (!history->found) {
        snprintf(text, size,
                 "No parameters have been searched for: the default ones are used. T, Tune and "
                 "train, searches (or retail-pulse train --tune 30).");
        return;
    }
    if (history->best < 0) {
        snprintf(text, size, "A search has begun (%s); no trial is known yet.", state);
        return;
    }
    const struct tuning_candidate *best = &history->candidates[history->best];
    const struct tuning_candidate *first = &history->candidates[0];
    if (best->number == 0 || first->number != 0)
        snprintf(text, size,
                 "%d candidates, %lld trials (%s). None is better than the default: log loss %.4f.",
                 history->count, (long long)history->trials, state, best->log_loss);
    else
        snprintf(text, size,
                 "%d candidates, %lld trials (%s). Best: number %d, log loss %.4f against %.4f of "
                 "the default; being the best of many flatters it.",
                 history->count, (long long)history->trials, state, best->number, best->log_loss,
                 first->log_loss);
}

void tuning_parameters_text(const struct tuning_candidate *candidate, char *text, size_t size) {
    json_t *object = candidate->parameters ? json_loads(candidate->parameters, 0, NULL) : NULL;
    const char *key;
    json_t *value;
    size_t used = 0;
    text[0] = '\0';
    json_object_foreach(object, key, value) {
        if (!json_is_number(value) || used >= size)
            continue; /* booster, tree_method: the algorithm says it */
        int length = snprintf(text + used, size - used, "%s%s %.3g", used > 0 ? ", " : "", key,
                              json_number_value(value));
        used += length > 0 ? (size_t)length : 0;
    }
    json_decref(object);
}

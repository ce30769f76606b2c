/* The registry of models as people read it: verdicts and sentences. */
#include "engine/learn/models.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "db/models.h"
#include "engine/learn/metrics_json.h"

static const struct {
    const char *name, *title;
} algorithms[] = {
#define X(symbol, name, title) [ALGORITHM_##symbol] = {name, title},
    ALGORITHM_LIST(X)
#undef X
};

const char *algorithm_name(enum algorithm algorithm) {
    return algorithms[algorithm].name;
}

const char *algorithm_title(enum algorithm algorithm) {
    return algorithms[algorithm].title;
}

bool algorithm_by_name(const char *name, enum algorithm *out) {
    for (int i = 0; i < ALGORITHM_COUNT; i++)
        if (text_same(name, algorithms[i].name)) {
            *out = (enum algorithm)i;
            return true;
        }
    return false;
}

#define X(symbol, name, title) name,
static const char *const weights_names[] = {CLASS_WEIGHTS_LIST(X)};
static const char *const sampling_names[] = {SAMPLING_LIST(X)};
#undef X

static bool find(const char *name, const char *const *names, int count, int *out) {
    for (*out = 0; *out < count; ++*out)
        if (text_same(name, names[*out]))
            return true;
    return false;
}

const char *class_weights_name(enum class_weights weights) {
    return weights_names[weights];
}

bool class_weights_by_name(const char *name, enum class_weights *out) {
    int at;
    bool found = find(name, weights_names, CLASS_WEIGHTS_COUNT, &at);
    if (found)
        *out = (enum class_weights)at;
    return found;
}

const char *sampling_name(enum sampling sampling) {
    return sampling_names[sampling];
}

bool sampling_by_name(const char *name, enum sampling *out) {
    int at;
    bool found = find(name, sampling_names, SAMPLING_COUNT, &at);
    if (found)
        *out = (enum sampling)at;
    return found;
}

bool model_has_skill(const struct model_metrics *metrics) {
    return metrics->auc.low > 0.5 && metrics->p_permutation < 0.05 &&
           metrics->log_loss_gain.low > 0;
}

struct listing {
    struct model_summary *models;
    int count, capacity;
};

static bool add_model(void *context, const struct model_record *record) {
    struct listing *listing = context;
    struct model_summary model = {.id = record->id, .active = record->active, .rows = record->rows};
    if (!outcome_by_name(record->target, &model.target) ||
        !algorithm_by_name(record->algorithm, &model.algorithm) ||
        !class_weights_by_name(record->weights, &model.weights) ||
        !sampling_by_name(record->sampling, &model.sampling) ||
        !metrics_from_json(&model.metrics, record->damaged ? "{}" : record->metrics))
        return true; /* not one of ours: nothing that could be shown of it */
    model.skill = model_has_skill(&model.metrics);
    memcpy(model.trained_at, record->trained_at, sizeof model.trained_at);
    model.damaged = record->damaged;
    model.parameters = xstrdup(record->damaged ? "{}" : record->parameters);
    if (listing->count == listing->capacity) {
        listing->capacity = 2 * listing->capacity + 8;
        listing->models =
            xreallocarray(listing->models, (size_t)listing->capacity, sizeof *listing->models);
    }
    listing->models[listing->count++] = model;
    return true;
}

static int by_target_active_newest(const void *a, const void *b) {
    const struct model_summary *x = a, *y = b;
    if (x->target != y->target)
        return x->target < y->target ? -1 : 1;
    if (x->active != y->active)
        return x->active ? -1 : 1;
    int newer = strcmp(y->trained_at, x->trained_at);
    return newer != 0 ? newer : (x->id < y->id) - (x->id > y->id);
}

enum err models_list(struct db *db, struct model_summary **out, int *count, struct error *error) {
    struct listing listing = {0};
    enum err err = db_models_list(db, add_model, &listing, error);
    *out = NULL;
    *count = 0;
    if (err != ERR_OK) {
        models_free(listing.models, listing.count);
        return err;
    }
    if (listing.count > 0)
        qsort(listing.models, (size_t)listing.count, sizeof *listing.models,
              by_target_active_newest);
    *out = listing.models;
    *count = listing.count;
    return ERR_OK;
}

/* Negative where `a` is to predict rather than `b`. */
static int better(const struct model_summary *a, const struct model_summary *b) {
    if (a->skill != b->skill)
        return a->skill ? -1 : 1;
    if (a->skill && a->metrics.log_loss != b->metrics.log_loss)
        return a->metrics.log_loss < b->metrics.log_loss ? -1 : 1;
    if (a->algorithm != b->algorithm)
        return a->algorithm < b->algorithm ? -1 : 1;
    if (a->weights != b->weights)
        return a->weights < b->weights ? -1 : 1;
    return (a->sampling > b->sampling) - (a->sampling < b->sampling);
}

int models_best(const struct model_summary *models, int count, enum outcome target) {
    int best = -1;
    for (int i = 0; i < count; i++)
        if (models[i].target == target && !models[i].damaged &&
            (best < 0 || better(&models[i], &models[best]) < 0))
            best = i;
    return best;
}

void models_free_one(struct model_summary *model) {
    free(model->parameters);
    model->parameters = NULL;
}

void models_free(struct model_summary *models, int count) {
    for (int i = 0; i < count; i++)
        models_free_one(&models[i]);
    free(models);
}

void model_title(const struct model_summary *model, char *text, size_t size) {
    static const char *const sampled[SAMPLING_COUNT] = {[SAMPLING_NONE] = "",
                                                        [SAMPLING_OVER] = ", oversampled",
                                                        [SAMPLING_UNDER] = ", undersampled"};
    snprintf(text, size, "%s%s%s", algorithm_title(model->algorithm),
             model->weights == CLASS_WEIGHTS_NONE ? ", unweighted" : "", sampled[model->sampling]);
}

void model_sentence(const struct model_summary *model, char *text, size_t size) {
    const struct model_metrics *metrics = &model->metrics;
    char p[48] = "no permutation test";
    if (model->damaged) {
        snprintf(text, size, "What is stored of it is damaged: train it again.");
        return;
    }
    if (!isnan(metrics->p_permutation))
        snprintf(p, sizeof p, metrics->p_permutation < 0.001 ? "p < 0.001" : "p = %.2g",
                 metrics->p_permutation);
    const char *verdict = "better than the base rate";
    if (!model_has_skill(metrics))
        verdict = metrics->log_loss < metrics->base_log_loss
                      ? "not clearly better than the base rate"
                      : "no better than the base rate";
    snprintf(text, size, "AUC %.3f [%.3f\u2013%.3f], %s: %s.", metrics->auc.estimate,
             metrics->auc.low, metrics->auc.high, p, verdict);
}

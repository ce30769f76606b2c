/* One list of the metrics' fields makes both directions. */
#include "engine/learn/metrics_json.h"

#include <math.h>
#include <stdlib.h>

#include <jansson.h>

#include "base/memory.h"

#define REAL_LIST(X)                            \
    X(base_rate, "base_rate")                   \
    X(auc.estimate, "auc")                      \
    X(auc.low, "auc_low")                       \
    X(auc.high, "auc_high")                     \
    X(auc_sd, "auc_sd")                         \
    X(accuracy, "accuracy")                     \
    X(accuracy_sd, "accuracy_sd")               \
    X(f1, "f1")                                 \
    X(f1_sd, "f1_sd")                           \
    X(precision, "precision")                   \
    X(precision_sd, "precision_sd")             \
    X(recall, "recall")                         \
    X(recall_sd, "recall_sd")                   \
    X(log_loss, "log_loss")                     \
    X(base_log_loss, "base_log_loss")           \
    X(log_loss_gain.estimate, "log_loss_gain")  \
    X(log_loss_gain.low, "log_loss_gain_low")   \
    X(log_loss_gain.high, "log_loss_gain_high") \
    X(brier, "brier")                           \
    X(base_brier, "base_brier")                 \
    X(threshold, "threshold")                   \
    X(majority_accuracy, "majority_accuracy")   \
    X(always_yes_f1, "always_yes_f1")           \
    X(p_permutation, "p_permutation")

#define WHOLE_LIST(X)               \
    X(folds, "folds")               \
    X(repeats, "repeats")           \
    X(permutations, "permutations") \
    X(tuned_trials, "tuned_trials")

char *metrics_json(const struct model_metrics *metrics) {
    json_t *object = json_object();
#define X(field, name)                \
    json_object_set_new(object, name, \
                        isfinite(metrics->field) ? json_real(metrics->field) : json_null());
    REAL_LIST(X)
#undef X
#define X(field, name) json_object_set_new(object, name, json_integer(metrics->field));
    WHOLE_LIST(X)
#undef X
    json_object_set_new(object, "seed", json_integer((json_int_t)metrics->seed));
    char *dumped = json_dumps(object, JSON_COMPACT | JSON_REAL_PRECISION(17));
    char *text = xstrdup(dumped ? dumped : "{}");
    free(dumped);
    json_decref(object);
    return text;
}

static double real_or_nan(const json_t *value) {
    return json_is_number(value) ? json_number_value(value) : (double)NAN;
}

bool metrics_from_json(struct model_metrics *metrics, const char *json) {
    *metrics = (struct model_metrics){0};
    json_t *object = json_loads(json, 0, NULL);
    if (!json_is_object(object)) {
        json_decref(object);
        return false;
    }
#define X(field, name) metrics->field = real_or_nan(json_object_get(object, name));
    REAL_LIST(X)
#undef X
#define X(field, name) metrics->field = (int)json_integer_value(json_object_get(object, name));
    WHOLE_LIST(X)
#undef X
    metrics->seed = (uint64_t)json_integer_value(json_object_get(object, "seed"));
    json_decref(object);
    return true;
}

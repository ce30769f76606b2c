/* One list of the metrics' fields makes both directions. */
#include "engine/learn/metrics_json.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/memory.h"

/* What a threshold makes of the answers. */
#define ANSWERS_LIST(X)             \
    X(accuracy, "accuracy")         \
    X(accuracy_sd, "accuracy_sd")   \
    X(f1, "f1")                     \
    X(f1_sd, "f1_sd")               \
    X(precision, "precision")       \
    X(precision_sd, "precision_sd") \
    X(recall, "recall")             \
    X(recall_sd, "recall_sd")       \
    X(mcc, "mcc")                   \
    X(mcc_sd, "mcc_sd")

#define REAL_LIST(X)                            \
    X(base_rate, "base_rate")                   \
    X(auc.estimate, "auc")                      \
    X(auc.low, "auc_low")                       \
    X(auc.high, "auc_high")                     \
    X(auc_sd, "auc_sd")                         \
    X(pr_auc, "pr_auc")                         \
    X(pr_auc_sd, "pr_auc_sd")                   \
    ANSWERS_LIST(X)                             \
    X(log_loss, "log_loss")                     \
    X(base_log_loss, "base_log_loss")           \
    X(log_loss_gain.estimate, "log_loss_gain")  \
    X(log_loss_gain.low, "log_loss_gain_low")   \
    X(log_loss_gain.high, "log_loss_gain_high") \
    X(log_loss_skill, "log_loss_skill")         \
    X(brier, "brier")                           \
    X(base_brier, "base_brier")                 \
    X(brier_skill, "brier_skill")               \
    X(threshold, "threshold")                   \
    X(cost_false_yes, "cost_false_yes")         \
    X(cost_missed_yes, "cost_missed_yes")       \
    X(majority_accuracy, "majority_accuracy")   \
    X(always_yes_f1, "always_yes_f1")           \
    X(p_permutation, "p_permutation")

#define WHOLE_LIST(X)                               \
    X(folds, "folds")                               \
    X(repeats, "repeats")                           \
    X(permutations, "permutations")                 \
    X(permutations_run, "permutations_run")         \
    X(permutations_reached, "permutations_reached") \
    X(permutation_stop, "permutation_stop")         \
    X(tuned_trials, "tuned_trials")

#define POINT_LIST(X)         \
    X(threshold, "threshold") \
    ANSWERS_LIST(X)           \
    X(true_yes, "true_yes")   \
    X(false_yes, "false_yes") \
    X(true_no, "true_no")     \
    X(missed_yes, "missed_yes")

#define SPLIT_REAL_LIST(X)            \
    X(auc.estimate, "auc")            \
    X(auc.low, "auc_low")             \
    X(auc.high, "auc_high")           \
    X(log_loss, "log_loss")           \
    X(base_log_loss, "base_log_loss") \
    X(brier, "brier")                 \
    X(base_brier, "base_brier")

#define SPLIT_WHOLE_LIST(X)     \
    X(train_rows, "train_rows") \
    X(train_yes, "train_yes")   \
    X(test_rows, "test_rows")   \
    X(test_yes, "test_yes")

#define SPLIT_DAY_LIST(X)              \
    X(train_first, "train_first_date") \
    X(train_last, "train_last_date")   \
    X(test_first, "test_first_date")   \
    X(test_last, "test_last_date")

static json_t *real_or_null(double value) {
    return isfinite(value) ? json_real(value) : json_null();
}

/* ------------------------------------------------------------------ writing */

static json_t *points_json(const struct model_metrics *metrics) {
    json_t *list = json_array();
    for (int rule = 0; rule < THRESHOLD_RULE_COUNT; rule++) {
        const struct operating_point *point = &metrics->points[rule];
        if (isnan(point->accuracy))
            continue;
        json_t *object = json_object();
        json_object_set_new(object, "rule",
                            json_string(threshold_rule_name((enum threshold_rule)rule)));
#define X(field, name) json_object_set_new(object, name, real_or_null(point->field));
        POINT_LIST(X)
#undef X
        json_array_append_new(list, object);
    }
    return list;
}

static json_t *split_json(const struct time_split *split) {
    json_t *object = json_object();
    char day[DATE_ISO_SIZE];
    json_object_set_new(object, "possible", json_boolean(split->possible));
    if (!split->possible)
        return object;
#define X(field, name)           \
    date_iso(split->field, day); \
    json_object_set_new(object, name, json_string(day));
    SPLIT_DAY_LIST(X)
#undef X
#define X(field, name) json_object_set_new(object, name, json_integer(split->field));
    SPLIT_WHOLE_LIST(X)
#undef X
#define X(field, name) json_object_set_new(object, name, real_or_null(split->field));
    SPLIT_REAL_LIST(X)
#undef X
    return object;
}

static json_t *importance_json(const struct model_metrics *metrics) {
    json_t *list = json_array();
    for (int field = 0; field < FEATURE_FIELD_COUNT; field++) {
        json_t *object;
        if (isnan(metrics->gain[field]) && isnan(metrics->shap[field]))
            continue;
        object = json_object();
        json_object_set_new(object, "feature",
                            json_string(feature_field_name((enum feature_field)field)));
        json_object_set_new(object, "gain", real_or_null(metrics->gain[field]));
        json_object_set_new(object, "mean_abs_shap", real_or_null(metrics->shap[field]));
        json_array_append_new(list, object);
    }
    return list;
}

char *metrics_json(const struct model_metrics *metrics) {
    json_t *object = json_object();
#define X(field, name) json_object_set_new(object, name, real_or_null(metrics->field));
    REAL_LIST(X)
#undef X
#define X(field, name) json_object_set_new(object, name, json_integer(metrics->field));
    WHOLE_LIST(X)
#undef X
    json_object_set_new(object, "seed", json_integer((json_int_t)metrics->seed));
    json_object_set_new(object, "sampled_from", json_integer(metrics->sampled_from));
    json_object_set_new(object, "threshold_rule",
                        json_string(threshold_rule_name(metrics->threshold_rule)));
    json_object_set_new(object, "operating_points", points_json(metrics));
    json_object_set_new(object, "time_split", split_json(&metrics->time_split));
    json_object_set_new(object, "importance", importance_json(metrics));
    char *dumped = json_dumps(object, JSON_COMPACT | JSON_REAL_PRECISION(17));
    char *text = xstrdup(dumped ? dumped : "{}");
    free(dumped);
    json_decref(object);
    return text;
}

/* ------------------------------------------------------------------ reading */

static double real_or_nan(const json_t *value) {
    return json_is_number(value) ? json_number_value(value) : (double)NAN;
}

/* The position of a string among the names of a list; −1 where it is none of them. */
static int named(const json_t *value, const char *(*name)(int), int count) {
    for (int i = 0; json_is_string(value) && i < count; i++)
        if (strcmp(name(i), json_string_value(value)) == 0)
            return i;
    return -1;
}

static const char *rule_at(int rule) {
    return threshold_rule_name((enum threshold_rule)rule);
}

static const char *field_at(int field) {
    return feature_field_name((enum feature_field)field);
}

static void read_points(struct model_metrics *metrics, const json_t *list) {
    size_t i;
    json_t *object;
    for (int rule = 0; rule < THRESHOLD_RULE_COUNT; rule++) {
#define X(field, name) metrics->points[rule].field = (double)NAN;
        POINT_LIST(X)
#undef X
    }
    json_array_foreach(list, i, object) {
        int rule = named(json_object_get(object, "rule"), rule_at, THRESHOLD_RULE_COUNT);
        if (rule < 0)
            continue;
#define X(field, name) metrics->points[rule].field = real_or_nan(json_object_get(object, name));
        POINT_LIST(X)
#undef X
    }
}

static void read_split(struct time_split *split, const json_t *object) {
    bool dates = true;
    const char *text, *reason;
#define X(field, name)                                       \
    text = json_string_value(json_object_get(object, name)); \
    dates = dates && text && date_parse(text, DATE_YMD, &split->field, &reason);
    SPLIT_DAY_LIST(X)
#undef X
#define X(field, name) split->field = json_integer_value(json_object_get(object, name));
    SPLIT_WHOLE_LIST(X)
#undef X
#define X(field, name) split->field = real_or_nan(json_object_get(object, name));
    SPLIT_REAL_LIST(X)
#undef X
    split->possible = dates && json_is_true(json_object_get(object, "possible"));
}

static void read_importance(struct model_metrics *metrics, const json_t *list) {
    size_t i;
    json_t *object;
    for (int field = 0; field < FEATURE_FIELD_COUNT; field++)
        metrics->gain[field] = metrics->shap[field] = (double)NAN;
    json_array_foreach(list, i, object) {
        int field = named(json_object_get(object, "feature"), field_at, FEATURE_FIELD_COUNT);
        if (field < 0)
            continue;
        metrics->gain[field] = real_or_nan(json_object_get(object, "gain"));
        metrics->shap[field] = real_or_nan(json_object_get(object, "mean_abs_shap"));
    }
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
    metrics->sampled_from = json_integer_value(json_object_get(object, "sampled_from"));
    int rule = named(json_object_get(object, "threshold_rule"), rule_at, THRESHOLD_RULE_COUNT);
    metrics->threshold_rule = rule < 0 ? THRESHOLD_EVEN : (enum threshold_rule)rule;
    read_points(metrics, json_object_get(object, "operating_points"));
    read_split(&metrics->time_split, json_object_get(object, "time_split"));
    read_importance(metrics, json_object_get(object, "importance"));
    json_decref(object);
    return true;
}

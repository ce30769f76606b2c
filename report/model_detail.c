/* `retail-pulse models --detail`: curves, calibration, confusion, importance, split in time. */
#include "report/model_detail.h"

#include <math.h>
#include <stdio.h>

#include "engine/learn/model_detail.h"
#include "engine/learn/score.h"
#include "engine/learn/tuning_history.h"

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))

/* A probability again, where the threshold is one of log odds. */
static double probability(double log_odds) {
    return logistic(log_odds);
}

static void add_curves(struct document *document, const struct model_detail *detail) {
    static const struct column roc[] = {
        {.key = "false_yes_rate", .title = "False yes", .kind = KIND_SHARE},
        {.key = "recall", .title = "Recall", .kind = KIND_SHARE},
        {.key = "threshold", .title = "From", .kind = KIND_REAL, .decimals = 4}};
    static const struct column precision_recall[] = {
        {.key = "recall", .title = "Recall", .kind = KIND_SHARE},
        {.key = "precision", .title = "Precision", .kind = KIND_SHARE},
        {.key = "threshold", .title = "From", .kind = KIND_REAL, .decimals = 4}};
    document_sentence(document,
                      "Curves are means over %d folds, %d time%s, of %lld sales, each predicted by "
                      "a model that had not seen it: AUC %.3f [%.3f–%.3f], average precision %.3f "
                      "[%.3f–%.3f] (%.3f without skill).",
                      detail->folds, detail->repeats, detail->repeats == 1 ? "" : "s",
                      (long long)detail->sales, detail->auc.estimate, detail->auc.low,
                      detail->auc.high, detail->average_precision.estimate,
                      detail->average_precision.low, detail->average_precision.high,
                      (double)detail->yes / (double)detail->sales);
    struct table *table = document_table(document, "roc", "ROC curve", roc, COUNT_OF(roc));
    for (int i = 0; i < detail->roc.count; i++) {
        const struct curve_point *point = &detail->roc.points[i];
        table_real(table, point->x);
        table_real(table, point->y);
        table_real(table, isinf(point->threshold) ? (double)NAN : probability(point->threshold));
    }
    table = document_table(document, "precision_recall", "Precision-recall curve", precision_recall,
                           COUNT_OF(precision_recall));
    for (int i = 0; i < detail->precision_recall.count; i++) {
        const struct curve_point *point = &detail->precision_recall.points[i];
        table_real(table, point->x);
        table_real(table, point->y);
        table_real(table, probability(point->threshold));
    }
}

static json_t *interval_json(const char *key, struct interval interval, json_t *object) {
    char name[64];
    const double values[] = {interval.estimate, interval.low, interval.high};
    static const char *const ends[] = {"", "_low", "_high"};
    for (int i = 0; i < 3; i++) {
        snprintf(name, sizeof name, "%s%s", key, ends[i]);
        json_object_set_new(object, name, isfinite(values[i]) ? json_real(values[i]) : json_null());
    }
    return object;
}

static void add_calibration(struct document *document, const struct model_summary *model,
                            const struct calibration *calibration) {
    static const struct column bins[] = {
        {.key = "low", .title = "", .kind = KIND_SHARE, .hidden = NOT_IN_TEXT},
        {.key = "high", .title = "", .kind = KIND_SHARE, .hidden = NOT_IN_TEXT},
        {.key = "predicted", .title = "Predicted", .kind = KIND_SHARE},
        {.key = "observed",
         .title = "Came true",
         .kind = KIND_SHARE,
         .low = "observed_low",
         .high = "observed_high"},
        {.key = "sales", .title = "Sales", .kind = KIND_REAL}};
    char sentence[320];
    calibration_sentence(calibration, model->skill, model->metrics.base_rate, sentence,
                         sizeof sentence);
    struct table *table =
        document_table(document, "calibration_bins", "Calibration", bins, COUNT_OF(bins));
    for (int i = 0; i < calibration->bin_count; i++) {
        const struct calibration_bin *bin = &calibration->bins[i];
        table_real(table, bin->low);
        table_real(table, bin->high);
        table_real(table, bin->predicted);
        table_interval(table, bin->observed);
        table_real(table, bin->sales);
    }
    document_sentence(document, "%s", sentence);
    if (isfinite(calibration->slope.estimate))
        document_sentence(document,
                          "Slope %.2f [%.2f to %.2f] (1 is right, 0 tells nothing), intercept %.2f "
                          "[%.2f to %.2f]; Spiegelhalter's z %.2f, p %s%.3f.",
                          calibration->slope.estimate, calibration->slope.low,
                          calibration->slope.high, calibration->intercept.estimate,
                          calibration->intercept.low, calibration->intercept.high, calibration->z,
                          calibration->p < 0.001 ? "below " : "", fmax(calibration->p, 0.001));
    json_t *object = json_object();
    json_object_set_new(object, "expected_error", json_real(calibration->expected_error));
    interval_json("slope", calibration->slope, object);
    interval_json("intercept", calibration->intercept, object);
    json_object_set_new(object, "z",
                        isfinite(calibration->z) ? json_real(calibration->z) : json_null());
    json_object_set_new(object, "p",
                        isfinite(calibration->p) ? json_real(calibration->p) : json_null());
    json_object_set_new(object, "sentence", json_string(sentence));
    document_json(document, "calibration", object);
}

static const struct column point_columns[] = {
    {.key = "rule", .title = "Yes by"},
    {.key = "threshold", .title = "from", .kind = KIND_REAL, .decimals = 4},
    {.key = "true_yes", .title = "True yes", .kind = KIND_REAL},
    {.key = "false_yes", .title = "False yes", .kind = KIND_REAL},
    {.key = "missed_yes", .title = "Missed yes", .kind = KIND_REAL},
    {.key = "true_no", .title = "True no", .kind = KIND_REAL},
    {.key = "precision", .minor = true, .title = "Precision", .kind = KIND_REAL, .decimals = 3},
    {.key = "recall", .minor = true, .title = "Recall", .kind = KIND_REAL, .decimals = 3},
    {.key = "f1", .minor = true, .title = "F1", .kind = KIND_REAL, .decimals = 3},
    {.key = "accuracy", .minor = true, .title = "Accuracy", .kind = KIND_REAL, .decimals = 3},
    {.key = "mcc", .minor = true, .title = "Agree (MCC)", .kind = KIND_CHANGE, .decimals = 3}};

static void add_points(struct document *document, const struct model_metrics *metrics) {
    struct table *table = document_table(
        document, "operating_points",
        "Answers by rule, the threshold chosen inside the training folds; sales are means of the "
        "repeats, ratios means of the folds",
        point_columns, COUNT_OF(point_columns));
    for (int rule = 0; rule < THRESHOLD_RULE_COUNT; rule++) {
        const struct operating_point *point = &metrics->points[rule];
        if (isnan(point->accuracy))
            continue;
        table_text(table, threshold_rule_name((enum threshold_rule)rule));
        table_real(table, point->threshold);
        table_real(table, point->true_yes);
        table_real(table, point->false_yes);
        table_real(table, point->missed_yes);
        table_real(table, point->true_no);
        table_real(table, point->precision);
        table_real(table, point->recall);
        table_real(table, point->f1);
        table_real(table, point->accuracy);
        table_real(table, point->mcc);
    }
}

/* Answering yes to the tenth, the fifth … of the sales with the highest predictions. */
static void add_cuts(struct document *document, const struct model_detail *detail) {
    static const struct column columns[] = {
        {.key = "share_yes", .title = "Answered yes", .kind = KIND_SHARE},
        {.key = "threshold", .title = "from", .kind = KIND_REAL, .decimals = 4},
        {.key = "true_yes", .title = "True yes", .kind = KIND_REAL},
        {.key = "false_yes", .title = "False yes", .kind = KIND_REAL},
        {.key = "missed_yes", .title = "Missed yes", .kind = KIND_REAL},
        {.key = "true_no", .title = "True no", .kind = KIND_REAL},
        {.key = "precision", .minor = true, .title = "Precision", .kind = KIND_REAL, .decimals = 3},
        {.key = "recall", .minor = true, .title = "Recall", .kind = KIND_REAL, .decimals = 3},
        {.key = "mcc", .minor = true, .title = "Agree (MCC)", .kind = KIND_CHANGE, .decimals = 3}};
    struct table *table = document_table(document, "confusion",
                                         "Confusion, by how many are answered yes; sales are means "
                                         "of the repeats",
                                         columns, COUNT_OF(columns));
    for (int i = 0; i < DETAIL_CUTS; i += 10) {
        const struct operating_point *cut = &detail->cuts[i];
        table_real(table, (cut->true_yes + cut->false_yes) / (double)detail->sales);
        table_real(table, cut->threshold);
        table_real(table, cut->true_yes);
        table_real(table, cut->false_yes);
        table_real(table, cut->missed_yes);
        table_real(table, cut->true_no);
        table_real(table, cut->precision);
        table_real(table, cut->recall);
        table_real(table, cut->mcc);
    }
    char sentence[256];
    confusion_sentence(&detail->chosen, sentence, sizeof sentence);
    document_sentence(document, "At the model's own threshold, %.4f: %s", detail->chosen.threshold,
                      sentence);
}

static void add_importance(struct document *document, const struct model_summary *model) {
    bool linear = model->algorithm == ALGORITHM_LINEAR;
    static const struct column columns[] = {
        {.key = "feature", .title = "Field"},
        {.key = "gain", .title = "Share of gain", .kind = KIND_SHARE},
        {.key = "mean_abs_shap", .title = "Mean |SHAP|", .kind = KIND_REAL, .decimals = 4}};
    struct table *table = document_table(
        document, "importance",
        linear ? "What it leans on (a linear model has no gain: coefficient × standard deviation)"
               : "What it leans on (large does not mean useful)",
        columns, COUNT_OF(columns));
    for (int field = 0; field < FEATURE_FIELD_COUNT; field++) {
        if (isnan(model->metrics.gain[field]) && isnan(model->metrics.shap[field]))
            continue;
        table_text(table, feature_field_name((enum feature_field)field));
        table_real(table, model->metrics.gain[field]);
        table_real(table, model->metrics.shap[field]);
    }
}

static void add_split(struct document *document, const struct time_split *split) {
    static const struct column columns[] = {
        {.key = "part", .title = "Split in time"},
        {.key = "first_date", .title = "from"},
        {.key = "last_date", .title = "to"},
        {.key = "sales", .title = "Sales", .kind = KIND_COUNT},
        {.key = "yes", .title = "Yes", .kind = KIND_COUNT},
        {.key = "auc",
         .title = "AUC",
         .kind = KIND_REAL,
         .decimals = 3,
         .low = "auc_low",
         .high = "auc_high"},
        {.key = "log_loss", .title = "Log loss", .kind = KIND_REAL, .decimals = 4},
        {.key = "base_log_loss", .title = "base", .kind = KIND_REAL, .decimals = 4},
        {.key = "brier", .minor = true, .title = "Brier", .kind = KIND_REAL, .decimals = 4},
        {.key = "base_brier", .minor = true, .title = "base", .kind = KIND_REAL, .decimals = 4}};
    char sentence[256];
    struct table *table = document_table(document, "time_split", NULL, columns, COUNT_OF(columns));
    if (split->possible) {
        table_text(table, "learnt from");
        table_day(table, split->train_first);
        table_day(table, split->train_last);
        table_integer(table, split->train_rows);
        table_integer(table, split->train_yes);
        for (int i = 0; i < 5; i++)
            table_unknown(table);
        table_text(table, "tested on");
        table_day(table, split->test_first);
        table_day(table, split->test_last);
        table_integer(table, split->test_rows);
        table_integer(table, split->test_yes);
        table_interval(table, split->auc);
        table_real(table, split->log_loss);
        table_real(table, split->base_log_loss);
        table_real(table, split->brier);
        table_real(table, split->base_brier);
    } else {
        table->hidden |= NOT_IN_TEXT;
    }
    time_split_sentence(split, sentence, sizeof sentence);
    document_sentence(document, "%s", sentence);
}

static enum err add_tuning(struct document *document, struct db *db,
                           const struct model_summary *model, struct error *error) {
    static const struct column columns[] = {
        {.key = "number", .title = "No.", .kind = KIND_NUMBER},
        {.key = "folds_tried", .title = "Folds", .kind = KIND_NUMBER},
        {.key = "log_loss", .title = "Log loss", .kind = KIND_REAL, .decimals = 4},
        {.key = "best_so_far", .title = "Best so far", .kind = KIND_REAL, .decimals = 4},
        {.key = "auc", .title = "AUC", .kind = KIND_REAL, .decimals = 3},
        {.key = "seconds", .title = "Seconds", .kind = KIND_REAL, .decimals = 1},
        {.key = "parameters", .title = "", .kind = KIND_JSON}};
    struct tuning_history history;
    char sentence[320];
    enum err err = tuning_history_load(db, model, &history, error);
    if (err != ERR_OK)
        return err;
    struct table *table =
        document_table(document, "tuning", "Search for parameters", columns, COUNT_OF(columns));
    table->hidden = history.count == 0 ? NOT_IN_TEXT : 0;
    for (int i = 0; i < history.count; i++) {
        const struct tuning_candidate *candidate = &history.candidates[i];
        table_integer(table, candidate->number);
        table_integer(table, candidate->tried);
        table_real(table, candidate->log_loss);
        table_real(table, candidate->best_so_far);
        table_real(table, candidate->auc);
        table_real(table, candidate->seconds);
        table_json(table,
                   candidate->parameters ? json_loads(candidate->parameters, 0, NULL) : NULL);
    }
    tuning_history_sentence(&history, sentence, sizeof sentence);
    document_sentence(document, "%s", sentence);
    tuning_history_free(&history);
    return ERR_OK;
}

enum err model_detail_add(struct document *document, struct db *db,
                          const struct model_summary *model, int curve_points,
                          struct error *error) {
    struct model_detail detail;
    enum err err = model_detail_load(db, model, curve_points, &detail, error);
    if (err != ERR_OK)
        return err;
    if (detail.available) {
        add_curves(document, &detail);
        add_calibration(document, model, &detail.calibration);
        add_cuts(document, &detail);
    } else {
        document_sentence(document, "%s", detail.problem);
    }
    if (!model->damaged) {
        add_points(document, &model->metrics);
        add_importance(document, model);
        add_split(document, &model->metrics.time_split);
    }
    model_detail_free(&detail);
    return add_tuning(document, db, model, error);
}

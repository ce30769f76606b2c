#include "report/models.h"

#include <math.h>
#include <stdlib.h>

#include "db/sales.h"
#include "engine/learn/leaderboard.h"
#include "engine/learn/score.h"
#include "report/model_detail.h"

static const struct column columns[] = {
    {.key = "target", .title = "Target"},
    {.key = "algorithm", .title = "Algorithm"},
    {.key = "active", .minor = true, .title = "Active", .kind = KIND_FLAG},
    {.key = "trained_at", .title = "Trained"},
    {.key = "rows", .minor = true, .title = "Sales", .kind = KIND_COUNT},
    {.key = "auc",
     .title = "AUC",
     .kind = KIND_REAL,
     .decimals = 3,
     .low = "auc_low",
     .high = "auc_high"},
    {.key = "auc_sd", .title = "", .kind = KIND_REAL, .hidden = NOT_IN_TEXT},
    {.key = "p_permutation", .title = "p", .kind = KIND_P},
    {.key = "log_loss", .minor = true, .title = "Log loss", .kind = KIND_REAL, .decimals = 4},
    {.key = "base_log_loss", .minor = true, .title = "base", .kind = KIND_REAL, .decimals = 4},
    {.key = "brier", .title = "", .kind = KIND_REAL, .hidden = NOT_IN_TEXT},
    {.key = "base_brier", .title = "", .kind = KIND_REAL, .hidden = NOT_IN_TEXT},
    {.key = "accuracy", .minor = true, .title = "Accuracy", .kind = KIND_REAL, .decimals = 3},
    {.key = "accuracy_sd", .title = "", .kind = KIND_REAL, .hidden = NOT_IN_TEXT},
    {.key = "majority_accuracy",
     .minor = true,
     .title = "majority",
     .kind = KIND_REAL,
     .decimals = 3,
     .hidden = NOT_IN_JSON},
    {.key = "f1", .minor = true, .title = "F1", .kind = KIND_REAL, .decimals = 3},
    {.key = "f1_sd", .title = "", .kind = KIND_REAL, .hidden = NOT_IN_TEXT},
    {.key = "always_yes_f1",
     .minor = true,
     .title = "always yes",
     .kind = KIND_REAL,
     .decimals = 3,
     .hidden = NOT_IN_JSON},
    {.key = "precision", .title = "", .kind = KIND_REAL, .hidden = NOT_IN_TEXT},
    {.key = "precision_sd", .title = "", .kind = KIND_REAL, .hidden = NOT_IN_TEXT},
    {.key = "recall", .title = "", .kind = KIND_REAL, .hidden = NOT_IN_TEXT},
    {.key = "recall_sd", .title = "", .kind = KIND_REAL, .hidden = NOT_IN_TEXT},
    {.key = "threshold", .title = "", .kind = KIND_REAL, .hidden = NOT_IN_TEXT},
    {.key = "base_rate", .title = "", .kind = KIND_REAL, .hidden = NOT_IN_TEXT},
    {.key = "folds", .title = "", .kind = KIND_NUMBER, .hidden = NOT_IN_TEXT},
    {.key = "repeats", .title = "", .kind = KIND_NUMBER, .hidden = NOT_IN_TEXT},
    {.key = "permutations", .title = "", .kind = KIND_NUMBER, .hidden = NOT_IN_TEXT},
    {.key = "tuned_trials", .title = "", .kind = KIND_NUMBER, .hidden = NOT_IN_TEXT},
    {.key = "seed", .title = "", .kind = KIND_NUMBER, .hidden = NOT_IN_TEXT},
    {.key = "id", .title = "", .kind = KIND_NUMBER},
    {.key = "weights", .title = ""},
    {.key = "sampling", .title = ""},
    {.key = "pr_auc", .title = "", .kind = KIND_REAL, .low = "pr_auc_low", .high = "pr_auc_high"},
    {.key = "mcc", .title = "", .kind = KIND_REAL},
    {.key = "mcc_sd", .title = "", .kind = KIND_REAL},
    {.key = "log_loss_skill", .title = "", .kind = KIND_REAL},
    {.key = "brier_skill", .title = "", .kind = KIND_REAL},
    {.key = "log_loss_gain",
     .title = "",
     .kind = KIND_REAL,
     .low = "log_loss_gain_low",
     .high = "log_loss_gain_high"},
    {.key = "threshold_rule", .title = ""},
    {.key = "permutations_run", .title = "", .kind = KIND_NUMBER},
    {.key = "sampled_from", .title = "", .kind = KIND_NUMBER},
    {.key = "baselines", .title = "", .kind = KIND_JSON},
    {.key = "verdict", .title = "Verdict"},
    {.key = "parameters", .title = "", .kind = KIND_JSON},
};

static void row_add(struct table *table, const struct model_summary *model) {
    const struct model_metrics *metrics = &model->metrics;
    table_text(table, outcome_name(model->target));
    table_text(table, algorithm_name(model->algorithm));
    table_flag(table, model->active);
    table_text(table, model->trained_at);
    table_integer(table, model->rows);
    table_interval(table, metrics->auc);
    table_real(table, metrics->auc_sd);
    table_real(table, metrics->p_permutation);
    table_real(table, metrics->log_loss);
    table_real(table, metrics->base_log_loss);
    table_real(table, metrics->brier);
    table_real(table, metrics->base_brier);
    table_real(table, metrics->accuracy);
    table_real(table, metrics->accuracy_sd);
    table_real(table, metrics->majority_accuracy);
    table_real(table, metrics->f1);
    table_real(table, metrics->f1_sd);
    table_real(table, metrics->always_yes_f1);
    table_real(table, metrics->precision);
    table_real(table, metrics->precision_sd);
    table_real(table, metrics->recall);
    table_real(table, metrics->recall_sd);
    table_real(table, metrics->threshold);
    table_real(table, metrics->base_rate);
    table_integer(table, metrics->folds);
    table_integer(table, metrics->repeats);
    table_integer(table, metrics->permutations);
    table_integer(table, metrics->tuned_trials);
    table_integer(table, (int64_t)metrics->seed);
    table_integer(table, model->id);
    table_text(table, class_weights_name(model->weights));
    table_text(table, sampling_name(model->sampling));
    int64_t yes = isnan(metrics->base_rate) ? 0 : llround((double)model->rows * metrics->base_rate);
    table_interval(table, average_precision_interval(metrics->pr_auc, yes));
    table_real(table, metrics->mcc);
    table_real(table, metrics->mcc_sd);
    table_real(table, metrics->log_loss_skill);
    table_real(table, metrics->brier_skill);
    table_interval(table, metrics->log_loss_gain);
    table_text(table, threshold_rule_name(metrics->threshold_rule));
    table_integer(table, metrics->permutations_run);
    if (metrics->sampled_from > 0)
        table_integer(table, metrics->sampled_from);
    else
        table_unknown(table);
    json_t *baselines = json_object();
    json_object_set_new(baselines, "majority_accuracy", json_real(metrics->majority_accuracy));
    json_object_set_new(baselines, "always_yes_f1", json_real(metrics->always_yes_f1));
    table_json(table, baselines);
    table_text(table, model->damaged ? "damaged" : model->skill ? "skill" : "no skill");
    table_json(table, json_loads(model->parameters, 0, NULL));
}

/* The same for people, what needs no model among it. */
static const struct column leader_columns[] = {
    {.key = "id", .title = "No.", .kind = KIND_NUMBER},
    {.key = "target", .title = "Target", .hidden = NOT_IN_TEXT},
    {.key = "name", .title = "Model"},
    {.key = "active", .title = "in use"},
    {.key = "auc",
     .title = "AUC",
     .kind = KIND_REAL,
     .decimals = 3,
     .low = "auc_low",
     .high = "auc_high"},
    {.key = "p_permutation", .title = "p", .kind = KIND_P},
    {.key = "log_loss", .title = "Log loss", .kind = KIND_REAL, .decimals = 4},
    {.key = "verdict", .title = "Verdict"},
    {.key = "brier", .minor = true, .title = "Brier", .kind = KIND_REAL, .decimals = 4},
    {.key = "pr_auc", .minor = true, .title = "PR-AUC", .kind = KIND_REAL, .decimals = 3},
    {.key = "f1", .minor = true, .title = "F1", .kind = KIND_REAL, .decimals = 3},
    {.key = "accuracy", .minor = true, .title = "Accuracy", .kind = KIND_REAL, .decimals = 3},
    {.key = "mcc", .minor = true, .title = "Agree (MCC)", .kind = KIND_CHANGE, .decimals = 3},
};

static void leader_add(struct table *table, const struct leader *leader) {
    char title[96];
    leader_title(leader, title, sizeof title);
    if (leader->model)
        table_integer(table, leader->model->id);
    else
        table_unknown(table);
    table_text(table, outcome_name(leader->target));
    table_text(table, title);
    table_text(table, leader->model && leader->model->active ? "*" : "");
    table_interval(table, leader->auc);
    table_real(table, leader->p_permutation);
    table_real(table, leader->log_loss);
    table_text(table, leader_verdict(leader));
    table_real(table, leader->brier);
    table_real(table, leader->pr_auc);
    table_real(table, leader->f1);
    table_real(table, leader->accuracy);
    table_real(table, leader->mcc);
}

/* For people a table a target, for JSON all of them in one. */
static void leaderboards_add(struct document *document, const struct model_summary *models,
                             int count, int only) {
    struct table *all = document_table(document, "leaderboard", NULL, leader_columns,
                                       sizeof leader_columns / sizeof *leader_columns);
    all->hidden = NOT_IN_TEXT | NOT_IN_CSV;
    for (int target = 0; target < OUTCOME_COUNT; target++) {
        struct leader *rows;
        char sentence[LEADERBOARD_SENTENCE_SIZE];
        if (only >= 0 && target != only)
            continue;
        int used = leaderboard_make(models, count, (enum outcome)target, &rows);
        if (used > 0) {
            leaderboard_sentence(rows, used, sentence, sizeof sentence);
            document_sentence(document, "%s. %s", outcome_title((enum outcome)target), sentence);
            struct table *own =
                document_table(document, outcome_name((enum outcome)target), NULL, leader_columns,
                               sizeof leader_columns / sizeof *leader_columns);
            own->hidden = NOT_IN_JSON | NOT_IN_CSV;
            for (int i = 0; i < used; i++) {
                leader_add(own, &rows[i]);
                leader_add(all, &rows[i]);
            }
        }
        free(rows);
    }
}

/* The model that --detail is about: the one in use, or of the algorithm that is asked for the first
 * (the one in use, then the newest). */
static enum err detail_add(struct document *document, struct db *db,
                           const struct models_request *request, const struct model_summary *models,
                           int count, int points, struct error *error) {
    for (int i = 0; i < count; i++) {
        if (request->algorithm != MODELS_ALL
                ? models[i].algorithm != (enum algorithm)request->algorithm
                : !models[i].active)
            continue;
        char title[96], sentence[512];
        model_title(&models[i], title, sizeof title);
        model_sentence(&models[i], sentence, sizeof sentence);
        document_sentence(document, "%s, %s: %s", outcome_title(models[i].target), title, sentence);
        return model_detail_add(document, db, &models[i], points, error);
    }
    error_set(error, ERR_NOT_FOUND, "no such model has been trained yet");
    error_hint(error, "retail-pulse models lists what there is");
    return ERR_NOT_FOUND;
}

/* Drops what was not asked for; what is left stays in order. */
static int pick(struct model_summary *models, int count, const struct models_request *request) {
    int kept = 0;
    for (int i = 0; i < count; i++) {
        bool wanted =
            (request->target == MODELS_ALL || (int)models[i].target == request->target) &&
            (request->algorithm == MODELS_ALL || (int)models[i].algorithm == request->algorithm);
        if (wanted)
            models[kept++] = models[i];
        else
            models_free_one(&models[i]);
    }
    return kept;
}

static enum err answer(struct db *db, const struct models_request *request,
                       const struct model_summary *models, int count, struct document *document,
                       struct error *error) {
    struct sales_extent extent = {0};
    enum err code = db_sales_extent(db, &extent, error);
    if (code != ERR_OK)
        return code;
    document_sentence(document, "Models%s", extent.synthetic > 0 ? "  SYNTHETIC sample" : "");
    document_json(document, "synthetic", json_integer(extent.synthetic));
    struct table *table =
        document_table(document, "models", NULL, columns, sizeof columns / sizeof *columns);
    table->hidden = NOT_IN_TEXT;
    document->csv = request->detail ? NULL : table;
    for (int i = 0; i < count; i++)
        row_add(table, &models[i]);
    if (request->detail) {
        table->hidden |= NOT_IN_CSV;
        code = detail_add(document, db, request, models, count, request->curve_points, error);
    } else {
        leaderboards_add(document, models, count, request->target);
    }
    if (count == 0)
        document_sentence(document, "None trained yet; run: retail-pulse train");
    return code;
}

enum err report_models(struct db *db, const struct models_request *request, struct document **out,
                       struct error *error) {
    struct model_summary *models = NULL;
    int count = 0;
    *out = document_new();
    enum err code = models_list(db, &models, &count, error);
    if (code == ERR_OK) {
        count = pick(models, count, request);
        code = answer(db, request, models, count, *out, error);
    }
    models_free(models, count);
    if (code != ERR_OK) {
        document_free(*out);
        *out = NULL;
    }
    return code;
}

/* `retail-pulse models`: every trained model beside what needs no model. */
#include "engine/learn/models.h"

#include "cli/command.h"
#include "db/sales.h"

static const struct column columns[] = {
    {.key = "target", .title = "Target"},
    {.key = "algorithm", .title = "Algorithm"},
    {.key = "active", .minor = true, .title = "Active", .kind = KIND_FLAG},
    {.key = "trained_at", .title = "Trained", .hidden = NOT_IN_TEXT},
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
    json_t *baselines = json_object();
    json_object_set_new(baselines, "majority_accuracy", json_real(metrics->majority_accuracy));
    json_object_set_new(baselines, "always_yes_f1", json_real(metrics->always_yes_f1));
    table_json(table, baselines);
    table_text(table, model->skill ? "skill" : "no skill");
    table_json(table, json_loads(model->parameters, 0, NULL));
}

static enum err run(struct invocation *invocation, struct error *error) {
    struct db *db = NULL;
    struct model_summary *models = NULL;
    int count = 0;
    enum err code = db_open_reader(invocation->db_path, &db, error);
    if (code == ERR_OK)
        code = models_list(db, &models, &count, error);
    struct sales_extent extent = {0};
    if (code == ERR_OK)
        code = db_sales_extent(db, &extent, error);
    if (code == ERR_OK) {
        struct document *document = document_new();
        document_sentence(document, "Models%s", extent.synthetic > 0 ? "  SYNTHETIC sample" : "");
        document_json(document, "synthetic", json_integer(extent.synthetic));
        struct table *table =
            document_table(document, "models", NULL, columns, sizeof columns / sizeof *columns);
        for (int i = 0; i < count; i++)
            row_add(table, &models[i]);
        if (count == 0)
            document_sentence(document, "None trained yet; run: retail-pulse train");
        for (int i = 0; i < count; i++) {
            char sentence[512];
            model_sentence(&models[i], sentence, sizeof sentence);
            document_sentence(document, "%s, %s: %s", outcome_name(models[i].target),
                              algorithm_name(models[i].algorithm), sentence);
        }
        struct look look = invocation_look(invocation);
        code = document_print(document, &look, stdout, error);
        document_free(document);
    }
    models_free(models, count);
    db_close(db);
    return code;
}

const struct subcommand subcommand_models = {
    .about = "Figures are out of fold. \"Skill\" needs all of: the AUC's lower bound above 0.5, "
             "the permutation test's p below 0.05, the log loss below the base rate's. "
             "\"Majority\" is the accuracy of always giving the commoner answer, \"always yes\" "
             "the F1 of always saying yes.\n",
    .run = run,
};

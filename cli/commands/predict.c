/* `retail-pulse predict`: one customer from flags; --batch hands over to cli/batch.c. */
#include "engine/learn/predict.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/batch.h"
#include "cli/customer_options.h"
#include "report/predict.h"
#include "cli/session.h"

struct options {
    struct customer_options customer;
    const char *batch;
    int sweep; /* index into sweep_fields; −1: none */
    struct texts scenarios;
};

static const char *const sweep_fields[] = {"age",       "price",  "date",     "handset",
                                           "location",  "gender", "facebook", "follows",
                                           "returning", "heard",  NULL};

static void init(void *options) {
    ((struct options *)options)->sweep = -1;
}

#define CUSTOMER(symbol, name, argument, help)                           \
    {                                                                    \
        name, OPTION_TEXT,                                               \
            offsetof(struct options, customer) +                         \
                offsetof(struct customer_options, text[FIELD_##symbol]), \
            argument, help, 0, 0, NULL                                   \
    }

static const struct option_spec specs[] = {
    CUSTOMER(DATE, "date", "DATE", "day of the sale, yyyy-mm-dd"),
    CUSTOMER(LOCATION, "location", "PLACE", "where the customer lives"),
    CUSTOMER(AGE, "age", "YEARS", "1 to 130"),
    CUSTOMER(GENDER, "gender", "F|M|other", "the customer's gender"),
    CUSTOMER(HANDSET, "handset", "NAME", "the handset"),
    CUSTOMER(PRICE, "price", "AMOUNT", "its price"),
    CUSTOMER(FACEBOOK, "facebook", "yes|no", "came from the Facebook page"),
    CUSTOMER(FOLLOWS, "follows", "yes|no", "follows the page"),
    CUSTOMER(RETURNING, "returning", "yes|no", "bought here before"),
    CUSTOMER(HEARD, "heard", "yes|no", "had heard of the shop"),
    {"batch", OPTION_TEXT, offsetof(struct options, batch), "FILE",
     "many customers: CSV in (- is standard input), CSV out", 0, 0, NULL},
    {"sweep", OPTION_CHOICE, offsetof(struct options, sweep), "FIELD",
     "how the answer moves with one field", 0, 0, sweep_fields},
    {"scenario", OPTION_TEXTS, offsetof(struct options, scenarios), "FIELDS",
     "compare customers side by side: 'age=30 price=22000', again for each", 0, 0, NULL},
};

static json_t *outcome_json(const struct outcome_prediction *outcome, enum outcome which,
                            const struct sweep *sweep) {
    json_t *json = json_object();
    json_object_set_new(json, "available", json_boolean(outcome->available));
    if (!outcome->available) {
        json_object_set_new(json, "probability", json_null());
        json_object_set_new(json, "problem", json_text(outcome->problem));
        return json;
    }
    json_object_set_new(json, "probability", number_json(outcome->probability.estimate));
    json_object_set_new(json, "low", number_json(outcome->probability.low));
    json_object_set_new(json, "high", number_json(outcome->probability.high));
    json_object_set_new(json, "base_rate", number_json(outcome->base_rate));
    json_object_set_new(json, "verdict", json_string(outcome->skill ? "skill" : "no skill"));
    json_object_set_new(json, "auc", number_json(outcome->auc));
    json_object_set_new(json, "auc_low", number_json(outcome->auc_low));
    json_object_set_new(json, "auc_high", number_json(outcome->auc_high));
    json_object_set_new(json, "threshold", number_json(outcome->threshold));
    json_object_set_new(json, "label", json_boolean(outcome->label));
    json_t *contributions = json_array();
    for (int i = 0; i < outcome->contribution_count; i++) {
        const struct contribution *contribution = &outcome->contributions[i];
        json_array_append_new(contributions,
                              json_pack("{s:s, s:o, s:o}", "feature", contribution->feature,
                                        "value", json_text(contribution->value), "log_odds",
                                        number_json(contribution->log_odds)));
    }
    json_object_set_new(json, "contributions", contributions);
    json_object_set_new(json, "bias_log_odds", number_json(outcome->bias_log_odds));
    json_object_set_new(json, "log_odds", number_json(outcome->log_odds));
    if (sweep != NULL)
        json_object_set_new(json, "sweep", sweep_json(sweep, which));
    return json;
}

static void similar_json(struct document *document, const struct prediction *prediction) {
    json_t *similar = json_object();
    json_object_set_new(similar, "rule", json_text(prediction->similar.rule));
    json_object_set_new(similar, "sales", json_integer(prediction->similar.sales));
    for (int i = 0; i < OUTCOME_COUNT; i++) {
        const char *name = outcome_name((enum outcome)i);
        struct interval share =
            share_wilson(prediction->similar.yes[i], prediction->similar.known[i]);
        char key[32];
        json_object_set_new(similar, name, number_json(share.estimate));
        snprintf(key, sizeof key, "%s_low", name);
        json_object_set_new(similar, key, number_json(share.low));
        snprintf(key, sizeof key, "%s_high", name);
        json_object_set_new(similar, key, number_json(share.high));
    }
    document_json(document, "similar", similar);
}

static void prediction_json(struct document *document, const struct prediction *prediction,
                            const struct sweep *sweep) {
    for (int i = 0; i < OUTCOME_COUNT; i++)
        document_json(document, outcome_name((enum outcome)i),
                      outcome_json(&prediction->outcomes[i], (enum outcome)i, sweep));
    json_t *segment = json_null();
    if (prediction->segment != NULL)
        segment = json_pack("{s:o, s:o}", "name", json_text(prediction->segment), "distance",
                            number_json(prediction->segment_distance));
    document_json(document, "segment", segment);
    similar_json(document, prediction);
    json_t *warnings = json_array();
    for (int i = 0; i < prediction->warning_count; i++)
        json_array_append_new(warnings, json_text(prediction->warnings[i]));
    document_json(document, "warnings", warnings);
}

/* For CSV: a row an outcome; for text the sentences below say the same. */
static void outcomes_add(struct document *document, const struct prediction *prediction) {
    static const struct column columns[] = {
        {.key = "outcome", .title = "Outcome"},
        {.key = "probability", .title = "", .kind = KIND_SHARE, .low = "low", .high = "high"},
        {.key = "base_rate", .title = "", .kind = KIND_SHARE},
        {.key = "verdict", .title = ""},
        {.key = "threshold", .title = "", .kind = KIND_SHARE},
        {.key = "label", .title = "", .kind = KIND_FLAG},
        {.key = "log_odds", .title = "", .kind = KIND_CHANGE, .decimals = 4},
        {.key = "bias_log_odds", .title = "", .kind = KIND_CHANGE, .decimals = 4},
        {.key = "segment", .title = ""},
    };
    struct table *table =
        document_table(document, "outcomes", NULL, columns, sizeof columns / sizeof *columns);
    table->hidden = NOT_IN_TEXT | NOT_IN_JSON;
    document->csv = table;
    for (int i = 0; i < OUTCOME_COUNT; i++) {
        const struct outcome_prediction *outcome = &prediction->outcomes[i];
        table_text(table, outcome_name((enum outcome)i));
        if (outcome->available) {
            table_interval(table, outcome->probability);
            table_real(table, outcome->base_rate);
            table_text(table, outcome->skill ? "skill" : "no skill");
            table_real(table, outcome->threshold);
            table_flag(table, outcome->label);
            table_real(table, outcome->log_odds);
            table_real(table, outcome->bias_log_odds);
        } else {
            for (int unknown = 0; unknown < 7; unknown++)
                table_unknown(table);
        }
        table_text(table, prediction->segment);
    }
}

static void contributions_add(struct document *document, const struct outcome_prediction *outcome) {
    static const struct column columns[] = {
        {.key = "feature", .title = "Why"},
        {.key = "value", .title = "Value"},
        {.key = "log_odds", .title = "Log odds", .kind = KIND_CHANGE, .decimals = 3},
    };
    struct table *table = document_table(document, "contributions", NULL, columns, 3);
    table->hidden = NOT_IN_JSON | NOT_IN_CSV;
    table_text(table, "anyone");
    table_text(table, "");
    table_real(table, outcome->bias_log_odds);
    for (int i = 0; i < outcome->contribution_count; i++) {
        table_text(table, outcome->contributions[i].feature);
        table_text(table, outcome->contributions[i].value);
        table_real(table, outcome->contributions[i].log_odds);
    }
    table_text(table, "together");
    table_text(table, "");
    table_real(table, outcome->log_odds);
}

static void outcome_add(struct document *document, enum outcome which,
                        const struct outcome_prediction *outcome, bool why) {
    if (which == 0)
        document_sentence(document, "%s", ""); /* after the customer; tables part the others */
    if (!outcome->available) {
        document_sentence(document, "%s: %s; run: retail-pulse train %s", outcome_title(which),
                          outcome->problem, outcome_name(which));
        return;
    }
    document_sentence(
        document, "%s: %.1f%% [%.1f–%.1f], of all customers %.1f%%; label %s (from %.1f%%)",
        outcome_title(which), outcome->probability.estimate * 100, outcome->probability.low * 100,
        outcome->probability.high * 100, outcome->base_rate * 100, outcome->label ? "yes" : "no",
        outcome->threshold * 100);
    document_sentence(
        document, "%s: AUC %.3f [%.3f–%.3f], the model is %s.",
        outcome->skill ? "Skill" : "No skill", outcome->auc, outcome->auc_low, outcome->auc_high,
        outcome->skill ? "better than the base rate" : "not clearly better than the base rate");
    if (why)
        contributions_add(document, outcome);
}

static void warnings_add(struct document *document, const struct prediction *prediction) {
    for (int i = 0; i < prediction->warning_count; i++)
        document_sentence(document, "! %s", prediction->warnings[i]);
}

static void prediction_text(struct document *document, const struct prediction *prediction) {
    for (int i = 0; i < OUTCOME_COUNT; i++)
        outcome_add(document, (enum outcome)i, &prediction->outcomes[i], true);
    if (prediction->segment != NULL)
        document_sentence(document, "Segment: %s (distance %.2f).", prediction->segment,
                          prediction->segment_distance);
    document_sentence(document, "Similar sales (%s): %lld.", prediction->similar.rule,
                      (long long)prediction->similar.sales);
    for (int i = 0; i < OUTCOME_COUNT && prediction->similar.sales > 0; i++) {
        struct interval share =
            share_wilson(prediction->similar.yes[i], prediction->similar.known[i]);
        if (prediction->similar.known[i] > 0)
            document_sentence(document, "  %s: %.1f%% [%.1f–%.1f]", outcome_title((enum outcome)i),
                              share.estimate * 100, share.low * 100, share.high * 100);
    }
    warnings_add(document, prediction);
}

/* The answer in short, and how it moves. */
static void sweep_text(struct document *document, const struct prediction *prediction,
                       const struct sweep *sweep, bool bars) {
    for (int i = 0; i < OUTCOME_COUNT; i++)
        outcome_add(document, (enum outcome)i, &prediction->outcomes[i], false);
    warnings_add(document, prediction);
    sweep_add(document, sweep, bars);
}

static struct document *document_open(const struct facts *facts) {
    struct document *document = document_new();
    document_sentence(document, "What if%s", facts->synthetic > 0 ? "  SYNTHETIC sample" : "");
    document_json(document, "synthetic", json_integer(facts->synthetic));
    return document;
}

static enum err document_close(struct document *document, const struct invocation *invocation,
                               struct error *error) {
    struct look look = invocation_look(invocation);
    enum err code = document_print(document, &look, stdout, error);
    document_free(document);
    return code;
}

static enum err predict_one(const struct invocation *invocation, const struct customer *customer,
                            const struct facts *facts, struct predictor *predictor,
                            struct error *error) {
    const struct options *options = invocation->options;
    struct prediction prediction;
    struct sweep sweep = {.count = 0};
    enum field field;
    bool sweeping = options->sweep >= 0 && field_by_name(sweep_fields[options->sweep], &field);
    enum err code = predictor_predict(predictor, customer, &prediction, error);
    if (code == ERR_OK && sweeping)
        code = predictor_sweep(predictor, customer, field, &sweep, error);
    if (code != ERR_OK)
        return code;
    struct document *document = document_open(facts);
    struct buffer who = {0};
    customer_text(customer, &who);
    document_sentence(document, "Customer: %s", who.data);
    buffer_free(&who);
    prediction_json(document, &prediction, sweeping ? &sweep : NULL);
    outcomes_add(document, &prediction);
    if (sweeping)
        sweep_text(document, &prediction, &sweep, !invocation->settings.linear);
    else
        prediction_text(document, &prediction);
    sweep_free(&sweep);
    return document_close(document, invocation, error);
}

static enum err compare(const struct invocation *invocation, const struct customer *customers,
                        int count, const struct facts *facts, struct predictor *predictor,
                        struct error *error) {
    struct scenarios scenarios;
    enum err code = predictor_scenarios(predictor, customers, count, &scenarios, error);
    if (code != ERR_OK)
        return code;
    struct document *document = document_open(facts);
    json_t *warnings = json_array();
    scenarios_add(document, customers, &scenarios);
    for (int i = 0; code == ERR_OK && i < count; i++) {
        struct prediction prediction;
        code = predictor_predict(predictor, &customers[i], &prediction, error);
        for (int w = 0; code == ERR_OK && w < prediction.warning_count; w++) {
            document_sentence(document, "! %c: %s", 'A' + i, prediction.warnings[w]);
            json_array_append_new(warnings,
                                  json_pack("{s:o, s:o}", "name", json_sprintf("%c", 'A' + i),
                                            "warning", json_text(prediction.warnings[w])));
        }
    }
    for (int i = 0; i < OUTCOME_COUNT; i++) {
        const char *problem = predictor_problem(predictor, (enum outcome)i);
        if (problem != NULL)
            document_sentence(document, "%s: %s; run: retail-pulse train %s",
                              outcome_title((enum outcome)i), problem,
                              outcome_name((enum outcome)i));
    }
    document_json(document, "warnings", warnings);
    if (code == ERR_OK)
        return document_close(document, invocation, error);
    document_free(document);
    return code;
}

/* What cannot be asked for together. */
static enum err check(const struct invocation *invocation, struct error *error) {
    const struct options *options = invocation->options;
    if (options->batch != NULL && invocation->settings.format == FORMAT_JSON)
        return error_set(error, ERR_USAGE, "--batch writes CSV only");
    for (int field = 0; options->batch != NULL && field < FIELD_COUNT; field++)
        if (options->customer.text[field] != NULL)
            return error_set(error, ERR_USAGE,
                             "--batch takes its customers from the file: leave "
                             "--%s out",
                             field_name((enum field)field));
    int asked = (options->batch != NULL) + (options->sweep >= 0) + (options->scenarios.count > 0);
    if (asked > 1)
        return error_set(error, ERR_USAGE, "--batch, --sweep and --scenario: one at a time");
    if (options->scenarios.count > SCENARIOS_MAX)
        return error_set(error, ERR_USAGE, "%d scenarios: %d at most", options->scenarios.count,
                         SCENARIOS_MAX);
    return ERR_OK;
}

static enum err run(struct invocation *invocation, struct error *error) {
    const struct options *options = invocation->options;
    struct customer customers[SCENARIOS_MAX];
    int count = options->scenarios.count;
    if (check(invocation, error) != ERR_OK ||
        customer_read(&customers[0], &options->customer, error) != ERR_OK)
        return ERR_USAGE;
    for (int i = count - 1; i >= 0; i--) { /* each changes what the flags give */
        customers[i] = customers[0];
        if (customer_read_pairs(&customers[i], options->scenarios.items[i], error) != ERR_OK)
            return ERR_USAGE;
    }
    struct shop *shop = NULL;
    struct predictor *predictor;
    enum err code = shop_open(invocation->db_path, &shop, error);
    if (code == ERR_OK)
        code = shop_predictor(shop, &predictor, error);
    if (code == ERR_OK && options->batch != NULL)
        code = batch_predict(options->batch, predictor, stdout, &invocation->set_aside, error);
    else if (code == ERR_OK && count > 0)
        code = compare(invocation, customers, count, shop_facts(shop), predictor, error);
    else if (code == ERR_OK)
        code = predict_one(invocation, &customers[0], shop_facts(shop), predictor, error);
    if (shop != NULL)
        shop_close(shop);
    return code;
}

const struct subcommand subcommand_predict = {
    .about = "A field left out is unknown. The answer is a probability with a 95% interval, beside "
             "the base rate (the share of all customers) and the model's verdict; why adds up in "
             "log odds.\n",
    .more = "--sweep asks the models about many values of one field, the others as they are, and "
            "marks where the past sales end. --scenario changes the customer that the flags give; "
            "a value runs to the next field, an empty one is unknown. Differences come with the "
            "interval of the difference itself, and describe the models' answers.\n\n"
            "--batch reads the columns that import reads; all but date, handset and price may be "
            "missing, and every field may be empty. It writes line, id, for each outcome "
            "probability, low, high and label, and the segment. Rows that cannot be read are told "
            "on standard error (exit code 3).\n",
    .options = specs,
    .option_count = sizeof specs / sizeof *specs,
    .options_size = sizeof(struct options),
    .init = init,
    .run = run,
};

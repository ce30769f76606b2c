#include "report/prediction.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/money.h"
#include "engine/analysis/statistics.h"
#include "report/predict.h"

static void customer_text(const struct customer *customer, struct buffer *out) {
    static const char *const genders[] = {"female", "male", "other"};
    static const char *const answers[] = {
#define X(symbol, name, heading) name,
        ANSWER_LIST(X)
#undef X
    };
    if (customer->age_years != UNKNOWN)
        buffer_printf(out, ", age %d", customer->age_years);
    if (customer->gender != UNKNOWN)
        buffer_printf(out, ", %s", genders[customer->gender]);
    if (customer->location[0] != '\0')
        buffer_printf(out, ", location %s", customer->location);
    if (customer->handset[0] != '\0')
        buffer_printf(out, ", handset %s", customer->handset);
    if (customer->has_price) {
        char price[MONEY_TEXT_SIZE];
        money_grouped(customer->price_minor, price);
        buffer_printf(out, ", price %s", price);
    }
    if (customer->has_day) {
        char date[DATE_ISO_SIZE];
        date_iso(customer->day, date);
        buffer_printf(out, ", date %s", date);
    }
    for (int answer = 0; answer < ANSWER_COUNT; answer++) {
        if (customer->answers[answer] != UNKNOWN)
            buffer_printf(out, ", %s %s", answers[answer],
                          customer->answers[answer] != 0 ? "yes" : "no");
    }
    if (out->length == 0)
        buffer_text(out, ", nothing known");
    memmove(out->data, out->data + 2, out->length - 1); /* the first comma, with the NUL's move */
    out->length -= 2;
}

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
    table_text(table, "any customer");
    table_text(table, "");
    table_real(table, outcome->bias_log_odds);
    for (int i = 0; i < outcome->contribution_count; i++) {
        table_text(table, outcome->contributions[i].feature);
        table_text(table, outcome->contributions[i].value);
        table_real(table, outcome->contributions[i].log_odds);
    }
    table_text(table, "this one");
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

struct document *report_whatif(const struct facts *facts) {
    struct document *document = document_new();
    document_sentence(document, "What if%s", facts->synthetic > 0 ? "  SYNTHETIC sample" : "");
    document_json(document, "synthetic", json_integer(facts->synthetic));
    return document;
}

struct document *report_prediction(const struct facts *facts, const struct customer *customer,
                                   const struct prediction *prediction, const struct sweep *sweep,
                                   bool bars) {
    struct document *document = report_whatif(facts);
    struct buffer who = {0};
    customer_text(customer, &who);
    document_sentence(document, "Customer: %s", who.data);
    buffer_free(&who);
    prediction_json(document, prediction, sweep);
    outcomes_add(document, prediction);
    if (sweep != NULL)
        sweep_text(document, prediction, sweep, bars);
    else
        prediction_text(document, prediction);
    return document;
}

struct document *report_compared(const struct facts *facts, const struct customer *customers,
                                 const struct scenarios *scenarios) {
    struct document *document = report_whatif(facts);
    scenarios_add(document, customers, scenarios);
    return document;
}

/* In quotes that a shell takes for one word. */
static void flag(struct buffer *out, const char *name, const char *value) {
    buffer_printf(out, " --%s '", name);
    for (const char *at = value; *at != '\0'; at++)
        buffer_text(out, *at == '\'' ? "'\\''" : (char[]){*at, '\0'});
    buffer_text(out, "'");
}

char *report_prediction_command(const struct customer *customer) {
    static const char *const genders[] = {"f", "m", "other"};
    static const char *const answers[] = {
#define X(symbol, name, heading) name,
        ANSWER_LIST(X)
#undef X
    };
    struct buffer out = {0};
    buffer_text(&out, "predict");
    if (customer->age_years != UNKNOWN)
        buffer_printf(&out, " --age %d", customer->age_years);
    if (customer->gender != UNKNOWN)
        buffer_printf(&out, " --gender %s", genders[customer->gender]);
    if (customer->location[0] != '\0')
        flag(&out, "location", customer->location);
    if (customer->handset[0] != '\0')
        flag(&out, "handset", customer->handset);
    if (customer->has_price) {
        char price[MONEY_TEXT_SIZE];
        money_plain(customer->price_minor, price);
        buffer_printf(&out, " --price %s", price);
    }
    if (customer->has_day) {
        char date[DATE_ISO_SIZE];
        date_iso(customer->day, date);
        buffer_printf(&out, " --date %s", date);
    }
    for (int answer = 0; answer < ANSWER_COUNT; answer++) {
        if (customer->answers[answer] != UNKNOWN)
            buffer_printf(&out, " --%s %s", answers[answer],
                          customer->answers[answer] != 0 ? "yes" : "no");
    }
    return buffer_take(&out);
}

/* Scenarios side by side: a column each for people, an object each in JSON, rows in CSV. */
#include <math.h>
#include <stdio.h>

#include "base/money.h"
#include "report/predict.h"

static const char *const names[SCENARIOS_MAX] = {"A", "B", "C", "D", "E", "F", "G", "H"};

static json_t *customer_json(const struct customer *customer) {
    json_t *json = json_object();
    for (int field = 0; field < FIELD_COUNT; field++) {
        char text[DIMENSION_LABEL_SIZE];
        enum answer answer;
        json_t *value = json_null();
        if (field == FIELD_REFERENCE)
            continue;
        customer_say(customer, (enum field)field, text);
        if (!customer_knows(customer, (enum field)field)) {
            /* stays null */
        } else if (field == FIELD_AGE) {
            value = json_integer(customer->age_years);
        } else if (field == FIELD_PRICE) {
            value = json_real((double)customer->price_minor / MONEY_MINOR);
        } else if (field == FIELD_DATE) {
            date_iso(customer->day, text);
            value = json_text(text);
        } else if (field_answer((enum field)field, &answer)) {
            value = json_boolean(customer->answers[answer]);
        } else {
            value = json_text(text);
        }
        json_object_set_new(json, field_name((enum field)field), value);
    }
    return json;
}

static json_t *answer_json(const struct scenario_answer *answer, bool first) {
    json_t *json = json_pack(
        "{s:o, s:o, s:o}", "probability", number_json(answer->probability.estimate), "low",
        number_json(answer->probability.low), "high", number_json(answer->probability.high));
    bool compared = !first && isfinite(answer->difference.estimate);
    json_object_set_new(json, "difference",
                        compared ? number_json(answer->difference.estimate) : json_null());
    json_object_set_new(json, "difference_low",
                        compared ? number_json(answer->difference.low) : json_null());
    json_object_set_new(json, "difference_high",
                        compared ? number_json(answer->difference.high) : json_null());
    json_object_set_new(json, "difference_verdict",
                        compared ? json_string(verdict_name(answer->verdict)) : json_null());
    return json;
}

static void json_add(struct document *document, const struct customer *customers,
                     const struct scenarios *scenarios) {
    json_t *all = json_array(), *says = json_object();
    for (int i = 0; i < scenarios->count; i++) {
        json_t *one =
            json_pack("{s:s, s:o}", "name", names[i], "customer", customer_json(&customers[i]));
        for (int outcome = 0; outcome < OUTCOME_COUNT; outcome++)
            json_object_set_new(one, outcome_name((enum outcome)outcome),
                                answer_json(&scenarios->answers[i][outcome], i == 0));
        json_array_append_new(all, one);
    }
    document_json(document, "scenarios", all);
    for (int outcome = 0; outcome < OUTCOME_COUNT; outcome++) {
        char sentence[1024];
        scenarios_sentence(scenarios, (enum outcome)outcome, sentence, sizeof sentence);
        json_object_set_new(says, outcome_name((enum outcome)outcome), json_text(sentence));
    }
    document_json(document, "comparison", says);
}

static void csv_add(struct document *document, const struct customer *customers,
                    const struct scenarios *scenarios) {
    struct column columns[2 + FIELD_COUNT + 3] = {{.key = "scenario", .title = ""}};
    size_t count = 1;
    for (int field = 0; field < FIELD_COUNT; field++)
        if (field != FIELD_REFERENCE)
            columns[count++] = (struct column){.key = field_name((enum field)field), .title = ""};
    columns[count++] = (struct column){.key = "outcome", .title = ""};
    columns[count++] = (struct column){
        .key = "probability", .title = "", .kind = KIND_SHARE, .low = "low", .high = "high"};
    columns[count++] = (struct column){.key = "difference",
                                       .title = "",
                                       .kind = KIND_POINTS,
                                       .low = "difference_low",
                                       .high = "difference_high"};
    columns[count++] = (struct column){.key = "difference_verdict", .title = ""};
    struct table *table = document_table(document, "scenario_rows", NULL, columns, count);
    table->hidden = NOT_IN_TEXT | NOT_IN_JSON;
    document->csv = table;
    for (int i = 0; i < scenarios->count; i++) {
        for (int outcome = 0; outcome < OUTCOME_COUNT; outcome++) {
            const struct scenario_answer *answer = &scenarios->answers[i][outcome];
            table_text(table, names[i]);
            for (int field = 0; field < FIELD_COUNT; field++) {
                char text[DIMENSION_LABEL_SIZE];
                if (field == FIELD_REFERENCE)
                    continue;
                customer_say(&customers[i], (enum field)field, text);
                if (field == FIELD_DATE && customers[i].has_day)
                    date_iso(customers[i].day, text);
                if (field == FIELD_PRICE && customers[i].has_price)
                    money_plain(customers[i].price_minor, text);
                table_text(table, customer_knows(&customers[i], (enum field)field) ? text : NULL);
            }
            table_text(table, outcome_name((enum outcome)outcome));
            table_interval(table, answer->probability);
            if (i > 0 && scenarios->models[outcome].available) {
                table_interval(table, answer->difference);
                table_text(table, verdict_name(answer->verdict));
            } else {
                table_unknown(table);
                table_unknown(table);
            }
        }
    }
}

/* "24.1% [21.8–26.6]", "+3.1 [+0.4 to +5.8]" */
static void share_cell(struct table *table, struct interval share) {
    char text[64];
    snprintf(text, sizeof text, "%.1f%% [%.1f–%.1f]", 100 * share.estimate, 100 * share.low,
             100 * share.high);
    table_text(table, isnan(share.estimate) ? NULL : text);
}

static void points_cell(struct table *table, const struct scenario_answer *answer, bool first) {
    char text[64];
    snprintf(text, sizeof text, "%+.1f [%+.1f to %+.1f]", 100 * answer->difference.estimate,
             100 * answer->difference.low, 100 * answer->difference.high);
    table_text(table, first ? "" : text);
}

static void answers_add(struct table *table, const struct scenarios *scenarios,
                        enum outcome outcome) {
    int count = scenarios->count;
    table_text(table, outcome_title(outcome));
    for (int i = 0; i < count; i++)
        share_cell(table, scenarios->answers[i][outcome].probability);
    if (!scenarios->models[outcome].available || count == 1)
        return;
    table_text(table, "  points against A");
    for (int i = 0; i < count; i++)
        points_cell(table, &scenarios->answers[i][outcome], i == 0);
    table_text(table, "  verdict");
    for (int i = 0; i < count; i++)
        table_text(table, i == 0 ? "" : verdict_name(scenarios->answers[i][outcome].verdict));
}

static void text_add(struct document *document, const struct customer *customers,
                     const struct scenarios *scenarios) {
    struct column columns[1 + SCENARIOS_MAX] = {{.key = "scenario", .title = "Scenario"}};
    for (int i = 0; i < scenarios->count; i++)
        columns[1 + i] = (struct column){.key = names[i], .title = names[i]};
    struct table *table =
        document_table(document, "side_by_side", NULL, columns, 1 + (size_t)scenarios->count);
    table->hidden = NOT_IN_CSV | NOT_IN_JSON;
    for (int field = 0; field < FIELD_COUNT; field++) {
        bool known = false; /* where all are alike and unknown, nothing is to be seen */
        for (int i = 0; i < scenarios->count; i++)
            known |= customer_knows(&customers[i], (enum field)field);
        if (!known)
            continue;
        table_text(table, field_title((enum field)field));
        for (int i = 0; i < scenarios->count; i++) {
            char text[DIMENSION_LABEL_SIZE];
            customer_say(&customers[i], (enum field)field, text);
            table_text(table, i > 0 && !scenarios->differs[field] ? "same" : text);
        }
    }
    for (int outcome = 0; outcome < OUTCOME_COUNT; outcome++)
        answers_add(table, scenarios, (enum outcome)outcome);
}

void scenarios_add(struct document *document, const struct customer *customers,
                   const struct scenarios *scenarios) {
    json_add(document, customers, scenarios);
    csv_add(document, customers, scenarios);
    text_add(document, customers, scenarios);
    for (int outcome = 0; outcome < OUTCOME_COUNT; outcome++) {
        char sentence[1024];
        scenarios_sentence(scenarios, (enum outcome)outcome, sentence, sizeof sentence);
        if (sentence[0] != '\0')
            document_sentence(document, "%s (of all customers %.1f%%): %s",
                              outcome_title((enum outcome)outcome),
                              100 * scenarios->models[outcome].base_rate, sentence);
    }
}

/* Customers side by side, the first of them the one that the others are compared with. */
#include "engine/learn/scenarios.h"

#include <math.h>
#include <stdio.h>

#include "engine/learn/predictor.h"

static enum err ask(const struct predictor *predictor, enum outcome which,
                    const struct customer *customers, struct scenarios *out, struct error *error) {
    const struct model_metrics *metrics = &predictor->models[which].metrics;
    struct ensemble ensemble;
    const double none = (double)NAN;
    for (int i = 0; i < out->count; i++)
        out->answers[i][which].probability = out->answers[i][which].difference =
            (struct interval){none, none, none};
    if (!predictor->available[which])
        return ERR_OK;
    enum err err =
        predictor_ensemble(predictor, which, customers, (size_t)out->count, &ensemble, error);
    if (err != ERR_OK)
        return err;
    out->models[which].available = true;
    out->models[which].skill = model_has_skill(metrics);
    out->models[which].base_rate = metrics->base_rate;
    for (int i = 0; i < out->count; i++) {
        struct scenario_answer *answer = &out->answers[i][which];
        answer->probability = ensemble_probability(&ensemble, (size_t)i);
        answer->difference = ensemble_difference(&ensemble, (size_t)i, 0);
        answer->verdict = verdict_of(answer->difference);
    }
    ensemble_free(&ensemble);
    return ERR_OK;
}

enum err predictor_scenarios(struct predictor *predictor, const struct customer *customers,
                             int count, struct scenarios *out, struct error *error) {
    *out = (struct scenarios){.count = count};
    if (count < 1 || count > SCENARIOS_MAX)
        return error_set(error, ERR_INPUT, "%d scenarios: compare 1 to %d", count, SCENARIOS_MAX);
    for (int i = 1; i < count; i++)
        for (int field = 0; field < FIELD_COUNT; field++)
            out->differs[field] |=
                customers_differ(&customers[0], &customers[i], (enum field)field);
    enum err err = ERR_OK;
    for (int outcome = 0; err == ERR_OK && outcome < OUTCOME_COUNT; outcome++)
        err = ask(predictor, (enum outcome)outcome, customers, out, error);
    return err;
}

static size_t add(char *text, size_t size, size_t used, const char *words) {
    if (used < size)
        used += (size_t)snprintf(text + used, size - used, "%s", words);
    return used < size ? used : size;
}

void scenarios_sentence(const struct scenarios *scenarios, enum outcome which, char *text,
                        size_t size) {
    int unclear = 0, same = 0;
    size_t used = 0;
    char words[128];
    text[0] = '\0';
    if (!scenarios->models[which].available || scenarios->count < 2)
        return;
    for (int i = 1; i < scenarios->count; i++) {
        const struct scenario_answer *answer = &scenarios->answers[i][which];
        struct interval difference = answer->difference;
        if (difference.estimate == 0 && difference.low == 0 && difference.high == 0) {
            same++;
            continue;
        }
        unclear += answer->verdict == VERDICT_UNCLEAR;
        if (answer->verdict == VERDICT_UNCLEAR)
            continue;
        snprintf(words, sizeof words, "%c is %s than A by %.1f points [%+.1f to %+.1f]. ", 'A' + i,
                 verdict_name(answer->verdict), 100 * fabs(difference.estimate),
                 100 * difference.low, 100 * difference.high);
        used = add(text, size, used, words);
    }
    if (same == scenarios->count - 1)
        used = add(text, size, used, "The model gives all of them the same answer. ");
    else if (unclear == scenarios->count - 1)
        used = add(text, size, used,
                   unclear == 1 ? "The difference lies within the model's own uncertainty. "
                                : "All differences lie within the model's own uncertainty. ");
    else if (unclear > 0)
        used = add(text, size, used, "Other differences lie within the model's own uncertainty. ");
    if (!scenarios->models[which].skill)
        used = add(text, size, used,
                   "The model has no skill: differences between its answers say nothing about "
                   "customers.");
    while (used > 0 && text[used < size ? used - 1 : size - 1] == ' ')
        text[--used] = '\0';
}

/* Scenarios: a few customers side by side, and what may be said of the differences between them. */
#ifndef ENGINE_LEARN_SCENARIOS_H
#define ENGINE_LEARN_SCENARIOS_H

#include "engine/learn/predict.h"

enum { SCENARIOS_MAX = 8 };

struct scenario_answer {
    struct interval probability; /* NaN without a model */
    struct interval difference;  /* minus the first scenario's; 0 of the first itself */
    enum verdict verdict;        /* on the difference */
};

struct scenarios {
    int count;                 /* they are called A, B, C, … */
    bool differs[FIELD_COUNT]; /* fields in which not all of them are alike */
    struct {
        bool available, skill;
        double base_rate;
    } models[OUTCOME_COUNT];
    struct scenario_answer answers[SCENARIOS_MAX][OUTCOME_COUNT];
};

/* 1 … SCENARIOS_MAX customers. */
enum err predictor_scenarios(struct predictor *predictor, const struct customer *customers,
                             int count, struct scenarios *out, struct error *error);

/* "B +3.1 points [+0.4 to +5.8] against A: higher. …", and in plain words where differences lie
 * within the model's uncertainty or it has no skill. "" without a model or with one scenario. */
void scenarios_sentence(const struct scenarios *scenarios, enum outcome outcome, char *text,
                        size_t size);

#endif

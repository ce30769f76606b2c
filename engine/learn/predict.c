/* Customers against both models, the segments and the past. */
#include "engine/learn/predict.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_cdf.h>

#include "base/memory.h"
#include "base/money.h"
#include "base/text.h"
#include "engine/learn/predictor.h"
#include "engine/learn/score.h"
#include "engine/learn/segmentation.h"
#include "engine/learn/similar.h"

/* ------------------------------------------------------------------ opening */

enum err predictor_open(struct db *db, const struct facts *facts,
                        const struct segmentation *segmentation, const struct past *streamed,
                        struct predictor **out, struct error *error) {
    struct predictor *predictor = xcalloc(1, sizeof *predictor);
    *out = NULL;
    predictor->facts = facts;
    predictor->segmentation = segmentation;
    predictor->similar = similar_index_new(facts);
    enum err failed = ERR_OK;
    if (streamed != NULL)
        predictor->past = *streamed;
    else
        failed = past_stream(facts, &predictor->past, error);
    past_count(facts, &predictor->past);
    if (failed != ERR_OK) {
        predictor_free(predictor);
        return failed;
    }
    for (int outcome = 0; outcome < OUTCOME_COUNT; outcome++) {
        struct error problem = {0};
        enum err err =
            loaded_model_open(db, (enum outcome)outcome, &predictor->models[outcome], &problem);
        predictor->available[outcome] = err == ERR_OK;
        if (err == ERR_NOT_FOUND)
            snprintf(predictor->problems[outcome], sizeof predictor->problems[outcome],
                     "no model has been trained yet");
        else if (err != ERR_OK)
            snprintf(predictor->problems[outcome], sizeof predictor->problems[outcome], "%.255s",
                     problem.message);
    }
    *out = predictor;
    return ERR_OK;
}

void predictor_free(struct predictor *predictor) {
    if (!predictor)
        return;
    for (int outcome = 0; outcome < OUTCOME_COUNT; outcome++)
        loaded_model_free(&predictor->models[outcome]);
    similar_index_free(predictor->similar);
    past_free(&predictor->past);
    free(predictor);
}

const struct facts *predictor_facts(const struct predictor *predictor) {
    return predictor->facts;
}

const struct past *predictor_past(const struct predictor *predictor) {
    return &predictor->past;
}

/* ------------------------------------------------------------------ reading the customer */

const struct term *predictor_term(const struct dictionary *dictionary, const char *name) {
    for (int i = 0; i < dictionary->count; i++)
        if (text_same(dictionary->entries[i].name, name))
            return &dictionary->entries[i];
    return NULL;
}

static int customer_local(const struct dictionary *locations, const struct customer *customer) {
    if (!customer->location[0])
        return UNKNOWN;
    const struct term *place = predictor_term(locations, customer->location);
    return place ? place->local != 0 : location_is_local(customer->location);
}

struct traits customer_traits(const struct customer *customer, const struct features *features,
                              const struct dictionary *locations) {
    struct traits traits = {
        .age_years = customer->age_years == UNKNOWN ? (double)NAN : customer->age_years,
        .price = customer->has_price ? (double)customer->price_minor / MONEY_MINOR : (double)NAN,
        .handset =
            customer->handset[0] ? features_handset(features, customer->handset) : HANDSET_UNKNOWN,
        .local = customer_local(locations, customer),
        .female = customer->gender == UNKNOWN ? UNKNOWN : customer->gender == GENDER_FEMALE,
        .has_day = customer->has_day,
        .day = customer->day,
    };
    for (int answer = 0; answer < ANSWER_COUNT; answer++)
        traits.answers[answer] = customer->answers[answer];
    return traits;
}

struct traits predictor_traits(const struct predictor *predictor, const struct features *features,
                               const struct customer *customer) {
    return customer_traits(customer, features, &predictor->facts->locations);
}

/* The field of a customer that a field of the features is made from: they bear the same names. */
static enum field field_of(enum feature_field feature) {
    enum field field = FIELD_COUNT;
    (void)field_by_name(feature_field_name(feature), &field);
    return field;
}

/* The customer's own value of a field, in words. */
static void say_value(const struct customer *customer, enum feature_field feature,
                      char value[DIMENSION_LABEL_SIZE]) {
    if (feature == FEATURE_DATE && customer->has_day) { /* the model does not see the year */
        int year, month, day;
        date_to_civil(customer->day, &year, &month, &day);
        snprintf(value, DIMENSION_LABEL_SIZE, "%d %s", day, date_month_name(month));
        return;
    }
    customer_say(customer, field_of(feature), value);
}

/* ------------------------------------------------------------------ predicting */

static int by_falling_size(const void *a, const void *b) {
    double x = fabs(((const struct contribution *)a)->log_odds);
    double y = fabs(((const struct contribution *)b)->log_odds);
    return (x < y) - (x > y);
}

static void predict_outcome(const struct predictor *predictor, enum outcome outcome,
                            const struct customer *customer, struct outcome_prediction *out) {
    const struct loaded_model *model = &predictor->models[outcome];
    struct explained explained;
    struct error error = {0};
    if (!predictor->available[outcome]) {
        snprintf(out->problem, sizeof out->problem, "%s", predictor->problems[outcome]);
        return;
    }
    struct traits traits = predictor_traits(predictor, &model->features, customer);
    if (loaded_model_explain(model, &traits, &explained, &error) != ERR_OK) {
        snprintf(out->problem, sizeof out->problem, "%.255s", error.message);
        return;
    }
    double reach = gsl_cdf_ugaussian_Pinv(0.975) * explained.standard_error;
    out->available = true;
    out->probability =
        (struct interval){logistic(explained.log_odds), logistic(explained.log_odds - reach),
                          logistic(explained.log_odds + reach)};
    out->base_rate = model->metrics.base_rate;
    out->skill = model_has_skill(&model->metrics);
    out->auc = model->metrics.auc.estimate;
    out->auc_low = model->metrics.auc.low;
    out->auc_high = model->metrics.auc.high;
    out->threshold = model->metrics.threshold;
    out->label = out->probability.estimate >= out->threshold;
    out->log_odds = explained.log_odds;
    out->bias_log_odds = explained.bias;
    for (int field = 0; field < FEATURE_FIELD_COUNT; field++) {
        if (!model->features.has[field])
            continue;
        struct contribution *contribution = &out->contributions[out->contribution_count++];
        contribution->feature = feature_field_name((enum feature_field)field);
        contribution->log_odds = explained.by_field[field];
        say_value(customer, (enum feature_field)field, contribution->value);
    }
    qsort(out->contributions, (size_t)out->contribution_count, sizeof *out->contributions,
          by_falling_size);
}

/* The name of the nearest segment; NULL while there is no segmentation. */
static const char *find_segment(const struct predictor *predictor, const struct customer *customer,
                                double *distance) {
    double row[FEATURES_WIDTH_MAX];
    *distance = (double)NAN;
    if (!predictor->segmentation)
        return NULL;
    const struct features *features = segmentation_features(predictor->segmentation);
    struct traits traits = predictor_traits(predictor, features, customer);
    features_encode(features, &traits, row);
    features_fill(features, row);
    int position = segmentation_nearest(predictor->segmentation, row, distance);
    return segmentation_name(predictor->segmentation, position);
}

static enum err check_age(const struct customer *customer, struct error *error) {
    if (customer->age_years != UNKNOWN &&
        (customer->age_years < AGE_MIN || customer->age_years > AGE_MAX))
        return error_set(error, ERR_INPUT, "age %d: it must be %d to %d", customer->age_years,
                         AGE_MIN, AGE_MAX);
    return ERR_OK;
}

enum err predictor_predict(struct predictor *predictor, const struct customer *customer,
                           struct prediction *out, struct error *error) {
    *out = (struct prediction){0};
    enum err err = check_age(customer, error);
    if (err != ERR_OK)
        return err;
    for (int outcome = 0; outcome < OUTCOME_COUNT; outcome++)
        predict_outcome(predictor, (enum outcome)outcome, customer, &out->outcomes[outcome]);
    out->segment = find_segment(predictor, customer, &out->segment_distance);
    similar_count(predictor->similar, predictor->facts, customer, out);
    predictor_warn(predictor, customer, out);
    return ERR_OK;
}

enum err predictor_label(const struct predictor *predictor, enum outcome outcome,
                         const struct customer *customer, bool *label, struct error *error) {
    const struct loaded_model *model = &predictor->models[outcome];
    enum err err = check_age(customer, error);
    if (err != ERR_OK)
        return err;
    if (!predictor->available[outcome])
        return error_set(error, ERR_NOT_FOUND, "%s", predictor->problems[outcome]);
    struct traits traits = predictor_traits(predictor, &model->features, customer);
    double encoded[FEATURES_WIDTH_MAX], probability = 0;
    float values[FEATURES_WIDTH_MAX];
    features_encode(&model->features, &traits, encoded);
    for (int column = 0; column < model->features.width; column++)
        values[column] = (float)encoded[column];
    err = loaded_model_probabilities(model, values, 1, &probability, error);
    *label = probability >= model->metrics.threshold;
    return err;
}

const char *predictor_segment(const struct predictor *predictor, const struct customer *customer) {
    double distance;
    return find_segment(predictor, customer, &distance);
}

/* ------------------------------------------------------------------ many at once */

enum err predictor_ensemble(const struct predictor *predictor, enum outcome outcome,
                            const struct customer *customers, size_t count, struct ensemble *out,
                            struct error *error) {
    const struct loaded_model *model = &predictor->models[outcome];
    size_t width = (size_t)model->features.width;
    float *values = xcalloc(count * width + 1, sizeof *values);
    for (size_t i = 0; i < count; i++) {
        double row[FEATURES_WIDTH_MAX];
        struct traits traits = predictor_traits(predictor, &model->features, &customers[i]);
        features_encode(&model->features, &traits, row);
        for (size_t column = 0; column < width; column++)
            values[i * width + column] = (float)row[column];
    }
    enum err err = ensemble_ask(model, values, count, out, error);
    free(values);
    return err;
}

enum err predictor_estimate(struct predictor *predictor, const struct customer *customers,
                            size_t count, struct estimate *out, struct error *error) {
    const struct interval unknown = {(double)NAN, (double)NAN, (double)NAN};
    enum err err = ERR_OK;
    for (size_t i = 0; err == ERR_OK && i < count; i++) {
        double distance;
        err = check_age(&customers[i], error);
        out[i] = (struct estimate){.segment = find_segment(predictor, &customers[i], &distance)};
    }
    for (int outcome = 0; err == ERR_OK && outcome < OUTCOME_COUNT; outcome++) {
        struct ensemble ensemble = {0};
        if (predictor->available[outcome])
            err = predictor_ensemble(predictor, (enum outcome)outcome, customers, count, &ensemble,
                                     error);
        double threshold = predictor->models[outcome].metrics.threshold;
        for (size_t i = 0; err == ERR_OK && i < count; i++) {
            struct interval own =
                predictor->available[outcome] ? ensemble_probability(&ensemble, i) : unknown;
            out[i].outcomes[outcome].probability = own;
            out[i].outcomes[outcome].label = own.estimate >= threshold;
        }
        ensemble_free(&ensemble);
    }
    return err;
}

const char *predictor_problem(const struct predictor *predictor, enum outcome outcome) {
    return predictor->available[outcome] ? NULL : predictor->problems[outcome];
}

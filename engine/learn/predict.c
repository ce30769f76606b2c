/* One customer against both models, the segments and the past. */
#include "engine/learn/predict.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_cdf.h>

#include "base/memory.h"
#include "base/money.h"
#include "base/text.h"
#include "engine/intake/record.h"
#include "engine/learn/loaded_model.h"
#include "engine/learn/score.h"
#include "engine/learn/segmentation.h"
#include "engine/learn/similar.h"

struct predictor {
    const struct facts *facts;
    const struct segmentation *segmentation;
    struct loaded_model models[OUTCOME_COUNT];
    bool available[OUTCOME_COUNT];
    char problems[OUTCOME_COUNT][256];
    int age_min, age_max; /* 0 where no age is known */
    int64_t price_min_minor, price_max_minor;
};

void customer_init(struct customer *customer) {
    *customer = (struct customer){.age_years = UNKNOWN, .gender = UNKNOWN};
    for (int answer = 0; answer < ANSWER_COUNT; answer++)
        customer->answers[answer] = UNKNOWN;
}

/* ------------------------------------------------------------------ opening */

static void find_ranges(struct predictor *predictor) {
    const struct facts *facts = predictor->facts;
    for (size_t row = 0; row < facts->count; row++) {
        int age = facts->age[row];
        int64_t price = facts->price_minor[row];
        if (age > 0 && (predictor->age_min == 0 || age < predictor->age_min))
            predictor->age_min = age;
        if (age > predictor->age_max)
            predictor->age_max = age;
        if (row == 0 || price < predictor->price_min_minor)
            predictor->price_min_minor = price;
        if (price > predictor->price_max_minor)
            predictor->price_max_minor = price;
    }
}

enum err predictor_open(struct db *db, const struct facts *facts,
                        const struct segmentation *segmentation, struct predictor **out,
                        struct error *error) {
    (void)error; /* what goes wrong is told per outcome */
    struct predictor *predictor = xcalloc(1, sizeof *predictor);
    predictor->facts = facts;
    predictor->segmentation = segmentation;
    find_ranges(predictor);
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
    free(predictor);
}

/* ------------------------------------------------------------------ reading the customer */

static const struct term *find_term(const struct dictionary *dictionary, const char *name) {
    for (int i = 0; i < dictionary->count; i++)
        if (text_same(dictionary->entries[i].name, name))
            return &dictionary->entries[i];
    return NULL;
}

static int customer_local(const struct facts *facts, const struct customer *customer) {
    if (!customer->location[0])
        return UNKNOWN;
    const struct term *place = find_term(&facts->locations, customer->location);
    return place ? place->local != 0 : location_is_local(customer->location);
}

static struct traits traits_of(const struct predictor *predictor, const struct features *features,
                               const struct customer *customer) {
    struct traits traits = {
        .age_years = customer->age_years == UNKNOWN ? (double)NAN : customer->age_years,
        .price = customer->has_price ? (double)customer->price_minor / MONEY_MINOR : (double)NAN,
        .handset =
            customer->handset[0] ? features_handset(features, customer->handset) : HANDSET_UNKNOWN,
        .local = customer_local(predictor->facts, customer),
        .female = customer->gender == UNKNOWN ? UNKNOWN : customer->gender == GENDER_FEMALE,
        .has_day = customer->has_day,
        .day = customer->day,
    };
    for (int answer = 0; answer < ANSWER_COUNT; answer++)
        traits.answers[answer] = customer->answers[answer];
    return traits;
}

static void say_answer(int answer, char value[DIMENSION_LABEL_SIZE]) {
    snprintf(value, DIMENSION_LABEL_SIZE, "%s",
             answer == UNKNOWN ? "unknown" : (answer ? "yes" : "no"));
}

/* The customer's own value of a field, in words. */
static void say_value(const struct customer *customer, enum feature_field field,
                      char value[DIMENSION_LABEL_SIZE]) {
    static const char *const genders[GENDER_COUNT] = {
        [GENDER_FEMALE] = "female", [GENDER_MALE] = "male", [GENDER_OTHER] = "other"};
    char text[MONEY_TEXT_SIZE];
    snprintf(value, DIMENSION_LABEL_SIZE, "unknown");
    switch (field) {
    case FEATURE_AGE:
        if (customer->age_years != UNKNOWN)
            snprintf(value, DIMENSION_LABEL_SIZE, "%d", customer->age_years);
        break;
    case FEATURE_PRICE:
        if (customer->has_price) {
            money_grouped(customer->price_minor, text);
            snprintf(value, DIMENSION_LABEL_SIZE, "%s", text);
        }
        break;
    case FEATURE_HANDSET:
        if (customer->handset[0])
            snprintf(value, DIMENSION_LABEL_SIZE, "%s", customer->handset);
        break;
    case FEATURE_LOCATION:
        if (customer->location[0])
            snprintf(value, DIMENSION_LABEL_SIZE, "%s", customer->location);
        break;
    case FEATURE_GENDER:
        if (customer->gender != UNKNOWN)
            snprintf(value, DIMENSION_LABEL_SIZE, "%s", genders[customer->gender]);
        break;
    case FEATURE_DATE:
        if (customer->has_day) { /* without the year, which the model does not see */
            int year, month, day;
            date_to_civil(customer->day, &year, &month, &day);
            snprintf(value, DIMENSION_LABEL_SIZE, "%d %s", day, date_month_name(month));
        }
        break;
    case FEATURE_FACEBOOK:
        say_answer(customer->answers[ANSWER_FACEBOOK], value);
        break;
    case FEATURE_FOLLOWS:
        say_answer(customer->answers[ANSWER_FOLLOWS], value);
        break;
    case FEATURE_HEARD:
        say_answer(customer->answers[ANSWER_HEARD], value);
        break;
    default:
        say_answer(customer->answers[ANSWER_RETURNING], value);
    }
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
    struct traits traits = traits_of(predictor, &model->features, customer);
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

static void find_segment(const struct predictor *predictor, const struct customer *customer,
                         struct prediction *out) {
    double row[FEATURES_WIDTH_MAX];
    out->segment_distance = (double)NAN;
    if (!predictor->segmentation)
        return;
    const struct features *features = segmentation_features(predictor->segmentation);
    struct traits traits = traits_of(predictor, features, customer);
    features_encode(features, &traits, row);
    features_fill(features, row);
    int position = segmentation_nearest(predictor->segmentation, row, &out->segment_distance);
    out->segment = segmentation_name(predictor->segmentation, position);
}

/* ------------------------------------------------------------------ warning */

enum { WARNING_SIZE = sizeof((struct prediction *)0)->warnings[0] };

/* Where the next warning goes; there is room for more of them than add_warnings has. */
static char *next_warning(struct prediction *out) {
    return out->warnings[out->warning_count++];
}

/* A name clipped to what a warning has room for. */
static int clipped(const char *name) {
    int used;
    return (int)text_clip(name, 80, &used);
}

static void add_warnings(const struct predictor *predictor, const struct customer *customer,
                         struct prediction *out) {
    const struct facts *facts = predictor->facts;
    if (customer->handset[0] && !find_term(&facts->handsets, customer->handset)) {
        snprintf(next_warning(out), WARNING_SIZE, "handset \"%.*s\" was never sold here",
                 clipped(customer->handset), customer->handset);
    } else if (customer->handset[0]) {
        bool known = true;
        for (int outcome = 0; outcome < OUTCOME_COUNT; outcome++)
            if (predictor->available[outcome])
                known &= features_handset(&predictor->models[outcome].features,
                                          customer->handset) != HANDSET_UNSEEN;
        if (!known)
            snprintf(next_warning(out), WARNING_SIZE,
                     "handset \"%.*s\" is too new or too rare for the models to know",
                     clipped(customer->handset), customer->handset);
    }
    if (customer->location[0] && !find_term(&facts->locations, customer->location))
        snprintf(next_warning(out), WARNING_SIZE,
                 "location \"%.*s\" was never seen here; taken to be %s",
                 clipped(customer->location), customer->location,
                 location_is_local(customer->location) ? "local" : "outside");
    int age = customer->age_years;
    if (age != UNKNOWN && predictor->age_max > 0 &&
        (age < predictor->age_min || age > predictor->age_max))
        snprintf(next_warning(out), WARNING_SIZE, "age %d lies outside %d\u2013%d", age,
                 predictor->age_min, predictor->age_max);
    if (customer->has_price && facts->count > 0 &&
        (customer->price_minor < predictor->price_min_minor ||
         customer->price_minor > predictor->price_max_minor)) {
        char price[MONEY_TEXT_SIZE], low[MONEY_TEXT_SIZE], high[MONEY_TEXT_SIZE];
        money_grouped(customer->price_minor, price);
        money_grouped(predictor->price_min_minor, low);
        money_grouped(predictor->price_max_minor, high);
        snprintf(next_warning(out), WARNING_SIZE, "price %s lies outside %s\u2013%s", price, low,
                 high);
    }
}

enum err predictor_predict(struct predictor *predictor, const struct customer *customer,
                           struct prediction *out, struct error *error) {
    *out = (struct prediction){0};
    if (customer->age_years != UNKNOWN &&
        (customer->age_years < AGE_MIN || customer->age_years > AGE_MAX))
        return error_set(error, ERR_INPUT, "age %d: it must be %d to %d", customer->age_years,
                         AGE_MIN, AGE_MAX);
    for (int outcome = 0; outcome < OUTCOME_COUNT; outcome++)
        predict_outcome(predictor, (enum outcome)outcome, customer, &out->outcomes[outcome]);
    find_segment(predictor, customer, out);
    similar_count(predictor->facts, customer, out);
    add_warnings(predictor, customer, out);
    return ERR_OK;
}

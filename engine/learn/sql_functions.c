/* Between SQL's values and the scorer. */
#include "engine/learn/sql_functions.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "db/functions.h"
#include "db/score_table.h"
#include "engine/analysis/sql_aggregates.h"
#include "engine/learn/predictor.h"
#include "engine/learn/scorer.h"

/* ------------------------------------------------------------------ score('returning') */

struct sql_scan {
    struct score_scan *scan;
    enum outcome outcome;
    const char *segments[SCORE_BATCH];
};

static enum err outcome_read(const char *function, const char *name, enum outcome *out,
                             struct error *error) {
    if (outcome_by_name(name, out))
        return ERR_OK;
    char *clean = text_clean(name, strlen(name));
    error_set(error, ERR_INPUT, "%s: '%.64s' is no outcome; it is 'returning' or 'facebook'",
              function, clean);
    free(clean);
    return ERR_INPUT;
}

static enum err scan_open(void *context, const char *outcome, const struct score_wish *wish,
                          void **out, struct error *error) {
    struct score_request request = {
        .segments = wish->segments, .first_id = wish->first_id, .last_id = wish->last_id};
    struct sql_scan *scan = xcalloc(1, sizeof *scan);
    enum err err = outcome_read("score", outcome, &scan->outcome, error);
    if (err == ERR_OK) {
        request.outcomes[scan->outcome] = true;
        err = score_scan_open(context, &request, &scan->scan, error);
        if (err == ERR_NOT_FOUND && request.segments) { /* without segments they are NULL */
            request.segments = false;
            err = score_scan_open(context, &request, &scan->scan, error);
        }
    }
    if (err == ERR_OK)
        *out = scan;
    else
        free(scan);
    return err;
}

static enum err scan_next(void *context, struct score_batch *batch, struct error *error) {
    struct sql_scan *scan = context;
    struct scored scored;
    enum err err = score_scan_next(scan->scan, &scored, error);
    const struct segmentation *segmentation = score_scan_segmentation(scan->scan);
    *batch = (struct score_batch){
        .count = scored.count,
        .sale_id = scored.sale_id,
        .probability = scored.probabilities[scan->outcome],
        .threshold = score_scan_model(scan->scan, scan->outcome)->metrics.threshold,
        .segment = segmentation ? scan->segments : NULL,
    };
    for (size_t i = 0; segmentation && i < scored.count; i++)
        scan->segments[i] = segmentation_name(segmentation, scored.segments[i]);
    return err;
}

static void scan_close(void *context) {
    struct sql_scan *scan = context;
    score_scan_close(scan->scan);
    free(scan);
}

static void release(void *context) {
    scorer_free(context);
}

/* ------------------------------------------------------------------ one customer */

static enum err refuse(const char *name, const struct db_value *value, const char *reason,
                       struct error *error) {
    char text[64];
    if (value->kind == VALUE_TEXT) {
        char *clean = text_clean(value->bytes, value->length);
        snprintf(text, sizeof text, "'%.60s'", clean);
        free(clean);
    } else if (value->kind == VALUE_INTEGER) {
        snprintf(text, sizeof text, "%lld", (long long)value->integer);
    } else if (value->kind == VALUE_REAL) {
        snprintf(text, sizeof text, "%.15g", value->real);
    } else {
        snprintf(text, sizeof text, "a BLOB");
    }
    return error_set(error, ERR_INPUT, "%s %s %s", name, text, reason);
}

/* Codes of the table `sale` are understood, so that its columns can be given as they are. */
static enum err field_set(struct customer *customer, enum field field, const struct db_value *value,
                          struct error *error) {
    const char *name = field_name(field), *reason = "is not what it can be";
    char text[64];
    switch (value->kind) {
    case VALUE_NULL:
        return ERR_OK; /* unknown */
    case VALUE_TEXT:
        if (strlen(value->bytes) != value->length)
            return refuse(name, value, "has a NUL in it", error);
        return customer_set(customer, field, value->bytes, &reason)
                   ? ERR_OK
                   : refuse(name, value, reason, error);
    case VALUE_INTEGER:
        if (field == FIELD_DATE) {
            customer->has_day = value->integer >= 0 && value->integer <= INT32_MAX;
            customer->day = (day_number)value->integer;
            return customer->has_day ? ERR_OK
                                     : refuse(name, value, "is no day since 1970-01-01", error);
        }
        if (field == FIELD_GENDER && value->integer >= 0 && value->integer < GENDER_COUNT) {
            customer->gender = (int)value->integer;
            return ERR_OK;
        }
        snprintf(text, sizeof text, "%lld", (long long)value->integer);
        break;
    case VALUE_REAL:
        if (field != FIELD_PRICE && value->real != floor(value->real))
            return refuse(name, value, "is no whole number", error);
        if (!(fabs(value->real) < 1e15))
            return refuse(name, value, "is too large", error);
        snprintf(text, sizeof text, field == FIELD_PRICE ? "%.2f" : "%.0f", value->real);
        break;
    default:
        return refuse(name, value, "is no text or number", error);
    }
    if (field == FIELD_LOCATION || field == FIELD_HANDSET)
        return refuse(name, value, "is no name", error);
    return customer_set(customer, field, text, &reason) ? ERR_OK
                                                        : refuse(name, value, reason, error);
}

/* 'age', 30, 'handset', 'Pixel 7a', … */
static enum err customer_from(const char *function, struct customer *customer,
                              const struct db_value *arguments, int count, struct error *error) {
    customer_init(customer);
    if (count % 2 != 0)
        return error_set(error, ERR_INPUT, "%s: '%.64s' has no value", function,
                         arguments[count - 1].kind == VALUE_TEXT ? arguments[count - 1].bytes
                                                                 : "the last field");
    for (int i = 0; i < count; i += 2) {
        enum field field;
        if (arguments[i].kind != VALUE_TEXT || !field_by_name(arguments[i].bytes, &field) ||
            field == FIELD_REFERENCE) {
            error_set(error, ERR_INPUT,
                      "%s: argument %d must name a field: date, location, age, gender, handset, "
                      "price, facebook, follows, returning or heard, each before its value",
                      function, i + (strcmp(function, "predict") == 0 ? 2 : 1));
            return ERR_INPUT;
        }
        enum err err = field_set(customer, field, &arguments[i + 1], error);
        if (err != ERR_OK)
            return err;
    }
    return ERR_OK;
}

static enum err call_predict(void *context, const struct db_value *arguments, int count,
                             struct db_value *result, struct error *error) {
    enum outcome outcome;
    struct customer customer;
    const struct loaded_model *model = NULL;
    const struct dictionary *locations;
    if (count == 0 || arguments[0].kind != VALUE_TEXT)
        return error_set(error, ERR_INPUT,
                         "predict needs an outcome first: predict('returning', 'age', 30)");
    enum err err = outcome_read("predict", arguments[0].bytes, &outcome, error);
    if (err == ERR_OK)
        err = customer_from("predict", &customer, arguments + 1, count - 1, error);
    if (err == ERR_OK)
        err = scorer_locations(context, &locations, error);
    if (err == ERR_OK)
        err = scorer_model(context, outcome, &model, error);
    if (err != ERR_OK)
        return err;
    double encoded[FEATURES_WIDTH_MAX];
    float row[FEATURES_WIDTH_MAX];
    struct traits traits = customer_traits(&customer, &model->features, locations);
    features_encode(&model->features, &traits, encoded);
    for (int column = 0; column < model->features.width; column++)
        row[column] = (float)encoded[column];
    result->kind = VALUE_REAL;
    return loaded_model_probabilities(model, row, 1, &result->real, error);
}

static enum err call_segment_of(void *context, const struct db_value *arguments, int count,
                                struct db_value *result, struct error *error) {
    struct customer customer;
    const struct segmentation *segmentation = NULL;
    const struct dictionary *locations;
    double row[FEATURES_WIDTH_MAX];
    enum err err = customer_from("segment_of", &customer, arguments, count, error);
    if (err == ERR_OK)
        err = scorer_locations(context, &locations, error);
    if (err == ERR_OK)
        err = scorer_segmentation(context, &segmentation, error);
    if (err != ERR_OK)
        return err;
    const struct features *features = segmentation_features(segmentation);
    struct traits traits = customer_traits(&customer, features, locations);
    features_encode(features, &traits, row);
    features_fill(features, row);
    result->kind = VALUE_TEXT;
    result->bytes = segmentation_name(segmentation, segmentation_nearest(segmentation, row, NULL));
    result->length = strlen(result->bytes);
    return ERR_OK;
}

enum err sql_functions_add(struct db *db, struct error *error) {
    static const struct db_function functions[] = {
        {.name = "predict",
         .arguments = FUNCTION_ARGUMENTS_ANY,
         .direct_only = true,
         .call = call_predict},
        {.name = "segment_of",
         .arguments = FUNCTION_ARGUMENTS_ANY,
         .direct_only = true,
         .call = call_segment_of},
    };
    struct scorer *scorer = scorer_new(db);
    struct score_source source = {scorer, scan_open, scan_next, scan_close, release};
    enum err err = score_table_add(db, &source, error);
    if (err == ERR_OK)
        err = db_functions_add(db, functions, sizeof functions / sizeof *functions, scorer, error);
    return err == ERR_OK ? sql_aggregates_add(db, error) : err;
}

/* The rules are those of pydantic 1.10, fields.py and validators.py (int_validator,
 * float_validator, bool_validator, str_validator) and datetime_parse.py (parse_date); its messages
 * are errors.py's. */
#include "serve/body.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/money.h"
#include "base/text.h"
#include "report/document.h"
#include "serve/python.h"

#define OLD(name, kind, field) \
    { name, NULL, kind, field, true }
#define CUSTOMER_FIELDS                                                                            \
    OLD("purchase_date", BODY_DATE, FIELD_DATE), OLD("location", BODY_TEXT, FIELD_LOCATION),       \
        OLD("age", BODY_WHOLE, FIELD_AGE), OLD("gender", BODY_TEXT, FIELD_GENDER),                 \
        OLD("mobile_name", BODY_TEXT, FIELD_HANDSET), OLD("sale_price", BODY_NUMBER, FIELD_PRICE), \
        OLD("is_facebook_page_follower", BODY_BOOL, FIELD_FOLLOWS),                                \
        OLD("customer_already_know_about_shop", BODY_BOOL, FIELD_HEARD)

static const struct body_field impact_fields[] = {
    CUSTOMER_FIELDS, OLD("is_returning_customer", BODY_BOOL, FIELD_RETURNING)};
static const struct body_field returning_fields[] = {
    CUSTOMER_FIELDS, OLD("is_from_facebook_page", BODY_BOOL, FIELD_FACEBOOK)};
static const struct body_field cluster_fields[] = {
    CUSTOMER_FIELDS, OLD("is_returning_customer", BODY_BOOL, FIELD_RETURNING),
    OLD("is_from_facebook_page", BODY_BOOL, FIELD_FACEBOOK)};

/* The names that every other answer has, and the old ones. */
#define NEW_FIELDS(needed)                                                           \
    {"date", "purchase_date", BODY_DATE, FIELD_DATE, needed},                        \
        {"location", NULL, BODY_TEXT, FIELD_LOCATION, false},                        \
        {"age", NULL, BODY_WHOLE, FIELD_AGE, false},                                 \
        {"gender", NULL, BODY_TEXT, FIELD_GENDER, false},                            \
        {"handset", "mobile_name", BODY_TEXT, FIELD_HANDSET, needed},                \
        {"price", "sale_price", BODY_NUMBER, FIELD_PRICE, needed},                   \
        {"facebook", "is_from_facebook_page", BODY_BOOL, FIELD_FACEBOOK, false},     \
        {"follows", "is_facebook_page_follower", BODY_BOOL, FIELD_FOLLOWS, false},   \
        {"returning", "is_returning_customer", BODY_BOOL, FIELD_RETURNING, false}, { \
        "heard", "customer_already_know_about_shop", BODY_BOOL, FIELD_HEARD, false   \
    }

static const struct body_field predict_fields[] = {NEW_FIELDS(false)};
static const struct body_field sale_fields[] = {
    {"reference", NULL, BODY_TEXT, FIELD_REFERENCE, false}, NEW_FIELDS(true)};

#define COUNT(array) (sizeof(array) / sizeof *(array))
const struct body_spec body_impact = {"FacebookImpact", impact_fields, COUNT(impact_fields),
                                      .old = true};
const struct body_spec body_returning = {"ReturningCustomer", returning_fields,
                                         COUNT(returning_fields), .old = true};
const struct body_spec body_cluster = {"CustomerCluster", cluster_fields, COUNT(cluster_fields),
                                       .old = true};
const struct body_spec body_predict = {"Customer", predict_fields, COUNT(predict_fields),
                                       .old = false};
const struct body_spec body_sale = {"Sale", sale_fields, COUNT(sale_fields), .exact = true};

/* ------------------------------------------------------------------ what is wrong */

/* A field's value while it is read. */
struct place {
    const struct body_spec *spec;
    const struct body_field *field;
    const char *name; /* under which it was given */
    json_t *details;
};

static json_t *detail(json_t *where, const char *message, const char *type) {
    return json_pack("{s:o, s:o, s:s}", "loc", where, "msg", json_text(message), "type", type);
}

/* `limits`: the context of the error, NULL for none; taken over. False. */
static bool refuse_with(const struct place *place, json_t *limits, const char *message,
                        const char *type) {
    json_t *one = detail(json_pack("[s, s]", "body", place->name), message, type);
    if (limits != NULL)
        json_object_set_new(one, "ctx", limits);
    json_array_append_new(place->details, one);
    return false;
}

static bool refuse(const struct place *place, const char *message, const char *type) {
    return refuse_with(place, NULL, message, type);
}

static bool refuse_limit(const struct place *place, const char *than, const char *type,
                         const char *limit, json_t *value) {
    char message[160];
    snprintf(message, sizeof message, "ensure this value is %s %s", than, limit);
    return refuse_with(place, json_pack("{s:o}", "limit_value", value), message, type);
}

static bool refuse_at_least(const struct place *place, int least) {
    char limit[16];
    snprintf(limit, sizeof limit, "%d", least);
    return refuse_limit(place, "greater than or equal to", "value_error.number.not_ge", limit,
                        json_integer(least));
}

static bool refuse_at_most(const struct place *place, int64_t most) {
    char limit[32];
    snprintf(limit, sizeof limit, "%lld", (long long)most);
    return refuse_limit(place, "less than or equal to", "value_error.number.not_le", limit,
                        json_integer(most));
}

/* ------------------------------------------------------------------ one value */

static bool read_whole(const struct place *place, const json_t *value, int64_t *out) {
    double real = json_is_real(value) ? json_real_value(value) : 0;
    if (json_is_integer(value))
        *out = json_integer_value(value);
    else if (json_is_boolean(value))
        *out = json_is_true(value);
    else if (json_is_real(value) && isfinite(real)) /* int() drops the fraction */
        *out = real >= 9e18 ? INT64_MAX : real <= -9e18 ? INT64_MIN : (int64_t)real;
    else if (!json_is_string(value) || !python_whole(json_string_value(value), out))
        return refuse(place, "value is not a valid integer", "type_error.integer");
    return true;
}

static bool read_real(const struct place *place, const json_t *value, double *out) {
    if (json_is_number(value))
        *out = json_number_value(value);
    else if (json_is_boolean(value))
        *out = json_is_true(value);
    else if (!json_is_string(value) || !python_real(json_string_value(value), out))
        return refuse(place, "value is not a valid float", "type_error.float");
    return true;
}

static bool read_bool(const struct place *place, const json_t *value, bool *out) {
    static const char *const yes[] = {"1", "on", "t", "true", "y", "yes"};
    static const char *const no[] = {"0", "off", "f", "false", "n", "no"};
    bool known = json_is_boolean(value);
    *out = json_is_true(value);
    if (json_is_number(value)) {
        double number = json_number_value(value);
        *out = number == 1;
        known = *out || number == 0;
    }
    for (size_t i = 0; json_is_string(value) && !known && i < COUNT(yes); i++) {
        *out = text_same(json_string_value(value), yes[i]);
        known = *out || text_same(json_string_value(value), no[i]);
    }
    return known || refuse(place, "value could not be parsed to a boolean", "type_error.bool");
}

/* What str() makes of it; the caller frees. NULL: refused. */
static char *read_text(const struct place *place, const json_t *value) {
    if (json_is_string(value))
        return xstrdup(json_string_value(value));
    if (json_is_boolean(value))
        return xstrdup(json_is_true(value) ? "True" : "False");
    if (json_is_integer(value))
        return xasprintf("%lld", (long long)json_integer_value(value));
    if (json_is_real(value))
        return xasprintf("%.15g", json_real_value(value));
    refuse(place, "str type expected", "type_error.str");
    return NULL;
}

static bool read_date(const struct place *place, const json_t *value, day_number *day) {
    double seconds = 0;
    bool early = false, known = false;
    if (json_is_number(value) || json_is_boolean(value)) {
        seconds = json_is_number(value) ? json_number_value(value) : json_is_true(value);
        known = python_day_of_seconds(seconds, day);
    } else if (json_is_string(value)) {
        const char *text = json_string_value(value);
        known = python_real(text, &seconds) ? python_day_of_seconds(seconds, day)
                                            : python_day(text, day, &early);
    } else {
        return refuse(place, "invalid type; expected date, string, bytes, int or float",
                      "type_error");
    }
    if (!known)
        return refuse(place, "invalid date format", "value_error.date");
    if (early || *day < 0)
        return refuse_limit(place, "greater than or equal to", "value_error.number.not_ge",
                            "1970-01-01", json_string("1970-01-01"));
    char today[DATE_ISO_SIZE];
    date_iso(clock_today(), today);
    if (place->spec->exact && *day > clock_today())
        return refuse_limit(place, "less than or equal to", "value_error.number.not_le", today,
                            json_string(today));
    return true;
}

/* ------------------------------------------------------------------ into the customer */

static bool take_name(const struct place *place, struct customer *customer, const char *text) {
    const char *reason;
    if (customer_set(customer, place->field->field, text, &reason))
        return true;
    char message[96];
    snprintf(message, sizeof message, "ensure this value has at most %d characters",
             DIMENSION_LABEL_SIZE - 1);
    return refuse_with(place, json_pack("{s:i}", "limit_value", DIMENSION_LABEL_SIZE - 1), message,
                       "value_error.any_str.max_length");
}

static bool take_gender(const struct place *place, struct customer *customer, const char *text) {
    const char *reason;
    if (customer_set(customer, FIELD_GENDER, text, &reason))
        return true;
    char *given = text_clean(text, strnlen(text, 64));
    refuse_with(place,
                json_pack("{s:o, s:[s,s]}", "given", json_text(given), "permitted", "M", "F"),
                "unexpected value; permitted: 'M', 'F'", "value_error.const");
    free(given);
    return false;
}

static bool take_reference(const struct place *place, struct body_sale_texts *texts,
                           const char *text) {
    char *clean = text_clean(text, strlen(text));
    bool fits = strlen(clean) <= NAME_BYTES_MAX;
    if (fits && texts != NULL)
        snprintf(texts->reference, sizeof texts->reference, "%s", clean);
    free(clean);
    return fits || refuse_with(place, json_pack("{s:i}", "limit_value", NAME_BYTES_MAX),
                               "ensure this value has at most 160 characters",
                               "value_error.any_str.max_length");
}

static bool take_text(const struct place *place, const json_t *value, struct customer *customer,
                      struct body_sale_texts *texts) {
    char *text = read_text(place, value);
    if (text == NULL)
        return false;
    bool taken = place->field->field == FIELD_GENDER      ? take_gender(place, customer, text)
                 : place->field->field == FIELD_REFERENCE ? take_reference(place, texts, text)
                                                          : take_name(place, customer, text);
    if (taken && place->spec->exact && place->field->required &&
        !customer_knows(customer, place->field->field))
        taken = refuse_with(place, json_pack("{s:i}", "limit_value", 1),
                            "ensure this value has at least 1 characters",
                            "value_error.any_str.min_length");
    free(text);
    return taken;
}

static bool take_age(const struct place *place, const json_t *value, struct customer *customer) {
    int64_t age;
    if (!read_whole(place, value, &age))
        return false;
    if (age < AGE_MIN)
        return refuse_at_least(place, AGE_MIN);
    if (age > AGE_MAX)
        return refuse_at_most(place, AGE_MAX);
    customer->age_years = (int)age;
    return true;
}

static bool take_price(const struct place *place, const json_t *value, struct customer *customer) {
    double price;
    if (!read_real(place, value, &price))
        return false;
    double minor = round(price * MONEY_MINOR);
    if (!(price > 0) || minor < 1)
        return refuse_limit(place, "greater than", "value_error.number.not_gt", "0",
                            json_integer(0));
    if (minor > (double)MONEY_MAX_MINOR)
        return refuse_at_most(place, MONEY_MAX_MINOR / MONEY_MINOR);
    /* A number of 15 digits keeps two decimals of any price; more of them are no money. */
    if (place->spec->exact && fabs(price * MONEY_MINOR - minor) > 1e-9 * minor + 1e-6)
        return refuse_with(place, json_pack("{s:i}", "decimal_places", 2),
                           "ensure that there are no more than 2 decimal places",
                           "value_error.decimal.max_places");
    customer->has_price = true;
    customer->price_minor = (int64_t)minor;
    return true;
}

static bool take_answer(const struct place *place, const json_t *value, struct customer *customer) {
    enum answer answer;
    bool yes;
    if (!field_answer(place->field->field, &answer) || !read_bool(place, value, &yes))
        return false;
    customer->answers[answer] = yes;
    return true;
}

static void take_field(const struct place *place, const json_t *value, struct customer *customer,
                       struct body_sale_texts *texts) {
    if (json_is_null(value) && (place->spec->old || place->field->required)) {
        refuse(place, "none is not an allowed value", "type_error.none.not_allowed");
        return;
    }
    if (json_is_null(value))
        return;
    switch (place->field->kind) {
    case BODY_DATE:
        customer->has_day = read_date(place, value, &customer->day);
        break;
    case BODY_TEXT:
        take_text(place, value, customer, texts);
        break;
    case BODY_WHOLE:
        take_age(place, value, customer);
        break;
    case BODY_NUMBER:
        take_price(place, value, customer);
        break;
    case BODY_BOOL:
        take_answer(place, value, customer);
        break;
    }
}

/* ------------------------------------------------------------------ the whole body */

static json_t *refuse_whole(const char *message, const char *type) {
    json_t *details = json_array();
    json_array_append_new(details, detail(json_pack("[s]", "body"), message, type));
    return details;
}

json_t *body_of_other_type(void) {
    return refuse_whole("value is not a valid dict", "type_error.dict");
}

static json_t *refuse_bytes(const struct buffer *bytes, const json_error_t *problem) {
    char message[160];
    int at = problem->position > 0 ? problem->position - 1 : 0;
    snprintf(message, sizeof message, "Expecting value: line %d column %d (char %d)",
             problem->line > 0 ? problem->line : 1, problem->column > 0 ? problem->column : 1, at);
    json_t *one = detail(json_pack("[s, i]", "body", at), message, "value_error.jsondecode");
    json_t *context = json_pack("{s:s, s:i, s:i, s:i}", "msg", "Expecting value", "pos", at,
                                "lineno", problem->line > 0 ? problem->line : 1, "colno",
                                problem->column > 0 ? problem->column : 1);
    json_t *sent = json_stringn(bytes->data, bytes->length); /* NULL where it is no UTF-8 */
    if (sent != NULL)
        json_object_set_new(context, "doc", sent);
    json_object_set_new(one, "ctx", context);
    json_t *details = json_array();
    json_array_append_new(details, one);
    return details;
}

static bool is_known(const struct body_spec *spec, const char *name) {
    bool known = false;
    for (size_t i = 0; i < spec->count && !known; i++)
        known = strcmp(name, spec->fields[i].name) == 0 ||
                (spec->fields[i].also != NULL && strcmp(name, spec->fields[i].also) == 0);
    return known;
}

/* A field that is misspelt would be lost unseen. */
static void refuse_unknown(const struct body_spec *spec, json_t *root, json_t *details) {
    enum { TOLD_MOST = 16 };
    const char *name;
    json_t *value;
    int told = 0;
    json_object_foreach(root, name, value) {
        if (is_known(spec, name) || told++ >= TOLD_MOST)
            continue;
        json_array_append_new(details, detail(json_pack("[s, o]", "body", json_text(name)),
                                              "extra fields not permitted", "value_error.extra"));
    }
}

static void read_fields(const struct body_spec *spec, json_t *root, struct customer *customer,
                        struct body_sale_texts *texts, json_t *details) {
    for (size_t i = 0; i < spec->count; i++) {
        const struct body_field *field = &spec->fields[i];
        struct place place = {spec, field, field->name, details};
        json_t *value = json_object_get(root, field->name),
               *other = field->also != NULL ? json_object_get(root, field->also) : NULL;
        if (value != NULL && other != NULL) {
            place.name = field->also;
            refuse(&place, "the same field under another name", "value_error.extra");
            continue;
        }
        if (other != NULL)
            place.name = field->also;
        value = value != NULL ? value : other;
        if (value != NULL)
            take_field(&place, value, customer, texts);
        else if (field->required)
            refuse(&place, "field required", "value_error.missing");
    }
}

json_t *body_read(const struct body_spec *spec, const struct buffer *bytes,
                  struct customer *customer, struct body_sale_texts *texts) {
    customer_init(customer);
    if (texts != NULL)
        *texts = (struct body_sale_texts){0};
    if (bytes->length == 0)
        return refuse_whole("field required", "value_error.missing");
    json_error_t problem;
    json_t *root = json_loadb(bytes->data, bytes->length, JSON_DECODE_ANY, &problem);
    if (root == NULL)
        return refuse_bytes(bytes, &problem);
    if (spec->old && json_is_array(root) &&
        json_array_size(root) == 0) { /* which Python's dict() takes */
        json_decref(root);
        root = json_object();
    }
    json_t *details = json_array();
    if (json_is_null(root)) {
        json_decref(details);
        details = refuse_whole("field required", "value_error.missing");
    } else if (!json_is_object(root)) {
        json_decref(details);
        details = body_of_other_type();
    } else {
        read_fields(spec, root, customer, texts, details);
        if (!spec->old)
            refuse_unknown(spec, root, details);
    }
    json_decref(root);
    if (json_array_size(details) > 0)
        return details;
    json_decref(details);
    return NULL;
}

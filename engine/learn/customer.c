/* Reading and saying a customer's fields. */
#include "engine/learn/customer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/money.h"
#include "base/text.h"

void customer_init(struct customer *customer) {
    *customer = (struct customer){.age_years = UNKNOWN, .gender = UNKNOWN};
    for (int answer = 0; answer < ANSWER_COUNT; answer++)
        customer->answers[answer] = UNKNOWN;
}

void customer_of_sale(struct customer *customer, const struct facts *facts, size_t row) {
    customer_init(customer);
    customer->has_day = customer->has_price = true;
    customer->day = facts->day[row];
    customer->price_minor = facts->price_minor[row];
    if (facts->age[row] != 0)
        customer->age_years = facts->age[row];
    if (facts->gender[row] != 0)
        customer->gender = facts->gender[row] - 1;
    for (int answer = 0; answer < ANSWER_COUNT; answer++)
        customer->answers[answer] = facts_answer(facts, row, (enum answer)answer);
    if (facts->location[row] != 0)
        snprintf(customer->location, sizeof customer->location, "%s", facts_location(facts, row));
    snprintf(customer->handset, sizeof customer->handset, "%s", facts_handset(facts, row));
}

bool field_answer(enum field field, enum answer *answer) {
    switch (field) {
    case FIELD_FACEBOOK:
        *answer = ANSWER_FACEBOOK;
        return true;
    case FIELD_FOLLOWS:
        *answer = ANSWER_FOLLOWS;
        return true;
    case FIELD_RETURNING:
        *answer = ANSWER_RETURNING;
        return true;
    case FIELD_HEARD:
        *answer = ANSWER_HEARD;
        return true;
    default:
        return false;
    }
}

const char *field_title(enum field field) {
    static const char *const answers[] = {
#define X(symbol, name, title) title,
        ANSWER_LIST(X)
#undef X
    };
    static const char *const titles[FIELD_COUNT] = {
        [FIELD_REFERENCE] = "Number", [FIELD_DATE] = "Date",     [FIELD_LOCATION] = "Location",
        [FIELD_AGE] = "Age",          [FIELD_GENDER] = "Gender", [FIELD_HANDSET] = "Handset",
        [FIELD_PRICE] = "Price",
    };
    enum answer answer;
    return field_answer(field, &answer) ? answers[answer] : titles[field];
}

/* ------------------------------------------------------------------ reading */

/* Day-first and ISO dates cannot be mistaken for one another; month-first ones are not read. */
static bool date_read(const char *text, day_number *day, const char **reason) {
    for (int format = 0; format < DATE_FORMAT_COUNT; format++) {
        if (!date_format_is_detected((enum date_format)format))
            continue;
        if (date_parse(text, (enum date_format)format, day, reason))
            return true;
        if (format == DATE_YMD && strlen(text) > 4 && text[4] == '-')
            return false; /* its reason is the one that tells */
    }
    *reason = "is no date; write it as yyyy-mm-dd";
    return false;
}

static bool name_read(const char *text, char name[DIMENSION_LABEL_SIZE], const char **reason) {
    char *clean = text_clean(text, strlen(text));
    bool fits = strlen(clean) < DIMENSION_LABEL_SIZE;
    if (fits)
        snprintf(name, DIMENSION_LABEL_SIZE, "%s", clean);
    else
        *reason = "is too long";
    free(clean);
    return fits;
}

static void forget(struct customer *customer, enum field field) {
    enum answer answer;
    if (field == FIELD_DATE)
        customer->has_day = false;
    else if (field == FIELD_PRICE)
        customer->has_price = false;
    else if (field == FIELD_AGE)
        customer->age_years = UNKNOWN;
    else if (field == FIELD_GENDER)
        customer->gender = UNKNOWN;
    else if (field == FIELD_LOCATION)
        customer->location[0] = '\0';
    else if (field == FIELD_HANDSET)
        customer->handset[0] = '\0';
    else if (field_answer(field, &answer))
        customer->answers[answer] = UNKNOWN;
}

static bool set(struct customer *customer, enum field field, const char *text,
                const char **reason) {
    enum answer answer;
    switch (field) {
    case FIELD_DATE:
        return customer->has_day = date_read(text, &customer->day, reason);
    case FIELD_LOCATION:
        return name_read(text, customer->location, reason);
    case FIELD_AGE:
        return field_read_age(text, &customer->age_years, reason);
    case FIELD_GENDER:
        return field_read_gender(text, &customer->gender, reason);
    case FIELD_HANDSET:
        return name_read(text, customer->handset, reason);
    case FIELD_PRICE:
        return customer->has_price = money_parse(text, &customer->price_minor, reason);
    default:
        return !field_answer(field, &answer) ||
               field_read_answer(text, &customer->answers[answer], reason);
    }
}

bool customer_set(struct customer *customer, enum field field, const char *text,
                  const char **reason) {
    if (text[strspn(text, " \t")] == '\0') {
        forget(customer, field);
        return true;
    }
    struct customer changed = *customer;
    if (!set(&changed, field, text, reason))
        return false;
    *customer = changed;
    return true;
}

/* ------------------------------------------------------------------ saying */

bool customer_knows(const struct customer *customer, enum field field) {
    enum answer answer;
    switch (field) {
    case FIELD_DATE:
        return customer->has_day;
    case FIELD_LOCATION:
        return customer->location[0] != '\0';
    case FIELD_AGE:
        return customer->age_years != UNKNOWN;
    case FIELD_GENDER:
        return customer->gender != UNKNOWN;
    case FIELD_HANDSET:
        return customer->handset[0] != '\0';
    case FIELD_PRICE:
        return customer->has_price;
    default:
        return field_answer(field, &answer) && customer->answers[answer] != UNKNOWN;
    }
}

/* 22,000 or 17,466.50: with the minor units where there are any, so that two prices that differ
 * never read alike. */
static void say_price(int64_t minor, char text[DIMENSION_LABEL_SIZE]) {
    char money[MONEY_TEXT_SIZE];
    int64_t rest = minor % MONEY_MINOR;
    money_grouped(minor - rest, money);
    snprintf(text, DIMENSION_LABEL_SIZE, "%s", money);
    if (rest != 0)
        snprintf(text, DIMENSION_LABEL_SIZE, "%s.%02d", money, (int)rest);
}

void customer_say(const struct customer *customer, enum field field,
                  char text[DIMENSION_LABEL_SIZE]) {
    static const char *const genders[GENDER_COUNT] = {
        [GENDER_FEMALE] = "female", [GENDER_MALE] = "male", [GENDER_OTHER] = "other"};
    char date[DATE_SHORT_SIZE];
    enum answer answer;
    snprintf(text, DIMENSION_LABEL_SIZE, "unknown");
    if (!customer_knows(customer, field))
        return;
    switch (field) {
    case FIELD_DATE:
        date_short(customer->day, date);
        snprintf(text, DIMENSION_LABEL_SIZE, "%s", date);
        break;
    case FIELD_LOCATION:
        snprintf(text, DIMENSION_LABEL_SIZE, "%s", customer->location);
        break;
    case FIELD_AGE:
        snprintf(text, DIMENSION_LABEL_SIZE, "%d", customer->age_years);
        break;
    case FIELD_GENDER:
        snprintf(text, DIMENSION_LABEL_SIZE, "%s", genders[customer->gender]);
        break;
    case FIELD_HANDSET:
        snprintf(text, DIMENSION_LABEL_SIZE, "%s", customer->handset);
        break;
    case FIELD_PRICE:
        say_price(customer->price_minor, text);
        break;
    default:
        if (field_answer(field, &answer))
            snprintf(text, DIMENSION_LABEL_SIZE, "%s",
                     customer->answers[answer] != 0 ? "yes" : "no");
    }
}

bool customers_differ(const struct customer *a, const struct customer *b, enum field field) {
    bool known = customer_knows(a, field);
    char first[DIMENSION_LABEL_SIZE], second[DIMENSION_LABEL_SIZE];
    if (known != customer_knows(b, field))
        return true;
    if (!known)
        return false;
    customer_say(a, field, first);
    customer_say(b, field, second);
    return !text_same(first, second);
}

/* ------------------------------------------------------------------ as lines */

void customer_write_lines(const struct customer *customer, struct buffer *lines) {
    buffer_printf(lines, "%d %lld\n", customer->has_day, (long long)customer->day);
    buffer_printf(lines, "%d %lld\n", customer->has_price, (long long)customer->price_minor);
    buffer_printf(lines, "%d\n%d\n", customer->age_years, customer->gender);
    for (int answer = 0; answer < ANSWER_COUNT; answer++)
        buffer_printf(lines, "%d\n", customer->answers[answer]);
    buffer_printf(lines, "%s\n%s\n", customer->location, customer->handset);
}

static const char *next_line(const char *lines) {
    const char *end = strchr(lines, '\n');
    return end != NULL ? end + 1 : lines + strlen(lines);
}

static const char *read_number(const char *lines, int *number) {
    *number = (int)strtol(lines, NULL, 10);
    return next_line(lines);
}

static const char *read_known(const char *lines, bool *known, int64_t *value) {
    char *end;
    *known = strtol(lines, &end, 10) != 0;
    *value = strtoll(end, NULL, 10);
    return next_line(lines);
}

static const char *read_name(const char *lines, char name[DIMENSION_LABEL_SIZE]) {
    snprintf(name, DIMENSION_LABEL_SIZE, "%.*s", (int)strcspn(lines, "\n"), lines);
    return next_line(lines);
}

const char *customer_read_lines(struct customer *customer, const char *lines) {
    int64_t day;
    customer_init(customer);
    lines = read_known(lines, &customer->has_day, &day);
    customer->day = (day_number)day;
    lines = read_known(lines, &customer->has_price, &customer->price_minor);
    lines = read_number(lines, &customer->age_years);
    lines = read_number(lines, &customer->gender);
    for (int answer = 0; answer < ANSWER_COUNT; answer++)
        lines = read_number(lines, &customer->answers[answer]);
    lines = read_name(lines, customer->location);
    return read_name(lines, customer->handset);
}

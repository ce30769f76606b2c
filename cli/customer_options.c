#include "cli/customer_options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/money.h"
#include "base/text.h"

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

bool customer_set(struct customer *customer, enum field field, const char *text,
                  const char **reason) {
    if (text[strspn(text, " \t")] == '\0')
        return true;
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
    case FIELD_FACEBOOK:
        return field_read_answer(text, &customer->answers[ANSWER_FACEBOOK], reason);
    case FIELD_FOLLOWS:
        return field_read_answer(text, &customer->answers[ANSWER_FOLLOWS], reason);
    case FIELD_RETURNING:
        return field_read_answer(text, &customer->answers[ANSWER_RETURNING], reason);
    case FIELD_HEARD:
        return field_read_answer(text, &customer->answers[ANSWER_HEARD], reason);
    case FIELD_REFERENCE:
    case FIELD_COUNT:
        break;
    }
    return true;
}

enum err customer_read(struct customer *customer, const struct customer_options *options,
                       struct error *error) {
    customer_init(customer);
    for (int field = 0; field < FIELD_COUNT; field++) {
        const char *text = options->text[field], *reason = "";
        if (text != NULL && !customer_set(customer, (enum field)field, text, &reason))
            return error_set(error, ERR_USAGE, "--%s '%s' %s", field_name((enum field)field), text,
                             reason);
    }
    return ERR_OK;
}

void customer_text(const struct customer *customer, struct buffer *out) {
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

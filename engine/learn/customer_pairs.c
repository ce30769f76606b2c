#include "engine/learn/customer_pairs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

/* The field of "field=" at `at`, as far as it is one; `value` receives what follows. */
static bool pair_begins(const char *at, enum field *field, const char **value) {
    char word[16];
    size_t length = strcspn(at, "= \t");
    if (at[length] != '=' || length >= sizeof word)
        return false;
    snprintf(word, sizeof word, "%.*s", (int)length, at);
    *value = at + length + 1;
    return field_by_name(word, field) && *field != FIELD_REFERENCE;
}

/* Where a value without quotes ends: before the blank that the next "field=" follows. */
static size_t value_length(const char *value) {
    enum field field;
    const char *after;
    size_t at = 0;
    for (; value[at] != '\0'; at++)
        if (value[at] == ' ' && pair_begins(value + at + 1, &field, &after))
            break;
    return at;
}

static enum err pair_refused(const char *at, struct error *error) {
    int length = (int)strcspn(at, "= \t");
    error_set(error, ERR_USAGE, "'%.*s' is no field of a customer", length, at);
    return error_hint(error, "Write field=value: date, location, age, gender, handset, price, "
                             "facebook, follows, returning, heard.");
}

enum err customer_read_pairs(struct customer *customer, const char *text, struct error *error) {
    const char *at = text + strspn(text, " \t");
    while (*at != '\0') {
        enum field field;
        const char *value, *reason = "";
        if (!pair_begins(at, &field, &value))
            return pair_refused(at, error);
        const char *close = *value == '\'' || *value == '"' ? strchr(value + 1, *value) : NULL;
        size_t length = close ? (size_t)(close - value) - 1 : value_length(value);
        at = close ? close + 1 : value + length;
        char *own = xstrndup(close ? value + 1 : value, length);
        bool good = customer_set(customer, field, own, &reason);
        if (!good)
            error_set(error, ERR_USAGE, "%s '%s' %s", field_name(field), own, reason);
        free(own);
        if (!good)
            return ERR_USAGE;
        at += strspn(at, " \t");
    }
    return ERR_OK;
}
